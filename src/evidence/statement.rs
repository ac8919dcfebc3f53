//! The statement: two lines that people sign, print or mail.

use serde::{Deserialize, Serialize};

use super::error::EvidenceError;

/// What is stated of an archive on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Id of the archive.
    pub archive: String,
    /// Number of its newest commit then.
    pub seq: u64,
    /// SHA-256 of the file of that commit.
    pub commit: String,
    /// When it was made, RFC 3339 UTC, by the clock of this machine.
    pub time: String,
    /// Number of leaves.
    pub leaves: u64,
    /// Root of the tree over them, 64 hexadecimal digits.
    pub root: String,
}

/// How the first line begins; the number is the version of the rules for leaves and tree.
const FIRST: &str = "malle evidence 1";

impl Statement {
    /// The two lines.
    #[must_use]
    pub fn lines(&self) -> [String; 2] {
        [
            format!("{FIRST} archive {} commit {} {}", self.archive, self.seq, self.commit),
            format!("{} leaves {} root {}", self.time, self.leaves, self.root),
        ]
    }

    /// Finds the two lines in a text; blanks and line ends do not matter, nor what stands around them.
    ///
    /// # Errors
    /// [`EvidenceError::NoStatement`].
    pub fn parse(text: &str) -> Result<Self, EvidenceError> {
        let from = text.find(FIRST).ok_or(EvidenceError::NoStatement)?;
        let words: Vec<&str> = text.get(from + FIRST.len()..).unwrap_or_default().split_whitespace().take(10).collect();
        let ["archive", archive, "commit", seq, commit, time, "leaves", leaves, "root", root] = words.as_slice() else {
            return Err(EvidenceError::NoStatement);
        };
        let number = |text: &str| text.parse().map_err(|_| EvidenceError::NoStatement);
        let is_hash = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_hash(commit) || !is_hash(root) {
            return Err(EvidenceError::NoStatement);
        }
        Ok(Self {
            archive: (*archive).to_owned(),
            seq: number(seq)?,
            commit: commit.to_ascii_lowercase(),
            time: (*time).to_owned(),
            leaves: number(leaves)?,
            root: root.to_ascii_lowercase(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_found_in_whatever_it_was_copied_into() {
        let statement = Statement {
            archive: "0123".to_owned(),
            seq: 7,
            commit: "ab".repeat(32),
            time: "2026-11-22T08:00:00Z".to_owned(),
            leaves: 12,
            root: "cd".repeat(32),
        };
        let [first, second] = statement.lines();
        let mail = format!("Maître,\r\n\r\n  {first}\r\n  {second}\r\n\r\nAwa");
        assert_eq!(Statement::parse(&mail).unwrap(), statement);
        assert_eq!(Statement::parse(&mail.replace("abab", "ABAB")).unwrap(), statement);
        for wrong in ["", "malle evidence 1", &mail.replace("leaves 12", "leaves"), &mail.replace("cdcd", "xxcd")] {
            assert!(Statement::parse(wrong).is_err(), "{wrong}");
        }
    }
}
