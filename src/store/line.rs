//! Record lines as they lie in segments: what can be told of one without parsing it.

use std::hash::{BuildHasher as _, Hasher as _};

use crate::model::RecordId;

/// Every line begins like this, so that its id stands at a fixed place.
const ID_PREFIX: &[u8] = b"{\"v\":1,\"id\":\"";

/// The id of a record line.
#[must_use]
pub fn line_id(line: &[u8]) -> Option<RecordId> {
    let text = line.strip_prefix(ID_PREFIX)?.get(..RecordId::TEXT_LEN)?;
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Whether a line takes its record back.
#[must_use]
pub fn line_retracts(line: &[u8]) -> bool {
    let rest = line.get(ID_PREFIX.len() + RecordId::TEXT_LEN..).unwrap_or_default();
    rest.starts_with(b"\",\"retracted\":true")
}

/// The line that takes a record back.
#[must_use]
pub fn retraction(id: &RecordId) -> Vec<u8> {
    format!("{{\"v\":1,\"id\":\"{id}\",\"retracted\":true}}").into_bytes()
}

/// A number that changes when anything but the origin of a record line changes; the origin is the last field.
#[must_use]
pub fn line_state(line: &[u8]) -> u64 {
    let content = memchr::memmem::rfind(line, b",\"origin\":[").map_or(line, |end| line.get(..end).unwrap_or(line));
    // Compared only with others of the same process and id, so a fast hash of fixed seed will do.
    let mut hasher = foldhash::quality::FixedState::default().build_hasher();
    hasher.write(content);
    hasher.finish()
}
