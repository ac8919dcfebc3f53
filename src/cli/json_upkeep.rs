//! What `--json` prints about erasures, compaction and a new key: published types, as in [`super::json`].

use schemars::JsonSchema;
use serde::Serialize;

use super::json_notes::IdentityLine;
use crate::backup::CopyErasure;
use crate::ingest::{ErasureCounts, ErasureEntry};

/// What `key reencrypt --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReencryptDocument {
    /// Folder of the new archive.
    pub archive: String,
    /// Its random id.
    pub id: String,
    /// Its records.
    pub records: u64,
}

/// What `compact --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CompactDocument {
    /// Small files of records that are joined.
    pub segments: u64,
    /// Files of media that are written anew without what nothing names.
    pub packs: u64,
    /// Bytes freed; about, when nothing was done. Negative when the archive grew.
    pub freed_bytes: i64,
    /// False when there was nothing to do, or with `-n`.
    pub done: bool,
}

/// What `privacy erase -n --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ErasurePreview {
    /// Names of the person who would be erased.
    pub names: Vec<String>,
    /// User names.
    pub handles: Vec<String>,
    /// Numbers.
    pub phones: Vec<String>,
    /// Identities among them that the owner told to be different people; all of them would go, since they share a name.
    pub told_apart: Vec<IdentityLine>,
    /// What would go and what would stay.
    pub counts: ErasureCounts,
    /// Drives that would be cleared when they are next connected.
    pub drives: Vec<String>,
}

/// What `privacy erase --json` prints: a certificate, without name and content.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ErasureDocument {
    /// What was done, and what is still to do.
    pub erasure: ErasureLine,
}

/// What `privacy log --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ErasuresDocument {
    /// The oldest first.
    pub erasures: Vec<ErasureLine>,
}

/// One erasure.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ErasureLine {
    /// Random id.
    pub id: String,
    /// When, RFC 3339 in UTC.
    pub time: String,
    /// Number of the archive's state that carried it out.
    pub commit: u64,
    /// What went and what stayed.
    pub counts: ErasureCounts,
    /// Copies on drives.
    pub drives: Vec<ErasureCopy>,
}

/// An erasure on a drive.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ErasureCopy {
    /// What the user calls the drive.
    pub name: String,
    /// When it was carried out there, RFC 3339 in UTC; null while it is pending.
    pub done: Option<String>,
    /// When the drive was forgotten (`backup remove`) without it, RFC 3339 in UTC; null for drives that are registered.
    pub forgotten: Option<String>,
}

impl ErasureLine {
    /// The line of an erasure.
    #[must_use]
    pub fn of(entry: &ErasureEntry, copies: Vec<CopyErasure>) -> Self {
        Self {
            id: entry.id.clone(),
            time: entry.time.clone(),
            commit: entry.seq,
            counts: entry.counts.clone(),
            drives: copies
                .into_iter()
                .map(|CopyErasure { name, done, forgotten }| ErasureCopy { name, done, forgotten })
                .collect(),
        }
    }
}
