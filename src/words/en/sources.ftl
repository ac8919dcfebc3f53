<<<<<<< HEAD
# What becomes of files, by code.
raw-technical = technical data (settings, devices, advertising)
raw-html-not-read = HTML page; ask for JSON when you download again
raw-unknown-shape = form unknown to this version
raw-unknown-file = file unknown to this version
raw-insights = statistics of the account
ignored-no-data = marker of an empty section
ignored-decoration = decoration of the platform's pages
=======
### Words for the codes of sources: why a file is kept raw or ignored, what is wrong with one. One line a code.

damage-escaping-name = the name tries to leave its folder
damage-control-name = the name holds control characters
damage-long-name = the name is too long or too deep
damage-symlink = a symbolic link
damage-encrypted = encrypted inside the ZIP
damage-method = compressed in a way malle does not read
damage-bomb = inflates beyond all measure
damage-overlap = its bytes overlap those of another entry
damage-corrupt = cut short or damaged
damage-too-large = too large for a text
damage-unreadable = cannot be read
problem-bad-json = not the JSON it should be
problem-truncated-json = the JSON ends early; what comes before the end was read
problem-unknown-shape = an element of unknown shape, kept as it is
problem-bad-time = a time that makes no sense
problem-not-utf8 = not UTF-8 text
problem-no-messages = no line looks like a message
problem-damaged = could not be read
problem-too-large = too large for a text
problem-accounting = counts disagree: a fault of malle
ignored-apple-double = a companion file of macOS
ignored-system-file = a file of the operating system
raw-unknown-file = a file malle does not know yet, kept as it is
>>>>>>> ede9544 (cli: help, guide and errors in French and English; rules of the house are tests)
