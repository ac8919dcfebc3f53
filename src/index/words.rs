//! From text to terms, the same way for records and for queries: words, numbers, hashtags, mentions, emoji, with their
//! places in the sequence and their bytes in the text.

use std::cell::RefCell;
use std::ops::Range;
use std::thread::LocalKey;

use super::fold::{fold, fold_into, is_apostrophe, is_hyphen, is_ignorable, is_mark};
use super::hours::hours_at;
use super::numbers::{Amount, amount_at, amount_with_letters};
use super::phone::{Phone, phone_at};
use super::shape::{Form, HOUR_MARK, SUM_MARK};
use super::stem::FrenchStemmer;

mod memo;

use memo::Memo;

/// Changes whenever a text would give other terms than before: older indexes are then rebuilt.
pub const ANALYSER_VERSION: u32 = 6;

/// Longest run taken as one; longer ones (encoded data) are cut into several.
const RUN_BYTES_MAX: usize = 200;
/// Most letters of an acronym written with dots.
const ACRONYM_LETTERS_MAX: usize = 8;

/// One term of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// Bytes of [`Analysis::terms`].
    term: Range<usize>,
    /// What it is.
    pub(super) form: Form,
    /// Bytes of the text it stands for.
    pub(super) bytes: Range<usize>,
    /// Place in the sequence of words.
    pub(super) place: u32,
    /// Number of the run, tag, number or emoji it comes from.
    pub(super) unit: u32,
}

impl Token {
    /// A word as written, in one spelling or another: no stem, no tag.
    pub(super) const fn is_word_form(&self) -> bool {
        matches!(self.form, Form::Word | Form::Variant)
    }
}

/// All terms of a text, in order of place.
#[derive(Debug, Default)]
pub(super) struct Analysis {
    terms: String,
    pub(super) tokens: Vec<Token>,
    places: u32,
    units: u32,
}

impl Analysis {
    /// The terms of `text`, stems included.
    pub(super) fn of(text: &str) -> Self {
        let mut analysis = Self::default();
        analysis.analyse(text, &STEMMED);
        analysis
    }

    /// The terms of `text`, without stems.
    pub(super) fn of_words(text: &str) -> Self {
        let mut analysis = Self::default();
        analysis.analyse_words(text);
        analysis
    }

    /// The term of one of its tokens.
    pub(super) fn term(&self, token: &Token) -> &str {
        self.terms.get(token.term.clone()).unwrap_or_default()
    }

    /// Replaces its content by the terms of `text`, without stems.
    pub(super) fn analyse_words(&mut self, text: &str) {
        self.analyse(text, &UNSTEMMED);
    }

    fn analyse(&mut self, text: &str, memo: &'static LocalKey<RefCell<Memo>>) {
        self.terms.clear();
        self.tokens.clear();
        (self.places, self.units) = (0, 0);
        memo.with_borrow_mut(|memo| Scanner { text, at: 0, out: self, memo }.scan());
    }

    fn push(&mut self, term: &str, form: Form, bytes: Range<usize>, place: u32) {
        let start = self.terms.len();
        self.terms.push_str(term);
        self.tokens.push(Token { term: start..self.terms.len(), form, bytes, place, unit: self.units });
    }

    fn push_word(&mut self, term: &str, bytes: Range<usize>) {
        self.push(term, Form::Word, bytes, self.places);
        self.places += 1;
    }

    fn push_single(&mut self, term: &str, bytes: Range<usize>) {
        self.push_word(term, bytes);
        self.units += 1;
    }
}

thread_local! {
    static STEMMED: RefCell<Memo> = RefCell::new(Memo::new(Some(FrenchStemmer::new())));
    static UNSTEMMED: RefCell<Memo> = RefCell::new(Memo::new(None));
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    /// Continues a run and never starts one.
    Mark,
    /// Continues a run when a letter follows.
    Joiner,
    Invisible,
    /// A letter of a script written without blanks: a word of its own.
    Ideograph,
    Emoji,
    Other,
}

fn kind(letter: char) -> Kind {
    if letter.is_ascii() {
        return match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' => Kind::Letter,
            '\'' | '-' | '`' => Kind::Joiner,
            _ => Kind::Other,
        };
    }
    match u32::from(letter) {
        0x1f000..=0x1faff if !matches!(u32::from(letter), 0x1f3fb..=0x1f3ff) => return Kind::Emoji,
        // Chinese, Japanese; then Thai, Lao, Burmese, Khmer.
        0x3040..=0x30ff
        | 0x31f0..=0x31ff
        | 0x3400..=0x4dbf
        | 0x4e00..=0x9fff
        | 0xf900..=0xfaff
        | 0x20000..=0x3ffff
        | 0xff66..=0xff9f
        | 0xe00..=0xeff
        | 0x1000..=0x109f
        | 0x1780..=0x17ff
            if !is_mark(letter) =>
        {
            return if letter.is_alphanumeric() { Kind::Ideograph } else { Kind::Other };
        }
        // Skin tones, keycaps and tags only vary the emoji before them.
        0x1f3fb..=0x1f3ff | 0x20e3 | 0xe0020..=0xe007f => return Kind::Invisible,
        _ => {}
    }
    if is_ignorable(letter) {
        Kind::Invisible
    } else if is_apostrophe(letter) || is_hyphen(letter) {
        Kind::Joiner
    } else if is_mark(letter) {
        Kind::Mark
    } else if letter.is_alphanumeric() {
        Kind::Letter
    } else if is_symbol_emoji(letter) {
        Kind::Emoji
    } else {
        Kind::Other
    }
}

const fn is_symbol_emoji(letter: char) -> bool {
    matches!(letter,
        '©' | '®' | '‼' | '⁉' | '™' | 'ℹ' | '←'..='⇿' | '⌀'..='⏿' | '■'..='◿' | '☀'..='➿' | '⤀'..='⥿' | '⬀'..='⯿'
        | '〰' | '〽' | '㊗' | '㊙')
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    out: &'a mut Analysis,
    memo: &'a mut Memo,
}

impl Scanner<'_> {
    fn letter(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    fn slice(&self, bytes: Range<usize>) -> &str {
        self.text.get(bytes).unwrap_or_default()
    }

    fn scan(&mut self) {
        let mut before = Kind::Other;
        while let Some(letter) = self.letter(self.at) {
            let kind = kind(letter);
            let next = self.at + letter.len_utf8();
            match kind {
                Kind::Letter if before != Kind::Letter && (self.acronym() || self.elided_acronym()) => {}
                Kind::Letter => self.run_or_number(letter),
                Kind::Ideograph => self.ideographs(),
                Kind::Emoji => self.emoji(letter, next),
                Kind::Other if matches!(letter, '+' | '(') && before != Kind::Letter => self.number_with_sign(next),
                Kind::Other if matches!(letter, '#' | '@') && before != Kind::Letter => self.tag(letter, next),
                _ => self.at = next,
            }
            before = kind;
        }
    }

    /// `S.N.C.F.`: its letters, and all of them in one word.
    fn acronym(&mut self) -> bool {
        let mut letters: Vec<Range<usize>> = Vec::new();
        let (mut next, mut is_ended) = (self.at, false);
        while let Some(letter) = self.letter(next).filter(|letter| letter.is_alphabetic()) {
            let end = next + letter.len_utf8();
            letters.push(next..end);
            is_ended = self.letter(end) == Some('.');
            next = end + usize::from(is_ended);
            if !is_ended || letters.len() > ACRONYM_LETTERS_MAX {
                break;
            }
        }
        // Two letters are one with a dot after each; what goes on in letters is an address.
        let is_acronym =
            (letters.len() > 2 || (letters.len() == 2 && is_ended)) && letters.len() <= ACRONYM_LETTERS_MAX;
        if !is_acronym || self.letter(next).is_some_and(char::is_alphanumeric) {
            return false;
        }
        let Some(whole) = letters.first().zip(letters.last()).map(|(first, last)| first.start..last.end) else {
            return false;
        };
        let joined = fold(self.slice(whole.clone()));
        let place = self.out.places;
        for (at, bytes) in letters.into_iter().enumerate() {
            let letter = fold(self.slice(bytes.clone()));
            self.out.push_word(&letter, bytes);
            if at == 0 {
                self.out.push(&joined, Form::Variant, whole.clone(), place);
            }
        }
        self.out.units += 1;
        self.at = next;
        true
    }

    /// `l'U.R.S.S.`: as in other words, what is elided is left out.
    fn elided_acronym(&mut self) -> bool {
        let start = self.at;
        let bytes = self.text.as_bytes().get(start..).unwrap_or_default();
        let elided = match bytes {
            [b'q' | b'Q', b'u' | b'U', ..] => start + 2,
            [letter, ..] if b"ldjmnstcLDJMNSTC".contains(letter) => start + 1,
            _ => return false,
        };
        let Some(apostrophe) = self.letter(elided).filter(|sign| is_apostrophe(*sign)) else { return false };
        self.at = elided + apostrophe.len_utf8();
        let is_found = self.acronym();
        if !is_found {
            self.at = start;
        }
        is_found
    }

    /// Letters of a script without blanks: words of one letter, which are one thing typed.
    fn ideographs(&mut self) {
        let mut term = String::new();
        while let Some(letter) = self.letter(self.at) {
            let next = self.at + letter.len_utf8();
            match kind(letter) {
                Kind::Ideograph => {
                    term.clear();
                    fold_into(self.text.get(self.at..next).unwrap_or_default(), &mut term);
                    if !term.is_empty() {
                        self.out.push(&term, Form::Word, self.at..next, self.out.places);
                        self.out.places += 1;
                    }
                }
                Kind::Mark | Kind::Invisible => {}
                _ => break,
            }
            self.at = next;
        }
        self.out.units += 1;
    }

    /// `+221 77 123 45 67`, `(514) 555-0199`.
    fn number_with_sign(&mut self, next: usize) {
        match phone_at(self.text, self.at).filter(|phone| phone.is_certain) {
            Some(phone) => self.phone(&phone),
            None => self.at = next,
        }
    }

    fn phone(&mut self, phone: &Phone) {
        self.out.push(&phone.term(), Form::Phone, self.at..phone.end, self.out.places);
        self.out.places += 1;
        self.out.units += 1;
        self.at = phone.end;
    }

    fn run_or_number(&mut self, first: char) {
        if first.is_ascii_digit() && self.number() {
            return;
        }
        let mut end = self.run_end(self.at);
        if let Some(number) = self.glued_phone(self.at..end) {
            end = number;
        }
        let run = self.text.get(self.at..end).unwrap_or_default();
        self.memo.add_run(run, self.at, self.out);
        self.out.units += 1;
        self.at = end;
    }

    /// Where a phone number begins that a blank is missing before: `Tel77 118 22 33`.
    fn glued_phone(&self, run: Range<usize>) -> Option<usize> {
        let digits = self.slice(run.clone()).bytes().position(|byte| byte.is_ascii_digit()).filter(|at| *at > 0)?;
        let start = run.start + digits;
        let is_letter = self.slice(run.start..start).chars().next_back().is_some_and(char::is_alphabetic);
        (is_letter && phone_at(self.text, start).is_some_and(|phone| phone.is_certain)).then_some(start)
    }

    /// Whether what begins here is the month of a date rather than a phone number: `12/05 78 136 22 33`.
    fn is_month(&self) -> bool {
        let Some(before) = self.slice(0..self.at).strip_suffix('/') else { return false };
        let day = before.trim_end_matches(|letter: char| letter.is_ascii_digit()).len();
        let number = |digits: &str| if digits.len() <= 2 { digits.parse::<u8>().ok() } else { None };
        let rest = self.slice(self.at..self.text.len());
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        let is_date = number(self.slice(day..before.len())).is_some_and(|day| (1..=31).contains(&day))
            && number(rest.get(..length).unwrap_or_default()).is_some_and(|month| (1..=12).contains(&month));
        is_date
            && !self.out.tokens.last().is_some_and(|token| token.form == Form::Phone && token.bytes.end + 1 == self.at)
    }

    /// Whether a date stands here, and a phone number behind it: `03/06 76 543 21 17`.
    fn is_date_before_phone(&self) -> bool {
        let rest = self.slice(self.at..self.text.len());
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let number = |text: Option<&str>| text.and_then(|text| text.parse::<u8>().ok()).unwrap_or(0);
        let day = digits(rest);
        let Some(after) = rest.get(day..).and_then(|rest| rest.strip_prefix('/')) else { return false };
        let month = digits(after);
        let is_date = (1..=2).contains(&day)
            && (1..=2).contains(&month)
            && (1..=31).contains(&number(rest.get(..day)))
            && (1..=12).contains(&number(after.get(..month)));
        is_date
            && after.get(month..).is_some_and(|rest| {
                rest.starts_with([' ', '\u{a0}'])
                    && phone_at(rest, rest.len() - rest.trim_start().len()).is_some_and(|phone| phone.is_certain)
            })
    }

    /// Adds what stands at a digit, when that is more than a run of digits and letters. Else only what such a run does not
    /// tell of itself: that it is a sum of money, that it may begin a phone number.
    fn number(&mut self) -> bool {
        let is_dated = self.is_month() || self.is_date_before_phone();
        let phone = if is_dated { None } else { phone_at(self.text, self.at) };
        if let Some(phone) = phone.as_ref().filter(|phone| phone.is_certain) {
            self.phone(phone);
            return true;
        }
        if let Some(phone) = &phone {
            self.out.push(&phone.term(), Form::MaybePhone, self.at..phone.end, self.out.places);
        }
        if self.hours() {
            return true;
        }
        let amount = amount_with_letters(self.text, self.at).or_else(|| amount_at(self.text, self.at));
        let Some(amount) = amount else { return false };
        let place = self.out.places;
        if amount.is_sum {
            self.out.push(&format!("{SUM_MARK}{}", amount.value), Form::Sum, self.at..amount.end, place);
        }
        if let Some((value, end)) = &amount.may_be {
            self.out.push(value, Form::Variant, self.at..*end, place);
        }
        if amount.is_plain {
            return self.digits_before_a_number(&amount);
        }
        self.out.push_word(&amount.value, self.at..amount.end);
        if let Some(unit) = amount.unit {
            let inner = fold(self.slice(unit.clone()));
            self.out.push(&inner, Form::Inner, unit.clone(), place);
            if self.slice(self.at..unit.start).bytes().all(|byte| byte.is_ascii_digit()) {
                let glued = fold(self.slice(self.at..unit.end));
                self.out.push(&glued, Form::Variant, self.at..unit.end, place);
            }
        }
        self.out.units += 1;
        self.at = amount.end;
        true
    }

    /// Adds the hours of the day that stand here, beside their words. The first of a span (`9h-18h`) is taken whole: its hyphen
    /// joins no words.
    fn hours(&mut self) -> bool {
        let hours = hours_at(self.text, self.at);
        for hour in &hours {
            let term = format!("{HOUR_MARK}{}", hour.term);
            self.out.push(&term, Form::Hour, self.at..hour.end, self.out.places);
        }
        let Some(end) = hours.last().map(|hour| hour.end) else { return false };
        let is_span = self.letter(end).filter(|sign| is_hyphen(*sign)).is_some_and(|sign| {
            let next = end + sign.len_utf8();
            self.letter(next).is_some_and(|letter| letter.is_ascii_digit()) && !hours_at(self.text, next).is_empty()
        });
        let run = self.text.get(self.at..end).unwrap_or_default();
        if !is_span || !run.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return false;
        }
        self.memo.add_run(run, self.at, self.out);
        self.out.units += 1;
        self.at = end;
        true
    }

    /// `20-25 000`: the hyphen joins no words.
    fn digits_before_a_number(&mut self, amount: &Amount) -> bool {
        let after = self.letter(amount.end).filter(|sign| is_hyphen(*sign)).map(|sign| amount.end + sign.len_utf8());
        let Some(next) = after else { return false };
        let is_number = self.letter(next).is_some_and(|letter| letter.is_ascii_digit())
            && amount_at(self.text, next).is_some_and(|next| !next.is_plain);
        if is_number {
            self.out.push_single(&amount.value, self.at..amount.end);
            self.at = next;
        }
        is_number
    }

    /// End of the run that starts at `start`: letters and marks, with single apostrophes and hyphens between letters.
    fn run_end(&self, start: usize) -> usize {
        let mut end = start;
        let mut pending_joiner = false;
        for (offset, letter) in self.text.get(start..).unwrap_or_default().char_indices() {
            let at = start + offset;
            match kind(letter) {
                Kind::Letter | Kind::Mark => {
                    end = at + letter.len_utf8();
                    pending_joiner = false;
                }
                Kind::Invisible => {}
                Kind::Joiner if !pending_joiner => pending_joiner = true,
                _ => break,
            }
            if at - start >= RUN_BYTES_MAX {
                break;
            }
        }
        end.max(start + self.letter(start).map_or(1, char::len_utf8))
    }

    fn emoji(&mut self, letter: char, next: usize) {
        let is_flag_half = |letter: char| matches!(letter, '\u{1f1e6}'..='\u{1f1ff}');
        let end = match self.letter(next) {
            Some(second) if is_flag_half(letter) && is_flag_half(second) => next + second.len_utf8(),
            _ => next,
        };
        let term = self.text.get(self.at..end).unwrap_or_default();
        self.out.push_single(term, self.at..end);
        self.at = end;
    }

    /// A hashtag or mention: a term with its sign, then its words, then all of them in one.
    fn tag(&mut self, sign: char, start: usize) {
        let mut end = start;
        for (offset, letter) in self.text.get(start..).unwrap_or_default().char_indices() {
            let at = start + offset;
            match kind(letter) {
                Kind::Letter | Kind::Mark => end = at + letter.len_utf8(),
                Kind::Invisible => {}
                Kind::Other if letter == '_' || (letter == '.' && sign == '@') => {}
                _ => break,
            }
            if at - start >= RUN_BYTES_MAX {
                break;
            }
        }
        if end == start {
            self.at = start;
            return;
        }
        let body = self.text.get(start..end).unwrap_or_default();
        let mut whole = String::from(sign);
        fold_into(body, &mut whole);
        // Marks alone (`@` and a lone accent) name nobody.
        if !whole.chars().any(char::is_alphanumeric) {
            self.at = start;
            return;
        }
        let place = self.out.places;
        self.out.push(&whole, Form::Tag, self.at..end, place);
        let words = tag_words(body);
        if words.len() > 1 {
            let closed = whole.get(1..).unwrap_or_default();
            self.out.push(closed, Form::Variant, start..end, place);
        }
        for word in words {
            let run = body.get(word.clone()).unwrap_or_default();
            self.memo.add_run(run, start + word.start, self.out);
        }
        self.out.units += 1;
        self.at = end;
    }
}

/// `ModeAfricaine_2024` has three words.
fn tag_words(body: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let (mut start, mut lower, mut upper) = (0, false, false);
    for (at, letter) in body.char_indices() {
        let after = body.get(at + letter.len_utf8()..).and_then(|rest| rest.chars().next());
        // The word after one of a single capital, with an accent: ÉtéÀLyon.
        let after_single =
            upper && body.get(start..at).is_some_and(|word| word.chars().count() == 1 && !word.is_ascii());
        if matches!(letter, '_' | '.') {
            words.push(start..at);
            start = at + 1;
        } else if letter.is_uppercase() && (lower || (after_single && after.is_some_and(char::is_lowercase))) {
            words.push(start..at);
            start = at;
        }
        upper = letter.is_uppercase();
        lower = letter.is_lowercase() || (lower && !letter.is_alphanumeric() && !matches!(letter, '_' | '.'));
    }
    words.push(start..body.len());
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests;
