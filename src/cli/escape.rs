//! Imported text is hostile: control characters and bidirectional overrides are shown, not obeyed.

use std::borrow::Cow;
use std::fmt::Write as _;

/// `text` made safe for a terminal. Line ends and tabs stay, the first half of a line end of two apart, and so do the joiners
/// and marks that emoji, Arabic and Indic scripts need.
pub(super) fn for_terminal(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_dangerous) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\r' && letters.peek() == Some(&'\n') {
            continue;
        }
        if is_dangerous(letter) {
            // Writing to a String cannot fail.
            let _unfailing = write!(safe, "\\u{{{:x}}}", u32::from(letter));
        } else {
            safe.push(letter);
        }
    }
    Cow::Owned(safe)
}

/// `text` on one line: every run of blanks becomes one blank.
pub(super) fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_dangerous(letter: char) -> bool {
    // Embeddings, overrides and isolates reorder what follows them; U+2028 and U+2029 end a line in some terminals.
    let reorders = matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}');
    reorders || (letter.is_control() && !matches!(letter, '\n' | '\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_are_protected_and_scripts_survive() {
        let check = |text: &str, expected: &str| assert_eq!(for_terminal(text), expected);
        check("\u{1b}[31mrouge\u{7}", "\\u{1b}[31mrouge\\u{7}");
        check("facture\u{202e}fdp.exe", "facture\\u{202e}fdp.exe");
        check("\u{9b}2J", "\\u{9b}2J");
        check("ligne\r", "ligne\\u{d}");
        check("deux\r\nlignes", "deux\nlignes");
        check("👩🏿\u{200d}🌾 ❤\u{fe0f} نعم\u{200c}", "👩🏿\u{200d}🌾 ❤\u{fe0f} نعم\u{200c}");
        check("deux\nlignes\tici", "deux\nlignes\tici");
    }
}
