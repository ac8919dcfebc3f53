//! One message as a page prints it, in the shape that `result.json` has.

use serde_json::{Map, Value, json};

use super::page::{Node, Tag};

/// Who writes; messages soon after another of the same person say no name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Speaker {
    /// Their name; empty for none.
    pub name: String,
    /// The bot by which they write.
    via: Option<String>,
    /// Who wrote first what they forward, and when, as printed.
    forwarded: Option<(String, String)>,
}

impl Speaker {
    /// From the element that holds a name.
    pub fn of(tag: &Tag) -> Self {
        let text = tag.text_without(&|inner| inner.has("date"));
        let (name, via) = match text.rsplit_once(" via @") {
            Some((name, via)) if !via.contains(' ') => (name.trim().to_owned(), Some(via.to_owned())),
            _ => (text, None),
        };
        Self { name, via, forwarded: None }
    }
}

/// A notice: a sentence of the app, at times with a picture. `names`: who writes in the chat, the longest first.
pub fn service(tag: &Tag, names: &[String]) -> Map<String, Value> {
    let body = tag.child("body");
    let text = body.map(Tag::text).unwrap_or_default();
    let begins = |name: &&String| text.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with(' '));
    let mut told = Map::from_iter([("type".to_owned(), Value::from("service"))]);
    if let Some(name) = names.iter().find(begins) {
        told.insert("actor".to_owned(), name.as_str().into());
    }
    if let Some(answered) = body.and_then(go_to) {
        told.insert("reply_to_message_id".to_owned(), answered.into());
    }
    told.insert("text".to_owned(), text.into());
    let picture = tag.child("userpic_wrap").and_then(|wrap| wrap.find(&|inner| inner.name == "a"));
    if let Some(picture) = picture.filter(|picture| !picture.address.is_empty()) {
        told.insert("photo".to_owned(), path(&picture.address).into());
    }
    told
}

/// A message. `speaker`: who wrote the one before, and then this.
pub fn message(tag: &Tag, speaker: &mut Speaker) -> Map<String, Value> {
    let mut told = Map::from_iter([("type".to_owned(), Value::from("message"))]);
    let Some(body) = tag.child("body") else {
        told.insert("shown".to_owned(), tag.text().into());
        return told;
    };
    if let Some(name) = body.child("from_name") {
        *speaker = Speaker::of(name);
    } else if !tag.has("joined") {
        *speaker = Speaker::default();
    }
    if !speaker.name.is_empty() {
        told.insert("from".to_owned(), speaker.name.as_str().into());
    }
    let mut shown = Vec::new();
    match body.tags().find(|tag| tag.has("forwarded") && tag.has("body")) {
        Some(inner) => {
            if let Some(name) = inner.child("from_name") {
                let date = name.child("date").map(|date| date.title.clone()).unwrap_or_default();
                let first = Speaker::of(name);
                speaker.via = first.via;
                speaker.forwarded = Some((first.name, date));
            }
            if let Some((name, date)) = &speaker.forwarded {
                told.insert("forwarded_from".to_owned(), name.as_str().into());
                told.insert("forwarded_date".to_owned(), date.as_str().into());
            }
            parts(inner, &mut told, &mut shown);
        }
        None => speaker.forwarded = None,
    }
    if let Some(via) = &speaker.via {
        told.insert("via_bot".to_owned(), format!("@{via}").into());
    }
    parts(body, &mut told, &mut shown);
    if !shown.is_empty() {
        told.insert("shown".to_owned(), shown.into());
    }
    told
}

/// The parts of a body; what nobody knows is kept as words.
fn parts(body: &Tag, told: &mut Map<String, Value>, shown: &mut Vec<Value>) {
    for part in body.tags() {
        let known = ["date", "from_name", "userpic_wrap", "forwarded"].iter().any(|class| part.has(class));
        if known {
        } else if part.has("reply_to") {
            match go_to(part) {
                Some(answered) => drop(told.insert("reply_to_message_id".to_owned(), answered.into())),
                None => drop(told.insert("reply_to".to_owned(), part.text().into())),
            }
        } else if part.has("media_wrap") {
            part.tags().for_each(|media| self::media(media, told, shown));
        } else if part.has("text") {
            told.insert("text".to_owned(), pieces(part));
        } else if part.has("signature") {
            told.insert("author".to_owned(), part.text().into());
        } else if part.has("reactions") {
            let list: Vec<Value> = part.tags().filter(|tag| tag.has("reaction")).map(reaction).collect();
            told.insert("reactions".to_owned(), list.into());
        } else if !part.text().is_empty() {
            shown.push(part.text().into());
        }
    }
}

/// The number in `#go_to_message12`, or `messages2.html#go_to_message12`.
fn go_to(tag: &Tag) -> Option<i64> {
    let link = tag.find(&|inner| inner.address.contains("#go_to_message"))?;
    link.address.rsplit_once("#go_to_message")?.1.parse().ok()
}

/// Words with the links in them, as `result.json` has them.
fn pieces(tag: &Tag) -> Value {
    let mut found: Vec<(String, Option<String>)> = Vec::new();
    gather(tag, &mut found);
    if let Some((first, _)) = found.first_mut() {
        *first = first.trim_start().to_owned();
    }
    if let Some((last, _)) = found.last_mut() {
        last.truncate(last.trim_end().len());
    }
    let piece = |(text, link): (String, Option<String>)| match link {
        None => Value::from(text),
        Some(href) if href == text => json!({ "type": "link", "text": text }),
        Some(href) => json!({ "type": "text_link", "text": text, "href": href }),
    };
    Value::Array(found.into_iter().filter(|(text, _)| !text.is_empty()).map(piece).collect())
}

fn gather(tag: &Tag, found: &mut Vec<(String, Option<String>)>) {
    for child in &tag.children {
        match child {
            Node::Text(words) => push(words, found),
            Node::Tag(inner) if inner.name == "br" => push("\n", found),
            Node::Tag(inner) if inner.name == "a" => {
                let words = inner.text();
                let mention = words.starts_with('@') && inner.address.starts_with("https://t.me/");
                let is_link =
                    !mention && (inner.address == words && !words.is_empty() || inner.address.contains("://"));
                if is_link {
                    found.push((words, Some(inner.address.clone())));
                } else {
                    gather(inner, found);
                }
            }
            Node::Tag(inner) => gather(inner, found),
        }
    }
}

fn push(words: &str, found: &mut Vec<(String, Option<String>)>) {
    match found.last_mut() {
        Some((text, None)) => text.push_str(words),
        _ => found.push((words.to_owned(), None)),
    }
}

/// A path of the export as seen from its root.
fn path(address: &str) -> &str {
    address.trim_start_matches("../").trim_end_matches("#allow_back")
}

/// A file, or something that is told like one.
fn media(media: &Tag, told: &mut Map<String, Value>, shown: &mut Vec<Value>) {
    let mut put = |key: &str, value: Value| drop(told.insert(key.to_owned(), value));
    let file = || Value::from(path(&media.address));
    let text = |class: &str| media.inner(class).map(Tag::text).unwrap_or_default();
    if media.has("photo_wrap") {
        put("photo", file());
    } else if media.has("video_file_wrap") {
        put("file", file());
        put("media_type", "video_file".into());
        put("media_status", text("video_duration").into());
    } else if media.has("animated_wrap") {
        put("file", file());
        put("media_type", "animation".into());
    } else if media.has("sticker_wrap") {
        put("file", file());
        put("media_type", "sticker".into());
    } else if media.has("media_poll") {
        put("poll", poll(media));
    } else if media.has("media") {
        generic(media, told);
    } else if !media.text().is_empty() {
        shown.push(media.text().into());
    }
}

/// A picture of the app's own with a title, a description and a state beside it.
fn generic(media: &Tag, told: &mut Map<String, Value>) {
    let text = |class: &str| media.inner(class).map(Tag::text).unwrap_or_default();
    let (title, description, status) = (text("title"), text("description"), text("status"));
    let mut put = |key: &str, value: Value| drop(told.insert(key.to_owned(), value));
    let kind = media.class.split_ascii_whitespace().find_map(|class| class.strip_prefix("media_")).unwrap_or_default();
    // What stands in place of a file that was left out begins as `result.json` writes it.
    let file = match (media.address.as_str(), description.as_str()) {
        ("", "") => "(File left out)".to_owned(),
        ("", reason) => format!("(File {}", reason.to_lowercase()),
        (address, _) => path(address).to_owned(),
    };
    match (kind, title.as_str()) {
        ("photo", "Sticker") => {
            put("file", file.into());
            put("media_type", "sticker".into());
        }
        ("photo", _) => put("photo", file.into()),
        ("video" | "voice_message" | "audio_file" | "file", _) => {
            put("file", file.into());
            let media_type = match (kind, title.as_str()) {
                ("video", "Animation") => "animation",
                ("video", "Video message") => "video_message",
                ("video", _) => "video_file",
                ("file", _) => "",
                (other, _) => other,
            };
            if media_type.is_empty() {
                put("file_name", (if title == "File" { "" } else { title.as_str() }).into());
            } else {
                put("media_type", media_type.into());
            }
            if kind == "audio_file" && title != "Audio file" {
                put("title", title.as_str().into());
            }
        }
        ("contact", _) => {
            let phone = status.strip_suffix(" - vCard").unwrap_or(&status);
            put("contact_information", json!({ "first_name": title, "phone_number": phone }));
            put("contact_vcard", path(&media.address).into());
            return;
        }
        ("location" | "live_location" | "venue", _) => {
            let query = media.address.split_once("?q=").and_then(|(_, query)| query.split('&').next());
            let spot = query.map_or_else(|| status.replace(' ', ""), str::to_owned);
            let (latitude, longitude) = spot.split_once(',').unwrap_or_default();
            put("location_information", json!({ "latitude": latitude, "longitude": longitude }));
            if kind == "venue" {
                put("place_name", title.into());
                put("address", description.into());
            } else if kind == "live_location" {
                put("live_location", true.into());
            }
            return;
        }
        ("call", _) => {
            put("call", call(&status));
            return;
        }
        _ => {
            let link = media.address.as_str();
            put(kind, json!({ "title": title, "description": description, "status": status, "link": link }));
            return;
        }
    }
    if title.starts_with("Self-destructing") {
        put("media_title", title.into());
    }
    put("media_status", status.into());
}

/// `Outgoing (35 seconds)`, `Missed`.
fn call(status: &str) -> Value {
    let (word, seconds) = status.split_once(" (").unwrap_or((status, ""));
    let seconds: Option<u64> = seconds.split(' ').next().and_then(|number| number.parse().ok());
    let mut call = Map::from_iter([
        ("missed".to_owned(), Value::from(matches!(word, "Missed" | "Cancelled"))),
        ("status".to_owned(), Value::from(word)),
    ]);
    call.extend(seconds.map(|seconds| ("duration_s".to_owned(), Value::from(seconds))));
    Value::Object(call)
}

fn poll(tag: &Tag) -> Value {
    let votes = |text: &str| text.split(' ').next().and_then(|number| number.parse::<u64>().ok()).unwrap_or(0);
    let answers = tag.tags().filter(|tag| tag.has("answer")).map(|answer| {
        let details = answer.child("details").map(Tag::text).unwrap_or_default();
        let text = answer.text_without(&|inner| inner.has("details"));
        let text = text.strip_prefix("- ").unwrap_or(&text).to_owned();
        json!({ "text": text, "voters": votes(&details), "chosen": details.contains("chosen") })
    });
    let answers: Vec<Value> = answers.collect();
    let total = tag.child("total").map_or(0, |tag| votes(&tag.text()));
    let closed = tag.tags().any(|tag| tag.has("details") && tag.text() == "Final results");
    let question = tag.child("question").map(Tag::text).unwrap_or_default();
    json!({ "question": question, "answers": answers, "total_voters": total, "closed": closed })
}

/// An emoji, the people who gave it (their names stand behind their pictures), and how many more.
fn reaction(tag: &Tag) -> Value {
    let mut people = Vec::new();
    if let Some(pictures) = tag.child("userpics") {
        names(pictures, &mut people);
    }
    let known = u64::try_from(people.len()).unwrap_or(u64::MAX);
    let count = tag.child("count").and_then(|count| count.text().parse().ok()).unwrap_or(known);
    let people: Vec<Value> = people.into_iter().map(|name| json!({ "from": name })).collect();
    let emoji = tag.child("emoji").map(Tag::text).unwrap_or_default();
    json!({ "type": "emoji", "emoji": emoji, "count": count, "recent": people })
}

fn names(tag: &Tag, found: &mut Vec<String>) {
    for inner in tag.tags() {
        if !inner.title.is_empty() {
            found.push(inner.title.clone());
        }
        names(inner, found);
    }
}
