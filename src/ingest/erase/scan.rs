//! Whether a file names an erased person, whatever its format: texts are read as they are, with the escapes of JSON and HTML
//! resolved and Meta's broken letters mended. What is compressed or encrypted inside is not seen.

use std::io::{self, Read};

use super::tombstones::Erased;

/// Bytes looked at together.
const RUN_BYTES: usize = 1 << 20;

/// Bytes that two runs share, so that a name on their border is seen.
const OVERLAP_BYTES: usize = 1 << 10;

/// Reads a file and tells whether it names anybody erased.
pub fn names(erased: &Erased, content: &mut dyn Read) -> io::Result<bool> {
    let mut run = Vec::with_capacity(RUN_BYTES);
    loop {
        let kept = run.len();
        let read = content.take(u64::try_from(RUN_BYTES - kept).unwrap_or(0)).read_to_end(&mut run)?;
        if read == 0 {
            return Ok(false);
        }
        if erased.occurs(&readable(&run)) {
            return Ok(true);
        }
        let start = run.len().saturating_sub(OVERLAP_BYTES);
        run.drain(..start);
    }
}

/// The text a person would see.
fn readable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(at) = rest.find(['\\', '&']) {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        // What is no escape parts words all the same.
        let (letter, length) = resolved(escape).unwrap_or((' ', 1));
        out.push(letter);
        rest = escape.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    mended(&out)
}

/// The letter of an escape and the escape's length: `\u00e9`, `\ud83d\ude00`, `&#233;`, `&#xe9;`.
fn resolved(escape: &str) -> Option<(char, usize)> {
    if let Some(digits) = escape.strip_prefix("\\u") {
        let unit = u16::from_str_radix(digits.get(..4)?, 16).ok()?;
        if let Some(letter) = char::from_u32(u32::from(unit)) {
            return Some((letter, 6));
        }
        let low = u16::from_str_radix(digits.get(4..)?.strip_prefix("\\u")?.get(..4)?, 16).ok()?;
        return Some((char::decode_utf16([unit, low]).next()?.ok()?, 12));
    }
    let number = escape.strip_prefix("&#")?;
    let end = number.get(..number.len().min(8)).and_then(|head| head.find(';'))?;
    let digits = number.get(..end)?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => digits.parse().ok()?,
    };
    Some((char::from_u32(code)?, end + 3))
}

/// Runs of letters up to U+00FF whose bytes are UTF-8 become that.
fn mended(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run: Vec<u8> = Vec::new();
    let close = |run: &mut Vec<u8>, out: &mut String| {
        match std::str::from_utf8(run) {
            Ok(mended) => out.push_str(mended),
            Err(_) => out.extend(run.iter().map(|byte| char::from(*byte))),
        }
        run.clear();
    };
    for letter in text.chars() {
        match u8::try_from(u32::from(letter)) {
            Ok(byte) if byte >= 0x80 => run.push(byte),
            _ => {
                close(&mut run, &mut out);
                out.push(letter);
            }
        }
    }
    close(&mut run, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_as_people_see_them() {
        let check = |bytes: &str, expected: &str| assert_eq!(readable(bytes.as_bytes()), expected, "{bytes}");
        check("A\\u00c3\\u00afssatou", "Aïssatou");
        check("A\\u00efssatou \\ud83d\\ude00", "Aïssatou 😀");
        check("A&#239;ssatou &#xef; &amp;", "Aïssatou ï  amp;");
        check("Aïssatou", "Aïssatou");
        check("a\\nb \\u12", "a nb  u12");
    }
}
