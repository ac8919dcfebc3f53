//! Words for parts of the day, which dates of every platform print beside a clock of twelve hours: a table, never code.

const TABLE: &str = include_str!("half_days.tsv");

/// Every word with the first of the twelve hours it stands for: 0 for `AM`, 12 for `PM`, 16 for "at night". Words are as
/// the Unicode locale data write them; blanks, full stops and case do not count.
pub fn rows() -> impl Iterator<Item = (u8, &'static str)> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    lines.flat_map(|(meaning, words)| {
        let from = meaning.strip_prefix("half-").and_then(|hour| hour.parse::<u8>().ok()).filter(|hour| *hour < 24);
        from.into_iter().flat_map(move |from| words.split('|').map(move |word| (from, word)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        let words: usize =
            TABLE.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('|').count()).sum();
        assert_eq!(rows().count(), words);
        assert!(rows().any(|row| row == (12, "PTG")) && rows().any(|row| row == (0, "AM")));
    }
}
