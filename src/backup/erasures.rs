//! Erasures on drives: what the archive has taken out for good goes from every copy too, when its drive is next connected.
//!
//! A commit that erases has a public list of the objects and commits it took away; the newest such list holds those of all
//! erasures before. A run brings the copy up to date, reads it back, and only then removes what stands on the list, parity of it first:
//! from parity and the files that stay, what went could be made again. So at every moment the copy holds a whole archive. When each
//! drive came to it is kept beside the archive.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::PathBuf;

use chrono::{DateTime, SecondsFormat, Utc};
use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::error::BackupError;
use super::parity;
use super::register::{Drive, Drives, hold, put_aside};
use super::repair::MADE_AGAIN;
use super::run::RunOptions;
use crate::store::{Layout, erasures, is_object_name, object_folders, public_commits, public_lines, public_objects};

/// An erasure on one drive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyErasure {
    /// What the user calls the drive.
    pub name: String,
    /// When it was carried out there, RFC 3339 UTC; nothing while it is pending.
    pub done: Option<String>,
    /// When the drive was forgotten before that, RFC 3339 UTC: nothing will carry it out there.
    pub forgotten: Option<String>,
}

/// When erasures were carried out: by drive, by number of the commit.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Carried {
    drives: BTreeMap<String, BTreeMap<u64, String>>,
    /// Drives that are no longer registered and had a copy, by id: who is erased may still be on them.
    #[serde(default)]
    forgotten: BTreeMap<String, Forgotten>,
}

/// A drive that is no longer registered.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Forgotten {
    name: String,
    /// RFC 3339 UTC.
    time: String,
}

/// Forgets a drive; nothing on it changes. Gives it, and whether somebody who was erased is still on it.
///
/// # Errors
/// [`BackupError::UnknownDrive`], [`BackupError::Register`].
pub fn forget_drive(layout: &Layout, name: &str, now: DateTime<Utc>) -> Result<(Drive, bool), BackupError> {
    Drives::change(layout, |drives| {
        let drive = drives.named(name)?.clone();
        let pending = has_pending_erasure(layout, &drive)?;
        if holds_copy(&drive) {
            let mut carried = Carried::load(layout)?;
            let time = now.to_rfc3339_opts(SecondsFormat::Secs, true);
            carried.forgotten.insert(drive.id.clone(), Forgotten { name: drive.name.clone(), time });
            carried.save(layout)?;
        }
        drives.drives.retain(|other| other.id != drive.id);
        Ok((drive, pending))
    })
}

/// Whether a drive may hold anything: one that was registered with a copy on it may as well.
const fn holds_copy(drive: &Drive) -> bool {
    drive.seq > 0 || drive.distrust
}

/// What the drives hold of an erasure by commit `seq`.
///
/// # Errors
/// [`BackupError::Register`].
pub fn erasures_of(layout: &Layout, seq: u64) -> Result<Vec<CopyErasure>, BackupError> {
    if newest_list(layout)?.is_none_or(|newest| newest < seq) {
        // Of before the archive was written anew under another key: no drive of this one ever held what went.
        return Ok(Vec::new());
    }
    let (carried, registered) = (Carried::load(layout)?, Drives::load(layout)?.drives);
    let done =
        |id: &str| carried.drives.get(id).and_then(|seqs| seqs.range(seq..).next().map(|(_, time)| time.clone()));
    let is_registered = |id: &String| registered.iter().any(|drive| drive.id == *id);
    // A drive that was first used after the erasure never held what it took away.
    let copies = registered
        .iter()
        .filter(|drive| holds_copy(drive) || done(&drive.id).is_some())
        .map(|drive| CopyErasure { name: drive.name.clone(), done: done(&drive.id), forgotten: None });
    let forgotten = carried.forgotten.iter().filter(|(id, _)| !is_registered(id)).map(|(id, drive)| {
        let done = done(id);
        let forgotten = done.is_none().then(|| drive.time.clone());
        CopyErasure { name: drive.name.clone(), done, forgotten }
    });
    Ok(copies.chain(forgotten).collect())
}

/// Whether a drive has not come to the newest erasure.
///
/// # Errors
/// [`BackupError::Register`].
pub fn has_pending_erasure(layout: &Layout, drive: &Drive) -> Result<bool, BackupError> {
    let Some(seq) = newest_list(layout)? else { return Ok(false) };
    let carried = Carried::load(layout)?;
    Ok(holds_copy(drive) && carried.drives.get(&drive.id).is_none_or(|seqs| seqs.range(seq..).next().is_none()))
}

/// Removes from a copy that is level with the archive what the newest erasure took away. Gives the number of files.
///
/// # Errors
/// [`BackupError::DamagedList`] when the list is; [`BackupError::DamagedSource`] when files that neither the archive nor the copy has sound may still be
/// made from parity of what is to go: they are to be repaired first, or left out by [`RunOptions::skip_damaged`]. Those of
/// removing.
pub fn carry_out(layout: &Layout, drive: &Drive, options: RunOptions, now: DateTime<Utc>) -> Result<u64, BackupError> {
    let Some(seq) = newest_list(layout)? else { return Ok(0) };
    let copy = layout.beside(&drive.folder);
    let _lock = super::run::lock(&copy)?;
    let mut removed = 0;
    let listed = match listed(layout, seq) {
        // Whoever asked to leave out what is damaged knows that this drive is not cleared.
        Err(BackupError::DamagedList { path }) if options.skip_damaged && !path.exists() => return Ok(0),
        listed => listed?,
    };
    parity::forget(layout, &copy, &listed.iter().cloned().collect(), options.skip_damaged)?;
    for path in &listed {
        // What an interrupted repair left beside a file is that file.
        let names = MADE_AGAIN.iter().map(|again| format!("{path}.{again}")).chain([path.clone()]);
        for path in names.map(|name| copy.root().join(name)) {
            match layout.disk().remove(&path) {
                Ok(()) => removed += 1,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(BackupError::drive(&path, error, 0)),
            }
        }
    }
    let is_known = Carried::load(layout)?.drives.get(&drive.id).is_some_and(|seqs| seqs.contains_key(&seq));
    // Also when nothing was left: an interrupted run may have removed it in the memory of the system only.
    if removed > 0 || !is_known {
        for folder in folders(&copy).map_err(|error| BackupError::drive(&copy.objects(), error, 0))? {
            layout.disk().sync_folder(&folder).map_err(|error| BackupError::drive(&folder, error, 0))?;
        }
    }
    let _held = hold(layout)?;
    let mut carried = Carried::load(layout)?;
    let seqs = carried.drives.entry(drive.id.clone()).or_default();
    if let Entry::Vacant(first) = seqs.entry(seq) {
        first.insert(now.to_rfc3339_opts(SecondsFormat::Secs, true));
        carried.save(layout)?;
    }
    Ok(removed)
}

/// What the newest erasure that a folder tells of took away, as paths below any copy, with `/`. Nothing when its list is
/// damaged: a run then fails by it.
pub(super) fn removed_paths(layout: &Layout) -> HashSet<String> {
    let Some(seq) = newest_list(layout).ok().flatten() else { return HashSet::new() };
    let text = fs::read_to_string(layout.commits().join(Layout::removed_name(seq)));
    let entries = text.ok().and_then(|text| parse(&text, seq)).unwrap_or_default();
    // Without the list of what is there, the list of what went is believed.
    let kept = kept(layout).unwrap_or_default();
    paths(entries, &kept).into_iter().collect()
}

/// The objects that the newest commit lists.
fn kept(layout: &Layout) -> Option<HashSet<String>> {
    let newest = public_commits(layout).ok()?.pop()?.seq;
    Some(public_objects(layout, newest).ok()?.into_iter().collect())
}

/// The files that a list names, as paths below a copy's folder: objects, and commits with their own lists. What the newest
/// commit lists is never among them, whatever the list says.
fn listed(layout: &Layout, seq: u64) -> Result<Vec<String>, BackupError> {
    let path = layout.commits().join(Layout::removed_name(seq));
    let damaged = || BackupError::DamagedList { path: path.clone() };
    let text = fs::read_to_string(&path).map_err(|_| damaged())?;
    let entries = parse(&text, seq).ok_or_else(damaged)?;
    let kept = kept(layout).ok_or_else(damaged)?;
    Ok(paths(entries, &kept))
}

fn paths(entries: Vec<Line>, kept: &HashSet<String>) -> Vec<String> {
    let mut paths = Vec::new();
    for entry in entries {
        match entry {
            Line::Object { sha256, path } if !kept.contains(&sha256) => paths.push(path),
            Line::Object { .. } => {}
            Line::Commit { seq, path } => {
                let lists = [Layout::sums_name(seq), Layout::removed_name(seq)].map(|name| format!("commits/{name}"));
                paths.extend(lists.into_iter().chain([path]));
            }
        }
    }
    paths
}

/// A line of a list.
enum Line {
    Object { sha256: String, path: String },
    Commit { seq: u64, path: String },
}

/// Whether the list of an erasure below a folder is whole, as far as its lines tell.
pub(super) fn is_list_sound(layout: &Layout, seq: u64) -> bool {
    let text = fs::read_to_string(layout.commits().join(Layout::removed_name(seq)));
    text.is_ok_and(|text| parse(&text, seq).is_some())
}

/// The lines of the list of commit `seq`; nothing unless every line is whole and names what an erasure may take away.
fn parse(text: &str, seq: u64) -> Option<Vec<Line>> {
    let text = public_lines(text, seq).filter(|lines| lines.ends_with('\n'))?;
    let entry = |line: &str| {
        let (sha256, path) = line.split_once("  ")?;
        let (folder, file) = path.rsplit_once('/')?;
        let (sha256, path) = (sha256.to_owned(), path.to_owned());
        if folder == "commits" {
            let (number, hash) = Layout::parse_commit_name(file)?;
            return (hash == sha256 && number < seq).then_some(Line::Commit { seq: number, path });
        }
        let fits = is_object_name(file) && file.strip_suffix(".age") == Some(sha256.as_str());
        let place = folder.strip_prefix("objects/").is_some_and(|fan| fan.len() == 2 && sha256.starts_with(fan));
        (fits && place).then_some(Line::Object { sha256, path })
    };
    text.lines().map(entry).collect()
}

fn folders(copy: &Layout) -> io::Result<Vec<PathBuf>> {
    let mut folders = vec![copy.commits()];
    folders.extend(object_folders(copy)?);
    Ok(folders)
}

/// Names of the public lists of a commit, in the order in which they are written; a damaged one of an erasure is left out.
pub(super) fn lists_of(layout: &Layout, seq: u64) -> Vec<String> {
    let removed = Some(Layout::removed_name(seq)).filter(|_| is_list_sound(layout, seq));
    removed.into_iter().chain([Layout::sums_name(seq)]).collect()
}

/// Number of the newest erasure. The oldest commit that is kept is an erasure, unless it is the first of all: without its
/// list nobody knows what is to go.
fn newest_list(layout: &Layout) -> Result<Option<u64>, BackupError> {
    let reading = |source| BackupError::Drive { path: layout.commits(), source };
    let listed = erasures(layout).map_err(reading)?.pop_last();
    let oldest = public_commits(layout).map_err(reading)?.first().map(|commit| commit.seq);
    Ok(listed.max(oldest.filter(|seq| *seq > 1)))
}

impl Carried {
    fn path(layout: &Layout) -> PathBuf {
        layout.work().join("erasures.json")
    }

    fn load(layout: &Layout) -> Result<Self, BackupError> {
        match fs::read(Self::path(layout)) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| put_aside(layout, &Self::path(layout), error)),
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
