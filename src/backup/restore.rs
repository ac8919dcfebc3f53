//! An archive from a copy, on a computer that has nothing else.

use std::path::{Path, PathBuf};

use fs_err as fs;

use super::error::BackupError;
use super::parity::Cover;
use super::plan::Source;
use super::repair::{has_commits, salvage, small_files_are_sound};
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
    /// Files that are damaged or missing in the copy, and whole in the archive thanks to parity. The copy is left as it is.
    pub repaired: Vec<PathBuf>,
}

/// The archive copy in a folder: the folder itself, or the only `malle-…` folder in it.
///
/// # Errors
/// [`BackupError::Absent`], [`BackupError::NoCopy`], [`BackupError::SeveralCopies`].
pub fn find_archive(place: &Path) -> Result<PathBuf, BackupError> {
    if !place.is_dir() {
        return Err(BackupError::Absent { path: place.to_owned() });
    }
    // A copy that lost its marker is one all the same.
    let is_copy = |path: &Path| Layout::new(path).marker().is_file() || has_commits(&Layout::new(path));
    if is_copy(place) {
        return Ok(place.to_owned());
    }
    let mut found = Vec::new();
    for item in fs::read_dir(place).map_err(|error| BackupError::drive(place, error, 0))? {
        let path = item.map_err(|error| BackupError::drive(place, error, 0))?.path();
        if path.is_dir() && is_copy(&path) {
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
/// or lacked something, from this drive or another. Files that are damaged on the drive are made again on the way
/// where its parity allows; others are named and not copied; the rest is.
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
    let vault = vault_of(&source)?;
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
    let task = Task {
        from: &copy,
        to,
        source: Source::Copy,
        sessions: &sessions,
        vouched: Vouched::default(),
        cover: Cover::Kept,
    };
    let run = if small_files_are_sound(&copy) {
        match copy_archive(&task, true, advance) {
            Ok(run) if run.damaged.is_empty() => return Ok(RestoreReport { source, run, repaired: Vec::new() }),
            // A file of the copy that the drive cannot read any more.
            Err(BackupError::Drive { path, .. }) if path.starts_with(&source) => RunReport::default(),
            copied => copied?,
        }
    } else {
        RunReport::default()
    };
    let session = sessions.begin(run.seq, Vec::new())?;
    let salvaged = salvage(&copy, to, advance)?;
    let newest = public_commits(to).map_err(|error| BackupError::drive(&to.commits(), error, 0))?.pop();
    let run = RunReport {
        copied: run.copied + salvaged.copied,
        bytes: run.bytes + salvaged.bytes,
        seq: newest.as_ref().map_or(0, |newest| newest.seq),
        commit: newest.as_ref().map_or_else(String::new, |newest| newest.sha256.clone()),
        damaged: salvaged.lost.iter().map(|path| source.join(path)).collect(),
        ..run
    };
    // What lacks something goes on from another drive.
    if let Some(newest) = newest.filter(|_| run.damaged.is_empty()) {
        session.end(&newest, run.durable)?;
    }
    Ok(RestoreReport { source, run, repaired: salvaged.repaired })
}

/// The archive that a copy is of. A copy whose marker is damaged lies in a folder that is named after its archive.
fn vault_of(copy: &Path) -> Result<String, BackupError> {
    match peek(copy) {
        Ok(vault) => Ok(vault),
        Err(error @ StoreError::NewerFormat { .. }) => Err(error.into()),
        Err(error) => {
            let name = copy.file_name().map(|name| name.to_string_lossy().into_owned());
            let vault = name.as_deref().and_then(|name| name.strip_prefix("malle-")).map(str::to_owned);
            vault.ok_or_else(|| error.into())
        }
    }
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
