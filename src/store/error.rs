//! What can go wrong with an archive.

use std::io;
use std::path::{Path, PathBuf};

use crate::crypto::{SealError, SlotError};

/// The archive cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is nothing at the path, or something else.
    #[error("no archive at {path}")]
    NoArchive {
        /// The path given.
        path: PathBuf,
    },
    /// The folder is not empty.
    #[error("{path} is not empty")]
    NotEmpty {
        /// The path given.
        path: PathBuf,
    },
    /// Written by a newer version.
    #[error("the archive has format {format}")]
    NewerFormat {
        /// Its format number.
        format: u32,
    },
    /// Another process writes to it.
    #[error("the archive is in use")]
    Locked,
    /// No slot opens with this secret.
    #[error("wrong passphrase")]
    WrongSecret,
    /// The key was renewed since this one was handed out.
    #[error("the key was renewed")]
    KeyReplaced,
    /// There is no slot of the needed sort.
    #[error("the archive has no key file")]
    NoSlot,
    /// A slot cannot be made or opened.
    #[error("a key file cannot be used")]
    Slot(#[source] SlotError),
    /// A file of the archive is not what was written.
    #[error("{path} is damaged")]
    Damaged {
        /// The damaged file.
        path: PathBuf,
    },
    /// A file of the archive is gone.
    #[error("{path} is missing")]
    Missing {
        /// The missing file.
        path: PathBuf,
    },
    /// The folder is a copy on a backup drive, where nothing but backups may write.
    #[error("{path} is a backup copy")]
    IsCopy {
        /// The folder.
        path: PathBuf,
    },
    /// The operating system failed.
    #[error("the archive's files cannot be used")]
    Io(#[from] io::Error),
}

impl StoreError {
    pub(super) fn damaged(path: &Path) -> Self {
        Self::Damaged { path: path.to_owned() }
    }

    /// What reading the file at `path` failed with.
    pub(super) fn reading(path: &Path, error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing { path: path.to_owned() },
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::Other => Self::damaged(path),
            _ => Self::Io(error),
        }
    }

    pub(super) fn sealed(path: &Path, error: SealError) -> Self {
        match error {
            SealError::Damaged(_) | SealError::OtherKey => Self::damaged(path),
            SealError::Io(error) => Self::reading(path, error),
        }
    }
}
