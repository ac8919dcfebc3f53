//! Lists: accounts, likes, the address book, lists of accounts, searches, and the owner's profile.

use serde_json::Value;

use super::archive::Setting;
use super::sections::Section;
use super::text::{moment, unescaped};
use crate::model::{AttachmentKind, Author, Draft, Fingerprint, Kind, Link, Platform, Time, Twins};
use crate::sources::Fields;

/// A record of one element; the value comes back when it has another shape.
pub fn draft(section: Section, value: Value, at: (usize, u64), setting: &Setting<'_>) -> Result<Draft, Value> {
    let whole = value.clone();
    let mut outer = Fields::of(value)?;
    let name = match section {
        Section::Accounts("follower") => "follower",
        Section::Accounts("following") => "following",
        Section::Accounts("block") => "blocking",
        Section::Accounts(_) => "muting",
        Section::Likes => "like",
        Section::Contacts => "contact",
        Section::Lists => "userListInfo",
        Section::Searches => "savedSearch",
        _ => "",
    };
    if section == Section::Profile {
        return profile(outer, at, setting).ok_or(whole);
    }
    let Some(inner) = outer.object(name) else { return Err(whole) };
    let made = match section {
        Section::Accounts(list) => account(inner, list, at, setting),
        Section::Likes => like(inner, at, setting),
        Section::Contacts => contact(inner, at, setting),
        Section::Lists => listed(inner, at, setting),
        Section::Searches => search(inner, at, setting),
        _ => None,
    };
    made.ok_or(whole)
}

/// Lists are the owner's: two accounts may follow the same person.
fn new(kind: Kind, parts: &[&str], (file, position): (usize, u64), time: Time, setting: &Setting<'_>) -> Draft {
    let mut print = Fingerprint::new(Platform::X, kind).text(setting.people.own_number());
    for part in parts {
        print = print.text(part);
    }
    Draft::new(print.finish(&mut Twins::new()), kind, Platform::X, time, file, position)
}

fn account(mut fields: Fields, list: &str, at: (usize, u64), setting: &Setting<'_>) -> Option<Draft> {
    let number = fields.text("accountId")?;
    let mut draft = new(Kind::Contact, &[list, &number], at, Time::none(), setting);
    draft.author = Some(setting.people.author(&number));
    draft.links.extend(fields.text("userLink").map(|url| Link { url, title: None }));
    draft.extra = fields.rest();
    draft.extra.insert("list".to_owned(), Value::from(list));
    draft.extra.insert("accountId".to_owned(), Value::from(number));
    Some(draft)
}

fn like(mut fields: Fields, at: (usize, u64), setting: &Setting<'_>) -> Option<Draft> {
    let number = fields.text("tweetId")?;
    let mut draft = new(Kind::Reaction, &["like", &number], at, Time::none(), setting);
    draft.author = setting.people.owner();
    let words = fields.text("fullText").map(|text| unescaped(&text));
    let address = fields.text("expandedUrl");
    let url = address.unwrap_or_else(|| format!("https://twitter.com/i/web/status/{number}"));
    draft.links.push(Link { url, title: words });
    draft.extra = fields.rest();
    draft.extra.insert("tweetId".to_owned(), Value::from(number));
    Some(draft)
}

fn contact(mut fields: Fields, at: (usize, u64), setting: &Setting<'_>) -> Option<Draft> {
    let addresses = |values: Vec<Value>| -> Vec<String> {
        values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect()
    };
    let (mails, phones) = (addresses(fields.list("emails")), addresses(fields.list("phoneNumbers")));
    let first = phones.first().or(mails.first())?.clone();
    let mut draft = new(Kind::Contact, &["contact", &mails.join(" "), &phones.join(" ")], at, Time::none(), setting);
    draft.author = Some(Author { name: first, is_owner: false, handle: None, phone: phones.first().cloned() });
    draft.extra = fields.rest();
    for (key, values) in [("emails", mails), ("phones", phones)] {
        if !values.is_empty() {
            draft.extra.insert(key.to_owned(), Value::from(values));
        }
    }
    Some(draft)
}

fn listed(mut fields: Fields, at: (usize, u64), setting: &Setting<'_>) -> Option<Draft> {
    let url = fields.text("url")?;
    let mut draft = new(Kind::Page, &["list", &url], at, Time::none(), setting);
    draft.links.push(Link { url, title: None });
    draft.extra = fields.rest();
    Some(draft)
}

fn search(mut fields: Fields, at: (usize, u64), setting: &Setting<'_>) -> Option<Draft> {
    let query = fields.text("query")?;
    let mut draft = new(Kind::Search, &["search", &query], at, Time::none(), setting);
    draft.text = query;
    draft.extra = fields.rest();
    Some(draft)
}

fn profile(mut outer: Fields, at: (usize, u64), setting: &Setting<'_>) -> Option<Draft> {
    let owner = setting.people.owner();
    let handle = owner.as_ref().and_then(|owner| owner.handle.clone()).unwrap_or_default();
    let mut draft = if let Some(mut account) = outer.object("account") {
        let number = account.text("accountId")?;
        let time = account.text("createdAt").map_or_else(Time::none, |text| moment(&text));
        let mut draft = new(Kind::Profile, &["account", &number], at, time, setting);
        draft.text = account.text("accountDisplayName").unwrap_or(handle);
        draft.extra = account.rest();
        draft.extra.insert("accountId".to_owned(), Value::from(number));
        draft
    } else {
        let mut profile = outer.object("profile")?;
        let mut description = profile.object("description").unwrap_or_default();
        let mut draft = new(Kind::Profile, &["profile", &handle], at, Time::none(), setting);
        draft.text = description.text("bio").map(|bio| unescaped(&bio)).unwrap_or_default();
        draft.links.extend(description.text("website").map(|url| Link { url, title: None }));
        let place = ("profile_media", setting.people.own_number());
        for address in ["avatarMediaUrl", "headerMediaUrl"].into_iter().filter_map(|key| profile.text(key)) {
            draft.attachments.push(setting.files.attachment(AttachmentKind::Photo, place, &address, false));
        }
        draft.extra = description.rest();
        draft.extra.extend(profile.rest());
        draft
    };
    draft.author = owner;
    Some(draft)
}
