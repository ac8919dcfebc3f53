//! The central directory of a ZIP: where it lies, and the entries it lists. Where there is none that can be read, the
//! entries are found by their own headers ([`super::salvage`]).
//!
//! Everything here is a claim. What the claims alone show to be wrong is marked on the entry; the rest is checked when
//! the entry is read ([`super::entry`]).

use std::io;

use sha2::Digest as _;

use super::super::container::{Damage, Entry};
use super::super::limits;
use super::super::name::SafeName;
use super::bytes::Bytes;
use super::position::Positioned;
use super::record::{LOCAL, LOCAL_LEN, RECORD, RECORD_LEN, Record, variable_len};
use super::salvage::salvage;

const END: &[u8] = b"PK\x05\x06";
const END_LEN: u64 = 22;
const LOCATOR: &[u8] = b"PK\x06\x07";
const LOCATOR_LEN: u64 = 20;
const END64: &[u8] = b"PK\x06\x06";
const END64_LEN: u64 = 56;
const SIGNATURE: &[u8] = b"PK\x05\x05";
/// How a ZIP begins; the last two stand before the first header of a ZIP that was cut into volumes, or was to be.
const STARTS: [&[u8]; 3] = [LOCAL, b"PK\x07\x08", b"PK00"];

/// What a ZIP lists.
pub(in super::super) struct Directory {
    pub(in super::super) entries: Vec<Entry>,
    /// One for each entry.
    pub(super) places: Vec<Place>,
    /// SHA-256 of the file's length and its central directory.
    pub(in super::super) fingerprint: [u8; 32],
    /// There is no directory: the entries are those whose headers were found.
    pub(in super::super) cut: bool,
}

/// Where an entry's bytes lie, and how.
pub(super) struct Place {
    /// Offset of its local header in the file.
    pub(super) header: u64,
    /// Offset of what follows it: the next local header, or the directory.
    pub(super) limit: u64,
    pub(super) compressed: u64,
    /// CRC-32 of the name's bytes, to compare with the local header's.
    pub(super) name_crc: u32,
    pub(super) method: u16,
}

/// Why a directory could not be read.
pub(in super::super) enum DirectoryError {
    Io(io::Error),
    /// No directory where one must be, or one that ends early.
    Missing,
    /// Beyond [`limits::ENTRIES_MAX`] or [`limits::DIRECTORY_BYTES_MAX`].
    TooMany,
}

impl From<io::Error> for DirectoryError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Directory {
    /// The directory of a ZIP; without one, what can be found in a file that starts like a ZIP.
    pub(in super::super) fn read(file: &Positioned) -> Result<Self, DirectoryError> {
        match Self::listed(file) {
            Err(DirectoryError::Missing) => {
                let mut start = [0; 4];
                let is_zip = file.read(&mut start, 0)? == start.len() && STARTS.iter().any(|magic| start == *magic);
                if is_zip { salvage(file) } else { Err(DirectoryError::Missing) }
            }
            read => read,
        }
    }

    fn listed(file: &Positioned) -> Result<Self, DirectoryError> {
        let span = Span::find(file)?;
        if span.end - span.start > limits::DIRECTORY_BYTES_MAX || span.count > entries_max() {
            return Err(DirectoryError::TooMany);
        }
        let mut lister = Lister::new(span.base, span.start, file.len());
        let mut window = Window { file, next: span.start, end: span.end, buffer: Vec::new(), start: 0 };
        while let Some(fixed) = window.peek(RECORD_LEN)? {
            if fixed.starts_with(SIGNATURE) {
                break;
            }
            let variable = variable_len(fixed).ok_or(DirectoryError::Missing)?;
            let record = window.peek(RECORD_LEN + variable)?.ok_or(DirectoryError::Missing)?;
            lister.add(record).ok_or(DirectoryError::Missing)?;
            window.start += RECORD_LEN + variable;
            if lister.seen > entries_max() {
                return Err(DirectoryError::TooMany);
            }
        }
        if lister.seen < span.count { Err(DirectoryError::Missing) } else { Ok(lister.finish(file.len())) }
    }
}

pub(super) fn entries_max() -> u64 {
    u64::try_from(limits::ENTRIES_MAX).unwrap_or(u64::MAX)
}

/// Where the directory lies.
struct Span {
    start: u64,
    end: u64,
    /// Bytes before the ZIP (a self-extracting program); offsets inside count from here.
    base: u64,
    count: u64,
}

impl Span {
    /// Looks for the end record from the end of the file: first one whose comment ends with the file, then any, for
    /// files with bytes appended.
    fn find(file: &Positioned) -> Result<Self, DirectoryError> {
        let reach = (END_LEN + u64::from(u16::MAX)).min(file.len());
        let tail_start = file.len() - reach;
        let mut tail = vec![0; usize::try_from(reach).unwrap_or(0)];
        file.read_exact(&mut tail, tail_start)?;
        for exact in [true, false] {
            for at in memchr::memmem::rfind_iter(&tail, END) {
                let Some(record) = tail.get(at..) else { continue };
                let position = tail_start + u64::try_from(at).unwrap_or(0);
                let Some(comment) = record.get(20..22).and_then(|len| Bytes(len).u16()) else { continue };
                let ends = position + END_LEN + u64::from(comment);
                if (ends == file.len() || (!exact && ends < file.len()))
                    && let Some(span) = Self::parse(file, record, position)?
                {
                    return Ok(span);
                }
            }
        }
        Err(DirectoryError::Missing)
    }

    /// The span an end record describes; `None` when no directory lies there.
    fn parse(file: &Positioned, record: &[u8], position: u64) -> io::Result<Option<Self>> {
        if let Some(span) = Self::parse64(file, position)? {
            return Ok(Some(span));
        }
        let mut fields = Bytes(record.get(END.len()..).unwrap_or_default());
        let read = (|| {
            let (disk, directory_disk) = (fields.u16()?, fields.u16()?);
            fields.u16()?;
            let (count, size, offset) = (fields.u16()?, fields.u32()?, fields.u32()?);
            (disk == 0 && directory_disk == 0).then_some((u64::from(count), u64::from(size), u64::from(offset)))
        })();
        let Some((count, size, offset)) = read else { return Ok(None) };
        Self::locate(file, count, size, offset, position)
    }

    /// The same from the zip64 records before the end record, if there are any.
    fn parse64(file: &Positioned, position: u64) -> io::Result<Option<Self>> {
        let Some(locator_at) = position.checked_sub(LOCATOR_LEN) else { return Ok(None) };
        let mut locator = [0; 20];
        file.read_exact(&mut locator, locator_at)?;
        let Some(mut fields) = locator.strip_prefix(LOCATOR).map(Bytes) else { return Ok(None) };
        let claimed = fields.take(4).and_then(|_| fields.u64()).unwrap_or(u64::MAX);
        for at in [Some(claimed), locator_at.checked_sub(END64_LEN)].into_iter().flatten() {
            let mut record = [0; 56];
            if at > locator_at || file.read(&mut record, at)? < record.len() {
                continue;
            }
            let Some(mut fields) = record.strip_prefix(END64).map(Bytes) else { continue };
            fields.take(28);
            if let (Some(count), Some(size), Some(offset)) = (fields.u64(), fields.u64(), fields.u64())
                && let Some(span) = Self::locate(file, count, size, offset, at)?
            {
                return Ok(Some(span));
            }
        }
        Ok(None)
    }

    /// The directory ends where its end record starts; failing that, it starts where the end record says.
    fn locate(file: &Positioned, count: u64, size: u64, offset: u64, end: u64) -> io::Result<Option<Self>> {
        if count == 0 && size == 0 {
            return Ok(Some(Self { start: end, end, base: 0, count }));
        }
        let abutting = end.checked_sub(size).and_then(|start| Some((start, start.checked_sub(offset)?)));
        let mut first = [0; 4];
        let begins = file.read(&mut first, 0)? == first.len() && first == LOCAL;
        for (start, base) in [abutting, Some((offset, 0))].into_iter().flatten() {
            // The directory of a ZIP inside this one, whose own directory is cut off: what begins with an entry is no
            // program that unpacks itself.
            if begins && base > 0 {
                continue;
            }
            let Some(stop) = start.checked_add(size).filter(|stop| *stop <= end) else { continue };
            let mut signature = [0; 4];
            if file.read(&mut signature, start)? == signature.len() && signature == RECORD {
                return Ok(Some(Self { start, end: stop, base, count }));
            }
        }
        Ok(None)
    }
}

/// The directory's bytes, read in steps: memory never follows the claimed size.
struct Window<'a> {
    file: &'a Positioned,
    next: u64,
    end: u64,
    buffer: Vec<u8>,
    start: usize,
}

impl Window<'_> {
    const STEP: usize = 1 << 18;

    /// The next `len` bytes, not consumed; `None` when the directory ends before.
    fn peek(&mut self, len: usize) -> io::Result<Option<&[u8]>> {
        if self.buffer.len() - self.start < len {
            self.buffer.drain(..self.start);
            self.start = 0;
            let held = self.buffer.len();
            let left = usize::try_from(self.end - self.next).unwrap_or(usize::MAX);
            let step = left.min(Self::STEP.max(len));
            self.buffer.resize(held + step, 0);
            let read = self.file.read(self.buffer.get_mut(held..).unwrap_or_default(), self.next)?;
            self.buffer.truncate(held + read);
            self.next += u64::try_from(read).unwrap_or(0);
        }
        Ok(self.buffer.get(self.start..self.start + len))
    }
}

/// Gathers entries, then judges what only all of them together show.
pub(super) struct Lister {
    entries: Vec<Entry>,
    places: Vec<Place>,
    /// Local headers of every record, folders too, with the entry's number.
    headers: Vec<(u64, Option<usize>)>,
    pub(super) seen: u64,
    base: u64,
    directory: u64,
    hash: sha2::Sha256,
}

impl Lister {
    /// `base`: bytes before the ZIP; `directory`: where its entries end.
    pub(super) fn new(base: u64, directory: u64, file_len: u64) -> Self {
        let mut hash = sha2::Sha256::new();
        hash.update(file_len.to_le_bytes());
        Self { entries: Vec::new(), places: Vec::new(), headers: Vec::new(), seen: 0, base, directory, hash }
    }

    /// Takes one whole directory record; `None` when it is malformed.
    fn add(&mut self, bytes: &[u8]) -> Option<()> {
        let record = Record::parse(bytes)?;
        let header = record.offset.saturating_add(self.base);
        self.admit(&record, bytes, header, None);
        Some(())
    }

    /// Takes a record that stands in `bytes`, with the offset of its local header and what is known to be wrong with it.
    pub(super) fn admit(&mut self, record: &Record<'_>, bytes: &[u8], header: u64, known: Option<Damage>) {
        self.seen += 1;
        self.hash.update(bytes);
        if record.sizes_follow() {
            self.hash.update(record.crc32.to_le_bytes());
            self.hash.update(record.size.to_le_bytes());
        }
        let path = record.path();
        let folder = record.is_folder(&path);
        let path_is_fine = SafeName::judge(path.trim_end_matches('/')) == SafeName::Fine;
        // A folder without a name is that of the download itself.
        if folder && record.size == 0 && (path_is_fine || path.is_empty()) {
            self.headers.push((header, None));
            return;
        }
        let damage = record.damage(&path, folder).or(known);
        self.headers.push((header, Some(self.entries.len())));
        self.places.push(Place {
            header,
            limit: self.directory,
            compressed: record.compressed,
            name_crc: crc32fast::hash(record.name),
            method: record.method,
        });
        let locator = self.entries.len();
        self.entries.push(Entry {
            path: shortened(path),
            size: record.size,
            crc32: Some(record.crc32),
            damage,
            locator,
        });
    }

    pub(super) fn finish(mut self, file_len: u64) -> Directory {
        self.refuse_overlaps();
        self.refuse_excess(file_len);
        let fingerprint = self.hash.finalize().into();
        Directory { entries: self.entries, places: self.places, fingerprint, cut: false }
    }

    /// An entry that reaches into the next local header or into the directory is refused; the shortest span it can have
    /// is known here, the true one is checked against the same limit when it is read. What remains is disjoint, so
    /// no byte of the file is inflated twice.
    fn refuse_overlaps(&mut self) {
        self.headers.sort_unstable();
        let mut next = self.directory;
        for (header, number) in self.headers.iter().rev() {
            if let Some(number) = number
                && let (Some(place), Some(entry)) = (self.places.get_mut(*number), self.entries.get_mut(*number))
            {
                place.limit = next;
                let end = header.checked_add(LOCAL_LEN).and_then(|end| end.checked_add(place.compressed));
                if *header >= self.directory {
                    entry.damage.get_or_insert(Damage::Corrupt);
                } else if end.is_none_or(|end| end > next) {
                    entry.damage.get_or_insert(Damage::Overlap);
                }
            }
            next = next.min(*header);
        }
    }

    /// No entry ever gives more bytes than it claims, so the claims bound what the ZIP can inflate to. When they
    /// exceed the limit, the entries that expand most are refused until the rest fits.
    fn refuse_excess(&mut self, file_len: u64) {
        let budget = file_len.saturating_mul(limits::TOTAL_RATIO_MAX).max(limits::TOTAL_EXEMPT_BYTES);
        let readable = |(_, entry): &(usize, &Entry)| entry.damage.is_none();
        let total = self
            .entries
            .iter()
            .enumerate()
            .filter(readable)
            .fold(0_u64, |sum, (_, entry)| sum.saturating_add(entry.size));
        if total <= budget {
            return;
        }
        let mut by_ratio: Vec<(u64, usize)> = self
            .entries
            .iter()
            .zip(&self.places)
            .enumerate()
            .filter(|(_, (entry, _))| entry.damage.is_none())
            .map(|(number, (entry, place))| (entry.size / (place.compressed + 1), number))
            .collect();
        by_ratio.sort_unstable();
        let mut sum = 0_u64;
        for (_, number) in by_ratio {
            if let Some(entry) = self.entries.get_mut(number) {
                let with = sum.saturating_add(entry.size);
                if with > budget {
                    entry.damage = Some(Damage::Bomb);
                } else {
                    sum = with;
                }
            }
        }
    }
}

/// A refused name is kept for the report only: as much of it as a real name may have.
fn shortened(mut path: String) -> String {
    if let Some(cut) = (0..=limits::NAME_BYTES_MAX.min(path.len())).rev().find(|at| path.is_char_boundary(*at)) {
        path.truncate(cut);
    }
    path
}
