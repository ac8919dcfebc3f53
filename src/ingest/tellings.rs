//! Which conversations tell the same chat: a text export and a database give one chat two ids, because nothing that both
//! carry is certain enough to be one. A sample of what was written, kept with each conversation, shows it all the same.
//!
//! A link merges nothing; why, and the whole rule: docs/decisions/0011-one-message-many-tellings.md.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use super::conversations::ConversationLine;
use crate::model::{Kind, Platform, Record, Time};

/// Messages of a sample, at most: those with the smallest hashes, so that samples of two tellings hold the same ones.
const SAMPLE_MAX: usize = 128;

/// Bytes of letters and digits that a message has at least: "ok" is said in every chat.
const WORDS_MIN_BYTES: usize = 12;

/// Messages that two samples share at least.
const SHARED_MIN: usize = 5;

/// Of them, at least so many that the owner did not write: the owner may send the same words to many people at once.
const SHARED_OF_OTHERS_MIN: usize = 3;

/// Clocks of all zones differ by whole quarters of an hour, and by no more than this from any other.
const ZONES_MIN: i64 = 26 * 60;
const QUARTER_MIN: i64 = 15;

/// A message told in more conversations than this says nothing of any.
const HOLDERS_MAX: usize = 16;

/// Summer time.
const SUMMER_MIN: i64 = 60;

/// What is kept of the messages of a conversation in one import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sample {
    /// Whether a database tells it: its address then keeps it apart from every other conversation of a database.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    database: bool,
    /// By a hash of words and minute within the quarter of an hour, which is the same on clocks of all zones: the minute
    /// since 1970 on the telling's clock, and whether the owner wrote it.
    messages: BTreeMap<u32, (i64, bool)>,
}

/// A message as samples hold it.
pub(super) struct Witness {
    hash: u32,
    minute: i64,
    own: bool,
    database: bool,
}

impl Witness {
    /// Nothing for messages that many chats have alike, and for platforms whose downloads name their conversations.
    pub(super) fn of(record: &Record) -> Option<Self> {
        if record.platform != Platform::Whatsapp || record.kind != Kind::Message || record.system || record.deleted {
            return None;
        }
        let words: String = record.text.nfc().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let minute = record.time.order_ms()?.div_euclid(60_000);
        if words.len() < WORDS_MIN_BYTES {
            return None;
        }
        let mut hasher = blake3::Hasher::new_derive_key("malle 2026 sample of a conversation v1");
        hasher.update(&minute.rem_euclid(QUARTER_MIN).to_le_bytes()).update(words.as_bytes());
        let hash = hasher.finalize().as_bytes().first_chunk().map(|head| u32::from_le_bytes(*head))?;
        let own = record.author.as_ref().is_some_and(|author| author.is_owner);
        Some(Self { hash, minute, own, database: record.extra.contains_key("key") })
    }
}

impl Sample {
    pub(super) fn add(&mut self, witness: &Witness) {
        self.database |= witness.database;
        self.insert(witness.hash, (witness.minute, witness.own));
    }

    /// Another import of the same conversation.
    pub(super) fn merge(&mut self, other: Self) {
        self.database |= other.database;
        other.messages.into_iter().for_each(|(hash, message)| self.insert(hash, message));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    fn insert(&mut self, hash: u32, (minute, own): (i64, bool)) {
        let known = self.messages.entry(hash).or_insert((minute, own));
        // Whoever tells it first: the sample does not depend on the order.
        *known = (known.0.min(minute), known.1 || own);
        if self.messages.len() > SAMPLE_MAX {
            self.messages.pop_last();
        }
    }

    /// Hashes above it may be missing from the sample.
    fn bound(&self) -> u32 {
        let last = self.messages.last_key_value().filter(|_| self.messages.len() == SAMPLE_MAX);
        last.map_or(u32::MAX, |(hash, _)| *hash)
    }
}

/// Minutes of the first and last message.
fn span(line: &ConversationLine) -> Option<(i64, i64)> {
    let minute = |time: &Option<Time>| Some(time.as_ref()?.order_ms()?.div_euclid(60_000));
    Some((minute(&line.first)?, minute(&line.last)?))
}

/// Whether two conversations tell the same messages wherever both tell any.
fn same(a: (&ConversationLine, &Sample), b: (&ConversationLine, &Sample)) -> bool {
    let bound = a.1.bound().min(b.1.bound());
    let shared = a.1.messages.range(..=bound).filter_map(|(hash, (minute, own))| {
        let (other, other_own) = b.1.messages.get(hash)?;
        let apart = other - minute;
        (apart % QUARTER_MIN == 0 && apart.abs() <= ZONES_MIN).then_some((apart, *own || *other_own))
    });
    let mut shared: Vec<(i64, bool)> = shared.collect();
    shared.sort_unstable();
    let Some((zone, _)) = shared.get(shared.len() / 2).copied() else { return false };
    shared.retain(|(apart, _)| (apart - zone).abs() <= SUMMER_MIN);
    let of_others = shared.iter().filter(|(_, own)| !own).count();
    // Of the messages from the time that both tell, four in five stand in both.
    let covers = |sample: &Sample, other: &ConversationLine, zone: i64| {
        let Some((first, last)) = span(other) else { return false };
        let told = sample.messages.range(..=bound).filter(|(_, (minute, _))| (first..=last).contains(&(minute + zone)));
        shared.len() * 5 >= told.count() * 4
    };
    shared.len() >= SHARED_MIN && of_others >= SHARED_OF_OTHERS_MIN && covers(a.1, b.0, zone) && covers(b.1, a.0, -zone)
}

/// Notes with each conversation which others tell the same chat.
pub(super) fn link(lines: &mut [ConversationLine], samples: &HashMap<String, Sample>) {
    let sampled: Vec<(usize, &Sample)> =
        lines.iter().enumerate().filter_map(|(at, line)| Some((at, samples.get(&line.id)?))).collect();
    let mut holders: HashMap<u32, Vec<usize>> = HashMap::new();
    for (number, (_, sample)) in sampled.iter().enumerate() {
        sample.messages.keys().for_each(|hash| holders.entry(*hash).or_default().push(number));
    }
    let mut shared: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for numbers in holders.values().filter(|numbers| numbers.len() <= HOLDERS_MAX) {
        for (at, first) in numbers.iter().enumerate() {
            numbers.iter().skip(at + 1).for_each(|second| *shared.entry((*first, *second)).or_default() += 1);
        }
    }
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for ((a, b), _) in shared.into_iter().filter(|(_, count)| *count >= SHARED_MIN) {
        let (Some((a, left)), Some((b, right))) = (sampled.get(a), sampled.get(b)) else { continue };
        let (Some(first), Some(second)) = (lines.get(*a), lines.get(*b)) else { continue };
        // Two addresses are two chats, whatever was written in them.
        let known_apart = left.database && right.database;
        if !known_apart && first.kind_fits(second) && same((first, left), (second, right)) {
            pairs.push((*a, *b));
        }
    }
    let databases: HashSet<usize> = sampled.iter().filter(|(_, sample)| sample.database).map(|(at, _)| *at).collect();
    let title = |at: usize| lines.get(at).map(|line| line.title.as_str());
    // Announcements go to several groups at once: of several databases' chats that fit, the one of that title is meant.
    let doubtful = |text: usize, database: usize| {
        let partner = |pair: &&(usize, usize)| match **pair {
            (a, b) if a == text => databases.contains(&b),
            (a, b) if b == text => databases.contains(&a),
            _ => false,
        };
        databases.contains(&database) && pairs.iter().filter(partner).count() > 1 && title(text) != title(database)
    };
    let sure: Vec<(usize, usize)> =
        pairs.iter().copied().filter(|(a, b)| !doubtful(*a, *b) && !doubtful(*b, *a)).collect();
    for (a, b) in sure {
        let ids = (lines.get(a).map(|line| line.id.clone()), lines.get(b).map(|line| line.id.clone()));
        if let (Some(line), (_, Some(other))) = (lines.get_mut(a), &ids) {
            line.also.push(other.clone());
        }
        if let (Some(line), (Some(other), _)) = (lines.get_mut(b), &ids) {
            line.also.push(other.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ConversationKind;

    /// A conversation of messages: words, minute, and whether the owner wrote them.
    fn told(id: &str, database: bool, messages: &[(&str, i64, bool)]) -> (ConversationLine, Sample) {
        let mut sample = Sample { database, ..Sample::default() };
        for (words, minute, own) in messages {
            let mut hasher = blake3::Hasher::new();
            hasher.update(&minute.rem_euclid(QUARTER_MIN).to_le_bytes()).update(words.as_bytes());
            let hash = u32::from_le_bytes(*hasher.finalize().as_bytes().first_chunk().unwrap());
            sample.insert(hash, (*minute, *own));
        }
        let time = |minute: Option<i64>| minute.map(|minute| Time::from_seconds(minute * 60));
        let line = ConversationLine {
            id: id.to_owned(),
            title: id.to_owned(),
            kind: ConversationKind::Unknown,
            platform: Platform::Whatsapp,
            account: None,
            participants: Vec::new(),
            messages: 0,
            taken_back: 0,
            first: time(messages.iter().map(|message| message.1).min()),
            last: time(messages.iter().map(|message| message.1).max()),
            also: Vec::new(),
            sample: None,
        };
        (line, sample)
    }

    fn check(told: Vec<(ConversationLine, Sample)>, expected: &[&[&str]]) {
        let samples = told.iter().map(|(line, sample)| (line.id.clone(), sample.clone())).collect();
        let mut lines: Vec<ConversationLine> = told.into_iter().map(|(line, _)| line).collect();
        link(&mut lines, &samples);
        let also: Vec<Vec<&str>> = lines.iter().map(|line| line.also.iter().map(String::as_str).collect()).collect();
        assert_eq!(also, expected);
    }

    /// So many messages, an hour and a minute apart, on a clock ahead by `zone`; every other one is the owner's.
    fn chat(count: i64, zone: i64) -> Vec<(String, i64, bool)> {
        (0..count).map(|n| (format!("message number {n}"), 28_000_000 + n * 61 + zone, n % 2 == 0)).collect()
    }

    fn borrowed(messages: &[(String, i64, bool)]) -> Vec<(&str, i64, bool)> {
        messages.iter().map(|(words, minute, own)| (words.as_str(), *minute, *own)).collect()
    }

    #[test]
    fn tellings_of_one_chat_in_any_zone_are_linked() {
        for zone in [0, 60, 345, -570] {
            let (text, database) = (chat(3000, zone), chat(4000, 0));
            let text = told("text", false, &borrowed(&text));
            check(vec![text, told("database", true, &borrowed(&database))], &[&["database"], &["text"]]);
        }
    }

    #[test]
    fn summer_time_does_not_part_them() {
        let (mut text, database) = (chat(400, 60), chat(400, 0));
        text.iter_mut().skip(200).for_each(|message| message.1 += 60);
        let text = told("text", false, &borrowed(&text));
        check(vec![text, told("database", true, &borrowed(&database))], &[&["database"], &["text"]]);
    }

    #[test]
    fn other_minutes_few_words_and_gaps_link_nothing() {
        let database = chat(400, 0);
        let all = borrowed(&database);
        let later: Vec<_> = all.iter().map(|(words, minute, own)| (*words, minute + 7, *own)).collect();
        let some: Vec<_> = all.iter().copied().step_by(2).collect();
        let few: Vec<_> = all.iter().copied().take(SHARED_MIN - 1).collect();
        let own: Vec<_> = all.iter().copied().filter(|message| message.2).collect();
        for text in [later, some, few, own] {
            check(vec![told("text", false, &text), told("database", true, &all)], &[&[], &[]]);
        }
    }

    #[test]
    fn addresses_and_titles_keep_apart_what_was_announced_to_several() {
        let same = chat(50, 0);
        let same = borrowed(&same);
        let database = |id| told(id, true, &same);
        check(vec![database("a"), database("b")], &[&[], &[]]);
        check(vec![database("a"), database("b"), told("c", false, &same)], &[&[], &[], &[]]);
        let mut named = told("text", false, &same);
        named.0.title = "b".to_owned();
        check(vec![database("a"), database("b"), named], &[&[], &["text"], &["b"]]);
    }
}
