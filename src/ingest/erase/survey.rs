//! What there is of a person: one look at every record, list and original, before anything is written.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::tombstones::{Erased, ErasureCounts, Fate};
use super::traces::{Of, Trace, TraceKey};
use super::{annotations, scan};
use crate::ingest::conversations::{ConversationLine, Conversations, gathered};
use crate::ingest::engine::IngestError;
use crate::ingest::recount::Recount;
use crate::ingest::report::{FileLine, UnreadLine};
use crate::ingest::tellings::Witness;
use crate::model::{AttachmentKind, Conversation, Kind, Record, RecordId};
use crate::store::{
    Archive, ImportEntry, ListKind, Location, MediaEntry, RecordReader, StoreError, line_id, line_is_folded,
    line_retracts,
};

/// What an erasure would do.
pub struct Survey {
    pub counts: ErasureCounts,
    /// Segments that hold something of the person.
    pub segments: BTreeSet<u32>,
    /// Media that go, large originals among them.
    pub media: HashSet<String>,
    /// Originals that go.
    pub originals: HashSet<String>,
    /// Lines in place of the conversation lists.
    pub conversations: Option<Vec<u8>>,
    /// Lines in place of the lists of what the owner added.
    pub annotations: Option<Vec<u8>>,
    /// Lines in place of reports, by object.
    pub reports: BTreeMap<String, Vec<u8>>,
    /// Imports as they are to be remembered.
    pub imports: Vec<ImportEntry>,
    /// Records that go, by `platform/kind`; negative.
    pub deltas: BTreeMap<String, i64>,
}

/// A file of a download: import, bundle, path.
type Source = (String, String, String);

/// What the records tell.
#[derive(Default)]
struct Records {
    counts: ErasureCounts,
    segments: BTreeSet<u32>,
    erased: HashSet<RecordId>,
    /// Media of records that go, and of records that stay.
    gone: HashSet<String>,
    held: HashSet<String>,
    /// Files of downloads that told what goes or changes.
    sources: HashSet<Source>,
    /// Conversations that lose or change something.
    affected: HashSet<String>,
    remaining: Conversations,
    /// Conversations that were met, by id.
    conversations: HashMap<String, Arc<Conversation>>,
    deltas: BTreeMap<String, i64>,
}

/// Looks at everything. `erased` knows the person; cards that are the person's are added to it.
pub fn survey(archive: &Archive, erased: &mut Erased) -> Result<Survey, IngestError> {
    let cards = cards(archive, erased)?;
    if let Some(group) = erased.group() {
        let key = group.key;
        group.media.extend(traces(&key, Of::Media, &cards));
    }
    let mut records = Records::read(archive, erased)?;
    let mut media: HashSet<String> = records.gone.difference(&records.held).cloned().collect();
    records.counts.media = count(media.len());
    records.counts.cards += count(cards.len());
    media.extend(cards);
    let mut originals = told_by(archive, &records)?;
    named_in(archive, erased, &records, &mut originals)?;
    records.counts.originals = count(originals.len());
    if let Some(group) = erased.group() {
        let key = group.key;
        group.media.extend(traces(&key, Of::Media, &media));
        group.originals.extend(traces(&key, Of::Original, &originals));
        group.records.extend(records.erased.iter().map(|id| key.hash(Of::Record, id.as_bytes())));
    }
    let (annotations, added) = annotations::remaining(archive, erased, &records.erased)?;
    records.counts.annotations = added;
    let conversations = conversations(archive, erased, &records.affected, records.remaining)?;
    let reports = reports(archive, erased)?;
    let mut imports = archive.commit().imports.clone();
    for import in &mut imports {
        for name in &mut import.bundles {
            erased.mask(name);
        }
    }
    // Large originals lie among the media.
    let stored = archive.media()?;
    media.extend(originals.iter().filter(|sha256| stored.entry(sha256).is_some()).cloned());
    Ok(Survey {
        counts: records.counts,
        segments: records.segments,
        media,
        originals,
        conversations,
        annotations,
        reports,
        imports,
        deltas: records.deltas,
    })
}

fn traces<'a>(key: &TraceKey, of: Of, hashes: impl IntoIterator<Item = &'a String>) -> Vec<Trace> {
    hashes.into_iter().map(|sha256| key.hash(of, sha256.as_bytes())).collect()
}

/// Contact cards, sent as files, that name the person.
fn cards(archive: &Archive, erased: &Erased) -> Result<HashSet<String>, StoreError> {
    let mut found = HashSet::new();
    let index = archive.media()?;
    for entry in index.iter().filter(|entry| entry.mime == "text/vcard") {
        if names_in(archive, erased, entry)? {
            found.insert(entry.sha256.clone());
        }
    }
    Ok(found)
}

fn names_in(archive: &Archive, erased: &Erased, entry: &MediaEntry) -> Result<bool, StoreError> {
    Ok(scan::names(erased, &mut archive.open_media(entry))?)
}

impl Records {
    fn read(archive: &Archive, erased: &Erased) -> Result<Self, IngestError> {
        let mut reader = RecordReader::new(archive);
        let mut newest: HashMap<RecordId, Location> = HashMap::new();
        reader.each(&|_| true, &mut |location, line| {
            newest.extend(line_id(line).map(|id| (id, location)));
            Ok(())
        })?;
        let mut records = Self::default();
        reader.each(&|_| true, &mut |location, line| {
            let is_folded = line_is_folded(line);
            if line_retracts(line) && !is_folded {
                return Ok(());
            }
            let told: Record = serde_json::from_slice(line).map_err(std::io::Error::from)?;
            let is_newest = newest.get(&told.id) == Some(&location);
            records.look(erased, told, location, (is_newest, is_folded));
            Ok(())
        })?;
        // Older lines of a record that goes may tell nothing of whose it is.
        let (segments, ids) = (&mut records.segments, &records.erased);
        reader.each(&|_| !ids.is_empty(), &mut |location, line| {
            if line_id(line).is_some_and(|id| ids.contains(&id)) {
                segments.insert(location.segment());
            }
            Ok(())
        })?;
        Ok(records)
    }

    fn look(&mut self, erased: &Erased, mut record: Record, location: Location, (is_newest, is_folded): (bool, bool)) {
        let before = record.origin.clone();
        let media = record.attachments.iter().filter_map(|attachment| attachment.sha256.clone());
        let media: Vec<String> = media.collect();
        let fate = erased.judge(&mut record);
        if fate != Fate::Keep {
            self.segments.insert(location.segment());
            self.sources.extend(before.into_iter().map(|origin| (origin.import, origin.bundle, origin.file)));
            self.affected.extend(record.conversation.iter().map(|conversation| conversation.id.clone()));
        }
        if !is_newest {
            return;
        }
        // A folded record is told by another one, which is counted.
        if is_folded {
            match fate {
                Fate::Erase => {
                    self.erased.insert(record.id);
                    self.gone.extend(media);
                }
                Fate::Keep | Fate::Masked => self.held.extend(media),
            }
            return;
        }
        let is_message = record.kind == Kind::Message;
        if fate == Fate::Erase {
            let counter = match record.kind {
                Kind::Message => &mut self.counts.messages,
                Kind::Contact => &mut self.counts.cards,
                _ => &mut self.counts.others,
            };
            *counter += 1;
            *self.deltas.entry(format!("{}/{}", record.platform.name(), record.kind.name())).or_default() -= 1;
            self.erased.insert(record.id);
            self.gone.extend(media);
            return;
        }
        self.held.extend(record.attachments.iter().filter_map(|attachment| attachment.sha256.clone()));
        let is_own = record.author.as_ref().is_some_and(|author| author.is_owner);
        if fate == Fate::Masked {
            self.counts.masked += 1;
            self.counts.own += u64::from(is_message && is_own);
        }
        let cards = record.attachments.iter().filter(|attachment| attachment.kind == AttachmentKind::Contact);
        let captions = cards.filter_map(|attachment| attachment.caption.as_deref());
        if !record.system && captions.chain([record.text.as_str()]).any(|text| erased.occurs(text)) {
            self.counts.mentions += 1;
        }
        if let Some(told) = &record.conversation {
            let conversation = self.conversations.entry(told.id.clone()).or_insert_with(|| {
                let (id, title) = (told.id.clone(), told.title.clone());
                Arc::new(Conversation { id, title, kind: told.kind, participants: Vec::new() })
            });
            self.remaining.note(
                conversation,
                (record.platform, record.account.as_deref()),
                (&record.time, Witness::of(&record).as_ref()),
                is_message,
            );
        }
    }
}

/// Originals that told records which go or change, whether or not the name can be read in them.
fn told_by(archive: &Archive, records: &Records) -> Result<HashSet<String>, StoreError> {
    let kept: HashSet<String> = archive.originals()?.into_iter().map(|line| line.sha256).collect();
    let stored = archive.media()?;
    let is_media = |sha256: &String| records.held.contains(sha256) || records.gone.contains(sha256);
    let mut found = HashSet::new();
    each_report(archive, &mut |import, _, line| {
        let ReportLine::File(line) = line else { return };
        let FileLine { bundle, file, sha256: Some(sha256), .. } = *line else { return };
        let source = (import.id.clone(), bundle, file);
        let is_original = kept.contains(&sha256) || stored.entry(&sha256).is_some() && !is_media(&sha256);
        if is_original && records.sources.contains(&source) {
            found.insert(sha256);
        }
    })?;
    Ok(found)
}

/// Adds originals that name the person.
fn named_in(
    archive: &Archive,
    erased: &Erased,
    records: &Records,
    found: &mut HashSet<String>,
) -> Result<(), StoreError> {
    let objects: BTreeSet<String> = archive.originals()?.into_iter().map(|line| line.object).collect();
    for object in objects {
        archive.each_original(&object, &mut |sha256, content| {
            let read = |error| StoreError::Io(error);
            if !found.contains(sha256) && scan::names(erased, content).map_err(read)? {
                found.insert(sha256.to_owned());
            }
            Ok(())
        })?;
    }
    // Media that no record names are large originals, or what an interrupted import stored.
    let stored = archive.media()?;
    for entry in stored.iter() {
        let sha256 = &entry.sha256;
        let is_media = records.held.contains(sha256) || records.gone.contains(sha256);
        if !is_media && !found.contains(sha256) && names_in(archive, erased, entry)? {
            found.insert(sha256.clone());
        }
    }
    Ok(())
}

/// The conversation lists without what goes; nothing when they stay as they are.
fn conversations(
    archive: &Archive,
    erased: &Erased,
    affected: &HashSet<String>,
    remaining: Conversations,
) -> Result<Option<Vec<u8>>, IngestError> {
    let counted: HashMap<String, ConversationLine> = remaining
        .into_lines(&Recount::default())?
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<ConversationLine>(line).ok())
        .map(|line| (line.id.clone(), line))
        .collect();
    let (all, mut samples) = gathered(archive)?;
    let mut changed = false;
    let mut lines: Vec<ConversationLine> = Vec::new();
    for (id, mut line) in all {
        changed |= erased.mask(&mut line.title);
        line.participants.iter_mut().for_each(|name| changed |= erased.mask(name));
        line.sample = samples.remove(&id);
        if affected.contains(&id) {
            changed = true;
            // What is left of it; nothing when all of it went.
            let Some(left) = counted.get(&id) else { continue };
            (line.messages, line.taken_back) = (left.messages, left.taken_back);
            (line.first, line.last) = (left.first.clone(), left.last.clone());
            line.sample.clone_from(&left.sample);
        }
        lines.push(line);
    }
    if !changed {
        return Ok(None);
    }
    lines.sort_by(|a, b| a.id.cmp(&b.id));
    let mut out = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut out, &line)?;
        out.push(b'\n');
    }
    Ok(Some(out))
}

/// Reports in which something is masked.
fn reports(archive: &Archive, erased: &Erased) -> Result<BTreeMap<String, Vec<u8>>, IngestError> {
    let mut reports: BTreeMap<String, (bool, Vec<u8>)> = BTreeMap::new();
    let mut failure = None;
    each_report(archive, &mut |_, object, mut line| {
        let (changed, lines) = reports.entry(object.to_owned()).or_default();
        *changed |= match &mut line {
            ReportLine::File(line) => erased.mask_file(line),
            ReportLine::Unread(line) => erased.mask(&mut line.input),
        };
        if let Err(error) = serde_json::to_writer(&mut *lines, &line) {
            failure = Some(error);
        }
        lines.push(b'\n');
    })?;
    failure.map_or(Ok(()), |error| Err(IngestError::from(error)))?;
    Ok(reports.into_iter().filter(|(_, (changed, _))| *changed).map(|(object, (_, lines))| (object, lines)).collect())
}

/// A line of a report.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
enum ReportLine {
    File(Box<FileLine>),
    Unread(UnreadLine),
}

/// Every line of the report of every import, with the object it stands in.
fn each_report(archive: &Archive, visit: &mut dyn FnMut(&ImportEntry, &str, ReportLine)) -> Result<(), StoreError> {
    let commit = archive.commit();
    for import in &commit.imports {
        let Some(name) = &import.report else { continue };
        let Some(object) = commit.objects.iter().find(|object| object.sha256 == *name) else { continue };
        let mut bad = false;
        archive.read_list(ListKind::Report, object, |line| match serde_json::from_slice(line) {
            Ok(line) => visit(import, name, line),
            Err(_) => bad = true,
        })?;
        if bad {
            return Err(StoreError::Damaged { path: archive.layout().object(name) });
        }
    }
    Ok(())
}

fn count(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}
