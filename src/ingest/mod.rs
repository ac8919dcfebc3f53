//! From downloads to the archive: recognises bundles, resolves media, writes records, index and report.
//!
//! The order is fixed: all media first (so that every record is complete when it is written), then all elements, then
//! what nothing named, then one commit, then the index.

mod conversations;
mod engine;
mod erase;
mod feed;
mod finish;
mod indexing;
mod job;
mod known;
mod lacking;
mod late;
mod media;
mod merge;
mod mime;
mod originals;
mod owners;
mod plan;
mod recount;
mod report;
mod sink;
mod tellings;
mod twice;
mod unread;
mod wording;

pub use conversations::{ConversationLine, read_conversations};
pub use engine::{ImportOptions, ImportOutcome, IngestError, Observer, Phase, import};
pub use erase::{
    ErasureCounts, ErasureEntry, Found, Person, clear, erase_person, erased_records, erasure_lists, find_person,
    preview_erasure, read_erasures, repeat_erasure,
};
pub use finish::{MediaFact, finish};
pub use indexing::{IndexOutcome, ReadyIndex, ready_index, rebuild_index};
pub use mime::mime_of;
pub use plan::{Recognised, recognise};
pub use report::{
    FileCounts, FileLine, MediaCounts, MissingLine, ProblemLine, SkipLine, Summary, UnreadLine, UnreadReason,
};
pub use twice::{may_be_one, may_have_changed};
