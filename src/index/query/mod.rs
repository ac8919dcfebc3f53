//! The query language: filters, phrases, dates and words as people type them in French and English. Parsing never
//! fails; what is not understood is searched as text, and told.

mod amounts;
mod date_words;
mod dates;
mod lexer;
mod measures;
pub(super) mod node;
mod operators;
mod parse;
mod reading;
mod saved;
mod spoken_dates;
mod text;
mod values;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::abbreviations::Abbreviations;
use super::fold::fold;
use super::together::Together;
use crate::model::RecordId;

use node::{Test, Who};

pub use dates::Period;
pub use operators::Operator;
pub use reading::ReadingPart;
pub use saved::spelled_out;

pub(super) use amounts::value_in_hundredths;
pub(super) use operators::ClassTest;
pub(super) use reading::part;

/// What a query is read against.
#[derive(Clone, Debug)]
pub struct QueryContext {
    /// The day relative dates count from.
    pub today: NaiveDate,
    /// `03/12/2024` is 12 March (United States).
    pub month_first: bool,
    /// The country writes both orders (Canada): the reading is told.
    pub mixed_orders: bool,
    /// Weeks begin on Sunday.
    pub week_from_sunday: bool,
    /// Zone whose midnights part the days of records with an instant; UTC when unknown. Wall-clock times are compared
    /// as they are.
    pub zone: Option<Tz>,
    /// Names and handles of the owner, for downloads that do not prove who that is.
    pub me: Vec<String>,
    /// Whose phone numbers are written without a code: ISO 3166, two capitals.
    pub country: Option<String>,
    /// Short forms and words of one meaning.
    pub abbreviations: Arc<Abbreviations>,
    /// What the owner said of records.
    pub said: Arc<Said>,
}

/// What the owner said of records.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Records of each label, by [`label_form`].
    pub labels: BTreeMap<String, Vec<RecordId>>,
    /// Records with a note.
    pub noted: Vec<RecordId>,
}

/// A label as it is compared: case, accents, blanks and signs do not count, unless it is nothing else.
#[must_use]
pub fn label_form(name: &str) -> String {
    let form = fold(name);
    if form.is_empty() { name.trim().to_lowercase() } else { form }
}

impl QueryContext {
    /// A reader of French in Europe or Africa: day first, weeks from Monday.
    #[must_use]
    pub fn new(today: NaiveDate) -> Self {
        Self::knowing(today, Abbreviations::built_in())
    }

    /// The same, who writes these short forms.
    #[must_use]
    pub fn knowing(today: NaiveDate, abbreviations: Arc<Abbreviations>) -> Self {
        Self {
            today,
            month_first: false,
            mixed_orders: false,
            week_from_sunday: false,
            zone: None,
            me: Vec::new(),
            country: None,
            abbreviations,
            said: Arc::default(),
        }
    }

    /// The same in a country, with its order of dates and its first day of the week.
    #[must_use]
    pub fn in_country(self, country: &str) -> Self {
        Self {
            month_first: country == "US",
            mixed_orders: country == "CA",
            // Countries of French, and large ones, whose calendars begin with Sunday (CLDR 46, weekData).
            week_from_sunday: matches!(country, "CA" | "US" | "HT" | "MX" | "BR" | "JP" | "IL" | "IN" | "ZA" | "PT"),
            country: Some(country.to_owned()),
            ..self
        }
    }
}

/// Order of results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Newest first; what has no time comes last.
    #[default]
    Newest,
    /// Oldest first; what has no time comes last.
    Oldest,
    /// Best match first: exact words before inflected ones.
    Relevance,
}

/// Something the typist should know about how the query was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Looks like a filter and is none: searched as text.
    UnknownOperator(String),
    /// The filter does not know this value: searched as text.
    UnknownValue {
        /// The filter.
        operator: Operator,
        /// As typed.
        value: String,
    },
    /// No date: searched as text.
    UnreadableDate {
        /// The filter.
        operator: Operator,
        /// As typed.
        text: String,
    },
    /// Day and month could be the other way round.
    AmbiguousDate {
        /// As typed.
        text: String,
        /// The day it was read as.
        read_as: NaiveDate,
    },
    /// Searched as text; as a date it would be this.
    MaybeDate {
        /// As typed.
        text: String,
        /// What `on:` would make of it.
        period: Period,
    },
    /// No record has this label.
    NoSuchLabel(String),
    /// A filter without its value, by its name as typed: searched as text.
    NoValue(String),
    /// A quote was not closed: the rest was taken as the phrase.
    UnbalancedQuote,
    /// A parenthesis was not closed: it was taken to close at the end.
    UnbalancedParenthesis,
    /// The end of the query was cut off.
    TooLong,
}

/// A query as understood.
#[derive(Clone, Debug)]
pub struct Query {
    pub(super) node: node::Node,
    pub(super) zone: Option<Tz>,
    pub(super) me: Vec<String>,
    pub(super) country: Option<String>,
    /// Near spellings are shown as found.
    pub(super) shows_near: bool,
    /// Words in one spelling are looked for in the records afterwards: nothing is left out for them before.
    pub(super) is_read: bool,
    /// Which identities are one person.
    pub(super) together: Option<Arc<Together>>,
    sort: Option<Sort>,
    hints: Vec<Hint>,
    ignored: Vec<String>,
}

impl Query {
    /// Reads a query. Never fails: an empty one asks for everything.
    #[must_use]
    pub fn parse(text: &str, context: &QueryContext) -> Self {
        parse::parse(text, context)
    }

    /// Everything.
    #[must_use]
    pub const fn everything() -> Self {
        Self {
            node: node::Node::All,
            zone: None,
            me: Vec::new(),
            country: None,
            shows_near: false,
            is_read: false,
            together: None,
            sort: None,
            hints: Vec::new(),
            ignored: Vec::new(),
        }
    }

    /// The same query, for showing what was found by a near spelling.
    #[must_use]
    pub fn showing_near(&self) -> Self {
        Self { shows_near: true, ..self.clone() }
    }

    /// The same query, when the records it finds are read for words in one spelling.
    pub(super) fn to_be_read(&self) -> Self {
        Self { is_read: true, ..self.clone() }
    }

    /// What both ask for.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.node = match (self.node, other.node) {
            (node::Node::All, node) | (node, node::Node::All) => node,
            (node::Node::And(mut all), node) => {
                all.push(node);
                node::Node::And(all)
            }
            (one, other) => node::Node::And(vec![one, other]),
        };
        self.sort = self.sort.or(other.sort);
        self.hints.extend(other.hints);
        self.ignored.extend(other.ignored);
        self
    }

    /// True when a filter names a person or a conversation: [`crate::index::Index::unknown_names`] tells whether there is one.
    #[must_use]
    pub fn has_names(&self) -> bool {
        self.names_people() || self.node.any_test(&|test| matches!(test, Test::In(_)))
    }

    /// True when a filter names a person: [`Query::knowing`] then lets it find them under their other names too.
    #[must_use]
    pub fn names_people(&self) -> bool {
        self.node.any_test(&|test| {
            matches!(test, Test::From(Who::Named(_)) | Test::To(Who::Named(_)) | Test::With(Who::Named(_)))
        })
    }

    /// The same query, which knows people under all their names.
    #[must_use]
    pub fn knowing(self, together: Together) -> Self {
        Self { together: Some(Arc::new(together)), ..self }
    }

    /// True when some words must be there, beside filters.
    #[must_use]
    pub fn asks_for_text(&self) -> bool {
        self.node.has_text()
    }

    /// True when near spellings were asked for with `~`.
    #[must_use]
    pub fn asks_for_near(&self) -> bool {
        self.node.any_word(&|word| word.is_near_asked)
    }

    /// True when some of its words, or names in filters, have near spellings.
    pub(super) fn may_be_near(&self) -> bool {
        self.node.any_word(&|word| word.near.is_some()) || self.node.names_wanted()
    }

    /// How it was understood, for the typist to check; all parts must hold.
    #[must_use]
    pub fn reading(&self) -> Vec<ReadingPart> {
        reading::reading(&self.node)
    }

    /// What the typist should know.
    #[must_use]
    pub fn hints(&self) -> &[Hint] {
        &self.hints
    }

    /// Words left out because they are too frequent.
    #[must_use]
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// The order asked for with `sort:`.
    #[must_use]
    pub const fn sort(&self) -> Option<Sort> {
        self.sort
    }

    /// True when it asks for everything.
    #[must_use]
    pub const fn is_everything(&self) -> bool {
        matches!(self.node, node::Node::All)
    }
}

#[cfg(test)]
mod tests;
