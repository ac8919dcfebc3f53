//! Facebook downloads: parts in any order, expected counts, recognition of every layout, hostile shapes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use malle::bundle::{Bundle, Container, Listing, Part};
use malle::ingest::recognise;
use malle::model::{AttachmentStatus, Kind, Platform, Record, RecordId};
use malle::sources::meta::{Document, repair, repair_escapes};
use malle::sources::{ReadOptions, Role, SOURCES};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::fixtures;
use crate::support::reading::{Reading, read_paths};

fn two_parts() -> Vec<PathBuf> {
    let bundle = fixtures().join("facebook/json-2025_two-folders/bundle");
    ["facebook-awaexemple-2025-03-01-Kq3ZtB8a", "facebook-awaexemple-2025-03-01-a9LmX2pQ"]
        .map(|part| bundle.join(part))
        .to_vec()
}

/// What is on Facebook itself; conversations in the same download are another reader's.
fn facebook(reading: &Reading) -> Vec<&Record> {
    reading.records.iter().filter(|record| record.platform == Platform::Facebook).collect()
}

fn ids(reading: &Reading) -> Vec<RecordId> {
    facebook(reading).iter().map(|record| record.id).collect()
}

fn count(reading: &Reading, kind: Kind, file: &str) -> usize {
    facebook(reading).iter().filter(|record| record.kind == kind && record.origin[0].file.contains(file)).count()
}

fn read_tree(files: &[(&str, &str)]) -> Reading {
    let folder = tempfile::tempdir().unwrap();
    write_tree(folder.path(), files);
    read_paths(&[folder.path().to_owned()], &ReadOptions::default())
}

fn write_tree(folder: &Path, files: &[(&str, &str)]) {
    for (path, content) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
}

#[test]
fn the_download_of_2025_holds_what_was_put_in() {
    let reading = read_paths(&two_parts(), &ReadOptions::default());
    assert_eq!(count(&reading, Kind::Post, "posts/your_posts"), 9);
    assert_eq!(count(&reading, Kind::Post, "posts/archive"), 1);
    assert_eq!(count(&reading, Kind::Album, "posts/album"), 2);
    assert_eq!(count(&reading, Kind::Other, "your_uncategorized_photos"), 1);
    assert_eq!(count(&reading, Kind::Comment, "comments_and_reactions"), 1);
    assert_eq!(count(&reading, Kind::Reaction, ""), 2);
    assert_eq!(count(&reading, Kind::Post, "groups/"), 1);
    assert_eq!(count(&reading, Kind::Comment, "groups/"), 1);
    let mut by_status: BTreeMap<String, usize> = BTreeMap::new();
    for attachment in facebook(&reading).iter().flat_map(|record| &record.attachments) {
        *by_status.entry(format!("{:?}", attachment.status)).or_default() += 1;
    }
    assert_eq!(by_status, BTreeMap::from([("Remote".to_owned(), 1), ("Stored".to_owned(), 6)]));
    assert!(facebook(&reading).iter().all(|record| record.account.as_deref() == Some("Awa Exemple")));
    let twins: Vec<&Record> =
        facebook(&reading).into_iter().filter(|record| record.text == "Same second, other post").collect();
    assert!(twins.len() == 2 && twins[0].id != twins[1].id);
}

#[test]
fn parts_in_any_order_give_the_same_ids() {
    let parts = two_parts();
    let together = ids(&read_paths(&parts, &ReadOptions::default()));
    let reversed: Vec<PathBuf> = parts.iter().rev().cloned().collect();
    assert_eq!(together, ids(&read_paths(&reversed, &ReadOptions::default())));
    let zips = ["Kq3ZtB8a", "a9LmX2pQ"]
        .map(|part| fixtures().join(format!("facebook/zips/facebook-awaexemple-2025-03-01-{part}.zip")));
    assert_eq!(together, ids(&read_paths(&zips, &ReadOptions::default())), "ZIPs are read like folders");
    let alone = read_paths(&parts[..1], &ReadOptions::default());
    assert_eq!(together, ids(&alone));
    let missing = |record: &&Record| record.attachments.iter().any(|a| a.status == AttachmentStatus::Missing);
    assert!(facebook(&alone).iter().any(missing), "without the second part its media are missing, and said to be");
}

#[test]
fn layouts_of_two_years_give_the_same_friend_and_post() {
    let friends = r#"{"friends_v2":[{"name":"Zo\u00c3\u00a9","timestamp":1400000000}]}"#;
    let post = |prefix: &str| {
        format!(
            r#"[{{"timestamp":1600000000,"title":"x","data":[{{"post":"a"}}],"attachments":[{{"data":[{{"media":{{"uri":"{prefix}posts/media/M_1/2.jpg"}}}}]}}]}}]"#
        )
    };
    let old = read_tree(&[("friends_and_followers/friends.json", friends), ("posts/your_posts_1.json", &post(""))]);
    let new = read_tree(&[
        ("connections/friends/your_friends.json", friends),
        (
            "your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.json",
            &post("your_facebook_activity/"),
        ),
    ]);
    assert_eq!(old.records.len(), 2);
    assert_eq!(ids(&old), ids(&new));
}

#[test]
fn a_post_that_two_sections_tell_has_one_id() {
    let post = r#"[{"timestamp":1600000000,"data":[{"post":"Au marché"}]}]"#;
    let again = r#"{"timestamp":1600000000,"label_values":[{"label":"Message","value":"Au marché"}],"fbid":"1"}"#;
    let reading = read_tree(&[("posts/your_posts_1.json", post), ("posts/check-ins.json", again)]);
    assert_eq!(reading.records.len(), 2);
    assert_eq!(reading.records[0].id, reading.records[1].id);
    let alone = read_tree(&[("posts/check-ins.json", again), ("posts/media/1.jpg", "x")]);
    assert_eq!((alone.records.len(), alone.records[0].id), (1, reading.records[0].id));
}

#[test]
fn one_text_on_the_timeline_and_in_a_group_at_once_is_two_posts() {
    let post = |title: &str| json!([{"timestamp": 1_600_000_000, "title": title, "data": [{"post": "Arrivage"}]}]);
    let timeline = post("Awa updated her status.").to_string();
    let group = json!({"group_posts_v2": post("Awa posted in Couture.")}).to_string();
    let again = json!({"group_posts_v2": post("Awa updated her status.")}).to_string();
    let distinct = |group: &str| {
        let reading = read_tree(&[("posts/your_posts_1.json", &timeline), ("groups/your_posts_in_groups.json", group)]);
        ids(&reading).into_iter().collect::<BTreeSet<RecordId>>().len()
    };
    assert_eq!((distinct(&group), distinct(&again)), (2, 1));
}

#[test]
fn a_file_given_by_itself_is_read() {
    let folder = tempfile::tempdir().unwrap();
    write_tree(folder.path(), &[("your_posts_1.json", r#"[{"timestamp":1600000000,"data":[{"post":"Seul"}]}]"#)]);
    let reading = read_paths(&[folder.path().join("your_posts_1.json")], &ReadOptions::default());
    assert_eq!(reading.records.iter().map(|record| record.text.as_str()).collect::<Vec<_>>(), ["Seul"]);
}

#[test]
fn comments_in_a_list_of_group_posts_are_comments() {
    let both = r#"{"group_posts_v2":[
        {"timestamp":1600000000,"data":[{"post":"Bonjour"}]},
        {"timestamp":1600000001,"data":[{"comment":{"timestamp":1600000001,"comment":"Oui","author":"Awa","group":"G"}}]}]}"#;
    let reading = read_tree(&[("groups/group_posts_and_comments.json", both)]);
    assert_eq!((count(&reading, Kind::Post, ""), count(&reading, Kind::Comment, "")), (1, 1));
}

#[test]
fn a_time_that_is_no_number_is_a_problem_and_the_record_stays() {
    let reading = read_tree(&[("posts/your_posts_1.json", r#"[{"timestamp":"hier","data":[{"post":"a"}]}]"#)]);
    assert_eq!(reading.problems, ["posts/your_posts_1.json #0: bad-time"]);
    assert_eq!(reading.records[0].extra["timestamp"], "hier");
}

#[test]
fn a_file_told_twice_in_a_table_of_labels_is_one_attachment() {
    let file = r#"{"uri":"posts/media/A_1/1.jpg","creation_timestamp":1600000000}"#;
    let element = format!(
        r#"[{{"timestamp":1600000000,"media":[{file}],"label_values":[
            {{"label":"Texte","value":"Jeté"}},{{"label":"Photos","media":[{file}]}}]}}]"#
    );
    let reading = read_tree(&[("posts/trash.json", &element), ("posts/media/A_1/1.jpg", "x")]);
    let record = &reading.records[0];
    assert_eq!((record.attachments.len(), record.text.as_str(), record.deleted), (1, "Jeté", true));
}

#[test]
fn comments_of_others_under_photos_are_records() {
    let comment = r#""comments":[{"timestamp":1500000001,"comment":"Bravo","author":"Zoé"},7]"#;
    let photo = format!(r#"{{"uri":"photos_and_videos/A_1/1.jpg","creation_timestamp":1500000000,{comment}}}"#);
    let post = format!(r#"[{{"timestamp":1500000000,"attachments":[{{"data":[{{"media":{photo}}}]}}]}}]"#);
    let album = format!(r#"{{"name":"A","photos":[{photo}]}}"#);
    let reading = read_tree(&[("posts/your_posts_1.json", &post), ("photos_and_videos/album/0.json", &album)]);
    let comments: Vec<&Record> = reading.records.iter().filter(|record| record.kind == Kind::Comment).collect();
    assert_eq!(comments.len(), 2, "one telling in the post, one in the album");
    assert_eq!((comments[0].id, comments[0].text.as_str()), (comments[1].id, "Bravo"));
    assert_eq!(comments[0].author.as_ref().unwrap().name, "Zoé");
    assert_eq!(reading.problems.len(), 2);
    assert!(reading.unaccounted.is_empty(), "{:?}", reading.unaccounted);
}

#[test]
fn every_layout_is_recognised_below_its_wrapper_folders() {
    for (path, root) in [
        ("posts/your_posts_1.json", ""),
        ("posts/your_posts_1.html", ""),
        ("w/posts/media/your_posts/1.jpg", "w/"),
        ("a/b/your_facebook_activity/messages/inbox/zoe_1/videos/5.mp4", "a/b/"),
        ("your_activity_across_facebook/groups/your_badges.json", ""),
        ("w/this_profile's_activity_across_facebook/posts/profile_posts_1.json", "w/"),
        ("w/this_profile_s_activity_across_facebook/posts/profile_posts_1.json", "w/"),
        ("w/connections/followers/who_you\u{2019}ve_followed.json", "w/"),
        ("w/personal_information/profile_information/profile_information.json", "w/"),
        ("w/photos_and_videos/Mobileuploads_1/1.jpg", "w/"),
        ("messages/inbox/zoe_1/message_1.json", ""),
        ("your_posts_1.json", ""),
    ] {
        let content = if path.contains("message_1") { r#"{"participants":[],"messages":[]}"# } else { "[]" };
        let prefixes = facebook_roots(&[(path, content)]);
        assert_eq!(prefixes, [root.to_owned()], "{path}");
    }
    let both = [("one/posts/your_posts_1.json", "[]"), ("two/your_facebook_activity/posts/album/0.json", "{}")];
    assert_eq!(facebook_roots(&both).len(), 2, "two downloads in one folder");
}

#[test]
fn the_address_book_of_the_phone_is_contacts_with_numbers() {
    let entry = r#"{"name": "Zoé", "details": [{"contact_point": "+221 77 000 00 01"}, {"contact_point": "zoe@example.com"}], "created_timestamp": 1740819600}"#;
    let new = "personal_information/other_personal_information/contacts_uploaded_from_your_phone.json";
    for (file, json) in [
        (new, format!(r#"{{"address_book_v2": [{entry}]}}"#)),
        ("about_you/your_address_books.json", format!(r#"{{"address_book": {{"address_book": [{entry}]}}}}"#)),
    ] {
        let reading = read_tree(&[(file, &json), ("posts/your_posts_1.json", "[]")]);
        let [record] = &reading.records[..] else { panic!("{file}: {:?}", reading.kept_raw) };
        assert_eq!((record.kind, record.text.as_str()), (Kind::Contact, "Zoé"));
        assert_eq!(record.extra["phones"], serde_json::json!(["+221 77 000 00 01"]));
        assert_eq!(record.extra["details"], serde_json::json!([{"contact_point": "zoe@example.com"}]));
    }
    let page = r#"{"pages_unfollowed": [{"title": "t", "timestamp": 1740819600, "data": [{"name": "Une page"}]}]}"#;
    let reading =
        read_tree(&[("following_and_followers/unfollowed_pages.json", page), ("posts/your_posts_1.json", "[]")]);
    assert_eq!(reading.records[0].kind, Kind::Page);
}

#[test]
fn words_beside_a_date_are_words() {
    const DATE: &str = "Jan 27, 2024 2:31:29 pm";
    let section = |words: &str, date: &str| {
        format!(
            "<section class=\"_a6-g\"><h2 class=\"_2ph_ _a6-h\">Titre</h2><div class=\"_2ph_ _a6-p\"><div class=\"_2pin\"><div>{words}\
             </div></div></div><footer class=\"_3-94 _a6-o\"><div class=\"_a72d\">{date}</div></footer></section>"
        )
    };
    let page = |sections: &[(&str, &str)]| {
        let sections: String = sections.iter().map(|(words, date)| section(words, date)).collect();
        format!(
            "<html><body><div class=\"_li\"><div class=\"_a705\"><main class=\"_a706\" role=\"main\">{sections}</main></div></div></body></html>"
        )
    };
    let texts = |file: &str, sections: &[(&str, &str)]| {
        let reading = read_tree(&[(file, &page(sections))]);
        let mut texts: Vec<String> = reading.records.iter().map(|record| record.text.clone()).collect();
        texts.sort();
        texts
    };
    let comments = "your_facebook_activity/comments_and_reactions/comments.html";
    let posts = "your_facebook_activity/posts/your_posts_1.html";
    let said = [
        "RDV le Jan 27, 2024 2:31:29 pm chez moi",
        "Updated Jan 3, 2024 9:00:00 am",
        "Updated menu Jan 3, 2024 at 9:00 am",
    ];
    for words in said {
        assert_eq!(texts(comments, &[(words, DATE)]), [words]);
    }
    for words in [said[0], said[2]] {
        assert_eq!(texts(posts, &[(words, DATE)]), [words]);
    }
    assert_eq!(texts(posts, &[(said[1], DATE), ("Atualizado em Jan 3, 2024 9:00:00 am", DATE)]), ["", ""]);
    // A language that is not known shows its line around other dates of the page too.
    let other = "Jan 28, 2024 3:00:00 pm";
    let lines = [("Frissítve: Jan 27, 2024 2:31:29 pm", DATE), ("Frissítve: Jan 28, 2024 3:00:00 pm", other)];
    assert_eq!(texts(posts, &lines), ["", ""]);
    assert_eq!(texts(posts, &lines[..1]), [lines[0].0]);
}

#[test]
fn other_downloads_are_not_claimed() {
    let trees: [&[(&str, &str)]; 5] = [
        &[("your_instagram_activity/messages/inbox/zoe_1/message_1.json", "{}")],
        &[("messages/inbox/zoe_1/message_1.json", "{}"), ("content/posts_1.json", "[]")],
        &[("w/messages/inbox/a_1/photos/1.jpg", "x"), ("w/media/posts/202101/1.jpg", "x")],
        &[("posts/no-data.txt", ""), ("your_places/no-data.txt", "")],
        &[("notes/comments.json", "[]"), ("photo.jpg", "x")],
    ];
    for tree in trees {
        assert!(facebook_roots(tree).is_empty(), "{tree:?}");
    }
}

/// Prefixes that the sources of the family claim, as an import would see them.
fn facebook_roots(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    write_tree(folder.path(), files);
    let container = Arc::new(Container::open(folder.path()).unwrap());
    let sources = SOURCES.iter().filter(|source| source.about().family == "facebook");
    let prefixes: BTreeSet<String> = sources.flat_map(|source| source.roots(&Listing::new(&container))).collect();
    prefixes.into_iter().collect()
}

#[test]
fn every_file_has_its_role() {
    let folder = tempfile::tempdir().unwrap();
    let expected = [
        ("posts/your_posts_1.json", Some(Role::Read)),
        ("posts/your_posts_1.html", Some(Role::Read)),
        ("posts/something_new.json", Some(Role::Raw("unknown-file"))),
        ("your_facebook_activity/something/new.json", Some(Role::Read)),
        ("your_facebook_activity/something/new.html", Some(Role::Read)),
        ("ads_information/advertisers.json", Some(Role::Raw("technical"))),
        ("logged_information/location/timezone.json", Some(Role::Read)),
        ("logged_information/location/device_location.json", Some(Role::Raw("technical"))),
        ("your_places/no-data.txt", Some(Role::Noise("no-data"))),
        ("start_here.html", Some(Role::Raw("html-not-read"))),
        ("messages/inbox/zoe_1/message_1.json", None),
        ("messages/inbox/zoe_1/message_1.html", None),
        ("messages/inbox/zoe_1/files/notes.txt", Some(Role::Media)),
        ("messages/inbox/zoe_1/photos/1.jpg", Some(Role::Media)),
        ("groups/your_group_messages/1.json", None),
        ("Zoé_12.json", None),
        ("__MACOSX/._x.json", Some(Role::Noise("apple-double"))),
        (".DS_Store", Some(Role::Noise("system-file"))),
    ];
    let files: Vec<(&str, &str)> = expected.iter().map(|(path, _)| (*path, "x")).collect();
    write_tree(folder.path(), &files);
    let container = Arc::new(Container::open(folder.path()).unwrap());
    let bundle = Bundle::new(vec![Part::new(container, String::new())], |_, _| true);
    let source = SOURCES.iter().find(|source| source.about().id == "facebook").unwrap();
    for (path, role) in expected {
        let (_, file) = bundle.files().find(|(_, file)| file.path == path).unwrap();
        assert_eq!(source.role(&bundle, file), role, "{path}");
    }
}

#[test]
fn the_table_of_damaged_texts_is_repaired() {
    let table: BTreeMap<String, [String; 2]> =
        serde_json::from_str(&std::fs::read_to_string(fixtures().join("facebook/mojibake.json")).unwrap()).unwrap();
    assert_eq!(table.len(), 10);
    for (name, [damaged, sound]) in table {
        assert_eq!(repair(&damaged), sound, "{name}");
    }
}

#[test]
fn a_hundred_identical_posts_are_a_hundred_records() {
    let posts = vec![json!({"timestamp": 1, "data": [{"post": "même"}]}); 100];
    let reading = read_tree(&[("posts/your_posts_1.json", &Value::Array(posts).to_string())]);
    let mut ids = ids(&reading);
    ids.dedup();
    assert_eq!(ids.len(), 100);
}

/// Values that stand where anything may be expected.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop_oneof![Just(String::new()), Just("https://".to_owned()), Just("(1, 2)".to_owned()), "\\PC{0,6}"]
            .prop_map(Value::from),
    ];
    let key = prop::sample::select(vec![
        "timestamp",
        "title",
        "data",
        "attachments",
        "tags",
        "media",
        "uri",
        "description",
        "post",
        "comment",
        "author",
        "reaction",
        "actor",
        "place",
        "coordinate",
        "latitude",
        "longitude",
        "external_context",
        "url",
        "name",
        "label",
        "label_values",
        "value",
        "dict",
        "vec",
        "photos",
        "cover_photo",
        "media_metadata",
        "photo_metadata",
        "exif_data",
        "taken_timestamp",
        "thumbnail",
        "comments",
        "life_event",
        "poll",
        "note",
        "update_timestamp",
        "start_timestamp",
        "full_name",
        "registration_timestamp",
        "fbid",
        "href",
        "timestamp_value",
        "location",
        "profile_v2",
        "friends_v2",
    ]);
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::vec((key.clone(), inner), 0..8).prop_map(|pairs| Value::Object(
                pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            )),
        ]
    })
}

const EVERY_FORM: [&str; 12] = [
    "posts/your_posts_1.json",
    "posts/other_people's_posts_to_your_timeline.json",
    "posts/album/0.json",
    "posts/your_uncategorized_photos.json",
    "posts/check-ins.json",
    "comments_and_reactions/comments.json",
    "friends_and_followers/friends.json",
    "events/your_event_responses.json",
    "facebook_marketplace/items_sold.json",
    "profile_information/profile_information.json",
    "groups/your_badges.json",
    "search/your_search_history.json",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn hostile_shapes_are_read_and_accounted_for(values in prop::collection::vec(anything(), 3)) {
        let text = Value::Array(values).to_string();
        let files: Vec<(&str, &str)> = EVERY_FORM.iter().map(|path| (*path, text.as_str())).collect();
        let reading = read_tree(&files);
        prop_assert!(reading.unaccounted.is_empty(), "{:?}", reading.unaccounted);
        let again = read_tree(&files);
        prop_assert_eq!(ids(&reading), ids(&again));
    }
}

proptest! {
    #[test]
    fn repair_undoes_the_damage_of_any_text(text in "\\PC*") {
        let damaged: String = text.bytes().map(char::from).collect();
        prop_assert_eq!(repair(&damaged), text.as_str());
    }

    #[test]
    fn a_document_gives_back_any_text(text in "\\PC*") {
        let escaped: String = serde_json::to_string(&text.bytes().map(char::from).collect::<String>()).unwrap()
            .chars()
            .map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) })
            .collect();
        let document = Document::new(escaped.as_bytes());
        prop_assert_eq!(&repaired_element(&document, &escaped), &Value::from(text.as_str()));
        // Text that is sound, with characters beyond U+00FF, stays.
        let sound = format!("{text}→");
        prop_assert_eq!(repair(&sound), sound.as_str());
    }
}

fn repaired_element(document: &Document, escaped: &str) -> Value {
    let json = String::from_utf8(repair_escapes(escaped.as_bytes()).into_owned()).unwrap();
    document.element(&json).unwrap()
}

#[test]
fn recognised_downloads_are_read_by_family() {
    let containers: Vec<Arc<Container>> =
        two_parts().iter().map(|path| Arc::new(Container::open(path).unwrap())).collect();
    let (downloads, unknown) = recognise(&containers);
    assert_eq!((downloads.len(), unknown.len()), (1, 0), "two parts, one download");
    assert_eq!(downloads[0].family, "facebook");
}
