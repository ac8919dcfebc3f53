//! What a commit is to say besides the objects that were written.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::commit::{ImportEntry, KeyNote};

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
    /// What the owner chose; added to the choices there are.
    pub settings: BTreeMap<String, String>,
    /// What became known of key slots, by file name.
    pub key_notes: BTreeMap<String, KeyNote>,
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
            settings: BTreeMap::new(),
            key_notes: BTreeMap::new(),
        }
    }
}
