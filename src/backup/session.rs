//! Markers of runs: a run that ended vouches for what it wrote; of one that did not, names and sizes prove nothing.
//!
//! A marker is a new file, durable before the first object is written and after the last is. A machine that stops in
//! between, or a drive that is pulled out, leaves `N.begin` without `N.end`.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::error::BackupError;
use crate::store::{Disk, Layout, PublicCommit, public_objects};

/// What a run is about to do.
#[derive(Serialize, Deserialize)]
struct Begin {
    /// The commit it brings.
    seq: u64,
    /// SHA-256 names of the objects it puts in the place of wrong ones.
    replaces: Vec<String>,
}

/// What a run has done.
#[derive(Clone, Serialize, Deserialize)]
struct End {
    /// The newest commit that is there now.
    seq: u64,
    /// SHA-256 of its file.
    commit: String,
    /// Whether the file system confirmed that names are durable.
    durable: bool,
}

/// The markers of one copy.
pub(super) struct Sessions {
    disk: Disk,
    folder: PathBuf,
    next: u64,
    open: bool,
    newest: Option<u64>,
    /// The last run that vouches for anything.
    ended: Option<End>,
    /// What runs after it meant to replace.
    replaced: HashSet<String>,
}

/// What names and sizes may be trusted of.
#[derive(Default)]
pub(super) struct Vouched {
    /// Commits up to this one.
    pub(super) seq: u64,
    /// Objects.
    pub(super) objects: HashSet<String>,
}

/// A run that has begun.
pub(super) struct Session {
    disk: Disk,
    path: PathBuf,
    number: u64,
}

impl Sessions {
    /// The markers on a drive.
    ///
    /// # Errors
    /// [`BackupError::Drive`] when they cannot be read.
    pub(super) fn of_drive(copy: &Layout) -> Result<Self, BackupError> {
        Self::read(copy.disk(), copy.root().join("sessions"))
    }

    /// Reads the markers in a folder; it need not be there.
    ///
    /// # Errors
    /// [`BackupError::Drive`] when it cannot be read.
    pub(super) fn read(disk: &Disk, folder: PathBuf) -> Result<Self, BackupError> {
        let (mut begins, mut ends) = (Vec::new(), Vec::new());
        if folder.is_dir() {
            for item in fs::read_dir(&folder).map_err(|error| BackupError::drive(&folder, error, 0))? {
                let path = item.map_err(|error| BackupError::drive(&folder, error, 0))?.path();
                let Some(number) = path.file_stem().and_then(|stem| stem.to_str()?.parse::<u64>().ok()) else {
                    continue;
                };
                match path.extension().and_then(|extension| extension.to_str()) {
                    Some("begin") => begins.push((number, path)),
                    Some("end") => ends.push((number, path)),
                    _ => {}
                }
            }
        }
        begins.sort();
        ends.sort();
        // A marker that does not parse was being written when the drive went away.
        let ends: Vec<(u64, End)> =
            ends.into_iter().filter_map(|(number, path)| Some((number, parsed(&path)?))).collect();
        let last = ends.iter().rfind(|(_, end)| end.durable);
        let since = last.map_or(0, |(number, _)| *number);
        let later = begins.iter().filter(|(number, _)| *number > since);
        let replaced = later.filter_map(|(_, path)| parsed::<Begin>(path)).flat_map(|begin| begin.replaces).collect();
        let highest = begins.last().map_or(0, |(number, _)| *number).max(ends.last().map_or(0, |(number, _)| *number));
        Ok(Self {
            disk: disk.clone(),
            open: begins.last().is_some_and(|(number, _)| !ends.iter().any(|(ended, _)| ended == number)),
            next: highest + 1,
            newest: ends.iter().map(|(_, end)| end.seq).max(),
            ended: last.map(|(_, end)| end.clone()),
            replaced,
            folder,
        })
    }

    /// Whether the last run was interrupted.
    pub(super) const fn is_open(&self) -> bool {
        self.open
    }

    /// The newest commit that any run says it brought.
    pub(super) const fn newest(&self) -> Option<u64> {
        self.newest
    }

    /// What the last run that ended vouches for.
    pub(super) fn vouched(&self, copy: &Layout) -> Vouched {
        let Some(end) = &self.ended else { return Vouched::default() };
        let commit = PublicCommit { seq: end.seq, sha256: end.commit.clone() };
        // Without the list nobody knows what the run vouches for.
        match public_objects(copy, end.seq) {
            Ok(objects) if commit.path(copy).exists() => Vouched {
                seq: end.seq,
                objects: objects.into_iter().filter(|sha256| !self.replaced.contains(sha256)).collect(),
            },
            _ => Vouched::default(),
        }
    }

    /// Writes the marker of a new run, durably.
    ///
    /// # Errors
    /// [`BackupError::Drive`], [`BackupError::Full`].
    pub(super) fn begin(&self, seq: u64, replaces: Vec<String>) -> Result<Session, BackupError> {
        let session = Session { disk: self.disk.clone(), path: self.folder.clone(), number: self.next };
        session.mark("begin", &Begin { seq, replaces })?;
        Ok(session)
    }
}

impl Session {
    /// Writes the marker of a run that has ended: everything before it is durable, as far as `durable` tells.
    ///
    /// # Errors
    /// [`BackupError::Drive`], [`BackupError::Full`].
    pub(super) fn end(self, commit: &PublicCommit, durable: bool) -> Result<(), BackupError> {
        self.mark("end", &End { seq: commit.seq, commit: commit.sha256.clone(), durable })
    }

    fn mark<T: Serialize>(&self, extension: &str, content: &T) -> Result<(), BackupError> {
        let path = self.path.join(format!("{:010}.{extension}", self.number));
        let write = || {
            let changed = self.disk.make_folders(&self.path)?;
            self.disk.write(&path, &serde_json::to_vec(content)?)?;
            changed.iter().chain([&self.path]).try_for_each(|folder| self.disk.sync_folder(folder))
        };
        write().map_err(|error| BackupError::drive(&path, error, 0))
    }
}

fn parsed<T: for<'de> Deserialize<'de>>(path: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}
