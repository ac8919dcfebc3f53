//! Writing: one locked transaction that takes records, media and originals from many threads and ends in a commit.
//!
//! Every object is synced as soon as it is written; the commit, which alone makes them part of the archive, comes last. What
//! was written without a commit is removed by the next writer.

mod lost;
mod packing;

use std::collections::{BTreeSet, HashSet};
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use fs_err as fs;
use rayon::prelude::*;

use super::archive::{Archive, Tip, object_kind, rfc3339, tool};
use super::commit::{Commit, ImportEntry, ObjectEntry, ObjectKind, Removal, RemovalReason};
use super::commit_facts::{CommitFacts, Replacement};
use super::durable::Syncer;
use super::error::StoreError;
use super::incoming::Incoming;
use super::leftovers::{clear_leftovers, lock};
use super::list::{self, ListKind};
use super::media::{MediaEntry, MediaIndex, parse_hash};
use super::object::{Published, publish};
use super::rewrite::chain;
use super::segment::{Location, SegmentBuilder};
use super::slots;
use super::tarball::{TarWriter, member_name};
use crate::crypto::{Sealer, SealingWriter};
use lost::LostFiles;

/// Packs are closed at this many plain bytes: few files on a stick, and each small enough to build in memory.
const PACK_BYTES: u64 = 16 << 20;

/// Raw objects are closed at this many plain bytes.
const RAW_BYTES: u64 = 32 << 20;

/// Compression of originals: fast, because they are kept, not read.
const RAW_LEVEL: i32 = -3;

/// Media larger than this get objects of their own, of at most [`PIECE_BYTES`] each.
const SINGLE_BYTES: u64 = 16 << 20;

/// Largest piece of one media file in one object, so that every object fits on FAT32.
const PIECE_BYTES: u64 = 1 << 30;

/// Media bytes after which a running import makes what it has so far part of the archive, so that an interrupted one
/// need not encrypt them again.
const CHECKPOINT_BYTES: u64 = 1 << 30;

/// Bytes of a media file.
pub enum MediaSource<'a> {
    /// In memory.
    Bytes(&'a [u8]),
    /// Streamed, for large files.
    Stream {
        /// Length in bytes.
        size: u64,
        /// Opens the stream from its beginning.
        open: &'a (dyn Fn() -> io::Result<Box<dyn Read + Send + 'a>> + Sync),
    },
}

/// What became of a media file handed to [`Writer::put_media`].
#[derive(Debug)]
pub enum PutMedia {
    /// Its bytes are in this transaction now.
    Stored,
    /// The same, and the archive had lost them: records may name them.
    Again,
    /// The archive, or this transaction, has its bytes already.
    Known,
    /// Another thread is storing the same bytes and may yet fail: to be handed in again when that thread is done. Nobody
    /// waits here, so that no thread of a pool waits for itself.
    Underway,
    /// The source could not be read once more, or gave other bytes than announced; nothing of it stays.
    Unread(io::Error),
}

/// A writing transaction. Dropping it without [`Writer::commit`] leaves the archive as it was.
pub struct Writer<'a> {
    archive: &'a Archive,
    sealer: Sealer,
    syncer: Syncer,
    shards: Vec<Mutex<Shard>>,
    pending: Mutex<Pending>,
    known_media: Mutex<KnownMedia>,
    known_raw: Mutex<HashSet<[u8; 32]>>,
    lost: LostFiles,
    next_segment: AtomicU32,
    unsaved_bytes: AtomicU64,
    tip: Mutex<Tip>,
    /// Slots to remove once a commit that lists them no longer is durable.
    retired: Mutex<BTreeSet<String>>,
    /// Held for its operating-system lock.
    _lock: fs::File,
}

/// Media by their hash.
#[derive(Default)]
struct KnownMedia {
    /// Stored, in the archive or in this transaction.
    stored: HashSet<[u8; 32]>,
    /// A thread is at it. Kept apart: a file whose storing fails was never stored.
    underway: HashSet<[u8; 32]>,
}

#[derive(Default)]
struct Shard {
    pack: Option<Pack>,
    raw: Option<RawPack>,
    segment: Option<SegmentBuilder>,
}

struct Pack {
    tar: TarWriter<SealingWriter<Vec<u8>>>,
    /// Entries whose pieces lack only the object's name.
    entries: Vec<MediaEntry>,
}

struct RawPack {
    tar: TarWriter<zstd::stream::Encoder<'static, SealingWriter<Vec<u8>>>>,
    /// Lines of the list of originals that lack only the object's name.
    lines: Vec<(String, String)>,
}

#[derive(Default)]
struct Pending {
    objects: Vec<(ObjectKind, Published, Option<u32>)>,
    media: Vec<MediaEntry>,
    raw: Vec<u8>,
}

/// Kept media, kept lines of originals, lines of erasures.
type Kept = (Vec<MediaEntry>, Vec<u8>, Vec<u8>);

impl<'a> Writer<'a> {
    /// Takes the archive's lock and clears away what an interrupted writer left. `media` is the archive's media index.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when another process writes, or has written since the archive was opened.
    pub fn begin(archive: &'a Archive, media: &MediaIndex) -> Result<Self, StoreError> {
        let lock = lock(archive)?;
        clear_leftovers(archive)?;
        let mut known_raw = HashSet::new();
        // Originals of a damaged list are kept again when a download brings them; until then `verify` names the list.
        archive.salvage_lists(ListKind::Raw, |line| {
            let hash = serde_json::from_slice::<serde_json::Value>(line)
                .ok()
                .and_then(|line| parse_hash(line.get("sha256")?.as_str()?));
            known_raw.extend(hash);
        })?;
        let threads = rayon::current_num_threads() + 1;
        Ok(Self {
            archive,
            sealer: archive.sealer()?,
            syncer: Syncer::start()?,
            shards: (0..threads).map(|_| Mutex::default()).collect(),
            pending: Mutex::default(),
            known_media: Mutex::new(KnownMedia {
                stored: media.iter().filter_map(|entry| parse_hash(&entry.sha256)).collect(),
                underway: HashSet::new(),
            }),
            known_raw: Mutex::new(known_raw),
            lost: LostFiles::default(),
            next_segment: AtomicU32::new(archive.commit().next_segment),
            unsaved_bytes: AtomicU64::new(0),
            tip: Mutex::new(archive.tip().clone()),
            retired: Mutex::default(),
            _lock: lock,
        })
    }

    /// Stores a media file once. `extension` is without a dot and may be empty.
    ///
    /// # Errors
    /// Those of writing; a source that cannot be read is no error but [`PutMedia::Unread`].
    pub fn put_media(
        &self,
        sha256: &str,
        mime: &str,
        extension: &str,
        source: &MediaSource<'_>,
    ) -> Result<PutMedia, StoreError> {
        let hash = parse_hash(sha256).ok_or_else(|| StoreError::Io(io::ErrorKind::InvalidInput.into()))?;
        {
            let mut known = guard(&self.known_media);
            if known.stored.contains(&hash) {
                return Ok(PutMedia::Known);
            }
            if !known.underway.insert(hash) {
                return Ok(PutMedia::Underway);
            }
        }
        let put = self.put_new_media(sha256, mime, &member_name(sha256, extension), source);
        let mut known = guard(&self.known_media);
        known.underway.remove(&hash);
        if matches!(put, Ok(PutMedia::Stored)) {
            known.stored.insert(hash);
            if self.lost.media.contains(&hash) {
                return Ok(PutMedia::Again);
            }
        }
        put
    }

    fn put_new_media(
        &self,
        sha256: &str,
        mime: &str,
        name: &str,
        source: &MediaSource<'_>,
    ) -> Result<PutMedia, StoreError> {
        let (size, open) = match source {
            MediaSource::Bytes(bytes) => {
                return self.pack_bytes(sha256, mime, name, bytes).map(|()| PutMedia::Stored);
            }
            MediaSource::Stream { size, open } => (*size, *open),
        };
        let mut stream = match open() {
            Ok(stream) => Incoming::new(stream, size),
            Err(error) => return Ok(PutMedia::Unread(error)),
        };
        let stored = if size <= SINGLE_BYTES {
            let mut bytes = Vec::new();
            match stream.read_to_end(&mut bytes) {
                Ok(_) if stream.is_whole(sha256) => self.pack_bytes(sha256, mime, name, &bytes),
                Ok(_) => Err(StoreError::Io(io::ErrorKind::UnexpectedEof.into())),
                Err(error) => Err(StoreError::Io(error)),
            }
        } else {
            self.write_large((sha256, mime, name), size, &mut stream)
        };
        match (stored, stream.failure) {
            (Err(_), Some(failure)) => Ok(PutMedia::Unread(failure)),
            (stored, _) => stored.map(|()| PutMedia::Stored),
        }
    }

    /// Keeps an original text file verbatim, once per content. `path` is its name in the download.
    ///
    /// # Errors
    /// Those of writing.
    pub fn put_raw(&self, sha256: &str, path: &str, bytes: &[u8]) -> Result<bool, StoreError> {
        let hash = parse_hash(sha256).ok_or_else(|| StoreError::Io(io::ErrorKind::InvalidInput.into()))?;
        if !guard(&self.known_raw).insert(hash) {
            return Ok(false);
        }
        let extension = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("", |(_, ext)| ext);
        let mut shard = self.shard();
        if shard.raw.is_none() {
            let encoder = zstd::stream::Encoder::new(self.sealer.seal(Vec::new())?, RAW_LEVEL)?;
            shard.raw = Some(RawPack { tar: TarWriter::new(encoder), lines: Vec::new() });
        }
        let Some(raw) = &mut shard.raw else { return Ok(false) };
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        raw.tar.add(&member_name(sha256, extension), size, &mut &*bytes)?;
        raw.lines.push((sha256.to_owned(), path.to_owned()));
        if raw.tar.offset() >= RAW_BYTES
            && let Some(full) = shard.raw.take()
        {
            drop(shard);
            self.close_raw(full)?;
        }
        Ok(true)
    }

    /// Adds a record line (one JSON object, no line end) and tells where it lies.
    ///
    /// # Errors
    /// Those of writing.
    pub fn put_record(&self, line: &[u8]) -> Result<Location, StoreError> {
        let mut shard = self.shard();
        if shard.segment.is_none() {
            shard.segment = Some(SegmentBuilder::new(self.next_segment.fetch_add(1, Ordering::Relaxed))?);
        }
        let Some(segment) = &mut shard.segment else { return Err(StoreError::Io(io::ErrorKind::Other.into())) };
        let location = segment.add(line)?;
        if segment.is_full()
            && let Some(full) = shard.segment.take()
        {
            drop(shard);
            self.close_segment(full)?;
        }
        Ok(location)
    }

    /// Has a slot removed once the commit is durable. The caller sees to it that another slot remains.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such slot.
    pub fn retire_slot(&self, name: &str) -> Result<(), StoreError> {
        if !self.archive.slots()?.iter().any(|slot| slot.name == name) {
            return Err(StoreError::Missing { path: slots::path(self.archive.layout(), name) });
        }
        guard(&self.retired).insert(name.to_owned());
        Ok(())
    }

    /// Closes every open segment, so that what was written can be read and later lines get higher segment numbers.
    ///
    /// # Errors
    /// Those of writing.
    pub fn close_segments(&self) -> Result<(), StoreError> {
        self.shards.par_iter().try_for_each(|shard| match guard(shard).segment.take() {
            Some(segment) => self.close_segment(segment),
            None => Ok(()),
        })
    }

    /// The object of a segment written in this transaction, once closed.
    #[must_use]
    pub fn written_segment(&self, number: u32) -> Option<ObjectEntry> {
        let seq = guard(&self.tip).commit.seq + 1;
        guard(&self.pending).objects.iter().find(|(_, _, n)| *n == Some(number)).map(|(kind, published, n)| {
            ObjectEntry { kind: *kind, sha256: published.sha256.clone(), size: published.size, seq, n: *n }
        })
    }

    /// Commits the media stored so far when enough has gathered; `import` is listed as incomplete.
    ///
    /// # Errors
    /// Those of writing.
    pub fn checkpoint(&self, now: DateTime<Utc>, import: &ImportEntry) -> Result<(), StoreError> {
        if self.unsaved_bytes.load(Ordering::Relaxed) < CHECKPOINT_BYTES {
            return Ok(());
        }
        // One thread commits; the others go on packing.
        let Ok(mut tip) = self.tip.try_lock() else { return Ok(()) };
        self.unsaved_bytes.store(0, Ordering::Relaxed);
        let facts = CommitFacts { import: Some(import.clone()), ..CommitFacts::nothing(now) };
        *tip = self.write_commit(&tip, facts, None)?;
        Ok(())
    }

    /// Closes everything, writes the commit and gives it. Only now is anything of this transaction in the archive.
    ///
    /// # Errors
    /// Those of writing; the archive then stays as it was.
    pub fn commit(self, mut facts: CommitFacts) -> Result<Tip, StoreError> {
        self.close_segments()?;
        self.shards.par_iter().try_for_each(|shard| {
            let (pack, raw) = {
                let mut shard = guard(shard);
                (shard.pack.take(), shard.raw.take())
            };
            pack.map_or(Ok(()), |pack| self.close_pack(pack))?;
            raw.map_or(Ok(()), |raw| self.close_raw(raw))
        })?;
        let retired = std::mem::take(&mut *guard(&self.retired));
        let slots = self.archive.slots()?.into_iter().map(|slot| slot.name).filter(|name| !retired.contains(name));
        let tip = guard(&self.tip).clone();
        if facts.rewrite.is_none() {
            facts.rewrite = self.made_good(&tip)?;
        }
        let tip = self.write_commit(&tip, facts, Some(slots.collect()))?;
        // A crash before this leaves a slot more than the commit lists, never one less.
        retired.iter().try_for_each(|name| slots::remove(self.archive.layout(), name))?;
        Ok(tip)
    }

    fn write_commit(&self, tip: &Tip, facts: CommitFacts, slots: Option<Vec<String>>) -> Result<Tip, StoreError> {
        let pending = std::mem::take(&mut *guard(&self.pending));
        let seq = tip.commit.seq + 1;
        let mut commit = Commit {
            seq,
            prev: Some(tip.sha256.clone()),
            time: rfc3339(facts.now),
            tool: tool(),
            next_segment: self.next_segment.load(Ordering::Relaxed),
            removed: Vec::new(),
            forgotten: Vec::new(),
            slots: slots.unwrap_or_else(|| tip.commit.slots.clone()),
            epoch: self.archive.keyring().epoch(),
            ..tip.commit.clone()
        };
        let mut erasures = Vec::new();
        let (mut media_entries, mut raw) = (pending.media, pending.raw);
        if let Some(replacement) = facts.rewrite {
            let (media, kept);
            (media, kept, erasures) = self.replace(&mut commit, tip, replacement)?;
            media_entries.splice(0..0, media);
            raw.splice(0..0, kept);
        }
        if facts.annotations_anew {
            commit.take_out(ObjectKind::AnnotationList);
        }
        for (kind, published, n) in pending.objects {
            commit.objects.push(ObjectEntry { kind, sha256: published.sha256, size: published.size, seq, n });
        }
        let mut media = Vec::new();
        for entry in &media_entries {
            serde_json::to_writer(&mut media, entry).map_err(io::Error::from)?;
            media.push(b'\n');
        }
        commit.settings.extend(facts.settings);
        commit.key_notes.extend(facts.key_notes);
        let listed: HashSet<&String> = commit.slots.iter().collect();
        commit.key_notes.retain(|name, _| listed.contains(name));
        let lists = [
            (ListKind::Media, media),
            (ListKind::Raw, raw),
            (ListKind::Conversations, facts.conversations),
            (ListKind::Evidence, facts.evidence),
            (ListKind::Erasures, erasures),
            (ListKind::Annotations, facts.annotations),
        ];
        for (kind, lines) in lists {
            self.add_list(&mut commit, kind, &lines)?;
        }
        let report = self.add_list(&mut commit, ListKind::Report, &facts.report)?;
        for (key, delta) in facts.counts {
            let count = commit.counts.entry(key).or_default();
            *count = count.saturating_add_signed(delta);
        }
        if let Some(mut import) = facts.import {
            import.report = report.or(import.report);
            commit.imports.retain(|known| known.id != import.id);
            commit.imports.push(import);
        }
        self.sync_and_check(&commit)?;
        let sha256 = commit.write(self.archive.layout(), &self.sealer, &self.archive.commit_key())?;
        Ok(Tip { commit, sha256 })
    }

    /// Takes out of a commit what is replaced. Gives the lines of the lists of media and of originals that are kept, and those
    /// that tell what is erased.
    fn replace(&self, commit: &mut Commit, tip: &Tip, replacement: Replacement) -> Result<Kept, StoreError> {
        let Replacement { mut removed, media, raw, erasures, reports, imports, moves_records, forgets } = replacement;
        commit.objects.retain(|object| !removed.contains_key(&object.sha256));
        commit.imports = imports;
        for (former, lines) in reports {
            let renewed = self.add_list(commit, ListKind::Report, &lines)?;
            for import in commit.imports.iter_mut().filter(|import| import.report.as_ref() == Some(&former)) {
                import.report.clone_from(&renewed);
            }
        }
        if moves_records {
            commit.rewritten = commit.seq;
        }
        if forgets {
            let history = self.archive.history()?;
            commit.first = commit.seq;
            commit.forgotten = chain(self.archive.layout(), &history, tip)?;
            // A drive may hold what was taken out long ago, and the commits that tell of it go.
            let former = history.iter().flat_map(|tip| &tip.commit.removed);
            removed.extend(former.map(|removal| (removal.sha256.clone(), RemovalReason::Erase)));
        }
        commit.removed = removed.into_iter().map(|(sha256, reason)| Removal { sha256, reason }).collect();
        Ok((media, raw, erasures))
    }

    /// Originals that are handed in again, because the object they lie in is to be replaced.
    pub(super) fn readmit_raw(&self, hashes: impl IntoIterator<Item = [u8; 32]>) {
        let mut known = guard(&self.known_raw);
        hashes.into_iter().for_each(|hash| {
            known.remove(&hash);
        });
    }

    fn add_list(&self, commit: &mut Commit, kind: ListKind, lines: &[u8]) -> Result<Option<String>, StoreError> {
        if lines.is_empty() {
            return Ok(None);
        }
        let packed = list::encode(kind, commit.seq, lines)?;
        let published = publish(self.archive.layout(), &self.sealer.seal_bytes(&packed)?, &self.syncer)?;
        let sha256 = published.sha256.clone();
        let entry = ObjectEntry {
            kind: object_kind(kind),
            sha256: published.sha256,
            size: published.size,
            seq: commit.seq,
            n: None,
        };
        commit.objects.push(entry);
        Ok(Some(sha256))
    }

    /// Waits until new objects are durable, makes their names so too, and opens each once more: its header decrypts and its length is right.
    fn sync_and_check(&self, commit: &Commit) -> Result<(), StoreError> {
        let layout = self.archive.layout();
        let opener = self.archive.opener();
        self.syncer.wait()?;
        let mut folders = HashSet::new();
        for object in commit.objects.iter().filter(|object| object.seq == commit.seq) {
            let path = layout.object(&object.sha256);
            let file = fs::File::open(&path).map_err(|error| StoreError::reading(&path, error))?;
            opener.open_at(file).map_err(|error| StoreError::sealed(&path, error))?;
            folders.extend(path.parent().map(Path::to_owned));
        }
        folders.insert(layout.objects());
        Ok(folders.iter().try_for_each(|folder| layout.disk().sync_folder(folder))?)
    }

    fn shard(&self) -> MutexGuard<'_, Shard> {
        let last = self.shards.len() - 1;
        let number = rayon::current_thread_index().unwrap_or(last).min(last);
        match self.shards.get(number) {
            Some(shard) => guard(shard),
            // There is always at least one shard.
            None => unreachable!("shards are never empty"),
        }
    }

    fn close_segment(&self, segment: SegmentBuilder) -> Result<(), StoreError> {
        let number = segment.number();
        let sealed = self.sealer.seal_bytes(&segment.finish()?)?;
        let published = publish(self.archive.layout(), &sealed, &self.syncer)?;
        guard(&self.pending).objects.push((ObjectKind::Seg, published, Some(number)));
        Ok(())
    }
}

/// A panic while a shard was held ends the import anyway; its data are not committed.
fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
