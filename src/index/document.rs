//! From a record to what tantivy indexes.

use tantivy::schema::TantivyDocument;

use super::facts::facts;
use super::ids::halves;
use super::schema::Fields;
use crate::model::Attachment;
use crate::model::Place;
use crate::model::Record;

/// Most bytes of the platform's own fields that are indexed for one record.
const EXTRA_BYTES_MAX: usize = 16 << 10;
/// Deepest value of the platform's own fields that is looked at.
const EXTRA_DEPTH_MAX: u32 = 6;

/// The document of a record that lies at `loc` of the store.
pub(super) fn document(fields: &Fields, record: &Record, loc: u64) -> TantivyDocument {
    let mut document = TantivyDocument::new();
    let [id_high, id_low] = halves(&record.id);
    document.add_u64(fields.id_high, id_high);
    document.add_u64(fields.id_low, id_low);
    document.add_u64(fields.loc, loc);
    if let Some(time) = record.time.order_ms() {
        document.add_i64(fields.time, time);
    }
    facts(record, &mut |fact| document.add_bytes(fields.fact, fact));
    for_each_text(record, &mut |text| {
        if !text.is_empty() {
            document.add_text(fields.text, text);
        }
    });
    document
}

/// Everything of a record that people may search for, in the order of its fields.
pub(super) fn for_each_text(record: &Record, add: &mut dyn FnMut(&str)) {
    add(&record.text);
    for attachment in &record.attachments {
        attachment_texts(attachment, add);
    }
    for link in &record.links {
        if !record.text.contains(link.url.as_str()) {
            add(&link.url);
        }
        add(link.title.as_deref().unwrap_or_default());
    }
    place_texts(record.place.as_ref(), add);
    for tag in &record.tags {
        add(tag);
    }
    let mut left = EXTRA_BYTES_MAX;
    for value in record.extra.values() {
        extra_texts(value, EXTRA_DEPTH_MAX, &mut left, add);
    }
}

fn attachment_texts(attachment: &Attachment, add: &mut dyn FnMut(&str)) {
    add(attachment.caption.as_deref().unwrap_or_default());
    // Names that are a number (17841_n.jpg) say nothing; `file:` finds them all the same.
    let stem = attachment.name.rsplit_once('.').map_or(attachment.name.as_str(), |(stem, _)| stem);
    if stem.chars().filter(|letter| letter.is_alphabetic()).nth(1).is_some() {
        add(&attachment.name);
    }
    place_texts(attachment.place.as_ref(), add);
}

fn place_texts(place: Option<&Place>, add: &mut dyn FnMut(&str)) {
    if let Some(place) = place {
        add(place.name.as_deref().unwrap_or_default());
        add(place.address.as_deref().unwrap_or_default());
    }
}

/// Texts among the platform's own fields: options of a poll, titles, descriptions. Identifiers and addresses of files
/// are left out: they are long, hold digits and have no blank.
fn extra_texts(value: &serde_json::Value, depth: u32, left: &mut usize, add: &mut dyn FnMut(&str)) {
    match value {
        serde_json::Value::String(text) => {
            let is_identifier = !text.contains(char::is_whitespace)
                && text.len() > 12
                && text.bytes().any(|byte| byte.is_ascii_digit() || byte == b'/');
            if !is_identifier && text.len() <= *left {
                *left -= text.len();
                add(text);
            }
        }
        serde_json::Value::Array(values) if depth > 0 => {
            for value in values {
                extra_texts(value, depth - 1, left, add);
            }
        }
        serde_json::Value::Object(values) if depth > 0 => {
            for value in values.values() {
                extra_texts(value, depth - 1, left, add);
            }
        }
        _ => {}
    }
}
