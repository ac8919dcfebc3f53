//! How a copy stands to its archive, told from the names of their commits and from what was noted of earlier runs.
//!
//! The archive notes for each drive the newest commit it was given; the drive notes the newest commit that a run brought.
//! So a drive that was put back to an older state is noticed by the archive, and an archive that was, by its drives.

use super::error::BackupError;
use super::register::{Drive, Drives};
use super::run::present;
use super::session::Sessions;
use crate::store::{Layout, PublicCommit, public_commits};

/// Compares a drive with its archive and with what was noted of both.
///
/// # Errors
/// [`BackupError::Forked`], [`BackupError::RolledBack`], [`BackupError::Newer`], [`BackupError::ArchiveOlder`]; those of a
/// drive that is not there.
pub fn compare(layout: &Layout, drive: &Drive, drives: &Drives) -> Result<(), BackupError> {
    present(layout, drive)?;
    let copy = layout.beside(&drive.folder);
    let sessions = Sessions::of_drive(&copy)?;
    Standing::read(layout, &copy, &sessions)?.check(drive, drives)
}

/// What stands on both sides.
pub(super) struct Standing {
    archive: Vec<PublicCommit>,
    copy: Vec<PublicCommit>,
    /// The newest commit that a run on the drive says it brought.
    brought: Option<u64>,
}

impl Standing {
    /// Reads both sides.
    ///
    /// # Errors
    /// [`BackupError::Drive`] when the drive cannot be read; [`BackupError::DamagedSource`].
    pub(super) fn read(archive: &Layout, copy: &Layout, sessions: &Sessions) -> Result<Self, BackupError> {
        let of_copy = if copy.commits().is_dir() {
            public_commits(copy).map_err(|error| BackupError::drive(&copy.commits(), error, 0))?
        } else {
            Vec::new()
        };
        let of_archive =
            public_commits(archive).map_err(|error| super::plan::source_error(archive.commits(), error))?;
        Ok(Self { archive: of_archive, copy: of_copy, brought: sessions.newest() })
    }

    /// True when the copy has the archive's newest commit.
    pub(super) fn is_level(&self) -> bool {
        self.archive.last().is_some_and(|newest| self.copy.contains(newest))
    }

    /// Compares both sides with each other, and with what was noted of this drive and of the others.
    ///
    /// # Errors
    /// [`BackupError::Forked`], [`BackupError::RolledBack`], [`BackupError::Newer`], [`BackupError::ArchiveOlder`].
    pub(super) fn check(&self, drive: &Drive, drives: &Drives) -> Result<(), BackupError> {
        let path = || drive.folder.clone();
        if let Some(seq) = first_fork(&self.archive, &self.copy) {
            return Err(BackupError::Forked { path: path(), seq });
        }
        let newest = |commits: &[PublicCommit]| commits.last().map_or(0, |commit| commit.seq);
        let (archive, copy) = (newest(&self.archive), newest(&self.copy));
        if copy > archive {
            return Err(BackupError::Newer { path: path() });
        }
        let noted = drive.commit.as_ref().filter(|sha256| !self.copy.iter().any(|commit| commit.sha256 == **sha256));
        if noted.is_some() || self.brought.is_some_and(|brought| brought > copy) {
            let known = drive.seq.max(self.brought.unwrap_or(0));
            return Err(BackupError::RolledBack { path: path(), known, found: copy });
        }
        match drives.drives.iter().find(|other| other.seq > archive) {
            Some(other) => {
                Err(BackupError::ArchiveOlder { name: other.name.clone(), known: other.seq, found: archive })
            }
            None => Ok(()),
        }
    }
}

/// The first number under which different commits stand.
pub(super) fn first_fork(a: &[PublicCommit], b: &[PublicCommit]) -> Option<u64> {
    let mut all: Vec<&PublicCommit> = a.iter().chain(b).collect();
    all.sort();
    all.dedup();
    all.windows(2).find_map(|pair| match pair {
        [a, b] if a.seq == b.seq => Some(a.seq),
        _ => None,
    })
}
