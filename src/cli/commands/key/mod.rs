//! `key`: the passphrases, recovery kits and people that open the archive.

mod reencrypt;
mod rotate;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command};
use fs_err as fs;

use super::init::{judged, recovery_kit, typed_twice, weak, write_kit};
use crate::backup::Drives;
use crate::cli::context::Context;
use crate::cli::convert::{outside_archive, unreadable};
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::json::{KeyLine, KeysDocument};
use crate::cli::kit::{Kit, rehearse};
use crate::cli::output::Align;
use crate::cli::password::{from_file, line_from_file};
use crate::cli::{clock, flags};
use crate::crypto::{Passphrase, Recipient, RecoveryLine, Unlock, WORK_FACTOR, open_slot};
use crate::store::{Archive, CommitFacts, KeyNote, Layout, SlotFile, SlotKind, StoreError, Writer, public_slots};
use crate::words::Words;

pub(super) fn command(words: &Words) -> Command {
    flags::group(words, "key", "cle", "key-about")
        .subcommand(flags::command(words, "list", "liste", "key-list-about"))
        .subcommand(
            flags::command(words, "passwd", "changer", "key-passwd-about")
                .arg(new_password_file(words))
                .arg(weak(words))
                .arg(recovery_file(words))
                .arg(flags::switch(words, "recovery", "secours", "key-recovery-flag"))
                .after_help(words.text("key-passwd-examples")),
        )
        .subcommand(
            flags::command(words, "add", "ajouter", "key-add-about")
                .arg(new_password_file(words))
                .arg(weak(words))
                .arg(flags::option(words, "name", "nom", "key-add-name", "value-name"))
                .arg(
                    flags::option(words, "recipient", "destinataire", "key-add-recipient", "value-recipient")
                        .conflicts_with("new-password-file"),
                )
                .after_help(words.text("key-add-examples")),
        )
        .subcommand(
            flags::command(words, "remove", "retirer", "key-remove-about")
                .arg(flags::positional(words, "id", "key-remove-id", "value-id").required(true)),
        )
        .subcommand(
            flags::command(words, "recovery", "secours", "key-recovery-about")
                .arg(recovery_kit(words).required_unless_present("check"))
                .arg(flags::switch(words, "check", "controler", "key-recovery-check").conflicts_with("recovery-kit"))
                .arg(recovery_file(words))
                .after_help(words.text("key-recovery-examples")),
        )
        .subcommand(rotate::command(words))
        .subcommand(reencrypt::command(words))
}

fn new_password_file(words: &Words) -> Arg {
    flags::option(words, "new-password-file", "nouvelle-phrase-fichier", "key-new-password-file", "value-file")
        .value_parser(clap::value_parser!(PathBuf))
}

fn recovery_file(words: &Words) -> Arg {
    flags::option(words, "recovery-file", "fichier-secours", "key-recovery-file", "value-file")
        .value_parser(clap::value_parser!(PathBuf))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let layout = Layout::new(&context.archive_path());
    let names = || -> Vec<String> {
        public_slots(&layout).map(|slots| slots.into_iter().map(|slot| slot.name).collect()).unwrap_or_default()
    };
    let before = names();
    let outcome = changed(matches, context);
    let after = names();
    // Even after an error: what is gone must leave the drives too.
    let gone: Vec<String> = before.into_iter().filter(|name| !after.contains(name)).collect();
    if !gone.is_empty() {
        Drives::default().update(&layout, |drives| drives.revoke(gone))?;
    }
    outcome
}

fn changed(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    match matches.subcommand() {
        Some(("list" | "liste", _)) => list(context),
        Some(("passwd" | "changer", matches)) => change(matches, context),
        Some(("add" | "ajouter", matches)) => add(matches, context),
        Some(("remove" | "retirer", matches)) => remove(matches, context),
        Some(("recovery" | "secours", matches)) if matches.get_flag("check") => check(matches, context),
        Some(("recovery" | "secours", matches)) => recovery(matches, context),
        Some(("rotate" | "renouveler", matches)) => rotate::run(matches, context),
        Some(("reencrypt" | "rechiffrer", matches)) => reencrypt::run(matches, context),
        _ => Err(CommandError::new(ErrorKind::WrongUsage)),
    }
}

fn list(context: &mut Context) -> Result<Exit, CommandError> {
    let archive = context.open()?;
    let slots = archive.slots()?;
    if context.output.is_json() {
        let keys = slots.iter().map(|slot| line_of(&archive, slot)).collect();
        context.output.json_line(&KeysDocument { keys })?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = slots.iter().map(|slot| row_of(context, &archive, slot)).collect();
    context.output.table(&[Align::Left; 4], &rows)?;
    Ok(Exit::Done)
}

fn line_of(archive: &Archive, slot: &SlotFile) -> KeyLine {
    let label = archive.commit().key_notes.get(&slot.name).and_then(|note| note.label.clone());
    KeyLine { id: id_of(&slot.name), kind: slot.kind.name(), label, sound: slot.sound }
}

/// Id, sort, label and state, as the user reads them.
fn row_of(context: &Context, archive: &Archive, slot: &SlotFile) -> Vec<String> {
    let kind = context.words.text(match slot.kind {
        SlotKind::Passphrase => "key-kind-passphrase",
        SlotKind::Recovery => "key-kind-recovery",
        SlotKind::Person => "key-kind-person",
    });
    let line = line_of(archive, slot);
    let state = if slot.sound { String::new() } else { context.words.text("finding-damaged") };
    vec![line.id, kind, line.label.unwrap_or_default(), state]
}

/// A new passphrase in place of the one (or the recovery kit) that opened the archive.
fn change(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let root = context.archive_path();
    crate::store::peek(&root)?;
    let line = recovery_line(matches, context)?;
    let (archive, replaced) = if let Some(line) = &line {
        let archive = Archive::open(&root, &Unlock::Recovery(line))?;
        // The forgotten passphrase cannot be told from others, so a recovery replaces every one.
        let slots = archive.slots()?.into_iter().filter(|slot| slot.kind == SlotKind::Passphrase);
        let replaced = slots.map(|slot| slot.name).collect();
        (archive, replaced)
    } else {
        let old = context.passphrase()?;
        let archive = Archive::open(&root, &Unlock::Passphrase(&old))?;
        let replaced = opened_by(&archive, &old)?;
        (archive, replaced)
    };
    let new = new_secret(matches, context)?;
    let label = replaced.iter().find_map(|name: &String| archive.commit().key_notes.get(name)?.label.clone());
    recorded(&archive, |writer| {
        let name = archive.add_passphrase(&new, WORK_FACTOR)?;
        // The old key goes when the new one is safe on disk.
        replaced.iter().try_for_each(|name| writer.retire_slot(name))?;
        Ok(BTreeMap::from([(name, KeyNote { label, recipient: None })]))
    })?;
    Ok(say_done(context, "key-changed"))
}

fn opened_by(archive: &Archive, passphrase: &Passphrase) -> Result<Vec<String>, CommandError> {
    let keys = archive.layout().keys();
    let mut names = Vec::new();
    for slot in archive.slots()?.into_iter().filter(|slot| slot.kind == SlotKind::Passphrase && slot.sound) {
        let path = keys.join(&slot.name);
        let sealed = fs::read(&path).map_err(|error| unreadable(&path, error))?;
        if open_slot(&sealed, &Unlock::Passphrase(passphrase)).is_ok() {
            names.push(slot.name);
        }
    }
    Ok(names)
}

fn recovery_line(matches: &ArgMatches, context: &mut Context) -> Result<Option<RecoveryLine>, CommandError> {
    let text = match matches.get_one::<PathBuf>("recovery-file") {
        Some(path) => return line_from_file(path).map(Some),
        None if !matches.get_flag("recovery") => return Ok(None),
        None if !context.may_ask() => return Err(CommandError::new(ErrorKind::PasswordNeeded)),
        None => {
            let question = context.words.text("ask-recovery-line");
            context.typed(&question)?
        }
    };
    Ok(Some(RecoveryLine::parse(text.reveal())?))
}

fn add(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let archive = context.open()?;
    let label = matches.get_one::<String>("name").cloned();
    if let Some(text) = matches.get_one::<String>("recipient") {
        let recipient = Recipient::parse(text)?;
        let note = KeyNote { label, recipient: Some(recipient.to_string()) };
        recorded(&archive, |_| {
            let name = archive.add_recipient(SlotKind::Person, &recipient)?;
            Ok(BTreeMap::from([(name, note)]))
        })?;
        return Ok(say_done(context, "key-person-added"));
    }
    let new = new_secret(matches, context)?;
    recorded(&archive, |_| {
        let name = archive.add_passphrase(&new, WORK_FACTOR)?;
        Ok(BTreeMap::from([(name, KeyNote { label, recipient: None })]))
    })?;
    Ok(say_done(context, "key-added"))
}

fn remove(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let given = matches.get_one::<String>("id").map(String::as_str).unwrap_or_default();
    let archive = context.open()?;
    let slots = archive.slots()?;
    let fitting: Vec<_> = slots.iter().filter(|slot| id_of(&slot.name) == given || slot.name == given).collect();
    let [slot] = fitting.as_slice() else { return Err(CommandError::new(ErrorKind::NoSuchKey).with("given", given)) };
    if !slots.iter().any(|other| other.name != slot.name && other.sound) {
        return Err(CommandError::new(ErrorKind::LastKey));
    }
    recorded(&archive, |writer| writer.retire_slot(&slot.name).map(|()| BTreeMap::new()))?;
    Ok(say_done(context, "key-removed"))
}

fn recovery(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let Some(path) = matches.get_one::<PathBuf>("recovery-kit") else {
        return Err(CommandError::new(ErrorKind::RecoveryChoiceNeeded));
    };
    let archive = context.open()?;
    outside_archive(&archive, path)?;
    let kit = Kit::reserve(path)?;
    let line = RecoveryLine::generate();
    recorded(&archive, |_| {
        let recipient = line.recipient();
        let name = archive.add_recipient(SlotKind::Recovery, &recipient)?;
        Ok(BTreeMap::from([(name, KeyNote { label: None, recipient: Some(recipient.to_string()) })]))
    })?;
    let written = write_kit(context, kit, &archive, &line)?;
    let text = context.words.with("init-kit-written", &[("path", written.display().to_string().into())]);
    context.output.note(&text);
    rehearse(context, &line)?;
    Ok(Exit::Done)
}

/// Whether a recovery line opens this archive, tried before it is needed.
fn check(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let root = context.archive_path();
    crate::store::peek(&root)?;
    let line = match matches.get_one::<PathBuf>("recovery-file") {
        Some(path) => line_from_file(path)?,
        None if !context.may_ask() => return Err(CommandError::new(ErrorKind::PasswordNeeded)),
        None => {
            let question = context.words.text("ask-recovery-line");
            RecoveryLine::parse(context.typed(&question)?.reveal())?
        }
    };
    Archive::open(&root, &Unlock::Recovery(&line)).map_err(|error| match error {
        StoreError::WrongSecret => CommandError::new(ErrorKind::OtherRecoveryLine),
        error => error.into(),
    })?;
    let text = context.words.text("key-recovery-opens");
    context.output.line(&text)?;
    Ok(Exit::Done)
}

/// A new passphrase: from `--new-password-file`, else typed twice. The global password flags name the present one.
fn new_secret(matches: &ArgMatches, context: &mut Context) -> Result<Passphrase, CommandError> {
    let weak = matches.get_flag("weak");
    if let Some(path) = matches.get_one::<PathBuf>("new-password-file") {
        let new = from_file(path)?;
        if new.is_empty() {
            return Err(CommandError::new(ErrorKind::PasswordEmpty));
        }
        judged(&new, weak)?;
        return Ok(new);
    }
    if !context.may_ask() {
        return Err(CommandError::new(ErrorKind::NewPasswordNeeded));
    }
    typed_twice(context, weak)
}

/// Changes slots while nobody else writes, then writes a commit that lists the slots there are, with what became known of
/// them.
fn recorded(
    archive: &Archive,
    change: impl FnOnce(&Writer<'_>) -> Result<BTreeMap<String, KeyNote>, StoreError>,
) -> Result<(), CommandError> {
    let writer = Writer::begin(archive, &archive.media()?)?;
    let key_notes = change(&writer)?;
    writer.commit(CommitFacts { key_notes, ..CommitFacts::nothing(clock::now()) })?;
    Ok(())
}

fn say_done(context: &mut Context, id: &str) -> Exit {
    let text = context.words.text(id);
    context.output.note(&text);
    let text = context.words.text("key-drives");
    context.output.note(&text);
    Exit::Done
}

/// What the user calls a key: its file's name without the ending.
fn id_of(name: &str) -> String {
    name.strip_suffix(".age").unwrap_or(name).to_owned()
}
