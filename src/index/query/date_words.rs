//! Words of dates in French and English.

use chrono::Weekday;

use crate::index::fold::{fold_into, is_apostrophe};

/// A unit of calendar time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Day,
    Week,
    Month,
    Year,
}

/// Folded words; digits keep `/`, `-` and `.` between them, `..` is a word of its own, elided articles are cut off.
pub(super) fn plain_words(text: &str) -> Vec<String> {
    let spaced = text.replace("..", " .. ").replace('…', " .. ");
    spaced.split_whitespace().map(plain_word).filter(|word| !word.is_empty()).collect()
}

fn plain_word(word: &str) -> String {
    if word == ".." {
        return word.to_owned();
    }
    let mut letters = word.chars();
    let elided =
        matches!((letters.next(), letters.next()), (Some('l' | 'L' | 'd' | 'D'), Some(mark)) if is_apostrophe(mark));
    let word = if elided { letters.as_str() } else { word };
    let mut plain = String::with_capacity(word.len());
    for letter in word.chars() {
        match letter {
            '/' | '-' | '.' => plain.push(letter),
            _ => fold_into(letter.encode_utf8(&mut [0; 4]), &mut plain),
        }
    }
    let trimmed = plain.trim_matches(['/', '-', '.']).to_owned();
    trimmed.strip_suffix("-ci").map_or(trimmed.clone(), ToOwned::to_owned)
}

/// A number of at most six digits.
pub(super) fn number(word: &str) -> Option<u32> {
    ((1..=6).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())).then(|| word.parse().ok())?
}

/// The month of a name or abbreviation.
pub(super) fn month(word: &str) -> Option<u32> {
    Some(match word {
        "janvier" | "janv" | "jan" | "january" => 1,
        "fevrier" | "fevr" | "fev" | "february" | "feb" => 2,
        "mars" | "march" | "mar" => 3,
        "avril" | "avr" | "april" | "apr" => 4,
        "mai" | "may" => 5,
        "juin" | "june" | "jun" => 6,
        "juillet" | "juil" | "july" | "jul" => 7,
        "aout" | "august" | "aug" => 8,
        "septembre" | "sept" | "sep" | "september" => 9,
        "octobre" | "oct" | "october" => 10,
        "novembre" | "nov" | "november" => 11,
        "decembre" | "dec" | "december" => 12,
        _ => return None,
    })
}

/// The day of the week of a name or abbreviation.
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "lundi" | "lun" | "monday" | "mon" => Weekday::Mon,
        "mardi" | "tuesday" | "tue" => Weekday::Tue,
        "mercredi" | "mer" | "wednesday" | "wed" => Weekday::Wed,
        "jeudi" | "jeu" | "thursday" | "thu" => Weekday::Thu,
        "vendredi" | "ven" | "friday" | "fri" => Weekday::Fri,
        "samedi" | "sam" | "saturday" | "sat" => Weekday::Sat,
        "dimanche" | "dim" | "sunday" | "sun" => Weekday::Sun,
        _ => return None,
    })
}

/// The unit of a name or abbreviation.
pub(super) fn unit(word: &str) -> Option<Unit> {
    Some(match word {
        "j" | "jr" | "jrs" | "jour" | "jours" | "journee" | "d" | "day" | "days" => Unit::Day,
        "s" | "sem" | "semaine" | "semaines" | "w" | "week" | "weeks" => Unit::Week,
        "m" | "mois" | "month" | "months" => Unit::Month,
        "a" | "an" | "ans" | "annee" | "annees" | "y" | "year" | "years" => Unit::Year,
        _ => return None,
    })
}

/// `dernier`, `passée`, `last`.
pub(super) fn is_last(word: &str) -> bool {
    matches!(
        word,
        "dernier" | "derniere" | "derniers" | "dernieres" | "passe" | "passee" | "passes" | "passees" | "last" | "past"
    )
}

/// `ce`, `cette`, `this`.
pub(super) fn is_this(word: &str) -> bool {
    matches!(word, "ce" | "cet" | "cette" | "this")
}

/// A month written out, which is likely meant as one.
pub(super) fn is_month_name(word: &str) -> bool {
    let plain = plain_word(word);
    plain.len() > 3 && month(&plain).is_some()
}
