//! Facts of a record as terms of one field. The first byte tells what a term is about.
//!
//! A record has one term for who wrote it where, and one for what it is and which download told it, instead of a term
//! for each fact: terms are what indexing costs, and an archive has few different ones. A filter reads them all, takes
//! them apart, and keeps those it wants; so names are compared word by word when somebody asks.

use std::cell::RefCell;
use std::collections::HashMap;
use std::thread::LocalKey;

use super::fold::fold_into;
use super::naming;
use super::phone::Phone;
use super::shape::Form;
use super::words::Analysis;
use crate::model::AttachmentKind;
use crate::model::Author;
use crate::model::ConversationKind;
use crate::model::Kind;
use crate::model::Origin;
use crate::model::Platform;
use crate::model::Record;

/// First bytes of facts.
pub(super) mod about {
    /// Who wrote it where: see [`Who`](super::Who).
    pub(in crate::index) const WHO: u8 = b'w';
    /// What it is and which download told it: see [`What`](super::What).
    pub(in crate::index) const WHAT: u8 = b'k';
    /// A file: its name, lower case.
    pub(in crate::index) const FILE: u8 = b'f';
    /// An entry of an address book or a list of friends: see [`Naming`](crate::index::naming::Naming).
    pub(in crate::index) const CARD: u8 = b'c';
}

/// Flags of a class.
pub(super) mod flag {
    /// The owner wrote or did it.
    pub(in crate::index) const OWN: u16 = 1;
    /// Somebody else wrote or did it.
    pub(in crate::index) const OTHERS: u16 = 1 << 1;
    /// The platform wrote it.
    pub(in crate::index) const SYSTEM: u16 = 1 << 2;
    /// The export says it was deleted.
    pub(in crate::index) const DELETED: u16 = 1 << 3;
    /// The export says it was edited.
    pub(in crate::index) const EDITED: u16 = 1 << 4;
    /// In a group.
    pub(in crate::index) const GROUP: u16 = 1 << 5;
    /// In a conversation of two.
    pub(in crate::index) const DIRECT: u16 = 1 << 6;
    /// Its time is a wall clock without a zone.
    pub(in crate::index) const FLOATING: u16 = 1 << 7;
}

/// What a record holds.
pub(super) mod has {
    /// A photo.
    pub(in crate::index) const PHOTO: u16 = 1;
    /// A video.
    pub(in crate::index) const VIDEO: u16 = 1 << 1;
    /// Sound.
    pub(in crate::index) const AUDIO: u16 = 1 << 2;
    /// A document.
    pub(in crate::index) const DOCUMENT: u16 = 1 << 3;
    /// A sticker.
    pub(in crate::index) const STICKER: u16 = 1 << 4;
    /// An animated picture.
    pub(in crate::index) const GIF: u16 = 1 << 5;
    /// A contact card.
    pub(in crate::index) const CONTACT: u16 = 1 << 6;
    /// A place.
    pub(in crate::index) const LOCATION: u16 = 1 << 7;
    /// A file of another kind.
    pub(in crate::index) const OTHER_FILE: u16 = 1 << 8;
    /// A web address.
    pub(in crate::index) const LINK: u16 = 1 << 9;
    /// A reaction.
    pub(in crate::index) const REACTION: u16 = 1 << 10;
    /// A caption.
    pub(in crate::index) const CAPTION: u16 = 1 << 11;
    /// A tagged person.
    pub(in crate::index) const TAG: u16 = 1 << 12;
    /// An e-mail address.
    pub(in crate::index) const EMAIL: u16 = 1 << 13;
    /// Any file.
    pub(in crate::index) const ANY_FILE: u16 = PHOTO | VIDEO | AUDIO | DOCUMENT | STICKER | GIF | CONTACT | OTHER_FILE;
}

/// What every filter by kind, platform, state or content asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Class {
    /// Number of the kind in [`Kind::ALL`].
    pub(super) kind: u8,
    /// Number of the platform in [`Platform::ALL`].
    pub(super) platform: u8,
    /// Of [`flag`].
    pub(super) flags: u16,
    /// Of [`has`].
    pub(super) has: u16,
}

impl Class {
    fn of(record: &Record) -> Self {
        Self {
            kind: kind_number(record.kind),
            platform: platform_number(record.platform),
            flags: flags(record),
            has: has(record),
        }
    }

    fn bytes(self) -> [u8; CLASS_BYTES] {
        let ([f0, f1], [h0, h1]) = (self.flags.to_be_bytes(), self.has.to_be_bytes());
        [self.kind, self.platform, f0, f1, h0, h1]
    }

    fn from_bytes([kind, platform, f0, f1, h0, h1]: [u8; CLASS_BYTES]) -> Self {
        Self { kind, platform, flags: u16::from_be_bytes([f0, f1]), has: u16::from_be_bytes([h0, h1]) }
    }
}

/// Length of a class in a fact.
const CLASS_BYTES: usize = 6;
/// Length of a conversation's hash in a fact; zeros without a conversation.
pub(super) const CONVERSATION_BYTES: usize = 8;
/// Between the parts of a fact.
pub(super) const END: u8 = 0;

/// Who wrote a record where, as words of names. [`naming::Naming`] follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Who<'a> {
    /// The first byte and the hash of the conversation's id: see [`conversation_prefix`].
    pub(super) conversation: &'a [u8],
    /// Words of the conversation's title.
    pub(super) title: &'a str,
    /// Words of the author's name.
    pub(super) author: &'a str,
    /// The author's handle, folded.
    pub(super) handle: &'a str,
    /// Digits of the author's phone.
    pub(super) phone: &'a str,
}

impl<'a> Who<'a> {
    /// The conversation; nothing for what was written in none.
    pub(super) fn place(&self) -> Option<&'a [u8]> {
        Some(self.conversation).filter(|place| place.iter().skip(1).any(|byte| *byte != 0))
    }

    /// Takes a fact apart.
    pub(super) fn of(fact: &'a [u8]) -> Option<Self> {
        let (conversation, rest) = fact.split_at_checked(1 + CONVERSATION_BYTES)?;
        let mut parts = parts(rest);
        (fact.first() == Some(&about::WHO)).then(|| Self {
            conversation,
            title: parts.next().unwrap_or_default(),
            author: parts.next().unwrap_or_default(),
            handle: parts.next().unwrap_or_default(),
            phone: parts.next().unwrap_or_default(),
        })
    }
}

/// What a record is and where it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct What<'a> {
    /// What filters by kind, platform, state or content ask.
    pub(super) class: Class,
    /// Words of the owner's account.
    pub(super) account: &'a str,
    /// Id of an import.
    pub(super) import: &'a str,
    /// Name of a download, lower case.
    pub(super) bundle: &'a str,
}

impl<'a> What<'a> {
    /// Takes a fact apart.
    pub(super) fn of(fact: &'a [u8]) -> Option<Self> {
        let (class, rest) = fact.strip_prefix(&[about::WHAT])?.split_first_chunk()?;
        let mut parts = parts(rest);
        Some(Self {
            class: Class::from_bytes(*class),
            account: parts.next().unwrap_or_default(),
            import: parts.next().unwrap_or_default(),
            bundle: parts.next().unwrap_or_default(),
        })
    }
}

pub(super) fn parts(bytes: &[u8]) -> impl Iterator<Item = &str> {
    bytes.split(|byte| *byte == END).map(|part| std::str::from_utf8(part).unwrap_or_default())
}

/// Number of a kind in [`Kind::ALL`].
pub(super) fn kind_number(kind: Kind) -> u8 {
    Kind::ALL.iter().position(|known| *known == kind).and_then(|at| u8::try_from(at).ok()).unwrap_or(u8::MAX)
}

/// Number of a platform in [`Platform::ALL`].
pub(super) fn platform_number(platform: Platform) -> u8 {
    Platform::ALL.iter().position(|known| *known == platform).and_then(|at| u8::try_from(at).ok()).unwrap_or(u8::MAX)
}

fn flags(record: &Record) -> u16 {
    let set = |condition: bool, flag: u16| if condition { flag } else { 0 };
    let conversation = record.conversation.as_ref().map(|conversation| conversation.kind);
    set(record.author.as_ref().is_some_and(|author| author.is_owner), flag::OWN)
        | set(record.author.as_ref().is_some_and(|author| !author.is_owner), flag::OTHERS)
        | set(record.system, flag::SYSTEM)
        | set(record.deleted, flag::DELETED)
        | set(record.edited, flag::EDITED)
        | set(conversation == Some(ConversationKind::Group), flag::GROUP)
        | set(conversation == Some(ConversationKind::Direct), flag::DIRECT)
        | set(record.time.utc.is_none() && record.time.local.is_some(), flag::FLOATING)
}

fn has(record: &Record) -> u16 {
    let set = |condition: bool, flag: u16| if condition { flag } else { 0 };
    let files = record.attachments.iter().fold(0, |all, attachment| {
        all | set(attachment.caption.is_some(), has::CAPTION)
            | match attachment.kind {
                AttachmentKind::Photo => has::PHOTO,
                AttachmentKind::Video => has::VIDEO,
                AttachmentKind::Audio => has::AUDIO,
                AttachmentKind::Document => has::DOCUMENT,
                AttachmentKind::Sticker => has::STICKER,
                AttachmentKind::Gif => has::GIF,
                AttachmentKind::Contact => has::CONTACT,
                AttachmentKind::Location => has::LOCATION,
                AttachmentKind::Other => has::OTHER_FILE,
            }
    });
    files
        | set(!record.links.is_empty() || holds_link(&record.text), has::LINK)
        | set(!record.reactions.is_empty(), has::REACTION)
        | set(record.place.is_some(), has::LOCATION)
        | set(!record.tags.is_empty(), has::TAG)
        | set(holds_email(&record.text), has::EMAIL)
}

/// `https://…` and `www.…`, wherever a word begins, and the links that chats begin with a name of a site.
fn holds_link(text: &str) -> bool {
    let begins = |mark: &str, end: usize| {
        let Some(start) = end.checked_sub(mark.len()) else { return false };
        text.get(start..end).is_some_and(|found| found.eq_ignore_ascii_case(mark))
            && !text.get(..start).is_some_and(|before| before.ends_with(char::is_alphanumeric))
            && text.get(end..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
    };
    let bytes = text.as_bytes();
    memchr::memmem::find_iter(bytes, "://").any(|at| begins("http://", at + 3) || begins("https://", at + 3))
        || memchr::memchr_iter(b'.', bytes).any(|at| begins("www.", at + 1))
        || memchr::memchr_iter(b'/', bytes).any(|at| {
            ["wa.me/", "t.me/", "m.me/", "fb.me/", "bit.ly/", "youtu.be/"].iter().any(|mark| begins(mark, at + 1))
        })
}

/// `awa@example.sn`: letters on both sides of the sign, and a dot with letters after it.
fn holds_email(text: &str) -> bool {
    memchr::memchr_iter(b'@', text.as_bytes()).any(|at| {
        let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
        let domain = after
            .find(|l: char| !l.is_alphanumeric() && !matches!(l, '.' | '-'))
            .map_or(after, |end| after.split_at(end).0);
        let ending = domain.trim_end_matches('.').rsplit_once('.').map_or("", |(_, ending)| ending);
        before.ends_with(|l: char| l.is_alphanumeric() || matches!(l, '_' | '-' | '+'))
            && ending.len() >= 2
            && ending.chars().all(char::is_alphabetic)
            && domain.starts_with(char::is_alphanumeric)
    })
}

/// All facts of a record.
pub(super) fn facts(record: &Record, add: &mut dyn FnMut(&[u8])) {
    let mut fact = Vec::with_capacity(FACT_BYTES);
    if record.conversation.is_some() || record.author.is_some() {
        who(record, &mut fact);
        add(&fact);
    }
    if naming::card(record, &mut fact) {
        add(&fact);
    }
    let class = Class::of(record).bytes();
    let mut told: Vec<(&str, &str)> = Vec::new();
    for Origin { import, bundle, .. } in &record.origin {
        if !told.contains(&(import, bundle)) {
            told.push((import, bundle));
            what(class, record.account.as_deref(), (import, bundle), &mut fact);
            add(&fact);
        }
    }
    if told.is_empty() {
        what(class, record.account.as_deref(), ("", ""), &mut fact);
        add(&fact);
    }
    for attachment in record.attachments.iter().filter(|attachment| !attachment.name.is_empty()) {
        fact.clear();
        fact.push(about::FILE);
        push(&mut fact, &attachment.name.to_lowercase());
        add(&fact);
    }
}

/// Usual length of a fact.
const FACT_BYTES: usize = 128;
/// Longest part of a fact; the rest of a longer name is not searched by filters.
const PART_BYTES_MAX: usize = 400;

/// Adds a part without what would end it.
pub(super) fn push(fact: &mut Vec<u8>, part: &str) {
    let part = if part.len() <= PART_BYTES_MAX { part } else { beginning(part) };
    if memchr::memchr(END, part.as_bytes()).is_none() {
        fact.extend_from_slice(part.as_bytes());
    } else {
        fact.extend(part.bytes().filter(|byte| *byte != END));
    }
}

fn beginning(part: &str) -> &str {
    let end = (0..=PART_BYTES_MAX).rev().find(|end| part.is_char_boundary(*end));
    part.get(..end.unwrap_or(0)).unwrap_or_default()
}

fn who(record: &Record, fact: &mut Vec<u8>) {
    fact.clear();
    let author = record.author.as_ref();
    let conversation = record.conversation.as_ref();
    match conversation {
        Some(conversation) => fact.extend(conversation_prefix(&conversation.id)),
        None => fact.extend([about::WHO].into_iter().chain([0; CONVERSATION_BYTES])),
    }
    with_name_words(conversation.map_or("", |conversation| &conversation.title), |words| push(fact, words));
    fact.push(END);
    with_name_words(author.map_or("", |author| &author.name), |words| push(fact, words));
    fact.push(END);
    if let Some(Author { handle: Some(handle), .. }) = author {
        let mut folded = String::new();
        fold_into(handle, &mut folded);
        push(fact, &folded);
    }
    fact.push(END);
    if let Some(Author { phone: Some(phone), .. }) = author {
        fact.extend(phone.bytes().filter(u8::is_ascii_digit).take(PART_BYTES_MAX));
    }
    fact.push(END);
    naming::add_author(record, fact);
}

fn what(class: [u8; CLASS_BYTES], account: Option<&str>, (import, bundle): (&str, &str), fact: &mut Vec<u8>) {
    fact.clear();
    fact.push(about::WHAT);
    fact.extend(class);
    with_name_words(account.unwrap_or_default(), |words| push(fact, words));
    fact.push(END);
    push(fact, import);
    fact.push(END);
    with_lower_case(bundle, |bundle| push(fact, bundle));
}

/// What the facts of a conversation begin with.
pub(super) fn conversation_prefix(id: &str) -> [u8; 1 + CONVERSATION_BYTES] {
    let mut prefix = [about::WHO; 1 + CONVERSATION_BYTES];
    let hash = PREFIXES.with_borrow_mut(|known| {
        if let Some(hash) = known.get(id) {
            return *hash;
        }
        let mut hash = [0; CONVERSATION_BYTES];
        blake3::Hasher::new().update(id.as_bytes()).finalize_xof().fill(&mut hash);
        forget_many(known);
        known.insert(id.into(), hash);
        hash
    });
    for (place, byte) in prefix.iter_mut().skip(1).zip(hash) {
        *place = byte;
    }
    prefix
}

/// What threads remember of names.
type Remembered<T> = HashMap<Box<str>, T, foldhash::fast::RandomState>;

thread_local! {
    /// Names this thread has met, with their words: the same few people write most records.
    static NAMES: RefCell<Remembered<Box<str>>> = RefCell::default();
    /// Downloads this thread has met, with their names in lower case.
    static BUNDLES: RefCell<Remembered<Box<str>>> = RefCell::default();
    /// Conversations this thread has met, with the hashes of their ids.
    static PREFIXES: RefCell<Remembered<[u8; CONVERSATION_BYTES]>> = RefCell::default();
}

/// Most names remembered by a thread; then it starts anew.
const NAMES_MAX: usize = 4_096;

fn forget_many<T>(known: &mut Remembered<T>) {
    if known.len() >= NAMES_MAX {
        known.clear();
    }
}

/// Words and variants of a name, stems left out, separated by blanks.
pub(super) fn name_words(name: &str) -> String {
    with_name_words(name, str::to_owned)
}

fn with_name_words<T>(name: &str, use_words: impl FnOnce(&str) -> T) -> T {
    with_remembered(&NAMES, name, use_words, || {
        let analysis = Analysis::of_words(name);
        let mut words = String::new();
        for token in &analysis.tokens {
            let phone = (token.form == Form::Phone).then(|| Phone::from_term(analysis.term(token))).flatten();
            if !words.is_empty() && (token.is_word_form() || phone.is_some()) {
                words.push(' ');
            }
            match &phone {
                Some(phone) => words.push_str(&phone.digits),
                None if token.is_word_form() => words.push_str(analysis.term(token)),
                None => {}
            }
        }
        words
    })
}

fn with_lower_case<T>(bundle: &str, use_name: impl FnOnce(&str) -> T) -> T {
    with_remembered(&BUNDLES, bundle, use_name, || bundle.to_lowercase())
}

/// Uses what is remembered of a name, or makes and remembers it.
fn with_remembered<T>(
    memory: &'static LocalKey<RefCell<Remembered<Box<str>>>>,
    name: &str,
    use_it: impl FnOnce(&str) -> T,
    make: impl FnOnce() -> String,
) -> T {
    memory.with_borrow_mut(|known| {
        if let Some(made) = known.get(name) {
            return use_it(made);
        }
        let made = make();
        forget_many(known);
        let result = use_it(&made);
        known.insert(name.into(), made.into());
        result
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_taken_apart_as_they_were_put_together() {
        let mut fact = conversation_prefix("c1").to_vec();
        fact.extend_from_slice(b"les amies\x00aminata sow\x00ami_nata\x00221771234567");
        let who = Who::of(&fact).unwrap();
        assert_eq!(who.conversation, conversation_prefix("c1"));
        assert_eq!(
            (who.title, who.author, who.handle, who.phone),
            ("les amies", "aminata sow", "ami_nata", "221771234567")
        );
        let class = Class { kind: 1, platform: 0, flags: flag::OWN | flag::GROUP, has: has::PHOTO };
        what(class.bytes(), Some("Awa Exemple"), ("abcd", "Téléchargement\0.ZIP"), &mut fact);
        let what = What::of(&fact).unwrap();
        assert_eq!((what.class, what.account, what.import), (class, "awa exemple", "abcd"));
        assert_eq!(what.bundle, "téléchargement.zip");
        assert_eq!(Who::of(&fact), None);
    }

    #[test]
    fn links_in_texts() {
        for text in [
            "vu sur https://www.etsy.com/shop",
            "voir www.exemple.fr svp",
            "wa.me/221771234567",
            "(Http://x.sn)",
            "é:www.a.b",
        ] {
            assert!(holds_link(text), "{text}");
        }
        for text in ["https:// ", "awww.quoi", "a/b", "12/05", "xwa.me/1", "...", "www. non", "://", "moi : //"] {
            assert!(!holds_link(text), "{text}");
        }
    }

    #[test]
    fn a_long_name_leaves_room_for_the_others() {
        let mut fact = Vec::new();
        what([0; CLASS_BYTES], Some(&"é".repeat(5_000)), ("abcd", &"é".repeat(5_000)), &mut fact);
        assert!(fact.len() < 2 * PART_BYTES_MAX + 20);
        assert_eq!(What::of(&fact).unwrap().import, "abcd");
    }
}
