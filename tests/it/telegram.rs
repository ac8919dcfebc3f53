//! Telegram exports: the same message in a chat alone and in a whole account; damage.

use std::path::Path;

use malle::sources::ReadOptions;
use serde_json::{Value, json};

use crate::support::fixtures;
use crate::support::reading::{Reading, read_paths};

fn read(scratch: &Path, name: &str, result: &str) -> Reading {
    let folder = scratch.join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("result.json"), result).unwrap();
    let reading = read_paths(&[folder], &ReadOptions::default());
    assert_eq!(reading.unaccounted, Vec::<String>::new());
    reading
}

fn names(reading: &Reading, kind: &str) -> bool {
    reading.problems.iter().any(|problem| problem.contains(kind))
}

#[test]
fn a_chat_alone_and_in_an_account_has_the_same_messages() {
    let scratch = tempfile::tempdir().unwrap();
    let account = fixtures().join("telegram/account-2025_two-chats/bundle/DataExport_2025-05-01/result.json");
    let text = std::fs::read_to_string(account).unwrap().replace("\\x07", "\\u0007");
    let whole: Value = serde_json::from_str(&text).unwrap();
    let first = whole["chats"]["list"][0].to_string();
    let alone = read(scratch.path(), "ChatExport_2025-05-01", &first);
    let all = read(scratch.path(), "DataExport_2025-05-01", &text);
    assert_eq!(alone.records.len(), 12);
    assert!(alone.records.iter().all(|record| all.records.iter().any(|other| other.id == record.id)));
    // Another account that writes to the same person under the same number is another message.
    let other = json!({ "name": "x", "type": "private_group", "id": 4_100_001, "messages":
        [{ "id": 2, "type": "message", "date_unixtime": "1743494401", "from": "y", "text": "z" }] });
    let other = read(scratch.path(), "other", &other.to_string());
    assert!(all.records.iter().all(|record| record.id != other.records[0].id));
}

#[test]
fn who_wrote_and_who_acted_are_both_kept() {
    let scratch = tempfile::tempdir().unwrap();
    let chat = json!({ "name": "x", "type": "private_group", "id": 5, "messages": [
        { "id": 1, "type": "message", "date_unixtime": "1743494401", "from": "Awa", "from_id": "user7", "text": "a",
          "actor": "Fatou", "actor_id": "user8" },
        { "id": 2, "type": "message", "date_unixtime": "1743494402", "from": ["odd"], "from_id": [7], "text": "b" },
        { "id": 3, "type": "message", "date_unixtime": "1743494403", "from": null, "from_id": 9, "text": "c" }] });
    let reading = read(scratch.path(), "both", &chat.to_string());
    let told = |text: &str| reading.records.iter().find(|record| record.text == text).unwrap();
    let extra = |text: &str| json!(told(text).extra);
    assert_eq!((&extra("a")["actor"], &extra("a")["actor_id"]), (&json!("Fatou"), &json!("user8")));
    assert_eq!((&extra("b")["from"], &extra("b")["from_id"]), (&json!(["odd"]), &json!([7])));
    assert_eq!(told("c").author.as_ref().unwrap().name, "user9", "a deleted account has no name any more");
}

#[test]
fn an_export_that_ends_early_gives_its_whole_elements() {
    let scratch = tempfile::tempdir().unwrap();
    let account = fixtures().join("telegram/account-2025_two-chats/bundle/DataExport_2025-05-01/result.json");
    let text = std::fs::read_to_string(account).unwrap();
    let whole = read(scratch.path(), "whole", &text);
    let ids = |reading: &Reading| -> Vec<String> { reading.records.iter().map(|one| one.id.to_string()).collect() };
    let known = ids(&whole);
    let mut counts = Vec::new();
    for part in 1..40 {
        let end = text.floor_char_boundary(text.len() * part / 40);
        let cut = read(scratch.path(), "cut", text.get(..end).unwrap());
        if part > 3 {
            assert!(ids(&cut).iter().all(|id| known.contains(id)), "{part}");
            assert!(names(&cut, "truncated-json"), "{:?}", cut.problems);
            let others = |reading: &Reading| reading.problems.iter().filter(|p| !p.contains("truncated-json")).count();
            assert!(others(&cut) <= others(&whole), "{part}: {:?}", cut.problems);
        }
        counts.push(cut.records.len());
    }
    assert!(counts.is_sorted() && counts.last() > Some(&15), "{counts:?} of {}", known.len());
    // What is no JSON in the middle costs itself alone.
    let hurt = text.replacen("\"id\": 4,", "\"id\": oops,", 1);
    assert_ne!(hurt, text);
    let broken = read(scratch.path(), "broken", &hurt);
    assert_eq!(broken.records.len(), known.len() - 1);
    assert!(names(&broken, "bad-json"), "{:?}", broken.problems);
}

#[test]
fn what_is_no_export_is_named() {
    let scratch = tempfile::tempdir().unwrap();
    let start = "{\"name\": \"a\", \"type\": \"personal_chat\", \"id\": 1, \"messages\": [";
    let cut = read(scratch.path(), "cut", &format!("{start}{{\"id\": 1, \"type\": \"mess"));
    assert!(cut.problems[0].contains("truncated-json"), "{:?}", cut.problems);
    let broken = read(scratch.path(), "broken", &format!("{start} ooo ]}}"));
    assert!(names(&broken, "bad-json"), "{:?}", broken.problems);
    let odd = read(scratch.path(), "odd", &format!("{start} null, 5, \"x\", [], {{\"id\": 7}} ]}}"));
    assert_eq!((odd.records.len(), odd.problems.len(), odd.skips.len()), (1, 4, 1), "{:?}", odd.problems);
}
