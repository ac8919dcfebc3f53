//! The register of drives, kept beside the archive: which drives there are and the newest state each was given.

use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};
use fs_err as fs;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::BackupError;
use crate::crypto::random_id;
use crate::store::{Layout, peek};

/// A registered drive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Drive {
    /// Random id, also written on the drive.
    pub id: String,
    /// What the user calls it.
    pub name: String,
    /// Folder on the drive that holds the copy.
    pub folder: PathBuf,
    /// Newest commit the drive was given; 0 before the first run.
    pub seq: u64,
    /// When the last run ended, RFC 3339 UTC.
    pub last_run: Option<String>,
    /// When a check last read everything and found it sound.
    pub last_check: Option<String>,
}

/// All registered drives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drives {
    /// In the order they were added.
    pub drives: Vec<Drive>,
}

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
    /// Something else lies in its place.
    Foreign,
}

/// The marker on a drive.
#[derive(Serialize, Deserialize)]
struct DriveMarker {
    drive: String,
    vault: String,
}

impl Drives {
    /// Reads the register of an archive; empty when there is none yet.
    ///
    /// # Errors
    /// [`BackupError::Register`] when it is there and not readable.
    pub fn load(layout: &Layout) -> Result<Self, BackupError> {
        match fs::read(register(layout)) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| BackupError::Register(io::Error::other(error))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(BackupError::Register(error)),
        }
    }

    /// Writes the register.
    ///
    /// # Errors
    /// [`BackupError::Register`].
    pub fn save(&self, layout: &Layout) -> Result<(), BackupError> {
        let write = || -> io::Result<()> {
            let path = register(layout);
            let changed = layout.disk().make_folders(&layout.work())?;
            changed.iter().try_for_each(|folder| layout.disk().sync_folder(folder))?;
            layout.disk().replace(&path, &serde_json::to_vec_pretty(self)?)
        };
        write().map_err(BackupError::Register)
    }

    /// The drive of this name.
    ///
    /// # Errors
    /// [`BackupError::UnknownDrive`].
    pub fn named(&self, name: &str) -> Result<&Drive, BackupError> {
        let found = self.drives.iter().find(|drive| drive.name == name);
        found.ok_or_else(|| BackupError::UnknownDrive { name: name.to_owned() })
    }

    /// Notes that a drive was given the commit `seq`.
    pub fn note_run(&mut self, id: &str, seq: u64, now: DateTime<Utc>) {
        if let Some(drive) = self.drives.iter_mut().find(|drive| drive.id == id) {
            drive.seq = drive.seq.max(seq);
            drive.last_run = Some(now.to_rfc3339_opts(SecondsFormat::Secs, true));
        }
    }

    /// Notes that a drive was read whole and is sound.
    pub fn note_check(&mut self, id: &str, now: DateTime<Utc>) {
        if let Some(drive) = self.drives.iter_mut().find(|drive| drive.id == id) {
            drive.last_check = Some(now.to_rfc3339_opts(SecondsFormat::Secs, true));
        }
    }
}

/// Registers the folder of a drive (`malle-ID` is made inside it) under a name.
///
/// # Errors
/// [`BackupError::Absent`], [`BackupError::NameTaken`], [`BackupError::InsideArchive`], [`BackupError::OtherArchive`].
pub fn add_drive(layout: &Layout, place: &Path, name: &str) -> Result<Drive, BackupError> {
    let mut drives = Drives::load(layout)?;
    if drives.drives.iter().any(|drive| drive.name == name) {
        return Err(BackupError::NameTaken { name: name.to_owned() });
    }
    let absolute = fs::canonicalize(place).map_err(|_| BackupError::Absent { path: place.to_owned() })?;
    if fs::canonicalize(layout.root()).is_ok_and(|root| absolute.starts_with(root)) {
        return Err(BackupError::InsideArchive { path: place.to_owned() });
    }
    let vault = peek(layout.root())?;
    let folder = absolute.join(format!("malle-{vault}"));
    let disk = layout.disk();
    let mut changed = disk.make_folders(&folder).map_err(|error| BackupError::drive(&folder, error, 0))?;
    let id = match read_marker(&folder) {
        Some(marker) if marker.vault == vault => marker.drive,
        Some(_) => return Err(BackupError::OtherArchive { path: folder }),
        None => {
            let drive = random_id().map_err(BackupError::Register)?;
            let marker = DriveMarker { drive: drive.clone(), vault };
            let bytes = serde_json::to_vec(&marker).map_err(|error| BackupError::Register(io::Error::other(error)))?;
            changed.push(folder.clone());
            disk.write(&folder.join("drive.json"), &bytes)
                .and_then(|()| changed.iter().try_for_each(|folder| disk.sync_folder(folder)))
                .map_err(|error| BackupError::drive(&folder, error, 0))?;
            drive
        }
    };
    let drive = Drive { id, name: name.to_owned(), folder, seq: 0, last_run: None, last_check: None };
    drives.drives.push(drive.clone());
    drives.save(layout)?;
    Ok(drive)
}

/// Whether a registered drive can be used now, and whether it is as new as the archive.
#[must_use]
pub fn drive_state(layout: &Layout, drive: &Drive) -> DriveState {
    match (read_marker(&drive.folder), peek(layout.root())) {
        (Some(marker), Ok(vault)) if marker.vault == vault && marker.drive == drive.id => {
            let newest = super::run::newest_seq(layout).unwrap_or(0);
            if drive.seq >= newest { DriveState::Current } else { DriveState::Behind }
        }
        (Some(_), _) => DriveState::Foreign,
        (None, _) => DriveState::Absent,
    }
}

fn register(layout: &Layout) -> PathBuf {
    layout.work().join("drives.json")
}

fn read_marker(folder: &Path) -> Option<DriveMarker> {
    serde_json::from_slice(&fs::read(folder.join("drive.json")).ok()?).ok()
}
