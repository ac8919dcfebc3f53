//! A conversation as an HTML page prints it, brought to the shape that JSON has.
//!
//! A page has no milliseconds, no marks for calls, notices and withdrawn messages, and no members of a conversation of
//! two; where both formats are there, JSON is read first and the page adds what it alone tells.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::raw::{Element as Told, RawMessage, RawReaction, RawThread};
use crate::model::AttachmentKind;
use crate::sources::meta::html::{
    Calendar, Element, Frame, Layout, Parts, Piece, files_in, is_about_file, is_address, is_reactions, is_translated,
    walk_page,
};

/// Words before the last name of a list of members.
const CONJUNCTIONS: [&str; 16] = [
    " and ", " et ", " y ", " e ", " und ", " en ", " og ", " och ", " ja ", " ve ", " i ", " и ", " și ", " و",
    " dan ", " na ",
];

/// How the reading of a page ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageEnd {
    /// Whole.
    Whole,
    /// It ends inside a message, which is not read.
    Truncated,
    /// It is none of the known shapes.
    Unknown,
    /// A browser translated it: what it prints is not what people wrote.
    Translated,
}

/// Reads a page.
pub fn parse_page(html: &[u8], calendar: &Calendar<'_>, thread: &mut RawThread<'static>) -> PageEnd {
    if is_translated(html) {
        return PageEnd::Translated;
    }
    let mut members = String::new();
    let mut first = true;
    let ended = walk_page(html, Layout::since_2018(), &mut |frame, piece| {
        calendar.look_at(frame);
        let is_first = std::mem::take(&mut first);
        match piece {
            Piece::Record(record) if is_first && is_heading_only(&record) => members = record.text(),
            Piece::Record(record) => match grouped(&record) {
                Some(boxes) => thread.messages.extend(boxes.into_iter().map(|inner| match message(inner, calendar) {
                    Some(message) => Told::Message(Box::new(message)),
                    None => Told::Unknown,
                })),
                None => match message(&record, calendar) {
                    Some(message) => thread.messages.push(Told::Message(Box::new(message))),
                    None if is_first && thread.messages.is_empty() => members = record.text(),
                    None if !record.carries() => thread.messages.push(Told::Empty),
                    None => thread.messages.push(Told::Unknown),
                },
            },
            Piece::Stray(words) if is_first => members = words,
            Piece::Stray(_) | Piece::Excessive | Piece::Edge => thread.messages.push(Told::Unknown),
        }
        Ok(())
    });
    // The closure above never stops.
    let Ok(ended) = ended else { return PageEnd::Unknown };
    thread.has_messages = ended.frame.has_main;
    thread.participants = members_in(&members);
    thread.title = title_of(&ended.frame, &members);
    let known = thread.messages.iter().any(|told| matches!(told, Told::Message(_)));
    if !thread.has_messages || (!known && !thread.messages.is_empty()) {
        PageEnd::Unknown
    } else if ended.truncated {
        PageEnd::Truncated
    } else {
        PageEnd::Whole
    }
}

/// Everybody who wrote on a page.
pub fn senders_on(html: &[u8]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut known = std::collections::HashSet::new();
    // The closure never stops.
    let _ended = walk_page(html, Layout::since_2018(), &mut |_, piece| {
        if let Piece::Record(record) = piece {
            for message in grouped(&record).unwrap_or_else(|| vec![&record]) {
                let parts = Parts::of(message);
                let name = parts.heading_text();
                if parts.date.is_some() && !name.is_empty() && known.insert(name.clone()) {
                    names.push(name);
                }
            }
        }
        Ok(())
    });
    names
}

/// A group's page is titled with its members.
fn title_of(frame: &Frame, members: &str) -> String {
    let title = if frame.heading.trim().is_empty() { &frame.title } else { &frame.heading };
    let title = title.trim();
    if title == members.trim() { String::new() } else { title.to_owned() }
}

/// "Participants: A, B and C", in any language.
fn members_in(line: &str) -> Vec<String> {
    let Some((_, names)) = line.split_once([':', '：']) else { return Vec::new() };
    let mut members: Vec<String> = names.split([',', '،', '、']).map(|name| name.trim().to_owned()).collect();
    if let Some(last) = members.pop() {
        match CONJUNCTIONS.iter().find_map(|word| last.rsplit_once(word)) {
            Some((before, after)) => members.extend([before.trim().to_owned(), after.trim().to_owned()]),
            None => members.push(last),
        }
    }
    members.retain(|name| !name.is_empty());
    members
}

/// Until 2022 the list of members is a heading without body and date.
fn is_heading_only(record: &Element) -> bool {
    let parts = Parts::of(record);
    parts.date.is_none() && parts.bodies.is_empty()
}

/// The messages of a record that groups several: it has nothing of its own, and each of its bodies a sender and a date.
fn grouped(record: &Element) -> Option<Vec<&Element>> {
    let parts = Parts::of(record);
    let bare = parts.heading.is_none() && parts.date.is_none() && parts.nested.is_empty() && parts.other.is_empty();
    let whole = |body: &&Element| {
        let inner = Parts::of(body);
        inner.heading.is_some() && inner.date.is_some()
    };
    (bare && !parts.bodies.is_empty() && parts.bodies.iter().all(whole)).then_some(parts.bodies)
}

/// Whether a record is built as messages are and nothing else: a date, and a body of blocks of which the first is empty.
#[must_use]
pub fn is_message(record: &Element) -> bool {
    let parts = Parts::of(record);
    let has_blocks = |body: &&Element| {
        let plain = |block: &&Element| block.class.is_empty();
        matches!(slots_of(body).as_slice(), [before, _, _, ..] if !before.carries())
            && slots_of(body).iter().all(plain)
            && body.find(&|element| element.has_class("_2pin")).is_none()
    };
    parts.date.is_some() && parts.is_plain() && parts.nested.is_empty() && parts.bodies.iter().any(has_blocks)
}

/// A message; `None` when the record has another shape.
fn message(record: &Element, calendar: &Calendar<'_>) -> Option<RawMessage<'static>> {
    let parts = Parts::of(record);
    if !parts.is_plain() || !parts.nested.is_empty() || (parts.date.is_none() && parts.heading.is_none()) {
        return None;
    }
    let (date, link) = parts.date_text();
    let sender = Some(parts.heading_text()).filter(|name| !name.is_empty()).map(Cow::Owned);
    let mut message = RawMessage { sender, printed: calendar.moment(&date), ..RawMessage::default() };
    if !message.printed.as_ref().is_some_and(|moment| moment.is_all_of(&date)) && !date.is_empty() {
        message.extra.insert("time_text".to_owned(), date.into());
    }
    if !link.is_empty() {
        message.extra.insert("permalink".to_owned(), link.into());
    }
    let mut texts = Vec::new();
    for body in parts.bodies {
        texts.extend(read_body(body, &mut message));
    }
    message.content = Some(texts.join("\n")).filter(|text| !text.is_empty()).map(Cow::Owned);
    Some(message)
}

/// Reads files, links and reactions of a body; gives its text.
fn read_body(body: &Element, message: &mut RawMessage<'static>) -> Option<String> {
    let slots: Vec<&Element> = slots_of(body);
    let beside = |element: &Element| is_reactions(element) || is_about_file(element);
    let links = add_files(body, message);
    body.each(&mut |element| {
        if is_reactions(element) {
            message.reactions.extend(element.elements().map(reaction));
        }
        !is_reactions(element)
    });
    add_reaction_times(body, message);
    // An empty block, the text, what was shared: so it stands in every known page. Otherwise all words are text.
    let (text, shared) = match slots.as_slice() {
        [before, text, shared @ ..] if !before.carries() && !shared.is_empty() => {
            let words: Vec<String> =
                shared.iter().map(|slot| slot.text_without(&|e| beside(e) || is_link(e))).collect();
            let words = words.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join("\n");
            (text.text_without(&beside), words)
        }
        _ => (body.text_without(&beside), String::new()),
    };
    let mut links = links.into_iter().filter(|(link, _)| !text.contains(link.as_str()) || slots.len() > 2);
    let mut share = Map::new();
    if let Some((link, words)) = links.next() {
        if words != link && !words.is_empty() && !text.contains(&words) {
            share.insert("name".to_owned(), words.into());
        }
        share.insert("link".to_owned(), link.into());
    }
    if !shared.is_empty() {
        share.insert("share_text".to_owned(), shared.into());
    }
    if !share.is_empty() {
        message.share = Some(Value::Object(share));
    }
    let more: Vec<Value> = links.map(|(link, _)| Value::from(link)).collect();
    if !more.is_empty() {
        message.extra.insert("links".to_owned(), more.into());
    }
    Some(text).filter(|text| !text.is_empty())
}

/// Adds the files of an element to a message; gives its links with the words on them.
pub fn add_files(element: &Element, message: &mut RawMessage<'static>) -> Vec<(String, String)> {
    let found = files_in(element, true);
    for (uri, kind) in found.files {
        message.media.push((kind, Value::from(uri)));
    }
    for _ in 0..found.absent {
        message.media.push((AttachmentKind::Other, Value::from(super::draft::FAILED_MEDIA)));
    }
    found.links
}

fn is_link(element: &Element) -> bool {
    element.name == "a" && is_address(&element.address)
}

/// The blocks of a body, below those that hold one block only.
fn slots_of(body: &Element) -> Vec<&Element> {
    let mut at = body;
    loop {
        let inner: Vec<&Element> = at.elements().collect();
        match inner.as_slice() {
            [only] if only.name == "div" && at.children.len() == 1 => at = only,
            blocks if blocks.iter().all(|block| block.name == "div") => return blocks.to_vec(),
            _ => return Vec::new(),
        }
    }
}

/// "😆Zoé" with, in newer pages, the time in a span of its own.
fn reaction(item: &Element) -> RawReaction<'static> {
    let text = item.text_without(&is_reaction_time);
    let (emoji, actor) = split_emoji(&text);
    RawReaction { emoji: Cow::Owned(emoji.to_owned()), actor: Cow::Owned(actor.trim().to_owned()), seconds: None }
}

/// Times of reactions as printed, in the order of the reactions.
fn add_reaction_times(body: &Element, message: &mut RawMessage<'static>) {
    let mut times = Vec::new();
    body.each(&mut |element| {
        if is_reactions(element) {
            times.extend(element.elements().map(|item| {
                let time = item.find(&is_reaction_time).map(Element::text).unwrap_or_default();
                let time = time.trim_start_matches('(').trim_end_matches(')').to_owned();
                if time.is_empty() { Value::Null } else { Value::from(time) }
            }));
        }
        true
    });
    if times.iter().any(|time| !time.is_null()) {
        message.extra.insert("reaction_times".to_owned(), times.into());
    }
}

fn is_reaction_time(element: &Element) -> bool {
    element.name == "span" && {
        let text = element.text();
        text.starts_with('(') && text.ends_with(')')
    }
}

/// The emoji that a text begins with, and the rest. A name may begin with an emoji of its own.
fn split_emoji(text: &str) -> (&str, &str) {
    let joins = |c: char| matches!(c, '\u{fe0e}' | '\u{fe0f}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}');
    let is_flag = |c: char| ('\u{1f1e6}'..='\u{1f1ff}').contains(&c);
    let mut chars = text.char_indices().peekable();
    let Some((_, first)) = chars.next() else { return ("", "") };
    let keycap = text.chars().take(3).any(|c| c == '\u{20e3}');
    let is_plain = first.is_alphanumeric() || first.is_ascii_punctuation() || first.is_whitespace();
    if is_plain && !keycap {
        return ("", text);
    }
    let mut flags = usize::from(is_flag(first));
    let mut end = first.len_utf8();
    while let Some((at, c)) = chars.next() {
        let pair = flags == 1 && is_flag(c);
        flags += usize::from(pair);
        if c == '\u{200d}' {
            // What follows is joined to it.
            end = chars.next().map_or(text.len(), |(at, joined)| at + joined.len_utf8());
        } else if joins(c) || pair {
            end = at + c.len_utf8();
        } else {
            break;
        }
    }
    text.split_at_checked(end).unwrap_or(("", text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_are_cut_off_names() {
        let check = |text: &str, expected: (&str, &str)| assert_eq!(split_emoji(text), expected, "{text}");
        check("😆Zoé", ("😆", "Zoé"));
        check("❤️Zoé", ("❤️", "Zoé"));
        check("👍🏽Zoé", ("👍🏽", "Zoé"));
        check("👩\u{200d}🍳Zoé", ("👩\u{200d}🍳", "Zoé"));
        check("🇸🇳Zoé", ("🇸🇳", "Zoé"));
        check("😆🌸Rose", ("😆", "🌸Rose"));
        check("1\u{fe0f}\u{20e3}Zoé", ("1\u{fe0f}\u{20e3}", "Zoé"));
        check("Zoé", ("", "Zoé"));
        check("", ("", ""));
    }

    #[test]
    fn members_are_listed_in_any_language() {
        let check = |line: &str, expected: &[&str]| assert_eq!(members_in(line), expected, "{line}");
        check("Participants: Zoé, Bob and Awa", &["Zoé", "Bob", "Awa"]);
        check("Participants : Zoé, Bob et Awa", &["Zoé", "Bob", "Awa"]);
        check("Deltakere: Zoé og Awa", &["Zoé", "Awa"]);
        check("Sunday", &[]);
    }
}
