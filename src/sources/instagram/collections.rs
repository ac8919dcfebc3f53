//! Collections of saved posts. Until 2025 a flat list: an entry that opens a collection, then its members. Since then
//! one entry per collection with its members nested in it.

use super::facts::Facts;
use super::labels::Label;
use super::read::{Context, Outcome, State};
use super::records;
use crate::sources::meta::put;

/// Reads one entry.
pub fn read(mut facts: Facts, position: u64, context: &Context<'_>, state: &mut State) -> Outcome {
    // Words differ by language; only members have an address.
    let is_member = facts.pairs.iter().any(|pair| pair.depth == 0 && !pair.href.is_empty());
    if is_member {
        let collection = state.collection.clone();
        let outcome = records::read(facts, position, context, state);
        return match (outcome, collection) {
            (Outcome::Record(mut draft, bad_time), Some(collection)) => {
                put(&mut draft.extra, "collection", collection);
                Outcome::Record(draft, bad_time)
            }
            (outcome, _) => outcome,
        };
    }
    let name = facts
        .take(Label::Name)
        .or_else(|| facts.take_if(|pair| pair.depth == 0 && !pair.value.is_empty()))
        .map(|pair| pair.value)
        .unwrap_or_default();
    state.collection = Some(name.clone());
    // The word for "collection" is no user name.
    facts.title.clear();
    records::finish(records::Words { text: name, owner: None }, facts, position, context, state)
}
