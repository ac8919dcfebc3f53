//! One JSON file of a download, element by element: text repaired, one bad element kept apart from the others, and the
//! complete elements of a file that ends early still read.
//!
//! The file's text is held once; elements are cut from it one after the other, never as one tree of the whole file.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::text::{repair, repair_escapes};
use crate::bundle::Bundle;
use crate::sources::opened::{bytes_of, into_text};
use crate::sources::salvage::{is_json, mend};
use crate::sources::{ProblemKind, Stop, detail, json_detail};

/// Keys that show that an object is an element and no wrapper around a list of them.
const ELEMENT_KEYS: [&str; 11] = [
    "timestamp",
    "label_values",
    "attachments",
    "data",
    "fbid",
    "uri",
    "creation_timestamp",
    "start_timestamp",
    "created_timestamp",
    "string_map_data",
    "string_list_data",
];

/// How a section's file holds its elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A list: bare, or under a known key, or in lists one level below that key (then the element is told its list's
    /// name). A single element may stand there without its list.
    List,
    /// One element: the whole object, or what stands under a known key.
    One,
    /// An object under a known key whose every entry is an element, told its key.
    Entries,
}

/// The text of a file, ready to be walked.
pub struct Document {
    text: String,
    /// Strings still need [`repair`]: damage may stand there as characters, because none stood there as escapes.
    unescaped: bool,
    /// The bytes were not UTF-8; what could not be read shows as U+FFFD.
    pub not_utf8: bool,
}

/// How a walk ended.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// Elements handed over.
    pub elements: u64,
    /// The top of the file is none of the known shapes; nothing was handed over.
    pub unknown: bool,
    /// Fields beside the elements that nobody reads.
    pub leftover: usize,
    /// What ended the walk early, with line and column.
    pub broken: Option<(ProblemKind, String)>,
}

/// One element: the name of the list or entry it stood under (empty for none), and its JSON.
pub type Each<'a> = &'a mut dyn FnMut(&str, &str) -> Result<(), Stop>;

impl Document {
    /// Reads a file of a bundle whole.
    ///
    /// # Errors
    /// The problem that stands for the whole file.
    pub fn read(bundle: &Bundle, file: usize) -> Result<Self, (ProblemKind, String)> {
        bytes_of(bundle, file).map(|bytes| Self::new(&bytes))
    }

    /// Reads a file whose text is right as it stands, such as the end-to-end encrypted download's.
    ///
    /// # Errors
    /// The problem that stands for the whole file.
    pub fn read_sound(bundle: &Bundle, file: usize) -> Result<Self, (ProblemKind, String)> {
        let bytes = bytes_of(bundle, file)?;
        let (text, not_utf8) = into_text(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes).to_vec());
        Ok(Self { text, unescaped: false, not_utf8 })
    }

    /// Takes the bytes of a file: cuts a byte order mark and repairs escaped damage.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        let plain = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let repaired = repair_escapes(plain);
        // A repaired run is always shorter than its escapes.
        let unescaped = repaired.len() == plain.len();
        let (text, not_utf8) = match repaired {
            Cow::Borrowed(bytes) => into_text(bytes.to_vec()),
            Cow::Owned(bytes) => into_text(bytes),
        };
        Self { text, unescaped, not_utf8 }
    }

    /// The JSON, for sections that parse it themselves.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same with halves of surrogate pairs, which JSON parsers refuse, replaced by U+FFFD; `None` when there are
    /// none.
    #[must_use]
    pub fn mended(&self) -> Option<Self> {
        let text = without_lone_surrogates(&self.text);
        (text != self.text).then_some(Self { text, ..*self })
    }

    /// Likewise what can be read of broken JSON: closed after its last complete element where it ends early, with 0 for
    /// every element that `is_sound` refuses.
    #[must_use]
    pub fn salvaged(&self, is_sound: &dyn Fn(&str) -> bool) -> Option<Self> {
        Some(Self { text: mend(&self.text, "0", &[], is_sound)?, ..*self })
    }

    /// Repairs a text of this file that was parsed elsewhere, if it can still be damaged.
    #[must_use]
    pub fn repaired(&self, text: Cow<'_, str>) -> String {
        if self.unescaped && !text.is_ascii() { repair(&text).into_owned() } else { text.into_owned() }
    }

    /// Likewise for every text of a value.
    #[must_use]
    pub fn repaired_value(&self, mut value: Value) -> Value {
        if self.unescaped {
            repair_value(&mut value);
        }
        value
    }

    /// Hands over every element in file order. `keys` are the names under which they may stand, without version
    /// (`friends` also means `friends_v2`).
    ///
    /// # Errors
    /// [`Stop`] when `each` says so.
    pub fn walk(&self, holds: Holds, keys: &[&str], each: Each<'_>) -> Result<Walk, Stop> {
        let mut walker = Walker { holds, keys, each, walk: Walk::default(), known: None, stopped: None };
        let ended = walker.pass(&self.text);
        if let (Err(error), None) = (&ended, &walker.stopped) {
            walker.walk.broken = Some(self.reason(error));
            walker.walk_mended(&self.text);
        }
        match walker.stopped {
            Some(stop) => Err(stop),
            None => Ok(walker.walk),
        }
    }

    /// Parses one element's JSON and repairs its strings. Halves of surrogate pairs, which JSON parsers refuse, become
    /// U+FFFD. `None` when it is still no JSON this program can hold (numbers beyond any range, nesting too deep).
    #[must_use]
    pub fn element(&self, json: &str) -> Option<Value> {
        let mut value =
            serde_json::from_str(json).or_else(|_| serde_json::from_str(&without_lone_surrogates(json))).ok()?;
        if self.unescaped && !json.is_ascii() {
            repair_value(&mut value);
        }
        Some(value)
    }

    fn reason(&self, error: &serde_json::Error) -> (ProblemKind, String) {
        if self.text.trim().is_empty() {
            return (ProblemKind::BadJson, detail("empty-file", &[]));
        }
        let kind = if error.is_eof() { ProblemKind::TruncatedJson } else { ProblemKind::BadJson };
        (kind, json_detail(error))
    }
}

/// Whether `key` is `name` or `name_vN`.
#[must_use]
pub fn is_version_of(key: &str, name: &str) -> bool {
    key.strip_prefix(name).is_some_and(|rest| {
        rest.is_empty()
            || rest
                .strip_prefix("_v")
                .is_some_and(|version| !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// Repairs every string of a value and the keys of its objects.
pub fn repair_value(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(repaired) = repair(text) {
                *text = repaired;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(repair_value),
        Value::Object(map) => {
            map.values_mut().for_each(repair_value);
            if map.keys().any(|key| !key.is_ascii()) {
                *map = std::mem::take(map).into_iter().map(|(key, value)| (repair(&key).into_owned(), value)).collect();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

struct Walker<'a, 'b> {
    holds: Holds,
    keys: &'a [&'a str],
    each: Each<'b>,
    walk: Walk,
    /// In mended JSON: how many of the elements that follow were handed over before it broke.
    known: Option<u64>,
    stopped: Option<Stop>,
}

impl Walker<'_, '_> {
    fn pass(&mut self, text: &str) -> serde_json::Result<()> {
        let mut parser = serde_json::Deserializer::from_str(text);
        Top { walker: self, below: false }.deserialize(&mut parser).and_then(|()| parser.end())
    }

    /// Hands over the elements of broken JSON that stand whole where the parser did not come, or did not look yet.
    /// Only those of lists: what is one element itself is not whole.
    fn walk_mended(&mut self, text: &str) {
        if self.holds != Holds::List {
            return;
        }
        let sound = Cell::new(0_u64);
        // A number beyond any range is JSON, and no element that can be held.
        let mended = mend(text, "1e999", &[], &|item| {
            let is_sound = is_json(item);
            sound.set(sound.get() + u64::from(is_sound));
            is_sound
        });
        if let Some(mended) = mended.filter(|_| sound.get() > self.walk.elements) {
            self.known = Some(self.walk.elements);
            let unknown = self.walk.unknown;
            // Only a stop ends this pass early, and that is remembered.
            drop(self.pass(&mended));
            self.walk.unknown = unknown;
        }
    }

    fn give<E: serde::de::Error>(&mut self, under: &str, json: &str) -> Result<(), E> {
        if let Some(known) = self.known.as_mut().filter(|known| **known > 0) {
            *known -= 1;
            return Ok(());
        }
        self.walk.elements += 1;
        (self.each)(under, json).map_err(|stop| {
            self.stopped = Some(stop);
            E::custom("stopped")
        })
    }

    /// An object in which no known key was found, or that stood under a known key: a single element, lists by name,
    /// or neither.
    fn give_object<E: serde::de::Error>(&mut self, entries: &[(String, &RawValue)], below: bool) -> Result<(), E> {
        let lone_list = |value: &RawValue| value.get().starts_with('[');
        if self.holds == Holds::One || entries.iter().any(|(key, _)| ELEMENT_KEYS.contains(&key.as_str())) {
            // The mended rest of one element is not the element.
            let known = self.known.is_none_or(|known| known > 0);
            return if known { self.give("", &object_of(entries)) } else { Ok(()) };
        }
        if below {
            for (key, value) in entries {
                if lone_list(value) {
                    self.give_inner(key, value)?;
                } else {
                    self.walk.leftover += 1;
                }
            }
            return Ok(());
        }
        // A renamed wrapper: the only key, and it holds a list.
        match entries {
            [] => Ok(()),
            [(_, value)] if lone_list(value) && self.holds == Holds::List => self.give_inner("", value),
            _ => {
                self.walk.unknown = true;
                Ok(())
            }
        }
    }

    fn give_inner<E: serde::de::Error>(&mut self, under: &str, list: &RawValue) -> Result<(), E> {
        let items: Vec<&RawValue> = serde_json::from_str(list.get()).map_err(E::custom)?;
        items.into_iter().try_for_each(|item| self.give(under, item.get()))
    }
}

fn object_of(entries: &[(String, &RawValue)]) -> String {
    let mut json = String::from("{");
    for (key, value) in entries {
        if json.len() > 1 {
            json.push(',');
        }
        json.push_str(&Value::from(key.as_str()).to_string());
        json.push(':');
        json.push_str(value.get());
    }
    json.push('}');
    json
}

/// Visits the top of a file, or what stands under a known key.
struct Top<'w, 'a, 'b> {
    walker: &'w mut Walker<'a, 'b>,
    below: bool,
}

impl Top<'_, '_, '_> {
    /// Neither a list nor an object. Nothing at all under a known key is an empty list.
    fn scalar(self, nothing: bool) {
        match (self.below, nothing) {
            (true, true) => {}
            (true, false) => self.walker.walk.leftover += 1,
            (false, _) => self.walker.walk.unknown = true,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Top<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Top<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let walker = self.walker;
        if self.below && walker.holds == Holds::Entries {
            // An empty object is sometimes written as an empty list; a full one has no names to tell.
            while items.next_element::<IgnoredAny>()?.is_some() {
                walker.walk.leftover += 1;
            }
            return Ok(());
        }
        while let Some(item) = items.next_element::<&RawValue>()? {
            walker.give("", item.get())?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let walker = self.walker;
        let mut entries: Vec<(String, &'de RawValue)> = Vec::new();
        let mut known = false;
        while let Some(key) = map.next_key::<String>()? {
            if self.below {
                let value: &RawValue = map.next_value()?;
                if walker.holds == Holds::Entries {
                    walker.give(&key, value.get())?;
                } else {
                    entries.push((key, value));
                }
            } else if !walker.keys.iter().any(|name| is_version_of(&key, name)) {
                entries.push((key, map.next_value()?));
            } else if walker.holds == Holds::One {
                known = true;
                let value: &RawValue = map.next_value()?;
                walker.give("", value.get())?;
            } else {
                known = true;
                map.next_value_seed(Top { walker: &mut *walker, below: true })?;
            }
        }
        if known {
            walker.walk.leftover += entries.len();
            return Ok(());
        }
        if self.below && walker.holds == Holds::Entries {
            return Ok(());
        }
        walker.give_object(&entries, self.below)
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.scalar(true);
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.scalar(false);
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        self.scalar(false);
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        self.scalar(false);
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.scalar(false);
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        self.scalar(false);
        Ok(())
    }
}

/// Replaces escaped halves of surrogate pairs by U+FFFD.
fn without_lone_surrogates(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some((before, escape)) = rest.find('\\').and_then(|at| rest.split_at_checked(at)) {
        out.push_str(before);
        let unit = unit_of(escape);
        let next = unit.and_then(|_| escape.get(6..)).and_then(unit_of);
        let length = match (unit, next) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                out.push('\u{fffd}');
                rest = escape.get(6..).unwrap_or_default();
                continue;
            }
            (Some(_), _) => 6,
            // Both bytes of a short escape, so that `\\` hides what follows it. The second may begin a longer
            // character in broken JSON; then only the backslash is taken.
            (None, _) => {
                if escape.is_char_boundary(2) {
                    2
                } else {
                    1
                }
            }
        };
        let (kept, tail) = escape.split_at_checked(length.min(escape.len())).unwrap_or((escape, ""));
        out.push_str(kept);
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// The code unit of a `\uXXXX` escape at the start of `json`.
fn unit_of(json: &str) -> Option<u32> {
    let digits = json.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn walk(json: &str, holds: Holds, keys: &[&str]) -> (Vec<(String, Option<Value>)>, Walk) {
        let document = Document::new(json.as_bytes());
        let mut seen = Vec::new();
        let walk = document
            .walk(holds, keys, &mut |under, element| {
                seen.push((under.to_owned(), document.element(element)));
                Ok(())
            })
            .unwrap();
        (seen, walk)
    }

    fn elements(json: &str, holds: Holds) -> Vec<(String, Option<Value>)> {
        let (seen, walk) = walk(json, holds, &["things"]);
        assert!(!walk.unknown && walk.broken.is_none(), "{walk:?}");
        seen
    }

    fn one(under: &str, value: Value) -> Vec<(String, Option<Value>)> {
        vec![(under.to_owned(), Some(value))]
    }

    #[test]
    fn lists_are_found_wherever_they_stand() {
        assert_eq!(elements(r#"[{"a":1}]"#, Holds::List), one("", json!({"a": 1})));
        assert_eq!(elements(r#"{"things_v2":[{"a":1}]}"#, Holds::List), one("", json!({"a": 1})));
        assert_eq!(elements(r#"{"things":{"joined":[{"a":1}]}}"#, Holds::List), one("joined", json!({"a": 1})));
        assert_eq!(elements(r#"{"renamed":[{"a":1}]}"#, Holds::List), one("", json!({"a": 1})));
        assert_eq!(elements(r#"{"label_values":[]}"#, Holds::List), one("", json!({"label_values": []})));
        assert_eq!(elements(r#"{"things":{"timestamp":1}}"#, Holds::List), one("", json!({"timestamp": 1})));
        assert_eq!(elements(r#"{"things":null}"#, Holds::List), vec![]);
        assert_eq!(elements("\u{feff}[]", Holds::List), vec![]);
    }

    #[test]
    fn single_elements_and_entries_are_found() {
        assert_eq!(elements(r#"{"things_v2":{"name":"A"}}"#, Holds::One), one("", json!({"name": "A"})));
        assert_eq!(elements(r#"{"name":"A"}"#, Holds::One), one("", json!({"name": "A"})));
        assert_eq!(elements(r#"{"things":{"Groupe":[1]}}"#, Holds::Entries), one("Groupe", json!([1])));
    }

    #[test]
    fn unknown_tops_are_said_to_be_unknown() {
        for json in ["7", "null", r#""text""#, r#"{"a":[],"b":[]}"#, r#"{"a":{"b":1}}"#] {
            assert!(walk(json, Holds::List, &["things"]).1.unknown, "{json}");
        }
        assert_eq!(walk(r#"{"things":[],"other":1}"#, Holds::List, &["things"]).1.leftover, 1);
    }

    #[test]
    fn complete_elements_before_an_end_are_read() {
        let (seen, ended) = walk(r#"{"things":[{"a":1},{"a":2},{"a":"#, Holds::List, &["things"]);
        assert_eq!(seen.len(), 2);
        assert!(matches!(ended.broken, Some((ProblemKind::TruncatedJson, _))), "{ended:?}");
        // Lists below a key, and under a name nobody knows.
        for json in [r#"{"things":{"x":[{"a":1},{"a":2}],"y":[{"a":3},{"a"#, r#"{"new":[{"a":1},{"a":2},{"a":3},{"#] {
            let (seen, ended) = walk(json, Holds::List, &["things"]);
            assert_eq!((seen.len(), ended.unknown), (3, false), "{json}");
            assert!(matches!(ended.broken, Some((ProblemKind::TruncatedJson, _))), "{ended:?}");
        }
        // One element that ends early is none.
        for json in [r#"{"timestamp":1,"data":[{"a":1},"#, r#"{"things":{"timestamp":1,"data":[{"a":1},"#] {
            assert_eq!(walk(json, Holds::List, &["things"]).1.elements, 0, "{json}");
        }
        let (seen, ended) = walk("[object Object]", Holds::List, &[]);
        assert_eq!((seen.len(), ended.broken), (0, Some((ProblemKind::BadJson, "line-column 1 2".to_owned()))));
        let (_, ended) = walk("", Holds::List, &[]);
        assert_eq!(ended.broken, Some((ProblemKind::BadJson, "empty-file".to_owned())));
    }

    #[test]
    fn elements_after_broken_json_are_read() {
        let bad = r#"{"things":[{"a":1},[object Object],{"a":2},{"a":NaN},{"a":3}]}"#;
        let (seen, ended) = walk(bad, Holds::List, &["things"]);
        let values: Vec<Option<Value>> = seen.into_iter().map(|(_, value)| value).collect();
        assert_eq!(values, [Some(json!({"a": 1})), None, Some(json!({"a": 2})), None, Some(json!({"a": 3}))]);
        assert!(matches!(ended.broken, Some((ProblemKind::BadJson, _))), "{ended:?}");
        assert_eq!(ended.elements, 5);
    }

    #[test]
    fn one_bad_element_never_stops_the_others() {
        let deep =
            format!("[{{\"a\":1}},{}{},{{\"a\":1e999}},{{\"a\":\"\\ud83d x\"}}]", "[".repeat(5000), "]".repeat(5000));
        let (seen, ended) = walk(&deep, Holds::List, &[]);
        let values: Vec<Option<Value>> = seen.into_iter().map(|(_, value)| value).collect();
        assert_eq!(values, [Some(json!({"a": 1})), None, None, Some(json!({"a": "\u{fffd} x"}))]);
        assert_eq!(ended.broken, None);
    }

    #[test]
    fn damage_is_repaired_escaped_or_not() {
        assert_eq!(elements(r#"[{"a":"\u00c3\u00a9"}]"#, Holds::List), one("", json!({"a": "é"})));
        assert_eq!(elements("[{\"\u{c3}\u{a9}\":\"\u{c3}\u{a9}\"}]", Holds::List), one("", json!({"é": "é"})));
        assert_eq!(elements("[{\"a\":\"é\"}]", Holds::List), one("", json!({"a": "é"})));
        // Where damage stands as escapes, other text is as people wrote it.
        assert_eq!(
            elements("[{\"a\":\"\\u00c3\\u00a9 \u{c3}\u{a9}\"}]", Holds::List),
            one("", json!({"a": "é \u{c3}\u{a9}"}))
        );
    }

    #[test]
    fn surrogate_pairs_stay_and_halves_go() {
        assert_eq!(
            without_lone_surrogates(r"\ud83d\ude00 \ud83d \\ud83d \ude00"),
            "\\ud83d\\ude00 \u{fffd} \\\\ud83d \u{fffd}"
        );
        assert_eq!(without_lone_surrogates("\\é \\"), "\\é \\");
    }
}
