//! Phone numbers as people write them: `+221 77 123 45 67`, `77.123.45.67`, `06 12 34 56 78`, `(514) 555-0199`,
//! `wa.me/221771234567`. The index keeps them as written, since whose country is meant is known only when somebody
//! asks; the countries' plans then tell which ways of writing are one number.

use super::fold::is_hyphen;
use super::numbers::currency_end;

/// First character of a phone number's term; no word begins with it. Its digits follow from the last to the first, so
/// that numbers with one ending lie side by side, then [`INTERNATIONAL`] for a number with its country's code.
pub(super) const PHONE_MARK: char = '\u{2}';
/// Last character of the term of a number with its country's code.
const INTERNATIONAL: char = '+';

/// Fewest and most digits of a number with its country's code (ITU-T E.164 allows fifteen).
const INTERNATIONAL_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;
/// Fewest digits of any number.
const DIGITS_MIN: usize = 7;
/// Fewest digits by which a number is looked for.
pub(super) const ENDING_DIGITS_MIN: usize = 4;
/// Most groups of digits of one number.
const GROUPS_MAX: usize = 8;

/// How numbers of a country are written (ITU-T E.164 national numbering plans, 2024).
struct Plan {
    /// ISO 3166.
    country: &'static str,
    /// With which its numbers begin abroad.
    code: &'static str,
    /// Written before a number at home only.
    trunk: &'static str,
    /// How numbers begin after the trunk.
    starts: &'static [&'static str],
    /// Digits of a number, code and trunk not counted.
    lengths: &'static [usize],
}

const fn plan(
    country: &'static str,
    code: &'static str,
    trunk: &'static str,
    starts: &'static [&'static str],
    lengths: &'static [usize],
) -> Plan {
    Plan { country, code, trunk, starts, lengths }
}

const ANY: &[&str] = &["1", "2", "3", "4", "5", "6", "7", "8", "9"];
const FROM_TWO: &[&str] = &["2", "3", "4", "5", "6", "7", "8", "9"];

const PLANS: &[Plan] = &[
    plan("SN", "221", "", &["70", "71", "75", "76", "77", "78", "30", "33", "39"], &[9]),
    plan("FR", "33", "0", ANY, &[9]),
    plan("CA", "1", "1", FROM_TWO, &[10]),
    plan("US", "1", "1", FROM_TWO, &[10]),
    plan("BE", "32", "0", ANY, &[8, 9]),
    plan("CH", "41", "0", ANY, &[9]),
    plan("LU", "352", "", &["6", "2", "4"], &[8, 9]),
    plan("GB", "44", "0", ANY, &[10]),
    plan("ES", "34", "", &["6", "7", "8", "9"], &[9]),
    plan("IT", "39", "", &["3"], &[9, 10]),
    plan("PT", "351", "", &["2", "9"], &[9]),
    plan("DE", "49", "0", ANY, &[10, 11]),
    plan("CI", "225", "", &["01", "05", "07", "21", "25", "27"], &[10]),
    plan("ML", "223", "", &["2", "4", "5", "6", "7", "8", "9"], &[8]),
    plan("BF", "226", "", &["0", "2", "4", "5", "6", "7"], &[8]),
    plan("BJ", "229", "", &["01"], &[10]),
    plan("BJ", "229", "", &["2", "4", "5", "6", "9"], &[8]),
    plan("TG", "228", "", &["2", "7", "9"], &[8]),
    plan("NE", "227", "", &["2", "7", "8", "9"], &[8]),
    plan("GN", "224", "", &["3", "6"], &[9]),
    plan("GW", "245", "", &["4", "9"], &[9]),
    plan("GM", "220", "", FROM_TWO, &[7]),
    plan("MR", "222", "", &["2", "3", "4"], &[8]),
    plan("CV", "238", "", &["2", "5", "9"], &[7]),
    plan("CM", "237", "", &["2", "6"], &[9]),
    plan("GA", "241", "0", &["1", "6", "7"], &[8]),
    plan("CG", "242", "", &["04", "05", "06", "22"], &[9]),
    plan("CD", "243", "0", &["8", "9"], &[9]),
    plan("TD", "235", "", &["2", "6", "7", "9"], &[8]),
    plan("CF", "236", "", &["2", "7"], &[8]),
    plan("MA", "212", "0", &["5", "6", "7", "8"], &[9]),
    plan("DZ", "213", "0", &["2", "3", "4", "5", "6", "7"], &[8, 9]),
    plan("TN", "216", "", &["2", "3", "4", "5", "7", "9"], &[8]),
    plan("MG", "261", "0", &["2", "3"], &[9]),
    plan("HT", "509", "", &["2", "3", "4"], &[8]),
    plan("GH", "233", "0", &["2", "3", "5"], &[9]),
    plan("NG", "234", "0", &["7", "8", "9"], &[10]),
    plan("RW", "250", "0", &["7"], &[9]),
    plan("BI", "257", "", &["2", "6", "7"], &[8]),
    plan("DJ", "253", "", &["2", "7"], &[8]),
    plan("KM", "269", "", &["3", "7"], &[7]),
    plan("MU", "230", "", &["5"], &[8]),
    plan("RE", "262", "0", &["2", "6", "9"], &[9]),
    plan("GP", "590", "0", &["5", "6"], &[9]),
    plan("MQ", "596", "0", &["5", "6"], &[9]),
    plan("GF", "594", "0", &["5", "6"], &[9]),
];

impl Plan {
    /// The number after the trunk, when this is one of the country's as written at home.
    fn at_home<'a>(&self, digits: &'a str) -> Option<&'a str> {
        let bare = digits.strip_prefix(self.trunk).filter(|bare| self.has(bare));
        // Only North America's trunk is left out at home.
        bare.or_else(|| (self.code == "1" && self.has(digits)).then_some(digits))
    }

    fn has(&self, number: &str) -> bool {
        self.lengths.contains(&number.len())
            && self.starts.iter().any(|start| number.starts_with(start))
            // Neither an area nor an exchange of North America begins with 0 or 1.
            && (self.code != "1" || !matches!(number.as_bytes().get(3), Some(b'0' | b'1')))
    }

    fn abroad(&self, number: &str) -> String {
        format!("{}{number}", self.code)
    }
}

/// A phone number found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Phone {
    /// Without signs; without `+` or `00`.
    pub(super) digits: String,
    /// Its country's code comes first.
    pub(super) is_international: bool,
    /// It can hardly be anything else.
    pub(super) is_certain: bool,
    /// Where it ends in the text.
    pub(super) end: usize,
}

impl Phone {
    /// The whole text as a number of somewhere.
    pub(super) fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        phone_at(text, 0).filter(|phone| phone.end == text.len())
    }

    /// Its term in the index.
    pub(super) fn term(&self) -> String {
        let mut term = String::from(PHONE_MARK);
        term.extend(self.digits.chars().rev());
        if self.is_international {
            term.push(INTERNATIONAL);
        }
        term
    }

    /// The number of a term.
    pub(super) fn from_term(term: &str) -> Option<Self> {
        let reversed = term.strip_prefix(PHONE_MARK)?;
        let digits = reversed.strip_suffix(INTERNATIONAL);
        Some(Self {
            is_international: digits.is_some(),
            digits: digits.unwrap_or(reversed).chars().rev().collect(),
            is_certain: true,
            end: 0,
        })
    }

    /// Whether it is a number as people of this country write them at home, or one with a country's code.
    pub(super) fn is_of(&self, country: Option<&str>) -> bool {
        self.is_international || of_country(country).any(|plan| plan.at_home(&self.digits).is_some())
    }

    /// The numbers of this country that it can be, with the country's code.
    pub(super) fn at_home_in(&self, country: Option<&str>) -> Vec<String> {
        of_country(country).filter_map(|plan| plan.at_home(&self.digits).map(|number| plan.abroad(number))).collect()
    }

    /// The number with its country's code: those it can be, for somebody in this country.
    pub(super) fn abroad(&self, country: Option<&str>) -> Vec<String> {
        if self.is_international {
            return vec![self.digits.clone()];
        }
        let of = |plan: &Plan| plan.at_home(&self.digits).map(|number| plan.abroad(number));
        let here = self.at_home_in(country);
        if here.is_empty() { PLANS.iter().filter_map(of).collect() } else { here }
    }

    /// Whether it begins with these digits, written at home or abroad.
    pub(super) fn begins(&self, digits: &str, country: Option<&str>) -> bool {
        self.digits.starts_with(digits)
            || self.abroad(country).iter().any(|number| number.starts_with(digits))
            || of_country(country).any(|plan| {
                let number = self.digits.strip_prefix(plan.code).filter(|_| self.is_international);
                number.is_some_and(|number| {
                    number.starts_with(digits) || format!("{}{number}", plan.trunk).starts_with(digits)
                })
            })
    }

    /// Whether two numbers are the same for somebody in this country.
    pub(super) fn is_same(&self, other: &Self, country: Option<&str>) -> bool {
        if self.is_international == other.is_international && self.digits == other.digits {
            return true;
        }
        let (mine, theirs) = (self.abroad(country), other.abroad(country));
        mine.iter().any(|number| theirs.contains(number))
    }
}

fn of_country(country: Option<&str>) -> impl Iterator<Item = &'static Plan> {
    PLANS.iter().filter(move |plan| country == Some(plan.country))
}

/// Groups of digits and how they are written.
struct Groups<'a> {
    /// `+` or `00` comes first.
    is_international: bool,
    /// Digits and where each group ends.
    groups: Vec<(&'a str, usize)>,
}

/// The phone number that begins at `start`, at a digit, `+` or `(`.
pub(super) fn phone_at(text: &str, start: usize) -> Option<Phone> {
    let found = groups(text, start)?;
    if found.groups.iter().map(|(digits, _)| digits.len()).sum::<usize>() < DIGITS_MIN {
        return None;
    }
    let longest = found.groups.len();
    let readings = || (1..=longest).rev().filter_map(|count| read(&found, count, text));
    // The longest that is certain; 06 11 22 33 46/47 would be a number of twelve digits somewhere.
    let certain = readings().find(|phone| phone.is_certain);
    certain.or_else(|| readings().next()).or_else(|| unknown_code(&found, text))
}

/// The first `count` groups as a number of a known plan.
fn read(found: &Groups<'_>, count: usize, text: &str) -> Option<Phone> {
    let groups = found.groups.get(..count)?;
    let end = groups.last()?.1;
    if !ends_there(text, end) {
        return None;
    }
    let joined = joined(groups);
    if found.is_international {
        let digits = joined.strip_prefix("00").unwrap_or(&joined);
        let known = PLANS.iter().find_map(|plan| {
            let number = digits.strip_prefix(plan.code)?;
            // +33 (0)6…: the trunk is written by mistake or in brackets.
            let bare = number.strip_prefix(plan.trunk).filter(|bare| !plan.trunk.is_empty() && plan.has(bare));
            let bare = bare.or_else(|| plan.has(number).then_some(number))?;
            Some(plan.abroad(bare))
        });
        return known.map(|digits| Phone { digits, is_international: true, is_certain: true, end });
    }
    let lengths: Vec<usize> = groups.iter().map(|(digits, _)| digits.len()).collect();
    if is_date(groups) {
        return None;
    }
    let glued = lengths.len() == 1;
    if glued
        && PLANS.iter().any(|plan| joined.len() > 10 && joined.strip_prefix(plan.code).is_some_and(|n| plan.has(n)))
    {
        return Some(Phone { digits: joined, is_international: true, is_certain: true, end });
    }
    if !PLANS.iter().any(|plan| plan.at_home(&joined).is_some()) {
        return None;
    }
    let is_certain = match joined.len() {
        // 06 12 34 56 78, 0612345678, 06.12.34.56.78; 514-555-0199; 77 123 45 67. Ten digits in one may be a reference.
        10 | 11 if joined.starts_with('0') => true,
        9 if joined.starts_with('0') => lengths.len() > 1,
        10 | 11 => lengths.ends_with(&[3, 3, 4]) || (lengths.as_slice() == [10] && !joined.ends_with("000")),
        9 => {
            let senegal = PLANS.first().is_some_and(|plan| plan.has(&joined));
            senegal && (lengths.len() > 1 || !joined.ends_with("000")) && lengths.as_slice() != [3, 3, 3]
        }
        _ => false,
    };
    // A round sum is none, and seven digits are one only where they are dialled so.
    if !is_certain && (joined.ends_with("000") || joined.len() < 8) {
        return None;
    }
    Some(Phone { digits: joined, is_international: false, is_certain, end })
}

/// A number with a code that no plan here has.
fn unknown_code(found: &Groups<'_>, text: &str) -> Option<Phone> {
    let end = found.groups.last()?.1;
    let joined = joined(&found.groups);
    let digits = joined.strip_prefix("00").unwrap_or(&joined);
    let is_one = found.is_international && INTERNATIONAL_DIGITS.contains(&digits.len()) && ends_there(text, end);
    is_one.then(|| Phone { digits: digits.to_owned(), is_international: true, is_certain: true, end })
}

fn joined(groups: &[(&str, usize)]) -> String {
    groups.iter().map(|(digits, _)| *digits).collect()
}

fn ends_there(text: &str, end: usize) -> bool {
    let after = text.get(end..).unwrap_or_default();
    let mut rest = after.chars();
    let next = rest.next();
    // 12,50 goes on; a comma or dot at the end of a sentence does not, nor a slash or comma before another number.
    let goes_on = matches!(next, Some(',' | '.' | ':' | '/')) && rest.next().is_some_and(|l| l.is_ascii_digit());
    let is_pair = matches!(next, Some('/' | ',')) && phone_at(text, end + 1).is_some_and(|other| other.is_certain);
    // 06 11 22 33 46/47
    let second = after.strip_prefix('/').unwrap_or_default();
    let digits = second.bytes().take_while(u8::is_ascii_digit).count();
    let is_other_end = digits == 2 && !second.get(digits..).unwrap_or_default().starts_with(['/', '.', ',', ':']);
    (!next.is_some_and(char::is_alphanumeric) || begins_word(after)) && (!goes_on || is_pair || is_other_end)
}

/// Units that may stand behind many digits.
const UNITS: &[&str] = &["km", "kg", "cm", "mm", "ml", "cl", "go", "mo", "ko", "kw", "wh", "pm", "am"];

/// Whether letters after a number are a word that a blank is missing before, and no unit: `33awa`, but not `33 000F`.
fn begins_word(after: &str) -> bool {
    let letters: String = after.chars().take_while(|letter| letter.is_alphanumeric()).take(5).collect();
    let is_unit = UNITS.contains(&letters.to_lowercase().as_str());
    letters.chars().count() >= 2
        && letters.chars().all(char::is_alphabetic)
        && !is_unit
        && currency_end(after, 0).is_none()
}

/// `12.03.2024`, `2024-03-12`, `20240312`, two years side by side.
fn is_date(groups: &[(&str, usize)]) -> bool {
    let number = |digits: &str| digits.parse::<u32>().unwrap_or(0);
    let is_year = |digits: &str| digits.len() == 4 && (1900..=2099).contains(&number(digits));
    let is_day = |digits: &str| digits.len() <= 2 && (1..=31).contains(&number(digits));
    match groups.iter().map(|(digits, _)| *digits).collect::<Vec<_>>().as_slice() {
        [one] if one.len() == 8 => {
            let parts = (one.get(..4), one.get(4..6).map(number), one.get(6..).map(number));
            matches!(parts, (Some(year), Some(1..=12), Some(1..=31)) if is_year(year))
        }
        [year, month, day, ..] if is_year(year) => is_day(month) && is_day(day),
        [day, month, year, ..] if is_year(year) => is_day(month) && is_day(day),
        [first, second] => is_year(first) && is_year(second),
        _ => false,
    }
}

/// Digits from `start` on with what may stand between them in a phone number. Nothing for a single short group.
fn groups(text: &str, start: usize) -> Option<Groups<'_>> {
    let rest = text.get(start..)?;
    let plus = rest.strip_prefix('+');
    let mut at = start + usize::from(plus.is_some());
    at += usize::from(text.get(at..)?.starts_with('('));
    let mut found = Groups { is_international: plus.is_some(), groups: Vec::new() };
    loop {
        let rest = text.get(at..)?;
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        let Some(digits) = rest.get(..length).filter(|digits| !digits.is_empty()) else { break };
        at += length;
        found.groups.push((digits, at));
        if found.groups.len() >= GROUPS_MAX {
            break;
        }
        let Some(gap) = gap(text.get(at..).unwrap_or_default()) else { break };
        at += gap;
    }
    let first = found.groups.first()?.0;
    found.is_international |=
        first.starts_with("00") && !first.starts_with("000") && (first.len() > 4 || found.groups.len() > 1);
    // A page of digits is no number: 16 digits in a run are none either.
    (first.len() <= *INTERNATIONAL_DIGITS.end() + 2).then_some(found)
}

/// Bytes between two groups of a number: blank, dot, hyphen, slash, brackets.
fn gap(rest: &str) -> Option<usize> {
    let mut length = 0;
    let mut signs = 0;
    for letter in rest.chars() {
        match letter {
            _ if letter.is_ascii_digit() => return (signs > 0).then_some(length),
            ' ' | '\u{a0}' | '\u{202f}' | '.' | '/' | '(' | ')' => {}
            _ if is_hyphen(letter) => {}
            _ => return None,
        }
        signs += 1;
        length += letter.len_utf8();
        if signs > 3 {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_many_countries_and_hands() {
        let check = |text: &str, term: &str, rest: &str| {
            let phone = phone_at(text, 0).unwrap_or_else(|| panic!("{text}"));
            let plus = if phone.is_international { "+" } else { "" };
            assert_eq!(
                (format!("{plus}{}", phone.digits).as_str(), text.get(phone.end..).unwrap()),
                (term, rest),
                "{text}"
            );
            assert!(phone.is_certain, "{text}");
            let back = Phone::from_term(&phone.term()).unwrap();
            assert_eq!((back.digits, back.is_international), (phone.digits, phone.is_international));
        };
        check("77 123 45 67", "771234567", "");
        check("77.123.45.67.", "771234567", ".");
        check("77-123-45-67 svp", "771234567", " svp");
        check("771234567", "771234567", "");
        check("77 123 45 67 25 000 F", "771234567", " 25 000 F");
        check("77 123 45 67/78 222 33 44", "771234567", "/78 222 33 44");
        check("06.12.00.99.90/06.12.00.99.91", "0612009990", "/06.12.00.99.91");
        check("06 11 22 33 46/47", "0611223346", "/47");
        check("77 123 45 67fatou", "771234567", "fatou");
        check("77 123 45 67ok", "771234567", "ok");
        check("771234567,781234567", "771234567", ",781234567");
        check("33 823 00 00", "338230000", "");
        check("+221 77 123 45 67", "+221771234567", "");
        check("+221 77 123 45 67 300", "+221771234567", " 300");
        check("+221771234567", "+221771234567", "");
        check("00221 77 123 45 67", "+221771234567", "");
        check("00 221 77 123 45 67", "+221771234567", "");
        check("(+221) 77 123 45 67".get(1..).unwrap(), "+221771234567", "");
        check("221771234567", "+221771234567", "");
        check("06 12 34 56 78", "0612345678", "");
        check("0612345678", "0612345678", "");
        check("+33 6 12 34 56 78", "+33612345678", "");
        check("+33 (0)6 12 34 56 78", "+33612345678", "");
        check("0033612345678", "+33612345678", "");
        check("514 555-0199", "5145550199", "");
        check("(514) 555-0199", "5145550199", "");
        check("514.555.0199", "5145550199", "");
        check("1-514-555-0199", "15145550199", "");
        check("+1 514 555 0199", "+15145550199", "");
        check("+86 138 0013 8000", "+8613800138000", "");
    }

    #[test]
    fn what_is_no_number() {
        for text in [
            "25 000",
            "25.000",
            "1 500 000",
            "25000000",
            "12.03.2024",
            "2024-03-12 14:05",
            "20240312",
            "2023 2024",
            "38",
            "14:05",
            "17841400000000000000",
            "1700000000",
            "1,234.56",
            "06 12",
            "+5",
            "+",
            "(",
            "007",
            "10 000 000",
        ] {
            assert!(!phone_at(text, 0).is_some_and(|phone| phone.is_certain), "{text} {:?}", phone_at(text, 0));
        }
        assert!(phone_at("36 38 40 42", 0).is_none_or(|phone| !phone.is_certain));
    }

    #[test]
    fn one_number_written_at_home_and_abroad() {
        let same = |one: &str, other: &str, country: &str| {
            Phone::of(one).unwrap().is_same(&Phone::of(other).unwrap(), Some(country).filter(|c| !c.is_empty()))
        };
        for (one, other, country) in [
            ("+221 77 123 45 67", "77 123 45 67", "SN"),
            ("+221 77 123 45 67", "77 123 45 67", ""),
            ("+221 77 123 45 67", "77 123 45 67", "FR"),
            ("06 12 34 56 78", "+33612345678", "FR"),
            ("06 12 34 56 78", "0033612345678", "SN"),
            ("514 555 0199", "+1 514 555 0199", "CA"),
            ("1-514-555-0199", "514 555 0199", "CA"),
            ("76 12 34 56", "+223 76 12 34 56", "ML"),
            ("07 08 09 10 11", "+225 07 08 09 10 11", "CI"),
        ] {
            assert!(same(one, other, country), "{one} {other} {country}");
            assert!(same(other, one, country), "{one} {other} {country}");
        }
        for (one, other, country) in [
            ("+33 77 123 45 67", "77 123 45 67", "SN"),
            ("06 12 34 56 78", "+212 6 12 34 56 78", "FR"),
            ("77 123 45 67", "77 123 45 68", "SN"),
            ("+221 77 123 45 67", "+33 7 71 23 45 67", "SN"),
        ] {
            assert!(!same(one, other, country), "{one} {other} {country}");
        }
    }
}
