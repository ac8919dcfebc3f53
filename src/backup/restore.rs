//! An archive from a copy, on a computer that has nothing else.

use std::path::{Path, PathBuf};

use fs_err as fs;

use super::error::BackupError;
use super::run::{Advance, RunReport, copy_archive};
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
    let source = find_archive(from)?;
    peek(&source)?;
    let target = Layout::new(to);
    let continued = to.join("unfinished").exists() && !target.marker().exists();
    if !continued && fs::read_dir(to).is_ok_and(|mut items| items.next().is_some()) {
        return Err(StoreError::NotEmpty { path: to.to_owned() }.into());
    }
    let run = copy_archive(&Layout::new(&source), &target, advance)?;
    Ok(RestoreReport { source, run })
}
