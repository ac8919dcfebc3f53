//! What names an erased person, as keyed hashes: enough to recognise the name wherever it stands, useless for reading it.
//!
//! A name, a handle or a number is compared by its letters and digits alone, and looked for as a run of whole words whose
//! letters and digits together are it: `Fatou Ndiaye`, `fatou_ndiaye` and the folder `fatoundiaye_1234` are one.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::person::Person;
use crate::index::folded;
use crate::model::{Author, Platform};

/// What stands in place of an erased name.
pub const MASK: &str = "•••";

/// A keyed hash.
pub type Trace = [u8; 16];

/// Digits by which numbers are compared: prefixes of countries and of trunks are written or left out.
const PHONE_DIGITS: usize = 9;

/// Fewest digits of a number.
const PHONE_DIGITS_MIN: usize = 5;

/// Fewest letters of a name that is looked for in texts.
const FORM_LETTERS_MIN: usize = 3;

/// Words over which a printed number may be spread.
const PHONE_WORDS_MAX: usize = 7;

/// What a hash is of; part of what is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Of {
    /// A whole name.
    Name,
    /// The end of a number.
    Phone,
    /// A handle on one platform.
    Handle,
    /// A name, handle or number as a run of words.
    Form,
    /// A record's id.
    Record,
    /// A media file's SHA-256.
    Media,
    /// An original's SHA-256.
    Original,
}

/// The key of hashes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceKey(pub [u8; 32]);

impl TraceKey {
    /// The hash of something.
    pub fn hash(&self, of: Of, bytes: &[u8]) -> Trace {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(&[match of {
            Of::Name => b'n',
            Of::Phone => b'p',
            Of::Handle => b'h',
            Of::Form => b'f',
            Of::Record => b'r',
            Of::Media => b'm',
            Of::Original => b'o',
        }]);
        let mut trace = Trace::default();
        hasher.update(bytes).finalize_xof().fill(&mut trace);
        trace
    }
}

/// How a form is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// Letters and digits, in bytes.
    pub len: usize,
    /// It is so telling that it is also masked within texts. A single word is not: Rose is also a colour.
    pub free: bool,
}

/// One erased person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonTraces {
    /// Whole names.
    pub names: HashSet<Trace>,
    /// Ends of numbers.
    pub phones: HashSet<Trace>,
    /// Handles.
    pub handles: HashSet<Trace>,
    /// What was written up to then is erased, as [`crate::model::Time::order_ms`]; `i64::MAX` while erasing.
    pub until: i64,
}

/// Names of erased persons under one key.
#[derive(Clone, Default)]
pub struct Traces {
    /// Persons.
    pub persons: Vec<PersonTraces>,
    /// Runs of words.
    pub forms: HashMap<Trace, Form>,
    lengths: HashSet<usize>,
    words_max: usize,
}

/// The whole name in the form in which it is compared; signs alone are a name too.
fn name_form(name: &str) -> String {
    let form = folded(name);
    if form.is_empty() { name.trim().to_owned() } else { form }
}

/// The end of a number, by which it is compared.
pub fn phone_end(phone: &str) -> Option<String> {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    (digits.len() >= PHONE_DIGITS_MIN).then(|| digits.iter().skip(digits.len().saturating_sub(PHONE_DIGITS)).collect())
}

/// A handle within its platform.
fn handle_form(platform: Platform, handle: &str) -> String {
    format!("{} {}", platform.name(), handle.trim_start_matches('@').to_lowercase())
}

impl Traces {
    /// The traces of a person.
    pub fn of(person: &Person, key: &TraceKey) -> Self {
        let mut traces = Self { words_max: 1, ..Self::default() };
        let mut found = PersonTraces { until: i64::MAX, ..PersonTraces::default() };
        for name in &person.names {
            found.names.insert(key.hash(Of::Name, name_form(name).as_bytes()));
            let words = words_of(name).len();
            traces.add_form(key, &folded(name), words > 1, words);
            // A number in place of a name.
            if phone_end(name).is_some() && !name.chars().any(char::is_alphabetic) {
                traces.add_phone(key, name);
            }
        }
        for (platform, handle) in &person.handles {
            found.handles.insert(key.hash(Of::Handle, handle_form(*platform, handle).as_bytes()));
            traces.add_form(key, &folded(handle), words_of(handle).len() > 1, words_of(handle).len());
        }
        for phone in &person.phones {
            found.phones.extend(phone_end(phone).map(|end| key.hash(Of::Phone, end.as_bytes())));
            traces.add_phone(key, phone);
        }
        traces.persons.push(found);
        traces
    }

    /// Adds a form known by its hash, which may run over so many words.
    pub fn insert(&mut self, trace: Trace, form: Form, words: usize) {
        self.lengths.insert(form.len);
        self.words_max = self.words_max.max(words);
        let known = self.forms.entry(trace).or_insert(form);
        known.free |= form.free;
    }

    /// Most words over which a form may run.
    pub const fn words_max(&self) -> usize {
        self.words_max
    }

    fn add_form(&mut self, key: &TraceKey, form: &str, free: bool, words: usize) {
        if form.chars().count() >= FORM_LETTERS_MIN {
            self.insert(key.hash(Of::Form, form.as_bytes()), Form { len: form.len(), free }, words);
        }
    }

    fn add_phone(&mut self, key: &TraceKey, phone: &str) {
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        let Some(end) = phone_end(phone) else { return };
        for form in [digits.clone(), end.clone(), format!("0{end}"), format!("00{digits}")] {
            self.add_form(key, &form, true, PHONE_WORDS_MAX);
        }
    }

    /// Whether the author is one of the persons; gives until when what they wrote is erased.
    pub fn author(&self, key: &TraceKey, platform: Platform, author: &Author) -> Option<i64> {
        if author.is_owner || self.persons.is_empty() {
            return None;
        }
        let name = key.hash(Of::Name, name_form(&author.name).as_bytes());
        let number = || Some(author.name.as_str()).filter(|name| !name.chars().any(char::is_alphabetic));
        let phone = author.phone.as_deref().or_else(number).and_then(phone_end);
        let phone = phone.map(|end| key.hash(Of::Phone, end.as_bytes()));
        let handle = author.handle.as_deref();
        let handle = handle.map(|handle| key.hash(Of::Handle, handle_form(platform, handle).as_bytes()));
        let is = |person: &&PersonTraces| {
            if handle.is_some_and(|handle| person.handles.contains(&handle)) {
                return true;
            }
            match phone {
                Some(phone) if person.phones.contains(&phone) => true,
                // Another number: a namesake.
                Some(_) if !person.phones.is_empty() => false,
                _ => person.names.contains(&name),
            }
        };
        self.persons.iter().filter(is).map(|person| person.until).max()
    }

    /// Whether a text is the name of one of the persons and nothing more; gives until when.
    pub fn whole_name(&self, key: &TraceKey, text: &str) -> Option<i64> {
        let name = key.hash(Of::Name, name_form(text).as_bytes());
        self.persons.iter().filter(|person| person.names.contains(&name)).map(|person| person.until).max()
    }

    /// Where names stand in a text, in order; `free` leaves out those that may be other words.
    pub fn spans(&self, key: &TraceKey, text: &str, free: bool) -> Vec<Range<usize>> {
        let mut spans = Vec::new();
        if self.forms.is_empty() || text.len() < FORM_LETTERS_MIN {
            return spans;
        }
        let words = words_of(text);
        let longest = self.lengths.iter().copied().max().unwrap_or(0);
        let mut at = 0;
        let mut run = String::new();
        while let Some((first, _)) = words.get(at) {
            run.clear();
            let mut found = None;
            for (count, (range, word)) in words.iter().skip(at).take(self.words_max).enumerate() {
                run.push_str(word);
                if run.len() > longest {
                    break;
                }
                if self.lengths.contains(&run.len())
                    && let Some(form) = self.forms.get(&key.hash(Of::Form, run.as_bytes()))
                    && (form.free || !free)
                {
                    found = Some((count + 1, range.end));
                }
            }
            match found {
                Some((count, end)) => {
                    spans.push(first.start..end);
                    at += count;
                }
                None => at += 1,
            }
        }
        spans
    }
}

/// The text with spans of it masked; nothing when there are none.
pub fn masked(text: &str, spans: &[Range<usize>]) -> Option<String> {
    if spans.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for span in spans {
        out.push_str(text.get(from..span.start).unwrap_or_default());
        out.push_str(MASK);
        from = span.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Some(out)
}

/// Words with their places, folded.
fn words_of(text: &str) -> Vec<(Range<usize>, String)> {
    let mut words = Vec::new();
    let mut start = None;
    let is_word = |letter: char| {
        letter.is_alphanumeric() || !letter.is_ascii() && unicode_normalization::char::is_combining_mark(letter)
    };
    let mut close = |start: usize, end: usize| {
        let word = folded(text.get(start..end).unwrap_or_default());
        if !word.is_empty() {
            words.push((start..end, word));
        }
    };
    for (at, letter) in text.char_indices() {
        match (start, is_word(letter)) {
            (None, true) => start = Some(at),
            (Some(begun), false) => {
                close(begun, at);
                start = None;
            }
            _ => {}
        }
    }
    if let Some(begun) = start {
        close(begun, text.len());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(names: &[&str], phones: &[&str]) -> Person {
        Person {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            phones: phones.iter().map(|phone| (*phone).to_owned()).collect(),
            ..Person::default()
        }
    }

    #[test]
    fn names_are_found_however_they_are_written() {
        let key = TraceKey([7; 32]);
        let traces = Traces::of(&person(&["Aïssatou Ndiaye"], &["+221 77 123 45 67"]), &key);
        let mask = |text: &str, free| masked(text, &traces.spans(&key, text, free));
        let check = |text: &str, expected: &str| assert_eq!(mask(text, false).as_deref(), Some(expected), "{text}");
        check("Discussion WhatsApp avec Aïssatou Ndiaye.zip", "Discussion WhatsApp avec •••.zip");
        check("inbox/aissatoundiaye_102/message_1.json", "inbox/•••_102/message_1.json");
        check("AI\u{308}SSATOU  NDIAYE", "•••");
        check("appelez le 77-123-45-67 !", "appelez le ••• !");
        check("00221771234567@s.whatsapp.net", "•••@s.whatsapp.net");
        for other in ["Aïssatou", "Aïssatou Ndiayes", "Ndiaye Aïssatou", "77 123 45", ""] {
            assert_eq!(mask(other, false), None, "{other}");
        }
        let rose = Traces::of(&person(&["Rose"], &[]), &key);
        assert!(rose.spans(&key, "une robe rose", true).is_empty());
        assert_eq!(masked("Rose.vcf", &rose.spans(&key, "Rose.vcf", false)).as_deref(), Some("•••.vcf"));
    }

    #[test]
    fn a_namesake_with_another_number_is_another_person() {
        let key = TraceKey([7; 32]);
        let traces = Traces::of(&person(&["Awa Sow"], &["+221771234567"]), &key);
        let author = |name: &str, phone: Option<&str>| {
            let phone = phone.map(str::to_owned);
            let author = Author { name: name.to_owned(), phone, ..Author::default() };
            traces.author(&key, Platform::Whatsapp, &author).is_some()
        };
        assert!(author("Awa Sow", None) && author("Awa Sow", Some("77 123 45 67")));
        assert!(author("Awa boutique", Some("+221 77 123 45 67")) && author("+221 77 123 45 67", None));
        assert!(!author("Awa Sow", Some("+221 77 000 00 00")) && !author("Awa", None));
    }
}
