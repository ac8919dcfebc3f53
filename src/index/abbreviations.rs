//! Short forms and words of one meaning: `rdv`, `cmd`, `courriel`. A list of them comes with the program; people add
//! their own.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock};

use super::words::Analysis;

/// The list that comes with the program.
const BUILT_IN: &str = include_str!("abbreviations.txt");
/// Most lines of a person's own list that are read.
const OWN_LINES_MAX: usize = 5_000;

/// Short forms and what they stand for, both ways.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Abbreviations {
    /// Folded words with blanks between them, with what means the same, as written.
    meanings: HashMap<String, Vec<String>>,
    /// Folded short forms, which are no words with endings: `dispos` is no form of `disposer`.
    shorts: HashSet<String>,
}

impl Abbreviations {
    /// Those that come with the program.
    #[must_use]
    pub fn built_in() -> Arc<Self> {
        static LIST: LazyLock<Arc<Abbreviations>> = LazyLock::new(|| Arc::new(Abbreviations::of(BUILT_IN, "")));
        Arc::clone(&LIST)
    }

    /// The text of those that come with the program: what a list looks like.
    #[must_use]
    pub const fn built_in_text() -> &'static str {
        BUILT_IN
    }

    /// Those that come with the program and a person's own, whose short forms take the place of equal ones: `om = ohm` for
    /// `om = Orange Money`; `om =` takes it out. Lines that say nothing are passed over.
    #[must_use]
    pub fn with_own(own: &str) -> Arc<Self> {
        Arc::new(Self::of(BUILT_IN, own))
    }

    fn of(built_in: &str, own: &str) -> Self {
        let own_lines: Vec<Line<'_>> = own.lines().take(OWN_LINES_MAX).filter_map(Line::of).collect();
        let replaced: HashSet<&str> = own_lines
            .iter()
            .filter(|line| line.long.is_some())
            .flat_map(|line| line.short.iter().map(|short| short.key.as_str()))
            .collect();
        let mut list = Self::default();
        for mut line in built_in.lines().filter_map(Line::of) {
            if line.long.is_some() {
                line.short.retain(|short| !replaced.contains(short.key.as_str()));
            }
            list.add(&line);
        }
        for line in &own_lines {
            list.add(line);
        }
        list
    }

    fn add(&mut self, line: &Line<'_>) {
        let Some(long) = &line.long else {
            for one in &line.short {
                self.mean(one, line.short.iter().filter(|other| other.text != one.text));
            }
            return;
        };
        for short in &line.short {
            self.shorts.insert(short.key.clone());
            self.mean(short, long.iter().chain(line.short.iter().filter(|other| other.text != short.text)));
        }
        for meaning in long {
            self.mean(meaning, line.short.iter());
        }
    }

    fn mean<'a>(&mut self, one: &Part<'_>, others: impl Iterator<Item = &'a Part<'a>>) {
        let known = self.meanings.entry(one.key.clone()).or_default();
        for other in others {
            if !known.iter().any(|text| text == other.text) {
                known.push(other.text.to_owned());
            }
        }
    }

    /// Whether these folded words are a short form.
    pub(super) fn is_short(&self, words: &str) -> bool {
        self.shorts.contains(words)
    }

    /// What means the same as these folded words with blanks between them.
    pub(super) fn of_words(&self, words: &str) -> &[String] {
        self.meanings.get(words).map_or(&[], Vec::as_slice)
    }
}

/// Folded words with blanks between them.
fn key(text: &str) -> String {
    let analysis = Analysis::of_words(text);
    let words = analysis.tokens.iter().filter(|token| token.form.is_of_sequence());
    words.map(|token| analysis.term(token)).collect::<Vec<_>>().join(" ")
}

/// One of the forms of a line.
struct Part<'a> {
    text: &'a str,
    key: String,
}

struct Line<'a> {
    short: Vec<Part<'a>>,
    /// Absent when all mean the same.
    long: Option<Vec<Part<'a>>>,
}

impl<'a> Line<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let line = line.trim().trim_start_matches('\u{feff}');
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let parts = |text: &'a str| -> Vec<Part<'a>> {
            let parts = text.split(',').map(str::trim).map(|text| Part { text, key: key(text) });
            parts.filter(|part| !part.key.is_empty()).collect()
        };
        let (short, long) = match line.split_once('=') {
            Some((short, long)) => (parts(short), Some(parts(long))),
            None => (parts(line), None),
        };
        (!short.is_empty()).then_some(Self { short, long })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_and_meanings_find_each_other() {
        let list = Abbreviations::built_in();
        let means = |one: &str, other: &str| list.of_words(&key(one)).iter().any(|text| key(text) == key(other));
        for (one, other) in [
            ("bjr", "bonjour"),
            ("rdv", "rendez-vous"),
            ("om", "orange money"),
            ("svp", "S’il vous plaît"),
            ("courriel", "mail"),
            ("cell", "portable"),
            ("fin de semaine", "week-end"),
            ("cb", "combien"),
            ("cb", "carte bancaire"),
            ("2main", "demain"),
        ] {
            assert!(means(one, other), "{one} {other}");
            assert!(means(other, one), "{other} {one}");
        }
        assert!(!means("combien", "carte bancaire"));
        assert!(list.of_words("robe").is_empty());
    }

    #[test]
    fn own_lists_add_and_replace() {
        let list = Abbreviations::with_own("# mine\nom = ohm\ncb =\nrb, rbe = robe\n=\nboubou, grand boubou\n");
        assert_eq!(list.of_words("om"), ["ohm"]);
        assert!(list.of_words("cb").is_empty());
        assert!(list.of_words("orange money").is_empty());
        assert_eq!(list.of_words("rb"), ["robe", "rbe"]);
        assert_eq!(list.of_words("robe"), ["rb", "rbe"]);
        assert_eq!(list.of_words("boubou"), ["grand boubou"]);
        assert!(list.of_words("bjr").contains(&"bonjour".to_owned()));
    }
}
