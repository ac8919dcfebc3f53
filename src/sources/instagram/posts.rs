//! The owner's posts, reels, stories and other media, in both shapes: media objects, and labels since 2025.

use serde_json::{Map, Value};

use super::facts::Facts;
use super::labels::Label;
use super::media_item::Item;
use super::read::{Context, Outcome, State};
use super::shapes;
use crate::model::{Draft, Fingerprint, Kind, Link, Place, RecordId, Time};
use crate::sources::meta::html::Moment;
use crate::sources::meta::{Fields, object_of, place_at, put};

/// A post in either shape.
#[derive(Default)]
struct Post {
    caption: String,
    moment: Option<Moment>,
    items: Vec<Item>,
    fbid: Option<String>,
    place: Option<Place>,
    links: Vec<Link>,
    extra: Map<String, Value>,
}

/// Reads one element of a section of media.
pub fn read(value: Value, position: u64, context: &Context<'_>, state: &mut State) -> Outcome {
    let labelled = value.get("label_values").is_some() || value.get("string_map_data").is_some();
    let post = if labelled { from_labels(value, context) } else { from_media(value) };
    match post {
        Some(post) => hand_over(post, position, context, state),
        None => Outcome::Unknown,
    }
}

/// Reads one record of a page: files and a caption, or rows of labels.
pub fn read_page(mut facts: Facts, position: u64, context: &Context<'_>, state: &mut State) -> Outcome {
    // A heading is the caption; rows of labels have one among them.
    let captioned = std::mem::take(&mut facts.title);
    let mut post = from_facts(facts, context);
    if !captioned.is_empty() {
        let labelled = std::mem::replace(&mut post.caption, captioned);
        if !labelled.is_empty() && labelled != post.caption {
            put(&mut post.extra, "caption", labelled);
        }
    }
    hand_over(post, position, context, state)
}

fn hand_over(post: Post, position: u64, context: &Context<'_>, state: &mut State) -> Outcome {
    if post.is_empty() {
        return Outcome::Empty;
    }
    if context.section.kind == Kind::Post {
        let keys = post.keys();
        let words = post.caption.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_told = |key: &String| {
            let telling = state.told.get(key).filter(|telling| **telling != context.telling);
            // Other words are told by nobody else.
            let says = || state.captions.get(key).is_some_and(|told| told.iter().any(|told| told.starts_with(&words)));
            telling.is_some() && (words.is_empty() || says())
        };
        if keys.iter().any(is_told) {
            return Outcome::Told;
        }
        for key in keys {
            if !words.is_empty() {
                state.captions.entry(key.clone()).or_default().push(words.clone());
            }
            state.told.insert(key, context.telling);
        }
    }
    let bad_time = post.moment.as_ref().is_some_and(|moment| moment.time().order_ms().is_none());
    Outcome::Record(Box::new(post.into_draft(position, context, state)), bad_time)
}

/// `{media: [ITEM…], title, creation_timestamp}`, or an item by itself.
fn from_media(value: Value) -> Option<Post> {
    let mut fields = Fields::of(value).ok()?;
    if !fields.has("media") {
        let item = Item::of(Value::Object(fields.rest())).ok()?;
        return Some(Post {
            caption: item.caption.clone(),
            moment: item.seconds.map(Moment::from_seconds),
            items: vec![item],
            ..Post::default()
        });
    }
    let mut post = Post {
        caption: fields.text("title").unwrap_or_default(),
        moment: fields.seconds("creation_timestamp").map(Moment::from_seconds),
        ..Post::default()
    };
    for media in fields.list("media") {
        match Item::of(media) {
            Ok(item) => post.items.push(item),
            Err(other) => put(&mut post.extra, "media", other),
        }
    }
    if post.caption.is_empty() {
        let caption = post.items.iter().map(|item| &item.caption).find(|caption| !caption.is_empty());
        post.caption = caption.cloned().unwrap_or_default();
    }
    post.moment = post.moment.take().or_else(|| earliest(&post.items));
    for (key, value) in fields.rest() {
        put(&mut post.extra, &key, value);
    }
    Some(post)
}

/// When the first of these media was published.
fn earliest(items: &[Item]) -> Option<Moment> {
    items.iter().filter_map(|item| item.seconds).min().map(Moment::from_seconds)
}

fn from_labels(value: Value, context: &Context<'_>) -> Option<Post> {
    Facts::of(value).ok()?.into_iter().next().map(|facts| from_facts(facts, context))
}

fn from_facts(mut facts: Facts, context: &Context<'_>) -> Post {
    let mut post = Post { moment: facts.take_moment(), fbid: facts.fbid.clone(), ..Post::default() };
    // What a repost says was written by somebody else.
    if context.section.id != "reposts" {
        post.caption = facts.take_value(Label::Caption).unwrap_or_default();
    }
    let degrees = |pair: Option<super::facts::Pair>| pair.and_then(|pair| pair.value.trim().parse::<f64>().ok());
    let (latitude, longitude) = (degrees(facts.take(Label::Latitude)), degrees(facts.take(Label::Longitude)));
    let name = facts.take_value(Label::Location);
    post.place = place_at(latitude, longitude).map(|place| Place { name: name.clone(), ..place });
    post.place = post.place.or_else(|| name.map(|name| Place { name: Some(name), ..Place::default() }));
    while let Some(pair) = facts.take_if(|pair| pair.depth == 0 && !pair.href.is_empty()) {
        post.links.push(Link { url: pair.href, title: None });
    }
    for media in std::mem::take(&mut facts.media) {
        match Item::of(media) {
            // One label may hold what another holds too.
            Ok(item) if !item.name.is_empty() && post.items.iter().any(|known| known.name == item.name) => {}
            Ok(item) => post.items.push(item),
            Err(other) => put(&mut post.extra, "media", other),
        }
    }
    if post.caption.is_empty() && context.section.id != "reposts" {
        let caption = post.items.iter().map(|item| &item.caption).find(|caption| !caption.is_empty());
        post.caption = caption.cloned().unwrap_or_default();
    }
    if post.caption.is_empty() && context.section.id == "notes" {
        post.caption = facts.take_chosen(shapes::only_text).unwrap_or_default();
    }
    if post.caption.is_empty() && context.section.id != "reposts" && context.account.unknown_words {
        post.caption = facts.take_chosen(shapes::caption).unwrap_or_default();
    }
    post.moment = post.moment.take().or_else(|| earliest(&post.items));
    if !facts.title.is_empty() {
        post.extra.insert("title".to_owned(), std::mem::take(&mut facts.title).into());
    }
    facts.into_extra(&mut post.extra);
    post
}

impl Post {
    fn is_empty(&self) -> bool {
        self.caption.is_empty()
            && self.moment.is_none()
            && self.items.iter().all(|item| item.attachments.is_empty() && item.rest.is_empty())
            && self.extra.is_empty()
            && self.links.is_empty()
    }

    /// What another file may tell the same post by: a file, the number of the object, or second and words.
    fn keys(&self) -> Vec<String> {
        let names = self.items.iter().map(|item| item.name.as_str()).chain(self.fbid.as_deref().map(object_of));
        let mut keys: Vec<String> = names.filter(|name| !name.is_empty()).map(|name| format!("media {name}")).collect();
        let certain = self.moment.as_ref().and_then(Moment::seconds);
        if let Some(seconds) = certain.filter(|_| !self.caption.is_empty()) {
            keys.push(format!("words {seconds} {}", self.caption));
        }
        keys
    }

    fn into_draft(self, position: u64, context: &Context<'_>, state: &mut State) -> Draft {
        let section = context.section;
        let print = Fingerprint::new(section.platform, section.kind);
        let mut print = Moment::mark(self.moment.as_ref(), print, 1).text(&self.caption);
        if section.kind == Kind::Other {
            print = print.text(&section.id);
        }
        let names: Vec<&str> =
            self.items.iter().map(|item| item.name.as_str()).filter(|name| !name.is_empty()).collect();
        print = names.iter().fold(print, |print, name| print.text(name));
        if let (true, Some(fbid)) = (names.is_empty(), &self.fbid) {
            print = print.text(fbid);
        }
        if let (true, true, Some(link)) = (names.is_empty(), self.fbid.is_none(), self.links.first()) {
            print = print.text(&link.url);
        }
        let id: RecordId = print.finish(&mut state.twins);
        let time = self.moment.map_or_else(Time::none, |moment| moment.time().clone());
        let mut draft = Draft::new(id, section.kind, section.platform, time, context.file, position);
        draft.account.clone_from(&context.account.owner.account);
        draft.author = Some(context.account.author());
        draft.deleted = section.id == "recently-deleted";
        draft.place = self.place;
        draft.links = self.links;
        draft.extra = self.extra;
        if !matches!(section.id.as_str(), "posts" | "stories" | "threads") {
            put(&mut draft.extra, "section", section.id.as_str());
        }
        let mut left = Vec::new();
        for item in self.items {
            let mut attachments = item.attachments;
            if let Some(first) = attachments.first_mut() {
                first.caption = Some(item.caption).filter(|caption| !caption.is_empty() && *caption != self.caption);
                draft.place = draft.place.take().or_else(|| first.place.clone());
            }
            if !item.rest.is_empty() {
                let mut rest = item.rest;
                if let Some(first) = attachments.first() {
                    put(&mut rest, "file", first.name.as_str());
                }
                left.push(Value::Object(rest));
            }
            draft.attachments.append(&mut attachments);
        }
        if !left.is_empty() {
            put(&mut draft.extra, "media", left);
        }
        draft.text = self.caption;
        draft
    }
}
