//! What the archive knows already, by record id, so that importing again adds nothing and completes what was missing.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::twice::line_is_of_page;
use crate::bundle::comparison_key;
use crate::model::{AttachmentStatus, Kind, Origin, Record, RecordId};
use crate::store::{Archive, Location, RecordReader, StoreError, line_id, line_is_folded, line_retracts, line_state};

const SHARDS: usize = 64;

/// What is remembered of a record.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) state: u64,
    pub(super) location: Location,
    /// It was in the archive before this import.
    pub(super) earlier: bool,
    /// This import told it.
    pub(super) seen: bool,
    /// It was taken back (a media file that a record turned out to name).
    pub(super) retracted: bool,
    /// Another record tells it more fully. Its line holds it all the same.
    pub(super) folded: bool,
}

/// What to do with an element.
pub(super) enum Verdict {
    /// The archive lacks it.
    New,
    /// The archive has exactly this.
    Same,
    /// The archive has it, and something differs. Holds the place of the stored line, when that is readable already.
    Differs(Entry),
    /// This import told the same before.
    Repeated,
}

/// An earlier record of a media file that nothing named.
#[derive(Clone)]
pub(super) struct Orphan {
    pub(super) id: RecordId,
    pub(super) sha256: String,
    pub(super) size_bytes: u64,
    pub(super) mime: String,
    /// It was taken back, since a record names it. That record may lie in a damaged file.
    pub(super) retracted: bool,
    /// Where it came from.
    pub(super) origins: Vec<Origin>,
}

type Ids = HashMap<RecordId, Entry, foldhash::fast::RandomState>;

/// Ids of the archive and of the running import.
pub(super) struct Known {
    shards: Vec<Mutex<Ids>>,
    /// Records that name a file no part had, by the place of their line.
    pub(super) waiting: Vec<(RecordId, Location)>,
    /// Earlier media records that nothing named, by platform and path. Several downloads may have a file at one path.
    pub(super) orphans: HashMap<(&'static str, String), Vec<Orphan>>,
    /// Damaged or missing files of the archive. What they held is not known, and stored again when it is told again.
    pub(super) damaged: Vec<PathBuf>,
    /// Lines of records that only HTML pages told, folded ones included; a later line may have taken their place.
    pub(super) pages: Vec<(RecordId, Location)>,
}

impl Known {
    /// Reads every record line of the archive once, but for what is damaged.
    ///
    /// # Errors
    /// Those of the operating system.
    pub(super) fn load(archive: &Archive) -> Result<Self, StoreError> {
        let mut known = Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            waiting: Vec::new(),
            orphans: HashMap::new(),
            damaged: Vec::new(),
            pages: Vec::new(),
        };
        let missing = memchr::memmem::Finder::new(b"\"status\":\"missing\"");
        let orphan = memchr::memmem::Finder::new(b"\"unreferenced\":true");
        let mut waiting = HashMap::new();
        let mut orphans: HashMap<RecordId, ((&'static str, String), Orphan)> = HashMap::new();
        let mut reader = RecordReader::salvaging(archive);
        reader.each(&|_| true, &mut |location, line| {
            let Some(id) = line_id(line) else { return Ok(()) };
            waiting.remove(&id);
            let (taken_back, folded) = (line_retracts(line), line_is_folded(line));
            let retracted = taken_back && !folded;
            match orphans.get_mut(&id) {
                Some((_, orphan)) if retracted => orphan.retracted = true,
                _ => drop(orphans.remove(&id)),
            }
            let entry = Entry { state: line_state(line), location, earlier: true, seen: false, retracted, folded };
            known.shard(&id).insert(id, entry);
            if !retracted && line_is_of_page(line) {
                known.pages.push((id, location));
            }
            if !taken_back && missing.find(line).is_some() {
                waiting.insert(id, location);
            }
            if !taken_back && orphan.find(line).is_some() {
                orphans.extend(orphan_of(line).map(|orphan| (id, orphan)));
            }
            Ok(())
        })?;
        known.waiting = waiting.into_iter().collect();
        for (key, orphan) in orphans.into_values() {
            known.orphans.entry(key).or_default().push(orphan);
        }
        known.damaged = reader.passed();
        Ok(known)
    }

    /// Decides about an element and remembers it. A new one gets its place by [`Known::place`].
    pub(super) fn judge(&self, id: &RecordId, state: u64) -> Verdict {
        let mut shard = self.shard(id);
        let Some(entry) = shard.get_mut(id) else {
            let location = Location(u64::MAX);
            let entry = Entry { state, location, earlier: false, seen: true, retracted: false, folded: false };
            shard.insert(*id, entry);
            return Verdict::New;
        };
        let (first_time, before) = (!entry.seen, *entry);
        entry.seen = true;
        if before.retracted || before.state == state {
            return if first_time { Verdict::Same } else { Verdict::Repeated };
        }
        Verdict::Differs(Entry { seen: !first_time, ..before })
    }

    /// Remembers where the newest line of a record lies, and its state.
    pub(super) fn place(&self, id: &RecordId, state: u64, location: Location) {
        if let Some(entry) = self.shard(id).get_mut(id) {
            entry.location = location;
            entry.state = state;
        }
    }

    /// Where the newest line of a record lies.
    pub(super) fn location(&self, id: &RecordId) -> Option<Location> {
        self.shard(id).get(id).map(|entry| entry.location)
    }

    /// Where the record of an id can be read: the newest line that was not taken back.
    pub(super) fn readable(&self, id: &RecordId) -> Option<Location> {
        let entry = self.shard(id).get(id).copied()?;
        (!entry.retracted && entry.location != Location(u64::MAX)).then_some(entry.location)
    }

    /// Whether the archive had the record before this import.
    pub(super) fn is_earlier(&self, id: &RecordId) -> bool {
        self.shard(id).get(id).is_some_and(|entry| entry.earlier)
    }

    /// Whether a record is neither taken back nor folded.
    pub(super) fn is_live(&self, id: &RecordId) -> bool {
        self.shard(id).get(id).is_some_and(|entry| !entry.retracted && !entry.folded)
    }

    /// Notes whether a record is folded into another; true when that is new.
    pub(super) fn set_folded(&self, id: &RecordId, folded: bool) -> bool {
        self.shard(id).get_mut(id).is_some_and(|entry| std::mem::replace(&mut entry.folded, folded) != folded)
    }

    /// Whether this import told the record.
    pub(super) fn is_seen(&self, id: &RecordId) -> bool {
        self.shard(id).get(id).is_some_and(|entry| entry.seen)
    }

    fn shard(&self, id: &RecordId) -> MutexGuard<'_, Ids> {
        let number = usize::from(id.as_bytes().first().copied().unwrap_or(0)) % SHARDS;
        match self.shards.get(number) {
            Some(shard) => shard.lock().unwrap_or_else(PoisonError::into_inner),
            // `number` is below `SHARDS`.
            None => unreachable!("there are as many shards as numbers"),
        }
    }
}

/// Families whose media may arrive in another part than the record that names them. WhatsApp is none: its file names
/// repeat from chat to chat.
pub(super) const LATE_FAMILIES: [&str; 2] = ["facebook", "instagram"];

/// The family among [`LATE_FAMILIES`] that a record belongs to.
pub(super) fn late_family(record: &Record) -> Option<&'static str> {
    match record.platform.name() {
        "facebook" | "messenger" => Some("facebook"),
        "instagram" | "threads" => Some("instagram"),
        _ => None,
    }
}

fn orphan_of(line: &[u8]) -> Option<((&'static str, String), Orphan)> {
    let record: Record = serde_json::from_slice(line).ok()?;
    let attachment = record.attachments.first().filter(|attachment| attachment.status == AttachmentStatus::Stored)?;
    if record.kind != Kind::Other || !record.extra.contains_key("unreferenced") {
        return None;
    }
    let key = (late_family(&record)?, comparison_key(attachment.path.as_deref()?));
    let orphan = Orphan {
        id: record.id,
        sha256: attachment.sha256.clone()?,
        size_bytes: attachment.size_bytes?,
        mime: attachment.mime.clone()?,
        retracted: false,
        origins: record.origin,
    };
    Some((key, orphan))
}
