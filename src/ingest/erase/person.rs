//! Who is meant: the people of the archive whom a text names, told apart.

use std::collections::{BTreeSet, HashSet};

use serde::Deserialize;

use super::traces::phone_end;
use crate::index::{PersonQuery, folded};
use crate::ingest::conversations::read_conversations;
use crate::ingest::engine::IngestError;
use crate::model::{
    Author, ConversationKind, ConversationRef, Identity, Kind, KnownBy, Platform, handle_form, phone_form,
};
use crate::notes::Book;
use crate::store::{Archive, RecordReader, line_is_folded, line_retracts};

/// Somebody who occurs in the archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Every name, as downloads show it.
    pub names: BTreeSet<String>,
    /// User names without `@`.
    pub handles: BTreeSet<(Platform, String)>,
    /// Numbers, as downloads print them.
    pub phones: BTreeSet<String>,
    /// Where.
    pub platforms: BTreeSet<Platform>,
    /// Identities that the owner told to be different people and that go together all the same, since they share a name.
    pub apart: BTreeSet<Identity>,
}

impl Person {
    /// The name to call them by.
    #[must_use]
    pub fn shown(&self) -> &str {
        // A name rather than a number; the longest tells most.
        let tells = |name: &&String| (name.chars().any(char::is_alphabetic), name.chars().count());
        self.names.iter().max_by_key(tells).map_or("", String::as_str)
    }

    /// Whether a text is one of their names.
    #[must_use]
    pub fn is_called(&self, text: &str) -> bool {
        let text = folded(text);
        !text.is_empty() && self.names.iter().any(|name| folded(name) == text)
    }
}

/// Whom a text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// One person.
    One(Person),
    /// Several; the user must tell which.
    Several(Vec<Person>),
    /// The owner of the archive.
    Owner,
    /// Nobody.
    Nobody,
}

/// Somebody as one record or list names them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Naming {
    platform: Platform,
    name: String,
    handle: Option<String>,
    phone: Option<String>,
    /// The platform's number of the account.
    account: Option<String>,
    is_owner: bool,
}

/// What is read of a record line.
#[derive(Deserialize)]
struct Told {
    kind: Kind,
    platform: Platform,
    #[serde(default)]
    author: Option<Author>,
    #[serde(default)]
    conversation: Option<ConversationRef>,
    #[serde(default)]
    text: String,
    #[serde(default)]
    extra: Extra,
}

/// Fields that platforms tell accounts apart by.
#[derive(Default, Deserialize)]
struct Extra {
    #[serde(default)]
    from_id: serde_json::Value,
}

/// Looks for a person by name, handle or number, as `from:` does.
///
/// # Errors
/// Those of reading.
pub fn find_person(archive: &Archive, text: &str) -> Result<Found, IngestError> {
    let namings = namings(archive)?;
    let query = PersonQuery::new(text);
    let author = |naming: &Naming| Author {
        name: naming.name.clone(),
        is_owner: naming.is_owner,
        handle: naming.handle.clone(),
        phone: naming.phone.clone(),
    };
    let mut found: Vec<&Naming> = namings.iter().filter(|naming| query.finds(&author(naming))).collect();
    if found.iter().any(|naming| query.is_exactly(&author(naming))) {
        found.retain(|naming| query.is_exactly(&author(naming)));
    }
    let owners: HashSet<String> = namings.iter().filter(|one| one.is_owner).map(|one| folded(&one.name)).collect();
    let is_owner =
        |naming: &&Naming| naming.is_owner || naming.phone.is_none() && owners.contains(&folded(&naming.name));
    let (own, found): (Vec<&Naming>, Vec<&Naming>) = found.into_iter().partition(is_owner);
    let mut people = grouped(&found);
    for person in &mut people {
        extend(person, &namings);
    }
    let (book, _) = Book::read(archive)?;
    let (told, apart): (Vec<_>, Vec<_>) = book.pairs().into_iter().partition(|(_, _, same)| *same);
    let told: Vec<(&Identity, &Identity)> = told.into_iter().map(|(one, other, _)| (one, other)).collect();
    for person in &mut people {
        extend_as_told(person, &namings, &told);
        let both = |(one, other, _): &&(&Identity, &Identity, bool)| {
            has(person, &namings, one) && has(person, &namings, other)
        };
        let both = apart.iter().filter(both).flat_map(|(one, other, _)| [(*one).clone(), (*other).clone()]).collect();
        person.apart = both;
    }
    Ok(match (people.pop(), people.is_empty()) {
        (Some(only), true) => Found::One(only),
        (Some(last), false) => {
            people.push(last);
            people.sort_by(|a, b| a.shown().cmp(b.shown()));
            Found::Several(people)
        }
        (None, _) if !own.is_empty() => Found::Owner,
        (None, _) => Found::Nobody,
    })
}

/// Everybody the archive names.
fn namings(archive: &Archive) -> Result<Vec<Naming>, IngestError> {
    let mut all: HashSet<Naming> = HashSet::new();
    let plain = |platform, name: &str| Naming {
        platform,
        name: name.to_owned(),
        handle: None,
        phone: None,
        account: None,
        is_owner: false,
    };
    RecordReader::new(archive).each(&|_| true, &mut |_, line| {
        if line_retracts(line) && !line_is_folded(line) {
            return Ok(());
        }
        let told: Told = serde_json::from_slice(line).map_err(std::io::Error::from)?;
        match told.author {
            Some(Author { name, is_owner, handle, phone }) => {
                let id = told.extra.from_id;
                let account =
                    id.as_i64().map(|number| format!("user{number}")).or_else(|| id.as_str().map(str::to_owned));
                all.insert(Naming { platform: told.platform, name, handle, phone, account, is_owner });
            }
            None if told.kind == Kind::Contact => {
                all.insert(plain(told.platform, &told.text));
            }
            None => {}
        }
        if let Some(conversation) = told.conversation.filter(|told| told.kind == ConversationKind::Direct) {
            all.insert(plain(told.platform, &conversation.title));
        }
        Ok(())
    })?;
    for line in read_conversations(archive)? {
        let others = line.participants.iter().filter(|name| line.account.as_ref() != Some(name));
        all.extend(others.map(|name| plain(line.platform, name)));
    }
    all.retain(|naming| !naming.name.trim().is_empty() || naming.handle.is_some() || naming.phone.is_some());
    Ok(all.into_iter().collect())
}

/// Namings with a name, a number or a handle in common are one person.
fn grouped(namings: &[&Naming]) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    for naming in namings {
        let (same, mut others): (Vec<Person>, Vec<Person>) =
            people.into_iter().partition(|person| person.is_called(&naming.name) || shares(person, naming));
        let mut joined = same.into_iter().fold(Person::default(), |mut all, person| {
            all.names.extend(person.names);
            all.handles.extend(person.handles);
            all.phones.extend(person.phones);
            all.platforms.extend(person.platforms);
            all
        });
        add(&mut joined, naming);
        others.push(joined);
        people = others;
    }
    people
}

/// Adds the other names of the same numbers and handles.
fn extend(person: &mut Person, namings: &[Naming]) {
    let more: Vec<&Naming> = namings.iter().filter(|naming| !naming.is_owner && shares(person, naming)).collect();
    for naming in more {
        add(person, naming);
    }
}

fn shares(person: &Person, naming: &Naming) -> bool {
    let end = |phone: &String| phone_end(phone);
    let phone = naming.phone.as_ref().and_then(end);
    let by_phone = phone.is_some() && person.phones.iter().any(|known| end(known) == phone);
    let handle = naming.handle.as_ref().map(|handle| (naming.platform, handle.clone()));
    by_phone || handle.is_some_and(|handle| person.handles.contains(&handle))
}

fn add(person: &mut Person, naming: &Naming) {
    if !naming.name.trim().is_empty() {
        person.names.insert(naming.name.clone());
    }
    person.handles.extend(naming.handle.iter().map(|handle| (naming.platform, handle.clone())));
    person.phones.extend(naming.phone.iter().filter(|phone| phone_end(phone).is_some()).cloned());
    person.platforms.insert(naming.platform);
}

/// Adds the identities that the owner told to be the same person.
fn extend_as_told(person: &mut Person, namings: &[Naming], told: &[(&Identity, &Identity)]) {
    let mut left: Vec<_> = told.to_vec();
    loop {
        let (near, far): (Vec<_>, Vec<_>) =
            left.into_iter().partition(|(one, other)| has(person, namings, one) || has(person, namings, other));
        if near.is_empty() {
            return;
        }
        for identity in near.into_iter().flat_map(|(one, other)| [one, other]) {
            let value = identity.value.clone();
            match identity.by {
                KnownBy::Name => drop(person.names.insert(value)),
                KnownBy::Handle => drop(person.handles.insert((identity.platform, value))),
                KnownBy::Phone => drop(person.phones.insert(value)),
                KnownBy::Account | KnownBy::Card => {}
            }
            namings
                .iter()
                .filter(|naming| !naming.is_owner && is(naming, identity))
                .for_each(|naming| add(person, naming));
        }
        left = far;
    }
}

/// Whether an identity is the person's.
fn has(person: &Person, namings: &[Naming], identity: &Identity) -> bool {
    match identity.by {
        KnownBy::Name => person.platforms.contains(&identity.platform) && person.is_called(&identity.value),
        KnownBy::Handle => {
            let is = |(platform, handle): &(Platform, String)| {
                *platform == identity.platform && handle_form(handle) == identity.value
            };
            person.handles.iter().any(is)
        }
        KnownBy::Phone => person.phones.iter().any(|phone| phone_form(phone) == identity.value),
        KnownBy::Account => namings.iter().any(|naming| is(naming, identity) && person.is_called(&naming.name)),
        KnownBy::Card => false,
    }
}

/// Whether a naming is of an identity.
fn is(naming: &Naming, identity: &Identity) -> bool {
    let author = Author {
        name: naming.name.clone(),
        is_owner: naming.is_owner,
        handle: naming.handle.clone(),
        phone: naming.phone.clone(),
    };
    Identity::of(naming.platform, &author, naming.account.as_deref()).as_ref() == Some(identity)
}
