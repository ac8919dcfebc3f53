//! What `--json` prints: published types. Fields are added, never repurposed; `schemas/` is generated from them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::store::VerifyReport;

/// What `init` made.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InitDocument {
    /// Folder of the archive.
    pub archive: String,
    /// Its random id.
    pub id: String,
    /// The recovery kit, if one was written.
    pub recovery_kit: Option<String>,
}

/// What `verify`, `backup check` found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VerifyDocument {
    /// Whether everything is as it was written. Leftovers of an interrupted run do not count.
    pub sound: bool,
    /// Objects looked at.
    pub objects: u64,
    /// Bytes hashed.
    pub bytes: u64,
    /// Records parsed; 0 without `--read-data`.
    pub records: u64,
    /// Media compared with their hash; 0 without `--read-data`.
    pub media: u64,
    /// What is not as it should be.
    pub findings: Vec<FindingLine>,
}

/// A file that is not as it should be.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingLine {
    /// The file, below the archive's folder.
    pub path: String,
    /// `missing`, `damaged` or `leftover`.
    pub kind: &'static str,
}

impl VerifyDocument {
    /// The document of a report.
    #[must_use]
    pub fn of(report: &VerifyReport) -> Self {
        let findings = report.findings.iter();
        Self {
            sound: report.is_sound(),
            objects: report.objects,
            bytes: report.bytes,
            records: report.records,
            media: report.media,
            findings: findings
                .map(|finding| FindingLine { path: finding.path.display().to_string(), kind: finding.kind.name() })
                .collect(),
        }
    }
}

/// A key of the archive, in `key list`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct KeyLine {
    /// Its id: the name of its file.
    pub id: String,
    /// `passphrase` or `recovery`.
    pub kind: &'static str,
    /// Whether its file is whole.
    pub sound: bool,
}
