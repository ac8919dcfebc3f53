//! JSON fields read leniently: the expected type without copying where it can be, any other type kept as it is. A
//! surprise in one field must not cost the message.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// A text, or what stood there instead.
pub struct Text<'a>(pub Result<Cow<'a, str>, Value>);

/// A whole number (also one written as text or with a fraction), or what stood there instead.
pub struct Number(pub Result<i64, Value>);

/// Adds what an unexpected field held to `extra`, unless it carries nothing.
pub fn keep(extra: &mut Map<String, Value>, key: &str, value: Value) {
    if carries(&value) {
        extra.insert(key.to_owned(), value);
    }
}

/// Whether a value says anything: `false`, null and empty texts, lists and objects do not.
pub fn carries(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Bool(true) | Value::Number(_) => true,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => items.iter().any(carries),
        Value::Object(map) => map.values().any(carries),
    }
}

/// The methods of a [`Visitor`] for every scalar, in one expression over the visitor and the value.
macro_rules! visit_scalars {
    (|$this:ident, $value:ident| $body:expr) => {
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            let ($this, $value) = (self, serde_json::Value::Null);
            Ok($body)
        }

        fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
            let ($this, $value) = (self, serde_json::Value::Bool(value));
            Ok($body)
        }

        fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
            let ($this, $value) = (self, serde_json::Value::from(value));
            Ok($body)
        }

        fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
            let ($this, $value) = (self, serde_json::Value::from(value));
            Ok($body)
        }

        fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
            let ($this, $value) = (self, serde_json::Value::from(value));
            Ok($body)
        }

        fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
            let ($this, $value) = (self, serde_json::Value::from(text));
            Ok($body)
        }
    };
}

pub(super) use visit_scalars;

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor).map(Self)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Result<Cow<'de, str>, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Ok(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Ok(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Err(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Err(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Err(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Err(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Err(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        Value::deserialize(SeqAccessDeserializer::new(seq)).map(Err)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Value::deserialize(MapAccessDeserializer::new(map)).map(Err)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor).map(Self)
    }
}

struct NumberVisitor;

impl<'de> Visitor<'de> for NumberVisitor {
    type Value = Result<i64, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Ok(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(value).map_err(|_| value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(format!("{value:.0}").parse().map_err(|_| value.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(text.trim().parse().map_err(|_| text.into()))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Err(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Err(Value::Bool(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        Value::deserialize(SeqAccessDeserializer::new(seq)).map(Err)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Value::deserialize(MapAccessDeserializer::new(map)).map(Err)
    }
}
