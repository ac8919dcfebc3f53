//! One import from paths to commit.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, SecondsFormat, Utc};
use rayon::prelude::*;

use super::erase::Erased;
use super::feed::Feed;
use super::indexing::{commit_index, flushed, index_writer};
use super::job::{Job, sources_of};
use super::known::{Known, LATE_FAMILIES};
use super::late::{claim_named_earlier, complete_earlier};
use super::media::{MediaTally, Storing, store_media};
use super::merge::merge;
use super::originals::keep_original;
use super::owners::{download_name, remembered_zone};
use super::plan::recognise;
use super::recount::Recount;
use super::report::{FileLine, MediaCounts, Summary, UnreadLine, UnreadReason};
use super::sink::{BundleSink, Run, Tallies, Told, guard};
use super::twice::{self, Tellings, are_several};
use super::unread::{self, set_locked_aside};
use crate::bundle::{Container, ContainerError};
use crate::index::IndexError;
use crate::model::{AttachmentKind, Draft, DraftAttachment, Fingerprint, Kind, Platform, Record, Target, Time, Twins};
use crate::sources::{KeyNeed, ReadOptions, Role, Sink as _, Source, Stop};
use crate::store::{
    Archive, CommitFacts, DownloadOwner, DownloadZone, ImportEntry, Location, MediaIndex, RecordReader, StoreError,
    Writer, finish_removals, retraction,
};

/// What the user asked for.
pub struct ImportOptions {
    /// How to read.
    pub read: ReadOptions,
    /// Look, count, and write nothing.
    pub dry_run: bool,
    /// The time of the import.
    pub now: DateTime<Utc>,
}

/// What an import did.
pub struct ImportOutcome {
    /// Counts.
    pub summary: Summary,
    /// One line for each file.
    pub files: Vec<FileLine>,
    /// Downloads read, as reports call them.
    pub bundles: Vec<String>,
    /// ZIPs that are cut short, of which only a part could be read.
    pub cut: Vec<PathBuf>,
    /// Inputs that gave nothing.
    pub unread: Vec<UnreadLine>,
    /// Damaged or missing files of the archive. What they held and this import told is stored again.
    pub damaged: Vec<PathBuf>,
    /// Number of files that were damaged or missing and of which this import brought everything.
    pub renewed: u64,
}

/// The import could not be done.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// None of the inputs is a download.
    #[error("nothing to import")]
    NothingRecognised {
        /// Every input.
        unread: Vec<UnreadLine>,
        /// Why the first of those that could not be opened could not.
        cause: Option<ContainerError>,
    },
    /// All there is to read is encrypted, and no key was given.
    #[error("a key is needed")]
    KeyNeeded,
    /// The key that was given opens nothing.
    #[error("the key opens nothing")]
    WrongKey,
    /// The user stopped it.
    #[error("interrupted")]
    Interrupted,
    /// The archive failed.
    #[error("the archive failed")]
    Store(#[from] StoreError),
    /// The index failed.
    #[error("the index failed")]
    Index(#[from] IndexError),
    /// A record of the archive is not readable.
    #[error("a stored record is not readable")]
    Record(#[from] serde_json::Error),
    /// The operating system failed.
    #[error("the operating system failed")]
    Io(#[from] std::io::Error),
}

/// A stretch of work with a length known beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Reading what the archive has; no length.
    Preparing,
    /// Storing media; length in bytes.
    Media,
    /// Reading elements; length in bytes of text files.
    Elements,
    /// Writing index and commit; no length.
    Finishing,
}

/// Watches an import.
pub trait Observer: Sync {
    /// A phase begins; `total` is its length, 0 when unknown.
    fn phase(&self, phase: Phase, total: u64);
    /// That much of the phase is done.
    fn advance(&self, amount: u64);
    /// Whether the user wants to stop.
    fn interrupted(&self) -> bool;
}

/// Imports downloads into the archive. With the same downloads again it adds nothing.
///
/// # Errors
/// [`IngestError`]; the archive then stays as it was (but for media already stored), and the import can be repeated.
pub fn import(
    archive: &mut Archive,
    paths: &[PathBuf],
    options: &ImportOptions,
    observer: &dyn Observer,
) -> Result<ImportOutcome, IngestError> {
    observer.phase(Phase::Preparing, 0);
    let (mut unread, mut containers, mut cause) = (Vec::new(), Vec::new(), None);
    for opened in Container::open_all(paths) {
        match opened {
            Ok(container) => containers.push(Arc::new(container)),
            Err(error) => {
                unread.push(UnreadLine::refused(&error));
                cause.get_or_insert(error);
            }
        }
    }
    let (mut recognised, unknown) = recognise(&containers);
    unread.extend(set_locked_aside(&mut recognised));
    let unknown = unknown.into_iter().filter_map(|number| containers.get(number));
    let named = unread.iter().map(|line| line.input.clone()).collect();
    unread.extend(unknown.flat_map(|container| unread::unknown(container, &containers, &named)));
    unread.extend(unread::beside(&recognised, &containers, &named));
    if recognised.is_empty() {
        return Err(IngestError::NothingRecognised { unread, cause });
    }
    let jobs: Vec<Job> = recognised.into_iter().map(Job::new).collect();
    check_keys(&jobs, &options.read)?;
    let erased = Erased::load(archive)?;
    let masked = |name: &String| erased.as_ref().and_then(|erased| erased.masked(name)).unwrap_or_else(|| name.clone());
    let bundles = jobs.iter().flat_map(|job| job.bundle.parts()).map(|part| masked(&part.name)).collect();
    let cut = cut_short(&containers, &unread);
    let entry = ImportEntry {
        id: crate::crypto::random_id()?.chars().take(8).collect(),
        time: options.now.to_rfc3339_opts(SecondsFormat::Secs, true),
        bundles,
        complete: false,
        summary: serde_json::Value::Null,
        report: None,
        owners: Vec::new(),
        zones: Vec::new(),
    };
    let lost = archive.lost_objects()?;
    let (summary, files, mut damaged, tip) = {
        let archive = &*archive;
        let (media, mut damaged) = archive.salvage_media()?;
        let writer = if options.dry_run { None } else { Some(begin(archive, &media, &lost)?) };
        drop(media);
        let known = Known::load(archive)?;
        damaged.extend_from_slice(&known.damaged);
        // What is stored again would stand in the index twice; the next search brings it level.
        let feed = Feed::new(if options.dry_run || !known.damaged.is_empty() { None } else { index_writer(archive) });
        let (summary, files, facts) = {
            let tellings = tellings(archive, &known, &jobs);
            let shared = (&known, erased.as_ref(), tellings);
            let run = Run::new(archive, (writer.as_ref(), &feed), shared, (&entry.id, &jobs), observer);
            work(run, &jobs, options, (&entry, &unread))?
        };
        match writer {
            Some(writer) => {
                let (tip, index) = rayon::join(|| writer.commit(facts), || feed.into_whole().and_then(flushed));
                let tip = tip?;
                commit_index(index, &tip);
                (summary, files, damaged, Some(tip))
            }
            None => (summary, files, damaged, None),
        }
    };
    if tip.is_some() {
        archive.refresh()?;
    }
    let renewed = made_good(archive, &lost, &mut damaged)?;
    Ok(ImportOutcome { summary, files, bundles: entry.bundles, cut, unread, damaged, renewed })
}

/// What is remembered of what is told. Of a download that is alone there are no two versions of anything.
fn tellings(archive: &Archive, known: &Known, jobs: &[Job]) -> Tellings {
    let pages = !known.pages.is_empty() || jobs.iter().any(Job::brings_pages);
    let mut of_meta = jobs.iter().filter(|job| LATE_FAMILIES.contains(&job.family));
    let versions = if archive.commit().imports.is_empty() {
        are_several(of_meta.flat_map(Job::roots))
    } else {
        of_meta.next().is_some()
    };
    Tellings::new(pages, versions)
}

/// ZIPs that are cut short and of which something could be read.
fn cut_short(containers: &[Arc<Container>], unread: &[UnreadLine]) -> Vec<PathBuf> {
    let cut = containers.iter().filter(|container| container.is_cut()).map(|container| container.path().to_owned());
    let gave_nothing = |path: &PathBuf| {
        let path = path.display().to_string();
        unread.iter().any(|line| line.reason == UnreadReason::ZipTruncated && line.input == path)
    };
    cut.filter(|path| !gave_nothing(path)).collect()
}

/// Number of lost objects that are listed no longer, since everything they held came again. The others are damage.
fn made_good(archive: &Archive, lost: &BTreeSet<String>, damaged: &mut Vec<PathBuf>) -> Result<u64, StoreError> {
    let listed: HashSet<&str> = archive.commit().objects.iter().map(|object| object.sha256.as_str()).collect();
    let left: Vec<&String> = lost.iter().filter(|sha256| listed.contains(sha256.as_str())).collect();
    let renewed = u64::try_from(lost.len() - left.len()).unwrap_or(u64::MAX);
    damaged.extend(left.into_iter().map(|sha256| archive.layout().object(sha256)));
    damaged.sort();
    damaged.dedup();
    if renewed > 0 {
        finish_removals(archive)?;
    }
    Ok(renewed)
}

/// A writer that stores again what lies in lost objects.
fn begin<'a>(archive: &'a Archive, media: &MediaIndex, lost: &BTreeSet<String>) -> Result<Writer<'a>, StoreError> {
    let mut writer = Writer::begin(archive, media)?;
    writer.renew(lost)?;
    Ok(writer)
}

/// A key that opens nothing is said before anything is written, and so is one that is missing where all is encrypted.
fn check_keys(jobs: &[Job], options: &ReadOptions) -> Result<(), IngestError> {
    let needs: Vec<KeyNeed> = jobs
        .iter()
        .flat_map(|job| sources_of(job.family).map(|source| source.key_need(&job.bundle, options)))
        .collect();
    let any = |need: KeyNeed| needs.contains(&need);
    if any(KeyNeed::Wrong) && !any(KeyNeed::Met) {
        return Err(IngestError::WrongKey);
    }
    if needs.iter().all(|need| *need == KeyNeed::Missing) { Err(IngestError::KeyNeeded) } else { Ok(()) }
}

/// Everything between opening and committing.
fn work(
    run: Run<'_>,
    jobs: &[Job],
    options: &ImportOptions,
    (entry, unread): (&ImportEntry, &[UnreadLine]),
) -> Result<(Summary, Vec<FileLine>, CommitFacts), IngestError> {
    let tally = MediaTally::default();
    store_all_media(&run, jobs, &tally, (options.now, entry))?;
    let sink = |job| BundleSink::new(&run, job);
    let sinks: Vec<BundleSink<'_, '_>> = jobs.iter().map(sink).collect();
    read_all(&run, jobs, &sinks, &options.read)?;
    run.observer.phase(Phase::Finishing, 0);
    let told: Vec<Told> = sinks.iter().map(BundleSink::told).collect();
    let late = complete_earlier(&run, jobs, &told)?;
    claim_named_earlier(&run, jobs)?;
    record_unreferenced(jobs, &sinks).map_err(|stop| ended(&run, stop))?;
    let tallies: Vec<Tallies> = sinks.into_iter().map(BundleSink::into_tallies).collect();
    let (settled, retracted) = settle(&run)?;
    let enriched = twice::settle(&run)?;
    let mut lacks = run.lacking.take();
    let missing = lacks.values().map(|lack| lack.count).sum();
    let mut files: Vec<FileLine> =
        jobs.iter().zip(tallies).flat_map(|(job, tallies)| job.report(tallies, &mut lacks)).collect();
    if let Some(erased) = run.erased {
        for line in &mut files {
            erased.mask_file(line);
        }
    }
    let mut summary = Summary {
        import: entry.id.clone(),
        media: MediaCounts { stored: tally.stored.into_inner(), known: tally.known.into_inner(), missing },
        known: run.known_count.load(std::sync::atomic::Ordering::Relaxed),
        updated: run.updated.load(std::sync::atomic::Ordering::Relaxed) + late + settled + enriched,
        repeated: run.repeated.load(std::sync::atomic::Ordering::Relaxed),
        unread: u64::try_from(unread.len()).unwrap_or(u64::MAX),
        ..Summary::default()
    };
    let lost = Recount::of(run.archive, run.known)?;
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for (platform, kind, n) in run.added.iter() {
        *summary.added.entry(kind.name().to_owned()).or_default() += n;
        let name = format!("{}/{}", platform.name(), kind.name());
        *counts.entry(name).or_default() += i64::try_from(n).unwrap_or(0);
    }
    let mut counts = lost.news_of(counts);
    for ((platform, kind), n) in std::mem::take(&mut *guard(&run.folded)) {
        *counts.entry(format!("{}/{}", platform.name(), kind.name())).or_default() -= n;
        // What was told another way already is nothing new.
        let added = summary.added.entry(kind.name().to_owned()).or_default();
        let known = (*added).min(u64::try_from(n).unwrap_or(0));
        *added -= known;
        summary.known += known;
    }
    summary.added.retain(|_, n| *n > 0);
    for (platform, n) in retracted {
        *counts.entry(format!("{}/other", platform.name())).or_default() -= n;
    }
    for file in &files {
        summary.files.count(file.outcome);
        summary.skipped += file.skips.iter().map(|skip| skip.count).sum::<u64>();
        summary.problems += file.problem_count;
    }
    let report = report_lines(&files, unread, run.erased)?;
    let mut import = ImportEntry { complete: true, summary: serde_json::to_value(&summary)?, ..entry.clone() };
    for (job, told) in jobs.iter().zip(told) {
        let Some(download) = job.download.as_deref().map(|key| download_name(job.family, key)) else { continue };
        let named = |zone: chrono_tz::Tz| DownloadZone { download: download.clone(), zone: zone.name().to_owned() };
        import.zones.extend(told.zone.map(named));
        import.owners.extend(told.owner.map(|owner| DownloadOwner { download, owner }));
    }
    let conversations = run.conversations.into_lines(&lost)?;
    let facts =
        CommitFacts { import: Some(import), counts, conversations, report, ..CommitFacts::nothing(options.now) };
    Ok((summary, files, facts))
}

/// The report as it is kept, without the names of those who were erased.
fn report_lines(
    files: &[FileLine],
    unread: &[UnreadLine],
    erased: Option<&Erased>,
) -> Result<Vec<u8>, serde_json::Error> {
    let mut report = Vec::new();
    for file in files {
        serde_json::to_writer(&mut report, file)?;
        report.push(b'\n');
    }
    for input in unread {
        let masked =
            erased.and_then(|erased| Some(UnreadLine { input: erased.masked(&input.input)?, ..input.clone() }));
        serde_json::to_writer(&mut report, masked.as_ref().unwrap_or(input))?;
        report.push(b'\n');
    }
    Ok(report)
}

fn store_all_media(
    run: &Run<'_>,
    jobs: &[Job],
    tally: &MediaTally,
    (now, entry): (DateTime<Utc>, &ImportEntry),
) -> Result<(), IngestError> {
    let tasks: Vec<(&Job, usize)> =
        jobs.iter().flat_map(|job| job.files(|role| role == Role::Media).map(move |file| (job, file))).collect();
    run.observer.phase(Phase::Media, tasks.iter().map(|(job, file)| job.size(*file)).sum());
    in_rounds(tasks, |(job, file)| {
        if let Some(stop) = run.stopped() {
            return Err(ended(run, stop));
        }
        let fact = match store_media(&job.bundle, *file, run, tally)? {
            Storing::Underway => return Ok(false),
            Storing::Done(fact) => fact,
            Storing::New(fact) => {
                job.facts.set_new(*file);
                Ok(fact)
            }
        };
        if let (Some(erased), Ok(fact)) = (run.erased, &fact)
            && erased.has_media(&fact.sha256)
        {
            job.facts.note_erased(*file);
        }
        job.facts.set_media(*file, fact);
        run.observer.advance(job.size(*file));
        if let Some(writer) = run.writer {
            writer.checkpoint(now, entry)?;
        }
        Ok(true)
    })
}

/// Does every task in parallel. One that answers false has to wait for another: it is tried again when the round is done,
/// so that no thread ever blocks. What a task waits for is done by a task of the same round, hence rounds get smaller.
fn in_rounds<T: Copy + Send + Sync>(
    mut tasks: Vec<T>,
    work: impl Fn(&T) -> Result<bool, IngestError> + Sync,
) -> Result<(), IngestError> {
    while !tasks.is_empty() {
        let put_off = Mutex::new(Vec::new());
        tasks.par_iter().with_max_len(1).try_for_each(|task| {
            if !work(task)? {
                guard(&put_off).push(*task);
            }
            Ok::<(), IngestError>(())
        })?;
        tasks = put_off.into_inner().unwrap_or_else(PoisonError::into_inner);
    }
    Ok(())
}

/// Reads the elements of every bundle, and keeps the originals meanwhile.
fn read_all(
    run: &Run<'_>,
    jobs: &[Job],
    sinks: &[BundleSink<'_, '_>],
    options: &ReadOptions,
) -> Result<(), IngestError> {
    let texts: Vec<(&Job, usize)> = jobs
        .iter()
        .flat_map(|job| job.files(|role| matches!(role, Role::Read | Role::Raw(_))).map(move |file| (job, file)))
        .collect();
    run.observer.phase(Phase::Elements, texts.iter().map(|(job, file)| job.size(*file)).sum());
    // The zone that another part of the download told.
    let zoned = |job: &Job| {
        let zone = job.download.as_deref().and_then(|key| remembered_zone(run.archive.commit(), job.family, key));
        ReadOptions { zone: zone.or(options.zone), ..options.clone() }
    };
    let options: Vec<ReadOptions> = jobs.iter().map(zoned).collect();
    let readings: Vec<((&Job, &ReadOptions), &BundleSink<'_, '_>, &dyn Source)> = jobs
        .iter()
        .zip(&options)
        .zip(sinks)
        .flat_map(|(job, sink)| sources_of(job.0.family).map(move |source| (job, sink, source)))
        .collect();
    let read = || {
        readings.par_iter().with_max_len(1).try_for_each(|((job, options), sink, source)| {
            source.read(&job.bundle, options, *sink).map_err(|stop| ended(run, stop))
        })
    };
    let keep = || {
        in_rounds(texts, |(job, file)| {
            if let Some(stop) = run.stopped() {
                return Err(ended(run, stop));
            }
            let kept = keep_original(&job.bundle, *file, run, &job.facts)?;
            if kept {
                run.observer.advance(job.size(*file));
            }
            Ok(kept)
        })
    };
    if run.erased.is_some() {
        // Which files hold something of somebody erased is known when they have been read.
        return read().and_then(|()| keep());
    }
    let (read, kept) = rayon::join(read, keep);
    read.and(kept)
}

/// Media that no element names become records of their own.
fn record_unreferenced(jobs: &[Job], sinks: &[BundleSink<'_, '_>]) -> Result<(), Stop> {
    for (job, sink) in jobs.iter().zip(sinks) {
        let mut twins = Twins::new();
        for file in job.media() {
            let (Some(entry), false) = (job.bundle.file(file), job.facts.is_claimed(file)) else { continue };
            let Some(fact) = job.facts.media(file) else { continue };
            let platform = platform_of(job.family, &entry.key);
            let name = entry.path.rsplit('/').next().unwrap_or(&entry.path).to_owned();
            let id = Fingerprint::new(platform, Kind::Other).text(&name).text(&fact.sha256).finish(&mut twins);
            let mut draft = Draft::new(id, Kind::Other, platform, Time::none(), file, 0);
            draft.attachments.push(DraftAttachment {
                kind: AttachmentKind::Other,
                name,
                target: Target::File(file),
                caption: None,
                taken: None,
                place: None,
            });
            draft.extra.insert("unreferenced".to_owned(), serde_json::Value::Bool(true));
            sink.record(draft)?;
        }
    }
    Ok(())
}

fn platform_of(family: &str, key: &str) -> Platform {
    match family {
        "instagram" => Platform::Instagram,
        "whatsapp" => Platform::Whatsapp,
        "x" => Platform::X,
        "telegram" => Platform::Telegram,
        _ if key.split('/').any(|part| part == "messages") => Platform::Messenger,
        _ => Platform::Facebook,
    }
}

/// Merges second tellings that differ from the first, now that the first can be read, and takes back earlier media
/// records that belong to a record now. Gives the number of merged records and what was taken back by platform.
fn settle(run: &Run<'_>) -> Result<(u64, Vec<(Platform, i64)>), IngestError> {
    let (deferred, retracted) =
        (std::mem::take(&mut *guard(&run.deferred)), std::mem::take(&mut *guard(&run.retracted)));
    let Some(writer) = run.writer.filter(|_| !deferred.is_empty() || !retracted.is_empty()) else {
        return Ok((0, Vec::new()));
    };
    writer.close_segments()?;
    let mut told: BTreeMap<_, Vec<Record>> = BTreeMap::new();
    for record in deferred {
        told.entry(record.id).or_default().push(record);
    }
    let mut reader = RecordReader::new(run.archive);
    let mut merged_count = 0;
    for (id, tellings) in told {
        let Some(location) = run.known.location(&id).filter(|location| *location != Location(u64::MAX)) else {
            continue;
        };
        reader.admit(writer.written_segment(location.segment()));
        let stored: Record = serde_json::from_slice(&reader.line(location)?)?;
        let told = tellings.first().and_then(|told| told.origin.first()).cloned();
        let merged = tellings.into_iter().fold(stored.clone(), |stored, told| merge(&stored, told));
        run.lacking.note(&merged, told.as_ref());
        if merged != stored {
            run.write_changed(&merged)?;
            merged_count += 1;
        }
    }
    let mut platforms: BTreeMap<Platform, i64> = BTreeMap::new();
    let ids: BTreeSet<_> = retracted.into_iter().collect();
    for id in ids {
        let Some(location) = run.known.location(&id) else { continue };
        let stored: Record = serde_json::from_slice(&reader.line(location)?)?;
        *platforms.entry(stored.platform).or_default() += 1;
        writer.put_record(&retraction(&id))?;
        run.index.feed(|index| index.remove(&id));
    }
    Ok((merged_count, platforms.into_iter().collect()))
}

/// Why reading ended.
pub(super) fn ended(run: &Run<'_>, stop: Stop) -> IngestError {
    match stop {
        Stop::Interrupted => IngestError::Interrupted,
        Stop::Refused => guard(&run.failure).take().unwrap_or(IngestError::Interrupted),
    }
}
