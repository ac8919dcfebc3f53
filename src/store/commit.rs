//! Commits: the complete list of what the archive holds at one moment, authenticated and chained.
//!
//! age does not authenticate who wrote a file, so the first line of a commit is a keyed MAC over the rest, and each
//! commit names the hash of the one before it.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::error::StoreError;
use super::layout::Layout;
use super::object::hash_file;
use super::public::{headed, headed_before, public_lines};
use crate::crypto::{Opener, SealError, Sealer, SubKey, hex};
use crate::model::AccountOwner;

/// What an object holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ObjectKind {
    /// Media in a tar stream.
    Pack,
    /// Records.
    Seg,
    /// Original text files of downloads.
    Raw,
    /// List of media.
    MediaList,
    /// List of raw originals.
    RawList,
    /// List of conversations.
    ConversationList,
    /// Report of an import.
    Report,
    /// Leaves and statements of evidence.
    EvidenceList,
    /// What was erased, as keyed hashes.
    ErasureList,
    /// What the owner adds: labels, notes, who is who, saved searches.
    AnnotationList,
}

/// An object that belongs to the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectEntry {
    /// What it holds.
    pub kind: ObjectKind,
    /// SHA-256 of its sealed bytes; its file name.
    pub sha256: String,
    /// Size of its sealed bytes.
    pub size: u64,
    /// The commit that added it.
    pub seq: u64,
    /// Number of a segment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<u32>,
}

/// One import, as the archive remembers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportEntry {
    /// Random id.
    pub id: String,
    /// When it began, RFC 3339 UTC.
    pub time: String,
    /// Names of the downloads.
    pub bundles: Vec<String>,
    /// False while it runs, and for ever when it was interrupted.
    pub complete: bool,
    /// The summary, as printed.
    pub summary: serde_json::Value,
    /// The object that holds the report.
    pub report: Option<String>,
    /// Owners that its downloads told; what later imports of other parts of these downloads need.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<DownloadOwner>,
    /// Zones that its downloads told, for the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<DownloadZone>,
}

/// Whose download it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DownloadOwner {
    /// What the parts of the download have in common.
    pub download: String,
    /// The owner.
    pub owner: AccountOwner,
}

/// In which zone the pages of a download print times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DownloadZone {
    /// What the parts of the download have in common.
    pub download: String,
    /// Name in the IANA list.
    pub zone: String,
}

/// What is known of a key slot besides its file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyNote {
    /// What the owner calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What a recovery sheet's or a person's slot is sealed to, `age1…`, so that it can be made anew when the key is renewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
}

/// Why an object is deliberately no longer there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RemovalReason {
    /// It held something of a person who was erased.
    Erase,
    /// What it held lies in another object now.
    Compact,
}

/// An object that is deliberately no longer there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Removal {
    /// Its name.
    pub sha256: String,
    /// Why.
    pub reason: RemovalReason,
}

/// The state of the archive after one change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// Id of the archive.
    pub vault: String,
    /// On-disk format.
    pub format: u32,
    /// 1 for the first commit, then counting up.
    pub seq: u64,
    /// SHA-256 of the previous commit's file.
    pub prev: Option<String>,
    /// RFC 3339 UTC.
    pub time: String,
    /// Program and version that wrote it.
    pub tool: String,
    /// Key epoch.
    pub epoch: u32,
    /// Every live object.
    pub objects: Vec<ObjectEntry>,
    /// File names of the key slots.
    pub slots: Vec<String>,
    /// What is known of slots, by file name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub key_notes: BTreeMap<String, KeyNote>,
    /// Every import so far.
    pub imports: Vec<ImportEntry>,
    /// Records by `platform/kind`.
    pub counts: BTreeMap<String, u64>,
    /// Number the next segment gets.
    pub next_segment: u32,
    /// SHA-256 of the public list of objects written beside this commit.
    pub sums_sha256: String,
    /// What the owner chose for this archive, such as `country`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
    /// Objects that this commit took out of the archive.
    #[serde(default)]
    pub removed: Vec<Removal>,
    /// Number of the oldest commit that is kept; 0 for all. Earlier ones named somebody who was erased.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub first: u64,
    /// In the commit whose number is `first`: SHA-256 of every commit before it, oldest first, so that the chain can still
    /// be checked and an old copy be recognised.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forgotten: Vec<String>,
    /// Number of the last commit that moved or dropped records; an index older than it must be made anew.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rewritten: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Commit {
    /// The public list of this commit's objects, in the format of `sha256sum`.
    pub(super) fn sums(&self) -> String {
        let lines = self.sums_lines();
        // Lists of before had no head, or one that did not tell the commit: their commits tell.
        let before = [headed_before(&lines), lines.clone()];
        let written = before.into_iter().find(|list| hex(&Sha256::digest(list.as_bytes())) == self.sums_sha256);
        written.unwrap_or_else(|| headed(self.seq, &lines))
    }

    fn sums_lines(&self) -> String {
        let lines = self.objects.iter().map(|object| {
            let fan: String = object.sha256.chars().take(2).collect();
            format!("{}  objects/{fan}/{}.age\n", object.sha256, object.sha256)
        });
        lines.collect()
    }

    /// The lines of the public list of what erasures by this commit took away, in the format of `sha256sum`; empty when nothing
    /// was. Copies on drives are cleared by it, without a key.
    pub(super) fn removals(&self) -> String {
        let erased = self.removed.iter().filter(|removal| removal.reason == RemovalReason::Erase);
        let objects = erased.map(|removal| {
            let fan: String = removal.sha256.chars().take(2).collect();
            format!("{}  objects/{fan}/{}.age\n", removal.sha256, removal.sha256)
        });
        let commits = (1..).zip(&self.forgotten);
        let commits = commits.map(|(seq, sha256)| format!("{sha256}  commits/{}\n", Layout::commit_name(seq, sha256)));
        objects.chain(commits).collect()
    }

    /// Takes out every object of a kind, because something else holds what they held.
    pub(super) fn take_out(&mut self, kind: ObjectKind) {
        let (gone, kept) = std::mem::take(&mut self.objects).into_iter().partition(|object| object.kind == kind);
        self.objects = kept;
        let gone: Vec<ObjectEntry> = gone;
        let removal = |object: ObjectEntry| Removal { sha256: object.sha256, reason: RemovalReason::Compact };
        self.removed.extend(gone.into_iter().map(removal));
    }

    /// Whether `prev`, of the commit before, is known to be gone on purpose.
    pub(super) fn begins_anew(&self) -> bool {
        let before = u64::try_from(self.forgotten.len()).ok();
        self.first == self.seq
            && before.is_some_and(|before| before + 1 == self.seq)
            && self.forgotten.last() == self.prev.as_ref()
    }

    /// Writes the commit, then its public list; both are durable when this returns. In this order a public list without
    /// its commit means that the commit was taken away, and a commit without its list that it was not acknowledged.
    pub(super) fn write(&mut self, layout: &Layout, sealer: &Sealer, key: &SubKey) -> Result<String, StoreError> {
        let sums = headed(self.seq, &self.sums_lines());
        self.sums_sha256 = hex(&Sha256::digest(sums.as_bytes()));
        let body = serde_json::to_vec(self).map_err(io::Error::from)?;
        let mut plain = blake3::keyed_hash(key, &body).to_hex().as_bytes().to_vec();
        plain.push(b'\n');
        plain.extend_from_slice(&body);
        let sealed = sealer.seal_bytes(&zstd::stream::encode_all(plain.as_slice(), 3)?)?;
        let sha256 = hex(&Sha256::digest(&sealed));
        let path = layout.commits().join(Layout::commit_name(self.seq, &sha256));
        layout.disk().write(&path, &sealed)?;
        layout.disk().sync_folder(&layout.commits())?;
        if let Err(error) = complete_lists(layout, self) {
            // Told as failed, it is not to stand. If it cannot be taken back either, the next writer completes it.
            let _taken_back = take_back(layout, self.seq, &path);
            return Err(error.into());
        }
        Ok(sha256)
    }

    /// Reads and authenticates one commit file.
    pub(super) fn read(path: &PathBuf, name_hash: &str, opener: &Opener, keys: &[SubKey]) -> Result<Self, StoreError> {
        let damaged = || StoreError::damaged(path);
        let sealed = fs::read(path).map_err(|error| StoreError::reading(path, error))?;
        if hex(&Sha256::digest(&sealed)) != name_hash {
            return Err(damaged());
        }
        let packed = opener.open_bytes(&sealed).map_err(|error| match error {
            // Its hash is right, so this is no damage.
            SealError::OtherKey => StoreError::KeyReplaced,
            error => StoreError::sealed(path, error),
        })?;
        let plain = zstd::stream::decode_all(packed.as_slice()).map_err(|_| damaged())?;
        let end = memchr::memchr(b'\n', &plain).ok_or_else(damaged)?;
        let (mac, body) = plain.split_at(end);
        let body = body.get(1..).unwrap_or_default();
        let mac =
            std::str::from_utf8(mac).ok().and_then(|text| blake3::Hash::from_hex(text).ok()).ok_or_else(damaged)?;
        // `blake3::Hash` compares in constant time.
        if !keys.iter().any(|key| blake3::keyed_hash(key, body) == mac) {
            return Err(damaged());
        }
        serde_json::from_slice(body).map_err(|_| damaged())
    }
}

/// Removes a commit that was just written, its lists first: a list without its commit would say that it was taken away.
fn take_back(layout: &Layout, seq: u64, path: &Path) -> io::Result<()> {
    for list in [Layout::sums_name(seq), Layout::removed_name(seq)].map(|name| layout.commits().join(name)) {
        if list.exists() {
            layout.disk().remove(&list)?;
            layout.disk().sync_folder(&layout.commits())?;
        }
    }
    layout.disk().remove(path)?;
    layout.disk().sync_folder(&layout.commits())
}

/// Writes those public lists of a commit that an interrupted writer did not come to, or that are damaged. That of its objects
/// comes last. Gives those it wrote.
pub(super) fn complete_lists(layout: &Layout, commit: &Commit) -> io::Result<Vec<PathBuf>> {
    let mut written = Vec::new();
    let (removals, path) = (commit.removals(), layout.commits().join(Layout::removed_name(commit.seq)));
    let list = headed(commit.seq, &removals);
    if !removals.is_empty() && !fs::read(&path).is_ok_and(|present| present == list.as_bytes()) {
        layout.disk().replace(&path, list.as_bytes())?;
        written.push(path);
    }
    let (sums, path) = (commit.sums(), layout.commits().join(Layout::sums_name(commit.seq)));
    if !fs::read(&path).is_ok_and(|present| present == sums.as_bytes()) {
        layout.disk().replace(&path, sums.as_bytes())?;
        written.push(path);
    }
    Ok(written)
}

/// Whether a public list of commit `seq` is there and holds these lines.
///
/// # Errors
/// Those of reading it.
pub(super) fn has_lines(path: &Path, seq: u64, lines: &str) -> io::Result<bool> {
    let present = fs::read(path)?;
    Ok(std::str::from_utf8(&present).ok().and_then(|text| public_lines(text, seq)) == Some(lines))
}

/// Whether a commit has its public list, the last that its writer writes. Where nobody may look it may: a commit that is
/// finished is never taken for a leftover.
pub(super) fn is_listed(layout: &Layout, seq: u64) -> bool {
    layout.commits().join(Layout::sums_name(seq)).try_exists().unwrap_or(true)
}

/// Makes commits durable whose writer was interrupted before their public list: they may be in the memory of the system only.
pub(super) fn settle(layout: &Layout) -> io::Result<()> {
    let mut unlisted = finished(layout)?;
    unlisted.retain(|(seq, ..)| !is_listed(layout, *seq));
    unlisted.iter().try_for_each(|(_, _, path)| layout.disk().sync_file(path))?;
    if unlisted.is_empty() { Ok(()) } else { layout.disk().sync_folder(&layout.commits()) }
}

/// Whether a commit before the newest lacks its public list, as on a drive whose copying was interrupted.
pub(super) fn lacks_sums(layout: &Layout) -> io::Result<bool> {
    let commits = finished(layout)?;
    Ok(commits.iter().skip(1).any(|(seq, ..)| !is_listed(layout, *seq)))
}

/// The highest number of a public list.
pub(super) fn newest_sums(layout: &Layout) -> io::Result<Option<u64>> {
    let mut newest = None;
    for item in fs::read_dir(layout.commits())? {
        let name = item?.file_name();
        let seq = name.to_str().and_then(|name| name.strip_suffix(".sums")?.parse().ok());
        newest = newest.max(seq);
    }
    Ok(newest)
}

/// The names of all files that lie beside the commits: the same names at two moments mean that nobody wrote between them.
pub(super) fn names(layout: &Layout) -> io::Result<BTreeSet<OsString>> {
    fs::read_dir(layout.commits())?.map(|item| Ok(item?.file_name())).collect()
}

/// Sequence number, SHA-256 and path of every commit file, newest first.
pub(super) fn list(layout: &Layout) -> io::Result<Vec<(u64, String, PathBuf)>> {
    let mut found = Vec::new();
    for item in fs::read_dir(layout.commits())? {
        let item = item?;
        let name = item.file_name();
        if let Some((seq, hash)) = name.to_str().and_then(Layout::parse_commit_name) {
            found.push((seq, hash.to_owned(), item.path()));
        }
    }
    found.sort_by(|a, b| b.cmp(a));
    Ok(found)
}

/// [`list`] without the newest commits whose writing was interrupted. Those have no public list, so nobody was told of them.
/// Of them only those count that are whole and follow each other without a gap: a drive gets several at once, and what a
/// crash leaves of them is any of them.
pub(super) fn finished(layout: &Layout) -> io::Result<Vec<(u64, String, PathBuf)>> {
    let mut commits = list(layout)?;
    let unlisted = commits.iter().take_while(|(seq, ..)| !is_listed(layout, *seq)).count();
    let mut before = commits.get(unlisted).map_or(0, |(seq, ..)| *seq);
    let mut broken = 0;
    for (place, (seq, hash, path)) in commits.iter().enumerate().take(unlisted).rev() {
        // Two of one number are no gap: whoever opens the archive is told of them.
        if !(before..=before + 1).contains(seq) || hash_file(path).is_ok_and(|(actual, _)| actual != *hash) {
            broken = place + 1;
            break;
        }
        before = *seq;
    }
    Ok(commits.split_off(broken))
}

/// The files of commits whose writing was interrupted.
pub(super) fn unfinished(layout: &Layout) -> io::Result<Vec<PathBuf>> {
    let finished = finished(layout)?.len();
    let mut commits = list(layout)?;
    let unfinished = commits.len().saturating_sub(finished);
    Ok(commits.drain(..unfinished).map(|(_, _, path)| path).collect())
}
