//! Two tellings of one element become one record. Merging only adds: nothing an earlier download told is lost.

use crate::model::{Attachment, AttachmentStatus, Reaction, Record};

/// The record that holds everything both tell. `stored` is the earlier one; its place in a conversation stays.
pub(super) fn merge(stored: &Record, mut told: Record) -> Record {
    let mut merged = stored.clone();
    if merged.text.is_empty() {
        merged.text = told.text;
    }
    let gains_instant = merged.time.utc.is_none() && (told.time.utc.is_some() || merged.time.local.is_none());
    let gains_certainty = merged.time.ambiguous && !told.time.ambiguous && told.time.local.is_some();
    if gains_instant || gains_certainty {
        merged.time = told.time;
    }
    // A telling that begins in the middle of a minute counts too low, none counts too high.
    merged.order = merged.order.max(told.order);
    merged.account = merged.account.or(told.account);
    merged.place = merged.place.or(told.place);
    match (&mut merged.conversation, told.conversation) {
        (Some(known), Some(other)) if known.id == other.id => name(&mut known.title, other.title),
        (known, other) => *known = known.take().or(other),
    }
    merged.deleted |= told.deleted;
    merged.edited |= told.edited;
    match (&mut merged.author, told.author) {
        (Some(author), Some(other)) => {
            author.is_owner |= other.is_owner;
            name(&mut author.name, other.name);
            author.handle = author.handle.take().or(other.handle);
            author.phone = author.phone.take().or(other.phone);
        }
        (author, other) => *author = author.take().or(other),
    }
    merge_attachments(&mut merged.attachments, told.attachments);
    add_new(&mut merged.links, told.links, |a, b| a.url == b.url);
    name_all(&mut merged.tags, &mut told.tags, |tag| tag, |_, _| true);
    add_new(&mut merged.tags, told.tags, PartialEq::eq);
    let emoji = |a: &Reaction, b: &Reaction| a.emoji == b.emoji;
    name_all(&mut merged.reactions, &mut told.reactions, |reaction| &mut reaction.actor, emoji);
    add_new(&mut merged.reactions, told.reactions, PartialEq::eq);
    for (key, value) in told.extra {
        merged.extra.entry(key).or_insert(value);
    }
    if merged != *stored {
        add_new(&mut merged.origin, told.origin, PartialEq::eq);
    }
    merged
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

/// A number as sources write it in place of a name.
fn is_number(name: &str) -> bool {
    name.strip_prefix('+').is_some_and(|digits| digits.len() > 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn add_new<T>(stored: &mut Vec<T>, told: Vec<T>, same: impl Fn(&T, &T) -> bool) {
    for item in told {
        if !stored.iter().any(|known| same(known, &item)) {
            stored.push(item);
        }
    }
}

/// An attachment is the same when its bytes are, or when its name is and one of the two lacks its bytes, or when both
/// stand at the same place and one of them was left out of its export without a name.
fn merge_attachments(stored: &mut Vec<Attachment>, told: Vec<Attachment>) {
    let mut matched = vec![false; stored.len()];
    for (position, item) in told.into_iter().enumerate() {
        let same = |known: &Attachment| {
            if let (Some(a), Some(b)) = (&known.sha256, &item.sha256) {
                a == b
            } else {
                (!known.name.is_empty() && known.name == item.name) || (known.path.is_some() && known.path == item.path)
            }
        };
        let unnamed =
            |known: &Attachment| known.status == AttachmentStatus::Omitted || item.status == AttachmentStatus::Omitted;
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

fn complete(known: &mut Attachment, told: Attachment) {
    let caption = known.caption.take().or_else(|| told.caption.clone());
    let (taken, place) = (known.taken.take().or(told.taken.clone()), known.place.take().or(told.place.clone()));
    if known.status != AttachmentStatus::Stored && told.status == AttachmentStatus::Stored {
        *known = told;
    }
    (known.caption, known.taken, known.place) = (caption, taken, place);
}
