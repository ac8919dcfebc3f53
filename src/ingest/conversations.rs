//! What each import adds to each conversation, and the sum over all imports.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::merge::fuller;
use super::recount::Recount;
use super::tellings::{Sample, Witness, link};
use crate::model::{Conversation, ConversationKind, Platform, Precision, Record, Time};
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
    /// Messages that another record tells now, less those that one told before; stored, never printed.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(skip)]
    pub(super) taken_back: i64,
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
    /// Nothing but its id.
    fn nothing(id: &str, platform: Platform) -> Self {
        Self {
            id: id.to_owned(),
            title: String::new(),
            kind: ConversationKind::Unknown,
            platform,
            account: None,
            participants: Vec::new(),
            messages: 0,
            taken_back: 0,
            first: None,
            last: None,
            also: Vec::new(),
            sample: None,
        }
    }

    /// Adds what one telling of it says.
    fn describe(&mut self, conversation: &Conversation, account: Option<&str>) {
        if self.title.is_empty() {
            self.title.clone_from(&conversation.title);
        }
        self.kind = self.kind.or(conversation.kind);
        self.account = fuller(self.account.take(), account.map(str::to_owned));
        self.add_participants(&conversation.participants);
    }

    fn add_participants(&mut self, names: &[String]) {
        for name in names {
            if !self.participants.contains(name) {
                self.participants.push(name.clone());
            }
        }
    }

    /// Whether both can be the same chat by their kinds.
    pub(super) fn kind_fits(&self, other: &Self) -> bool {
        self.kind == other.kind || self.kind == ConversationKind::Unknown || other.kind == ConversationKind::Unknown
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
const fn is_zero(count: &i64) -> bool {
    *count == 0
}

/// The coarsest unit of messages' times: a minute.
const UNIT_MAX_MS: i64 = 60_000;

/// Gathers the conversations of a running import.
#[derive(Default)]
pub(super) struct Conversations(Mutex<HashMap<String, Gathered, foldhash::fast::RandomState>>);

struct Gathered {
    line: ConversationLine,
    /// Those who told it in this import.
    tellings: Vec<Arc<Conversation>>,
    /// Order of `line.first` and `line.last`, so that a million messages parse each time once.
    span: Option<(i64, i64)>,
}

impl Gathered {
    fn new(id: &str, platform: Platform) -> Self {
        Self { line: ConversationLine::nothing(id, platform), tellings: Vec::new(), span: None }
    }

    fn widen(&mut self, time: &Time) {
        let Some(at) = time.order_ms() else { return };
        let (first, last) = self.span.unwrap_or((i64::MAX - UNIT_MAX_MS, i64::MIN));
        // A time without seconds may be that of a message within its minute.
        if at < first + UNIT_MAX_MS || at >= last {
            widen(&mut self.line, Some(time), Some(time));
        }
        self.span = Some((first.min(at), last.max(at)));
    }
}

impl Conversations {
    /// Notes a conversation, and one new message of it when `added`.
    pub(super) fn note(
        &self,
        conversation: &Arc<Conversation>,
        (platform, account): (Platform, Option<&str>),
        (time, witness): (&Time, Option<&Witness>),
        added: bool,
    ) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !lines.contains_key(&conversation.id) {
            lines.insert(conversation.id.clone(), Gathered::new(&conversation.id, platform));
        }
        let Some(gathered) = lines.get_mut(&conversation.id) else { return };
        if !gathered.tellings.iter().any(|known| Arc::ptr_eq(known, conversation)) {
            gathered.tellings.push(Arc::clone(conversation));
            gathered.line.describe(conversation, account);
        }
        if let Some(witness) = witness {
            gathered.line.sample.get_or_insert_default().add(witness);
        }
        gathered.line.messages += u64::from(added);
        // A message told again may be told more exactly.
        gathered.widen(time);
    }

    /// Counts so many messages less: another record tells them.
    pub(super) fn take_back(&self, record: &Record, by: i64) {
        let Some(conversation) = &record.conversation else { return };
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let gathered = || Gathered::new(&conversation.id, record.platform);
        let gathered = lines.entry(conversation.id.clone()).or_insert_with(gathered);
        gathered.line.taken_back += by;
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

/// Every conversation by its id, summed over all imports, and what is known of what was written in each.
pub(super) type Gathering = (HashMap<String, ConversationLine>, HashMap<String, Sample>);

/// Reads the conversation lists.
///
/// # Errors
/// Those of reading the lists.
pub(super) fn gathered(archive: &Archive) -> Result<Gathering, StoreError> {
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
    Ok((all, samples))
}

/// Every conversation of the archive, the most recent first.
///
/// # Errors
/// Those of reading the lists.
pub fn read_conversations(archive: &Archive) -> Result<Vec<ConversationLine>, StoreError> {
    let (all, samples) = gathered(archive)?;
    let mut all: Vec<_> = all.into_values().collect();
    // What another conversation tells whole is none.
    all.retain(|line| line.taken_back <= 0 || i64::try_from(line.messages).is_ok_and(|told| told > line.taken_back));
    for line in &mut all {
        line.messages = line.messages.saturating_add_signed(-std::mem::take(&mut line.taken_back));
    }
    all.sort_by_cached_key(|line| {
        (std::cmp::Reverse(line.last.as_ref().and_then(Time::order_ms)), line.title.clone(), line.id.clone())
    });
    link(&mut all, &samples);
    Ok(all)
}

fn add(known: &mut ConversationLine, line: ConversationLine) {
    known.messages += line.messages;
    known.taken_back += line.taken_back;
    known.kind = known.kind.or(line.kind);
    widen(known, line.first.as_ref(), line.last.as_ref());
    known.add_participants(&line.participants);
    // The newest download knows the present title.
    if !line.title.is_empty() {
        known.title = line.title;
    }
    known.account = fuller(known.account.take(), line.account);
}

fn widen(line: &mut ConversationLine, first: Option<&Time>, last: Option<&Time>) {
    if let Some(time) = first.filter(|time| time.order_ms().is_some())
        && line.first.as_ref().is_none_or(|known| is_earlier(time, known))
    {
        line.first = Some(time.clone());
    }
    if let Some(time) = last.filter(|time| time.order_ms().is_some())
        && line.last.as_ref().is_none_or(|known| is_later(time, known))
    {
        line.last = Some(time.clone());
    }
}

fn unit_ms(time: &Time) -> i64 {
    match time.precision {
        Precision::Ms => 1,
        Precision::S => 1000,
        _ => UNIT_MAX_MS,
    }
}

fn is_later(time: &Time, known: &Time) -> bool {
    let key = |time: &Time| (time.order_ms(), -unit_ms(time));
    key(time) > key(known)
}

/// Whether a conversation begins at this time rather than at the other. Of one within the unit of the other the exact one
/// is meant: a page tells the minute of a message of which JSON tells the millisecond.
fn is_earlier(time: &Time, known: &Time) -> bool {
    let (Some(at), Some(other)) = (time.order_ms(), known.order_ms()) else { return false };
    let (fine, coarse) = (unit_ms(time), unit_ms(known));
    match fine.cmp(&coarse) {
        Ordering::Less if at.div_euclid(coarse) == other.div_euclid(coarse) => true,
        Ordering::Greater if at.div_euclid(fine) == other.div_euclid(fine) => false,
        _ => at < other,
    }
}
