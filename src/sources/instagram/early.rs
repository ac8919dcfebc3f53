//! Downloads of 2018 to 2020: a few JSON files at the root, with sound text and times of ISO 8601.
//!
//! Their elements are brought to the forms of later years and read like those.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::facts::{Facts, Pair};
use super::owner::Account;
use super::read::{Context, Outcome, State, read_facts};
use super::sections::{Reader, Section};
use super::{posts, records};
use crate::bundle::{Bundle, File};
use crate::model::{AttachmentKind, Kind, Platform};
use crate::sources::meta::html::{Moment, is_address};
use crate::sources::meta::thread::{RawMessage, RawReaction, RawThread, ThreadElement, ThreadRules, ThreadTeller};
use crate::sources::meta::{Document, Fields, put};
use crate::sources::{Problem, ProblemKind, Sink, SkipReason, Stop, json_detail};

/// Root files that are read.
const FILES: [&str; 9] =
    ["media", "profile", "comments", "likes", "saved", "connections", "contacts", "messages", "searches"];

/// How the elements of a list are read.
#[derive(Clone, Copy)]
enum Form {
    /// `{"caption", "taken_at", "location", "path"}`.
    Media,
    /// `["TIME", "TEXT", "OWNER"]`.
    Comment,
    /// `["TIME", "OWNER"]`.
    Owned,
    /// A collection with its members.
    Collection,
    /// `"USER": "TIME"`.
    Account,
    /// `{"search_click", "time", "type"}`.
    Search,
}

/// File, key, section, kind, reader and form of each list.
const LISTS: [(&str, &str, &str, Kind, Reader, Form); 20] = [
    ("media", "photos", "posts", Kind::Post, Reader::Media, Form::Media),
    ("media", "videos", "posts", Kind::Post, Reader::Media, Form::Media),
    ("media", "stories", "stories", Kind::Story, Reader::Media, Form::Media),
    ("media", "profile", "profile-photos", Kind::Other, Reader::Media, Form::Media),
    ("media", "direct", "direct", Kind::Other, Reader::Media, Form::Media),
    ("comments", "media_comments", "post-comments", Kind::Comment, Reader::Comments, Form::Comment),
    ("comments", "live_comments", "live-comments", Kind::Comment, Reader::Comments, Form::Comment),
    ("likes", "media_likes", "liked-posts", Kind::Reaction, Reader::Likes, Form::Owned),
    ("likes", "comment_likes", "liked-comments", Kind::Reaction, Reader::Likes, Form::Owned),
    ("saved", "saved_media", "saved-posts", Kind::Saved, Reader::Saved, Form::Owned),
    ("saved", "saved_collections", "saved-collections", Kind::Saved, Reader::Saved, Form::Collection),
    ("connections", "followers", "followers", Kind::Contact, Reader::Accounts, Form::Account),
    ("connections", "following", "following", Kind::Contact, Reader::Accounts, Form::Account),
    ("connections", "follow_requests_sent", "requested", Kind::Contact, Reader::Accounts, Form::Account),
    ("connections", "permanent_follow_requests", "recently-requested", Kind::Contact, Reader::Accounts, Form::Account),
    ("connections", "blocked_users", "blocked", Kind::Contact, Reader::Accounts, Form::Account),
    ("connections", "close_friends", "close-friends", Kind::Contact, Reader::Accounts, Form::Account),
    ("connections", "dismissed_suggested_users", "removed-suggestions", Kind::Contact, Reader::Accounts, Form::Account),
    ("searches", "main_search_history", "searches", Kind::Search, Reader::Searches, Form::Search),
    ("connections", "following_hashtags", "following-hashtags", Kind::Page, Reader::Accounts, Form::Account),
];

/// Keys of the profile with the labels of later years.
const PROFILE: [(&str, &str); 6] = [
    ("username", "Username"),
    ("name", "Name"),
    ("email", "Email"),
    ("phone_number", "Phone number"),
    ("biography", "Bio"),
    ("website", "Website"),
];

/// The name of a root file of these years that is read, without extension.
#[must_use]
pub fn early_name(file: &File) -> Option<&str> {
    file.key.strip_suffix(".json").filter(|stem| FILES.contains(stem))
}

/// Reads every root file of these years but conversations.
///
/// # Errors
/// [`Stop`] when the sink refuses.
pub fn read_early(bundle: &Bundle, account: &Account, sink: &dyn Sink) -> Result<(), Stop> {
    for (number, file) in bundle.files() {
        match early_name(file) {
            Some("messages") | None => {}
            Some(name) => EarlyFile { bundle, account, file: number, sink }.read(name)?,
        }
    }
    Ok(())
}

/// User name and display name, as `profile.json` gives them.
#[must_use]
pub fn early_profile(bundle: &Bundle) -> (Option<String>, Option<String>) {
    let profile = bundle.files().find(|(_, file)| early_name(file) == Some("profile"));
    let document = profile.and_then(|(number, _)| Document::read_sound(bundle, number).ok());
    let fields = document.and_then(|document| Fields::of(serde_json::from_str(document.text()).ok()?).ok());
    fields.map_or((None, None), |mut fields| (fields.text("username"), fields.text("name")))
}

struct EarlyFile<'e> {
    bundle: &'e Bundle,
    account: &'e Account,
    file: usize,
    sink: &'e dyn Sink,
}

impl EarlyFile<'_> {
    fn read(&self, name: &str) -> Result<(), Stop> {
        let Some(document) = open(self.bundle, self.file, self.sink) else { return Ok(()) };
        let mut position = 0;
        let known = match name {
            "profile" => self.profile(document.text(), &mut position)?,
            "contacts" => self.contacts(document.text(), &mut position)?,
            _ => self.lists(name, document.text(), &mut position)?,
        };
        if known {
            self.sink.parsed(self.file, position);
        } else {
            self.not_known(document.text());
        }
        Ok(())
    }

    /// Broken JSON is a problem, any other JSON of another shape stays as it is.
    fn not_known(&self, text: &str) {
        match serde_json::from_str::<serde::de::IgnoredAny>(text) {
            Ok(_) => self.sink.kept_raw(self.file, "unknown-shape"),
            Err(error) => {
                let kind = if error.is_eof() { ProblemKind::TruncatedJson } else { ProblemKind::BadJson };
                self.problem(None, kind, json_detail(&error));
                self.sink.parsed(self.file, 0);
            }
        }
    }

    fn lists(&self, name: &str, text: &str, position: &mut u64) -> Result<bool, Stop> {
        let Ok(top) = serde_json::from_str::<BTreeMap<String, &RawValue>>(text) else { return Ok(false) };
        let lists: Vec<_> = LISTS.iter().filter(|(file, key, ..)| *file == name && top.contains_key(*key)).collect();
        if lists.is_empty() {
            return Ok(top.is_empty());
        }
        let mut state = State::default();
        for (_, key, id, kind, reader, form) in lists {
            let section = section(id, *kind, *reader);
            let context = Context { account: self.account, section: &section, file: self.file, telling: (false, 0, 0) };
            // One name may stand in several lists.
            state.told.clear();
            let Some(list) = top.get(*key) else { continue };
            for element in elements(list.get()) {
                let outcomes = match element {
                    Some(element) => read_element(element, *form, *position, &context, &mut state),
                    None => vec![Outcome::Unknown],
                };
                self.hand_over(outcomes, position)?;
            }
        }
        let beside =
            top.keys().filter(|key| !LISTS.iter().any(|(file, known, ..)| *file == name && known == key)).count();
        if beside > 0 {
            let fields = u64::try_from(beside).unwrap_or(u64::MAX);
            self.problem(None, ProblemKind::UnknownShape, crate::sources::detail("fields-beside-list", &[fields]));
        }
        Ok(true)
    }

    fn profile(&self, text: &str, position: &mut u64) -> Result<bool, Stop> {
        let Some(mut fields) = serde_json::from_str(text).ok().and_then(|value| Fields::of(value).ok()) else {
            return Ok(false);
        };
        let mut facts = Facts::default();
        for (key, label) in PROFILE {
            if let Some(value) = fields.text(key) {
                facts.pairs.push(Pair { label: label.to_owned(), value, ..Pair::default() });
            }
        }
        facts.rest = fields.rest();
        let section = section("profile", Kind::Profile, Reader::Profile);
        let context = Context { account: self.account, section: &section, file: self.file, telling: (false, 0, 0) };
        let outcome = read_facts(facts, *position, &context, &mut State::default());
        self.hand_over(vec![outcome], position)?;
        Ok(true)
    }

    fn contacts(&self, text: &str, position: &mut u64) -> Result<bool, Stop> {
        let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(text) else { return Ok(false) };
        let section = section("address-book", Kind::Contact, Reader::AddressBook);
        let context = Context { account: self.account, section: &section, file: self.file, telling: (false, 0, 0) };
        let mut state = State::default();
        for entry in list {
            let fields = serde_json::from_str(entry.get()).ok().and_then(|value| Fields::of(value).ok());
            let outcome = fields.map_or(Outcome::Unknown, |mut fields| {
                let labels =
                    [("first_name", "First name"), ("last_name", "Last name"), ("contact", "Contact information")];
                let pairs = labels.into_iter().filter_map(|(key, label)| {
                    let value = fields.text(key)?;
                    Some(Pair { label: label.to_owned(), value, ..Pair::default() })
                });
                let pairs = pairs.collect();
                read_facts(Facts { pairs, rest: fields.rest(), ..Facts::default() }, *position, &context, &mut state)
            });
            self.hand_over(vec![outcome], position)?;
        }
        Ok(true)
    }

    fn hand_over(&self, outcomes: Vec<Outcome>, position: &mut u64) -> Result<(), Stop> {
        for outcome in outcomes {
            match outcome {
                Outcome::Record(mut draft, bad_time) => {
                    if bad_time || draft.extra.contains_key("time_text") {
                        self.problem(Some(*position), ProblemKind::BadTime, String::new());
                    }
                    draft.position = *position;
                    self.sink.record(*draft)?;
                }
                Outcome::Empty => self.sink.skip(self.file, SkipReason::Empty, 1),
                Outcome::Told => self.sink.skip(self.file, SkipReason::ToldElsewhere, 1),
                Outcome::Unknown => self.problem(Some(*position), ProblemKind::UnknownShape, String::new()),
            }
            *position += 1;
        }
        Ok(())
    }

    fn problem(&self, position: Option<u64>, kind: ProblemKind, detail: String) {
        self.sink.problem(Problem { file: self.file, position, kind, detail });
    }
}

fn open(bundle: &Bundle, file: usize, sink: &dyn Sink) -> Option<Document> {
    let problem = |kind, detail| sink.problem(Problem { file, position: None, kind, detail });
    match Document::read_sound(bundle, file) {
        Ok(document) => {
            if document.not_utf8 {
                problem(ProblemKind::NotUtf8, String::new());
            }
            Some(document)
        }
        Err((kind, detail)) => {
            problem(kind, detail);
            sink.parsed(file, 0);
            None
        }
    }
}

fn section(id: &str, kind: Kind, reader: Reader) -> Section {
    Section { id: id.to_owned(), kind, platform: Platform::Instagram, reader, rank: 0, number: 0, page: false }
}

/// The elements of a list, or the entries of an object as pairs; `None` for what cannot be parsed.
fn elements(json: &str) -> Vec<Option<Value>> {
    if let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(json) {
        return list.into_iter().map(|element| serde_json::from_str(element.get()).ok()).collect();
    }
    match serde_json::from_str::<Map<String, Value>>(json) {
        Ok(entries) => entries.into_iter().map(|(key, value)| Some(json!([value, key]))).collect(),
        Err(_) => vec![None],
    }
}

fn read_element(value: Value, form: Form, position: u64, context: &Context<'_>, state: &mut State) -> Vec<Outcome> {
    match form {
        Form::Media => vec![media(value, position, context, state)],
        Form::Collection => collection(value, position, context, state),
        Form::Search => vec![search(value, position, context, state)],
        Form::Comment | Form::Owned | Form::Account => vec![entry(value, form, position, context, state)],
    }
}

/// A photo or film. Those of one post stand one after the other with equal times; nothing says that they are one.
fn media(value: Value, position: u64, context: &Context<'_>, state: &mut State) -> Outcome {
    let Ok(mut fields) = Fields::of(value) else { return Outcome::Unknown };
    let mut facts = Facts { title: fields.text("caption").unwrap_or_default(), ..Facts::default() };
    take_time(&mut facts, fields.text("taken_at"));
    if let Some(path) = fields.text("path") {
        facts.media.push(json!({ "uri": path }));
    }
    if let Some(value) = fields.text("location") {
        facts.pairs.push(Pair { label: "Location".to_owned(), value, ..Pair::default() });
    }
    facts.rest.extend(fields.rest());
    if facts.is_empty() {
        return Outcome::Empty;
    }
    posts::read_page(facts, position, context, state)
}

/// Searched words, or the name of what was found.
fn search(value: Value, position: u64, context: &Context<'_>, state: &mut State) -> Outcome {
    let Ok(mut fields) = Fields::of(value) else { return Outcome::Unknown };
    let mut facts = Facts::default();
    take_time(&mut facts, fields.text("time"));
    let text = fields.text("search_click").unwrap_or_default();
    facts.rest.extend(fields.rest());
    if text.is_empty() && facts.is_empty() {
        return Outcome::Empty;
    }
    records::finish(records::Words { text, owner: None }, facts, position, context, state)
}

/// `["TIME", "TEXT", "OWNER"]`, `["TIME", "OWNER"]`.
fn entry(value: Value, form: Form, position: u64, context: &Context<'_>, state: &mut State) -> Outcome {
    let Value::Array(items) = value else { return Outcome::Unknown };
    let mut texts: Vec<String> = Vec::new();
    for item in items {
        match item {
            Value::String(text) => texts.push(text),
            Value::Null => texts.push(String::new()),
            _ => return Outcome::Unknown,
        }
    }
    let mut facts = Facts::default();
    let mut texts = texts.into_iter();
    take_time(&mut facts, texts.next());
    let mut rest: Vec<String> = texts.collect();
    let owner = rest.pop().unwrap_or_default();
    facts.title.clone_from(&owner);
    let text = rest.join("\n");
    if matches!(form, Form::Comment) {
        let words = records::Words { text, owner: Some(owner).filter(|owner| !owner.is_empty()) };
        facts.title.clear();
        return records::finish(words, facts, position, context, state);
    }
    if !text.is_empty() {
        facts.pairs.push(Pair { value: text, ..Pair::default() });
    }
    read_facts(facts, position, context, state)
}

/// A collection, then its members.
fn collection(value: Value, position: u64, context: &Context<'_>, state: &mut State) -> Vec<Outcome> {
    let Ok(mut fields) = Fields::of(value) else { return vec![Outcome::Unknown] };
    let name = fields.text("name").unwrap_or_default();
    let members = fields.list("media");
    let mut facts = Facts::default();
    take_time(&mut facts, fields.text("created_at"));
    facts.rest.extend(fields.rest());
    let words = records::Words { text: name.clone(), owner: None };
    let mut outcomes = vec![records::finish(words, facts, position, context, state)];
    for member in members {
        let outcome = entry(member, Form::Comment, position, context, state);
        outcomes.push(match outcome {
            Outcome::Record(mut draft, bad_time) => {
                put(&mut draft.extra, "collection", name.as_str());
                Outcome::Record(draft, bad_time)
            }
            outcome => outcome,
        });
    }
    outcomes
}

fn take_time(facts: &mut Facts, text: Option<String>) {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return };
    facts.moment = Moment::from_iso(&text);
    if facts.moment.is_none() {
        put(&mut facts.rest, "time_text", text);
    }
}

/// Reads the conversations of `messages.json`.
///
/// # Errors
/// [`Stop`] when the sink refuses.
pub fn read_early_messages(bundle: &Bundle, rules: &ThreadRules, sink: &dyn Sink) -> Result<(), Stop> {
    for (file, _) in bundle.files().filter(|(_, file)| early_name(file) == Some("messages")) {
        let Some(document) = open(bundle, file, sink) else { continue };
        let list = match serde_json::from_str::<Vec<&RawValue>>(document.text()) {
            Ok(list) => list,
            Err(error) if error.is_data() => {
                sink.kept_raw(file, "unknown-shape");
                continue;
            }
            Err(error) => {
                let kind = if error.is_eof() { ProblemKind::TruncatedJson } else { ProblemKind::BadJson };
                sink.problem(Problem { file, position: None, kind, detail: json_detail(&error) });
                sink.parsed(file, 0);
                continue;
            }
        };
        let mut teller = ThreadTeller::new(bundle, file, rules, sink);
        for conversation in list {
            match serde_json::from_str(conversation.get()).ok().and_then(thread) {
                Some(thread) => teller.tell(thread)?,
                None => teller.unknown(),
            }
        }
        teller.finish();
    }
    Ok(())
}

fn thread(value: Value) -> Option<RawThread<'static>> {
    let mut fields = Fields::of(value).ok()?;
    let mut thread = RawThread { has_messages: fields.has("conversation"), ..RawThread::default() };
    if !thread.has_messages {
        return None;
    }
    let names = fields.list("participants").into_iter().filter_map(|name| name.as_str().map(str::to_owned));
    thread.participants = names.collect();
    thread.messages = fields.list("conversation").into_iter().map(message).collect();
    Some(thread)
}

fn message(value: Value) -> ThreadElement<'static> {
    if value.is_null() {
        return ThreadElement::Empty;
    }
    let Ok(mut fields) = Fields::of(value) else { return ThreadElement::Unknown };
    let mut message = RawMessage { sender: fields.text("sender").map(Cow::Owned), ..RawMessage::default() };
    let time = fields.text("created_at");
    message.printed = time.as_deref().and_then(Moment::from_iso);
    // What a message says stands under one of these keys.
    let mut words: Vec<String> = Vec::new();
    for key in ["text", "heart", "action"] {
        words.extend(fields.text(key));
    }
    if let Some(call) = fields.text("video_call_action") {
        words.push(call);
        message.kind = Some(Cow::Borrowed("Call"));
    }
    message.content = Some(words.join("\n")).filter(|text| !text.is_empty()).map(Cow::Owned);
    for like in fields.list("likes") {
        let Ok(mut like) = Fields::of(like) else { continue };
        let actor = like.text("username").unwrap_or_default();
        message.reactions.push(RawReaction { emoji: Cow::Borrowed("like"), actor: Cow::Owned(actor), seconds: None });
    }
    for (key, kind) in
        [("media", AttachmentKind::Other), ("media_url", AttachmentKind::Other), ("voice_media", AttachmentKind::Audio)]
    {
        // A sentence in place of an address says that the file is not there.
        if let Some(address) = fields.text(key) {
            if is_address(&address) || (address.contains('/') && !address.contains(' ')) {
                message.media.push((kind, Value::from(address)));
            } else {
                fields.put(key, address);
            }
        }
    }
    if let Some(images) = fields.object("animated_media_images") {
        let mut images = images.rest();
        let best = images.get("original").and_then(|image| image.get("mp4").or_else(|| image.get("url")).cloned());
        match best {
            Some(Value::String(address)) => message.media.push((AttachmentKind::Gif, Value::from(address))),
            _ => put(&mut message.extra, "animated_media_images", std::mem::take(&mut images)),
        }
    }
    let links = ["link", "media_share_url"].into_iter().filter_map(|key| fields.text(key));
    let mut links = links.collect::<Vec<_>>().into_iter();
    if let Some(link) = links.next() {
        message.share = Some(json!({ "link": link }));
    }
    for (key, value) in fields.rest() {
        put(&mut message.extra, &key, value);
    }
    if let (None, Some(time)) = (&message.printed, time) {
        put(&mut message.extra, "time_text", time);
    }
    for link in links {
        put(&mut message.extra, "link", link);
    }
    ThreadElement::Message(Box::new(message))
}
