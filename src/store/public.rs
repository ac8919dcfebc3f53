//! What of an archive anybody can read: its commits' names, the lists of their objects, the names of its keys.

use std::io;
use std::path::PathBuf;

use fs_err as fs;

use super::commit;
use super::error::StoreError;
use super::layout::{Layout, is_hash};
use super::slots::{self, SlotFile};

/// A commit by its file's name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublicCommit {
    /// Its number.
    pub seq: u64,
    /// SHA-256 of its file.
    pub sha256: String,
}

impl PublicCommit {
    /// Its file.
    #[must_use]
    pub fn path(&self, layout: &Layout) -> PathBuf {
        layout.commits().join(Layout::commit_name(self.seq, &self.sha256))
    }
}

/// Every commit of an archive, oldest first, without those whose writing was interrupted.
///
/// # Errors
/// Those of reading the folder.
pub fn public_commits(layout: &Layout) -> io::Result<Vec<PublicCommit>> {
    let newest_first = commit::finished(layout)?;
    Ok(newest_first.into_iter().rev().map(|(seq, sha256, _)| PublicCommit { seq, sha256 }).collect())
}

/// SHA-256 names of the objects of a commit, by its public list.
///
/// # Errors
/// [`StoreError::Damaged`] when a line is not one of such a list; [`StoreError::Missing`].
pub fn public_objects(layout: &Layout, seq: u64) -> Result<Vec<String>, StoreError> {
    let path = layout.commits().join(Layout::sums_name(seq));
    let text = fs::read_to_string(&path).map_err(|error| StoreError::reading(&path, error))?;
    parse_sums(&text).ok_or_else(|| StoreError::damaged(&path))
}

/// The key slots of an archive, sound or not.
///
/// # Errors
/// Those of reading the folder.
pub fn public_slots(layout: &Layout) -> io::Result<Vec<SlotFile>> {
    slots::list(layout)
}

/// The names in a list of objects; nothing unless every line is whole and tells the place that belongs to its name.
fn parse_sums(text: &str) -> Option<Vec<String>> {
    if !text.is_empty() && !text.ends_with('\n') {
        return None;
    }
    text.lines()
        .map(|line| {
            let (sha256, path) = line.split_once("  ")?;
            let place = path.strip_prefix("objects/")?.split_once('/')?;
            let fits = is_hash(sha256) && sha256.starts_with(place.0) && place.1.strip_suffix(".age") == Some(sha256);
            fits.then(|| sha256.to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_taken_whole_or_not_at_all() {
        let sha256 = "ab".repeat(32);
        let line = format!("{sha256}  objects/ab/{sha256}.age\n");
        assert_eq!(parse_sums(&line.repeat(2)), Some(vec![sha256.clone(), sha256.clone()]));
        assert_eq!(parse_sums(""), Some(Vec::new()));
        for damaged in [line.trim_end(), &line.replace("objects/ab", "objects/aa"), &line.replacen('a', "b", 1), "x\n"]
        {
            assert_eq!(parse_sums(damaged), None, "{damaged}");
        }
    }
}
