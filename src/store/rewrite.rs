//! Writing objects anew without some of what they hold: the one way in which anything ever leaves an archive.
//!
//! New objects are written from old ones beside them, and one commit puts the new in place of the old. Until it is durable
//! the archive is as it was; from then on the old objects are leftovers, which [`super::finish_removals`] or the next writer
//! removes. So an interruption at any moment costs nothing but work.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::{self, Read};

use chrono::{DateTime, Utc};

use super::archive::{Archive, Tip};
use super::commit::{ImportEntry, ObjectKind, RemovalReason};
use super::commit_facts::{CommitFacts, Replacement};
use super::error::StoreError;
use super::layout::Layout;
use super::line::line_id;
use super::media::{MediaEntry, MediaIndex, parse_hash};
use super::originals::OriginalLine;
use super::reader::RecordReader;
use super::segment::Location;
use super::writer::{MediaSource, PutMedia, Writer};
use crate::model::RecordId;

/// What becomes of the newest line of a record: the line to write, or nothing to drop it.
pub type LineFate<'a> = dyn FnMut(&[u8]) -> Result<Option<Vec<u8>>, StoreError> + 'a;

/// What is to be written anew, and without what.
pub struct Changes<'a> {
    /// Why.
    pub reason: RemovalReason,
    /// The time.
    pub now: DateTime<Utc>,
    /// Numbers of the segments to write anew. Lines that a later one replaces are dropped with them.
    pub segments: BTreeSet<u32>,
    /// What becomes of their lines.
    pub line: &'a mut LineFate<'a>,
    /// SHA-256 of media to drop.
    pub media: HashSet<String>,
    /// Packs to write anew besides those that hold dropped media.
    pub packs: BTreeSet<String>,
    /// SHA-256 of originals to drop.
    pub originals: HashSet<String>,
    /// The path under which an original is remembered.
    pub path: &'a dyn Fn(&str) -> String,
    /// Lines in place of all conversation lists.
    pub conversations: Option<Vec<u8>>,
    /// Lines in place of all lists of what the owner adds.
    pub annotations: Option<Vec<u8>>,
    /// Lines in place of reports, by the object that holds them.
    pub reports: BTreeMap<String, Vec<u8>>,
    /// Imports as they are to be remembered.
    pub imports: Vec<ImportEntry>,
    /// Records dropped (negative) by `platform/kind`.
    pub counts: BTreeMap<String, i64>,
    /// Lines that tell what is erased.
    pub erasures: Vec<u8>,
    /// Forget the commits before, since they name what is dropped.
    pub forgets: bool,
}

/// Writes objects anew and commits. What they replace is still on disk: see [`super::finish_removals`].
///
/// # Errors
/// [`StoreError::Locked`]; [`StoreError::Damaged`] when something that is to be kept cannot be read; those of writing. The
/// archive then stays as it was.
pub fn rewrite(archive: &Archive, changes: Changes<'_>) -> Result<Tip, StoreError> {
    let media = MediaPlan::new(archive, &changes)?;
    let originals = OriginalsPlan::new(archive, &changes)?;
    let writer = Writer::begin(archive, &media.untouched())?;
    let mut removed = BTreeSet::new();
    removed.extend(copy_lines(archive, &writer, &changes.segments, changes.line)?);
    media.copy(archive, &writer)?;
    removed.extend(media.removed(archive));
    originals.copy(archive, &writer)?;
    removed.extend(originals.removed(archive));
    if changes.conversations.is_some() {
        removed.extend(archive.objects(ObjectKind::ConversationList).map(|object| object.sha256.clone()));
    }
    if changes.annotations.is_some() {
        removed.extend(archive.objects(ObjectKind::AnnotationList).map(|object| object.sha256.clone()));
    }
    removed.extend(changes.reports.keys().cloned());
    let replacement = Replacement {
        removed: removed.into_iter().map(|sha256| (sha256, changes.reason)).collect(),
        media: if media.idle { Vec::new() } else { media.kept },
        raw: originals.kept_lines()?,
        erasures: changes.erasures,
        reports: changes.reports,
        imports: changes.imports,
        moves_records: !changes.segments.is_empty(),
        forgets: changes.forgets,
    };
    writer.commit(CommitFacts {
        counts: changes.counts,
        conversations: changes.conversations.unwrap_or_default(),
        annotations: changes.annotations.unwrap_or_default(),
        rewrite: Some(replacement),
        ..CommitFacts::nothing(changes.now)
    })
}

/// Writes the newest lines of segments anew and gives the objects of these segments.
fn copy_lines(
    archive: &Archive,
    writer: &Writer<'_>,
    segments: &BTreeSet<u32>,
    fate: &mut LineFate<'_>,
) -> Result<Vec<String>, StoreError> {
    let of_these = |n: Option<u32>| n.is_some_and(|n| segments.contains(&n));
    let mut reader = RecordReader::new(archive);
    let mut newest: HashMap<RecordId, Location> = HashMap::new();
    reader.each(&|object| of_these(object.n), &mut |location, line| {
        newest.extend(line_id(line).map(|id| (id, location)));
        Ok(())
    })?;
    if newest.is_empty() && segments.is_empty() {
        return Ok(Vec::new());
    }
    reader.each(&|object| !of_these(object.n), &mut |location, line| {
        if let Some(place) = line_id(line).and_then(|id| newest.get_mut(&id)) {
            *place = location.max(*place);
        }
        Ok(())
    })?;
    reader.each(&|object| of_these(object.n), &mut |location, line| {
        if line_id(line).is_none_or(|id| newest.get(&id) == Some(&location))
            && let Some(line) = fate(line)?
        {
            writer.put_record(&line)?;
        }
        Ok(())
    })?;
    let objects = archive.objects(ObjectKind::Seg).filter(|object| of_these(object.n));
    Ok(objects.map(|object| object.sha256.clone()).collect())
}

/// What becomes of media.
struct MediaPlan {
    /// Nothing changes.
    idle: bool,
    /// Packs to take out.
    packs: BTreeSet<String>,
    /// Media that lie in those packs and are kept.
    moved: Vec<MediaEntry>,
    /// Media that stay where they are.
    kept: Vec<MediaEntry>,
}

impl MediaPlan {
    fn new(archive: &Archive, changes: &Changes<'_>) -> Result<Self, StoreError> {
        let mut plan = Self { idle: true, packs: changes.packs.clone(), moved: Vec::new(), kept: Vec::new() };
        let media = archive.media()?;
        let gone = |entry: &&MediaEntry| changes.media.contains(&entry.sha256);
        for entry in media.iter().filter(gone) {
            plan.packs.extend(entry.pieces.iter().map(|piece| piece.object.clone()));
        }
        for entry in media.iter().filter(|entry| !gone(entry)) {
            let moves = entry.pieces.iter().any(|piece| plan.packs.contains(&piece.object));
            if moves { plan.moved.push(entry.clone()) } else { plan.kept.push(entry.clone()) }
        }
        plan.idle = plan.packs.is_empty();
        // In the order in which they lie, so that each pack is read from front to back.
        let place = |entry: &MediaEntry| entry.pieces.first().map(|piece| (piece.object.clone(), piece.offset));
        plan.moved.sort_by_cached_key(place);
        plan.kept.sort_by_cached_key(place);
        Ok(plan)
    }

    /// Media that the writer need not store.
    fn untouched(&self) -> MediaIndex {
        let mut index = MediaIndex::default();
        for entry in &self.kept {
            index.insert(entry.clone());
        }
        index
    }

    fn copy(&self, archive: &Archive, writer: &Writer<'_>) -> Result<(), StoreError> {
        for entry in &self.moved {
            put_again(archive, writer, entry)?;
        }
        Ok(())
    }

    /// Packs and lists to take out.
    fn removed(&self, archive: &Archive) -> Vec<String> {
        if self.idle {
            return Vec::new();
        }
        let lists = archive.objects(ObjectKind::MediaList).map(|object| object.sha256.clone());
        lists.chain(self.packs.iter().cloned()).collect()
    }
}

/// Stores once more what an archive has, in the same archive or another.
pub(super) fn put_again(from: &Archive, writer: &Writer<'_>, entry: &MediaEntry) -> Result<(), StoreError> {
    let extension = from.media_extension(entry)?;
    let open = || -> io::Result<Box<dyn Read + Send + '_>> { Ok(Box::new(from.open_media(entry))) };
    let source = MediaSource::Stream { size: entry.size, open: &open };
    match writer.put_media(&entry.sha256, &entry.mime, &extension, &source)? {
        PutMedia::Stored | PutMedia::Again | PutMedia::Known => Ok(()),
        PutMedia::Unread(_) | PutMedia::Underway => {
            let pack = entry.pieces.first().map_or("", |piece| piece.object.as_str());
            Err(StoreError::damaged(&from.layout().object(pack)))
        }
    }
}

/// What becomes of originals.
struct OriginalsPlan {
    /// Nothing changes.
    idle: bool,
    /// Objects to take out.
    objects: BTreeSet<String>,
    /// Originals in those objects that are kept, with the paths they are remembered by.
    moved: HashMap<String, String>,
    /// Originals that stay where they are.
    kept: Vec<OriginalLine>,
}

impl OriginalsPlan {
    fn new(archive: &Archive, changes: &Changes<'_>) -> Result<Self, StoreError> {
        let mut lines = archive.originals()?;
        let mut idle = true;
        for line in &mut lines {
            let path = (changes.path)(&line.path);
            idle &= path == line.path;
            line.path = path;
        }
        let gone = |line: &&OriginalLine| changes.originals.contains(&line.sha256);
        let objects: BTreeSet<String> = lines.iter().filter(gone).map(|line| line.object.clone()).collect();
        idle &= objects.is_empty();
        let (moved, kept): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| objects.contains(&line.object));
        let moved = moved.into_iter().filter(|line| !changes.originals.contains(&line.sha256));
        Ok(Self { idle, objects, moved: moved.map(|line| (line.sha256, line.path)).collect(), kept })
    }

    fn copy(&self, archive: &Archive, writer: &Writer<'_>) -> Result<(), StoreError> {
        writer.readmit_raw(self.moved.keys().filter_map(|sha256| parse_hash(sha256)));
        let mut bytes = Vec::new();
        for object in &self.objects {
            archive.each_original(object, &mut |sha256, content| {
                if let Some(path) = self.moved.get(sha256) {
                    bytes.clear();
                    let path_of = || archive.layout().object(object);
                    content.read_to_end(&mut bytes).map_err(|error| StoreError::reading(&path_of(), error))?;
                    writer.put_raw(sha256, path, &bytes)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Objects and lists to take out.
    fn removed(&self, archive: &Archive) -> Vec<String> {
        if self.idle {
            return Vec::new();
        }
        let lists = archive.objects(ObjectKind::RawList).map(|object| object.sha256.clone());
        lists.chain(self.objects.iter().cloned()).collect()
    }

    fn kept_lines(&self) -> Result<Vec<u8>, StoreError> {
        let mut lines = Vec::new();
        for line in self.kept.iter().filter(|_| !self.idle) {
            serde_json::to_writer(&mut lines, line).map_err(io::Error::from)?;
            lines.push(b'\n');
        }
        Ok(lines)
    }
}

/// SHA-256 of every commit up to `tip`, oldest first.
pub(super) fn chain(layout: &Layout, history: &[Tip], tip: &Tip) -> Result<Vec<String>, StoreError> {
    let mut chain = history.first().map(|oldest| oldest.commit.forgotten.clone()).unwrap_or_default();
    chain.extend(history.iter().map(|tip| tip.sha256.clone()));
    // A chain with a gap would forget what it cannot attest.
    if u64::try_from(chain.len()).ok() == Some(tip.commit.seq) && chain.last() == Some(&tip.sha256) {
        Ok(chain)
    } else {
        Err(StoreError::damaged(&layout.commits()))
    }
}
