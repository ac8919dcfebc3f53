//! Reads a printed date in any of the languages and forms that pages use.
//!
//! A month written as a word or a year that stands first tells the order; numbers alone do not, and are then decided
//! by the other dates of the file ([`super::Calendar`]).

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike as _};

use super::halves::{Beside, beside_clock};
use super::months::{DATE_BYTES_MAX, Meaning, Unit, folded, meaning_of};
use crate::model::Precision;
use crate::sources::DateOrder;

/// Most parts of a date; the longest real one has 16.
const PARTS_MAX: usize = 32;

/// A wall clock with its precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// What the clock showed.
    pub at: NaiveDateTime,
    /// Seconds, minutes or days.
    pub precision: Precision,
}

/// A date as it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Printed {
    /// The wall clock.
    pub clock: Clock,
    /// Minutes east of Greenwich, where the text says so.
    pub offset: Option<i32>,
    /// The order of day and month that this date proves; `None` when it shows none.
    pub proves: Option<DateOrder>,
    /// Day and month could be the other way round.
    pub ambiguous: bool,
}

/// Reads a date. `order` is that of day and month where only numbers stand; `slack` is how many unknown words (a day
/// of the week, "Updated") it may begin with. `None` when the text is no date.
#[must_use]
pub fn read_date(text: &str, order: DateOrder, slack: usize) -> Option<Printed> {
    if text.len() > DATE_BYTES_MAX {
        return None;
    }
    let mut parts = parts_of(text)?;
    let mut half = take_half(&mut parts);
    let mut strange = false;
    if half.is_none() && parts.contains(&Part::Sign(':')) && parts.contains(&Part::Unknown) {
        match beside_clock(text) {
            Beside::Half(from, rest) => {
                half = Some(Part::HalfFrom(from));
                parts = parts_of(&rest)?;
            }
            Beside::Unknown => strange = true,
            Beside::Nothing => {}
        }
    }
    let zone = take_zone(&mut parts);
    let unknown_before = parts
        .iter()
        .take_while(|part| !matches!(part, Part::Number { .. } | Part::Month(_)))
        .filter(|part| matches!(part, Part::Unknown))
        .count();
    let unknown = parts.iter().filter(|part| matches!(part, Part::Unknown)).count();
    // One unknown word may follow: a zone whose name means several.
    if unknown_before > slack || unknown > unknown_before + 1 {
        return None;
    }
    parts.retain(|part| !matches!(part, Part::Unknown));
    let mut time = take_time(&mut parts, half)?;
    // A word beside a clock of twelve hours that nobody knows can be one for a part of the day: the clock is not guessed.
    if strange && time.is_some_and(|(time, _)| (1..=12).contains(&time.hour())) {
        time = None;
    }
    let (date, proves, ambiguous) = take_day(&mut parts, order)?;
    let (time, precision) = time.unwrap_or((NaiveTime::MIN, Precision::Day));
    let left = parts.iter().any(|part| matches!(part, Part::Number { .. } | Part::Month(_)));
    (!left).then_some(Printed { clock: Clock { at: date.and_time(time), precision }, offset: zone, proves, ambiguous })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Number {
        value: u32,
        digits: usize,
    },
    Month(u32),
    Unit(Unit),
    MonthFollows,
    Morning,
    Afternoon,
    /// A part of the day that stands for twelve hours from this one on.
    HalfFrom(u32),
    Zone(i32),
    Sign(char),
    Unknown,
}

/// The parts of a text; `None` when there are too many.
fn parts_of(text: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if let Some(first) = digit_of(c) {
            settle_words(&mut words, &mut parts);
            let (mut value, mut digits) = (first, 1);
            while let Some(next) = chars.peek().copied().and_then(digit_of) {
                value = value.checked_mul(10)?.checked_add(next)?;
                digits += 1;
                chars.next();
            }
            parts.push(Part::Number { value, digits });
        } else if is_letter(c) {
            let mut word = String::from(c);
            while let Some(next) = chars.next_if(|next| is_letter(*next) || matches!(*next, '.' | '\'' | '\u{2019}')) {
                word.push(next);
            }
            words.push(word);
        } else if matches!(c, ':' | '.' | '/' | '-' | '+' | '\u{2212}') {
            settle_words(&mut words, &mut parts);
            parts.push(Part::Sign(if c == '\u{2212}' { '-' } else { c }));
        }
        if parts.len() + words.len() > PARTS_MAX {
            return None;
        }
    }
    settle_words(&mut words, &mut parts);
    Some(parts)
}

/// Gives each word its meaning, two words together before one alone.
fn settle_words(words: &mut Vec<String>, parts: &mut Vec<Part>) {
    let mut rest = words.as_slice();
    while let Some((first, tail)) = rest.split_first() {
        let one = folded(first);
        let pair = tail.first().map(|second| format!("{one} {}", folded(second)));
        if let Some(meaning) = pair.as_deref().and_then(meaning_of) {
            parts.extend(part_of(meaning));
            rest = tail.get(1..).unwrap_or_default();
        } else {
            match meaning_of(&one) {
                Some(meaning) => parts.extend(part_of(meaning)),
                None => parts.push(Part::Unknown),
            }
            rest = tail;
        }
    }
    words.clear();
}

const fn part_of(meaning: Meaning) -> Option<Part> {
    Some(match meaning {
        Meaning::Month(number) => Part::Month(number),
        Meaning::Morning => Part::Morning,
        Meaning::Afternoon => Part::Afternoon,
        Meaning::Zone(offset) => Part::Zone(offset),
        Meaning::Unit(unit) => Part::Unit(unit),
        Meaning::MonthFollows => Part::MonthFollows,
        Meaning::Filler => return None,
    })
}

fn is_letter(c: char) -> bool {
    (c.is_alphabetic() || unicode_normalization::char::is_combining_mark(c)) && digit_of(c).is_none()
}

/// Digits of the scripts dates are printed in.
fn digit_of(c: char) -> Option<u32> {
    let zero = match c {
        '0'..='9' => '0',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        '\u{966}'..='\u{96f}' => '\u{966}',
        '\u{e50}'..='\u{e59}' => '\u{e50}',
        '\u{ff10}'..='\u{ff19}' => '\u{ff10}',
        _ => return None,
    };
    Some(u32::from(c) - u32::from(zero))
}

/// Takes `UTC-07`, `UTC+05:30`, `GMT`, `PDT` and its like out; minutes east of Greenwich.
fn take_zone(parts: &mut Vec<Part>) -> Option<i32> {
    let at = parts.iter().position(|part| matches!(part, Part::Zone(_)))?;
    let Some(Part::Zone(known)) = parts.get(at).copied() else { return None };
    let number = |at: usize| match parts.get(at) {
        Some(Part::Number { value, .. }) => i32::try_from(*value).ok(),
        _ => None,
    };
    let sign = match parts.get(at + 1) {
        Some(Part::Sign('+')) => 1,
        Some(Part::Sign('-')) => -1,
        _ => 0,
    };
    let hours = number(at + 2).filter(|hours| sign != 0 && *hours <= 14);
    let minutes = number(at + 4).filter(|minutes| parts.get(at + 3) == Some(&Part::Sign(':')) && *minutes < 60);
    let length = match (hours, minutes) {
        (Some(_), Some(_)) => 5,
        (Some(_), None) => 3,
        (None, _) => 1,
    };
    parts.drain(at..at + length);
    Some(known + sign * (hours.unwrap_or(0) * 60 + minutes.filter(|_| hours.is_some()).unwrap_or(0)))
}

/// Takes the half of the day out.
fn take_half(parts: &mut Vec<Part>) -> Option<Part> {
    let at = parts.iter().position(|part| matches!(part, Part::Morning | Part::Afternoon))?;
    Some(parts.remove(at))
}

/// Takes the clock out: `14:05`, `2:37:05`, `15 h 04`, or `15.04` after everything else. `None` when it makes no sense;
/// `Some(None)` when there is none.
#[expect(clippy::option_option, reason = "no clock and a wrong clock are different findings")]
fn take_time(parts: &mut Vec<Part>, half: Option<Part>) -> Option<Option<(NaiveTime, Precision)>> {
    let number = |at: usize| match parts.get(at) {
        Some(Part::Number { value, digits }) if *digits <= 2 => Some(*value),
        _ => None,
    };
    let divides = |at: usize| {
        matches!(parts.get(at), Some(Part::Sign(':') | Part::Unit(Unit::Hour | Unit::Minute)))
            && number(at + 1).is_some()
    };
    let found = (0..parts.len()).find(|at| number(*at).is_some() && divides(at + 1)).or_else(|| by_points(parts));
    let Some(at) = found else {
        // A half of the day without an hour is no time at all.
        return half.is_none().then_some(None);
    };
    let (hour, minute) = (number(at)?, number(at + 2)?);
    let second = number(at + 4).filter(|_| divides(at + 3) || parts.get(at + 3) == Some(&Part::Sign('.')));
    let mut length = if second.is_some() { 5 } else { 3 };
    length += usize::from(matches!(parts.get(at + length), Some(Part::Unit(Unit::Minute | Unit::Second))));
    let hour = match half {
        Some(Part::Morning) if hour == 12 => 0,
        Some(Part::Afternoon) if hour < 12 => hour + 12,
        Some(Part::HalfFrom(from)) if hour <= 12 => (from + (hour + 24 - from) % 12) % 24,
        _ => hour,
    };
    let precision = if second.is_some() { Precision::S } else { Precision::Min };
    let time = NaiveTime::from_hms_opt(hour, minute, second.unwrap_or(0))?;
    parts.drain(at..at + length);
    Some(Some((time, precision)))
}

/// A clock with points, `15.04`: the last two numbers, when a date stands before them.
fn by_points(parts: &[Part]) -> Option<usize> {
    let at = parts.len().checked_sub(3)?;
    let is_clock = matches!(
        parts.get(at..),
        Some([Part::Number { digits: ..=2, .. }, Part::Sign('.'), Part::Number { digits: 2, .. }])
    );
    let before = parts.get(..at)?;
    let dated = before.iter().any(|part| matches!(part, Part::Number { digits: 4, .. }));
    // `09.02.2025` ends in four digits, so what stands here is no date; `2025. 09.02` would be one.
    let after_year =
        matches!(before, [.., Part::Number { digits: 4, .. }] | [.., Part::Number { digits: 4, .. }, Part::Sign(_)]);
    let has_day = before.iter().filter(|part| matches!(part, Part::Number { .. } | Part::Month(_))).count() >= 3;
    (is_clock && dated && has_day && (after_year || before.iter().any(|part| matches!(part, Part::Month(_)))))
        .then_some(at)
}

type Day = (NaiveDate, Option<DateOrder>, bool);

fn take_day(parts: &mut Vec<Part>, order: DateOrder) -> Option<Day> {
    mark_months(parts);
    let months = parts.iter().filter(|part| matches!(part, Part::Month(_))).count();
    match (months, parts.first()) {
        (0 | 1, _) => {}
        // "mar. 5 mars 2019": a day of the week stands first and may look like a month.
        (2, Some(Part::Month(_))) => drop(parts.remove(0)),
        _ => return None,
    }
    let month = parts.iter().find_map(|part| if let Part::Month(number) = part { Some(*number) } else { None });
    let numbers: Vec<(u32, usize)> = parts
        .iter()
        .filter_map(|part| if let Part::Number { value, digits } = part { Some((*value, *digits)) } else { None })
        .collect();
    let pointed = parts.contains(&Part::Sign('.')) && !parts.contains(&Part::Sign('/'));
    parts.clear();
    let date = |year: u32, month: u32, day: u32| {
        NaiveDate::from_ymd_opt(i32::try_from(year).ok().filter(|year| (1900..2200).contains(year))?, month, day)
    };
    match (month, numbers.as_slice()) {
        (Some(month), [(day, 1..=2), (year, 4)] | [(year, 4), (day, 1..=2)]) => {
            Some((date(*year, month, *day)?, None, false))
        }
        (None, [(year, 4), (month, 1..=2), (day, 1..=2)]) => Some((date(*year, *month, *day)?, None, false)),
        (None, [(first, 1..=2), (second, 1..=2), (year, 4)]) => {
            let (day_first, month_first) = (date(*year, *second, *first), date(*year, *first, *second));
            // Dates with points have the day first in every language that prints them.
            match (day_first, month_first) {
                (Some(day), None) => Some((day, Some(DateOrder::DayFirst), false)),
                (None, Some(day)) => Some((day, Some(DateOrder::MonthFirst), false)),
                (Some(day), Some(_)) if pointed || first == second => Some((day, None, false)),
                (Some(day), Some(other)) => Some(match order {
                    DateOrder::Auto => (day, None, true),
                    DateOrder::DayFirst => (day, None, false),
                    DateOrder::MonthFirst => (other, None, false),
                }),
                (None, None) => None,
            }
        }
        _ => None,
    }
}

/// Turns `7월` and `tháng 7` into months.
fn mark_months(parts: &mut Vec<Part>) {
    let month = |part: Option<&Part>| match part {
        Some(Part::Number { value: value @ 1..=12, digits: 1..=2 }) => Some(Part::Month(*value)),
        _ => None,
    };
    let mut at = 0;
    while at < parts.len() {
        let found = match parts.get(at) {
            Some(Part::Unit(Unit::Month)) if at > 0 => month(parts.get(at - 1)).map(|month| (at - 1, month)),
            Some(Part::MonthFollows) => month(parts.get(at + 1)).map(|month| (at, month)),
            _ => None,
        };
        if let Some((from, month)) = found {
            parts.splice(from..from + 2, [month]);
        } else {
            at += 1;
        }
    }
    parts.retain(|part| !matches!(part, Part::Unit(_) | Part::MonthFollows));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let read = read_date(text, DateOrder::Auto, 2);
        let shown = read.map_or_else(
            || "none".to_owned(),
            |read| {
                let pattern = match read.clock.precision {
                    Precision::S => "%Y-%m-%dT%H:%M:%S",
                    Precision::Min => "%Y-%m-%dT%H:%M",
                    _ => "%Y-%m-%d",
                };
                let offset = read.offset.map_or_else(String::new, |minutes| format!(" {minutes:+}"));
                let doubt = if read.ambiguous { " ?" } else { "" };
                format!("{}{offset}{doubt}", read.clock.at.format(pattern))
            },
        );
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn english_in_every_era() {
        check("Oct 19, 2019, 2:37 PM", "2019-10-19T14:37");
        check("Oct 19, 2019 at 2:37 PM", "2019-10-19T14:37");
        check("19 Oct 2019, 14:37", "2019-10-19T14:37");
        check("Sep 21, 2023 10:27:53pm", "2023-09-21T22:27:53");
        check("Oct 19, 2022, 2:37:05\u{202f}PM", "2022-10-19T14:37:05");
        check("Oct 09, 2025 12:00:05 am", "2025-10-09T00:00:05");
        check("5 Sept 2021, 15:04", "2021-09-05T15:04");
        check("Friday, October 4, 2013 at 10:05pm PDT", "2013-10-04T22:05 -420");
        check("Friday, October 4, 2013 at 10:05pm PST", "2013-10-04T22:05");
        check("Wednesday, September 9, 2026 at 1:16 AM UTC", "2026-09-09T01:16 +0");
    }

    #[test]
    fn french_of_both_sides_of_the_ocean() {
        check("5 janv. 2021 à 15:04", "2021-01-05T15:04");
        check("5 janv. 2021, 15:04", "2021-01-05T15:04");
        check("1 févr. 2024 à 9 h 05", "2024-02-01T09:05");
        check("1 févr. 2024, 09 h 05 min 07 s", "2024-02-01T09:05:07");
        check("juill. 09, 2025 2:37:05 pm", "2025-07-09T14:37:05");
        check("août 09, 2025 9:48:19 am", "2025-08-09T09:48:19");
        check("dimanche 4 décembre 2016, 13:54 UTC-07", "2016-12-04T13:54 -420");
        check("mar. 5 mars 2019, 10:00", "2019-03-05T10:00");
        check("DÉC. 31, 2024 11:59:59 PM", "2024-12-31T23:59:59");
    }

    #[test]
    fn other_languages_with_latin_letters() {
        check("sept. 03, 2026 9:33 pm", "2026-09-03T21:33");
        check("5 ene 2021 15:04", "2021-01-05T15:04");
        check("martes, 5 de enero de 2021 a las 15:04 UTC+01", "2021-01-05T15:04 +60");
        check("9 de octubre de 2025, 8:09:15 a. m.", "2025-10-09T08:09:15");
        check("5 de jan de 2021 15:04", "2021-01-05T15:04");
        check("terça-feira, 5 de janeiro de 2021 às 15:04", "2021-01-05T15:04");
        check("08. Sept. 2026, 3:54 pm", "2026-09-08T15:54");
        check("09.02.2025, 10:05", "2025-02-09T10:05");
        check("05. März 2026, 8:30 am", "2026-03-05T08:30");
        check("Donnerstag, 5. März 2015 um 08:30 UTC+01", "2015-03-05T08:30 +60");
        check("set 7, 2026 1:02 pm", "2026-09-07T13:02");
        check("venerdì 4 ottobre 2013 alle ore 10:05 UTC+02", "2013-10-04T10:05 +120");
        check("Eyl 07, 2026 1:02:03 ÖS", "2026-09-07T13:02:03");
        check("Ağu 07, 2026 1:02:03 öö", "2026-08-07T01:02:03");
        check("sie 07, 2024 1:02:03 po południu", "2024-08-07T13:02:03");
        check("sie 07, 2024 11:02:03 rano", "2024-08-07T11:02:03");
        check("okt. 7, 2024 kl. 15.04", "2024-10-07T15:04");
        check("7. lokakuuta 2014 kello 15.04", "2014-10-07T15:04");
        check("Tháng 1 28, 2025 1:47:43 CH", "2025-01-28T13:47:43");
        check("sàttumbar 28, 2025 1:47:43 pm", "2025-09-28T13:47:43");
        check("Jan 27, 2024 2:31:29 PTG", "2024-01-27T14:31:29");
        check("Jan 27, 2024 12:05:07 PG", "2024-01-27T00:05:07");
        check("jan. 27, 2024 2:31:29 du.", "2024-01-27T14:31:29");
        check("січ. 27, 2024 2:31:29 пп", "2024-01-27T14:31:29");
        check("tammi 27, 2024 2:31:29 ip.", "2024-01-27T14:31:29");
        check("svi 05, 2024 2:55:09 pm", "2024-05-05T14:55:09");
        // A word that nobody knows can be one for a part of the day.
        check("Jan 27, 2024 2:31:29 blork", "2024-01-27");
        check("Jan 27, 2024 14:31:29 blork", "2024-01-27T14:31:29");
        check("Jan 27, 2024 2:31:29 MEZ", "2024-01-27T02:31:29");
    }

    #[test]
    fn other_scripts_and_digits() {
        check("1月 28, 2025 1:47:43 PM", "2025-01-28T13:47:43");
        check("7월 27, 2026 10:48:07오후", "2026-07-27T22:48:07");
        check("2024年7月27日 10:48", "2024-07-27T10:48");
        check("พ.ค. 24, 2023 7:12:54 pm", "2023-05-24T19:12:54");
        check("يناير ٠٩, ٢٠٢٥ ٢:٣٧:٠٥ م", "2025-01-09T14:37:05");
        check("جويلية 09, 2025 2:37:05 ص", "2025-07-09T02:37:05");
        check("كانون الثاني 09, 2025 2:37:05 ص", "2025-01-09T02:37:05");
        check("4 октября 2013 г. в 22:05", "2013-10-04T22:05");
    }

    #[test]
    fn numbers_alone_tell_their_order_or_are_marked() {
        check("2025-02-09 10:05", "2025-02-09T10:05");
        check("25/02/2025, 10:05", "2025-02-25T10:05");
        check("02/25/2025, 10:05", "2025-02-25T10:05");
        check("03/02/2025, 10:05", "2025-02-03T10:05 ?");
        assert_eq!(
            read_date("03/02/2025, 10:05", DateOrder::MonthFirst, 0).unwrap().clock.at.to_string(),
            "2025-03-02 10:05:00"
        );
        assert_eq!(read_date("02/25/2025", DateOrder::Auto, 0).unwrap().proves, Some(DateOrder::MonthFirst));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "hello",
            "5",
            "May",
            "May 5",
            "Oct 45, 2025 2:37 pm",
            "Oct 5, 2025 25:37",
            "Call me at 10:05",
            "See you on the lovely 5 October 2025 at 10:05 then",
            "12:30",
            "1 2 3 4 5",
            "99999999999999999999 Oct 2025",
            "blork 5, 2025 2:37 pm",
        ] {
            check(text, "none");
        }
    }
}
