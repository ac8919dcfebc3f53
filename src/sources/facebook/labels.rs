//! Tables of labels, the shape into which Facebook moves its sections since 2023: every fact is a line with a label in
//! the account's language and a value, an address, a time, a list, files, or further lines.
//!
//! The lines are kept whole in `extra.label_values`. Position and carrier tell what a value is; known labels only help.

use std::collections::BTreeSet;

use serde_json::Value;

use super::reading::Reading;
use super::sections::Form;
use crate::model::{AttachmentKind, Kind, Place};
use crate::sources::meta::{Fields, is_date, is_words, place_at};

/// Labels of what a person wrote, lower case, in the languages of the accounts seen or expected.
const WORDS: [&str; 26] = [
    "message",
    "text",
    "post",
    "comment",
    "caption",
    "description",
    "status",
    "note",
    "content",
    "title",
    "search",
    "query",
    "question",
    "texte",
    "publication",
    "commentaire",
    "légende",
    "statut",
    "contenu",
    "titre",
    "recherche",
    "mensaje",
    "texto",
    "comentario",
    "publicación",
    "mensagem",
];

/// Labels of names, for people, pages, groups and events.
const NAMES: [&str; 5] = ["name", "nom", "nombre", "nome", "title"];

/// Labels of the kind of a reaction.
const REACTIONS: [&str; 5] = ["reaction", "réaction", "reacción", "reação", "reazione"];

/// Labels of people tagged.
const TAGS: [&str; 8] = [
    "tags",
    "tagged",
    "tagged people",
    "people tagged",
    "personnes identifiées",
    "identifications",
    "etiquetas",
    "marcações",
];

/// Fills a reading from an element with `label_values`.
pub(super) fn fill(reading: &mut Reading<'_>, mut fields: Fields) {
    let by_owner = reading.section.form != Form::Others;
    if by_owner
        && matches!(reading.draft.kind, Kind::Post | Kind::Story | Kind::Comment | Kind::Reaction | Kind::Search)
    {
        reading.written_by_owner();
    }
    reading.take_time(&mut fields, "timestamp");
    reading.take_time(&mut fields, "creation_timestamp");
    let lines = fields.any("label_values").unwrap_or_default();
    let mut table = Table::default();
    table.look(&lines, 0);
    if reading.seconds().is_none()
        && let Some(seconds) = table.times.first()
    {
        let mut dated = Fields::default();
        dated.put("timestamp", *seconds);
        reading.take_time(&mut dated, "timestamp");
    }
    let (mut left, mut seen) = (Vec::new(), BTreeSet::new());
    for media in fields.list("media").into_iter().chain(table.media) {
        // A file may stand beside the lines and in one of them.
        if media.get("uri").and_then(Value::as_str).is_some_and(|uri| !seen.insert(uri.to_owned())) {
            continue;
        }
        left.extend(reading.add_media(media, AttachmentKind::Other).err());
    }
    if !left.is_empty() {
        fields.put("media", left);
    }
    for (url, title) in table.links {
        reading.add_link(&url, title);
    }
    for place in table.places {
        reading.targets.extend(place.name.clone());
        reading.add_place(place);
    }
    reading.draft.tags.append(&mut table.tags);
    let words = Words { all: table.plain };
    describe(reading, &words);
    identify(reading, &mut fields, &words);
    reading.draft.extra.insert("label_values".to_owned(), lines);
    reading.keep(fields);
}

/// Chooses the text and the facts of the kind.
fn describe(reading: &mut Reading<'_>, words: &Words) {
    match reading.draft.kind {
        Kind::Reaction => {
            if let Some(reaction) = words.labelled(&REACTIONS).or_else(|| words.first()) {
                reading.note("reaction", reaction);
            }
        }
        Kind::Contact | Kind::Page | Kind::Event => {
            if let Some(name) = words.labelled(&NAMES).or_else(|| words.first()) {
                reading.add_text(&name);
            }
            if reading.draft.kind != Kind::Event {
                reading.note("relation", reading.section.id);
            }
        }
        Kind::Profile => {
            if let Some(value) = words.first() {
                reading.note(reading.section.id, value);
            }
        }
        _ => {
            let known: Vec<String> = words.all_labelled(&WORDS);
            for text in &known {
                reading.add_text(text);
            }
            if known.is_empty()
                && let Some(text) = words.first()
            {
                reading.add_text(&text);
            }
        }
    }
}

/// Posts, which also stand on the timeline without any id, are recognised like those; all else by the platform's id,
/// or by every value it holds.
fn identify(reading: &mut Reading<'_>, fields: &mut Fields, words: &Words) {
    let id = fields.text("fbid");
    let is_post =
        reading.draft.kind == Kind::Post && !(reading.draft.text.is_empty() && reading.draft.attachments.is_empty());
    if let Some(id) = id {
        if !is_post {
            reading.platform_id = Some(id.clone());
        }
        fields.put("fbid", id);
    }
    reading.targets.extend(words.all.iter().map(|(_, value)| value.clone()));
}

/// Plain values with their labels, in order.
struct Words {
    all: Vec<(String, String)>,
}

impl Words {
    fn labelled(&self, labels: &[&str]) -> Option<String> {
        self.all.iter().find(|(label, _)| labels.contains(&label.as_str())).map(|(_, value)| value.clone())
    }

    fn all_labelled(&self, labels: &[&str]) -> Vec<String> {
        self.all.iter().filter(|(label, _)| labels.contains(&label.as_str())).map(|(_, value)| value.clone()).collect()
    }

    /// The first value that reads like words: no address, number, date or yes-and-no; else the only one.
    fn first(&self) -> Option<String> {
        let only = || match self.all.as_slice() {
            [(_, value)] if !is_date(value) => Some(value),
            _ => None,
        };
        self.all.iter().map(|(_, value)| value).find(|value| is_words(value)).or_else(only).cloned()
    }
}

/// What the lines hold, by carrier.
#[derive(Default)]
struct Table {
    plain: Vec<(String, String)>,
    links: Vec<(String, Option<String>)>,
    times: Vec<i64>,
    media: Vec<Value>,
    places: Vec<Place>,
    tags: Vec<String>,
}

impl Table {
    /// Walks the lines of one level; `depth` counts the dictionaries around them, whose values are no words of the
    /// element itself. The parser bounds the depth.
    fn look(&mut self, lines: &Value, depth: usize) {
        let lines = match lines {
            Value::Array(lines) => lines.as_slice(),
            line => std::slice::from_ref(line),
        };
        self.places.extend(place_in(lines));
        for line in lines {
            let Some(line) = line.as_object() else { continue };
            let text = |key: &str| line.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
            let label = text("label").or_else(|| text("title")).unwrap_or_default().to_lowercase();
            if let Some(value) = text("value")
                && depth == 0
                && !value.starts_with("http://")
                && !value.starts_with("https://")
            {
                self.plain.push((label.clone(), value.to_owned()));
            }
            let address = text("href").or_else(|| text("value").filter(|value| value.starts_with("https://")));
            if let Some(address) = address.filter(|address| address.starts_with("http")) {
                self.links.push((address.to_owned(), None));
            }
            let at = line.get("timestamp_value");
            let at = at.and_then(|at| at.as_i64().or_else(|| at.as_str()?.trim().parse().ok()));
            self.times.extend(at.filter(|at| *at != 0));
            match line.get("media") {
                Some(Value::Array(media)) => self.media.extend(media.iter().cloned()),
                Some(media @ Value::Object(_)) => self.media.push(media.clone()),
                _ => {}
            }
            if let Some(list) = line.get("vec") {
                if TAGS.contains(&label.as_str()) {
                    self.tags.extend(names_in(list));
                } else {
                    self.look(list, depth + 1);
                }
            }
            if let Some(inner) = line.get("dict") {
                self.look(inner, depth + 1);
            }
        }
    }
}

fn names_in(list: &Value) -> Vec<String> {
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let name = |item: &Value| item.as_str().or_else(|| item.get("value")?.as_str()).map(str::to_owned);
    items.iter().filter_map(name).filter(|name| !name.is_empty()).collect()
}

/// The place of a dictionary that holds coordinates, `(14.69 , -17.44)`; its name is the first other value.
fn place_in(lines: &[Value]) -> Option<Place> {
    let values = || lines.iter().filter_map(|line| line.get("value").and_then(Value::as_str));
    let spot = values().find_map(coordinates)?;
    let name = values().find(|value| !value.is_empty() && !value.starts_with("http") && coordinates(value).is_none());
    Some(Place { name: name.map(str::to_owned), ..spot })
}

fn coordinates(value: &str) -> Option<Place> {
    let (latitude, longitude) = value.trim().strip_prefix('(')?.strip_suffix(')')?.split_once(',')?;
    place_at(latitude.trim().parse().ok(), longitude.trim().parse().ok())
}
