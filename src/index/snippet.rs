//! The part of a text that shows best why it was found, with what was found marked in it.

use std::collections::HashMap;
use std::ops::Range;

use super::document::for_each_text;
use super::grapheme::{continued, is_boundary};
use super::near::NearWord;
use super::phone::Phone;
use super::query::node::{Alias, Node, PhoneTest, Sums, Test};
use super::query::{Query, value_in_hundredths};
use super::shape::{Form, STEM_MARK, SUM_MARK};
use super::words::{Analysis, Token};
use crate::model::Record;

/// Most places in a text that are looked at for the densest part.
const MATCHES_MAX: usize = 2_000;
/// How far a cut may move to fall between words, in characters.
const CUT_MOVES_MAX: usize = 12;
/// What stands for what was cut off.
const ELLIPSIS: &str = "…";

/// A part of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The part, as written, with `…` where the text goes on.
    pub text: String,
    /// What was found, as bytes of `text`; in order, apart from each other.
    pub highlights: Vec<Range<usize>>,
}

/// The excerpt of a record that shows why it was found: of its text when a term is in it, else of the first of its
/// captions, file names, places, links, tags and other fields that holds one, else the beginning of its text.
#[must_use]
pub fn excerpt(record: &Record, query: &Query, max_chars: usize) -> Snippet {
    let own = snippet(&record.text, query, max_chars);
    if !own.highlights.is_empty() {
        return own;
    }
    let mut other = None;
    for_each_text(record, &mut |text| {
        if other.is_none() && !text.is_empty() {
            other = Some(snippet(text, query, max_chars)).filter(|found| !found.highlights.is_empty());
        }
    });
    other.unwrap_or(own)
}

/// The densest part of a text of at most `max_chars` characters; its beginning when nothing was found in it.
#[must_use]
pub fn snippet(text: &str, query: &Query, max_chars: usize) -> Snippet {
    let matches = matches(text, query);
    let window = window(text, &matches, max_chars);
    let (cut_before, cut_after) = (window.start > 0, window.end < text.len());
    let mut out = Snippet::default();
    if cut_before {
        out.text.push_str(ELLIPSIS);
    }
    let shift = out.text.len();
    out.text.push_str(text.get(window.clone()).unwrap_or_default());
    if cut_after {
        out.text.push_str(ELLIPSIS);
    }
    for found in merged(&matches) {
        if found.start >= window.start && found.end <= window.end {
            out.highlights.push(found.start - window.start + shift..found.end - window.start + shift);
        }
    }
    out
}

/// Most words told of one thing asked for.
const WORDS_TOLD: usize = 5;

/// For each thing asked for, in the order of [`Query::asked_for`], the words of a record by which it was found, as
/// written: of its texts, its author and its conversation. Nothing for filters that ask for no word.
#[must_use]
pub fn found_words(record: &Record, query: &Query) -> Vec<Vec<String>> {
    let of = |node: &Node| {
        let (mut wanted, mut told) = (Vec::new(), Vec::new());
        needles(node, query, &mut wanted);
        for_each_text(record, &mut |text| add_words(text, &wanted, &mut told));
        if told.is_empty() {
            let author = record.author.as_ref();
            let names = [
                author.map(|author| author.name.as_str()),
                author.and_then(|author| author.handle.as_deref()),
                author.and_then(|author| author.phone.as_deref()),
                record.conversation.as_ref().map(|conversation| conversation.title.as_str()),
            ];
            names.into_iter().flatten().for_each(|name| add_words(name, &wanted, &mut told));
        }
        told
    };
    query.leaves().into_iter().map(of).collect()
}

fn add_words(text: &str, wanted: &[Needle], told: &mut Vec<String>) {
    for word in merged(&matches_of(text, wanted)).into_iter().filter_map(|bytes| text.get(bytes)) {
        if told.len() < WORDS_TOLD && !told.iter().any(|known| known == word) {
            told.push(word.to_owned());
        }
    }
}

/// A place where something asked for stands.
#[derive(Clone, Debug)]
struct Match {
    bytes: Range<usize>,
    /// Number of what was asked for.
    needle: usize,
}

/// Something asked for.
enum Needle {
    Term(String),
    /// Two words typed apart, where the text has them in one.
    InOne(String),
    Stem(String),
    Prefix(String),
    /// Words in a row.
    Row(Vec<(usize, String)>),
    Phone(PhoneTest, Option<String>),
    Sums(Sums),
    Near(NearWord),
}

fn needles(node: &Node, query: &Query, out: &mut Vec<Needle>) {
    match node {
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().for_each(|node| needles(node, query, out)),
        Node::Word(word) => {
            spelled(&word.spellings, &word.stems, out);
            spelled(&word.forms, &[], out);
            each_alias(&word.aliases, out);
            out.extend(word.phone.iter().map(|phone| Needle::Phone(phone.clone(), query.country.clone())));
            let near = word.near.iter().filter(|_| query.shows_near && (word.is_near_asked || !query.asks_for_near()));
            out.extend(near.cloned().map(Needle::Near));
            out.extend(word.in_one.iter().cloned().map(Needle::InOne));
            if query.shows_near {
                spelled(&word.apart.iter().map(|parts| parts.to_vec()).collect::<Vec<_>>(), &[], out);
            }
        }
        Node::Named { words, aliases, .. } => {
            needles(words, query, out);
            each_alias(aliases, out);
        }
        Node::Phrase(phrase) => {
            let first = phrase.terms.first().map_or(0, |(place, _)| *place);
            out.push(Needle::Row(phrase.terms.iter().map(|(place, term)| (place - first, term.clone())).collect()));
            out.extend(phrase.joined.iter().cloned().map(Needle::Term));
        }
        Node::Prefix { folded, .. } => out.push(Needle::Prefix(folded.clone())),
        Node::Filter { test: Test::Phone(phone), .. } => out.push(Needle::Phone(phone.clone(), query.country.clone())),
        Node::Filter { test: Test::Amount(sums), .. } => out.push(Needle::Sums(*sums)),
        Node::All | Node::Not(_) | Node::Filter { .. } => {}
    }
}

fn each_alias(aliases: &[Alias], out: &mut Vec<Needle>) {
    for alias in aliases {
        spelled(&alias.spellings, &alias.stems, out);
    }
}

fn spelled(spellings: &[Vec<String>], stems: &[String], out: &mut Vec<Needle>) {
    for spelling in spellings {
        match spelling.as_slice() {
            [term] => out.push(Needle::Term(term.clone())),
            terms => out.push(Needle::Row(terms.iter().cloned().enumerate().collect())),
        }
    }
    out.extend(stems.iter().cloned().map(Needle::Stem));
}

/// Everything found, in order of where it begins.
fn matches(text: &str, query: &Query) -> Vec<Match> {
    let mut wanted = Vec::new();
    needles(&query.node, query, &mut wanted);
    matches_of(text, &wanted)
}

fn matches_of(text: &str, wanted: &[Needle]) -> Vec<Match> {
    if wanted.is_empty() {
        return Vec::new();
    }
    let analysis = Analysis::of(text);
    let mut found = Vec::new();
    for (at, token) in analysis.tokens.iter().enumerate() {
        for (needle, what) in wanted.iter().enumerate() {
            if let Some(end) = match_end(&analysis, at, token, what) {
                let end = end + continued(text.get(end..).unwrap_or_default());
                // Signs of direction may stand before the first letter, where they continue nothing.
                let start = token.bytes.start + continued(text.get(token.bytes.start..end).unwrap_or_default());
                if start < end {
                    found.push(Match { bytes: widened(text, start..end), needle });
                }
            }
        }
        if found.len() >= MATCHES_MAX {
            break;
        }
    }
    found.sort_by_key(|found| (found.bytes.start, found.bytes.end));
    found
}

/// The whole of a picture of which a part was found.
fn widened(text: &str, mut bytes: Range<usize>) -> Range<usize> {
    while bytes.start > 0 && !is_boundary(text, bytes.start) {
        bytes.start = backward(text, bytes.start, 1);
    }
    while !is_boundary(text, bytes.end) {
        bytes.end = forward(text, bytes.end, 1);
    }
    bytes
}

/// Where the match that begins at this token ends.
fn match_end(analysis: &Analysis, at: usize, token: &Token, needle: &Needle) -> Option<usize> {
    let term = analysis.term(token);
    let found = match needle {
        Needle::Term(wanted) => token.form != Form::Stem && term == wanted,
        Needle::InOne(wanted) => token.form == Form::Word && term == wanted,
        // A word that is its own stem has no other.
        Needle::Stem(wanted) => {
            term.strip_prefix(STEM_MARK) == Some(wanted) || (token.is_word_form() && term == wanted)
        }
        Needle::Prefix(wanted) => token.is_word_form() && term.starts_with(wanted.as_str()),
        Needle::Row(row) => return row_end(analysis, at, token, row),
        Needle::Phone(wanted, country) => is_phone(term, wanted, country.as_deref()),
        Needle::Sums(sums) => {
            let value = value_in_hundredths(term.strip_prefix(SUM_MARK).unwrap_or(term));
            value.is_some_and(|value| (sums.least..=sums.most).contains(&value))
        }
        Needle::Near(near) => token.is_word_form() && (near.is_typo(term) || near.is_sound_alike(term)),
    };
    found.then_some(token.bytes.end)
}

fn is_phone(term: &str, wanted: &PhoneTest, country: Option<&str>) -> bool {
    Phone::from_term(term).is_some_and(|found| match wanted {
        PhoneTest::Number(phone) => phone.is_same(&found, country),
        PhoneTest::Ending(digits) => found.digits.ends_with(digits.as_str()),
    })
}

fn row_end(analysis: &Analysis, at: usize, first: &Token, row: &[(usize, String)]) -> Option<usize> {
    let tokens = analysis.tokens.get(at..)?;
    let mut words = tokens.iter().filter(|token| token.form.is_of_sequence());
    if !first.form.is_of_sequence() {
        return None;
    }
    let mut end = first.bytes.end;
    for (offset, term) in row {
        let place = first.place.checked_add(u32::try_from(*offset).ok()?)?;
        let word = words.find(|word| word.place >= place)?;
        if word.place != place || analysis.term(word) != term {
            return None;
        }
        end = end.max(word.bytes.end);
    }
    Some(end)
}

/// Overlapping matches as one.
fn merged(matches: &[Match]) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for found in matches {
        match out.last_mut() {
            Some(last) if found.bytes.start < last.end => last.end = last.end.max(found.bytes.end),
            _ => out.push(found.bytes.clone()),
        }
    }
    out
}

/// Bytes of the part to show.
fn window(text: &str, matches: &[Match], max_chars: usize) -> Range<usize> {
    if text.chars().nth(max_chars).is_none() {
        return 0..text.len();
    }
    // Room for the marks of both cuts.
    let room = max_chars.saturating_sub(2);
    let Some(dense) = densest(text, matches, room) else { return 0..cut_back(text, forward(text, 0, room), 0) };
    let inside = text.get(dense.clone()).unwrap_or_default().chars().count();
    let around = room.saturating_sub(inside);
    let start = backward(text, dense.start, around / 3);
    let end = forward(text, start, room).max(dense.end.min(forward(text, dense.start, room)));
    // At the end of the text what is left over goes before.
    let start = if end == text.len() { backward(text, end, room).min(dense.start) } else { start };
    cut_on(text, start, dense.start)..cut_back(text, end, dense.end.min(end))
}

/// From the first to the last match of the densest part: most different things, then most of them.
fn densest(text: &str, matches: &[Match], room: usize) -> Option<Range<usize>> {
    let mut best: Option<((usize, usize), Range<usize>)> = None;
    let mut inside: HashMap<usize, usize> = HashMap::new();
    let mut first = matches.iter().peekable();
    // Characters, not bytes, are counted: the limit in bytes is only ever too generous for long scripts.
    let mut chars_between = Distance::new(text);
    let mut count = 0_usize;
    for last in matches {
        *inside.entry(last.needle).or_default() += 1;
        count += 1;
        while let Some(oldest) = first.peek()
            && oldest.bytes.start < last.bytes.start
            && chars_between.of(oldest.bytes.start..last.bytes.end) > room
        {
            if let Some(seen) = inside.get_mut(&oldest.needle) {
                *seen -= 1;
                if *seen == 0 {
                    inside.remove(&oldest.needle);
                }
            }
            count -= 1;
            first.next();
        }
        let score = (inside.len(), count);
        let start = first.peek().map_or(last.bytes.start, |oldest| oldest.bytes.start);
        if best.as_ref().is_none_or(|(known, _)| score > *known) {
            best = Some((score, start..last.bytes.end));
        }
    }
    best.map(|(_, range)| range)
}

/// Counts characters between two growing positions without starting anew each time.
struct Distance<'a> {
    text: &'a str,
    known: Option<(Range<usize>, usize)>,
}

impl<'a> Distance<'a> {
    const fn new(text: &'a str) -> Self {
        Self { text, known: None }
    }

    fn count(&self, bytes: Range<usize>) -> usize {
        self.text.get(bytes).unwrap_or_default().chars().count()
    }

    fn of(&mut self, bytes: Range<usize>) -> usize {
        let chars = match &self.known {
            Some((known, chars))
                if known.start <= bytes.start && known.end <= bytes.end && bytes.start <= known.end =>
            {
                chars - self.count(known.start..bytes.start) + self.count(known.end..bytes.end)
            }
            _ => self.count(bytes.clone()),
        };
        self.known = Some((bytes, chars));
        chars
    }
}

fn forward(text: &str, from: usize, chars: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    rest.char_indices().nth(chars).map_or(text.len(), |(offset, _)| from + offset)
}

fn backward(text: &str, from: usize, chars: usize) -> usize {
    let before = text.get(..from).unwrap_or_default();
    match chars.checked_sub(1) {
        None => from,
        Some(steps) => before.char_indices().rev().nth(steps).map_or(0, |(offset, _)| offset),
    }
}

/// Moves the beginning on to that of a word, never beyond `limit` and never into a character with its marks.
fn cut_on(text: &str, start: usize, limit: usize) -> usize {
    if start == 0 {
        return 0;
    }
    let rest = text.get(start..limit).unwrap_or_default();
    let blank = rest.char_indices().take(CUT_MOVES_MAX).find(|(_, letter)| letter.is_whitespace());
    if let Some((offset, letter)) = blank {
        return start + offset + letter.len_utf8();
    }
    rest.char_indices().map(|(offset, _)| start + offset).find(|at| is_boundary(text, *at)).unwrap_or(limit)
}

/// Moves the end back to that of a word, never before `limit` and never into a character with its marks.
fn cut_back(text: &str, end: usize, limit: usize) -> usize {
    if end >= text.len() {
        return text.len();
    }
    let before = text.get(limit..end).unwrap_or_default();
    let blank = before.char_indices().rev().take(CUT_MOVES_MAX).find(|(_, letter)| letter.is_whitespace());
    if let Some((offset, _)) = blank {
        return limit + offset;
    }
    let mut end = end;
    while end > limit && !is_boundary(text, end) {
        end = backward(text, end, 1);
    }
    end.max(limit)
}

#[cfg(test)]
mod tests;
