//! One fact told by several downloads, as JSON and as pages, in every order of imports: one record, and always the same.

use std::path::{Path, PathBuf};

use malle::ingest::read_conversations;
use malle::store::{Archive, RecordReader};
use serde_json::Value;

use crate::support::archives::{self, import_all};
use crate::support::tellings::{Sent, json, pages};
use crate::support::{download, fixtures};

/// 9 October 2025, 14:36 in Paris.
const MINUTE: i64 = 1_760_013_360_000;

/// Everything about an archive that must not depend on the order of imports.
fn state(archive: &Archive) -> (Vec<Value>, Vec<(String, u64)>, Vec<Value>) {
    let counts = archive.commit().counts.clone().into_iter().filter(|(_, n)| *n > 0).collect();
    let conversations = read_conversations(archive).unwrap().into_iter().map(|mut line| {
        line.participants.sort();
        serde_json::to_value(line).unwrap()
    });
    let mut records = archives::export(archive);
    // In the order of times; what stands in one moment, in that of ids.
    let moment = |record: &Value| record["time"].to_string();
    for same in records.chunk_by_mut(|a, b| moment(a) == moment(b)) {
        same.sort_by_key(|record| record["id"].to_string());
    }
    (records, counts, conversations.collect())
}

/// Imports group after group into a new archive.
fn imported(folder: &Path, groups: &[&[PathBuf]]) -> Archive {
    let root = tempfile::tempdir_in(folder).unwrap().keep();
    let mut archive = archives::create(&root.join("archive")).0;
    for group in groups {
        import_all(&mut archive, group);
    }
    archive
}

/// Every order of up to three things; of more, each first and each last, forwards and backwards.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let forwards: Vec<usize> = (0..count).collect();
    let turned = (0..count).flat_map(|turn| {
        let mut order = forwards.clone();
        order.rotate_left(turn);
        [order.clone(), order.into_iter().rev().collect()]
    });
    let distinct: std::collections::BTreeSet<Vec<usize>> = turned.collect();
    distinct.into_iter().collect()
}

/// The same whatever comes first, whether one by one, twice, or at once. Gives what it is.
fn check(folder: &Path, downloads: &[PathBuf]) -> Vec<Value> {
    let together = state(&imported(folder, &[downloads]));
    let same = |archive: &Archive, how: &str| {
        let found = state(archive);
        let said = |records: &[Value]| -> Vec<String> { records.iter().map(|it| it["text"].to_string()).collect() };
        assert_eq!(said(&found.0), said(&together.0), "{how}");
        for (a, b) in found.0.iter().zip(&together.0) {
            assert_eq!(a, b, "{how}");
        }
        assert_eq!((found.1, found.2), (together.1.clone(), together.2.clone()), "{how}");
    };
    for order in orders(downloads.len()) {
        let ordered: Vec<PathBuf> = order.iter().map(|at| downloads[*at].clone()).collect();
        let mut groups: Vec<&[PathBuf]> = ordered.iter().map(std::slice::from_ref).collect();
        groups.push(&ordered[..1]);
        same(&imported(folder, &groups), &format!("{order:?}, the first once more"));
    }
    same(&imported(folder, &[downloads, downloads]), "all at once, twice");
    together.0.into_iter().filter(|record| record["kind"] == "message").collect()
}

fn texts(messages: &[Value]) -> Vec<String> {
    let at = |message: &Value| message["time"]["utc"].as_str().unwrap().get(14..).unwrap().to_owned();
    messages.iter().map(|message| format!("{} {}", at(message), message["text"].as_str().unwrap())).collect()
}

#[test]
fn a_message_of_json_and_of_a_page_is_one_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let sent = [
        Sent::new("Zoe", MINUTE + 5_123, "Bonjour"),
        Sent::new("Awa", MINUTE + 9_001, "ok").heart("Zoe"),
        Sent::new("Awa", MINUTE + 40_002, "ok"),
        // A whole second: its page has the same id.
        Sent::new("Zoe", MINUTE + 61_000, "merci"),
    ];
    for seconds in [true, false] {
        let name = format!("facebook-awa-2025-0{}-01-AAAAAAAA", 1 + u8::from(seconds));
        let downloads = [
            json(folder.path(), "facebook-awa-2024-01-01-AAAAAAAA", &sent),
            pages(folder.path(), &name, seconds, &sent),
        ];
        let found = check(folder.path(), &downloads);
        assert_eq!(texts(&found), ["36:05.123Z Bonjour", "36:09.001Z ok", "36:40.002Z ok", "37:01.000Z merci"]);
        assert_eq!(found[1]["reactions"].as_array().unwrap().len(), 1);
        // Both downloads are named, JSON last.
        let archive = imported(folder.path(), &[&downloads[..1], &downloads[1..]]);
        let origins = origins(&archive);
        assert!(origins.iter().filter(|files| files.as_slice() == ["message_1.html", "message_1.json"]).count() >= 3);
    }
}

#[test]
fn a_dry_run_knows_that_a_page_tells_what_json_told() {
    let folder = tempfile::tempdir().unwrap();
    let sent = [Sent::new("Awa", MINUTE + 9_001, "ok"), Sent::new("Awa", MINUTE + 40_002, "ok")];
    let told = json(folder.path(), "facebook-awa-2024-01-01-AAAAAAAA", &sent[..1]);
    let printed = pages(folder.path(), "facebook-awa-2025-01-01-AAAAAAAA", false, &sent);
    for groups in [vec![told.clone(), printed.clone()], vec![printed, told]] {
        let mut archive = imported(folder.path(), &[&groups[..1]]);
        let dry = archives::try_all(&mut archive, &groups[1..]);
        let real = import_all(&mut archive, &groups[1..]);
        assert_eq!((&dry.summary.added, dry.summary.known), (&real.summary.added, real.summary.known));
    }
}

/// Names of the files that tell each live message.
fn origins(archive: &Archive) -> Vec<Vec<String>> {
    let mut reader = RecordReader::new(archive);
    let stale = reader.stale().unwrap();
    let mut found = Vec::new();
    reader
        .each(&|_| true, &mut |location, line| {
            let record: Value = serde_json::from_slice(line).unwrap();
            if !stale.contains(&location) && record["kind"] == "message" {
                let files = record["origin"].as_array().unwrap().iter();
                let name = |origin: &Value| origin["file"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
                found.push(files.map(name).collect());
            }
            Ok(())
        })
        .unwrap();
    found
}

#[test]
fn what_only_a_page_knows_completes_json_and_what_only_it_tells_stays() {
    let folder = tempfile::tempdir().unwrap();
    let early = Sent::new("Zoe", MINUTE + 5_123, "Bonjour");
    let late = Sent::new("Awa", MINUTE + 120_500, "ok");
    let downloads = [
        json(folder.path(), "facebook-awa-2024-01-01-AAAAAAAA", std::slice::from_ref(&early)),
        pages(folder.path(), "facebook-awa-2025-01-01-AAAAAAAA", true, &[early.heart("Awa"), late]),
    ];
    let found = check(folder.path(), &downloads);
    assert_eq!(texts(&found), ["36:05.123Z Bonjour", "38:00Z ok"]);
    assert_eq!(found[0]["reactions"][0]["actor"], "Awa");
}

#[test]
fn equal_messages_of_one_minute_never_stand_for_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (Sent::new("Awa", MINUTE + 9_001, "ok"), Sent::new("Awa", MINUTE + 40_002, "ok"));
    let both = [first.clone(), second.clone()];
    // JSON that ends between them, JSON that begins between them, a page of both where the second has a reaction.
    let hearted = [first.clone(), second.clone().heart("Zoe")];
    let downloads = [
        json(folder.path(), "facebook-awa-2024-01-01-AAAAAAAA", &both[..1]),
        pages(folder.path(), "facebook-awa-2024-06-01-AAAAAAAA", false, &hearted),
        json(folder.path(), "facebook-awa-2025-01-01-AAAAAAAA", &hearted[1..]),
    ];
    let found = check(folder.path(), &downloads);
    assert_eq!(texts(&found), ["36:09.001Z ok", "36:40.002Z ok"]);
    assert_eq!(
        (found[0]["reactions"].as_array().unwrap().len(), found[1]["reactions"][0]["actor"].as_str()),
        (0, Some("Zoe"))
    );
    // A page that tells one more than JSON keeps it, and one that tells fewer takes none away.
    let pages_of_two = pages(folder.path(), "facebook-awa-2024-07-01-AAAAAAAA", false, &both);
    assert_eq!(check(folder.path(), &[downloads[0].clone(), pages_of_two]).len(), 2);
    let page_of_one = pages(folder.path(), "facebook-awa-2024-08-01-AAAAAAAA", false, &both[..1]);
    let json_of_two = json(folder.path(), "facebook-awa-2024-09-01-AAAAAAAA", &both);
    assert_eq!(check(folder.path(), &[json_of_two, page_of_one]).len(), 2);
}

/// Random parts of one conversation in random downloads.
#[test]
fn parts_of_a_conversation_in_both_formats_give_the_same_in_every_order() {
    let folder = tempfile::tempdir().unwrap();
    for seed in 1..=3_u64 {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut below = |limit: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            i64::try_from(state % limit).unwrap()
        };
        let mut sent: Vec<Sent> = (0..30)
            .map(|_| {
                let millis = MINUTE + below(180) * 1000 + below(3) * below(999);
                let words = ["ok", "oui", "merci", "", "ok"];
                let text = words[usize::try_from(below(5)).unwrap()];
                let message = Sent::new(["Awa", "Zoe"][usize::try_from(below(2)).unwrap()], millis, text);
                if below(5) == 0 { message.heart("Zoe") } else { message }
            })
            .collect();
        sent.sort_by_key(|sent| sent.millis);
        let mut some = || -> Vec<Sent> { sent.iter().filter(|_| below(4) > 0).cloned().collect() };
        let scratch = tempfile::tempdir_in(folder.path()).unwrap();
        let downloads = [
            json(scratch.path(), "facebook-awa-2023-01-01-AAAAAAAA", &some()),
            pages(scratch.path(), "facebook-awa-2024-01-01-AAAAAAAA", false, &some()),
            pages(scratch.path(), "facebook-awa-2025-01-01-AAAAAAAA", true, &some()),
            json(scratch.path(), "facebook-awa-2026-01-01-AAAAAAAA", &some()),
        ];
        let found = check(scratch.path(), &downloads);
        assert!(found.len() >= 28, "{} of 30 with seed {seed}", found.len());
    }
}

#[test]
fn fixtures_in_both_formats_give_the_same_in_every_order() {
    let folder = tempfile::tempdir().unwrap();
    let same = fixtures().join("facebook/html-2025_same-as-json/bundle");
    check(folder.path(), &[same.join("html"), same.join("json")]);
    for (sample, expected) in [("messenger/html-2025_beside-json", 5), ("instagram/html-2026_beside-json", 2)] {
        let bundle = fixtures().join(sample).join("bundle");
        let whole = std::fs::read_dir(&bundle).unwrap().next().unwrap().unwrap().path();
        let name = whole.file_name().unwrap();
        let (told, printed) = (folder.path().join("json").join(name), folder.path().join("html").join(name));
        for file in archives::files(&whole) {
            let inside = file.strip_prefix(&whole).unwrap();
            let extension = inside.extension().unwrap().to_str().unwrap();
            // The zone goes with the pages.
            let is_zone = inside.ends_with("location/timezone.json");
            let targets = match extension {
                "json" if !is_zone => vec![&told],
                "html" => vec![&printed],
                _ => vec![&told, &printed],
            };
            for target in targets {
                std::fs::create_dir_all(target.join(inside).parent().unwrap()).unwrap();
                std::fs::copy(&file, target.join(inside)).unwrap();
            }
        }
        let found = check(folder.path(), &[told, printed]);
        assert_eq!(found.len(), expected, "{sample}");
    }
}

/// One chat as phones export it: with minutes and seconds, with media and without, by few people and by many.
#[test]
fn exports_of_one_chat_give_the_same_in_every_order() {
    let folder = tempfile::tempdir().unwrap();
    let make = |name: &str, files: &[(&str, &str)]| {
        let target = folder.path().join(name);
        std::fs::create_dir(&target).unwrap();
        for (file, content) in files {
            std::fs::write(target.join(file), content).unwrap();
        }
        target
    };
    let photo = ("IMG-20240313-WA0001.jpg", "\u{fffd} a photo");
    let downloads = [
        make(
            "android without media",
            &[(
                "Discussion WhatsApp avec Tontine.txt",
                "13/03/2024, 10:00 - Awa: bonjour\n13/03/2024, 10:01 - Fatou: <Médias omis>\n\
                 13/03/2024, 10:02 - Awa: ok\n13/03/2024, 10:02 - Awa: ok\n",
            )],
        ),
        make(
            "android with media",
            &[
                (
                    "Discussion WhatsApp avec Tontine.txt",
                    "13/03/2024, 10:01 - Fatou: IMG-20240313-WA0001.jpg (fichier joint)\n\
                     13/03/2024, 10:02 - Awa: ok\n13/03/2024, 10:02 - Awa: ok\n14/03/2024, 09:00 - Bob: merci\n",
                ),
                photo,
            ],
        ),
        make(
            "Discussion WhatsApp - Tontine",
            &[
                (
                    "_chat.txt",
                    "[13/03/2024, 10:00:05] Awa: bonjour\r\n\
                     [13/03/2024, 10:01:07] Fatou: \u{200e}<pièce jointe : 00000002-PHOTO-2024-03-13-10-01-07.jpg>\r\n\
                     [13/03/2024, 10:02:09] Awa: ok\r\n[13/03/2024, 10:02:40] Awa: ok\r\n\
                     [14/03/2024, 09:00:00] Bob: merci\r\n",
                ),
                ("00000002-PHOTO-2024-03-13-10-01-07.jpg", photo.1),
            ],
        ),
    ];
    let found = check(folder.path(), &downloads);
    let said: Vec<String> = found
        .iter()
        .map(|record| format!("{} {}", record["time"]["local"].as_str().unwrap(), record["text"].as_str().unwrap()))
        .collect();
    assert_eq!(said.len(), 5, "{said:?}");
    assert!(said[0].starts_with("2024-03-13T10:00:05"), "{said:?}");
    assert_eq!(
        (&found[1]["attachments"][0]["status"], found[1]["attachments"].as_array().unwrap().len()),
        (&"stored".into(), 1)
    );
    assert!(found.iter().skip(1).all(|record| record["conversation"]["kind"] == "group"), "{found:#?}");
}

#[test]
fn fixtures_of_one_chat_give_the_same_in_every_order() {
    let folder = tempfile::tempdir().unwrap();
    let fixture = |name: &str| fixtures().join("whatsapp").join(name).join("bundle");
    // All four are titled Bob.
    let names = ["android_joined-again", "android_joined-exports", "android_zip-with-media", "ios_macos-rezip"];
    let bundles: Vec<PathBuf> =
        names.iter().map(|name| std::fs::read_dir(fixture(name)).unwrap().next().unwrap().unwrap().path()).collect();
    check(folder.path(), &bundles);
}

/// The posts of a page of 2018 to 2021, which prints minutes.
fn page_of_posts() -> String {
    let record = |heading: &str, body: &str| {
        format!(
            "<div class=\"pam _3-95 _2pi0 _2lej uiBoxWhite noborder\"><div class=\"_3-96 _2pio _2lek _2lel\">{heading}</div>\
             <div class=\"_3-96 _2let\">{body}</div><div class=\"_3-94 _2lem\">5 janv. 2021 à 14:44</div></div>"
        )
    };
    let words = |text: &str| format!("<div class=\"_2pin\"><div>{text}</div></div>");
    let image = "your_facebook_activity/posts/media/Mobile_1/123_456_789_n.jpg";
    let photo = format!(
        "<div class=\"_2pin\"><div><div><div><div><a href=\"{image}\"><img src=\"{image}\" class=\"_2yuc _3-96\" /></a></div>\
         <div class=\"_3-95\">Le four est chaud</div></div></div></div></div>{}",
        words("Le four est chaud")
    );
    format!(
        "<html><head><base href=\"../../\" /></head><body><div class=\"_3b0d\">Vos publications</div>\
         <div class=\"_4t5n\" role=\"main\">{}{}{}</div></body></html>",
        record("Awa Exemple a ajouté une photo.", &photo),
        record("Awa Exemple", &words("ok")),
        record("Awa Exemple", &words("ok")),
    )
}

/// The post on a page of minutes, in JSON of two years, in parts, in the timeline and in an album.
#[test]
fn a_post_told_by_two_years_in_two_formats_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let put = |download: &str, file: &str, content: &str| {
        let path = folder.path().join(download).join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        folder.path().join(download)
    };
    let zone = r#"{"label_values":[{"label":"Timezone","value":"Africa/Dakar"}]}"#;
    let profile = r#"{"profile_v2":{"name":{"full_name":"Awa Exemple"}}}"#;
    // A film is an address in one year and a file, with a longer name, in the next; titles are in the account's language.
    let post = |folder: &str, film: &str, title: &str| {
        format!(
            r#"[{{"timestamp":1609857845,"attachments":[{{"data":[{{"media":{{"uri":"{folder}/123_456_789_n.jpg",
                "creation_timestamp":1609857840,"description":"Le four est chaud"}}}}]}}],
                "data":[{{"post":"Le four est chaud"}}],"title":"{title}"}},
                {{"timestamp":1609857860,"attachments":[{{"data":[{{"media":{{"uri":"{film}"}}}}]}}],"data":[{{"post":"Film"}}]}},
                {{"timestamp":1609857850,"data":[{{"post":"ok"}}]}},{{"timestamp":1609857870,"data":[{{"post":"ok"}}]}}]"#
        )
    };
    let old = "facebook-awaexemple-2021-06-01-AAAAAAAA";
    put(old, "profile_information/profile_information.json", profile);
    put(
        old,
        "posts/your_posts_1.json",
        &post(
            "photos_and_videos/Mobile_1",
            "https://video.example.invalid/v/1_2_3_n.mp4?x=1",
            "Awa Exemple added a photo.",
        ),
    );
    put(
        old,
        "photos_and_videos/album/0.json",
        r#"{"name":"Mobile uploads","photos":[{"uri":"photos_and_videos/Mobile_1/123_456_789_n.jpg",
            "creation_timestamp":1609857840,"description":"Le four est chaud"}]}"#,
    );
    let old = put(old, "photos_and_videos/Mobile_1/123_456_789_n.jpg", "a photo of the oven");
    let new = "facebook-awaexemple-2025-06-01-BBBBBBBB";
    put(new, "personal_information/profile_information/profile_information.json", profile);
    let new = put(
        new,
        "your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.json",
        &post(
            "your_facebook_activity/posts/media/Mobile_1",
            "your_facebook_activity/posts/media/1_2_3_n_4.mp4",
            "Awa Exemple a ajouté une photo.",
        ),
    );
    put(
        "facebook-awaexemple-2025-06-01-BBBBBBBB",
        "your_facebook_activity/posts/media/1_2_3_n_4.mp4",
        "a film of the oven",
    );
    let printed = "facebook-awaexemple-2023-06-01-CCCCCCCC";
    put(printed, "logged_information/location/timezone.json", zone);
    put(printed, "personal_information/profile_information/profile_information.json", profile);
    let printed =
        put(printed, "your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.html", &page_of_posts());
    let downloads = [old, printed, new];
    check(folder.path(), &downloads);
    let all = archives::export(&imported(folder.path(), &[&downloads]));
    let posts: Vec<&Value> = all.iter().filter(|record| record["kind"] == "post").collect();
    assert_eq!(posts.len(), 4, "{posts:#?}");
    let film = posts.iter().find(|post| post["text"] == "Film").unwrap();
    assert_eq!(
        (film["attachments"].as_array().unwrap().len(), &film["attachments"][0]["status"]),
        (1, &"stored".into())
    );
    assert_eq!(posts[0]["attachments"][0]["status"], "stored");
    assert_eq!(all.iter().filter(|record| record["kind"] == "album").count(), 1);
    assert!(all.iter().all(|record| record["extra"]["unreferenced"] != true), "the photo belongs to post and album");
}

/// The parts of a download in HTML of which only one names the zone, one by one and together, and the account's JSON.
#[test]
fn the_zone_of_one_part_is_that_of_the_others_in_any_order() {
    let sent = [
        Sent::new("Zoe", MINUTE + 5_123, "Bonjour"),
        Sent::new("Awa", MINUTE + 9_001, "ok"),
        Sent::new("Awa", MINUTE + 9_002, "ok"),
        Sent::new("Awa", MINUTE + 40_002, "ok"),
        Sent::new("Zoe", MINUTE + 61_000, "merci"),
    ];
    for seconds in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let told = json(folder.path(), "facebook-awa-2024-01-01-AAAAAAAA", &sent);
        let without = pages(folder.path(), "facebook-awa-2025-01-01-BBBBBBBB", seconds, &sent);
        let named = folder.path().join("facebook-awa-2025-01-01-AAAAAAAA");
        std::fs::create_dir_all(named.join("your_facebook_activity/posts")).unwrap();
        std::fs::write(named.join("your_facebook_activity/posts/your_posts_1.html"), page_of_posts()).unwrap();
        std::fs::rename(without.join("logged_information"), named.join("logged_information")).unwrap();
        let (a, b, j) = (&named, &without, &told);
        let orders: [&[&[&PathBuf]]; 10] = [
            &[&[a, b, j]],
            &[&[a], &[b], &[j]],
            &[&[b], &[a], &[j]],
            &[&[j], &[a], &[b]],
            &[&[j], &[b], &[a]],
            &[&[a], &[j], &[b]],
            &[&[b], &[j], &[a]],
            &[&[b], &[a], &[b], &[j]],
            &[&[b], &[a, b], &[j]],
            &[&[j], &[b], &[a, b], &[a, b]],
        ];
        for (number, order) in orders.iter().enumerate() {
            let groups: Vec<Vec<PathBuf>> =
                order.iter().map(|group| group.iter().map(|path| (*path).clone()).collect()).collect();
            let groups: Vec<&[PathBuf]> = groups.iter().map(Vec::as_slice).collect();
            let archive = imported(folder.path(), &groups);
            let found: Vec<Value> =
                archives::export(&archive).into_iter().filter(|record| record["kind"] == "message").collect();
            assert_eq!(
                texts(&found),
                ["36:05.123Z Bonjour", "36:09.001Z ok", "36:09.002Z ok", "36:40.002Z ok", "37:01.000Z merci"],
                "{seconds} {number}"
            );
            assert_eq!(read_conversations(&archive).unwrap()[0].messages, 5, "{seconds} {number}");
            // Without JSON too.
            let pages: Vec<Vec<PathBuf>> = groups
                .iter()
                .map(|group| group.iter().filter(|path| *path != j).cloned().collect::<Vec<_>>())
                .filter(|group| !group.is_empty())
                .collect();
            let pages: Vec<&[PathBuf]> = pages.iter().map(Vec::as_slice).collect();
            let archive = imported(folder.path(), &pages);
            let found = archives::export(&archive);
            let messages = found.iter().filter(|record| record["kind"] == "message");
            assert_eq!(messages.filter(|record| record["time"]["utc"].is_string()).count(), 5, "{seconds} {number}");
            let posts: Vec<&Value> = found.iter().filter(|record| record["kind"] == "post").collect();
            assert!(posts.iter().all(|record| record["time"]["utc"].is_string()), "{posts:?}");
        }
    }
}

/// A chat of Telegram as JSON: numbers, seconds since 1970, what stands in it.
fn telegram_json(parent: &Path, messages: &[Value]) -> PathBuf {
    let folder = parent.join("ChatExport_2025-08-01");
    let told = serde_json::json!({"name": "Boutique é", "type": "private_group", "id": 555, "messages": messages});
    std::fs::create_dir_all(folder.join("photos")).unwrap();
    std::fs::write(folder.join("photos/photo_1.jpg"), b"photo").unwrap();
    std::fs::write(folder.join("result.json"), told.to_string()).unwrap();
    folder
}

fn telegram_page(parent: &Path, name: &str, history: &str) -> PathBuf {
    let folder = parent.join(name);
    std::fs::create_dir_all(folder.join("photos")).unwrap();
    std::fs::write(folder.join("photos/photo_1.jpg"), b"photo").unwrap();
    let page = format!(
        "<html><head><title>Exported Data</title></head><body><div class=\"page_wrap\"><div class=\"page_header\">\
         <div class=\"content\"><div class=\"text bold\">Boutique é</div></div></div><div class=\"page_body chat_page\">\
         <div class=\"history\">{history}</div></div></div></body></html>"
    );
    std::fs::write(folder.join("messages.html"), page).unwrap();
    folder
}

fn telegram_box(number: u32, date: &str, from: &str, inner: &str) -> String {
    format!(
        "<div class=\"message default clearfix\" id=\"message{number}\"><div class=\"body\">\
         <div class=\"pull_right date details\" title=\"{date}\">x</div><div class=\"from_name\">{from}</div>{inner}\
         </div></div>"
    )
}

#[test]
fn a_chat_of_telegram_as_json_and_as_pages_is_one_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let said = |number: u32, seconds: i64, from: &str, text: &str| {
        serde_json::json!({"id": number, "type": "message", "date_unixtime": seconds.to_string(), "from": from,
            "from_id": "user7", "text": text})
    };
    // 12 January 2025, 09:00:00 UTC, and 14 July, 08:00:00.
    let (winter, summer) = (1_736_672_400, 1_752_480_000);
    let mut photo = said(3, winter + 9, "Awa", "");
    photo["photo"] = "photos/photo_1.jpg".into();
    let mut gone = said(6, winter + 30, "", "parti");
    (gone["from"], gone["from_id"]) = (Value::Null, "user9".into());
    let told = [
        said(1, winter, "Awa", "Bonjour"),
        said(2, winter + 5, "Awa", "voir http://x.sn/?a=1&b=2"),
        photo,
        serde_json::json!({"id": 4, "type": "service", "date_unixtime": (winter + 20).to_string(), "actor": "Bob",
            "actor_id": "user8", "action": "pin_message", "message_id": 1, "text": ""}),
        said(5, summer, "Bob", "été"),
        gone,
        said(7, winter + 40, "Awa", "de JSON seul"),
        said(8, winter + 50, "Awa", "un autre texte"),
    ];
    let boxes = [
        "<div class=\"message service\" id=\"message-1\"><div class=\"body details\">12 January 2025</div></div>"
            .to_owned(),
        telegram_box(1, "12.01.2025 10:00:00 UTC+01:00", "Awa", "<div class=\"text\">Bonjour</div>"),
        telegram_box(
            2,
            "12.01.2025 10:00:05 UTC+01:00",
            "Awa",
            "<div class=\"text\">voir <a href=\"http://x.sn/?a=1&amp;b=2\">http://x.sn/?a=1&amp;b=2</a></div>",
        ),
        telegram_box(
            3,
            "12.01.2025 10:00:09 UTC+01:00",
            "Awa",
            "<div class=\"media_wrap clearfix\"><a class=\"photo_wrap clearfix\" href=\"photos/photo_1.jpg\">\
             <img class=\"photo\" src=\"photos/photo_1_thumb.jpg\"/></a></div>",
        ),
        "<div class=\"message service\" id=\"message4\"><div class=\"body details\">Bob pinned <a \
         href=\"#go_to_message1\">this message</a></div></div>"
            .to_owned(),
        // Summer time is not in the offset.
        telegram_box(5, "14.07.2025 10:00:00 UTC+01:00", "Bob", "<div class=\"text\">été</div>"),
        telegram_box(6, "12.01.2025 10:00:30 UTC+01:00", "Deleted Account", "<div class=\"text\">parti</div>"),
        // Another chat of that title, of another account.
        telegram_box(8, "12.01.2025 10:00:50 UTC+01:00", "Awa", "<div class=\"text\">texte</div>"),
        telegram_box(7, "12.01.2025 10:00:41 UTC+01:00", "Awa", "<div class=\"text\">de JSON seul</div>"),
    ];
    let json = telegram_json(folder.path(), &told);
    let same = telegram_page(folder.path(), "ChatExport_2025-08-02", &boxes[..7].concat());
    let found = check(folder.path(), &[json.clone(), same]);
    assert_eq!(found.len(), told.len());
    let notice = found.iter().find(|record| record["system"] == true).unwrap();
    assert_eq!((&notice["text"], notice["time"]["utc"].is_string()), (&"Bob pinned this message".into(), true));
    let summer = found.iter().find(|record| record["text"] == "été").unwrap();
    assert_eq!(summer["time"]["utc"], "2025-07-14T08:00:00Z");
    let other = telegram_page(folder.path(), "ChatExport_2025-08-03", &boxes[7..].concat());
    assert_eq!(check(folder.path(), &[json, other]).len(), told.len() + 2);
}

const POSTS: &str = "your_instagram_activity/media/posts_1.json";

/// Seconds, words, numbers of files.
type Posts<'a> = &'a [(i64, &'a str, &'a [&'a str])];

/// Posts of Instagram in JSON.
fn instagram(parent: &Path, day: &str, posts: Posts<'_>) -> PathBuf {
    let path = |file: &&str| format!("media/posts/202603/{file}.jpg");
    let told: Vec<Value> = posts
        .iter()
        .map(|(seconds, words, files)| {
            let media: Vec<Value> = files
                .iter()
                .map(|file| serde_json::json!({"uri": path(file), "creation_timestamp": seconds, "title": ""}))
                .collect();
            serde_json::json!({"media": media, "title": words, "creation_timestamp": seconds})
        })
        .collect();
    let told = Value::from(told).to_string();
    let mut files = vec![(POSTS.to_owned(), told)];
    for file in posts.iter().flat_map(|(.., files)| files.iter()) {
        files.push((path(file), format!("photo {file}")));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, content)| (path.as_str(), content.as_str())).collect();
    download(parent, &format!("instagram-awa.shop-{day}-AAAAbbbb"), &files)
}

/// The same as a page, which prints minutes.
fn instagram_page(parent: &Path, day: &str, printed: &str, words: &str, file: &str) -> PathBuf {
    let path = format!("media/posts/202603/{file}.jpg");
    let page = format!(
        "<html><head><base href=\"../../\" /><title>Posts</title></head><body class=\"_5vb_ _2yq _a7o5\"><div class=\"_li\">\
         <div class=\"_a705\"><header class=\"_as-_ _a70a\"><div class=\"_a70d\"><h1>Posts</h1><aside role=\"contentinfo\" \
         class=\"_aoaa\">Generated by awa.shop on <time datetime=\"2026-09-09T08:16Z\">Wednesday, September 9, 2026 at 8:16 AM \
         UTC</time><br />Contains data you requested from <time datetime=\"2026-09-09T08:16Z\">Wednesday, September 9, 2026 \
         at 8:16 AM UTC</time></aside></div></header><main class=\"_a706\" role=\"main\">\n\
         <div class=\"pam _3-95 _2ph- _a6-g uiBoxWhite noborder\"><h2 class=\"_3-95 _2pim _a6-h _a6-i\">{words}</h2>\
         <div class=\"_3-95 _a6-p\"><div><div><a target=\"_blank\" href=\"{path}\"><img src=\"{path}\" class=\"_a6_o \
         _3-96\" /></a></div></div></div><div class=\"_3-94 _a6-o\">{printed}</div></div>\n</main></div></div></body></html>"
    );
    let files = [(POSTS.replace(".json", ".html"), page), (path, format!("photo {file}"))];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, content)| (path.as_str(), content.as_str())).collect();
    download(parent, &format!("instagram-awa.shop-{day}-AAAAbbbb"), &files)
}

/// Words of the posts that are shown, with those that are kept beside.
fn worded(folder: &Path, downloads: &[PathBuf]) -> Vec<String> {
    check(folder, downloads);
    let all = archives::export(&imported(folder, &[downloads]));
    assert!(all.iter().all(|record| record["extra"]["unreferenced"] != true), "{all:#?}");
    let mut found: Vec<String> = all
        .iter()
        .filter(|record| record["kind"] == "post")
        .map(|post| {
            let beside = post["extra"]["otherwise"]["text"].as_array().cloned().unwrap_or_default();
            let beside: Vec<&str> = beside.iter().map(|words| words.as_str().unwrap()).collect();
            format!("{} ({})", post["text"].as_str().unwrap(), beside.join(", "))
        })
        .collect();
    found.sort();
    found
}

const PHOTO: &str = "18600000000000001";
const OTHER: &str = "18600000000000002";

/// 5 March 2026, 08:30:17 UTC.
const SECOND: i64 = 1_772_699_417;

#[test]
fn a_post_whose_words_were_edited_is_one_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let post = |day: &str, words: &str| instagram(folder.path(), day, &[(SECOND, words, &[PHOTO, OTHER])]);
    let downloads =
        [post("2026-03-10", "Pain 500 F"), post("2026-06-10", "Pain 600 francs"), post("2026-09-10", "Pain 700")];
    assert_eq!(worded(folder.path(), &downloads[..2]), ["Pain 600 francs (Pain 500 F)"]);
    assert_eq!(worded(folder.path(), &downloads), ["Pain 700 (Pain 500 F, Pain 600 francs)"]);
    // Words that are the beginning of what is shown, or none.
    let cut = [post("2026-03-11", "Pain"), post("2026-03-12", ""), post("2026-03-13", "Pain frais")];
    assert_eq!(worded(folder.path(), &cut), ["Pain frais (Pain)"]);
    // One is counted.
    let archive = imported(folder.path(), &[&downloads[1..2], &downloads[..1]]);
    let counts: Vec<_> = archive.commit().counts.iter().filter(|(name, _)| name.as_str() == "instagram/post").collect();
    assert_eq!(counts.iter().map(|(_, n)| **n).sum::<u64>(), 1, "{counts:?}");
}

#[test]
fn posts_of_one_second_that_may_be_two_stay_two() {
    let folder = tempfile::tempdir().unwrap();
    let cases: [(Posts<'_>, Posts<'_>); 6] = [
        // Other files, fewer files, none, another second.
        (&[(SECOND, "un", &[PHOTO])], &[(SECOND, "deux", &[OTHER])]),
        (&[(SECOND, "un", &[PHOTO])], &[(SECOND, "deux", &[PHOTO, OTHER])]),
        (&[(SECOND, "un", &[])], &[(SECOND, "deux", &[])]),
        (&[(SECOND, "un", &[PHOTO])], &[(SECOND + 1, "deux", &[PHOTO])]),
        // One download tells both, or a part of it.
        (&[(SECOND, "un", &[PHOTO])], &[(SECOND, "un", &[PHOTO]), (SECOND, "deux", &[PHOTO])]),
        (&[(SECOND, "un", &[PHOTO]), (SECOND, "deux", &[PHOTO])], &[(SECOND, "deux", &[PHOTO])]),
    ];
    for (number, (first, second)) in cases.into_iter().enumerate() {
        let scratch = tempfile::tempdir_in(folder.path()).unwrap();
        let downloads =
            [instagram(scratch.path(), "2026-03-10", first), instagram(scratch.path(), "2026-06-10", second)];
        assert_eq!(worded(scratch.path(), &downloads), ["deux ()", "un ()"], "{number}");
    }
    // Two parts of one download.
    let a = instagram(folder.path(), "2026-03-10", &[(SECOND, "un", &[PHOTO])]);
    let b = folder.path().join("instagram-awa.shop-2026-03-10-CCCCdddd");
    let told = instagram(folder.path(), "2026-06-10", &[(SECOND, "deux", &[PHOTO])]);
    std::fs::rename(told, &b).unwrap();
    for order in [[&a, &b], [&b, &a]] {
        let groups = order.map(std::slice::from_ref);
        let all = archives::export(&imported(folder.path(), &groups));
        assert_eq!(all.iter().filter(|record| record["kind"] == "post").count(), 2);
    }
    // Another account.
    let folder = tempfile::tempdir().unwrap();
    let a = instagram(folder.path(), "2026-03-10", &[(SECOND, "un", &["old-name"])]);
    let told = instagram(folder.path(), "2026-06-10", &[(SECOND, "deux", &["old-name"])]);
    let b = folder.path().join("instagram-zoe.shop-2026-06-10-CCCCdddd");
    std::fs::rename(told, &b).unwrap();
    assert_eq!(worded(folder.path(), &[a, b]), ["deux ()", "un ()"]);
}

#[test]
fn a_post_whose_words_were_edited_is_one_in_json_and_on_pages() {
    let folder = tempfile::tempdir().unwrap();
    let printed = "Mar 05, 2026 8:30 am";
    let json = instagram(folder.path(), "2026-03-10", &[(SECOND, "Pain 500 F", &[PHOTO])]);
    let same = instagram_page(folder.path(), "2026-03-20", printed, "Pain 500 F", PHOTO);
    let edited = instagram_page(folder.path(), "2026-06-10", printed, "Pain 600 F", PHOTO);
    let last = instagram_page(folder.path(), "2026-07-10", printed, "Pain 700 F", PHOTO);
    assert_eq!(worded(folder.path(), &[json.clone(), edited.clone()]), ["Pain 600 F (Pain 500 F)"]);
    assert_eq!(worded(folder.path(), &[edited.clone(), last]), ["Pain 700 F (Pain 600 F)"]);
    assert_eq!(worded(folder.path(), &[json, same, edited]), ["Pain 600 F (Pain 500 F)"]);
    // Another minute.
    let later = instagram_page(folder.path(), "2026-08-10", "Mar 05, 2026 8:31 am", "Pain", PHOTO);
    let told = instagram_page(folder.path(), "2026-08-11", printed, "Pain d'hier", PHOTO);
    assert_eq!(worded(folder.path(), &[later, told]).len(), 2);
}

#[test]
fn a_post_of_facebook_whose_words_were_edited_is_one_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let post = |day: &str, words: &str| {
        let uri = "your_facebook_activity/posts/media/Mobile_1/123_4567890123_789_n.jpg";
        let told = serde_json::json!([
            {"timestamp": SECOND, "attachments": [{"data": [{"media": {"uri": uri, "creation_timestamp": SECOND,
                "description": words}}]}], "data": [{"post": words}], "title": "Awa Exemple added a photo."},
            {"timestamp": SECOND + 9, "data": [{"post": format!("sans photo: {words}")}]},
        ]);
        let told = told.to_string();
        let files = [("your_facebook_activity/posts/your_posts_1.json", told.as_str()), (uri, "a photo")];
        download(folder.path(), &format!("facebook-awaexemple-{day}-AAAAAAAA"), &files)
    };
    let downloads = [post("2026-03-10", "Robe 5000"), post("2026-06-10", "Robe vendue")];
    let found = worded(folder.path(), &downloads);
    assert_eq!(found, ["Robe vendue (Robe 5000)", "sans photo: Robe 5000 ()", "sans photo: Robe vendue ()"]);
}

/// A conversation as JSON, of which the later download lacks, or tells otherwise, what was withdrawn or edited.
#[test]
fn a_message_that_was_withdrawn_or_edited_is_one_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let thread = |day: &str, messages: &[Value]| {
        let told = serde_json::json!({"participants": [{"name": "Zoe"}, {"name": "Awa"}], "messages": messages,
            "title": "Zoe", "thread_path": "inbox/zoe_100000000000001"});
        let path = "your_instagram_activity/messages/inbox/zoe_100000000000001/message_1.json";
        download(folder.path(), &format!("instagram-awa.shop-{day}-AAAAbbbb"), &[(path, &told.to_string())])
    };
    let said = |millis: i64, sender: &str, text: &str| serde_json::json!({"sender_name": sender, "timestamp_ms": MINUTE + millis, "content": text});
    let gone = |millis: i64, text: Option<&str>| {
        let mut told = serde_json::json!({"sender_name": "Zoe", "timestamp_ms": MINUTE + millis, "is_unsent": true});
        if let Some(text) = text {
            told["content"] = text.into();
        }
        told
    };
    let before = [
        said(1_001, "Zoe", "un"),
        said(2_002, "Zoe", "deux"),
        said(3_003, "Zoe", "trois"),
        // A whole second is no certain time.
        said(4_000, "Zoe", "quatre"),
        said(5_005, "Zoe", "cinq"),
        said(6_006, "Awa", "six"),
        // Two messages of one millisecond, of which one is withdrawn.
        said(7_007, "Zoe", "sept"),
        said(7_007, "Zoe", "huit"),
        said(8_008, "Zoe", "neuf"),
    ];
    let after = [
        gone(1_001, None),
        gone(2_002, Some("Zoe unsent a message")),
        said(3_003, "Zoe", "trois, corrigé"),
        gone(4_000, None),
        // Withdrawn without a word of it.
        serde_json::json!({"sender_name": "Zoe", "timestamp_ms": MINUTE + 5_005}),
        // Somebody else's.
        gone(6_006, None),
        said(7_007, "Zoe", "sept"),
        gone(7_007, None),
    ];
    let downloads = [thread("2026-03-10", &before), thread("2026-06-10", &after), thread("2026-09-10", &after)];
    for downloads in [&downloads[..2], &downloads] {
        let found: Vec<String> = check(folder.path(), downloads)
            .iter()
            .map(|message| {
                let beside = message["extra"]["otherwise"]["text"].to_string().replace("null", "");
                let gone = if message["deleted"] == true { " gone" } else { "" };
                format!("{}{gone} {beside}", message["text"].as_str().unwrap_or_default())
            })
            .collect();
        let mut found: Vec<&str> = found.iter().map(|line| line.trim()).collect();
        found.sort_unstable();
        let mut expected = [
            "un gone",
            "deux gone [\"Zoe unsent a message\"]",
            "trois, corrigé [\"trois\"]",
            "quatre",
            "gone",
            "cinq",
            "six",
            "gone",
            "sept",
            "huit",
            "gone",
            "neuf",
        ];
        expected.sort_unstable();
        assert_eq!(found, expected);
    }
}
