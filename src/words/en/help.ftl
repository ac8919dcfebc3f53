### Help: what the program, its commands and its flags do.

malle-about = Keeps what Facebook, Instagram, Messenger, WhatsApp, Telegram and X let you download in one encrypted archive on your own machine, and finds it again. Never uses the network
malle-examples =
    malle init
    malle guide whatsapp
    malle import ~/Downloads/facebook-awa-*.zip
    malle search blue dress from:Fatou
malle-topics = Topics: malle help query, malle help dates, malle help exit-codes, malle help environment.

help-usage = Usage:
help-usage-options = [options]
help-usage-command = COMMAND
help-examples = Examples:
help-commands = Commands:
help-arguments = Arguments:
help-options = Options:
help-global-options = Options of every command:
help-more = The same command with --help also lists the options of every command.

value-folder = DIR
value-file = FILE
value-file-or-stdin = FILE|-
value-command = COMMAND
value-lang = fr|en
value-country = COUNTRY
value-zone = ZONE
value-color = WHEN
value-person = PERSON
value-platform = PLATFORM
value-topic = TOPIC

flag-archive = Folder of the archive (default: MALLE_ARCHIVE, else Malle in your documents)
flag-identity = Open with the recovery line, or your own age identity, in this file
flag-password-file = Read the passphrase from this file
flag-password-command = Run this command and take what it prints as the passphrase
flag-password-stdin = Read the passphrase from standard input
flag-lang = Language of texts: fr or en
flag-country = Country of phone numbers, dates and weeks: SN, FR, CA…
flag-tz = Time zone of what is shown and searched, such as Africa/Dakar
flag-json = Print results as JSON, and errors as JSON on standard error
flag-quiet = Print results and errors only
flag-verbose = Say more, such as technical causes of errors
flag-no-input = Never ask; stop with code 13 and name the flag that answers
flag-color = Colours: auto, always or never
flag-no-color = No colours
flag-no-progress = No progress bar
flag-help = Print help; --help prints more
flag-version = Print the version

guide-about = Tell how to ask each platform for your download, and what it lacks
guide-platform = facebook, instagram, messenger, whatsapp, telegram or x; all of them by default
guide-examples = malle guide whatsapp

help-about = Print the help of a command, or a topic
help-topic = A command, or query, dates, exit-codes, environment
help-help-examples =
    malle help import
    malle help query

topic-query =
    How to search

    Words are joined: every one of them must be found. Accents, capitals, plurals and small
    typing errors do not matter.

      blue dress              both words
      "blue dress"            these words side by side
      dress OR bag            one or the other (capitals)
      dress -red              without this word; on the command line: malle search -- dress -red
      (dress OR bag) from:fatou
      jerej*                  begins with
      ~jerejef                sounds like
      =côté                   exactly this spelling, accents included
      25000    25k    77 123 45 67    14h30    #tabaski    @awa
      @unpaid                 a search that you saved, anywhere in another: velvet -@unpaid

    Filters, in English or French:

      from: de:               who wrote: a name, a number, me
      to: à:                  to whom
      with: avec:             who takes part in the conversation; twice: both of them
      in: dans:               conversation, group, album, page
      platform: plateforme:   facebook, instagram, messenger, whatsapp, telegram, x
      type:                   message, post, comment, story, photo, video, audio, document, link…
      has: contient:          photo, video, audio, document, link, price, phone, email, location
      before: avant:          earlier than       until: jusqua:   up to the end of
      after: après:           from the start of  since: depuis:   the same
      on: le: date:           that day, month or year
      is: est:                sent, received, group, deleted, edited
      amount: montant:        25000, >=20000, 20000..30000
      phone: tel:             in any form, or the last 4 digits at least
      file: fichier:          file name or ending
      account: compte:        your own account
      label: etiquette:       your labels; has:label, has:note
      sort: tri:              date, oldest, relevance

    Usual short forms (rdv, cmd, asap) are known. Add yours to malle/abbreviations.txt in your
    settings, or to the file that MALLE_ABBREVIATIONS names, one a line: rb = robe

    malle always says how it read what you typed.
topic-dates =
    Dates in a search

      on:2024-03-12    on:12/03/2024    on:"12 March 2024"    on:2024    on:03/2024
      since:yesterday    since:"last week"    before:"1 June"    on:"March 2024"
      since:7d    since:2w    since:3m    since:1y
      on:2024-03-01..2024-03-15

    12/03/2024 is 12 March (with --lang en --country US: 3 December). To be sure, write
    2024-03-12. Days begin at midnight in your time zone (--tz). WhatsApp exports carry no
    zone: their times are those of the phone.
topic-exit-codes =
    Exit codes

        0   done
        1   nothing found (search, show)
        2   wrong usage
        3   done, some items skipped, damaged, missing from the download or not read
        4   failed
       10   no archive here
       11   archive in use
       12   wrong passphrase
       13   an answer is needed but may not be asked
       14   integrity check failed
       15   backup drive absent, full or not writable
       16   a file is no download we know
       70   a fault of malle itself
      130   interrupted

    An unknown code is a failure.
topic-environment =
    Environment variables

      MALLE_ARCHIVE            folder of the archive
      MALLE_PASSWORD_FILE      file with the passphrase
      MALLE_PASSWORD_COMMAND   command that prints the passphrase
      MALLE_PASSWORD           the passphrase itself: weaker, since other programs of yours can read it
      MALLE_LANG               fr or en; else LC_ALL, LC_MESSAGES, LANG, the system, else French
      MALLE_COUNTRY            SN, FR, CA…
      MALLE_ABBREVIATIONS      file of your short forms for searches
      MALLE_TZ                 time zone
      NO_COLOR                 no colours
      CLICOLOR_FORCE           colours even in a pipe

    Flags win over the environment. The passphrase is looked for in this order:
    --password-file, --password-command, --password-stdin, MALLE_PASSWORD_FILE,
    MALLE_PASSWORD_COMMAND, MALLE_PASSWORD, malle unlock, then you are asked.

value-span = SPAN
value-id = ID
value-recipient = age1…

init-about = Create a new, empty archive
init-dir = Folder of the archive; it must be absent or empty
init-recovery-kit = Write a page to print here; it opens the archive when the passphrase is forgotten
init-no-recovery-kit = No recovery kit: without the passphrase everything is lost
init-weak = Accept a passphrase that is easy to guess
init-examples =
    malle init
    malle init ~/Documents/Shop --password-file phrase.txt --recovery-kit recovery.html

verify-about = Check that every file of the archive is what was written
verify-repair = Repair what is damaged, from the backup drives that are plugged in
verify-examples =
    malle verify --read-data
    malle verify --read-data 5%
    malle verify --no-key
    malle verify --repair

key-about = List, change, add or remove what opens the archive
key-list-about = List the keys
key-passwd-about = Change the passphrase
key-passwd-examples =
    malle key passwd
    malle key passwd --recovery
key-add-about = Add another passphrase, or a person who has an age identity
key-add-name = What to call it in the list, such as the colleague's name
key-add-recipient = Public address of the person's age identity; opens with --identity
key-add-examples =
    malle key add --name Awa
    malle key add --name "Agency" --recipient age1…
key-reencrypt-about = Make the whole archive anew in another folder, under a new key that the old one does not open
key-reencrypt-to = Folder of the new archive, absent or empty
key-reencrypt-examples = malle key reencrypt --to ~/Documents/Malle-2 --recovery-kit kit-2.html
key-rotate-about = Renew the archive's key: what comes from now on does not open with keys given out before
key-rotate-remove = This key shall open nothing new; may be repeated
key-rotate-dry-run = Only show which keys stay and which go
key-rotate-yes = Do not ask when other passphrases go
key-rotate-examples =
    malle key rotate --dry-run
    malle key rotate --remove person-1f2e3d4c5b6a7988
key-remove-about = Remove a key
key-remove-id = Id of the key, as malle key list shows it
key-recovery-about = Add a recovery kit and write its page, or try a recovery line
key-recovery-check = Only try whether a recovery line opens the archive
key-recovery-examples =
    malle key recovery --recovery-kit recovery.html
    malle key recovery --check
key-new-password-file = Read the new passphrase from this file
key-recovery-file = Open with the recovery line in this file instead of the passphrase
key-recovery-flag = Open with the recovery line, typed, instead of the passphrase

unlock-about = Keep the archive open for a while, until the time is over, malle lock or a restart
unlock-for = How long: 30m, 8h, 2d; a week at most
unlock-examples = malle unlock --for 8h
lock-about = Close an archive that malle unlock keeps open

value-path = PATH
value-parity = 10|off
value-name = NAME
value-number = N
value-query = QUERY
value-sort = ORDER
value-date-order = ORDER

import-about = Read downloads and put them into the archive
import-path = ZIP files, folders or loose files, parts in any order
import-me = Your name as it stands in the conversations
import-timezone = Time zone of times that have none (WhatsApp, old downloads)
import-date-order = Order of day and month where a file does not tell: auto, dmy or mdy
import-whatsapp-key = Key of encrypted WhatsApp backups: file with the 64 digits or key file of the app; - reads standard input
import-dry-run = Look and count, write nothing
import-jsonl = One JSON object a line, the summary last
import-examples =
    malle import ~/Downloads/facebook-awa-*.zip
    malle import "WhatsApp Chat with Fatou.zip" --me Awa --timezone Africa/Dakar
    malle import -n ~/Downloads
    malle import msgstore.db.crypt15 --whatsapp-key key.txt

imports-about = Show past imports and what became of each file
imports-list-about = List the imports
imports-show-about = Show what an import added
imports-report-about = List the files of an import with their outcome
imports-report-all = List files that were simply read as well
imports-id = Id of the import, or its beginning
imports-examples = malle imports report 7f3a

search-about = Find messages, posts, comments, photos and the rest
search-query = Words and filters; see malle help query
search-max = Show at most this many results (20)
search-context = Also show this many messages before and after each
search-sort = date (newest first), oldest or relevance
search-page = Show the page of this number; a page has as many results as -m says
search-after = Go on after the result with this id, however far down
search-before = Also show this many messages before each
search-after-context = Also show this many messages after each
search-in = Only in this conversation (in:)
search-from = Only from this person (from:)
search-since = Only since this date (since:)
search-until = Only until this date (until:)
search-type = Only of this type (type:)
search-explain = Say for each result what made it found, and its score
value-date = DATE
value-type = TYPE
search-facets = Also count results by person, conversation, platform, type and month
search-csv = Table for Excel, texts whole
search-csv-plain = Plain CSV table (RFC 4180)
search-no-approx = Do not look for near spellings when little is found
search-jsonl = One JSON object a line for each result
search-count = Print the number of results only
search-ids = Print the ids only
search-examples =
    malle search blue dress from:Fatou
    malle search '"blue dress" since:2024-01' --json
    malle search -- dress -red

show-about = Show one message, post or other record
show-id = Id at the end of a search result, or its beginning
show-context = Also show this many messages before and after it
show-examples = malle show 4k7q2m9x1d -C 3

conversations-about = Show whom you talked with
conversations-list-about = List conversations, the most recent first
conversations-examples = malle conversations list --json

export-about = Write the archive's content for other programs
export-ndjson-about = Write every record as a line of JSON, then what you added (labels, notes, saved searches); the file is readable by anybody
export-output = File to write, or - for standard output; until it is whole it is called FILE.malle-partial
export-examples = malle export ndjson -o everything.ndjson

media-about = Take photos, films, sounds and documents out of the archive
media-export-about = Write original files into a folder; they are readable by anybody there
media-query = Id of a record, or a search
media-output = Folder to write into, or a new ZIP (FILE.zip)
media-examples = malle media export type:photo from:Fatou -o photos

status-about = Show what the archive holds and how old its backups are
status-examples = malle status

index-about = Care for the search index
index-rebuild-about = Make the search index anew from the archive

compact-about = Store the archive in fewer files, losing nothing
compact-dry-run = Say what would be gained, write nothing
compact-examples = malle compact --dry-run

backup-about = Keep encrypted copies of the archive on other drives
backup-add-about = Register a drive, or the new place of one
backup-add-place = Folder on the drive, such as E:\ or /media/awa/MALLE-1
backup-add-name = What to call it
backup-add-parity = Keep parity files on the drive: 10 (a tenth more room) or off; 10 by default on the first drive
backup-add-examples =
    malle backup add /media/awa/MALLE-1
    malle backup add E:\ --name MALLE-2 --with-app
backup-run-about = Bring drives up to date; needs no passphrase
backup-run-name = Name of the drive; every drive that is plugged in by default
backup-run-all = Every registered drive; an error when one is not plugged in
backup-run-examples =
    malle backup run
    malle backup run MALLE-1
backup-list-about = List the drives
backup-status-about = Show how old the copies are
backup-check-about = Read a copy from the drive itself and compare it with its hashes; needs no passphrase
backup-check-name = Name of the drive; every drive that is plugged in by default
backup-remove-about = Forget a drive; its copy stays on it
backup-remove-name = Name of the drive

privacy-about = The rights of the people whose messages the archive keeps
privacy-erase-about = Erase a person from the archive, for good
privacy-person = Name, user name or number, as in a search with from:
privacy-dry-run = Count, erase nothing
privacy-confirm = Confirm with the person's name, without a question
privacy-erase-examples =
    malle privacy erase "Mrs Diop" --dry-run
    malle privacy erase "+221 77 123 45 67" --confirm "Mrs Diop"
privacy-log-about = See what was erased, when, and on which drives; no name and no content

restore-about = Take an archive back from a copy
restore-from = Drive or folder with the copy
restore-to = Folder of the restored archive (default: where the archive lies)
restore-examples = malle restore /media/awa/MALLE-1 --to ~/Documents/Malle

evidence-about = State what the archive holds, so that it can be shown later that nothing was changed
evidence-print-about = Print two lines about everything in the archive; they tell nobody what it holds
evidence-print-examples =
    malle evidence print
    malle evidence print -o evidence-2026-11.txt
evidence-check-about = Compare the archive with two such lines
evidence-check-file = File that holds the two lines, such as the mail; - for standard input
evidence-check-examples = malle evidence check evidence-2026-11.txt
evidence-prove-about = Write what proves one record without showing any other
evidence-prove-examples = malle evidence prove 0a1b2c3d -o proof.json
evidence-output = Write it to this new file
