//! An open archive as commands use it: its index made level, records read by place or by id.

use std::path::Path;

use super::context::Context;
use super::error::{CommandError, ErrorKind};
use crate::index::{Index, IndexError, QueryContext};
use crate::ingest::{IndexOutcome, read_conversations, ready_index};
use crate::model::{Record, RecordId};
use crate::store::{Archive, Location, RecordReader};

/// A record found, and its line in the archive.
pub(super) struct Found {
    pub(super) record: Record,
    pub(super) place: u64,
}

impl Context {
    /// The archive's index, brought level first; a damaged one is rebuilt, and the user is told.
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub fn index(&mut self, archive: &Archive) -> Result<Index, CommandError> {
        let progress = self.progress(&self.words.text("index-running"));
        let total: u64 = archive.commit().counts.values().sum();
        let (index, outcome) = ready_index(archive, &|done| progress.set(done.min(total), total))?;
        progress.finish();
        match outcome {
            IndexOutcome::Rebuilt => self.output.note(&self.words.text("index-was-rebuilt")),
            IndexOutcome::Behind => self.output.note(&self.words.text("index-is-behind")),
            IndexOutcome::InMemory => self.output.note(&self.words.text("index-is-in-memory")),
            IndexOutcome::Level | IndexOutcome::CaughtUp | IndexOutcome::Built => {}
        }
        Ok(index)
    }

    /// What queries are read against: today, the zone, and the habits of the country.
    #[must_use]
    pub fn query_context(&self, archive: &Archive, query: &str) -> QueryContext {
        let today = super::clock::now().with_timezone(&self.zone).date_naive();
        let country = self.country_of(archive).unwrap_or_default();
        let mut context = QueryContext::new(today);
        context.zone = Some(self.zone);
        context.month_first = country == "US";
        context.mixed_orders = country == "CA";
        context.week_from_sunday = matches!(country, "CA" | "US" | "MX" | "BR" | "JP" | "IL");
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

/// The record at a place.
pub(super) fn record_at(reader: &mut RecordReader<'_>, place: u64) -> Result<Record, CommandError> {
    let line = reader.line(Location(place))?;
    serde_json::from_slice(&line).map_err(|error| CommandError::new(ErrorKind::Internal).because(error))
}

/// The record whose id is, or begins with, `given`.
pub(super) fn record_by_id(index: &Index, reader: &mut RecordReader<'_>, given: &str) -> Result<Found, CommandError> {
    let not_found = || CommandError::new(ErrorKind::IdNotFound).with("given", given);
    let place = if let Ok(id) = given.parse::<RecordId>() {
        index.by_id(&id)?.ok_or_else(not_found)?
    } else {
        if given.is_empty() || given.len() > RecordId::TEXT_LEN || !given.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(CommandError::new(ErrorKind::NotAnId).with("given", given));
        }
        match index.by_id_prefix(given)?.as_slice() {
            [] => return Err(not_found()),
            [(_, place)] => *place,
            several => {
                let ids: Vec<String> = several.iter().map(|(id, _)| id.to_string()).collect();
                let error = CommandError::new(ErrorKind::SeveralIds).with("given", given);
                return Err(error.with("ids", ids.join(", ")));
            }
        }
    };
    Ok(Found { record: record_at(reader, place)?, place })
}

impl From<IndexError> for CommandError {
    fn from(error: IndexError) -> Self {
        let kind = match &error {
            IndexError::Busy => ErrorKind::ArchiveInUse,
            _ => ErrorKind::IndexUnusable,
        };
        Self::new(kind).because(error)
    }
}

/// A path as JSON and texts show it.
pub(super) fn shown(path: &Path) -> String {
    path.display().to_string()
}
