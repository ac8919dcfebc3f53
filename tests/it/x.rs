//! Archives of X: parts in any order, the same archive twice, damage.

use std::path::Path;

use malle::sources::ReadOptions;

use crate::support::archives::imported_in_turn as imported;
use crate::support::reading::{Reading, read_paths};

fn read(scratch: &Path, files: &[(&str, &str)]) -> Reading {
    let folder = scratch.join("twitter-2024-06-01-aaaa");
    let _ = std::fs::remove_dir_all(&folder);
    for (name, content) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let reading = read_paths(&[folder], &ReadOptions::default());
    assert_eq!(reading.unaccounted, Vec::<String>::new());
    reading
}

const POST: &str = r#"{"tweet":{"id_str":"1","created_at":"Mon Jan 01 09:00:00 +0000 2024","full_text":"eins"}}"#;

#[test]
fn a_script_that_ends_early_gives_its_whole_posts() {
    let scratch = tempfile::tempdir().unwrap();
    let cut = format!("window.YTD.tweets.part0 = [ {POST}, {{\"tweet\": {{\"id_str\": \"2");
    let reading = read(scratch.path(), &[("data/tweets.js", &cut)]);
    assert_eq!((reading.records.len(), reading.problems.len()), (1, 1));
    assert!(reading.problems[0].contains("truncated-json"), "{:?}", reading.problems);
    let odd = "window.YTD.tweets.part0 = [ null, {}, 5, \"x\", [], {\"tweet\": 5} ]";
    let reading = read(scratch.path(), &[("data/tweets.js", odd)]);
    assert_eq!((reading.records.len(), reading.problems.len()), (0, 4), "{:?}", reading.problems);
}

#[test]
fn what_is_broken_costs_itself_alone() {
    let scratch = tempfile::tempdir().unwrap();
    let posts: Vec<String> =
        (1..=9).map(|n| POST.replace("\"id_str\":\"1\"", &format!("\"id_str\":\"{n}\""))).collect();
    let broken = posts.join(",").replace("\"5\",", "\"5\" oops ");
    let reading = read(scratch.path(), &[("data/tweets.js", &format!("window.YTD.tweets.part0 = [ {broken} ]"))]);
    assert_eq!((reading.records.len(), reading.problems.len()), (8, 2), "{:?}", reading.problems);
    // Two scripts in one file.
    let (first, second) = posts.split_at(4);
    let two = format!(
        "window.YTD.tweets.part0 = [ {} ];\nwindow.YTD.tweets.part1 = [ {} ]\n",
        first.join(","),
        second.join(",")
    );
    let reading = read(scratch.path(), &[("data/tweets.js", &two)]);
    assert_eq!((reading.records.len(), reading.problems.len()), (9, 0), "{:?}", reading.problems);
    // A conversation that is cut gives its whole messages.
    let message = |n: u32| {
        format!(
            r#"{{"messageCreate":{{"id":"{n}","senderId":"1","recipientId":"2","createdAt":"2024-01-01T09:0{n}:00.000Z","text":"m{n}"}}}}"#
        )
    };
    let entry = format!(
        r#"window.YTD.direct_messages.part0 = [ {{"dmConversation":{{"conversationId":"1-2","messages":[{},{},{}"#,
        message(1),
        message(2),
        message(3).replace("\"m3\"}}", "\"m")
    );
    let reading = read(
        scratch.path(),
        &[("data/direct-messages.js", &entry), ("data/tweets.js", "window.YTD.tweets.part0 = []")],
    );
    let mut texts: Vec<&str> = reading.records.iter().map(|record| record.text.as_str()).collect();
    texts.sort_unstable();
    assert_eq!(texts, ["m1", "m2"], "{:?}", reading.problems);
    assert_eq!(reading.problems.len(), 1, "{:?}", reading.problems);
}

#[test]
fn what_was_asked_of_grok_is_a_conversation() {
    let scratch = tempfile::tempdir().unwrap();
    let item = |chat: u32, second: u32, sender: &str, more: &str, text: &str| {
        format!(
            r#"{{"grokChatItem":{{"grokMode":{{"value":"1","name":"Normal","originalName":"NORMAL","annotations":{{}}}},"accountId":"1","chatId":"{chat}","createdAt":"2025-10-23T13:11:0{second}.692Z","sender":{sender},{more}"message":"{text}"}}}}"#
        )
    };
    let named = |name: &str| format!(r#"{{"value":"1","name":"{name}","originalName":"{}"}}"#, name.to_uppercase());
    let file =
        r#""attachments":[{"mediaId":"9","fileName":"robe.jpg","mimeType":"image/jpeg","url":"https://a.example/9"}],"#;
    let items = [
        item(7, 1, &named("User"), file, "Quel prix ?"),
        item(7, 2, &named("Agent"), "", "15 000"),
        item(7, 2, &named("Agent"), "", "15 000"),
        item(8, 3, "\"User\"", "", "Autre"),
        r#"{"grokChatItem":{"message":"sans discussion"}}"#.to_owned(),
    ];
    let script = format!("window.YTD.grok_chat_item.part0 = [ {} ]", items.join(", "));
    let account =
        r#"window.YTD.account.part0 = [ {"account":{"accountId":"1","username":"awa","accountDisplayName":"Awa"}} ]"#;
    let posts = "window.YTD.tweets.part0 = []";
    let reading = read(
        scratch.path(),
        &[("data/grok-chat-item.js", &script), ("data/account.js", account), ("data/tweets.js", posts)],
    );
    let mut told: Vec<(&str, &str, usize)> = Vec::new();
    let mut conversations = std::collections::BTreeSet::new();
    for record in reading.records.iter().filter(|record| record.conversation.is_some()) {
        let author = record.author.as_ref().unwrap();
        assert_eq!(author.is_owner, author.name == "Awa");
        conversations.insert(record.conversation.as_ref().unwrap().id.clone());
        told.push((&author.name, &record.text, record.attachments.len()));
    }
    told.sort_unstable();
    let expected = [("Awa", "Autre", 0), ("Awa", "Quel prix ?", 1), ("Grok", "15 000", 0), ("Grok", "15 000", 0)];
    assert_eq!(told, expected);
    assert_eq!((conversations.len(), reading.problems.len()), (2, 1), "{:?}", reading.problems);
}

#[test]
fn half_a_letter_spoils_no_other_message() {
    let scratch = tempfile::tempdir().unwrap();
    let message = |number: u32, text: &str| {
        format!(
            r#"{{"messageCreate":{{"id":"{number}","senderId":"1","recipientId":"2","createdAt":"2024-01-01T09:0{number}:00.000Z","text":"{text}","mediaUrls":[],"urls":[],"reactions":[]}}}}"#
        )
    };
    let messages = [message(1, "a"), message(2, r"b \ud83d"), message(3, r"c \ud83d\ude00")].join(",");
    let file = format!(
        r#"window.YTD.direct_messages.part0 = [ {{"dmConversation":{{"conversationId":"1-2","messages":[{messages}]}}}} ]"#
    );
    let reading =
        read(scratch.path(), &[("data/direct-messages.js", &file), ("data/tweets.js", "window.YTD.tweets.part0 = []")]);
    let mut texts: Vec<&str> = reading.records.iter().map(|record| record.text.as_str()).collect();
    texts.sort_unstable();
    assert_eq!(texts, ["a", "b \u{fffd}", "c 😀"], "{:?}", reading.problems);
}

#[test]
fn a_table_that_ends_early_gives_its_whole_rows() {
    let scratch = tempfile::tempdir().unwrap();
    let table = "\"tweet_id\",\"timestamp\",\"text\"\n\"1\",\"2014-01-01 09:00:00 +0000\",\"eins\"\n\"2\",\"2014-01-02";
    let reading = read(scratch.path(), &[("tweets.csv", table)]);
    assert!(reading.records.iter().any(|record| record.text == "eins"), "{:?}", reading.records);
    assert!(reading.problems.iter().any(|problem| problem.contains("truncated-table")), "{:?}", reading.problems);
}

#[test]
fn the_words_of_a_long_post_belong_to_one_post() {
    let scratch = tempfile::tempdir().unwrap();
    let long = "window.YTD.tweets.part0 = [ {\"tweet\":{\"id_str\":\"3\",\"created_at\":\"Mon Jan 01 09:00:00 +0000 2024\",\
                \"full_text\":\"Der Anfang… https://t.co/x\"}}, {\"tweet\":{\"id_str\":\"4\",\"created_at\":\
                \"Mon Jan 01 09:00:00 +0000 2024\",\"full_text\":\"Der Anfang… https://t.co/x\"}} ]";
    let note = "window.YTD.note_tweet.part0 = [ {\"noteTweet\":{\"noteTweetId\":\"9\",\"createdAt\":\"2024-01-01T09:00:00.000Z\",\
                \"core\":{\"text\":\"Der Anfang und das Ende\"}}} ]";
    let reading = read(scratch.path(), &[("data/tweets.js", long), ("data/note-tweet.js", note)]);
    let whole = reading.records.iter().filter(|record| record.text == "Der Anfang und das Ende").count();
    assert_eq!((reading.records.len(), whole), (2, 1));
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, content) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
}

const OWNER: &str = "window.YTD.account.part0 = [ {\"account\":{\"accountId\":\"7\",\"username\":\"laden\",\
                     \"accountDisplayName\":\"Laden\"}} ]";
const LIKE: &str = "window.YTD.like.part1 = [ {\"like\":{\"tweetId\":\"5\",\"fullText\":\"schön\"}} ]";

#[test]
fn parts_of_one_archive_are_read_as_one() {
    let scratch = tempfile::tempdir().unwrap();
    let photo = r#"{"tweet":{"id_str":"12345","created_at":"Mon Jan 01 09:00:00 +0000 2024","full_text":"mit Bild",
        "extended_entities":{"media":[{"type":"photo","media_url_https":"https://pbs.twimg.com/media/aa.jpg"}]}}}"#;
    let first = format!("window.YTD.tweets.part0 = [ {POST} ]");
    let second = format!("window.YTD.tweets.part1 = [ {photo} ]");
    let whole = scratch.path().join("whole");
    let files: [(&str, &str); 5] = [
        ("data/account.js", OWNER),
        ("data/tweets.js", &first),
        ("data/tweets-part1.js", &second),
        ("data/like-part1.js", LIKE),
        ("data/tweets_media/12345-aa.jpg", "\u{7f}JPEG"),
    ];
    write(&whole, &files);
    let parts = ["twitter-1", "twitter-2", "twitter-3"].map(|name| scratch.path().join(name));
    write(&parts[0], &files[..2]);
    write(&parts[1], &files[2..4]);
    write(&parts[2], &files[4..]);
    let facts = |paths: &[std::path::PathBuf]| {
        let reading = read_paths(paths, &ReadOptions::default());
        assert_eq!((reading.unaccounted.len(), &reading.problems), (0, &Vec::new()));
        let records = reading.records.into_iter().map(|record| {
            let files: Vec<_> = record.attachments.iter().map(|file| (file.name.clone(), file.status)).collect();
            (record.id, record.account, record.author.is_some_and(|author| author.is_owner), files)
        });
        records.collect::<Vec<_>>()
    };
    let expected = facts(&[whole]);
    assert_eq!(expected.len(), 4);
    assert!(expected.iter().flat_map(|record| &record.3).all(|file| file.1 == malle::model::AttachmentStatus::Stored));
    assert_eq!(facts(&parts), expected);
    let [a, b, c] = parts.clone();
    assert_eq!(facts(&[c, b, a]), expected);
    // Of two archives nothing tells whose part it is: it stands alone, and is nobody's.
    let other = scratch.path().join("other");
    write(&other, &[("data/account.js", &OWNER.replace("\"7\"", "\"8\"").replace("laden", "stand"))]);
    let [a, b, c] = parts;
    let accounts: Vec<Option<String>> = facts(&[a, b, c, other]).into_iter().map(|record| record.1).collect();
    assert_eq!(accounts.iter().filter(|account| account.is_none()).count(), 2);
}

#[test]
fn what_two_years_say_differently_is_kept_in_any_order() {
    let scratch = tempfile::tempdir().unwrap();
    let profile = |bio: &str| {
        format!(
            r#"window.YTD.profile.part0 = [ {{"profile":{{"description":{{"bio":"{bio}","location":"Dakar"}}}}}} ]"#
        )
    };
    let message = |id: u32, text: &str| {
        format!(
            r#"{{"messageCreate":{{"id":"{id}","senderId":"7","recipientId":"2","createdAt":"2024-01-01T09:00:00.000Z","text":"{text}"}}}}"#
        )
    };
    let chat = |messages: &[String]| {
        format!(
            r#"window.YTD.direct_messages.part0 = [ {{"dmConversation":{{"conversationId":"2-7","messages":[{}]}}}} ]"#,
            messages.join(",")
        )
    };
    let (older, newer) = (scratch.path().join("twitter-2024-06-01-aa"), scratch.path().join("twitter-2026-06-01-bb"));
    let (old_chat, new_chat) =
        (chat(&[message(1, "à midi"), message(2, "oui")]), chat(&[message(1, "à 15 h"), message(2, "oui")]));
    let without_words = LIKE.replace(",\"fullText\":\"schön\"", "");
    write(
        &older,
        &[
            ("data/account.js", OWNER),
            ("data/profile.js", &profile("Bijoux et pagnes")),
            ("data/like.js", LIKE),
            ("data/direct-messages.js", &old_chat),
        ],
    );
    write(
        &newer,
        &[
            ("data/account.js", OWNER),
            ("data/profile.js", &profile("Pagnes")),
            ("data/like.js", &without_words),
            ("data/direct-messages.js", &new_chat),
        ],
    );
    let forwards = imported(scratch.path(), &[&older, &newer]);
    assert_eq!(forwards, imported(scratch.path(), &[&newer, &older]));
    assert_eq!(forwards, imported(scratch.path(), &[&older, &newer, &older]));
    let with = |key: &str, value: &str| forwards.iter().find(|record| record[key] == value).unwrap();
    let otherwise = &with("text", "Pagnes")["extra"]["otherwise"];
    assert_eq!(otherwise, &serde_json::json!({"text": ["Bijoux et pagnes"], "as_of": {"text": 20_260_601}}));
    assert_eq!(with("text", "à 15 h")["extra"]["otherwise"]["text"], serde_json::json!(["à midi"]));
    assert!(with("text", "oui")["extra"].get("otherwise").is_none());
    assert_eq!(with("kind", "reaction")["links"][0]["title"], "schön");
    // Both wordings of one number in one download.
    write(
        &older,
        &[("data/direct-messages.js", &chat(&[message(1, "à midi"), message(1, "à minuit"), message(1, "à midi")]))],
    );
    let both = imported(scratch.path(), &[&older]);
    let told: Vec<&serde_json::Value> = both.iter().filter(|record| record["kind"] == "message").collect();
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0]["text"], &told[0]["extra"]["otherwise"]["text"][0]), (&"à minuit".into(), &"à midi".into()));
}

#[test]
fn somebody_known_by_number_has_a_name_once_a_download_tells_it() {
    let scratch = tempfile::tempdir().unwrap();
    let message = r#"{"messageCreate":{"id":"1","senderId":"900000002","recipientId":"7","createdAt":"2024-01-01T09:00:00.000Z","text":"oui"}}"#;
    let chat = format!(
        r#"window.YTD.direct_messages.part0 = [ {{"dmConversation":{{"conversationId":"7-900000002","messages":[{message}]}}}} ]"#
    );
    let mention = r#"{"tweet":{"id_str":"5","created_at":"Mon Jan 01 09:00:00 +0000 2024","full_text":"merci @bob_x",
        "entities":{"user_mentions":[{"id_str":"900000002","name":"Bob É","screen_name":"bob_x"}]}}}"#;
    let posts = format!("window.YTD.tweets.part0 = [ {mention} ]");
    let (first, second) = (scratch.path().join("twitter-2024-06-01-aa"), scratch.path().join("twitter-2025-06-01-bb"));
    write(&first, &[("data/account.js", OWNER), ("data/direct-messages.js", &chat)]);
    write(&second, &[("data/account.js", OWNER), ("data/direct-messages.js", &chat), ("data/tweets.js", &posts)]);
    for order in [[first.as_path(), second.as_path()], [second.as_path(), first.as_path()]] {
        let told = imported(scratch.path(), &order);
        let message = told.iter().find(|record| record["text"] == "oui").unwrap();
        assert_eq!((&message["author"]["name"], &message["conversation"]["title"]), (&"Bob É".into(), &"Bob É".into()));
    }
}
