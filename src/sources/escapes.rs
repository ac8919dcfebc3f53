//! JSON that its writer did not escape rightly: bare control characters and halves of surrogate pairs (X), and `\x07` (Telegram
//! Desktop).

use std::borrow::Cow;

use super::opened::{bytes_of, into_text};
use super::{Problem, ProblemKind, Sink};
use crate::bundle::Bundle;

/// The text of a JSON or script file, escapes mended, without its byte order mark. A file that cannot be read is a problem
/// and gives nothing; bytes that are no UTF-8 are a problem and replaced.
pub fn text_of(bundle: &Bundle, file: usize, sink: &dyn Sink) -> Option<String> {
    let problem = |kind: ProblemKind, detail: String| sink.problem(Problem { file, position: None, kind, detail });
    let bytes = match bytes_of(bundle, file) {
        Ok(bytes) => bytes,
        Err((kind, detail)) => {
            problem(kind, detail);
            sink.parsed(file, 0);
            return None;
        }
    };
    let (text, not_utf8) = into_text(bytes);
    if not_utf8 {
        problem(ProblemKind::NotUtf8, String::new());
    }
    Some(mended(text.trim_start_matches('\u{feff}')).into_owned())
}

/// The text with control characters inside of strings, and `\xHH`, written as JSON demands, and with U+FFFD for halves of
/// surrogate pairs, which JSON parsers refuse with all that stands around them. One scan from left to right, so that `\\x41`
/// stays two signs.
fn mended(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let (mut copied, mut at, mut inside) = (0, 0, false);
    while let Some(byte) = bytes.get(at) {
        let (len, written) = match (inside, *byte) {
            (_, b'"') => {
                inside = !inside;
                (1, None)
            }
            (true, b'\\') => match (hex_escape(bytes, at), unit(bytes, at), unit(bytes, at + 6)) {
                (Some(code), ..) => (4, Some(u16::from(code))),
                (None, Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => (12, None),
                (None, Some(0xd800..0xe000), _) => (6, Some(0xfffd)),
                _ => (2, None),
            },
            (true, control) if control < 0x20 => (1, Some(u16::from(control))),
            _ => (1, None),
        };
        if let Some(code) = written {
            out.push_str(text.get(copied..at).unwrap_or_default());
            out.push_str("\\u");
            let digits = [code >> 12, code >> 8, code >> 4, code].map(|digit| u32::from(digit & 15));
            out.extend(digits.map(|digit| char::from_digit(digit, 16).unwrap_or('0')));
            copied = at + len;
        }
        at += len;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

/// The byte of `\xHH`.
fn hex_escape(bytes: &[u8], at: usize) -> Option<u8> {
    let digits = bytes.get(at + 2..at + 4).filter(|_| bytes.get(at + 1) == Some(&b'x'))?;
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// The unit of `\uHHHH`.
fn unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at + 2..at + 6).filter(|_| bytes.get(at..at + 2) == Some(b"\\u"))?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_wrong_escapes_are_mended() {
        for (text, expected) in [
            (r#"{"a": "x\x07y"}"#, r#"{"a": "x\u0007y"}"#),
            (r#"{"a": "\\x41 \" \x1b"}"#, r#"{"a": "\\x41 \" \u001b"}"#),
            ("[\"a\u{1}b\nc\",\n\t2]", "[\"a\\u0001b\\u000ac\",\n\t2]"),
            (r#"["é\u0041"]"#, r#"["é\u0041"]"#),
            (r#"["\"#, r#"["\"#),
            (r#"["\xé"]"#, r#"["\xé"]"#),
            (r#"["\ud83d\ude00 \ud83d \\ud83d \ude00x"]"#, r#"["\ud83d\ude00 \ufffd \\ud83d \ufffdx"]"#),
            (r#"["\ud83d"#, r#"["\ufffd"#),
            (r#"["\ud83"#, r#"["\ud83"#),
        ] {
            assert_eq!(mended(text), expected);
        }
    }
}
