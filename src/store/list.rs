//! Lists: small sealed tables in zstd JSON lines (media index, raw originals, conversations, import reports).

use std::io::{self, Read as _};

use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::layout::Layout;
use crate::crypto::Opener;

/// What a list tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ListKind {
    /// Which pack holds which media.
    Media,
    /// Which raw object holds which original file.
    Raw,
    /// Conversations with counts and spans.
    Conversations,
    /// What became of each file of an import.
    Report,
    /// Leaves and statements of evidence.
    Evidence,
    /// What was erased, as keyed hashes.
    Erasures,
    /// What the owner adds: labels, notes, who is who, saved searches.
    Annotations,
}

/// First line of every list: ties the content to its place, so that a list cannot stand in for another.
#[derive(Serialize, Deserialize, PartialEq, Eq)]
struct Head {
    list: ListKind,
    seq: u64,
}

/// Largest plain list accepted: lines for some millions of files.
const LIST_BYTES_MAX: u64 = 2 << 30;

/// The plain compressed bytes of a list that belongs to commit `seq`.
pub(super) fn encode(kind: ListKind, seq: u64, lines: &[u8]) -> io::Result<Vec<u8>> {
    let mut plain = serde_json::to_vec(&Head { list: kind, seq })?;
    plain.push(b'\n');
    plain.extend_from_slice(lines);
    zstd::stream::encode_all(plain.as_slice(), 1)
}

/// The lines of a list, head removed.
pub(super) fn read(
    layout: &Layout,
    opener: &Opener,
    kind: ListKind,
    (sha256, seq): (&str, u64),
) -> Result<Vec<u8>, StoreError> {
    let path = layout.object(sha256);
    let file = fs::File::open(&path).map_err(|error| StoreError::reading(&path, error))?;
    let reader = opener.open(io::BufReader::new(file)).map_err(|error| StoreError::sealed(&path, error))?;
    let decoder = zstd::stream::Decoder::new(reader).map_err(|error| StoreError::reading(&path, error))?;
    let mut plain = Vec::new();
    decoder.take(LIST_BYTES_MAX).read_to_end(&mut plain).map_err(|error| StoreError::reading(&path, error))?;
    let end = memchr::memchr(b'\n', &plain).ok_or_else(|| StoreError::damaged(&path))?;
    let (head, lines) = plain.split_at(end);
    let head: Head = serde_json::from_slice(head).map_err(|_| StoreError::damaged(&path))?;
    if head != (Head { list: kind, seq }) {
        return Err(StoreError::damaged(&path));
    }
    Ok(lines.get(1..).unwrap_or_default().to_vec())
}
