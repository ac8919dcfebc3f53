//! Calendars of phones: which year a number means, and which day of the common calendar.

use std::ops::RangeInclusive;

use chrono::{Datelike as _, Days, NaiveDate};

/// How years are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Calendar {
    /// Told by the number alone.
    #[default]
    Plain,
    /// Marked as Buddhist.
    Buddhist,
    /// Counted in the era of a Japanese emperor: first year of the era, minus one.
    Japanese(u16),
    /// Marked as Persian (solar Hijri).
    Persian,
    /// Marked as Islamic; phones print the Umm al-Qura calendar.
    Hijri,
    /// Marked as the calendar of the Republic of China.
    Minguo,
}

/// Years in which a chat can lie: WhatsApp began in 2009. Two digits from 52 on are years of the Buddhist calendar
/// (2552 is 2009), because 2052 is far.
const YEARS: RangeInclusive<i32> = 2009..=2051;

/// The same years in other calendars; the ranges do not meet, so that a bare number tells its calendar.
const PERSIAN_YEARS: RangeInclusive<u16> = 1387..=1429;
const HIJRI_YEARS: RangeInclusive<u16> = 1430..=1475;
const MINGUO_YEARS: RangeInclusive<u16> = 100..=140;
const BUDDHIST_YEARS: RangeInclusive<u16> = 2500..=2699;

impl Calendar {
    /// The calendar that a year of this number, so marked, belongs to.
    pub fn of(self, year: u16) -> Self {
        match self {
            // Some languages mark the Islamic calendar with the letter of a Japanese era.
            Self::Plain | Self::Japanese(_) if PERSIAN_YEARS.contains(&year) => Self::Persian,
            Self::Plain | Self::Japanese(_) if HIJRI_YEARS.contains(&year) => Self::Hijri,
            Self::Plain if MINGUO_YEARS.contains(&year) => Self::Minguo,
            Self::Plain if BUDDHIST_YEARS.contains(&year) || (52..100).contains(&year) => Self::Buddhist,
            other => other,
        }
    }

    /// The day, when the numbers are one and a chat can lie there.
    pub fn day(self, year: u16, month: u16, day: u16) -> Option<NaiveDate> {
        let number = i32::from(year);
        let (month, day) = (u32::from(month), u32::from(day));
        let date = match self.of(year) {
            Self::Persian => persian(
                if year < 87 {
                    1400 + number
                } else if year < 100 {
                    1300 + number
                } else {
                    number
                },
                month,
                day,
            ),
            Self::Hijri => hijri(if year < 100 { 1400 + number } else { number }, month, day),
            other => {
                let year = match other {
                    Self::Japanese(base) => i32::from(base) + number,
                    Self::Buddhist if year < 100 => 2500 - 543 + number,
                    Self::Buddhist => number - 543,
                    Self::Minguo if year < 100 => 2011 + number,
                    Self::Minguo => 1911 + number,
                    _ if year < 52 => 2000 + number,
                    _ => number,
                };
                NaiveDate::from_ymd_opt(year, month, day)
            }
        };
        date.filter(|date| YEARS.contains(&date.year()))
    }

    /// Whether a year of this number, so marked, is counted in a calendar whose days had to be computed.
    pub fn is_computed(self, year: u16) -> bool {
        matches!(self.of(year), Self::Persian | Self::Hijri | Self::Minguo)
    }
}

/// The first day of the Persian year 1387.
const PERSIAN_START: (i32, Option<NaiveDate>) = (1387, NaiveDate::from_ymd_opt(2008, 3, 20));

fn persian(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    // Leap years come in cycles of 33 years; the rule agrees with the observed calendar for these two centuries.
    let leap = |year: i32| (25 * year + 11).rem_euclid(33) < 8;
    let length = match month {
        1..=6 => 31,
        7..=11 => 30,
        12 if leap(year) => 30,
        12 => 29,
        _ => return None,
    };
    let years = year.checked_sub(PERSIAN_START.0).filter(|years| (0..100).contains(years))?;
    let whole: u64 = (0..years).map(|past| if leap(PERSIAN_START.0 + past) { 366 } else { 365 }).sum();
    let months = u64::from((month - 1) * 30 + (month - 1).min(6));
    if !(1..=length).contains(&day) {
        return None;
    }
    PERSIAN_START.1?.checked_add_days(Days::new(whole + months + u64::from(day - 1)))
}

/// The first day of the Islamic year 1430.
const HIJRI_START: (i32, Option<NaiveDate>) = (1430, NaiveDate::from_ymd_opt(2008, 12, 29));

/// Which months of the years from 1430 on have 30 days in the Umm al-Qura calendar, which is observed, not computed:
/// the lowest bit is the first month.
const HIJRI_LONG_MONTHS: [u16; 46] = [
    0xaa6, 0x956, 0x2ae, 0x56d, 0x36a, 0xb55, 0xaaa, 0x94d, 0x49d, 0x95d, 0x2ba, 0x5b5, 0x5aa, 0xd55, 0xa9a, 0x92e,
    0x26e, 0x55d, 0xada, 0x6d4, 0x6a5, 0xb27, 0xa4d, 0x4ad, 0x56d, 0xb5a, 0x754, 0xf49, 0xe92, 0xd26, 0xa56, 0x356,
    0x6b5, 0xbaa, 0xb92, 0xb25, 0x68b, 0xa9b, 0x55a, 0xada, 0x5b4, 0xda9, 0xb52, 0xa9a, 0x536, 0x276,
];

fn hijri(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    let years = usize::try_from(year.checked_sub(HIJRI_START.0)?).ok()?;
    let bits = HIJRI_LONG_MONTHS.get(years)?;
    let length = |bits: u16, month: u32| 29 + u64::from(bits >> (month - 1) & 1);
    if !(1..=12).contains(&month) || !(1..=length(*bits, month)).contains(&u64::from(day)) {
        return None;
    }
    let whole: u64 =
        HIJRI_LONG_MONTHS.iter().take(years).map(|bits| (1..=12).map(|month| length(*bits, month)).sum::<u64>()).sum();
    let months: u64 = (1..month).map(|month| length(*bits, month)).sum();
    HIJRI_START.1?.checked_add_days(Days::new(whole + months + u64::from(day - 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(calendar: Calendar, year: u16, month: u16, day: u16, wanted: Option<(i32, u32, u32)>) {
        let wanted = wanted.map(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day).unwrap());
        assert_eq!(calendar.day(year, month, day), wanted, "{calendar:?} {year}-{month}-{day}");
    }

    #[test]
    fn days_of_other_calendars_are_days_of_the_common_one() {
        // Evidence: ICU and java.time, which agree.
        check(Calendar::Plain, 1400, 12, 27, Some((2022, 3, 18)));
        check(Calendar::Persian, 0, 12, 27, Some((2022, 3, 18)));
        check(Calendar::Persian, 99, 12, 30, Some((2021, 3, 20)));
        check(Calendar::Plain, 1403, 12, 30, Some((2025, 3, 20)));
        check(Calendar::Plain, 1404, 12, 30, None);
        check(Calendar::Plain, 1404, 7, 31, None);
        check(Calendar::Plain, 1443, 8, 15, Some((2022, 3, 18)));
        check(Calendar::Hijri, 43, 8, 15, Some((2022, 3, 18)));
        check(Calendar::Plain, 1446, 9, 1, Some((2025, 3, 1)));
        check(Calendar::Plain, 1443, 13, 1, None);
        check(Calendar::Plain, 111, 3, 18, Some((2022, 3, 18)));
        check(Calendar::Minguo, 11, 3, 18, Some((2022, 3, 18)));
        check(Calendar::Buddhist, 65, 3, 18, Some((2022, 3, 18)));
        check(Calendar::Plain, 2565, 3, 18, Some((2022, 3, 18)));
        check(Calendar::Japanese(2018), 4, 3, 18, Some((2022, 3, 18)));
        check(Calendar::Japanese(1988), 1443, 8, 15, Some((2022, 3, 18)));
        check(Calendar::Plain, 22, 3, 18, Some((2022, 3, 18)));
        check(Calendar::Plain, 1999, 3, 18, None);
        check(Calendar::Plain, 22, 0, 0, None);
    }
}
