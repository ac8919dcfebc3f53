//! WhatsApp chat exports ("Export chat") of iOS and Android: a text file, alone or with its files in a ZIP or folder.
//!
//! What is read and why: docs/formats/whatsapp.md.

mod body;
mod calendar;
mod chat;
mod cursor;
mod dates;
mod detect;
mod header;
mod header_words;
mod lines;
mod media;
mod poll;
mod read;
mod senders;
mod strings;

use rayon::prelude::*;

use super::{PartsRule, ReadOptions, Role, Sink, Source, SourceInfo, Stop, default_role};
use crate::bundle::{Bundle, File, Listing};

/// The WhatsApp reader.
pub struct Whatsapp;

static INFO: SourceInfo = SourceInfo {
    id: "whatsapp",
    family: "whatsapp",
    parts: PartsRule::Separate,
    layouts: &["android-chat", "ios-chat"],
};

impl Source for Whatsapp {
    fn about(&self) -> &'static SourceInfo {
        &INFO
    }

    fn roots(&self, listing: &Listing<'_>) -> Vec<String> {
        detect::roots(listing)
    }

    fn role(&self, bundle: &Bundle, file: &File) -> Option<Role> {
        if let noise @ Role::Noise(_) = default_role(file) {
            return Some(noise);
        }
        let is_chat = file.key.to_ascii_lowercase().ends_with(".txt")
            && detect::chats(bundle).iter().any(|chat| bundle.file(*chat).is_some_and(|chat| chat.path == file.path));
        Some(if is_chat { Role::Read } else { Role::Media })
    }

    fn read(&self, bundle: &Bundle, options: &ReadOptions, sink: &dyn Sink) -> Result<(), Stop> {
        let chats = detect::chats(bundle);
        let alone = chats.len() == 1;
        chats.par_iter().try_for_each(|number| {
            let file = bundle.file(*number);
            let around = file.and_then(|file| bundle.parts().get(file.part)).filter(|_| alone);
            let names = chat::Names {
                file: file.and_then(|file| detect::title_of_name(&file.path)),
                bundle: around.and_then(|part| {
                    detect::title_of_name(detect::bundle_stem(&part.prefix, ""))
                        .or_else(|| detect::title_of_name(&part.name))
                }),
            };
            read::read_chat(bundle, *number, &names, options, sink)
        })
    }
}
