//! A place in a line while its header is read: digits of every script, blanks of every kind, words of the table.

use super::calendar::Calendar;
use super::header_words::WORDS;
use super::strings::{is_mark, squeeze_char};

/// A place in a line. Marks are stepped over, blanks and commas of all kinds are alike, digits of all scripts count.
pub struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

/// Longest unknown word beside a clock, in letters.
const UNKNOWN_WORD_MAX: usize = 24;

impl<'a> Cursor<'a> {
    /// A cursor at byte `at` of `text`.
    pub const fn new(text: &'a str, at: usize) -> Self {
        Self { text, at }
    }

    /// The byte it stands at.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// Undoes what was read since `at`.
    pub const fn go_back(&mut self, at: usize) {
        self.at = at;
    }

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

    /// Steps over this character.
    pub fn eat(&mut self, wanted: char) -> bool {
        self.eat_if(|c| c == wanted).is_some()
    }

    /// Steps over one blank.
    pub fn eat_blank(&mut self) -> bool {
        self.eat_if(is_blank).is_some()
    }

    /// Steps over blanks; whether there were any.
    pub fn blanks(&mut self) -> bool {
        let mut any = false;
        while self.eat_blank() {
            any = true;
        }
        any
    }

    /// Steps over a comma of any script.
    pub fn eat_comma(&mut self) -> bool {
        self.eat_if(|c| matches!(c, ',' | '\u{60c}' | '\u{3001}' | '\u{ff0c}')).is_some()
    }

    /// Steps over what stands between hour and minute.
    pub fn eat_time_separator(&mut self) -> bool {
        self.eat_if(|c| matches!(c, ':' | '.' | '\u{ff1a}')).is_some()
    }

    fn is_at_letter(&self) -> bool {
        self.peek().is_some_and(|(c, _)| c.is_alphabetic())
    }

    /// Whether nothing but marks is left.
    pub fn is_at_end(&self) -> bool {
        self.peek().is_none()
    }

    /// Whether a Persian digit comes next; Arabic has its own.
    pub fn is_at_persian_digit(&self) -> bool {
        self.peek().is_some_and(|(c, _)| ('\u{6f0}'..='\u{6f9}').contains(&c))
    }

    /// A number of at most `most` digits that no further digit follows, with how many it has.
    pub fn number(&mut self, most: u8) -> Option<(u16, u8)> {
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

    /// A number of exactly two digits.
    pub fn two_digits(&mut self) -> Option<u8> {
        let (value, digits) = self.number(2)?;
        (digits == 2).then(|| u8::try_from(value).ok()).flatten()
    }

    /// `:07` after the minute; nothing is eaten otherwise.
    pub fn seconds(&mut self) -> Option<u8> {
        let start = self.at;
        let seconds = if self.eat_time_separator() { self.two_digits() } else { None };
        if seconds.is_none() {
            self.at = start;
        }
        seconds
    }

    /// ` h 05`, ` h 05 min 07 s`, `시 5분 7초` after the hour: minute, and second if there is one.
    pub fn units(&mut self) -> Option<(u8, Option<u8>)> {
        self.blanks();
        self.eat_any(&WORDS.hour_units).then_some(())?;
        self.blanks();
        let minute = u8::try_from(self.number(2)?.0).ok()?;
        let after_minute = self.at;
        self.blanks();
        if !self.eat_any(&WORDS.minute_units) {
            self.at = after_minute;
            return Some((minute, None));
        }
        let after_unit = self.at;
        self.blanks();
        let Some((second, _)) = self.number(2) else {
            self.at = after_unit;
            return Some((minute, None));
        };
        self.optional_word(&WORDS.second_units);
        Some((minute, Some(u8::try_from(second).ok()?)))
    }

    /// What stands between the fields of a date, and whether blanks follow it.
    pub fn separator(&mut self) -> Option<(char, bool)> {
        self.blanks();
        let separator = self.eat_if(|c| matches!(c, '/' | '-' | '.'))?;
        Some((separator, self.blanks()))
    }

    /// A word for an era before the number of a year: `R4`, `民國111`, `BE 2565`.
    pub fn era(&mut self) -> Option<Calendar> {
        if !self.is_at_letter() {
            return None;
        }
        let (_, calendar) = WORDS.eras.iter().find(|(word, _)| self.eat_word(word))?;
        self.blanks();
        Some(*calendar)
    }

    /// A word for an era after the date: ` BE`, ` г.`; nothing is eaten otherwise.
    pub fn era_after(&mut self) -> Option<Calendar> {
        let before = self.at;
        self.blanks();
        let found = if self.is_at_letter() { WORDS.eras.iter().find(|(word, _)| self.eat_word(word)) } else { None };
        if found.is_none() {
            self.at = before;
        }
        found.map(|(_, calendar)| *calendar)
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
        let whole = next.is_none() && !(self.is_at_letter() && word.last().is_some_and(|last| last.is_lowercase()));
        if whole {
            self.eat('.');
        } else {
            self.at = start;
        }
        whole
    }

    /// One of these words.
    pub fn eat_any(&mut self, words: &[Vec<char>]) -> bool {
        self.is_at_letter() && words.iter().any(|word| self.eat_word(word))
    }

    /// One of these words after blanks; nothing is eaten otherwise.
    pub fn optional_word(&mut self, words: &[Vec<char>]) {
        let before = self.at;
        self.blanks();
        if !self.eat_any(words) {
            self.at = before;
        }
    }

    /// A word for a part of the day: the first of its twelve hours, and whether it is in plain capitals.
    pub fn half(&mut self) -> Option<(u8, bool)> {
        let (first, _) = self.peek().filter(|(c, _)| c.is_alphabetic() || matches!(c, '\'' | '\u{2019}'))?;
        let start = self.at;
        let (_, from) = WORDS.halves(squeeze_char(first)?).iter().find(|(word, _)| self.eat_word(word))?;
        let written = self.text.get(start..self.at).unwrap_or_default();
        Some((*from, written.chars().all(|c| c.is_ascii_uppercase())))
    }

    /// Whether such a word comes next.
    pub fn is_at_half(&mut self) -> bool {
        let before = self.at;
        let found = self.half().is_some();
        self.at = before;
        found
    }

    /// Steps over letters that stand where a word for the part of the day would: before the clock, or after it up to
    /// the end of the header.
    pub fn unknown_word(&mut self) -> bool {
        let start = self.at;
        let mut letters = 0;
        while let Some(c) = self.eat_if(|c| c.is_alphabetic() || c == '.' || is_combining(c)) {
            letters += usize::from(c.is_alphabetic());
            if letters > UNKNOWN_WORD_MAX {
                break;
            }
        }
        let ends = |c: char| is_blank(c) || c == ']' || c == ',' || digit_of(c).is_some();
        if letters == 0 || letters > UNKNOWN_WORD_MAX || !self.peek().is_some_and(|(c, _)| ends(c)) {
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
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5f4}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{e7f}'
        | '\u{200c}' | '\u{200d}')
}

/// Zeros of all scripts that have digits of their own (Unicode category Nd), ASCII apart.
const ZEROS: [u32; 61] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0,
    0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0,
    0x16b50, 0x1d7ce, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

/// The value of a digit of any script.
pub fn digit_of(c: char) -> Option<u16> {
    if c.is_ascii() {
        return c.to_digit(10).and_then(|digit| u16::try_from(digit).ok());
    }
    let code = u32::from(c);
    let digit = ZEROS.iter().find_map(|zero| code.checked_sub(*zero).filter(|digit| *digit < 10))?;
    u16::try_from(digit).ok()
}
