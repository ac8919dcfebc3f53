//! Names of people whom records know by a number or a user name only: what an address book or another platform calls them.

use std::collections::{HashMap, HashSet};

use super::archive_view::{Damage, Questions};
use super::context::{COUNTRY, Context};
use super::error::CommandError;
use crate::index::{author_identity, international};
use crate::model::{ConversationKind, Identity, Record, handle_form};
use crate::notes::{Book, People};
use crate::store::Archive;

/// Names of people by what records know them by.
#[derive(Default)]
pub(super) struct Names {
    identities: HashMap<Identity, String>,
    /// By the digits of a number with its country's code.
    numbers: HashMap<String, String>,
    country: Option<String>,
    /// People of several names, one of which is theirs by how often it was met: who has not counted does not know.
    doubtful: HashSet<String>,
    is_counted: bool,
}

/// Names that are put together when the first record asks for one.
pub(super) struct LateNames<'a> {
    archive: &'a Archive,
    book: &'a Book,
    names: Option<Names>,
}

/// What a record says of somebody is no name.
fn is_no_name(text: &str) -> bool {
    !text.chars().any(char::is_alphabetic)
}

/// Whether the author of a record is known by a number or a user name alone.
fn lacks_name(record: &Record) -> bool {
    let Some(author) = record.author.as_ref().filter(|author| !author.is_owner) else { return false };
    let is_handle = author.handle.as_deref().is_some_and(|handle| handle_form(handle) == handle_form(&author.name));
    is_handle || (is_no_name(&author.name) && !(author.name.is_empty() && author.phone.is_none()))
}

/// Whether the conversation of a record is a chat with a number.
fn lacks_title(record: &Record) -> bool {
    let conversation = record.conversation.as_ref();
    conversation.is_some_and(|one| one.kind != ConversationKind::Group && is_number(&one.title))
}

/// Whether a title is a number and no name.
pub(super) fn is_number(text: &str) -> bool {
    is_no_name(text) && text.chars().any(|letter| letter.is_ascii_digit())
}

impl Names {
    fn of(people: &People, country: Option<&str>, is_counted: bool) -> Self {
        let mut names = Self { country: country.map(str::to_owned), is_counted, ..Self::default() };
        for person in people.people.iter().filter(|person| !is_no_name(&person.name)) {
            if person.names.iter().filter(|name| !is_no_name(name)).count() > 1 {
                names.doubtful.insert(person.name.clone());
            }
            for identity in &person.identities {
                names.identities.insert(identity.clone(), person.name.clone());
            }
            for number in person.phones.iter().filter_map(|phone| phone.strip_prefix('+')) {
                names.numbers.insert(number.to_owned(), person.name.clone());
            }
        }
        names
    }

    fn of_number(&self, text: &str) -> Option<&str> {
        self.numbers.get(&international(text, self.country.as_deref())?).map(String::as_str)
    }

    /// The name of the author where the record does not tell one.
    fn author(&self, record: &Record) -> Option<&str> {
        let author = record.author.as_ref().filter(|_| lacks_name(record))?;
        let known = author_identity(record).and_then(|identity| self.identities.get(&identity)).map(String::as_str);
        let name = known.or_else(|| self.of_number(author.phone.as_deref().unwrap_or(&author.name)))?;
        (name != author.name).then_some(name)
    }

    /// The name of whom a conversation called by a number is with.
    fn title(&self, title: &str) -> Option<&str> {
        self.of_number(title).filter(|_| is_number(title))
    }
}

/// What is shown in place of numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct ShownNames {
    /// The author.
    pub(super) author: Option<String>,
    /// The conversation.
    pub(super) title: Option<String>,
}

impl<'a> LateNames<'a> {
    pub(super) const fn new(archive: &'a Archive, book: &'a Book) -> Self {
        Self { archive, book, names: None }
    }

    /// Puts the names together. To count costs a look at every record: only where somebody shown has several names.
    fn names(
        &mut self,
        context: &mut Context,
        (questions, damage): (&mut Questions<'_>, &mut Damage),
        is_counted: bool,
    ) -> Result<&Names, CommandError> {
        let names = if let Some(names) = self.names.take().filter(|names| names.is_counted || !is_counted) {
            names
        } else {
            let people = context.people(self.archive, (questions, damage), self.book, is_counted)?;
            let kept = self.archive.commit().settings.get(COUNTRY).map(String::as_str);
            Names::of(&people, context.country().or(kept), is_counted)
        };
        Ok(self.names.insert(names))
    }

    fn found(
        &mut self,
        context: &mut Context,
        (questions, damage): (&mut Questions<'_>, &mut Damage),
        look: &dyn Fn(&Names) -> Option<&str>,
    ) -> Result<Option<String>, CommandError> {
        let names = self.names(context, (&mut *questions, &mut *damage), false)?;
        let found = look(names).map(str::to_owned);
        if found.as_ref().is_some_and(|name| names.doubtful.contains(name)) && !names.is_counted {
            return Ok(look(self.names(context, (questions, damage), true)?).map(str::to_owned));
        }
        Ok(found)
    }

    /// Names for a record's author and conversation, where it tells none.
    pub(super) fn of(
        &mut self,
        context: &mut Context,
        (questions, damage): (&mut Questions<'_>, &mut Damage),
        record: &Record,
    ) -> Result<ShownNames, CommandError> {
        let mut shown = ShownNames::default();
        if lacks_name(record) {
            shown.author = self.found(context, (&mut *questions, &mut *damage), &|names| names.author(record))?;
        }
        if let Some(conversation) = record.conversation.as_ref().filter(|_| lacks_title(record)) {
            shown.title = self.found(context, (questions, damage), &|names| names.title(&conversation.title))?;
        }
        Ok(shown)
    }

    /// The name of whom a conversation called by a number is with.
    pub(super) fn of_title(
        &mut self,
        context: &mut Context,
        asked: (&mut Questions<'_>, &mut Damage),
        title: &str,
    ) -> Result<Option<String>, CommandError> {
        if !is_number(title) {
            return Ok(None);
        }
        self.found(context, asked, &|names| names.title(title))
    }
}
