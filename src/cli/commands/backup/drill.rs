//! `backup drill`: some photos and messages are brought back from a drive alone and compared with the archive.

use clap::{ArgMatches, Command};

use super::{name, there};
use crate::backup::{Drives, drill};
use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::cli::json::{DrillLine, DrillsDocument};
use crate::crypto::random_id;
use crate::store::{Archive, Layout};
use crate::words::Words;

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "drill", "repeter", "backup-drill-about")
        .arg(name(words, "backup-drill-name"))
        .arg(
            flags::option(words, "count", "nombre", "backup-drill-count", "value-number")
                .value_parser(clap::value_parser!(u16).range(1..))
                .default_value("20"),
        )
        .after_help(words.text("backup-drill-examples"))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context, layout: &Layout) -> Result<Exit, CommandError> {
    let drives = Drives::load(layout)?;
    let count = usize::from(matches.get_one::<u16>("count").copied().unwrap_or(20));
    let mut lines = Vec::new();
    for drive in there(matches, layout, &drives)? {
        let label = context.words.with("backup-checking", &[("name", drive.name.as_str().into())]);
        // As on a computer that has nothing else: the passphrase must open the drive's own key.
        let copy = context.open_at(&drive.folder)?;
        let archive = Archive::open_with(layout.root(), copy.keyring().clone())?;
        let progress = context.progress(&label);
        let seed = random_id().map_err(|error| CommandError::new(ErrorKind::Internal).because(error))?;
        let report = drill(&archive, &copy, count, &seed)?;
        progress.finish();
        let line = DrillLine::of(&drive, report);
        if !context.output.is_json() {
            show(context, &line)?;
        }
        lines.push(line);
    }
    let is_sound = lines.iter().all(|line| line.lost.is_empty() && line.archive_lost.is_empty());
    if context.output.is_json() {
        context.output.json_line(&DrillsDocument { drills: lines.clone() })?;
    }
    if is_sound {
        return Ok(Exit::Done);
    }
    let next = match lines.iter().find(|line| !line.lost.is_empty()) {
        Some(line) => context.words.with("backup-check-next", &[("name", line.name.as_str().into())]),
        None => context.words.text("verify-next"),
    };
    Err(CommandError::new(ErrorKind::Integrity).with("next", next))
}

fn show(context: &mut Context, line: &DrillLine) -> Result<(), CommandError> {
    let count = |items: &[String]| u64::try_from(items.len()).unwrap_or(u64::MAX);
    let facts = [
        ("name", line.name.as_str().into()),
        ("records", count(&line.records).into()),
        ("media", count(&line.media).into()),
        ("bytes", line.bytes.into()),
    ];
    let text = context.words.with("backup-drill-done", &facts);
    context.output.line(&text)?;
    for (id, items) in [("backup-drill-lost", &line.lost), ("backup-drill-archive-lost", &line.archive_lost)] {
        if !items.is_empty() {
            let facts = [("count", count(items).into()), ("items", items.join(", ").into())];
            let text = context.words.with(id, &facts);
            context.output.line(&text)?;
        }
    }
    Ok(())
}
