//! What each import adds to each conversation, and the sum over all imports.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::recount::Recount;
use super::tellings::{Sample, Witness, link};
use crate::model::{Conversation, ConversationKind, Platform, Time};
use crate::store::{Archive, ListKind, StoreError};

/// A conversation with counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConversationLine {
    /// Stable id.
    pub id: String,
    /// The group's name or the other person's.
    pub title: String,
    /// Direct or group.
    pub kind: ConversationKind,
    /// Where.
    pub platform: Platform,
    /// The owner's name in that download.
    pub account: Option<String>,
    /// Names of everybody seen in it.
    pub participants: Vec<String>,
    /// Number of messages.
    pub messages: u64,
    /// Time of the first message.
    pub first: Option<Time>,
    /// Time of the last message.
    pub last: Option<Time>,
    /// Ids of conversations that tell the same chat, known by what was written when. Nothing of them is merged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// By what other tellings of it are known; stored, never printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub(super) sample: Option<Sample>,
}

impl ConversationLine {
    /// Whether both can be the same chat by their kinds.
    pub(super) fn kind_fits(&self, other: &Self) -> bool {
        self.kind == other.kind || self.kind == ConversationKind::Unknown || other.kind == ConversationKind::Unknown
    }
}

/// Gathers the conversations of a running import.
#[derive(Default)]
pub(super) struct Conversations(Mutex<HashMap<String, Gathered, foldhash::fast::RandomState>>);

struct Gathered {
    line: ConversationLine,
    /// Order of `line.first` and `line.last`, so that a million messages parse each time once.
    span: Option<(i64, i64)>,
}

impl Conversations {
    /// Notes a conversation, and one new message of it when `added`.
    pub(super) fn note(
        &self,
        conversation: &Conversation,
        (platform, account): (Platform, Option<&str>),
        (time, witness): (&Time, Option<&Witness>),
        added: bool,
    ) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !lines.contains_key(&conversation.id) {
            let line = ConversationLine {
                id: conversation.id.clone(),
                title: conversation.title.clone(),
                kind: conversation.kind,
                platform,
                account: account.map(str::to_owned),
                participants: conversation.participants.clone(),
                messages: 0,
                first: None,
                last: None,
                also: Vec::new(),
                sample: None,
            };
            lines.insert(conversation.id.clone(), Gathered { line, span: None });
        }
        let Some(Gathered { line, span }) = lines.get_mut(&conversation.id) else { return };
        if let Some(witness) = witness {
            line.sample.get_or_insert_default().add(witness);
        }
        if !added {
            return;
        }
        line.messages += 1;
        let Some(at) = time.order_ms() else { return };
        let (first, last) = span.unwrap_or((i64::MAX, i64::MIN));
        if at < first {
            line.first = Some(time.clone());
        }
        if at > last {
            line.last = Some(time.clone());
        }
        *span = Some((first.min(at), last.max(at)));
    }

    /// JSON lines, ordered by id.
    pub(super) fn into_lines(self, lost: &Recount) -> serde_json::Result<Vec<u8>> {
        let lines: BTreeMap<_, _> = self.0.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().collect();
        let mut out = Vec::new();
        for mut gathered in lines.into_values() {
            gathered.line.messages = lost.news_in(&gathered.line.id, gathered.line.messages);
            serde_json::to_writer(&mut out, &gathered.line)?;
            out.push(b'\n');
        }
        Ok(out)
    }
}

/// Every conversation of the archive, the most recent first.
///
/// # Errors
/// Those of reading the lists.
pub fn read_conversations(archive: &Archive) -> Result<Vec<ConversationLine>, StoreError> {
    let mut all: HashMap<String, ConversationLine> = HashMap::new();
    let mut samples: HashMap<String, Sample> = HashMap::new();
    archive.read_lists(ListKind::Conversations, |line| {
        let Ok(mut line) = serde_json::from_slice::<ConversationLine>(line) else { return };
        if let Some(sample) = line.sample.take().filter(|sample| !sample.is_empty()) {
            samples.entry(line.id.clone()).or_default().merge(sample);
        }
        match all.get_mut(&line.id) {
            Some(known) => add(known, line),
            None => {
                all.insert(line.id.clone(), line);
            }
        }
    })?;
    let mut all: Vec<_> = all.into_values().collect();
    all.sort_by_cached_key(|line| {
        (std::cmp::Reverse(line.last.as_ref().and_then(Time::order_ms)), line.title.clone(), line.id.clone())
    });
    link(&mut all, &samples);
    Ok(all)
}

fn add(known: &mut ConversationLine, line: ConversationLine) {
    known.messages += line.messages;
    widen(known, line.first.as_ref(), line.last.as_ref());
    for name in line.participants {
        if !known.participants.contains(&name) {
            known.participants.push(name);
        }
    }
    // The newest download knows the present title.
    if !line.title.is_empty() {
        known.title = line.title;
    }
    known.account = known.account.take().or(line.account);
}

fn widen(line: &mut ConversationLine, first: Option<&Time>, last: Option<&Time>) {
    let order = |time: &Option<Time>| time.as_ref().and_then(Time::order_ms);
    if let Some((time, at)) = first.and_then(|time| Some((time, time.order_ms()?)))
        && order(&line.first).is_none_or(|known| at < known)
    {
        line.first = Some(time.clone());
    }
    if let Some((time, at)) = last.and_then(|time| Some((time, time.order_ms()?)))
        && order(&line.last).is_none_or(|known| at > known)
    {
        line.last = Some(time.clone());
    }
}
