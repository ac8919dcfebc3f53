//! What a value is by its shape, where the word before it is in a language nobody here knows.

/// Most words of a date with its clock (`5 de janeiro de 2025 às 15:04`).
const DATE_WORDS_MAX: usize = 4;

/// Yes and no where they stand in place of words, lower case; in other languages they are known by being repeated.
const YES_AND_NO: [&str; 20] = [
    "true",
    "false",
    "yes",
    "no",
    "vrai",
    "faux",
    "oui",
    "non",
    "wahr",
    "falsch",
    "ja",
    "nein",
    "verdadero",
    "falso",
    "sí",
    "verdadeiro",
    "sim",
    "não",
    "waar",
    "onwaar",
];

/// Whether a value of a key in an unknown language reads like words: no address of a page, number, date, yes or no.
#[must_use]
pub fn is_words(value: &str) -> bool {
    value.chars().any(char::is_alphabetic)
        && (!value.contains("://") || value.contains(char::is_whitespace))
        && !is_date(value)
        && !YES_AND_NO.contains(&value.to_lowercase().as_str())
}

/// Whether a value is nothing but a date with its clock, in whatever language and digits.
#[must_use]
pub fn is_date(value: &str) -> bool {
    let numbers: Vec<&str> = value.split(|c: char| !c.is_numeric()).filter(|run| !run.is_empty()).collect();
    let words = value.split(|c: char| !c.is_alphabetic()).filter(|run| !run.is_empty()).count();
    let has_year = numbers.iter().any(|run| run.chars().count() == 4);
    let mut before = ['\0'; 2];
    let has_clock = value.chars().any(|c| {
        let [first, second] = before;
        before = [second, c];
        first.is_numeric() && second == ':' && c.is_numeric()
    });
    has_clock && has_year && (4..=6).contains(&numbers.len()) && words <= DATE_WORDS_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_addresses_are_no_words() {
        for value in ["7월 27, 2026 10:48:07오후", "٥ يناير ٢٠٢٥ ٩:٠٤ ص", "https://a.example/b", "12", "Vrai"]
        {
            assert!(!is_words(value), "{value}");
        }
        for value in [
            "ouvert à 18:30",
            "robe 2024",
            "RDV 5 janvier 2025 à 15:04 chez moi",
            "voir https://a.example/b",
            "@awa",
            "قماش",
            "salon 12:30, place 7",
        ] {
            assert!(is_words(value), "{value}");
        }
    }
}
