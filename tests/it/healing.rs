//! Damage to the archive and to its index, and what goes on around it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::NaiveDate;
use malle::index::{
    ANALYSER_VERSION, Index, IndexError, IndexKey, IndexLock, IndexState, Near, Query, QueryContext, SearchOptions,
    Sort,
};
use malle::ingest::{IndexOutcome, ReadyIndex, read_conversations, ready_index};
use malle::store::{Archive, ObjectKind, VerifyDepth, verify};

use crate::reliability::report;
use crate::support::archives::{self, import_all};
use crate::support::fixtures;

const SAMPLES: [&str; 4] = [
    "facebook/json-2025_two-folders/bundle",
    "messenger/json-2025_two-parts/bundle",
    "instagram/json-2024_two-parts/bundle",
    "whatsapp/android_fr-direct/bundle",
];

fn copy(from: &Path, to: &Path) {
    for path in archives::files(from) {
        let target = to.join(path.strip_prefix(from).unwrap());
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(&path, &target).unwrap();
    }
}

/// Each sample, each of its parts, as an import of its own.
fn import_each(archive: &mut Archive) -> BTreeSet<PathBuf> {
    let mut damaged = BTreeSet::new();
    for sample in SAMPLES {
        for part in std::fs::read_dir(fixtures().join(sample)).unwrap() {
            damaged.extend(import_all(archive, &[part.unwrap().path()]).damaged);
        }
    }
    damaged
}

/// Everything asked of the index, through the cure for damage that a question meets.
fn answers(archive: &mut Archive) -> (Vec<String>, IndexOutcome, IndexOutcome) {
    let context = QueryContext::new(NaiveDate::from_ymd_opt(2024, 3, 14).unwrap());
    let mut ready = ready_index(archive, &|_| {}, &mut || {}).unwrap();
    let opened = ready.outcome;
    let mut told = Vec::new();
    for (text, sort) in [
        ("", Sort::Newest),
        ("robe", Sort::Oldest),
        ("robe bleue", Sort::Relevance),
        ("\"robe bleue\"", Sort::Newest),
        ("rob* de:fatou", Sort::Newest),
        ("contient:photo OU type:post", Sort::Oldest),
        ("depuis:2010 -livraison", Sort::Newest),
    ] {
        let query = Query::parse(text, &context);
        let options = SearchOptions { limit: 100_000, sort, near: Near::Never, ..SearchOptions::default() };
        let found = ready.ask(archive, |index| index.search(&query, &options)).unwrap();
        let mut ids = ready.ask(archive, |index| index.search_ids(&query, &options)).unwrap();
        // Equally good hits stand in the order of the index.
        ids.sort();
        told.push(format!("{text} {} {ids:?}", found.total));
    }
    told.extend(looked_up(&mut ready, archive));
    (told, opened, ready.outcome)
}

/// Ids, their beginnings, and neighbours.
fn looked_up(ready: &mut ReadyIndex, archive: &Archive) -> Vec<String> {
    let exported = archives::export(archive);
    let some = exported.iter().step_by(exported.len() / 8 + 1);
    some.map(|record| {
        let id = record["id"].as_str().unwrap();
        let parsed = id.parse().unwrap();
        let found = ready.ask(archive, |index| index.by_id(&parsed)).unwrap();
        let beginning = ready.ask(archive, |index| index.by_id_prefix(id.get(..8).unwrap())).unwrap().first;
        let conversation = record["conversation"]["id"].as_str().unwrap_or_default();
        let near = ready
            .ask(archive, |index| index.neighbours(conversation, None, found.unwrap_or(0), 2))
            .unwrap()
            .before
            .len();
        format!("{id} {} {} {near}", found.is_some(), beginning.len())
    })
    .collect()
}

/// Records by id, answers of the index, messages by conversation, and counts.
type Told = (BTreeMap<String, serde_json::Value>, Vec<String>, Vec<(String, u64)>, BTreeMap<String, u64>);

/// What an archive tells of itself, wherever its records lie.
fn told(archive: &mut Archive) -> Told {
    let records = archives::export(archive);
    let count = records.len();
    let by_id: BTreeMap<_, _> =
        records.into_iter().map(|record| (record["id"].as_str().unwrap().to_owned(), record)).collect();
    assert_eq!(by_id.len(), count, "a record is exported twice");
    let mut conversations: Vec<_> =
        read_conversations(archive).unwrap().into_iter().map(|line| (line.id, line.messages)).collect();
    conversations.sort();
    let mut counts = archive.commit().counts.clone();
    counts.retain(|_, count| *count > 0);
    (by_id, answers(archive).0, conversations, counts)
}

#[test]
fn an_index_that_somebody_else_makes_is_waited_for_and_that_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let (mut archive, _) = archives::create(&folder.path().join("archive"));
    import_each(&mut archive);
    let place = archive.layout().index();
    let cleared = IndexLock::take(&place).unwrap().cleared().unwrap();
    let index = Index::create(cleared, &IndexKey::new(&archive.keyring().index_key())).unwrap();
    let mut writer = Some(index.writer(1, 16 << 20).unwrap());
    let mut told = 0;
    let ready = ready_index(&mut archive, &|_| {}, &mut || {
        told += 1;
        drop(writer.take());
    });
    assert_eq!(told, 1);
    let records: u64 = archive.commit().counts.values().sum();
    assert_eq!(ready.unwrap().index.len(), records);
}

#[test]
fn what_others_make_and_write_meanwhile_is_taken_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("archive");
    let mut archive = archives::create(&root).0;
    import_each(&mut archive);
    let (place, aside) = (archive.layout().index(), folder.path().join("aside"));
    copy(&place, &aside);
    // Somebody makes it: whoever comes meanwhile waits, takes away nothing, and takes what was made.
    let lock = IndexLock::take(&place).unwrap().cleared().unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| ready_index(&mut archives::open(&root), &|_| {}, &mut || {}).unwrap().outcome);
        std::thread::sleep(Duration::from_millis(300));
        assert!(!waiting.is_finished());
        copy(&aside, &place);
        drop(lock);
        assert_eq!(waiting.join().unwrap(), IndexOutcome::Level);
    });
    // Somebody writes after the archive was opened here: its newer state is read, and the index stays.
    let mut before = archives::open(&root);
    import_all(&mut archive, &[fixtures().join("telegram/account-2025_two-chats/bundle")]);
    let ready = ready_index(&mut before, &|_| {}, &mut || {}).unwrap();
    assert_eq!((ready.outcome, before.commit().seq), (IndexOutcome::Level, archive.commit().seq));
    assert_eq!(ready.index.len(), archive.commit().counts.values().sum::<u64>());
}

#[test]
fn several_who_complete_an_index_at_once_add_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = archives::create(folder.path()).0;
    import_each(&mut archive);
    let records: u64 = archive.commit().counts.values().sum();
    let key = IndexKey::new(&archive.keyring().index_key());
    for _ in 0..5 {
        // As a first import leaves it that is killed at its end.
        let cleared = IndexLock::take(&archive.layout().index()).unwrap().cleared().unwrap();
        let index = Index::create(cleared, &key).unwrap();
        index.writer(1, 16 << 20).unwrap().commit(&IndexState::covering(0)).unwrap();
        drop(index);
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    let ready = ready_index(&mut archives::open(folder.path()), &|_| {}, &mut || {}).unwrap();
                    assert_eq!(ready.index.len(), records);
                });
            }
        });
    }
}

#[test]
fn an_import_goes_on_around_damage_and_stores_again_what_the_damaged_file_held() {
    let folder = tempfile::tempdir().unwrap();
    let (sound, damaged) = (folder.path().join("sound"), folder.path().join("damaged"));
    let mut archive = archives::create(&sound).0;
    assert!(import_each(&mut archive).is_empty());
    import_each(&mut archive);
    let expected = told(&mut archive);
    let segments: Vec<PathBuf> =
        archive.objects(ObjectKind::Seg).map(|object| archive.layout().object(&object.sha256)).collect();
    assert!(segments.len() >= SAMPLES.len());
    let lists = [ObjectKind::MediaList, ObjectKind::RawList];
    let lists: Vec<PathBuf> =
        lists.into_iter().map(|kind| archive.layout().object(&archive.objects(kind).next().unwrap().sha256)).collect();
    for (number, path) in segments.iter().chain(&lists).enumerate() {
        let whole = std::fs::read(path).unwrap();
        copy(&sound, &damaged);
        let place = damaged.join(path.strip_prefix(&sound).unwrap());
        match number % 3 {
            0 => std::fs::remove_file(&place).unwrap(),
            1 => std::fs::write(&place, &whole[..whole.len() / 2]).unwrap(),
            _ => {
                let mut flipped = whole.clone();
                *flipped.last_mut().unwrap() ^= 1;
                std::fs::write(&place, flipped).unwrap();
            }
        }
        let is_segment = number < segments.len();
        let mut archive = archives::open(&damaged);
        let named = import_each(&mut archive);
        assert!(!is_segment || named == BTreeSet::from([place.clone()]), "{named:?}");
        let healed = told(&mut archive);
        assert_eq!(healed.0.len(), expected.0.len(), "{}", path.display());
        for (id, record) in &expected.0 {
            assert_eq!(healed.0.get(id), Some(record), "{}", path.display());
        }
        assert_eq!((&healed.1, &healed.2, &healed.3), (&expected.1, &expected.2, &expected.3), "{}", path.display());
        // The file changes nothing when it comes back.
        std::fs::write(&place, &whole).unwrap();
        assert_eq!(archives::export(&archive).len(), expected.0.len(), "{}", path.display());
        assert!(verify(&archive, VerifyDepth::Data, &|_| {}).unwrap().is_sound());
        std::fs::remove_dir_all(&damaged).unwrap();
    }
}

#[test]
fn an_index_of_another_version_is_made_anew_and_an_unfinished_one_is_not_asked() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = archives::create(folder.path()).0;
    import_each(&mut archive);
    let (expected, outcome, _) = answers(&mut archive);
    assert_ne!(outcome, IndexOutcome::Rebuilt);
    let key = IndexKey::new(&archive.keyring().index_key());
    let place = archive.layout().index();
    let current = IndexState::covering(archive.commit().seq);
    for foreign in [
        IndexState { analyser: ANALYSER_VERSION + 1, ..current.clone() },
        IndexState { analyser: ANALYSER_VERSION - 1, ..current.clone() },
        IndexState { schema: current.schema + 1, ..current.clone() },
        IndexState { tantivy: "tantivy of another time".to_owned(), ..current.clone() },
    ] {
        // It says that it is level with the archive, and holds nothing.
        let cleared = IndexLock::take(&place).unwrap().cleared().unwrap();
        Index::create(cleared, &key).unwrap().writer(1, 16 << 20).unwrap().commit(&foreign).unwrap();
        assert!(matches!(Index::open(&place, &key), Err(IndexError::Stale)), "{foreign:?}");
        let (told, outcome, _) = answers(&mut archive);
        assert_eq!((&told, outcome), (&expected, IndexOutcome::Rebuilt), "{foreign:?}");
        assert_eq!(Index::open(&place, &key).unwrap().state().unwrap(), current);
    }
    // Somebody else has just begun to build it, and gives up.
    let cleared = IndexLock::take(&place).unwrap().cleared().unwrap();
    let writer = Index::create(cleared, &key).unwrap().writer(1, 16 << 20).unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| answers(&mut archives::open(folder.path())).0);
        // Long enough for an answer from what is there.
        std::thread::sleep(Duration::from_millis(500));
        assert!(!waiting.is_finished());
        drop(writer);
        assert_eq!(waiting.join().unwrap(), expected);
    });
}

/// A chat with so many words that the files of its index have several chunks: damage to one shows only when it is read.
fn long_chat(folder: &Path) -> PathBuf {
    let mut text = String::new();
    for message in 0..4_000_u64 {
        let (day, hour, minute) = (message / 1_440 + 1, message / 60 % 24, message % 60);
        let mut words = String::from("robe bleue");
        let mut state = message.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        for _ in 0..6 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            write!(words, " z{:x}", state >> 30).unwrap();
        }
        let sender = if message % 2 == 0 { "Awa" } else { "Fatou" };
        writeln!(text, "{day:02}/03/2024, {hour:02}:{minute:02} - {sender}: {words}").unwrap();
    }
    let path = folder.join("Discussion WhatsApp avec Fatou.txt");
    std::fs::write(&path, text).unwrap();
    path
}

type Damage = (&'static str, fn(&mut Vec<u8>, &[u8]));

/// What happens to files; the second file is another one of the index.
const DAMAGE: [Damage; 6] = [
    ("flip the first byte", |bytes, _| bytes[0] ^= 1),
    ("flip in the middle", |bytes, _| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x80;
    }),
    ("truncate to nothing", |bytes, _| bytes.clear()),
    ("truncate to half", |bytes, _| bytes.truncate(bytes.len() / 2)),
    ("append itself", |bytes, _| bytes.extend_from_within(..)),
    ("take the place of another", |bytes, other| other.clone_into(bytes)),
];

/// The kind of an index file: its ending, or its name.
fn kind(path: &Path) -> String {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    if name.ends_with(".json") { name } else { name.rsplit('.').next().unwrap().to_owned() }
}

/// The largest file of each kind.
fn of_each_kind(index: &Path) -> BTreeMap<String, PathBuf> {
    let mut largest: BTreeMap<String, PathBuf> = BTreeMap::new();
    let size = |path: &Path| std::fs::metadata(path).unwrap().len();
    for path in archives::files(index).into_iter().filter(|path| path.extension().is_none_or(|end| end != "lock")) {
        match largest.get(&kind(&path)) {
            Some(known) if size(known) >= size(&path) => {}
            _ => drop(largest.insert(kind(&path), path)),
        }
    }
    largest
}

/// Kinds of files that the engine writes.
const ENGINE: [&str; 9] = ["meta.json", ".managed.json", "idx", "pos", "term", "fast", "fieldnorm", "store", "del"];

/// Test D2 of the design of the store: damage of every kind to every kind of file of the index gives the answers that
/// the sound index gave.
#[test]
fn a_damaged_index_is_rebuilt_and_answers_as_before() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = archives::create(&folder.path().join("a")).0;
    import_each(&mut archive);
    let expected = answers(&mut archive).0;
    let (index, sound) = (archive.layout().index(), folder.path().join("index"));
    copy(&index, &sound);
    let files = of_each_kind(&sound);
    for needed in ENGINE.iter().chain(&["order", "ends", "facts"]) {
        assert!(files.contains_key(*needed), "{needed}: {:?}", files.keys());
    }
    let paths: Vec<&PathBuf> = files.values().collect();
    let mut damages = 0;
    let mut rebuilt: BTreeMap<String, usize> = BTreeMap::new();
    for (number, path) in paths.iter().enumerate() {
        let other = std::fs::read(paths[(number + 1) % paths.len()]).unwrap();
        let removal: Damage = ("remove", |_, _| {});
        for (name, damage) in DAMAGE.iter().chain([&removal]) {
            std::fs::remove_dir_all(&index).unwrap();
            copy(&sound, &index);
            let place = index.join(path.file_name().unwrap());
            let mut bytes = std::fs::read(&place).unwrap();
            damage(&mut bytes, &other);
            if *name == "remove" {
                std::fs::remove_file(&place).unwrap();
            } else {
                std::fs::write(&place, bytes).unwrap();
            }
            let (found, _, outcome) = answers(&mut archive);
            assert_eq!(found, expected, "{}: {name}", path.display());
            damages += 1;
            *rebuilt.entry(kind(path)).or_default() += usize::from(outcome != IndexOutcome::Level);
        }
    }
    // Damage that nobody meets proves nothing. A file that is gone or has another length is always missed; of damage in
    // its length, only what the questions read. What only saves time is never the reason to build anew.
    for (kind, rebuilt) in &rebuilt {
        if ENGINE.contains(&kind.as_str()) {
            assert!(*rebuilt >= 4, "{kind}: {rebuilt}");
        } else {
            assert_eq!(*rebuilt, 0, "{kind}");
        }
    }
    assert!(rebuilt.values().sum::<usize>() > 45, "{rebuilt:?}");
    // Neither does a file in place of the folder, nor an import beside damage, change the answers.
    std::fs::remove_dir_all(&index).unwrap();
    std::fs::write(&index, "rien").unwrap();
    assert_eq!(answers(&mut archive).0, expected);
    report::put(
        "D2.files",
        &[
            report::exactly("sorts of index files", paths.len().try_into().unwrap()),
            report::exactly("damages", damages),
            report::exactly("other answers", 0),
        ],
    );
    for path in paths.into_iter().step_by(3) {
        std::fs::remove_dir_all(&index).unwrap();
        copy(&sound, &index);
        let place = index.join(path.file_name().unwrap());
        let mut bytes = std::fs::read(&place).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&place, bytes).unwrap();
        import_all(&mut archive, &[fixtures().join(SAMPLES[3])]);
        assert_eq!(answers(&mut archive).0, expected, "{}", path.display());
    }
}

/// The same for damage that opening the index does not meet, only a question. Both in the library and in the program.
#[test]
fn damage_that_only_a_question_meets_is_cured_too() {
    let folder = tempfile::tempdir().unwrap();
    let malle = crate::support::program::Malle::new();
    let root = malle.path("boutique");
    let mut archive = archives::create(&root).0;
    import_all(&mut archive, &[long_chat(folder.path())]);
    let expected = answers(&mut archive).0;
    let (index, sound) = (archive.layout().index(), folder.path().join("index"));
    copy(&index, &sound);
    let large = of_each_kind(&sound);
    let large: Vec<_> = large.into_iter().filter(|(_, path)| std::fs::metadata(path).unwrap().len() > 70_000).collect();
    let mut met = BTreeSet::new();
    let damage = |path: &Path, at: usize| {
        std::fs::remove_dir_all(&index).unwrap();
        copy(&sound, &index);
        let place = index.join(path.file_name().unwrap());
        let mut bytes = std::fs::read(&place).unwrap();
        bytes[at] ^= 1;
        std::fs::write(&place, bytes).unwrap();
    };
    for (kind, path) in &large {
        damage(path, 40_000);
        let (found, opened, outcome) = answers(&mut archive);
        assert_eq!(found, expected, "{kind}");
        if (opened, outcome) == (IndexOutcome::Level, IndexOutcome::Rebuilt) {
            met.insert(kind.as_str());
        }
    }
    assert!(met.len() >= 2, "{met:?} of {large:?}");
    report::put("D2.questions", &[report::at_least("damages that only a question met", met.len().try_into().unwrap())]);
    std::fs::write(malle.path("phrase"), archives::PASSPHRASE).unwrap();
    let malle = malle.set("MALLE_ARCHIVE", "boutique").set("MALLE_PASSWORD_FILE", "phrase");
    for (kind, path) in large.iter().filter(|(kind, _)| met.contains(kind.as_str())) {
        damage(path, 40_000);
        let run = malle.run(&["search", "robe bleue", "-C", "2", "-m", "5", "--jsonl"]);
        assert_eq!((run.code, run.stdout.lines().count()), (0, 5), "{kind}: {}", run.stderr);
        assert_eq!(malle.run(&["search", "--count", "robe bleue"]).stdout, "4000\n", "{kind}");
    }
}
