//! Telegram Desktop: "Export Telegram data" and "Export chat history", as JSON (`result.json`) or as HTML (`messages.html` and its
//! kin), with folders of media beside it.
//!
//! What is read and why: docs/formats/telegram.md.

mod chat;
mod clock;
mod export;
mod markup;
mod message;
mod page;
mod pages;
mod text;

use std::io::Read as _;
use std::sync::Arc;

use super::opened::narrowed;
use super::{PartsRule, ReadOptions, Role, Sink, Source, SourceInfo, Stop, default_role};
use crate::bundle::{Bundle, File, Listing};

/// The reader of Telegram.
pub struct Telegram;

static INFO: SourceInfo = SourceInfo {
    id: "telegram",
    family: "telegram",
    parts: PartsRule::Separate,
    layouts: &["telegram-chat", "telegram-account", "telegram-html"],
};

/// The file that every export in JSON has, as the app calls it. Copies, and those that somebody gave the name of a chat, are told
/// by how they begin.
const RESULT: &str = "result.json";

/// Kinds of chats, which say that a file of any name is an export.
const KINDS: [&str; 10] = [
    "saved_messages",
    "replies",
    "verification_codes",
    "personal_chat",
    "bot_chat",
    "private_group",
    "private_supergroup",
    "public_supergroup",
    "private_channel",
    "public_channel",
];

/// How much of it tells that it is one.
const HEAD_BYTES: usize = 4096;
const HEAD_BYTES_READ: u64 = 4096;

impl Source for Telegram {
    fn about(&self) -> &'static SourceInfo {
        &INFO
    }

    fn roots(&self, listing: &Listing<'_>) -> Vec<String> {
        let mut roots: Vec<String> = Vec::new();
        for (number, path) in listing.paths() {
            let (folder, name) = split(path);
            if name.ends_with(".json")
                && !roots.iter().any(|known| known == folder)
                && is_export(name, &narrowed(listing.head(number, HEAD_BYTES)))
            {
                roots.push(folder.to_owned());
            }
        }
        for root in page_roots(listing) {
            // Chats of an account lie in its folders.
            if !roots.iter().any(|known| {
                root.strip_prefix(known.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with("chats/"))
            }) {
                roots.push(root);
            }
        }
        roots
    }

    fn role(&self, bundle: &Bundle, file: &File) -> Option<Role> {
        if let noise @ Role::Noise(_) = default_role(file) {
            return Some(noise);
        }
        let path = file.path.as_str();
        if results(bundle).0.iter().any(|number| bundle.file(*number).is_some_and(|known| known.path == path)) {
            return Some(Role::Read);
        }
        if ["css/", "js/", "images/"].iter().any(|folder| path.starts_with(folder)) {
            return Some(Role::Noise("decoration"));
        }
        if results(bundle).0.is_empty() && pages::is_page(path) {
            return Some(Role::Read);
        }
        if path.ends_with(".html") {
            return Some(Role::Raw("html-not-read"));
        }
        let original = path.strip_suffix("_thumb.jpg");
        if original.is_some_and(|name| bundle.find(name).is_some() || bundle.find(&format!("{name}.jpg")).is_some()) {
            return Some(Role::Noise("thumbnail"));
        }
        Some(if path.contains('/') { Role::Media } else { default_role(file) })
    }

    fn read(&self, bundle: &Bundle, options: &ReadOptions, sink: &dyn Sink) -> Result<(), Stop> {
        let results = results(bundle);
        if results.0.is_empty() {
            return pages::read(bundle, options, sink);
        }
        results.0.iter().try_for_each(|file| export::read(bundle, *file, options, sink))
    }
}

/// The exports in JSON of a bundle.
struct Results(Vec<usize>);

fn results(bundle: &Bundle) -> Arc<Results> {
    bundle.once(|| {
        let candidates = bundle.files().filter(|(_, file)| !file.path.contains('/') && file.path.ends_with(".json"));
        let is_result = |(number, file): &(usize, &File)| {
            let mut head = Vec::new();
            let read = bundle.open(*number).map(|input| input.take(HEAD_BYTES_READ).read_to_end(&mut head));
            // One that cannot be read is a problem to be told, under its name.
            file.path == RESULT || read.is_ok() && is_export(&file.path, &narrowed(head))
        };
        Results(candidates.filter(is_result).map(|(number, _)| number).collect())
    })
}

/// Whether a file of this name, which begins so, is an export.
fn is_export(name: &str, head: &[u8]) -> bool {
    let has = |word: &[u8]| memchr::memmem::find(head, word).is_some();
    let is_of_app = || has(b"\"type\"") && KINDS.iter().any(|kind| has(format!("\"{kind}\"").as_bytes()));
    if name == RESULT {
        has(b"\"messages\"") && has(b"\"type\"")
            || has(b"\"about\"") && has(b"\"list\"")
            || has(b"\"personal_information\"")
    } else {
        has(b"\"messages\"") && is_of_app() || has(b"\"about\"") && has(b"\"personal_information\"")
    }
}

/// The folder with its slash, and the name.
fn split(path: &str) -> (&str, &str) {
    path.rfind('/').and_then(|at| path.split_at_checked(at + 1)).unwrap_or(("", path))
}

/// Where exports in HTML begin: whole accounts first.
fn page_roots(listing: &Listing<'_>) -> Vec<String> {
    let is_export = |number: usize| {
        let head = listing.head(number, HEAD_BYTES);
        let has = |word: &[u8]| memchr::memmem::find(&head, word).is_some();
        has(b"page_wrap") && has(b"Exported Data")
    };
    let (mut accounts, mut chats) = (Vec::new(), Vec::new());
    for (number, path) in listing.paths() {
        let (folder, name) = split(path);
        if name == pages::SUMMARY && is_export(number) {
            accounts.push(folder.to_owned());
        } else if pages::number_of(name).is_some()
            && chats.last().is_none_or(|known| known != folder)
            && is_export(number)
        {
            chats.push(folder.to_owned());
        }
    }
    accounts.append(&mut chats);
    accounts
}
