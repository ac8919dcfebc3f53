//! The grammar of one header: `[18/03/2022, 14:05:07] ` or `18/03/2022, 14:05 - `, in any digits, order and script.
//!
//! Recognises and measures; which field is the day is decided over the whole file in `dates`.

use super::strings::{Half, STRINGS, is_mark, squeeze_char};

/// The numbers of a header, before day and month are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The three fields of the date, as written.
    pub fields: [u16; 3],
    /// Calendar of the year.
    pub calendar: Calendar,
    /// Hour, minute and second on the clock of the day; noon and midnight already settled. `None` when the header has
    /// a word for the half of the day that the table does not know.
    pub clock: Option<(u8, u8, u8)>,
}

/// How years are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Calendar {
    /// Told by the number alone.
    #[default]
    Plain,
    /// Marked as Buddhist.
    Buddhist,
    /// Counted in the era of a Japanese emperor: first year of the era, minus one.
    Japanese(u16),
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
}

/// Longest header read, in bytes; the longest real ones take about 70.
const HEADER_BYTES_MAX: usize = 160;

/// Longest unknown word for a half of the day, in letters.
const UNKNOWN_HALF_MAX: usize = 24;

/// Whether a line that starts with this byte can be a header at all.
pub const fn may_start(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'[' || byte >= 0x80 || matches!(byte, b'R' | b'H' | b'S')
}

/// Reads the header at the start of `line`, if it has one.
pub fn parse(line: &str) -> Option<Header> {
    if !line.as_bytes().first().copied().is_some_and(may_start) {
        return None;
    }
    let mut cursor = Cursor { text: line, at: 0 };
    // A byte-order mark is the file's, not the line's.
    let marked = line.chars().take_while(|c| is_mark(*c)).any(|c| c != '\u{feff}');
    let bracket = cursor.eat('[');
    cursor.blanks();
    let start = cursor.at;
    let attempt = |time_first: bool| {
        let mut cursor = Cursor { text: line, at: start };
        let moment = Moment::parse(&mut cursor, time_first)?;
        let end = end(&mut cursor, bracket)?;
        (cursor.at <= HEADER_BYTES_MAX).then_some((moment, end, cursor.at))
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
}

impl Moment {
    fn parse(cursor: &mut Cursor<'_>, time_first: bool) -> Option<Self> {
        if time_first {
            let time = Clock::parse(cursor)?;
            cursor.blanks();
            let comma = cursor.eat_comma();
            cursor.blanks();
            Some(Self { date: Date::parse(cursor)?, time, time_first, comma })
        } else {
            let date = Date::parse(cursor)?;
            let gap = cursor.blanks();
            let comma = cursor.eat_comma();
            let blanks = cursor.blanks() || gap;
            let glued = cursor.is_at_letter() && STRINGS.header.glues.iter().any(|word| cursor.eat_word(word));
            cursor.blanks();
            (comma || blanks || glued).then_some(())?;
            Some(Self { date, time: Clock::parse(cursor)?, time_first, comma })
        }
    }

    fn header(self, end: End, len: usize, marked: bool) -> Header {
        let [first, _, last] = self.date.digits;
        let era_first = self.date.era_field == Some(0);
        let era_last = self.date.era_field == Some(2);
        let signature = Signature {
            end,
            time_first: self.time_first,
            separator: self.date.separator,
            spaced: self.date.spaced,
            comma: self.comma,
            seconds: self.time.seconds.is_some(),
            year_first: first > 2 || era_first,
            year_last: last > 2 || era_last,
            half: self.time.place,
        };
        let stamp = Stamp { fields: self.date.fields, calendar: self.date.calendar, clock: self.time.settled() };
        let unpadded = self.date.fields.iter().zip(self.date.digits).any(|(field, digits)| *field < 10 && digits == 1);
        Header { stamp, signature, len, marked, capital_half: self.time.capital, unpadded }
    }
}

struct Date {
    fields: [u16; 3],
    digits: [u8; 3],
    separator: char,
    spaced: bool,
    calendar: Calendar,
    era_field: Option<usize>,
}

impl Date {
    fn parse(cursor: &mut Cursor<'_>) -> Option<Self> {
        let (first, mut calendar) = cursor.year_or_number()?;
        let mut era_field = (calendar != Calendar::Plain).then_some(0);
        let (separator, spaced) = cursor.separator()?;
        let second = cursor.number(2)?;
        let (again, _) = cursor.separator()?;
        if again != separator {
            return None;
        }
        let (third, era) = cursor.year_or_number()?;
        if era != Calendar::Plain {
            (calendar, era_field) = (era, Some(2));
        }
        cursor.eat('.');
        let before = cursor.at;
        cursor.blanks();
        let eras = if cursor.is_at_letter() { STRINGS.header.eras.as_slice() } else { &[] };
        match eras.iter().find(|(word, _)| cursor.eat_word(word)) {
            Some((_, true)) => calendar = Calendar::Buddhist,
            Some((_, false)) => {}
            None => cursor.at = before,
        }
        let (fields, digits) = ([first.0, second.0, third.0], [first.1, second.1, third.1]);
        Some(Self { fields, digits, separator, spaced, calendar, era_field })
    }
}

struct Clock {
    hour: u8,
    minute: u8,
    seconds: Option<u8>,
    half: Option<Half>,
    place: HalfPlace,
    capital: bool,
}

impl Clock {
    fn parse(cursor: &mut Cursor<'_>) -> Option<Self> {
        let before = cursor.half();
        cursor.blanks();
        let (hour, _) = cursor.number(2)?;
        let minute = if cursor.eat_time_separator() {
            cursor.two_digits()?
        } else {
            cursor.blanks();
            (cursor.eat('h') || cursor.eat('H')).then_some(())?;
            cursor.blanks();
            cursor.two_digits()?
        };
        let seconds = cursor.seconds();
        cursor.optional_word(&STRINGS.header.clock_words);
        let mut clock = Self {
            hour: u8::try_from(hour).ok()?,
            minute,
            seconds,
            half: None,
            place: HalfPlace::None,
            capital: false,
        };
        if let Some((half, capital)) = before {
            (clock.half, clock.place, clock.capital) = (Some(half), HalfPlace::Before, capital);
        } else {
            clock.read_half_after(cursor);
        }
        (clock.hour < 24 && clock.minute < 60 && clock.seconds.is_none_or(|second| second < 61)).then_some(clock)
    }

    fn read_half_after(&mut self, cursor: &mut Cursor<'_>) {
        let before = cursor.at;
        cursor.blanks();
        if let Some((half, capital)) = cursor.half() {
            (self.half, self.place, self.capital) = (Some(half), HalfPlace::After, capital);
        } else if cursor.unknown_half() {
            self.place = HalfPlace::Unknown;
        } else {
            cursor.at = before;
        }
    }

    /// The clock of 24 hours. Hours above 12 stay beside any word; Japan counts from 0 to 11.
    fn settled(&self) -> Option<(u8, u8, u8)> {
        let second = self.seconds.unwrap_or(0).min(59);
        let hour = match (self.half, self.place) {
            (None, HalfPlace::Unknown) => return None,
            (Some(_), _) if self.hour > 12 => self.hour,
            (Some(Half::Pm), _) => self.hour % 12 + 12,
            (Some(Half::Night), _) if (6..12).contains(&self.hour) => self.hour + 12,
            (Some(Half::Am | Half::Night), _) => self.hour % 12,
            (None, _) => self.hour,
        };
        Some((hour, self.minute, second))
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

/// A place in a line. Marks are stepped over, blanks and commas of all kinds are alike, digits of all scripts count.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl Cursor<'_> {
    /// The next character that is no mark, and where the text goes on after it.
    fn peek(&self) -> Option<(char, usize)> {
        let mut at = self.at;
        loop {
            let byte = *self.text.as_bytes().get(at)?;
            if byte.is_ascii() {
                return Some((char::from(byte), at + 1));
            }
            let c = self.text.get(at..)?.chars().next()?;
            at += c.len_utf8();
            if !is_mark(c) {
                return Some((c, at));
            }
        }
    }

    fn eat_if(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        let (c, next) = self.peek().filter(|(c, _)| wanted(*c))?;
        self.at = next;
        Some(c)
    }

    fn eat(&mut self, wanted: char) -> bool {
        self.eat_if(|c| c == wanted).is_some()
    }

    fn eat_blank(&mut self) -> bool {
        self.eat_if(is_blank).is_some()
    }

    fn blanks(&mut self) -> bool {
        let mut any = false;
        while self.eat_blank() {
            any = true;
        }
        any
    }

    fn eat_comma(&mut self) -> bool {
        self.eat_if(|c| matches!(c, ',' | '\u{60c}' | '\u{3001}' | '\u{ff0c}')).is_some()
    }

    fn eat_time_separator(&mut self) -> bool {
        self.eat_if(|c| matches!(c, ':' | '.' | '\u{ff1a}')).is_some()
    }

    fn is_at_letter(&self) -> bool {
        self.peek().is_some_and(|(c, _)| c.is_alphabetic())
    }

    fn is_at_end(&self) -> bool {
        self.peek().is_none()
    }

    /// A number of at most `most` digits that no further digit follows, with how many it has.
    fn number(&mut self, most: u8) -> Option<(u16, u8)> {
        let (mut value, mut digits) = (0_u16, 0_u8);
        while let Some((digit, next)) = self.peek().and_then(|(c, next)| Some((digit_of(c)?, next))) {
            if digits == most {
                return None;
            }
            value = value * 10 + digit;
            digits += 1;
            self.at = next;
        }
        (digits > 0).then_some((value, digits))
    }

    fn two_digits(&mut self) -> Option<u8> {
        let (value, digits) = self.number(2)?;
        (digits == 2).then(|| u8::try_from(value).ok()).flatten()
    }

    /// `:07`, or `min 07 s` of Canadian French; nothing is eaten otherwise.
    fn seconds(&mut self) -> Option<u8> {
        let start = self.at;
        let plain = self.eat_time_separator();
        if !plain {
            self.blanks();
            let named = self.eat('m') && self.eat('i') && self.eat('n');
            self.blanks();
            if !named {
                self.at = start;
                return None;
            }
        }
        let seconds = self.two_digits();
        if seconds.is_none() {
            self.at = start;
        } else if !plain {
            self.blanks();
            self.eat('s');
        }
        seconds
    }

    /// A number of up to four digits, or a year of a Japanese era such as `R4`.
    fn year_or_number(&mut self) -> Option<((u16, u8), Calendar)> {
        let era = self.eat_if(|c| matches!(c, 'R' | 'H' | 'S' | '令' | '平' | '昭'));
        let calendar = match era {
            Some('R' | '令') => Calendar::Japanese(2018),
            Some('H' | '平') => Calendar::Japanese(1988),
            Some(_) => Calendar::Japanese(1925),
            None => Calendar::Plain,
        };
        self.eat_if(|c| era.is_some() && matches!(c, '和' | '成'));
        Some((self.number(4)?, calendar))
    }

    fn separator(&mut self) -> Option<(char, bool)> {
        self.blanks();
        let separator = self.eat_if(|c| matches!(c, '/' | '-' | '.'))?;
        Some((separator, self.blanks()))
    }

    /// A word of the table, whatever its blanks and stops; nothing is eaten otherwise.
    fn eat_word(&mut self, word: &[char]) -> bool {
        let start = self.at;
        let mut wanted = word.iter();
        let mut next = wanted.next();
        while let (Some(expected), Some((c, after))) = (next, self.peek()) {
            match squeeze_char(c) {
                Some(letter) if letter == *expected => next = wanted.next(),
                None if self.at > start => {}
                _ => break,
            }
            self.at = after;
        }
        let whole = next.is_none() && !self.peek().is_some_and(|(c, _)| c.is_alphabetic() && c.is_ascii());
        if whole {
            self.eat('.');
        } else {
            self.at = start;
        }
        whole
    }

    fn optional_word(&mut self, words: &[Vec<char>]) {
        let before = self.at;
        self.blanks();
        if !self.is_at_letter() || !words.iter().any(|word| self.eat_word(word)) {
            self.at = before;
        }
    }

    /// A word for the half of the day, with whether it is in plain capitals.
    fn half(&mut self) -> Option<(Half, bool)> {
        let (first, _) = self.peek()?;
        if !first.is_alphabetic() {
            return None;
        }
        let start = self.at;
        let folded = squeeze_char(first)?;
        let (_, half) = STRINGS
            .header
            .halves
            .iter()
            .filter(|(word, _)| word.first() == Some(&folded))
            .find(|(word, _)| self.eat_word(word))?;
        let written = self.text.get(start..self.at).unwrap_or_default();
        Some((*half, written.chars().all(|c| c.is_ascii_uppercase())))
    }

    /// Steps over letters that stand where a word for the half of the day would, up to the end of the header.
    fn unknown_half(&mut self) -> bool {
        let start = self.at;
        let mut letters = 0;
        while let Some(c) = self.eat_if(|c| c.is_alphabetic() || c == '.' || is_combining(c)) {
            letters += usize::from(c.is_alphabetic());
            if letters > UNKNOWN_HALF_MAX {
                break;
            }
        }
        let ends = self.peek().is_some_and(|(c, _)| is_blank(c) || c == ']' || c == ',');
        if letters == 0 || letters > UNKNOWN_HALF_MAX || !ends {
            self.at = start;
            return false;
        }
        true
    }
}

const fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

/// Vowel signs and other marks that stand inside words of Indic and Semitic scripts.
const fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5f4}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{e7f}')
}

/// Zeros of the scripts whose digits phones print.
const ZEROS: [u32; 19] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040,
    0x17e0, 0x1810, 0xff10,
];

fn digit_of(c: char) -> Option<u16> {
    if c.is_ascii() {
        return c.to_digit(10).and_then(|digit| u16::try_from(digit).ok());
    }
    let code = u32::from(c);
    let digit = ZEROS.iter().find_map(|zero| code.checked_sub(*zero).filter(|digit| *digit < 10))?;
    u16::try_from(digit).ok()
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
