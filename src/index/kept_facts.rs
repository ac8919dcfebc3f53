//! Who wrote where: every search asks all these facts for names. They lie scattered in the dictionaries of the segments, so
//! a commit lists them in one small sealed file, and a process keeps them for its next search.
//!
//! ```text
//! version = 1, number of segments, the id of each; length of the facts, then the facts, compressed: each after its length
//! ```

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::Searcher;
use tantivy::directory::Directory as _;
use tantivy::schema::Field;

use super::directory::AgeDirectory;
use super::error::IndexError;
use super::facts::about;
use super::leb128::{Numbers, push, push_bytes};

/// Name of the file.
const FILE: &str = "people.facts";
const VERSION: u64 = 1;
/// Most facts that are kept, of about 100 bytes each; more are read from the dictionaries each time.
const FACTS_MAX: usize = 100_000;
/// Most bytes of facts that are believed.
const BYTES_MAX: usize = 256 << 20;
/// A fast level: facts repeat their names.
const LEVEL: i32 = 1;

/// Facts and the state of the index that they are of; nothing when they are too many.
pub(super) struct KeptFacts {
    directory: Option<AgeDirectory>,
    known: Mutex<Option<(u64, Option<Arc<Listed>>)>>,
}

/// Facts one after the other.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Listed {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Listed {
    /// Each fact, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| self.bytes.get(start..*end).unwrap_or_default())
    }

    fn push(&mut self, fact: &[u8]) {
        self.bytes.extend(fact);
        self.ends.push(self.bytes.len());
    }
}

impl KeptFacts {
    pub(super) const fn of(directory: Option<AgeDirectory>) -> Self {
        Self { directory, known: Mutex::new(None) }
    }

    /// All facts about who wrote where, unless they are too many to keep.
    pub(super) fn all(&self, searcher: &Searcher, field: Field) -> Result<Option<Arc<Listed>>, IndexError> {
        let generation = searcher.generation().generation_id();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, facts)) = &*known
            && *of == generation
        {
            return Ok(facts.clone());
        }
        let read = self.directory.as_ref().and_then(|directory| {
            let bytes = directory.atomic_read(Path::new(FILE)).ok()?;
            read(&bytes, &segments(searcher))
        });
        let facts = match read {
            Some(facts) => Some(facts),
            None => gathered(searcher, field)?,
        };
        let facts = facts.map(Arc::new);
        *known = Some((generation, facts.clone()));
        Ok(facts)
    }
}

/// Visits all facts that begin so, of all segments.
pub(super) fn each_fact(
    searcher: &Searcher,
    field: Field,
    prefix: &[u8],
    visit: &mut dyn FnMut(&[u8]),
) -> Result<(), IndexError> {
    for segment in searcher.segment_readers() {
        let dictionary = segment.inverted_index(field).map_err(IndexError::reading)?;
        let range = dictionary.terms().range().ge(prefix);
        let mut stream = range.into_stream().map_err(|error| IndexError::reading(error.into()))?;
        while stream.advance() && stream.key().starts_with(prefix) {
            visit(stream.key());
        }
    }
    Ok(())
}

/// Lists the facts of a state for the searches to come. What fails costs them time.
pub(super) fn keep(searcher: &Searcher, field: Field, directory: &AgeDirectory) {
    if let Ok(Some(facts)) = gathered(searcher, field)
        && let Ok(bytes) = written(&facts, &segments(searcher))
    {
        drop(directory.put_beside(Path::new(FILE), &bytes));
    }
}

/// Each of the facts once, in order; `None` when they are too many.
fn gathered(searcher: &Searcher, field: Field) -> Result<Option<Listed>, IndexError> {
    let mut all = Vec::new();
    each_fact(searcher, field, &[about::WHO], &mut |fact| {
        if all.len() <= FACTS_MAX {
            all.push(fact.to_vec());
        }
    })?;
    if all.len() > FACTS_MAX {
        return Ok(None);
    }
    all.sort_unstable();
    all.dedup();
    let mut listed = Listed::default();
    for fact in &all {
        listed.push(fact);
    }
    Ok(Some(listed))
}

/// By which segments a state is told from others.
fn segments(searcher: &Searcher) -> Vec<String> {
    let mut ids: Vec<String> =
        searcher.segment_readers().iter().map(|segment| segment.segment_id().uuid_string()).collect();
    ids.sort_unstable();
    ids
}

fn written(facts: &Listed, segments: &[String]) -> std::io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    facts.iter().for_each(|fact| push_bytes(&mut plain, fact));
    let mut bytes = Vec::new();
    push(&mut bytes, VERSION);
    push(&mut bytes, u64::try_from(segments.len()).unwrap_or(u64::MAX));
    for id in segments {
        push_bytes(&mut bytes, id.as_bytes());
    }
    push(&mut bytes, u64::try_from(plain.len()).unwrap_or(u64::MAX));
    push_bytes(&mut bytes, &zstd::bulk::compress(&plain, LEVEL)?);
    Ok(bytes)
}

/// The facts, when they are those of these segments.
fn read(bytes: &[u8], segments: &[String]) -> Option<Listed> {
    let mut numbers = Numbers::of(bytes);
    if numbers.next()? != VERSION || numbers.next()? != u64::try_from(segments.len()).ok()? {
        return None;
    }
    for id in segments {
        if numbers.next_bytes()? != id.as_bytes() {
            return None;
        }
    }
    let length = usize::try_from(numbers.next()?).ok().filter(|length| *length <= BYTES_MAX)?;
    let plain = zstd::bulk::decompress(numbers.next_bytes()?, length).ok()?;
    let mut numbers = Numbers::of(&plain);
    let mut facts = Listed::default();
    while !numbers.is_empty() {
        facts.push(numbers.next_bytes()?);
    }
    (plain.len() == length).then_some(facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_come_back_for_the_segments_they_are_of() {
        let mut facts = Listed::default();
        for number in 0..500 {
            facts.push(format!("Fatou Exemple {}", number * number).as_bytes());
        }
        facts.push(b"");
        assert_eq!(facts.iter().count(), 501);
        let ids = ["a".to_owned(), "b".to_owned()];
        let bytes = written(&facts, &ids).unwrap();
        assert_eq!(read(&bytes, &ids), Some(facts));
        assert_eq!(read(&bytes, &ids[..1]), None);
        assert_eq!(read(&bytes, &["a".to_owned(), "c".to_owned()]), None);
        for length in 0..bytes.len() {
            assert_eq!(read(&bytes[..length], &ids), None, "{length}");
        }
    }
}
