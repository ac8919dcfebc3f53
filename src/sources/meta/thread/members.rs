//! The members of a conversation, read from the head of its file: who is common to all conversations must be known
//! before the first is read.

use std::io::Read as _;

use serde_json::Value;

use super::page::senders_on;
use super::raw::{RawThread, names, parse};
use super::unit::ThreadUnit;
use crate::bundle::Bundle;
use crate::sources::meta::{Document, repair, repair_escapes};

/// Members stand before the messages; this covers a few hundred names.
const HEAD_LEN: u64 = 64 << 10;

/// Names of the members as the first file of a conversation gives them, on an HTML page those who wrote there; empty
/// when it cannot be read.
#[must_use]
pub fn members_of(bundle: &Bundle, unit: &ThreadUnit) -> Vec<String> {
    match (unit.files.first(), unit.pages.first()) {
        (Some(file), _) => in_json(bundle, *file),
        (None, Some(page)) => bundle.read(*page).map(|bytes| senders_on(&bytes)).unwrap_or_default(),
        (None, None) => Vec::new(),
    }
}

fn in_json(bundle: &Bundle, file: usize) -> Vec<String> {
    let mut head = Vec::new();
    let Ok(reader) = bundle.open(file) else { return Vec::new() };
    if reader.take(HEAD_LEN).read_to_end(&mut head).is_err() {
        return Vec::new();
    }
    let resaved = !head.is_ascii();
    let found = in_head(&repair_escapes(&head)).or_else(|| in_file(bundle, file)).unwrap_or_default();
    if resaved { found.iter().map(|name| repair(name).into_owned()).collect() } else { found }
}

fn in_head(head: &[u8]) -> Option<Vec<String>> {
    const KEY: &[u8] = b"\"participants\":";
    let at = memchr::memmem::find(head, KEY)? + KEY.len();
    let mut values = serde_json::Deserializer::from_slice(head.get(at..)?).into_iter::<Value>();
    Some(names(&values.next()?.ok()?))
}

/// Files that another tool wrote may have the members at their end.
fn in_file(bundle: &Bundle, file: usize) -> Option<Vec<String>> {
    let json = Document::read(bundle, file).ok()?;
    let mut thread = RawThread::default();
    // Whatever was read before an error is as good as it gets.
    let _ended = parse(json.text(), &mut thread);
    Some(thread.participants)
}
