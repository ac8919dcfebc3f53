//! Which files are databases of WhatsApp, and where the folder begins that they and their media lie in.

use std::collections::BTreeSet;

use super::image::{MAGIC, head_of};
use crate::bundle::{Bundle, File, Listing};

/// Folders of the app that hold databases; media lie beside them, not in them.
const FOLDERS: &[&str] = &["databases", "backups"];

/// Names that a backup of an iPhone gives to the databases of WhatsApp and WhatsApp Business: SHA-1 of where they lay.
const APPLE_NAMES: &[&str] = &[
    "7c7fba66680ef796b916b067077cc246adacf01d",
    "724bd3b98b18518b455a87c1f3ac3a0d189c4466",
    "b8548dc30aa1030df0ce18ef08b882cf7ab5212f",
    "d7246a707f51ddf8b17ee2dddabd9e0a4da5c552",
];

/// Words that stand in the description of the tables of such a database and of no other known one.
const SIGNS: &[&[u8]] = &[b"ZWAMESSAGE", b"key_remote_jid", b"message_system_chat_participant", b"wa_contacts"];

/// Folders of the app that hold what was sent.
const MEDIA_FOLDERS: [&str; 2] = ["Media", "Message"];

/// The folder in which address books stand that lie in no download. No app gives a folder such a name.
const BOOKS: &str = "cards.malle/";

/// How much of a database with a strange name is searched for them.
const SIGN_BYTES: usize = 1 << 20;

/// Most such databases of a folder that are opened.
const HEADS_MAX: usize = 64;

/// Prefixes of the folders that databases and their media lie in.
pub fn roots(listing: &Listing<'_>) -> BTreeSet<String> {
    let mut heads = 0;
    let mut found = BTreeSet::new();
    for (number, path) in listing.paths() {
        let name = name_of(path);
        let strange = || is_plain_database(name) && !path.split('/').any(|part| part == "__MACOSX");
        let known = is_database_name(name);
        if !known && (heads >= HEADS_MAX || !strange()) {
            continue;
        }
        if !known {
            heads += 1;
            let head = listing.head(number, SIGN_BYTES);
            if !head.starts_with(MAGIC) || !has_sign(&head) {
                continue;
            }
        }
        found.insert(root_of(path).to_owned());
    }
    found
}

fn has_sign(head: &[u8]) -> bool {
    SIGNS.iter().any(|sign| memchr::memmem::find(head, sign).is_some())
}

/// The folder around the folder of databases, else the folder of the file; with a trailing `/`.
fn root_of(path: &str) -> &str {
    let folder = path.rfind('/').and_then(|at| path.get(..=at)).unwrap_or_default();
    let bare = folder.trim_end_matches('/');
    let last = name_of(bare).to_ascii_lowercase();
    if FOLDERS.contains(&last.as_str()) {
        return bare.rfind('/').and_then(|at| bare.get(..=at)).unwrap_or_default();
    }
    folder
}

/// Whether a file is read as a database. `has_chats`: text exports lie in the bundle, where any other file can be an
/// attachment; `is_carried`: this one is.
pub fn is_database(bundle: &Bundle, file: &File, has_chats: &dyn Fn() -> bool, is_carried: &dyn Fn() -> bool) -> bool {
    let name = name_of(&file.path);
    if is_database_name(name) {
        return true;
    }
    let head = |len| bundle.find(&file.place).map(|at| head_of(bundle, at, len)).unwrap_or_default();
    let is_plain = is_plain_database(name) && root_of(&file.path).is_empty() && head(MAGIC.len()) == MAGIC;
    is_plain && (!has_chats() || (has_sign(&head(SIGN_BYTES)) && !is_carried()))
}

/// Whether a file is an address book: cards that nobody sent.
pub fn is_address_book(file: &File, is_carried: &dyn Fn() -> bool) -> bool {
    let among_sent = || file.path.split('/').any(|folder| MEDIA_FOLDERS.contains(&folder));
    is_card_file(name_of(&file.path)) && !among_sent() && !is_carried()
}

/// The place of an address book that lies in no download.
pub fn address_book_place(path: &str, head: &[u8]) -> Option<String> {
    const BEGINNING: &[u8] = b"BEGIN:VCARD";
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let begins = head.get(..BEGINNING.len()).is_some_and(|head| head.eq_ignore_ascii_case(BEGINNING));
    let name = name_of(path);
    let folder = path.strip_suffix(name)?;
    (begins && is_card_file(name)).then(|| format!("{folder}{BOOKS}{name}"))
}

/// Prefixes of the folders that hold such address books.
pub fn address_book_roots(listing: &Listing<'_>) -> BTreeSet<String> {
    let folder = |path: &str| Some(path.strip_suffix(name_of(path))?.strip_suffix(BOOKS)?.to_owned());
    listing.paths().filter_map(|(_, path)| folder(path)).collect()
}

/// Whether a file only completes a database beside it.
pub fn is_companion(file: &File) -> bool {
    let name = name_of(&file.path);
    let base = ["-wal", "-shm", "-journal"].iter().find_map(|end| name.strip_suffix(end));
    base.is_some_and(|base| is_database_name(base) || is_plain_database(base))
}

/// Whether a file is a key of backups.
pub fn is_key(file: &File) -> bool {
    let name = name_of(&file.path);
    (name == "key" && (150..=170).contains(&file.size)) || name == "encrypted_backup.key"
}

/// Whether a name says that a file holds cards of contacts.
pub fn is_card_file(name: &str) -> bool {
    extension(name).is_some_and(|extension| extension.eq_ignore_ascii_case("vcf"))
}

/// Whether a database with names of contacts is likely behind a name; those are read first.
pub fn is_contacts_name(path: &str) -> bool {
    let name = name_of(path).to_ascii_lowercase();
    name.starts_with("wa.db")
        || name.starts_with("contacts")
        || APPLE_NAMES.get(2..).is_some_and(|names| names.contains(&name.as_str()))
}

fn is_database_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let plain = name.ends_with(".db") || is_copy_of(&name, ".db");
    (name.starts_with("msgstore") && plain)
        || name == "wa.db"
        || (name.starts_with("chatstorage") && is_plain_database(&name))
        || (name.starts_with("contactsv2") && is_plain_database(&name))
        || matches!(extension(&name), Some("crypt12" | "crypt14" | "crypt15"))
        || APPLE_NAMES.contains(&name.as_str())
}

/// `msgstore.db (1)`: browsers number what they download twice.
fn is_copy_of(name: &str, extension: &str) -> bool {
    name.split_once(extension).is_some_and(|(_, rest)| rest.starts_with(" (") && rest.ends_with(')'))
}

fn is_plain_database(name: &str) -> bool {
    extension(name)
        .is_some_and(|extension| ["db", "sqlite", "sqlite3"].iter().any(|known| extension.eq_ignore_ascii_case(known)))
}

fn extension(name: &str) -> Option<&str> {
    name.rsplit_once('.').map(|(_, extension)| extension)
}

/// The last part of a path.
pub fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_are_known_by_name() {
        for name in [
            "msgstore.db",
            "msgstore-2025-01-01.1.db",
            "msgstore.db (1)",
            "msgstore.db.crypt15",
            "wa.db",
            "ChatStorage.sqlite",
            "stickers.db.crypt14",
            "7c7fba66680ef796b916b067077cc246adacf01d",
        ] {
            assert!(is_database_name(name), "{name}");
        }
        for name in ["notes.db", "wa.txt", "msgstore.txt", "ChatStorage.txt", "msgstore.db-wal"] {
            assert!(!is_database_name(name), "{name}");
        }
    }

    #[test]
    fn media_lie_beside_the_folder_of_databases() {
        for (path, root) in [
            ("msgstore.db", ""),
            ("Databases/msgstore.db", ""),
            ("WhatsApp/Databases/msgstore.db.crypt15", "WhatsApp/"),
            ("com.whatsapp/databases/wa.db", "com.whatsapp/"),
            ("phone/msgstore.db", "phone/"),
        ] {
            assert_eq!(root_of(path), root, "{path}");
        }
    }
}
