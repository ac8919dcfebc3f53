//! Files named by a message: pictures, films, voice messages, files, stickers.

use serde_json::{Map, Value};

use super::fields::carries;
use crate::model::{AttachmentKind, DraftAttachment, Time};
use crate::sources::meta::{plain, seconds_of};

/// The key of a list of files in a message, with what its files are.
pub const LISTS: [(&str, AttachmentKind); 5] = [
    ("photos", AttachmentKind::Photo),
    ("videos", AttachmentKind::Video),
    ("audio_files", AttachmentKind::Audio),
    ("gifs", AttachmentKind::Gif),
    ("files", AttachmentKind::Document),
];

/// Turns `{uri, creation_timestamp, thumbnail: {uri}, …}` into attachments: the file, then its thumbnail as a photo,
/// so that the thumbnail's file belongs to something. What has no place comes back. `Err` gives back what is no file.
pub fn attach(
    value: Value,
    kind: AttachmentKind,
    attachments: &mut Vec<DraftAttachment>,
) -> Result<Map<String, Value>, Value> {
    let mut fields = match value {
        Value::Object(fields) => fields,
        Value::String(uri) => Map::from_iter([("uri".to_owned(), Value::String(uri))]),
        other => return Err(other),
    };
    let taken = fields.get("creation_timestamp").and_then(Value::as_i64).filter(|seconds| *seconds > 0);
    if taken.is_some() {
        fields.shift_remove("creation_timestamp");
    }
    let uri = take_text(&mut fields, "uri").unwrap_or_default();
    let mut attachment = plain(&uri, kind);
    attachment.taken = taken.map(|at| Time::from_seconds(seconds_of(at)));
    attachments.push(attachment);
    if let Some(Value::Object(mut thumbnail)) = fields.shift_remove("thumbnail")
        && let Some(uri) = take_text(&mut thumbnail, "uri").filter(|uri| !uri.is_empty())
    {
        attachments.push(plain(&uri, AttachmentKind::Photo));
    }
    if let Some(backup) = take_text(&mut fields, "backup_uri").filter(|backup| !backup.is_empty() && *backup != uri) {
        attachments.push(plain(&backup, kind));
    }
    fields.retain(|_, value| carries(value));
    Ok(fields)
}

fn take_text(fields: &mut Map<String, Value>, key: &str) -> Option<String> {
    match fields.get_mut(key)? {
        Value::String(text) => {
            let text = std::mem::take(text);
            fields.shift_remove(key);
            Some(text)
        }
        _ => None,
    }
}
