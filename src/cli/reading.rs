//! How a query was understood, in words: what `search` says above its results.

use super::context::Context;
use crate::index::{Hint, Operator, Period, Query, ReadingPart, UnknownName, folded};
use crate::ingest::read_conversations;
use crate::store::Archive;
use crate::words::Words;

impl Context {
    /// The query told back on one line.
    #[must_use]
    pub fn reading(&self, query: &Query) -> String {
        let parts: Vec<String> = query.reading().iter().map(|part| told(&self.words, part)).collect();
        parts.join(" · ")
    }

    /// One thing asked for.
    #[must_use]
    pub fn reading_part(&self, part: &ReadingPart) -> String {
        told(&self.words, part)
    }

    /// Remarks about a query: what was taken as text, what could be meant instead.
    #[must_use]
    pub fn query_hints(&self, query: &Query) -> Vec<String> {
        let words = &self.words;
        let mut hints: Vec<String> = query.hints().iter().map(|hint| hinted(words, hint)).collect();
        if !query.ignored().is_empty() {
            hints.push(words.with("hint-ignored", &[("words", words.list(query.ignored()).into())]));
        }
        hints
    }
}

impl Context {
    /// That nobody, or no conversation, bears a name, and which names are near to it.
    pub(super) fn nobody(&self, archive: &Archive, unknown: &UnknownName) -> String {
        let UnknownName { operator, value, is_number, near } = unknown;
        let is_conversation = *operator == Operator::In;
        let mut near = near.clone();
        if is_conversation && !near.is_empty() {
            // As the titles are written.
            let lines = read_conversations(archive).unwrap_or_default();
            for name in &mut near {
                if let Some(line) = lines.iter().find(|line| folded(&line.title) == folded(name)) {
                    name.clone_from(&line.title);
                }
            }
        }
        let id = match (is_conversation, is_number, near.is_empty()) {
            (true, _, true) => "hint-no-conversation",
            (true, _, false) => "hint-no-conversation-near",
            (false, true, _) => "hint-nobody-number",
            (false, false, true) => "hint-nobody",
            (false, false, false) => "hint-nobody-near",
        };
        let near: Vec<String> = near.iter().map(|name| self.output.short(name, NAME_SHOWN)).collect();
        let facts = [("name", value.as_str().into()), ("near", near.join(", ").into())];
        self.words.with(id, &facts)
    }
}

/// Columns of a name in a remark.
const NAME_SHOWN: usize = 40;

fn told(words: &Words, part: &ReadingPart) -> String {
    let joined = |parts: &[ReadingPart], id: &str| {
        let between = words.text(id);
        parts.iter().map(|part| told(words, part)).collect::<Vec<_>>().join(&format!(" {between} "))
    };
    match part {
        ReadingPart::Everything => words.text("reading-everything"),
        ReadingPart::Word(text) => text.clone(),
        ReadingPart::Spelling(text) => words.with("reading-spelling", &[("text", text.as_str().into())]),
        ReadingPart::Near(text) => words.with("reading-near", &[("text", text.as_str().into())]),
        ReadingPart::Amount(text) => words.with("reading-amount", &[("value", text.as_str().into())]),
        ReadingPart::Phone(text) => words.with("reading-phone", &[("value", text.as_str().into())]),
        ReadingPart::Phrase(text) => words.with("reading-phrase", &[("text", text.as_str().into())]),
        ReadingPart::Prefix(text) => words.with("reading-prefix", &[("text", text.as_str().into())]),
        ReadingPart::Filter { operator, value } => {
            words.with(filter_id(*operator), &[("value", value.as_str().into())])
        }
        ReadingPart::Time { start, end, .. } => match (start, end) {
            (Some(start), Some(end)) => period(words, &Period { start: *start, end: *end, ambiguous: false }),
            (Some(start), None) => words.with("reading-since", &[("day", instant(words, *start).into())]),
            (None, Some(end)) => words.with("reading-before", &[("day", instant(words, *end).into())]),
            (None, None) => words.text("reading-everything"),
        },
        ReadingPart::All(parts) => format!("({})", joined(parts, "reading-and")),
        ReadingPart::Any(parts) => format!("({})", joined(parts, "reading-or")),
        ReadingPart::Not(part) => words.with("reading-not", &[("part", told(words, part).into())]),
    }
}

const fn filter_id(operator: Operator) -> &'static str {
    match operator {
        Operator::From => "reading-from",
        Operator::To => "reading-to",
        Operator::With => "reading-with",
        Operator::In => "reading-in",
        Operator::Platform => "reading-platform",
        Operator::Account => "reading-account",
        Operator::Type => "reading-type",
        Operator::Has => "reading-has",
        Operator::Is => "reading-is",
        Operator::File => "reading-file",
        Operator::Source => "reading-source",
        Operator::Amount => "reading-amount",
        Operator::Phone => "reading-phone",
        Operator::Label => "reading-label",
        Operator::Before | Operator::Until | Operator::After | Operator::On | Operator::Sort => "reading-other",
    }
}

/// The id of a filter's name, as the help of the language gives it.
const fn operator_id(operator: Operator) -> &'static str {
    match operator {
        Operator::From => "operator-from",
        Operator::To => "operator-to",
        Operator::With => "operator-with",
        Operator::In => "operator-in",
        Operator::Platform => "operator-platform",
        Operator::Account => "operator-account",
        Operator::Type => "operator-type",
        Operator::Has => "operator-has",
        Operator::Is => "operator-is",
        Operator::Before => "operator-before",
        Operator::Until => "operator-until",
        Operator::After => "operator-after",
        Operator::On => "operator-on",
        Operator::File => "operator-file",
        Operator::Source => "operator-source",
        Operator::Amount => "operator-amount",
        Operator::Phone => "operator-phone",
        Operator::Label => "operator-label",
        Operator::Sort => "operator-sort",
    }
}

fn hinted(words: &Words, hint: &Hint) -> String {
    match hint {
        Hint::UnknownOperator(name) => words.with("hint-unknown-operator", &[("name", name.as_str().into())]),
        Hint::UnknownValue { operator, value } => {
            let operator = words.text(operator_id(*operator));
            words.with("hint-unknown-value", &[("operator", operator.into()), ("value", value.as_str().into())])
        }
        Hint::UnreadableDate { text, .. } => words.with("hint-unreadable-date", &[("text", text.as_str().into())]),
        Hint::AmbiguousDate { text, read_as } => words.with(
            "hint-ambiguous-date",
            &[
                ("text", text.as_str().into()),
                ("day", words.date(*read_as).into()),
                ("iso", read_as.to_string().into()),
            ],
        ),
        Hint::MaybeDate { text, period: meant } => {
            words.with("hint-maybe-date", &[("text", text.as_str().into()), ("period", period(words, meant).into())])
        }
        Hint::NoSuchLabel(label) => words.with("hint-no-such-label", &[("label", label.as_str().into())]),
        Hint::NoValue(name) => words.with("hint-no-value", &[("name", name.as_str().into())]),
        Hint::UnbalancedParenthesis => words.text("hint-unbalanced-parenthesis"),
        Hint::UnbalancedQuote => words.text("hint-unbalanced-quote"),
        Hint::TooLong => words.text("hint-too-long"),
    }
}

/// A span of whole days by its first and last day, other spans by their instants.
fn period(words: &Words, period: &Period) -> String {
    let is_midnight = |clock: chrono::NaiveDateTime| clock.time() == chrono::NaiveTime::MIN;
    if !(is_midnight(period.start) && is_midnight(period.end)) {
        let (from, to) = (instant(words, period.start), instant(words, period.end));
        return words.with("reading-span", &[("from", from.into()), ("to", to.into())]);
    }
    let first = period.start.date();
    let last = period.end.date().pred_opt().unwrap_or(first);
    if first >= last {
        return words.with("reading-day", &[("day", words.date(first).into())]);
    }
    words.with("reading-span", &[("from", words.date(first).into()), ("to", words.date(last).into())])
}

fn instant(words: &Words, clock: chrono::NaiveDateTime) -> String {
    let day = words.date(clock.date());
    if clock.time() == chrono::NaiveTime::MIN { day } else { format!("{day} {}", clock.format("%H:%M")) }
}
