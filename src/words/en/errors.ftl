### Errors: what happened, then (.next) what to do. Lower case, no full stop.

error-broken-pipe = the reader of the results went away
error-output-failed = the results cannot be written
    .next = check the free space or the program that reads them
error-unknown-command = unknown command: "{ $given }"
    .next = { $suggestion ->
        [none] malle help lists the commands
       *[other] did you mean: malle { $suggestion }
    }
error-missing-command = a command is missing
    .next = one of: { $valid }
error-unknown-flag = unknown option: "{ $given }"
    .next = { $suggestion ->
        [none] add --help to see the options; text that begins with - goes after --
       *[other] did you mean: { $suggestion }; text that begins with - goes after --
    }
error-bad-value = "{ $given }" is no value for { $flag }
    .next = { $valid ->
        [none] add --help to see what it takes
        [date] write for example yesterday, 2024-03-12, March 2024 or "last week"; malle help dates shows others
        [type] one of: message, post, comment, story, photo, video, audio, document, link; malle help query shows them
       *[other] one of: { $valid }
    }
error-missing-argument = something is missing: { $missing }
    .next = add --help to see an example
error-missing-value = { $flag } needs a value
    .next = { $valid ->
        [none] add --help to see what it takes
       *[other] one of: { $valid }
    }
error-flag-conflict = { $flag } cannot be used with { $other }
    .next = keep one of them
error-too-many-arguments = "{ $given }" is one argument too many
    .next = add --help to see what the command takes; put names with blanks between quotes
error-not-unicode = "{ $given }" has letters that cannot be read (it is not UTF-8)
    .next = { $what ->
        [query] type the query without accents, they do not matter; or set the terminal or the script to UTF-8
       *[other] set the terminal or the script to UTF-8, then type the text again
    }
error-wrong-usage = the command line cannot be understood
    .next = add --help to see an example
error-unknown-topic = there is no help about "{ $given }"
    .next = malle help lists the commands and topics
error-unknown-zone = unknown time zone: "{ $given }"
    .next = write it as Africa/Dakar, Europe/Paris, America/Toronto
error-unknown-country = unknown country: "{ $given }"
    .next = write its two letters, such as SN, FR, CI, CA
error-not-an-id = "{ $given }" is no id
    .next = copy the id from the end of a search result
error-id-not-found = nothing in the archive has the id { $given }
    .next = look for it with malle search
error-no-archive = no archive in { $path }
    .next = make one with malle init, or name it with --archive
error-archive-in-use = the archive is being used by another malle
    .next = wait until it is done, then try again
error-archive-too-new = this archive was made by a newer malle
    .next = use the newer version; nothing was changed
error-folder-not-empty = { $path } is not empty
    .next = choose a new folder
error-wrong-password = wrong passphrase
    .next = accents and capitals count; try again, or malle key passwd --recovery
error-password-needed = the passphrase is needed and nobody can be asked
    .next = use --password-file, --password-command or --password-stdin
error-recovery-choice-needed = whether you want a recovery kit must be said
    .next = use --recovery-kit FILE or --no-recovery-kit
error-passwords-differ = the two passphrases differ
    .next = try again
error-password-empty = the passphrase is empty
    .next = give one of six words or more
error-password-weak = this passphrase is too easy to guess
    .next = take six words at random, or accept the risk with --weak
error-password-file-unreadable = the passphrase cannot be read from { $path }
    .next = check the path and that you may read it
error-password-command-failed = the command that should print the passphrase failed
    .next = run it by itself to see why
error-password-not-text = the passphrase is not valid UTF-8 text
    .next = save the file as UTF-8
error-unreadable = cannot read { $path }
    .next = check the path and that you may read it
error-unwritable = cannot write { $path }
    .next = check the path and that you may write there
error-file-exists = { $path } is already there
    .next = choose another name
error-disk-full = the disk is full: { $path }
    .next = free some space, then run the same command again
error-integrity = the check found damage
    .next = { $next }
error-unknown-download = nothing in { $path } is a download that malle knows
    .next = malle guide tells how to ask for one
error-truncated-download = { $path } is cut short: the end of the ZIP is missing
    .next = download it again, whole, then run the same command
error-empty-download = { $path } is empty
    .next = check that the download has ended; malle guide tells how to ask for one
error-encrypted-download = { $path } is protected by a password
    .next = unpack it with its password, then import the folder that comes out
error-packed-download = { $path } is packed in a form that malle does not open
    .next = unpack it, then import the folder that comes out; malle opens ZIP files itself
error-interrupted = interrupted
    .next = run the same command again: what is already stored is skipped
error-internal = malle made a mistake
    .next = run it again with -v and report what it prints
error-archive-damaged = a file of the archive is damaged or missing: { $path }
    .next = malle verify lists everything that is damaged; malle restore takes it back from a backup
error-export-incomplete = everything readable was written, but records are absent, since these files of the archive are damaged or missing: { $paths }
    .next = malle verify lists everything that is damaged; malle restore takes it back from a backup
error-import-beside-damage = the import is done, but files of the archive are damaged or missing: { $paths }
    .next = keep these downloads; what they tell of what was lost is in the archive again; for the rest plug in a backup drive, then malle verify --repair
error-archive-unusable = the files of the archive cannot be used
    .next = check that the drive is plugged in and that you may write there; -v tells more
error-archive-disk-full = the disk of the archive is full
    .next = free some space, then run the same command again: what is already stored is skipped
error-no-key-file = no key file of the archive can be used
    .next = take the folder "keys" back from a backup, or use the recovery page
error-bad-recovery-line = the recovery line has a typing error
    .next = compare it with the page letter by letter and try again
error-other-recovery-line = this recovery line does not open this archive
    .next = look for the page that bears the archive's id, or make a new one: malle key recovery --recovery-kit FILE
error-key-replaced = this key was replaced by malle key rotate
    .next = ask whoever looks after the archive to add you again: malle key add
error-bad-recipient = this is no address of an age identity
    .next = it begins with age1 and is printed by age-keygen
error-keys-would-go = some keys would go, and nobody can be asked
    .next = look with malle key rotate --dry-run, then name them with --remove ID, or use --yes
error-no-such-key = no key is called { $given }
    .next = malle key list shows them
error-last-key = the last key cannot be removed
    .next = add another one first: malle key add
error-bad-span = "{ $given }" is no length of time
    .next = write 30m, 8h or 2d; a week at most
error-no-session-place = nothing on this machine can keep the key off the disk
    .next = use --password-file or --password-command instead
error-new-password-needed = the new passphrase is needed and nobody can be asked
    .next = use --new-password-file
error-several-ids = several ids begin with { $given }:{ $ids }
    .next = give more of it
error-index-unusable = the search index cannot be used
    .next = malle index rebuild makes it anew from the archive
error-index-read-only = the search index cannot be written: nothing can where the archive lies
    .next = malle search does without, more slowly; to be fast, copy the archive to a disk: malle restore FOLDER --to OTHER
error-no-such-import = no import is called { $given }
    .next = malle imports list shows them
error-person-not-found = nobody in the archive is called "{ $given }"
    .next = try another name, or the number; malle conversations list shows them
error-several-people = several people are called "{ $given }": { $people }
    .next = give the whole name, the user name or the number
error-person-is-owner = "{ $given }" is you
    .next = give the name of another person
error-confirmation-needed = erasing a person needs a confirmation
    .next = add --confirm "{ $name }"; --dry-run shows what would be erased
error-person-not-confirmed = the name typed is not that of this person; nothing is erased
    .next = type "{ $name }"
error-no-drives = no backup drive to work with
    .next = plug one in, or register one: malle backup add DRIVE
error-drive-absent = the backup drive is not there: { $path }
    .next = plug it in; if it has another letter or place now: malle backup add PLACE
error-drive-unfinished = there is no finished backup on the drive yet: { $path }
    .next = malle backup run
error-drive-full = the backup drive is full, { SIZE($missing) } are still to be copied: { $path }
    .next = free some space, then run the backup again: what is there is not copied twice
error-drive-unusable = the backup drive cannot be used: { $path }
    .next = check that it is not write-protected and that you may write there; -v tells more
error-drive-foreign = { $path } belongs to another archive
    .next = choose another folder on the drive
error-drive-newer = the copy in { $path } is newer than the archive
    .next = the archive was put back to an older state; to take the newer one from the drive: malle backup pull NAME
error-no-copy = no copy of an archive in { $path }
    .next = name the folder that holds the copy
error-several-copies = several copies of archives in { $path }
    .next = name one of: { $found }
error-unknown-drive = no drive is called { $name }
    .next = malle backup list shows them
error-drive-name-taken = a drive is already called { $name }
    .next = choose another name with --name
error-drive-inside-archive = { $path } lies inside the archive
    .next = choose a folder on another drive
error-output-inside-archive = { $path } lies inside the archive, where everything is encrypted
    .next = choose another place
error-source-damaged = damaged files were not copied: { $paths }
    .next = plug in another copy and repair: malle verify --repair; to back up everything else: malle backup run --skip-damaged
error-list-damaged = the list of the archive's files is damaged: { $path }
    .next = malle verify --repair writes it again; then run the backup again
error-drive-busy = another malle is writing to the drive
    .next = wait until it is done, then try again
error-register-unusable = the list of backup drives cannot be used
    .next = -v tells more; the drives themselves are not touched
error-register-damaged = a list that the archive keeps of its drives was damaged; it was put aside as { $path }
    .next = repeat the command: archive and drives are untouched. Then register each drive again: malle backup add DRIVE
error-whatsapp-key-needed = this WhatsApp backup is encrypted
    .next = add --whatsapp-key FILE, the file holding the 64 digits that the app shows (or - to type them)
error-whatsapp-key-wrong = this key opens none of the WhatsApp backups
    .next = take the key of the same phone and account; a crypt15 backup needs the 64 digits, crypt12 and crypt14 the file "key"
error-whatsapp-key-in-clear = a key must not stand on the command line, where other programs read it
    .next = put it into a file and give its path to --whatsapp-key, or give - and type it
error-not-a-whatsapp-key = { $path } holds no WhatsApp key
    .next = it must hold 64 digits from 0 to 9 and a to f, or be the file "key" or "encrypted_backup.key" of the app

error-no-statement = no statement of malle was found in { $path }
    .next = the first line begins with "malle evidence 1"; copy both lines
error-statement-of-other = this statement is about another archive, { $id }
    .next = name that archive with --archive
error-not-stated = no statement covers this record yet
    .next = malle evidence print makes one
error-evidence-differs = the archive is not as it was stated
    .next = compare with a backup: malle backup check
