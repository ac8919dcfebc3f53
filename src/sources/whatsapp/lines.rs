//! From the text of a chat file to its messages: which lines begin one, and when it was sent.
//!
//! A line that is no header goes on with the message before it; so does a header that only a pasted conversation can
//! have put there. Never sorts, never drops: messages come in the order of the file.

mod doubles;
mod halves;

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use memchr::memchr;

use super::calendar::Calendar;
use super::dates::{Evidence, Order, Reading, decide, is_persian};
use super::header::{self, HalfPlace, Header, Signature, Stamp};
use super::media::named_day;
use super::senders;
use super::strings::is_app_mark;
use crate::sources::DateOrder;

/// One message of the file, header measured, sender not yet split off.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Its header.
    pub header: Header,
    /// What stands in the header's place, for messages whose time makes no sense.
    pub stamp: &'a str,
    /// Sender and body, lines as they stand in the file.
    pub rest: &'a str,
    /// When, on the wall clock. `None`: the numbers are no day.
    pub moment: Option<NaiveDateTime>,
    /// Day and month could not be told apart in the whole file, or it does not say which half of the day is meant.
    pub ambiguous: bool,
    /// Lines that look like headers were left in its body.
    pub holds_headers: bool,
}

/// What was found in a chat file.
pub struct Chat<'a> {
    /// Its messages.
    pub entries: Vec<Entry<'a>>,
    /// Lines stand before the first message.
    pub preamble: bool,
}

/// A line that looks like a header.
struct Candidate {
    start: usize,
    header: Header,
    signature: usize,
    moment: Option<NaiveDateTime>,
    ambiguous: bool,
    folded: bool,
}

/// How far a message may stand before its neighbours' time without surprise: exports are sorted by arrival.
const LATE: TimeDelta = TimeDelta::minutes(10);

/// Most headers in a row that can be a conversation pasted into a message; longer runs are joined exports.
const PASTED_MAX: usize = 30;

/// Finds the messages of a chat file.
pub fn read(text: &str, wish: DateOrder) -> Chat<'_> {
    let (mut candidates, signatures) = candidates(text);
    drop_stray_words(&mut candidates, &signatures);
    settle_dates(text, &mut candidates, &signatures, wish);
    candidates.retain(|candidate| !candidate.folded);
    fold_foreign_signatures(text, &mut candidates, signatures.len());
    fold_lone_excursions(text, &mut candidates);
    entries(text, &candidates)
}

/// Whether the first line with something on it is a header, and how many headers and lines `head` has.
pub fn looks_like_chat(head: &str) -> bool {
    let mut lines = head.split('\n').filter(|line| !line.trim().is_empty());
    let Some(first) = lines.next() else { return false };
    let is_day = |found: Header| found.stamp.is_possible() || found.persian_day().is_some();
    let is_header = |line: &&str| header::parse(line).is_some_and(is_day);
    is_header(&first) && {
        let rest: Vec<&str> = lines.collect();
        rest.is_empty() || rest.iter().copied().filter(is_header).count() > 0
    }
}

fn candidates(text: &str) -> (Vec<Candidate>, Vec<Signature>) {
    let mut found: Vec<Candidate> = Vec::new();
    let mut signatures: Vec<Signature> = Vec::new();
    let mut last = 0;
    let mut start = 0;
    while let Some(line) = text.get(start..).filter(|rest| !rest.is_empty()) {
        let length = memchr(b'\n', line.as_bytes()).map_or(line.len(), |at| at + 1);
        let may = line.as_bytes().first().copied().is_some_and(header::may_start);
        if may
            && let Some(header) = header::parse(line.get(..length).unwrap_or_default().trim_end_matches(['\r', '\n']))
        {
            if signatures.get(last) != Some(&header.signature) {
                last = signatures.iter().position(|known| *known == header.signature).unwrap_or_else(|| {
                    signatures.push(header.signature);
                    signatures.len() - 1
                });
            }
            found.push(Candidate { start, header, signature: last, moment: None, ambiguous: false, folded: false });
        }
        start += length;
    }
    (found, signatures)
}

/// A date, an unknown word and a clock begin a message only where most headers of the file are so: people write
/// `18/03/2022 réunion 14:05 - salle 3` themselves.
fn drop_stray_words(candidates: &mut Vec<Candidate>, signatures: &[Signature]) {
    let stray = |number: usize| signatures.get(number).is_some_and(|one| one.half == HalfPlace::UnknownBefore);
    if !(0..signatures.len()).any(stray) {
        return;
    }
    let mut sizes = vec![0_usize; signatures.len()];
    for one in candidates.iter() {
        if let Some(size) = sizes.get_mut(one.signature) {
            *size += 1;
        }
    }
    let main = (0..signatures.len()).max_by_key(|number| sizes.get(*number));
    candidates.retain(|one| Some(one.signature) == main || !stray(one.signature));
}

/// The headers of one signature, and how their dates are read.
struct Form {
    signature: Signature,
    /// Which candidates they are.
    mine: Vec<usize>,
    reading: Reading,
    /// Headers whose numbers are no day in any order are none.
    strict: bool,
    /// Most of them are so, and have senders: the calendar is unknown, none of them has a day.
    unknown: bool,
    american: bool,
}

/// Fewest lines with a sender and impossible dates that are messages in an unknown calendar, not something pasted.
const UNKNOWN_MIN: usize = 3;

/// Gives every candidate its moment. Numbers that are no day in any order make the line no header, unless most of its
/// form are so: then the calendar is unknown, and the messages are kept without a time.
fn settle_dates(text: &str, candidates: &mut [Candidate], signatures: &[Signature], wish: DateOrder) {
    let mut forms: Vec<Form> = Vec::with_capacity(signatures.len());
    for (number, signature) in signatures.iter().enumerate() {
        let mine =
            candidates.iter().enumerate().filter(|(_, one)| one.signature == number).map(|(index, _)| index).collect();
        forms.push(form(text, candidates, mine, signature, wish));
    }
    doubles::settle(text, candidates, &mut forms);
    for form in &forms {
        give_moments(text, candidates, form);
    }
}

fn form(text: &str, candidates: &mut [Candidate], mine: Vec<usize>, signature: &Signature, wish: DateOrder) -> Form {
    let persian = is_persian(&mine.iter().filter_map(|index| candidates.get(*index)).map(|one| &one.header));
    for index in mine.iter().filter(|_| persian) {
        if let Some(one) = candidates.get_mut(*index) {
            one.header.stamp.calendar = Calendar::Persian;
        }
    }
    let evidence = evidence(text, candidates, &mine, signature);
    let (mut possible, mut impossible) = (false, false);
    for one in &evidence {
        let is_possible = one.stamp.is_possible();
        (possible, impossible) = (possible || is_possible, impossible || !is_possible);
    }
    let unknown = possible && impossible && {
        let headers = || mine.iter().filter_map(|index| candidates.get(*index));
        let named = headers().filter(|one| !one.header.stamp.is_possible() && is_written(text, one)).count();
        named >= UNKNOWN_MIN && named * 2 > mine.len()
    };
    let reading = if persian { Reading::sure(Order::YearMonthDay) } else { decide(signature, &evidence, wish) };
    if matches!(signature.half, HalfPlace::Unknown | HalfPlace::UnknownBefore) {
        settle_unknown_words(candidates, &mine);
    }
    let american = evidence.iter().any(|one| one.american);
    Form { signature: *signature, mine, reading, strict: possible && !unknown, unknown, american }
}

fn give_moments(text: &str, candidates: &mut [Candidate], form: &Form) {
    let Form { signature, mine, reading, .. } = form;
    let ambiguous = reading.ambiguous || signature.half == HalfPlace::None && lacks_halves(candidates, mine);
    let mut day: Option<(Stamp, bool, Option<NaiveDate>)> = None;
    for (place, index) in mine.iter().enumerate() {
        let Some(one) = candidates.get_mut(*index) else { continue };
        let stamp = one.header.stamp;
        let (_, real, date) = match day {
            Some(known) if known.0.is_same_day(&stamp) => known,
            _ => (stamp, stamp.is_possible(), stamp.date(reading.order(place)).filter(|_| !form.unknown)),
        };
        day = Some((stamp, real, date));
        one.folded = form.strict && !real;
        let (hour, minute, second) = stamp.hms();
        one.moment = date.and_then(|date| date.and_hms_opt(hour, minute, second));
        one.ambiguous = ambiguous && !form.unknown;
    }
    if signature.half == HalfPlace::None {
        halves::settle(text, candidates, mine);
    }
}

/// Whether clocks have twelve hours, and nothing says which half of the day: no hour is beyond, and the clock falls back within a
/// day by more than messages come late. Phones in French of Cameroon print so.
fn lacks_halves(candidates: &[Candidate], mine: &[usize]) -> bool {
    const FALL_MIN: TimeDelta = TimeDelta::hours(1);
    let stamps = || mine.iter().filter_map(|index| candidates.get(*index)).map(|one| one.header.stamp);
    let minutes = |stamp: Stamp| TimeDelta::minutes(i64::from(stamp.printed.0) * 60 + i64::from(stamp.printed.1));
    stamps().all(|stamp| (1..=12).contains(&stamp.printed.0))
        && stamps()
            .zip(stamps().skip(1))
            .any(|(before, after)| before.is_same_day(&after) && minutes(after) + FALL_MIN < minutes(before))
}

/// A word beside the clock that the table does not know is none for a part of the day when hours beyond 12 stand
/// beside it as well: then all clocks are as printed.
fn settle_unknown_words(candidates: &mut [Candidate], mine: &[usize]) {
    let full = mine.iter().filter_map(|index| candidates.get(*index)).any(|one| one.header.stamp.printed.0 > 12);
    for index in mine.iter().filter(|_| full) {
        if let Some(one) = candidates.get_mut(*index) {
            one.header.stamp.clock = Some(one.header.stamp.printed);
        }
    }
}

/// What the headers of one signature tell: one piece for each run of the same day.
fn evidence(text: &str, candidates: &[Candidate], mine: &[usize], signature: &Signature) -> Vec<Evidence> {
    let headers = || mine.iter().filter_map(|index| candidates.get(*index));
    let low = |one: &Candidate| one.header.stamp.fields.iter().take(2).all(|field| *field <= 12);
    let open = !signature.year_first && headers().all(low);
    let mut found: Vec<Evidence> = Vec::new();
    let mut opening = open;
    for (index, one) in headers().enumerate() {
        opening = opening && !is_written(text, one);
        let named = if open { day_of_file(text, one) } else { None };
        let american = one.header.capital_half && one.header.unpadded;
        let stamp = one.header.stamp;
        match found.last_mut().filter(|last| last.stamp.is_same_day(&stamp)) {
            Some(last) => {
                last.named = last.named.or(named);
                last.american |= american;
                last.opening &= opening;
            }
            None => found.push(Evidence { index, stamp, named, american, opening }),
        }
    }
    found
}

fn day_of_file(text: &str, candidate: &Candidate) -> Option<NaiveDate> {
    let line = text.get(candidate.start + candidate.header.len..)?;
    named_day(line.get(..memchr(b'\n', line.as_bytes()).unwrap_or(line.len()))?)
}

/// Whether a person seems to have written a candidate's line, not WhatsApp.
fn is_written(text: &str, candidate: &Candidate) -> bool {
    let line = text.get(candidate.start + candidate.header.len..).unwrap_or_default();
    senders::first_prefix(line).is_some_and(|name| {
        let body = line.get(name.len() + 1..).unwrap_or_default();
        !body.trim_start_matches(' ').starts_with(is_app_mark)
    })
}

/// The sender that a candidate's line seems to have.
fn seeming_sender<'a>(text: &'a str, candidate: &Candidate) -> Option<&'a str> {
    senders::first_prefix(text.get(candidate.start + candidate.header.len..)?)
}

/// Counts of seeming senders.
fn count_senders<'a>(
    text: &'a str,
    candidates: &[Candidate],
    kept: impl Fn(&Candidate) -> bool,
) -> HashMap<&'a str, usize> {
    let mut counts = HashMap::new();
    for sender in candidates.iter().filter(|one| kept(one)).filter_map(|one| seeming_sender(text, one)) {
        *counts.entry(sender).or_insert(0) += 1;
    }
    counts
}

/// Whether what a person wrote begins with a header of this form: a pasted conversation whose further lines stand alone.
fn begins_pasted(text: &str, candidate: &Candidate, form: &Signature) -> bool {
    let rest = text.get(candidate.start + candidate.header.len..).unwrap_or_default();
    let line = rest.get(..memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())).unwrap_or_default();
    // Names may hold colons.
    let bodies = line.match_indices(": ").take(3).filter_map(|(at, colon)| line.get(at + colon.len()..));
    bodies.filter_map(|body| header::parse(body.trim_start())).any(|found| found.signature == *form)
}

/// Short runs of headers of another form than the file's belong to a pasted conversation when the message before begins with
/// such a header, or when their times do not fit between their neighbours', unless everybody in them also writes outside and
/// the file does not go on behind them where it stopped: then exports were joined.
fn fold_foreign_signatures(text: &str, candidates: &mut [Candidate], signatures: usize) {
    if signatures < 2 {
        return;
    }
    let mut sizes = vec![0_usize; signatures];
    for one in candidates.iter() {
        if let Some(size) = sizes.get_mut(one.signature) {
            *size += 1;
        }
    }
    let Some((main, _)) = sizes.iter().enumerate().max_by_key(|(_, size)| **size) else { return };
    let known = count_senders(text, candidates, |one| one.signature == main);
    let mut start = 0;
    while start < candidates.len() {
        let run = candidates.iter().skip(start).take_while(|one| one.signature != main).count();
        if run == 0 {
            start += 1;
            continue;
        }
        let end = start + run;
        let before = start.checked_sub(1).and_then(|index| candidates.get(index)).and_then(|one| one.moment);
        let after = candidates.get(end).and_then(|one| one.moment);
        let begun = start
            .checked_sub(1)
            .and_then(|index| Some((candidates.get(index)?, candidates.get(start)?)))
            .is_some_and(|(before, first)| begins_pasted(text, before, &first.header.signature));
        let lines = candidates.get_mut(start..end).unwrap_or_default();
        let fits = |moment: Option<NaiveDateTime>| match (before, moment, after) {
            (None, ..) => true,
            (Some(before), Some(moment), after) => {
                moment >= before - LATE && after.is_none_or(|after| after < before || moment <= after + LATE)
            }
            (Some(_), None, _) => false,
        };
        let familiar =
            lines.iter().filter_map(|one| seeming_sender(text, one)).all(|sender| known.contains_key(sender));
        let goes_on = before.zip(after).is_some_and(|(before, after)| after >= before - LATE);
        let joined = run > 1 && familiar && !goes_on;
        let alien = run <= PASTED_MAX && (begun || !joined && !lines.iter().all(|one| fits(one.moment)));
        for one in lines {
            one.folded = alien;
        }
        start = end;
    }
}

/// Runs whose time leaves the order of the file and comes back, written by people who appear nowhere else, or after a message that
/// begins with such a header.
fn fold_lone_excursions(text: &str, candidates: &mut [Candidate]) {
    let kept: Vec<usize> =
        candidates.iter().enumerate().filter(|(_, one)| !one.folded).map(|(index, _)| index).collect();
    let moments: Vec<NaiveDateTime> =
        kept.iter().filter_map(|index| candidates.get(*index)).map(|one| one.moment.unwrap_or_default()).collect();
    let mut counts: Option<HashMap<&str, usize>> = None;
    let mut folded: Vec<usize> = Vec::new();
    for (index, pair) in moments.windows(2).enumerate() {
        let [before, dropped] = pair else { continue };
        if *dropped >= *before - LATE {
            continue;
        }
        let Some((from, to)) = excursion(&moments, index + 1) else { continue };
        let counts = counts.get_or_insert_with(|| count_senders(text, candidates, |one| !one.folded));
        let run: Vec<usize> = kept.get(from..to).unwrap_or_default().to_vec();
        let mut inside: HashMap<Option<&str>, usize> = HashMap::new();
        for one in run.iter().filter_map(|index| candidates.get(*index)) {
            *inside.entry(seeming_sender(text, one)).or_insert(0) += 1;
        }
        let pair = kept.get(index).zip(run.first()).filter(|_| from == index + 1);
        let begun = pair
            .and_then(|(before, first)| Some((candidates.get(*before)?, candidates.get(*first)?)))
            .is_some_and(|(before, first)| begins_pasted(text, before, &first.header.signature));
        let alone =
            || inside.iter().all(|(sender, size)| sender.is_some_and(|sender| counts.get(sender) == Some(size)));
        if begun || alone() {
            folded.extend(run);
        }
    }
    for index in folded {
        if let Some(one) = candidates.get_mut(index) {
            one.folded = true;
        }
    }
}

/// The run around a drop in time at `index`: what lies before until the time comes back, or what ran ahead.
fn excursion(moments: &[NaiveDateTime], index: usize) -> Option<(usize, usize)> {
    let before = *moments.get(index.checked_sub(1)?)?;
    let dropped = *moments.get(index)?;
    let minute = TimeDelta::minutes(1);
    let back = moments.iter().skip(index).take(PASTED_MAX + 1).position(|moment| *moment >= before - minute);
    if let Some(length) = back {
        return Some((index, index + length));
    }
    let ahead = moments.iter().take(index).rev().take(PASTED_MAX + 1).position(|moment| *moment <= dropped + minute)?;
    Some((index - ahead, index))
}

fn entries<'a>(text: &'a str, candidates: &[Candidate]) -> Chat<'a> {
    let mut entries = Vec::with_capacity(candidates.len());
    let mut iter = candidates.iter().filter(|one| !one.folded).peekable();
    let first = iter.peek().map_or(text.len(), |one| one.start);
    let mut folded = candidates.iter().filter(|one| one.folded).map(|one| one.start).peekable();
    while let Some(one) = iter.next() {
        let end = iter.peek().map_or(text.len(), |next| next.start);
        let mut holds_headers = false;
        while folded.next_if(|start| *start < end).is_some() {
            holds_headers = true;
        }
        let body = one.start + one.header.len;
        entries.push(Entry {
            header: one.header,
            stamp: text.get(one.start..body).unwrap_or_default(),
            rest: trim_line_end(text.get(body..end).unwrap_or_default()),
            moment: one.moment,
            ambiguous: one.ambiguous,
            holds_headers,
        });
    }
    let preamble =
        text.get(..first).is_some_and(|before| before.chars().any(|c| !c.is_whitespace() && c != '\u{feff}'));
    Chat { entries, preamble }
}

/// Without the one line end that closes a message.
fn trim_line_end(rest: &str) -> &str {
    let rest = rest.strip_suffix('\n').unwrap_or(rest);
    rest.strip_suffix('\r').unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, messages: &[&str]) {
        let chat = read(text, DateOrder::Auto);
        let found: Vec<&str> = chat.entries.iter().map(|entry| entry.rest).collect();
        assert_eq!(found, messages, "{text}");
    }

    #[test]
    fn messages_keep_their_lines() {
        check("18/03/2022, 14:05 - A: one\n\ntwo\n18/03/2022, 14:06 - B: x\n\n", &["A: one\n\ntwo", "B: x\n"]);
        check(
            "[18/03/2022, 14:05:01] A: one\r\ntwo\r\n\u{feff}[18/03/2022, 14:06:01] B: x\r\n",
            &["A: one\r\ntwo", "B: x"],
        );
        check("18/03/2022, 14:05 - A: a\u{2028}b\u{85}c", &["A: a\u{2028}b\u{85}c"]);
    }

    #[test]
    fn twelve_hours_without_halves_are_marked() {
        let ambiguous = |text: &str| {
            let chat = read(text, DateOrder::Auto);
            chat.entries.iter().map(|entry| entry.ambiguous).collect::<Vec<_>>()
        };
        let (morning, evening) = ("18/03/2022 à 8:01 - A: x\n", "18/03/2022 à 3:32 - B: y\n");
        assert_eq!(ambiguous(&[morning, evening].concat()), [true, true]);
        assert_eq!(ambiguous(&[evening, morning].concat()), [false, false]);
        assert_eq!(ambiguous(&[morning, evening, "19/03/2022 à 15:00 - B: z\n"].concat()), [false; 3]);
        assert_eq!(ambiguous("18/03/2022 à 8:01 - A: x\n18/03/2022 à 7:58 - B: came late\n"), [false, false]);
    }

    #[test]
    fn pasted_conversations_stay_in_their_message() {
        check(
            "18/03/2022, 14:05 - Ana: log:\n17/03/2022, 10:00 - Server: started\n18/03/2022, 14:06 - Bob: ok\n",
            &["Ana: log:\n17/03/2022, 10:00 - Server: started", "Bob: ok"],
        );
        check(
            "[17.9.2019, 16:37:47] P: a\n[1.9.19, 00:00:00] P: b\n[17.9.2019, 16:38:06] P: c\n[17.9.2019, 16:39:06] Q: d",
            &["P: a\n[1.9.19, 00:00:00] P: b", "P: c", "Q: d"],
        );
    }

    /// A chat of two with something pasted into its fourth message; how many messages there are and what the fourth is.
    fn check_pasted(android: bool, pasted: &str, intro: &str) {
        let header = |day: u32, minute: u32| {
            if android {
                format!("{day}/05/2023, 10:{minute:02} - ")
            } else {
                format!("[{day}/05/2023, 10:{minute:02}:11] ")
            }
        };
        let who = |day: u32| if day.is_multiple_of(2) { "Ana" } else { "Bob" };
        let line = |day: u32| format!("{}{}: m\n", header(day, day), who(day));
        let before = (13..16).map(line).collect::<Vec<_>>().concat();
        let after = (17..27).map(line).collect::<Vec<_>>().concat();
        let text = format!("{before}{}Ana: {intro}{pasted}\n{after}", header(16, 0));
        let chat = read(&text, DateOrder::Auto);
        let found = chat.entries.get(3).map(|entry| (entry.rest.to_owned(), entry.holds_headers));
        assert_eq!((chat.entries.len(), found), (14, Some((format!("Ana: {intro}{pasted}"), true))), "{text}");
    }

    #[test]
    fn nobody_puts_words_into_the_mouth_of_others() {
        for pasted in [
            "[08:00, 15/05/2023] Ana: tu viens ?\n[08:01, 15/05/2023] Bob: oui\n[08:02, 15/05/2023] Bob: vers 9h",
            "[15/05/2023, 08:00] Ana: tu viens ?\n[15/05/2023, 08:01] Bob: oui\n[15/05/2023, 08:02] Bob: vers 9h",
            "[15/05/2023 08:00:12] Ana: tu viens ?\n[15/05/2023 08:01:14] Bob: oui\n[15/05/2023 08:02:15] Bob: vers 9h",
        ] {
            for android in [true, false] {
                check_pasted(android, pasted, "");
                check_pasted(android, pasted, "Tu as dit ça :\n");
            }
        }
        // In the form of the file itself, and just written.
        check_pasted(false, "[15/05/2023, 08:00:12] Ana: tu viens ?\n[15/05/2023, 08:01:14] Bob: oui", "");
        check_pasted(true, "[09:57, 16/05/2023] Ana: tu viens ?\n[09:58, 16/05/2023] Bob: oui", "");
    }

    #[test]
    fn unsorted_messages_and_joined_exports_are_messages() {
        check(
            "23/03/2022, 13:31 - notice\n18/03/2022, 14:56 - A: x\n18/03/2022, 14:55 - B: y",
            &["notice", "A: x", "B: y"],
        );
        check(
            "18/03/2022, 14:05 - A: x\n18/03/2022, 14:06 - B: y\n[3/18/22, 2:07:01 PM] A: z\n[3/18/22, 2:08:01 PM] B: w",
            &["A: x", "B: y", "A: z", "B: w"],
        );
    }

    #[test]
    fn unknown_words_before_the_clock_begin_messages_only_where_all_do() {
        check(
            "18/03/2022, 14:05 - A: agenda\n18/03/2022 réunion 14:06 - salle 3\n18/03/2022, 14:07 - B: ok",
            &["A: agenda\n18/03/2022 réunion 14:06 - salle 3", "B: ok"],
        );
        let text = "18/03/2022 qwx 14:05 - A: x\n18/03/2022 qwx 15:05 - B: y";
        check(text, &["A: x", "B: y"]);
        let clocks: Vec<_> = read(text, DateOrder::Auto).entries.iter().map(|one| one.header.stamp.clock).collect();
        assert_eq!(clocks, [Some((14, 5, 0)), Some((15, 5, 0))]);
    }

    #[test]
    fn messages_told_twice_tell_the_order_of_joined_exports() {
        let days = |text: &str| {
            let chat = read(text, DateOrder::Auto);
            let day =
                |entry: &Entry<'_>| (entry.moment.map(|moment| moment.format("%m-%d").to_string()), entry.ambiguous);
            chat.entries.iter().map(day).collect::<Vec<_>>()
        };
        let sure = |days: &[&str]| days.iter().map(|day| (Some((*day).to_owned()), false)).collect::<Vec<_>>();
        // The older export goes on to the 18th and is sure, the younger one is not.
        let younger = "[3/2/19, 9:00:01 AM] A: un\n[3/3/19, 9:01:01 AM] B: deux\n[3/4/19, 9:05:01 AM] B: quatre\n\
            [3/5/19, 9:06:01 AM] A: cinq\n";
        let told = format!(
            "[02/03/2019 09:00:01] A: un\n[04/03/2019 09:05:01] B: quatre\n[18/03/2019 09:02:01] A: x\n{younger}"
        );
        assert_eq!(days(&told), sure(&["03-02", "03-04", "03-18", "03-02", "03-03", "03-04", "03-05"]));
        // Both are open: only opposite orders agree, and the forms are of two countries.
        let both = format!("[02/03/2019 09:00:01] A: un\n[04/03/2019 09:05:01] B: quatre\n{younger}");
        assert_eq!(days(&both), sure(&["03-02", "03-04", "03-02", "03-03", "03-04", "03-05"]));
        // Nothing is told twice: still open.
        let apart = format!("[02/03/2019 09:00:01] A: autre\n[04/03/2019 09:05:01] B: chose\n{younger}");
        assert!(days(&apart).iter().all(|(_, ambiguous)| *ambiguous));
    }

    #[test]
    fn a_calendar_nobody_knows_costs_the_times_and_not_the_messages() {
        let text = "02/13/20, 14:05 - A: un\n10/88/90, 14:06 - B: deux\n11/88/90, 14:06 - A: trois\n\
            12/88/90, 14:07 - B: quatre\n13/88/90, 14:07 - B: cinq\n";
        let chat = read(text, DateOrder::Auto);
        assert_eq!(chat.entries.iter().map(|entry| entry.rest).collect::<Vec<_>>().len(), 5);
        assert!(chat.entries.iter().all(|entry| entry.moment.is_none() && !entry.ambiguous));
        let persian = "۹۹/۱۲/۲۹،\u{200f} ۶:۰۷ - A: un\n۰۰/۱/۹،\u{200f} ۰:۵۰ - B: deux\n";
        let days: Vec<_> = read(persian, DateOrder::Auto).entries.iter().map(|one| one.moment).collect();
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day);
        assert_eq!(days[0].map(|moment| moment.date()), day(2021, 3, 19));
        assert_eq!(days[1].map(|moment| moment.date()), day(2021, 3, 29));
        assert!(looks_like_chat(persian));
    }

    #[test]
    fn a_date_that_cannot_be_is_no_header() {
        check("18/03/2022, 14:05 - A: x\n45/13/2022, 14:06 - B: y", &["A: x\n45/13/2022, 14:06 - B: y"]);
    }

    #[test]
    fn heads_of_chats_are_told_from_other_texts() {
        assert!(looks_like_chat("\u{feff}18/03/2022, 14:05 - A: x\r\n18/03/2022, 14:05 - A: x"));
        assert!(looks_like_chat("[18/03/2022, 14:05:01] A: x"));
        assert!(!looks_like_chat("Shopping list\n18/03/2022, 14:05 - A: x"));
        assert!(!looks_like_chat("There is no data.\n"));
    }
}
