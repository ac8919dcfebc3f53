//! Keeps the index level with the archive: opens it, catches up, rebuilds what is damaged. The archive is the truth.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use super::engine::IngestError;
use crate::index::{ANALYSER_VERSION, Index, IndexError, IndexKey, IndexState, IndexWriter, SCHEMA_VERSION};
use crate::model::{Record, RecordId};
use crate::notes::Book;
use crate::store::{
    Archive, ListKind, Location, ObjectKind, RecordReader, StoreError, Tip, hash_file, line_id, line_retracts,
};

/// How the index was made ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexOutcome {
    /// It was level already.
    Level,
    /// Records were added to it.
    CaughtUp,
    /// There was none.
    Built,
    /// It was damaged, foreign or of another version, and was built anew.
    Rebuilt,
    /// Nothing may be written where the archive lies: it was built in memory, for this once.
    InMemory,
    /// Another process is writing to it; what it holds is older than the archive.
    Behind,
}

/// Threads of index writing, and memory of each: two threads fill two cores, and larger arenas save no time.
const INDEX_THREADS: usize = 2;
const INDEX_BYTES: usize = 50 << 20;

/// How long another process that makes the index is waited for: a quarter of an hour, more than a slow computer needs.
const WAITS_MAX: u32 = 9_000;
const WAIT: Duration = Duration::from_millis(100);
/// After so many waits whoever asks is told: most are over before.
const WAITS_UNTOLD: u32 = 10;

/// An index to search in.
pub struct ReadyIndex {
    /// The index.
    pub index: Index,
    /// How it was made ready.
    pub outcome: IndexOutcome,
    /// Damaged or missing files of the archive, whose records are not in it.
    pub damaged: Vec<PathBuf>,
    /// It was rebuilt for a question already: what a new index cannot answer is no matter of damage to its files.
    cured: bool,
}

impl ReadyIndex {
    /// Puts a question to the index. When that meets damage, which shows only where it is read, the index is rebuilt
    /// once and asked again.
    ///
    /// # Errors
    /// Those of the question, when a rebuild does not help, and of rebuilding.
    pub fn ask<T>(
        &mut self,
        archive: &Archive,
        question: impl Fn(&Index) -> Result<T, IndexError>,
    ) -> Result<T, IngestError> {
        match question(&self.index) {
            Err(error) if error.is_cured_by_rebuild() && !self.cured => {
                // Some systems remove no file that is open.
                self.index = Index::in_memory()?;
                *self = Self { cured: true, ..rebuilt_or_in_memory(archive, &|_| {}, IndexOutcome::Rebuilt)? };
                Ok(question(&self.index)?)
            }
            answer => Ok(answer?),
        }
    }
}

/// The archive's index, level with its newest commit. `tick` is told the number of records indexed so far. While another
/// process makes the index, it is waited for; `waits` is told once when that takes more than a second.
///
/// # Errors
/// Those of the archive; a damaged index is rebuilt, not an error, and damage to the archive costs only the records in
/// the damaged files. [`IndexError::Busy`] when the other process does not end.
pub fn ready_index(archive: &Archive, tick: &dyn Fn(u64), waits: &mut dyn FnMut()) -> Result<ReadyIndex, IngestError> {
    for round in 0..WAITS_MAX {
        if round == WAITS_UNTOLD {
            waits();
        }
        match made_ready(archive, tick) {
            Err(IngestError::Index(IndexError::Busy)) if has_records(archive) => std::thread::sleep(WAIT),
            ready => return ready,
        }
    }
    Err(IndexError::Busy.into())
}

fn made_ready(archive: &Archive, tick: &dyn Fn(u64)) -> Result<ReadyIndex, IngestError> {
    if archive.layout().is_copy() {
        // A backup drive is read, never written.
        return filled(Index::in_memory()?, archive, IndexOutcome::InMemory, tick);
    }
    let folder = archive.layout().index();
    let key = IndexKey::new(&archive.keyring().index_key());
    let existed = folder.is_dir();
    let Ok(index) = Index::open(&folder, &key) else {
        let outcome = if existed { IndexOutcome::Rebuilt } else { IndexOutcome::Built };
        return rebuilt_or_in_memory(archive, tick, outcome);
    };
    let ready = |index, outcome, lacking: &[String]| {
        let damaged = lacking.iter().map(|sha256| archive.layout().object(sha256)).collect();
        Ok(ReadyIndex { index, outcome, damaged, cured: false })
    };
    match index.state() {
        // What was damaged has been restored: its records are to be found again.
        Ok(state) if is_current(&state) && state.lacking.iter().any(|sha256| is_sound(archive, sha256)) => {
            drop(index);
            rebuilt_or_in_memory(archive, tick, IndexOutcome::Rebuilt)
        }
        // Records moved or went since: what it says of them is void.
        Ok(state) if is_current(&state) && is_void(&state, archive) => {
            drop(index);
            rebuilt_or_in_memory(archive, tick, IndexOutcome::Rebuilt)
        }
        Ok(state) if is_level(&state, archive) || lacks_nothing(&state, archive) => {
            ready(index, IndexOutcome::Level, &state.lacking)
        }
        Ok(state) if is_behind(&state, archive) => match catch_up(&index, archive, &state, tick) {
            Ok(lacking) => {
                drop(index);
                match Index::open(&folder, &key) {
                    Ok(index) => ready(index, IndexOutcome::CaughtUp, &lacking),
                    Err(_) => rebuilt_or_in_memory(archive, tick, IndexOutcome::Rebuilt),
                }
            }
            // Somebody builds it: what is there holds nothing yet, and would answer that nothing is found.
            Err(IngestError::Index(IndexError::Busy)) if state.commit_seq == 0 && has_records(archive) => {
                Err(IndexError::Busy.into())
            }
            Err(IngestError::Index(IndexError::Busy)) => ready(index, IndexOutcome::Behind, &state.lacking),
            Err(IngestError::Index(_)) => {
                drop(index);
                rebuilt_or_in_memory(archive, tick, IndexOutcome::Rebuilt)
            }
            Err(error) => Err(error),
        },
        _ => {
            drop(index);
            rebuilt_or_in_memory(archive, tick, IndexOutcome::Rebuilt)
        }
    }
}

/// Rebuilds the index; where nothing may be written, in memory for this once.
fn rebuilt_or_in_memory(
    archive: &Archive,
    tick: &dyn Fn(u64),
    outcome: IndexOutcome,
) -> Result<ReadyIndex, IngestError> {
    match rebuild_index(archive, tick) {
        Err(IngestError::Index(error)) if error.is_read_only() => {
            filled(Index::in_memory()?, archive, IndexOutcome::InMemory, tick)
        }
        ready => Ok(ReadyIndex { outcome, ..ready? }),
    }
}

/// Builds the index anew from the archive.
///
/// # Errors
/// Those of the archive and of writing.
pub fn rebuild_index(archive: &Archive, tick: &dyn Fn(u64)) -> Result<ReadyIndex, IngestError> {
    if archive.layout().is_copy() {
        return Err(StoreError::IsCopy { path: archive.layout().root().to_owned() }.into());
    }
    let folder = archive.layout().index();
    let key = IndexKey::new(&archive.keyring().index_key());
    Index::remove_all(&folder)?;
    let made = filled(Index::create(&folder, &key)?, archive, IndexOutcome::Rebuilt, tick)?;
    Ok(ReadyIndex { index: Index::open(&folder, &key)?, ..made })
}

/// Puts every record into an empty index.
fn filled(
    index: Index,
    archive: &Archive,
    outcome: IndexOutcome,
    tick: &dyn Fn(u64),
) -> Result<ReadyIndex, IngestError> {
    let lacking = catch_up(&index, archive, &IndexState::covering(0), tick)?;
    let damaged = lacking.iter().map(|sha256| archive.layout().object(sha256)).collect();
    Ok(ReadyIndex { index, outcome, damaged, cured: false })
}

/// A writer to the index, when there is one that is level with the archive; else the index is made ready at the next
/// search, from the archive.
pub(super) fn index_writer(archive: &Archive) -> Option<IndexWriter> {
    let folder = archive.layout().index();
    let key = IndexKey::new(&archive.keyring().index_key());
    let index = match Index::open(&folder, &key) {
        Ok(index) => index
            .state()
            .is_ok_and(|state| is_whole(&state, archive) || lacks_nothing(&state, archive))
            .then_some(index)?,
        Err(_) if archive.commit().imports.is_empty() => Index::create(&folder, &key).ok()?,
        Err(_) => return None,
    };
    let notes = Book::read(archive).map(|(book, _)| book.notes()).unwrap_or_default();
    index.writer(INDEX_THREADS, INDEX_BYTES).ok().map(|writer| writer.with_notes(notes))
}

/// The index with its files written; none when that failed.
pub(super) fn flushed(mut index: IndexWriter) -> Option<IndexWriter> {
    index.flush().ok().map(|()| index)
}

/// The import is safe by now: an index that fails is rebuilt from it at the next search.
pub(super) fn commit_index(index: Option<IndexWriter>, tip: &Tip) {
    if let Some(index) = index {
        drop(index.commit(&level_state(tip.commit.seq)));
    }
}

/// The state an index has once it covers the archive's newest commit.
fn level_state(commit_seq: u64) -> IndexState {
    IndexState::covering(commit_seq)
}

fn has_records(archive: &Archive) -> bool {
    archive.commit().counts.values().any(|count| *count > 0)
}

fn is_level(state: &IndexState, archive: &Archive) -> bool {
    is_current(state) && state.commit_seq == archive.commit().seq
}

/// Level, and nothing is missing in it: what is added now makes it level again.
fn is_whole(state: &IndexState, archive: &Archive) -> bool {
    is_level(state, archive) && state.lacking.is_empty()
}

/// Behind the newest commit only by what is not in an index: labels, keys, choices.
fn lacks_nothing(state: &IndexState, archive: &Archive) -> bool {
    let since = |kind| archive.objects(kind).any(|object| object.seq > state.commit_seq);
    is_behind(state, archive)
        && state.lacking.is_empty()
        && state.commit_seq > 0
        && !since(ObjectKind::Seg)
        && noted_since(archive, state.commit_seq).is_empty()
}

fn is_sound(archive: &Archive, sha256: &str) -> bool {
    hash_file(&archive.layout().object(sha256)).is_ok_and(|(actual, _)| actual == *sha256)
}

fn is_behind(state: &IndexState, archive: &Archive) -> bool {
    is_current(state) && state.commit_seq < archive.commit().seq
}

fn is_void(state: &IndexState, archive: &Archive) -> bool {
    state.commit_seq > 0 && state.commit_seq < archive.commit().rewritten
}

fn is_current(state: &IndexState) -> bool {
    state.analyser == ANALYSER_VERSION && state.schema == SCHEMA_VERSION
}

/// Indexes every record of the commits after the state's. A record with several lines is indexed by its last. Gives the
/// names of the objects that could not be read, and leaves them to the state.
fn catch_up(
    index: &Index,
    archive: &Archive,
    state: &IndexState,
    tick: &dyn Fn(u64),
) -> Result<Vec<String>, IngestError> {
    let seq = state.commit_seq;
    let mut last: HashMap<RecordId, Location> = HashMap::new();
    let mut several: HashMap<RecordId, u32> = HashMap::new();
    let mut reader = RecordReader::salvaging(archive);
    reader.each(&|object| object.seq > seq, &mut |location, line| {
        if let Some(id) = line_id(line)
            && last.insert(id, location).is_some()
        {
            *several.entry(id).or_default() += 1;
        }
        Ok(())
    })?;
    let (book, unread) = Book::read(archive)?;
    let notes = book.notes();
    let noted = if seq == 0 { Vec::new() } else { noted_since(archive, seq) };
    let writer = index.writer(INDEX_THREADS, INDEX_BYTES)?.with_notes(notes);
    let mut done = 0;
    let mut failure: Option<IngestError> = None;
    let outcome = reader.each(&|object| object.seq > seq, &mut |location, line| {
        let Some(id) = line_id(line).filter(|id| last.get(id) == Some(&location)) else { return Ok(()) };
        let indexed = if line_retracts(line) {
            writer.remove(&id).map_err(IngestError::from)
        } else {
            serde_json::from_slice::<Record>(line).map_err(IngestError::from).and_then(|record| {
                if seq == 0 { Ok(writer.add(&record, location.0)?) } else { Ok(writer.replace(&record, location.0)?) }
            })
        };
        done += 1;
        tick(done);
        indexed.map_err(|error| {
            failure = Some(error);
            StoreError::Io(std::io::ErrorKind::Other.into())
        })
    });
    if let Some(error) = failure {
        return Err(error);
    }
    outcome?;
    let mut lacking = state.lacking.clone();
    for (id, place) in index.by_ids(&noted)?.into_iter().filter(|(id, _)| !last.contains_key(id)) {
        // What cannot be read is found by its words as before.
        if let Ok(line) = reader.line(Location(place)) {
            let record: Record = serde_json::from_slice(&line)?;
            if record.id == id {
                writer.replace(&record, place)?;
            }
        }
    }
    let passed = reader.passed();
    lacking
        .extend(passed.iter().chain(&unread).filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())));
    writer.commit(&IndexState { lacking: lacking.clone(), ..level_state(archive.commit().seq) })?;
    Ok(lacking)
}

/// Records about which the owner said or took back something since that commit.
fn noted_since(archive: &Archive, seq: u64) -> Vec<RecordId> {
    #[derive(serde::Deserialize)]
    struct Noted {
        is: String,
        record: RecordId,
    }
    let mut noted = Vec::new();
    for object in archive.objects(ObjectKind::AnnotationList).filter(|object| object.seq > seq) {
        // A list that cannot be read is told by whoever reads all of them.
        let read = archive.read_list(ListKind::Annotations, object, |line| {
            noted.extend(
                serde_json::from_slice(line).ok().filter(|line: &Noted| line.is == "note").map(|line| line.record),
            );
        });
        drop(read);
    }
    noted
}
