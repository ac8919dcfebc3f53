//! From lexemes to a query. Never fails and never recurses beyond a bound.

use std::sync::Arc;

use super::amounts::AMOUNT_WORDS_MAX;
use super::dates::{DATE_WORDS_MAX, Period, period};
use super::lexer::{Lexeme, Placed, QUERY_BYTES_MAX, lex};
use super::node::{Node, Test};
use super::operators::Operator;
use super::text::{exact_word, near_word, phrase, prefix, words};
use super::values::{Value, value};
use super::{Hint, Query, QueryContext, label_form};
use crate::index::fold::fold;
use crate::index::phone::Phone;
use crate::model::RecordId;

/// Deepest parentheses; deeper ones are ignored.
const DEPTH_MAX: u32 = 24;

/// Reads a query.
pub(super) fn parse(text: &str, context: &QueryContext) -> Query {
    let mut hints = Vec::new();
    let mut end = text.len().min(QUERY_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    if end < text.len() {
        hints.push(Hint::TooLong);
    }
    let text = text.get(..end).unwrap_or_default();
    let mut parser = Parser { text, lexemes: lex(text), at: 0, context, hints, sort: None, ignored: Vec::new() };
    let mut all = Vec::new();
    while parser.at < parser.lexemes.len() {
        all.extend(parser.or(0));
        // What stopped the parser is a parenthesis too many.
        parser.at += 1;
    }
    let node = parser.and_of(all).unwrap_or(Node::All);
    Query {
        node,
        zone: context.zone,
        me: context.me.clone(),
        country: context.country.clone(),
        shows_near: false,
        is_read: false,
        together: None,
        sort: parser.sort,
        hints: parser.hints,
        ignored: parser.ignored,
    }
}

struct Parser<'a> {
    text: &'a str,
    lexemes: Vec<Placed>,
    at: usize,
    context: &'a QueryContext,
    hints: Vec<Hint>,
    sort: Option<super::Sort>,
    ignored: Vec<String>,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&Lexeme> {
        self.lexemes.get(self.at).map(|placed| &placed.lexeme)
    }

    fn slice(&self, bytes: &std::ops::Range<usize>) -> &'a str {
        self.text.get(bytes.clone()).unwrap_or_default()
    }

    fn or(&mut self, depth: u32) -> Option<Node> {
        let mut sides = Vec::new();
        loop {
            let items = self.and(depth);
            sides.extend(self.and_of(items));
            if self.peek() != Some(&Lexeme::Or) {
                break;
            }
            self.at += 1;
        }
        if sides.len() > 1 { Some(Node::Or(sides)) } else { sides.pop() }
    }

    fn and(&mut self, depth: u32) -> Vec<Node> {
        let mut items = Vec::new();
        while let Some(lexeme) = self.peek() {
            match lexeme {
                Lexeme::Or | Lexeme::Close => break,
                Lexeme::And => self.at += 1,
                Lexeme::Not => {
                    self.at += 1;
                    let negated = self.primary(depth, false);
                    items.extend(self.and_of(negated).map(|node| Node::Not(Box::new(node))));
                }
                _ => items.extend(self.primary(depth, true)),
            }
        }
        items
    }

    /// What the next lexeme begins; with `run`, all plain words that follow it.
    fn primary(&mut self, depth: u32, run: bool) -> Vec<Node> {
        let Some(lexeme) = self.peek().cloned() else { return Vec::new() };
        self.at += 1;
        match lexeme {
            Lexeme::Open if depth < DEPTH_MAX => {
                let inner = self.or(depth + 1);
                match self.peek() {
                    Some(Lexeme::Close) => self.at += 1,
                    _ => self.hint_once(Hint::UnbalancedParenthesis),
                }
                // (de:fatou OU de:awa) de:ali: what stands in parentheses holds beside the rest, and is not widened by it.
                let grouped = |node| if matches!(node, Node::Or(_)) { Node::And(vec![node]) } else { node };
                inner.into_iter().map(grouped).collect()
            }
            Lexeme::Phrase { inner, closed } => {
                if !closed {
                    self.hints.push(Hint::UnbalancedQuote);
                }
                phrase(self.slice(&inner), self.context).into_iter().collect()
            }
            Lexeme::Filter(operator) => self.filter(operator, depth),
            Lexeme::Word(bytes) => self.word(bytes, run),
            // A second `-`, or a parenthesis too deep: nothing by itself.
            Lexeme::Not => self.primary(depth, run),
            Lexeme::Open | Lexeme::Close | Lexeme::Or | Lexeme::And => Vec::new(),
        }
    }

    fn word(&mut self, bytes: std::ops::Range<usize>, run: bool) -> Vec<Node> {
        let word = self.slice(&bytes);
        if let Some(node) = special(word, self.context) {
            return vec![node];
        }
        self.hint_operator(word);
        let mut end = bytes.end;
        let first = self.at - 1;
        while run && let Some(Lexeme::Word(next)) = self.peek().cloned() {
            if is_special(self.slice(&next)) {
                break;
            }
            self.hint_operator(self.slice(&next));
            end = next.end;
            self.at += 1;
        }
        self.hint_dates(first, self.at);
        words(self.slice(&(bytes.start..end)), self.context)
    }

    /// However deep the parentheses, that they are not closed is told once.
    fn hint_once(&mut self, hint: Hint) {
        if !self.hints.contains(&hint) {
            self.hints.push(hint);
        }
    }

    /// `heure:15` is text, and that is told; addresses and times are not mistaken for filters. So is `de:` with nothing
    /// after it.
    fn hint_operator(&mut self, word: &str) {
        let Some((name, rest)) = word.split_once([':', '：']) else { return };
        if rest.is_empty() && Operator::from_name(&fold(name)).is_some() {
            self.hints.push(Hint::NoValue(name.to_owned()));
            return;
        }
        let is_name = name.chars().count() >= 3 && name.chars().all(char::is_alphabetic);
        if is_name && !rest.is_empty() && !rest.starts_with("//") && rest.starts_with(char::is_alphanumeric) {
            self.hints.push(Hint::UnknownOperator(name.to_owned()));
        }
    }

    /// `mars 2024` stays text; that it may be a date is told.
    fn hint_dates(&mut self, first: usize, end: usize) {
        let span = |from: usize, to: usize| -> Option<&'a str> {
            let (from, to) = (self.lexemes.get(from.max(first))?, self.lexemes.get(to.min(end).checked_sub(1)?)?);
            match (&from.lexeme, &to.lexeme) {
                (Lexeme::Word(from), Lexeme::Word(to)) => self.text.get(from.start..to.end),
                _ => None,
            }
        };
        let mut found = Vec::new();
        for at in first..end {
            if !span(at, at + 1).is_some_and(super::date_words::is_month_name) {
                continue;
            }
            let spans = [(at.saturating_sub(1), at + 2), (at, at + 2), (at.saturating_sub(1), at + 1), (at, at + 1)];
            let mut read = spans.into_iter().filter_map(|(from, to)| span(from, to));
            found.extend(read.find_map(|text| Some((text, period(text, self.context)?))));
        }
        self.hints.extend(found.into_iter().map(|(text, period)| Hint::MaybeDate { text: text.to_owned(), period }));
    }

    /// A filter whose name and colon were just taken. One without a value is text, by its name as typed, and that is told.
    fn filter(&mut self, operator: Operator, depth: u32) -> Vec<Node> {
        let own = self.lexemes.get(self.at.saturating_sub(1)).map_or(0, |placed| placed.start);
        self.valued(operator, depth).unwrap_or_else(|| {
            let name =
                self.text.get(own..).unwrap_or_default().split([':', '：']).next().unwrap_or_default().trim_end();
            self.hints.push(Hint::NoValue(name.to_owned()));
            words(name, self.context)
        })
    }

    /// A filter with the value that comes next; nothing when none does.
    fn valued(&mut self, operator: Operator, depth: u32) -> Option<Vec<Node>> {
        match self.peek().cloned()? {
            Lexeme::Word(_) if operator.is_date() => self.date(operator),
            Lexeme::Word(_) => self.worded(operator),
            Lexeme::Phrase { inner, closed } => {
                self.at += 1;
                if !closed {
                    self.hints.push(Hint::UnbalancedQuote);
                }
                match self.slice(&inner) {
                    "" => None,
                    text if operator.is_date() => Some(self.dated(operator, text)),
                    text => self.values(operator, text),
                }
            }
            Lexeme::Open if depth < DEPTH_MAX && !operator.is_date() => {
                self.at += 1;
                self.group(operator)
            }
            _ => None,
        }
    }

    /// `de:(fatou OU awa)`.
    fn group(&mut self, operator: Operator) -> Option<Vec<Node>> {
        let mut any: Option<Vec<Node>> = None;
        loop {
            let Some(lexeme) = self.peek().cloned() else {
                self.hint_once(Hint::UnbalancedParenthesis);
                break;
            };
            let found = match lexeme {
                Lexeme::Word(_) => self.worded(operator),
                lexeme => {
                    self.at += 1;
                    match lexeme {
                        Lexeme::Close => break,
                        Lexeme::Phrase { inner, .. } => self.values(operator, self.slice(&inner)),
                        _ => None,
                    }
                }
            };
            if let Some(found) = found {
                any.get_or_insert_default().extend(found);
            }
        }
        any.map(|any| if any.len() > 1 { vec![Node::Or(any)] } else { any })
    }

    /// A value without quotes: one word, or the longest run of words that reads as a number.
    fn worded(&mut self, operator: Operator) -> Option<Vec<Node>> {
        if operator.is_number() {
            return self.number(operator);
        }
        let is_read = |text: &str| operator.may_be_phone() && Phone::of(text.trim_end_matches(',')).is_some();
        let text = self.longest_run(AMOUNT_WORDS_MAX, &is_read)?;
        self.values(operator, text)
    }

    /// One value, or several with commas between them; nothing when there is none but commas.
    fn values(&mut self, operator: Operator, text: &str) -> Option<Vec<Node>> {
        if text.split(',').all(|part| part.trim().is_empty()) {
            return None;
        }
        let mut any = Vec::new();
        for part in text.split(',').filter(|part| !part.trim().is_empty()) {
            if let Some(records) = self.said(operator, part) {
                let test = Test::Records(records);
                any.push(Node::Filter { operator, value: part.to_owned(), test });
                continue;
            }
            match value(operator, part) {
                Value::Test(test) => any.push(Node::Filter { operator, value: part.to_owned(), test }),
                Value::Sort(sort) => self.sort = Some(sort),
                Value::Unknown => {
                    self.hints.push(Hint::UnknownValue { operator, value: part.to_owned() });
                    any.extend(words(part, self.context));
                }
            }
        }
        Some(if any.len() > 1 { vec![Node::Or(any)] } else { any })
    }

    /// Records of which the owner said so: `label:urgent`, `label:urg*`, `label:*`, `has:label`, `has:note`.
    fn said(&mut self, operator: Operator, text: &str) -> Option<Arc<[RecordId]>> {
        let said = Arc::clone(&self.context.said);
        let all = |wanted: &dyn Fn(&str) -> bool| {
            let labels = said.labels.iter().filter(|(label, _)| wanted(label));
            labels.flat_map(|(_, records)| records.iter().copied()).collect::<Vec<_>>()
        };
        let mut records = match (operator, fold(text).as_str()) {
            (Operator::Label, _) if text.trim().ends_with('*') => {
                let beginning = fold(text);
                all(&|label| label.starts_with(&beginning))
            }
            (Operator::Label, _) => {
                let form = label_form(text);
                all(&|label| label == form)
            }
            (Operator::Has, "label" | "labels" | "etiquette" | "etiquettes") => all(&|_| true),
            (Operator::Has, "note" | "notes") => said.noted.clone(),
            _ => return None,
        };
        if records.is_empty() && operator == Operator::Label {
            self.hints.push(Hint::NoSuchLabel(text.trim().to_owned()));
        }
        records.sort_unstable();
        records.dedup();
        Some(records.into())
    }

    /// A date takes the longest run of words that reads as one.
    fn date(&mut self, operator: Operator) -> Option<Vec<Node>> {
        let context = self.context;
        let text = self.longest_run(DATE_WORDS_MAX, &|text| period(text, context).is_some())?;
        Some(self.dated(operator, text))
    }

    /// A sum of money or a phone number takes the longest run of words that reads as one; a comma is its decimal point.
    fn number(&mut self, operator: Operator) -> Option<Vec<Node>> {
        let is_read = |text: &str| matches!(value(operator, text), Value::Test(_));
        let text = self.longest_run(AMOUNT_WORDS_MAX, &is_read)?;
        match value(operator, text) {
            Value::Test(test) => Some(vec![Node::Filter { operator, value: text.to_owned(), test }]),
            _ => self.values(operator, text),
        }
    }

    /// Takes the longest run of words that is read so, else one word.
    fn longest_run(&mut self, most: usize, is_read: &dyn Fn(&str) -> bool) -> Option<&'a str> {
        let ends: Vec<(usize, usize)> = self
            .lexemes
            .iter()
            .skip(self.at)
            .take(most)
            .map_while(|placed| match &placed.lexeme {
                Lexeme::Word(bytes) => Some((bytes.start, bytes.end)),
                _ => None,
            })
            .collect();
        let (start, first_end) = *ends.first()?;
        let read = ends.iter().enumerate().rev().find(|(_, (_, end))| is_read(self.slice(&(start..*end))));
        let (count, end) = read.map_or((1, first_end), |(at, (_, end))| (at + 1, *end));
        self.at += count;
        Some(self.slice(&(start..end)))
    }

    fn dated(&mut self, operator: Operator, text: &str) -> Vec<Node> {
        let Some(Period { start, end, ambiguous }) = period(text, self.context) else {
            self.hints.push(Hint::UnreadableDate { operator, text: text.to_owned() });
            return words(text, self.context);
        };
        if ambiguous {
            self.hints.push(Hint::AmbiguousDate { text: text.to_owned(), read_as: start.date() });
        }
        let test = match operator {
            Operator::Before => Test::Time { start: None, end: Some(start) },
            Operator::Until => Test::Time { start: None, end: Some(end) },
            Operator::After => Test::Time { start: Some(start), end: None },
            _ => Test::Time { start: Some(start), end: Some(end) },
        };
        vec![Node::Filter { operator, value: text.to_owned(), test }]
    }

    /// All of them, with filters of one name widened and stop words left out beside other words.
    fn and_of(&mut self, items: Vec<Node>) -> Option<Node> {
        let means = |node: &Node| match node {
            Node::Word(word) => !word.is_frequent,
            Node::Phrase(_) | Node::Prefix { .. } | Node::Named { .. } => true,
            _ => false,
        };
        let drop_stop_words = items.iter().any(means);
        let mut all: Vec<Node> = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Node::Word(word) if drop_stop_words && word.is_frequent => self.ignored.push(word.text),
                Node::All => {}
                Node::Filter { operator, .. } if operator.widens() => widen(&mut all, operator, item),
                item => all.push(item),
            }
        }
        if all.len() > 1 { Some(Node::And(all)) } else { all.pop() }
    }
}

/// Adds a filter to the one of the same name, as another possibility.
fn widen(all: &mut Vec<Node>, operator: Operator, filter: Node) {
    let same = |node: &Node| matches!(node, Node::Filter { operator: known, .. } if *known == operator);
    for node in all.iter_mut() {
        if let Node::Or(any) = node
            && any.iter().all(same)
        {
            any.push(filter);
            return;
        }
        if same(node) {
            let first = std::mem::replace(node, Node::All);
            *node = Node::Or(vec![first, filter]);
            return;
        }
    }
    all.push(filter);
}

/// Words with a sign: `*`, `début*`, `=côté`, `~jerejef`.
fn is_special(word: &str) -> bool {
    word.ends_with('*') || word.starts_with(['=', '~'])
}

fn special(word: &str, context: &QueryContext) -> Option<Node> {
    if word == "*" {
        return Some(Node::All);
    }
    if let Some(start) = word.strip_suffix('*') {
        return prefix(start.trim_end_matches('*'));
    }
    if let Some(spelling) = word.strip_prefix('=') {
        return exact_word(spelling, context);
    }
    near_word(word.strip_prefix('~')?, context)
}
