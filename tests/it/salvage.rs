//! What is broken gives everything that is whole in it, and says that it is broken.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use malle::bundle::Container;
use malle::sources::ReadOptions;

use crate::reliability::report::{exactly, put};
use crate::support::fixtures;
use crate::support::program::Malle;
use crate::support::reading::{Reading, read_paths};
use crate::support::zips::{self, Item, Maker};

fn write(path: &Path, content: impl AsRef<[u8]>) -> PathBuf {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
    path.to_owned()
}

/// Name and content of an entry, and where it is whole.
type Whole = (String, Vec<u8>, usize);

/// Every way in which the length of an entry is told, with the offset at which each entry's data are whole.
fn every_kind() -> (Vec<u8>, Vec<Whole>) {
    let text = "Bonjour, voici le message. ".repeat(8);
    // A file inside that is a ZIP itself must not be taken for entries of the outer one.
    let inner = zips::zip(&[("message_1.json", b"{}")]);
    let zip64 = {
        let (compressed, size) = (zips::deflate(text.as_bytes()).len(), text.len());
        let mut extra = vec![1, 0, 16, 0];
        extra.extend(u64::try_from(size).unwrap().to_le_bytes());
        extra.extend(u64::try_from(compressed).unwrap().to_le_bytes());
        extra
    };
    let mut items = vec![
        Item::new("plain.txt", &text),
        Item::stored("stored.bin", [7; 40]),
        Item::stored("inner.zip", &inner),
        Item { local_extra: zip64, ..Item::new("zip64.txt", &text) },
        Item { flags: 1 << 11, ..Item::new("caf\u{e9}.txt", "x") },
        Item::new("empty.txt", "").streamed(true, false),
    ];
    for (signed, wide) in [(true, false), (true, true), (false, false), (false, true)] {
        items.push(Item::new(format!("deflated-{signed}-{wide}.txt"), &text).streamed(signed, wide));
        items.push(Item::stored(format!("stored-{signed}-{wide}.zip"), &inner).streamed(signed, wide));
    }
    items.push(Item::new("folder/last.txt", &text));
    let (mut maker, mut ends) = (Maker::default(), Vec::new());
    for item in items {
        let (name, content) = (String::from_utf8(item.name.clone()).unwrap(), item.content.clone());
        let trailing = match item.descriptor {
            // Stored data end where their descriptor says, so it must be there; compressed data tell their own end.
            Some((signed, wide)) if item.method != zips::STORED => {
                12 + if signed { 4 } else { 0 } + if wide { 8 } else { 0 }
            }
            // Without a signature only the next header shows where it stands.
            Some((false, _)) => usize::MAX,
            _ => 0,
        };
        maker.push(item);
        let end = if trailing == usize::MAX { maker.len() + 4 } else { maker.len() - trailing };
        ends.push((name, content, end));
    }
    (maker.finish(false), ends)
}

#[test]
fn a_zip_cut_at_any_byte_gives_every_whole_entry() {
    let (whole, entries) = every_kind();
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("cut.zip");
    for len in 1..whole.len() {
        std::fs::write(&path, &whole[..len]).unwrap();
        let expected: Vec<_> = entries.iter().filter(|(_, _, end)| *end <= len).collect();
        let Ok(container) = Container::open(&path) else {
            assert!(expected.is_empty(), "{len}");
            continue;
        };
        assert!(container.is_cut(), "{len}");
        let mut found = BTreeMap::new();
        for entry in &container.entries {
            if let Ok(content) = container.read(entry) {
                assert!(found.insert(entry.path.clone(), content).is_none(), "{len}: {} twice", entry.path);
            }
            let known = entries.iter().any(|(name, ..)| *name == entry.path);
            assert!(known, "{len}: {}", entry.path);
        }
        for (name, content, _) in expected {
            assert_eq!(found.get(name), Some(content), "{len}: {name}");
        }
        for (name, content) in found {
            assert!(entries.iter().any(|(known, whole, _)| *known == name && *whole == content), "{len}: {name}");
        }
    }
    put("Z1.cuts", &[exactly("cuts of a ZIP, at every byte", u64::try_from(whole.len() - 1).unwrap())]);
    std::fs::write(&path, &whole).unwrap();
    assert!(!Container::open(&path).unwrap().is_cut());
}

#[test]
fn salvaging_a_hostile_file_ends_soon() {
    let header = |method: u16| {
        let whole = Maker::default()
            .item(Item { method, data: Some(Vec::new()), ..Item::new("a", "").streamed(true, false) })
            .finish(false);
        whole[..31].to_vec()
    };
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("hostile.zip");
    // Headers and nothing else, each of which seems to hold all the others: trying each to the end would take days.
    for method in [zips::STORED, zips::DEFLATED, 12] {
        std::fs::write(&path, header(method).repeat(100_000)).unwrap();
        drop(Container::open(&path));
    }
    let (zeros, _) = zips::deflated_zeros(300);
    let mut bombs = Vec::new();
    for _ in 0..5 {
        bombs.extend(header(zips::DEFLATED));
        bombs.extend_from_slice(&zeros);
    }
    std::fs::write(&path, &bombs).unwrap();
    let container = Container::open(&path).unwrap();
    let readable = container.entries.iter().filter(|entry| entry.damage.is_none());
    let given: u64 = readable.map(|entry| entry.size).sum();
    assert!(given <= 1 << 30, "{given}");
}

/// Reads one file of a download.
fn read_one(scratch: &Path, name: &str, content: &[u8]) -> Reading {
    let path = write(&scratch.join("download").join(name), content);
    let reading = read_paths(&[scratch.join("download")], &ReadOptions::default());
    std::fs::remove_file(path).unwrap();
    reading
}

#[test]
fn json_cut_at_any_byte_gives_every_whole_element() {
    let list = |before: &str, element: &str, after: &str| {
        let elements: Vec<String> = ["0", "1", "2"].iter().map(|n| element.replace('N', n)).collect();
        format!("{before}{}{after}", elements.join(",\n"))
    };
    let post = r#"{"timestamp":170000000N,"data":[{"post":"d\"eux ] \u00c3\u00a9t\u00c3\u00a9 N"}]}"#;
    let friend = r#"{"name":"Awa N","timestamp":170000000N}"#;
    let message =
        r#"{"sender_name":"Awa","timestamp_ms":170000000000N,"content":"texte N","photos":[{"uri":"a/N.jpg"}]}"#;
    let members = r#"{"participants":[{"name":"Awa"},{"name":"Bob"}],"messages":["#;
    let title = r#"],"title":"Bob","thread_path":"inbox/bob_1"}"#;
    let blocked = r#"{"title":"","string_list_data":[{"value":"awaN","timestamp":170000000N}]}"#;
    let cases = [
        ("your_facebook_activity/posts/your_posts_1.json", list("[", post, "]"), "{\"timestamp\""),
        ("connections/friends/your_friends.json", list(r#"{"friends_v2":["#, friend, "]}"), "{\"name\""),
        (
            "your_facebook_activity/messages/inbox/bob_1/message_1.json",
            list(members, message, title),
            "{\"sender_name\"",
        ),
        (
            "your_instagram_activity/connections/followers_and_following/blocked_profiles.json",
            list(r#"{"a_name_of_tomorrow":["#, blocked, "]}"),
            "{\"title\"",
        ),
    ];
    let scratch = tempfile::tempdir().unwrap();
    for (name, json, sign) in cases {
        let whole = read_one(scratch.path(), name, json.as_bytes());
        assert_eq!((whole.records.len(), whole.problems.len()), (3, 0), "{name}: {:?}", whole.problems);
        let texts: Vec<_> = whole.records.iter().map(|record| (&record.text, &record.time)).collect();
        for len in 1..json.trim_end().len() {
            // Bytes of an interrupted copy that were never written are zero.
            for filling in ["", "\0\0\0\0"] {
                let reading =
                    read_one(scratch.path(), name, format!("{}{filling}", json.get(..len).unwrap()).as_bytes());
                let complete = (0..3).filter(|at| element_end(&json, sign, *at) <= len).count();
                assert_eq!(reading.records.len(), complete, "{name} at {len}");
                let known = |record: &&malle::model::Record| texts.contains(&(&record.text, &record.time));
                assert_eq!(reading.records.iter().filter(known).count(), complete, "{name} at {len}");
                assert!(reading.unaccounted.is_empty(), "{name} at {len}: {:?}", reading.unaccounted);
                // Names alone may not show what a file of a few bytes belongs to.
                assert_eq!(reading.problems.len(), 1, "{name} at {len}: {:?}", reading.problems);
            }
        }
    }
}

/// Where the element that begins with the sign's `at`th place ends.
fn element_end(json: &str, sign: &str, at: usize) -> usize {
    let start = json.match_indices(sign).nth(at).unwrap().0;
    let mut stream =
        serde_json::Deserializer::from_str(json.get(start..).unwrap()).into_iter::<serde::de::IgnoredAny>();
    stream.next().unwrap().unwrap();
    start + stream.byte_offset()
}

#[test]
fn text_of_any_encoding_is_the_same_text() {
    let scratch = tempfile::tempdir().unwrap();
    let wide = |text: &str, unit: fn(u16) -> [u8; 2]| {
        format!("\u{feff}{text}").encode_utf16().flat_map(unit).collect::<Vec<u8>>()
    };
    let page = |folder: &str, name: &str| {
        let path = fixtures().join(folder).join("bundle");
        let mut pending = vec![path];
        loop {
            let here = pending.pop().expect("the file");
            for item in std::fs::read_dir(here).unwrap().map(|item| item.unwrap().path()) {
                if item.is_dir() {
                    pending.push(item);
                } else if item.ends_with(name) {
                    return std::fs::read_to_string(item).unwrap();
                }
            }
        }
    };
    let cases = [
        (
            "your_facebook_activity/posts/your_posts_1.json",
            r#"[{"timestamp":1700000000,"data":[{"post":"\u00c3\u00a9t\u00c3\u00a9 😀"}]}]"#.to_owned(),
        ),
        (
            "your_facebook_activity/messages/inbox/a_1/message_1.json",
            r#"{"participants":[],"messages":[{"sender_name":"é","timestamp_ms":1700000000000,"content":"été"}]}"#
                .to_owned(),
        ),
        ("_chat.txt", "[13/03/2024, 10:00:00] Awa: été\n[13/03/2024, 10:01:00] Bob: 😀\n".to_owned()),
        (
            "your_facebook_activity/messages/inbox/a_1/message_1.html",
            page("messenger/html-2025_group", "message_1.html"),
        ),
    ];
    for (name, text) in cases {
        let plain = read_one(scratch.path(), name, text.as_bytes());
        assert!(!plain.records.is_empty(), "{name}");
        for bytes in
            [format!("\u{feff}{text}").into_bytes(), wide(&text, u16::to_le_bytes), wide(&text, u16::to_be_bytes)]
        {
            let other = read_one(scratch.path(), name, &bytes);
            assert_eq!((&plain.records, &plain.problems), (&other.records, &other.problems), "{name}");
        }
        // Half of a pair, or a byte that is no UTF-8: named, the rest read.
        let at = text.find("Awa").or_else(|| text.find('é')).or_else(|| text.find("\\u00")).unwrap_or(text.len() / 2);
        let mut half = wide(&text, u16::to_le_bytes);
        let units = text.get(..at).unwrap().encode_utf16().count();
        half.splice(2 + units * 2..2 + units * 2, [0x3d, 0xd8]);
        let mut latin = text.clone().into_bytes();
        latin.insert(at, 0xe9);
        for bytes in [half, latin] {
            let other = read_one(scratch.path(), name, &bytes);
            assert_eq!(other.records.len(), plain.records.len(), "{name}: {:?}", other.problems);
            assert!(other.problems.iter().any(|problem| problem.contains("not-utf8")), "{name}: {:?}", other.problems);
        }
    }
}

#[test]
fn twins_of_macos_change_nothing() {
    fn copy(from: &Path, to: &Path) {
        for item in std::fs::read_dir(from).unwrap().map(|item| item.unwrap()) {
            let (path, name) = (item.path(), item.file_name());
            if path.is_dir() {
                copy(&path, &to.join(name));
            } else {
                write(&to.join(&name), std::fs::read(&path).unwrap());
                let twin = [&b"\0\x05\x16\x07\0\x02\0\0Mac OS X        "[..], &[0; 40]].concat();
                write(&to.join(format!("._{}", name.to_str().unwrap())), &twin);
            }
        }
    }
    let scratch = tempfile::tempdir().unwrap();
    for fixture in [
        "facebook/json-2023_every-section",
        "facebook/html-2025_posts",
        "messenger/json-2025_two-parts",
        "messenger/html-2025_group",
        "messenger/e2ee_two-threads",
        "instagram/json-2024_two-parts",
        "whatsapp/android_fr-direct",
    ] {
        let bundle = fixtures().join(fixture).join("bundle");
        let home = scratch.path().join(fixture.replace('/', "_"));
        let mut twinned = Vec::new();
        let mut plain: Vec<PathBuf> = std::fs::read_dir(&bundle).unwrap().map(|item| item.unwrap().path()).collect();
        plain.sort();
        for item in &plain {
            let to = home.join(item.file_name().unwrap());
            if item.is_dir() {
                copy(item, &to);
                twinned.push(to);
            } else {
                twinned.push(write(&to, std::fs::read(item).unwrap()));
            }
        }
        let (plain, twinned) =
            (read_paths(&plain, &ReadOptions::default()), read_paths(&twinned, &ReadOptions::default()));
        assert_eq!(plain.records, twinned.records, "{fixture}");
        assert_eq!(plain.problems, twinned.problems, "{fixture}");
    }
}

fn empty_archive() -> Malle {
    let malle = Malle::bare();
    std::fs::write(malle.path("phrase"), "trois hippocampes bleus").unwrap();
    let passphrase = malle::crypto::Passphrase::new("trois hippocampes bleus");
    let now = chrono::DateTime::from_timestamp(1_710_000_000, 0).unwrap();
    let options = malle::store::CreateOptions { passphrase: &passphrase, recovery: false, work_factor: 4, now };
    malle::store::Archive::create(&malle.path("boutique"), &options).unwrap();
    malle.set("MALLE_ARCHIVE", "boutique").set("MALLE_PASSWORD_FILE", "phrase")
}

#[test]
fn a_download_that_was_interrupted_is_read_as_far_as_it_came_and_completed_later() {
    let thread = |n: usize| {
        format!(
            r#"{{"participants":[{{"name":"Awa"}},{{"name":"Bob {n}"}}],"messages":[{{"sender_name":"Awa","timestamp_ms":170000000000{n},"content":"texte {n}"}}],"title":"Bob {n}","thread_path":"inbox/bob_{n}"}}"#
        )
    };
    let mut maker = Maker::default();
    let mut ends = Vec::new();
    for n in 0..4 {
        let name = format!("your_facebook_activity/messages/inbox/bob_{n}/message_1.json");
        maker.push(Item::new(name, thread(n)).streamed(true, true));
        ends.push(maker.len());
    }
    let whole = maker.finish(true);
    for (language, note, told) in
        [("fr_FR.UTF-8", "lu en partie", "le ZIP est coupé"), ("en_GB.UTF-8", "read in part", "the ZIP is cut short")]
    {
        let malle = empty_archive().set("LANG", language);
        let zip = write(&malle.path("facebook-awa-2025-03-01-AAAAAAAA.zip"), &whole[..ends[2] + 50]);
        let run = malle.run(&["import", zip.to_str().unwrap()]);
        assert_eq!(run.code, 3, "{}", run.stderr);
        assert!(run.stderr.contains(note), "{}", run.stderr);
        let imports: serde_json::Value =
            serde_json::from_str(&malle.run(&["imports", "list", "--json"]).stdout).unwrap();
        let id = imports["imports"][0]["id"].as_str().unwrap();
        let report = malle.run(&["imports", "report", id]).stdout;
        assert!(report.contains(told) && report.contains("(3 fi"), "{report}");
        let found = |malle: &Malle| malle.run(&["search", "--jsonl", "texte"]).stdout.lines().count();
        assert_eq!(found(&malle), 3);
        // The whole download adds what was not there, and nothing twice.
        write(&zip, &whole);
        let run = malle.run(&["import", zip.to_str().unwrap()]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        assert_eq!(found(&malle), 4);
        // What is found in the first bytes tells nothing: the download is refused as before.
        let nothing = write(&malle.path("cut.zip"), &whole[..60]);
        let run = malle.run(&["import", nothing.to_str().unwrap()]);
        assert_eq!(run.code, 16, "{}", run.stderr);
    }
}
