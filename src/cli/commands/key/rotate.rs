//! `key rotate`: a new key for what is written from now on.

use std::path::PathBuf;

use clap::{ArgAction, ArgMatches, Command};

use super::super::init::{judged, weak};
use super::{id_of, line_of, new_password_file, opened_by, row_of};
use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::json::RotateDocument;
use crate::cli::output::Align;
use crate::cli::password::from_file;
use crate::cli::{clock, flags, session};
use crate::crypto::{Passphrase, Unlock, WORK_FACTOR};
use crate::store::{Archive, Renewal, SlotFile, SlotKind};
use crate::words::Words;

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "rotate", "renouveler", "key-rotate-about")
        .arg(flags::option(words, "remove", "retirer", "key-rotate-remove", "value-id").action(ArgAction::Append))
        .arg(new_password_file(words))
        .arg(weak(words))
        .arg(flags::switch(words, "dry-run", "essai", "key-rotate-dry-run").short('n'))
        .arg(flags::switch(words, "yes", "oui", "key-rotate-yes").short('y'))
        .after_help(words.text("key-rotate-examples"))
}

/// Which keys stay.
struct Plan {
    kept: Vec<SlotFile>,
    removed: Vec<SlotFile>,
    /// Some of those removed were not named by the user.
    unasked: bool,
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let root = context.archive_path();
    let id = crate::store::peek(&root)?;
    let (archive, present) = if let Some(line) = context.identity()? {
        (Archive::open(&root, &Unlock::Recovery(&line))?, None)
    } else {
        // The passphrase itself is needed: its key file is made anew.
        let passphrase = context.passphrase()?;
        (Archive::open(&root, &Unlock::Passphrase(&passphrase))?, Some(passphrase))
    };
    let own = present.as_ref().map_or(Ok(Vec::new()), |passphrase| opened_by(&archive, passphrase))?;
    let new = match matches.get_one::<PathBuf>("new-password-file") {
        Some(path) => {
            let new = from_file(path)?;
            judged(&new, matches.get_flag("weak"))?;
            Some(new)
        }
        None => present,
    };
    let plan = plan(matches, &archive, &own)?;
    let dry_run = matches.get_flag("dry-run");
    let is_new = new.is_some() && !plan.kept.iter().any(|slot| slot.kind == SlotKind::Passphrase);
    tell(context, &archive, &plan, (dry_run, is_new))?;
    if plan.kept.is_empty() && new.is_none() {
        return Err(CommandError::new(ErrorKind::LastKey));
    }
    if dry_run {
        return Ok(Exit::Done);
    }
    if plan.unasked && !matches.get_flag("yes") {
        confirmed(context)?;
    }
    renew(&archive, &plan, &own, new.as_ref())?;
    session::end(&root, &id, context.config.runtime.as_deref());
    let sheets = plan.kept.iter().any(|slot| slot.kind == SlotKind::Recovery);
    let notes = ["key-rotated", "key-drives"].into_iter().chain(sheets.then_some("key-rotated-sheet"));
    for note in notes {
        let text = context.words.text(note);
        context.output.note(&text);
    }
    Ok(Exit::Done)
}

fn renew(archive: &Archive, plan: &Plan, own: &[String], new: Option<&Passphrase>) -> Result<(), CommandError> {
    let sealed_anew = plan.kept.iter().filter(|slot| slot.kind != SlotKind::Passphrase);
    let keep: Vec<String> = sealed_anew.map(|slot| slot.name.clone()).collect();
    let label = own.iter().find_map(|name| archive.commit().key_notes.get(name)?.label.clone());
    let passphrase = new.map(|passphrase| (passphrase, label));
    archive.renew_key(&Renewal { passphrase, work_factor: WORK_FACTOR, keep: &keep, now: clock::now() })?;
    Ok(())
}

fn plan(matches: &ArgMatches, archive: &Archive, own: &[String]) -> Result<Plan, CommandError> {
    let slots = archive.slots()?;
    let named: Vec<&String> = matches.get_many::<String>("remove").into_iter().flatten().collect();
    let is_named = |slot: &SlotFile| named.iter().any(|id| **id == slot.name || **id == id_of(&slot.name));
    for id in &named {
        if !slots.iter().any(|slot| slot.name == **id || id_of(&slot.name) == **id) {
            return Err(CommandError::new(ErrorKind::NoSuchKey).with("given", id.as_str()));
        }
    }
    let stays = |slot: &SlotFile| !is_named(slot) && (own.contains(&slot.name) || archive.can_renew(slot));
    let unasked = slots.iter().any(|slot| !stays(slot) && !is_named(slot));
    let (kept, removed) = slots.into_iter().partition(stays);
    Ok(Plan { kept, removed, unasked })
}

/// `is_new`: a passphrase comes that no key had.
fn tell(
    context: &mut Context,
    archive: &Archive,
    plan: &Plan,
    (dry_run, is_new): (bool, bool),
) -> Result<(), CommandError> {
    if context.output.is_json() {
        let lines = |slots: &[SlotFile]| slots.iter().map(|slot| line_of(archive, slot)).collect();
        let epoch = archive.keyring().epoch() + u32::from(!dry_run);
        let (kept, removed) = (lines(&plan.kept), lines(&plan.removed));
        let document = RotateDocument { epoch, kept, removed, new_passphrase: is_new, dry_run };
        return context.output.json_line(&document);
    }
    for (title, slots, is_new) in
        [("key-rotate-kept", &plan.kept, is_new), ("key-rotate-removed", &plan.removed, false)]
    {
        if is_new || !slots.is_empty() {
            let text = context.words.text(title);
            context.output.line(&text)?;
            let mut rows: Vec<Vec<String>> = slots.iter().map(|slot| row_of(context, archive, slot)).collect();
            if is_new {
                let mut row = vec![String::new(); 4];
                row.splice(1..2, [context.words.text("key-rotate-new")]);
                rows.insert(0, row);
            }
            context.output.table(&[Align::Left; 4], &rows)?;
        }
    }
    Ok(())
}

/// Asks whether keys that nobody named may go.
fn confirmed(context: &mut Context) -> Result<(), CommandError> {
    if !context.may_ask() {
        return Err(CommandError::new(ErrorKind::KeysWouldGo));
    }
    let question = context.words.text("key-rotate-ask");
    let answer = context.answer(&question)?.to_lowercase();
    if ["o", "oui", "y", "yes"].contains(&answer.as_str()) {
        Ok(())
    } else {
        Err(CommandError::new(ErrorKind::Interrupted))
    }
}
