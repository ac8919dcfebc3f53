//! Conversations. Long ones stand in several entries that overlap: a message told twice is one.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::archive::Setting;
use super::text::{Short, moment, written};
use crate::model::{
    AttachmentKind, Conversation, ConversationKind, Draft, Fingerprint, Kind, Link, Platform, Reaction, Time, Twins,
};
use crate::sources::Fields;

/// Events beside messages.
const EVENTS: &[&str] = &["joinConversation", "participantsJoin", "participantsLeave", "conversationNameUpdate"];

/// What is known of a conversation over all entries and files.
#[derive(Default)]
pub struct Known {
    people: BTreeSet<String>,
    /// Time and name of the last renaming.
    name: Option<(i64, String)>,
}

/// The events of an entry: `None` for an entry of another shape.
pub fn events(entry: Value) -> Option<(String, Vec<Value>)> {
    let mut entry = Fields::of(entry).ok()?.object("dmConversation")?;
    Some((entry.text("conversationId")?, entry.list("messages")))
}

/// Learns who is in a conversation and what it is called.
pub fn survey(id: &str, events: &[Value], known: &mut HashMap<String, Known>) {
    let chat = known.entry(id.to_owned()).or_default();
    if let Some((a, b)) = id.split_once('-') {
        chat.people.extend([a.to_owned(), b.to_owned()]);
    }
    for event in events {
        let Some((kind, inner)) = event.as_object().and_then(|event| event.iter().next()) else { continue };
        let text = |key: &str| inner.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        chat.people.extend(text("senderId").map(str::to_owned));
        for list in ["participantsSnapshot", "userIds"] {
            let ids = inner.get(list).and_then(Value::as_array).into_iter().flatten();
            chat.people.extend(ids.filter_map(|id| id.as_str().map(str::to_owned)));
        }
        if let ("conversationNameUpdate", Some(name)) = (kind.as_str(), text("name")) {
            let time = text("createdAt").and_then(|text| moment(text).order_ms()).unwrap_or(0);
            if chat.name.as_ref().is_none_or(|(known, _)| time >= *known) {
                chat.name = Some((time, name.to_owned()));
            }
        }
    }
}

/// The conversations themselves.
pub fn conversations(known: HashMap<String, Known>, setting: &Setting<'_>) -> HashMap<String, Arc<Conversation>> {
    let make = |(number, chat): (String, Known)| {
        let direct = number.contains('-');
        let names = |own: bool| -> Vec<String> {
            let wanted = chat.people.iter().filter(|person| own || !setting.people.is_owner(person));
            wanted.map(|person| setting.people.shown(person)).collect()
        };
        let title = chat.name.as_ref().map_or_else(|| names(false).join(", "), |(_, name)| name.clone());
        let id = Fingerprint::new(Platform::X, Kind::Message).text("conversation").text(&number);
        let conversation = Conversation {
            id: id.finish(&mut Twins::new()).to_string(),
            title,
            kind: if direct { ConversationKind::Direct } else { ConversationKind::Group },
            participants: names(true),
        };
        (number, Arc::new(conversation))
    };
    known.into_iter().map(make).collect()
}

/// What became of an event.
pub enum Told {
    /// A record.
    Record(Box<Draft>),
    /// A message told before.
    Again,
    /// A shape this version does not know.
    Unknown,
}

/// One event of a conversation.
pub fn draft(
    (number, event): (&str, Value),
    (file, position): (usize, u64),
    chat: Option<&Arc<Conversation>>,
    setting: &Setting<'_>,
    seen: &mut HashSet<String>,
) -> Told {
    let Value::Object(event) = event else { return Told::Unknown };
    let Some((kind, inner)) = event.into_iter().next() else { return Told::Unknown };
    let Ok(mut fields) = Fields::of(inner) else { return Told::Unknown };
    let is_message = matches!(kind.as_str(), "messageCreate" | "welcomeMessageCreate");
    if !is_message && !EVENTS.contains(&kind.as_str()) && kind != "reactionCreate" {
        return Told::Unknown;
    }
    let created = fields.text("createdAt").unwrap_or_default();
    let time = if created.is_empty() { Time::none() } else { moment(&created) };
    let id = fields.text("id").or_else(|| fields.text("eventId"));
    let by = fields.text("senderId").or_else(|| fields.text("initiatingUserId"));
    let text = fields.text("text").or_else(|| fields.text("name")).unwrap_or_default();
    let print = Fingerprint::new(Platform::X, Kind::Message).text("message");
    let print = match (&id, is_message) {
        (Some(id), true) => print.text(id),
        _ => print.text(number).text(&kind).text(&created).text(by.as_deref().unwrap_or_default()).text(&text),
    };
    let record = print.finish(&mut Twins::new());
    // One number with other words is told again: it becomes the same record, with both.
    if !seen.insert(format!("{record} {text}")) {
        return Told::Again;
    }
    let mut draft = Draft::new(record, Kind::Message, Platform::X, time, file, position);
    draft.conversation = chat.cloned();
    draft.author = by.as_deref().map(|by| setting.people.author(by));
    draft.system = !is_message;
    if is_message {
        words(&text, id.as_deref().unwrap_or_default(), &mut fields, setting, &mut draft);
    } else {
        draft.text = text;
        for list in ["userIds", "participantsSnapshot"] {
            let people = fields.list(list);
            draft.tags.extend(people.iter().filter_map(Value::as_str).map(|person| setting.people.shown(person)));
        }
        draft.extra.insert("notice".to_owned(), Value::from(kind));
    }
    drop(fields.any("recipientId"));
    draft.extra.extend(id.map(|id| ("id".to_owned(), Value::from(id))));
    draft.extra.extend(fields.rest());
    Told::Record(Box::new(draft))
}

/// Text, links, files and reactions of a message.
fn words(text: &str, id: &str, fields: &mut Fields, setting: &Setting<'_>, draft: &mut Draft) {
    let mut shorts = Vec::new();
    for value in fields.list("urls") {
        let Ok(mut url) = Fields::of(value) else { continue };
        let short = url.text("url").unwrap_or_default();
        // The address of the message's own file is nobody's word.
        let written = url.text("expanded").filter(|address| !address.contains("/messages/media/"));
        draft.links.extend(written.clone().map(|url| Link { url, title: None }));
        shorts.push(Short { short, written });
    }
    let addresses = fields.list("mediaUrls");
    let only = addresses.len() == 1;
    for address in addresses.iter().filter_map(Value::as_str) {
        let place = ("direct_messages_media", id);
        draft.attachments.push(setting.files.attachment(AttachmentKind::Other, place, address, only));
    }
    let edits = fields.list("editHistory");
    if !edits.is_empty() {
        draft.edited = true;
        draft.extra.insert("editHistory".to_owned(), Value::from(edits));
    }
    for value in fields.list("reactions") {
        let Ok(mut reaction) = Fields::of(value) else { continue };
        let (Some(emoji), Some(by)) = (reaction.text("reactionKey"), reaction.text("senderId")) else { continue };
        draft.reactions.push(Reaction { emoji, actor: setting.people.shown(&by) });
    }
    draft.text = written(text, &shorts);
    if draft.text != text {
        draft.extra.insert("full_text".to_owned(), Value::from(text));
    }
}
