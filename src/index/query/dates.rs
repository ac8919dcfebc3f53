//! Dates as people type them, in French and English: `hier`, `mars 2024`, `12/03/2024`, `la semaine dernière`, `7j`,
//! `entre le 1er et le 15 mars 2024`, `mars..mai 2024`.

use chrono::{Datelike as _, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, Weekday};

use super::QueryContext;
use super::date_words::{
    Unit, count, days_of_hours, is_filler, is_french_month, is_last, is_last_of_several, is_next, is_this, month,
    number, ordinal, part_of_day, plain_words, several, third, unit, weekday,
};
use super::spoken_dates::spoken;

/// Most words of a date.
pub(super) const DATE_WORDS_MAX: usize = 9;

/// From a start, inclusive, to an end, exclusive; wall-clock times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First instant.
    pub start: NaiveDateTime,
    /// First instant after it.
    pub end: NaiveDateTime,
    /// Day and month could have been meant the other way round.
    pub ambiguous: bool,
}

impl Period {
    pub(super) fn days(start: NaiveDate, end: NaiveDate) -> Self {
        Self { start: start.into(), end: end.into(), ambiguous: false }
    }

    pub(super) fn day(day: NaiveDate) -> Option<Self> {
        Some(Self::days(day, day.succ_opt()?))
    }

    fn month(year: i32, month: u32) -> Option<Self> {
        let start = NaiveDate::from_ymd_opt(year, month, 1)?;
        Some(Self::days(start, start.checked_add_months(Months::new(1))?))
    }

    fn year(year: i32) -> Option<Self> {
        Some(Self::days(NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year + 1, 1, 1)?))
    }

    fn through(self, last: Self) -> Option<Self> {
        (self.start < last.end).then_some(Self {
            start: self.start,
            end: last.end,
            ambiguous: self.ambiguous || last.ambiguous,
        })
    }
}

/// Reads a whole text as a date or a range of dates.
pub(super) fn period(text: &str, context: &QueryContext) -> Option<Period> {
    let words = plain_words(text);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if words.is_empty() || words.len() > DATE_WORDS_MAX + 2 {
        return None;
    }
    range(&words, context).or_else(|| single(&words, context))
}

fn range(words: &[&str], context: &QueryContext) -> Option<Period> {
    let (opening, rest) = match words {
        ["entre" | "between" | "from" | "du" | "de", rest @ ..] => (true, rest),
        _ => (false, words),
    };
    let is_middle = |(at, word): (usize, &&str)| match *word {
        ".." => true,
        "et" | "and" | "a" => opening,
        // `15 au 20 juin`, but not `au 20 juin`.
        "au" | "to" | "jusquau" => {
            opening || rest.get(..at).and_then(<[&str]>::last).is_some_and(|before| is_stated(before))
        }
        _ => false,
    };
    let middle = rest.iter().enumerate().position(is_middle)?;
    let (first, last) = (rest.get(..middle)?, rest.get(middle + 1..)?);
    let end = single(last, context)?;
    if let Some(start) = completed_numbers(first, last, context).filter(|start| start.start < end.end) {
        return start.through(end);
    }
    // `1er et 15 mars 2024`, `mars..mai 2024`: what the first date leaves out is said by the second.
    let completed = (1..=2).filter_map(|count| last.get(last.len().checked_sub(count)?..)).find_map(|tail| {
        let all: Vec<&str> = first.iter().chain(tail).copied().collect();
        let stated = tail.iter().all(|word| number(word).is_some() || month(word).is_some());
        if stated { single(&all, context).filter(|start| start.start < end.end) } else { None }
    });
    completed.or_else(|| single(first, context)).and_then(|start| start.through(end))
}

/// A day, a month's name, or a date in numbers.
fn is_stated(word: &str) -> bool {
    ordinal(word).is_some() || month(word).is_some() || word.split(['/', '-', '.']).all(|part| number(part).is_some())
}

/// `15/06..20/06/2025`, `du 15 au 20/06/2025`: the month and year of the first are those of the second.
fn completed_numbers(first: &[&str], last: &[&str], context: &QueryContext) -> Option<Period> {
    let [.., last] = last else { return None };
    let [first] = first.iter().copied().filter(|word| !is_filler(word)).collect::<Vec<_>>()[..] else { return None };
    let signs = |letter: char| matches!(letter, '/' | '-' | '.');
    let (given, parts) = (first.split(signs).count(), last.split(signs).count());
    if !(parts == 3 && given < parts || parts == 2 && given == 1) || last.split(signs).next()?.len() == 4 {
        return None;
    }
    let tail: Vec<&str> = last.splitn(given + 1, signs).collect();
    let sign = last.chars().find(|letter| signs(*letter))?;
    let first = if given == 1 { ordinal(first)?.to_string() } else { first.to_owned() };
    numeric(&format!("{first}{sign}{}", tail.last()?), context)
}

/// `5 du mois`, `1er du mois dernier`.
fn day_of_the_month(words: &[&str], context: &QueryContext) -> Option<Period> {
    let (day, last) = match words {
        [day, "du" | "de", "mois"] | [day, "de", "ce", "mois"] => (day, false),
        [day, "du" | "de", "mois", last] if is_last(last) => (day, true),
        _ => return None,
    };
    if last {
        let day = ordinal(day).filter(|day| (1..=31).contains(day))?;
        let month = context.today.with_day(1)?.checked_sub_months(Months::new(1))?;
        return Period::day(month.with_day(day)?);
    }
    day_of_month(day, context)
}

/// One date of one or several words; articles do not count.
pub(super) fn single(words: &[&str], context: &QueryContext) -> Option<Period> {
    let unopened = words.strip_prefix(&["le"]).unwrap_or(words);
    if let Some(day) = day_of_the_month(unopened, context) {
        return Some(day);
    }
    let words: Vec<&str> = words.iter().copied().filter(|word| !is_filler(word)).collect();
    usual(&words, context).or_else(|| spoken(&words, context))
}

fn usual(words: &[&str], context: &QueryContext) -> Option<Period> {
    match words {
        [] => None,
        [word] => one_word(word, context).or_else(|| day_of_month(word, context)),
        // mois de mars, année 2023
        ["mois" | "month", name] if month(name).is_some() => one_word(name, context),
        ["mois" | "month", rest @ ..] if rest.first().is_some_and(|name| month(name).is_some()) => {
            named_day(rest, context)
        }
        ["annee" | "an" | "year", year] if year.len() == 4 => numeric(year, context),
        words => named_day(words, context).or_else(|| relative(words, context)).or_else(|| third_of(words, context)),
    }
}

/// `le 15`: the newest that is not in the future.
fn day_of_month(word: &str, context: &QueryContext) -> Option<Period> {
    let day = ordinal(word).filter(|day| (1..=31).contains(day))?;
    let this_month = context.today.with_day(1)?;
    let dated = |back: u32| this_month.checked_sub_months(Months::new(back))?.with_day(day);
    // Of three months one has 31 days.
    (0..3).filter_map(dated).find(|day| *day <= context.today).and_then(Period::day)
}

/// `début mars`, `mi-mars 2024`, `fin 2023`: ten days of a month, four months of a year.
fn third_of(words: &[&str], context: &QueryContext) -> Option<Period> {
    let (first, rest) = words.split_first()?;
    let third = third(first)?;
    let whole = match rest {
        // Of this one.
        ["mois" | "month"] => calendar_unit(Unit::Month, 0, context)?,
        ["annee" | "an" | "year"] => calendar_unit(Unit::Year, 0, context)?,
        rest => single(rest, context)?,
    };
    let start = whole.start.date();
    if Period::month(start.year(), start.month()) == Some(whole) {
        let from = start.checked_add_days(Days::new(u64::from(third) * 10))?;
        let end = if third == 2 { whole.end.date() } else { from.checked_add_days(Days::new(10))? };
        return Some(Period::days(from, end));
    }
    let from = start.checked_add_months(Months::new(third * 4))?;
    (Period::year(start.year()) == Some(whole)).then_some(Period::days(from, from.checked_add_months(Months::new(4))?))
}

fn one_word(word: &str, context: &QueryContext) -> Option<Period> {
    let today = context.today;
    match word {
        "aujourdhui" | "auj" | "ajd" | "today" => return Period::day(today),
        "hier" | "yesterday" => return Period::day(today.pred_opt()?),
        "avant-hier" | "avanthier" => return Period::day(today.checked_sub_days(Days::new(2))?),
        "demain" | "tomorrow" => return Period::day(today.succ_opt()?),
        _ => {}
    }
    if let Some(month) = month(word) {
        return nearest(context, |year| Period::month(year, month));
    }
    if let Some(day) = weekday(word) {
        return Period::day(back_to(today, day)?);
    }
    if let Some(part) = part_of_year(word) {
        return nearest(context, |year| part.of(year));
    }
    if is_weekend(word) {
        return weekend(today, 0);
    }
    numeric(word, context).or_else(|| {
        // 7j, 2sem, 3mois, 1an; 7d, 2w, 3m, 1y.
        let digits = word.len() - word.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        let (count, name) = word.split_at_checked(digits)?;
        let count = number(count)?;
        if let Some(days) = days_of_hours(count, name) {
            return last_units(days + 1, Unit::Day, today);
        }
        last_units(count, unit(name)?, today)
    })
}

/// A quarter or half of a year, counted from 1.
#[derive(Clone, Copy)]
struct PartOfYear {
    months: u32,
    number: u32,
}

impl PartOfYear {
    fn new(months: u32, number: u32) -> Option<Self> {
        (1..=12 / months).contains(&number).then_some(Self { months, number })
    }

    fn of(self, year: i32) -> Option<Period> {
        let start = NaiveDate::from_ymd_opt(year, (self.number - 1) * self.months + 1, 1)?;
        Some(Period::days(start, start.checked_add_months(Months::new(self.months))?))
    }
}

/// `T1`, `Q4`, `S2`, `H1`.
fn part_of_year(word: &str) -> Option<PartOfYear> {
    let months = match word.chars().next()? {
        't' | 'q' => 3,
        's' | 'h' => 6,
        _ => return None,
    };
    PartOfYear::new(months, number(word.get(1..)?)?)
}

/// Months of a `trimestre` or `half`.
fn part_months(word: &str) -> Option<u32> {
    match word {
        "trimestre" | "trim" | "quarter" => Some(3),
        "semestre" | "half" => Some(6),
        _ => None,
    }
}

fn is_weekend(word: &str) -> bool {
    matches!(word, "week-end" | "weekend" | "we" | "wk")
}

/// The newest of this year and those before it that does not begin in the future.
pub(super) fn nearest(context: &QueryContext, period: impl Fn(i32) -> Option<Period>) -> Option<Period> {
    // Nine years back always hold a 29 February.
    (0..9).filter_map(|back| period(context.today.year() - back)).find(|period| period.start.date() <= context.today)
}

/// `12/03/2024`, `2024-03-12`, `03/2024`, `12/03`, `2023`.
fn numeric(word: &str, context: &QueryContext) -> Option<Period> {
    let parts: Vec<&str> = word.split(['/', '-', '.']).collect();
    let numbers = parts.iter().map(|part| number(part)).collect::<Option<Vec<u32>>>()?;
    let full = |at: usize| parts.get(at).is_some_and(|part| part.len() == 4);
    match numbers.as_slice() {
        [year] if full(0) => Period::year(stated_year(*year, 4)?),
        [first, last] if full(0) && full(1) => {
            Period::year(stated_year(*first, 4)?)?.through(Period::year(stated_year(*last, 4)?)?)
        }
        [year, month] if full(0) => Period::month(stated_year(*year, 4)?, *month),
        [month, year] if full(1) => Period::month(stated_year(*year, 4)?, *month),
        // 06/25: no month has that number.
        [month, year] if word.contains('/') && !context.month_first && *year > 12 && *month <= 12 && *year < 70 => {
            Period::month(stated_year(*year, 2)?, *month)
        }
        [first, second] if word.contains('/') => nearest(context, |year| day_and_month(year, *first, *second, context)),
        [year, month, day] if full(0) => Period::day(NaiveDate::from_ymd_opt(stated_year(*year, 4)?, *month, *day)?),
        [first, second, year] => day_and_month(stated_year(*year, parts.get(2)?.len())?, *first, *second, context),
        _ => None,
    }
}

/// Day first, unless the reader is used to the month first or only that is possible.
fn day_and_month(year: i32, first: u32, second: u32, context: &QueryContext) -> Option<Period> {
    let day_first = NaiveDate::from_ymd_opt(year, second, first);
    let month_first = NaiveDate::from_ymd_opt(year, first, second);
    let (usual, other) = if context.month_first { (month_first, day_first) } else { (day_first, month_first) };
    let mut period = Period::day(usual.or(other)?)?;
    period.ambiguous = context.mixed_orders && first != second && usual.is_some() && other.is_some();
    Some(period)
}

fn stated_year(year: u32, digits: usize) -> Option<i32> {
    let year = i32::try_from(year).ok()?;
    match digits {
        4 if (1900..=2200).contains(&year) => Some(year),
        2 if year < 70 => Some(2000 + year),
        2 => Some(1900 + year),
        _ => None,
    }
}

/// `12 mars 2024`, `1er mars`, `jeudi 14 mars`, `mars 2024`, `March 12, 2024`, `T1 2024`, `1er trimestre 2024`.
fn named_day(words: &[&str], context: &QueryContext) -> Option<Period> {
    let words = match words {
        [day, rest @ ..] if weekday(day).is_some() && rest.len() > 1 => rest,
        words => words,
    };
    let year_of = |word: &str| number(word).and_then(|year| stated_year(year, word.len()));
    let dated = |day: u32, month: u32, year: Option<&str>| match year {
        Some(year) => Period::day(NaiveDate::from_ymd_opt(year_of(year)?, month, day)?),
        None => nearest(context, |year| Period::day(NaiveDate::from_ymd_opt(year, month, day)?)),
    };
    match words {
        // mardi 17
        [name, day] if weekday(name).is_some() => weekday_of_month(weekday(name)?, ordinal(day)?, context),
        // juin 25
        [name, year]
            if is_french_month(name)
                && year.len() == 2
                && year_of(year).is_some_and(|year| (2020..=context.today.year()).contains(&year)) =>
        {
            Period::month(year_of(year)?, month(name)?)
        }
        [name, year] if month(name).is_some() && year.len() == 4 => Period::month(year_of(year)?, month(name)?),
        [day, name] if month(name).is_some() => dated(ordinal(day)?, month(name)?, None),
        [day, name, year] if month(name).is_some() => dated(ordinal(day)?, month(name)?, Some(year)),
        [name, day] if month(name).is_some() => dated(ordinal(day)?, month(name)?, None),
        [name, day, year] if month(name).is_some() => dated(ordinal(day)?, month(name)?, Some(year)),
        [part, year] if part_of_year(part).is_some() => part_of_year(part)?.of(year_of(year)?),
        [number, name] if part_months(name).is_some() && ordinal(number).is_some() => {
            let part = PartOfYear::new(part_months(name)?, ordinal(number)?)?;
            nearest(context, |year| part.of(year))
        }
        [number, name, year] if part_months(name).is_some() => {
            PartOfYear::new(part_months(name)?, ordinal(number)?)?.of(year_of(year)?)
        }
        _ => None,
    }
}

/// The newest day of that name with that number in its month; without one within two years the newest of that number.
fn weekday_of_month(name: Weekday, day: u32, context: &QueryContext) -> Option<Period> {
    let this_month = context.today.with_day(1)?;
    let dated = |back: u32| this_month.checked_sub_months(Months::new(back))?.with_day(day);
    let of_name = (0..24).filter_map(dated).find(|day| *day <= context.today && day.weekday() == name);
    of_name.and_then(Period::day).or_else(|| day_of_month(&day.to_string(), context))
}

/// From nine in the evening to six in the morning, before today.
fn last_night(today: NaiveDate) -> Option<Period> {
    let (start, end) = (today.pred_opt()?.and_hms_opt(21, 0, 0)?, today.and_hms_opt(6, 0, 0)?);
    Some(Period { start, end, ambiguous: false })
}

/// `samedi prochain`, `la semaine prochaine`.
fn coming(name: &str, context: &QueryContext) -> Option<Period> {
    let today = context.today;
    if let Some(day) = weekday(name) {
        let ahead = (day.days_since(today.weekday()) + 6) % 7 + 1;
        return Period::day(today.checked_add_days(Days::new(u64::from(ahead)))?);
    }
    let this = calendar_unit(unit(name)?, 0, context)?;
    let next = QueryContext { today: this.end.date(), ..context.clone() };
    calendar_unit(unit(name)?, 0, &next)
}

/// `la semaine dernière`, `ce mois-ci`, `il y a 3 jours`, `les 7 derniers jours`, `jeudi dernier`, `hier soir`.
fn relative(words: &[&str], context: &QueryContext) -> Option<Period> {
    let today = context.today;
    match words {
        ["il", "y", "a", number, name] | [number, name, "ago"] => {
            let number = if *number == "a" || *number == "an" { 1 } else { count(number)? };
            ago(number, unit(name)?, today)
        }
        ["day", "before", "yesterday"] => Period::day(back(today, 2, Unit::Day)?),
        [number, last, name] | [last, number, name]
            if is_last(last) && count(number).is_some() && unit(name).is_some() =>
        {
            last_units(count(number)?, unit(name)?, today)
        }
        ["fin", "semaine"] => weekend(today, 0),
        ["fin", "semaine", last] if is_last(last) => weekend(today, 1),
        [this, "fin", "semaine"] if is_this(this) => weekend(today, 0),
        [day, last] | [last, day] if is_last(last) && is_weekend(day) => weekend(today, 1),
        [this, day] if is_this(this) && is_weekend(day) => weekend(today, 0),
        [name, next] | [next, name] if is_next(next) => coming(name, context),
        ["nuit", last] | [last, "nuit"] if is_last(last) || is_this(last) => last_night(today),
        [last, name] | [name, last] if is_last_of_several(last) && several(name).is_some() => {
            let (count, unit) = several(name)?;
            last_units(count, unit, today)
        }
        [last, "few", name] if is_last(last) && several(name).is_some() => relative(&[last, name], context),
        [number, name] | [number, _, name] | [_, number, name]
            if count(number).and_then(|hours| days_of_hours(hours, name)).is_some() =>
        {
            last_units(days_of_hours(count(number)?, name)? + 1, Unit::Day, today)
        }
        ["last", "night"] => part_of(Period::day(today.pred_opt()?)?, "night"),
        [day, last] | [last, day] if is_last(last) && weekday(day).is_some() => {
            Period::day(back_to(today.pred_opt()?, weekday(day)?)?)
        }
        [name, last] | [last, name] if is_last(last) && month(name).is_some() => {
            let before = NaiveDate::with_day(&today, 1)?.pred_opt()?;
            nearest(&QueryContext { today: before, ..context.clone() }, |year| Period::month(year, month(name)?))
        }
        [name, "an" | "annee" | "year", last] | [name, last, "an" | "annee" | "year"]
            if is_last(last) && month(name).is_some() =>
        {
            Period::month(today.year() - 1, month(name)?)
        }
        [name, last] | [last, name] if is_last(last) && part_months(name).is_some() => part_around(name, 1, today),
        [this, name] if is_this(this) && part_months(name).is_some() => part_around(name, 0, today),
        [name, last] | [last, name] if is_last(last) => calendar_unit(unit(name)?, 1, context),
        [this, part] if is_this(this) && part_of_day(part).is_some() => part_of(Period::day(today)?, part),
        [this, day] if is_this(this) && weekday(day).is_some() => one_word(day, context),
        [this, name] if is_this(this) => calendar_unit(unit(name)?, 0, context),
        [number, name] if count(number).is_some() && unit(name).is_some() => {
            last_units(count(number)?, unit(name)?, today)
        }
        [whole @ .., part] if part_of_day(part).is_some() => {
            let day = single(whole, context)?;
            if Period::day(day.start.date())?.end == day.end { part_of(day, part) } else { None }
        }
        _ => None,
    }
}

pub(super) fn part_of(day: Period, part: &str) -> Option<Period> {
    let (from, to) = part_of_day(part)?;
    let at = |hour: u32| match hour {
        24 => Some(day.end),
        hour => Some(day.start.date().and_time(NaiveTime::from_hms_opt(hour, 0, 0)?)),
    };
    Some(Period { start: at(from)?, end: at(to)?, ambiguous: day.ambiguous })
}

/// This quarter or half of a year, or one before.
fn part_around(name: &str, before: u32, today: NaiveDate) -> Option<Period> {
    let months = part_months(name)?;
    let this = NaiveDate::from_ymd_opt(today.year(), (today.month0() / months) * months + 1, 1)?;
    let start = this.checked_sub_months(Months::new(before * months))?;
    Some(Period::days(start, start.checked_add_months(Months::new(months))?))
}

/// The last `weekday` up to and including `day`.
fn back_to(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    day.checked_sub_days(Days::new(u64::from(day.weekday().days_since(weekday))))
}

/// The Saturday and Sunday of this week, or of one before.
pub(super) fn weekend(today: NaiveDate, before: u64) -> Option<Period> {
    let monday =
        back_to(today, Weekday::Mon)?.checked_add_days(Days::new(7))?.checked_sub_days(Days::new(7 * before))?;
    Some(Period::days(monday.checked_sub_days(Days::new(2))?, monday))
}

fn back(day: NaiveDate, count: u32, unit: Unit) -> Option<NaiveDate> {
    match unit {
        Unit::Day => day.checked_sub_days(Days::new(u64::from(count))),
        Unit::Week => day.checked_sub_days(Days::new(u64::from(count) * 7)),
        Unit::Month => day.checked_sub_months(Months::new(count)),
        Unit::Year => day.checked_sub_months(Months::new(count.checked_mul(12)?)),
    }
}

/// The last `count` units, today included.
fn last_units(count: u32, unit: Unit, today: NaiveDate) -> Option<Period> {
    let end = today.succ_opt()?;
    Some(Period::days(back(end, count, unit)?, end)).filter(|_| count > 0)
}

/// The day, week, month or year that lies `count` units back.
fn ago(count: u32, unit: Unit, today: NaiveDate) -> Option<Period> {
    let day = back(today, count, unit)?;
    match unit {
        Unit::Month => Period::month(day.year(), day.month()),
        Unit::Year => Period::year(day.year()),
        Unit::Day | Unit::Week => Period::day(day),
    }
}

/// The week that a day lies in.
pub(super) fn week_of(day: NaiveDate, context: &QueryContext) -> Option<Period> {
    let first = if context.week_from_sunday { Weekday::Sun } else { Weekday::Mon };
    let start = back_to(day, first)?;
    Some(Period::days(start, start.checked_add_days(Days::new(7))?))
}

/// This week, month or year, or the one `before` it.
fn calendar_unit(unit: Unit, before: u32, context: &QueryContext) -> Option<Period> {
    let today = context.today;
    match unit {
        Unit::Day => Period::day(back(today, before, Unit::Day)?),
        Unit::Week => week_of(back(today, before, Unit::Week)?, context),
        Unit::Month => {
            let day = back(today.with_day(1)?, before, Unit::Month)?;
            Period::month(day.year(), day.month())
        }
        Unit::Year => Period::year(today.year().checked_sub_unsigned(before)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context() -> QueryContext {
        QueryContext::new(NaiveDate::from_ymd_opt(2024, 3, 14).unwrap())
    }

    fn shown(text: &str, context: &QueryContext) -> String {
        let show = |at: NaiveDateTime| at.format("%Y-%m-%d %H:%M").to_string().replace(" 00:00", "");
        period(text, context).map_or_else(String::new, |p| {
            format!("{}..{}{}", show(p.start), show(p.end), if p.ambiguous { "?" } else { "" })
        })
    }

    #[test]
    fn dates_of_a_reader_of_french() {
        let check = |text: &str, expected: &str| assert_eq!(shown(text, &context()), expected, "{text}");
        check("aujourd'hui", "2024-03-14..2024-03-15");
        check("hier", "2024-03-13..2024-03-14");
        check("avant-hier", "2024-03-12..2024-03-13");
        check("cette semaine", "2024-03-11..2024-03-18");
        check("la semaine dernière", "2024-03-04..2024-03-11");
        check("la semaine passée", "2024-03-04..2024-03-11");
        check("la fin de semaine dernière", "2024-03-09..2024-03-11");
        check("le week-end dernier", "2024-03-09..2024-03-11");
        check("ce mois-ci", "2024-03-01..2024-04-01");
        check("le mois dernier", "2024-02-01..2024-03-01");
        check("le mois passé", "2024-02-01..2024-03-01");
        check("mars", "2024-03-01..2024-04-01");
        check("avril", "2023-04-01..2023-05-01");
        check("août", "2023-08-01..2023-09-01");
        check("aout", "2023-08-01..2023-09-01");
        check("févr. 2024", "2024-02-01..2024-03-01");
        check("fev 2024", "2024-02-01..2024-03-01");
        check("1er mars 2024", "2024-03-01..2024-03-02");
        check("25 décembre", "2023-12-25..2023-12-26");
        check("4 octobre 2021", "2021-10-04..2021-10-05");
        check("29 février", "2024-02-29..2024-03-01");
        check("12/03/2024", "2024-03-12..2024-03-13");
        check("12.03.24", "2024-03-12..2024-03-13");
        check("25/12", "2023-12-25..2023-12-26");
        check("2024-03-12", "2024-03-12..2024-03-13");
        check("03/2024", "2024-03-01..2024-04-01");
        check("2024-03", "2024-03-01..2024-04-01");
        check("2023", "2023-01-01..2024-01-01");
        check("l'an dernier", "2023-01-01..2024-01-01");
        check("l’année passée", "2023-01-01..2024-01-01");
        check("T1 2024", "2024-01-01..2024-04-01");
        check("1er trimestre 2024", "2024-01-01..2024-04-01");
        check("il y a 3 jours", "2024-03-11..2024-03-12");
        check("7j", "2024-03-08..2024-03-15");
        check("les 7 derniers jours", "2024-03-08..2024-03-15");
        check("2sem", "2024-03-01..2024-03-15");
        check("3mois", "2023-12-15..2024-03-15");
        check("1an", "2023-03-15..2024-03-15");
        check("lundi", "2024-03-11..2024-03-12");
        check("jeudi", "2024-03-14..2024-03-15");
        check("jeudi dernier", "2024-03-07..2024-03-08");
        check("jeudi 14 mars 2024", "2024-03-14..2024-03-15");
        check("hier soir", "2024-03-13 18:00..2024-03-14");
        check("entre le 1er et le 15 mars 2024", "2024-03-01..2024-03-16");
        check("du 1er au 15 mars 2024", "2024-03-01..2024-03-16");
        check("mars..mai 2024", "2024-03-01..2024-06-01");
        check("2024-01-05..2024-02-03", "2024-01-05..2024-02-04");
        check("12/02/2024..hier", "2024-02-12..2024-03-14");
        check("mai..mars 2024", "2023-05-01..2024-04-01");
        check("décembre 2023..février 2024", "2023-12-01..2024-03-01");
    }

    #[test]
    fn dates_as_one_speaks_of_them() {
        let check = |text: &str, expected: &str| assert_eq!(shown(text, &context()), expected, "{text}");
        check("ces derniers jours", "2024-03-08..2024-03-15");
        check("ces dernières semaines", "2024-02-16..2024-03-15");
        check("5 du mois", "2024-03-05..2024-03-06");
        check("le 20 du mois", "2024-02-20..2024-02-21");
        check("le 5 du mois dernier", "2024-02-05..2024-02-06");
        check("24 heures", "2024-03-13..2024-03-15");
        check("les 48 dernières heures", "2024-03-12..2024-03-15");
        check("48h", "2024-03-12..2024-03-15");
        check("mardi 12", "2024-03-12..2024-03-13");
        check("mardi 20", "2024-02-20..2024-02-21");
        check("1 er mars 2024", "2024-03-01..2024-03-02");
        check("en fin de semaine", "2024-03-16..2024-03-18");
        check("hier avant-midi", "2024-03-13..2024-03-13 12:00");
        check("samedi prochain", "2024-03-16..2024-03-17");
        check("jeudi prochain", "2024-03-21..2024-03-22");
        check("la semaine prochaine", "2024-03-18..2024-03-25");
        check("le mois prochain", "2024-04-01..2024-05-01");
        check("15/06..20/06/2023", "2023-06-15..2023-06-21");
        check("du 15 au 20/06/2023", "2023-06-15..2023-06-21");
        check("15 au 20 juin 2023", "2023-06-15..2023-06-21");
        check("15-20 juin 2023", "2023-06-15..2023-06-21");
        check("du 28 mai au 3 juin 2023", "2023-05-28..2023-06-04");
        check("la nuit dernière", "2024-03-13 21:00..2024-03-14 06:00");
        check("cette nuit", "2024-03-13 21:00..2024-03-14 06:00");
        check("le début de l'année", "2024-01-01..2024-05-01");
        check("début du mois", "2024-03-01..2024-03-11");
        check("06/23", "2023-06-01..2023-07-01");
        check("juin 23", "2023-06-01..2023-07-01");
        check("au 15 mars 2024", "2024-03-15..2024-03-16");
    }

    #[test]
    fn dates_of_a_reader_of_english() {
        let american = QueryContext { month_first: true, week_from_sunday: true, ..context() };
        let check = |text: &str, expected: &str| assert_eq!(shown(text, &american), expected, "{text}");
        check("12/03/2024", "2024-12-03..2024-12-04");
        check("13/03/2024", "2024-03-13..2024-03-14");
        check("today", "2024-03-14..2024-03-15");
        check("yesterday", "2024-03-13..2024-03-14");
        check("last week", "2024-03-03..2024-03-10");
        check("this week", "2024-03-10..2024-03-17");
        check("March 2024", "2024-03-01..2024-04-01");
        check("March 12, 2024", "2024-03-12..2024-03-13");
        check("3 days ago", "2024-03-11..2024-03-12");
        check("last 7 days", "2024-03-08..2024-03-15");
        check("7d", "2024-03-08..2024-03-15");
        check("2w", "2024-03-01..2024-03-15");
        check("3m", "2023-12-15..2024-03-15");
        check("1y", "2023-03-15..2024-03-15");
        check("last monday", "2024-03-11..2024-03-12");
        check("last few days", "2024-03-08..2024-03-15");
        check("next week", "2024-03-17..2024-03-24");
        check("Tuesday the 12th", "2024-03-12..2024-03-13");
        check("June 25", "2023-06-25..2023-06-26");
        check("06/25", "2023-06-25..2023-06-26");
    }

    #[test]
    fn dates_as_people_type_them() {
        let table = include_str!("../../../fixtures/search/dates.tsv");
        let mut wrong = Vec::new();
        let mut count = 0;
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let [text, country, start, end] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
            let found = shown(text, &context().in_country(country));
            if found != format!("{start}..{end}") {
                wrong.push(format!("{text} ({country}): {start}..{end}, is {found}"));
            }
            count += 1;
        }
        assert!(count > 100 && wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn what_is_no_date() {
        for text in ["", "robe", "25 000", "38", "99/99/2024", "2024-13", "mars robe", "0j", "..", "99999999999j"] {
            assert_eq!(period(text, &context()), None, "{text}");
        }
    }
}
