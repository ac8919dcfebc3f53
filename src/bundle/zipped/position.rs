//! A file read by position, or what lies in one as a file of its own. Holds no cursor, so threads share one handle without a
//! lock; no memory map, because a pulled drive would kill the process.

use std::io;
use std::path::Path;
use std::sync::Arc;

/// An open file and its length when it was opened; or a part of one.
pub(in super::super) struct Positioned {
    bytes: Bytes,
    /// Where it begins in what holds it.
    start: u64,
    len: u64,
}

enum Bytes {
    File(Arc<std::fs::File>),
    Memory(Arc<Vec<u8>>),
}

impl Positioned {
    /// Opens a regular file.
    ///
    /// # Errors
    /// The operating system's; [`io::ErrorKind::InvalidInput`] for anything that is no regular file.
    pub(in super::super) fn open(path: &Path) -> io::Result<Self> {
        let file = super::super::folder::open_regular(path, true)?;
        let len = file.metadata()?.len();
        Ok(Self { bytes: Bytes::File(Arc::new(file)), start: 0, len })
    }

    /// Bytes in memory.
    pub(in super::super) fn of_bytes(bytes: Vec<u8>) -> Self {
        let len = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Self { bytes: Bytes::Memory(Arc::new(bytes)), start: 0, len }
    }

    /// The `len` bytes from `start` on as a file of their own.
    pub(super) fn window(&self, start: u64, len: u64) -> Self {
        let bytes = match &self.bytes {
            Bytes::File(file) => Bytes::File(Arc::clone(file)),
            Bytes::Memory(bytes) => Bytes::Memory(Arc::clone(bytes)),
        };
        Self { bytes, start: self.start.saturating_add(start), len: len.min(self.len.saturating_sub(start)) }
    }

    pub(in super::super) const fn len(&self) -> u64 {
        self.len
    }

    /// Fills `buffer` from `offset` on; fewer bytes only at the end of the file.
    pub(in super::super) fn read(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut filled = 0_usize;
        let left = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        // What stands behind a part of a file is no part of it.
        let len = if self.start > 0 { buffer.len().min(left) } else { buffer.len() };
        let buffer = buffer.get_mut(..len).unwrap_or_default();
        let offset = self.start.saturating_add(offset);
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let at = offset.saturating_add(u64::try_from(filled).unwrap_or(u64::MAX));
            match self.read_once(rest, at) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    /// Fills all of `buffer`.
    pub(in super::super) fn read_exact(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        if self.read(buffer, offset)? == buffer.len() { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }

    fn read_once(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        match &self.bytes {
            Bytes::File(file) => read_at(file, buffer, offset),
            Bytes::Memory(bytes) => {
                let rest = usize::try_from(offset).ok().and_then(|offset| bytes.get(offset..)).unwrap_or_default();
                let len = rest.len().min(buffer.len());
                if let (Some(to), Some(from)) = (buffer.get_mut(..len), rest.get(..len)) {
                    to.copy_from_slice(from);
                }
                Ok(len)
            }
        }
    }
}

#[cfg(unix)]
fn read_at(file: &std::fs::File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_at(file: &std::fs::File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}
