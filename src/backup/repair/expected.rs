//! Which small files a copy should have, and how each is known to be right. Objects come from the public list.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::super::erasures;
use super::super::parity::{
    self, claims, commit_seq, folder, hash_in_name, newest_told, protected_files, removed_seq, scan, sums_seq,
};
use crate::store::{Layout, README, hash_file, peek, public_objects};

/// The public marker.
pub(super) const MARKER: &str = "VAULT.json";

/// How a file is known to be right.
#[derive(Clone, Debug)]
pub(super) enum Expect {
    /// Its SHA-256 begins with one of these.
    Hash(Vec<String>),
    /// It holds exactly this.
    Bytes(Vec<u8>),
    /// It is a public list, each line of which repeats itself.
    Sums,
    /// It is the marker of a readable format, and of the archive that the folder is named after.
    Marker,
}

impl Expect {
    /// Whether the file below `root` is right.
    pub(super) fn is_met(&self, root: &Path, path: &str) -> bool {
        let file = root.join(path);
        match self {
            Self::Hash(hashes) => {
                hash_file(&file).is_ok_and(|(actual, _)| hashes.iter().any(|hash| actual.starts_with(hash)))
            }
            Self::Bytes(bytes) => fs::read(&file).is_ok_and(|found| found == *bytes),
            Self::Sums => is_list_sound(root, path),
            Self::Marker => is_marker_sound(root),
        }
    }
}

/// What is known of a copy besides its files.
#[derive(Clone, Debug)]
pub(super) enum Target {
    /// The archive itself.
    Archive,
    /// A drive; the bytes of its marker, where the register tells them.
    Drive(Option<Vec<u8>>),
}

/// The small files that the copy in the first of `roots` should have, by path. Its groups know best, then the names of
/// its files, then what the other copies have that belongs to commits this one has.
///
/// # Errors
/// Those of reading folders.
pub(super) fn small_files(roots: &[PathBuf], target: &Target) -> io::Result<BTreeMap<String, Expect>> {
    let mut expected = BTreeMap::new();
    let Some((root, replicas)) = roots.split_first() else { return Ok(expected) };
    let (groups, unreadable) = scan(root)?;
    let has_parity = !groups.is_empty() || !unreadable.is_empty() || folder(root).join("README.txt").exists();
    for (path, hashes) in claims(&groups).into_iter().filter(|(path, _)| !is_object(path)) {
        expected.insert(path, Expect::Hash(hashes));
    }
    expected.entry("README.txt".to_owned()).or_insert_with(|| Expect::Bytes(README.as_bytes().to_vec()));
    if let Target::Drive(Some(bytes)) = target {
        expected.entry("drive.json".to_owned()).or_insert_with(|| Expect::Bytes(bytes.clone()));
    }
    if has_parity {
        let readme = || Expect::Bytes(parity::README.as_bytes().to_vec());
        expected.entry("parity/README.txt".to_owned()).or_insert_with(readme);
    }
    let own: Vec<String> = paths(root)?;
    let newest = newest_told(own.iter().chain(expected.keys()).map(String::as_str)).unwrap_or(u64::MAX);
    let mut lists = Vec::new();
    for replica in replicas {
        // A public list and the marker have their hashes in no name: the groups of any copy tell them.
        let told = claims(&scan(replica).map(|(groups, _)| groups).unwrap_or_default());
        lists.extend(told.into_iter().filter(|(path, _)| is_list(path) || path == MARKER));
    }
    let replicas = replicas.iter().map(|root| paths(root)).collect::<io::Result<Vec<_>>>()?;
    for path in own {
        expect_by_name(&mut expected, path, &lists);
    }
    let opens = expected.keys().any(|path| path.starts_with("keys/"));
    for path in replicas.into_iter().flatten() {
        let of_commit = commit_seq(&path);
        // A slot that the archive lacks may have been removed on purpose, unless it lacks all.
        let slot = path.starts_with("keys/") && (matches!(target, Target::Drive(_)) || !opens);
        if slot || of_commit.is_some_and(|seq| seq <= newest) {
            expect_by_name(&mut expected, path, &lists);
        }
    }
    expect_by_name(&mut expected, MARKER.to_owned(), &lists);
    Ok(expected)
}

/// Whether two copies have different commits of one number: what one of them tells of its commits is no news to the other.
///
/// # Errors
/// Those of reading folders.
pub(super) fn went_apart(root: &Path, other: &Path) -> io::Result<bool> {
    let commits = |root: &Path| -> io::Result<BTreeMap<u64, String>> {
        let told = claims(&scan(root)?.0).into_keys();
        let named = paths(root)?.into_iter().chain(told).filter_map(|path| {
            let (seq, sha256) = Layout::parse_commit_name(path.strip_prefix("commits/")?)?;
            Some((seq, sha256.to_owned()))
        });
        Ok(named.collect())
    };
    let (own, others) = (commits(root)?, commits(other)?);
    Ok(own.iter().any(|(seq, sha256)| others.get(seq).is_some_and(|theirs| theirs != sha256)))
}

fn expect_by_name(expected: &mut BTreeMap<String, Expect>, path: String, lists: &[(String, Vec<String>)]) {
    if is_object(&path) {
        return;
    }
    if let Some(hash) = hash_in_name(&path) {
        let expect = Expect::Hash(vec![hash.to_owned()]);
        expected.entry(path).or_insert(expect);
    } else if is_list(&path) || path == MARKER {
        let unknown = if path == MARKER { Expect::Marker } else { Expect::Sums };
        let hashes: Vec<String> =
            lists.iter().filter(|(list, _)| *list == path).flat_map(|(_, hashes)| hashes.clone()).collect();
        expected.entry(path).or_insert(if hashes.is_empty() { unknown } else { Expect::Hash(hashes) });
    }
}

fn is_object(path: &str) -> bool {
    path.starts_with("objects/")
}

fn is_list(path: &str) -> bool {
    path.strip_prefix("commits/").is_some_and(|name| sums_seq(name).or_else(|| removed_seq(name)).is_some())
}

fn paths(root: &Path) -> io::Result<Vec<String>> {
    Ok(protected_files(root)?.into_iter().map(|(path, _)| path).collect())
}

/// Whether the marker below `root` can be that of its archive. The folder of a copy is named after the archive.
pub(super) fn is_marker_sound(root: &Path) -> bool {
    let name = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    peek(root).is_ok_and(|vault| name.strip_prefix("malle-").is_none_or(|named| named == vault))
}

/// Whether the public list below `root` is whole, as far as its lines tell.
pub(super) fn is_list_sound(root: &Path, path: &str) -> bool {
    let (layout, name) = (Layout::new(root), path.strip_prefix("commits/").unwrap_or_default());
    sums_seq(name).is_some_and(|seq| public_objects(&layout, seq).is_ok())
        || removed_seq(name).is_some_and(|seq| erasures::is_list_sound(&layout, seq))
}

/// Path of an object below a copy's folder.
pub(super) fn object_path(sha256: &str) -> String {
    let path = Layout::new(Path::new("")).object(sha256);
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}
