//! Two tellings of one element become one record. Merging only adds: nothing an earlier download told is lost.

use serde_json::Value;

use super::twice::{file_key, is_of_page, is_page};
use super::wording::{Wordings, is_nobody, is_number};
use crate::model::{Attachment, AttachmentKind, AttachmentStatus, Link, Origin, Platform, Reaction, Record};

/// The record that holds everything both tell. `stored` is the earlier one; its place in a conversation stays. What a page
/// tells only completes what JSON tells, whichever came first.
pub(super) fn merge(stored: &Record, told: Record) -> Record {
    let news = told.origin.clone();
    let waits = lacks_a_file(stored, &told);
    let (mut merged, mut told) =
        if is_of_page(stored) && !is_of_page(&told) { (told, stored.clone()) } else { (stored.clone(), told) };
    let is_equal = is_of_page(&merged) == is_of_page(&told);
    let mut wordings = is_equal.then(|| Wordings::of(&merged, &told));
    match &mut wordings {
        Some(wordings) => wordings.text(&mut merged.text, std::mem::take(&mut told.text)),
        None if merged.text.is_empty() => merged.text = std::mem::take(&mut told.text),
        None => {}
    }
    // A page's clock adds nothing to JSON's.
    if is_equal || merged.time.utc.is_none() {
        merged.time = merged.time.combined(&told.time);
    }
    // A telling that begins in the middle of a minute counts too low, none counts too high.
    merged.order = merged.order.max(told.order);
    merged.account = fuller(merged.account, told.account);
    merged.place = merged.place.or(told.place);
    match (&mut merged.conversation, told.conversation) {
        (Some(known), Some(other)) if known.id == other.id => {
            if is_nobody(merged.platform, &known.title) && !is_nobody(merged.platform, &other.title) {
                known.title = other.title;
            } else {
                name(&mut known.title, other.title);
            }
            known.kind = known.kind.or(other.kind);
        }
        (known, other) => *known = known.take().or(other),
    }
    merged.deleted |= told.deleted;
    merged.edited |= told.edited;
    match (&mut merged.author, told.author) {
        (Some(author), Some(mut other)) => {
            author.is_owner |= other.is_owner;
            if let Some(wordings) = &mut wordings {
                wordings.author(author, &mut other);
            }
            name(&mut author.name, other.name);
            author.handle = author.handle.take().or(other.handle);
            author.phone = author.phone.take().or(other.phone);
        }
        (author, other) => *author = author.take().or(other),
    }
    merge_attachments(merged.platform, &mut merged.attachments, told.attachments);
    title_all(&mut merged.links, &mut told.links);
    add_all(&mut merged.links, told.links, |a, b| a.url == b.url);
    name_all(&mut merged.tags, &mut told.tags, |tag| tag, |_, _| true);
    add_all(&mut merged.tags, told.tags, PartialEq::eq);
    let emoji = |a: &Reaction, b: &Reaction| a.emoji == b.emoji;
    name_all(&mut merged.reactions, &mut told.reactions, |reaction| &mut reaction.actor, emoji);
    add_all(&mut merged.reactions, told.reactions, PartialEq::eq);
    for (key, value) in told.extra {
        match (merged.extra.get_mut(&key), &mut wordings) {
            (None, _) => {
                merged.extra.insert(key, value);
            }
            (Some(known), Some(wordings)) => wordings.field(&key, known, value),
            (Some(_), None) => {}
        }
    }
    if let Some(wordings) = wordings {
        wordings.keep(&mut merged);
    }
    merged.origin.clone_from(&stored.origin);
    if merged != *stored || waits {
        add_origins(&mut merged, news);
    }
    merged
}

/// Whether another file tells the record now without a media file that the archive has: a part of that download may bring it yet,
/// and must find who names it.
fn lacks_a_file(stored: &Record, told: &Record) -> bool {
    let known =
        |origin: &Origin| stored.origin.iter().any(|it| (&it.bundle, &it.file) == (&origin.bundle, &origin.file));
    let paths = |record: &Record, status: AttachmentStatus| -> Vec<String> {
        let those = record.attachments.iter().filter(|attachment| attachment.status == status);
        those.filter_map(|attachment| attachment.path.clone()).collect()
    };
    let lacks = || {
        let stored = paths(stored, AttachmentStatus::Stored);
        paths(told, AttachmentStatus::Missing).iter().any(|path| stored.contains(path))
    };
    !told.origin.iter().any(known) && lacks()
}

/// Adds downloads that tell a record too. Pages stand first, so that the last origin is one only when all are.
pub(super) fn add_origins(record: &mut Record, origins: Vec<Origin>) {
    add_new(&mut record.origin, origins, PartialEq::eq);
    record.origin.sort_by_key(|origin| !is_page(&origin.file));
}

/// Of two names of one account the longer, so that it does not matter which came first.
pub(super) fn fuller(known: Option<String>, told: Option<String>) -> Option<String> {
    known.into_iter().chain(told).max_by(|a, b| (a.len(), a).cmp(&(b.len(), b)))
}

/// A phone number stands in for a name until a download with the address book tells it.
fn name(known: &mut String, told: String) {
    if known.is_empty() || is_number(known) && !told.is_empty() && !is_number(&told) {
        *known = told;
    }
}

/// Where two lists tell the same people in the same order, names take the place of numbers in both.
fn name_all<T: Clone>(
    stored: &mut [T],
    told: &mut [T],
    field: impl Fn(&mut T) -> &mut String,
    same: impl Fn(&T, &T) -> bool,
) {
    if stored.len() != told.len() {
        return;
    }
    for (known, other) in stored.iter_mut().zip(told).filter(|(known, other)| same(known, other)) {
        name(field(known), field(other).clone());
        if is_number(field(other)) {
            field(other).clone_from(field(known));
        }
    }
}

/// What one of two tellings says of an address, both say; where both say something, the longer.
fn title_all(stored: &mut [Link], told: &mut [Link]) {
    for known in stored {
        for other in told.iter_mut() {
            if other.url == known.url && other.title != known.title {
                known.title = fuller(known.title.take(), other.title.take());
                other.title.clone_from(&known.title);
            }
        }
    }
}

/// Of two values that differ the longer stays, so that it does not matter which came first; of equally long ones, the
/// greater.
pub(super) fn says_more(told: &Value, known: &Value) -> bool {
    let written = |value: &Value| value.to_string();
    told != known && {
        let (told, known) = (written(told), written(known));
        (told.len(), told) > (known.len(), known)
    }
}

/// Both lists in one, in the order of the longer.
fn add_all<T>(stored: &mut Vec<T>, mut told: Vec<T>, same: impl Fn(&T, &T) -> bool) {
    if told.len() > stored.len() {
        std::mem::swap(stored, &mut told);
    }
    add_new(stored, told, same);
}

fn add_new<T>(stored: &mut Vec<T>, told: Vec<T>, same: impl Fn(&T, &T) -> bool) {
    for item in told {
        if !stored.iter().any(|known| same(known, &item)) {
            stored.push(item);
        }
    }
}

/// An attachment is the same when its bytes are, or when its name is (as far as the platform keeps names from year to
/// year) and one of the two lacks its bytes, or when both
/// stand at the same place and one of them was left out of its export without a name. A message of WhatsApp has one file at
/// most, which each phone calls its own way.
fn merge_attachments(platform: Platform, stored: &mut Vec<Attachment>, told: Vec<Attachment>) {
    let mut matched = vec![false; stored.len()];
    let only = platform == Platform::Whatsapp && stored.len() == 1 && told.len() == 1;
    for (position, item) in told.into_iter().enumerate() {
        let same = |known: &Attachment| {
            if let (Some(a), Some(b)) = (&known.sha256, &item.sha256) {
                a == b
            } else {
                (!known.name.is_empty() && file_key(platform, &known.name) == file_key(platform, &item.name))
                    || (known.path.is_some() && known.path == item.path)
            }
        };
        let unnamed = |known: &Attachment| {
            let one_here = known.sha256.is_none() || item.sha256.is_none();
            known.status == AttachmentStatus::Omitted || item.status == AttachmentStatus::Omitted || only && one_here
        };
        let found =
            stored.iter().enumerate().position(|(at, known)| matched.get(at) == Some(&false) && same(known)).or_else(
                || Some(position).filter(|at| matched.get(*at) == Some(&false) && stored.get(*at).is_some_and(unnamed)),
            );
        match found.and_then(|at| Some((matched.get_mut(at)?, stored.get_mut(at)?))) {
            Some((matched, known)) => {
                *matched = true;
                complete(known, item);
            }
            None => stored.push(item),
        }
    }
}

/// The file that is here counts most, then the one that is named, whichever came first.
fn complete(known: &mut Attachment, mut told: Attachment) {
    let worth = |file: &Attachment| match file.status {
        AttachmentStatus::Stored => 4,
        AttachmentStatus::Missing => 3,
        AttachmentStatus::Failed => 2,
        AttachmentStatus::Remote => 1,
        AttachmentStatus::Omitted => 0,
    };
    let key = |file: &Attachment| (file.name.is_empty(), file.name.clone(), file.path.clone());
    if worth(&told).cmp(&worth(known)).then_with(|| key(known).cmp(&key(&told))).is_gt() {
        std::mem::swap(known, &mut told);
    }
    if known.kind == AttachmentKind::Other {
        known.kind = told.kind;
    }
    known.caption = known.caption.take().or(told.caption);
    known.taken = known.taken.take().or(told.taken);
    known.place = known.place.take().or(told.place);
}
