//! Messenger conversations: the facts of each layout, and what must not change their identity.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use malle::model::{AttachmentStatus, Kind, Platform, Record};
use malle::sources::ReadOptions;

use crate::support::archives::{copy_folder, imported_in_turn, widen_json};
use crate::support::fixtures;
use crate::support::reading::{Reading, read_items, read_paths};

fn bundle(name: &str) -> PathBuf {
    fixtures().join("messenger").join(name).join("bundle")
}

fn messages(reading: &Reading) -> Vec<&Record> {
    let mut messages: Vec<&Record> = reading
        .records
        .iter()
        .filter(|record| record.platform == Platform::Messenger && record.kind == Kind::Message)
        .collect();
    messages.sort_by_key(|record| record.time.order_ms());
    messages
}

fn ids(reading: &Reading) -> BTreeSet<String> {
    messages(reading).iter().map(|record| record.id.to_string()).collect()
}

fn thread(folder: &Path, messages: &str) {
    std::fs::create_dir_all(folder).unwrap();
    let json = format!(
        r#"{{"participants":[{{"name":"Zo\u00c3\u00a9"}},{{"name":"Awa"}}],"messages":[{messages}],
            "title":"Zo\u00c3\u00a9","thread_path":"inbox/zoe_1"}}"#
    );
    std::fs::write(folder.join("message_1.json"), json).unwrap();
}

const FIRST: &str = r#"{"sender_name":"Awa","timestamp_ms":1700000001000,"content":"ok"}"#;
const SECOND: &str = r#"{"sender_name":"Zo\u00c3\u00a9","timestamp_ms":1700000002000,"content":"merci"}"#;

#[test]
fn two_parts_make_one_download() {
    let reading = read_items(&bundle("json-2025_two-parts"), &ReadOptions::default());
    let all = messages(&reading);
    assert_eq!(all.len(), 11);
    let conversations: BTreeSet<&str> =
        all.iter().filter_map(|record| record.conversation.as_ref()).map(|c| c.id.as_str()).collect();
    // What was set aside when encryption began belongs to the chat of the inbox.
    assert_eq!(conversations.len(), 2);
    let missing: Vec<&str> = all
        .iter()
        .flat_map(|record| &record.attachments)
        .filter(|attachment| attachment.status == AttachmentStatus::Missing)
        .map(|attachment| attachment.name.as_str())
        .collect();
    assert_eq!(missing, ["absent.jpg"]);
    assert!(all.iter().all(|record| record.account.as_deref() == Some("Awa Exemple")));
    assert_eq!(all.iter().filter(|record| record.deleted).count(), 1);
}

#[test]
fn the_order_of_parts_changes_nothing() {
    let mut parts: Vec<PathBuf> =
        std::fs::read_dir(bundle("json-2025_two-parts")).unwrap().map(|part| part.unwrap().path()).collect();
    parts.sort();
    let forwards = read_paths(&parts, &ReadOptions::default());
    parts.reverse();
    let backwards = read_paths(&parts, &ReadOptions::default());
    assert_eq!(forwards.records, backwards.records);
}

#[test]
fn numbered_files_are_one_conversation() {
    let reading = read_items(&bundle("json-2019_group"), &ReadOptions::default());
    let all = messages(&reading);
    assert_eq!(all.len(), 9);
    assert_eq!(all[0].origin[0].file, "messages/inbox/groupeexemple_Zz9yXx8wVv/message_10.json");
    assert_eq!(all[0].text, "Zoé Échantillon added Bob Sample to the group.");
    assert!(all[0].system && !all[1].system);
    assert_eq!(all[0].conversation.as_ref().unwrap().title, "Groupe Exemple 🎉");
    assert_eq!(all[8].reactions[0].emoji, "😂");
}

#[test]
fn a_thread_keeps_its_ids_in_another_folder_and_under_another_name() {
    let scratch = tempfile::tempdir().unwrap();
    let old = scratch.path().join("facebook-awa-2023-01-01-aaaaaaaa");
    let new = scratch.path().join("facebook-awa-2024-01-01-bbbbbbbb");
    thread(&old.join("messages/inbox/zoe_1"), FIRST);
    thread(&new.join("your_facebook_activity/messages/archived_threads/zoemariee_1"), &format!("{SECOND},{FIRST}"));
    let (old, new) = (read_paths(&[old], &ReadOptions::default()), read_paths(&[new], &ReadOptions::default()));
    assert_eq!((ids(&old).len(), ids(&new).len()), (1, 2));
    assert!(ids(&old).is_subset(&ids(&new)));
    assert_eq!(old.records[0].conversation.as_ref().unwrap().id, new.records[0].conversation.as_ref().unwrap().id);
}

#[test]
fn overlapping_tellings_make_no_twins_but_twins_of_one_telling_stay() {
    let scratch = tempfile::tempdir().unwrap();
    let (first, second) = (
        scratch.path().join("facebook-awa-2024-01-01-aaaaaaaa"),
        scratch.path().join("facebook-awa-2024-01-01-bbbbbbbb"),
    );
    thread(&first.join("messages/inbox/zoe_1"), &format!("{SECOND},{FIRST},{FIRST}"));
    thread(&second.join("messages/inbox/zoe_1"), &format!("{FIRST},{FIRST}"));
    let both = read_paths(&[first, second], &ReadOptions::default());
    assert_eq!((messages(&both).len(), ids(&both).len()), (5, 3));
}

#[test]
fn the_owner_is_who_the_user_says_else_the_profile_else_nobody() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("facebook-awa");
    thread(&folder.join("messages/inbox/zoe_1"), &format!("{SECOND},{FIRST}"));
    let owners = |options: &ReadOptions| -> Vec<String> {
        let reading = read_paths(std::slice::from_ref(&folder), options);
        let authors = messages(&reading).into_iter().filter_map(|record| record.author.clone());
        authors.filter(|author| author.is_owner).map(|author| author.name).collect()
    };
    assert_eq!(owners(&ReadOptions::default()), Vec::<String>::new());
    std::fs::create_dir_all(folder.join("profile_information")).unwrap();
    let profile = r#"{"profile_v2":{"name":{"full_name":"Zo\u00c3\u00a9"}}}"#;
    std::fs::write(folder.join("profile_information/profile_information.json"), profile).unwrap();
    assert_eq!(owners(&ReadOptions::default()), ["Zoé"]);
    assert_eq!(owners(&ReadOptions { me: Some("Awa".to_owned()), ..ReadOptions::default() }), ["Awa"]);
}

#[test]
fn a_lone_conversation_file_is_read() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("zoe_1");
    thread(&folder, FIRST);
    let reading = read_paths(&[folder], &ReadOptions::default());
    let rooted = scratch.path().join("facebook-awa");
    thread(&rooted.join("messages/inbox/zoe_1"), FIRST);
    assert_eq!(ids(&reading), ids(&read_paths(&[rooted], &ReadOptions::default())));
    assert_eq!(ids(&reading).len(), 1);
}

#[test]
fn people_who_left_are_not_one_person() {
    let scratch = tempfile::tempdir().unwrap();
    let chat = |path: &str, json: &str| {
        let path = scratch.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, json).unwrap();
    };
    for (name, folder) in [("Facebook user", "facebookuser_1001"), ("Zoé", "zoe_1002")] {
        let json = format!(
            r#"{{"participants": [{{"name": "{name}"}}, {{"name": "Awa"}}], "messages": [{{"sender_name": "Awa",
            "timestamp_ms": 1740819600000, "content": "avant"}}], "title": "{name}"}}"#
        );
        chat(&format!("facebook-awa/your_facebook_activity/messages/e2ee_cutover/{folder}/message_1.json"), &json);
    }
    for (name, number) in [("Facebook user", 3), ("Facebook user", 8), ("Zoé", 1)] {
        let json = format!(
            r#"{{"participants": ["{name}", "Awa"], "threadName": "{name}_{number}", "messages": [{{"senderName": "Awa",
            "text": "après {number}", "timestamp": 1750819600000, "type": "text", "isUnsent": false, "media": [],
            "reactions": []}}]}}"#
        );
        chat(&format!("messages/{name}_{number}.json"), &json);
    }
    let reading = read_items(scratch.path(), &ReadOptions::default());
    let conversations: BTreeSet<String> =
        messages(&reading).iter().map(|record| record.conversation.as_ref().unwrap().id.clone()).collect();
    assert_eq!(messages(&reading).len(), 5);
    // Zoé's goes on; of the others each is its own.
    assert_eq!(conversations.len(), 4, "{conversations:?}");
}

/// A broken section of Facebook that begins like a conversation; a conversation that is called like a section.
#[test]
fn exactly_one_reader_takes_a_file() {
    let broken = "{\"threadName\"\n \"group_badges_v2\": {\"Voisins\": [\"Membre\"], \"Couture\": []}}";
    let chat = r#"{"participants": ["Awa", "your_friends"], "threadName": "your_friends_3", "messages": [
        {"senderName": "Awa", "text": "bonjour", "timestamp": 1750819600000, "type": "text", "isUnsent": false, "media": [],
        "reactions": []}]}"#;
    for (place, json, told) in [
        ("your_facebook_activity/groups/your_group_membership_activity.json", broken, 0),
        ("your_group_membership_activity.json", broken, 0),
        ("messages/your_friends_3.json", chat, 1),
        ("your_friends_3.json", chat, 1),
    ] {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("download").join(place);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, json).unwrap();
        // The collector refuses a file that two readers report.
        let reading = read_paths(&[scratch.path().join("download")], &ReadOptions::default());
        assert_eq!((messages(&reading).len(), &reading.unaccounted), (told, &Vec::new()), "{place}");
        assert_eq!(reading.problems.len() + reading.kept_raw.len(), 1 - told, "{place}: {:?}", reading.problems);
    }
}

#[test]
fn a_message_is_one_though_its_sender_has_another_name_in_the_next_download() {
    let scratch = tempfile::tempdir().unwrap();
    let download = |name: &str, awa: &str, other: &str| {
        let root = scratch.path().join(name);
        let folder = root.join("your_facebook_activity/messages/inbox/zoe_1");
        std::fs::create_dir_all(&folder).unwrap();
        let message = |sender: &str, millis: u64, text: &str| {
            format!(r#"{{"sender_name":"{sender}","timestamp_ms":{millis},"content":"{text}"}}"#)
        };
        // Two say the same at once; and one message has no more than a second.
        let messages = [
            message(awa, 1_700_000_001_234, "ok"),
            message(other, 1_700_000_001_234, "ok"),
            message(other, 1_700_000_002_345, "merci"),
            message("Fatou", 1_700_000_003_000, "de rien"),
        ];
        let json = format!(
            r#"{{"participants":[{{"name":"{other}"}},{{"name":"{awa}"}}],"title":"Zoe","thread_path":"inbox/zoe_1","messages":[{}]}}"#,
            messages.join(",")
        );
        std::fs::write(folder.join("message_1.json"), json).unwrap();
        root
    };
    let first = download("facebook-awa-2024-05-01-a", "Awa", "Zoe Diop");
    let second = download("facebook-awa-2025-05-01-b", "Awa Ndiaye", "Zoe Sarr");
    let third = download("facebook-awa-2026-05-01-c", "Awa Ndiaye", "Utilisateur de Facebook");
    let imported = |order: [&PathBuf; 3]| imported_in_turn(scratch.path(), &order.map(PathBuf::as_path));
    let told = imported([&first, &second, &third]);
    let mut said: Vec<(&str, &str, String)> = told
        .iter()
        .map(|record| {
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
            let other = record["extra"]["otherwise"]["name"].as_array().into_iter().flatten().map(text);
            (
                record["author"]["name"].as_str().unwrap(),
                record["text"].as_str().unwrap(),
                other.collect::<Vec<_>>().join(", "),
            )
        })
        .collect();
    said.sort_unstable();
    let expected = [
        // The shorter name is the beginning of the longer.
        ("Awa Ndiaye", "ok", String::new()),
        ("Fatou", "de rien", String::new()),
        ("Zoe Sarr", "merci", "Zoe Diop".to_owned()),
        ("Zoe Sarr", "ok", "Zoe Diop".to_owned()),
    ];
    assert_eq!(said, expected);
    for order in [[&third, &second, &first], [&second, &third, &first], [&third, &first, &second]] {
        assert_eq!(imported(order), told);
    }
}

#[test]
fn conversations_that_an_editor_saved_as_utf_16_are_the_same() {
    for name in ["e2ee_two-threads", "json-2021_direct", "json-2019_group"] {
        let plain = read_items(&bundle(name), &ReadOptions::default());
        assert!(!messages(&plain).is_empty(), "{name}");
        for unit in [u16::to_le_bytes, u16::to_be_bytes] {
            let scratch = tempfile::tempdir().unwrap();
            copy_folder(&bundle(name), scratch.path());
            widen_json(scratch.path(), unit);
            let wide = read_items(scratch.path(), &ReadOptions::default());
            assert_eq!(wide.problems, plain.problems, "{name}");
            assert_eq!(ids(&wide), ids(&plain), "{name}");
        }
    }
}
