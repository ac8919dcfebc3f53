//! What WhatsApp Business keeps beside the messages of a shop: labels on messages and chats, and replies kept ready.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::android::Book;
use super::sql::{Broken, Database, Line};

/// Something the owner wrote that is no message.
#[derive(Debug)]
pub struct Note {
    /// What it is, a name with dashes.
    pub section: &'static str,
    /// The chat it belongs to.
    pub chat: Option<String>,
    /// Words.
    pub text: String,
    /// Further facts.
    pub extra: Map<String, Value>,
}

fn all(database: &Database, name: &str, broken: &mut Vec<(String, Broken)>) -> Vec<Line> {
    let Some(table) = database.table(name) else { return Vec::new() };
    let (lines, end) = database.all(table);
    broken.extend(end.map(|end| (name.to_owned(), end)));
    lines
}

/// The names of labels, by row.
pub fn labels(database: &Database, broken: &mut Vec<(String, Broken)>) -> HashMap<i64, String> {
    let named = |line: &Line| Some((line.int("_id")?, line.text("label_name")?.to_owned()));
    all(database, "labels", broken).iter().filter_map(named).collect()
}

/// Labels of chats, then replies kept ready; `None` for a row that tells of nothing.
pub fn notes(
    database: &Database,
    book: &Book,
    labels: &HashMap<i64, String>,
    broken: &mut Vec<(String, Broken)>,
) -> Vec<Option<Note>> {
    let label = |line: &Line| line.int("label_id").and_then(|row| labels.get(&row)).cloned();
    let on = |chat: Option<String>, text: Option<String>| {
        let (chat, text) = (chat?, text?);
        Some(Note { section: "chat-labels", chat: Some(chat), text, extra: Map::new() })
    };
    let mut found: Vec<Option<Note>> = Vec::new();
    for line in all(database, "labeled_jid", broken) {
        found.push(on(book.address(line.int("jid_row_id")).map(str::to_owned), label(&line)));
    }
    for line in all(database, "labeled_jids", broken) {
        found.push(on(line.text("jid").map(str::to_owned), label(&line)));
    }
    let words: HashMap<i64, String> = all(database, "keywords", broken)
        .iter()
        .filter_map(|line| Some((line.int("_id")?, line.text("keyword")?.to_owned())))
        .collect();
    let mut keywords: HashMap<i64, Vec<Value>> = HashMap::new();
    for line in all(database, "quick_reply_keywords", broken) {
        let word = line.int("keyword_id").and_then(|row| words.get(&row));
        if let (Some(reply), Some(word)) = (line.int("quick_reply_id"), word) {
            keywords.entry(reply).or_default().push(Value::from(word.as_str()));
        }
    }
    for line in all(database, "quick_replies", broken) {
        let mut extra = Map::new();
        extra.extend(line.text("title").map(|title| ("title".to_owned(), Value::from(title))));
        let known = line.int("_id").and_then(|row| keywords.remove(&row));
        extra.extend(known.map(|words| ("keywords".to_owned(), Value::Array(words))));
        let text = line.text("content").map(str::to_owned);
        found.push(text.map(|text| Note { section: "quick-replies", chat: None, text, extra }));
    }
    found
}
