//! From downloads to the archive: recognises bundles, resolves media, writes records, index and report.

mod finish;
mod mime;
mod plan;

pub use finish::{MediaFact, finish};
pub use mime::mime_of;
pub use plan::{Recognised, recognise};
