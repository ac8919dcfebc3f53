//! One element told by an HTML page and by JSON, in one import or in many: the page's record is folded into the other, and
//! unfolded should it turn out to be another element after all.
//!
//! Ids of the two differ, because a page prints no milliseconds and often no seconds, and has no zone of its own. So both
//! get a record, and when everything is read, [`settle`] compares those of one minute and one subject. Whatever it does, it
//! could do again from what the archive holds: the outcome does not depend on what came first.
//!
//! In the same way versions of one element are folded into the one that is shown ([`revised`]).

mod noted;
mod revised;
mod rule;
mod telegram;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::engine::IngestError;
use super::merge::add_origins;
use super::sink::{Run, guard};
use crate::model::{Reaction, Record, RecordId};
use crate::store::{Location, RecordReader, StoreError, Writer, line_id, line_is_folded, line_retracts};

pub(super) use noted::Tellings;
use noted::{Noted, Scope, Telling, key_of, subjects};
pub(super) use revised::{are_several, root_of};
pub use revised::{may_be_one, may_have_changed};
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
    /// Both say it as the platform did, at two times.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    revised: bool,
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
    /// Other wordings, by hashes: an erasure masks the words of records, and nothing here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    words: Vec<u64>,
    /// That it was withdrawn.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    deleted: bool,
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
    let Noted { mut told, minutes, downloads } = run.tellings.take();
    if !told.iter().any(|telling| telling.is_news) {
        return Ok(0);
    }
    let mut reader = RecordReader::salvaging(run.archive);
    if run.tellings.compare_pages() {
        told.append(&mut pages_of_earlier_imports(run, &mut reader)?);
    }
    let touched = touched(&told);
    told.retain(|telling| touched.contains(&telling.key));
    if !touched.is_empty() {
        // What changed stands in the same minute as what it was.
        let minutes = told.iter().all(|telling| telling.rank == Rank::Json).then_some(&minutes);
        told.append(&mut records_of_earlier_imports(run, &mut reader, (&touched, minutes))?);
    }
    drop(touched);
    let (groups, met) = groups(run, &mut told);
    let Some(writer) = run.writer.filter(|_| !groups.is_empty()) else {
        for group in groups {
            estimate(run, told.get(group).unwrap_or_default());
        }
        return Ok(0);
    };
    let met_in = |id: &RecordId| -> BTreeSet<String> {
        let numbers = met.get(id).into_iter().flatten();
        numbers.filter_map(|number| downloads.get(usize::from(*number))).cloned().collect()
    };
    writer.close_segments()?;
    let mut enriched = 0;
    for group in groups {
        if let Some(stop) = run.stopped() {
            return Err(super::engine::ended(run, stop));
        }
        for (scope, members) in members(run, writer, &mut reader, told.get(group).unwrap_or_default())?.into_values() {
            enriched += apply(run, scope, &members, &met_in)?;
        }
    }
    Ok(enriched)
}

/// Subjects that this import tells news of and that a page tells, or that may have changed.
fn touched(told: &[Telling]) -> HashSet<u64, foldhash::fast::RandomState> {
    let pages = told.iter().filter(|telling| telling.rank < Rank::Json).map(|telling| telling.key);
    let pages: HashSet<u64, foldhash::fast::RandomState> = pages.collect();
    let may_fold = |telling: &&Telling| telling.is_news && (telling.may_change || pages.contains(&telling.key));
    told.iter().filter(may_fold).map(|telling| telling.key).collect()
}

fn pages_of_earlier_imports(run: &Run<'_>, reader: &mut RecordReader<'_>) -> Result<Vec<Telling>, IngestError> {
    let is_current = |id: &RecordId, place: Location| run.known.readable(id) == Some(place) && !run.known.is_seen(id);
    let mut places: Vec<Location> =
        run.known.pages.iter().filter(|(id, place)| is_current(id, *place)).map(|(_, place)| *place).collect();
    places.sort_unstable();
    let mut found = Vec::new();
    for place in places {
        let record: Record = serde_json::from_slice(&reader.line(place)?)?;
        found.extend(run.tellings.of(&record));
    }
    Ok(found)
}

/// Only records of touched subjects are remembered. Where only versions can meet, nothing of another minute is read.
fn records_of_earlier_imports(
    run: &Run<'_>,
    reader: &mut RecordReader<'_>,
    (touched, minutes): (&HashSet<u64, foldhash::fast::RandomState>, Option<&noted::Minutes>),
) -> Result<Vec<Telling>, IngestError> {
    let mut found = Vec::new();
    if run.archive.commit().imports.is_empty() {
        return Ok(found);
    }
    let clock = memchr::memmem::Finder::new(UTC);
    reader.each(&|_| true, &mut |place, line| {
        let is_current = |id: &RecordId| run.known.readable(id) == Some(place) && !run.known.is_seen(id);
        let is_taken_back = line_retracts(line) && !line_is_folded(line);
        if is_taken_back || line_is_of_page(line) || !may_be_told_by_pages(line) {
            return Ok(());
        }
        let is_of_minute = |minutes: &noted::Minutes| {
            let at = clock.find(line).and_then(|at| line.get(at + UTC.len()..)?.first_chunk());
            at.is_some_and(|minute| minutes.contains(minute))
        };
        if minutes.is_none_or(is_of_minute) && line_id(line).is_some_and(|id| is_current(&id)) {
            let record: Record =
                serde_json::from_slice(line).map_err(|error| StoreError::Io(std::io::Error::from(error)))?;
            found.extend(run.tellings.of(&record).filter(|telling| touched.contains(&telling.key)));
        }
        Ok(())
    })?;
    Ok(found)
}

/// How a record line gives its instant.
const UTC: &[u8] = b"\"utc\":\"";

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

/// Downloads of this import, by number, that tell a record.
type Met = HashMap<RecordId, BTreeSet<u16>, foldhash::fast::RandomState>;

/// Where in the list the records of each subject stand that more than one rank tells, or that changed, in the order in which their
/// lines lie in the archive. Orders the list.
fn groups(run: &Run<'_>, told: &mut Vec<Telling>) -> (Vec<Range<usize>>, Met) {
    told.sort_unstable_by_key(|telling| (telling.key, telling.id, std::cmp::Reverse(telling.rank)));
    let mut met = Met::default();
    for group in told.chunk_by(|a, b| a.key == b.key) {
        let is_of_several = group.windows(2).any(|pair| matches!(pair, [a, b] if a.id != b.id));
        for telling in group.iter().filter(|telling| is_of_several && telling.may_change) {
            met.entry(telling.id).or_default().extend(telling.download);
        }
    }
    told.dedup_by_key(|telling| (telling.key, telling.id));
    let mut groups: Vec<(Option<Location>, Range<usize>)> = Vec::new();
    let mut start = 0;
    for group in told.chunk_by(|a, b| a.key == b.key) {
        let place = start..start + group.len();
        start = place.end;
        let is_of_several =
            group.windows(2).any(|pair| matches!(pair, [a, b] if a.rank != b.rank || a.may_change && b.may_change));
        if is_of_several && group.len() <= GROUP_MAX {
            groups.push((group.iter().filter_map(|telling| run.known.readable(&telling.id)).min(), place));
        }
    }
    groups.sort_unstable_by_key(|(first, _)| *first);
    (groups.into_iter().map(|(_, place)| place).collect(), met)
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
    /// It is folded by another comparison, whose word stands.
    elsewhere: Option<Fold>,
}

/// Records of a group by their subjects: two subjects may share a hash.
fn members(
    run: &Run<'_>,
    writer: &Writer<'_>,
    reader: &mut RecordReader<'_>,
    group: &[Telling],
) -> Result<BTreeMap<String, (Scope, Vec<Member>)>, IngestError> {
    #[derive(Deserialize)]
    struct Folded {
        told_by: Fold,
    }
    let mut members: BTreeMap<String, (Scope, Vec<Member>)> = BTreeMap::new();
    for Telling { id, key, .. } in group {
        let Some(place) = run.known.readable(id) else { continue };
        reader.admit(writer.written_segment(place.segment()));
        let line = reader.line(place)?;
        let stored: Record = serde_json::from_slice(&line)?;
        let fold =
            line_is_folded(&line).then(|| serde_json::from_slice(&line)).transpose()?.map(|line: Folded| line.told_by);
        if let Some((scope, rank, subject)) =
            subjects(&stored, (true, true)).find(|(.., subject)| key_of(subject) == *key)
        {
            let (fold, elsewhere) = match fold {
                Some(fold) if scope.decides(fold.revised) => (Some(fold), None),
                fold => (None, fold),
            };
            let pure = stored.clone();
            let member = Member { rank, stored, pure, fold, elsewhere };
            members.entry(subject).or_insert_with(|| (scope, Vec::new())).1.push(member);
        }
    }
    for (_, members) in members.values_mut() {
        let folds: Vec<Fold> = members.iter().filter_map(|member| member.fold.clone()).collect();
        for member in members.iter_mut() {
            let of_this = folds.iter().filter(|fold| fold.id == member.stored.id);
            of_this.for_each(|fold| rule::take_back(&fold.gave, &mut member.pure));
        }
    }
    Ok(members)
}

/// Brings the records of one subject to what the rules say. Gives the number of those that learn something now. `met_in` gives the
/// downloads of this import that tell a record.
fn apply(
    run: &Run<'_>,
    scope: Scope,
    members: &[Member],
    met_in: &dyn Fn(&RecordId) -> BTreeSet<String>,
) -> Result<u64, IngestError> {
    let pure: Vec<(Rank, &Record)> = members.iter().map(|member| (member.rank, &member.pure)).collect();
    let folded = if scope.decides(false) { rule::decide(&pure) } else { vec![None; members.len()] };
    let mut wanted: Vec<Record> = members.iter().map(|member| member.pure.clone()).collect();
    let mut folds: HashMap<usize, Fold> = HashMap::new();
    let mut order: Vec<usize> = (0..members.len()).collect();
    // What the more exact page gives comes first.
    order.sort_by_key(|at| members.get(*at).map(|member| (std::cmp::Reverse(member.rank), member.stored.id)));
    for at in &order {
        let (Some(Some(into)), Some(page)) = (folded.get(*at), members.get(*at)) else { continue };
        let Some(other) = wanted.get_mut(*into) else { continue };
        let gave = rule::give(&page.pure, other);
        add_origins(other, page.pure.origin.clone());
        run.lacking.hand_over(&page.stored.id, other);
        folds.insert(*at, Fold { id: other.id, revised: false, gave });
    }
    if scope.decides(true) {
        let mut revisions = {
            let versions: Vec<revised::Version<'_>> = order
                .iter()
                .filter(|at| folded.get(**at) == Some(&None))
                .filter_map(|at| {
                    let told_here = members
                        .iter()
                        .zip(&folded)
                        .enumerate()
                        .filter(|(page, (_, into))| page == at || **into == Some(*at));
                    let told_here = told_here
                        .flat_map(|(_, (member, _))| revised::downloads(&member.pure).chain(met_in(&member.stored.id)));
                    let (record, downloads) = (&members.get(*at)?.pure, told_here.collect());
                    Some(revised::Version { at: *at, record, downloads })
                })
                .collect();
            revised::decide(&versions)
        };
        revisions.sort_by_key(|(from, _)| members.get(*from).map(|member| member.stored.id));
        for (from, into) in revisions {
            let Some(version) = wanted.get(from).cloned() else { continue };
            let Some(shown) = wanted.get_mut(into) else { continue };
            let gave = revised::give(&version, shown);
            run.lacking.hand_over(&version.id, shown);
            folds.insert(from, Fold { id: shown.id, revised: true, gave });
        }
    }
    let mut enriched = 0;
    for (at, (member, record)) in members.iter().zip(wanted).enumerate() {
        match (folds.get(&at), &member.elsewhere) {
            (Some(fold), _) if member.fold.as_ref() == Some(fold) && record == member.stored => {}
            (Some(fold), _) => {
                enriched += u64::from(fold.gave != Gift::default() && member.fold.as_ref() != Some(fold));
                run.write_folded(&record, &serde_json::to_vec(fold)?)?;
            }
            (None, _) if member.fold.is_none() && record == member.stored => {}
            (None, Some(elsewhere)) => run.write_folded(&record, &serde_json::to_vec(elsewhere)?)?,
            (None, None) => run.write_changed(&record)?,
        }
    }
    Ok(enriched)
}

#[cfg(test)]
mod tests;
