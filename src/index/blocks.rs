//! Times and places of the records of a segment in blocks, in a sealed file beside those of the engine: the newest records
//! of a search are found by reading the blocks they lie in, where columns are read whole.
//!
//! ```text
//! version u8 = 1, length of the table u32 LE
//! table   number of records, then for each block of 256 records: length, marks, least time, span of times
//! blocks  unit of time; bits of those that have a time, when some have none; for each record: time, place
//! ```
//! Numbers are LEB128; differences from the one before are folded to them by their sign (zigzag). A record without a time
//! has its place alone.

use std::path::PathBuf;
use std::sync::Arc;

use tantivy::directory::FileHandle;
use tantivy::{DocId, SegmentReader};

use super::collect::{Cursor, SegmentColumns};
use super::leb128::{Numbers, folded, push, unfolded};

/// What the name of the file ends in, after the id of the segment.
pub(super) const EXTENSION: &str = "order";
/// Records of a block. Smaller blocks are told apart by their times better, and cost more bytes in the table.
const BLOCK_DOCS: u32 = 256;
const VERSION: u8 = 1;
const HEADER_BYTES: usize = 5;
/// Units of times, in milliseconds: most platforms tell seconds or minutes.
const UNITS: [u64; 3] = [60_000, 1_000, 1];

/// The name of a segment's file.
pub(super) fn file_of(segment: &SegmentReader) -> PathBuf {
    PathBuf::from(format!("{}.{EXTENSION}", segment.segment_id().uuid_string()))
}

/// Between which times the records of a block lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// Milliseconds since 1970 of the oldest and the newest; `None` when none has a time.
    pub(super) times: Option<(i64, i64)>,
    /// Whether some have no time.
    pub(super) has_untimed: bool,
}

struct Block {
    span: Span,
    /// Where it begins in the file.
    start: usize,
    end: usize,
}

/// The blocks of a segment.
pub(super) struct Blocks {
    file: Arc<dyn FileHandle>,
    docs: DocId,
    table: Vec<Block>,
}

impl Blocks {
    /// Opens the blocks of a segment of so many records; `None` when they are damaged or another segment's.
    pub(super) fn open(file: Arc<dyn FileHandle>, docs: DocId) -> Option<Self> {
        let header = file.read_bytes(0..HEADER_BYTES).ok()?;
        let (version, length) = header.as_slice().split_first()?;
        if *version != VERSION {
            return None;
        }
        let length = usize::try_from(u32::from_le_bytes(*length.first_chunk()?)).ok()?;
        let mut start = HEADER_BYTES.checked_add(length)?;
        let table = file.read_bytes(HEADER_BYTES..start).ok()?;
        let mut table = Numbers::of(table.as_slice());
        if table.next()? != u64::from(docs) {
            return None;
        }
        let mut found = Vec::new();
        let mut least = 0;
        for _ in 0..docs.div_ceil(BLOCK_DOCS) {
            let end = start.checked_add(usize::try_from(table.next()?).ok()?)?;
            let marks = table.next()?;
            let times = if marks & mark::TIMED == 0 {
                None
            } else {
                least = table.next_after(least)?;
                Some((least, least.checked_add_unsigned(table.next()?)?))
            };
            found.push(Block { span: Span { times, has_untimed: marks & mark::UNTIMED != 0 }, start, end });
            start = end;
        }
        (table.is_empty() && start == file.len()).then_some(Self { file, docs, table: found })
    }

    /// Number of documents.
    pub(super) const fn docs(&self) -> DocId {
        self.docs
    }

    /// The span of each block, in their order.
    pub(super) fn spans(&self) -> impl Iterator<Item = Span> + '_ {
        self.table.iter().map(|block| block.span)
    }

    /// The block in which a document lies.
    pub(super) fn number_of(doc: DocId) -> usize {
        usize::try_from(doc / BLOCK_DOCS).unwrap_or(usize::MAX)
    }

    /// The first document of a block.
    pub(super) fn first_of(number: usize) -> DocId {
        u32::try_from(number).ok().and_then(|number| number.checked_mul(BLOCK_DOCS)).unwrap_or(DocId::MAX)
    }

    /// Times and places of a block's documents, in their order; `None` when it is damaged.
    pub(super) fn read(&self, number: usize) -> Option<Vec<Cursor>> {
        let block = self.table.get(number)?;
        let bytes = self.file.read_bytes(block.start..block.end).ok()?;
        let (unit, mut rest) = bytes.as_slice().split_first()?;
        let unit = *UNITS.get(usize::from(*unit))?;
        let count = usize::try_from(self.docs.checked_sub(Self::first_of(number))?.min(BLOCK_DOCS)).ok()?;
        let mut timed: &[u8] = &[];
        if block.span.has_untimed {
            (timed, rest) = rest.split_at_checked(count.div_ceil(8))?;
        }
        let mut numbers = Numbers::of(rest);
        let (mut time, mut loc) = (block.span.times.map_or(0, |(least, _)| least), 0);
        let mut found = Vec::with_capacity(count);
        for at in 0..count {
            let is_timed = !block.span.has_untimed || timed.get(at / 8).is_some_and(|bits| bits & (1 << (at % 8)) != 0);
            if is_timed {
                time = time.checked_add(unfolded(numbers.next()?).checked_mul(i64::try_from(unit).ok()?)?)?;
            }
            loc = numbers.next_after(loc)?;
            found.push(Cursor { time_ms: is_timed.then_some(time), loc: loc.cast_unsigned() });
        }
        numbers.is_empty().then_some(found)
    }
}

mod mark {
    /// Some records have a time.
    pub(super) const TIMED: u64 = 1;
    /// Some have none.
    pub(super) const UNTIMED: u64 = 2;
}

/// The file of a segment; `None` when its times lie too far apart for the format.
pub(super) fn written(columns: &SegmentColumns, docs: DocId) -> Option<Vec<u8>> {
    let (mut table, mut blocks) = (Vec::new(), Vec::new());
    push(&mut table, u64::from(docs));
    let mut least = 0;
    for first in (0..docs).step_by(usize::try_from(BLOCK_DOCS).ok()?) {
        let all: Vec<Cursor> = (first..docs.min(first.saturating_add(BLOCK_DOCS)))
            .map(|doc| Cursor { time_ms: columns.time_ms(doc), loc: columns.loc(doc) })
            .collect();
        let before = blocks.len();
        let span = push_block(&mut blocks, &all)?;
        push(&mut table, u64::try_from(blocks.len() - before).ok()?);
        let marks = if span.has_untimed { mark::UNTIMED } else { 0 };
        match span.times {
            None => push(&mut table, marks),
            Some((oldest, newest)) => {
                push(&mut table, marks | mark::TIMED);
                push(&mut table, folded(oldest.checked_sub(least)?));
                push(&mut table, u64::try_from(newest.checked_sub(oldest)?).ok()?);
                least = oldest;
            }
        }
    }
    let mut file = vec![VERSION];
    file.extend(u32::try_from(table.len()).ok()?.to_le_bytes());
    file.extend(table);
    file.extend(blocks);
    Some(file)
}

fn push_block(blocks: &mut Vec<u8>, all: &[Cursor]) -> Option<Span> {
    let times = || all.iter().filter_map(|at| at.time_ms);
    let span = Span { times: times().min().zip(times().max()), has_untimed: all.iter().any(|at| at.time_ms.is_none()) };
    let least = span.times.map_or(0, |(least, _)| least);
    span.times.map_or(Some(0), |(least, most)| most.checked_sub(least))?;
    let is_whole = |unit: u64| times().all(|time| time.abs_diff(least).is_multiple_of(unit));
    let (number, unit) = UNITS.iter().enumerate().find(|(_, unit)| is_whole(**unit))?;
    blocks.push(u8::try_from(number).ok()?);
    if span.has_untimed {
        blocks.extend(all.chunks(8).map(|some| {
            some.iter().enumerate().fold(0, |bits: u8, (at, place)| bits | (u8::from(place.time_ms.is_some()) << at))
        }));
    }
    let (mut before, mut loc) = (least, 0_i64);
    for at in all {
        if let Some(time) = at.time_ms {
            push(blocks, folded(time.checked_sub(before)?.checked_div(i64::try_from(*unit).ok()?)?));
            before = time;
        }
        push(blocks, folded(at.loc.cast_signed().checked_sub(loc)?));
        loc = at.loc.cast_signed();
    }
    Some(span)
}
