//! A large file of a download on its way into the archive, read for the second time: it can have changed or gone since it
//! was hashed. Failures of reading are kept, to be told from those of writing.

use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

use crate::crypto::hex;

/// The bytes of one file, of which size and hash are known.
pub(super) struct Incoming<'s> {
    stream: Box<dyn Read + Send + 's>,
    left: u64,
    hasher: Sha256,
    /// What reading failed with.
    pub(super) failure: Option<io::Error>,
}

impl<'s> Incoming<'s> {
    pub(super) fn new(stream: Box<dyn Read + Send + 's>, size: u64) -> Self {
        Self { stream, left: size, hasher: Sha256::new(), failure: None }
    }

    /// Whether everything was read and has this hash; else that is the failure.
    pub(super) fn is_whole(&mut self, sha256: &str) -> bool {
        let whole = self.left == 0 && hex(&self.hasher.clone().finalize()) == sha256;
        if !whole {
            self.failure.get_or_insert_with(|| io::ErrorKind::InvalidData.into());
        }
        whole
    }
}

impl Read for Incoming<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let Some(buffer) = buffer.get_mut(..room).filter(|buffer| !buffer.is_empty()) else { return Ok(0) };
        match self.stream.read(buffer) {
            Ok(0) => {
                self.failure.get_or_insert_with(|| io::ErrorKind::UnexpectedEof.into());
                Ok(0)
            }
            Ok(n) => {
                self.hasher.update(buffer.get(..n).unwrap_or_default());
                self.left = self.left.saturating_sub(u64::try_from(n).unwrap_or(u64::MAX));
                Ok(n)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let kind = error.kind();
                self.failure.get_or_insert(error);
                Err(kind.into())
            }
        }
    }
}
