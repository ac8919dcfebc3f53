//! Opening, creating and removing an index.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use tantivy::directory::RamDirectory;
use tantivy::tokenizer::{TextAnalyzer, TokenizerManager};
use tantivy::{IndexReader, IndexSettings, ReloadPolicy};

use super::collect::Columns;
use super::directory::AgeDirectory;
use super::error::{IndexError, guarded};
use super::kept_facts::KeptFacts;
use super::lock::IndexLock;
use super::order::Order;
use super::schema::{Fields, TOKENIZER, schema};
use super::state::IndexState;
use super::tokenizer::Terms;
use super::writer::IndexWriter;
use crate::crypto::SymmetricKey;

/// The key of an index. Wipes itself.
pub type IndexKey = SymmetricKey;

/// An open index.
pub struct Index {
    pub(super) tantivy: tantivy::Index,
    pub(super) reader: IndexReader,
    pub(super) fields: Fields,
    /// Columns of the newest state that was searched.
    pub(super) columns: Mutex<Option<(u64, Arc<Columns>)>>,
    /// Times and places in blocks, of the newest state that was searched.
    pub(super) order: Mutex<Option<(u64, Arc<Order>)>>,
    /// The folder; none of an index in memory.
    pub(super) directory: Option<AgeDirectory>,
    /// Who wrote where, of the newest state that was searched.
    pub(super) who: KeptFacts,
}

impl Index {
    /// Opens the index of a folder.
    ///
    /// # Errors
    /// [`IndexError::Missing`] without one; [`IndexError::Stale`] and [`IndexError::Damaged`] ask for a rebuild.
    pub fn open(folder: &Path, key: &IndexKey) -> Result<Self, IndexError> {
        guarded(|| {
            let directory = AgeDirectory::new(folder, key.clone());
            if !tantivy::Index::exists(&directory).map_err(|error| IndexError::reading(error.into()))? {
                return Err(IndexError::Missing);
            }
            let index = tantivy::Index::open(directory.clone()).map_err(IndexError::reading)?;
            let (schema, fields) = schema();
            if index.schema() != schema {
                return Err(IndexError::Stale);
            }
            let opened = Self::with_reader(index, fields, Some(directory))?;
            if opened.state()?.is_current() { Ok(opened) } else { Err(IndexError::Stale) }
        })
    }

    /// Makes an empty index in a folder that holds none. The first writer takes the lock over; until then nobody else writes.
    ///
    /// # Errors
    /// [`IndexError::Io`] when the folder cannot be written or holds an index.
    pub fn create(lock: IndexLock, key: &IndexKey) -> Result<Self, IndexError> {
        guarded(|| {
            let directory = AgeDirectory::held(lock, key.clone());
            if tantivy::Index::exists(&directory).map_err(|error| IndexError::reading(error.into()))? {
                return Err(IndexError::Io(Box::new(io::Error::from(io::ErrorKind::AlreadyExists))));
            }
            let (schema, fields) = schema();
            // Nothing is stored, so nothing is worth a thread that compresses.
            let settings = IndexSettings { docstore_compress_dedicated_thread: false, ..IndexSettings::default() };
            let index = tantivy::Index::create(directory.clone(), schema, settings);
            Self::with_reader(index.map_err(IndexError::writing)?, fields, Some(directory))
        })
    }

    /// Makes an empty index that lies in memory alone, for archives on a medium that cannot be written.
    ///
    /// # Errors
    /// [`IndexError::Io`] when there is no memory for it.
    pub fn in_memory() -> Result<Self, IndexError> {
        guarded(|| {
            let (schema, fields) = schema();
            let settings = IndexSettings { docstore_compress_dedicated_thread: false, ..IndexSettings::default() };
            let index = tantivy::Index::create(RamDirectory::create(), schema, settings);
            Self::with_reader(index.map_err(IndexError::writing)?, fields, None)
        })
    }

    /// What the index covers.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] or [`IndexError::Stale`].
    pub fn state(&self) -> Result<IndexState, IndexError> {
        guarded(|| {
            let metas = self.tantivy.load_metas().map_err(IndexError::reading)?;
            match metas.payload {
                None => Ok(IndexState::covering(0)),
                Some(payload) => IndexState::from_payload(&payload).ok_or(IndexError::Stale),
            }
        })
    }

    /// Starts writing, with this many indexing threads of `bytes_per_thread` memory each.
    ///
    /// # Errors
    /// [`IndexError::Busy`] while another writer is open, here or in another process.
    pub fn writer(&self, threads: usize, bytes_per_thread: usize) -> Result<IndexWriter, IndexError> {
        IndexWriter::open(self, threads, bytes_per_thread)
    }

    /// Number of records.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// True without records.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn with_reader(
        mut index: tantivy::Index,
        fields: Fields,
        directory: Option<AgeDirectory>,
    ) -> Result<Self, IndexError> {
        let tokenizers = TokenizerManager::default();
        tokenizers.register(TOKENIZER, TextAnalyzer::from(Terms::default()));
        index.set_tokenizers(tokenizers);
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(1)
            .try_into()
            .map_err(IndexError::reading)?;
        let (columns, order) = (Mutex::new(None), Mutex::new(None));
        let who = KeptFacts::of(directory.clone());
        Ok(Self { tantivy: index, reader, fields, columns, order, directory, who })
    }
}
