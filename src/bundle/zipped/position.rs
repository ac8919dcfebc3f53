//! A file read by position. Holds no cursor, so threads share one handle without a lock; no memory map, because a
//! pulled drive would kill the process.

use std::io;
use std::path::Path;

/// An open file and its length when it was opened.
pub(in super::super) struct Positioned {
    file: std::fs::File,
    len: u64,
}

impl Positioned {
    /// Opens a regular file.
    ///
    /// # Errors
    /// The operating system's; [`io::ErrorKind::InvalidInput`] for anything that is no regular file.
    pub(in super::super) fn open(path: &Path) -> io::Result<Self> {
        let file = super::super::folder::open_regular(path, true)?;
        let len = file.metadata()?.len();
        Ok(Self { file, len })
    }

    pub(in super::super) const fn len(&self) -> u64 {
        self.len
    }

    /// Fills `buffer` from `offset` on; fewer bytes only at the end of the file.
    pub(in super::super) fn read(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut filled = 0_usize;
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

    #[cfg(unix)]
    fn read_once(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.file, buffer, offset)
    }

    #[cfg(windows)]
    fn read_once(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(&self.file, buffer, offset)
    }
}
