//! Stable ids. The same element gets the same id in every download that carries it; equal twins are numbered.
//!
//! An id is computed from what the element is (platform, kind, conversation, time, author, original content), never
//! from its position: later downloads gain and lose elements.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::record::{Kind, Platform};

/// 128 bits of BLAKE3, written as 26 characters of lower-case Crockford base 32 (no i, l, o, u).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, JsonSchema)]
#[schemars(transparent)]
pub struct RecordId(#[schemars(with = "String")] [u8; 16]);

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl RecordId {
    /// Length of the written form.
    pub const TEXT_LEN: usize = 26;

    /// The 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// From 16 bytes, such as were stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bits = u128::from_be_bytes(self.0);
        let mut text = [0; Self::TEXT_LEN];
        for letter in text.iter_mut().rev() {
            let digit = usize::try_from(bits & 31).unwrap_or(0);
            *letter = ALPHABET.get(digit).copied().unwrap_or(b'0');
            bits >>= 5;
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not a whole id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id of 26 characters")]
pub struct NotAnId;

impl FromStr for RecordId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != Self::TEXT_LEN {
            return Err(NotAnId);
        }
        let mut bits: u128 = 0;
        for letter in text.bytes() {
            let digit = ALPHABET.iter().position(|known| *known == letter.to_ascii_lowercase()).ok_or(NotAnId)?;
            // 26 digits hold 130 bits: the first may use only three of its five.
            bits = bits.checked_mul(32).ok_or(NotAnId)?;
            bits |= u128::try_from(digit).map_err(|_| NotAnId)?;
        }
        Ok(Self(bits.to_be_bytes()))
    }
}

impl Serialize for RecordId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RecordId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Collects what makes an element the one it is. Each part is length-prefixed, so `["ab","c"]` differs from
/// `["a","bc"]`.
#[derive(Clone)]
pub struct Fingerprint(Vec<u8>);

/// Usual length of a fingerprint, in bytes.
const FINGERPRINT_BYTES: usize = 256;

/// Hasher of every fingerprint, before its parts.
static HASHER: LazyLock<blake3::Hasher> =
    LazyLock::new(|| blake3::Hasher::new_derive_key("malle 2026 record identity v1"));

impl Fingerprint {
    /// Starts the fingerprint of an element of this platform and kind.
    #[must_use]
    pub fn new(platform: Platform, kind: Kind) -> Self {
        let mut parts = Vec::with_capacity(FINGERPRINT_BYTES);
        for name in [platform.name(), kind.name()] {
            parts.extend_from_slice(name.as_bytes());
            parts.push(0);
        }
        Self(parts)
    }

    /// Adds a text as it stands.
    #[must_use]
    pub fn text(mut self, part: &str) -> Self {
        self.0.extend(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        self.0.extend_from_slice(part.as_bytes());
        self
    }

    /// Adds a number (a time, a count).
    #[must_use]
    pub fn number(mut self, part: i64) -> Self {
        self.0.push(b'#');
        self.0.extend(part.to_le_bytes());
        self
    }

    /// The id of the `n`-th element with these parts in `twins`' scope.
    #[must_use]
    pub fn finish(self, twins: &mut Twins) -> RecordId {
        let mut hasher = HASHER.clone();
        hasher.update(&self.0);
        let mut plain = [0; 16];
        hasher.finalize_xof().fill(&mut plain);
        let seen = twins.0.entry(plain).or_insert(0);
        let ordinal = *seen;
        *seen += 1;
        if ordinal == 0 {
            return RecordId(plain);
        }
        hasher.update(b"twin").update(&ordinal.to_le_bytes());
        let mut numbered = [0; 16];
        hasher.finalize_xof().fill(&mut numbered);
        RecordId(numbered)
    }
}

/// Numbers identical elements within one scope.
///
/// A scope is what one download says once: all files of one conversation, or one section of a download. A second,
/// overlapping copy of the same files is another scope, so that its elements meet the first copy's ids instead of
/// becoming twins of them.
#[derive(Default)]
pub struct Twins(HashMap<[u8; 16], u32, foldhash::fast::RandomState>);

impl Twins {
    /// An empty scope.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twins_differ_and_repeat_alike() {
        let id = |twins: &mut Twins| Fingerprint::new(Platform::Whatsapp, Kind::Message).text("ok").finish(twins);
        let (mut first, mut second) = (Twins::new(), Twins::new());
        let (a, b) = (id(&mut first), id(&mut first));
        assert_ne!(a, b);
        assert_eq!((a, b), (id(&mut second), id(&mut second)));
    }

    #[test]
    fn the_written_form_reads_back() {
        let id = RecordId::from_bytes([255; 16]);
        assert_eq!(id.to_string().len(), RecordId::TEXT_LEN);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("zzzzzzzzzzzzzzzzzzzzzzzzzz".parse::<RecordId>(), Err(NotAnId));
        assert_eq!("short".parse::<RecordId>(), Err(NotAnId));
    }
}
