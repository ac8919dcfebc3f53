//! The media object that Facebook and Instagram share: `uri`, times, caption, thumbnail, and what the camera wrote.
//! The files themselves come without that block, so it is the only place that tells when and where a photo was taken.

use serde_json::{Map, Value};

use crate::model::{AttachmentKind, DraftAttachment, Place, Target, Time};
use crate::sources::Fields;

/// 1826-01-01, before the first photograph: a camera time below it is garbage (real downloads hold year 0).
const CAMERA_EARLIEST: i64 = -4_544_208_000;

/// 2100-01-01: the latest camera time believed when the upload time is unknown.
const CAMERA_LATEST: i64 = 4_102_444_800;

/// A camera clock is read as UTC and may run ahead of the upload by its zone.
const ZONE_SLACK: i64 = 86_400;

/// A media object taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Media {
    /// The file, with its caption, and the camera's time and place.
    pub attachment: DraftAttachment,
    /// The file of its still picture, when the export names one; a file of its own in the download.
    pub thumbnail: Option<DraftAttachment>,
    /// The path or address as the export names it; may be empty.
    pub uri: String,
    /// Upload time, seconds since 1970 UTC.
    pub created: Option<i64>,
    /// Album or similar heading, in the language of the account.
    pub title: Option<String>,
    /// Everything else, the address that uploaded it included.
    pub rest: Map<String, Value>,
}

impl Media {
    /// Takes a media object apart. `kind` is what its place in the download says; `Other` lets its metadata decide,
    /// then the bytes.
    ///
    /// # Errors
    /// The value itself when it is no media object: it names no file and has no caption.
    pub fn of(value: Value, kind: AttachmentKind) -> Result<Self, Value> {
        let has_words = |key: &str| value.get(key).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
        if !has_words("uri") && !has_words("description") {
            return Err(value);
        }
        let mut fields = Fields::of(value)?;
        let uri = fields.text("uri").unwrap_or_default();
        let caption = fields.text("description");
        let created = fields.seconds("creation_timestamp");
        let title = fields.text("title");
        let thumbnail = fields.object("thumbnail").and_then(|mut thumbnail| {
            let uri = thumbnail.text("uri");
            if let Some(left) = Some(thumbnail.rest()).filter(|left| !left.is_empty()) {
                fields.put("thumbnail", left);
            }
            Some(plain(&uri?, AttachmentKind::Photo))
        });
        let camera = Camera::of(&mut fields, created);
        let mut attachment = plain(&uri, if kind == AttachmentKind::Other { camera.kind } else { kind });
        attachment.caption = caption;
        attachment.taken = camera.taken.map(Time::from_seconds);
        attachment.place = camera.place;
        Ok(Self { attachment, thumbnail, uri, created, title, rest: fields.rest() })
    }

    /// What names the same file in every layout, for the identity of records: see [`stem_of`].
    #[must_use]
    pub fn stem(&self) -> &str {
        stem_of(&self.uri)
    }
}

/// The name of a file without folders, extension and query. Folders moved between years, and a video that one download
/// names by a web address ending in `1_2_3_n.mp4` lies in another as `1_2_3_n_4.mp4`.
#[must_use]
pub fn stem_of(uri: &str) -> &str {
    let name = name_of(uri);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    match stem.rsplit_once("_n_") {
        Some((before, id)) if id.bytes().all(|b| b.is_ascii_digit()) => {
            // The `_n` belongs to the stem.
            stem.get(..before.len() + 2).unwrap_or(stem)
        }
        _ => stem,
    }
}

/// What names a file of Instagram in every layout: the number of the object at the end of its name, because formats and the
/// numbers before it change between downloads; else the name without folders and extension.
#[must_use]
pub fn object_of(uri: &str) -> &str {
    const NUMBER_LEN_MIN: usize = 10;
    let name = name_of(uri);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let last = stem.rsplit('_').next().unwrap_or(stem);
    if last.len() >= NUMBER_LEN_MIN && last.bytes().all(|b| b.is_ascii_digit()) { last } else { stem }
}

/// The last component of a path or address, without query.
#[must_use]
pub fn name_of(uri: &str) -> &str {
    let path = if is_address(uri) { uri.split(['?', '#']).next().unwrap_or(uri) } else { uri };
    path.trim_end_matches('/').rsplit(['/', '\\']).next().unwrap_or(path)
}

/// An attachment of which only the path or address is known.
#[must_use]
pub fn plain(uri: &str, kind: AttachmentKind) -> DraftAttachment {
    let target = if is_address(uri) { Target::Remote(uri.to_owned()) } else { Target::Path(uri.to_owned()) };
    DraftAttachment { kind, name: name_of(uri).to_owned(), target, caption: None, taken: None, place: None }
}

/// A place by its coordinates; 0/0, half a pair and values off the globe mean none.
#[must_use]
pub fn place_at(latitude: Option<f64>, longitude: Option<f64>) -> Option<Place> {
    let (latitude, longitude) = (latitude?, longitude?);
    let nowhere = latitude.abs() < f64::EPSILON && longitude.abs() < f64::EPSILON;
    let on_globe = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
    (on_globe && !nowhere).then(|| Place { latitude: Some(latitude), longitude: Some(longitude), ..Place::default() })
}

fn is_address(uri: &str) -> bool {
    uri.starts_with("https://") || uri.starts_with("http://")
}

struct Camera {
    kind: AttachmentKind,
    taken: Option<i64>,
    place: Option<Place>,
}

impl Camera {
    /// Takes time and place out of `media_metadata.{photo,video}_metadata`, where they stand in a list `exif_data` or,
    /// in downloads of early 2018, directly.
    fn of(media: &mut Fields, created: Option<i64>) -> Self {
        let mut camera = Self { kind: AttachmentKind::Other, taken: None, place: None };
        let Some(mut metadata) = media.object("media_metadata") else { return camera };
        for (key, kind) in [("photo_metadata", AttachmentKind::Photo), ("video_metadata", AttachmentKind::Video)] {
            let Some(mut block) = metadata.object(key) else { continue };
            camera.kind = kind;
            camera.take(&mut block, created);
            let list: Vec<Value> = block.list("exif_data").into_iter().map(|item| camera.look(item, created)).collect();
            if !list.is_empty() {
                block.put("exif_data", list);
            }
            metadata.put(key, block.rest());
        }
        let left = metadata.rest();
        if !left.is_empty() {
            media.put("media_metadata", left);
        }
        camera
    }

    fn look(&mut self, exif: Value, created: Option<i64>) -> Value {
        match Fields::of(exif) {
            Ok(mut block) => {
                self.take(&mut block, created);
                Value::Object(block.rest())
            }
            Err(other) => other,
        }
    }

    fn take(&mut self, block: &mut Fields, created: Option<i64>) {
        let latest = created.map_or(CAMERA_LATEST, |created| created.saturating_add(ZONE_SLACK));
        if let Some(taken) = block.number("taken_timestamp").filter(|taken| *taken != 0) {
            if self.taken.is_none() && (CAMERA_EARLIEST..=latest).contains(&taken) {
                self.taken = Some(taken);
            } else {
                block.put("taken_timestamp", taken);
            }
        }
        let (latitude, longitude) = (block.degrees("latitude"), block.degrees("longitude"));
        let place = place_at(latitude, longitude);
        if place.is_some() && self.place.is_none() {
            self.place = place;
            return;
        }
        for (key, degrees) in [("latitude", latitude), ("longitude", longitude)] {
            if let Some(degrees) = degrees {
                block.put(key, degrees);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn media(value: Value) -> Media {
        Media::of(value, AttachmentKind::Other).unwrap()
    }

    fn with_exif(exif: &Value) -> Media {
        media(json!({"uri": "posts/media/a.jpg", "creation_timestamp": 1_560_000_000,
            "media_metadata": {"photo_metadata": exif}}))
    }

    #[test]
    fn camera_time_and_place_are_found_in_both_layouts() {
        let exif = json!({"taken_timestamp": 1_559_999_000, "latitude": 14.69, "longitude": -17.44, "iso": 100});
        for block in [json!({"exif_data": [exif]}), exif] {
            let media = with_exif(&block);
            assert_eq!(media.attachment.kind, AttachmentKind::Photo);
            assert_eq!(media.attachment.taken, Some(Time::from_seconds(1_559_999_000)));
            assert_eq!(media.attachment.place.and_then(|place| place.latitude), Some(14.69));
            assert!(Value::Object(media.rest).to_string().contains("\"iso\":100"));
        }
    }

    #[test]
    fn impossible_camera_facts_are_no_facts_but_are_kept() {
        for taken in [-62_169_958_800_i64, 1_560_100_000] {
            let media = with_exif(&json!({"exif_data": [{"taken_timestamp": taken, "latitude": 0.0, "longitude": 0}]}));
            assert_eq!((media.attachment.taken, media.attachment.place), (None, None));
            assert!(Value::Object(media.rest).to_string().contains(&taken.to_string()));
        }
    }

    #[test]
    fn addresses_and_empty_paths_are_told_apart() {
        let remote = media(json!({"uri": "https://video.example.invalid/v/9_8_7_n.mp4?x=/1"}));
        assert!(matches!(remote.attachment.target, Target::Remote(_)));
        assert_eq!((remote.attachment.name.as_str(), remote.stem()), ("9_8_7_n.mp4", "9_8_7_n"));
        assert_eq!(stem_of("posts/media/9_8_7_n_55.mp4"), "9_8_7_n");
        assert!(Media::of(json!({"uri": ""}), AttachmentKind::Other).is_err());
        assert!(Media::of(json!({"uri": 7}), AttachmentKind::Other).is_err());
        assert_eq!(media(json!({"description": "words"})).attachment.caption.as_deref(), Some("words"));
    }

    #[test]
    fn a_thumbnail_is_a_file_of_its_own() {
        let film = media(json!({"uri": "a.mp4", "thumbnail": {"uri": "thumbnails/a.jpg", "more": 1}}));
        assert_eq!(film.thumbnail.map(|thumbnail| thumbnail.name).as_deref(), Some("a.jpg"));
        assert_eq!(Value::Object(film.rest), json!({"thumbnail": {"more": 1}}));
    }
}
