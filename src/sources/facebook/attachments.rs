//! Everything a post may carry: files, links, places, events, life events, polls, notes, things for sale. What is not
//! understood is kept as it stood.

use serde_json::Value;

use super::activity::unquoted;
use super::reading::Reading;
use crate::model::{AttachmentKind, Kind, Place};
use crate::sources::meta::{Fields, place_at};

/// Reads the groups of `attachments`, each with its list `data`; gives back, in order, what has no place in a record.
pub(super) fn fill(reading: &mut Reading<'_>, groups: Vec<Value>) -> Vec<Value> {
    let mut kept = Vec::new();
    for group in groups {
        let mut group = match Fields::of(group) {
            Ok(group) => group,
            Err(other) => {
                kept.push(other);
                continue;
            }
        };
        let items = group.list("data");
        // Without a list the group itself is the item.
        let items = if items.is_empty() { vec![Value::Object(std::mem::take(&mut group).rest())] } else { items };
        for item in items {
            match Fields::of(item) {
                Ok(item) => kept.extend(read_item(reading, item)),
                Err(other) => kept.push(other),
            }
        }
        let left = group.rest();
        if !left.is_empty() {
            kept.push(Value::Object(left));
        }
    }
    kept
}

fn read_item(reading: &mut Reading<'_>, mut item: Fields) -> Option<Value> {
    if let Some(media) = item.any("media") {
        for media in one_or_many(media) {
            if let Err(media) = reading.add_media(media, AttachmentKind::Other) {
                item.put("media", media);
            }
        }
    }
    if let Some(context) = item.object("external_context") {
        put_rest(&mut item, "external_context", read_link(reading, context));
    }
    if let Some(place) = item.object("place") {
        put_rest(&mut item, "place", read_place(reading, place));
    }
    if reading.draft.kind == Kind::Search
        && let Some(text) = item.text("text")
    {
        reading.add_text(unquoted(&text));
    }
    for key in ["life_event", "note", "for_sale_item", "bought_item", "poll"] {
        if let Some(thing) = item.object(key) {
            put_rest(&mut item, key, read_written(reading, key, thing));
        }
    }
    for key in ["event", "fundraiser", "profile"] {
        if let Some(thing) = item.object(key) {
            let mut named = thing.clone();
            reading.targets.extend(named.text("name").or_else(|| named.text("title")));
            item.put(key, thing.rest());
        }
    }
    let left = item.rest();
    (!left.is_empty()).then_some(Value::Object(left))
}

fn read_link(reading: &mut Reading<'_>, mut context: Fields) -> Fields {
    let name = context.text("name");
    match context.text("url") {
        Some(url) => {
            reading.targets.push(url.clone());
            reading.add_link(&url, name);
        }
        None => {
            if let Some(name) = name {
                reading.targets.push(name.clone());
                context.put("name", name);
            }
        }
    }
    // An address may be empty: the reel or post that was shared is not in the download, and the title says no more.
    context
}

/// Reads a place. Its page's address stays; a second, different place stays whole.
pub(super) fn read_place(reading: &mut Reading<'_>, mut fields: Fields) -> Fields {
    let whole = fields.clone();
    let name = fields.text("name");
    reading.targets.extend(name.clone());
    let address = fields.text("address");
    let spot = fields.object("coordinate").and_then(|mut coordinate| {
        let spot = place_at(coordinate.degrees("latitude"), coordinate.degrees("longitude"));
        put_rest(&mut fields, "coordinate", coordinate);
        spot
    });
    let place = Place { name, address, ..spot.unwrap_or_default() };
    if place == Place::default() || reading.add_place(place) { fields } else { whole }
}

/// Things whose words the owner wrote: their title and text become text, their photos attachments, their place the
/// place; the rest stays.
fn read_written(reading: &mut Reading<'_>, key: &str, mut thing: Fields) -> Fields {
    for field in ["title", "question", "text", "description"] {
        if let Some(words) = thing.text(field) {
            reading.targets.push(words.clone());
            reading.add_text(&words);
        }
    }
    for field in ["photos", "media", "cover_photo"] {
        let Some(media) = thing.any(field) else { continue };
        let left: Vec<Value> = one_or_many(media)
            .into_iter()
            .filter_map(|media| reading.add_media(media, AttachmentKind::Other).err())
            .collect();
        if !left.is_empty() {
            thing.put(field, left);
        }
    }
    for field in ["place", "location"] {
        if let Some(place) = thing.object(field) {
            put_rest(&mut thing, field, read_place(reading, place));
        }
    }
    // That there was one is a fact even when nothing else is left of it.
    if thing.clone().rest().is_empty() {
        reading.note("about", key);
    }
    thing
}

fn put_rest(into: &mut Fields, key: &str, left: Fields) {
    let left = left.rest();
    if !left.is_empty() {
        into.put(key, left);
    }
}

/// A list as its items, anything else as one item.
pub(super) fn one_or_many(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        other => vec![other],
    }
}
