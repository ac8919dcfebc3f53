//! Reads downloads through the real sources into memory, without an archive.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use malle::bundle::{Bundle, Container};
use malle::ingest::{MediaFact, finish, mime_of, recognise};
use malle::model::{Draft, Record};
use malle::sources::{Problem, ReadOptions, SOURCES, Sink, SkipReason, Stop};
use sha2::Digest as _;

/// Everything a reading gave.
#[derive(Default)]
pub struct Reading {
    /// Records, ordered by id.
    pub records: Vec<Record>,
    /// `FILE [#POSITION]: KIND DETAIL`, ordered.
    pub problems: Vec<String>,
    /// `FILE: REASON COUNT`, ordered.
    pub skips: Vec<String>,
    /// Files kept raw with their reason, ordered.
    pub kept_raw: Vec<String>,
    /// Files whose elements do not add up to records, skips and problems.
    pub unaccounted: Vec<String>,
}

#[derive(Default)]
struct Collector {
    drafts: Mutex<Vec<Draft>>,
    problems: Mutex<Vec<Problem>>,
    skips: Mutex<Vec<(usize, SkipReason, u64)>>,
    parsed: Mutex<BTreeMap<usize, u64>>,
    raw: Mutex<Vec<(usize, &'static str)>>,
}

impl Sink for Collector {
    fn record(&self, draft: Draft) -> Result<(), Stop> {
        self.drafts.lock().unwrap().push(draft);
        Ok(())
    }

    fn skip(&self, file: usize, reason: SkipReason, count: u64) {
        self.skips.lock().unwrap().push((file, reason, count));
    }

    fn problem(&self, problem: Problem) {
        self.problems.lock().unwrap().push(problem);
    }

    fn parsed(&self, file: usize, elements: u64) {
        assert!(self.parsed.lock().unwrap().insert(file, elements).is_none(), "file {file} reported twice");
    }

    fn kept_raw(&self, file: usize, reason: &'static str) {
        self.raw.lock().unwrap().push((file, reason));
    }
}

/// Reads every item of a folder (ZIPs, folders, loose files) as one import.
pub fn read_items(folder: &Path, options: &ReadOptions) -> Reading {
    let mut items: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|item| item.unwrap().path()).collect();
    items.sort();
    read_paths(&items, options)
}

/// Reads these paths as one import.
pub fn read_paths(paths: &[PathBuf], options: &ReadOptions) -> Reading {
    let containers: Vec<Arc<Container>> =
        Container::open_all(paths).into_iter().map(|c| Arc::new(c.unwrap())).collect();
    let mut reading = Reading::default();
    for recognised in recognise(&containers).0 {
        let collector = Collector::default();
        for source in SOURCES.iter().filter(|source| source.about().family == recognised.family) {
            source.read(&recognised.bundle, options, &collector).unwrap();
        }
        gather(&recognised.bundle, collector, &mut reading);
    }
    reading.records.sort_by(|a, b| (a.id, &a.origin[0].file).cmp(&(b.id, &b.origin[0].file)));
    reading.problems.sort();
    reading.skips.sort();
    reading.kept_raw.sort();
    reading
}

fn gather(bundle: &Bundle, collector: Collector, reading: &mut Reading) {
    let path = |file: usize| bundle.file(file).unwrap().path.clone();
    let mut tally: BTreeMap<usize, u64> = BTreeMap::new();
    for problem in collector.problems.into_inner().unwrap() {
        if problem.position.is_some() && problem.kind.replaces_record() {
            *tally.entry(problem.file).or_default() += 1;
        }
        let position = problem.position.map_or_else(String::new, |at| format!(" #{at}"));
        let line = format!("{}{position}: {} {}", path(problem.file), problem.kind.name(), problem.detail);
        reading.problems.push(line.trim_end().to_owned());
    }
    for (file, reason, count) in collector.skips.into_inner().unwrap() {
        *tally.entry(file).or_default() += count;
        reading.skips.push(format!("{}: {reason:?} {count}", path(file)));
    }
    for (file, reason) in collector.raw.into_inner().unwrap() {
        reading.kept_raw.push(format!("{}: {reason}", path(file)));
    }
    let fact = |file: usize| media_fact(bundle, file);
    let claimed = Mutex::new(HashSet::new());
    for draft in collector.drafts.into_inner().unwrap() {
        *tally.entry(draft.file).or_default() += 1;
        reading.records.push(finish(draft, bundle, "", &fact, &|file| {
            claimed.lock().unwrap().insert(file);
        }));
    }
    for (file, elements) in collector.parsed.into_inner().unwrap() {
        let accounted = tally.remove(&file).unwrap_or(0);
        if accounted != elements {
            reading.unaccounted.push(format!("{}: {elements} elements, {accounted} accounted for", path(file)));
        }
    }
    reading.unaccounted.extend(tally.keys().map(|file| format!("{}: never reported as parsed", path(*file))));
}

fn media_fact(bundle: &Bundle, file: usize) -> Option<MediaFact> {
    let bytes = bundle.read(file).ok()?;
    Some(MediaFact {
        sha256: malle::crypto::hex(&sha2::Sha256::digest(&bytes)),
        size_bytes: u64::try_from(bytes.len()).unwrap(),
        mime: mime_of(&bytes, &bundle.file(file)?.path).to_owned(),
    })
}
