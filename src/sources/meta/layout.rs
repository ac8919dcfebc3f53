//! Where downloads of Facebook and of Instagram begin, and how the two are told apart: until 2023 both had their
//! conversations in the same folder, `messages/` at the root.

use std::collections::BTreeMap;

use crate::bundle::{Listing, limits};
use crate::sources::opened::narrowed;

/// Folders that Facebook put above its sections from 2023 on.
pub const FACEBOOK_PREFIXES: [&str; 3] =
    ["your_facebook_activity", "your_activity_across_facebook", "this_profile_s_activity_across_facebook"];

/// The folder that Instagram puts above its sections since 2023.
pub const INSTAGRAM_PREFIX: &str = "your_instagram_activity";

/// Folders and beginnings of files that only Instagram has at its root.
const INSTAGRAM_MARKS: [&str; 22] = [
    "your_instagram_activity/",
    "content/posts_",
    "content/stories.",
    "content/reels.",
    "content/profile_photos.",
    "followers_and_following/",
    "connections/followers_and_following/",
    "connections/contacts/",
    "account_information/",
    "likes/liked_",
    "saved/saved_",
    "comments/post_comments",
    "past_instagram_insights/",
    "logged_information/past_instagram_insights/",
    "personal_information/personal_information",
    "media/posts/",
    "media/stories/",
    "media/reels/",
    "media/igtv/",
    "media/profile/",
    "media/archived_posts/",
    "media/other/",
];

/// Likewise for Facebook.
const FACEBOOK_MARKS: [&str; 14] = [
    "your_facebook_activity/",
    "your_activity_across_facebook/",
    "this_profile",
    "posts/",
    "photos_and_videos/",
    "profile_information/",
    "personal_information/profile_information/",
    "friends",
    "connections/friends/",
    "connections/followers/",
    "comments_and_reactions/",
    "likes_and_reactions/",
    "about_you/",
    "messages/stickers_used/",
];

/// Base names of files that only Instagram has, for files given one by one, with the folder each stands in.
pub const INSTAGRAM_LOOSE: [(&str, &str); 19] = [
    ("archived_posts", "media"),
    ("followers", "followers_and_following"),
    ("following", "followers_and_following"),
    ("igtv_videos", "media"),
    ("liked_comments", "likes"),
    ("liked_posts", "likes"),
    ("other_content", "media"),
    ("personal_information", "personal_information"),
    ("post_comments", "comments"),
    ("posts", "media"),
    ("profile_photos", "media"),
    ("profile_searches", "recent_searches"),
    ("reels", "media"),
    ("reels_comments", "comments"),
    ("saved_collections", "saved"),
    ("saved_posts", "saved"),
    ("stories", "media"),
    ("story_likes", "story_interactions"),
    ("synced_contacts", "contacts"),
];

/// Bytes of a file given by itself that are looked at; pages begin with their styles.
const LOOSE_HEAD_LEN: usize = 64 << 10;

/// What tells that a file so called is Instagram's.
const LOOSE_SIGNS: [&str; 6] =
    ["\"string_list_data\"", "\"string_map_data\"", "\"label_values\"", "\"creation_timestamp\"", "Instagram", "_a6-g"];

fn is_loose(head: &[u8]) -> bool {
    LOOSE_SIGNS.iter().any(|sign| memchr::memmem::find(head, sign.as_bytes()).is_some())
}

/// The folder in which a file stands that was given by itself.
#[must_use]
pub fn instagram_folder(name: &str) -> Option<&'static str> {
    let (stem, extension) = name.rsplit_once('.')?;
    let (base, number) = stem.rsplit_once('_').unwrap_or((stem, ""));
    let base = if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) { base } else { stem };
    let known = INSTAGRAM_LOOSE.iter().find(|(known, _)| *known == base);
    known.filter(|_| matches!(extension, "json" | "html")).map(|(_, folder)| *folder)
}

/// Words in the head of a conversation file that only Instagram writes.
const INSTAGRAM_WORDS: [&str; 5] =
    ["instagram.com/", "Instagram User", "\"Instagrammer\"", "your_instagram_activity/", "Instagram-Logo"];

/// Bytes of a conversation file that are looked at.
const HEAD_LEN: usize = 16 << 10;

/// Conversation files looked into per root, where the folders do not tell.
const HEADS_MAX: usize = 8;

/// Whose a root is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// Facebook or Messenger.
    Facebook,
    /// Instagram.
    Instagram,
}

/// The roots of the listing that hold conversations, each with the product they belong to.
#[must_use]
pub fn conversation_roots(listing: &Listing<'_>) -> BTreeMap<String, Product> {
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    for (number, path) in listing.paths() {
        let Some((root, product)) = conversation_root(path) else { continue };
        let entry = found.entry(root.to_owned()).or_default();
        entry.named = entry.named.or(product);
        if entry.heads.len() < HEADS_MAX && is_thread_file(path) {
            entry.heads.push(number);
        }
    }
    found
        .into_iter()
        .filter_map(|(root, found)| {
            let product = found.named.or_else(|| product_by_marks(listing, &root));
            let product = product.or_else(|| product_by_heads(listing, &found.heads))?;
            Some((root, product))
        })
        .collect()
}

#[derive(Default)]
struct Found {
    named: Option<Product>,
    heads: Vec<usize>,
}

/// The root above a path that lies in a folder of conversations, and the product if a folder names it.
pub fn conversation_root(path: &str) -> Option<(&str, Option<Product>)> {
    if let Some(at) = find_boxes(path) {
        let above = path.get(..at)?;
        let mut section = ["messages/", "groups/"].iter().filter_map(|section| above.strip_suffix(section));
        let root = section.find(|root| root.is_empty() || root.ends_with('/'));
        return Some(strip_activity(root.unwrap_or(above)));
    }
    // Loose conversation files, or one conversation's folder by itself.
    is_thread_file(path)
        .then(|| (path.rsplit_once('/').map_or("", |(folder, _)| path.get(..=folder.len()).unwrap_or_default()), None))
}

/// Where `inbox/FOLDER/…` or another box begins in a path.
fn find_boxes(path: &str) -> Option<usize> {
    let mut at = 0;
    let mut boxed = None;
    let mut components = path.split('/').peekable();
    while let Some(component) = components.next() {
        let known = super::thread::BOXES.contains(&component) || component == "your_group_messages";
        if boxed.is_none() && known && components.peek().is_some() {
            boxed = Some(at);
        }
        at += component.len() + 1;
    }
    boxed
}

fn strip_activity(root: &str) -> (&str, Option<Product>) {
    let trimmed = root.trim_end_matches('/');
    let (above, last) = trimmed.rsplit_once('/').map_or(("", trimmed), |(above, last)| (above, last));
    let key = crate::bundle::comparison_key(last);
    let product = if key == INSTAGRAM_PREFIX {
        Product::Instagram
    } else if FACEBOOK_PREFIXES.contains(&key.as_str()) {
        Product::Facebook
    } else {
        return (root, None);
    };
    let length = if above.is_empty() { 0 } else { above.len() + 1 };
    (root.get(..length).unwrap_or_default(), Some(product))
}

fn is_thread_file(path: &str) -> bool {
    super::thread::ThreadPlace::of_any(path).is_some()
}

fn product_by_marks(listing: &Listing<'_>, root: &str) -> Option<Product> {
    let (mut facebook, mut instagram) = (false, false);
    for path in listing.paths().filter_map(|(_, path)| path.strip_prefix(root)) {
        instagram |= INSTAGRAM_MARKS.iter().any(|mark| path.starts_with(mark));
        facebook |= FACEBOOK_MARKS.iter().any(|mark| path.starts_with(mark));
    }
    match (facebook, instagram) {
        (_, true) => Some(Product::Instagram),
        (true, false) => Some(Product::Facebook),
        (false, false) => None,
    }
}

/// A part with nothing but conversations: Instagram's give themselves away by addresses and names; all others are
/// Messenger's. `None` when no head looks like a conversation.
fn product_by_heads(listing: &Listing<'_>, heads: &[usize]) -> Option<Product> {
    if heads.is_empty() {
        return Some(Product::Facebook);
    }
    let is_page = |number: usize| listing.paths().nth(number).is_some_and(|(_, path)| has_extension(path, "html"));
    if let Some(page) = heads.iter().find(|number| is_page(**number)) {
        // What a page holds its reader finds out: its head is full of styles.
        let head = listing.head(*page, limits::HEAD_BYTES);
        let is_page = memchr::memmem::find(&head, b"<html").is_some();
        return is_page.then(|| super::alone::product_of(&head));
    }
    let heads: Vec<Vec<u8>> = heads.iter().map(|number| narrowed(listing.head(*number, HEAD_LEN))).collect();
    let holds = |word: &str| heads.iter().any(|head| memchr::memmem::find(head, word.as_bytes()).is_some());
    if INSTAGRAM_WORDS.iter().any(|word| holds(word)) {
        Some(Product::Instagram)
    } else {
        let signs = ["\"participants\"", "\"thread_path\""];
        signs.iter().any(|sign| holds(sign)).then_some(Product::Facebook)
    }
}

/// The roots at which something of Instagram's begins, conversations or not.
#[must_use]
pub fn instagram_roots(listing: &Listing<'_>) -> Vec<String> {
    let mut roots: std::collections::BTreeSet<String> = conversation_roots(listing)
        .into_iter()
        .filter_map(|(root, product)| (product == Product::Instagram).then_some(root))
        .collect();
    for (number, path) in listing.paths() {
        if instagram_folder(path).is_some()
            && !roots.contains("")
            && is_loose(&narrowed(listing.head(number, LOOSE_HEAD_LEN)))
        {
            roots.insert(String::new());
        }
        if let Some(root) = marked_root(path).filter(|root| !roots.contains(*root)) {
            roots.insert(root.to_owned());
        }
    }
    roots.extend(early_roots(listing));
    roots.into_iter().collect()
}

/// Downloads of 2018 to 2020: a few files at the root, whose names are only telling together.
fn early_roots(listing: &Listing<'_>) -> Vec<String> {
    let with = |name: &'static str| {
        listing.paths().filter_map(move |(_, path)| {
            path.strip_suffix(name).filter(|root| root.is_empty() || root.ends_with('/')).map(str::to_owned)
        })
    };
    let media: std::collections::BTreeSet<String> = with("media.json").collect();
    let told = with("profile.json").chain(with("connections.json")).filter(|root| media.contains(root));
    let parts = listing.paths().filter_map(|(_, path)| early_media_root(path)).map(str::to_owned);
    let roots: std::collections::BTreeSet<String> = told.chain(parts).collect();
    roots.into_iter().collect()
}

/// The root of a file that only these downloads name so: `photos/201905/`, then 32 hexadecimal digits. Parts of a large
/// download hold nothing else.
fn early_media_root(path: &str) -> Option<&str> {
    const NAME_LEN: usize = 32;
    let (folders, name) = path.rsplit_once('/')?;
    let (stem, _) = name.rsplit_once('.')?;
    let (above, month) = folders.rsplit_once('/')?;
    let section = above.rsplit('/').next().unwrap_or(above);
    let known = ["photos", "videos", "stories", "profile", "direct"].contains(&section)
        && month.len() == 6
        && month.bytes().all(|b| b.is_ascii_digit())
        && stem.len() == NAME_LEN
        && stem.bytes().all(|b| b.is_ascii_hexdigit());
    known.then(|| path.get(..above.len() - section.len()))?
}

/// The root of a path one of whose tails begins with a mark of Instagram.
pub fn marked_root(path: &str) -> Option<&str> {
    let starts = std::iter::once(0).chain(path.match_indices('/').map(|(at, _)| at + 1));
    starts.into_iter().find_map(|start| {
        let tail = path.get(start..)?;
        let found = INSTAGRAM_MARKS.iter().any(|mark| tail.starts_with(mark)).then(|| path.get(..start))??;
        let facebook = found.split('/').any(|folder| {
            folder.is_ascii() && FACEBOOK_PREFIXES.contains(&crate::bundle::comparison_key(folder).as_str())
        });
        (!facebook).then_some(found)
    })
}

/// Whether a path ends in this extension, in any case.
#[must_use]
pub fn has_extension(path: &str, extension: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case(extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: Option<(&str, Option<Product>)>) {
        assert_eq!(conversation_root(path), expected, "{path}");
    }

    #[test]
    fn roots_lie_above_the_activity_folder() {
        check("messages/inbox/zoe_1/message_1.json", Some(("", None)));
        check("messages/inbox/zoe_1/photos/1.jpg", Some(("", None)));
        check("w/your_facebook_activity/messages/inbox/z_1/message_1.json", Some(("w/", Some(Product::Facebook))));
        check("your_instagram_activity/messages/inbox/z_1/message_1.html", Some(("", Some(Product::Instagram))));
        check(
            "a/this_profile's_activity_across_facebook/messages/inbox/z_1/photos/1.jpg",
            Some(("a/", Some(Product::Facebook))),
        );
        check("your_facebook_activity/groups/your_group_messages/1.json", Some(("", Some(Product::Facebook))));
        check("w/groups/your_group_messages/1.json", Some(("w/", None)));
        check("zoe_1/message_1.json", Some(("zoe_1/", None)));
        check("message_1.json", Some(("", None)));
        check("inbox/zoe_1/message_1.json", Some(("", None)));
        check("posts/your_posts_1.json", None);
        check("inbox", None);
    }

    #[test]
    fn parts_of_early_downloads_are_known_by_names_of_files() {
        let name = "0123456789abcdef0123456789abcdef.jpg";
        assert_eq!(early_media_root(&format!("w/photos/201905/{name}")), Some("w/"));
        assert_eq!(early_media_root(&format!("stories/201905/{name}")), Some(""));
        assert_eq!(early_media_root("photos/201905/IMG_0001.jpg"), None);
    }

    #[test]
    fn files_given_one_by_one_are_known_by_names_that_only_instagram_has() {
        assert_eq!(instagram_folder("posts_1.json"), Some("media"));
        assert_eq!(instagram_folder("liked_posts.html"), Some("likes"));
        assert_eq!(instagram_folder("your_posts_1.json"), None);
        assert_eq!(instagram_folder("posts_1.txt"), None);
        assert_eq!(instagram_folder("media/posts_1.json"), None);
    }

    #[test]
    fn instagram_is_known_by_its_own_folders() {
        assert_eq!(marked_root("Takeout 2/media/posts/202401/1.jpg"), Some("Takeout 2/"));
        assert_eq!(marked_root("connections/followers_and_following/following.json"), Some(""));
        assert_eq!(marked_root("your_facebook_activity/posts/media/your_posts/1.jpg"), None);
    }
}
