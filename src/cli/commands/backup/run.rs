//! `backup run`: drives are brought up to date.

use std::cell::Cell;

use clap::{ArgMatches, Command};

use super::{absent, drive_lines, name};
use crate::backup::{
    Drive, DriveState, Drives, ParityReport, RunOptions, RunReport, another_lies_there, carry_out, drive_state,
    put_app, run_with as run_backup,
};
use crate::cli::archive_view::shown;
use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::json::{DriveLine, RunLine, RunsDocument};
use crate::cli::{clock, flags};
use crate::store::Layout;
use crate::words::{Language, Words};

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "run", "lancer", "backup-run-about")
        .arg(name(words, "backup-run-name"))
        .arg(flags::switch(words, "all", "tous", "backup-run-all").conflicts_with("name"))
        .arg(flags::switch(words, "skip-damaged", "sans-abimes", "backup-run-skip-damaged"))
        .after_help(words.text("backup-run-examples"))
}

/// Every drive that is plugged in, or the one that is named. A drive that is absent is told, and an error only when it
/// was named or none is there.
pub(super) fn run(matches: &ArgMatches, context: &mut Context, layout: &Layout) -> Result<Exit, CommandError> {
    let mut drives = Drives::load(layout)?;
    let named = matches.get_one::<String>("name");
    let chosen: Vec<Drive> = match named {
        Some(name) => vec![drives.named(name)?.clone()],
        None => drives.drives.clone(),
    };
    if chosen.is_empty() {
        return Err(CommandError::new(ErrorKind::NoDrives));
    }
    let options = RunOptions { skip_damaged: matches.get_flag("skip-damaged") };
    let (mut lines, mut failures, mut exit) = (Vec::new(), Vec::new(), Exit::Done);
    for drive in &chosen {
        let drive = drives.located(drive);
        if named.is_none() && drive_state(layout, &drive, &drives) == DriveState::Absent {
            let text = context.words.with("backup-absent", &[("name", drive.name.as_str().into())]);
            context.output.note(&text);
            failures.push((drive.name.clone(), absent(&drive)));
            continue;
        }
        if another_lies_there(&drive, &drives) {
            failures.push((drive.name.clone(), absent(&drive)));
            continue;
        }
        match run_one(context, layout, &drive, options) {
            Ok(report) => {
                drives.update(layout, |drives| drives.note_run(&drive.id, &report, clock::now()))?;
                if !report.damaged.is_empty() || report.unfinished > 0 {
                    exit = Exit::Partial;
                }
                match erase(context, layout, &drive, options) {
                    Ok(erased) => lines.push(RunLine { erased, ..RunLine::of(&drive, &report) }),
                    Err(error) => failures.push((drive.name.clone(), error)),
                }
            }
            Err(error) => failures.push((drive.name.clone(), error)),
        }
    }
    if context.output.is_json() {
        let asked = |line: &DriveLine| chosen.iter().any(|drive| drive.name == line.name);
        let states = drive_lines(layout, &drives).into_iter().filter(asked).collect();
        context.output.json_line(&RunsDocument { runs: lines.clone(), drives: states })?;
    }
    conclude(context, failures, exit, (lines.is_empty() || named.is_some(), matches.get_flag("all")))
}

/// `--all` promises every drive; without it, one drive that is there is enough. Whatever else failed is always told.
fn conclude(
    context: &mut Context,
    mut failures: Vec<(String, CommandError)>,
    exit: Exit,
    (none_done, all): (bool, bool),
) -> Result<Exit, CommandError> {
    let is_absence = |failure: &(String, CommandError)| failure.1.kind == ErrorKind::DriveAbsent;
    if !none_done && !all {
        failures.retain(|failure| !is_absence(failure));
    }
    // An alarm weighs more than a drive in a drawer.
    failures.sort_by_key(is_absence);
    let mut failures = failures.into_iter();
    let Some((_, first)) = failures.next() else { return Ok(exit) };
    for (_, other) in failures.filter(|failure| !is_absence(failure)) {
        other.report(&context.words, &mut context.output);
    }
    Err(first)
}

fn run_one(
    context: &mut Context,
    layout: &Layout,
    drive: &Drive,
    options: RunOptions,
) -> Result<RunReport, CommandError> {
    let label = context.words.with("backup-running", &[("name", drive.name.as_str().into())]);
    let progress = context.progress(&label);
    let done = Cell::new(0_u64);
    let report = run_backup(layout, drive, options, &|bytes, total| {
        done.set(done.get() + bytes);
        progress.set(done.get(), total);
        true
    })?;
    progress.finish();
    if drive.with_app {
        put_program(context, drive)?;
    }
    if !context.output.is_json() {
        let facts = [
            ("name", drive.name.as_str().into()),
            ("copied", report.copied.into()),
            ("bytes", report.bytes.into()),
            ("present", report.present.into()),
        ];
        let text = context.words.with("backup-done", &facts);
        context.output.line(&text)?;
        show_parity(context, report.parity)?;
    }
    warn(context, drive, &report);
    Ok(report)
}

/// What was erased from the archive goes from the drive too, now that it is level. Gives the number of files.
fn erase(context: &mut Context, layout: &Layout, drive: &Drive, options: RunOptions) -> Result<u64, CommandError> {
    let erased = carry_out(layout, drive, options, clock::now())?;
    if erased > 0 {
        let facts = [("name", drive.name.as_str().into()), ("count", erased.into())];
        let text = context.words.with("privacy-carried-out", &facts);
        context.output.note(&text);
    }
    Ok(erased)
}

/// What was done for parity, when there is anything to say.
fn show_parity(context: &mut Context, parity: Option<ParityReport>) -> Result<(), CommandError> {
    let Some(parity) = parity else { return Ok(()) };
    if parity.missing_bytes > 0 {
        let text = context.words.with("backup-parity-room", &[("missing", parity.missing_bytes.into())]);
        context.output.note(&text);
    } else if parity.bytes > 0 {
        let text = context.words.with("backup-parity", &[("bytes", parity.bytes.into())]);
        context.output.line(&text)?;
    }
    if parity.unprotected > 0 {
        let text = context.words.with("backup-parity-unprotected", &[("count", parity.unprotected.into())]);
        context.output.note(&text);
    }
    Ok(())
}

/// What a person should know of a run that went well.
fn warn(context: &mut Context, drive: &Drive, report: &RunReport) {
    let paths = |paths: &[std::path::PathBuf]| paths.iter().map(|path| shown(path)).collect::<Vec<_>>().join(", ");
    let warnings = [
        (!report.changed.is_empty(), "backup-changed", &report.changed),
        (!report.lacking.is_empty(), "backup-lacking", &report.lacking),
        (!report.damaged.is_empty(), "backup-skipped", &report.damaged),
        (report.unfinished > 0, "backup-unfinished", &report.damaged),
        (!report.durable, "backup-not-durable", &report.changed),
    ];
    for (_, id, files) in warnings.iter().filter(|(holds, ..)| *holds) {
        let facts = [
            ("name", drive.name.as_str().into()),
            ("count", u64::try_from(files.len()).unwrap_or(u64::MAX).into()),
            ("paths", paths(files).into()),
        ];
        let text = context.words.with(id, &facts);
        context.output.note(&text);
    }
}

/// Puts this program on a drive, with what to do with it in both languages.
pub(super) fn put_program(context: &mut Context, drive: &Drive) -> Result<(), CommandError> {
    let Some(program) = context.config.program.clone() else { return Err(CommandError::new(ErrorKind::Internal)) };
    let copy = drive.folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let readme = |language| {
        let text = Words::new(language).with("app-readme", &[("copy", copy.as_str().into())]);
        // Old editors of Windows show lines without a carriage return as one.
        text.replace('\n', "\r\n") + "\r\n"
    };
    let texts = [("LISEZ-MOI.txt", readme(Language::French)), ("README.txt", readme(Language::English))];
    let place = put_app(drive, &program, &texts)?;
    let text = context.words.with("backup-app-done", &[("path", shown(&place).into())]);
    context.output.detail(&text);
    Ok(())
}
