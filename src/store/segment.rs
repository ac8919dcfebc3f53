//! Segments: record lines in many zstd frames, in the seekable format, so that one record is read by opening one frame
//! and `zstd -d` still reads the whole.

use std::io::{self, Read, Seek};

use crate::crypto::{SealError, SealedFile};

/// Frames are closed at this many plain bytes: small enough that a hit costs one frame, large enough to compress.
const FRAME_BYTES: usize = 256 << 10;

/// Segments are closed at this many compressed bytes.
pub(super) const SEGMENT_BYTES: usize = 8 << 20;

/// Largest plain frame accepted when reading; a single record may be as large as a text file.
const FRAME_BYTES_MAX: usize = 1 << 30;

/// A fast level: record lines repeat their keys, so even this one makes them several times smaller.
const LEVEL: i32 = -3;

const SEEK_TABLE_MAGIC: u32 = 0x184D_2A5E;
const SEEKABLE_MAGIC: u32 = 0x8F92_EAB1;
const NOTE_MAGIC: u32 = 0x184D_2A50;

/// Where a record lies: segment number, frame, offset in the frame's plain bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location(pub u64);

impl Location {
    fn new(segment: u32, frame: usize, offset: usize) -> Self {
        let frame = u64::try_from(frame).unwrap_or(0) & 0xffff;
        let offset = u64::try_from(offset).unwrap_or(0) & 0xf_ffff;
        Self(u64::from(segment) << 36 | frame << 20 | offset)
    }

    /// Number of the segment, unique in the archive and growing with time.
    #[must_use]
    pub fn segment(self) -> u32 {
        u32::try_from(self.0 >> 36).unwrap_or(u32::MAX)
    }

    pub(super) fn frame(self) -> usize {
        usize::try_from((self.0 >> 20) & 0xffff).unwrap_or(usize::MAX)
    }

    pub(super) fn offset(self) -> usize {
        usize::try_from(self.0 & 0xf_ffff).unwrap_or(usize::MAX)
    }
}

/// Collects lines into frames.
pub(super) struct SegmentBuilder {
    number: u32,
    frames: Vec<u8>,
    table: Vec<(u32, u32)>,
    current: Vec<u8>,
    compressor: zstd::bulk::Compressor<'static>,
}

impl SegmentBuilder {
    pub(super) fn new(number: u32) -> io::Result<Self> {
        Ok(Self {
            number,
            frames: Vec::new(),
            table: Vec::new(),
            current: Vec::with_capacity(FRAME_BYTES + 4096),
            compressor: zstd::bulk::Compressor::new(LEVEL)?,
        })
    }

    pub(super) const fn number(&self) -> u32 {
        self.number
    }

    /// Adds one line (without its line end) and tells where it lies.
    pub(super) fn add(&mut self, line: &[u8]) -> io::Result<Location> {
        if self.current.len() >= FRAME_BYTES {
            self.close_frame()?;
        }
        let location = Location::new(self.number, self.table.len(), self.current.len());
        self.current.extend_from_slice(line);
        self.current.push(b'\n');
        Ok(location)
    }

    /// True when the next line should go to a new segment.
    pub(super) fn is_full(&self) -> bool {
        self.frames.len() >= SEGMENT_BYTES || self.table.len() >= 0xffff
    }

    /// The plain bytes of the segment: frames, a note of its number, the seek table.
    pub(super) fn finish(mut self) -> io::Result<Vec<u8>> {
        if !self.current.is_empty() {
            self.close_frame()?;
        }
        let mut out = self.frames;
        let note = note(self.number);
        out.extend_from_slice(&NOTE_MAGIC.to_le_bytes());
        out.extend_from_slice(&length(note.len())?.to_le_bytes());
        out.extend_from_slice(note.as_bytes());
        out.extend_from_slice(&SEEK_TABLE_MAGIC.to_le_bytes());
        out.extend_from_slice(&length(self.table.len() * 8 + 9)?.to_le_bytes());
        for (packed, plain) in &self.table {
            out.extend_from_slice(&packed.to_le_bytes());
            out.extend_from_slice(&plain.to_le_bytes());
        }
        out.extend_from_slice(&length(self.table.len())?.to_le_bytes());
        out.push(0);
        out.extend_from_slice(&SEEKABLE_MAGIC.to_le_bytes());
        Ok(out)
    }

    fn close_frame(&mut self) -> io::Result<()> {
        let packed = self.compressor.compress(&self.current)?;
        self.table.push((length(packed.len())?, length(self.current.len())?));
        self.frames.extend_from_slice(&packed);
        self.current.clear();
        Ok(())
    }
}

fn note(number: u32) -> String {
    format!("malle segment {number:>10}")
}

fn length(len: usize) -> io::Result<u32> {
    u32::try_from(len).map_err(|_| io::Error::other("a frame is too large"))
}

/// Reads frames of one sealed segment.
pub(super) struct SegmentFile<R> {
    file: SealedFile<R>,
    /// Start, packed length and plain length of each frame.
    frames: Vec<(u64, usize, usize)>,
}

impl<R: Read + Seek> SegmentFile<R> {
    /// Reads the seek table and checks that this is the segment `number`.
    pub(super) fn open(mut file: SealedFile<R>, number: u32) -> Result<Self, SealError> {
        let len = file.len();
        let footer = file.read_at(len.saturating_sub(9), 9)?;
        let count = match footer.split_first_chunk::<4>() {
            Some((count, [0, magic @ ..])) if magic == SEEKABLE_MAGIC.to_le_bytes() => u32::from_le_bytes(*count),
            _ => return Err(malformed()),
        };
        let table_len = usize::try_from(count).ok().and_then(|count| count.checked_mul(8)).ok_or_else(malformed)?;
        let note = note(number);
        let head_len = 8 + note.len() + 8;
        let tail_len = u64::try_from(head_len + table_len + 9).map_err(|_| malformed())?;
        let start = len.checked_sub(tail_len).ok_or_else(malformed)?;
        let tail = file.read_at(start, head_len + table_len)?;
        let (head, table) = tail.split_at_checked(head_len).ok_or_else(malformed)?;
        if head.get(8..8 + note.len()) != Some(note.as_bytes()) {
            return Err(malformed());
        }
        let mut frames = Vec::with_capacity(table_len / 8);
        let mut at = 0_u64;
        for entry in table.chunks_exact(8) {
            let (packed, plain) = entry.split_first_chunk::<4>().ok_or_else(malformed)?;
            let plain = plain.first_chunk::<4>().ok_or_else(malformed)?;
            let (packed, plain) = (u32::from_le_bytes(*packed), u32::from_le_bytes(*plain));
            let sizes = (usize::try_from(packed), usize::try_from(plain));
            let (Ok(packed_len), Ok(plain_len)) = sizes else { return Err(malformed()) };
            frames.push((at, packed_len, plain_len));
            at += u64::from(packed);
        }
        if at != start {
            return Err(malformed());
        }
        Ok(Self { file, frames })
    }

    pub(super) const fn frame_count(&self) -> usize {
        self.frames.len()
    }

    /// The plain bytes of a frame: whole lines.
    pub(super) fn frame(&mut self, frame: usize) -> Result<Vec<u8>, SealError> {
        let mut unpacked = UnpackedFrame::new().map_err(SealError::Io)?;
        self.unpack(frame, &mut unpacked)?;
        Ok(unpacked.lines)
    }

    /// The same, in place of the frame that was unpacked there before.
    pub(super) fn unpack(&mut self, frame: usize, into: &mut UnpackedFrame) -> Result<(), SealError> {
        let (start, packed, plain) = *self.frames.get(frame).ok_or_else(malformed)?;
        if plain > FRAME_BYTES_MAX {
            return Err(malformed());
        }
        let bytes = self.file.read_at(start, packed)?;
        into.lines.clear();
        into.lines.reserve_exact(plain);
        into.decompressor.decompress_to_buffer(&bytes, &mut into.lines).map_err(SealError::Damaged)?;
        if into.lines.len() == plain { Ok(()) } else { Err(malformed()) }
    }
}

/// The place for one frame after another: memory that is new costs as much as unpacking into it.
pub(super) struct UnpackedFrame {
    decompressor: zstd::bulk::Decompressor<'static>,
    lines: Vec<u8>,
}

impl UnpackedFrame {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { decompressor: zstd::bulk::Decompressor::new()?, lines: Vec::new() })
    }

    /// The line that begins at an offset, without its end.
    pub(super) fn line(&self, offset: usize) -> Option<&[u8]> {
        line_at(&self.lines, offset)
    }
}

/// The line that begins at an offset of a frame, without its end.
pub(super) fn line_at(frame: &[u8], offset: usize) -> Option<&[u8]> {
    let line = frame.get(offset..)?;
    line.get(..memchr::memchr(b'\n', line)?)
}

/// Calls `visit` with the location and the bytes of every line of a frame.
pub(super) fn each_line(segment: u32, frame: usize, lines: &[u8], mut visit: impl FnMut(Location, &[u8])) {
    let mut offset = 0;
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        visit(Location::new(segment, frame, offset), line.strip_suffix(b"\n").unwrap_or(line));
        offset += line.len();
    }
}

fn malformed() -> SealError {
    SealError::Damaged(io::Error::from(io::ErrorKind::InvalidData))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Keyring;

    #[test]
    fn lines_read_back_where_they_were_put() {
        let mut builder = SegmentBuilder::new(7).unwrap();
        let lines: Vec<String> = (0..40_000).map(|n| format!("{{\"n\":{n},\"text\":\"bonjour {n}\"}}")).collect();
        let places: Vec<Location> = lines.iter().map(|line| builder.add(line.as_bytes()).unwrap()).collect();
        let plain = builder.finish().unwrap();
        let whole = zstd::stream::decode_all(plain.as_slice()).unwrap();
        assert_eq!(String::from_utf8(whole).unwrap(), lines.join("\n") + "\n");
        let keyring = Keyring::generate("0");
        let sealed = keyring.sealer().unwrap().seal_bytes(&plain).unwrap();
        let open = |number| SegmentFile::open(keyring.opener().open_at(io::Cursor::new(&sealed)).unwrap(), number);
        assert!(open(8).is_err(), "another segment's number");
        let mut file = open(7).unwrap();
        assert!(file.frame_count() > 2);
        let mut seen = 0;
        for frame in 0..file.frame_count() {
            let bytes = file.frame(frame).unwrap();
            each_line(7, frame, &bytes, |place, line| {
                assert_eq!((place, line), (places[seen], lines[seen].as_bytes()));
                seen += 1;
            });
        }
        assert_eq!(seen, lines.len());
        assert!(file.frame(file.frame_count()).is_err());
    }
}
