//! Records: the one shape that every platform's element takes.
//!
//! Owns the stored and published record, times of every precision, identity, and the draft that a source hands
//! over. Knows no platform's format, no disk and no search.

mod draft;
mod identity;
mod owner;
mod person;
mod record;
mod time;

pub use draft::{Draft, DraftAttachment, Target};
pub use identity::{Fingerprint, RecordId, Twins};
pub use owner::AccountOwner;
pub use person::{Identity, KnownBy, Sighting, handle_form, phone_form};
pub use record::{
    Attachment, AttachmentKind, AttachmentStatus, Author, Conversation, ConversationKind, ConversationRef, Kind, Link,
    OTHERWISE, Origin, Place, Platform, Reaction, Record,
};
pub use time::{Precision, Time};
