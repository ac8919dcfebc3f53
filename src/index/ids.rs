//! Records by their ids, looked up in two columns of numbers.

use std::sync::Arc;

use tantivy::columnar::ColumnValues;
use tantivy::query::{BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{BitSet, DocId, Score, SegmentReader, TantivyError};

use super::schema::column;
use crate::model::RecordId;

/// The halves of an id as numbers, in whose order ids are.
pub(super) fn halves(id: &RecordId) -> [u64; 2] {
    let bytes = u128::from_be_bytes(*id.as_bytes());
    let half = |shift: u32| u64::try_from((bytes >> shift) & u128::from(u64::MAX)).unwrap_or_default();
    [half(64), half(0)]
}

/// The ids of one segment.
pub(super) struct IdColumn {
    high: Arc<dyn ColumnValues<u64>>,
    low: Arc<dyn ColumnValues<u64>>,
    len: u32,
}

impl IdColumn {
    /// Reads the columns whole: 16 bytes for each record.
    pub(super) fn of(reader: &SegmentReader) -> tantivy::Result<Self> {
        let columns = reader.fast_fields();
        Ok(Self {
            high: columns.column_first_or_default(column::ID_HIGH)?,
            low: columns.column_first_or_default(column::ID_LOW)?,
            len: reader.max_doc(),
        })
    }

    fn number(&self, doc: DocId) -> u128 {
        (u128::from(self.high.get_val(doc)) << 64) | u128::from(self.low.get_val(doc))
    }

    /// The id of a document; `None` where there is no such document.
    pub(super) fn id(&self, doc: DocId) -> Option<RecordId> {
        (doc < self.len).then(|| RecordId::from_bytes(self.number(doc).to_be_bytes()))
    }

    /// Documents with one of these ids, which are in order.
    pub(super) fn docs(&self, ids: &[RecordId]) -> Vec<DocId> {
        let first_halves: Vec<u64> = ids.iter().map(|id| halves(id)[0]).collect();
        let may_be = |doc: &DocId| first_halves.binary_search(&self.high.get_val(*doc)).is_ok();
        let is = |doc: &DocId| self.id(*doc).is_some_and(|id| ids.binary_search(&id).is_ok());
        (0..self.len).filter(may_be).filter(is).collect()
    }

    /// Documents with ids between two, both included.
    pub(super) fn docs_between(&self, first: RecordId, last: RecordId) -> Vec<DocId> {
        let [low, high] = [first, last].map(|id| halves(&id)[0]);
        let may_be = |doc: &DocId| (low..=high).contains(&self.high.get_val(*doc));
        let is = |doc: &DocId| self.id(*doc).is_some_and(|id| (first..=last).contains(&id));
        (0..self.len).filter(may_be).filter(is).collect()
    }
}

/// Asks for the records with these ids, which are in order.
#[derive(Clone, Debug)]
pub(super) struct IdQuery(pub(super) Arc<[RecordId]>);

impl Query for IdQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for IdQuery {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut docs = BitSet::with_max_value(reader.max_doc());
        for doc in IdColumn::of(reader)?.docs(&self.0) {
            docs.insert(doc);
        }
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(docs), boost)))
    }

    fn explain(&self, _: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument(format!("document #{doc} has an id, which explains itself")))
    }
}
