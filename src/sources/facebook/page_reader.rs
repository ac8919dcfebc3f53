//! Reads an HTML page of a section: each record through the shape that JSON has, each accounted for.

use serde_json::{Map, Value};

use super::pages::{self, PageRecord};
use super::read::{FileReader, fill, shape_of};
use super::sections::Form;
use crate::model::{AttachmentKind, Target, Twins};
use crate::sources::meta::html::{Calendar, Ended, Frame, Layout, Moment, Piece, Zones, is_translated, walk_page};
use crate::sources::meta::{Fields, bytes_of, pruned, put};
use crate::sources::{DateOrder, ProblemKind, SkipReason, Stop};

impl FileReader<'_> {
    /// Reads the file as a page.
    pub(super) fn read_page(&self, zones: Zones, order: DateOrder, twins: &mut Twins) -> Result<(), Stop> {
        let bytes = match bytes_of(self.bundle, self.file) {
            Ok(bytes) => bytes,
            Err((kind, detail)) => {
                self.problem(None, kind, detail);
                self.sink.parsed(self.file, 0);
                return Ok(());
            }
        };
        if is_translated(&bytes) {
            self.sink.kept_raw(self.file, "html-translated");
            return Ok(());
        }
        let calendar = Calendar::new(&bytes, zones, order);
        let mut tally = Tally::default();
        let ended = if self.section.form == Form::Album {
            self.album(&bytes, &calendar, &mut tally, twins)?
        } else {
            self.records(&bytes, &calendar, &mut tally, twins)?
        };
        if !ended.frame.has_main || (tally.known == 0 && !tally.unknown.is_empty()) {
            self.sink.kept_raw(self.file, "unknown-shape");
            return Ok(());
        }
        if std::str::from_utf8(&bytes).is_err() {
            self.problem(None, ProblemKind::NotUtf8, String::new());
        }
        for position in tally.unknown {
            self.problem(Some(position), ProblemKind::UnknownShape, String::new());
        }
        if ended.truncated {
            self.problem(None, ProblemKind::TruncatedHtml, String::new());
        }
        self.sink.parsed(self.file, tally.position);
        Ok(())
    }

    fn records(
        &self,
        html: &[u8],
        calendar: &Calendar<'_>,
        tally: &mut Tally,
        twins: &mut Twins,
    ) -> Result<Ended, Stop> {
        walk_page(html, Layout::since_2018(), &mut |frame, piece| {
            calendar.look_at(frame);
            let position = tally.position;
            tally.position += 1;
            let Piece::Record(record) = piece else {
                tally.unknown.push(position);
                return Ok(());
            };
            let Some(page) = pages::read(&record, self.section.form, self.section.kind, calendar) else {
                tally.unknown.push(position);
                return Ok(());
            };
            tally.known += 1;
            self.hand_over_page(page, position, twins)
        })
    }

    /// A page of an album is one element: its records are photos.
    fn album(&self, html: &[u8], calendar: &Calendar<'_>, tally: &mut Tally, twins: &mut Twins) -> Result<Ended, Stop> {
        let mut album = PageRecord::default();
        let (mut photos, mut words, mut is_known) = (Vec::new(), Vec::new(), true);
        let ended = walk_page(html, Layout::since_2018(), &mut |frame: &Frame, piece| {
            calendar.look_at(frame);
            match piece {
                Piece::Record(record) => match pages::read(&record, Form::Media, self.section.kind, calendar) {
                    Some(page) => add_photo(page, &mut photos, &mut album),
                    None => is_known = false,
                },
                Piece::Stray(stray) => words.push(Value::from(stray)),
                Piece::Excessive | Piece::Edge => is_known = false,
            }
            Ok(())
        })?;
        if !ended.frame.has_main {
            return Ok(ended);
        }
        tally.position = 1;
        if !is_known {
            tally.unknown.push(0);
            return Ok(ended);
        }
        tally.known = 1;
        let heading = if ended.frame.heading.trim().is_empty() { &ended.frame.title } else { &ended.frame.heading };
        put(&mut album.fields, "name", heading.trim());
        if !photos.is_empty() {
            put(&mut album.fields, "photos", photos);
        }
        if !words.is_empty() {
            put(&mut album.fields, "shown", words);
        }
        self.hand_over_page(album, 0, twins)?;
        Ok(ended)
    }

    fn hand_over_page(&self, page: PageRecord, position: u64, twins: &mut Twins) -> Result<(), Stop> {
        let value = pruned(Value::Object(page.fields));
        let says_time = page.moment.is_some() || page.time_text.is_some();
        if value.is_none() && !says_time {
            self.sink.skip(self.file, SkipReason::Empty, 1);
            return Ok(());
        }
        // What was just built is an object.
        let fields = value.and_then(|value| Fields::of(value).ok()).unwrap_or_default();
        let mut reading = self.reading(position);
        if let Some(moment) = page.moment {
            reading.set_moment(moment);
        }
        fill(&mut reading, shape_of(self.section.form, &fields), "", fields);
        if let Some(text) = page.time_text {
            reading.note("time_text", text);
            reading.bad_time = true;
        }
        if let Some(link) = page.permalink {
            reading.note("permalink", link);
        }
        if let Some(updated) = page.updated {
            reading.draft.edited = true;
            reading.note("updated", updated.clock.at.format("%Y-%m-%dT%H:%M:%S").to_string());
        }
        for attachment in &mut reading.draft.attachments {
            let (Target::Path(uri) | Target::Remote(uri)) = &attachment.target else { continue };
            if let (AttachmentKind::Other, Some(kind)) = (attachment.kind, page.kinds.get(uri)) {
                attachment.kind = *kind;
            }
        }
        if reading.bad_time {
            self.problem(Some(position), ProblemKind::BadTime, String::new());
        }
        self.hand_over(reading.finish(twins))
    }
}

/// What was met on a page.
#[derive(Default)]
struct Tally {
    position: u64,
    known: u64,
    unknown: Vec<u64>,
}

/// A photo of an album as JSON has it: its words are its caption, and its second, when it is certain, its upload.
fn add_photo(page: PageRecord, photos: &mut Vec<Value>, album: &mut PageRecord) {
    album.kinds.extend(page.kinds);
    let seconds = page.moment.as_ref().and_then(Moment::seconds);
    let mut fields = page.fields;
    let mut media: Vec<Map<String, Value>> = Vec::new();
    if fields.contains_key("uri") {
        media.push(fields);
    } else if let Some(Value::Array(groups)) = fields.shift_remove("attachments") {
        let items = groups.into_iter().filter_map(|mut group| match group.get_mut("data")?.take() {
            Value::Array(items) => Some(items),
            _ => None,
        });
        let mut left = Vec::new();
        for mut item in items.flatten() {
            match item.get_mut("media").map(Value::take) {
                Some(Value::Object(found)) => media.push(found),
                _ => left.push(item),
            }
        }
        match media.first_mut() {
            Some(first) => {
                for (key, value) in fields {
                    put(first, &key, value);
                }
                if !left.is_empty() {
                    put(first, "attachments", left);
                }
            }
            None => photos.push(Value::Array(left)),
        }
    } else if !fields.is_empty() {
        photos.push(Value::Object(fields));
    }
    for mut photo in media {
        if let Some(seconds) = seconds {
            put(&mut photo, "creation_timestamp", seconds);
        } else if let Some(wall) = page.moment.as_ref().and_then(|moment| moment.time().local.clone()) {
            put(&mut photo, "creation_time", wall);
        } else if let Some(text) = &page.time_text {
            put(&mut photo, "time_text", text.as_str());
        }
        if let Some(link) = &page.permalink {
            put(&mut photo, "permalink", link.as_str());
        }
        photos.push(Value::Object(photo));
    }
}
