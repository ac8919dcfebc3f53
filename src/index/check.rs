//! Reads every file of an index to its end, so that damage is named before a search meets it.

use std::io::BufReader;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::directory::TEMPORARY_PREFIX;
use super::open::{Index, IndexKey};

/// Bytes decrypted at a time.
const RUN_BYTES: u64 = 1 << 20;

impl Index {
    /// The files of an index folder that are damaged, by path; none when there is no index.
    #[must_use]
    pub fn damaged_files(folder: &Path, key: &IndexKey) -> Vec<PathBuf> {
        let Ok(items) = fs::read_dir(folder) else { return Vec::new() };
        let mut damaged: Vec<PathBuf> = items
            .filter_map(|item| Some(item.ok()?.path()))
            // Lock files hold nothing; what a killed writer left unfinished belongs to no index.
            .filter(|path| !is_passing(path))
            .filter(|path| !is_sound(path, key))
            .collect();
        damaged.sort();
        damaged
    }
}

fn is_passing(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.ends_with(".lock") || name.starts_with(TEMPORARY_PREFIX)
}

fn is_sound(path: &Path, key: &IndexKey) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    let Ok(file) = fs::File::open(path) else { return false };
    let Ok(mut sealed) = key.open_at(name, BufReader::new(file)) else { return false };
    let mut done = 0;
    while done < sealed.len() {
        let run = RUN_BYTES.min(sealed.len() - done);
        if sealed.read_at(done, usize::try_from(run).unwrap_or(0)).is_err() {
            return false;
        }
        done += run;
    }
    true
}
