//! Erasing a person from the archive: who is meant, what there is of them, and taking it out for good.
//!
//! What the person wrote goes, with media that nobody else's records hold; names are masked in what others wrote around
//! them; originals that name them are dropped; commits of before, whose lists name downloads, are forgotten. Keyed hashes of
//! what went stay, so that no later import brings it back: `docs/decisions/0020-erasure.md`.

mod annotations;
mod mask;
mod person;
mod scan;
mod survey;
mod tombstones;
mod traces;

use std::io::Read;

use chrono::{DateTime, SecondsFormat, Utc};
use fs_err as fs;

pub use person::{Found, Person, find_person};
pub use tombstones::{ErasureCounts, ErasureEntry, erased_records, erasure_lists, read_erasures};

use self::survey::{Survey, survey};
use self::tombstones::{Group, key_of};
use self::traces::Traces;
use super::engine::IngestError;
use super::indexing::index_lock;
use crate::crypto::random_id;
use crate::model::Record;
use crate::store::{
    Archive, Changes, Layout, RemovalReason, StoreError, finish_removals, folded, line_is_folded, line_retracts,
    rewrite,
};

pub(super) use self::tombstones::{Erased, Fate};

/// What an erasure would do.
///
/// # Errors
/// Those of reading: what cannot be read cannot be searched for a person.
pub fn preview_erasure(archive: &Archive, person: &Person) -> Result<ErasureCounts, IngestError> {
    Ok(survey(archive, &mut erased_of(archive, person)?)?.counts)
}

/// Erases a person. Copies on drives are another matter.
///
/// # Errors
/// [`StoreError::Locked`]; [`StoreError::Damaged`] when something that stays cannot be read. The archive then stays as it was.
pub fn erase_person(archive: &mut Archive, person: &Person, now: DateTime<Utc>) -> Result<ErasureEntry, IngestError> {
    let mut erased = erased_of(archive, person)?;
    let found = survey(archive, &mut erased)?;
    let (id, time): (String, String) =
        (random_id()?.chars().take(8).collect(), now.to_rfc3339_opts(SecondsFormat::Secs, true));
    let until = now.timestamp_millis();
    let erasures = match erased.group() {
        Some(group) => group.to_lines((&id, &time, until), &found.counts)?,
        None => Vec::new(),
    };
    let counts = found.counts.clone();
    let seq = carry_out(archive, &erased, found, erasures, now)?;
    Ok(ErasureEntry { id, time, seq, counts })
}

/// Carries out in this archive an erasure that another copy of it knows, by its list: an older copy was restored. False when
/// the archive knows it already, or the list is none.
///
/// # Errors
/// Those of [`erase_person`].
pub fn repeat_erasure(
    archive: &mut Archive,
    (id, list): (&str, &[u8]),
    now: DateTime<Utc>,
) -> Result<bool, IngestError> {
    let is_known = read_erasures(archive)?.iter().any(|entry| entry.id == id);
    let Some(mut erased) = Erased::parse(list).filter(|_| !is_known) else { return Ok(false) };
    let found = survey(archive, &mut erased)?;
    carry_out(archive, &erased, found, list.to_vec(), now)?;
    Ok(true)
}

fn carry_out(
    archive: &mut Archive,
    erased: &Erased,
    found: Survey,
    erasures: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<u64, IngestError> {
    let changes = Changes {
        reason: RemovalReason::Erase,
        now,
        segments: found.segments,
        line: &mut |line| remaining(erased, line),
        media: found.media,
        packs: std::collections::BTreeSet::new(),
        originals: found.originals,
        path: &|path| erased.masked(path).unwrap_or_else(|| path.to_owned()),
        conversations: found.conversations,
        annotations: found.annotations,
        reports: found.reports,
        imports: found.imports,
        counts: found.deltas,
        erasures,
        forgets: true,
    };
    let tip = rewrite(archive, changes)?;
    archive.refresh()?;
    clear(archive)?;
    Ok(tip.commit.seq)
}

/// Carries out what commits took away: the rest of an interrupted erasure, or one that came from a copy. The index goes, since
/// it holds words of what went.
///
/// # Errors
/// [`StoreError::Locked`] when another process writes; those of removing.
pub fn clear(archive: &Archive) -> Result<(), IngestError> {
    remove_index(archive.layout())?;
    Ok(finish_removals(archive)?)
}

/// Removes the files of the index so that no cut of the power brings them back, then whatever else lies there.
fn remove_index(layout: &Layout) -> Result<(), IngestError> {
    let folder = layout.index();
    if fs::symlink_metadata(&folder).is_err() {
        return Ok(());
    }
    let lock = index_lock(&folder)?;
    for path in lock.files()? {
        // What cannot be removed alone is told by the removal of all.
        drop(layout.disk().remove(&path));
    }
    layout.disk().sync_folder(&folder)?;
    lock.cleared()?;
    Ok(())
}

fn erased_of(archive: &Archive, person: &Person) -> Result<Erased, StoreError> {
    let key = key_of(archive)?;
    let mut group = Group::new(key);
    group.traces = Traces::of(person, &key);
    Ok(Erased::only(group))
}

/// What is left of a record line.
fn remaining(erased: &Erased, line: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    // A folded line takes its record back and holds it all the same.
    if line_retracts(line) && !line_is_folded(line) {
        return Ok(Some(line.to_vec()));
    }
    let mut record: Record = serde_json::from_slice(line).map_err(std::io::Error::from)?;
    Ok(match erased.judge(&mut record) {
        Fate::Erase => None,
        Fate::Keep => Some(line.to_vec()),
        Fate::Masked => {
            let masked = serde_json::to_vec(&record).map_err(std::io::Error::from)?;
            Some(if line_is_folded(line) { folded(&masked, &told_by(line)?) } else { masked })
        }
    })
}

/// What a folded line says of the record that tells it more fully.
fn told_by(line: &[u8]) -> Result<Vec<u8>, StoreError> {
    #[derive(serde::Deserialize)]
    struct Folded {
        told_by: serde_json::Value,
    }
    let read = serde_json::from_slice::<Folded>(line).and_then(|line| serde_json::to_vec(&line.told_by));
    Ok(read.map_err(std::io::Error::from)?)
}

/// Whether a file names anybody erased.
pub(super) fn names_anybody(erased: &Erased, content: &mut dyn Read) -> std::io::Result<bool> {
    scan::names(erased, content)
}
