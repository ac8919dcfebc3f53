//! C4, C5, D4: operations that fail, disks that are full, media that tell two things of one file.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use malle::backup::{BackupError, Drive, add_drive, check_parity, run};
use malle::store::{
    Archive, CommitFacts, Disk, FindingKind, Layout, MediaSource, Step, StoreError, VerifyDepth, VerifyReport, Watcher,
    Writer, check_public, verify,
};

use rayon::prelude::*;

use super::model::scratch;
use super::report::{at_least, exactly, is_short, put};
use super::scenarios::{create, going, now, opened, records};
use crate::support::archives::PASSPHRASE;

/// What the n-th operation comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// EIO: the medium fails.
    Medium,
    /// ENOSPC: no room, for what needs some.
    Full,
    /// EINTR, for reading and writing.
    Interrupted,
    /// A write takes half of what it is given; no error.
    Short,
    /// EACCES: somebody forbids it, as virus scanners do.
    Forbidden,
}

impl Fault {
    const ALL: [Self; 5] = [Self::Medium, Self::Full, Self::Interrupted, Self::Short, Self::Forbidden];

    fn concerns(self, step: &Step<'_>) -> bool {
        match self {
            Self::Medium | Self::Forbidden => true,
            Self::Full => !matches!(step, Step::Open(_) | Step::Read(_) | Step::Remove(_)),
            Self::Interrupted => matches!(step, Step::Write(..) | Step::Read(_)),
            Self::Short => matches!(step, Step::Write(..)),
        }
    }

    fn error(self) -> io::Error {
        io::Error::from_raw_os_error(match self {
            Self::Medium => 5,
            Self::Full => 28,
            Self::Interrupted | Self::Short => 4,
            Self::Forbidden => 13,
        })
    }
}

/// Lets the n-th operation fail, or it and all after it.
#[derive(Debug)]
struct Faulty {
    fault: Fault,
    at: usize,
    lasting: bool,
    seen: AtomicUsize,
    hit: AtomicUsize,
}

impl Faulty {
    fn new(fault: Fault, at: usize, lasting: bool) -> Arc<Self> {
        Arc::new(Self { fault, at, lasting, seen: AtomicUsize::new(0), hit: AtomicUsize::new(0) })
    }

    fn fails(&self) -> bool {
        let number = self.seen.fetch_add(1, Ordering::Relaxed);
        let fails = number == self.at || self.lasting && number > self.at;
        self.hit.fetch_add(usize::from(fails), Ordering::Relaxed);
        fails
    }
}

impl Watcher for Faulty {
    fn step(&self, step: &Step<'_>, act: &mut dyn FnMut() -> io::Result<()>) -> io::Result<()> {
        let fails = self.fault != Fault::Short && self.fault.concerns(step) && self.fails();
        if fails { Err(self.fault.error()) } else { act() }
    }

    fn takes(&self, _: &Path, wanted: usize) -> usize {
        if self.fault == Fault::Short && wanted > 1 && self.fails() { wanted / 2 } else { wanted }
    }
}

fn watched<W: Watcher + 'static>(watcher: &Arc<W>) -> Disk {
    Disk::watched(Arc::<W>::clone(watcher))
}

/// Everything that is written in an archive's life, once: it is made, filled and copied to a stick, which is given parity. Tells
/// how many bytes lacked for that.
fn life(base: &Path, disk: &Disk) -> Result<u64, Failure> {
    let root = base.join("archive");
    let layout = Layout::on(disk.clone(), &root);
    let archive = match opened(&layout, PASSPHRASE) {
        Err(StoreError::NoArchive { .. }) => create(layout.clone())?,
        archive => archive?,
    };
    // Whoever was told that it failed does it again, whatever is there.
    let writer = Writer::begin(&archive, &archive.media()?)?;
    if records(&archive)? < 3 {
        for number in 0..3 {
            writer.put_record(format!(r#"{{"v":1,"id":"{number:026}","text":"bonjour"}}"#).as_bytes())?;
        }
        let photo = vec![9; 150_000];
        let sha256 = malle::crypto::hex(&<sha2::Sha256 as sha2::Digest>::digest(&photo));
        writer.put_media(&sha256, "image/jpeg", "jpg", &MediaSource::Bytes(&photo))?;
        writer.put_raw(&sha256, "posts/x.json", &photo)?;
    }
    writer.commit(CommitFacts { report: b"{}\n".to_vec(), ..CommitFacts::nothing(now()) })?;
    Ok(run(&layout, &stick(base, &layout)?, &going)?.parity.map_or(0, |parity| parity.missing_bytes))
}

fn stick(base: &Path, layout: &Layout) -> Result<Drive, BackupError> {
    let place = base.join("stick");
    std::fs::create_dir_all(&place).unwrap();
    let known = malle::backup::Drives::load(layout)?.drives;
    known.into_iter().next().map_or_else(|| add_drive(layout, &place, Some("S")).map(|added| added.drive), Ok)
}

#[derive(Debug)]
enum Failure {
    Store(StoreError),
    Backup(BackupError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        Self::Backup(error)
    }
}

impl Failure {
    /// Whether what went wrong is told as what it is.
    fn fits(&self, fault: Fault) -> bool {
        match self {
            Self::Store(StoreError::Io(error)) | Self::Backup(BackupError::Store(StoreError::Io(error))) => {
                error.kind() == fault.error().kind()
            }
            Self::Backup(BackupError::Full { .. }) => fault == Fault::Full,
            // What the archive's own medium does not give is as good as damaged.
            Self::Backup(BackupError::DamagedSource { .. }) => matches!(fault, Fault::Medium | Fault::Forbidden),
            Self::Backup(BackupError::Drive { source, .. } | BackupError::Register(source)) => {
                source.kind() == fault.error().kind()
            }
            _ => false,
        }
    }
}

/// What is there after a failure is whole, and doing it again comes to its end.
fn survives(base: &Path, name: &str) {
    let root = base.join("archive");
    let promised = opened(&Layout::new(&root), PASSPHRASE).ok().map(|archive| {
        let report = verify(&archive, VerifyDepth::Data, &|_| {}).unwrap();
        assert!(report.is_sound(), "{name}: {:?}", report.findings);
        archive.commit().seq
    });
    let again = life(base, &Disk::default());
    assert!(matches!(again, Ok(0)), "{name}: again: {again:?}");
    let archive = opened(&Layout::new(&root), PASSPHRASE).unwrap();
    assert!(archive.commit().seq >= promised.unwrap_or(0) && records(&archive).unwrap() >= 3, "{name}");
    let drive = stick(base, archive.layout()).unwrap();
    let copy = Archive::open(&drive.folder, &unlock(&PHRASE)).unwrap();
    for archive in [&archive, &copy] {
        let findings = verify(archive, VerifyDepth::Data, &|_| {}).unwrap().findings;
        let findings: Vec<_> = findings.into_iter().filter(|finding| finding.kind != FindingKind::Leftover).collect();
        assert!(findings.is_empty(), "{name}: {findings:?}");
    }
    assert_eq!(copy.commit(), archive.commit(), "{name}");
    let mut parity = VerifyReport::default();
    check_parity(&Layout::new(&drive.folder), &mut parity, &|_| {}).unwrap();
    assert!(parity.findings.is_empty(), "{name}: {:?}", parity.findings);
}

static PHRASE: std::sync::LazyLock<malle::crypto::Passphrase> =
    std::sync::LazyLock::new(|| malle::crypto::Passphrase::new(PASSPHRASE));

fn unlock(phrase: &malle::crypto::Passphrase) -> malle::crypto::Unlock<'_> {
    malle::crypto::Unlock::Passphrase(phrase)
}

#[test]
fn every_operation_may_fail_and_costs_no_more_than_a_rerun() {
    let (points, clean) = (AtomicU64::new(0), AtomicU64::new(0));
    let kinds = Fault::ALL.into_iter().flat_map(|fault| [(fault, false), (fault, true)]);
    for (fault, lasting) in kinds.filter(|kind| *kind != (Fault::Interrupted, true)) {
        let place = scratch();
        let none = Faulty::new(fault, usize::MAX, false);
        life(place.path(), &watched(&none)).unwrap();
        let operations = none.seen.load(Ordering::Relaxed);
        assert!(operations > 10, "{fault:?}: {operations}");
        let every = if is_short() { 8 } else { 1 };
        (0..operations).into_par_iter().step_by(every).for_each(|at| {
            let place = scratch();
            let faulty = Faulty::new(fault, at, lasting);
            let outcome = life(place.path(), &watched(&faulty));
            let name = format!("{fault:?}, lasting {lasting}, operation {at}");
            if let Err(error) = &outcome {
                // Nothing is an error that the system itself asks to repeat.
                assert!(!matches!(fault, Fault::Interrupted | Fault::Short), "{name}: {error:?}");
                assert!(error.fits(fault), "{name} is told as {error:?}");
                clean.fetch_add(1, Ordering::Relaxed);
            }
            points.fetch_add(u64::from(faulty.hit.load(Ordering::Relaxed) > 0), Ordering::Relaxed);
            survives(place.path(), &name);
        });
    }
    put(
        "C4",
        &[
            at_least("operations that failed", points.into_inner()),
            at_least("told as what they are", clean.into_inner()),
            exactly("losses", 0),
        ],
    );
}

/// A disk with that many bytes left.
#[derive(Debug)]
struct Small {
    left: AtomicU64,
}

impl Watcher for Small {
    fn step(&self, step: &Step<'_>, act: &mut dyn FnMut() -> io::Result<()>) -> io::Result<()> {
        // Names take room too.
        let cost = match step {
            Step::Write(_, bytes) => u64::try_from(bytes.len()).unwrap(),
            Step::MakeFolder(_) => 4096,
            Step::Create(_) => 512,
            _ => 0,
        };
        let taken = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(cost));
        if taken.is_err() { Err(Fault::Full.error()) } else { act() }
    }

    fn takes(&self, _: &Path, wanted: usize) -> usize {
        let left = usize::try_from(self.left.load(Ordering::Relaxed)).unwrap();
        if left == 0 { wanted } else { wanted.min(left) }
    }

    fn free(&self, _: &Path, _: Option<u64>) -> Option<u64> {
        Some(self.left.load(Ordering::Relaxed))
    }
}

#[test]
fn a_disk_that_is_full_at_any_byte_costs_no_more_than_a_rerun() {
    let whole = 1 << 20;
    let disk = Arc::new(Small { left: AtomicU64::new(whole) });
    let place = scratch();
    life(place.path(), &watched(&disk)).unwrap();
    let needed = whole - disk.left.load(Ordering::Relaxed);
    let steps = 160_u32;
    let full = AtomicU64::new(0);
    (0..steps).into_par_iter().step_by(if is_short() { 8 } else { 1 }).for_each(|step| {
        let left = needed * u64::from(step) / u64::from(steps);
        let disk = Arc::new(Small { left: AtomicU64::new(left) });
        let place = scratch();
        let name = format!("{left} of {needed} bytes");
        let outcome = life(place.path(), &watched(&disk));
        if let Err(error) = &outcome {
            assert!(error.fits(Fault::Full), "{name} is told as {error:?}");
        }
        full.fetch_add(u64::from(!matches!(outcome, Ok(0))), Ordering::Relaxed);
        survives(place.path(), &name);
    });
    let full = full.into_inner();
    assert!(full >= if is_short() { 10 } else { u64::from(steps) * 9 / 10 }, "{full}");
    put("C5", &[exactly("sizes of disk", steps.into()), at_least("told as full", full), exactly("losses", 0)]);
}

/// NTFS that was pulled out: what was written last has its size, and nobody can read it. It is said that it cannot be removed, and
/// is removed.
#[derive(Debug)]
struct Unreadable(Mutex<HashSet<PathBuf>>);

impl Watcher for Unreadable {
    fn step(&self, step: &Step<'_>, act: &mut dyn FnMut() -> io::Result<()>) -> io::Result<()> {
        let mut files = self.0.lock().unwrap();
        match step {
            Step::Open(path) if files.contains(*path) => return Err(Fault::Medium.error()),
            Step::Remove(path) if files.remove(*path) => return act().and(Err(Fault::Medium.error())),
            _ => {}
        }
        drop(files);
        act()
    }
}

#[test]
fn what_a_pulled_out_drive_cannot_read_is_written_anew() {
    let none = Faulty::new(Fault::Medium, usize::MAX, false);
    let place = scratch();
    life(place.path(), &watched(&none)).unwrap();
    let operations = none.seen.load(Ordering::Relaxed);
    let unread = AtomicU64::new(0);
    (0..operations).into_par_iter().step_by(if is_short() { 8 } else { 1 }).for_each(|at| {
        let place = scratch();
        let name = format!("pulled out at operation {at}");
        // The number of operations differs a little from run to run.
        if life(place.path(), &watched(&Faulty::new(Fault::Medium, at, true))).is_ok() {
            return;
        }
        let Ok(archive) = opened(&Layout::new(&place.path().join("archive")), PASSPHRASE) else { return };
        let Some(drive) = malle::backup::Drives::load(archive.layout()).unwrap().drives.into_iter().next() else {
            return;
        };
        let copy = Layout::new(&drive.folder);
        // No run ended here: nothing of it was acknowledged.
        let written: HashSet<_> = archive.commit().objects.iter().map(|object| copy.object(&object.sha256)).collect();
        let written: HashSet<_> = written.into_iter().filter(|path| path.exists()).collect();
        unread.fetch_add(u64::try_from(written.len()).unwrap(), Ordering::Relaxed);
        let pulled = Arc::new(Unreadable(Mutex::new(written)));
        let again = life(place.path(), &watched(&pulled));
        assert!(matches!(again, Ok(0)), "{name}: {again:?}");
        survives(place.path(), &name);
    });
    assert!(unread.into_inner() > 20);
}

/// Gives other bytes at the first reading of a file, or at each of its readings.
#[derive(Debug)]
struct Flaky {
    path: PathBuf,
    always: bool,
    opened: Mutex<u64>,
}

impl Watcher for Flaky {
    fn step(&self, step: &Step<'_>, act: &mut dyn FnMut() -> io::Result<()>) -> io::Result<()> {
        if matches!(step, Step::Open(path) if *path == self.path) {
            *self.opened.lock().unwrap() += 1;
        }
        act()
    }

    fn has_read(&self, path: &Path, bytes: &mut [u8]) {
        let opened = *self.opened.lock().unwrap();
        if path == self.path
            && (opened == 1 || self.always)
            && let Some(byte) = bytes.first_mut()
        {
            *byte ^= u8::try_from(opened).unwrap();
        }
    }
}

#[test]
fn a_medium_that_tells_two_things_of_one_file_is_called_failing() {
    let place = scratch();
    life(place.path(), &Disk::default()).unwrap();
    let archive = opened(&Layout::new(&place.path().join("archive")), PASSPHRASE).unwrap();
    let drive = stick(place.path(), archive.layout()).unwrap();
    let objects: Vec<String> = archive.commit().objects.iter().map(|object| object.sha256.clone()).collect();
    assert!(objects.len() >= 5);
    let (mut tried, mut told) = (0, 0);
    for sha256 in &objects {
        for always in [false, true] {
            for root in [archive.layout().root(), &drive.folder] {
                let path = Layout::new(root).object(sha256);
                let flaky = Arc::new(Flaky { path: path.clone(), always, opened: Mutex::default() });
                let layout = Layout::on(Disk::watched(flaky), root);
                let report = if root == drive.folder {
                    check_public(&layout, &|_| {}).unwrap()
                } else {
                    let archive = opened(&layout, PASSPHRASE).unwrap();
                    verify(&archive, VerifyDepth::Hashes, &|_| {}).unwrap()
                };
                let found: Vec<_> = report.findings.iter().map(|it| (it.path.clone(), it.kind)).collect();
                tried += 1;
                let expected = (path.strip_prefix(root).unwrap().to_owned(), FindingKind::Unstable);
                told += u64::from(found == [expected] && !report.is_sound());
            }
        }
    }
    assert_eq!(tried, told);
    // A backup copies nothing that reads wrongly.
    let flaky = Flaky { path: archive.layout().object(&objects[0]), always: false, opened: Mutex::default() };
    let layout = Layout::on(Disk::watched(Arc::new(flaky)), archive.layout().root());
    let other = scratch();
    let drive = Drive { folder: other.path().join("copy"), ..drive };
    std::fs::create_dir(&drive.folder).unwrap();
    std::fs::copy(
        stick(place.path(), archive.layout()).unwrap().folder.join("drive.json"),
        drive.folder.join("drive.json"),
    )
    .unwrap();
    let refused = run(&layout, &drive, &going);
    assert!(matches!(refused, Err(BackupError::DamagedSource { .. })), "{refused:?}");
    assert!(!Layout::new(&drive.folder).object(&objects[0]).exists());
    run(&layout, &drive, &going).unwrap();
    put("D4", &[exactly("readings that differed", tried), exactly("called unstable", told)]);
}
