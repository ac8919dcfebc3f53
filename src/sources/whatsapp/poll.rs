//! Polls, which an export prints as lines of labels.

use super::cursor::digit_of;
use super::strings::{STRINGS, is_mark};

/// A poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poll {
    /// What is asked.
    pub question: String,
    /// The answers with how many chose each.
    pub options: Vec<(String, u64)>,
}

impl Poll {
    /// What its author wrote: the question and the answers, one a line.
    pub fn text(&self) -> String {
        let mut text = self.question.clone();
        for (option, _) in &self.options {
            text.push('\n');
            text.push_str(option);
        }
        text
    }
}

/// Longest label before the question or an answer, in letters.
const LABEL_LETTERS_MAX: usize = 24;

/// Reads `POLL:`, the question, and `OPTION: text (2 votes)` lines. With `marks`, iOS marks each label, and no word is
/// needed; else the first label must be known, or be in capitals like the label that several answers have in common.
pub fn read(content: &str, marks: bool) -> Option<Poll> {
    let mut lines = content.trim_end().split('\n');
    let head = lines.next()?;
    let known = STRINGS.is_poll_head(head.trim());
    let marked = marks && head.starts_with(is_mark) && is_label(head);
    if !(known || marked || (!marks && is_shouted(head) && has_like_options(content))) {
        return None;
    }
    let mut question: Vec<&str> = Vec::new();
    let mut options: Vec<(String, u64)> = Vec::new();
    for line in lines {
        match option(line, marks) {
            Some((_, text, votes)) => options.push((text, votes)),
            None if options.is_empty() => question.push(line),
            None => options.last_mut().map_or((), |(text, _)| {
                text.push('\n');
                text.push_str(line);
            }),
        }
    }
    (!options.is_empty()).then(|| Poll { question: question.join("\n"), options })
}

fn is_label(line: &str) -> bool {
    let label = line.trim_matches(|c: char| is_mark(c) || c.is_whitespace());
    label.ends_with([':', '：']) && label.chars().count() <= LABEL_LETTERS_MAX && !label.contains("//")
}

fn is_shouted(head: &str) -> bool {
    is_label(head) && head.contains(char::is_alphabetic) && !head.contains(char::is_lowercase)
}

/// Whether at least two lines are answers under one label.
fn has_like_options(content: &str) -> bool {
    let mut labels = content.lines().skip(1).filter_map(|line| option(line, false)).map(|(label, ..)| label);
    let first = labels.next();
    first.is_some_and(|first| labels.any(|label| label == first))
}

/// The label of an answer, its text, and how many chose it.
fn option(line: &str, marks: bool) -> Option<(&str, String, u64)> {
    if marks && !line.starts_with(is_mark) {
        return None;
    }
    let line = line.trim_matches(|c: char| is_mark(c) || c == ' ');
    let (label, rest) = line.split_once([':', '：'])?;
    let shouted = label.chars().count() <= LABEL_LETTERS_MAX && !label.chars().any(char::is_lowercase);
    let (text, votes) = rest.trim_matches(is_mark).strip_suffix(')')?.rsplit_once('(')?;
    let mut digits = votes.chars().filter(|c| !is_mark(*c)).map_while(digit_of).map(u64::from).peekable();
    digits.peek()?;
    let votes = digits.try_fold(0_u64, |sum, digit| sum.checked_mul(10)?.checked_add(digit))?;
    Some((label, text.trim().to_owned(), votes)).filter(|_| shouted)
}
