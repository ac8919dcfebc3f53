//! Which drive lies where: markers on drives, and whether a drive can be used now.

use std::path::Path;

use fs_err as fs;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::BackupError;
use super::register::{Drive, Drives};
use super::repair::lost_its_marker;
use super::session::Sessions;
use super::standing::Standing;
use crate::store::{Layout, peek};

/// Whether a drive can be used now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DriveState {
    /// Plugged in, and as new as the archive.
    Current,
    /// Plugged in, and older than the archive.
    Behind,
    /// Not there.
    Absent,
    /// Plugged in, with its copy, and without the file that tells which drive it is.
    Unmarked,
    /// A copy of another archive lies in its place.
    Foreign,
    /// Another drive of this archive lies in its place.
    Swapped,
    /// The copy is newer than the archive: the archive was put back to an older state.
    Newer,
    /// The copy is older than what the drive was given: the drive was put back to an older state.
    Older,
    /// The copy and the archive have gone different ways.
    Forked,
}

/// The marker on a drive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DriveMarker {
    pub(super) drive: String,
    pub(super) vault: String,
}

/// The marker in a folder, when there is one.
pub(super) fn read_marker(folder: &Path) -> Option<DriveMarker> {
    serde_json::from_slice(&fs::read(Layout::new(folder).drive_marker()).ok()?).ok()
}

/// What lies in a drive's folder; nothing to tell when it is the drive.
pub(super) fn occupant(layout: &Layout, drive: &Drive) -> Option<DriveState> {
    match (read_marker(&drive.folder), peek(layout.root())) {
        (Some(marker), Ok(vault)) if marker.vault == vault && marker.drive == drive.id => None,
        _ if lost_its_marker(layout, drive) => Some(DriveState::Unmarked),
        (Some(marker), Ok(vault)) if marker.vault == vault => Some(DriveState::Swapped),
        (Some(_), _) => Some(DriveState::Foreign),
        (None, _) => Some(DriveState::Absent),
    }
}

/// Whether another registered drive lies where this one is looked for.
#[must_use]
pub fn another_lies_there(drive: &Drive, drives: &Drives) -> bool {
    let marker = read_marker(&drive.folder).filter(|marker| marker.drive != drive.id);
    marker.is_some_and(|marker| drives.drives.iter().any(|other| other.id == marker.drive))
}

/// Whether a registered drive can be used now, and how it stands to the archive. Two drives that take turns may bear the
/// same letter: one that lies in another's place is absent, unless nobody knows what lies there.
#[must_use]
pub fn drive_state(layout: &Layout, drive: &Drive, drives: &Drives) -> DriveState {
    match occupant(layout, drive) {
        Some(DriveState::Swapped) => {
            let other = read_marker(&drive.folder).map(|marker| marker.drive);
            let known = drives.drives.iter().any(|registered| Some(&registered.id) == other.as_ref());
            return if known { DriveState::Absent } else { DriveState::Swapped };
        }
        // Without a marker it may as well be the other one of two that take turns.
        Some(DriveState::Unmarked) if drives.drives.iter().filter(|other| other.folder == drive.folder).count() > 1 => {
            return DriveState::Absent;
        }
        Some(state) => return state,
        None => {}
    }
    let copy = layout.beside(&drive.folder);
    let standing = Sessions::of_drive(&copy)
        .and_then(|sessions| Standing::read(layout, &copy, &sessions))
        .and_then(|standing| standing.check(drive, drives).map(|()| standing.is_level()));
    match standing {
        Ok(true) => DriveState::Current,
        Err(BackupError::Newer { .. } | BackupError::ArchiveOlder { .. }) => DriveState::Newer,
        Err(BackupError::RolledBack { .. }) => DriveState::Older,
        Err(BackupError::Forked { .. }) => DriveState::Forked,
        Ok(false) | Err(_) => DriveState::Behind,
    }
}

impl Drives {
    /// A drive with the folder where it lies now: its own, or that of another drive whose place it has taken.
    #[must_use]
    pub fn located(&self, drive: &Drive) -> Drive {
        let lies_in = |folder: &Path| read_marker(folder).is_some_and(|marker| marker.drive == drive.id);
        let folders = std::iter::once(&drive.folder).chain(self.drives.iter().map(|other| &other.folder));
        let folder = folders.into_iter().find(|folder| lies_in(folder)).unwrap_or(&drive.folder);
        Drive { folder: folder.clone(), ..drive.clone() }
    }
}
