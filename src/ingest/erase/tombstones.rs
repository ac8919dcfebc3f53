//! What was erased from an archive, as it is kept in it: keyed hashes, so that neither a download nor an old copy brings it
//! back, and no name.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::traces::{Form, Of, PersonTraces, Trace, TraceKey, Traces, masked};
use crate::crypto::{hex, random_id};
use crate::ingest::report::FileLine;
use crate::model::{AttachmentStatus, Author, Conversation, Identity, Kind, KnownBy, Record, RecordId};
use crate::store::{Archive, ListKind, ObjectKind, StoreError};

/// What an erasure took away and left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ErasureCounts {
    /// Messages of the person.
    pub messages: u64,
    /// Their posts, comments, reactions and whatever else is no message and no contact.
    pub others: u64,
    /// Entries of address books, lists of friends and the like that are the person, and contact cards sent in conversations.
    pub cards: u64,
    /// Photos, films, sounds and documents that nobody else's records hold.
    pub media: u64,
    /// Records of others, the owner's included, that stay with the person's names masked.
    pub masked: u64,
    /// Of those, the owner's messages.
    pub own: u64,
    /// Texts of other people that name the person. They stay as they are.
    pub mentions: u64,
    /// Original files of downloads that are no longer kept, since they name the person.
    pub originals: u64,
    /// What the owner added of them: labels and notes of their records, decisions on who they are, saved searches that name
    /// them; and labels and notes in which their names are masked.
    #[serde(default)]
    pub annotations: u64,
}

impl ErasureCounts {
    /// True when nothing of the person is there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.messages + self.others + self.cards + self.media + self.masked + self.originals + self.annotations == 0
    }
}

/// One erasure, as the archive remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasureEntry {
    /// Random id.
    pub id: String,
    /// When, RFC 3339 UTC.
    pub time: String,
    /// The commit that carried it out.
    pub seq: u64,
    /// What it did.
    pub counts: ErasureCounts,
}

/// First line of the list of an erasure.
#[derive(Serialize, Deserialize)]
struct Head {
    erasure: String,
    time: String,
    /// Key of the hashes. It lies beside them, for they are sealed together: it keeps them from being compared with those
    /// of another archive.
    key: String,
    /// See [`PersonTraces::until`].
    until: i64,
    /// See [`Traces::words_max`].
    words: usize,
    counts: ErasureCounts,
}

/// Every other line.
#[derive(Serialize, Deserialize)]
struct TraceLine {
    is: Of,
    hash: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    len: Option<usize>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    free: bool,
}

/// What is to become of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It has nothing to do with anybody erased.
    Keep,
    /// It stays, changed: names are masked in it.
    Masked,
    /// It goes.
    Erase,
}

/// Persons and things erased, under one key.
#[derive(Clone)]
pub struct Group {
    pub key: TraceKey,
    pub traces: Traces,
    pub records: HashSet<Trace>,
    pub media: HashSet<Trace>,
    pub originals: HashSet<Trace>,
}

/// Everything erased.
pub struct Erased(Vec<Group>);

impl Group {
    /// Nothing under a key.
    pub fn new(key: TraceKey) -> Self {
        let (records, media, originals) = (HashSet::new(), HashSet::new(), HashSet::new());
        Self { key, traces: Traces::default(), records, media, originals }
    }

    /// The list that tells it.
    pub fn to_lines(&self, head: (&str, &str, i64), counts: &ErasureCounts) -> serde_json::Result<Vec<u8>> {
        let (id, time, until) = head;
        let head = Head {
            erasure: id.to_owned(),
            time: time.to_owned(),
            key: hex(&self.key.0),
            until,
            words: self.traces.words_max(),
            counts: counts.clone(),
        };
        let mut lines = serde_json::to_vec(&head)?;
        lines.push(b'\n');
        let mut told: Vec<(Of, Trace, Option<Form>)> = Vec::new();
        for person in &self.traces.persons {
            told.extend(person.names.iter().map(|trace| (Of::Name, *trace, None)));
            told.extend(person.phones.iter().map(|trace| (Of::Phone, *trace, None)));
            told.extend(person.handles.iter().map(|trace| (Of::Handle, *trace, None)));
        }
        told.extend(self.traces.forms.iter().map(|(trace, form)| (Of::Form, *trace, Some(*form))));
        told.extend(self.records.iter().map(|trace| (Of::Record, *trace, None)));
        told.extend(self.media.iter().map(|trace| (Of::Media, *trace, None)));
        told.extend(self.originals.iter().map(|trace| (Of::Original, *trace, None)));
        for (is, trace, form) in told {
            let line = TraceLine {
                is,
                hash: hex(&trace),
                len: form.map(|form| form.len),
                free: form.is_some_and(|form| form.free),
            };
            serde_json::to_writer(&mut lines, &line)?;
            lines.push(b'\n');
        }
        Ok(lines)
    }
}

/// The key under which an archive keeps hashes: that of its first erasure.
pub fn key_of(archive: &Archive) -> Result<TraceKey, StoreError> {
    if let Some(group) = Erased::load(archive)?.and_then(|erased| erased.0.into_iter().next()) {
        return Ok(group.key);
    }
    let random = format!("{}{}", random_id()?, random_id()?);
    let key = unhex::<32>(&random).ok_or_else(|| StoreError::Io(std::io::ErrorKind::Other.into()))?;
    Ok(TraceKey(key))
}

/// Lists being read.
#[derive(Default)]
struct Reading {
    groups: Vec<Group>,
    /// The group of the erasure being read, and how many words its forms may run over.
    at: Option<usize>,
    words: usize,
    /// A line is none of a list.
    bad: bool,
}

impl Reading {
    fn line(&mut self, line: &[u8]) {
        if let Ok(head) = serde_json::from_slice::<Head>(line) {
            let Some(key) = unhex(&head.key).map(TraceKey) else {
                self.bad = true;
                return;
            };
            let known = self.groups.iter().position(|group| group.key == key);
            let place = known.unwrap_or(self.groups.len());
            if known.is_none() {
                self.groups.push(Group::new(key));
            }
            if let Some(group) = self.groups.get_mut(place) {
                group.traces.persons.push(PersonTraces { until: head.until, ..PersonTraces::default() });
            }
            (self.at, self.words) = (Some(place), head.words);
            return;
        }
        let told = serde_json::from_slice::<TraceLine>(line).ok();
        let told = told.and_then(|told| Some((unhex(&told.hash)?, told)));
        match (self.at.and_then(|at| self.groups.get_mut(at)), told) {
            (Some(group), Some((trace, told))) => group.admit(trace, &told, self.words),
            _ => self.bad = true,
        }
    }
}

/// The list of every erasure of an archive, by its id.
///
/// # Errors
/// Those of reading.
pub fn erasure_lists(archive: &Archive) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let mut lists: Vec<(String, Vec<u8>)> = Vec::new();
    archive.read_lists(ListKind::Erasures, |line| {
        if let Ok(head) = serde_json::from_slice::<Head>(line) {
            lists.push((head.erasure, Vec::new()));
        }
        if let Some((_, lines)) = lists.last_mut() {
            lines.extend_from_slice(line);
            lines.push(b'\n');
        }
    })?;
    Ok(lists)
}

/// Every erasure of an archive, the oldest first.
///
/// # Errors
/// Those of reading.
pub fn read_erasures(archive: &Archive) -> Result<Vec<ErasureEntry>, StoreError> {
    let mut entries = Vec::new();
    for object in archive.objects(ObjectKind::ErasureList) {
        archive.read_list(ListKind::Erasures, object, |line| {
            if let Ok(Head { erasure, time, counts, .. }) = serde_json::from_slice(line) {
                entries.push(ErasureEntry { id: erasure, time, seq: object.seq, counts });
            }
        })?;
    }
    Ok(entries)
}

/// Tells of a record's id whether an erasure took it away.
///
/// # Errors
/// Those of reading.
pub fn erased_records(archive: &Archive) -> Result<impl Fn(&RecordId) -> bool + use<>, StoreError> {
    let erased = Erased::load(archive)?;
    Ok(move |id: &RecordId| erased.as_ref().is_some_and(|erased| erased.has_record(id)))
}

impl Erased {
    /// One person, under a key, before anything is known of what is theirs.
    pub fn only(group: Group) -> Self {
        Self(vec![group])
    }

    /// The only person's group.
    pub fn group(&mut self) -> Option<&mut Group> {
        self.0.first_mut()
    }

    /// What was erased from an archive; nothing when nothing ever was.
    ///
    /// # Errors
    /// [`StoreError::Damaged`]: what was erased must not come back because a list cannot be read.
    pub fn load(archive: &Archive) -> Result<Option<Self>, StoreError> {
        let mut reading = Reading::default();
        for object in archive.objects(ObjectKind::ErasureList) {
            archive.read_list(ListKind::Erasures, object, |line| reading.line(line))?;
            if reading.bad {
                return Err(StoreError::Damaged { path: archive.layout().object(&object.sha256) });
            }
        }
        Ok((!reading.groups.is_empty()).then_some(Self(reading.groups)))
    }

    /// What the list of one erasure tells; nothing when it is none.
    pub fn parse(lines: &[u8]) -> Option<Self> {
        let mut reading = Reading::default();
        lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).for_each(|line| reading.line(line));
        (!reading.bad && reading.groups.len() == 1).then_some(Self(reading.groups))
    }

    /// Decides about a record, and masks names in one that stays.
    pub fn judge(&self, record: &mut Record) -> Fate {
        if self.0.iter().any(|group| group.takes(record)) {
            return Fate::Erase;
        }
        let mut changed = false;
        for group in &self.0 {
            changed |= super::mask::mask(group, record);
        }
        if changed { Fate::Masked } else { Fate::Keep }
    }

    /// Whether a media file was erased.
    pub fn has_media(&self, sha256: &str) -> bool {
        self.0.iter().any(|group| group.has_media(sha256))
    }

    /// Whether an original was erased.
    pub fn has_original(&self, sha256: &str) -> bool {
        self.0.iter().any(|group| group.originals.contains(&group.key.hash(Of::Original, sha256.as_bytes())))
    }

    /// Whether a text names anybody.
    pub fn occurs(&self, text: &str) -> bool {
        self.0.iter().any(|group| !group.traces.spans(&group.key, text, false).is_empty())
    }

    /// A name, title or path with erased names masked; nothing when there are none.
    pub fn masked(&self, text: &str) -> Option<String> {
        let mut out: Option<String> = None;
        for group in &self.0 {
            let now = out.as_deref().unwrap_or(text);
            if let Some(next) = masked(now, &group.traces.spans(&group.key, now, false)) {
                out = Some(next);
            }
        }
        out
    }

    /// Whether somebody erased is known by this identity.
    pub fn is_identity(&self, identity: &Identity) -> bool {
        let value = identity.value.clone();
        let mut author = Author::default();
        match identity.by {
            KnownBy::Handle => author.handle = Some(value),
            KnownBy::Phone => author.phone = Some(value),
            KnownBy::Name => author.name = value,
            KnownBy::Account | KnownBy::Card => return self.occurs(&value),
        }
        self.0.iter().any(|group| group.traces.author(&group.key, identity.platform, &author).is_some())
    }

    /// Words that somebody wrote, with erased names masked that cannot be other words; nothing when there are none.
    pub fn masked_words(&self, text: &str) -> Option<String> {
        let mut out: Option<String> = None;
        for group in &self.0 {
            let now = out.as_deref().unwrap_or(text);
            if let Some(next) = masked(now, &group.traces.spans(&group.key, now, true)) {
                out = Some(next);
            }
        }
        out
    }

    /// Whether a record was erased, by its id.
    pub fn has_record(&self, id: &RecordId) -> bool {
        self.0.iter().any(|group| group.has_record(id))
    }

    /// Masks names in a title or a path; true when there were any.
    pub fn mask(&self, text: &mut String) -> bool {
        match self.masked(text) {
            Some(masked) => {
                *text = masked;
                true
            }
            None => false,
        }
    }

    /// A conversation with erased names masked.
    pub fn mask_conversation(&self, conversation: &Conversation) -> Conversation {
        let mut masked = conversation.clone();
        self.mask(&mut masked.title);
        masked.participants.iter_mut().for_each(|name| {
            self.mask(name);
        });
        masked
    }

    /// Masks names in a line of a report, and the hashes of what was erased; true when that changed anything.
    pub fn mask_file(&self, line: &mut FileLine) -> bool {
        let mut changed = self.mask(&mut line.bundle);
        changed |= self.mask(&mut line.file);
        line.missing.iter_mut().for_each(|missing| changed |= self.mask(&mut missing.path));
        if line.sha256.as_ref().is_some_and(|sha256| self.has_media(sha256) || self.has_original(sha256)) {
            line.sha256 = None;
            changed = true;
        }
        changed
    }
}

impl Group {
    fn admit(&mut self, trace: Trace, told: &TraceLine, words: usize) {
        let Some(person) = self.traces.persons.last_mut() else { return };
        match told.is {
            Of::Name => person.names.extend([trace]),
            Of::Phone => person.phones.extend([trace]),
            Of::Handle => person.handles.extend([trace]),
            Of::Form => {
                let form = Form { len: told.len.unwrap_or(0), free: told.free };
                self.traces.insert(trace, form, words);
            }
            Of::Record => self.records.extend([trace]),
            Of::Media => self.media.extend([trace]),
            Of::Original => self.originals.extend([trace]),
        }
    }

    /// Whether a record was erased by its id.
    fn has_record(&self, id: &RecordId) -> bool {
        !self.records.is_empty() && self.records.contains(&self.key.hash(Of::Record, id.as_bytes()))
    }

    /// Whether a media file was erased.
    pub fn has_media(&self, sha256: &str) -> bool {
        !self.media.is_empty() && self.media.contains(&self.key.hash(Of::Media, sha256.as_bytes()))
    }

    /// Whether a record goes with the person.
    fn takes(&self, record: &Record) -> bool {
        if self.has_record(&record.id) {
            return true;
        }
        let (key, traces) = (&self.key, &self.traces);
        let within = |until: i64| record.time.order_ms().is_none_or(|at| at <= until);
        match &record.author {
            Some(author) if traces.author(key, record.platform, author).is_some_and(within) => return true,
            None if record.kind == Kind::Contact && traces.whole_name(key, &record.text).is_some() => return true,
            _ => {}
        }
        // A file of the person's conversation that nothing named, or one that was erased.
        record.extra.contains_key("unreferenced")
            && record.attachments.iter().any(|attachment| {
                let path = attachment.path.as_deref().unwrap_or_default();
                let is_erased = attachment.sha256.as_deref().is_some_and(|sha256| self.has_media(sha256));
                is_erased || !traces.spans(key, path, false).is_empty()
            })
    }

    /// Takes away the bytes of attachments that were erased; true when there were any.
    pub fn strip(&self, record: &mut Record) -> bool {
        let mut changed = false;
        for attachment in &mut record.attachments {
            if attachment.sha256.as_deref().is_some_and(|sha256| self.has_media(sha256)) {
                (attachment.sha256, attachment.size_bytes) = (None, None);
                attachment.status = AttachmentStatus::Omitted;
                changed = true;
            }
        }
        changed
    }
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N {
        return None;
    }
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(bytes)
}
