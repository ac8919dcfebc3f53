//! What can go wrong with a drive.

use std::io;
use std::path::{Path, PathBuf};

use crate::store::StoreError;

/// The backup cannot be made or restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The drive's folder is not there: not plugged in, or another letter.
    #[error("{path} is not there")]
    Absent {
        /// The folder of the drive.
        path: PathBuf,
    },
    /// The drive has no room left.
    #[error("{path} is full")]
    Full {
        /// The folder of the drive.
        path: PathBuf,
        /// Bytes that are still to be copied.
        missing_bytes: u64,
    },
    /// The drive cannot be written or read.
    #[error("{path} cannot be used")]
    Drive {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The folder holds a copy of another archive, or a file of another sort.
    #[error("{path} belongs to another archive")]
    OtherArchive {
        /// The folder.
        path: PathBuf,
    },
    /// Another drive of this archive lies in the drive's place.
    #[error("{path} is another drive")]
    Swapped {
        /// The folder.
        path: PathBuf,
    },
    /// The drive is older than what it was given: it was put back to an older state, or commits were taken away from it.
    #[error("{path} has commit {found}, and was given {known}")]
    RolledBack {
        /// The folder.
        path: PathBuf,
        /// The newest commit it was given.
        known: u64,
        /// The newest commit it has.
        found: u64,
    },
    /// Different commits bear the same number: the copy and the archive were both changed.
    #[error("{path} and the archive have different commits {seq}")]
    Forked {
        /// The folder.
        path: PathBuf,
        /// The first such number.
        seq: u64,
    },
    /// A drive was given a newer commit than the archive has: the archive was put back to an older state.
    #[error("{name} was given commit {known}, and the archive has {found}")]
    ArchiveOlder {
        /// The drive.
        name: String,
        /// The newest commit it was given.
        known: u64,
        /// The newest commit of the archive.
        found: u64,
    },
    /// No run has made a whole copy on the drive yet.
    #[error("no run on {path} has ended yet")]
    Unfinished {
        /// The folder.
        path: PathBuf,
    },
    /// The copy lacks the archive's newest commit.
    #[error("{path} is older than the archive")]
    Behind {
        /// The folder.
        path: PathBuf,
    },
    /// What was written reads back differently: the drive, its cable or the machine's memory is failing.
    #[error("{path} reads back differently")]
    ReadBack {
        /// The file.
        path: PathBuf,
    },
    /// The drive has a newer state than the archive: the archive was put back from an old copy.
    #[error("{path} is newer than the archive")]
    Newer {
        /// The folder.
        path: PathBuf,
    },
    /// There is no copy of an archive in the folder.
    #[error("no archive copy in {path}")]
    NoCopy {
        /// The folder.
        path: PathBuf,
    },
    /// There are copies of several archives in the folder.
    #[error("several archive copies in {path}")]
    SeveralCopies {
        /// The folders, to choose one.
        found: Vec<PathBuf>,
        /// The folder.
        path: PathBuf,
    },
    /// No drive of that name is registered.
    #[error("no drive is called {name}")]
    UnknownDrive {
        /// The name given.
        name: String,
    },
    /// The name is taken.
    #[error("a drive is already called {name}")]
    NameTaken {
        /// The name given.
        name: String,
    },
    /// A name that cannot be read: empty, or with control characters.
    #[error("not a name for a drive")]
    BadName,
    /// The copy has lost the file that tells which drive it is.
    #[error("{path} has lost its marker")]
    Unmarked {
        /// The folder of the drive.
        path: PathBuf,
        /// What the user calls it.
        name: String,
    },
    /// The drive lies in the archive's own folder, or in that of another archive or copy.
    #[error("{path} is an archive")]
    InsideArchive {
        /// The folder.
        path: PathBuf,
    },
    /// Files of the source are damaged; they were not copied.
    #[error("{} files of the source are damaged", .paths.len())]
    DamagedSource {
        /// The damaged files.
        paths: Vec<PathBuf>,
    },
    /// The list of the archive's objects, by which copies are made, is damaged.
    #[error("the list {path} is damaged")]
    DamagedList {
        /// The list.
        path: PathBuf,
    },
    /// Another process writes to the drive.
    #[error("the drive is in use")]
    Locked,
    /// The user stopped it; the next run goes on from here.
    #[error("interrupted")]
    Interrupted,
    /// The archive itself failed.
    #[error("the archive failed")]
    Store(#[from] StoreError),
    /// The register of drives cannot be used.
    #[error("the register of drives cannot be used")]
    Register(#[source] io::Error),
    /// A list of the archive's own about its drives told nothing; it was put aside.
    #[error("a list of drives was damaged and put aside as {}", path.display())]
    RegisterDamaged {
        /// Where it lies now.
        path: PathBuf,
    },
}

impl BackupError {
    /// What an operation on a drive's file failed with; `missing_bytes` is what is still to be copied.
    pub(super) fn drive(path: &Path, source: io::Error, missing_bytes: u64) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::Full { path, missing_bytes }
            }
            _ => Self::Drive { path, source },
        }
    }
}
