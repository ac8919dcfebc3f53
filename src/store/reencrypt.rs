//! A whole archive written anew under another key and another id. Nothing that was sealed before opens with the new key, nor the
//! other way round.

use std::collections::BTreeMap;
use std::io;

use chrono::{DateTime, Utc};

use super::archive::Archive;
use super::commit::ObjectKind;
use super::commit_facts::{CommitFacts, Replacement};
use super::error::StoreError;
use super::line::line_id;
use super::list::ListKind;
use super::media::{MediaEntry, MediaIndex};
use super::reader::RecordReader;
use super::rewrite::put_again;
use super::writer::Writer;
use crate::model::RecordId;

/// Told the bytes of media and originals done so far, and how many there are in all.
pub type ReencryptProgress<'a> = dyn Fn(u64, u64) + 'a;

/// Copies everything that an archive holds now into a new, empty one: records byte by byte, media, originals, lists, reports.
/// Its past states and its key slots are not copied.
///
/// # Errors
/// [`StoreError::Damaged`], [`StoreError::Missing`] for what cannot be read; those of writing. The old archive is never
/// touched; the new one stays empty then.
pub fn reencrypt(
    from: &Archive,
    to: &mut Archive,
    now: DateTime<Utc>,
    progress: &ReencryptProgress<'_>,
) -> Result<(), StoreError> {
    let media = from.media()?;
    let total = media.iter().map(|entry| entry.size).sum();
    {
        let writer = Writer::begin(to, &MediaIndex::default())?;
        copy_records(from, &writer)?;
        copy_media(from, &writer, &media, &|done| progress(done, total))?;
        copy_originals(from, &writer)?;
        writer.commit(facts(from, now)?)?;
    }
    to.refresh()
}

/// The newest line of every record, in order.
fn copy_records(from: &Archive, writer: &Writer<'_>) -> Result<(), StoreError> {
    let mut reader = RecordReader::new(from);
    let mut newest: BTreeMap<RecordId, _> = BTreeMap::new();
    reader.each(&|_| true, &mut |location, line| {
        newest.extend(line_id(line).map(|id| (id, location)));
        Ok(())
    })?;
    reader.each(&|_| true, &mut |location, line| {
        if line_id(line).is_none_or(|id| newest.get(&id) == Some(&location)) {
            writer.put_record(line)?;
        }
        Ok(())
    })
}

fn copy_media(from: &Archive, writer: &Writer<'_>, media: &MediaIndex, tick: &dyn Fn(u64)) -> Result<(), StoreError> {
    let mut entries: Vec<&MediaEntry> = media.iter().collect();
    // In the order in which they lie, so that each pack is read from front to back.
    entries.sort_by_cached_key(|entry| entry.pieces.first().map(|piece| (piece.object.clone(), piece.offset)));
    let mut done = 0;
    for entry in entries {
        put_again(from, writer, entry)?;
        done += entry.size;
        tick(done);
    }
    Ok(())
}

fn copy_originals(from: &Archive, writer: &Writer<'_>) -> Result<(), StoreError> {
    let lines = from.originals()?;
    let paths: BTreeMap<&str, &str> = lines.iter().map(|line| (line.sha256.as_str(), line.path.as_str())).collect();
    let mut bytes = Vec::new();
    for object in from.objects(ObjectKind::Raw) {
        from.each_original(&object.sha256, &mut |sha256, content| {
            bytes.clear();
            let reading = |error: io::Error| StoreError::reading(&from.layout().object(&object.sha256), error);
            content.read_to_end(&mut bytes).map_err(reading)?;
            if let Some(path) = paths.get(sha256) {
                writer.put_raw(sha256, path, &bytes)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Lists, reports, imports, counts and choices.
fn facts(from: &Archive, now: DateTime<Utc>) -> Result<CommitFacts, StoreError> {
    let commit = from.commit();
    let gather = |kind: ListKind| {
        let mut lines = Vec::new();
        let read = from.read_lists(kind, |line| {
            lines.extend_from_slice(line);
            lines.push(b'\n');
        });
        read.map(|()| lines)
    };
    let mut reports = BTreeMap::new();
    for object in from.objects(ObjectKind::Report) {
        let mut lines = Vec::new();
        from.read_list(ListKind::Report, object, |line| {
            lines.extend_from_slice(line);
            lines.push(b'\n');
        })?;
        reports.insert(object.sha256.clone(), lines);
    }
    let replacement = Replacement {
        removed: BTreeMap::new(),
        media: Vec::new(),
        raw: Vec::new(),
        erasures: gather(ListKind::Erasures)?,
        reports,
        imports: commit.imports.clone(),
        moves_records: false,
        forgets: false,
    };
    let counts = commit.counts.iter().map(|(key, count)| (key.clone(), i64::try_from(*count).unwrap_or(i64::MAX)));
    Ok(CommitFacts {
        counts: counts.collect(),
        conversations: gather(ListKind::Conversations)?,
        annotations: gather(ListKind::Annotations)?,
        settings: commit.settings.clone(),
        rewrite: Some(replacement),
        ..CommitFacts::nothing(now)
    })
}
