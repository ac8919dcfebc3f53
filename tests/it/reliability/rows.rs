//! The rows of `docs/reliability.md`. Whoever adds a test of survival adds one here, and calls `report::put` in the test.

/// One thing that goes wrong.
pub struct Row {
    /// Never used for something else.
    pub id: &'static str,
    pub what: &'static str,
    pub how: &'static str,
    /// The fault, put in on purpose, at which the test fails.
    pub finds: &'static str,
    /// `module::function` of this binary, or `src::room::module::tests::function`.
    pub tests: &'static [&'static str],
}

pub const ROWS: &[Row] = &[
    Row {
        id: "C1",
        what: "The power is cut, anywhere, also while recovering",
        how: "Every operation of making an archive, two imports, storing a film, two changes of the passphrase, nineteen words of the \
              owner (labels), two backups, a restoration, compaction and an erasure here and on a drive is recorded; after each of \
              them 12 disks are drawn that a crash may leave (by a POSIX and an exFAT \
              model: unsynced bytes lost, cut, zeroed, garbled; unsynced names in any combination; torn renamings). Each is \
              opened, verified, and the work is done again; sticks, of which two files are then taken away, make them again by parity; samples are cut a second time, or killed, repeated and cut",
        finds: "C2",
        tests: &[
            "reliability::crash::power_cuts_of_imports_lose_nothing_acknowledged",
            "reliability::crash::power_cuts_while_a_film_is_stored_lose_nothing_acknowledged",
            "reliability::crash::power_cuts_of_key_changes_leave_one_that_opens",
            "reliability::crash::power_cuts_while_the_owner_speaks_lose_no_word_acknowledged",
            "reliability::crash::power_cuts_of_backups_leave_what_the_drive_had",
            "reliability::crash::power_cuts_of_restorations_can_be_repeated",
            "reliability::crash::power_cuts_of_an_erasure_cost_nobody_else_and_bring_nobody_back",
            "reliability::crash::power_cuts_of_an_erasure_on_a_drive_cost_nobody_else_and_bring_nobody_back",
        ],
    },
    Row {
        id: "C2",
        what: "The tests of C1 could be blind",
        how: "Faults are put into the ways of writing: no sync of files, no sync of folders, commits before their objects, \
              removal before replacement, no sync of what an interrupted run left, no sync of parity, parity removed before \
              that which takes its place",
        finds: "each of the seven faults",
        tests: &["reliability::crash::each_fault_put_into_the_ways_of_writing_is_found"],
    },
    Row {
        id: "C3",
        what: "The program is killed, anywhere",
        how: "The real program is killed (kill -9) at random moments of importing, backing up, making the index, searching, erasing \
              a person and joining small files; after each the archive, and the drive that was once complete, are verified; in the end all is done to its end",
        finds: "an object that a commit lists and the disk lacks; a record that an undisturbed import gives and this one not",
        tests: &[
            "reliability::program::killed_at_any_moment_the_program_loses_nothing_acknowledged",
            "reliability::erasing::killed_while_erasing_the_program_costs_nobody_else_and_goes_on",
        ],
    },
    Row {
        id: "C4",
        what: "An operation fails, once or from then on",
        how: "The n-th operation of making, filling and copying an archive fails with EIO, ENOSPC, EACCES or EINTR, or writes half, \
              for n = 0, 1, 2 … until none is left to fail; what is there is verified, and all is done again. System calls \
              of the real program fail likewise, by strace",
        finds: "a failure that is swallowed, or told as something else",
        tests: &[
            "reliability::faults::every_operation_may_fail_and_costs_no_more_than_a_rerun",
            "reliability::program::system_calls_may_fail_and_cost_no_more_than_a_rerun",
        ],
    },
    Row {
        id: "C5",
        what: "The disk is full",
        how: "The same on disks of every size up to what is needed, in 160 steps; the real program may not write files larger \
              than so many KiB, as on FAT32",
        finds: "a failure that is swallowed, or told as something else",
        tests: &[
            "reliability::faults::a_disk_that_is_full_at_any_byte_costs_no_more_than_a_rerun",
            "reliability::program::files_that_may_not_grow_cost_no_more_than_a_rerun",
        ],
    },
    Row {
        id: "C6",
        what: "A stick is pulled out, or something else fills it up",
        how: "Real exFAT, FAT32 and NTFS volumes and a small memory disk hold an older backup. While the real program brings them \
              up to date, the process that serves the file system is killed once so many bytes are written, or all room but \
              a little is taken (the run stands still meanwhile); the volume is mended as systems do it and mounted again. Every \
              acknowledged file is compared, and a second run must complete the copy. Tried where the machine allows it \
              (root, FUSE), else skipped aloud: `tests/drives/run`",
        finds: "a failure that is swallowed, so that the run ends well; in each run, an acknowledged file that is changed and one that is taken away",
        tests: &["reliability::volumes::volumes_that_are_pulled_out_or_filled_up_lose_nothing_acknowledged"],
    },
    Row {
        id: "D1",
        what: "Bits rot, files are cut, swapped, emptied, copied or lost",
        how: "Every file of an archive and of its copy: 100 flips of a bit, cuts (0, 1, half, each end of a chunk and beside it), \
              bytes appended, zeros, swaps of every two, twins, removal; then everything is read, and verified with the key \
              and without",
        finds: "any of them not told by the name of its file, or read as something else",
        tests: &["reliability::damage::every_damage_to_every_file_is_found_and_named"],
    },
    Row {
        id: "D2",
        what: "The index is damaged",
        how: "Every sort of index file: a bit flipped, cut, emptied, swapped, removed; also where only a question meets it. Then the questions of before are asked",
        finds: "an index that is believed, or made anew with other answers",
        tests: &[
            "healing::a_damaged_index_is_rebuilt_and_answers_as_before",
            "healing::damage_that_only_a_question_meets_is_cured_too",
        ],
    },
    Row {
        id: "D3",
        what: "Files of a drive, or of the archive, are damaged or lost",
        how: "Every file of a drive is removed, overwritten, cut or flipped, and repaired from the drive alone; up to four of one group \
              are lost, with and without parity, with and without the archive; one piece of every file is damaged; two \
              copies are damaged in different places; every file, parity included, has two flips",
        finds: "a file within the bound that does not come back byte for byte; one beyond it that is not named",
        tests: &[
            "parity::every_single_file_of_a_drive_comes_back_from_the_drive_alone",
            "parity::repair_succeeds_within_the_bound_and_names_the_rest_beyond_it",
            "parity::scattered_damage_comes_back_while_no_column_lacks_more_than_two_pieces",
            "parity::two_damaged_copies_make_a_whole_one",
            "parity::two_flips_in_every_file_are_named_and_repaired_from_the_archive",
        ],
    },
    Row {
        id: "D4",
        what: "A stick, its cable or the memory gives other bytes at each reading",
        how: "Every object of an archive and of its copy reads differently once, or always",
        finds: "a file called sound or damaged that is neither",
        tests: &["reliability::faults::a_medium_that_tells_two_things_of_one_file_is_called_failing"],
    },
    Row {
        id: "D5",
        what: "Parity itself is false, or is not kept, or a repair is interrupted",
        how: "Parity and its checksums are forged so that nothing but the hash of the file that is made can tell; a drive gives other \
              bytes than parity was written with; everything that an interrupted repair can leave beside a damaged file is put \
              there, with parity and without",
        finds: "a file of wrong bytes under its name; parity that is not read back; a damaged file overwritten before the good one \
                is durable",
        tests: &[
            "parity::wrong_parity_is_never_believed",
            "parity::parity_that_a_drive_does_not_keep_is_told_and_taken_back",
            "parity::an_interrupted_repair_leaves_the_damaged_or_the_good_file",
        ],
    },
    Row {
        id: "F1",
        what: "age files of any sort reach the reader",
        how: "The test vectors of C2SP that the age crate carries, through the program's own readers; reads of sealed files at \
              offsets anywhere, beyond the end too",
        finds: "a vector that opens and should not, or a byte that is not the one sealed",
        tests: &["reliability::forged::vectors_of_age_and_reads_anywhere_never_panic_and_never_lie"],
    },
    Row {
        id: "F2",
        what: "malle is no more",
        how: "The archive is read by age, zstd, jq, tar and sha256sum of the system alone, and compared with what the program exports",
        finds: "a record, a photo or an original that they do not give",
        tests: &["longevity::an_archive_opens_with_common_tools_alone"],
    },
    Row {
        id: "F3",
        what: "A later version of the program opens what an earlier one wrote",
        how: "Archives of every format released, kept for ever, are opened, verified and exported",
        finds: "a byte of the export that differs",
        tests: &["old_archives::archives_of_every_version_open_verify_and_export_the_same"],
    },
    Row {
        id: "F4",
        what: "A drive or the archive was put back to an older state, taken for another, or changed in two places",
        how: "Last week's copy is put back on the drive, and in place of the archive; the newest commit is taken away; a twin of the archive goes its own way; drives are swapped, moved, and of another archive",
        finds: "a run that goes on without an alarm of the right kind, or writes to the drive",
        tests: &[
            "drives::a_drive_put_back_to_an_older_state_is_noticed",
            "drives::an_archive_put_back_to_an_older_state_is_noticed_and_pulls_what_it_forgot",
            "drives::a_copy_that_went_another_way_is_noticed",
            "drives::swapped_drives_are_told_apart_and_moved_ones_are_found",
        ],
    },
    Row {
        id: "F5",
        what: "Somebody puts files of their own into an archive",
        how: "Commits unsigned, signed or sealed by another key, or out of the chain; objects sealed to the archive's own \
              recipient, in place of listed ones and beside them; a key file with a keyring of theirs",
        finds: "one that is taken; the same commit rightly signed is taken, so that they are not refused for something else",
        tests: &["reliability::forged::what_somebody_made_up_is_refused"],
    },
    Row {
        id: "K1",
        what: "The key is mistyped, of another archive, damaged or gone",
        how: "Wrong passphrase, a line of another archive, one letter of the line wrong, key files cut, emptied and lengthened, none, no folder, one that asks for hours of work",
        finds: "damage that is called a wrong passphrase, or work that is begun",
        tests: &["keys::wrong_damaged_and_missing_keys_are_told_apart"],
    },
    Row {
        id: "G2",
        what: "Parity or a repair brings back a person who was erased",
        how: "A person is erased; one drive with parity has carried it out, another has not and is plugged in while the archive and \
              the first drive are damaged and repaired; files that went are looked for in groups of parity and on both",
        finds: "a group that still covers a file that went; a repair that takes one from the other drive",
        tests: &["erase::an_erased_person_comes_back_neither_from_parity_nor_from_repairs"],
    },
    Row {
        id: "K2",
        what: "A busy machine makes passphrases cheap to guess, or a slow one refuses its owner",
        how: "Key files are made while every core is busy; key files ask for more work than is allowed",
        finds: "a work factor that depends on the machine",
        tests: &["reliability::forged::a_passphrase_costs_the_same_work_however_busy_the_machine_is"],
    },
    Row {
        id: "K3",
        what: "A change of keys is interrupted",
        how: "A renewal of the key stopped after each of its steps; then the passphrase and the paper open the archive, something is stored, and the renewal is done again",
        finds: "a step after which none of the keys opens, or what is stored next opens with one only",
        tests: &["keys::an_interrupted_renewal_leaves_an_archive_that_opens"],
    },
    Row {
        id: "K4",
        what: "Key, passphrase or words of messages are written somewhere in the clear",
        how: "Every write of the real program is looked through by strace while it imports, copies to a drive and verifies; its \
              memory must be closed to core files and to other programs",
        finds: "any of the words that the downloads were made of, the passphrase, the archive's secret",
        tests: &["reliability::program::what_the_program_writes_holds_no_key_and_no_word"],
    },
    Row {
        id: "P1",
        what: "Things are done in an order that nobody thought of",
        how: "Random sequences of imports, erasures, compactions, backups, lost drives and restorations, compared after each step with a model in memory",
        finds: "a text more or less than the model has; a name of somebody erased in any file",
        tests: &["erase::whatever_is_done_in_whatever_order_the_archive_holds_what_it_must"],
    },
    Row {
        id: "P2",
        what: "Several programs work on one archive at once",
        how: "Two imports, a backup, compacting, searches and checks together, round after round; one killed while it has the lock",
        finds: "a search that fails, a writer that is never let, a record that is missing or doubled in the end",
        tests: &["reliability::program::several_at_once_wait_for_each_other_and_readers_never_fail"],
    },
    Row {
        id: "P3",
        what: "An import is interrupted again and again",
        how: "Ten times at later and later moments, then let to its end",
        finds: "a record more or less than an import of one run gives; objects that nobody removes",
        tests: &["reliability::program::an_import_interrupted_ten_times_is_the_import_of_one_run"],
    },
    Row {
        id: "S1",
        what: "The archive grows to a terabyte",
        how: "A commit that lists so many objects is opened, and the next one is written",
        finds: "a list that is cut",
        tests: &["reliability::forged::an_archive_of_a_terabyte_is_opened"],
    },
    Row {
        id: "S2",
        what: "A file system cannot take a name",
        how: "The names of all files of a drive: letters, digits, dots and hyphens only, under 120 long, different without regard to case",
        finds: "a name that exFAT, FAT32 or NTFS refuses or takes for another",
        tests: &["drives::names_on_a_drive_suit_every_file_system"],
    },
    Row {
        id: "Z1",
        what: "A download is made to do harm, or broken",
        how: "Names that leave their folder, links, bombs, lies in every field, entries that share bytes, a hundred thousand entries; \
              a ZIP damaged at random, and cut at every byte",
        finds: "a byte that is not the entry's, a path outside, a limit passed",
        tests: &[
            "hostile::random_damage_never_panics_and_never_gives_wrong_bytes",
            "hostile::a_hundred_thousand_entries_take_linear_time_whatever_their_names",
            "hostile::names_that_leave_their_folder_are_listed_and_never_read",
            "hostile::links_and_special_files_are_listed_and_never_followed",
            "hostile::lying_checksums_and_sizes_are_found",
            "hostile::a_lying_bomb_gives_no_more_than_it_claims",
            "hostile::many_small_bombs_share_one_limit",
            "hostile::entries_that_share_bytes_are_refused",
            "salvage::a_zip_cut_at_any_byte_gives_every_whole_entry",
        ],
    },
    Row {
        id: "G1",
        what: "A person asks to be erased",
        how: "Afterwards every object, commit and index file is opened, here and on two drives, and searched for name, texts and hashes of photos; then the same downloads are imported again",
        finds: "a word left in any file, or a record that comes back",
        tests: &["erase::an_erased_person_is_nowhere_and_stays_away"],
    },
    Row {
        id: "R1",
        what: "Only the drive is left",
        how: "The archive is deleted; on a machine with an empty home everything is restored from the drive, once with the passphrase and once with the paper, and exported",
        finds: "an export or a photo that differs in a byte",
        tests: &["drives_read::with_the_drive_and_the_paper_alone_everything_comes_back"],
    },
    Row {
        id: "E1",
        what: "Somebody changes what was stated as evidence",
        how: "One byte of each file is changed in turn",
        finds: "a file that the check does not name",
        tests: &["evidence::one_changed_byte_anywhere_is_named"],
    },
];
