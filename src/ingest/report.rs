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
}

impl Summary {
    /// True when nothing was skipped, damaged or in doubt.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.skipped == 0 && self.problems == 0 && self.files.damaged == 0
    }
}

/// Media files of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MediaCounts {
    /// Newly stored.
    pub stored: u64,
    /// Stored already, by this import or an earlier one.
    pub known: u64,
    /// Named by an element and in no part so far.
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
}

/// Problems of one file that the report lists one by one; a hostile file could have millions. All are counted.
pub const PROBLEMS_LISTED: usize = 1_000;

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
