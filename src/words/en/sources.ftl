# What becomes of files, by code.

damage-bomb = inflates beyond all measure
damage-control-name = the name holds control characters
damage-corrupt = cut short or damaged
damage-encrypted = protected by a password: unpack the ZIP with its password, then import the folder
damage-escaping-name = the name tries to leave its folder
damage-long-name = the name is too long or too deep
damage-method = compressed in a way malle does not read
damage-mismatch = the ZIP tells two different things about it
damage-overlap = its bytes overlap those of another entry
damage-special-file = a pipe, socket or device
damage-symlink = a symbolic link
damage-too-large = too large for a text
damage-unreadable = cannot be read
detail-counts = { NUM($first) } seen, { NUM($second) } stored, { NUM($third) } skipped, { NUM($fourth) } in doubt
detail-database-damaged = the database contradicts itself; what can be read was read
detail-database-journal = the database was copied in the middle of a change: copy it again while the app is closed
detail-database-log = the log beside the database could not be used: the newest messages may be absent
detail-database-log-end = the log beside the database ends in the middle of a change
detail-database-rows = rows { NUM($first) } to { NUM($second) } cannot be read
detail-database-rows-from = rows from { NUM($first) } on cannot be read
detail-database-rows-missing = { $first ->
    [one] { NUM($first) } row cannot be read
   *[other] { NUM($first) } rows cannot be read
}
detail-database-tables = { $first ->
    [one] { NUM($first) } table beside the messages could not be read whole
   *[other] { NUM($first) } tables beside the messages could not be read whole
}
detail-empty-file = the file is empty
detail-fields-beside-list = { $first ->
    [one] { NUM($first) } field beside the list
   *[other] { NUM($first) } fields beside the list
}
detail-files-found = { $first ->
    [one] { NUM($first) } file found
   *[other] { NUM($first) } files found
}
detail-database-unknown = named like a database of WhatsApp, but neither one nor its encrypted backup: damaged, or of a new kind; copy it again
detail-half-of-day = neither morning nor afternoon
detail-line-column = line { NUM($first) }, column { NUM($second) }
detail-no-such-date = there is no such day
detail-not-a-comment = not a comment
detail-not-an-object = not a JSON object
detail-read-as-windows-1252 = read as text of Windows (ANSI)
detail-reactions-without-message = { $first ->
    [one] { NUM($first) } reaction without its message
   *[other] { NUM($first) } reactions without their message
}
detail-reactions-unclear = { $first ->
    [one] { NUM($first) } message whose reactions cannot be read
   *[other] { NUM($first) } messages whose reactions cannot be read
}
detail-text-before-first-message = text before the first message
detail-too-many-cards = more contact cards than malle reads
detail-unreadable-element = JSON beyond what malle can hold
ignored-apple-double = a companion file of macOS
ignored-decoration = decoration of the platform's pages
ignored-erased = holds somebody who was erased from the archive
ignored-no-data = marker of an empty section
ignored-system-file = a file of the operating system
ignored-thumbnail = small picture of a file that is there
problem-accounting = counts disagree: a fault of malle
problem-bad-json = not the JSON it should be
problem-bad-time = a time that makes no sense
problem-damaged = could not be read
problem-needs-key = encrypted: import it again with --whatsapp-key
problem-no-messages = no line looks like a message
problem-not-utf8 = not UTF-8 text
problem-too-large = too large for a text
problem-truncated-json = the JSON ends early; what comes before the end was read
problem-truncated-zip = the ZIP is cut short; the files found in it were read
problem-truncated-html = the page ends early; what comes before the end was read
problem-truncated-table = the table ends early; what comes before the end was read
problem-unknown-shape = an element of unknown shape, kept as it is
raw-html-not-read = HTML page that this version does not read; JSON of the same section would be read
raw-html-translated = page translated by a browser; download it again and import it unopened
problem-wrong-key = encrypted with another key
raw-backup-increment = changes since a backup, in a form nobody has described; the full backup holds them later
raw-database-journal = log of a database, read with it
raw-database-too-large = a database larger than malle reads
raw-insights = statistics of the account
raw-instagram-2018 = download of Instagram from 2018 to 2020
raw-needs-key = encrypted: import it again with --whatsapp-key
raw-no-messages = text without a message
raw-technical = technical data (settings, devices, advertising)
raw-unknown-file = file unknown to this version
raw-unknown-shape = form unknown to this version
raw-wrong-key = encrypted with another key
