//! Entries of a ZIP without a readable directory (a download that was interrupted), found by the local headers before
//! their data.
//!
//! One pass from the start. Where a header leaves its sizes to a descriptor after the data, compressed data are inflated
//! to find their end, and stored ones searched for the descriptor that tells their length. Nothing found is trusted more
//! than what a directory lists: it is read through the same checks.

use super::super::container::Damage;
use super::super::limits;
use super::bytes::Bytes;
use super::directory::{Directory, DirectoryError, Lister, entries_max};
use super::entry::{Inflated, Source, inflate_some};
use super::position::Positioned;
use super::record::{DEFLATED, LOCAL, LOCAL_LEN, RECORD, Record};

const DESCRIPTOR: &[u8] = b"PK\x07\x08";
/// Longest descriptor: signature, checksum, two sizes of eight bytes.
const DESCRIPTOR_MAX: usize = 24;
const STEP: u64 = 1 << 18;

/// Lists what the local headers tell.
pub(super) fn salvage(file: &Positioned) -> Result<Directory, DirectoryError> {
    let len = file.len();
    let mut search = Search {
        file,
        steps: len.saturating_mul(limits::SALVAGE_PASSES_MAX).saturating_add(STEP),
        inflated: len.saturating_mul(limits::TOTAL_RATIO_MAX).max(limits::TOTAL_EXEMPT_BYTES),
    };
    let mut lister = Lister::new(0, len, len);
    let mut at = 0;
    while let Some(header) = search.next_header(at)? {
        let Some(end) = search.take(header, &mut lister)? else { break };
        if lister.seen > entries_max() {
            return Err(DirectoryError::TooMany);
        }
        at = end.max(header + 1);
    }
    let directory = lister.finish(len);
    if directory.entries.is_empty() { Err(DirectoryError::Missing) } else { Ok(Directory { cut: true, ..directory }) }
}

struct Search<'a> {
    file: &'a Positioned,
    /// Bytes that may still be looked at.
    steps: u64,
    /// Bytes that may still come out of inflating.
    inflated: u64,
}

/// How an entry of unknown length ends.
struct Extent {
    compressed: u64,
    size: u64,
    crc32: u32,
    damage: Option<Damage>,
    /// Where to look for the next header; `None` at the end of the file.
    next: Option<u64>,
}

impl Extent {
    const fn unknown(damage: Damage, next: Option<u64>) -> Self {
        Self { compressed: 0, size: 0, crc32: 0, damage: Some(damage), next }
    }
}

impl Search<'_> {
    /// The next local header at or after `from`; right there, or wherever its signature stands with a likely header
    /// behind it. `None` where the directory begins.
    fn next_header(&mut self, from: u64) -> Result<Option<u64>, DirectoryError> {
        let mut signature = [0; 4];
        if self.file.read(&mut signature, from)? == signature.len() {
            if signature == LOCAL {
                return Ok(Some(from));
            }
            if signature == RECORD {
                return Ok(None);
            }
        }
        let mut found = None;
        self.each_signature(from, |search, at, bytes| {
            if bytes.starts_with(LOCAL) && search.is_likely(at)? {
                found = Some(at);
            }
            Ok(found.is_some())
        })?;
        Ok(found)
    }

    /// Whether what follows a signature can be a header: chance and the content of stored files write signatures too.
    fn is_likely(&self, at: u64) -> Result<bool, DirectoryError> {
        let mut fixed = [0; 30];
        if self.file.read(&mut fixed, at)? < fixed.len() {
            return Ok(false);
        }
        let mut fields = Bytes(fixed.get(4..).unwrap_or_default());
        let version = fields.u16().unwrap_or(u16::MAX);
        fields.take(20);
        let name_len = fields.u16().map_or(0, usize::from);
        Ok(version.to_le_bytes()[0] <= 63 && (1..=limits::NAME_BYTES_MAX).contains(&name_len))
    }

    /// Calls `each` with the place of every `PK` from `from` on and at least the bytes of a descriptor after it, fewer
    /// only at the end of the file, until it says true.
    fn each_signature(
        &mut self,
        from: u64,
        mut each: impl FnMut(&Self, u64, &[u8]) -> Result<bool, DirectoryError>,
    ) -> Result<(), DirectoryError> {
        let mut start = from;
        let mut block = Vec::new();
        while start < self.file.len() && self.steps > 0 {
            let len = STEP.min(self.file.len() - start);
            let overlap = u64::try_from(DESCRIPTOR_MAX).unwrap_or(0);
            block.resize(usize::try_from(len + overlap).unwrap_or(0), 0);
            let read = self.file.read(&mut block, start)?;
            block.truncate(read);
            self.steps = self.steps.saturating_sub(len);
            for at in memchr::memmem::find_iter(&block, b"PK") {
                let offset = u64::try_from(at).unwrap_or(0);
                if offset < len && each(self, start + offset, block.get(at..).unwrap_or_default())? {
                    return Ok(());
                }
            }
            start += len;
        }
        Ok(())
    }

    /// Lists the entry of a header; gives where the next header may stand, `None` when the file ends before.
    fn take(&mut self, header: u64, lister: &mut Lister) -> Result<Option<u64>, DirectoryError> {
        let mut fixed = [0; 30];
        if self.file.read(&mut fixed, header)? < fixed.len() {
            return Ok(None);
        }
        let mut lengths = Bytes(fixed.get(26..).unwrap_or_default());
        let variable = lengths.u16().map_or(0, usize::from) + lengths.u16().map_or(0, usize::from);
        let mut bytes = vec![0; fixed.len() + variable];
        if self.file.read(&mut bytes, header)? < bytes.len() {
            return Ok(None);
        }
        let Some(mut record) = Record::parse_local(&bytes, header) else { return Ok(Some(header + LOCAL_LEN)) };
        let start = header + LOCAL_LEN + u64::try_from(variable).unwrap_or(0);
        if !record.sizes_follow() {
            let end = start.checked_add(record.compressed).filter(|end| *end <= self.file.len());
            lister.admit(&record, &bytes, header, end.is_none().then_some(Damage::Corrupt));
            return Ok(end);
        }
        let extent = if record.method == DEFLATED && !record.is_encrypted() {
            self.inflate(start)?
        } else {
            self.find_descriptor(start)?
        };
        record.compressed = extent.compressed;
        record.size = extent.size;
        record.crc32 = extent.crc32;
        lister.admit(&record, &bytes, header, extent.damage);
        Ok(extent.next)
    }

    /// Finds the end of compressed data by inflating them.
    fn inflate(&mut self, start: u64) -> Result<Extent, DirectoryError> {
        let end = self.file.len();
        let mut source = Source::new(self.file, start, end);
        let mut inflater = flate2::Decompress::new(false);
        let mut buffer = vec![0; 1 << 16];
        let mut checksum = crc32fast::Hasher::new();
        let mut size = 0_u64;
        loop {
            let compressed = source.position() - start;
            let expanded = compressed.saturating_add(1).saturating_mul(limits::RATIO_MAX) < size;
            let bomb = size > limits::ENTRY_BYTES_MAX || (expanded && size > limits::RATIO_EXEMPT_BYTES);
            if bomb || self.inflated == 0 || self.steps == 0 {
                return Ok(Extent::unknown(Damage::Bomb, Some(source.position())));
            }
            match inflate_some(&mut inflater, &mut source, &mut buffer) {
                Ok(Inflated { produced, ended }) => {
                    let plain = buffer.get(..produced).unwrap_or_default();
                    checksum.update(plain);
                    let produced = u64::try_from(produced).unwrap_or(u64::MAX);
                    size = size.saturating_add(produced);
                    self.inflated = self.inflated.saturating_sub(produced);
                    if ended {
                        let compressed = source.position() - start;
                        self.steps = self.steps.saturating_sub(compressed);
                        return self.descriptor(start, compressed, size, checksum.finalize());
                    }
                }
                Err(error) if Damage::of_io(&error) == Damage::Unreadable => return Err(error.into()),
                Err(_) if source.is_spent() => return Ok(Extent::unknown(Damage::Corrupt, None)),
                Err(_) => {
                    self.steps = self.steps.saturating_sub(source.position() - start);
                    return Ok(Extent::unknown(Damage::Corrupt, Some(start)));
                }
            }
        }
    }

    /// Compares what was inflated with the descriptor after it. One that is cut off with the file says nothing.
    fn descriptor(&self, start: u64, compressed: u64, size: u64, crc32: u32) -> Result<Extent, DirectoryError> {
        let end = start + compressed;
        let mut bytes = [0; DESCRIPTOR_MAX];
        let read = self.file.read(&mut bytes, end)?;
        let bytes = bytes.get(..read).unwrap_or_default();
        let fits = |(signed, wide): &(bool, bool)| told(bytes, *signed, *wide) == Some((crc32, compressed, size));
        let found = [(true, true), (true, false), (false, true), (false, false)].into_iter().find(fits);
        let crc_told = Bytes(bytes.strip_prefix(DESCRIPTOR).unwrap_or(bytes)).u32();
        let (damage, next) = match found {
            Some((signed, wide)) => (None, Some(end + if signed { 4 } else { 0 } + if wide { 20 } else { 12 })),
            None if read < DESCRIPTOR_MAX && crc_told.is_none_or(|told| told == crc32) => (None, None),
            None if bytes.starts_with(LOCAL) || bytes.starts_with(RECORD) => (None, Some(end)),
            None => (Some(Damage::Corrupt), Some(end)),
        };
        Ok(Extent { compressed, size, crc32, damage, next })
    }

    /// Finds the end of stored data by the descriptor that tells just that length; it may have no signature and stand
    /// before the next header.
    fn find_descriptor(&mut self, start: u64) -> Result<Extent, DirectoryError> {
        let mut found = None;
        self.each_signature(start, |search, at, bytes| {
            if bytes.starts_with(DESCRIPTOR) {
                let distance = at - start;
                found = [(true, 24), (false, 16)].into_iter().find_map(|(wide, len)| {
                    let (crc32, compressed, size) = told(bytes, true, wide)?;
                    (compressed == distance).then_some((crc32, compressed, size, at + len))
                });
            } else if bytes.starts_with(LOCAL) || bytes.starts_with(RECORD) {
                for (wide, len) in [(true, 20_u64), (false, 12)] {
                    let Some(before) = at.checked_sub(len).filter(|before| *before >= start) else { continue };
                    let mut bytes = [0; 20];
                    search.file.read(&mut bytes, before)?;
                    if let Some((crc32, compressed, size)) = told(&bytes, false, wide)
                        && compressed == before - start
                    {
                        found = Some((crc32, compressed, size, at));
                    }
                }
            }
            Ok(found.is_some())
        })?;
        Ok(match found {
            Some((crc32, compressed, size, next)) => Extent { compressed, size, crc32, damage: None, next: Some(next) },
            None => Extent::unknown(Damage::Corrupt, None),
        })
    }
}

/// Checksum, compressed and plain size that a descriptor tells.
fn told(bytes: &[u8], signed: bool, wide: bool) -> Option<(u32, u64, u64)> {
    let mut fields = Bytes(if signed { bytes.strip_prefix(DESCRIPTOR)? } else { bytes });
    let crc32 = fields.u32()?;
    let mut size = || if wide { fields.u64() } else { fields.u32().map(u64::from) };
    Some((crc32, size()?, size()?))
}
