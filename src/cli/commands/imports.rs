//! `imports`: what was imported, and what became of each file.

use clap::{Arg, ArgMatches, Command};

use super::import::{show_summary, unread_text};
use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::cli::json::{ImportLine, ImportsDocument, ReportDocument};
use crate::cli::output::Align;
use crate::cli::record_view::ID_SHOWN;
use crate::ingest::{FileLine, Summary, UnreadLine};
use crate::sources::{FileOutcome, SkipReason};
use crate::store::{Archive, ImportEntry, ListKind};
use crate::words::{Value, Words};

pub(super) fn command(words: &Words) -> Command {
    let id = |words: &Words| -> Arg { flags::positional(words, "id", "imports-id", "value-id").required(true) };
    flags::group(words, "imports", "imports", "imports-about")
        .subcommand(flags::command(words, "list", "liste", "imports-list-about"))
        .subcommand(flags::command(words, "show", "voir", "imports-show-about").arg(id(words)))
        .subcommand(
            flags::command(words, "report", "rapport", "imports-report-about")
                .arg(id(words))
                .arg(flags::switch(words, "all", "tout", "imports-report-all"))
                .after_help(words.text("imports-examples")),
        )
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let archive = context.open()?;
    let imports: Vec<&ImportEntry> = archive.commit().imports.iter().collect();
    match matches.subcommand() {
        Some(("list" | "liste", _)) => list(context, &imports),
        Some(("show" | "voir", matches)) => {
            let import = chosen(matches, &imports)?;
            if context.output.is_json() {
                context.output.json_line(&ImportLine::of(import))?;
            } else {
                headline(context, import)?;
                show_summary(context, &summary_of(import), true)?;
            }
            Ok(Exit::Done)
        }
        Some((_, matches)) => {
            let import = chosen(matches, &imports)?;
            report(context, &archive, import, matches.get_flag("all"))
        }
        None => Err(CommandError::new(ErrorKind::WrongUsage)),
    }
}

fn list(context: &mut Context, imports: &[&ImportEntry]) -> Result<Exit, CommandError> {
    if context.output.is_json() {
        let imports = imports.iter().map(|import| ImportLine::of(import)).collect();
        context.output.json_line(&ImportsDocument { imports })?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = imports
        .iter()
        .map(|import| {
            let added: u64 = summary_of(import).added.values().sum();
            let added = context.words.with("imports-added", &[("count", added.into())]);
            vec![import.id.clone(), day(context, import), added, context.words.list(&import.bundles)]
        })
        .collect();
    context.output.table(&[Align::Left, Align::Right, Align::Right, Align::Left], &rows)?;
    Ok(if imports.is_empty() { Exit::NothingFound } else { Exit::Done })
}

/// The import whose id is, or begins with, what was given.
fn chosen<'a>(matches: &ArgMatches, imports: &[&'a ImportEntry]) -> Result<&'a ImportEntry, CommandError> {
    let given = matches.get_one::<String>("id").map(String::as_str).unwrap_or_default();
    let fitting: Vec<&&ImportEntry> = imports.iter().filter(|import| import.id.starts_with(given)).collect();
    match fitting.as_slice() {
        [import] if !given.is_empty() => Ok(import),
        _ => Err(CommandError::new(ErrorKind::NoSuchImport).with("given", given)),
    }
}

fn summary_of(import: &ImportEntry) -> Summary {
    serde_json::from_value(import.summary.clone()).unwrap_or_default()
}

fn day(context: &Context, import: &ImportEntry) -> String {
    chrono::DateTime::parse_from_rfc3339(&import.time)
        .map_or_else(|_| import.time.clone(), |time| context.moment(time.with_timezone(&chrono::Utc)))
}

fn headline(context: &mut Context, import: &ImportEntry) -> Result<(), CommandError> {
    let bundles = context.words.list(&import.bundles);
    let line = format!("{}  {}  {}", import.id, day(context, import), context.output.short(&bundles, 200));
    context.output.line(&line)?;
    if import.complete {
        return Ok(());
    }
    let text = context.words.text("imports-incomplete");
    context.output.line(&text)
}

/// Each file with its outcome; without `--all` only those that were not simply read.
fn report(context: &mut Context, archive: &Archive, import: &ImportEntry, all: bool) -> Result<Exit, CommandError> {
    let (mut files, mut unread): (Vec<FileLine>, Vec<UnreadLine>) = (Vec::new(), Vec::new());
    let object = archive.commit().objects.iter().find(|object| Some(&object.sha256) == import.report.as_ref());
    if let Some(object) = object {
        archive.read_list(ListKind::Report, object, |line| match serde_json::from_slice(line) {
            Ok(file) => files.push(file),
            Err(_) => unread.extend(serde_json::from_slice::<UnreadLine>(line)),
        })?;
    }
    if context.output.is_json() {
        let (import, complete) = (import.id.clone(), import.complete);
        context.output.json_line(&ReportDocument { import, complete, files, unread })?;
        return Ok(Exit::Done);
    }
    headline(context, import)?;
    for line in &unread {
        let text = unread_text(&context.words, line);
        let text = context.output.imported(&text).into_owned();
        context.output.line(&text)?;
    }
    let mut hidden = 0_u64;
    for file in &files {
        if file.is_plain() && !all {
            hidden += 1;
            continue;
        }
        show_file(context, file)?;
    }
    if hidden > 0 {
        let text = context.words.with("imports-plain-files", &[("count", hidden.into())]);
        context.output.line(&text)?;
    }
    Ok(Exit::Done)
}

fn show_file(context: &mut Context, file: &FileLine) -> Result<(), CommandError> {
    let words = &context.words;
    let outcome = words.text(match file.outcome {
        FileOutcome::Parsed => "outcome-parsed",
        FileOutcome::KeptRaw => "outcome-kept-raw",
        FileOutcome::Ignored => "outcome-ignored",
        FileOutcome::Damaged => "outcome-damaged",
        FileOutcome::Duplicate => "outcome-duplicate",
    });
    let mut lines = vec![format!("{outcome}  {}", context.output.imported(&file.file))];
    // A problem says more than the reason, which only repeats it.
    if let Some(reason) = file.reason.as_ref().filter(|_| file.problems.is_empty()) {
        lines.push(format!("    {}", reason_text(words, file.outcome, reason)));
    }
    for skip in &file.skips {
        let id = match skip.reason {
            SkipReason::Empty => "skip-empty",
            SkipReason::ToldElsewhere => "skip-told-elsewhere",
            SkipReason::Technical => "skip-technical",
            SkipReason::Erased => "skip-erased",
        };
        lines.push(format!("    {}", words.with(id, &[("count", skip.count.into())])));
    }
    for problem in &file.problems {
        let position = problem.position.map_or_else(String::new, |at| format!("#{at}  "));
        let text = words.text(&format!("problem-{}", problem.kind.name()));
        let detail = detail_text(words, &problem.detail).map_or_else(String::new, |detail| format!(" ({detail})"));
        lines.push(format!("    {position}{text}{detail}"));
    }
    let listed = u64::try_from(file.problems.len()).unwrap_or(u64::MAX);
    if file.problem_count > listed {
        let more = file.problem_count - listed;
        lines.push(format!("    {}", words.with("imports-more-problems", &[("count", more.into())])));
    }
    for missing in &file.missing {
        let time = missing.time.as_deref().map_or_else(String::new, |time| format!("{}, ", told_time(context, time)));
        let id: String = missing.record.chars().take(ID_SHOWN).collect();
        let text = words.with("imports-missing", &[("path", missing.path.as_str().into())]);
        lines.push(format!("    {} ({time}{id})", context.output.imported(&text)));
    }
    let listed = u64::try_from(file.missing.len()).unwrap_or(u64::MAX);
    if file.missing_count > listed {
        let more = file.missing_count - listed;
        lines.push(format!("    {}", words.with("imports-more-missing", &[("count", more.into())])));
    }
    lines.iter().try_for_each(|line| context.output.line(line))
}

/// The time of a record as reports keep it: an instant, or the wall clock of a phone.
fn told_time(context: &Context, time: &str) -> String {
    let instant = chrono::DateTime::parse_from_rfc3339(time).map(|time| context.moment(time.to_utc()));
    let day = || Some(context.words.date(time.get(..10)?.parse().ok()?));
    instant.ok().or_else(day).unwrap_or_else(|| time.to_owned())
}

/// The words of a detail: a code and numbers, divided by blanks.
fn detail_text(words: &Words, detail: &str) -> Option<String> {
    const NAMES: [&str; 4] = ["first", "second", "third", "fourth"];
    let mut parts = detail.split(' ');
    let code = parts.next().filter(|code| !code.is_empty())?;
    let numbers: Vec<(&str, Value<'_>)> =
        NAMES.into_iter().zip(parts.filter_map(|part| Some(part.parse::<u64>().ok()?.into()))).collect();
    let found = words.find(&format!("detail-{code}"), &numbers);
    Some(found.or_else(|| words.find(&format!("damage-{code}"), &[])).unwrap_or_else(|| detail.to_owned()))
}

/// The words of a reason; the code itself for one this version does not know.
fn reason_text(words: &Words, outcome: FileOutcome, reason: &str) -> String {
    let family = match outcome {
        FileOutcome::Ignored => "ignored",
        FileOutcome::Damaged => "damage",
        FileOutcome::KeptRaw | FileOutcome::Parsed | FileOutcome::Duplicate => "raw",
    };
    let found = words.find(&format!("{family}-{reason}"), &[]);
    found.or_else(|| words.find(&format!("problem-{reason}"), &[])).unwrap_or_else(|| reason.to_owned())
}
