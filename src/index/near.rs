//! Near spellings: words that differ by a slip of the finger, and words that sound alike. They are looked for among the
//! words of the dictionary, when little else is found or somebody asks.

use super::heard::{first_letters, heard, heard_to_the_end, sounds_as};

/// Fewest letters of words that are compared for slips.
const TYPO_LETTERS_MIN: usize = 4;
/// From so many letters on two slips are allowed.
const TWO_TYPOS_LETTERS: usize = 8;
/// Longest word compared.
const LETTERS_MAX: usize = 40;
/// Fewest letters of words whose sounds are compared.
const SOUND_LETTERS_MIN: usize = 3;
/// The same of names.
const NAME_SOUND_LETTERS_MIN: usize = 2;

/// A word whose near spellings are wanted.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NearWord {
    word: String,
    letters: u32,
    slips: usize,
    sounds: Vec<Vec<u8>>,
    /// How the word sounds in French, with its end spoken and without.
    heard: Vec<Vec<u8>>,
    /// What is left of it without the article or pronoun that an apostrophe is missing after: `jattends`.
    elided: Option<Box<Self>>,
}

/// What is elided before a vowel, and may be written without its apostrophe.
const ELIDED: &[&str] = &["qu", "l", "d", "j", "m", "n", "s", "t"];
/// The same in texts, where most words that begin with the others are words of their own: `sombre`, `taille`.
const ELIDED_IN_TEXTS: &[&str] = &["qu", "l", "d", "j"];
/// Fewest letters of a word before which something is elided.
const ELIDED_LETTERS_MIN: usize = 4;

impl NearWord {
    /// Nothing for what is not written in Latin letters, or is too short.
    pub(super) fn of(word: &str) -> Option<Self> {
        let rest = after_elision(word).and_then(Self::whole);
        Some(Self { elided: rest.map(Box::new), ..Self::whole(word)? })
    }

    /// The same of a name, which may be as short as Ba, Sy or Zoé. Nothing is elided before it.
    pub(super) fn of_name(word: &str) -> Option<Self> {
        Self::sounding(word, NAME_SOUND_LETTERS_MIN)
    }

    /// The same of a word before which nothing is elided.
    pub(super) fn whole(word: &str) -> Option<Self> {
        Self::sounding(word, SOUND_LETTERS_MIN)
    }

    fn sounding(word: &str, least: usize) -> Option<Self> {
        let latin = word.bytes().all(|byte| byte.is_ascii_lowercase());
        if !latin || !(least..=LETTERS_MAX).contains(&word.len()) {
            return None;
        }
        let slips = match word.len() {
            0..TYPO_LETTERS_MIN => 0,
            TYPO_LETTERS_MIN..TWO_TYPOS_LETTERS => 1,
            _ => 2,
        };
        let mut sounds = sounds(word.as_bytes());
        sounds.retain(|sound| sound.len() >= least);
        let mut heard = vec![heard(word.as_bytes()), heard_to_the_end(word.as_bytes())];
        heard.extend(by_ear(word).map(|word| super::heard::heard(word.as_bytes())));
        heard.dedup();
        heard.retain(|sound| sound.len() >= least);
        Some(Self { word: word.to_owned(), letters: letter_set(word.as_bytes()), slips, sounds, heard, elided: None })
    }

    /// The word.
    pub(super) fn word(&self) -> &str {
        &self.word
    }

    /// The same without what may be elided: the word is one that people write.
    pub(super) fn as_whole(&self) -> Self {
        Self { elided: None, ..self.clone() }
    }

    /// How words begin that have something elided before this one, without its apostrophe: `jarrive` for `arrive`.
    pub(super) fn elided_beginnings(&self) -> Vec<String> {
        let first =
            self.word.get(..1).filter(|_| self.word.len() >= ELIDED_LETTERS_MIN && begins_with_vowel(&self.word));
        first
            .into_iter()
            .flat_map(|first| ELIDED_IN_TEXTS.iter().map(move |elided| format!("{elided}{first}")))
            .collect()
    }

    /// Whether a word of the dictionary is this one, or sounds so, behind something elided.
    pub(super) fn is_elided_in(&self, word: &str) -> bool {
        let is_left =
            |rest: &str| rest == self.word || self.heard.iter().any(|sound| sounds_as(rest.as_bytes(), sound));
        ELIDED_IN_TEXTS.iter().any(|elided| word.strip_prefix(elided).is_some_and(is_left))
    }

    /// How words with a slip begin.
    pub(super) fn typo_beginnings(&self) -> Vec<String> {
        let own = if self.slips == 0 { None } else { self.word.chars().next().map(String::from) };
        own.into_iter().chain(self.elided.iter().map(|rest| rest.word.clone())).collect()
    }

    /// How words that sound alike begin.
    pub(super) fn sound_beginnings(&self) -> Vec<String> {
        let wolof = self.sounds.iter().filter_map(|sound| sound.first()).flat_map(|first| spellings_of(*first));
        let french = self.heard.iter().filter_map(|sound| sound.first()).flat_map(|first| first_letters(*first));
        let own = self.sounds.first().and_then(|_| self.word.get(..1));
        let mut all: Vec<String> = wolof.chain(french).copied().chain(own).map(str::to_owned).collect();
        all.extend(self.elided.iter().flat_map(|rest| rest.sound_beginnings()));
        all.sort_unstable();
        // What another one begins with is walked with it.
        all.dedup_by(|longer, shorter| longer.starts_with(shorter.as_str()));
        all
    }

    /// Whether a word of the dictionary differs by a slip: a letter too many, too few or wrong, or two swapped.
    pub(super) fn is_typo(&self, word: &str) -> bool {
        if self.elided.as_ref().is_some_and(|rest| rest.word == word) {
            return true;
        }
        let (mine, other) = (self.word.as_bytes(), word.as_bytes());
        self.slips > 0
            && mine.first() == other.first()
            && other.len() >= TYPO_LETTERS_MIN
            && other.len().abs_diff(mine.len()) <= self.slips
            && mine != other
            && other.iter().all(u8::is_ascii_lowercase)
            && usize::try_from((letter_set(other) ^ self.letters).count_ones()).is_ok_and(|n| n <= 2 * self.slips)
            && distance(mine, other) <= self.slips
    }

    /// Whether a word of the dictionary sounds alike.
    pub(super) fn is_sound_alike(&self, word: &str) -> bool {
        let is_comparable = word.len() <= LETTERS_MAX
            && word.len() <= 3 * self.word.len()
            && self.word.len() <= 3 * word.len()
            && word != self.word
            && word.bytes().all(|byte| byte.is_ascii_lowercase());
        let is_heard = || self.heard.iter().any(|sound| sounds_as(word.as_bytes(), sound));
        let is_wolof = || {
            self.begins_alike(word.as_bytes())
                && sounds(word.as_bytes()).iter().any(|sound| self.sounds.contains(sound))
        };
        (is_comparable && (is_heard() || is_wolof()))
            || self.elided.as_ref().is_some_and(|rest| rest.is_sound_alike(word))
    }

    /// Whether all sounds but the last are the same, which what ends a word may change. Most words differ early.
    fn begins_alike(&self, word: &[u8]) -> bool {
        let is_alike = |word: &[u8], double_o: u8| {
            self.sounds.iter().any(|sound| {
                let wanted = sound.split_last().map_or(&[][..], |(_, wanted)| wanted);
                let mut said = Said { rest: word, double_o, before: 0 };
                wanted.iter().all(|letter| said.next() == Some(*letter))
            })
        };
        is_alike(word, b'u') || is_alike(word, b'o') || with_k(word).is_some_and(|word| is_alike(&word, b'u'))
    }
}

/// What stands after something elided whose apostrophe is missing.
fn after_elision(word: &str) -> Option<&str> {
    let rest = ELIDED.iter().find_map(|elided| word.strip_prefix(elided).filter(|rest| begins_with_vowel(rest)))?;
    (rest.len() >= ELIDED_LETTERS_MIN).then_some(rest)
}

fn begins_with_vowel(word: &str) -> bool {
    word.starts_with(['a', 'e', 'i', 'o', 'u', 'y', 'h'])
}

/// A word with y for -ill- between vowels, or the other way round: `tayeur` and `tailleur`.
fn by_ear(word: &str) -> Option<String> {
    let between = |written: &'static str, other: &str| {
        let found = ["a", "e"].into_iter().find_map(|vowel| {
            let at = word.find(&format!("{vowel}{written}"))? + 1;
            is_vowel(word.as_bytes().get(at + written.len())).then_some(at)
        })?;
        Some(format!("{}{other}{}", word.get(..found)?, word.get(found + written.len()..)?))
    };
    between("y", "ill").or_else(|| between("ill", "y"))
}

/// One bit for each letter that occurs.
fn letter_set(word: &[u8]) -> u32 {
    word.iter().fold(0, |set, letter| set | 1_u32.checked_shl(u32::from(letter.wrapping_sub(b'a'))).unwrap_or(0))
}

/// Optimal string alignment: insertions, deletions, replacements and swaps of neighbours.
fn distance(one: &[u8], other: &[u8]) -> usize {
    let width = other.len() + 1;
    let mut before: Vec<usize> = vec![0; width];
    let mut last: Vec<usize> = (0..width).collect();
    let mut row = vec![0; width];
    let mut left_letter = None;
    for (at, letter) in one.iter().enumerate() {
        let mut left = at + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        let mut other_before = None;
        for (place, other_letter) in other.iter().enumerate() {
            let cell = |cells: &[usize], at: usize| cells.get(at).copied().unwrap_or(usize::MAX);
            let replaced = cell(&last, place) + usize::from(letter != other_letter);
            let mut best = replaced.min(left + 1).min(cell(&last, place + 1) + 1);
            if place > 0 && other_before == Some(letter) && left_letter == Some(other_letter) {
                best = best.min(cell(&before, place - 1) + 1);
            }
            if let Some(here) = row.get_mut(place + 1) {
                *here = best;
            }
            left = best;
            other_before = Some(other_letter);
        }
        left_letter = Some(letter);
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    last.last().copied().unwrap_or(0)
}

/// How words whose sound begins so are written.
const fn spellings_of(first: u8) -> &'static [&'static str] {
    match first {
        b'c' => &["c", "th", "ti", "tc"],
        b'j' => &["j", "d"],
        b'n' => &["n", "g"],
        b'x' => &["x", "k"],
        b'f' => &["f", "ph"],
        b'k' => &["k", "q", "c"],
        b'w' => &["w", "o"],
        b'u' => &["u", "o"],
        b'o' => &["o"],
        b'e' => &["e"],
        b'i' => &["i", "y"],
        b's' => &["s", "z"],
        _ => &[],
    }
}

const fn is_vowel(letter: Option<&u8>) -> bool {
    matches!(letter, Some(b'a' | b'e' | b'i' | b'o' | b'u' | b'y'))
}

/// How a folded word sounds to somebody who writes Wolof or French by ear: `ceeb` and `thiep`, `waxtaan` and `wakhtane`,
/// `dieureudieuf` and `jërëjëf`. Two ways when `oo` may be a long o or an English u.
fn sounds(word: &[u8]) -> Vec<Vec<u8>> {
    let mut all = vec![sound(word, b'u')];
    if word.windows(2).any(|pair| pair == b"oo") {
        all.push(sound(word, b'o'));
    }
    all.extend(with_k(word).map(|word| sound(&word, b'u')));
    all
}

/// A word with k for each c that is one in French: Coumba, Boubacar.
fn with_k(word: &[u8]) -> Option<Vec<u8>> {
    let is_hard = |at: usize| {
        word.get(at) == Some(&b'c')
            && !matches!(word.get(at + 1), Some(b'e' | b'i' | b'y' | b'h' | b'c'))
            && word.get(at.wrapping_sub(1)) != Some(&b't')
    };
    (0..word.len()).any(is_hard).then(|| {
        let letter = |(at, letter): (usize, &u8)| if is_hard(at) { b'k' } else { *letter };
        word.iter().enumerate().map(letter).collect()
    })
}

fn sound(word: &[u8], double_o: u8) -> Vec<u8> {
    let mut out: Vec<u8> = Said { rest: word, double_o, before: 0 }.collect();
    if out.len() > 1 && out.last() == Some(&b'e') {
        out.pop();
    }
    if let Some(last) = out.last_mut() {
        *last = match *last {
            b'b' => b'p',
            b'd' => b't',
            b'g' => b'k',
            letter => letter,
        };
    }
    out
}

/// The sounds of a word one after the other, doubled ones once.
struct Said<'a> {
    rest: &'a [u8],
    double_o: u8,
    before: u8,
}

impl Iterator for Said<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        loop {
            let (said, length) = first_sound(self.rest, self.double_o)?;
            self.rest = self.rest.get(length..).unwrap_or_default();
            if said != self.before {
                self.before = said;
                return Some(said);
            }
        }
    }
}

/// The first sound of what is left of a word, and its letters.
fn first_sound(rest: &[u8], double_o: u8) -> Option<(u8, usize)> {
    let vowel_at = |at: usize| is_vowel(rest.get(at));
    Some(match rest {
        [] => return None,
        [b't', b'c', b'h', ..] => (b'c', 3),
        [b't', b'h', b'i', ..] if vowel_at(3) => (b'c', 3),
        [b't', b'h', ..] => (b'c', 2),
        [b't', b'i', ..] if vowel_at(2) => (b'c', 2),
        [b'd', b'j', ..] => (b'j', 2),
        [b'd', b'i', ..] if vowel_at(2) => (b'j', 2),
        [b'g', b'n', ..] | [b'n', b'y', ..] => (b'n', 2),
        [b'n', b'i', ..] if vowel_at(2) => (b'n', 2),
        [b'k', b'h', ..] => (b'x', 2),
        [b'p', b'h', ..] => (b'f', 2),
        [b'q', b'u', ..] => (b'k', 2),
        [b'q', ..] => (b'k', 1),
        [b'g', b'u', b'e' | b'i' | b'y', ..] => (b'g', 2),
        [b'o', b'u', b'a' | b'e' | b'i' | b'o', ..] => (b'w', 2),
        [b'o', b'u', ..] => (b'u', 2),
        [b'o', b'o', ..] => (double_o, 2),
        [b'e', b'u', ..] => (b'e', 2),
        [b'y', ..] => (b'i', 1),
        [b'z', ..] => (b's', 1),
        [letter, ..] => (*letter, 1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips() {
        let is_typo = |asked: &str, word: &str| NearWord::of(asked).is_some_and(|near| near.is_typo(word));
        for (asked, word) in [
            ("whatsapp", "whatshapp"),
            ("whatsapp", "whatapps"),
            ("whatsapp", "whatsahpp"),
            ("instagram", "intagram"),
            ("twitter", "twitrer"),
            ("business", "bussiness"),
            ("livrason", "livraison"),
            ("bazin", "basin"),
            ("chut", "chat"),
            ("boutuqie", "boutique"),
            ("commende", "commande"),
        ] {
            assert!(is_typo(asked, word), "{asked} {word}");
            assert!(is_typo(word, asked), "{word} {asked}");
        }
        for (asked, word) in [
            ("pain", "main"),
            ("pain", "peint"),
            ("mode", "modele"),
            ("oui", "oui"),
            ("oui", "ouf"),
            ("les", "les"),
            ("robe", "robe"),
            ("robe", "robotique"),
            ("client", "clement"),
            ("rue", "rues"),
        ] {
            assert!(!is_typo(asked, word), "{asked} {word}");
        }
        for (one, other, expected) in
            [("", "ab", 2), ("abc", "acb", 1), ("abcd", "abcd", 0), ("ca", "abc", 3), ("kitten", "sitting", 3)]
        {
            assert_eq!(distance(one.as_bytes(), other.as_bytes()), expected, "{one} {other}");
        }
    }

    #[test]
    fn words_that_sound_alike() {
        let alike = |one: &str, other: &str| NearWord::of(one).is_some_and(|near| near.is_sound_alike(other));
        for (one, other) in [
            ("jerejef", "dieureudieuf"),
            ("niata", "naata"),
            ("bakh", "baax"),
            ("wakhtane", "waxtaan"),
            ("ceeb", "thiep"),
            ("ceeb", "thieb"),
            ("beug", "begg"),
            ("beugue", "begg"),
            ("mustafa", "moustapha"),
            ("khaliss", "xaalis"),
            ("diop", "joob"),
            ("diop", "diope"),
            ("ndiaye", "njaay"),
            ("thiam", "caam"),
            ("gueye", "gey"),
            ("sene", "seen"),
            ("toure", "ture"),
            ("gning", "nink"),
            ("khady", "xadi"),
            ("ousmane", "usman"),
            ("ouakam", "wakam"),
            ("toubab", "tubaap"),
            ("deuk", "dekk"),
            ("ndogou", "ndogu"),
            ("niom", "noom"),
            ("tiakhane", "caaxaan"),
            ("adji", "aji"),
            ("zeynabou", "seynabou"),
            ("kumba", "coumba"),
            ("bubakar", "boubacar"),
        ] {
            assert!(alike(one, other), "{one} {other}");
            assert!(alike(other, one), "{other} {one}");
        }
        for (one, other) in
            [("livrezon", "livraison"), ("kado", "cadeau"), ("kestion", "questions"), ("tayeur", "tailleur")]
        {
            assert!(alike(one, other), "{one} {other}");
            assert!(alike(other, one), "{other} {one}");
        }
        for (one, other) in [("pain", "peint"), ("def", "robe"), ("robe", "roue"), ("mode", "modele"), ("eau", "oeau")]
        {
            assert!(!alike(one, other), "{one} {other}");
        }
        // An apostrophe that was not typed.
        for (one, other) in [("jattends", "attends"), ("jaten", "attends"), ("larticle", "article")] {
            let near = NearWord::of(one).unwrap();
            assert!(near.is_typo(other) || near.is_sound_alike(other), "{one} {other}");
            assert!(!near.as_whole().is_typo(other) && !near.as_whole().is_sound_alike(other), "{one} {other}");
        }
        for (one, other) in [("bah", "ba"), ("ba", "bah"), ("sy", "si"), ("zoe", "zo")] {
            assert!(NearWord::of_name(one).is_some_and(|near| near.is_sound_alike(other)), "{one} {other}");
        }
        assert!(!NearWord::of_name("ba").unwrap().is_sound_alike("bo"));
        for (one, other) in [("arrive", "jarrive"), ("attends", "jaten"), ("article", "larticle")] {
            let near = NearWord::of(one).unwrap();
            assert!(near.is_elided_in(other) && !near.is_elided_in(one), "{one} {other}");
            assert!(near.elided_beginnings().iter().any(|start| other.starts_with(start)), "{one} {other}");
        }
        assert!(!NearWord::of("ombre").unwrap().is_elided_in("sombre"));
        assert!(NearWord::of("42").is_none() && NearWord::of("un").is_none() && NearWord::of("سلام").is_none());
    }

    proptest::proptest! {
        #[test]
        fn words_that_sound_alike_begin_as_told(one in "[abcdghijknopqstuwxyef]{3,7}", other in "[abcdghijknopqstuwxyef]{3,7}") {
            let near = NearWord::of(&one).unwrap();
            if near.is_sound_alike(&other) {
                let beginnings = near.sound_beginnings();
                proptest::prop_assert!(beginnings.iter().any(|start| other.starts_with(start.as_str())), "{} {} {:?}", one, other, beginnings);
            }
            if near.is_typo(&other) {
                proptest::prop_assert!(near.typo_beginnings().iter().any(|start| other.starts_with(start.as_str())));
            }
        }
    }
}
