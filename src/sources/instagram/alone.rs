//! Where in a download a page belongs that is known by what it holds.

use crate::bundle::comparison_key;
use crate::sources::meta::alone::{Alone, Shape, conversation_place, join, split, undoubled};
use crate::sources::meta::layout::{Product, conversation_root, instagram_folder, marked_root};
use crate::sources::meta::thread::ThreadPlace;

/// Pages at the root that only lead to others.
const COVERS: [&str; 2] = ["index.html", "start_here.html"];

/// Folders of files below `media/`, and the page that shows them.
const SHOWN: [(&str, &str); 7] = [
    ("posts", "posts_1"),
    ("stories", "stories"),
    ("reels", "reels"),
    ("igtv", "igtv_videos"),
    ("profile", "profile_photos"),
    ("archived_posts", "archived_posts"),
    ("other", "other_content"),
];

/// The place of a file whose name says less than it does itself.
pub fn place(number: usize, path: &str, head: &[u8]) -> Option<String> {
    let (folder, name) = split(path);
    if let Some(original) = undoubled(name).filter(|name| instagram_folder(&comparison_key(name)).is_some()) {
        return Some(format!("{folder}{original}"));
    }
    let alone = Alone::of(path, head).filter(|alone| alone.product == Product::Instagram)?;
    let key = comparison_key(name);
    if let Some(tail) = alone.saved.as_deref().and_then(tail_of) {
        return Some(join(folder, tail));
    }
    let place = match alone.shape {
        Shape::Conversation => ThreadPlace::of_any(name).is_none().then(|| conversation_place(path, number))?,
        Shape::Section { .. } if instagram_folder(&key).is_some() || COVERS.contains(&key.as_str()) => return None,
        Shape::Section { file, .. } => {
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            let page = file.as_deref().and_then(page_of_file).map(|page| format!("media/{page}"));
            format!("{folder}your_instagram_activity/{}.html", page.as_deref().unwrap_or(stem))
        }
        Shape::Archive | Shape::Early(_) | Shape::Album => return None,
    };
    (path != place).then_some(place)
}

/// The page that shows files like this one.
fn page_of_file(file: &str) -> Option<&'static str> {
    let inside = file.split("media/").nth(1)?;
    let folder = inside.split('/').next()?;
    SHOWN.iter().find(|(known, _)| *known == folder).map(|(_, page)| *page)
}

/// The part of a path below the root of its download.
fn tail_of(saved: &str) -> Option<&str> {
    let root = marked_root(saved).or_else(|| conversation_root(saved).map(|(root, _)| root))?;
    saved.strip_prefix(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saved_pages_stand_below_the_root_they_came_from() {
        for (saved, expected) in [
            ("C:/a/your_instagram_activity/media/posts_1.html", Some("your_instagram_activity/media/posts_1.html")),
            ("C:/a/messages/inbox/zoe_1/message_2.html", Some("messages/inbox/zoe_1/message_2.html")),
            ("C:/a/Zoé.html", None),
        ] {
            assert_eq!(tail_of(saved), expected, "{saved}");
        }
        assert_eq!(page_of_file("media/stories/202401/1.jpg"), Some("stories"));
        assert_eq!(page_of_file("./Posts_files/1.jpg"), None);
    }
}
