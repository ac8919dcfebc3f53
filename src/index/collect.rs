//! The newest or oldest records of a search and their number, in one pass and without scores.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, ColumnValues};
use tantivy::{DocAddress, DocId, Score, Searcher, SegmentOrdinal, SegmentReader};

use super::error::IndexError;
use super::schema::column;
use crate::model::RecordId;

/// What the columns say of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) id: RecordId,
    pub(super) loc: u64,
    pub(super) time_ms: Option<i64>,
}

/// The columns of all segments.
pub(super) struct Columns(Vec<SegmentColumns>);

struct SegmentColumns {
    id_high: Arc<dyn ColumnValues<u64>>,
    id_low: Arc<dyn ColumnValues<u64>>,
    loc: Arc<dyn ColumnValues<u64>>,
    time: Option<Column<i64>>,
    len: u32,
}

impl Columns {
    /// Opens the columns; their content is read when asked for.
    pub(super) fn of(searcher: &Searcher) -> Result<Self, IndexError> {
        let open = |reader: &SegmentReader| -> tantivy::Result<SegmentColumns> {
            let columns = reader.fast_fields();
            Ok(SegmentColumns {
                id_high: columns.column_first_or_default(column::ID_HIGH)?,
                id_low: columns.column_first_or_default(column::ID_LOW)?,
                loc: columns.column_first_or_default(column::LOC)?,
                time: columns.column_opt(column::TIME)?,
                len: reader.max_doc(),
            })
        };
        let columns = searcher.segment_readers().iter().map(open).collect::<tantivy::Result<_>>();
        Ok(Self(columns.map_err(IndexError::reading)?))
    }

    /// What is known of a document.
    pub(super) fn hit(&self, doc: DocAddress) -> Result<Facts, IndexError> {
        let columns = usize::try_from(doc.segment_ord).ok().and_then(|ordinal| self.0.get(ordinal));
        let columns = columns.filter(|columns| doc.doc_id < columns.len).ok_or(IndexError::Damaged(None))?;
        let bits =
            (u128::from(columns.id_high.get_val(doc.doc_id)) << 64) | u128::from(columns.id_low.get_val(doc.doc_id));
        Ok(Facts {
            id: RecordId::from_bytes(bits.to_be_bytes()),
            loc: columns.loc.get_val(doc.doc_id),
            time_ms: columns.time.as_ref().and_then(|time| time.first(doc.doc_id)),
        })
    }
}

/// Orders by time, then by place in the store, which keeps messages of one minute in their order. Records without a
/// time come last either way.
pub(super) struct ByTime {
    /// Most documents.
    pub(super) wanted: usize,
    /// Otherwise oldest first.
    pub(super) newest_first: bool,
}

/// What was found.
pub(super) struct Found {
    /// All that match.
    pub(super) total: u64,
    /// The first of them, in order.
    pub(super) docs: Vec<DocAddress>,
}

/// Greater is better: has a time, time, place in the store, both negated when the oldest come first.
type Rank = (bool, i128, i128);

/// The best so far, the worst of them on top.
type Best = BinaryHeap<Reverse<(Rank, DocAddress)>>;

pub(super) struct ByTimeSegment {
    time: Option<Column<i64>>,
    loc: Arc<dyn ColumnValues<u64>>,
    segment: SegmentOrdinal,
    wanted: usize,
    newest_first: bool,
    total: u64,
    best: Best,
}

impl Collector for ByTime {
    type Fruit = Found;
    type Child = ByTimeSegment;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<ByTimeSegment> {
        let columns = reader.fast_fields();
        Ok(ByTimeSegment {
            time: columns.column_opt(column::TIME)?,
            loc: columns.column_first_or_default(column::LOC)?,
            segment,
            wanted: self.wanted,
            newest_first: self.newest_first,
            total: 0,
            best: Best::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<(u64, Best)>) -> tantivy::Result<Found> {
        let total = fruits.iter().map(|(total, _)| total).sum();
        let mut best: Vec<(Rank, DocAddress)> =
            fruits.into_iter().flat_map(|(_, best)| best.into_vec()).map(|Reverse(entry)| entry).collect();
        best.sort_unstable_by_key(|entry| Reverse(*entry));
        best.truncate(self.wanted);
        Ok(Found { total, docs: best.into_iter().map(|(_, doc)| doc).collect() })
    }
}

impl SegmentCollector for ByTimeSegment {
    type Fruit = (u64, Best);

    fn collect(&mut self, doc: DocId, _: Score) {
        self.total += 1;
        if self.wanted == 0 {
            return;
        }
        let time = self.time.as_ref().and_then(|time| time.first(doc));
        let signed = |value: i128| if self.newest_first { value } else { -value };
        let dated = (time.is_some(), signed(i128::from(time.unwrap_or(0))));
        let full = self.best.len() >= self.wanted;
        // Most documents are older than all kept: their place in the store is never read.
        if let Some(Reverse(((known, worst, _), _))) = self.best.peek()
            && full
            && dated < (*known, *worst)
        {
            return;
        }
        let rank = (dated.0, dated.1, signed(i128::from(self.loc.get_val(doc))));
        self.best.push(Reverse((rank, DocAddress::new(self.segment, doc))));
        if full {
            self.best.pop();
        }
    }

    fn harvest(self) -> Self::Fruit {
        (self.total, self.best)
    }
}
