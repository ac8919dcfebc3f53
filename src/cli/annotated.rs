//! What the owner said of records and people, as commands use it: in queries, beside results, behind names.

use std::collections::HashMap;
use std::sync::Arc;

use super::archive_view::{Damage, Questions};
use super::context::{COUNTRY, Context};
use super::error::{CommandError, ErrorKind};
use super::record_view::ID_SHOWN;
use crate::index::{Query, QueryContext, Said};
use crate::ingest::read_conversations;
use crate::model::RecordId;
use crate::notes::{Book, People, Person, folded_name};
use crate::store::Archive;

/// Labels and notes by record.
pub(super) struct Shown {
    labels: HashMap<RecordId, Vec<String>>,
    notes: HashMap<RecordId, String>,
}

impl Shown {
    /// All that was said.
    pub(super) fn of(book: &Book) -> Self {
        Self { labels: book.labels_by_record(), notes: book.notes() }
    }

    /// Labels of a record.
    pub(super) fn labels(&self, record: &RecordId) -> &[String] {
        self.labels.get(record).map_or(&[], Vec::as_slice)
    }

    /// The note about a record.
    pub(super) fn note(&self, record: &RecordId) -> Option<&str> {
        self.notes.get(record).map(String::as_str)
    }
}

/// What the owner said; damaged lists are noted.
pub(super) fn book(archive: &Archive, damage: &mut Damage) -> Result<Book, CommandError> {
    let (book, damaged) = Book::read(archive)?;
    damage.note(damaged);
    Ok(book)
}

impl Context {
    /// What queries are read against, with the labels and notes of the owner.
    pub(super) fn with_what_is_said(&mut self, archive: &Archive, book: &Book, typed: &str) -> QueryContext {
        let labels = book.labels().into_values().map(|(label, records)| (folded_name(&label), records)).collect();
        let said = Said { labels, noted: book.notes().into_keys().collect() };
        QueryContext { said: Arc::new(said), ..self.query_context(archive, typed) }
    }

    /// The same query, which finds people under all their names.
    ///
    /// # Errors
    /// Those of the archive and of the index.
    pub(super) fn knowing(
        &mut self,
        archive: &Archive,
        (questions, damage): (&mut Questions<'_>, &mut Damage),
        book: &Book,
        query: Query,
    ) -> Result<Query, CommandError> {
        if !query.names_people() {
            return Ok(query);
        }
        let people = self.people(archive, (questions, damage), book, false)?;
        Ok(query.knowing(people.together()))
    }

    /// Everybody in the archive; with numbers and times of records when `counted`.
    ///
    /// # Errors
    /// Those of the archive and of the index.
    pub(super) fn people(
        &mut self,
        archive: &Archive,
        (questions, damage): (&mut Questions<'_>, &mut Damage),
        book: &Book,
        counted: bool,
    ) -> Result<People, CommandError> {
        let sightings = questions.ask(self, damage, |index| index.sightings(counted))?;
        let conversations = damage.intact(read_conversations(archive))?.unwrap_or_default();
        let me: Vec<String> = conversations.into_iter().filter_map(|line| line.account).collect();
        // Where the machine stands says nothing of whose numbers an address book holds: only what was chosen counts.
        let kept = archive.commit().settings.get(COUNTRY).map(String::as_str);
        Ok(People::new(&sightings, book, &me, self.country().or(kept)))
    }

    /// The one person whom a text means.
    ///
    /// # Errors
    /// [`ErrorKind::PersonNotFound`], [`ErrorKind::SeveralPeople`].
    pub(super) fn one_person<'a>(&self, people: &'a People, given: &str) -> Result<&'a Person, CommandError> {
        match people.find(given).as_slice() {
            [only] => Ok(only),
            [] => Err(CommandError::new(ErrorKind::PersonNotFound).with("given", given)),
            several => {
                let described: Vec<String> = several
                    .iter()
                    .take(SEVERAL_SHOWN)
                    .map(|person| format!("{} ({})", self.output.short(&person.name, NAME_SHOWN), short_person(person)))
                    .collect();
                let error = CommandError::new(ErrorKind::SeveralContacts).with("given", given);
                let count = u64::try_from(several.len()).unwrap_or(u64::MAX);
                Err(error.with("people", self.words.list(&described)).with("count", count))
            }
        }
    }
}

/// People told of those whom a text may mean, and columns of their names.
const SEVERAL_SHOWN: usize = 8;
const NAME_SHOWN: usize = 40;

/// The id of a person as lists show it.
pub(super) fn short_person(person: &Person) -> String {
    person.id.to_string().chars().take(ID_SHOWN).collect()
}
