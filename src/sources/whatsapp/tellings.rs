//! Where, within one file, another export of the same chat begins: people join exports by hand.
//!
//! A message that a second export tells again is the same message, not its twin. That is said only when it is certain:
//! the messages after the seam stand before it already, with their minutes, names and words.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use chrono::NaiveDateTime;

use super::chat::clean_name;
use super::lines::Entry;
use super::senders::{Cut, Senders};
use super::strings::is_app_mark;

/// How many messages after a seam are compared.
const COMPARED: usize = 50;

/// How often all messages of a file are passed, at most, in search of those that a seam repeats.
const LOOKED_AT_MAX: usize = 16;

/// Fewest messages that must stand before the seam already; one can be chance.
const REPEATED_MIN: usize = 2;

/// The places of the first messages of further exports.
pub fn starts(entries: &[Entry<'_>], senders: &Senders<'_>) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut told: HashSet<u64> = HashSet::new();
    let mut counted = 0;
    let mut span: Option<(NaiveDateTime, NaiveDateTime)> = None;
    let mut looked_at = entries.len().saturating_mul(LOOKED_AT_MAX);
    for (place, pair) in entries.windows(2).enumerate() {
        let [before, after] = pair else { continue };
        let place = place + 1;
        let (Some(earlier), Some(later)) = (before.moment, after.moment) else { continue };
        if later >= earlier && before.header.signature == after.header.signature {
            continue;
        }
        for entry in entries.get(counted..place).unwrap_or_default() {
            told.extend(words_of(entry, senders));
            let Some(moment) = entry.moment else { continue };
            span = Some(span.map_or((moment, moment), |(first, last)| (first.min(moment), last.max(moment))));
        }
        counted = place;
        let inside = |entry: &&Entry<'_>| {
            entry.moment.zip(span).is_some_and(|(moment, (first, last))| first <= moment && moment <= last)
        };
        // An older export behind a newer one tells first what that lacks.
        let after = entries.iter().skip(place).take(looked_at);
        looked_at = looked_at.saturating_sub(after.clone().take_while(|entry| !inside(entry)).count());
        let compared: Vec<u64> = after
            .skip_while(|entry| !inside(entry))
            .take(COMPARED)
            .filter(inside)
            .filter_map(|entry| words_of(entry, senders))
            .collect();
        let repeated = compared.iter().filter(|words| told.contains(words)).count();
        if repeated >= REPEATED_MIN && repeated * 5 >= compared.len() * 4 {
            starts.push(place);
        }
    }
    starts
}

/// What a person said in a minute; nothing for what WhatsApp printed, which differs between apps and languages.
fn words_of(entry: &Entry<'_>, senders: &Senders<'_>) -> Option<u64> {
    let Cut { sender: Some(sender), body } = senders.cut(entry) else { return None };
    let printed = body.contains(is_app_mark) || body.starts_with('<') || body.trim().is_empty();
    let minute = entry.moment.filter(|_| !printed)?.and_utc().timestamp().div_euclid(60);
    let mut hasher = DefaultHasher::new();
    minute.hash(&mut hasher);
    clean_name(sender).hash(&mut hasher);
    for line in body.lines() {
        line.trim_end().hash(&mut hasher);
    }
    Some(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::super::lines;
    use super::*;
    use crate::sources::DateOrder;

    fn check(text: &str, wanted: &[usize]) {
        let chat = lines::read(text, DateOrder::Auto);
        let senders = Senders::learn(&chat.entries);
        assert_eq!(starts(&chat.entries, &senders), wanted, "{text}");
    }

    const FIRST: &str = "18/03/2022, 14:05 - Ana: one\n18/03/2022, 14:05 - Bob: ok\n18/03/2022, 14:05 - Bob: ok\n\
        18/03/2022, 14:09 - Ana: two\n";

    #[test]
    fn a_second_export_is_found_by_what_it_repeats() {
        check(&format!("{FIRST}{FIRST}"), &[4]);
        check(
            &format!("{FIRST}18/03/2022, 14:05 - Bob: ok\n18/03/2022, 14:09 - Ana: two\n19/03/2022, 8:00 - Bob: x\n"),
            &[4],
        );
        let ios =
            "[18/03/2022, 14:05:01] Ana: one\r\n[18/03/2022, 14:05:02] Bob: ok\r\n[19/03/2022, 08:00:00] Bob: x\r\n";
        check(&format!("{FIRST}{ios}"), &[4]);
    }

    #[test]
    fn an_older_export_behind_a_newer_one_is_found() {
        let older = "17/03/2022, 9:00 - Ana: zero\n17/03/2022, 9:01 - Bob: more\n";
        check(&format!("{FIRST}19/03/2022, 8:00 - Bob: x\n{older}{FIRST}"), &[5]);
        check(&format!("{FIRST}{older}"), &[]);
    }

    #[test]
    fn messages_out_of_order_and_later_exports_are_no_seam() {
        check(&format!("{FIRST}18/03/2022, 14:05 - Bob: ok\n18/03/2022, 14:10 - Ana: three\n"), &[]);
        check(&format!("{FIRST}18/03/2022, 14:06 - Bob: late\n18/03/2022, 14:07 - Ana: late too\n"), &[]);
        check(&format!("{FIRST}[19/03/2022, 08:00:00] Bob: x\r\n[19/03/2022, 08:00:01] Bob: y\r\n"), &[]);
    }
}
