//! Reading one entry of a ZIP: whole into a buffer, or as a stream. Never gives more bytes than the directory claims, and
//! an error instead of an end when there are fewer or they are not those of the checksum.

use std::cell::RefCell;
use std::io::{self, Read};

use super::super::container::{Damage, Entry};
use super::super::limits;
use super::bytes::Bytes;
use super::directory::Place;
use super::position::Positioned;
use super::record::{DEFLATED, LOCAL, LOCAL_LEN, STORED};

const FLAG_ENCRYPTED: u16 = 1;
/// Sizes and checksum follow the data; those of the local header mean nothing.
const FLAG_TRAILING: u16 = 1 << 3;
/// Bytes of extra fields read along with the header before their length is known.
const EXTRA_GUESS: u64 = 64;

/// An open ZIP.
pub(in super::super) struct Zipped {
    file: Positioned,
    places: Vec<Place>,
}

/// What a thread reuses from entry to entry.
struct Scratch {
    /// Local header and compressed bytes.
    bytes: Vec<u8>,
    inflater: libdeflater::Decompressor,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> =
        RefCell::new(Scratch { bytes: Vec::new(), inflater: libdeflater::Decompressor::new() });
}

impl Zipped {
    pub(in super::super) fn new(file: Positioned, directory: super::Directory) -> (Self, Vec<Entry>) {
        (Self { file, places: directory.places }, directory.entries)
    }

    /// Reads an entry into `out`, replacing what it held.
    pub(in super::super) fn read_into(&self, entry: &Entry, out: &mut Vec<u8>) -> Result<(), Damage> {
        out.clear();
        let place = self.places.get(entry.locator).ok_or(Damage::Unreadable)?;
        if entry.size > limits::RESERVE_BYTES_MAX || place.compressed > limits::RESERVE_BYTES_MAX {
            let read = self.open(entry)?.read_to_end(out);
            return read.map(|_| ()).map_err(|error| Damage::of_io(&error));
        }
        let size = usize::try_from(entry.size).map_err(|_| Damage::TooLarge)?;
        out.resize(size, 0);
        if place.method == STORED {
            let start = self.data_start(entry, place)?;
            self.file.read_exact(out, start).map_err(|error| Damage::of_io(&error))?;
        } else {
            SCRATCH.with_borrow_mut(|scratch| self.inflate(entry, place, scratch, out))?;
        }
        if entry.crc32.is_some_and(|crc| crc != crc32fast::hash(out)) { Err(Damage::Corrupt) } else { Ok(()) }
    }

    /// Inflates an entry whole. Header and data come with one read in nearly all cases.
    fn inflate(&self, entry: &Entry, place: &Place, scratch: &mut Scratch, out: &mut [u8]) -> Result<(), Damage> {
        let name = u64::try_from(entry.path.len()).unwrap_or(0);
        let guess = (LOCAL_LEN + name + EXTRA_GUESS + place.compressed).min(place.limit.saturating_sub(place.header));
        let bytes = &mut scratch.bytes;
        bytes.resize(usize::try_from(guess).map_err(|_| Damage::TooLarge)?, 0);
        let read = self.file.read(bytes, place.header).map_err(|error| Damage::of_io(&error))?;
        bytes.truncate(read);
        let start = match local_start(entry, place, bytes)? {
            Some(start) => start,
            None => self.data_start(entry, place)?,
        };
        let skip = usize::try_from(start - place.header).map_err(|_| Damage::TooLarge)?;
        let compressed = usize::try_from(place.compressed).map_err(|_| Damage::TooLarge)?;
        let held = bytes.len();
        if held < skip + compressed {
            bytes.resize(skip + compressed, 0);
            let at = place.header + u64::try_from(held).unwrap_or(0);
            let rest = bytes.get_mut(held..).unwrap_or_default();
            self.file.read_exact(rest, at).map_err(|error| Damage::of_io(&error))?;
        }
        let data = bytes.get(skip..skip + compressed).ok_or(Damage::Corrupt)?;
        let inflated = scratch.inflater.deflate_decompress(data, out);
        if scratch.bytes.capacity() > usize::try_from(limits::WHOLE_BYTES_MAX * 2).unwrap_or(usize::MAX) {
            scratch.bytes = Vec::new();
        }
        if inflated == Ok(out.len()) { Ok(()) } else { Err(Damage::Corrupt) }
    }

    /// Streams an entry.
    pub(in super::super) fn open(&self, entry: &Entry) -> Result<EntryReader<'_>, Damage> {
        let place = self.places.get(entry.locator).ok_or(Damage::Unreadable)?;
        let start = self.data_start(entry, place)?;
        Ok(EntryReader {
            source: Source::new(&self.file, start, start + place.compressed),
            inflater: (place.method == DEFLATED).then(|| flate2::Decompress::new(false)),
            left: entry.size,
            checksum: crc32fast::Hasher::new(),
            crc32: entry.crc32,
            end: End::NotYet,
        })
    }

    /// A stored entry as a file of its own; `None` for one that is not.
    pub(in super::super) fn window(&self, entry: &Entry) -> Result<Option<Positioned>, Damage> {
        let place = self.places.get(entry.locator).ok_or(Damage::Unreadable)?;
        if place.method != STORED {
            return Ok(None);
        }
        let start = self.data_start(entry, place)?;
        Ok(Some(self.file.window(start, place.compressed)))
    }

    /// Bytes that an entry takes in the ZIP.
    pub(in super::super) fn packed_size(&self, entry: &Entry) -> Option<u64> {
        self.places.get(entry.locator).map(|place| place.compressed)
    }

    fn data_start(&self, entry: &Entry, place: &Place) -> Result<u64, Damage> {
        let mut header = [0; 30];
        self.file.read_exact(&mut header, place.header).map_err(|error| Damage::of_io(&error))?;
        let name_len = LocalHeader::parse(&header).ok_or(Damage::Mismatch)?.name_len;
        let mut named = vec![0; header.len() + usize::from(name_len)];
        self.file.read_exact(&mut named, place.header).map_err(|error| Damage::of_io(&error))?;
        local_start(entry, place, &named)?.ok_or(Damage::Mismatch)
    }
}

struct LocalHeader {
    flags: u16,
    method: u16,
    crc32: u32,
    compressed: u32,
    size: u32,
    name_len: u16,
    extra_len: u16,
}

impl LocalHeader {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut fields = Bytes(bytes.strip_prefix(LOCAL)?);
        fields.u16()?;
        let (flags, method) = (fields.u16()?, fields.u16()?);
        fields.u32()?;
        let (crc32, compressed, size) = (fields.u32()?, fields.u32()?, fields.u32()?);
        let (name_len, extra_len) = (fields.u16()?, fields.u16()?);
        Some(Self { flags, method, crc32, compressed, size, name_len, extra_len })
    }

    fn len(&self) -> u64 {
        LOCAL_LEN + u64::from(self.name_len) + u64::from(self.extra_len)
    }

    /// Whether it tells the same as the directory. Full fields stand for zip64 values and are not compared.
    fn agrees(&self, entry: &Entry, place: &Place, name: &[u8]) -> bool {
        let same = |local: u32, listed: u64| local == u32::MAX || u64::from(local) == listed;
        let sizes = self.flags & FLAG_TRAILING != 0
            || (same(self.size, entry.size)
                && same(self.compressed, place.compressed)
                && entry.crc32.is_none_or(|crc| crc == self.crc32));
        sizes && self.method == place.method && crc32fast::hash(name) == place.name_crc
    }
}

/// Where the data of an entry start, from its local header; `None` when `bytes` end before the name does.
fn local_start(entry: &Entry, place: &Place, bytes: &[u8]) -> Result<Option<u64>, Damage> {
    let local = LocalHeader::parse(bytes).ok_or(Damage::Mismatch)?;
    let Some(name) = bytes.get(30..30 + usize::from(local.name_len)) else { return Ok(None) };
    if !local.agrees(entry, place, name) {
        return Err(Damage::Mismatch);
    }
    if local.flags & FLAG_ENCRYPTED != 0 {
        return Err(Damage::Encrypted);
    }
    let start = place.header + local.len();
    match start.checked_add(place.compressed) {
        Some(end) if end <= place.limit => Ok(Some(start)),
        _ => Err(Damage::Overlap),
    }
}

/// The plain bytes of one entry. Size and checksum are verified before the end is told.
pub(in super::super) struct EntryReader<'a> {
    source: Source<'a>,
    /// `None`: stored.
    inflater: Option<flate2::Decompress>,
    /// Plain bytes still to come.
    left: u64,
    checksum: crc32fast::Hasher,
    crc32: Option<u32>,
    end: End,
}

#[derive(Clone, Copy)]
enum End {
    NotYet,
    Good,
    Bad,
}

impl Read for EntryReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.end {
            End::Good => return Ok(0),
            End::Bad => return Err(Damage::Corrupt.into()),
            End::NotYet if buffer.is_empty() => return Ok(0),
            End::NotYet => {}
        }
        let read = self.advance(buffer).inspect_err(|_| self.end = End::Bad)?;
        self.checksum.update(buffer.get(..read).unwrap_or_default());
        if read == 0 {
            let sound = self.left == 0 && self.crc32.is_none_or(|crc| crc == self.checksum.clone().finalize());
            self.end = if sound { End::Good } else { End::Bad };
            if !sound {
                return Err(Damage::Corrupt.into());
            }
        }
        Ok(read)
    }
}

impl EntryReader<'_> {
    /// The next plain bytes; 0 at the end of the data.
    fn advance(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.inflater {
            None => self.source.read(buffer)?,
            Some(inflater) => inflate_some(inflater, &mut self.source, buffer)?.produced,
        };
        self.left = u64::try_from(read).ok().and_then(|read| self.left.checked_sub(read)).ok_or(Damage::Corrupt)?;
        Ok(read)
    }
}

/// What one step of inflating gave.
pub(super) struct Inflated {
    pub(super) produced: usize,
    /// The compressed data end here.
    pub(super) ended: bool,
}

/// Inflates until something comes out or the data end.
pub(super) fn inflate_some(
    inflater: &mut flate2::Decompress,
    source: &mut Source<'_>,
    buffer: &mut [u8],
) -> io::Result<Inflated> {
    loop {
        let input = source.fill()?;
        let ended = input.is_empty();
        let (consumed, produced) = (inflater.total_in(), inflater.total_out());
        let flush = flate2::FlushDecompress::None;
        let status = inflater.decompress(input, buffer, flush).map_err(|_| Damage::Corrupt)?;
        let consumed = usize::try_from(inflater.total_in() - consumed).unwrap_or(usize::MAX);
        let produced = usize::try_from(inflater.total_out() - produced).unwrap_or(usize::MAX);
        source.used = source.used.saturating_add(consumed);
        let stream_ended = matches!(status, flate2::Status::StreamEnd);
        if produced > 0 || stream_ended {
            return Ok(Inflated { produced, ended: stream_ended });
        }
        if ended || consumed == 0 {
            return Err(Damage::Corrupt.into());
        }
    }
}

/// The compressed bytes of one entry, read in steps.
pub(super) struct Source<'a> {
    file: &'a Positioned,
    next: u64,
    end: u64,
    held: Vec<u8>,
    used: usize,
}

impl<'a> Source<'a> {
    const STEP: u64 = 1 << 16;

    pub(super) const fn new(file: &'a Positioned, start: u64, end: u64) -> Self {
        Self { file, next: start, end, held: Vec::new(), used: 0 }
    }

    /// Offset in the file of the first byte that nobody used.
    pub(super) fn position(&self) -> u64 {
        self.next - u64::try_from(self.held.len().saturating_sub(self.used)).unwrap_or(0)
    }

    /// Whether every byte is used.
    pub(super) fn is_spent(&self) -> bool {
        self.position() >= self.end
    }

    /// Bytes held, read anew when all are used; empty at the end.
    fn fill(&mut self) -> io::Result<&[u8]> {
        if self.used >= self.held.len() {
            let step = (self.end - self.next).min(Self::STEP);
            self.held.resize(usize::try_from(step).unwrap_or(0), 0);
            self.file.read_exact(&mut self.held, self.next)?;
            self.next += step;
            self.used = 0;
        }
        Ok(self.held.get(self.used..).unwrap_or_default())
    }

    /// Stored bytes, straight into `buffer`.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.next).unwrap_or(usize::MAX);
        let len = buffer.len().min(left);
        let part = buffer.get_mut(..len).unwrap_or_default();
        self.file.read_exact(part, self.next)?;
        self.next += u64::try_from(len).unwrap_or(0);
        Ok(len)
    }
}
