//! Times as downloads give them: an instant, a wall clock without a zone, or nothing. Never invents a zone.

use std::cmp::Ordering;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, Offset, TimeZone, Timelike as _, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The smallest unit the download gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Milliseconds.
    Ms,
    /// Seconds.
    S,
    /// Minutes.
    Min,
    /// Days.
    Day,
    /// There is no time.
    None,
}

/// When something happened. Either `utc` or `local` is set, or both once a zone is known, or neither.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Time {
    /// RFC 3339 in UTC, with milliseconds only when the precision is `ms`.
    pub utc: Option<String>,
    /// Wall clock of the exporting device, `2024-03-12T14:05` or with seconds.
    pub local: Option<String>,
    /// The smallest unit given.
    pub precision: Precision,
    /// IANA zone by which `local` was turned into `utc`.
    pub zone: Option<String>,
    /// Day and month could not be told apart in the whole file, or the hour repeats in this zone.
    pub ambiguous: bool,
}

impl Time {
    /// No time at all.
    #[must_use]
    pub const fn none() -> Self {
        Self { utc: None, local: None, precision: Precision::None, zone: None, ambiguous: false }
    }

    /// Seconds since 1970 UTC. Values outside the years 1 to 9999 give [`Time::none`].
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Self {
        Self::instant(DateTime::from_timestamp(seconds, 0), Precision::S)
    }

    /// Milliseconds since 1970 UTC. Values outside the years 1 to 9999 give [`Time::none`].
    #[must_use]
    pub fn from_millis(millis: i64) -> Self {
        Self::instant(DateTime::from_timestamp_millis(millis), Precision::Ms)
    }

    /// A wall clock without a zone; `precision` is `S` or `Min` (`Day` drops the clock).
    #[must_use]
    pub fn from_local(local: NaiveDateTime, precision: Precision, ambiguous: bool) -> Self {
        Self { utc: None, local: Some(format_local(local, precision)), precision, zone: None, ambiguous }
    }

    /// A wall clock in a known zone. The earlier instant is taken when the hour repeats, and the time is marked
    /// ambiguous; a wall clock that the zone skips is moved forward by the size of the gap and marked too.
    #[must_use]
    pub fn from_local_in(local: NaiveDateTime, precision: Precision, ambiguous: bool, zone: chrono_tz::Tz) -> Self {
        let (instant, unsure) = match zone.from_local_datetime(&local) {
            chrono::LocalResult::Single(instant) => (Some(instant.with_timezone(&Utc)), false),
            chrono::LocalResult::Ambiguous(earlier, _) => (Some(earlier.with_timezone(&Utc)), true),
            chrono::LocalResult::None => {
                let before = local - chrono::Duration::hours(3);
                let offset = zone.offset_from_utc_datetime(&before).fix();
                (offset.from_local_datetime(&local).single().map(|instant| instant.with_timezone(&Utc)), true)
            }
        };
        Self {
            utc: instant.map(|instant| format_utc(instant, precision)),
            local: Some(format_local(local, precision)),
            precision,
            zone: Some(zone.name().to_owned()),
            ambiguous: ambiguous || unsure,
        }
    }

    /// Milliseconds since 1970 by which records are ordered: UTC when known, else the wall clock read as UTC.
    /// `None` when there is no time.
    #[must_use]
    pub fn order_ms(&self) -> Option<i64> {
        if let Some(utc) = &self.utc {
            let slow = || DateTime::parse_from_rfc3339(utc).ok().map(|instant| instant.timestamp_millis());
            return parse_utc(utc.as_bytes()).or_else(slow);
        }
        self.local_clock().map(|clock| clock.and_utc().timestamp_millis())
    }

    /// The wall clock, when the download gave one.
    #[must_use]
    pub fn local_clock(&self) -> Option<NaiveDateTime> {
        let local = self.local.as_deref()?;
        let (date, clock) = local.split_at_checked(10)?;
        let date = date_of(date.as_bytes())?;
        let clock = clock.as_bytes();
        match *clock {
            [] => date.and_hms_opt(0, 0, 0),
            [b'T', h1, h2, b':', m1, m2] => date.and_hms_opt(two(h1, h2)?, two(m1, m2)?, 0),
            [b'T', h1, h2, b':', m1, m2, b':', s1, s2] => date.and_hms_opt(two(h1, h2)?, two(m1, m2)?, two(s1, s2)?),
            _ => None,
        }
    }

    /// A clock that had no zone, in the zone of whoever printed it; `None` for what is an instant already, or no clock.
    #[must_use]
    pub fn placed_in(&self, zone: chrono_tz::Tz) -> Option<Self> {
        let is_clock = self.utc.is_none() && matches!(self.precision, Precision::S | Precision::Min);
        let clock = self.local_clock().filter(|_| is_clock)?;
        Some(Self::from_local_in(clock, self.precision, self.ambiguous, zone))
    }

    /// What two tellings of one moment say together, the same whichever comes first: the finer of two clocks, the zone of
    /// the one that has it, and certainty where either is certain.
    #[must_use]
    pub fn combined(&self, other: &Self) -> Self {
        let clocks = (self.local_clock(), other.local_clock());
        let (Some(_), Some(_), false) = (clocks.0, clocks.1, self.utc.is_some() && other.utc.is_some()) else {
            return self.max_by_worth(other).clone();
        };
        let finer = if self.clock_worth() >= other.clock_worth() { self } else { other };
        let ambiguous = self.ambiguous && other.ambiguous;
        let zoned = if self.utc.is_some() { self } else { other };
        let zone = zoned.zone.as_deref().and_then(|zone| zone.parse::<chrono_tz::Tz>().ok());
        match (finer.local_clock(), zone) {
            (Some(clock), Some(zone)) => Self::from_local_in(clock, finer.precision, ambiguous, zone),
            // The instant came with an offset of its own.
            _ if zoned.utc.is_some() => zoned.clone(),
            _ => Self { ambiguous, ..finer.clone() },
        }
    }

    /// The time that says more.
    fn max_by_worth<'t>(&'t self, other: &'t Self) -> &'t Self {
        let worth = |time: &Self| (time.utc.is_some(), time.local.is_some() && time.utc.is_none(), !time.ambiguous);
        match worth(self).cmp(&worth(other)).then_with(|| self.clock_worth().cmp(&other.clock_worth())) {
            Ordering::Less => other,
            Ordering::Equal if (&self.utc, &self.zone) > (&other.utc, &other.zone) => other,
            Ordering::Equal | Ordering::Greater => self,
        }
    }

    /// Finer clocks are worth more; of equally fine ones the earlier is.
    const fn clock_worth(&self) -> (u8, std::cmp::Reverse<&Option<String>>) {
        let fineness = match self.precision {
            Precision::Ms => 4,
            Precision::S => 3,
            Precision::Min => 2,
            Precision::Day => 1,
            Precision::None => 0,
        };
        (fineness, std::cmp::Reverse(&self.local))
    }

    fn instant(instant: Option<DateTime<Utc>>, precision: Precision) -> Self {
        match instant {
            Some(instant) if (1..=9999).contains(&instant.year()) => {
                Self { utc: Some(format_utc(instant, precision)), local: None, precision, zone: None, ambiguous: false }
            }
            _ => Self::none(),
        }
    }
}

/// RFC 3339 as [`Time`] writes it. Written by hand: an import formats a million times, and this is a tenth of the cost.
fn format_utc(instant: DateTime<Utc>, precision: Precision) -> String {
    let mut text = String::with_capacity(24);
    let year = u32::try_from(instant.year()).unwrap_or(0);
    let parts = [(year, 4, '-'), (instant.month(), 2, '-'), (instant.day(), 2, 'T')];
    let clock = [(instant.hour(), 2, ':'), (instant.minute(), 2, ':')];
    for (number, width, after) in parts.into_iter().chain(clock) {
        push_digits(&mut text, number, width);
        text.push(after);
    }
    push_digits(&mut text, instant.second(), 2);
    if precision == Precision::Ms {
        text.push('.');
        push_digits(&mut text, instant.timestamp_subsec_millis(), 3);
    }
    text.push('Z');
    text
}

fn push_digits(text: &mut String, number: u32, width: u32) {
    for place in (0..width).rev() {
        text.push(char::from_digit(number / 10_u32.pow(place) % 10, 10).unwrap_or('0'));
    }
}

/// Milliseconds of what [`format_utc`] wrote; `None` for any other form.
fn parse_utc(text: &[u8]) -> Option<i64> {
    let (date, clock) = text.split_at_checked(10)?;
    let date = date_of(date)?;
    let (clock, millis) = match clock {
        [clock @ .., b'Z'] if clock.len() == 9 => (clock, 0),
        [clock @ .., b'.', a, b, c, b'Z'] if clock.len() == 9 => (clock, digit(*a)? * 100 + two(*b, *c)?),
        _ => return None,
    };
    let [b'T', h1, h2, b':', m1, m2, b':', s1, s2] = *clock else { return None };
    let at = date.and_hms_milli_opt(two(h1, h2)?, two(m1, m2)?, two(s1, s2)?, millis)?;
    Some(at.and_utc().timestamp_millis())
}

/// The day that `2024-03-12` says.
fn date_of(text: &[u8]) -> Option<NaiveDate> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text else { return None };
    let year = i32::try_from(two(y1, y2)? * 100 + two(y3, y4)?).ok()?;
    NaiveDate::from_ymd_opt(year, two(m1, m2)?, two(d1, d2)?)
}

fn two(tens: u8, ones: u8) -> Option<u32> {
    Some(digit(tens)? * 10 + digit(ones)?)
}

fn digit(letter: u8) -> Option<u32> {
    letter.is_ascii_digit().then(|| u32::from(letter - b'0'))
}

fn format_local(local: NaiveDateTime, precision: Precision) -> String {
    let mut text = String::with_capacity(19);
    let year = u32::try_from(local.year()).unwrap_or(0);
    for (number, width, before) in [(year, 4, ""), (local.month(), 2, "-"), (local.day(), 2, "-")] {
        text.push_str(before);
        push_digits(&mut text, number, width);
    }
    if matches!(precision, Precision::Day | Precision::None) {
        return text;
    }
    for (number, before) in [(local.hour(), 'T'), (local.minute(), ':')] {
        text.push(before);
        push_digits(&mut text, number, 2);
    }
    if precision != Precision::Min {
        text.push(':');
        push_digits(&mut text, local.second(), 2);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap_or_default()
    }

    #[test]
    fn instants_keep_their_precision() {
        assert_eq!(Time::from_millis(1_710_252_309_123).utc.as_deref(), Some("2024-03-12T14:05:09.123Z"));
        assert_eq!(Time::from_seconds(1_710_252_309).utc.as_deref(), Some("2024-03-12T14:05:09Z"));
        assert_eq!(Time::from_seconds(i64::MAX), Time::none());
    }

    #[test]
    fn wall_clocks_are_written_as_chrono_writes_them_and_read_back() {
        let patterns =
            [(Precision::S, "%Y-%m-%dT%H:%M:%S"), (Precision::Min, "%Y-%m-%dT%H:%M"), (Precision::Day, "%Y-%m-%d")];
        for seconds in (-62_135_596_800..253_402_300_800_i64).step_by(7_654_321_987) {
            let local = DateTime::from_timestamp(seconds, 0).unwrap().naive_utc();
            for (precision, pattern) in patterns {
                let time = Time::from_local(local, precision, false);
                let expected = local.format(pattern).to_string();
                assert_eq!(time.local.as_deref(), Some(expected.as_str()));
                let read = time.local_clock().unwrap();
                assert_eq!(read.format(pattern).to_string(), expected);
            }
        }
        for local in
            ["2024-13-01", "2024-01-01T24:00", "2024-01-01T10:60", "2024-01-01 10:00", "2024-01-01T10", "x", ""]
        {
            let time = Time { local: Some(local.to_owned()), ..Time::none() };
            assert_eq!(time.local_clock(), None, "{local}");
        }
    }

    #[test]
    fn the_written_form_is_that_of_chrono_and_reads_back() {
        for millis in (-62_135_596_800_000..253_402_300_800_000_i64).step_by(7_654_321_987_653).chain([0, 999, -1]) {
            let instant = DateTime::from_timestamp_millis(millis).unwrap();
            let time = Time::from_millis(millis);
            let expected = instant.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
            assert_eq!((time.utc.as_deref(), time.order_ms()), (Some(expected.as_str()), Some(millis)));
        }
        for text in ["2024-02-30T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01 00:00:00Z", "x"] {
            assert_eq!(parse_utc(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_wall_clock_gets_no_zone_by_itself() {
        let time = Time::from_local(clock("2024-03-12T14:05"), Precision::Min, false);
        assert_eq!((time.utc, time.local.as_deref()), (None, Some("2024-03-12T14:05")));
    }

    #[test]
    fn two_tellings_of_a_moment_are_one_whichever_comes_first() {
        let paris = chrono_tz::Europe::Paris;
        let seconds = NaiveDateTime::parse_from_str("2024-10-27T02:30:09", "%Y-%m-%dT%H:%M:%S").unwrap_or_default();
        let minute = clock("2024-10-27T02:30");
        let tellings = [
            Time::from_local(minute, Precision::Min, false),
            Time::from_local(minute, Precision::Min, true),
            Time::from_local(seconds, Precision::S, true),
            Time::from_local_in(minute, Precision::Min, true, paris),
            Time::from_local(minute, Precision::Day, false),
            Time::none(),
        ];
        let all = |order: &[&Time]| order.iter().fold(Time::none(), |known, time| known.combined(time));
        let forwards: Vec<&Time> = tellings.iter().collect();
        let expected = Time::from_local_in(seconds, Precision::S, false, paris);
        for turn in 0..tellings.len() {
            let mut order = forwards.clone();
            order.rotate_left(turn);
            assert_eq!(all(&order), expected);
            order.reverse();
            assert_eq!(all(&order), expected);
        }
        let (exact, printed) = (Time::from_millis(1_710_252_309_123), Time::from_seconds(1_710_252_309));
        assert_eq!((exact.combined(&printed), printed.combined(&exact)), (exact.clone(), exact));
    }

    #[test]
    fn repeated_and_skipped_hours_are_marked() {
        let paris = chrono_tz::Europe::Paris;
        let repeated = Time::from_local_in(clock("2024-10-27T02:30"), Precision::Min, false, paris);
        assert_eq!((repeated.utc.as_deref(), repeated.ambiguous), (Some("2024-10-27T00:30:00Z"), true));
        let skipped = Time::from_local_in(clock("2024-03-31T02:30"), Precision::Min, false, paris);
        assert_eq!((skipped.utc.as_deref(), skipped.ambiguous), (Some("2024-03-31T01:30:00Z"), true));
        let plain = Time::from_local_in(clock("2024-07-01T12:00"), Precision::Min, false, paris);
        assert_eq!((plain.utc.as_deref(), plain.ambiguous), (Some("2024-07-01T10:00:00Z"), false));
    }
}
