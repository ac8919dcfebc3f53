//! Removing from a drive what the archive no longer lists: what interrupted imports left, and what was replaced since.
//! Nothing is removed unless it is asked for.

use std::collections::HashSet;
use std::path::PathBuf;

use fs_err as fs;

use super::error::BackupError;
use super::parity::{self, Cover};
use super::plan::all_objects;
use super::register::{Drive, Drives};
use super::run::lock;
use super::session::Sessions;
use super::standing::compare;
use crate::store::{Archive, public_commits};

/// What could be removed from a drive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prunable {
    /// The files.
    pub paths: Vec<PathBuf>,
    /// Their size.
    pub bytes: u64,
}

/// The objects on a drive that the newest commit of the archive, authenticated by its key, does not list.
///
/// # Errors
/// [`BackupError::Behind`] when the drive is not level with the archive or its last run was interrupted: what looks
/// superfluous may then be what the next run needs. The alarms of [`compare`].
pub fn prunable(archive: &Archive, drive: &Drive) -> Result<Prunable, BackupError> {
    let copy = archive.layout().beside(&drive.folder);
    compare(archive.layout(), drive, &Drives::load(archive.layout())?)?;
    let newest = public_commits(&copy).map_err(|error| BackupError::drive(&copy.commits(), error, 0))?.pop();
    let is_level = newest.is_some_and(|newest| newest.sha256 == archive.tip().sha256);
    if !is_level || Sessions::of_drive(&copy)?.is_open() {
        return Err(BackupError::Behind { path: drive.folder.clone() });
    }
    let listed: HashSet<&str> = archive.commit().objects.iter().map(|object| object.sha256.as_str()).collect();
    let mut prunable = Prunable::default();
    for sha256 in all_objects(&copy).map_err(|error| BackupError::drive(&copy.objects(), error, 0))? {
        if !listed.contains(sha256.as_str()) {
            let path = copy.object(&sha256);
            prunable.bytes += fs::metadata(&path).map_or(0, |metadata| metadata.len());
            prunable.paths.push(path);
        }
    }
    prunable.paths.sort();
    Ok(prunable)
}

/// Removes what [`prunable`] finds now, and tells it.
///
/// # Errors
/// Those of [`prunable`] and of removing.
pub fn prune(archive: &Archive, drive: &Drive) -> Result<Prunable, BackupError> {
    let copy = archive.layout().beside(&drive.folder);
    let _lock = lock(&copy)?;
    let pruned = prunable(archive, drive)?;
    for path in &pruned.paths {
        let folder = path.parent().unwrap_or(copy.root());
        let removed = copy.disk().remove(path).and_then(|()| copy.disk().sync_folder(folder));
        removed.map_err(|error| BackupError::drive(path, error, 0))?;
    }
    if !pruned.paths.is_empty() {
        // What protected the removed files together with others now protects the others alone.
        let cover = Cover::of(Drives::load(archive.layout())?.wants_parity(drive));
        parity::protect(archive.layout(), &copy, cover, (0, &|_, _| true))?;
    }
    Ok(pruned)
}
