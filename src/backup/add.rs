//! Registering drives, forgetting them.

use std::ffi::OsStr;
use std::io;
use std::path::Path;

use fs_err as fs;

use super::copy::{Written, write_small};
use super::error::BackupError;
use super::register::{Drive, Drives};
use super::state::{DriveMarker, read_marker};
use crate::crypto::random_id;
use crate::store::{Layout, peek, public_commits};

/// Name of a drive when nobody gives one and its folder has none.
const DEFAULT_NAME: &str = "MALLE";

/// A drive that was registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// The drive.
    pub drive: Drive,
    /// It was registered already and is now looked for in this place.
    pub moved: bool,
}

/// Registers the folder of a drive (`malle-ID` is made inside it) under a name. A drive that is registered already, by
/// the id it bears, gets its new place, and its new name when one is given. A copy that is there already is taken over;
/// the next run reads it whole.
///
/// # Errors
/// [`BackupError::Absent`], [`BackupError::NameTaken`], [`BackupError::BadName`], [`BackupError::InsideArchive`],
/// [`BackupError::OtherArchive`].
pub fn add_drive(layout: &Layout, place: &Path, name: Option<&str>) -> Result<Added, BackupError> {
    Drives::change(layout, |drives| add_to(drives, layout, place, name))
}

fn add_to(drives: &mut Drives, layout: &Layout, place: &Path, name: Option<&str>) -> Result<Added, BackupError> {
    let absolute = fs::canonicalize(place).map_err(|_| BackupError::Absent { path: place.to_owned() })?;
    if fs::canonicalize(layout.root()).is_ok_and(|root| absolute.starts_with(root)) {
        return Err(BackupError::InsideArchive { path: place.to_owned() });
    }
    let name = name.map(str::trim);
    if name.is_some_and(|name| name.is_empty() || name.chars().any(char::is_control)) {
        return Err(BackupError::BadName);
    }
    let vault = peek(layout.root())?;
    let own_name = format!("malle-{vault}");
    // The copy itself may be named as well as the drive.
    let is_copy = absolute.file_name().is_some_and(|last| *last == *own_name) && read_marker(&absolute).is_some();
    let folder = if is_copy { absolute.clone() } else { absolute.join(own_name) };
    let is_taken = |place: &&Path| **place != folder && is_archive(&layout.beside(place));
    if let Some(taken) = absolute.ancestors().find(is_taken) {
        return Err(BackupError::InsideArchive { path: taken.to_owned() });
    }
    let marker = read_marker(&folder);
    if marker.as_ref().is_some_and(|marker| marker.vault != vault) {
        return Err(BackupError::OtherArchive { path: folder });
    }
    let taken = |drives: &Drives, name: &str, id: Option<&str>| {
        drives.drives.iter().any(|drive| drive.name == name && Some(drive.id.as_str()) != id)
    };
    let id = marker.map(|marker| marker.drive);
    if let Some(name) = name.filter(|name| taken(drives, name, id.as_deref())) {
        return Err(BackupError::NameTaken { name: name.to_owned() });
    }
    if let Some(known) = drives.drives.iter_mut().find(|drive| Some(&drive.id) == id.as_ref()) {
        known.folder = folder;
        if let Some(name) = name {
            name.clone_into(&mut known.name);
        }
        let drive = known.clone();
        return Ok(Added { drive, moved: true });
    }
    let id = match id {
        Some(id) => id,
        None => mark(&layout.beside(&folder), vault)?,
    };
    let name = name.map_or_else(|| free_name(place, |name| taken(drives, name, None)), str::to_owned);
    let holds_copy = public_commits(&Layout::new(&folder)).is_ok_and(|commits| !commits.is_empty());
    let drive = Drive {
        id,
        name,
        folder,
        seq: 0,
        commit: None,
        last_run: None,
        last_check: None,
        coverage: None,
        distrust: holds_copy,
        with_app: false,
        parity: None,
    };
    drives.drives.push(drive.clone());
    Ok(Added { drive, moved: false })
}

/// Whether a folder is an archive or a copy of one, whole or not.
fn is_archive(layout: &Layout) -> bool {
    layout.is_copy() || (layout.marker().exists() && layout.commits().is_dir())
}

/// Makes the folder of a copy with the marker of a new drive, and gives the drive's id.
fn mark(copy: &Layout, vault: String) -> Result<String, BackupError> {
    let drive = random_id().map_err(BackupError::Register)?;
    let marker = DriveMarker { drive: drive.clone(), vault };
    let bytes = serde_json::to_vec(&marker).map_err(|error| BackupError::Register(io::Error::other(error)))?;
    let mut written = Written::default();
    write_small(copy.disk(), &copy.drive_marker(), &bytes, &mut written)?;
    for folder in &written.folders {
        copy.disk().sync_folder(folder).map_err(|error| BackupError::drive(folder, error, 0))?;
    }
    Ok(drive)
}

/// The last name of the place, with a number when another drive is called so.
fn free_name(place: &Path, taken: impl Fn(&str) -> bool) -> String {
    let readable = |name: &OsStr| name.to_string_lossy().chars().filter(|letter| !letter.is_control()).collect();
    let last = place.file_name().map(readable).filter(|name: &String| !name.trim().is_empty());
    let base = last.unwrap_or_else(|| DEFAULT_NAME.to_owned());
    let numbered = (2..).map(|number: u32| format!("{base}-{number}"));
    std::iter::once(base.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or(base)
}
