//! Reads conversations in parallel: one unit per thread, its files one after the other, so that only one file of each
//! is in memory.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use memchr::{memchr2, memmem};
use rayon::prelude::*;
use serde::de::IgnoredAny;

use super::archive::walk_archive;
use super::draft::FileContext;
use super::joins::{Joins, is_nobody};
use super::owner::Owner;
use super::page::{PageEnd, parse_page, senders_on};
use super::raw::{Element, RawThread, is_element, parse};
use super::unit::{ThreadUnit, thread_id};
use crate::bundle::Bundle;
use crate::model::{Conversation, ConversationKind, Fingerprint, Kind, Platform, Twins};
use crate::sources::bytes_of;
use crate::sources::meta::html::{Calendar, Zones};
use crate::sources::meta::{Document, repair, repair_escapes};
use crate::sources::{DateOrder, Problem, ProblemKind, Sink, SkipReason, Stop, json_detail};

/// How the threads of a download are read.
#[derive(Clone, Debug)]
pub struct ThreadRules {
    /// Where its messages are published.
    pub platform: Platform,
    /// Whose download it is.
    pub owner: Owner,
    /// The text is right as it stands: the end-to-end encrypted download.
    pub sound_text: bool,
    /// Where the zone of times on HTML pages is named.
    pub zones: Zones,
    /// Order of day and month where a page does not tell.
    pub date_order: DateOrder,
    /// Conversations that the encrypted download and what was set aside at its beginning go on from.
    pub joins: Joins,
}

/// Reads every file of these units.
///
/// # Errors
/// [`Stop`] when the sink refuses.
pub fn read_threads(bundle: &Bundle, units: &[ThreadUnit], rules: &ThreadRules, sink: &dyn Sink) -> Result<(), Stop> {
    units.par_iter().with_max_len(1).try_for_each(|unit| UnitReader { bundle, unit, rules, sink }.read())
}

/// Reads a page of 2010 to 2017, which holds conversations by the names of their members.
///
/// # Errors
/// [`Stop`] when the sink refuses.
pub fn read_archive(bundle: &Bundle, file: usize, rules: &ThreadRules, sink: &dyn Sink) -> Result<(), Stop> {
    let problem = |kind, detail| sink.problem(Problem { file, position: None, kind, detail });
    let bytes = match bytes_of(bundle, file) {
        Ok(bytes) => bytes,
        Err((kind, detail)) => {
            problem(kind, detail);
            sink.parsed(file, 0);
            return Ok(());
        }
    };
    if std::str::from_utf8(&bytes).is_err() {
        problem(ProblemKind::NotUtf8, String::new());
    }
    let calendar = Calendar::new(&bytes, rules.zones, rules.date_order);
    let mut teller = ThreadTeller::new(bundle, file, rules, sink);
    let walked = walk_archive(&bytes, &calendar, &mut |owner, thread| {
        teller.owned_by(owner);
        let Some(thread) = thread else {
            teller.unknown();
            return Ok(());
        };
        teller.tell(thread)
    })?;
    match walked {
        None => {
            sink.kept_raw(file, "unknown-shape");
            // What was told before the page turned out to be none counts all the same.
            if teller.position > 0 {
                teller.finish();
            }
            return Ok(());
        }
        Some(true) => problem(ProblemKind::TruncatedHtml, String::new()),
        Some(false) => {}
    }
    teller.finish();
    Ok(())
}

/// Hands over a file that holds many conversations, each known by its members.
pub struct ThreadTeller<'t> {
    bundle: &'t Bundle,
    unit: ThreadUnit,
    rules: ThreadRules,
    sink: &'t dyn Sink,
    file: usize,
    twins: Twins,
    position: u64,
}

impl<'t> ThreadTeller<'t> {
    /// Begins a file.
    #[must_use]
    pub fn new(bundle: &'t Bundle, file: usize, rules: &ThreadRules, sink: &'t dyn Sink) -> Self {
        let files = vec![file];
        let unit = ThreadUnit { id: String::new(), cutover: false, files, pages: Vec::new(), size_bytes: 0 };
        Self { bundle, unit, rules: rules.clone(), sink, file, twins: Twins::new(), position: 0 }
    }

    /// The file says whose it is; what is known already counts more.
    pub fn owned_by(&mut self, owner: &str) {
        if !self.rules.owner.names.is_empty() || owner.is_empty() {
            return;
        }
        let names = std::iter::once(owner.to_owned()).collect();
        self.rules.owner = Owner { account: Some(Arc::from(owner)), names };
        if let Some(owner) = self.rules.owner.told() {
            self.sink.owner(owner);
        }
    }

    /// One conversation.
    ///
    /// # Errors
    /// [`Stop`] when the sink refuses.
    pub fn tell(&mut self, mut thread: RawThread<'_>) -> Result<(), Stop> {
        let reader = UnitReader { bundle: self.bundle, unit: &self.unit, rules: &self.rules, sink: self.sink };
        let json = Document::new(b"");
        let Header { thread_id, conversation } = reader.header(&thread, &json, self.file);
        let context = FileContext {
            platform: self.rules.platform,
            owner: &self.rules.owner,
            conversation: &conversation,
            thread_id: &thread_id,
            file: self.file,
            json: &json,
        };
        for element in std::mem::take(&mut thread.messages) {
            reader.hand_over(element, self.position, &context, &mut self.twins)?;
            self.position += 1;
        }
        Ok(())
    }

    /// Something of unknown shape in place of a conversation.
    pub fn unknown(&mut self) {
        let kind = ProblemKind::UnknownShape;
        self.sink.problem(Problem { file: self.file, position: Some(self.position), kind, detail: String::new() });
        self.position += 1;
    }

    /// Ends the file.
    pub fn finish(self) {
        self.sink.parsed(self.file, self.position);
    }
}

struct UnitReader<'u> {
    bundle: &'u Bundle,
    unit: &'u ThreadUnit,
    rules: &'u ThreadRules,
    sink: &'u dyn Sink,
}

/// What the first file of a unit tells about all of them.
struct Header {
    thread_id: String,
    conversation: Arc<Conversation>,
}

impl UnitReader<'_> {
    fn read(&self) -> Result<(), Stop> {
        let (mut twins, mut header) = (Twins::new(), None);
        for file in &self.unit.files {
            self.read_file(*file, &mut header, &mut twins)?;
        }
        // Pages tell the same messages once more, as if they had come alone.
        let (mut twins, mut header) = (Twins::new(), None);
        for file in &self.unit.pages {
            self.read_page(*file, &mut header, &mut twins)?;
        }
        Ok(())
    }

    /// Reads an HTML page.
    fn read_page(&self, file: usize, header: &mut Option<Header>, twins: &mut Twins) -> Result<(), Stop> {
        let problem = |kind, detail| self.sink.problem(Problem { file, position: None, kind, detail });
        let bytes = match bytes_of(self.bundle, file) {
            Ok(bytes) => bytes,
            Err((kind, detail)) => {
                problem(kind, detail);
                self.sink.parsed(file, 0);
                return Ok(());
            }
        };
        if std::str::from_utf8(&bytes).is_err() {
            problem(ProblemKind::NotUtf8, String::new());
        }
        let calendar = Calendar::new(&bytes, self.rules.zones, self.rules.date_order);
        let mut thread = RawThread::default();
        match parse_page(&bytes, &calendar, &mut thread) {
            PageEnd::Unknown => {
                self.sink.kept_raw(file, "unknown-shape");
                return Ok(());
            }
            PageEnd::Translated => {
                self.sink.kept_raw(file, "html-translated");
                return Ok(());
            }
            PageEnd::Truncated => problem(ProblemKind::TruncatedHtml, String::new()),
            PageEnd::Whole => {}
        }
        self.hand_over_all(file, thread, &Document::new(b""), header, twins)
    }

    fn read_file(&self, file: usize, header: &mut Option<Header>, twins: &mut Twins) -> Result<(), Stop> {
        if let Some(json) = self.open(file) {
            return self.read_document(file, &json, header, twins);
        }
        self.sink.parsed(file, 0);
        Ok(())
    }

    fn read_document(
        &self,
        file: usize,
        json: &Document,
        header: &mut Option<Header>,
        twins: &mut Twins,
    ) -> Result<(), Stop> {
        let mut thread = RawThread::default();
        let ended = parse(json.text(), &mut thread);
        if ended.as_ref().is_err_and(serde_json::Error::is_syntax)
            && let Some(mended) = json.mended()
        {
            // At most once: a mended text has nothing left to mend.
            return self.read_document(file, &mended, header, twins);
        }
        // A first byte of another type says nothing of what follows: the whole file must be JSON to have a shape.
        let ended = match ended {
            Err(error) if error.is_data() => serde_json::from_str::<IgnoredAny>(json.text()).map(drop),
            ended => ended,
        };
        let broken = ended.is_err_and(|error| self.report(&error, file));
        if broken && let Some(salvaged) = json.salvaged(&is_element) {
            let mut more = RawThread::default();
            // Mended JSON that still has another shape tells nothing.
            let read = parse(salvaged.text(), &mut more);
            if read.is_ok() && more.messages.len() > thread.messages.len() {
                return self.hand_over_all(file, more, &salvaged, header, twins);
            }
        }
        if !broken && !thread.has_messages {
            self.sink.kept_raw(file, "unknown-shape");
            return Ok(());
        }
        self.hand_over_all(file, thread, json, header, twins)
    }

    fn hand_over_all(
        &self,
        file: usize,
        mut thread: RawThread<'_>,
        json: &Document,
        header: &mut Option<Header>,
        twins: &mut Twins,
    ) -> Result<(), Stop> {
        let first = header.is_none();
        // Loose files, which lie in no thread folder, may be of different threads: each has its own header.
        if first || self.unit.id.is_empty() {
            *header = Some(self.header(&thread, json, file));
        }
        let Some(Header { thread_id, conversation }) = header.as_ref() else { return Ok(()) };
        let platform = self.rules.platform;
        let context = FileContext { platform, owner: &self.rules.owner, conversation, thread_id, file, json };
        let mut elements = u64::try_from(thread.messages.len()).unwrap_or(u64::MAX);
        let picture = thread.image.take().filter(|_| first || self.unit.id.is_empty());
        for (position, element) in (0..).zip(thread.messages) {
            self.hand_over(element, position, &context, twins)?;
        }
        if let Some(draft) = picture.and_then(|image| context.picture(&image, elements, twins)) {
            elements += 1;
            self.sink.record(draft)?;
        }
        self.sink.parsed(file, elements);
        Ok(())
    }

    fn hand_over(
        &self,
        element: Element<'_>,
        position: u64,
        context: &FileContext<'_>,
        twins: &mut Twins,
    ) -> Result<(), Stop> {
        let file = context.file;
        let problem = |kind| self.sink.problem(Problem { file, position: Some(position), kind, detail: String::new() });
        match element {
            Element::Message(raw) => {
                let draft = context.message(raw, position, twins);
                if draft.time.order_ms().is_none() {
                    problem(ProblemKind::BadTime);
                }
                self.sink.record(draft)?;
            }
            Element::Empty => self.sink.skip(file, SkipReason::Empty, 1),
            Element::Unknown => problem(ProblemKind::UnknownShape),
        }
        Ok(())
    }

    fn open(&self, file: usize) -> Option<Document> {
        let read = if self.rules.sound_text { Document::read_sound } else { Document::read };
        let problem = |kind, detail| self.sink.problem(Problem { file, position: None, kind, detail });
        match read(self.bundle, file) {
            Ok(json) => {
                if json.not_utf8 {
                    problem(ProblemKind::NotUtf8, String::new());
                }
                Some(json)
            }
            Err((kind, detail)) => {
                problem(kind, detail);
                None
            }
        }
    }

    /// Reports JSON that is broken or ends early.
    fn report(&self, error: &serde_json::Error, file: usize) -> bool {
        let kind = if error.is_eof() { ProblemKind::TruncatedJson } else { ProblemKind::BadJson };
        self.sink.problem(Problem { file, position: None, kind, detail: json_detail(error) });
        true
    }

    fn header(&self, thread: &RawThread<'_>, json: &Document, file: usize) -> Header {
        let repair = |name: &str| json.repaired(Cow::Borrowed(name));
        let members: Vec<String> = thread.participants.iter().map(|name| repair(name)).collect();
        let mut participants: Vec<String> = Vec::new();
        let mut known: HashSet<String> = HashSet::new();
        let senders = thread.messages.iter().filter_map(|element| match element {
            Element::Message(message) => message.sender.as_deref().map(repair),
            _ => None,
        });
        let is_page = self.unit.pages.contains(&file);
        let others = self.unit.files.iter().filter(|other| !self.unit.id.is_empty() && **other != file && !is_page);
        let pages = self.unit.pages.iter().filter(|other| **other != file && is_page);
        let on_pages = pages.filter_map(|page| bytes_of(self.bundle, *page).ok()).flat_map(|bytes| senders_on(&bytes));
        let elsewhere = others.flat_map(|other| senders_of(self.bundle, *other)).chain(on_pages);
        for name in members.iter().cloned().chain(senders).chain(elsewhere) {
            if !name.is_empty() && known.insert(name.clone()) {
                participants.push(name);
            }
        }
        let counted = repair(&thread.title);
        let title = if self.rules.sound_text { uncounted(&counted).to_owned() } else { counted.clone() };
        // Of people who left only the counter tells one from the other.
        let named = if members.iter().any(|name| is_nobody(name)) { &counted } else { &title };
        let thread_id = self.thread_id(thread, named, &members);
        let known = if members.is_empty() { &participants } else { &members };
        let apart = self.unit.cutover || self.rules.sound_text;
        let joined = apart.then(|| self.rules.joins.conversation_of(known)).flatten();
        let conversation = Conversation {
            id: conversation_id(self.rules.platform, joined.unwrap_or(&thread_id)),
            kind: conversation_kind(thread, &title, &members, &participants),
            title,
            participants,
        };
        Header { thread_id, conversation: Arc::new(conversation) }
    }

    fn thread_id(&self, thread: &RawThread<'_>, title: &str, members: &[String]) -> String {
        if !self.unit.id.is_empty() {
            return self.unit.id.clone();
        }
        let folder = thread.path.rsplit('/').next().unwrap_or_default();
        if !folder.is_empty() {
            return thread_id(folder).to_owned();
        }
        let mut members: Vec<&str> = members.iter().map(String::as_str).collect();
        members.sort_unstable();
        format!("{title}\n{}", members.join("\n"))
    }
}

/// The encrypted download numbers its conversations (`Name_12`); the number is no part of the name.
fn uncounted(title: &str) -> &str {
    match title.rsplit_once('_') {
        Some((name, number)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => title,
    }
}

fn conversation_id(platform: Platform, thread_id: &str) -> String {
    let fingerprint = Fingerprint::new(platform, Kind::Message).text("conversation").text(thread_id);
    fingerprint.finish(&mut Twins::new()).to_string()
}

/// `members` are those at the time of the download; `seen` is everybody who ever wrote too.
fn conversation_kind(thread: &RawThread<'_>, title: &str, members: &[String], seen: &[String]) -> ConversationKind {
    let told = thread.kind.as_deref().filter(|kind| !kind.is_empty());
    let marked = thread.joinable || thread.image.is_some();
    if members.len() > 2 || told.is_some_and(|kind| kind.contains("Group")) {
        ConversationKind::Group
    } else if told.is_some() || members.iter().any(|name| name == title) {
        ConversationKind::Direct
    } else if marked || seen.len() > 2 {
        ConversationKind::Group
    } else if members.len() == 2 || seen.iter().any(|name| name == title) {
        // Pages name no members of a conversation of two; it is titled with the other's name.
        ConversationKind::Direct
    } else {
        ConversationKind::Unknown
    }
}

/// Everybody who wrote in a file, without parsing it: a conversation's members must be known before its first message
/// is handed over.
fn senders_of(bundle: &Bundle, file: usize) -> Vec<String> {
    const KEY: &[u8] = b"\"sender_name\":";
    let Ok(bytes) = bundle.read(file) else { return Vec::new() };
    let resaved = !bytes.is_ascii();
    let mut seen: HashSet<&[u8]> = HashSet::new();
    let mut names = Vec::new();
    for at in memmem::find_iter(&bytes, KEY) {
        let rest = bytes.get(at + KEY.len()..).unwrap_or_default().trim_ascii_start();
        let Some(text) = json_text(rest).filter(|text| seen.insert(text)) else { continue };
        let repaired = repair_escapes(text);
        if let Ok(name) = serde_json::from_slice::<String>(&repaired) {
            names.push(if resaved { repair(&name).into_owned() } else { name });
        }
    }
    names
}

/// The JSON text at the start of `json`, quotes included.
fn json_text(json: &[u8]) -> Option<&[u8]> {
    json.strip_prefix(b"\"")?;
    let mut at = 1;
    loop {
        at += memchr2(b'"', b'\\', json.get(at..)?)?;
        if json.get(at) == Some(&b'"') {
            return json.get(..=at);
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_json_text_ends_at_its_own_quote() {
        assert_eq!(json_text(br#""a\"b\\", "c""#), Some(br#""a\"b\\""#.as_slice()));
        assert_eq!(json_text(br#""open\"#), None);
        assert_eq!(json_text(b"null"), None);
    }

    #[test]
    fn numbers_of_encrypted_conversations_are_no_names() {
        assert_eq!(uncounted("Zoé Échantillon_12"), "Zoé Échantillon");
        assert_eq!(uncounted("under_score"), "under_score");
    }
}
