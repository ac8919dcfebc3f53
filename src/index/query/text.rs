//! Typed text as nodes of a query, by the analysis that records get.

use unicode_normalization::UnicodeNormalization as _;

use super::QueryContext;
use super::measures::written_otherwise;
use super::node::{Alias, Node, PhoneTest, Phrase, Word};
use crate::index::families::{forms, is_unstemmed};
use crate::index::fold::{fold, is_apostrophe};
use crate::index::grapheme::are_joined;
use crate::index::near::NearWord;
use crate::index::numbers::currency_end;
use crate::index::phone::{ENDING_DIGITS_MIN, Phone};
use crate::index::shape::{Form, STEM_MARK, SUM_MARK};
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

/// What stands behind an apostrophe and means nothing by itself: `c'est combien`, `j'avais`. Alone they are words like others
/// (`est` is east too).
const ELIDED_STOP_WORDS: &[&str] =
    &["est", "es", "as", "ont", "etait", "etais", "etaient", "avait", "avais", "avons", "avez", "aurait", "aurais"];

/// Most words of a name that has a short form.
const NAMED_WORDS_MAX: usize = 4;

/// One node for each word, number, phone number, hashtag, mention or emoji of a text.
pub(super) fn words(text: &str, context: &QueryContext) -> Vec<Node> {
    let analysis = Analysis::of(text);
    let mut nodes = Vec::new();
    let mut rest = analysis.tokens.as_slice();
    while let Some(first) = rest.first() {
        if first.form == Form::MaybePhone {
            let phone = Phone::from_term(analysis.term(first)).filter(|phone| phone.is_of(context.country.as_deref()));
            let (inside, after) = rest.split_at(rest.partition_point(|token| token.bytes.start < first.bytes.end));
            (nodes, rest) = match phone {
                Some(phone) => (pushed(nodes, phone_word(&analysis, inside, text, phone)), after),
                None => (nodes, rest.get(1..).unwrap_or_default()),
            };
            continue;
        }
        if first.form == Form::Hour {
            let hours = rest.iter().take_while(|token| token.form == Form::Hour);
            let end = hours.map(|hour| hour.bytes.end).max().unwrap_or(first.bytes.end);
            let (inside, after) = rest.split_at(rest.partition_point(|token| token.bytes.start < end));
            nodes.push(Node::Word(hour(&analysis, inside, text)));
            rest = after;
            continue;
        }
        if let Some((name, after)) = joined(rest, text) {
            nodes.push(Node::Word(row(&analysis, name, text)));
            rest = after;
            continue;
        }
        let (unit, after) = rest.split_at(rest.partition_point(|token| token.unit <= first.unit));
        rest = after;
        let mut word = word(&analysis, unit, text, context);
        if word.is_sum {
            let (start, end) = span(unit);
            let end = currency_end(text, end).unwrap_or(end);
            text.get(start..end).unwrap_or_default().clone_into(&mut word.text);
            rest = rest.get(rest.partition_point(|token| token.bytes.start < end)..).unwrap_or_default();
        }
        nodes.push(Node::Word(word));
    }
    in_one(&mut nodes);
    named(&nodes, context)
}

/// Fewest letters of two words that may be written in one.
const IN_ONE_LETTERS_MIN: usize = 5;
/// Fewest letters of either of two words between which a blank may be missing.
const APART_LETTERS_MIN: usize = 4;

/// The single word of letters that a node is.
fn plain_word(node: &Node) -> Option<&str> {
    let Node::Word(word) = node else { return None };
    match word.spellings.first().map(Vec::as_slice) {
        Some([only]) if !word.is_sum && only.chars().all(char::is_alphabetic) => Some(only),
        _ => None,
    }
}

/// Notes what each word gives with the one after it.
fn in_one(nodes: &mut [Node]) {
    let words: Vec<Option<String>> = nodes.iter().map(|node| plain_word(node).map(str::to_owned)).collect();
    for (node, pair) in nodes.iter_mut().zip(words.windows(2)) {
        if let (Node::Word(word), [Some(one), Some(other)]) = (node, pair) {
            word.in_one = Some(format!("{one}{other}")).filter(|whole| whole.len() >= IN_ONE_LETTERS_MIN);
        }
    }
}

/// All ways to cut a word in two.
fn apart(word: &str) -> Vec<[String; 2]> {
    let is_whole = |part: &str| part.chars().count() >= APART_LETTERS_MIN;
    let cuts = word.char_indices().filter_map(|(at, _)| word.split_at_checked(at));
    let cuts = cuts.filter(|(one, other)| is_whole(one) && is_whole(other));
    cuts.map(|(one, other)| [one.to_owned(), other.to_owned()]).collect()
}

/// Units that are one name or one picture: letters with `&` between them (`H&M`, `R & B`, `M&Ms`), emoji joined to one.
fn joined<'a>(rest: &'a [Token], text: &str) -> Option<(&'a [Token], &'a [Token])> {
    let mut units = rest.chunk_by(|one, next| one.unit == next.unit);
    let mut last = units.next()?;
    let (alone, mut taken) = (last.len(), last.len());
    for unit in units.take_while(|unit| unit.iter().all(|token| token.form != Form::MaybePhone)) {
        let ((start, end), (next, next_end)) = (span(last), span(unit));
        let [one, between, other] =
            [start..end, end..next, next..next_end].map(|bytes| text.get(bytes).unwrap_or_default());
        let is_one = match between.trim() {
            "&" if between == "&" => is_letter(one) || is_letter(other),
            "&" => is_letter(one) && is_letter(other),
            _ => are_joined(one, between, other),
        };
        if !is_one {
            break;
        }
        taken += unit.len();
        last = unit;
    }
    (taken > alone).then(|| rest.split_at_checked(taken))?
}

fn is_letter(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
}

/// What was typed as one of several units: all of them in a row.
fn row(analysis: &Analysis, units: &[Token], text: &str) -> Word {
    let (start, end) = span(units);
    let mut word = empty_word(text.get(start..end).unwrap_or_default());
    let terms = units.iter().filter(|token| token.form.is_of_sequence());
    let terms: Vec<String> = terms.map(|token| analysis.term(token).to_owned()).collect();
    word.finds_names = terms.iter().all(|term| term.chars().any(char::is_alphabetic));
    word.spellings.push(terms);
    word
}

/// An hour of the day, however it is written; a full one also finds what has minutes (`15h` finds `15h30`).
fn hour(analysis: &Analysis, inside: &[Token], text: &str) -> Word {
    let hours = inside.iter().filter(|token| token.form == Form::Hour);
    let Some(longest) = hours.max_by_key(|token| token.bytes.end) else { return empty_word("") };
    let mut word = empty_word(text.get(longest.bytes.clone()).unwrap_or_default());
    word.spellings.push(vec![analysis.term(longest).to_owned()]);
    let row = inside.iter().filter(|token| token.form == Form::Word).map(|token| analysis.term(token).to_owned());
    let row: Vec<String> = row.collect();
    // The digits and what says that they are an hour.
    if row.len() == 2 && row.iter().any(|term| term.bytes().all(|byte| byte.is_ascii_alphabetic())) {
        word.spellings.push(row);
    }
    word
}

fn pushed(mut nodes: Vec<Node>, word: Word) -> Vec<Node> {
    nodes.push(Node::Word(word));
    nodes
}

/// A word in this spelling only.
pub(super) fn exact_word(text: &str, context: &QueryContext) -> Option<Node> {
    each_word(text, context, &|word| {
        word.stems.clear();
        word.forms.clear();
        word.aliases.clear();
        word.near = None;
        word.in_one = None;
        word.apart.clear();
        (word.is_frequent, word.is_exact, word.finds_names) = (false, true, false);
    })
}

/// A word, and what is spelled or sounds like it.
pub(super) fn near_word(text: &str, context: &QueryContext) -> Option<Node> {
    each_word(text, context, &|word| {
        word.is_near_asked = word.near.is_some();
        word.is_frequent = false;
    })
}

fn each_word(text: &str, context: &QueryContext, change: &dyn Fn(&mut Word)) -> Option<Node> {
    let mut nodes = words(text, context);
    for node in &mut nodes {
        if let Node::Named { words, .. } = node {
            *node = std::mem::replace(words, Node::All);
        }
        match node {
            Node::Word(word) => change(word),
            Node::And(inner) => inner.iter_mut().for_each(|node| {
                if let Node::Word(word) = node {
                    change(word);
                }
            }),
            _ => {}
        }
    }
    if nodes.len() > 1 { Some(Node::And(nodes)) } else { nodes.pop() }
}

/// Words that begin so.
pub(super) fn prefix(text: &str) -> Option<Node> {
    let folded = fold(text);
    (!folded.is_empty()).then(|| Node::Prefix { text: text.to_owned(), folded })
}

/// Words in a row. A phone number alone is looked for however it was written.
pub(super) fn phrase(text: &str, context: &QueryContext) -> Option<Node> {
    let analysis = Analysis::of(text);
    if let [only] = analysis.tokens.as_slice()
        && only.form == Form::Phone
    {
        return words(text, context).pop();
    }
    let place = |token: &Token| usize::try_from(token.place).unwrap_or(usize::MAX);
    let terms: Vec<(usize, String)> = analysis
        .tokens
        .iter()
        .filter(|token| token.form.is_of_sequence())
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

fn span(unit: &[Token]) -> (usize, usize) {
    let start = unit.iter().map(|token| token.bytes.start).min().unwrap_or(0);
    (start, unit.iter().map(|token| token.bytes.end).max().unwrap_or(0))
}

fn empty_word(text: &str) -> Word {
    Word {
        text: text.to_owned(),
        spellings: Vec::new(),
        stems: Vec::new(),
        forms: Vec::new(),
        aliases: Vec::new(),
        phone: None,
        near: None,
        is_near_asked: false,
        is_sum: false,
        is_frequent: false,
        is_exact: false,
        finds_names: false,
        in_one: None,
        apart: Vec::new(),
    }
}

/// A phone number as the country has them, which may be other numbers elsewhere.
fn phone_word(analysis: &Analysis, inside: &[Token], text: &str, phone: Phone) -> Word {
    let (start, end) = span(inside);
    let row: Vec<String> = inside
        .iter()
        .filter(|token| token.form.is_of_sequence())
        .map(|token| analysis.term(token).to_owned())
        .collect();
    let mut word = empty_word(text.get(start..end).unwrap_or_default());
    word.spellings.extend(Some(row).filter(|row| !row.is_empty()));
    word.phone = Some(PhoneTest::Number(phone));
    word
}

fn word(analysis: &Analysis, unit: &[Token], text: &str, context: &QueryContext) -> Word {
    let (start, end) = span(unit);
    let term = |token: &Token| analysis.term(token).to_owned();
    let of = |form: Form| unit.iter().filter(move |token| token.form == form);
    let mut word = empty_word(text.get(start..end).unwrap_or_default());
    if let Some(tag) = of(Form::Tag).next() {
        word.spellings.push(vec![term(tag)]);
        return word;
    }
    if let Some(phone) = of(Form::Phone).next() {
        word.phone = Phone::from_term(analysis.term(phone)).map(PhoneTest::Number);
        return word;
    }
    if let Some(sum) = of(Form::Sum).next() {
        let value = analysis.term(sum).trim_start_matches(SUM_MARK);
        word.spellings.push(vec![value.to_owned()]);
        word.is_sum = true;
        return word;
    }
    let sequence: Vec<String> = of(Form::Word).map(term).collect();
    let is_single = sequence.len() == 1;
    // Of a compound only spellings of all of it count; of a word, all of them.
    let whole = |token: &&Token| is_single || (token.bytes.start == start && token.bytes.end == end);
    let variants: Vec<String> = of(Form::Variant).filter(whole).map(term).collect();
    // Who types « sûr » or « dû » means neither « sur » nor « du ».
    let is_plain = !word.text.nfd().any(|letter| letter == '\u{302}');
    word.is_frequent =
        is_plain && is_single && variants.is_empty() && sequence.iter().all(|w| STOP_WORDS.contains(&w.as_str()));
    let is_elided = text.get(..start).is_some_and(|before| before.ends_with(is_apostrophe));
    word.is_frequent |=
        is_elided && is_single && sequence.iter().all(|word| ELIDED_STOP_WORDS.contains(&word.as_str()));
    word.finds_names = sequence.iter().all(|word| word.chars().any(char::is_alphanumeric));
    word.stems =
        of(Form::Stem).filter(whole).filter_map(|t| Some(term(t).strip_prefix(STEM_MARK)?.to_owned())).collect();
    if let [only] = sequence.as_slice() {
        // A word that is its own stem finds what has that stem.
        if word.stems.is_empty() && is_stemmable(only) {
            word.stems.push(only.clone());
        }
        if is_unstemmed(only) {
            word.stems.clear();
        }
        if !word.is_frequent {
            word.forms = forms(only).into_iter().map(|form| vec![form]).collect();
            word.near = NearWord::of(only);
            if word.near.is_some() {
                word.apart = apart(only);
            }
        }
        let is_ending = word.text.len() >= ENDING_DIGITS_MIN && word.text.bytes().all(|byte| byte.is_ascii_digit());
        word.phone = is_ending.then(|| PhoneTest::Ending(word.text.clone()));
    }
    if let [start @ .., last] = sequence.as_slice()
        && !start.is_empty()
    {
        word.forms = forms_of_compound(start, last, &variants);
    }
    word.aliases = aliases(std::iter::once(sequence.join(" ")).chain(variants.iter().cloned()), context);
    if let [one, other] = sequence.as_slice() {
        word.aliases.extend(measured(one, other));
    }
    word.spellings.push(sequence);
    word.spellings.extend(variants.into_iter().map(|variant| vec![variant]));
    word
}

/// `t-shirts` for `t-shirt`, in a row and joined: the last part changes its ending.
fn forms_of_compound(start: &[String], last: &str, variants: &[String]) -> Vec<Vec<String>> {
    let joined = variants.iter().filter_map(|variant| variant.strip_suffix(last));
    let joined: Vec<&str> = joined.filter(|beginning| !beginning.is_empty()).collect();
    let each = |form: String| {
        let row = start.iter().cloned().chain(std::iter::once(form.clone())).collect();
        joined
            .iter()
            .map(move |beginning| vec![format!("{beginning}{form}")])
            .chain(std::iter::once(row))
            .collect::<Vec<_>>()
    };
    let mut all: Vec<Vec<String>> = forms(last).into_iter().flat_map(each).collect();
    // Both parts of two may stand in the plural: cartes-cadeaux.
    if let [first] = start {
        let plurals = |word: &str| -> Vec<String> {
            let singular = word.strip_suffix(['s', 'x']).map(str::to_owned);
            singular.map_or_else(|| vec![format!("{word}s"), format!("{word}x")], |singular| vec![singular])
        };
        for first in plurals(first) {
            all.extend(plurals(last).into_iter().map(|last| vec![first.clone(), last]));
            all.push(vec![first, last.to_owned()]);
        }
    }
    all
}

/// What means the same as one of these, or as one of them without its ending.
fn aliases(keys: impl Iterator<Item = String>, context: &QueryContext) -> Vec<Alias> {
    let mut meanings: Vec<&String> = Vec::new();
    for key in keys {
        let roots = ["", "s", "x", "e", "es"].iter().filter_map(|ending| {
            let root = key.strip_suffix(ending)?;
            // A short form has no feminine: `live` is no `liv`.
            (!ending.contains('e') || !context.abbreviations.is_short(root)).then_some(root)
        });
        for meaning in roots.flat_map(|root| context.abbreviations.of_words(root)) {
            if !meanings.contains(&meaning) {
                meanings.push(meaning);
            }
        }
    }
    meanings.into_iter().map(|meaning| alias(meaning, context)).collect()
}

fn alias(meaning: &str, context: &QueryContext) -> Alias {
    let analysis = Analysis::of(meaning);
    let of = |form: Form| analysis.tokens.iter().filter(move |token| token.form == form);
    let term = |token: &Token| analysis.term(token).to_owned();
    let sequence: Vec<String> = of(Form::Word).map(term).collect();
    let mut alias = Alias { spellings: Vec::new(), stems: Vec::new() };
    if units(&analysis).count() == 1 {
        let whole = |token: &&Token| sequence.len() == 1 || token.bytes.end - token.bytes.start == meaning.len();
        alias.spellings.extend(of(Form::Variant).filter(whole).map(|token| vec![term(token)]));
        if let [only] = sequence.as_slice()
            && !context.abbreviations.is_short(only)
            && !is_unstemmed(only)
        {
            alias
                .stems
                .extend(of(Form::Stem).filter_map(|token| Some(term(token).strip_prefix(STEM_MARK)?.to_owned())));
            if alias.stems.is_empty() && is_stemmable(only) {
                alias.stems.push(only.clone());
            }
        }
    }
    alias.spellings.push(sequence);
    alias
}

/// Words in a row that have a short form become one.
fn named(nodes: &[Node], context: &QueryContext) -> Vec<Node> {
    let mut out = Vec::with_capacity(nodes.len());
    let mut rest = nodes;
    while let Some((first, after)) = rest.split_first() {
        let found = (2..=NAMED_WORDS_MAX.min(rest.len())).rev().find_map(|count| {
            let words = rest.get(..count)?;
            let row: Option<Vec<String>> = words.iter().map(plain_words).collect();
            let row = row?;
            let mut aliases = aliases(std::iter::once(row.join(" ")), context);
            if let [one, other] = row.as_slice() {
                aliases.extend(measured(one, other));
            }
            (!aliases.is_empty()).then_some((words, aliases))
        });
        if let Some((words, aliases)) = found {
            out.push(named_node(words, aliases));
            rest = rest.get(words.len()..).unwrap_or_default();
        } else {
            out.push(first.clone());
            rest = after;
        }
    }
    out
}

/// The other ways to write a measure or a size.
fn measured(one: &str, other: &str) -> Option<Alias> {
    let spellings = written_otherwise(one, other);
    (!spellings.is_empty()).then(|| Alias { spellings, stems: Vec::new() })
}

fn named_node(words: &[Node], aliases: Vec<Alias>) -> Node {
    let text: Vec<&str> = words
        .iter()
        .filter_map(|node| if let Node::Word(word) = node { Some(word.text.as_str()) } else { None })
        .collect();
    let is_frequent = |node: &&Node| matches!(node, Node::Word(word) if word.is_frequent);
    let mut meant: Vec<Node> = words.iter().filter(|node| !is_frequent(node)).cloned().collect();
    if meant.is_empty() {
        meant = words.to_vec();
    }
    Node::Named { text: text.join(" "), words: Box::new(Node::And(meant)), aliases }
}

fn plain_words(node: &Node) -> Option<String> {
    match node {
        Node::Word(word) if !word.is_sum => word.spellings.first().map(|spelling| spelling.join(" ")),
        _ => None,
    }
}

fn is_stemmable(word: &str) -> bool {
    word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_lowercase())
}
