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
use super::commit::{self, ObjectEntry, ObjectKind};
use super::error::StoreError;
use super::layout::{Layout, Marker, README};
use super::leftovers::{is_half_slot, unlisted};
use super::line::line_id;
use super::media::MediaIndex;
use super::object::hash;
use super::reader::RecordReader;
use super::segment::Location;
use super::slots;
use crate::crypto::hex;
use crate::model::RecordId;

/// How thoroughly to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyDepth {
    /// Every file is hashed; commits, slots and public files are compared.
    Hashes,
    /// Also every object is decrypted, every record parsed, every media file hashed again.
    Data,
}

/// What a check found.
#[derive(Debug, Default)]
pub struct VerifyReport {
    /// Objects looked at.
    pub objects: u64,
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
    /// True when nothing is wrong; leftovers are not wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings.iter().all(|finding| finding.kind == FindingKind::Leftover)
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
        }
    }
}

/// Checks an archive. `tick` is told the size of each object when it is done.
///
/// # Errors
/// Only when the folder itself cannot be read; damage is a finding.
pub fn verify(archive: &Archive, depth: VerifyDepth, tick: &(dyn Fn(u64) + Sync)) -> Result<VerifyReport, StoreError> {
    let layout = archive.layout();
    let mut report = VerifyReport::default();
    check_public_files(layout, &mut report);
    check_commits(archive, &mut report)?;
    check_slots(archive, &mut report)?;
    let objects = &archive.commit().objects;
    report.objects = u64::try_from(objects.len()).unwrap_or(u64::MAX);
    report.bytes = objects.iter().map(|object| object.size).sum();
    let bad: Vec<Finding> = objects
        .par_iter()
        .filter_map(|object| {
            let kind = check_object(layout, object);
            tick(object.size);
            kind.map(|kind| finding(layout, &layout.object(&object.sha256), kind))
        })
        .collect();
    let damaged: HashSet<&Path> = bad.iter().map(|finding| finding.path.as_path()).collect();
    if depth == VerifyDepth::Data && damaged.is_empty() {
        check_data(archive, &mut report);
    }
    report.findings.extend(bad);
    let listed: HashSet<&str> = objects.iter().map(|object| object.sha256.as_str()).collect();
    for stray in unlisted(layout, &listed)? {
        report.findings.push(finding(layout, &layout.object(&stray), FindingKind::Leftover));
    }
    report.findings.sort();
    report.findings.dedup();
    Ok(report)
}

/// Checks a folder laid out like an archive without any key: every object and commit hashes to its name, slots and
/// public files are whole, and every object of the newest public list is there.
///
/// # Errors
/// Only when the folder itself cannot be read.
pub fn check_public(layout: &Layout, tick: &(dyn Fn(u64) + Sync)) -> Result<VerifyReport, StoreError> {
    let mut report = VerifyReport::default();
    check_public_files(layout, &mut report);
    let mut newest = None;
    for item in fs::read_dir(layout.commits())? {
        let path = item?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if let Some((seq, hash)) = Layout::parse_commit_name(&name) {
            newest = newest.max(Some(seq));
            if let Err(kind) = check_file(layout, &path, hash) {
                report.findings.push(finding(layout, &path, kind));
            }
        }
    }
    for slot in slots::list(layout)?.into_iter().filter(|slot| !slot.sound) {
        report.findings.push(finding(layout, &layout.keys().join(slot.name), FindingKind::Damaged));
    }
    let wanted = if let Some(seq) = newest {
        sums_of(layout, seq, &mut report)
    } else {
        report.findings.push(finding(layout, &layout.commits(), FindingKind::Missing));
        Vec::new()
    };
    report.objects = u64::try_from(wanted.len()).unwrap_or(u64::MAX);
    let found: Vec<Result<u64, Finding>> = wanted
        .par_iter()
        .map(|sha256| {
            let path = layout.object(sha256);
            let size = check_file(layout, &path, sha256).map_err(|kind| finding(layout, &path, kind))?;
            tick(size);
            Ok(size)
        })
        .collect();
    for outcome in found {
        match outcome {
            Ok(size) => report.bytes += size,
            Err(finding) => report.findings.push(finding),
        }
    }
    report.findings.sort();
    Ok(report)
}

fn sums_of(layout: &Layout, seq: u64, report: &mut VerifyReport) -> Vec<String> {
    let path = layout.commits().join(Layout::sums_name(seq));
    match fs::read_to_string(&path) {
        Ok(text) => text.lines().filter_map(|line| Some(line.split_once("  ")?.0.to_owned())).collect(),
        Err(error) => {
            report.findings.push(finding(layout, &path, kind_of(&error)));
            Vec::new()
        }
    }
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
            }
        }
        Err(StoreError::Damaged { path }) => report.findings.push(finding(layout, &path, FindingKind::Damaged)),
        Err(StoreError::Missing { path }) => report.findings.push(finding(layout, &path, FindingKind::Missing)),
        Err(error) => return Err(error),
    }
    Ok(())
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

fn check_object(layout: &Layout, object: &ObjectEntry) -> Option<FindingKind> {
    match check_file(layout, &layout.object(&object.sha256), &object.sha256) {
        Ok(size) if size == object.size => None,
        Ok(_) => Some(FindingKind::Damaged),
        Err(kind) => Some(kind),
    }
}

/// Size of a file that hashes to `sha256`. One that does not is read once more, past the memory of the system: a medium
/// that tells two things of one file fails, whatever the second says.
fn check_file(layout: &Layout, path: &Path, sha256: &str) -> Result<u64, FindingKind> {
    let read = |first: bool| {
        let disk = layout.disk();
        let mut file = if first { disk.open(path) } else { disk.open_on_medium(path) }?;
        hash(&mut file)
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
