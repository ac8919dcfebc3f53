//! The first records of a search by relevance and their number, in one pass, and how records are ordered.

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
    /// Reads the columns.
    pub(super) fn of(reader: &SegmentReader) -> tantivy::Result<Self> {
        let columns = reader.fast_fields();
        Ok(Self {
            loc: columns.column_first_or_default(column::LOC)?,
            time: columns.column_opt(column::TIME)?,
            len: reader.max_doc(),
        })
    }

    /// Number of documents.
    pub(super) const fn docs(&self) -> DocId {
        self.len
    }

    /// Time and place of a document.
    pub(super) fn at(&self, doc: DocId) -> Cursor {
        Cursor { time_ms: self.time_ms(doc), loc: self.loc(doc) }
    }

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
        let columns = searcher.segment_readers().iter().map(SegmentColumns::of).collect::<tantivy::Result<_>>();
        Ok(Self(columns.map_err(IndexError::reading)?))
    }

    /// Time and place in the store of a document.
    pub(super) fn at(&self, doc: DocAddress) -> Result<Cursor, IndexError> {
        let columns = self.segment(doc.segment_ord).filter(|columns| doc.doc_id < columns.len);
        columns.map(|columns| columns.at(doc.doc_id)).ok_or(IndexError::Damaged(None))
    }

    /// The columns of a segment.
    pub(super) fn segment(&self, ordinal: SegmentOrdinal) -> Option<&SegmentColumns> {
        usize::try_from(ordinal).ok().and_then(|ordinal| self.0.get(ordinal))
    }
}

/// Orders by score, then newest first, then by place in the store. However many documents match, only those wanted are
/// held.
pub(super) struct ByRelevance {
    /// Of the searcher that is searched.
    pub(super) columns: Arc<Columns>,
    /// Most documents.
    pub(super) wanted: usize,
    /// Only those that come after this one.
    pub(super) after: Option<Rank>,
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
    /// Its place in this order of time.
    pub(super) fn rank(&self, sort: Sort) -> Rank {
        rank(0.0, self.time_ms, self.loc, sort)
    }
}

/// A record that was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Match {
    /// 0 unless ordered by relevance.
    pub(super) score: f32,
    pub(super) doc: DocAddress,
    /// Its time and place.
    pub(super) at: Cursor,
}

impl Match {
    /// What was found with this rank.
    pub(super) fn of((rank, doc): (Rank, DocAddress), sort: Sort) -> Self {
        let (score, is_timed, time, loc) = rank;
        let (time, loc) = if sort == Sort::Oldest { (!time, !loc) } else { (time, loc) };
        Self { score: f32::from_bits(score), doc, at: Cursor { time_ms: is_timed.then_some(time), loc } }
    }
}

/// What was found.
pub(super) struct Found {
    /// All that match.
    pub(super) total: u64,
    /// Those up to the cursor.
    pub(super) before: u64,
    /// The first of them after it, in order.
    pub(super) docs: Vec<(Rank, DocAddress)>,
}

/// Greater comes first: bits of the score, has a time, time, place in the store, both turned round when the oldest come
/// first.
pub(super) type Rank = (u32, bool, i64, u64);

/// The best so far, the worst of them on top.
type Best = BinaryHeap<Reverse<(Rank, DocAddress)>>;

pub(super) struct RelevantSegment {
    columns: SegmentColumns,
    segment: SegmentOrdinal,
    wanted: usize,
    after: Option<Rank>,
    total: u64,
    before: u64,
    best: Best,
}

/// Records without a time come last either way; the place in the store keeps messages of one minute in their order.
fn rank(score: f32, time_ms: Option<i64>, loc: u64, sort: Sort) -> Rank {
    let time = time_ms.unwrap_or(0);
    // Bits of numbers that are not negative are in the order of the numbers.
    let score = if sort == Sort::Relevance { score.max(0.0).to_bits() } else { 0 };
    let (time, loc) = if sort == Sort::Oldest { (!time, !loc) } else { (time, loc) };
    (score, time_ms.is_some(), time, loc)
}

impl Collector for ByRelevance {
    type Fruit = Found;
    type Child = RelevantSegment;

    fn for_segment(&self, segment: SegmentOrdinal, _: &SegmentReader) -> tantivy::Result<RelevantSegment> {
        let columns = self.columns.segment(segment).cloned();
        Ok(RelevantSegment {
            columns: columns.ok_or_else(|| TantivyError::InternalError("columns of another searcher".to_owned()))?,
            segment,
            wanted: self.wanted,
            after: self.after,
            total: 0,
            before: 0,
            best: Best::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, fruits: Vec<(u64, u64, Best)>) -> tantivy::Result<Found> {
        let total = fruits.iter().map(|(total, ..)| total).sum();
        let before = fruits.iter().map(|(_, before, _)| before).sum();
        let mut docs: Vec<(Rank, DocAddress)> =
            fruits.into_iter().flat_map(|(_, _, best)| best.into_vec()).map(|Reverse(entry)| entry).collect();
        docs.sort_unstable_by_key(|entry| Reverse(*entry));
        docs.truncate(self.wanted);
        Ok(Found { total, before, docs })
    }
}

impl SegmentCollector for RelevantSegment {
    type Fruit = (u64, u64, Best);

    fn collect(&mut self, doc: DocId, score: Score) {
        self.total += 1;
        if self.wanted == 0 {
            return;
        }
        let time = self.columns.time_ms(doc);
        let full = self.best.len() >= self.wanted;
        // Most documents are older or worse than all kept: their place in the store is never read.
        if let Some(Reverse(((bits, known, worst, _), _))) = self.best.peek()
            && full
        {
            let (score, is_timed, dated, _) = rank(score, time, 0, Sort::Relevance);
            if (score, is_timed, dated) < (*bits, *known, *worst) {
                return;
            }
        }
        let rank = rank(score, time, self.columns.loc(doc), Sort::Relevance);
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::index::{Index, IndexState, Query, SearchOptions};
    use crate::model::{Kind, Platform, Record, RecordId, Time};

    pub(in crate::index) fn record(id: [u8; 16], time: Time) -> Record {
        Record {
            v: 1,
            id: RecordId::from_bytes(id),
            kind: Kind::Message,
            platform: Platform::Whatsapp,
            account: None,
            conversation: None,
            author: None,
            time,
            order: None,
            text: "robe".to_owned(),
            system: false,
            deleted: false,
            edited: false,
            attachments: Vec::new(),
            links: Vec::new(),
            place: None,
            tags: Vec::new(),
            reactions: Vec::new(),
            extra: serde_json::Map::new(),
            origin: Vec::new(),
        }
    }

    /// Records of one word, every third without a time, several to a second.
    fn index(records: u64) -> Index {
        let index = Index::in_memory().unwrap();
        let writer = index.writer(1, 16 << 20).unwrap();
        for number in 0..records {
            let mut id = [0; 16];
            id[..8].copy_from_slice(&number.to_be_bytes());
            let second = i64::try_from(number / 4).unwrap();
            let time = if number % 3 == 0 { Time::none() } else { Time::from_seconds(1_700_000_000 + second) };
            writer.add(&record(id, time), number).unwrap();
        }
        writer.commit(&IndexState::covering(1)).unwrap();
        index
    }

    #[test]
    fn a_page_holds_only_what_it_shows_however_much_matches() {
        let records = 25_000;
        let index = index(records);
        let searcher = index.reader.searcher();
        let columns = Arc::new(Columns::of(&searcher).unwrap());
        let (wanted, mut after, mut seen) = (700, None, 0);
        loop {
            let collector = ByRelevance { columns: Arc::clone(&columns), wanted, after };
            let fruits: Vec<_> = searcher
                .segment_readers()
                .iter()
                .zip(0..)
                .map(|(segment, ordinal)| {
                    let mut child = collector.for_segment(ordinal, segment).unwrap();
                    for doc in 0..segment.max_doc() {
                        child.collect(doc, 1.0);
                        assert!(child.best.len() <= wanted);
                    }
                    // Room for one more than is kept, doubled as heaps grow.
                    assert!(child.best.capacity() <= 2 * (wanted + 1), "{}", child.best.capacity());
                    child.harvest()
                })
                .collect();
            let found = collector.merge_fruits(fruits).unwrap();
            assert_eq!((found.total, found.before), (records, seen));
            assert!(found.docs.is_sorted_by(|one, other| one.0 > other.0));
            seen += u64::try_from(found.docs.len()).unwrap();
            let Some((last, _)) = found.docs.last() else { break };
            after = Some(*last);
        }
        assert_eq!(seen, records);
        // Far beyond what is passed over at a time.
        let query = Query::everything();
        for sort in [Sort::Newest, Sort::Oldest, Sort::Relevance] {
            let page = |offset, limit| {
                let options = SearchOptions { limit, offset, sort, ..SearchOptions::default() };
                index.search(&query, &options).unwrap()
            };
            let all = page(0, 30_000);
            let deep = page(24_990, 20);
            assert_eq!((deep.total, deep.left, &deep.hits[..]), (records, 0, &all.hits[24_990..]));
            let middle = page(20_005, 7);
            assert_eq!((middle.left, &middle.hits[..]), (4_988, &all.hits[20_005..20_012]));
            assert_eq!((page(25_000, 3).hits.len(), page(90_000, 3).hits.len()), (0, 0));
        }
    }
}
