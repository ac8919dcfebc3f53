//! Words asked for in one spelling, accents included: the index knows no accents, so the records it finds are read.

use unicode_normalization::UnicodeNormalization as _;

use super::collect::{Cursor, Match};
use super::document::for_each_text;
use super::error::{IndexError, guarded};
use super::open::Index;
use super::paging::{Matching, Places, hits, matches_within, matching};
use super::plan::Planner;
use super::query::node::{Node, Word};
use super::query::{Query, Sort};
use super::search::{Found, SearchOptions, TIERS};
use super::words::Analysis;
use crate::model::Record;

/// Records asked for and read at a time: neighbours in time lie in few frames of the store.
pub(super) const STEP: usize = 20_000;

/// Gives the record at a place in the store, or nothing when it cannot be read.
pub type ReadRecord<'a> = dyn FnMut(u64) -> Option<Record> + 'a;

impl Index {
    /// Answers a query as [`Index::search`], and reads the records found when words are asked for in one spelling only.
    /// Records that cannot be read count as found: whoever shows them tells why. Near spellings are not looked for then.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] asks for a rebuild.
    pub fn search_spelled(
        &self,
        query: &Query,
        options: &SearchOptions,
        read: &mut ReadRecord<'_>,
    ) -> Result<Found, IndexError> {
        if !query.asks_for_spelling() {
            return self.search(query, options);
        }
        guarded(|| {
            let query = query.to_be_read();
            let searcher = self.reader.searcher();
            let planner = self.planner(&searcher, &query);
            let places = Places { index: self, searcher: &searcher };
            let plan = planner.plan()?;
            let mut step = SearchOptions { limit: STEP, offset: 0, after: None, ..*options };
            let (mut total, mut before, mut kept): (u64, u64, Vec<Match>) = (0, 0, Vec::new());
            loop {
                let Matching { found, .. } = matching(&planner, (&*plan, &TIERS), &step, &places)?;
                let (count, last) = (found.len(), found.last().map(|found| found.at));
                for hit in spelled(&planner, found, read)? {
                    total += 1;
                    let rank = |cursor: &Cursor| cursor.rank(options.sort);
                    if options.after.is_some_and(|after| rank(&hit.at) >= rank(&after)) {
                        before += 1;
                    } else if kept.len() < options.offset.saturating_add(options.limit) {
                        kept.push(hit);
                    }
                }
                let Some(last) = last.filter(|_| count == STEP) else { break };
                if options.sort == Sort::Relevance {
                    step.offset += STEP;
                } else {
                    step.after = Some(last);
                }
            }
            kept.drain(..options.offset.min(kept.len()));
            let told = u64::try_from(options.offset.saturating_add(kept.len())).unwrap_or(u64::MAX);
            let left = total.saturating_sub(before).saturating_sub(told);
            Ok(Found {
                total,
                left,
                hits: hits(&planner, &kept, (&TIERS, options.explain))?,
                near_total: 0,
                near: Vec::new(),
            })
        })
    }
}

/// Those of the documents found whose records hold the words that are asked for in one spelling.
pub(super) fn spelled(
    planner: &Planner<'_>,
    mut found: Vec<Match>,
    read: &mut ReadRecord<'_>,
) -> Result<Vec<Match>, IndexError> {
    let mut words = Vec::new();
    asked(&planner.query.node, &mut words);
    // Read in the order in which they lie.
    let places: Vec<u64> = found.iter().map(|found| found.at.loc).collect();
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_unstable_by_key(|at| places.get(*at));
    let mut held: Vec<Option<Vec<bool>>> = vec![None; found.len()];
    for at in order {
        let record = places.get(at).and_then(|place| read(*place));
        if let (Some(record), Some(held)) = (record, held.get_mut(at)) {
            *held = Some(words.iter().map(|word| holds_word(&record, &word.text)).collect());
        }
    }
    let mut verdicts = Verdicts { planner, found: &found, held: &held, next_word: 0 }.of(&planner.query.node)?;
    for (verdict, held) in verdicts.iter_mut().zip(&held) {
        *verdict |= held.is_none();
    }
    let mut verdicts = verdicts.into_iter();
    found.retain(|_| verdicts.next().unwrap_or(true));
    Ok(found)
}

/// Decides for each document found whether a part of the query holds.
struct Verdicts<'a> {
    planner: &'a Planner<'a>,
    found: &'a [Match],
    /// For each document, whether it holds each of the words asked for in one spelling.
    held: &'a [Option<Vec<bool>>],
    /// Number of the next such word, in the order of the query.
    next_word: usize,
}

impl Verdicts<'_> {
    fn of(&mut self, node: &Node) -> Result<Vec<bool>, IndexError> {
        if !asks(node) {
            return matches_within(self.planner, self.found, &*self.planner.node(node)?);
        }
        Ok(match node {
            Node::And(nodes) => self.fold(nodes, true, |one, other| one && other)?,
            Node::Or(nodes) => self.fold(nodes, false, |one, other| one || other)?,
            Node::Not(node) => self.of(node)?.into_iter().map(|holds| !holds).collect(),
            _ => {
                let word = self.next_word;
                self.next_word += 1;
                let holds = |held: &Option<Vec<bool>>| held.as_ref().and_then(|held| held.get(word)).copied();
                self.held.iter().map(|held| holds(held).unwrap_or(true)).collect()
            }
        })
    }

    fn fold(&mut self, nodes: &[Node], start: bool, both: fn(bool, bool) -> bool) -> Result<Vec<bool>, IndexError> {
        let mut all = vec![start; self.found.len()];
        for node in nodes {
            for (one, other) in all.iter_mut().zip(self.of(node)?) {
                *one = both(*one, other);
            }
        }
        Ok(all)
    }
}

impl Query {
    /// True when a word is asked for in one spelling with `=`: [`Index::search_spelled`] then reads records.
    #[must_use]
    pub fn asks_for_spelling(&self) -> bool {
        asks(&self.node)
    }
}

/// Whether a part of a query asks for a word in one spelling, or for its absence.
pub(super) fn asks(node: &Node) -> bool {
    let mut words = Vec::new();
    asked(node, &mut words);
    !words.is_empty()
}

/// Words asked for in one spelling, in the order of the query.
fn asked<'a>(node: &'a Node, words: &mut Vec<&'a Word>) {
    match node {
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().for_each(|node| asked(node, words)),
        Node::Not(node) => asked(node, words),
        // Numbers have no accents.
        Node::Word(word) if word.is_exact && word.text.chars().any(char::is_alphabetic) => words.push(word),
        _ => {}
    }
}

fn holds_word(record: &Record, word: &str) -> bool {
    let mut found = false;
    for_each_text(record, &mut |text| found = found || holds(text, word));
    found
}

/// Whether a text has a word as spelled; of `l'été`, what is after the elision.
fn holds(text: &str, word: &str) -> bool {
    let asked = spans(word);
    let there = spans(text);
    let has = |span: &String| there.contains(span);
    if asked.contains(&plain(word)) { has(&plain(word)) } else { asked.iter().all(has) }
}

/// Everything in a text that is a word, a part of one, or several joined.
fn spans(text: &str) -> Vec<String> {
    Analysis::of_words(text).tokens.iter().filter_map(|token| text.get(token.bytes.clone())).map(plain).collect()
}

/// Composed, in lower case, with one kind of apostrophe and hyphen and without invisible marks.
fn plain(text: &str) -> String {
    text.nfc()
        .filter(|letter| !super::fold::is_ignorable(*letter))
        .flat_map(char::to_lowercase)
        .map(|letter| match letter {
            letter if super::fold::is_apostrophe(letter) => '\'',
            letter if super::fold::is_hyphen(letter) => '-',
            letter => letter,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        let check = |text: &str, word: &str, expected: bool| assert_eq!(holds(text, word), expected, "{text} {word}");
        check("sur la côte", "côte", true);
        check("sur la co\u{302}te", "côte", true);
        check("sur la Côte", "côte", true);
        check("la cote du marché", "côte", false);
        check("la côte", "cote", false);
        check("d'un côté", "côté", true);
        check("l’été", "été", true);
        check("c'est l'été", "l'été", true);
        check("c'est l'ete", "l'été", false);
        check("aujourd’hui", "aujourd'hui", true);
        check("rendez‑vous", "rendez-vous", true);
        check("#côté", "côté", true);
        check("côté.fr", "côté", true);
    }
}
