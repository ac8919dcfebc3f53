//! Values of filters.

use super::Sort;
use super::node::{Name, Test, Who};
use super::operators::{Operator, class_test};
use crate::index::fold::fold;
use crate::index::shape::Form;
use crate::index::words::Analysis;

/// What a filter's value says.
pub(super) enum Value {
    /// A test of records.
    Test(Test),
    /// An order of results.
    Sort(Sort),
    /// Words to search.
    Text,
    /// Nothing known.
    Unknown,
}

/// Fewest digits that are compared with phone numbers.
const PHONE_DIGITS_MIN: usize = 4;

/// Reads the value of a filter that is no date.
pub(super) fn value(operator: Operator, text: &str) -> Value {
    match operator {
        Operator::From => Value::Test(Test::From(who(text))),
        Operator::To => Value::Test(Test::To(who(text))),
        Operator::With => Value::Test(Test::With(who(text))),
        Operator::In => Value::Test(Test::In(name(text))),
        Operator::Account => Value::Test(Test::Account(name(text))),
        Operator::File => Value::Test(Test::File(text.trim().to_lowercase())),
        Operator::Source => Value::Test(Test::Source(text.trim().to_lowercase())),
        Operator::Platform | Operator::Type | Operator::Has | Operator::Is => {
            class_test(operator, &fold(text)).map_or(Value::Unknown, |test| Value::Test(Test::Class(test)))
        }
        Operator::Sort => sort(&fold(text)).map_or(Value::Unknown, Value::Sort),
        Operator::Amount | Operator::Phone => Value::Text,
        Operator::Label | Operator::Before | Operator::Until | Operator::After | Operator::On => Value::Unknown,
    }
}

fn sort(name: &str) -> Option<Sort> {
    Some(match name {
        "date" | "newest" | "recent" | "recents" => Sort::Newest,
        "oldest" | "ancien" | "anciens" => Sort::Oldest,
        "relevance" | "pertinence" => Sort::Relevance,
        _ => return None,
    })
}

fn who(text: &str) -> Who {
    match fold(text).as_str() {
        "me" | "moi" => Who::Me,
        _ => Who::Named(name(text)),
    }
}

/// The words of a name.
pub(super) fn name(text: &str) -> Name {
    let bare = text.trim_end_matches('*');
    let analysis = Analysis::of(bare.trim_start_matches('@'));
    let mut words: Vec<Vec<String>> = Vec::new();
    let mut place = None;
    for token in &analysis.tokens {
        let term = analysis.term(token).to_owned();
        match token.form {
            Form::Word | Form::Variant if place == Some(token.place) => {
                words.last_mut().into_iter().for_each(|spellings| spellings.push(term.clone()));
            }
            Form::Word | Form::Variant => {
                words.push(vec![term]);
                place = Some(token.place);
            }
            Form::Stem | Form::Tag => {}
        }
    }
    let digits: String = bare.chars().filter(char::is_ascii_digit).collect();
    let is_number = digits.len() >= PHONE_DIGITS_MIN && !bare.chars().any(char::is_alphabetic);
    Name {
        words,
        is_prefix: bare.len() < text.len(),
        whole: fold(bare),
        typed: text.to_owned(),
        digits: is_number.then_some(digits),
    }
}
