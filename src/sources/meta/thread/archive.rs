//! The pages of Facebook's downloads of 2010 to 2017: all conversations in one `messages.htm`, later one on each page.

use std::borrow::Cow;

use super::page::add_files;
use super::raw::{Element as Told, RawMessage, RawThread};
use crate::sources::Stop;
use crate::sources::meta::html::{Calendar, Element, Frame, Layout, Node, Piece, is_about_file, walk_page};

/// What takes the conversations: the owner's name, which heads the page, and one conversation; `None` for something of
/// unknown shape.
pub type EachThread<'a> = &'a mut dyn FnMut(&str, Option<RawThread<'static>>) -> Result<(), Stop>;

/// Hands over the conversations of a page; whether it ends inside one, or `None` when it is no such page.
///
/// # Errors
/// [`Stop`] when `each` says so.
pub fn walk_archive(html: &[u8], calendar: &Calendar<'_>, each: EachThread<'_>) -> Result<Option<bool>, Stop> {
    let mut found = false;
    let ended = walk_page(html, Layout::until_2017(), &mut |frame: &Frame, piece| match piece {
        Piece::Record(record) => {
            found = true;
            each(frame.heading.trim(), Some(thread(&record, calendar)))
        }
        // Words before the conversations belong to the page.
        Piece::Stray(_) if !found => Ok(()),
        Piece::Stray(_) | Piece::Excessive | Piece::Edge => each(frame.heading.trim(), None),
    })?;
    Ok((found || ended.truncated).then_some(ended.truncated))
}

/// A conversation: the names of its members, then messages, each a block followed by its text. A long one is told in
/// several of the same members.
fn thread(record: &Element, calendar: &Calendar<'_>) -> RawThread<'static> {
    let mut thread = RawThread { has_messages: true, ..RawThread::default() };
    let mut head = String::new();
    let mut current: Option<RawMessage<'static>> = None;
    for child in &record.children {
        match child {
            Node::Text(text) if text.trim().is_empty() => {}
            Node::Text(text) if current.is_none() => head.push_str(text),
            Node::Element(element) if element.has_class("message") => {
                thread.messages.extend(current.replace(message(element, calendar)).map(finished));
            }
            Node::Element(element) if !element.carries() => {}
            Node::Element(element) if current.is_none() => head.push_str(&element.text()),
            Node::Element(element) => {
                if let Some(message) = &mut current {
                    add_text(message, &element.text_without(&is_about_file));
                    add_files(element, message);
                }
            }
            Node::Text(text) => {
                if let Some(message) = &mut current {
                    add_text(message, text.trim());
                }
            }
        }
    }
    thread.messages.extend(current.map(finished));
    let names = head.rsplit_once(':').map_or(head.as_str(), |(_, names)| names);
    thread.participants = names.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    thread
}

fn finished(message: RawMessage<'static>) -> Told<'static> {
    Told::Message(Box::new(message))
}

fn message(block: &Element, calendar: &Calendar<'_>) -> RawMessage<'static> {
    let text_of = |class: &str| block.find(&|inner| inner.has_class(class)).map(Element::text).unwrap_or_default();
    let (sender, date) = (text_of("user"), text_of("meta"));
    let sender = Some(sender).filter(|name| !name.is_empty()).map(Cow::Owned);
    let mut message = RawMessage { sender, printed: calendar.moment(&date), ..RawMessage::default() };
    if !message.printed.as_ref().is_some_and(|moment| moment.is_all_of(&date)) && !date.is_empty() {
        message.extra.insert("time_text".to_owned(), date.into());
    }
    message
}

fn add_text(message: &mut RawMessage<'static>, words: &str) {
    if words.is_empty() {
        return;
    }
    let mut text = message.content.take().map(Cow::into_owned).unwrap_or_default();
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(words);
    message.content = Some(Cow::Owned(text));
}
