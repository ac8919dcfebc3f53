//! Pages of a report that comes without JSON. How they are built is not published: rows of tables and items of lists are read,
//! whatever stands around them, and what a value is, its shape tells.

use serde_json::{Map, Value, json};

use super::phone_of;
use crate::sources::markup::{Start, Token, tokens};

/// Pages that hold facts, lists of contacts or of groups.
pub const READ: [&str; 6] = [
    "access.html",
    "contacts.html",
    "groups.html",
    "registration_info.html",
    "registration_information.html",
    "user_information.html",
];

/// Further pages of a report.
pub const OTHER: [&str; 5] =
    ["account_settings.html", "avatars_information.html", "index.html", "settings.html", "terms_of_service.html"];

/// Pages of a report that must lie together to be one.
pub const TOGETHER_MIN: usize = 3;

/// The deepest nesting of tables and lists that is followed.
const DEPTH_MAX: usize = 32;

/// What a page holds, under the keys that JSON has, and how many pieces of text stand outside of rows and items.
pub type Section = (Map<String, Value>, u64);

/// Reads a page; `None` when it has neither rows nor items.
pub fn section(name: &str, html: &[u8]) -> Option<Section> {
    let mut page = Page { lists: name != "access.html", groups: name == "groups.html", ..Page::default() };
    for token in tokens(html) {
        page.take(token);
    }
    while !page.open.is_empty() {
        page.close();
    }
    let lists = [("contacts", page.contacts), ("groups", page.named), ("label_values", page.facts)];
    let section: Map<String, Value> = lists
        .into_iter()
        .filter(|(_, list)| !list.is_empty())
        .map(|(key, list)| (key.to_owned(), Value::Array(list)))
        .collect();
    (!section.is_empty()).then_some((section, page.other))
}

/// An open element.
enum Open {
    Table,
    Row {
        cells: Vec<String>,
        headings: usize,
    },
    Cell {
        text: String,
        heading: bool,
    },
    Item(String),
    Heading(String),
    /// Styles and scripts.
    Hidden,
}

#[derive(Default)]
struct Page {
    /// The page has one list; else facts and lists stand together.
    lists: bool,
    groups: bool,
    open: Vec<Open>,
    heading: String,
    pictures: Vec<String>,
    contacts: Vec<Value>,
    named: Vec<Value>,
    facts: Vec<Value>,
    other: u64,
}

impl Page {
    fn take(&mut self, token: Token) {
        match token {
            Token::Start(start) => self.start(&start),
            Token::End(name) => self.end(&name),
            Token::Text(text) => match self.open.last_mut() {
                Some(Open::Cell { text: open, .. } | Open::Item(open) | Open::Heading(open)) => open.push_str(&text),
                Some(Open::Hidden) => {}
                _ => self.other += u64::from(!text.trim().is_empty()),
            },
        }
    }

    fn start(&mut self, start: &Start) {
        if matches!(&*start.name, "br" | "p" | "div") {
            if let Some(Open::Cell { text, .. } | Open::Item(text)) = self.open.last_mut() {
                text.push('\n');
            }
            return;
        }
        if start.name == "img" && !start.address.is_empty() && !start.address.starts_with("data:") {
            self.pictures.push(start.address.clone());
        }
        let opened = match &*start.name {
            "table" => Open::Table,
            "tr" => {
                self.close_until(|open| matches!(open, Open::Table));
                Open::Row { cells: Vec::new(), headings: 0 }
            }
            "td" | "th" => {
                self.close_until(|open| matches!(open, Open::Table | Open::Row { .. }));
                Open::Cell { text: String::new(), heading: start.name == "th" }
            }
            "li" => Open::Item(String::new()),
            "h1" | "h2" | "h3" | "h4" => Open::Heading(String::new()),
            "style" | "script" | "title" => Open::Hidden,
            _ => return,
        };
        if self.open.len() < DEPTH_MAX {
            self.open.push(opened);
        }
    }

    fn end(&mut self, name: &str) {
        let fits = |open: &Open| match open {
            Open::Table => name == "table",
            Open::Row { .. } => name == "tr",
            Open::Cell { .. } => matches!(name, "td" | "th"),
            Open::Item(_) => name == "li",
            Open::Heading(_) => matches!(name, "h1" | "h2" | "h3" | "h4"),
            Open::Hidden => matches!(name, "style" | "script" | "title"),
        };
        if let Some(at) = self.open.iter().rposition(fits) {
            while self.open.len() > at {
                self.close();
            }
        }
    }

    /// Closes what stands open above the last element of which `stop` holds; nothing when there is none.
    fn close_until(&mut self, stop: impl Fn(&Open) -> bool) {
        if let Some(at) = self.open.iter().rposition(stop) {
            while self.open.len() > at + 1 {
                self.close();
            }
        }
    }

    fn close(&mut self) {
        match self.open.pop() {
            Some(Open::Cell { text, heading }) => {
                if let Some(Open::Row { cells, headings }) = self.open.last_mut() {
                    *headings += usize::from(heading);
                    cells.push(lines(&text));
                }
            }
            Some(Open::Row { cells, headings }) if headings == cells.len() && headings > 0 => {
                self.heading = cells.join(" ");
                self.other += 1;
            }
            Some(Open::Row { cells, .. }) => self.emit(cells),
            Some(Open::Item(text)) => self.emit(vec![lines(&text)]),
            Some(Open::Heading(text)) => {
                self.heading = lines(&text);
                self.other += 1;
            }
            Some(Open::Table | Open::Hidden) | None => {}
        }
    }

    /// A row or an item.
    fn emit(&mut self, cells: Vec<String>) {
        let cells: Vec<String> = cells.into_iter().filter(|cell| !cell.is_empty()).collect();
        let value = cells.last().cloned().unwrap_or_default();
        let parts: Vec<&str> = value.split(['\n', ',', ';']).map(str::trim).filter(|part| !part.is_empty()).collect();
        let numbers = !parts.is_empty() && parts.iter().all(|part| phone_of(part).is_some());
        // Beside facts one number behind a label is a fact, too: the own one.
        if numbers && !self.groups && (self.lists && cells.len() == 1 || parts.len() > 1 || cells.len() == 1) {
            self.contacts.extend(parts.into_iter().map(as_in_json));
            return;
        }
        if self.groups && cells.len() == 1 {
            self.named.push(Value::from(value));
            return;
        }
        let mut fact = Map::new();
        let mut cells = cells.into_iter();
        if cells.len() > 1 {
            fact.extend(cells.next().map(|label| ("label".to_owned(), Value::from(label))));
        }
        let rest: Vec<String> = cells.collect();
        if !rest.is_empty() {
            fact.insert("value".to_owned(), Value::from(rest.join("\n")));
        }
        let pictures: Vec<Value> = self.pictures.drain(..).map(|uri| json!({ "uri": uri })).collect();
        if !pictures.is_empty() {
            fact.insert("media".to_owned(), pictures.into());
        }
        if !fact.is_empty() && !self.heading.is_empty() {
            fact.insert("heading".to_owned(), Value::from(self.heading.as_str()));
        }
        self.facts.push(Value::Object(fact));
    }
}

/// A number as JSON writes it: international ones without blanks.
fn as_in_json(number: &str) -> Value {
    let bare = |c: &char| c.is_ascii_digit() || *c == '+';
    Value::from(if number.starts_with('+') { number.chars().filter(bare).collect() } else { number.to_owned() })
}

/// The lines of a text without blanks around them and without empty ones.
fn lines(text: &str) -> String {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    text.lines().map(words).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, html: &str, expected: Value, other: u64) {
        let (section, found) = section(name, html.as_bytes()).unwrap();
        assert_eq!((Value::Object(section), found), (expected, other), "{html}");
    }

    #[test]
    fn rows_and_items_are_facts_contacts_and_groups() {
        check(
            "access.html",
            "<title>x</title><style>a{}</style><h2>Compte</h2><table><tr><td>Numéro<td>+221 77 000 00 01<tr><td>Contacts\
             <td>+221770000002<br>+221770000003</table><ul><li>+221770000004</li><li></li></ul>fin",
            json!({
                "contacts": ["+221770000002", "+221770000003", "+221770000004"],
                "label_values": [{"label": "Numéro", "value": "+221 77 000 00 01", "heading": "Compte"}, {}]
            }),
            2,
        );
        check(
            "groups.html",
            "<table><tr><th>Groupe</th></tr><tr><td>Tontine 2024</td></tr><tr><td>770000001</td></tr></table>",
            json!({ "groups": ["Tontine 2024", "770000001"] }),
            1,
        );
        check(
            "user_information.html",
            "<table><tr><td>Photo</td><td><img src='profile.jpg'><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>",
            json!({ "label_values": [
                {"label": "a", "value": "b", "media": [{"uri": "profile.jpg"}]}, {"value": "Photo"}
            ] }),
            0,
        );
        assert_eq!(section("contacts.html", b"<p>nothing</p>"), None);
    }
}
