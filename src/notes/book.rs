//! All that the owner said, put together: of each thing, what was said last.
//!
//! Order: the later time; of one time, the greater line. So the lines of two copies of an archive, read in whatever order and
//! however often, say the same.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use super::line::{Annotation, Item, Line, folded_name};
use crate::model::{Identity, RecordId};
use crate::store::{Archive, ListKind, StoreError};

/// What the owner said, by what it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    said: BTreeMap<Item, Line>,
    /// Lines that a newer version of the program wrote; kept as they are.
    unknown: BTreeSet<Vec<u8>>,
}

impl Book {
    /// Reads every sound list of an archive; gives the lists that are damaged or gone too.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn read(archive: &Archive) -> Result<(Self, Vec<PathBuf>), StoreError> {
        let mut book = Self::default();
        let damaged = archive.salvage_lists(ListKind::Annotations, |line| book.take(line))?;
        Ok((book, damaged))
    }

    /// Takes a line in, whatever order lines come in.
    pub fn take(&mut self, line: &[u8]) {
        match serde_json::from_slice::<Line>(line) {
            Ok(line) => self.say(line),
            Err(_) => {
                self.unknown.insert(line.to_vec());
            }
        }
    }

    fn say(&mut self, line: Line) {
        match self.said.entry(line.what.item()) {
            Entry::Vacant(entry) => {
                entry.insert(line);
            }
            Entry::Occupied(mut entry) if *entry.get() < line => {
                entry.insert(line);
            }
            Entry::Occupied(_) => {}
        }
    }

    /// The latest time of any line.
    pub(super) fn newest(&self) -> Option<&str> {
        self.said.values().map(|line| line.at.as_str()).max()
    }

    /// Whether saying this would change anything.
    pub(super) fn would_change(&self, what: &Annotation) -> bool {
        self.said.get(&what.item()).map_or(!what.takes_back(), |line| line.what != *what)
    }

    /// Everything that counts, one line each, in a fixed order.
    ///
    /// # Errors
    /// None in practice: lines are plain data.
    pub(super) fn to_lines(&self) -> serde_json::Result<Vec<u8>> {
        let mut out = Vec::new();
        for line in self.said.values() {
            serde_json::to_writer(&mut out, line)?;
            out.push(b'\n');
        }
        for line in &self.unknown {
            out.extend_from_slice(line);
            out.push(b'\n');
        }
        Ok(out)
    }

    /// Everything that holds, one line of JSON each, in a fixed order: what the owner's copy of the archive has beside the
    /// records. What was taken back is left out.
    #[must_use]
    pub fn lines_that_hold(&self) -> Vec<Vec<u8>> {
        let hold = self.said.values().filter(|line| !line.what.takes_back());
        let mut lines: Vec<Vec<u8>> = hold.filter_map(|line| serde_json::to_vec(line).ok()).collect();
        lines.extend(self.unknown.iter().cloned());
        lines
    }

    fn whats(&self) -> impl Iterator<Item = &Annotation> {
        self.said.values().map(|line| &line.what)
    }

    /// What was said of pairs of identities, the newest first: both, and whether they are one person.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&Identity, &Identity, bool)> {
        let mut lines: Vec<&Line> = self.said.values().collect();
        lines.sort_by(|one, other| other.cmp(one));
        lines
            .into_iter()
            .filter_map(|line| match &line.what {
                Annotation::Person { one, other, same } => Some((one, other, *same)),
                _ => None,
            })
            .collect()
    }

    /// Every label with its records, in order of name. A label is called as it was last written.
    #[must_use]
    pub fn labels(&self) -> BTreeMap<String, (String, Vec<RecordId>)> {
        let mut latest: BTreeMap<String, (&Line, &str, Vec<RecordId>)> = BTreeMap::new();
        for line in self.said.values() {
            let Annotation::Label { record, label, set: true } = &line.what else { continue };
            let known = latest.entry(folded_name(label)).or_insert_with(|| (line, label, Vec::new()));
            if known.0.at < line.at {
                (known.0, known.1) = (line, label);
            }
            known.2.push(*record);
        }
        latest.into_iter().map(|(form, (_, label, records))| (form, (label.to_owned(), records))).collect()
    }

    /// The labels of each record.
    #[must_use]
    pub fn labels_by_record(&self) -> HashMap<RecordId, Vec<String>> {
        let mut all: HashMap<RecordId, Vec<String>> = HashMap::new();
        for (label, records) in self.labels().into_values() {
            for record in records {
                all.entry(record).or_default().push(label.clone());
            }
        }
        all
    }

    /// The note of each record.
    #[must_use]
    pub fn notes(&self) -> HashMap<RecordId, String> {
        self.whats()
            .filter_map(|what| match what {
                Annotation::Note { record, text: Some(text) } => Some((*record, text.clone())),
                _ => None,
            })
            .collect()
    }

    /// Every saved search in order of name: name, query, order.
    #[must_use]
    pub fn searches(&self) -> Vec<(&str, &str, Option<&str>)> {
        self.whats()
            .filter_map(|what| match what {
                Annotation::Search { name, query: Some(query), sort } => {
                    Some((name.as_str(), query.as_str(), sort.as_deref()))
                }
                _ => None,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{KnownBy, Platform};

    fn line(at: u32, label: &str, set: bool) -> Vec<u8> {
        let record = RecordId::from_bytes([1; 16]);
        let at = format!("2026-01-01T00:00:{at:02}.000Z");
        serde_json::to_vec(&Line { at, what: Annotation::Label { record, label: label.to_owned(), set } }).unwrap()
    }

    #[test]
    fn what_was_said_last_counts_in_whatever_order_it_is_read() {
        let name = Identity { platform: Platform::X, by: KnownBy::Name, value: "Awa".to_owned() };
        let other = Identity { value: "Ba".to_owned(), ..name.clone() };
        let person = |at: &str, same| {
            serde_json::to_vec(&Line { at: at.to_owned(), what: Annotation::person(&other, &name, same).unwrap() })
        };
        let lines = [
            line(1, "Urgent", true),
            line(3, "urgent", false),
            line(2, "URGENT !", true),
            line(2, "payé", true),
            line(2, "Payé", false),
            person("2026-01-01T00:00:05.000Z", true).unwrap(),
            person("2026-01-01T00:00:06.000Z", false).unwrap(),
            br#"{"at":"2030","is":"mood","record":"x"}"#.to_vec(),
            b"{".to_vec(),
        ];
        let told = |order: &[usize]| {
            let mut book = Book::default();
            for at in order {
                book.take(&lines[*at]);
            }
            book
        };
        let first = told(&[0, 1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(first.labels().into_values().map(|(label, _)| label).collect::<Vec<_>>(), ["payé"]);
        assert_eq!(first.pairs(), [(&name, &other, false)]);
        let second = told(&[6, 4, 8, 7, 2, 1, 5, 0, 3, 0, 1, 7]);
        assert_eq!(first.said, second.said);
        assert_eq!(second.unknown.len(), 2);
        let mut again = Book::default();
        first.to_lines().unwrap().split(|byte| *byte == b'\n').filter(|l| !l.is_empty()).for_each(|l| again.take(l));
        assert_eq!(again, first);
    }
}
