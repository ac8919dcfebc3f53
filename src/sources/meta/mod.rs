//! What Meta's products share: text repair, documents read element by element, lenient fields, the thread shape of
//! Messenger and Instagram, media shapes.

pub mod alone;
mod document;
pub mod html;
pub mod layout;
mod media;
mod profile;
mod shape;
mod text;
pub mod thread;
mod zone;

pub use document::{Document, Each, Holds, Walk, is_version_of, repair_value};
pub use media::{Media, name_of, object_of, place_at, plain, stem_of};
pub use profile::names_on_profile;
pub use shape::{is_date, is_words};
pub use text::{repair, repair_escapes};
pub use zone::account_zone;

// Of every platform; the readers of Meta's products meet them here.
pub use super::{Fields, bytes_of, pruned, put, seconds_of};
