//! The three grammars of Instagram's lists brought to one form: pairs of a key and a value, an address or a time.
//!
//! `string_list_data` has values without keys, `string_map_data` has them under localised keys, `label_values` is a
//! list of pairs that may repeat keys and nest.

use serde_json::{Map, Value};

use super::labels::{Label, label_of};
use crate::sources::meta::html::Moment;
use crate::sources::meta::{Fields, put};

/// A key with what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// The key as printed; empty in `string_list_data`.
    pub label: String,
    /// Titles of the groups it is nested in, outermost first, joined by ` / `; empty at the top.
    pub group: String,
    /// How deep it is nested.
    pub depth: usize,
    /// The value; empty for none.
    pub value: String,
    /// The address; empty for none.
    pub href: String,
    /// Seconds since 1970 UTC; 0 for none.
    pub seconds: i64,
}

/// One record of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The record's title: a user name, or a word in the account's language.
    pub title: String,
    /// When the record itself says it was.
    pub moment: Option<Moment>,
    /// Meta's number of the object.
    pub fbid: Option<String>,
    /// Keys and values in the order of the file.
    pub pairs: Vec<Pair>,
    /// Media objects.
    pub media: Vec<Value>,
    /// Fields of no known grammar.
    pub rest: Map<String, Value>,
}

impl Facts {
    /// The facts of one element. A `string_list_data` of several entries gives one record for each. Elements that hold
    /// nothing give one empty record.
    ///
    /// # Errors
    /// The value itself when it is no object.
    pub fn of(value: Value) -> Result<Vec<Self>, Value> {
        let mut fields = Fields::of(value)?;
        let mut facts = Self {
            title: fields.text("title").unwrap_or_default(),
            moment: fields.seconds("timestamp").map(Moment::from_seconds),
            ..Self::default()
        };
        facts.fbid = fields.text("fbid").or_else(|| fields.number("fbid").map(|number| number.to_string()));
        let mut keyless = Vec::new();
        for entry in fields.list("string_list_data") {
            match pair(entry, String::new()) {
                Ok(pair) => keyless.push(pair),
                Err(other) => put(&mut facts.rest, "string_list_data", other),
            }
        }
        if let Some(map) = fields.object("string_map_data") {
            for (label, entry) in map.rest() {
                match pair(entry, label) {
                    Ok(pair) => facts.pairs.push(pair),
                    Err(other) => put(&mut facts.rest, "string_map_data", other),
                }
            }
        }
        for node in fields.list("label_values") {
            facts.add_node(node, "", 0);
        }
        for list in ["media", "media_list_data"] {
            facts.media.extend(fields.list(list).into_iter().filter(names_something));
        }
        if let Some(map) = fields.object("media_map_data") {
            facts.media.extend(map.rest().into_iter().map(|(_, media)| media).filter(names_something));
        }
        for (key, value) in fields.rest() {
            put(&mut facts.rest, &key, value);
        }
        Ok(facts.split(keyless))
    }

    /// Whether nothing is known of it.
    pub fn is_empty(&self) -> bool {
        self.title.is_empty()
            && self.moment.is_none()
            && self.pairs.iter().all(|pair| pair.value.is_empty() && pair.href.is_empty() && pair.seconds == 0)
            && self.media.is_empty()
            && self.rest.is_empty()
            && self.fbid.is_none()
    }

    /// Takes the first pair of this meaning that has a value.
    pub fn take(&mut self, label: Label) -> Option<Pair> {
        self.take_if(|pair| label_of(&pair.label) == Some(label) && !pair.value.is_empty())
    }

    /// Takes the value likewise; an address or a time beside it stays.
    pub fn take_value(&mut self, label: Label) -> Option<String> {
        let is_wanted = |pair: &&mut Pair| label_of(&pair.label) == Some(label) && !pair.value.is_empty();
        self.pairs.iter_mut().find(is_wanted).map(|pair| std::mem::take(&mut pair.value))
    }

    /// Takes the first pair of which this holds.
    pub fn take_if(&mut self, wanted: impl Fn(&Pair) -> bool) -> Option<Pair> {
        let at = self.pairs.iter().position(wanted)?;
        Some(self.pairs.remove(at))
    }

    /// Takes the value that a rule about shapes chooses; an address or a time beside it stays.
    pub fn take_chosen(&mut self, choose: impl Fn(&Self) -> Option<usize>) -> Option<String> {
        let at = choose(self)?;
        self.pairs.get_mut(at).map(|pair| std::mem::take(&mut pair.value))
    }

    /// The record's time: its own, else the first that a key gives.
    pub fn take_moment(&mut self) -> Option<Moment> {
        if let Some(moment) = self.moment.take() {
            return Some(moment);
        }
        let pair = self.pairs.iter_mut().find(|pair| pair.seconds != 0 && pair.depth == 0)?;
        Some(Moment::from_seconds(std::mem::take(&mut pair.seconds)))
    }

    /// Everything not taken, for `extra`: unknown keys keep their words.
    pub fn into_extra(self, extra: &mut Map<String, Value>) {
        let mut fields = Map::new();
        for pair in self.pairs {
            let Some(value) = said(&pair) else { continue };
            let key = match (pair.group.is_empty(), pair.label.is_empty()) {
                (true, true) => "value".to_owned(),
                (true, false) => pair.label,
                (false, true) => pair.group,
                (false, false) => format!("{} / {}", pair.group, pair.label),
            };
            match fields.get_mut(&key) {
                None => drop(fields.insert(key, value)),
                Some(Value::Array(values)) => values.push(value),
                Some(first) => *first = Value::Array(vec![first.take(), value]),
            }
        }
        if !fields.is_empty() {
            put(extra, "fields", fields);
        }
        if let Some(fbid) = self.fbid {
            put(extra, "fbid", fbid);
        }
        for (key, value) in self.rest {
            put(extra, &key, value);
        }
    }

    fn split(self, keyless: Vec<Pair>) -> Vec<Self> {
        if keyless.len() < 2 {
            let mut only = self;
            only.pairs.extend(keyless);
            return vec![only];
        }
        keyless
            .into_iter()
            .enumerate()
            .map(|(at, pair)| {
                // What all entries share is told with each, the fields of no grammar and the media with the first.
                let mut facts = self.clone();
                if at > 0 {
                    facts.rest.clear();
                    facts.media.clear();
                }
                facts.pairs.push(pair);
                facts
            })
            .collect()
    }

    fn add_node(&mut self, node: Value, group: &str, depth: usize) {
        let mut fields = match Fields::of(node) {
            Ok(fields) => fields,
            Err(other) => return put(&mut self.rest, "label_values", other),
        };
        let label = fields.text("label").or_else(|| fields.text("title")).unwrap_or_default();
        let value = fields.text("value").unwrap_or_default();
        let href = fields.text("href").unwrap_or_default();
        let seconds = fields.seconds("timestamp_value").unwrap_or(0);
        self.media.extend(fields.list("media").into_iter().filter(names_something));
        let inner = match (group.is_empty(), label.is_empty()) {
            (true, _) => label.clone(),
            (false, true) => group.to_owned(),
            (false, false) => format!("{group} / {label}"),
        };
        for item in fields.list("vec").into_iter().chain(fields.list("dict")) {
            self.add_node(item, &inner, depth + 1);
        }
        if !value.is_empty() || !href.is_empty() || seconds != 0 {
            self.pairs.push(Pair { label, group: group.to_owned(), depth, value, href, seconds });
        }
        let mut left = fields.rest();
        if !left.is_empty() {
            left.insert("of".to_owned(), inner.into());
            put(&mut self.rest, "label_values", left);
        }
    }
}

/// Pairs without words still count as said: a record's empty keys are not kept.
fn said(pair: &Pair) -> Option<Value> {
    let parts = [
        ("value", (!pair.value.is_empty()).then(|| Value::from(pair.value.as_str()))),
        ("href", (!pair.href.is_empty() && pair.href != pair.value).then(|| Value::from(pair.href.as_str()))),
        ("timestamp", (pair.seconds != 0).then(|| Value::from(pair.seconds))),
    ];
    let mut parts: Map<String, Value> =
        parts.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
    if parts.len() < 2 { parts.values_mut().next().map(Value::take) } else { Some(Value::Object(parts)) }
}

fn pair(entry: Value, label: String) -> Result<Pair, Value> {
    if let Value::String(value) = entry {
        return Ok(Pair { label, value, ..Pair::default() });
    }
    let original = entry.clone();
    let mut fields = Fields::of(entry)?;
    let value = fields.text("value").or_else(|| fields.number("value").map(|number| number.to_string()));
    let href = fields.text("href").unwrap_or_default();
    let seconds = fields.seconds("timestamp").unwrap_or(0);
    if fields.rest().is_empty() {
        Ok(Pair { label, value: value.unwrap_or_default(), href, seconds, ..Pair::default() })
    } else {
        Err(original)
    }
}

/// `{"uri": ""}` stands where there is no file.
fn names_something(media: &Value) -> bool {
    crate::sources::meta::pruned(media.clone()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_list_of_several_entries_is_several_facts() {
        let facts =
            Facts::of(json!({"title": "a", "string_list_data": [{"value": "x"}, {"value": "y", "timestamp": 5}]}));
        let facts = facts.unwrap();
        assert_eq!(facts.iter().map(|facts| facts.pairs[0].value.as_str()).collect::<Vec<_>>(), ["x", "y"]);
        assert!(facts.iter().all(|facts| facts.title == "a"));
    }

    #[test]
    fn nested_labels_keep_their_group_and_repeated_ones_both_values() {
        let mut facts = Facts::of(json!({"timestamp": 7, "label_values": [
            {"label": "AI", "value": "True"}, {"label": "AI", "value": "False"}, {"label": "Title"},
            {"title": "Owner", "dict": [{"title": "", "dict": [{"label": "Username", "value": "cafe.nord"}]}]},
            {"label": "Tags", "vec": [{"value": "brot"}, {"value": "ofen"}]},
        ]}))
        .unwrap()
        .remove(0);
        assert_eq!(facts.take_value(Label::Username).as_deref(), Some("cafe.nord"));
        assert_eq!(facts.take_moment(), Some(Moment::from_seconds(7)));
        let mut extra = Map::new();
        facts.into_extra(&mut extra);
        assert_eq!(Value::Object(extra), json!({"fields": {"AI": ["True", "False"], "Tags": ["brot", "ofen"]}}));
    }

    #[test]
    fn nothing_is_nothing() {
        assert!(
            Facts::of(json!({"title": "", "media_list_data": [{"uri": ""}], "string_list_data": []})).unwrap()[0]
                .is_empty()
        );
        assert!(Facts::of(json!(7)).is_err());
    }
}
