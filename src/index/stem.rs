//! French stems of folded words: endings repaired after folding, then Snowball's algorithm.

use tantivy::tokenizer::{Language, RawTokenizer, Stemmer, TextAnalyzer};

/// Words up to this many letters keep their form.
pub(super) const UNSTEMMED_LETTERS_MAX: usize = 3;

/// Words that only look like forms of verbs.
const ALONE: &[&str] = &["maintenant", "cependant", "pourtant", "commandant", "commandants", "mari", "maris"];

/// Stems words; not cheap, so callers keep what it says.
pub(super) struct FrenchStemmer(TextAnalyzer);

impl FrenchStemmer {
    pub(super) fn new() -> Self {
        Self(TextAnalyzer::builder(RawTokenizer::default()).filter(Stemmer::new(Language::French)).build())
    }

    /// The stem of a folded word; the word itself when it is short or holds anything but Latin letters.
    pub(super) fn stem(&mut self, word: &str) -> String {
        if word.len() <= UNSTEMMED_LETTERS_MAX || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return word.to_owned();
        }
        // No French word that changes its ending begins with x; Wolof ones do: xale, xalis, xarit.
        if ALONE.contains(&word) || word.starts_with('x') {
            return word.to_owned();
        }
        if let Some(stem) = agent(word) {
            return stem;
        }
        let repaired = repair(word);
        if let Some(verb) = action(&repaired).map(|root| format!("{root}er")) {
            let stem = self.snowball(&verb);
            // What keeps its ending was no verb.
            if stem != verb {
                return stem;
            }
        }
        self.snowball(&repaired)
    }

    fn snowball(&mut self, word: &str) -> String {
        let mut stream = self.0.token_stream(word);
        let mut stem = String::new();
        while stream.advance() {
            stem.push_str(&stream.token().text);
        }
        drop(stream);
        if stem.is_empty() { word.to_owned() } else { stem }
    }
}

/// `vendeuse` and `vendeur`, `heureuse` and `heureux`, `directrice` and `directeur`, `cheveu` and `cheveux` share a stem
/// in -eu. Words that are too short to have such an ending (`deux`, `peur`, `heure`) are left alone.
fn agent(word: &str) -> Option<String> {
    const ENDINGS: &[(&str, &str, usize)] = &[
        ("trices", "teu", 2),
        ("trice", "teu", 2),
        ("euses", "eu", 3),
        ("euse", "eu", 3),
        ("eurs", "eu", 3),
        ("eur", "eu", 3),
        ("eux", "eu", 2),
        ("eu", "eu", 2),
    ];
    ENDINGS.iter().find_map(|(ending, stem, least)| {
        let root = word.strip_suffix(ending).filter(|root| root.len() >= *least && !root.ends_with('q'))?;
        Some(format!("{root}{stem}"))
    })
}

/// Fewest letters of a verb without its ending whose noun in -age is known by it: shorter ones (`village`, `avantage`)
/// are seldom made of verbs.
const ACTION_LETTERS_MIN: usize = 6;

/// `emballage` is what one does who has to `emballer`: such a noun has the stem of its verb.
fn action(word: &str) -> Option<&str> {
    let root = word.strip_suffix("ages").or_else(|| word.strip_suffix("age"))?;
    (root.len() >= ACTION_LETTERS_MIN && root != "personn").then_some(root)
}

/// What folding took from the endings that Snowball knows by their accents.
fn repair(word: &str) -> String {
    let mut letters: Vec<u8> = word.bytes().collect();
    let vowel = |letter: Option<&u8>| letter.is_some_and(|letter| b"aeiou".contains(letter));
    for at in 1..letters.len() {
        let between = letters.get(at - 1).is_some_and(|letter| b"aou".contains(letter)) && vowel(letters.get(at + 1));
        if let Some(letter) = letters.get_mut(at)
            && *letter == b'y'
            && between
        {
            *letter = b'i';
        }
    }
    let word = String::from_utf8(letters).unwrap_or_else(|_| word.to_owned());
    if let Some(root) = word.strip_suffix("ieres").or_else(|| word.strip_suffix("iere")) {
        return format!("{root}ier");
    }
    if let Some(root) = word.strip_suffix("ees").or_else(|| word.strip_suffix("ee")) {
        return format!("{root}e");
    }
    if word.ends_with("us") && word != "refus" && word != "abus" {
        return word.strip_suffix('s').unwrap_or(&word).to_owned();
    }
    word
}

/// How many letters at the end of a stem its words may lack: some endings are replaced, not cut. `chevaux` has `cheval`,
/// `affreuse` has `affreux`, `absence` has `absent`; `constamment` has `constant`, `application` has `appliqu`.
fn replaced_letters(stem: &str) -> usize {
    match stem.as_bytes() {
        [.., b'q' | b'e', b'u'] | [.., b'n', b't'] => 2,
        [.., b'l' | b'x' | b't'] => 1,
        _ => 0,
    }
}

/// How all words with this stem begin: with its letters, but for those that endings replace. An `i` after a vowel, or at
/// its end, is a `y` in some of them.
pub(super) fn beginnings(stem: &str) -> Vec<String> {
    let kept = stem.len().saturating_sub(replaced_letters(stem)).max(1);
    let mut beginnings = vec![String::new()];
    let mut before = ' ';
    for (at, letter) in stem.chars().take(kept).enumerate() {
        let may_be_y = letter == 'i' && (matches!(before, 'a' | 'o' | 'u') || at + 1 == stem.len());
        let with_y = beginnings.iter().filter(|_| may_be_y).map(|beginning| format!("{beginning}y"));
        let with_y: Vec<String> = with_y.collect();
        for beginning in &mut beginnings {
            beginning.push(letter);
        }
        beginnings.extend(with_y);
        before = letter;
    }
    beginnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_share_a_stem() {
        let mut stemmer = FrenchStemmer::new();
        for family in [
            &["commande", "commandes", "commander", "commandee", "commandees"][..],
            &["payer", "paiement", "paye"],
            &["bijou", "bijoux"],
            &["tissu", "tissus"],
            &["livre", "livrer", "livree", "livrees", "livraient"],
            &["client", "cliente", "clientes"],
            &["francais", "francaise", "francaises"],
            &["senegalais", "senegalaise"],
            &["reserver", "reservations"],
            &["magasin", "magasiner"],
            &["couturier", "couturiere", "couturieres"],
            &["venu", "venus", "venue", "venues"],
            &["vendeur", "vendeurs", "vendeuse", "vendeuses"],
            &["directeur", "directrice", "directrices"],
            &["heureux", "heureuse", "heureuses"],
            &["cheveu", "cheveux"],
            &["lieu", "lieux"],
            &["magasiner", "magasinage"],
            &["emballer", "emballage", "emballages", "emballe"],
            &["nettoyer", "nettoyage"],
            &["repasser", "repassage"],
        ] {
            let stems: Vec<_> = family.iter().map(|word| stemmer.stem(word)).collect();
            assert!(stems.iter().all(|stem| *stem == stems[0]), "{family:?} {stems:?}");
        }
        for (one, other) in [
            ("mode", "modele"),
            ("pain", "peint"),
            ("refus", "refu"),
            ("les", "le"),
            ("peur", "peux"),
            ("deux", "deuil"),
            ("fleur", "fleuve"),
            ("village", "ville"),
            ("avantage", "avant"),
            ("personnage", "personne"),
        ] {
            assert_ne!(stemmer.stem(one), stemmer.stem(other), "{one} {other}");
        }
    }

    #[test]
    fn words_begin_as_their_stems_say() {
        let mut stemmer = FrenchStemmer::new();
        for (word, stem, beginning) in [
            ("chevaux", "cheval", "cheva"),
            ("affreuses", "affreu", "affre"),
            ("adherences", "adherent", "adheren"),
            ("apparemment", "apparent", "appare"),
            ("applications", "appliqu", "appli"),
            ("payees", "pai", "pay"),
            ("robes", "rob", "rob"),
        ] {
            assert_eq!(stemmer.stem(word), stem);
            assert!(beginnings(stem).iter().any(|known| known == beginning || word.starts_with(known)), "{word}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_word_begins_as_its_stem_says(
            root in "[a-z]{1,9}",
            ending in "|s|e|es|ees?|aux|eaux|eux|euses?|ences?|ments?|amment|emment|ivement|ications?|ateurs?|logies?|\
                usions?|utions?|ages?|ieres?|ables?|istes?|iques?|ismes?|ites?|ifs?|ives?|er|ez|ons|ions|ait|aient|asses|y|ys|eur|eurs|eux|trice|trices|eu|ye|\
                yer|yons|us|ette|elle|ier|iere"
        ) {
            let word = format!("{root}{ending}");
            let stem = FrenchStemmer::new().stem(&word);
            proptest::prop_assert!(beginnings(&stem).iter().any(|known| word.starts_with(known)), "{} {}", word, stem);
        }
    }
}
