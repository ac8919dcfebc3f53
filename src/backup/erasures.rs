//! Erasures on drives: what the archive has taken out for good goes from every copy too, when its drive is next connected.
//!
//! A commit that erases has a public list of the objects and commits it took away; the newest such list holds those of all
//! erasures before. A run brings the copy up to date, reads it back, and only then removes what stands on the list. So at
//! every moment the copy holds a whole archive. When each drive came to it is kept beside the archive.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::PathBuf;

use chrono::{DateTime, SecondsFormat, Utc};
use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::error::BackupError;
use super::register::{Drive, Drives};
use crate::store::{Layout, is_object_name, public_commits, public_objects};

/// An erasure on one drive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyErasure {
    /// What the user calls the drive.
    pub name: String,
    /// When it was carried out there, RFC 3339 UTC; nothing while it is pending.
    pub done: Option<String>,
}

/// When erasures were carried out: by drive, by number of the commit.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Carried {
    drives: BTreeMap<String, BTreeMap<u64, String>>,
}

/// What the drives hold of an erasure by commit `seq`.
///
/// # Errors
/// [`BackupError::Register`].
pub fn erasures_of(layout: &Layout, seq: u64) -> Result<Vec<CopyErasure>, BackupError> {
    let carried = Carried::load(layout)?;
    let copy = |drive: Drive| {
        let done =
            carried.drives.get(&drive.id).and_then(|seqs| seqs.range(seq..).next().map(|(_, time)| time.clone()));
        // A drive that was first used after the erasure never held what it took away.
        CopyErasure { name: drive.name, done }
    };
    Ok(Drives::load(layout)?.drives.into_iter().map(copy).collect())
}

/// Whether a drive has not come to the newest erasure.
///
/// # Errors
/// [`BackupError::Register`].
pub fn has_pending_erasure(layout: &Layout, drive: &Drive) -> Result<bool, BackupError> {
    let Some(seq) = newest_list(layout)? else { return Ok(false) };
    let carried = Carried::load(layout)?;
    Ok(drive.seq > 0 && carried.drives.get(&drive.id).is_none_or(|seqs| seqs.range(seq..).next().is_none()))
}

/// Removes from a copy that is level with the archive what the newest erasure took away. Gives the number of files.
///
/// # Errors
/// [`BackupError::DamagedSource`] when the list is; those of removing.
pub fn carry_out(layout: &Layout, drive: &Drive, now: DateTime<Utc>) -> Result<u64, BackupError> {
    let Some(seq) = newest_list(layout)? else { return Ok(0) };
    let mut carried = Carried::load(layout)?;
    let copy = layout.beside(&drive.folder);
    let _lock = super::run::lock(&copy)?;
    let mut removed = 0;
    for path in listed(layout, &copy, seq)? {
        match layout.disk().remove(&path) {
            Ok(()) => removed += 1,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(BackupError::drive(&path, error, 0)),
        }
    }
    let is_known = carried.drives.get(&drive.id).is_some_and(|seqs| seqs.contains_key(&seq));
    // Also when nothing was left: an interrupted run may have removed it in the memory of the system only.
    if removed > 0 || !is_known {
        for folder in folders(&copy).map_err(|error| BackupError::drive(&copy.objects(), error, 0))? {
            layout.disk().sync_folder(&folder).map_err(|error| BackupError::drive(&folder, error, 0))?;
        }
    }
    let seqs = carried.drives.entry(drive.id.clone()).or_default();
    if let Entry::Vacant(first) = seqs.entry(seq) {
        first.insert(now.to_rfc3339_opts(SecondsFormat::Secs, true));
        carried.save(layout)?;
    }
    Ok(removed)
}

/// The files of a copy that a list names: objects, and commits with their own lists. What the newest commit lists is never
/// among them, whatever the list says.
fn listed(layout: &Layout, copy: &Layout, seq: u64) -> Result<Vec<PathBuf>, BackupError> {
    let path = layout.commits().join(Layout::removed_name(seq));
    let damaged = || BackupError::DamagedSource { paths: vec![path.clone()] };
    let text = fs::read_to_string(&path).map_err(|_| damaged())?;
    let newest = public_commits(layout).ok().and_then(|commits| Some(commits.last()?.seq)).ok_or_else(damaged)?;
    let kept: HashSet<String> = public_objects(layout, newest)?.into_iter().collect();
    let mut paths = Vec::new();
    for line in text.lines() {
        let (sha256, name) = line.split_once("  ").ok_or_else(damaged)?;
        let file = name.rsplit('/').next().unwrap_or_default();
        if name.starts_with("objects/") && is_object_name(file) && file.starts_with(sha256) {
            if !kept.contains(sha256) {
                paths.push(copy.object(sha256));
            }
        } else if let Some((number, hash)) = Layout::parse_commit_name(file).filter(|_| name.starts_with("commits/")) {
            if hash != sha256 || number >= seq {
                return Err(damaged());
            }
            paths.push(copy.commits().join(Layout::sums_name(number)));
            paths.push(copy.commits().join(Layout::removed_name(number)));
            paths.push(copy.commits().join(file));
        } else {
            return Err(damaged());
        }
    }
    Ok(paths)
}

fn folders(copy: &Layout) -> io::Result<Vec<PathBuf>> {
    let mut folders = vec![copy.commits()];
    for item in fs::read_dir(copy.objects())? {
        let path = item?.path();
        folders.extend(Some(path).filter(|path| path.is_dir()));
    }
    Ok(folders)
}

/// Names of the public lists of a commit, in the order in which they are written.
pub(super) fn lists_of(layout: &Layout, seq: u64) -> Vec<String> {
    let removed = Some(Layout::removed_name(seq)).filter(|name| layout.commits().join(name).exists());
    removed.into_iter().chain([Layout::sums_name(seq)]).collect()
}

/// Number of the newest erasure.
fn newest_list(layout: &Layout) -> Result<Option<u64>, BackupError> {
    let mut newest = None;
    let reading = |source| BackupError::Drive { path: layout.commits(), source };
    for item in fs::read_dir(layout.commits()).map_err(reading)? {
        let name = item.map_err(reading)?.file_name();
        newest = newest.max(name.to_str().and_then(|name| name.strip_suffix(".removed")?.parse().ok()));
    }
    Ok(newest)
}

impl Carried {
    fn path(layout: &Layout) -> PathBuf {
        layout.work().join("erasures.json")
    }

    fn load(layout: &Layout) -> Result<Self, BackupError> {
        match fs::read(Self::path(layout)) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| BackupError::Register(io::Error::other(error))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(BackupError::Register(error)),
        }
    }

    fn save(&self, layout: &Layout) -> Result<(), BackupError> {
        let write = || -> io::Result<()> {
            layout.disk().make_folders(&layout.work())?;
            layout.disk().replace(&Self::path(layout), &serde_json::to_vec_pretty(self)?)
        };
        write().map_err(BackupError::Register)
    }
}
