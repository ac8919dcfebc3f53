//! The encrypted index: what it finds, what its files show, and what damage does to it.

use std::path::Path;

use chrono::NaiveDate;
use fs_err as fs;
use malle::index::{
    Cursor, Index, IndexError, IndexKey, IndexLock, IndexState, Near, Query, QueryContext, SearchOptions, Sort, Tier,
    Together, found_words, snippet,
};
use malle::model::{
    Attachment, AttachmentKind, AttachmentStatus, Author, ConversationKind, ConversationRef, Kind, Link, Platform,
    Record, RecordId, Time,
};
use proptest::prelude::{Strategy, prop_oneof};
use proptest::strategy::ValueTree as _;

use crate::support::records;

const ARENA: usize = 16 << 20;

fn key(byte: u8) -> IndexKey {
    IndexKey::new(&[byte; 32])
}

fn record(number: u32, text: &str) -> Record {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    id[12..].copy_from_slice(&number.wrapping_mul(2_654_435_761).to_be_bytes());
    Record {
        conversation: Some(ConversationRef {
            id: "chat-fatou".to_owned(),
            title: "Fatou Ndiaye".to_owned(),
            kind: ConversationKind::Direct,
        }),
        author: Some(Author { name: "Fatou Ndiaye".to_owned(), ..Author::default() }),
        time: Time::from_seconds(1_700_000_000 + i64::from(number) * 3_600),
        ..records::message(id, text)
    }
}

fn attachment(kind: AttachmentKind, name: &str) -> Attachment {
    Attachment {
        kind,
        name: name.to_owned(),
        mime: None,
        size_bytes: None,
        sha256: None,
        status: AttachmentStatus::Stored,
        caption: None,
        taken: None,
        place: None,
        path: None,
    }
}

fn build(folder: &Path, records: &[Record]) -> Index {
    let index = Index::create(IndexLock::take(folder).unwrap(), &key(1)).unwrap();
    let writer = index.writer(2, ARENA).unwrap();
    for (loc, record) in (0..).zip(records) {
        writer.add(record, loc).unwrap();
    }
    writer.commit(&IndexState::covering(1)).unwrap();
    index
}

fn parse(text: &str) -> Query {
    Query::parse(text, &QueryContext::new(NaiveDate::from_ymd_opt(2024, 3, 14).unwrap()))
}

fn locs(index: &Index, text: &str) -> Vec<u64> {
    let options = SearchOptions { limit: 1_000, ..SearchOptions::default() };
    let found = index.search(&parse(text), &options).unwrap();
    assert_eq!(found.total, u64::try_from(found.hits.len()).unwrap());
    found.hits.iter().map(|hit| hit.loc).collect()
}

fn shop() -> Vec<Record> {
    let mut records: Vec<Record> = [
        "tu as encore la robe bleue à 25 000 F ?",
        "les commandes sont prêtes",
        "Je veux commander deux pagnes",
        "Merciiii ❤️ pour le t-shirt #ModeAfricaine",
        "rendez-vous à Trois-Rivières, chez L'Oréal",
        "prix de gros disponible",
        "de gros prix",
        "commande annulée par le client",
    ]
    .iter()
    .zip(0..)
    .map(|(text, number)| record(number, text))
    .collect();
    records[1].author = Some(Author { name: "Awa Diop".to_owned(), is_owner: true, ..Author::default() });
    records[2].author = Some(Author {
        name: "Moussa Sarr".to_owned(),
        handle: Some("moussa.sarr".to_owned()),
        phone: Some("+221 77 123 45 67".to_owned()),
        ..Author::default()
    });
    records[2].platform = Platform::Instagram;
    records[3].attachments.push(attachment(AttachmentKind::Photo, "IMG-20240312-WA0001.jpg"));
    records[4].links.push(Link { url: "https://www.chez-awa.sn/tenues".to_owned(), title: None });
    records[5].attachments.push(attachment(AttachmentKind::Document, "Catalogue été.pdf"));
    records[5].conversation = Some(ConversationRef {
        id: "groupe-1".to_owned(),
        title: "Clientes Tabaski".to_owned(),
        kind: ConversationKind::Group,
    });
    records[6].time = Time::none();
    records
}

#[test]
fn queries_find_what_they_say() {
    let folder = tempfile::tempdir().unwrap();
    let index = build(folder.path(), &shop());
    let check = |query: &str, expected: &[u64]| assert_eq!(locs(&index, query), expected, "{query}");
    check("", &[7, 5, 4, 3, 2, 1, 0, 6]);
    check("*", &[7, 5, 4, 3, 2, 1, 0, 6]);
    check("robe", &[0]);
    check("ROBES bleu", &[0]);
    check("25000", &[0]);
    check("25.000", &[0]);
    check("25", &[]);
    check("commander", &[7, 2, 1]);
    check("=commandes", &[1]);
    check("commande -annulée", &[2, 1]);
    check("commande -annuler", &[2, 1]);
    check("\"prix de gros\"", &[5]);
    check("prix gros", &[5, 6]);
    check("gros -\"prix de gros\"", &[6]);
    check("merci", &[3]);
    check("❤", &[3]);
    check("t-shirt", &[3]);
    check("tshirt", &[3]);
    check("mode africaine", &[3]);
    check("#modeafricaine", &[3]);
    check("comm*", &[7, 2, 1]);
    check("trois rivieres", &[4]);
    check("rendez-vous", &[4]);
    check("loreal", &[4]);
    check("robe OU merci", &[3, 0]);
    check("(robe OU pagne) 25000", &[0]);
    check("de:awa", &[1]);
    check("de : Moussa", &[2]);
    check("de:moussa.sarr", &[2]);
    check("de:4567", &[2]);
    check("de:771234567", &[2]);
    check("de:moi", &[1]);
    check("moussa pagne", &[2]);
    check("est:envoyé", &[1]);
    check("dans:tabaski", &[5]);
    check("dans:groupe-1", &[5]);
    check("est:groupe", &[5]);
    check("plateforme:instagram", &[2]);
    check("plateforme:instagram,messenger", &[2]);
    check("type:photo", &[3]);
    check("contient:photo", &[3]);
    check("contient:lien", &[4]);
    check("fichier:pdf", &[5]);
    check("catalogue", &[5]);
    check("awa.sn", &[4]);
    check("type:publication", &[]);
    check("le:2023-11-14 robe", &[0]);
    check("avant:2023-11-14", &[]);
    check("après:2023-11-14", &[7, 5, 4, 3, 2, 1, 0]);
    check("-de:fatou", &[2, 1]);
    check("absent", &[]);
    check("à:fatou", &[1]);
}

#[test]
fn order_tiers_pages_and_counts() {
    let folder = tempfile::tempdir().unwrap();
    let index = build(folder.path(), &shop());
    let search = |text: &str, sort, offset, limit| {
        index
            .search(&parse(text), &SearchOptions { limit, offset, sort, near: Near::Never, ..SearchOptions::default() })
            .unwrap()
    };
    let hits = search("commande", Sort::Newest, 0, 20).hits;
    let tiers: Vec<_> = hits.iter().map(|hit| (hit.loc, hit.tier)).collect();
    assert_eq!(tiers, [(7, Tier::Exact), (2, Tier::Stem), (1, Tier::Stem)]);
    let best = search("commande", Sort::Relevance, 0, 1);
    assert_eq!((best.total, best.hits[0].loc, best.hits[0].tier), (3, 7, Tier::Exact));
    assert!(best.hits[0].score > 0.0);
    assert_eq!(search("commande", Sort::Relevance, 1, 5).hits.len(), 2);
    assert_eq!(search("commande", Sort::Relevance, 9, 5).hits.len(), 0);
    let oldest: Vec<_> = search("*", Sort::Oldest, 1, 3).hits.iter().map(|hit| hit.loc).collect();
    assert_eq!(oldest, [1, 2, 3]);
    let last = search("*", Sort::Newest, 7, 3);
    assert_eq!((last.total, last.hits[0].loc, last.hits[0].time_ms), (8, 6, None));
    assert_eq!(search("*", Sort::Newest, 0, 0).total, 8);
    assert_eq!(search("*", Sort::Relevance, 0, 0).total, 8);
}

#[test]
fn pages_go_on_where_the_one_before_ended() {
    let folder = tempfile::tempdir().unwrap();
    let mut records: Vec<Record> = (0..100).map(|number| record(number, "bonjour")).collect();
    for record in &mut records[30..60] {
        record.time = Time::from_seconds(1_700_000_000);
    }
    for record in &mut records[90..] {
        record.time = Time::none();
    }
    let index = build(folder.path(), &records);
    for sort in [Sort::Newest, Sort::Oldest] {
        let page = |after, offset, limit| {
            let options = SearchOptions { limit, offset, after, sort, near: Near::Never, ..SearchOptions::default() };
            index.search(&parse("bonjour"), &options).unwrap()
        };
        let all = page(None, 0, 1_000).hits;
        let mut walked = Vec::new();
        let mut after = None;
        loop {
            let found = page(after, 0, 7);
            assert_eq!(found.total, 100);
            assert_eq!(found.left, 100 - u64::try_from(walked.len() + found.hits.len()).unwrap());
            let Some(last) = found.hits.last() else { break };
            after = Some(Cursor { time_ms: last.time_ms, loc: last.loc });
            walked.extend(found.hits);
        }
        assert_eq!(walked, all);
        assert_eq!(page(None, 20, 10).hits, all[20..30]);
        assert_eq!(page(Some(Cursor { time_ms: all[9].time_ms, loc: all[9].loc }), 20, 10).hits, all[30..40]);
    }
}

#[test]
fn what_matches_exactly_comes_first_however_well_the_rest_matches() {
    let folder = tempfile::tempdir().unwrap();
    let padding = "et bien d'autres choses que personne ne cherche ici ".repeat(12);
    let texts = [
        "commandes commandes commandes commandes".to_owned(),
        format!("{padding} une commande {padding}"),
        "cmd cmd cmd cmd cmd".to_owned(),
        format!("{padding} commander {padding}"),
        "ma commande".to_owned(),
        format!("{padding} cmd {padding}"),
        "ma commande".to_owned(),
    ];
    let records: Vec<Record> = texts.iter().zip(0..).map(|(text, number)| record(number, text)).collect();
    let index = build(folder.path(), &records);
    let page = |text: &str, offset, limit| {
        let sort = Sort::Relevance;
        let options = SearchOptions { limit, offset, sort, near: Near::Never, ..SearchOptions::default() };
        index.search(&parse(text), &options).unwrap()
    };
    let all = page("commande", 0, 20);
    // Equally good ones stand newest first.
    assert_eq!(all.hits.iter().map(|hit| hit.loc).collect::<Vec<_>>(), [6, 4, 1, 0, 3, 2, 5]);
    assert!(all.hits.is_sorted_by_key(|hit| hit.tier));
    let tier_scores = |tier| all.hits.iter().filter(move |hit| hit.tier == tier).map(|hit| hit.score);
    for tier in [Tier::Exact, Tier::Stem, Tier::Abbreviation] {
        assert!(tier_scores(tier).is_sorted_by(|one, other| one >= other), "{tier:?}");
    }
    for limit in [1, 2, 3, 5] {
        for offset in 0..8 {
            let part = page("commande", offset, limit);
            let expected: Vec<_> = all.hits.iter().skip(offset).take(limit).cloned().collect();
            assert_eq!(part.hits, expected, "{offset} {limit}");
            let left = 7_usize.saturating_sub(offset + limit);
            assert_eq!((part.total, part.left), (7, u64::try_from(left).unwrap()), "{offset} {limit}");
        }
    }
    // A word in another form puts all of the record into that tier.
    let two = page("commande autre", 0, 9);
    assert!(two.hits.iter().all(|hit| hit.tier > Tier::Exact) && two.hits[0].loc == 1, "{two:?}");
}

#[test]
fn a_search_says_why_it_found_what_it_found() {
    let folder = tempfile::tempdir().unwrap();
    let records = shop();
    let index = build(folder.path(), &records);
    let ask = |text: &str, near| {
        let query = parse(text);
        let options = SearchOptions { explain: true, near, ..SearchOptions::default() };
        let found = index.search(&query, &options).unwrap();
        let near = query.showing_near();
        let hits = found.hits.iter().map(|hit| (hit, &query)).chain(found.near.iter().map(|hit| (hit, &near)));
        let told = hits.map(|(hit, query)| {
            assert!(hit.score > 0.0, "{text}");
            let words = found_words(&records[usize::try_from(hit.loc).unwrap()], query);
            (hit.loc, hit.why.clone().unwrap(), words)
        });
        (query.asked_for().iter().map(ToString::to_string).collect::<Vec<_>>(), told.collect::<Vec<_>>())
    };
    let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
    let (asked, told) = ask("cmd client plateforme:whatsapp -pagne", Near::Never);
    assert_eq!(asked, ["cmd", "client", "platform:whatsapp"]);
    let why = vec![Some(Tier::Abbreviation), Some(Tier::Exact), Some(Tier::Exact)];
    assert_eq!(told, [(7, why, vec![words(&["commande"]), words(&["client"]), Vec::new()])]);
    let (_, told) = ask("robes OU prêtes", Near::Never);
    assert_eq!(told[0], (1, vec![None, Some(Tier::Exact)], vec![Vec::new(), words(&["prêtes"])]));
    assert_eq!(told[1], (0, vec![Some(Tier::Stem), None], vec![words(&["robe"]), Vec::new()]));
    let (_, told) = ask("commende moussa", Near::Always);
    let why = vec![Some(Tier::Typo), Some(Tier::Exact)];
    assert_eq!(told, [(2, why, vec![words(&["commander"]), words(&["Moussa", "moussa"])])]);
    let (_, told) = ask("moussa pagne", Near::Never);
    // Of the name and of the handle.
    assert_eq!(told[0].2, [words(&["Moussa", "moussa"]), words(&["pagnes"])]);
    // Nothing of it without being asked.
    let found = index.search(&parse("robe"), &SearchOptions::default()).unwrap();
    assert_eq!((found.hits[0].score, &found.hits[0].why), (0.0, &None));
}

#[test]
fn facets_count_what_was_found() {
    let folder = tempfile::tempdir().unwrap();
    let index = build(folder.path(), &shop());
    let alone = Together::default();
    let facets = index.facets(&parse("*"), &alone, &mut |_| None).unwrap();
    assert_eq!(facets.platforms, [(Platform::Whatsapp, 7), (Platform::Instagram, 1)]);
    assert_eq!(facets.kinds, [(Kind::Message, 8)]);
    assert_eq!(facets.people.iter().map(|one| one.records).collect::<Vec<_>>(), [6, 1, 1]);
    assert_eq!(facets.conversations.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [7, 1]);
    assert_eq!(facets.months, [((2023, 11), 7)]);
    let few = index.facets(&parse("commande"), &alone, &mut |_| None).unwrap();
    assert_eq!(few.platforms, [(Platform::Whatsapp, 2), (Platform::Instagram, 1)]);
    assert_eq!(index.facets(&parse("absent"), &alone, &mut |_| None).unwrap(), malle::index::Facets::default());
}

#[test]
fn words_in_one_spelling_are_looked_for_in_records() {
    let folder = tempfile::tempdir().unwrap();
    let texts = ["sur la côte", "la cote monte", "la robe", "une COTE et une côte", "la Co\u{302}te d'Azur"];
    let records: Vec<Record> = texts.iter().zip(0..).map(|(text, number)| record(number, text)).collect();
    let index = build(folder.path(), &records);
    let ask = |text: &str, options: SearchOptions| {
        let mut read = |place: u64| records.get(usize::try_from(place).unwrap()).cloned();
        index.search_spelled(&parse(text), &options, &mut read).unwrap()
    };
    let oldest = SearchOptions { sort: Sort::Oldest, ..SearchOptions::default() };
    for (query, expected) in [
        ("=côte", &[0, 3, 4][..]),
        ("=cote", &[1, 3]),
        ("=CÔTE", &[0, 3, 4]),
        ("=côte OU robe", &[0, 2, 3, 4]),
        ("-=côte", &[1, 2]),
        ("cote -=côte", &[1]),
        ("cote -(=côte azur)", &[0, 1, 3]),
        ("=côte -=cote", &[0, 4]),
        ("=robe (=côte OU la)", &[2]),
        ("=pâte", &[]),
    ] {
        let found = ask(query, oldest);
        assert_eq!(found.hits.iter().map(|hit| hit.loc).collect::<Vec<_>>(), expected, "{query}");
        assert_eq!((found.total, found.left), (u64::try_from(expected.len()).unwrap(), 0), "{query}");
    }
    let page = ask("=côte", SearchOptions { limit: 1, ..oldest });
    assert_eq!((page.total, page.left, page.hits[0].loc), (3, 2, 0));
    let after = Some(Cursor { time_ms: page.hits[0].time_ms, loc: 0 });
    let next = ask("=côte", SearchOptions { limit: 1, after, ..oldest });
    assert_eq!((next.total, next.left, next.hits[0].loc), (3, 1, 3));
    let last = ask("=côte", SearchOptions { limit: 5, offset: 1, after, ..oldest });
    assert_eq!((last.total, last.left, last.hits[0].loc), (3, 0, 4));
    let mut read = |place: u64| records.get(usize::try_from(place).unwrap()).cloned();
    assert_eq!(index.facets(&parse("=côte"), &Together::default(), &mut read).unwrap().kinds, [(Kind::Message, 3)]);
    // What cannot be read is not passed over in silence.
    let unread = index.search_spelled(&parse("=côte -=cote"), &oldest, &mut |_| None).unwrap();
    assert_eq!(unread.total, 4);
}

#[test]
fn records_by_id_and_conversations_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut records: Vec<Record> = (0..200).map(|number| record(number, "bonjour")).collect();
    for record in &mut records[50..60] {
        record.time = Time::from_seconds(1_700_000_000 + 50 * 3_600);
    }
    let index = build(folder.path(), &records);
    for (loc, record) in (0..).zip(&records) {
        assert_eq!(index.by_id(&record.id).unwrap(), Some(loc));
        assert!(index.by_id_prefix(&record.id.to_string()).unwrap().first.contains(&(record.id, loc)));
    }
    assert_eq!(index.by_id(&RecordId::from_bytes([9; 16])).unwrap(), None);
    let all = index.by_id_prefix("0").unwrap();
    let beginning = |record: &&Record| record.id.to_string().starts_with('0');
    assert_eq!((all.first.len(), all.total), (50, records.iter().filter(beginning).count()));
    let seven = index.by_id_prefix(records[7].id.to_string().get(..8).unwrap()).unwrap();
    assert!(seven.first.contains(&(records[7].id, 7)) && seven.total == seven.first.len() && seven.total < 50);
    assert_eq!(index.by_id_prefix("not an id").unwrap().total, 0);

    let page = index.conversation("chat-fatou", 48..63).unwrap();
    assert_eq!((page.total, page.locs), (200, (48..63).collect()));
    let at = |loc: usize| records[loc].time.order_ms();
    let around = index.neighbours("chat-fatou", at(55), 55, 3).unwrap();
    assert_eq!((around.before, around.after), (vec![52, 53, 54], vec![56, 57, 58]));
    let around = index.neighbours("chat-fatou", at(0), 0, 2).unwrap();
    assert_eq!((around.before, around.after), (vec![], vec![1, 2]));
    assert_eq!(index.conversation("nobody", 0..9).unwrap().total, 0);
}

#[test]
fn records_are_replaced_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let index = build(folder.path(), &shop());
    let writer = index.writer(2, ARENA).unwrap();
    let mut changed = shop().remove(0);
    changed.text = "la robe verte".to_owned();
    writer.replace(&changed, 100).unwrap();
    writer.remove(&shop()[1].id).unwrap();
    let mut again = record(50, "nouveau");
    writer.add(&again, 101).unwrap();
    again.text = "renouveau".to_owned();
    writer.replace(&again, 102).unwrap();
    assert_eq!(locs(&index, "robe"), [0]);
    writer.commit(&IndexState::covering(2)).unwrap();
    assert_eq!(locs(&index, "robe"), [100]);
    assert_eq!(locs(&index, "bleue"), [0; 0]);
    assert_eq!(locs(&index, "prêtes"), [0; 0]);
    assert_eq!(locs(&index, "nouveau"), [0; 0]);
    assert_eq!(locs(&index, "renouveau"), [102]);
    assert_eq!(index.by_id(&shop()[1].id).unwrap(), None);
    assert_eq!(index.len(), 8);
    let reopened = Index::open(folder.path(), &key(1)).unwrap();
    assert_eq!(reopened.state().unwrap(), IndexState::covering(2));
    assert_eq!(locs(&reopened, "robe"), [100]);
}

#[test]
fn many_threads_add_and_only_a_commit_counts() {
    let folder = tempfile::tempdir().unwrap();
    let index = build(folder.path(), &shop());
    let writer = index.writer(2, ARENA).unwrap();
    assert!(matches!(index.writer(1, ARENA), Err(IndexError::Busy)));
    writer.add(&record(90, "perdu"), 90).unwrap();
    drop(writer);
    assert_eq!(locs(&index, "perdu"), [0; 0]);
    for (round, covered) in (0..12).zip(2..) {
        let writer = index.writer(2, ARENA).unwrap();
        std::thread::scope(|scope| {
            for part in 0..4_u32 {
                let writer = &writer;
                scope.spawn(move || {
                    for number in 0..20 {
                        let number = 1_000 + round * 80 + part * 20 + number;
                        writer.add(&record(number, &format!("lot{round} pagne")), u64::from(number)).unwrap();
                    }
                });
            }
        });
        writer.commit(&IndexState::covering(covered)).unwrap();
        assert_eq!(locs(&index, &format!("lot{round}")).len(), 80);
    }
    assert_eq!(locs(&index, "pagne -commander").len(), 960);
    // Thirteen commits of two threads would leave 26 segments; at most twelve of seven files each may stay.
    let files = fs::read_dir(folder.path()).unwrap().count();
    assert!(files <= 12 * 7 + 6, "small segments are merged: {files} files");
}

#[test]
fn files_show_no_word_and_no_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut canary = record(1, "kanarienvogel");
    canary.author.as_mut().unwrap().name = "Kanarienmensch".to_owned();
    canary.attachments.push(attachment(AttachmentKind::Photo, "kanarienbild.jpg"));
    drop(build(folder.path(), &[canary]));
    let mut seen = 0;
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mut bytes = fs::read(entry.path()).unwrap();
        bytes.extend_from_slice(entry.file_name().as_encoded_bytes());
        let lower = bytes.to_ascii_lowercase();
        assert!(!lower.windows(8).any(|window| window == b"kanarien"), "{entry:?}");
        seen += 1;
    }
    assert!(seen > 5);
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// Answers to a few questions that touch every kind of file.
fn answers(folder: &Path, byte: u8) -> Result<Vec<(u64, Vec<u64>)>, IndexError> {
    let index = Index::open(folder, &key(byte))?;
    let mut out = Vec::new();
    for text in ["robe", "\"prix de gros\"", "comm*", "de:awa", "*", "le:2023-11-14"] {
        for sort in [Sort::Newest, Sort::Relevance] {
            let found = index.search(&parse(text), &SearchOptions { limit: 50, sort, ..SearchOptions::default() })?;
            out.push((found.total, found.hits.iter().map(|hit| hit.loc).collect()));
        }
    }
    let by_id = index.by_id(&record(3, "").id)?;
    out.push((0, by_id.into_iter().collect()));
    Ok(out)
}

#[test]
fn damage_never_answers_wrong() {
    let sound = tempfile::tempdir().unwrap();
    let mut records = shop();
    records.extend((100..2_000).map(|number| record(number, &format!("mot{} robe numéro {number}", number % 97))));
    drop(build(sound.path(), &records));
    let expected = answers(sound.path(), 1).unwrap();
    let mut names: Vec<_> = fs::read_dir(sound.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    let mut refused = 0;
    for case in 0..360_usize {
        let name = &names[case % names.len()];
        // These only save time: without them the answers are found as before.
        let only_saves_time = [".order", ".ends", ".facts"].iter().any(|end| name.to_string_lossy().ends_with(end));
        let damaged = tempfile::tempdir().unwrap();
        copy_folder(sound.path(), damaged.path());
        let path = damaged.path().join(name);
        let mut bytes = fs::read(&path).unwrap();
        if bytes.is_empty() {
            continue;
        }
        let at = case.wrapping_mul(7_919) % bytes.len();
        match case % 4 {
            0..=2 => bytes[at] ^= 1 << (case % 8),
            _ => bytes.truncate(at),
        }
        fs::write(&path, &bytes).unwrap();
        match answers(damaged.path(), 1) {
            Ok(found) => assert_eq!(found, expected, "{name:?} at {at}"),
            Err(error) if only_saves_time => panic!("{name:?} at {at}: {error:?}"),
            Err(IndexError::Damaged(_) | IndexError::Stale) => refused += 1,
            Err(other) => panic!("{name:?} at {at}: {other:?}"),
        }
    }
    // What no question reads is not missed: `verify` names it.
    assert!(refused > 100, "{refused}");
}

#[test]
fn cuts_at_chunks_and_files_of_another_index_are_refused() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    drop(build(one.path(), &shop()));
    drop(build(two.path(), &shop()));
    let largest = |folder: &Path, ending: &str| {
        fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| path.extension().is_some_and(|extension| extension == ending))
            .unwrap()
    };
    for ending in ["idx", "term", "fast", "pos", "fieldnorm"] {
        let (mine, theirs) = (largest(one.path(), ending), largest(two.path(), ending));
        let kept = fs::read(&mine).unwrap();
        fs::copy(&theirs, &mine).unwrap();
        assert!(matches!(answers(one.path(), 1), Err(IndexError::Damaged(_))), "{ending}");
        fs::write(&mine, &kept).unwrap();
        assert!(answers(one.path(), 1).is_ok());
    }
    assert!(matches!(Index::open(one.path(), &key(2)), Err(IndexError::Stale)));
    assert!(matches!(Index::open(Path::new("/nonexistent/index"), &key(2)), Err(IndexError::Missing)));
}

#[test]
fn what_killed_writers_left_is_cleared() {
    let folder = tempfile::tempdir().unwrap();
    let index = build(folder.path(), &shop());
    fs::write(folder.path().join(".tmp-77-3"), b"half a file").unwrap();
    fs::write(folder.path().join(".tantivy-writer.lock"), b"").unwrap();
    fs::write(folder.path().join("0123456789abcdef0123456789abcdef.idx"), b"orphan").unwrap();
    assert_eq!(locs(&Index::open(folder.path(), &key(1)).unwrap(), "robe"), [0]);
    let writer = index.writer(1, ARENA).unwrap();
    writer.add(&record(70, "après la panne"), 70).unwrap();
    writer.commit(&IndexState::covering(9)).unwrap();
    assert!(!folder.path().join(".tmp-77-3").exists());
    assert_eq!(locs(&Index::open(folder.path(), &key(1)).unwrap(), "panne"), [70]);
}

#[test]
fn an_index_is_removed_and_built_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    drop(build(&path, &shop()));
    assert!(Index::create(IndexLock::take(&path).unwrap(), &key(1)).is_err());
    IndexLock::take(&path).unwrap().cleared().unwrap().cleared().unwrap();
    assert!(matches!(Index::open(&path, &key(1)), Err(IndexError::Missing)));
    let index = build(&path, &shop());
    assert_eq!(locs(&index, "robe"), [0]);
    assert_eq!(index.state().unwrap().commit_seq, 1);
}

#[test]
fn a_found_record_shows_why() {
    let folder = tempfile::tempdir().unwrap();
    let index = build(folder.path(), &shop());
    for asked in
        ["robe", "commander", "\"prix de gros\"", "merci", "25000", "t-shirt", "mode africaine", "trois rivieres"]
    {
        for loc in locs(&index, asked) {
            let text = &shop()[usize::try_from(loc).unwrap()].text;
            let shown = snippet(text, &parse(asked), 160);
            assert!(!shown.highlights.is_empty(), "{asked} in {text}");
        }
    }
}

/// A question and what a plain reading of all texts answers.
#[derive(Clone, Debug)]
enum Asked {
    Word(usize),
    Prefix(usize),
    Phrase(Vec<usize>),
    From(usize),
    Not(Box<Asked>),
    And(Vec<Asked>),
    Or(Vec<Asked>),
}

/// Too short to have stems or inflections.
const VOCABULARY: [&str; 8] = ["ba", "bo", "ko", "kux", "mu", "ny", "ox", "zif"];
const PEOPLE: [&str; 3] = ["Awa", "Binta", "Codou"];

impl Asked {
    fn query(&self) -> String {
        match self {
            Self::Word(word) => VOCABULARY[*word].to_owned(),
            Self::Prefix(word) => format!("{}*", VOCABULARY[*word].get(..1).unwrap()),
            Self::Phrase(words) => {
                format!("\"{}\"", words.iter().map(|w| VOCABULARY[*w]).collect::<Vec<_>>().join(" "))
            }
            Self::From(who) => format!("de:{}", PEOPLE[*who]),
            Self::Not(asked) => format!("-({})", asked.query()),
            Self::And(all) => format!("({})", all.iter().map(Self::query).collect::<Vec<_>>().join(" ET ")),
            Self::Or(any) => format!("({})", any.iter().map(Self::query).collect::<Vec<_>>().join(" OU ")),
        }
    }

    fn holds(&self, words: &[usize], author: usize) -> bool {
        match self {
            Self::Word(word) => words.contains(word),
            Self::Prefix(word) => {
                words.iter().any(|w| VOCABULARY[*w].get(..1).unwrap() == VOCABULARY[*word].get(..1).unwrap())
            }
            Self::Phrase(row) => words.windows(row.len()).any(|window| window == row),
            Self::From(who) => *who == author,
            Self::Not(asked) => !asked.holds(words, author),
            // The same filter twice widens.
            Self::And(all) => {
                let (filters, others): (Vec<_>, Vec<_>) = all.iter().partition(|asked| matches!(asked, Self::From(_)));
                others.iter().all(|asked| asked.holds(words, author))
                    && (filters.is_empty() || filters.iter().any(|asked| asked.holds(words, author)))
            }
            Self::Or(any) => any.iter().any(|asked| asked.holds(words, author)),
        }
    }
}

fn asked() -> impl Strategy<Value = Asked> {
    let word = || 0..VOCABULARY.len();
    let leaf = prop_oneof![
        3 => word().prop_map(Asked::Word),
        1 => word().prop_map(Asked::Prefix),
        2 => proptest::collection::vec(word(), 2..4).prop_map(Asked::Phrase),
        1 => (0..PEOPLE.len()).prop_map(Asked::From),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|asked| Asked::Not(Box::new(asked))),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Asked::And),
            proptest::collection::vec(inner, 2..4).prop_map(Asked::Or),
        ]
    })
}

#[test]
fn answers_are_those_of_reading_everything() {
    let texts: Vec<(Vec<usize>, usize)> = (0..300_usize)
        .map(|n| ((0..=n % 7).map(|w| (n * 31 + w * w * 7 + n * w) % VOCABULARY.len()).collect(), n % PEOPLE.len()))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let index = Index::create(IndexLock::take(folder.path()).unwrap(), &key(1)).unwrap();
    for part in 0..3 {
        let writer = index.writer(1, ARENA).unwrap();
        for (number, (words, author)) in (0_u32..).zip(&texts).skip(part * 100).take(100) {
            let text = words.iter().map(|word| VOCABULARY[*word]).collect::<Vec<_>>().join(" ");
            let mut record = record(number, &text);
            record.conversation = None;
            record.author.as_mut().unwrap().name = PEOPLE[*author].to_owned();
            writer.add(&record, u64::from(number)).unwrap();
        }
        for number in (0..100_u32).filter(|number| number % 9 == 0) {
            writer.remove(&record(number, "").id).unwrap();
        }
        writer.commit(&IndexState::covering(1)).unwrap();
    }
    let living = |number: usize| number >= 100 || !number.is_multiple_of(9);
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..400 {
        let asked = asked().new_tree(&mut runner).unwrap().current();
        let mut expected: Vec<u64> =
            (0..).zip(&texts).filter(|(_, (words, author))| asked.holds(words, *author)).map(|(n, _)| n).collect();
        expected.retain(|number| living(usize::try_from(*number).unwrap()));
        expected.reverse();
        assert_eq!(locs(&index, &asked.query()), expected, "{}", asked.query());
    }
}
