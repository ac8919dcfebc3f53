//! WhatsApp chats: every sample is read as its expectations say, and the same message has the same id in every export.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use malle::model::{AttachmentStatus, ConversationKind, Kind, Record};
use malle::sources::{DateOrder, ReadOptions};
use serde_json::Value;

use crate::support::reading::{Reading, read_paths};
use crate::support::{download, fixtures};

/// Reads a download, records in the order of the file.
fn read(path: &Path, options: &ReadOptions) -> Reading {
    let mut reading = read_paths(&[path.to_owned()], options);
    reading.records.sort_by_key(|record| record.origin[0].position);
    assert_eq!(reading.unaccounted, Vec::<String>::new(), "{}", path.display());
    reading
}

fn read_text(name: &str, text: &str, options: &ReadOptions) -> Vec<Record> {
    let scratch = tempfile::tempdir().unwrap();
    read(&download(scratch.path(), "chats", &[(name, text)]), options).records
}

fn ids(records: &[Record]) -> Vec<String> {
    records.iter().map(|record| record.id.to_string()).collect()
}

/// The body as it stands in the export.
fn body(record: &Record) -> &str {
    record.extra.get("body").and_then(Value::as_str).unwrap_or(&record.text)
}

/// What the expectations call this record.
fn kind(record: &Record, expected: &str) -> bool {
    match expected {
        "system" => record.system || record.extra.contains_key("call"),
        "media_omitted" => record.attachments.iter().any(|one| one.status == AttachmentStatus::Omitted),
        "attachment" => record.attachments.iter().any(|one| one.status == AttachmentStatus::Missing),
        "deleted" | "deleted_self" => record.deleted && record.text.is_empty(),
        "location" => record.place.as_ref().is_some_and(|place| place.latitude.is_some()) && record.links.len() == 1,
        "poll" => record.extra.contains_key("poll"),
        _ => !record.system && !record.deleted && record.attachments.is_empty() && record.place.is_none(),
    }
}

const KINDS: [&str; 8] =
    ["system", "media_omitted", "attachment", "deleted", "deleted_self", "location", "poll", "text"];

fn compare(record: &Record, expected: &Value, place: &str) {
    let text = |name: &str| expected.get(name).and_then(Value::as_str);
    assert_eq!(record.time.local.as_deref(), text("ts"), "{place}");
    let sender = record.author.as_ref().map(|author| author.name.as_str());
    let pseudo = record.extra.get("sender").and_then(Value::as_str);
    assert_eq!(sender.or(pseudo), text("sender"), "{place}");
    assert!(KINDS.contains(&text("kind").unwrap()), "{place}");
    assert!(kind(record, text("kind").unwrap()), "{place}: {record:?}");
    assert_eq!(body(record), text("text").unwrap(), "{place}");
    assert_eq!(record.edited, expected.get("edited").is_some(), "{place}");
    if let Some(name) = text("file").or(text("name")) {
        assert_eq!(record.attachments[0].name, name, "{place}");
    }
    if let Some(caption) = text("caption") {
        assert_eq!(
            (record.attachments[0].caption.as_deref(), record.text.as_str()),
            (Some(caption), caption),
            "{place}"
        );
    }
    if let Some(question) = text("question") {
        assert_eq!(record.extra["poll"]["question"], question, "{place}");
    }
}

#[test]
fn every_sample_is_read_as_expected() {
    let mut seen = 0;
    for group in ["android", "ios", "edge"] {
        for item in std::fs::read_dir(fixtures().join("whatsapp/samples").join(group)).unwrap() {
            let path = item.unwrap().path();
            let Some(stem) = path.to_str().unwrap().strip_suffix(".expected.jsonl").map(str::to_owned) else {
                continue;
            };
            let text = std::fs::read_to_string(format!("{stem}.txt")).unwrap();
            let records = read_text("_chat.txt", &text, &ReadOptions::default());
            let expected: Vec<Value> = std::fs::read_to_string(&path)
                .unwrap()
                .lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect();
            assert_eq!(records.len(), expected.len(), "{stem}");
            for (number, (record, expected)) in records.iter().zip(&expected).enumerate() {
                compare(record, expected, &format!("{stem} #{number}"));
            }
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen} samples");
}

const ANDROID: &str = "18/03/2022, 14:05 - Ana Lima: Hello\n18/03/2022, 14:05 - Bob: ok\n18/03/2022, 14:05 - Bob: ok\n\
    18/03/2022, 14:06 - Bob: IMG-20220318-WA0001.jpg (file attached)\nlook\n19/03/2022, 10:00 - Bob: bye\n";

#[test]
fn names_and_containers_do_not_change_ids() {
    let scratch = tempfile::tempdir().unwrap();
    let options = ReadOptions::default();
    let chat = |folder_name: &str, file: &str| {
        ids(&read(&download(scratch.path(), folder_name, &[(file, ANDROID)]), &options).records)
    };
    let plain = chat("a", "WhatsApp Chat with Bob.txt");
    assert_eq!(plain.len(), 5);
    assert_eq!(plain.iter().collect::<std::collections::HashSet<_>>().len(), 5, "twins differ");
    assert_eq!(plain, chat("b", "WhatsApp Chat with Bob (1).txt"));
    assert_eq!(plain, chat("c", "WhatsApp_Chat_with_Bob.txt"));
    assert_eq!(plain, chat("d", "Discussion WhatsApp avec Bob.txt"));
    assert_eq!(plain, chat("WhatsApp Chat - Bob", "_chat.txt"));
    assert_eq!(plain, chat("e/WhatsApp Chat with Bob", "WhatsApp Chat with Bob.txt"));
}

#[test]
fn chats_of_one_name_in_one_folder_are_told_apart() {
    let scratch = tempfile::tempdir().unwrap();
    for name in ["Ana", "Bob"] {
        download(scratch.path(), &format!("chats/{name}"), &[("_chat.txt", ANDROID)]);
    }
    let reading = read(&scratch.path().join("chats"), &ReadOptions::default());
    let origins: BTreeSet<(&str, &str)> = reading
        .records
        .iter()
        .flat_map(|record| &record.origin)
        .map(|it| (it.bundle.as_str(), it.file.as_str()))
        .collect();
    assert_eq!(origins, BTreeSet::from([("chats/Ana", "_chat.txt"), ("chats/Bob", "_chat.txt")]));
}

#[test]
fn overlapping_exports_meet() {
    let later = format!("{}20/03/2022, 10:00 - Ana Lima: new\n", ANDROID.split_once('\n').unwrap().1);
    let options = ReadOptions::default();
    let first = ids(&read_text("WhatsApp Chat with Bob.txt", ANDROID, &options));
    let second = ids(&read_text("WhatsApp Chat with Bob.txt", &later, &options));
    assert_eq!(second[..4], first[1..]);
    assert!(!first.contains(&second[4]));
}

/// Times of a minute: the file's order counts, whatever the import.
#[test]
fn messages_of_one_minute_come_out_in_the_order_they_were_told() {
    use crate::support::archives::{create, export, import_all};
    let scratch = tempfile::tempdir().unwrap();
    let words = ["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit"];
    let lines = |range: std::ops::Range<usize>| -> String {
        words[range].iter().flat_map(|word| ["13/03/2024, 10:05 - Awa: ", word, "\n"]).collect()
    };
    let head = "13/03/2024, 10:04 - Fatou: salut\n";
    let name = "Discussion WhatsApp avec Fatou.txt";
    let early = download(scratch.path(), "early", &[(name, &format!("{head}{}", lines(0..5)))]);
    let tail = "13/03/2024, 10:06 - Fatou: merci\n";
    let whole = format!("{head}{}{tail}", lines(0..8));
    let late = download(scratch.path(), "late", &[(name, &whole)]);
    let middle = download(scratch.path(), "middle", &[(name, &format!("{}{tail}", lines(3..8)))]);
    let zip = scratch.path().join("WhatsApp Chat with Fatou.zip");
    std::fs::write(&zip, crate::support::zips::zip(&[(name, whole.as_bytes())])).unwrap();
    let mut outputs = Vec::new();
    for (number, order) in
        [vec![&early, &late, &middle], vec![&middle, &late, &early], vec![&late, &early, &middle], vec![&zip, &middle]]
            .into_iter()
            .enumerate()
    {
        let (mut archive, _) = create(&scratch.path().join(number.to_string()));
        for path in order {
            import_all(&mut archive, std::slice::from_ref(path));
        }
        let texts: Vec<String> =
            export(&archive).iter().map(|record| record["text"].as_str().unwrap().to_owned()).collect();
        let told: Vec<&str> = texts.iter().map(String::as_str).collect();
        assert_eq!(told[1..9], words, "{number}");
        outputs.push(export(&archive));
    }
    assert!(outputs.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn exports_of_one_chat_joined_in_one_file_tell_each_message_once() {
    let options = ReadOptions::default();
    let first = ids(&read_text("WhatsApp Chat with Bob.txt", ANDROID, &options));
    let later = format!("{}20/03/2022, 10:00 - Ana Lima: new\n", ANDROID.split_once('\n').unwrap().1);
    let both = ids(&read_text("WhatsApp Chat with Bob.txt", &format!("{ANDROID}{later}"), &options));
    assert_eq!(both.len(), 10, "every line is accounted for");
    let distinct: std::collections::HashSet<&String> = both.iter().collect();
    assert_eq!((distinct.len(), &both[..5], &both[5..9]), (6, &first[..], &first[1..]));
}

#[test]
fn what_a_cut_export_lacks_neither_loses_nor_doubles() {
    // Exports hold the newest 40,000 messages, 10,000 with media: a later one begins anywhere, within a minute too.
    let line = |number: usize| {
        let text = if number.is_multiple_of(3) { "ok".to_owned() } else { format!("text {number}") };
        let (day, hour, minute) = (1 + number / 200, number / 60 % 24, number / 4 % 15);
        format!(
            "{day:02}/03/2022, {hour:02}:{minute:02} - {}: {text}\n",
            if number.is_multiple_of(2) { "Ana" } else { "Bob" }
        )
    };
    let lines: Vec<String> = (0..600).map(line).collect();
    let options = ReadOptions::default();
    let whole = ids(&read_text("WhatsApp Chat with Bob.txt", &lines.concat(), &options));
    for cut in [1, 2, 3, 4, 50, 301] {
        let part = ids(&read_text("WhatsApp Chat with Bob.txt", &lines[cut..].concat(), &options));
        let known: std::collections::HashSet<&String> = whole.iter().collect();
        assert!(part.iter().all(|id| known.contains(id)), "nothing new in an export cut at {cut}");
        assert_eq!(part.iter().collect::<std::collections::HashSet<_>>().len(), part.len(), "cut at {cut}");
    }
}

#[test]
fn a_lone_file_has_one_id_with_and_without_media() {
    let without = ANDROID.replace("IMG-20220318-WA0001.jpg (file attached)\nlook", "<Media omitted>");
    let options = ReadOptions::default();
    let with = read_text("WhatsApp Chat with Bob.txt", ANDROID, &options);
    let without = read_text("WhatsApp Chat with Bob.txt", &without, &options);
    assert_eq!(ids(&with), ids(&without));
    let two = ANDROID.replace("\nlook", "\n18/03/2022, 14:06 - Bob: IMG-20220318-WA0002.jpg (file attached)");
    let two = ids(&read_text("WhatsApp Chat with Bob.txt", &two, &options));
    assert!(!two.contains(&with[3].id.to_string()), "one of two files is not known to be the lone one");
}

#[test]
fn seconds_and_minutes_of_one_message_meet() {
    let options = ReadOptions::default();
    let android = read_text(
        "WhatsApp Chat with Bob.txt",
        "18/03/2022, 14:05 - Ana: Hello\n18/03/2022, 14:06 - Bob: yes\n",
        &options,
    );
    let ios = "[18/03/2022, 14:05:07] Bob: \u{200e}Messages and calls are end-to-end encrypted. No one outside of this \
        chat, not even WhatsApp, can read or listen to them.\r\n[18/03/2022, 14:05:07] Ana: Hello\r\n[18/03/2022, 14:06:59] Bob: yes\r\n";
    let ios = read_text("_chat.txt", ios, &options);
    assert_eq!(ids(&android), ids(&ios[1..]));
    assert_eq!(ios[1].time.local.as_deref(), Some("2022-03-18T14:05:07"));
    assert!(ios[1].author.as_ref().unwrap().is_owner && !ios[2].author.as_ref().unwrap().is_owner);
    assert_eq!(ios[1].account.as_deref(), Some("Ana"));
}

#[test]
fn names_with_colons_numbers_and_tildes() {
    let text = std::fs::read_to_string(fixtures().join("whatsapp/samples/edge/colon_in_name_and_system.txt")).unwrap();
    let records = read_text("_chat.txt", &text, &ReadOptions::default());
    let found: Vec<(Option<&str>, &str)> = records
        .iter()
        .map(|record| (record.author.as_ref().map(|author| author.name.as_str()), record.text.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            (Some("Café: Chez Léa"), "hello"),
            (None, "Bob changed the subject to \"Trip: June\""),
            (None, "Bob changed the subject from \"Trip: June\" to \"Trip: July\""),
            (Some("Café: Chez Léa"), "note: bring water"),
            (Some("~\u{202f}Zoe"), "hi"),
            (Some("+49\u{a0}170\u{a0}1234567"), "hi"),
            (Some("+1\u{a0}(555)\u{a0}010\u{2011}0199"), "hi"),
            (Some("Bob"), ""),
            (Some("Bob"), ""),
            (Some("Ana Lima"), ""),
            (None, "Bob added Ana Lima, Zoe"),
        ]
    );
    assert_eq!(records[5].author.as_ref().unwrap().phone.as_deref(), Some("+49\u{a0}170\u{a0}1234567"));
    assert!(records[7].extra["unavailable"] == true && records[7].extra["body"] == "null");
    let conversation = records[0].conversation.as_ref().unwrap();
    assert_eq!((conversation.title.as_str(), conversation.kind), ("Trip: July", ConversationKind::Group));
    assert!(records[9].author.as_ref().unwrap().is_owner);
}

#[test]
fn dates_that_cannot_be_told_are_marked_and_the_user_may_decide() {
    let text = std::fs::read_to_string(fixtures().join("whatsapp/samples/edge/ambiguous_dm.txt")).unwrap();
    let auto = read_text("_chat.txt", &text, &ReadOptions::default());
    assert_eq!((auto[0].time.local.as_deref(), auto[0].time.ambiguous), (Some("2022-04-03T14:05"), true));
    let options = ReadOptions { date_order: DateOrder::MonthFirst, ..ReadOptions::default() };
    let told = read_text("_chat.txt", &text, &options);
    assert_eq!((told[0].time.local.as_deref(), told[0].time.ambiguous), (Some("2022-03-04T14:05"), false));
    let hint =
        std::fs::read_to_string(fixtures().join("whatsapp/samples/edge/ambiguous_with_filename_hint.txt")).unwrap();
    let hinted = read_text("_chat.txt", &hint, &ReadOptions::default());
    assert_eq!((hinted[0].time.local.as_deref(), hinted[0].time.ambiguous), (Some("2022-04-03T14:05"), false));
}

#[test]
fn the_users_zone_gives_instants() {
    let options = ReadOptions { zone: Some(chrono_tz::Africa::Dakar), ..ReadOptions::default() };
    let records = read_text("_chat.txt", ANDROID, &options);
    assert_eq!(records[0].time.utc.as_deref(), Some("2022-03-18T14:05:00Z"));
    assert_eq!(records[0].time.zone.as_deref(), Some("Africa/Dakar"));
}

#[test]
fn damaged_and_foreign_texts_lose_nothing() {
    let scratch = tempfile::tempdir().unwrap();
    let options = ReadOptions::default();
    let folder = download(scratch.path(), "x", &[("WhatsApp Chat with Bob.txt", "nothing here\n")]);
    let reading = read(&folder, &options);
    assert_eq!((reading.records.len(), reading.kept_raw.len(), reading.problems.len()), (0, 1, 1));
    std::fs::write(folder.join("WhatsApp Chat with Bob.txt"), b"18/03/2022, 14:05 - Ana: caf\xe9\n").unwrap();
    let reading = read(&folder, &options);
    assert_eq!((reading.records[0].text.as_str(), reading.problems.len()), ("café", 1));
    std::fs::write(folder.join("WhatsApp Chat with Bob.txt"), b"18/03/2022, 14:05 - Ana: caf\xc3\xa9 \xff\n").unwrap();
    let reading = read(&folder, &options);
    assert_eq!((reading.records[0].text.as_str(), reading.problems.len()), ("café \u{fffd}", 1));
    std::fs::write(folder.join("WhatsApp Chat with Bob.txt"), ANDROID.replace('\n', "\r")).unwrap();
    assert_eq!(ids(&read(&folder, &options).records), ids(&read_text("WhatsApp Chat with Bob.txt", ANDROID, &options)));
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(ANDROID.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    std::fs::write(folder.join("WhatsApp Chat with Bob.txt"), wide).unwrap();
    assert_eq!(ids(&read(&folder, &options).records), ids(&read_text("WhatsApp Chat with Bob.txt", ANDROID, &options)));
    let unknown = read_text("WhatsApp Chat with Bob.txt", "18/03/2022, 2:05 qqq - Ana: hi\n", &options);
    assert_eq!((unknown[0].time.local.as_deref(), unknown[0].text.as_str()), (Some("2022-03-18"), "hi"));
}

/// Everything a record says, in one text.
fn said(record: &Record) -> String {
    let links = record.links.iter().map(|link| link.url.as_str());
    let names = record.attachments.iter().map(|one| one.name.as_str());
    let mut said: Vec<&str> = vec![body(record), record.text.as_str()];
    said.extend(links.chain(names));
    said.extend(record.author.as_ref().map(|author| author.name.as_str()));
    said.extend(record.extra.get("sender").and_then(Value::as_str));
    said.join("\n")
}

#[test]
fn damaged_chats_lose_no_line_and_never_stop_the_reader() {
    let mut texts: Vec<String> = Vec::new();
    for group in ["android", "ios", "edge"] {
        let folder = fixtures().join("whatsapp/samples").join(group);
        let files = std::fs::read_dir(folder).unwrap().map(|item| item.unwrap().path());
        let mut files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == "txt")).collect();
        files.sort();
        texts.extend(files.iter().map(|path| std::fs::read_to_string(path).unwrap()));
    }
    // A small generator of numbers, so that a failure repeats.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below.max(1)).unwrap()).unwrap()
    };
    let pieces = [
        "\u{200e}",
        "[",
        "] ",
        ": ",
        " - ",
        "\n",
        "\r",
        "<",
        ">",
        "18/03/2022, 14:05 - ",
        "45/99/2022, 14:05 - x",
        "\u{feff}",
        "R",
        "٣",
        "AM ",
        "(1)",
        "POLL:\n",
        "https://maps.google.com/?q=1,2",
    ];
    let scratch = tempfile::tempdir().unwrap();
    for round in 0..4 {
        for (number, text) in texts.iter().enumerate() {
            let mut damaged = text.clone();
            for _ in 0..=round * 3 {
                let place = |random: &mut dyn FnMut(usize) -> usize, text: &str| {
                    let mut at = random(text.len() + 1);
                    while !text.is_char_boundary(at) {
                        at -= 1;
                    }
                    at
                };
                let at = place(&mut random, &damaged);
                match random(4) {
                    0 if at > 100 => damaged.truncate(at),
                    1 => damaged.push_str(&texts[random(texts.len())]),
                    _ => damaged.insert_str(at, pieces[random(pieces.len())]),
                }
            }
            let path = download(scratch.path(), "x", &[("WhatsApp Chat with Bob.txt", &damaged)]);
            let reading = read(&path, &ReadOptions::default());
            if reading.records.is_empty() {
                assert!(!reading.kept_raw.is_empty(), "{number} in round {round}");
                continue;
            }
            let all: String = reading.records.iter().map(said).collect::<Vec<_>>().join("\n");
            let told = reading.problems.iter().any(|problem| problem.contains("text-before-first-message"));
            for line in damaged.split('\n').skip(usize::from(told) * 40) {
                // What stands before a name belongs to the header.
                let Some((_, said)) = line.trim_end_matches('\r').rsplit_once(": ") else { continue };
                let last = said.split(' ').next_back().unwrap().trim_matches(|c: char| !c.is_alphanumeric());
                assert!(all.contains(last), "{number} in round {round}: {line:?}");
            }
        }
    }
}

/// Found by fuzzing: every piece of a line that begins with a mark may name a file, which took minutes for a long one.
#[test]
fn a_long_line_that_begins_with_a_mark_is_read_at_once() {
    let scratch = tempfile::tempdir().unwrap();
    let words = "12:07 - mot ".repeat(5_000);
    let text = format!("18/03/2022, 14:05 - Awa: \u{200e}{words}\n18/03/2022, 14:06 - Bob: ok\n").repeat(3);
    let chat = scratch.path().join("Discussion WhatsApp avec Bob.txt");
    std::fs::write(&chat, text).unwrap();
    let reading = read_paths(&[chat], &ReadOptions::default());
    assert_eq!(reading.records.len(), 6);
}

#[test]
fn a_file_beside_the_chat_tells_where_a_name_with_a_colon_ends() {
    let line =
        "12/04/2024 14:05 - Chez Léa: Restaurant: Facture 8 client.pdf (załączony plik)\n12/04/2024 14:06 - Ana: ok\n";
    let scratch = tempfile::tempdir().unwrap();
    let files = [("Czat WhatsApp z Ana.txt", line), ("Facture 8 client.pdf", "%PDF-1.7")];
    let records = read(&download(scratch.path(), "chats", &files), &ReadOptions::default()).records;
    let attached = &records[0].attachments[0];
    assert_eq!(records[0].author.as_ref().unwrap().name, "Chez Léa: Restaurant");
    assert_eq!((attached.name.as_str(), attached.status), ("Facture 8 client.pdf", AttachmentStatus::Stored));
    // Somebody else who writes as "Chez Léa" shows that the name ends at the first colon.
    let line = format!("{line}12/04/2024 14:07 - Chez Léa: oui\n");
    let files = [("Czat WhatsApp z Ana.txt", line.as_str()), ("Facture 8 client.pdf", "%PDF-1.7")];
    let records = read(&download(scratch.path(), "chats", &files), &ReadOptions::default()).records;
    assert_eq!(records[0].author.as_ref().unwrap().name, "Chez Léa");
}

#[test]
fn words_that_begin_with_a_mark_of_direction_keep_their_author() {
    let line = |minute: u32, rest: &str| format!("[14/03/2024 10:{minute:02}:11] {rest}\r\n");
    let words = ["\u{200f}السعر 15000", "\u{200e}Bonjour à tous", "\u{200f}+221 77 000 00 00", "\u{200f}الدفع: نعم"];
    let text: String = words.iter().zip(0..).map(|(words, minute)| line(minute, &format!("Bob B: {words}"))).collect();
    let text = format!("{text}{}", line(9, "Ana: ok"));
    for record in read_text("_chat.txt", &text, &ReadOptions::default()) {
        assert!(record.author.is_some() && !record.system, "{record:?}");
    }
    // Where WhatsApp's own texts begin with the other mark, only those with its mark can be notices.
    let encrypted = "Bob B: \u{200e}Messages and calls are end-to-end encrypted. No one outside of this chat, not even WhatsApp, \
        can read or listen to them.";
    let text = text.replace("\u{200e}Bonjour", "Bonjour");
    let text = [line(1, encrypted), text, line(12, "Bob B: \u{200e}Bob B changed something new in this chat")].concat();
    let records = read_text("_chat.txt", &text, &ReadOptions::default());
    let system: Vec<&str> = records.iter().filter(|one| one.system).map(|one| one.text.as_str()).collect();
    assert_eq!((system.len(), records.len()), (2, 7), "{system:?}");
}

#[test]
fn a_chat_that_lost_its_extension_is_a_chat() {
    let scratch = tempfile::tempdir().unwrap();
    let chat = |name: &str| format!("18/03/2022, 14:05 - {name}: un\n18/03/2022, 14:06 - Moi: deux\n");
    let attached = "18/03/2022, 14:05 - Zoé: pasted.log (fichier joint)\n18/03/2022, 14:06 - Moi: deux\n";
    let (kine, mor, idy, pasted) = (chat("Kiné"), chat("Mor"), chat("Idy"), chat("Nul"));
    let files = [
        ("Discussion WhatsApp avec Zoé.txt", attached),
        ("WhatsApp Chat - Kiné", kine.as_str()),
        ("chat.log", mor.as_str()),
        ("notes de M. Idy", idy.as_str()),
        // Sent in a chat, and no chat at all.
        ("pasted.log", pasted.as_str()),
        ("liste.csv", "robe;15000\n"),
    ];
    let titles = |reading: &Reading| -> BTreeSet<String> {
        let messages = reading.records.iter().filter(|record| record.kind == Kind::Message);
        messages.filter_map(|record| Some(record.conversation.as_ref()?.title.clone())).collect()
    };
    let reading = read(&download(scratch.path(), "chats", &files), &ReadOptions::default());
    assert_eq!(reading.records.iter().filter(|record| record.kind == Kind::Message).count(), 8);
    let found = titles(&reading);
    assert!(found.contains("Kiné") && found.contains("Zoé") && !found.contains("Nul"), "{found:?}");
    // Alone its name must tell it, and what it begins with.
    let alone = download(scratch.path(), "alone", &[("WhatsApp Chat with Kiné", kine.as_str())]);
    assert_eq!(titles(&read(&alone, &ReadOptions::default())), BTreeSet::from(["Kiné".to_owned()]));
}

#[test]
fn notices_of_the_app_in_scripts_from_right_to_left_are_nobodys_words() {
    let line = |minute: u32, rest: &str| format!("[\u{200f}14/03/2024, 10:{minute:02}:11] Bob: {rest}\r\n");
    for notice in ["هذا حساب تجاري.", "זהו חשבון עסקי.", "یہ ایک کاروباری اکاؤنٹ ہے۔", "این حساب تجاری است."]
    {
        let text = [line(1, "مرحبا"), line(2, &format!("\u{200f}{notice}")), line(3, "\u{200f}نعم")].concat();
        let records = read_text("_chat.txt", &text, &ReadOptions::default());
        let system: Vec<bool> = records.iter().map(|one| one.system).collect();
        assert_eq!(system, [false, true, false], "{notice}");
    }
}

#[test]
fn names_of_files_tell_the_half_of_the_day() {
    let text = "[12/05/2021 à 7:42:05] Zoé: un\r\n[12/05/2021 à 9:00:30] Awa: deux\r\n\
        \u{200e}[12/05/2021 à 9:09:05] Zoé: \u{200e}< pièce jointe : 00000017-VIDEO-2021-05-12-21-09-05.mp4 >\r\n\
        [12/05/2021 à 11:58:06] Awa: trois\r\n[13/05/2021 à 12:10:24] Zoé: quatre\r\n[13/05/2021 à 8:10:24] Zoé: cinq\r\n";
    let records = read_text("_chat.txt", text, &ReadOptions::default());
    let times: Vec<(&str, bool)> =
        records.iter().map(|one| (one.time.local.as_deref().unwrap().get(..16).unwrap(), one.time.ambiguous)).collect();
    let expected = [
        ("2021-05-12T19:42", true),
        ("2021-05-12T21:00", true),
        ("2021-05-12T21:09", false),
        ("2021-05-12T23:58", true),
        ("2021-05-13T12:10", true),
        ("2021-05-13T08:10", true),
    ];
    assert_eq!(times, expected);
    // Names that agree with the clock show that it has 24 hours, or that it is morning.
    let morning = text.replace("-21-09-05", "-09-09-05");
    let records = read_text("_chat.txt", &morning, &ReadOptions::default());
    assert!(records[..4].iter().all(|one| one.time.local.as_deref().unwrap() < "2021-05-12T12"));
}

#[test]
fn an_iphones_text_without_marks_gives_notices_to_nobody() {
    let lines = [
        "Équipe: Awa created group “Équipe”",
        "Équipe: Messages and calls are end-to-end encrypted. Only people in this chat can read, listen to, or share them.",
        "Awa: Bonjour",
        "Bob: Facture 7.pdf • 2 pages document omitted",
        "Bob: This business uses a secure service from Meta to manage this chat. Tap to learn more.",
        "Équipe: You left",
        "Bob: CV.docx document omitted",
    ];
    let chat = |lines: &[&str]| -> String {
        let numbered: Vec<String> =
            lines.iter().enumerate().map(|(at, line)| format!("[18/03/2022, 14:0{at}:00] {line}\n")).collect();
        numbered.concat()
    };
    let whose = |text: &str| -> Vec<Option<String>> {
        let records = read_text("_chat.txt", text, &ReadOptions::default());
        records.iter().map(|record| record.author.as_ref().map(|author| author.name.clone())).collect()
    };
    let named = |names: &[&str]| -> Vec<Option<String>> {
        names.iter().map(|name| Some((*name).to_owned()).filter(|name| !name.is_empty())).collect()
    };
    let text = chat(&lines);
    assert_eq!(whose(&text), named(&["", "", "Awa", "Bob", "", "", "Bob"]));
    let records = read_text("_chat.txt", &text, &ReadOptions::default());
    assert_eq!(records[3].attachments[0].name, "Facture 7.pdf");
    assert_eq!(records[6].attachments[0].name, "CV.docx");
    assert_eq!(records[3].attachments[0].status, AttachmentStatus::Omitted);
    assert_eq!(records[0].conversation.as_ref().unwrap().title, "Équipe");
    // Who says one word of their own is a person, whatever they are called.
    let spoken = [&lines[..], &["Équipe: c'est moi"]].concat();
    assert_eq!(whose(&chat(&spoken))[0], Some("Équipe".to_owned()));
}

#[test]
fn notices_about_a_group_with_a_colon_in_its_name_are_nobodys() {
    let chat = |notice: &str| {
        format!("18/03/2022, 14:05 - {notice}\n18/03/2022, 14:06 - Bob: ok\n18/03/2022, 14:07 - Ana: oui\n")
    };
    for notice in ["Vytvořil/a jste skupinu Trip: June", "Usunięto z grupy: Trip"] {
        let records = read_text("chat.txt", &chat(notice), &ReadOptions::default());
        assert_eq!((records[0].system, records[0].text.as_str()), (true, notice));
        assert_eq!(records[1].author.as_ref().unwrap().name, "Bob");
    }
}
