//! Sections that are lists of names: people, pages, groups, events, offers; and the owner's profile.

use serde_json::Value;

use super::activity;
use super::attachments::read_place;
use super::reading::Reading;
use crate::model::AttachmentKind;
use crate::sources::meta::Fields;

/// Somebody or something by name: `{name, timestamp}`, with an address for pages. Membership of groups comes in the
/// shape of an activity, the group's name in `data`.
pub(super) fn named(reading: &mut Reading<'_>, mut fields: Fields) {
    reading.note("relation", reading.section.id);
    for key in ["timestamp", "added_timestamp"] {
        reading.take_time(&mut fields, key);
    }
    if let Some(name) = fields.text("name") {
        reading.add_text(&name);
    }
    // Numbers of an address book tell who is one person.
    let (mut phones, mut details) = (Vec::new(), Vec::new());
    for detail in fields.list("details") {
        let point = detail.get("contact_point").and_then(Value::as_str).filter(|point| is_phone(point));
        match point {
            Some(point) if detail.as_object().is_some_and(|detail| detail.len() == 1) => phones.push(point.to_owned()),
            _ => details.push(detail),
        }
    }
    if !phones.is_empty() {
        reading.note("phones", phones);
    }
    if !details.is_empty() {
        fields.put("details", details);
    }
    let data: Vec<Value> = fields
        .list("data")
        .into_iter()
        .filter_map(|item| {
            let mut item = match Fields::of(item) {
                Ok(item) => item,
                Err(other) => return Some(other),
            };
            if let Some(name) = item.text("name") {
                reading.add_text(&name);
            }
            let left = item.rest();
            (!left.is_empty()).then_some(Value::Object(left))
        })
        .collect();
    if !data.is_empty() {
        fields.put("data", data);
    }
    activity::fill(reading, fields, false);
}

/// Digits and the signs between them, at least six digits.
fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits >= 6 && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '.' | '(' | ')' | '\u{a0}'))
}

/// An event. `under` is the name of the list it stood in: `events_joined`, `events_declined` and so on.
pub(super) fn event(reading: &mut Reading<'_>, mut fields: Fields, under: &str) {
    if !under.is_empty() {
        reading.note("relation", under);
        under.clone_into(&mut reading.list);
    }
    reading.take_time(&mut fields, "start_timestamp");
    if let Some(end) = fields.seconds("end_timestamp") {
        reading.note("end_timestamp", end);
    }
    for key in ["name", "description"] {
        if let Some(words) = fields.text(key) {
            reading.add_text(&words);
        }
    }
    if let Some(place) = fields.object("place") {
        let left = read_place(reading, place).rest();
        if !left.is_empty() {
            fields.put("place", left);
        }
    }
    activity::fill(reading, fields, false);
}

/// An offer: what is sold, its words and price. Its photos are not named here; they stand among the photos without
/// album at nearly the same second.
pub(super) fn listing(reading: &mut Reading<'_>, mut fields: Fields) {
    reading.take_time(&mut fields, "created_timestamp");
    if let Some(seller) = fields.text("seller") {
        reading.written_by(&seller);
    }
    for key in ["title", "description"] {
        if let Some(words) = fields.text(key) {
            reading.add_text(&words);
        }
    }
    if let Some(updated) = fields.seconds("updated_timestamp")
        && reading.seconds() != Some(updated)
    {
        reading.note("updated", updated);
    }
    if let Some(location) = fields.object("location") {
        let left = read_place(reading, location).rest();
        if !left.is_empty() {
            fields.put("location", left);
        }
    }
    activity::fill(reading, fields, false);
}

/// The owner's profile, whole; its text is the name and what they wrote about themselves.
pub(super) fn profile(reading: &mut Reading<'_>, mut fields: Fields) {
    reading.written_by_owner();
    if let Some(name) = fields.clone().object("name").and_then(|mut name| name.text("full_name")) {
        reading.add_text(&name);
    } else if let Some(name) = fields.text("name") {
        reading.add_text(&name);
    }
    for key in ["intro_bio", "about_me", "bio", "about"] {
        if let Some(words) = fields.text(key) {
            reading.add_text(&words);
        }
    }
    if let Some(url) = fields.text("profile_uri") {
        reading.add_link(&url, None);
    }
    // Nobody changes it, and the name may change.
    reading.platform_id = fields.clone().seconds("registration_timestamp").map(|registered| registered.to_string());
    for key in ["profile_picture", "cover_photo"] {
        if let Some(photo) = fields.object(key)
            && let Err(other) = reading.add_media(Value::Object(photo.rest()), AttachmentKind::Photo)
        {
            fields.put(key, other);
        }
    }
    reading.keep(fields);
}

/// A group's name, which is the key the badges stand under.
pub(super) fn badges(reading: &mut Reading<'_>, fields: Fields, group: &str) {
    reading.note("relation", reading.section.id);
    let group = crate::sources::meta::repair(group).into_owned();
    reading.add_text(&group);
    reading.keep(fields);
}
