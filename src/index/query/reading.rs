//! A query told back as facts; wording happens elsewhere.

use std::fmt;

use chrono::NaiveDateTime;

use super::node::{Node, PhoneTest, Test, Word};
use super::operators::Operator;

/// One part of how a query was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadingPart {
    /// Everything.
    Everything,
    /// A word, with its inflections.
    Word(String),
    /// A word in this spelling only.
    Spelling(String),
    /// A word, and what is spelled or sounds like it.
    Near(String),
    /// A sum of money.
    Amount(String),
    /// A phone number.
    Phone(String),
    /// Words in a row.
    Phrase(String),
    /// Words that begin so.
    Prefix(String),
    /// A filter with its value as typed.
    Filter {
        /// The filter.
        operator: Operator,
        /// As typed.
        value: String,
    },
    /// A filter by time.
    Time {
        /// The filter.
        operator: Operator,
        /// First instant, on the wall clock.
        start: Option<NaiveDateTime>,
        /// First instant after.
        end: Option<NaiveDateTime>,
    },
    /// All of them.
    All(Vec<ReadingPart>),
    /// One of them.
    Any(Vec<ReadingPart>),
    /// Not this.
    Not(Box<ReadingPart>),
}

impl fmt::Display for ReadingPart {
    /// As it could be typed, with English names of filters: for programs, and whatever language is read.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |parts: &[Self], between: &str| {
            let parts: Vec<String> = parts.iter().map(Self::to_string).collect();
            format!("({})", parts.join(between))
        };
        match self {
            Self::Everything => out.write_str("*"),
            Self::Word(text) | Self::Amount(text) | Self::Phone(text) => out.write_str(text),
            Self::Spelling(text) => write!(out, "={text}"),
            Self::Near(text) => write!(out, "~{text}"),
            Self::Phrase(text) => write!(out, "\"{text}\""),
            Self::Prefix(text) => write!(out, "{text}*"),
            Self::Filter { operator, value } if value.contains(char::is_whitespace) => {
                write!(out, "{}:\"{value}\"", operator.name())
            }
            Self::Filter { operator, value } => write!(out, "{}:{value}", operator.name()),
            Self::Time { operator, start, end } => {
                let at =
                    |at: &Option<NaiveDateTime>| at.map_or(String::new(), |at| at.format("%Y-%m-%dT%H:%M").to_string());
                write!(out, "{}:{}..{}", operator.name(), at(start), at(end))
            }
            Self::All(parts) => out.write_str(&joined(parts, " ")),
            Self::Any(parts) => out.write_str(&joined(parts, " OR ")),
            Self::Not(part) => write!(out, "-{part}"),
        }
    }
}

pub(super) fn reading(node: &Node) -> Vec<ReadingPart> {
    match node {
        Node::And(nodes) => nodes.iter().map(part).collect(),
        node => vec![part(node)],
    }
}

/// A part of a query told back.
pub(in crate::index) fn part(node: &Node) -> ReadingPart {
    match node {
        Node::All => ReadingPart::Everything,
        Node::And(nodes) => match nodes.as_slice() {
            [only] => part(only),
            nodes => ReadingPart::All(nodes.iter().map(part).collect()),
        },
        Node::Or(nodes) => ReadingPart::Any(nodes.iter().map(part).collect()),
        Node::Not(node) => ReadingPart::Not(Box::new(part(node))),
        Node::Word(word) if word.is_exact => ReadingPart::Spelling(word.text.clone()),
        Node::Word(word) if word.is_near_asked => ReadingPart::Near(word.text.clone()),
        Node::Word(word) if word.is_sum => ReadingPart::Amount(word.text.clone()),
        Node::Word(Word { text, phone: Some(PhoneTest::Number(_)), .. }) => ReadingPart::Phone(text.clone()),
        Node::Named { text, .. } => ReadingPart::Word(text.clone()),
        Node::Word(word) => ReadingPart::Word(word.text.clone()),
        Node::Phrase(phrase) => ReadingPart::Phrase(phrase.text.clone()),
        Node::Prefix { text, .. } => ReadingPart::Prefix(text.clone()),
        Node::Filter { operator, test: Test::Time { start, end }, .. } => {
            ReadingPart::Time { operator: *operator, start: *start, end: *end }
        }
        Node::Filter { operator, value, .. } => ReadingPart::Filter { operator: *operator, value: value.clone() },
    }
}
