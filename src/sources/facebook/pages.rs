//! HTML pages of sections, brought to the shapes that JSON has, so that one reader makes one record of both.
//!
//! Times do not come along in those shapes: a page prints wall clocks, JSON has seconds. They are handed on beside.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::sections::Form;
use crate::model::{AttachmentKind, Kind, Precision};
use crate::sources::meta::html::{
    Calendar, Cell, Element, Moment, Node, Parts, Printed, cells_of, files_in, is_about_file, is_address, is_box,
};
use crate::sources::meta::put;

/// Words that begin the line of the last edit, lower case. A line that only repeats the date of its record is known in
/// any language.
const UPDATED: [&str; 15] = [
    "updated",
    "mis à jour",
    "mise à jour",
    "actualizado",
    "atualizado em",
    "atualizado",
    "aktualisiert",
    "aggiornato",
    "bijgewerkt",
    "zaktualizowano",
    "güncellendi",
    "تم التحديث",
    "cập nhật",
    "opdateret",
    "diperbarui",
];

/// What follows a beginning, written in any case.
fn after<'t>(text: &'t str, beginning: &str) -> Option<&'t str> {
    let mut rest = text;
    for wanted in beginning.chars() {
        let letter = rest.chars().next().filter(|letter| letter.to_lowercase().eq(wanted.to_lowercase()))?;
        rest = rest.get(letter.len_utf8()..)?;
    }
    Some(rest)
}

/// Words that begin the line of an address, lower case.
const ADDRESS: [&str; 10] =
    ["address", "adresse", "dirección", "endereço", "morada", "indirizzo", "adres", "العنوان", "住所", "alamat"];

/// Deepest nesting of boxes in a record; real ones have three. Records are stored as JSON, whose readers stop at 128.
const BOXES_MAX: usize = 16;

/// A record of a page in the shape of JSON, with what that shape cannot say.
#[derive(Debug, Default)]
pub(super) struct PageRecord {
    /// The element as JSON would have it, without times.
    pub fields: Map<String, Value>,
    /// When.
    pub moment: Option<Moment>,
    /// The date as printed, when it cannot be read.
    pub time_text: Option<String>,
    /// The address of the original, which needs the account.
    pub permalink: Option<String>,
    /// The last edit, when it differs from the time.
    pub updated: Option<Printed>,
    /// What the page shows its files as.
    pub kinds: HashMap<String, AttachmentKind>,
    /// Boxes around what is being read.
    depth: usize,
}

/// Takes a record apart; `None` when its shape is unknown. An empty record has no fields and no date.
pub(super) fn read(record: &Element, form: Form, kind: Kind, calendar: &Calendar<'_>) -> Option<PageRecord> {
    let parts = Parts::of(record);
    let nothing = parts.heading.is_none() && parts.bodies.is_empty() && parts.date.is_none() && parts.nested.is_empty();
    if (nothing && record.carries()) || !parts.has_known_bodies() {
        return None;
    }
    let mut page = PageRecord::default();
    let (date, link) = parts.date_text();
    page.moment = calendar.moment(&date);
    let is_whole = page.moment.as_ref().is_some_and(|moment| moment.is_all_of(&date));
    page.time_text = Some(date.clone()).filter(|date| !is_whole && !date.is_empty());
    page.permalink = Some(link).filter(|link| !link.is_empty());
    let heading = parts.heading_text();
    let rows: usize = parts.bodies.iter().map(|body| cells_of(body).len()).sum();
    let pictured = parts.bodies.iter().any(|body| body.find(&is_about_file).is_some());
    if (rows > 0 && (heading.is_empty() || !pictured)) || !parts.nested.is_empty() {
        table(&parts, heading, calendar, &mut page);
        return Some(page);
    }
    let mut written = Written { date: &date, calendar, kind, ..Written::new(calendar) };
    for body in &parts.bodies {
        written.body(body);
    }
    for other in &parts.other {
        written.other(other);
    }
    page.updated = written.updated.take();
    page.kinds = std::mem::take(&mut written.kinds);
    if page.moment.is_none() && page.time_text.is_none() {
        // One kind of page has only the line of the edit.
        page.moment = page.updated.take().map(|printed| calendar.moment_of(&printed));
    }
    written.fill(form, heading, &mut page.fields);
    Some(page)
}

/// A record of rows of labels, or of boxes with rows in them.
fn table(parts: &Parts<'_>, heading: String, calendar: &Calendar<'_>, page: &mut PageRecord) {
    let mut lines: Vec<Value> = Vec::new();
    for body in &parts.bodies {
        lines.extend(lines_of(body, calendar, page));
    }
    for nested in &parts.nested {
        lines.push(group(nested, calendar, page));
    }
    if !heading.is_empty() {
        page.fields.insert("title".to_owned(), heading.into());
    }
    if !lines.is_empty() {
        page.fields.insert("label_values".to_owned(), lines.into());
    }
    add_shown(parts.other.iter().map(|node| text_of(node)).collect(), &mut page.fields);
}

/// The rows of a body and its boxes, with the words beside them.
fn lines_of(body: &Element, calendar: &Calendar<'_>, page: &mut PageRecord) -> Vec<Value> {
    let mut lines: Vec<Value> = cells_of(body).into_iter().filter_map(|cell| line(&cell, calendar, page)).collect();
    let mut boxes = Vec::new();
    body.each(&mut |inner| {
        if is_box(inner) {
            boxes.push(inner);
        }
        !is_box(inner)
    });
    lines.extend(boxes.into_iter().map(|inner| group(inner, calendar, page)));
    let beside = body.text_without(&|inner| inner.name == "table" || is_box(inner) || is_about_file(inner));
    if !beside.is_empty() {
        lines.push(json!({ "value": beside }));
    }
    lines
}

/// A box inside a record: its heading names the group. Boxes deeper than any real ones are words.
fn group(inner: &Element, calendar: &Calendar<'_>, page: &mut PageRecord) -> Value {
    page.depth += 1;
    let group = if page.depth > BOXES_MAX { json!({ "value": inner.text() }) } else { group_of(inner, calendar, page) };
    page.depth -= 1;
    group
}

fn group_of(inner: &Element, calendar: &Calendar<'_>, page: &mut PageRecord) -> Value {
    let parts = Parts::of(inner);
    let mut lines: Vec<Value> = Vec::new();
    for body in &parts.bodies {
        lines.extend(lines_of(body, calendar, page));
    }
    for nested in &parts.nested {
        lines.push(group(nested, calendar, page));
    }
    let words = parts.other.iter().map(|node| text_of(node)).chain([parts.date_text().0]);
    lines.extend(words.filter(|words| !words.is_empty()).map(|words| json!({ "value": words })));
    json!({ "title": parts.heading_text(), "dict": lines })
}

fn line(cell: &Cell<'_>, calendar: &Calendar<'_>, page: &mut PageRecord) -> Option<Value> {
    let found = files_in(cell.holder, false);
    let mut line = Map::new();
    if !cell.label.is_empty() {
        line.insert("label".to_owned(), cell.label.clone().into());
    }
    if let Some(printed) = calendar.printed(&cell.value, 0) {
        // A row may tell the time of a record that has no date of its own.
        page.moment = page.moment.take().or_else(|| Some(calendar.moment_of(&printed)));
        line.insert("time_text".to_owned(), cell.value.clone().into());
    } else if !cell.value.is_empty() {
        line.insert("value".to_owned(), cell.value.clone().into());
    }
    if !cell.address.is_empty() {
        line.insert("href".to_owned(), cell.address.clone().into());
    }
    let media: Vec<Value> = found.files.into_iter().map(|(uri, _)| json!({ "uri": uri })).collect();
    if !media.is_empty() {
        line.insert("media".to_owned(), media.into());
    }
    (!line.is_empty()).then_some(Value::Object(line))
}

/// What somebody wrote and added, gathered from the blocks of a body in their order.
struct Written<'w> {
    date: &'w str,
    calendar: &'w Calendar<'w>,
    kind: Kind,
    texts: Vec<String>,
    media: Vec<Map<String, Value>>,
    links: Vec<(String, String)>,
    places: Vec<Value>,
    updated: Option<Printed>,
    tagged: Vec<String>,
    reaction: Option<String>,
    shown: Vec<String>,
    kinds: HashMap<String, AttachmentKind>,
    /// Places of the files in `media`.
    places_of_files: HashMap<String, usize>,
}

impl<'w> Written<'w> {
    fn new(calendar: &'w Calendar<'w>) -> Self {
        Self {
            date: "",
            calendar,
            kind: Kind::Other,
            texts: Vec::new(),
            media: Vec::new(),
            links: Vec::new(),
            places: Vec::new(),
            updated: None,
            tagged: Vec::new(),
            reaction: None,
            shown: Vec::new(),
            kinds: HashMap::new(),
            places_of_files: HashMap::new(),
        }
    }

    /// A body holds blocks; without them it is one.
    fn body(&mut self, body: &Element) {
        let mut blocks = Vec::new();
        body.each(&mut |inner| {
            let block = inner.has_class("_2pin") && inner.name != "td";
            if block {
                blocks.push(inner);
            }
            !block
        });
        if blocks.is_empty() {
            self.block(body);
            return;
        }
        let is_block = |inner: &Element| inner.has_class("_2pin") && inner.name != "td";
        let beside = body.text_without(&|inner| is_block(inner) || is_tagged(inner) || is_about_file(inner));
        body.each(&mut |inner| {
            if is_tagged(inner) {
                self.tagged.push(inner.text());
            }
            !is_block(inner) && !is_tagged(inner)
        });
        for block in blocks {
            self.block(block);
        }
        if !beside.is_empty() {
            self.text(&beside);
        }
    }

    fn block(&mut self, block: &Element) {
        let found = files_in(block, true);
        let mut pictured = false;
        for (uri, kind) in found.files {
            if let Some(icon) = icon_of(&uri) {
                self.reaction = self.reaction.take().or(Some(icon));
                continue;
            }
            pictured = true;
            self.kinds.insert(uri.clone(), kind);
            self.places_of_files.insert(uri.clone(), self.media.len());
            self.media.push(Map::from_iter([("uri".to_owned(), Value::from(uri))]));
        }
        if pictured {
            self.about_media(block);
            return;
        }
        let inline = inline_links(block);
        let stands_alone = |inner: &Element| is_link(inner) && !inline.iter().any(|link| std::ptr::eq(*link, inner));
        let mut card = block.text_without(&|inner| stands_alone(inner) || is_tagged(inner));
        for (url, words) in found.links {
            if inline.iter().any(|link| link.address == url) {
                self.links.push((url, String::new()));
                continue;
            }
            // A card has the address twice: as a link and in its words.
            card = card.lines().filter(|line| line.trim() != url).collect::<Vec<_>>().join("\n");
            let title = if words == url { String::new() } else { words };
            self.links.push((url, title));
        }
        block.each(&mut |inner| {
            if is_tagged(inner) {
                self.tagged.push(inner.text());
            }
            true
        });
        if !card.is_empty() {
            self.text(&card);
        }
    }

    /// Words and tables of a block with files, each given to the file before it.
    fn about_media(&mut self, block: &Element) {
        let mut seen: Option<usize> = None;
        let first =
            self.media.len() - files_in(block, true).files.iter().filter(|(uri, _)| icon_of(uri).is_none()).count();
        self.walk_media(block, first, &mut seen);
    }

    fn walk_media(&mut self, element: &Element, first: usize, seen: &mut Option<usize>) {
        for child in &element.children {
            let Node::Element(inner) = child else {
                if let Node::Text(text) = child
                    && !text.trim().is_empty()
                {
                    self.caption(text.trim(), first, *seen);
                }
                continue;
            };
            if is_about_file(inner) {
                let files = files_in(inner, true).files;
                let uri = files.first().map_or(inner.address.as_str(), |(uri, _)| uri.as_str());
                *seen = self.places_of_files.get(uri).copied().or(*seen);
            } else if inner.name == "table" {
                self.details(inner, first, *seen);
            } else if is_tagged(inner) {
                self.tagged.push(inner.text());
            } else if is_link(inner) {
                let (url, words) = (inner.address.clone(), inner.text());
                let title = if words == url { String::new() } else { words };
                self.links.push((url, title));
            } else if inner.find(&|deep| is_about_file(deep) || deep.name == "table" || is_tagged(deep)).is_some() {
                self.walk_media(inner, first, seen);
            } else {
                let links = files_in(inner, true).links;
                let text = inner.text();
                if !text.is_empty() && !links.iter().any(|(_, words)| *words == text) {
                    self.caption(&text, first, *seen);
                    self.links.extend(links.into_iter().map(|(url, _)| (url, String::new())));
                } else {
                    let title = |url: &str, words: String| if words == url { String::new() } else { words };
                    self.links.extend(links.into_iter().map(|(url, words)| (url.clone(), title(&url, words))));
                }
            }
        }
    }

    /// Words before the first file of a block name the album, those after a file are its caption.
    fn caption(&mut self, words: &str, first: usize, seen: Option<usize>) {
        if let Some(place) = place_of(words) {
            self.places.push(place);
            return;
        }
        let key = if seen.is_some() { "description" } else { "title" };
        let Some(media) = self.media.get_mut(seen.unwrap_or(first)) else {
            self.text(words);
            return;
        };
        match media.get(key).and_then(Value::as_str) {
            Some(known) if known == words => {}
            Some(known) => {
                let both = format!("{known}\n{words}");
                media.insert(key.to_owned(), both.into());
            }
            None => drop(media.insert(key.to_owned(), words.into())),
        }
    }

    fn details(&mut self, table: &Element, first: usize, seen: Option<usize>) {
        // The rows of a table are found below an element.
        let holder = Element { children: vec![Node::Element(table.clone())], ..Element::default() };
        let rows = cells_of(&holder).into_iter().map(|cell| json!({ "label": cell.label, "value": cell.value }));
        let rows: Vec<Value> = rows.collect();
        if let Some(media) = self.media.get_mut(seen.unwrap_or(first)) {
            put(media, "label_values", rows);
        } else {
            self.shown.push(table.text());
        }
    }

    fn text(&mut self, words: &str) {
        if let Some(printed) = self.edit(words) {
            let same = self.calendar.printed(self.date, 2).is_some_and(|date| date.clock == printed.clock);
            self.updated = Some(printed).filter(|_| !same);
            return;
        }
        let lines: Vec<&str> = words.lines().collect();
        let mut left = Vec::new();
        for line in lines {
            if let Some(place) = place_of(line) {
                self.places.push(place);
            } else if let Some(address) = address_of(line).filter(|_| !self.places.is_empty()) {
                if let Some(Value::Object(place)) = self.places.last_mut() {
                    put(place, "address", address);
                }
            } else {
                left.push(line);
            }
        }
        let text = left.join("\n").trim().to_owned();
        if !text.is_empty() && !self.texts.contains(&text) {
            self.texts.push(text);
        }
    }

    /// The date of a line about the last edit: a word for it and nothing but a date, or the date of the record in words that
    /// stand around other dates of the page too. Under comments there is no such line.
    fn edit(&self, words: &str) -> Option<Printed> {
        if self.kind == Kind::Comment {
            return None;
        }
        let date =
            |text: &str| self.calendar.printed(text, 0).filter(|printed| printed.clock.precision != Precision::Day);
        if let Some(rest) = UPDATED.iter().find_map(|word| after(words, word)) {
            return date(rest.trim_start_matches([':', ' ']));
        }
        let (before, behind) = words.split_once(self.date).filter(|_| !self.date.is_empty())?;
        let alone = before.trim().is_empty() && behind.trim().is_empty();
        let printed = self.calendar.printed(self.date, 2)?;
        (alone || (words.len() < self.date.len() + 32 && self.calendar.repeats(before, behind))).then_some(printed)
    }

    fn other(&mut self, node: &Node) {
        match node {
            Node::Element(element) if is_tagged(element) => self.tagged.push(element.text()),
            Node::Element(element) => {
                for (uri, _) in files_in(element, true).files {
                    self.media.push(Map::from_iter([("uri".to_owned(), Value::from(uri))]));
                }
                self.shown.push(element.text());
            }
            Node::Text(text) => self.shown.push(text.trim().to_owned()),
        }
    }

    /// Puts everything where JSON has it.
    fn fill(self, form: Form, heading: String, fields: &mut Map<String, Value>) {
        match form {
            Form::Named | Form::Event | Form::Badges => {
                let key = if self.texts.is_empty() || form == Form::Event { "name" } else { "title" };
                put_text(fields, key, heading);
                let named =
                    |text: String| if form == Form::Event { Value::from(text) } else { json!({ "name": text }) };
                let names: Vec<Value> = self.texts.into_iter().map(named).collect();
                match names.as_slice() {
                    [] => {}
                    [only] if form == Form::Event => drop(fields.insert("description".to_owned(), only.clone())),
                    _ => drop(fields.insert("data".to_owned(), names.into())),
                }
            }
            Form::Listing => {
                put_text(fields, "title", heading);
                put_text(fields, "description", self.texts.join("\n\n"));
            }
            Form::Media if self.media.len() == 1 && self.texts.is_empty() => {
                put_text(fields, "heading", heading);
                fields.extend(self.media.into_iter().flatten());
                fill_rest(fields, &self.links, self.places, self.tagged, self.shown);
                return;
            }
            _ => {
                put_text(fields, "title", heading);
                let data = self.texts.into_iter().map(|text| datum(self.kind, &text));
                let mut data: Vec<Value> = data.collect();
                if let Some(reaction) = self.reaction {
                    data.push(json!({ "reaction": { "reaction": reaction } }));
                }
                if !data.is_empty() {
                    fields.insert("data".to_owned(), data.into());
                }
            }
        }
        let mut attached: Vec<Value> = self.media.into_iter().map(|media| json!({ "media": media })).collect();
        attached.extend(self.places.into_iter().map(|place| json!({ "place": place })));
        attached.extend(self.links.iter().map(|(url, name)| {
            let name = Some(name.as_str()).filter(|name| !name.is_empty());
            json!({ "external_context": { "url": url, "name": name } })
        }));
        if !attached.is_empty() {
            fields.insert("attachments".to_owned(), json!([{ "data": attached }]));
        }
        fill_rest(fields, &[], Vec::new(), self.tagged, self.shown);
    }
}

fn fill_rest(
    fields: &mut Map<String, Value>,
    links: &[(String, String)],
    places: Vec<Value>,
    tagged: Vec<String>,
    shown: Vec<String>,
) {
    if !links.is_empty() {
        put(fields, "links", links.iter().map(|(url, _)| Value::from(url.as_str())).collect::<Vec<_>>());
    }
    if !places.is_empty() {
        put(fields, "places", places);
    }
    if !tagged.is_empty() {
        put(fields, "tagged", tagged);
    }
    add_shown(shown, fields);
}

/// Words that have no place in any known shape.
fn add_shown(shown: Vec<String>, fields: &mut Map<String, Value>) {
    let shown: Vec<String> = shown.into_iter().filter(|words| !words.is_empty()).collect();
    if !shown.is_empty() {
        put(fields, "shown", shown);
    }
}

fn put_text(fields: &mut Map<String, Value>, key: &str, text: String) {
    if !text.is_empty() {
        put(fields, key, text);
    }
}

fn datum(kind: Kind, text: &str) -> Value {
    match kind {
        Kind::Comment => json!({ "comment": { "comment": text } }),
        Kind::Search | Kind::Saved => json!({ "text": text }),
        _ => json!({ "post": text }),
    }
}

fn text_of(node: &Node) -> String {
    match node {
        Node::Text(text) => text.trim().to_owned(),
        Node::Element(element) => element.text(),
    }
}

/// Links in the middle of words, which belong to the words.
fn inline_links(block: &Element) -> Vec<&Element> {
    let mut found = Vec::new();
    let look = |element: &Element| {
        element.children.iter().any(|child| matches!(child, Node::Text(text) if !text.trim().is_empty()))
    };
    let mut add = |element| {
        if look(element) {
            found.extend(element.elements().filter(|inner| is_link(inner)));
        }
    };
    add(block);
    block.each(&mut |inner| {
        add(inner);
        true
    });
    found
}

fn is_link(element: &Element) -> bool {
    element.name == "a" && is_address(&element.address)
}

/// "You tagged …".
fn is_tagged(element: &Element) -> bool {
    element.has_class("_a701")
}

/// The name of a reaction, which only its picture tells: `icons/like.png`.
fn icon_of(uri: &str) -> Option<String> {
    let (folder, name) = uri.rsplit_once('/')?;
    let inside = folder == "icons" || folder.ends_with("/icons");
    inside.then(|| name.split('.').next().unwrap_or(name).to_uppercase())
}

/// "Place: NAME (14.69, -17.44)", in any language.
fn place_of(line: &str) -> Option<Value> {
    let (before, spot) = line.trim().strip_suffix(')')?.rsplit_once('(')?;
    let (latitude, longitude) = spot.split_once(',')?;
    let latitude: f64 = latitude.trim().parse().ok()?;
    let longitude: f64 = longitude.trim().parse().ok()?;
    let (_, name) = before.split_once([':', '：'])?;
    Some(json!({ "name": name.trim(), "coordinate": { "latitude": latitude, "longitude": longitude } }))
}

fn address_of(line: &str) -> Option<&str> {
    let (label, address) = line.split_once([':', '：'])?;
    ADDRESS
        .contains(&label.trim().to_lowercase().as_str())
        .then(|| address.trim())
        .filter(|address| !address.is_empty())
}
