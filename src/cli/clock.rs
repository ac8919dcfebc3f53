//! The clock and the time zone of the machine. Rooms below are given the time; they never ask.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// Now.
#[expect(clippy::disallowed_methods, reason = "the one place that asks the clock")]
pub(super) fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The machine's zone, UTC where it does not tell.
pub(super) fn machine_zone() -> Tz {
    iana_time_zone::get_timezone().ok().and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC)
}
