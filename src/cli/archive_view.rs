//! An open archive as commands use it: its index made level, records read by place or by id.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::context::Context;
use super::error::{CommandError, ErrorKind};
use super::exit::Exit;
use super::record_view::ID_SHOWN;
use crate::index::{Abbreviations, Facets, Index, IndexError, Query, QueryContext, SearchOptions, Together};
use crate::ingest::{IndexOutcome, ReadyIndex, read_conversations, ready_index};
use crate::model::{Record, RecordId};
use crate::store::{Archive, Location, RecordReader, StoreError, was_taken_away};

/// A record found, and its line in the archive.
pub(super) struct Found {
    pub(super) record: Record,
    pub(super) place: u64,
}

/// Damage to the archive met on the way: what is sound is shown all the same, then the command ends with this.
#[derive(Default)]
pub(super) struct Damage(BTreeSet<PathBuf>);

impl Damage {
    /// Notes damaged files.
    pub(super) fn note(&mut self, paths: impl IntoIterator<Item = PathBuf>) {
        self.0.extend(paths);
    }

    /// Nothing for what lies in a damaged file, which is noted; other errors stay errors.
    pub(super) fn intact<T>(&mut self, found: Result<T, StoreError>) -> Result<Option<T>, CommandError> {
        match found {
            Err(StoreError::Damaged { path } | StoreError::Missing { path }) => {
                self.0.insert(path);
                Ok(None)
            }
            found => Ok(Some(found?)),
        }
    }

    /// The record at a place, or nothing when its file is damaged.
    pub(super) fn record_at(
        &mut self,
        reader: &mut RecordReader<'_>,
        place: u64,
    ) -> Result<Option<Record>, CommandError> {
        let line = self.intact(reader.line(Location(place)))?;
        line.map(|line| parsed(&line)).transpose()
    }

    /// The paths, for people; `None` when nothing was met.
    pub(super) fn told(&self) -> Option<String> {
        let paths: Vec<String> = self.0.iter().map(|path| shown(path)).collect();
        Some(paths.join(", ")).filter(|paths| !paths.is_empty())
    }

    /// An error when damage was met. What somebody took away on purpose meanwhile is none: the same asked again is answered
    /// from where it is now.
    pub(super) fn or(&self, exit: Exit) -> Result<Exit, CommandError> {
        match self.told() {
            Some(_) if self.0.iter().all(|path| was_taken_away(path)) => {
                Err(CommandError::new(ErrorKind::ArchiveInUse))
            }
            Some(paths) => Err(CommandError::new(ErrorKind::ArchiveDamaged).with("path", paths)),
            None => Ok(exit),
        }
    }
}

/// The archive's index while questions are put to it.
pub(super) struct Questions<'a> {
    archive: &'a Archive,
    ready: ReadyIndex,
}

impl<'a> Questions<'a> {
    /// Questions to the index of an archive.
    pub(super) const fn to(archive: &'a Archive, ready: ReadyIndex) -> Self {
        Self { archive, ready }
    }

    /// Puts one question. An index that turns out to be damaged is rebuilt, and the user is told.
    ///
    /// # Errors
    /// When a rebuilt index does not answer either.
    pub(super) fn ask<T>(
        &mut self,
        context: &mut Context,
        damage: &mut Damage,
        question: impl Fn(&Index) -> Result<T, IndexError>,
    ) -> Result<T, CommandError> {
        let before = self.ready.outcome;
        let answer = self.ready.ask(self.archive, question);
        if self.ready.outcome != before {
            context.tell_index(self.archive, &self.ready, damage);
        }
        Ok(answer?)
    }

    /// Answers a query; words asked for in one spelling are looked for in the records.
    ///
    /// # Errors
    /// Those of [`Questions::ask`].
    pub(super) fn search(
        &mut self,
        context: &mut Context,
        damage: &mut Damage,
        (query, options): (&Query, &SearchOptions),
    ) -> Result<crate::index::Found, CommandError> {
        let archive = self.archive;
        self.ask(context, damage, |index| {
            let mut reader = RecordReader::new(archive);
            index.search_spelled(query, options, &mut |place| readable_record(&mut reader, place))
        })
    }

    /// How what a query finds is spread, over people as they are together.
    ///
    /// # Errors
    /// Those of [`Questions::ask`].
    pub(super) fn facets(
        &mut self,
        context: &mut Context,
        damage: &mut Damage,
        (query, together): (&Query, &Together),
    ) -> Result<Facets, CommandError> {
        let archive = self.archive;
        self.ask(context, damage, |index| {
            let mut reader = RecordReader::new(archive);
            index.facets(query, together, &mut |place| readable_record(&mut reader, place))
        })
    }
}

impl Context {
    /// The archive's index, brought level first; a damaged one is rebuilt, and the user is told. Damaged files whose
    /// records are not in it are noted. What another process wrote since the archive was opened belongs to it then.
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub(super) fn index(&mut self, archive: &mut Archive, damage: &mut Damage) -> Result<ReadyIndex, CommandError> {
        let progress = self.progress(&self.words.text("index-running"));
        let total: u64 = archive.commit().counts.values().sum();
        let (awaited, output) = (self.words.text("index-is-awaited"), &mut self.output);
        let ready = ready_index(archive, &|done| progress.set(done.min(total), total), &mut || output.note(&awaited))?;
        progress.finish();
        self.tell_index(archive, &ready, damage);
        Ok(ready)
    }

    /// How the index was made ready.
    fn tell_index(&mut self, archive: &Archive, ready: &ReadyIndex, damage: &mut Damage) {
        damage.note(ready.damaged.iter().cloned());
        match ready.outcome {
            IndexOutcome::Rebuilt => self.output.note(&self.words.text("index-was-rebuilt")),
            IndexOutcome::Behind => self.output.note(&self.words.text("index-is-behind")),
            IndexOutcome::InMemory => {
                let facts = [("path", shown(archive.layout().root()).into())];
                self.output.note(&self.words.with("index-is-in-memory", &facts));
            }
            IndexOutcome::Level | IndexOutcome::CaughtUp | IndexOutcome::Built => {}
        }
    }

    /// What queries are read against: today, the zone, and the habits of the country.
    #[must_use]
    pub fn query_context(&mut self, archive: &Archive, query: &str) -> QueryContext {
        let today = super::clock::now().with_timezone(&self.zone).date_naive();
        let own = self.own_abbreviations();
        let abbreviations = own.map_or_else(Abbreviations::built_in, |own| Abbreviations::with_own(&own));
        let country = self.country_of(archive).unwrap_or_default();
        let mut context = QueryContext::knowing(today, abbreviations).in_country(country);
        context.zone = Some(self.zone);
        let folded = query.to_lowercase();
        if folded.contains("moi") || folded.contains("me") {
            // Owners are known by the names of their accounts; without the list only proven ones are.
            let mut names: Vec<String> = read_conversations(archive)
                .map(|lines| lines.into_iter().filter_map(|line| line.account).collect())
                .unwrap_or_default();
            names.sort();
            names.dedup();
            context.me = names;
        }
        context
    }
}

impl Context {
    /// The user's own short forms. A list that somebody names and that cannot be read is told, and the search goes on.
    fn own_abbreviations(&mut self) -> Option<String> {
        let usual = self.config.settings.as_deref().map(|folder| folder.join("abbreviations.txt"));
        let is_named = self.config.abbreviations.is_some();
        let path = self.config.abbreviations.clone().or(usual)?;
        match fs_err::read(&path) {
            Ok(own) => Some(String::from_utf8_lossy(&own).into_owned()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !is_named => None,
            Err(_) => {
                let facts = [("path", shown(&path).into())];
                self.output.note(&self.words.with("abbreviations-unreadable", &facts));
                None
            }
        }
    }
}

/// The record at a place, or nothing when it cannot be read: whoever shows it tells why.
fn readable_record(reader: &mut RecordReader<'_>, place: u64) -> Option<Record> {
    serde_json::from_slice(&reader.line(Location(place)).ok()?).ok()
}

/// The record at a place.
pub(super) fn record_at(reader: &mut RecordReader<'_>, place: u64) -> Result<Record, CommandError> {
    let line = reader.line(Location(place))?;
    parsed(&line)
}

fn parsed(line: &[u8]) -> Result<Record, CommandError> {
    serde_json::from_slice(line).map_err(|error| CommandError::new(ErrorKind::Internal).because(error))
}

/// The record whose id is, or begins with, `given`.
pub(super) fn record_by_id(
    context: &mut Context,
    (questions, damage): (&mut Questions<'_>, &mut Damage),
    reader: &mut RecordReader<'_>,
    given: &str,
) -> Result<Found, CommandError> {
    let not_found = || CommandError::new(ErrorKind::IdNotFound).with("given", given);
    let place = if let Ok(id) = given.parse::<RecordId>() {
        questions.ask(context, damage, |index| index.by_id(&id))?.ok_or_else(not_found)?
    } else {
        if given.is_empty() || given.len() > RecordId::TEXT_LEN || !given.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(CommandError::new(ErrorKind::NotAnId).with("given", given));
        }
        let alike = questions.ask(context, damage, |index| index.by_id_prefix(given))?;
        match alike.first.as_slice() {
            [] => return Err(not_found()),
            [(_, place)] => *place,
            several => {
                let told = candidates(context, damage, reader, (several, alike.total))?;
                return Err(CommandError::new(ErrorKind::SeveralIds).with("given", given).with("ids", told));
            }
        }
    };
    Ok(Found { record: record_at(reader, place)?, place })
}

/// Records whose ids begin alike, each on a line: enough of the id, when, who and what.
fn candidates(
    context: &Context,
    damage: &mut Damage,
    reader: &mut RecordReader<'_>,
    (alike, total): (&[(RecordId, u64)], usize),
) -> Result<String, CommandError> {
    let ids: Vec<String> = alike.iter().map(|(id, _)| id.to_string()).collect();
    let mut lines = Vec::new();
    for ((at, id), (_, place)) in ids.iter().enumerate().take(CANDIDATES_SHOWN).zip(alike) {
        let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten().filter_map(|at| ids.get(at));
        let common = beside.map(|other| id.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count());
        let length = common.max().map_or(0, |common| common + 1).max(ID_SHOWN);
        let beginning: String = id.chars().take(length).collect();
        let line = match damage.record_at(reader, *place)? {
            Some(record) => {
                let author = record.author.as_ref().map(|author| author.name.as_str()).unwrap_or_default();
                let text = if record.text.is_empty() { context.summary(&record) } else { record.text.clone() };
                let told = if author.is_empty() { text } else { format!("{author}: {text}") };
                format!("{beginning}  {}  {}", context.time(&record.time), context.output.short(&told, SNIPPET_SHOWN))
            }
            None => beginning,
        };
        lines.push(line);
    }
    if let Some(more) = total.checked_sub(lines.len()).filter(|more| *more > 0) {
        let count = u64::try_from(more).unwrap_or(u64::MAX);
        lines.push(context.words.with("ids-more", &[("count", count.into())]));
    }
    Ok(lines.iter().flat_map(|line| ["\n  ", line]).collect())
}

/// Records shown of those whose ids begin alike, and columns of what they say.
const CANDIDATES_SHOWN: usize = 10;
const SNIPPET_SHOWN: usize = 60;

impl From<IndexError> for CommandError {
    fn from(error: IndexError) -> Self {
        let kind = match &error {
            IndexError::Busy => ErrorKind::ArchiveInUse,
            error if error.is_read_only() => ErrorKind::IndexReadOnly,
            _ => ErrorKind::IndexUnusable,
        };
        Self::new(kind).because(error)
    }
}

/// A path as JSON and texts show it.
pub(super) fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_may_not_be_written_is_told_from_an_index_to_be_rebuilt() {
        let kind =
            |kind: std::io::ErrorKind| CommandError::from(IndexError::Io(Box::new(std::io::Error::from(kind)))).kind;
        assert_eq!(kind(std::io::ErrorKind::ReadOnlyFilesystem), ErrorKind::IndexReadOnly);
        assert_eq!(kind(std::io::ErrorKind::PermissionDenied), ErrorKind::IndexReadOnly);
        assert_eq!(kind(std::io::ErrorKind::StorageFull), ErrorKind::IndexUnusable);
    }
}
