//! Tar streams inside objects: packs of media, and raw originals. Members are named by the SHA-256 of their content.

use std::io::{self, Read, Write};

const BLOCK: u64 = 512;

/// The name of a member: `SHA256.ext`, the extension only when it is short and plain.
pub(super) fn member_name(sha256: &str, extension: &str) -> String {
    let plain = extension.len() <= 8 && !extension.is_empty() && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    if plain { format!("{sha256}.{}", extension.to_ascii_lowercase()) } else { sha256.to_owned() }
}

/// Writes members to a tar stream and knows where each one's bytes begin.
pub(super) struct TarWriter<W: Write> {
    output: W,
    offset: u64,
}

impl<W: Write> TarWriter<W> {
    pub(super) const fn new(output: W) -> Self {
        Self { output, offset: 0 }
    }

    /// Plain bytes written so far.
    pub(super) const fn offset(&self) -> u64 {
        self.offset
    }

    /// Appends a member of known size and gives the offset of its first byte.
    pub(super) fn add(&mut self, name: &str, size: u64, content: &mut dyn Read) -> io::Result<u64> {
        let mut header = tar::Header::new_ustar();
        header.set_path(name)?;
        header.set_size(size);
        header.set_mode(0o600);
        header.set_mtime(0);
        header.set_cksum();
        self.output.write_all(header.as_bytes())?;
        let start = self.offset + BLOCK;
        let copied = io::copy(&mut content.take(size), &mut self.output)?;
        if copied != size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.offset = start + size;
        let padding = (BLOCK - size % BLOCK) % BLOCK;
        self.zeros(padding)?;
        Ok(start)
    }

    /// Writes the end marker and zero blocks up to a padded length that hides the exact sizes, and gives the inner
    /// writer back.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.zeros(2 * BLOCK)?;
        let target = padme(self.offset).next_multiple_of(BLOCK);
        self.zeros(target - self.offset)?;
        Ok(self.output)
    }

    fn zeros(&mut self, count: u64) -> io::Result<()> {
        io::copy(&mut io::repeat(0).take(count), &mut self.output)?;
        self.offset += count;
        Ok(())
    }
}

/// Bytes that a member of this size takes, with its header and the padding after it.
pub(super) const fn member_bytes(size: u64) -> u64 {
    BLOCK + size.next_multiple_of(BLOCK)
}

/// The Padmé length for `len`: at most 12 % more, leaking only the magnitude and a few leading bits of the size.
fn padme(len: u64) -> u64 {
    if len < 2 {
        return len;
    }
    let exponent = len.ilog2();
    let kept = exponent.ilog2() + 1;
    let mask = (1_u64 << exponent.saturating_sub(kept)) - 1;
    len.saturating_add(mask) & !mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_lie_where_they_were_said_to_and_padding_is_bounded() {
        let mut writer = TarWriter::new(Vec::new());
        let place = writer.add("a.bin", 5, &mut &b"hello"[..]).unwrap();
        assert!(writer.add("b.bin", 9, &mut &b"short"[..]).is_err());
        let mut writer = TarWriter::new(Vec::new());
        assert_eq!(writer.add("a.bin", 5, &mut &b"hello"[..]).unwrap(), place);
        let bytes = writer.finish().unwrap();
        let start = usize::try_from(place).unwrap();
        assert_eq!(&bytes[start..start + 5], b"hello");
        assert_eq!(bytes.len() % 512, 0);
        for len in [1, 1000, 65_537, 40_000_000, 1_073_741_825] {
            assert!(padme(len) >= len && padme(len) <= len + len / 8, "{len} -> {}", padme(len));
        }
    }
}
