//! Words inside headers, in every language of the Unicode locale data: a table (`header.tsv`), never code.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::calendar::Calendar;
use super::strings::squeeze;
use crate::sources::half_days;

/// Texts that stand inside a header: folded, without blanks and full stops.
#[derive(Default)]
pub struct HeaderWords {
    /// Words for parts of the day by their first letter, longest first, with the first of the twelve hours they cover.
    halves: HashMap<char, Vec<(Vec<char>, u8)>>,
    /// Words between date and time.
    pub glues: Vec<Vec<char>>,
    /// Words after a clock.
    pub clock_words: Vec<Vec<char>>,
    /// Words after the number of the hour, instead of a colon.
    pub hour_units: Vec<Vec<char>>,
    /// The same after the minute.
    pub minute_units: Vec<Vec<char>>,
    /// The same after the second.
    pub second_units: Vec<Vec<char>>,
    /// Words beside a year, longest first.
    pub eras: Vec<(Vec<char>, Calendar)>,
}

/// The one table of the program.
pub static WORDS: LazyLock<HeaderWords> = LazyLock::new(|| HeaderWords::parse(include_str!("header.tsv")));

impl HeaderWords {
    /// Words for parts of the day that begin with this letter.
    pub fn halves(&self, first: char) -> &[(Vec<char>, u8)] {
        self.halves.get(&first).map_or(&[], Vec::as_slice)
    }

    fn parse(table: &str) -> Self {
        let mut words = Self::default();
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            if let Some((meaning, texts)) = line.split_once('\t') {
                for text in texts.split('|') {
                    words.add(meaning, squeeze(text));
                }
            }
        }
        for (from, word) in half_days::rows() {
            words.add_half(from, squeeze(word));
        }
        for list in words.halves.values_mut() {
            list.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        }
        words.eras.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        words
    }

    /// Whether the meaning is known.
    fn add(&mut self, meaning: &str, word: Vec<char>) -> bool {
        let list = match meaning {
            "glue" => &mut self.glues,
            "clock-word" => &mut self.clock_words,
            "clock-hour" => &mut self.hour_units,
            "clock-minute" => &mut self.minute_units,
            "clock-second" => &mut self.second_units,
            _ => {
                let Some(calendar) = era_of(meaning).filter(|_| !word.is_empty()) else { return false };
                self.eras.push((word, calendar));
                return true;
            }
        };
        list.push(word);
        true
    }

    fn add_half(&mut self, from: u8, word: Vec<char>) {
        if let Some(first) = word.first() {
            self.halves.entry(*first).or_default().push((word, from));
        }
    }
}

fn era_of(meaning: &str) -> Option<Calendar> {
    Some(match meaning {
        "era-none" => Calendar::Plain,
        "era-buddhist" => Calendar::Buddhist,
        "era-reiwa" => Calendar::Japanese(2018),
        "era-heisei" => Calendar::Japanese(1988),
        "era-showa" => Calendar::Japanese(1925),
        "era-persian" => Calendar::Persian,
        "era-hijri" => Calendar::Hijri,
        "era-minguo" => Calendar::Minguo,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_only_known_meanings_and_no_word_twice() {
        let mut words = HeaderWords::default();
        let mut seen = HashMap::new();
        for line in include_str!("header.tsv").lines().filter(|line| !line.starts_with('#')) {
            let (meaning, texts) = line.split_once('\t').unwrap();
            for text in texts.split('|') {
                let word = squeeze(text);
                assert!(!word.is_empty() && words.add(meaning, word.clone()), "{meaning} {text}");
                let group = meaning.split('-').next().unwrap();
                let before = seen.insert((group, word), meaning);
                assert!(before.is_none_or(|before| before == meaning), "{text} is {meaning} and {before:?}");
            }
        }
        let mut seen = HashMap::new();
        for (from, text) in half_days::rows() {
            let word = squeeze(text);
            assert!(!word.is_empty(), "{text}");
            let before = seen.insert(word, from);
            assert!(before.is_none_or(|before| before == from), "{text} is {from} and {before:?}");
        }
    }
}
