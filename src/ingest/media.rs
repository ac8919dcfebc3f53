//! The media of the bundles: hashed, stored once, their facts remembered for the records that name them.

use std::io::Read;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use sha2::{Digest as _, Sha256};

use super::engine::IngestError;
use super::finish::MediaFact;
use super::mime::{HEAD_LEN, mime_of};
use super::sink::Run;
use crate::bundle::{Bundle, Damage, limits};
use crate::crypto::hex;
use crate::store::{MediaSource, PutMedia, StoreError};

/// What is known of the files of one bundle while it is imported.
pub(super) struct FileFacts {
    media: Vec<OnceLock<Result<MediaFact, Damage>>>,
    /// Hashes of original text files, or why they could not be read.
    originals: Vec<OnceLock<Result<String, Damage>>>,
    claimed: Vec<AtomicBool>,
    /// Media whose bytes this import was the first to bring; nothing earlier can name them.
    new: Vec<AtomicBool>,
    /// Files that hold something of somebody who was erased.
    erased: Vec<AtomicBool>,
}

impl FileFacts {
    pub(super) fn new(bundle: &Bundle) -> Self {
        let count = bundle.all_files().count();
        Self {
            media: (0..count).map(|_| OnceLock::new()).collect(),
            originals: (0..count).map(|_| OnceLock::new()).collect(),
            claimed: (0..count).map(|_| AtomicBool::new(false)).collect(),
            new: (0..count).map(|_| AtomicBool::new(false)).collect(),
            erased: (0..count).map(|_| AtomicBool::new(false)).collect(),
        }
    }

    /// Facts of a stored media file; `None` when it is not media or could not be read.
    pub(super) fn media(&self, file: usize) -> Option<&MediaFact> {
        self.media.get(file)?.get()?.as_ref().ok()
    }

    /// What is wrong with a file, as far as reading it showed.
    pub(super) fn damage(&self, file: usize) -> Option<Damage> {
        let media = self.media.get(file).and_then(|slot| slot.get()?.as_ref().err().copied());
        media.or_else(|| self.originals.get(file).and_then(|slot| slot.get()?.as_ref().err().copied()))
    }

    /// SHA-256 of a file's bytes.
    pub(super) fn sha256(&self, file: usize) -> Option<String> {
        let original = self.originals.get(file).and_then(|slot| slot.get()?.as_ref().ok().cloned());
        original.or_else(|| self.media(file).map(|fact| fact.sha256.clone()))
    }

    pub(super) fn set_media(&self, file: usize, fact: Result<MediaFact, Damage>) {
        // Each file is handled by one task; a second fact could only repeat the first.
        let _ = self.media.get(file).map(|slot| slot.set(fact));
    }

    /// This import was the first to bring these bytes.
    pub(super) fn set_new(&self, file: usize) {
        if let Some(new) = self.new.get(file) {
            new.store(true, Ordering::Relaxed);
        }
    }

    /// Whether the archive may have had these bytes before.
    pub(super) fn may_be_known(&self, file: usize) -> bool {
        self.new.get(file).is_some_and(|new| !new.load(Ordering::Relaxed))
    }

    pub(super) fn set_original(&self, file: usize, hash: Result<String, Damage>) {
        let _ = self.originals.get(file).map(|slot| slot.set(hash));
    }

    /// A record names the file.
    pub(super) fn claim(&self, file: usize) {
        if let Some(claimed) = self.claimed.get(file) {
            claimed.store(true, Ordering::Relaxed);
        }
    }

    /// Whether any record names the file.
    pub(super) fn is_claimed(&self, file: usize) -> bool {
        self.claimed.get(file).is_some_and(|claimed| claimed.load(Ordering::Relaxed))
    }
}

impl FileFacts {
    /// The file holds something of somebody who was erased: it is not kept.
    pub(super) fn note_erased(&self, file: usize) {
        if let Some(erased) = self.erased.get(file) {
            erased.store(true, Ordering::Relaxed);
        }
    }

    /// Whether the file holds something of somebody who was erased.
    pub(super) fn is_erased(&self, file: usize) -> bool {
        self.erased.get(file).is_some_and(|erased| erased.load(Ordering::Relaxed))
    }
}

/// Counts of stored files.
#[derive(Default)]
pub(super) struct MediaTally {
    pub(super) stored: AtomicU64,
    pub(super) known: AtomicU64,
}

/// How storing a file went.
pub(super) enum Storing {
    /// It is stored; nobody had its bytes before.
    New(MediaFact),
    /// It is stored, or why it cannot be read.
    Done(Result<MediaFact, Damage>),
    /// Another thread is storing equal bytes and may yet fail; to be tried again when the others are done.
    Underway,
}

/// Stores one file of a bundle (once per content) and gives its facts. In a dry run nothing is stored, and never what was
/// erased.
pub(super) fn store_media(
    bundle: &Bundle,
    file: usize,
    run: &Run<'_>,
    tally: &MediaTally,
) -> Result<Storing, IngestError> {
    let Some(entry) = bundle.file(file) else { return Ok(Storing::Done(Err(Damage::Unreadable))) };
    let name = entry.path.rsplit('/').next().unwrap_or(&entry.path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    if entry.size <= limits::WHOLE_BYTES_MAX {
        return with_buffer(|buffer| {
            if let Err(error) = bundle.read_into(file, buffer) {
                return Ok(Storing::Done(Err(error.damage)));
            }
            let fact = fact_of(hex(&Sha256::digest(&*buffer)), buffer, name, buffer.len());
            Ok(put(run, tally, fact, extension, &MediaSource::Bytes(buffer))?)
        });
    }
    let (sha256, head, size) = match hash_stream(bundle, file) {
        Ok(found) => found,
        Err(damage) => return Ok(Storing::Done(Err(damage))),
    };
    let fact = fact_of(sha256, &head, name, usize::try_from(size).unwrap_or(usize::MAX));
    let open = || bundle.open(file).map_err(std::io::Error::other);
    Ok(put(run, tally, fact, extension, &MediaSource::Stream { size, open: &open })?)
}

fn fact_of(sha256: String, head: &[u8], name: &str, size: usize) -> MediaFact {
    let mime = mime_of(head.get(..HEAD_LEN).unwrap_or(head), name).to_owned();
    MediaFact { sha256, size_bytes: u64::try_from(size).unwrap_or(u64::MAX), mime }
}

fn put(
    run: &Run<'_>,
    tally: &MediaTally,
    fact: MediaFact,
    extension: &str,
    source: &MediaSource<'_>,
) -> Result<Storing, StoreError> {
    if run.erased.is_some_and(|erased| erased.has_media(&fact.sha256)) {
        return Ok(Storing::Done(Ok(fact)));
    }
    let put = match run.writer {
        Some(writer) => writer.put_media(&fact.sha256, &fact.mime, extension, source)?,
        None => PutMedia::Stored,
    };
    let counter = match &put {
        PutMedia::Stored | PutMedia::Again => &tally.stored,
        PutMedia::Known => &tally.known,
        PutMedia::Underway => return Ok(Storing::Underway),
        PutMedia::Unread(error) => return Ok(Storing::Done(Err(Damage::of_io(error)))),
    };
    counter.fetch_add(1, Ordering::Relaxed);
    let is_new = run.writer.is_some() && matches!(put, PutMedia::Stored);
    Ok(if is_new { Storing::New(fact) } else { Storing::Done(Ok(fact)) })
}

/// Large files are read twice: once to hash them, once to store what is new.
fn hash_stream(bundle: &Bundle, file: usize) -> Result<(String, Vec<u8>, u64), Damage> {
    let mut reader = bundle.open(file).map_err(|error| error.damage)?;
    let mut hasher = Sha256::new();
    let mut head = Vec::new();
    let mut size = 0_u64;
    let mut buffer = vec![0; 1 << 17];
    loop {
        let n = reader.read(&mut buffer).map_err(|error| Damage::of_io(&error))?;
        let Some(run) = buffer.get(..n).filter(|run| !run.is_empty()) else { break };
        if head.len() < HEAD_LEN {
            head.extend_from_slice(run.get(..HEAD_LEN.min(n)).unwrap_or_default());
        }
        hasher.update(run);
        size += u64::try_from(n).unwrap_or(0);
    }
    Ok((hex(&hasher.finalize()), head, size))
}

/// A buffer that each thread keeps, so that a hundred thousand photos do not allocate each time.
fn with_buffer<T>(work: impl FnOnce(&mut Vec<u8>) -> T) -> T {
    thread_local! {
        static BUFFER: std::cell::RefCell<Vec<u8>> = const { std::cell::RefCell::new(Vec::new()) };
    }
    // Taken out rather than borrowed: a task stolen while this one waits may come by here again.
    let mut buffer = BUFFER.take();
    let outcome = work(&mut buffer);
    BUFFER.set(buffer);
    outcome
}
