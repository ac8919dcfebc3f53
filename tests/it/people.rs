//! People under several names: found as one by certain evidence and by the owner's word, never by a name alone.

use chrono::{DateTime, NaiveDate, Utc};
use malle::index::{Index, IndexState, Query, QueryContext, SearchOptions};
use malle::model::{
    Author, ConversationKind, ConversationRef, Identity, Kind, KnownBy, Platform, Record, RecordId, Sighting, Time,
};
use malle::notes::{Annotation, Book, Evidence, People, annotate};
use malle::store::{ObjectKind, VerifyDepth, has_removals, reencrypt, verify};
use serde_json::{Value, json};

use crate::support::archives::{create, open};
use crate::support::records;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_730_000_000, 0).unwrap()
}

fn author(name: &str, handle: Option<&str>, phone: Option<&str>) -> Author {
    Author {
        name: name.to_owned(),
        is_owner: name == "Awa Exemple",
        handle: handle.map(str::to_owned),
        phone: phone.map(str::to_owned),
    }
}

/// A message, with its conversation of two when `with` names one.
fn message(number: u64, platform: Platform, author: Author, with: Option<&str>) -> Record {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&number.to_be_bytes());
    Record {
        platform,
        conversation: with.map(|title| ConversationRef {
            id: format!("{} {title}", platform.name()),
            title: title.to_owned(),
            kind: ConversationKind::Direct,
        }),
        author: Some(author),
        time: Time::from_seconds(1_700_000_000 + i64::try_from(number).unwrap()),
        ..records::message(id, &format!("bonjour {number}"))
    }
}

fn card(number: u64, platform: Platform, name: &str, phones: &[&str]) -> Record {
    let mut record = message(number, platform, author(name, None, phones.first().copied()), None);
    record.kind = Kind::Contact;
    name.clone_into(&mut record.text);
    if !phones.is_empty() {
        record.extra.insert("phones".to_owned(), json!(phones));
    }
    record
}

fn index_of(records: &[Record]) -> Index {
    let index = Index::in_memory().unwrap();
    let writer = index.writer(1, 16 << 20).unwrap();
    for (loc, record) in (0..).zip(records) {
        writer.add(record, loc).unwrap();
    }
    writer.commit(&IndexState::covering(1)).unwrap();
    index
}

/// Numbers of the records that a query finds, in order.
fn found(index: &Index, people: &People, text: &str) -> Vec<u64> {
    let query = Query::parse(text, &QueryContext::new(NaiveDate::from_ymd_opt(2024, 3, 14).unwrap()));
    let query = if query.names_people() { query.knowing(people.together()) } else { query };
    let options = SearchOptions { limit: 1_000, ..SearchOptions::default() };
    let mut found: Vec<u64> = index.search(&query, &options).unwrap().hits.iter().map(|hit| hit.loc).collect();
    found.sort_unstable();
    found
}

fn people_of(index: &Index, book: &Book, country: Option<&str>) -> People {
    People::new(&index.sightings(true).unwrap(), book, &[], country)
}

fn said(book: &mut Book, second: u32, all: Vec<Annotation>) {
    for what in all {
        let mut line = serde_json::to_value(what).unwrap();
        line["at"] = Value::from(format!("2026-01-01T00:00:{second:02}.000Z"));
        book.take(line.to_string().as_bytes());
    }
}

/// 0, 1: one number on WhatsApp and Telegram; 2: a card with that number and another; 3: who writes from the other; 4: a
/// namesake without a number; 5 and 6: the owner, to her and to somebody silent; 7: an account of X, 8: its card.
fn shop() -> Vec<Record> {
    let mut x = message(7, Platform::X, author("Boutique Ndèye", Some("Ndeye_Shop"), None), Some("Boutique Ndèye"));
    x.account = Some("awa".to_owned());
    let mut account = message(8, Platform::X, author("Ndèye", Some("ndeye_shop"), None), None);
    account.kind = Kind::Contact;
    account.extra.insert("accountId".to_owned(), json!("900"));
    vec![
        message(0, Platform::Whatsapp, author("+221 77 123 45 67", None, Some("+221 77 123 45 67")), Some("Fatou N")),
        message(1, Platform::Telegram, author("Fatou", None, Some("00221771234567")), None),
        card(2, Platform::Whatsapp, "Fatou Ndiaye", &["+221 77 123 45 67", "+33 6 12 34 56 78"]),
        message(3, Platform::Telegram, author("Paris", None, Some("0033612345678")), None),
        message(4, Platform::Messenger, author("Fatou Ndiaye", None, None), None),
        message(5, Platform::Whatsapp, author("Awa Exemple", None, None), Some("Fatou N")),
        message(6, Platform::Messenger, author("Awa Exemple", None, None), Some("Moussa Sarr")),
        x,
        account,
    ]
}

#[test]
fn certain_evidence_makes_one_person_and_a_name_does_not() {
    let index = index_of(&shop());
    let people = people_of(&index, &Book::default(), None);
    let names = |text: &str| people.find(text).iter().map(|person| person.name.clone()).collect::<Vec<_>>();
    assert_eq!(names("Paris"), ["Fatou Ndiaye"]);
    let [fatou] = people.find("+221771234567")[..] else { panic!("{:?}", people.people) };
    assert_eq!((fatou.identities.len(), fatou.records), (4, 3), "{fatou:?}");
    assert_eq!(fatou.phones.iter().collect::<Vec<_>>(), ["+221771234567", "+33612345678"]);
    let reasons: Vec<_> = fatou.links.iter().map(|link| (link.evidence, link.value.as_str())).collect();
    assert_eq!(reasons, [(Evidence::Card, "Fatou Ndiaye"), (Evidence::Number, "+221771234567")]);
    let [shop] = people.find("ndeye_shop")[..] else { panic!("{:?}", people.people) };
    assert_eq!(
        (shop.identities.len(), shop.links[0].evidence, shop.links[0].value.as_str()),
        (2, Evidence::Handle, "@ndeye_shop")
    );
    // The namesake of Messenger is suggested, no more.
    assert_eq!(people.find("Fatou Ndiaye").len(), 2);
    let suggested: Vec<_> = people.suggestions.iter().map(|one| (one.by_number, one.value.as_str())).collect();
    assert_eq!(suggested, [(false, "Fatou Ndiaye")]);
    // Somebody who never answered is there all the same, and the owner is not suggested to be anybody.
    assert_eq!(people.find("Moussa Sarr").first().map(|person| person.records), Some(0));
    assert!(people.find("Awa Exemple")[0].is_owner);

    assert_eq!(found(&index, &people, "de:Paris"), [0, 1, 3], "all of hers, whatever they call her");
    assert_eq!(found(&index, &people, "de:\"Fatou Ndiaye\""), [0, 1, 2, 3, 4], "the namesake bears the name");
    assert_eq!(found(&index, &people, "à:Paris"), [5]);
    assert_eq!(found(&index, &people, "avec:Paris"), [0, 1, 3, 5]);
    assert_eq!(found(&index, &people, "bonjour -de:Paris"), [4, 5, 6, 7, 8]);
    assert_eq!(found(&index, &People::default(), "de:Paris"), [3]);
    let id = fatou.id.to_string();
    assert_eq!(found(&index, &people, &format!("de:{id}")), [0, 1, 3]);
    let namesake = people.find("Fatou Ndiaye").into_iter().find(|person| person.records == 1).unwrap().id.to_string();
    assert_eq!(found(&index, &people, &format!("de:{}", namesake.get(..12).unwrap())), [4]);
}

#[test]
fn a_conversation_is_with_everybody_who_wrote_in_it() {
    let group = |number: u64, name: &str, title: &str| {
        let mut record = message(number, Platform::Whatsapp, author(name, None, None), Some(title));
        record.conversation.as_mut().unwrap().kind = ConversationKind::Group;
        record
    };
    let records = [
        group(0, "Zoé", "Marché"),
        group(1, "Pape", "Marché"),
        group(2, "Awa Exemple", "Marché"),
        group(3, "Zoé", "Famille"),
        group(4, "Lise", "Famille"),
        message(5, Platform::Messenger, author("Pape", None, None), None),
        message(6, Platform::Messenger, author("Awa Exemple", None, None), Some("Zoé")),
    ];
    let index = index_of(&records);
    let found = |text: &str| found(&index, &People::default(), text);
    assert_eq!(found("avec:zoé"), [0, 1, 2, 3, 4, 6]);
    assert_eq!(found("avec:zoé avec:pape"), [0, 1, 2], "the only way to ask for the group of both");
    assert_eq!(found("avec:(zoé OU pape)"), [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(found("avec:zoé de:lise"), [4]);
    assert_eq!(found("bonjour -avec:zoé"), [5]);
    assert_eq!(found("de:zoé de:pape"), [0, 1, 3, 5], "of one or of the other");
}

#[test]
fn first_names_never_merge_and_are_not_suggested_in_crowds() {
    let records: Vec<Record> = (0..200)
        .map(|at| message(at, Platform::Whatsapp, author("Fatou", None, Some(&format!("+22177{at:07}"))), None))
        .collect();
    let people = people_of(&index_of(&records), &Book::default(), Some("SN"));
    assert_eq!((people.people.len(), people.suggestions.len()), (200, 0));
    assert!(people.people.iter().all(|person| person.links.is_empty()));
}

#[test]
fn a_telephone_of_the_house_is_nobody_s_evidence() {
    let house = "+221 33 800 00 02";
    let records = [
        card(0, Platform::Whatsapp, "Fatou Ndiaye", &["+221 77 123 45 67", house]),
        card(1, Platform::Whatsapp, "Moussa Sarr", &[house]),
        card(2, Platform::Whatsapp, "Fatou (bureau)", &["+221 77 123 45 67"]),
        message(3, Platform::Telegram, author("Moussa", None, Some("+221771234567")), None),
    ];
    let people = people_of(&index_of(&records), &Book::default(), None);
    assert_eq!(people.find("bureau")[0].id, people.find("Fatou Ndiaye")[0].id, "{:?}", people.people);
    assert_ne!(people.find("Moussa Sarr")[0].id, people.find("Fatou Ndiaye")[0].id);
    assert!(people.suggestions.iter().any(|one| one.by_number && one.value == "+221338000002"));
}

/// Twins, or a family with one telephone: they share a word of their names and are not one.
#[test]
fn who_writes_from_a_shared_number_is_found_by_each_name_on_it() {
    let number = "+221 70 400 50 60";
    let records = [
        card(0, Platform::Whatsapp, "Jumelle Un", &[number]),
        card(1, Platform::Whatsapp, "Jumelle Deux", &[number]),
        message(2, Platform::Whatsapp, author(number, None, Some(number)), Some(number)),
        card(3, Platform::Whatsapp, "Awa", &["+221 70 400 50 61"]),
        card(4, Platform::Whatsapp, "Awa Diop", &["+221 70 400 50 61"]),
    ];
    let index = index_of(&records);
    let people = people_of(&index, &Book::default(), None);
    assert_eq!(people.people.len(), 4, "{:?}", people.people);
    let told: Vec<_> = people.suggestions.iter().map(|one| (one.by_number, one.value.as_str())).collect();
    assert_eq!(told, [(true, "+221704005060"), (true, "+221704005060")]);
    for (typed, card) in [("de:\"jumelle un\"", 0), ("de:\"jumelle deux\"", 1)] {
        assert_eq!(found(&index, &people, typed), [card, 2], "{typed}");
    }
    assert_eq!(found(&index, &people, "de:jumelle"), [0, 1, 2]);
    assert_eq!(found(&index, &people, "de:awa"), [3, 4]);
    // Once the owner says whose it is, the other name finds it no longer.
    let mut book = Book::default();
    let who = |record: &Record| {
        let identity = Identity::of(Platform::Whatsapp, record.author.as_ref().unwrap(), None);
        people.people.iter().find(|person| person.identities.iter().any(|one| Some(one) == identity.as_ref()))
    };
    let writer = who(&records[2]).unwrap();
    let card_of = |name: &str| people.people.iter().find(|person| person.name == name).unwrap();
    said(&mut book, 1, people.merged(&[writer, card_of("Jumelle Un")]));
    let people = people_of(&index, &book, None);
    let [one] = people.find("jumelle un")[..] else { panic!("{:?}", people.people) };
    assert_eq!(one.identities_called("JUMELLE UN").len(), 1, "a card is called by the name on it");
    assert!(one.identities_called("Jumelle Deux").is_empty());
    assert_eq!(found(&index, &people, "de:\"jumelle un\""), [0, 2]);
    assert_eq!(found(&index, &people, "de:\"jumelle deux\""), [1]);
}

#[test]
fn numbers_without_a_country_are_certain_only_in_the_archive_s() {
    let records = [
        message(0, Platform::Whatsapp, author("Fatou", None, Some("+221 77 123 45 67")), None),
        card(1, Platform::Whatsapp, "Fatou Ndiaye", &["77 123 45 67"]),
    ];
    let index = index_of(&records);
    let at = |country| people_of(&index, &Book::default(), country);
    assert_eq!(at(Some("SN")).people.len(), 1);
    for country in [None, Some("FR")] {
        let people = at(country);
        assert_eq!(people.people.len(), 2, "{country:?}");
        assert_eq!(people.suggestions.iter().map(|one| one.by_number).collect::<Vec<_>>(), [true], "{country:?}");
    }
}

#[test]
fn the_owner_s_word_comes_before_evidence_and_the_last_word_counts() {
    let index = index_of(&shop());
    let mut book = Book::default();
    let people = people_of(&index, &book, None);
    // Two namesakes are one after all.
    let both = people.find("Fatou Ndiaye");
    let merge = people.merged(&both);
    said(&mut book, 1, merge.clone());
    let people = people_of(&index, &book, None);
    let [fatou] = people.find("Fatou Ndiaye")[..] else { panic!("{:?}", people.people) };
    assert_eq!(fatou.identities.len(), 5);
    assert!(fatou.links.iter().any(|link| link.evidence == Evidence::Told));
    assert_eq!(found(&index, &people, "de:Paris"), [0, 1, 3, 4]);
    assert!(people.suggestions.is_empty());
    // One number is somebody else's: what was automatic is parted, and stays so.
    let paris = fatou.identities_called("+33612345678");
    assert_eq!(paris.len(), 1);
    said(&mut book, 2, fatou.without(&paris));
    let people = people_of(&index, &book, None);
    assert_eq!(found(&index, &people, "de:Paris"), [3]);
    assert_eq!(found(&index, &people, "de:\"+221 77 123 45 67\""), [0, 1, 2, 4]);
    assert!(people.suggestions.iter().all(|one| one.names.0 != "Paris" && one.names.1 != "Paris"));
    // Said otherwise again.
    let again = people.merged(&[people.find("Paris")[0], people.find("Fatou Ndiaye")[0]]);
    assert!(again.len() > 1, "what was told apart is taken back");
    said(&mut book, 3, again);
    let people = people_of(&index, &book, None);
    assert_eq!(found(&index, &people, "de:Paris"), [0, 1, 3, 4]);
    // Everything by itself.
    said(&mut book, 4, people.find("Paris")[0].without(&[]));
    let people = people_of(&index, &book, None);
    assert_eq!(people.find("Paris")[0].identities.len(), 1);
    assert_eq!(found(&index, &people, "de:Paris"), [3]);
    // What was said of somebody who is gone still holds others together.
    let gone = Identity { platform: Platform::Instagram, by: KnownBy::Handle, value: "partie".to_owned() };
    let ends = [people.find("Paris")[0].identities[0].clone(), people.find("Moussa Sarr")[0].identities[0].clone()];
    said(&mut book, 5, ends.iter().filter_map(|end| Annotation::person(&gone, end, true)).collect());
    let people = people_of(&index, &book, None);
    assert_eq!(people.find("Paris")[0].identities, people.find("Moussa Sarr")[0].identities);
}

#[test]
fn parting_one_keeps_the_rest_together() {
    let names = ["Awa", "Binta", "Coumba", "Dieynaba"];
    let records: Vec<Record> = (0..)
        .zip(names)
        .map(|(at, name)| message(at, Platform::Messenger, author(name, None, None), None))
        .chain([
            card(10, Platform::Whatsapp, "Boutique", &["+221 77 123 45 67", "+33 6 12 34 56 78"]),
            message(11, Platform::Telegram, author("Dakar", None, Some("+221771234567")), None),
            message(12, Platform::Telegram, author("Paris", None, Some("+33612345678")), None),
        ])
        .collect();
    let index = index_of(&records);
    // Who is one with whom after the identity of a name was told to be another's.
    let parted = |first: &[&str], name: &str| -> Vec<Vec<String>> {
        let mut book = Book::default();
        let people = people_of(&index, &book, None);
        let all: Vec<_> = first.iter().map(|name| people.find(name)[0]).collect();
        said(&mut book, 1, people.merged(&all));
        let people = people_of(&index, &book, None);
        let person = people.find(first[0])[0];
        let by_name = |one: &&Identity| person_name(&people_of(&index, &Book::default(), None), one) == name;
        let gone: Vec<Identity> = match name {
            "Boutique" => person.identities.iter().filter(|one| one.by == KnownBy::Card).cloned().collect(),
            _ => person.identities.iter().filter(by_name).cloned().collect(),
        };
        assert_eq!(gone.len(), 1, "{name} of {person:?}");
        let mut what = person.without(&gone);
        let mut supposed = book.clone();
        said(&mut supposed, 2, what.clone());
        what.extend(people_of(&index, &supposed, None).kept_together(person, &gone));
        said(&mut book, 2, what);
        let after = people_of(&index, &book, None);
        let whole = person.identities.len();
        let told: Vec<Vec<String>> = after
            .people
            .iter()
            .filter(|one| one.identities.iter().any(|identity| person.identities.contains(identity)))
            .map(|one| one.names.clone())
            .collect();
        let rest = person.identities.iter().find(|one| !gone.contains(one)).unwrap();
        assert_eq!(after.who_is(rest).unwrap().identities.len(), whole - 1, "{name}: {told:?}");
        assert_eq!(after.who_is(&gone[0]).unwrap().identities, gone, "{name}");
        told
    };
    // In whatever order they were merged, whoever stands between the others.
    for all in [["Awa", "Binta", "Coumba"], ["Binta", "Awa", "Coumba"], ["Coumba", "Binta", "Awa"]] {
        for name in all {
            assert_eq!(parted(&all, name).len(), 2, "{name} of {all:?}");
        }
    }
    for name in names {
        parted(&names, name);
    }
    // A card held two numbers together; with the card gone they stay one, since nothing was said against it.
    assert_eq!(parted(&["Boutique"], "Boutique").len(), 2);
}

/// The name by which an identity alone is called.
fn person_name(people: &People, identity: &Identity) -> String {
    people.who_is(identity).map(|person| person.name.clone()).unwrap_or_default()
}

#[test]
fn facets_count_people_and_not_their_names() {
    let index = index_of(&shop());
    let mut book = Book::default();
    let people = people_of(&index, &book, None);
    let told = |people: &People| -> Vec<(String, u64)> {
        let query = Query::parse("*", &QueryContext::new(NaiveDate::from_ymd_opt(2024, 3, 14).unwrap()));
        let facets = index.facets(&query, &people.together(), &mut |_| None).unwrap();
        let name = |one: &malle::index::PersonFacet| person_name(people, one.identity.as_ref().unwrap());
        facets.people.iter().map(|one| (name(one), one.records)).collect()
    };
    let of = |told: &[(String, u64)], name: &str| -> Vec<u64> {
        told.iter().filter(|(called, _)| called == name).map(|(_, records)| *records).collect()
    };
    // Numbers that one card holds are one person; the namesake of Messenger is another; the owner is one on all platforms.
    let first = told(&people);
    assert_eq!(of(&first, "Fatou Ndiaye"), [3, 1], "{first:?}");
    assert_eq!(of(&first, "Awa Exemple"), [2], "{first:?}");
    said(&mut book, 1, people.merged(&people.find("Fatou Ndiaye")));
    let merged = told(&people_of(&index, &book, None));
    assert_eq!(of(&merged, "Fatou Ndiaye"), [4], "{merged:?}");
}

#[test]
fn hostile_names_are_names() {
    let long = "é".repeat(5_000);
    let names = [
        "",
        " ",
        "\u{0}\u{1}\u{202e}",
        "<script>alert(1)</script>",
        "de:moi OU (",
        &long,
        "\"",
        "@",
        "+",
        "%s\n{ $x }",
    ];
    let mut records: Vec<Record> = (0..)
        .zip(names)
        .map(|(at, name)| message(at, Platform::Whatsapp, author(name, Some(name), Some(name)), Some(name)))
        .collect();
    records.extend((100..).zip(names).map(|(at, name)| card(at, Platform::Instagram, name, &[name, name])));
    let index = index_of(&records);
    let people = people_of(&index, &Book::default(), Some("SN"));
    for name in names {
        let _people = people.find(name);
        let _found = found(&index, &people, &format!("de:\"{name}\""));
    }
    assert!(people.people.iter().all(|person| !person.identities.is_empty()));
    assert_eq!(people_of(&index_of(&[]), &Book::default(), None).people.len(), 0);
}

#[test]
fn a_hundred_thousand_people_are_told_apart() {
    let sighting = |at: usize, platform: Platform| {
        let (name, phone) = (format!("Cliente {at}"), format!("+22177{:07}", at / 2));
        let identity = Identity { platform, by: KnownBy::Phone, value: format!("{platform:?} {at}") };
        Sighting {
            identity,
            name,
            handle: None,
            phones: vec![phone],
            is_owner: false,
            is_card: false,
            records: 1,
            first_ms: None,
            last_ms: None,
        }
    };
    let all: Vec<Sighting> = (0..100_000).map(|at| sighting(at, Platform::Whatsapp)).collect();
    let people = People::new(&all, &Book::default(), &[], None);
    assert_eq!(people.people.len(), 50_000);
    assert!(people.people.iter().all(|person| person.identities.len() == 2));
    assert_eq!(people.find("Cliente 7").len(), 1);
}

#[test]
fn what_is_said_is_sealed_listed_and_kept() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("archive");
    let mut archive = create(&root).0;
    let label = |number: u8, label: &str, set| {
        vec![Annotation::Label { record: RecordId::from_bytes([number; 16]), label: label.to_owned(), set }]
    };
    assert_eq!(annotate(&mut archive, label(1, "Zinzoline", true), now()).unwrap(), 1);
    let seq = archive.commit().seq;
    assert_eq!(annotate(&mut archive, label(1, "Zinzoline", true), now()).unwrap(), 0, "said twice");
    assert_eq!(annotate(&mut archive, label(2, "Zinzoline", false), now()).unwrap(), 0, "nothing to take back");
    assert_eq!(archive.commit().seq, seq);
    // A clock that was put back makes nothing older.
    let before = now() - chrono::Duration::days(400);
    assert_eq!(annotate(&mut archive, label(1, "zinzoline", false), before).unwrap(), 1);
    assert!(Book::read(&archive).unwrap().0.labels().is_empty());
    // Many words become one list, and what they were is cleared away.
    for number in 0..40 {
        annotate(&mut archive, label(number, "Cauri", true), now()).unwrap();
        let lists = archive.objects(ObjectKind::AnnotationList).count();
        assert!(lists <= 16, "{lists}");
    }
    let book = Book::read(&open(&root)).unwrap().0;
    assert_eq!(book.labels()["cauri"].1.len(), 40);
    assert!(!has_removals(&archive));
    let report = verify(&open(&root), VerifyDepth::Data, &|_| {}).unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    for path in crate::support::archives::files(&root) {
        let bytes = std::fs::read(&path).unwrap();
        for word in ["Cauri", "cauri", "Zinzoline", "label"] {
            assert!(memchr::memmem::find(&bytes, word.as_bytes()).is_none(), "{word} in {}", path.display());
        }
    }
    // Under a new key it is all there.
    let mut other = create(&place.path().join("other")).0;
    reencrypt(&archive, &mut other, now(), &|_, _| {}).unwrap();
    assert_eq!(Book::read(&other).unwrap().0, book);
}

#[test]
fn a_damaged_list_is_told_and_the_others_count() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("archive");
    let mut archive = create(&root).0;
    for (number, name) in [(1, "urgent"), (2, "payé")] {
        let label = Annotation::Label { record: RecordId::from_bytes([number; 16]), label: name.to_owned(), set: true };
        annotate(&mut archive, vec![label], now()).unwrap();
    }
    let first = archive.objects(ObjectKind::AnnotationList).next().unwrap().sha256.clone();
    let path = archive.layout().object(&first);
    let sound = std::fs::read(&path).unwrap();
    let mut bytes = sound.clone();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    let (book, damaged) = Book::read(&archive).unwrap();
    assert_eq!((book.labels().len(), damaged), (1, vec![path.clone()]));
    let report = verify(&archive, VerifyDepth::Data, &|_| {}).unwrap();
    assert!(!report.is_sound());
    // Whatever is said meanwhile, nothing is written over what cannot be read.
    for number in 10..40 {
        let label = Annotation::Label { record: RecordId::from_bytes([number; 16]), label: "vu".to_owned(), set: true };
        annotate(&mut archive, vec![label], now()).unwrap();
    }
    std::fs::write(&path, &sound).unwrap();
    assert_eq!(Book::read(&archive).unwrap().0.labels().len(), 3);
}
