//! Marks of direction before texts of iPhones: WhatsApp begins its own texts with one, and people type them too, where
//! they write from right to left or paste numbers.

/// U+200E, before texts of WhatsApp in languages written from left to right.
const LEFT: char = '\u{200e}';
/// U+200F, before its texts in the others.
const RIGHT: char = '\u{200f}';

/// Which marks begin certain texts of one chat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    left: bool,
    right: bool,
}

impl Marks {
    /// Sees a text.
    pub fn see(&mut self, text: &str) {
        self.left |= text.starts_with(LEFT);
        self.right |= text.starts_with(RIGHT);
    }

    const fn is_empty(self) -> bool {
        !self.left && !self.right
    }
}

/// What a chat shows of its marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Before texts that are WhatsApp's without doubt. An export is in one language and has one such mark.
    pub app: Marks,
    /// Before texts that the table does not know.
    pub other: Marks,
}

impl Shown {
    /// Whether a text that begins with a mark, and that the table of WhatsApp's texts does not know, is of the person before it.
    /// `writes`: that name stands before texts without a mark, too. In doubt in scripts written from right to left it is:
    /// nobody's words shall lose their author.
    pub fn is_words(self, text: &str, writes: bool) -> bool {
        let own = text.trim_start_matches([LEFT, RIGHT]);
        let right = text.starts_with(RIGHT);
        // Sentences of WhatsApp are marked one by one.
        if own.contains([LEFT, RIGHT]) {
            return false;
        }
        let letters = || own.chars().filter(|c| c.is_alphabetic());
        let (from_right, all) = (letters().filter(|c| is_from_right(*c)).count(), letters().count());
        if all == 0 || own.starts_with("http://") || own.starts_with("https://") {
            return true;
        }
        if self.app.is_empty() {
            // Nothing in this chat is surely WhatsApp's: not the notice about encryption, not one file.
            return from_right > 0 || right || (self.other.left && self.other.right);
        }
        let is_app_mark = if right { self.app.right } else { self.app.left };
        let is_foreign = !self.app.right && from_right == all;
        !is_app_mark || is_foreign || (right && from_right > 0 && writes)
    }
}

/// Whether a letter is of a script written from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko, Adlam and their like.
fn is_from_right(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(app: &[&str], other: &[&str]) -> Shown {
        let mut shown = Shown::default();
        for text in app {
            shown.app.see(text);
        }
        for text in other {
            shown.other.see(text);
        }
        shown
    }

    #[test]
    fn words_that_begin_with_a_mark_keep_their_author() {
        let (left, right, nothing) =
            (shown(&["\u{200e}x"], &[]), shown(&["\u{200f}x"], &[]), shown(&[], &["\u{200e}x"]));
        for (shown, text, writes, words) in [
            (left, "\u{200e}Bob changed this group's icon", true, false),
            (left, "\u{200e}محمد added you", true, false),
            (left, "\u{200e}نعم", true, true),
            (left, "\u{200f}السعر 15000", false, true),
            (left, "\u{200f}Paris", true, true),
            (left, "\u{200e}+221 77 000 00 00", false, true),
            (left, "\u{200e}https://example.com/a", false, true),
            (right, "\u{200f}السعر 15000", true, true),
            (right, "\u{200f}السعر 15000", false, false),
            (right, "\u{200f}تغيّر رمز Bob. \u{200f}انقر هنا", true, false),
            (right, "\u{200e}Bonjour", true, true),
            (nothing, "\u{200f}نعم", false, true),
            (nothing, "\u{200e}Bob left", true, false),
            (shown(&[], &["\u{200e}x", "\u{200f}y"]), "\u{200e}Bonjour", false, true),
        ] {
            assert_eq!(shown.is_words(text, writes), words, "{text:?} {shown:?}");
        }
    }
}
