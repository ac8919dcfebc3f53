//! Tokens of a page by the rules of WHATWG, with the few attributes that say something.

use std::borrow::Cow;

use html5gum::emitters::callback::{Callback, CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

/// A piece of a page.
#[derive(Debug, PartialEq, Eq)]
pub enum Token {
    /// A start tag.
    Start(Start),
    /// The name of an end tag.
    End(Cow<'static, str>),
    /// Text, entities decoded.
    Text(String),
}

/// A start tag.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// The element's name, lower case.
    pub name: Cow<'static, str>,
    /// Classes as written.
    pub class: String,
    /// `href` or `src`.
    pub address: String,
    /// `role`.
    pub role: String,
    /// `datetime`.
    pub datetime: String,
    /// `title`.
    pub title: String,
    /// `id`.
    pub id: String,
}

/// Names that occur often; kept without an allocation each.
const NAMES: [&str; 36] = [
    "a", "aside", "audio", "b", "base", "body", "br", "div", "footer", "font", "h1", "h2", "h3", "head", "header",
    "html", "i", "img", "input", "li", "link", "main", "meta", "p", "section", "source", "span", "style", "table",
    "tbody", "td", "time", "title", "tr", "ul", "video",
];

/// The tokens of a page.
pub fn tokens(html: &[u8]) -> impl Iterator<Item = Token> {
    let mut emitter = CallbackEmitter::new(Reader::default());
    // Styles and scripts hold no tags.
    emitter.naively_switch_states(true);
    let html = html.strip_prefix(b"\xef\xbb\xbf").unwrap_or(html);
    Tokenizer::new_with_emitter(html, emitter).filter_map(Result::ok)
}

#[derive(Default)]
struct Reader {
    start: Start,
    attribute: Attribute,
}

#[derive(Default)]
enum Attribute {
    Class,
    Address,
    Role,
    Datetime,
    Title,
    Id,
    #[default]
    Other,
}

impl Callback<Token, ()> for Reader {
    fn handle_event(&mut self, event: CallbackEvent<'_>, _span: Span<()>) -> Option<Token> {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.start = Start { name: name_of(name), ..Start::default() };
                self.attribute = Attribute::Other;
                None
            }
            CallbackEvent::AttributeName { name } => {
                self.attribute = match name {
                    b"class" => Attribute::Class,
                    b"href" | b"src" => Attribute::Address,
                    b"role" => Attribute::Role,
                    b"datetime" => Attribute::Datetime,
                    b"title" => Attribute::Title,
                    b"id" => Attribute::Id,
                    _ => Attribute::Other,
                };
                None
            }
            CallbackEvent::AttributeValue { value } => {
                let slot = match self.attribute {
                    Attribute::Class => &mut self.start.class,
                    Attribute::Address => &mut self.start.address,
                    Attribute::Role => &mut self.start.role,
                    Attribute::Datetime => &mut self.start.datetime,
                    Attribute::Title => &mut self.start.title,
                    Attribute::Id => &mut self.start.id,
                    Attribute::Other => return None,
                };
                // Of an attribute given twice the first counts.
                if slot.is_empty() {
                    slot.push_str(&String::from_utf8_lossy(value));
                }
                None
            }
            CallbackEvent::CloseStartTag { .. } => Some(Token::Start(std::mem::take(&mut self.start))),
            CallbackEvent::EndTag { name } => Some(Token::End(name_of(name))),
            CallbackEvent::String { value } => Some(Token::Text(String::from_utf8_lossy(value).into_owned())),
            CallbackEvent::Comment { .. } | CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => None,
        }
    }
}

fn name_of(name: &[u8]) -> Cow<'static, str> {
    match NAMES.iter().find(|known| known.as_bytes() == name) {
        Some(known) => Cow::Borrowed(known),
        None => Cow::Owned(String::from_utf8_lossy(name).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_attributes_and_text_are_told_apart() {
        let html =
            br#"<style>a<b{}</style><a class="x y" HREF='p?a=1&amp;b' class=z>l&#039;&eacute;t&eacute; &lt;3</a><br/>"#;
        let seen: Vec<Token> = tokens(html).collect();
        assert!(seen.contains(&Token::Start(Start {
            name: "a".into(),
            class: "x y".to_owned(),
            address: "p?a=1&b".to_owned(),
            ..Start::default()
        })));
        assert!(seen.contains(&Token::Text("l'\u{e9}t\u{e9} <3".to_owned())), "{seen:?}");
        assert!(seen.contains(&Token::Text("a<b{}".to_owned())), "{seen:?}");
    }
}
