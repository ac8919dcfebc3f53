//! `contacts`: who is in the archive, under which names, and who is one.

use std::collections::HashSet;

use clap::{ArgMatches, Command};

use crate::cli::annotated::{book, short_person};
use crate::cli::archive_view::{Damage, Questions};
use crate::cli::clock;
use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::cli::json_notes::{ContactLine, ContactsDocument, SuggestionLine};
use crate::cli::output::Align;
use crate::cli::record_view::{ID_SHOWN, platform_name};
use crate::model::{Identity, KnownBy, Platform, RecordId};
use crate::notes::{Annotation, Evidence, Link, People, Person, annotate, supposing};
use crate::store::Archive;
use crate::words::Words;

/// Columns of a name, and of what else is known.
const NAME_SHOWN: usize = 32;
const KNOWN_SHOWN: usize = 60;

pub(super) fn command(words: &Words) -> Command {
    let person = || flags::positional(words, "person", "contacts-person", "value-person").required(true);
    flags::group(words, "contacts", "contacts", "contacts-about")
        .subcommand(
            flags::command(words, "list", "liste", "contacts-list-about")
                .arg(flags::positional(words, "name", "contacts-list-name", "value-name").num_args(0..))
                .arg(flags::switch(words, "suggestions", "suggestions", "contacts-suggestions"))
                .arg(flags::switch(words, "no-number", "sans-numero", "contacts-no-number"))
                .after_help(words.text("contacts-list-examples")),
        )
        .subcommand(flags::command(words, "show", "voir", "contacts-show-about").arg(person()))
        .subcommand(
            flags::command(words, "merge", "fusionner", "contacts-merge-about")
                .arg(person().num_args(2..))
                .after_help(words.text("contacts-merge-examples")),
        )
        .subcommand(
            flags::command(words, "split", "separer", "contacts-split-about")
                .arg(person())
                .arg(flags::positional(words, "known-as", "contacts-identity", "value-identity").num_args(0..))
                .after_help(words.text("contacts-split-examples")),
        )
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let (name, matches) = matches.subcommand().ok_or_else(|| CommandError::new(ErrorKind::WrongUsage))?;
    let mut archive = context.open()?;
    let mut damage = Damage::default();
    let people = everybody(context, &mut archive, &mut damage, Vec::new())?;
    match name {
        "list" | "liste" => return list(matches, context, &people).and_then(|exit| damage.or(exit)),
        "show" | "voir" => {
            let person = context.one_person(&people, given(matches, "person"))?;
            tell(context, &[person])?;
            return damage.or(Exit::Done);
        }
        _ => {}
    }
    let (said, meant) = match name {
        "merge" | "fusionner" => merged(matches, context, &people)?,
        _ => split(matches, context, (&mut archive, &mut damage), &people)?,
    };
    let changed = annotate(&mut archive, said, clock::now())?;
    let people = everybody(context, &mut archive, &mut damage, Vec::new())?;
    let mut after: Vec<&Person> = Vec::new();
    for person in meant.iter().filter_map(|one| people.who_is(one)) {
        if !after.iter().any(|known| known.id == person.id) {
            after.push(person);
        }
    }
    if changed == 0 {
        context.output.note(&context.words.text("contacts-unchanged"));
    }
    tell(context, &after)?;
    damage.or(Exit::Done)
}

fn given<'a>(matches: &'a ArgMatches, name: &str) -> &'a str {
    matches.get_one::<String>(name).map(String::as_str).unwrap_or_default()
}

fn all<'a>(matches: &'a ArgMatches, name: &str) -> Vec<&'a str> {
    matches.get_many::<String>(name).into_iter().flatten().map(String::as_str).collect()
}

/// Everybody, as they would be if this were said too.
fn everybody(
    context: &mut Context,
    archive: &mut Archive,
    damage: &mut Damage,
    said: Vec<Annotation>,
) -> Result<People, CommandError> {
    let ready = context.index(archive, damage)?;
    let mut questions = Questions::to(archive, ready);
    let book = supposing(book(archive, damage)?, said, clock::now())?;
    context.people(archive, (&mut questions, damage), &book, true)
}

/// What is to be said, and the identities it is about.
type Said = (Vec<Annotation>, Vec<Identity>);

fn merged(matches: &ArgMatches, context: &Context, people: &People) -> Result<Said, CommandError> {
    let mut meant: Vec<&Person> = Vec::new();
    for given in all(matches, "person") {
        let person = context.one_person(people, given)?;
        if person.is_owner {
            return Err(CommandError::new(ErrorKind::PersonIsOwner).with("given", given));
        }
        if !meant.iter().any(|known| known.id == person.id) {
            meant.push(person);
        }
    }
    let identities = meant.iter().flat_map(|person| person.identities.iter().cloned()).collect();
    Ok((people.merged(&meant), identities))
}

fn split(
    matches: &ArgMatches,
    context: &mut Context,
    (archive, damage): (&mut Archive, &mut Damage),
    people: &People,
) -> Result<Said, CommandError> {
    let person = context.one_person(people, given(matches, "person"))?;
    let mut gone = Vec::new();
    for given in all(matches, "known-as") {
        let called = person.identities_called(given);
        if called.is_empty() {
            return Err(CommandError::new(ErrorKind::IdentityNotFound)
                .with("given", given)
                .with("name", person.name.clone()));
        }
        gone.extend(called);
    }
    if gone.len() >= person.identities.len() {
        gone.clear();
    }
    let mut said = person.without(&gone);
    if !gone.is_empty() {
        let parted = everybody(context, archive, damage, said.clone())?;
        said.extend(parted.kept_together(person, &gone));
    }
    Ok((said, person.identities.clone()))
}

fn list(matches: &ArgMatches, context: &mut Context, people: &People) -> Result<Exit, CommandError> {
    let name = all(matches, "name").join(" ");
    if matches.get_flag("suggestions") {
        return suggestions(context, people);
    }
    let is_narrowed = !name.trim().is_empty() || matches.get_flag("no-number");
    let mut found: Vec<&Person> = if name.trim().is_empty() {
        people.people.iter().filter(|person| !person.is_owner).collect()
    } else {
        people.find(&name)
    };
    if matches.get_flag("no-number") {
        found.retain(|person| person.phones.is_empty());
    }
    let exit = if found.is_empty() { Exit::NothingFound } else { Exit::Done };
    if context.output.is_json() {
        let shown: HashSet<RecordId> = found.iter().map(|person| person.id).collect();
        let about = |ids: &(RecordId, RecordId)| shown.contains(&ids.0) || shown.contains(&ids.1);
        let suggestions = people.suggestions.iter().filter(|one| about(&one.ids)).map(SuggestionLine::of);
        let contacts = found.iter().map(|person| ContactLine::of(person)).collect();
        context.output.json_line(&ContactsDocument { contacts, suggestions: suggestions.collect() })?;
        return Ok(exit);
    }
    if found.is_empty() {
        context.output.note(&context.words.text(if is_narrowed { "contacts-none-such" } else { "contacts-none" }));
    }
    let rows: Vec<Vec<String>> = found.iter().map(|person| row(context, person)).collect();
    context.output.table(&[Align::Left, Align::Right, Align::Left, Align::Left, Align::Left], &rows)?;
    if !people.suggestions.is_empty() {
        let count = u64::try_from(people.suggestions.len()).unwrap_or(u64::MAX);
        context.output.note(&context.words.with("contacts-more-suggestions", &[("count", count.into())]));
    }
    Ok(exit)
}

fn row(context: &Context, person: &Person) -> Vec<String> {
    let last = person.last_ms.and_then(chrono::DateTime::from_timestamp_millis);
    let last =
        last.map_or_else(|| "—".to_owned(), |last| context.words.date(last.with_timezone(&context.zone).date_naive()));
    let count = context.words.with("count-record", &[("count", person.records.into())]);
    vec![
        context.output.short(&person.name, NAME_SHOWN),
        count,
        last,
        context.output.short(&known(person), KNOWN_SHOWN),
        short_person(person),
    ]
}

/// Numbers, user names, platforms.
fn known(person: &Person) -> String {
    let handles = person.handles.iter().map(|(_, handle)| format!("@{handle}"));
    let mut platforms: Vec<Platform> = person.identities.iter().map(|identity| identity.platform).collect();
    platforms.sort_unstable();
    platforms.dedup();
    let platforms = platforms.into_iter().map(|platform| platform_name(platform).to_owned());
    person.phones.iter().cloned().chain(handles).chain(platforms).collect::<Vec<_>>().join(", ")
}

fn suggestions(context: &mut Context, people: &People) -> Result<Exit, CommandError> {
    let exit = if people.suggestions.is_empty() { Exit::NothingFound } else { Exit::Done };
    if context.output.is_json() {
        let suggestions = people.suggestions.iter().map(SuggestionLine::of).collect();
        context.output.json_line(&ContactsDocument { contacts: Vec::new(), suggestions })?;
        return Ok(exit);
    }
    if people.suggestions.is_empty() {
        context.output.note(&context.words.text("contacts-no-suggestions"));
    }
    for one in &people.suggestions {
        let id = |id: RecordId| id.to_string().chars().take(ID_SHOWN).collect::<String>();
        let person = |name: &str, of| format!("{} ({})", context.output.short(name, NAME_SHOWN), id(of));
        let facts = [
            ("one", person(&one.names.0, one.ids.0).into()),
            ("other", person(&one.names.1, one.ids.1).into()),
            ("value", context.output.short(&one.value, NAME_SHOWN).into()),
        ];
        let text = if one.by_number { "contacts-suggest-number" } else { "contacts-suggest-name" };
        let line = context.words.with(text, &facts);
        context.output.line(&line)?;
    }
    Ok(exit)
}

/// People with everything known of them.
fn tell(context: &mut Context, people: &[&Person]) -> Result<(), CommandError> {
    if context.output.is_json() {
        let contacts = people.iter().map(|person| ContactLine::of(person)).collect();
        return context.output.json_line(&ContactsDocument { contacts, suggestions: Vec::new() });
    }
    for (at, person) in people.iter().enumerate() {
        if at > 0 {
            context.output.line("")?;
        }
        let name = context.output.short(&person.name, NAME_SHOWN);
        let heading = format!("{}  {}", context.output.strong(&name), short_person(person));
        context.output.line(&heading)?;
        for link in &person.links {
            let reason = reason(context, link);
            context.output.line(&format!("  ({reason})"))?;
        }
        for identity in &person.identities {
            let id: String = identity.id().to_string().chars().take(ID_SHOWN).collect();
            let what = described(context, person, identity);
            context.output.line(&format!("  — {}  {what}  {id}", platform_name(identity.platform)))?;
        }
        let others: Vec<String> = person.names.iter().filter(|name| **name != person.name).cloned().collect();
        if !others.is_empty() {
            let names = context.output.imported(&context.words.list(&others)).into_owned();
            let line = context.words.with("contacts-also-called", &[("names", names.into())]);
            context.output.line(&format!("  {line}"))?;
        }
    }
    Ok(())
}

fn described(context: &Context, person: &Person, identity: &Identity) -> String {
    let value = context.output.short(&identity.value, KNOWN_SHOWN);
    match identity.by {
        KnownBy::Handle => format!("@{value}"),
        KnownBy::Card => {
            let name = context.output.short(person.name_on_card(identity).unwrap_or("—"), NAME_SHOWN);
            context.words.with("contacts-card", &[("name", name.into())])
        }
        KnownBy::Account | KnownBy::Phone | KnownBy::Name => value,
    }
}

/// Why identities are one person.
fn reason(context: &Context, link: &Link) -> String {
    let id = match link.evidence {
        Evidence::Told => "contacts-link-told",
        Evidence::Card => "contacts-link-card",
        Evidence::Number => "contacts-link-number",
        Evidence::Handle => "contacts-link-handle",
    };
    let value = context.output.short(&link.value, NAME_SHOWN);
    context.words.with(id, &[("value", value.into())])
}
