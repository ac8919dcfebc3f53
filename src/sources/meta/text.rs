//! Repair of Meta's JSON text, whose strings are UTF-8 bytes written as code points U+0000 to U+00FF.
//!
//! Applied only to JSON files of Facebook, Messenger, Instagram and Threads downloads; never to HTML, the end-to-end
//! encrypted download or WhatsApp, whose text is right (docs/formats/facebook.md).

use std::borrow::Cow;

/// Repairs one parsed string: when every character is at most U+00FF and their bytes are valid UTF-8, those bytes are
/// the text; otherwise the string is sound, or mixed, and stays as it is.
#[must_use]
pub fn repair(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    match bytes.map(String::from_utf8) {
        Some(Ok(repaired)) => Cow::Owned(repaired),
        _ => Cow::Borrowed(text),
    }
}

/// Repairs a whole JSON document before parsing: each maximal run of `\u0080` to `\u00ff` escapes that is valid UTF-8
/// becomes its bytes. Runs that are not, and escapes after a literal backslash, stay. Cheaper than repairing parsed
/// strings, and it also repairs strings that hold real characters beyond U+00FF beside damaged ones. Escapes below
/// U+0080 are left to the parser, so quotes and control characters stay escaped.
#[must_use]
pub fn repair_escapes(json: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = memchr::memmem::find(json, b"\\u00") else { return Cow::Borrowed(json) };
    let mut out = Vec::with_capacity(json.len());
    let mut run = Vec::new();
    let (mut rest, start) = (json.get(first..).unwrap_or_default(), json.get(..first).unwrap_or_default());
    // A backslash right before the first match may escape it: step back over the whole run of backslashes.
    let backslashes = start.iter().rev().take_while(|byte| **byte == b'\\').count();
    let kept = start.len() - backslashes;
    out.extend_from_slice(start.get(..kept).unwrap_or_default());
    if backslashes > 0 {
        rest = json.get(kept..).unwrap_or_default();
    }
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (before, escape) = rest.split_at(at);
        out.extend_from_slice(before);
        run.clear();
        let mut after = escape;
        while let Some((byte, tail)) = high_escape(after) {
            run.push(byte);
            after = tail;
        }
        if run.is_empty() {
            // Another escape: two bytes cover `\\` and keep its second backslash from starting a new one.
            let length = escape.len().min(2);
            let (kept, tail) = escape.split_at(length);
            out.extend_from_slice(kept);
            rest = tail;
        } else {
            let written = escape.len() - after.len();
            match std::str::from_utf8(&run) {
                Ok(_) => out.extend_from_slice(&run),
                Err(_) => out.extend_from_slice(escape.get(..written).unwrap_or_default()),
            }
            rest = after;
        }
    }
    out.extend_from_slice(rest);
    Cow::Owned(out)
}

/// The byte of a `\u0080` to `\u00ff` escape at the start of `json`, and what follows it.
fn high_escape(json: &[u8]) -> Option<(u8, &[u8])> {
    let digits = json.strip_prefix(b"\\u00")?;
    let (digits, tail) = digits.split_at_checked(2)?;
    let byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    (byte >= 0x80 && digits.iter().all(u8::is_ascii_hexdigit)).then_some((byte, tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(damaged: &str, sound: &str) {
        assert_eq!(repair(damaged), sound);
    }

    #[test]
    fn damaged_text_is_repaired_and_sound_text_stays() {
        check("caf\u{c3}\u{a9}", "café");
        check("café", "café");
        check("\u{f0}\u{9f}\u{98}\u{82}", "😂");
        check("Привет", "Привет");
        check("plain", "plain");
    }

    #[test]
    fn escapes_are_repaired_in_place() {
        let repaired = |json: &str| String::from_utf8_lossy(&repair_escapes(json.as_bytes())).into_owned();
        assert_eq!(repaired(r#""caf\u00c3\u00a9""#), r#""café""#);
        assert_eq!(repaired(r#""a\\u00c3\u00a9""#), r#""a\\u00c3\u00a9""#);
        assert_eq!(repaired(r#""\\\u00c3\u00a9""#), "\"\\\\é\"");
        assert_eq!(repaired(r#""\u00e9""#), r#""\u00e9""#);
        assert_eq!(repaired(r#""\ud83d\ude00 \u00c3\u00a9 \u0022""#), r#""\ud83d\ude00 é \u0022""#);
        assert_eq!(repaired(r#""\u00c3\u00""#), r#""\u00c3\u00""#);
        assert_eq!(repaired("plain"), "plain");
    }
}
