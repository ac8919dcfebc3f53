//! `backup add`, `backup remove`: drives are registered and forgotten.

use std::path::PathBuf;

use clap::{ArgMatches, Command};

use super::run::put_program;
use crate::backup::{Drives, add_drive, drive_state, forget_drive};
use crate::cli::archive_view::shown;
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::json::DriveLine;
use crate::cli::{clock, flags};
use crate::store::Layout;
use crate::words::Words;

/// Values of `--parity`.
const PARITIES: [flags::Named; 2] = [("10", "10"), ("off", "non")];

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "add", "ajouter", "backup-add-about")
        .arg(
            flags::positional(words, "place", "backup-add-place", "value-folder")
                .required(true)
                .value_parser(clap::value_parser!(PathBuf)),
        )
        .arg(flags::option(words, "name", "nom", "backup-add-name", "value-name"))
        .arg(flags::choice(words, "parity", "parite", ("backup-add-parity", "value-parity"), &PARITIES))
        .arg(flags::switch(words, "with-app", "avec-programme", "backup-add-with-app"))
        .after_help(words.text("backup-add-examples"))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context, layout: &Layout) -> Result<Exit, CommandError> {
    let place = matches.get_one::<PathBuf>("place").cloned().unwrap_or_default();
    let mut added = add_drive(layout, &place, matches.get_one::<String>("name").map(String::as_str))?;
    let mut drives = Drives::default();
    let asked = matches.get_one::<String>("parity").map(|parity| parity != "off");
    let with_app = matches.get_flag("with-app");
    drives.update(layout, |drives| {
        // The first drive keeps its parity when others come: it is there, and costs little to keep.
        let parity = asked.unwrap_or_else(|| drives.wants_parity(&added.drive));
        drives.choose_parity(&added.drive.id, parity);
        added.drive.parity = Some(parity);
        if with_app {
            drives.note_app(&added.drive.id);
            added.drive.with_app = true;
        }
    })?;
    let parity = added.drive.parity == Some(true);
    if with_app {
        put_program(context, &added.drive)?;
    }
    if context.output.is_json() {
        let state = drive_state(layout, &added.drive, &drives);
        context.output.json_line(&DriveLine::of(&added.drive, state, clock::now()))?;
    } else {
        let facts = [("name", added.drive.name.as_str().into()), ("path", shown(&added.drive.folder).into())];
        let text = context.words.with(if added.moved { "backup-moved" } else { "backup-added" }, &facts);
        context.output.line(&text)?;
        if parity {
            let text = context.words.text("backup-added-parity");
            context.output.note(&text);
        }
        let text = context.words.text("backup-added-next");
        context.output.note(&text);
    }
    Ok(Exit::Done)
}

/// Forgets a drive; nothing on it changes.
pub(super) fn remove(matches: &ArgMatches, context: &mut Context, layout: &Layout) -> Result<Exit, CommandError> {
    let name = matches.get_one::<String>("name").map(String::as_str).unwrap_or_default();
    let (drive, pending) = forget_drive(layout, name, clock::now())?;
    if pending {
        let text = context.words.with("backup-removed-pending", &[("name", drive.name.as_str().into())]);
        context.output.note(&text);
    }
    let facts = [("name", drive.name.as_str().into()), ("path", shown(&drive.folder).into())];
    let text = context.words.with("backup-removed", &facts);
    context.output.note(&text);
    Ok(Exit::Done)
}
