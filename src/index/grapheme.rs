//! Characters as people see them: a letter with its marks, an emoji with all that is joined to it.

use super::fold::{is_ignorable, is_mark};

/// Joins emoji into one picture (Unicode TR51, ZWJ sequences).
const JOINER: char = '\u{200d}';

/// Belongs to the character before it: accents, joiners, skin tones.
pub(super) fn continues(letter: char) -> bool {
    is_mark(letter) || is_ignorable(letter) || matches!(letter, '\u{1f3fb}'..='\u{1f3ff}' | '\u{20e3}')
}

/// Bytes at the beginning that belong to the character before.
pub(super) fn continued(rest: &str) -> usize {
    rest.find(|letter| !continues(letter)).unwrap_or(rest.len())
}

/// Whether a text can be cut at a byte: neither before what continues a character, nor within joined emoji.
pub(super) fn is_boundary(text: &str, at: usize) -> bool {
    let Some((before, after)) = text.split_at_checked(at) else { return false };
    let Some(next) = after.chars().next() else { return true };
    let is_joined = before.ends_with(JOINER) && is_picture(next) && ends_in_picture(before);
    !continues(next) && !is_joined
}

/// Whether what stands between two emoji makes them one.
pub(super) fn are_joined(one: &str, between: &str, other: &str) -> bool {
    between.ends_with(JOINER)
        && between.chars().all(continues)
        && ends_in_picture(one)
        && other.chars().next().is_some_and(is_picture)
}

fn ends_in_picture(text: &str) -> bool {
    text.trim_end_matches(continues).chars().next_back().is_some_and(is_picture)
}

/// Arrows to symbols, then pictographs: all that is ever joined.
const fn is_picture(letter: char) -> bool {
    matches!(letter, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_joined_is_one() {
        let boundaries = |text: &str| text.char_indices().map(|(at, _)| at).filter(|at| is_boundary(text, *at)).count();
        assert_eq!(boundaries("👩\u{200d}👩\u{200d}👧\u{200d}👦"), 1);
        assert_eq!(boundaries("👩🏽\u{200d}🍳 ❤\u{fe0f}\u{200d}🔥"), 3);
        assert_eq!(boundaries("👩👧"), 2);
        assert_eq!(boundaries("é\u{301}a"), 2);
        assert_eq!(boundaries("\u{200d}👧"), 1, "nothing is before the joiner");
        assert_eq!(boundaries("क्\u{200d}ष"), 2, "letters are joined otherwise");
    }
}
