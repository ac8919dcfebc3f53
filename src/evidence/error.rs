//! What can go wrong with evidence.

use crate::store::StoreError;

/// Evidence cannot be given or checked.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// The text holds no statement.
    #[error("no statement of evidence")]
    NoStatement,
    /// The statement is about another archive.
    #[error("the statement is about archive {archive}")]
    OtherArchive {
        /// Its id.
        archive: String,
    },
    /// No statement was made since the record came.
    #[error("the record is in no statement yet")]
    NotStated,
    /// The archive cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}
