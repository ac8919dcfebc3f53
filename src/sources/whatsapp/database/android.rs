//! `msgstore.db` of Android since 2021: `message` and what stands beside it in tables of their own.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::business;
use super::kinds::{self, What};
use super::message::{Chat, MediaFile, Message, poll};
use super::people::People;
use super::sql::{Broken, ByKey, Cell, Database, Line};
use super::walk::{Beside, Side};
use crate::model::{Link, Place, Time};

/// Tables read for themselves, by the column that names the message.
const READ: &[(&str, &str)] = &[
    ("labeled_messages", "message_row_id"),
    ("message_add_on", "parent_message_row_id"),
    ("message_edit_info", "message_row_id"),
    ("message_forwarded", "message_row_id"),
    ("message_location", "message_row_id"),
    ("message_media", "message_row_id"),
    ("message_mentions", "message_row_id"),
    ("message_poll_option", "message_row_id"),
    ("message_quoted", "message_row_id"),
    ("message_revoked", "message_row_id"),
    ("message_system", "message_row_id"),
    ("message_system_chat_participant", "message_row_id"),
    ("message_text", "message_row_id"),
    ("message_vcard", "message_row_id"),
    ("missed_call_logs", "message_row_id"),
];

/// Tables that say nothing about what people wrote: thumbnails, transfers, counters, secrets of delivery.
const LEFT_OUT: &[&str] = &[
    "message_add_on_orphan",
    "message_broadcast_ephemeral",
    "message_details",
    "message_link",
    "message_media_interactive_annotation",
    "message_media_interactive_annotation_vertex",
    "message_media_vcard_count",
    "message_orphaned_edit",
    "message_payment_transaction_reminder",
    "message_quoted_text",
    "message_secret",
    "message_send_count",
    "message_streaming_sidecar",
    "message_thumbnail",
    "message_thumbnails",
    "message_vcard_jid",
];

/// Columns of `message` that are told by fields, or say nothing.
const TOLD: &[&str] = &[
    "_id",
    "chat_row_id",
    "from_me",
    "key_id",
    "lookup_tables",
    "message_add_on_flags",
    "message_type",
    "participant_hash",
    "receipt_server_timestamp",
    "sender_jid_row_id",
    "sort_id",
    "text_data",
    "timestamp",
];

/// Addresses and chats of a database, by row.
pub struct Book {
    addresses: HashMap<i64, String>,
    /// Row of a chat to its address.
    chats: HashMap<i64, String>,
    /// Last row of a chat that is being cleared.
    cleared: HashMap<i64, i64>,
    /// Names of labels that a shop puts on messages and chats.
    pub labels: HashMap<i64, String>,
}

impl Book {
    /// Reads addresses, chats and members; tells `people` which hidden addresses are phones.
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
        let address = |line: &Line| match (line.text("raw_string"), line.text("user"), line.text("server")) {
            (Some(raw), ..) => Some(raw.to_owned()),
            (None, Some(user), Some(server)) => Some(format!("{user}@{server}")),
            _ => None,
        };
        let addresses: HashMap<i64, String> =
            all("jid").iter().filter_map(|line| Some((line.int("_id")?, address(line)?))).collect();
        for line in all("jid_map") {
            let row = |column: &str| line.int(column).and_then(|row| addresses.get(&row));
            if let (Some(hidden), Some(phone)) = (row("lid_row_id"), row("jid_row_id")) {
                people.hidden(hidden, phone);
            }
        }
        let (mut chats, mut told) = (HashMap::new(), HashMap::<String, Chat>::new());
        for line in all("chat") {
            let jid = line.int("jid_row_id").and_then(|row| addresses.get(&row));
            if let (Some(row), Some(jid)) = (line.int("_id"), jid) {
                chats.insert(row, jid.clone());
                told.entry(jid.clone()).or_default().title = line.text("subject").map(str::to_owned);
            }
        }
        for line in all("group_participant_user") {
            let row = |column: &str| line.int(column).and_then(|row| addresses.get(&row));
            if let (Some(group), Some(member)) = (row("group_jid_row_id"), row("user_jid_row_id")) {
                told.entry(group.clone()).or_default().members.push(member.clone());
            }
        }
        let mut cleared: HashMap<i64, i64> = HashMap::new();
        for line in all("deleted_chat_job") {
            if let (Some(chat), Some(last)) = (line.int("chat_row_id"), line.int("deleted_message_row_id")) {
                let known = cleared.entry(chat).or_insert(last);
                *known = (*known).max(last);
            }
        }
        (Self { addresses, chats, cleared, labels: business::labels(database, broken) }, told)
    }

    /// The address in a row of `jid`.
    pub fn address(&self, row: Option<i64>) -> Option<&str> {
        self.addresses.get(&row.filter(|row| *row > 0)?).map(String::as_str)
    }

    /// What a table beside the messages says, numbers of addresses replaced by addresses.
    fn facts(&self, line: &Line) -> Map<String, Value> {
        let told = line.facts(|column| matches!(column, "_id" | "message_row_id" | "chat_row_id"));
        told.into_iter()
            .map(|(column, value)| match (column.strip_suffix("_row_id"), value.as_i64()) {
                (Some(name), Some(row)) if name.ends_with("jid") => match self.address(Some(row)) {
                    Some(address) => (name.to_owned(), Value::from(address)),
                    None => (column, value),
                },
                _ => (column, value),
            })
            .collect()
    }
}

/// The tables beside `message` that this database has.
pub struct Tables {
    sides: Vec<Side>,
    /// Names of those whose rows are kept as they are.
    plain: Vec<String>,
}

impl Tables {
    /// Finds them.
    pub fn of(database: &Database, broken: &mut Vec<(String, Broken)>) -> Self {
        let mut sides: Vec<Side> =
            READ.iter().filter_map(|(name, key)| Side::new(database, name, key, broken)).collect();
        let is_read = |name: &str| READ.iter().any(|(known, _)| *known == name);
        let plain: Vec<String> = database
            .tables()
            .filter(|(name, table)| name.starts_with("message_") && table.has("message_row_id") && !is_read(name))
            .map(|(name, _)| name.to_owned())
            .filter(|name| !LEFT_OUT.contains(&name.as_str()) && !name.starts_with("message_quoted_"))
            .collect();
        sides.extend(plain.iter().filter_map(|name| Side::new(database, name, "message_row_id", broken)));
        Self { sides, plain }
    }

    /// What stands beside these rows of `message`.
    pub fn fetch(&self, database: &Database, lines: &[Line], broken: &mut Vec<(String, Broken)>) -> Around {
        let beside = Beside::fetch(database, &self.sides, lines, "_id", broken);
        let add_ons: Vec<i64> = lines
            .iter()
            .filter_map(|line| line.int("_id"))
            .flat_map(|number| beside.of("message_add_on", number))
            .filter_map(|line| line.int("_id"))
            .collect();
        let reactions = match database.table("message_add_on_reaction").filter(|_| !add_ons.is_empty()) {
            Some(table) => {
                let (rows, end) = database.among(table, "message_add_on_row_id", &add_ons);
                broken.extend(end.map(|end| ("message_add_on_reaction".to_owned(), end)));
                rows
            }
            None => ByKey::new(),
        };
        Around { beside, reactions }
    }
}

/// Rows beside a piece of `message`.
pub struct Around {
    beside: Beside,
    reactions: ByKey,
}

/// One row of `message`; `None` for a placeholder that tells of nothing.
pub fn message(book: &Book, tables: &Tables, around: &Around, line: &Line, position: u64) -> Option<Message> {
    let row = line.int("_id").unwrap_or(0);
    let beside = &around.beside;
    let chat_row = line.int("chat_row_id").unwrap_or(0);
    let chat = book.chats.get(&chat_row);
    let stamp = line.int("timestamp").filter(|stamp| *stamp > 0);
    if chat.is_none() && stamp.is_none() && line.text("text_data").is_none() {
        return None;
    }
    let key = line.text("key_id").unwrap_or_default().to_owned();
    let mut told = Message::new(position, chat.cloned().unwrap_or_default(), key, line.is_set("from_me"));
    told.time = stamp.map_or_else(Time::none, Time::from_millis);
    told.sender = book.address(line.int("sender_jid_row_id")).map(str::to_owned);
    told.number = line.int("message_type").unwrap_or(-1);
    told.what = kinds::android(told.number);
    line.text("text_data").unwrap_or_default().clone_into(&mut told.text);
    told.media = beside.one("message_media", row).map(media);
    told.place = beside.one("message_location", row).map(place);
    told.cards =
        beside.of("message_vcard", row).iter().filter_map(|line| line.text("vcard").map(str::to_owned)).collect();
    told.links = beside.of("message_text", row).iter().filter_map(link).collect();
    told.people = mentioned(book, beside, row);
    if told.text.is_empty()
        && let Some(caption) = beside.one("message_media", row).and_then(|line| line.text("media_caption"))
    {
        caption.clone_into(&mut told.text);
    }
    let options: Vec<(String, i64)> = beside
        .of("message_poll_option", row)
        .iter()
        .map(|line| (line.text("option_name").unwrap_or_default().to_owned(), line.int("vote_total").unwrap_or(0)))
        .collect();
    if told.what == What::Poll || !options.is_empty() {
        let question = std::mem::take(&mut told.text);
        poll(&mut told, &question, &options);
    }
    if line.is_set("starred") {
        told.add("starred", true);
    }
    let label = |line: &Line| line.int("label_id").and_then(|row| book.labels.get(&row)).cloned();
    let labels: Vec<String> = beside.of("labeled_messages", row).iter().filter_map(label).collect();
    if !labels.is_empty() {
        told.add("labels", labels);
    }
    if kinds::once_android(told.number) {
        told.add("view_once", true);
    }
    if book.cleared.get(&chat_row).is_some_and(|last| row <= *last) {
        told.add("being_cleared", true);
    }
    changes(book, beside, row, &mut told);
    notice_and_call(beside, row, &mut told);
    add_ons(book, around, row, &mut told);
    plain_tables(book, (tables, beside), row, &mut told);
    if told.what == What::Unknown {
        let row = line.facts(|column| TOLD.contains(&column));
        told.add("row", Value::Object(row));
    }
    Some(told)
}

/// What further tables say, under their names.
fn plain_tables(book: &Book, (tables, beside): (&Tables, &Beside), row: i64, told: &mut Message) {
    for name in &tables.plain {
        let mut rows: Vec<Value> = beside
            .of(name, row)
            .iter()
            .map(|line| book.facts(line))
            .filter(|facts| !facts.is_empty())
            .map(Value::Object)
            .collect();
        let short = name.strip_prefix("message_").unwrap_or(name);
        // What is told under the short name already stays.
        let name = if told.extra.contains_key(short) { name } else { short };
        match (rows.len(), rows.pop()) {
            (1, Some(only)) => told.add(name, only),
            (_, Some(last)) => {
                rows.push(last);
                told.add(name, rows);
            }
            (_, None) => {}
        }
    }
}

fn media(line: &Line) -> MediaFile {
    let text = |column: &str| line.text(column).map(str::to_owned);
    MediaFile {
        path: text("file_path"),
        name: text("media_name"),
        mime: text("mime_type"),
        size: line.int("file_size").filter(|size| *size > 0).or_else(|| line.int("file_length")),
        hash: text("file_hash"),
        seconds: line.int("media_duration"),
    }
}

fn place(line: &Line) -> Place {
    let text = |column: &str| line.text(column).map(str::to_owned);
    let (latitude, longitude) = (line.real("latitude"), line.real("longitude"));
    let nowhere = latitude == Some(0.0) && longitude == Some(0.0);
    Place {
        name: text("place_name"),
        address: text("place_address"),
        latitude: latitude.filter(|_| !nowhere),
        longitude: longitude.filter(|_| !nowhere),
    }
}

fn link(line: &Line) -> Option<Link> {
    Some(Link { url: line.text("url")?.to_owned(), title: line.text("page_title").map(str::to_owned) })
}

/// People named in the words, and people a notice is about.
fn mentioned(book: &Book, beside: &Beside, row: i64) -> Vec<String> {
    let named = beside.of("message_mentions", row).iter().map(|line| line.int("jid_row_id"));
    let about = beside.of("message_system_chat_participant", row).iter().map(|line| line.int("user_jid_row_id"));
    named.chain(about).filter_map(|row| book.address(row).map(str::to_owned)).collect()
}

/// Edits, forwards, deletions by an admin, and what the message answers.
fn changes(book: &Book, beside: &Beside, row: i64, told: &mut Message) {
    if let Some(edit) = beside.one("message_edit_info", row) {
        told.edited = true;
        told.first_key = edit.text("original_key_id").map(str::to_owned);
        told.add_some("edited_time", edit.int("edited_timestamp").and_then(|stamp| Time::from_millis(stamp).utc));
    }
    if let Some(forward) = beside.one("message_forwarded", row) {
        told.add("forwarded", forward.int("forward_score").unwrap_or(1));
    }
    if let Some(revoked) = beside.one("message_revoked", row) {
        told.what = What::Deleted;
        // The row of a deletion that came as a message of its own names the message it took back.
        told.first_key = told.first_key.take().or_else(|| revoked.text("revoked_key_id").map(str::to_owned));
        told.add_some("deleted_by", book.address(revoked.int("admin_jid_row_id")));
    }
    if let Some(quoted) = beside.one("message_quoted", row) {
        let mut reply = Map::new();
        let mut add = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                reply.insert(name.to_owned(), value);
            }
        };
        add("key", quoted.text("key_id").map(Value::from));
        add("text", quoted.text("text_data").map(Value::from));
        add("sender", book.address(quoted.int("sender_jid_row_id")).map(Value::from));
        add("from_me", quoted.is_set("from_me").then(|| Value::from(true)));
        told.add("reply_to", Value::Object(reply));
    }
}

fn notice_and_call(beside: &Beside, row: i64, told: &mut Message) {
    if let Some(system) = beside.one("message_system", row) {
        let number = system.int("action_type").unwrap_or(-1);
        if told.what != What::Call {
            told.what = What::Notice;
        }
        told.add("notice", json!({ "kind": kinds::notice_android(number), "number": number }));
    }
    let missed = beside.one("missed_call_logs", row);
    if told.what == What::Call || missed.is_some() {
        let video = missed.is_some_and(|line| line.is_set("video_call"));
        let mut call = Map::new();
        if missed.is_some() || told.number == 10 {
            call.insert("missed".to_owned(), Value::from(true));
        }
        if missed.is_some() {
            call.insert("kind".to_owned(), Value::from(if video { "video" } else { "voice" }));
        }
        told.what = What::Call;
        told.add("call", Value::Object(call));
    }
}

/// Reactions, and the other things added to a message later.
fn add_ons(book: &Book, around: &Around, row: i64, told: &mut Message) {
    let mut others = Vec::new();
    for line in around.beside.of("message_add_on", row) {
        let number = line.int("_id").unwrap_or(0);
        let by = book.address(line.int("sender_jid_row_id")).map(str::to_owned);
        let by = if line.is_set("from_me") { None } else { by.or_else(|| Some(told.chat.clone())) };
        match around.reactions.get(&number).and_then(|rows| rows.first()) {
            Some(reaction) => {
                // An empty reaction is one that was taken back.
                if let Some(emoji) = reaction.text("reaction") {
                    told.reactions.push((emoji.to_owned(), by));
                }
            }
            None => others.push(Value::Object(book.facts(line))),
        }
    }
    if !others.is_empty() {
        told.add("add_ons", others);
    }
}

/// Calls of a database.
pub struct Calls {
    /// By the key of the message that tells of them.
    by_key: HashMap<String, Line>,
    /// Who took part in a call of several, by its row.
    people: HashMap<i64, Vec<String>>,
}

impl Calls {
    /// Reads the list of calls.
    pub fn read(database: &Database, book: &Book, broken: &mut Vec<(String, Broken)>) -> (Self, Vec<Line>) {
        let mut all = |name: &str| {
            let Some(table) = database.table(name) else { return Vec::new() };
            let (lines, end) = database.all(table);
            broken.extend(end.map(|end| (name.to_owned(), end)));
            lines
        };
        let mut people: HashMap<i64, Vec<String>> = HashMap::new();
        for line in all("call_log_participant_v2") {
            if let (Some(call), Some(person)) = (line.int("call_log_row_id"), book.address(line.int("jid_row_id"))) {
                people.entry(call).or_default().push(person.to_owned());
            }
        }
        let lines = all("call_log");
        let by_key = lines.iter().filter_map(|line| Some((line.text("call_id")?.to_owned(), line.clone()))).collect();
        (Self { by_key, people }, lines)
    }

    /// Completes a message that tells of a call; true when the list has it.
    pub fn complete(&self, told: &mut Message) -> bool {
        let Some(line) = self.by_key.get(&told.key).filter(|_| told.what == What::Call) else { return false };
        self.name_people(line, told);
        let mut call = call_facts(line);
        if let Some(Value::Object(known)) = told.extra.get("call") {
            call.extend(known.clone());
        }
        told.add("call", call);
        true
    }

    /// A call of the list as a message of its own; `None` for a row that tells of nothing.
    pub fn call(&self, book: &Book, line: &Line, position: u64) -> Option<Message> {
        let group = book.address(line.int("group_jid_row_id"));
        let person = book.address(line.int("jid_row_id"));
        let chat = group.or(person)?.to_owned();
        let key = line.text("call_id").unwrap_or_default().to_owned();
        let mut told = Message::new(position, chat, key, line.is_set("from_me"));
        told.sender = group.and(person).map(str::to_owned);
        told.time = line.int("timestamp").filter(|stamp| *stamp > 0).map_or_else(Time::none, Time::from_millis);
        told.number = 90;
        told.what = What::Call;
        told.add("call", call_facts(line));
        self.name_people(line, &mut told);
        Some(told)
    }

    fn name_people(&self, line: &Line, told: &mut Message) {
        let people = line.int("_id").and_then(|row| self.people.get(&row)).into_iter().flatten();
        told.people.extend(people.cloned());
    }
}

fn call_facts(line: &Line) -> Map<String, Value> {
    let seconds = line.int("duration").unwrap_or(0);
    let video = line.is_set("video_call");
    let mut call = Map::new();
    call.insert("kind".to_owned(), Value::from(if video { "video" } else { "voice" }));
    call.insert("answered".to_owned(), Value::from(seconds > 0));
    if seconds > 0 {
        call.insert("duration_s".to_owned(), Value::from(seconds));
    }
    if let Cell::Int(result) = line.cell("call_result") {
        call.insert("result".to_owned(), Value::from(*result));
    }
    call
}
