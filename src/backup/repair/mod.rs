//! Repair: a damaged or missing file is made again from other copies and from parity, and must hash to its name.
//!
//! Nothing is overwritten before what replaces it is durable: the new file is written beside the damaged one, synced, read
//! back, and only then copied over it. Whatever an interruption leaves is one of the places the next repair looks in.

mod expected;
mod losses;
mod puzzle;
mod shelf;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

pub use losses::{LostItem, LostKind, lost_items};
pub(super) use shelf::MADE_AGAIN;
pub use shelf::RepairSource;

use super::erasures::removed_paths;
use super::error::BackupError;
use super::parity::{self, Cover, Encoded, Encoder, Part, Stored, claims, listed_objects, part_path, scan};
use super::run::{Advance, lock};
use super::state::{DriveMarker, read_marker};
use super::{Drive, Drives};
use crate::crypto::hex;
use crate::store::{Disk, Finding, FindingKind, Layout, README, hash_file, peek, public_commits, public_objects};
use expected::{Expect, MARKER, Target, is_list_sound, is_marker_sound, object_path, small_files, went_apart};
use shelf::Shelf;

/// What a repair did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepairReport {
    /// Files that are right again, below the copy's folder, and where their bytes came from.
    pub repaired: Vec<(PathBuf, RepairSource)>,
    /// Files that nothing here can make again.
    pub lost: Vec<LostFile>,
}

/// A file that is beyond repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostFile {
    /// Below the copy's folder.
    pub path: PathBuf,
    /// Registered drives that are not plugged in and were given this file.
    pub elsewhere: Vec<String>,
}

/// Repairs the copy on a drive from the archive, from the other drives that are plugged in, and from parity. `findings` is
/// what a check of the drive found.
///
/// # Errors
/// [`BackupError`]; what was repaired by then stays.
pub fn repair_drive(
    archive: &Layout,
    drive: &Drive,
    findings: &[Finding],
    advance: &Advance<'_>,
) -> Result<RepairReport, BackupError> {
    let drives = Drives::load(archive)?;
    let others = present(&drives).filter(|other| other.id != drive.id).map(|other| other.folder.clone());
    let vault = peek(archive.root()).ok();
    let marker = vault.and_then(|vault| serde_json::to_vec(&DriveMarker { drive: drive.id.clone(), vault }).ok());
    let roots = [drive.folder.clone(), archive.root().to_owned()].into_iter().chain(others).collect();
    let gone = gone(archive, &drives, &drive.folder);
    let cover = Cover::of(drives.wants_parity(drive));
    let repair = Repair { archive, roots, target: Target::Drive(marker), gone, cover };
    repair.run(findings, advance).map(|report| report.with_places(archive, &drives))
}

/// Whether the folder of a drive has its copy and not its marker, so that it cannot be told from another drive before it
/// is repaired. A marker that reads as another drive's is damaged when the copy's own groups say so.
#[must_use]
pub fn lost_its_marker(archive: &Layout, drive: &Drive) -> bool {
    let copy = archive.beside(&drive.folder);
    let Ok(vault) = peek(archive.root()) else { return false };
    let own = DriveMarker { drive: drive.id.clone(), vault };
    let claimed = || {
        let groups = scan(copy.root()).map(|(groups, _)| groups).unwrap_or_default();
        claims(&groups).remove("drive.json")
    };
    let is_own = |hashes: &Vec<String>| {
        hashes.contains(&serde_json::to_vec(&own).map(|bytes| hex(&Sha256::digest(bytes))).unwrap_or_default())
    };
    match read_marker(&drive.folder) {
        Some(marker) if marker == own => false,
        None => claimed().as_ref().map_or_else(|| has_commits(&copy), is_own),
        Some(_) => claimed().as_ref().is_some_and(is_own),
    }
}

/// Repairs the archive from the drives that are plugged in. `findings` is what a check found; small files are checked
/// here, so that an archive that does not open can be repaired.
///
/// # Errors
/// [`BackupError`]; what was repaired by then stays.
pub fn repair_archive(
    archive: &Layout,
    findings: &[Finding],
    advance: &Advance<'_>,
) -> Result<RepairReport, BackupError> {
    let drives = Drives::load(archive)?;
    let roots = [archive.root().to_owned()].into_iter().chain(present(&drives).map(|drive| drive.folder.clone()));
    let gone = gone(archive, &drives, archive.root());
    let repair = Repair { archive, roots: roots.collect(), target: Target::Archive, gone, cover: Cover::Kept };
    repair.run(findings, advance).map(|report| report.with_places(archive, &drives))
}

/// Paths below a copy's folder of what is gone on purpose, though other copies or parity may still have it: what was erased, and
/// keys that were taken back.
fn gone(archive: &Layout, drives: &Drives, target: &Path) -> HashSet<String> {
    let mut gone = removed_paths(archive);
    gone.extend(removed_paths(&archive.beside(target)));
    let revoked = drives.revoked.iter().filter(|name| !archive.keys().join(name).exists());
    gone.extend(revoked.map(|name| format!("keys/{name}")));
    gone
}

fn present(drives: &Drives) -> impl Iterator<Item = &Drive> {
    drives.drives.iter().filter(|drive| drive.folder.is_dir())
}

impl RepairReport {
    fn lose(&mut self, path: &str) {
        self.lost.push(LostFile { path: PathBuf::from(path), elsewhere: Vec::new() });
    }

    fn take(&mut self, path: &str, outcome: Option<RepairSource>) {
        match outcome {
            Some(source) => self.repaired.push((PathBuf::from(path), source)),
            None => self.lose(path),
        }
    }

    /// Adds which absent drives were given each lost file.
    fn with_places(mut self, archive: &Layout, drives: &Drives) -> Self {
        for lost in &mut self.lost {
            let path = slashed(&lost.path);
            let absent = drives.drives.iter().filter(|drive| !drive.folder.is_dir());
            let having = absent.filter(|drive| was_given(archive, drive, &path));
            lost.elsewhere = having.map(|drive| drive.name.clone()).collect();
        }
        self
    }
}

/// Whether a drive was given a file, by the public list of the newest commit it was given.
fn was_given(archive: &Layout, drive: &Drive, path: &str) -> bool {
    if drive.seq == 0 || path.starts_with("parity/") || path == "drive.json" {
        return false;
    }
    if let Some(seq) = parity::commit_seq(path) {
        return seq <= drive.seq;
    }
    let Some(sha256) = path.strip_prefix("objects/").and_then(|_| parity::hash_in_name(path)) else { return true };
    // Without the list nobody knows; then the drive is worth a look.
    let list = public_objects(archive, drive.seq);
    list.map_or(true, |list| list.iter().any(|listed| listed == sha256))
}

fn slashed(path: &Path) -> String {
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

struct Repair<'a> {
    /// The archive, for the disk it is on.
    archive: &'a Layout,
    /// The copy to repair, then those to repair it from.
    roots: Vec<PathBuf>,
    target: Target,
    /// Files that never come back.
    gone: HashSet<String>,
    /// What is given parity.
    cover: Cover,
}

impl Repair<'_> {
    fn run(&self, findings: &[Finding], advance: &Advance<'_>) -> Result<RepairReport, BackupError> {
        let Some(root) = self.roots.first() else { return Ok(RepairReport::default()) };
        let layout = self.archive.beside(root);
        for folder in [layout.objects(), layout.commits(), layout.keys()] {
            make_folders(&layout, &folder)?;
        }
        let mut report = RepairReport::default();
        if fs::metadata(layout.lock()).is_ok_and(|metadata| metadata.len() > 0) {
            let emptied = layout.disk().write(&layout.lock(), b"");
            emptied.map_err(|error| BackupError::drive(&layout.lock(), error, 0))?;
            report.take("lock", Some(RepairSource::Known));
        }
        let _lock = lock(&layout)?;
        let unread = |error| BackupError::drive(root, error, 0);
        let mut kin = vec![root.clone()];
        for other in self.roots.iter().skip(1) {
            if !went_apart(root, other).map_err(unread)? {
                kin.push(other.clone());
            }
        }
        let mut bench = Bench::new(kin.clone(), &layout, &self.target);
        let mut lists_changed = false;
        let mut small = small_files(&kin, &self.target).map_err(unread)?;
        small.retain(|path, _| !self.gone.contains(path));
        for (path, expect) in small {
            if expect.is_met(root, &path) {
                bench.clear_aside(&path)?;
                continue;
            }
            lists_changed |= path.ends_with(".sums");
            let made = bench.put(&path, &expect)?;
            // The mark of a run that nothing makes again tells nothing: without it the next run trusts nothing and reads all.
            let unmarked = made.is_none() && path.starts_with("sessions/");
            if unmarked {
                remove(&layout, &path)?;
            }
            report.take(&path, made.or(unmarked.then_some(RepairSource::Known)));
        }
        let (groups, _) = scan(root).map_err(unread)?;
        // The name of an object is the hash of its bytes, whatever copy has them.
        let mut bench = Bench::new(self.roots.clone(), &layout, &self.target);
        let mut objects: BTreeSet<String> =
            damaged_paths(findings).filter(|path| path.starts_with("objects/")).collect();
        if lists_changed {
            objects.extend(unsound_objects(&layout, &groups));
        }
        objects.retain(|path| !self.gone.contains(path));
        let total = u64::try_from(objects.len()).unwrap_or(u64::MAX);
        for path in objects {
            let Some(sha256) = parity::hash_in_name(&path).map(str::to_owned) else { continue };
            let made = bench.put(&path, &Expect::Hash(vec![sha256]))?;
            report.take(&path, made);
            if !advance(1, total) {
                return Err(BackupError::Interrupted);
            }
        }
        for (path, _) in files_aside(root).map_err(unread)? {
            let right = parity::hash_in_name(&path)
                .is_some_and(|sha256| hash_file(&root.join(&path)).is_ok_and(|(actual, _)| actual.starts_with(sha256)));
            if right || self.gone.contains(&path) {
                bench.clear_aside(&path)?;
            }
        }
        self.repair_parity(&layout, &groups, findings, &mut report)?;
        Ok(report)
    }

    /// Makes damaged parity files again, and protects what no group protects any more.
    fn repair_parity(
        &self,
        layout: &Layout,
        groups: &[Stored],
        findings: &[Finding],
        report: &mut RepairReport,
    ) -> Result<(), BackupError> {
        let root = layout.root();
        let damaged: BTreeSet<String> =
            damaged_paths(findings).filter(|path| path.starts_with("parity/") && path != "parity/README.txt").collect();
        let mut made = BTreeSet::new();
        for group in groups {
            let name = |part| slashed(part_path(root, &group.id, part).strip_prefix(root).unwrap_or(root));
            let parts: Vec<Part> = Part::BOTH.into_iter().filter(|part| damaged.contains(&name(*part))).collect();
            if parts.is_empty() {
                continue;
            }
            let encode = |parts: &[Part]| {
                Encoder { members: &group.group.members, roots: &[root], drive: layout, parts }.encode(&|_| true)
            };
            // A damaged parity file is still of use while a member is damaged: it is written anew when all are right.
            if matches!(encode(&[])?, Encoded::Done(_)) && matches!(encode(&parts)?, Encoded::Done(_)) {
                made.extend(parts.into_iter().map(name));
            }
        }
        if self.cover == Cover::All || !groups.is_empty() || !damaged.is_empty() {
            parity::update(layout, None, self.cover, &|_, _| true)?;
        }
        for path in damaged {
            // What nothing could read any more gave way to a new group.
            let renewed = made.contains(&path) || !root.join(&path).exists();
            report.take(&path, renewed.then_some(RepairSource::Parity));
        }
        Ok(())
    }
}

/// Files that an interrupted repair left: the path of the file meant, and of what stands beside it.
pub(super) fn files_aside(root: &Path) -> io::Result<Vec<(String, String)>> {
    let meant = |path: &str| {
        let (meant, again) = path.rsplit_once('.')?;
        (MADE_AGAIN.contains(&again) && parity::is_protected(meant)).then(|| meant.to_owned())
    };
    let aside = parity::files_of(root, &|path| meant(path).is_some())?;
    Ok(aside.into_iter().filter_map(|(path, _)| Some((meant(&path)?, path))).collect())
}

/// Paths of whole files that a check found damaged or missing.
fn damaged_paths(findings: &[Finding]) -> impl Iterator<Item = String> {
    let whole = |finding: &&Finding| {
        finding.record.is_none() && matches!(finding.kind, FindingKind::Damaged | FindingKind::Missing)
    };
    findings.iter().filter(whole).map(|finding| slashed(&finding.path))
}

/// Objects that the lists or the groups of a copy tell of and that are not right.
fn unsound_objects(layout: &Layout, groups: &[Stored]) -> BTreeSet<String> {
    let mut wanted: BTreeSet<String> =
        listed_objects(layout, groups).iter().map(|sha256| object_path(sha256)).collect();
    wanted.extend(claims(groups).into_keys().filter(|path| path.starts_with("objects/")));
    let wanted: Vec<String> = wanted.into_iter().collect();
    let unsound = wanted.into_par_iter().filter(|path| {
        let actual = hash_file(&layout.root().join(path)).map(|(sha256, _)| sha256);
        !actual.is_ok_and(|actual| parity::hash_in_name(path) == Some(actual.as_str()))
    });
    unsound.collect()
}

/// Makes files again below one folder.
struct Bench {
    shelf: Shelf,
    to: Layout,
    /// What the program knows by itself.
    known: BTreeMap<&'static str, Vec<u8>>,
}

impl Bench {
    fn new(roots: Vec<PathBuf>, to: &Layout, target: &Target) -> Self {
        let texts = [("README.txt", README), ("parity/README.txt", parity::README)];
        let mut known: BTreeMap<_, _> = texts.map(|(path, text)| (path, text.as_bytes().to_vec())).into();
        if let Target::Drive(Some(marker)) = target {
            known.insert("drive.json", marker.clone());
        }
        Self { shelf: Shelf::new(roots), to: to.clone(), known }
    }

    /// Puts the right file in its place. Nothing when it cannot be made; what stands there then stays.
    fn put(&mut self, path: &str, expect: &Expect) -> Result<Option<RepairSource>, BackupError> {
        let place = self.to.root().join(path);
        let parent = place.parent().unwrap_or(self.to.root()).to_owned();
        make_folders(&self.to, &parent)?;
        let disk = self.to.disk().clone();
        let occupied = fs::symlink_metadata(&place).is_ok();
        let made_at = if occupied { self.free_name(path) } else { place.clone() };
        let failed = |error| {
            let _removed = disk.remove(&made_at);
            Err(BackupError::drive(&made_at, error, 0))
        };
        let source = match self.make(path, expect, &made_at) {
            Ok(Some(source)) => source,
            Ok(None) => {
                // Half of it may be there, or nothing.
                let _removed = disk.remove(&made_at);
                return Ok(None);
            }
            Err(error) => return failed(error),
        };
        disk.sync_folder(&parent).map_err(|error| BackupError::drive(&parent, error, 0))?;
        if occupied {
            // When this fails, the new file stays beside the damaged one, and the next repair uses it.
            let copied = copy_over(&disk, &made_at, &place).and_then(|()| disk.sync_folder(&parent));
            copied.map_err(|error| BackupError::drive(&place, error, 0))?;
        }
        if !expect.is_met(self.to.root(), path) {
            let source = io::Error::new(io::ErrorKind::InvalidData, "read back differently");
            return Err(BackupError::Drive { path: place, source });
        }
        self.clear_aside(path)?;
        Ok(Some(source))
    }

    fn make(&mut self, path: &str, expect: &Expect, to: &Path) -> io::Result<Option<RepairSource>> {
        let bytes = match expect {
            Expect::Hash(hashes) => {
                for hash in hashes {
                    if let Some(source) = self.shelf.rebuild(path, hash, (self.to.disk(), to))? {
                        return Ok(Some(source));
                    }
                }
                let known = self.known.get(path).filter(|bytes| hashes.contains(&hex(&Sha256::digest(bytes))));
                let Some(bytes) = known else { return Ok(None) };
                self.to.disk().write(to, bytes)?;
                return Ok(Some(RepairSource::Known));
            }
            Expect::Bytes(bytes) => {
                self.to.disk().write(to, bytes)?;
                return Ok(Some(RepairSource::Known));
            }
            Expect::Sums => {
                let sound = self.shelf.roots().iter().filter(|root| is_list_sound(root, path));
                sound.map(|root| root.join(path)).find_map(|list| fs::read(list).ok())
            }
            Expect::Marker => {
                let sound = self.shelf.roots().iter().filter(|root| is_marker_sound(root));
                sound.map(|root| root.join(path)).find_map(|marker| fs::read(marker).ok())
            }
        };
        match bytes {
            Some(bytes) => self.to.disk().write(to, &bytes).map(|()| Some(RepairSource::Copy)),
            None => Ok(None),
        }
    }

    /// A name beside `path` that nothing has, else the last of them.
    fn free_name(&self, path: &str) -> PathBuf {
        let names = MADE_AGAIN.map(|again| self.to.root().join(format!("{path}.{again}")));
        let free = names.iter().find(|name| !name.exists()).or(names.last());
        free.cloned().unwrap_or_default()
    }

    /// Removes what stands beside a file that is right.
    fn clear_aside(&self, path: &str) -> Result<(), BackupError> {
        for again in MADE_AGAIN {
            let aside = self.to.root().join(format!("{path}.{again}"));
            if aside.exists() {
                self.to.disk().remove(&aside).map_err(|error| BackupError::drive(&aside, error, 0))?;
            }
        }
        Ok(())
    }
}

/// Removes a file that may be gone.
fn remove(layout: &Layout, path: &str) -> Result<(), BackupError> {
    let path = layout.root().join(path);
    match layout.disk().remove(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(BackupError::drive(&path, error, 0)),
        _ => Ok(()),
    }
}

/// Writes one file over another and reads both back. Not a rename: on exFAT an interrupted one can destroy both.
fn copy_over(disk: &Disk, from: &Path, to: &Path) -> io::Result<()> {
    let wanted = disk.hash_on_medium(from)?;
    let mut input = disk.open(from)?;
    let mut output = disk.create(to)?;
    io::copy(&mut input, &mut output)?;
    output.sync()?;
    let same = disk.hash_on_medium(to)? == wanted;
    if same { Ok(()) } else { Err(io::Error::new(io::ErrorKind::InvalidData, "read back differently")) }
}

/// Makes a folder whose name, and those it lies in, are durable.
fn make_folders(layout: &Layout, folder: &Path) -> Result<(), BackupError> {
    let disk = layout.disk();
    let made = disk.make_folders(folder);
    let synced = made.and_then(|changed| changed.iter().try_for_each(|changed| disk.sync_folder(changed)));
    synced.map_err(|error| BackupError::drive(folder, error, 0))
}

/// What a restoration from a damaged copy gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Salvage {
    /// Files written.
    pub(super) copied: u64,
    /// Bytes written.
    pub(super) bytes: u64,
    /// Files that the copy has not as they should be, and that were made by parity.
    pub(super) repaired: Vec<PathBuf>,
    /// Files that could not be made.
    pub(super) lost: Vec<PathBuf>,
}

/// Whether every small file of a copy is right.
pub(super) fn small_files_are_sound(copy: &Layout) -> bool {
    let files = small_files(&[copy.root().to_owned()], &Target::Drive(None));
    files.is_ok_and(|files| files.iter().all(|(path, expect)| expect.is_met(copy.root(), path)))
}

/// Takes an archive from a damaged copy, which is left as it is: every file comes whole into `to`, of which the caller holds
/// the lock, or is named. The marker comes last.
pub(super) fn salvage(copy: &Layout, to: &Layout, advance: &Advance<'_>) -> Result<Salvage, BackupError> {
    let roots = vec![copy.root().to_owned()];
    let unread = |error| BackupError::drive(copy.root(), error, 0);
    let (groups, _) = scan(copy.root()).map_err(unread)?;
    let mut small = small_files(&roots, &Target::Drive(None)).map_err(unread)?;
    let erased = removed_paths(copy);
    small.retain(|path, _| !parity::is_private(path) && !erased.contains(path));
    let marker = small.remove_entry(MARKER);
    let mut bench = Bench::new(roots, to, &Target::Drive(None));
    let mut done = Salvage::default();
    // A commit comes before its lists: without it they would say that it was taken away.
    let mut lost = BTreeSet::new();
    for (path, expect) in small {
        let seq = parity::commit_seq(&path);
        if seq.is_some_and(|seq| lost.contains(&seq)) {
            continue;
        }
        let made = done.take(&mut bench, copy, &path, &expect)?;
        lost.extend(seq.filter(|_| !made));
    }
    let mut objects: BTreeSet<String> = listed_objects(to, &groups).iter().map(|sha256| object_path(sha256)).collect();
    if objects.is_empty() {
        objects = claims(&groups).into_keys().filter(|path| path.starts_with("objects/")).collect();
        let there = parity::protected_files(copy.root()).map_err(unread)?;
        objects.extend(there.into_iter().map(|(path, _)| path).filter(|path| path.starts_with("objects/")));
    }
    objects.retain(|path| !erased.contains(path));
    let total = u64::try_from(objects.len()).unwrap_or(u64::MAX);
    for path in objects {
        let Some(sha256) = parity::hash_in_name(&path).map(str::to_owned) else { continue };
        done.take(&mut bench, copy, &path, &Expect::Hash(vec![sha256]))?;
        if !advance(1, total) {
            return Err(BackupError::Interrupted);
        }
    }
    if let Some((path, expect)) = marker {
        done.take(&mut bench, copy, &path, &expect)?;
    }
    Ok(done)
}

impl Salvage {
    /// Whether the file is there now.
    fn take(&mut self, bench: &mut Bench, copy: &Layout, path: &str, expect: &Expect) -> Result<bool, BackupError> {
        if expect.is_met(bench.to.root(), path) {
            return Ok(true);
        }
        let sound = expect.is_met(copy.root(), path);
        let made = bench.put(path, expect)?;
        match made {
            Some(_) => {
                self.copied += 1;
                self.bytes += fs::metadata(bench.to.root().join(path)).map_or(0, |metadata| metadata.len());
                if !sound {
                    self.repaired.push(PathBuf::from(path));
                }
            }
            None => self.lost.push(PathBuf::from(path)),
        }
        Ok(made.is_some())
    }
}

/// The newest commit a copy has, by its file names, whatever else is damaged.
pub(super) fn has_commits(copy: &Layout) -> bool {
    public_commits(copy).is_ok_and(|commits| !commits.is_empty())
        || scan(copy.root()).is_ok_and(|(groups, _)| !groups.is_empty())
}
