//! From the numbers of headers to dates: which field is the day, which calendar, decided over a whole file.
//!
//! Never guesses silently: what the file cannot tell is read day first and marked ambiguous (docs/formats/whatsapp.md).

use chrono::NaiveDate;

use super::header::{End, HalfPlace, Header, Signature, Stamp};
use crate::sources::DateOrder;

/// Order of the three fields of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Day, month, year.
    DayMonthYear,
    /// Month, day, year.
    MonthDayYear,
    /// Year, month, day.
    YearMonthDay,
}

/// One header of a file, as evidence.
#[derive(Clone, Copy, Debug)]
pub struct Evidence {
    /// Which header of its signature it is, or the first of several with the same day.
    pub index: usize,
    /// Its numbers.
    pub stamp: Stamp,
    /// The day in the name of the file it carries (`IMG-20220403-WA0001.jpg`), when there is one.
    pub named: Option<NaiveDate>,
    /// `PM` in plain capitals and a field below 10 without zero: on Android only the United States print both.
    pub american: bool,
    /// It stands before everything that people wrote: Android dates the notice about encryption by its last change and
    /// prints it first, so that its time tells nothing of the order.
    pub opening: bool,
}

/// How the dates of one signature are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// From which header (by index) which order holds; more than one where exports were joined.
    pub spans: Vec<(usize, Order)>,
    /// The file does not tell; the order is the default.
    pub ambiguous: bool,
}

impl Reading {
    /// The order that holds for header `index`.
    pub fn order(&self, index: usize) -> Order {
        let span = self.spans.iter().rev().find(|(from, _)| *from <= index);
        span.or(self.spans.first()).map_or(Order::DayMonthYear, |(_, order)| *order)
    }

    /// One order holds, certainly.
    pub fn sure(order: Order) -> Self {
        Self { spans: vec![(0, order)], ambiguous: false }
    }
}

/// Different days a file must have before the length of its span tells day from month.
const SPAN_DAYS_MIN: usize = 5;

/// How many times longer the wrong reading's span must be.
const SPAN_RATIO_MIN: i64 = 8;

/// Most changes of order within a file that are taken for joined exports.
const SPANS_MAX: usize = 8;

impl Stamp {
    /// The day, or `None` when the numbers are no day in this order.
    pub fn date(&self, order: Order) -> Option<NaiveDate> {
        let [a, b, c] = self.fields;
        let (day, month, year) = match order {
            Order::DayMonthYear => (a, b, c),
            Order::MonthDayYear => (b, a, c),
            Order::YearMonthDay => (c, b, a),
        };
        self.calendar.day(year, month, day)
    }

    /// Whether its day had to be computed from another calendar than the common one.
    pub fn is_computed(&self) -> bool {
        self.fields.iter().any(|field| self.calendar.is_computed(*field))
    }

    /// Whether both have the same numbers for the day.
    pub fn is_same_day(&self, other: &Self) -> bool {
        self.fields == other.fields && self.calendar == other.calendar
    }

    /// Hour, minute and second; midnight when the clock is unknown.
    pub fn hms(&self) -> (u32, u32, u32) {
        let (hour, minute, second) = self.clock.unwrap_or((0, 0, 0));
        (hour.into(), minute.into(), second.into())
    }

    /// Whether the numbers are a day in some order.
    pub fn is_possible(&self) -> bool {
        [Order::DayMonthYear, Order::MonthDayYear, Order::YearMonthDay].iter().any(|order| self.date(*order).is_some())
    }
}

/// Decides the order of the fields for all headers of one signature, in file order.
pub fn decide(signature: &Signature, evidence: &[Evidence], wish: DateOrder) -> Reading {
    if signature.year_first {
        return Reading::sure(Order::YearMonthDay);
    }
    let possible: Vec<Evidence> = evidence.iter().copied().filter(|one| one.stamp.is_possible()).collect();
    let fits = |order: Order| possible.iter().all(|one| one.stamp.date(order).is_some());
    let mut orders = vec![Order::DayMonthYear, Order::MonthDayYear];
    if year_may_lead(signature) {
        orders.insert(0, Order::YearMonthDay);
    }
    orders.retain(|order| fits(*order));
    if orders.is_empty() {
        let leading = !signature.year_last && fits(Order::YearMonthDay);
        return if leading { Reading::sure(Order::YearMonthDay) } else { joined(evidence) };
    }
    if leads_by_far(signature, &possible, fits(Order::YearMonthDay)) {
        return Reading::sure(Order::YearMonthDay);
    }
    let wished = match wish {
        DateOrder::Auto => None,
        DateOrder::DayFirst => Some(Order::DayMonthYear),
        DateOrder::MonthFirst => Some(Order::MonthDayYear),
    };
    if let Some(order) = wished.filter(|order| orders.contains(order)) {
        return Reading::sure(order);
    }
    match orders.as_slice() {
        [only] => Reading::sure(*only),
        several => choose(signature, several, &possible),
    }
}

/// Whether two digits of a Persian year lead in all these headers, and nothing else can be meant: no other order makes every
/// date a day, or the file then covers by far the shortest time.
pub fn is_persian<'h>(headers: &(impl Iterator<Item = &'h Header> + Clone)) -> bool {
    let span = |day: &dyn Fn(&Header) -> Option<NaiveDate>| {
        let mut days = headers.clone().map(day).collect::<Option<Vec<NaiveDate>>>()?;
        days.sort_unstable();
        days.dedup();
        let length = days.last()?.signed_duration_since(*days.first()?).num_days();
        Some((days.len(), length.max(1)))
    };
    let Some((days, length)) = span(&Header::persian_day) else { return false };
    [Order::DayMonthYear, Order::MonthDayYear].into_iter().all(|order| {
        let other = span(&|header: &Header| header.stamp.date(order));
        other.is_none_or(|(_, other)| days >= SPAN_DAYS_MIN && other >= length * SPAN_RATIO_MIN)
    })
}

/// Korean two-digit years lead: `22. 3. 18. 오후 2:05`.
const fn year_may_lead(signature: &Signature) -> bool {
    signature.separator == '.' && signature.spaced && !signature.year_last
}

/// Two digits of a year may lead in other languages too (Basque): said only when the file then covers by far the
/// shortest time.
fn leads_by_far(signature: &Signature, evidence: &[Evidence], fits: bool) -> bool {
    let all = [Order::YearMonthDay, Order::DayMonthYear, Order::MonthDayYear];
    fits && !signature.year_last
        && signature.separator != '.'
        && all.into_iter().skip(1).all(|order| {
            let known = evidence.iter().all(|one| one.stamp.date(order).is_some());
            !known || shortest_span(evidence, &[Order::YearMonthDay, order]) == Some(Order::YearMonthDay)
        })
}

/// Chooses among orders that all fit: names of files, separators, jumps back, length of the span, else the default.
fn choose(signature: &Signature, orders: &[Order], evidence: &[Evidence]) -> Reading {
    if matches!(signature.half, HalfPlace::Before) && orders.contains(&Order::YearMonthDay) {
        return Reading::sure(Order::YearMonthDay);
    }
    // A day that is the same in every order speaks for none.
    let telling: Vec<&Evidence> = evidence
        .iter()
        .filter(|one| one.named.is_some() && !orders.iter().all(|order| one.stamp.date(*order) == one.named))
        .collect();
    let votes = |order: Order| telling.iter().filter(|one| one.stamp.date(order) == one.named).count();
    let ranked = rank(orders, |order| -i64::try_from(votes(order)).unwrap_or(i64::MAX));
    if let [(first, most), (_, next), ..] = ranked.as_slice()
        && most.abs() > next.abs() * 2
    {
        return Reading::sure(*first);
    }
    // No language prints the month first with stops, hyphens, or a word between date and time.
    let never_american = matches!(signature.separator, '.' | '-') || signature.word;
    let left: Vec<Order> =
        orders.iter().copied().filter(|order| !(never_american && *order == Order::MonthDayYear)).collect();
    if let [only] = left.as_slice() {
        return Reading::sure(*only);
    }
    let ranked = rank(&left, |order| jumps_back(evidence, order));
    if let [(first, fewest), (_, next), ..] = ranked.as_slice()
        && fewest < next
    {
        return Reading { spans: vec![(0, *first)], ambiguous: *fewest > 0 && *next < fewest * 3 };
    }
    let american = signature.comma && evidence.iter().any(|one| one.american);
    if let Some(order) = shortest_span(evidence, &left) {
        // One day of each month, as rents are paid, and the days of one month are the same numbers. The form tells
        // then, when it tells: no language prints the month first before a year of four digits.
        let (order, ambiguous) = match order {
            Order::MonthDayYear if signature.year_last => (Order::DayMonthYear, true),
            Order::MonthDayYear => (order, !american),
            _ if american && signature.end == End::Dash => (Order::MonthDayYear, true),
            order => (order, american),
        };
        return Reading { ambiguous, ..Reading::sure(order) };
    }
    let american = american && signature.end == End::Dash;
    let default = if american && left.contains(&Order::MonthDayYear) {
        Order::MonthDayYear
    } else {
        left.first().copied().unwrap_or(Order::DayMonthYear)
    };
    Reading { spans: vec![(0, default)], ambiguous: !same_day_in_every_order(evidence, &left) }
}

fn rank(orders: &[Order], score: impl Fn(Order) -> i64) -> Vec<(Order, i64)> {
    let mut ranked: Vec<(Order, i64)> = orders.iter().map(|order| (*order, score(*order))).collect();
    ranked.sort_by_key(|(_, score)| *score);
    ranked
}

fn same_day_in_every_order(evidence: &[Evidence], orders: &[Order]) -> bool {
    evidence.iter().all(|one| {
        let mut days = orders.iter().map(|order| one.stamp.date(*order));
        let first = days.next().flatten();
        days.all(|day| day == first)
    })
}

fn jumps_back(evidence: &[Evidence], order: Order) -> i64 {
    let mut jumps = 0;
    let mut last: Option<NaiveDate> = None;
    for day in evidence.iter().filter(|one| !one.opening).filter_map(|one| one.stamp.date(order)) {
        jumps += i64::from(last.is_some_and(|last| day < last));
        last = Some(day);
    }
    jumps
}

/// The order in which the file covers by far the shortest time, when it has days enough to tell.
fn shortest_span(evidence: &[Evidence], orders: &[Order]) -> Option<Order> {
    let span = |order: Order| {
        let mut days: Vec<NaiveDate> = evidence.iter().filter_map(|one| one.stamp.date(order)).collect();
        days.sort_unstable();
        days.dedup();
        let length = days.last()?.signed_duration_since(*days.first()?).num_days();
        (days.len() >= SPAN_DAYS_MIN).then_some(length.max(1))
    };
    let mut spans: Vec<(Order, i64)> =
        orders.iter().map(|order| Some((*order, span(*order)?))).collect::<Option<Vec<_>>>()?;
    spans.sort_by_key(|(_, length)| *length);
    match spans.as_slice() {
        [(order, shortest), (_, next), ..] if *next >= shortest * SPAN_RATIO_MIN => Some(*order),
        _ => None,
    }
}

/// Exports of phones with different orders joined in one file: each stretch is read by the headers in it that tell.
fn joined(evidence: &[Evidence]) -> Reading {
    let tells = |one: &Evidence| match (one.stamp.date(Order::DayMonthYear), one.stamp.date(Order::MonthDayYear)) {
        (Some(_), None) => Some(Order::DayMonthYear),
        (None, Some(_)) => Some(Order::MonthDayYear),
        _ => None,
    };
    let mut spans: Vec<(usize, Order)> = Vec::new();
    let mut last_told = 0;
    for (index, (one, order)) in evidence.iter().enumerate().filter_map(|(i, one)| Some((i, (one, tells(one)?)))) {
        if spans.last().is_none_or(|(_, current)| *current != order) {
            let from = if spans.is_empty() { 0 } else { seam(evidence, last_told, index, order) };
            spans.push((evidence.get(from).map_or(0, |one| one.index), order));
        }
        debug_assert!(one.stamp.is_possible(), "a header that tells the order is a day in it");
        last_told = index;
    }
    if spans.len() <= SPANS_MAX && !spans.is_empty() {
        return Reading { spans, ambiguous: false };
    }
    let count = |order| evidence.iter().filter(|one| one.stamp.date(order).is_some()).count();
    let american = count(Order::MonthDayYear) > count(Order::DayMonthYear);
    let order = if american { Order::MonthDayYear } else { Order::DayMonthYear };
    Reading { spans: vec![(0, order)], ambiguous: true }
}

/// Where, after `told` and up to `index`, the new order begins: where reading in the two orders jumps back least.
fn seam(evidence: &[Evidence], told: usize, index: usize, order: Order) -> usize {
    let other = if order == Order::MonthDayYear { Order::DayMonthYear } else { Order::MonthDayYear };
    let slice = |from: usize, to: usize| evidence.get(from..to).unwrap_or_default();
    // Joined files are rare and their undecided stretches short; longer ones are cut at their end.
    let from = (told + 1).max(index.saturating_sub(500));
    (from..=index)
        .min_by_key(|at| jumps_back(slice(told, *at), other) + jumps_back(slice(*at, index + 1), order))
        .unwrap_or(index)
}

#[cfg(test)]
mod tests {
    use super::super::header;
    use super::*;

    fn evidence(lines: &[&str]) -> (Signature, Vec<Evidence>) {
        let headers: Vec<_> = lines.iter().map(|line| header::parse(line).unwrap()).collect();
        let american = |one: &Header| one.capital_half && one.unpadded;
        let evidence = headers
            .iter()
            .enumerate()
            .map(|(index, one)| {
                let opening = lines[index].ends_with(" - notice");
                Evidence { index, stamp: one.stamp, named: None, american: american(one), opening }
            })
            .collect();
        (headers[0].signature, evidence)
    }

    fn check(lines: &[&str], orders: &[Order], ambiguous: bool) {
        let (signature, evidence) = evidence(lines);
        let reading = decide(&signature, &evidence, DateOrder::Auto);
        let found: Vec<Order> = (0..lines.len()).map(|index| reading.order(index)).collect();
        let wanted: Vec<Order> = if orders.len() == 1 { vec![orders[0]; lines.len()] } else { orders.to_vec() };
        assert_eq!((found, reading.ambiguous), (wanted, ambiguous), "{lines:?}");
    }

    const DMY: Order = Order::DayMonthYear;
    const MDY: Order = Order::MonthDayYear;
    const YMD: Order = Order::YearMonthDay;

    #[test]
    fn fields_beyond_twelve_tell() {
        check(&["3/4/22, 10:00 - a", "3/18/22, 10:00 - a"], &[MDY], false);
        check(&["3/4/22, 10:00 - a", "18/4/22, 10:00 - a"], &[DMY], false);
        check(&["2022-03-04, 10:00 - a"], &[YMD], false);
        check(&["22. 3. 18. PM 2:05 - a", "22. 3. 19. PM 2:05 - a"], &[YMD], false);
        check(&["04.03.22, 10:00 - a", "05.03.22, 10:00 - a"], &[DMY], false);
    }

    #[test]
    fn what_cannot_be_told_is_day_first_and_marked() {
        check(&["03/04/2022, 14:05 - a", "05/04/2022, 14:05 - a", "06/04/2022, 10:00 - a"], &[DMY], true);
        check(&["3/4/22, 2:05 PM - a"], &[MDY], true);
        check(&["04/04/2022, 14:05 - a"], &[DMY], false);
    }

    #[test]
    fn jumps_back_and_spans_tell() {
        check(&["1/3/22, 10:00 - a", "4/3/22, 10:00 - a", "2/4/22, 10:00 - a"], &[DMY], false);
        let days = |sample: &str| -> Vec<String> { (1..6).map(|day| sample.replace('N', &day.to_string())).collect() };
        for (sample, order, ambiguous) in [
            ("3/N/22, 9:05 AM - a", MDY, false),
            ("3/N/22, 9:00 - a", MDY, true),
            ("0N/03/2022, 9:00 - a", DMY, false),
            ("N/3/22, 9:00 - a", DMY, false),
            ("N/3/22, 9:05 AM - a", MDY, true),
            ("[N/3/22, 9:05:01 AM] a", DMY, true),
        ] {
            let days = days(sample);
            check(&days.iter().map(String::as_str).collect::<Vec<_>>(), &[order], ambiguous);
        }
    }

    #[test]
    fn a_day_of_each_month_is_no_month_of_days() {
        let lines =
            |sample: &str| -> Vec<String> { (2..8).map(|month| sample.replace('N', &month.to_string())).collect() };
        for (sample, ambiguous) in
            [("01/0N/2024 à 09:05 - a", false), ("01/0N/2024, 09:05 - a", true), ("[01/0N/2024, 09:05:10] a", true)]
        {
            let lines = lines(sample);
            check(&lines.iter().map(String::as_str).collect::<Vec<_>>(), &[DMY], ambiguous);
        }
    }

    #[test]
    fn notices_that_open_a_chat_tell_no_order() {
        check(
            &["01/05/2022, 9:00 - notice", "03/04/2022, 9:00 - a", "06/04/2022, 9:00 - a", "07/05/2022, 9:00 - a"],
            &[DMY],
            true,
        );
    }

    #[test]
    fn two_digits_of_a_year_lead_when_the_time_covered_proves_it() {
        let days: Vec<String> = (18..25).map(|day| format!("22/3/{day}, 9:00 - a")).collect();
        check(&days.iter().map(String::as_str).collect::<Vec<_>>(), &[YMD], false);
        let days: Vec<String> = (18..25).map(|day| format!("{day}/3/22, 9:00 - a")).collect();
        check(&days.iter().map(String::as_str).collect::<Vec<_>>(), &[DMY], false);
        check(&["22/3/18, 9:00 - a"], &[DMY], false);
    }

    #[test]
    fn joined_exports_are_read_each_in_its_order() {
        let lines = ["17/03/22, 9:00 - a", "18/03/22, 9:00 - a", "3/18/22, 9:00 - a", "3/19/22, 9:00 - a"];
        check(&lines, &[DMY, DMY, MDY, MDY], false);
    }

    #[test]
    fn the_users_word_decides_only_what_the_file_leaves_open() {
        let (signature, open) = evidence(&["03/04/2022, 14:05 - a"]);
        assert_eq!(decide(&signature, &open, DateOrder::MonthFirst), Reading::sure(MDY));
        let (signature, told) = evidence(&["18/04/2022, 14:05 - a"]);
        assert_eq!(decide(&signature, &told, DateOrder::MonthFirst), Reading::sure(DMY));
    }

    #[test]
    fn names_of_files_tell() {
        let (signature, mut open) = evidence(&["03/04/2022, 14:05 - a", "05/04/2022, 14:05 - a"]);
        open[0].named = NaiveDate::from_ymd_opt(2022, 3, 4);
        assert_eq!(decide(&signature, &open, DateOrder::Auto), Reading::sure(MDY));
        let (signature, mut open) = evidence(&["4/4/22, 14:05 - a", "5/4/22, 14:05 - a", "5/5/22, 14:05 - a"]);
        open[0].named = NaiveDate::from_ymd_opt(2022, 4, 4);
        open[1].named = NaiveDate::from_ymd_opt(2022, 5, 4);
        open[2].named = NaiveDate::from_ymd_opt(2022, 5, 5);
        assert_eq!(decide(&signature, &open, DateOrder::Auto), Reading::sure(MDY));
    }

    #[test]
    fn two_digits_of_a_persian_year_lead_when_nothing_else_can_be_meant() {
        let check = |lines: &[&str], wanted: bool| {
            let headers: Vec<Header> = lines.iter().map(|line| header::parse(line).unwrap()).collect();
            assert_eq!(is_persian(&headers.iter()), wanted, "{lines:?}");
        };
        check(&["۹۹/۱۰/۱۴،\u{200f} ۰:۰۵ - A: x", "۰۰/۱/۹،\u{200f} ۰:۵۰ - A: x"], true);
        check(&["۰۳/۵/۱۱، ۹:۰۰ - A: x"], false);
        check(&["۰۳/۵/۱۱، ۹:۰۰ - A: x", "۰۳/۵/۸، ۹:۰۰ - A: x"], true);
        let days =
            ["۰۳/۵/۱۱, ۹:۰۰ - a", "۰۳/۵/۱۲, ۹:۰۰ - a", "۰۳/۵/۱۳, ۹:۰۰ - a", "۰۳/۵/۱۴, ۹:۰۰ - a", "۰۳/۵/۱۵, ۹:۰۰ - a"];
        check(&days, true);
        check(&["18/3/22, 9:00 - a", "99/3/22, 9:00 - a"], false);
        check(&["۱۸/۳/۲۲, ۹:۰۰ - a", "۱۹/۳/۲۲, ۹:۰۰ - a", "۲۰/۳/۲۲, ۹:۰۰ - a"], false);
    }

    #[test]
    fn calendars_of_asia_are_counted_back() {
        for (line, order, day) in [
            ("[3/18/2565 BE, 14:56:01] a: b", MDY, (2022, 3, 18)),
            ("[18/3/65 14:56:01] a: b", DMY, (2022, 3, 18)),
            ("[18/3/2565 14:56:01] a: b", DMY, (2022, 3, 18)),
            ("[3/18/R4, 14:56:01] a: b", MDY, (2022, 3, 18)),
            ("[H31/3/18 14:56:01] a: b", YMD, (2019, 3, 18)),
            ("[R 4/3/18 14:56:01] a: b", YMD, (2022, 3, 18)),
            ("[3/18/4 R, 2:56:01 PM] a: b", MDY, (2022, 3, 18)),
            ("[۱۴۰۰/۱۲/۲۷, ۱۴:۰۵:۰۷] a: b", YMD, (2022, 3, 18)),
            ("[27.12.00 AP, 14:05:07] a: b", DMY, (2022, 3, 18)),
            ("[١٥\u{200f}/٨\u{200f}/١٤٤٣ هـ، ٢:٠٥:٠٧ م] a: b", DMY, (2022, 3, 18)),
            ("[民國111/3/18 下午2:05:07] a: b", YMD, (2022, 3, 18)),
        ] {
            let stamp = header::parse(line).unwrap().stamp;
            assert_eq!(stamp.date(order), NaiveDate::from_ymd_opt(day.0, day.1, day.2), "{line}");
        }
        assert!(!header::parse("1301/12/27, 14:05 - a").unwrap().stamp.is_possible());
    }
}
