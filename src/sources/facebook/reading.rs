//! One element on its way to a draft: what every form of section shares, and the identity made at the end.

use serde_json::{Map, Value};

use super::sections::Section;
use crate::model::{AttachmentKind, Author, Draft, Fingerprint, Kind, Link, Place, Platform, RecordId, Time, Twins};
use crate::sources::meta::html::Moment;
use crate::sources::meta::thread::{Owner, unwrap_link};
use crate::sources::meta::{Fields, Media, put};

/// 2100-01-01: a later time makes no sense, even for an event.
const LATEST: i64 = 4_102_444_800;

/// A draft being filled, with what will make its identity.
pub(super) struct Reading<'a> {
    pub(super) section: &'static Section,
    pub(super) draft: Draft,
    /// The element's time makes no sense.
    pub(super) bad_time: bool,
    /// The platform's own id of the element: where there is one, it is the identity.
    pub(super) platform_id: Option<String>,
    /// What it is about, for elements that have neither text nor media.
    pub(super) targets: Vec<String>,
    /// What else tells it from an element of the same section, time and text: the list it stood in.
    pub(super) list: String,
    /// What others wrote under its files, with the path of each file (downloads of 2018 and 2019).
    pub(super) comments: Vec<(String, Value)>,
    seconds: Option<i64>,
    /// The time as a page prints it.
    moment: Option<Moment>,
    owner: &'a Owner,
    stems: Vec<String>,
    media: Vec<Value>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(section: &'static Section, owner: &'a Owner, file: usize, position: u64) -> Self {
        let unmade = RecordId::from_bytes([0; 16]);
        let mut draft = Draft::new(unmade, section.kind, Platform::Facebook, Time::none(), file, position);
        draft.account.clone_from(&owner.account);
        draft.deleted = section.id == "trash";
        draft.edited = section.id == "edits";
        Self {
            section,
            draft,
            bad_time: false,
            platform_id: None,
            targets: Vec::new(),
            list: String::new(),
            comments: Vec::new(),
            seconds: None,
            moment: None,
            owner,
            stems: Vec::new(),
            media: Vec::new(),
        }
    }

    /// Takes the element's time from a field, unless it has one already.
    pub(super) fn take_time(&mut self, fields: &mut Fields, key: &str) {
        if self.seconds.is_some() {
            return;
        }
        let original = fields.peek(key).cloned();
        let Some(seconds) = fields.seconds(key) else {
            // Something stands there, and it is no number.
            self.bad_time |= fields.has(key);
            return;
        };
        self.seconds = Some(seconds);
        if seconds <= LATEST {
            self.draft.time = Time::from_seconds(seconds);
        }
        if self.draft.time == Time::none() {
            self.bad_time = true;
            fields.put(key, original);
        }
    }

    /// Sets the time that a page prints.
    pub(super) fn set_moment(&mut self, moment: Moment) {
        self.seconds = moment.seconds();
        self.draft.time = moment.time().clone();
        self.moment = Some(moment);
    }

    /// The element's time, seconds since 1970 UTC.
    pub(super) const fn seconds(&self) -> Option<i64> {
        self.seconds
    }

    /// The owner did it; their name stays empty until some part of the download tells it.
    pub(super) fn written_by_owner(&mut self) {
        let name = self.owner.account.as_deref().unwrap_or_default().to_owned();
        self.draft.author = Some(Author { name, is_owner: true, ..Author::default() });
    }

    pub(super) fn written_by(&mut self, name: &str) {
        let is_owner = self.owner.is(name);
        self.draft.author = Some(Author { name: name.to_owned(), is_owner, ..Author::default() });
    }

    /// Adds words the person wrote, in a paragraph of their own; words already there are not repeated.
    pub(super) fn add_text(&mut self, words: &str) {
        let words = in_lines(words);
        let text = &mut self.draft.text;
        if words.trim().is_empty() || text.split("\n\n").any(|known| known == words) || *text == words {
            return;
        }
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&words);
    }

    /// Adds a file, its thumbnail, and in `extra.media` what else is said of it. `Err` gives back what is no file.
    pub(super) fn add_media(&mut self, value: Value, kind: AttachmentKind) -> Result<(), Value> {
        let mut media = Media::of(value, kind)?;
        self.stems.push(media.stem().to_owned());
        media.attachment.caption = media.attachment.caption.map(|caption| in_lines(&caption));
        self.draft.attachments.push(media.attachment);
        if let Some(thumbnail) = media.thumbnail {
            self.draft.attachments.push(thumbnail);
        }
        let mut rest = Map::new();
        if let Some(title) = media.title {
            rest.insert("title".to_owned(), title.into());
        }
        if let Some(created) = media.created {
            rest.insert("creation_timestamp".to_owned(), created.into());
        }
        if let Some(comments) = media.rest.shift_remove("comments") {
            match comments {
                Value::Array(comments) => {
                    self.comments.extend(comments.into_iter().map(|comment| (media.uri.clone(), comment)));
                }
                other => put(&mut rest, "comments", other),
            }
        }
        for (key, value) in media.rest {
            put(&mut rest, &key, value);
        }
        if !rest.is_empty() {
            rest.insert("uri".to_owned(), media.uri.into());
            self.media.push(Value::Object(rest));
        }
        Ok(())
    }

    /// Adds a web address, redirects of the platform unwrapped; a known one only gains a missing title.
    pub(super) fn add_link(&mut self, url: &str, title: Option<String>) {
        let url = unwrap_link(url);
        match self.draft.links.iter_mut().find(|link| link.url == url) {
            Some(known) => known.title = known.title.take().or(title),
            None => self.draft.links.push(Link { url, title }),
        }
    }

    /// Sets the place; false when another one is set already, which the caller then keeps elsewhere. Equal places,
    /// which downloads give twice, are one.
    pub(super) fn add_place(&mut self, place: Place) -> bool {
        match &self.draft.place {
            None => {
                self.draft.place = Some(place);
                true
            }
            Some(known) => *known == place,
        }
    }

    /// Puts a fact of ours into `extra`.
    pub(super) fn note(&mut self, key: &str, value: impl Into<Value>) {
        put(&mut self.draft.extra, key, value);
    }

    /// Keeps every field that nobody took.
    pub(super) fn keep(&mut self, fields: Fields) {
        for (key, value) in fields.rest() {
            put(&mut self.draft.extra, &key, value);
        }
    }

    /// Names the section in `extra`, where neither the kind nor the relation tells.
    fn name_section(&mut self) {
        let is_told = matches!(self.draft.kind, Kind::Contact | Kind::Page)
            || matches!(
                self.section.id,
                "posts" | "comments" | "reactions" | "stories" | "albums" | "saved" | "searches" | "profile"
            );
        if !is_told {
            self.note("section", self.section.id);
        }
    }

    /// The finished draft with its id. Titles are no part of it: they are sentences in the account's language at the
    /// time of the download, with the names people had then.
    pub(super) fn finish(mut self, twins: &mut Twins) -> Draft {
        if !self.media.is_empty() {
            let media = std::mem::take(&mut self.media);
            self.note("media", media);
        }
        self.name_section();
        let mut print = Fingerprint::new(Platform::Facebook, self.draft.kind);
        // The same post may stand on the timeline and among archived ones; a friend among friends and followers is
        // two facts.
        if !matches!(self.draft.kind, Kind::Post | Kind::Story | Kind::Comment | Kind::Album) {
            print = print.text(self.section.id).text(&self.list);
        }
        if self.draft.kind != Kind::Album {
            print = match &self.moment {
                Some(moment) => Moment::mark(Some(moment), print, 1),
                None => print.number(self.seconds.unwrap_or(0)),
            };
        }
        if let Some(id) = &self.platform_id {
            print = print.text("id").text(id);
        } else {
            print = print.text(&self.draft.text);
            let parts = if self.draft.text.is_empty() && self.stems.is_empty() { &self.targets } else { &self.stems };
            print = parts.iter().fold(print, |print, part| print.text(part));
        }
        self.draft.id = print.finish(twins);
        self.draft
    }
}

/// Unicode's line and paragraph separators, which posts hold since editors write them, as ordinary line ends.
pub(super) fn in_lines(text: &str) -> String {
    text.replace(['\u{2028}', '\u{2029}'], "\n")
}
