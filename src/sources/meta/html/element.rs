//! The tree of one record.

use std::borrow::Cow;

/// A text or an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Text as it stands.
    Text(String),
    /// An element.
    Element(Element),
}

/// An element with what is inside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name, lower case.
    pub name: Cow<'static, str>,
    /// Classes as written.
    pub class: String,
    /// `href` or `src`; empty for none.
    pub address: String,
    /// What is inside it, in order.
    pub children: Vec<Node>,
}

impl Element {
    /// Whether it has this class.
    #[must_use]
    pub fn has_class(&self, class: &str) -> bool {
        self.class.split_ascii_whitespace().any(|known| known == class)
    }

    /// Whether it has one of these classes.
    #[must_use]
    pub fn has_any(&self, classes: &[&str]) -> bool {
        classes.iter().any(|class| self.has_class(class))
    }

    /// The elements directly inside it.
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first element inside it, at any depth, of which `wanted` holds.
    pub fn find(&self, wanted: &dyn Fn(&Self) -> bool) -> Option<&Self> {
        self.elements().find_map(|element| if wanted(element) { Some(element) } else { element.find(wanted) })
    }

    /// Hands over every element inside it, outer ones first. `into` says whether to look inside one.
    pub fn each<'e>(&'e self, into: &mut dyn FnMut(&'e Self) -> bool) {
        for element in self.elements() {
            if into(element) {
                element.each(into);
            }
        }
    }

    /// Its text: lines where elements or `br` break them, without blanks at the ends.
    #[must_use]
    pub fn text(&self) -> String {
        self.text_without(&|_| false)
    }

    /// The same without the elements of which `left_out` holds.
    #[must_use]
    pub fn text_without(&self, left_out: &dyn Fn(&Self) -> bool) -> String {
        let mut text = String::new();
        self.write(&mut text, left_out);
        text.trim().to_owned()
    }

    /// Whether it holds any text, file or address.
    #[must_use]
    pub fn carries(&self) -> bool {
        !self.address.is_empty()
            || self.children.iter().any(|child| match child {
                Node::Text(text) => !text.trim().is_empty(),
                Node::Element(element) => element.carries(),
            })
    }

    fn write(&self, text: &mut String, left_out: &dyn Fn(&Self) -> bool) {
        for child in &self.children {
            match child {
                // Indentation between tags.
                Node::Text(blank) if blank.trim().is_empty() && blank.contains('\n') => {}
                Node::Text(words) => text.push_str(words),
                Node::Element(element) if left_out(element) => {}
                Node::Element(element) if element.name == "br" => text.push('\n'),
                Node::Element(element) if element.is_block() => {
                    end_line(text);
                    element.write(text, left_out);
                    end_line(text);
                }
                Node::Element(element) => element.write(text, left_out),
            }
        }
    }

    fn is_block(&self) -> bool {
        !matches!(&*self.name, "a" | "b" | "i" | "em" | "strong" | "u" | "span" | "font" | "time" | "img" | "td")
    }
}

fn end_line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}
