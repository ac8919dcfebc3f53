//! Numbers, sizes, dates and durations as people write them in each language.

use super::Language;

/// A blank that keeps a number or a French sign on one line. The narrow one (U+202F) is missing from the raster fonts
/// of the Windows console.
pub(super) const NO_BREAK_SPACE: char = '\u{a0}';

/// Digits in groups of three: `25 000` in French, `25,000` in English.
pub(super) fn number(language: Language, value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        grouped.push('-');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(match language {
                Language::French => NO_BREAK_SPACE,
                Language::English => ',',
            });
        }
        grouped.push(digit);
    }
    grouped
}

/// A size in decimal units with three significant digits at most: `9,1 Go`, `9.1 GB`.
pub(super) fn size(language: Language, bytes: u64) -> String {
    let units = match language {
        Language::French => ["o", "ko", "Mo", "Go", "To"],
        Language::English => ["B", "kB", "MB", "GB", "TB"],
    };
    // Tenths of the unit, so that nothing is computed in floating point.
    let mut tenths = u128::from(bytes) * 10;
    let mut unit = 0;
    while tenths >= 9_995 && unit + 1 < units.len() {
        tenths = (tenths + 500) / 1000;
        unit += 1;
    }
    let name = units.get(unit).copied().unwrap_or_default();
    let (whole, tenth) = (tenths / 10, tenths % 10);
    let whole = i64::try_from(whole).unwrap_or(i64::MAX);
    if unit == 0 || whole >= 100 || tenth == 0 {
        return format!("{}{NO_BREAK_SPACE}{name}", number(language, whole));
    }
    let point = match language {
        Language::French => ',',
        Language::English => '.',
    };
    format!("{}{point}{tenth}{NO_BREAK_SPACE}{name}", number(language, whole))
}

/// A length of time in its two largest units: `45 s`, `3 min`, `1 h 20 min`, `2 j 4 h`.
pub(super) fn duration(language: Language, seconds: u64) -> String {
    let day = match language {
        Language::French => "j",
        Language::English => "d",
    };
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let pair = |large: u64, large_name: &str, small: u64, small_name: &str| {
        let head = format!("{large}{NO_BREAK_SPACE}{large_name}");
        if small == 0 { head } else { format!("{head} {small}{NO_BREAK_SPACE}{small_name}") }
    };
    if days > 0 {
        pair(days, day, hours % 24, "h")
    } else if hours > 0 {
        pair(hours, "h", minutes % 60, "min")
    } else if minutes > 0 {
        pair(minutes, "min", 0, "s")
    } else {
        pair(seconds, "s", 0, "s")
    }
}

/// A day: `12 mars 2024`, `1er mars 2024`; `12 March 2024`. `None` for a month outside 1 to 12.
pub(super) fn date(language: Language, year: i32, month: u32, day: u32) -> Option<String> {
    let months = match language {
        Language::French => [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ],
        Language::English => [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
    };
    let month = months.get(usize::try_from(month.checked_sub(1)?).ok()?)?;
    let ordinal = if language == Language::French && day == 1 { "er" } else { "" };
    Some(format!("{day}{ordinal}{NO_BREAK_SPACE}{month} {year}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, French};

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(number(French, 25_000), "25\u{a0}000");
        assert_eq!(number(English, 1_234_567), "1,234,567");
        assert_eq!(number(English, -999), "-999");
        assert_eq!(number(French, i64::MIN), "-9\u{a0}223\u{a0}372\u{a0}036\u{a0}854\u{a0}775\u{a0}808");
    }

    #[test]
    fn sizes_have_a_fitting_unit() {
        assert_eq!(size(French, 0), "0\u{a0}o");
        assert_eq!(size(English, 999), "999\u{a0}B");
        assert_eq!(size(French, 9_100_000_000), "9,1\u{a0}Go");
        assert_eq!(size(English, 1_000_000), "1\u{a0}MB");
        assert_eq!(size(English, 999_999), "1\u{a0}MB");
        assert_eq!(size(French, u64::MAX), "18\u{a0}446\u{a0}744\u{a0}To");
    }

    #[test]
    fn durations_keep_two_units() {
        assert_eq!(duration(French, 45), "45\u{a0}s");
        assert_eq!(duration(English, 180), "3\u{a0}min");
        assert_eq!(duration(English, 4800), "1\u{a0}h 20\u{a0}min");
        assert_eq!(duration(French, 187_200), "2\u{a0}j 4\u{a0}h");
    }

    #[test]
    fn dates_are_written_out() {
        assert_eq!(date(French, 2024, 3, 12).as_deref(), Some("12\u{a0}mars 2024"));
        assert_eq!(date(French, 2024, 8, 1).as_deref(), Some("1er\u{a0}août 2024"));
        assert_eq!(date(English, 2024, 3, 1).as_deref(), Some("1\u{a0}March 2024"));
        assert_eq!(date(English, 2024, 13, 1), None);
    }
}
