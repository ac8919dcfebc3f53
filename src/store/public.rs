//! What of an archive anybody can read: its commits' names, the lists of their objects, the names of its keys.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;
use sha2::{Digest as _, Sha256};

use super::commit;
use super::error::StoreError;
use super::layout::{Layout, is_hash};
use super::leftovers::object_folders;
use super::slots::{self, SlotFile};
use crate::crypto::hex;

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
/// [`StoreError::Damaged`] when it is not the whole list that was written; [`StoreError::Missing`].
pub fn public_objects(layout: &Layout, seq: u64) -> Result<Vec<String>, StoreError> {
    let path = layout.commits().join(Layout::sums_name(seq));
    let text = fs::read_to_string(&path).map_err(|error| StoreError::reading(&path, error))?;
    let is_emptied = text.is_empty() && !may_be_empty(layout, seq)?;
    parse_sums(&text, seq).filter(|_| !is_emptied).ok_or_else(|| StoreError::damaged(&path))
}

/// Whether a file that is not there is an object which somebody took away on purpose, by a commit that came after the one which
/// named it: the newest public list lacks it. Whoever read the older commit is to begin again.
#[must_use]
pub fn was_taken_away(path: &Path) -> bool {
    let place = || {
        let root = path.parent()?.parent()?.parent()?;
        Some((Layout::new(root), path.file_stem()?.to_str()?))
    };
    let Some((layout, name)) = place().filter(|_| !path.exists()) else { return false };
    let newest = || Some(public_objects(&layout, commit::newest_sums(&layout).ok()??).ok());
    is_hash(name)
        && layout.object(name) == path
        && newest().flatten().is_some_and(|names| !names.iter().any(|of| of == name))
}

/// Whether a list without a head may be empty: before the first import of an archive that was made by a program of before
/// there were heads, and in one that holds nothing.
fn may_be_empty(layout: &Layout, seq: u64) -> io::Result<bool> {
    if object_folders(layout)?.is_empty() {
        return Ok(true);
    }
    let newest = commit::newest_sums(layout)?;
    let is_empty = |seq| {
        let path = layout.commits().join(Layout::sums_name(seq));
        fs::metadata(path).is_ok_and(|metadata| metadata.len() == 0)
    };
    Ok(newest.is_some_and(|newest| seq < newest) && (1..seq).all(is_empty))
}

/// A public list of commit `seq`: the lines and, above them, what tells anybody whose list it is and whether it is whole.
/// `sha256sum -c` takes the head for a comment.
pub(super) fn headed(seq: u64, lines: &str) -> String {
    format!("# commit {seq}: {}", told(lines))
}

/// The same without the commit, as the first lists with heads were.
pub(super) fn headed_before(lines: &str) -> String {
    format!("# {}", told(lines))
}

/// What a head tells of the lines, and the lines.
fn told(lines: &str) -> String {
    let sha256 = hex(&Sha256::digest(lines.as_bytes()));
    format!("{} files; SHA-256 of the lines below: {sha256}\n{lines}", lines.lines().count())
}

/// The lines of the public list of commit `seq`; nothing when they are not those its head tells of, or those of another commit.
/// Lists of before have no head: of them only each line can tell.
#[must_use]
pub fn public_lines(text: &str, seq: u64) -> Option<&str> {
    if !text.starts_with('#') {
        return Some(text);
    }
    let (_, lines) = text.split_once('\n')?;
    (headed(seq, lines) == text || headed_before(lines) == text).then_some(lines)
}

/// Numbers of the commits that have a public list of what they erased.
///
/// # Errors
/// Those of reading the folder.
pub fn erasures(layout: &Layout) -> io::Result<BTreeSet<u64>> {
    let mut found = BTreeSet::new();
    for item in fs::read_dir(layout.commits())? {
        let name = item?.file_name();
        found.extend(name.to_str().and_then(|name| name.strip_suffix(".removed")?.parse::<u64>().ok()));
    }
    Ok(found)
}

/// The key slots of an archive, sound or not.
///
/// # Errors
/// Those of reading the folder.
pub fn public_slots(layout: &Layout) -> io::Result<Vec<SlotFile>> {
    slots::list(layout)
}

/// The names in a list of objects; nothing unless it is whole and every line tells the place that belongs to its name.
fn parse_sums(text: &str, seq: u64) -> Option<Vec<String>> {
    let text = public_lines(text, seq)?;
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
    fn what_the_newest_list_lacks_was_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout::new(folder.path());
        let [kept, gone] = ["ab", "cd"].map(|start| start.repeat(32));
        let path = |name: &String| layout.object(name);
        fs::create_dir_all(layout.commits()).unwrap();
        assert!(!was_taken_away(&path(&gone)));
        let write = |seq: u64, names: &[&String]| {
            let line = |name: &&String| format!("{name}  objects/{}/{name}.age\n", name.get(..2).unwrap());
            let lines: Vec<String> = names.iter().map(line).collect();
            let lines = lines.concat();
            fs::write(layout.commits().join(Layout::sums_name(seq)), headed(seq, &lines)).unwrap();
        };
        write(1, &[&kept, &gone]);
        assert!(!was_taken_away(&path(&gone)));
        write(2, &[&kept]);
        assert!(was_taken_away(&path(&gone)));
        assert!(!was_taken_away(&path(&kept)));
        assert!(!was_taken_away(&layout.commits().join("0000000002-x.age")));
        // It lies there: whatever is wrong with it is damage.
        fs::create_dir_all(path(&gone).parent().unwrap()).unwrap();
        fs::write(path(&gone), b"x").unwrap();
        assert!(!was_taken_away(&path(&gone)));
    }

    #[test]
    fn a_list_is_taken_whole_or_not_at_all() {
        let sha256 = "ab".repeat(32);
        let line = format!("{sha256}  objects/ab/{sha256}.age\n");
        let parse_sums = |text: &str| parse_sums(text, 7);
        assert_eq!(parse_sums(&line.repeat(2)), Some(vec![sha256.clone(), sha256.clone()]));
        assert_eq!(parse_sums(""), Some(Vec::new()));
        for damaged in [line.trim_end(), &line.replace("objects/ab", "objects/aa"), &line.replacen('a', "b", 1), "x\n"]
        {
            assert_eq!(parse_sums(damaged), None, "{damaged}");
        }
        let lines = line.repeat(3);
        let list = headed(7, &lines);
        assert_eq!(parse_sums(&list), parse_sums(&lines));
        assert_eq!(parse_sums(&headed_before(&lines)), parse_sums(&lines));
        assert_eq!(parse_sums(&headed(7, "")), Some(Vec::new()));
        assert_eq!(parse_sums(&headed(6, &lines)), None, "the list of another commit");
        for end in 1..list.len() {
            assert_eq!(parse_sums(list.get(..end).unwrap()), None, "{end}");
        }
        assert_eq!(parse_sums(&format!("{list}{line}")), None);
        assert_eq!(parse_sums(&list.replacen(": 3 ", ": 2 ", 1)), None);
    }

    #[test]
    fn an_empty_list_beside_objects_is_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout::new(folder.path());
        fs::create_dir_all(layout.commits()).unwrap();
        fs::write(layout.commits().join(Layout::sums_name(1)), "").unwrap();
        assert!(public_objects(&layout, 1).unwrap().is_empty());
        fs::create_dir_all(layout.objects().join("ab")).unwrap();
        assert!(matches!(public_objects(&layout, 1), Err(StoreError::Damaged { .. })));
    }

    #[test]
    fn lists_of_before_the_first_import_of_an_old_archive_are_empty() {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout::new(folder.path());
        fs::create_dir_all(layout.commits()).unwrap();
        fs::create_dir_all(layout.objects().join("ab")).unwrap();
        let sha256 = "ab".repeat(32);
        let line = format!("{sha256}  objects/ab/{sha256}.age\n");
        for (seq, text) in [(1, ""), (2, ""), (3, line.as_str()), (4, ""), (5, "")] {
            fs::write(layout.commits().join(Layout::sums_name(seq)), text).unwrap();
        }
        let sound: Vec<bool> = (1..=5).map(|seq| public_objects(&layout, seq).is_ok()).collect();
        assert_eq!(sound, [true, true, true, false, false]);
    }
}
