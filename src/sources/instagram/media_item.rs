//! A media object of Instagram: the shared one, plus captions in `title`, camera times as text, subtitles and copies.

use chrono::NaiveDateTime;
use serde_json::{Map, Value};

use crate::model::{AttachmentKind, DraftAttachment, Precision, Time};
use crate::sources::meta::{Fields, Media, object_of, plain};

/// A media object taken apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    /// The caption, of a single post the post's own.
    pub caption: String,
    /// Seconds since 1970 UTC of publication.
    pub seconds: Option<i64>,
    /// What names the file in every layout; empty when there is none.
    pub name: String,
    /// The file first, then its subtitles, still and copy.
    pub attachments: Vec<DraftAttachment>,
    /// Everything else.
    pub rest: Map<String, Value>,
}

impl Item {
    /// Takes a media object apart. Text-only posts have one with an empty `uri`.
    ///
    /// # Errors
    /// The value itself when it is no object.
    pub fn of(value: Value) -> Result<Self, Value> {
        let mut fields = Fields::of(value)?;
        let mut item = Self { caption: fields.text("title").unwrap_or_default(), ..Self::default() };
        let backup = fields.text("backup_uri");
        let media = match Media::of(Value::Object(fields.rest()), AttachmentKind::Other) {
            Ok(media) => media,
            Err(value) => {
                let mut fields = Fields::of(value)?;
                item.seconds = fields.seconds("creation_timestamp");
                item.rest = kept(fields.rest());
                return Ok(item);
            }
        };
        item.seconds = media.created;
        object_of(&media.uri).clone_into(&mut item.name);
        let mut attachment = media.attachment;
        let mut rest = media.rest;
        if attachment.taken.is_none() {
            attachment.taken = camera_time(&rest);
        }
        item.attachments.push(attachment);
        item.attachments.extend(subtitles(&mut rest));
        item.attachments.extend(media.thumbnail);
        if let Some(backup) = backup.filter(|backup| *backup != media.uri) {
            item.attachments.push(plain(&backup, AttachmentKind::Other));
        }
        item.rest = kept(rest);
        Ok(item)
    }
}

/// Flags that are false say nothing here: every object has them.
fn kept(rest: Map<String, Value>) -> Map<String, Value> {
    rest.into_iter().filter_map(|(key, value)| Some((key, without_false(value)?))).collect()
}

fn without_false(value: Value) -> Option<Value> {
    match value {
        Value::Bool(false) | Value::Null => None,
        Value::Object(fields) => {
            let fields = kept(fields);
            (!fields.is_empty()).then_some(Value::Object(fields))
        }
        Value::Array(items) => {
            let items: Vec<Value> = items.into_iter().filter_map(without_false).collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        other => Some(other),
    }
}

/// `2024:09:03 14:23:18` is the camera's wall clock, `20251210T181138.000Z` an instant.
fn camera_time(rest: &Map<String, Value>) -> Option<Time> {
    let metadata = rest.get("media_metadata")?.as_object()?;
    metadata.values().filter_map(|block| block.get("exif_data")?.as_array()).flatten().find_map(|exif| {
        let text = exif.get("date_time_original").or_else(|| exif.get("date_time_digitized"))?.as_str()?;
        NaiveDateTime::parse_from_str(text, "%Y:%m:%d %H:%M:%S")
            .map(|clock| Time::from_local(clock, Precision::S, false))
            .or_else(|_| {
                NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S%.fZ")
                    .map(|instant| Time::from_seconds(instant.and_utc().timestamp()))
            })
            .ok()
    })
}

fn subtitles(rest: &mut Map<String, Value>) -> Option<DraftAttachment> {
    let metadata = rest.get_mut("media_metadata")?.as_object_mut()?;
    metadata.values_mut().find_map(|block| {
        let block = block.as_object_mut()?;
        let uri = block.get("subtitles")?.get("uri")?.as_str().filter(|uri| !uri.is_empty())?.to_owned();
        block.shift_remove("subtitles");
        Some(plain(&uri, AttachmentKind::Document))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn files_are_known_by_their_number() {
        assert_eq!(
            object_of("media/posts/202203/275000001_100000000000001_1_n_17900000000000001.jpg"),
            "17900000000000001"
        );
        assert_eq!(object_of("media/other/17900000000000001.heic"), "17900000000000001");
        assert_eq!(object_of("media/posts/202204/17900000000000003"), "17900000000000003");
        assert_eq!(object_of("media/posts/202204/999_FEHLT.jpg"), "999_FEHLT");
        assert_eq!(object_of(""), "");
    }

    #[test]
    fn camera_times_subtitles_and_places_are_found() {
        let item = Item::of(json!({"uri": "a.mp4", "creation_timestamp": 5, "title": "T", "media_metadata": {
            "camera_metadata": {"has_camera_metadata": false},
            "video_metadata": {"exif_data": [{"latitude": 48.1, "longitude": 11.5},
                {"date_time_original": "20251210T181138.000Z", "device_id": "android-0"}],
                "subtitles": {"uri": "a.srt", "creation_timestamp": 5}}}}))
        .unwrap();
        assert_eq!((item.caption.as_str(), item.seconds, item.attachments.len()), ("T", Some(5), 2));
        assert_eq!(item.attachments[0].taken.as_ref().and_then(|at| at.utc.as_deref()), Some("2025-12-10T18:11:38Z"));
        assert_eq!(item.attachments[0].place.as_ref().and_then(|place| place.latitude), Some(48.1));
        assert_eq!(item.attachments[1].name, "a.srt");
        let rest = Value::Object(item.rest).to_string();
        assert!(rest.contains("android-0") && !rest.contains("camera_metadata"), "{rest}");
    }

    #[test]
    fn a_text_only_item_keeps_its_time() {
        let item = Item::of(json!({"uri": "", "creation_timestamp": 5, "title": "words"})).unwrap();
        assert_eq!((item.caption.as_str(), item.seconds, item.attachments.is_empty()), ("words", Some(5), true));
    }
}
