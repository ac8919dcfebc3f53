//! Numbers as people write them: `25 000`, `25.000`, `36. 000`, `1 234,56`, `1,234.56`, `25k`, `600 mille`,
//! `1,5 million`; and which of them are sums of money. Groups that make no number (phone numbers, dates) are left to the
//! words.

use std::ops::Range;

use super::fold::fold;

/// Most digits of a number; longer ones are reference numbers.
const DIGITS_MAX: usize = 15;

/// A number found in a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// Its digits without separators; a decimal point before at most two decimals.
    pub(super) value: String,
    /// Where it ends in the text.
    pub(super) end: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Separator {
    Blank,
    Dot,
    Comma,
    Apostrophe,
}

struct Group<'a> {
    /// What stands before it; `None` for the first.
    separator: Option<Separator>,
    digits: &'a str,
    end: usize,
}

/// The number of several groups that starts at `start`, which must be a digit. `None` for plain digits and for groups
/// that make no number.
fn number_at(text: &str, start: usize) -> Option<Number> {
    let groups = groups(text, start);
    let (first, rest) = groups.split_first()?;
    let thousands = rest.first()?.separator;
    let whole_groups = rest.iter().take_while(|g| g.separator == thousands && g.digits.len() == 3).count();
    let (whole, others) = rest.split_at(whole_groups);
    let grouped = whole_groups > 0 && first.digits.len() <= 3 && first.digits != "0";
    if whole_groups > 0 && !grouped {
        return None;
    }
    let decimals = match others {
        [] => None,
        [group] if is_decimal(group, (whole_groups > 0).then_some(thousands).flatten()) => Some(group),
        _ if grouped && begins_anew(others) => None,
        _ => return None,
    };
    let mut value = String::from(first.digits);
    value.extend(whole.iter().map(|group| group.digits));
    if value.len() > DIGITS_MAX {
        return None;
    }
    if let Some(group) = decimals
        && group.digits.bytes().any(|digit| digit != b'0')
    {
        value.push('.');
        value.push_str(group.digits.trim_end_matches('0'));
    }
    let last = decimals.or(whole.last()).unwrap_or(first);
    Some(Number { value, end: last.end })
}

/// Whether what follows a number after a blank is another one: `25 000 38`, `25 000 30 000`.
fn begins_anew(groups: &[Group<'_>]) -> bool {
    match groups {
        [one] => one.separator == Some(Separator::Blank),
        [one, next, ..] => one.separator == Some(Separator::Blank) && next.digits.len() == 3,
        [] => false,
    }
}

/// A number in a text, with what multiplies it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Amount {
    /// Its digits without separators; a decimal point before at most two decimals.
    pub(super) value: String,
    /// Where it ends in the text, the word that multiplies it included.
    pub(super) end: usize,
    /// The word that multiplies it: `mille`, `k`.
    pub(super) unit: Option<Range<usize>>,
    /// Digits alone.
    pub(super) is_plain: bool,
    /// A sum of money, as its currency or what multiplies it says.
    pub(super) is_sum: bool,
    /// What it is, and where that ends, when `M` after it stands for millions, or `mil` and `milles` for a thousand: they may
    /// stand for metres, a size, a distance.
    pub(super) may_be: Option<(String, usize)>,
}

/// The sum that starts at `start` with letters O typed for noughts: `75OOO`, `20 OOO F`, `5o00`.
pub(super) fn amount_with_letters(text: &str, start: usize) -> Option<Amount> {
    let rest = text.get(start..)?;
    let is_nought = |byte: u8| matches!(byte, b'O' | b'o');
    let is_digit = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_digit() || is_nought(*byte));
    let length = rest.bytes().take_while(|byte| is_digit(Some(byte)) || matches!(byte, b' ' | b'.' | b',')).count();
    if !rest.bytes().take(length).any(is_nought) {
        return None;
    }
    let mut read: Vec<u8> = rest.bytes().take(length.min(LETTERS_READ_MAX)).collect();
    let mut places = Vec::new();
    for at in 1..read.len() {
        let (before, after) = (read.get(at - 1).copied(), read.get(at + 1..).unwrap_or_default());
        let in_number = before.is_some_and(|byte| byte.is_ascii_digit());
        // The first of three after a blank or dot.
        let begins_group = at > 1
            && before.is_some_and(|byte| matches!(byte, b' ' | b'.'))
            && read.get(at - 2).is_some_and(u8::is_ascii_digit)
            && is_digit(after.first())
            && is_digit(after.get(1))
            && !is_digit(after.get(2));
        if read.get(at).copied().is_some_and(is_nought) && (in_number || begins_group) {
            places.push(at);
            if let Some(byte) = read.get_mut(at) {
                *byte = b'0';
            }
        }
    }
    let (first, last) = (*places.first()?, *places.last()?);
    let typed = rest.as_bytes().get(last).copied();
    let mut cleaned = String::from_utf8(read).ok()?;
    cleaned.push_str(&rest.chars().skip(cleaned.len()).take(LETTERS_READ_MAX).collect::<String>());
    let amount = amount_at(&cleaned, 0)?;
    let goes_on = cleaned.get(first + 1..amount.end).is_some_and(|rest| rest.bytes().any(|byte| byte.is_ascii_digit()));
    // A single small letter at the end is an ordinal, or degrees: 2o, 90o.
    let is_meant = places.len() > 1 || goes_on || (typed == Some(b'O') && amount.value.len() > 3);
    let is_price = amount.value.len() > 2 && amount.value.ends_with('0') && !amount.value.contains('.');
    let is_end = letters_after(&cleaned, amount.end).is_empty() || currency_end(&cleaned, amount.end).is_some();
    (is_meant && is_price && is_end && amount.end > last).then(|| Amount {
        end: start + amount.end,
        is_plain: false,
        unit: None,
        may_be: None,
        ..amount
    })
}

/// Letters read of a number in which an O may stand for a nought.
const LETTERS_READ_MAX: usize = 24;

/// The number that starts at `start`, which must be a digit.
pub(super) fn amount_at(text: &str, start: usize) -> Option<Amount> {
    let (mut value, mut end, is_grouped) = if let Some(number) = number_at(text, start) {
        (number.value, number.end, true)
    } else {
        let length = text.get(start..)?.bytes().take_while(u8::is_ascii_digit).count();
        let digits = text.get(start..start + length).filter(|digits| (1..=DIGITS_MAX).contains(&digits.len()))?;
        (digits.to_owned(), start + length, false)
    };
    let cents = cents_after_sign(text, end).filter(|_| !value.contains('.'));
    if let Some((decimals, after)) = cents {
        if decimals != "00" {
            value = format!("{value}.{}", decimals.trim_end_matches('0'));
        }
        return Some(Amount { value, end: after, is_plain: false, unit: None, is_sum: true, may_be: None });
    }
    let unit = unit_after(text, end);
    let is_large = unit.is_some() || text.get(end..).is_some_and(|rest| rest.starts_with('M'));
    let in_millions =
        (is_large && letters_after(text, end) == "M").then(|| Some((scaled(&value, 6)?, end + 1))).flatten();
    let may_be = in_millions.or_else(|| thousands_after(text, end).and_then(|end| Some((scaled(&value, 3)?, end))));
    if let Some((zeros, word)) = &unit {
        // « 300. 000 mille »: the thousands are there already.
        let whole = value.split('.').next().unwrap_or_default();
        if *zeros != 3 || whole.len() <= 3 {
            value = scaled(&value, *zeros)?;
        }
        end = word.end;
    }
    let is_sum = unit.is_some() || currency_end(text, end).is_some() || is_after_currency(text, start);
    let unit = unit.map(|(_, word)| word);
    Some(Amount { value, end, is_plain: !is_grouped && unit.is_none(), unit, is_sum, may_be })
}

/// `49€90`: the sign stands where the comma would. The decimals and where they end.
fn cents_after_sign(text: &str, end: usize) -> Option<(&str, usize)> {
    let rest = text.get(end..)?;
    let sign = rest.chars().next().filter(|sign| is_currency_sign(*sign))?;
    let after = rest.get(sign.len_utf8()..)?;
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    (digits == 2).then(|| Some((after.get(..2)?, end + sign.len_utf8() + 2)))?
}

/// `15 milles`, `35 mil`: where the word ends that stands for a thousand more often than not; never miles at sea.
fn thousands_after(text: &str, end: usize) -> Option<usize> {
    let start = after_blank(text, end);
    let end = start + letters_after(text, start).len();
    let is_thousand = matches!(text.get(start..end)?.to_ascii_lowercase().as_str(), "mil" | "milles");
    let of = letters_after(text, after_blank(text, end)).to_lowercase();
    (is_thousand && !matches!(of.as_str(), "marin" | "marins" | "nautique" | "nautiques")).then_some(end)
}

/// A value with its decimal point moved to the right.
fn scaled(value: &str, zeros: usize) -> Option<String> {
    let (whole, decimals) = value.split_once('.').unwrap_or((value, ""));
    let more = zeros.checked_sub(decimals.len())?;
    let digits = format!("{whole}{decimals}{}", "0".repeat(more));
    let digits = digits.trim_start_matches('0');
    (1..=DIGITS_MAX).contains(&digits.len()).then(|| digits.to_owned())
}

/// Letters that follow directly.
pub(super) fn letters_after(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    let end = rest.find(|letter: char| !letter.is_alphanumeric()).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

/// Where what follows a blank begins.
pub(super) fn after_blank(text: &str, at: usize) -> usize {
    let blank =
        text.get(at..).and_then(|rest| rest.chars().next()).filter(|l| matches!(l, ' ' | '\u{a0}' | '\u{202f}'));
    at + blank.map_or(0, char::len_utf8)
}

/// The word that multiplies the number before it: how many zeros it adds, and where it stands.
fn unit_after(text: &str, end: usize) -> Option<(usize, Range<usize>)> {
    let start = after_blank(text, end);
    let word = letters_after(text, start);
    if word.len() > "milliards".len() {
        return None;
    }
    let zeros = match word.to_lowercase().as_str() {
        "k" | "mille" | "thousand" => 3,
        // Not of distances: those have a blank before them, and no currency after.
        "mil" | "milles" if start == end || currency_end(text, start + word.len()).is_some() => 3,
        "million" | "millions" => 6,
        "milliard" | "milliards" => 9,
        // 25kf, 25kfcfa
        letters if letters.strip_prefix('k').is_some_and(|rest| !rest.is_empty() && is_currency(rest)) => {
            return Some((3, start..start + 1));
        }
        _ => return None,
    };
    Some((zeros, start..start + word.len()))
}

/// Whether a folded word is a currency's name as people write it in Africa, Europe and Canada.
pub(super) fn is_currency(word: &str) -> bool {
    matches!(
        word,
        "f" | "fr"
            | "frs"
            | "fcfa"
            | "cfa"
            | "xof"
            | "xaf"
            | "franc"
            | "francs"
            | "eur"
            | "euro"
            | "euros"
            | "dollar"
            | "dollars"
            | "cad"
            | "usd"
            | "piasse"
            | "piasses"
            | "piastre"
            | "piastres"
            | "balle"
            | "balles"
            | "dh"
            | "dhs"
            | "mad"
            | "dirham"
            | "dirhams"
            | "gnf"
            | "dinar"
            | "dinars"
            | "tnd"
            | "gbp"
            | "ouguiya"
            | "gourdes"
            | "htg"
    )
}

const fn is_currency_sign(letter: char) -> bool {
    matches!(letter, '€' | '$' | '£' | '₣' | '₦' | '¢')
}

/// Where the currency that follows a number ends: `F`, `f cfa`, `$ CAD`, `€`.
pub(super) fn currency_end(text: &str, end: usize) -> Option<usize> {
    let mut found = None;
    let mut at = end;
    for _ in 0..2 {
        let start = after_blank(text, at);
        let sign = text.get(start..).and_then(|rest| rest.chars().next()).filter(|sign| is_currency_sign(*sign));
        let word = letters_after(text, start);
        at = match sign {
            Some(sign) => start + sign.len_utf8(),
            None if word.len() <= "piastres".len() && is_currency(&fold(word)) => start + word.len(),
            None => break,
        };
        found = Some(at);
    }
    found
}

fn is_after_currency(text: &str, start: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    before.trim_end_matches([' ', '\u{a0}', '\u{202f}']).ends_with(is_currency_sign)
}

/// One or two digits after a dot or comma that is not the thousands separator.
fn is_decimal(group: &Group<'_>, thousands: Option<Separator>) -> bool {
    matches!(group.separator, Some(Separator::Dot | Separator::Comma))
        && group.separator != thousands
        && matches!(group.digits.len(), 1 | 2)
}

/// All digit groups from `start` on, however they are separated.
fn groups(text: &str, start: usize) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut at = start;
    let mut separator = None;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        let digits = rest.get(..length).unwrap_or_default();
        if digits.is_empty() {
            break;
        }
        at += length;
        groups.push(Group { separator, digits, end: at });
        let Some((next, length)) = separator_at(text.get(at..).unwrap_or_default()) else { break };
        // A thousand groups is already no number: the loop must not follow a page of digits for each of them.
        if groups.len() > DIGITS_MAX {
            break;
        }
        separator = Some(next);
        at += length;
    }
    groups
}

/// The separator at the start of `rest` and its length, when a digit follows it. A stray blank after a dot or comma
/// counts with it only before exactly three digits.
fn separator_at(rest: &str) -> Option<(Separator, usize)> {
    let mut letters = rest.chars();
    let first = letters.next()?;
    let separator = match first {
        ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' => Separator::Blank,
        '.' => Separator::Dot,
        ',' => Separator::Comma,
        '\'' | '\u{2019}' => Separator::Apostrophe,
        _ => return None,
    };
    let second = letters.next()?;
    if second.is_ascii_digit() {
        return Some((separator, first.len_utf8()));
    }
    let stray = separator != Separator::Blank && matches!(second, ' ' | '\u{a0}' | '\u{202f}');
    let digits = letters.as_str().bytes().take_while(u8::is_ascii_digit).count();
    (separator == Separator::Dot && stray && digits == 3).then(|| (separator, first.len_utf8() + second.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_that_make_a_number() {
        let check = |text: &str, value: &str, rest: &str| {
            let number = number_at(text, 0).unwrap();
            assert_eq!((number.value.as_str(), text.get(number.end..).unwrap()), (value, rest), "{text}");
        };
        check("25 000 FCFA", "25000", " FCFA");
        check("25\u{a0}000F cfa", "25000", "F cfa");
        check("25\u{202f}000", "25000", "");
        check("25.000 F", "25000", " F");
        check("36. 000 FCFA", "36000", " FCFA");
        check("1 234,56 $", "1234.56", " $");
        check("1,234.56 $", "1234.56", " $");
        check("1234,56", "1234.56", "");
        check("25 000,00", "25000", "");
        check("1'250'000", "1250000", "");
        check("600.000.000", "600000000", "");
        check("1,5 million", "1.5", " million");
        check("12,50 €", "12.5", " €");
        check("25 000 38", "25000", " 38");
        check("25 000 30 000", "25000", " 30 000");
    }

    #[test]
    fn numbers_that_are_multiplied() {
        let check = |text: &str, value: &str, rest: &str| {
            let amount = amount_at(text, 0).unwrap();
            assert_eq!((amount.value.as_str(), text.get(amount.end..).unwrap()), (value, rest), "{text}");
            assert!(amount.is_sum && !amount.is_plain, "{text}");
        };
        check("25k", "25000", "");
        check("25K F", "25000", " F");
        check("25 k", "25000", "");
        check("25kf", "25000", "f");
        check("2,5k", "2500", "");
        check("600 mille", "600000", "");
        check("300. 000 mille FCFA", "300000", " FCFA");
        check("1,5 million de bénéfice", "1500000", " de bénéfice");
        check("2 millions", "2000000", "");
        check("0,5 million", "500000", "");
        check("15milles pas plus", "15000", " pas plus");
        check("35mil le sac", "35000", " le sac");
        check("15 milles francs", "15000", " francs");
    }

    #[test]
    fn letters_typed_for_noughts() {
        for (text, value, end) in [
            ("75OOO", "75000", 5),
            ("15.OOO f", "15000", 6),
            ("20 OOO FCFA", "20000", 6),
            ("1O 000 cfa", "10000", 6),
            ("5o00 f", "5000", 4),
            ("2OO", "200", 3),
            ("1500O", "15000", 5),
            ("7 5OO dernier prix", "7500", 5),
            ("3 OOO, merci", "3000", 5),
        ] {
            let amount = amount_with_letters(text, 0).unwrap();
            assert_eq!((amount.value.as_str(), amount.end), (value, end), "{text}");
        }
        for text in
            ["75000", "2o", "90o", "5 oranges", "500 OO", "12 oo", "5oo7", "3ooom", "14 Oct", "1OO7", "2 ok", "10 o"]
        {
            assert!(amount_with_letters(text, 0).is_none(), "{text} {:?}", amount_with_letters(text, 0));
        }
    }

    #[test]
    fn sums_are_told_from_numbers() {
        for text in ["25000 F", "25000f", "25 000 fcfa", "25€", "25 piasses", "25 $ CAD", "12,50 euros"] {
            assert!(amount_at(text, 0).unwrap().is_sum, "{text}");
        }
        assert!(amount_at("$ 25", 2).unwrap().is_sum);
        for text in ["25000", "38", "2024 a", "10 fois", "25 farines", "12 kg", "3 km", "2M", "5 koras", "2 milles"] {
            assert!(!amount_at(text, 0).unwrap().is_sum, "{text}");
        }
        let may_be = |text: &str| amount_at(text, 0).unwrap().may_be;
        assert_eq!(may_be("2M"), Some(("2000000".to_owned(), 2)));
        assert_eq!(may_be("15 milles pour tout"), Some(("15000".to_owned(), 9)));
        assert_eq!((may_be("15 milles marins"), may_be("3 mil nautiques")), (None, None));
        assert_eq!((may_be("2m"), may_be("2 mille"), may_be("2 militaires")), (None, None, None));
        assert_eq!(currency_end("25 000 F CFA ici", 6), Some(12));
    }

    #[test]
    fn groups_that_make_none() {
        for text in ["25000", "77 123 45 67", "06 12 34 56 78", "12.03.2024", "1.2.3", "2024 100", "38 rouge", "14:05"]
        {
            assert_eq!(number_at(text, 0), None, "{text}");
        }
        assert_eq!(number_at(&"1 ".repeat(100_000), 0), None);
    }
}
