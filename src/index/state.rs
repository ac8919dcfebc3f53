//! What an index covers, and by which versions it was made; carried by its commits.

use serde::{Deserialize, Serialize};

use super::schema::SCHEMA_VERSION;
use super::words::ANALYSER_VERSION;

/// What an index covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexState {
    /// Number of the newest store commit whose records are in the index; 0 for none.
    pub commit_seq: u64,
    /// Version of the analysis of texts.
    pub analyser: u32,
    /// Version of the schema.
    pub schema: u32,
    /// Version of tantivy and of its files; its stemmers come with it.
    pub tantivy: String,
    /// Objects of the store whose records are absent: they were damaged when the index was made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lacking: Vec<String>,
}

impl IndexState {
    /// The state of an index that this program made and that covers the store up to `commit_seq`.
    #[must_use]
    pub fn covering(commit_seq: u64) -> Self {
        Self {
            commit_seq,
            analyser: ANALYSER_VERSION,
            schema: SCHEMA_VERSION,
            tantivy: tantivy::version_string().to_owned(),
            lacking: Vec::new(),
        }
    }

    /// False when another version of the program indexed otherwise.
    pub(super) fn is_current(&self) -> bool {
        *self == Self { lacking: self.lacking.clone(), ..Self::covering(self.commit_seq) }
    }

    pub(super) fn to_payload(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(super) fn from_payload(payload: &str) -> Option<Self> {
        serde_json::from_str(payload).ok()
    }
}
