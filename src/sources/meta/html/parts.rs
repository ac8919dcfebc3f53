//! The parts that records of every page share: heading, body, date, nested boxes, rows of labels, files and links.

use std::collections::{HashMap, HashSet};

use super::element::{Element, Node};
use crate::bundle::percent_decoded;
use crate::model::AttachmentKind;

const HEADING: [&str; 2] = ["_a6-h", "_2lek"];
const BODY: [&str; 2] = ["_a6-p", "_2let"];
/// The last is the text in the first, without it where a record stands among others in one box.
const DATE: [&str; 3] = ["_a6-o", "_2lem", "_a72d"];
const BOX: [&str; 2] = ["_a6-g", "uiBoxWhite"];
const REACTIONS: [&str; 2] = ["_a6-q", "_tqp"];

/// A record taken apart.
#[derive(Debug, Default)]
pub struct Parts<'e> {
    /// Title or sender.
    pub heading: Option<&'e Element>,
    /// What was written, and tables.
    pub bodies: Vec<&'e Element>,
    /// The date of the record.
    pub date: Option<&'e Element>,
    /// Boxes of the same kind inside it.
    pub nested: Vec<&'e Element>,
    /// Anything else that carries something.
    pub other: Vec<&'e Node>,
}

impl<'e> Parts<'e> {
    /// The parts of a record.
    #[must_use]
    pub fn of(record: &'e Element) -> Self {
        let mut parts = Self::default();
        for child in &record.children {
            match child {
                Node::Text(text) if text.trim().is_empty() => {}
                Node::Element(element) if element.has_any(&HEADING) && parts.heading.is_none() => {
                    parts.heading = Some(element);
                }
                Node::Element(element) if element.has_any(&DATE) && parts.date.is_none() => parts.date = Some(element),
                Node::Element(element) if element.has_any(&BODY) => parts.bodies.push(element),
                Node::Element(element) if element.has_any(&BOX) => parts.nested.push(element),
                Node::Element(element) if !element.carries() => {}
                other => parts.other.push(other),
            }
        }
        parts
    }

    /// Whether what this version knows is all there is.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.other.is_empty() && self.has_known_bodies()
    }

    /// Whether its bodies are such as are known: one that holds headings outside boxes is another shape.
    #[must_use]
    pub fn has_known_bodies(&self) -> bool {
        let foreign = |body: &&Element| {
            let mut found = false;
            body.each(&mut |element| {
                found |= element.has_any(&HEADING) && !is_box(element);
                !is_box(element)
            });
            found
        };
        !self.bodies.iter().any(foreign)
    }

    /// The heading's text; empty for none.
    #[must_use]
    pub fn heading_text(&self) -> String {
        self.heading.map(Element::text).unwrap_or_default()
    }

    /// The date's text and the address behind it; both may be empty.
    #[must_use]
    pub fn date_text(&self) -> (String, String) {
        self.date.map(date_of).unwrap_or_default()
    }
}

/// Whether an element is a box that holds a record of its own.
#[must_use]
pub fn is_box(element: &Element) -> bool {
    element.has_any(&BOX)
}

/// Whether an element is the list of reactions to a message.
#[must_use]
pub fn is_reactions(element: &Element) -> bool {
    element.name == "ul" && element.has_any(&REACTIONS)
}

/// Text and address of a date.
#[must_use]
pub fn date_of(date: &Element) -> (String, String) {
    let address = date.find(&|element| element.name == "a").map(|link| link.address.clone()).unwrap_or_default();
    let text = date.find(&|element| element.has_class("_a72d")).map_or_else(|| date.text(), Element::text);
    (text, address)
}

/// A row of a table of labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell<'e> {
    /// The label, in the language of the account.
    pub label: String,
    /// The value; empty for none.
    pub value: String,
    /// The address in the value; empty for none.
    pub address: String,
    /// Where the value stands.
    pub holder: &'e Element,
}

/// The rows of the tables in an element, not those of boxes inside it.
#[must_use]
pub fn cells_of(element: &Element) -> Vec<Cell<'_>> {
    let mut cells: Vec<Cell<'_>> = Vec::new();
    let mut inside = |element: &Element| !is_box(element);
    collect(element, &mut inside, &mut cells);
    cells
}

fn collect<'e>(element: &'e Element, inside: &mut dyn FnMut(&Element) -> bool, cells: &mut Vec<Cell<'e>>) {
    for child in element.elements() {
        if !inside(child) {
            continue;
        }
        if child.name != "tr" {
            collect(child, inside, cells);
            continue;
        }
        let columns: Vec<&Element> = child.elements().filter(|cell| cell.name == "td").collect();
        match columns.as_slice() {
            [label, value] => cells.push(cell(label.text(), value)),
            [wide] => {
                let own = |child: &Node| match child {
                    Node::Text(text) => Some(text.trim().to_owned()),
                    Node::Element(_) => None,
                };
                let label: Vec<String> = wide.children.iter().filter_map(own).filter(|text| !text.is_empty()).collect();
                cells.push(Cell { value: inner_text(wide), ..cell(label.join(" "), wide) });
            }
            _ => {
                for column in columns {
                    cells.push(cell(String::new(), column));
                }
            }
        }
    }
}

fn cell(label: String, holder: &Element) -> Cell<'_> {
    let link = holder.find(&|element| element.name == "a" && is_address(&element.address));
    let value = holder.text_without(&is_box);
    Cell { label, value, address: link.map(|link| link.address.clone()).unwrap_or_default(), holder }
}

/// The text of the elements in a cell, without its own words.
fn inner_text(cell: &Element) -> String {
    let parts: Vec<String> =
        cell.elements().filter(|element| !is_box(element)).map(|element| element.text_without(&is_box)).collect();
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Files and links of an element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Paths or addresses of files, each once, with what the page shows them as.
    pub files: Vec<(String, AttachmentKind)>,
    /// Addresses that are no files, each once, with the words on them.
    pub links: Vec<(String, String)>,
    /// Pictures that stand in place of a file that is not in the download.
    pub absent: usize,
}

/// Files and links in an element, boxes inside it included only when `boxes` says so.
#[must_use]
pub fn files_in(element: &Element, boxes: bool) -> Found {
    let mut finder = Finder::default();
    element.each(&mut |inner| {
        if !boxes && is_box(inner) {
            return false;
        }
        let address = inner.address.trim();
        match &*inner.name {
            "img" | "video" | "audio" | "source" if address.starts_with("data:") => finder.found.absent += 1,
            "img" => finder.add_file(address, AttachmentKind::Photo),
            "video" => finder.add_file(address, AttachmentKind::Video),
            "audio" => finder.add_file(address, AttachmentKind::Audio),
            "source" => finder.add_file(address, AttachmentKind::Other),
            "a" if is_own_file(address) && inner.find(&is_media).is_none() => {
                finder.add_file(address, AttachmentKind::Other);
            }
            "a" if is_file(address) => finder.add_file(address, AttachmentKind::Other),
            "a" if is_address(address) && inner.find(&is_media).is_none() && finder.links.insert(address) => {
                finder.found.links.push((address.to_owned(), inner.text()));
            }
            _ => {}
        }
        !is_reactions(inner)
    });
    // The address behind a picture that is elsewhere on the web is no link.
    let Finder { mut found, files, .. } = finder;
    found.links.retain(|(link, _)| !files.contains_key(link.as_str()));
    found
}

/// Finds each file and link once.
#[derive(Default)]
struct Finder<'e> {
    found: Found,
    /// Places of the files found.
    files: HashMap<&'e str, usize>,
    links: HashSet<&'e str>,
}

impl<'e> Finder<'e> {
    fn add_file(&mut self, address: &'e str, kind: AttachmentKind) {
        if address.is_empty() {
            return;
        }
        let kind = kind_by_folder(address).unwrap_or(kind);
        let next = self.found.files.len();
        let at = *self.files.entry(address).or_insert(next);
        match self.found.files.get_mut(at) {
            Some((_, known)) if *known == AttachmentKind::Other => *known = kind,
            Some(_) => {}
            None => {
                let path = path_of_address(address).unwrap_or_else(|| address.to_owned());
                self.found.files.push((path, kind));
            }
        }
    }
}

/// What a file of a conversation is, by the folder it lies in.
fn kind_by_folder(path: &str) -> Option<AttachmentKind> {
    path.rsplit('/').skip(1).find_map(|folder| match folder {
        "stickers_used" => Some(AttachmentKind::Sticker),
        "photos" => Some(AttachmentKind::Photo),
        "videos" => Some(AttachmentKind::Video),
        "audio" => Some(AttachmentKind::Audio),
        "gifs" => Some(AttachmentKind::Gif),
        "files" => Some(AttachmentKind::Document),
        _ => None,
    })
}

fn is_media(element: &Element) -> bool {
    matches!(&*element.name, "img" | "video" | "audio")
}

/// Whether it is an address on the web.
#[must_use]
pub fn is_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// Whether it is a file of the machine on which a browser saved the page.
fn is_own_file(address: &str) -> bool {
    address.starts_with("file:")
}

/// The path in the address of a file of the own machine.
#[must_use]
pub fn path_of_address(address: &str) -> Option<String> {
    let path = address.trim().strip_prefix("file:")?.trim_start_matches('/');
    let path = path.split(['?', '#']).next().unwrap_or(path);
    Some(percent_decoded(path).unwrap_or_else(|| path.to_owned()).replace('\\', "/"))
}

fn is_file(address: &str) -> bool {
    let scheme = address.split_once(':').is_some_and(|(scheme, _)| scheme.bytes().all(|b| b.is_ascii_alphabetic()));
    !address.is_empty() && !address.starts_with('#') && !scheme
}

/// Whether an element is the page's own words about a file: a link to it, or what stands where it cannot be shown.
#[must_use]
pub fn is_about_file(element: &Element) -> bool {
    let is_to_file = || is_file(&element.address) || is_own_file(&element.address);
    is_media(element) || (element.name == "a" && (is_to_file() || element.find(&is_media).is_some()))
}
