//! The JSON of a thread file as it stands: read in one pass, without a tree, borrowing texts from the bytes.
//!
//! Messages are collected outside the parser, so that a file cut short still gives every complete one.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize as _;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::fields::{Number, Text, keep, visit_scalars};
use super::media;
use crate::model::AttachmentKind;
use crate::sources::meta::html::Moment;

/// A thread file.
#[derive(Default)]
pub struct RawThread<'a> {
    /// Names of the members at the time of the download; some may be empty.
    pub participants: Vec<String>,
    /// Group name or the other person's name.
    pub title: String,
    /// `inbox/FOLDER`.
    pub path: String,
    /// `Regular`, `RegularGroup`, `Pending` …; removed in 2023.
    pub kind: Option<String>,
    /// The group picture.
    pub image: Option<Value>,
    /// Settings of joining by a link are present.
    pub joinable: bool,
    /// The messages in the order of the file.
    pub messages: Vec<Element<'a>>,
    /// The list of messages was there.
    pub has_messages: bool,
}

/// An element of the list of messages.
pub enum Element<'a> {
    /// A message.
    Message(Box<RawMessage<'a>>),
    /// Null or an empty object.
    Empty,
    /// Anything else.
    Unknown,
}

/// A message.
#[derive(Default)]
pub struct RawMessage<'a> {
    /// Display name; absent for some platform messages.
    pub sender: Option<Cow<'a, str>>,
    /// Milliseconds since 1970 UTC.
    pub millis: Option<i64>,
    /// Seconds since 1970 UTC, the only time in spring 2018.
    pub seconds: Option<i64>,
    /// The time as a page prints it; JSON has none.
    pub printed: Option<Moment>,
    /// The text.
    pub content: Option<Cow<'a, str>>,
    /// `Generic`, `Share`, `Call`, `Subscribe`, `Unsubscribe`; removed in 2023.
    pub kind: Option<Cow<'a, str>>,
    /// Lists of files, each with the kind its key tells.
    pub media: Vec<(AttachmentKind, Value)>,
    /// A shared link, post, profile or place.
    pub share: Option<Value>,
    /// Reactions.
    pub reactions: Vec<RawReaction<'a>>,
    /// Length of a call in seconds.
    pub call_duration: Option<i64>,
    /// A call that was missed.
    pub missed: bool,
    /// People added or removed.
    pub users: Option<Value>,
    /// Withdrawn by its sender.
    pub unsent: bool,
    /// Every other field that says something.
    pub extra: Map<String, Value>,
}

/// A reaction to a message.
#[derive(Default)]
pub struct RawReaction<'a> {
    /// The emoji.
    pub emoji: Cow<'a, str>,
    /// Who reacted.
    pub actor: Cow<'a, str>,
    /// Seconds since 1970 UTC; newer downloads only.
    pub seconds: Option<i64>,
}

/// Reads a thread file. What was complete before an error is in `thread`.
///
/// # Errors
/// The parser's, when the JSON is broken or ends early, or when the file is no object.
pub fn parse<'a>(json: &'a str, thread: &mut RawThread<'a>) -> serde_json::Result<()> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    ThreadSeed(thread).deserialize(&mut deserializer)?;
    deserializer.end()
}

/// Whether this alone can be read as an element of the list of messages.
pub fn is_element(json: &str) -> bool {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    MessageSeed.deserialize(&mut deserializer).is_ok() && deserializer.end().is_ok()
}

struct ThreadSeed<'t, 'a>(&'t mut RawThread<'a>);

impl<'de> DeserializeSeed<'de> for ThreadSeed<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ThreadSeed<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a thread")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let thread = self.0;
        while let Some(Text(key)) = map.next_key()? {
            match key.as_deref().unwrap_or_default() {
                "messages" | "replies" => map.next_value_seed(MessagesSeed(thread))?,
                "participants" => thread.participants = names(&map.next_value()?),
                "title" | "threadName" => thread.title = text(map.next_value()?),
                "thread_path" => thread.path = text(map.next_value()?),
                "thread_type" => thread.kind = Some(text(map.next_value()?)),
                "image" => thread.image = Some(map.next_value()?),
                "joinable_mode" => thread.joinable = matches!(map.next_value()?, Value::Object(_)),
                // Settings of the conversation (magic words, whether the owner still takes part) stay in the verbatim
                // copy of the file.
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

fn text(Text(field): Text<'_>) -> String {
    field.map_or_else(|_| String::new(), Cow::into_owned)
}

/// Names in `[{"name": …}]` or, in spring 2018 and in the encrypted download, in `["…"]`.
pub fn names(value: &Value) -> Vec<String> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(|item| item.as_str().or_else(|| item.get("name")?.as_str())).map(str::to_owned).collect()
}

struct MessagesSeed<'t, 'a>(&'t mut RawThread<'a>);

impl<'de> DeserializeSeed<'de> for MessagesSeed<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for MessagesSeed<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of messages")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.0.has_messages = true;
        while let Some(message) = seq.next_element_seed(MessageSeed)? {
            self.0.messages.push(message);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        IgnoredAny.visit_map(map).map(drop)
    }

    visit_scalars!(|this, value| this.0.has_messages |= value.is_null());
}

struct MessageSeed;

impl<'de> DeserializeSeed<'de> for MessageSeed {
    type Value = Element<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for MessageSeed {
    type Value = Element<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a message")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut message = Box::<RawMessage<'de>>::default();
        let mut empty = true;
        while let Some(Text(key)) = map.next_key()? {
            empty = false;
            read_field(&mut message, &key.unwrap_or_default(), &mut map)?;
        }
        Ok(if empty { Element::Empty } else { Element::Message(message) })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        IgnoredAny.visit_seq(seq).map(|_| Element::Unknown)
    }

    visit_scalars!(|_this, value| if value.is_null() { Element::Empty } else { Element::Unknown });
}

fn read_field<'de, A: MapAccess<'de>>(message: &mut RawMessage<'de>, key: &str, map: &mut A) -> Result<(), A::Error> {
    let extra = &mut message.extra;
    match key {
        // The second name of each is that of the end-to-end encrypted download.
        "sender_name" | "senderName" => message.sender = settle(map.next_value()?, key, extra),
        "content" | "text" | "reply_content" => message.content = settle(map.next_value()?, key, extra),
        "type" => message.kind = settle(map.next_value()?, key, extra),
        "timestamp_ms" => message.millis = settle_number(map.next_value()?, key, extra),
        "timestamp" => message.seconds = settle_number(map.next_value()?, key, extra),
        "call_duration" => message.call_duration = settle_number(map.next_value()?, key, extra),
        "missed" => message.missed = settle_flag(map.next_value()?, key, extra),
        "is_unsent" | "isUnsent" => message.unsent = settle_flag(map.next_value()?, key, extra),
        "share" => message.share = Some(map.next_value()?),
        "users" => message.users = Some(map.next_value()?),
        "sticker" => message.media.push((AttachmentKind::Sticker, map.next_value()?)),
        "reactions" => map.next_value_seed(ReactionsSeed(message))?,
        "media" => message.media.push((AttachmentKind::Other, map.next_value()?)),
        _ => match media::LISTS.iter().find(|(list, _)| *list == key) {
            Some((_, kind)) => message.media.push((*kind, map.next_value()?)),
            None => keep(extra, key, map.next_value()?),
        },
    }
    Ok(())
}

fn settle<'a>(Text(field): Text<'a>, key: &str, extra: &mut Map<String, Value>) -> Option<Cow<'a, str>> {
    field.map_err(|other| keep(extra, key, other)).ok()
}

fn settle_number(Number(field): Number, key: &str, extra: &mut Map<String, Value>) -> Option<i64> {
    field.map_err(|other| keep(extra, key, other)).ok()
}

fn settle_flag(value: Value, key: &str, extra: &mut Map<String, Value>) -> bool {
    match value {
        Value::Bool(flag) => flag,
        other => {
            keep(extra, key, other);
            false
        }
    }
}

struct ReactionsSeed<'t, 'a>(&'t mut RawMessage<'a>);

impl<'de> DeserializeSeed<'de> for ReactionsSeed<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ReactionsSeed<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of reactions")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let message = self.0;
        while let Some(reaction) = seq.next_element_seed(ReactionSeed(&mut message.extra))? {
            message.reactions.extend(reaction);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let other = Value::deserialize(MapAccessDeserializer::new(map))?;
        keep(&mut self.0.extra, "reactions", other);
        Ok(())
    }

    visit_scalars!(|this, value| keep(&mut this.0.extra, "reactions", value));
}

struct ReactionSeed<'t>(&'t mut Map<String, Value>);

impl<'de> DeserializeSeed<'de> for ReactionSeed<'_> {
    type Value = Option<RawReaction<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ReactionSeed<'_> {
    type Value = Option<RawReaction<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a reaction")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut reaction = RawReaction::default();
        while let Some(Text(key)) = map.next_key()? {
            let key = key.unwrap_or_default();
            match &*key {
                "reaction" => reaction.emoji = settle(map.next_value()?, "reaction", self.0).unwrap_or_default(),
                "actor" => reaction.actor = settle(map.next_value()?, "actor", self.0).unwrap_or_default(),
                "timestamp" => reaction.seconds = settle_number(map.next_value()?, "reaction_timestamp", self.0),
                other => keep(self.0, other, map.next_value()?),
            }
        }
        Ok(Some(reaction))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        let other = Value::deserialize(SeqAccessDeserializer::new(seq))?;
        keep(self.0, "reaction", other);
        Ok(None)
    }

    visit_scalars!(|this, value| {
        keep(this.0, "reaction", value);
        None
    });
}
