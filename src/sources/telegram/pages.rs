//! Reads an export in HTML, what Telegram Desktop writes unless it is asked for JSON: pages of messages, lists, the owner.
//!
//! Each thing is brought to the shape that `result.json` has, and then read like it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::{Value, json};

use super::chat::Chat;
use super::clock::Clock;
use super::export::{contact, media_element, profile};
use super::markup::{Speaker, message, service};
use super::message::{Setting, draft_at};
use super::page::{Tag, walk};
use crate::bundle::Bundle;
use crate::model::{Conversation, ConversationKind, Draft, Kind, Precision, Time};
use crate::sources::{Fields, Problem, ProblemKind, ReadOptions, Sink, SkipReason, Stop, bytes_of};

/// The page that heads an export of a whole account.
pub const SUMMARY: &str = "export_results.html";

/// Lists of an account, beside `lists/`.
const LISTS: [&str; 7] = ["chats", "contacts", "frequent", "profile_pictures", "sessions", "stories", "web_sessions"];

/// `N` of `messagesN.html`, 1 for `messages.html`.
pub fn number_of(name: &str) -> Option<u64> {
    match name.strip_prefix("messages")?.strip_suffix(".html")? {
        "" => Some(1),
        digits => digits.parse().ok(),
    }
}

/// Whether a file is a page that is read.
pub fn is_page(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let list = folder == "lists" && name.strip_suffix(".html").is_some_and(|list| LISTS.contains(&list));
    path == SUMMARY || list || number_of(name).is_some()
}

/// Reads every page.
pub fn read(bundle: &Bundle, options: &ReadOptions, sink: &dyn Sink) -> Result<(), Stop> {
    let mut chats: BTreeMap<&str, Vec<(u64, usize)>> = BTreeMap::new();
    let mut others = Vec::new();
    for (number, file) in bundle.files().filter(|(_, file)| is_page(&file.path)) {
        let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        match number_of(name) {
            Some(place) => chats.entry(folder).or_default().push((place, number)),
            None => others.push((number, file.path.as_str())),
        }
    }
    let me = others.iter().find(|(_, path)| *path == SUMMARY).and_then(|(file, _)| owner_of(bundle, *file));
    let options =
        ReadOptions { me: options.me.clone().or_else(|| me.as_ref().map(|me| me.full.clone())), ..options.clone() };
    let account = me.and_then(|me| me.handle.or(Some(me.full))).or_else(|| options.me.clone()).map(Arc::from);
    let reader = Reader { bundle, options: &options, account, sink, kinds: kinds_of(bundle, &others) };
    for (file, path) in others {
        reader.list(file, path)?;
    }
    let chats: Vec<(&str, Vec<(u64, usize)>)> = chats.into_iter().collect();
    let look = |(folder, mut pages): (&str, Vec<(u64, usize)>)| {
        pages.sort_unstable();
        let seen = reader.look(&pages);
        (seen, folder.to_owned(), pages)
    };
    let chats: Vec<_> = chats.into_par_iter().map(look).collect();
    let mut titles: HashMap<&str, usize> = HashMap::new();
    for (seen, ..) in &chats {
        *titles.entry(seen.title.as_str()).or_default() += 1;
    }
    chats.par_iter().try_for_each(|(seen, folder, pages)| {
        let is_shared = seen.title == DELETED || titles.get(seen.title.as_str()).is_some_and(|count| *count > 1);
        reader.chat(folder, pages, seen, is_shared)
    })
}

/// What the app calls everybody who has no account any more.
const DELETED: &str = "Deleted Account";

/// What the pages of a chat tell of it.
#[derive(Default)]
struct Seen {
    title: String,
    /// Who wrote in it, in the order of appearance.
    senders: Vec<String>,
    /// The least number of a message.
    first: Option<i64>,
}

/// Who the account belongs to.
struct Me {
    full: String,
    handle: Option<String>,
}

fn owner_of(bundle: &Bundle, file: usize) -> Option<Me> {
    let html = bundle.read(file).ok()?;
    let mut found = None;
    // The closure never stops.
    let _ended = walk(&html, &mut |tag| {
        if let Some(tag) = tag.filter(|tag| tag.has("personal_info")) {
            let told = personal(&tag);
            let text = |key: &str| told.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
            let names: Vec<&str> = [text("first_name"), text("last_name")].into_iter().flatten().collect();
            let handle = text("username").map(|name| name.trim_start_matches('@').to_owned());
            found = Some(Me { full: names.join(" "), handle }).filter(|me| !me.full.is_empty());
        }
        Ok(())
    });
    found
}

/// Rows of labels, which are English in every language of the app, as `result.json` names them.
fn personal(tag: &Tag) -> Value {
    let mut told = serde_json::Map::new();
    for row in tag.tags().filter(|tag| tag.has("rows")).flat_map(Tag::tags).filter(|tag| tag.has("row")) {
        let text = |class: &str| row.child(class).map(Tag::text).unwrap_or_default();
        let (label, value) = (text("label"), text("value"));
        let key = match label.as_str() {
            "First name" => "first_name",
            "Last name" => "last_name",
            "Phone number" => "phone_number",
            "Username" => "username",
            "Bio" => "bio",
            other => other,
        };
        told.insert(key.to_owned(), value.into());
    }
    Value::Object(told)
}

/// Kinds of chats by the folder of their pages, as the list of chats tells them.
fn kinds_of(bundle: &Bundle, pages: &[(usize, &str)]) -> BTreeMap<String, ConversationKind> {
    let mut kinds = BTreeMap::new();
    let list = pages.iter().find(|(_, path)| *path == "lists/chats.html");
    let Some(html) = list.and_then(|(file, _)| bundle.read(*file).ok()) else { return kinds };
    // The closure never stops.
    let _ended = walk(&html, &mut |tag| {
        if let Some(tag) = tag.filter(|tag| tag.has("entry")) {
            let kind = match tag.inner("info").map(Tag::text).as_deref() {
                Some("private" | "bot") => ConversationKind::Direct,
                Some("group") => ConversationKind::Group,
                _ => ConversationKind::Unknown,
            };
            let path = tag.address.trim_start_matches("../");
            if let Some((folder, _)) = path.rsplit_once('/') {
                kinds.insert(folder.to_owned(), kind);
            }
        }
        Ok(())
    });
    kinds
}

/// The number of a message; below 0 for the app's own lines.
fn number_of_message(tag: &Tag) -> Option<i64> {
    tag.id.strip_prefix("message").and_then(|number| number.parse().ok())
}

struct Reader<'r> {
    bundle: &'r Bundle,
    options: &'r ReadOptions,
    account: Option<Arc<str>>,
    sink: &'r dyn Sink,
    kinds: BTreeMap<String, ConversationKind>,
}

/// What a page has given so far.
#[derive(Default)]
struct Tally {
    position: u64,
    unknown: Vec<u64>,
}

impl Tally {
    fn next(&mut self) -> u64 {
        let position = self.position;
        self.position += 1;
        position
    }

    fn not_known(&mut self) {
        let position = self.next();
        self.unknown.push(position);
    }
}

impl Reader<'_> {
    fn setting(&self, file: usize, owner: Option<String>) -> Setting<'_> {
        let own_name = self.options.me.as_deref().map(Arc::from);
        Setting { bundle: self.bundle, file, options: self.options, owner, account: self.account.clone(), own_name }
    }

    fn bytes(&self, file: usize) -> Option<Vec<u8>> {
        let problem = |kind, detail| self.sink.problem(Problem { file, position: None, kind, detail });
        match bytes_of(self.bundle, file) {
            Ok(bytes) => {
                if std::str::from_utf8(&bytes).is_err() {
                    problem(ProblemKind::NotUtf8, String::new());
                }
                Some(bytes)
            }
            Err((kind, detail)) => {
                problem(kind, detail);
                self.sink.parsed(file, 0);
                None
            }
        }
    }

    /// Walks a page and reports what became of it.
    fn walk(&self, file: usize, each: &mut dyn FnMut(Tag, &mut Tally) -> Result<(), Stop>) -> Result<(), Stop> {
        let Some(html) = self.bytes(file) else { return Ok(()) };
        let mut tally = Tally::default();
        let ended = walk(&html, &mut |tag| {
            let Some(tag) = tag else {
                tally.not_known();
                return Ok(());
            };
            each(tag, &mut tally)
        })?;
        if !ended.is_export && tally.position == 0 {
            self.sink.kept_raw(file, "unknown-shape");
            return Ok(());
        }
        let problem = |position, kind| self.sink.problem(Problem { file, position, kind, detail: String::new() });
        for position in tally.unknown {
            problem(Some(position), ProblemKind::UnknownShape);
        }
        if ended.truncated {
            problem(None, ProblemKind::TruncatedHtml);
        }
        self.sink.parsed(file, tally.position);
        Ok(())
    }

    /// A page of an account: the owner, or a list.
    fn list(&self, file: usize, path: &str) -> Result<(), Stop> {
        let name = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".html");
        let mut clock = Clock::new(self.options.zone);
        self.walk(file, &mut |tag, tally| {
            if tag.has("page_header") || tag.has("message") || (path == SUMMARY) != tag.has("personal_info") {
                return Ok(());
            }
            let skip = |tally: &mut Tally, reason| {
                tally.next();
                self.sink.skip(file, reason, 1);
                Ok(())
            };
            match name {
                "chats" => return skip(tally, SkipReason::ToldElsewhere),
                "frequent" | "sessions" | "web_sessions" => return skip(tally, SkipReason::Technical),
                _ => {}
            }
            let position = tally.next();
            let Some(mut draft) = self.listed(name, &tag, &mut clock, (file, position)) else {
                tally.unknown.push(position);
                return Ok(());
            };
            draft.account.clone_from(&self.account);
            self.sink.record(draft)
        })
    }

    fn listed(&self, name: &str, tag: &Tag, clock: &mut Clock, (file, position): (usize, u64)) -> Option<Draft> {
        let text = |class: &str| tag.inner(class).map(Tag::text).unwrap_or_default();
        let dated = |draft: Option<Draft>, clock: &mut Clock| {
            let time = clock.time(&text("info")).unwrap_or_else(Time::none);
            draft.map(|draft| Draft { time, ..draft })
        };
        let path = tag.find(&|tag| !tag.address.is_empty() && tag.name == "a").map(|tag| tag.address.as_str());
        let path = path.unwrap_or(&tag.address).trim_start_matches("../").trim_end_matches("#allow_back");
        let notes = |draft: Option<Draft>| {
            let details: Vec<Value> =
                tag.child("body")?.tags().filter(|tag| tag.has("details_entry")).map(|tag| tag.text().into()).collect();
            draft.map(|mut draft| {
                draft.extra.insert("details".to_owned(), details.into());
                draft
            })
        };
        // Two files of one second differ by their names, which enter the id.
        let moment = text("info");
        match name {
            "contacts" => {
                let number =
                    tag.find(&|tag| tag.title.starts_with("ID: ")).and_then(|tag| tag.title.get(4..)?.parse().ok());
                let told = json!({
                    "first_name": text("name"), "phone_number": text("details_entry"), "user_id": number.unwrap_or(0_i64),
                });
                dated(contact(told, position, &self.setting(file, None)), clock)
            }
            "stories" | "profile_pictures" => {
                let (kind, word) =
                    if name == "stories" { (Kind::Story, "story") } else { (Kind::Other, "profile_picture") };
                let missing = text("details_entry");
                let path = if path.is_empty() { format!("(File {missing}") } else { path.to_owned() };
                let told = json!({ "file": path, "text": text("text") });
                let setting = self.setting(file, Some(moment));
                notes(dated(media_element(kind, word, told, position, &setting), clock))
            }
            _ => {
                let told = personal(tag);
                let owner =
                    ["first_name", "last_name", "phone_number"].map(|key| told.get(key).and_then(Value::as_str));
                let owner = owner.into_iter().flatten().collect::<Vec<_>>().join(" ");
                profile(told, position, &self.setting(file, Some(owner)))
            }
        }
    }

    /// The pages of one chat, in order. Where it shares its title with another chat, its first message tells them apart.
    fn chat(&self, folder: &str, pages: &[(u64, usize)], seen: &Seen, is_shared: bool) -> Result<(), Stop> {
        let Seen { title, senders, first } = seen;
        let told = self.kinds.get(folder).copied();
        // A chat of two is titled with the other's name.
        let kind = told.unwrap_or(match senders.len() {
            3.. => ConversationKind::Group,
            _ if senders.contains(title) => ConversationKind::Direct,
            _ => ConversationKind::Unknown,
        });
        // Pages tell no number of a chat.
        let name = Some(title.clone()).filter(|title| !title.is_empty());
        let number = match first.filter(|_| is_shared) {
            Some(first) => format!("{title}\u{1f}{first}"),
            None => title.clone(),
        };
        let chat = Chat { class: "page", number, name, kind, service: None };
        let mut names = senders.clone();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        let conversation = Arc::new(chat.conversation(senders.clone()));
        for (_, file) in pages {
            self.messages(*file, (&chat, &conversation), &names)?;
        }
        Ok(())
    }

    fn look(&self, pages: &[(u64, usize)]) -> Seen {
        let (mut seen, mut known) = (Seen::default(), HashSet::new());
        for (_, file) in pages {
            let Ok(html) = self.bundle.read(*file) else { continue };
            // The closure never stops.
            let _ended = walk(&html, &mut |tag| {
                let Some(tag) = tag else { return Ok(()) };
                if tag.has("page_header") && seen.title.is_empty() {
                    seen.title = tag.text();
                }
                if let Some(number) = number_of_message(&tag).filter(|number| *number > 0) {
                    seen.first = Some(seen.first.map_or(number, |first| first.min(number)));
                }
                if let Some(name) = tag.child("body").and_then(|body| body.child("from_name")) {
                    let name = Speaker::of(name).name;
                    if !name.is_empty() && known.insert(name.clone()) {
                        seen.senders.push(name);
                    }
                }
                Ok(())
            });
        }
        seen
    }

    fn messages(&self, file: usize, chat: (&Chat, &Arc<Conversation>), names: &[String]) -> Result<(), Stop> {
        let setting = self.setting(file, None);
        let mut clock = Clock::new(self.options.zone);
        let (mut day, mut speaker) = (Time::none(), Speaker::default());
        self.walk(file, &mut |tag, tally| {
            if !tag.has("message") {
                return Ok(());
            }
            let number = number_of_message(&tag);
            let is_service = tag.has("service");
            // The app's own lines between messages: days, and that there is no message.
            if is_service && number.is_some_and(|number| number < 0) {
                day = super::clock::day(&tag.text()).unwrap_or_else(Time::none);
                return Ok(());
            }
            let Some(number) = number else {
                tally.not_known();
                return Ok(());
            };
            let position = tally.next();
            let (mut told, time) = if is_service {
                speaker = Speaker::default();
                (service(&tag, names), day.clone())
            } else {
                let told = message(&tag, &mut speaker);
                let printed = tag.inner("date").map(|date| date.title.clone()).unwrap_or_default();
                (told, clock.time(&printed).unwrap_or_else(Time::none))
            };
            told.insert("id".to_owned(), number.into());
            let fields = Fields::of(Value::Object(told)).unwrap_or_default();
            let Ok(draft) = draft_at(time, fields, position, chat, &setting) else {
                tally.unknown.push(position);
                return Ok(());
            };
            if draft.time.precision == Precision::None {
                let kind = ProblemKind::BadTime;
                self.sink.problem(Problem { file, position: Some(position), kind, detail: String::new() });
            }
            self.sink.record(draft)
        })
    }
}
