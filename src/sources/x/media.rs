//! Files of posts and messages: `NUMBER-NAME` in a folder whose name ends in `_media`.

use std::collections::BTreeMap;

use crate::bundle::Bundle;
use crate::model::{AttachmentKind, DraftAttachment, Target};
use crate::sources::Fields;

/// The files of a bundle by name.
pub struct Files<'a>(BTreeMap<&'a str, usize>);

impl<'a> Files<'a> {
    /// Finds them.
    pub fn of(bundle: &'a Bundle) -> Self {
        let mut files = BTreeMap::new();
        for (number, file) in bundle.files() {
            let Some((folder, name)) = file.path.rsplit_once('/') else { continue };
            if folder.ends_with("_media") {
                files.entry(name).or_insert(number);
            }
        }
        Self(files)
    }

    /// The attachment of the post or message `number` whose address on the network is `address`. `only`: it has no other
    /// file, so that any file with its number is it.
    pub fn attachment(
        &self,
        kind: AttachmentKind,
        (folder, number): (&str, &str),
        address: &str,
        only: bool,
    ) -> DraftAttachment {
        let base = address.split(['?', '#']).next().unwrap_or(address).rsplit('/').next().unwrap_or_default();
        let name = format!("{number}-{base}");
        let beginning = format!("{number}-");
        let mut same = self.0.range(beginning.as_str()..).take_while(|(name, _)| name.starts_with(&beginning));
        let any = || match (same.next(), same.next()) {
            (Some((_, file)), None) if only => Some(*file),
            _ => None,
        };
        let target = match self.0.get(name.as_str()).copied().or_else(any) {
            Some(file) => Target::File(file),
            None => Target::Path(format!("data/{folder}/{name}")),
        };
        DraftAttachment { kind, name: base.to_owned(), target, caption: None, taken: None, place: None }
    }
}

/// The kind of a file of a post and its address: that of the picture, or of the best film.
pub fn of_post(media: &mut Fields) -> (AttachmentKind, String) {
    let kind = match media.text("type").as_deref() {
        Some("photo") => AttachmentKind::Photo,
        Some("video") => AttachmentKind::Video,
        Some("animated_gif") => AttachmentKind::Gif,
        _ => AttachmentKind::Other,
    };
    let mut films: Vec<(i64, String)> = media
        .object("video_info")
        .map(|mut info| info.list("variants"))
        .unwrap_or_default()
        .into_iter()
        .filter_map(|variant| {
            let mut variant = Fields::of(variant).ok()?;
            let rate = variant.number("bitrate")?;
            variant.text("url").map(|address| (rate, address))
        })
        .collect();
    films.sort();
    let picture = media.text("media_url_https").or_else(|| media.text("media_url"));
    (kind, films.pop().map(|(_, address)| address).or(picture).unwrap_or_default())
}
