//! The grammar of one header: `[18/03/2022, 14:05:07] ` or `18/03/2022, 14:05 - `, in any digits, order and script.
//!
//! Recognises and measures; which field is the day is decided over the whole file in `dates`.

use chrono::NaiveDate;

use super::calendar::Calendar;
use super::cursor::Cursor;
use super::header_words::WORDS;
use super::strings::is_mark;

/// The numbers of a header, before day and month are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The three fields of the date, as written.
    pub fields: [u16; 3],
    /// Calendar of the year.
    pub calendar: Calendar,
    /// Hour, minute and second on the clock of the day; noon and midnight already settled. `None` when the header has
    /// a word beside its clock that the table does not know.
    pub clock: Option<(u8, u8, u8)>,
    /// The clock as printed.
    pub printed: (u8, u8, u8),
}

/// What all headers of one export have in common: its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Signature {
    /// What ends the header.
    pub end: End,
    /// The time stands before the date.
    pub time_first: bool,
    /// What separates the fields of the date.
    pub separator: char,
    /// A blank follows that separator.
    pub spaced: bool,
    /// A comma stands between date and time.
    pub comma: bool,
    /// A word does: `18/03/2022 à 14:05`.
    pub word: bool,
    /// The time has seconds.
    pub seconds: bool,
    /// The first field is a year of three or four digits, or of a Japanese era.
    pub year_first: bool,
    /// The last field is one.
    pub year_last: bool,
    /// Where the word for the half of the day stands.
    pub half: HalfPlace,
}

/// What ends a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// `] `, iOS.
    Bracket,
    /// ` - `, Android.
    Dash,
    /// `: `, iOS until about 2017.
    Colon,
}

/// Where the word for the half of the day stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HalfPlace {
    /// The clock has 24 hours.
    None,
    /// Before the clock.
    Before,
    /// After it.
    After,
    /// After it, in a language the table does not know.
    Unknown,
    /// Before it, in a language the table does not know; or a word that only joins date and time.
    UnknownBefore,
}

/// A header and where it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its numbers.
    pub stamp: Stamp,
    /// Its form.
    pub signature: Signature,
    /// Bytes of the line it takes, up to the sender.
    pub len: usize,
    /// A mark stands before the bracket: iOS does so before what carries a file.
    pub marked: bool,
    /// The word for the half of the day is written in capitals without stops (`PM`).
    pub capital_half: bool,
    /// A field of the date below 10 is written without a leading zero.
    pub unpadded: bool,
    /// Persian digits, and no field is a year of four.
    pub persian: bool,
}

impl Header {
    /// The day, if two digits of a Persian year lead.
    pub fn persian_day(&self) -> Option<NaiveDate> {
        let [year, month, day] = self.stamp.fields;
        if self.persian { Calendar::Persian.day(year, month, day) } else { None }
    }
}

/// Longest header read, in bytes; the longest real ones take about 70.
const HEADER_BYTES_MAX: usize = 160;

/// Whether a line that starts with this byte can be a header at all.
pub const fn may_start(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'[' || byte >= 0x80 || matches!(byte, b'R' | b'H' | b'S')
}

/// Reads the header at the start of `line`, if it has one.
pub fn parse(line: &str) -> Option<Header> {
    if !line.as_bytes().first().copied().is_some_and(may_start) {
        return None;
    }
    let mut cursor = Cursor::new(line, 0);
    // A byte-order mark is the file's, not the line's.
    let marked = line.chars().take_while(|c| is_mark(*c)).any(|c| c != '\u{feff}');
    let bracket = cursor.eat('[');
    cursor.blanks();
    let start = cursor.at();
    let attempt = |time_first: bool| {
        let mut cursor = Cursor::new(line, start);
        let moment = Moment::parse(&mut cursor, time_first)?;
        let end = end(&mut cursor, bracket)?;
        (cursor.at() <= HEADER_BYTES_MAX).then_some((moment, end, cursor.at()))
    };
    let (moment, end, len) = attempt(false).or_else(|| attempt(true))?;
    Some(moment.header(end, len, marked && bracket))
}

/// The two halves of a stamp while they are read.
struct Moment {
    date: Date,
    time: Clock,
    time_first: bool,
    comma: bool,
    word: bool,
}

impl Moment {
    fn parse(cursor: &mut Cursor<'_>, time_first: bool) -> Option<Self> {
        if time_first {
            let time = Clock::parse(cursor, false)?;
            let gap = cursor.blanks();
            let comma = cursor.eat_comma();
            (cursor.blanks() || comma || gap).then_some(())?;
            Some(Self { date: Date::parse(cursor)?, time, time_first, comma, word: false })
        } else {
            let date = Date::parse(cursor)?;
            let gap = cursor.blanks();
            let comma = cursor.eat_comma();
            let blanks = cursor.blanks() || gap;
            // "at night 9:05" begins with no "at".
            let word = !cursor.is_at_half() && cursor.eat_any(&WORDS.glues);
            let glued = word || (gap && cursor.eat('-'));
            cursor.blanks();
            (comma || blanks || glued).then_some(())?;
            Some(Self { date, time: Clock::parse(cursor, true)?, time_first, comma, word })
        }
    }

    fn header(self, end: End, len: usize, marked: bool) -> Header {
        let [first, _, last] = self.date.digits;
        let signature = Signature {
            end,
            time_first: self.time_first,
            separator: self.date.separator,
            spaced: self.date.spaced,
            comma: self.comma,
            word: self.word,
            seconds: self.time.seconds.is_some(),
            year_first: first > 2 || (self.date.era == EraPlace::First && last <= 2),
            year_last: last > 2 || self.date.era == EraPlace::Last,
            half: self.time.place,
        };
        let stamp = Stamp {
            fields: self.date.fields,
            calendar: self.date.calendar,
            clock: self.time.settled(),
            printed: self.time.printed(),
        };
        let unpadded = self.date.fields.iter().zip(self.date.digits).any(|(field, digits)| *field < 10 && digits == 1);
        let plain = !signature.year_first && !signature.year_last && self.date.era == EraPlace::None;
        let persian = self.date.persian && plain;
        Header { stamp, signature, len, marked, capital_half: self.time.capital, unpadded, persian }
    }
}

/// Beside which field the word for the era stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum EraPlace {
    None,
    First,
    Last,
    After,
}

struct Date {
    fields: [u16; 3],
    digits: [u8; 3],
    separator: char,
    spaced: bool,
    calendar: Calendar,
    era: EraPlace,
    persian: bool,
}

impl Date {
    fn parse(cursor: &mut Cursor<'_>) -> Option<Self> {
        let before = cursor.era();
        let persian = cursor.is_at_persian_digit();
        let first = cursor.number(4)?;
        let (separator, spaced) = cursor.separator()?;
        let second = cursor.number(2)?;
        let (again, _) = cursor.separator()?;
        if again != separator {
            return None;
        }
        let inside = cursor.era();
        let third = cursor.number(4)?;
        cursor.eat('.');
        let after = if before.is_none() && inside.is_none() { cursor.era_after() } else { None };
        let (era, calendar) = match (before, inside, after) {
            (Some(calendar), ..) => (EraPlace::First, calendar),
            (_, Some(calendar), _) => (EraPlace::Last, calendar),
            (.., Some(calendar)) => (EraPlace::After, calendar),
            _ => (EraPlace::None, Calendar::Plain),
        };
        let (fields, digits) = ([first.0, second.0, third.0], [first.1, second.1, third.1]);
        Some(Self { fields, digits, separator, spaced, calendar, era, persian })
    }
}

struct Clock {
    hour: u8,
    minute: u8,
    seconds: Option<u8>,
    /// First of the twelve hours that the word beside the clock covers.
    from: Option<u8>,
    place: HalfPlace,
    capital: bool,
}

impl Clock {
    /// `led`: a date stands before it, so that letters before it can only be a word for a part of the day.
    fn parse(cursor: &mut Cursor<'_>, led: bool) -> Option<Self> {
        let known = cursor.half();
        let unknown = led && known.is_none() && cursor.unknown_word();
        cursor.blanks();
        let (hour, _) = cursor.number(2)?;
        let (minute, seconds) =
            if cursor.eat_time_separator() { (cursor.two_digits()?, cursor.seconds()) } else { cursor.units()? };
        cursor.optional_word(&WORDS.clock_words);
        let hour = u8::try_from(hour).ok()?;
        let mut clock = Self { hour, minute, seconds, from: None, place: HalfPlace::None, capital: false };
        if let Some((from, capital)) = known {
            (clock.from, clock.place, clock.capital) = (Some(from), HalfPlace::Before, capital);
        } else if unknown {
            clock.place = HalfPlace::UnknownBefore;
        } else {
            clock.read_half_after(cursor);
        }
        (clock.hour < 24 && clock.minute < 60 && clock.seconds.is_none_or(|second| second < 61)).then_some(clock)
    }

    fn read_half_after(&mut self, cursor: &mut Cursor<'_>) {
        let before = cursor.at();
        cursor.blanks();
        if let Some((from, capital)) = cursor.half() {
            (self.from, self.place, self.capital) = (Some(from), HalfPlace::After, capital);
        } else if cursor.unknown_word() {
            self.place = HalfPlace::Unknown;
        } else {
            cursor.go_back(before);
        }
    }

    fn printed(&self) -> (u8, u8, u8) {
        (self.hour, self.minute, self.seconds.unwrap_or(0).min(59))
    }

    /// The clock of 24 hours. Hours above 12 stay beside any word; Japan counts from 0 to 11.
    fn settled(&self) -> Option<(u8, u8, u8)> {
        let (hour, minute, second) = self.printed();
        match self.from {
            Some(from) if hour <= 12 => Some(((from + (hour + 24 - from) % 12) % 24, minute, second)),
            None if matches!(self.place, HalfPlace::Unknown | HalfPlace::UnknownBefore) => None,
            _ => Some((hour, minute, second)),
        }
    }
}

/// Reads what ends the header, with the blank after it.
fn end(cursor: &mut Cursor<'_>, bracket: bool) -> Option<End> {
    let gap = cursor.blanks();
    if bracket {
        cursor.eat(']').then_some(())?;
        cursor.eat_blank();
        return Some(End::Bracket);
    }
    if gap && (cursor.eat('-') || cursor.eat('\u{2013}') || cursor.eat('\u{2014}')) {
        return (cursor.eat_blank() || cursor.is_at_end()).then_some(End::Dash);
    }
    (!gap && cursor.eat(':') && cursor.eat_blank()).then_some(End::Colon)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Date fields and clock of a line that must be a header, with what follows it.
    fn check(line: &str, fields: [u16; 3], clock: (u8, u8, u8), rest: &str) {
        let header = parse(line).unwrap_or_else(|| panic!("no header: {line}"));
        assert_eq!(header.stamp.fields, fields, "{line}");
        assert_eq!(header.stamp.clock, Some(clock), "{line}");
        assert_eq!(line.get(header.len..), Some(rest), "{line}");
    }

    #[test]
    fn every_form_of_english_and_french_is_a_header() {
        for (stamp, fields, clock) in [
            ("18/03/2022, 14:05 - ", [18, 3, 2022], (14, 5, 0)),
            ("18/03/2022, 2:05\u{202f}pm - ", [18, 3, 2022], (14, 5, 0)),
            ("3/18/22, 14:05 - ", [3, 18, 22], (14, 5, 0)),
            ("3/18/22, 2:05 PM - ", [3, 18, 22], (14, 5, 0)),
            ("3/18/22, 2:05\u{202f}PM - ", [3, 18, 22], (14, 5, 0)),
            ("18/03/22, 12:05 am - ", [18, 3, 22], (0, 5, 0)),
            ("2022-03-18, 2:05 a.m. - ", [2022, 3, 18], (2, 5, 0)),
            ("2022-03-18, 2:05\u{a0}p.\u{a0}m. - ", [2022, 3, 18], (14, 5, 0)),
            ("2022/03/18, 12:05 pm - ", [2022, 3, 18], (12, 5, 0)),
            ("18/03/2022 à 14:05 - ", [18, 3, 2022], (14, 5, 0)),
            ("18/03/2022 à 2:05 PM - ", [18, 3, 2022], (14, 5, 0)),
            ("18.03.22 à 14:05 - ", [18, 3, 22], (14, 5, 0)),
            ("18.03.22, 14:05 - ", [18, 3, 22], (14, 5, 0)),
            ("2022-03-18 14 h 05 - ", [2022, 3, 18], (14, 5, 0)),
            ("2022-03-18, 14 h 05 - ", [2022, 3, 18], (14, 5, 0)),
            ("2022-03-18, 2\u{a0}h\u{a0}05\u{202f}p.m. - ", [2022, 3, 18], (14, 5, 0)),
            ("18/03/2022, 2:05 soir - ", [18, 3, 2022], (14, 5, 0)),
            ("18/03/2022 à 2:05 mat. - ", [18, 3, 2022], (2, 5, 0)),
            ("[18/03/2022, 14:05:07] ", [18, 3, 2022], (14, 5, 7)),
            ("\u{200e}[3/18/22, 2:05:07\u{202f}PM] ", [3, 18, 22], (14, 5, 7)),
            ("[18/03/2022 14:05:07] ", [18, 3, 2022], (14, 5, 7)),
            ("[18/03/2022 à 14:05:07] ", [18, 3, 2022], (14, 5, 7)),
            ("[2022-03-18 14 h 05 min 07 s] ", [2022, 3, 18], (14, 5, 7)),
            ("[2022-03-18, 2\u{a0}h\u{a0}05\u{a0}min\u{a0}07\u{a0}s\u{202f}p.m.] ", [2022, 3, 18], (14, 5, 7)),
            ("[2022-03-18, 14:05:07] ", [2022, 3, 18], (14, 5, 7)),
            ("\u{feff}[18.03.22, 14:05:07] ", [18, 3, 22], (14, 5, 7)),
            ("12.07.17, 22:35:22: ", [12, 7, 17], (22, 35, 22)),
            ("13.06.18 21.25.15: ", [13, 6, 18], (21, 25, 15)),
            ("09/17/19, 8:30:52 AM \u{2013} ", [9, 17, 19], (8, 30, 52)),
            ("16-03-18 14:05 - ", [16, 3, 18], (14, 5, 0)),
        ] {
            check(&format!("{stamp}Ana: hi"), fields, clock, "Ana: hi");
        }
    }

    #[test]
    fn other_scripts_orders_and_calendars_are_headers() {
        for (stamp, fields, clock) in [
            ("١٨\u{200f}/٣\u{200f}/٢٠٢٢، ٢:٠٥\u{a0}م - ", [18, 3, 2022], (14, 5, 0)),
            ("\u{200f}[\u{200f}١٨\u{200f}/٣\u{200f}/٢٠٢٢، ٩:٥٣:٥٦\u{a0}ص] ", [18, 3, 2022], (9, 53, 56)),
            ("۲۰۲۲/۳/۱۸،\u{200f} ۱۴:۰۵ - ", [2022, 3, 18], (14, 5, 0)),
            ("14:05, 18/03/2022 - ", [18, 3, 2022], (14, 5, 0)),
            ("2:05 CH, 18/03/2022 - ", [18, 3, 2022], (14, 5, 0)),
            ("[14:56:01, 3/18/22] ", [3, 18, 22], (14, 56, 1)),
            ("22. 3. 18. PM 2:05 - ", [22, 3, 18], (14, 5, 0)),
            ("[2022. 3. 18. 오후 2:05:07] ", [2022, 3, 18], (14, 5, 7)),
            ("2022/3/18 下午2:05 - ", [2022, 3, 18], (14, 5, 0)),
            ("2022/03/18 午後0:30 - ", [2022, 3, 18], (12, 30, 0)),
            ("18.03.2022 ÖS 2:05 - ", [18, 3, 2022], (14, 5, 0)),
            ("2022. 03. 18. du. 2:05 - ", [2022, 3, 18], (14, 5, 0)),
            ("18. 03. 2022. 14:05 - ", [18, 3, 2022], (14, 5, 0)),
            ("18. 3. 2022, 14:05 - ", [18, 3, 2022], (14, 5, 0)),
            ("18.03.22 г., 14:05 ч. - ", [18, 3, 22], (14, 5, 0)),
            ("18.03.22\u{202f}г., 2:05 ч. pm - ", [18, 3, 22], (14, 5, 0)),
            ("18.3.2022 klo 14.05 - ", [18, 3, 2022], (14, 5, 0)),
            ("18/3/22 14:05 น. - ", [18, 3, 22], (14, 5, 0)),
            ("18/03/22 14.05 - ", [18, 3, 22], (14, 5, 0)),
            ("18.03.22 2:05 odp. - ", [18, 3, 22], (14, 5, 0)),
        ] {
            check(&format!("{stamp}Ana: hi"), fields, clock, "Ana: hi");
        }
        let buddhist = parse("[3/18/2565 BE, 14:56:01] a: b").unwrap();
        assert_eq!((buddhist.stamp.calendar, buddhist.signature.year_last), (Calendar::Buddhist, true));
        let japanese = parse("[3/18/R4, 14:56:01] a: b").unwrap();
        assert_eq!((japanese.stamp.calendar, japanese.signature.year_last), (Calendar::Japanese(2018), true));
    }

    #[test]
    fn an_unknown_half_of_the_day_leaves_no_clock() {
        let header = parse("18/03/2022, 2:05 xyz - Bob: hi").unwrap();
        assert_eq!((header.stamp.clock, header.signature.half), (None, HalfPlace::Unknown));
    }

    #[test]
    fn what_only_looks_like_a_header_is_none() {
        for line in [
            "",
            "12:30 - not a header",
            "[not a header]",
            "2/11/19: Arrival",
            "01.04.2015 - 16:00:27; ME: hi",
            "18/03/2022",
            "18/03/2022, 25:05 - x",
            "18/03/2022, 14:5 - x",
            "[18/03, 14:05] Bob: pasted",
            "18/03/2022, 14:05 still the same message",
            "18/03-2022, 14:05 - x",
            "+33 6 12 34 56 78",
            "é",
            "1234567, 14:05 - x",
        ] {
            assert_eq!(parse(line), None, "{line}");
        }
    }
}
