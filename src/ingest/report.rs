//! What an import tells about itself: the summary, and one line for each file of each download.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::sources::{FileOutcome, ProblemKind, SkipReason};

/// Counts of an import; the last line that `import` prints.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Id of the import.
    pub import: String,
    /// New records by kind.
    pub added: BTreeMap<String, u64>,
    /// Media files.
    pub media: MediaCounts,
    /// Records the archive had already.
    pub known: u64,
    /// Of those, how many this import completed (a photo that was missing, a reaction that is new).
    pub updated: u64,
    /// Elements that this download tells more than once.
    pub repeated: u64,
    /// Elements deliberately left out, each with a reason in the report.
    pub skipped: u64,
    /// Problems, each named in the report. Every damaged file has at least one.
    pub problems: u64,
    /// Files of the downloads.
    pub files: FileCounts,
    /// Inputs that gave nothing, each named in the report.
    #[serde(default)]
    pub unread: u64,
}

impl Summary {
    /// True when nothing was skipped, damaged, in doubt, missing or not read.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.skipped == 0
            && self.problems == 0
            && self.files.damaged == 0
            && self.media.missing == 0
            && self.unread == 0
    }
}

/// Media files of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MediaCounts {
    /// Newly stored.
    pub stored: u64,
    /// Stored already, by this import or an earlier one.
    pub known: u64,
    /// Named by an element and in no part so far; each named in the report.
    pub missing: u64,
}

/// Files of the downloads by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileCounts {
    /// All files; the sum of the others.
    pub seen: u64,
    /// Understood, or stored media.
    pub parsed: u64,
    /// Kept verbatim for a later version.
    pub kept_raw: u64,
    /// Noise, left out.
    pub ignored: u64,
    /// Could not be read, in part or at all.
    pub damaged: u64,
    /// Repeat a file of another part.
    pub duplicate: u64,
}

impl FileCounts {
    /// The counts of report lines.
    #[must_use]
    pub fn of(files: &[FileLine]) -> Self {
        let mut counts = Self::default();
        for file in files {
            counts.count(file.outcome);
        }
        counts
    }

    pub(super) const fn count(&mut self, outcome: FileOutcome) {
        self.seen += 1;
        match outcome {
            FileOutcome::Parsed => self.parsed += 1,
            FileOutcome::KeptRaw => self.kept_raw += 1,
            FileOutcome::Ignored => self.ignored += 1,
            FileOutcome::Damaged => self.damaged += 1,
            FileOutcome::Duplicate => self.duplicate += 1,
        }
    }
}

/// What became of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileLine {
    /// Name of the ZIP or folder.
    pub bundle: String,
    /// Path inside the download. The name of the ZIP itself when it is cut short.
    pub file: String,
    /// Size in bytes, as the download claims it.
    pub size_bytes: u64,
    /// SHA-256 of the bytes, when they could be read.
    pub sha256: Option<String>,
    /// What became of it.
    pub outcome: FileOutcome,
    /// Why it was kept raw, ignored or is damaged; a fixed English word.
    pub reason: Option<String>,
    /// Elements seen in it.
    pub elements: u64,
    /// Records made from them.
    pub records: u64,
    /// Elements left out, by reason.
    pub skips: Vec<SkipLine>,
    /// Problems, the first thousand of them.
    pub problems: Vec<ProblemLine>,
    /// Number of all problems.
    pub problem_count: u64,
    /// Files that its elements name and no part holds so far, the first thousand of them by time.
    #[serde(default)]
    pub missing: Vec<MissingLine>,
    /// Number of all these files.
    #[serde(default)]
    pub missing_count: u64,
}

impl FileLine {
    /// Whether there is nothing to say of the file but that it was read.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let read = matches!(self.outcome, FileOutcome::Parsed | FileOutcome::Duplicate);
        read && self.skips.is_empty() && self.problem_count == 0 && self.missing_count == 0
    }
}

/// Problems of one file that the report lists one by one; a hostile file could have millions. All are counted.
pub const PROBLEMS_LISTED: usize = 1_000;

/// Missing files of one file that the report lists one by one: the first part of a large download may lack all. All are
/// counted.
pub const MISSING_LISTED: usize = 1_000;

/// A file that an element names and no part holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MissingLine {
    /// Its path, as the download gives it.
    pub path: String,
    /// Id of the record that names it.
    pub record: String,
    /// Time of the record: RFC 3339 in UTC, or the phone's wall clock; null without a time.
    pub time: Option<String>,
}

/// An input that gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct UnreadLine {
    /// The ZIP, folder or file, as it was named or found.
    pub input: String,
    /// Why.
    pub reason: UnreadReason,
}

/// Why an input gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UnreadReason {
    /// Absent, or it may not be read.
    Unreadable,
    /// A ZIP that is cut short, and not enough of it is left.
    ZipTruncated,
    /// Called a ZIP and none.
    NotAZip,
    /// Nothing in it.
    Empty,
    /// More files in it than malle reads.
    TooManyEntries,
    /// A password protects it.
    Encrypted,
    /// Packed in another form than ZIP, or once more in a ZIP.
    Packed,
    /// No download that malle knows.
    UnknownDownload,
}

impl UnreadReason {
    /// The name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::ZipTruncated => "zip-truncated",
            Self::NotAZip => "not-a-zip",
            Self::Empty => "empty",
            Self::TooManyEntries => "too-many-entries",
            Self::Encrypted => "encrypted",
            Self::Packed => "packed",
            Self::UnknownDownload => "unknown-download",
        }
    }
}

/// Elements left out for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SkipLine {
    /// Why.
    pub reason: SkipReason,
    /// How many.
    pub count: u64,
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProblemLine {
    /// What is wrong.
    pub kind: ProblemKind,
    /// Index of the element, from 0.
    pub position: Option<u64>,
    /// What exactly: a code and up to four numbers, divided by blanks; may be empty. Never content.
    pub detail: String,
}
