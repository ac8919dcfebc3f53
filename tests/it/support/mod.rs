//! What several subjects share.

pub mod archives;
pub mod downloads;
pub mod program;
pub mod reading;
pub mod records;
pub mod tellings;
pub mod zips;

use std::path::{Path, PathBuf};

/// The folder of fixtures.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}
