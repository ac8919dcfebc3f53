//! Facts of a record as terms of one field. The first byte tells what a term is about.
//!
//! A record has one class (kind, platform, flags, what it holds, in seven bytes) instead of a term for each: an
//! archive has a few hundred classes, so a filter reads them all and keeps those it wants. Names work alike: one term
//! for each different author or conversation, whose words are compared when somebody asks.

use std::cell::RefCell;
use std::collections::HashMap;

use super::fold::fold_into;
use super::words::Analysis;
use crate::model::AttachmentKind;
use crate::model::Author;
use crate::model::ConversationKind;
use crate::model::Kind;
use crate::model::Platform;
use crate::model::Record;

/// First bytes of facts.
pub(super) mod about {
    /// The class: seven bytes.
    pub(in crate::index) const CLASS: u8 = b'k';
    /// The author: words of the name, handle, digits of the phone, separated by NUL.
    pub(in crate::index) const AUTHOR: u8 = b'a';
    /// The conversation: eight bytes of a hash of its id, then the words of its title.
    pub(in crate::index) const CONVERSATION: u8 = b'c';
    /// The owner's account: words.
    pub(in crate::index) const ACCOUNT: u8 = b'o';
    /// A file: its name, lower case.
    pub(in crate::index) const FILE: u8 = b'f';
    /// An import: its id.
    pub(in crate::index) const IMPORT: u8 = b'i';
    /// A download: its name, lower case.
    pub(in crate::index) const BUNDLE: u8 = b'b';
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

    fn term(self) -> [u8; 7] {
        let ([f0, f1], [h0, h1]) = (self.flags.to_be_bytes(), self.has.to_be_bytes());
        [about::CLASS, self.kind, self.platform, f0, f1, h0, h1]
    }

    /// Reads a class back from its term.
    pub(super) fn from_term(term: &[u8]) -> Option<Self> {
        let [about::CLASS, kind, platform, f0, f1, h0, h1] = *term else { return None };
        Some(Self { kind, platform, flags: u16::from_be_bytes([f0, f1]), has: u16::from_be_bytes([h0, h1]) })
    }
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
        | set(!record.links.is_empty(), has::LINK)
        | set(!record.reactions.is_empty(), has::REACTION)
        | set(record.place.is_some(), has::LOCATION)
        | set(!record.tags.is_empty(), has::TAG)
}

/// All facts of a record.
pub(super) fn facts(record: &Record) -> Vec<Vec<u8>> {
    let mut facts = vec![Class::of(record).term().to_vec()];
    facts.extend(record.author.as_ref().map(author_fact));
    if let Some(conversation) = &record.conversation {
        let mut fact = conversation_prefix(&conversation.id);
        fact.extend_from_slice(name_words(&conversation.title).as_bytes());
        facts.push(fact);
    }
    if let Some(account) = &record.account {
        facts.push(fact(about::ACCOUNT, &name_words(account)));
    }
    for attachment in record.attachments.iter().filter(|attachment| !attachment.name.is_empty()) {
        facts.push(fact(about::FILE, &attachment.name.to_lowercase()));
    }
    for origin in &record.origin {
        facts.push(fact(about::IMPORT, &origin.import));
        facts.push(fact(about::BUNDLE, &origin.bundle.to_lowercase()));
    }
    facts.sort_unstable();
    facts.dedup();
    facts.retain(|fact| fact.len() <= FACT_BYTES_MAX);
    facts
}

/// Longest fact: a longer file name or title is found by its words only.
const FACT_BYTES_MAX: usize = 1_024;

fn fact(about: u8, value: &str) -> Vec<u8> {
    let mut fact = Vec::with_capacity(value.len() + 1);
    fact.push(about);
    fact.extend_from_slice(value.as_bytes());
    fact
}

fn author_fact(author: &Author) -> Vec<u8> {
    let mut value = name_words(&author.name);
    value.push('\0');
    fold_into(author.handle.as_deref().unwrap_or_default(), &mut value);
    value.push('\0');
    value.extend(author.phone.iter().flat_map(|phone| phone.chars()).filter(char::is_ascii_digit));
    fact(about::AUTHOR, &value)
}

/// What the facts of a conversation begin with.
pub(super) fn conversation_prefix(id: &str) -> Vec<u8> {
    let mut prefix = vec![about::CONVERSATION];
    prefix.extend(blake3::hash(id.as_bytes()).as_bytes().iter().take(8));
    prefix
}

thread_local! {
    /// Names this thread has met, with their words: the same few people write most records.
    static NAMES: RefCell<HashMap<Box<str>, Box<str>>> = RefCell::default();
}

/// Most names remembered by a thread; then it starts anew.
const NAMES_MAX: usize = 4_096;

/// Words and variants of a name, stems left out, separated by blanks.
pub(super) fn name_words(name: &str) -> String {
    NAMES.with_borrow_mut(|names| {
        if let Some(words) = names.get(name) {
            return words.to_string();
        }
        let analysis = Analysis::of(name);
        let mut words = String::new();
        for token in analysis.tokens.iter().filter(|token| token.is_word_form()) {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(analysis.term(token));
        }
        if names.len() >= NAMES_MAX {
            names.clear();
        }
        names.insert(name.into(), words.as_str().into());
        words
    })
}
