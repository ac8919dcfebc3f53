//! Folding: the form in which words are compared. Case, accents, ligatures and invisible marks do not count.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::canonical_combining_class;

/// Appends the folded form of `text` to `out`: compatibility-decomposed, lower case, without accents, with ligatures
/// written out. Only letters, digits and the marks that carry a vowel remain.
pub(super) fn fold_into(text: &str, out: &mut String) {
    if text.is_ascii() {
        out.extend(text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()));
        return;
    }
    for letter in text.nfkd().filter(|letter| is_kept(*letter)) {
        match letter {
            'œ' | 'Œ' => out.push_str("oe"),
            'æ' | 'Æ' => out.push_str("ae"),
            'ŋ' | 'Ŋ' => out.push_str("ng"),
            'ß' | 'ẞ' => out.push_str("ss"),
            'ø' | 'Ø' => out.push('o'),
            'ł' | 'Ł' => out.push('l'),
            'đ' | 'Đ' => out.push('d'),
            'ı' => out.push('i'),
            // Letters of Persian and of the end of words, as Arabic keyboards have them.
            'ى' | 'ی' => out.push('ي'),
            'ک' => out.push('ك'),
            _ if decimal_digit(letter).is_some() => out.extend(decimal_digit(letter)),
            _ => out.extend(letter.to_lowercase().filter(|lower| is_kept(*lower))),
        }
    }
}

/// The folded form of `text`.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// The ASCII digit of a digit of Arabic, Persian, N'Ko, Devanagari, Bengali, Thai, Adlam.
fn decimal_digit(letter: char) -> Option<char> {
    const ZEROS: &[u32] = &[0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xe50, 0x1e950];
    let code = u32::from(letter);
    let value = ZEROS.iter().find_map(|zero| code.checked_sub(*zero).filter(|value| *value < 10))?;
    char::from_digit(value, 10)
}

fn is_kept(letter: char) -> bool {
    if unicode_normalization::char::is_combining_mark(letter) {
        return is_vowel_sign(letter);
    }
    // Arabic tatweel only stretches a word.
    letter.is_alphanumeric() && letter != '\u{640}'
}

/// Marks of class 0 are vowel signs of Indic scripts, 8 and 9 change the consonant before them; all others are accents
/// or optional vowel points.
fn is_vowel_sign(letter: char) -> bool {
    matches!(canonical_combining_class(letter), 0 | 8 | 9) && !is_ignorable(letter)
}

/// Characters without a shape: joiners, direction marks, variation selectors, soft hyphens.
pub(super) const fn is_ignorable(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0100}'..='\u{e01ef}')
}

/// Marks written on or after the letter before them.
pub(super) fn is_mark(letter: char) -> bool {
    !letter.is_ascii() && unicode_normalization::char::is_combining_mark(letter) && !is_ignorable(letter)
}

/// Everything people type for an apostrophe.
pub(super) const fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '\u{2019}' | '\u{2018}' | '\u{2bc}' | '\u{b4}' | '`' | '\u{201b}' | '\u{2032}' | '\u{ff07}')
}

/// Everything people type for a hyphen.
pub(super) const fn is_hyphen(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding() {
        let check = |text: &str, expected: &str| assert_eq!(fold(text), expected, "{text:?}");
        check("LIVRÉE", "livree");
        check("livre\u{301}e", "livree");
        check("Cœur", "coeur");
        check("ﬁn", "fin");
        check("Jërëjëf", "jerejef");
        check("Ñaata", "naata");
        check("ŋ", "ng");
        check("STRAẞE", "strasse");
        check("İstanbul", "istanbul");
        check("co\u{200d}eur\u{fe0f}", "coeur");
        check("مُحَمَّد", "محمد");
        check("ｆｕｌｌ１", "full1");
        check("हिन्दी", "हिन्दी");
        check("ߒߞߏ", "ߒߞߏ");
        check("½", "12");
        check("٢٥٠٠٠", "25000");
        check("۲۵", "25");
        check("߂߅", "25");
        check("على", "علي");
    }
}
