### What the program says while it works.

line-error = error: { $text }
line-next = next: { $text }
line-cause = cause: { $text }
told-interrupted = interrupted: what is already stored stays; run the same command again to go on
ask-password = Passphrase (nothing is shown while you type):{" "}
progress-remaining = still
search-total = { $count ->
    [one] { NUM($count) } result
   *[other] { NUM($count) } results
}

ask-new-password = New passphrase (nothing is shown; Enter alone proposes one):{" "}
ask-password-again = The same passphrase again:{" "}
ask-password-written = Write it down, then type it here:{" "}
ask-whatsapp-key = The 64 digits of the WhatsApp backup (nothing is shown while you type):{" "}
ask-recovery-line = Recovery line (AGE-SECRET-KEY-1…):{" "}

init-generated = Proposed passphrase: { $words }
init-kit-name = malle-recovery.html
init-ask-kit = Where to write the recovery page? [{ $path }]{" "}
init-kit-written = Your recovery page is in { $path }: print it, put it in a safe place, then delete the file.
init-done = Archive created, empty: { $path }
init-next = next: malle import your ZIP files (malle guide tells how to get them)
init-next-elsewhere = next: malle --archive "{ $path }" import your ZIP files

verify-running = Checking
verify-hashed = { $objects ->
    [one] { NUM($objects) } object checked, { SIZE($bytes) }
   *[other] { NUM($objects) } objects checked, { SIZE($bytes) }
}
verify-read = Read: { NUM($records) } records, { NUM($media) } media files
verify-sound = Everything is as it was written.
finding-missing = missing
finding-unstable = reads differently each time (failing drive or memory)
finding-damaged = damaged
finding-no-bytes = attachment without its bytes in record
finding-leftover = leftover, harmless
finding-remade = damaged, made anew by the next search

erasure-repeated = This archive was older than an erasure: it has been carried out here again.
erasure-finished = The erasure of a person is complete in this archive.
lists-completed = What an interruption left open in the archive is complete now; the next backup takes it along.

key-kind-passphrase = passphrase
key-kind-recovery = recovery kit
key-kind-person = person
key-changed = The passphrase is changed.
key-added = The passphrase is added.
key-person-added = The person is added: the archive opens with --identity and the file of their age identity.
key-recovery-opens = This recovery line opens the archive.
key-rotate-kept = Open the archive afterwards:
key-rotate-new = the new passphrase
key-rotate-removed = Open nothing that comes later:
key-rotate-ask = These keys go, and must be added again by their owners. Continue? [y/N]{" "}
key-reencrypting = Encrypting under the new key
key-reencrypted = New archive, read back whole: { $path }, { $count ->
    [one] { NUM($count) } record
   *[other] { NUM($count) } records
}
key-reencrypt-again = { $path } reads back differently from what was written: its disk fails; repeat the command with a folder on another disk
key-reencrypted-next = next: register your drives for the new archive (malle backup add), then delete the old one ({ $path }) and its copies. What may be left of it on a USB stick or an SSD opens with the old key only: destroy its recovery pages as well.
key-rotated = The key is renewed. What was stored before stays readable to whoever had a key then; what comes now does not.
key-rotated-sheet = Recovery pages go on working with the folder "keys". Print a new one for the case that this folder is lost: malle key recovery --recovery-kit FILE
key-removed = The key is removed.
key-drives = Backup drives keep the old keys until the next malle backup run.

unlock-done = The archive stays open until { $until }. malle lock closes it at once.
lock-done = The archive is closed.
lock-already = The archive was closed already.

kit-title = Recovery page of a malle archive
kit-facts = Archive { $id }, { $day }.
kit-print = Print this page, put it where you keep important papers, then delete the file. Whoever holds it can open the archive.
kit-line = Recovery line
kit-groups = The same line after { $prefix }, in groups:
kit-ask-group = Please open the page and type group { $number } of the recovery line (Enter: later):{" "}
kit-checked = Right. Your recovery page is readable.
kit-group-differs = That is not what the page says there. Try again, or press Enter.
kit-not-checked = Not tried. Once it is printed: malle key recovery --check
kit-how = If the passphrase is forgotten: malle key passwd --recovery, then type this line (blanks and capitals do not matter).
kit-file = Key file
kit-file-how = Only if the folder "keys" of the archive is lost: save the text below as recovery.age. "age -d -i line.txt recovery.age", with the recovery line in line.txt, gives the key that opens every file of the archive. The original was called { $file }.

evidence-explained =
    Mail these two lines to yourself or to your lawyer, sign them by hand, or have them time-stamped: they tell nothing of what
    the archive holds. Later, malle evidence check shows whether everything is still as it was on the day of that mail. It does not
    show that the download was unchanged before it was imported, nor who wrote a message.
evidence-written = The two lines are in { $path }.
evidence-counted = { NUM($unchanged) } of { NUM($leaves) } elements are as they were stated on { $time }.
evidence-gone = Not in the archive any more on that day, since erased on request before: { NUM($gone) }.
evidence-holds = The archive still holds everything that was stated, unchanged.
evidence-older = the archive is older than the statement, or has lost its newest part
evidence-root = these are not the elements that were stated
evidence-commit = the state of the archive that was stated is another one
evidence-record = not as it was: record
evidence-file = not as it was: a photo, video or file of a download
evidence-holds-else = All the rest of what was stated is there, unchanged.
evidence-erasures = { $count ->
    [one] One person was erased since at your request, on { $time }
   *[other] { NUM($count) } persons were erased since at your request, the last on { $time }
}: elements erased, { NUM($erased) }; kept with names masked, { NUM($masked) }. More: malle privacy log.
evidence-proof-written = The proof is in { $path }. It shows this record to whoever reads it, and no other.
