//! What a commit is to say besides the objects that were written.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::commit::{ImportEntry, KeyNote, RemovalReason};
use super::media::MediaEntry;

/// What a commit adds besides objects.
pub struct CommitFacts {
    /// The time.
    pub now: DateTime<Utc>,
    /// The import that this commit completes.
    pub import: Option<ImportEntry>,
    /// Records added (or, negative, retracted) by `platform/kind`.
    pub counts: BTreeMap<String, i64>,
    /// Lines of the conversation list.
    pub conversations: Vec<u8>,
    /// Lines of the report.
    pub report: Vec<u8>,
    /// Lines of the log of evidence.
    pub evidence: Vec<u8>,
    /// Lines of what the owner adds.
    pub annotations: Vec<u8>,
    /// Those lines are all there is to say: they take the place of every list of before.
    pub annotations_anew: bool,
    /// What the owner chose; added to the choices there are.
    pub settings: BTreeMap<String, String>,
    /// What became known of key slots, by file name.
    pub key_notes: BTreeMap<String, KeyNote>,
    /// What is taken out of the archive or replaced in it.
    pub rewrite: Option<Replacement>,
}

/// What a commit takes out of the archive, and what it puts in place of it besides objects of the transaction.
pub struct Replacement {
    /// Objects to take out, with why.
    pub(super) removed: BTreeMap<String, RemovalReason>,
    /// Lines of the media list that are kept.
    pub(super) media: Vec<MediaEntry>,
    /// Lines of the list of originals that are kept.
    pub(super) raw: Vec<u8>,
    /// Lines that tell what was erased.
    pub(super) erasures: Vec<u8>,
    /// New lines of reports, by the name of the object that held them.
    pub(super) reports: BTreeMap<String, Vec<u8>>,
    /// The imports as they are to be remembered.
    pub(super) imports: Vec<ImportEntry>,
    /// Records move: locations of before are void.
    pub(super) moves_records: bool,
    /// Forget all commits before.
    pub(super) forgets: bool,
}

impl CommitFacts {
    /// Nothing but a time: for changes of keys and settings.
    #[must_use]
    pub const fn nothing(now: DateTime<Utc>) -> Self {
        Self {
            now,
            import: None,
            counts: BTreeMap::new(),
            conversations: Vec::new(),
            report: Vec::new(),
            evidence: Vec::new(),
            annotations: Vec::new(),
            annotations_anew: false,
            settings: BTreeMap::new(),
            key_notes: BTreeMap::new(),
            rewrite: None,
        }
    }
}
