//! What the values under keys of an unknown language are, by their shape: the text, the person, the address book's lines.
//!
//! Keys follow the account's language, and no table of them is whole. A value is never chosen against a key that is known.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Facts, Pair};
use super::labels::{is_username, label_of};
use crate::sources::meta::{is_date, is_words};

/// The pair with the one text of a record: the only value under a key of unknown meaning, else the first that is words.
#[must_use]
pub fn only_text(facts: &Facts) -> Option<usize> {
    let unknown = || unknown(facts).filter(|(_, pair)| !is_date(&pair.value));
    let mut all = unknown();
    match (all.next(), all.next()) {
        (Some((at, _)), None) => Some(at),
        _ => unknown().find(|(_, pair)| is_said(&pair.value)).map(|(at, _)| at),
    }
}

/// The pair with the caption of a post among facts about it: the only one of several words, else the only one of
/// words. What a record says more than once, like yes and no in any language, is no caption.
#[must_use]
pub fn caption(facts: &Facts) -> Option<usize> {
    let (mut labels, mut values) = (BTreeMap::<&str, usize>::new(), BTreeMap::<&str, usize>::new());
    for pair in &facts.pairs {
        *labels.entry(&pair.label).or_default() += 1;
        *values.entry(&pair.value).or_default() += 1;
    }
    let once = |count: Option<&usize>| count == Some(&1);
    let words: Vec<(usize, &Pair)> = unknown(facts)
        .filter(|(_, pair)| is_said(&pair.value) && once(labels.get(&*pair.label)) && once(values.get(&*pair.value)))
        .collect();
    let mut several = words.iter().filter(|(_, pair)| pair.value.contains(char::is_whitespace));
    match (several.next(), several.next(), words.as_slice()) {
        (Some((at, _)), None, _) | (None, _, [(at, _)]) => Some(*at),
        _ => None,
    }
}

/// The pair with the user name of whom a record concerns: in the first group of groups whose keys all differ, the last value that has the
/// shape of one (the display name stands before it). A group that repeats one key is a list of topics.
#[must_use]
pub fn nested_username(facts: &Facts) -> Option<usize> {
    let deep = || facts.pairs.iter().enumerate().filter(|(_, pair)| pair.depth >= 2);
    let group = deep().map(|(_, pair)| pair.group.as_str()).find(|group| {
        let labels = || deep().map(|(_, pair)| pair).filter(|pair| pair.group == *group).map(|pair| &pair.label);
        labels().count() == labels().collect::<BTreeSet<_>>().len()
    })?;
    let mut found = deep().filter(|(_, pair)| pair.group == group && is_unknown(pair) && is_username(&pair.value));
    found.next_back().map(|(at, _)| at)
}

/// The pair with the user name of an account in a list: the last value that has the shape of one.
#[must_use]
pub fn username(facts: &Facts) -> Option<usize> {
    unknown(facts).filter(|(_, pair)| is_username(&pair.value)).last().map(|(at, _)| at)
}

/// The pair with a number or a mail address.
#[must_use]
pub fn contact(facts: &Facts) -> Option<usize> {
    unknown(facts).find(|(_, pair)| is_mail(&pair.value) || is_phone(&pair.value)).map(|(at, _)| at)
}

/// Values of several words that a record says once.
pub fn sentences(facts: &Facts) -> Vec<String> {
    let words = unknown(facts).map(|(_, pair)| &pair.value).filter(|value| is_said(value));
    words.filter(|value| value.contains(char::is_whitespace)).cloned().collect()
}

/// The first pair whose value is words.
#[must_use]
pub fn words(facts: &Facts) -> Option<usize> {
    unknown(facts).find(|(_, pair)| is_said(&pair.value)).map(|(at, _)| at)
}

fn unknown(facts: &Facts) -> impl Iterator<Item = (usize, &Pair)> {
    facts.pairs.iter().enumerate().filter(|(_, pair)| pair.depth == 0 && is_unknown(pair))
}

fn is_unknown(pair: &Pair) -> bool {
    !pair.label.is_empty() && !pair.value.is_empty() && pair.value != pair.href && label_of(&pair.label).is_none()
}

/// Words that are no mail address either.
fn is_said(value: &str) -> bool {
    is_words(value) && !is_mail(value)
}

fn is_mail(value: &str) -> bool {
    let parts = value.split_once('@');
    parts.is_some_and(|(user, host)| !user.is_empty() && host.contains('.')) && !value.contains(char::is_whitespace)
}

fn is_phone(value: &str) -> bool {
    value.chars().filter(|c| c.is_numeric()).count() >= 6
        && value.chars().all(|c| c.is_numeric() || matches!(c, '+' | ' ' | '-' | '.' | '(' | ')' | '\u{a0}'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn facts(value: Value) -> Facts {
        Facts::of(value).unwrap().remove(0)
    }

    fn value(facts: &Facts, at: Option<usize>) -> Option<&str> {
        at.map(|at| facts.pairs[at].value.as_str())
    }

    #[test]
    fn the_text_is_found_under_any_key() {
        let search = facts(json!({"string_map_data": {
            "بحث": {"value": "قماش"}, "الوقت": {"value": "", "timestamp": 7}}}));
        assert_eq!(value(&search, only_text(&search)), Some("قماش"));
        let number = facts(json!({"string_map_data": {"בחיפוש": {"value": "+221 77 000 00 00"}}}));
        assert_eq!(value(&number, only_text(&number)), Some("+221 77 000 00 00"));
        let dated = facts(json!({"label_values": [
            {"label": "시간", "value": "7월 27, 2026 10:48:07오후"}, {"label": "검색어", "value": "robe wax"}]}));
        assert_eq!(value(&dated, only_text(&dated)), Some("robe wax"));
    }

    #[test]
    fn a_caption_is_told_from_facts_about_a_post() {
        let post = facts(json!({"label_values": [
            {"label": "التسمية التوضيحية", "value": "Robe wax 15 000"}, {"label": "أ", "value": "خطأ"},
            {"label": "ب", "value": "خطأ"}, {"label": "ج", "value": "صحيح"}]}));
        assert_eq!(value(&post, caption(&post)), Some("Robe wax 15 000"));
        let none = facts(json!({"label_values": [{"label": "أ", "value": "خطأ"}, {"label": "ب", "value": "خطأ"}]}));
        assert_eq!(caption(&none), None);
        let unclear =
            facts(json!({"label_values": [{"label": "أ", "value": "un mot"}, {"label": "ب", "value": "et un"}]}));
        assert_eq!(caption(&unclear), None);
    }

    #[test]
    fn the_owner_is_told_from_topics() {
        let topics = json!({"title": "علامات", "dict": [
            {"dict": [{"label": "الاسم كله", "value": "brot"}]}, {"dict": [{"label": "الاسم كله", "value": "ofen"}]}]});
        let owner = json!({"title": "المالك", "dict": [{"dict": [
            {"label": "الاسم كله", "value": "Awa"}, {"label": "المستخدم", "value": "awa.boutique"}]}]});
        let liked = facts(json!({"label_values": [topics, owner]}));
        assert_eq!(value(&liked, nested_username(&liked)), Some("awa.boutique"));
        let only_topics = facts(json!({"label_values": [topics]}));
        assert_eq!(nested_username(&only_topics), None);
    }
}
