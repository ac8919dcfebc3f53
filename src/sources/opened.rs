//! Files of text as every platform's reader opens them.

use super::ProblemKind;
use crate::bundle::{Bundle, Damage};

/// The bytes of a file; of one that a tool saved as UTF-16, the same text in UTF-8.
///
/// # Errors
/// The problem that stands for the whole file.
pub fn bytes_of(bundle: &Bundle, file: usize) -> Result<Vec<u8>, (ProblemKind, String)> {
    bundle.read(file).map(narrowed).map_err(|error| match error.damage {
        Damage::TooLarge => (ProblemKind::TooLarge, String::new()),
        damage => (ProblemKind::Damaged, damage.name().to_owned()),
    })
}

/// UTF-8 of text that a byte order mark calls UTF-16. Halves of surrogate pairs and an odd last byte become bytes that
/// are no UTF-8, and are named as such. Of other text, the same; so too of the beginning of a file.
pub fn narrowed(bytes: Vec<u8>) -> Vec<u8> {
    let (wide, unit): (_, fn([u8; 2]) -> u16) = match bytes.as_slice() {
        [0xff, 0xfe, wide @ ..] => (wide, u16::from_le_bytes),
        [0xfe, 0xff, wide @ ..] => (wide, u16::from_be_bytes),
        _ => return bytes,
    };
    let (pairs, odd) = wide.as_chunks::<2>();
    let mut narrow = Vec::with_capacity(wide.len());
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match decoded {
            Ok(c) => narrow.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            Err(_) => narrow.push(0xff),
        }
    }
    narrow.extend(odd.iter().map(|_| 0xff));
    narrow
}

pub fn into_text(bytes: Vec<u8>) -> (String, bool) {
    match String::from_utf8(bytes) {
        Ok(text) => (text, false),
        Err(error) => (String::from_utf8_lossy(error.as_bytes()).into_owned(), true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_is_read() {
        let wide = |text: &str, unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        assert_eq!(narrowed(wide("\u{feff}[é😀]", u16::to_le_bytes)), "[é😀]".as_bytes());
        assert_eq!(narrowed(wide("\u{feff}[é😀]", u16::to_be_bytes)), "[é😀]".as_bytes());
        assert_eq!(narrowed(b"\xff\xfea\0\x3d\xd8b\0c".to_vec()), b"a\xffb\xff");
        assert_eq!(narrowed("[é]".into()), "[é]".as_bytes());
    }
}
