//! Clocks of twelve hours beside which nothing says which half of the day is meant: phones in French of Cameroon print
//! so. Names of files tell it, and clocks that fall back within a day.

use chrono::{NaiveTime, Timelike as _};

use super::super::media::named_clock;
use super::{Candidate, LATE};

/// Puts messages of one form into the half of the day that names of files show, with those around them, and marks all that is
/// not certain. Does nothing where no name contradicts what is printed.
pub fn settle(text: &str, candidates: &mut [Candidate], mine: &[usize]) {
    let stamps = || mine.iter().filter_map(|index| candidates.get(*index)).map(|one| one.header.stamp);
    if !stamps().all(|stamp| (1..=12).contains(&stamp.printed.0)) {
        return;
    }
    let told: Vec<Option<bool>> =
        mine.iter().map(|index| candidates.get(*index).and_then(|one| half_of(text, one))).collect();
    let contradicts = |(index, afternoon): (&usize, &Option<bool>)| {
        let hour = candidates.get(*index).and_then(|one| one.moment).map(|moment| moment.hour());
        afternoon.zip(hour).is_some_and(|(afternoon, hour)| afternoon != (hour >= 12))
    };
    if !mine.iter().zip(&told).any(contradicts) {
        return;
    }
    let mut from = 0;
    while from < mine.len() {
        let length = stretch(candidates, mine.get(from..).unwrap_or_default());
        let here = from..from + length;
        let afternoon = told.get(here.clone()).into_iter().flatten().flatten().next().copied();
        for (index, told) in mine.iter().zip(&told).skip(from).take(length) {
            let Some(one) = candidates.get_mut(*index) else { continue };
            // A name tells the day as well.
            one.ambiguous = told.is_none();
            let Some((moment, afternoon)) = one.moment.zip(told.or(afternoon)) else { continue };
            let hour = moment.hour() % 12 + if afternoon { 12 } else { 0 };
            one.moment = moment.with_hour(hour).or(one.moment);
        }
        from += length;
    }
}

/// How many of these messages are of one day and one half of it: its clock never falls back but for messages that come late.
fn stretch(candidates: &[Candidate], mine: &[usize]) -> usize {
    let moment = |index: &usize| candidates.get(*index).and_then(|one| one.moment);
    let clock = |time: NaiveTime| time.with_hour(time.hour() % 12).unwrap_or(time);
    let goes_on = |pair: &&[usize]| {
        let [before, after] = pair else { return false };
        moment(before).zip(moment(after)).is_some_and(|(before, after)| {
            before.date() == after.date() && clock(after.time()) - clock(before.time()) >= -LATE
        })
    };
    1 + mine.windows(2).take_while(|pair| goes_on(pair)).count()
}

/// Whether the name of a message's file puts its clock after noon.
fn half_of(text: &str, candidate: &Candidate) -> Option<bool> {
    let moment = candidate.moment?;
    let line = text.get(candidate.start + candidate.header.len..)?;
    let line = line.get(..memchr::memchr(b'\n', line.as_bytes()).unwrap_or(line.len()))?;
    let named = named_clock(line)?;
    let same = |named: NaiveTime, printed: NaiveTime| {
        named.hour() % 12 == printed.hour() % 12 && named.minute() == printed.minute()
    };
    (named.date() == moment.date() && same(named.time(), moment.time())).then(|| named.hour() >= 12)
}
