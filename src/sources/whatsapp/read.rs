//! From a chat file to drafts: surveys the chat, then hands over its messages in the order of the file.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDateTime;
use serde_json::{Value, json};
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

use super::body::{Attached, Body, Setting, Unknown, What, is_known_text, is_notice_of_table};
use super::chat::{Names, Survey, Whole, clean_name, normal_title, phone_of};
use super::encoding::{Sound, decode};
use super::header::End;
use super::lines::{self, Entry};
use super::marks::Shown;
use super::media::without_counter;
use super::senders::{Cut, Senders};
use super::strings::{App, STRINGS, Shape, is_app_mark};
use super::tellings;
use crate::bundle::{Bundle, Damage};
use crate::model::{
    Author, Conversation, Draft, DraftAttachment, Fingerprint, Kind, Link, Platform, Precision, RecordId, Target, Time,
    Twins,
};
use crate::sources::{DateOrder, Problem, ProblemKind, ReadOptions, Sink, Stop};

/// Reads one chat file of a bundle.
pub fn read_chat(
    bundle: &Bundle,
    file: usize,
    names: &Names,
    options: &ReadOptions,
    sink: &dyn Sink,
) -> Result<(), Stop> {
    let problem = |kind: ProblemKind, detail: &str| {
        sink.problem(Problem { file, position: None, kind, detail: detail.to_owned() });
    };
    let bytes = match bundle.read(file) {
        Ok(bytes) => bytes,
        Err(error) => {
            let kind = if error.damage == Damage::TooLarge { ProblemKind::TooLarge } else { ProblemKind::Damaged };
            problem(kind, if kind == ProblemKind::TooLarge { "" } else { error.damage.name() });
            sink.parsed(file, 0);
            return Ok(());
        }
    };
    let (text, sound) = decode(&bytes);
    match sound {
        Sound::Whole => {}
        Sound::Windows => problem(ProblemKind::NotUtf8, "read-as-windows-1252"),
        Sound::Replaced => problem(ProblemKind::NotUtf8, ""),
    }
    let found = lines::read(&text, options.date_order);
    if found.entries.is_empty() {
        problem(ProblemKind::NoMessages, "");
        sink.kept_raw(file, "no-messages");
        return Ok(());
    }
    if found.preamble {
        problem(ProblemKind::UnknownShape, "text-before-first-message");
    }
    let reader = Reader::new(&found.entries, bundle, file, names, options);
    reader.hand_over(sink)?;
    sink.parsed(file, u64::try_from(found.entries.len()).unwrap_or(u64::MAX));
    Ok(())
}

/// Numbers of the files that the messages of a chat carry.
pub fn carried(bundle: &Bundle, file: usize) -> Vec<usize> {
    let Ok(bytes) = bundle.read(file) else { return Vec::new() };
    let (text, _) = decode(&bytes);
    let found = lines::read(&text, DateOrder::Auto);
    let options = ReadOptions::default();
    let reader = Reader::new(&found.entries, bundle, file, &Names::default(), &options);
    let attached = found.entries.iter().filter_map(|entry| {
        let Cut { sender, body } = reader.senders.cut(entry);
        reader.understand(app_of(entry), sender?, &plain_lines(body), entry.header.marked).attached
    });
    attached.filter_map(|attached| attached.file).collect()
}

/// One chat file being read.
struct Reader<'a> {
    entries: &'a [Entry<'a>],
    senders: Senders<'a>,
    bundle: &'a Bundle,
    file: usize,
    options: &'a ReadOptions,
    marks_lost: bool,
    /// A text of iOS that the table knows stands in this chat.
    known_language: bool,
    /// Names before messages of iOS that no mark opens: people, not the group.
    writers: HashSet<&'a str>,
    /// Names before nothing but notices of iOS that lost their marks: the group's.
    groups: HashSet<&'a str>,
    /// Marks before its texts of iOS.
    marks: Shown,
    whole: WholeShared,
}

/// What all drafts of a chat share.
struct WholeShared {
    conversation: Arc<Conversation>,
    owner: Option<String>,
    account: Option<Arc<str>>,
}

/// A draft that waits for the rest of its minute before it gets its id.
struct Pending {
    draft: Draft,
    minute: Option<i64>,
    stamp: String,
    sender: String,
    key: Key,
}

/// What tells a message from others of its sender in its minute.
enum Key {
    /// A file: the name or kind that counts when there are several in the minute.
    File(String),
    /// Anything else: its kind and its words.
    Words(&'static str, String),
}

const fn app_of(entry: &Entry<'_>) -> App {
    match entry.header.signature.end {
        End::Dash => App::Android,
        End::Bracket | End::Colon => App::Ios,
    }
}

impl<'a> Reader<'a> {
    fn new(entries: &'a [Entry<'a>], bundle: &'a Bundle, file: usize, names: &Names, options: &'a ReadOptions) -> Self {
        let mut senders = Senders::learn(entries);
        senders.learn_files(entries, &|body| {
            let find = |name: &str| bundle.sibling(file, name).filter(|number| *number != file);
            let setting = Setting {
                app: App::Android,
                find: &find,
                marks_lost: false,
                unknown: Unknown::default(),
                nobody: false,
            };
            let line = body.split('\n').next().unwrap_or_default();
            line.contains('.') && setting.read(&plain_lines(line), false).attached.is_some_and(|one| one.file.is_some())
        });
        let ios = entries.iter().filter(|entry| app_of(entry) == App::Ios);
        let marks_lost = ios.clone().count() > 0 && !ios.clone().any(|entry| entry.rest.contains(is_app_mark));
        let whole = WholeShared {
            conversation: Arc::new(Conversation {
                id: String::new(),
                title: String::new(),
                kind: crate::model::ConversationKind::Unknown,
                participants: Vec::new(),
            }),
            owner: None,
            account: None,
        };
        let (known_language, writers, groups, marks) = (false, HashSet::new(), HashSet::new(), Shown::default());
        let mut reader =
            Self { entries, senders, bundle, file, options, marks_lost, known_language, writers, groups, marks, whole };
        reader.learn_ios();
        if marks_lost {
            reader.learn_group(names);
        }
        let Whole { conversation, owner } = reader.survey().conclude(names, options.me.as_deref());
        let account = owner.as_deref().map(Arc::from);
        reader.whole = WholeShared { conversation: Arc::new(conversation), owner, account };
        reader
    }

    /// Looks at every message for what it tells of the chat; understands only those that may be more than words.
    fn survey(&self) -> Survey {
        let mut survey = Survey::default();
        let mut clean: HashMap<&str, String> = HashMap::new();
        for entry in self.entries {
            let Cut { sender, body } = self.senders.cut(entry);
            let app = app_of(entry);
            let Some(sender) = sender else {
                survey.see(app, None, What::Notice { encryption: false }, body);
                continue;
            };
            let printed = sender;
            let sender = clean.entry(sender).or_insert_with(|| clean_name(sender));
            let telling = self.marks_lost && app == App::Ios
                || body.starts_with(is_app_mark)
                || STRINGS.label(app, body).is_some();
            if telling {
                let body = plain_lines(body);
                let read = self.understand(app, printed, &body, entry.header.marked);
                survey.see(app, Some(sender), read.what, &read.text);
            } else {
                survey.see(app, Some(sender), What::Text, "");
            }
        }
        survey
    }

    /// Learns what tells notices of iOS from files left out in languages the table does not know, and from words that begin
    /// with a mark.
    fn learn_ios(&mut self) {
        for entry in self.entries.iter().filter(|entry| app_of(entry) == App::Ios) {
            let Cut { sender, body } = self.senders.cut(entry);
            let Some(sender) = sender else {
                self.marks.app.see(body);
                continue;
            };
            // The last text of a body, where a caption stands before a file.
            let last = body.rfind(is_app_mark).and_then(|at| body.get(at..)).unwrap_or_default();
            if is_known_text(last) || last.trim_start_matches(is_app_mark).starts_with('<') {
                self.marks.app.see(last);
            }
            if body.starts_with(is_app_mark) {
                self.known_language |= STRINGS.label(App::Ios, body).is_some();
                if !is_known_text(body) {
                    self.marks.other.see(body);
                }
            } else if !body.trim().is_empty() {
                self.writers.insert(sender);
            }
        }
    }

    /// Learns under which name an iPhone's chat without marks gives the notices of its group: the chat's title, under which nothing
    /// stands but texts of the table.
    fn learn_group(&mut self, names: &Names) {
        let mut titles: HashSet<String> =
            names.file.iter().chain(&names.bundle).map(|name| normal_title(name)).collect();
        let mut spoken: HashMap<&'a str, bool> = HashMap::new();
        for entry in self.entries.iter().filter(|entry| app_of(entry) == App::Ios) {
            let Cut { sender: Some(sender), body } = self.senders.cut(entry) else { continue };
            let is_notice = !body.trim().is_empty() && is_notice_of_table(body);
            *spoken.entry(sender).or_default() |= !is_notice;
            if is_notice {
                let created =
                    [Shape::CreatedOwn, Shape::Created].map(|shape| STRINGS.capture(shape, Some(App::Ios), body));
                titles.extend(created.into_iter().flatten().map(|captured| normal_title(captured.hole)));
            }
        }
        let silent = spoken.into_iter().filter(|(_, spoken)| !spoken).map(|(sender, _)| sender);
        self.groups = silent.filter(|sender| titles.contains(&normal_title(sender))).collect();
    }

    fn understand(&self, app: App, sender: &str, body: &str, marked: bool) -> Body {
        let find = |name: &str| self.bundle.sibling(self.file, name).filter(|number| *number != self.file);
        let writes = self.writers.contains(sender);
        let unknown = Unknown { known_language: self.known_language, writes, marks: self.marks };
        let marks_lost = self.marks_lost && app == App::Ios;
        let nobody = self.groups.contains(sender);
        Setting { app, find: &find, marks_lost, unknown, nobody }.read(body, marked)
    }

    fn hand_over(&self, sink: &dyn Sink) -> Result<(), Stop> {
        let mut twins = Twins::new();
        let mut waiting: Vec<Pending> = Vec::new();
        // Several messages of a minute bear one time: their order is that of the file.
        let mut told: HashMap<Option<i64>, u32> = HashMap::new();
        let mut starts = tellings::starts(self.entries, &self.senders).into_iter().peekable();
        for (position, entry) in self.entries.iter().enumerate() {
            if starts.next_if_eq(&position).is_some() {
                self.give_ids(&mut waiting, &mut twins, sink)?;
                twins = Twins::new();
                told.clear();
            }
            let mut pending = self.draft(position, entry, sink);
            let before = told.entry(pending.minute).or_insert(0);
            pending.draft.order = Some(*before).filter(|before| *before > 0);
            *before += 1;
            if waiting.last().is_some_and(|last| last.minute != pending.minute) {
                self.give_ids(&mut waiting, &mut twins, sink)?;
            }
            waiting.push(pending);
        }
        self.give_ids(&mut waiting, &mut twins, sink)
    }

    /// Ids of one minute's messages. A file that is its sender's only one in the minute is known by that alone, so that
    /// exports with and without media meet; among several, its name or kind counts.
    fn give_ids(&self, waiting: &mut Vec<Pending>, twins: &mut Twins, sink: &dyn Sink) -> Result<(), Stop> {
        let mut files: HashMap<String, usize> = HashMap::new();
        for one in waiting.iter().filter(|one| matches!(one.key, Key::File(_))) {
            *files.entry(one.sender.clone()).or_insert(0) += 1;
        }
        for mut one in waiting.drain(..) {
            let print = Fingerprint::new(Platform::Whatsapp, Kind::Message).text(&self.whole.conversation.id);
            let print = match one.minute {
                Some(minute) => print.number(minute),
                None => print.text(&one.stamp),
            };
            let print = print.text(&one.sender);
            let print = match &one.key {
                Key::File(_) if files.get(&one.sender) == Some(&1) => print.text("file").text(""),
                Key::File(name) => print.text("file").text(name),
                Key::Words(kind, words) => print.text(kind).text(words),
            };
            one.draft.id = print.finish(twins);
            sink.record(one.draft)?;
        }
        Ok(())
    }

    fn draft(&self, position: usize, entry: &Entry<'a>, sink: &dyn Sink) -> Pending {
        let Cut { sender, body } = self.senders.cut(entry);
        let app = app_of(entry);
        let body = plain_lines(body);
        let read = match sender {
            Some(sender) => self.understand(app, sender, &body, entry.header.marked),
            None => notice(&body),
        };
        let name = sender.map(clean_name);
        let position = u64::try_from(position).unwrap_or(u64::MAX);
        let time = self.time(entry);
        let unsure = entry.moment.is_none() || entry.header.stamp.clock.is_none();
        if unsure {
            let detail = if entry.moment.is_none() { "no-such-date" } else { "half-of-day" }.to_owned();
            sink.problem(Problem { file: self.file, position: Some(position), kind: ProblemKind::BadTime, detail });
        }
        let placeholder = RecordId::from_bytes([0; 16]);
        let mut draft = Draft::new(placeholder, Kind::Message, Platform::Whatsapp, time, self.file, position);
        let key = key_of(&read);
        let system = matches!(read.what, What::Notice { .. });
        let sender_key = if system { String::new() } else { name.as_deref().map(normal_title).unwrap_or_default() };
        draft.account.clone_from(&self.whole.account);
        draft.conversation = Some(Arc::clone(&self.whole.conversation));
        draft.system = system;
        Self::add_extra(&mut draft, entry, &read, &body, name.as_deref().filter(|_| system));
        draft.author = name.filter(|_| !system).map(|name| self.author(name));
        draft.deleted = matches!(read.what, What::Deleted { .. });
        draft.edited = read.edited;
        draft.attachments = read.attached.map(|attached| attachment(attached, &read.text)).into_iter().collect();
        draft.links = read.link.into_iter().map(|url| Link { url, title: None }).collect();
        draft.place = read.place;
        draft.text = read.text;
        let minute = entry.moment.map(|moment| moment.and_utc().timestamp().div_euclid(60));
        Pending { draft, minute, stamp: normal_title(entry.stamp), sender: sender_key, key }
    }

    fn author(&self, name: String) -> Author {
        let is_owner = self.whole.owner.as_ref() == Some(&name);
        let phone = phone_of(&name);
        Author { name, is_owner, handle: None, phone }
    }

    fn time(&self, entry: &Entry<'_>) -> Time {
        let Some(moment) = entry.moment else { return Time::none() };
        let precision = match (entry.header.stamp.clock, entry.header.signature.seconds) {
            (None, _) => Precision::Day,
            (Some(_), true) => Precision::S,
            (Some(_), false) => Precision::Min,
        };
        let local: NaiveDateTime = moment;
        match self.options.zone.filter(|_| precision != Precision::Day) {
            Some(zone) => Time::from_local_in(local, precision, entry.ambiguous, zone),
            None => Time::from_local(local, precision, entry.ambiguous),
        }
    }

    /// Facts that have no field of their own, and the original body where the record's text differs from it.
    fn add_extra(draft: &mut Draft, entry: &Entry<'_>, read: &Body, body: &str, pseudo: Option<&str>) {
        let mut add = |name: &str, value: Value| drop(draft.extra.insert(name.to_owned(), value));
        if read.text != body {
            add("body", Value::from(body));
        }
        if let Some(pseudo) = pseudo {
            add("sender", Value::from(pseudo));
        }
        if entry.moment.is_none() || entry.header.stamp.clock.is_none() || entry.header.stamp.is_computed() {
            add("stamp", Value::from(normal_title(entry.stamp)));
        }
        if entry.holds_headers {
            add("holds_headers", Value::from(true));
        }
        match read.what {
            What::Unavailable => add("unavailable", Value::from(true)),
            What::Cart { sent } => add("cart", Value::from(if sent { "sent" } else { "received" })),
            What::Call { video, missed } => {
                add("call", json!({ "kind": if video { "video" } else { "voice" }, "missed": missed }));
            }
            _ => {}
        }
        if let Some(poll) = &read.poll {
            let options: Vec<Value> =
                poll.options.iter().map(|(text, votes)| json!({ "text": text, "votes": votes })).collect();
            add("poll", json!({ "question": poll.question, "options": options }));
        }
        if let Some(document) = read.attached.as_ref().and_then(|attached| attached.document.as_deref()) {
            add("document", Value::from(document));
        }
    }
}

/// A line without a sender.
fn notice(body: &str) -> Body {
    let text = body.trim_start_matches(is_app_mark).to_owned();
    Body { what: What::Notice { encryption: false }, text, ..Body::default() }
}

fn attachment(attached: Attached, caption: &str) -> DraftAttachment {
    let target = match (attached.file, attached.omitted) {
        (Some(number), _) => Target::File(number),
        (None, true) => Target::Omitted,
        (None, false) => Target::Path(attached.name.clone()),
    };
    let caption = (!caption.is_empty()).then(|| caption.to_owned());
    DraftAttachment { kind: attached.kind, name: attached.name, target, caption, taken: None, place: None }
}

fn key_of(read: &Body) -> Key {
    let words = match read.what {
        What::Text => ("text", comparable(&read.text)),
        What::File => return Key::File(file_key(read)),
        What::Deleted { .. } => ("deleted", String::new()),
        What::Call { video, .. } => ("call", String::from(if video { "video" } else { "voice" })),
        What::Poll => ("poll", comparable(&read.text)),
        What::Place => ("place", place_key(read)),
        What::Cart { sent } => ("cart", String::from(if sent { "sent" } else { "received" })),
        What::Unavailable => ("unavailable", String::new()),
        What::Notice { .. } => ("notice", comparable(&read.text)),
    };
    Key::Words(words.0, words.1)
}

/// Android keeps six decimals fewer than iOS: a place is known to about ten metres.
fn place_key(read: &Body) -> String {
    match read.place.as_ref().and_then(|place| Some((place.latitude?, place.longitude?))) {
        Some((latitude, longitude)) => format!("{latitude:.4},{longitude:.4}"),
        None => read.link.clone().unwrap_or_default(),
    }
}

fn file_key(read: &Body) -> String {
    let Some(attached) = &read.attached else { return String::new() };
    if attached.name.is_empty() {
        format!("{}/{}", attached.kind.name(), comparable(&read.text))
    } else {
        comparable(without_counter(&attached.name))
    }
}

/// Words as they are compared: NFC, without line ends at the end of a file.
fn comparable(text: &str) -> String {
    let text = text.trim_end_matches('\n');
    if text.is_ascii() || is_nfc(text) { text.to_owned() } else { text.nfc().collect() }
}

/// Lines that end with `\n` alone.
fn plain_lines(body: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\r', body.as_bytes()).is_none() {
        return Cow::Borrowed(body);
    }
    let unwound = body.replace("\r\n", "\n");
    Cow::Owned(unwound.strip_suffix('\r').map(str::to_owned).unwrap_or(unwound))
}
