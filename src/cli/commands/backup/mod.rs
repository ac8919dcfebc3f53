//! `backup`: sealed copies of the archive on other drives.

mod add;
mod check;
mod drill;
mod list;
mod prune;
mod pull;
mod run;

use clap::{Arg, ArgMatches, Command};

use crate::backup::{Drive, DriveState, Drives, another_lies_there, drive_state};
use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::store::{Layout, StoreError, peek};
use crate::words::Words;

pub(super) use list::{drive_lines, show_drives};

pub(super) fn command(words: &Words) -> Command {
    flags::group(words, "backup", "sauvegarde", "backup-about")
        .subcommand(add::command(words))
        .subcommand(run::command(words))
        .subcommand(flags::command(words, "list", "liste", "backup-list-about"))
        .subcommand(flags::command(words, "status", "etat", "backup-status-about"))
        .subcommand(check::command(words))
        .subcommand(drill::command(words))
        .subcommand(pull::command(words))
        .subcommand(prune::command(words))
        .subcommand(
            flags::command(words, "remove", "retirer", "backup-remove-about")
                .arg(name(words, "backup-remove-name").required(true)),
        )
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let root = context.archive_path();
    peek(&root)?;
    let layout = Layout::new(&root);
    if layout.is_copy() {
        return Err(StoreError::IsCopy { path: root }.into());
    }
    match matches.subcommand() {
        Some(("add" | "ajouter", matches)) => add::run(matches, context, &layout),
        Some(("run" | "lancer", matches)) => run::run(matches, context, &layout),
        Some(("list" | "liste" | "status" | "etat", _)) => list::run(context, &layout),
        Some(("check" | "controler", matches)) => check::run(matches, context, &layout),
        Some(("drill" | "repeter", matches)) => drill::run(matches, context, &layout),
        Some(("pull" | "reprendre", matches)) => pull::run(matches, context, &layout),
        Some(("prune" | "elaguer", matches)) => prune::run(matches, context, &layout),
        Some(("remove" | "retirer", matches)) => add::remove(matches, context, &layout),
        _ => Err(CommandError::new(ErrorKind::WrongUsage)),
    }
}

/// The name of a drive.
fn name(words: &Words, help: &str) -> Arg {
    flags::positional(words, "name", help, "value-name")
}

/// The drive that is named, where it lies now.
fn named(matches: &ArgMatches, drives: &Drives) -> Result<Drive, CommandError> {
    let name = matches.get_one::<String>("name").map(String::as_str).unwrap_or_default();
    Ok(drives.located(drives.named(name)?))
}

/// The drive that is named, or else every drive that is there.
fn there(matches: &ArgMatches, layout: &Layout, drives: &Drives) -> Result<Vec<Drive>, CommandError> {
    if matches.contains_id("name") {
        let drive = named(matches, drives)?;
        let is_there = drive.folder.is_dir() && !another_lies_there(&drive, drives);
        return if is_there { Ok(vec![drive]) } else { Err(absent(&drive)) };
    }
    let located = drives.drives.iter().map(|drive| drives.located(drive));
    let is_there = |drive: &Drive| !matches!(drive_state(layout, drive, drives), DriveState::Absent);
    let there: Vec<Drive> = located.filter(is_there).collect();
    if there.is_empty() { Err(CommandError::new(ErrorKind::NoDrives)) } else { Ok(there) }
}

fn absent(drive: &Drive) -> CommandError {
    CommandError::new(ErrorKind::DriveAbsent).with("path", drive.folder.as_path())
}
