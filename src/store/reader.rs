//! Reading records: all of them in order of writing, or one by its location.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::io::BufReader;
use std::path::PathBuf;
use std::sync::Arc;

use fs_err as fs;
use rayon::prelude::*;

use super::archive::Archive;
use super::commit::{ObjectEntry, ObjectKind};
use super::error::StoreError;
use super::line::{line_id, line_retracts};
use super::segment::{Location, SegmentFile, UnpackedFrame, each_line, line_at};
use crate::model::RecordId;

/// Frames kept decoded: neighbours of a hit, and the conversation being listed, lie in few frames.
const FRAMES_KEPT: usize = 48;

type Segment = SegmentFile<BufReader<fs::File>>;

/// What is kept of the frames that are read ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ahead {
    /// The records asked for.
    Records,
    /// The frames: what stands beside these records is asked for too.
    Frames,
}

/// A segment, open where it is to be kept, frames of it with their numbers, and lines.
type ReadAhead = (u32, Option<Segment>, Vec<(usize, Vec<u8>)>, Vec<(Location, Vec<u8>)>);

/// Gets every record line.
pub type LineVisitor<'a> = dyn FnMut(Location, &[u8]) -> Result<(), StoreError> + 'a;

/// A record line and where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// Where.
    pub location: Location,
    /// The JSON line.
    pub line: Vec<u8>,
}

/// Reads records of one archive state.
pub struct RecordReader<'a> {
    archive: &'a Archive,
    segments: HashMap<u32, ObjectEntry>,
    open: HashMap<u32, Segment>,
    frames: HashMap<(u32, usize), Arc<Vec<u8>>>,
    order: VecDeque<(u32, usize)>,
    /// Lines that were read ahead.
    ahead: HashMap<Location, Vec<u8>>,
    /// Damaged files met while salvaging; nothing when damage is an error.
    passed: Option<BTreeSet<PathBuf>>,
}

impl<'a> RecordReader<'a> {
    /// A reader of the archive's newest commit.
    #[must_use]
    pub fn new(archive: &'a Archive) -> Self {
        let segments =
            archive.objects(ObjectKind::Seg).filter_map(|object| Some((object.n?, object.clone()))).collect();
        Self {
            archive,
            segments,
            open: HashMap::new(),
            frames: HashMap::new(),
            order: VecDeque::new(),
            ahead: HashMap::new(),
            passed: None,
        }
    }

    /// A reader whose [`each`](Self::each) and [`stale`](Self::stale) pass over what is damaged or gone, frame by frame;
    /// [`passed`](Self::passed) names the files.
    #[must_use]
    pub fn salvaging(archive: &'a Archive) -> Self {
        Self { passed: Some(BTreeSet::new()), ..Self::new(archive) }
    }

    /// The damaged or missing files a salvaging reader passed over.
    #[must_use]
    pub fn passed(&self) -> Vec<PathBuf> {
        self.passed.iter().flatten().cloned().collect()
    }

    /// Makes a segment readable that a running transaction has written and closed.
    pub fn admit(&mut self, segment: Option<ObjectEntry>) {
        if let Some(segment) = segment
            && let Some(number) = segment.n
        {
            self.segments.entry(number).or_insert(segment);
        }
    }

    /// The record line at a location.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the segment is; [`StoreError::Missing`] when the archive has no such segment.
    pub fn line(&mut self, location: Location) -> Result<Vec<u8>, StoreError> {
        if let Some(line) = self.ahead.get(&location) {
            return Ok(line.clone());
        }
        let frame = self.frame(location.segment(), location.frame())?;
        let line = line_at(&frame, location.offset());
        Ok(line.ok_or_else(|| StoreError::damaged(&self.archive.layout().objects()))?.to_vec())
    }

    /// Reads the frames in which these records lie, on all cores, for the [`line`](Self::line)s to come, and forgets what was read
    /// ahead before. What cannot be read is told when its line is asked for.
    pub fn read_ahead(&mut self, locations: impl IntoIterator<Item = Location>, ahead: Ahead) {
        self.ahead.clear();
        let mut wanted: BTreeMap<u32, BTreeSet<Location>> = BTreeMap::new();
        for location in locations.into_iter().take(FRAMES_KEPT) {
            if !self.frames.contains_key(&(location.segment(), location.frame())) {
                wanted.entry(location.segment()).or_default().insert(location);
            }
        }
        let work: Vec<_> =
            wanted.into_iter().map(|(number, places)| (number, places, self.open.remove(&number))).collect();
        // Memory for a frame is used again and again by each part.
        let least = work.len().div_ceil(2 * rayon::current_num_threads().max(1));
        let parts = work.into_par_iter().with_min_len(least.max(1));
        let read: Vec<ReadAhead> = parts
            .map_init(UnpackedFrame::new, |unpacked, (number, places, open)| {
                let keeps_open = ahead == Ahead::Frames || open.is_some();
                let mut file = open.map_or_else(|| self.open_segment(number), Ok).ok()?;
                let (mut frames, mut lines) = (Vec::new(), Vec::new());
                if let (Ahead::Records, Ok(unpacked)) = (ahead, unpacked) {
                    lines = lines_of(&mut file, &places, unpacked);
                } else {
                    let numbers: BTreeSet<usize> = places.iter().map(|place| place.frame()).collect();
                    frames = numbers.into_iter().map_while(|n| Some((n, file.frame(n).ok()?))).collect();
                }
                Some((number, keeps_open.then_some(file), frames, lines))
            })
            .flatten()
            .collect();
        for (number, file, frames, lines) in read {
            self.open.extend(file.map(|file| (number, file)));
            self.ahead.extend(lines);
            for (frame, bytes) in frames {
                self.keep((number, frame), Arc::new(bytes));
            }
        }
    }

    /// Visits every record line of the segments `wanted` says, in order of their numbers.
    ///
    /// # Errors
    /// The first of the visitor's or of reading.
    pub fn each(
        &mut self,
        wanted: &dyn Fn(&ObjectEntry) -> bool,
        visit: &mut LineVisitor<'_>,
    ) -> Result<(), StoreError> {
        let mut numbers: Vec<u32> =
            self.segments.iter().filter(|(_, object)| wanted(object)).map(|(number, _)| *number).collect();
        numbers.sort_unstable();
        for number in numbers {
            let mut segment = match self.open_segment(number) {
                Ok(segment) => segment,
                Err(error) => {
                    self.pass(error)?;
                    continue;
                }
            };
            let path = self.path(number);
            for frame in 0..segment.frame_count() {
                let bytes = match segment.frame(frame).map_err(|error| StoreError::sealed(&path, error)) {
                    Ok(bytes) => bytes,
                    Err(error) => {
                        self.pass(error)?;
                        continue;
                    }
                };
                let mut outcome = Ok(());
                each_line(number, frame, &bytes, |location, line| {
                    if outcome.is_ok() {
                        outcome = visit(location, line);
                    }
                });
                outcome?;
            }
        }
        Ok(())
    }

    /// Locations of lines that a later line of the same record replaces or retracts, and of the retractions themselves.
    ///
    /// # Errors
    /// Those of reading.
    pub fn stale(&mut self) -> Result<HashSet<Location>, StoreError> {
        let mut newest: HashMap<RecordId, Location> = HashMap::new();
        let mut stale = HashSet::new();
        self.each(&|_| true, &mut |location, line| {
            if let Some(id) = line_id(line) {
                if let Some(before) = newest.insert(id, location) {
                    stale.insert(before);
                }
                if line_retracts(line) {
                    stale.insert(location);
                }
            }
            Ok(())
        })?;
        Ok(stale)
    }

    /// Notes a damaged file, or gives the error back.
    fn pass(&mut self, error: StoreError) -> Result<(), StoreError> {
        match (error, self.passed.as_mut()) {
            (StoreError::Damaged { path } | StoreError::Missing { path }, Some(passed)) => {
                passed.insert(path);
                Ok(())
            }
            (error, _) => Err(error),
        }
    }

    fn frame(&mut self, segment: u32, frame: usize) -> Result<Arc<Vec<u8>>, StoreError> {
        let key = (segment, frame);
        if let Some(bytes) = self.frames.get(&key) {
            return Ok(Arc::clone(bytes));
        }
        let path = self.path(segment);
        if !self.open.contains_key(&segment) {
            let file = self.open_segment(segment)?;
            self.open.insert(segment, file);
        }
        let file = self.open.get_mut(&segment).ok_or_else(|| StoreError::Missing { path: path.clone() })?;
        let bytes = Arc::new(file.frame(frame).map_err(|error| StoreError::sealed(&path, error))?);
        self.keep(key, Arc::clone(&bytes));
        Ok(bytes)
    }

    fn keep(&mut self, key: (u32, usize), bytes: Arc<Vec<u8>>) {
        if self.order.len() >= FRAMES_KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.frames.remove(&oldest);
        }
        self.order.push_back(key);
        self.frames.insert(key, bytes);
    }

    fn open_segment(&self, number: u32) -> Result<Segment, StoreError> {
        let path = self.path(number);
        let file = fs::File::open(&path).map_err(|error| StoreError::reading(&path, error))?;
        let sealed = self.archive.opener().open_at(file).map_err(|error| StoreError::sealed(&path, error))?;
        SegmentFile::open(sealed, number).map_err(|error| StoreError::sealed(&path, error))
    }

    fn path(&self, number: u32) -> PathBuf {
        let name = self.segments.get(&number).map_or("", |object| object.sha256.as_str());
        self.archive.layout().object(name)
    }
}

/// The lines at these places of one segment, frame by frame; those that cannot be read are left out.
fn lines_of(file: &mut Segment, places: &BTreeSet<Location>, unpacked: &mut UnpackedFrame) -> Vec<(Location, Vec<u8>)> {
    let (mut lines, mut at) = (Vec::with_capacity(places.len()), None);
    for place in places {
        if at != Some(place.frame()) {
            if file.unpack(place.frame(), unpacked).is_err() {
                break;
            }
            at = Some(place.frame());
        }
        lines.extend(unpacked.line(place.offset()).map(|line| (*place, line.to_vec())));
    }
    lines
}
