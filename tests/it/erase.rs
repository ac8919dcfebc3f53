//! Erasing a person: afterwards nothing of them is in any object, commit or index file, neither here nor on a connected drive,
//! and nothing brings them back.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use malle::backup::{
    BackupError, Drive, Drives, RunOptions, add_drive, carry_out, check_parity, erasures_of, has_pending_erasure,
    repair_archive, repair_drive, restore, run,
};
use malle::crypto::{SymmetricKey, hex};
use malle::evidence::{Difference, ErasedSince, Statement, check};
use malle::ingest::{
    ErasureCounts, Found, ImportOptions, ImportOutcome, Person, clear, erase_person, erased_records, find_person,
    import, preview_erasure, read_erasures, rebuild_index,
};
use malle::model::{AttachmentStatus, Identity, KnownBy, Platform, Record, RecordId};
use malle::notes::{Annotation, Book, annotate};
use malle::sources::ReadOptions;
use malle::store::{
    Archive, FindingKind, Layout, ObjectKind, RecordReader, VerifyDepth, check_public, compact, has_removals,
    lacks_lists, line_retracts, plan_compaction, reencrypt, restore_lists, verify,
};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use sha2::Digest as _;

use crate::reliability::report::{self, at_least, exactly};
use crate::support::archives::{PASSPHRASE, Quiet, create, files, open};
use crate::support::program::Malle;

pub const NAME: &str = "Aïssatou Ndiaye";
const NUMBER: &str = "+221 77 123 45 67";
pub const HERS: [&str; 4] =
    ["la robe zinzoline", "dix mille cauris", "rendez-vous au baobab", "merci beaucoup beaucoup"];
pub const OTHERS: [&str; 3] = ["le colis part lundi", "bonne fête à toutes", "une photo pour toi"];

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_730_000_000, 0).unwrap()
}

/// Imports; the owner of the phone is Awa Exemple.
pub fn import_all(archive: &mut Archive, paths: &[PathBuf]) -> ImportOutcome {
    let read = ReadOptions { me: Some("Awa Exemple".to_owned()), ..ReadOptions::default() };
    import(archive, paths, &ImportOptions { read, dry_run: false, now: now() }, &Quiet).unwrap()
}

fn photo(of: &str) -> Vec<u8> {
    [b"\xff\xd8\xff\xe0".as_slice(), of.repeat(300).as_bytes()].concat()
}

fn put(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// JSON as Meta writes it: the bytes of UTF-8 as letters of Latin 1.
fn meta(value: &serde_json::Value) -> Vec<u8> {
    let text = value.to_string();
    let escape =
        |byte: u8| if byte < 0x80 { char::from(byte).to_string() } else { format!("\\u{:04x}", u32::from(byte)) };
    text.bytes().map(escape).collect::<String>().into_bytes()
}

/// A Facebook download with her, a group, a list of friends; and her WhatsApp chat, named after her.
pub fn downloads(folder: &Path) -> Vec<PathBuf> {
    let facebook = folder.join("facebook-awa-2025-03-01-AAAAAAAA");
    let inbox = facebook.join("your_facebook_activity/messages/inbox");
    let message = |sender: &str, minute: u64, text: &str| serde_json::json!({ "sender_name": sender, "timestamp_ms": 1_700_000_000_000_u64 + minute * 60_000, "content": text });
    let hers = "your_facebook_activity/messages/inbox/aissatoundiaye_1021/photos";
    let (mut with_photo, mut mine) = (message(NAME, 3, HERS[1]), message("Awa Exemple", 4, OTHERS[2]));
    with_photo["photos"] =
        serde_json::json!([{ "uri": format!("{hers}/hers.jpg") }, { "uri": format!("{hers}/both.jpg") }]);
    mine["photos"] = serde_json::json!([{ "uri": format!("{hers}/both.jpg") }]);
    for (name, of) in [("hers", "cauri"), ("both", "colis"), ("alone", "baobab")] {
        put(&facebook.join(hers).join(format!("{name}.jpg")), &photo(of));
    }
    let direct = serde_json::json!({
        "participants": [{ "name": NAME }, { "name": "Awa Exemple" }],
        "messages": [message(NAME, 1, HERS[0]), message("Awa Exemple", 2, OTHERS[0]), with_photo, mine],
        "title": NAME,
        "thread_path": "inbox/aissatoundiaye_1021",
    });
    put(&inbox.join("aissatoundiaye_1021/message_1.json"), &meta(&direct));
    let mut liked = message("Zoé Échantillon", 6, OTHERS[1]);
    liked["reactions"] = serde_json::json!([{ "reaction": "❤", "actor": NAME }]);
    let group = serde_json::json!({
        "participants": [{ "name": NAME }, { "name": "Zoé Échantillon" }, { "name": "Awa Exemple" }],
        "messages": [message(NAME, 5, HERS[2]), liked],
        "title": "Les amies",
        "thread_path": "inbox/lesamies_77",
    });
    put(&inbox.join("lesamies_77/message_1.json"), &meta(&group));
    let profile = serde_json::json!({ "profile_v2": { "name": { "full_name": "Awa Exemple" } } });
    put(&facebook.join("personal_information/profile_information/profile_information.json"), &meta(&profile));
    let friends = serde_json::json!({ "friends_v2": [
        { "name": NAME, "timestamp": 1_400_000_000 }, { "name": "Zoé Échantillon", "timestamp": 1_400_000_001 },
    ] });
    put(&facebook.join("connections/friends/your_friends.json"), &meta(&friends));
    let chat = folder.join(format!("Discussion WhatsApp avec {NAME}"));
    let text = format!(
        "13/03/2024, 09:00 - {NAME}: {}\n13/03/2024, 09:01 - Awa Exemple: {} {NAME}\n13/03/2024, 09:02 - Awa Exemple: IMG-20240313-WA0001.jpg (fichier joint)\n",
        HERS[3], OTHERS[0]
    );
    put(&chat.join(format!("Discussion WhatsApp avec {NAME}.txt")), text.as_bytes());
    put(&chat.join("IMG-20240313-WA0001.jpg"), &photo("chat"));
    vec![facebook, chat]
}

/// Everything below a folder, opened with the archive's key: commits, objects with what is packed in them, index files.
fn everything(archive: &Archive, root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let opener = archive.keyring().opener();
    let index = SymmetricKey::new(&archive.keyring().index_key());
    let mut all = Vec::new();
    for path in files(root) {
        let bytes = std::fs::read(&path).unwrap();
        if bytes.is_empty() {
            continue;
        }
        let place = path.strip_prefix(root).unwrap().to_owned();
        let name = path.file_name().unwrap().to_str().unwrap();
        let plain = if place.starts_with("cache") {
            let plain = index.open_bytes(name, bytes.as_slice(), usize::MAX - 1);
            // A program that was killed leaves an index file in halves. One without a whole chunk has no words.
            if plain.is_err() && !has_a_chunk(&bytes) {
                continue;
            }
            plain.unwrap()
        } else if place.starts_with("objects") || place.starts_with("commits") && name.ends_with(".age") {
            // What an interrupted run left in halves has no words.
            opener.open_bytes(&bytes).unwrap_or_default()
        } else {
            bytes
        };
        let mut unpacked = Vec::new();
        if plain.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            zstd::stream::Decoder::new(plain.as_slice()).unwrap().read_to_end(&mut unpacked).unwrap();
        } else {
            unpacked = plain;
        }
        all.push((place, unpacked));
    }
    all
}

/// Whether more than the beginning of the first chunk follows the header of a file of age.
fn has_a_chunk(bytes: &[u8]) -> bool {
    const NONCE: usize = 16;
    const CHUNK: usize = 65_536 + 16;
    let mac = memchr::memmem::find(bytes, b"\n--- ").map(|at| at + 1);
    let header = mac.and_then(|mac| Some(mac + memchr::memchr(b'\n', &bytes[mac..])? + 1));
    header.is_some_and(|header| bytes.len() >= header + NONCE + CHUNK)
}

/// Where any of the words stands.
pub fn hits(archive: &Archive, root: &Path) -> Vec<String> {
    let mut words: Vec<Vec<u8>> = HERS.iter().map(|text| text.as_bytes().to_vec()).collect();
    words.extend(
        [NAME, "Aïssatou", "aissatou", "AISSATOU", "aissatoundiaye", "Aïssatou Ndiaye"]
            .map(|name| name.as_bytes().to_vec()),
    );
    words.push(meta(&NAME.into()));
    words.push(b"A\xc3\x83\xc2\xafssatou".to_vec());
    // Words of hers that nobody else used, as the index has them.
    words.extend(["zinzoline", "cauris", "baobab"].map(|word| word.as_bytes().to_vec()));
    for of in ["cauri", "baobab"] {
        words.push(photo(of)[..64].to_vec());
        words.push(hex(&sha2::Sha256::digest(photo(of))).into_bytes());
    }
    let mut found = Vec::new();
    for (path, bytes) in everything(archive, root) {
        for word in words.iter().filter(|word| memchr::memmem::find(&bytes, word).is_some()) {
            found.push(format!("{}: {}", path.display(), String::from_utf8_lossy(word)));
        }
        let name = path.to_str().unwrap().to_lowercase();
        assert!(!name.contains("ndiaye"), "{name}");
    }
    found
}

pub fn her(archive: &Archive) -> Person {
    one(find_person(archive, "aissatou ndiaye").unwrap()).unwrap()
}

/// The person, when there is only one.
fn one(found: Found) -> Option<Person> {
    if let Found::One(person) = found { Some(person) } else { None }
}

pub fn records(archive: &Archive) -> Vec<Record> {
    let mut reader = RecordReader::new(archive);
    let stale = reader.stale().unwrap();
    let mut found = Vec::new();
    reader
        .each(&|_| true, &mut |location, line| {
            if !stale.contains(&location) && !line_retracts(line) {
                found.push(serde_json::from_slice::<Record>(line).unwrap());
            }
            Ok(())
        })
        .unwrap();
    found.sort_by_key(|record| record.id);
    found
}

fn assert_sound(archive: &Archive) {
    let report = verify(archive, VerifyDepth::Data, &|_| {}).unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for record in records(archive) {
        *counts.entry(format!("{}/{}", record.platform.name(), record.kind.name())).or_default() += 1;
    }
    let told: BTreeMap<String, u64> = archive
        .commit()
        .counts
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(key, count)| (key.clone(), *count))
        .collect();
    assert_eq!(told, counts);
}

/// What erasing her does.
const WANTED: ErasureCounts = ErasureCounts {
    messages: 4,
    others: 1,
    cards: 1,
    media: 2,
    own: 4,
    masked: 5,
    mentions: 0,
    originals: 4,
    annotations: 6,
};

#[test]
fn an_erased_person_is_nowhere_and_stays_away() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("archive");
    let mut archive = create(&root).0;
    // In two imports, so that a commit of before names the download too.
    for path in downloads(folder.path()) {
        import_all(&mut archive, &[path]);
    }
    say_things(&mut archive);
    rebuild_index(&archive, &|_| {}).unwrap();
    let sticks = ["MALLE-1", "MALLE-2"].map(|name| {
        let place = folder.path().join(name);
        std::fs::create_dir(&place).unwrap();
        let drive = add_drive(archive.layout(), &place, Some(name)).unwrap().drive;
        let report = run(archive.layout(), &drive, &|_, _| true).unwrap();
        let mut drives = Drives::load(archive.layout()).unwrap();
        drives.note_run(&drive.id, &report, now());
        drives.save(archive.layout()).unwrap();
        drives.named(name).unwrap().clone()
    });
    let hits_before = hits(&archive, &root).len();
    assert!(hits_before > 30, "the test looks in the right places: {:?}", hits(&archive, &root));
    let before = records(&archive);

    let person = her(&archive);
    let expected = preview_erasure(&archive, &person).unwrap();
    assert_eq!(expected, WANTED);
    assert_eq!(records(&archive), before, "a preview changes nothing");
    let done = erase_person(&mut archive, &person, now()).unwrap();
    assert_eq!(done.counts, WANTED);
    assert_eq!(hits(&archive, &root), Vec::<String>::new());
    rebuild_index(&archive, &|_| {}).unwrap();
    assert_eq!(hits(&archive, &root), Vec::<String>::new());
    assert_sound(&archive);
    assert_eq!(open(&root).history().unwrap().len(), 1);

    said_of_others(&archive);

    // What others wrote is all there.
    let after = records(&archive);
    assert_eq!(after.len(), before.len() - 6);
    for text in OTHERS {
        assert!(after.iter().any(|record| record.text.contains(text)), "{text}");
    }
    assert!(
        after.iter().any(|record| record.text == format!("{} •••", OTHERS[0])),
        "the owner's text, with the name masked"
    );
    let stored = after.iter().flat_map(|record| &record.attachments).filter(|a| a.status == AttachmentStatus::Stored);
    assert_eq!(stored.count(), 2);
    assert_eq!(find_person(&archive, NAME).unwrap(), Found::Nobody);

    drives_follow(&archive, &sticks, done.seq);
    for drive in &sticks {
        let back = folder.path().join(format!("back-{}", drive.name));
        restore(&drive.folder, &back, &|_, _| true).unwrap();
        assert_eq!(records(&open(&back)), after);
        assert_sound(&open(&back));
    }

    comes_not_back(&mut archive, folder.path());
    assert_eq!(records(&archive), after);
    report::put(
        "G1",
        &[
            at_least("places that named the person before", hits_before.try_into().unwrap()),
            exactly("places after, here and on two drives", 0),
        ],
    );
}

/// What she edited or withdrew, and words of the owner that named her once, are told by two downloads of one account.
#[test]
fn no_earlier_wording_outlives_an_erased_person() {
    let folder = tempfile::tempdir().unwrap();
    let download = |day: &str, messages: &[serde_json::Value], caption: &str| {
        let instagram = folder.path().join(format!("instagram-awa.exemple-{day}-AAAAbbbb"));
        let activity = instagram.join("your_instagram_activity");
        let thread = serde_json::json!({ "participants": [{ "name": NAME }, { "name": "Awa Exemple" }], "messages": messages,
            "title": NAME, "thread_path": "inbox/aissatoundiaye_1021" });
        put(&activity.join("messages/inbox/aissatoundiaye_1021/message_1.json"), &meta(&thread));
        let photo_of = "media/posts/202401/312345678901234567_1.jpg";
        let posts = serde_json::json!([{ "media": [{ "uri": photo_of, "creation_timestamp": 1_704_445_200, "title": "" }],
            "title": caption, "creation_timestamp": 1_704_445_200 }]);
        put(&activity.join("media/posts_1.json"), &meta(&posts));
        put(&instagram.join(photo_of), &photo("colis"));
        instagram
    };
    let said = |sender: &str, millis: u64, text: &str| serde_json::json!({ "sender_name": sender, "timestamp_ms": 1_700_000_000_000_u64 + millis, "content": text });
    let named = format!("{} {NAME}", OTHERS[0]);
    let before = [
        said(NAME, 1_001, HERS[0]),
        said(NAME, 2_002, HERS[1]),
        said("Awa Exemple", 3_003, &named),
        said(NAME, 4_004, HERS[3]),
    ];
    let mut gone = said(NAME, 2_002, "");
    gone["is_unsent"] = true.into();
    let after = [
        said(NAME, 1_001, HERS[2]),
        gone,
        said("Awa Exemple", 3_003, OTHERS[0]),
        said("Instagram user", 4_004, HERS[3]),
    ];
    let downloads =
        [download("2024-03-10", &before, &format!("{} {NAME}", OTHERS[1])), download("2024-06-10", &after, OTHERS[1])];
    for order in [[0, 1], [1, 0]] {
        let root = folder.path().join(format!("archive-{}", order[0]));
        let mut archive = create(&root).0;
        for at in order {
            import_all(&mut archive, &[downloads[at].clone()]);
        }
        let shown = records(&archive);
        let words = |record: &&Record| record.kind == malle::model::Kind::Message;
        assert_eq!(shown.iter().filter(words).count(), 4, "each is one message: {shown:?}");
        let with_other_words = shown.iter().filter(|record| record.otherwise("text").next().is_some()).count();
        assert!(with_other_words >= 3, "{order:?}: {shown:?}");
        rebuild_index(&archive, &|_| {}).unwrap();
        assert!(hits(&archive, &root).len() > 10, "the test looks in the right places");

        let person = her(&archive);
        erase_person(&mut archive, &person, now()).unwrap();
        assert_eq!(hits(&archive, &root), Vec::<String>::new(), "{order:?}");
        rebuild_index(&archive, &|_| {}).unwrap();
        assert_eq!(hits(&archive, &root), Vec::<String>::new(), "{order:?}");
        assert_sound(&archive);
        let left = records(&archive);
        assert!(left.iter().any(|record| record.text.contains(OTHERS[0])), "the owner's words stay");
        for at in order {
            import_all(&mut archive, &[downloads[at].clone()]);
            assert_eq!(hits(&archive, &root), Vec::<String>::new(), "{order:?}: brought back");
        }
        assert_sound(&archive);
    }
}

/// The first drive comes by, the second later; each is pending until then.
fn drives_follow(archive: &Archive, sticks: &[Drive; 2], seq: u64) {
    let [first, second] = sticks;
    assert!(has_pending_erasure(archive.layout(), first).unwrap());
    run(archive.layout(), first, &|_, _| true).unwrap();
    assert!(carry_out(archive.layout(), first, RunOptions::default(), now()).unwrap() > 0);
    assert_eq!(hits(archive, &first.folder), Vec::<String>::new());
    assert!(!has_pending_erasure(archive.layout(), first).unwrap());
    assert!(has_pending_erasure(archive.layout(), second).unwrap());
    assert!(hits(archive, &second.folder).len() > 20);
    let state: Vec<bool> =
        erasures_of(archive.layout(), seq).unwrap().into_iter().map(|copy| copy.done.is_some()).collect();
    assert_eq!(state, [true, false]);
    run(archive.layout(), second, &|_, _| true).unwrap();
    carry_out(archive.layout(), second, RunOptions::default(), now()).unwrap();
    assert_eq!(hits(archive, &second.folder), Vec::<String>::new());
    assert_eq!(carry_out(archive.layout(), second, RunOptions::default(), now()).unwrap(), 0);
}

/// Nobody says that a drive is cleared by a list that is not whole; the archive's own commits make it again.
#[test]
fn a_damaged_list_of_what_went_never_passes_for_an_erasure() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("archive");
    let mut archive = create(&root).0;
    import_all(&mut archive, &downloads(folder.path()));
    let place = folder.path().join("MALLE-1");
    std::fs::create_dir(&place).unwrap();
    let drive = add_drive(archive.layout(), &place, Some("MALLE-1")).unwrap().drive;
    run(archive.layout(), &drive, &|_, _| true).unwrap();
    let drive = noted(&archive, &drive);
    let person = her(&archive);
    let done = erase_person(&mut archive, &person, now()).unwrap();
    let layout = archive.layout().clone();
    let list = layout.commits().join(Layout::removed_name(done.seq));
    let whole = std::fs::read(&list).unwrap();
    let lines: Vec<usize> = (0..whole.len()).filter(|at| *at == 0 || whole[at - 1] == b'\n').collect();
    assert!(lines.len() > 4);
    let mut flipped = whole.clone();
    flipped[lines[2] + 20] ^= 1;
    let damages =
        [Some(whole[..lines[2]].to_vec()), Some(whole[..lines[1]].to_vec()), Some(vec![]), Some(flipped), None];
    for (at, damage) in damages.into_iter().enumerate() {
        match damage {
            Some(damage) => std::fs::write(&list, damage).unwrap(),
            None => std::fs::remove_file(&list).unwrap(),
        }
        let named = check_public(&layout, &|_| {}).unwrap().findings;
        assert!(
            named.iter().any(|it| layout.root().join(&it.path) == list && it.kind != FindingKind::Leftover),
            "{at}"
        );
        let archive = open(&root);
        assert!(!verify(&archive, VerifyDepth::Names, &|_| {}).unwrap().is_sound(), "{at}");
        let _refused = run(&layout, &drive, &|_, _| true);
        assert!(carry_out(&layout, &drive, RunOptions::default(), now()).is_err(), "{at}");
        assert!(has_pending_erasure(&layout, &drive).unwrap(), "{at}");
        assert!(!hits(&archive, &drive.folder).is_empty(), "{at}: nothing was there to be cleared");
        assert_eq!(lacks_lists(&archive), !list.exists(), "{at}");
        assert_eq!(restore_lists(&archive).unwrap(), std::slice::from_ref(&list), "{at}");
        assert_eq!(std::fs::read(&list).unwrap(), whole, "{at}");
    }
    run(&layout, &drive, &|_, _| true).unwrap();
    assert!(carry_out(&layout, &drive, RunOptions::default(), now()).unwrap() > 0);
    assert_eq!(hits(&archive, &drive.folder), Vec::<String>::new());
    assert_sound(&archive);
}

/// A drive with parity of an archive with her, and the paths of its files.
fn stick(archive: &Archive, folder: &Path, name: &str) -> Drive {
    let place = folder.join(name);
    std::fs::create_dir(&place).unwrap();
    let drive = add_drive(archive.layout(), &place, Some(name)).unwrap().drive;
    let mut drives = Drives::load(archive.layout()).unwrap();
    drives.choose_parity(&drive.id, true);
    drives.save(archive.layout()).unwrap();
    let drive = drives.named(name).unwrap().clone();
    assert!(run(archive.layout(), &drive, &|_, _| true).unwrap().parity.unwrap().groups > 0);
    drive
}

fn paths_below(root: &Path) -> BTreeSet<String> {
    files(root).iter().map(|path| path.strip_prefix(root).unwrap().to_str().unwrap().to_owned()).collect()
}

/// Paths that the parity of a drive tells of.
fn with_parity(drive: &Drive) -> BTreeSet<String> {
    crate::parity::groups(&drive.folder).into_values().flatten().collect()
}

fn findings(drive: &Drive) -> Vec<malle::store::Finding> {
    let copy = Layout::new(&drive.folder);
    let mut report = check_public(&copy, &|_| {}).unwrap();
    check_parity(&copy, &mut report, &|_| {}).unwrap();
    report.findings
}

#[test]
fn an_erased_person_comes_back_neither_from_parity_nor_from_repairs() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("archive");
    let mut archive = create(&root).0;
    for path in downloads(folder.path()) {
        import_all(&mut archive, &[path]);
    }
    let [first, second] = ["MALLE-1", "MALLE-2"].map(|name| stick(&archive, folder.path(), name));
    let before = paths_below(&first.folder);
    let person = her(&archive);
    erase_person(&mut archive, &person, now()).unwrap();
    run(archive.layout(), &first, &|_, _| true).unwrap();
    let carried = || carry_out(archive.layout(), &first, RunOptions::default(), now()).unwrap();
    assert!(carried() > 0);

    let after = paths_below(&first.folder);
    let gone: BTreeSet<&String> = before.difference(&after).filter(|path| !path.starts_with("parity/")).collect();
    assert!(gone.len() >= 6, "{gone:?}");
    let told = with_parity(&first);
    assert!(gone.iter().all(|path| !told.contains(*path)), "no parity is left that it could be made of");
    let not_told: Vec<&String> =
        after.iter().filter(|path| !path.starts_with("parity/") && *path != "lock" && !told.contains(*path)).collect();
    assert_eq!(not_told, Vec::<&String>::new(), "what stays has parity");
    assert_eq!(findings(&first), []);

    // Everything is repaired while a drive is there that still has it all.
    let newest = archive.commit().seq;
    let object = archive.commit().objects[0].sha256.clone();
    for layout in [Layout::new(&first.folder), archive.layout().clone()] {
        for path in [layout.commits().join(Layout::sums_name(newest)), layout.object(&object), layout.readme()] {
            std::fs::remove_file(path).unwrap();
        }
        let report = if layout.root() == root {
            let found = verify(&archive, VerifyDepth::Hashes, &|_| {}).unwrap().findings;
            repair_archive(archive.layout(), &found, &|_, _| true).unwrap()
        } else {
            repair_drive(archive.layout(), &first, &findings(&first), &|_, _| true).unwrap()
        };
        assert!(report.repaired.len() == 3 && report.lost.is_empty(), "{report:?}");
        assert_eq!(hits(&archive, layout.root()), Vec::<String>::new());
    }
    assert_eq!(paths_below(&first.folder), after);
    assert_eq!(carried(), 0);
    assert!(hits(&archive, &second.folder).len() > 20, "there it still is");

    // What was interrupted between removing files and telling so is repaired no more than done: nothing comes back.
    run(archive.layout(), &second, &|_, _| true).unwrap();
    for path in &gone {
        std::fs::remove_file(second.folder.join(path)).unwrap();
    }
    let report = repair_drive(archive.layout(), &second, &findings(&second), &|_, _| true).unwrap();
    assert_eq!(report.lost, []);
    assert!(gone.iter().all(|path| !second.folder.join(path).exists()), "{report:?}");
    carry_out(archive.layout(), &second, RunOptions::default(), now()).unwrap();
    assert!(gone.iter().all(|path| !with_parity(&second).contains(*path)));
    assert_eq!((hits(&archive, &second.folder), findings(&second)), (Vec::new(), Vec::new()));
    let files = u64::try_from(gone.len()).unwrap();
    report::put("G2", &[at_least("files erased", files), exactly("of them in parity or brought back by repairs", 0)]);
}

#[test]
fn parity_that_may_still_save_a_damaged_file_is_not_thrown_away_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = create(&folder.path().join("archive")).0;
    for path in downloads(folder.path()) {
        import_all(&mut archive, &[path]);
    }
    let drive = stick(&archive, folder.path(), "MALLE-1");
    let before = paths_below(&drive.folder);
    let person = her(&archive);
    erase_person(&mut archive, &person, now()).unwrap();
    let stays: BTreeSet<String> = paths_below(archive.layout().root());
    let shared = crate::parity::groups(&drive.folder).into_values().find_map(|members| {
        let erased = members.iter().any(|path| !stays.contains(path) && path.starts_with("objects/"));
        members.into_iter().find(|path| erased && stays.contains(path) && path.starts_with("objects/"))
    });
    let shared = shared.unwrap();
    for root in [archive.layout().root(), &drive.folder] {
        let mut bytes = std::fs::read(root.join(&shared)).unwrap();
        bytes[100] ^= 1;
        std::fs::write(root.join(&shared), bytes).unwrap();
    }
    run(archive.layout(), &drive, &|_, _| true).unwrap();
    let carried = |options| carry_out(archive.layout(), &drive, options, now());
    let refused = carried(RunOptions::default());
    assert!(
        matches!(&refused, Err(BackupError::DamagedSource { paths }) if *paths == [archive.layout().root().join(&shared)]),
        "{refused:?}"
    );
    assert!(has_pending_erasure(archive.layout(), &noted(&archive, &drive)).unwrap());
    assert!(before.iter().filter(|path| path.starts_with("objects/")).all(|path| drive.folder.join(path).exists()));
    // Given up on purpose.
    assert!(carried(RunOptions { skip_damaged: true }).unwrap() > 0);
    let there = paths_below(&drive.folder);
    let gone: Vec<&String> =
        before.iter().filter(|path| path.starts_with("objects/") && !stays.contains(*path)).collect();
    assert!(gone.len() >= 3 && gone.iter().all(|path| !there.contains(*path)), "{gone:?}");
    assert!(with_parity(&drive).is_subset(&there));
}

/// A drive as the register has it after a run.
fn noted(archive: &Archive, drive: &Drive) -> Drive {
    Drive { seq: archive.commit().seq, ..drive.clone() }
}

/// The owner labels, notes, tells who is who and saves searches, six times about her.
fn say_things(archive: &mut Archive) {
    let of = |text: &str| records(archive).into_iter().find(|record| record.text.starts_with(text)).unwrap().id;
    let (hers, mine) = (of(HERS[0]), of(OTHERS[0]));
    let label = |record, label: &str| Annotation::Label { record, label: label.to_owned(), set: true };
    let note = |record, text: &str| Annotation::Note { record, text: Some(text.to_owned()) };
    let search = |name: &str, query: &str| Annotation::Search {
        name: name.to_owned(),
        query: Some(query.to_owned()),
        sort: None,
    };
    let name = Identity { platform: Platform::Messenger, by: KnownBy::Name, value: NAME.to_owned() };
    let other = Identity { platform: Platform::Instagram, by: KnownBy::Handle, value: "zoe".to_owned() };
    let said = vec![
        label(hers, "à livrer"),
        label(mine, "colis"),
        label(mine, &format!("pour {NAME}")),
        note(hers, "zinzoline ou rouge"),
        note(mine, &format!("rappeler {NAME} lundi")),
        search("elle", &format!("de:\"{NAME}\"")),
        search("colis", "colis"),
        Annotation::person(&name, &other, false).unwrap(),
    ];
    assert_eq!(annotate(archive, said, now()).unwrap(), 8);
}

/// What the owner said of others is all there.
fn said_of_others(archive: &Archive) {
    let (book, _) = Book::read(archive).unwrap();
    let labels: Vec<String> = book.labels().into_values().map(|(label, _)| label).collect();
    assert_eq!(labels, ["colis", "pour •••"]);
    assert_eq!(book.notes().into_values().collect::<Vec<_>>(), ["rappeler ••• lundi"]);
    assert_eq!((book.searches(), book.pairs().len()), (vec![("colis", "colis", None)], 0));
}

#[test]
fn whom_the_owner_told_to_be_one_person_goes_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = create(&folder.path().join("archive")).0;
    import_all(&mut archive, &downloads(folder.path()));
    assert_eq!(her(&archive).names.len(), 1);
    let name = |name: &str| Identity { platform: Platform::Messenger, by: KnownBy::Name, value: name.to_owned() };
    let said = Annotation::person(&name(NAME), &name("Zoé Échantillon"), true).unwrap();
    annotate(&mut archive, vec![said], now()).unwrap();
    assert_eq!(her(&archive).names.iter().collect::<Vec<_>>(), [NAME, "Zoé Échantillon"]);
    let said = Annotation::person(&name(NAME), &name("Zoé Échantillon"), false).unwrap();
    annotate(&mut archive, vec![said], now()).unwrap();
    assert_eq!(her(&archive).names.len(), 1);
}

/// Neither the same downloads nor newer ones bring anything back.
fn comes_not_back(archive: &mut Archive, folder: &Path) {
    for path in downloads(folder) {
        let outcome = import_all(archive, &[path]);
        assert!(outcome.summary.added.is_empty() && outcome.summary.skipped > 0, "{:?}", outcome.summary);
        assert_eq!(outcome.summary.updated, 0, "{:?}", outcome.summary);
    }
    assert_eq!(hits(archive, archive.layout().root()), Vec::<String>::new());
    assert_sound(archive);
}

#[test]
fn an_interrupted_erasure_is_finished_by_whoever_opens_the_archive_next() {
    let folder = tempfile::tempdir().unwrap();
    let (root, copy) = (folder.path().join("archive"), folder.path().join("copy"));
    let mut archive = create(&root).0;
    import_all(&mut archive, &downloads(folder.path()));
    copy_tree(&root, &copy);
    let person = her(&archive);
    erase_person(&mut archive, &person, now()).unwrap();
    // As after a power cut between the commit and the removal: old and new lie side by side.
    copy_tree(&copy, &root);
    let archive = open(&root);
    assert!(has_removals(&archive));
    assert!(hits(&archive, &root).len() > 20);
    assert!(verify(&archive, VerifyDepth::Hashes, &|_| {}).unwrap().is_sound());
    let malle = Malle::new().set("MALLE_PASSWORD", PASSPHRASE).set("MALLE_ARCHIVE", root.to_str().unwrap());
    let listed = malle.run(&["rgpd", "registre"]);
    assert_eq!(listed.code, 0, "{}", listed.stderr);
    assert!(listed.stderr.contains("L'effacement d'une personne est terminé"), "{}", listed.stderr);
    let archive = open(&root);
    assert!(!has_removals(&archive));
    assert_eq!(hits(&archive, &root), Vec::<String>::new());
    assert_sound(&archive);
    clear(&archive).unwrap();
}

fn copy_tree(from: &Path, to: &Path) {
    for path in files(from) {
        let target = to.join(path.strip_prefix(from).unwrap());
        if !target.exists() {
            put(&target, &std::fs::read(&path).unwrap());
        }
    }
}

#[test]
fn people_are_told_apart_and_the_owner_is_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = create(&folder.path().join("archive")).0;
    let chat = folder.path().join("Discussion WhatsApp avec Les cousines");
    let line = |name: &str| format!("13/03/2024, 09:00 - {name}: bonjour\n");
    let text: String = ["Fatou Sow", "Fatou Diop", NUMBER, "Awa"].map(line).concat();
    put(&chat.join("Discussion WhatsApp avec Les cousines.txt"), text.as_bytes());
    import_all(&mut archive, &[chat]);
    let found = |text: &str| find_person(&archive, text).unwrap();
    let shown = |found: Found| {
        let people = if let Found::Several(people) = found { people } else { one(found).into_iter().collect() };
        people.iter().map(|person| person.shown().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(shown(found("fatou")), ["Fatou Diop", "Fatou Sow"]);
    assert_eq!(shown(found("fatou sow")), ["Fatou Sow"]);
    assert_eq!(shown(found("77 123 45 67")), [NUMBER]);
    assert_eq!(found("Moussa"), Found::Nobody);
}

/// Two people of one name whom the owner told apart go together, and the preview warns of it.
#[test]
fn people_of_one_name_who_were_told_apart_are_named_before_they_go_together() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("archive");
    let mut archive = create(&root).0;
    import_all(&mut archive, &downloads(folder.path()));
    assert!(her(&archive).apart.is_empty());
    let name = |platform| Identity { platform, by: KnownBy::Name, value: NAME.to_owned() };
    let (one, other) = (name(Platform::Messenger), name(Platform::Whatsapp));
    annotate(&mut archive, vec![Annotation::person(&one, &other, false).unwrap()], now()).unwrap();
    assert_eq!(her(&archive).apart, BTreeSet::from([one, other]));
    drop(archive);
    let malle = Malle::new().set("MALLE_PASSWORD", PASSPHRASE).set("MALLE_ARCHIVE", root.to_str().unwrap());
    let preview = malle.run(&["rgpd", "effacer", NAME, "--essai"]);
    assert!(preview.stdout.contains("vous avez séparé"), "{}", preview.stdout);
    assert!(preview.stdout.contains("(WhatsApp)") && preview.stdout.contains("(Messenger)"), "{}", preview.stdout);
    let preview = malle.run(&["rgpd", "effacer", NAME, "--essai", "--json"]);
    let preview: serde_json::Value = serde_json::from_str(&preview.stdout).unwrap();
    assert_eq!(preview["told_apart"].as_array().unwrap().len(), 2, "{preview}");
}

#[test]
fn a_person_is_erased_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("archive");
    let mut archive = create(&root).0;
    import_all(&mut archive, &downloads(folder.path()));
    drop(archive);
    let malle = Malle::new().set("MALLE_PASSWORD", PASSPHRASE).set("MALLE_ARCHIVE", root.to_str().unwrap());
    let preview = malle.run(&["rgpd", "effacer", "aissatou ndiaye", "--essai"]);
    assert_eq!(preview.code, 0, "{}", preview.stderr);
    assert!(preview.stdout.contains("Seraient effacés\u{a0}: 4 messages reçus"), "{}", preview.stdout);
    assert!(preview.stdout.contains("Gardés, noms masqués\u{a0}: 4 de vos messages"), "{}", preview.stdout);
    let code = |arguments: &[&str]| malle.run(arguments).code;
    assert_eq!(code(&["privacy", "log"]), 1);
    assert_eq!(code(&["privacy", "erase", "Moussa", "-n"]), 1);
    assert_eq!(code(&["privacy", "erase", NAME]), 13);
    assert_eq!(code(&["privacy", "erase", NAME, "--confirm", "Zoé"]), 2);
    assert_eq!(code(&["evidence", "print", "-o", "statement.txt"]), 0);
    let done = malle.run(&["privacy", "erase", NAME, "--confirm", "aissatou ndiaye", "--json"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let certificate: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(certificate["erasure"]["counts"]["messages"], 4);
    assert!(!done.stdout.contains("ssatou") && !done.stderr.contains("ssatou"));
    // What was stated before allows for what was erased, and the check says so; commits that are forgotten are known all the same.
    let checked = malle.run(&["evidence", "check", "statement.txt", "--json"]);
    let check: serde_json::Value = serde_json::from_str(&checked.stdout).unwrap();
    assert_eq!((checked.code, check["erasures"].as_array().unwrap().len()), (0, 1), "{}", checked.stdout);
    assert_eq!((check["holds"].as_bool(), check["differences"].as_array().unwrap().len()), (Some(true), 0));
    let number = |field: &str| check[field].as_u64().unwrap();
    assert!(number("unchanged") > 0 && number("erased") > 0 && number("masked") > 0, "{}", checked.stdout);
    assert_eq!(number("unchanged") + number("erased") + number("masked"), number("leaves"), "{}", checked.stdout);
    let told = malle.run(&["evidence", "check", "statement.txt"]);
    assert!(told.stdout.contains("Une personne a été effacée depuis à votre demande, le "), "{}", told.stdout);
    assert!(told.stdout.contains("Tout le reste de ce qui a été attesté est là, inchangé."), "{}", told.stdout);
    only_what_was_erased_is_allowed_for(&root, &malle.path("statement.txt"));
    // A statement of afterwards says what is there then.
    assert_eq!(code(&["evidence", "print", "-o", "after.txt"]), 0);
    let after = malle.run(&["evidence", "check", "after.txt", "--json"]);
    let check: serde_json::Value = serde_json::from_str(&after.stdout).unwrap();
    assert_eq!((after.code, check["holds"].as_bool()), (0, Some(true)), "{}", after.stdout);
    assert!(check["gone"].as_u64() > Some(0), "{}", after.stdout);
    let search = malle.run(&["search", "zinzoline"]);
    assert_eq!(search.code, 1, "{}", search.stdout);
    assert!(malle.run(&["search", "colis", "--json"]).stdout.contains(OTHERS[0]));
    let log = malle.run(&["rgpd", "registre", "--json"]);
    let register: serde_json::Value = serde_json::from_str(&log.stdout).unwrap();
    assert_eq!(register["erasures"][0], certificate["erasure"]);
    let archive = open(&root);
    assert_eq!(hits(&archive, &root), Vec::<String>::new());
    assert_eq!(archive.objects(ObjectKind::ErasureList).count(), 1);
    forgotten_drives_are_told(&malle, folder.path());
    // Whoever comes back is welcome: what they write later is imported.
    let chat = folder.path().join("later");
    let text = format!("13/03/2031, 09:00 - {NAME}: bonjour je reviens\n13/03/2031, 09:01 - Awa: bienvenue\n");
    put(&chat.join(format!("Discussion WhatsApp avec {NAME}.txt")), text.as_bytes());
    let later = malle.run(&["import", chat.to_str().unwrap()]);
    assert!(later.code == 0 || later.code == 3, "{}", later.stderr);
    let found = malle.run(&["search", "reviens", "--json"]).stdout;
    assert!(found.contains("bonjour"), "{found}\n{}\n{}", later.stdout, later.stderr);
}

/// A gap is allowed for only as far as erasures tell of it: without them, or with one fewer, what is missing differs.
fn only_what_was_erased_is_allowed_for(root: &Path, statement: &Path) {
    let archive = open(root);
    let statement = Statement::parse(&std::fs::read_to_string(statement).unwrap()).unwrap();
    let counts = &read_erasures(&archive).unwrap()[0].counts;
    let (masked, files) = (counts.masked, counts.media + counts.originals);
    let erased = erased_records(&archive).unwrap();
    let differs = |record: &dyn Fn(&RecordId) -> bool, masked: u64, files: u64| {
        let found = check(&archive, &statement, &ErasedSince { record, masked, files }).unwrap();
        let records = found.differences.iter().filter(|other| matches!(other, Difference::Record(_))).count();
        (records, found.differences.len() - records)
    };
    assert_eq!(differs(&erased, masked, files), (0, 0));
    let (records, others) = differs(&|_| false, 0, 0);
    assert!(records > 0 && others > 0, "{records} {others}");
    let (gone, none) = differs(&|_| false, masked, files);
    assert!(gone > 0 && gone < records && none == 0, "{gone} {none}");
    let (changed, none) = differs(&erased, 0, files);
    assert!(changed > 0 && changed + gone == records && none == 0, "{changed} {none}");
    assert_eq!(differs(&erased, masked, 0), (0, others));
}

/// A drive that is no longer registered, and never came to an erasure, stands in the log of it for good; one that came to it, too.
fn forgotten_drives_are_told(malle: &Malle, folder: &Path) {
    let code = |arguments: &[&str]| malle.run(arguments).code;
    let drives = || -> Vec<(String, bool, bool)> {
        let log: serde_json::Value = serde_json::from_str(&malle.run(&["privacy", "log", "--json"]).stdout).unwrap();
        let lines = log["erasures"].as_array().unwrap().last().unwrap()["drives"].as_array().unwrap().clone();
        let told = lines.iter().map(|line| {
            (line["name"].as_str().unwrap().to_owned(), line["done"].is_string(), line["forgotten"].is_string())
        });
        told.collect()
    };
    for name in ["D1", "D2", "D3"] {
        std::fs::create_dir(folder.join(name)).unwrap();
        assert_eq!(code(&["backup", "add", folder.join(name).to_str().unwrap()]), 0);
    }
    assert_eq!(drives(), [], "drives that never held anything");
    assert_eq!((code(&["backup", "run", "D1"]), code(&["backup", "run", "D2"])), (0, 0));
    assert_eq!(code(&["privacy", "erase", "Zoé Échantillon", "--confirm", "Zoé Échantillon"]), 0);
    assert_eq!(code(&["backup", "run", "D2"]), 0);
    // Whoever reads a copy that the erasure has not reached is told.
    let warned = |drive: &str| {
        let read = malle.run(&["search", "colis", "--archive", folder.join(drive).to_str().unwrap()]);
        assert!([0, 1].contains(&read.code), "{}", read.stderr);
        read.stderr.contains("contient encore une personne")
    };
    assert_eq!((warned("D1"), warned("D2")), (true, false));
    for name in ["D1", "D2", "D3"] {
        assert_eq!(code(&["backup", "remove", name]), 0);
    }
    let told = |name: &str, done, forgotten| (name.to_owned(), done, forgotten);
    let mut lines = drives();
    lines.sort();
    assert_eq!(lines, [told("D1", false, true), told("D2", true, false)]);
    let log = malle.run(&["rgpd", "registre"]).stdout;
    assert!(log.contains("pas effacé\u{a0}: retiré de vos disques"), "{log}");
    assert_eq!(code(&["backup", "add", folder.join("D1").to_str().unwrap(), "--name", "D1"]), 0);
    assert_eq!(code(&["backup", "run", "D1"]), 0);
    let mut lines = drives();
    lines.sort();
    assert_eq!(lines, [told("D1", true, false), told("D2", true, false)]);
}

/// What people do with an archive, in any order.
#[derive(Clone, Debug)]
enum Deed {
    /// Chat of this number, grown by some messages, is exported and imported.
    Import(usize, usize),
    /// Person of this number is erased.
    Erase(usize),
    Compact,
    /// Drive of this number is brought up to date.
    Backup(usize),
    /// Drive of this number is lost, and a new one takes its place.
    Drop(usize),
    /// The archive is lost, and restored from the drive of this number.
    Restore(usize),
}

const PEOPLE: [&str; 3] = ["Mariama Ba", "Ousmane Sarr", "Rokhaya Fall"];

/// What the archive must hold.
#[derive(Clone, Default)]
struct Model {
    /// Texts, by chat and number of the message; even ones are the owner's.
    messages: BTreeSet<(usize, usize)>,
    erased: BTreeSet<usize>,
}

impl Model {
    fn texts(&self) -> Vec<String> {
        let mut texts: Vec<String> = self.messages.iter().map(|(chat, number)| said(*chat, *number)).collect();
        texts.sort();
        texts
    }

    fn forget(&mut self, person: usize) {
        self.messages.retain(|(chat, number)| *chat != person || number % 2 == 0);
    }
}

fn said(chat: usize, number: usize) -> String {
    format!("message {number} de la discussion {chat}")
}

/// Writes the chat of a person as its first `messages` messages.
fn export_chat(folder: &Path, chat: usize, messages: usize) -> PathBuf {
    let root = folder.join(format!("chat-{chat}-{messages}"));
    let mut text = String::new();
    for number in 0..messages {
        let sender = if number % 2 == 0 { "Awa Exemple" } else { PEOPLE[chat] };
        writeln!(text, "13/03/2024, {:02}:{:02} - {sender}: {}", number / 60, number % 60, said(chat, number)).unwrap();
    }
    put(&root.join(format!("Discussion WhatsApp avec {}.txt", PEOPLE[chat])), text.as_bytes());
    root
}

struct World {
    folder: tempfile::TempDir,
    number: usize,
    archive: Archive,
    model: Model,
    lengths: [usize; 3],
    /// What each drive holds; nothing before its first run.
    drives: [Option<Model>; 2],
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let archive = create(&folder.path().join("archive-0")).0;
        let mut world =
            Self { folder, number: 0, archive, model: Model::default(), lengths: [0; 3], drives: [None, None] };
        (0..2).for_each(|drive| world.add(drive));
        world
    }

    fn add(&mut self, drive: usize) {
        self.number += 1;
        let place = self.folder.path().join(format!("drive-{}", self.number));
        std::fs::create_dir(&place).unwrap();
        let name = format!("D{drive}");
        let mut drives = Drives::load(self.archive.layout()).unwrap();
        drives.drives.retain(|known| known.name != name);
        drives.save(self.archive.layout()).unwrap();
        add_drive(self.archive.layout(), &place, Some(&name)).unwrap();
        self.drives[drive] = None;
    }

    fn does(&mut self, deed: &Deed) {
        match deed {
            Deed::Import(chat, more) => {
                self.lengths[*chat] += more;
                let path = export_chat(self.folder.path(), *chat, self.lengths[*chat]);
                import_all(&mut self.archive, &[path]);
                self.model.messages.extend((0..self.lengths[*chat]).map(|number| (*chat, number)));
                self.model.erased.clone().into_iter().for_each(|person| self.model.forget(person));
            }
            Deed::Erase(person) => {
                let found = find_person(&self.archive, PEOPLE[*person]).unwrap();
                let wrote = self.model.messages.iter().any(|(chat, number)| chat == person && number % 2 == 1);
                assert!(found != Found::Nobody || !wrote);
                if let Some(found) = one(found) {
                    erase_person(&mut self.archive, &found, now()).unwrap();
                    self.model.erased.insert(*person);
                    self.model.forget(*person);
                }
            }
            Deed::Compact => {
                let plan = plan_compaction(&self.archive).unwrap();
                if !plan.is_empty() {
                    compact(&mut self.archive, &plan, now()).unwrap();
                }
            }
            Deed::Backup(number) => {
                let drive = Drives::load(self.archive.layout()).unwrap().named(&format!("D{number}")).unwrap().clone();
                run(self.archive.layout(), &drive, &|_, _| true).unwrap();
                carry_out(self.archive.layout(), &drive, RunOptions::default(), now()).unwrap();
                self.drives[*number] = Some(self.model.clone());
                for person in &self.model.erased {
                    for (path, bytes) in everything(&self.archive, &drive.folder) {
                        assert!(
                            memchr::memmem::find(&bytes, PEOPLE[*person].as_bytes()).is_none(),
                            "{}",
                            path.display()
                        );
                    }
                }
            }
            Deed::Drop(drive) => self.add(*drive),
            Deed::Restore(number) => {
                let Some(model) = self.drives[*number].clone() else { return };
                let drive = Drives::load(self.archive.layout()).unwrap().named(&format!("D{number}")).unwrap().clone();
                self.number += 1;
                let root = self.folder.path().join(format!("archive-{}", self.number));
                restore(&drive.folder, &root, &|_, _| true).unwrap();
                (self.archive, self.model) = (open(&root), model);
                // Nothing of the lost archive's register is left.
                (0..2).for_each(|drive| self.add(drive));
            }
        }
    }

    fn check(&self) {
        let mut texts: Vec<String> =
            records(&self.archive).into_iter().filter(|record| !record.system).map(|record| record.text).collect();
        texts.sort();
        assert_eq!(texts, self.model.texts());
        assert!(verify(&self.archive, VerifyDepth::Data, &|_| {}).unwrap().is_sound());
        for person in &self.model.erased {
            for (path, bytes) in everything(&self.archive, self.archive.layout().root()) {
                assert!(memchr::memmem::find(&bytes, PEOPLE[*person].as_bytes()).is_none(), "{}", path.display());
            }
        }
    }
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (0..3_usize, 1..7_usize).prop_map(|(chat, more)| Deed::Import(chat, more)),
        2 => (0..3_usize).prop_map(Deed::Erase),
        1 => Just(Deed::Compact),
        3 => (0..2_usize).prop_map(Deed::Backup),
        1 => (0..2_usize).prop_map(Deed::Drop),
        1 => (0..2_usize).prop_map(Deed::Restore),
    ]
}

#[test]
fn whatever_is_done_in_whatever_order_the_archive_holds_what_it_must() {
    let config =
        ProptestConfig { cases: 8, max_shrink_iters: 40, failure_persistence: None, ..ProptestConfig::default() };
    let (cases, done) = (config.cases, std::cell::Cell::new(0));
    let outcome = TestRunner::new(config).run(&proptest::collection::vec(deed(), 4..14), |deeds| {
        let mut world = World::new();
        for deed in &deeds {
            world.does(deed);
            world.check();
            done.set(done.get() + 1);
        }
        Ok(())
    });
    outcome.unwrap();
    let cases = u64::from(cases);
    assert!(done.get() >= 4 * cases);
    report::put(
        "P1",
        &[
            exactly("sequences", cases),
            at_least("steps, each compared with the model", 4 * cases),
            exactly("differences", 0),
        ],
    );
}

#[test]
fn compaction_joins_small_files_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("archive");
    let mut archive = create(&root).0;
    for messages in 1..6 {
        import_all(&mut archive, &[export_chat(folder.path(), 0, messages)]);
    }
    let before = records(&archive);
    let commits = archive.history().unwrap().len();
    let plan = plan_compaction(&archive).unwrap();
    assert!(plan.segments.len() >= 5 && plan.packs.is_empty(), "{plan:?}");
    assert!(compact(&mut archive, &plan, now()).unwrap() > 0);
    assert_eq!(archive.objects(ObjectKind::Seg).count(), 1);
    assert_eq!(records(&archive), before);
    assert_eq!(archive.history().unwrap().len(), commits + 1, "the past can be read");
    assert_sound(&archive);
    assert!(plan_compaction(&archive).unwrap().is_empty());
    let malle = Malle::new().set("MALLE_PASSWORD", PASSPHRASE).set("MALLE_ARCHIVE", root.to_str().unwrap());
    let said = malle.run(&["compacter"]);
    assert_eq!(
        (said.code, said.stdout.as_str()),
        (0, "L'archive est bien rangée\u{a0}: rien à faire.\n"),
        "{}",
        said.stderr
    );
}

#[test]
fn an_archive_under_another_key_holds_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let mut old = create(&folder.path().join("old")).0;
    import_all(&mut old, &downloads(folder.path()));
    let mut new = create(&folder.path().join("new")).0;
    reencrypt(&old, &mut new, now(), &|_, _| {}).unwrap();
    let export = |archive: &Archive| {
        let mut bytes = Vec::new();
        malle::export::write_ndjson(archive, &mut bytes, &|| {}).unwrap();
        bytes
    };
    assert_eq!(export(&new), export(&old));
    let (media, copied) = (old.media().unwrap(), new.media().unwrap());
    assert!(!media.is_empty() && media.len() == copied.len());
    for entry in media.iter() {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        old.copy_media(entry, &mut before).unwrap();
        new.copy_media(copied.entry(&entry.sha256).unwrap(), &mut after).unwrap();
        assert_eq!(before, after);
    }
    assert_eq!(new.originals().unwrap().len(), old.originals().unwrap().len());
    assert_eq!(new.commit().counts, old.commit().counts);
    assert_ne!(new.commit().vault, old.commit().vault);
    assert_sound(&new);
    // What was erased stays away in the new archive too.
    let person = her(&new);
    erase_person(&mut new, &person, now()).unwrap();
    let mut third = create(&folder.path().join("third")).0;
    reencrypt(&new, &mut third, now(), &|_, _| {}).unwrap();
    assert!(import_all(&mut third, &downloads(folder.path())).summary.added.is_empty());
    assert_eq!(hits(&third, third.layout().root()), Vec::<String>::new());
}

#[test]
fn an_old_copy_that_is_restored_does_not_bring_anybody_back() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("archive");
    let mut archive = create(&root).0;
    import_all(&mut archive, &downloads(folder.path()));
    drop(archive);
    let stick = folder.path().join("MALLE-1");
    std::fs::create_dir(&stick).unwrap();
    let malle = Malle::new().set("MALLE_PASSWORD", PASSPHRASE).set("MALLE_ARCHIVE", root.to_str().unwrap());
    let done = |arguments: &[&str]| {
        let run = malle.run(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
        run
    };
    done(&["backup", "add", stick.to_str().unwrap(), "--name", "MALLE-1"]);
    done(&["backup", "run"]);
    done(&["privacy", "erase", NAME, "--confirm", NAME]);
    assert!(done(&["backup", "list"]).stdout.contains("effacement en attente"));
    let expected = records(&open(&root));
    // The archive is lost; the drive never heard of the erasure.
    std::fs::remove_dir_all(&root).unwrap();
    done(&["restore", stick.to_str().unwrap(), "--to", root.to_str().unwrap()]);
    assert!(hits(&open(&root), &root).len() > 20);
    let opened = done(&["status"]);
    assert!(opened.stderr.contains("plus ancienne qu'un effacement"), "{}", opened.stderr);
    let archive = open(&root);
    assert_eq!(hits(&archive, &root), Vec::<String>::new());
    assert_eq!(records(&archive), expected);
    assert_sound(&archive);
    assert!(!done(&["status"]).stderr.contains("plus ancienne"));
    done(&["backup", "add", stick.to_str().unwrap(), "--name", "MALLE-1"]);
    let run = done(&["backup", "run"]);
    assert!(run.stderr.contains("effacement fait"), "{}", run.stderr);
    let copy = files(&stick).into_iter().find(|path| path.ends_with("VAULT.json")).unwrap();
    assert_eq!(hits(&archive, copy.parent().unwrap()), Vec::<String>::new());
    assert!(!done(&["backup", "list"]).stdout.contains("effacement en attente"));
}
