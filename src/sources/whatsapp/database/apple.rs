//! `ChatStorage.sqlite` of iOS: `ZWAMESSAGE` and what its rows point at.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::kinds::{self, What};
use super::message::{Chat, MediaFile, Message};
use super::people::{Origin, People};
use super::proto::{Wire, fields};
use super::receipts;
use super::sql::{Broken, ByKey, Database, Line, whole};
use crate::model::{AttachmentKind, Place, Time};

/// Seconds from 1970 to 2001, where Apple's clocks begin.
const EPOCH_S: f64 = 978_307_200.0;

/// What stands between two cards, and between the names of cards, in one text.
const CARD_SEPARATOR: &str = "_$!<VCard-Separator>!$_";

/// Columns that are told by fields, or say nothing.
const TOLD: &[&str] = &[
    "Z_ENT",
    "Z_OPT",
    "Z_PK",
    "ZCHATSESSION",
    "ZDOCID",
    "ZFROMJID",
    "ZGROUPMEMBER",
    "ZISFROMME",
    "ZLASTSESSION",
    "ZMEDIAITEM",
    "ZMESSAGEDATE",
    "ZMESSAGEINFO",
    "ZMESSAGETYPE",
    "ZPHASH",
    "ZSORT",
    "ZSTANZAID",
    "ZTEXT",
    "ZTOJID",
];

/// Chats and members of a database, by row.
pub struct Book {
    /// Address of the chat in a row of `ZWACHATSESSION`.
    sessions: HashMap<i64, String>,
    /// Address of the member in a row of `ZWAGROUPMEMBER`.
    members: HashMap<i64, String>,
}

impl Book {
    /// Reads chats, members and the names that stand with them.
    pub fn read(
        database: &Database,
        people: &mut People,
        broken: &mut Vec<(String, Broken)>,
    ) -> (Self, HashMap<String, Chat>) {
        let mut all = |name: &str| -> Vec<Line> {
            let Some(table) = database.table(name) else { return Vec::new() };
            let (lines, end) = database.all(table);
            broken.extend(end.map(|end| (name.to_owned(), end)));
            lines
        };
        for line in all("ZWAPROFILEPUSHNAME") {
            if let (Some(address), Some(name)) = (line.text("ZJID"), line.text("ZPUSHNAME")) {
                people.name(address, Origin::Push, name);
            }
        }
        let (mut sessions, mut chats) = (HashMap::new(), HashMap::<String, Chat>::new());
        for line in all("ZWACHATSESSION") {
            if let (Some(row), Some(address)) = (line.int("Z_PK"), line.text("ZCONTACTJID")) {
                sessions.insert(row, address.to_owned());
                let title = line.text("ZPARTNERNAME").map(str::to_owned);
                if let Some(title) = title.as_deref().filter(|_| !address.ends_with("@g.us")) {
                    people.name(address, Origin::Chat, title);
                }
                chats.entry(address.to_owned()).or_default().title = title;
            }
        }
        let mut members = HashMap::new();
        for line in all("ZWAGROUPMEMBER") {
            let Some(address) = line.text("ZMEMBERJID") else { continue };
            if let Some(name) = line.text("ZCONTACTNAME").or_else(|| line.text("ZFIRSTNAME")) {
                people.name(address, Origin::Chat, name);
            }
            members.extend(line.int("Z_PK").map(|row| (row, address.to_owned())));
            if let Some(chat) = line.int("ZCHATSESSION").and_then(|row| chats.get_mut(sessions.get(&row)?)) {
                chat.members.push(address.to_owned());
            }
        }
        (Self { sessions, members }, chats)
    }
}

/// The files of these rows.
pub fn media(database: &Database, lines: &[Line], broken: &mut Vec<(String, Broken)>) -> ByKey {
    let wanted: HashSet<i64> = lines.iter().filter_map(|line| line.int("ZMEDIAITEM")).collect();
    let Some(table) = database.table("ZWAMEDIAITEM").filter(|_| !wanted.is_empty()) else { return ByKey::new() };
    let wanted: Vec<i64> = wanted.into_iter().collect();
    let (rows, end) = database.among(table, "Z_PK", &wanted);
    broken.extend(end.map(|end| ("ZWAMEDIAITEM".to_owned(), end)));
    rows
}

/// What is kept about the delivery of these rows, by its own row.
pub fn infos(database: &Database, lines: &[Line], broken: &mut Vec<(String, Broken)>) -> ByKey {
    let wanted: Vec<i64> = lines.iter().filter_map(|line| line.int("ZMESSAGEINFO")).collect();
    let Some(table) = database.table("ZWAMESSAGEINFO").filter(|_| !wanted.is_empty()) else { return ByKey::new() };
    let (rows, end) = database.among(table, "Z_PK", &wanted);
    broken.extend(end.map(|end| ("ZWAMESSAGEINFO".to_owned(), end)));
    rows
}

/// The reactions to a row of `ZWAMESSAGE`; `None` when they stand in a form that is not known.
pub fn reactions(infos: &ByKey, line: &Line) -> Option<Vec<receipts::Reaction>> {
    let info = line.int("ZMESSAGEINFO").and_then(|row| infos.get(&row)).and_then(|rows| rows.first());
    info.and_then(|info| info.bytes("ZRECEIPTINFO")).map_or(Some(Vec::new()), receipts::reactions)
}

/// One row of `ZWAMESSAGE`; `None` when it tells of nothing.
pub fn message(book: &Book, media: &ByKey, line: &Line, position: u64) -> Option<Message> {
    let from_me = line.is_set("ZISFROMME");
    let session = line.int("ZCHATSESSION").and_then(|row| book.sessions.get(&row)).map(String::as_str);
    let other = if from_me { line.text("ZTOJID") } else { line.text("ZFROMJID") };
    let chat = session.or(other);
    let time = line.real("ZMESSAGEDATE").map_or_else(Time::none, moment);
    if chat.is_none() && line.text("ZTEXT").is_none() && line.text("ZSTANZAID").is_none() {
        return None;
    }
    let key = line.text("ZSTANZAID").unwrap_or_default().to_owned();
    let mut told = Message::new(position, chat.unwrap_or_default().to_owned(), key, from_me);
    told.time = time;
    told.sender = line.int("ZGROUPMEMBER").and_then(|row| book.members.get(&row)).cloned();
    told.number = line.int("ZMESSAGETYPE").unwrap_or(-1);
    told.what = kinds::apple(told.number);
    line.text("ZTEXT").unwrap_or_default().clone_into(&mut told.text);
    let item = line.int("ZMEDIAITEM").and_then(|row| media.get(&row)).and_then(|rows| rows.first());
    if let Some(item) = item {
        file(item, &mut told);
    }
    if told.what == What::Notice {
        notice(line, &mut told);
    }
    if line.is_set("ZSTARRED") {
        told.add("starred", true);
    }
    if kinds::once_apple(told.number) {
        told.add("view_once", true);
    }
    if told.what == What::Unknown {
        let row = line.facts(|column| TOLD.contains(&column));
        told.add("row", Value::Object(row));
    }
    Some(told)
}

fn notice(line: &Line, told: &mut Message) {
    let event = line.int("ZGROUPEVENTTYPE").unwrap_or(0);
    if let Some(video) = kinds::missed_call_apple(told.number, event) {
        told.what = What::Call;
        told.add("call", json!({ "kind": if video { "video" } else { "voice" }, "missed": true }));
        return;
    }
    told.add("notice", json!({ "kind": kinds::notice_apple(told.number, event), "number": event }));
    // Whom a notice is about stands as addresses in its words.
    let words = std::mem::take(&mut told.text);
    let people: Vec<&str> = words.split([',', ' ', '\n']).filter(|word| !word.is_empty()).collect();
    let is_address = |word: &&str| ["@s.whatsapp.net", "@lid"].iter().any(|server| word.ends_with(server));
    if !people.is_empty() && people.iter().all(is_address) {
        told.people = people.into_iter().map(str::to_owned).collect();
    } else {
        told.text = words;
    }
}

/// What the row of a file tells: the file, its caption, a place, cards, and the message that is answered.
fn file(item: &Line, told: &mut Message) {
    let text = |column: &str| item.text(column).map(str::to_owned);
    if let Some(key) = item.bytes("ZMETADATA").and_then(quoted_key) {
        told.add("reply_to", json!({ "key": key }));
    }
    match told.what {
        What::Cards => {
            let cards = text("ZVCARDSTRING").unwrap_or_default();
            told.cards = cards.split(CARD_SEPARATOR).filter(|card| !card.is_empty()).map(str::to_owned).collect();
        }
        What::Place { .. } => {
            told.place = Some(Place {
                name: text("ZVCARDNAME"),
                address: None,
                latitude: item.real("ZLATITUDE"),
                longitude: item.real("ZLONGITUDE"),
            });
        }
        What::Media(kind) => {
            let title = text("ZTITLE");
            let is_document = kind == AttachmentKind::Document;
            if told.text.is_empty() && !is_document {
                told.text = title.clone().unwrap_or_default();
            }
            told.media = Some(MediaFile {
                path: text("ZMEDIALOCALPATH"),
                name: title.filter(|_| is_document),
                mime: text("ZVCARDSTRING").filter(|mime| mime.contains('/') && mime.len() < 128),
                size: item.int("ZFILESIZE"),
                hash: text("ZVCARDNAME"),
                seconds: item.int("ZMOVIEDURATION"),
            });
        }
        _ => {
            if let Some(path) = text("ZMEDIALOCALPATH") {
                told.media = Some(MediaFile { path: Some(path), size: item.int("ZFILESIZE"), ..MediaFile::default() });
            }
            if let Some(title) = text("ZTITLE").filter(|title| *title != told.text) {
                told.add("title", title);
            }
        }
    }
}

/// The key of the quoted message: field 5.
fn quoted_key(bytes: &[u8]) -> Option<String> {
    fields(bytes)?.into_iter().find_map(|(number, value)| match value {
        Wire::Bytes(key) if number == 5 && (16..=40).contains(&key.len()) => {
            let key = std::str::from_utf8(key).ok()?;
            key.bytes().all(|byte| byte.is_ascii_alphanumeric()).then(|| key.to_owned())
        }
        _ => None,
    })
}

/// Seconds since 2001, with a fraction where the phone itself wrote the message.
fn moment(seconds: f64) -> Time {
    let since_1970 = seconds + EPOCH_S;
    let time = if since_1970.fract() == 0.0 {
        whole(since_1970).map(Time::from_seconds)
    } else {
        whole(since_1970 * 1000.0).map(Time::from_millis)
    };
    time.unwrap_or_else(Time::none)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_begin_in_2001() {
        assert_eq!(moment(0.0).utc.as_deref(), Some("2001-01-01T00:00:00Z"));
        assert_eq!(moment(731_945_109.123).utc.as_deref(), Some("2024-03-12T14:05:09.123Z"));
        assert_eq!(moment(f64::INFINITY), Time::none());
        assert_eq!(moment(1e300), Time::none());
    }

    #[test]
    fn quoted_messages_are_named() {
        let mut bytes = vec![0x2a, 0x14];
        bytes.extend(b"3EB0C767D097B7C7C1F5");
        assert_eq!(quoted_key(&bytes).as_deref(), Some("3EB0C767D097B7C7C1F5"));
        assert_eq!(quoted_key(&[0x2a, 0x14, 1, 2]), None);
    }
}
