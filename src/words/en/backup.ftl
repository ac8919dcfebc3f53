### Copies on drives: what is said while they are made, checked and read.

value-extent = all|5%|2/12
check-quick = Only look whether every file is there and has the right size
check-read-data = all: decrypt and read everything (needs the passphrase); 5%: read the next twentieth, another one each time; 2/12: read the second of twelve parts
verify-no-key = Compare files with their hashes only; needs no passphrase
verify-names-only = Only names and sizes were compared.
verify-sample = { NUM($hashed) } of { NUM($objects) } files were read. Had one file been damaged, this check would have missed it { $one } times out of 100; with ten damaged files { $ten }, with a hundred { $hundred }.
verify-missed-rarely = less than 1

backup-add-with-app = Also put this program and how to read the archive on the drive
backup-run-skip-damaged = Back up everything else when files of the archive are damaged
backup-check-repair = Repair what is damaged, from the archive, the other drives that are plugged in, and parity
backup-check-examples =
    malle backup check MALLE-1 --repair
    malle backup check
    malle backup check MALLE-1 --read-data 5%
backup-drill-about = Rehearse: bring random photos and messages back from a drive alone and compare them with the archive
backup-drill-name = Name of the drive; every drive that is plugged in by default
backup-drill-count = How many photos and how many messages (default: 20)
backup-drill-examples = malle backup drill MALLE-1
backup-pull-about = Take from a drive what the archive has forgotten, after it was put back to an older state
backup-pull-name = Name of the drive
backup-pull-examples = malle backup pull MALLE-1
backup-prune-about = Show what a drive holds and the archive no longer needs; remove it once confirmed
backup-prune-name = Name of the drive
backup-prune-confirm = Name of the drive once more: remove without asking
backup-prune-examples =
    malle backup prune MALLE-1
    malle backup prune MALLE-1 --confirm MALLE-1

backup-moved = Drive "{ $name }" is now looked for in { $path }
backup-changed = Warning: { $name } had lost or changed { $count ->
    [one] { NUM($count) } file that an earlier backup wrote; it was
   *[other] { NUM($count) } files that earlier backups wrote; they were
} copied again: { $paths }. If nobody did this, the drive may be failing. next: malle backup check
backup-lacking = Warning: the archive lacks { $count ->
    [one] { NUM($count) } file
   *[other] { NUM($count) } files
} that { $name } has: { $paths }. next: malle verify
backup-unfinished = Warning: the last import into the archive was interrupted at its very end, and is not on { $name } yet. next: malle status, then malle backup run
backup-skipped = Warning: { $count ->
    [one] { NUM($count) } damaged file of the archive is
   *[other] { NUM($count) } damaged files of the archive are
} not on { $name }: { $paths }
backup-not-durable = { $name } does not confirm that everything is written for good. Eject it before you pull it out; the next run reads it again.
backup-app-done = The program is in { $path }.
backup-overdue = The newest copy is { $days ->
    [one] { NUM($days) } day
   *[other] { NUM($days) } days
} old. next: plug a drive in, then malle backup run
backup-never = Nothing is backed up yet. next: plug a drive in, then malle backup run
backup-check-due = { $name } has not been read whole for a long time. next: malle backup check { $name }
backup-one-drive = { $name } is the only copy: keep a second one in another place. next: malle backup add DRIVE
backup-drill-done = { $name }: { NUM($records) } messages and other records, { NUM($media) } photos and other files ({ SIZE($bytes) }) came back from the drive alone, as they are in the archive.
backup-drill-lost = Not brought back by the drive ({ NUM($count) }): { $items }
backup-drill-archive-lost = Brought back by the drive, but damaged or missing in the archive ({ NUM($count) }): { $items }
backup-pulled = { $copied ->
    [one] { NUM($copied) } file taken
   *[other] { NUM($copied) } files taken
} from { $name } ({ SIZE($bytes) })
backup-prunable = { $name }: { $count ->
    [0] the archive needs every file.
    [one] the archive does not need { NUM($count) } file ({ SIZE($bytes) }).
   *[other] the archive does not need { NUM($count) } files ({ SIZE($bytes) }).
}
ask-prune = Type the name of the drive ({ $name }) to remove them, or only Enter to keep them:{" "}
backup-pruned = { $count ->
    [one] { NUM($count) } file removed from { $name } ({ SIZE($bytes) })
   *[other] { NUM($count) } files removed from { $name } ({ SIZE($bytes) })
}
backup-not-pruned = Nothing was removed from { $name }; { NUM($count) } files stay ({ SIZE($bytes) }).

drive-swapped = another drive of this archive lies in its place
drive-newer = newer than the archive
drive-older = put back to an older state
drive-forked = gone another way than the archive

error-drive-swapped = { $path } is another drive of this archive, which is not registered
    .next = to register it too: malle backup add
error-drive-rolled-back = the copy in { $path } is older than it was left: state { NUM($found) } instead of { NUM($known) }
    .next = somebody put it back or took files away; nothing was copied. Use another drive; to trust this one again: malle backup remove NAME, then malle backup add
error-drive-forked = the copy in { $path } and the archive have gone different ways since state { NUM($seq) }
    .next = nothing was copied. To keep both: another folder on the drive for this archive (malle backup add), and malle restore for the other state
error-drive-behind = the copy in { $path } is older than the archive, or its last backup was interrupted
    .next = run malle backup run first
error-drive-unreliable = what was written reads back differently: { $path }
    .next = the drive or its cable is failing: use another one; this copy does not count
error-archive-older = the archive is older than its backups: state { NUM($found) }, but { $name } was given { NUM($known) }
    .next = it was put back to an older state; plug that drive in, then: malle backup pull { $name }
error-archive-is-copy = { $path } is a backup copy, where nothing but malle backup run writes
    .next = restore it into a folder and work there: malle restore { $path } --to FOLDER
error-not-confirmed = that is not the name of the drive, { $name }; nothing was removed
    .next = type the name exactly as it stands
error-restore-incomplete = everything sound was restored, but these files are damaged or missing in the copy: { $paths }
    .next = restore into the same folder from another drive to fill the gaps; what lies elsewhere can be read already

app-readme =
    MALLE

    This drive holds an encrypted copy of an archive in the folder "{ $copy }",
    and in this folder the program that reads it. No network is needed.

    To search straight from the drive, open a terminal in this folder and type
    (on Windows: malle-windows-x86_64.exe instead of ./malle-linux-x86_64):

        ./malle-linux-x86_64 --archive ../{ $copy } search blue dress

    To take the archive back onto a computer:

        ./malle-linux-x86_64 restore ../{ $copy } --to FOLDER

    You are asked for the passphrase. If it is lost, but you have the recovery page:

        ./malle-linux-x86_64 --archive FOLDER key passwd --recovery

    FORMAT.md tells how to read the archive without this program.
