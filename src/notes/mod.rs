//! What the owner adds to the archive: who is who, labels, notes, saved searches; and the people that follow from it.
//!
//! Everything said is a line of a sealed list that commits name, beside the records and never in them. Nothing is overwritten:
//! what is said later of one thing counts, see `docs/decisions/0025-what-the-owner-adds.md`.

mod book;
mod line;
mod people;
mod union;
mod write;

pub use book::Book;
pub use line::{Annotation, Line, folded_name};
pub use people::{Evidence, Link, People, Person, Suggestion};
pub use write::{NOTE_BYTES_MAX, annotate, supposing};
