//! Saying something: one list and one commit for all that is said at once.

use chrono::{DateTime, Duration, SecondsFormat, Utc};

use super::book::Book;
use super::line::{Annotation, Line};
use crate::store::{Archive, CommitFacts, MediaIndex, ObjectKind, StoreError, Writer, finish_removals};

/// So many lists are put together into one: each costs every search a file to open.
const LISTS_MAX: usize = 16;

/// Longest note, label, name or query, in bytes.
pub const NOTE_BYTES_MAX: usize = 64 << 10;

/// The book as it would be if this were said.
///
/// # Errors
/// None in practice: lines are plain data.
pub fn supposing(mut book: Book, what: Vec<Annotation>, now: DateTime<Utc>) -> Result<Book, StoreError> {
    say(&mut book, what, now)?;
    Ok(book)
}

/// Takes into a book what it does not say yet; gives the lines that say it, and how many they are.
fn say(book: &mut Book, what: Vec<Annotation>, now: DateTime<Utc>) -> Result<(Vec<u8>, usize), StoreError> {
    // A clock that was put back must not make what is said now older than what was said before.
    let before = book.newest().and_then(|at| DateTime::parse_from_rfc3339(at).ok());
    let after = before.map_or(now, |at| now.max(at.to_utc() + Duration::milliseconds(1)));
    let at = after.to_rfc3339_opts(SecondsFormat::Millis, true);
    let mut lines = Vec::new();
    let mut changed = 0;
    for what in what {
        if book.would_change(&what) {
            let line = serde_json::to_vec(&Line { at: at.clone(), what }).map_err(std::io::Error::from)?;
            book.take(&line);
            lines.extend_from_slice(&line);
            lines.push(b'\n');
            changed += 1;
        }
    }
    Ok((lines, changed))
}

/// Says something of the archive. What was said already is not said again; gives the number of things that changed, 0 without
/// a commit.
///
/// # Errors
/// [`StoreError::Locked`] while another process writes; those of writing. Nothing is said then.
pub fn annotate(archive: &mut Archive, what: Vec<Annotation>, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let (mut book, damaged) = Book::read(archive)?;
    let (mut lines, changed) = say(&mut book, what, now)?;
    if changed == 0 {
        return Ok(0);
    }
    // What cannot be read stays where it is, so that it can be repaired.
    let anew = damaged.is_empty() && archive.objects(ObjectKind::AnnotationList).count() >= LISTS_MAX;
    if anew {
        lines = book.to_lines().map_err(std::io::Error::from)?;
    }
    {
        // No media are written: those there are need not be known.
        let writer = Writer::begin(archive, &MediaIndex::default())?;
        writer.commit(CommitFacts { annotations: lines, annotations_anew: anew, ..CommitFacts::nothing(now) })?;
    }
    archive.refresh()?;
    if anew {
        finish_removals(archive)?;
    }
    Ok(changed)
}
