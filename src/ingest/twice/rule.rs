//! When two records are one element, told by a page and by JSON, or by pages of two eras.
//!
//! The whole rule and its reasons: docs/decisions/0014-html-and-json.md, of Telegram 0036. It looks at nothing but the records, so that their
//! order in the archive, and that of imports, says nothing.

use std::fmt::Write as _;

use super::{Gift, ZONE_LATER, revised, telegram};
use crate::ingest::known::late_family;
use crate::ingest::owners::user_of;
use crate::model::{Attachment, AttachmentStatus, Kind, Platform, Precision, Reaction, Record, RecordId};
use crate::sources::meta::{object_of, stem_of};

/// How exactly a telling knows its time. The more exact takes in the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// A page that prints minutes.
    Minute,
    /// A page that prints seconds, whose zone another part of the download told later.
    Wall,
    /// A page that prints seconds.
    Second,
    /// JSON.
    Json,
}

/// A name of a downloaded file with a number of so many digits is of one object of the platform, whoever downloads it.
const OBJECT_DIGITS_MIN: usize = 10;

/// Whether a file of a download is an HTML page.
pub(in crate::ingest) fn is_page(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    extension.eq_ignore_ascii_case("html") || extension.eq_ignore_ascii_case("htm")
}

/// Whether only pages tell a record.
pub(in crate::ingest) fn is_of_page(record: &Record) -> bool {
    record.origin.iter().all(|origin| is_page(&origin.file))
}

/// The rank of a record whose time is certain; `None` for any other, and for what has no time in its identity anyway.
pub(super) fn rank(record: &Record) -> Option<Rank> {
    if record.platform == Platform::Telegram {
        return telegram::rank(record);
    }
    let out = late_family(record).is_none()
        || matches!(record.kind, Kind::Profile | Kind::Album)
        || record.time.utc.is_none()
        || record.time.ambiguous
        || record.extra.contains_key("unreferenced");
    match (is_of_page(record), record.time.precision) {
        _ if out => None,
        (true, Precision::Min) => Some(Rank::Minute),
        (true, Precision::S) if is_placed_later(record) => Some(Rank::Wall),
        (true, Precision::S) => Some(Rank::Second),
        (false, Precision::Ms | Precision::S) => Some(Rank::Json),
        _ => None,
    }
}

fn is_placed_later(record: &Record) -> bool {
    record.extra.contains_key(ZONE_LATER)
}

/// What two tellings of one element have in common to the letter, with the minute; `None` when a record says too little.
pub(super) fn subject(record: &Record) -> Option<String> {
    if record.platform == Platform::Telegram {
        return telegram::subject(record);
    }
    let minute = record.time.order_ms()?.div_euclid(60_000);
    // A post with files may be told with other words by another download.
    let words = if has_revisions(record) { String::new() } else { plain(&record.text) };
    let told = |key: &str| record.extra.get(key).and_then(serde_json::Value::as_str).unwrap_or_default();
    let is_message = record.kind == Kind::Message;
    let bare = plain(&record.text).is_empty() && record.attachments.is_empty();
    // Facebook's sentences tell whose post was commented or liked; those above posts change with names and settings.
    let title = if bare || matches!(record.kind, Kind::Comment | Kind::Reaction) {
        plain(told("title"))
    } else {
        String::new()
    };
    if !is_message && bare && title.is_empty() && record.links.is_empty() {
        return None;
    }
    let conversation = record.conversation.as_ref().map_or("", |conversation| conversation.id.as_str());
    let author = record.author.as_ref().filter(|_| is_message).map_or("", |author| author.name.as_str());
    let (platform, kind) = (record.platform.name(), record.kind.name());
    let mut subject =
        format!("{platform}\u{1f}{kind}\u{1f}{conversation}\u{1f}{author}\u{1f}{minute}\u{1f}{words}\u{1f}{title}");
    // One post may stand in several sections; a friend among friends and followers is two facts.
    let several = matches!(record.kind, Kind::Message | Kind::Post | Kind::Story | Kind::Comment);
    let fields: &[&str] = if several { &["owner"] } else { &["owner", "section", "relation", "list"] };
    for field in fields {
        // Writing to a text cannot fail.
        let _ = write!(subject, "\u{1f}{}", told(field));
    }
    Some(subject)
}

/// For each record, the one that it is folded into. Ranks and records of one subject.
pub(super) fn decide(records: &[(Rank, &Record)]) -> Vec<Option<usize>> {
    let of = |wanted: Rank| -> Vec<usize> {
        records.iter().enumerate().filter(|(_, (rank, _))| *rank == wanted).map(|(at, _)| at).collect()
    };
    let mut folded = vec![None; records.len()];
    let (json, seconds) = (of(Rank::Json), of(Rank::Second));
    assign(records, &seconds, &json, &mut folded);
    // What is left of one rank takes in those that know less.
    let mut fuller = json;
    let mut left = seconds;
    for coarser in [of(Rank::Wall), of(Rank::Minute)] {
        fuller.extend(left.into_iter().filter(|at| folded.get(*at) == Some(&None)));
        assign(records, &coarser, &fuller, &mut folded);
        left = coarser;
    }
    folded
}

/// Folds records of one rank: each of the others answers for one of them.
fn assign(records: &[(Rank, &Record)], pages: &[usize], others: &[usize], folded: &mut [Option<usize>]) {
    let record = |at: usize| records.get(at).map(|(_, record)| *record);
    let fitting: Vec<(usize, Vec<usize>)> = pages
        .iter()
        .filter_map(|page| {
            let told = record(*page)?;
            let fit = others.iter().copied().filter(|other| record(*other).is_some_and(|other| fits(told, other)));
            Some((*page, fit.collect()))
        })
        .collect();
    let mut rivals = vec![0_usize; records.len()];
    for other in fitting.iter().flat_map(|(_, fit)| fit) {
        rivals.get_mut(*other).into_iter().for_each(|count| *count += 1);
    }
    let mut taken = vec![false; records.len()];
    let mut fold = |page: usize, other: usize, taken: &mut Vec<bool>| {
        taken.get_mut(other).into_iter().for_each(|taken| *taken = true);
        folded.get_mut(page).into_iter().for_each(|place| *place = Some(other));
    };
    let mut rest: Vec<(&Record, usize, &[usize])> = Vec::new();
    for (page, fit) in &fitting {
        match fit.as_slice() {
            // Nothing else can be meant, on either side: what the page alone tells belongs to the other.
            [only] if rivals.get(*only) == Some(&1) => fold(*page, *only, &mut taken),
            fit => rest.extend(record(*page).map(|told| (told, *page, fit))),
        }
    }
    // Of several alike nobody can say which is which, so a page is folded only where it tells nothing of its own.
    rest.sort_by_key(|(told, ..)| (std::cmp::Reverse(told.reactions.len()), told.id));
    for (told, page, fit) in rest {
        let found = fit.iter().copied().filter(|other| taken.get(*other) == Some(&false)).filter_map(|other| {
            let known = record(other).filter(|known| covers(known, told))?;
            Some((order(known), other))
        });
        if let Some((_, other)) = found.min() {
            fold(page, other, &mut taken);
        }
    }
}

/// Those that say least first.
fn order(record: &Record) -> (usize, usize, Option<i64>, RecordId) {
    (record.reactions.len(), record.links.len(), record.time.order_ms(), record.id)
}

/// Whether a page may tell the same as a more exact record of its subject.
fn fits(page: &Record, other: &Record) -> bool {
    if page.platform == Platform::Telegram {
        return telegram::fits(page, other);
    }
    let (Some(printed), Some(exact)) = (page.time.order_ms(), other.time.order_ms()) else { return false };
    let unit = if page.time.precision == Precision::S { 1000 } else { 60_000 };
    printed.div_euclid(unit) == exact.div_euclid(unit)
        && (!has_revisions(page) || plain(&page.text) == plain(&other.text))
        && !would_have_met(page, other)
        && (page.kind == Kind::Message || is_of_one_account(page, other))
        && has_files_of(page, other)
        && page.links.iter().all(|link| tells_link(other, &link.url))
}

/// Ids hold the second: where JSON has no more than that, a page of the same second and words has the same id, unless it
/// is another of several alike.
fn would_have_met(page: &Record, other: &Record) -> bool {
    let whole = other.time.order_ms().is_some_and(|millis| millis.rem_euclid(1000) == 0);
    let has_second = page.time.precision == Precision::S && !is_placed_later(page);
    has_second && whole && page.text == other.text && !is_of_page(other)
}

/// Conversations have ids of their own. Anything else may be published by two accounts in one minute.
pub(super) fn is_of_one_account(page: &Record, other: &Record) -> bool {
    let users = |record: &Record| -> Vec<String> { record.origin.iter().filter_map(user_of).collect() };
    let objects = |record: &Record| -> Vec<String> {
        let names = record.attachments.iter().map(|file| file_key(record.platform, &file.name).to_owned());
        names.filter(|name| has_object_number(name)).collect()
    };
    let shared = |a: Vec<String>, b: Vec<String>| a.iter().any(|name| b.contains(name));
    (page.account.is_some() && page.account == other.account)
        || shared(users(page), users(other))
        || shared(objects(page), objects(other))
}

fn has_object_number(name: &str) -> bool {
    name.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= OBJECT_DIGITS_MIN)
}

/// Whether another record has every file of a page, and nothing more but stills and subtitles, which pages leave out.
fn has_files_of(page: &Record, other: &Record) -> bool {
    let mut left: Vec<&Attachment> = other.attachments.iter().collect();
    for file in &page.attachments {
        let Some(at) = left.iter().position(|known| is_one_file(page.platform, known, file)) else { return false };
        left.swap_remove(at);
    }
    left.iter().all(|file| is_beside(file))
}

/// Stills and subtitles.
fn is_beside(file: &Attachment) -> bool {
    let path = file.path.as_deref().unwrap_or_default().to_ascii_lowercase();
    path.contains("thumb") || path.ends_with(".srt")
}

/// Whether another download may tell the record with other words, and be known to: a post with files
/// (docs/decisions/0038-what-changed-between-two-downloads.md).
pub(super) fn has_revisions(record: &Record) -> bool {
    record.kind == Kind::Post && record.attachments.iter().any(|file| !is_beside(file))
}

/// Whether two records of a subject are one post with other words: of one account, with the same files, at one time.
pub(super) fn is_one_post(a: &Record, b: &Record) -> bool {
    is_one_time(a, b) && plain(&a.text) != plain(&b.text) && is_of_one_account(a, b) && same_files(a, b, true)
}

/// Whether two records are of one second, or of one minute where a page prints no more.
pub(super) fn is_one_time(a: &Record, b: &Record) -> bool {
    let (Some(one), Some(other)) = (a.time.order_ms(), b.time.order_ms()) else { return false };
    let is_coarse = [a, b].iter().any(|record| record.time.precision == Precision::Min);
    let unit = if is_coarse { 60_000 } else { 1000 };
    one.div_euclid(unit) == other.div_euclid(unit)
}

/// Whether two records have the same files, by their bytes, or by names that are of one object of the platform: of these alone, where
/// `certain` is asked for.
pub(super) fn same_files(a: &Record, b: &Record, certain: bool) -> bool {
    let mut left: Vec<&Attachment> = b.attachments.iter().filter(|file| !is_beside(file)).collect();
    let each = a.attachments.iter().filter(|file| !is_beside(file)).all(|file| {
        let same = |known: &&Attachment| {
            let is_object = !certain || has_object_number(file_key(a.platform, &file.name));
            (file.sha256.is_some() && file.sha256 == known.sha256) || is_object && is_one_file(a.platform, known, file)
        };
        left.iter().position(same).map(|at| left.swap_remove(at)).is_some()
    });
    each && left.is_empty()
}

pub(super) fn is_one_file(platform: Platform, a: &Attachment, b: &Attachment) -> bool {
    file_key(platform, &a.name) == file_key(platform, &b.name)
}

/// The part of a file's name that is the same in every download.
pub(in crate::ingest) fn file_key(platform: Platform, name: &str) -> &str {
    match platform {
        Platform::Instagram | Platform::Threads => object_of(name),
        Platform::Facebook | Platform::Messenger => stem_of(name),
        Platform::Whatsapp | Platform::X | Platform::Telegram => name,
    }
}

pub(super) fn tells_link(record: &Record, url: &str) -> bool {
    let bare = |url: &str| url.trim_end_matches('/').to_owned();
    record.text.contains(url) || record.links.iter().any(|link| bare(&link.url) == bare(url))
}

/// Whether a record tells every reaction that a page tells.
fn covers(record: &Record, page: &Record) -> bool {
    page.reactions.iter().all(|reaction| record.reactions.iter().any(|known| is_one_reaction(known, reaction)))
}

/// Pages ask for the coloured form of an emoji, JSON does not always.
fn is_one_reaction(a: &Reaction, b: &Reaction) -> bool {
    let plain = |emoji: &str| emoji.replace('\u{fe0f}', "");
    a.actor == b.actor && plain(&a.emoji) == plain(&b.emoji)
}

/// Adds to a record what a page alone tells of it, and gives the list of that.
pub(super) fn give(page: &Record, to: &mut Record) -> Gift {
    let mut gift = Gift::default();
    for reaction in &page.reactions {
        if !to.reactions.iter().any(|known| is_one_reaction(known, reaction)) {
            to.reactions.push(reaction.clone());
            gift.reactions.push(reaction.clone());
        }
    }
    let in_step = to.reactions.len() == page.reactions.len()
        && to.reactions.iter().zip(&page.reactions).all(|(a, b)| is_one_reaction(a, b));
    for (key, value) in &page.extra {
        // Times of reactions stand in the order of the reactions.
        if !to.extra.contains_key(key) && key != ZONE_LATER && (in_step || key != "reaction_times") {
            to.extra.insert(key.clone(), value.clone());
            gift.extra.push(key.clone());
        }
    }
    // Telegram's pages say in a sentence what its JSON tells by a word.
    if page.system && to.text.is_empty() && !page.text.is_empty() {
        to.text.clone_from(&page.text);
        gift.text = true;
    }
    for file in to.attachments.iter_mut().filter(|file| file.status == AttachmentStatus::Missing) {
        let stored =
            |known: &&Attachment| known.status == AttachmentStatus::Stored && is_one_file(page.platform, known, file);
        if let Some(known) = page.attachments.iter().find(stored) {
            file.status = known.status;
            file.sha256.clone_from(&known.sha256);
            file.size_bytes = known.size_bytes;
            file.mime.clone_from(&known.mime);
        }
    }
    gift
}

/// Takes from a record what a page had given it.
pub(super) fn take_back(gift: &Gift, from: &mut Record) {
    from.reactions.retain(|reaction| !gift.reactions.contains(reaction));
    gift.extra.iter().for_each(|key| drop(from.extra.shift_remove(key)));
    if gift.text {
        from.text.clear();
    }
    revised::take_back(gift, from);
}

/// Words without what pages and JSON write differently.
pub(super) fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
