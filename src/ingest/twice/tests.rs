//! The rule on records alone, in every order.

use super::rule::{Rank, decide, give, rank, subject, take_back};
use super::*;
use crate::model::{Author, ConversationKind, ConversationRef, Kind, Origin, Platform, Time};

const ZONE: chrono_tz::Tz = chrono_tz::Africa::Dakar;

fn origin(file: &str) -> Origin {
    Origin {
        import: "i".to_owned(),
        bundle: "facebook-awa-2025-01-01-AAAAAAAA".to_owned(),
        file: file.to_owned(),
        position: 0,
    }
}

fn message(id: u8, file: &str, time: Time, text: &str) -> Record {
    let conversation = ConversationRef { id: "c".to_owned(), title: String::new(), kind: ConversationKind::Direct };
    Record {
        v: 1,
        id: RecordId::from_bytes([id; 16]),
        kind: Kind::Message,
        platform: Platform::Messenger,
        account: None,
        conversation: Some(conversation),
        author: Some(Author { name: "Awa".to_owned(), ..Author::default() }),
        time,
        order: None,
        text: text.to_owned(),
        system: false,
        deleted: false,
        edited: false,
        attachments: Vec::new(),
        links: Vec::new(),
        place: None,
        tags: Vec::new(),
        reactions: Vec::new(),
        extra: serde_json::Map::new(),
        origin: vec![origin(file)],
    }
}

/// So many milliseconds after a full minute.
fn json(id: u8, millis: i64, text: &str) -> Record {
    message(id, "m.json", Time::from_millis(1_760_020_620_000 + millis), text)
}

fn page(id: u8, seconds: Option<u32>, text: &str) -> Record {
    let clock = |seconds| chrono::NaiveDate::from_ymd_opt(2025, 10, 9).unwrap().and_hms_opt(14, 37, seconds).unwrap();
    let precision = if seconds.is_some() { crate::model::Precision::S } else { crate::model::Precision::Min };
    message(id, "m.html", Time::from_local_in(clock(seconds.unwrap_or(0)), precision, false, ZONE), text)
}

fn reacted(mut record: Record, actors: &[&str]) -> Record {
    let reaction = |actor: &&str| Reaction { emoji: "❤".to_owned(), actor: (*actor).to_owned() };
    record.reactions = actors.iter().map(reaction).collect();
    record
}

/// Which record each is folded into, by the first byte of ids; the same in whatever order they stand.
fn check(records: &[Record], expected: &[(u8, u8)]) {
    let subjects: HashSet<String> = records.iter().filter_map(subject).collect();
    assert_eq!(subjects.len(), 1, "{subjects:?}");
    let mut records: Vec<&Record> = records.iter().collect();
    for _ in 0..records.len() {
        for _ in 0..2 {
            let ranked: Vec<(Rank, &Record)> = records.iter().map(|record| (rank(record).unwrap(), *record)).collect();
            let folded = decide(&ranked);
            let byte = |at: usize| records[at].id.as_bytes()[0];
            let mut found: Vec<(u8, u8)> =
                folded.iter().enumerate().filter_map(|(at, into)| Some((byte(at), byte((*into)?)))).collect();
            found.sort_unstable();
            assert_eq!(found, expected);
            records.reverse();
        }
        records.rotate_left(1);
    }
}

#[test]
fn a_certain_second_or_minute_is_enough() {
    check(&[json(1, 5_123, "ok"), page(2, Some(5), "ok")], &[(2, 1)]);
    check(&[json(1, 5_123, "ok"), page(2, Some(6), "ok")], &[]);
    check(&[json(1, 59_999, "à  demain"), page(2, None, "à demain")], &[(2, 1)]);
}

#[test]
fn each_of_several_alike_answers_for_one() {
    let (a, b) = (json(1, 9_000, "ok"), json(2, 40_500, "ok"));
    let (p, q) = (page(8, None, "ok"), page(9, None, "ok"));
    check(&[a.clone(), b.clone(), p.clone(), q.clone()], &[(8, 1), (9, 2)]);
    check(&[a.clone(), b, p.clone()], &[(8, 1)]);
    check(&[a, p, q], &[(8, 1)]);
}

#[test]
fn pages_of_two_eras_are_one_with_or_without_json() {
    let (minute, second) = (page(8, None, "ok"), page(9, Some(9), "ok"));
    check(&[minute.clone(), second.clone()], &[(8, 9)]);
    check(&[minute, second, json(1, 9_500, "ok")], &[(8, 1), (9, 1)]);
}

#[test]
fn a_page_that_met_json_by_its_id_does_not_use_up_another() {
    // The page's first "ok" has the id of this message already; its second is another.
    check(&[json(1, 9_000, "ok"), page(9, Some(9), "ok")], &[]);
}

#[test]
fn a_page_whose_zone_came_later_meets_whole_seconds_too() {
    let later = |id: u8, text: &str| {
        let mut record = page(id, Some(9), text);
        record.extra.insert(ZONE_LATER.to_owned(), true.into());
        record
    };
    check(&[json(1, 9_000, "ok"), later(9, "ok")], &[(9, 1)]);
    check(&[page(1, Some(9), "ok"), later(9, "ok")], &[(9, 1)]);
    check(&[page(1, Some(9), "ok"), later(8, "ok"), later(9, "ok")], &[(8, 1)]);
    let mut told = json(1, 9_000, "ok");
    assert_eq!(give(&later(9, "ok"), &mut told), Gift::default());
}

#[test]
fn of_several_alike_none_is_given_what_only_one_can_have() {
    let (a, b) = (json(1, 9_001, "ok"), reacted(json(2, 40_500, "ok"), &["Zoé"]));
    check(&[a.clone(), b.clone(), reacted(page(8, None, "ok"), &["Zoé"]), page(9, None, "ok")], &[(8, 2), (9, 1)]);
    check(&[a, b, reacted(page(8, None, "ok"), &["Bob"]), page(9, None, "ok")], &[(9, 1)]);
}

#[test]
fn links_and_files_must_be_told_by_both() {
    let link = |mut record: Record, url: &str| {
        record.links.push(crate::model::Link { url: url.to_owned(), title: None });
        record
    };
    let (a, b) = ("https://a.example/", "https://b.example/");
    check(&[link(json(1, 5_123, "regarde"), a), link(page(2, Some(5), "regarde"), b)], &[]);
    check(&[link(json(1, 5_123, "regarde"), a), link(page(2, Some(5), "regarde"), "https://a.example")], &[(2, 1)]);
    check(&[json(1, 5_123, "regarde"), link(page(2, Some(5), "regarde"), b)], &[]);
}

#[test]
fn what_cannot_be_certain_has_no_rank() {
    let mut unzoned = page(2, Some(5), "ok");
    unzoned.time.utc = None;
    let mut repeated = page(2, Some(5), "ok");
    repeated.time.ambiguous = true;
    let mut other = page(2, Some(5), "ok");
    other.platform = Platform::Whatsapp;
    assert!([unzoned, repeated, other].iter().all(|record| rank(record).is_none()));
}

#[test]
fn what_two_accounts_publish_at_once_stays_two() {
    let post = |mut record: Record, account: Option<&str>, bundle: &str| {
        (record.kind, record.conversation, record.author) = (Kind::Post, None, None);
        record.account = account.map(str::to_owned);
        record.origin[0].bundle = bundle.to_owned();
        record
    };
    let (here, there) = ("facebook-awa-2024-01-01-AAAAAAAA", "facebook-zoe-2024-01-01-AAAAAAAA");
    let told = |account, bundle| post(json(1, 5_000, "Bonne année"), account, bundle);
    let printed = |account, bundle| post(page(2, None, "Bonne année"), account, bundle);
    check(&[told(Some("Awa"), "x"), printed(Some("Awa"), "y")], &[(2, 1)]);
    check(&[told(Some("Awa"), here), printed(Some("Zoé"), there)], &[]);
    check(&[told(None, here), printed(Some("Awa"), "facebook-awa-2025-06-01-BBBBBBBB")], &[(2, 1)]);
    check(&[told(None, "x"), printed(None, "y")], &[]);
}

#[test]
fn what_a_page_gives_can_be_taken_back() {
    let mut told = reacted(json(1, 5_123, "ok"), &["Zoé"]);
    let mut printed = reacted(page(2, Some(5), "ok"), &["Zoé", "Bob"]);
    printed.extra.insert("permalink".to_owned(), "https://a.example".into());
    let before = told.clone();
    let gift = give(&printed, &mut told);
    assert_eq!((told.reactions.len(), told.extra.len()), (2, 1));
    assert_eq!(give(&printed, &mut told), Gift::default());
    take_back(&gift, &mut told);
    assert_eq!(told, before);
}

#[test]
fn lines_of_pages_are_known_by_their_end() {
    let line = |record: &Record| serde_json::to_vec(record).unwrap();
    assert!(line_is_of_page(&line(&page(2, None, "ok"))));
    assert!(!line_is_of_page(&line(&json(2, 0, "m.html\",\"position\":1}]}"))));
    let mut both = json(1, 0, "ok");
    add_origins(&mut both, vec![origin("m.HTM")]);
    assert_eq!((both.origin.len(), line_is_of_page(&line(&both)), is_of_page(&both)), (2, false, false));
}
