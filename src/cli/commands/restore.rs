//! `restore`: an archive from its copy, on a computer that has nothing else.

use std::cell::Cell;
use std::path::PathBuf;

use clap::{ArgMatches, Command};

use crate::backup::{RestoreReport, restore};
use crate::cli::archive_view::shown;
use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::cli::json::RestoreDocument;
use crate::cli::output::Align;
use crate::words::Words;

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "restore", "restaurer", "restore-about")
        .arg(
            flags::positional(words, "from", "restore-from", "value-folder")
                .required(true)
                .value_parser(clap::value_parser!(PathBuf)),
        )
        .arg(
            flags::option(words, "to", "vers", "restore-to", "value-folder").value_parser(clap::value_parser!(PathBuf)),
        )
        .after_help(words.text("restore-examples"))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let from = matches.get_one::<PathBuf>("from").cloned().unwrap_or_default();
    let to = matches.get_one::<PathBuf>("to").cloned().unwrap_or_else(|| context.place());
    let progress = context.progress(&context.words.text("restore-running"));
    let done = Cell::new(0_u64);
    let report = restore(&from, &to, &|bytes, total| {
        done.set(done.get() + bytes);
        progress.set(done.get(), total);
        true
    })?;
    progress.finish();
    if context.output.is_json() {
        context.output.json_line(&RestoreDocument {
            from: shown(&report.source),
            to: shown(&to),
            copied: report.run.copied,
            bytes: report.run.bytes,
            repaired: report.repaired.iter().map(|path| shown(path)).collect(),
            damaged: report.run.damaged.iter().map(|path| shown(path)).collect(),
        })?;
        return damaged(&report);
    }
    let facts = [("copied", report.run.copied.into()), ("bytes", report.run.bytes.into()), ("path", shown(&to).into())];
    let text = context.words.with("restore-done", &facts);
    context.output.line(&text)?;
    if !report.repaired.is_empty() {
        let count = u64::try_from(report.repaired.len()).unwrap_or(u64::MAX);
        let text = context.words.with("restore-repaired", &[("count", count.into())]);
        context.output.line(&text)?;
        let rows: Vec<Vec<String>> = report.repaired.iter().map(|path| vec![shown(path)]).collect();
        context.output.table(&[Align::Left], &rows)?;
    }
    let text = context.words.text("restore-next");
    context.output.note(&text);
    damaged(&report)
}

/// What is damaged on the drive is an error, told after everything else was restored.
fn damaged(report: &RestoreReport) -> Result<Exit, CommandError> {
    if report.run.damaged.is_empty() {
        return Ok(Exit::Done);
    }
    let paths: Vec<String> = report.run.damaged.iter().map(|path| shown(path)).collect();
    Err(CommandError::new(ErrorKind::RestoreIncomplete).with("paths", paths.join(", ")))
}
