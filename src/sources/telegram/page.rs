//! A page of an export as a stream of boxes: its heading, messages, entries of lists. Each is a small tree of its own; no tree
//! of a whole page is held. Classes are those that `export_output_html.cpp` of Telegram Desktop writes.

use std::borrow::Cow;

use crate::sources::Stop;
use crate::sources::markup::{Start, Token, tokens};

/// Classes of boxes.
const BOXES: [&str; 4] = ["page_header", "message", "entry", "personal_info"];

/// Deepest nesting that is followed below a box; real ones have ten.
const DEPTH_MAX: usize = 64;

/// Most elements and texts of one box: a message of 4,096 letters, each in a tag of its own.
const NODES_MAX: usize = 20_000;

/// Elements that have no end tag.
const VOID: [&str; 6] = ["br", "hr", "img", "input", "link", "meta"];

/// An element.
#[derive(Debug, Default)]
pub struct Tag {
    pub name: Cow<'static, str>,
    pub class: String,
    pub address: String,
    pub title: String,
    pub id: String,
    pub children: Vec<Node>,
}

/// A text or an element.
#[derive(Debug)]
pub enum Node {
    Text(String),
    Tag(Tag),
}

impl Tag {
    fn of(start: Start) -> Self {
        let Start { name, class, address, title, id, .. } = start;
        Self { name, class, address, title, id, children: Vec::new() }
    }

    pub fn has(&self, class: &str) -> bool {
        self.class.split_ascii_whitespace().any(|known| known == class)
    }

    /// The elements directly inside it.
    pub fn tags(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            Node::Tag(tag) => Some(tag),
            Node::Text(_) => None,
        })
    }

    /// The first element directly inside it that has a class.
    pub fn child(&self, class: &str) -> Option<&Self> {
        self.tags().find(|tag| tag.has(class))
    }

    /// The first element inside it, at any depth, of which `wanted` holds.
    pub fn find(&self, wanted: &dyn Fn(&Self) -> bool) -> Option<&Self> {
        self.tags().find_map(|tag| if wanted(tag) { Some(tag) } else { tag.find(wanted) })
    }

    /// The first element inside it, at any depth, that has a class.
    pub fn inner(&self, class: &str) -> Option<&Self> {
        self.find(&|tag| tag.has(class))
    }

    /// Its words, without blanks at the ends.
    pub fn text(&self) -> String {
        self.text_without(&|_| false)
    }

    /// Its words without those of elements of which `left_out` holds.
    pub fn text_without(&self, left_out: &dyn Fn(&Self) -> bool) -> String {
        let mut text = String::new();
        self.write(&mut text, left_out);
        text.trim().to_owned()
    }

    fn write(&self, text: &mut String, left_out: &dyn Fn(&Self) -> bool) {
        for child in &self.children {
            match child {
                Node::Text(words) => text.push_str(words),
                Node::Tag(tag) if left_out(tag) => {}
                Node::Tag(tag) if tag.name == "br" => text.push('\n'),
                Node::Tag(tag) => tag.write(text, left_out),
            }
        }
    }
}

/// How a page ended.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Its end is missing; a box cut in two was not handed over.
    pub truncated: bool,
    /// It is a page of an export.
    pub is_export: bool,
}

/// Hands over the boxes of a page in order; `None` for one larger or deeper than any real one.
///
/// # Errors
/// [`Stop`] when `each` says so.
pub fn walk(html: &[u8], each: &mut dyn FnMut(Option<Tag>) -> Result<(), Stop>) -> Result<Ended, Stop> {
    let mut ended = Ended { truncated: true, is_export: false };
    let mut open: Vec<Tag> = Vec::new();
    let (mut nodes, mut below) = (0_usize, 0_usize);
    for token in tokens(html) {
        let excessive = nodes > NODES_MAX;
        match token {
            Token::Start(start) => {
                let void = VOID.contains(&&*start.name);
                ended.is_export |= start.class == "page_wrap";
                let tag = Tag::of(start);
                if open.is_empty() {
                    if !void && BOXES.iter().any(|class| tag.has(class)) {
                        (nodes, below) = (1, 0);
                        open.push(tag);
                    }
                    continue;
                }
                nodes += 1;
                if excessive || open.len() + below >= DEPTH_MAX {
                    nodes = NODES_MAX + 1;
                    below += usize::from(!void);
                } else if void {
                    add(&mut open, Node::Tag(tag));
                } else {
                    open.push(tag);
                }
            }
            Token::End(name) if open.is_empty() => ended.truncated &= !matches!(&*name, "body" | "html"),
            Token::End(_) if below > 0 => below -= 1,
            Token::End(name) => {
                let Some(at) = open.iter().rposition(|tag| tag.name == name) else { continue };
                while open.len() > at {
                    let Some(closed) = open.pop() else { break };
                    if open.is_empty() {
                        each((!excessive).then_some(closed))?;
                    } else {
                        add(&mut open, Node::Tag(closed));
                    }
                }
            }
            Token::Text(words) => {
                nodes += usize::from(!open.is_empty());
                if !excessive {
                    add(&mut open, Node::Text(words));
                }
            }
        }
    }
    Ok(ended)
}

fn add(open: &mut [Tag], node: Node) {
    if let Some(parent) = open.last_mut() {
        parent.children.push(node);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxes(html: &str) -> (Vec<String>, Ended) {
        let mut seen = Vec::new();
        let ended = walk(html.as_bytes(), &mut |tag| {
            seen.push(tag.map_or_else(|| "excessive".to_owned(), |tag| format!("{}:{}", tag.id, tag.text())));
            Ok(())
        });
        (seen, ended.unwrap())
    }

    #[test]
    fn boxes_come_whole_and_in_order() {
        let page = "<html><body><div class=page_wrap><div class=page_header>A</div><div class='message service' id=message-1>\
                    d</div><div class='message default' id=message2><div class=body>x<br>y<img></p></div></div></div></body></html>";
        let (seen, ended) = boxes(page);
        assert_eq!(seen, [":A", "message-1:d", "message2:x\ny"]);
        assert_eq!(ended, Ended { truncated: false, is_export: true });
        let (seen, ended) = boxes(page.get(..page.len() - 60).unwrap());
        assert_eq!((seen.len(), ended.truncated), (2, true));
    }

    #[test]
    fn hostile_boxes_are_bounded() {
        let deep =
            format!("<div class=message>{}x{}</div><div class=entry>y</div>", "<b>".repeat(900), "</b>".repeat(900));
        assert_eq!(boxes(&deep).0, ["excessive", ":y"]);
        let wide = format!("<div class=message>{}</div>", "<b>x</b>".repeat(NODES_MAX));
        assert_eq!(boxes(&wide).0, ["excessive"]);
    }
}
