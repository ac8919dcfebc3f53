//! Writing the index: records in from many threads, one commit at the end.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tantivy::IndexReader;
use tantivy::indexer::{IndexWriterOptions, NoMergePolicy};
use tantivy::schema::TantivyDocument;

use super::directory::AgeDirectory;
use super::document::document;
use super::error::{IndexError, guarded};
use super::ids::IdQuery;
use super::kept_facts;
use super::open::Index;
use super::order;
use super::schema::Fields;
use super::state::IndexState;
use crate::model::Record;
use crate::model::RecordId;

/// Least memory tantivy accepts for one thread, in bytes.
const ARENA_BYTES_MIN: usize = 16 << 20;
/// Most memory tantivy accepts for one thread, in bytes.
const ARENA_BYTES_MAX: usize = 2 << 30;
/// Segments a commit may leave. Each costs a search about a millisecond when it is first opened; merging a million
/// records costs the import more than a second on one core while the other waits.
const SEGMENTS_MAX: usize = 12;
/// Most records of a merged segment: merging costs time in proportion and reads columns whole.
const MERGED_RECORDS_MAX: u32 = 4_000_000;

/// Most replaced or removed records that wait. Removing costs a pass over the ids of the index, for one record or for
/// thousands.
const WAITING_MAX: usize = 16_384;

/// Adds records to the index. Dropped without [`IndexWriter::commit`], nothing has changed.
pub struct IndexWriter {
    writer: tantivy::IndexWriter,
    reader: IndexReader,
    /// None of an index in memory.
    directory: Option<AgeDirectory>,
    fields: Fields,
    /// Records whose older documents are still to be removed, with the document that then takes their place.
    waiting: Mutex<Waiting>,
    has_waiting: AtomicBool,
    /// Words of the owner about records, found with them.
    notes: HashMap<RecordId, String>,
}

type Waiting = HashMap<RecordId, Option<TantivyDocument>>;

impl IndexWriter {
    pub(super) fn open(index: &Index, threads: usize, bytes: usize) -> Result<Self, IndexError> {
        guarded(|| {
            let options = IndexWriterOptions::builder()
                .num_worker_threads(threads.clamp(1, 16))
                .memory_budget_per_thread(bytes.clamp(ARENA_BYTES_MIN, ARENA_BYTES_MAX))
                .num_merge_threads(1)
                .build();
            let writer: tantivy::IndexWriter =
                index.tantivy.writer_with_options(options).map_err(IndexError::writing)?;
            writer.set_merge_policy(Box::new(NoMergePolicy));
            // Files of writers that were killed. One that stays is removed another time.
            drop(writer.garbage_collect_files().wait());
            Ok(Self {
                writer,
                reader: index.reader.clone(),
                directory: index.directory.clone(),
                fields: index.fields,
                waiting: Mutex::default(),
                has_waiting: AtomicBool::new(false),
                notes: HashMap::new(),
            })
        })
    }

    /// Words of the owner, by the records they are about: from now on they are found with them.
    #[must_use]
    pub fn with_notes(self, notes: HashMap<RecordId, String>) -> Self {
        Self { notes, ..self }
    }

    fn document(&self, record: &Record, loc: u64) -> TantivyDocument {
        let mut document = document(&self.fields, record, loc);
        if let Some(note) = self.notes.get(&record.id) {
            document.add_text(self.fields.text, note);
        }
        document
    }

    /// Adds a record that lies at `loc` of the store. Blocks while the indexing threads are behind.
    ///
    /// # Errors
    /// [`IndexError::Io`] when an indexing thread could not write.
    pub fn add(&self, record: &Record, loc: u64) -> Result<(), IndexError> {
        if self.has_waiting.load(Ordering::Acquire) {
            let mut waiting = self.waiting();
            if waiting.contains_key(&record.id) {
                self.settle(&mut waiting)?;
            }
        }
        self.add_document(self.document(record, loc))
    }

    /// Puts a record in the place of what was added or committed before under its id.
    ///
    /// # Errors
    /// As [`IndexWriter::add`].
    pub fn replace(&self, record: &Record, loc: u64) -> Result<(), IndexError> {
        self.wait(record.id, Some(self.document(record, loc)))
    }

    /// Removes what was added or committed before under this id. Its words stay in the files, sealed, until a merge or
    /// a rebuild.
    ///
    /// # Errors
    /// As [`IndexWriter::add`].
    pub fn remove(&self, id: &RecordId) -> Result<(), IndexError> {
        self.wait(*id, None)
    }

    /// Writes what was added so far to files that no search sees until [`IndexWriter::commit`], which then has less to do.
    ///
    /// # Errors
    /// [`IndexError::Io`] when it cannot be written; a commit then fails too.
    pub fn flush(&mut self) -> Result<(), IndexError> {
        guarded(move || {
            self.settle(&mut self.waiting())?;
            self.writer.prepare_commit().map(drop).map_err(IndexError::writing)
        })
    }

    /// Publishes everything, together with what the index now covers, and merges small segments. Open searches see it.
    ///
    /// # Errors
    /// [`IndexError::Io`] when it cannot be written; the old state then stays.
    pub fn commit(mut self, state: &IndexState) -> Result<(), IndexError> {
        guarded(move || {
            self.settle(&mut self.waiting())?;
            let mut prepared = self.writer.prepare_commit().map_err(IndexError::writing)?;
            prepared.set_payload(&state.to_payload());
            prepared.commit().map_err(IndexError::writing)?;
            self.merge_small_segments()?;
            drop(self.writer.garbage_collect_files().wait());
            let reloaded = self.reader.reload().map_err(IndexError::reading);
            if let (Some(directory), Ok(())) = (&self.directory, &reloaded) {
                let searcher = self.reader.searcher();
                order::keep(&searcher, directory);
                kept_facts::keep(&searcher, self.fields.fact, directory);
                directory.keep_ends();
            }
            self.writer.wait_merging_threads().map_err(IndexError::writing)?;
            reloaded
        })
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, id: RecordId, document: Option<TantivyDocument>) -> Result<(), IndexError> {
        let mut waiting = self.waiting();
        waiting.insert(id, document);
        self.has_waiting.store(true, Ordering::Release);
        if waiting.len() >= WAITING_MAX { self.settle(&mut waiting) } else { Ok(()) }
    }

    /// Removes the older documents of all that wait, then adds the new ones.
    fn settle(&self, waiting: &mut Waiting) -> Result<(), IndexError> {
        self.has_waiting.store(false, Ordering::Release);
        if waiting.is_empty() {
            return Ok(());
        }
        let mut ids: Vec<RecordId> = waiting.keys().copied().collect();
        ids.sort_unstable();
        self.writer.delete_query(Box::new(IdQuery(ids.into()))).map_err(IndexError::writing)?;
        waiting.drain().filter_map(|(_, document)| document).try_for_each(|document| self.add_document(document))
    }

    /// One by one: only so is the queue bounded by documents.
    fn add_document(&self, document: TantivyDocument) -> Result<(), IndexError> {
        self.writer.add_document(document).map_err(IndexError::writing)?;
        Ok(())
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
