//! Which file of a Facebook download holds what. A section is known by its folder and base name, the tail of the path:
//! the folders above moved four times since 2018 (docs/formats/facebook.md), and base names alone collide.

use crate::model::Kind;
use crate::sources::meta::Holds;

/// One kind of file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Section {
    /// Name in `extra.section` of its records, where the record's kind alone does not tell.
    pub id: &'static str,
    /// What its elements are.
    pub kind: Kind,
    /// How its elements are read.
    pub form: Form,
    /// How they stand in the file.
    pub holds: Holds,
    /// Keys under which they may stand, without version.
    pub keys: &'static [&'static str],
    /// Names of the folder directly above.
    folders: &'static [&'static str],
    /// Base names without extension and number, in the form of [`crate::bundle::File::key`]; a `*` at the end stands
    /// for any ending.
    names: &'static [&'static str],
}

/// How the elements of a section are read. Any of them may also come as a table of labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// What the owner did: `timestamp`, `title`, `data`, `attachments`, `tags`.
    Own,
    /// The same, done by somebody else.
    Others,
    /// An album with its photos.
    Album,
    /// A photo or film by itself.
    Media,
    /// Somebody or something by name, and since when.
    Named,
    /// An event by name, with its beginning and end.
    Event,
    /// An offer on the marketplace.
    Listing,
    /// The owner's profile.
    Profile,
    /// A group's name with the badges earned there.
    Badges,
}

const COMMENTS: &[&str] = &["comments", "comments_and_reactions", "likes_and_reactions"];
const FRIENDS: &[&str] = &["friends", "friends_and_followers", "following_and_followers", "followers"];
const PAGES: &[&str] = &["pages", "pages_and_profiles", "likes_and_reactions", "following_and_followers"];
const SAVED: &[&str] = &["saved_items", "saved_items_and_collections"];
const MARKETPLACE: &[&str] = &["marketplace", "facebook_marketplace"];
const POLLS: &[&str] = &["polls", "other_activity"];
const SEARCH: &[&str] = &["search", "search_history"];

type Names = &'static [&'static str];

const fn own(id: &'static str, kind: Kind, folders: Names, names: Names, keys: Names) -> Section {
    Section { id, kind, form: Form::Own, holds: Holds::List, keys, folders, names }
}

const fn named(id: &'static str, kind: Kind, folders: Names, names: Names, keys: Names) -> Section {
    Section { id, kind, form: Form::Named, holds: Holds::List, keys, folders, names }
}

const fn event(id: &'static str, names: Names, keys: Names) -> Section {
    Section { id, kind: Kind::Event, form: Form::Event, holds: Holds::List, keys, folders: &["events"], names }
}

const fn as_form(section: Section, form: Form, holds: Holds) -> Section {
    Section { form, holds, ..section }
}

/// Every section read. Where several fit, the first wins.
pub(super) static SECTIONS: &[Section] = &[
    // Timeline.
    own("pinned", Kind::Post, &["posts"], &["your_pinned_posts"], &["pinned_posts"]),
    as_form(
        own(
            "photos",
            Kind::Other,
            &["posts", "photos_and_videos"],
            &["your_uncategorized_photos", "your_photos"],
            &["other_photos", "photos"],
        ),
        Form::Media,
        Holds::List,
    ),
    as_form(
        own(
            "videos",
            Kind::Other,
            &["posts", "photos_and_videos"],
            &["your_videos", "your_uncategorized_videos"],
            &["videos", "other_videos"],
        ),
        Form::Media,
        Holds::List,
    ),
    as_form(own("albums", Kind::Album, &["album"], &[""], &[]), Form::Album, Holds::One),
    as_form(
        own(
            "posts-by-others",
            Kind::Post,
            &["posts"],
            &["other_people_s_posts_to_your_timeline"],
            &["wall_posts_sent_to_you"],
        ),
        Form::Others,
        Holds::List,
    ),
    own("archive", Kind::Post, &["posts", "archive"], &["archive", "archived_posts"], &["archive"]),
    own("trash", Kind::Post, &["posts", "trash"], &["trash"], &["trash"]),
    own("edits", Kind::Post, &["posts"], &["edits_you_made_to_posts"], &["edits"]),
    own("check-ins", Kind::Post, &["posts"], &["check-ins", "check_ins"], &["check_ins"]),
    own("posts-elsewhere", Kind::Post, &["posts"], &["posts_on_other_pages_and_profiles"], &[]),
    own("places-tagged", Kind::Other, &["posts"], &["places_you_have_been_tagged_in"], &[]),
    own("sharing-links", Kind::Other, &["posts"], &["content_sharing_links_you_have_created"], &[]),
    own("memories-media", Kind::Other, &["posts"], &["media_used_for_memories"], &[]),
    own("memories", Kind::Other, &["posts"], &["shared_memories"], &[]),
    own(
        "posts",
        Kind::Post,
        &["posts"],
        &["your_posts*", "profile_posts", "your_page_posts"],
        &["status_updates", "posts"],
    ),
    own(
        "app-posts",
        Kind::Post,
        &["apps_and_websites", "apps_and_websites_off_of_facebook"],
        &["posts_from_apps_and_websites"],
        &["app_posts"],
    ),
    // Comments and reactions.
    own("comments", Kind::Comment, COMMENTS, &["comments", "your_comments"], &["comments", "group_comments"]),
    own("external-likes", Kind::Reaction, COMMENTS, &["likes_on_external_sites"], &["other_likes"]),
    own("reactions", Kind::Reaction, COMMENTS, &["posts_and_comments", "likes_and_reactions"], &["reactions"]),
    // Stories and reels.
    own("stories", Kind::Story, &["stories"], &["archived_stories", "your_stories"], &["archived_stories", "stories"]),
    own("story-reactions", Kind::Reaction, &["stories"], &["story_reactions"], &["stories_feedback"]),
    own(
        "reels",
        Kind::Post,
        &["reels", "short_videos"],
        &["your_reels", "your_short_videos", "your_videos"],
        &["lasso_videos"],
    ),
    // Groups.
    own(
        "group-posts",
        Kind::Post,
        &["groups"],
        &["your_posts_in_groups", "group_posts_and_comments", "your_posts_and_comments_in_groups"],
        &["group_posts", "group_comments"],
    ),
    own("group-comments", Kind::Comment, &["groups"], &["your_comments_in_groups"], &["group_comments"]),
    named("group-membership", Kind::Page, &["groups"], &["your_group_membership_activity"], &["groups_joined"]),
    named("groups-managed", Kind::Page, &["groups"], &["your_groups"], &["groups_admined"]),
    as_form(
        named("group-badges", Kind::Page, &["groups"], &["your_badges"], &["group_badges"]),
        Form::Badges,
        Holds::Entries,
    ),
    own("group-contributions", Kind::Other, &["groups"], &["your_contributions"], &[]),
    // Events.
    event("event-responses", &["your_event_responses"], &["event_responses"]),
    event("event-invitations", &["event_invitations"], &["events_invited"]),
    event("own-events", &["your_events", "events_you_hosted"], &["your_events"]),
    // People.
    named("friends-removed", Kind::Contact, FRIENDS, &["removed_friends"], &["deleted_friends"]),
    named(
        "friend-requests-received",
        Kind::Contact,
        FRIENDS,
        &["received_friend_requests", "friend_requests_received"],
        &["received_requests"],
    ),
    named(
        "friend-requests-sent",
        Kind::Contact,
        FRIENDS,
        &["sent_friend_requests", "friend_requests_sent"],
        &["sent_requests"],
    ),
    named(
        "friend-requests-rejected",
        Kind::Contact,
        FRIENDS,
        &["rejected_friend_requests", "friend_requests_rejected"],
        &["rejected_requests"],
    ),
    named("friends", Kind::Contact, FRIENDS, &["friends", "your_friends"], &["friends"]),
    named(
        "address-book",
        Kind::Contact,
        &["other_personal_information", "about_you"],
        &["contacts_uploaded_from_your_phone", "your_address_books"],
        &["address_book"],
    ),
    named("unfollowed", Kind::Contact, FRIENDS, &["unfollowed", "who_you_ve_unfollowed"], &["unfollowed"]),
    named("following", Kind::Contact, FRIENDS, &["following", "who_you_follow", "who_you_ve_followed"], &["following"]),
    named("followers", Kind::Contact, FRIENDS, &["followers", "people_who_followed_you"], &["followers"]),
    // Pages.
    named("pages-liked", Kind::Page, PAGES, &["pages", "pages_you_ve_liked"], &["page_likes"]),
    named(
        "pages-followed",
        Kind::Page,
        PAGES,
        &["pages_and_profiles_you_follow", "pages_you_follow"],
        &["pages_followed"],
    ),
    named(
        "pages-unfollowed",
        Kind::Page,
        PAGES,
        &["pages_and_profiles_you_ve_unfollowed", "pages_you_ve_unfollowed", "unfollowed_pages"],
        &["pages_unfollowed"],
    ),
    named(
        "pages-recommended",
        Kind::Page,
        PAGES,
        &["pages_and_profiles_you_ve_recommended", "pages_you_ve_recommended"],
        &["recommended_pages"],
    ),
    named("pages-managed", Kind::Page, PAGES, &["your_pages"], &["pages"]),
    // Saved items, searches, marketplace, polls, the rest.
    own("saved", Kind::Saved, SAVED, &["your_saved_items"], &["saves"]),
    own("collections", Kind::Saved, SAVED, &["collections", "your_collections"], &["collections"]),
    own("marketplace-searches", Kind::Search, MARKETPLACE, &["your_search_history"], &["marketplace_searches"]),
    as_form(
        own("items-sold", Kind::Listing, MARKETPLACE, &["items_sold"], &["items_selling"]),
        Form::Listing,
        Holds::List,
    ),
    as_form(
        own("items-bought", Kind::Listing, MARKETPLACE, &["items_bought"], &["items_buying"]),
        Form::Listing,
        Holds::List,
    ),
    own("buyer-talks", Kind::Other, MARKETPLACE, &["conversations_you_had_as_a_buyer"], &[]),
    own("seller-talks", Kind::Other, MARKETPLACE, &["conversations_you_had_as_a_seller"], &[]),
    own("poll-votes", Kind::Poll, POLLS, &["polls_you_voted_on", "your_poll_votes"], &["poll_votes"]),
    own("pokes", Kind::Other, &["other_activity"], &["pokes"], &["pokes"]),
    own("searches", Kind::Search, SEARCH, &["your_search_history"], &["searches"]),
    own(
        "tagged-media",
        Kind::Other,
        &["activity_you_re_tagged_in"],
        &["photos_and_videos_you_re_tagged_in"],
        &["photos_and_videos"],
    ),
    // The owner.
    as_form(
        own("profile", Kind::Profile, &["profile_information"], &["profile_information"], &["profile"]),
        Form::Profile,
        Holds::One,
    ),
    own("profile-updates", Kind::Profile, &["profile_information"], &["profile_update_history"], &["profile_updates"]),
    own("timezone", Kind::Profile, &["location"], &["timezone"], &["timezone"]),
];

/// Base names that tell the section even without their folder, for files given one by one.
const LOOSE: &[&str] = &[
    "your_posts*",
    "profile_posts",
    "your_uncategorized_photos",
    "other_people_s_posts_to_your_timeline",
    "archived_stories",
    "your_posts_in_groups",
    "group_posts_and_comments",
    "your_comments_in_groups",
    "your_group_membership_activity",
    "your_event_responses",
    "event_invitations",
    "your_friends",
    "removed_friends",
    "who_you_ve_followed",
    "people_who_followed_you",
    "pages_you_ve_liked",
    "pages_and_profiles_you_follow",
    "your_saved_items",
    "items_sold",
    "likes_and_reactions",
    "profile_information",
    "profile_update_history",
];

/// Comments of others under the owner's photos and films, in downloads of 2018 and 2019.
pub(super) static COMMENTS_ON_MEDIA: Section = own("comments-on-media", Kind::Comment, &[], &[], &[]);

/// The address book of the owner's phone, on a page of downloads of 2010 to 2017.
pub(super) static ADDRESS_BOOK: Section = named("address-book", Kind::Contact, &[], &[], &[]);

/// Files of the owner's activity that no section knows: Facebook adds some every year. Tables of labels and pages explain
/// themselves, anything else is kept as it is.
pub(super) static UNLISTED: Section = own("unlisted", Kind::Other, &[], &[], &[]);

/// The section of this name, one of [`SECTIONS`].
pub(super) fn by_id(id: &str) -> &'static Section {
    SECTIONS.iter().find(|section| section.id == id).unwrap_or(&UNLISTED)
}

impl Section {
    /// Whether it is [`UNLISTED`].
    pub(super) fn is_unlisted(&self) -> bool {
        self.id == UNLISTED.id
    }

    /// Whether its posts or comments may also stand on the timeline or among the comments.
    pub(super) fn repeats(&self) -> bool {
        matches!(
            self.id,
            "pinned"
                | "archive"
                | "trash"
                | "check-ins"
                | "posts-elsewhere"
                | "app-posts"
                | "reels"
                | "group-posts"
                | "group-comments"
        )
    }

    /// The section of a file by its path, in the form of [`crate::bundle::File::key`] and without regard to its
    /// extension.
    pub(super) fn of(key: &str) -> Option<&'static Self> {
        let (above, name) = key.rsplit_once('/').unwrap_or(("", key));
        let folder = above.rsplit('/').next().unwrap_or(above);
        let base = base_of(name);
        let fits = |section: &&Self| {
            section.names.iter().any(|known| matches(known, base))
                && (section.folders.contains(&folder)
                    || folder.is_empty() && LOOSE.iter().any(|known| matches(known, base)))
        };
        SECTIONS.iter().find(fits)
    }
}

/// A file name without extension and number: `likes_and_reactions_12.json` is `likes_and_reactions`, `0.json` is empty.
pub(super) fn base_of(name: &str) -> &str {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    split_number(stem).0
}

/// The number at the end of a file name, 0 for none, so that 10 comes after 2.
pub(super) fn number_of(name: &str) -> u64 {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    split_number(stem).1.parse().unwrap_or(0)
}

fn split_number(stem: &str) -> (&str, &str) {
    let digits = stem.bytes().rev().take_while(u8::is_ascii_digit).count();
    match stem.split_at_checked(stem.len() - digits) {
        Some(("", number)) if digits > 0 => ("", number),
        Some((base, number)) if digits > 0 => match base.strip_suffix('_') {
            Some(base) => (base, number),
            None => (stem, ""),
        },
        _ => (stem, ""),
    }
}

fn matches(known: &str, base: &str) -> bool {
    match known.strip_suffix('*') {
        Some(start) => base.starts_with(start),
        None => known == base,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: Option<&str>) {
        assert_eq!(Section::of(path).map(|section| section.id), expected, "{path}");
    }

    #[test]
    fn sections_are_known_by_the_tail_of_the_path() {
        check("posts/your_posts.json", Some("posts"));
        check("x/your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_12.json", Some("posts"));
        check("this_profile_s_activity_across_facebook/posts/profile_posts_1.json", Some("posts"));
        check("photos_and_videos/album/3.json", Some("albums"));
        check("posts/album/0.json", Some("albums"));
        check("comments_and_reactions/likes_and_reactions_2.json", Some("reactions"));
        check("groups/your_posts_in_groups.json", Some("group-posts"));
        check("connections/followers/who_you_ve_followed.json", Some("following"));
    }

    #[test]
    fn equal_base_names_in_two_folders_differ() {
        check("logged_information/search/your_search_history.json", Some("searches"));
        check("your_facebook_activity/facebook_marketplace/your_search_history.json", Some("marketplace-searches"));
        check("elsewhere/your_search_history.json", None);
    }

    #[test]
    fn files_given_one_by_one_are_known_when_their_name_tells() {
        check("your_posts_1.json", Some("posts"));
        check("comments.json", None);
        check("message_1.json", None);
    }
}
