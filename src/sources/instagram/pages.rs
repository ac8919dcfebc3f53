//! Records of HTML pages brought to the form that the grammars of JSON have: pairs of a key and a value.

use std::collections::HashSet;

use serde_json::json;

use super::facts::{Facts, Pair};
use crate::sources::meta::html::{
    Calendar, Element, Node, Parts, cells_of, files_in, is_about_file, is_address, is_box,
};
use crate::sources::meta::put;

/// Takes a record apart; `None` when its shape is unknown. The flag says that its date cannot be read.
pub fn facts_of(record: &Element, calendar: &Calendar<'_>) -> Option<(Facts, bool)> {
    let parts = Parts::of(record);
    let nothing = parts.heading.is_none() && parts.bodies.is_empty() && parts.date.is_none() && parts.nested.is_empty();
    if (nothing && record.carries()) || !parts.has_known_bodies() {
        return None;
    }
    let mut facts = Facts { title: parts.heading_text(), ..Facts::default() };
    let (date, link) = parts.date_text();
    facts.moment = calendar.moment(&date);
    let bad_time = facts.moment.is_none() && !date.is_empty();
    if bad_time {
        put(&mut facts.rest, "time_text", date);
    }
    if !link.is_empty() {
        put(&mut facts.rest, "permalink", link);
    }
    let mut reader = Reader { facts, files: HashSet::new(), calendar };
    for body in &parts.bodies {
        reader.body(body, "", 0);
    }
    for nested in &parts.nested {
        reader.group(nested, "", 1);
    }
    for other in &parts.other {
        let value = match other {
            Node::Text(text) => text.trim().to_owned(),
            Node::Element(element) => element.text(),
        };
        reader.add(Pair { value, ..Pair::default() });
    }
    Some((reader.facts, bad_time))
}

struct Reader<'r> {
    facts: Facts,
    files: HashSet<String>,
    calendar: &'r Calendar<'r>,
}

impl Reader<'_> {
    /// Rows, boxes, and what stands beside them.
    fn body(&mut self, body: &Element, group: &str, depth: usize) {
        for cell in cells_of(body) {
            self.add_files(cell.holder);
            let value = if cell.value == cell.address { String::new() } else { cell.value };
            let label = cell.label;
            let mut boxes = Vec::new();
            boxes_in(cell.holder, &mut boxes);
            for inner in boxes {
                self.group(inner, &joined(group, &label), depth + 1);
            }
            self.add(Pair { label, group: group.to_owned(), depth, value, href: cell.address, seconds: 0 });
        }
        let mut old = Vec::new();
        self.beside(body, group, depth, &mut old);
        // Until 2023 labels and values stand one after the other.
        let mut lines = old.into_iter();
        while let Some(label) = lines.next() {
            let value = lines.next().unwrap_or_default();
            let (label, value) = if value.is_empty() { (String::new(), label) } else { (label, value) };
            self.add(Pair { label, group: group.to_owned(), depth, value, ..Pair::default() });
        }
    }

    /// A box inside a record: its heading names the group.
    fn group(&mut self, inner: &Element, above: &str, depth: usize) {
        let parts = Parts::of(inner);
        let group = joined(above, &parts.heading_text());
        for body in &parts.bodies {
            self.body(body, &group, depth);
        }
        for nested in &parts.nested {
            self.group(nested, &group, depth + 1);
        }
        let words = parts.other.iter().map(|node| match node {
            Node::Text(text) => text.trim().to_owned(),
            Node::Element(element) => element.text(),
        });
        for value in words.chain([parts.date_text().0]) {
            self.add(Pair { group: group.clone(), depth, value, ..Pair::default() });
        }
    }

    /// Files, links and words outside tables and boxes.
    fn beside(&mut self, element: &Element, group: &str, depth: usize, old: &mut Vec<String>) {
        if element.children.iter().any(|child| matches!(child, Node::Text(text) if !text.trim().is_empty())) {
            // Words, with the links among them.
            let found = files_in(element, false);
            let mut value =
                element.text_without(&|inner| is_box(inner) || inner.name == "table" || is_about_file(inner));
            for (href, _) in found.links {
                if value == href {
                    value.clear();
                }
                self.add(Pair { group: group.to_owned(), depth, href, ..Pair::default() });
            }
            if element.has_class("_a6-q") {
                old.push(value);
            } else {
                self.add(Pair { group: group.to_owned(), depth, value, ..Pair::default() });
            }
            self.add_files(element);
            return;
        }
        for inner in element.elements() {
            if is_box(inner) {
                self.group(inner, group, depth + 1);
            } else if inner.name == "table" {
            } else if is_about_file(inner) {
                let holder = Element { children: vec![Node::Element(inner.clone())], ..Element::default() };
                self.add_files(&holder);
            } else if inner.name == "a" && is_address(&inner.address) {
                let text = inner.text();
                let value = if text == inner.address { String::new() } else { text };
                let href = inner.address.clone();
                self.add(Pair { group: group.to_owned(), depth, value, href, ..Pair::default() });
            } else {
                self.beside(inner, group, depth, old);
            }
        }
    }

    /// Adds a pair that says something. The first date of a record without one of its own is its time.
    fn add(&mut self, pair: Pair) {
        if pair.value.is_empty() && pair.href.is_empty() {
            return;
        }
        if self.facts.moment.is_none() && pair.depth == 0 && pair.href.is_empty() {
            self.facts.moment = self.calendar.moment(&pair.value);
            if self.facts.moment.is_some() {
                return;
            }
        }
        self.facts.pairs.push(pair);
    }

    fn add_files(&mut self, holder: &Element) {
        for (uri, _) in files_in(holder, false).files {
            if self.files.insert(uri.clone()) {
                self.facts.media.push(json!({ "uri": uri }));
            }
        }
    }
}

fn boxes_in<'e>(element: &'e Element, boxes: &mut Vec<&'e Element>) {
    element.each(&mut |inner| {
        if is_box(inner) {
            boxes.push(inner);
        }
        !is_box(inner)
    });
}

fn joined(above: &str, below: &str) -> String {
    match (above.is_empty(), below.is_empty()) {
        (true, _) => below.to_owned(),
        (false, true) => above.to_owned(),
        (false, false) => format!("{above} / {below}"),
    }
}
