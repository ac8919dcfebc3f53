//! `backup prune`: what the archive no longer needs is removed from a drive, once its name has been typed.

use clap::{ArgMatches, Command};

use super::{absent, name, named};
use crate::backup::{Drives, another_lies_there, prunable, prune};
use crate::cli::archive_view::shown;
use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::cli::json::PruneDocument;
use crate::store::Layout;
use crate::words::Words;

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "prune", "elaguer", "backup-prune-about")
        .arg(name(words, "backup-prune-name").required(true))
        .arg(flags::option(words, "confirm", "confirmer", "backup-prune-confirm", "value-name"))
        .after_help(words.text("backup-prune-examples"))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context, layout: &Layout) -> Result<Exit, CommandError> {
    let drives = Drives::load(layout)?;
    let drive = named(matches, &drives)?;
    if another_lies_there(&drive, &drives) {
        return Err(absent(&drive));
    }
    let archive = context.open()?;
    let found = prunable(&archive, &drive)?;
    let count = u64::try_from(found.paths.len()).unwrap_or(u64::MAX);
    let facts = [("name", drive.name.as_str().into()), ("count", count.into()), ("bytes", found.bytes.into())];
    if !context.output.is_json() {
        let text = context.words.with("backup-prunable", &facts);
        context.output.line(&text)?;
    }
    let typed = match matches.get_one::<String>("confirm") {
        _ if count == 0 => None,
        Some(typed) => Some(typed.clone()),
        None if context.may_ask() => {
            let question = context.words.with("ask-prune", &[("name", drive.name.as_str().into())]);
            Some(context.answer(&question)?)
        }
        None => None,
    };
    let confirmed = typed.as_ref() == Some(&drive.name);
    if typed.is_some_and(|typed| !typed.is_empty()) && !confirmed {
        return Err(CommandError::new(ErrorKind::NotConfirmed).with("name", drive.name.as_str()));
    }
    let removed = if confirmed { prune(&archive, &drive)? } else { found };
    if context.output.is_json() {
        let files = removed.paths.iter().map(|path| shown(path)).collect();
        let name = drive.name.clone();
        context.output.json_line(&PruneDocument { name, removed: confirmed, files, bytes: removed.bytes })?;
    } else if count > 0 {
        let id = if confirmed { "backup-pruned" } else { "backup-not-pruned" };
        let text = context.words.with(id, &facts);
        context.output.line(&text)?;
    }
    Ok(Exit::Done)
}
