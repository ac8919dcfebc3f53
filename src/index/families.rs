//! Forms of one word that its French stem does not bring together: irregular words from a list, and English endings.

use std::collections::HashMap;
use std::sync::LazyLock;

/// One family a line.
const FAMILIES: &str = include_str!("families.txt");
/// Fewest letters of an English word without its ending.
const ENGLISH_LETTERS_MIN: usize = 4;

static KNOWN: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let mut known: HashMap<&str, Vec<&str>> = HashMap::new();
    for line in FAMILIES.lines().filter(|line| !line.starts_with('#')) {
        for word in line.split(' ').filter(|word| !word.is_empty()) {
            known.entry(word).or_default().push(line);
        }
    }
    known
});

/// Other forms of a folded word; many of them nobody ever wrote.
pub(super) fn forms(word: &str) -> Vec<String> {
    let mut forms: Vec<String> =
        KNOWN.get(word).into_iter().flatten().flat_map(|line| line.split(' ')).map(str::to_owned).collect();
    if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        forms.extend(VERBS.iter().flat_map(|verb| verb.forms(word)));
        for base in english_bases(word) {
            forms.extend(english_forms(&base));
        }
    }
    forms.sort_unstable();
    forms.dedup();
    forms.retain(|form| form != word && !form.is_empty());
    forms
}

/// French verbs of one kind, whose participle has no stem in common with the rest.
struct Verbs {
    /// Fewest letters before the endings.
    least: usize,
    /// How what is before the endings must end; anything when empty.
    roots: &'static [&'static str],
    /// Ending of the infinitive.
    infinitive: &'static str,
    /// Endings that only such verbs have: words with them are known for one.
    own: &'static [&'static str],
    /// Endings that other words have too.
    others: &'static [&'static str],
}

const VERBS: &[Verbs] = &[
    // peindre, joindre, teindre
    Verbs {
        least: 2,
        roots: &[],
        infinitive: "indre",
        own: &["int", "ints", "inte", "intes", "ignez", "ignons", "ignent", "ignait", "ignant"],
        others: &["ins", "indra", "indrai", "indrez"],
    },
    // conduire, produire, construire
    Verbs {
        least: 3,
        roots: &[],
        infinitive: "uire",
        own: &["uit", "uits", "uite", "uites", "uisez", "uisons", "uisent", "uisait", "uisant"],
        others: &["uis", "uira", "uirai", "uirez"],
    },
    // descendre, correspondre, mordre
    Verbs {
        least: 4,
        roots: &["end", "and", "ond", "erd", "ord"],
        infinitive: "re",
        own: &["u", "ue", "us", "ues"],
        others: &["", "s", "ez", "ons", "ent", "ait", "ais", "ant", "ra", "rai", "rez"],
    },
];

impl Verbs {
    /// All forms of the verb that a word is one of; nothing for other words.
    fn forms(&self, word: &str) -> Vec<String> {
        let is_root = |root: &&str| {
            root.len() >= self.least && (self.roots.is_empty() || self.roots.iter().any(|end| root.ends_with(end)))
        };
        let known = std::iter::once(&self.infinitive).chain(self.own);
        let mut roots = known.filter_map(|ending| word.strip_suffix(ending)).filter(is_root);
        let Some(root) = roots.next() else { return Vec::new() };
        let all = std::iter::once(&self.infinitive).chain(self.own).chain(self.others);
        all.map(|ending| format!("{root}{ending}")).collect()
    }
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
    ["s", "x", "z", "ch", "sh"].iter().any(|ending| root.ends_with(ending))
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
    let mut forms = vec![base.to_owned(), plural];
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
    fn families_are_folded() {
        for line in FAMILIES.lines().filter(|line| !line.starts_with('#')) {
            for word in line.split(' ') {
                assert_eq!(crate::index::fold::fold(word), word, "{line}");
            }
        }
    }
}
