//! The newest or oldest records of a search and their number, in one pass and without scores.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, ColumnValues};
use tantivy::{DocAddress, DocId, Score, Searcher, SegmentOrdinal, SegmentReader, TantivyError};

use super::error::IndexError;
use super::query::Sort;
use super::schema::column;

/// Time and place in the store of all records, decrypted: about eight bytes for each.
pub(super) struct Columns(Vec<SegmentColumns>);

/// The columns of one segment.
#[derive(Clone)]
pub(super) struct SegmentColumns {
    loc: Arc<dyn ColumnValues<u64>>,
    time: Option<Column<i64>>,
    len: u32,
}

impl SegmentColumns {
    /// Milliseconds since 1970.
    pub(super) fn time_ms(&self, doc: DocId) -> Option<i64> {
        self.time.as_ref().and_then(|time| time.first(doc))
    }

    /// Place in the store.
    pub(super) fn loc(&self, doc: DocId) -> u64 {
        self.loc.get_val(doc)
    }
}

impl Columns {
    /// Reads the columns.
    pub(super) fn of(searcher: &Searcher) -> Result<Self, IndexError> {
        let open = |reader: &SegmentReader| -> tantivy::Result<SegmentColumns> {
            let columns = reader.fast_fields();
            Ok(SegmentColumns {
                loc: columns.column_first_or_default(column::LOC)?,
                time: columns.column_opt(column::TIME)?,
                len: reader.max_doc(),
            })
        };
        let columns = searcher.segment_readers().iter().map(open).collect::<tantivy::Result<_>>();
        Ok(Self(columns.map_err(IndexError::reading)?))
    }

    /// Time and place in the store of a document.
    pub(super) fn at(&self, doc: DocAddress) -> Result<(Option<i64>, u64), IndexError> {
        let columns = self.segment(doc.segment_ord).filter(|columns| doc.doc_id < columns.len);
        let columns = columns.ok_or(IndexError::Damaged(None))?;
        Ok((columns.time_ms(doc.doc_id), columns.loc(doc.doc_id)))
    }

    /// The columns of a segment.
    pub(super) fn segment(&self, ordinal: SegmentOrdinal) -> Option<&SegmentColumns> {
        usize::try_from(ordinal).ok().and_then(|ordinal| self.0.get(ordinal))
    }
}

/// Orders by time, then by place in the store, which keeps messages of one minute in their order. Records without a
/// time come last either way.
pub(super) struct ByTime {
    /// Of the searcher that is searched.
    pub(super) columns: Arc<Columns>,
    /// Most documents.
    pub(super) wanted: usize,
    /// Otherwise oldest first.
    pub(super) newest_first: bool,
    /// Only those that come after this one.
    pub(super) after: Option<Cursor>,
}

/// A record by its place in the order of time: what comes after it goes on where a page ended, however deep, at the cost
/// of the first page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Milliseconds since 1970 by which it is ordered; `None` without a time.
    pub time_ms: Option<i64>,
    /// Where it lies in the store.
    pub loc: u64,
}

impl Cursor {
    /// Whether another record comes after this one in this order of time.
    pub(super) fn precedes(&self, other: &Self, sort: Sort) -> bool {
        let rank = |cursor: &Self| rank(cursor.time_ms, cursor.loc, sort != Sort::Oldest);
        rank(other) < rank(self)
    }
}

/// What was found.
pub(super) struct Found {
    /// All that match.
    pub(super) total: u64,
    /// Those up to the cursor.
    pub(super) before: u64,
    /// The first of them after it, in order.
    pub(super) docs: Vec<DocAddress>,
}

/// Greater is better: has a time, time, place in the store, both negated when the oldest come first.
type Rank = (bool, i128, i128);

/// The best so far, the worst of them on top.
type Best = BinaryHeap<Reverse<(Rank, DocAddress)>>;

pub(super) struct ByTimeSegment {
    columns: SegmentColumns,
    segment: SegmentOrdinal,
    wanted: usize,
    newest_first: bool,
    after: Option<Rank>,
    total: u64,
    before: u64,
    best: Best,
}

/// Greater comes first.
fn rank(time_ms: Option<i64>, loc: u64, newest_first: bool) -> Rank {
    let signed = |value: i128| if newest_first { value } else { -value };
    (time_ms.is_some(), signed(i128::from(time_ms.unwrap_or(0))), signed(i128::from(loc)))
}

impl Collector for ByTime {
    type Fruit = Found;
    type Child = ByTimeSegment;

    fn for_segment(&self, segment: SegmentOrdinal, _: &SegmentReader) -> tantivy::Result<ByTimeSegment> {
        let columns = self.columns.segment(segment).cloned();
        Ok(ByTimeSegment {
            columns: columns.ok_or_else(|| TantivyError::InternalError("columns of another searcher".to_owned()))?,
            segment,
            wanted: self.wanted,
            newest_first: self.newest_first,
            after: self.after.map(|cursor| rank(cursor.time_ms, cursor.loc, self.newest_first)),
            total: 0,
            before: 0,
            best: Best::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<(u64, u64, Best)>) -> tantivy::Result<Found> {
        let total = fruits.iter().map(|(total, ..)| total).sum();
        let before = fruits.iter().map(|(_, before, _)| before).sum();
        let mut best: Vec<(Rank, DocAddress)> =
            fruits.into_iter().flat_map(|(_, _, best)| best.into_vec()).map(|Reverse(entry)| entry).collect();
        best.sort_unstable_by_key(|entry| Reverse(*entry));
        best.truncate(self.wanted);
        Ok(Found { total, before, docs: best.into_iter().map(|(_, doc)| doc).collect() })
    }
}

impl SegmentCollector for ByTimeSegment {
    type Fruit = (u64, u64, Best);

    fn collect(&mut self, doc: DocId, _: Score) {
        self.total += 1;
        if self.wanted == 0 {
            return;
        }
        let time = self.columns.time_ms(doc);
        let (is_timed, dated, _) = rank(time, 0, self.newest_first);
        let full = self.best.len() >= self.wanted;
        // Most documents are older than all kept: their place in the store is never read.
        if let Some(Reverse(((known, worst, _), _))) = self.best.peek()
            && full
            && (is_timed, dated) < (*known, *worst)
        {
            return;
        }
        let rank = rank(time, self.columns.loc(doc), self.newest_first);
        if self.after.is_some_and(|after| rank >= after) {
            self.before += 1;
            return;
        }
        self.best.push(Reverse((rank, DocAddress::new(self.segment, doc))));
        if full {
            self.best.pop();
        }
    }

    fn harvest(self) -> Self::Fruit {
        (self.total, self.before, self.best)
    }
}
