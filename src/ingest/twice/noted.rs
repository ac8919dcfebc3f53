//! What an import remembers of what it tells, so that tellings of one element can be compared when everything is read.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::Mutex;

use super::revised;
use super::rule::{self, Rank, has_revisions};
use crate::ingest::sink::guard;
use crate::model::{Kind, Platform, Record, RecordId};

/// The minutes of news, as record lines begin an instant: `2025-10-09T12:36`.
pub(super) type Minutes = HashSet<[u8; 16], foldhash::fast::RandomState>;

/// What is remembered of a record that this import told.
#[derive(Clone, Copy)]
pub(super) struct Telling {
    /// Hash of its subject.
    pub(super) key: u64,
    pub(super) id: RecordId,
    /// Number of the download that told it; nothing for what earlier imports told.
    pub(super) download: Option<u16>,
    pub(super) rank: Rank,
    pub(super) platform: Platform,
    pub(super) kind: Kind,
    /// It may change what is folded.
    pub(super) is_news: bool,
    /// Versions of it are compared.
    pub(super) may_change: bool,
}

/// Which comparison records of one subject belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Pages with what tells more.
    Pages,
    /// Versions of a message.
    Versions,
    /// Both: a post with files.
    Both,
}

impl Scope {
    /// Whether it decides about folds of this sort.
    pub(super) fn decides(self, revised: bool) -> bool {
        self == Self::Both || (self == Self::Versions) == revised
    }
}

/// What of a record is compared, with its rank: with pages, by versions.
pub(super) fn subjects(
    record: &Record,
    (pages, versions): (bool, bool),
) -> impl Iterator<Item = (Scope, Rank, String)> + use<> {
    let scope = if has_revisions(record) { Scope::Both } else { Scope::Pages };
    let ranked = || Some((scope, rule::rank(record)?, rule::subject(record)?));
    let told = (pages || versions && scope == Scope::Both).then(ranked).flatten();
    let subject = versions.then(|| revised::subject(record)).flatten();
    told.into_iter().chain(subject.map(|subject| (Scope::Versions, Rank::Json, subject)))
}

pub(super) fn key_of(subject: &str) -> u64 {
    let mut hasher = foldhash::quality::FixedState::default().build_hasher();
    hasher.write(subject.as_bytes());
    hasher.finish()
}

/// Everything noted.
#[derive(Default)]
pub(super) struct Noted {
    pub(super) told: Vec<Telling>,
    pub(super) minutes: Minutes,
    /// Downloads by number.
    pub(super) downloads: Vec<String>,
}

#[derive(Default)]
struct Notes {
    noted: Noted,
    /// Numbers of downloads, by hash of their names.
    numbers: HashMap<u64, u16, foldhash::fast::RandomState>,
}

/// Remembers what an import tells: where pages are told now or were before, what pages may tell; of Meta's downloads what may have
/// changed since another. Any other import pays nothing.
pub(in crate::ingest) struct Tellings {
    pages: bool,
    versions: bool,
    notes: Mutex<Notes>,
}

impl Tellings {
    /// Whether pages are compared, and whether versions.
    pub(in crate::ingest) fn new(pages: bool, versions: bool) -> Self {
        Self { pages, versions, notes: Mutex::default() }
    }

    pub(in crate::ingest) fn note(&self, record: &Record, is_news: bool) {
        if !self.are_needed() {
            return;
        }
        let of = self.of(record);
        let mut notes: Option<std::sync::MutexGuard<'_, Notes>> = None;
        for telling in of {
            let notes = notes.get_or_insert_with(|| guard(&self.notes));
            let download = if telling.may_change { notes.number(record) } else { None };
            let minute = record.time.utc.as_ref().and_then(|utc| utc.as_bytes().first_chunk());
            if let (true, Some(minute)) = (telling.may_change && is_news, minute) {
                notes.noted.minutes.insert(*minute);
            }
            notes.noted.told.push(Telling { download, is_news, ..telling });
        }
    }

    /// What would be noted of a record.
    pub(super) fn of(&self, record: &Record) -> impl Iterator<Item = Telling> + use<> {
        let (id, platform, kind) = (record.id, record.platform, record.kind);
        subjects(record, (self.pages, self.versions)).map(move |(scope, rank, subject)| Telling {
            key: key_of(&subject),
            id,
            download: None,
            rank,
            platform,
            kind,
            is_news: false,
            may_change: scope.decides(true),
        })
    }

    pub(in crate::ingest) const fn are_needed(&self) -> bool {
        self.pages || self.versions
    }

    pub(super) const fn compare_pages(&self) -> bool {
        self.pages
    }

    pub(super) fn take(&self) -> Noted {
        std::mem::take(&mut *guard(&self.notes)).noted
    }
}

impl Notes {
    /// The number of the download that tells a record now.
    fn number(&mut self, record: &Record) -> Option<u16> {
        let origin = record.origin.first()?;
        let mut hasher = foldhash::quality::FixedState::default().build_hasher();
        hasher.write(origin.bundle.as_bytes());
        hasher.write(&[0]);
        hasher.write(revised::root(origin).as_bytes());
        let hash = hasher.finish();
        if let Some(number) = self.numbers.get(&hash) {
            return Some(*number);
        }
        let number = u16::try_from(self.noted.downloads.len()).ok()?;
        self.noted.downloads.push(revised::download(&origin.bundle, revised::root(origin)));
        self.numbers.insert(hash, number);
        Some(number)
    }
}
