//! The first records of a search in order of time, and their number: what matches is marked first, then only those blocks are
//! read in which the first may lie (see `blocks`). Memory is a bit for each record of the index, and the page.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::path::PathBuf;

use rayon::prelude::*;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::directory::Directory as _;
use tantivy::query::{EnableScoring, Query as Plan};
use tantivy::{DocAddress, DocId, Score, Searcher, SegmentOrdinal, SegmentReader};

use super::blocks::{Blocks, EXTENSION, Span, file_of, written};
use super::collect::{Cursor, Found, Rank, SegmentColumns};
use super::directory::AgeDirectory;
use super::error::IndexError;
use super::query::Sort;

/// Blocks that are read at once: enough for every core, few that are read in vain.
const BLOCKS_AT_ONCE: usize = 8;

/// Times and places of the records of an index.
pub(super) struct Order(Vec<Source>);

enum Source {
    Blocks(Blocks),
    /// Where there are no blocks: an index in memory, or one that an older version of the program wrote.
    Columns(SegmentColumns),
}

/// Times and places of some documents of a segment.
enum Places<'a> {
    /// Of a block, in their order.
    Block(Vec<Cursor>),
    Columns(&'a SegmentColumns),
}

/// Documents of a segment that match, each a bit, and their number.
type Marked = (SegmentOrdinal, u64, Vec<u64>);

/// Documents of a segment whose ranks lie between two.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    most: Rank,
    least: Rank,
    segment: SegmentOrdinal,
    /// The first document, by which a block is named.
    first: DocId,
    end: DocId,
}

impl Order {
    /// Opens the blocks of all segments.
    pub(super) fn of(searcher: &Searcher, directory: Option<&AgeDirectory>) -> Result<Self, IndexError> {
        let open = |segment: &SegmentReader| {
            Ok(match directory.and_then(|directory| blocks_of(segment, directory)) {
                Some(blocks) => Source::Blocks(blocks),
                None => Source::Columns(SegmentColumns::of(segment).map_err(IndexError::reading)?),
            })
        };
        searcher.segment_readers().iter().map(open).collect::<Result<_, IndexError>>().map(Self)
    }

    /// The first of what a plan finds that come after `after`, at most `wanted`, by time. Without any wanted, the number of
    /// all is told alone.
    pub(super) fn first(
        &self,
        (searcher, plan): (&Searcher, &dyn Plan),
        wanted: usize,
        sort: Sort,
        after: Option<Rank>,
    ) -> Result<Found, IndexError> {
        let marked = marked(searcher, plan).map_err(IndexError::reading)?;
        let mut found = Found { total: marked.iter().map(|(_, total, _)| total).sum(), before: 0, docs: Vec::new() };
        if wanted == 0 {
            return Ok(found);
        }
        let mut best: BinaryHeap<Reverse<(Rank, DocAddress)>> = BinaryHeap::new();
        let mut candidates = BinaryHeap::new();
        for (segment, _, bits) in &marked {
            for candidate in self.source(*segment)?.candidates(*segment, sort) {
                let held: u64 = words(bits, &candidate).iter().map(|word| u64::from(word.count_ones())).sum();
                match after {
                    _ if held == 0 => {}
                    Some(after) if candidate.least >= after => found.before += held,
                    _ => candidates.push(candidate),
                }
            }
        }
        loop {
            let is_behind = |candidate: &Candidate| {
                best.len() >= wanted && best.peek().is_none_or(|Reverse((worst, _))| candidate.most < *worst)
            };
            let next: Vec<Candidate> = std::iter::from_fn(|| candidates.pop())
                .take(BLOCKS_AT_ONCE)
                .take_while(|next| !is_behind(next))
                .collect();
            if next.is_empty() {
                break;
            }
            let read = |candidate: &Candidate| self.source(candidate.segment)?.read(candidate);
            let read: Vec<Places<'_>> = next.par_iter().map(read).collect::<Result<_, IndexError>>()?;
            for (candidate, places) in next.iter().zip(read) {
                let of_segment = |(segment, ..): &&Marked| *segment == candidate.segment;
                let (_, _, bits) = marked.iter().find(of_segment).ok_or(IndexError::Damaged(None))?;
                for doc in marks(bits, candidate) {
                    let rank = places.at(candidate, doc).ok_or(IndexError::Damaged(None))?.rank(sort);
                    if after.is_some_and(|after| rank >= after) {
                        found.before += 1;
                    } else if best.len() < wanted || best.peek().is_some_and(|Reverse((worst, _))| rank > *worst) {
                        best.push(Reverse((rank, DocAddress::new(candidate.segment, doc))));
                        if best.len() > wanted {
                            best.pop();
                        }
                    }
                }
            }
        }
        found.docs = best.into_vec().into_iter().map(|Reverse(entry)| entry).collect();
        found.docs.sort_unstable_by_key(|entry| Reverse(*entry));
        Ok(found)
    }

    fn source(&self, segment: SegmentOrdinal) -> Result<&Source, IndexError> {
        usize::try_from(segment).ok().and_then(|at| self.0.get(at)).ok_or(IndexError::Damaged(None))
    }
}

fn blocks_of(segment: &SegmentReader, directory: &AgeDirectory) -> Option<Blocks> {
    Blocks::open(directory.get_file_handle(&file_of(segment)).ok()?, segment.max_doc())
}

/// Writes the blocks of the segments that have none, and removes those of segments that are gone. What fails costs later
/// searches time.
pub(super) fn keep(searcher: &Searcher, directory: &AgeDirectory) {
    let mut names = HashSet::new();
    for segment in searcher.segment_readers() {
        let name = file_of(segment);
        if blocks_of(segment, directory).is_none()
            && let Ok(columns) = SegmentColumns::of(segment)
            && let Some(bytes) = written(&columns, segment.max_doc())
        {
            drop(directory.put_beside(&name, &bytes));
        }
        names.insert(name);
    }
    let is_gone = |name: &PathBuf| !names.contains(name);
    for name in directory.names_ending(EXTENSION).into_iter().filter(is_gone) {
        drop(directory.delete(&name));
    }
}

impl Source {
    fn candidates(&self, segment: SegmentOrdinal, sort: Sort) -> Vec<Candidate> {
        match self {
            Self::Blocks(blocks) => (0..)
                .zip(blocks.spans())
                .map(|(number, span)| {
                    let (least, most) = ranks(span, sort);
                    let (first, end) = (Blocks::first_of(number), Blocks::first_of(number + 1).min(blocks.docs()));
                    Candidate { most, least, segment, first, end }
                })
                .collect(),
            Self::Columns(columns) => {
                let (least, most) = ((0, false, i64::MIN, 0), (u32::MAX, true, i64::MAX, u64::MAX));
                vec![Candidate { most, least, segment, first: 0, end: columns.docs() }]
            }
        }
    }

    /// Times and places of a candidate's documents.
    fn read(&self, candidate: &Candidate) -> Result<Places<'_>, IndexError> {
        match self {
            Self::Blocks(blocks) => {
                let block = blocks.read(Blocks::number_of(candidate.first));
                block.map(Places::Block).ok_or(IndexError::Damaged(None))
            }
            Self::Columns(columns) => Ok(Places::Columns(columns)),
        }
    }
}

impl Places<'_> {
    fn at(&self, candidate: &Candidate, doc: DocId) -> Option<Cursor> {
        match self {
            Self::Block(all) => all.get(usize::try_from(doc.checked_sub(candidate.first)?).ok()?).copied(),
            Self::Columns(columns) => Some(columns.at(doc)),
        }
    }
}

/// Between which ranks the records of a block lie.
fn ranks(span: Span, sort: Sort) -> (Rank, Rank) {
    let of = |time_ms, loc| Cursor { time_ms, loc }.rank(sort);
    // Turned round when the oldest come first.
    let (first_loc, last_loc) = if sort == Sort::Oldest { (u64::MAX, 0) } else { (0, u64::MAX) };
    let untimed = (of(None, first_loc), of(None, last_loc));
    let Some((oldest, newest)) = span.times else { return untimed };
    let (worst, best) = if sort == Sort::Oldest { (newest, oldest) } else { (oldest, newest) };
    let least = if span.has_untimed { untimed.0 } else { of(Some(worst), first_loc) };
    (least, of(Some(best), last_loc))
}

/// The words of bits in which a candidate's documents lie; blocks begin and end between words.
fn words<'a>(bits: &'a [u64], candidate: &Candidate) -> &'a [u64] {
    let word_of = |doc: DocId| usize::try_from(doc / u64::BITS).unwrap_or(usize::MAX);
    let end = word_of(candidate.end.saturating_add(u64::BITS - 1)).min(bits.len());
    bits.get(word_of(candidate.first)..end).unwrap_or_default()
}

/// The documents of a candidate that are marked.
fn marks<'a>(bits: &'a [u64], candidate: &Candidate) -> impl Iterator<Item = DocId> + 'a {
    words(bits, candidate)
        .iter()
        .zip((candidate.first..).step_by(64))
        .filter(|(word, _)| **word != 0)
        .flat_map(|(word, start)| (0..u64::BITS).filter(move |at| word & (1 << at) != 0).map(move |at| start + at))
}

/// Marks what a plan finds, segment by segment on all cores.
fn marked(searcher: &Searcher, plan: &dyn Plan) -> tantivy::Result<Vec<Marked>> {
    let weight = plan.weight(EnableScoring::disabled_from_searcher(searcher))?;
    let segments: Vec<(SegmentOrdinal, &SegmentReader)> = (0..).zip(searcher.segment_readers()).collect();
    segments.into_par_iter().map(|(ordinal, reader)| Marks.collect_segment(&*weight, ordinal, reader)).collect()
}

/// Marks what matches.
struct Marks;

struct SegmentMarks {
    segment: SegmentOrdinal,
    total: u64,
    bits: Vec<u64>,
}

impl Collector for Marks {
    type Fruit = Vec<Marked>;
    type Child = SegmentMarks;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentMarks> {
        let words = usize::try_from(reader.max_doc().div_ceil(u64::BITS)).unwrap_or_default();
        Ok(SegmentMarks { segment, total: 0, bits: vec![0; words] })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Marked>) -> tantivy::Result<Vec<Marked>> {
        Ok(fruits)
    }
}

impl SegmentCollector for SegmentMarks {
    type Fruit = Marked;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.total += 1;
        let word = usize::try_from(doc / u64::BITS).ok().and_then(|at| self.bits.get_mut(at));
        if let Some(word) = word {
            *word |= 1 << (doc % u64::BITS);
        }
    }

    fn harvest(self) -> Marked {
        (self.segment, self.total, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tantivy::HasLen;
    use tantivy::directory::{FileHandle, OwnedBytes};
    use tantivy::query::{AllQuery, TermQuery};
    use tantivy::schema::IndexRecordOption;

    use super::*;
    use crate::index::{Index, IndexKey, IndexLock, IndexState, collect};
    use crate::model::{Record, Time};

    fn record(number: u64, time: Time) -> Record {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&number.to_be_bytes());
        let text = if number.is_multiple_of(3) { "robe" } else { "boubou" };
        Record { text: text.to_owned(), ..collect::tests::record(id, time) }
    }

    /// Chats one after the other, each in its order, of the same months; some messages without a time, some chats without any.
    fn time_of(number: u64) -> Time {
        let (chat, message) = (number / 700, i64::try_from(number % 700).unwrap());
        if chat % 5 == 4 || number.is_multiple_of(41) {
            return Time::none();
        }
        Time::from_seconds(1_700_000_000 + message * 3_600 - i64::try_from(chat).unwrap() * 60)
    }

    fn filled(index: Index, commits: u64, each: u64) -> Index {
        for commit in 0..commits {
            let writer = index.writer(2, 16 << 20).unwrap();
            for number in commit * each..(commit + 1) * each {
                writer.add(&record(number, time_of(number)), number * 7 % 100_003).unwrap();
            }
            writer.commit(&IndexState::covering(commit + 1)).unwrap();
        }
        index
    }

    #[test]
    fn the_first_in_time_are_those_of_all() {
        let folder = tempfile::tempdir().unwrap();
        let key = IndexKey::new(&[7; 32]);
        filled(Index::create(IndexLock::take(folder.path()).unwrap(), &key).unwrap(), 3, 2_500);
        let stored = Index::open(folder.path(), &key).unwrap();
        let memory = filled(Index::in_memory().unwrap(), 1, 7_500);
        for (index, has_blocks) in [(&stored, true), (&memory, false)] {
            let searcher = index.reader.searcher();
            let order = index.order(&searcher).unwrap();
            assert!(order.0.iter().all(|source| matches!(source, Source::Blocks(_)) == has_blocks));
            let word =
                TermQuery::new(tantivy::Term::from_field_text(index.fields.text, "robe"), IndexRecordOption::Basic);
            let plans: [(&dyn Plan, u64); 2] = [(&AllQuery, 1), (&word, 3)];
            for ((plan, step), sort) in plans.into_iter().flat_map(|plan| [(plan, Sort::Newest), (plan, Sort::Oldest)])
            {
                let at = |number: u64| Cursor { time_ms: time_of(number).order_ms(), loc: number * 7 % 100_003 };
                let mut all: Vec<Rank> =
                    (0..7_500).filter(|number| number % step == 0).map(|number| at(number).rank(sort)).collect();
                all.sort_unstable_by_key(|rank| Reverse(*rank));
                for (wanted, start) in
                    [(20, 0), (1, 0), (300, 40), (20, all.len() - 7), (0, 0), (9_000, 0), (0, 12), (5, all.len())]
                {
                    let after = start.checked_sub(1).map(|last| all[last]);
                    let found = order.first((&searcher, plan), wanted, sort, after).unwrap();
                    let expected: Vec<Rank> = all.iter().skip(start).take(wanted).copied().collect();
                    let ranks: Vec<Rank> = found.docs.iter().map(|(rank, _)| *rank).collect();
                    assert_eq!(ranks, expected, "{sort:?} {wanted} after {start}");
                    assert_eq!(found.total, u64::try_from(all.len()).unwrap());
                    assert_eq!(found.before, u64::try_from(if wanted == 0 { 0 } else { start }).unwrap());
                }
            }
        }
    }

    #[derive(Debug)]
    struct Counting(Vec<u8>, AtomicUsize);

    impl HasLen for Counting {
        fn len(&self) -> usize {
            self.0.len()
        }
    }

    impl FileHandle for Counting {
        fn read_bytes(&self, range: std::ops::Range<usize>) -> std::io::Result<OwnedBytes> {
            self.1.fetch_add(1, Ordering::Relaxed);
            let bytes = self.0.get(range).ok_or(std::io::ErrorKind::UnexpectedEof)?;
            Ok(OwnedBytes::new(bytes.to_vec()))
        }
    }

    #[test]
    fn only_blocks_that_may_hold_the_first_are_read_and_damaged_ones_are_none() {
        let index = filled(Index::in_memory().unwrap(), 1, 30_000);
        let searcher = index.reader.searcher();
        let bytes: Vec<Vec<u8>> = searcher
            .segment_readers()
            .iter()
            .map(|segment| written(&SegmentColumns::of(segment).unwrap(), segment.max_doc()).unwrap())
            .collect();
        let files: Vec<Arc<Counting>> =
            bytes.iter().map(|bytes| Arc::new(Counting(bytes.clone(), AtomicUsize::new(0)))).collect();
        let open = |file: &Arc<Counting>, segment: &SegmentReader| {
            let file: Arc<dyn FileHandle> = Arc::<Counting>::clone(file);
            Source::Blocks(Blocks::open(file, segment.max_doc()).unwrap())
        };
        let order =
            Order(files.iter().zip(searcher.segment_readers()).map(|(file, segment)| open(file, segment)).collect());
        let before: usize = files.iter().map(|file| file.1.load(Ordering::Relaxed)).sum();
        let found = order.first((&searcher, &AllQuery), 20, Sort::Newest, None).unwrap();
        let read = files.iter().map(|file| file.1.load(Ordering::Relaxed)).sum::<usize>() - before;
        assert_eq!((found.total, found.docs.len()), (30_000, 20));
        // Of 118: the last block of each of 34 timed chats at most, and few beside them.
        assert!(read <= 50, "{read}");

        for (bytes, segment) in bytes.iter().zip(searcher.segment_readers()) {
            let docs = segment.max_doc();
            let open = |bytes: Vec<u8>, docs| Blocks::open(Arc::new(Counting(bytes, AtomicUsize::new(0))), docs);
            assert!(open(bytes.clone(), docs + 1).is_none(), "another segment's");
            for length in [0, 3, 5, 40, bytes.len() - 1] {
                assert!(open(bytes[..length].to_vec(), docs).is_none(), "cut at {length}");
            }
            let mut other = bytes.clone();
            other[0] = 9;
            assert!(open(other, docs).is_none(), "another version");
            // Whatever the bytes, nothing panics.
            for at in (0..bytes.len()).step_by(97) {
                let mut other = bytes.clone();
                other[at] ^= 0xff;
                if let Some(blocks) = open(other, docs) {
                    (0..120).for_each(|number| drop(blocks.read(number)));
                }
            }
        }
    }

    #[test]
    fn blocks_that_are_damaged_or_gone_cost_nothing_but_time() {
        let folder = tempfile::tempdir().unwrap();
        let key = IndexKey::new(&[7; 32]);
        let index = filled(Index::create(IndexLock::take(folder.path()).unwrap(), &key).unwrap(), 2, 400);
        let directory = index.directory.clone().unwrap();
        let files = || {
            let mut names = directory.names_ending(EXTENSION);
            names.sort();
            names
        };
        let all = files();
        let segments = index.reader.searcher().segment_readers().len();
        assert_eq!(all.len(), segments);
        let first = |index: &Index| {
            let searcher = index.reader.searcher();
            let found = index.order(&searcher).unwrap().first((&searcher, &AllQuery), 30, Sort::Newest, None).unwrap();
            found.docs.into_iter().map(|(rank, _)| rank).collect::<Vec<_>>()
        };
        let expected = first(&index);
        fs_err::write(folder.path().join(&all[0]), b"nonsense").unwrap();
        fs_err::remove_file(folder.path().join(&all[1])).unwrap();
        fs_err::write(folder.path().join("gone.order"), b"of no segment").unwrap();
        let index = Index::open(folder.path(), &key).unwrap();
        assert_eq!(first(&index), expected);
        // The next writer mends them.
        let writer = index.writer(1, 16 << 20).unwrap();
        writer.add(&record(9_999, Time::none()), 200_000).unwrap();
        writer.commit(&IndexState::covering(3)).unwrap();
        let index = Index::open(folder.path(), &key).unwrap();
        assert_eq!(first(&index), expected);
        let searcher = index.reader.searcher();
        let order = index.order(&searcher).unwrap();
        assert!(order.0.iter().all(|source| matches!(source, Source::Blocks(_))));
        assert_eq!(files().len(), searcher.segment_readers().len());
    }
}
