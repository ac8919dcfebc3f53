//! The separate download of end-to-end encrypted conversations: `NAME_N.json` files at the root beside `media/`. Made
//! in the browser, its text is right as it stands.

use crate::bundle::{Bundle, File, Listing};
use crate::sources::meta::layout::has_extension;
use crate::sources::meta::thread::ThreadPlace;
use crate::sources::opened::narrowed;

/// Bytes of a file that are looked at.
const HEAD_LEN: u16 = 4096;

/// Files looked into per folder when a download is recognised.
const HEADS_MAX: usize = 4;

/// How such a file begins.
const FIRST_KEYS: [&str; 3] = ["\"participants\"", "\"threadName\"", "\"messages\""];

/// Folders that hold conversations of the encrypted download.
pub fn roots(listing: &Listing<'_>) -> Vec<String> {
    let mut looked: std::collections::BTreeMap<&str, (usize, bool)> = std::collections::BTreeMap::new();
    for (number, path) in listing.paths() {
        let Some(root) = root_of(path) else { continue };
        let (count, found) = looked.entry(root).or_default();
        if !*found && *count < HEADS_MAX {
            *count += 1;
            *found = is_conversation(&narrowed(listing.head(number, HEAD_LEN.into())));
        }
    }
    looked.into_iter().filter(|(_, (_, found))| *found).map(|(root, _)| root.to_owned()).collect()
}

/// Only files at the root, or in one wrapper folder, can be conversations.
fn root_of(path: &str) -> Option<&str> {
    let folder = path.rfind('/').map_or("", |at| path.get(..=at).unwrap_or_default());
    (has_extension(path, "json") && folder.matches('/').count() <= 2 && ThreadPlace::of(path, "json").is_none())
        .then_some(folder)
}

/// Whether a file of a bundle is such a conversation.
pub fn holds(bundle: &Bundle, number: usize, file: &File) -> bool {
    use std::io::Read as _;
    let place = file.place.as_str();
    if place.contains('/') || !has_extension(place, "json") || ThreadPlace::of(place, "json").is_some() {
        return false;
    }
    let mut head = Vec::new();
    let read = bundle.open(number).map(|reader| reader.take(HEAD_LEN.into()).read_to_end(&mut head));
    matches!(read, Ok(Ok(_))) && is_conversation(&narrowed(head))
}

/// The first key tells it from a section of Facebook in which such words stand somewhere.
fn is_conversation(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let inside = head.strip_prefix(b"{").unwrap_or_default().trim_ascii_start();
    let holds = |word: &str| memchr::memmem::find(head, word.as_bytes()).is_some();
    FIRST_KEYS.iter().any(|key| inside.starts_with(key.as_bytes()))
        && (holds("\"threadName\"") || (holds("\"senderName\"") && holds("\"messages\"")))
}

#[cfg(test)]
mod tests {
    use super::is_conversation;

    #[test]
    fn only_conversations_are_conversations() {
        for (head, expected) in [
            (r#"{"participants": ["Awa"], "threadName": "Awa_1", "messages": ["#, true),
            ("\u{feff}{\n  \"messages\": [{\"senderName\": \"Awa\"", true),
            (r#"{"searches_v2": [], "threadName": "Awa_1""#, false),
            (r#"[{"threadName": "Awa_1"}]"#, false),
            (r#"{"participants": [{"name": "Awa"}], "messages": [{"sender_name": "Awa""#, false),
        ] {
            assert_eq!(is_conversation(head.as_bytes()), expected, "{head}");
        }
    }
}
