//! Typed text as nodes of a query, by the analysis that records get.

use super::node::{Node, Phrase, Word};
use crate::index::fold::fold;
use crate::index::shape::{Form, STEM_MARK};
use crate::index::words::{Analysis, Token};

/// Articles, prepositions, pronouns: kept in the index for phrases, left out of a search that has other words. Words
/// that are also nouns (`son`, `or`, `car`) are no stop words.
const STOP_WORDS: &[&str] = &[
    "a", "ai", "au", "aux", "avec", "ce", "ces", "cet", "cette", "dans", "de", "des", "du", "elle", "elles", "en",
    "et", "eux", "il", "ils", "je", "la", "le", "les", "leur", "leurs", "lui", "ma", "me", "mes", "moi", "mon", "ne",
    "nos", "notre", "nous", "on", "ou", "par", "pour", "qu", "que", "qui", "sa", "se", "ses", "si", "sur", "ta", "te",
    "tes", "toi", "tu", "un", "une", "vos", "votre", "vous", "y", "c", "d", "j", "l", "m", "n", "s", "t", "and", "at",
    "by", "for", "from", "in", "is", "it", "my", "of", "the", "to", "with", "you", "your",
];

/// One node for each word, number, hashtag, mention or emoji of a text.
pub(super) fn words(text: &str) -> Vec<Node> {
    let analysis = Analysis::of(text);
    units(&analysis).map(|unit| Node::Word(word(&analysis, unit, text))).collect()
}

/// A word in this spelling only.
pub(super) fn exact_word(text: &str) -> Option<Node> {
    let mut nodes = words(text);
    for node in &mut nodes {
        if let Node::Word(word) = node {
            word.stems.clear();
            (word.is_frequent, word.is_exact, word.finds_names) = (false, true, false);
        }
    }
    if nodes.len() > 1 { Some(Node::And(nodes)) } else { nodes.pop() }
}

/// Words that begin so.
pub(super) fn prefix(text: &str) -> Option<Node> {
    let folded = fold(text);
    (!folded.is_empty()).then(|| Node::Prefix { text: text.to_owned(), folded })
}

/// Words in a row.
pub(super) fn phrase(text: &str) -> Option<Node> {
    let analysis = Analysis::of(text);
    let place = |token: &Token| usize::try_from(token.place).unwrap_or(usize::MAX);
    let terms: Vec<(usize, String)> = analysis
        .tokens
        .iter()
        .filter(|token| token.form == Form::Word)
        .map(|token| (place(token), analysis.term(token).to_owned()))
        .collect();
    let single_unit = units(&analysis).count() == 1;
    let joined = analysis.tokens.iter().filter(|token| single_unit && token.form == Form::Variant);
    let joined = joined.map(|token| analysis.term(token).to_owned()).collect();
    (!terms.is_empty()).then(|| Node::Phrase(Phrase { text: text.to_owned(), terms, joined }))
}

fn units(analysis: &Analysis) -> impl Iterator<Item = &[Token]> {
    analysis.tokens.chunk_by(|one, next| one.unit == next.unit)
}

fn word(analysis: &Analysis, unit: &[Token], text: &str) -> Word {
    let start = unit.iter().map(|token| token.bytes.start).min().unwrap_or(0);
    let end = unit.iter().map(|token| token.bytes.end).max().unwrap_or(0);
    let term = |token: &Token| analysis.term(token).to_owned();
    let of = |form: Form| unit.iter().filter(move |token| token.form == form);
    let sequence: Vec<String> = of(Form::Word).map(term).collect();
    let is_single = sequence.len() == 1;
    // Of a compound only spellings of all of it count; of a word, all of them.
    let whole = |token: &&Token| is_single || (token.bytes.start == start && token.bytes.end == end);
    let mut word = Word {
        text: text.get(start..end).unwrap_or_default().to_owned(),
        spellings: Vec::new(),
        stems: Vec::new(),
        is_frequent: false,
        is_exact: false,
        finds_names: false,
    };
    if let Some(tag) = of(Form::Tag).next() {
        word.spellings.push(vec![term(tag)]);
        return word;
    }
    let variants: Vec<String> = of(Form::Variant).filter(whole).map(term).collect();
    word.is_frequent = is_single && variants.is_empty() && sequence.iter().all(|w| STOP_WORDS.contains(&w.as_str()));
    word.finds_names = sequence.iter().all(|word| word.chars().any(char::is_alphabetic));
    word.stems =
        of(Form::Stem).filter(whole).filter_map(|t| Some(term(t).strip_prefix(STEM_MARK)?.to_owned())).collect();
    // A word that is its own stem finds what has that stem.
    if is_single && word.stems.is_empty() {
        word.stems.extend(sequence.iter().filter(|word| is_stemmable(word)).cloned());
    }
    word.spellings.push(sequence);
    word.spellings.extend(variants.into_iter().map(|variant| vec![variant]));
    word
}

fn is_stemmable(word: &str) -> bool {
    word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_lowercase())
}
