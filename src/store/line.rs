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

/// How a line that is folded goes on after its id.
const FOLDED: &[u8] = b"\",\"retracted\":true,\"told_by\":";

/// A record's line, folded: the record is taken back because another tells it more fully. `told_by` is a JSON object that
/// names the other. The line still holds the whole record; to whoever reads lines it is a retraction.
#[must_use]
pub fn folded(line: &[u8], told_by: &[u8]) -> Vec<u8> {
    let (head, rest) = line.split_at_checked(ID_PREFIX.len() + RecordId::TEXT_LEN).unwrap_or((line, b""));
    // The quotation mark after the id is part of what is put in.
    [head, FOLDED, told_by, rest.get(1..).unwrap_or_default()].concat()
}

/// Whether a line is folded.
#[must_use]
pub fn line_is_folded(line: &[u8]) -> bool {
    line.get(ID_PREFIX.len() + RecordId::TEXT_LEN..).unwrap_or_default().starts_with(FOLDED)
}

/// A number that changes when anything but the origin of a record line changes; the origin is the last field. A folded
/// line has that of its record.
#[must_use]
pub fn line_state(line: &[u8]) -> u64 {
    let rest = line.get(ID_PREFIX.len() + RecordId::TEXT_LEN + 1..).unwrap_or(line);
    let start = if line_is_folded(line) { memchr::memmem::find(rest, b",\"kind\":").unwrap_or(0) } else { 0 };
    let rest = rest.get(start..).unwrap_or_default();
    let content = memchr::memmem::rfind(rest, b",\"origin\":[").map_or(rest, |end| rest.get(..end).unwrap_or(rest));
    // Compared only with others of the same process and id, so a fast hash of fixed seed will do.
    let mut hasher = foldhash::quality::FixedState::default().build_hasher();
    hasher.write(content);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folded_line_is_a_retraction_that_holds_its_record() {
        let id = RecordId::from_bytes([7; 16]);
        let line = format!("{{\"v\":1,\"id\":\"{id}\",\"kind\":\"message\",\"text\":\"ok\",\"origin\":[1]}}");
        let told_by = br#"{"id":"x","extra":["kind"]}"#;
        let folded = folded(line.as_bytes(), told_by);
        assert_eq!((line_id(&folded), line_retracts(&folded), line_is_folded(&folded)), (Some(id), true, true));
        assert_eq!(line_state(&folded), line_state(line.as_bytes()));
        assert_ne!(line_state(&folded), line_state(line.replace("ok", "no").as_bytes()));
        let mut read: serde_json::Value = serde_json::from_slice(&folded).unwrap();
        let fields = read.as_object_mut().unwrap();
        assert_eq!(fields.remove("told_by"), serde_json::from_slice(told_by).unwrap());
        assert_eq!(fields.remove("retracted"), Some(true.into()));
        assert_eq!(read, serde_json::from_str::<serde_json::Value>(&line).unwrap());
        assert!(!line_is_folded(&retraction(&id)) && line_retracts(&retraction(&id)));
    }
}
