//! The media index: where the bytes of each photo, film or sound lie.

use std::collections::HashMap;
use std::io::{self, BufReader, Read, Write};

use fs_err as fs;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::archive::Archive;
use super::error::StoreError;
use crate::crypto::{SealedFile, hex};

/// A stored file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaEntry {
    /// SHA-256 of the plain bytes, lower-case hex.
    pub sha256: String,
    /// Size of the plain bytes.
    pub size: u64,
    /// Media type.
    pub mime: String,
    /// Where the bytes lie, in order.
    pub pieces: Vec<Piece>,
}

/// A run of bytes in a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// SHA-256 name of the pack.
    pub object: String,
    /// Offset in the pack's plain bytes.
    pub offset: u64,
    /// Length in bytes.
    pub length: u64,
}

/// Every stored file, by the SHA-256 of its bytes.
#[derive(Default)]
pub struct MediaIndex {
    by_hash: HashMap<[u8; 32], MediaEntry>,
}

impl MediaIndex {
    /// The stored file of this hash (64 hex digits).
    #[must_use]
    pub fn entry(&self, sha256: &str) -> Option<&MediaEntry> {
        self.by_hash.get(&parse_hash(sha256)?)
    }

    /// Number of stored files.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_hash.len()
    }

    /// True when nothing is stored.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_hash.is_empty()
    }

    /// All stored files, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &MediaEntry> {
        self.by_hash.values()
    }

    pub(super) fn insert(&mut self, entry: MediaEntry) -> bool {
        parse_hash(&entry.sha256).is_some_and(|hash| self.by_hash.insert(hash, entry).is_none())
    }
}

pub(super) fn parse_hash(sha256: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    if sha256.len() != 64 {
        return None;
    }
    for (byte, digits) in hash.iter_mut().zip(sha256.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(hash)
}

/// Media are decrypted in runs of this many bytes.
const RUN_BYTES: u64 = 1 << 20;

/// Reads the original bytes of a stored file. Their hash is not checked.
pub struct MediaStream<'a> {
    archive: &'a Archive,
    pieces: std::slice::Iter<'a, Piece>,
    /// The piece being read: its file, and what of it is still to come.
    open: Option<(SealedFile<BufReader<fs::File>>, u64, u64)>,
    run: io::Cursor<Vec<u8>>,
}

impl MediaStream<'_> {
    /// Decrypts the next run; false at the end.
    fn next_run(&mut self) -> io::Result<bool> {
        while self.open.as_ref().is_none_or(|(_, _, left)| *left == 0) {
            let Some(piece) = self.pieces.next() else { return Ok(false) };
            let file = fs::File::open(self.archive.layout().object(&piece.object))?;
            let sealed = self.archive.opener().open_at(file).map_err(io::Error::other)?;
            self.open = Some((sealed, piece.offset, piece.length));
        }
        let Some((sealed, offset, left)) = &mut self.open else { return Ok(false) };
        let length = RUN_BYTES.min(*left);
        let bytes = sealed.read_at(*offset, usize::try_from(length).unwrap_or(0)).map_err(io::Error::other)?;
        (*offset, *left) = (*offset + length, *left - length);
        self.run = io::Cursor::new(bytes);
        Ok(true)
    }
}

impl Read for MediaStream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let n = self.run.read(buffer)?;
            if n > 0 || buffer.is_empty() || !self.next_run()? {
                return Ok(n);
            }
        }
    }
}

/// Length of the header before each member of a pack.
const HEADER_BYTES: usize = 512;

impl Archive {
    /// Reads the original bytes of a stored file.
    #[must_use]
    pub fn open_media<'a>(&'a self, entry: &'a MediaEntry) -> MediaStream<'a> {
        MediaStream { archive: self, pieces: entry.pieces.iter(), open: None, run: io::Cursor::new(Vec::new()) }
    }

    /// The extension under which a file lies in its pack; empty when it has none.
    pub(super) fn media_extension(&self, entry: &MediaEntry) -> Result<String, StoreError> {
        let Some(piece) = entry.pieces.first() else { return Ok(String::new()) };
        let path = self.layout().object(&piece.object);
        let file = fs::File::open(&path).map_err(|error| StoreError::reading(&path, error))?;
        let mut sealed = self.opener().open_at(file).map_err(|error| StoreError::sealed(&path, error))?;
        let start = u64::try_from(HEADER_BYTES)
            .ok()
            .and_then(|header| piece.offset.checked_sub(header))
            .ok_or_else(|| StoreError::damaged(&path))?;
        let header = sealed.read_at(start, HEADER_BYTES).map_err(|error| StoreError::sealed(&path, error))?;
        let name = header.split(|byte| *byte == 0).next().unwrap_or_default();
        let name = std::str::from_utf8(name).map_err(|_| StoreError::damaged(&path))?;
        // `SHA256`, `SHA256.jpg`, `SHA256.mp4.001`.
        let mut parts = name
            .split('.')
            .skip(1)
            .filter(|part| entry.pieces.len() == 1 || part.len() != 3 || !part.bytes().all(|b| b.is_ascii_digit()));
        Ok(parts.next().unwrap_or_default().to_owned())
    }

    /// Writes the original bytes of a stored file to `output`, and checks their hash.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names the pack that is not sound; what was written to `output` by then must not be used.
    pub fn copy_media(&self, entry: &MediaEntry, output: &mut dyn Write) -> Result<(), StoreError> {
        let mut hasher = Sha256::new();
        let mut last = self.layout().objects();
        for piece in &entry.pieces {
            let path = self.layout().object(&piece.object);
            let file = fs::File::open(&path).map_err(|error| StoreError::reading(&path, error))?;
            let mut sealed = self.opener().open_at(file).map_err(|error| StoreError::sealed(&path, error))?;
            let mut done = 0;
            while done < piece.length {
                let run = RUN_BYTES.min(piece.length - done);
                let length = usize::try_from(run).unwrap_or(0);
                let bytes = sealed
                    .read_at(piece.offset.saturating_add(done), length)
                    .map_err(|error| StoreError::sealed(&path, error))?;
                hasher.update(&bytes);
                output.write_all(&bytes)?;
                done += run;
            }
            last = path;
        }
        if hex(&hasher.finalize()) == entry.sha256 { Ok(()) } else { Err(StoreError::damaged(&last)) }
    }
}
