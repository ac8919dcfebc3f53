//! Leaves: what is hashed of a record, a media file, an original.

use sha2::{Digest as _, Sha256};

use super::tree::Hash;
use crate::crypto::SubKey;

/// Makes leaves of one archive. The salt of a leaf follows from its content and a secret of the archive, so it need not be
/// stored, and one salt says nothing of another.
pub(super) struct Salter(SubKey);

impl Salter {
    pub(super) const fn new(secret: SubKey) -> Self {
        Self(secret)
    }

    /// The 32 bytes before the content.
    pub(super) fn salt(&self, content: &[u8]) -> [u8; 32] {
        *blake3::keyed_hash(&self.0, content).as_bytes()
    }

    /// SHA-256 of a zero byte, the salt and the content.
    pub(super) fn leaf(&self, content: &[u8]) -> Hash {
        hashed(&self.salt(content), content)
    }
}

/// The leaf that a salt and a content give.
pub(super) fn hashed(salt: &[u8; 32], content: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(salt).chain_update(content).finalize().into()
}

/// What is hashed of a media file.
pub(super) fn media(sha256: &str, size_bytes: u64) -> Vec<u8> {
    format!("{{\"media\":\"{sha256}\",\"size_bytes\":{size_bytes}}}").into_bytes()
}

/// What is hashed of a file of a download.
pub(super) fn original(sha256: &str) -> Vec<u8> {
    format!("{{\"original\":\"{sha256}\"}}").into_bytes()
}
