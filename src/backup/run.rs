//! One run of a backup: what the drive lacks is copied, objects first, commits last, and read back.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::copy::{Copied, copy_hashed, copy_small, hash_from_medium};
use super::drives::{Drive, DriveState, drive_state};
use super::error::BackupError;
use crate::store::{Layout, hash_file};

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
    copy_archive(layout, &Layout::new(&drive.folder), advance)
}

/// Number of the newest commit that a folder has, by its file names.
pub(super) fn newest_seq(layout: &Layout) -> Option<u64> {
    commits(layout).ok()?.last().map(|(seq, ..)| *seq)
}

/// Copies everything `from` has and `to` lacks. Used in both directions.
pub(super) fn copy_archive(from: &Layout, to: &Layout, advance: &Advance<'_>) -> Result<RunReport, BackupError> {
    for folder in [to.root().to_owned(), to.objects(), to.commits(), to.keys()] {
        fs::create_dir_all(&folder).map_err(|error| BackupError::drive(&folder, error, 0))?;
    }
    let _lock = lock(to)?;
    let commits = commits(from).map_err(|error| source_error(&from.commits(), error))?;
    let Some((newest, ..)) = commits.last() else {
        return Err(BackupError::NoCopy { path: from.root().to_owned() });
    };
    if newest_seq(to).is_some_and(|there| there > *newest) {
        return Err(BackupError::Newer { path: to.root().to_owned() });
    }
    let unfinished = unfinished_marker(to);
    let suspicious = unfinished.exists();
    let wanted = wanted(from, *newest)?;
    let mut report = RunReport { seq: *newest, ..RunReport::default() };
    let missing = missing(from, to, &wanted, suspicious)?;
    report.present = count(wanted.len()) - count(missing.len());
    let mut left: u64 = missing.iter().map(|(_, size)| size).sum();
    check_space(to, left)?;
    let new_commits: Vec<_> =
        commits.iter().filter(|(_, _, name)| suspicious || !to.commits().join(name).exists()).collect();
    let size = |name: &String| fs::metadata(from.commits().join(name)).map_or(0, |metadata| metadata.len());
    let total = left + new_commits.iter().map(|(_, _, name)| size(name)).sum::<u64>();
    let advance = &|bytes| advance(bytes, total);
    if !missing.is_empty() || !new_commits.is_empty() {
        fs::write(&unfinished, b"").map_err(|error| BackupError::drive(&unfinished, error, left))?;
    }
    let mut damaged = Vec::new();
    let mut written = Vec::new();
    for (sha256, size) in &missing {
        let (source, target) = (from.object(sha256), to.object(sha256));
        copy_one(&source, &target, sha256, left, (&mut damaged, &mut written, &mut report), advance)?;
        left = left.saturating_sub(*size);
    }
    if !damaged.is_empty() {
        return Err(BackupError::DamagedSource { paths: damaged });
    }
    copy_small_files(from, to, &mut report)?;
    for (_, sha256, name) in new_commits {
        let (source, target) = (from.commits().join(name), to.commits().join(name));
        copy_one(&source, &target, sha256, 0, (&mut damaged, &mut written, &mut report), advance)?;
    }
    if !damaged.is_empty() {
        return Err(BackupError::DamagedSource { paths: damaged });
    }
    copy_sums(from, to, &mut report)?;
    copy_marker(from, to, &mut report)?;
    read_back(&written, &mut report)?;
    if unfinished.exists() {
        fs::remove_file(&unfinished).map_err(|error| BackupError::drive(&unfinished, error, 0))?;
    }
    Ok(report)
}

type Progress<'a> = (&'a mut Vec<PathBuf>, &'a mut Vec<(PathBuf, String)>, &'a mut RunReport);

fn copy_one(
    source: &Path,
    target: &Path,
    sha256: &str,
    left: u64,
    (damaged, written, report): Progress<'_>,
    advance: &dyn Fn(u64) -> bool,
) -> Result<(), BackupError> {
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder).map_err(|error| BackupError::drive(folder, error, left))?;
    }
    match copy_hashed(source, target, sha256, advance) {
        Ok(Copied::Sound(bytes)) => {
            report.copied += 1;
            report.bytes += bytes;
            written.push((target.to_owned(), sha256.to_owned()));
            Ok(())
        }
        Ok(Copied::DamagedSource) => {
            damaged.push(source.to_owned());
            Ok(())
        }
        Err((_, error)) if error.kind() == io::ErrorKind::Interrupted => {
            drop(fs::remove_file(target));
            Err(BackupError::Interrupted)
        }
        Err((true, error)) => {
            drop(fs::remove_file(target));
            Err(BackupError::drive(target, error, left))
        }
        Err((false, error)) if error.kind() == io::ErrorKind::NotFound => {
            drop(fs::remove_file(target));
            damaged.push(source.to_owned());
            Ok(())
        }
        Err((false, error)) => Err(source_error(source, error)),
    }
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

/// What the target lacks, with sizes. After an unfinished run a name is no proof: such files are hashed.
fn missing(
    from: &Layout,
    to: &Layout,
    wanted: &BTreeSet<String>,
    suspicious: bool,
) -> Result<Vec<(String, u64)>, BackupError> {
    let mut missing = Vec::new();
    let mut damaged = Vec::new();
    for sha256 in wanted {
        let source = from.object(sha256);
        let Ok(metadata) = fs::metadata(&source) else {
            damaged.push(source);
            continue;
        };
        let target = to.object(sha256);
        let there = fs::metadata(&target).is_ok_and(|there| there.len() == metadata.len());
        let sound = there && (!suspicious || hash_file(&target).is_ok_and(|(actual, _)| actual == *sha256));
        if !sound {
            missing.push((sha256.clone(), metadata.len()));
        }
    }
    if damaged.is_empty() { Ok(missing) } else { Err(BackupError::DamagedSource { paths: damaged }) }
}

fn copy_small_files(from: &Layout, to: &Layout, report: &mut RunReport) -> Result<(), BackupError> {
    let mut pairs = vec![(from.readme(), to.readme())];
    for item in fs::read_dir(from.keys()).map_err(|error| source_error(&from.keys(), error))? {
        let path = item.map_err(|error| source_error(&from.keys(), error))?.path();
        if let Some(name) = path.file_name().filter(|_| path.extension().is_some_and(|ext| ext == "age")) {
            pairs.push((path.clone(), to.keys().join(name)));
        }
    }
    copy_pairs(pairs, report)
}

fn copy_sums(from: &Layout, to: &Layout, report: &mut RunReport) -> Result<(), BackupError> {
    let mut pairs = Vec::new();
    for item in fs::read_dir(from.commits()).map_err(|error| source_error(&from.commits(), error))? {
        let path = item.map_err(|error| source_error(&from.commits(), error))?.path();
        if let Some(name) = path.file_name().filter(|_| path.extension().is_some_and(|ext| ext == "sums")) {
            pairs.push((path.clone(), to.commits().join(name)));
        }
    }
    copy_pairs(pairs, report)
}

fn copy_marker(from: &Layout, to: &Layout, report: &mut RunReport) -> Result<(), BackupError> {
    copy_pairs(vec![(from.marker(), to.marker())], report)
}

fn copy_pairs(pairs: Vec<(PathBuf, PathBuf)>, report: &mut RunReport) -> Result<(), BackupError> {
    for (source, target) in pairs {
        let written = copy_small(&source, &target).map_err(|(on_target, error)| {
            if on_target { BackupError::drive(&target, error, 0) } else { source_error(&source, error) }
        })?;
        report.copied += u64::from(written);
    }
    Ok(())
}

fn read_back(written: &[(PathBuf, String)], report: &mut RunReport) -> Result<(), BackupError> {
    for (path, sha256) in written {
        match hash_from_medium(path) {
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
    #[cfg(unix)]
    {
        // Two per cent more than the files, for the file system's own tables.
        let needed = bytes.saturating_add(bytes / 50);
        if let Ok(space) = rustix::fs::statvfs(to.root()) {
            let free = space.f_bavail.saturating_mul(space.f_frsize);
            if free < needed {
                return Err(BackupError::Full { path: to.root().to_owned(), missing_bytes: needed - free });
            }
        }
    }
    #[cfg(not(unix))]
    {
        // The copy itself finds out when the drive is full, and says what is missing.
        let _ = (to, bytes);
    }
    Ok(())
}

fn unfinished_marker(to: &Layout) -> PathBuf {
    to.root().join("unfinished")
}

fn lock(to: &Layout) -> Result<fs::File, BackupError> {
    let path = to.lock();
    let file = fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|error| BackupError::drive(&path, error, 0))?;
    match file.file().try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(BackupError::Locked),
        // Some drives know no locks; one person at one computer is then the rule.
        Err(std::fs::TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(file),
        Err(std::fs::TryLockError::Error(error)) => Err(BackupError::drive(&path, error, 0)),
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
