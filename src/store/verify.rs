//! Checking an archive or a copy of one: names and sizes, hashes without a key, and everything with the key.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use fs_err as fs;
use rayon::prelude::*;
use serde::Deserialize;
use serde::de::IgnoredAny;
use sha2::{Digest as _, Sha256};

use super::archive::Archive;
use super::commit::{self, Commit, ObjectEntry, ObjectKind, has_lines};
use super::error::StoreError;
use super::layout::{Layout, Marker, README};
use super::leftovers::{forgotten_files, is_half_slot, unlisted};
use super::line::line_id;
use super::list::ListKind;
use super::media::MediaIndex;
use super::object::hash;
use super::public::{erasures, public_lines, public_objects, was_taken_away};
use super::reader::RecordReader;
use super::sample::{Bucket, Extent};
use super::segment::Location;
use super::slots;
use crate::crypto::hex;
use crate::model::RecordId;

/// How thoroughly to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyDepth {
    /// Names and sizes; commits, slots and public files are compared.
    Names,
    /// The objects of one part are hashed besides.
    Part(Bucket),
    /// Every file is hashed; commits, slots and public files are compared.
    Hashes,
    /// Also every object is decrypted, every record parsed, every media file hashed again.
    Data,
}

impl VerifyDepth {
    const fn extent(self) -> Extent {
        match self {
            Self::Names => Extent::Names,
            Self::Part(bucket) => Extent::Part(bucket),
            Self::Hashes | Self::Data => Extent::All,
        }
    }
}

/// Where what is hashed is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// From wherever the system has it, its memory included.
    Anywhere,
    /// From the medium itself, as far as the system allows.
    Medium,
}

/// What a check found.
#[derive(Debug, Default)]
pub struct VerifyReport {
    /// Objects looked at.
    pub objects: u64,
    /// Those of them that were read and hashed.
    pub hashed: u64,
    /// Those of them that are there with their size and were not read: whether they are sound nobody knows.
    pub passed_over: u64,
    /// Bytes hashed.
    pub bytes: u64,
    /// Records parsed; 0 without [`VerifyDepth::Data`].
    pub records: u64,
    /// Media files compared with their hash; 0 without [`VerifyDepth::Data`].
    pub media: u64,
    /// Everything that is not as it should be.
    pub findings: Vec<Finding>,
}

impl VerifyReport {
    /// True when nothing is wrong; leftovers and what is made anew by itself are not wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings.iter().all(|finding| matches!(finding.kind, FindingKind::Leftover | FindingKind::Remade))
    }

    /// Files of an archive whose bytes are not those that were written.
    #[must_use]
    pub fn damaged(&self, layout: &Layout) -> Vec<PathBuf> {
        let is_wrong = |finding: &&Finding| matches!(finding.kind, FindingKind::Damaged | FindingKind::Unstable);
        self.findings.iter().filter(is_wrong).map(|finding| layout.root().join(&finding.path)).collect()
    }
}

/// A file that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, below the archive's folder.
    pub path: PathBuf,
    /// What is wrong.
    pub kind: FindingKind,
    /// The record in it that is meant, when it is not the whole file.
    pub record: Option<RecordId>,
}

impl Finding {
    /// A finding about a file of the archive at `root`.
    #[must_use]
    pub fn new(root: &Path, path: &Path, kind: FindingKind) -> Self {
        Self { path: path.strip_prefix(root).unwrap_or(path).to_owned(), kind, record: None }
    }
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// It is listed and not there.
    Missing,
    /// Read twice, it gave different bytes: the medium, its cable or the memory of the computer fails.
    Unstable,
    /// Its bytes are not those that were written.
    Damaged,
    /// A record in it says that an attachment is stored, and the archive has no such bytes.
    NoBytes,
    /// An interrupted run left it (or left it out). Harmless; the next import puts it right.
    Leftover,
    /// It is damaged, or was never finished, and is made anew by itself from what is sound: files of the index.
    Remade,
}

impl FindingKind {
    /// The name in JSON and in the Fluent files (`finding-NAME`).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unstable => "unstable",
            Self::Damaged => "damaged",
            Self::NoBytes => "no-bytes",
            Self::Leftover => "leftover",
            Self::Remade => "remade",
        }
    }
}

/// Checks an archive. `tick` is told the size of each object when it is done.
///
/// # Errors
/// Only when the folder itself cannot be read; damage is a finding.
pub fn verify(archive: &Archive, depth: VerifyDepth, tick: &(dyn Fn(u64) + Sync)) -> Result<VerifyReport, StoreError> {
    verify_with(archive, depth, Reading::Anywhere, tick)
}

/// The same, reading from where the caller says.
///
/// # Errors
/// Only when the folder itself cannot be read; damage is a finding.
pub fn verify_with(
    archive: &Archive,
    depth: VerifyDepth,
    reading: Reading,
    tick: &(dyn Fn(u64) + Sync),
) -> Result<VerifyReport, StoreError> {
    settled(archive.layout(), || verify_once(archive, depth, reading, tick))
}

/// How often a check begins again that somebody wrote beside.
const CHECKS_MAX: usize = 3;

/// Checks again where something is wrong and somebody wrote meanwhile: half of what another one writes is no damage, and
/// neither is what he took away on purpose.
fn settled(layout: &Layout, check: impl Fn() -> Result<VerifyReport, StoreError>) -> Result<VerifyReport, StoreError> {
    for _ in 1..CHECKS_MAX {
        let before = commit::names(layout)?;
        let report = without_taken_away(layout, check()?);
        if report.findings.is_empty() || commit::names(layout)? == before {
            return Ok(report);
        }
    }
    Ok(without_taken_away(layout, check()?))
}

fn without_taken_away(layout: &Layout, mut report: VerifyReport) -> VerifyReport {
    report
        .findings
        .retain(|finding| finding.kind != FindingKind::Missing || !was_taken_away(&layout.root().join(&finding.path)));
    report
}

fn verify_once(
    archive: &Archive,
    depth: VerifyDepth,
    reading: Reading,
    tick: &(dyn Fn(u64) + Sync),
) -> Result<VerifyReport, StoreError> {
    let layout = archive.layout();
    let mut report = VerifyReport::default();
    check_public_files(layout, &mut report);
    check_commits(archive, &mut report)?;
    check_slots(archive, &mut report)?;
    let objects: Vec<(&str, Option<u64>)> =
        archive.commit().objects.iter().map(|object| (object.sha256.as_str(), Some(object.size))).collect();
    let bad = check_objects(layout, &objects, (depth.extent(), reading), tick, &mut report);
    if depth == VerifyDepth::Data && bad.is_empty() {
        check_data(archive, &mut report);
    }
    report.findings.extend(bad);
    let listed: HashSet<&str> = objects.iter().map(|(sha256, _)| *sha256).collect();
    for stray in unlisted(layout, &listed)? {
        report.findings.push(finding(layout, &layout.object(&stray), FindingKind::Leftover));
    }
    report.findings.sort();
    report.findings.dedup();
    Ok(report)
}

/// Checks a folder laid out like an archive without any key: every object and commit hashes to its name, slots and
/// public files are whole, and every object of the newest public list is there. `tick` is told the size of each object.
///
/// # Errors
/// Only when the folder itself cannot be read.
pub fn check_public(layout: &Layout, tick: &(dyn Fn(u64) + Sync)) -> Result<VerifyReport, StoreError> {
    check_public_part(layout, Extent::All, Reading::Anywhere, tick)
}

/// The same, reading only a part of the objects, from where the caller says.
///
/// # Errors
/// Only when the folder itself cannot be read.
pub fn check_public_part(
    layout: &Layout,
    extent: Extent,
    reading: Reading,
    tick: &(dyn Fn(u64) + Sync),
) -> Result<VerifyReport, StoreError> {
    settled(layout, || check_public_once(layout, extent, reading, tick))
}

fn check_public_once(
    layout: &Layout,
    extent: Extent,
    reading: Reading,
    tick: &(dyn Fn(u64) + Sync),
) -> Result<VerifyReport, StoreError> {
    let mut report = VerifyReport::default();
    check_public_files(layout, &mut report);
    let commits = commit::list(layout)?;
    for (_, sha256, path) in &commits {
        if let Err(kind) = check_file(layout, path, sha256, reading) {
            report.findings.push(finding(layout, path, kind));
        }
    }
    for slot in slots::list(layout)?.into_iter().filter(|slot| !slot.sound) {
        report.findings.push(finding(layout, &layout.keys().join(slot.name), FindingKind::Damaged));
    }
    let newest = commits.first().map(|(seq, ..)| *seq);
    for (seq, ..) in commits.iter().filter(|(seq, ..)| Some(*seq) != newest) {
        if matches!(public_objects(layout, *seq), Err(StoreError::Damaged { .. })) {
            let path = layout.commits().join(Layout::sums_name(*seq));
            report.findings.push(finding(layout, &path, FindingKind::Damaged));
        }
    }
    // Its list comes after a commit: a list without its commit means that the commit was taken away.
    if let Some(seq) = commit::newest_sums(layout)?.filter(|seq| Some(*seq) > newest) {
        let path = layout.commits().join(format!("{seq:010}-*.age"));
        report.findings.push(finding(layout, &path, FindingKind::Missing));
    }
    check_erasures(layout, commits.last().map(|(seq, ..)| *seq), &mut report)?;
    let wanted = if let Some(seq) = newest {
        public_objects(layout, seq).unwrap_or_else(|error| {
            let path = layout.commits().join(Layout::sums_name(seq));
            let kind =
                if matches!(error, StoreError::Missing { .. }) { FindingKind::Missing } else { FindingKind::Damaged };
            report.findings.push(finding(layout, &path, kind));
            Vec::new()
        })
    } else {
        report.findings.push(finding(layout, &layout.commits(), FindingKind::Missing));
        Vec::new()
    };
    let objects: Vec<(&str, Option<u64>)> = wanted.iter().map(|sha256| (sha256.as_str(), None)).collect();
    let bad = check_objects(layout, &objects, (extent, reading), tick, &mut report);
    report.findings.extend(bad);
    report.findings.sort();
    Ok(report)
}

/// The public lists of erasures, without any key: whole, and there when the oldest commit says that those before it were
/// forgotten.
fn check_erasures(layout: &Layout, oldest: Option<u64>, report: &mut VerifyReport) -> Result<(), StoreError> {
    let erasures = erasures(layout)?;
    for seq in &erasures {
        let path = layout.commits().join(Layout::removed_name(*seq));
        let list = fs::read_to_string(&path);
        if !list.is_ok_and(|list| !list.is_empty() && public_lines(&list, *seq).is_some()) {
            report.findings.push(finding(layout, &path, FindingKind::Damaged));
        }
    }
    if let Some(seq) = oldest.filter(|seq| *seq > 1 && !erasures.contains(seq)) {
        let path = layout.commits().join(Layout::removed_name(seq));
        report.findings.push(finding(layout, &path, FindingKind::Missing));
    }
    Ok(())
}

/// Looks for every object, compares its size where it is known, and hashes those that `extent` reads.
fn check_objects(
    layout: &Layout,
    objects: &[(&str, Option<u64>)],
    (extent, reading): (Extent, Reading),
    tick: &(dyn Fn(u64) + Sync),
    report: &mut VerifyReport,
) -> Vec<Finding> {
    report.objects = u64::try_from(objects.len()).unwrap_or(u64::MAX);
    let checked: Vec<(u64, u64, u64, Option<FindingKind>)> = objects
        .par_iter()
        .map(|(sha256, size)| {
            let path = layout.object(sha256);
            let there = match fs::metadata(&path) {
                Ok(metadata) => metadata.len(),
                Err(error) => return (0, 0, 0, Some(kind_of(&error))),
            };
            let checked = if size.is_some_and(|size| size != there) {
                (0, 0, 0, Some(FindingKind::Damaged))
            } else if extent.reads(sha256) {
                (1, 0, there, check_file(layout, &path, sha256, reading).err())
            } else {
                (0, 1, 0, None)
            };
            tick(there);
            checked
        })
        .collect();
    let mut bad = Vec::new();
    for ((sha256, _), (files, passed_over, bytes, kind)) in objects.iter().zip(checked) {
        report.hashed += files;
        report.passed_over += passed_over;
        report.bytes += bytes;
        bad.extend(kind.map(|kind| finding(layout, &layout.object(sha256), kind)));
    }
    bad
}

fn check_public_files(layout: &Layout, report: &mut VerifyReport) {
    let readme = layout.readme();
    match fs::read(&readme) {
        Ok(bytes) if bytes == README.as_bytes() => {}
        Ok(_) => report.findings.push(finding(layout, &readme, FindingKind::Damaged)),
        Err(error) => report.findings.push(finding(layout, &readme, kind_of(&error))),
    }
    match fs::read(layout.lock()) {
        Ok(bytes) if !bytes.is_empty() => report.findings.push(finding(layout, &layout.lock(), FindingKind::Damaged)),
        _ => {}
    }
    // The marker is written by one way only: anything else in it is damage.
    let marker = fs::read(layout.marker()).ok();
    let written =
        marker.as_deref().and_then(|bytes| serde_json::to_vec(&serde_json::from_slice::<Marker>(bytes).ok()?).ok());
    if super::archive::peek(layout.root()).is_err() || written != marker {
        report.findings.push(finding(layout, &layout.marker(), FindingKind::Damaged));
    }
}

fn check_commits(archive: &Archive, report: &mut VerifyReport) -> Result<(), StoreError> {
    let layout = archive.layout();
    for path in commit::unfinished(layout)? {
        report.findings.push(finding(layout, &path, FindingKind::Leftover));
    }
    let newest = commit::newest_sums(layout)?;
    match archive.history() {
        Ok(history) => {
            // The chain names what it hangs from, so that a lost beginning is seen too.
            let begin = history.first().map(|first| &first.commit).filter(|first| !first.begins_anew());
            let lost = begin.and_then(|first| Some((first.seq.checked_sub(1)?, first.prev.clone()?)));
            if let Some((seq, sha256)) = lost {
                let path = layout.commits().join(Layout::commit_name(seq, &sha256));
                report.findings.push(finding(layout, &path, FindingKind::Missing));
            }
            for tip in history {
                let path = layout.commits().join(Layout::sums_name(tip.commit.seq));
                let sound = fs::read(&path).map(|bytes| {
                    hex(&Sha256::digest(&bytes)) == tip.commit.sums_sha256 && bytes == tip.commit.sums().as_bytes()
                });
                match sound {
                    Ok(true) => {}
                    Ok(false) => report.findings.push(finding(layout, &path, FindingKind::Damaged)),
                    // Lists come last of all writes: an interrupted run may lack the newest, and the next writes them.
                    Err(_) if newest.is_none_or(|newest| tip.commit.seq > newest) => {
                        report.findings.push(finding(layout, &path, FindingKind::Leftover));
                    }
                    Err(error) => report.findings.push(finding(layout, &path, kind_of(&error))),
                }
                check_removals(layout, &tip.commit, report);
            }
            for name in forgotten_files(archive)? {
                report.findings.push(finding(layout, &layout.commits().join(name), FindingKind::Leftover));
            }
        }
        Err(StoreError::Damaged { path }) => report.findings.push(finding(layout, &path, FindingKind::Damaged)),
        Err(StoreError::Missing { path }) => report.findings.push(finding(layout, &path, FindingKind::Missing)),
        Err(error) => return Err(error),
    }
    Ok(())
}

/// The public list of what a commit erased. It comes before that of its objects: without both, the writer was interrupted, and
/// the next one completes it.
fn check_removals(layout: &Layout, commit: &Commit, report: &mut VerifyReport) {
    let (path, list) = (layout.commits().join(Layout::removed_name(commit.seq)), commit.removals());
    match has_lines(&path, commit.seq, &list) {
        Ok(false) => report.findings.push(finding(layout, &path, FindingKind::Damaged)),
        Err(_) if list.is_empty() => {}
        Err(error) => {
            let kind = if commit::is_listed(layout, commit.seq) { kind_of(&error) } else { FindingKind::Leftover };
            report.findings.push(finding(layout, &path, kind));
        }
        _ => {}
    }
}

fn check_slots(archive: &Archive, report: &mut VerifyReport) -> Result<(), StoreError> {
    let layout = archive.layout();
    let present = slots::list(layout)?;
    for slot in present.iter().filter(|slot| !slot.sound) {
        let kind = if is_half_slot(archive, slot) { FindingKind::Leftover } else { FindingKind::Damaged };
        report.findings.push(finding(layout, &slots::path(layout, &slot.name), kind));
    }
    // An interrupted change of keys leaves a slot that no commit lists.
    for slot in present.iter().filter(|slot| slot.sound && !archive.commit().slots.contains(&slot.name)) {
        report.findings.push(finding(layout, &slots::path(layout, &slot.name), FindingKind::Leftover));
    }
    for name in archive.commit().slots.iter().filter(|name| !present.iter().any(|slot| slot.name == **name)) {
        report.findings.push(finding(layout, &layout.keys().join(name), FindingKind::Missing));
    }
    Ok(())
}

/// Size of a file that hashes to `sha256`. One that does not is read once more, past the memory of the system: a medium
/// that tells two things of one file fails, whatever the second says.
fn check_file(layout: &Layout, path: &Path, sha256: &str, reading: Reading) -> Result<u64, FindingKind> {
    let disk = layout.disk();
    let read = |first: bool| {
        if first && reading == Reading::Anywhere { hash(&mut disk.open(path)?) } else { disk.hash_on_medium(path) }
    };
    match read(true) {
        Ok((actual, size)) if actual == sha256 => Ok(size),
        Ok((first, _)) => match read(false) {
            Ok((second, _)) if second == first => Err(FindingKind::Damaged),
            Ok(_) => Err(FindingKind::Unstable),
            Err(error) => Err(kind_of(&error)),
        },
        Err(error) => Err(kind_of(&error)),
    }
}

/// What a check reads of a record line.
#[derive(Deserialize)]
struct CheckedLine {
    #[serde(rename = "id")]
    _id: IgnoredAny,
    #[serde(default)]
    attachments: Vec<CheckedAttachment>,
}

#[derive(Deserialize)]
struct CheckedAttachment {
    #[serde(default)]
    sha256: Option<String>,
    #[serde(default)]
    status: String,
}

impl CheckedLine {
    /// Whether every attachment that is called stored is among the stored media.
    fn has_its_bytes(&self, media: &MediaIndex) -> bool {
        self.attachments
            .iter()
            .filter(|attachment| attachment.status == "stored")
            .all(|attachment| attachment.sha256.as_deref().is_some_and(|sha256| media.entry(sha256).is_some()))
    }
}

/// With the key: every record parses and carries an id, what it calls stored is there, every media file has its hash,
/// every raw object ends well.
fn check_data(archive: &Archive, report: &mut VerifyReport) {
    let layout = archive.layout();
    let mut note = |error: StoreError| match error {
        StoreError::Damaged { path } => report.findings.push(finding(layout, &path, FindingKind::Damaged)),
        StoreError::Missing { path } => report.findings.push(finding(layout, &path, FindingKind::Missing)),
        _ => report.findings.push(finding(layout, &layout.objects(), FindingKind::Damaged)),
    };
    let index = archive.media().map_err(&mut note).ok();
    let mut records = 0_u64;
    // Only the newest line of a record counts.
    let mut lacking = BTreeMap::new();
    let outcome = RecordReader::new(archive).each(&|_| true, &mut |location, line| {
        records += 1;
        let Ok(checked) = serde_json::from_slice::<CheckedLine>(line) else {
            return Err(StoreError::damaged(&segment_path(archive, location)));
        };
        if let Some(id) = line_id(line) {
            lacking.remove(&id);
            if index.as_ref().is_some_and(|index| !checked.has_its_bytes(index)) {
                lacking.insert(id, location);
            }
        }
        Ok(())
    });
    outcome.unwrap_or_else(&mut note);
    let entries: Vec<_> = index.iter().flat_map(MediaIndex::iter).collect();
    let media = u64::try_from(entries.len()).unwrap_or(u64::MAX);
    let bad: Vec<StoreError> =
        entries.par_iter().filter_map(|entry| archive.copy_media(entry, &mut io::sink()).err()).collect();
    bad.into_iter().for_each(&mut note);
    for object in archive.objects(ObjectKind::Raw) {
        if let Err(error) = drain_raw(archive, object) {
            note(error);
        }
    }
    for object in archive.objects(ObjectKind::AnnotationList) {
        let mut is_sound = true;
        let read = archive.read_list(ListKind::Annotations, object, |line| {
            is_sound &= serde_json::from_slice::<IgnoredAny>(line).is_ok();
        });
        let path = || layout.object(&object.sha256);
        read.and_then(|()| if is_sound { Ok(()) } else { Err(StoreError::damaged(&path())) }).unwrap_or_else(&mut note);
    }
    report.findings.extend(lacking.into_iter().map(|(id, location)| Finding {
        record: Some(id),
        ..finding(layout, &segment_path(archive, location), FindingKind::NoBytes)
    }));
    (report.records, report.media) = (records, media);
}

fn segment_path(archive: &Archive, location: Location) -> PathBuf {
    let segment = archive.objects(ObjectKind::Seg).find(|object| object.n == Some(location.segment()));
    archive.layout().object(segment.map_or("", |object| object.sha256.as_str()))
}

fn drain_raw(archive: &Archive, object: &ObjectEntry) -> Result<(), StoreError> {
    let path = archive.layout().object(&object.sha256);
    let file = fs::File::open(&path).map_err(|error| StoreError::reading(&path, error))?;
    let reader = archive.opener().open(io::BufReader::new(file)).map_err(|error| StoreError::sealed(&path, error))?;
    let decoder = zstd::stream::Decoder::new(reader).map_err(|error| StoreError::reading(&path, error))?;
    io::copy(&mut decoder.take(u64::MAX), &mut io::sink()).map_err(|_| StoreError::damaged(&path))?;
    Ok(())
}

fn finding(layout: &Layout, path: &Path, kind: FindingKind) -> Finding {
    Finding::new(layout.root(), path, kind)
}

fn kind_of(error: &io::Error) -> FindingKind {
    if error.kind() == io::ErrorKind::NotFound { FindingKind::Missing } else { FindingKind::Damaged }
}
