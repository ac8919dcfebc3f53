//! `show`: one record with its neighbours.

use clap::{ArgMatches, Command};

use crate::cli::archive_view::{Damage, record_by_id};
use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::cli::json::ShowDocument;
use crate::model::Record;
use crate::store::RecordReader;
use crate::words::Words;

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "show", "voir", "show-about")
        .arg(flags::positional(words, "id", "show-id", "value-id").required(true))
        .arg(
            flags::option(words, "context", "contexte", "show-context", "value-number")
                .short('C')
                .value_parser(clap::value_parser!(u32)),
        )
        .after_help(words.text("show-examples"))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let given = matches.get_one::<String>("id").map(String::as_str).unwrap_or_default();
    let archive = context.open()?;
    let mut damage = Damage::default();
    let mut questions = context.index(&archive, &mut damage)?;
    let mut reader = RecordReader::new(&archive);
    let found = match record_by_id(context, (&mut questions, &mut damage), &mut reader, given) {
        // It may lie in what is damaged.
        Err(error) if error.kind == ErrorKind::IdNotFound => return damage.or(Exit::NothingFound).and(Err(error)),
        found => found?,
    };
    let count = matches.get_one::<u32>("context").copied();
    let (before, after) = match (&found.record.conversation, count) {
        (Some(conversation), Some(count)) => {
            let count = usize::try_from(count).unwrap_or(0);
            let (time, place) = (found.record.time.order_ms(), found.place);
            let places =
                questions.ask(context, &mut damage, |index| index.neighbours(&conversation.id, time, place, count))?;
            let mut read = |places: &[u64]| -> Result<Vec<Record>, CommandError> {
                places.iter().filter_map(|place| damage.record_at(&mut reader, *place).transpose()).collect()
            };
            (read(&places.before)?, read(&places.after)?)
        }
        _ => (Vec::new(), Vec::new()),
    };
    if context.output.is_json() {
        match count {
            None => context.output.json_line(&found.record)?,
            Some(_) => context.output.json_line(&ShowDocument { record: found.record, before, after })?,
        }
        return damage.or(Exit::Done);
    }
    for record in &before {
        show(context, record)?;
        context.output.line("")?;
    }
    show(context, &found.record)?;
    for record in &after {
        context.output.line("")?;
        show(context, record)?;
    }
    damage.or(Exit::Done)
}

/// A record, whole.
fn show(context: &mut Context, record: &Record) -> Result<(), CommandError> {
    let heading = format!("{}  {}", context.output.strong(&context.heading(record)), record.id);
    context.output.line(&heading)?;
    let marks: Vec<String> = [
        (record.system, "record-system"),
        (record.deleted, "record-deleted"),
        (record.edited, "record-edited"),
        (record.time.ambiguous, "record-ambiguous-time"),
        (record.time.utc.is_none() && record.time.local.is_some(), "record-phone-time"),
    ]
    .into_iter()
    .filter(|(holds, _)| *holds)
    .map(|(_, id)| context.words.text(id))
    .collect();
    if !marks.is_empty() {
        context.output.line(&format!("  ({})", context.words.list(marks)))?;
    }
    for line in record.text.lines() {
        let line = context.output.imported(line).into_owned();
        context.output.line(format!("  {line}").trim_end())?;
    }
    let mut facts: Vec<String> = record.attachments.iter().map(|file| context.attachment(file)).collect();
    let captions = record.attachments.iter().filter_map(|file| file.caption.clone());
    facts.extend(captions.filter(|caption| *caption != record.text));
    facts.extend(record.links.iter().map(|link| match &link.title {
        Some(title) => format!("{title} {}", link.url),
        None => link.url.clone(),
    }));
    facts.extend(record.place.iter().filter_map(|place| place.name.clone().or_else(|| place.address.clone())));
    if !record.tags.is_empty() {
        facts.push(context.words.with("record-with", &[("names", context.words.list(&record.tags).into())]));
    }
    facts.extend(record.reactions.iter().map(|reaction| format!("{} {}", reaction.emoji, reaction.actor)));
    for fact in facts {
        let fact = context.output.imported(&fact).into_owned();
        context.output.line(&format!("  — {fact}"))?;
    }
    Ok(())
}
