//! Masking an erased person's names in the records of others.

use serde_json::Value;

use super::tombstones::Group;
use super::traces::{MASK, masked};
use crate::model::{ConversationKind, Record};

/// Masks names in a record; true when that changed anything. What other people wrote stays as they wrote it; titles, paths,
/// tags, reactions and whatever the platform or the owner wrote is masked.
pub fn mask(group: &Group, record: &mut Record) -> bool {
    let mut changed = group.strip(record);
    let title_changed = record.conversation.as_mut().is_some_and(|conversation| name(group, &mut conversation.title));
    changed |= title_changed;
    let is_direct =
        record.conversation.as_ref().is_some_and(|conversation| conversation.kind == ConversationKind::Direct);
    let with_them = title_changed && is_direct;
    let is_own = record.author.as_ref().is_none_or(|author| author.is_owner);
    if record.system {
        changed |= name(group, &mut record.text);
    } else if is_own {
        changed |= text(group, &mut record.text);
    }
    for attachment in &mut record.attachments {
        changed |= name(group, &mut attachment.name);
        changed |= attachment.path.as_mut().is_some_and(|path| name(group, path));
        changed |= is_own && attachment.caption.as_mut().is_some_and(|caption| text(group, caption));
    }
    for link in record.links.iter_mut().filter(|_| is_own || record.system) {
        changed |= name(group, &mut link.url);
        changed |= link.title.as_mut().is_some_and(|title| name(group, title));
    }
    record.tags.iter_mut().for_each(|tag| changed |= name(group, tag));
    record.reactions.iter_mut().for_each(|reaction| changed |= name(group, &mut reaction.actor));
    for (key, value) in &mut record.extra {
        changed |= facts(group, value);
        if with_them && key == "reply_to" {
            changed |= unquote(value);
        }
    }
    for origin in &mut record.origin {
        changed |= name(group, &mut origin.bundle);
        changed |= name(group, &mut origin.file);
    }
    changed
}

fn name(group: &Group, text: &mut String) -> bool {
    replace(text, masked(text, &group.traces.spans(&group.key, text, false)))
}

/// A text that somebody wrote: only names that cannot be other words.
fn text(group: &Group, text: &mut String) -> bool {
    replace(text, masked(text, &group.traces.spans(&group.key, text, true)))
}

fn replace(text: &mut String, masked: Option<String>) -> bool {
    masked.is_some_and(|masked| {
        *text = masked;
        true
    })
}

/// The platform's own fields. Words quoted from the person stand beside a name of theirs.
fn facts(group: &Group, value: &mut Value) -> bool {
    match value {
        Value::String(text) => name(group, text),
        Value::Array(values) => {
            let mut changed = false;
            for value in values {
                changed |= facts(group, value);
            }
            changed
        }
        Value::Object(values) => {
            let mut changed = false;
            for (_, value) in values.iter_mut().filter(|(key, _)| *key != "text") {
                changed |= facts(group, value);
            }
            if changed {
                values.get_mut("text").into_iter().for_each(|text| *text = Value::from(MASK));
            } else if let Some(text) = values.get_mut("text") {
                changed = facts(group, text);
            }
            changed
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// What is answered to in a conversation of two, unless the owner wrote it.
fn unquote(value: &mut Value) -> bool {
    let Value::Object(values) = value else { return false };
    if values.contains_key("from_me") {
        return false;
    }
    match values.get_mut("text") {
        Some(text) if text != MASK => {
            *text = Value::from(MASK);
            true
        }
        _ => false,
    }
}
