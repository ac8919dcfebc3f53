//! Hours of the day as people write them: `14h30`, `14:30`, `14 h 30`, `14 heures 30`, `9h`, `2:30 pm`.

use super::numbers::{after_blank, currency_end, letters_after};

/// An hour of the day.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hour {
    /// Hour and minutes: `14:30`.
    pub(super) term: String,
    /// Where it ends in the text.
    pub(super) end: usize,
}

/// What says that the number before it is an hour.
const HOURS: &[&str] = &["h", "heure", "heures", "hr", "hrs"];
/// What says that the number before it counts minutes.
const MINUTES: &[&str] = &["", "m", "mn", "min", "mins", "minutes"];

/// The hours that the digit at `start` may begin, the longest last: `14h 30` is half past two, and perhaps two o'clock with
/// thirty of something.
pub(super) fn hours_at(text: &str, start: usize) -> Vec<Hour> {
    // The minutes of 12:14:30 are no hours.
    let before = text.get(..start).unwrap_or_default();
    if before.ends_with(':') && before.trim_end_matches(':').ends_with(|letter: char| letter.is_ascii_digit()) {
        return Vec::new();
    }
    let Some((hour, end)) = two_digits(text, start, 24) else { return Vec::new() };
    let rest = text.get(end..).unwrap_or_default();
    if let Some((minutes, after)) =
        rest.starts_with(':').then(|| two_digits(text, end + 1, 59)).flatten().filter(|(_, after)| *after == end + 3)
    {
        let (hour, after) = half_day(text, after, hour).unwrap_or((hour, after));
        return vec![told(hour, minutes, after)];
    }
    if let Some((hour, after)) = half_day(text, end, hour) {
        return vec![told(hour, 0, after)];
    }
    let word = after_blank(text, end);
    let letters: String = text.get(word..).unwrap_or_default().chars().take_while(|l| l.is_alphabetic()).collect();
    if !HOURS.contains(&letters.to_lowercase().as_str()) {
        return Vec::new();
    }
    let full = word + letters.len();
    let minutes = after_blank(text, full);
    let found = two_digits(text, minutes, 59).filter(|(_, after)| *after == minutes + 2);
    let found = found.filter(|(_, after)| is_minutes(text, *after));
    match found {
        Some((number, after)) if minutes == full => vec![told(hour, number, after)],
        Some((number, after)) => vec![told(hour, 0, full), told(hour, number, after)],
        None if text.get(full..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric)) => Vec::new(),
        None => vec![told(hour, 0, full)],
    }
}

fn told(hour: u32, minutes: u32, end: usize) -> Hour {
    Hour { term: format!("{}:{minutes:02}", hour % 24), end }
}

/// A number of at most two digits and at most so much, and where it ends.
fn two_digits(text: &str, start: usize, most: u32) -> Option<(u32, usize)> {
    let rest = text.get(start..)?;
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let number = rest.get(..length).filter(|digits| digits.len() <= 2)?.parse().ok()?;
    (number <= most).then_some((number, start + length))
}

/// Whether the two digits that end here count minutes rather than something else: `14h 30 000 F`, `14h 30F`, `14h 30%`.
fn is_minutes(text: &str, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or_default();
    let next = after_blank(text, end);
    let goes_on = text.get(next..).is_some_and(|rest| rest.bytes().take(3).filter(u8::is_ascii_digit).count() == 3)
        || rest.strip_prefix(['.', ',']).is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_digit()));
    let is_unit = MINUTES.contains(&letters_after(text, end).to_lowercase().as_str());
    !goes_on && is_unit && !rest.starts_with('%') && currency_end(text, end).is_none()
}

/// `2 pm`, `2p.m.`: the hour of twenty-four, and where it ends.
fn half_day(text: &str, end: usize, hour: u32) -> Option<(u32, usize)> {
    let start = after_blank(text, end);
    let rest = text.get(start..)?.as_bytes();
    let (half, length) = match rest {
        [half, b'.', b'm' | b'M', b'.', ..] => (half, 4),
        [half, b'm' | b'M', ..] => (half, 2),
        _ => return None,
    };
    let is_end = !text.get(start + length..)?.starts_with(char::is_alphanumeric);
    let later = match half.to_ascii_lowercase() {
        b'a' => 0,
        b'p' => 12,
        _ => return None,
    };
    (is_end && (1..=12).contains(&hour)).then_some((hour % 12 + later, start + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_of_the_day() {
        let told = |text: &str| -> Vec<String> { hours_at(text, 0).into_iter().map(|hour| hour.term).collect() };
        for (text, expected) in [
            ("14h30", &["14:30"][..]),
            ("14H30 pile", &["14:30"]),
            ("14:30", &["14:30"]),
            ("14:30:59", &["14:30"]),
            ("14 h 30", &["14:00", "14:30"]),
            ("14h 30", &["14:00", "14:30"]),
            ("14 heures 30", &["14:00", "14:30"]),
            ("14h30min", &["14:30"]),
            ("9h", &["9:00"]),
            ("09h00", &["9:00"]),
            ("9 h", &["9:00"]),
            ("9h-18h", &["9:00"]),
            ("2pm", &["14:00"]),
            ("2:30 p.m.", &["14:30"]),
            ("12am", &["0:00"]),
            ("0h15", &["0:15"]),
            ("24h", &["0:00"]),
            ("14h 30 000 F", &["14:00"]),
            ("14h 30F", &["14:00"]),
            ("14h 30 personnes", &["14:00", "14:30"]),
            ("14h 45 pagnes", &["14:00", "14:45"]),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
        for text in
            ["25h", "14", "14:3", "16:9", "14:300", "14:75", "1430", "2 hommes", "14hectares", "3 ha", "14h3", "9am2"]
        {
            assert!(told(text).is_empty(), "{text}");
        }
        assert!(hours_at("12:14:30", 3).is_empty());
    }
}
