//! The log of leaves kept in the archive, statements over it, and their check.

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::error::EvidenceError;
use super::leaf::{Salter, media, original};
use super::statement::Statement;
use super::tree::{Hash, root};
use crate::crypto::{hex, random_id};
use crate::model::RecordId;
use crate::store::{Archive, CommitFacts, ListKind, ObjectKind, RecordReader, StoreError, Writer, line_id};

/// Name of the archive's setting that holds the secret of salts. It lies in commits, which are sealed, and not in the keyring,
/// so that statements outlive a new key.
const SECRET: &str = "evidence";

/// A leaf of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The leaf.
    pub(super) leaf: Hash,
    /// The record it was made of; nothing for media and originals.
    pub(super) record: Option<RecordId>,
}

/// A line of the log.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Leaf {
        leaf: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        record: Option<RecordId>,
    },
    Statement {
        statement: Statement,
    },
    /// A leaf that was logged before and was not there any more when the next statement was made.
    Gone {
        gone: String,
    },
}

/// Every leaf so far, in the order they were first stated, and every statement.
#[derive(Default)]
pub(super) struct Log {
    pub(super) entries: Vec<Entry>,
    pub(super) statements: Vec<Statement>,
    /// Leaves that were gone, each with the number of statements made before.
    pub(super) gone: Vec<(Hash, usize)>,
}

/// Something that is not as a statement says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// The archive is older than the statement: it was put back, or its newest part is lost.
    Older,
    /// What was logged then gives another root.
    Root,
    /// The commit of that number is another one.
    Commit,
    /// A record is not there as it was.
    Record(RecordId),
    /// A media file or an original is not there as it was.
    File,
    /// A file of the archive is damaged or gone.
    Damaged(PathBuf),
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EvidenceCheck {
    /// Leaves of the statement.
    pub leaves: u64,
    /// Of them, those found unchanged.
    pub unchanged: u64,
    /// Of them, those that were not there any more when it was made: it does not speak of them.
    pub gone: u64,
    /// Of them, those that the owner had erased since.
    pub erased: u64,
    /// Of them, those of records that are still there, with the names of somebody erased since masked.
    pub masked: u64,
    /// What differs.
    pub differences: Vec<Difference>,
}

/// What was erased on request after a statement: gaps that it allows for.
pub struct ErasedSince<'a> {
    /// Whether the record of this id was erased.
    pub record: &'a dyn Fn(&RecordId) -> bool,
    /// How many records had names masked in them.
    pub masked: u64,
    /// How many media files and originals were erased.
    pub files: u64,
}

impl Log {
    pub(super) fn read(archive: &Archive) -> Result<Self, StoreError> {
        let mut log = Self::default();
        let mut bad = false;
        archive.read_lists(ListKind::Evidence, |line| match serde_json::from_slice(line) {
            Ok(Line::Leaf { leaf, record }) => match parsed(&leaf) {
                Some(leaf) => log.entries.push(Entry { leaf, record }),
                None => bad = true,
            },
            Ok(Line::Statement { statement }) => log.statements.push(statement),
            Ok(Line::Gone { gone }) => match parsed(&gone) {
                Some(leaf) => log.gone.push((leaf, log.statements.len())),
                None => bad = true,
            },
            Err(_) => bad = true,
        })?;
        let damaged = || StoreError::Damaged { path: archive.layout().objects() };
        if bad { Err(damaged()) } else { Ok(log) }
    }

    /// Leaves that were gone when a statement was made; none for a statement that is not in the log.
    fn gone_before(&self, statement: &Statement) -> HashSet<Hash> {
        let Some(made) = self.statements.iter().position(|known| known == statement) else { return HashSet::new() };
        self.gone.iter().filter(|(_, before)| *before <= made).map(|(leaf, _)| *leaf).collect()
    }
}

/// What the salts of this archive are made with; nothing before the first statement.
pub(super) fn salter(archive: &Archive) -> Option<Salter> {
    let secret = archive.commit().settings.get(SECRET)?;
    Some(Salter::new(Zeroizing::new(parsed(secret)?)))
}

/// Visits the leaf of every record line, media file and original. Damaged files are passed over and given back.
fn each_leaf(
    archive: &Archive,
    salter: &Salter,
    mut visit: impl FnMut(Entry),
) -> Result<BTreeSet<PathBuf>, StoreError> {
    let mut reader = RecordReader::salvaging(archive);
    reader.each(&|_| true, &mut |_, line| {
        visit(Entry { leaf: salter.leaf(line), record: line_id(line) });
        Ok(())
    })?;
    let mut damaged: BTreeSet<PathBuf> = reader.passed().into_iter().collect();
    let (index, lost) = archive.salvage_media()?;
    damaged.extend(lost);
    let mut files: Vec<(&str, u64)> = index.iter().map(|entry| (entry.sha256.as_str(), entry.size)).collect();
    files.sort_unstable();
    for (sha256, size) in files {
        visit(Entry { leaf: salter.leaf(&media(sha256, size)), record: None });
    }
    for object in archive.objects(ObjectKind::RawList) {
        let read = archive.read_list(ListKind::Raw, object, |line| {
            let line = serde_json::from_slice::<serde_json::Value>(line).unwrap_or_default();
            if let Some(sha256) = line.get("sha256").and_then(serde_json::Value::as_str) {
                visit(Entry { leaf: salter.leaf(&original(sha256)), record: None });
            }
        });
        match read {
            Err(StoreError::Damaged { path } | StoreError::Missing { path }) => {
                damaged.insert(path);
            }
            read => read?,
        }
    }
    Ok(damaged)
}

/// States what the archive holds now; leaves that no statement covered yet are logged first.
///
/// # Errors
/// [`StoreError::Locked`] while another process writes, [`StoreError::Damaged`]: what is damaged is not stated.
pub fn print(archive: &Archive, now: DateTime<Utc>) -> Result<Statement, EvidenceError> {
    let writer = Writer::begin(archive, &archive.media()?)?;
    let secret = match archive.commit().settings.get(SECRET) {
        Some(secret) => Zeroizing::new(secret.clone()),
        None => Zeroizing::new(random_id().and_then(|first| Ok(first + &random_id()?)).map_err(StoreError::Io)?),
    };
    let bytes = parsed(&secret).ok_or_else(|| StoreError::Damaged { path: archive.layout().commits() })?;
    let salter = Salter::new(Zeroizing::new(bytes));
    let log = Log::read(archive)?;
    let mut known: HashSet<Hash> = log.entries.iter().map(|entry| entry.leaf).collect();
    let mut leaves: Vec<Hash> = log.entries.iter().map(|entry| entry.leaf).collect();
    let mut lines = Vec::new();
    let mut absent: HashSet<Hash> = known.clone();
    let damaged = each_leaf(archive, &salter, |entry| {
        absent.remove(&entry.leaf);
        if known.insert(entry.leaf) {
            leaves.push(entry.leaf);
            push(&mut lines, &Line::Leaf { leaf: hex(&entry.leaf), record: entry.record });
        }
    })?;
    if let Some(path) = damaged.into_iter().next() {
        return Err(StoreError::Damaged { path }.into());
    }
    // A statement says what is there when it is made: what was erased before is no gap in it.
    let told: HashSet<Hash> = log.gone.iter().map(|(leaf, _)| *leaf).collect();
    for entry in log.entries.iter().filter(|entry| absent.contains(&entry.leaf) && !told.contains(&entry.leaf)) {
        push(&mut lines, &Line::Gone { gone: hex(&entry.leaf) });
    }
    let statement = Statement {
        archive: archive.commit().vault.clone(),
        seq: archive.commit().seq,
        commit: archive.tip().sha256.clone(),
        time: now.to_rfc3339_opts(SecondsFormat::Secs, true),
        leaves: u64::try_from(leaves.len()).unwrap_or(u64::MAX),
        root: hex(&root(leaves)),
    };
    push(&mut lines, &Line::Statement { statement: statement.clone() });
    let settings = [(SECRET.to_owned(), secret.to_string())].into();
    writer.commit(CommitFacts { settings, evidence: lines, ..CommitFacts::nothing(now) })?;
    Ok(statement)
}

/// Compares the archive with a statement made of it. Bytes of media are not read here: that is what
/// [`crate::store::verify`] does.
///
/// A leaf that is not there any more is a gap that the statement allows for when `since` tells why: a record by its id; records that
/// are there in other words, and files, when there are no more of them than erasures masked and took away.
///
/// # Errors
/// [`EvidenceError::OtherArchive`]; those of reading. Damage is a difference.
pub fn check(
    archive: &Archive,
    statement: &Statement,
    since: &ErasedSince<'_>,
) -> Result<EvidenceCheck, EvidenceError> {
    if statement.archive != archive.commit().vault {
        return Err(EvidenceError::OtherArchive { archive: statement.archive.clone() });
    }
    let mut found = EvidenceCheck { leaves: statement.leaves, ..EvidenceCheck::default() };
    let mut differences = BTreeSet::new();
    let log = Log::read(archive)?;
    let count = usize::try_from(statement.leaves).unwrap_or(usize::MAX);
    let (Some(stated), Some(salter)) = (log.entries.get(..count), salter(archive)) else {
        found.differences.push(Difference::Older);
        return Ok(found);
    };
    if hex(&root(stated.iter().map(|entry| entry.leaf))) != statement.root {
        differences.insert(Difference::Root);
    }
    if commit_of(archive, statement.seq)?.is_some_and(|sha256| sha256 != statement.commit) {
        differences.insert(Difference::Commit);
    }
    let (mut present, mut living): (HashSet<Hash>, HashSet<RecordId>) = (HashSet::new(), HashSet::new());
    let damaged = each_leaf(archive, &salter, |entry| {
        present.insert(entry.leaf);
        living.extend(entry.record);
    })?;
    differences.extend(damaged.into_iter().map(Difference::Damaged));
    let gone = log.gone_before(statement);
    let mut missing = Vec::new();
    for entry in stated {
        if present.contains(&entry.leaf) {
            found.unchanged += 1;
        } else if gone.contains(&entry.leaf) {
            found.gone += 1;
        } else {
            missing.push(entry.record);
        }
    }
    let changed: HashSet<RecordId> = missing.iter().flatten().filter(|id| living.contains(id)).copied().collect();
    let is_within = |count: usize, most: u64| u64::try_from(count).is_ok_and(|count| count <= most);
    let are_masked = is_within(changed.len(), since.masked);
    let are_files_erased = is_within(missing.iter().filter(|record| record.is_none()).count(), since.files);
    for record in missing {
        match record {
            Some(id) if changed.contains(&id) && are_masked => found.masked += 1,
            Some(id) if !changed.contains(&id) && (since.record)(&id) => found.erased += 1,
            None if are_files_erased => found.erased += 1,
            record => {
                differences.insert(record.map_or(Difference::File, Difference::Record));
            }
        }
    }
    found.differences = differences.into_iter().collect();
    Ok(found)
}

/// SHA-256 of the commit of this number, also when an erasure made the archive forget it.
fn commit_of(archive: &Archive, seq: u64) -> Result<Option<String>, StoreError> {
    let history = archive.history()?;
    let place = usize::try_from(seq).ok().and_then(|seq| seq.checked_sub(1));
    let forgotten = history.first().and_then(|first| first.commit.forgotten.get(place?).cloned());
    Ok(history.into_iter().find(|tip| tip.commit.seq == seq).map(|tip| tip.sha256).or(forgotten))
}

fn push(lines: &mut Vec<u8>, line: &Line) {
    // Strings and numbers always serialise.
    lines.extend(serde_json::to_vec(line).unwrap_or_default());
    lines.push(b'\n');
}

/// 32 bytes from 64 hexadecimal digits.
pub(super) fn parsed(digits: &str) -> Option<Hash> {
    blake3::Hash::from_hex(digits).ok().map(|hash| *hash.as_bytes())
}
