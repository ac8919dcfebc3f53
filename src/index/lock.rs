//! The right to write the index of a folder: one holder at a time, over all processes.
//!
//! Whoever adds to an index, makes one or takes one away holds it, so that nobody removes what somebody else is writing. It is
//! a lock of the operating system, which ends with its holder; the file that it lies on stays and means nothing.

use std::fs::TryLockError;
use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;
use tantivy::directory::INDEX_WRITER_LOCK;

use super::error::IndexError;

/// The right to write the index of a folder, given back when it is dropped.
#[derive(Debug)]
pub struct IndexLock {
    folder: PathBuf,
    /// Held for its lock.
    _file: fs::File,
}

impl IndexLock {
    /// Takes it, and makes the folder if need be. A file in the folder's place is removed.
    ///
    /// # Errors
    /// [`IndexError::Busy`] while somebody else has it, here or in another process; [`IndexError::Io`] where nothing may be
    /// written or no locks are known.
    pub fn take(folder: &Path) -> Result<Self, IndexError> {
        Self::try_take(folder).map_err(|error| match error {
            TryLockError::WouldBlock => IndexError::Busy,
            TryLockError::Error(error) => failed(error),
        })
    }

    pub(super) fn try_take(folder: &Path) -> Result<Self, TryLockError> {
        if fs::symlink_metadata(folder).is_ok_and(|found| !found.is_dir()) {
            fs::remove_file(folder).map_err(TryLockError::Error)?;
        }
        fs::create_dir_all(folder).map_err(TryLockError::Error)?;
        let open = fs::OpenOptions::new().write(true).create(true).truncate(false).open(Self::path(folder));
        let file = open.map_err(TryLockError::Error)?;
        file.file().try_lock()?;
        Ok(Self { folder: folder.to_owned(), _file: file })
    }

    /// The file that it lies on.
    fn path(folder: &Path) -> PathBuf {
        folder.join(&INDEX_WRITER_LOCK.filepath)
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Everything that lies in the folder, apart from what the lock lies on.
    ///
    /// # Errors
    /// [`IndexError::Io`] when the folder cannot be read.
    pub fn files(&self) -> Result<Vec<PathBuf>, IndexError> {
        let own = Self::path(&self.folder);
        let items = fs::read_dir(&self.folder).map_err(failed)?;
        let paths: io::Result<Vec<PathBuf>> = items.map(|item| Ok(item?.path())).collect();
        Ok(paths.map_err(failed)?.into_iter().filter(|path| *path != own).collect())
    }

    /// Removes everything that lies in the folder, for a new index.
    ///
    /// # Errors
    /// [`IndexError::Io`] when something cannot be removed.
    pub fn cleared(self) -> Result<Self, IndexError> {
        self.files()?.iter().try_for_each(|path| {
            let is_folder = fs::symlink_metadata(path).is_ok_and(|found| found.is_dir());
            match if is_folder { fs::remove_dir_all(path) } else { fs::remove_file(path) } {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(error)),
                _ => Ok(()),
            }
        })?;
        Ok(self)
    }
}

fn failed(error: io::Error) -> IndexError {
    IndexError::Io(Box::new(error))
}
