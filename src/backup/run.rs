//! One run of a backup: what the drive lacks is copied, objects first, commits last, and read back.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;

use fs_err as fs;

use super::copy::{Job, Written, copy_files, write_small, write_whole};
use super::error::BackupError;
use super::parity::{self, Alongside, Cover, ParityReport};
use super::plan::{Plan, Source};
use super::register::{Drive, Drives};
use super::session::{Sessions, Vouched};
use super::standing::Standing;
use super::state::{DriveState, occupant};
use crate::store::{Disk, Layout, PublicCommit, note_damaged, was_taken_away};

/// Files read back at a time: one is hashed while the next one is read.
const READ_BACK_THREADS: usize = 2;

/// How often a lock that somebody has is tried again.
const LOCK_TRIES: usize = 5;

/// How to make a backup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunOptions {
    /// Bring the drive to the newest commit even though damaged objects of the archive cannot be copied.
    pub skip_damaged: bool,
}

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunReport {
    /// Files copied.
    pub copied: u64,
    /// Bytes copied.
    pub bytes: u64,
    /// Objects the drive had already.
    pub present: u64,
    /// Files read back and found equal.
    pub read_back: u64,
    /// Newest commit the drive now has.
    pub seq: u64,
    /// What was done for parity; nothing when the drive wants none.
    pub parity: Option<ParityReport>,
    /// SHA-256 of its file.
    pub commit: String,
    /// Files that the drive had lost or changed since an earlier run, and that it has again.
    pub changed: Vec<PathBuf>,
    /// Files the archive has lost and the drive has.
    pub lacking: Vec<PathBuf>,
    /// Damaged files of the source, which were not copied.
    pub damaged: Vec<PathBuf>,
    /// Commits of the archive that stay behind: whoever wrote them was interrupted at the very end, and the archive completes
    /// them when it is opened next.
    pub unfinished: u64,
    /// False when the drive's file system did not confirm that everything is durable; the next run then reads what this
    /// one wrote.
    pub durable: bool,
}

/// Watches a copy: told how many bytes were done since it was told last and how many there are in all (each byte is
/// written and read back), it ends the copy by `false`.
pub type Advance<'a> = dyn Fn(u64, u64) -> bool + 'a;

/// Brings a drive up to the archive's newest commit.
///
/// # Errors
/// [`BackupError`]; what was copied stays, and the next run goes on from there.
pub fn run(layout: &Layout, drive: &Drive, advance: &Advance<'_>) -> Result<RunReport, BackupError> {
    run_with(layout, drive, RunOptions::default(), advance)
}

/// The same, with choices.
///
/// # Errors
/// [`BackupError`]; what was copied stays, and the next run goes on from there.
pub fn run_with(
    layout: &Layout,
    drive: &Drive,
    options: RunOptions,
    advance: &Advance<'_>,
) -> Result<RunReport, BackupError> {
    present(layout, drive)?;
    let copy = layout.beside(&drive.folder);
    let _lock = lock(&copy)?;
    let drives = Drives::load(layout)?;
    let cover = Cover::of(drives.wants_parity(drive));
    let bring_up = || {
        let sessions = Sessions::of_drive(&copy)?;
        Standing::read(layout, &copy, &sessions)?.check(drive, &drives)?;
        let vouched = if drive.distrust { Vouched::default() } else { sessions.vouched(&copy) };
        let task = Task { from: layout, to: &copy, source: Source::Archive, sessions: &sessions, vouched, cover };
        copy_archive(&task, options.skip_damaged, advance)
    };
    let mut copied = bring_up();
    for _ in 1..RUNS_MAX {
        if !damaged_of(&copied).iter().any(|path| was_taken_away(path)) {
            break;
        }
        copied = bring_up();
    }
    note_damaged(layout, damaged_of(&copied).iter().map(PathBuf::as_path));
    let mut report = copied?;
    revoke_keys(layout, &copy, &drives.revoked)?;
    // What was copied was written and read back.
    let rest = parity::protect(layout, &copy, cover, (2 * report.bytes, advance))?;
    let made = report.parity.unwrap_or_default();
    report.parity =
        rest.map(|rest| ParityReport { groups: rest.groups + made.groups, bytes: rest.bytes + made.bytes, ..rest });
    Ok(report)
}

/// How often a copy begins again because somebody took away, on purpose, what it was to copy: the archive was compacted meanwhile.
const RUNS_MAX: usize = 5;

fn damaged_of(copied: &Result<RunReport, BackupError>) -> &[PathBuf] {
    match copied {
        Ok(RunReport { damaged, .. }) | Err(BackupError::DamagedSource { paths: damaged }) => damaged,
        Err(_) => &[],
    }
}

/// What is copied where.
pub(super) struct Task<'a> {
    pub(super) from: &'a Layout,
    pub(super) to: &'a Layout,
    pub(super) source: Source,
    pub(super) sessions: &'a Sessions,
    pub(super) vouched: Vouched,
    /// What is given parity while it is copied.
    pub(super) cover: Cover,
}

/// Copies everything that is there and that the target lacks. Used in both directions.
pub(super) fn copy_archive(
    task: &Task<'_>,
    skip_damaged: bool,
    advance: &Advance<'_>,
) -> Result<RunReport, BackupError> {
    let Task { from, to, .. } = task;
    let mut plan = Plan::make((from, to), &task.vouched, task.sessions.is_open(), task.source)?;
    let mut report = report_of(&plan);
    if plan.is_empty() && !task.sessions.is_open() {
        return refused(report, skip_damaged);
    }
    let total = plan.bytes().saturating_mul(2);
    let advance = &|bytes| advance(bytes, total);
    check_space(to, plan.bytes())?;
    let session = task.sessions.begin(plan.newest.seq, plan.replaces())?;

    let mut written = Written::default();
    let disk = to.disk();
    for path in &plan.doubtful {
        disk.sync_file(path).map_err(|error| BackupError::drive(path, error, 0))?;
    }
    let mut parity = match task.cover {
        Cover::All => Alongside::plan(to, &mut plan.objects)?,
        Cover::Kept => None,
    };
    copy_files(disk, &plan.objects, advance, &mut written, parity.as_mut())?;
    if let Some(parity) = &parity {
        report.parity = Some(parity.made());
        written.folders.insert(parity::folder(to.root()));
    }
    let mut durable = sync_folders(to, &mut written, &plan.doubtful)?;
    report.damaged.append(&mut written.damaged);
    if !report.damaged.is_empty() && !skip_damaged {
        return Err(BackupError::DamagedSource { paths: report.damaged });
    }

    for (path, bytes) in &plan.small {
        write_small(disk, path, bytes, &mut written)?;
    }
    copy_files(disk, &plan.commits, advance, &mut written, None)?;
    let is_lost = written.damaged.contains(&plan.newest.path(from));
    report.damaged.append(&mut written.damaged);
    durable &= sync_folders(to, &mut written, &[])?;
    // A list without its commit would say that it was taken away, and the end of the run that it came.
    if is_lost || (!report.damaged.is_empty() && !skip_damaged) {
        return Err(BackupError::DamagedSource { paths: report.damaged });
    }
    let lost = |seq: u64| plan.commits.iter().any(|job| is_of(seq, job) && !job.to.exists());
    let lists: Vec<u64> = plan.lists.iter().copied().filter(|seq| !lost(*seq)).collect();
    copy_lists(from, to, &lists, &mut written)?;
    // The marker comes last: without it the folder is no copy yet.
    if let Some(bytes) = &plan.marker {
        write_small(disk, &to.marker(), bytes, &mut written)?;
    }
    durable &= sync_folders(to, &mut written, &plan.doubtful)?;

    read_back(disk, &written.files, advance, &mut report)?;
    read_back(disk, &written.small, &|_| true, &mut report)?;
    report.copied = report.read_back;
    if let Some(parity) = &parity {
        read_back(disk, parity.files(), &|_| true, &mut report).inspect_err(|_| parity.take_back())?;
    }
    report.bytes = written.bytes;
    report.durable = durable;
    // A restoration that lacks something goes on from another drive.
    if task.source == Source::Archive || report.damaged.is_empty() {
        session.end(&plan.newest, durable)?;
    }
    refused(report, skip_damaged)
}

fn report_of(plan: &Plan) -> RunReport {
    let PublicCommit { seq, sha256 } = plan.newest.clone();
    RunReport {
        seq,
        commit: sha256,
        present: plan.present,
        changed: plan.changed.clone(),
        lacking: plan.lacking.clone(),
        damaged: plan.damaged.clone(),
        unfinished: plan.unfinished,
        durable: true,
        ..RunReport::default()
    }
}

/// Damage of the source is an error unless the caller knows of it.
fn refused(report: RunReport, skip_damaged: bool) -> Result<RunReport, BackupError> {
    if report.damaged.is_empty() || skip_damaged {
        Ok(report)
    } else {
        Err(BackupError::DamagedSource { paths: report.damaged })
    }
}

/// That the folder holds this drive's copy of this archive.
///
/// # Errors
/// [`BackupError::Absent`], [`BackupError::Unmarked`], [`BackupError::Swapped`], [`BackupError::OtherArchive`].
pub(super) fn present(layout: &Layout, drive: &Drive) -> Result<(), BackupError> {
    let path = drive.folder.clone();
    match occupant(layout, drive) {
        None => Ok(()),
        Some(DriveState::Swapped) => Err(BackupError::Swapped { path }),
        Some(DriveState::Foreign) => Err(BackupError::OtherArchive { path }),
        Some(DriveState::Unmarked) => Err(BackupError::Unmarked { path, name: drive.name.clone() }),
        Some(_) => Err(BackupError::Absent { path }),
    }
}

/// Whether a job copies the commit of this number.
pub(super) fn is_of(seq: u64, job: &Job) -> bool {
    let name = job.to.file_name().and_then(|name| name.to_str());
    name.and_then(Layout::parse_commit_name).is_some_and(|(number, _)| number == seq)
}

fn copy_lists(from: &Layout, to: &Layout, lists: &[u64], written: &mut Written) -> Result<(), BackupError> {
    for name in lists.iter().flat_map(|seq| super::erasures::lists_of(from, *seq)) {
        let source = from.commits().join(&name);
        let bytes = fs::read(&source).map_err(|error| super::plan::source_error(source, error))?;
        write_whole(to.disk(), &to.commits().join(&name), &bytes, written)?;
    }
    Ok(())
}

/// Removes key slots from a copy that the owner has taken back, and that the archive has no more.
fn revoke_keys(layout: &Layout, copy: &Layout, revoked: &[String]) -> Result<(), BackupError> {
    let gone = revoked.iter().filter(|name| !layout.keys().join(name).exists());
    for path in gone.map(|name| copy.keys().join(name)).filter(|path| path.exists()) {
        let removed = copy.disk().remove(&path).and_then(|()| copy.disk().sync_folder(&copy.keys()));
        removed.map_err(|error| BackupError::drive(&path, error, 0))?;
    }
    Ok(())
}

/// Makes the names of everything written since the last time durable. False when the file system does not confirm it.
fn sync_folders(to: &Layout, written: &mut Written, doubtful: &[PathBuf]) -> Result<bool, BackupError> {
    let mut folders = std::mem::take(&mut written.folders);
    folders.extend(doubtful.iter().flat_map(|path| path.ancestors().skip(1).take(2)).map(Path::to_owned));
    let mut durable = true;
    for folder in &folders {
        durable &= to.disk().confirm_folder(folder).map_err(|error| BackupError::drive(folder, error, 0))?;
    }
    Ok(durable)
}

/// Reads everything that was written from the medium and compares it with what it must be.
fn read_back(
    disk: &Disk,
    files: &[(PathBuf, String)],
    advance: &dyn Fn(u64) -> bool,
    report: &mut RunReport,
) -> Result<(), BackupError> {
    let next = AtomicUsize::new(0);
    let (done_in, done) = channel();
    std::thread::scope(|scope| {
        for _ in 0..READ_BACK_THREADS {
            let (done_in, next) = (done_in.clone(), &next);
            scope.spawn(move || {
                while let Some((path, sha256)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let read = disk.hash_on_medium(path).map(|(actual, size)| (actual == *sha256, size));
                    if done_in.send((path, read)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done_in);
        for (path, read) in done {
            match read {
                Ok((true, size)) => {
                    report.read_back += 1;
                    if !advance(size) {
                        return Err(BackupError::Interrupted);
                    }
                }
                Ok((false, _)) => return Err(BackupError::ReadBack { path: path.clone() }),
                Err(error) => return Err(BackupError::drive(path, error, 0)),
            }
        }
        Ok(())
    })
}

pub(super) fn check_space(to: &Layout, bytes: u64) -> Result<(), BackupError> {
    match missing(to, bytes) {
        0 => Ok(()),
        missing_bytes => Err(BackupError::Full { path: to.root().to_owned(), missing_bytes }),
    }
}

/// Whether there is room for so many bytes of files.
pub(super) fn room_for(to: &Layout, bytes: u64) -> bool {
    missing(to, bytes) == 0
}

/// Bytes that lack. Where the system does not tell, the copy itself finds out when the drive is full.
fn missing(to: &Layout, bytes: u64) -> u64 {
    // Two per cent more than the files, for the file system's own tables.
    let needed = bytes.saturating_add(bytes / 50);
    to.disk().free(to.root()).map_or(0, |free| needed.saturating_sub(free))
}

/// Excludes a second writer, where the file system knows such a thing.
pub(super) fn lock(to: &Layout) -> Result<Option<fs::File>, BackupError> {
    lock_file(to.disk(), &to.lock(), LOCK_TRIES).map_err(|error| match error {
        std::fs::TryLockError::WouldBlock => BackupError::Locked,
        std::fs::TryLockError::Error(error) => BackupError::drive(&to.lock(), error, 0),
    })
}

/// Takes the lock of a file, tried so many times. Some drives know no locks; one person at one computer is then the rule.
pub(super) fn lock_file(disk: &Disk, path: &Path, tries: usize) -> Result<Option<fs::File>, std::fs::TryLockError> {
    match disk.lock_patiently(path, tries) {
        Ok(lock) => Ok(Some(lock)),
        Err(std::fs::TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(None),
        Err(error) => Err(error),
    }
}
