//! Reads conversations in parallel: one unit per thread, its files one after the other, so that only one file of each
//! is in memory.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use memchr::{memchr2, memmem};
use rayon::prelude::*;
use serde::de::IgnoredAny;

use super::draft::FileContext;
use super::owner::Owner;
use super::raw::{Element, RawThread, parse};
use super::unit::{ThreadUnit, thread_id};
use crate::bundle::Bundle;
use crate::model::{Conversation, ConversationKind, Fingerprint, Kind, Platform, Twins};
use crate::sources::meta::{Document, repair, repair_escapes};
use crate::sources::{Problem, ProblemKind, Sink, SkipReason, Stop, json_detail};

/// How the threads of a download are read.
#[derive(Clone, Debug)]
pub struct ThreadRules {
    /// Where its messages are published.
    pub platform: Platform,
    /// Whose download it is.
    pub owner: Owner,
    /// The text is right as it stands: the end-to-end encrypted download.
    pub sound_text: bool,
}

/// Reads every file of these units.
///
/// # Errors
/// [`Stop`] when the sink refuses.
pub fn read_threads(bundle: &Bundle, units: &[ThreadUnit], rules: &ThreadRules, sink: &dyn Sink) -> Result<(), Stop> {
    units.par_iter().with_max_len(1).try_for_each(|unit| UnitReader { bundle, unit, rules, sink }.read())
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
        let mut twins = Twins::new();
        let mut header = None;
        for file in &self.unit.files {
            self.read_file(*file, &mut header, &mut twins)?;
        }
        Ok(())
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
        if !broken && !thread.has_messages {
            self.sink.kept_raw(file, "unknown-shape");
            return Ok(());
        }
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
                if draft.time.utc.is_none() {
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
        let others = self.unit.files.iter().filter(|other| !self.unit.id.is_empty() && **other != file);
        let elsewhere = others.flat_map(|other| senders_of(self.bundle, *other));
        for name in members.iter().cloned().chain(senders).chain(elsewhere) {
            if !name.is_empty() && known.insert(name.clone()) {
                participants.push(name);
            }
        }
        let title = repair(&thread.title);
        let title = if self.rules.sound_text { uncounted(&title).to_owned() } else { title };
        let thread_id = self.thread_id(thread, &title, &members);
        let conversation = Conversation {
            id: conversation_id(self.rules.platform, &thread_id, self.unit.cutover),
            kind: conversation_kind(thread, &title, &members, participants.len()),
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

fn conversation_id(platform: Platform, thread_id: &str, cutover: bool) -> String {
    let fingerprint = Fingerprint::new(platform, Kind::Message).text("conversation").text(thread_id);
    let fingerprint = if cutover { fingerprint.text("e2ee-cutover") } else { fingerprint };
    fingerprint.finish(&mut Twins::new()).to_string()
}

/// `members` are those at the time of the download; `seen` counts everybody who ever wrote too.
fn conversation_kind(thread: &RawThread<'_>, title: &str, members: &[String], seen: usize) -> ConversationKind {
    let told = thread.kind.as_deref().filter(|kind| !kind.is_empty());
    let marked = thread.joinable || thread.image.is_some();
    if members.len() > 2 || told.is_some_and(|kind| kind.contains("Group")) {
        ConversationKind::Group
    } else if told.is_some() || members.iter().any(|name| name == title) {
        ConversationKind::Direct
    } else if marked || seen > 2 {
        ConversationKind::Group
    } else if members.len() == 2 {
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
