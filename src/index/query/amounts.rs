//! Sums of money as filters ask for them: `25000`, `>=20 000 F`, `20000..30000`, `entre 20k et 30k`, `moins de 5 000`.

use super::node::Sums;
use crate::index::fold::is_hyphen;
use crate::index::numbers::{amount_at, currency_end};

/// Most words of a sum or of two.
pub(super) const AMOUNT_WORDS_MAX: usize = 10;

/// Reads a whole text as a sum or a span of sums.
pub(super) fn sums(text: &str) -> Option<Sums> {
    let lower = lower_case(text.trim());
    compared(&lower).or_else(|| span(&lower)).or_else(|| hundredths(&lower).map(|sum| Sums { least: sum, most: sum }))
}

/// Lower case but for the M of millions.
fn lower_case(text: &str) -> String {
    let mut before = ' ';
    let mut lower = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter == 'M' && before.is_ascii_digit() {
            lower.push(letter);
        } else {
            lower.extend(letter.to_lowercase());
        }
        before = letter;
    }
    lower
}

const LEAST: &[&str] = &[">=", "=>", "≥", "au moins ", "à partir de ", "a partir de ", "dès ", "at least ", "from "];
const MORE: &[&str] = &[">", "plus de ", "over ", "more than ", "above "];
const MOST: &[&str] = &["<=", "=<", "≤", "au plus ", "jusqu'à ", "jusqu’à ", "jusqua ", "at most ", "up to "];
const LESS: &[&str] = &["<", "moins de ", "under ", "less than ", "below "];

/// `>20000`, `≤ 5 000`, `plus de 20 000`, `under 50`; two of them: `>20k<50k`, `plus de 20k et moins de 50k`.
fn compared(text: &str) -> Option<Sums> {
    let begins = |at: usize| {
        let (before, rest) = text.split_at_checked(at)?;
        let is_sign = |letter: char| matches!(letter, '<' | '>' | '=' | '≤' | '≥');
        let is_new = !before.ends_with(is_sign)
            && [LEAST, MORE, MOST, LESS].iter().any(|signs| signs.iter().any(|sign| rest.starts_with(sign)));
        is_new.then_some((before, rest))
    };
    let both = |(first, last): (&str, &str)| {
        let joined = [" et", " and", " mais", " but", ","].iter().find_map(|word| first.trim_end().strip_suffix(word));
        let (one, other) = (bound(joined.unwrap_or(first))?, bound(last)?);
        let sums = Sums { least: one.least.max(other.least), most: one.most.min(other.most) };
        (sums.least <= sums.most).then_some(sums)
    };
    bound(text).or_else(|| (1..text.len()).filter_map(begins).find_map(both))
}

fn bound(text: &str) -> Option<Sums> {
    let text = text.trim();
    let after = |signs: &[&str]| signs.iter().find_map(|sign| text.strip_prefix(sign)).and_then(hundredths);
    if let Some(sum) = after(LEAST) {
        return Some(Sums { least: sum, most: u64::MAX });
    }
    if let Some(sum) = after(MOST) {
        return Some(Sums { least: 0, most: sum });
    }
    if let Some(sum) = after(MORE) {
        return Some(Sums { least: sum.checked_add(1)?, most: u64::MAX });
    }
    if let Some(sum) = after(LESS) {
        return Some(Sums { least: 0, most: sum.checked_sub(1)? });
    }
    text.strip_prefix('=').and_then(hundredths).map(|sum| Sums { least: sum, most: sum })
}

/// `20000..30000`, `20k-30k`, `entre 20 000 et 30 000`, `de 5 à 10 euros`; one side of `..` may be open.
fn span(text: &str) -> Option<Sums> {
    if let Some((first, last)) = text.split_once("..").or_else(|| text.split_once('…')) {
        let last = last.trim_start_matches('.');
        return match (first.trim().is_empty(), last.trim().is_empty()) {
            (true, true) => None,
            (true, false) => Some(Sums { least: 0, most: hundredths(last)? }),
            (false, true) => Some(Sums { least: hundredths(first)?, most: u64::MAX }),
            (false, false) => between(first, last),
        };
    }
    let opened = ["entre ", "between ", "de ", "from "].iter().find_map(|word| text.strip_prefix(word));
    let middles = [" et ", " and ", " à ", " a ", " to "];
    if let Some((first, last)) = middles.iter().find_map(|middle| opened.unwrap_or(text).split_once(middle)) {
        return between(first, last);
    }
    let (at, hyphen) = text.char_indices().skip(1).find(|(_, letter)| is_hyphen(*letter))?;
    between(text.get(..at)?, text.get(at + hyphen.len_utf8()..)?)
}

fn between(first: &str, last: &str) -> Option<Sums> {
    let most = hundredths(last)?;
    // 15 à 20 mille: both are thousands, as long as the first stays the lesser.
    let also = multiplier(last).and_then(|unit| hundredths(&format!("{}{unit}", bare(first)?)));
    let least = also.filter(|sum| *sum <= most).or_else(|| hundredths(first))?;
    Some(Sums { least: least.min(most), most: least.max(most) })
}

/// What multiplies a number, with the blanks before it: `k`, ` mille`.
fn multiplier(text: &str) -> Option<&str> {
    let text = text.trim();
    let number = text.trim_start_matches(is_of_number).len();
    let number = text.get(..text.len() - number)?.trim_end();
    let rest = text.get(number.len()..)?;
    let blanks = rest.len() - rest.trim_start().len();
    let word = rest.trim_start().split(|letter: char| !letter.is_alphabetic()).next()?;
    matches!(word, "k" | "mille" | "million" | "millions" | "M").then(|| rest.get(..blanks + word.len()))?
}

/// A number that says nothing of what it counts.
fn bare(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty() && text.chars().all(is_of_number)).then_some(text)
}

fn is_of_number(letter: char) -> bool {
    letter.is_ascii_digit() || matches!(letter, ',' | '.' | ' ' | '\u{a0}' | '\u{202f}')
}

/// A sum alone, its currency before or after it.
fn hundredths(text: &str) -> Option<u64> {
    let text = text.trim().trim_start_matches(['€', '$', '£']).trim_start();
    if !text.starts_with(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let amount = amount_at(text, 0)?;
    if let Some((value, _)) = amount.may_be.filter(|(_, end)| text.len() == *end) {
        return value_in_hundredths(&value);
    }
    let end = currency_end(text, amount.end).unwrap_or(amount.end);
    let rest = text.get(end..)?.trim_end_matches('.').trim();
    rest.is_empty().then(|| value_in_hundredths(&amount.value)).flatten()
}

/// The value of a number's term: `25000`, `12.5`.
pub(in crate::index) fn value_in_hundredths(term: &str) -> Option<u64> {
    let (whole, decimals) = term.split_once('.').unwrap_or((term, ""));
    let is_number = !whole.is_empty() && whole.len() <= 15 && decimals.len() <= 2;
    if !is_number || !whole.bytes().chain(decimals.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let cents: u64 = format!("{decimals:0<2}").parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(cents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_as_people_ask() {
        let check = |text: &str, least: u64, most: u64| {
            assert_eq!(sums(text), Some(Sums { least: least * 100, most: most.saturating_mul(100) }), "{text}");
        };
        let open = u64::MAX / 100 + 1;
        check("25000", 25_000, 25_000);
        check("25 000 F", 25_000, 25_000);
        check("25k", 25_000, 25_000);
        check("25 mille", 25_000, 25_000);
        check("2M", 2_000_000, 2_000_000);
        check("15milles", 15_000, 15_000);
        check("35 mil", 35_000, 35_000);
        check("1,5 million", 1_500_000, 1_500_000);
        check("$25", 25, 25);
        check(">=20000", 20_000, open);
        check("≥ 20 000 FCFA", 20_000, open);
        check("<=5 000", 0, 5_000);
        check("20000..30000", 20_000, 30_000);
        check("30k..20k", 20_000, 30_000);
        check("20 000 - 30 000 F", 20_000, 30_000);
        check("20000-30000", 20_000, 30_000);
        check("entre 20 000 et 30 000", 20_000, 30_000);
        check("de 5 à 10 euros", 5, 10);
        check("20000..", 20_000, open);
        check("..5000", 0, 5_000);
        check("au moins 10k", 10_000, open);
        check("15 à 20 mille", 15_000, 20_000);
        check("15-20 mille francs", 15_000, 20_000);
        check("entre 15 et 20k", 15_000, 20_000);
        check("15..20k", 15_000, 20_000);
        check("1,5 à 2 millions", 1_500_000, 2_000_000);
        check("500 à 20 mille", 500, 20_000);
        check("15 euros à 20k", 15, 20_000);
        check("15 à 20 euros", 15, 20);
        for text in [">20k<50k", "> 20k < 50k", ">20k et <50k", "plus de 20k et moins de 50k", "<50k >20k"] {
            assert_eq!(sums(text), Some(Sums { least: 2_000_001, most: 4_999_999 }), "{text}");
        }
        check(">=20k<=50k", 20_000, 50_000);
        check("au moins 20 000 F, au plus 50 000 F", 20_000, 50_000);
        assert_eq!(sums(">50k<20k"), None);
        assert_eq!(sums(">100"), Some(Sums { least: 10_001, most: u64::MAX }));
        assert_eq!(sums("< 100"), Some(Sums { least: 0, most: 9_999 }));
        assert_eq!(sums("12,50 €"), Some(Sums { least: 1_250, most: 1_250 }));
        for text in ["", "robe", "25000 robe", "..", "cher", ">", "<0", "20000..cher", "99999999999999999999"] {
            assert_eq!(sums(text), None, "{text}");
        }
    }
}
