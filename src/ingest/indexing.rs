//! Keeps the index level with the archive: opens it, catches up, rebuilds what is damaged. The archive is the truth.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::engine::IngestError;
use crate::index::{ANALYSER_VERSION, Index, IndexError, IndexKey, IndexLock, IndexState, IndexWriter, SCHEMA_VERSION};
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
                *self = Self { cured: true, ..cured(archive)? };
                Ok(question(&self.index)?)
            }
            answer => Ok(answer?),
        }
    }
}

/// An index made anew, whatever lies there; where nothing may be written, in memory for this once.
fn cured(archive: &Archive) -> Result<ReadyIndex, IngestError> {
    match rebuild_index(archive, &|_| {}) {
        Err(IngestError::Index(error)) if error.is_read_only() => {
            filled(Index::in_memory()?, archive, IndexOutcome::InMemory, &|_| {})
        }
        built => Ok(ReadyIndex { outcome: IndexOutcome::Rebuilt, ..built? }),
    }
}

/// The archive's index, level with its newest commit, which is read again where somebody wrote since. `tick` is told the number
/// of records indexed so far. While another process makes the index, it is waited for; `waits` is told once when that takes
/// more than a second.
///
/// # Errors
/// Those of the archive; a damaged index is rebuilt, not an error, and damage to the archive costs only the records in
/// the damaged files. [`IndexError::Busy`] when the other process does not end.
pub fn ready_index(
    archive: &mut Archive,
    tick: &dyn Fn(u64),
    waits: &mut dyn FnMut(),
) -> Result<ReadyIndex, IngestError> {
    patiently(waits, || made_ready(archive, tick))
}

/// Tries again as long as somebody else writes the index.
fn patiently<T>(
    waits: &mut dyn FnMut(),
    mut attempt: impl FnMut() -> Result<T, IngestError>,
) -> Result<T, IngestError> {
    for round in 0..WAITS_MAX {
        if round == WAITS_UNTOLD {
            waits();
        }
        match attempt() {
            Err(IngestError::Index(IndexError::Busy)) => std::thread::sleep(WAIT),
            done => return done,
        }
    }
    Err(IndexError::Busy.into())
}

/// The right to write the index of a folder, once nobody else has it.
///
/// # Errors
/// [`IndexError::Busy`] when somebody keeps it for ever; those of taking it.
pub(super) fn index_lock(folder: &Path) -> Result<IndexLock, IngestError> {
    patiently(&mut || {}, || Ok(IndexLock::take(folder)?))
}

/// What lies in the folder of the index, seen from the archive.
enum Present {
    /// It is of the archive's newest commit, or behind by nothing that is in an index.
    Level(Index, IndexState),
    /// It lacks what later commits brought.
    Behind(Index, IndexState),
    /// It covers a commit that the archive, when it was opened, had not.
    Ahead,
    /// None, or one of no use.
    Unusable,
}

fn present(archive: &Archive) -> Present {
    let key = IndexKey::new(&archive.keyring().index_key());
    let Ok(index) = Index::open(&archive.layout().index(), &key) else { return Present::Unusable };
    match index.state() {
        Ok(state) if !is_current(&state) => Present::Unusable,
        Ok(state) if state.commit_seq > archive.commit().seq => Present::Ahead,
        // What was damaged has been restored: its records are to be found again.
        Ok(state) if state.lacking.iter().any(|sha256| is_sound(archive, sha256)) => Present::Unusable,
        // Records moved or went since: what it says of them is void.
        Ok(state) if is_void(&state, archive) => Present::Unusable,
        Ok(state) if is_level(&state, archive) || lacks_nothing(&state, archive) => Present::Level(index, state),
        Ok(state) => Present::Behind(index, state),
        Err(_) => Present::Unusable,
    }
}

fn made_ready(archive: &mut Archive, tick: &dyn Fn(u64)) -> Result<ReadyIndex, IngestError> {
    if archive.layout().is_copy() {
        // A backup drive is read, never written.
        return filled(Index::in_memory()?, archive, IndexOutcome::InMemory, tick);
    }
    let folder = archive.layout().index();
    let found = match present(archive) {
        Present::Ahead => {
            archive.refresh()?;
            present(archive)
        }
        found => found,
    };
    match found {
        Present::Level(index, state) => Ok(ready(archive, index, IndexOutcome::Level, &state.lacking)),
        Present::Behind(index, state) => match catch_up(&index, archive, &state, tick) {
            Ok(lacking) => {
                drop(index);
                match Index::open(&folder, &IndexKey::new(&archive.keyring().index_key())) {
                    Ok(index) => Ok(ready(archive, index, IndexOutcome::CaughtUp, &lacking)),
                    Err(_) => made_anew(archive, tick, false),
                }
            }
            // Somebody builds it: what is there holds nothing yet, and would answer that nothing is found.
            Err(IngestError::Index(IndexError::Busy)) if state.commit_seq == 0 && has_records(archive) => {
                Err(IndexError::Busy.into())
            }
            // Somebody was faster: what is there now is to be looked at.
            Err(IngestError::Index(IndexError::Busy)) if index.state().is_ok_and(|now| now != state) => {
                Err(IndexError::Busy.into())
            }
            Err(IngestError::Index(IndexError::Busy)) => {
                Ok(ready(archive, index, IndexOutcome::Behind, &state.lacking))
            }
            Err(IngestError::Index(_)) => {
                drop(index);
                made_anew(archive, tick, true)
            }
            Err(error) => Err(error),
        },
        Present::Ahead | Present::Unusable => made_anew(archive, tick, false),
    }
}

fn ready(archive: &Archive, index: Index, outcome: IndexOutcome, lacking: &[String]) -> ReadyIndex {
    let damaged = lacking.iter().map(|sha256| archive.layout().object(sha256)).collect();
    ReadyIndex { index, outcome, damaged, cured: false }
}

/// Builds the index unless somebody else just did; where nothing may be written, in memory for this once. One that
/// `cannot_catch_up` is of no use though it looks as if it were.
fn made_anew(archive: &Archive, tick: &dyn Fn(u64), cannot_catch_up: bool) -> Result<ReadyIndex, IngestError> {
    let lock = match IndexLock::take(&archive.layout().index()) {
        Err(error) if error.is_read_only() => {
            return filled(Index::in_memory()?, archive, IndexOutcome::InMemory, tick);
        }
        // There is nothing to find yet, and what the other one finds is not for whoever asked before.
        Err(IndexError::Busy) if !has_records(archive) => {
            return filled(Index::in_memory()?, archive, IndexOutcome::Behind, tick);
        }
        lock => lock?,
    };
    match present(archive) {
        Present::Level(index, state) => Ok(ready(archive, index, IndexOutcome::Level, &state.lacking)),
        Present::Behind(..) if !cannot_catch_up => Err(IndexError::Busy.into()),
        _ => built(lock, archive, tick),
    }
}

/// Builds the index anew from the archive, as soon as nobody else writes it.
///
/// # Errors
/// Those of the archive and of writing.
pub fn rebuild_index(archive: &Archive, tick: &dyn Fn(u64)) -> Result<ReadyIndex, IngestError> {
    if archive.layout().is_copy() {
        return Err(StoreError::IsCopy { path: archive.layout().root().to_owned() }.into());
    }
    built(index_lock(&archive.layout().index())?, archive, tick)
}

fn built(lock: IndexLock, archive: &Archive, tick: &dyn Fn(u64)) -> Result<ReadyIndex, IngestError> {
    let folder = archive.layout().index();
    let key = IndexKey::new(&archive.keyring().index_key());
    let outcome = if lock.files()?.is_empty() { IndexOutcome::Built } else { IndexOutcome::Rebuilt };
    let made = filled(Index::create(lock.cleared()?, &key)?, archive, outcome, tick)?;
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
        Err(_) if archive.commit().imports.is_empty() => Index::create(IndexLock::take(&folder).ok()?, &key).ok()?,
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
    let writer = index.writer(INDEX_THREADS, INDEX_BYTES)?;
    if index.state()? != *state {
        // Somebody wrote between the look and the lock: what is missing now is something else.
        return Err(IndexError::Busy.into());
    }
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
    let writer = writer.with_notes(book.notes());
    let noted = if seq == 0 { Vec::new() } else { noted_since(archive, seq) };
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
