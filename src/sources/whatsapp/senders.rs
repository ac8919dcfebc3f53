//! Who wrote a message: where the name ends and the text begins, decided over the whole file.
//!
//! Names may hold colons, and notices of Android have no sender but may hold colons too.

use std::collections::HashMap;

use super::header::End;
use super::lines::Entry;
use super::strings::{STRINGS, Shape, is_app_mark, is_mark};

/// Longest name, in letters, that is one without proof: group names have at most 100, saved names far fewer.
const NAME_LETTERS_MAX: usize = 80;

/// Longest name with proof: it recurs before different words, or stands on a line of an iPhone.
const LONG_NAME_LETTERS_MAX: usize = 160;

/// Messages of a name with a colon from which its part after the colon may begin in lower case.
const LOWER_CASE_MIN: u32 = 4;

/// Words after a name from which they are the words of a notice.
const NOTICE_WORDS_MIN: usize = 3;

/// The names of a file.
pub struct Senders<'a> {
    counts: HashMap<&'a str, u32>,
    /// Names with a colon, by their part before it.
    extended: HashMap<&'a str, &'a str>,
    /// Beginnings longer than names are, with what follows; `None` where that differs.
    long: HashMap<&'a str, Option<&'a str>>,
}

/// A message cut in two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut<'a> {
    /// The name as written, marks included; `None` for notices without one.
    pub sender: Option<&'a str>,
    /// The text after it.
    pub body: &'a str,
}

/// What stands before each colon that can end a name: one followed by a blank or the end of the line.
fn prefixes(rest: &str) -> impl Iterator<Item = (&str, &str)> {
    let line = rest.get(..memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())).unwrap_or_default();
    let mut letters = 0;
    let mut counted = 0;
    memchr::memchr_iter(b':', line.as_bytes())
        .take_while(move |at| {
            letters += line.get(counted..*at).map_or(0, |part| part.chars().count());
            counted = *at;
            letters <= NAME_LETTERS_MAX
        })
        .filter_map(move |at| {
            let (name, after) = (rest.get(..at)?, rest.get(at + 1..)?);
            let ends = matches!(after.as_bytes().first(), None | Some(b' ' | b'\n' | b'\r'));
            (ends && !name.trim_matches(|c: char| c.is_whitespace() || is_mark(c)).is_empty()).then_some((name, after))
        })
}

/// Likewise of a name that is longer than names are.
fn long_prefix(rest: &str) -> Option<(&str, &str)> {
    let line = rest.get(..memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len()))?;
    let (name, _) = line.split_once(": ").or_else(|| Some((line.strip_suffix(':')?, "")))?;
    let letters = name.chars().count();
    let is_long = letters > NAME_LETTERS_MAX && letters <= LONG_NAME_LETTERS_MAX;
    is_long.then_some((name, rest.get(name.len() + 1..)?))
}

fn first_line(rest: &str) -> &str {
    rest.lines().next().unwrap_or_default()
}

/// The shortest name that `rest` can begin with.
pub fn first_prefix(rest: &str) -> Option<&str> {
    prefixes(rest).next().map(|(name, _)| name)
}

impl<'a> Senders<'a> {
    /// Learns the names of a file.
    pub fn learn(entries: &[Entry<'a>]) -> Self {
        let mut counts: HashMap<&'a str, u32> = HashMap::new();
        for (name, _) in entries.iter().flat_map(|entry| prefixes(entry.rest)) {
            *counts.entry(name).or_insert(0) += 1;
        }
        let mut long: HashMap<&'a str, Option<&'a str>> = HashMap::new();
        for entry in entries.iter().filter(|entry| prefixes(entry.rest).next().is_none()) {
            let Some((name, after)) = long_prefix(entry.rest) else { continue };
            long.entry(name).and_modify(|known| *known = known.filter(|known| *known == after)).or_insert(Some(after));
        }
        let mut senders = Self { counts, extended: HashMap::new(), long };
        senders.extend_names(entries);
        senders
    }

    /// Learns names with a colon from the files of the chat: all that is said under a name goes on alike, and only behind the
    /// later colon the file is named that lies beside the chat. `carries` tells that of a body.
    pub fn learn_files(&mut self, entries: &[Entry<'a>], carries: &dyn Fn(&str) -> bool) {
        for entry in entries.iter().filter(|entry| entry.header.signature.end == End::Dash) {
            let mut all = prefixes(entry.rest);
            let Some((short, after)) = all.next().filter(|(short, _)| !self.extended.contains_key(short)) else {
                continue;
            };
            let body = |after: &'a str| after.strip_prefix(' ').unwrap_or(after);
            let count = self.count(short);
            let Some((long, _)) = all.find(|(long, tail)| self.count(long) == count && carries(body(tail))) else {
                continue;
            };
            if !carries(body(after)) {
                self.extended.insert(short, long);
            }
        }
    }

    /// Cuts one message.
    pub fn cut(&self, entry: &Entry<'a>) -> Cut<'a> {
        let rest = entry.rest;
        let nobody = Cut { sender: None, body: rest };
        let named =
            |name: &'a str, after: &'a str| Cut { sender: Some(name), body: after.strip_prefix(' ').unwrap_or(after) };
        let mut all = prefixes(rest);
        let Some((short, after)) = all.next() else {
            let long = self.cut_long(entry).map(|(name, after)| named(name, after));
            return long.or_else(|| self.cut_without_blank(rest)).unwrap_or(nobody);
        };
        let is_app_text = |after: &str| after.trim_start_matches(' ').starts_with(is_app_mark);
        if let Some(long) = self.extended.get(short) {
            return match rest.strip_prefix(long).and_then(|tail| tail.strip_prefix(':')) {
                Some(tail) => named(long, tail),
                None if rest.starts_with(long) => nobody,
                None => named(short, after),
            };
        }
        if entry.header.signature.end == End::Bracket {
            if is_app_text(after) {
                return named(short, after);
            }
            let count = self.count(short);
            if let Some((long, tail)) = all.find(|(long, tail)| is_app_text(tail) && self.count(long) == count) {
                return named(long, tail);
            }
        }
        let end = entry.header.signature.end;
        if self.count(short) == 1 && self.is_notice(short, rest, end) { nobody } else { named(short, after) }
    }

    fn count(&self, name: &str) -> u32 {
        self.counts.get(name).copied().unwrap_or(0)
    }

    /// A name that is longer than names are: before different words, or on an iPhone, whose lines all have senders.
    fn cut_long(&self, entry: &Entry<'a>) -> Option<(&'a str, &'a str)> {
        let (name, after) = long_prefix(entry.rest)?;
        let printed = entry.rest.starts_with(is_app_mark);
        let proven = self.long.get(name) == Some(&None) || entry.header.signature.end == End::Bracket;
        (proven && !printed).then_some((name, after))
    }

    /// `Name:text`, when the name is known from elsewhere.
    fn cut_without_blank(&self, rest: &'a str) -> Option<Cut<'a>> {
        let (name, body) = rest.split_once(':')?;
        // Swedish joins its genitive to a name with a colon.
        let known = self.counts.contains_key(name) && STRINGS.capture(Shape::Notice, None, first_line(rest)).is_none();
        known.then_some(Cut { sender: Some(name), body })
    }

    /// Whether a beginning that occurs once is the beginning of a notice rather than a name.
    fn is_notice(&self, name: &str, rest: &str, end: End) -> bool {
        let line = first_line(rest);
        rest.starts_with(is_app_mark)
            || has_open_quote(name)
            // Each line of an iPhone has a sender, or begins with a mark.
            || end != End::Bracket && self.continues_a_name(name)
            || [Shape::Subject, Shape::Created, Shape::CreatedOwn, Shape::Notice]
                .iter()
                .any(|shape| STRINGS.capture(*shape, None, line).is_some())
            || STRINGS.opens(Shape::GroupNotice, line)
    }

    /// Another person's name, or "You", with words after it of which the first is in lower case: `Bob changed the subject …`. One
    /// or two are what people add to a name: `Moussa plombier`, `Moussa taxi Dakar`.
    fn continues_a_name(&self, name: &str) -> bool {
        name.match_indices(' ').any(|(at, _)| {
            let (before, after) = (name.get(..at).unwrap_or_default(), name.get(at + 1..).unwrap_or_default());
            let word = after.split(' ').next().unwrap_or_default();
            let lower = word.chars().next().is_some_and(char::is_lowercase) && !STRINGS.is_name_joiner(word);
            let many = after.split_whitespace().count() >= NOTICE_WORDS_MIN;
            lower && many && (self.counts.contains_key(before) || STRINGS.is_owner_word(before))
        })
    }

    /// Finds names with a colon: nearly everything said under the part before the colon goes on alike. Notices about
    /// such a person (`Chez Léa: Restaurant left`) speak neither for it nor against.
    fn extend_names(&mut self, entries: &[Entry<'a>]) {
        let mut candidates: HashMap<&'a str, Vec<(&'a str, u32)>> = HashMap::new();
        for (long, count) in &self.counts {
            let Some(short) = first_prefix(long).filter(|_| *count >= 2) else { continue };
            let piece = long.get(short.len() + 1..).unwrap_or_default().trim_start();
            // No more than five can be so frequent, but for names that go on from each other.
            if count * 5 >= self.count(short) && is_name_piece(piece, *count) {
                candidates.entry(short).or_default().push((long, 0));
            }
        }
        if candidates.is_empty() {
            return;
        }
        for entry in entries {
            let Some(found) = first_prefix(entry.rest).and_then(|short| candidates.get_mut(short)) else { continue };
            for (long, notices) in found {
                *notices += u32::from(entry.rest.strip_prefix(*long).is_some_and(|tail| tail.starts_with(' ')));
            }
        }
        let mut wanted: HashMap<&'a str, &'a str> = HashMap::new();
        for (short, found) in candidates {
            let all = self.count(short);
            let fits =
                found.into_iter().filter(|(long, notices)| self.count(long) * 10 >= all.saturating_sub(*notices) * 6);
            if let Some((long, _)) = fits.min_by_key(|(long, _)| long.len()) {
                wanted.insert(short, long);
            }
        }
        if wanted.is_empty() {
            return;
        }
        let mut links: HashMap<&'a str, u32> = HashMap::new();
        for entry in entries {
            let Some((short, _)) = prefixes(entry.rest).next() else { continue };
            let Some(long) = wanted.get(short) else { continue };
            match entry.rest.strip_prefix(long) {
                None => drop(wanted.remove(short)),
                Some(tail) if tail.trim_start_matches([':', ' ']).starts_with("http") => {
                    *links.entry(short).or_insert(0) += 1;
                }
                Some(_) => {}
            }
        }
        // What stands before links most of the time is a label: `localisation: https://…`.
        wanted.retain(|short, long| links.get(short).is_none_or(|links| links * 2 <= self.count(long)));
        self.extended = wanted;
    }
}

/// Whether what follows a colon can be the second part of a name, and not the beginning of a text.
fn is_name_piece(piece: &str, count: u32) -> bool {
    let Some(first) = piece.chars().next() else { return false };
    let begins_text = is_app_mark(first) || (first.is_lowercase() && count < LOWER_CASE_MIN);
    let holds_text = piece.ends_with(' ') || piece.contains("http") || piece.contains('<');
    let short = piece.chars().count() <= NAME_LETTERS_MAX / 2;
    short && !begins_text && !holds_text && !STRINGS.is_poll_head(&format!("{piece}:"))
}

/// Whether a quotation begins in `name` and does not end in it: `Bob changed the subject to "Trip`.
fn has_open_quote(name: &str) -> bool {
    let count = |wanted: &[char]| name.chars().filter(|c| wanted.contains(c)).count();
    count(&['"']) % 2 == 1
        || count(&['“', '„']) > count(&['”']) && !name.ends_with('“')
        || count(&['«']) > count(&['»'])
}

#[cfg(test)]
mod tests {
    use super::super::lines;
    use super::*;
    use crate::sources::DateOrder;

    fn check(text: &str, cuts: &[(Option<&str>, &str)]) {
        let chat = lines::read(text, DateOrder::Auto);
        let senders = Senders::learn(&chat.entries);
        let found: Vec<_> =
            chat.entries.iter().map(|entry| senders.cut(entry)).map(|cut| (cut.sender, cut.body)).collect();
        assert_eq!(found, cuts, "{text}");
    }

    #[test]
    fn notices_of_android_have_no_sender() {
        check(
            "18/03/2022, 14:05 - Bob: hi\n18/03/2022, 14:06 - Bob changed the subject to \"Trip: June\"\n\
             18/03/2022, 14:07 - Zoe a modifié le sujet en “Trip: June”\n18/03/2022, 14:08 - Bob added Ana\n\
             18/03/2022, 14:09 - Bob změnil/a téma na Trip: June.\n18/03/2022, 14:10 - Bob Martin: hello",
            &[
                (Some("Bob"), "hi"),
                (None, "Bob changed the subject to \"Trip: June\""),
                (None, "Zoe a modifié le sujet en “Trip: June”"),
                (None, "Bob added Ana"),
                (None, "Bob změnil/a téma na Trip: June."),
                (Some("Bob Martin"), "hello"),
            ],
        );
    }

    #[test]
    fn names_may_hold_colons_and_texts_too() {
        check(
            "18/03/2022, 14:05 - Café: Chez Léa: hello\n18/03/2022, 14:06 - Café: Chez Léa: note: bring water\n\
             18/03/2022, 14:07 - Bob: note: a\n18/03/2022, 14:08 - Bob: note: b\n18/03/2022, 14:09 - Café: Chez Léa left\n\
             18/03/2022, 14:10 - Bob:\n18/03/2022, 14:11 - Bob:.",
            &[
                (Some("Café: Chez Léa"), "hello"),
                (Some("Café: Chez Léa"), "note: bring water"),
                (Some("Bob"), "note: a"),
                (Some("Bob"), "note: b"),
                (None, "Café: Chez Léa left"),
                (Some("Bob"), ""),
                (Some("Bob"), "."),
            ],
        );
    }

    #[test]
    fn names_longer_than_names_are_need_proof() {
        let long = "Fatou Couture ".repeat(7);
        let long = long.trim_end();
        let android =
            format!("18/03/2022, 14:05 - {long}: un\n18/03/2022, 14:06 - Bob: ok\n18/03/2022, 14:07 - {long}: deux");
        check(&android, &[(Some(long), "un"), (Some("Bob"), "ok"), (Some(long), "deux")]);
        let notice =
            format!("18/03/2022, 14:05 - {long}: un\n18/03/2022, 14:06 - Bob: ok\n18/03/2022, 14:07 - {long}: un");
        let whole = format!("{long}: un");
        check(&notice, &[(None, &whole), (Some("Bob"), "ok"), (None, &whole)]);
        check(&format!("[18/03/2022, 14:05:01] {long}: un"), &[(Some(long), "un")]);
        let endless = long.repeat(2);
        check(&format!("[18/03/2022, 14:05:01] {endless}: un"), &[(None, &format!("{endless}: un"))]);
    }

    #[test]
    fn notices_about_a_name_with_a_colon_are_no_messages() {
        check(
            "18/03/2022 à 14:05 - Chez Léa: Restaurant a créé le groupe “Vente”\n18/03/2022 à 14:06 - Chez Léa: Restaurant: oui\n\
             18/03/2022 à 14:07 - Chez Léa: Restaurant: non\n18/03/2022 à 14:08 - Chez Léa: Restaurant est parti",
            &[
                (None, "Chez Léa: Restaurant a créé le groupe “Vente”"),
                (Some("Chez Léa: Restaurant"), "oui"),
                (Some("Chez Léa: Restaurant"), "non"),
                (None, "Chez Léa: Restaurant est parti"),
            ],
        );
    }

    #[test]
    fn a_link_says_nothing_of_the_name_before_it() {
        check(
            "18/03/2022, 14:05 - Chez Léa: Restaurant: https://example.com/a\n18/03/2022, 14:06 - Chez Léa: Restaurant: oui\n\
             18/03/2022, 14:07 - Bob: https://example.com/b\n18/03/2022, 14:08 - Chez Léa: Restaurant: non",
            &[
                (Some("Chez Léa: Restaurant"), "https://example.com/a"),
                (Some("Chez Léa: Restaurant"), "oui"),
                (Some("Bob"), "https://example.com/b"),
                (Some("Chez Léa: Restaurant"), "non"),
            ],
        );
    }

    #[test]
    fn trades_after_names_are_parts_of_names() {
        for (header, end) in [("18/03/2022, 14:0", " - "), ("[18/03/2022, 14:05:0", "] ")] {
            let line = |second: u32, rest: &str| format!("{header}{second}{end}{rest}");
            let text = [
                line(1, "Moussa: salam"),
                line(2, "Moussa plombier: je suis là"),
                line(3, "Moussa taxi Dakar: en route"),
                line(4, "Moussa: ok"),
            ];
            let cuts = [
                (Some("Moussa"), "salam"),
                (Some("Moussa plombier"), "je suis là"),
                (Some("Moussa taxi Dakar"), "en route"),
                (Some("Moussa"), "ok"),
            ];
            check(&text.join("\n"), &cuts);
        }
    }

    #[test]
    fn labels_are_not_parts_of_names() {
        check(
            "18/03/2022, 14:05 - +33 6: localisation : https://maps.google.com/?q=1,2\n\
             18/03/2022, 14:06 - +33 6: localisation : https://maps.google.com/?q=1,3\n\
             18/03/2022, 14:07 - Ana: POLL:\nLunch?\n18/03/2022, 14:08 - Ana: POLL:\nDinner?",
            &[
                (Some("+33 6"), "localisation : https://maps.google.com/?q=1,2"),
                (Some("+33 6"), "localisation : https://maps.google.com/?q=1,3"),
                (Some("Ana"), "POLL:\nLunch?"),
                (Some("Ana"), "POLL:\nDinner?"),
            ],
        );
    }

    #[test]
    fn titles_with_colons_send_the_notices_of_ios() {
        check(
            "[18/03/2022, 14:05:07] Trip: June: \u{200e}Ana created group “Trip: June”\n[18/03/2022, 14:06:07] Ana: hi",
            &[(Some("Trip: June"), "\u{200e}Ana created group “Trip: June”"), (Some("Ana"), "hi")],
        );
        check(
            "12.07.17, 22:36:00: \u{200e}Bob changed the subject to “x: y”",
            &[(None, "\u{200e}Bob changed the subject to “x: y”")],
        );
    }
}
