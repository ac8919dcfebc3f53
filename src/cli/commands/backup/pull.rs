//! `backup pull`: an archive that was put back to an older state takes the newer one from a drive.

use std::cell::Cell;

use clap::{ArgMatches, Command};

use super::{drive_lines, name, named};
use crate::backup::{Drives, another_lies_there, pull};
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::json::{RunLine, RunsDocument};
use crate::cli::{clock, flags};
use crate::store::{Archive, Layout};
use crate::words::Words;

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "pull", "reprendre", "backup-pull-about")
        .arg(name(words, "backup-pull-name").required(true))
        .after_help(words.text("backup-pull-examples"))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context, layout: &Layout) -> Result<Exit, CommandError> {
    let mut drives = Drives::load(layout)?;
    let drive = named(matches, &drives)?;
    if !drive.folder.is_dir() || another_lies_there(&drive, &drives) {
        return Err(super::absent(&drive));
    }
    let archive = context.open()?;
    let copy = Archive::open_with(&drive.folder, archive.keyring().clone())?;
    let progress = context.progress(&context.words.text("restore-running"));
    let done = Cell::new(0_u64);
    let report = pull(&archive, &drive, &copy, &|bytes, total| {
        done.set(done.get() + bytes);
        progress.set(done.get(), total);
        true
    })?;
    progress.finish();
    drives.update(layout, |drives| drives.note_run(&drive.id, &report, clock::now()))?;
    if context.output.is_json() {
        let states = drive_lines(layout, &drives).into_iter().filter(|line| line.name == drive.name).collect();
        context.output.json_line(&RunsDocument { runs: vec![RunLine::of(&drive, &report)], drives: states })?;
    } else {
        let facts =
            [("name", drive.name.as_str().into()), ("copied", report.copied.into()), ("bytes", report.bytes.into())];
        let text = context.words.with("backup-pulled", &facts);
        context.output.line(&text)?;
    }
    Ok(Exit::Done)
}
