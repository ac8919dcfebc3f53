//! The stored and published record. A derive of `Serialize` here is a promise: fields are added, never repurposed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::identity::RecordId;
use super::time::Time;

/// What an element of a download is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One message of a conversation, a call or a notice of the platform included.
    Message,
    /// A post on a timeline, a profile, a page or in a group; reels and videos included.
    Post,
    /// A story.
    Story,
    /// A comment written by the owner (or, in old downloads, by others under the owner's media).
    Comment,
    /// A like or another reaction given outside a conversation.
    Reaction,
    /// An album.
    Album,
    /// An event: invited, joined, declined, hosted.
    Event,
    /// A friend, follower, followed account, or address-book entry.
    Contact,
    /// The owner's own profile.
    Profile,
    /// A page or group the owner follows, likes, runs or joined.
    Page,
    /// Something saved for later, or a collection of it.
    Saved,
    /// A search the owner made.
    Search,
    /// Something offered or bought on a marketplace.
    Listing,
    /// A poll outside a conversation.
    Poll,
    /// Anything else, media without a record of their own included.
    Other,
}

impl Kind {
    /// Every kind, in the order reports list them.
    pub const ALL: [Self; 15] = [
        Self::Message,
        Self::Post,
        Self::Story,
        Self::Comment,
        Self::Reaction,
        Self::Album,
        Self::Event,
        Self::Contact,
        Self::Profile,
        Self::Page,
        Self::Saved,
        Self::Search,
        Self::Listing,
        Self::Poll,
        Self::Other,
    ];

    /// The name in JSON, in queries and in the identity of records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Post => "post",
            Self::Story => "story",
            Self::Comment => "comment",
            Self::Reaction => "reaction",
            Self::Album => "album",
            Self::Event => "event",
            Self::Contact => "contact",
            Self::Profile => "profile",
            Self::Page => "page",
            Self::Saved => "saved",
            Self::Search => "search",
            Self::Listing => "listing",
            Self::Poll => "poll",
            Self::Other => "other",
        }
    }
}

/// Where an element was published or exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// Facebook outside conversations.
    Facebook,
    /// Conversations of Facebook and Messenger.
    Messenger,
    /// Instagram, its direct messages included.
    Instagram,
    /// Threads, which comes inside Instagram downloads.
    Threads,
    /// WhatsApp and WhatsApp Business.
    Whatsapp,
    /// X, Twitter before.
    X,
    /// Telegram.
    Telegram,
}

impl Platform {
    /// Every platform, in the order reports list them.
    pub const ALL: [Self; 7] =
        [Self::Facebook, Self::Messenger, Self::Instagram, Self::Threads, Self::Whatsapp, Self::X, Self::Telegram];

    /// The name in JSON, in queries and in the identity of records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Facebook => "facebook",
            Self::Messenger => "messenger",
            Self::Instagram => "instagram",
            Self::Threads => "threads",
            Self::Whatsapp => "whatsapp",
            Self::X => "x",
            Self::Telegram => "telegram",
        }
    }
}

/// Whether a conversation has two people or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ConversationKind {
    /// Two people (or one, talking to themselves).
    Direct,
    /// A group.
    Group,
    /// The download does not tell.
    Unknown,
}

impl ConversationKind {
    /// What two tellings of one conversation say together: many people are seen only by those who look long enough.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Group, _) | (_, Self::Group) => Self::Group,
            (Self::Direct, _) | (_, Self::Direct) => Self::Direct,
            (Self::Unknown, Self::Unknown) => Self::Unknown,
        }
    }
}

/// A conversation as its source describes it; shared by the drafts of its messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Stable in every download that carries the conversation.
    pub id: String,
    /// The group's name or the other person's; empty when the download gives none.
    pub title: String,
    /// Direct or group.
    pub kind: ConversationKind,
    /// Names of everybody seen in it, the owner included; in the order of the download.
    pub participants: Vec<String>,
}

/// The conversation as each of its records names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConversationRef {
    /// Stable id.
    pub id: String,
    /// The group's name or the other person's.
    pub title: String,
    /// Direct or group.
    pub kind: ConversationKind,
}

/// Who wrote or did it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Author {
    /// The name as the download shows it, repaired; a user name where there is nothing else.
    pub name: String,
    /// True only when the download proves it is the owner of the account.
    pub is_owner: bool,
    /// User name without `@`.
    pub handle: Option<String>,
    /// Phone number as the download prints it, bidirectional marks removed.
    pub phone: Option<String>,
}

/// What an attachment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AttachmentKind {
    /// A still picture.
    Photo,
    /// A film.
    Video,
    /// Music or a voice message.
    Audio,
    /// Any file sent as a file.
    Document,
    /// A sticker.
    Sticker,
    /// An animated picture.
    Gif,
    /// A contact card.
    Contact,
    /// A place on a map.
    Location,
    /// Unknown.
    Other,
}

impl AttachmentKind {
    /// The name in JSON and in queries.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Document => "document",
            Self::Sticker => "sticker",
            Self::Gif => "gif",
            Self::Contact => "contact",
            Self::Location => "location",
            Self::Other => "other",
        }
    }
}

/// Whether the bytes of an attachment are in the archive, and if not, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AttachmentStatus {
    /// The bytes are in the archive under `sha256`.
    Stored,
    /// Named by the export, absent from every part imported so far.
    Missing,
    /// The export says it left the file out.
    Omitted,
    /// The platform says it could not deliver the file, or the file in the download is damaged.
    Failed,
    /// Only a web address was exported.
    Remote,
}

/// A file that belongs to a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Attachment {
    /// What it is.
    pub kind: AttachmentKind,
    /// File name as the export gives it (the last component of its path); may be empty.
    pub name: String,
    /// Media type sniffed from the bytes, else guessed from the name.
    pub mime: Option<String>,
    /// Size of the plain bytes.
    pub size_bytes: Option<u64>,
    /// SHA-256 of the plain bytes, lower-case hex.
    pub sha256: Option<String>,
    /// Whether the bytes are here.
    pub status: AttachmentStatus,
    /// Words the person put under it.
    pub caption: Option<String>,
    /// When it was taken or made, if the export says so.
    pub taken: Option<Time>,
    /// Where it was taken.
    pub place: Option<Place>,
    /// Path or address as the export names it; what a later part of the download is matched by.
    pub path: Option<String>,
}

/// A web address in a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Link {
    /// The address; redirects of the platform unwrapped.
    pub url: String,
    /// Title, if the export has one.
    pub title: Option<String>,
}

/// A place on earth.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// Its name.
    pub name: Option<String>,
    /// Its address.
    pub address: Option<String>,
    /// Degrees north, WGS 84.
    pub latitude: Option<f64>,
    /// Degrees east, WGS 84.
    pub longitude: Option<f64>,
}

// Coordinates come from parsed decimal text and are never NaN.
impl Eq for Place {}

/// Somebody's reaction to a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reaction {
    /// The emoji, or the platform's word for it.
    pub emoji: String,
    /// Who reacted.
    pub actor: String,
}

/// Where in which download a record came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Origin {
    /// Id of the import.
    pub import: String,
    /// Name of the ZIP or folder; `ZIP/FOLDER` where that folder in it alone names the download.
    pub bundle: String,
    /// Path inside it.
    pub file: String,
    /// Index of the element in its file, from 0.
    pub position: u64,
}

/// The field of `extra` that holds what other tellings of a record say: lists by the name of the field, `text` and `name` among
/// them.
pub const OTHERWISE: &str = "otherwise";

/// One element of a download, normalised. Also one line of `export ndjson`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// Version of this shape.
    pub v: u32,
    /// Same element, same id, in every download that carries it.
    pub id: RecordId,
    /// What it is.
    pub kind: Kind,
    /// Where it was published.
    pub platform: Platform,
    /// The owner's user name or name in that download.
    pub account: Option<String>,
    /// The conversation it belongs to.
    pub conversation: Option<ConversationRef>,
    /// Who wrote it.
    pub author: Option<Author>,
    /// When, with its true precision.
    pub time: Time,
    /// Place among the messages of the same minute, where times are coarse and the download tells the order of messages
    /// by their order alone. Absent for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
    /// The repaired text, whole; nothing in it that the person did not write.
    pub text: String,
    /// Written by the platform, not by a person.
    pub system: bool,
    /// The export says it was deleted.
    pub deleted: bool,
    /// The export says it was edited.
    pub edited: bool,
    /// Files that belong to it.
    pub attachments: Vec<Attachment>,
    /// Web addresses.
    pub links: Vec<Link>,
    /// Where it happened.
    pub place: Option<Place>,
    /// People tagged.
    pub tags: Vec<String>,
    /// Reactions of others.
    pub reactions: Vec<Reaction>,
    /// Facts and fields of the platform that have no place above; never dropped.
    pub extra: serde_json::Map<String, serde_json::Value>,
    /// Downloads it was found in. The last field, so that all before it can be compared byte by byte.
    pub origin: Vec<Origin>,
}

impl Record {
    /// What other tellings of this record say of a field: an earlier wording, a former name.
    pub fn otherwise<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a str> {
        let all = self.extra.get(OTHERWISE).and_then(|all| all.get(field)?.as_array());
        all.into_iter().flatten().filter_map(serde_json::Value::as_str)
    }
}
