//! What stands between two edges of a page, gathered: a date, words before and after it, files, links, rows.

use crate::model::AttachmentKind;
use crate::sources::Stop;
use crate::sources::meta::html::{Element, Node, Piece, files_in, is_address};

/// Names of elements that stand in the middle of words.
const INLINE: [&str; 10] = ["a", "abbr", "b", "em", "font", "i", "small", "span", "strong", "u"];

/// What somebody else wrote under a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Remark {
    /// Name; empty for none.
    pub author: String,
    /// The date as printed; empty for none.
    pub date: String,
    /// The words.
    pub text: String,
}

/// A row of a table.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// The text of each cell.
    pub cells: Vec<String>,
    /// How many of them, from the first, are headings.
    pub headings: usize,
    /// Rows of values in tables inside it.
    pub inner: u64,
}

/// One thing on a page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    /// The heading above it; empty for none.
    pub list: String,
    /// It is an item of a list.
    pub listed: bool,
    /// The date as printed.
    pub date: Option<String>,
    /// Words outside of boxes: on a wall, a sentence of the platform.
    pub title: String,
    /// Paragraphs somebody wrote.
    pub texts: Vec<String>,
    /// Paths or addresses of files.
    pub media: Vec<(String, AttachmentKind)>,
    /// Addresses, with the words on them.
    pub links: Vec<(String, String)>,
    /// Paths of pages of the download.
    pub pages: Vec<String>,
    /// Rows of a table.
    pub rows: Vec<Row>,
    /// What others wrote under it.
    pub remarks: Vec<Remark>,
}

impl Entry {
    fn is_empty(&self) -> bool {
        self.date.is_none() && self.title.trim().is_empty() && self.is_bare()
    }

    /// Whether it has nothing but a date and a title.
    fn is_bare(&self) -> bool {
        self.texts.is_empty()
            && self.media.is_empty()
            && self.links.is_empty()
            && self.pages.is_empty()
            && self.rows.is_empty()
            && self.remarks.is_empty()
    }

    /// Title and texts.
    pub(super) fn words(&self) -> Vec<&str> {
        let title = Some(self.title.as_str()).filter(|title| !title.is_empty());
        title.into_iter().chain(self.texts.iter().map(String::as_str)).collect()
    }
}

/// Takes pieces and gives entries.
pub(super) struct Gatherer<'e> {
    /// The entry; `None` for something of unknown shape.
    each: &'e mut dyn FnMut(Option<Entry>) -> Result<(), Stop>,
    list: String,
    entry: Entry,
    /// Each row is an entry.
    rows_apart: bool,
}

impl<'e> Gatherer<'e> {
    pub(super) fn new(rows_apart: bool, each: &'e mut dyn FnMut(Option<Entry>) -> Result<(), Stop>) -> Self {
        Self { each, list: String::new(), entry: Entry::default(), rows_apart }
    }

    pub(super) fn take(&mut self, piece: Piece) -> Result<(), Stop> {
        match piece {
            Piece::Record(element) => self.element(&element),
            Piece::Stray(words) => {
                self.words(&words);
                Ok(())
            }
            Piece::Edge => {
                // A date by itself waits for what it dates.
                let waits = self.entry.date.is_some() && self.entry.title.trim().is_empty() && self.entry.is_bare();
                if waits { Ok(()) } else { self.end() }
            }
            Piece::Excessive => {
                self.end()?;
                (self.each)(None)
            }
        }
    }

    /// Ends the entry being gathered.
    pub(super) fn end(&mut self) -> Result<(), Stop> {
        let mut entry = std::mem::take(&mut self.entry);
        if entry.is_empty() {
            return Ok(());
        }
        entry.title.truncate(entry.title.trim_end().len());
        entry.title.drain(..entry.title.len() - entry.title.trim_start().len());
        entry.list.clone_from(&self.list);
        (self.each)(Some(entry))
    }

    fn element(&mut self, element: &Element) -> Result<(), Stop> {
        match &*element.name {
            "h2" | "h3" | "h4" => {
                self.end()?;
                self.list = element.text();
            }
            "li" => self.boxed(element)?,
            "tr" => {
                if self.rows_apart {
                    self.end()?;
                }
                self.entry.rows.push(row_of(element));
                if self.rows_apart {
                    self.end()?;
                }
            }
            "br" => self.words("\n"),
            _ if element.has_any(&["footer", "nav"]) => {}
            _ if element.has_class("block") => self.boxed(element)?,
            _ if element.has_class("meta") => self.meta(element)?,
            _ if element.has_class("comment") => self.comment(element),
            name if INLINE.contains(&name) || matches!(name, "img" | "video" | "audio" | "source") => {
                self.files(element);
                self.words(&element.text());
            }
            _ => {
                for child in &element.children {
                    match child {
                        Node::Text(text) => self.words(text),
                        Node::Element(inner) => self.element(inner)?,
                    }
                }
            }
        }
        Ok(())
    }

    fn meta(&mut self, element: &Element) -> Result<(), Stop> {
        if element.find(&|inner| matches!(&*inner.name, "li" | "tr")).is_some() {
            inner_rows(element, &mut self.entry.rows);
            self.entry.texts.extend(lines_of_lists(element));
            return Ok(());
        }
        if self.entry.date.is_some() {
            self.end()?;
        }
        self.entry.date = Some(element.text());
        Ok(())
    }

    /// What somebody wrote: with a name or a date of its own it is a remark of somebody.
    fn comment(&mut self, element: &Element) {
        let author = element.find(&|inner| inner.has_any(&["user", "author"])).map(Element::text);
        let date = element.find(&|inner| inner.has_class("meta")).map(Element::text);
        let text = element.text_without(&|inner| inner.has_any(&["user", "author", "meta"]));
        if author.is_some() || date.is_some() {
            let (author, date) = (author.unwrap_or_default(), date.unwrap_or_default());
            self.entry.remarks.push(Remark { author, date, text });
            return;
        }
        self.files(element);
        if !text.is_empty() {
            self.entry.texts.push(text);
        }
    }

    /// A box or an item of a list is one entry, whatever stands in it.
    fn boxed(&mut self, element: &Element) -> Result<(), Stop> {
        self.end()?;
        self.entry.listed = element.name == "li";
        self.inside(element);
        self.end()
    }

    fn inside(&mut self, element: &Element) {
        let mut line = String::new();
        for child in &element.children {
            match child {
                Node::Text(text) => line.push_str(text),
                Node::Element(inner) if INLINE.contains(&&*inner.name) && !inner.has_class("meta") => {
                    self.files(inner);
                    line.push_str(&inner.text());
                }
                Node::Element(inner) => {
                    self.line(&mut line);
                    match &*inner.name {
                        "tr" => self.entry.rows.push(row_of(inner)),
                        "img" | "video" | "audio" | "source" => self.files(inner),
                        _ if inner.has_class("comment") => self.comment(inner),
                        _ if inner.has_class("meta") && self.entry.date.is_none() && is_plain(inner) => {
                            self.entry.date = Some(inner.text());
                        }
                        _ => self.inside(inner),
                    }
                }
            }
        }
        self.line(&mut line);
    }

    fn line(&mut self, line: &mut String) {
        let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
        line.clear();
        if !words.is_empty() {
            self.entry.texts.push(words);
        }
    }

    fn files(&mut self, element: &Element) {
        let holder = Element { children: vec![Node::Element(element.clone())], ..Element::default() };
        let found = files_in(&holder, true);
        for (uri, kind) in found.files {
            let is_page = [".htm", ".html"].iter().any(|end| uri.to_ascii_lowercase().ends_with(end));
            if is_page && !is_address(&uri) {
                self.entry.pages.push(uri);
            } else {
                self.entry.media.push((uri, kind));
            }
        }
        self.entry.links.extend(found.links);
    }

    fn words(&mut self, words: &str) {
        let title = &mut self.entry.title;
        if words.trim().is_empty() {
            if !title.is_empty() && !title.ends_with(char::is_whitespace) && !words.is_empty() {
                title.push(if words.contains('\n') && words.trim_matches(' ') == "\n" { '\n' } else { ' ' });
            }
            return;
        }
        let inner = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let blank = |text: &str| text.starts_with(char::is_whitespace);
        if blank(words) && !title.is_empty() && !title.ends_with(char::is_whitespace) {
            title.push(' ');
        }
        title.push_str(&inner);
        if words.ends_with(char::is_whitespace) {
            title.push(' ');
        }
    }
}

fn is_plain(element: &Element) -> bool {
    element.find(&|inner| matches!(&*inner.name, "li" | "tr")).is_none()
}

/// The items of lists in an element, each in one line.
fn lines_of_lists(element: &Element) -> Vec<String> {
    let mut lines = Vec::new();
    element.each(&mut |inner| {
        if inner.name == "li" {
            lines.push(inner.text());
        }
        inner.name != "li"
    });
    lines
}

fn inner_rows(element: &Element, rows: &mut Vec<Row>) {
    element.each(&mut |inner| {
        if inner.name == "tr" {
            rows.push(row_of(inner));
        }
        inner.name != "tr"
    });
}

fn row_of(row: &Element) -> Row {
    let mut inner = 0;
    row.each(&mut |element| {
        inner += u64::from(element.name == "tr" && element.elements().any(|cell| cell.name == "td"));
        true
    });
    let cells: Vec<&Element> = row.elements().filter(|cell| matches!(&*cell.name, "td" | "th")).collect();
    let headings = cells.iter().take_while(|cell| cell.name == "th").count();
    Row { cells: cells.into_iter().map(Element::text).collect(), headings, inner }
}
