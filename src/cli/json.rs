//! What `--json` prints: published types. Fields are added, never repurposed; `schemas/` is generated from them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::backup::chance_missed;
use crate::evidence::{Difference, EvidenceCheck, Statement};
use crate::ingest::{ConversationLine, FileLine, Summary, UnreadLine};
use crate::model::{Attachment, AttachmentStatus, Record};
use crate::store::{ImportEntry, VerifyReport};

mod repair;
mod search;

pub use super::json_backup::{
    DrillLine, DrillsDocument, DriveLine, DrivesDocument, PruneDocument, RestoreDocument, RunLine, RunsDocument,
};
pub use repair::{LostFileLine, LostItemLine, ParityLine, RepairedLine};
pub use search::{FacetLine, FacetsDocument, HitContext, HitLine, SearchDocument, WhyLine};

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
    /// The drive that was checked; null for the archive.
    pub drive: Option<String>,
    /// Whether everything is as it was written. Leftovers of an interrupted run do not count.
    pub sound: bool,
    /// Objects looked at.
    pub objects: u64,
    /// Those of them that were read and hashed.
    pub hashed: u64,
    /// Bytes hashed.
    pub bytes: u64,
    /// How probably damage was missed because only a part was read; empty when everything was.
    pub missed: Vec<MissedLine>,
    /// Records parsed; 0 without `--read-data`.
    pub records: u64,
    /// Media compared with their hash; 0 without `--read-data`.
    pub media: u64,
    /// What is not as it should be; with `--repair`, what is left of it afterwards.
    pub findings: Vec<FindingLine>,
    /// With `--repair`: files that are right again.
    pub repaired: Vec<RepairedLine>,
    /// With `--repair`: files that nothing here can make again.
    pub lost: Vec<LostFileLine>,
    /// With `verify --repair`: what was in the lost files.
    pub lost_contents: Vec<LostItemLine>,
}

/// A file that is not as it should be.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingLine {
    /// The file, below the archive's folder.
    pub path: String,
    /// `missing`, `damaged`, `unstable` (two readings of the file differ), `no-bytes` (a record calls an attachment stored, and its bytes are not there) or `leftover`.
    pub kind: &'static str,
    /// Id of the record in the file that is meant; null when it is the whole file.
    pub record: Option<String>,
}

/// How probably a check of a part missed damage.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MissedLine {
    /// If so many files anywhere were damaged,
    pub damaged: u32,
    /// the check had this chance of not meeting any, from 0 to 1.
    pub chance: f64,
}

/// Numbers of damaged files that chances are told for.
pub const MISSED_OF: [u32; 3] = [1, 10, 100];

/// How probably a check missed damage, when so many files anywhere are damaged.
#[must_use]
pub fn report_missed(report: &VerifyReport, damaged: u32) -> f64 {
    chance_missed(report.objects.saturating_sub(report.passed_over), report.objects, damaged)
}

impl VerifyDocument {
    /// The document of a report, nothing being repaired.
    #[must_use]
    pub fn of(report: &VerifyReport) -> Self {
        let findings = report.findings.iter();
        Self {
            drive: None,
            sound: report.is_sound(),
            objects: report.objects,
            hashed: report.hashed,
            missed: MISSED_OF
                .iter()
                .filter(|_| report.passed_over > 0)
                .map(|damaged| MissedLine { damaged: *damaged, chance: report_missed(report, *damaged) })
                .collect(),
            bytes: report.bytes,
            records: report.records,
            media: report.media,
            findings: findings
                .map(|finding| FindingLine {
                    path: finding.path.display().to_string(),
                    kind: finding.kind.name(),
                    record: finding.record.map(|record| record.to_string()),
                })
                .collect(),
            repaired: Vec::new(),
            lost: Vec::new(),
            lost_contents: Vec::new(),
        }
    }
}

/// Another telling of the chat that a record belongs to, known by what was written when; see `also` of conversations.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OtherTelling {
    /// Id of that conversation.
    pub conversation_id: String,
    /// Its title.
    pub title: String,
    /// Number of its messages.
    pub messages: u64,
    /// Id of the message that says the same there, else of one of about that time.
    pub near: Option<String>,
}

/// A record, with what else tells its chat. What `show --json` prints without `-C`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ShownRecord {
    /// The record itself.
    #[serde(flatten)]
    pub record: Record,
    /// What the author is called elsewhere, where the record knows a number or a user name only; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Other tellings of its chat; absent when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<OtherTelling>,
    /// Ids of records that are perhaps the same element as another download tells it; absent when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alike: Vec<String>,
    /// The owner's labels of it; absent without any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// The owner's words about it; absent without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What `show -C N --json` prints; without `-C` it prints the record itself.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ShowDocument {
    /// The record asked for.
    pub record: ShownRecord,
    /// Those before it in its conversation, oldest first.
    pub before: Vec<Record>,
    /// Those after it, oldest first.
    pub after: Vec<Record>,
}

/// What `conversations list --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ConversationsDocument {
    /// The most recent first.
    pub conversations: Vec<NamedConversation>,
}

/// A conversation, and whom it is with where its title is a number.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NamedConversation {
    /// The conversation.
    #[serde(flatten)]
    pub line: ConversationLine,
    /// What an address book or another platform calls the person of that number; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

/// How far an import is: a line of `import --jsonl`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatusLine {
    /// Always `status`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// `preparing`, `media`, `elements` or `finishing`.
    pub phase: &'static str,
    /// Bytes done in this phase.
    pub done: u64,
    /// Bytes of this phase; 0 when nobody knows.
    pub total: u64,
}

/// A file that was not simply read: a line of `import --jsonl`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ItemLine {
    /// Always `item`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The file.
    #[serde(flatten)]
    pub file: FileLine,
}

/// An input that gave nothing: a line of `import --jsonl`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WarningLine {
    /// Always `error`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Why.
    pub code: &'static str,
    /// The input.
    pub path: String,
}

/// What an import did: the last line of `import --jsonl`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SummaryLine {
    /// Always `summary`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Counts.
    #[serde(flatten)]
    pub summary: Summary,
    /// Files of the archive that were damaged or missing and of which these downloads brought everything again.
    pub renewed: u64,
}

/// What `imports list --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportsDocument {
    /// The oldest first.
    pub imports: Vec<ImportLine>,
}

/// One import.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportLine {
    /// Its id.
    pub id: String,
    /// When it began, RFC 3339 in UTC.
    pub time: String,
    /// Names of the downloads.
    pub bundles: Vec<String>,
    /// False when it was interrupted.
    pub complete: bool,
    /// Counts, as `import` printed them; null when it was interrupted.
    pub summary: Option<Summary>,
}

impl ImportLine {
    /// The line of an import the archive remembers.
    #[must_use]
    pub fn of(import: &ImportEntry) -> Self {
        Self {
            id: import.id.clone(),
            time: import.time.clone(),
            bundles: import.bundles.clone(),
            complete: import.complete,
            summary: serde_json::from_value(import.summary.clone()).ok(),
        }
    }
}

/// What `imports report ID --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReportDocument {
    /// Id of the import.
    pub import: String,
    /// False when it was interrupted.
    pub complete: bool,
    /// Every file of every download.
    pub files: Vec<FileLine>,
    /// Inputs that gave nothing.
    pub unread: Vec<UnreadLine>,
}

/// A file that `media export` wrote or could not write.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MediaLine {
    /// Id of the record it belongs to.
    pub record: String,
    /// Its name in the download.
    pub name: String,
    /// Where it was written; null when its bytes are not in the archive.
    pub path: Option<String>,
    /// SHA-256 of its bytes.
    pub sha256: Option<String>,
    /// Size of its bytes.
    pub size_bytes: Option<u64>,
    /// Whether its bytes are in the archive.
    pub status: AttachmentStatus,
}

impl MediaLine {
    /// The line of an attachment.
    #[must_use]
    pub fn of(record: &Record, attachment: &Attachment, path: Option<String>) -> Self {
        Self {
            record: record.id.to_string(),
            name: attachment.name.clone(),
            path,
            sha256: attachment.sha256.clone(),
            size_bytes: attachment.size_bytes,
            status: attachment.status,
        }
    }
}

/// What `status --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatusDocument {
    /// Folder of the archive.
    pub archive: String,
    /// Its random id.
    pub id: String,
    /// All records.
    pub records: u64,
    /// Records by platform, then by kind.
    pub counts: BTreeMap<String, BTreeMap<String, u64>>,
    /// Media files.
    pub media: u64,
    /// Plain size of the media files.
    pub media_bytes: u64,
    /// What the archive takes on disk, the index apart.
    pub stored_bytes: u64,
    /// From when to when.
    pub span: SpanDocument,
    /// Every import, the oldest first.
    pub imports: Vec<ImportLine>,
    /// State of the search index: `current`.
    pub index: &'static str,
    /// Drives and how old their copies are.
    pub backups: Vec<DriveLine>,
    /// Always `never`.
    pub network: &'static str,
}

/// Times of the oldest and newest record, RFC 3339 in UTC or a phone's wall clock.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SpanDocument {
    /// The oldest.
    pub first: Option<String>,
    /// The newest.
    pub last: Option<String>,
    /// Records dated before their platform existed; they are in the archive as the download tells them, and not in this
    /// span.
    pub implausible: u64,
}

/// What `key list --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct KeysDocument {
    /// The keys that open the archive.
    pub keys: Vec<KeyLine>,
}

/// A key of the archive, in `key list`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct KeyLine {
    /// Its id: the name of its file.
    pub id: String,
    /// `passphrase`, `recovery` or `person`.
    pub kind: &'static str,
    /// What the owner calls it.
    pub label: Option<String>,
    /// Whether its file is whole.
    pub sound: bool,
}

/// What becomes of the keys, in `key rotate`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RotateDocument {
    /// The archive's key is the first, or the second one, and so on.
    pub epoch: u32,
    /// Keys that open the archive afterwards, by the ids they had.
    pub kept: Vec<KeyLine>,
    /// Keys that do not.
    pub removed: Vec<KeyLine>,
    /// A passphrase opens it afterwards that none of these keys has.
    pub new_passphrase: bool,
    /// Nothing was changed.
    pub dry_run: bool,
}

/// What was stated, in `evidence print`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EvidenceDocument {
    /// Id of the archive.
    pub archive: String,
    /// Number of its newest commit then.
    pub seq: u64,
    /// SHA-256 of that commit's file.
    pub commit: String,
    /// RFC 3339 UTC.
    pub time: String,
    /// Number of leaves.
    pub leaves: u64,
    /// Root of the tree over them.
    pub root: String,
    /// The two lines to sign or to mail.
    pub lines: [String; 2],
}

impl EvidenceDocument {
    /// Of a statement.
    #[must_use]
    pub fn of(statement: &Statement) -> Self {
        Self {
            archive: statement.archive.clone(),
            seq: statement.seq,
            commit: statement.commit.clone(),
            time: statement.time.clone(),
            leaves: statement.leaves,
            root: statement.root.clone(),
            lines: statement.lines(),
        }
    }
}

/// Whether a statement holds, in `evidence check`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EvidenceCheckDocument {
    /// Everything is as it was stated, but for what was erased on request since.
    pub holds: bool,
    /// When it was stated.
    pub time: String,
    /// Leaves of the statement.
    pub leaves: u64,
    /// Of them, those found unchanged.
    pub unchanged: u64,
    /// Of them, those that were not in the archive any more when it was stated: erased on request before.
    pub gone: u64,
    /// Of them, those that were erased on request since.
    pub erased: u64,
    /// Of them, those of records that are still there, with the names of somebody erased since masked.
    pub masked: u64,
    /// What differs and no erasure accounts for.
    pub differences: Vec<EvidenceDifferenceLine>,
    /// When persons were erased since, RFC 3339 UTC.
    pub erasures: Vec<String>,
}

/// Something that is not as a statement says.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EvidenceDifferenceLine {
    /// `older`, `root`, `commit`, `record`, `file` or `damaged`.
    pub kind: &'static str,
    /// The record.
    pub record: Option<String>,
    /// The damaged file of the archive.
    pub path: Option<String>,
}

impl EvidenceCheckDocument {
    /// Of a check.
    #[must_use]
    pub fn of(statement: &Statement, found: &EvidenceCheck, erasures: &[String]) -> Self {
        let line = |difference: &Difference| {
            let (kind, record, path) = match difference {
                Difference::Older => ("older", None, None),
                Difference::Root => ("root", None, None),
                Difference::Commit => ("commit", None, None),
                Difference::Record(id) => ("record", Some(id.to_string()), None),
                Difference::File => ("file", None, None),
                Difference::Damaged(path) => ("damaged", None, Some(path.display().to_string())),
            };
            EvidenceDifferenceLine { kind, record, path }
        };
        Self {
            holds: found.differences.is_empty(),
            time: statement.time.clone(),
            leaves: found.leaves,
            unchanged: found.unchanged,
            gone: found.gone,
            erased: found.erased,
            masked: found.masked,
            differences: found.differences.iter().map(line).collect(),
            erasures: erasures.to_vec(),
        }
    }
}
