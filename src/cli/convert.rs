//! From the errors of rooms to what a person is told: the one place that chooses kind and words.

use std::io;
use std::path::Path;

use super::error::{CommandError, ErrorKind};
use crate::crypto::SlotError;
use crate::store::StoreError;

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::NoArchive { path } => Self::new(ErrorKind::NoArchive).with("path", path.as_path()),
            StoreError::NotEmpty { path } => Self::new(ErrorKind::FolderNotEmpty).with("path", path.as_path()),
            StoreError::NewerFormat { .. } => Self::new(ErrorKind::ArchiveTooNew),
            StoreError::Locked => Self::new(ErrorKind::ArchiveInUse),
            StoreError::WrongSecret => Self::new(ErrorKind::WrongPassword),
            StoreError::Damaged { path } | StoreError::Missing { path } => {
                Self::new(ErrorKind::ArchiveDamaged).with("path", path.as_path())
            }
            StoreError::Slot(SlotError::BadRecoveryLine) => Self::new(ErrorKind::BadRecoveryLine),
            StoreError::NoSlot | StoreError::Slot(_) => Self::new(ErrorKind::NoKeyFile),
            StoreError::Io(source) if is_full(source) => Self::new(ErrorKind::ArchiveDiskFull),
            StoreError::Io(_) => Self::new(ErrorKind::ArchiveUnusable),
        }
        .because(error)
    }
}

impl From<SlotError> for CommandError {
    fn from(error: SlotError) -> Self {
        match error {
            SlotError::WrongSecret => Self::new(ErrorKind::WrongPassword),
            other => StoreError::Slot(other).into(),
        }
    }
}

/// A file or folder of the user's could not be written.
pub(super) fn unwritable(path: &Path, error: io::Error) -> CommandError {
    let kind = match error.kind() {
        io::ErrorKind::AlreadyExists => ErrorKind::FileExists,
        _ if is_full(&error) => ErrorKind::DiskFull,
        _ => ErrorKind::Unwritable,
    };
    CommandError::new(kind).with("path", path).because(error)
}

/// A file or folder of the user's could not be read.
pub(super) fn unreadable(path: &Path, error: io::Error) -> CommandError {
    CommandError::new(ErrorKind::Unreadable).with("path", path).because(error)
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge)
}
