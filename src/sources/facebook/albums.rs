//! Albums with their photos, and photos and films that stand by themselves.

use serde_json::Value;

use super::attachments::{one_or_many, read_place};
use super::reading::Reading;
use crate::model::AttachmentKind;
use crate::sources::meta::{Fields, name_of};

/// One album, an empty one too. Its `last_modified_timestamp` is often the time of the download and dates nothing: the
/// album is as old as its first photo.
pub(super) fn album(reading: &mut Reading<'_>, mut fields: Fields) {
    reading.written_by_owner();
    if let Some(name) = fields.text("name") {
        reading.targets.push(name.clone());
        reading.platform_id = Some(name.clone());
        reading.note("name", name);
    }
    if let Some(words) = fields.text("description") {
        reading.add_text(&words);
    }
    let mut first: Option<(i64, String)> = None;
    for (key, kind) in [("photos", AttachmentKind::Photo), ("videos", AttachmentKind::Video)] {
        let mut left = Vec::new();
        for photo in fields.list(key) {
            let created = created_of(&photo);
            match reading.add_media(photo, kind) {
                Ok(()) => first = earlier(first, created),
                Err(other) => left.push(other),
            }
        }
        if !left.is_empty() {
            fields.put(key, left);
        }
    }
    // The first photo tells two albums of one name apart; photos added later change nothing.
    if let Some((seconds, uri)) = first {
        let name = reading.platform_id.take().unwrap_or_default();
        reading.platform_id = Some(format!("{name}\n{}", name_of(&uri)));
        let mut dated = Fields::default();
        dated.put("timestamp", seconds);
        reading.take_time(&mut dated, "timestamp");
    }
    if let Some(cover) = fields.object("cover_photo") {
        add_cover(reading, cover);
    }
    if let Some(place) = fields.object("place") {
        let left = read_place(reading, place).rest();
        if !left.is_empty() {
            fields.put("place", left);
        }
    }
    reading.keep(fields);
}

/// The cover is one of the album's photos in nearly every album; then it adds nothing but its name.
fn add_cover(reading: &mut Reading<'_>, mut cover: Fields) {
    let Some(uri) = cover.text("uri") else {
        let left = cover.rest();
        if !left.is_empty() {
            reading.note("cover_photo", left);
        }
        return;
    };
    reading.note("cover", uri.clone());
    let is_known = reading.draft.attachments.iter().any(|photo| {
        matches!(&photo.target, crate::model::Target::Path(path) | crate::model::Target::Remote(path) if *path == uri)
    });
    if !is_known {
        cover.put("uri", uri);
        // It has an address, so it is a media object.
        if let Err(other) = reading.add_media(Value::Object(cover.rest()), AttachmentKind::Photo) {
            reading.note("cover_photo", other);
        }
    }
}

fn created_of(photo: &Value) -> Option<(i64, String)> {
    let mut fields = Fields::of(photo.clone()).ok()?;
    Some((fields.seconds("creation_timestamp")?, fields.text("uri")?))
}

fn earlier(first: Option<(i64, String)>, other: Option<(i64, String)>) -> Option<(i64, String)> {
    match (first, other) {
        (Some(first), Some(other)) => Some(first.min(other)),
        (first, other) => first.or(other),
    }
}

/// A photo or film without post or album. Its words stay with the file, as its caption.
pub(super) fn single(reading: &mut Reading<'_>, mut fields: Fields) {
    reading.written_by_owner();
    let kind = if reading.section.id == "videos" { AttachmentKind::Video } else { AttachmentKind::Photo };
    let mut dated = fields.clone();
    reading.take_time(&mut dated, "creation_timestamp");
    reading.take_time(&mut dated, "timestamp");
    fields.any("timestamp");
    if let Err(other) = reading.add_media(Value::Object(fields.rest()), kind) {
        for value in one_or_many(other) {
            match Fields::of(value) {
                // Since 2023 some stand in the shape of a post.
                Ok(fields) => super::activity::fill(reading, fields, true),
                Err(value) => reading.note("value", value),
            }
        }
    }
}
