//! Times as pages print them: the computer's wall clock, since 2021 with an offset.
//!
//! The offset is that of the computer's zone in winter, all year round (`FormatDateTime` in `export_data_types.cpp` asks for the
//! standard time's). Whether a summer's clock ran an hour ahead of it no page tells: such times are marked as unsure, unless
//! no zone of that offset has a summer time, or the user names the zone.

use std::collections::HashMap;

use chrono::{Duration, NaiveDate, NaiveDateTime, TimeZone as _};
use chrono_tz::{OffsetComponents as _, TZ_VARIANTS, Tz};

use crate::model::{Precision, Time};

/// Reads the times of a page.
#[derive(Default)]
pub struct Clock {
    zone: Option<Tz>,
    /// Whether a zone of this offset (minutes east of Greenwich) may have summer time on this day.
    summers: HashMap<(i64, NaiveDate), bool>,
}

impl Clock {
    /// `zone`: as the user says.
    pub fn new(zone: Option<Tz>) -> Self {
        Self { zone, summers: HashMap::new() }
    }

    /// The time of `12.03.2024 14:05:09 UTC+01:00`, with or without its offset.
    pub fn time(&mut self, text: &str) -> Option<Time> {
        let (wall, rest) = text.trim().split_at_checked(19)?;
        let wall = NaiveDateTime::parse_from_str(wall, "%d.%m.%Y %H:%M:%S").ok()?;
        let Some(offset) = offset(rest) else {
            return Some(match self.zone {
                Some(zone) => Time::from_local_in(wall, Precision::S, false, zone),
                None => Time::from_local(wall, Precision::S, false),
            });
        };
        let instant = wall - Duration::minutes(offset);
        if let Some(zone) = self.zone.filter(|zone| base_of(*zone, instant) == offset) {
            return Some(Time::from_local_in(wall, Precision::S, false, zone));
        }
        let unsure = self.may_be_summer(offset, wall.date());
        let utc = Time::from_seconds(instant.and_utc().timestamp()).utc;
        Some(Time { utc, ..Time::from_local(wall, Precision::S, unsure) })
    }

    fn may_be_summer(&mut self, offset: i64, day: NaiveDate) -> bool {
        *self.summers.entry((offset, day)).or_insert_with(|| {
            // On the day when clocks change both are possible.
            let noons = [Some(day), day.pred_opt()].into_iter().flatten().filter_map(|day| day.and_hms_opt(12, 0, 0));
            noons
                .into_iter()
                .any(|noon| TZ_VARIANTS.iter().any(|zone| summer(*zone, noon) && base_of(*zone, noon) == offset))
        })
    }
}

fn base_of(zone: Tz, instant: NaiveDateTime) -> i64 {
    zone.offset_from_utc_datetime(&instant).base_utc_offset().num_minutes()
}

/// Ireland's winter time, which the law and the database call the exception, is none.
fn summer(zone: Tz, instant: NaiveDateTime) -> bool {
    zone.offset_from_utc_datetime(&instant).dst_offset() > Duration::zero()
}

/// Minutes east of Greenwich of ` UTC+01:00`.
fn offset(text: &str) -> Option<i64> {
    let rest = text.trim_start().strip_prefix("UTC")?;
    let sign = match rest.chars().next() {
        Some('+') => 1,
        Some('-' | '\u{2212}') => -1,
        _ => return Some(0),
    };
    let (hours, minutes) = rest.trim_start_matches(['+', '-', '\u{2212}']).split_once(':')?;
    let minutes: String = minutes.chars().take_while(char::is_ascii_digit).collect();
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// The day of `12 March 2024`, which pages print above messages in English always.
pub fn day(text: &str) -> Option<Time> {
    let day = NaiveDate::parse_from_str(text.trim(), "%d %B %Y").ok()?;
    Some(Time::from_local(day.and_hms_opt(0, 0, 0)?, Precision::Day, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(zone: Option<Tz>, text: &str, utc: Option<&str>, ambiguous: bool) {
        let time = Clock::new(zone).time(text).unwrap();
        assert_eq!((time.utc.as_deref(), time.ambiguous), (utc, ambiguous), "{text} in {zone:?}");
    }

    #[test]
    fn winter_is_certain_and_summer_is_not_unless_the_zone_is_named() {
        check(None, "12.01.2024 14:05:09 UTC+01:00", Some("2024-01-12T13:05:09Z"), false);
        check(None, "12.07.2024 14:05:09 UTC+01:00", Some("2024-07-12T13:05:09Z"), true);
        check(Some(chrono_tz::Europe::Paris), "12.07.2024 14:05:09 UTC+01:00", Some("2024-07-12T12:05:09Z"), false);
        check(Some(chrono_tz::Africa::Algiers), "12.07.2024 14:05:09 UTC+01:00", Some("2024-07-12T13:05:09Z"), false);
        // India has no summer time, and no other zone has its offset.
        check(None, "12.07.2024 14:05:09 UTC+05:30", Some("2024-07-12T08:35:09Z"), false);
        // Another zone than the user's.
        check(Some(chrono_tz::Europe::Paris), "12.07.2024 14:05:09 UTC-03:00", Some("2024-07-12T17:05:09Z"), true);
    }

    #[test]
    fn without_an_offset_it_is_a_wall_clock() {
        check(None, "12.07.2024 14:05:09", None, false);
        check(Some(chrono_tz::Africa::Dakar), "12.07.2024 14:05:09", Some("2024-07-12T14:05:09Z"), false);
        assert_eq!(Clock::default().time("12 July 2024"), None);
        assert_eq!(Clock::default().time(""), None);
    }

    #[test]
    fn days_stand_above_messages() {
        assert_eq!(day("5 March 2024").and_then(|time| time.local).as_deref(), Some("2024-03-05"));
        assert_eq!(day("No exported messages"), None);
    }
}
