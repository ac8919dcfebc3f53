//! From the errors of rooms to what a person is told: the one place that chooses kind and words.

use std::io;
use std::path::Path;

use super::error::{CommandError, ErrorKind};
use crate::backup::BackupError;
use crate::bundle::ContainerError;
use crate::crypto::SlotError;
use crate::export::MediaExportError;
use crate::ingest::{IngestError, UnreadLine, UnreadReason};
use crate::store::{Archive, StoreError, was_taken_away};

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::NoArchive { path } => Self::new(ErrorKind::NoArchive).with("path", path.as_path()),
            StoreError::NotEmpty { path } => Self::new(ErrorKind::FolderNotEmpty).with("path", path.as_path()),
            StoreError::NewerFormat { .. } => Self::new(ErrorKind::ArchiveTooNew),
            StoreError::Locked => Self::new(ErrorKind::ArchiveInUse),
            StoreError::WrongSecret => Self::new(ErrorKind::WrongPassword),
            StoreError::KeyReplaced => Self::new(ErrorKind::KeyReplaced),
            StoreError::Missing { path } if was_taken_away(path) => Self::new(ErrorKind::ArchiveInUse),
            StoreError::Damaged { path } | StoreError::Missing { path } => {
                Self::new(ErrorKind::ArchiveDamaged).with("path", path.as_path())
            }
            StoreError::Slot(SlotError::BadRecoveryLine) => Self::new(ErrorKind::BadRecoveryLine),
            StoreError::Slot(SlotError::BadRecipient) => Self::new(ErrorKind::BadRecipient),
            StoreError::NoSlot | StoreError::Slot(_) => Self::new(ErrorKind::NoKeyFile),
            StoreError::IsCopy { path } => Self::new(ErrorKind::ArchiveIsCopy).with("path", path.as_path()),
            StoreError::Io(source) if is_full(source) => Self::new(ErrorKind::ArchiveDiskFull),
            StoreError::Io(_) => Self::new(ErrorKind::ArchiveUnusable),
        }
        .because(error)
    }
}

impl From<IngestError> for CommandError {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Store(error) => error.into(),
            IngestError::Index(error) => error.into(),
            IngestError::Interrupted => Self::new(ErrorKind::Interrupted),
            IngestError::NothingRecognised { unread, cause } => nothing_recognised(&unread, cause),
            IngestError::KeyNeeded => Self::new(ErrorKind::WhatsappKeyNeeded),
            IngestError::WrongKey => Self::new(ErrorKind::WhatsappKeyWrong),
            IngestError::Io(error) => StoreError::Io(error).into(),
            IngestError::Record(error) => Self::new(ErrorKind::Internal).because(error),
        }
    }
}

/// When all inputs gave nothing for one reason that is the error; otherwise the inputs are no downloads.
fn nothing_recognised(unread: &[UnreadLine], cause: Option<ContainerError>) -> CommandError {
    let names: Vec<&str> = unread.iter().map(|line| line.input.as_str()).collect();
    let mut reasons: Vec<UnreadReason> = unread.iter().map(|line| line.reason).collect();
    reasons.dedup();
    let kind = match reasons.as_slice() {
        [UnreadReason::Unreadable] => ErrorKind::Unreadable,
        [UnreadReason::ZipTruncated] => ErrorKind::TruncatedDownload,
        [UnreadReason::Empty] => ErrorKind::EmptyDownload,
        [UnreadReason::Encrypted] => ErrorKind::EncryptedDownload,
        [UnreadReason::Packed] => ErrorKind::PackedDownload,
        _ => ErrorKind::UnknownDownload,
    };
    let error = CommandError::new(kind).with("path", names.join(", "));
    match cause {
        Some(cause) => error.because(cause),
        None => error,
    }
}

impl From<MediaExportError> for CommandError {
    fn from(error: MediaExportError) -> Self {
        match error {
            MediaExportError::Store(error) => error.into(),
            MediaExportError::Target { path, source } => unwritable(&path, source),
        }
    }
}

impl From<BackupError> for CommandError {
    fn from(error: BackupError) -> Self {
        let joined = |paths: &[std::path::PathBuf]| {
            paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
        };
        match &error {
            BackupError::Absent { path } => Self::new(ErrorKind::DriveAbsent).with("path", path.as_path()),
            BackupError::Full { path, missing_bytes } => {
                Self::new(ErrorKind::DriveFull).with("path", path.as_path()).with("missing", *missing_bytes)
            }
            BackupError::Drive { path, .. } => Self::new(ErrorKind::DriveUnusable).with("path", path.as_path()),
            BackupError::Unmarked { path, name } => {
                Self::new(ErrorKind::DriveUnmarked).with("path", path.as_path()).with("name", name.as_str())
            }
            BackupError::BadName => Self::new(ErrorKind::BadDriveName),
            BackupError::OtherArchive { path } => Self::new(ErrorKind::DriveForeign).with("path", path.as_path()),
            BackupError::Swapped { path } => Self::new(ErrorKind::DriveSwapped).with("path", path.as_path()),
            BackupError::RolledBack { path, known, found } => Self::new(ErrorKind::DriveRolledBack)
                .with("path", path.as_path())
                .with("known", *known)
                .with("found", *found),
            BackupError::Forked { path, seq } => {
                Self::new(ErrorKind::DriveForked).with("path", path.as_path()).with("seq", *seq)
            }
            BackupError::ArchiveOlder { name, known, found } => Self::new(ErrorKind::ArchiveOlder)
                .with("name", name.as_str())
                .with("known", *known)
                .with("found", *found),
            BackupError::Unfinished { path } => Self::new(ErrorKind::DriveUnfinished).with("path", path.as_path()),
            BackupError::Behind { path } => Self::new(ErrorKind::DriveBehind).with("path", path.as_path()),
            BackupError::ReadBack { path } => Self::new(ErrorKind::DriveUnreliable).with("path", path.as_path()),
            BackupError::Newer { path } => Self::new(ErrorKind::DriveNewer).with("path", path.as_path()),
            BackupError::NoCopy { path } => Self::new(ErrorKind::NoCopy).with("path", path.as_path()),
            BackupError::SeveralCopies { found, path } => {
                Self::new(ErrorKind::SeveralCopies).with("path", path.as_path()).with("found", joined(found))
            }
            BackupError::UnknownDrive { name } => Self::new(ErrorKind::UnknownDrive).with("name", name.as_str()),
            BackupError::NameTaken { name } => Self::new(ErrorKind::DriveNameTaken).with("name", name.as_str()),
            BackupError::InsideArchive { path } => {
                Self::new(ErrorKind::DriveInsideArchive).with("path", path.as_path())
            }
            BackupError::DamagedSource { paths } => Self::new(ErrorKind::SourceDamaged).with("paths", joined(paths)),
            BackupError::DamagedList { path } => Self::new(ErrorKind::ListDamaged).with("path", path.as_path()),
            BackupError::Locked => Self::new(ErrorKind::DriveBusy),
            BackupError::Interrupted => Self::new(ErrorKind::Interrupted),
            BackupError::Register(_) => Self::new(ErrorKind::RegisterUnusable),
            BackupError::RegisterDamaged { path } => Self::new(ErrorKind::RegisterDamaged).with("path", path.as_path()),
            BackupError::Store(_) => {
                let BackupError::Store(error) = error else { return Self::new(ErrorKind::Internal) };
                return error.into();
            }
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

/// What anybody can read may not lie inside the archive, least of all in place of its own files.
pub(super) fn outside_archive(archive: &Archive, path: &Path) -> Result<(), CommandError> {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let place = absolute.ancestors().find_map(|folder| fs_err::canonicalize(folder).ok());
    let root = fs_err::canonicalize(archive.layout().root());
    match (place, root) {
        (Some(place), Ok(root)) if place.starts_with(&root) => {
            Err(CommandError::new(ErrorKind::OutputInsideArchive).with("path", path))
        }
        _ => Ok(()),
    }
}

/// A file or folder of the user's could not be read.
pub(super) fn unreadable(path: &Path, error: io::Error) -> CommandError {
    CommandError::new(ErrorKind::Unreadable).with("path", path).because(error)
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge)
}
