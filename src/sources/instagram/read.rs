//! Reads the sections of a download in parallel; the files that may tell one thing twice, one after the other.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;
use serde_json::Value;

use super::facts::Facts;
use super::owner::Account;
use super::sections::{Reader, Section, section};
use super::{collections, page_reader, posts, records};
use crate::bundle::Bundle;
use crate::model::{Draft, Kind, Platform, Twins};
use crate::sources::meta::{Document, Holds};
use crate::sources::{Problem, ProblemKind, ReadOptions, Sink, SkipReason, Stop};

/// Keys above the lists. Any other key that stands alone above a list is taken too, but then a file cut short gives
/// nothing.
const WRAPPERS: [&str; 66] = [
    "comments_media_comments",
    "comments_reels_comments",
    "comments_story_comments",
    "contacts_contact_info",
    "ig_archived_post_media",
    "ig_igtv_media",
    "ig_other_media",
    "ig_profile_picture",
    "ig_recently_deleted_media",
    "ig_reels_media",
    "ig_stories",
    "likes_comment_likes",
    "likes_media_likes",
    "profile_account_insights",
    "profile_business",
    "profile_friend_map",
    "profile_media_reposts",
    "profile_note_interactions",
    "profile_profile_change",
    "profile_user",
    "relationships_blocked_users",
    "relationships_close_friends",
    "relationships_custom_lists",
    "relationships_dismissed_suggested_users",
    "relationships_feed_favorites",
    "relationships_follow_requests_received",
    "relationships_follow_requests_sent",
    "relationships_followers",
    "relationships_following",
    "relationships_following_hashtags",
    "relationships_hide_stories_from",
    "relationships_permanent_follow_requests",
    "relationships_restricted_users",
    "relationships_unfollowed_users",
    "saved_saved_collections",
    "saved_saved_media",
    "saved_saved_music",
    "searches_hashtag",
    "searches_keyword",
    "searches_place",
    "searches_user",
    "story_activities_countdowns",
    "story_activities_emoji_quick_reactions",
    "story_activities_emoji_sliders",
    "story_activities_polls",
    "story_activities_questions",
    "story_activities_quizzes",
    "story_activities_reaction_sticker_reactions",
    "story_activities_story_likes",
    "text_post_app_media_likes",
    "text_post_app_text_app_archived_posts",
    "text_post_app_text_post_app_archived_posts",
    "text_post_app_text_post_app_blocked_users",
    "text_post_app_text_post_app_followers",
    "text_post_app_text_post_app_following",
    "text_post_app_text_post_app_permanent_follow_requests",
    "text_post_app_text_post_app_profile",
    "text_post_app_text_post_app_saved_posts",
    "text_post_app_text_posts",
    "text_post_app_followers",
    "text_post_app_following",
    "text_post_app_blocked_users",
    "text_post_app_permanent_follow_requests",
    "text_post_app_profile",
    "text_post_app_saved_posts",
    "text_post_app_user",
];

/// What became of an element.
pub enum Outcome {
    /// A record; the flag says that its time makes no sense.
    Record(Box<Draft>, bool),
    /// It holds nothing.
    Empty,
    /// Another file of this download, or an earlier element, gave the record.
    Told,
    /// Its shape is unknown.
    Unknown,
}

/// Whether it is a page, its rank among the sections, its copy.
pub type Telling = (bool, u8, usize);

/// What the elements of a unit share.
pub struct Context<'c> {
    /// Whose download it is.
    pub account: &'c Account,
    /// The section.
    pub section: &'c Section,
    /// Number of the file in the bundle.
    pub file: usize,
    /// Equal for files that continue each other (`posts_1`, `posts_2`), different for those that may repeat each
    /// other.
    pub telling: Telling,
}

/// What earlier elements of a unit leave behind.
#[derive(Default)]
pub struct State {
    /// Equal elements of this telling.
    pub twins: Twins,
    /// What was told, and in which telling.
    pub told: HashMap<String, Telling>,
    /// The captions with which posts were told.
    pub captions: HashMap<String, Vec<String>>,
    /// Pages are being read.
    pub on_pages: bool,
    /// The collection whose members follow.
    pub collection: Option<String>,
}

/// Reads every section.
///
/// # Errors
/// [`Stop`] when the sink refuses.
pub fn read_sections(bundle: &Bundle, account: &Account, options: &ReadOptions, sink: &dyn Sink) -> Result<(), Stop> {
    let units = units(bundle);
    units.par_iter().with_max_len(1).try_for_each(|files| {
        let mut state = State::default();
        files.iter().try_for_each(|(file, section)| {
            // A second, overlapping telling has its own twins.
            let copy = bundle.file(*file).map_or(0, |file| file.copy);
            if section.page && !state.on_pages {
                // Pages tell it all once more, as if they had come alone.
                state = State { on_pages: true, ..State::default() };
            } else if copy > 0 {
                state.twins = Twins::new();
            }
            state.collection = None;
            let context = Context { account, section, file: *file, telling: (section.page, section.rank, copy) };
            if section.page {
                page_reader::read_page(bundle, &context, options.date_order, &mut state, sink)
            } else {
                read_file(bundle, &context, &mut state, sink)
            }
        })
    })
}

/// A file's number, its copy and its section.
type Place = (usize, usize, Section);

/// Files of one section together; all files with posts of one platform together.
fn units(bundle: &Bundle) -> Vec<Vec<(usize, Section)>> {
    let mut units: BTreeMap<(Platform, String), Vec<Place>> = BTreeMap::new();
    for (number, file) in bundle.files() {
        if let Some(section) = section(file) {
            let posts = section.reader == Reader::Media && section.kind == Kind::Post;
            let name = if posts { "posts".to_owned() } else { format!("{} {}", section.kind.name(), section.id) };
            units.entry((section.platform, name)).or_default().push((number, file.copy, section));
        }
    }
    let ordered = |mut files: Vec<Place>| {
        files.sort_by_key(|(number, copy, section)| (section.page, *copy, section.rank, section.number, *number));
        files.into_iter().map(|(number, _, section)| (number, section)).collect()
    };
    units.into_values().map(ordered).collect()
}

fn read_file(bundle: &Bundle, context: &Context<'_>, state: &mut State, sink: &dyn Sink) -> Result<(), Stop> {
    let file = context.file;
    let problem = |position, kind, detail| sink.problem(Problem { file, position, kind, detail });
    let document = match Document::read(bundle, file) {
        Ok(document) => document,
        Err((kind, detail)) => {
            problem(None, kind, detail);
            sink.parsed(file, 0);
            return Ok(());
        }
    };
    if document.not_utf8 {
        problem(None, ProblemKind::NotUtf8, String::new());
    }
    let mut elements = 0;
    let walk = document.walk(Holds::List, &WRAPPERS, &mut |_, json| {
        let Some(value) = document.element(json) else {
            problem(Some(elements), ProblemKind::UnknownShape, String::new());
            elements += 1;
            return Ok(());
        };
        for outcome in read_element(value, elements, context, state) {
            match outcome {
                Outcome::Record(draft, bad_time) => {
                    if bad_time {
                        problem(Some(elements), ProblemKind::BadTime, String::new());
                    }
                    sink.record(*draft)?;
                }
                Outcome::Empty => sink.skip(file, SkipReason::Empty, 1),
                Outcome::Told => sink.skip(file, SkipReason::ToldElsewhere, 1),
                Outcome::Unknown => problem(Some(elements), ProblemKind::UnknownShape, String::new()),
            }
            elements += 1;
        }
        Ok(())
    })?;
    if walk.unknown && elements == 0 {
        sink.kept_raw(file, "unknown-shape");
        return Ok(());
    }
    if let Some((kind, detail)) = walk.broken {
        problem(None, kind, detail);
    }
    sink.parsed(file, elements);
    Ok(())
}

/// The outcomes of one JSON element: several when it lists several entries.
fn read_element(value: Value, position: u64, context: &Context<'_>, state: &mut State) -> Vec<Outcome> {
    if value.is_null() {
        return vec![Outcome::Empty];
    }
    if context.section.reader == Reader::Media {
        return vec![posts::read(value, position, context, state)];
    }
    let Ok(all) = Facts::of(value) else { return vec![Outcome::Unknown] };
    (position..).zip(all).map(|(position, facts)| read_facts(facts, position, context, state)).collect()
}

/// The outcome of one record of a list.
pub fn read_facts(facts: Facts, position: u64, context: &Context<'_>, state: &mut State) -> Outcome {
    if facts.is_empty() {
        Outcome::Empty
    } else if context.section.id == "saved-collections" {
        collections::read(facts, position, context, state)
    } else {
        records::read(facts, position, context, state)
    }
}
