//! From a message as Meta writes it to a draft.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::fields::carries;
use super::links::{place_of, unwrap_link};
use super::media::attach;
use super::owner::Owner;
use super::raw::{RawMessage, names};
use crate::model::{
    AttachmentKind, Author, Conversation, Draft, Fingerprint, Kind, Link, Platform, Reaction, Target, Time, Twins,
};
use crate::sources::meta::html::Moment;
use crate::sources::meta::{Document, name_of, plain, seconds_of};

/// The encrypted download's word where it could not fetch a file.
pub(super) const FAILED_MEDIA: &str = "Failed to download media";

/// What the messages of one thread file share.
pub struct FileContext<'c> {
    /// Where messages of this source are published.
    pub platform: Platform,
    /// Whose download it is.
    pub owner: &'c Owner,
    /// The conversation.
    pub conversation: &'c Arc<Conversation>,
    /// What the conversation is called in the identity of its messages.
    pub thread_id: &'c str,
    /// Number of the file in the bundle.
    pub file: usize,
    /// Its text.
    pub json: &'c Document,
}

impl FileContext<'_> {
    /// The draft of a message; its time is [`Time::none`] when the message has none that makes sense.
    pub fn message(&self, raw: Box<RawMessage<'_>>, position: u64, twins: &mut Twins) -> Draft {
        let sender = raw.sender.map(|name| self.json.repaired(name)).unwrap_or_default();
        let content = raw.content.map(|text| self.json.repaired(text)).unwrap_or_default();
        let (number, mut time) = instant(raw.millis, raw.seconds);
        if let Some(moment) = &raw.printed {
            time = moment.time().clone();
        }
        let mut extra = raw.extra;
        let mut attachments = Vec::new();
        let mut leftovers = Map::new();
        for (kind, value) in raw.media {
            let items = match self.json.repaired_value(value) {
                Value::Array(items) => items,
                Value::Null => continue,
                single => vec![single],
            };
            for item in items {
                let at = attachments.len();
                match attach(item, kind, &mut attachments) {
                    Ok(rest) if rest.is_empty() => {}
                    Ok(rest) => drop(leftovers.insert(at.to_string(), Value::Object(rest))),
                    Err(other) if carries(&other) => drop(leftovers.insert(format!("{at}?"), other)),
                    Err(_) => {}
                }
            }
        }
        if !leftovers.is_empty() {
            extra.insert("attachments".to_owned(), Value::Object(leftovers));
        }
        for attachment in &mut attachments {
            if attachment.target == Target::Path(FAILED_MEDIA.to_owned()) {
                attachment.target = Target::Failed;
                attachment.name.clear();
            }
        }
        let fingerprint = Fingerprint::new(self.platform, Kind::Message).text(self.thread_id);
        let fingerprint = match &raw.printed {
            Some(moment) => Moment::mark(Some(moment), fingerprint, 1000),
            None => fingerprint.number(number),
        };
        // Names are those of the day of the download: people change them, and who left has none. A millisecond tells messages of one
        // conversation apart without them; a second does not.
        let is_exact = raw.printed.is_none() && number % 1000 != 0;
        let mut fingerprint = fingerprint.text(if is_exact { "" } else { &sender }).text(&content);
        for attachment in &attachments {
            fingerprint = match &attachment.target {
                Target::Path(uri) | Target::Remote(uri) => fingerprint.text(name_of(uri)),
                _ => fingerprint,
            };
        }
        let id = fingerprint.finish(twins);
        let mut draft = Draft::new(id, Kind::Message, self.platform, time, self.file, position);
        draft.account.clone_from(&self.owner.account);
        draft.conversation = Some(Arc::clone(self.conversation));
        draft.author = self.author(sender);
        draft.text = content;
        draft.deleted = raw.unsent;
        draft.attachments = attachments;
        if let Some(share) = raw.share {
            add_share(self.json.repaired_value(share), &mut draft, &mut extra);
        }
        self.add_reactions(raw.reactions, &mut draft, &mut extra);
        draft.system = is_system(raw.kind.as_deref(), raw.call_duration);
        add_facts(raw.kind, raw.call_duration, raw.missed, &mut extra);
        if let Some(users) = raw.users {
            add_users(self.json.repaired_value(users), &mut extra);
        }
        draft.extra = if extra.is_empty() { extra } else { self.repair_fields(extra) };
        draft
    }

    /// The draft of a conversation's picture, which no message names.
    pub fn picture(&self, image: &Value, position: u64, twins: &mut Twins) -> Option<Draft> {
        let uri = image.get("uri").and_then(Value::as_str).or_else(|| image.as_str()).filter(|uri| !uri.is_empty())?;
        let uri = self.json.repaired(Cow::Borrowed(uri));
        let seconds = image.get("creation_timestamp").and_then(Value::as_i64);
        let (_, time) = instant(None, seconds);
        let id = Fingerprint::new(self.platform, Kind::Other)
            .text("conversation-picture")
            .text(self.thread_id)
            .text(name_of(&uri))
            .finish(twins);
        let mut draft = Draft::new(id, Kind::Other, self.platform, time, self.file, position);
        draft.account.clone_from(&self.owner.account);
        draft.conversation = Some(Arc::clone(self.conversation));
        draft.attachments.push(plain(&uri, AttachmentKind::Photo));
        Some(draft)
    }

    fn author(&self, name: String) -> Option<Author> {
        let is_owner = self.owner.is(&name);
        (!name.is_empty()).then_some(Author { name, is_owner, handle: None, phone: None })
    }

    fn add_reactions(&self, raw: Vec<super::raw::RawReaction<'_>>, draft: &mut Draft, extra: &mut Map<String, Value>) {
        if raw.iter().any(|reaction| reaction.seconds.is_some()) {
            let times = raw.iter().map(|reaction| reaction.seconds.map_or(Value::Null, Value::from)).collect();
            extra.insert("reaction_times".to_owned(), Value::Array(times));
        }
        draft.reactions = raw
            .into_iter()
            .map(|reaction| Reaction {
                emoji: self.json.repaired(reaction.emoji),
                actor: self.json.repaired(reaction.actor),
            })
            .collect();
    }

    fn repair_fields(&self, extra: Map<String, Value>) -> Map<String, Value> {
        match self.json.repaired_value(Value::Object(extra)) {
            Value::Object(fields) => fields,
            _ => Map::new(),
        }
    }
}

/// The number that stands for the time in the identity, and the time.
fn instant(millis: Option<i64>, seconds: Option<i64>) -> (i64, Time) {
    let (number, time) = match (millis, seconds) {
        (Some(millis), _) => (millis, Time::from_millis(millis)),
        // The encrypted download's `timestamp` is in milliseconds.
        (None, Some(at)) if seconds_of(at) != at => (at, Time::from_millis(at)),
        (None, Some(at)) => (at.saturating_mul(1000), Time::from_seconds(at)),
        (None, None) => (0, Time::none()),
    };
    if number > 0 { (number, time) } else { (number, Time::none()) }
}

/// Calls, and joining and leaving in downloads until 2023, are notices of the platform. Its other sentences look like
/// anything a person writes.
fn is_system(kind: Option<&str>, call_duration: Option<i64>) -> bool {
    call_duration.is_some() || matches!(kind, Some("Subscribe" | "Unsubscribe" | "Call"))
}

fn add_facts(kind: Option<Cow<'_, str>>, duration: Option<i64>, missed: bool, extra: &mut Map<String, Value>) {
    if duration.is_some() || missed {
        let mut call = Map::new();
        if let Some(seconds) = duration {
            call.insert("duration_s".to_owned(), seconds.into());
        }
        if missed {
            call.insert("missed".to_owned(), true.into());
        }
        extra.insert("call".to_owned(), Value::Object(call));
    }
    if let Some(kind) = kind.filter(|kind| !matches!(&**kind, "" | "Generic" | "Share" | "text" | "media" | "link")) {
        extra.insert("type".to_owned(), kind.into_owned().into());
    }
}

fn add_users(users: Value, extra: &mut Map<String, Value>) {
    let list = names(&users);
    let plain = users.as_array().is_some_and(|items| {
        items.len() == list.len() && items.iter().all(|item| item.as_object().is_none_or(|fields| fields.len() == 1))
    });
    if !plain && carries(&users) {
        extra.insert("users".to_owned(), users);
    } else if !list.is_empty() {
        extra.insert("users".to_owned(), list.into());
    }
}

/// A share gives a link, a place when it is one, and the rest in `extra.share`.
fn add_share(share: Value, draft: &mut Draft, extra: &mut Map<String, Value>) {
    let mut fields = match share {
        Value::Object(fields) => fields,
        Value::Null => return,
        other => {
            super::fields::keep(extra, "share", other);
            return;
        }
    };
    if let Some(Value::String(link)) = fields.get("link") {
        if !link.is_empty() {
            let url = unwrap_link(link);
            draft.place = place_of(&url);
            draft.links.push(Link { url, title: None });
        }
        fields.shift_remove("link");
    }
    if let Some(Value::Array(items)) = fields.get("media")
        && items.iter().all(|item| item.get("uri").is_some_and(Value::is_string))
        && let Some(Value::Array(items)) = fields.shift_remove("media")
    {
        for item in items {
            if let Ok(rest) = attach(item, AttachmentKind::Other, &mut draft.attachments)
                && !rest.is_empty()
            {
                fields.insert(format!("media_{}", draft.attachments.len()), Value::Object(rest));
            }
        }
    }
    fields.retain(|_, value| carries(value));
    if !fields.is_empty() {
        extra.insert("share".to_owned(), Value::Object(fields));
    }
}
