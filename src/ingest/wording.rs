//! What two tellings of one thing say differently: an edited message, a profile, a card of the address book that has changed
//! between two downloads. What the later one says is shown, the rest is kept beside it, where searches find it.

use std::cmp::Ordering;

use chrono::{Datelike as _, NaiveDate};
use serde_json::{Map, Value};

use super::merge::says_more;
use crate::model::{Author, Kind, OTHERWISE, Platform, Record};
use crate::sources::meta::thread;

/// The field of `extra` that tells when a message was edited last, as RFC 3339.
const EDITED_AT: &str = "edited_at";

/// A poll, which goes on: votes are added, and taken back.
const POLL: &str = "poll";

/// The field of [`OTHERWISE`] that tells of which day what is shown is, where tellings differ: year, month and day as one number.
const AS_OF: &str = "as_of";

/// Two tellings of one record and what the one that is not followed says.
pub(super) struct Wordings {
    platform: Platform,
    /// Whether the one that is known was edited before the one that is told now, at the same time, or after it.
    edits: Ordering,
    /// The days of what is known, by field, and of the rest of it.
    known: (Map<String, Value>, Option<i64>),
    told: Option<i64>,
    is_of_somebody: bool,
    compares_words: bool,
    compares_names: bool,
    lost: Map<String, Value>,
}

impl Wordings {
    /// Compares when two tellings were made: one that is marked as edited is later than one that is not, or that was edited
    /// before it; else the days in the names of the downloads count.
    pub(super) fn of(known: &Record, told: &Record) -> Self {
        let moments = || match (known.extra.get(EDITED_AT), told.extra.get(EDITED_AT)) {
            (Some(Value::String(known)), Some(Value::String(told))) => known.cmp(told),
            _ => Ordering::Equal,
        };
        let edits = known.edited.cmp(&told.edited).then_with(moments);
        // Words are what a WhatsApp message is known by, but for one that a database knows as edited.
        let compares_words = known.platform != Platform::Whatsapp || known.edited || told.edited;
        let is_of_somebody = matches!(known.kind, Kind::Contact | Kind::Profile);
        // An address book names whom WhatsApp knows by number; each phone has its own.
        let compares_names = is_of_somebody || known.platform != Platform::Whatsapp;
        let days = known.extra.get(OTHERWISE).and_then(|all| all.get(AS_OF)?.as_object()).cloned().unwrap_or_default();
        let (platform, lost) = (known.platform, Map::new());
        let (known, told) = ((days, day(known)), day(told));
        Self { platform, edits, known, told, is_of_somebody, compares_words, compares_names, lost }
    }

    /// Whether what is told now of a field is later than what is known, where anything says so.
    fn is_later(&self, key: &str) -> Option<bool> {
        let edits = if matches!(key, "text" | EDITED_AT) { self.edits } else { Ordering::Equal };
        let (days, day) = &self.known;
        let known = days.get(key).and_then(Value::as_i64).or(*day);
        let later = edits.then_with(|| known.zip(self.told).map_or(Ordering::Equal, |(known, told)| known.cmp(&told)));
        (later != Ordering::Equal).then_some(later == Ordering::Less)
    }

    /// Notes of which day a field is, of which two tellings say something else.
    fn date(&mut self, key: &str, is_told: bool) {
        let (days, day) = &mut self.known;
        let date = if is_told { self.told } else { days.get(key).and_then(Value::as_i64).or(*day) };
        if let Some(date) = date {
            days.insert(key.to_owned(), Value::from(date));
        }
    }

    /// The text of both.
    pub(super) fn text(&mut self, known: &mut String, told: String) {
        if known.is_empty() {
            *known = told;
        } else if self.compares_words {
            self.choose("text", known, told);
        }
    }

    /// Names and numbers of the one whom both tell. Names are those of the day of a download, and who left has none.
    pub(super) fn author(&mut self, known: &mut Author, told: &mut Author) {
        match (is_nobody(self.platform, &known.name), is_nobody(self.platform, &told.name)) {
            (true, false) => {
                known.name = std::mem::take(&mut told.name);
                self.date("name", true);
            }
            (false, false) if self.compares_names && !is_number(&known.name) && !is_number(&told.name) => {
                self.choose("name", &mut known.name, std::mem::take(&mut told.name));
            }
            _ => {}
        }
        if !self.is_of_somebody {
            return;
        }
        for (key, known, told) in
            [("handle", &mut known.handle, told.handle.take()), ("phone", &mut known.phone, told.phone.take())]
        {
            match (known, told) {
                (Some(known), Some(told)) => self.choose(key, known, told),
                (known, told) => *known = known.take().or(told),
            }
        }
    }

    /// A field of the platform's own.
    pub(super) fn field(&mut self, key: &str, known: &mut Value, told: Value) {
        if key == OTHERWISE {
            for (key, values) in told.as_object().into_iter().flatten() {
                values.as_array().into_iter().flatten().for_each(|value| self.lose(key, value.clone()));
            }
            return;
        }
        let later = self.is_later(key).filter(|_| self.is_of_somebody || [EDITED_AT, POLL].contains(&key));
        let takes = later.unwrap_or_else(|| says_more(&told, known));
        let lost = if takes { std::mem::replace(known, told) } else { told };
        if self.is_of_somebody && lost != *known {
            self.date(key, takes);
            self.lose(key, lost);
        }
    }

    /// Keeps what was not followed.
    pub(super) fn keep(self, record: &mut Record) {
        let mut all = match record.extra.remove(OTHERWISE) {
            Some(Value::Object(all)) => all,
            _ => Map::new(),
        };
        for (key, values) in self.lost {
            let Value::Array(values) = values else { continue };
            if let Value::Array(known) = all.entry(key).or_insert_with(|| Value::Array(Vec::new())) {
                known.extend(values);
            }
        }
        for (key, values) in &mut all {
            let Value::Array(values) = values else { continue };
            let shown = shown(record, key);
            values.retain(|value| shown.as_ref() != Some(value));
            values.sort_by_key(Value::to_string);
            values.dedup();
        }
        all.retain(|_, values| values.as_array().is_none_or(|values| !values.is_empty()));
        let (mut days, day) = self.known;
        // The day of the record says the same.
        let newest = day.max(self.told).map(Value::from);
        days.retain(|key, day| all.contains_key(key) || newest.as_ref() != Some(day));
        if !days.is_empty() {
            all.insert(AS_OF.to_owned(), Value::Object(days));
        }
        if !all.is_empty() {
            record.extra.insert(OTHERWISE.to_owned(), Value::Object(all));
        }
    }

    fn choose(&mut self, key: &str, known: &mut String, told: String) {
        if told.is_empty() || plain(&told) == plain(known) {
            return;
        }
        let is_longer = || (told.len(), told.as_str()) > (known.len(), known.as_str());
        let takes = self.is_later(key).unwrap_or_else(is_longer);
        let lost = if takes { std::mem::replace(known, told) } else { told };
        self.date(key, takes);
        // A beginning, as of a post that was cut, says nothing of its own; what somebody edited does.
        let lost_words = plain(&lost);
        let cut = lost_words.trim_end_matches(['…', '.']);
        let is_edited = key == "text" && self.edits != Ordering::Equal;
        if is_edited || cut.is_empty() || !plain(known).starts_with(cut) {
            self.lose(key, Value::from(lost));
        }
    }

    fn lose(&mut self, key: &str, value: Value) {
        if let Value::Array(values) = self.lost.entry(key).or_insert_with(|| Value::Array(Vec::new())) {
            values.push(value);
        }
    }
}

/// Whether nobody is named: no name, words for somebody who left, or the number of an account in place of a name.
pub(super) fn is_nobody(platform: Platform, name: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    name.is_empty()
        || match platform {
            Platform::Telegram => name == "Deleted Account" || name.strip_prefix("user").is_some_and(is_number),
            Platform::X => is_number(name),
            Platform::Facebook | Platform::Messenger | Platform::Instagram | Platform::Threads => {
                thread::is_nobody(name)
            }
            Platform::Whatsapp => false,
        }
}

/// What a record shows of a field.
fn shown(record: &Record, key: &str) -> Option<Value> {
    let author = record.author.as_ref();
    match key {
        "text" => Some(Value::from(record.text.as_str())),
        "name" => author.map(|author| Value::from(author.name.as_str())),
        "handle" => author.and_then(|author| author.handle.as_deref()).map(Value::from),
        "phone" => author.and_then(|author| author.phone.as_deref()).map(Value::from),
        key => record.extra.get(key).cloned(),
    }
}

/// The latest day in the names of the downloads that tell a record: `instagram-awa-2026-03-02-x`, `ChatExport_2024-05-01`; as
/// one number, 20260302.
fn day(record: &Record) -> Option<i64> {
    record.origin.iter().filter_map(|origin| day_of_download(&origin.bundle)).max()
}

/// The day in the name of a download, as one number.
pub(super) fn day_of_download(name: &str) -> Option<i64> {
    let day = day_of(name)?;
    Some(i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day()))
}

fn day_of(name: &str) -> Option<NaiveDate> {
    const LENGTH: usize = "2026-03-02".len();
    let bytes = name.as_bytes();
    let of = |start: usize| {
        let is_digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
        let alone = !is_digit(start.checked_sub(1)) && !is_digit(start.checked_add(LENGTH));
        NaiveDate::parse_from_str(name.get(start..start.checked_add(LENGTH)?)?, "%Y-%m-%d").ok().filter(|_| alone)
    };
    (0..bytes.len()).filter_map(of).max()
}

/// The words alone: signs that show nothing, and how lines are broken, do not count.
fn plain(text: &str) -> String {
    let shows = |sign: &char| {
        !sign.is_whitespace()
            && !sign.is_control()
            && !matches!(sign, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fe0f}' | '\u{feff}')
    };
    text.chars().filter(shows).collect()
}

/// A number as sources write it in place of a name.
pub(super) fn is_number(name: &str) -> bool {
    name.strip_prefix('+').is_some_and(|digits| digits.len() > 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_from_names() {
        let day = |name: &str| day_of(name).map(|day| day.to_string());
        assert_eq!(day("instagram-awa-2026-03-02-b7Yn.zip").as_deref(), Some("2026-03-02"));
        assert_eq!(day("ChatExport_2024-05-01 (1)").as_deref(), Some("2024-05-01"));
        assert_eq!(day("twitter-2025-12-31-ab/2026-01-04").as_deref(), Some("2026-01-04"));
        for none in ["", "2026-13-02", "12026-03-02", "2026-03-021", "é2026-3-2", "abc"] {
            assert_eq!(day(none), None, "{none}");
        }
    }
}
