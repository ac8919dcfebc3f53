//! The index while an import writes records. It is a copy of what the archive holds: when it fails it is left alone, and
//! the next search brings it level.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::index::{IndexError, IndexWriter};

/// A writer to the index, until it fails.
pub(super) struct Feed {
    writer: Option<IndexWriter>,
    failed: AtomicBool,
}

impl Feed {
    /// None in a dry run, and when the index must be made level anyway.
    pub(super) const fn new(writer: Option<IndexWriter>) -> Self {
        Self { writer, failed: AtomicBool::new(false) }
    }

    /// Writes to the index, if it is whole.
    pub(super) fn feed(&self, write: impl FnOnce(&IndexWriter) -> Result<(), IndexError>) {
        if let Some(writer) = self.writer.as_ref().filter(|_| !self.failed.load(Ordering::Relaxed))
            && write(writer).is_err()
        {
            self.failed.store(true, Ordering::Relaxed);
        }
    }

    /// The writer, when it took everything.
    pub(super) fn into_whole(self) -> Option<IndexWriter> {
        self.writer.filter(|_| !self.failed.into_inner())
    }
}
