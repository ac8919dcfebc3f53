//! Telegram exports: the same message in a chat alone and in a whole account; damage.

use std::path::Path;

use malle::sources::ReadOptions;
use serde_json::{Value, json};

use crate::cli::with_archive;
use crate::support::archives::{copy_folder, imported_in_turn, widen_json};
use crate::support::fixtures;
use crate::support::reading::{Reading, read_items, read_paths};

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
fn chats_without_a_name_are_called_by_who_they_are() {
    let scratch = tempfile::tempdir().unwrap();
    let chat =
        |kind: &str, id: u32, messages: Value| json!({ "name": null, "type": kind, "id": id, "messages": messages });
    let message = |id: u32, from: Value, from_id: &str| json!({ "id": id, "type": "message", "date_unixtime": "1743494401", "from": from, "from_id": from_id, "text": "a" });
    let account = json!({ "about": "", "personal_information": { "user_id": 7, "first_name": "Awa", "last_name": "Test" },
        "chats": { "about": "", "list": [
            chat("saved_messages", 7, json!([message(1, json!("Awa Test"), "user7")])),
            chat("personal_chat", 404, json!([message(2, json!("Awa Test"), "user7"), message(3, Value::Null, "user404")])),
            chat("replies", 1, json!([message(4, json!("Bob"), "user9")])),
            chat("verification_codes", 2, json!([message(5, json!("Telegram"), "user777")])),
        ] } });
    let reading = read(scratch.path(), "DataExport_2025-05-01", &account.to_string());
    let mut titles: Vec<(i64, String)> = reading
        .records
        .iter()
        .filter_map(|record| Some((record.extra.get("id")?.as_i64()?, record.conversation.as_ref()?.title.clone())))
        .collect();
    titles.sort_unstable();
    let titles: Vec<&str> = titles.iter().map(|(_, title)| title.as_str()).collect();
    assert_eq!(titles, ["Saved Messages", "user404", "user404", "Replies", "Verification Codes"]);
}

#[test]
fn an_export_of_any_name_is_read_and_so_is_one_that_was_added_to() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("Telegram");
    std::fs::create_dir_all(&folder).unwrap();
    let chat = |name: &str, id: u32, texts: &[&str]| {
        let message = |(number, text): (u32, &&str)| {
            json!({ "id": number, "type": "message", "date_unixtime": "1743494401", "from": name, "text": text })
                .to_string()
        };
        let messages = (1..).zip(texts).map(message).collect::<Vec<_>>().join(",");
        format!(r#"{{"name":"{name}","type":"personal_chat","id":{id},"messages":[{messages}]}}"#)
    };
    // What does not begin as an export is none.
    let other = r#"{"messages":[{"type":"Generic","content":"x"}]}"#;
    let added = chat("Zoé", 3, &["d"]).replace(
        "]}",
        r#"],"messages":[{"id":9,"type":"message","date_unixtime":"1743494409","from":"Zoé","text":"e"}]}"#,
    );
    for (name, text) in [
        ("result.json", chat("Awa", 1, &["a", "b"])),
        ("result (1).json", chat("Bob", 2, &["c"])),
        ("Zoé.json", added),
        ("other.json", other.to_owned()),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let texts = |folder: &Path| {
        let reading = read_paths(&[folder.to_path_buf()], &ReadOptions::default());
        assert_eq!((reading.unaccounted.len(), &reading.problems), (0, &Vec::new()));
        let messages = reading.records.into_iter().filter(|record| record.conversation.is_some());
        let mut texts: Vec<String> = messages.map(|record| record.text).collect();
        texts.sort_unstable();
        texts
    };
    assert_eq!(texts(&folder), ["a", "b", "c", "d", "e"]);
    // Also where none has the app's name.
    std::fs::remove_file(folder.join("result.json")).unwrap();
    assert_eq!(texts(&folder), ["c", "d", "e"]);
}

#[test]
fn what_an_edited_message_said_before_is_kept_in_any_order() {
    let scratch = tempfile::tempdir().unwrap();
    let export = |name: &str, text: &str, edited: &str| {
        let folder = scratch.path().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let message =
            format!(r#"{{"id":1,"type":"message","date_unixtime":"1743494401",{edited}"from":"Awa","text":"{text}"}}"#);
        let chat = format!(r#"{{"name":"Boutique","type":"private_supergroup","id":5,"messages":[{message}]}}"#);
        std::fs::write(folder.join("result.json"), chat).unwrap();
        folder
    };
    let first = export("a", "15 000 F, livraison comprise", "");
    let second = export("b", "18 000 F", r#""edited":"2025-04-02T10:00:00","edited_unixtime":"1743588000","#);
    let third = export("c", "17 000 F", r#""edited":"2025-04-03T10:00:00","edited_unixtime":"1743674400","#);
    let imported =
        |order: [&std::path::PathBuf; 3]| imported_in_turn(scratch.path(), &order.map(std::path::PathBuf::as_path));
    let told = imported([&first, &second, &third]);
    assert_eq!(told.len(), 1);
    assert_eq!((told[0]["text"].as_str(), told[0]["edited"].as_bool()), (Some("17 000 F"), Some(true)));
    assert_eq!(told[0]["extra"]["edited_at"], "2025-04-03T10:00:00Z");
    assert_eq!(told[0]["extra"]["otherwise"]["text"], json!(["15 000 F, livraison comprise", "18 000 F"]));
    // Who looks at it is told what it said, in both languages, and finds it.
    let malle = with_archive().set("MALLE_PASSWORD_FILE", "phrase");
    for folder in [&first, &third] {
        malle.run(&["import", &folder.display().to_string()]);
    }
    let id = malle.run(&["search", "--ids", "comprise"]).stdout.trim().to_owned();
    for (language, wording) in [
        ("en", "another download says: \"15 000 F, livraison comprise\""),
        ("fr", "un autre téléchargement dit\u{a0}: «\u{a0}15 000 F, livraison comprise\u{a0}»"),
    ] {
        let shown = malle.run(&["--lang", language, "show", &id]).stdout;
        assert!(shown.contains("17 000 F") && shown.contains(wording), "{shown}");
    }
    for order in
        [[&third, &second, &first], [&second, &third, &first], [&first, &third, &second], [&third, &first, &second]]
    {
        assert_eq!(imported(order), told);
    }
}

#[test]
fn what_has_no_words_of_its_own_shows_what_it_holds() {
    let scratch = tempfile::tempdir().unwrap();
    let deep = format!("{}{}", "[".repeat(6_000), "]".repeat(6_000));
    let chat = format!(
        r#"{{"name":"x","type":"private_group","id":5,"messages":[
        {{"id":1,"type":"message","date_unixtime":"1743494401","from":"Awa","text":"","todo_list":{{"title":"Marché","answers":[{{"id":1,"text":"pagnes"}},{{"id":2,"text":[{{"type":"bold","text":"perles"}}]}}]}}}},
        {{"id":2,"type":"message","date_unixtime":"1743494402","from":"Awa","text_entities":[{{"type":"plain","text":"Bonjour"}}]}},
        {{"id":3,"type":"message","date_unixtime":"1743494403","from":"Awa","text":7,"forwarded_from":null}},
        {{"id":4,"type":"message","date_unixtime":"1743494404","from":"Awa","text":"z","odd":{deep}}}]}}"#
    );
    let reading = read(scratch.path(), "odd", &chat);
    let mut texts: Vec<&str> = reading.records.iter().map(|record| record.text.as_str()).collect();
    texts.sort_unstable();
    assert_eq!(texts, ["7", "Bonjour", "Marché\npagnes\nperles"]);
    let forwarded = reading.records.iter().find(|record| record.text == "7").unwrap();
    assert_eq!(forwarded.extra.get("forwarded_from"), Some(&json!("Deleted Account")));
    assert!(names(&reading, "unknown-shape"), "{:?}", reading.problems);
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

#[test]
fn chats_of_one_title_in_one_export_of_pages_stay_apart() {
    let scratch = tempfile::tempdir().unwrap();
    let export = |name: &str, chats: &[(&str, u32, &str)]| {
        let root = scratch.path().join(name);
        for (place, (title, first, text)) in chats.iter().enumerate() {
            let folder = root.join(format!("chats/chat_{:03}", place + 1));
            std::fs::create_dir_all(&folder).unwrap();
            let message = |number: u32, text: &str| {
                format!(
                    r#"<div class="message default clearfix" id="message{number}"><div class="body"><div class="pull_right date details" title="12.03.2024 14:05:09 UTC+00:00">14:05</div><div class="from_name">{title}</div><div class="text">{text}</div></div></div>"#
                )
            };
            let page = format!(
                r#"<!DOCTYPE html><html><head><title>Exported Data</title></head><body><div class="page_wrap"><div class="page_header"><div class="content"><div class="text bold">{title}</div></div></div><div class="page_body chat_page"><div class="history">{}{}</div></div></div></body></html>"#,
                message(*first, text),
                message(first + 10, "suite")
            );
            std::fs::write(folder.join("messages.html"), page).unwrap();
        }
        std::fs::write(
            root.join("export_results.html"),
            r#"<!DOCTYPE html><html><head><title>Exported Data</title></head><body><div class="page_wrap"></div></body></html>"#,
        )
        .unwrap();
        root
    };
    let chats = [
        ("Fatou", 5, "a"),
        ("Fatou", 7, "b"),
        ("Deleted Account", 9, "c"),
        ("Deleted Account", 11, "d"),
        ("Awa", 13, "e"),
    ];
    let told = |root: std::path::PathBuf| {
        let reading = read_paths(&[root], &ReadOptions::default());
        assert_eq!((reading.unaccounted.len(), reading.records.len()), (0, chats.len() * 2), "{:?}", reading.problems);
        let chat = |text: &str| {
            let record = reading.records.iter().find(|record| record.text == text).unwrap();
            record.conversation.as_ref().unwrap().id.clone()
        };
        chats.map(|(_, _, text)| chat(text))
    };
    let forwards = told(export("DataExport_2025-05-01", &chats));
    assert_eq!(forwards.iter().collect::<std::collections::BTreeSet<_>>().len(), chats.len());
    // The app orders chats by their last message.
    let mut turned = chats;
    turned.reverse();
    assert_eq!(told(export("DataExport_2025-06-01", &turned)), forwards);
}

#[test]
fn an_export_that_an_editor_saved_as_utf_16_is_the_same() {
    let ids = |reading: &Reading| -> std::collections::BTreeSet<String> {
        reading.records.iter().map(|record| record.id.to_string()).collect()
    };
    for name in ["account-2025_two-chats", "chat-2021_old-form"] {
        let bundle = fixtures().join("telegram").join(name).join("bundle");
        let plain = read_items(&bundle, &ReadOptions::default());
        assert!(!plain.records.is_empty(), "{name}");
        for unit in [u16::to_le_bytes, u16::to_be_bytes] {
            let scratch = tempfile::tempdir().unwrap();
            copy_folder(&bundle, scratch.path());
            widen_json(scratch.path(), unit);
            let wide = read_items(scratch.path(), &ReadOptions::default());
            assert_eq!(wide.problems, plain.problems, "{name}");
            assert_eq!(ids(&wide), ids(&plain), "{name}");
        }
    }
}

#[test]
fn a_poll_that_went_on_is_as_the_later_export_tells_it() {
    let scratch = tempfile::tempdir().unwrap();
    let export = |day: &str, closed: bool, (yes, no): (u32, u32)| {
        let chat = json!({ "name": "Boutique", "type": "private_supergroup", "id": 5, "messages": [
            { "id": 1, "type": "message", "date_unixtime": "1743494401", "from": "Awa", "from_id": "user7", "text": "",
              "poll": { "question": "Samedi ?", "closed": closed, "total_voters": yes + no, "answers": [
                { "text": "oui", "voters": yes, "chosen": false }, { "text": "non", "voters": no, "chosen": false }] } }] });
        let folder = scratch.path().join(format!("ChatExport_{day}"));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("result.json"), chat.to_string()).unwrap();
        folder
    };
    // A vote was taken back: the later telling is the shorter one, and the smaller.
    let exports = [
        export("2025-05-01", false, (9, 2)),
        export("2025-06-01", false, (100, 20)),
        export("2025-07-01", false, (8, 3)),
    ];
    let imported = |order: [usize; 3]| imported_in_turn(scratch.path(), &order.map(|number| exports[number].as_path()));
    let told = imported([0, 1, 2]);
    assert_eq!(told.len(), 1);
    let votes = |option: usize| &told[0]["extra"]["poll"]["options"][option]["votes"];
    assert_eq!((votes(0), votes(1)), (&json!(8), &json!(3)));
    assert!(told[0]["extra"].get("otherwise").is_none(), "{told:?}");
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        assert_eq!(imported(order), told, "{order:?}");
    }
}
