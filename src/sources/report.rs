//! How reading a file ended: outcomes, skips and problems, as facts without wording.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What became of one file of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileOutcome {
    /// Its elements became records, or it is media that is stored.
    Parsed,
    /// Kept verbatim, not understood yet.
    KeptRaw,
    /// Noise, deliberately left out.
    Ignored,
    /// Could not be read (in part or at all).
    Damaged,
    /// Repeats a file of another part.
    Duplicate,
}

/// Why an element is deliberately no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SkipReason {
    /// The element holds nothing: `{}`, null, no name and no time.
    Empty,
    /// The same element stands in another file of this download, and that file gives the record.
    ToldElsewhere,
    /// Devices, sessions, rankings, settings: nothing that people wrote.
    Technical,
    /// It belongs to somebody who was erased from the archive.
    Erased,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// The file is not the JSON it should be.
    BadJson,
    /// The JSON ends early; the complete elements before the end were read.
    TruncatedJson,
    /// The ZIP has no directory, most likely because it is cut short; the entries found in it were read.
    TruncatedZip,
    /// The page ends inside an element; the complete elements before it were read.
    TruncatedHtml,
    /// The table ends inside a quoted cell; the rows before it were read.
    TruncatedTable,
    /// One element has a shape this version does not know; it is kept verbatim in the file's raw copy.
    UnknownShape,
    /// One element's time makes no sense; the record has none.
    BadTime,
    /// The bytes are not UTF-8.
    NotUtf8,
    /// No line of a conversation file looks like a message.
    NoMessages,
    /// The entry could not be read; the detail names the damage.
    Damaged,
    /// The file is larger than a text may be.
    TooLarge,
    /// The file is encrypted, and no key was given.
    NeedsKey,
    /// The file is encrypted, and the key that was given is not its own.
    WrongKey,
    /// Counts of elements, records, skips and problems disagree: a fault of this program.
    Accounting,
}

impl ProblemKind {
    /// The name in JSON and in the Fluent files (`problem-NAME`).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BadJson => "bad-json",
            Self::TruncatedJson => "truncated-json",
            Self::TruncatedZip => "truncated-zip",
            Self::TruncatedHtml => "truncated-html",
            Self::TruncatedTable => "truncated-table",
            Self::UnknownShape => "unknown-shape",
            Self::BadTime => "bad-time",
            Self::NotUtf8 => "not-utf8",
            Self::NoMessages => "no-messages",
            Self::Damaged => "damaged",
            Self::TooLarge => "too-large",
            Self::NeedsKey => "needs-key",
            Self::WrongKey => "wrong-key",
            Self::Accounting => "accounting",
        }
    }

    /// Whether a problem of this kind with a position stands in place of the element's record. The others accompany
    /// a record (`BadTime`) or a whole file.
    #[must_use]
    pub const fn replaces_record(self) -> bool {
        matches!(self, Self::UnknownShape)
    }
}

/// Something wrong in a download. Never holds content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file's number in the bundle.
    pub file: usize,
    /// Index of the element, when one element is meant.
    pub position: Option<u64>,
    /// What is wrong.
    pub kind: ProblemKind,
    /// What exactly, as [`detail`] writes it; may be empty.
    pub detail: String,
}

/// A detail of a problem: a code (`detail-CODE` or `damage-CODE` in the Fluent files) and up to four numbers, divided by
/// blanks. Never content, and no words of any language.
#[must_use]
pub fn detail(code: &'static str, numbers: &[u64]) -> String {
    let numbers = numbers.iter().map(|number| format!(" {number}"));
    numbers.fold(code.to_owned(), |detail, number| detail + &number)
}

/// The detail of JSON that is broken.
#[must_use]
pub fn json_detail(error: &serde_json::Error) -> String {
    let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    detail("line-column", &[number(error.line()), number(error.column())])
}
