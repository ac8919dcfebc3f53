//! `backup`: sealed copies of the archive on other drives.

use std::cell::Cell;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command};

use super::verify;
use crate::backup::{Drive, DriveState, Drives, add_drive, drive_state, run as run_backup};
use crate::cli::archive_view::shown;
use crate::cli::clock;
use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::cli::json::{DriveLine, DrivesDocument, RunLine, RunsDocument};
use crate::cli::output::Align;
use crate::store::{Layout, check_public, peek};
use crate::words::Words;

pub(super) fn command(words: &Words) -> Command {
    let name = |words: &Words, help: &str| -> Arg { flags::positional(words, "name", help, "value-name") };
    flags::group(words, "backup", "sauvegarde", "backup-about")
        .subcommand(
            flags::command(words, "add", "ajouter", "backup-add-about")
                .arg(
                    flags::positional(words, "place", "backup-add-place", "value-folder")
                        .required(true)
                        .value_parser(clap::value_parser!(PathBuf)),
                )
                .arg(flags::option(words, "name", "nom", "backup-add-name", "value-name"))
                .after_help(words.text("backup-add-examples")),
        )
        .subcommand(
            flags::command(words, "run", "lancer", "backup-run-about")
                .arg(name(words, "backup-run-name"))
                .arg(flags::switch(words, "all", "tous", "backup-run-all").conflicts_with("name"))
                .after_help(words.text("backup-run-examples")),
        )
        .subcommand(flags::command(words, "list", "liste", "backup-list-about"))
        .subcommand(flags::command(words, "status", "etat", "backup-status-about"))
        .subcommand(
            flags::command(words, "check", "controler", "backup-check-about").arg(name(words, "backup-check-name")),
        )
        .subcommand(
            flags::command(words, "remove", "retirer", "backup-remove-about")
                .arg(name(words, "backup-remove-name").required(true)),
        )
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let root = context.archive_path();
    peek(&root)?;
    let layout = Layout::new(&root);
    match matches.subcommand() {
        Some(("add" | "ajouter", matches)) => add(matches, context, &layout),
        Some(("run" | "lancer", matches)) => run_drives(matches, context, &layout),
        Some(("list" | "liste" | "status" | "etat", _)) => list(context, &layout),
        Some(("check" | "controler", matches)) => check(matches, context, &layout),
        Some(("remove" | "retirer", matches)) => remove(matches, context, &layout),
        _ => Err(CommandError::new(ErrorKind::WrongUsage)),
    }
}

fn add(matches: &ArgMatches, context: &mut Context, layout: &Layout) -> Result<Exit, CommandError> {
    let place = matches.get_one::<PathBuf>("place").cloned().unwrap_or_default();
    let name = matches.get_one::<String>("name").cloned().unwrap_or_else(|| {
        let last = place.file_name().map(|name| name.to_string_lossy().into_owned());
        last.filter(|name| !name.is_empty()).unwrap_or_else(|| "MALLE".to_owned())
    });
    let drive = add_drive(layout, &place, &name)?;
    if context.output.is_json() {
        context.output.json_line(&DriveLine::of(&drive, drive_state(layout, &drive)))?;
    } else {
        let facts = [("name", drive.name.as_str().into()), ("path", shown(&drive.folder).into())];
        let text = context.words.with("backup-added", &facts);
        context.output.line(&text)?;
        let text = context.words.text("backup-added-next");
        context.output.note(&text);
    }
    Ok(Exit::Done)
}

/// Every drive that is plugged in, or the one that is named. A drive that is absent is told, and an error only when it
/// was named or none is there.
fn run_drives(matches: &ArgMatches, context: &mut Context, layout: &Layout) -> Result<Exit, CommandError> {
    let mut drives = Drives::load(layout)?;
    let named = matches.get_one::<String>("name");
    let mut chosen: Vec<Drive> = match named {
        Some(name) => vec![drives.named(name)?.clone()],
        None => drives.drives.clone(),
    };
    if chosen.is_empty() {
        return Err(CommandError::new(ErrorKind::NoDrives));
    }
    let (mut lines, mut failure) = (Vec::new(), None);
    for drive in &mut chosen {
        if named.is_none() && drive_state(layout, drive) == DriveState::Absent {
            let text = context.words.with("backup-absent", &[("name", drive.name.as_str().into())]);
            context.output.note(&text);
            failure = failure.or_else(|| Some(absent(drive)));
            continue;
        }
        match run_one(context, layout, drive) {
            Ok(line) => {
                drives.note_run(&drive.id, line.seq, clock::now());
                drives.save(layout)?;
                drive.clone_from(drives.named(&line.name)?);
                lines.push(line);
            }
            Err(error) => failure = Some(error),
        }
    }
    if context.output.is_json() {
        let drives = chosen.iter().map(|drive| DriveLine::of(drive, drive_state(layout, drive))).collect();
        context.output.json_line(&RunsDocument { runs: lines.clone(), drives })?;
    }
    match failure {
        // `--all` promises every drive; without it, one drive that is there is enough.
        Some(error) if lines.is_empty() || named.is_some() || matches.get_flag("all") => Err(error),
        _ => Ok(Exit::Done),
    }
}

fn absent(drive: &Drive) -> CommandError {
    CommandError::new(ErrorKind::DriveAbsent).with("path", drive.folder.as_path())
}

fn run_one(context: &mut Context, layout: &Layout, drive: &Drive) -> Result<RunLine, CommandError> {
    let label = context.words.with("backup-running", &[("name", drive.name.as_str().into())]);
    let progress = context.progress(&label);
    let done = Cell::new(0_u64);
    let report = run_backup(layout, drive, &|bytes, total| {
        done.set(done.get() + bytes);
        progress.set(done.get(), total);
        true
    })?;
    progress.finish();
    let facts = [
        ("name", drive.name.as_str().into()),
        ("copied", report.copied.into()),
        ("bytes", report.bytes.into()),
        ("present", report.present.into()),
    ];
    if !context.output.is_json() {
        let text = context.words.with("backup-done", &facts);
        context.output.line(&text)?;
    }
    Ok(RunLine {
        name: drive.name.clone(),
        copied: report.copied,
        bytes: report.bytes,
        present: report.present,
        read_back: report.read_back,
        seq: report.seq,
    })
}

fn list(context: &mut Context, layout: &Layout) -> Result<Exit, CommandError> {
    let lines = drive_lines(layout, &Drives::load(layout)?);
    if context.output.is_json() {
        context.output.json_line(&DrivesDocument { drives: lines })?;
    } else {
        show_drives(context, &lines)?;
    }
    Ok(Exit::Done)
}

/// Every drive with its state now.
pub(super) fn drive_lines(layout: &Layout, drives: &Drives) -> Vec<DriveLine> {
    drives.drives.iter().map(|drive| DriveLine::of(drive, drive_state(layout, drive))).collect()
}

/// One line for each drive, or what to do when there is none.
pub(super) fn show_drives(context: &mut Context, drives: &[DriveLine]) -> Result<(), CommandError> {
    if drives.is_empty() {
        let text = context.words.text("backup-none");
        return context.output.line(&text);
    }
    let now = clock::now();
    let rows: Vec<Vec<String>> = drives
        .iter()
        .map(|drive| {
            let state = context.words.text(match drive.state {
                DriveState::Current => "drive-current",
                DriveState::Behind => "drive-behind",
                DriveState::Absent => "drive-absent",
                DriveState::Foreign => "drive-foreign",
            });
            let days = drive
                .last_run
                .as_deref()
                .and_then(|time| chrono::DateTime::parse_from_rfc3339(time).ok())
                .and_then(|time| u64::try_from((now - time.to_utc()).num_days()).ok());
            let age = match days {
                Some(days) => context.words.with("drive-age", &[("days", days.into())]),
                None => context.words.text("drive-never"),
            };
            vec![drive.name.clone(), state, age, drive.folder.clone()]
        })
        .collect();
    context.output.table(&[Align::Left; 4], &rows)
}

/// Reads every file of one drive, or of every drive that is there.
fn check(matches: &ArgMatches, context: &mut Context, layout: &Layout) -> Result<Exit, CommandError> {
    let mut drives = Drives::load(layout)?;
    let chosen: Vec<Drive> = match matches.get_one::<String>("name") {
        Some(name) => vec![drives.named(name)?.clone()],
        None => drives.drives.iter().filter(|drive| drive.folder.is_dir()).cloned().collect(),
    };
    let Some(first) = chosen.first() else { return Err(CommandError::new(ErrorKind::NoDrives)) };
    if !first.folder.is_dir() {
        return Err(absent(first));
    }
    let mut outcome = Ok(Exit::Done);
    for drive in chosen {
        let label = context.words.with("backup-checking", &[("name", drive.name.as_str().into())]);
        let progress = context.progress(&label);
        let done = std::sync::atomic::AtomicU64::new(0);
        let report = check_public(&Layout::new(&drive.folder), &|bytes| {
            progress.count(done.fetch_add(bytes, std::sync::atomic::Ordering::Relaxed) + bytes);
        })?;
        progress.finish();
        if report.is_sound() {
            drives.note_check(&drive.id, clock::now());
            drives.save(layout)?;
        }
        outcome = outcome.and(verify::show(context, &report));
    }
    outcome
}

fn remove(matches: &ArgMatches, context: &mut Context, layout: &Layout) -> Result<Exit, CommandError> {
    let name = matches.get_one::<String>("name").map(String::as_str).unwrap_or_default();
    let mut drives = Drives::load(layout)?;
    let drive = drives.named(name)?.clone();
    drives.drives.retain(|other| other.id != drive.id);
    drives.save(layout)?;
    let facts = [("name", drive.name.as_str().into()), ("path", shown(&drive.folder).into())];
    let text = context.words.with("backup-removed", &facts);
    context.output.note(&text);
    Ok(Exit::Done)
}
