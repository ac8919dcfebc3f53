//! One thing the owner said, as it is stored: a line of JSON. Fields are added, never repurposed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::index::label_form;
use crate::model::{Identity, RecordId};

/// What the owner says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "is", rename_all = "lowercase")]
pub enum Annotation {
    /// Two identities are one person, or are not.
    Person {
        /// One of them; the lesser.
        one: Identity,
        /// The other.
        other: Identity,
        /// Whether they are one.
        same: bool,
    },
    /// A record has a label, or has it no longer.
    Label {
        /// The record.
        record: RecordId,
        /// The label, as written.
        label: String,
        /// Whether it has it.
        set: bool,
    },
    /// Words of the owner about a record.
    Note {
        /// The record.
        record: RecordId,
        /// The words; nothing to take them back.
        text: Option<String>,
    },
    /// A search with a name.
    Search {
        /// The name, as written.
        name: String,
        /// What is searched for; nothing to forget it.
        query: Option<String>,
        /// Value of `--sort`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sort: Option<String>,
    },
}

/// One thing the owner said, and when. Also a line of `export ndjson`, behind the records: those have no `is`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// RFC 3339 in UTC with milliseconds, so that texts are in the order of times.
    pub at: String,
    /// What was said.
    #[serde(flatten)]
    pub what: Annotation,
}

/// The thing that an annotation is about. Of each, the last annotation counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// Two identities, the lesser first.
    Pair(Identity, Identity),
    /// A label of a record, by its folded name.
    Label(RecordId, String),
    /// The note of a record.
    Note(RecordId),
    /// A saved search, by its folded name.
    Search(String),
}

impl Annotation {
    /// Two identities are one person, or are not. Nothing of one and the same.
    #[must_use]
    pub fn person(one: &Identity, other: &Identity, same: bool) -> Option<Self> {
        let (one, other) = if one < other { (one, other) } else { (other, one) };
        (one != other).then(|| Self::Person { one: one.clone(), other: other.clone(), same })
    }

    /// What it is about.
    pub(super) fn item(&self) -> Item {
        match self {
            Self::Person { one, other, .. } if one > other => Item::Pair(other.clone(), one.clone()),
            Self::Person { one, other, .. } => Item::Pair(one.clone(), other.clone()),
            Self::Label { record, label, .. } => Item::Label(*record, folded_name(label)),
            Self::Note { record, .. } => Item::Note(*record),
            Self::Search { name, .. } => Item::Search(folded_name(name)),
        }
    }

    /// Whether it takes something back, so that it changes nothing where nothing was said.
    pub(super) const fn takes_back(&self) -> bool {
        match self {
            Self::Person { .. } => false,
            Self::Label { set, .. } => !*set,
            Self::Note { text, .. } => text.is_none(),
            Self::Search { query, .. } => query.is_none(),
        }
    }
}

/// A name of a label or a search as it is compared, the same as `label:` compares it.
#[must_use]
pub fn folded_name(name: &str) -> String {
    label_form(name)
}
