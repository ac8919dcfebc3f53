//! Walks a page once and hands over its records one by one. Only one record is held at a time; depth and size of each
//! are bounded.

use std::borrow::Cow;

use super::element::{Element, Node};
use crate::sources::Stop;
use crate::sources::markup::{Start, Token, tokens};

/// Deepest nesting that is followed. Real records nest about 20 deep inside 12 levels of the page; below it lies
/// hostile input.
const DEPTH_MAX: usize = 128;

/// Most elements and texts of one record: a post of 1,000 photos, each with a table of a dozen rows.
const NODES_MAX: usize = 100_000;

/// The same for pages of 2010 to 2017, whose records are conversations: 10,000 messages of eight nodes each.
const THREAD_NODES_MAX: usize = 400_000;

/// Longest title, heading or text outside records that is kept.
const FRAME_TEXT_MAX: usize = 16 << 10;

/// Elements that have no end tag.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// What marks the parts of a page.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Classes of the element around all records; `main` and `role="main"` always are.
    pub around: &'static [&'static str],
    /// Classes of a record.
    pub record: &'static [&'static str],
    /// Records stand in no box: everything but plain wrappers is handed over in order, with their edges.
    flows: bool,
    /// Most elements and texts of one record.
    nodes_max: usize,
}

/// The pages since 2018, in their three families of classes.
const SINCE_2018: Layout =
    Layout { around: &["_a706", "_4t5n"], record: &["_a6-g", "uiBoxWhite"], flows: false, nodes_max: NODES_MAX };

/// The pages of 2010 to 2017, whose records are conversations.
const UNTIL_2017: Layout =
    Layout { around: &["contents"], record: &["thread"], flows: false, nodes_max: THREAD_NODES_MAX };

/// Their other pages, whose records are what stands between two edges.
const FLOWING_UNTIL_2017: Layout = Layout { around: &["contents"], record: &[], flows: true, nodes_max: NODES_MAX };

/// Elements that only wrap others, when they have no class. Edges of each part records.
const WRAPPERS: [&str; 10] = ["div", "p", "ul", "ol", "table", "tbody", "thead", "center", "section", "main"];

impl Layout {
    /// Pages since 2018.
    #[must_use]
    pub const fn since_2018() -> Self {
        SINCE_2018
    }

    /// Pages of 2010 to 2017.
    #[must_use]
    pub const fn until_2017() -> Self {
        UNTIL_2017
    }

    /// Pages of 2010 to 2017 that hold no conversations.
    #[must_use]
    pub const fn flowing_until_2017() -> Self {
        FLOWING_UNTIL_2017
    }
}

/// What stands around the records, as far as it was read when a record is handed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// `<title>`.
    pub title: String,
    /// The heading of the page.
    pub heading: String,
    /// The first time of the page's head: UTC as a machine reads it, and as it is printed.
    pub made: Option<(String, String)>,
    /// Whether the element around the records was met.
    pub has_main: bool,
}

/// What a walk meets.
#[derive(Debug)]
pub enum Piece {
    /// A record.
    Record(Element),
    /// Words, links or files beside the records.
    Stray(String),
    /// A record larger or deeper than any real one.
    Excessive,
    /// A plain wrapper begins or ends; only on pages whose records stand in no box.
    Edge,
}

/// How a walk ended.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// The page ends inside a record; that record was not handed over.
    pub truncated: bool,
    /// What stood around the records.
    pub frame: Frame,
}

/// What takes the pieces.
pub type EachPiece<'a> = &'a mut dyn FnMut(&Frame, Piece) -> Result<(), Stop>;

/// Hands over the records of a page in order.
///
/// # Errors
/// [`Stop`] when `each` says so.
pub fn walk_page(html: &[u8], layout: Layout, each: EachPiece<'_>) -> Result<Ended, Stop> {
    let mut walker = Walker::new(layout, each);
    for token in tokens(html) {
        match token {
            Token::Start(start) => walker.start(start)?,
            Token::End(name) => walker.end(&name)?,
            Token::Text(text) => walker.text(text)?,
        }
    }
    // Between records without boxes nothing else tells that one is whole.
    let truncated = walker.record.is_some() || (layout.flows && walker.in_main);
    walker.give_stray()?;
    Ok(Ended { truncated, frame: walker.frame })
}

/// A page that a browser translated: its words are not what people wrote. Nothing else puts this mark into a page.
#[must_use]
pub fn is_translated(html: &[u8]) -> bool {
    memchr::memmem::find(html, b"<font style=\"vertical-align: inherit").is_some()
}

/// An open element outside records.
struct Open {
    name: Cow<'static, str>,
    main: bool,
    takes: Takes,
}

/// Where the text of an element outside records goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Title,
    Heading,
    Time,
    Other,
}

/// The record being read.
struct Record {
    open: Vec<Element>,
    nodes: usize,
    excessive: bool,
}

struct Walker<'e> {
    layout: Layout,
    each: EachPiece<'e>,
    frame: Frame,
    open: Vec<Open>,
    in_main: bool,
    /// Start tags below the deepest nesting that is followed.
    below: usize,
    record: Option<Record>,
    stray: String,
}

impl<'e> Walker<'e> {
    fn new(layout: Layout, each: EachPiece<'e>) -> Self {
        Self {
            layout,
            each,
            frame: Frame::default(),
            open: Vec::new(),
            in_main: false,
            below: 0,
            record: None,
            stray: String::new(),
        }
    }

    fn depth(&self) -> usize {
        self.open.len() + self.record.as_ref().map_or(0, |record| record.open.len())
    }

    fn start(&mut self, start: Start) -> Result<(), Stop> {
        let void = VOID.contains(&&*start.name);
        self.close_implied(&start.name)?;
        if self.depth() + self.below >= DEPTH_MAX {
            self.below += usize::from(!void);
            if let Some(record) = &mut self.record {
                record.excessive = true;
            }
            return Ok(());
        }
        if self.layout.flows && self.in_main && self.record.is_none() && self.flow(&start)? {
            return Ok(());
        }
        let is_record = self.in_main
            && (self.layout.flows && !self.is_wrapper(&start)
                || self.layout.record.iter().any(|class| has_class(&start.class, class)));
        if self.record.is_none() && is_record && !void {
            self.give_stray()?;
            self.record = Some(Record { open: Vec::new(), nodes: 0, excessive: false });
        }
        let Some(record) = &mut self.record else {
            self.start_outside(start, void);
            return Ok(());
        };
        record.nodes += 1;
        record.excessive |= record.nodes > self.layout.nodes_max;
        let element = Element { name: start.name, class: start.class, address: start.address, children: Vec::new() };
        match record.open.last_mut() {
            Some(parent) if void => {
                if !record.excessive {
                    parent.children.push(Node::Element(element));
                }
            }
            _ => record.open.push(element),
        }
        Ok(())
    }

    /// Whether an element outside records only wraps others, or is the heading of the page.
    fn is_wrapper(&self, start: &Start) -> bool {
        (start.class.is_empty() && WRAPPERS.contains(&&*start.name))
            || (start.name == "h1" && self.frame.heading.is_empty())
    }

    /// What a start tag between records without boxes means for them; true when it is dealt with.
    fn flow(&mut self, start: &Start) -> Result<bool, Stop> {
        if VOID.contains(&&*start.name) {
            let (name, class, address) = (start.name.clone(), start.class.clone(), start.address.clone());
            (self.each)(&self.frame, Piece::Record(Element { name, class, address, children: Vec::new() }))?;
            return Ok(true);
        }
        if self.is_wrapper(start) {
            if start.name == "p"
                && let Some(at) = self.open.iter().rposition(|open| open.name == "p" && !open.main)
            {
                self.open.truncate(at);
            }
            (self.each)(&self.frame, Piece::Edge)?;
        }
        Ok(false)
    }

    fn start_outside(&mut self, start: Start, void: bool) {
        let main = !self.in_main
            && (!self.layout.flows && (start.name == "main" || start.role == "main")
                || self.layout.around.iter().any(|class| has_class(&start.class, class)));
        let heading = start.name == "h1" || ["_a70e", "_3b0d"].iter().any(|class| has_class(&start.class, class));
        let takes = match &*start.name {
            "title" => Takes::Title,
            "time" if self.frame.made.is_none() && !self.in_main && !start.datetime.is_empty() => {
                self.frame.made = Some((start.datetime, String::new()));
                Takes::Time
            }
            _ if heading && self.frame.heading.is_empty() => Takes::Heading,
            _ => Takes::Other,
        };
        if self.in_main && !self.layout.flows && !start.address.is_empty() && !start.address.starts_with("data:") {
            self.add_stray(&start.address);
        }
        if void {
            return;
        }
        if main {
            self.in_main = true;
            self.frame.has_main = true;
        }
        self.open.push(Open { name: start.name, main, takes });
    }

    fn end(&mut self, name: &str) -> Result<(), Stop> {
        if self.below > 0 {
            self.below -= 1;
            return Ok(());
        }
        if let Some(record) = &mut self.record {
            if let Some(at) = record.open.iter().rposition(|open| open.name == name) {
                while record.open.len() > at + 1 {
                    close_inner(record);
                }
                if at > 0 {
                    close_inner(record);
                    return Ok(());
                }
                return self.give_record();
            }
            if !self.open.iter().any(|open| open.name == name) {
                return Ok(());
            }
            // The element around the record ends: so does the record.
            while self.record.as_ref().is_some_and(|record| record.open.len() > 1) {
                self.record.as_mut().map(close_inner);
            }
            self.give_record()?;
        }
        if self.layout.flows && self.in_main && WRAPPERS.contains(&name) {
            (self.each)(&self.frame, Piece::Edge)?;
        }
        let Some(at) = self.open.iter().rposition(|open| open.name == name) else { return Ok(()) };
        if self.open.iter().skip(at).any(|open| open.main) {
            self.in_main = false;
            self.give_stray()?;
        }
        self.open.truncate(at);
        Ok(())
    }

    /// Elements whose end tag may be left out end where another of their kind begins.
    fn close_implied(&mut self, name: &str) -> Result<(), Stop> {
        let Some(record) = &mut self.record else { return Ok(()) };
        loop {
            let Some(top) = record.open.last().filter(|_| record.open.len() > 1) else { return Ok(()) };
            let ends = match &*top.name {
                "p" => matches!(name, "p" | "div" | "ul" | "table" | "section" | "h2" | "h3"),
                "li" => name == "li",
                "td" => matches!(name, "td" | "tr"),
                "tr" => name == "tr",
                _ => false,
            };
            if !ends {
                return Ok(());
            }
            close_inner(record);
        }
    }

    fn text(&mut self, text: String) -> Result<(), Stop> {
        if let Some(record) = &mut self.record {
            record.nodes += 1;
            if let Some(parent) = record.open.last_mut().filter(|_| !record.excessive) {
                parent.children.push(Node::Text(text));
            }
            return Ok(());
        }
        let takes = self.open.last().map_or(Takes::Other, |open| open.takes);
        let slot = match (takes, &mut self.frame.made) {
            (Takes::Title, _) => &mut self.frame.title,
            (Takes::Heading, _) => &mut self.frame.heading,
            (Takes::Time, Some((_, printed))) => printed,
            _ if self.in_main && self.layout.flows => return (self.each)(&self.frame, Piece::Stray(text)),
            _ => {
                if self.in_main {
                    self.add_stray(text.trim());
                }
                return Ok(());
            }
        };
        push_bounded(slot, &text);
        Ok(())
    }

    fn add_stray(&mut self, words: &str) {
        if !words.is_empty() {
            if !self.stray.is_empty() {
                push_bounded(&mut self.stray, "\n");
            }
            push_bounded(&mut self.stray, words);
        }
    }

    fn give_stray(&mut self) -> Result<(), Stop> {
        if self.stray.is_empty() {
            return Ok(());
        }
        (self.each)(&self.frame, Piece::Stray(std::mem::take(&mut self.stray)))
    }

    fn give_record(&mut self) -> Result<(), Stop> {
        let Some(mut record) = self.record.take() else { return Ok(()) };
        let piece = match record.open.pop() {
            Some(element) if !record.excessive => Piece::Record(element),
            _ => Piece::Excessive,
        };
        (self.each)(&self.frame, piece)
    }
}

fn close_inner(record: &mut Record) {
    if let Some(closed) = record.open.pop()
        && let Some(parent) = record.open.last_mut()
    {
        parent.children.push(Node::Element(closed));
    }
}

fn has_class(classes: &str, class: &str) -> bool {
    classes.split_ascii_whitespace().any(|known| known == class)
}

fn push_bounded(text: &mut String, more: &str) {
    if text.len() + more.len() <= FRAME_TEXT_MAX {
        text.push_str(more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(html: &str) -> (Vec<String>, Ended) {
        let mut seen = Vec::new();
        let ended = walk_page(html.as_bytes(), SINCE_2018, &mut |_, piece| {
            seen.push(match piece {
                Piece::Record(record) => record.text(),
                Piece::Stray(words) => format!("stray {words}"),
                Piece::Excessive => "excessive".to_owned(),
                Piece::Edge => "edge".to_owned(),
            });
            Ok(())
        });
        (seen, ended.unwrap())
    }

    #[test]
    fn records_are_the_outermost_boxes() {
        let (seen, ended) = walk(
            "<title>T</title><div class='_a6-g'>no</div><div role=main><h3>S</h3><div>\
             <section class='_a6-g x'>a<div class='_a6-g'>b</div></section></div>\
             <div class='pam uiBoxWhite'>c<br>d</div></div><div class='_a6-g'>no</div>",
        );
        assert_eq!(seen, ["stray S", "a\nb", "c\nd"]);
        assert_eq!((ended.frame.title.as_str(), ended.truncated, ended.frame.has_main), ("T", false, true));
    }

    #[test]
    fn a_page_that_ends_inside_a_record_says_so() {
        let (seen, ended) = walk("<main><div class=_a6-g>a</div><div class=_a6-g><p>b");
        assert_eq!((seen, ended.truncated), (vec!["a".to_owned()], true));
    }

    #[test]
    fn end_tags_that_fit_nothing_change_nothing() {
        let (seen, ended) = walk("<main></b><div class=_a6-g></p><p>a<p>b</i></div></main></main>");
        assert_eq!((seen, ended.truncated), (vec!["a\nb".to_owned()], false));
        let (seen, ended) = walk("<main><div class=_a6-g><span>a</main>after");
        assert_eq!((seen, ended.truncated), (vec!["a".to_owned()], false));
    }

    #[test]
    fn pages_without_boxes_flow_between_edges() {
        let mut seen = Vec::new();
        let html = "<body>nav<div class=contents><h1>Awa</h1><div><p><div class=meta>d</div>\n t <a href=x>l</a>\
                    <div class=comment>c<p>c2</p></div></p><p>one<p>two<img src=i><ul><li>x</ul></div></div>after";
        let ended = walk_page(html.as_bytes(), FLOWING_UNTIL_2017, &mut |frame, piece| {
            seen.push(match piece {
                Piece::Record(record) => format!("{}:{}", record.name, record.text().replace('\n', "/")),
                Piece::Stray(words) => words,
                Piece::Edge => "|".to_owned(),
                Piece::Excessive => "excessive".to_owned(),
            });
            assert_eq!(frame.heading, if seen.len() > 1 { "Awa" } else { "" });
            Ok(())
        });
        let seen = seen.concat();
        assert_eq!(seen, "|||div:d\n t a:ldiv:c/c2||one|twoimg:|li:x|||");
        assert!(!ended.unwrap().truncated);
        let cut = walk_page(b"<div class=contents><p>a", FLOWING_UNTIL_2017, &mut |_, _| Ok(()));
        assert!(cut.unwrap().truncated);
    }

    #[test]
    fn nesting_without_end_is_bounded() {
        let deep = format!(
            "<main><div class=_a6-g>{}x{}</div><div class=_a6-g>y</div></main>",
            "<b>".repeat(100_000),
            "</b>".repeat(100_000)
        );
        assert_eq!(walk(&deep).0, ["excessive", "y"]);
        let wide = format!("<main><div class=_a6-g>{}</div></main>", "<b>x</b>".repeat(NODES_MAX));
        assert_eq!(walk(&wide).0, ["excessive"]);
    }
}
