//! How the records of a search are spread: over people, conversations, platforms, kinds and months.

use std::collections::HashMap;

use chrono::{DateTime, Datelike as _};
use tantivy::query::EnableScoring;
use tantivy::schema::IndexRecordOption;
use tantivy::{BitSet, DocAddress, DocId, DocSet as _, SegmentReader, TERMINATED};

use super::collect::{Columns, Match};
use super::error::{IndexError, guarded};
use super::facts::{What, Who, about, flag};
use super::naming::Naming;
use super::open::Index;
use super::plan::Planner;
use super::query::Query;
use super::spelling::{ReadRecord, STEP, spelled};
use super::together::Together;
use crate::model::{Identity, Kind, KnownBy, Platform};

/// Most people and most conversations that are told.
const MOST: usize = 10;

/// A person, and how many of the records found are theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonFacet {
    /// One of their identities, when they have one.
    pub identity: Option<Identity>,
    /// Place of one of the records, which has the name as written there.
    pub place: u64,
    /// Number of records.
    pub records: u64,
}

/// How many records of a search each value has, the most frequent first; months from the newest on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// Authors.
    pub people: Vec<PersonFacet>,
    /// Conversations, each with the place of one of its records.
    pub conversations: Vec<(u64, u64)>,
    /// Platforms.
    pub platforms: Vec<(Platform, u64)>,
    /// Kinds.
    pub kinds: Vec<(Kind, u64)>,
    /// Months as year and month, on the clock of the query's zone.
    pub months: Vec<((i32, u32), u64)>,
}

/// Counts while segments are read.
#[derive(Default)]
struct Counts {
    people: HashMap<OnePerson, (u64, DocAddress, Option<Identity>)>,
    conversations: HashMap<Vec<u8>, (u64, DocAddress)>,
    platforms: HashMap<u8, u64>,
    kinds: HashMap<u8, u64>,
    months: HashMap<(i32, u32), u64>,
}

/// What is counted as one person.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum OnePerson {
    /// The owner of the archive, under whatever name.
    Owner,
    /// Several identities that are one.
    Together(usize),
    /// One identity, under whatever name.
    Alone(Identity),
    /// Known by no more than words of a name.
    Written(String),
}

impl OnePerson {
    fn of(who: &Who<'_>, naming: &Naming<'_>, together: &Together) -> (Self, Option<Identity>) {
        let identity = naming.identity();
        let person = identity.as_ref().and_then(|identity| together.person_of(identity));
        let one = match (person, &identity) {
            _ if naming.is_owner() => Self::Owner,
            (Some(person), _) => Self::Together(person),
            (None, Some(identity)) if identity.by != KnownBy::Name => Self::Alone(identity.clone()),
            _ => Self::Written([who.author, who.handle, who.phone].join("\0")),
        };
        (one, identity)
    }
}

impl Index {
    /// How what a query finds is spread, near spellings apart. Each different author, conversation and class is looked up
    /// once, so it costs a pass over two terms of each record. `together` tells which authors are one person. `read` serves as
    /// in [`Index::search_spelled`].
    ///
    /// # Errors
    /// [`IndexError::Damaged`] asks for a rebuild.
    pub fn facets(&self, query: &Query, together: &Together, read: &mut ReadRecord<'_>) -> Result<Facets, IndexError> {
        guarded(|| {
            let is_read = query.asks_for_spelling();
            let query = &if is_read { query.to_be_read() } else { query.clone() };
            let searcher = self.reader.searcher();
            let planner = self.planner(&searcher, query);
            let plan = planner.plan()?;
            let columns = self.columns(&searcher)?;
            let weight = plan.weight(EnableScoring::disabled_from_searcher(&searcher)).map_err(IndexError::reading)?;
            let mut counts = Counts::default();
            for (segment, ordinal) in searcher.segment_readers().iter().zip(0..) {
                let mut found = BitSet::with_max_value(segment.max_doc());
                let mut docs = weight.scorer(segment, 1.0).map_err(IndexError::reading)?;
                let mut doc = docs.doc();
                while doc != TERMINATED {
                    if segment.alive_bitset().is_none_or(|alive| alive.is_alive(doc)) {
                        found.insert(doc);
                    }
                    doc = docs.advance();
                }
                if is_read {
                    found = well_spelled(&planner, &columns, (ordinal, &found), read)?;
                }
                if found.len() > 0 {
                    let part = Part { index: self, segment, ordinal, found: &found, together };
                    part.count(query, &columns, &mut counts)?;
                }
            }
            counts.told(&columns)
        })
    }
}

/// Those documents of a segment whose records have the words in the spelling asked for.
fn well_spelled(
    planner: &Planner<'_>,
    columns: &Columns,
    (segment, found): (u32, &BitSet),
    read: &mut ReadRecord<'_>,
) -> Result<BitSet, IndexError> {
    let mut kept = BitSet::with_max_value(found.max_value());
    let mut docs = (0..found.max_value()).filter(|doc| found.contains(*doc)).map(|doc| {
        let doc = DocAddress::new(segment, doc);
        Ok(Match { score: 0.0, doc, at: columns.at(doc)? })
    });
    loop {
        let step: Vec<Match> = docs.by_ref().take(STEP).collect::<Result<_, IndexError>>()?;
        if step.is_empty() {
            return Ok(kept);
        }
        for found in spelled(planner, step, read)? {
            kept.insert(found.doc.doc_id);
        }
    }
}

/// What was found in one segment.
struct Part<'a> {
    index: &'a Index,
    segment: &'a SegmentReader,
    ordinal: u32,
    found: &'a BitSet,
    together: &'a Together,
}

impl Part<'_> {
    fn count(&self, query: &Query, columns: &Columns, counts: &mut Counts) -> Result<(), IndexError> {
        self.each_fact(about::WHO, &mut |fact, docs| {
            let Some(who) = Who::of(fact) else { return };
            let Some(sample) = docs.first().map(|doc| DocAddress::new(self.ordinal, *doc)) else { return };
            let number = u64::try_from(docs.len()).unwrap_or(u64::MAX);
            // An entry of an address book is nothing that the person wrote.
            if let Some(naming) = Naming::of(fact).filter(Naming::is_author) {
                let (person, identity) = OnePerson::of(&who, &naming, self.together);
                counts.people.entry(person).or_insert((0, sample, identity)).0 += number;
            }
            if who.conversation.iter().skip(1).any(|byte| *byte != 0) {
                counts.conversations.entry(who.conversation.to_vec()).or_insert((0, sample)).0 += number;
            }
        })?;
        // A record that several downloads tell has a fact for each, and counts once.
        let mut seen = BitSet::with_max_value(self.segment.max_doc());
        let mut floating = BitSet::with_max_value(self.segment.max_doc());
        self.each_fact(about::WHAT, &mut |fact, docs| {
            let Some(what) = What::of(fact) else { return };
            for doc in docs.iter().filter(|doc| !seen.contains(**doc)) {
                *counts.platforms.entry(what.class.platform).or_default() += 1;
                *counts.kinds.entry(what.class.kind).or_default() += 1;
                if what.class.flags & flag::FLOATING != 0 {
                    floating.insert(*doc);
                }
            }
            for doc in docs {
                seen.insert(*doc);
            }
        })?;
        let zone = query.zone.unwrap_or(chrono_tz::UTC);
        let times = columns.segment(self.ordinal).ok_or(IndexError::Damaged(None))?;
        for doc in (0..self.segment.max_doc()).filter(|doc| self.found.contains(*doc)) {
            let Some(at) = times.time_ms(doc).and_then(DateTime::from_timestamp_millis) else { continue };
            let day = if floating.contains(doc) { at.date_naive() } else { at.with_timezone(&zone).date_naive() };
            *counts.months.entry((day.year(), day.month())).or_default() += 1;
        }
        Ok(())
    }

    /// Facts that begin so and the records found that have them.
    fn each_fact(&self, kind: u8, count: &mut dyn FnMut(&[u8], &[DocId])) -> Result<(), IndexError> {
        let field = self.segment.inverted_index(self.index.fields.fact).map_err(IndexError::reading)?;
        let range = field.terms().range().ge([kind]).lt([kind + 1]);
        let mut facts = range.into_stream().map_err(|error| IndexError::reading(error.into()))?;
        let mut docs = Vec::new();
        while facts.advance() {
            docs.clear();
            let postings = field.read_postings_from_terminfo(facts.value(), IndexRecordOption::Basic);
            let mut postings = postings.map_err(|error| IndexError::reading(error.into()))?;
            let mut doc = postings.doc();
            while doc != TERMINATED {
                if self.found.contains(doc) {
                    docs.push(doc);
                }
                doc = postings.advance();
            }
            if !docs.is_empty() {
                count(facts.key(), &docs);
            }
        }
        Ok(())
    }
}

impl Counts {
    fn told(self, columns: &Columns) -> Result<Facets, IndexError> {
        let placed = |counts: HashMap<Vec<u8>, (u64, DocAddress)>| {
            let mut all: Vec<(u64, Vec<u8>, DocAddress)> =
                counts.into_iter().map(|(key, (count, sample))| (count, key, sample)).collect();
            all.sort_unstable_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
            all.truncate(MOST);
            all.into_iter()
                .map(|(count, _, sample)| Ok((columns.at(sample)?.loc, count)))
                .collect::<Result<Vec<_>, IndexError>>()
        };
        let mut people: Vec<_> = self.people.into_iter().collect();
        people.sort_unstable_by(|(one, (count, ..)), (other, (others, ..))| {
            others.cmp(count).then_with(|| one.cmp(other))
        });
        people.truncate(MOST);
        let people = people.into_iter().map(|(_, (records, sample, identity))| {
            Ok(PersonFacet { identity, place: columns.at(sample)?.loc, records })
        });
        let named = |counts: HashMap<u8, u64>| {
            let mut all: Vec<(u8, u64)> = counts.into_iter().collect();
            all.sort_unstable_by_key(|(key, count)| (std::cmp::Reverse(*count), *key));
            all
        };
        let mut months: Vec<((i32, u32), u64)> = self.months.into_iter().collect();
        months.sort_unstable_by_key(|(month, _)| std::cmp::Reverse(*month));
        Ok(Facets {
            people: people.collect::<Result<_, IndexError>>()?,
            conversations: placed(self.conversations)?,
            platforms: named(self.platforms)
                .into_iter()
                .filter_map(|(key, count)| Some((*Platform::ALL.get(usize::from(key))?, count)))
                .collect(),
            kinds: named(self.kinds)
                .into_iter()
                .filter_map(|(key, count)| Some((*Kind::ALL.get(usize::from(key))?, count)))
                .collect(),
            months,
        })
    }
}
