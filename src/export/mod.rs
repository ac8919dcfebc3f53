//! What leaves the archive in the clear, because its owner asked for it: records as NDJSON, media as files.

mod media;
mod ndjson;

pub use media::{Exported, ExportedFile, MediaExport, MediaExportError};
pub use ndjson::{Written, write_line, write_ndjson};
