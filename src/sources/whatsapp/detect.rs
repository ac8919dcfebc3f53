//! Where chats are: which text files of a folder are chats, and what names of files say of their titles.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

use super::encoding::decode;
use super::lines::looks_like_chat;
use super::media::without_counter;
use super::strings::{STRINGS, Shape};
use crate::bundle::{Bundle, Listing};
use crate::sources::default_role;

/// How much of a text file tells whether it is a chat.
const HEAD_BYTES: usize = 4096;

/// Most text files of one download that are opened to see whether they are chats. Chats have telling names; other
/// platforms' downloads are full of small text files.
const HEADS_MAX: usize = 256;

/// How much of a chat is searched for the name of a text file beside it.
const SEARCHED_BYTES: usize = 64 << 20;

/// Reads at most so many bytes of the file of this number.
type Open<'a> = &'a dyn Fn(usize, usize) -> Vec<u8>;

/// Prefixes of the folders that directly hold a chat.
pub fn roots(listing: &Listing<'_>) -> Vec<String> {
    let mut folders: BTreeMap<&str, Vec<(usize, &str)>> = BTreeMap::new();
    let strange = |path: &str| may_be_text(path) && title_of_name(name_of(path)).is_some();
    let begins = |number: usize| looks_like_chat(&decode(&listing.head(number, HEAD_BYTES)).0);
    let mut looks = HEADS_MAX;
    for (number, path) in listing.paths() {
        if !is_text(path) {
            if looks == 0 || !strange(path) {
                continue;
            }
            looks -= 1;
            if !begins(number) {
                continue;
            }
        }
        let cut = path.rfind('/').map_or(0, |at| at + 1);
        let (folder, name) = path.split_at_checked(cut).unwrap_or(("", path));
        if !folder.split('/').any(|part| part == "__MACOSX") {
            folders.entry(folder).or_default().push((number, name));
        }
    }
    let heads = std::cell::Cell::new(0);
    let open = |number: usize, len: usize| {
        heads.set(heads.get() + 1);
        if heads.get() > HEADS_MAX { Vec::new() } else { listing.head(number, len) }
    };
    let holds = |folder: &&str, files: &[(usize, &str)]| {
        !chats_among(files, bundle_stem(folder, listing.name()), &open).is_empty()
    };
    folders.iter().filter(|(folder, files)| holds(folder, files)).map(|(folder, _)| (*folder).to_owned()).collect()
}

/// The chats of a bundle, by number.
pub fn chats(bundle: &Bundle) -> Vec<usize> {
    bundle.once(|| Chats(find_chats(bundle))).0.clone()
}

struct Chats(Vec<usize>);

fn find_chats(bundle: &Bundle) -> Vec<usize> {
    let noise = |number: usize| {
        bundle.file(number).is_none_or(|file| matches!(default_role(file), crate::sources::Role::Noise(_)))
    };
    let open = |number: usize, len: usize| {
        use std::io::Read as _;
        let mut head = Vec::new();
        let Ok(reader) = bundle.open(number) else { return head };
        match reader.take(u64::try_from(len).unwrap_or(u64::MAX)).read_to_end(&mut head) {
            Ok(_) => head,
            Err(_) => Vec::new(),
        }
    };
    let mut looks = HEADS_MAX;
    let mut is_text = |number: usize, path: &str| {
        is_text(path)
            || (may_be_text(path) && looks > 0 && {
                looks -= 1;
                looks_like_chat(&decode(&open(number, HEAD_BYTES)).0)
            })
    };
    let files: Vec<(usize, &str)> = bundle
        .files()
        .filter(|(number, file)| !file.path.contains('/') && !noise(*number) && is_text(*number, &file.path))
        .map(|(number, file)| (number, file.path.as_str()))
        .collect();
    let stem = bundle.parts().first().map_or("", |part| bundle_stem(&part.prefix, &part.container().name));
    chats_among(&files, stem, &open)
}

/// Which of a folder's text files are chats: by name; then those that begin like one, unless a chat by name mentions
/// them, because people also attach text files.
fn chats_among(files: &[(usize, &str)], stem: &str, open: Open<'_>) -> Vec<usize> {
    let own = |name: &str| without_counter(name).len() == name.len() && !name.starts_with("._");
    let texts: Vec<(usize, &str)> = files.iter().copied().filter(|(_, name)| own(name)).collect();
    let titled = |name: &str| is_ios_name(name) || title_of_name(name).is_some();
    let mut chats: Vec<usize> = texts.iter().filter(|(_, name)| titled(name)).map(|(number, _)| *number).collect();
    if chats.is_empty() && stem.len() > 2 {
        let same = texts.iter().filter(|(_, name)| without_copy(without_extension(name)) == stem);
        let begins = |number: usize| looks_like_chat(&decode(&open(number, HEAD_BYTES)).0);
        chats.extend(same.map(|(number, _)| *number).filter(|number| begins(*number)));
    }
    let named = chats.clone();
    for (number, name) in texts {
        if named.contains(&number) || name.eq_ignore_ascii_case("no-data.txt") {
            continue;
        }
        let mentioned = |chat: &usize| {
            let text = open(*chat, SEARCHED_BYTES);
            let composed: String = name.nfc().collect();
            [name, &composed].iter().any(|name| memchr::memmem::find(&text, name.as_bytes()).is_some())
        };
        if looks_like_chat(&decode(&open(number, HEAD_BYTES)).0) && !named.iter().any(mentioned) {
            chats.push(number);
        }
    }
    chats
}

/// Whether a file is called like a text.
pub fn is_text(path: &str) -> bool {
    path.len() > 4 && path.get(path.len() - 4..).is_some_and(|end| end.eq_ignore_ascii_case(".txt"))
}

/// Whether a file that is no `.txt` may be a chat that lost its extension, or was given another, on its way. What it begins
/// with must tell.
pub fn may_be_text(path: &str) -> bool {
    let extension = name_of(path).rsplit_once('.').map(|(_, extension)| extension);
    extension.is_none_or(|extension| {
        extension.is_empty()
            || extension.chars().count() > 5
            || extension.contains(' ')
            || ["text", "log", "doc", "csv", "md"].iter().any(|known| extension.eq_ignore_ascii_case(known))
    })
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// iOS calls every chat `_chat.txt`; downloads make it `_chat (1).txt` or `_chat 2.txt`.
fn is_ios_name(name: &str) -> bool {
    let stem = without_copy(without_extension(name));
    stem.strip_prefix("_chat")
        .is_some_and(|rest| rest.trim_start_matches([' ', '-']).bytes().all(|byte| byte.is_ascii_digit()))
}

/// The name of the folder a bundle lies in, else of its ZIP or folder, without extension and copy number.
pub fn bundle_stem<'a>(prefix: &'a str, container: &'a str) -> &'a str {
    let folder = prefix.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    without_copy(without_extension(if folder.is_empty() { container } else { folder }))
}

/// The title that the name of a chat file, ZIP or folder gives, in any language.
pub fn title_of_name(name: &str) -> Option<String> {
    let stem = without_copy(without_extension(name));
    let composed: String = stem.nfc().collect();
    let capture = |text: &str| {
        STRINGS
            .capture(Shape::Name, None, text)
            .map(|captured| captured.hole.trim().to_owned())
            .filter(|title| !title.is_empty())
    };
    let underscored = || composed.contains('_') && !composed.contains(' ');
    capture(&composed).or_else(|| underscored().then(|| capture(&composed.replace('_', " "))).flatten())
}

fn without_extension(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, extension)) if extension.eq_ignore_ascii_case("txt") || extension.eq_ignore_ascii_case("zip") => {
            stem
        }
        _ => name,
    }
}

/// `name (1)` is a second download of `name`.
fn without_copy(stem: &str) -> &str {
    let copy = stem.strip_suffix(')').and_then(|inner| inner.rsplit_once('('));
    match copy {
        Some((name, number)) if (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            name.trim_end()
        }
        _ => stem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_give_titles_in_every_language() {
        for (name, title) in [
            ("Discussion WhatsApp avec Fatou Ndiaye.txt", Some("Fatou Ndiaye")),
            ("WhatsApp Chat with Bob (1).zip", Some("Bob")),
            ("WhatsApp Chat - Zoe\u{301}", Some("Zoé")),
            ("WhatsApp_Chat_with_Ana_Lima.txt", Some("Ana Lima")),
            ("BobとのWhatsAppチャット.txt", Some("Bob")),
            ("WhatsApp 与 Bob 的对话.txt", Some("Bob")),
            ("WhatsApp Chat with Bob Jr..txt", Some("Bob Jr.")),
            ("WhatsApp Chat with +33 6 12 34 56 78.txt", Some("+33 6 12 34 56 78")),
            ("_chat.txt", None),
            ("notes.txt", None),
        ] {
            assert_eq!(title_of_name(name).as_deref(), title, "{name}");
        }
    }

    fn check(files: &[(&str, &str)], stem: &str, chats: &[&str]) {
        let listed: Vec<(usize, &str)> = files.iter().enumerate().map(|(number, (name, _))| (number, *name)).collect();
        let open = |number: usize, len: usize| files[number].1.bytes().take(len).collect::<Vec<u8>>();
        let found: Vec<&str> = chats_among(&listed, stem, &open).into_iter().map(|number| files[number].0).collect();
        assert_eq!(found, chats);
    }

    #[test]
    fn texts_beside_a_chat_are_no_chats() {
        let chat = "18/03/2022, 14:05 - A: pasted.txt (file attached)\n18/03/2022, 14:06 - B: y\n";
        check(&[("_chat.txt", chat), ("00000046-Some file.txt", chat)], "", &["_chat.txt"]);
        check(&[("pasted.txt", chat), ("WhatsApp Chat with B.txt", chat)], "", &["WhatsApp Chat with B.txt"]);
        check(&[("a.txt", chat), ("b.txt", "milk\n"), ("no-data.txt", "x")], "", &["a.txt"]);
        check(
            &[("WhatsApp Chat with A.txt", chat), ("Discussion WhatsApp avec B.txt", chat)],
            "",
            &["WhatsApp Chat with A.txt", "Discussion WhatsApp avec B.txt"],
        );
        check(&[("._chat.txt", chat), ("_chat (1).txt", chat)], "", &["_chat (1).txt"]);
    }
}
