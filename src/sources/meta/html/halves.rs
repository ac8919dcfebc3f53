//! Words for parts of the day beside a clock of twelve hours, in every language of the Unicode locale data.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::months::{Meaning, folded, meaning_of};
use crate::sources::half_days;

/// Most words that name a part of the day together.
const WORDS_MAX: usize = 4;

/// What stands beside a clock besides the words that dates have anyway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Nothing.
    Nothing,
    /// A word for a part of the day: the first of the twelve hours it stands for, and the text without it.
    Half(u32, String),
    /// A word that nobody knows. It may be one for a part of the day.
    Unknown,
}

/// Words without blanks and points; `None` for those that mean two parts of the day once accents are gone.
static HALVES: LazyLock<HashMap<String, Option<u32>>> = LazyLock::new(|| {
    let mut halves: HashMap<String, Option<u32>> = HashMap::new();
    for (from, word) in half_days::rows() {
        let from = Some(u32::from(from));
        let known = halves.entry(joined(word)).or_insert(from);
        *known = known.filter(|_| *known == from);
    }
    halves
});

fn joined(words: &str) -> String {
    folded(words).chars().filter(|c| !c.is_whitespace()).collect()
}

/// Looks beside the clock of a date: behind it, then between the day and it.
pub fn beside_clock(text: &str) -> Beside {
    let Some(clock) = clock_in(text) else { return Beside::Nothing };
    let is_end = |c: char| c.is_numeric() || matches!(c, ',' | '(' | '/' | '+' | '-' | '\u{2212}');
    let behind = text.get(clock.end..).unwrap_or_default();
    let behind = clock.end..clock.end + behind.find(is_end).unwrap_or(behind.len());
    let before = text.get(..clock.start).unwrap_or_default();
    let dated = before.char_indices().rev().find(|(_, c)| is_end(*c)).map(|(at, c)| at + c.len_utf8());
    let sides = [behind, dated.unwrap_or(clock.start)..clock.start].map(|side| words_in(text, &side));
    for words in &sides {
        for length in (1..=words.len().min(WORDS_MAX)).rev() {
            let tells = |run: &&[Range<usize>]| run.iter().any(|word| !is_known(text, word)) || is_end_of(text, run);
            for run in words.windows(length).filter(tells) {
                let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
                let piece = text.get(first.start..last.end).unwrap_or_default();
                if let Some(Some(from)) = HALVES.get(&joined(piece)) {
                    let around = [text.get(..first.start), text.get(last.end..)].map(Option::unwrap_or_default);
                    return Beside::Half(*from, around.join(" "));
                }
            }
        }
    }
    let strange =
        |word: &Range<usize>| !is_known(text, word) && !is_zone_like(text.get(word.clone()).unwrap_or_default());
    if sides.iter().flatten().any(strange) { Beside::Unknown } else { Beside::Nothing }
}

/// The place of the first clock with colons.
fn clock_in(text: &str) -> Option<Range<usize>> {
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        from + rest.find(|c: char| !c.is_numeric()).unwrap_or(rest.len())
    };
    let at = text.match_indices(':').map(|(at, _)| at).find(|at| digits(at + 1) > at + 1)?;
    let before = text.get(..at)?;
    let start = before.char_indices().rev().take_while(|(_, c)| c.is_numeric()).last()?.0;
    let mut end = digits(at + 1);
    if text.get(end..).is_some_and(|rest| rest.starts_with(':')) && digits(end + 1) > end + 1 {
        end = digits(end + 1);
    }
    Some(start..end)
}

/// The words of a piece of a text, by their places.
fn words_in(text: &str, piece: &Range<usize>) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let inside = text.get(piece.clone()).unwrap_or_default();
    for (at, c) in inside.char_indices() {
        let (start, end) = (piece.start + at, piece.start + at + c.len_utf8());
        let is_blank = c.is_whitespace() || matches!(c, '\u{200e}' | '\u{200f}' | ':' | ';');
        match words.last_mut().filter(|word| word.end == start) {
            _ if is_blank => {}
            Some(word) => word.end = end,
            None => words.push(start..end),
        }
    }
    words.retain(|word| text.get(word.clone()).is_some_and(|word| word.contains(char::is_alphabetic)));
    words
}

/// Whether words that say nothing elsewhere end the text: no date ends in "of", so Hungarian `de.` is before noon there.
fn is_end_of(text: &str, run: &[Range<usize>]) -> bool {
    let is_last = run.last().and_then(|word| text.get(word.end..)).is_some_and(|rest| rest.trim().is_empty());
    let says_nothing = |word: &Range<usize>| {
        matches!(meaning_of(&folded(text.get(word.clone()).unwrap_or_default())), Some(Meaning::Filler))
    };
    is_last && run.iter().all(says_nothing)
}

fn is_known(text: &str, word: &Range<usize>) -> bool {
    meaning_of(&folded(text.get(word.clone()).unwrap_or_default())).is_some()
}

/// Whether a word looks like the abbreviation of a time zone: `PST`, `CEST`, `MEZ`.
pub fn is_zone_like(word: &str) -> bool {
    (3..=5).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_uppercase()) && word.ends_with(['T', 'Z'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_the_day_stand_on_either_side_of_the_clock() {
        for (text, from, left) in [
            ("Jan 27, 2024 2:31:29 PTG", 12, "Jan 27, 2024 2:31:29"),
            ("jan. 03, 2024 12:05:07 de.", 0, "jan. 03, 2024 12:05:07"),
            ("jan. 27, 2024 2:31:29 du.", 12, "jan. 27, 2024 2:31:29"),
            ("січ. 27, 2024 2:31:29 дп", 0, "січ. 27, 2024 2:31:29"),
            ("tammi 27, 2024 2:31:29 ip.", 12, "tammi 27, 2024 2:31:29"),
            ("enero 27, 2024 2:31 de la tarde", 12, "enero 27, 2024 2:31"),
        ] {
            let Beside::Half(hour, rest) = beside_clock(text) else { panic!("{text}: {:?}", beside_clock(text)) };
            assert_eq!((hour, rest.trim()), (from, left), "{text}");
        }
        for (text, expected) in [
            ("Oct 4, 2013 at 10:05 PST", Beside::Nothing),
            ("4 octobre 2013 à 10:05", Beside::Nothing),
            ("Oct 4, 2013 10:05 blork", Beside::Unknown),
            ("blork Oct 4, 2013 10:05", Beside::Nothing),
            ("Oct 4, 2013", Beside::Nothing),
        ] {
            assert_eq!(beside_clock(text), expected, "{text}");
        }
    }
}
