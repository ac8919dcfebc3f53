//! Numbers written in groups: `25 000`, `25.000`, `36. 000`, `1 234,56`, `1,234.56`. Groups that make no number (phone
//! numbers, dates) are left to the words.

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
pub(super) fn number_at(text: &str, start: usize) -> Option<Number> {
    let groups = groups(text, start);
    let (first, rest) = groups.split_first()?;
    let thousands = rest.first()?.separator;
    let whole_groups = rest.iter().take_while(|g| g.separator == thousands && g.digits.len() == 3).count();
    let (whole, decimals) = rest.split_at(whole_groups);
    let grouped = whole_groups > 0 && first.digits.len() <= 3 && first.digits != "0";
    if whole_groups > 0 && !grouped {
        return None;
    }
    let decimals = match decimals {
        [] => None,
        [group] if is_decimal(group, (whole_groups > 0).then_some(thousands).flatten()) => Some(group),
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
        value.push_str(group.digits);
    }
    let end = groups.last()?.end;
    Some(Number { value, end })
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
