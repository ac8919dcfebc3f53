//! An archive from a copy, on a computer that has nothing else.

use std::path::{Path, PathBuf};

use fs_err as fs;

use super::error::BackupError;
use super::run::{Advance, RunReport, copy_archive, unfinished_marker, unfinished_of};
use crate::store::{Layout, StoreError, peek};

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

/// Copies an archive from a drive to a folder that is absent or empty, or goes on with an interrupted restoration. Files
/// that are damaged on the drive are named and not copied.
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
    // The marker comes last: until it is whole, the folder is what an interrupted run of the same restoration left.
    let continued = unfinished_of(to).is_some_and(|of| of == vault) && peek(to.root()).is_err();
    if !continued && !is_fresh(to) {
        return Err(StoreError::NotEmpty { path: to.root().to_owned() }.into());
    }
    let run = copy_archive(&to.beside(&source), to, advance)?;
    Ok(RestoreReport { source, run })
}

/// Whether a folder holds nothing yet: a run that was stopped before its first file leaves at most empty folders, an empty
/// lock, and a sign that is not whole.
fn is_fresh(to: &Layout) -> bool {
    let is_empty = |folder: &Path| fs::read_dir(folder).is_ok_and(|mut items| items.next().is_none());
    let Ok(items) = fs::read_dir(to.root()) else { return !to.root().exists() };
    items.flatten().map(|item| item.path()).all(|path| {
        let folder = [to.keys(), to.commits(), to.objects()].contains(&path) && is_empty(&path);
        let empty = path == to.lock() && fs::metadata(&path).is_ok_and(|file| file.len() == 0);
        folder || empty || path == unfinished_marker(to)
    }) && !to.root().is_file()
}
