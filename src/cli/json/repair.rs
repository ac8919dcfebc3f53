//! What `--json` prints of repairs and parity.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Serialize;

use crate::backup::{LostFile, LostItem, ParityReport, RepairSource};

/// A file that was repaired.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RepairedLine {
    /// The file, below the archive's folder.
    pub path: String,
    /// Where its bytes came from: `copy` (a sound copy), `pieces` (several damaged copies together), `parity`, or `known`
    /// (the program knows what it holds).
    pub from: &'static str,
}

impl RepairedLine {
    /// The line of a repaired file.
    #[must_use]
    pub fn of((path, source): &(PathBuf, RepairSource)) -> Self {
        Self { path: path.display().to_string(), from: source.name() }
    }
}

/// A file that is beyond repair.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LostFileLine {
    /// The file, below the archive's folder.
    pub path: String,
    /// Names of registered drives that are not plugged in and were given this file.
    pub elsewhere: Vec<String>,
}

impl LostFileLine {
    /// The line of a lost file.
    #[must_use]
    pub fn of(lost: &LostFile) -> Self {
        Self { path: lost.path.display().to_string(), elsewhere: lost.elsewhere.clone() }
    }
}

/// Something that was in a lost file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LostItemLine {
    /// `media`, `records`, `original` (a file of a download) or `list`.
    pub kind: &'static str,
    /// Name of the media file in its download, title of the conversation (or `platform/kind`) of records, path of the
    /// original; SHA-256 of media that no readable record names, and of a list.
    pub name: String,
    /// How many: of records, else 1.
    pub count: u64,
    /// Id of the record that has the media file.
    pub record: Option<String>,
    /// Time of that record.
    pub time: Option<String>,
}

impl LostItemLine {
    /// The line of something lost.
    #[must_use]
    pub fn of(item: &LostItem) -> Self {
        let kind = item.kind.name();
        Self { kind, name: item.name.clone(), count: item.count, record: item.record.clone(), time: item.time.clone() }
    }
}

/// What a run did for parity.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ParityLine {
    /// New groups of files that protect each other.
    pub groups: u64,
    /// Bytes of new parity files.
    pub bytes: u64,
    /// Files that are not protected because they are damaged.
    pub unprotected: u64,
    /// Bytes that the drive lacks for the rest; 0 when everything found room.
    pub missing_bytes: u64,
}

impl ParityLine {
    /// The line of a report.
    #[must_use]
    pub const fn of(report: ParityReport) -> Self {
        let ParityReport { groups, bytes, unprotected, missing_bytes } = report;
        Self { groups, bytes, unprotected, missing_bytes }
    }
}
