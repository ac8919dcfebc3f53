//! Exports joined in one file tell some messages twice, in two forms of headers. Where one form leaves open which field is
//! the day, the same messages in the other tell.

use std::collections::HashMap;

use memchr::memchr;

use super::super::dates::{Order, Reading};
use super::super::header::{HalfPlace, Signature, Stamp};
use super::{Candidate, Form, seeming_sender};

/// Fewest messages told twice that decide; one can be chance.
const DOUBLES_MIN: usize = 2;

const ORDERS: [Order; 2] = [Order::DayMonthYear, Order::MonthDayYear];

/// A message by its sender, hour, minute and first line.
type Key<'a> = (&'a str, u32, u32, &'a str);

/// Settles forms that are ambiguous by themselves by forms that are not; two of them by one another, when their forms tell.
pub fn settle(text: &str, candidates: &[Candidate], forms: &mut [Form]) {
    if forms.len() < 2 || !forms.iter().any(|form| form.reading.ambiguous) {
        return;
    }
    let messages: Vec<HashMap<Key<'_>, Option<(Stamp, Order)>>> =
        forms.iter().map(|form| messages(text, candidates, form)).collect();
    // Sure forms first, so that they decide before two open ones look at one another.
    for sure in [true, false] {
        for (at, told) in messages.iter().enumerate() {
            for (other_at, other_told) in messages.iter().enumerate().filter(|(other_at, _)| *other_at != at) {
                let Some((form, other)) = forms.get(at).zip(forms.get(other_at)) else { continue };
                if !form.reading.ambiguous || other.reading.ambiguous == sure {
                    continue;
                }
                let pairs = || told.iter().filter_map(|(key, one)| Some(((*one)?, other_told.get(key).copied()??)));
                let decided = if sure {
                    by_sure(pairs().map(|((stamp, _), (other, order))| (stamp, other, order)))
                        .map(|order| (order, None))
                } else {
                    by_form(pairs().map(|((stamp, _), (other, _))| (stamp, other)), form, other)
                };
                let Some((order, others)) = decided else { continue };
                for (at, order) in [(at, Some(order)), (other_at, others)] {
                    if let Some((form, order)) = forms.get_mut(at).zip(order) {
                        form.reading = Reading::sure(order);
                    }
                }
            }
        }
    }
}

/// The messages of a form that occur once; others are `None`.
fn messages<'a>(text: &'a str, candidates: &[Candidate], form: &Form) -> HashMap<Key<'a>, Option<(Stamp, Order)>> {
    let mut found = HashMap::new();
    for (place, one) in form.mine.iter().enumerate().filter_map(|(place, index)| Some((place, candidates.get(*index)?)))
    {
        let Some(sender) = seeming_sender(text, one) else { continue };
        let line = text.get(one.start + one.header.len + sender.len()..).unwrap_or_default();
        let line = line.get(..memchr(b'\n', line.as_bytes()).unwrap_or(line.len())).unwrap_or_default();
        let (hour, minute, _) = one.header.stamp.hms();
        let told = (one.header.stamp, form.reading.order(place));
        found.entry((sender, hour, minute, line.trim_end())).and_modify(|known| *known = None).or_insert(Some(told));
    }
    found
}

/// The order in which all days agree with those of a sure form.
fn by_sure(pairs: impl Iterator<Item = (Stamp, Stamp, Order)>) -> Option<Order> {
    let mut votes = [0; 2];
    for (stamp, other, order) in pairs {
        let day = other.date(order);
        let agrees = ORDERS.map(|order| day.is_some() && stamp.date(order) == day);
        if agrees[0] != agrees[1] {
            votes[0] += usize::from(agrees[0]);
            votes[1] += usize::from(agrees[1]);
        }
    }
    match votes {
        [day, 0] if day >= DOUBLES_MIN => Some(Order::DayMonthYear),
        [0, month] if month >= DOUBLES_MIN => Some(Order::MonthDayYear),
        _ => None,
    }
}

/// The orders of two open forms whose days agree only when they are read in different orders, and of which one is
/// printed as no language prints the month first, the other as the United States print it.
fn by_form(pairs: impl Iterator<Item = (Stamp, Stamp)>, form: &Form, other: &Form) -> Option<(Order, Option<Order>)> {
    let (mut same, mut opposite) = (0, 0);
    for (stamp, other) in pairs {
        let [days, others] = [stamp, other].map(|stamp| ORDERS.map(|order| stamp.date(order)));
        let agrees = |a: usize, b: usize| {
            let day = days.get(a).copied().flatten();
            day.is_some() && day == others.get(b).copied().flatten()
        };
        match (agrees(0, 0) || agrees(1, 1), agrees(0, 1) || agrees(1, 0)) {
            (true, false) => same += 1,
            (false, true) => opposite += 1,
            _ => {}
        }
    }
    (same == 0 && opposite >= DOUBLES_MIN).then_some(())?;
    if is_day_first(&form.signature) && is_american(other) {
        return Some((Order::DayMonthYear, Some(Order::MonthDayYear)));
    }
    let turned = is_day_first(&other.signature) && is_american(form);
    turned.then_some((Order::MonthDayYear, Some(Order::DayMonthYear)))
}

/// No language prints the month before a day and four digits of a year on a clock of 24 hours.
fn is_day_first(signature: &Signature) -> bool {
    signature.year_last && signature.half == HalfPlace::None
}

fn is_american(form: &Form) -> bool {
    form.american && form.signature.comma && !form.signature.year_last
}
