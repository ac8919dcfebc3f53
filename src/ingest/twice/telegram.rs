//! When a page of a Telegram export and its JSON tell one message: docs/decisions/0036-telegram-in-two-formats.md.
//!
//! Pages tell no number of a chat, so ids and conversations differ. The title of the chat and the message's own number are the same.

use super::rule::{Rank, is_of_page, is_one_file, plain, tells_link};
use crate::model::{Attachment, Kind, Precision, Record, Time};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// What pages call the author of whom nothing is left.
const DELETED: &str = "Deleted Account";

/// Which record takes in the other. A notice of a page is dated by its day alone.
pub(super) fn rank(record: &Record) -> Option<Rank> {
    if record.kind != Kind::Message || number(record).is_none() {
        return None;
    }
    match (is_of_page(record), record.time.precision) {
        (true, Precision::Day) if record.system => Some(Rank::Minute),
        (true, Precision::S) if !record.system => Some(Rank::Second),
        (false, Precision::S) => Some(Rank::Json),
        _ => None,
    }
}

/// What both tell to the letter: the title of the chat, the number of the message, its words. The sentence of a notice is the page's own.
pub(super) fn subject(record: &Record) -> Option<String> {
    let title = record.conversation.as_ref().map(|conversation| conversation.title.as_str());
    let (title, number) = (title.filter(|title| !title.is_empty())?, number(record)?);
    let (kind, words) = if record.system { ("notice", String::new()) } else { ("message", plain(&record.text)) };
    Some(format!("telegram\u{1f}{kind}\u{1f}{title}\u{1f}{number}\u{1f}{words}"))
}

/// Whether a page tells what a record of the same subject does.
pub(super) fn fits(page: &Record, other: &Record) -> bool {
    let is_timed = if page.system { is_of_day(&page.time, &other.time) } else { is_one_time(&page.time, &other.time) };
    is_timed
        && is_one_author(page, other)
        && has_files_of(page, other)
        && page.links.iter().all(|link| {
            let bare = link.url.split_once("://").map_or(link.url.as_str(), |(_, rest)| rest);
            tells_link(other, &link.url) || other.text.contains(bare.trim_end_matches('/'))
        })
}

fn number(record: &Record) -> Option<i64> {
    record.extra.get("id").and_then(serde_json::Value::as_i64)
}

fn is_one_author(page: &Record, other: &Record) -> bool {
    let name = |record: &Record| record.author.as_ref().map(|author| author.name.clone());
    let (printed, told) = (name(page), name(other));
    // Of a deleted account JSON tells its number alone.
    let nameless = || told.as_ref().is_some_and(|name| name.starts_with("user")) && other.extra.contains_key("from_id");
    printed == told || printed.as_deref() == Some(DELETED) && nameless()
}

/// Whether a clock that a page prints is that of an instant. Where the page's offset may be that of winter alone, the instant may be
/// an hour earlier; where it has none, only the hours, and quarters, of a zone lie between.
fn is_one_time(page: &Time, other: &Time) -> bool {
    let (Some(printed), Some(told)) = (page.order_ms(), other.order_ms()) else { return false };
    let apart = printed - told;
    match (&page.utc, &other.utc) {
        (Some(_), Some(_)) => apart == 0 || page.ambiguous && apart == HOUR_MS,
        (None, Some(_)) => apart % (15 * MINUTE_MS) == 0 && apart.abs() <= 14 * HOUR_MS,
        (_, None) => page.local.is_some() && page.local == other.local,
    }
}

/// Whether an instant, or a clock, can lie on the day that stands above a notice, in any zone.
fn is_of_day(day: &Time, other: &Time) -> bool {
    let (Some(begin), Some(told)) = (day.order_ms(), other.order_ms()) else { return false };
    let zones = if other.utc.is_some() { (14 * HOUR_MS, 12 * HOUR_MS) } else { (0, 0) };
    (begin - zones.0..begin + 24 * HOUR_MS + zones.1).contains(&told)
}

/// Whether another record has every file of a page. It may have more: what pages show as a picture, or not at all.
fn has_files_of(page: &Record, other: &Record) -> bool {
    let mut left: Vec<&Attachment> = other.attachments.iter().collect();
    page.attachments.iter().all(|file| {
        let same = |known: &&Attachment| {
            is_one_file(page.platform, known, file)
                || (known.path.is_some() && known.path == file.path)
                || (known.sha256.is_some() && known.sha256 == file.sha256)
        };
        left.iter().position(same).map(|at| left.swap_remove(at)).is_some()
    })
}
