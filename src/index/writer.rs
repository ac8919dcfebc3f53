//! Writing the index: records in from many threads, one commit at the end.

use std::ops::Bound;

use tantivy::indexer::{IndexWriterOptions, NoMergePolicy};
use tantivy::query::{BooleanQuery, Query as TantivyQuery, RangeQuery, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{IndexReader, Term};

use super::document::{document, id_halves, id_term};
use super::error::{IndexError, guarded};
use super::schema::Fields;
use super::state::IndexState;
use crate::model::Record;
use crate::model::RecordId;

/// Least memory tantivy accepts for one thread, in bytes.
const ARENA_BYTES_MIN: usize = 16 << 20;
/// Most memory tantivy accepts for one thread, in bytes.
const ARENA_BYTES_MAX: usize = 2 << 30;
/// Segments a commit may leave. Each costs a search about a millisecond when it is first opened.
const SEGMENTS_MAX: usize = 4;
/// Most records of a merged segment: merging costs time in proportion and reads columns whole.
const MERGED_RECORDS_MAX: u32 = 4_000_000;

/// Adds records to the index. Dropped without [`IndexWriter::commit`], nothing has changed.
pub struct IndexWriter {
    writer: tantivy::IndexWriter,
    reader: IndexReader,
    fields: Fields,
}

impl IndexWriter {
    pub(super) fn open(
        index: &tantivy::Index,
        reader: &IndexReader,
        fields: Fields,
        threads: usize,
        bytes: usize,
    ) -> Result<Self, IndexError> {
        guarded(|| {
            let options = IndexWriterOptions::builder()
                .num_worker_threads(threads.clamp(1, 16))
                .memory_budget_per_thread(bytes.clamp(ARENA_BYTES_MIN, ARENA_BYTES_MAX))
                .num_merge_threads(1)
                .build();
            let writer: tantivy::IndexWriter = index.writer_with_options(options).map_err(IndexError::writing)?;
            writer.set_merge_policy(Box::new(NoMergePolicy));
            // Files of writers that were killed. One that stays is removed another time.
            drop(writer.garbage_collect_files().wait());
            Ok(Self { writer, reader: reader.clone(), fields })
        })
    }

    /// Adds a record that lies at `loc` of the store. Blocks while the indexing threads are behind.
    ///
    /// # Errors
    /// [`IndexError::Io`] when an indexing thread could not write.
    pub fn add(&self, record: &Record, loc: u64) -> Result<(), IndexError> {
        // One by one: the queue is bounded by documents only so.
        self.writer.add_document(document(&self.fields, record, loc)).map_err(IndexError::writing)?;
        Ok(())
    }

    /// Puts a record in the place of what was added or committed before under its id.
    ///
    /// # Errors
    /// As [`IndexWriter::add`].
    pub fn replace(&self, record: &Record, loc: u64) -> Result<(), IndexError> {
        self.remove(&record.id)?;
        self.add(record, loc)
    }

    /// Removes what was added or committed before under this id. Its words stay in the files, sealed, until a merge or
    /// a rebuild.
    ///
    /// # Errors
    /// As [`IndexWriter::add`].
    pub fn remove(&self, id: &RecordId) -> Result<(), IndexError> {
        self.writer.delete_query(Box::new(id_query(&self.fields, id))).map_err(IndexError::writing)?;
        Ok(())
    }

    /// Publishes everything, together with what the index now covers, and merges small segments. Open searches see it.
    ///
    /// # Errors
    /// [`IndexError::Io`] when it cannot be written; the old state then stays.
    pub fn commit(mut self, state: &IndexState) -> Result<(), IndexError> {
        guarded(move || {
            let mut prepared = self.writer.prepare_commit().map_err(IndexError::writing)?;
            prepared.set_payload(&state.to_payload());
            prepared.commit().map_err(IndexError::writing)?;
            self.merge_small_segments()?;
            drop(self.writer.garbage_collect_files().wait());
            let Self { writer, reader, .. } = self;
            writer.wait_merging_threads().map_err(IndexError::writing)?;
            reader.reload().map_err(IndexError::reading)
        })
    }

    /// Keeps the largest segments and makes one of all others.
    fn merge_small_segments(&mut self) -> Result<(), IndexError> {
        let mut segments = self.writer.index().searchable_segment_metas().map_err(IndexError::reading)?;
        if segments.len() <= SEGMENTS_MAX {
            return Ok(());
        }
        segments.sort_by_key(|segment| std::cmp::Reverse(segment.num_docs()));
        let mut records: u32 = 0;
        let small: Vec<_> = segments
            .iter()
            .rev()
            .take(segments.len() - (SEGMENTS_MAX - 1))
            .take_while(|segment| {
                records = records.saturating_add(segment.num_docs());
                records <= MERGED_RECORDS_MAX
            })
            .map(tantivy::SegmentMeta::id)
            .collect();
        if small.len() > 1 {
            self.writer.merge(&small).wait().map_err(IndexError::writing)?;
        }
        Ok(())
    }
}

/// Exactly one record: its term finds it, its two columns settle it.
pub(super) fn id_query(fields: &Fields, id: &RecordId) -> BooleanQuery {
    let (high, low) = id_halves(id);
    let equals = |term: Term| -> Box<dyn TantivyQuery> {
        Box::new(RangeQuery::new(Bound::Included(term.clone()), Bound::Included(term)))
    };
    let term = Term::from_field_bytes(fields.id, id_term(id));
    BooleanQuery::intersection(vec![
        Box::new(TermQuery::new(term, IndexRecordOption::Basic)),
        equals(Term::from_field_u64(fields.id_high, high)),
        equals(Term::from_field_u64(fields.id_low, low)),
    ])
}
