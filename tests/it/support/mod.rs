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

/// A scratch download: files of a folder with this name.
pub fn download(scratch: &Path, name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = scratch.join(name);
    for (file, content) in files {
        let path = folder.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    folder
}
