//! What the owner added of an erased person: labels and notes of their records, who they are, searches that name them.

use std::collections::HashSet;

use super::tombstones::Erased;
use crate::ingest::engine::IngestError;
use crate::model::{Identity, KnownBy, RecordId};
use crate::notes::{Annotation, Line};
use crate::store::{Archive, ListKind};

/// What becomes of a line.
enum Fate {
    Keep,
    Drop,
    Masked(Vec<u8>),
}

/// The lines that stay, when some do not, and how many do not. Lines that a later one made void are judged too: they are there
/// to be read.
///
/// # Errors
/// Those of reading: what cannot be read cannot be searched for a person.
pub fn remaining(
    archive: &Archive,
    erased: &Erased,
    gone: &HashSet<RecordId>,
) -> Result<(Option<Vec<u8>>, u64), IngestError> {
    let mut lines = Vec::new();
    let (mut affected, mut failure) = (0, None);
    archive.read_lists(ListKind::Annotations, |line| {
        match judge(erased, gone, line) {
            Ok(Fate::Keep) => lines.extend_from_slice(line),
            Ok(Fate::Masked(masked)) => {
                affected += 1;
                lines.extend(masked);
            }
            Ok(Fate::Drop) => {
                affected += 1;
                return;
            }
            Err(error) => failure = Some(error),
        }
        lines.push(b'\n');
    })?;
    failure.map_or(Ok(()), |error| Err(IngestError::from(error)))?;
    Ok(((affected > 0).then_some(lines), affected))
}

fn judge(erased: &Erased, gone: &HashSet<RecordId>, line: &[u8]) -> serde_json::Result<Fate> {
    let Ok(mut said) = serde_json::from_slice::<Line>(line) else {
        // Of a newer version: its parts are not known, its words are.
        return Ok(if erased.occurs(&String::from_utf8_lossy(line)) { Fate::Drop } else { Fate::Keep });
    };
    let is_gone = |record: &RecordId| gone.contains(record) || erased.has_record(record);
    let is_theirs = |identity: &Identity| {
        let is_card = || identity.by == KnownBy::Card && identity.value.parse().is_ok_and(|id| is_gone(&id));
        erased.is_identity(identity) || is_card()
    };
    let masked = match &mut said.what {
        Annotation::Person { one, other, .. } if is_theirs(one) || is_theirs(other) => return Ok(Fate::Drop),
        Annotation::Label { record, .. } | Annotation::Note { record, .. } if is_gone(record) => return Ok(Fate::Drop),
        Annotation::Search { name, query, .. }
            if erased.occurs(name) || query.as_deref().is_some_and(|query| erased.occurs(query)) =>
        {
            return Ok(Fate::Drop);
        }
        Annotation::Label { label, .. } => erased.mask(label),
        Annotation::Note { text: Some(text), .. } => match erased.masked_words(text) {
            Some(masked) => {
                *text = masked;
                true
            }
            None => false,
        },
        Annotation::Person { .. } | Annotation::Note { .. } | Annotation::Search { .. } => false,
    };
    Ok(if masked { Fate::Masked(serde_json::to_vec(&said)?) } else { Fate::Keep })
}
