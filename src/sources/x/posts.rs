//! Own posts, and the whole words of long ones.

use serde_json::{Map, Value};

use super::archive::Setting;
use super::media;
use super::people::People;
use super::text::{Short, moment, without_tags, written};
use crate::model::{Draft, Fingerprint, Kind, Link, Platform, RecordId, Time, Twins};
use crate::sources::Fields;

/// Fields that repeat what other fields tell, or are the same in every post.
const REPEATED: &[&str] =
    &["display_text_range", "id", "in_reply_to_status_id", "in_reply_to_user_id", "retweeted", "truncated"];

/// A long post's words.
pub struct Note {
    /// Number of its file.
    pub file: usize,
    /// Place in it.
    pub position: u64,
    /// Its own number.
    pub id: String,
    /// When.
    pub time: Time,
    /// The words as exported.
    pub text: String,
    /// Addresses in them.
    shorts: Vec<Short>,
    links: Vec<Link>,
    /// Taken back.
    pub deleted: bool,
    /// A post took them.
    pub told: bool,
}

impl Note {
    /// Reads one.
    pub fn read(value: Value, file: usize, position: u64) -> Option<Self> {
        let mut note = Fields::of(value).ok()?.object("noteTweet")?;
        let mut core = note.object("core")?;
        let mut pairs = Vec::new();
        for url in core.list("urls") {
            if let Ok(mut url) = Fields::of(url) {
                pairs.push((url.text("shortUrl").unwrap_or_default(), url.text("expandedUrl")));
            }
        }
        Some(Self {
            file,
            position,
            id: note.text("noteTweetId").unwrap_or_default(),
            time: note.text("createdAt").map_or_else(Time::none, |text| moment(&text)),
            text: core.text("text").unwrap_or_default(),
            links: pairs.iter().filter_map(|(_, long)| link(long.as_deref()?)).collect(),
            shorts: pairs.into_iter().map(|(short, written)| Short { short, written }).collect(),
            deleted: false,
            told: false,
        })
    }

    /// Whether these are the whole words of a post: written in the same second, and they begin alike.
    fn completes(&self, time: &Time, exported: &str) -> bool {
        let second = |time: &Time| time.order_ms().map(|ms| ms.div_euclid(1000));
        let cut = exported.rsplit_once("… https://t.co/").map_or(exported, |(words, _)| words);
        let cut = cut.trim_end_matches('…').trim_end();
        !self.told && time.utc.is_some() && second(&self.time) == second(time) && self.text.starts_with(cut)
    }

    /// A record of words that no post took.
    pub fn draft(&self, setting: &Setting<'_>) -> Draft {
        let print = Fingerprint::new(Platform::X, Kind::Post).text("note").text(&self.id);
        let print = if self.id.is_empty() { print.text(&self.text) } else { print };
        let id = print.finish(&mut Twins::new());
        let mut draft = Draft::new(id, Kind::Post, Platform::X, self.time.clone(), self.file, self.position);
        draft.author = setting.people.owner();
        draft.deleted = self.deleted;
        draft.text = written(&self.text, &self.shorts);
        draft.links.clone_from(&self.links);
        draft.extra.insert("noteTweetId".to_owned(), Value::from(self.id.as_str()));
        draft
    }
}

fn link(url: &str) -> Option<Link> {
    (!url.is_empty()).then(|| Link { url: url.to_owned(), title: None })
}

/// The post itself: since 2020 it stands in `tweet`.
fn inner(value: Value) -> Result<Fields, Value> {
    let mut fields = Fields::of(value)?;
    Ok(fields.object("tweet").unwrap_or(fields))
}

/// Learns names from the people a post mentions.
pub fn teach(value: &Value, people: &mut People) {
    let post = value.get("tweet").unwrap_or(value);
    let mentions = post.get("entities").and_then(|entities| entities.get("user_mentions")).and_then(Value::as_array);
    for mention in mentions.into_iter().flatten() {
        let text = |key: &str| mention.get(key).and_then(Value::as_str).unwrap_or_default();
        people.name(text("id_str"), text("name"), text("screen_name"));
    }
}

/// A post; the value comes back when it is none.
pub fn draft(
    value: Value,
    (file, position, deleted): (usize, u64, bool),
    setting: &Setting<'_>,
    notes: &mut [Note],
) -> Result<Draft, Value> {
    let mut post = inner(value)?;
    let exported = post.text("full_text").or_else(|| post.text("text"));
    let number = post.text("id_str").or_else(|| post.text("id")).filter(|id| id != "-1");
    if exported.is_none() && number.is_none() {
        return Err(Value::Object(post.rest()));
    }
    let exported = exported.unwrap_or_default();
    let time = post.text("created_at").map_or_else(Time::none, |text| moment(&text));
    for key in REPEATED {
        drop(post.any(key));
    }
    let id = id_of(number.as_deref(), &time, &exported);
    let mut draft = Draft::new(id, Kind::Post, Platform::X, time.clone(), file, position);
    draft.author = setting.people.owner();
    draft.deleted = deleted;
    let mut entities = post.object("entities").unwrap_or_default();
    let mut further = post.object("extended_entities").unwrap_or_default();
    let (all, first) = (further.list("media"), entities.list("media"));
    let files = if all.is_empty() { first } else { all };
    let mut shorts = Vec::new();
    let only = files.len() == 1;
    for value in files {
        let Ok(mut file) = Fields::of(value) else { continue };
        shorts.push(Short { short: file.text("url").unwrap_or_default(), written: None });
        let (kind, address) = media::of_post(&mut file);
        let place = ("tweets_media", number.as_deref().unwrap_or_default());
        draft.attachments.push(setting.files.attachment(kind, place, &address, only));
    }
    for value in entities.list("urls") {
        let Ok(mut url) = Fields::of(value) else { continue };
        let written = url.text("expanded_url");
        draft.links.extend(written.as_deref().and_then(link));
        shorts.push(Short { short: url.text("url").unwrap_or_default(), written });
    }
    for value in entities.list("user_mentions") {
        let Ok(mut mention) = Fields::of(value) else { continue };
        draft.tags.extend(mention.text("name").or_else(|| mention.text("screen_name")));
    }
    draft.text = written(&exported, &shorts);
    if let Some(note) = notes.iter_mut().find(|note| note.completes(&time, &exported)) {
        note.told = true;
        shorts.append(&mut note.shorts);
        draft.text = written(&note.text, &shorts);
        draft.links.append(&mut note.links);
        draft.extra.insert("noteTweetId".to_owned(), Value::from(note.id.as_str()));
    }
    if draft.text != exported {
        draft.extra.insert("full_text".to_owned(), Value::from(exported));
    }
    facts(post, number, &mut draft);
    Ok(draft)
}

fn id_of(number: Option<&str>, time: &Time, exported: &str) -> RecordId {
    let print = Fingerprint::new(Platform::X, Kind::Post);
    let print = match number {
        Some(number) => print.text("id").text(number),
        None => print.text("words").number(time.order_ms().unwrap_or(0)).text(exported),
    };
    print.finish(&mut Twins::new())
}

/// What has no field of its own.
fn facts(mut post: Fields, number: Option<String>, draft: &mut Draft) {
    let mut extra = Map::new();
    extra.extend(number.map(|number| ("id".to_owned(), Value::from(number))));
    let mut reply = Map::new();
    for (key, name) in [
        ("in_reply_to_status_id_str", "id"),
        ("in_reply_to_user_id_str", "user_id"),
        ("in_reply_to_screen_name", "user"),
    ] {
        reply.extend(post.text(key).map(|text| (name.to_owned(), Value::from(text))));
    }
    if !reply.is_empty() {
        extra.insert("reply_to".to_owned(), Value::Object(reply));
    }
    for key in ["favorite_count", "retweet_count"] {
        extra.extend(post.number(key).filter(|count| *count > 0).map(|count| (key.to_owned(), Value::from(count))));
    }
    extra.extend(post.text("source").map(|html| ("source".to_owned(), Value::from(without_tags(&html)))));
    if let Some(mut edits) = post.object("edit_info") {
        // Every post carries `initial`, which says how long it might have been edited.
        draft.edited = edits.has("edit");
        drop(edits.any("initial"));
        let rest = edits.rest();
        if !rest.is_empty() {
            extra.insert("edit_info".to_owned(), Value::Object(rest));
        }
    }
    for (key, value) in post.rest().into_iter().filter(|(_, value)| *value != Value::Bool(false)) {
        extra.insert(key, value);
    }
    draft.extra.extend(extra);
}
