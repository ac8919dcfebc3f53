//! Which file holds what. Found by base name and enclosing folder, because folders above moved four times; base names
//! hardly did, but they collide (`posts.json` stands in three folders).

use super::early::early_name;
use crate::bundle::File;
use crate::model::{Kind, Platform};
use crate::sources::meta::layout::{has_extension, instagram_folder};
use crate::sources::meta::thread::ThreadPlace;
use crate::sources::{Role, default_role, is_apple_double};

/// How the elements of a section are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The owner's posts, stories and other media.
    Media,
    /// Comments of the owner.
    Comments,
    /// Likes and interactions with stories.
    Likes,
    /// Saved posts, and collections of them.
    Saved,
    /// Accounts by user name.
    Accounts,
    /// The telephone's address book.
    AddressBook,
    /// The owner's profile.
    Profile,
    /// Searched words.
    Searches,
}

/// A part of a download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Name in records and identities, with dashes.
    pub id: String,
    /// What its elements are.
    pub kind: Kind,
    /// Instagram, or Threads.
    pub platform: Platform,
    /// How they are read.
    pub reader: Reader,
    /// Where it stands among the sections that may tell one post twice: the first to tell it gives the record.
    pub rank: u8,
    /// The number in the file's name; 0 for none.
    pub number: u64,
    /// The file is an HTML page.
    pub page: bool,
}

/// Name in the file and name of the section, where they differ, for the owner's media; in the order of telling.
const MEDIA: [(&str, &str, Kind); 11] = [
    ("posts", "posts", Kind::Post),
    ("reels", "reels", Kind::Post),
    ("igtv_videos", "igtv", Kind::Post),
    ("archived_posts", "archived-posts", Kind::Post),
    ("recently_deleted_content", "recently-deleted", Kind::Post),
    ("stories", "stories", Kind::Story),
    ("notes", "notes", Kind::Story),
    ("profile_photos", "profile-photos", Kind::Other),
    ("other_content", "other-content", Kind::Other),
    ("reposts", "reposts", Kind::Post),
    ("threads_and_replies", "threads", Kind::Post),
];

/// Names of lists of accounts that changed, with the one they have here.
const RELATIONS: [(&str, &str); 12] = [
    ("blocked_accounts", "blocked"),
    ("blocked_profiles", "blocked"),
    ("restricted_accounts", "restricted"),
    ("restricted_profiles", "restricted"),
    ("recently_unfollowed_accounts", "unfollowed"),
    ("recently_unfollowed_profiles", "unfollowed"),
    ("hide_story_from", "hidden-stories"),
    ("profiles_you_ve_favorited", "favorites"),
    ("pending_follow_requests", "requested"),
    ("recent_follow_requests", "recently-requested"),
    ("follow_requests_you_ve_received", "requests-received"),
    ("removed_suggestions", "removed-suggestions"),
];

/// Folders whose JSON says nothing that people wrote: advertising, devices, settings, logs.
const TECHNICAL: [&str; 34] = [
    "account_information",
    "ads_and_businesses",
    "ads_and_content",
    "ads_and_topics",
    "ads_information",
    "advertising",
    "ai",
    "apps_and_websites",
    "apps_and_websites_off_of_instagram",
    "autofill_information",
    "avatars_store",
    "device_information",
    "edits",
    "information_about_you",
    "instagram_ads_and_businesses",
    "link_history",
    "logged_information",
    "login_and_account_creation",
    "login_and_profile_creation",
    "media_settings",
    "meta_spark",
    "monetization",
    "other_activity",
    "personal_information",
    "policy_updates_and_permissions",
    "preferences",
    "security_and_login_information",
    "settings",
    "shared_access",
    "shopping",
    "subscriptions",
    "threads",
    "your_information",
    "your_topics",
];

/// Root files of 2018 to 2020.
const EARLY: [&str; 16] = [
    "media",
    "profile",
    "comments",
    "likes",
    "connections",
    "saved",
    "contacts",
    "messages",
    "searches",
    "seen_content",
    "settings",
    "devices",
    "account_history",
    "information_about_you",
    "autofill",
    "uploaded_contacts",
];

/// What becomes of a file, if this source knows it.
pub fn role(file: &File) -> Option<Role> {
    if let noise @ Role::Noise(_) = default_role(file) {
        return Some(noise);
    }
    let name = file.key.rsplit('/').next().unwrap_or(&file.key);
    if name == "no-data.txt" {
        return Some(Role::Noise("no-data"));
    }
    if name == "Instagram-Logo.png" && file.key.ends_with("files/Instagram-Logo.png") {
        return Some(Role::Noise("decoration"));
    }
    if ThreadPlace::of_any(&file.place).is_some() {
        return Some(Role::Read);
    }
    let page = has_extension(name, "html") || has_extension(name, "htm");
    if !page && !has_extension(name, "json") {
        return None;
    }
    if section(file).is_some() {
        return Some(Role::Read);
    }
    let mut folders = file.key.rsplit('/').skip(1).peekable();
    if folders.peek().is_none() && page {
        return Some(Role::Raw("html-not-read"));
    }
    if early_name(file).is_some() {
        return Some(Role::Read);
    }
    if folders.peek().is_none() {
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        return EARLY.contains(&stem).then_some(Role::Raw("instagram-2018"));
    }
    if folders.clone().any(|folder| folder == "past_instagram_insights") {
        return Some(Role::Raw("insights"));
    }
    let technical = folders.any(|folder| TECHNICAL.contains(&folder) || folder == "messages");
    if page && !technical {
        return Some(Role::Raw("html-not-read"));
    }
    technical.then_some(Role::Raw("technical"))
}

/// The section of a file.
#[must_use]
pub fn section(file: &File) -> Option<Section> {
    if is_apple_double(&file.key) {
        return None;
    }
    let (folders, name) = file.key.rsplit_once('/').unwrap_or(("", &file.key));
    let folders = if folders.is_empty() { instagram_folder(name)? } else { folders };
    let (stem, extension) = name.rsplit_once('.')?;
    let page = extension == "html";
    if !page && extension != "json" {
        return None;
    }
    section_of(folders, stem).map(|section| Section { page, ..section })
}

fn section_of(folders: &str, stem: &str) -> Option<Section> {
    let (stem, number) = numbered(stem);
    let folder = folders.rsplit('/').next().unwrap_or(folders);
    let make = |id: &str, kind, reader| {
        let platform = if folder == "threads" { Platform::Threads } else { Platform::Instagram };
        Some(Section { id: id.to_owned(), kind, platform, reader, rank: 0, number, page: false })
    };
    match folder {
        "content" | "media" => media(stem, number),
        "threads" => threads(stem, number).or_else(|| {
            let id = relation(stem);
            ["followers", "following", "blocked", "recently-requested"]
                .contains(&id.as_str())
                .then(|| make(&id, Kind::Contact, Reader::Accounts))?
        }),
        "comments" => make(&dashed(stem), Kind::Comment, Reader::Comments),
        "likes" => make(&dashed(stem), Kind::Reaction, Reader::Likes),
        "story_interactions" | "story_sticker_interactions" | "story_activities" => {
            make(&dashed(stem), Kind::Reaction, Reader::Likes)
        }
        "saved" => make(&dashed(stem), Kind::Saved, Reader::Saved),
        "followers_and_following" => {
            let kind = if stem == "following_hashtags" { Kind::Page } else { Kind::Contact };
            make(&relation(stem), kind, Reader::Accounts)
        }
        "contacts" if stem == "synced_contacts" => make("address-book", Kind::Contact, Reader::AddressBook),
        "recent_searches" => make(&dashed(stem), Kind::Search, Reader::Searches),
        "personal_information" if stem == "notes" => media(stem, number),
        "personal_information" | "account_information" => {
            let known = [
                "personal_information",
                "professional_information",
                "profile_changes",
                "instagram_profile_information",
            ];
            let id = if stem == "personal_information" { "profile".to_owned() } else { dashed(stem) };
            known.contains(&stem).then(|| make(&id, Kind::Profile, Reader::Profile))?
        }
        _ => None,
    }
}

fn media(stem: &str, number: u64) -> Option<Section> {
    let (at, (_, id, kind)) = (0..).zip(MEDIA).find(|(_, (known, ..))| *known == stem)?;
    // `posts.json` of 2026 repeats `posts_1.json` and others with less; it is told last of all posts.
    let rank = if stem == "posts" && number == 0 { u8::MAX } else { at };
    Some(Section {
        id: id.to_owned(),
        kind,
        platform: Platform::Instagram,
        reader: Reader::Media,
        rank,
        number,
        page: false,
    })
}

fn threads(stem: &str, number: u64) -> Option<Section> {
    let (id, kind, reader) = match stem {
        "threads_and_replies" => ("threads", Kind::Post, Reader::Media),
        "archived_threads" => ("archived-posts", Kind::Post, Reader::Media),
        "liked_threads" => ("liked-threads", Kind::Reaction, Reader::Likes),
        "saved_threads" => ("saved-threads", Kind::Saved, Reader::Saved),
        "personal_information" => ("profile", Kind::Profile, Reader::Profile),
        _ => return None,
    };
    let rank = u8::from(stem == "archived_threads");
    Some(Section { id: id.to_owned(), kind, platform: Platform::Threads, reader, rank, number, page: false })
}

fn relation(stem: &str) -> String {
    RELATIONS.iter().find(|(known, _)| *known == stem).map_or_else(|| dashed(stem), |(_, id)| (*id).to_owned())
}

fn dashed(stem: &str) -> String {
    stem.replace('_', "-")
}

/// Cuts `_N` off a name.
fn numbered(stem: &str) -> (&str, u64) {
    let cut = stem.rsplit_once('_').and_then(|(name, digits)| Some((name, digits.parse().ok()?)));
    cut.unwrap_or((stem, 0))
}
