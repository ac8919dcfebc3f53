//! Pages of 2010 to 2017, everything outside conversations: `html/wall.htm` and its kin, `photos/NUMBER/index.htm`.

mod entries;
mod people;
mod read;

pub(super) use people::owner_on_pages;
pub(super) use read::{Early, read};

/// What a page holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// Posts: the owner's and those of others on the owner's wall.
    Wall,
    /// One album.
    Album,
    /// The list of albums.
    Albums,
    /// Photos or films without album.
    Media {
        /// Films.
        films: bool,
    },
    /// People, in lists with headings.
    Friends,
    /// Events.
    Events,
    /// How to reach the owner, and the address book of the owner's phone.
    Contacts,
    /// The owner's profile.
    Profile,
    /// Anything else.
    Other,
}

/// Pages that hold nothing people wrote.
const TECHNICAL: [&str; 8] = [
    "ads.htm",
    "apps.htm",
    "facial_recognition.htm",
    "mobile_devices.htm",
    "preferences.htm",
    "security.htm",
    "settings.htm",
    "survey_responses.htm",
];

/// Pages whose names tell even without their folder. That an unknown file so called is such a page, its content decides.
const LOOSE: [&str; 6] =
    ["contact_info.htm", "friends.htm", "pokes.htm", "synced_photos.htm", "timeline.htm", "wall.htm"];

/// What a file holds, by its path below the root of the download.
pub(super) fn page_of(key: &str) -> Option<Page> {
    if is_album(key) {
        return Some(Page::Album);
    }
    let (folder, name) = key.rsplit_once('/').unwrap_or(("", key));
    if !name.ends_with(".htm") || is_technical(key) {
        return None;
    }
    match (folder, name) {
        ("html" | "", "index.htm") => Some(Page::Profile),
        ("", name) if !LOOSE.contains(&name) => None,
        ("html" | "", "wall.htm" | "timeline.htm") => Some(Page::Wall),
        ("html", "photos.htm") => Some(Page::Albums),
        ("html" | "", "synced_photos.htm") => Some(Page::Media { films: false }),
        ("html", "videos.htm") => Some(Page::Media { films: true }),
        ("html" | "", "friends.htm") => Some(Page::Friends),
        ("html", "events.htm") => Some(Page::Events),
        ("html" | "", "contact_info.htm") => Some(Page::Contacts),
        ("html", "messages.htm") => None,
        ("html" | "", _) => Some(Page::Other),
        _ => None,
    }
}

/// Whether a file of such a download holds nothing people wrote.
pub(super) fn is_technical(key: &str) -> bool {
    key.strip_prefix("html/").is_some_and(|name| TECHNICAL.contains(&name))
}

/// Whether a file is decoration of the pages.
pub(super) fn is_decoration(key: &str) -> bool {
    key == "html/style.css"
}

/// `photos/NUMBER/index.htm`, in the last months `photos/NUMBER.htm` or `.html`.
fn is_album(key: &str) -> bool {
    let Some(inside) = key.strip_prefix("photos/") else { return false };
    let (folder, page) = inside.split_once('/').unwrap_or((inside, "index.htm"));
    let stem = ["", ".html", ".htm"].into_iter().find_map(|end| {
        let stem = folder.strip_suffix(end)?;
        (!stem.is_empty() && stem.bytes().all(|b| b.is_ascii_digit())).then_some(end)
    });
    match stem {
        Some("") => inside.contains('/') && matches!(page, "index.htm" | "index.html"),
        Some(_) => !inside.contains('/'),
        None => false,
    }
}

/// How many components of a path stand before the root of such a download.
pub(super) fn anchor(parts: &[&str]) -> Option<usize> {
    let (name, folders) = parts.split_last()?;
    let at = folders.len();
    match folders {
        [] => LOOSE.contains(name).then_some(0),
        [.., "html"] => page_of(&format!("html/{name}")).map(|_| at - 1),
        [.., "photos", album] if is_album(&format!("photos/{album}/{name}")) => Some(at - 2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_known_by_their_place() {
        for (path, expected) in [
            ("index.htm", Some(Page::Profile)),
            ("html/wall.htm", Some(Page::Wall)),
            ("timeline.htm", Some(Page::Wall)),
            ("html/photos.htm", Some(Page::Albums)),
            ("html/videos.htm", Some(Page::Media { films: true })),
            ("html/notes.htm", Some(Page::Other)),
            ("photos/1234/index.htm", Some(Page::Album)),
            ("photos/1234.html", Some(Page::Album)),
            ("photos/index.htm", None),
            ("photos/1234", None),
            ("photos/12a/index.htm", None),
            ("html/messages.htm", None),
            ("html/security.htm", None),
            ("notes.htm", None),
            ("posts/index.htm", None),
        ] {
            assert_eq!(page_of(path), expected, "{path}");
        }
    }

    #[test]
    fn downloads_begin_above_their_pages() {
        let check = |path: &str, expected: Option<usize>| {
            assert_eq!(anchor(&path.split('/').collect::<Vec<_>>()), expected, "{path}");
        };
        check("html/wall.htm", Some(0));
        check("w/facebook-awa/html/friends.htm", Some(2));
        check("w/photos/12/index.htm", Some(1));
        check("wall.htm", Some(0));
        check("w/wall.htm", None);
        check("index.htm", None);
        check("html/index.html", None);
        check("html/messages.htm", None);
    }
}
