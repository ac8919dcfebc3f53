//! What was in files that are beyond repair, as far as the rest of the archive tells: the key is needed.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;

use super::LostFile;
use crate::store::{Archive, ListKind, ObjectKind, RecordReader, StoreError, line_id, line_retracts};

/// What was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LostKind {
    /// The bytes of a photo, film, sound or document.
    Media,
    /// Records of a conversation, or of a kind outside conversations.
    Records,
    /// An original file of a download.
    Original,
    /// A list of what the archive holds: media, originals or conversations of one import, or its report.
    List,
}

impl LostKind {
    /// The name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Media => "media",
            Self::Records => "records",
            Self::Original => "original",
            Self::List => "list",
        }
    }
}

/// Something that was lost.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LostItem {
    /// What it was.
    pub kind: LostKind,
    /// Name of the media file in its download, path of the original, title of the conversation, `platform/kind` of records,
    /// or SHA-256 of media that no readable record names.
    pub name: String,
    /// How many: of records, else 1.
    pub count: u64,
    /// Id of the record that has the media file.
    pub record: Option<String>,
    /// Time of that record, as stored.
    pub time: Option<String>,
}

/// What the readable rest of the archive tells of the content of lost files. Records of a lost segment are counted: what
/// each conversation, and each kind, has fewer than the archive noted when it took them in.
///
/// # Errors
/// Those of the operating system; further damage is passed over.
pub fn lost_items(archive: &Archive, lost: &[LostFile]) -> Result<Vec<LostItem>, StoreError> {
    let names: HashSet<String> = lost
        .iter()
        .filter_map(|file| Some(file.path.file_name()?.to_str()?.strip_suffix(".age")?.to_owned()))
        .collect();
    let mut items = Vec::new();
    let mut media = lost_media(archive, &names)?;
    let mut records_lost = false;
    for object in archive.commit().objects.iter().filter(|object| names.contains(&object.sha256)) {
        match object.kind {
            ObjectKind::Seg => records_lost = true,
            ObjectKind::Pack | ObjectKind::Raw => {}
            _ => {
                let name = object.sha256.clone();
                items.push(LostItem { kind: LostKind::List, name, count: 1, record: None, time: None });
            }
        }
    }
    items.extend(lost_originals(archive, &names));
    if records_lost || !media.is_empty() {
        let readable = Readable::read(archive, &mut media, &mut items)?;
        if records_lost {
            items.extend(readable.lacking(archive));
        }
    }
    let unnamed = media.into_iter().filter(|(_, named)| !named).map(|(sha256, _)| sha256);
    items.extend(unnamed.map(|name| LostItem { kind: LostKind::Media, name, count: 1, record: None, time: None }));
    items.sort();
    items.dedup();
    Ok(items)
}

/// Media of which a piece lies in a lost pack, and whether a record names them (not yet known).
fn lost_media(archive: &Archive, names: &HashSet<String>) -> Result<HashMap<String, bool>, StoreError> {
    let (index, _) = archive.salvage_media()?;
    let lost = index.iter().filter(|entry| entry.pieces.iter().any(|piece| names.contains(&piece.object)));
    Ok(lost.map(|entry| (entry.sha256.clone(), false)).collect())
}

#[derive(Deserialize)]
struct OriginalLine {
    path: String,
    object: String,
}

fn lost_originals(archive: &Archive, names: &HashSet<String>) -> Vec<LostItem> {
    let mut items = Vec::new();
    for object in archive.objects(ObjectKind::RawList) {
        // A list that is damaged itself is named as lost.
        let _read = archive.read_list(ListKind::Raw, object, |line| {
            let line = serde_json::from_slice::<OriginalLine>(line).ok();
            items.extend(line.filter(|line| names.contains(&line.object)).map(|line| LostItem {
                kind: LostKind::Original,
                name: line.path,
                count: 1,
                record: None,
                time: None,
            }));
        });
    }
    items
}

/// What is read of a record.
#[derive(Deserialize)]
struct Line {
    kind: String,
    platform: String,
    #[serde(default)]
    conversation: Option<Reference>,
    #[serde(default)]
    time: Moment,
    #[serde(default)]
    attachments: Vec<Attachment>,
}

#[derive(Deserialize)]
struct Reference {
    id: String,
}

#[derive(Default, Deserialize)]
struct Moment {
    #[serde(default)]
    utc: Option<String>,
    #[serde(default)]
    local: Option<String>,
}

#[derive(Deserialize)]
struct Attachment {
    #[serde(default)]
    name: String,
    #[serde(default)]
    sha256: Option<String>,
}

/// Records that can still be read, counted by the place they have in the archive's own counts.
#[derive(Default)]
struct Readable {
    kinds: BTreeMap<String, u64>,
    conversations: HashMap<String, u64>,
}

impl Readable {
    /// Counts, and names the lost media that a record has.
    fn read(
        archive: &Archive,
        media: &mut HashMap<String, bool>,
        items: &mut Vec<LostItem>,
    ) -> Result<Self, StoreError> {
        // The newest line of a record counts: what it says, and nothing when it takes the record back.
        let mut live: HashMap<_, (String, Option<String>)> = HashMap::new();
        let mut named: HashMap<_, Vec<LostItem>> = HashMap::new();
        RecordReader::salvaging(archive).each(&|_| true, &mut |_, line| {
            let Some(id) = line_id(line) else { return Ok(()) };
            live.remove(&id);
            named.remove(&id);
            let Some(record) = serde_json::from_slice::<Line>(line).ok().filter(|_| !line_retracts(line)) else {
                return Ok(());
            };
            let time = record.time.utc.or(record.time.local);
            let lost = record.attachments.into_iter().filter_map(|attachment| {
                *media.get_mut(attachment.sha256.as_deref()?)? = true;
                let name = attachment.name;
                Some(LostItem {
                    kind: LostKind::Media,
                    name,
                    count: 1,
                    record: Some(id.to_string()),
                    time: time.clone(),
                })
            });
            let lost: Vec<LostItem> = lost.collect();
            if !lost.is_empty() {
                named.insert(id, lost);
            }
            let kind = format!("{}/{}", record.platform, record.kind);
            live.insert(id, (kind, record.conversation.map(|conversation| conversation.id)));
            Ok(())
        })?;
        items.extend(named.into_values().flatten());
        let mut readable = Self::default();
        for (kind, conversation) in live.into_values() {
            match conversation {
                Some(id) => *readable.conversations.entry(id).or_default() += 1,
                None => *readable.kinds.entry(kind).or_default() += 1,
            }
        }
        Ok(readable)
    }

    /// What conversations and kinds have fewer than the archive noted.
    fn lacking(&self, archive: &Archive) -> Vec<LostItem> {
        let records = |name: String, count| LostItem { kind: LostKind::Records, name, count, record: None, time: None };
        let mut noted: BTreeMap<String, (String, u64)> = BTreeMap::new();
        for object in archive.objects(ObjectKind::ConversationList) {
            let _read = archive.read_list(ListKind::Conversations, object, |line| {
                if let Ok(line) = serde_json::from_slice::<ConversationLine>(line) {
                    let entry = noted.entry(line.id).or_default();
                    entry.0 = line.title;
                    entry.1 += line.messages;
                }
            });
        }
        let of_conversations = noted.into_iter().filter_map(|(id, (title, messages))| {
            let left = messages.saturating_sub(self.conversations.get(&id).copied().unwrap_or(0));
            (left > 0).then(|| records(if title.is_empty() { id } else { title }, left))
        });
        let messages = |kind: &str| kind.ends_with("/message");
        let of_kinds =
            archive.commit().counts.iter().filter(|(kind, _)| !messages(kind)).filter_map(|(kind, count)| {
                let left = count.saturating_sub(self.kinds.get(kind).copied().unwrap_or(0));
                (left > 0).then(|| records(kind.clone(), left))
            });
        of_conversations.chain(of_kinds).collect()
    }
}

#[derive(Deserialize)]
struct ConversationLine {
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    messages: u64,
}
