//! What people type finds what they mean: tables of texts and queries, of readings and of dates.

use std::collections::HashMap;

use chrono::NaiveDate;
use malle::index::{Index, IndexState, Near, Query, QueryContext, SearchOptions, Tier};
use malle::model::{Author, ConversationKind, ConversationRef, Record};

use crate::support::records;

const ARENA: usize = 16 << 20;

/// A line of `fixtures/search/cases*.tsv`.
struct Case {
    id: String,
    country: String,
    text: String,
    query: String,
    /// 1 to 4: this tier or a closer one; 0: never; 9: in tier 4 at most.
    expect: u8,
}

fn table(name: &str) -> Vec<Vec<String>> {
    let path = format!("{}/fixtures/search/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = fs_err::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

fn cases(name: &str) -> Vec<Case> {
    let case = |fields: Vec<String>| Case {
        id: fields[0].clone(),
        country: fields[1].clone(),
        text: fields[2].clone(),
        query: fields[3].clone(),
        expect: fields[4].parse().unwrap(),
    };
    table(name).into_iter().map(case).collect()
}

fn record(number: u64, text: &str) -> Record {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&number.to_be_bytes());
    records::message(id, text)
}

fn context(country: &str) -> QueryContext {
    QueryContext::new(NaiveDate::from_ymd_opt(2024, 3, 14).unwrap()).in_country(country)
}

fn index_of<'a>(texts: impl Iterator<Item = &'a str>) -> Index {
    let index = Index::in_memory().unwrap();
    let writer = index.writer(1, ARENA).unwrap();
    for (number, text) in (0..).zip(texts) {
        writer.add(&record(number, text), number).unwrap();
    }
    writer.commit(&IndexState::covering(1)).unwrap();
    index
}

/// How each case of a table is found, against an index of all its texts.
fn misses(cases: &[Case]) -> Vec<String> {
    let index = index_of(cases.iter().map(|case| case.text.as_str()));
    let options = SearchOptions { limit: 10_000, near: Near::Always, ..SearchOptions::default() };
    let mut misses = Vec::new();
    for (loc, case) in (0_u64..).zip(cases) {
        let query = Query::parse(&case.query, &context(&case.country));
        let found = index.search(&query, &options).unwrap();
        let tiers: HashMap<u64, Tier> = found.hits.iter().chain(&found.near).map(|hit| (hit.loc, hit.tier)).collect();
        let level = tiers.get(&loc).map(|tier| match tier {
            Tier::Exact => 1,
            Tier::Stem => 2,
            Tier::Abbreviation => 3,
            Tier::Typo | Tier::Sound => 4,
        });
        let holds = match case.expect {
            0 => level.is_none(),
            9 => level.is_none_or(|level| level == 4),
            expect => level.is_some_and(|level| level <= expect),
        };
        if !holds {
            misses.push(format!(
                "{}: {:?} in {:?}: expected {}, is {level:?}",
                case.id, case.query, case.text, case.expect
            ));
        }
    }
    misses
}

#[test]
fn people_find_what_they_type() {
    let all = cases("cases.tsv");
    assert!(all.len() > 70);
    let misses = misses(&all);
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

#[test]
fn further_texts_of_each_kind_are_found() {
    let all = cases("more.tsv");
    assert!(all.len() > 200);
    let misses = misses(&all);
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

#[test]
fn names_are_found_in_the_forms_and_spellings_of_words() {
    let names = ["Moustapha Diop", "Dr. Sène (Dentiste)", "Client 2", "Tantie Coumba 77", "+221 77 123 45 67"];
    let index = Index::in_memory().unwrap();
    let writer = index.writer(1, ARENA).unwrap();
    for (number, name) in (0..).zip(names) {
        let author = Author { name: name.to_owned(), is_owner: false, handle: None, phone: None };
        writer.add(&Record { author: Some(author), ..record(number, "bonjour") }, number).unwrap();
    }
    writer.commit(&IndexState::covering(1)).unwrap();
    let found = |text: &str| -> (Vec<u64>, Vec<u64>) {
        let found = index.search(&Query::parse(text, &context("SN")), &SearchOptions::default()).unwrap();
        let locs = |hits: &[malle::index::Hit]| hits.iter().map(|hit| hit.loc).collect();
        (locs(&found.hits), locs(&found.near))
    };
    assert_eq!(found("moustapha"), (vec![0], vec![]));
    assert_eq!(found("mustafa"), (vec![], vec![0]));
    assert_eq!(found("moustafa"), (vec![], vec![0]));
    assert_eq!(found("dentistes"), (vec![1], vec![]));
    assert_eq!(found("client 2"), (vec![2], vec![]));
    assert_eq!(found("coumba 77"), (vec![3], vec![]));
    // The groups of a number that stands for a name are no words.
    assert_eq!(found("bonjour 45"), (vec![], vec![]));
    // A number beside a word of the text is none of a name.
    assert_eq!(found("bonjour 77"), (vec![], vec![]));
    assert_eq!(found("2 bonjour"), (vec![], vec![]));
    assert_eq!(found("2"), (vec![2], vec![]));
}

#[test]
fn names_in_filters_that_nobody_bears_are_told_and_found_nearly() {
    let names = ["Moustapha Diop", "Fatou Cliente", "Mario", "Pape Moustapha Diop"];
    let index = Index::in_memory().unwrap();
    let writer = index.writer(1, ARENA).unwrap();
    for (number, name) in (0..).zip(names) {
        let author = Author { name: name.to_owned(), is_owner: false, handle: None, phone: None };
        let (id, title) = (format!("group {}", number / 2), ["Toiles de Dakar", "Marché"][usize::from(number > 1)]);
        let conversation = ConversationRef { id, title: title.to_owned(), kind: ConversationKind::Group };
        let record = Record { author: Some(author), conversation: Some(conversation), ..record(number, "bonjour") };
        writer.add(&record, number).unwrap();
    }
    writer.commit(&IndexState::covering(1)).unwrap();
    let found = |text: &str| -> (Vec<u64>, Vec<u64>) {
        let found = index.search(&Query::parse(text, &context("SN")), &SearchOptions::default()).unwrap();
        let locs = |hits: &[malle::index::Hit]| {
            let mut locs: Vec<u64> = hits.iter().map(|hit| hit.loc).collect();
            locs.sort_unstable();
            locs
        };
        (locs(&found.hits), locs(&found.near))
    };
    let told = |text: &str| -> Vec<(String, Vec<String>)> {
        let unknown = index.unknown_names(&Query::parse(text, &context("SN"))).unwrap();
        unknown.into_iter().map(|name| (name.value, name.near)).collect()
    };
    let near = |name: &str, near: &[&str]| vec![(name.to_owned(), near.iter().map(|&name| name.to_owned()).collect())];
    for typed in ["de:moustafa", "de:mustafa bonjour", "avec:moustafa de:diop"] {
        assert_eq!(found(typed), (vec![], vec![0, 3]), "{typed}");
    }
    assert_eq!(found("de:\"mustafa jop\""), (vec![], vec![0, 3]));
    assert_eq!(found("de:fatu"), (vec![], vec![1]));
    assert_eq!(found("de:ba"), (vec![], vec![]));
    assert_eq!(found("dans:toile"), (vec![], vec![0, 1]));
    assert_eq!(told("de:moustafa"), near("moustafa", &["Moustapha Diop", "Pape Moustapha Diop"]));
    assert_eq!(told("dans:toile"), near("toile", &["toiles de dakar"]));
    // Who is there is found, and nobody else.
    assert_eq!((found("de:mario"), told("de:mario")), ((vec![2], vec![]), vec![]));
    assert_eq!((found("de:marie"), told("de:marie").len()), ((vec![], vec![2]), 1));
    // What is excluded is told, and never widened.
    assert_eq!(found("bonjour -de:moustafa"), (vec![0, 1, 2, 3], vec![]));
    assert_eq!(told("bonjour -de:moustafa").len(), 1);
    assert_eq!(told("de:zzyzx"), near("zzyzx", &[]));
    assert!(index.unknown_names(&Query::parse("tel:771234567 de:moi", &context("SN"))).unwrap().is_empty());
    assert!(index.unknown_names(&Query::parse("de:771234567", &context("SN"))).unwrap()[0].is_number);
}

#[test]
fn short_names_have_near_ones() {
    let index = Index::in_memory().unwrap();
    let writer = index.writer(1, ARENA).unwrap();
    for (number, name) in (0..).zip(["Awa Ba", "Zoé", "Moussa Sy"]) {
        let author = Author { name: name.to_owned(), is_owner: false, handle: None, phone: None };
        writer.add(&Record { author: Some(author), ..record(number, "bonjour") }, number).unwrap();
    }
    writer.commit(&IndexState::covering(1)).unwrap();
    for (typed, near) in [("de:bah", "Awa Ba"), ("de:zoee", "Zoé"), ("de:si", "Moussa Sy")] {
        let query = Query::parse(typed, &context("SN"));
        assert_eq!(index.unknown_names(&query).unwrap()[0].near, [near], "{typed}");
    }
}

#[test]
fn texts_written_by_somebody_else_again_are_found() {
    let all = cases("fresh.tsv");
    assert!(all.len() > 600);
    let misses = misses(&all);
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

#[test]
fn what_is_typed_on_a_phone_is_found() {
    let all = cases("typed.tsv");
    assert!(all.len() > 300);
    let misses = misses(&all);
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

#[test]
fn texts_written_before_anybody_looked_are_found() {
    let all = cases("unseen.tsv");
    assert!(all.len() > 120);
    let misses = misses(&all);
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}
