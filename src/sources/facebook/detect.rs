//! Where in a container a Facebook download begins, and what becomes of each of its files. Names only; no content.

use std::collections::BTreeSet;

use super::early;
use super::sections::{Section, UNLISTED};
use crate::bundle::{File, Listing, comparison_key};
use crate::sources::meta::layout::{FACEBOOK_PREFIXES, INSTAGRAM_PREFIX};
use crate::sources::{Role, default_role};

/// Folders at the root since 2023 that group others.
const GROUPING: [&str; 5] =
    ["personal_information", "connections", "logged_information", "preferences", "security_and_login_information"];

/// Folders that only Facebook writes, directly below the root or an era's folder.
const FACEBOOK_ONLY: [&str; 20] = [
    "photos_and_videos",
    "comments_and_reactions",
    "likes_and_reactions",
    "friends_and_followers",
    "following_and_followers",
    "pages_and_profiles",
    "saved_items_and_collections",
    "facebook_marketplace",
    "facebook_gaming",
    "facebook_payments",
    "apps_and_websites_off_of_facebook",
    "your_interactions_on_facebook",
    "activity_you_re_tagged_in",
    "other_logged_information",
    "other_personal_information",
    "calls_and_messages",
    "activity_messages",
    "short_videos",
    "your_places",
    "about_you",
];

/// Folders whose files say nothing that people wrote: advertising, devices, logs.
const TECHNICAL: [&str; 34] = [
    "about_you",
    "accounts_center",
    "activity_messages",
    "ads",
    "ads_information",
    "apps_and_websites",
    "apps_and_websites_off_of_facebook",
    "bug_bounty",
    "calls_and_messages",
    "data_logs",
    "facebook_gaming",
    "facebook_payments",
    "feed",
    "information_used_for_recommendations",
    "interactions",
    "journalist_registration",
    "location",
    "location_history",
    "logged_information",
    "meta_horizon_worlds",
    "navigation_bar",
    "notifications",
    "other_logged_information",
    "other_personal_information",
    "payment_history",
    "personal_information",
    "preferences",
    "rewards",
    "security_and_login_information",
    "spark_ar",
    "voice_recording_and_transcription",
    "your_interactions_on_facebook",
    "your_places",
    "your_topics",
];

/// Prefixes under which something of a Facebook download lies outside conversations, whose folders Messenger's reader
/// finds. Parts that hold only media are recognised by their folders too.
pub(super) fn roots(listing: &Listing<'_>) -> Vec<String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    for (_, path) in listing.paths() {
        let key = comparison_key(path);
        let parts: Vec<&str> = key.split('/').collect();
        let is_foreign = |part: &&str| matches!(*part, "__MACOSX" | INSTAGRAM_PREFIX) || part.starts_with("._");
        // An empty section says so in a file, in Facebook and Instagram downloads alike.
        if parts.iter().any(is_foreign) || parts.last() == Some(&"no-data.txt") {
            continue;
        }
        if let Some(at) = anchor(&parts) {
            found.insert(prefix_of(path, at));
        }
    }
    found.into_iter().collect()
}

/// How many components of the path stand before the download's root; `None` when nothing in it is Facebook's own.
pub(super) fn anchor(parts: &[&str]) -> Option<usize> {
    if let Some(at) = parts.iter().position(|part| FACEBOOK_PREFIXES.contains(part)) {
        return (at + 1 < parts.len()).then_some(at);
    }
    if let Some(at) = early::anchor(parts) {
        return Some(at);
    }
    let folders = parts.len().checked_sub(1)?;
    for (at, part) in parts.iter().enumerate().take(folders) {
        let next = parts.get(at + 1).copied().unwrap_or_default();
        let is_section = at + 2 == parts.len() && is_page(next) && Section::of(&format!("{part}/{next}")).is_some();
        let is_known = FACEBOOK_ONLY.contains(part)
            || is_section && *part != "album"
            || *part == "posts" && matches!(next, "album" | "media") && at + 2 < parts.len()
            || *part == "messages" && next == "stickers_used" && at + 2 < parts.len()
            || *part == "friends" && at > 0 && parts.get(at - 1) == Some(&"connections");
        if is_known {
            let grouped = at > 0 && parts.get(at - 1).is_some_and(|above| GROUPING.contains(above));
            return Some(if grouped { at - 1 } else { at });
        }
    }
    let loose = parts.last().filter(|name| folders == 0 && is_page(name) && Section::of(name).is_some());
    loose.map(|_| 0)
}

/// The first `count` components of a path, with a trailing `/`.
fn prefix_of(path: &str, count: usize) -> String {
    // Comparison keys turn `\` into `/`; paths of folders on Windows were turned already when they were listed.
    path.split(['/', '\\']).take(count).flat_map(|part| [part, "/"]).collect()
}

fn is_page(name: &str) -> bool {
    matches!(extension(name).as_str(), "json" | "html" | "htm")
}

fn extension(name: &str) -> String {
    name.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_ascii_lowercase())
}

/// What becomes of a file. Conversations are left to Messenger's reader.
pub(super) fn role(file: &File) -> Option<Role> {
    let plain = default_role(file);
    if matches!(plain, Role::Noise(_)) {
        return Some(plain);
    }
    let parts: Vec<&str> = file.key.split('/').collect();
    let (name, folders) = parts.split_last()?;
    if *name == "no-data.txt" {
        return Some(Role::Noise("no-data"));
    }
    if early::is_decoration(&file.key) {
        return Some(Role::Noise("decoration"));
    }
    if early::page_of(&file.key).is_some() {
        return Some(Role::Read);
    }
    if early::is_technical(&file.key) {
        return Some(Role::Raw("technical"));
    }
    let is_attachment =
        folders.contains(&"files") && (folders.contains(&"messages") || folders.first() == Some(&"files"));
    if is_attachment || plain == Role::Media {
        return Some(Role::Media);
    }
    if folders.contains(&"messages") || folders.last() == Some(&"your_group_messages") {
        return None;
    }
    let is_technical = folders.iter().any(|folder| TECHNICAL.contains(folder));
    match extension(name).as_str() {
        "html" | "json" if section_of(file).is_some() => Some(Role::Read),
        "html" | "htm" if !is_technical => Some(Role::Raw("html-not-read")),
        _ if is_technical => Some(Role::Raw("technical")),
        // Loose files at the root may be another reader's.
        _ if folders.is_empty() => None,
        _ => Some(Role::Raw("unknown-file")),
    }
}

/// The section of a JSON file or page. Those in the folder of the owner's activity that are none are unlisted.
pub(super) fn section_of(file: &File) -> Option<&'static Section> {
    Section::of(&file.key).or_else(|| {
        let mut folders = file.key.split('/').rev().skip(1);
        let is_known =
            |folder: &str| TECHNICAL.contains(&folder) || matches!(folder, "messages" | "your_group_messages");
        let own = folders.clone().any(|folder| FACEBOOK_PREFIXES.contains(&folder));
        (own && !folders.any(is_known) && is_page(&file.key)).then_some(&UNLISTED)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: Option<usize>) {
        let key = comparison_key(path);
        assert_eq!(anchor(&key.split('/').collect::<Vec<_>>()), expected, "{path}");
    }

    #[test]
    fn anchors_stand_at_the_root_whatever_wraps_them() {
        check("posts/your_posts_1.json", Some(0));
        check("w/x/your_facebook_activity/posts/your_posts_1.json", Some(2));
        check("w/this_profile's_activity_across_facebook/posts/profile_posts_1.json", Some(1));
        check("w/connections/friends/your_friends.json", Some(1));
        check("personal_information/profile_information/profile_information.json", Some(0));
        check("w/posts/media/your_posts/1.jpg", Some(1));
        check("w/posts/album/0.html", Some(1));
        check("w/messages/stickers_used/1.png", Some(1));
        check("your_posts_1.json", Some(0));
    }

    #[test]
    fn other_downloads_show_no_anchor() {
        for path in [
            "media/posts/202101/1.jpg",
            "connections/followers_and_following/followers_1.json",
            "content/posts_1.json",
            "comments/post_comments_1.json",
            "personal_information/personal_information/personal_information.json",
            "messages/inbox/a_1/message_1.json",
            "messages/inbox/a_1/photos/1.jpg",
            "messages/stickers_used",
            "album/0.html",
            "notes.json",
        ] {
            check(path, None);
        }
    }
}
