//! Values of filters.

use super::Sort;
use super::amounts::sums;
use super::node::{Name, PhoneTest, Test, Who};
use super::operators::{Operator, class_test};
use crate::index::fold::fold;
use crate::index::phone::{ENDING_DIGITS_MIN, Phone};
use crate::index::shape::Form;
use crate::index::words::Analysis;

/// What a filter's value says.
pub(super) enum Value {
    /// A test of records.
    Test(Test),
    /// An order of results.
    Sort(Sort),
    /// Nothing known.
    Unknown,
}

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
        Operator::Has if is_price(&fold(text)) => Value::Test(Test::AnyAmount),
        Operator::Has if is_phone(&fold(text)) => Value::Test(Test::AnyPhone),
        Operator::Platform | Operator::Type | Operator::Has | Operator::Is => {
            class_test(operator, &fold(text)).map_or(Value::Unknown, |test| Value::Test(Test::Class(test)))
        }
        Operator::Sort => sort(&fold(text)).map_or(Value::Unknown, Value::Sort),
        Operator::Amount => sums(text).map_or(Value::Unknown, |sums| Value::Test(Test::Amount(sums))),
        Operator::Phone => phone(text).map_or(Value::Unknown, |phone| Value::Test(Test::Phone(phone))),
        Operator::Label | Operator::Before | Operator::Until | Operator::After | Operator::On => Value::Unknown,
    }
}

fn is_price(value: &str) -> bool {
    matches!(value, "price" | "prix" | "amount" | "montant")
}

fn is_phone(value: &str) -> bool {
    matches!(value, "phone" | "tel" | "telephone" | "numero")
}

/// A phone number, or at least four digits that one ends in.
fn phone(text: &str) -> Option<PhoneTest> {
    if let Some(phone) = Phone::of(text) {
        return Some(PhoneTest::Number(phone));
    }
    let is_written_so = |letter: char| letter.is_ascii_digit() || " .-/()+\u{a0}\u{202f}".contains(letter);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (digits.len() >= ENDING_DIGITS_MIN && text.chars().all(is_written_so)).then_some(PhoneTest::Ending(digits))
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
            Form::Phone => words.push(Phone::from_term(&term).map(|phone| phone.digits).into_iter().collect()),
            Form::Stem | Form::Tag | Form::Inner | Form::MaybePhone | Form::Sum | Form::Hour => {}
        }
    }
    let digits: String = bare.chars().filter(char::is_ascii_digit).collect();
    let is_number = digits.len() >= ENDING_DIGITS_MIN && !bare.chars().any(char::is_alphabetic);
    Name {
        words,
        is_prefix: bare.len() < text.len(),
        whole: fold(bare),
        typed: text.to_owned(),
        digits: is_number.then_some(digits),
    }
}
