//! Words as people wrote them: X escapes three signs and puts its own addresses in place of those that were written.

use std::cmp::Reverse;

use chrono::DateTime;

use crate::model::Time;

/// An address of X and what was written.
pub struct Short {
    /// `https://t.co/…`.
    pub short: String,
    /// What it stands for; nothing for a file, whose address nobody wrote.
    pub written: Option<String>,
}

/// The words with X's addresses replaced and its escapes undone.
pub fn written(exported: &str, shorts: &[Short]) -> String {
    let mut text = exported.to_owned();
    // The longest first: one address may be the beginning of another.
    let mut known: Vec<&Short> = shorts.iter().filter(|one| !one.short.is_empty()).collect();
    known.sort_by_key(|one| Reverse(one.short.len()));
    for Short { short, written } in known {
        text = text.replace(short.as_str(), written.as_deref().unwrap_or_default());
    }
    unescaped(&text).trim_end().to_owned()
}

/// `&lt;`, `&gt;` and `&amp;`; nothing else is escaped.
pub fn unescaped(text: &str) -> String {
    if text.contains('&') {
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    } else {
        text.to_owned()
    }
}

/// `Wed Oct 10 20:19:24 +0000 2018`, or RFC 3339.
pub fn moment(text: &str) -> Time {
    if let Ok(moment) = DateTime::parse_from_str(text, "%a %b %d %H:%M:%S %z %Y") {
        return Time::from_seconds(moment.timestamp());
    }
    match DateTime::parse_from_rfc3339(text) {
        Ok(moment) => Time::from_millis(moment.timestamp_millis()),
        Err(_) => Time::none(),
    }
}

/// The words of `<a href="…">Twitter Web App</a>`.
pub fn without_tags(html: &str) -> String {
    let mut text = String::new();
    for piece in html.split('<') {
        text.push_str(piece.split_once('>').map_or(if text.is_empty() { piece } else { "" }, |(_, words)| words));
    }
    unescaped(text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_that_were_written() {
        let shorts = [
            Short { short: "https://t.co/a".to_owned(), written: Some("https://example.org/x?a=1&b=2".to_owned()) },
            Short { short: "https://t.co/img".to_owned(), written: None },
        ];
        let text = "Brot &amp;lt; 3 https://t.co/a https://t.co/img";
        assert_eq!(written(text, &shorts), "Brot &lt; 3 https://example.org/x?a=1&b=2");
        let alike = ["https://t.co/aaa1", "https://t.co/aaa10"].map(|short| Short {
            short: short.to_owned(),
            written: Some(format!("https://example.org/{}", short.len())),
        });
        assert_eq!(
            written("https://t.co/aaa1 https://t.co/aaa10", &alike),
            "https://example.org/17 https://example.org/18"
        );
        assert_eq!(without_tags("<a href=\"x\">Twitter Web App</a>"), "Twitter Web App");
        assert_eq!(without_tags("web"), "web");
    }

    #[test]
    fn both_clocks_are_read() {
        assert_eq!(moment("Wed Oct 10 20:19:24 +0000 2018").utc.as_deref(), Some("2018-10-10T20:19:24Z"));
        assert_eq!(moment("2024-02-02T10:00:00.500Z").utc.as_deref(), Some("2024-02-02T10:00:00.500Z"));
        assert_eq!(moment("yesterday"), Time::none());
    }
}
