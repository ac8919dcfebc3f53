//! What happens to drives: put back, swapped, forked, pulled out, damaged. Alarms (F4), and what the next run mends.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::DateTime;
use malle::backup::{
    BackupError, Drive, DriveState, Drives, RunOptions, add_drive, check, drive_state, pull, repair_drive, restore,
    run, run_with,
};
use malle::store::{
    Archive, CommitFacts, Extent, FindingKind, Layout, MediaSource, VerifyDepth, Writer, check_public, restore_lists,
    verify,
};
use sha2::{Digest as _, Sha256};

use crate::reliability::report::{at_least, exactly, put};
use crate::support::archives::{self, PASSPHRASE, files, open};
use crate::support::fixtures;
use crate::support::program::Malle;

pub fn grow(archive: &Archive, number: usize) {
    let archive = open(archive.layout().root());
    let writer = Writer::begin(&archive, &archive.media().unwrap()).unwrap();
    writer.put_record(format!("{{\"v\":1,\"id\":\"{number:026}\",\"text\":\"bonjour {number}\"}}").as_bytes()).unwrap();
    let photo: Vec<u8> = (0..40_000).map(|n| u8::try_from((n * 31 + number * 7) % 251).unwrap()).collect();
    let sha256 = malle::crypto::hex(&Sha256::digest(&photo));
    writer.put_media(&sha256, "image/jpeg", "jpg", &MediaSource::Bytes(&photo)).unwrap();
    writer.commit(CommitFacts::nothing(DateTime::from_timestamp(1_710_000_100, 0).unwrap())).unwrap();
}

pub fn keep_going(_: u64, _: u64) -> bool {
    true
}

/// An archive of three commits, and two folders that stand for drives.
pub struct Shop {
    pub place: tempfile::TempDir,
    pub archive: Archive,
}

impl Shop {
    pub fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        let archive = archives::create(&place.path().join("archive")).0;
        grow(&archive, 1);
        grow(&archive, 2);
        let archive = open(archive.layout().root());
        for stick in ["stick-a", "stick-b"] {
            std::fs::create_dir(place.path().join(stick)).unwrap();
        }
        Self { place, archive }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    pub fn layout(&self) -> &Layout {
        self.archive.layout()
    }

    /// The drive in a folder, registered under the folder's name and brought up to date.
    pub fn drive(&self, stick: &str) -> Drive {
        add_drive(self.layout(), &self.path(stick), None).unwrap();
        self.run(stick).unwrap();
        self.registered(stick)
    }

    pub fn registered(&self, name: &str) -> Drive {
        let drives = Drives::load(self.layout()).unwrap();
        drives.located(drives.named(name).unwrap())
    }

    /// What `backup run NAME` does.
    pub fn run(&self, name: &str) -> Result<malle::backup::RunReport, BackupError> {
        let drive = self.registered(name);
        let report = run(self.layout(), &drive, &keep_going)?;
        let mut drives = Drives::load(self.layout())?;
        drives.note_run(&drive.id, &report, DateTime::from_timestamp(1_710_000_200, 0).unwrap());
        drives.save(self.layout())?;
        Ok(report)
    }

    fn state(&self, name: &str) -> DriveState {
        drive_state(self.layout(), &self.registered(name), &Drives::load(self.layout()).unwrap())
    }

    fn is_sound(&self, name: &str) -> bool {
        check_public(&Layout::new(&self.registered(name).folder), &|_| {}).unwrap().findings.is_empty()
    }

    /// The objects of the newest commit, on a drive; those of `seq` only.
    pub fn objects(&self, drive: &Drive, seq: u64) -> Vec<PathBuf> {
        let archive = open(self.layout().root());
        let of_commit = archive.commit().objects.iter().filter(|object| object.seq == seq);
        of_commit.map(|object| Layout::new(&drive.folder).object(&object.sha256)).collect()
    }
}

pub fn copy_tree(from: &Path, to: &Path) {
    for path in files(from) {
        let target = to.join(path.strip_prefix(from).unwrap());
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(path, target).unwrap();
    }
}

/// Every file with its bytes.
pub fn tree(root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    files(root).into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

pub fn flip(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

/// F4, rollback: the drive was put back to last week's state, or its newest commit was taken away.
#[test]
fn a_drive_put_back_to_an_older_state_is_noticed() {
    let shop = Shop::new();
    let drive = shop.drive("stick-a");
    copy_tree(&shop.path("stick-a"), &shop.path("last-week"));
    grow(&shop.archive, 3);
    assert_eq!(shop.state("stick-a"), DriveState::Behind);
    shop.run("stick-a").unwrap();
    assert_eq!(shop.state("stick-a"), DriveState::Current);
    let newest = tree(&shop.path("stick-a"));

    std::fs::remove_dir_all(shop.path("stick-a")).unwrap();
    copy_tree(&shop.path("last-week"), &shop.path("stick-a"));
    let before = tree(&shop.path("stick-a"));
    assert!(matches!(shop.run("stick-a"), Err(BackupError::RolledBack { known: 4, found: 3, .. })));
    assert_eq!(shop.state("stick-a"), DriveState::Older);
    assert_eq!(tree(&shop.path("stick-a")), before);
    // Forgotten and registered anew it is taken for what it is, and read whole.
    let mut drives = Drives::load(shop.layout()).unwrap();
    drives.drives.clear();
    drives.save(shop.layout()).unwrap();
    let again = add_drive(shop.layout(), &shop.path("stick-a"), None).unwrap().drive;
    assert!(again.id == drive.id && again.distrust);
    shop.run("stick-a").unwrap();
    assert!(shop.is_sound("stick-a"));

    // The drive itself knows what it was given, though nobody else does any more.
    std::fs::remove_dir_all(shop.path("stick-a")).unwrap();
    for (path, bytes) in newest {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let commits = Layout::new(&drive.folder).commits();
    for file in files(&commits).into_iter().filter(|path| path.to_string_lossy().contains("/0000000004")) {
        std::fs::remove_file(file).unwrap();
    }
    let mut drives = Drives::load(shop.layout()).unwrap();
    drives.drives.clear();
    drives.save(shop.layout()).unwrap();
    add_drive(shop.layout(), &shop.path("stick-a"), None).unwrap();
    assert!(matches!(shop.run("stick-a"), Err(BackupError::RolledBack { known: 4, found: 3, .. })));
    put("F4.drive", &[exactly("drives put back, noticed", 2)]);
}

/// F4, rollback of the archive: its drives know better, and give back what it forgot.
#[test]
fn an_archive_put_back_to_an_older_state_is_noticed_and_pulls_what_it_forgot() {
    let shop = Shop::new();
    shop.drive("stick-a");
    shop.drive("stick-b");
    copy_tree(shop.layout().root(), &shop.path("last-week"));
    grow(&shop.archive, 3);
    shop.run("stick-a").unwrap();
    let expected = open(shop.layout().root()).commit().clone();

    std::fs::remove_dir_all(shop.layout().root()).unwrap();
    copy_tree(&shop.path("last-week"), shop.layout().root());
    assert!(matches!(shop.run("stick-a"), Err(BackupError::Newer { .. })));
    assert_eq!(shop.state("stick-a"), DriveState::Newer);
    let drive = shop.registered("stick-a");
    let archive = open(shop.layout().root());
    let copy = Archive::open_with(&drive.folder, archive.keyring().clone()).unwrap();
    assert_eq!(pull(&archive, &drive, &copy, &keep_going).unwrap().seq, 4);
    let level = pull(&open(shop.layout().root()), &drive, &copy, &keep_going).unwrap();
    assert_eq!((level.seq, level.copied), (4, 0));
    let pulled = open(shop.layout().root());
    assert_eq!(*pulled.commit(), expected);
    assert!(verify(&pulled, VerifyDepth::Data, &|_| {}).unwrap().findings.is_empty());
    shop.run("stick-a").unwrap();

    // With the register kept, even a drive that was not there yet tells nothing wrong: another one is known to be newer.
    for file in
        files(&shop.layout().commits()).into_iter().filter(|path| path.to_string_lossy().contains("/0000000004"))
    {
        std::fs::remove_file(file).unwrap();
    }
    let refused = shop.run("stick-b");
    assert!(matches!(refused, Err(BackupError::ArchiveOlder { name, known: 4, found: 3 }) if name == "stick-a"));
    put("F4.archive", &[exactly("archives put back, noticed", 2)]);
}

/// F4, fork: the archive and its copy were both changed.
#[test]
fn a_copy_that_went_another_way_is_noticed() {
    let shop = Shop::new();
    shop.drive("stick-a");
    copy_tree(shop.layout().root(), &shop.path("twin"));
    grow(&shop.archive, 3);
    shop.run("stick-a").unwrap();
    let twin = open(&shop.path("twin"));
    grow(&twin, 4);
    let before = tree(&shop.path("stick-a"));
    let drive = Drives::load(twin.layout()).unwrap().drives[0].clone();
    assert!(matches!(run(twin.layout(), &drive, &keep_going), Err(BackupError::Forked { seq: 4, .. })));
    assert_eq!(drive_state(twin.layout(), &drive, &Drives::load(twin.layout()).unwrap()), DriveState::Forked);
    let twin = open(&shop.path("twin"));
    let copy = Archive::open_with(&drive.folder, twin.keyring().clone()).unwrap();
    assert!(matches!(pull(&twin, &drive, &copy, &keep_going), Err(BackupError::Forked { .. })));
    assert_eq!(tree(&shop.path("stick-a")), before);
    put("F4.fork", &[exactly("forks, noticed", 2)]);
}

/// A list of drives that tells nothing is named, put aside, and keeps no further command from its work.
#[test]
fn a_damaged_register_is_put_aside() {
    let shop = Shop::new();
    shop.drive("stick-a");
    let register = shop.layout().work().join("drives.json");
    for damage in [&b""[..], b"{\"drives\":[{}"] {
        std::fs::write(&register, damage).unwrap();
        let Err(BackupError::RegisterDamaged { path }) = Drives::load(shop.layout()) else { panic!("not named") };
        assert_eq!(std::fs::read(path).unwrap(), damage);
        assert_eq!(Drives::load(shop.layout()).unwrap(), Drives::default());
    }
    // An import needs it for a word only, and tells of it all the same.
    std::fs::write(&register, b"").unwrap();
    let malle =
        Malle::new().set("MALLE_PASSWORD", PASSPHRASE).set("MALLE_ARCHIVE", shop.layout().root().to_str().unwrap());
    let chat = fixtures().join("whatsapp/android_fr-direct/bundle");
    let done = malle.run(&["--lang", "en", "import", chat.to_str().unwrap()]);
    assert!(done.code == 0 || done.code == 3, "{}", done.stderr);
    assert!(done.stderr.contains("drives.json.damaged"), "{}", done.stderr);
    let again = add_drive(shop.layout(), &shop.path("stick-a"), None).unwrap();
    run(shop.layout(), &again.drive, &keep_going).unwrap();
    assert_eq!(shop.state("stick-a"), DriveState::Current);
}

/// Runs and checks take hours: what is registered meanwhile is not forgotten when they note what they did.
#[test]
fn what_is_registered_while_a_run_is_under_way_stays() {
    let shop = Shop::new();
    let first = shop.drive("stick-a");
    let mut loaded_before = Drives::load(shop.layout()).unwrap();
    let second = shop.drive("stick-b");
    loaded_before.update(shop.layout(), |drives| drives.note_damage(&first.id)).unwrap();
    let now = Drives::load(shop.layout()).unwrap();
    assert_eq!(now.drives.iter().map(|drive| drive.id.as_str()).collect::<Vec<_>>(), [&first.id, &second.id]);
    assert!(now.drives[0].distrust && !now.drives[1].distrust);
}

/// The marker alone is lost: the drive is there, and its repair is told.
#[test]
fn a_drive_that_lost_its_marker_is_not_called_absent() {
    for parity in [true, false] {
        let shop = Shop::new();
        let drive = shop.drive("stick-a");
        if !parity {
            std::fs::remove_dir_all(drive.folder.join("parity")).unwrap();
        }
        let marker = Layout::new(&drive.folder).drive_marker();
        let whole = std::fs::read(&marker).unwrap();
        for damage in [None, Some("{"), Some("")] {
            match damage {
                None => std::fs::remove_file(&marker).unwrap(),
                Some(text) => std::fs::write(&marker, text).unwrap(),
            }
            assert_eq!(shop.state("stick-a"), DriveState::Unmarked);
            assert!(matches!(shop.run("stick-a"), Err(BackupError::Unmarked { .. })));
            repair_drive(shop.layout(), &drive, &[], &keep_going).unwrap();
            assert_eq!(std::fs::read(&marker).unwrap(), whole);
            assert_eq!(shop.state("stick-a"), DriveState::Current);
        }
        // Of two that take turns at one place nobody knows which it is.
        shop.drive("stick-b");
        let mut drives = Drives::load(shop.layout()).unwrap();
        let folder = drives.drives[0].folder.clone();
        drives.drives[1].folder = folder;
        std::fs::remove_file(&marker).unwrap();
        let states = drives.drives.iter().map(|drive| drive_state(shop.layout(), drive, &drives));
        assert_eq!(states.collect::<Vec<_>>(), [DriveState::Absent; 2]);
    }
    let malle = Malle::new().set("MALLE_PASSWORD", PASSPHRASE).set("MALLE_ARCHIVE", "boutique");
    archives::create(&malle.path("boutique"));
    for (stick, name) in [("un", "UN"), ("deux", "DEUX")] {
        std::fs::create_dir(malle.path(stick)).unwrap();
        assert_eq!(malle.run(&["backup", "add", stick, "--name", name]).code, 0);
    }
    assert_eq!(malle.run(&["backup", "run", "--all"]).code, 0);
    let marker = files(&malle.path("un")).into_iter().find(|path| path.ends_with("drive.json")).unwrap();
    std::fs::remove_file(marker).unwrap();
    let run = malle.run(&["backup", "run"]);
    assert!(run.code == 15 && run.stderr.contains("controler UN --reparer"), "{} {}", run.code, run.stderr);
    assert!(malle.run(&["backup", "status"]).stdout.contains("--reparer"));
    let check = malle.run(&["backup", "check"]);
    assert!(check.code == 15 && check.stdout.contains("DEUX:"), "the others are checked: {}", check.stdout);
    assert_eq!(malle.run(&["backup", "check", "--repair"]).code, 0);
    assert_eq!(malle.run(&["backup", "run", "--all"]).code, 0);
}

/// A copy is no place for another archive's copies, and a name is what people can read.
#[test]
fn drives_lie_in_no_archive_and_have_readable_names() {
    let (shop, other) = (Shop::new(), Shop::new());
    let theirs = other.drive("stick-b");
    let refused = |place: &Path| {
        let added = add_drive(shop.layout(), place, None);
        assert!(matches!(added, Err(BackupError::InsideArchive { .. })), "{}", place.display());
    };
    refused(&theirs.folder);
    refused(&Layout::new(&theirs.folder).objects());
    refused(other.layout().root());
    refused(&other.layout().commits());
    // One stick may have copies of several archives beside each other.
    assert!(add_drive(shop.layout(), &other.path("stick-b"), None).is_ok());
    for name in ["", "  ", "a\nb", "a\u{1b}[31mb"] {
        let added = add_drive(shop.layout(), &shop.path("stick-a"), Some(name));
        assert!(matches!(added, Err(BackupError::BadName)), "{name:?}");
    }
    assert_eq!(add_drive(shop.layout(), &shop.path("stick-a"), Some(" clé ")).unwrap().drive.name, "clé");
}

/// Two commands within the same moment: the one that is in the middle of a note is waited for.
#[test]
fn notes_of_two_commands_at_once_are_both_kept() {
    let shop = Shop::new();
    let first = shop.drive("stick-a");
    let (ended_in, ended) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        Drives::default()
            .update(shop.layout(), |drives| {
                scope.spawn(|| {
                    Drives::default().update(shop.layout(), |drives| drives.revoke(["b".to_owned()])).unwrap();
                    ended_in.send(()).unwrap();
                });
                // Long enough for a note that nobody keeps back.
                assert!(ended.recv_timeout(Duration::from_millis(300)).is_err(), "the other did not wait");
                drives.note_damage(&first.id);
            })
            .unwrap();
    });
    let now = Drives::load(shop.layout()).unwrap();
    assert_eq!((now.drives[0].distrust, now.revoked), (true, vec!["b".to_owned()]));
}

/// Two sticks that take turns at one letter: what is asked of one is not done to the other.
#[test]
fn a_command_that_names_a_drive_leaves_the_other_in_its_place_alone() {
    let shop = Shop::new();
    shop.drive("stick-a");
    let other = shop.drive("stick-b");
    std::fs::rename(shop.path("stick-a"), shop.path("drawer")).unwrap();
    std::fs::rename(shop.path("stick-b"), shop.path("stick-a")).unwrap();
    let malle =
        Malle::new().set("MALLE_PASSWORD", PASSPHRASE).set("MALLE_ARCHIVE", shop.layout().root().to_str().unwrap());
    let before = tree(&shop.path("stick-a"));
    for command in ["check", "drill", "prune", "pull", "run"] {
        let run = malle.run(&["--lang", "en", "backup", command, "stick-a"]);
        assert_eq!(run.code, 15, "{command}: {}", run.stderr);
        assert!(!run.stderr.contains("not registered"), "{command}: {}", run.stderr);
    }
    assert_eq!(tree(&shop.path("stick-a")), before);
    assert_eq!(shop.registered("stick-b").id, other.id);
}

/// A drive that went another way gives a repair its bytes, by their hashes, and nothing else.
#[test]
fn a_repair_takes_no_commit_of_a_drive_that_went_another_way() {
    let shop = Shop::new();
    shop.drive("stick-a");
    shop.drive("stick-b");
    copy_tree(shop.layout().root(), &shop.path("twin"));
    grow(&shop.archive, 3);
    shop.run("stick-a").unwrap();
    let twin = open(&shop.path("twin"));
    grow(&twin, 4);
    let drives = Drives::load(twin.layout()).unwrap().drives;
    run(twin.layout(), &drives[1], &keep_going).unwrap();
    let twin = open(&shop.path("twin"));
    let first = twin.commit().objects.iter().find(|object| object.size > 40_000).unwrap().sha256.clone();
    for root in [twin.layout().root().to_owned(), drives[1].folder.clone()] {
        let damaged = twin.layout().beside(&root).object(&first);
        let sound = tree(&root);
        std::fs::write(&damaged, b"").unwrap();
        let findings = check_public(&twin.layout().beside(&root), &|_| {}).unwrap().findings;
        let report = if root == twin.layout().root() {
            malle::backup::repair_archive(twin.layout(), &findings, &keep_going).unwrap()
        } else {
            repair_drive(twin.layout(), &drives[1], &findings, &keep_going).unwrap()
        };
        assert!(report.lost.is_empty() && !report.repaired.is_empty(), "{report:?}");
        assert_eq!(tree(&root), sound, "{}", root.display());
    }
    assert_eq!(open(&shop.path("twin")).commit().seq, twin.commit().seq);
}

/// F4, swap: another drive lies where one is looked for; each is known by the id it bears.
#[test]
fn swapped_drives_are_told_apart_and_moved_ones_are_found() {
    let shop = Shop::new();
    let (a, b) = (shop.drive("stick-a"), shop.drive("stick-b"));
    let rename = |from: &str, to: &str| std::fs::rename(shop.path(from), shop.path(to)).unwrap();
    rename("stick-a", "stick-c");
    rename("stick-b", "stick-a");
    rename("stick-c", "stick-b");
    grow(&shop.archive, 3);
    assert_eq!(shop.registered("stick-a").folder, b.folder);
    shop.run("stick-a").unwrap();
    assert_eq!((shop.state("stick-a"), shop.state("stick-b")), (DriveState::Current, DriveState::Behind));

    // The other drive is unknown: it is not taken for the one that is meant.
    rename("stick-b", "elsewhere");
    let mut drives = Drives::load(shop.layout()).unwrap();
    drives.drives.retain(|drive| drive.id == a.id);
    drives.save(shop.layout()).unwrap();
    assert!(matches!(shop.run("stick-a"), Err(BackupError::Swapped { .. })));
    assert_eq!(shop.state("stick-a"), DriveState::Swapped);
    // The drive is found by its id when somebody tells where it is now.
    let moved = add_drive(shop.layout(), &shop.path("elsewhere"), None).unwrap();
    assert!(moved.moved && moved.drive.id == a.id && moved.drive.name == "stick-a");
    shop.run("stick-a").unwrap();
    assert_eq!(Drives::load(shop.layout()).unwrap().drives.len(), 1);

    // A drive of another archive is left alone.
    let other = archives::create(&shop.path("other")).0;
    assert!(matches!(run(other.layout(), &moved.drive, &keep_going), Err(BackupError::OtherArchive { .. })));
    put("F4.swap", &[exactly("drives swapped, moved or of others, told apart", 4)]);
}

#[test]
fn what_an_interrupted_run_left_is_not_trusted_by_its_size() {
    let shop = Shop::new();
    let drive = shop.drive("stick-a");
    grow(&shop.archive, 3);
    let calls = Cell::new(0);
    let stop = |_, _| {
        calls.set(calls.get() + 1);
        calls.get() < 3
    };
    assert!(matches!(run(shop.layout(), &drive, &stop), Err(BackupError::Interrupted)));
    let begun = files(&drive.folder.join("sessions"));
    assert_eq!(begun.len(), 3, "a pair and a begin: {begun:?}");
    // A power cut can leave files of full length without their bytes.
    let written: Vec<PathBuf> = shop.objects(&drive, 4).into_iter().filter(|path| path.exists()).collect();
    assert!(!written.is_empty());
    for path in &written {
        let length = std::fs::metadata(path).unwrap().len();
        std::fs::write(path, vec![0; usize::try_from(length).unwrap()]).unwrap();
    }
    shop.run("stick-a").unwrap();
    assert!(shop.is_sound("stick-a"));
    assert_eq!(files(&drive.folder.join("sessions")).len(), 5);
}

#[test]
fn a_file_system_that_confirms_nothing_is_read_again() {
    let shop = Shop::new();
    let drive = shop.drive("stick-a");
    grow(&shop.archive, 3);
    shop.run("stick-a").unwrap();
    let path = shop.objects(&drive, 4).remove(0);
    flip(&path);
    // Vouched for by a run that ended: names and sizes are enough, and only a check reads it.
    assert_eq!(shop.run("stick-a").unwrap().copied, 0);
    // The same run, had the file system not confirmed it.
    let end = files(&drive.folder.join("sessions")).into_iter().rfind(|path| path.ends_with("0000000002.end")).unwrap();
    let text = std::fs::read_to_string(&end).unwrap();
    assert!(text.contains("\"durable\":true"));
    std::fs::write(&end, text.replace("true", "false")).unwrap();
    let report = shop.run("stick-a").unwrap();
    assert_eq!((report.copied, report.changed.len()), (1, 0));
    assert!(shop.is_sound("stick-a"));
    assert_eq!(shop.run("stick-a").unwrap().copied, 0);
}

#[test]
fn files_that_vanish_from_a_drive_are_told_and_come_back() {
    let shop = Shop::new();
    let drive = shop.drive("stick-a");
    let objects = shop.objects(&drive, 2);
    std::fs::remove_file(&objects[0]).unwrap();
    std::fs::write(&objects[1], b"ransom").unwrap();
    let report = shop.run("stick-a").unwrap();
    assert!(objects[..2].iter().all(|path| report.changed.contains(path)));
    assert_eq!((report.changed.len(), report.copied), (2, 2));
    assert!(shop.is_sound("stick-a"));
    // What a check finds is mended by the next run, which then trusts nothing.
    flip(&objects[0]);
    let report = check(shop.layout(), &drive, Extent::All, &|_| {}).unwrap();
    assert_eq!(report.findings.len(), 1);
    let mut drives = Drives::load(shop.layout()).unwrap();
    drives.note_damage(&drive.id);
    drives.save(shop.layout()).unwrap();
    assert_eq!(shop.run("stick-a").unwrap().copied, 1);
    assert!(shop.is_sound("stick-a") && !shop.registered("stick-a").distrust);
}

#[test]
fn an_unchanged_archive_costs_a_drive_no_write() {
    let shop = Shop::new();
    shop.drive("stick-a");
    let before = tree(&shop.path("stick-a"));
    let report = shop.run("stick-a").unwrap();
    assert_eq!((report.copied, report.bytes, report.read_back), (0, 0, 0));
    assert!(report.present > 0 && report.durable);
    assert_eq!(tree(&shop.path("stick-a")), before);
}

#[test]
fn damage_to_the_archive_never_reaches_a_good_copy_and_costs_only_itself_when_asked() {
    let shop = Shop::new();
    let drive = shop.drive("stick-a");
    // A vouched file whose source rots in place stays what it is, even when the drive's own is cut short.
    let old = shop.objects(&drive, 2).remove(0);
    let source = shop.layout().object(old.file_stem().unwrap().to_str().unwrap());
    let sound = std::fs::read(&source).unwrap();
    flip(&source);
    std::fs::write(&old, &sound[..sound.len() - 1]).unwrap();
    let refused = shop.run("stick-a");
    assert!(matches!(refused, Err(BackupError::DamagedSource { paths }) if paths == [source.clone()]));
    assert_eq!(std::fs::read(&old).unwrap(), &sound[..sound.len() - 1], "what is there is not destroyed for nothing");
    // Gone from the archive, whole on the drive: told, and no reason to refuse what is new.
    std::fs::write(&old, &sound).unwrap();
    std::fs::remove_file(&source).unwrap();
    let report = shop.run("stick-a").unwrap();
    assert_eq!(report.lacking, std::slice::from_ref(&source));
    // Cut short in the archive: neither is the drive's own called changed, nor the file lost.
    std::fs::write(&source, &sound[..sound.len() - 50]).unwrap();
    let report = shop.run("stick-a").unwrap();
    assert_eq!((report.lacking, report.changed, report.damaged), (vec![source.clone()], vec![], vec![]));
    assert_eq!(std::fs::read(&old).unwrap(), sound);
    std::fs::write(&source, &sound).unwrap();

    grow(&shop.archive, 3);
    let lost = shop.objects(&drive, 4).remove(0);
    let source = shop.layout().object(lost.file_stem().unwrap().to_str().unwrap());
    flip(&source);
    assert!(matches!(shop.run("stick-a"), Err(BackupError::DamagedSource { .. })));
    assert!(shop.is_sound("stick-a"), "the older state is still whole");
    let drive = shop.registered("stick-a");
    let report = run_with(shop.layout(), &drive, RunOptions { skip_damaged: true }, &keep_going).unwrap();
    assert_eq!((report.damaged, report.seq), (vec![source], 4));
    let findings = check_public(&Layout::new(&drive.folder), &|_| {}).unwrap().findings;
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].kind, FindingKind::Missing);
}

#[test]
fn a_damaged_drive_restores_the_rest_and_another_drive_fills_the_gap() {
    let shop = Shop::new();
    let (a, _) = (shop.drive("stick-a"), shop.drive("stick-b"));
    let broken = shop.objects(&a, 2).remove(0);
    flip(&broken);
    // With its parity the first drive gives everything; here that is lost too.
    let whole = restore(&shop.path("stick-a"), &shop.path("whole"), &keep_going).unwrap();
    assert!(whole.run.damaged.is_empty(), "{:?}", whole.run.damaged);
    std::fs::remove_dir_all(a.folder.join("parity")).unwrap();
    let back = shop.path("back");
    let first = restore(&shop.path("stick-a"), &back, &keep_going).unwrap();
    assert_eq!(first.run.damaged, [broken]);
    let report = check_public(&Layout::new(&back), &|_| {}).unwrap();
    assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
    assert_eq!(open(&back).commit().seq, 3);
    let second = restore(&shop.path("stick-b"), &back, &keep_going).unwrap();
    assert_eq!((second.run.damaged.len(), second.run.bytes > 0), (0, true));
    assert!(verify(&open(&back), VerifyDepth::Data, &|_| {}).unwrap().findings.is_empty());
    assert!(restore(&shop.path("stick-b"), &back, &keep_going).is_err(), "an archive is never restored over");
    // The newest commit is the damaged one: the state before it is what is left.
    let copy = Layout::new(&a.folder);
    let commits = files(&copy.commits());
    flip(commits.iter().rfind(|path| path.extension().is_some_and(|extension| extension == "age")).unwrap());
    let older = shop.path("older");
    assert_eq!(restore(&shop.path("stick-a"), &older, &keep_going).unwrap().run.seq, 2);
    assert_eq!(open(&older).commit().seq, 2);
}

/// A public list that lost its end, or everything, is whole lines all the same: nothing may be left out because of it.
#[test]
fn a_public_list_that_was_cut_is_never_taken_for_the_whole() {
    let shop = Shop::new();
    let drive = shop.drive("stick-a");
    let (archive, copy) = (shop.layout(), Layout::new(&drive.folder));
    let list = Path::new("commits").join(Layout::sums_name(3));
    let whole = std::fs::read(archive.root().join(&list)).unwrap();
    let ends: Vec<usize> = (0..whole.len()).filter(|end| *end == 0 || whole[end - 1] == b'\n').collect();
    assert!(ends.len() >= 4, "{}", ends.len());
    let objects = |root: &Path| {
        let found = files(&Layout::new(root).objects());
        found.iter().map(|path| path.file_name().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for end in ends {
        // Parity would make it again.
        std::fs::remove_dir_all(drive.folder.join("parity")).unwrap();
        // On the drive: a check without the key names it, and a restoration leaves no object behind.
        std::fs::write(copy.root().join(&list), &whole[..end]).unwrap();
        let findings = check_public(&copy, &|_| {}).unwrap().findings;
        assert!(findings.iter().any(|it| it.path == list && it.kind == FindingKind::Damaged), "{end}: {findings:?}");
        let back = shop.path(&format!("back-{end}"));
        let report = restore(&shop.path("stick-a"), &back, &keep_going).unwrap();
        assert!(!report.run.damaged.is_empty(), "{end}: not told");
        assert_eq!(objects(&back), objects(archive.root()), "{end}");
        assert_eq!(restore_lists(&open(&back)).unwrap(), [back.join(&list)]);
        assert_eq!(std::fs::read(back.join(&list)).unwrap(), whole);
        // In the archive: no run goes by it, and the archive's own commits make it again.
        std::fs::write(archive.root().join(&list), &whole[..end]).unwrap();
        for skip_damaged in [false, true] {
            let refused = run_with(archive, &drive, RunOptions { skip_damaged }, &keep_going);
            assert!(matches!(refused, Err(BackupError::DamagedList { .. })), "{end}: {refused:?}");
        }
        assert_eq!(restore_lists(&open(archive.root())).unwrap(), [archive.root().join(&list)]);
        shop.run("stick-a").unwrap();
        assert_eq!(std::fs::read(copy.root().join(&list)).unwrap(), whole);
    }
    assert!(restore_lists(&open(archive.root())).unwrap().is_empty());
}

/// An import that was killed between its commit and the list of it: no run takes it, says so, and any opening completes it.
#[test]
fn an_import_killed_at_its_very_end_is_told_and_taken_by_the_next_run_but_one() {
    let shop = Shop::new();
    let root = shop.layout().root().display().to_string();
    let malle = Malle::bare().set("MALLE_PASSWORD", PASSPHRASE).set("MALLE_ARCHIVE", &root).set("MALLE_LANG", "en");
    shop.drive("stick-a");
    grow(&shop.archive, 3);
    let list = shop.layout().commits().join(Layout::sums_name(4));
    let whole = std::fs::read(&list).unwrap();
    std::fs::remove_file(&list).unwrap();
    let told = malle.run(&["backup", "run", "stick-a"]);
    assert_eq!(told.code, 3, "{}", told.stderr);
    assert!(told.stderr.contains("interrupted at its very end"), "{}", told.stderr);
    assert_eq!(shop.state("stick-a"), DriveState::Behind);
    let opened = malle.run(&["verify", "--quick"]);
    assert_eq!(opened.code, 0, "{}", opened.stderr);
    assert!(opened.stderr.contains("is complete now"), "{}", opened.stderr);
    assert_eq!(std::fs::read(&list).unwrap(), whole);
    assert_eq!(malle.run(&["backup", "run", "stick-a"]).code, 0);
    assert_eq!(shop.state("stick-a"), DriveState::Current);
    // Damage to the list needs no other copy either: an older one is written again when a repair is asked for.
    for seq in [2, 4] {
        let list = shop.layout().commits().join(Layout::sums_name(seq));
        let whole = std::fs::read(&list).unwrap();
        flip(&list);
        let repaired = malle.run(&["verify", "--repair"]);
        assert_eq!(repaired.code, 0, "{}{}", repaired.stdout, repaired.stderr);
        assert_eq!(std::fs::read(&list).unwrap(), whole, "{seq}");
    }
}

/// Whoever checks a drive whose first run never ended is told so, not that files of the archive cannot be used.
#[test]
fn a_drive_without_a_finished_backup_is_called_so() {
    let shop = Shop::new();
    let added = add_drive(shop.layout(), &shop.path("stick-a"), None).unwrap().drive;
    let checked = check(shop.layout(), &added, Extent::All, &|_| {});
    assert!(matches!(checked, Err(BackupError::Unfinished { .. })), "{checked:?}");
    shop.run("stick-a").unwrap();
    assert!(check(shop.layout(), &shop.registered("stick-a"), Extent::All, &|_| {}).unwrap().is_sound());
}

#[test]
fn keys_taken_back_leave_the_drives() {
    let shop = Shop::new();
    let drive = shop.drive("stick-a");
    let keys = Layout::new(&drive.folder).keys();
    let names = || files(&keys).iter().map(|path| path.file_name().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(names().len(), 2);
    let slot = shop.archive.slots().unwrap().into_iter().find(|slot| slot.name.starts_with("recovery")).unwrap();
    // A key that is only lost stays on the drive; one that was taken back does not.
    std::fs::rename(shop.layout().keys().join(&slot.name), shop.path("kept")).unwrap();
    shop.run("stick-a").unwrap();
    assert_eq!(names().len(), 2);
    let mut drives = Drives::load(shop.layout()).unwrap();
    drives.revoke([slot.name.clone()]);
    drives.save(shop.layout()).unwrap();
    shop.run("stick-a").unwrap();
    assert_eq!(names().len(), 1);
}

/// S2: names that any file system takes, apart without case, short; and no file that FAT32 could not hold.
#[test]
fn names_on_a_drive_suit_every_file_system() {
    let shop = Shop::new();
    let drive = shop.drive("stick-a");
    let mut seen = std::collections::HashSet::new();
    let all = files(&drive.folder);
    assert!(all.len() > 10);
    let names = all.len().try_into().unwrap();
    for path in all {
        let relative = path.strip_prefix(&drive.folder).unwrap().to_str().unwrap().to_owned();
        let fine = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'/');
        assert!(relative.bytes().all(fine), "{relative}");
        assert!(relative.len() < 120 && !relative.ends_with('.'), "{relative}");
        assert!(seen.insert(relative.to_ascii_lowercase()), "{relative}");
    }
    put("S2", &[at_least("names", names), exactly("unfit", 0)]);
}

const KILLS: u32 = 24;

/// The real program killed at random moments of a backup: the copy is never wrong, and the next run completes it.
#[test]
fn a_killed_backup_goes_on() {
    let place = tempfile::tempdir().unwrap();
    let archive = archives::create(&place.path().join("archive")).0;
    (1..40).for_each(|number| grow(&archive, number));
    let root = archive.layout().root().display().to_string();
    let malle = Malle::new().set("MALLE_PASSWORD", PASSPHRASE).set("MALLE_ARCHIVE", &root);
    let stick = |round: u32| place.path().join(format!("stick-{round}"));
    std::fs::create_dir(stick(KILLS)).unwrap();
    assert_eq!(malle.run(&["backup", "add", stick(KILLS).to_str().unwrap(), "--name", "clean"]).code, 0);
    let started = std::time::Instant::now();
    assert_eq!(malle.run(&["backup", "run", "clean"]).code, 0);
    let span = started.elapsed();
    let mut killed = 0;
    for round in 0..KILLS {
        let name = format!("S{round}");
        std::fs::create_dir(stick(round)).unwrap();
        assert_eq!(malle.run(&["backup", "add", stick(round).to_str().unwrap(), "--name", &name]).code, 0);
        let moment = Duration::from_secs_f64(span.as_secs_f64() * f64::from(round * 7 % KILLS) / f64::from(KILLS));
        killed += u32::from(malle.run_and_kill(&["backup", "run", &name], moment));
        let rerun = malle.run(&["backup", "run", &name]);
        assert_eq!(rerun.code, 0, "{round}: {}", rerun.stderr);
        let checked = malle.run(&["backup", "check", &name]);
        assert_eq!(checked.code, 0, "{round}: {}", checked.stdout);
        std::fs::remove_dir_all(stick(round)).unwrap();
    }
    assert!(killed >= KILLS / 4, "{killed} killed");
}
