//! The shape of one run of letters: which words it gives to the index, and where in the run they stand.
//!
//! `qu'elle` gives `elle`; `N'Diaye` gives `diaye` and, at the same place, `ndiaye`; `rendez-vous` gives `rendez`,
//! `vous` and `rendezvous`; `robe38` gives `robe`, `38` and `robe38`; `merciiii` gives `merci` and `mercii`. When
//! stems are asked for, each word also gives its stem, marked, where that differs.

use std::ops::Range;

use super::fold::{fold, is_apostrophe, is_hyphen};
use super::stem::FrenchStemmer;

/// First character of a stem's term; no word begins with it.
pub(super) const STEM_MARK: char = '\u{1}';
/// First character of the term of a sum of money.
pub(super) const SUM_MARK: char = '\u{3}';

/// First character of the term of an hour of the day.
pub(super) const HOUR_MARK: char = '\u{4}';

/// A run with more parts than this is no compound word, and gets no joined form.
const COMPOUND_PARTS_MAX: usize = 6;

/// What a term of a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A word, number or emoji of the sequence: phrases are made of these.
    Word,
    /// Another spelling of what starts at the same place.
    Variant,
    /// A stem, with its mark.
    Stem,
    /// A hashtag or mention with its sign.
    Tag,
    /// A word within what counts as one: `mille` of `600 mille`. Found by itself, no spelling of the whole.
    Inner,
    /// A phone number, in place of its groups of digits.
    Phone,
    /// What may be a phone number, beside its groups of digits.
    MaybePhone,
    /// The value of a sum of money, with its mark.
    Sum,
    /// An hour of the day, with its mark.
    Hour,
}

impl Form {
    const ALL: [Self; 9] = [
        Self::Word,
        Self::Variant,
        Self::Stem,
        Self::Tag,
        Self::Inner,
        Self::Phone,
        Self::MaybePhone,
        Self::Sum,
        Self::Hour,
    ];

    /// One of the sequence that phrases are made of.
    pub(super) const fn is_of_sequence(self) -> bool {
        matches!(self, Self::Word | Self::Phone)
    }

    /// Its number, for compact memory.
    pub(super) fn number(self) -> u8 {
        Self::ALL.iter().position(|form| *form == self).and_then(|number| u8::try_from(number).ok()).unwrap_or(0)
    }

    /// The form with this number.
    pub(super) fn from_number(number: u8) -> Self {
        Self::ALL.get(usize::from(number)).copied().unwrap_or(Self::Word)
    }
}

/// One term of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The term.
    pub(super) term: Box<str>,
    /// What it is.
    pub(super) form: Form,
    /// Bytes of the run it stands for.
    pub(super) bytes: Range<usize>,
    /// Place of its first word, counted from the start of the run.
    pub(super) place: u32,
}

/// All terms of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// In order of place; at one place, the word comes first.
    pub(super) pieces: Vec<Piece>,
    /// Number of places the run takes.
    pub(super) places: u32,
}

const ELISIONS: &[&str] =
    &["l", "d", "j", "m", "n", "s", "t", "c", "z", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "presqu"];

/// Takes a run of letters, digits, apostrophes and hyphens apart.
pub(super) fn shape(run: &str, stemmer: Option<&mut FrenchStemmer>) -> Shape {
    let mut shape = Shape::default();
    let parts = split(run, is_hyphen);
    for part in &parts {
        part_words(run, part.clone(), &mut shape);
    }
    // 20-25 is no 2025.
    let all_digits = run.chars().all(|letter| letter.is_numeric() || is_hyphen(letter));
    if shape.places > 1 && parts.len() <= COMPOUND_PARTS_MAX && !all_digits {
        join(run, &parts, &mut shape);
    }
    shape.pieces.sort_by_key(|piece| (piece.place, piece.form != Form::Word));
    if let Some(stemmer) = stemmer {
        add_stems(&mut shape, stemmer);
    }
    shape
}

/// Ranges between separators; empty ones are left out.
fn split(run: &str, separator: impl Fn(char) -> bool) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, letter) in run.char_indices() {
        if separator(letter) {
            parts.push(start..at);
            start = at + letter.len_utf8();
        }
    }
    parts.push(start..run.len());
    parts.retain(|part| !part.is_empty());
    parts
}

fn text<'a>(run: &'a str, bytes: &Range<usize>) -> &'a str {
    run.get(bytes.clone()).unwrap_or_default()
}

/// Words of one part of a compound: elisions dropped, other apostrophes closed up, digits apart from letters.
fn part_words(run: &str, part: Range<usize>, shape: &mut Shape) {
    let segments: Vec<Range<usize>> =
        split(text(run, &part), is_apostrophe).iter().map(|s| s.start + part.start..s.end + part.start).collect();
    let mut kept = segments.as_slice();
    let mut joined_start = None;
    while let [elided, rest @ ..] = kept {
        let Some(next) = rest.first() else { break };
        if !ELISIONS.contains(&fold(text(run, elided)).as_str()) {
            break;
        }
        let first = text(run, next).chars().next();
        let folded = fold(text(run, next));
        let before_vowel = folded.starts_with(['a', 'e', 'i', 'o', 'u', 'y', 'h']);
        // N'Diaye, j'veux, D'Almeida: what looks elided may be part of a name, so both spellings are kept.
        if !before_vowel || first.is_some_and(char::is_uppercase) {
            joined_start.get_or_insert(elided.start);
        }
        kept = rest;
    }
    let Some(bytes) = kept.first().zip(kept.last()).map(|(first, last)| first.start..last.end) else { return };
    let place = shape.places;
    if let [name, possessive] = kept
        && fold(text(run, possessive)) == "s"
    {
        push(shape, fold(text(run, name)), Form::Variant, name.clone(), place);
    }
    words_and_digits(run, bytes.clone(), shape);
    if let Some(start) = joined_start
        && shape.places > place
    {
        push(shape, fold(text(run, &(start..bytes.end))), Form::Variant, start..bytes.end, place);
    }
}

/// `robe38` is two words and, joined, a third.
fn words_and_digits(run: &str, bytes: Range<usize>, shape: &mut Shape) {
    let word = text(run, &bytes);
    let mut pieces = Vec::new();
    let (mut start, mut digits) = (0, None);
    for (at, letter) in word.char_indices().filter(|(_, letter)| letter.is_alphanumeric()) {
        let digit = letter.is_numeric();
        if digits.is_some_and(|before| before != digit) {
            pieces.push(start..at);
            start = at;
        }
        digits = Some(digit);
    }
    pieces.push(start..word.len());
    let place = shape.places;
    let glued = pieces.len() > 1;
    for piece in pieces {
        push_word(shape, fold(text(word, &piece)), bytes.start + piece.start..bytes.start + piece.end);
    }
    if glued && shape.places > place {
        push(shape, fold(word), Form::Variant, bytes, place);
    }
}

/// The whole compound in one word, at the place of its first part.
fn join(run: &str, parts: &[Range<usize>], shape: &mut Shape) {
    let mut whole = String::new();
    for part in parts {
        let part = text(run, part);
        // Of an elided part only what follows the elision: qu'est-ce gives estce.
        let rest = part
            .rsplit_once(is_apostrophe)
            .map_or(part, |(elided, rest)| if ELISIONS.contains(&fold(elided).as_str()) { rest } else { part });
        whole.push_str(&fold(rest));
    }
    push(shape, whole, Form::Variant, 0..run.len(), 0);
}

/// Adds a word of the sequence. A letter repeated three times or more counts once, and twice at the same place.
fn push_word(shape: &mut Shape, word: String, bytes: Range<usize>) {
    if word.is_empty() {
        return;
    }
    let place = shape.places;
    match (shorten(&word, 1), shorten(&word, 2)) {
        (Some(once), Some(twice)) => {
            push(shape, once, Form::Word, bytes.clone(), place);
            push(shape, twice, Form::Variant, bytes, place);
        }
        _ => push(shape, word, Form::Word, bytes, place),
    }
    shape.places += 1;
}

/// The word with runs of three or more equal letters cut to `length`; `None` when there is no such run.
fn shorten(word: &str, length: usize) -> Option<String> {
    let mut out = String::with_capacity(word.len());
    let mut found = false;
    let mut letters = word.chars().peekable();
    while let Some(letter) = letters.next() {
        let mut count = 1;
        while letters.next_if_eq(&letter).is_some() {
            count += 1;
        }
        let stretched = count >= 3 && letter.is_alphabetic();
        found |= stretched;
        let kept = if stretched { length } else { count };
        out.extend(std::iter::repeat_n(letter, kept));
    }
    found.then_some(out)
}

fn push(shape: &mut Shape, term: String, form: Form, bytes: Range<usize>, place: u32) {
    let known = shape.pieces.iter().any(|piece| piece.place == place && *piece.term == *term);
    if !term.is_empty() && !known {
        shape.pieces.push(Piece { term: term.into(), form, bytes, place });
    }
}

fn add_stems(shape: &mut Shape, stemmer: &mut FrenchStemmer) {
    let mut stems: Vec<Piece> = Vec::new();
    for piece in &shape.pieces {
        let stem = stemmer.stem(&piece.term);
        if *stem != *piece.term
            && !stems.iter().any(|s| s.place == piece.place && s.term.strip_prefix(STEM_MARK) == Some(&stem))
        {
            stems.push(Piece {
                term: format!("{STEM_MARK}{stem}").into(),
                form: Form::Stem,
                bytes: piece.bytes.clone(),
                place: piece.place,
            });
        }
    }
    shape.pieces.extend(stems);
    shape.pieces.sort_by_key(|piece| piece.place);
}
