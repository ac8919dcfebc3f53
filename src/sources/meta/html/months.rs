//! Words of dates in the languages accounts are kept in. A language is a line of data (`months.tsv`) and nothing else.
//!
//! Words are compared as [`folded`] writes them, so accents, points and capitals do not matter. No word means two
//! things, but for months that differ between languages: those are decided by the page ([`language_of`]), or not read.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;

/// Months by language: a language a line.
const MONTHS: &str = include_str!("months.tsv");

/// Letters that only one of the languages with torn words has; of Croatian, those it shares with Czech.
const LETTERS: [(&str, &str); 3] = [("pl", "ąęłńśźż"), ("cs", "ěřů"), ("hr", "čšžđ")];

/// Longest text that is looked at as a date.
pub const DATE_BYTES_MAX: usize = 96;

/// Fewest of such letters that tell a language.
const LETTERS_MIN: usize = 3;

/// Halves of the day. `_` stands for a blank.
const MORNING: &str = "am a_m rano dopoledne 오전 午前 上午 凌晨 清晨 早上 ص öö sa πμ fm vorm";
const AFTERNOON: &str = "pm p_m po_południu wieczorem 오후 午後 下午 中午 晚上 م ös ch μμ em nachm";

/// Words between the parts of a date that say nothing.
const FILLERS: &str = "at à a le la las lo les de del do da das dos d um uhr om kl klo kello alle ore ora el o os e às as i в \
     г год р о v om. den af på в. στις lúc في على الساعة pukul jam saat tarihinde at. ngày vào 的 에 में u час години min \
     hod godz часа kell klukkan óra plkst val";

/// Offsets of abbreviations that mean one thing only, in minutes. PST, CST, IST and the like mean several.
const ZONES: &[(&str, i32)] = &[
    ("utc", 0),
    ("gmt", 0),
    ("pdt", -420),
    ("mdt", -360),
    ("edt", -240),
    ("wet", 0),
    ("west", 60),
    ("cet", 60),
    ("cest", 120),
    ("eet", 120),
    ("eest", 180),
];

/// What a word in a date means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A month, 1 to 12.
    Month(u32),
    /// Before noon.
    Morning,
    /// After noon.
    Afternoon,
    /// A zone, minutes east of Greenwich.
    Zone(i32),
    /// Nothing.
    Filler,
    /// The number before it is a year, month or day, an hour, minute or second.
    Unit(Unit),
    /// The number after it is a month (Vietnamese).
    MonthFollows,
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Year.
    Year,
    /// Month.
    Month,
    /// Day.
    Day,
    /// Hour.
    Hour,
    /// Minute.
    Minute,
    /// Second.
    Second,
}

const UNITS: &[(Unit, &str)] = &[
    (Unit::Year, "年 년"),
    (Unit::Month, "月 월"),
    (Unit::Day, "日 일"),
    (Unit::Hour, "時 时 시 h"),
    (Unit::Minute, "分 분 min"),
    (Unit::Second, "秒 초 s"),
];

/// Language, number and word of every month.
fn months() -> impl Iterator<Item = (&'static str, u32, String)> {
    let lines = MONTHS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    lines.flat_map(|(language, months)| {
        (1..).zip(months.split('|')).flat_map(move |(number, forms)| {
            forms.split(' ').map(move |form| (language, number, folded(&form.replace('_', " "))))
        })
    })
}

/// Words that are one month in one language and another in another.
static TORN: LazyLock<HashMap<String, Vec<(&'static str, u32)>>> = LazyLock::new(|| {
    let mut words: HashMap<String, Vec<(&'static str, u32)>> = HashMap::new();
    for (language, number, word) in months() {
        words.entry(word).or_default().push((language, number));
    }
    words.retain(|_, meanings| {
        meanings.iter().any(|(_, number)| Some(number) != meanings.first().map(|(_, first)| first))
    });
    words
});

/// Words of months that tell one of the languages with torn words from the others.
static TELLING: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let torn: BTreeSet<&str> = TORN.values().flatten().map(|(language, _)| *language).collect();
    let mut words: HashMap<String, Option<&'static str>> = HashMap::new();
    for (language, _, word) in
        months().filter(|(language, _, word)| torn.contains(language) && !TORN.contains_key(word))
    {
        let known = words.entry(word).or_insert(Some(language));
        *known = known.filter(|known| *known == language);
    }
    words.into_iter().filter_map(|(word, language)| Some((word, language?))).collect()
});

static WORDS: LazyLock<HashMap<String, Meaning>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    for (word, meaning) in listed() {
        words.entry(folded(&word)).or_insert(meaning);
    }
    words
});

/// Every word with its meaning; the first telling of a word counts.
fn listed() -> impl Iterator<Item = (String, Meaning)> {
    let months = months().filter(|(.., word)| !TORN.contains_key(word));
    let list =
        |words: &'static str, meaning| words.split_whitespace().map(move |word| (word.replace('_', " "), meaning));
    months
        .map(|(_, number, word)| (word, Meaning::Month(number)))
        .chain(list(MORNING, Meaning::Morning))
        .chain(list(AFTERNOON, Meaning::Afternoon))
        .chain(UNITS.iter().flat_map(move |(unit, words)| list(words, Meaning::Unit(*unit))))
        .chain(ZONES.iter().map(|(word, offset)| ((*word).to_owned(), Meaning::Zone(*offset))))
        .chain(list("tháng thg", Meaning::MonthFollows))
        .chain(list(FILLERS, Meaning::Filler))
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty())
}

/// Whether a word of a date is a month in several languages, and not the same.
#[must_use]
pub fn is_torn(date: &str) -> bool {
    words_of(date).any(|word| TORN.contains_key(&folded(word)))
}

/// A date with such words written as they are meant in a language; `None` when it has no such month.
#[must_use]
pub fn settled(date: &str, language: &str) -> Option<String> {
    let mut settled = date.to_owned();
    for word in words_of(date) {
        let Some(meanings) = TORN.get(&folded(word)) else { continue };
        let (_, number) = meanings.iter().find(|(known, _)| *known == language)?;
        settled = settled.replacen(word, chrono::Month::try_from(u8::try_from(*number).ok()?).ok()?.name(), 1);
    }
    Some(settled)
}

/// The language among those with torn words in which a page is printed, by the other months of its dates, else by letters that
/// stand in its texts; `None` when they do not tell.
#[must_use]
pub fn language_of(texts: impl Iterator<Item = String>) -> Option<&'static str> {
    let mut months: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut letters: BTreeMap<&'static str, usize> = BTreeMap::new();
    for text in texts {
        if text.len() <= DATE_BYTES_MAX && text.contains(|c: char| c.is_ascii_digit()) {
            for language in words_of(&text).filter_map(|word| TELLING.get(&folded(word))) {
                *months.entry(language).or_default() += 1;
            }
        }
        for letter in text.chars().filter(|c| !c.is_ascii()).flat_map(char::to_lowercase) {
            for (language, _) in LETTERS.iter().filter(|(_, own)| own.contains(letter)) {
                *letters.entry(language).or_default() += 1;
            }
        }
    }
    if letters.contains_key("cs") {
        letters.remove("hr");
    }
    letters.retain(|_, count| *count >= LETTERS_MIN);
    let only = |votes: &BTreeMap<&'static str, usize>| {
        let (first, most) = votes.iter().max_by_key(|(_, count)| **count)?;
        votes.iter().all(|(language, count)| language == first || count * 4 <= *most).then_some(*first)
    };
    if months.is_empty() { only(&letters) } else { only(&months) }
}

/// What a folded word, or two with a blank between them, means.
#[must_use]
pub fn meaning_of(folded: &str) -> Option<Meaning> {
    WORDS.get(folded).copied()
}

/// Lower case without accents and points.
#[must_use]
pub fn folded(word: &str) -> String {
    // Thai, Devanagari and others write vowels as marks.
    let is_accent =
        |c: char| matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}');
    let lower = word.nfkd().filter(|c| *c != '.').flat_map(char::to_lowercase);
    lower.filter(|c| !is_accent(*c)).map(|c| if c == 'ı' { 'i' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_means_two_things() {
        let mut words: HashMap<String, Meaning> = HashMap::new();
        for (word, meaning) in listed() {
            let known = *words.entry(folded(&word)).or_insert(meaning);
            let harmless = meaning == Meaning::Filler;
            assert!(known == meaning || harmless, "{word} is {known:?} and {meaning:?}");
        }
    }

    #[test]
    fn every_language_names_twelve_months() {
        let mut numbers: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        for (language, number, word) in months() {
            numbers.entry(language).or_default().insert(number);
            let meant = TORN.get(&word).map(|meanings| meanings.contains(&(language, number)));
            assert!(meant.unwrap_or_else(|| meaning_of(&word) == Some(Meaning::Month(number))), "{language} {word}");
        }
        assert!(numbers.len() > 80 && numbers.values().all(|numbers| *numbers == (1..=12).collect()), "{numbers:?}");
    }

    #[test]
    fn torn_words_are_decided_by_the_page() {
        let language = |texts: &[&str]| language_of(texts.iter().map(|text| (*text).to_owned()));
        assert!(is_torn("lip 02, 2024 2:43:19 pm") && !is_torn("2 juil. 2024"));
        assert_eq!(language(&["svi 05, 2024 2:55:09 pm", "lip 02, 2024 2:43:19 pm"]), Some("hr"));
        assert_eq!(language(&["sty 05, 2024 2:55:09 pm", "lip 02, 2024 2:43:19 pm"]), Some("pl"));
        assert_eq!(language(&["lip 02, 2024 2:43:19 pm", "Będę jutro, proszę"]), Some("pl"));
        assert_eq!(language(&["lip 02, 2024 2:43:19 pm", "Dobar dan"]), None);
        assert_eq!(settled("lip 02, 2024", "hr").as_deref(), Some("June 02, 2024"));
        assert_eq!(settled("2 lipca 2024", "hr").as_deref(), Some("2 lipca 2024"));
        assert_eq!(settled("lip 02, 2024", "sn"), None);
    }
}
