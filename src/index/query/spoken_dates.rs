//! Dates as one speaks of them without numbers: seasons, feasts of a fixed day, the week of a day, `à matin`.

use chrono::{Datelike as _, Days, Months, NaiveDate};

use super::QueryContext;
use super::date_words::{is_last, is_next, is_this, number, part_of_day};
use super::dates::{Period, nearest, part_of, single, week_of, weekend};

/// Reads words without articles; nothing when they are no date of this kind.
pub(super) fn spoken(words: &[&str], context: &QueryContext) -> Option<Period> {
    let today = context.today;
    match words {
        // La semaine du 3 mars; « semaine 12 » is a number of the calendar.
        ["semaine" | "week", day @ ..] if day.len() > 1 || day.iter().any(|day| day.contains('/')) => {
            let day = single(day, context)?;
            let is_one = day.start.date().succ_opt().is_some_and(|next| day.end.date() == next);
            let week = week_of(day.start.date(), context).filter(|_| is_one)?;
            Some(Period { ambiguous: day.ambiguous, ..week })
        }
        ["tonight"] => part_of(Period::day(today)?, "soir"),
        ["a", part @ ("soir" | "matin")] => part_of(Period::day(today)?, part),
        ["fds"] => weekend(today, 0),
        ["fin", "semaine", next] | ["week-end" | "weekend" | "we", next] | [next, "week-end" | "weekend"]
            if is_next(next) =>
        {
            weekend(today.checked_add_days(Days::new(7))?, 0)
        }
        [name] | ["jour" | "day", name] => nearest(context, |year| named(name, year)),
        [name, year] if number(year).is_some() && year.len() == 4 => named(name, i32::try_from(number(year)?).ok()?),
        [name, last] | [last, name] if is_last(last) => {
            // One that is over: the newest that began may go on.
            (0..3).filter_map(|back| named(name, today.year() - back)).find(|period| period.end.date() <= today)
        }
        [this, name] if is_this(this) && part_of_day(name).is_none() => nearest(context, |year| named(name, year)),
        _ => None,
    }
}

/// A season, of whole months, or a feast. The winter of a year began in the December before.
fn named(name: &str, year: i32) -> Option<Period> {
    let months = |year: i32, month: u32| {
        let start = NaiveDate::from_ymd_opt(year, month, 1)?;
        Some(Period::days(start, start.checked_add_months(Months::new(3))?))
    };
    let day = |month: u32, day: u32| Period::day(NaiveDate::from_ymd_opt(year, month, day)?);
    match name {
        "printemps" | "spring" => months(year, 3),
        "ete" | "summer" => months(year, 6),
        "automne" | "autumn" | "fall" => months(year, 9),
        "hiver" | "winter" => months(year.checked_sub(1)?, 12),
        "noel" | "christmas" | "xmas" => {
            let eve = NaiveDate::from_ymd_opt(year, 12, 24)?;
            Some(Period::days(eve, eve.checked_add_days(Days::new(2))?))
        }
        "toussaint" => day(11, 1),
        "saint-valentin" | "st-valentin" => day(2, 14),
        "saint-sylvestre" | "st-sylvestre" => day(12, 31),
        _ => None,
    }
}
