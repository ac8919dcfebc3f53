//! Parity and repair: any file of a drive comes back byte for byte within the bound, and beyond it is named.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use chrono::DateTime;
use malle::backup::{
    BackupError, Drive, Drives, RepairReport, RepairSource, RunOptions, add_drive, check_parity, repair_archive,
    repair_drive, restore, run, run_with,
};
use malle::store::{
    Archive, CommitFacts, Disk, Finding, FindingKind, Layout, MediaSource, Step, VerifyDepth, Watcher, Writer,
    check_public, verify,
};
use sha2::{Digest as _, Sha256};

use crate::reliability::report::{at_least, exactly, put};
use crate::support::archives::{self, files, open as reopen};
use crate::support::program::Malle;

/// Does something to a file.
type Damage = fn(&Path);

/// A file, and what stands beside it: the repaired one, and the copy of that.
type State<'a> = (&'a [u8], Option<&'a [u8]>, Option<&'a [u8]>);

/// Bytes of the one large file each commit brings: several pieces, so that scattered damage can be told from whole files.
const PHOTO_BYTES: usize = 200_000;

/// Adds a commit with a pack of some pieces, a segment and a list.
fn grow(archive: &Archive, number: usize) {
    let writer = Writer::begin(archive, &archive.media().unwrap()).unwrap();
    let photo: Vec<u8> = (0..PHOTO_BYTES + 1000 * number)
        .map(|n| u8::try_from(n.wrapping_mul(2_654_435_761).wrapping_add(number * 97) >> 13 & 0xff).unwrap())
        .collect();
    let sha256 = malle::crypto::hex(&Sha256::digest(&photo));
    writer.put_media(&sha256, "image/jpeg", "jpg", &MediaSource::Bytes(&photo)).unwrap();
    let line = format!(
        "{{\"v\":1,\"id\":\"{number:026}\",\"kind\":\"post\",\"platform\":\"facebook\",\"time\":{{\"utc\":\"2024-03-0{number}T10:00:00Z\"}},\
         \"text\":\"bonjour {number}\",\"attachments\":[{{\"name\":\"robe-{number}.jpg\",\"status\":\"stored\",\"sha256\":\"{sha256}\"}}]}}"
    );
    writer.put_record(line.as_bytes()).unwrap();
    let counts = BTreeMap::from([("facebook/post".to_owned(), 1)]);
    let now = DateTime::from_timestamp(1_710_000_100, 0).unwrap();
    writer.commit(CommitFacts { counts, ..CommitFacts::nothing(now) }).unwrap();
}

fn keep_going(_: u64, _: u64) -> bool {
    true
}

/// An archive with a drive that is up to date.
struct Place {
    folder: tempfile::TempDir,
    drive: Drive,
}

impl Place {
    fn new(commits: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        drop(archives::create(&folder.path().join("archive")));
        let stick = folder.path().join("stick");
        std::fs::create_dir(&stick).unwrap();
        let drive = add_drive(&Layout::new(&folder.path().join("archive")), &stick, Some("MALLE-1")).unwrap().drive;
        let place = Self { folder, drive };
        (1..=commits).for_each(|number| grow(&place.archive(), number));
        place.back_up();
        place
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("archive")
    }

    fn archive(&self) -> Archive {
        reopen(&self.root())
    }

    fn layout(&self) -> Layout {
        Layout::new(&self.root())
    }

    fn back_up(&self) -> malle::backup::RunReport {
        run(&self.layout(), &self.drive, &keep_going).unwrap()
    }

    /// A folder that has the register and nothing else: repairs from there have no replica.
    fn bare(&self) -> Layout {
        let root = self.folder.path().join("bare");
        std::fs::create_dir_all(root.join("work")).unwrap();
        std::fs::copy(self.root().join("work/drives.json"), root.join("work/drives.json")).unwrap();
        Layout::new(&root)
    }

    fn copy(&self) -> Layout {
        Layout::new(&self.drive.folder)
    }

    fn findings(&self) -> Vec<Finding> {
        let mut report = check_public(&self.copy(), &|_| {}).unwrap();
        check_parity(&self.copy(), &mut report, &|_| {}).unwrap();
        report.findings
    }

    fn repair(&self, from: &Layout) -> RepairReport {
        repair_drive(from, &self.drive, &self.findings(), &keep_going).unwrap()
    }

    /// Puts the drive back to what it was.
    fn reset(&self, files: &BTreeMap<String, Vec<u8>>) {
        std::fs::remove_dir_all(&self.drive.folder).unwrap();
        for (path, bytes) in files {
            std::fs::create_dir_all(self.drive_file(path).parent().unwrap()).unwrap();
            std::fs::write(self.drive_file(path), bytes).unwrap();
        }
    }

    fn drive_file(&self, path: &str) -> PathBuf {
        self.drive.folder.join(path)
    }
}

/// A path below a folder, with `/`.
fn below(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/")
}

/// Every file below a folder with its bytes.
fn snapshot(root: &Path) -> BTreeMap<String, Vec<u8>> {
    files(root).iter().map(|path| (below(root, path), std::fs::read(path).unwrap())).collect()
}

fn assert_same(found: &BTreeMap<String, Vec<u8>>, expected: &BTreeMap<String, Vec<u8>>, what: &str) {
    let differing: Vec<&String> =
        found.keys().chain(expected.keys()).filter(|path| found.get(*path) != expected.get(*path)).collect();
    assert!(differing.is_empty(), "{what}: {differing:?}");
}

fn lost(report: &RepairReport) -> BTreeSet<String> {
    report.lost.iter().map(|lost| lost.path.display().to_string()).collect()
}

/// The files of each group, by the path of its first parity file.
pub fn groups(copy: &Path) -> BTreeMap<PathBuf, Vec<String>> {
    let first = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "p");
    files(&copy.join("parity"))
        .into_iter()
        .filter(first)
        .map(|path| {
            let bytes = std::fs::read(&path).unwrap();
            let index_bytes: usize =
                std::str::from_utf8(&bytes[bytes.len() - 76..bytes.len() - 66]).unwrap().parse().unwrap();
            let index = &bytes[bytes.len() - 91 - index_bytes..];
            let line = index.split(|byte| *byte == b'\n').next().unwrap();
            let head: serde_json::Value = serde_json::from_slice(line).unwrap();
            let names = head["files"].as_array().unwrap().iter();
            (path, names.map(|file| file["path"].as_str().unwrap().to_owned()).collect())
        })
        .collect()
}

/// The group that has the packs.
fn packs(place: &Place) -> Vec<String> {
    let large = |path: &String| std::fs::metadata(place.drive_file(path)).unwrap().len() > 100_000;
    groups(&place.drive.folder).into_values().find(|members| members.iter().all(large)).unwrap()
}

fn flip(path: &Path, at: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    let at = at % bytes.len();
    bytes[at] ^= 0x10;
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn every_single_file_of_a_drive_comes_back_from_the_drive_alone() {
    let place = Place::new(3);
    let before = snapshot(&place.drive.folder);
    assert!(before.len() > 25, "{:?}", before.keys());
    let bare = place.bare();
    let damages: [(&str, Damage); 4] = [
        ("removed", |path| std::fs::remove_file(path).unwrap()),
        ("overwritten", |path| std::fs::write(path, vec![b'x'; 70_000]).unwrap()),
        ("cut", |path| {
            let bytes = std::fs::read(path).unwrap();
            std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
        }),
        ("flipped", |path| flip(path, 40)),
    ];
    let mut repaired = 0_u64;
    for path in before.keys() {
        for (name, damage) in damages {
            // An empty file has nothing to cut or flip, and a lock that is gone is made anew by whoever locks.
            let empty = before[path].is_empty() && matches!(name, "cut" | "flipped");
            if empty || (path == "lock" && name == "removed") {
                continue;
            }
            damage(&place.drive_file(path));
            let findings = place.findings();
            assert!(findings.iter().any(|finding| finding.path == Path::new(path)), "{path} {name}: {findings:?}");
            let report = repair_drive(&bare, &place.drive, &findings, &keep_going).unwrap();
            assert_eq!(lost(&report), BTreeSet::new(), "{path} {name}");
            assert_same(&snapshot(&place.drive.folder), &before, &format!("{path} {name}"));
            repaired += 1;
        }
    }
    assert!(place.findings().is_empty());
    put("D3.alone", &[at_least("damages of any one file, repaired from the drive alone", repaired)]);
}

#[test]
fn repair_succeeds_within_the_bound_and_names_the_rest_beyond_it() {
    let place = Place::new(5);
    let before = snapshot(&place.drive.folder);
    let members = packs(&place);
    assert_eq!(members.len(), 5);
    let empty = place.bare();
    let (mut back, mut named) = (0_u64, 0_u64);
    for (replica, parity) in [(false, false), (false, true), (true, false), (true, true)] {
        for damaged in 0..=4 {
            let from = if replica { place.layout() } else { empty.clone() };
            if !parity {
                std::fs::remove_dir_all(place.drive_file("parity")).unwrap();
            }
            let gone = &members[..damaged];
            for path in gone {
                std::fs::remove_file(place.drive_file(path)).unwrap();
            }
            let report = place.repair(&from);
            let expected =
                if replica || (parity && damaged <= 2) { BTreeSet::new() } else { gone.iter().cloned().collect() };
            assert_eq!(lost(&report), expected, "{damaged} lost, replica {replica}, parity {parity}");
            for path in &members {
                let found = std::fs::read(place.drive_file(path)).ok();
                assert_eq!(found.as_ref(), before.get(path).filter(|_| !expected.contains(path)), "{path}");
            }
            named += u64::try_from(expected.len()).unwrap();
            back += u64::try_from(damaged - expected.len()).unwrap();
            place.reset(&before);
        }
    }
    let figures = [
        exactly("files lost within the bound of copies and parity, and back", back),
        exactly("files lost beyond it, and named", named),
    ];
    put("D3.bound", &figures);
}

#[test]
fn scattered_damage_comes_back_while_no_column_lacks_more_than_two_pieces() {
    let place = Place::new(5);
    let before = snapshot(&place.drive.folder);
    let members = packs(&place);
    let bare = place.bare();
    // Every file has one damaged piece, none in the same column as two others.
    for (number, path) in members.iter().enumerate() {
        flip(&place.drive_file(path), (number % 3) * 65_536 + 500);
    }
    let report = place.repair(&bare);
    assert_eq!(lost(&report), BTreeSet::new());
    assert!(report.repaired.iter().all(|(_, source)| *source == RepairSource::Parity), "{report:?}");
    assert_same(&snapshot(&place.drive.folder), &before, "scattered");
    // Three in one column are one too many, and exactly these three are lost.
    let three: BTreeSet<String> = members.iter().take(3).cloned().collect();
    for path in &three {
        flip(&place.drive_file(path), 70_000);
    }
    assert_eq!(lost(&place.repair(&bare)), three);
    // With one of the three pieces elsewhere, parity makes the other two.
    let elsewhere = bare.root().join(three.first().unwrap());
    std::fs::create_dir_all(elsewhere.parent().unwrap()).unwrap();
    std::fs::write(&elsewhere, &before[three.first().unwrap()]).unwrap();
    flip(&elsewhere, 10);
    assert_eq!(lost(&place.repair(&bare)), BTreeSet::new());
    assert_same(&snapshot(&place.drive.folder), &before, "mixed");
}

#[test]
fn two_damaged_copies_make_a_whole_one() {
    for parity in [true, false] {
        let place = Place::new(2);
        let before = snapshot(&place.drive.folder);
        if !parity {
            std::fs::remove_dir_all(place.drive_file("parity")).unwrap();
            let mut drives = Drives::load(&place.layout()).unwrap();
            drives.choose_parity(&place.drive.id, false);
            drives.save(&place.layout()).unwrap();
        }
        let objects: Vec<String> = before.keys().filter(|path| path.starts_with("objects/")).cloned().collect();
        let large: Vec<&String> = objects.iter().filter(|path| before[*path].len() > 100_000).collect();
        for path in &large {
            // Two flips here, two there, in different pieces.
            for (root, places) in [(&place.drive.folder, [10, 70_000]), (&place.root(), [140_000, 199_000])] {
                for at in places {
                    flip(&root.join(path), at);
                }
            }
        }
        let report = place.repair(&place.layout());
        assert_eq!(lost(&report), BTreeSet::new());
        assert!(report.repaired.iter().all(|(_, source)| *source == RepairSource::Pieces), "{report:?}");
        for path in &objects {
            assert_eq!(std::fs::read(place.drive_file(path)).unwrap(), before[path]);
        }
        // And back: the archive from the drive.
        let found = verify(&place.archive(), VerifyDepth::Hashes, &|_| {}).unwrap().findings;
        assert_eq!(found.len(), large.len());
        let report = repair_archive(&place.layout(), &found, &keep_going).unwrap();
        assert_eq!((report.repaired.len(), lost(&report)), (large.len(), BTreeSet::new()));
        assert!(verify(&place.archive(), VerifyDepth::Data, &|_| {}).unwrap().findings.is_empty());
    }
}

#[test]
fn two_flips_in_every_file_are_named_and_repaired_from_the_archive() {
    let place = Place::new(3);
    let before = snapshot(&place.drive.folder);
    let damaged: BTreeSet<PathBuf> =
        before.iter().filter(|(_, bytes)| !bytes.is_empty()).map(|(path, _)| PathBuf::from(path)).collect();
    for (number, path) in damaged.iter().enumerate() {
        let file = place.drive.folder.join(path);
        // Two bytes that are never the same.
        let (at, len) = (13 + number * 31, before[path.to_str().unwrap()].len());
        flip(&file, at);
        flip(&file, at + 1 + number * 1013 % (len - 1));
    }
    let named: BTreeSet<PathBuf> = place.findings().into_iter().map(|finding| finding.path).collect();
    assert!(named.is_superset(&damaged), "{:?}", damaged.difference(&named));
    assert_eq!(lost(&place.repair(&place.layout())), BTreeSet::new());
    let after = snapshot(&place.drive.folder);
    // The marks of runs are on this drive alone, and its parity was damaged with them: they are right, or gone.
    let marks = |path: &str| path.starts_with("sessions/");
    assert!(after.iter().filter(|(path, _)| marks(path)).all(|(path, bytes)| before.get(path) == Some(bytes)));
    let files_only = |all: &BTreeMap<String, Vec<u8>>| -> BTreeMap<String, Vec<u8>> {
        let kept = all.iter().filter(|(path, _)| !path.starts_with("parity/") && !marks(path));
        kept.map(|(path, bytes)| (path.clone(), bytes.clone())).collect()
    };
    assert_same(&files_only(&after), &files_only(&before), "repaired from the archive");
    assert!(place.findings().is_empty(), "{:?}", place.findings());
    place.back_up();
    assert!(place.findings().is_empty(), "{:?}", place.findings());
    let files = u64::try_from(damaged.len()).unwrap();
    put("D3.everywhere", &[exactly("files that all had two flips", files), exactly("not named or not repaired", 0)]);
}

#[test]
fn wrong_parity_is_never_believed() {
    let place = Place::new(4);
    let members = packs(&place);
    let group = groups(&place.drive.folder).into_iter().find(|(_, files)| *files == members).unwrap().0;
    // One byte of each parity is changed, and both indexes are made to agree with it: only the file's own hash can tell.
    let parities = [group.clone(), group.with_extension("q")];
    let bytes = parities.clone().map(|file| std::fs::read(file).unwrap());
    let index_bytes: usize = {
        let line = &bytes[0][bytes[0].len() - 91..];
        std::str::from_utf8(&line[15..25]).unwrap().parse().unwrap()
    };
    let behind = 91 + index_bytes;
    let data = bytes.clone().map(|bytes| {
        let mut data = bytes[..bytes.len() - 2 * behind].to_vec();
        data[300] ^= 1;
        data
    });
    let columns = data[0].len().div_ceil(65_536);
    for (number, file) in parities.iter().enumerate() {
        let mut index = bytes[number][data[number].len()..][..index_bytes].to_vec();
        for (data, rows_behind) in data.iter().zip([2, 1]) {
            let at = index.len() - 4 * columns * rows_behind;
            index[at..at + 4].copy_from_slice(&crc32fast::hash(&data[..65_536]).to_le_bytes());
        }
        let line = format!("malle parity 1 {index_bytes:010} {}\n", malle::crypto::hex(&Sha256::digest(&index)));
        std::fs::write(file, [&data[number], index.as_slice(), line.as_bytes(), &index, line.as_bytes()].concat())
            .unwrap();
    }
    assert!(place.findings().is_empty(), "nothing else tells");
    let victim = place.drive_file(&members[1]);
    std::fs::remove_file(&victim).unwrap();
    let report = place.repair(&place.bare());
    assert_eq!(lost(&report), BTreeSet::from([members[1].clone()]));
    assert!(!victim.exists() && !PathBuf::from(format!("{}.repaired", victim.display())).exists());
    // The archive helps, and then the forged parity does no harm.
    assert_eq!(lost(&place.repair(&place.layout())), BTreeSet::new());
    put("D5.forged", &[exactly("files made of forged parity", 0)]);
}

#[test]
fn an_interrupted_repair_leaves_the_damaged_or_the_good_file() {
    let place = Place::new(3);
    let before = snapshot(&place.drive.folder);
    let bare = place.bare();
    let path = &packs(&place)[0];
    let (file, good) = (place.drive_file(path), &before[path]);
    let aside = |name: &str| PathBuf::from(format!("{}.{name}", file.display()));
    let mut damaged = good.clone();
    damaged[100] ^= 1;
    // What each step of a repair can leave: the good file half written beside, whole beside, half copied over.
    let half = &good[..good.len() / 2];
    let states: [State<'_>; 5] = [
        (&damaged, Some(half), None),
        (&damaged, Some(good), None),
        (half, Some(good), None),
        (&[], Some(good), Some(half)),
        (good, Some(good), None),
    ];
    for (step, (main, first, second)) in states.into_iter().enumerate() {
        // Once with parity, once without: what stands beside is enough together with what it was made of.
        for parity in [true, false] {
            if !parity {
                std::fs::remove_dir_all(place.drive_file("parity")).unwrap();
            }
            std::fs::write(&file, main).unwrap();
            if let Some(bytes) = &first {
                std::fs::write(aside("repaired"), bytes).unwrap();
            }
            if let Some(bytes) = &second {
                std::fs::write(aside("repaired2"), bytes).unwrap();
            }
            let report = place.repair(&bare);
            assert_eq!(lost(&report), BTreeSet::new(), "step {step}");
            assert_eq!(std::fs::read(&file).unwrap(), *good, "step {step}");
            if parity {
                assert_same(&snapshot(&place.drive.folder), &before, &format!("step {step}"));
            }
            place.reset(&before);
        }
    }
    put("D5.interrupted", &[exactly("states that an interrupted repair can leave", 10), exactly("of them lost", 0)]);
}

#[test]
fn parity_follows_the_runs_and_what_is_needed_stays() {
    let place = Place::new(1);
    let mut known: BTreeSet<String> = BTreeSet::new();
    for number in 2..=9 {
        grow(&place.archive(), number);
        let report = place.back_up().parity.unwrap();
        assert!(report.groups > 0 && report.unprotected == 0 && report.missing_bytes == 0);
        let groups = groups(&place.drive.folder);
        let members: Vec<String> = groups.values().flatten().cloned().collect();
        let covered: BTreeSet<String> = members.iter().cloned().collect();
        assert_eq!(covered.len(), members.len(), "no file is in two groups");
        let files = snapshot(&place.drive.folder);
        let unprotected = |path: &&String| !path.starts_with("parity/") && *path != "lock" && !covered.contains(*path);
        assert_eq!(files.keys().find(unprotected), None);
        assert!(covered.is_superset(&known));
        known = covered;
        assert!(place.findings().is_empty(), "{:?}", place.findings());
    }
    assert_eq!(place.back_up().parity.unwrap().groups, 0, "nothing new");
    let held: u64 = files(&place.drive_file("parity")).iter().map(|path| std::fs::metadata(path).unwrap().len()).sum();
    let all: u64 = files(&place.drive.folder).iter().map(|path| std::fs::metadata(path).unwrap().len()).sum();
    assert!(held * 2 < all, "{held} of {all} bytes are parity");
    // A run that was stopped while it made parity leaves a whole copy, and the next one makes it.
    grow(&place.archive(), 9);
    let first_total = std::cell::Cell::new(None);
    let stopped = run(&place.layout(), &place.drive, &|_, total| {
        let first = first_total.get().unwrap_or(total);
        first_total.set(Some(first));
        total == first
    });
    assert!(matches!(stopped, Err(BackupError::Interrupted)), "{stopped:?}");
    assert!(check_public(&place.copy(), &|_| {}).unwrap().is_sound());
    assert!(place.back_up().parity.unwrap().groups > 0);
    assert!(place.findings().is_empty());
}

#[test]
fn parity_made_while_files_are_copied_is_what_reading_them_again_makes() {
    let parities = |place: &Place| -> BTreeMap<String, Vec<u8>> {
        let mut files = snapshot(&place.drive.folder);
        files.retain(|path, _| path.ends_with(".p") || path.ends_with(".q"));
        files
    };
    // Of one size, of several, and in numbers that fill a group.
    for commits in [1, 5, 9] {
        let place = Place::new(commits);
        let alongside = parities(&place);
        std::fs::remove_dir_all(place.drive_file("parity")).unwrap();
        assert_eq!(place.back_up().copied, 0);
        let again = parities(&place);
        // Small files, which come in the end, are in no group yet when objects are copied.
        let large = packs(&place);
        let path = groups(&place.drive.folder).into_iter().find(|(_, members)| *members == large).unwrap().0;
        let name = below(&place.drive.folder, &path);
        for name in [name.clone(), name.replace(".p", ".q")] {
            assert!(alongside[&name] == again[&name], "{name} of {commits} commits");
        }
        assert!(place.findings().is_empty());
    }
}

#[test]
fn damage_of_the_archive_costs_a_group_made_alongside_nothing_but_the_damaged_file() {
    let place = Place::new(0);
    (1..=4).for_each(|number| grow(&place.archive(), number));
    let large = |path: &PathBuf| std::fs::metadata(path).unwrap().len() > 100_000;
    let damaged = files(&place.root().join("objects")).into_iter().find(large).unwrap();
    flip(&damaged, 70_000);
    let options = RunOptions { skip_damaged: true };
    let report = run_with(&place.layout(), &place.drive, options, &keep_going).unwrap();
    assert_eq!(report.damaged, [damaged]);
    assert_eq!(packs(&place).len(), 3);
    assert_eq!(report.parity.unwrap().unprotected, 0);
    let members: Vec<String> = groups(&place.drive.folder).into_values().flatten().collect();
    let once: BTreeSet<&String> = members.iter().collect();
    assert_eq!(once.len(), members.len(), "no file is in two groups");
}

/// A drive that keeps no parity as it was written.
#[derive(Debug)]
struct Forgetful;

impl Watcher for Forgetful {
    fn step(&self, _: &Step<'_>, act: &mut dyn FnMut() -> io::Result<()>) -> io::Result<()> {
        act()
    }

    fn has_read(&self, path: &Path, bytes: &mut [u8]) {
        if path.extension().is_some_and(|extension| extension == "q")
            && let Some(byte) = bytes.first_mut()
        {
            *byte ^= 1;
        }
    }
}

#[test]
fn parity_that_a_drive_does_not_keep_is_told_and_taken_back() {
    // Made while files are copied, and afterwards.
    for photos in [2, 0] {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("archive");
        drop(archives::create(&root));
        let stick = folder.path().join("stick");
        std::fs::create_dir(&stick).unwrap();
        (1..=photos).for_each(|number| grow(&reopen(&root), number));
        let drive = add_drive(&Layout::new(&root), &stick, Some("MALLE-1")).unwrap().drive;
        let place = Place { folder, drive };
        let layout = Layout::on(Disk::watched(Arc::new(Forgetful)), &root);
        let told = run(&layout, &place.drive, &keep_going);
        let Err(BackupError::ReadBack { path }) = &told else { panic!("{told:?}") };
        assert_eq!(path.extension().unwrap(), "q");
        assert!(groups(&place.drive.folder).is_empty(), "{photos} photos");
        assert!(place.back_up().parity.unwrap().groups > 0);
        assert!(place.findings().is_empty());
    }
    put("D5.kept", &[exactly("drives that do not keep parity", 2), exactly("of them called sound", 0)]);
}

#[test]
fn parity_of_a_drive_that_is_no_longer_the_only_one_is_kept_right() {
    let mut place = Place::new(3);
    let mut drives = Drives::load(&place.layout()).unwrap();
    drives.choose_parity(&place.drive.id, false);
    place.drive = drives.named("MALLE-1").unwrap().clone();
    // A key was taken back: its slot goes, and nothing may bring it again.
    let slot = files(&place.root().join("keys")).into_iter().find(|path| path.to_str().unwrap().contains("recovery"));
    let slot = slot.unwrap();
    let name = slot.file_name().unwrap().to_str().unwrap().to_owned();
    std::fs::remove_file(&slot).unwrap();
    drives.revoke([name.clone()]);
    drives.save(&place.layout()).unwrap();
    let path = format!("keys/{name}");
    let told = |place: &Place| groups(&place.drive.folder).into_values().flatten().collect::<BTreeSet<String>>();
    let before = told(&place);
    assert!(before.contains(&path));
    grow(&place.archive(), 4);
    let report = place.back_up().parity.unwrap();
    assert!(report.groups > 0, "those who were together with the slot");
    let after = told(&place);
    let expected: BTreeSet<String> = before.iter().filter(|it| **it != path).cloned().collect();
    assert_eq!(after, expected, "what had parity has it, what is new has none");
    let again = place.repair(&place.layout());
    assert_eq!((again.repaired.len(), again.lost.len()), (0, 0), "{again:?}");
    assert!(!place.drive_file(&path).exists());
    assert!(place.findings().is_empty(), "{:?}", place.findings());
}

#[test]
fn parity_is_for_an_only_drive_unless_chosen() {
    let place = Place::new(1);
    let second = place.folder.path().join("second");
    std::fs::create_dir(&second).unwrap();
    let mut drives = Drives::load(&place.layout()).unwrap();
    assert!(drives.wants_parity(&place.drive));
    let other = add_drive(&place.layout(), &second, Some("MALLE-2")).unwrap().drive;
    drives = Drives::load(&place.layout()).unwrap();
    assert!(!drives.wants_parity(&other));
    drives.choose_parity(&other.id, true);
    assert!(drives.wants_parity(drives.named("MALLE-2").unwrap()));
}

#[test]
fn a_damaged_drive_restores_whole_and_is_left_as_it_is() {
    let place = Place::new(3);
    let object = packs(&place)[1].clone();
    let newest = place.archive().commit().seq;
    let damaged = [object, "VAULT.json".to_owned(), format!("commits/{newest:010}.sums")];
    std::fs::remove_file(place.drive_file(&damaged[0])).unwrap();
    flip(&place.drive_file(&damaged[1]), 3);
    flip(&place.drive_file(&damaged[2]), 3);
    let drive = snapshot(&place.drive.folder);
    let back = place.folder.path().join("back");
    let report = restore(&place.folder.path().join("stick"), &back, &keep_going).unwrap();
    let repaired: BTreeSet<String> = report.repaired.iter().map(|path| path.display().to_string()).collect();
    assert_eq!(repaired, damaged.iter().cloned().collect());
    assert!(report.run.damaged.is_empty());
    assert_same(&snapshot(&place.drive.folder), &drive, "the drive");
    let restored = reopen(&back);
    assert_eq!(restored.commit(), place.archive().commit());
    assert!(verify(&restored, VerifyDepth::Data, &|_| {}).unwrap().findings.is_empty());
    // Beyond parity, everything else is restored and the rest is named.
    let three = &packs_of(&place, &damaged[0])[..3];
    for path in three {
        drop(std::fs::remove_file(place.drive_file(path)));
    }
    let second = place.folder.path().join("second");
    let report = restore(&place.folder.path().join("stick"), &second, &keep_going).unwrap();
    let lost: BTreeSet<String> = report.run.damaged.iter().map(|path| below(&place.drive.folder, path)).collect();
    assert_eq!(lost, three.iter().cloned().collect());
    let found = verify(&reopen(&second), VerifyDepth::Hashes, &|_| {}).unwrap().findings;
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|finding| finding.kind == FindingKind::Missing));
}

/// The group that a file is in.
fn packs_of(place: &Place, path: &str) -> Vec<String> {
    groups(&place.drive.folder).into_values().find(|members| members.iter().any(|member| member == path)).unwrap()
}

#[test]
fn an_archive_that_does_not_open_is_repaired_from_a_drive() {
    let place = Place::new(2);
    let before = snapshot(&place.root());
    let newest = before.keys().rfind(|path| path.starts_with("commits/") && path.ends_with(".age")).unwrap();
    for path in [newest.as_str(), "VAULT.json", "README.txt"] {
        for remove in [true, false] {
            let file = place.root().join(path);
            if remove {
                std::fs::remove_file(&file).unwrap();
            } else {
                flip(&file, 30);
            }
            let report = repair_archive(&place.layout(), &[], &keep_going).unwrap();
            assert_eq!((report.repaired.len(), lost(&report)), (1, BTreeSet::new()), "{path}");
            assert_same(&snapshot(&place.root()), &before, path);
        }
    }
}

#[test]
fn what_is_lost_is_told_with_where_it_may_be() {
    let place = Place::new(3);
    let ran = place.back_up();
    let archive = place.archive();
    let gone: Vec<String> = packs(&place)[..3].to_vec();
    for path in &gone {
        std::fs::remove_file(place.root().join(path)).unwrap();
    }
    let segment = archive.objects(malle::store::ObjectKind::Seg).next().unwrap();
    let segment = archive.layout().object(&segment.sha256);
    std::fs::write(&segment, b"x").unwrap();
    let mut drives = Drives::load(&place.layout()).unwrap();
    drives.note_run(&place.drive.id, &ran, DateTime::from_timestamp(1_710_000_200, 0).unwrap());
    drives.save(&place.layout()).unwrap();
    std::fs::rename(place.folder.path().join("stick"), place.folder.path().join("away")).unwrap();
    let found = verify(&archive, VerifyDepth::Hashes, &|_| {}).unwrap().findings;
    let report = repair_archive(&place.layout(), &found, &keep_going).unwrap();
    assert_eq!(report.lost.len(), 4);
    assert!(report.lost.iter().all(|lost| lost.elsewhere == ["MALLE-1"]), "{report:?}");
    let items = malle::backup::lost_items(&archive, &report.lost).unwrap();
    let told: Vec<(&str, &str, u64)> =
        items.iter().map(|item| (item.kind.name(), item.name.as_str(), item.count)).collect();
    // The record of the first photo is in the lost segment, so that nobody knows the photo's name any more.
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(told.contains(&("media", "robe-2.jpg", 1)) && told.contains(&("media", "robe-3.jpg", 1)), "{told:?}");
    assert!(told.contains(&("records", "facebook/post", 1)), "{told:?}");
    let second = items.iter().find(|item| item.name == "robe-2.jpg").unwrap();
    assert_eq!(second.time.as_deref(), Some("2024-03-02T10:00:00Z"));
    assert_eq!(second.record.as_deref(), Some("00000000000000000000000002"));
}

#[test]
fn parity_is_used_without_the_program() {
    let place = Place::new(3);
    let before = snapshot(&place.drive.folder);
    let readme = std::fs::read_to_string(place.drive_file("parity/README.txt")).unwrap();
    let script = readme.get(readme.find("import hashlib").unwrap()..).unwrap();
    let members = packs(&place);
    let id = groups(&place.drive.folder).into_iter().find(|(_, files)| *files == members).unwrap().0;
    let id = id.file_stem().unwrap().to_str().unwrap().to_owned();
    let lost_parts: [(&[usize], Option<&str>); 4] =
        [(&[0, 2], None), (&[1], None), (&[1], Some("p")), (&[0], Some("q"))];
    for (lost, part) in lost_parts {
        for number in lost {
            std::fs::remove_file(place.drive_file(&members[*number])).unwrap();
        }
        let part = part.map(|letter| place.drive_file(&format!("parity/{id}.{letter}")));
        let kept = part.as_ref().map(|part| std::fs::read(part).unwrap());
        if let Some(part) = &part {
            std::fs::remove_file(part).unwrap();
        }
        let output =
            Command::new("python3").args(["-c", script, &id]).current_dir(&place.drive.folder).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(String::from_utf8(output.stdout).unwrap().matches("right ").count(), lost.len());
        part.iter().zip(kept).for_each(|(part, bytes)| std::fs::write(part, bytes).unwrap());
        assert_same(&snapshot(&place.drive.folder), &before, "made again by the script");
    }
}

#[test]
fn the_program_repairs_drives_and_the_archive() {
    let place = Place::new(2);
    let malle =
        Malle::new().set("MALLE_PASSWORD", archives::PASSPHRASE).set("MALLE_ARCHIVE", place.root().to_str().unwrap());
    assert_eq!(malle.run(&["backup", "run"]).code, 0);
    let (drive, archive) = (snapshot(&place.drive.folder), place.archive());
    let pack = packs(&place)[0].clone();
    flip(&place.drive_file(&pack), 1000);
    let bad = malle.run(&["sauvegarde", "controler", "MALLE-1"]);
    assert_eq!(bad.code, 14, "{}{}", bad.stdout, bad.stderr);
    assert!(bad.stderr.contains("malle sauvegarde controler MALLE-1 --reparer"), "{}", bad.stderr);
    let again = malle.run(&["sauvegarde", "controler", "MALLE-1", "--reparer"]);
    assert_eq!(again.code, 0, "{}{}", again.stdout, again.stderr);
    assert!(again.stdout.contains(&pack) && again.stdout.contains("réparé depuis une autre copie"), "{}", again.stdout);
    assert_same(&snapshot(&place.drive.folder), &drive, "repaired by the program");
    // The archive: a file that keeps it from opening, and one more.
    let newest = archive.layout().commits().join(Layout::commit_name(archive.commit().seq, &archive.tip().sha256));
    flip(&newest, 50);
    flip(&place.root().join(&pack), 1000);
    assert_eq!(malle.run(&["verify"]).code, 14);
    let mended = malle.run(&["verify", "--repair", "--read-data", "--json"]);
    assert_eq!(mended.code, 0, "{}{}", mended.stdout, mended.stderr);
    let document: serde_json::Value = serde_json::from_str(&mended.stdout).unwrap();
    let from: Vec<&str> =
        document["repaired"].as_array().unwrap().iter().map(|line| line["from"].as_str().unwrap()).collect();
    assert_eq!((from, document["sound"].as_bool()), (vec!["copy", "copy"], Some(true)));
    // Without the drive: what is lost, and where it is.
    std::fs::rename(&place.drive.folder, place.folder.path().join("away")).unwrap();
    std::fs::remove_file(place.root().join(&pack)).unwrap();
    let lost = malle.run(&["verifier", "--reparer"]);
    assert_eq!(lost.code, 14, "{}{}", lost.stdout, lost.stderr);
    assert!(lost.stdout.contains("branchez MALLE-1") && lost.stdout.contains("robe-"), "{}", lost.stdout);
}
