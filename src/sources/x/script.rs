//! A script: `window.YTD.NAME.partN = [ … ]`.

use std::cell::RefCell;

use serde::de::{Deserializer as _, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The elements of a script, and what ended them early. A script without `=` is a list alone.
pub fn elements(text: &str) -> (Vec<&RawValue>, Option<serde_json::Error>) {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let list = if start.starts_with('[') { start } else { start.split_once('=').map_or("", |(_, list)| list) };
    let found = RefCell::new(Vec::new());
    let mut reader = serde_json::Deserializer::from_str(list);
    let ended = reader.deserialize_seq(Elements(&found)).err();
    (found.into_inner(), ended)
}

/// Keeps every whole element, also when the list ends early.
struct Elements<'a, 'de>(&'a RefCell<Vec<&'de RawValue>>);

impl<'de> Visitor<'de> for Elements<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(element) = list.next_element::<&'de RawValue>()? {
            self.0.borrow_mut().push(element);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, count: usize, whole: bool) {
        let (found, ended) = elements(text);
        assert_eq!((found.len(), ended.is_none()), (count, whole), "{text}");
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
}
