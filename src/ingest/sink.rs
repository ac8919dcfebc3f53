//! Takes what sources find in one bundle: drafts become records in the archive and documents in the index.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::conversations::Conversations;
use super::engine::{IngestError, Observer};
use super::erase::{Erased, Fate};
use super::feed::Feed;
use super::finish::{MediaFact, finish, supply};
use super::job::Job;
use super::known::{Known, Orphan, Verdict, late_family};
use super::lacking::Lacking;
use super::media::FileFacts;
use super::merge::merge;
use super::owners::{Downloads, complete, remembered};
use super::report::{PROBLEMS_LISTED, ProblemLine};
use super::tellings::Witness;
use super::twice::{Tellings, is_of_page};
use crate::bundle::{Bundle, comparison_key};
use crate::model::{AccountOwner, AttachmentStatus, Conversation, Draft, Kind, Platform, Record, RecordId};
use crate::sources::{Problem, Sink, SkipReason, Stop};
use crate::store::{Archive, Location, RecordReader, Writer, folded, line_state};

thread_local! {
    /// The record line being written; its memory is used again.
    static LINE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// What all bundles of an import share.
pub(super) struct Run<'a> {
    pub(super) archive: &'a Archive,
    /// `None` in a dry run.
    pub(super) writer: Option<&'a Writer<'a>>,
    pub(super) index: &'a Feed,
    pub(super) known: &'a Known,
    /// Downloads that are known by name, by family.
    pub(super) downloads: BTreeMap<&'static str, Downloads>,
    /// What was erased and must not come back.
    pub(super) erased: Option<&'a Erased>,
    pub(super) import: &'a str,
    pub(super) observer: &'a dyn Observer,
    pub(super) conversations: Conversations,
    pub(super) added: KindCounts,
    /// What pages and JSON may tell both.
    pub(super) tellings: Tellings,
    /// Records folded into others by this import, less those unfolded.
    pub(super) folded: Mutex<BTreeMap<(Platform, Kind), i64>>,
    pub(super) known_count: AtomicU64,
    pub(super) updated: AtomicU64,
    pub(super) repeated: AtomicU64,
    pub(super) lacking: Lacking,
    /// Second tellings within this import that differ from the first; settled when the first can be read.
    pub(super) deferred: Mutex<Vec<Record>>,
    /// Earlier media records that turned out to belong to a record.
    pub(super) retracted: Mutex<Vec<RecordId>>,
    pub(super) failure: Mutex<Option<IngestError>>,
    failed: AtomicBool,
    /// Readers that no thread is using, with the frames they keep decoded: opening one costs more than a record.
    readers: Mutex<Vec<RecordReader<'a>>>,
}

/// New records by platform and kind.
pub(super) struct KindCounts(Vec<AtomicU64>);

impl KindCounts {
    fn new() -> Self {
        Self((0..Platform::ALL.len() * Kind::ALL.len()).map(|_| AtomicU64::new(0)).collect())
    }

    fn count(&self, platform: Platform, kind: Kind) {
        let place = |all: usize, found: Option<usize>| found.unwrap_or(all);
        let row = place(0, Platform::ALL.iter().position(|known| *known == platform));
        let column = place(0, Kind::ALL.iter().position(|known| *known == kind));
        if let Some(counter) = self.0.get(row * Kind::ALL.len() + column) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Every platform and kind that occurred.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Platform, Kind, u64)> + '_ {
        let pairs = Platform::ALL.iter().flat_map(|platform| Kind::ALL.iter().map(move |kind| (*platform, *kind)));
        pairs
            .zip(&self.0)
            .map(|((platform, kind), counter)| (platform, kind, counter.load(Ordering::Relaxed)))
            .filter(|(.., n)| *n > 0)
    }
}

impl<'a> Run<'a> {
    pub(super) fn new(
        archive: &'a Archive,
        (writer, index): (Option<&'a Writer<'a>>, &'a Feed),
        (known, erased, tellings): (&'a Known, Option<&'a Erased>, Tellings),
        (import, jobs): (&'a str, &[Job]),
        observer: &'a dyn Observer,
    ) -> Self {
        let downloads = jobs.iter().map(|job| {
            let now = jobs.iter().filter(|other| other.family == job.family);
            let now = now.filter_map(|other| other.download.as_deref());
            (job.family, Downloads::of(archive.commit(), job.family, now))
        });
        Self {
            downloads: downloads.collect(),
            archive,
            writer,
            index,
            known,
            erased,
            import,
            observer,
            conversations: Conversations::default(),
            added: KindCounts::new(),
            tellings,
            folded: Mutex::default(),
            known_count: AtomicU64::new(0),
            updated: AtomicU64::new(0),
            repeated: AtomicU64::new(0),
            lacking: Lacking::default(),
            deferred: Mutex::default(),
            retracted: Mutex::default(),
            failure: Mutex::default(),
            failed: AtomicBool::new(false),
            readers: Mutex::default(),
        }
    }

    /// Remembers the first failure of the archive or the index; readers stop at their next element.
    pub(super) fn fail(&self, error: IngestError) -> Stop {
        self.failed.store(true, Ordering::Relaxed);
        guard(&self.failure).get_or_insert(error);
        Stop::Refused
    }

    /// Whether reading must end.
    pub(super) fn stopped(&self) -> Option<Stop> {
        if self.failed.load(Ordering::Relaxed) {
            Some(Stop::Refused)
        } else if self.observer.interrupted() {
            Some(Stop::Interrupted)
        } else {
            None
        }
    }

    /// Writes a record line that is new, and indexes it.
    fn write_new(&self, record: &Record, line: &[u8], state: u64) -> Result<(), IngestError> {
        if let Some(writer) = self.writer {
            let location = writer.put_record(line)?;
            self.known.place(&record.id, state, location);
            self.index.feed(|index| index.add(record, location.0));
        }
        Ok(())
    }

    /// Writes a newer line of a record the archive has. One that was folded is no longer.
    pub(super) fn write_changed(&self, record: &Record) -> Result<(), IngestError> {
        let line = serde_json::to_vec(record)?;
        if let Some(writer) = self.writer {
            let location = writer.put_record(&line)?;
            self.known.place(&record.id, line_state(&line), location);
            self.tellings.note(record, true);
            if self.known.set_folded(&record.id, false) {
                self.count_folded(record, -1);
            }
            self.index.feed(|index| index.replace(record, location.0));
        }
        Ok(())
    }

    /// Folds a record into another that tells it more fully.
    pub(super) fn write_folded(&self, record: &Record, told_by: &[u8]) -> Result<(), IngestError> {
        let line = folded(&serde_json::to_vec(record)?, told_by);
        if let Some(writer) = self.writer {
            let location = writer.put_record(&line)?;
            self.known.place(&record.id, line_state(&line), location);
            if self.known.set_folded(&record.id, true) {
                self.count_folded(record, 1);
                self.index.feed(|index| index.remove(&record.id));
            }
        }
        Ok(())
    }

    fn count_folded(&self, record: &Record, by: i64) {
        *guard(&self.folded).entry((record.platform, record.kind)).or_default() += by;
        if record.kind == Kind::Message {
            self.conversations.take_back(record, by);
        }
    }

    /// Completes the stored record by what was told now; true when that changed anything but where it is told.
    pub(super) fn update(&self, location: Location, told: Record) -> Result<bool, IngestError> {
        let idle = guard(&self.readers).pop();
        let mut reader = idle.unwrap_or_else(|| RecordReader::new(self.archive));
        let line = reader.line(location)?;
        guard(&self.readers).push(reader);
        let stored: Record = serde_json::from_slice(&line)?;
        let origin = told.origin.first().cloned();
        let merged = merge(&stored, told);
        self.lacking.note(&merged, origin.as_ref());
        if merged == stored {
            return Ok(false);
        }
        self.write_changed(&merged)?;
        // That another download tells it is nothing new to a person.
        Ok(Record { origin: stored.origin.clone(), ..merged } != stored)
    }

    /// True when the archive lacked the record.
    fn take(&self, record: &Record) -> Result<bool, IngestError> {
        // Taken out rather than borrowed: a task stolen while this one waits may come by here again.
        let mut line = LINE.take();
        line.clear();
        serde_json::to_writer(&mut line, record)?;
        let taken = self.take_line(record, &line);
        LINE.set(line);
        taken
    }

    fn take_line(&self, record: &Record, line: &[u8]) -> Result<bool, IngestError> {
        let state = line_state(line);
        let verdict = self.known.judge(&record.id, state);
        if self.tellings.are_needed() {
            // A page told again may belong to what an earlier version of the program read.
            let is_again = matches!(verdict, Verdict::Same | Verdict::Repeated);
            let is_settled = is_again && !(is_of_page(record) && self.known.is_live(&record.id));
            self.tellings.note(record, !is_settled);
        }
        match verdict {
            Verdict::New => {
                self.lacking.note(record, record.origin.first());
                self.added.count(record.platform, record.kind);
                self.write_new(record, line, state)?;
                return Ok(true);
            }
            Verdict::Same => {
                self.lacking.note(record, record.origin.first());
                self.known_count.fetch_add(1, Ordering::Relaxed);
            }
            Verdict::Repeated => {
                self.repeated.fetch_add(1, Ordering::Relaxed);
            }
            Verdict::Differs(entry) if entry.earlier && !entry.seen => {
                self.known_count.fetch_add(1, Ordering::Relaxed);
                if self.update(entry.location, record.clone())? {
                    self.updated.fetch_add(1, Ordering::Relaxed);
                }
            }
            Verdict::Differs(_) => {
                self.repeated.fetch_add(1, Ordering::Relaxed);
                guard(&self.deferred).push(record.clone());
            }
        }
        Ok(false)
    }

    /// Files that an earlier part of the download brought and nothing named: a record names them now, whether this part
    /// brings them as well or not.
    fn adopt_orphans(&self, record: &mut Record, download: Option<&str>) {
        let Some(family) = late_family(record).filter(|_| !self.known.orphans.is_empty()) else { return };
        let (Some(key), Some(downloads)) = (download, self.downloads.get(family)) else { return };
        if record.extra.contains_key("unreferenced") {
            return;
        }
        for attachment in &mut record.attachments {
            let Some(path) = attachment.path.as_deref() else { continue };
            let orphans = self.known.orphans.get(&(family, comparison_key(path)));
            for orphan in orphans.into_iter().flatten().filter(|orphan| downloads.holds(key, &orphan.origins)) {
                if attachment.status == AttachmentStatus::Missing {
                    let Orphan { sha256, size_bytes, mime, .. } = orphan.clone();
                    supply(attachment, MediaFact { sha256, size_bytes, mime });
                }
                let is_it =
                    attachment.status == AttachmentStatus::Stored && attachment.sha256.as_ref() == Some(&orphan.sha256);
                if is_it && !orphan.retracted {
                    guard(&self.retracted).push(orphan.id);
                }
            }
        }
    }
}

/// What happened in one file.
#[derive(Default)]
pub(super) struct FileTally {
    /// Elements, once the file was read.
    pub(super) parsed: Option<u64>,
    pub(super) kept_raw: Option<&'static str>,
    pub(super) records: u64,
    pub(super) skips: BTreeMap<SkipReason, u64>,
    pub(super) problems: Vec<ProblemLine>,
    pub(super) problem_count: u64,
    /// Problems that stand in place of an element's record.
    pub(super) replaced: u64,
}

/// By the file's number in its bundle.
pub(super) type Tallies = HashMap<usize, FileTally, foldhash::fast::RandomState>;

/// Conversations as told and as kept, by id.
type Masked = HashMap<String, (Arc<Conversation>, Arc<Conversation>)>;

/// What a download says of itself as a whole.
#[derive(Clone, Default)]
pub(super) struct Told {
    /// Whose it is.
    pub(super) owner: Option<AccountOwner>,
    /// In which zone its pages print times.
    pub(super) zone: Option<chrono_tz::Tz>,
}

/// The sink of one bundle.
pub(super) struct BundleSink<'a, 'r> {
    run: &'a Run<'r>,
    bundle: &'a Bundle,
    facts: &'a FileFacts,
    /// See [`Job::download`].
    download: Option<&'a str>,
    /// Whose download it is, by an earlier import of another part.
    remembered: Option<&'a AccountOwner>,
    told: Mutex<Told>,
    tallies: Mutex<Tallies>,
    /// Conversations as told, and without the names of those who were erased; nothing while nobody was.
    masked: Mutex<Masked>,
}

impl<'a, 'r> BundleSink<'a, 'r> {
    pub(super) fn new(run: &'a Run<'r>, job: &'a Job) -> Self {
        let remembered = |key: &String| remembered(run.archive.commit(), job.family, key);
        Self {
            run,
            bundle: &job.bundle,
            facts: &job.facts,
            download: job.download.as_deref(),
            remembered: job.download.as_ref().and_then(remembered),
            told: Mutex::default(),
            tallies: Mutex::default(),
            masked: Mutex::default(),
        }
    }

    /// What the download said of itself.
    pub(super) fn told(&self) -> Told {
        guard(&self.told).clone()
    }

    pub(super) fn into_tallies(self) -> Tallies {
        self.tallies.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// The conversation with the names of those who were erased masked; made once for each that a source hands over.
    fn masked(&self, conversation: Arc<Conversation>) -> Arc<Conversation> {
        let Some(erased) = self.run.erased else { return conversation };
        let mut masked = guard(&self.masked);
        match masked.get(&conversation.id) {
            Some((told, masked)) if Arc::ptr_eq(told, &conversation) => Arc::clone(masked),
            _ => {
                let without = Arc::new(erased.mask_conversation(&conversation));
                masked.insert(conversation.id.clone(), (conversation, Arc::clone(&without)));
                without
            }
        }
    }

    fn tally(&self, file: usize, change: impl FnOnce(&mut FileTally)) {
        change(guard(&self.tallies).entry(file).or_default());
    }
}

impl Sink for BundleSink<'_, '_> {
    fn owner(&self, owner: AccountOwner) {
        match &mut guard(&self.told).owner {
            // Two sources of one family.
            Some(told) => told.names.extend(owner.names),
            told => *told = Some(owner),
        }
    }

    fn zone(&self, zone: chrono_tz::Tz) {
        guard(&self.told).zone = Some(zone);
    }

    fn record(&self, draft: Draft) -> Result<(), Stop> {
        if let Some(stop) = self.run.stopped() {
            return Err(stop);
        }
        let file = draft.file;
        let conversation = draft.conversation.clone();
        let fact = |file: usize| self.facts.media(file).cloned();
        let mut record = finish(draft, self.bundle, self.run.import, &fact, &|file| self.facts.claim(file));
        if let Some(owner) = self.remembered {
            complete(&mut record, owner);
        }
        let fate = self.run.erased.map_or(Fate::Keep, |erased| erased.judge(&mut record));
        if fate != Fate::Keep {
            self.facts.note_erased(file);
        }
        if fate == Fate::Erase {
            self.skip(file, SkipReason::Erased, 1);
            return Ok(());
        }
        self.tally(file, |tally| tally.records += 1);
        self.run.adopt_orphans(&mut record, self.download);
        let is_new = self.run.take(&record).map_err(|error| self.run.fail(error))?;
        if let Some(conversation) = conversation {
            let conversation = self.masked(conversation);
            let counts = is_new && record.kind == Kind::Message;
            self.run.conversations.note(
                &conversation,
                (record.platform, record.account.as_deref()),
                (&record.time, Witness::of(&record).as_ref()),
                counts,
            );
        }
        Ok(())
    }

    fn skip(&self, file: usize, reason: SkipReason, count: u64) {
        self.tally(file, |tally| *tally.skips.entry(reason).or_default() += count);
    }

    fn problem(&self, problem: Problem) {
        self.tally(problem.file, |tally| {
            tally.problem_count += 1;
            if problem.position.is_some() && problem.kind.replaces_record() {
                tally.replaced += 1;
            }
            if tally.problems.len() < PROBLEMS_LISTED {
                let Problem { position, kind, detail, .. } = problem;
                tally.problems.push(ProblemLine { kind, position, detail });
            }
        });
    }

    fn parsed(&self, file: usize, elements: u64) {
        self.tally(file, |tally| *tally.parsed.get_or_insert(0) += elements);
    }

    fn kept_raw(&self, file: usize, reason: &'static str) {
        self.tally(file, |tally| tally.kept_raw = Some(reason));
    }
}

pub(super) fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
