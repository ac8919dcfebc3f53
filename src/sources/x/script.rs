//! A script: `window.YTD.NAME.partN = [ … ]`.

use serde::de::Error as _;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::sources::salvage::{is_json, mend};

/// How scripts begin, since 2018 and before.
const SIGNS: [&str; 2] = ["window.YTD.", "Grailbird."];
/// Stands for an element that is no JSON: no element of a script is a number.
const STAND_IN: &str = "0";
/// The items of the list hold lists of elements.
const CONVERSATIONS: &[&[&str]] = &[&[]];

/// The elements of a script, `None` where one is no JSON, and what is wrong with the script. Elements around what is broken are
/// told, and messages of conversations that are broken themselves. Somebody may have put several scripts into one file: all
/// lists are read. A script without `=` is a list alone.
pub fn elements(text: &str, are_conversations: bool) -> (Vec<Option<Value>>, Option<serde_json::Error>) {
    let mut rest = text.trim_start_matches(is_blank);
    let mut found = Vec::new();
    let mut wrong = None;
    loop {
        let list = if rest.starts_with('[') { rest } else { rest.split_once('=').map_or("", |(_, list)| list) };
        let mut lists = serde_json::Deserializer::from_str(list).into_iter::<Vec<&RawValue>>();
        match lists.next() {
            Some(Ok(values)) => found.extend(values.into_iter().map(|raw| serde_json::from_str(raw.get()).ok())),
            Some(Err(error)) => {
                found.extend(mended(list, are_conversations));
                return (found, wrong.or(Some(error)));
            }
            None => return (found, wrong.or_else(|| Some(serde_json::Error::custom("no list")))),
        }
        rest = list
            .get(lists.byte_offset()..)
            .unwrap_or_default()
            .trim_start_matches(|sign| sign == ';' || is_blank(sign));
        if rest.is_empty() {
            return (found, wrong);
        }
        if !SIGNS.iter().any(|sign| rest.starts_with(sign)) {
            wrong.get_or_insert_with(|| serde_json::Error::custom("something follows the list"));
            // A list may yet come, or nothing.
            let Some(next) = SIGNS.iter().filter_map(|sign| rest.find(sign)).min() else { return (found, wrong) };
            rest = rest.get(next..).unwrap_or_default();
        }
    }
}

/// The elements of a broken list.
fn mended(list: &str, are_conversations: bool) -> Vec<Option<Value>> {
    let branches = if are_conversations { CONVERSATIONS } else { &[] };
    let sound = mend(list, STAND_IN, branches, &is_json).unwrap_or_default();
    let values: Vec<Value> = serde_json::from_str(&sound).unwrap_or_default();
    values.into_iter().map(|value| Some(value).filter(|value| !value.is_number())).collect()
}

fn is_blank(sign: char) -> bool {
    sign == '\u{feff}' || sign.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, count: usize, whole: bool) -> Vec<Option<Value>> {
        let (found, wrong) = elements(text, text.contains("dmConversation"));
        assert_eq!((found.len(), wrong.is_none()), (count, whole), "{text}");
        found
    }

    #[test]
    fn scripts_give_their_elements() {
        check("window.YTD.tweets.part0 = [ {\"a\": 1}, {\"b\": \"= [\"} ];\n", 2, true);
        check("\u{feff}window.YTD.like.part0 = []", 0, true);
        check("[ {} ]", 1, true);
        check("window.YTD.tweets.part0 = [ {\"a\": 1}, {\"b\": ", 1, false);
        check("window.YTD.tweets.part0 = {}", 0, false);
        check("", 0, false);
    }

    #[test]
    fn several_scripts_in_one_file_are_all_read() {
        let two =
            "window.YTD.tweets.part0 = [ {\"a\": 1} ];\n\u{feff}window.YTD.tweets.part1 = [ {\"b\": 2}, {\"c\": 3} ]\n";
        check(two, 3, true);
        check("window.YTD.a.part0 = [ {} ] alert(1); window.YTD.a.part1 = [ {} ]", 2, false);
        check("window.YTD.a.part0 = [ {} ] // and so on", 1, false);
        check("window.YTD.a.part0 = [ {} ];\nwindow.YTD.a.part1 = ", 1, false);
    }

    #[test]
    fn elements_around_what_is_broken_are_told() {
        let found = check("window.YTD.tweets.part0 = [ {\"a\": 1}, {\"b\": \\x}, {\"c\": 3} ]", 3, false);
        assert!(found[0].is_some() && found[1].is_none() && found[2].is_some());
        let cut =
            r#"window.YTD.dm.part0 = [ {"dmConversation":{"conversationId":"1-2","messages":[{"m":1},{"m":2},{"m"#;
        let found = check(cut, 1, false);
        let messages = found[0].as_ref().and_then(|entry| entry.pointer("/dmConversation/messages")?.as_array());
        assert_eq!(messages.map(Vec::len), Some(2));
    }
}
