//! `msgstore.db` of Android until 2021: everything of a message in one row of `messages`.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::kinds::{self, What};
use super::message::{Chat, MediaFile, Message};
use super::sql::{Broken, ByKey, Database, Line};
use crate::model::{Place, Time};

/// Columns that are told by fields, or say nothing.
const TOLD: &[&str] = &[
    "_id",
    "data",
    "key_from_me",
    "key_id",
    "key_remote_jid",
    "latitude",
    "longitude",
    "lookup_tables",
    "media_wa_type",
    "participant_hash",
    "raw_data",
    "remote_resource",
    "thumb_image",
    "timestamp",
];

/// Names of chats.
pub fn chats(database: &Database, broken: &mut Vec<(String, Broken)>) -> HashMap<String, Chat> {
    let mut all = |name: &str| -> Vec<Line> {
        let Some(table) = database.table(name) else { return Vec::new() };
        let (lines, end) = database.all(table);
        broken.extend(end.map(|end| (name.to_owned(), end)));
        lines
    };
    let mut chats: HashMap<String, Chat> = HashMap::new();
    for line in all("chat_list") {
        if let Some(address) = line.text("key_remote_jid") {
            chats.entry(address.to_owned()).or_default().title = line.text("subject").map(str::to_owned);
        }
    }
    for line in all("group_participants") {
        if let (Some(group), Some(member)) = (line.text("gjid"), line.text("jid")) {
            chats.entry(group.to_owned()).or_default().members.push(member.to_owned());
        }
    }
    chats
}

/// The rows that these rows of `messages` quote.
pub fn quotes(database: &Database, lines: &[Line], broken: &mut Vec<(String, Broken)>) -> ByKey {
    let wanted: Vec<i64> = lines.iter().filter_map(|line| line.int("quoted_row_id")).filter(|row| *row > 0).collect();
    let Some(table) = database.table("messages_quotes").filter(|_| !wanted.is_empty()) else { return ByKey::new() };
    let (rows, end) = database.among(table, "_id", &wanted);
    broken.extend(end.map(|end| ("messages_quotes".to_owned(), end)));
    rows
}

/// One row of `messages`; `None` for the placeholder in its first row.
pub fn message(quotes: &ByKey, line: &Line, position: u64) -> Option<Message> {
    let chat = line.text("key_remote_jid").unwrap_or_default();
    let stamp = line.int("timestamp").filter(|stamp| *stamp > 0);
    if chat == "-1" || (chat.is_empty() && stamp.is_none()) {
        return None;
    }
    let key = line.text("key_id").unwrap_or_default().to_owned();
    let mut told = Message::new(position, chat.to_owned(), key, line.is_set("key_from_me"));
    told.time = stamp.map_or_else(Time::none, Time::from_millis);
    told.sender = line.text("remote_resource").filter(|sender| sender.contains('@')).map(str::to_owned);
    told.number = line.int("media_wa_type").unwrap_or(0);
    let notice = told.number == 0 && line.int("status") == Some(6);
    told.what = if notice { What::Notice } else { kinds::android(told.number) };
    let data = line.text("data").unwrap_or_default().to_owned();
    match told.what {
        What::Cards => told.cards.push(data),
        What::Media(_) => told.text = line.text("media_caption").map_or(data, str::to_owned),
        What::Place { .. } => told.place = Some(place(line)),
        What::Notice => {
            // Here the size of the file is the number of the notice.
            if let Some(number) = line.int("media_size") {
                told.add("notice", json!({ "kind": kinds::notice_android(number), "number": number }));
            }
            told.text = data;
        }
        What::Call => {
            told.add("call", call(line, told.number));
        }
        _ => told.text = data,
    }
    if matches!(told.what, What::Media(_)) {
        told.media = Some(media(line));
    }
    if line.is_set("starred") {
        told.add("starred", true);
    }
    if line.is_set("forwarded") {
        told.add("forwarded", line.int("forwarded").unwrap_or(1));
    }
    if kinds::once_android(told.number) {
        told.add("view_once", true);
    }
    let mentioned = line.text("mentioned_jids").unwrap_or_default();
    told.people = mentioned.split(',').map(str::trim).filter(|one| one.contains('@')).map(str::to_owned).collect();
    let quoted = line.int("quoted_row_id").and_then(|row| quotes.get(&row)).and_then(|rows| rows.first());
    told.add_some("reply_to", quoted.map(reply));
    if told.what == What::Unknown {
        let row = line.facts(|column| TOLD.contains(&column));
        told.add("row", Value::Object(row));
    }
    Some(told)
}

fn reply(quoted: &Line) -> Value {
    let mut reply = Map::new();
    let mut add = |name: &str, text: Option<&str>| {
        if let Some(text) = text {
            reply.insert(name.to_owned(), Value::from(text));
        }
    };
    add("key", quoted.text("key_id"));
    add("text", quoted.text("data").or_else(|| quoted.text("media_caption")));
    add("sender", quoted.text("remote_resource"));
    if quoted.is_set("key_from_me") {
        reply.insert("from_me".to_owned(), Value::from(true));
    }
    Value::Object(reply)
}

fn call(line: &Line, number: i64) -> Value {
    let mut call = Map::new();
    if number == 10 {
        call.insert("missed".to_owned(), Value::from(true));
    }
    if let Some(seconds) = line.int("media_duration").filter(|seconds| *seconds > 0) {
        call.insert("duration_s".to_owned(), Value::from(seconds));
    }
    Value::Object(call)
}

fn place(line: &Line) -> Place {
    Place {
        name: line.text("media_name").map(str::to_owned),
        address: None,
        latitude: line.real("latitude"),
        longitude: line.real("longitude"),
    }
}

fn media(line: &Line) -> MediaFile {
    let text = |column: &str| line.text(column).map(str::to_owned);
    MediaFile {
        path: line.bytes("thumb_image").and_then(java_path),
        name: text("media_name"),
        mime: text("media_mime_type"),
        size: line.int("media_size"),
        hash: text("media_hash"),
        seconds: line.int("media_duration"),
    }
}

/// The path of the file in an object that Java wrote: a text (`t`, its length in two bytes) that leads through the
/// folder of the app's media.
fn java_path(bytes: &[u8]) -> Option<String> {
    let hit = memchr::memmem::find(bytes, b"Media/WhatsApp")?;
    (0..hit).rev().take(512).find_map(|at| {
        let [b't', high, low] = *bytes.get(at..at + 3)? else { return None };
        let len = usize::from(u16::from_be_bytes([high, low]));
        let text = bytes.get(at + 3..at + 3 + len).filter(|text| at + 3 + text.len() > hit)?;
        let text = std::str::from_utf8(text).ok()?;
        // Phones put their storage before it: `/storage/emulated/0/WhatsApp/Media/…`.
        let from = text.find("Media/WhatsApp")?;
        text.get(from..).map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_in_objects_of_java() {
        let path = "/storage/emulated/0/WhatsApp/Media/WhatsApp Images/IMG-20190101-WA0001.jpg";
        let mut bytes = b"\xac\xed\x00\x05sr\x00\x16com.whatsapp.MediaData".to_vec();
        bytes.push(b't');
        bytes.extend(u16::try_from(path.len()).unwrap().to_be_bytes());
        bytes.extend(path.as_bytes());
        bytes.extend(b"w\x02\x00/x");
        assert_eq!(java_path(&bytes).as_deref(), Some("Media/WhatsApp Images/IMG-20190101-WA0001.jpg"));
        assert_eq!(java_path(b"Media/WhatsApp"), None);
        assert_eq!(java_path(b"t\xff\xffMedia/WhatsApp"), None);
    }
}
