//! Instagram downloads: the facts of each layout, and what must not change identities.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use malle::model::{AttachmentStatus, Kind, Platform, Record};
use malle::sources::ReadOptions;
use serde_json::{Value, json};

use crate::support::fixtures;
use crate::support::reading::{Reading, read_items, read_paths};
use crate::support::zips::zip_of_folder;

fn bundle(name: &str) -> PathBuf {
    fixtures().join("instagram").join(name).join("bundle")
}

fn read(name: &str) -> Reading {
    read_items(&bundle(name), &ReadOptions::default())
}

/// Records of this kind from files of this name (with or without a number), in order of time.
fn of<'r>(reading: &'r Reading, kind: Kind, file: &str) -> Vec<&'r Record> {
    let from = |record: &Record| {
        let name = record.origin[0].file.rsplit('/').next().unwrap().to_owned();
        name.trim_end_matches(".json").trim_end_matches(|c: char| c.is_ascii_digit() || c == '_') == file
    };
    let mut found: Vec<&Record> = reading.records.iter().filter(|record| record.kind == kind && from(record)).collect();
    found.sort_by_key(|record| record.time.order_ms());
    found
}

fn seconds(record: &Record) -> i64 {
    record.time.order_ms().unwrap() / 1000
}

fn accounts(reading: &Reading, file: &str) -> BTreeMap<String, i64> {
    of(reading, Kind::Contact, file).into_iter().map(|record| (record.text.clone(), seconds(record))).collect()
}

fn missing(records: &[&Record]) -> BTreeSet<String> {
    let attachments = records.iter().flat_map(|record| &record.attachments);
    attachments
        .filter(|attachment| attachment.status == AttachmentStatus::Missing)
        .filter_map(|attachment| attachment.path.clone())
        .collect()
}

fn relations(pairs: &[(&str, i64)]) -> BTreeMap<String, i64> {
    pairs.iter().map(|(name, at)| ((*name).to_owned(), *at)).collect()
}

/// What the conversations of both fixtures have in common.
fn check_conversations(reading: &Reading, count: usize, prefix: &str) {
    let messages = of(reading, Kind::Message, "message");
    assert_eq!(messages.len(), count);
    let conversations: BTreeSet<&str> =
        messages.iter().filter_map(|record| record.conversation.as_ref()).map(|c| c.id.as_str()).collect();
    assert_eq!(conversations.len(), 4);
    assert!(messages.iter().any(|record| record.text == "Zeile 1\nZeile 2 \"zitiert\" & <b>kein HTML</b> €"));
    let reactions: Vec<&str> =
        messages.iter().flat_map(|record| &record.reactions).map(|reaction| reaction.emoji.as_str()).collect();
    assert_eq!(reactions, ["❤"]);
    let folder = format!("{prefix}messages/inbox/lukasphoto_340282366841710300949128100000000000001/photos/");
    assert_eq!(missing(&messages), [format!("{folder}FEHLT.jpg"), format!("{folder}thumb.jpg")].into());
    let same = messages.iter().filter(|record| record.time.order_ms() == Some(1_709_284_000_000)).count();
    assert_eq!(same, 2);
    assert_eq!(messages.iter().map(|record| record.id).collect::<BTreeSet<_>>().len(), count);
    let mine = messages.iter().filter_map(|record| record.author.as_ref()).filter(|author| author.is_owner);
    assert!(mine.map(|author| author.name.as_str()).collect::<BTreeSet<_>>() == ["Mirabel Bäckerei"].into());
}

#[test]
fn the_flat_layout_gives_its_facts() {
    let reading = read("json-2022_flat");
    check_conversations(&reading, 17, "");
    let posts = of(&reading, Kind::Post, "posts");
    let captions: Vec<&str> = posts.iter().map(|post| post.text.as_str()).collect();
    assert_eq!(
        captions,
        [
            "Frische Brötchen 🥐 #bäckerei",
            "Karussell: Ofen & Team 👩\u{200d}🍳",
            "Foto im falschen Ordner",
            "Datei fehlt im ZIP",
            "uri leer"
        ]
    );
    let place = posts[0].attachments[0].place.as_ref().unwrap();
    assert_eq!((place.latitude, place.longitude), (Some(52.52), Some(13.405)));
    assert_eq!(posts[1].attachments.len(), 2);
    assert!(posts[1].attachments[0].place.is_none());
    let mimes: Vec<_> = posts[1].attachments.iter().map(|attachment| attachment.mime.as_deref()).collect();
    assert_eq!(mimes, [Some("image/jpeg"), Some("video/mp4")]);
    assert_eq!(missing(&posts), ["media/posts/202204/999_FEHLT.jpg".to_owned()].into());
    assert!(posts[4].attachments.is_empty());
    for (kind, file) in [
        (Kind::Post, "igtv_videos"),
        (Kind::Post, "reels"),
        (Kind::Story, "stories"),
        (Kind::Other, "profile_photos"),
        (Kind::Saved, "saved_posts"),
        (Kind::Reaction, "liked_posts"),
    ] {
        assert_eq!(of(&reading, kind, file).len(), 1, "{file}");
    }
    assert_eq!(of(&reading, Kind::Comment, "post_comments").len(), 2);
}

#[test]
fn the_flat_layout_gives_its_people_and_its_profile() {
    let reading = read("json-2022_flat");
    assert_eq!(
        accounts(&reading, "followers"),
        relations(&[("cafe.nord", 1_612_267_200), ("lukas_photo", 1_609_588_800)])
    );
    assert_eq!(accounts(&reading, "following"), relations(&[("cafe.nord", 1_612_353_600)]));
    assert_eq!(accounts(&reading, "blocked_accounts"), relations(&[("spam.bot", 1_617_537_600)]));
    let profile = of(&reading, Kind::Profile, "personal_information")[0];
    assert_eq!(profile.extra["email"], "info@mirabel.example");
    assert!(!profile.extra.contains_key("birth_date"));
    let collections = of(&reading, Kind::Saved, "saved_collections");
    let members = |name: &str| {
        collections.iter().filter(|record| record.extra.get("collection").is_some_and(|c| c == name)).count()
    };
    assert_eq!((collections.len(), members("Rezeptideen"), members("Leere Sammlung")), (3, 1, 0));
    assert!(reading.records.iter().all(|record| record.account.as_deref() == Some("mirabel.bakery")));
}

#[test]
fn two_parts_make_one_download() {
    let reading = read("json-2024_two-parts");
    check_conversations(&reading, 18, "your_instagram_activity/");
    assert_eq!(
        accounts(&reading, "followers"),
        relations(&[
            ("kunde_000", 1_704_110_400),
            ("kunde_001", 1_704_114_000),
            ("kunde_002", 1_704_117_600),
            ("kunde_003", 1_704_121_200),
            ("kunde_004", 1_704_124_800),
        ])
    );
    assert_eq!(accounts(&reading, "blocked_profiles"), relations(&[("spam.bot", 1_675_339_200)]));
    let comments =
        [of(&reading, Kind::Comment, "post_comments"), of(&reading, Kind::Comment, "reels_comments")].concat();
    assert_eq!(comments.len(), 3);
    let wordless: Vec<&&Record> = comments.iter().filter(|comment| comment.text.is_empty()).collect();
    assert_eq!(wordless.len(), 1);
    assert_eq!(wordless[0].attachments[0].status, AttachmentStatus::Remote);
    let own =
        [of(&reading, Kind::Post, "posts"), of(&reading, Kind::Post, "reels"), of(&reading, Kind::Story, "stories")];
    assert_eq!(own.each_ref().map(Vec::len), [2, 1, 1]);
    assert_eq!(missing(&own.concat()), BTreeSet::new());
    let files: Vec<&str> = own[1][0].attachments.iter().map(|attachment| attachment.name.as_str()).collect();
    assert_eq!(files, ["18000000000000003.mp4", "18000000000000003.srt"]);
}

#[test]
fn the_first_part_alone_names_what_is_missing() {
    let mut parts: Vec<PathBuf> =
        std::fs::read_dir(bundle("json-2024_two-parts")).unwrap().map(|part| part.unwrap().path()).collect();
    parts.sort();
    parts.reverse();
    assert!(parts[0].ends_with("instagram-mirabel.bakery-2024-11-03-aB3dE6gH"));
    let alone = read_paths(&parts[..1], &ReadOptions::default());
    let records: Vec<&Record> = alone.records.iter().filter(|record| record.kind != Kind::Message).collect();
    let expected = [
        "media/posts/202409/18000000000000002.heic",
        "media/reels/202410/18000000000000003.mp4",
        "media/reels/202410/18000000000000003.srt",
        "media/stories/202410/18000000000000004.mp4",
    ];
    assert_eq!(missing(&records), expected.map(str::to_owned).into());
    let forwards = read_paths(&parts, &ReadOptions::default());
    parts.reverse();
    assert_eq!(forwards.records, read_paths(&parts, &ReadOptions::default()).records);
    let all: BTreeSet<_> = forwards.records.iter().map(|record| record.id).collect();
    assert!(alone.records.iter().all(|record| all.contains(&record.id)));
}

#[test]
fn a_post_told_by_both_lists_is_one_record_and_twins_stay_two() {
    let reading = read("json-2026_labels");
    let posts = of(&reading, Kind::Post, "posts");
    let captions: Vec<&str> = posts.iter().map(|post| post.text.as_str()).collect();
    assert_eq!(
        captions,
        [
            "Tarte aux myrtilles 🫐",
            "Deux fois la même annonce",
            "Deux fois la même annonce",
            "Seulement dans la nouvelle liste"
        ]
    );
    assert_ne!(posts[1].id, posts[2].id);
    assert!(reading.skips.iter().any(|skip| skip == "your_instagram_activity/media/posts.json: ToldElsewhere 1"));
    let threads = reading.records.iter().filter(|record| record.platform == Platform::Threads).count();
    assert_eq!(threads, 2);
    let comments: Vec<&str> =
        of(&reading, Kind::Comment, "post_comments").iter().map(|comment| comment.text.as_str()).collect();
    assert_eq!(comments, ["Magnifique, à samedi !", "Sana tuntematon"]);
}

#[test]
fn a_file_that_tells_a_post_again_with_other_words_loses_none_of_them() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("instagram-awa.boutique-2026-02-09-aB3dE6gH/your_instagram_activity/media");
    std::fs::create_dir_all(&folder).unwrap();
    let element = |number: u64, caption: &str| {
        json!({"media": [{"uri": format!("media/posts/202501/31234567890{number:04}_1.jpg"), "creation_timestamp": 1_736_500_000 + number,
            "title": ""}], "title": caption, "creation_timestamp": 1_736_500_000 + number})
    };
    let put = |name: &str, captions: [&str; 4]| {
        let elements: Vec<Value> = captions.iter().zip(1..).map(|(caption, number)| element(number, caption)).collect();
        std::fs::write(folder.join(name), Value::from(elements).to_string()).unwrap();
    };
    put("posts_1.json", ["Robe bleue", "Sac en cuir", "", "Wax\nhollandais"]);
    // Reworded; left out; only here; equal but for its lines.
    put("archived_posts.json", ["Robe bleue, 25 000", "", "Bazin riche", "Wax hollandais"]);
    let reading = read_paths(&[parent.path().to_owned()], &ReadOptions::default());
    let posts: BTreeSet<&str> =
        reading.records.iter().filter(|record| record.kind == Kind::Post).map(|record| record.text.as_str()).collect();
    let expected = ["Robe bleue", "Robe bleue, 25 000", "Sac en cuir", "", "Bazin riche", "Wax\nhollandais"];
    assert_eq!(posts, BTreeSet::from(expected));
    let told = reading.skips.iter().filter(|skip| skip.ends_with("archived_posts.json: ToldElsewhere 1"));
    assert_eq!(told.count(), 2, "{:?}", reading.skips);
}

#[test]
fn ids_survive_new_folders_names_and_shapes() {
    let scratch = tempfile::tempdir().unwrap();
    let write = |path: PathBuf, json: &str| {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, json).unwrap();
    };
    let old = scratch.path().join("awa_20220701");
    let new = scratch.path().join("instagram-awa-2026-07-01-aaaaaaaa");
    write(
        old.join("content/posts_1.json"),
        r#"[{"media":[{"uri":"media/posts/202203/1_2_3_n_17900000000000001.jpg","creation_timestamp":1646460000,"title":"Pain"}]}]"#,
    );
    write(
        new.join("your_instagram_activity/media/posts_1.json"),
        r#"[{"media":[{"uri":"media/posts/202203/17900000000000001.webp","creation_timestamp":1646460000,"title":"Pain"}]}]"#,
    );
    write(
        old.join("likes/liked_posts.json"),
        r#"{"likes_media_likes":[{"title":"zoe","string_list_data":[{"href":"https://www.instagram.com/p/C1/","value":"\u00f0\u009f\u0091\u008d","timestamp":1646460001}]}]}"#,
    );
    write(
        new.join("your_instagram_activity/likes/liked_posts.json"),
        r#"{"timestamp":1646460001,"label_values":[{"label":"URL","value":"https://www.instagram.com/p/C1/","href":"https://www.instagram.com/p/C1/"}]}"#,
    );
    write(
        old.join("followers_and_following/following.json"),
        r#"{"relationships_following":[{"string_list_data":[{"href":"https://www.instagram.com/zoe","value":"zoe","timestamp":1646460002}]}]}"#,
    );
    write(
        new.join("connections/followers_and_following/following.json"),
        r#"{"relationships_following":[{"title":"zoe","string_list_data":[{"href":"https://www.instagram.com/_u/zoe","timestamp":1646460002}]}]}"#,
    );
    let ids = |folder: &Path| -> BTreeSet<_> {
        let reading = read_paths(&[folder.to_owned()], &ReadOptions::default());
        assert!(reading.records.iter().all(|record| record.account.as_deref() == Some("awa")));
        reading.records.iter().map(|record| record.id).collect()
    };
    assert_eq!(ids(&old).len(), 3);
    assert_eq!(ids(&old), ids(&new));
}

#[test]
fn profiles_delivered_together_are_downloads_of_their_own() {
    let scratch = tempfile::tempdir().unwrap();
    let outer = scratch.path().join("meta-2026-Mar-02-17-05-58");
    for user in ["awa", "zoe"] {
        let folder = outer.join(format!("instagram-{user}-2026-03-02-aaaaaaaa/connections/followers_and_following"));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(
            folder.join("following.json"),
            r#"{"relationships_following":[{"title":"cafe.nord","string_list_data":[{"timestamp":1646460002}]}]}"#,
        )
        .unwrap();
    }
    let reading = read_paths(&[outer], &ReadOptions::default());
    let accounts: BTreeSet<_> = reading.records.iter().filter_map(|record| record.account.as_deref()).collect();
    assert_eq!(accounts, ["awa", "zoe"].into());
}

#[test]
fn zips_give_what_folders_give() {
    for fixture in [
        "instagram/json-2024_two-parts",
        "instagram/json-2019_root-files",
        "instagram/html-2026_en",
        "facebook/html-2025_every-section",
        "messenger/htm-2013_all-conversations",
        "messenger/json-2025_two-parts",
        "messenger/e2ee_two-threads",
    ] {
        let scratch = tempfile::tempdir().unwrap();
        let unpacked = fixtures().join(fixture).join("bundle");
        for part in std::fs::read_dir(&unpacked).unwrap() {
            let part = part.unwrap().path();
            let name = format!("{}.zip", part.file_name().unwrap().to_string_lossy());
            // Wrapped in a folder once more, as ZIPs made by hand are.
            std::fs::write(scratch.path().join(name), zip_of_folder(&part, "packed again/")).unwrap();
        }
        let without_origin = |folder: &Path| -> Vec<Record> {
            let mut records = read_items(folder, &ReadOptions::default()).records;
            for record in &mut records {
                record.origin.clear();
            }
            records
        };
        let folders = without_origin(&unpacked);
        assert!(!folders.is_empty(), "{fixture}");
        assert_eq!(folders, without_origin(scratch.path()), "{fixture}");
    }
}

/// Keys of a download, in English, or in a language that no table holds.
fn keys(known: bool) -> impl Fn(&str) -> String {
    move |key| if known { key.to_owned() } else { format!("ቁልፍ {}", key.chars().rev().collect::<String>()) }
}

fn table(rows: &[(String, &str)]) -> String {
    let row = |(key, value): &(String, &str)| {
        format!("<tr><td colspan=\"2\" class=\"_2pin _a6_q\">{key}<div><div>{value}</div></div></td></tr>")
    };
    format!("<table>{}</table>", rows.iter().map(row).collect::<String>())
}

fn page(records: &[String]) -> String {
    let boxed = |body: &String| format!("<div class=\"pam _a6-g uiBoxWhite noborder\">{body}</div>");
    format!(
        "<html><head><base href=\"../../\" /><title>x</title></head><body><header><h1>x</h1><aside>Generated by \
         awa.boutique on <time datetime=\"2026-02-09T08:16Z\">Monday, February 9, 2026 at 12:16 AM UTC</time></aside></header>\
         <main class=\"_a706\" role=\"main\">{}</main></body></html>",
        records.iter().map(boxed).collect::<String>()
    )
}

const COMMENTS: &str = "your_instagram_activity/comments/post_comments_1";
const SEARCHES: &str = "logged_information/recent_searches/word_or_phrase_searches";
const LIKES: &str = "your_instagram_activity/likes/liked_posts";
const POST: &str = "https://www.instagram.com/p/DF613X/";

/// 5 January 2025, 12:04 UTC, 4:04 in the morning where pages are printed.
const AT: i64 = 1_736_078_640;
const PRINTED: &str = "Jan 05, 2025 4:04 am";

/// The pages of a download whose keys are as `key` writes them.
fn pages_in_language(key: &impl Fn(&str) -> String, put: &impl Fn(&str, String)) {
    let comment = |text| {
        let rows = [(key("Comment"), text), (key("Media Owner"), "cafe.nord"), (key("Time"), PRINTED)];
        format!("<div class=\"_3-95 _a6-p\">{}</div>", table(&rows))
    };
    put(COMMENTS, page(&[comment("Magnifique"), comment("Quel prix ?")]));
    let search = |text| {
        let rows = table(&[(key("Search"), text), (key("Time"), PRINTED)]);
        format!("<div class=\"_3-95 _a6-p\">{rows}</div>")
    };
    put(SEARCHES, page(&[search("tissu"), search("+221 77 000 00 00")]));
    let owner = format!(
        "<div class=\"pam _a6-g uiBoxWhite noborder\"><h2 class=\"_3-95 _2pim _a6-h _a6-i\">{}</h2>\
         <div class=\"_3-95 _a6-p\"><div class=\"pam _a6-g uiBoxWhite noborder\"><div class=\"_3-95 _a6-p\">{}</div>\
         </div></div></div>",
        key("Owner"),
        table(&[(key("Name"), "Nord"), (key("Username"), "cafe.nord")])
    );
    put(
        LIKES,
        page(&[format!(
            "<div class=\"_3-95 _a6-p\"><table><tr><td colspan=\"2\" class=\"_2pin _a6_q\">URL<div>\
             <a href=\"{POST}\">{POST}</a></div></td></tr></table>{owner}</div><div class=\"_3-94 _a6-o\">{PRINTED}</div>"
        )]),
    );
}

/// The same as JSON, and more.
fn json_in_language(key: &impl Fn(&str) -> String, put: &impl Fn(&str, String)) {
    let map = |pairs: &[(&str, &str)]| -> Value {
        let told = pairs.iter().map(|(name, value)| (key(name), json!({"href": "", "value": value, "timestamp": 0})));
        json!({"string_map_data": told.collect::<serde_json::Map<_, _>>()})
    };
    let timed = |pairs: &[(&str, &str)]| {
        let mut told = map(pairs);
        told["string_map_data"][key("Time")] = json!({"href": "", "value": "", "timestamp": AT});
        told
    };
    let line = |name: &str, value: &str| json!({"label": key(name), "value": value});
    let comment = |text| timed(&[("Comment", text), ("Media Owner", "cafe.nord")]);
    put(COMMENTS, json!([comment("Magnifique"), comment("Quel prix ?")]).to_string());
    let search = |text| timed(&[("Search", text)]);
    put(SEARCHES, json!({"searches_keyword": [search("tissu"), search("+221 77 000 00 00")]}).to_string());
    let owner = json!({"title": key("Owner"), "dict": [{"title": "", "dict": [
        line("Name", "Nord"), line("Username", "cafe.nord")]}]});
    let liked = json!({"timestamp": AT, "label_values": [{"label": "URL", "value": POST, "href": POST}, owner]});
    put(LIKES, json!([liked]).to_string());
    put(
        "your_instagram_activity/media/posts",
        json!([{"timestamp": AT, "fbid": "18100000000000001", "label_values": [line("Caption", "Robe wax 15 000"),
            line("Is an ad", "አይ"), line("Is branded", "አይ"), line("Published", "አዎ")]}])
        .to_string(),
    );
    put(
        "connections/contacts/synced_contacts",
        json!({"contacts_contact_info": [
            map(&[("First Name", "Moussa"), ("Last Name", "Diop"), ("Contact Information", "+221770000001")]),
            map(&[("First Name", "Ana"), ("Contact Information", "ana@a.example")])]})
        .to_string(),
    );
    put(
        "connections/followers_and_following/removed_suggestions",
        json!({"timestamp": AT, "label_values": [line("Name", "Nord Café"), line("Username", "cafe.nord")]})
            .to_string(),
    );
    put(
        "your_instagram_activity/story_interactions/polls",
        json!([{"timestamp": AT, "label_values": [line("Answer", "La robe rouge")]}]).to_string(),
    );
    put(
        "personal_information/personal_information/notes",
        json!([{"timestamp": AT, "label_values": [line("Note", "Ouvert dimanche")]}]).to_string(),
    );
    put(
        "personal_information/personal_information/personal_information",
        json!({"profile_user": [map(&[("Email", "awa@a.example"), ("Username", "awa.boutique"), ("Name", "Awa Boutique"),
            ("Bio", "Wax et bazin")])]})
        .to_string(),
    );
}

/// A download whose keys are in a language that is known or not, as pages or JSON.
fn in_language(parent: &Path, known: bool, pages: bool) {
    let key = keys(known);
    let folder = parent.join("instagram-awa.boutique-2026-02-09-aB3dE6gH");
    let put = |path: &str, text: String| {
        let path = folder.join(path).with_extension(if pages { "html" } else { "json" });
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    if pages { pages_in_language(&key, &put) } else { json_in_language(&key, &put) }
}

/// Kind, words, whom it concerns, who wrote it and when, of every record.
fn told(reading: &Reading) -> BTreeSet<String> {
    let line = |record: &Record| {
        let mut words: Vec<&str> = record.text.lines().collect();
        if record.kind == Kind::Profile {
            words.sort_unstable();
        }
        let author = record.author.as_ref().filter(|_| record.kind != Kind::Profile).map(|author| &author.handle);
        let owner = record.extra.get("owner").and_then(Value::as_str);
        format!("{} {words:?} {owner:?} {author:?} {:?}", record.kind.name(), record.time.order_ms())
    };
    reading.records.iter().map(line).collect()
}

#[test]
fn keys_of_an_unknown_language_cost_nothing() {
    let read = |known: bool, pages: bool| {
        let folder = tempfile::tempdir().unwrap();
        in_language(folder.path(), known, pages);
        let reading = read_items(folder.path(), &ReadOptions::default());
        assert!(reading.problems.is_empty() && reading.unaccounted.is_empty(), "{:?}", reading.problems);
        told(&reading)
    };
    let english = read(true, false);
    assert_eq!(english.len(), 12, "{english:?}");
    assert!(english.iter().all(|line| !line.contains("[]") || line.starts_with("reaction")), "{english:?}");
    assert_eq!(read(false, false), english);
    let on_pages = read(true, true);
    assert_eq!(on_pages.len(), 5, "{on_pages:?}");
    assert!(on_pages.is_subset(&english), "{on_pages:?} {english:?}");
    assert_eq!(read(false, true), on_pages);
}
