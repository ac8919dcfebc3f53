//! How the files of an index end, all in one small file. The engine reads the end of every file when it opens an index; so a
//! search decrypts only the files that it reads more of.

use std::collections::HashMap;

use tantivy::directory::OwnedBytes;

use super::leb128::{Numbers, push, push_bytes};

/// Name of the file; the engine lets files alone whose names begin with a full stop.
pub(super) const ENDS_FILE: &str = ".ends";
/// Last bytes kept of each file: its checksum, and where its parts lie.
const END_BYTES: usize = 2_048;
const VERSION: u64 = 1;

/// The end of a file.
#[derive(Clone, Debug)]
pub(super) struct End {
    /// Length in bytes.
    pub(super) len: usize,
    /// Length of the sealed file.
    pub(super) sealed_len: u64,
    /// Its last bytes.
    pub(super) last: OwnedBytes,
}

/// What was written to a file so far.
#[derive(Default)]
pub(super) struct Writing {
    len: usize,
    last: Vec<u8>,
}

impl Writing {
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.len += bytes.len();
        let kept = bytes.get(bytes.len().saturating_sub(END_BYTES)..).unwrap_or_default();
        let surplus = (self.last.len() + kept.len()).saturating_sub(END_BYTES);
        self.last.drain(..surplus.min(self.last.len()));
        self.last.extend(kept);
    }

    pub(super) fn end(self, sealed_len: u64) -> End {
        End { len: self.len, sealed_len, last: OwnedBytes::new(self.last) }
    }
}

/// Ends by the names of the files.
pub(super) type Ends = HashMap<String, End>;

/// The bytes of the file.
pub(super) fn written(ends: &Ends) -> Vec<u8> {
    let mut bytes = Vec::new();
    push(&mut bytes, VERSION);
    let mut names: Vec<&String> = ends.keys().collect();
    names.sort_unstable();
    for (name, end) in names.into_iter().filter_map(|name| Some((name, ends.get(name)?))) {
        push_bytes(&mut bytes, name.as_bytes());
        push(&mut bytes, u64::try_from(end.len).unwrap_or(u64::MAX));
        push(&mut bytes, end.sealed_len);
        push_bytes(&mut bytes, &end.last);
    }
    bytes
}

/// Reads them; `None` when they are of another version.
pub(super) fn read(bytes: &[u8]) -> Option<Ends> {
    let mut numbers = Numbers::of(bytes);
    if numbers.next()? != VERSION {
        return None;
    }
    let mut ends = Ends::new();
    while !numbers.is_empty() {
        let name = std::str::from_utf8(numbers.next_bytes()?).ok()?.to_owned();
        let len = usize::try_from(numbers.next()?).ok()?;
        let sealed_len = numbers.next()?;
        let last = numbers.next_bytes()?;
        if last.len() > len {
            return None;
        }
        ends.insert(name, End { len, sealed_len, last: OwnedBytes::new(last.to_vec()) });
    }
    Some(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_bytes_are_kept_however_they_were_written() {
        let bytes: Vec<u8> = (0..9_000_u32).flat_map(u32::to_le_bytes).collect();
        for piece in [1, 7, END_BYTES - 1, END_BYTES, END_BYTES + 1, bytes.len()] {
            let mut writing = Writing::default();
            bytes.chunks(piece).for_each(|piece| writing.add(piece));
            let end = writing.end(9);
            assert_eq!((end.len, end.last.as_slice()), (bytes.len(), &bytes[bytes.len() - END_BYTES..]), "{piece}");
        }
        let mut short = Writing::default();
        short.add(b"abc");
        let ends = Ends::from([("a.idx".to_owned(), short.end(300))]);
        let back = read(&written(&ends)).unwrap();
        let end = &back["a.idx"];
        assert_eq!((back.len(), end.len, end.sealed_len, end.last.as_slice()), (1, 3, 300, &b"abc"[..]));
        let bytes = written(&ends);
        assert!(read(&[9]).is_none(), "another version");
        assert!(read(&bytes[..bytes.len() - 1]).is_none(), "cut");
    }
}
