//! Names of entries: untrusted data that is compared and shown, never used as a path on this computer.

use unicode_normalization::UnicodeNormalization as _;

use super::limits;

/// Why a name inside a container was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SafeName {
    /// A relative path of ordinary components.
    Fine,
    /// `..` or `.` components, a leading `/` or `\`, or a drive letter: it tries to leave its folder.
    Escapes,
    /// NUL or other control characters.
    Control,
    /// Longer than [`limits::NAME_BYTES_MAX`] or deeper than [`limits::DEPTH_MAX`].
    TooLong,
    /// No characters at all.
    Empty,
}

impl SafeName {
    /// Judges a `/`-separated name. Nothing is ever written under such a name; escaping ones are still named in the
    /// report and not read, because a download with one has been tampered with.
    #[must_use]
    pub fn judge(name: &str) -> Self {
        let drive = matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
        if name.is_empty() {
            Self::Empty
        } else if name.len() > limits::NAME_BYTES_MAX || name.split('/').count() > limits::DEPTH_MAX {
            Self::TooLong
        } else if drive
            || name.starts_with(['/', '\\'])
            || name.split(['/', '\\']).any(|part| part == ".." || part == ".")
        {
            Self::Escapes
        } else if name.chars().any(char::is_control) {
            Self::Control
        } else {
            Self::Fine
        }
    }
}

/// The form in which names are compared: NFC, and every apostrophe, typographic apostrophe and underscore alike,
/// because unpackers turn `'` into `_` (`who_you've_followed` and `who_you_ve_followed` are one file).
#[must_use]
pub fn comparison_key(path: &str) -> String {
    let fold = |c: char| match c {
        '\'' | '\u{2019}' => '_',
        '\\' => '/',
        c => c,
    };
    if path.is_ascii() { path.chars().map(fold).collect() } else { path.nfc().map(fold).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_are_refused() {
        for (name, verdict) in [
            ("posts/your_posts_1.json", SafeName::Fine),
            ("../evil", SafeName::Escapes),
            ("a/../../evil", SafeName::Escapes),
            ("a\\..\\evil", SafeName::Escapes),
            ("/etc/passwd", SafeName::Escapes),
            ("C:/Windows/x", SafeName::Escapes),
            ("a\0b", SafeName::Control),
            ("", SafeName::Empty),
        ] {
            assert_eq!(SafeName::judge(name), verdict, "{name:?}");
        }
        assert_eq!(SafeName::judge(&"a/".repeat(100)), SafeName::TooLong);
    }

    #[test]
    fn apostrophes_and_compositions_compare_equal() {
        assert_eq!(comparison_key("who_you\u{2019}ve"), comparison_key("who_you_ve"));
        assert_eq!(comparison_key("re\u{301}sume\u{301}"), comparison_key("r\u{e9}sum\u{e9}"));
    }
}
