//! The text of a chat file in whatever form people and their tools saved it: UTF-8, UTF-16, Windows' ANSI, line ends of old Macs.

use std::borrow::Cow;

use super::header;

/// Which letters the bytes 0x80 to 0x9F are in windows-1252 (the Encoding Standard); U+FFFD stands for none.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž', '\u{fffd}', '\u{fffd}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}', 'ž', 'Ÿ',
];

/// Fewest messages after the first before which a line is empty in a file whose line ends are doubled.
const HEADERS_MIN: usize = 2;

/// How sure the text of a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    /// As it was written.
    Whole,
    /// Read as windows-1252, which nothing in the file says.
    Windows,
    /// Bytes had to be replaced.
    Replaced,
}

/// The text of a file, each line ended by `\n` or `\r\n`.
pub fn decode(bytes: &[u8]) -> (Cow<'_, str>, Sound) {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(unit).collect();
        match String::from_utf16(&units) {
            Ok(text) if bytes.len().is_multiple_of(2) => (Cow::Owned(text), Sound::Whole),
            _ => (Cow::Owned(String::from_utf16_lossy(&units)), Sound::Replaced),
        }
    };
    // Without its mark, UTF-16 is told by the zero bytes of its first digits and blanks.
    let zeros = |first: usize| {
        let places = bytes.iter().take(64).skip(first).step_by(2);
        bytes.len() >= 16 && places.clone().filter(|byte| **byte == 0).count() * 4 > places.count() * 3
    };
    let (text, sound) = match bytes {
        _ if zeros(1) => wide(bytes.strip_prefix(&[0xff, 0xfe]).unwrap_or(bytes), u16::from_le_bytes),
        _ if zeros(0) => wide(bytes.strip_prefix(&[0xfe, 0xff]).unwrap_or(bytes), u16::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        bytes => narrow(bytes),
    };
    (with_lines(text), sound)
}

fn narrow(bytes: &[u8]) -> (Cow<'_, str>, Sound) {
    // Copies from damaged cards end with zeros.
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let bytes = bytes.get(..end).unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), Sound::Whole),
        Err(_) if is_windows(bytes) => (Cow::Owned(bytes.iter().map(|byte| letter(*byte)).collect()), Sound::Windows),
        Err(_) => (String::from_utf8_lossy(bytes), Sound::Replaced),
    }
}

fn letter(byte: u8) -> char {
    let place = byte.checked_sub(0x80).map(usize::from);
    place.and_then(|place| WINDOWS_1252.get(place).copied()).unwrap_or(char::from(byte))
}

/// Whether a text that is no UTF-8 is windows-1252 for certain: no letter in it is UTF-8, every byte is a letter of it, words are
/// mostly plain letters (another alphabet would be none of them), and no capital or accent alone stands within a word, as in texts
/// of old Macs.
fn is_windows(bytes: &[u8]) -> bool {
    if bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii()) {
        return false;
    }
    let plain = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let high = bytes.iter().filter(|byte| **byte >= 0x80).count();
    let stray = |pair: &[u8]| match pair {
        [before, byte] => before.is_ascii_lowercase() && matches!(byte, 0x83 | 0x88 | 0x8a | 0x8e | 0x98 | 0x9f),
        _ => false,
    };
    high * 4 <= plain && bytes.iter().all(|byte| letter(*byte) != '\u{fffd}') && !bytes.windows(2).any(stray)
}

/// Line ends as WhatsApp writes them: from files with carriage returns alone, two of them before each line feed, or every line
/// feed doubled, whatever else made them so.
fn with_lines(text: Cow<'_, str>) -> Cow<'_, str> {
    let feeds = memchr::memchr_iter(b'\n', text.as_bytes()).count();
    if feeds == 0 {
        return if text.contains('\r') { text.replace('\r', "\n").into() } else { text };
    }
    if text.matches("\r\r\n").count() == feeds {
        return text.replace("\r\r\n", "\n").into();
    }
    let (end, doubled) = if text.contains("\r\n") { ("\r\n", "\r\n\r\n") } else { ("\n", "\n\n") };
    let body = text.trim_end_matches(['\r', '\n']);
    let mut rest = body.split(end);
    rest.next();
    // Somebody may leave every second line of a message empty, but nobody before the next message.
    let mut headers = 0_usize;
    let every_second_is_empty = rest.enumerate().all(|(at, line)| {
        headers += usize::from(at % 2 == 1 && header::parse(line).is_some());
        at % 2 == 1 || line.is_empty()
    });
    if headers >= HEADERS_MIN && every_second_is_empty { body.replace(doubled, end).into() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], text: &str, sound: Sound) {
        assert_eq!(decode(bytes), (Cow::Borrowed(text), sound));
    }

    #[test]
    fn wide_text_is_decoded() {
        let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain("é".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        check(&wide, "é", Sound::Whole);
        let header = "18/03/2022, 14:05 - Ana: hi";
        let little: Vec<u8> = header.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = header.encode_utf16().flat_map(u16::to_be_bytes).collect();
        check(&little, header, Sound::Whole);
        check(&big, header, Sound::Whole);
    }

    #[test]
    fn text_of_windows_is_told_from_damaged_text() {
        check(
            b"Chlo\xe9: bonjour tout le monde, l\x92\xe9t\xe9, 5 \x80, le c\x9cur",
            "Chloé: bonjour tout le monde, l’été, 5 €, le cœur",
            Sound::Windows,
        );
        check("Chloé \u{fffd}".as_bytes(), "Chloé \u{fffd}", Sound::Whole);
        check(b"Chlo\xc3\xa9 va bien \xff", "Chloé va bien \u{fffd}", Sound::Replaced);
        // An old Mac's, another alphabet's, and a byte that stands for nothing.
        check(b"Chlo\x8e va bien", "Chlo\u{fffd} va bien", Sound::Replaced);
        check(b"\xcf\xf0\xe8\xe2\xe5\xf2 Ana", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd} Ana", Sound::Replaced);
        check(b"Ana va bien \x81", "Ana va bien \u{fffd}", Sound::Replaced);
        check(b"Ana\n\0\0\0", "Ana\n", Sound::Whole);
    }

    #[test]
    fn lines_end_as_whatsapp_ends_them() {
        check(b"un\rdeux\rtrois\r", "un\ndeux\ntrois\n", Sound::Whole);
        check(b"un\r\r\ndeux\r\r\n", "un\ndeux\n", Sound::Whole);
        let lines = ["18/03/2022, 14:05 - A: x", "y", "", "z", "18/03/2022, 14:06 - B: u", "18/03/2022, 14:07 - A: v"];
        for end in ["\n", "\r\n"] {
            let doubled = format!("{end}{end}");
            check((lines.join(&doubled) + &doubled).as_bytes(), &lines.join(end), Sound::Whole);
        }
        let own = lines.get(..4).unwrap().join("\n\n");
        for plain in ["un\n\ndeux\ntrois\n", "un\r\ndeux\rx\r\n", "un\n\ndeux", "un", &own] {
            check(plain.as_bytes(), plain, Sound::Whole);
        }
    }
}
