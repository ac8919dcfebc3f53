//! `backup check`: whether copies are what was written.

use std::sync::atomic::{AtomicU64, Ordering};

use clap::{ArgMatches, Command};

use super::{name, there};
use crate::backup::{BackupError, Drive, Drives, check, check_whole, compare, lost_its_marker, repair_drive};
use crate::cli::commands::mending::Mending;
use crate::cli::commands::verify;
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::extent::{self, ReadData};
use crate::cli::{clock, flags};
use crate::store::{Extent, Layout, VerifyReport};
use crate::words::Words;

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "check", "controler", "backup-check-about")
        .arg(name(words, "backup-check-name"))
        .args(extent::arguments(words))
        .arg(flags::switch(words, "repair", "reparer", "backup-check-repair"))
        .after_help(words.text("backup-check-examples"))
}

/// Every drive that is there, or the one that is named.
pub(super) fn run(matches: &ArgMatches, context: &mut Context, layout: &Layout) -> Result<Exit, CommandError> {
    let mut drives = Drives::load(layout)?;
    let mut failures = Vec::new();
    let chosen = there(matches, layout, &drives)?;
    for drive in &chosen {
        if chosen.len() > 1 && !context.output.is_json() {
            context.output.line(&format!("{}:", drive.name))?;
        }
        let asked = extent::asked(matches);
        let extent = match asked {
            None => {
                if matches.get_flag("quick") {
                    Extent::Names
                } else {
                    Extent::All
                }
            }
            Some(ReadData::All) => Extent::All,
            Some(part) => part.part(|of| drive.next_part(of)).map_or(Extent::All, Extent::Part),
        };
        let read = |context: &mut Context| match asked {
            Some(ReadData::All) => check_one(context, drive, |context, tick| {
                let copy = context.open_at(&drive.folder)?;
                Ok(check_whole(&copy, tick)?)
            }),
            _ => check_one(context, drive, |_, tick| Ok(check(layout, drive, extent, tick)?)),
        };
        let mut mending = Mending { drive: Some(drive.name.clone()), ..Mending::default() };
        if matches.get_flag("repair") && lost_its_marker(layout, drive) {
            mending.repair = repair_drive(layout, drive, &[], &|_, _| true)?;
        }
        let mut report = match read(context) {
            Ok(report) => report,
            // What one drive refuses says nothing of the others.
            Err(error) => {
                failures.push(error);
                continue;
            }
        };
        if matches.get_flag("repair") && !report.findings.is_empty() {
            let mut first = std::mem::take(&mut mending.repair.repaired);
            mending.repair = repair_drive(layout, drive, &report.findings, &|_, _| true)?;
            first.append(&mut mending.repair.repaired);
            mending.repair.repaired = first;
            report = read(context)?;
        }
        drives.update(layout, |drives| note(drives, drive, extent, &report))?;
        let next = if matches.get_flag("repair") {
            context.words.text("backup-check-left")
        } else {
            context.words.with("backup-check-next", &[("name", drive.name.as_str().into())])
        };
        failures.extend(verify::show(context, &report, &mending, next).err());
        // A copy may be sound and yet not what the drive was given.
        if let Err(error @ (BackupError::RolledBack { .. } | BackupError::Forked { .. })) =
            compare(layout, drive, &drives)
        {
            failures.push(error.into());
        }
    }
    let mut failures = failures.into_iter();
    let Some(first) = failures.next() else { return Ok(Exit::Done) };
    for other in failures {
        other.report(&context.words, &mut context.output);
    }
    Err(first)
}

type Tick<'a> = &'a (dyn Fn(u64) + Sync);

fn check_one(
    context: &mut Context,
    drive: &Drive,
    read: impl FnOnce(&mut Context, Tick<'_>) -> Result<VerifyReport, CommandError>,
) -> Result<VerifyReport, CommandError> {
    let label = context.words.with("backup-checking", &[("name", drive.name.as_str().into())]);
    let progress = context.progress(&label);
    let done = AtomicU64::new(0);
    let report = read(context, &|bytes| {
        progress.count(done.fetch_add(bytes, Ordering::Relaxed) + bytes);
    })?;
    progress.finish();
    Ok(report)
}

fn note(drives: &mut Drives, drive: &Drive, extent: Extent, report: &VerifyReport) {
    match extent {
        _ if !report.is_sound() => drives.note_damage(&drive.id),
        Extent::All => drives.note_check(&drive.id, clock::now()),
        Extent::Part(part) => drives.note_part(&drive.id, part, clock::now()),
        Extent::Names => {}
    }
}
