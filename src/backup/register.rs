//! The register of drives, kept beside the archive: which drives there are, the newest state each was given, and what of
//! it was read again since.

use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};
use fs_err as fs;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::BackupError;
use super::run::{RunReport, lock_file};
use crate::store::{Bucket, Layout};

/// How often the lock of the register is tried: whoever has it writes one small file.
const HOLD_TRIES: usize = 500;

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
    /// SHA-256 of that commit's file.
    #[serde(default)]
    pub commit: Option<String>,
    /// When the last run ended, RFC 3339 UTC.
    pub last_run: Option<String>,
    /// Since when everything on it has been read and found sound.
    pub last_check: Option<String>,
    /// What checks of parts have read since.
    #[serde(default)]
    pub coverage: Option<Coverage>,
    /// The next run reads everything that is there before it trusts it: the copy was made before the drive was
    /// registered, or a check found damage.
    #[serde(default)]
    pub distrust: bool,
    /// The program is kept on the drive as well.
    #[serde(default)]
    pub with_app: bool,
    /// Whether it is given parity; undecided for drives that were added before there was any.
    #[serde(default)]
    pub parity: Option<bool>,
}

/// Which parts of a copy were read, of how many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// Number of parts.
    pub of: u32,
    /// Those that were read and found sound, from 1.
    pub done: Vec<u32>,
    /// When the first of them was read.
    pub since: String,
}

/// All registered drives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drives {
    /// In the order they were added.
    pub drives: Vec<Drive>,
    /// File names of key slots the owner has taken back; runs remove them from drives.
    #[serde(default)]
    pub revoked: Vec<String>,
    /// What checks of parts have read of the archive itself.
    #[serde(default)]
    pub archive: Option<Coverage>,
}

/// Puts a list aside that tells nothing, so that it keeps no further command from its work.
pub(super) fn put_aside(layout: &Layout, path: &Path, error: serde_json::Error) -> BackupError {
    let aside = path.with_extension("json.damaged");
    match layout.disk().rename(path, &aside).and_then(|()| layout.disk().sync_folder(&layout.work())) {
        Ok(()) => BackupError::RegisterDamaged { path: aside },
        Err(_) => BackupError::Register(io::Error::other(error)),
    }
}

/// Keeps other commands from changing what is noted of drives, as long as the value lives.
///
/// # Errors
/// [`BackupError::Register`] when the lock cannot be made, or somebody keeps it for long.
pub(super) fn hold(layout: &Layout) -> Result<Option<fs::File>, BackupError> {
    let made = layout.disk().make_folders(&layout.work()).map_err(BackupError::Register)?;
    made.iter().try_for_each(|folder| layout.disk().sync_folder(folder)).map_err(BackupError::Register)?;
    lock_file(layout.disk(), &layout.work().join("drives.lock"), HOLD_TRIES).map_err(|error| match error {
        std::fs::TryLockError::WouldBlock => BackupError::Register(io::ErrorKind::WouldBlock.into()),
        std::fs::TryLockError::Error(error) => BackupError::Register(error),
    })
}

/// Notes a part as read. When all parts of one division have been, gives the time of the first and begins anew.
fn cover(coverage: &mut Option<Coverage>, part: Bucket, now: DateTime<Utc>) -> Option<String> {
    let begun = coverage.take().filter(|coverage| coverage.of == part.of());
    let mut known = begun.unwrap_or_else(|| Coverage { of: part.of(), done: Vec::new(), since: rfc3339(now) });
    if !known.done.contains(&part.number()) {
        known.done.push(part.number());
        known.done.sort_unstable();
    }
    if u32::try_from(known.done.len()) == Ok(known.of) {
        return Some(known.since);
    }
    *coverage = Some(known);
    None
}

/// The next part that no check has read, when everything is divided into `of` parts.
fn next_of(coverage: Option<&Coverage>, of: u32) -> Option<Bucket> {
    let done = coverage.filter(|coverage| coverage.of == of).map_or(&[][..], |known| &known.done);
    Bucket::new((1..=of).find(|number| !done.contains(number))?, of)
}

impl Drives {
    /// Reads the register of an archive; empty when there is none yet.
    ///
    /// # Errors
    /// [`BackupError::RegisterDamaged`] when it is there and tells nothing: it is put aside, so that the next command finds
    /// none. [`BackupError::Register`] when it cannot be read.
    pub fn load(layout: &Layout) -> Result<Self, BackupError> {
        match fs::read(register(layout)) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| put_aside(layout, &register(layout), error)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(BackupError::Register(error)),
        }
    }

    /// Reads the register again, changes it and writes it, while no other command does: what others noted meanwhile, while drives
    /// were read for hours, stays.
    ///
    /// # Errors
    /// [`BackupError::Register`].
    pub fn update(&mut self, layout: &Layout, change: impl FnOnce(&mut Self)) -> Result<(), BackupError> {
        *self = Self::change(layout, |drives| {
            change(drives);
            Ok(drives.clone())
        })?;
        Ok(())
    }

    /// The same for a change that may be refused: nothing is written then.
    ///
    /// # Errors
    /// [`BackupError::Register`]; what refused the change.
    pub fn change<T>(
        layout: &Layout,
        change: impl FnOnce(&mut Self) -> Result<T, BackupError>,
    ) -> Result<T, BackupError> {
        let _held = hold(layout)?;
        let mut drives = Self::load(layout)?;
        let changed = change(&mut drives)?;
        drives.save(layout)?;
        Ok(changed)
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

    /// Notes what a drive was given. A run to an empty drive reads back everything that is there.
    pub fn note_run(&mut self, id: &str, report: &RunReport, now: DateTime<Utc>) {
        self.change_one(id, |drive| {
            if drive.seq == 0 && report.present == 0 && report.durable {
                drive.last_check = Some(rfc3339(now));
            }
            drive.seq = report.seq;
            drive.commit = Some(report.commit.clone());
            drive.last_run = Some(rfc3339(now));
            drive.distrust = false;
        });
    }

    /// Notes that a drive was read whole and is sound.
    pub fn note_check(&mut self, id: &str, now: DateTime<Utc>) {
        self.change_one(id, |drive| {
            drive.last_check = Some(rfc3339(now));
            drive.coverage = None;
        });
    }

    /// Notes that a part of a drive was read and is sound. When all parts of one division have been, everything has been
    /// read since the first of them was.
    pub fn note_part(&mut self, id: &str, part: Bucket, now: DateTime<Utc>) {
        self.change_one(id, |drive| {
            if let Some(since) = cover(&mut drive.coverage, part, now) {
                drive.last_check = Some(since);
            }
        });
    }

    /// Notes that a part of the archive itself was read and is sound.
    pub fn note_archive_part(&mut self, part: Bucket, now: DateTime<Utc>) {
        let _since = cover(&mut self.archive, part, now);
    }

    /// The next part of the archive itself that no check has read.
    #[must_use]
    pub fn next_archive_part(&self, of: u32) -> Option<Bucket> {
        next_of(self.archive.as_ref(), of)
    }

    /// Notes that the program is kept on a drive.
    pub fn note_app(&mut self, id: &str) {
        self.change_one(id, |drive| drive.with_app = true);
    }

    /// Notes that a check found damage on a drive: the next run trusts nothing of it.
    pub fn note_damage(&mut self, id: &str) {
        self.change_one(id, |drive| {
            drive.distrust = true;
            drive.coverage = None;
        });
    }

    /// Notes key slots that were taken back.
    pub fn revoke(&mut self, slots: impl IntoIterator<Item = String>) {
        self.revoked.extend(slots);
        self.revoked.sort();
        self.revoked.dedup();
    }

    fn change_one(&mut self, id: &str, change: impl FnOnce(&mut Drive)) {
        if let Some(drive) = self.drives.iter_mut().find(|drive| drive.id == id) {
            change(drive);
        }
    }
}

impl Drive {
    /// The next part that no check has read, when the copy is divided into `of` parts.
    #[must_use]
    pub fn next_part(&self, of: u32) -> Option<Bucket> {
        next_of(self.coverage.as_ref(), of)
    }
}

fn rfc3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn register(layout: &Layout) -> PathBuf {
    layout.work().join("drives.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drive(id: &str) -> Drive {
        serde_json::from_value(serde_json::json!({
            "id": id, "name": id, "folder": "/x", "seq": 0, "last_run": null, "last_check": null
        }))
        .unwrap()
    }

    #[test]
    fn checks_of_all_parts_are_a_check_of_everything_since_the_first() {
        let mut drives = Drives { drives: vec![drive("a"), drive("b")], ..Drives::default() };
        let day = |day| DateTime::from_timestamp(1_710_000_000 + day * 86_400, 0).unwrap();
        for number in 1_u32..=3 {
            let part = drives.drives[0].next_part(3).unwrap();
            assert_eq!(part.number(), number);
            assert_eq!(drives.drives[0].last_check, None);
            drives.note_part("a", part, day(i64::from(number)));
            // The same part again proves nothing more.
            drives.note_part("a", part, day(9));
        }
        assert_eq!(drives.drives[0].last_check, Some(rfc3339(day(1))));
        assert_eq!(drives.drives[1], drive("b"));
        // Another division begins anew.
        drives.note_part("b", Bucket::new(1, 2).unwrap(), day(1));
        drives.note_part("b", Bucket::new(2, 4).unwrap(), day(2));
        assert_eq!(drives.drives[1].coverage.as_ref().unwrap().done, [2]);
        assert_eq!(drives.drives[1].next_part(4).unwrap().number(), 1);
        drives.note_damage("b");
        assert!(drives.drives[1].distrust && drives.drives[1].coverage.is_none());
    }
}
