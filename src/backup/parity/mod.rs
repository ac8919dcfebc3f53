//! Parity on a drive: files from which any two lost files of a group are made again. Needs no key: it works on the files
//! as they lie there.
//!
//! Groups are never changed. Files that no group has yet get new groups; an unfilled group is removed when a larger one
//! that has all its files is durable.

mod alongside;
mod check;
mod encode;
mod field;
mod files;
mod format;
mod plan;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;

pub(super) use alongside::Alongside;
pub use check::check_parity;
pub(super) use encode::{Encoded, Encoder};
pub(super) use field::solve;
pub(super) use files::{
    commit_seq, files_of, hash_in_name, is_private, is_protected, protected_files, removed_seq, sums_seq,
};
pub(super) use format::{Group, Member, PIECE_BYTES, Part, Stored, folder, part_path, piece_len, scan};

use super::erasures::removed_paths;
use super::error::BackupError;
use super::run::{Advance, check_space};
use super::{Drive, Drives};
use crate::store::{Layout, hash_file, public_objects};

/// What a person finds in the folder of parity files: their format, so that they can be used without the program.
pub(super) const README: &str = include_str!("readme.txt");

/// What was done for parity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ParityReport {
    /// New groups.
    pub groups: u64,
    /// Bytes of new parity files.
    pub bytes: u64,
    /// Files of the copy that no group protects, because they are damaged.
    pub unprotected: u64,
    /// Bytes the drive lacks for the rest; 0 when everything found room.
    pub missing_bytes: u64,
}

impl Drives {
    /// Whether a drive is given parity: as was chosen for it, else while it is the only one.
    #[must_use]
    pub fn wants_parity(&self, drive: &Drive) -> bool {
        drive.parity.unwrap_or(self.drives.len() <= 1)
    }

    /// Chooses whether a drive is given parity. What it has stays.
    pub fn choose_parity(&mut self, id: &str, parity: bool) {
        if let Some(drive) = self.drives.iter_mut().find(|drive| drive.id == id) {
            drive.parity = Some(parity);
        }
    }
}

/// What is given parity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cover {
    /// Every file of the copy.
    All,
    /// What has parity already: a drive that was given it once keeps it right.
    Kept,
}

impl Cover {
    /// What is covered on a drive that wants parity, or does not.
    pub(super) const fn of(wanted: bool) -> Self {
        if wanted { Self::All } else { Self::Kept }
    }
}

/// Gives a drive parity for what a run, which holds its lock, has just brought. `advance` is told that the bytes read come
/// after those `done`. Nothing when the drive has no parity and wants none.
///
/// # Errors
/// [`BackupError`].
pub(super) fn protect(
    archive: &Layout,
    copy: &Layout,
    cover: Cover,
    (done, advance): (u64, &Advance<'_>),
) -> Result<Option<ParityReport>, BackupError> {
    if cover == Cover::Kept && !folder(copy.root()).is_dir() {
        return Ok(None);
    }
    update(copy, Some(archive), cover, &|bytes, total| advance(bytes, done + total)).map(Some)
}

/// Takes out of the parity of a copy, which is level with `archive` and locked, what is to be erased from it: from a group's
/// parity and its other files these files could be made again. What else such groups have is given new ones.
///
/// # Errors
/// [`BackupError::DamagedSource`] when a damaged file could still be made from them, unless it is given up; those of writing.
pub(super) fn forget(
    archive: &Layout,
    copy: &Layout,
    erased: &HashSet<String>,
    give_up: bool,
) -> Result<(), BackupError> {
    let root = copy.root();
    let failed = |error| BackupError::drive(&folder(root), error, 0);
    let holding = || -> io::Result<(Vec<Stored>, Vec<PathBuf>)> {
        let (groups, unreadable) = scan(root)?;
        let tells = |group: &Stored| group.group.members.iter().any(|member| erased.contains(&member.path));
        Ok((groups.into_iter().filter(tells).collect(), unreadable))
    };
    let any = |(groups, unreadable): &(Vec<Stored>, Vec<PathBuf>)| !groups.is_empty() || !unreadable.is_empty();
    if !any(&holding().map_err(failed)?) {
        return Ok(());
    }
    update(copy, Some(archive), Cover::Kept, &|_, _| true)?;
    let left = holding().map_err(failed)?;
    if !any(&left) {
        return Ok(());
    }
    // No room for new groups, or a damaged file that the old ones may still make.
    if !give_up {
        let members = left.0.iter().flat_map(|group| &group.group.members).filter(|it| !erased.contains(&it.path));
        let is_sound =
            |root: &Path, it: &Member| hash_file(&root.join(&it.path)).is_ok_and(|(sha256, _)| sha256 == it.sha256);
        let mut paths: Vec<PathBuf> = members
            .filter(|it| !is_sound(archive.root(), it) && !is_sound(root, it))
            .map(|it| archive.root().join(&it.path))
            .collect();
        if !paths.is_empty() {
            paths.sort();
            paths.dedup();
            return Err(BackupError::DamagedSource { paths });
        }
    }
    let parts = left.0.iter().flat_map(|group| Part::BOTH.map(|part| part_path(root, &group.id, part)));
    for path in parts.chain(left.1) {
        remove(copy, &path)?;
    }
    copy.disk().sync_folder(&folder(root)).map_err(failed)?;
    // There is room now.
    update(copy, Some(archive), Cover::Kept, &|_, _| true).map(|_| ())
}

/// Sees to it that every file of a copy is in a group, or those that were in one. Members are read from `source` where it has
/// them, else from the drive, and compared with their hashes: parity is never made of damaged bytes. With a source, the copy
/// has just been made level with it, and what is gone from both is gone for good. What an erasure took away is never
/// covered, even while it is still there.
///
/// # Errors
/// [`BackupError`]; groups that were finished stay. A full drive is no error: the report says what is missing.
pub(super) fn update(
    drive: &Layout,
    source: Option<&Layout>,
    cover: Cover,
    advance: &Advance<'_>,
) -> Result<ParityReport, BackupError> {
    let root = drive.root();
    let on_drive = |error| BackupError::drive(&folder(root), error, 0);
    prepare(drive).map_err(on_drive)?;
    let (stored, unreadable) = scan(root).map_err(on_drive)?;
    let erased = removed_paths(drive);
    let mut files = protected_files(root).map_err(on_drive)?;
    files.retain(|(path, _)| !erased.contains(path));
    let listed = listed_objects(drive, &stored);
    let stale = |group: &Stored| {
        let gone = |member: &Member| {
            // A repair removes the marks of runs that it cannot make again.
            let may_go = source.is_some() || member.path.starts_with("sessions/");
            erased.contains(&member.path) || (may_go && is_gone(root, member, &listed))
        };
        group.group.members.iter().any(gone)
    };
    let (dissolved, kept): (Vec<_>, Vec<_>) = stored.into_iter().partition(stale);
    let paths_of = |groups: &[Stored]| -> HashSet<String> {
        groups.iter().flat_map(|group| &group.group.members).map(|member| member.path.clone()).collect()
    };
    if cover == Cover::Kept {
        let had = paths_of(&dissolved);
        files.retain(|(path, _)| had.contains(path));
    }
    let (loose, mut unsound) = loose_members(root, &files, &paths_of(&kept));
    let mut plan = plan::plan(loose, &kept);
    plan.superseded.extend(dissolved.iter().map(|group| group.id.clone()).chain(plan::redundant(&kept)));
    let work = Work { drive, source, advance, kept: &kept, plan: &plan };
    let mut report = ParityReport::default();
    match work.carry_out(&mut report, &mut unsound) {
        Err(BackupError::Full { missing_bytes, .. }) => {
            report.missing_bytes = missing_bytes.max(1);
            return Ok(report);
        }
        outcome => outcome?,
    }
    report.unprotected = u64::try_from(unsound.len()).unwrap_or(u64::MAX);
    // What still protects a damaged file stays until that file is repaired.
    let needed = |group: &Stored| group.group.members.iter().any(|member| unsound.contains(&member.path));
    let new: BTreeSet<String> = plan.groups.iter().map(|members| Group::new(members.clone()).id()).collect();
    let spared: HashSet<&str> =
        kept.iter().chain(&dissolved).filter(|group| needed(group)).map(|group| group.id.as_str()).collect();
    let superseded = plan.superseded.iter().filter(|id| !new.contains(*id) && !spared.contains(id.as_str()));
    let mut gone: Vec<PathBuf> = superseded.flat_map(|id| Part::BOTH.map(|part| part_path(root, id, part))).collect();
    if unsound.is_empty() {
        gone.extend(unreadable.into_iter().filter(|path| !is_one_of(path, &new)));
    }
    if !gone.is_empty() {
        // A run that was killed may have left what takes their place in memory only.
        drive.disk().sync_folder(&folder(root)).map_err(on_drive)?;
        gone.iter().try_for_each(|path| remove(drive, path))?;
        drive.disk().sync_folder(&folder(root)).map_err(on_drive)?;
    }
    Ok(report)
}

fn is_one_of(path: &Path, ids: &BTreeSet<String>) -> bool {
    path.file_stem().is_some_and(|id| ids.contains(&*id.to_string_lossy()))
}

fn remove(drive: &Layout, path: &Path) -> Result<(), BackupError> {
    match drive.disk().remove(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(BackupError::drive(path, error, 0)),
        _ => Ok(()),
    }
}

/// Makes the folder of parity files, and what explains it.
fn prepare(drive: &Layout) -> io::Result<()> {
    let (disk, folder) = (drive.disk(), folder(drive.root()));
    disk.make_folders(&folder)?.iter().try_for_each(|changed| disk.sync_folder(changed))?;
    let path = folder.join("README.txt");
    match fs::read(&path) {
        Ok(bytes) if bytes == README.as_bytes() => return Ok(()),
        // Half of it, or that of another version.
        Ok(_) => disk.remove(&path)?,
        Err(_) => {}
    }
    disk.write(&path, README.as_bytes())?;
    disk.sync_folder(&folder)
}

/// Number of the newest commit that any of these paths tells of.
pub(super) fn newest_told<'a>(paths: impl Iterator<Item = &'a str>) -> Option<u64> {
    let told = |name: &str| Layout::parse_commit_name(name).map(|(seq, _)| seq).or_else(|| sums_seq(name));
    paths.filter_map(|path| told(path.strip_prefix("commits/")?)).max()
}

/// Objects that the newest public list of a copy has; empty when that list is not sound. The groups tell which is the
/// newest, even when it is gone.
pub(super) fn listed_objects(layout: &Layout, groups: &[Stored]) -> HashSet<String> {
    let files = protected_files(layout.root()).unwrap_or_default();
    let members = groups.iter().flat_map(|group| &group.group.members).map(|member| member.path.as_str());
    let newest = newest_told(files.iter().map(|(path, _)| path.as_str()).chain(members));
    let list = newest.and_then(|seq| public_objects(layout, seq).ok());
    list.into_iter().flatten().collect()
}

/// Whether a member is no longer what it was, and not by damage: objects that the newest list has are never gone.
fn is_gone(root: &Path, member: &Member, listed: &HashSet<String>) -> bool {
    let path = root.join(&member.path);
    let same = fs::metadata(&path).is_ok_and(|metadata| metadata.len() == member.size)
        && (hash_in_name(&member.path).is_some()
            || sums_seq(member.path.strip_prefix("commits/").unwrap_or_default()).is_some()
            || hash_file(&path).is_ok_and(|(sha256, _)| sha256 == member.sha256));
    !same && !hash_in_name(&member.path).is_some_and(|sha256| listed.contains(sha256))
}

/// The files that are in no group yet, with their hashes; and those that are not what their name says.
fn loose_members(root: &Path, files: &[(String, u64)], covered: &HashSet<String>) -> (Vec<Member>, BTreeSet<String>) {
    let (mut loose, mut unsound) = (Vec::new(), BTreeSet::new());
    for (path, size) in files.iter().filter(|(path, _)| !covered.contains(path)) {
        let sha256 = match hash_in_name(path) {
            Some(sha256) if sha256.len() == 64 => Ok(sha256.to_owned()),
            named => match hash_file(&root.join(path)) {
                Ok((sha256, _)) if sha256.starts_with(named.unwrap_or_default()) => Ok(sha256),
                _ => Err(()),
            },
        };
        match sha256 {
            Ok(sha256) => loose.push(Member { path: path.clone(), size: *size, sha256 }),
            Err(()) => drop(unsound.insert(path.clone())),
        }
    }
    (loose, unsound)
}

struct Work<'a> {
    drive: &'a Layout,
    source: Option<&'a Layout>,
    advance: &'a Advance<'a>,
    kept: &'a [Stored],
    plan: &'a plan::Plan,
}

impl Work<'_> {
    /// Writes the new groups, and again the parities that are missing of groups that stay.
    fn carry_out(&self, report: &mut ParityReport, unsound: &mut BTreeSet<String>) -> Result<(), BackupError> {
        let halves: Vec<(&Stored, Vec<Part>)> = self
            .kept
            .iter()
            .filter(|group| !self.plan.superseded.contains(&group.id) && group.written != [true; 2])
            .map(|group| {
                (group, Part::BOTH.into_iter().zip(group.written).filter(|(_, w)| !w).map(|(p, _)| p).collect())
            })
            .collect();
        let new: Vec<Group> = self.plan.groups.iter().cloned().map(Group::new).collect();
        let bytes_of = |members: &[Member]| members.iter().map(|member| member.size).sum::<u64>();
        let total = new.iter().map(|group| bytes_of(&group.members)).sum::<u64>()
            + halves.iter().map(|(group, _)| 2 * bytes_of(&group.group.members)).sum::<u64>();
        check_space(self.drive, new.iter().map(|group| 2 * group.file_bytes()).sum())?;
        for group in new {
            self.write_group(group.members, total, report, unsound)?;
        }
        for (group, parts) in halves {
            // The half that is left is all the protection there is: nothing is overwritten before all members are known sound.
            let members = &group.group.members;
            match self.encode(members, &[], total)? {
                Encoded::Done(_) => {
                    self.encode(members, &parts, total)?;
                }
                Encoded::Unsound(number) => unsound.extend(members.get(number).map(|member| member.path.clone())),
            }
        }
        Ok(())
    }

    /// Writes a group, without those members that turn out damaged.
    fn write_group(
        &self,
        mut members: Vec<Member>,
        total: u64,
        report: &mut ParityReport,
        unsound: &mut BTreeSet<String>,
    ) -> Result<(), BackupError> {
        while !members.is_empty() {
            match self.encode(&members, &Part::BOTH, total)? {
                Encoded::Done(bytes) => {
                    report.groups += 1;
                    report.bytes += bytes;
                    return Ok(());
                }
                Encoded::Unsound(number) if number < members.len() => {
                    unsound.insert(members.remove(number).path);
                }
                Encoded::Unsound(_) => return Ok(()),
            }
        }
        Ok(())
    }

    fn encode(&self, members: &[Member], parts: &[Part], total: u64) -> Result<Encoded, BackupError> {
        let roots: Vec<&Path> = self.source.into_iter().chain([self.drive]).map(Layout::root).collect();
        Encoder { members, roots: &roots, drive: self.drive, parts }.encode(&|bytes| (self.advance)(bytes, total))
    }
}

/// What the groups of a copy say its files are: hashes by path. Several speak of one file when a run was interrupted.
pub(super) fn claims(groups: &[Stored]) -> BTreeMap<String, Vec<String>> {
    let mut claims: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for member in groups.iter().flat_map(|group| &group.group.members) {
        claims.entry(member.path.clone()).or_default().push(member.sha256.clone());
    }
    claims
}
