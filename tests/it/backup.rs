//! Copies on drives: complete, incremental, never worse than what was there, restored to the same archive.

use std::path::Path;

use chrono::DateTime;
use malle::backup::{BackupError, Drives, add_drive, restore, run};
use malle::store::{Archive, CommitFacts, VerifyDepth, Writer, check_public, verify};

use crate::support::archives::{self, open as reopen};

fn create(root: &Path) -> Archive {
    grow(&archives::create(root).0, 1);
    reopen(root)
}

fn grow(archive: &Archive, number: usize) {
    let writer = Writer::begin(archive, &archive.media().unwrap()).unwrap();
    writer.put_record(format!("{{\"v\":1,\"id\":\"{number:026}\",\"text\":\"bonjour {number}\"}}").as_bytes()).unwrap();
    writer.commit(CommitFacts::nothing(DateTime::from_timestamp(1_710_000_100, 0).unwrap())).unwrap();
}

fn keep_going(_: u64, _: u64) -> bool {
    true
}

#[test]
fn a_copy_of_an_archive_without_any_object_is_a_copy() {
    let folder = tempfile::tempdir().unwrap();
    let archive = archives::create(&folder.path().join("archive")).0;
    let stick = folder.path().join("stick");
    std::fs::create_dir(&stick).unwrap();
    let drive = add_drive(archive.layout(), &stick, Some("MALLE-1")).unwrap().drive;
    run(archive.layout(), &drive, &keep_going).unwrap();
    let copy = reopen(&drive.folder);
    assert!(check_public(copy.layout(), &|_| {}).unwrap().findings.is_empty());
    assert!(verify(&copy, VerifyDepth::Data, &|_| {}).unwrap().findings.is_empty());
    let back = folder.path().join("back");
    restore(&stick, &back, &keep_going).unwrap();
    assert!(verify(&reopen(&back), VerifyDepth::Data, &|_| {}).unwrap().findings.is_empty());
}

#[test]
fn a_copy_is_complete_incremental_and_restores() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("archive");
    let archive = create(&root);
    let stick = folder.path().join("stick");
    std::fs::create_dir(&stick).unwrap();
    let drive = add_drive(archive.layout(), &stick, Some("MALLE-1")).unwrap().drive;
    let told = std::cell::Cell::new((0, 0));
    let watch = |bytes, total| {
        told.set((told.get().0 + bytes, total));
        true
    };
    let first = run(archive.layout(), &drive, &watch).unwrap();
    assert!(first.copied > 0 && first.present == 0);
    let both_ways = 2 * first.bytes;
    let (done, announced) = told.get();
    assert!(done == announced && done > both_ways, "all that was announced was done, parity included");
    assert_eq!(first.read_back, first.copied);
    let second = run(archive.layout(), &drive, &keep_going).unwrap();
    assert_eq!((second.copied, second.bytes), (0, 0));
    grow(&archive, 2);
    let third = run(archive.layout(), &drive, &keep_going).unwrap();
    assert!(third.copied > 0 && third.present > 0);
    let copy = malle::store::Layout::new(&drive.folder);
    assert!(check_public(&copy, &|_| {}).unwrap().findings.is_empty());
    let back = folder.path().join("back");
    restore(&stick, &back, &keep_going).unwrap();
    let restored = reopen(&back);
    assert_eq!(restored.commit(), reopen(&root).commit());
    assert!(verify(&restored, VerifyDepth::Data, &|_| {}).unwrap().findings.is_empty());
    assert!(matches!(restore(&stick, &back, &keep_going), Err(BackupError::Store(_))));
}

#[test]
fn an_interrupted_copy_goes_on_and_damage_does_not_spread() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("archive");
    let archive = create(&root);
    let stick = folder.path().join("stick");
    std::fs::create_dir(&stick).unwrap();
    let drive = add_drive(archive.layout(), &stick, Some("MALLE-1")).unwrap().drive;
    assert!(matches!(run(archive.layout(), &drive, &|_, _| false), Err(BackupError::Interrupted)));
    assert!(matches!(restore(&stick, &folder.path().join("x"), &keep_going), Err(BackupError::NoCopy { .. })));
    run(archive.layout(), &drive, &keep_going).unwrap();
    // A flipped bit in the archive is not copied.
    grow(&archive, 2);
    let newest = reopen(&root);
    let object = newest.commit().objects.iter().find(|object| object.seq == newest.commit().seq).unwrap();
    let path = newest.layout().object(&object.sha256);
    let sound = std::fs::read(&path).unwrap();
    let mut flipped = sound.clone();
    flipped[10] ^= 1;
    std::fs::write(&path, &flipped).unwrap();
    let refused = run(newest.layout(), &drive, &keep_going);
    assert!(matches!(refused, Err(BackupError::DamagedSource { paths }) if paths == [path.clone()]));
    let copy = malle::store::Layout::new(&drive.folder);
    assert!(check_public(&copy, &|_| {}).unwrap().is_sound());
    std::fs::write(&path, &sound).unwrap();
    run(newest.layout(), &drive, &keep_going).unwrap();
    // A file cut short on the drive is replaced.
    std::fs::write(copy.object(&object.sha256), &sound[..5]).unwrap();
    assert_eq!(run(newest.layout(), &drive, &keep_going).unwrap().copied, 1);
    assert!(check_public(&copy, &|_| {}).unwrap().findings.is_empty());
}

#[test]
fn drives_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("archive");
    let archive = create(&root);
    let stick = folder.path().join("stick");
    std::fs::create_dir(&stick).unwrap();
    let drive = add_drive(archive.layout(), &stick, Some("MALLE-1")).unwrap().drive;
    let other = folder.path().join("other");
    std::fs::create_dir(&other).unwrap();
    assert!(matches!(add_drive(archive.layout(), &other, Some("MALLE-1")), Err(BackupError::NameTaken { .. })));
    assert!(matches!(add_drive(archive.layout(), &root, Some("B")), Err(BackupError::InsideArchive { .. })));
    assert!(matches!(
        add_drive(archive.layout(), &folder.path().join("no"), Some("B")),
        Err(BackupError::Absent { .. })
    ));
    assert!(matches!(Drives::load(archive.layout()).unwrap().named("C"), Err(BackupError::UnknownDrive { .. })));
    std::fs::remove_dir_all(&stick).unwrap();
    assert!(matches!(run(archive.layout(), &drive, &keep_going), Err(BackupError::Absent { .. })));
}
