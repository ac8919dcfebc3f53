//! Messenger conversations: the facts of each layout, and what must not change their identity.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use malle::model::{AttachmentStatus, Kind, Platform, Record};
use malle::sources::ReadOptions;

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
