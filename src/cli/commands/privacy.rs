//! `privacy`: the rights of the people whose messages are in the archive.

use clap::{ArgMatches, Command};

use crate::backup::{Drives, erasures_of};
use crate::cli::clock;
use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::cli::json_notes::IdentityLine;
use crate::cli::json_upkeep::{ErasureDocument, ErasureLine, ErasurePreview, ErasuresDocument};
use crate::cli::output::Align;
use crate::cli::record_view::platform_name;
use crate::ingest::{
    ErasureCounts, ErasureEntry, Found, Person, erase_person, find_person, preview_erasure, read_erasures,
    rebuild_index,
};
use crate::model::Identity;
use crate::store::Archive;
use crate::words::Words;

pub(super) fn command(words: &Words) -> Command {
    flags::group(words, "privacy", "rgpd", "privacy-about")
        .subcommand(
            flags::command(words, "erase", "effacer", "privacy-erase-about")
                .arg(flags::positional(words, "person", "privacy-person", "value-person").required(true))
                .arg(flags::switch(words, "dry-run", "essai", "privacy-dry-run").short('n'))
                .arg(flags::option(words, "confirm", "confirmer", "privacy-confirm", "value-name"))
                .after_help(words.text("privacy-erase-examples")),
        )
        .subcommand(flags::command(words, "log", "registre", "privacy-log-about"))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    match matches.subcommand() {
        Some(("erase" | "effacer", matches)) => erase(matches, context),
        Some(("log" | "registre", _)) => log(context),
        _ => Err(CommandError::new(ErrorKind::WrongUsage)),
    }
}

fn erase(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let asked = matches.get_one::<String>("person").map(String::as_str).unwrap_or_default();
    let mut archive = context.open()?;
    let person = person(context, &archive, asked)?;
    let progress = context.progress(&context.words.text("privacy-looking"));
    let counts = preview_erasure(&archive, &person)?;
    progress.finish();
    if counts.is_empty() {
        return Err(CommandError::new(ErrorKind::PersonNotFound).with("given", asked));
    }
    let dry_run = matches.get_flag("dry-run");
    let drives: Vec<String> = Drives::load(archive.layout())?.drives.into_iter().map(|drive| drive.name).collect();
    if dry_run || !context.output.is_json() {
        preview(context, &person, &counts, &drives)?;
    }
    if dry_run {
        return Ok(Exit::Done);
    }
    confirm(matches, context, &person)?;
    let progress = context.progress(&context.words.text("privacy-erasing"));
    let done = erase_person(&mut archive, &person, clock::now())?;
    rebuild_index(&archive, &|_| {})?;
    progress.finish();
    // Without a folder to write to, the archive alone remembers.
    let _kept = context.remember_erasures(&archive).is_ok();
    certify(context, &archive, &done)
}

/// The one person that a text names.
fn person(context: &Context, archive: &Archive, asked: &str) -> Result<Person, CommandError> {
    match find_person(archive, asked)? {
        Found::One(person) => Ok(person),
        Found::Nobody => Err(CommandError::new(ErrorKind::PersonNotFound).with("given", asked)),
        Found::Owner => Err(CommandError::new(ErrorKind::PersonIsOwner).with("given", asked)),
        Found::Several(people) => {
            let people: Vec<String> = people.iter().map(|person| described(context, person)).collect();
            let error = CommandError::new(ErrorKind::SeveralPeople).with("given", asked);
            Err(error.with("people", context.words.list(&people)))
        }
    }
}

/// The names of a person, with what tells them from others.
fn described(context: &Context, person: &Person) -> String {
    let others = person.names.iter().filter(|name| *name != person.shown()).cloned();
    let handles = person.handles.iter().map(|(_, handle)| format!("@{handle}"));
    let platforms = person.platforms.iter().map(|platform| platform_name(*platform).to_owned());
    let mut facts: Vec<String> = others.chain(handles).chain(person.phones.iter().cloned()).collect();
    facts.sort();
    facts.dedup();
    facts.extend(platforms);
    format!("{} ({})", context.output.imported(person.shown()), context.output.imported(&facts.join(", ")))
}

fn preview(
    context: &mut Context,
    person: &Person,
    counts: &ErasureCounts,
    drives: &[String],
) -> Result<(), CommandError> {
    if context.output.is_json() {
        let preview = ErasurePreview {
            names: person.names.iter().cloned().collect(),
            handles: person.handles.iter().map(|(_, handle)| handle.clone()).collect(),
            phones: person.phones.iter().cloned().collect(),
            told_apart: person.apart.iter().map(IdentityLine::of).collect(),
            counts: counts.clone(),
            drives: drives.to_vec(),
        };
        return context.output.json_line(&preview);
    }
    let line = context.words.with("privacy-person-is", &[("person", described(context, person).into())]);
    context.output.line(&line)?;
    if !person.apart.is_empty() {
        let shown = |identity: &Identity| {
            let value = context.output.imported(&identity.value).into_owned();
            format!("{value} ({})", platform_name(identity.platform))
        };
        let apart: Vec<String> = person.apart.iter().map(shown).collect();
        let line = context.words.with("privacy-told-apart", &[("list", context.words.list(&apart).into())]);
        context.output.line(&line)?;
    }
    show_counts(context, counts, "privacy-would-erase", "privacy-would-keep")?;
    if !drives.is_empty() {
        let line = context.words.with("privacy-on-drives", &[("drives", context.words.list(drives).into())]);
        context.output.line(&line)?;
    }
    Ok(())
}

fn show_counts(context: &mut Context, counts: &ErasureCounts, erased: &str, kept: &str) -> Result<(), CommandError> {
    let words = &context.words;
    let of = |id: &str, count: u64| (count > 0).then(|| words.with(id, &[("count", count.into())]));
    let list = |parts: Vec<Option<String>>| words.list(parts.into_iter().flatten().collect::<Vec<_>>());
    let gone = list(vec![
        of("privacy-messages", counts.messages),
        of("privacy-others", counts.others),
        of("privacy-media", counts.media),
        of("privacy-cards", counts.cards),
        of("privacy-originals", counts.originals),
        of("privacy-annotations", counts.annotations),
    ]);
    let stays =
        list(vec![of("privacy-own", counts.own), of("privacy-masked", counts.masked.saturating_sub(counts.own))]);
    let mut lines = Vec::new();
    if !gone.is_empty() {
        lines.push(words.with(erased, &[("list", gone.into())]));
    }
    if !stays.is_empty() {
        lines.push(words.with(kept, &[("list", stays.into())]));
    }
    lines.extend(of("privacy-mentions", counts.mentions));
    lines.iter().try_for_each(|line| context.output.line(line))
}

/// The name must be typed, or given with `--confirm`: nothing brings the person back.
fn confirm(matches: &ArgMatches, context: &mut Context, person: &Person) -> Result<(), CommandError> {
    let typed = match matches.get_one::<String>("confirm") {
        Some(name) => name.clone(),
        None if !context.may_ask() => {
            return Err(CommandError::new(ErrorKind::ConfirmationNeeded).with("name", person.shown()));
        }
        None => {
            let name = context.output.imported(person.shown()).into_owned();
            let question = context.words.with("privacy-ask", &[("name", name.into())]);
            context.answer(&question)?
        }
    };
    if person.is_called(&typed) {
        return Ok(());
    }
    Err(CommandError::new(ErrorKind::PersonNotConfirmed).with("name", person.shown()))
}

/// Tells what was done where, and what is still to do.
fn certify(context: &mut Context, archive: &Archive, done: &ErasureEntry) -> Result<Exit, CommandError> {
    let line = line_of(archive, done)?;
    if context.output.is_json() {
        context.output.json_line(&ErasureDocument { erasure: line })?;
        return Ok(Exit::Done);
    }
    show_counts(context, &done.counts, "privacy-erased", "privacy-kept")?;
    show_copies(context, &line)?;
    for id in ["privacy-remnants", "privacy-downloads"] {
        let text = context.words.text(id);
        context.output.note(&text);
    }
    Ok(Exit::Done)
}

fn line_of(archive: &Archive, entry: &ErasureEntry) -> Result<ErasureLine, CommandError> {
    let copies = erasures_of(archive.layout(), entry.seq)?;
    Ok(ErasureLine::of(entry, copies))
}

fn show_copies(context: &mut Context, line: &ErasureLine) -> Result<(), CommandError> {
    let rows: Vec<Vec<String>> = line
        .drives
        .iter()
        .map(|copy| {
            let on = |id: &str, time: &str| context.words.with(id, &[("day", day(context, time).into())]);
            let state = match (&copy.done, &copy.forgotten) {
                (Some(time), _) => on("privacy-drive-done", time),
                (None, Some(time)) => on("privacy-drive-forgotten", time),
                (None, None) => context.words.text("privacy-drive-pending"),
            };
            vec![copy.name.clone(), state]
        })
        .collect();
    context.output.table(&[Align::Left; 2], &rows)
}

/// The register of erasures: when, how much, and what is still to do; no name and no content.
fn log(context: &mut Context) -> Result<Exit, CommandError> {
    let archive = context.open()?;
    let entries = read_erasures(&archive)?;
    let lines: Vec<ErasureLine> = entries.iter().map(|entry| line_of(&archive, entry)).collect::<Result<_, _>>()?;
    let found = !entries.is_empty();
    if context.output.is_json() {
        context.output.json_line(&ErasuresDocument { erasures: lines })?;
        return Ok(if found { Exit::Done } else { Exit::NothingFound });
    }
    if !found {
        let text = context.words.text("privacy-log-empty");
        context.output.line(&text)?;
        return Ok(Exit::NothingFound);
    }
    for (entry, line) in entries.iter().zip(&lines) {
        let title = format!("{}  {}", entry.id, day(context, &entry.time));
        context.output.line(&title)?;
        show_counts(context, &entry.counts, "privacy-erased", "privacy-kept")?;
        show_copies(context, line)?;
    }
    let text = context.words.text("privacy-remnants");
    context.output.note(&text);
    Ok(Exit::Done)
}

fn day(context: &Context, time: &str) -> String {
    chrono::DateTime::parse_from_rfc3339(time)
        .map_or_else(|_| time.to_owned(), |time| context.moment(time.with_timezone(&chrono::Utc)))
}
