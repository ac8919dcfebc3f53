//! One message.

use std::sync::Arc;

use chrono::NaiveDateTime;
use serde_json::{Map, Value, json};

use super::chat::Chat;
use super::text::{links, words};
use crate::bundle::Bundle;
use crate::model::{
    AttachmentKind, Author, Conversation, Draft, DraftAttachment, Fingerprint, Kind, Place, Platform, Precision,
    Reaction, Target, Time, Twins,
};
use crate::sources::{Fields, ReadOptions};

/// What stands in place of a day that there was not.
const NEVER: &str = "1970-01-01";

/// What all messages of an export share.
pub struct Setting<'a> {
    /// The download.
    pub bundle: &'a Bundle,
    /// Number of `result.json`.
    pub file: usize,
    /// What the user said.
    pub options: &'a ReadOptions,
    /// `user700001`, where the export tells.
    pub owner: Option<String>,
    /// The owner's user name or name.
    pub account: Option<Arc<str>>,
    /// The owner's name as messages have it.
    pub own_name: Option<Arc<str>>,
}

/// Makes the record of a message; the value comes back when it is none.
pub fn draft(
    value: Value,
    position: u64,
    (chat, conversation): (&Chat, &Arc<Conversation>),
    setting: &Setting<'_>,
) -> Result<Draft, Value> {
    let mut fields = Fields::of(value)?;
    let time = time(&mut fields, setting.options);
    draft_at(time, fields, position, (chat, conversation), setting)
}

/// Likewise of a message whose time is known. What is none comes back.
pub fn draft_at(
    time: Time,
    mut fields: Fields,
    position: u64,
    (chat, conversation): (&Chat, &Arc<Conversation>),
    setting: &Setting<'_>,
) -> Result<Draft, Value> {
    let Some(number) = fields.number("id") else { return Err(Value::Object(fields.rest())) };
    let kind = fields.text("type").unwrap_or_default();
    let id = Fingerprint::new(Platform::Telegram, Kind::Message).text(chat.class).text(&chat.number).number(number);
    // Outside of channels and large groups every account counts its messages by itself; the second tells two accounts
    // apart that write to the same person.
    let id = match chat.class {
        "channel" => id,
        // Pages print wall clocks: naming the zone later changes no id.
        "page" => id.text(time.local.as_deref().unwrap_or_default()),
        _ => match (&time.utc, &time.local) {
            (Some(utc), _) => id.text(utc),
            (None, local) => id.text(local.as_deref().unwrap_or_default()),
        },
    };
    let id = id.finish(&mut Twins::new());
    let mut draft = Draft::new(id, Kind::Message, Platform::Telegram, time, setting.file, position);
    draft.account.clone_from(&setting.account);
    draft.conversation = Some(Arc::clone(conversation));
    draft.system = kind == "service";
    draft.author = author(&mut fields, setting, &mut draft.extra);
    let edited = edited(&mut fields);
    draft.edited = edited.is_some();
    draft.extra.extend(edited.map(|moment| ("edited_at".to_owned(), Value::from(moment))));
    let told = fields.any("text").unwrap_or_default();
    let entities = fields.any("text_entities").unwrap_or_default();
    draft.text = words(if told.is_null() { &entities } else { &told });
    draft.links = if entities.is_array() { links(&entities) } else { links(&told) };
    files(&mut fields, setting, &mut draft);
    place_and_cards(&mut fields, setting, &mut draft);
    poll(&mut fields, &mut draft);
    tasks(&mut fields, &mut draft);
    // The one who wrote first has no account any more; the app says so in these words.
    if fields.peek("forwarded_from").is_some_and(Value::is_null) {
        drop(fields.any("forwarded_from"));
        draft.extra.insert("forwarded_from".to_owned(), Value::from("Deleted Account"));
    }
    draft.reactions = reactions(&mut fields, &mut draft.extra);
    if draft.system && fields.has("action") {
        service(&mut fields, &mut draft);
    }
    if kind == "unsupported" {
        draft.extra.insert("unavailable".to_owned(), Value::from(true));
    } else if kind != "message" && kind != "service" {
        draft.extra.insert("type".to_owned(), Value::from(kind));
    }
    draft.extra.insert("id".to_owned(), Value::from(number));
    if let Some(answered) = fields.number("reply_to_message_id") {
        draft.extra.insert("reply_to".to_owned(), json!({ "id": answered }));
    }
    for (key, value) in fields.rest() {
        draft.extra.entry(key).or_insert(value);
    }
    Ok(draft)
}

/// Seconds since 1970 where the export has them (since 2022), else the wall clock of the computer that exported.
pub fn time(fields: &mut Fields, options: &ReadOptions) -> Time {
    let (local, seconds) = (fields.text("date"), fields.number("date_unixtime"));
    if let Some(seconds) = seconds.filter(|seconds| *seconds > 0) {
        return Time::from_seconds(seconds);
    }
    let clock = local.and_then(|text| NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S").ok());
    match (clock.filter(|clock| !clock.date().to_string().starts_with(NEVER)), options.zone) {
        (Some(clock), Some(zone)) => Time::from_local_in(clock, Precision::S, false, zone),
        (Some(clock), None) => Time::from_local(clock, Precision::S, false),
        (None, _) => Time::none(),
    }
}

/// When a message was edited last. Old exports write the beginning of 1970 where nothing was.
fn edited(fields: &mut Fields) -> Option<String> {
    let (local, seconds) = (fields.text("edited"), fields.number("edited_unixtime"));
    match seconds {
        Some(seconds) => Time::from_seconds(seconds).utc.filter(|_| seconds > 0),
        None => local.filter(|text| !text.starts_with(NEVER)),
    }
}

/// Names change and several people bear one: the number of the account is kept, as a number where it is a person's.
fn author(fields: &mut Fields, setting: &Setting<'_>, extra: &mut Map<String, Value>) -> Option<Author> {
    let name = fields.text("from").or_else(|| fields.text("actor"));
    let mut id = |key| fields.text(key).or_else(|| fields.number(key).map(|number| format!("user{number}")));
    let id = id("from_id").or_else(|| id("actor_id"));
    if let Some(id) = &id {
        let number = id.strip_prefix("user").and_then(|number| number.parse::<i64>().ok());
        extra.insert("from_id".to_owned(), number.map_or_else(|| Value::from(id.as_str()), Value::from));
    }
    let is_owner = match (&setting.owner, &id, &setting.options.me, &name) {
        (Some(owner), Some(id), ..) => owner == id,
        (None, _, Some(me), Some(name)) => me == name,
        _ => false,
    };
    let name = name.or(id)?;
    Some(Author { name, is_owner, handle: None, phone: None })
}

/// Photos and files; where the export left a file out it says so in place of the path.
fn files(fields: &mut Fields, setting: &Setting<'_>, draft: &mut Draft) {
    let (photo, file) = (fields.text("photo"), fields.text("file"));
    let kind = match (photo.is_some(), fields.text("media_type").as_deref()) {
        (true, _) => AttachmentKind::Photo,
        (false, Some("sticker")) => AttachmentKind::Sticker,
        (false, Some("video_message" | "video_file")) => AttachmentKind::Video,
        (false, Some("voice_message" | "audio_file")) => AttachmentKind::Audio,
        (false, Some("animation")) => AttachmentKind::Gif,
        (false, _) if file.is_some() => AttachmentKind::Document,
        _ => AttachmentKind::Other,
    };
    let name = fields.text("file_name");
    let thumbnail = fields.text("thumbnail");
    let (path, other) = match (photo, file) {
        (Some(photo), file) => (photo, file),
        (None, Some(file)) => (file, None),
        (None, None) => return,
    };
    let caption = (!draft.text.is_empty()).then(|| draft.text.clone());
    let here = setting.bundle.resolve(&path).is_some();
    draft.attachments.push(attachment(kind, name, path, caption));
    draft.attachments.extend(other.map(|file| attachment(AttachmentKind::Document, None, file, None)));
    // A picture of a file that is not there is better than nothing.
    if let Some(thumbnail) = thumbnail.filter(|path| !here && setting.bundle.resolve(path).is_some()) {
        draft.attachments.push(attachment(AttachmentKind::Photo, None, thumbnail, None));
    }
}

/// An attachment by its path, or by the sentence in place of one.
pub fn attachment(
    kind: AttachmentKind,
    name: Option<String>,
    path: String,
    caption: Option<String>,
) -> DraftAttachment {
    let is_sentence = path.starts_with("(File ");
    let base = if is_sentence { "" } else { path.rsplit('/').next().unwrap_or(&path) };
    let name = name.unwrap_or_else(|| base.to_owned());
    let target = match (is_sentence, path.contains("unavailable")) {
        (false, _) => Target::Path(path),
        (true, true) => Target::Failed,
        (true, false) => Target::Omitted,
    };
    DraftAttachment { kind, name, target, caption, taken: None, place: None }
}

fn place_and_cards(fields: &mut Fields, setting: &Setting<'_>, draft: &mut Draft) {
    if let Some(mut spot) = fields.object("location_information") {
        draft.place = Some(Place {
            name: fields.text("place_name"),
            address: fields.text("address"),
            latitude: spot.degrees("latitude"),
            longitude: spot.degrees("longitude"),
        });
    }
    if let Some(mut card) = fields.object("contact_information") {
        let names = [card.text("first_name"), card.text("last_name")];
        let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let mut facts = Map::new();
        facts.insert("name".to_owned(), Value::from(name.as_str()));
        facts.extend(card.text("phone_number").map(|number| ("phones".to_owned(), json!([number]))));
        facts.extend(card.rest());
        draft.tags.extend(Some(name).filter(|name| !name.is_empty()));
        draft.extra.insert("contacts".to_owned(), json!([facts]));
    }
    if let Some(path) = fields.text("contact_vcard").filter(|path| setting.bundle.resolve(path).is_some()) {
        draft.attachments.push(attachment(AttachmentKind::Contact, None, path, None));
    }
}

/// The question and its answers, as what their author wrote.
fn poll(fields: &mut Fields, draft: &mut Draft) {
    let Some(mut poll) = fields.object("poll") else { return };
    let question = poll.any("question").map(|question| words(&question)).unwrap_or_default();
    let mut text = question.clone();
    let mut options = Vec::new();
    for value in poll.list("answers") {
        let Ok(mut answer) = Fields::of(value) else { continue };
        let option = answer.any("text").map(|option| words(&option)).unwrap_or_default();
        text.push('\n');
        text.push_str(&option);
        let mut told = Map::new();
        told.insert("text".to_owned(), Value::from(option));
        told.insert("votes".to_owned(), Value::from(answer.number("voters").unwrap_or(0)));
        told.extend(answer.rest());
        options.push(Value::Object(told));
    }
    let mut facts = Map::new();
    facts.insert("question".to_owned(), Value::from(question));
    facts.insert("options".to_owned(), Value::Array(options));
    facts.extend(poll.rest());
    draft.extra.insert("poll".to_owned(), Value::Object(facts));
    if draft.text.is_empty() {
        draft.text = text;
    }
}

/// The title of a list of tasks and each of them, as what its author wrote. The list itself stays in `extra`.
fn tasks(fields: &mut Fields, draft: &mut Draft) {
    let Some(list) = fields.peek("todo_list").filter(|_| draft.text.is_empty()) else { return };
    let tasks = ["answers", "items", "tasks"].iter().find_map(|key| list.get(key)?.as_array());
    let lines = std::iter::once(list).chain(tasks.into_iter().flatten());
    let told = |line: &Value| line.get("title").or_else(|| line.get("text")).map(words).unwrap_or_default();
    draft.text = lines.map(told).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
}

/// Reactions of those whom the export names; counts stay beside them where it names fewer.
fn reactions(fields: &mut Fields, extra: &mut Map<String, Value>) -> Vec<Reaction> {
    let told = fields.list("reactions");
    let (mut found, mut count) = (Vec::new(), 0);
    for value in &told {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let emoji = text("emoji").or_else(|| text("document_id")).or_else(|| text("type")).unwrap_or_default();
        count += value.get("count").and_then(Value::as_u64).unwrap_or(0);
        for one in value.get("recent").and_then(Value::as_array).into_iter().flatten() {
            let by = |key: &str| one.get(key).and_then(Value::as_str).map(str::to_owned);
            let actor = by("from").or_else(|| by("from_id")).unwrap_or_default();
            found.push(Reaction { emoji: emoji.clone(), actor });
        }
    }
    if count > u64::try_from(found.len()).unwrap_or(u64::MAX) {
        extra.insert("reactions".to_owned(), Value::Array(told));
    }
    found
}

/// What the app says happened: the word for it, the people it is about, and calls.
fn service(fields: &mut Fields, draft: &mut Draft) {
    let action = fields.text("action").unwrap_or_default();
    let members = fields.list("members");
    draft.tags.extend(members.iter().filter_map(Value::as_str).map(str::to_owned));
    if action == "phone_call" {
        let mut call = Map::new();
        let seconds = fields.number("duration_seconds");
        let reason = fields.text("discard_reason");
        call.insert("missed".to_owned(), Value::from(reason.as_deref() == Some("missed")));
        call.extend(seconds.map(|seconds| ("duration_s".to_owned(), Value::from(seconds))));
        call.extend(reason.map(|reason| ("reason".to_owned(), Value::from(reason))));
        draft.system = false;
        draft.extra.insert("call".to_owned(), Value::Object(call));
    } else {
        draft.extra.insert("notice".to_owned(), json!({ "kind": action }));
    }
}
