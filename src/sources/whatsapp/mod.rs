//! WhatsApp: chat exports ("Export chat") of iOS and Android, a text file alone or with its files in a ZIP or folder; and
//! the databases of both, plain or as encrypted backups; and reports on the account ("Request account info").
//!
//! What is read and why: docs/formats/whatsapp.md.

mod account;
mod body;
mod calendar;
mod chat;
mod cursor;
mod database;
mod dates;
mod detect;
mod encoding;
mod header;
mod header_words;
mod key;
mod lines;
mod marks;
mod media;
mod poll;
mod read;
mod senders;
mod strings;
mod tellings;

use std::collections::HashSet;

use rayon::prelude::*;

use super::{KeyNeed, PartsRule, ReadOptions, Role, Sink, Source, SourceInfo, Stop, default_role};
use crate::bundle::{Bundle, File, Listing};

pub use key::{NotAKey, WhatsappKey};

/// The WhatsApp reader.
pub struct Whatsapp;

static INFO: SourceInfo = SourceInfo {
    id: "whatsapp",
    family: "whatsapp",
    parts: PartsRule::Separate,
    layouts: &[
        "android-chat",
        "ios-chat",
        "msgstore",
        "chatstorage",
        "encrypted-backup",
        "account-info",
        "address-book",
    ],
};

impl Source for Whatsapp {
    fn about(&self) -> &'static SourceInfo {
        &INFO
    }

    fn roots(&self, listing: &Listing<'_>) -> Vec<String> {
        let databases = database::detect::roots(listing);
        // Chats that lie among the app's own media were sent as documents: those are files of the messages.
        let sent = |folder: &String| {
            let inside = databases.iter().find_map(|root| folder.strip_prefix(root.as_str()));
            inside.is_some_and(|rest| rest.starts_with("Media/") || rest.starts_with("Message/"))
        };
        let mut roots: Vec<String> = detect::roots(listing).into_iter().filter(|folder| !sent(folder)).collect();
        let books = database::detect::address_book_roots(listing);
        for root in databases.into_iter().chain(account::roots(listing)).chain(books) {
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
        roots
    }

    fn place(&self, _listing: &Listing<'_>, _number: usize, path: &str, head: &[u8]) -> Option<String> {
        database::detect::address_book_place(path, head)
    }

    fn role(&self, bundle: &Bundle, file: &File) -> Option<Role> {
        if let noise @ Role::Noise(_) = default_role(file) {
            return Some(noise);
        }
        if database::detect::is_companion(file) {
            return Some(Role::Raw("database-journal"));
        }
        if database::detect::is_key(file) {
            return Some(Role::Raw("technical"));
        }
        if is_database(bundle, file) || is_address_book(bundle, file) {
            return Some(Role::Read);
        }
        if let Some(role) = account_role(bundle, file) {
            return Some(role);
        }
        let is_chat = (detect::is_text(&file.path) || detect::may_be_text(&file.path))
            && detect::chats(bundle).iter().any(|chat| bundle.file(*chat).is_some_and(|chat| chat.path == file.path));
        Some(if is_chat { Role::Read } else { Role::Media })
    }

    fn key_need(&self, bundle: &Bundle, options: &ReadOptions) -> KeyNeed {
        let key = options.whatsapp_key.as_ref();
        let needs: Vec<(usize, bool)> =
            databases(bundle).filter_map(|number| Some((number, database::key_fits(bundle, number, key)?))).collect();
        let encrypted = |number: usize| needs.iter().any(|(needy, _)| *needy == number);
        let readable = |file: &File| matches!(self.role(bundle, file), Some(Role::Read | Role::Media));
        let other = !needs.is_empty() && bundle.files().any(|(number, file)| !encrypted(number) && readable(file));
        let fits: Vec<bool> = needs.iter().map(|(_, fits)| *fits).collect();
        KeyNeed::of(&fits, key.is_some(), other)
    }

    fn read(&self, bundle: &Bundle, options: &ReadOptions, sink: &dyn Sink) -> Result<(), Stop> {
        let databases: Vec<usize> = databases(bundle).collect();
        let books = bundle.files().filter(|(_, file)| is_address_book(bundle, file)).map(|(number, _)| number);
        let books: Vec<usize> = books.collect();
        database::read(bundle, (&books, &databases), options, sink)?;
        let chats = detect::chats(bundle);
        if databases.is_empty() && chats.is_empty() {
            return account::read(bundle, sink);
        }
        let alone = chats.len() == 1;
        chats.par_iter().try_for_each(|number| {
            let file = bundle.file(*number);
            let around = file.and_then(|file| bundle.parts().get(file.part)).filter(|_| alone);
            let names = chat::Names {
                file: file.and_then(|file| detect::title_of_name(&file.path)),
                bundle: around.and_then(|part| {
                    detect::title_of_name(detect::bundle_stem(&part.prefix, ""))
                        .or_else(|| detect::title_of_name(&part.container().name))
                }),
            };
            read::read_chat(bundle, *number, &names, options, sink)
        })
    }
}

/// What is done with a file of a report on the account. A report sent in a chat is a file of that chat.
fn account_role(bundle: &Bundle, file: &File) -> Option<Role> {
    let role = account::role(bundle, file)?;
    (databases(bundle).next().is_none() && detect::chats(bundle).is_empty()).then_some(role)
}

fn databases(bundle: &Bundle) -> impl Iterator<Item = usize> + '_ {
    bundle.files().filter(|(_, file)| is_database(bundle, file)).map(|(number, _)| number)
}

fn is_noise(file: &File) -> bool {
    matches!(default_role(file), Role::Noise(_))
}

fn is_database(bundle: &Bundle, file: &File) -> bool {
    let has_chats = || !detect::chats(bundle).is_empty();
    !is_noise(file) && database::detect::is_database(bundle, file, &has_chats, &|| is_carried(bundle, file))
}

/// Whether a file is the address book of a phone: beside chats or databases, or by itself.
fn is_address_book(bundle: &Bundle, file: &File) -> bool {
    !is_noise(file) && database::detect::is_address_book(file, &|| is_carried(bundle, file))
}

/// Files that messages of the chats carry, by their keys.
struct Carried(HashSet<String>);

/// Whether a file lies beside chats because it was sent in one: a message names it, or its name has the counter that iPhones
/// give to what they export.
fn is_carried(bundle: &Bundle, file: &File) -> bool {
    let chats = detect::chats(bundle);
    if chats.is_empty() || file.path.contains('/') {
        return false;
    }
    let find = || {
        let files = chats.iter().flat_map(|chat| read::carried(bundle, *chat));
        Carried(files.filter_map(|number| Some(bundle.file(number)?.key.clone())).collect())
    };
    media::without_counter(&file.path).len() < file.path.len() || bundle.once(find).0.contains(&file.key)
}
