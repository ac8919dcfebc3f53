//! Times as downloads give them: an instant, a wall clock without a zone, or nothing. Never invents a zone.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Offset, SecondsFormat, TimeZone, Utc};
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
            return DateTime::parse_from_rfc3339(utc).ok().map(|instant| instant.timestamp_millis());
        }
        self.local_clock().map(|clock| clock.and_utc().timestamp_millis())
    }

    /// The wall clock, when the download gave one.
    #[must_use]
    pub fn local_clock(&self) -> Option<NaiveDateTime> {
        let local = self.local.as_deref()?;
        NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M:%S")
            .or_else(|_| NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M"))
            .ok()
            .or_else(|| NaiveDate::parse_from_str(local, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0))
    }

    fn instant(instant: Option<DateTime<Utc>>, precision: Precision) -> Self {
        use chrono::Datelike as _;
        match instant {
            Some(instant) if (1..=9999).contains(&instant.year()) => {
                Self { utc: Some(format_utc(instant, precision)), local: None, precision, zone: None, ambiguous: false }
            }
            _ => Self::none(),
        }
    }
}

fn format_utc(instant: DateTime<Utc>, precision: Precision) -> String {
    let form = if precision == Precision::Ms { SecondsFormat::Millis } else { SecondsFormat::Secs };
    instant.to_rfc3339_opts(form, true)
}

fn format_local(local: NaiveDateTime, precision: Precision) -> String {
    let pattern = match precision {
        Precision::Ms | Precision::S => "%Y-%m-%dT%H:%M:%S",
        Precision::Min => "%Y-%m-%dT%H:%M",
        Precision::Day | Precision::None => "%Y-%m-%d",
    };
    local.format(pattern).to_string()
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
    fn a_wall_clock_gets_no_zone_by_itself() {
        let time = Time::from_local(clock("2024-03-12T14:05"), Precision::Min, false);
        assert_eq!((time.utc, time.local.as_deref()), (None, Some("2024-03-12T14:05")));
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
