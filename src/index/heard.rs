//! How French words sound to whoever writes them by ear: `livrezon`, `komande`, `kado`, `nouvo`. Accents and cedillas are gone
//! when words get here, so é, è, eu and ai are one sound, and what ends a word counts little.

/// The sounds of a folded word, one letter each: nasal vowels are `A` (en), `I` (in), `O` (on), `S` is ch, `N` is gn, `u` is ou
/// and `y` the French u. Silent endings and a last e are left out.
pub(super) fn heard(word: &[u8]) -> Vec<u8> {
    all_sounds(Heard::new(word))
}

/// The same with what ends the word spoken: who writes `komand` by ear means the d.
pub(super) fn heard_to_the_end(word: &[u8]) -> Vec<u8> {
    all_sounds(Heard { word, ..Heard::new(word) })
}

fn all_sounds(said: Heard<'_>) -> Vec<u8> {
    let mut out: Vec<u8> = said.collect();
    if out.len() > 1 && out.last() == Some(&b'e') {
        out.pop();
    }
    out
}

/// Whether a word sounds so, told at the first sound that differs: most words differ early.
pub(super) fn sounds_as(word: &[u8], wanted: &[u8]) -> bool {
    let mut said = Heard::new(word);
    wanted.iter().all(|sound| said.next() == Some(*sound))
        && match said.next() {
            None => true,
            Some(last) => last == b'e' && said.next().is_none(),
        }
}

/// The letters that words begin with whose first sound is this one.
pub(super) const fn first_letters(sound: u8) -> &'static [&'static str] {
    match sound {
        b'k' => &["c", "k", "q", "x"],
        b's' => &["s", "c"],
        b'S' => &["ch", "sh", "sch"],
        b'j' => &["j", "g", "dj"],
        b'f' => &["f", "ph"],
        b'N' => &["gn"],
        b'o' => &["o", "au", "eau", "h"],
        b'e' => &["e", "ai", "ay", "oe", "h"],
        b'i' => &["i", "y", "h"],
        b'y' => &["u", "h"],
        b'u' => &["ou", "oo", "h"],
        b'w' => &["o", "w", "h"],
        b'a' => &["a", "h"],
        b'A' => &["a", "e", "h"],
        b'I' => &["i", "y", "u", "ai", "ei", "h"],
        b'O' => &["o", "h"],
        b'b' => &["b"],
        b'd' => &["d"],
        b'g' => &["g"],
        b'l' => &["l"],
        b'm' => &["m"],
        b'n' => &["n"],
        b'p' => &["p"],
        b'r' => &["r"],
        b't' => &["t"],
        b'v' => &["v"],
        b'z' => &["z"],
        _ => &[],
    }
}

/// Letters before an -ay at the end that is é; in shorter words it is written for -aille.
const LETTERS_BEFORE_AY: usize = 3;

const fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

/// The sounds one after the other, doubled ones once.
struct Heard<'a> {
    word: &'a [u8],
    at: usize,
    before: u8,
    waiting: u8,
}

impl<'a> Heard<'a> {
    fn new(word: &'a [u8]) -> Self {
        Self { word: without_silent_end(word), at: 0, before: 0, waiting: 0 }
    }

    /// The first sound of what is left, a second one that the same letters make (0 for none), and how many letters they are.
    fn first(&self) -> Option<(u8, u8, usize)> {
        let rest = self.word.get(self.at..)?;
        let left = self.at.checked_sub(1).and_then(|before| self.word.get(before)).copied();
        let vowel_at = |at: usize| rest.get(at).is_some_and(|letter| is_vowel(*letter));
        let soft_at = |at: usize| matches!(rest.get(at), Some(b'e' | b'i' | b'y'));
        // A vowel with n or m is nasal where neither a vowel nor another n or m follows.
        let nasal_at = |at: usize| !vowel_at(at) && !matches!(rest.get(at), Some(b'n' | b'm' | b'h'));
        let after_vowel = left.is_some_and(is_vowel);
        Some(match rest {
            [] => return None,
            [b'e', b'a', b'u', ..] => (b'o', 0, 3),
            [b'a', b'u', ..] => (b'o', 0, 2),
            [b'o', b'e', b'u', ..] => (b'e', 0, 3),
            [b'a' | b'e', b'i', b'n' | b'm', ..] if nasal_at(3) => (b'I', 0, 3),
            [b'a' | b'e', b'i', b'l', b'l', ..] => (*rest.first()?, b'i', 4),
            [b'a' | b'e', b'i', b'l'] => (*rest.first()?, b'i', 3),
            [b'e', b'u', ..] | [b'o', b'e', ..] | [b'a' | b'e', b'i', ..] => (b'e', 0, 2),
            [b'a' | b'e', b'y', ..] if vowel_at(2) => (b'e', b'i', 2),
            // Tremblay, Épernay; but tay for taille.
            [b'a', b'y'] if self.at >= LETTERS_BEFORE_AY && !after_vowel => (b'e', 0, 2),
            [b'o', b'i', b'n', ..] if nasal_at(3) => (b'w', b'I', 3),
            [b'o', b'i', ..] => (b'w', b'a', 2),
            [b'o', b'y', ..] if vowel_at(2) => (b'w', b'a', 1),
            [b'o', b'u', b'i', b'l', b'l', ..] => (b'u', b'i', 5),
            [b'o', b'u' | b'o', ..] => (if vowel_at(2) { b'w' } else { b'u' }, 0, 2),
            [b'i', b'e', b'n'] => (b'i', b'I', 3),
            [b'i', b'l', b'l', ..] if left.is_some() => (b'i', 0, 3),
            [b'a' | b'e', b'n' | b'm', ..] if nasal_at(2) => (b'A', 0, 2),
            [b'i' | b'y' | b'u', b'n' | b'm', ..] if nasal_at(2) => (b'I', 0, 2),
            [b'o', b'n' | b'm', ..] if nasal_at(2) => (b'O', 0, 2),
            [b'u', ..] => (b'y', 0, 1),
            [b'y', ..] => (b'i', 0, 1),
            [b's', b'c', b'h', ..] => (b'S', 0, 3),
            // Christophe, chrome, technique
            [b'q', b'u', ..] | [b'c', b'k', ..] | [b'c', b'h', b'r' | b'l' | b'n' | b'm', ..] => (b'k', 0, 2),
            [b'c' | b's', b'h', ..] => (b'S', 0, 2),
            [b'g', b'n', ..] => (b'N', 0, 2),
            [b'p', b'h', ..] => (b'f', 0, 2),
            // compte, acompte, comptant
            [b'p', b't', ..] if left == Some(b'm') => (b't', 0, 2),
            [b's', b'c', ..] if soft_at(2) => (b's', 0, 2),
            [b'c', b'c', ..] if soft_at(2) => (b'k', b's', 2),
            [b'c', ..] if soft_at(1) || self.has_cedilla() => (b's', 0, 1),
            [b'c' | b'q' | b'k', ..] => (b'k', 0, 1),
            // Djibril, Kadidja; mangeons
            [b'd', b'j', ..] | [b'g', b'e', b'a' | b'o', ..] => (b'j', 0, 2),
            [b'g', b'u', ..] if soft_at(2) => (b'g', 0, 2),
            [b'g', ..] if soft_at(1) => (b'j', 0, 1),
            [b's', b's', ..] => (b's', 0, 2),
            [b's', ..] if after_vowel && vowel_at(1) => (b'z', 0, 1),
            [b't', b'i', b'o', b'n', ..] if left.is_some_and(|left| left != b's') => (b's', 0, 1),
            [b'x', ..] => (b'k', b's', 1),
            [b'h', ..] => (0, 0, 1),
            [letter, ..] => (*letter, 0, 1),
        })
    }

    /// The frequent words whose ç became c: français, garçon.
    fn has_cedilla(&self) -> bool {
        let before = self.word.get(..self.at).unwrap_or_default();
        matches!(before, b"fran" | b"gar")
    }
}

impl Iterator for Heard<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        loop {
            let said = match std::mem::take(&mut self.waiting) {
                0 => {
                    let (said, then, letters) = self.first()?;
                    self.at += letters;
                    self.waiting = then;
                    said
                }
                waiting => waiting,
            };
            if said != 0 && said != self.before {
                self.before = said;
                return Some(said);
            }
        }
    }
}

/// A word without the letters at its end that are not spoken: beaucoup, achats, payer, prix. Two letters stay at least.
fn without_silent_end(word: &[u8]) -> &[u8] {
    let mut word = word;
    while let [rest @ .., last] = word {
        let is_silent = matches!(
            (rest, *last),
            ([_, .., b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'r' | b'n' | b't' | b'd' | b'l' | b'p'], b's')
                | ([_, .., b'u' | b'i'], b'x')
                | ([_, .., b'e'], b'z' | b'r')
                | ([_, .., b'a' | b'e' | b'i' | b'o' | b'u' | b'n' | b'r'], b't')
                | ([_, .., b'n' | b'r' | b'u'], b'd')
                | ([_, .., b'u' | b'm'], b'p')
                | ([_, .., b'n'], b'g')
        );
        if !is_silent {
            break;
        }
        word = rest;
        // What stood before one silent letter is silent too only where that was a plural: achats, longs.
        if *last != b's' {
            break;
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(word: &str) -> String {
        String::from_utf8(heard(word.as_bytes())).unwrap()
    }

    #[test]
    fn words_written_by_ear() {
        for (by_ear, word) in [
            ("livrezon", "livraison"),
            ("livreson", "livraison"),
            ("komande", "commande"),
            ("konbien", "combien"),
            ("kado", "cadeaux"),
            ("kestion", "question"),
            ("boutik", "boutique"),
            ("chossure", "chaussures"),
            ("ansemble", "ensemble"),
            ("franse", "francais"),
            ("garson", "garcon"),
            ("mezon", "maison"),
            ("tay", "taille"),
            ("kouleur", "couleurs"),
            ("rezervation", "reservation"),
            ("akonte", "acompte"),
            ("peye", "payer"),
            ("paiman", "paiement"),
            ("peiment", "paiement"),
            ("bokou", "beaucoup"),
            ("ojourdui", "aujourdhui"),
            ("faktur", "facture"),
            ("chemiz", "chemise"),
            ("kolie", "collier"),
            ("parfin", "parfum"),
            ("koifure", "coiffure"),
            ("kartie", "quartier"),
            ("pri", "prix"),
            ("nouvo", "nouveau"),
            ("gato", "gateaux"),
            ("echanj", "echange"),
            ("foto", "photo"),
            ("jenial", "genial"),
            ("aten", "attend"),
            ("kristof", "christophe"),
            ("tremble", "tremblay"),
            ("teknik", "technique"),
        ] {
            assert_eq!(key(by_ear), key(word), "{by_ear} {word}");
            assert!(sounds_as(by_ear.as_bytes(), &heard(word.as_bytes())), "{by_ear} {word}");
            assert!(sounds_as(word.as_bytes(), &heard(by_ear.as_bytes())), "{word} {by_ear}");
        }
    }

    #[test]
    fn what_ends_a_word_may_be_spoken() {
        for (by_ear, word) in [("komand", "commande"), ("vand", "vende"), ("banc", "bank")] {
            assert_eq!(heard_to_the_end(by_ear.as_bytes()), heard(word.as_bytes()), "{by_ear} {word}");
        }
    }

    #[test]
    fn other_words() {
        for (one, other) in [
            ("poisson", "poison"),
            ("cousin", "coussin"),
            ("dessert", "desert"),
            ("robe", "roue"),
            ("mode", "modele"),
            ("commun", "commande"),
            ("pompe", "pomme"),
            ("bonne", "bon"),
            ("pain", "peine"),
            ("rouge", "roue"),
            ("point", "pointe"),
        ] {
            assert_ne!(key(one), key(other), "{one} {other}");
            assert!(!sounds_as(one.as_bytes(), &heard(other.as_bytes())), "{one} {other}");
        }
    }

    #[test]
    fn every_beginning_is_among_those_of_its_first_sound() {
        const LETTERS: std::ops::RangeInclusive<u8> = b'a'..=b'z';
        let begins_a_word = |one: u8, two: u8| if one == b'h' { is_vowel(two) } else { one != b'w' };
        for one in LETTERS {
            for two in LETTERS.filter(|two| begins_a_word(one, *two)) {
                for three in LETTERS {
                    for four in LETTERS {
                        let word = [one, two, three, four];
                        if let Some(first) = heard(&word).first() {
                            let word = std::str::from_utf8(&word).unwrap();
                            assert!(first_letters(*first).iter().any(|start| word.starts_with(start)), "{word}");
                        }
                    }
                }
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn a_word_begins_as_its_first_sound_tells(word in "(h?[aeiouy]|[b-dfgj-np-tv-xz])[a-z]{2,9}") {
            let key = heard(word.as_bytes());
            proptest::prop_assert!(sounds_as(word.as_bytes(), &key));
            if let Some(first) = key.first() {
                let beginnings = first_letters(*first);
                proptest::prop_assert!(beginnings.iter().any(|start| word.starts_with(start)), "{} {:?}", word, key);
            }
        }
    }
}
