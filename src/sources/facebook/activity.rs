//! The shape of most sections: `timestamp`, a finished sentence as `title`, `data` with what was written, `attachments`
//! and `tags`. Posts, stories, reels, comments, reactions, saved items, searches, poll votes and profile changes.

use serde_json::Value;

use super::attachments;
use super::reading::Reading;
use crate::model::{AttachmentKind, Kind};
use crate::sources::meta::Fields;

/// Fills a reading from an element. `by_owner`: the owner did it; otherwise the title alone says who.
pub(super) fn fill(reading: &mut Reading<'_>, mut fields: Fields, by_owner: bool) {
    if by_owner
        && matches!(reading.draft.kind, Kind::Post | Kind::Story | Kind::Comment | Kind::Reaction | Kind::Search)
    {
        reading.written_by_owner();
    }
    for key in ["timestamp", "creation_timestamp", "created_timestamp"] {
        reading.take_time(&mut fields, key);
    }
    let data: Vec<Value> = fields.list("data").into_iter().filter_map(|item| datum(reading, item)).collect();
    if !data.is_empty() {
        fields.put("data", data);
    }
    let kept = attachments::fill(reading, fields.list("attachments"));
    if !kept.is_empty() {
        fields.put("attachments", kept);
    }
    lone_fields(reading, &mut fields);
    let tags: Vec<Value> = fields.list("tags").into_iter().filter_map(|tag| person(reading, tag)).collect();
    if !tags.is_empty() {
        fields.put("tags", tags);
    }
    settle_captions(reading, !fields.has("title"));
    reading.keep(fields);
}

/// Fields that some sections have beside, or in place of, `data` and `attachments`: a media list, a name, an address.
fn lone_fields(reading: &mut Reading<'_>, fields: &mut Fields) {
    let media: Vec<Value> = fields
        .list("media")
        .into_iter()
        .filter_map(|item| reading.add_media(item, AttachmentKind::Other).err())
        .collect();
    if !media.is_empty() {
        fields.put("media", media);
    }
    if fields.has("uri") {
        let mut file = Fields::default();
        for key in ["uri", "thumbnail", "media_metadata", "description"] {
            if let Some(value) = fields.any(key) {
                file.put(key, value);
            }
        }
        if let Err(Value::Object(file)) = reading.add_media(Value::Object(file.rest()), AttachmentKind::Other) {
            file.into_iter().for_each(|(key, value)| fields.put(&key, value));
        }
    }
    if let Some(name) = fields.text("name") {
        if matches!(reading.draft.kind, Kind::Search | Kind::Saved) {
            reading.add_text(&name);
        } else {
            reading.targets.push(name.clone());
            fields.put("name", name);
        }
    }
    if let Some(url) = fields.text("url") {
        reading.targets.push(url.clone());
        reading.add_link(&url, None);
    }
}

/// One item of `data`; what is not understood comes back.
fn datum(reading: &mut Reading<'_>, item: Value) -> Option<Value> {
    let mut item = match Fields::of(item) {
        Ok(item) => item,
        Err(Value::String(text)) if reading.draft.kind == Kind::Search => {
            reading.add_text(unquoted(&text));
            return None;
        }
        Err(other) => return Some(other),
    };
    if let Some(post) = item.text("post") {
        reading.add_text(&post);
    }
    if let Some(mut comment) = item.object("comment") {
        // Lists of posts in groups hold comments too.
        if reading.draft.kind == Kind::Post {
            reading.draft.kind = Kind::Comment;
        }
        read_comment(reading, &mut comment);
        let left = comment.rest();
        if !left.is_empty() {
            item.put("comment", left);
        }
    }
    if let Some(mut reaction) = item.object("reaction") {
        read_reaction(reading, &mut reaction);
        let left = reaction.rest();
        if !left.is_empty() {
            item.put("reaction", left);
        }
    }
    if let Some(updated) = item.seconds("update_timestamp")
        && reading.seconds() != Some(updated)
    {
        reading.note("updated", updated);
        reading.draft.edited |= reading.seconds().is_some_and(|published| published < updated);
    }
    if let Some(backdated) = item.seconds("backdated_timestamp") {
        reading.note("backdated", backdated);
    }
    if matches!(reading.draft.kind, Kind::Search | Kind::Saved)
        && let Some(text) = item.text("text").or_else(|| item.text("name"))
    {
        reading.add_text(unquoted(&text));
    }
    // Whatever else an item names tells two elements of one second apart.
    if let Some(name) = item.text("name") {
        reading.targets.push(name.clone());
        item.put("name", name);
    }
    let left = item.rest();
    (!left.is_empty()).then_some(Value::Object(left))
}

fn read_comment(reading: &mut Reading<'_>, comment: &mut Fields) {
    if let Some(words) = comment.text("comment") {
        reading.add_text(&words);
    }
    if let Some(author) = comment.text("author") {
        reading.written_by(&author);
    }
    if let Some(group) = comment.text("group") {
        reading.targets.push(group.clone());
        reading.note("group", group);
    }
    if let Some(at) = comment.seconds("timestamp") {
        let known = reading.seconds();
        comment.put("timestamp", at);
        reading.take_time(comment, "timestamp");
        if known == Some(at) {
            comment.any("timestamp");
        }
    }
}

/// What somebody wrote under a photo or film of the owner; gives back what is no comment.
pub(super) fn comment_on_media(reading: &mut Reading<'_>, comment: Value, uri: String) -> Result<(), Value> {
    let mut comment = Fields::of(comment)?;
    read_comment(reading, &mut comment);
    reading.note("on", uri);
    reading.keep(comment);
    Ok(())
}

fn read_reaction(reading: &mut Reading<'_>, reaction: &mut Fields) {
    if let Some(name) = reaction.text("reaction") {
        reading.targets.push(name.clone());
        reading.note("reaction", name);
    }
    if let Some(actor) = reaction.text("actor") {
        reading.written_by(&actor);
    }
}

/// A tagged person: an object with a name since 2021, a plain text before.
fn person(reading: &mut Reading<'_>, tag: Value) -> Option<Value> {
    match tag {
        Value::String(name) => {
            reading.draft.tags.push(name);
            None
        }
        tag => {
            let mut tag = match Fields::of(tag) {
                Ok(tag) => tag,
                Err(other) => return Some(other),
            };
            reading.draft.tags.extend(tag.text("name"));
            let left = tag.rest();
            (!left.is_empty()).then_some(Value::Object(left))
        }
    }
}

/// A caption that only repeats the text is dropped. Posts of pages, which have no title, carry their text only as the
/// caption of their one photo or film: there it is the text.
fn settle_captions(reading: &mut Reading<'_>, untitled: bool) {
    let draft = &mut reading.draft;
    let mut captioned = draft.attachments.iter_mut().filter(|attachment| attachment.caption.is_some());
    if draft.text.is_empty() && untitled && matches!(draft.kind, Kind::Post | Kind::Story) {
        if let (Some(only), None) = (captioned.next(), captioned.next()) {
            draft.text = only.caption.take().unwrap_or_default();
        }
        return;
    }
    for attachment in captioned {
        if attachment.caption.as_ref() == Some(&draft.text) {
            attachment.caption = None;
        }
    }
}

/// Searched words without the quotation marks that Facebook puts around them.
pub(super) fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).filter(|inner| !inner.is_empty()).unwrap_or(text)
}
