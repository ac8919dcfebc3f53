//! What `--json` prints of people, labels, notes and saved searches: published types, as in [`super::json`].

use chrono::{DateTime, SecondsFormat};
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{Identity, KnownBy, Platform};
use crate::notes::{Link, Person, Suggestion};

/// What `contacts … --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ContactsDocument {
    /// People; the most recent first.
    pub contacts: Vec<ContactLine>,
    /// Who may be one person; never assumed.
    pub suggestions: Vec<SuggestionLine>,
}

/// One person.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ContactLine {
    /// Its id; `from:`, `merge` and `split` take it or its beginning. The ids of the identities do as well.
    pub id: String,
    /// The name to call them by.
    pub name: String,
    /// Every name seen.
    pub names: Vec<String>,
    /// By what platforms tell them from others.
    pub identities: Vec<IdentityLine>,
    /// User names.
    pub handles: Vec<HandleLine>,
    /// Numbers; with `+` where the country is certain.
    pub phones: Vec<String>,
    /// The owner of the archive.
    pub is_owner: bool,
    /// Records they wrote.
    pub records: u64,
    /// Time of the earliest, RFC 3339 in UTC; a phone's wall clock where there is no zone.
    pub first: Option<String>,
    /// Likewise of the latest.
    pub last: Option<String>,
    /// What makes several identities one person.
    pub reasons: Vec<ReasonLine>,
}

/// An identity of a person.
#[derive(Debug, Serialize, JsonSchema)]
pub struct IdentityLine {
    /// Its id.
    pub id: String,
    /// Where.
    pub platform: Platform,
    /// What `value` is.
    pub by: KnownBy,
    /// Account number, user name, number, id of a card's record, or name.
    pub value: String,
}

impl IdentityLine {
    /// The line of an identity.
    #[must_use]
    pub fn of(identity: &Identity) -> Self {
        let Identity { platform, by, value } = identity.clone();
        Self { id: identity.id().to_string(), platform, by, value }
    }
}

/// A user name on a platform.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HandleLine {
    /// Where.
    pub platform: Platform,
    /// Without `@`.
    pub handle: String,
}

/// Why several identities are one person.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReasonLine {
    /// `told` (the owner said so), `card` (one card holds several numbers), `number` or `handle`.
    pub kind: &'static str,
    /// Name on the card, number or user name; empty when the owner said so.
    pub value: String,
}

impl ReasonLine {
    fn of(link: &Link) -> Self {
        Self { kind: link.evidence.name(), value: link.value.clone() }
    }
}

impl ContactLine {
    /// The line of a person.
    #[must_use]
    pub fn of(person: &Person) -> Self {
        let time = |at: Option<i64>| {
            at.and_then(DateTime::from_timestamp_millis).map(|at| at.to_rfc3339_opts(SecondsFormat::Millis, true))
        };
        let handle =
            |(platform, handle): &(Platform, String)| HandleLine { platform: *platform, handle: handle.clone() };
        Self {
            id: person.id.to_string(),
            name: person.name.clone(),
            names: person.names.clone(),
            identities: person.identities.iter().map(IdentityLine::of).collect(),
            handles: person.handles.iter().map(handle).collect(),
            phones: person.phones.iter().cloned().collect(),
            is_owner: person.is_owner,
            records: person.records,
            first: time(person.first_ms),
            last: time(person.last_ms),
            reasons: person.links.iter().map(ReasonLine::of).collect(),
        }
    }
}

/// Two people who may be one.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SuggestionLine {
    /// Ids of both.
    pub ids: [String; 2],
    /// Names of both.
    pub names: [String; 2],
    /// `name` or `number`.
    pub reason: &'static str,
    /// The name or the number.
    pub value: String,
}

impl SuggestionLine {
    /// The line of a suggestion.
    #[must_use]
    pub fn of(suggestion: &Suggestion) -> Self {
        let Suggestion { ids, names, by_number, value } = suggestion;
        Self {
            ids: [ids.0.to_string(), ids.1.to_string()],
            names: [names.0.clone(), names.1.clone()],
            reason: if *by_number { "number" } else { "name" },
            value: value.clone(),
        }
    }
}

/// What `label add` and `label remove` print.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LabelChange {
    /// The label.
    pub label: String,
    /// Records that have got or lost it now.
    pub changed: u64,
    /// Whether they have it.
    pub set: bool,
}

/// What `label list --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LabelsDocument {
    /// Every label, in order of name.
    pub labels: Vec<LabelLine>,
    /// Records with a note.
    pub notes: u64,
}

/// A label.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LabelLine {
    /// As it was written last.
    pub label: String,
    /// Records that have it.
    pub records: u64,
}

/// What `label note --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NoteDocument {
    /// Id of the record.
    pub record: String,
    /// The note; null without one.
    pub note: Option<String>,
}

/// What `searches list --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SearchesDocument {
    /// Every saved search, in order of name.
    pub searches: Vec<SearchLine>,
}

/// A saved search.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SearchLine {
    /// Its name.
    pub name: String,
    /// What is searched for.
    pub query: String,
    /// Value of `--sort`; null for the order of the query.
    pub sort: Option<String>,
}

impl SearchLine {
    /// The line of a saved search.
    #[must_use]
    pub fn of((name, query, sort): (&str, &str, Option<&str>)) -> Self {
        Self { name: name.to_owned(), query: query.to_owned(), sort: sort.map(str::to_owned) }
    }
}
