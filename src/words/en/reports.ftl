### Results: what was found, imported, copied.

count-message = { $count ->
    [one] { NUM($count) } message
   *[other] { NUM($count) } messages
}
count-post = { $count ->
    [one] { NUM($count) } post
   *[other] { NUM($count) } posts
}
count-story = { $count ->
    [one] { NUM($count) } story
   *[other] { NUM($count) } stories
}
count-comment = { $count ->
    [one] { NUM($count) } comment
   *[other] { NUM($count) } comments
}
count-reaction = { $count ->
    [one] { NUM($count) } reaction
   *[other] { NUM($count) } reactions
}
count-album = { $count ->
    [one] { NUM($count) } album
   *[other] { NUM($count) } albums
}
count-event = { $count ->
    [one] { NUM($count) } event
   *[other] { NUM($count) } events
}
count-contact = { $count ->
    [one] { NUM($count) } contact
   *[other] { NUM($count) } contacts
}
count-profile = { $count ->
    [one] { NUM($count) } profile
   *[other] { NUM($count) } profiles
}
count-page = { $count ->
    [one] { NUM($count) } page or group
   *[other] { NUM($count) } pages and groups
}
count-saved = { $count ->
    [one] { NUM($count) } saved item
   *[other] { NUM($count) } saved items
}
count-search = { $count ->
    [one] { NUM($count) } search made
   *[other] { NUM($count) } searches made
}
count-listing = { $count ->
    [one] { NUM($count) } offer
   *[other] { NUM($count) } offers
}
count-poll = { $count ->
    [one] { NUM($count) } poll
   *[other] { NUM($count) } polls
}
count-other = { $count ->
    [one] { NUM($count) } other item
   *[other] { NUM($count) } other items
}

kind-message = message
kind-post = post
kind-story = story
kind-comment = comment
kind-reaction = reaction
kind-album = album
kind-event = event
kind-contact = contact
kind-profile = profile
kind-page = page or group
kind-saved = saved
kind-search = search made
kind-listing = offer
kind-poll = poll
kind-other = other

attachment-photo = photo
attachment-video = video
attachment-audio = sound
attachment-document = document
attachment-sticker = sticker
attachment-gif = GIF
attachment-contact = contact card
attachment-location = place
attachment-other = file
attachment-is-missing = not in the parts imported so far
attachment-is-omitted = left out by the export
attachment-is-failed = the platform could not deliver it
attachment-is-remote = an address only

record-system = notice of the platform
record-deleted = deleted
record-edited = edited
record-ambiguous-time = day and month, or the hour, are not certain
record-phone-time = time of the phone
record-owner = you
record-with = with { $names }
record-worded = another download says: "{ $text }"
record-called = other name: { $name }
record-also = this chat is { $also }; to see it there: malle show { $id } -C 3
record-alike = perhaps the same, as another download tells it: malle show { $id }

reading-everything = everything
reading-spelling = exactly "{ $text }"
reading-near = spelled or sounding like "{ $text }"
reading-phrase = side by side: "{ $text }"
reading-prefix = begins with "{ $text }"
reading-from = from { $value }
reading-to = to { $value }
reading-with = with { $value }
reading-in = in { $value }
reading-platform = on { $value }
reading-account = account { $value }
reading-type = type { $value }
reading-has = with { $value }
reading-is = state { $value }
reading-file = file { $value }
reading-source = source { $value }
reading-amount = amount { $value }
reading-phone = phone { $value }
reading-label = label { $value }
reading-other = { $value }
reading-since = from { $day } on
reading-before = before { $day }
reading-day = on { $day }
reading-span = from { $from } to { $to }
reading-and = and
reading-or = or
reading-not = not { $part }
operator-from = from
operator-to = to
operator-with = with
operator-in = in
operator-platform = platform
operator-account = account
operator-type = type
operator-has = has
operator-is = is
operator-before = before
operator-until = until
operator-after = after
operator-on = on
operator-file = file
operator-source = source
operator-amount = amount
operator-phone = phone
operator-label = label
operator-sort = sort
hint-nobody = nobody here is called "{ $name }"; malle contacts list shows everybody
hint-nobody-near = nobody here is called "{ $name }"; near names: { $near }
hint-nobody-number = nobody here has the number "{ $name }"; malle contacts list shows everybody
hint-no-conversation = no conversation is called "{ $name }"; malle conversations list shows them all
hint-no-conversation-near = no conversation is called "{ $name }"; near names: { $near }
hint-nowhere = nowhere in the archive: { $parts }
hint-not-together = each of them is somewhere, never all together; try one word less
hint-no-value = the filter { $name }: has no value; it was taken as text
hint-unbalanced-parenthesis = a parenthesis is not closed; it was taken to close at the end
hint-unknown-operator = "{ $name }:" is no filter; it was taken as text
hint-unknown-value = the filter { $operator }: does not know "{ $value }"; it was taken as text
hint-unreadable-date = "{ $text }" is no date; it was taken as text
hint-ambiguous-date = "{ $text }" was read as { $day }; write { $iso } to be sure
hint-maybe-date = "{ $text }" was taken as text; for the time ({ $period }) write on:"{ $text }"
hint-unbalanced-quote = a quote is not closed; the rest was taken as the phrase
hint-too-long = the end of the query was left out: it is too long
hint-ignored = left out because they are everywhere: { $words }

ids-more = … and { NUM($count) } more
abbreviations-unreadable = note: your list of short forms, { $path }, cannot be read; the search goes on without it
explain-exact = as typed
explain-stem = another form
explain-abbreviation = short form or synonym
explain-typo = but for a slip
explain-sound = sounds alike
explain-absent = absent, another possibility will do
explain-part = { $asked }: { $how }
explain-part-words = { $asked }: { $how } ({ $words })
explain-score = score { $score }
search-nothing = try another word, or the beginning of one with a star: rob*
search-nothing-filtered = nothing in the archive is so; try another time, or without one of the filters
search-past-the-end = this page is empty: the results end before it
search-archive-empty = The archive is empty: begin with malle import PATH
conversations-none = No conversation is in the archive: begin with malle import PATH
facet-people = People
facet-conversations = Conversations
facet-platforms = Platforms
facet-types = Types
facet-months = Months
search-near = Near spellings ({ NUM($count) })
search-more = … and { $count ->
    [one] { NUM($count) } more (-m shows more)
   *[other] { NUM($count) } more (-m shows more)
}
search-next = around it: malle show { $id } -C 3

import-preparing = Preparing
import-media = Photos, films, documents
import-elements = Messages and posts
import-finishing = Finishing
import-was-dry = Nothing was written. This import would give:
import-added = Added: { $kinds }
import-nothing-new = nothing new
import-known = { $count ->
    [one] Already there: { NUM($count) } item
   *[other] Already there: { NUM($count) } items
}
import-media-counts = Photos, films, documents: { NUM($stored) } stored, { NUM($known) } already there, { NUM($missing) } missing
import-files = Files: { NUM($seen) } seen = { NUM($parsed) } read + { NUM($raw) } kept as they are + { NUM($ignored) } ignored + { NUM($damaged) } damaged + { NUM($duplicate) } duplicate
import-renewed = { $count ->
    [one] Made good: { NUM($count) } file of the archive that was damaged or missing
   *[other] Made good: { NUM($count) } files of the archive that were damaged or missing
}
import-doubts = { $doubts }: malle imports report { $import }
import-skipped = { NUM($count) } left out
import-problems = { NUM($count) } in doubt
import-missing = { $count ->
    [one] { NUM($count) } file missing
   *[other] { NUM($count) } files missing
}
import-unread = { NUM($count) } not read
import-next = The downloaded files are still readable by anybody. next: malle backup run, then delete them.
import-next-no-drive = The downloaded files are still readable by anybody. next: malle backup add DRIVE, then delete them.
import-cut-zip = read in part: { $path } (the ZIP is cut short: download it again for the rest)
refused-unreadable = not read: { $path } (absent, or you may not read it)
refused-zip-truncated = not read: { $path } (the ZIP is cut short: download it again)
refused-not-a-zip = not read: { $path } (neither a ZIP nor a folder nor a text malle knows)
refused-empty = not read: { $path } (empty)
refused-too-many-entries = not read: { $path } (too many files in it)
refused-encrypted = not read: { $path } (protected by a password: unpack it with its password, then import the folder that comes out)
refused-packed = not read: { $path } (packed twice, or in a form malle does not open: unpack it once, then import the folder that comes out)
refused-unknown-download = not read: { $path } (no download malle knows)

imports-added = { $count ->
    [one] { NUM($count) } added
   *[other] { NUM($count) } added
}
imports-incomplete = This import was interrupted: run it again, what is already in is skipped.
imports-plain-files = { $count ->
    [one] { NUM($count) } file was read without remark (--all lists it)
   *[other] { NUM($count) } files were read without remark (--all lists them)
}
imports-more-problems = … and { NUM($count) } more
imports-missing = missing: { $path }
imports-more-missing = … and { $count ->
    [one] { NUM($count) } more missing file
   *[other] { NUM($count) } more missing files
}
outcome-parsed = read
outcome-kept-raw = kept as it is
outcome-ignored = ignored
outcome-damaged = damaged
outcome-duplicate = duplicate
skip-empty = { NUM($count) } empty
skip-erased = { NUM($count) } of somebody who was erased from the archive
skip-technical = { NUM($count) } of devices, sessions and settings
skip-told-elsewhere = { NUM($count) } told in another file as well

export-running = Writing
export-said = { $count ->
    [one] and { NUM($count) } line of your own: labels, notes, saved searches, decisions on contacts
   *[other] and { NUM($count) } lines of your own: labels, notes, saved searches, decisions on contacts
}
export-done = { $count ->
    [one] { NUM($count) } record in { $path }; this file is not encrypted.
   *[other] { NUM($count) } records in { $path }; this file is not encrypted.
}
media-running = Writing files
media-not-there = not in the archive: { $name }
media-leftover = Left by an interrupted export, removed: { $path }
media-done = { $count ->
    [one] { NUM($count) } file in { $path }; it is not encrypted.
   *[other] { NUM($count) } files in { $path }; they are not encrypted.
}

status-archive = Archive: { $path }
status-empty = It is empty. next: malle import your ZIP files
status-span = From { $first } to { $last }
status-implausible = { NUM($count) } without a plausible date (before their platform existed)
status-media = { $media ->
    [one] { NUM($media) } photo, film or document
   *[other] { NUM($media) } photos, films, documents
} ({ SIZE($bytes) }); on disk { SIZE($stored) }, encrypted
status-imports = { $count ->
    [one] { NUM($count) } import, on { $day }
   *[other] { NUM($count) } imports, the last on { $day }
}
status-network = No network used.

index-running = Search index
index-was-rebuilt = The search index was made anew.
index-is-in-memory = Nothing may be written here: the search index was made in memory, for this once. To be faster: malle restore "{ $path }" --to FOLDER, on a disk that can be written.
index-is-awaited = Another malle is building the index of this archive: waiting for it…
index-is-behind = Another malle is writing: the newest items may not be found yet.
index-done = { $count ->
    [one] The search index is new: { NUM($count) } record.
   *[other] The search index is new: { NUM($count) } records.
}

compact-running = Compacting
compact-nothing = The archive is in good order: nothing to do.
compact-would = { $segments ->
    [one] { NUM($segments) } small file of records would be joined
   *[other] { NUM($segments) } small files of records would be joined
}, { $packs ->
    [one] { NUM($packs) } file of media written anew
   *[other] { NUM($packs) } files of media written anew
}; about { SIZE($bytes) } gained.
compact-done = { $segments ->
    [one] { NUM($segments) } small file of records joined
   *[other] { NUM($segments) } small files of records joined
}, { $packs ->
    [one] { NUM($packs) } file of media written anew
   *[other] { NUM($packs) } files of media written anew
}; { SIZE($bytes) } gained.

backup-added = Drive "{ $name }" registered: { $path }
backup-added-next = next: malle backup run
backup-running = Backup on { $name }
backup-checking = Checking { $name }
backup-done = { $name }: { $copied ->
    [one] { NUM($copied) } file copied
   *[other] { NUM($copied) } files copied
} ({ SIZE($bytes) }), { NUM($present) } already there
backup-absent = { $name } is not plugged in.
backup-none = No backup drive yet. next: malle backup add DRIVE
backup-removed-pending = Warning: { $name } still holds somebody who was erased from the archive. next: erase or destroy it, or plug it in, malle backup add, then malle backup run
backup-removed = Drive "{ $name }" forgotten; its copy stays in { $path }.
drive-current = up to date
drive-behind = older than the archive
drive-absent = not plugged in
drive-unmarked = damaged: malle backup check --repair
drive-foreign = another thing lies there
drive-age = { $days ->
    [0] today
    [one] { NUM($days) } day ago
   *[other] { NUM($days) } days ago
}
drive-never = never
privacy-looking = Looking for all that is about this person
privacy-erasing = Erasing
privacy-person-is = Person: { $person }
privacy-told-apart = Warning: you told { $list } apart (malle contacts split), but they share a name, and an erasure goes by names: it takes all of them.
privacy-would-erase = Would be erased: { $list }.
privacy-would-keep = Kept, with names masked: { $list }.
privacy-erased = Erased: { $list }.
privacy-kept = Kept, with names masked: { $list }.
privacy-messages = { $count ->
    [one] { NUM($count) } message received
   *[other] { NUM($count) } messages received
}
privacy-others = { $count ->
    [one] { NUM($count) } other record
   *[other] { NUM($count) } other records
}
privacy-media = { $count ->
    [one] { NUM($count) } photo or file
   *[other] { NUM($count) } photos and files
}
privacy-cards = { $count ->
    [one] { NUM($count) } contact card
   *[other] { NUM($count) } contact cards
}
privacy-originals = { $count ->
    [one] { NUM($count) } original file of your downloads, which holds the name (what others wrote in it stays in the archive)
   *[other] { NUM($count) } original files of your downloads, which hold the name (what others wrote in them stays in the archive)
}
privacy-own = { $count ->
    [one] { NUM($count) } of your messages
   *[other] { NUM($count) } of your messages
}
privacy-masked = { $count ->
    [one] { NUM($count) } other record
   *[other] { NUM($count) } other records
}
privacy-mentions = { $count ->
    [one] The name stays in { NUM($count) } text: somebody else wrote it, or it is a common word.
   *[other] The name stays in { NUM($count) } texts: others wrote them, or it is a common word.
}
privacy-on-drives = On { $drives }: erased at the next malle backup run.
privacy-ask = Nothing can bring this person back. Type the name to confirm ({ $name }):{" "}
privacy-drive-done = erased on { $day }
erasure-on-copy = Warning: this copy still holds somebody who was erased from the archive. next: plug it in beside the archive, then malle backup run
privacy-drive-forgotten = not erased: removed from your drives on { $day }; erase or destroy it, or plug it in, malle backup add, then malle backup run
privacy-drive-pending = to be erased: plug the drive in, then malle backup run
privacy-remnants = On a USB stick or an SSD old blocks may survive; they are encrypted, and only the archive's key opens them.
privacy-downloads = Your original ZIP files still hold this person: delete them. Importing them again will not bring the person back.
privacy-log-empty = Nobody has been erased from this archive.
privacy-carried-out = { $name }: erasure carried out, { $count ->
    [one] { NUM($count) } file removed
   *[other] { NUM($count) } files removed
}
drive-erasure-pending = erasure pending

restore-running = Restoring
restore-done = { $copied ->
    [one] { NUM($copied) } file restored
   *[other] { NUM($copied) } files restored
} ({ SIZE($bytes) }) into { $path }, each compared with its hash
backup-added-parity = Parity files will be kept on it: for a tenth more room, they make up to two lost files of twenty again.
backup-parity = parity files: { SIZE($bytes) } written
backup-parity-room = Not enough room for all parity files: { SIZE($missing) } are missing. The copy itself is complete.
backup-parity-unprotected = { $count ->
    [one] { NUM($count) } damaged file has no parity.
   *[other] { NUM($count) } damaged files have no parity.
} Next: malle backup check --repair
backup-check-next = malle backup check { $name } --repair
backup-check-left = repair the archive first: malle verify --repair; a drive that fails again and again is to be replaced: malle backup add DRIVE
verify-next = plug in a backup drive, then malle verify --repair
verify-left = plug in the other backup drives and repeat: malle verify --repair; what no drive has, malle import brings back from the downloads that told it
repair-from-copy = repaired from another copy
repair-from-pieces = repaired from sound pieces of several copies
repair-from-parity = made again from parity
repair-from-known = made again
repair-lost = beyond repair here: { $path }
repair-lost-elsewhere = beyond repair here: { $path }; plug in { $drives }, which has a copy
lost-media = lost: media file
lost-records = { $count ->
    [one] lost: { NUM($count) } record
   *[other] lost: { NUM($count) } records
}
lost-original = lost: original file
lost-list = lost: list
restore-repaired = { $count ->
    [one] { NUM($count) } file of the drive was damaged or missing; it was made again from parity. The drive was not changed.
   *[other] { NUM($count) } files of the drive were damaged or missing; they were made again from parity. The drive was not changed.
}
restore-next = next: malle verify, with the passphrase of that archive

conversation-also = also told by { $conversations }
