//! ZIP files: their directory, and reading of their entries by position, by any number of threads at once.
//!
//! Our own reader of the directory, because every entry must be seen: a library that keeps names in a map loses one of
//! two entries with the same name, and one that decodes lazily fails for all entries when one is bad.

mod bytes;
mod cp437;
mod directory;
mod entry;
mod position;
mod record;
mod salvage;

pub(super) use directory::{Directory, DirectoryError};
pub(super) use entry::Zipped;
pub(super) use position::Positioned;
