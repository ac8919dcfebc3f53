//! The log that SQLite writes beside a database (`-wal`): the newest messages of a phone may stand in it alone. Its
//! committed pages are laid over the database's while that is taken into memory; nothing is written.
//!
//! Format: <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>.

use std::collections::HashMap;
use std::io::{self, Read};

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// Pages of a log that are committed.
#[derive(Default)]
pub struct Log {
    bytes: Vec<u8>,
    page: usize,
    /// Where the newest content of a page stands in `bytes`, by its number from 1.
    pages: HashMap<u32, usize>,
    /// Pages of the whole database after the last commit.
    count: u32,
    /// Frames of the same run behind the last commit are damaged or belong to no commit.
    pub torn: bool,
}

/// The log is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotALog;

impl Log {
    /// Finds the committed pages.
    pub fn read(bytes: Vec<u8>) -> Result<Self, NotALog> {
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        let magic = number(&bytes, 0).ok_or(NotALog)?;
        let big_endian = match magic {
            0x377f_0682 => false,
            0x377f_0683 => true,
            _ => return Err(NotALog),
        };
        let page = usize::try_from(number(&bytes, 8).ok_or(NotALog)?).map_err(|_| NotALog)?;
        if !(512..=65_536).contains(&page) || !page.is_power_of_two() {
            return Err(NotALog);
        }
        let salts = bytes.get(16..24).ok_or(NotALog)?.to_vec();
        let mut sum = checksum(bytes.get(..24).ok_or(NotALog)?, big_endian, (0, 0));
        if (number(&bytes, 24), number(&bytes, 28)) != (Some(sum.0), Some(sum.1)) {
            return Err(NotALog);
        }
        let mut log = Self { page, ..Self::default() };
        let mut open: HashMap<u32, usize> = HashMap::new();
        let mut at = HEADER;
        while let Some(frame) = bytes.get(at..at + FRAME_HEADER + page) {
            let (head, content) = frame.split_at_checked(FRAME_HEADER).ok_or(NotALog)?;
            if head.get(8..16) != Some(salts.as_slice()) {
                break;
            }
            sum = checksum(head.get(..8).unwrap_or_default(), big_endian, sum);
            sum = checksum(content, big_endian, sum);
            let (number_of, commit) = (number(head, 0).unwrap_or(0), number(head, 4).unwrap_or(0));
            if (number(head, 16), number(head, 20)) != (Some(sum.0), Some(sum.1)) || number_of == 0 {
                log.torn = true;
                break;
            }
            open.insert(number_of, at + FRAME_HEADER);
            if commit > 0 {
                log.pages.extend(open.drain());
                log.count = commit;
            }
            at += FRAME_HEADER + page;
        }
        log.torn |= !open.is_empty();
        log.bytes = bytes;
        Ok(log)
    }

    /// Bytes of the database with this log laid over `base` bytes of it.
    pub fn len(&self, base: u64) -> u64 {
        if self.count == 0 {
            return base;
        }
        u64::from(self.count).saturating_mul(u64::try_from(self.page).unwrap_or(u64::MAX))
    }

    /// The database with this log laid over it.
    pub fn over<R: Read>(self, base: R, base_len: u64) -> Overlaid<R> {
        let left = self.len(base_len);
        let page = if self.page == 0 { 4096 } else { self.page };
        Overlaid { base, log: self, page, number: 0, left, current: Vec::new(), given: 0 }
    }
}

/// Reads a database page by page.
pub struct Overlaid<R> {
    base: R,
    log: Log,
    page: usize,
    number: u32,
    left: u64,
    current: Vec<u8>,
    given: usize,
}

impl<R: Read> Overlaid<R> {
    fn turn(&mut self) -> io::Result<()> {
        self.number = self.number.saturating_add(1);
        self.current.clear();
        self.given = 0;
        let page = u64::try_from(self.page).unwrap_or(u64::MAX);
        self.base.by_ref().take(page).read_to_end(&mut self.current)?;
        if let Some(at) = self.log.pages.get(&self.number)
            && let Some(newer) = self.log.bytes.get(*at..at + self.page)
        {
            self.current.clear();
            self.current.extend_from_slice(newer);
        }
        // A page that only a later commit would have filled is all zero, as SQLite itself reads it.
        self.current.resize(usize::try_from(page.min(self.left)).unwrap_or(0), 0);
        if self.number == 1 {
            // Bytes 18 and 19 tell that a log lies beside the file. In memory there is none.
            for place in [18, 19] {
                if let Some(version) = self.current.get_mut(place) {
                    *version = 1;
                }
            }
        }
        self.left = self.left.saturating_sub(page);
        Ok(())
    }
}

impl<R: Read> Read for Overlaid<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given >= self.current.len() {
            if self.left == 0 {
                return Ok(0);
            }
            self.turn()?;
        }
        let rest = self.current.get(self.given..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(rest) {
            *to = *from;
        }
        self.given += count;
        Ok(count)
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn checksum(bytes: &[u8], big_endian: bool, start: (u32, u32)) -> (u32, u32) {
    let word = |bytes: &[u8]| -> u32 {
        let four: [u8; 4] = bytes.try_into().unwrap_or_default();
        if big_endian { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }
    };
    bytes.chunks_exact(8).fold(start, |(first, second), pair| {
        let (a, b) = pair.split_at(4);
        let first = first.wrapping_add(word(a)).wrapping_add(second);
        (first, second.wrapping_add(word(b)).wrapping_add(first))
    })
}
