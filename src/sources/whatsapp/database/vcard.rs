//! Contact cards (vCard 2.1 to 4.0), as phones export them and as WhatsApp sends them: names, numbers, and the rest as
//! lines.

use serde_json::{Map, Value, json};

/// One card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// The name to show.
    pub name: String,
    /// Numbers as written, and the WhatsApp number where the card gives one.
    pub phones: Vec<Phone>,
    /// Everything else, by property, pictures left out.
    pub other: Vec<(String, String)>,
}

/// A number of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    /// As written.
    pub number: String,
    /// Digits of the WhatsApp account (`waid`).
    pub account: Option<String>,
}

impl Card {
    /// The card for `extra`.
    pub fn facts(&self) -> Value {
        let mut facts = Map::new();
        facts.insert("name".to_owned(), json!(self.name));
        let numbers: Vec<&str> = self.phones.iter().map(|phone| phone.number.as_str()).collect();
        if !numbers.is_empty() {
            facts.insert("phones".to_owned(), json!(numbers));
        }
        for (property, value) in &self.other {
            let known = facts.entry(property.to_ascii_lowercase()).or_insert_with(|| json!([]));
            if let Value::Array(values) = known {
                values.push(json!(value));
            }
        }
        Value::Object(facts)
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.name.is_empty() && self.phones.is_empty() && self.other.is_empty()
    }
}

/// Every card of a text, at most `most`.
pub fn cards(text: &str, most: usize) -> Vec<Card> {
    let mut found = Vec::new();
    let mut open: Option<Card> = None;
    for line in unfolded(text) {
        let bare = line.trim();
        if bare.eq_ignore_ascii_case("BEGIN:VCARD") {
            found.extend(open.replace(Card::default()));
        } else if bare.eq_ignore_ascii_case("END:VCARD") {
            found.extend(open.take());
        } else if let Some(card) = &mut open {
            card.take(&line);
        }
        if found.len() >= most {
            break;
        }
    }
    found.extend(open);
    found
}

impl Card {
    fn take(&mut self, line: &str) {
        let Some((head, value)) = split_property(line) else { return };
        let mut parts = head.split(';');
        let property = parts.next().unwrap_or_default();
        // `item1.TEL` groups properties.
        let property = property.rsplit('.').next().unwrap_or(property).to_ascii_uppercase();
        let parameters: Vec<&str> = parts.collect();
        let quoted = parameters.iter().any(|one| one.to_ascii_uppercase().contains("QUOTED-PRINTABLE"));
        let value = if quoted { printable(value) } else { unescaped(value) };
        let value = value.trim().to_owned();
        match property.as_str() {
            "FN" => self.name = value,
            "N" if self.name.is_empty() => {
                // Family name, given name, further names, before and after.
                let mut names = value.split(';').map(str::trim);
                let (family, given) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
                format!("{given} {family}").trim().clone_into(&mut self.name);
            }
            "TEL" => {
                let account = parameters.iter().find_map(|one| one.strip_prefix("waid=")).map(str::to_owned);
                let number = value.strip_prefix("tel:").unwrap_or(&value).to_owned();
                self.phones.push(Phone { number, account });
            }
            "N" | "VERSION" | "PHOTO" | "LOGO" | "KEY" | "SOUND" | "PRODID" | "REV" | "UID" => {}
            _ if value.trim_matches(';').is_empty() => {}
            _ => self.other.push((property, value)),
        }
    }
}

/// The place of the colon that ends names and parameters; colons in quotes do not.
fn split_property(line: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let at = line.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (c == ':' && !quoted).then_some(at)
    })?;
    Some((line.get(..at)?, line.get(at + 1..)?))
}

/// Lines with their continuations: a blank at the beginning, or `=` at the end of quoted-printable text.
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut soft = false;
    for line in text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)) {
        let continued = line.strip_prefix([' ', '\t']);
        match lines.last_mut() {
            Some(last) if soft => {
                last.pop();
                last.push_str(line);
            }
            Some(last) if continued.is_some() => last.push_str(continued.unwrap_or_default()),
            _ => lines.push(line.to_owned()),
        }
        soft = lines.last().is_some_and(|last| {
            let head = last.split(':').next().unwrap_or_default();
            last.ends_with('=') && head.to_ascii_uppercase().contains("QUOTED-PRINTABLE")
        });
    }
    lines
}

fn unescaped(value: &str) -> String {
    let mut plain = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match (letter, letter == '\\') {
            (_, true) => match letters.next() {
                Some('n' | 'N') => plain.push('\n'),
                Some(other) => plain.push(other),
                None => plain.push('\\'),
            },
            (letter, false) => plain.push(letter),
        }
    }
    plain
}

fn printable(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|code| *first == b'=' && code.iter().all(u8::is_ascii_hexdigit));
        let decoded = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        bytes.push(decoded.unwrap_or(*first));
        rest = if decoded.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_of_phones_are_read() {
        let text = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Ndiaye;=46at=\r\nou;;;\r\n\
                    TEL;CELL:77 000 00 01\r\nEND:VCARD\r\nBEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zoé \\, couture\r\n\
                    item1.TEL;waid=33612345678:+33 6 12 34\r\n  56 78\r\nNOTE:a\\nb\r\nEND:VCARD\r\n";
        let found = cards(text, 10);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].name.as_str(), found[0].phones[0].number.as_str()), ("Fatou Ndiaye", "77 000 00 01"));
        assert_eq!(found[1].name, "Zoé , couture");
        assert_eq!(found[1].phones[0].number, "+33 6 12 34 56 78");
        assert_eq!(found[1].phones[0].account.as_deref(), Some("33612345678"));
        assert_eq!(found[1].other, [("NOTE".to_owned(), "a\nb".to_owned())]);
        assert_eq!(cards("hello", 10), []);
        assert_eq!(cards(text, 1).len(), 1);
    }
}
