//! Why the index does not answer, told apart by what the caller does about it.

use tantivy::TantivyError;
use tantivy::directory::error::{LockError, OpenReadError};

use super::directory::{is_other_key, is_read_only};

/// The index does not answer. It is a copy of what the store holds: everything but `Busy` and `Io` is cured by a rebuild.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// There is no index in the folder.
    #[error("there is no search index yet")]
    Missing,
    /// Sound, but of another key, or of a version that indexed otherwise.
    #[error("the search index is of another version")]
    Stale,
    /// Files are damaged or gone.
    #[error("the search index is damaged")]
    Damaged(#[source] Option<Box<TantivyError>>),
    /// Another process is writing the index.
    #[error("the search index is being written by another process")]
    Busy,
    /// The operating system failed, such as a full disk.
    #[error("the search index cannot be written")]
    Io(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl IndexError {
    /// Whether the same question is answered by an index that is made anew.
    #[must_use]
    pub const fn is_cured_by_rebuild(&self) -> bool {
        matches!(self, Self::Missing | Self::Stale | Self::Damaged(_))
    }

    /// Whether the index cannot be written where it should lie, since nothing may be written there.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        matches!(self, Self::Io(source) if source.downcast_ref().is_some_and(is_read_only))
    }

    /// What a failure while reading means.
    pub(super) fn reading(error: TantivyError) -> Self {
        match &error {
            TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. }) | TantivyError::IoError(io_error)
                if is_other_key(io_error) =>
            {
                Self::Stale
            }
            TantivyError::IncompatibleIndex(_) | TantivyError::OpenReadError(OpenReadError::IncompatibleIndex(_)) => {
                Self::Stale
            }
            TantivyError::LockFailure(LockError::LockBusy, _) => Self::Busy,
            _ => Self::Damaged(Some(Box::new(error))),
        }
    }

    /// What a failure while writing means.
    pub(super) fn writing(error: TantivyError) -> Self {
        match error {
            TantivyError::LockFailure(LockError::LockBusy, _) => Self::Busy,
            TantivyError::OpenReadError(_) | TantivyError::DataCorruption(_) => Self::reading(error),
            _ => Self::Io(Box::new(error)),
        }
    }
}

/// Runs what calls tantivy: on damaged data it may panic, and that is damage too.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, IndexError>) -> Result<T, IndexError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or(Err(IndexError::Damaged(None)))
}
