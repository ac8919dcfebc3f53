//! The separate download of end-to-end encrypted conversations: `NAME_N.json` files at the root beside `media/`. Made
//! in the browser, its text is right as it stands.

use crate::bundle::{Bundle, File, Listing};
use crate::sources::meta::layout::has_extension;
use crate::sources::meta::thread::ThreadPlace;

/// Bytes of a file that are looked at.
const HEAD_LEN: u16 = 4096;

/// Files looked into per folder when a download is recognised.
const HEADS_MAX: usize = 4;

/// Folders that hold conversations of the encrypted download.
pub fn roots(listing: &Listing<'_>) -> Vec<String> {
    let mut looked: std::collections::BTreeMap<&str, (usize, bool)> = std::collections::BTreeMap::new();
    for (number, path) in listing.paths() {
        let Some(root) = root_of(path) else { continue };
        let (count, found) = looked.entry(root).or_default();
        if !*found && *count < HEADS_MAX {
            *count += 1;
            *found = is_conversation(&listing.head(number, HEAD_LEN.into()));
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
    if file.path.contains('/') || !has_extension(&file.path, "json") || ThreadPlace::of(&file.path, "json").is_some() {
        return false;
    }
    let mut head = Vec::new();
    let read = bundle.open(number).map(|reader| reader.take(HEAD_LEN.into()).read_to_end(&mut head));
    matches!(read, Ok(Ok(_))) && is_conversation(&head)
}

fn is_conversation(head: &[u8]) -> bool {
    let holds = |word: &str| memchr::memmem::find(head, word.as_bytes()).is_some();
    holds("\"threadName\"") || (holds("\"senderName\"") && holds("\"messages\""))
}
