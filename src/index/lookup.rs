//! Finding records by id and walking conversations in their order.

use std::ops::Range;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::{DocAddress, DocId, Score, Searcher, SegmentOrdinal, SegmentReader, TantivyError};

use super::collect::{Columns, Match, SegmentColumns};
use super::error::{IndexError, guarded};
use super::facts::conversation_prefix;
use super::ids::IdColumn;
use super::open::Index;
use super::plan::{Breadth, Planner};
use super::query::{Query, Sort};
use crate::model::RecordId;

/// Most records told of those that the beginning of an id fits.
const PREFIX_RECORDS_MAX: usize = 50;

/// Places in the store around a record of a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    /// Those before it, oldest first.
    pub before: Vec<u64>,
    /// Those after it, oldest first.
    pub after: Vec<u64>,
}

/// Records whose ids begin alike.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alike {
    /// Number of all.
    pub total: usize,
    /// The first fifty in order of id, with their places in the store.
    pub first: Vec<(RecordId, u64)>,
}

/// A part of a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationPage {
    /// All records of the conversation.
    pub total: u64,
    /// Places in the store, oldest first; records without a time come last.
    pub locs: Vec<u64>,
}

impl Index {
    /// Where the record with this id lies in the store.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] asks for a rebuild.
    pub fn by_id(&self, id: &RecordId) -> Result<Option<u64>, IndexError> {
        let found = self.records(|column| column.docs(std::slice::from_ref(id)))?;
        Ok(found.first().map(|(_, loc)| *loc))
    }

    /// The id of the record that lies at this place of the store.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] asks for a rebuild.
    pub fn id_at(&self, loc: u64) -> Result<Option<RecordId>, IndexError> {
        guarded(|| {
            let searcher = self.reader.searcher();
            let columns = self.columns(&searcher)?;
            for (segment, ordinal) in searcher.segment_readers().iter().zip(0..) {
                let places = columns.segment(ordinal).ok_or(IndexError::Damaged(None))?;
                let is_there = |doc: &DocId| {
                    places.loc(*doc) == loc && segment.alive_bitset().is_none_or(|alive| alive.is_alive(*doc))
                };
                if let Some(doc) = (0..segment.max_doc()).find(is_there) {
                    return Ok(IdColumn::of(segment).map_err(IndexError::reading)?.id(doc));
                }
            }
            Ok(None)
        })
    }

    /// Those of these records that there are, with their places in the store, in order of id.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] asks for a rebuild.
    pub fn by_ids(&self, ids: &[RecordId]) -> Result<Vec<(RecordId, u64)>, IndexError> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        self.records(|column| column.docs(&ids))
    }

    /// Records whose written id begins so. Nothing for what is no id.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] asks for a rebuild.
    pub fn by_id_prefix(&self, text: &str) -> Result<Alike, IndexError> {
        let (Some(first), Some(last)) = (filled(text, '0'), filled(text, 'z')) else { return Ok(Alike::default()) };
        let mut found = self.records(|column| column.docs_between(first, last))?;
        let total = found.len();
        found.truncate(PREFIX_RECORDS_MAX);
        Ok(Alike { total, first: found })
    }

    /// Up to `count` records on either side of the one at `time_ms` and `loc` in its conversation.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] asks for a rebuild.
    pub fn neighbours(
        &self,
        conversation_id: &str,
        time_ms: Option<i64>,
        loc: u64,
        count: usize,
    ) -> Result<Neighbours, IndexError> {
        guarded(|| {
            let searcher = self.reader.searcher();
            let plan = self.conversation_plan(&searcher, conversation_id)?;
            let mut ranks = searcher.search(&*plan, &Ranks(self.columns(&searcher)?)).map_err(IndexError::reading)?;
            ranks.sort_unstable();
            let at = ranks.partition_point(|rank| *rank < (time_ms.is_none(), time_ms.unwrap_or(0), loc));
            let skip = usize::from(ranks.get(at).is_some_and(|rank| rank.2 == loc));
            let before = ranks.get(at.saturating_sub(count)..at).unwrap_or_default();
            let after = ranks.iter().skip(at + skip).take(count);
            Ok(Neighbours {
                before: before.iter().map(|rank| rank.2).collect(),
                after: after.map(|rank| rank.2).collect(),
            })
        })
    }

    /// A part of a conversation, in order of time; `range` counts its records from 0.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] asks for a rebuild.
    pub fn conversation(&self, conversation_id: &str, range: Range<usize>) -> Result<ConversationPage, IndexError> {
        guarded(|| {
            let searcher = self.reader.searcher();
            let plan = self.conversation_plan(&searcher, conversation_id)?;
            let found = self.order(&searcher)?.first((&searcher, &*plan), range.end, Sort::Oldest, None)?;
            let page = found.docs.into_iter().skip(range.start).map(|found| Match::of(found, Sort::Oldest).at.loc);
            Ok(ConversationPage { total: found.total, locs: page.collect() })
        })
    }

    fn conversation_plan(
        &self,
        searcher: &Searcher,
        conversation_id: &str,
    ) -> Result<Box<dyn tantivy::query::Query>, IndexError> {
        let query = Query::everything();
        let planner =
            Planner { searcher, fields: &self.fields, query: &query, breadth: Breadth::Exact, kept: &self.who };
        Ok(planner.fact_set(&planner.facts(&conversation_prefix(conversation_id), |_| true)?))
    }

    /// Ids and places of the living documents that are found in the id column, in order of id.
    fn records(&self, find: impl Fn(&IdColumn) -> Vec<DocId>) -> Result<Vec<(RecordId, u64)>, IndexError> {
        guarded(|| {
            let searcher = self.reader.searcher();
            let columns = self.columns(&searcher)?;
            let mut found = Vec::new();
            for (segment, ordinal) in searcher.segment_readers().iter().zip(0..) {
                let ids = IdColumn::of(segment).map_err(IndexError::reading)?;
                let alive = |doc: &DocId| segment.alive_bitset().is_none_or(|alive| alive.is_alive(*doc));
                for doc in find(&ids).into_iter().filter(alive) {
                    let id = ids.id(doc).ok_or(IndexError::Damaged(None))?;
                    found.push((id, columns.at(DocAddress::new(ordinal, doc))?.loc));
                }
            }
            found.sort_unstable();
            Ok(found)
        })
    }
}

/// The id whose end is filled up with one digit.
fn filled(text: &str, digit: char) -> Option<RecordId> {
    if text.is_empty() || text.len() > RecordId::TEXT_LEN || !text.is_ascii() {
        return None;
    }
    let mut whole = text.to_owned();
    whole.extend(std::iter::repeat_n(digit, RecordId::TEXT_LEN - text.len()));
    whole.parse().ok()
}

/// Order in a conversation: those with a time first, by time, then by place in the store.
type Rank = (bool, i64, u64);

/// Collects the rank of every document.
struct Ranks(Arc<Columns>);

struct SegmentRanks {
    columns: SegmentColumns,
    ranks: Vec<Rank>,
}

impl Collector for Ranks {
    type Fruit = Vec<Rank>;
    type Child = SegmentRanks;

    fn for_segment(&self, segment: SegmentOrdinal, _: &SegmentReader) -> tantivy::Result<SegmentRanks> {
        let columns = self.0.segment(segment).cloned();
        let columns = columns.ok_or_else(|| TantivyError::InternalError("columns of another searcher".to_owned()))?;
        Ok(SegmentRanks { columns, ranks: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Vec<Rank>>) -> tantivy::Result<Vec<Rank>> {
        Ok(fruits.concat())
    }
}

impl SegmentCollector for SegmentRanks {
    type Fruit = Vec<Rank>;

    fn collect(&mut self, doc: DocId, _: Score) {
        let time = self.columns.time_ms(doc);
        self.ranks.push((time.is_none(), time.unwrap_or(0), self.columns.loc(doc)));
    }

    fn harvest(self) -> Vec<Rank> {
        self.ranks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_an_id_is_a_range_of_ids() {
        let id = RecordId::from_bytes([0x5a; 16]);
        let text = id.to_string();
        for length in 1..=RecordId::TEXT_LEN {
            let (first, last) =
                (filled(text.get(..length).unwrap(), '0').unwrap(), filled(text.get(..length).unwrap(), 'z').unwrap());
            assert!((first..=last).contains(&id), "{length}");
        }
        assert_eq!(filled(&text, '0'), filled(&text, 'z'));
        for text in ["", "u", "l", "z", "é", "00000000000000000000000000000"] {
            assert_eq!(filled(text, '0'), None, "{text}");
        }
    }
}
