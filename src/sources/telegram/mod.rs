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

/// The file that every export in JSON has.
const RESULT: &str = "result.json";

/// How much of it tells that it is one.
const HEAD_BYTES: usize = 4096;

impl Source for Telegram {
    fn about(&self) -> &'static SourceInfo {
        &INFO
    }

    fn roots(&self, listing: &Listing<'_>) -> Vec<String> {
        let results = listing.paths().filter_map(|(number, path)| Some((number, path.strip_suffix(RESULT)?)));
        let folders = results.filter(|(_, folder)| folder.is_empty() || folder.ends_with('/'));
        let is_export = |number: usize| {
            let head = listing.head(number, HEAD_BYTES);
            let has = |word: &[u8]| memchr::memmem::find(&head, word).is_some();
            has(b"\"messages\"") && has(b"\"type\"")
                || has(b"\"about\"") && has(b"\"list\"")
                || has(b"\"personal_information\"")
        };
        let mut roots: Vec<String> =
            folders.filter(|(number, _)| is_export(*number)).map(|(_, folder)| folder.to_owned()).collect();
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
        if path == RESULT {
            return Some(Role::Read);
        }
        if ["css/", "js/", "images/"].iter().any(|folder| path.starts_with(folder)) {
            return Some(Role::Noise("decoration"));
        }
        if bundle.find(RESULT).is_none() && pages::is_page(path) {
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
        match bundle.find(RESULT) {
            Some(file) => export::read(bundle, file, options, sink),
            None => pages::read(bundle, options, sink),
        }
    }
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
        let (folder, name) = path
            .rsplit_once('/')
            .map_or(("", path), |(folder, name)| (path.get(..=folder.len()).unwrap_or_default(), name));
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
