//! One element told by an HTML page and by JSON, in one import or in many: the page's record is folded into the other, and
//! unfolded should it turn out to be another element after all.
//!
//! Ids of the two differ, because a page prints no milliseconds and often no seconds, and has no zone of its own. So both
//! get a record, and when everything is read, [`settle`] compares those of one minute and one subject. Whatever it does, it
//! could do again from what the archive holds: the outcome does not depend on what came first.

mod rule;
mod telegram;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasher as _, Hasher as _};
use std::ops::Range;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use super::engine::IngestError;
use super::merge::add_origins;
use super::sink::{Run, guard};
use crate::model::{Kind, Platform, Reaction, Record, RecordId};
use crate::store::{Location, RecordReader, StoreError, Writer, line_id, line_is_folded, line_retracts};

use rule::Rank;
pub(super) use rule::{file_key, is_of_page, is_page};

/// Key in `extra` of what a page told with a second and without a zone, which another part of the download told later
/// (docs/decisions/0027). Told with the zone, such an element has another id.
pub(super) const ZONE_LATER: &str = "zone_told_later";

/// Who says the same thing more often in a minute is no person, and all is kept.
const GROUP_MAX: usize = 2048;

/// Platforms stand within so many first bytes of a line.
const HEAD_BYTES: usize = 120;

/// What the line of a folded record says of it, under `told_by`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fold {
    /// The record that tells it more fully.
    id: RecordId,
    /// What that one knows from here only.
    #[serde(flatten)]
    gave: Gift,
}

/// Facts that a page alone tells of an element.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Gift {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reactions: Vec<Reaction>,
    /// Keys of `extra`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    extra: Vec<String>,
    /// The sentence of a notice.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    text: bool,
}

/// What is remembered of a record that this import told.
#[derive(Clone, Copy)]
struct Telling {
    /// Hash of its subject.
    key: u64,
    id: RecordId,
    rank: Rank,
    platform: Platform,
    kind: Kind,
    /// It may change what is folded.
    is_news: bool,
}

impl Telling {
    const fn of(record: &Record, rank: Rank, key: u64) -> Self {
        Self { key, id: record.id, rank, platform: record.platform, kind: record.kind, is_news: false }
    }
}

/// Remembers what an import tells, where pages are told now or were before. Any other import pays nothing.
pub(super) struct Tellings(Option<Mutex<Vec<Telling>>>);

impl Tellings {
    pub(super) fn new(is_needed: bool) -> Self {
        Self(is_needed.then(Mutex::default))
    }

    pub(super) fn note(&self, record: &Record, is_news: bool) {
        if let (Some(told), Some((rank, key))) = (&self.0, rank_and_key(record).filter(|_| self.0.is_some())) {
            guard(told).push(Telling { is_news, ..Telling::of(record, rank, key) });
        }
    }

    pub(super) const fn are_needed(&self) -> bool {
        self.0.is_some()
    }
}

fn rank_and_key(record: &Record) -> Option<(Rank, u64)> {
    let rank = rule::rank(record)?;
    let mut hasher = foldhash::quality::FixedState::default().build_hasher();
    hasher.write(rule::subject(record)?.as_bytes());
    Some((rank, hasher.finish()))
}

/// Whether only pages tell the record of a line: the last origin, with which a line ends, is of a page.
pub(super) fn line_is_of_page(line: &[u8]) -> bool {
    let end = line.strip_suffix(b"}]}").unwrap_or_default();
    let digits = end.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let end = end.get(..end.len() - digits).and_then(|end| end.strip_suffix(b"\",\"position\":"));
    let tail = end.and_then(|end| end.get(end.len().checked_sub(5)?..));
    tail.and_then(|tail| std::str::from_utf8(tail).ok()).is_some_and(is_page)
}

/// Folds and unfolds what this import touched. Gives the number of records that learned something from a page.
pub(super) fn settle(run: &Run<'_>) -> Result<u64, IngestError> {
    let Some(told) = &run.tellings.0 else { return Ok(0) };
    let mut told = std::mem::take(&mut *guard(told));
    if !told.iter().any(|telling| telling.is_news) {
        return Ok(0);
    }
    let mut reader = RecordReader::salvaging(run.archive);
    told.append(&mut pages_of_earlier_imports(run, &mut reader)?);
    let touched = touched(&told);
    told.retain(|telling| touched.contains(&telling.key));
    if !touched.is_empty() {
        told.append(&mut json_of_earlier_imports(run, &mut reader, &touched)?);
    }
    drop(touched);
    let groups = groups(run, &mut told);
    let Some(writer) = run.writer.filter(|_| !groups.is_empty()) else {
        for group in groups {
            estimate(run, told.get(group).unwrap_or_default());
        }
        return Ok(0);
    };
    writer.close_segments()?;
    let mut enriched = 0;
    for group in groups {
        if let Some(stop) = run.stopped() {
            return Err(super::engine::ended(run, stop));
        }
        for members in members(run, writer, &mut reader, told.get(group).unwrap_or_default())?.into_values() {
            enriched += apply(run, &members)?;
        }
    }
    Ok(enriched)
}

/// Subjects that this import tells news of and that a page tells.
fn touched(told: &[Telling]) -> HashSet<u64, foldhash::fast::RandomState> {
    let pages = told.iter().filter(|telling| telling.rank < Rank::Json).map(|telling| telling.key);
    let pages: HashSet<u64, foldhash::fast::RandomState> = pages.collect();
    told.iter().filter(|telling| telling.is_news && pages.contains(&telling.key)).map(|telling| telling.key).collect()
}

fn pages_of_earlier_imports(run: &Run<'_>, reader: &mut RecordReader<'_>) -> Result<Vec<Telling>, IngestError> {
    let is_current = |id: &RecordId, place: Location| run.known.readable(id) == Some(place) && !run.known.is_seen(id);
    let mut places: Vec<Location> =
        run.known.pages.iter().filter(|(id, place)| is_current(id, *place)).map(|(_, place)| *place).collect();
    places.sort_unstable();
    let mut found = Vec::new();
    for place in places {
        let record: Record = serde_json::from_slice(&reader.line(place)?)?;
        found.extend(telling(&record));
    }
    Ok(found)
}

/// Only records of touched subjects are remembered.
fn json_of_earlier_imports(
    run: &Run<'_>,
    reader: &mut RecordReader<'_>,
    touched: &HashSet<u64, foldhash::fast::RandomState>,
) -> Result<Vec<Telling>, IngestError> {
    let mut found = Vec::new();
    reader.each(&|_| true, &mut |place, line| {
        let is_current = |id: &RecordId| run.known.readable(id) == Some(place) && !run.known.is_seen(id);
        if line_retracts(line) || line_is_of_page(line) || !may_be_told_by_pages(line) {
            return Ok(());
        }
        if line_id(line).is_some_and(|id| is_current(&id)) {
            let record: Record =
                serde_json::from_slice(line).map_err(|error| StoreError::Io(std::io::Error::from(error)))?;
            found.extend(telling(&record).filter(|telling| touched.contains(&telling.key)));
        }
        Ok(())
    })?;
    Ok(found)
}

fn telling(record: &Record) -> Option<Telling> {
    let (rank, key) = rank_and_key(record)?;
    Some(Telling::of(record, rank, key))
}

/// By the platform, which stands at the beginning of a line.
fn may_be_told_by_pages(line: &[u8]) -> bool {
    const PLATFORMS: [&[u8]; 5] = [
        b"\"platform\":\"messenger\"",
        b"\"platform\":\"facebook\"",
        b"\"platform\":\"instagram\"",
        b"\"platform\":\"threads\"",
        b"\"platform\":\"telegram\"",
    ];
    let head = line.get(..HEAD_BYTES).unwrap_or(line);
    PLATFORMS.iter().any(|platform| memchr::memmem::find(head, platform).is_some())
}

/// Where in the list the records of each subject stand that more than one rank tells, in the order in which their lines lie
/// in the archive. Orders the list.
fn groups(run: &Run<'_>, told: &mut Vec<Telling>) -> Vec<Range<usize>> {
    told.sort_unstable_by_key(|telling| (telling.key, telling.id, std::cmp::Reverse(telling.rank)));
    told.dedup_by_key(|telling| (telling.key, telling.id));
    let mut groups: Vec<(Option<Location>, Range<usize>)> = Vec::new();
    let mut start = 0;
    for group in told.chunk_by(|a, b| a.key == b.key) {
        let place = start..start + group.len();
        start = place.end;
        let is_of_several = group.windows(2).any(|pair| matches!(pair, [a, b] if a.rank != b.rank));
        if is_of_several && group.len() <= GROUP_MAX {
            groups.push((group.iter().filter_map(|telling| run.known.readable(&telling.id)).min(), place));
        }
    }
    groups.sort_unstable_by_key(|(first, _)| *first);
    groups.into_iter().map(|(_, place)| place).collect()
}

/// What a dry run, which writes nothing that could be compared, supposes of a subject: by number alone.
fn estimate(run: &Run<'_>, group: &[Telling]) {
    let folded = |counts: &dyn Fn(&Telling) -> bool| -> i64 {
        let of = |rank: Rank| group.iter().filter(|telling| telling.rank == rank && counts(telling)).count();
        let (json, seconds, minutes) = (of(Rank::Json), of(Rank::Second), of(Rank::Minute) + of(Rank::Wall));
        let into_json = seconds.min(json);
        i64::try_from(into_json + minutes.min(json + seconds - into_json)).unwrap_or(0)
    };
    let now = folded(&|_| true) - folded(&|telling| run.known.is_earlier(&telling.id));
    if let (Some(first), true) = (group.first(), now > 0) {
        *guard(&run.folded).entry((first.platform, first.kind)).or_default() += now;
    }
}

/// A record as it lies in the archive.
struct Member {
    rank: Rank,
    stored: Record,
    /// Without what folded records gave it.
    pure: Record,
    fold: Option<Fold>,
}

/// Records of a group by their subjects: two subjects may share a hash.
fn members(
    run: &Run<'_>,
    writer: &Writer<'_>,
    reader: &mut RecordReader<'_>,
    group: &[Telling],
) -> Result<BTreeMap<String, Vec<Member>>, IngestError> {
    #[derive(Deserialize)]
    struct Folded {
        told_by: Fold,
    }
    let mut members: BTreeMap<String, Vec<Member>> = BTreeMap::new();
    for Telling { id, .. } in group {
        let Some(place) = run.known.readable(id) else { continue };
        reader.admit(writer.written_segment(place.segment()));
        let line = reader.line(place)?;
        let stored: Record = serde_json::from_slice(&line)?;
        let fold =
            line_is_folded(&line).then(|| serde_json::from_slice(&line)).transpose()?.map(|line: Folded| line.told_by);
        if let (Some(rank), Some(subject)) = (rule::rank(&stored), rule::subject(&stored)) {
            let pure = stored.clone();
            members.entry(subject).or_default().push(Member { rank, stored, pure, fold });
        }
    }
    for members in members.values_mut() {
        let folds: Vec<Fold> = members.iter().filter_map(|member| member.fold.clone()).collect();
        for member in members.iter_mut() {
            let of_this = folds.iter().filter(|fold| fold.id == member.stored.id);
            of_this.for_each(|fold| rule::take_back(&fold.gave, &mut member.pure));
        }
    }
    Ok(members)
}

/// Brings the records of one subject to what the rule says. Gives the number of those that learn something now.
fn apply(run: &Run<'_>, members: &[Member]) -> Result<u64, IngestError> {
    let pure: Vec<(Rank, &Record)> = members.iter().map(|member| (member.rank, &member.pure)).collect();
    let folded = rule::decide(&pure);
    let mut wanted: Vec<Record> = members.iter().map(|member| member.pure.clone()).collect();
    let mut folds: HashMap<usize, Fold> = HashMap::new();
    let mut order: Vec<usize> = (0..members.len()).collect();
    // What the more exact page gives comes first.
    order.sort_by_key(|at| members.get(*at).map(|member| (std::cmp::Reverse(member.rank), member.stored.id)));
    for at in order {
        let (Some(Some(into)), Some(page)) = (folded.get(at), members.get(at)) else { continue };
        let Some(other) = wanted.get_mut(*into) else { continue };
        let gave = rule::give(&page.pure, other);
        add_origins(other, page.pure.origin.clone());
        run.lacking.hand_over(&page.stored.id, other);
        folds.insert(at, Fold { id: other.id, gave });
    }
    let mut enriched = 0;
    for (at, (member, record)) in members.iter().zip(wanted).enumerate() {
        match folds.get(&at) {
            Some(fold) if member.fold.as_ref() == Some(fold) && record == member.stored => {}
            Some(fold) => {
                enriched += u64::from(fold.gave != Gift::default() && member.fold.as_ref() != Some(fold));
                run.write_folded(&record, &serde_json::to_vec(fold)?)?;
            }
            None if member.fold.is_none() && record == member.stored => {}
            None => run.write_changed(&record)?,
        }
    }
    Ok(enriched)
}

#[cfg(test)]
mod tests;
