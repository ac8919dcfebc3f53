//! `label`: the owner's own labels of records, and words about one.

use std::collections::BTreeSet;
use std::io::{BufRead as _, Read as _};

use clap::{ArgMatches, Command};

use crate::cli::annotated::book;
use crate::cli::archive_view::{Damage, Questions, record_by_id};
use crate::cli::clock;
use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::cli::json_notes::{LabelChange, LabelLine, LabelsDocument, NoteDocument};
use crate::cli::output::Align;
use crate::model::RecordId;
use crate::notes::{Annotation, NOTE_BYTES_MAX, annotate, folded_name};
use crate::store::{Archive, RecordReader};
use crate::words::Words;

/// Longest label, in characters: it stands beside every result.
const LABEL_CHARS_MAX: usize = 80;
/// Longest list of ids that is read, in bytes: some millions of them.
const INPUT_BYTES_MAX: u64 = 256 << 20;

pub(super) fn command(words: &Words) -> Command {
    let label = || flags::positional(words, "label", "label-label", "value-label").required(true);
    let ids = || flags::positional(words, "id", "label-ids", "value-id-or-stdin").num_args(1..).required(true);
    flags::group(words, "label", "etiquette", "label-about")
        .subcommand(
            flags::command(words, "add", "ajouter", "label-add-about")
                .arg(label())
                .arg(ids())
                .after_help(words.text("label-add-examples")),
        )
        .subcommand(flags::command(words, "remove", "retirer", "label-remove-about").arg(label()).arg(ids()))
        .subcommand(flags::command(words, "list", "liste", "label-list-about"))
        .subcommand(
            flags::command(words, "note", "note", "label-note-about")
                .arg(flags::positional(words, "id", "show-id", "value-id").required(true))
                .arg(flags::positional(words, "text", "label-note-text", "value-text").num_args(0..))
                .arg(flags::switch(words, "remove", "retirer", "label-note-remove").conflicts_with("text"))
                .after_help(words.text("label-note-examples")),
        )
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    match matches.subcommand() {
        Some(("add" | "ajouter", matches)) => change(matches, context, true),
        Some(("remove" | "retirer", matches)) => change(matches, context, false),
        Some(("note", matches)) => note(matches, context),
        Some(("list" | "liste", _)) => list(context),
        _ => Err(CommandError::new(ErrorKind::WrongUsage)),
    }
}

/// A name for a label or a search: one line, not empty, not endless.
pub(super) fn checked_name(given: &str) -> Result<&str, CommandError> {
    let name = given.trim();
    if name.is_empty() || name.chars().count() > LABEL_CHARS_MAX || name.chars().any(char::is_control) {
        return Err(CommandError::new(ErrorKind::BadLabel).with("given", given));
    }
    Ok(name)
}

fn change(matches: &ArgMatches, context: &mut Context, set: bool) -> Result<Exit, CommandError> {
    let given = matches.get_one::<String>("label").map(String::as_str).unwrap_or_default();
    let label = checked_name(given)?.to_owned();
    let ids = given_ids(matches)?;
    let mut archive = context.open()?;
    let mut damage = Damage::default();
    // What has the label already keeps the way it is written; records that are gone can lose it.
    let known = book(&archive, &mut damage)?.labels().remove(&folded_name(&label)).unwrap_or_default().1;
    let known: BTreeSet<RecordId> = known.into_iter().collect();
    let records = if set {
        found(context, &mut archive, &mut damage, &ids)?
    } else {
        known_ids(context, &mut archive, &mut damage, &ids, &known)?
    };
    let records: Vec<RecordId> = records.into_iter().filter(|record| known.contains(record) != set).collect();
    let said = records.iter().map(|record| Annotation::Label { record: *record, label: label.clone(), set });
    let changed = annotate(&mut archive, said.collect(), clock::now())?;
    let changed = u64::try_from(changed).unwrap_or(u64::MAX);
    if context.output.is_json() {
        context.output.json_line(&LabelChange { label, changed, set })?;
    } else {
        let text = if set { "label-added" } else { "label-removed" };
        let label = context.output.imported(&label).into_owned();
        let line = context.words.with(text, &[("label", label.into()), ("count", changed.into())]);
        context.output.line(&line)?;
    }
    damage.or(Exit::Done)
}

/// Ids of the command line; those of standard input, one a line, where `-` stands.
fn given_ids(matches: &ArgMatches) -> Result<BTreeSet<String>, CommandError> {
    let mut ids = BTreeSet::new();
    for given in matches.get_many::<String>("id").into_iter().flatten() {
        if given != "-" {
            ids.insert(given.clone());
            continue;
        }
        for line in std::io::stdin().lock().take(INPUT_BYTES_MAX).lines() {
            let line =
                line.map_err(|error| CommandError::new(ErrorKind::Unreadable).with("path", "-").because(error))?;
            ids.extend(Some(line.trim().to_owned()).filter(|line| !line.is_empty()));
        }
    }
    Ok(ids)
}

/// Records of this archive with these ids, or beginnings of ids; all of them are there, or nothing is done.
fn found(
    context: &mut Context,
    archive: &mut Archive,
    damage: &mut Damage,
    given: &BTreeSet<String>,
) -> Result<Vec<RecordId>, CommandError> {
    let ready = context.index(archive, damage)?;
    let mut questions = Questions::to(archive, ready);
    let whole: Vec<RecordId> = given.iter().filter_map(|given| given.parse().ok()).collect();
    let there = questions.ask(context, damage, |index| index.by_ids(&whole))?;
    let there: BTreeSet<RecordId> = there.into_iter().map(|(id, _)| id).collect();
    let mut reader = RecordReader::new(archive);
    let mut records = Vec::with_capacity(given.len());
    for given in given {
        match given.parse::<RecordId>() {
            Ok(id) if there.contains(&id) => records.push(id),
            Ok(_) => return Err(CommandError::new(ErrorKind::IdNotFound).with("given", given.as_str())),
            Err(_) => {
                records.push(record_by_id(context, (&mut questions, &mut *damage), &mut reader, given)?.record.id);
            }
        }
    }
    records.sort_unstable();
    records.dedup();
    Ok(records)
}

/// The same, where a record that has the label need not be there any more.
fn known_ids(
    context: &mut Context,
    archive: &mut Archive,
    damage: &mut Damage,
    given: &BTreeSet<String>,
    known: &BTreeSet<RecordId>,
) -> Result<Vec<RecordId>, CommandError> {
    let has = |given: &String| given.parse().is_ok_and(|id| known.contains(&id));
    let (labelled, others): (BTreeSet<String>, BTreeSet<String>) = given.iter().cloned().partition(has);
    let mut records: Vec<RecordId> = labelled.iter().filter_map(|given| given.parse().ok()).collect();
    if !others.is_empty() {
        records.extend(found(context, archive, damage, &others)?);
    }
    Ok(records)
}

fn list(context: &mut Context) -> Result<Exit, CommandError> {
    let archive = context.open()?;
    let mut damage = Damage::default();
    let book = book(&archive, &mut damage)?;
    let count = |len: usize| u64::try_from(len).unwrap_or(u64::MAX);
    let lines = book.labels().into_values().map(|(label, records)| LabelLine { label, records: count(records.len()) });
    let labels: Vec<LabelLine> = lines.collect();
    let notes = count(book.notes().len());
    let exit = if labels.is_empty() && notes == 0 { Exit::NothingFound } else { Exit::Done };
    if context.output.is_json() {
        context.output.json_line(&LabelsDocument { labels, notes })?;
        return damage.or(exit);
    }
    if labels.is_empty() && notes == 0 {
        context.output.note(&context.words.text("label-none"));
    }
    let counted = |records: u64| context.words.with("count-record", &[("count", records.into())]);
    let mut rows: Vec<Vec<String>> =
        labels.iter().map(|line| vec![counted(line.records), context.output.short(&line.label, 80)]).collect();
    if notes > 0 {
        rows.push(vec![counted(notes), context.words.text("label-with-note")]);
    }
    context.output.table(&[Align::Right, Align::Left], &rows)?;
    damage.or(exit)
}

fn note(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let given = matches.get_one::<String>("id").map(String::as_str).unwrap_or_default();
    let words: Vec<&str> = matches.get_many::<String>("text").into_iter().flatten().map(String::as_str).collect();
    let text = words.join(" ").trim().to_owned();
    if text.len() > NOTE_BYTES_MAX {
        return Err(CommandError::new(ErrorKind::NoteTooLong));
    }
    let mut archive = context.open()?;
    let mut damage = Damage::default();
    let record = {
        let ready = context.index(&mut archive, &mut damage)?;
        let mut questions = Questions::to(&archive, ready);
        let mut reader = RecordReader::new(&archive);
        record_by_id(context, (&mut questions, &mut damage), &mut reader, given)?.record
    };
    let removes = matches.get_flag("remove");
    if removes || !text.is_empty() {
        let text = (!removes).then_some(text);
        annotate(&mut archive, vec![Annotation::Note { record: record.id, text }], clock::now())?;
    }
    let note = book(&archive, &mut damage)?.notes().remove(&record.id);
    let exit = if note.is_none() && !removes { Exit::NothingFound } else { Exit::Done };
    if context.output.is_json() {
        context.output.json_line(&NoteDocument { record: record.id.to_string(), note })?;
    } else if let Some(note) = note {
        let note = context.output.imported(&note).into_owned();
        context.output.line(&note)?;
    } else if removes {
        context.output.note(&context.words.text("label-note-removed"));
    }
    damage.or(exit)
}
