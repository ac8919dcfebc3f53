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
error-not-unicode = an argument is not valid text
    .next = rename the file, or name its folder instead
error-wrong-usage = the command line cannot be understood
    .next = add --help to see an example
error-unknown-topic = there is no help about "{ $given }"
    .next = malle help lists the commands and topics
error-unknown-zone = unknown time zone: "{ $given }"
    .next = write it as Africa/Dakar, Europe/Paris, America/Toronto
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
    .next = restore what is damaged from a backup: malle restore
error-unknown-download = nothing in { $path } is a download that malle knows
    .next = malle guide tells how to ask for one
error-truncated-download = { $path } is cut short: the end of the ZIP is missing
    .next = download it again, whole, then run the same command
error-empty-download = { $path } is empty
    .next = check that the download has ended; malle guide tells how to ask for one
error-interrupted = interrupted
    .next = run the same command again: what is already stored is skipped
error-internal = malle made a mistake
    .next = run it again with -v and report what it prints
error-archive-damaged = a file of the archive is damaged or missing: { $path }
    .next = malle verify lists everything that is damaged; malle restore takes it back from a backup
error-export-incomplete = everything readable was written, but records are absent, since these files of the archive are damaged or missing: { $paths }
    .next = malle verify lists everything that is damaged; malle restore takes it back from a backup
error-archive-unusable = the files of the archive cannot be used
    .next = check that the drive is plugged in and that you may write there; -v tells more
error-archive-disk-full = the disk of the archive is full
    .next = free some space, then run the same command again: what is already stored is skipped
error-no-key-file = no key file of the archive can be used
    .next = take the folder "keys" back from a backup, or use the recovery page
error-bad-recovery-line = the recovery line has a typing error
    .next = compare it with the page letter by letter and try again
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
error-several-ids = several ids begin with { $given }: { $ids }
    .next = give more of it
error-index-unusable = the search index cannot be used
    .next = malle index rebuild makes it anew from the archive
error-no-such-import = no import is called { $given }
    .next = malle imports list shows them
error-no-drives = no backup drive to work with
    .next = plug one in, or register one: malle backup add DRIVE
error-drive-absent = the backup drive is not there: { $path }
    .next = plug it in, or register its new place: malle backup add
error-drive-full = the backup drive is full, { SIZE($missing) } are still to be copied: { $path }
    .next = free some space, then run the backup again: what is there is not copied twice
error-drive-unusable = the backup drive cannot be used: { $path }
    .next = check that it is not write-protected and that you may write there; -v tells more
error-drive-foreign = { $path } belongs to another archive
    .next = choose another folder on the drive
error-drive-newer = the copy in { $path } is newer than the archive
    .next = the archive was put back from an old state: restore it from this drive into a new folder
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
error-source-damaged = damaged files were not copied: { $paths }
    .next = malle verify tells more; take them back from another copy
error-drive-busy = another malle is writing to the drive
    .next = wait until it is done, then try again
error-register-unusable = the list of backup drives cannot be used
    .next = -v tells more; the drives themselves are not touched
