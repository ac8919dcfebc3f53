//! Who is named in a record, as the facts tell it: by what people are told apart, and how often each is met.

use std::collections::HashMap;

use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet as _, SegmentReader, TERMINATED};

use super::collect::SegmentColumns;
use super::error::{IndexError, guarded};
use super::facts::{CONVERSATION_BYTES, END, about, parts, platform_number, push};
use super::open::Index;
use crate::model::ConversationKind;
use crate::model::Identity;
use crate::model::Kind;
use crate::model::KnownBy;
use crate::model::Platform;
use crate::model::Record;
use crate::model::Sighting;
use crate::model::{Author, handle_form};

/// What a naming is, as bits.
mod mark {
    /// The download proves that it is the owner.
    pub(super) const OWNER: u8 = 1;
    /// In a conversation of two.
    pub(super) const DIRECT: u8 = 1 << 1;
    /// Somebody wrote or did something.
    pub(super) const AUTHOR: u8 = 1 << 2;
    /// An entry of an address book or a list.
    pub(super) const CARD: u8 = 1 << 3;
    /// The account is the id of a card's record.
    pub(super) const CARD_ID: u8 = 1 << 4;
}

/// Marks and numbers of platforms are written as letters from this one on.
const LETTERS: u8 = b'A';
/// Between numbers of one card.
const BETWEEN: char = '\u{1}';

/// Somebody as a fact names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Naming<'a> {
    platform: Platform,
    marks: u8,
    name: &'a str,
    handle: &'a str,
    phones: &'a str,
    account: &'a str,
    title: &'a str,
}

/// Whatever of extra fields a platform tells accounts apart by.
fn account_of(record: &Record) -> Option<String> {
    let text = |key: &str| record.extra.get(key).and_then(serde_json::Value::as_str).map(str::to_owned);
    match record.platform {
        Platform::Telegram => text("from_id").or_else(|| {
            let number = |key: &str| record.extra.get(key).and_then(serde_json::Value::as_i64);
            number("from_id").or_else(|| number("user_id")).map(|number| format!("user{number}"))
        }),
        Platform::X if record.kind == Kind::Contact => text("accountId"),
        _ => None,
    }
}

fn add(fact: &mut Vec<u8>, record: &Record, marks: u8, parts: [&str; 5]) {
    fact.extend([platform_number(record.platform), marks].map(|byte| byte.saturating_add(LETTERS)));
    for part in parts {
        fact.push(END);
        push(fact, part);
    }
}

/// Adds to a fact of who wrote a record where, by what the author is told from others.
pub(super) fn add_author(record: &Record, fact: &mut Vec<u8>) {
    let is_direct = |kind: ConversationKind| kind == ConversationKind::Direct;
    let direct = record.conversation.as_ref().filter(|conversation| is_direct(conversation.kind));
    let author = record.author.as_ref().filter(|_| record.kind != Kind::Contact);
    let set = |condition: bool, mark: u8| if condition { mark } else { 0 };
    let marks = set(author.is_some_and(|author| author.is_owner), mark::OWNER)
        | set(direct.is_some(), mark::DIRECT)
        | set(author.is_some(), mark::AUTHOR);
    let part = |text: Option<&String>| text.map(String::as_str).unwrap_or_default().to_owned();
    let (handle, phone) =
        author.map_or_else(Default::default, |author| (part(author.handle.as_ref()), part(author.phone.as_ref())));
    let account = author.and_then(|_| account_of(record)).unwrap_or_default();
    let name = author.map_or("", |author| author.name.as_str());
    let title = direct.map_or("", |conversation| conversation.title.as_str());
    add(fact, record, marks, [name, &handle, &phone, &account, title]);
}

/// The fact of an entry of an address book or list; false for a record that is none.
pub(super) fn card(record: &Record, fact: &mut Vec<u8>) -> bool {
    if record.kind != Kind::Contact {
        return false;
    }
    fact.clear();
    fact.push(about::CARD);
    let author = record.author.as_ref();
    let first = record.text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let name = author.map_or(first, |author| author.name.as_str());
    let is_user_name = matches!(record.platform, Platform::Instagram | Platform::Threads)
        && author.is_none()
        && !first.contains(char::is_whitespace);
    let handle = author.and_then(|author| author.handle.clone()).unwrap_or_default();
    let handle = if handle.is_empty() && is_user_name { first.to_owned() } else { handle };
    let mut phones: Vec<&str> = author.and_then(|author| author.phone.as_deref()).into_iter().collect();
    let listed = record.extra.get("phones").and_then(serde_json::Value::as_array);
    for phone in listed.into_iter().flatten().filter_map(serde_json::Value::as_str) {
        if !phones.contains(&phone) {
            phones.push(phone);
        }
    }
    let phones = phones.join(&BETWEEN.to_string());
    let (account, by_id) = match account_of(record) {
        Some(account) => (account, 0),
        None if listed.is_some() => (record.id.to_string(), mark::CARD_ID),
        None => (String::new(), 0),
    };
    add(fact, record, mark::CARD | by_id, [name, &handle, &phones, &account, ""]);
    true
}

/// By what the author of a record is told from others.
#[must_use]
pub fn author_identity(record: &Record) -> Option<Identity> {
    let account = account_of(record).filter(|account| !account.is_empty());
    Identity::of(record.platform, record.author.as_ref()?, account.as_deref())
}

impl<'a> Naming<'a> {
    /// What a fact tells; nothing when it names nobody.
    pub(super) fn of(fact: &'a [u8]) -> Option<Self> {
        let mut parts = match *fact.first()? {
            about::WHO => {
                let mut parts = parts(fact.get(1 + CONVERSATION_BYTES..)?);
                // Words of title and author, handle and digits.
                parts.nth(3)?;
                parts
            }
            about::CARD => parts(fact.get(1..)?),
            _ => return None,
        };
        let [platform, marks] = *parts.next()?.as_bytes().first_chunk()?;
        let platform = *Platform::ALL.get(usize::from(platform.checked_sub(LETTERS)?))?;
        let marks = marks.checked_sub(LETTERS)?;
        let mut next = || parts.next().unwrap_or_default();
        Some(Self { platform, marks, name: next(), handle: next(), phones: next(), account: next(), title: next() })
    }

    const fn is(&self, mark: u8) -> bool {
        self.marks & mark != 0
    }

    /// Whether somebody wrote or did something.
    pub(super) const fn is_author(&self) -> bool {
        self.is(mark::AUTHOR)
    }

    /// Whether the download proves that it is the owner.
    pub(super) const fn is_owner(&self) -> bool {
        self.is(mark::OWNER)
    }

    /// Whether it stands in a conversation of two.
    pub(super) const fn is_direct(&self) -> bool {
        self.is(mark::DIRECT)
    }

    /// By what the author or the entry is told from others.
    pub(super) fn identity(&self) -> Option<Identity> {
        if !self.is(mark::AUTHOR | mark::CARD) {
            return None;
        }
        if self.is(mark::CARD_ID) {
            return Some(Identity { platform: self.platform, by: KnownBy::Card, value: self.account.to_owned() });
        }
        let account = Some(self.account).filter(|account| !account.is_empty());
        Identity::of(self.platform, &self.author(), account)
    }

    /// The other side of a conversation of two, by its title.
    pub(super) fn titled(&self) -> Option<Identity> {
        let title = self.title.trim();
        (self.is(mark::DIRECT) && !title.is_empty()).then(|| Identity {
            platform: self.platform,
            by: KnownBy::Name,
            value: title.to_owned(),
        })
    }

    /// The author or the entry.
    pub(super) fn author(&self) -> Author {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Author {
            name: self.name.to_owned(),
            is_owner: self.is(mark::OWNER),
            handle: some(self.handle),
            phone: self.phones.split(BETWEEN).next().and_then(some),
        }
    }

    fn sighting(&self) -> Option<Sighting> {
        let phones = self.phones.split(BETWEEN).filter(|phone| !phone.is_empty());
        Some(Sighting {
            identity: self.identity()?,
            name: self.name.trim().to_owned(),
            handle: Some(handle_form(self.handle)).filter(|handle| !handle.is_empty()),
            phones: phones.map(str::to_owned).collect(),
            is_owner: self.is(mark::OWNER),
            is_card: self.is(mark::CARD),
            records: 0,
            first_ms: None,
            last_ms: None,
        })
    }
}

/// How many, from when to when.
#[derive(Clone, Copy, Default)]
struct Span {
    records: u64,
    first_ms: Option<i64>,
    last_ms: Option<i64>,
}

impl Span {
    fn add(&mut self, time: Option<i64>) {
        self.records += 1;
        let Some(time) = time else { return };
        self.first_ms = Some(self.first_ms.map_or(time, |first| first.min(time)));
        self.last_ms = self.last_ms.max(Some(time));
    }

    fn widen(self, sighting: &mut Sighting) {
        sighting.records += self.records;
        sighting.first_ms = [sighting.first_ms, self.first_ms].into_iter().flatten().min();
        sighting.last_ms = sighting.last_ms.max(self.last_ms);
    }
}

/// What tells a sighting from others.
fn key_of(sighting: &Sighting) -> Key {
    let Sighting { identity, name, handle, phones, is_owner, is_card, .. } = sighting;
    (identity.clone(), name.clone(), handle.clone(), phones.clone(), *is_owner, *is_card)
}

/// A conversation of two of which nobody but the owner has written so far.
#[derive(Default)]
struct Silent {
    titled: Option<Identity>,
    has_others: bool,
    span: Span,
}

/// All that tells one sighting from another: identity, name, user name, numbers, whether it is the owner, whether it is a card.
type Key = (Identity, String, Option<String>, Vec<String>, bool, bool);

/// Who was met.
#[derive(Default)]
struct Sightings {
    all: HashMap<Key, Sighting>,
    direct: HashMap<Vec<u8>, Silent>,
}

impl Sightings {
    fn add(&mut self, fact: &[u8], span: Span) {
        let Some(naming) = Naming::of(fact) else { return };
        if naming.is_direct()
            && let Some(conversation) = fact.get(1..=CONVERSATION_BYTES)
        {
            let silent = self.direct.entry(conversation.to_vec()).or_default();
            silent.has_others |= naming.is_author() && !naming.is(mark::OWNER);
            silent.titled = silent.titled.take().or_else(|| naming.titled());
            silent.span.records = 0;
            silent.span.first_ms = [silent.span.first_ms, span.first_ms].into_iter().flatten().min();
            silent.span.last_ms = silent.span.last_ms.max(span.last_ms);
        }
        if let Some(sighting) = naming.sighting() {
            span.widen(self.all.entry(key_of(&sighting)).or_insert(sighting));
        }
    }

    /// In a fixed order.
    fn into_sorted(mut self) -> Vec<Sighting> {
        for silent in self.direct.into_values().filter(|silent| !silent.has_others) {
            let Some(identity) = silent.titled else { continue };
            let name = identity.value.clone();
            let sighting = Sighting {
                identity,
                name,
                handle: None,
                phones: Vec::new(),
                is_owner: false,
                is_card: false,
                records: 0,
                first_ms: None,
                last_ms: None,
            };
            silent.span.widen(self.all.entry(key_of(&sighting)).or_insert(sighting));
        }
        let mut all: Vec<_> = self.all.into_iter().collect();
        all.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        all.into_iter().map(|(_, sighting)| sighting).collect()
    }
}

impl Index {
    /// Everybody the records name, in a fixed order: authors, entries of address books and lists, and the other side of
    /// conversations in which only the owner wrote. Numbers and times of records are told when `counted`.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] asks for a rebuild.
    pub fn sightings(&self, counted: bool) -> Result<Vec<Sighting>, IndexError> {
        guarded(|| {
            let searcher = self.reader.searcher();
            let columns = if counted { Some(self.columns(&searcher)?) } else { None };
            let mut found = Sightings::default();
            for (segment, ordinal) in searcher.segment_readers().iter().zip(0..) {
                let times = columns.as_ref().and_then(|columns| columns.segment(ordinal));
                let dictionary = segment.inverted_index(self.fields.fact).map_err(IndexError::reading)?;
                for prefix in [about::WHO, about::CARD] {
                    let range = dictionary.terms().range().ge([prefix]);
                    let mut stream = range.into_stream().map_err(|error| IndexError::reading(error.into()))?;
                    while stream.advance() && stream.key().starts_with(&[prefix]) {
                        let mut span = Span::default();
                        if counted || segment.has_deletes() {
                            let postings =
                                dictionary.read_postings_from_terminfo(stream.value(), IndexRecordOption::Basic);
                            let mut postings = postings.map_err(|error| IndexError::reading(error.into()))?;
                            span = spanned(&mut postings, segment, times);
                            if span.records == 0 {
                                continue;
                            }
                        }
                        found.add(stream.key(), span);
                    }
                }
            }
            Ok(found.into_sorted())
        })
    }
}

fn spanned(
    postings: &mut tantivy::postings::SegmentPostings,
    segment: &SegmentReader,
    times: Option<&SegmentColumns>,
) -> Span {
    let mut span = Span::default();
    let mut doc = postings.doc();
    while doc != TERMINATED {
        if segment.alive_bitset().is_none_or(|alive| alive.is_alive(doc)) {
            span.add(times.and_then(|times| times.time_ms(doc)));
        }
        doc = postings.advance();
    }
    span
}
