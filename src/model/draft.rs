//! What a source hands over: a record before its media are resolved and its origin is known.

use std::sync::Arc;

use super::identity::RecordId;
use super::record::{AttachmentKind, Author, Conversation, Kind, Link, Place, Platform, Reaction};
use super::time::Time;

/// One element as its source read it. Field meanings are those of [`super::Record`].
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Stable id, made with [`super::Fingerprint`].
    pub id: RecordId,
    /// What it is.
    pub kind: Kind,
    /// Where it was published.
    pub platform: Platform,
    /// The owner's user name or name in this download.
    pub account: Option<Arc<str>>,
    /// The conversation, shared by its messages.
    pub conversation: Option<Arc<Conversation>>,
    /// Who wrote it.
    pub author: Option<Author>,
    /// When.
    pub time: Time,
    /// Place among the messages of the same minute.
    pub order: Option<u32>,
    /// The repaired text.
    pub text: String,
    /// Written by the platform.
    pub system: bool,
    /// The export says it was deleted.
    pub deleted: bool,
    /// The export says it was edited.
    pub edited: bool,
    /// Files that belong to it.
    pub attachments: Vec<DraftAttachment>,
    /// Web addresses.
    pub links: Vec<Link>,
    /// Where it happened.
    pub place: Option<Place>,
    /// People tagged.
    pub tags: Vec<String>,
    /// Reactions of others.
    pub reactions: Vec<Reaction>,
    /// Everything the platform gave that has no place above.
    pub extra: serde_json::Map<String, serde_json::Value>,
    /// Number of the file in the bundle.
    pub file: usize,
    /// Index of the element in its file, from 0.
    pub position: u64,
}

impl Draft {
    /// A draft with an identity, a kind, a platform, a time and nothing else.
    #[must_use]
    pub fn new(id: RecordId, kind: Kind, platform: Platform, time: Time, file: usize, position: u64) -> Self {
        Self {
            id,
            kind,
            platform,
            account: None,
            conversation: None,
            author: None,
            time,
            order: None,
            text: String::new(),
            system: false,
            deleted: false,
            edited: false,
            attachments: Vec::new(),
            links: Vec::new(),
            place: None,
            tags: Vec::new(),
            reactions: Vec::new(),
            extra: serde_json::Map::new(),
            file,
            position,
        }
    }
}

/// A file that a draft names.
#[derive(Clone, Debug, PartialEq)]
pub struct DraftAttachment {
    /// What it is; `Other` lets the bytes decide.
    pub kind: AttachmentKind,
    /// File name as the export gives it; may be empty.
    pub name: String,
    /// Where its bytes are.
    pub target: Target,
    /// Words the person put under it.
    pub caption: Option<String>,
    /// When it was taken or made, if the export says so.
    pub taken: Option<Time>,
    /// Where it was taken.
    pub place: Option<Place>,
}

/// Where the bytes of an attachment are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A path inside the download, as the export names it. Found in any part, or recorded as missing.
    Path(String),
    /// A file of the bundle by its number, when the source found it itself; the path is kept for later matching.
    File(usize),
    /// A web address only.
    Remote(String),
    /// The export says it left the file out.
    Omitted,
    /// The platform says it could not deliver the file.
    Failed,
}
