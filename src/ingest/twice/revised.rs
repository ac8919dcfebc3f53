//! When two records of one rank are one element that changed between two downloads: a post of which the words were edited, a message that
//! was edited or withdrawn.
//!
//! The whole rule and its reasons: docs/decisions/0038-what-changed-between-two-downloads.md.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Gift;
use super::rule::{self, is_of_one_account, is_of_page, is_one_post, is_one_time, plain, same_files, tells_link};
use crate::ingest::known::late_family;
use crate::ingest::wording::{day_of_download, is_nobody};
use crate::model::{Kind, OTHERWISE, Origin, Precision, Record};

/// Which download brought an origin: two parts of one have one day in their names.
pub(super) fn download(bundle: &str, root: &str) -> String {
    let day = day_of_download(bundle).or_else(|| day_of_download(root));
    day.map_or_else(|| bundle.to_owned(), |day| day.to_string())
}

/// The folder in which a file of a download stands, which may be named after it.
pub(super) fn root(origin: &Origin) -> &str {
    root_of(&origin.file)
}

/// The first folder of a path.
pub(in crate::ingest) fn root_of(path: &str) -> &str {
    path.split_once('/').map_or("", |(root, _)| root)
}

/// Whether several downloads are among these, told by the names of their parts and by folders in them: one alone has no
/// two versions of anything.
pub(in crate::ingest) fn are_several<'a>(mut roots: impl Iterator<Item = (&'a str, &'a str)>) -> bool {
    let first = roots.next().map(|(bundle, root)| download(bundle, root));
    roots.any(|(bundle, root)| Some(download(bundle, root)) != first)
}

/// The downloads that tell a record, as far as it says so.
pub(super) fn downloads(record: &Record) -> impl Iterator<Item = String> {
    record.origin.iter().map(|origin| download(&origin.bundle, root(origin)))
}

/// What two wordings of one message have in common: the conversation and the millisecond. A whole second is shared by several.
pub(super) fn subject(record: &Record) -> Option<String> {
    let out = record.kind != Kind::Message
        || record.system
        || record.time.precision != Precision::Ms
        || late_family(record).is_none()
        || is_of_page(record);
    let millis = record.time.order_ms().filter(|millis| !out && millis.rem_euclid(1000) != 0)?;
    let conversation = record.conversation.as_ref()?;
    Some(format!("revised\u{1f}{}\u{1f}{}\u{1f}{millis}", record.platform.name(), conversation.id))
}

/// A record that nothing else has taken in, and the downloads that tell it.
pub(super) struct Version<'a> {
    /// Where it stands in its group.
    pub(super) at: usize,
    pub(super) record: &'a Record,
    pub(super) downloads: BTreeSet<String>,
}

/// Which records are folded into which: of several versions of one element all into the one that is shown. No download tells
/// two versions; where one does, they are two elements, and so are perhaps all that are like them.
pub(super) fn decide(versions: &[Version<'_>]) -> Vec<(usize, usize)> {
    let mut left: Vec<&Version<'_>> = versions.iter().collect();
    let mut folds = Vec::new();
    while let Some(first) = left.pop() {
        let mut class = vec![first];
        while let Some(at) = left.iter().position(|other| class.iter().any(|known| fits(known.record, other.record))) {
            class.push(left.swap_remove(at));
        }
        let certain = class.iter().enumerate().all(|(at, a)| {
            let others = class.iter().skip(at + 1);
            let mut fit = others.map(|b| fits(a.record, b.record) && a.downloads.is_disjoint(&b.downloads));
            fit.all(|fits| fits)
        });
        let shown = shown(&class).filter(|shown| certain && class.iter().all(|it| holds(shown.record, it.record)));
        if let Some(shown) = shown {
            folds.extend(class.iter().filter(|it| it.at != shown.at).map(|it| (it.at, shown.at)));
        }
    }
    folds
}

/// Whether two records that stand apart are perhaps one element that changed: somebody said both in one second, or one minute where
/// a page prints no more, and no download tells both. Nothing makes it certain; it is a link and no more.
#[must_use]
pub fn may_be_one(a: &Record, b: &Record) -> bool {
    let conversation = |record: &Record| record.conversation.as_ref().map(|known| known.id.clone());
    a.id != b.id
        && may_have_changed(a)
        && may_have_changed(b)
        && (a.platform, a.kind, conversation(a)) == (b.platform, b.kind, conversation(b))
        && is_one_time(a, b)
        && plain(&a.text) != plain(&b.text)
        && is_one_author(a, b)
        && (a.kind == Kind::Message || is_of_one_account(a, b))
        && downloads(a).collect::<BTreeSet<_>>().is_disjoint(&downloads(b).collect())
}

/// Whether a record is of a sort that people edit and that downloads do not number.
#[must_use]
pub fn may_have_changed(record: &Record) -> bool {
    let is_edited = matches!(record.kind, Kind::Post | Kind::Comment | Kind::Message) && !record.system;
    is_edited
        && late_family(record).is_some()
        && matches!(record.time.precision, Precision::Ms | Precision::S | Precision::Min)
}

/// Whether two records may be one element.
fn fits(a: &Record, b: &Record) -> bool {
    if a.kind != Kind::Message {
        return is_one_post(a, b);
    }
    is_one_author(a, b) && (says_nothing(a) || says_nothing(b) || same_files(a, b, false))
}

fn is_one_author(a: &Record, b: &Record) -> bool {
    let name = |record: &Record| record.author.as_ref().map_or_else(String::new, |author| author.name.clone());
    let (one, other) = (name(a), name(b));
    one == other || is_nobody(a.platform, &one) || is_nobody(b.platform, &other)
}

/// Whether a message is but the place of one that was withdrawn.
fn says_nothing(record: &Record) -> bool {
    let is_empty = record.text.is_empty() && !["call", "share"].iter().any(|key| record.extra.contains_key(*key));
    (record.deleted || is_empty) && record.attachments.is_empty() && record.links.is_empty() && record.place.is_none()
}

/// The version that is shown: a message rather than the place where it was; else the later, as the names of the downloads tell
/// it, else the longer.
fn shown<'a, 'r>(class: &[&'a Version<'r>]) -> Option<&'a Version<'r>> {
    let day = |it: &Version<'_>| -> Option<i64> {
        it.record.origin.iter().filter_map(|at| day_of_download(&at.bundle).or_else(|| day_of_download(root(at)))).max()
    };
    let is_dated = class.iter().all(|it| day(it).is_some());
    class.iter().copied().min_by_key(|it| {
        let record = it.record;
        let is_bare = says_nothing(record) && record.kind == Kind::Message;
        // Of two that were withdrawn the earlier has the words.
        let date = day(it).filter(|_| is_dated).map(|day| if record.deleted { day } else { -day });
        (
            is_bare && record.text.is_empty(),
            is_bare,
            record.deleted,
            date,
            Reverse((record.text.len(), record.text.as_str())),
            record.id,
        )
    })
}

/// Whether nothing but words, and what [`give`] adds, is lost when a record is folded into another.
fn holds(shown: &Record, other: &Record) -> bool {
    other.links.iter().all(|link| tells_link(shown, &link.url))
        && other.tags.iter().all(|tag| shown.tags.contains(tag))
        && (other.place.is_none() || other.place == shown.place)
}

/// Adds to the version that is shown what another alone tells, its words among them, and gives the list of that.
pub(super) fn give(from: &Record, to: &mut Record) -> Gift {
    let mut bare = from.clone();
    // Where it stood is not where it stands; its words come below.
    for key in ["section", OTHERWISE] {
        bare.extra.shift_remove(key);
    }
    bare.system = false;
    let mut gift = rule::give(&bare, to);
    let captions = |record: &Record| -> Vec<String> {
        record.attachments.iter().filter_map(|file| file.caption.clone()).collect()
    };
    let mut known: Vec<String> = captions(to);
    known.push(to.text.clone());
    known.extend(to.otherwise("text").map(str::to_owned));
    let mut known: Vec<String> = known.iter().map(|words| plain(words)).collect();
    let mut told = vec![from.text.clone()];
    told.extend(from.otherwise("text").map(str::to_owned));
    told.extend(captions(from));
    let mut news = Vec::new();
    for words in told {
        let bare = plain(&words);
        if !bare.is_empty() && !known.contains(&bare) {
            known.push(bare);
            gift.words.push(mark(&words));
            news.push(Value::from(words));
        }
    }
    change_words(to, |all| all.extend(news));
    gift.deleted = from.deleted && !to.deleted;
    to.deleted |= from.deleted;
    gift
}

/// Takes from a record what [`give`] alone gives.
pub(super) fn take_back(gift: &Gift, from: &mut Record) {
    if !gift.words.is_empty() {
        change_words(from, |all| {
            all.retain(|words| !words.as_str().is_some_and(|words| gift.words.contains(&mark(words))));
        });
    }
    from.deleted &= !gift.deleted;
}

/// What stands for words in a line that is folded.
fn mark(words: &str) -> u64 {
    let hash = blake3::derive_key("malle 2026 other wording v1", words.as_bytes());
    hash.first_chunk().map_or(0, |head| u64::from_le_bytes(*head))
}

/// Changes the other wordings of a record, which stay in order.
fn change_words(record: &mut Record, change: impl FnOnce(&mut Vec<Value>)) {
    let mut all = match record.extra.shift_remove(OTHERWISE) {
        Some(Value::Object(all)) => all,
        _ => Map::new(),
    };
    let mut words = match all.shift_remove("text") {
        Some(Value::Array(words)) => words,
        _ => Vec::new(),
    };
    change(&mut words);
    words.sort_by_key(Value::to_string);
    words.dedup();
    if !words.is_empty() {
        all.insert("text".to_owned(), Value::Array(words));
    }
    if !all.is_empty() {
        record.extra.insert(OTHERWISE.to_owned(), Value::Object(all));
    }
}
