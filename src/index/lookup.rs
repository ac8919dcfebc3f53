//! Finding records by id and walking conversations in their order.

use std::ops::Range;

use std::sync::Arc;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, ColumnValues};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, DocSet as _, Score, Searcher, SegmentOrdinal, SegmentReader, TERMINATED};

use super::collect::{ByTime, Columns};
use super::document::ID_TERM_BYTES;
use super::error::{IndexError, guarded};
use super::facts::conversation_prefix;
use super::open::Index;
use super::plan::{Breadth, Planner};
use super::query::Query;
use super::schema::column;
use crate::model::RecordId;

/// Most records that the beginning of an id is answered with.
const PREFIX_RECORDS_MAX: usize = 50;

/// Places in the store around a record of a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    /// Those before it, oldest first.
    pub before: Vec<u64>,
    /// Those after it, oldest first.
    pub after: Vec<u64>,
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
        let bits = u128::from_be_bytes(*id.as_bytes());
        Ok(self.by_id_bits(bits, bits)?.pop().map(|(_, loc)| loc))
    }

    /// Records whose written id begins so, in order of id, at most fifty. Nothing for what is no id.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] asks for a rebuild.
    pub fn by_id_prefix(&self, text: &str) -> Result<Vec<(RecordId, u64)>, IndexError> {
        let (Some(first), Some(last)) = (filled(text, '0'), filled(text, 'z')) else { return Ok(Vec::new()) };
        self.by_id_bits(first, last)
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
            let mut ranks = searcher.search(&*plan, &Ranks).map_err(IndexError::reading)?;
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
            let collector = ByTime { wanted: range.end, newest_first: false };
            let found = searcher.search(&*plan, &collector).map_err(IndexError::reading)?;
            let columns = Columns::of(&searcher)?;
            let page = found.docs.into_iter().skip(range.start).map(|doc| Ok(columns.hit(doc)?.loc));
            Ok(ConversationPage { total: found.total, locs: page.collect::<Result<_, IndexError>>()? })
        })
    }

    fn conversation_plan(
        &self,
        searcher: &Searcher,
        conversation_id: &str,
    ) -> Result<Box<dyn tantivy::query::Query>, IndexError> {
        let query = Query::everything();
        let planner = Planner { searcher, fields: &self.fields, query: &query, breadth: Breadth::Exact };
        Ok(planner.fact_set(&planner.facts(&conversation_prefix(conversation_id), |_| true)?))
    }

    /// Records with ids between two, both included.
    fn by_id_bits(&self, first: u128, last: u128) -> Result<Vec<(RecordId, u64)>, IndexError> {
        guarded(|| {
            let searcher = self.reader.searcher();
            let columns = Columns::of(&searcher)?;
            let mut found = Vec::new();
            for (segment, ordinal) in searcher.segment_readers().iter().zip(0..) {
                let docs = self.docs_between(segment, first, last).map_err(IndexError::reading)?;
                for doc in docs {
                    let facts = columns.hit(DocAddress::new(ordinal, doc))?;
                    if (first..=last).contains(&u128::from_be_bytes(*facts.id.as_bytes())) {
                        found.push((facts.id, facts.loc));
                    }
                }
            }
            found.sort_unstable();
            found.truncate(PREFIX_RECORDS_MAX);
            Ok(found)
        })
    }

    /// Living documents whose id's term lies between those of two ids; more than asked for when the term is too short
    /// to tell.
    fn docs_between(&self, segment: &SegmentReader, first: u128, last: u128) -> tantivy::Result<Vec<DocId>> {
        let (first, last) = (first.to_be_bytes(), last.to_be_bytes());
        let term = |bytes: &[u8; 16]| bytes.get(..ID_TERM_BYTES).map(<[u8]>::to_vec).unwrap_or_default();
        let dictionary = segment.inverted_index(self.fields.id)?;
        let mut stream = dictionary.terms().range().ge(term(&first)).le(term(&last)).into_stream()?;
        let mut docs = Vec::new();
        while stream.advance() && docs.len() <= PREFIX_RECORDS_MAX {
            let mut postings = dictionary.read_postings_from_terminfo(stream.value(), IndexRecordOption::Basic)?;
            while postings.doc() != TERMINATED {
                if segment.alive_bitset().is_none_or(|alive| alive.is_alive(postings.doc())) {
                    docs.push(postings.doc());
                }
                postings.advance();
            }
        }
        Ok(docs)
    }
}

/// The bits of an id whose end is filled up with one digit.
fn filled(text: &str, digit: char) -> Option<u128> {
    if text.is_empty() || text.len() > RecordId::TEXT_LEN || !text.is_ascii() {
        return None;
    }
    let mut whole = text.to_owned();
    whole.extend(std::iter::repeat_n(digit, RecordId::TEXT_LEN - text.len()));
    let id: RecordId = whole.parse().ok()?;
    Some(u128::from_be_bytes(*id.as_bytes()))
}

/// Order in a conversation: those with a time first, by time, then by place in the store.
type Rank = (bool, i64, u64);

/// Collects the rank of every document.
struct Ranks;

struct SegmentRanks {
    time: Option<Column<i64>>,
    loc: Arc<dyn ColumnValues<u64>>,
    ranks: Vec<Rank>,
}

impl Collector for Ranks {
    type Fruit = Vec<Rank>;
    type Child = SegmentRanks;

    fn for_segment(&self, _: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentRanks> {
        let columns = reader.fast_fields();
        Ok(SegmentRanks {
            time: columns.column_opt(column::TIME)?,
            loc: columns.column_first_or_default(column::LOC)?,
            ranks: Vec::new(),
        })
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
        let time = self.time.as_ref().and_then(|time| time.first(doc));
        self.ranks.push((time.is_none(), time.unwrap_or(0), self.loc.get_val(doc)));
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
        let bits = u128::from_be_bytes(*id.as_bytes());
        let text = id.to_string();
        for length in 1..=RecordId::TEXT_LEN {
            let (first, last) =
                (filled(text.get(..length).unwrap(), '0').unwrap(), filled(text.get(..length).unwrap(), 'z').unwrap());
            assert!((first..=last).contains(&bits), "{length}");
        }
        assert_eq!(filled(&text, '0'), filled(&text, 'z'));
        for text in ["", "u", "l", "z", "é", "00000000000000000000000000000"] {
            assert_eq!(filled(text, '0'), None, "{text}");
        }
    }
}
