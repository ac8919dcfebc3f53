//! Leniently read fields of one JSON object: each accessor takes a field out only when it has the expected type, so
//! that what is left at the end is exactly what found no place and can be kept.

use serde_json::{Map, Value};

/// The fields of one element that nobody has taken yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// The fields of an object; other values come back.
    ///
    /// # Errors
    /// The value itself when it is no object.
    pub fn of(value: Value) -> Result<Self, Value> {
        match value {
            Value::Object(map) => Ok(Self(map)),
            other => Err(other),
        }
    }

    /// Whether a field is there, whatever its type.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// Looks at a value and leaves it.
    #[must_use]
    pub fn peek(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// Takes any value; null counts as absent.
    pub fn any(&mut self, key: &str) -> Option<Value> {
        self.0.shift_remove(key).filter(|value| !value.is_null())
    }

    /// Takes a text; an empty one counts as absent.
    pub fn text(&mut self, key: &str) -> Option<String> {
        self.take_if(key, |value| match value {
            Value::String(text) => Ok(text),
            other => Err(other),
        })
        .filter(|text| !text.is_empty())
    }

    /// Takes a whole number, also one written as text or with a zero fraction.
    pub fn number(&mut self, key: &str) -> Option<i64> {
        self.take_if(key, |value| whole_number(&value).ok_or(value))
    }

    /// Takes a time in seconds since 1970 UTC. 0 means that there is none. Values that can only be milliseconds or
    /// microseconds (beyond the year 5138 as seconds) are brought to seconds.
    pub fn seconds(&mut self, key: &str) -> Option<i64> {
        self.number(key).filter(|seconds| *seconds != 0).map(seconds_of)
    }

    /// Takes a list; a lone object counts as a list of one, anything else stays.
    pub fn list(&mut self, key: &str) -> Vec<Value> {
        self.take_if(key, |value| match value {
            Value::Array(items) => Ok(items),
            object @ Value::Object(_) => Ok(vec![object]),
            other => Err(other),
        })
        .unwrap_or_default()
    }

    /// Takes an object.
    pub fn object(&mut self, key: &str) -> Option<Self> {
        self.take_if(key, Self::of)
    }

    /// Takes a number of degrees, also one written as text.
    pub fn degrees(&mut self, key: &str) -> Option<f64> {
        self.take_if(key, |value| match &value {
            Value::Number(number) => number.as_f64().ok_or(value),
            Value::String(text) => text.trim().parse().ok().filter(|degrees: &f64| degrees.is_finite()).ok_or(value),
            _ => Err(value),
        })
    }

    /// Puts a value back, or a fact of ours beside the platform's own: a key in use gets underscores appended.
    pub fn put(&mut self, key: &str, value: impl Into<Value>) {
        put(&mut self.0, key, value);
    }

    /// What nobody took, without what carries nothing: null, empty texts, empty lists and empty objects.
    #[must_use]
    pub fn rest(self) -> Map<String, Value> {
        match pruned(Value::Object(self.0)) {
            Some(Value::Object(map)) => map,
            _ => Map::new(),
        }
    }

    fn take_if<T>(&mut self, key: &str, convert: impl FnOnce(Value) -> Result<T, Value>) -> Option<T> {
        let slot = self.0.get_mut(key)?;
        match convert(slot.take()) {
            Ok(taken) => {
                self.0.shift_remove(key);
                Some(taken)
            }
            Err(other) => {
                *slot = other;
                None
            }
        }
    }
}

/// Adds a value under a key, or under the key with underscores when it is taken: nothing is overwritten.
pub fn put(map: &mut Map<String, Value>, key: &str, value: impl Into<Value>) {
    let mut free = key.to_owned();
    while map.contains_key(&free) {
        free.push('_');
    }
    map.insert(free, value.into());
}

/// A value without its empty parts; `None` when nothing is left. `false` and 0 are facts and stay.
#[must_use]
pub fn pruned(value: Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::String(text) => (!text.is_empty()).then_some(Value::String(text)),
        Value::Array(items) => {
            let kept: Vec<Value> = items.into_iter().filter_map(pruned).collect();
            (!kept.is_empty()).then_some(Value::Array(kept))
        }
        Value::Object(map) => {
            let kept: Map<String, Value> =
                map.into_iter().filter_map(|(key, value)| Some((key, pruned(value)?))).collect();
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        other => Some(other),
    }
}

/// Seconds since 1970 from a number that may be milliseconds or microseconds by mistake.
#[must_use]
pub const fn seconds_of(number: i64) -> i64 {
    match number.unsigned_abs() {
        0..=100_000_000_000 => number,
        100_000_000_001..=100_000_000_000_000 => number / 1_000,
        _ => number / 1_000_000,
    }
}

fn whole_number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => {
            number.as_i64().or_else(|| number.to_string().strip_suffix(".0").and_then(|whole| whole.parse().ok()))
        }
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fields(value: Value) -> Fields {
        Fields::of(value).unwrap()
    }

    #[test]
    fn a_field_of_another_type_stays_for_extra() {
        let mut element = fields(json!({"title": 7, "timestamp": "12", "data": {"a": 1}, "tags": "x", "gone": null}));
        assert_eq!(element.text("title"), None);
        assert_eq!(element.seconds("timestamp"), Some(12));
        assert_eq!(element.list("data"), vec![json!({"a": 1})]);
        assert!(element.list("tags").is_empty());
        assert_eq!(Value::Object(element.rest()), json!({"title": 7, "tags": "x"}));
    }

    #[test]
    fn times_are_brought_to_seconds() {
        let mut element =
            fields(json!({"s": 1_730_000_000, "ms": 1_730_000_000_123_i64, "none": 0, "old": -5, "f": 12.0}));
        assert_eq!(element.seconds("s"), Some(1_730_000_000));
        assert_eq!(element.seconds("ms"), Some(1_730_000_000));
        assert_eq!(element.seconds("none"), None);
        assert_eq!(element.seconds("old"), Some(-5));
        assert_eq!(element.seconds("f"), Some(12));
    }

    #[test]
    fn nothing_is_overwritten() {
        let mut element = fields(json!({"section": "theirs"}));
        element.put("section", "ours");
        assert_eq!(Value::Object(element.rest()), json!({"section": "theirs", "section_": "ours"}));
    }
}
