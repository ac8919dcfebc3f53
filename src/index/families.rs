//! Forms of one word that its French stem does not bring together: irregular words and French endings from lists, and
//! English endings.

use std::collections::HashMap;
use std::sync::LazyLock;

/// One family a line.
const FAMILIES: &str = include_str!("families.txt");
/// Ways in which French words change their endings.
const INFLECTIONS: &str = include_str!("inflections.txt");
/// Words that look like forms of others.
const LOOKALIKES: &str = include_str!("lookalikes.txt");
/// Fewest letters of an English word without its ending.
const ENGLISH_LETTERS_MIN: usize = 4;

static KNOWN: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let mut known: HashMap<&str, Vec<&str>> = HashMap::new();
    for line in FAMILIES.lines().filter(|line| !line.starts_with('#')) {
        // What stands behind the bar is another word as well.
        let telling = line.split(" |").next().unwrap_or_default();
        for word in telling.split(' ').filter(|word| !word.is_empty()) {
            known.entry(word).or_default().push(line);
        }
    }
    known
});

/// Fewest letters of a verb's form before which `re-` or `dé-` stands.
const VERB_LETTERS_MIN: usize = 4;

/// Words that end like forms of others and are none: `avenue` is no form of `avenir`.
const ALONE: &[&str] =
    &["avenue", "avenues", "enfer", "parent", "parents", "mais", "mois", "sans", "dans", "chez", "fils"];

/// Words that share a stem with others and nothing else (leather is not cooked, a port carries nothing), each with its line.
static UNSTEMMED: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = LOOKALIKES.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(|line| line.split(' ').map(move |word| (word, line))).collect()
});

/// Whether a word has no forms but those that stand beside it in the list.
pub(super) fn is_unstemmed(word: &str) -> bool {
    UNSTEMMED.contains_key(word)
}

/// Endings of the second kind of verbs and of adjectives, which one stem has both: what is `fine` is not `fini`.
const ENDINGS_OF_VERBS: &[&str] = &[
    "i", "is", "it", "ir", "ira", "irai", "iras", "irez", "iront", "irait", "irais", "issez", "issent", "issait",
    "issant",
];
/// The same, and of nouns made of longer stems: `malade` and `maladie`.
const ENDINGS_OF_SHORT_VERBS: &[&str] = &["ie", "ies"];
/// How stems end of verbs in -ir that have -e as others do: `ouvre`, `offre`, `cueille`.
const STEMS_OF_BOTH: &[&str] = &["ouvr", "ffr", "ueill"];
/// Most letters of a short stem.
const SHORT_STEM_MAX: usize = 4;

/// Whether two words that share a stem may be forms of one word, by what each has besides.
pub(super) fn may_be_one(stem: &str, one: &str, other: &str) -> bool {
    let ending =
        |word: &'_ str| word.get(stem.len()..).filter(|_| word.starts_with(stem)).unwrap_or_default().to_owned();
    let (one, other) = (ending(one), ending(other));
    if STEMS_OF_BOTH.iter().any(|end| stem.ends_with(end)) {
        return true;
    }
    let is_plain = |ending: &str| matches!(ending, "e" | "es");
    let is_verb = |ending: &str| {
        ENDINGS_OF_VERBS.contains(&ending) || (stem.len() <= SHORT_STEM_MAX && ENDINGS_OF_SHORT_VERBS.contains(&ending))
    };
    let differ = |one: &str, other: &str| is_plain(one) && is_verb(other);
    !differ(&one, &other) && !differ(&other, &one)
}

static PARADIGMS: LazyLock<Vec<Paradigm>> =
    LazyLock::new(|| INFLECTIONS.lines().filter(|line| !line.starts_with('#')).filter_map(Paradigm::read).collect());

/// Other forms of a folded word; many of them nobody ever wrote.
pub(super) fn forms(word: &str) -> Vec<String> {
    if let Some(line) = UNSTEMMED.get(word) {
        return line.split(' ').filter(|form| *form != word).map(str::to_owned).collect();
    }
    let lines = || KNOWN.get(word).into_iter().flatten();
    let mut forms: Vec<String> = lines().flat_map(|line| line.split([' ', '|'])).map(str::to_owned).collect();
    forms.extend(repeated(word));
    // A noun finds its verb in all its forms: `expédition` finds `expédiés`.
    let verbs =
        lines().filter_map(|line| line.split(' ').next()).filter(|first| *first != word && first.ends_with("er"));
    forms.extend(verbs.flat_map(|verb| PARADIGMS.iter().flat_map(move |paradigm| paradigm.forms(verb))));
    if word.bytes().all(|byte| byte.is_ascii_lowercase()) && !ALONE.contains(&word) {
        forms.extend(PARADIGMS.iter().flat_map(|paradigm| paradigm.forms(word)));
        forms.extend(plural_after_vowel(word));
        for base in english_bases(word) {
            forms.extend(english_forms(&base));
        }
    }
    forms.sort_unstable();
    forms.dedup();
    forms.retain(|form| form != word && !form.is_empty() && !ALONE.contains(&form.as_str()) && !is_unstemmed(form));
    forms
}

/// What verbs of the list give with what says that it is done again, or undone: `recoudre`, `racheter`, `défaire`.
fn repeated(word: &str) -> Vec<String> {
    let of = |prefix: &'static str| {
        let base = word.strip_prefix(prefix).filter(|base| base.len() >= VERB_LETTERS_MIN);
        let lines = base.and_then(|base| KNOWN.get(base)).into_iter().flatten();
        let verbs = lines.filter(|line| {
            line.split(' ').next().is_some_and(|first| ["er", "ir", "re"].iter().any(|ending| first.ends_with(ending)))
        });
        verbs
            .flat_map(|line| line.split([' ', '|']))
            .filter(|form| !form.is_empty())
            .map(move |form| format!("{prefix}{form}"))
            .collect::<Vec<_>>()
    };
    ["re", "r", "de"].into_iter().flat_map(of).collect()
}

/// Words that change their endings in one way: verbs of a kind, adjectives of a kind.
struct Paradigm {
    /// How what stands before the endings must end; anything when empty.
    roots: Vec<&'static str>,
    /// Fewest letters of it.
    least: usize,
    /// Endings that tell such a word.
    telling: Vec<&'static str>,
    /// Endings that other words have too.
    others: Vec<&'static str>,
}

impl Paradigm {
    fn read(line: &'static str) -> Option<Self> {
        let (telling, others) = line.split_once(" |").unwrap_or((line, ""));
        let mut told = telling.split(' ').filter(|word| !word.is_empty());
        let roots = told.next()?.split(',').filter(|root| *root != "-").collect();
        let least = told.next()?.parse().ok()?;
        let ending = |word: &'static str| if word == "." { "" } else { word };
        let others = others.split(' ').filter(|word| !word.is_empty()).map(ending).collect();
        Some(Self { roots, least, telling: told.map(ending).collect(), others })
    }

    /// All forms of the word that this one is a form of; none when it is not one of these.
    fn forms(&self, word: &str) -> impl Iterator<Item = String> {
        let is_root = |root: &&str| {
            root.len() >= self.least && (self.roots.is_empty() || self.roots.iter().any(|end| root.ends_with(end)))
        };
        let root = self.telling.iter().filter_map(|ending| word.strip_suffix(ending)).find(is_root).map(str::to_owned);
        root.into_iter()
            .flat_map(|root| self.telling.iter().chain(&self.others).map(move |ending| format!("{root}{ending}")))
    }
}

/// `photos` without its s; the stem keeps it after a vowel. Short words (`mais`, `mois`) are words of their own.
fn plural_after_vowel(word: &str) -> Option<String> {
    let root = word.strip_suffix('s')?;
    let least = match root.as_bytes() {
        [.., b'a' | b'o', b'i'] => 5,
        [.., b'a' | b'i' | b'o' | b'u'] => 4,
        _ => return None,
    };
    (root.len() >= least && root != "pari").then(|| root.to_owned())
}

/// What the word can be without its English ending.
fn english_bases(word: &str) -> Vec<String> {
    let mut bases = vec![word.to_owned()];
    // Of -es after a hiss no French word is made: three letters are enough.
    bases.extend(word.strip_suffix("es").filter(|root| root.len() > 2 && ends_in_hiss(root)).map(str::to_owned));
    let mut add = |base: String| {
        if base.len() >= ENGLISH_LETTERS_MIN {
            bases.push(base);
        }
    };
    if let Some(root) = word.strip_suffix("ies").or_else(|| word.strip_suffix("ied")) {
        add(format!("{root}y"));
    } else if let Some(root) = word.strip_suffix('s').filter(|root| !root.ends_with(['s', 'u', 'i'])) {
        add(root.to_owned());
    }
    for ending in ["ed", "ing"] {
        let Some(root) = word.strip_suffix(ending) else { continue };
        add(root.to_owned());
        add(format!("{root}e"));
        add(undoubled(root).unwrap_or_default());
    }
    bases
}

fn ends_in_hiss(root: &str) -> bool {
    ["ss", "us", "x", "z", "ch", "sh"].iter().any(|ending| root.ends_with(ending))
}

/// `shipp` is `ship`.
fn undoubled(root: &str) -> Option<String> {
    let (start, last) = (root.get(..root.len().checked_sub(1)?)?, root.bytes().last()?);
    (start.bytes().last() == Some(last) && !b"aeioulsz".contains(&last)).then(|| start.to_owned())
}

/// A word with English endings.
fn english_forms(base: &str) -> Vec<String> {
    if base.len() < 3 {
        return Vec::new();
    }
    let plural = if ends_in_hiss(base) { format!("{base}es") } else { format!("{base}s") };
    // Short French words in -ai and -oi have no plural that is not another word: mai, moi, soi.
    let is_short = base.len() < 5 && ["ai", "oi"].iter().any(|end| base.ends_with(end));
    let is_plural = base.ends_with('s') && !ends_in_hiss(base);
    let mut forms = if is_short || is_plural { Vec::new() } else { vec![base.to_owned(), plural] };
    let vowel_before_y =
        base.len() >= 2 && base.get(base.len() - 2..).is_some_and(|end| end.starts_with(['a', 'e', 'o', 'u']));
    match base.strip_suffix('y') {
        Some(root) if !vowel_before_y => forms.extend([format!("{root}ies"), format!("{root}ied")]),
        _ => {}
    }
    if let Some(root) = base.strip_suffix('e') {
        forms.extend([format!("{root}ed"), format!("{root}ing")]);
    } else {
        forms.extend([format!("{base}ed"), format!("{base}ing")]);
        if let Some(last) = base.chars().last().filter(|last| !"aeiouwxys".contains(*last)) {
            forms.extend([format!("{base}{last}ed"), format!("{base}{last}ing")]);
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_and_english_endings() {
        let same = |one: &str, other: &str| forms(one).iter().any(|form| form == other);
        for (one, other) in [
            ("vendu", "vendre"),
            ("nouvelle", "nouveau"),
            ("recu", "recevoir"),
            ("orders", "order"),
            ("ordered", "ordering"),
            ("delivery", "deliveries"),
            ("delivered", "deliver"),
            ("dresses", "dress"),
            ("shipped", "shipping"),
            ("shipped", "ship"),
            ("price", "priced"),
            ("paid", "payment"),
            ("boxes", "box"),
            ("peint", "peindre"),
            ("jointes", "joignez"),
            ("produit", "produire"),
            ("conduite", "conduisez"),
            ("descendu", "descendre"),
            ("confondues", "confondre"),
            ("petit", "petites"),
            ("parfaite", "parfait"),
            ("blanche", "blancs"),
            ("sec", "seche"),
            ("sportif", "sportives"),
            ("leger", "legeres"),
            ("meilleur", "meilleures"),
            ("livrer", "livrons"),
            ("expedition", "expedier"),
            ("manger", "mangeons"),
            ("ouvrir", "ouvrons"),
            ("oublier", "oubliee"),
            ("expediez", "expedier"),
            ("prevenu", "previens"),
            ("permettre", "permettez"),
            ("recevoir", "recoivent"),
            ("nettoyer", "nettoie"),
            ("appeler", "appelle"),
            ("etiqueter", "etiquette"),
            ("reconnaitre", "reconnu"),
        ] {
            assert!(same(one, other), "{one} {other}");
            assert!(same(other, one), "{other} {one}");
        }
        for (one, other) in [
            ("mode", "modele"),
            ("pain", "peint"),
            ("rouge", "roue"),
            ("bras", "bra"),
            ("bus", "bu"),
            ("nuit", "nuire"),
            ("monde", "mondre"),
        ] {
            assert!(!same(one, other), "{one} {other}");
        }
        assert!(forms("سلام").is_empty());
    }

    #[test]
    fn forms_that_are_other_words_lead_nowhere() {
        let same = |one: &str, other: &str| forms(one).iter().any(|form| form == other);
        // One way only: what they find is other words as well.
        for (typed, found, not_back) in [
            ("parler", "parlent", "parle"),
            ("expedition", "expediees", ""),
            ("promettre", "promis", ""),
            ("emplois", "emploi", ""),
            ("photos", "photo", ""),
            ("lire", "lues", ""),
        ] {
            assert!(same(typed, found), "{typed} {found}");
            assert!(not_back.is_empty() || !same(found, not_back), "{found} {not_back}");
        }
        for (typed, other) in [
            ("carte", "cartons"),
            ("cartons", "cartes"),
            ("jupe", "jupons"),
            ("mai", "mais"),
            ("moi", "mois"),
            ("mois", "moi"),
            ("avenue", "avenir"),
            ("enfer", "enfant"),
            ("cours", "courses"),
            ("courses", "cours"),
            ("cher", "chez"),
            ("dan", "dans"),
            ("vite", "vit"),
            ("note", "not"),
            ("retraite", "retrouve"),
            ("lire", "lit"),
            ("plaire", "plus"),
            ("maintient", "maintenant"),
            ("entreprendre", "entre"),
        ] {
            assert!(!same(typed, other), "{typed} {other}");
        }
    }

    #[test]
    fn families_are_folded() {
        for line in FAMILIES.lines().filter(|line| !line.starts_with('#')) {
            for word in line.split(" |").flat_map(|part| part.split(' ')) {
                assert_eq!(crate::index::fold::fold(word), word, "{line}");
            }
        }
    }

    #[test]
    fn lookalikes_find_those_beside_them_alone() {
        let lines = LOOKALIKES.lines().filter(|line| !line.starts_with('#'));
        let words: Vec<&str> = lines.flat_map(|line| line.split(' ')).collect();
        for word in &words {
            assert_eq!(crate::index::fold::fold(word), *word);
            assert_eq!(words.iter().filter(|other| *other == word).count(), 1, "{word}");
        }
        assert_eq!(forms("francs"), ["franc", "franche", "franches"]);
        assert!(forms("mars").is_empty());
        assert!(!forms("positionner").iter().any(|form| form == "position"));
    }

    #[test]
    fn what_is_fine_is_not_finished() {
        for (stem, one, other) in [("fin", "fine", "fini"), ("sort", "sorte", "sortir"), ("mar", "mare", "marie")] {
            assert!(!may_be_one(stem, one, other) && !may_be_one(stem, other, one), "{one} {other}");
        }
        for (stem, one, other) in [
            ("rob", "robe", "robes"),
            ("ouvr", "ouvre", "ouvrir"),
            ("malad", "malade", "maladie"),
            ("sport", "sport", "sportif"),
            ("pun", "puni", "punir"),
        ] {
            assert!(may_be_one(stem, one, other) && may_be_one(stem, other, one), "{one} {other}");
        }
    }

    #[test]
    fn verbs_of_the_list_are_done_again_and_undone() {
        let same = |one: &str, other: &str| forms(one).iter().any(|form| form == other);
        for (one, other) in [("recoudre", "recoud"), ("racheter", "rachete"), ("defaire", "defait"), ("relire", "relu")]
        {
            assert!(same(one, other), "{one} {other}");
        }
        assert!(!same("repas", "passer") && !same("regle", "gler"));
        assert!(!same("rebelle", "rebeau"));
    }
}
