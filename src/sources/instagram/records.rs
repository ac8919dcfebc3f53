//! Lists in the three grammars: comments, likes, saved posts, accounts, the profile, searches.

use super::facts::{Facts, Pair};
use super::labels::{Label, is_username, username_in};
use super::media_item::Item;
use super::read::{Context, Outcome, State};
use super::sections::Reader;
use super::shapes;
use crate::model::{Draft, Fingerprint, Kind, Link, RecordId, Time, Twins};
use crate::sources::meta::html::Moment;
use crate::sources::meta::{is_date, put};

/// Date of birth that stands where none was given.
const NO_BIRTH_DATE: &str = "1919-01-01";

/// What a record says in its own words.
pub struct Words {
    /// Text of the record.
    pub text: String,
    /// User name of whom it concerns.
    pub owner: Option<String>,
}

/// Reads one record.
pub fn read(mut facts: Facts, position: u64, context: &Context<'_>, state: &mut State) -> Outcome {
    match context.section.reader {
        Reader::Accounts => account(facts, position, context, state),
        Reader::AddressBook => address(facts, position, context, state),
        Reader::Profile => profile(facts, position, context, state),
        Reader::Comments => {
            let words = comment(&mut facts);
            finish(words, facts, position, context, state)
        }
        Reader::Searches => {
            let keyless = |pair: &Pair| plain_value(pair) && pair.label.is_empty();
            let text = facts
                .take_value(Label::Search)
                .or_else(|| facts.take_if(keyless).map(|pair| put_back(&mut facts, pair)))
                .or_else(|| facts.take_chosen(shapes::only_text))
                .or_else(|| facts.take_value(Label::Username))
                .or_else(|| facts.take_value(Label::Name))
                .unwrap_or_else(|| std::mem::take(&mut facts.title));
            finish(Words { text, owner: None }, facts, position, context, state)
        }
        Reader::Likes | Reader::Saved | Reader::Media => {
            let owner = owner(&mut facts);
            let mut text = String::new();
            // A like is an emoji, in some years only; what was answered to a poll or a question is words of the owner.
            let is_like = context.section.id.contains("like");
            if context.section.reader == Reader::Likes {
                let keyless = facts.take_if(|pair| plain_value(pair) && pair.label.is_empty());
                let keyless = keyless.map(|pair| put_back(&mut facts, pair));
                let answered = || if is_like { None } else { facts.take_chosen(shapes::caption) };
                text = keyless.or_else(answered).unwrap_or_default();
            }
            if is_like && !text.is_empty() {
                put(&mut facts.rest, "reaction", std::mem::take(&mut text));
            }
            finish(Words { text, owner }, facts, position, context, state)
        }
    }
}

/// Puts the time and the address of a taken pair back; gives its value.
fn put_back(facts: &mut Facts, pair: Pair) -> String {
    facts.pairs.push(Pair { value: String::new(), ..pair.clone() });
    pair.value
}

fn plain_value(pair: &Pair) -> bool {
    pair.depth == 0 && !pair.value.is_empty() && pair.value != pair.href
}

/// Whom a like, a saved post or a comment concerns.
fn owner(facts: &mut Facts) -> Option<String> {
    if is_username(&facts.title) {
        return Some(std::mem::take(&mut facts.title));
    }
    facts
        .take_value(Label::Username)
        .or_else(|| facts.take_value(Label::MediaOwner))
        .or_else(|| {
            let named = facts.take_if(|pair| plain_value(pair) && !pair.href.is_empty() && is_username(&pair.value))?;
            Some(put_back(facts, named))
        })
        .or_else(|| facts.take_chosen(shapes::nested_username))
}

/// Text and owner of a comment: by the words of the keys, else by shape. Comments that are only a picture have no text.
fn comment(facts: &mut Facts) -> Words {
    let mut text = facts.take_value(Label::Comment);
    let mut owner = facts.take_value(Label::MediaOwner);
    if owner.is_none() && is_username(&facts.title) {
        owner = Some(std::mem::take(&mut facts.title));
    }
    if text.is_none()
        && let Some(keyless) = facts.take_if(|pair| pair.label.is_empty() && plain_value(pair))
    {
        text = Some(put_back(facts, keyless));
    }
    // A date that cannot be read is neither.
    let said = |pair: &Pair| plain_value(pair) && !is_date(&pair.value);
    let unknown = facts.pairs.iter().filter(|pair| said(pair)).count();
    let concerned = owner.is_some() || facts.pairs.iter().any(|pair| pair.depth > 1);
    if text.is_none() && (unknown > 1 || concerned) {
        // The text stands before the owner in every language.
        text = facts.take_if(said).map(|pair| put_back(facts, pair));
    }
    owner = owner.or_else(|| facts.take_value(Label::Username)).or_else(|| facts.take_chosen(shapes::nested_username));
    if owner.is_none() {
        let named = facts.take_if(|pair| said(pair) && is_username(&pair.value));
        owner = named.map(|pair| put_back(facts, pair));
    }
    if text.is_none() {
        text = facts.take_if(said).map(|pair| put_back(facts, pair));
    }
    Words { text: text.unwrap_or_default(), owner }
}

/// An account in a list: by its address, its value or its title, which moved between years.
fn account(mut facts: Facts, position: u64, context: &Context<'_>, state: &mut State) -> Outcome {
    let by_address = facts.pairs.iter().find_map(|pair| username_in(&pair.href)).map(str::to_owned);
    let labelled = facts.take_value(Label::Username);
    let keyless = facts.take_if(|pair| pair.label.is_empty() && plain_value(pair));
    let keyless = keyless.map(|pair| put_back(&mut facts, pair));
    let title = Some(std::mem::take(&mut facts.title)).filter(|title| !title.is_empty());
    let mut shown = facts.take_value(Label::Name);
    let mut by_shape = None;
    if [&by_address, &labelled, &keyless, &title].iter().all(|name| name.is_none()) {
        by_shape = facts.take_chosen(shapes::username);
        shown = shown.or_else(|| facts.take_chosen(shapes::words));
    }
    let mut names: Vec<String> = Vec::new();
    for name in [by_address, labelled, keyless, title, by_shape, shown].into_iter().flatten() {
        if !names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            names.push(name);
        }
    }
    let Some(username) = names.first().map(|name| name.to_lowercase()) else {
        return finish(Words { text: String::new(), owner: None }, facts, position, context, state);
    };
    if state.told.insert(username.clone(), context.telling).is_some() {
        return Outcome::Told;
    }
    let section = context.section;
    let id = Fingerprint::new(section.platform, section.kind).text(&section.id).text(&username);
    let moment = facts.take_moment();
    let mut draft = draft(id.finish(&mut Twins::new()), moment.as_ref(), position, context);
    draft.text = names.join("\n");
    put(&mut draft.extra, "relation", section.id.as_str());
    record(draft, facts, moment.as_ref())
}

fn address(mut facts: Facts, position: u64, context: &Context<'_>, state: &mut State) -> Outcome {
    let mut name: Vec<String> =
        [Label::FirstName, Label::LastName].into_iter().filter_map(|label| facts.take_value(label)).collect();
    let reached = facts.take_value(Label::ContactInformation).or_else(|| facts.take_chosen(shapes::contact));
    while let Some(words) = facts.take_chosen(shapes::words) {
        name.push(words);
    }
    let lines = [name.join(" "), reached.unwrap_or_default()].into_iter().filter(|line| !line.is_empty());
    let text = lines.collect::<Vec<_>>().join("\n");
    let id = Fingerprint::new(context.section.platform, Kind::Contact).text(&context.section.id).text(&text);
    let moment = facts.take_moment();
    let mut draft = draft(id.finish(&mut state.twins), moment.as_ref(), position, context);
    draft.text = text;
    put(&mut draft.extra, "relation", context.section.id.as_str());
    record(draft, facts, moment.as_ref())
}

fn profile(mut facts: Facts, position: u64, context: &Context<'_>, state: &mut State) -> Outcome {
    let section = context.section;
    let whole = section.id == "profile";
    let moment = facts.take_moment();
    let mut id = Fingerprint::new(section.platform, Kind::Profile).text(&section.id);
    // There is one profile; its other pages are told by what stands in them.
    if whole {
        id = id.text(context.account.username.as_deref().unwrap_or_default());
    } else {
        id = Moment::mark(moment.as_ref(), id, 1);
        id = facts.pairs.iter().fold(id, |id, pair| id.text(&pair.value).number(pair.seconds));
    }
    let mut draft = draft(id.finish(&mut state.twins), moment.as_ref(), position, context);
    draft.author = Some(context.account.author());
    let mut lines = Vec::new();
    for (label, key) in [(Label::Name, "name"), (Label::Username, "username"), (Label::Bio, "bio")] {
        if let Some(value) = facts.take_value(label) {
            put(&mut draft.extra, key, value.as_str());
            lines.push(value);
        }
    }
    if lines.is_empty() && context.account.unknown_words {
        // No key is known: the names of the account, and whatever else is words.
        for (own, key) in [(&context.account.name, "name"), (&context.account.username, "username")] {
            let is_own = |pair: &Pair| pair.depth == 0 && own.as_deref() == Some(&pair.value);
            if let Some(pair) = facts.take_if(is_own) {
                put(&mut draft.extra, key, pair.value.as_str());
                lines.push(pair.value);
            }
        }
        lines.extend(shapes::sentences(&facts));
    }
    draft.text = lines.join("\n");
    for (label, key) in [(Label::Email, "email"), (Label::Phone, "phone"), (Label::BirthDate, "birth_date")] {
        if let Some(value) = facts.take_value(label).filter(|value| value != NO_BIRTH_DATE) {
            put(&mut draft.extra, key, value);
        }
    }
    if let Some(url) = facts.take_value(Label::Website) {
        draft.links.push(Link { url, title: None });
    }
    // The title is the page's heading in the account's language.
    facts.title.clear();
    if !whole {
        put(&mut draft.extra, "section", section.id.as_str());
    }
    record(draft, facts, moment.as_ref())
}

/// A record of words, addresses and files.
pub fn finish(words: Words, mut facts: Facts, position: u64, context: &Context<'_>, state: &mut State) -> Outcome {
    let section = context.section;
    let moment = facts.take_moment();
    let links = take_links(&mut facts, section.reader == Reader::Saved);
    let concerned = words.owner.as_deref().unwrap_or(&facts.title);
    let mut id = Moment::mark(moment.as_ref(), Fingerprint::new(section.platform, section.kind), 1).text(&words.text);
    // A comment has no address; a like or a saved post had the owner's name only in some years.
    id = match links.first() {
        Some(link) if section.kind != Kind::Comment => id.text(bare(&link.url)),
        _ => id.text(concerned),
    };
    if section.kind != Kind::Comment {
        id = id.text(&section.id);
    }
    let mut draft = draft(id.finish(&mut state.twins), moment.as_ref(), position, context);
    draft.text = words.text;
    draft.links = links;
    if matches!(section.kind, Kind::Comment | Kind::Reaction) {
        draft.author = Some(context.account.author());
    }
    if let Some(owner) = words.owner {
        put(&mut draft.extra, "owner", owner);
    }
    put(&mut draft.extra, "section", section.id.as_str());
    record(draft, facts, moment.as_ref())
}

/// Addresses of a record. Those nested in it are its owner's, except in a collection, whose members they are.
fn take_links(facts: &mut Facts, nested: bool) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for pair in &mut facts.pairs {
        if pair.href.is_empty() || (pair.depth > 0 && !nested) {
            continue;
        }
        let url = std::mem::take(&mut pair.href);
        if pair.value == url {
            pair.value.clear();
        }
        if !links.iter().any(|link| link.url == url) {
            links.push(Link { url, title: None });
        }
    }
    links
}

fn bare(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url).trim_end_matches('/')
}

fn draft(id: RecordId, moment: Option<&Moment>, position: u64, context: &Context<'_>) -> Draft {
    let time = moment.map_or_else(Time::none, |moment| moment.time().clone());
    let mut draft = Draft::new(id, context.section.kind, context.section.platform, time, context.file, position);
    draft.account.clone_from(&context.account.owner.account);
    draft
}

/// Hands the record over with everything that nobody took.
fn record(mut draft: Draft, mut facts: Facts, moment: Option<&Moment>) -> Outcome {
    if draft.links.is_empty() {
        draft.links = take_links(&mut facts, false);
    }
    let mut left = Vec::new();
    for media in std::mem::take(&mut facts.media) {
        match Item::of(media) {
            Ok(item) => {
                draft.attachments.extend(item.attachments);
                if !item.rest.is_empty() {
                    left.push(serde_json::Value::Object(item.rest));
                }
            }
            Err(other) => left.push(other),
        }
    }
    if !left.is_empty() {
        put(&mut draft.extra, "media", left);
    }
    if !facts.title.is_empty() {
        put(&mut draft.extra, "title", std::mem::take(&mut facts.title));
    }
    facts.into_extra(&mut draft.extra);
    let bad_time = moment.is_some() && draft.time.order_ms().is_none();
    Outcome::Record(Box::new(draft), bad_time)
}
