//! Every text of the program, in French and English, and how numbers, sizes, dates and durations are written in each.
//!
//! Texts live in the Fluent files of `en/` and `fr/`; both hold the same ids with the same arguments, which a test
//! checks. Only `cli` speaks to people, so only `cli` uses this room. Data (JSON, ids, file names) is never translated.

mod catalogue;
mod format;
mod language;

pub use catalogue::{Value, Words};
pub use language::Language;
