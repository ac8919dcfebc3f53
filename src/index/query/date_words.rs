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
    let mut words: Vec<String> = Vec::new();
    for word in spaced.split_whitespace().map(plain_word).filter(|word| !word.is_empty()) {
        match word.split_once('-') {
            // avant hier is avant-hier.
            _ if word == "hier" && words.last().is_some_and(|before| before == "avant") => {
                words.pop();
                words.push("avant-hier".to_owned());
            }
            // 1 er mars
            _ if is_ordinal_ending(&word) && words.last().is_some_and(|before| is_day_number(before)) => {
                if let Some(day) = words.last_mut() {
                    day.push_str(&word);
                }
            }
            // 15-20 juin
            Some((first, last)) if is_day_number(first) && is_day_number(last) => {
                words.extend([first.to_owned(), "..".to_owned(), last.to_owned()]);
            }
            Some((part @ ("mi" | "mid"), rest)) => words.extend([part.to_owned(), rest.to_owned()]),
            Some((first, last)) if month(first).is_some() && month(last).is_some() => {
                words.extend([first.to_owned(), "..".to_owned(), last.to_owned()]);
            }
            _ => words.push(word),
        }
    }
    words
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

fn is_ordinal_ending(word: &str) -> bool {
    matches!(word, "er" | "ere" | "eme" | "st" | "nd" | "rd" | "th")
}

fn is_day_number(word: &str) -> bool {
    word.len() <= 2 && number(word).is_some_and(|day| (1..=31).contains(&day))
}

/// A number of at most six digits.
pub(super) fn number(word: &str) -> Option<u32> {
    ((1..=6).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())).then(|| word.parse().ok())?
}

/// A number in digits or in words.
pub(super) fn count(word: &str) -> Option<u32> {
    Some(match word {
        "un" | "une" | "one" => 1,
        "deux" | "two" | "couple" => 2,
        "trois" | "three" => 3,
        "quatre" | "four" => 4,
        "cinq" | "five" => 5,
        "six" => 6,
        "sept" | "seven" => 7,
        "huit" | "eight" => 8,
        "neuf" | "nine" => 9,
        "dix" | "ten" => 10,
        "onze" | "eleven" => 11,
        "douze" | "twelve" => 12,
        "quinze" | "fifteen" => 15,
        "vingt" | "twenty" => 20,
        "trente" | "thirty" => 30,
        word => number(word)?,
    })
}

/// `1er`, `2e`, `3rd`, `14`, `premier`.
pub(super) fn ordinal(word: &str) -> Option<u32> {
    match word {
        "premier" | "premiere" | "first" => return Some(1),
        "deuxieme" | "second" | "seconde" => return Some(2),
        "troisieme" | "third" => return Some(3),
        "quatrieme" | "fourth" => return Some(4),
        _ => {}
    }
    let digits = word.trim_end_matches(|letter: char| letter.is_ascii_lowercase());
    let ending = word.get(digits.len()..)?;
    (matches!(ending, "" | "e" | "nde") || is_ordinal_ending(ending)).then(|| number(digits))?
}

/// Words that say nothing by themselves.
pub(super) fn is_filler(word: &str) -> bool {
    matches!(
        word,
        "le" | "la"
            | "les"
            | "l"
            | "the"
            | "en"
            | "in"
            | "on"
            | "de"
            | "du"
            | "des"
            | "of"
            | "au"
            | "ces"
            | "these"
            | "pendant"
            | "during"
            | "over"
            | "cours"
            | "courant"
            | "vers"
    )
}

/// First and last hour of a part of the day.
pub(super) fn part_of_day(word: &str) -> Option<(u32, u32)> {
    Some(match word {
        "matin" | "matinee" | "avant-midi" | "avantmidi" | "morning" => (0, 12),
        "midi" | "noon" => (11, 14),
        "apres-midi" | "apresmidi" | "aprem" | "afternoon" => (12, 18),
        "soir" | "soiree" | "evening" | "night" => (18, 24),
        _ => return None,
    })
}

/// Which third of a month or year: its beginning, its middle, its end.
pub(super) fn third(word: &str) -> Option<u32> {
    Some(match word {
        "debut" | "early" | "beginning" | "start" => 0,
        "mi" | "mid" | "milieu" | "middle" => 1,
        "fin" | "late" | "end" => 2,
        _ => return None,
    })
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

/// `derniers`, `passées`, `last`: of several units, whose number may be left out.
pub(super) fn is_last_of_several(word: &str) -> bool {
    matches!(word, "derniers" | "dernieres" | "passes" | "passees" | "last" | "past" | "recents" | "recentes")
}

/// Several units of which nobody says how many: days, weeks, months, years. How many are meant.
pub(super) fn several(word: &str) -> Option<(u32, Unit)> {
    Some(match word {
        "jours" | "days" => (7, Unit::Day),
        "semaines" | "weeks" => (4, Unit::Week),
        "mois" | "months" => (3, Unit::Month),
        "ans" | "annees" | "years" => (3, Unit::Year),
        _ => return None,
    })
}

/// `prochain`, `next`.
pub(super) fn is_next(word: &str) -> bool {
    matches!(word, "prochain" | "prochaine" | "next")
}

/// Hours and minutes as days, since days are all that a query knows of now: `24h`, `48 heures`, `2 heures`. `8h` is an hour of the
/// day.
pub(super) fn days_of_hours(number: u32, name: &str) -> Option<u32> {
    let is_whole = number >= 12 && number.is_multiple_of(12);
    let hours = match name {
        "h" if is_whole => number,
        "heure" | "heures" | "hour" | "hours" => number,
        "minute" | "minutes" | "min" | "mn" => number.div_ceil(60),
        _ => return None,
    };
    (1..=240).contains(&hours).then(|| hours.div_ceil(24))
}

/// A month's name that is French alone.
pub(super) fn is_french_month(word: &str) -> bool {
    month(word).is_some()
        && matches!(
            word,
            "janvier"
                | "janv"
                | "fevrier"
                | "fevr"
                | "fev"
                | "mars"
                | "avril"
                | "avr"
                | "mai"
                | "juin"
                | "juillet"
                | "juil"
                | "aout"
                | "septembre"
                | "octobre"
                | "novembre"
                | "decembre"
        )
}

/// `ce`, `cette`, `this`.
pub(super) fn is_this(word: &str) -> bool {
    matches!(word, "ce" | "cet" | "cette" | "this" | "current")
}

/// A month written out, which is likely meant as one.
pub(super) fn is_month_name(word: &str) -> bool {
    let plain = plain_word(word);
    plain.len() > 3 && month(&plain).is_some()
}
