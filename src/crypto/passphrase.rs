//! Passphrases: normalised, judged, generated.

use age::secrecy::{ExposeSecret as _, SecretString};
use unicode_normalization::UnicodeNormalization as _;

/// Weakest passphrase taken without the user's explicit word, in bits of guessing work: at scrypt's 2^18 this is some
/// ten thousand years of one machine.
pub const STRENGTH_BITS_MIN: f64 = 50.0;

/// Words of a generated passphrase: 6 of 2048 words are 66 bits.
const GENERATED_WORDS: usize = 6;

/// A passphrase in NFC, so that accents typed on another keyboard or system give the same key.
#[derive(Clone)]
pub struct Passphrase(SecretString);

/// Language of the words of a generated passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordList {
    /// French words, written without accents so that every keyboard types them.
    French,
    /// English words.
    English,
}

impl Passphrase {
    /// Takes what was typed or read; one trailing line end is not part of it.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        Self(SecretString::from(text.nfc().collect::<String>()))
    }

    /// Six random words, joined by blanks.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn generate(list: WordList) -> std::io::Result<Self> {
        let words = match list {
            WordList::French => bip39::Language::French,
            WordList::English => bip39::Language::English,
        }
        .word_list();
        let mut bytes = [0_u8; GENERATED_WORDS * 2];
        getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
        let chosen: Vec<String> = bytes
            .chunks_exact(2)
            .filter_map(|pair| <[u8; 2]>::try_from(pair).ok())
            // 2048 divides 65536: every word is equally likely.
            .filter_map(|pair| words.get(usize::from(u16::from_le_bytes(pair)) % words.len()))
            .map(|word| word.nfd().filter(char::is_ascii).collect())
            .collect();
        Ok(Self(SecretString::from(chosen.join(" "))))
    }

    /// Estimated guessing work in bits.
    #[must_use]
    pub fn strength_bits(&self) -> f64 {
        zxcvbn::zxcvbn(self.0.expose_secret(), &["malle"]).guesses_log10() / std::f64::consts::LOG10_2
    }

    /// True when nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.expose_secret().is_empty()
    }

    /// The text itself, to show a generated passphrase once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }

    pub(super) fn secret(&self) -> SecretString {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composed_and_decomposed_accents_are_one_passphrase() {
        assert_eq!(Passphrase::new("cle\u{301}\r\n").reveal(), Passphrase::new("cl\u{e9}").reveal());
    }

    #[test]
    fn generated_words_are_strong_and_differ() {
        let first = Passphrase::generate(WordList::French).unwrap();
        assert_eq!(first.reveal().split(' ').count(), GENERATED_WORDS);
        assert!(first.strength_bits() >= STRENGTH_BITS_MIN, "{}", first.strength_bits());
        assert_ne!(first.reveal(), Passphrase::generate(WordList::French).unwrap().reveal());
        assert!(Passphrase::new("soleil2024").strength_bits() < STRENGTH_BITS_MIN);
    }
}
