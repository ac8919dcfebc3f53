//! Tantivy's view of a folder of age files: one sealed file per index file, bound to its name.
//!
//! Every length is authenticated when a file is opened and every offset is checked before use. A file whose end is kept
//! (see `ends`) is decrypted when more of it is read. Decrypted chunks are kept in a bounded cache; long reads (merges,
//! dictionaries, whole columns) pass it by. Locks are those of the operating system: a lock file that exists means nothing.

use std::collections::VecDeque;
use std::fmt;
use std::fs::TryLockError;
use std::io::{self, BufReader, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use fs_err as fs;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tantivy::HasLen;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, INDEX_WRITER_LOCK, Lock, OwnedBytes, TerminatingWrite,
    WatchCallback, WatchCallbackList, WatchHandle, WritePtr,
};

use super::ends::{self, ENDS_FILE, End, Ends, Writing};
use super::lock::IndexLock;
use super::placed::Placed;
use crate::crypto::SealError;
use crate::crypto::SealedFile;
use crate::crypto::SealingWriter;
use crate::crypto::SymmetricKey;

/// Chunk of age's stream: the smallest piece that can be decrypted alone.
const CHUNK_BYTES: usize = 65_536;
/// Serves the header of a file only: chunks are longer and are read straight into place.
const HEADER_BYTES: usize = 1_024;
/// Most bytes of decrypted chunks kept. A warm query of a million messages touches less.
const CACHE_BYTES: u64 = 64 << 20;
/// Reads longer than this pass the cache by: merges would only push everything else out.
const CACHED_READ_BYTES_MAX: usize = 1 << 20;
/// Endings of the files of which the engine keeps what it reads, whole dictionaries and columns: those of several chunks
/// pass the cache by as well.
const KEPT_BY_THE_ENGINE: [&str; 2] = ["term", "fast"];
/// Most bytes read by `atomic_read`; the file list of an index of a thousand segments has 300 kB.
const ATOMIC_BYTES_MAX: usize = 64 << 20;
pub(super) const TEMPORARY_PREFIX: &str = ".tmp-";
/// Most readers kept that have nothing to do: each has a chunk sealed and one open. Memory that is new costs a search more than
/// opening a file once more.
const IDLE_MAX: usize = 4;
/// The same while segments are merged, which reads all files of all of them by turns.
const IDLE_WRITING_MAX: usize = 256;
const META_FILE: &str = "meta.json";

/// A folder of sealed index files.
#[derive(Clone)]
pub(super) struct AgeDirectory {
    inner: Arc<Inner>,
}

struct Inner {
    folder: PathBuf,
    key: SymmetricKey,
    chunks: ChunkCache,
    watchers: WatchCallbackList,
    temporary_files: AtomicU64,
    /// Read when a file is first opened.
    ends: Mutex<Option<Ends>>,
    /// The right to write, until the first writer takes it over.
    held: Mutex<Option<IndexLock>>,
    /// Readers of files that have nothing to do, by the files they read, those used last at the end: every thread has one of its
    /// own while it reads.
    idle: Mutex<VecDeque<(u64, Sealed)>>,
    /// Somebody wrote here.
    writes: AtomicBool,
}

/// Keyed by a hash of the file's name, which never names two contents, and the number of the chunk in it.
type ChunkCache = Cache<(u64, usize), OwnedBytes, ByLength>;

#[derive(Clone)]
struct ByLength;

impl Weighter<(u64, usize), OwnedBytes> for ByLength {
    fn weight(&self, _: &(u64, usize), chunk: &OwnedBytes) -> u64 {
        u64::try_from(chunk.len()).unwrap_or(u64::MAX).saturating_add(64)
    }
}

impl fmt::Debug for AgeDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgeDirectory").field("folder", &self.inner.folder).finish_non_exhaustive()
    }
}

impl AgeDirectory {
    /// The folder is not touched.
    pub(super) fn new(folder: &Path, key: SymmetricKey) -> Self {
        Self::of(folder, key, None)
    }

    /// A folder that somebody has the right to write; the first writer takes it over.
    pub(super) fn held(lock: IndexLock, key: SymmetricKey) -> Self {
        let folder = lock.folder().to_owned();
        Self::of(&folder, key, Some(lock))
    }

    fn of(folder: &Path, key: SymmetricKey, held: Option<IndexLock>) -> Self {
        let items = usize::try_from(CACHE_BYTES).unwrap_or(usize::MAX) / CHUNK_BYTES;
        Self {
            inner: Arc::new(Inner {
                folder: folder.to_owned(),
                key,
                chunks: Cache::with_weighter(items, CACHE_BYTES, ByLength),
                watchers: WatchCallbackList::default(),
                temporary_files: AtomicU64::new(0),
                ends: Mutex::new(None),
                held: Mutex::new(held),
                idle: Mutex::default(),
                writes: AtomicBool::new(false),
            }),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.inner.folder.join(name)
    }

    fn open_file(&self, path: &Path) -> Result<fs::File, OpenReadError> {
        let failed = |error| OpenReadError::wrap_io_error(error, path.to_owned());
        let name = file_name(path).map_err(failed)?;
        fs::File::open(self.path(name)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => OpenReadError::FileDoesNotExist(path.to_owned()),
            _ => failed(error),
        })
    }

    /// Opens a file whose length, where its end is kept, is known.
    fn unseal(&self, path: &Path, file: &Arc<fs::File>, len: Option<usize>) -> Result<Sealed, OpenReadError> {
        let failed = |error| OpenReadError::wrap_io_error(error, path.to_owned());
        let name = file_name(path).map_err(failed)?;
        let input = BufReader::with_capacity(HEADER_BYTES, Placed::of(Arc::clone(file)));
        let opened = match len.and_then(|len| u64::try_from(len).ok()) {
            Some(len) => self.inner.key.open_of_length(name, input, len),
            None => self.inner.key.open_at(name, input),
        };
        opened.map_err(|error| failed(io_error(error)))
    }

    fn with_ends<T>(&self, then: impl FnOnce(&mut Ends) -> T) -> T {
        let mut ends = self.inner.ends.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || self.atomic_read(Path::new(ENDS_FILE)).ok().and_then(|bytes| ends::read(&bytes));
        then(ends.get_or_insert_with(|| read().unwrap_or_default()))
    }

    /// A reader of this file that has nothing to do.
    fn idle(&self, name_hash: u64) -> Option<Sealed> {
        let mut idle = self.inner.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let at = idle.iter().rposition(|(of, _)| *of == name_hash)?;
        idle.remove(at).map(|(_, sealed)| sealed)
    }

    /// Keeps a reader that has nothing to do. Of a search only few are worth the memory: most files are read once.
    fn rest(&self, name_hash: u64, sealed: Sealed) {
        let most = if self.inner.writes.load(Ordering::Relaxed) { IDLE_WRITING_MAX } else { IDLE_MAX };
        let mut idle = self.inner.idle.lock().unwrap_or_else(PoisonError::into_inner);
        while idle.len() >= most {
            idle.pop_front();
        }
        idle.push_back((name_hash, sealed));
    }

    /// The end of a file that has the length it had.
    fn end(&self, path: &Path, file: &fs::File) -> Option<End> {
        let end = self.with_ends(|ends| ends.get(path.to_str()?).cloned())?;
        file.metadata().is_ok_and(|found| found.len() == end.sealed_len).then_some(end)
    }

    /// Keeps how the files end that were written, and forgets those that are gone. What fails costs later searches time.
    pub(super) fn keep_ends(&self) {
        let bytes = self.with_ends(|ends| {
            ends.retain(|name, _| self.path(name).exists());
            ends::written(ends)
        });
        drop(self.replace(ENDS_FILE, &bytes, false));
    }

    /// Writes a file that the engine does not know, or writes it anew.
    pub(super) fn put_beside(&self, name: &Path, data: &[u8]) -> io::Result<()> {
        let name = file_name(name)?;
        self.replace(name, data, false)?;
        let mut writing = Writing::default();
        writing.add(data);
        let end = writing.end(fs::metadata(self.path(name))?.len());
        self.with_ends(|ends| ends.insert(name.to_owned(), end));
        Ok(())
    }

    /// The names of the files that end so.
    pub(super) fn names_ending(&self, ending: &str) -> Vec<PathBuf> {
        let Ok(items) = fs::read_dir(&self.inner.folder) else { return Vec::new() };
        let names = items.filter_map(|item| Some(PathBuf::from(item.ok()?.file_name())));
        names.filter(|name| name.extension().is_some_and(|found| found == ending)).collect()
    }

    /// Puts the sealed bytes of `name` in the place of what is there. Not durable, a power cut may leave it torn, which its
    /// readers find.
    fn replace(&self, name: &str, data: &[u8], durable: bool) -> io::Result<()> {
        let temporary = self.write_temporary(name, data, durable)?;
        fs::rename(&temporary, self.path(name))
    }

    /// Writes the sealed bytes of `name` to a temporary file of the folder.
    fn write_temporary(&self, name: &str, data: &[u8], durable: bool) -> io::Result<PathBuf> {
        let number = self.inner.temporary_files.fetch_add(1, Ordering::Relaxed);
        let path = self.path(&format!("{TEMPORARY_PREFIX}{}-{number}", std::process::id()));
        let written = (|| {
            let mut writer = self.inner.key.seal(name, fs::File::create(&path)?)?;
            writer.write_all(data)?;
            let file = writer.finish()?;
            if durable { file.sync_all() } else { Ok(()) }
        })();
        if let Err(error) = written {
            // The first failure is the one to tell; a file that stays is removed by the next writer.
            drop(fs::remove_file(&path));
            return Err(error);
        }
        Ok(path)
    }

    /// Removes what killed writers left. Only under the writer lock.
    fn remove_temporary_files(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.inner.folder)? {
            let entry = entry?;
            if entry.file_name().to_str().is_some_and(|name| name.starts_with(TEMPORARY_PREFIX)) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

impl Directory for AgeDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        // Opened at once, though it may never be read: a merge may remove it the next moment.
        let file = Arc::new(self.open_file(path)?);
        let name_hash = name_hash(path);
        let (len, last) = if let Some(End { len, last, .. }) = self.end(path, &file) {
            (len, last)
        } else {
            let sealed = self.unseal(path, &file, None)?;
            let len = usize::try_from(sealed.len())
                .map_err(|error| OpenReadError::wrap_io_error(io::Error::other(error), path.to_owned()))?;
            self.rest(name_hash, sealed);
            (len, OwnedBytes::empty())
        };
        Ok(Arc::new(AgeFile { directory: self.clone(), path: path.to_owned(), name_hash, len, last, file }))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        let failed = |error: io::Error| DeleteError::IoError { io_error: Arc::new(error), filepath: path.to_owned() };
        let name = file_name(path).map_err(failed)?;
        fs::remove_file(self.path(name)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => DeleteError::FileDoesNotExist(path.to_owned()),
            _ => failed(error),
        })
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        let failed = |error| OpenReadError::wrap_io_error(error, path.to_owned());
        let name = file_name(path).map_err(failed)?;
        self.path(name).try_exists().map_err(failed)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let failed = |error| OpenWriteError::wrap_io_error(error, path.to_owned());
        let name = file_name(path).map_err(failed)?;
        let file = fs::OpenOptions::new().write(true).create_new(true).open(self.path(name)).map_err(|error| {
            match error.kind() {
                io::ErrorKind::AlreadyExists => OpenWriteError::FileAlreadyExists(path.to_owned()),
                _ => failed(error),
            }
        })?;
        let sealing = self.inner.key.seal(name, file).map_err(failed)?;
        let writer = AgeWriter {
            directory: self.clone(),
            name: name.to_owned(),
            sealing: Some(sealing),
            writing: Writing::default(),
        };
        Ok(io::BufWriter::with_capacity(CHUNK_BYTES, Box::new(writer)))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let failed = |error| OpenReadError::wrap_io_error(error, path.to_owned());
        let name = file_name(path).map_err(failed)?;
        let input = BufReader::with_capacity(HEADER_BYTES, self.open_file(path)?);
        let bytes = self.inner.key.open_bytes(name, input, ATOMIC_BYTES_MAX);
        bytes.map_err(|error| failed(io_error(error)))
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        let name = file_name(path)?;
        self.replace(name, data, true)?;
        if name == META_FILE {
            self.sync_directory()?;
            drop(self.inner.watchers.broadcast());
        }
        Ok(())
    }

    fn sync_directory(&self) -> io::Result<()> {
        sync_folder(&self.inner.folder)
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        if lock.filepath == INDEX_WRITER_LOCK.filepath {
            let held = self.inner.held.lock().unwrap_or_else(PoisonError::into_inner).take();
            let taken = held.map_or_else(|| IndexLock::try_take(&self.inner.folder), Ok).map_err(not_locked)?;
            self.remove_temporary_files().map_err(LockError::wrap_io_error)?;
            self.inner.writes.store(true, Ordering::Relaxed);
            return Ok(DirectoryLock::from(Box::new(taken)));
        }
        let name = file_name(&lock.filepath).map_err(LockError::wrap_io_error)?;
        let opened = fs::OpenOptions::new().write(true).create(true).truncate(false).open(self.path(name));
        let file = match opened {
            Ok(file) => file.into_file(),
            // Whoever may not write here only reads, and an index that changes meanwhile is noticed by its seals.
            Err(error) if is_read_only(&error) => return Ok(DirectoryLock::from(Box::new(()))),
            Err(error) => return Err(LockError::wrap_io_error(error)),
        };
        if lock.is_blocking {
            file.lock().map_err(LockError::wrap_io_error)?;
        } else {
            file.try_lock().map_err(not_locked)?;
        }
        Ok(DirectoryLock::from(Box::new(file)))
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(self.inner.watchers.subscribe(callback))
    }
}

fn not_locked(error: TryLockError) -> LockError {
    match error {
        TryLockError::WouldBlock => LockError::LockBusy,
        TryLockError::Error(error) => LockError::wrap_io_error(error),
    }
}

/// Whether the place, and not the disk, forbids to write.
pub(super) fn is_read_only(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied)
}

/// Makes new and renamed files of a folder durable. Windows has no such call and needs none.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { fs::File::open(folder)?.sync_all() } else { Ok(()) }
}

/// An index file being read.
struct AgeFile {
    directory: AgeDirectory,
    path: PathBuf,
    name_hash: u64,
    len: usize,
    /// Its last bytes, where they are kept.
    last: OwnedBytes,
    file: Arc<fs::File>,
}

type Sealed = SealedFile<BufReader<Placed>>;

impl fmt::Debug for AgeFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgeFile").field("path", &self.path).field("len", &self.len).finish_non_exhaustive()
    }
}

impl HasLen for AgeFile {
    fn len(&self) -> usize {
        self.len
    }
}

impl FileHandle for AgeFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.start > range.end || range.end > self.len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if range.is_empty() {
            return Ok(OwnedBytes::empty());
        }
        if let Some(start) = range.start.checked_sub(self.len - self.last.len().min(self.len)) {
            return cut(&self.last, start, range.len());
        }
        let is_kept = || self.path.extension().is_some_and(|end| KEPT_BY_THE_ENGINE.iter().any(|kept| end == *kept));
        if range.len() > CACHED_READ_BYTES_MAX {
            return self.decrypt(range).map(OwnedBytes::new);
        }
        let (first, last) = (range.start / CHUNK_BYTES, (range.end - 1) / CHUNK_BYTES);
        if first == last {
            return cut(&self.chunk(first)?, range.start - first * CHUNK_BYTES, range.len());
        }
        let mut bytes = Vec::with_capacity(range.len());
        if is_kept() {
            // The dictionary or column before it ends in its first chunk, and the next begins in its last one.
            bytes.extend_from_slice(&self.within(first, &range)?);
            bytes.extend_from_slice(&self.decrypt((first + 1) * CHUNK_BYTES..last * CHUNK_BYTES)?);
            bytes.extend_from_slice(&self.within(last, &range)?);
        } else {
            for number in first..=last {
                bytes.extend_from_slice(&self.within(number, &range)?);
            }
        }
        Ok(OwnedBytes::new(bytes))
    }
}

impl AgeFile {
    /// The part of a chunk that lies in a range.
    fn within(&self, number: usize, range: &Range<usize>) -> io::Result<OwnedBytes> {
        let chunk = self.chunk(number)?;
        let start = range.start.saturating_sub(number * CHUNK_BYTES);
        let end = chunk.len().min(range.end - number * CHUNK_BYTES);
        cut(&chunk, start, end.saturating_sub(start))
    }

    fn chunk(&self, number: usize) -> io::Result<OwnedBytes> {
        let key = (self.name_hash, number);
        let chunks = &self.directory.inner.chunks;
        if let Some(chunk) = chunks.get(&key) {
            return Ok(chunk);
        }
        let start = number * CHUNK_BYTES;
        let chunk = OwnedBytes::new(self.decrypt(start..self.len.min(start + CHUNK_BYTES))?);
        chunks.insert(key, chunk.clone());
        Ok(chunk)
    }

    fn decrypt(&self, range: Range<usize>) -> io::Result<Vec<u8>> {
        let mut sealed = match self.directory.idle(self.name_hash) {
            Some(sealed) => sealed,
            None => self.directory.unseal(&self.path, &self.file, Some(self.len)).map_err(opening)?,
        };
        let start = u64::try_from(range.start).map_err(io::Error::other)?;
        let bytes = sealed.read_at(start, range.len()).map_err(io_error)?;
        // One whose read failed reads no more, and is left out.
        self.directory.rest(self.name_hash, sealed);
        Ok(bytes)
    }
}

/// The kind stays: it tells another key from damage.
fn opening(error: OpenReadError) -> io::Error {
    match error {
        OpenReadError::IoError { io_error, .. } => {
            Arc::try_unwrap(io_error).unwrap_or_else(|shared| io::Error::new(shared.kind(), shared))
        }
        error => io::Error::other(error),
    }
}

/// `length` bytes of a chunk, without copying.
fn cut(chunk: &OwnedBytes, start: usize, length: usize) -> io::Result<OwnedBytes> {
    match start.checked_add(length) {
        Some(end) if end <= chunk.len() => Ok(chunk.slice(start..end)),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// An index file being written. Without `terminate` it stays cut, which its readers refuse.
struct AgeWriter {
    directory: AgeDirectory,
    name: String,
    /// `None` once it is finished.
    sealing: Option<SealingWriter<fs::File>>,
    writing: Writing,
}

fn is_finished() -> io::Error {
    io::Error::other("the file was finished before")
}

impl Write for AgeWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.sealing.as_mut().ok_or_else(is_finished)?.write(bytes)?;
        self.writing.add(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sealing.as_mut().ok_or_else(is_finished)?.flush()
    }
}

impl TerminatingWrite for AgeWriter {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        let writer = self.sealing.take().ok_or_else(is_finished)?;
        // Not synced: a file that a power cut left short does not authenticate, and the index is then made anew.
        let file = writer.finish()?;
        let end = std::mem::take(&mut self.writing).end(file.metadata()?.len());
        self.directory.with_ends(|ends| ends.insert(std::mem::take(&mut self.name), end));
        Ok(())
    }
}

/// Index files lie side by side: a name with a folder in it is not one of ours.
fn file_name(path: &Path) -> io::Result<&str> {
    match (path.parent(), path.to_str()) {
        (Some(parent), Some(name)) if parent.as_os_str().is_empty() && !name.is_empty() && name != ".." => Ok(name),
        _ => Err(io::ErrorKind::InvalidInput.into()),
    }
}

fn name_hash(path: &Path) -> u64 {
    let hash = blake3::hash(path.as_os_str().as_encoded_bytes());
    hash.as_bytes().first_chunk().copied().map_or(0, u64::from_le_bytes)
}

/// Kinds that the caller can tell apart again: see [`is_other_key`].
fn io_error(error: SealError) -> io::Error {
    match error {
        SealError::Io(error) => error,
        SealError::OtherKey => io::Error::new(io::ErrorKind::PermissionDenied, SealError::OtherKey),
        SealError::Damaged(error) => io::Error::new(io::ErrorKind::InvalidData, SealError::Damaged(error)),
    }
}

/// True when reading failed because another key sealed the file.
pub(super) fn is_other_key(error: &io::Error) -> bool {
    error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<SealError>())
        .is_some_and(|e| matches!(e, SealError::OtherKey))
}

#[cfg(test)]
mod tests;
