//! A query cut into what the parser works with. Never fails: what it does not know is text.

use std::ops::Range;

use super::operators::Operator;
use crate::index::fold::fold;
use crate::index::phone::phone_at;

/// Longest query that is read; the rest is cut off and told.
pub(super) const QUERY_BYTES_MAX: usize = 4_096;

/// A piece of a query. Ranges are bytes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lexeme {
    /// A run of characters without blanks.
    Word(Range<usize>),
    /// What stands between quotes, trimmed; `closed` is false at the end of an unbalanced query.
    Phrase { inner: Range<usize>, closed: bool },
    /// A filter's name with its colon; the value follows.
    Filter(Operator),
    /// `-` or `NOT` before something.
    Not,
    /// `OR`, `OU`, `|`.
    Or,
    /// `AND`, `ET`.
    And,
    /// `(`.
    Open,
    /// `)`.
    Close,
}

/// A piece and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) lexeme: Lexeme,
    pub(super) start: usize,
}

/// Cuts a query.
pub(super) fn lex(text: &str) -> Vec<Placed> {
    let mut lexer = Lexer { text, at: 0, out: Vec::new(), capitals_are_operators: has_lower_case_words(text) };
    while let Some(letter) = lexer.letter() {
        lexer.next(letter);
    }
    lexer.out
}

/// In a query all in capitals, `OU` is a word like the others.
pub(super) fn has_lower_case_words(text: &str) -> bool {
    let mut words = text.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty());
    text.chars().any(char::is_lowercase) || words.all(|word| capital_operator(word).is_some())
}

fn capital_operator(word: &str) -> Option<Lexeme> {
    Some(match word {
        "AND" | "ET" => Lexeme::And,
        "OR" | "OU" => Lexeme::Or,
        "NOT" | "SAUF" => Lexeme::Not,
        _ => return None,
    })
}

/// The closing marks of an opening quote.
fn closing(quote: char) -> Option<&'static [char]> {
    Some(match quote {
        '"' => &['"'],
        '“' | '„' | '”' => &['”', '“', '"'],
        '«' | '»' => &['»', '«'],
        _ => return None,
    })
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    out: Vec<Placed>,
    capitals_are_operators: bool,
}

impl<'a> Lexer<'a> {
    fn letter(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn push(&mut self, lexeme: Lexeme, end: usize) {
        self.out.push(Placed { lexeme, start: self.at });
        self.at = end;
    }

    fn next(&mut self, letter: char) {
        let after = self.at + letter.len_utf8();
        let next = self.text.get(after..).and_then(|rest| rest.chars().next());
        match letter {
            _ if letter.is_whitespace() => self.at = after,
            '(' => match phone_at(self.text, self.at).filter(|phone| phone.is_certain && self.closes_before(phone.end))
            {
                Some(phone) => self.push(Lexeme::Word(self.at..phone.end), phone.end),
                None => self.push(Lexeme::Open, after),
            },
            ')' => self.push(Lexeme::Close, after),
            '|' => self.push(Lexeme::Or, after),
            // `-5°` and `25 -10` are text; so is a dash between blanks.
            '-' | '\u{2212}' if next.is_some_and(is_negatable) => self.push(Lexeme::Not, after),
            _ => match closing(letter) {
                Some(closing) => self.phrase(after, closing),
                None => self.word(),
            },
        }
    }

    /// Whether the bracket here is closed before there.
    fn closes_before(&self, end: usize) -> bool {
        self.text.get(self.at..end).is_some_and(|number| number.contains(')'))
    }

    fn phrase(&mut self, start: usize, closing: &[char]) {
        let rest = self.text.get(start..).unwrap_or_default();
        let found = rest.char_indices().find(|(_, letter)| closing.contains(letter));
        let (end, after) = found.map_or((self.text.len(), self.text.len()), |(offset, letter)| {
            (start + offset, start + offset + letter.len_utf8())
        });
        let inner = self.text.get(start..end).unwrap_or_default();
        let left = inner.len() - inner.trim_start().len();
        let trimmed = start + left..start + left + inner.trim().len();
        self.push(Lexeme::Phrase { inner: trimmed, closed: found.is_some() }, after);
    }

    fn word(&mut self) {
        let ends =
            |letter: char| letter.is_whitespace() || matches!(letter, '(' | ')' | '|') || closing(letter).is_some();
        let length = self.rest().find(ends).unwrap_or(self.rest().len());
        let word = self.rest().get(..length).unwrap_or_default();
        if let Some((operator, after)) = self.filter(word) {
            self.push(Lexeme::Filter(operator), after);
            return;
        }
        let end = self.at + length;
        match capital_operator(word) {
            Some(operator) if self.capitals_are_operators => self.push(operator, end),
            _ => self.push(Lexeme::Word(self.at..end), end),
        }
    }

    /// `name:` or, as French is typed, `name :`; and where its value begins.
    fn filter(&self, word: &str) -> Option<(Operator, usize)> {
        let (name, colon) = if let Some(at) = word.find([':', '：']) {
            (word.get(..at)?, self.at + at)
        } else {
            let blanks = self.text.get(self.at + word.len()..)?;
            let gap = blanks.len() - blanks.trim_start().len();
            (word, self.at + word.len() + gap)
        };
        let colon_mark = self.text.get(colon..)?.chars().next().filter(|mark| matches!(mark, ':' | '：'))?;
        let operator = Operator::from_name(&fold(name))?;
        let value = self.text.get(colon + colon_mark.len_utf8()..)?;
        let start = self.text.len() - value.trim_start().len();
        let valued = value.trim_start().chars().next().is_some_and(|letter| !matches!(letter, ')' | '|'));
        // A single letter before a spaced colon is an enumeration (`a : …`), not the filter `à:`.
        let spaced = colon > self.at + name.len();
        (valued && !(spaced && name == "a")).then_some((operator, start))
    }
}

fn is_negatable(next: char) -> bool {
    next.is_alphabetic() || next == '(' || matches!(next, '#' | '@' | '=' | '~') || closing(next).is_some()
}
