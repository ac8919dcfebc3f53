//! Records by their ids: looked up in the id column, whose dictionary is in order of id.

use std::collections::HashSet;
use std::sync::Arc;

use tantivy::columnar::BytesColumn;
use tantivy::query::{BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{BitSet, DocId, Score, SegmentReader, TantivyError};

use super::schema::column;
use crate::model::RecordId;

/// The ids of one segment.
pub(super) struct IdColumn(Option<BytesColumn>);

impl IdColumn {
    /// Reads the column whole: 18 bytes for each record.
    pub(super) fn of(reader: &SegmentReader) -> tantivy::Result<Self> {
        Ok(Self(reader.fast_fields().bytes(column::ID)?))
    }

    /// The id of a document; `None` where the column has none.
    pub(super) fn id(&self, doc: DocId) -> std::io::Result<Option<RecordId>> {
        let Some(column) = &self.0 else { return Ok(None) };
        let Some(ordinal) = column.ords().first(doc) else { return Ok(None) };
        let mut bytes = Vec::new();
        column.ord_to_bytes(ordinal, &mut bytes)?;
        Ok(bytes.try_into().ok().map(RecordId::from_bytes))
    }

    /// Documents with one of these ids, in order.
    pub(super) fn docs(&self, ids: &[RecordId]) -> std::io::Result<Vec<DocId>> {
        let Some(column) = &self.0 else { return Ok(Vec::new()) };
        let mut ordinals = HashSet::new();
        for id in ids {
            ordinals.extend(column.dictionary().term_ord(id.as_bytes())?);
        }
        Ok(Self::docs_of(column, &ordinals))
    }

    /// Documents with ids between two, both included; `most` different ids, the smallest first.
    pub(super) fn docs_between(&self, first: RecordId, last: RecordId, most: u64) -> std::io::Result<Vec<DocId>> {
        let Some(column) = &self.0 else { return Ok(Vec::new()) };
        let range = column.dictionary().range().ge(first.as_bytes()).le(last.as_bytes()).limit(most);
        let mut stream = range.into_stream()?;
        let mut ordinals = HashSet::new();
        while stream.advance() && u64::try_from(ordinals.len()).is_ok_and(|found| found < most) {
            ordinals.insert(stream.term_ord());
        }
        Ok(Self::docs_of(column, &ordinals))
    }

    fn docs_of(column: &BytesColumn, ordinals: &HashSet<u64>) -> Vec<DocId> {
        if ordinals.is_empty() {
            return Vec::new();
        }
        let has = |doc: &DocId| column.ords().first(*doc).is_some_and(|ordinal| ordinals.contains(&ordinal));
        (0..column.num_rows()).filter(has).collect()
    }
}

/// Asks for the records with these ids.
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
        for doc in IdColumn::of(reader)?.docs(&self.0)? {
            docs.insert(doc);
        }
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(docs), boost)))
    }

    fn explain(&self, _: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument(format!("document #{doc} has an id, which explains itself")))
    }
}
