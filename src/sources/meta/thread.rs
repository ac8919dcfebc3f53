//! The thread files that Messenger and Instagram share: `message_N.json`, one conversation in numbered files.
//!
//! Owns the shape of threads and messages and their way into drafts. Which folders hold threads, and who the owner
//! is, the two sources decide.

mod archive;
mod draft;
mod fields;
mod joins;
mod links;
mod media;
mod members;
mod owner;
mod page;
mod raw;
mod read;
mod unit;

pub use joins::{Joins, is_nobody};
pub use links::unwrap_link;
pub use members::members_of;
pub use owner::{Owner, common_participant};
pub use page::is_message;
pub use raw::{Element as ThreadElement, RawMessage, RawReaction, RawThread};
pub use read::{ThreadRules, ThreadTeller, read_archive, read_threads};
pub use unit::{BOXES, ThreadPlace, ThreadUnit, thread_id, thread_units};
