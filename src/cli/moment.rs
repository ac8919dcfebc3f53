//! Times as people read them: in the zone of the call, or the wall clock of the phone where there is no zone.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::context::Context;
use crate::model::{Precision, Time};

impl Context {
    /// An instant in the zone of the call: `14 mars 2024 18:04`.
    #[must_use]
    pub fn moment(&self, instant: DateTime<Utc>) -> String {
        let local = instant.with_timezone(&self.zone).naive_local();
        format!("{} {}", self.words.date(local.date()), local.format("%H:%M"))
    }

    /// The time of a record; a dash when there is none. A wall clock without a zone is shown as it is.
    #[must_use]
    pub fn time(&self, time: &Time) -> String {
        let Some(local) = self.wall_clock(time) else { return "—".to_owned() };
        let day = self.words.date(local.date());
        match time.precision {
            Precision::Day | Precision::None => day,
            Precision::Ms | Precision::S | Precision::Min => format!("{day} {}", local.format("%H:%M")),
        }
    }

    /// The day of a record; a dash when there is none.
    #[must_use]
    pub fn day(&self, time: &Time) -> String {
        self.wall_clock(time).map_or_else(|| "—".to_owned(), |local| self.words.date(local.date()))
    }

    /// The wall clock a person would have read.
    #[must_use]
    pub fn wall_clock(&self, time: &Time) -> Option<NaiveDateTime> {
        let instant = time.utc.as_deref().and_then(|utc| DateTime::parse_from_rfc3339(utc).ok());
        instant.map(|instant| instant.with_timezone(&self.zone).naive_local()).or_else(|| time.local_clock())
    }
}
