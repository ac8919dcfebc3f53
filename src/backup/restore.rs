//! An archive from a copy, on a computer that has nothing else.

use std::path::{Path, PathBuf};

use fs_err as fs;

use super::error::BackupError;
use super::plan::Source;
use super::run::{Advance, RunReport, Task, copy_archive, lock};
use super::session::{Sessions, Vouched};
use super::standing::first_fork;
use crate::store::{Layout, StoreError, peek, public_commits};

/// What a restoration did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoreReport {
    /// The copy it came from.
    pub source: PathBuf,
    /// What was copied; every file was compared with its hash.
    pub run: RunReport,
}

/// The archive copy in a folder: the folder itself, or the only `malle-…` folder in it.
///
/// # Errors
/// [`BackupError::Absent`], [`BackupError::NoCopy`], [`BackupError::SeveralCopies`].
pub fn find_archive(place: &Path) -> Result<PathBuf, BackupError> {
    if !place.is_dir() {
        return Err(BackupError::Absent { path: place.to_owned() });
    }
    if Layout::new(place).marker().is_file() {
        return Ok(place.to_owned());
    }
    let mut found = Vec::new();
    for item in fs::read_dir(place).map_err(|error| BackupError::drive(place, error, 0))? {
        let path = item.map_err(|error| BackupError::drive(place, error, 0))?.path();
        if Layout::new(&path).marker().is_file() {
            found.push(path);
        }
    }
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(last), false) => {
            found.push(last);
            Err(BackupError::SeveralCopies { found, path: place.to_owned() })
        }
        (None, _) => Err(BackupError::NoCopy { path: place.to_owned() }),
    }
}

/// Copies an archive from a drive to a folder that is absent or empty, or goes on with a restoration that was interrupted
/// or lacked something, from this drive or another. Files that are damaged on the drive are named and not copied; the
/// rest is.
///
/// # Errors
/// [`BackupError`]; [`StoreError::NotEmpty`] when something else is in the folder.
pub fn restore(from: &Path, to: &Path, advance: &Advance<'_>) -> Result<RestoreReport, BackupError> {
    restore_to(from, &Layout::new(to), advance)
}

/// [`restore`] on a given disk.
///
/// # Errors
/// Those of [`restore`].
pub fn restore_to(from: &Path, to: &Layout, advance: &Advance<'_>) -> Result<RestoreReport, BackupError> {
    let source = find_archive(from)?;
    let vault = peek(&source)?;
    let copy = to.beside(&source);
    let unfinished = to.work().join("restore");
    let sessions = Sessions::read(to.disk(), unfinished.clone())?;
    let same = peek(to.root()).map_or(true, |there| there == vault);
    if !(is_fresh(to) || (sessions.is_open() && same)) {
        return Err(StoreError::NotEmpty { path: to.root().to_owned() }.into());
    }
    if let Some(seq) = fork(&copy, to)? {
        return Err(BackupError::Forked { path: source, seq });
    }
    let on_target = |error| BackupError::drive(to.root(), error, 0);
    // Durable before anything else is there: without it the folder would be taken for somebody's own.
    let changed = to.disk().make_folders(&unfinished).map_err(on_target)?;
    changed.iter().try_for_each(|folder| to.disk().sync_folder(folder)).map_err(on_target)?;
    let _lock = lock(to)?;
    for folder in [to.objects(), to.commits(), to.keys()] {
        to.disk().make_folders(&folder).map_err(on_target)?;
    }
    let task = Task { from: &copy, to, source: Source::Copy, sessions: &sessions, vouched: Vouched::default() };
    let run = copy_archive(&task, true, advance)?;
    Ok(RestoreReport { source, run })
}

/// The first number under which both sides have different commits: an archive that was restored with gaps and changed since
/// takes nothing from a copy that went another way.
fn fork(copy: &Layout, to: &Layout) -> Result<Option<u64>, BackupError> {
    if !to.commits().is_dir() {
        return Ok(None);
    }
    let theirs = public_commits(copy).map_err(|error| BackupError::drive(&copy.commits(), error, 0))?;
    let own = public_commits(to).map_err(|error| BackupError::drive(&to.commits(), error, 0))?;
    Ok(first_fork(&theirs, &own))
}

/// Whether a folder holds nothing yet: a restoration that was stopped before its first file leaves at most empty folders and
/// an empty lock.
fn is_fresh(to: &Layout) -> bool {
    let is_empty = |folder: &Path| fs::read_dir(folder).is_ok_and(|mut items| items.next().is_none());
    let Ok(items) = fs::read_dir(to.root()) else { return !to.root().exists() };
    let unfinished = to.work().join("restore");
    let is_begun = || {
        fs::read_dir(to.work())
            .is_ok_and(|items| items.flatten().all(|item| item.path() == unfinished && is_empty(&unfinished)))
    };
    items.flatten().map(|item| item.path()).all(|path| {
        let folder = [to.keys(), to.commits(), to.objects()].contains(&path) && is_empty(&path);
        let empty = path == to.lock() && fs::metadata(&path).is_ok_and(|file| file.len() == 0);
        folder || empty || (path == to.work() && is_begun())
    })
}
