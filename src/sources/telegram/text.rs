//! Words: a text, or a list of texts and of pieces with a meaning (links, bold words).

use serde_json::Value;

use crate::model::Link;

/// The whole words.
pub fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(pieces) => pieces.iter().map(words).collect(),
        Value::Object(piece) => piece.get("text").map(words).unwrap_or_default(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// Addresses in the words, those behind other words included.
pub fn links(value: &Value) -> Vec<Link> {
    let Value::Array(pieces) = value else { return Vec::new() };
    let link = |piece: &Value| {
        let text = piece.get("text").map(words).unwrap_or_default();
        match piece.get("type").and_then(Value::as_str)? {
            "link" => Some(Link { url: text, title: None }),
            "text_link" => Some(Link { url: piece.get("href")?.as_str()?.to_owned(), title: Some(text) }),
            _ => None,
        }
    };
    let mut found: Vec<Link> = Vec::new();
    for link in pieces.iter().filter_map(link).filter(|link| !link.url.is_empty()) {
        if !found.contains(&link) {
            found.push(link);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pieces_make_one_text() {
        let text = json!(["Siehe ", { "type": "text_link", "text": "Plan", "href": "https://example.org" }, "\nGruß"]);
        assert_eq!(words(&text), "Siehe Plan\nGruß");
        assert_eq!(links(&text), [Link { url: "https://example.org".to_owned(), title: Some("Plan".to_owned()) }]);
        assert_eq!(
            (words(&json!("a")), words(&json!(null)), links(&json!("a"))),
            ("a".to_owned(), String::new(), vec![])
        );
    }
}
