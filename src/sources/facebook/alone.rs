//! Where in a download a page belongs that is known by what it holds.

use super::detect::anchor;
use super::early;
use super::sections::Section;
use crate::bundle::{Listing, comparison_key};
use crate::sources::meta::alone::{Alone, Shape, conversation_place, join, split, undoubled};
use crate::sources::meta::layout::{Product, conversation_root};
use crate::sources::meta::thread::ThreadPlace;

/// Pages at the root that only lead to others.
const COVERS: [&str; 2] = ["index.html", "start_here.html"];

/// The place of a file whose name says less than it does itself.
pub(super) fn place(listing: &Listing<'_>, number: usize, path: &str, head: &[u8]) -> Option<String> {
    let (folder, name) = split(path);
    if let Some(original) = undoubled(name).filter(|name| Section::of(&comparison_key(name)).is_some()) {
        return Some(format!("{folder}{original}"));
    }
    let alone = Alone::of(path, head).filter(|alone| alone.product == Product::Facebook)?;
    let key = comparison_key(name);
    if let Some(tail) = alone.saved.as_deref().and_then(tail_of) {
        return Some(join(folder, &tail));
    }
    let place = match alone.shape {
        Shape::Conversation => ThreadPlace::of_any(name).is_none().then(|| conversation_place(path, number))?,
        Shape::Archive => join(folder, "html/messages.htm"),
        Shape::Album => {
            let last = folder.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            let is_number = !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit());
            let album = if is_number { last.to_owned() } else { (number + 1).to_string() };
            format!("{folder}photos/{album}/index.htm")
        }
        Shape::Early(told) => early_place(listing, folder, &key, told)?,
        Shape::Section { .. }
            if Section::of(&key).is_some() || COVERS.contains(&key.as_str()) || ThreadPlace::of_any(name).is_some() =>
        {
            return None;
        }
        Shape::Section { permalinks: true, .. } => format!("{folder}your_facebook_activity/posts/your_posts_1.html"),
        Shape::Section { .. } => {
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            format!("{folder}your_facebook_activity/{stem}.html")
        }
    };
    (path != place && key != "messages.htm").then_some(place)
}

/// The part of a path below the root of its download.
fn tail_of(saved: &str) -> Option<String> {
    let key = comparison_key(saved);
    let parts: Vec<&str> = key.split('/').collect();
    if let Some(at) = anchor(&parts) {
        return Some(saved.split('/').skip(at).collect::<Vec<_>>().join("/"));
    }
    if saved.ends_with("/html/messages.htm") {
        return Some("html/messages.htm".to_owned());
    }
    let (root, _) = conversation_root(saved)?;
    saved.strip_prefix(root).map(str::to_owned)
}

/// The place of a page of 2010 to 2017: what it tells, else what its name does.
fn early_place(listing: &Listing<'_>, folder: &str, name: &str, told: Option<String>) -> Option<String> {
    let is_inside = folder.ends_with("html/");
    let wanted = match told {
        Some(name) => name,
        // In their own folder pages without a known name are read as they are.
        None if is_inside => return None,
        None => format!("{}.htm", name.rsplit_once('.').map_or(name, |(stem, _)| stem)),
    };
    let above_others =
        || listing.paths().any(|(_, path)| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with("html/")));
    let own = if is_inside { format!("html/{name}") } else { name.to_owned() };
    let is_known = if wanted == "index.htm" {
        own == "index.htm" && above_others()
    } else {
        early::page_of(&own).is_some() && early::page_of(&own) == early::page_of(&format!("html/{wanted}"))
            || early::is_technical(&own)
    };
    (!is_known).then(|| join(folder, &format!("html/{wanted}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saved_pages_stand_below_the_root_they_came_from() {
        for (saved, expected) in [
            (
                "C:/Users/a/d/your_facebook_activity/posts/your_posts_1.html",
                "your_facebook_activity/posts/your_posts_1.html",
            ),
            ("home/a/d/messages/inbox/zoe_1/message_2.html", "messages/inbox/zoe_1/message_2.html"),
            ("home/a/d/html/messages.htm", "html/messages.htm"),
            ("home/a/d/html/wall.htm", "html/wall.htm"),
            ("home/a/d/photos/12/index.htm", "photos/12/index.htm"),
            ("home/a/d/connections/friends/your_friends.html", "connections/friends/your_friends.html"),
        ] {
            assert_eq!(tail_of(saved).as_deref(), Some(expected), "{saved}");
        }
        assert_eq!(tail_of("home/a/Zoé.html"), None);
    }
}
