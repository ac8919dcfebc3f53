//! A query as it is understood.

use std::sync::Arc;

use chrono::NaiveDateTime;

use super::operators::{ClassTest, Operator};
use crate::index::facts::name_words;
use crate::index::near::NearWord;
use crate::index::phone::Phone;
use crate::model::RecordId;

/// What a query asks for.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::index) enum Node {
    /// Everything.
    All,
    /// All of them; never empty.
    And(Vec<Node>),
    /// One of them; never empty.
    Or(Vec<Node>),
    /// Not this.
    Not(Box<Node>),
    /// A word, number, hashtag or emoji.
    Word(Word),
    /// Words in a row, as written.
    Phrase(Phrase),
    /// Words that together have a short form or another name: `orange money`.
    Named {
        /// As typed.
        text: String,
        /// The words.
        words: Box<Node>,
        /// What means the same.
        aliases: Vec<Alias>,
    },
    /// Words that begin so; folded.
    Prefix { text: String, folded: String },
    /// A filter; `value` as typed.
    Filter { operator: Operator, value: String, test: Test },
}

impl Node {
    /// Whether one of the words that must be there is such.
    pub(in crate::index) fn any_word(&self, is_such: &dyn Fn(&Word) -> bool) -> bool {
        match self {
            Self::And(nodes) | Self::Or(nodes) => nodes.iter().any(|node| node.any_word(is_such)),
            Self::Named { words, .. } => words.any_word(is_such),
            Self::Word(word) => is_such(word),
            Self::All | Self::Not(_) | Self::Phrase(_) | Self::Prefix { .. } | Self::Filter { .. } => false,
        }
    }

    /// Whether words must be there.
    pub(in crate::index) fn has_text(&self) -> bool {
        match self {
            Self::And(nodes) | Self::Or(nodes) => nodes.iter().any(Self::has_text),
            Self::Named { .. } | Self::Word(_) | Self::Phrase(_) | Self::Prefix { .. } => true,
            Self::All | Self::Not(_) | Self::Filter { .. } => false,
        }
    }

    /// Every filter with its value as typed, also of what must not be there.
    pub(in crate::index) fn filters(&self) -> Vec<(Operator, &str, &Test)> {
        match self {
            Self::And(nodes) | Self::Or(nodes) => nodes.iter().flat_map(Self::filters).collect(),
            Self::Not(node) => node.filters(),
            Self::Filter { operator, value, test } => vec![(*operator, value, test)],
            Self::All | Self::Named { .. } | Self::Word(_) | Self::Phrase(_) | Self::Prefix { .. } => Vec::new(),
        }
    }

    /// Whether one of the filters that must hold names somebody or something.
    pub(in crate::index) fn names_wanted(&self) -> bool {
        match self {
            Self::And(nodes) | Self::Or(nodes) => nodes.iter().any(Self::names_wanted),
            Self::Filter { test, .. } => matches!(
                test,
                Test::From(Who::Named(_)) | Test::To(Who::Named(_)) | Test::With(Who::Named(_)) | Test::In(_)
            ),
            Self::All | Self::Not(_) | Self::Named { .. } | Self::Word(_) | Self::Phrase(_) | Self::Prefix { .. } => {
                false
            }
        }
    }

    /// Whether one of the filters is such.
    pub(in crate::index) fn any_test(&self, is_such: &dyn Fn(&Test) -> bool) -> bool {
        match self {
            Self::And(nodes) | Self::Or(nodes) => nodes.iter().any(|node| node.any_test(is_such)),
            Self::Not(node) => node.any_test(is_such),
            Self::Filter { test, .. } => is_such(test),
            Self::All | Self::Named { .. } | Self::Word(_) | Self::Phrase(_) | Self::Prefix { .. } => false,
        }
    }
}

/// One thing typed, in all its spellings.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::index) struct Word {
    /// As typed.
    pub(in crate::index) text: String,
    /// Each is a term, or several in a row; one is enough.
    pub(in crate::index) spellings: Vec<Vec<String>>,
    /// Stems, without their mark; empty when the exact spelling is asked for.
    pub(in crate::index) stems: Vec<String>,
    /// Other forms of it, each a word or words in a row.
    pub(in crate::index) forms: Vec<Vec<String>>,
    /// Short forms, and what it is short for.
    pub(in crate::index) aliases: Vec<Alias>,
    /// The phone number it is, or may be the end of.
    pub(in crate::index) phone: Option<PhoneTest>,
    /// Spellings near to it; `None` when it has none.
    pub(in crate::index) near: Option<NearWord>,
    /// The typist asked for near spellings.
    pub(in crate::index) is_near_asked: bool,
    /// It is a sum of money.
    pub(in crate::index) is_sum: bool,
    /// Too frequent to mean anything beside other words.
    pub(in crate::index) is_frequent: bool,
    /// The typist asked for this spelling only.
    pub(in crate::index) is_exact: bool,
    /// Names of authors and conversations count too.
    pub(in crate::index) finds_names: bool,
    /// What it gives, written in one with the word typed after it: `porte monnaie` and `portemonnaie`.
    pub(in crate::index) in_one: Option<String>,
    /// What it gives, cut into two words: a blank that was not typed.
    pub(in crate::index) apart: Vec<[String; 2]>,
}

/// Something that means the same as what was typed.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::index) struct Alias {
    /// Each is a term, or several in a row; one is enough.
    pub(in crate::index) spellings: Vec<Vec<String>>,
    /// Stems, without their mark.
    pub(in crate::index) stems: Vec<String>,
}

/// What is asked of a phone number.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::index) enum PhoneTest {
    /// To be this one.
    Number(Phone),
    /// To end in these digits.
    Ending(String),
}

/// Sums of money between two, in hundredths, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::index) struct Sums {
    /// The least.
    pub(in crate::index) least: u64,
    /// The most.
    pub(in crate::index) most: u64,
}

/// Words in a row. Several terms with one place are spellings of one word.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::index) struct Phrase {
    /// As typed.
    pub(in crate::index) text: String,
    /// Terms and their places.
    pub(in crate::index) terms: Vec<(usize, String)>,
    /// Other single terms that are the whole phrase.
    pub(in crate::index) joined: Vec<String>,
}

/// What a filter asks of a record.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::index) enum Test {
    /// Something of its class.
    Class(ClassTest),
    /// Its author.
    From(Who),
    /// The other side of what the owner wrote.
    To(Who),
    /// Its author or the other side.
    With(Who),
    /// Its conversation, by words of the title or by id.
    In(Name),
    /// The account, by words.
    Account(Name),
    /// Name of a file; lower case.
    File(String),
    /// Id of an import, or part of the name of a download; lower case.
    Source(String),
    /// A sum of money in it.
    Amount(Sums),
    /// Any sum of money in it.
    AnyAmount,
    /// A phone number in it or of its author.
    Phone(PhoneTest),
    /// Any phone number in it.
    AnyPhone,
    /// To be one of these, which are in order.
    Records(Arc<[RecordId]>),
    /// Its time.
    Time {
        /// First instant.
        start: Option<NaiveDateTime>,
        /// First instant after.
        end: Option<NaiveDateTime>,
    },
}

/// A person in a query.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::index) enum Who {
    /// The owner.
    Me,
    /// Somebody by name, handle or phone.
    Named(Name),
}

/// Words of a name.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::index) struct Name {
    /// Each group is one word in several spellings; one spelling of every group must be there.
    pub(in crate::index) words: Vec<Vec<String>>,
    /// The last word may go on.
    pub(in crate::index) is_prefix: bool,
    /// All of it in one: a handle.
    pub(in crate::index) whole: String,
    /// As typed: the id of a conversation.
    pub(in crate::index) typed: String,
    /// The digits, when there are at least four and no letters.
    pub(in crate::index) digits: Option<String>,
}

impl Name {
    /// The name in a text.
    pub(in crate::index) fn whole(text: &str) -> Self {
        super::values::name(text)
    }

    /// True for words that are this name and nothing more.
    pub(in crate::index) fn is_exactly(&self, words: &str) -> bool {
        words == name_words(&self.typed)
    }
}
