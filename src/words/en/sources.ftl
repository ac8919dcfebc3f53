# What becomes of files, by code.
raw-technical = technical data (settings, devices, advertising)
raw-html-not-read = HTML page; ask for JSON when you download again
raw-unknown-shape = form unknown to this version
raw-unknown-file = file unknown to this version
raw-insights = statistics of the account
ignored-no-data = marker of an empty section
ignored-decoration = decoration of the platform's pages
