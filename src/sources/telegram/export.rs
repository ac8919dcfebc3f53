//! Reads `result.json`: one chat, or a whole account with its contacts.

use std::fmt;
use std::sync::Arc;

use rayon::prelude::*;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::chat::Chat;
use super::message::{self, Setting, attachment};
use crate::bundle::Bundle;
use crate::model::{AttachmentKind, Author, Conversation, Draft, Fingerprint, Kind, Platform, Precision, Time, Twins};
use crate::sources::escapes::text_of;
use crate::sources::salvage::{is_json, mend};
use crate::sources::{Fields, Problem, ProblemKind, ReadOptions, Sink, SkipReason, Stop, json_detail};

/// Parts of an account that say nothing of what people wrote: devices, sessions, rankings, settings.
const TECHNICAL: &[&str] = &["frequent_contacts", "sessions", "web_sessions", "other_data", "ips"];

/// Lists of chats, each of which holds a list of messages.
const CHATS: &[&[&str]] = &[&["chats", "list"], &["left_chats", "list"]];

/// An object whose values are looked at later, in order of their keys. A key that stands twice has two values: programs that
/// add to an export write so.
#[derive(Default)]
struct Raw<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Raw<'a> {
    /// The first value of a key.
    fn get(&self, key: &str) -> Option<&'a RawValue> {
        self.all(key).next()
    }

    fn all(&self, key: &str) -> impl Iterator<Item = &'a RawValue> {
        self.0.iter().filter(move |(known, _)| known == key).map(|(_, value)| *value)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Raw<'a> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(pairs)
            }
        }
        let mut pairs = input.deserialize_map(Pairs)?;
        pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(Self(pairs))
    }
}

/// Reads the file.
pub fn read(bundle: &Bundle, file: usize, options: &ReadOptions, sink: &dyn Sink) -> Result<(), Stop> {
    let problem = |kind: ProblemKind, detail: String| sink.problem(Problem { file, position: None, kind, detail });
    let Some(text) = text_of(bundle, file, sink) else { return Ok(()) };
    let salvaged;
    let whole: Raw<'_> = match serde_json::from_str(&text) {
        Ok(whole) => whole,
        Err(error) => {
            let kind = if error.is_eof() { ProblemKind::TruncatedJson } else { ProblemKind::BadJson };
            problem(kind, json_detail(&error));
            // A stand-in is no element of any part: each is a problem of its own.
            salvaged = mend(&text, "1", CHATS, &is_json).unwrap_or_default();
            let whole: Raw<'_> = serde_json::from_str(&salvaged).unwrap_or_default();
            let begins = whole.get("messages").is_none_or(|messages| messages.get() != "null");
            if begins { whole } else { Raw::default() }
        }
    };
    let me = whole.get("personal_information").and_then(|raw| serde_json::from_str::<Value>(raw.get()).ok());
    let owner =
        me.as_ref().and_then(|me| me.get("user_id")).map(|id| format!("user{}", id.to_string().trim_matches('"')));
    let account = me.as_ref().and_then(name_of).or_else(|| options.me.clone()).map(Arc::from);
    let own_name = me.as_ref().and_then(full_name).or_else(|| options.me.clone()).map(Arc::from);
    let setting = Setting { bundle, file, options, owner, account, own_name };
    let mut reading = Reading { setting, sink, position: 0 };
    if whole.get("messages").is_some() {
        reading.chat(&whole)?;
    } else {
        for (section, raw) in &whole.0 {
            reading.section(section, raw)?;
        }
    }
    sink.parsed(file, reading.position);
    Ok(())
}

/// User name, else full name.
fn name_of(me: &Value) -> Option<String> {
    let handle = me.get("username").and_then(Value::as_str).filter(|text| !text.is_empty());
    handle.map(|name| name.trim_start_matches('@').to_owned()).or_else(|| full_name(me))
}

fn full_name(me: &Value) -> Option<String> {
    let text = |key: &str| me.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let full = [text("first_name"), text("last_name")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    Some(full).filter(|name| !name.is_empty())
}

/// A reading under way.
struct Reading<'a> {
    setting: Setting<'a>,
    sink: &'a dyn Sink,
    position: u64,
}

impl Reading<'_> {
    fn next(&mut self) -> u64 {
        let position = self.position;
        self.position += 1;
        position
    }

    fn unknown(&self, position: u64) {
        let (file, kind) = (self.setting.file, ProblemKind::UnknownShape);
        self.sink.problem(Problem { file, position: Some(position), kind, detail: String::new() });
    }

    fn section(&mut self, name: &str, raw: &RawValue) -> Result<(), Stop> {
        match name {
            "about" => Ok(()),
            "chats" | "left_chats" => match list_of(raw) {
                Some(chats) => {
                    chats.into_iter().try_for_each(|chat| match serde_json::from_str::<Raw<'_>>(chat.get()) {
                        Ok(chat) if chat.get("messages").is_some() => self.chat(&chat),
                        _ => {
                            let position = self.next();
                            self.unknown(position);
                            Ok(())
                        }
                    })
                }
                None => self.elements(&[raw], |_, _, _| None),
            },
            "personal_information" => self.elements(&[raw], profile),
            "contacts" => self.elements(&list_of(raw).unwrap_or_else(|| vec![raw]), contact),
            "stories" => self.elements(&list_of(raw).unwrap_or_else(|| vec![raw]), |value, position, setting| {
                media_element(Kind::Story, "story", value, position, setting)
            }),
            "profile_pictures" => self
                .elements(&list_of(raw).unwrap_or_else(|| vec![raw]), |value, position, setting| {
                    media_element(Kind::Other, "profile_picture", value, position, setting)
                }),
            _ if TECHNICAL.contains(&name) => {
                let count = u64::try_from(list_of(raw).map_or(1, |list| list.len())).unwrap_or(u64::MAX);
                self.position += count;
                self.sink.skip(self.setting.file, SkipReason::Technical, count);
                Ok(())
            }
            _ => self.elements(&[raw], |_, _, _| None),
        }
    }

    /// A record of each element; null and empty ones are skipped.
    fn elements(
        &mut self,
        list: &[&RawValue],
        draft: impl Fn(Value, u64, &Setting<'_>) -> Option<Draft>,
    ) -> Result<(), Stop> {
        for raw in list {
            let position = self.next();
            let value: Value = serde_json::from_str(raw.get()).unwrap_or(Value::Bool(false));
            if says_nothing(&value) {
                self.sink.skip(self.setting.file, SkipReason::Empty, 1);
                continue;
            }
            match draft(value, position, &self.setting) {
                Some(mut draft) => {
                    draft.account.clone_from(&self.setting.account);
                    self.sink.record(draft)?;
                }
                None => self.unknown(position),
            }
        }
        Ok(())
    }

    fn chat(&mut self, chat: &Raw<'_>) -> Result<(), Stop> {
        let value = |key: &str| chat.get(key).and_then(|raw| serde_json::from_str::<Value>(raw.get()).ok());
        let (name, kind, id) = (value("name"), value("type"), value("id"));
        let told = Chat::of(name.as_ref(), kind.as_ref(), id.as_ref());
        let mut messages = Vec::new();
        for list in chat.all("messages") {
            if let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(list.get()) {
                messages.extend(list);
            } else {
                let position = self.next();
                self.unknown(position);
            }
        }
        let conversation = Arc::new(told.conversation(senders(&messages)));
        let first = self.position;
        self.position += u64::try_from(messages.len()).unwrap_or(u64::MAX);
        let this = &*self;
        (first..self.position)
            .zip(messages)
            .collect::<Vec<_>>()
            .into_par_iter()
            .with_min_len(256)
            .try_for_each(|(position, raw)| this.message(raw, position, (&told, &conversation)))
    }

    fn message(&self, raw: &RawValue, position: u64, chat: (&Chat, &Arc<Conversation>)) -> Result<(), Stop> {
        // What is nested too deep has no shape that is known.
        let value: Value = serde_json::from_str(raw.get()).unwrap_or(Value::Bool(false));
        if value.is_null() {
            self.sink.skip(self.setting.file, SkipReason::Empty, 1);
            return Ok(());
        }
        let Ok(draft) = message::draft(value, position, chat, &self.setting) else {
            self.unknown(position);
            return Ok(());
        };
        if draft.time.precision == Precision::None && !draft.extra.contains_key("unavailable") {
            let (file, kind) = (self.setting.file, ProblemKind::BadTime);
            self.sink.problem(Problem { file, position: Some(position), kind, detail: String::new() });
        }
        self.sink.record(draft)
    }
}

/// Nothing but empty texts, zeros and nulls.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Number(number) => number.as_i64() == Some(0),
        Value::Object(fields) => fields.values().all(says_nothing),
        Value::Array(_) | Value::Bool(_) => false,
    }
}

/// Names of who wrote, in the order of appearance.
fn senders(messages: &[&RawValue]) -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct Sender {
        from: Option<String>,
    }
    let mut names: Vec<String> = Vec::new();
    let mut known = std::collections::HashSet::new();
    for raw in messages {
        if let Ok(Sender { from: Some(name) }) = serde_json::from_str(raw.get())
            && known.insert(name.clone())
        {
            names.push(name);
        }
    }
    names
}

/// The list in `{about, list}`, or a list alone.
fn list_of(raw: &RawValue) -> Option<Vec<&RawValue>> {
    if let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(raw.get()) {
        return Some(list);
    }
    let outer: Raw<'_> = serde_json::from_str(raw.get()).ok()?;
    serde_json::from_str(outer.get("list")?.get()).ok()
}

fn new(kind: Kind, parts: &[&str], time: Time, position: u64, setting: &Setting<'_>) -> Draft {
    let mut print = Fingerprint::new(Platform::Telegram, kind).text(setting.owner.as_deref().unwrap_or_default());
    for part in parts {
        print = print.text(part);
    }
    Draft::new(print.finish(&mut Twins::new()), kind, Platform::Telegram, time, setting.file, position)
}

pub fn profile(value: Value, position: u64, setting: &Setting<'_>) -> Option<Draft> {
    let owner = setting.owner.clone()?;
    let name = name_of(&value).unwrap_or_default();
    let mut fields = Fields::of(value).ok()?;
    let mut draft = new(Kind::Profile, &["profile", &owner], Time::none(), position, setting);
    let names = [fields.text("first_name"), fields.text("last_name")];
    let full = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let handle = fields.text("username").map(|name| name.trim_start_matches('@').to_owned());
    let name = if full.is_empty() { name } else { full };
    draft.author = Some(Author { name, is_owner: true, handle, phone: fields.text("phone_number") });
    draft.text = fields.text("bio").unwrap_or_default();
    draft.extra = fields.rest();
    Some(draft)
}

pub fn contact(value: Value, position: u64, setting: &Setting<'_>) -> Option<Draft> {
    let mut fields = Fields::of(value).ok()?;
    let time = message::time(&mut fields, setting.options);
    let names = [fields.text("first_name"), fields.text("last_name")];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let (number, phone) = (fields.number("user_id").filter(|id| *id != 0), fields.text("phone_number"));
    if name.is_empty() && number.is_none() && phone.is_none() {
        return None;
    }
    let key = number.map(|number| number.to_string());
    let parts = match &key {
        Some(key) => vec!["contact", key.as_str()],
        None => vec!["contact", "", name.as_str(), phone.as_deref().unwrap_or_default()],
    };
    let mut draft = new(Kind::Contact, &parts, time, position, setting);
    draft.text.clone_from(&name);
    let name = if name.is_empty() { phone.clone().or_else(|| key.clone()).unwrap_or_default() } else { name };
    draft.author = Some(Author { name, is_owner: false, handle: None, phone });
    draft.extra = fields.rest();
    draft.extra.extend(number.map(|number| ("user_id".to_owned(), Value::from(number))));
    Some(draft)
}

/// A story or a picture of the profile: a file with a time.
pub fn media_element(kind: Kind, word: &str, value: Value, position: u64, setting: &Setting<'_>) -> Option<Draft> {
    let mut fields = Fields::of(value).ok()?;
    let time = message::time(&mut fields, setting.options);
    let path = ["media", "photo", "file", "video"].iter().find_map(|key| fields.text(key))?;
    let moment = time.utc.clone().or_else(|| time.local.clone()).unwrap_or_default();
    let mut draft = new(kind, &[word, &moment, &path], time, position, setting);
    draft.text = fields.text("caption").or_else(|| fields.text("text")).unwrap_or_default();
    draft.author = setting.own_name.as_deref().map(|name| Author {
        name: name.to_owned(),
        is_owner: true,
        handle: None,
        phone: None,
    });
    draft.attachments.push(attachment(AttachmentKind::Other, None, path, None));
    draft.extra = fields.rest();
    draft.extra.insert("section".to_owned(), Value::from(word));
    Some(draft)
}
