//! Which files of a copy parity protects: every file that has a meaning there, parity files apart, which make each other
//! again.

use std::io;
use std::path::Path;

use fs_err as fs;

use super::format::folder;
use crate::store::{Layout, is_object_name};

/// Whether a path below the drive's folder (with `/`) names a file that parity protects. Indexes of parity files are not
/// authenticated: nothing else is ever written because one of them says so.
pub(in crate::backup) fn is_protected(path: &str) -> bool {
    match path.split('/').collect::<Vec<_>>().as_slice() {
        ["README.txt" | "VAULT.json" | "drive.json"] | ["parity", "README.txt"] => true,
        ["commits", name] => {
            Layout::parse_commit_name(name).is_some() || sums_seq(name).is_some() || removed_seq(name).is_some()
        }
        ["keys", name] => slot_hash(name).is_some(),
        ["sessions", name] => is_session(name),
        ["objects", fan, name] => is_object_name(name) && name.get(..2) == Some(*fan),
        _ => false,
    }
}

/// Whether a file belongs to one drive alone and is no replica of another's.
pub(in crate::backup) fn is_private(path: &str) -> bool {
    matches!(path, "drive.json" | "parity/README.txt") || path.starts_with("sessions/")
}

/// What the SHA-256 of a file begins with, as far as its name tells: all of it for objects and commits, 16 digits for
/// slots.
pub(in crate::backup) fn hash_in_name(path: &str) -> Option<&str> {
    let (folder, name) = path.rsplit_once('/')?;
    match folder {
        "commits" => Layout::parse_commit_name(name).map(|(_, sha256)| sha256),
        "keys" => slot_hash(name),
        _ => name.strip_suffix(".age").filter(|_| folder.starts_with("objects/") && is_object_name(name)),
    }
}

/// Number of the commit that a public list of objects belongs to.
pub(in crate::backup) fn sums_seq(name: &str) -> Option<u64> {
    list_seq(name, ".sums")
}

/// Number of the commit that a public list of what was erased belongs to.
pub(in crate::backup) fn removed_seq(name: &str) -> Option<u64> {
    list_seq(name, ".removed")
}

fn list_seq(name: &str, suffix: &str) -> Option<u64> {
    name.strip_suffix(suffix)
        .filter(|seq| seq.len() == 10 && seq.bytes().all(|byte| byte.is_ascii_digit()))?
        .parse()
        .ok()
}

/// Number of the commit that a path below the copy's folder is, or is a list of.
pub(in crate::backup) fn commit_seq(path: &str) -> Option<u64> {
    let name = path.strip_prefix("commits/")?;
    Layout::parse_commit_name(name).map(|(seq, _)| seq).or_else(|| sums_seq(name)).or_else(|| removed_seq(name))
}

/// Whether a name is one of the markers of runs: a number, and whether the run began or ended.
fn is_session(name: &str) -> bool {
    let number = name.strip_suffix(".begin").or_else(|| name.strip_suffix(".end"));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn slot_hash(name: &str) -> Option<&str> {
    let (kind, hash) = name.strip_suffix(".age")?.split_once('-')?;
    let plain = !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_lowercase());
    let digits = hash.len() == 16 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (plain && digits).then_some(hash)
}

/// Every protected file of a folder with its size, by path.
///
/// # Errors
/// Those of reading folders; one that is absent is empty.
pub(in crate::backup) fn protected_files(root: &Path) -> io::Result<Vec<(String, u64)>> {
    files_of(root, &is_protected)
}

/// Every file in the folders of a copy that `wanted` says, with its size, by path.
///
/// # Errors
/// Those of reading folders; one that is absent is empty.
pub(in crate::backup) fn files_of(root: &Path, wanted: &dyn Fn(&str) -> bool) -> io::Result<Vec<(String, u64)>> {
    let mut found = Vec::new();
    let mut visit = |below: &str, folder: &Path| -> io::Result<Vec<String>> {
        let mut folders = Vec::new();
        let items = match fs::read_dir(folder) {
            Ok(items) => items,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(folders),
            Err(error) => return Err(error),
        };
        for item in items {
            let item = item?;
            let Ok(name) = item.file_name().into_string() else { continue };
            let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
            let metadata = item.metadata()?;
            if metadata.is_dir() {
                folders.push(name);
            } else if wanted(&path) {
                found.push((path, metadata.len()));
            }
        }
        Ok(folders)
    };
    let layout = Layout::new(root);
    visit("", root)?;
    visit("parity", &folder(root))?;
    visit("commits", &layout.commits())?;
    visit("keys", &layout.keys())?;
    visit("sessions", &root.join("sessions"))?;
    for fan in visit("objects", &layout.objects())? {
        visit(&format!("objects/{fan}"), &layout.objects().join(&fan))?;
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_a_copy_are_ever_written() {
        let hash = "0123456789abcdef".repeat(4);
        for path in [
            "README.txt".to_owned(),
            "drive.json".to_owned(),
            "parity/README.txt".to_owned(),
            format!("objects/01/{hash}.age"),
            format!("commits/0000000007-{hash}.age"),
            "commits/0000000007.sums".to_owned(),
            "commits/0000000007.removed".to_owned(),
            "keys/recovery-0123456789abcdef.age".to_owned(),
        ] {
            assert!(is_protected(&path), "{path}");
        }
        for path in [
            "lock".to_owned(),
            "/etc/passwd".to_owned(),
            "../README.txt".to_owned(),
            "keys/../../recovery-0123456789abcdef.age".to_owned(),
            "keys/a b-0123456789abcdef.age".to_owned(),
            format!("objects/02/{hash}.age"),
            format!("objects/../{hash}.age"),
            "C:\\README.txt".to_owned(),
            "work/drives.json".to_owned(),
            "commits/7.sums".to_owned(),
        ] {
            assert!(!is_protected(&path), "{path}");
        }
        assert_eq!(hash_in_name("keys/recovery-0123456789abcdef.age"), Some("0123456789abcdef"));
        assert_eq!(hash_in_name(&format!("objects/01/{hash}.age")), Some(hash.as_str()));
        assert_eq!(hash_in_name("commits/0000000007.sums"), None);
    }
}
