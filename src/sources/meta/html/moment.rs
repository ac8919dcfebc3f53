//! A time as a download gives it, with what stands for it in an identity.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, TimeZone as _};
use chrono_tz::Tz;

use super::dates::{Clock, Printed, read_date};
use super::months::{DATE_BYTES_MAX, is_torn, language_of, settled};
use super::page::Frame;
use crate::model::{Fingerprint, Precision, Time};
use crate::sources::DateOrder;
use crate::sources::markup::{Token, tokens};

/// When something happened.
///
/// A printed time whose second and zone are known is the same instant that JSON gives as a number, and stands for it in
/// identities; any other printed time is identified by its wall clock, so that naming a zone later changes no id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    time: Time,
    mark: Mark,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Mark {
    Seconds(i64),
    Wall(String),
}

impl Moment {
    /// Seconds since 1970 UTC.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Self {
        Self { time: Time::from_seconds(seconds), mark: Mark::Seconds(seconds) }
    }

    /// A printed date, in the zone that the download or the user names.
    #[must_use]
    pub fn from_printed(printed: &Printed, zone: Option<Tz>) -> Self {
        let (at, precision) = (printed.clock.at, printed.clock.precision);
        let wall = Time::from_local(at, precision, printed.ambiguous);
        let time = match (printed.offset, zone) {
            _ if precision == Precision::Day => wall.clone(),
            (Some(minutes), _) => {
                let instant = at.and_utc().timestamp() - i64::from(minutes) * 60;
                Time { utc: Time::from_seconds(instant).utc, ..wall.clone() }
            }
            (None, Some(zone)) => Time::from_local_in(at, precision, printed.ambiguous, zone),
            (None, None) => wall.clone(),
        };
        let certain = precision == Precision::S && !time.ambiguous && time.utc.is_some();
        let mark = match time.order_ms().filter(|_| certain) {
            Some(millis) => Mark::Seconds(millis.div_euclid(1000)),
            None => Mark::Wall(wall.local.unwrap_or_default()),
        };
        Self { time, mark }
    }

    /// A date and clock of ISO 8601. Without an offset it is a wall clock. `None` when it is none.
    #[must_use]
    pub fn from_iso(text: &str) -> Option<Self> {
        if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
            return Some(Self::from_seconds(instant.timestamp()));
        }
        let at = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
        let clock = Clock { at, precision: Precision::S };
        Some(Self::from_printed(&Printed { clock, offset: None, proves: None, ambiguous: false }, None))
    }

    /// Whether it tells all that a printed text does: a clock whose half of the day is not known is left out.
    #[must_use]
    pub fn is_all_of(&self, printed: &str) -> bool {
        self.time.precision != Precision::Day || !printed.contains(':')
    }

    /// The time.
    #[must_use]
    pub const fn time(&self) -> &Time {
        &self.time
    }

    /// Seconds since 1970 UTC, where they are certain.
    #[must_use]
    pub const fn seconds(&self) -> Option<i64> {
        match self.mark {
            Mark::Seconds(seconds) => Some(seconds),
            Mark::Wall(_) => None,
        }
    }

    /// Adds a time to an identity; 0 stands for none. `scale` is what a second counts there.
    #[must_use]
    pub fn mark(moment: Option<&Self>, print: Fingerprint, scale: i64) -> Fingerprint {
        match moment.map(|moment| &moment.mark) {
            None => print.number(0),
            Some(Mark::Seconds(seconds)) => print.number(seconds.saturating_mul(scale)),
            Some(Mark::Wall(wall)) => print.text("wall clock").text(wall),
        }
    }
}

/// Where the zone of printed times is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zones {
    /// The account's zone, if the download or the user names it.
    Account(Option<Tz>),
    /// The head of each page prints one instant twice, for machines in UTC and for people.
    Head,
}

/// The zone in which a page prints an instant: Meta's own, US Pacific, or UTC, if either fits. Any other distance from
/// UTC names no zone, because it says nothing about the other half of the year.
fn zone_of(utc: &str, printed: &str) -> Option<Tz> {
    let instant = DateTime::parse_from_rfc3339(utc)
        .map(|instant| instant.naive_utc())
        .or_else(|_| NaiveDateTime::parse_from_str(utc, "%Y-%m-%dT%H:%MZ"))
        .ok()?;
    let clock = read_date(printed, DateOrder::Auto, 2)?.clock.at;
    let same_minute = |zone: Tz| {
        let there = zone.from_utc_datetime(&instant).naive_local();
        (there - clock).num_seconds().abs() < 60
    };
    [chrono_tz::America::Los_Angeles, chrono_tz::UTC].into_iter().find(|zone| same_minute(*zone))
}

/// How the dates of one page are read.
pub struct Calendar<'p> {
    html: &'p [u8],
    zones: Zones,
    zone: Cell<Option<Tz>>,
    order: Cell<DateOrder>,
    learned: Cell<bool>,
    /// The language that decides which month a word is, where two differ.
    language: OnceCell<Option<&'static str>>,
    /// Words around a date that were looked for, and whether the page says them around another date too.
    lines: RefCell<HashMap<(String, String), bool>>,
}

impl<'p> Calendar<'p> {
    /// The calendar of a page. `order` is what the user says of dates in numbers alone.
    #[must_use]
    pub fn new(html: &'p [u8], zones: Zones, order: DateOrder) -> Self {
        let zone = match zones {
            Zones::Account(zone) => zone,
            Zones::Head => None,
        };
        Self {
            html,
            zones,
            zone: Cell::new(zone),
            order: Cell::new(order),
            learned: Cell::new(false),
            language: OnceCell::new(),
            lines: RefCell::default(),
        }
    }

    /// Reads from the head of the page what it says about zones. To be called before the first date is read.
    pub fn look_at(&self, frame: &Frame) {
        if let (Zones::Head, None, Some((utc, printed))) = (self.zones, self.zone.get(), &frame.made) {
            self.zone.set(zone_of(utc, printed));
        }
    }

    /// The time that a text prints; `None` when it is no date.
    #[must_use]
    pub fn moment(&self, text: &str) -> Option<Moment> {
        self.printed(text, 2).map(|printed| self.moment_of(&printed))
    }

    /// The time of a wall clock on this page.
    #[must_use]
    pub fn moment_of(&self, printed: &Printed) -> Moment {
        Moment::from_printed(printed, self.zone.get())
    }

    /// The wall clock that a text prints, with up to `slack` unknown words before it.
    #[must_use]
    pub fn printed(&self, text: &str, slack: usize) -> Option<Printed> {
        let text = self.settled(text)?;
        let printed = read_date(&text, self.order.get(), slack)?;
        if !printed.ambiguous || self.learned.replace(true) {
            return Some(printed);
        }
        // Numbers alone, met for the first time: the other dates of the page may show their order.
        self.order.set(order_of(self.html));
        read_date(&text, self.order.get(), slack)
    }

    /// A date in which each month is one; `None` when the page does not tell which.
    fn settled<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        if text.len() > DATE_BYTES_MAX || !is_torn(text) {
            return Some(Cow::Borrowed(text));
        }
        let language = *self.language.get_or_init(|| language_of(texts(self.html)));
        settled(text, language?).map(Cow::Owned)
    }

    /// Whether the page says these words around a date more than once: then the platform does.
    #[must_use]
    pub fn repeats(&self, before: &str, after: &str) -> bool {
        let key = (before.trim().to_owned(), after.trim().to_owned());
        if let Some(known) = self.lines.borrow().get(&key) {
            return *known;
        }
        let is_such = |text: &String| {
            let date = text.trim().strip_prefix(&key.0).and_then(|rest| rest.strip_suffix(&key.1));
            date.is_some_and(|date| self.printed(date, 0).is_some())
        };
        let repeats = texts(self.html).filter(is_such).take(2).count() == 2;
        self.lines.borrow_mut().insert(key, repeats);
        repeats
    }
}

fn texts(html: &[u8]) -> impl Iterator<Item = String> {
    tokens(html).filter_map(|token| if let Token::Text(text) = token { Some(text) } else { None })
}

/// The order of day and month that the dates of a page prove; `Auto` when they prove none, or both.
fn order_of(html: &[u8]) -> DateOrder {
    let (mut day_first, mut month_first) = (false, false);
    for text in texts(html) {
        match read_date(&text, DateOrder::Auto, 2).and_then(|printed| printed.proves) {
            Some(DateOrder::DayFirst) => day_first = true,
            Some(DateOrder::MonthFirst) => month_first = true,
            Some(DateOrder::Auto) | None => {}
        }
    }
    match (day_first, month_first) {
        (true, false) => DateOrder::DayFirst,
        (false, true) => DateOrder::MonthFirst,
        _ => DateOrder::Auto,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Kind, Platform, Twins};

    fn moment(html: &str, zone: Option<Tz>, text: &str) -> Moment {
        Calendar::new(html.as_bytes(), Zones::Account(zone), DateOrder::Auto).moment(text).unwrap()
    }

    #[test]
    fn a_certain_second_is_the_number_json_gives() {
        let id = |moment: &Moment| {
            Moment::mark(Some(moment), Fingerprint::new(Platform::Facebook, Kind::Post), 1).finish(&mut Twins::new())
        };
        let printed = moment("", Some(chrono_tz::Africa::Dakar), "Oct 09, 2025 2:37:05 pm");
        assert_eq!(id(&printed), id(&Moment::from_seconds(1_760_020_625)));
        let bare = moment("", None, "Oct 09, 2025 2:37:05 pm");
        assert_ne!(id(&bare), id(&printed));
        // Minutes are no seconds: naming the zone changes the time and not the id.
        let minute = moment("", None, "Oct 09, 2025 2:37 pm");
        let zoned = moment("", Some(chrono_tz::Africa::Dakar), "Oct 09, 2025 2:37 pm");
        assert_eq!((id(&minute), zoned.time().utc.as_deref()), (id(&zoned), Some("2025-10-09T14:37:00Z")));
    }

    #[test]
    fn the_order_of_numbers_is_decided_over_the_page() {
        let page = "<div>03/02/2025, 10:05</div><div>25/02/2025, 10:05</div>";
        let decided = moment(page, None, "03/02/2025, 10:05");
        assert_eq!((decided.time().local.as_deref(), decided.time().ambiguous), (Some("2025-02-03T10:05"), false));
        let undecided = moment("<div>03/02/2025, 10:05</div>", None, "03/02/2025, 10:05");
        assert!(undecided.time().ambiguous);
    }

    #[test]
    fn months_that_differ_between_languages_are_decided_over_the_page() {
        let local = |page: &str| {
            let moment =
                Calendar::new(page.as_bytes(), Zones::Account(None), DateOrder::Auto).moment("lip 02, 2024 2:43:19 pm");
            moment.and_then(|moment| moment.time().local.clone())
        };
        assert_eq!(local("<div>svi 05, 2024 2:55:09 pm</div>").as_deref(), Some("2024-06-02T14:43:19"));
        assert_eq!(local("<div>sty 05, 2024 2:55:09 pm</div>").as_deref(), Some("2024-07-02T14:43:19"));
        assert_eq!(local("<div>lis 05, 2024 2:55:09 pm</div>"), None);
    }

    #[test]
    fn the_head_of_a_page_shows_its_zone() {
        let check =
            |utc: &str, printed: &str, expected: Option<Tz>| assert_eq!(zone_of(utc, printed), expected, "{printed}");
        check(
            "2026-09-09T08:16Z",
            "Wednesday, September 9, 2026 at 1:16 AM UTC",
            Some(chrono_tz::America::Los_Angeles),
        );
        check("2026-12-09T08:16Z", "mercredi 9 décembre 2026 à 00:16 UTC", Some(chrono_tz::America::Los_Angeles));
        check("2026-09-09T08:16Z", "September 9, 2026 at 8:16 AM", Some(chrono_tz::UTC));
        check("2026-09-09T08:16Z", "September 9, 2026 at 10:16 AM", None);
        check("yesterday", "September 9, 2026 at 10:16 AM", None);
    }

    #[test]
    fn an_offset_in_the_text_gives_the_instant() {
        let archived = moment("", None, "Friday, October 4, 2013 at 10:05pm PDT");
        assert_eq!(archived.time().utc.as_deref(), Some("2013-10-05T05:05:00Z"));
        assert_eq!(
            (archived.time().local.as_deref(), archived.time().precision),
            (Some("2013-10-04T22:05"), Precision::Min)
        );
    }
}
