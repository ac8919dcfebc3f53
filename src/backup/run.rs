//! One run of a backup: what the drive lacks is copied, objects first, commits last, and read back.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::copy::{Copied, CopyError, Way, copy_hashed, copy_small, hash_from_medium};
use super::drives::{Drive, DriveState, drive_state};
use super::error::BackupError;
use crate::store::{Disk, Layout, hash_file, is_slot};

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
}

/// Watches a copy: told how many bytes were copied since it was told last and how many there are in all, it ends the copy
/// by `false`.
pub type Advance<'a> = dyn Fn(u64, u64) -> bool + 'a;

/// Brings a drive up to the archive's newest commit.
///
/// # Errors
/// [`BackupError`]; what was copied stays, and the next run goes on from there.
pub fn run(layout: &Layout, drive: &Drive, advance: &Advance<'_>) -> Result<RunReport, BackupError> {
    match drive_state(layout, drive) {
        DriveState::Absent => return Err(BackupError::Absent { path: drive.folder.clone() }),
        DriveState::Foreign => return Err(BackupError::OtherArchive { path: drive.folder.clone() }),
        DriveState::Current | DriveState::Behind => {}
    }
    copy_archive(layout, &layout.beside(&drive.folder), advance)
}

/// Number of the newest commit that a folder has for good, by its file names: a commit that lacks its public list was not
/// acknowledged, or is still being written.
pub(super) fn newest_seq(layout: &Layout) -> Option<u64> {
    newest_listed(layout).ok()?
}

fn newest_listed(layout: &Layout) -> io::Result<Option<u64>> {
    let mut newest = None;
    for item in fs::read_dir(layout.commits())? {
        let name = item?.file_name();
        let seq = name.to_str().and_then(|name| name.strip_suffix(".sums")?.parse().ok());
        newest = newest.max(seq);
    }
    Ok(newest)
}

/// Copies everything `from` has and `to` lacks. Used in both directions.
pub(super) fn copy_archive(from: &Layout, to: &Layout, advance: &Advance<'_>) -> Result<RunReport, BackupError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| BackupError::drive(&path, error, 0)
    };
    let mut target = Target { disk: to.disk(), changed: BTreeSet::new(), sync: false };
    for folder in [to.root().to_owned(), to.objects(), to.commits(), to.keys()] {
        target.make_folders(&folder).map_err(failed(&folder))?;
    }
    let _lock = lock(to)?;
    let newest = newest_listed(from).map_err(|error| source_error(&from.commits(), error))?;
    let Some(newest) = newest else {
        return Err(BackupError::NoCopy { path: from.root().to_owned() });
    };
    if newest_seq(to).is_some_and(|there| there > newest) {
        return Err(BackupError::Newer { path: to.root().to_owned() });
    }
    let mut commits = commits(from).map_err(|error| source_error(&from.commits(), error))?;
    commits.retain(|(seq, ..)| *seq <= newest);
    let unfinished = unfinished_marker(to);
    target.sync = unfinished.exists();
    let wanted = wanted(from, newest)?;
    let mut report = RunReport { seq: newest, ..RunReport::default() };
    let missing = missing(from, to, &wanted, &mut target)?;
    report.present = count(wanted.len()) - count(missing.len());
    let mut left: u64 = missing.iter().map(|(_, size)| size).sum();
    check_space(to, left)?;
    let new_commits = missing_commits(&commits, (from, to), &mut target)?;
    let size = |name: &String| fs::metadata(from.commits().join(name)).map_or(0, |metadata| metadata.len());
    let total = left + new_commits.iter().map(|(_, _, name)| size(name)).sum::<u64>();
    let advance = &|bytes| advance(bytes, total);
    if !missing.is_empty() || !new_commits.is_empty() {
        // Durable before anything else is: after a crash nothing that was copied is believed by its name.
        let vault = crate::store::peek(from.root())?;
        let marked = to.disk().write(&unfinished, vault.as_bytes()).and_then(|()| to.disk().sync_folder(to.root()));
        marked.map_err(|error| BackupError::drive(&unfinished, error, left))?;
    }
    let mut run = Run { damaged: Vec::new(), written: Vec::new(), report: &mut report, target: &mut target };
    for (sha256, size) in &missing {
        run.copy_one((&from.object(sha256), &to.object(sha256)), sha256, left, advance)?;
        left = left.saturating_sub(*size);
    }
    run.sound_so_far()?;
    copy_small_files(from, to, &mut run)?;
    // A commit is there only when all that it lists is.
    run.target.sync_folders().map_err(failed(to.root()))?;
    for (_, sha256, name) in new_commits {
        run.copy_one((&from.commits().join(name), &to.commits().join(name)), sha256, 0, advance)?;
    }
    run.sound_so_far()?;
    run.target.changed.insert(to.commits());
    run.target.sync_folders().map_err(failed(to.root()))?;
    copy_sums(from, to, newest, &mut run)?;
    copy_marker(from, to, &mut run)?;
    run.target.sync_folders().map_err(failed(to.root()))?;
    let written = run.written;
    read_back(to, &written, &mut report)?;
    if unfinished.exists() {
        to.disk().remove(&unfinished).map_err(|error| BackupError::drive(&unfinished, error, 0))?;
    }
    Ok(report)
}

/// The drive that is written.
struct Target<'a> {
    disk: &'a Disk,
    /// Folders with new names in them that are not durable yet.
    changed: BTreeSet<PathBuf>,
    /// An interrupted run may have left files in the memory of the system only: those that are there are made durable too.
    sync: bool,
}

impl Target<'_> {
    fn make_folders(&mut self, folder: &Path) -> io::Result<()> {
        self.changed.extend(self.disk.make_folders(folder)?);
        Ok(())
    }

    fn sync_folders(&mut self) -> io::Result<()> {
        std::mem::take(&mut self.changed).iter().try_for_each(|folder| self.disk.sync_folder(folder))
    }

    /// Whether the file is there for good. After an unfinished run a name is no proof: it is hashed, and made durable.
    fn has(&mut self, path: &Path, sha256: &str, size: u64) -> io::Result<bool> {
        let there = fs::metadata(path).is_ok_and(|there| there.len() == size);
        if !there || !self.sync {
            return Ok(there);
        }
        if !hash_file(path).is_ok_and(|(actual, _)| actual == sha256) {
            return Ok(false);
        }
        self.disk.sync_file(path)?;
        self.changed.extend(path.ancestors().skip(1).take(2).map(Path::to_owned));
        Ok(true)
    }
}

/// One run on its way.
struct Run<'r, 't> {
    damaged: Vec<PathBuf>,
    written: Vec<(PathBuf, String)>,
    report: &'r mut RunReport,
    target: &'r mut Target<'t>,
}

impl Run<'_, '_> {
    fn copy_one(
        &mut self,
        (source, target): (&Path, &Path),
        sha256: &str,
        left: u64,
        advance: &dyn Fn(u64) -> bool,
    ) -> Result<(), BackupError> {
        if let Some(folder) = target.parent() {
            self.target.make_folders(folder).map_err(|error| BackupError::drive(folder, error, left))?;
            self.target.changed.insert(folder.to_owned());
        }
        match copy_hashed(self.target.disk, (source, target), sha256, advance) {
            Ok(Copied::Sound(bytes)) => {
                self.report.copied += 1;
                self.report.bytes += bytes;
                self.written.push((target.to_owned(), sha256.to_owned()));
            }
            Ok(Copied::DamagedSource) => self.damaged.push(source.to_owned()),
            Err(CopyError::Source(error)) if error.kind() == io::ErrorKind::NotFound => {
                self.damaged.push(source.to_owned());
            }
            Err(CopyError::Ended) => return Err(BackupError::Interrupted),
            Err(CopyError::Target(error)) => return Err(BackupError::drive(target, error, left)),
            Err(CopyError::Source(error)) => return Err(source_error(source, error)),
        }
        Ok(())
    }

    fn copy_small(&mut self, bytes: &[u8], target: &Path, way: Way) -> Result<(), BackupError> {
        let written = copy_small(self.target.disk, (bytes, target), way, self.target.sync);
        let written = written.map_err(|error| BackupError::drive(target, error, 0))?;
        self.report.copied += u64::from(written);
        if written || self.target.sync {
            self.target.changed.extend(target.parent().map(Path::to_owned));
        }
        Ok(())
    }

    /// Ends the run when files of the source are damaged: no commit is copied that would list them.
    fn sound_so_far(&mut self) -> Result<(), BackupError> {
        let paths = std::mem::take(&mut self.damaged);
        if paths.is_empty() { Ok(()) } else { Err(BackupError::DamagedSource { paths }) }
    }
}

/// Whose restoration was interrupted in a folder.
pub(super) fn unfinished_of(to: &Layout) -> Option<String> {
    fs::read_to_string(unfinished_marker(to)).ok()
}

/// The objects of the newest commit, by its public list.
fn wanted(from: &Layout, newest: u64) -> Result<BTreeSet<String>, BackupError> {
    let path = from.commits().join(Layout::sums_name(newest));
    let text = fs::read_to_string(&path).map_err(|error| source_error(&path, error))?;
    let mut wanted = BTreeSet::new();
    for line in text.lines() {
        match line.split_once("  ") {
            Some((sha256, _)) if sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit()) => {
                wanted.insert(sha256.to_owned());
            }
            _ => return Err(BackupError::DamagedSource { paths: vec![path] }),
        }
    }
    Ok(wanted)
}

/// What the target lacks, with sizes.
fn missing(
    from: &Layout,
    to: &Layout,
    wanted: &BTreeSet<String>,
    target: &mut Target<'_>,
) -> Result<Vec<(String, u64)>, BackupError> {
    let mut missing = Vec::new();
    let mut damaged = Vec::new();
    for sha256 in wanted {
        let source = from.object(sha256);
        let Ok(metadata) = fs::metadata(&source) else {
            damaged.push(source);
            continue;
        };
        let path = to.object(sha256);
        if !target.has(&path, sha256, metadata.len()).map_err(|error| BackupError::drive(&path, error, 0))? {
            missing.push((sha256.clone(), metadata.len()));
        }
    }
    if damaged.is_empty() { Ok(missing) } else { Err(BackupError::DamagedSource { paths: damaged }) }
}

/// The commits that the target lacks, oldest first.
fn missing_commits<'c>(
    commits: &'c [(u64, String, String)],
    (from, to): (&Layout, &Layout),
    target: &mut Target<'_>,
) -> Result<Vec<&'c (u64, String, String)>, BackupError> {
    let mut missing = Vec::new();
    for commit in commits {
        let path = to.commits().join(&commit.2);
        let size = fs::metadata(from.commits().join(&commit.2)).map_or(0, |source| source.len());
        if !target.has(&path, &commit.1, size).map_err(|error| BackupError::drive(&path, error, 0))? {
            missing.push(commit);
        }
    }
    Ok(missing)
}

/// The explanation, and the key files that are whole.
fn copy_small_files(from: &Layout, to: &Layout, run: &mut Run<'_, '_>) -> Result<(), BackupError> {
    run.copy_small(&read_source(&from.readme())?, &to.readme(), Way::Straight)?;
    for path in listed(&from.keys(), "age")? {
        let (bytes, name) = (read_source(&path)?, file_name(&path));
        // Half or damaged key files open nothing, and would take the place of whole ones.
        if is_slot(&name, &bytes) {
            run.copy_small(&bytes, &to.keys().join(name), Way::Straight)?;
        }
    }
    Ok(())
}

fn copy_sums(from: &Layout, to: &Layout, newest: u64, run: &mut Run<'_, '_>) -> Result<(), BackupError> {
    for path in listed(&from.commits(), "sums")? {
        let name = file_name(&path);
        if name <= Layout::sums_name(newest) {
            run.copy_small(&read_source(&path)?, &to.commits().join(name), Way::Whole)?;
        }
    }
    Ok(())
}

fn copy_marker(from: &Layout, to: &Layout, run: &mut Run<'_, '_>) -> Result<(), BackupError> {
    run.copy_small(&read_source(&from.marker())?, &to.marker(), Way::Straight)
}

fn read_source(path: &Path) -> Result<Vec<u8>, BackupError> {
    fs::read(path).map_err(|error| source_error(path, error))
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The files of a folder of the source with this extension, by name.
fn listed(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, BackupError> {
    let mut found = Vec::new();
    for item in fs::read_dir(folder).map_err(|error| source_error(folder, error))? {
        let path = item.map_err(|error| source_error(folder, error))?.path();
        found.extend(Some(path).filter(|path| path.extension().is_some_and(|it| it == extension)));
    }
    found.sort();
    Ok(found)
}

fn read_back(to: &Layout, written: &[(PathBuf, String)], report: &mut RunReport) -> Result<(), BackupError> {
    for (path, sha256) in written {
        match hash_from_medium(to.disk(), path) {
            Ok(actual) if actual == *sha256 => report.read_back += 1,
            Ok(_) => {
                let source = io::Error::new(io::ErrorKind::InvalidData, "read back differently");
                return Err(BackupError::Drive { path: path.clone(), source });
            }
            Err(error) => return Err(BackupError::drive(path, error, 0)),
        }
    }
    Ok(())
}

/// Number, SHA-256 and file name of each commit, oldest first.
fn commits(layout: &Layout) -> io::Result<Vec<(u64, String, String)>> {
    let mut found = Vec::new();
    for item in fs::read_dir(layout.commits())? {
        let name = item?.file_name().to_string_lossy().into_owned();
        if let Some((seq, sha256)) = Layout::parse_commit_name(&name) {
            found.push((seq, sha256.to_owned(), name.clone()));
        }
    }
    found.sort();
    Ok(found)
}

fn check_space(to: &Layout, bytes: u64) -> Result<(), BackupError> {
    // Two per cent more than the files, for the file system's own tables.
    let needed = bytes.saturating_add(bytes / 50);
    match to.disk().free(to.root()) {
        Some(free) if free < needed => {
            Err(BackupError::Full { path: to.root().to_owned(), missing_bytes: needed - free })
        }
        // Where the system does not tell, the copy itself finds out, and says what is missing.
        _ => Ok(()),
    }
}

/// Exists while a copy is not whole; holds the id of the archive that it will be.
pub(super) fn unfinished_marker(to: &Layout) -> PathBuf {
    to.root().join("unfinished")
}

fn lock(to: &Layout) -> Result<Option<fs::File>, BackupError> {
    match to.disk().lock(&to.lock()) {
        Ok(lock) => Ok(Some(lock)),
        Err(std::fs::TryLockError::WouldBlock) => Err(BackupError::Locked),
        // Some drives know no locks; one person at one computer is then the rule.
        Err(std::fs::TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(None),
        Err(std::fs::TryLockError::Error(error)) => Err(BackupError::drive(&to.lock(), error, 0)),
    }
}

fn source_error(path: &Path, error: io::Error) -> BackupError {
    if error.kind() == io::ErrorKind::NotFound {
        BackupError::DamagedSource { paths: vec![path.to_owned()] }
    } else {
        BackupError::Drive { path: path.to_owned(), source: error }
    }
}

fn count(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}
