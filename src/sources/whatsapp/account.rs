//! Reports on the account ("Request account info"): the owner, the address book and the groups; never messages.
//!
//! Two generations: `portability.json` (2018 to 2022), and one JSON for each section (from 2023); pages are read where there is
//! no JSON. Labels are in the language of the account: what a value is, its shape tells.

mod pages;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::chat::phone_of;
use crate::bundle::{Bundle, Damage, File, Listing, limits};
use crate::model::{AttachmentKind, Draft, DraftAttachment, Fingerprint, Kind, Platform, Target, Time, Twins};
use crate::sources::bytes_of;
use crate::sources::report::detail;
use crate::sources::{Problem, ProblemKind, Role, Sink, SkipReason, Stop, default_role};

/// How much of a file tells whether it belongs to a report.
const HEAD_BYTES: usize = 4096;

/// Files whose head is looked at, with what stands in it.
const TELLING: [(&str, &[&str]); 7] = [
    ("portability.json", &["\"contacts\"", "\"groups\""]),
    ("contacts.json", &["\"wa_contacts\""]),
    ("groups.json", &["\"wa_groups\""]),
    ("registration_info.json", &["\"wa_registration_info\""]),
    ("registration_information.json", &["\"wa_registration_info\""]),
    ("account_settings.json", &["\"wa_settings\""]),
    ("settings.json", &["\"wa_settings\""]),
];

/// The same files where they are read, and the one that needs another beside it to be recognised.
const READ: [&str; 6] = [
    "portability.json",
    "contacts.json",
    "groups.json",
    "registration_info.json",
    "registration_information.json",
    "user_information.json",
];

/// Folders that directly hold a report.
pub fn roots(listing: &Listing<'_>) -> Vec<String> {
    let mut roots = BTreeSet::new();
    for (number, path) in listing.paths() {
        let cut = path.rfind('/').map_or(0, |at| at + 1);
        let (folder, name) = path.split_at_checked(cut).unwrap_or(("", path));
        if !roots.contains(folder) && tells(name, &|| listing.head(number, HEAD_BYTES)) {
            roots.insert(folder.to_owned());
        }
    }
    let mut beside: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, path) in listing.paths() {
        let cut = path.rfind('/').map_or(0, |at| at + 1);
        let (folder, name) = path.split_at_checked(cut).unwrap_or(("", path));
        let count = page_tells(name, &|| listing.head(number, limits::HEAD_BYTES));
        *beside.entry(folder).or_default() += count;
    }
    roots.extend(
        beside.into_iter().filter(|(_, count)| *count >= pages::TOGETHER_MIN).map(|(folder, _)| folder.to_owned()),
    );
    roots.into_iter().collect()
}

/// How much a page speaks for a report: names that only reports have together, or one that says whose it is.
fn page_tells(name: &str, head: &dyn Fn() -> Vec<u8>) -> usize {
    let name = name.to_ascii_lowercase();
    if name == "access.html" && memchr::memmem::find(&head(), b"WhatsApp").is_some() {
        return pages::TOGETHER_MIN;
    }
    usize::from(pages::READ.contains(&name.as_str()) || pages::OTHER.contains(&name.as_str()) && name != "index.html")
}

/// What is done with a file of a report; `None` when the bundle is none.
pub fn role(bundle: &Bundle, file: &File) -> Option<Role> {
    let name = file.key.to_ascii_lowercase();
    if !is_report(bundle) {
        return None;
    }
    Some(match name.as_str() {
        name if READ.contains(&name) => Role::Read,
        name if pages::READ.contains(&name) && !has_json(bundle) => Role::Read,
        "account_settings.json" | "settings.json" | "terms_of_service.json" => Role::Raw("technical"),
        name if name.ends_with(".html") || name.ends_with(".htm") => Role::Raw("html-not-read"),
        _ => default_role(file),
    })
}

fn is_report(bundle: &Bundle) -> bool {
    let page = |name: &str| match bundle.find(name) {
        Some(number) => page_tells(name, &|| head_of(bundle, number, limits::HEAD_BYTES)),
        None => 0,
    };
    has_json(bundle)
        || pages::READ.iter().chain(&pages::OTHER).map(|name| page(name)).sum::<usize>() >= pages::TOGETHER_MIN
}

fn has_json(bundle: &Bundle) -> bool {
    TELLING
        .iter()
        .any(|(name, _)| bundle.find(name).is_some_and(|number| tells(name, &|| head_of(bundle, number, HEAD_BYTES))))
}

fn head_of(bundle: &Bundle, number: usize, len: usize) -> Vec<u8> {
    use std::io::Read as _;
    let mut head = Vec::new();
    let reader = bundle.open(number).map(|reader| reader.take(u64::try_from(len).unwrap_or(0)));
    match reader.map(|mut reader| reader.read_to_end(&mut head)) {
        Ok(Ok(_)) => head,
        _ => Vec::new(),
    }
}

fn tells(name: &str, head: &dyn Fn() -> Vec<u8>) -> bool {
    let wanted = TELLING.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
    wanted.is_some_and(|(_, keys)| {
        let head = head();
        head.trim_ascii_start().starts_with(b"{")
            && keys.iter().any(|key| memchr::memmem::find(&head, key.as_bytes()).is_some())
    })
}

/// Reads every file of a report.
pub fn read(bundle: &Bundle, sink: &dyn Sink) -> Result<(), Stop> {
    let mut sections: Vec<(usize, pages::Section)> = Vec::new();
    for (file, known) in bundle.files().filter(|(_, file)| role(bundle, file) == Some(Role::Read)) {
        let name = known.key.to_ascii_lowercase();
        let section = if pages::READ.contains(&name.as_str()) {
            bytes_of(bundle, file).map(|html| pages::section(&name, &html))
        } else {
            section(bundle, file).map(|section| section.map(|section| (section, 0)))
        };
        match section {
            Ok(Some(section)) => sections.push((file, section)),
            Ok(None) => sink.kept_raw(file, "unknown-shape"),
            Err((kind, detail)) => {
                sink.problem(Problem { file, position: None, kind, detail });
                sink.parsed(file, 0);
            }
        }
    }
    let account = sections.iter().find_map(|(_, (section, _))| own_number(section)).map(Arc::from);
    let mut twins = Twins::new();
    for (file, (section, other)) in &sections {
        let mut reader = Reader { file: *file, account: account.as_ref(), position: 0, twins: &mut twins, sink };
        for (key, value) in section {
            reader.entry(key, value)?;
        }
        // Words of a page around its rows.
        if *other > 0 {
            reader.position += other;
            sink.skip(*file, SkipReason::Technical, *other);
        }
        sink.parsed(*file, reader.position);
    }
    Ok(())
}

/// The object a file holds; nothing for JSON of another shape.
fn section(bundle: &Bundle, file: usize) -> Result<Option<Map<String, Value>>, (ProblemKind, String)> {
    let bytes = bundle.read(file).map_err(|error| {
        let kind = if error.damage == Damage::TooLarge { ProblemKind::TooLarge } else { ProblemKind::Damaged };
        (kind, error.damage.name().to_owned())
    })?;
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(section)) => Ok(Some(section)),
        Ok(_) => Ok(None),
        Err(_) if bytes.trim_ascii().is_empty() => Err((ProblemKind::BadJson, detail("empty-file", &[]))),
        Err(error) => {
            let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
            let place = detail("line-column", &[number(error.line()), number(error.column())]);
            Err((if error.is_eof() { ProblemKind::TruncatedJson } else { ProblemKind::BadJson }, place))
        }
    }
}

/// The first value of the owner's page that is a phone number.
fn own_number(section: &Map<String, Value>) -> Option<String> {
    let values = section.get("label_values")?.as_array()?;
    values.iter().find_map(|value| phone_of(value.get("value")?.as_str()?))
}

/// One file being read.
struct Reader<'a> {
    file: usize,
    account: Option<&'a Arc<str>>,
    position: u64,
    twins: &'a mut Twins,
    sink: &'a dyn Sink,
}

impl Reader<'_> {
    /// One key of the file: a list of contacts, groups or facts, or one fact.
    fn entry(&mut self, key: &str, value: &Value) -> Result<(), Stop> {
        let listed = match key {
            "contacts" | "wa_contacts" => Some((Kind::Contact, "contacts")),
            "groups" | "wa_groups" => Some((Kind::Page, "groups")),
            _ => None,
        };
        match (listed, value) {
            (Some((kind, relation)), Value::Array(items)) => {
                items.iter().try_for_each(|item| self.named(kind, relation, item))
            }
            (None, Value::Array(items)) if key == "label_values" => items.iter().try_for_each(|item| self.fact(item)),
            (_, value) => self.other(key, value),
        }
    }

    /// A contact or group: a number or a name, or an object that holds them.
    fn named(&mut self, kind: Kind, relation: &str, item: &Value) -> Result<(), Stop> {
        let text = match item {
            Value::String(text) => text.clone(),
            Value::Object(fields) => {
                fields.values().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>().join("\n")
            }
            _ => String::new(),
        };
        if item.is_null() || item.as_str().is_some_and(|text| text.trim().is_empty()) {
            self.skip();
            return Ok(());
        }
        let print = Fingerprint::new(Platform::Whatsapp, kind).text(relation).text(&text);
        let print = if text.is_empty() { print.text(&item.to_string()) } else { print };
        let mut draft = self.draft(print, kind, Time::none());
        draft.text = text;
        draft.extra.insert("relation".to_owned(), Value::from(relation));
        if !item.is_string() {
            draft.extra.insert(relation.to_owned(), item.clone());
        }
        self.record(draft)
    }

    /// `{label, value | timestamp_value | vec | media}` of the owner's page.
    fn fact(&mut self, item: &Value) -> Result<(), Stop> {
        let Some(fields) = item.as_object().filter(|fields| !fields.is_empty()) else {
            if item.is_object() || item.is_null() {
                self.skip();
                return Ok(());
            }
            return self.other("label_values", item);
        };
        let mut left = fields.clone();
        let text = match left.remove("value") {
            Some(Value::String(text)) => text,
            Some(value) => {
                left.insert("value".to_owned(), value);
                String::new()
            }
            None => String::new(),
        };
        let seconds = fields.get("timestamp_value").and_then(Value::as_i64).filter(|seconds| *seconds > 0);
        if seconds.is_some() {
            left.remove("timestamp_value");
        }
        // The label is in the language of the account, and no part of what the fact is.
        let rest: String = left.iter().filter(|(key, _)| *key != "label").map(|(_, value)| value.to_string()).collect();
        let print = Fingerprint::new(Platform::Whatsapp, Kind::Profile).text("account").text(&text).text(&rest);
        let print = print.number(seconds.unwrap_or(0));
        let mut draft = self.draft(print, Kind::Profile, seconds.map_or_else(Time::none, Time::from_seconds));
        draft.text = text;
        draft.attachments = pictures(&left);
        draft.extra = left;
        self.record(draft)
    }

    /// Anything else: kept as it is. A registration's time is the record's.
    fn other(&mut self, key: &str, value: &Value) -> Result<(), Stop> {
        let is_empty = match value {
            Value::Null => true,
            Value::Array(items) => items.is_empty(),
            Value::Object(fields) => fields.is_empty(),
            _ => false,
        };
        if is_empty {
            self.skip();
            return Ok(());
        }
        let seconds = value.get("registration_timestamp").and_then(Value::as_i64).filter(|seconds| *seconds > 0);
        let print = Fingerprint::new(Platform::Whatsapp, Kind::Profile).text(key).text(&value.to_string());
        let mut draft = self.draft(print, Kind::Profile, seconds.map_or_else(Time::none, Time::from_seconds));
        draft.extra.insert(key.to_owned(), value.clone());
        self.record(draft)
    }

    fn draft(&mut self, print: Fingerprint, kind: Kind, time: Time) -> Draft {
        let id = print.finish(self.twins);
        let mut draft = Draft::new(id, kind, Platform::Whatsapp, time, self.file, self.position);
        draft.account = self.account.cloned();
        draft
    }

    fn record(&mut self, draft: Draft) -> Result<(), Stop> {
        self.position += 1;
        self.sink.record(draft)
    }

    fn skip(&mut self) {
        self.position += 1;
        self.sink.skip(self.file, SkipReason::Empty, 1);
    }
}

/// Pictures that a fact names.
fn pictures(fields: &Map<String, Value>) -> Vec<DraftAttachment> {
    let media = fields.get("media").and_then(Value::as_array).into_iter().flatten();
    media
        .filter_map(|one| one.get("uri")?.as_str())
        .map(|path| DraftAttachment {
            kind: AttachmentKind::Photo,
            name: path.rsplit('/').next().unwrap_or(path).to_owned(),
            target: Target::Path(path.to_owned()),
            caption: None,
            taken: None,
            place: None,
        })
        .collect()
}
