//! What a file tells of itself when its name says nothing: pages that were renamed, saved by a browser or packed anew.
//!
//! Pages since 2018 are known by their classes, those of 2010 to 2017 by the list of pages each bears, conversations in JSON
//! by their first keys. A browser that saves a page writes into it where it came from.

use super::html::{Layout, Parts, Piece, path_of_address, walk_page};
use super::layout::{Product, has_extension};
use super::thread::is_message;
use crate::sources::Stop;
use crate::sources::markup::{Start, Token, tokens};

/// Records of a page that are looked at.
const RECORDS_MAX: usize = 24;

/// How far from its beginning a page tells where a browser saved it from.
const SAVED_WITHIN: usize = 4 << 10;

/// Words that only pages of Instagram have in their frame, or in addresses.
const INSTAGRAM_SIGNS: [&str; 4] =
    ["Instagram-Logo", "alt=\"Instagram\"", "your_instagram_activity/", "instagram.com/"];

/// Addresses that only Facebook's have.
const FACEBOOK_SIGNS: [&str; 4] =
    ["facebook.com/dyi/", "your_facebook_activity/", "your_activity_across_facebook/", "posts/media/"];

/// Pages of 2010 to 2017 in the order of the list that each bears. The wall was called timeline for a while.
const EARLY_PAGES: [&str; 17] = [
    "index.htm",
    "contact_info.htm",
    "wall.htm",
    "photos.htm",
    "synced_photos.htm",
    "videos.htm",
    "friends.htm",
    "messages.htm",
    "pokes.htm",
    "events.htm",
    "settings.htm",
    "security.htm",
    "ads.htm",
    "mobile_devices.htm",
    "places.htm",
    "survey_responses.htm",
    "apps.htm",
];

/// A file that is known by what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alone {
    /// Whose it is.
    pub product: Product,
    /// What it is.
    pub shape: Shape,
    /// Where a browser saved it from, a path with `/`.
    pub saved: Option<String>,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One conversation, in JSON or on a page since 2018.
    Conversation,
    /// Another page since 2018.
    Section {
        /// The first file that a record with a date shows.
        file: Option<String>,
        /// Its records lead to what was published.
        permalinks: bool,
    },
    /// The conversations of 2010 to 2017.
    Archive,
    /// Another page of these years, by its name there where it tells.
    Early(Option<String>),
    /// An album of these years.
    Album,
}

impl Alone {
    /// Looks at the first bytes of a file.
    #[must_use]
    pub fn of(path: &str, head: &[u8]) -> Option<Self> {
        let bare = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        if has_extension(path, "json") {
            return is_thread_json(bare).then(|| Self {
                product: if holds_any(head, &INSTAGRAM_SIGNS) { Product::Instagram } else { Product::Facebook },
                shape: Shape::Conversation,
                saved: None,
            });
        }
        let saved = saved_from(head);
        if let Some(shape) = since_2018(head).filter(|_| !is_of_whatsapp(head)) {
            return Some(Self { product: product_of(head), shape, saved });
        }
        Some(Self { product: Product::Facebook, shape: early(head)?, saved })
    }
}

/// Whether the frame of a page names WhatsApp, whose reports have the same classes.
fn is_of_whatsapp(head: &[u8]) -> bool {
    let frame = memchr::memmem::find(head, b"role=\"main\"").unwrap_or(0);
    holds_any(head.get(..frame).unwrap_or_default(), &["WhatsApp"])
}

fn holds_any(head: &[u8], words: &[&str]) -> bool {
    words.iter().any(|word| memchr::memmem::find(head, word.as_bytes()).is_some())
}

/// Whether a file begins as conversations do: with members that have names.
fn is_thread_json(head: &[u8]) -> bool {
    let after = |text: &'_ [u8], token: &[u8]| text.strip_prefix(token).map(|rest| rest.trim_ascii_start().to_vec());
    let inside =
        after(head, b"{").and_then(|rest| after(&rest, b"\"participants\"")).and_then(|rest| after(&rest, b":"));
    let member = inside.and_then(|rest| after(&rest, b"[")).and_then(|rest| after(&rest, b"{"));
    member.is_some_and(|rest| rest.starts_with(b"\"name\"")) && holds_any(head, &["\"sender_name\""])
}

/// Whose a page since 2018 is. Both products print the same boxes, but dress headings and bodies differently.
#[must_use]
pub fn product_of(head: &[u8]) -> Product {
    const FACEBOOK: [&str; 2] = ["_2ph_ _a6-h", "_2ph_ _a6-p"];
    const INSTAGRAM: [&str; 2] = ["_2pim _a6-h", "_3-95 _a6-p"];
    if holds_any(head, &FACEBOOK_SIGNS) || holds_any(head, &FACEBOOK) {
        Product::Facebook
    } else if holds_any(head, &INSTAGRAM) || holds_any(head, &INSTAGRAM_SIGNS) {
        Product::Instagram
    } else {
        Product::Facebook
    }
}

/// What a page since 2018 holds; `None` when it is none, or shows no record.
fn since_2018(head: &[u8]) -> Option<Shape> {
    let (mut records, mut conversation, mut permalinks, mut file) = (0, false, false, None);
    // The closure stops after the records that are looked at.
    let _ended = walk_page(head, Layout::since_2018(), &mut |_, piece| {
        let Piece::Record(record) = piece else { return Ok(()) };
        records += 1;
        conversation |= is_message(&record);
        let dated = Parts::of(&record).date.is_some();
        record.each(&mut |element| {
            permalinks |= element.address.contains("facebook.com/dyi/");
            let shown = matches!(&*element.name, "img" | "video" | "audio") && !element.address.contains(':');
            if dated && shown && file.is_none() {
                file = Some(element.address.clone());
            }
            true
        });
        if records < RECORDS_MAX { Ok(()) } else { Err(Stop::Interrupted) }
    });
    let shape = if conversation { Shape::Conversation } else { Shape::Section { file, permalinks } };
    (records > 0).then_some(shape)
}

/// What a page of 2010 to 2017 holds: its content lies below the owner's name, beside a list of all pages.
fn early(head: &[u8]) -> Option<Shape> {
    let mut page = EarlyPage::default();
    for token in tokens(head) {
        page.take(token);
    }
    let is_page = page.contents && (page.links.iter().any(|link| place_in_list(&link.name).is_some()) || page.style);
    if !is_page {
        return None;
    }
    if page.threads && page.messages {
        return Some(Shape::Archive);
    }
    let words = page.title.rsplit_once(" - ").map_or("", |(_, words)| words.trim());
    let linked = page.links.iter().find(|link| !words.is_empty() && link.words.trim() == words);
    let told = linked.map(|link| link.name.clone()).filter(|name| !name.is_empty());
    if let Some(name) = told.or_else(|| page.selected()) {
        return Some(if name == "messages.htm" { Shape::Archive } else { Shape::Early(Some(name)) });
    }
    // Of all pages only albums are headed with what they are called.
    let is_album = !words.is_empty() && page.heading.trim() == words && linked.is_none();
    Some(if is_album { Shape::Album } else { Shape::Early(None) })
}

/// Where a page stands in the list of pages.
fn place_in_list(name: &str) -> Option<usize> {
    let name = if name == "timeline.htm" { "wall.htm" } else { name };
    EARLY_PAGES.iter().position(|known| *known == name)
}

/// An item of the list of pages.
#[derive(Default)]
struct Link {
    /// The name of the page it leads to; empty for the page itself.
    name: String,
    words: String,
}

/// What tells a page of 2010 to 2017.
#[derive(Default)]
struct EarlyPage {
    title: String,
    heading: String,
    links: Vec<Link>,
    style: bool,
    contents: bool,
    threads: bool,
    messages: bool,
    inside: &'static str,
}

impl EarlyPage {
    fn take(&mut self, token: Token) {
        match token {
            Token::Start(start) => self.start(&start),
            Token::End(name) if name == "ul" || *name == *self.inside => self.inside = "",
            Token::End(_) => {}
            Token::Text(text) => match self.inside {
                "title" => self.title.push_str(&text),
                "h1" => self.heading.push_str(&text),
                "li" => {
                    if let Some(link) = self.links.last_mut() {
                        link.words.push_str(&text);
                    }
                }
                _ => {}
            },
        }
    }

    fn start(&mut self, start: &Start) {
        let has = |class: &str| start.class.split_ascii_whitespace().any(|known| known == class);
        match &*start.name {
            "title" => self.inside = "title",
            "h1" if self.contents && self.heading.is_empty() => self.inside = "h1",
            "link" => self.style |= start.address.ends_with("html/style.css"),
            "li" if !self.contents => {
                self.inside = "li";
                self.links.push(Link::default());
            }
            "a" if !self.contents && self.inside == "li" => {
                let name = start.address.rsplit('/').next().unwrap_or_default().to_owned();
                if let Some(link) = self.links.last_mut() {
                    link.name = name;
                }
            }
            _ => {}
        }
        self.contents |= start.name == "div" && has("contents");
        self.threads |= self.contents && has("thread");
        self.messages |= self.threads && has("message");
    }

    /// The page itself is the one item of the list that leads nowhere: what stands around it tells which.
    fn selected(&self) -> Option<String> {
        let mut alone = self.links.iter().enumerate().filter(|(_, link)| link.name.is_empty());
        let (Some((at, _)), None) = (alone.next(), alone.next()) else { return None };
        let place = |at: usize| self.links.get(at).and_then(|link| place_in_list(&link.name));
        let before = if at == 0 { None } else { Some(place(at - 1)?) };
        let this = before.map_or(0, |before| before + 1);
        let fits = place(at + 1).is_none_or(|next| next == this + 1);
        EARLY_PAGES.get(this).filter(|_| fits).map(|name| (*name).to_owned())
    }
}

/// The path of the file that a browser saved a page from. Of a page on the web there is none.
fn saved_from(head: &[u8]) -> Option<String> {
    const MARK: &[u8] = b"<!-- saved from url=(";
    let head = head.get(..head.len().min(SAVED_WITHIN))?;
    let rest = head.get(memchr::memmem::find(head, MARK)? + MARK.len()..)?;
    let rest = rest.get(memchr::memchr(b')', rest)? + 1..)?;
    let address = rest.get(..memchr::memmem::find(rest, b" -->")?)?;
    path_of_address(std::str::from_utf8(address).ok()?)
}

/// The folder of a path, with a trailing `/`, and the name in it.
#[must_use]
pub fn split(path: &str) -> (&str, &str) {
    path.rfind('/').map_or(("", path), |at| path.split_at_checked(at + 1).unwrap_or(("", path)))
}

/// What `tail` of a download is called in `folder`. Pages of 2010 to 2017 may lie in their own folder already.
#[must_use]
pub fn join(folder: &str, tail: &str) -> String {
    let folder = folder.strip_suffix("html/").filter(|_| tail.starts_with("html/")).unwrap_or(folder);
    format!("{folder}{tail}")
}

/// The place of a conversation that is known by what it holds: a name that no other file has.
#[must_use]
pub fn conversation_place(path: &str, number: usize) -> String {
    let ending = if has_extension(path, "json") { "json" } else { "html" };
    format!("{}message_{}.{ending}", split(path).0, number + 1)
}

/// The name that a file had before a browser or a file manager made room for it (`followers_1 (2).html`,
/// `followers_1 - Copie.html`); `None` when nothing of the kind stands in it.
#[must_use]
pub fn undoubled(name: &str) -> Option<String> {
    const COPIES: [&str; 5] = [" - Copie", " - Copy", " copie", " copy", " - copie"];
    let (stem, ending) = name.rsplit_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let counted = stem.strip_suffix(')').and_then(|stem| stem.rsplit_once('(')).filter(|(_, count)| digits(count));
    let bare = counted.map_or(stem, |(stem, _)| stem.trim_end());
    let bare = COPIES.iter().find_map(|copy| bare.strip_suffix(copy)).unwrap_or(bare);
    let bare = if bare == stem { bare.rsplit_once('-').filter(|(_, count)| digits(count))?.0 } else { bare };
    (!bare.is_empty()).then(|| format!("{bare}.{ending}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_called_like_their_originals() {
        let check = |name: &str, expected: Option<&str>| assert_eq!(undoubled(name).as_deref(), expected, "{name}");
        check("followers_1 (2).html", Some("followers_1.html"));
        check("followers_1(2).html", Some("followers_1.html"));
        check("followers_1 - Copie (3).json", Some("followers_1.json"));
        check("followers_1 - Copy.json", Some("followers_1.json"));
        check("followers_1-1.json", Some("followers_1.json"));
        check("followers_1.json", None);
        check("(1).json", None);
        check("a (b).json", None);
    }

    #[test]
    fn a_saved_page_tells_where_it_came_from() {
        let check = |comment: &str, expected: Option<&str>| {
            let page = format!("<!DOCTYPE html>\n<!-- saved from url={comment} -->\n<html>");
            assert_eq!(saved_from(page.as_bytes()).as_deref(), expected, "{comment}");
        };
        check("(0042)file:///C:/Users/Zo%C3%A9/d/html/messages.htm", Some("C:/Users/Zoé/d/html/messages.htm"));
        check("(0042)file:///home/z/d/posts/your_posts_1.html#a", Some("home/z/d/posts/your_posts_1.html"));
        check("(0014)about:internet", None);
        check("(0024)https://example.org/a.html", None);
        assert_eq!(saved_from(b"<!-- saved from url=(1"), None);
    }

    fn early_page(list: &str, title: &str, heading: &str, rest: &str) -> String {
        format!(
            "<html><head><title>{title}</title></head><body><div class=nav><img src=p.jpg><ul>{list}</ul></div>\
             <div class=contents><h1>{heading}</h1>{rest}</div></body></html>"
        )
    }

    #[test]
    fn pages_of_2010_to_2017_stand_out_of_their_list() {
        let check = |list: &str, title: &str, heading: &str, rest: &str, expected: Option<Shape>| {
            assert_eq!(early(early_page(list, title, heading, rest).as_bytes()), expected, "{list} {title}");
        };
        let named = |name: &str| Some(Shape::Early(Some(name.to_owned())));
        let wall = "<li><a href='../html/wall.htm'>Journal</a></li>";
        let photos = "<li><a href='file:///C:/d/html/photos.htm'>Photos</a></li>";
        check(
            &format!("{wall}<li class=selected>Photos</li><li><a href=../html/synced_photos.htm>S</a></li>"),
            "Awa - Photos",
            "Awa",
            "",
            named("photos.htm"),
        );
        check(
            &format!("<li>Profil</li><li><a href=html/contact_info.htm>C</a></li>{wall}"),
            "Awa - Profil",
            "Awa",
            "",
            named("index.htm"),
        );
        check(&format!("{wall}{photos}"), "Awa - Journal", "Awa", "", named("wall.htm"));
        check(&format!("{wall}{photos}"), "Awa - Boutique", "Boutique", "", Some(Shape::Album));
        check(&format!("{wall}{photos}"), "Awa - Autre", "Awa", "", Some(Shape::Early(None)));
        let thread = "<div class=thread>A, B<div class=message><span class=user>A</span></div><p>x</p></div>";
        check(wall, "Awa - X", "Awa", thread, Some(Shape::Archive));
        check("<li><a href=shop.html>Shop</a></li>", "Awa - X", "Awa", thread, None);
    }

    #[test]
    fn other_pages_and_files_tell_nothing() {
        for (path, head) in [
            ("a.html", "<html><body><div class=thread><div class=message>x</div></div></body></html>"),
            ("a.html", "<html><body><main><p>x</p></main></body></html>"),
            ("a.html", ""),
            ("a.json", r#"{"participants": ["Awa"], "messages": [{"sender_name": "Awa"}]}"#),
            ("a.json", r#"{"participants": [{"name": "Awa"}], "events": []}"#),
        ] {
            assert_eq!(Alone::of(path, head.as_bytes()), None, "{head}");
        }
        let json = r#"{ "participants": [ {"name": "Awa"} ], "messages": [{"sender_name": "Awa"}]}"#;
        let (product, shape) = (Product::Facebook, Shape::Conversation);
        assert_eq!(Alone::of("a.json", json.as_bytes()), Some(Alone { product, shape, saved: None }));
    }
}
