//! Files that the records of an import name and no part holds.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use super::report::{MISSING_LISTED, MissingLine};
use crate::model::{AttachmentStatus, Origin, Record, RecordId};

/// What records lack, as the archive has them when the import is done: a later telling may bring what the first lacked.
#[derive(Default)]
pub(super) struct Lacking(Mutex<HashMap<RecordId, Lack, foldhash::fast::RandomState>>);

struct Lack {
    /// Download and file in which the record was told first.
    told_in: (String, String),
    lines: Vec<MissingLine>,
}

/// What the elements of one file lack.
#[derive(Default)]
pub(super) struct FileLack {
    /// The first of them, by time.
    pub(super) lines: Vec<MissingLine>,
    /// Number of all.
    pub(super) count: u64,
}

/// What is lacking, by download and file.
pub(super) type Lacks = BTreeMap<(String, String), FileLack>;

impl Lacking {
    /// Notes what a record lacks now; `told` is where this import tells it.
    pub(super) fn note(&self, record: &Record, told: Option<&Origin>) {
        if record.attachments.is_empty() {
            return;
        }
        let missing = record.attachments.iter().filter(|attachment| attachment.status == AttachmentStatus::Missing);
        let lines: Vec<MissingLine> = missing
            .map(|attachment| MissingLine {
                path: attachment.path.clone().unwrap_or_else(|| attachment.name.clone()),
                record: record.id.to_string(),
                time: record.time.utc.clone().or_else(|| record.time.local.clone()),
            })
            .collect();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match all.get_mut(&record.id) {
            Some(_) if lines.is_empty() => {
                all.remove(&record.id);
            }
            Some(known) => known.lines = lines,
            None if lines.is_empty() => {}
            None => {
                let told_in = told.map(|origin| (origin.bundle.clone(), origin.file.clone())).unwrap_or_default();
                all.insert(record.id, Lack { told_in, lines });
            }
        }
    }

    /// A record is folded into another: what that one lacks is lacking.
    pub(super) fn hand_over(&self, folded: &RecordId, into: &Record) {
        let told_in = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.remove(folded).map(|lack| lack.told_in)
        };
        if let Some((bundle, file)) = told_in {
            self.note(into, Some(&Origin { import: String::new(), bundle, file, position: 0 }));
        }
    }

    /// Everything noted, by file.
    pub(super) fn take(&self) -> Lacks {
        let all = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut files = Lacks::new();
        for lack in all.into_values() {
            files.entry(lack.told_in).or_default().lines.extend(lack.lines);
        }
        for file in files.values_mut() {
            file.count = u64::try_from(file.lines.len()).unwrap_or(u64::MAX);
            file.lines.sort_by(|a, b| (&a.time, &a.path, &a.record).cmp(&(&b.time, &b.path, &b.record)));
            file.lines.truncate(MISSING_LISTED);
        }
        files
    }
}
