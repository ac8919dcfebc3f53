//! What `search --json` and `--jsonl` print.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{ConversationRef, Kind, Platform, Record};

/// What `search --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SearchDocument {
    /// All records that match, shown or not.
    pub total: u64,
    /// How the query was understood, for a person, in their language.
    pub reading: String,
    /// Remarks about the query, for a person.
    pub hints: Vec<String>,
    /// What was found, in the order asked for.
    pub hits: Vec<HitLine>,
    /// Near spellings, when little was found or `~` asks for them.
    pub approx: Vec<HitLine>,
    /// With `--after`, this id gives the next page; null on the last one.
    pub next: Option<String>,
    /// How all that match is spread, with `--facets`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facets: Option<FacetsDocument>,
}

/// How what a search finds is spread; the most frequent first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FacetsDocument {
    /// Who wrote it; at most ten.
    pub people: Vec<FacetLine>,
    /// Conversations, by their ids; at most ten.
    pub conversations: Vec<FacetLine>,
    /// Platforms.
    pub platforms: Vec<FacetLine>,
    /// Kinds of records.
    pub types: Vec<FacetLine>,
    /// Months, the newest first.
    pub months: Vec<FacetLine>,
}

/// A value and how many of the records found have it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FacetLine {
    /// Name of a person or conversation, canonical name of a platform or kind, or a month such as `2024-03`.
    pub name: String,
    /// Id of the person or the conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Number of records.
    pub count: u64,
}

/// A record found; also one line of `search --jsonl`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HitLine {
    /// Id of the record.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// Where it was published.
    pub platform: Platform,
    /// RFC 3339 in UTC; the wall clock of the phone where there is no zone; null without a time.
    pub time: Option<String>,
    /// Name of who wrote it.
    pub author: Option<String>,
    /// What the author is called elsewhere, in an address book or on another platform, where the record knows a number or a
    /// user name only; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Title of the conversation.
    pub conversation: Option<String>,
    /// Likewise of whom it is with, where its title is a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_person: Option<String>,
    /// Id of the conversation.
    pub conversation_id: Option<String>,
    /// The part of the text that shows best why it was found.
    pub snippet: String,
    /// How closely it matches: `exact`, `stem` or `abbreviation`; in `approx`: `typo` or `sound`.
    pub tier: &'static str,
    /// How well it matches within its tier (BM25); 0 unless sorted by relevance or explained.
    pub score: f32,
    /// Why it was found, with `--explain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Vec<WhyLine>>,
    /// The owner's labels of it; absent without any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// The owner's words about it; absent without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Neighbours in the conversation, with `-C`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<HitContext>,
}

/// One thing asked for, and how a record matches it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WhyLine {
    /// What was asked for, as it could be typed.
    pub asked: String,
    /// How closely: see the hit's `tier`; null where it does not match and another thing will do.
    pub tier: Option<&'static str>,
    /// The words of the record that match, as written; at most five.
    pub words: Vec<String>,
}

/// Records beside a hit in its conversation, oldest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HitContext {
    /// Those before it.
    pub before: Vec<Record>,
    /// Those after it.
    pub after: Vec<Record>,
}

impl HitLine {
    /// The line of a record.
    #[must_use]
    pub fn new(record: &Record, snippet: String, tier: &'static str, score: f32, context: Option<HitContext>) -> Self {
        let named = |conversation: &&ConversationRef| !conversation.title.is_empty();
        Self {
            id: record.id.to_string(),
            kind: record.kind,
            platform: record.platform,
            time: record.time.utc.clone().or_else(|| record.time.local.clone()),
            author: record.author.as_ref().map(|author| author.name.clone()).filter(|name| !name.is_empty()),
            person: None,
            conversation_person: None,
            conversation: record.conversation.as_ref().filter(named).map(|conversation| conversation.title.clone()),
            conversation_id: record.conversation.as_ref().map(|conversation| conversation.id.clone()),
            snippet,
            tier,
            score,
            why: None,
            labels: Vec::new(),
            note: None,
            context,
        }
    }
}
