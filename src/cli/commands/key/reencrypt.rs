//! `key reencrypt`: the whole archive in a new folder, under a new key that opens nothing of the old one.

use std::path::PathBuf;

use clap::{ArgMatches, Command};

use super::super::init::{recovery_kit, weak, write_kit};
use super::{new_password_file, new_secret};
use crate::cli::archive_view::shown;
use crate::cli::context::Context;
use crate::cli::convert::outside_archive;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::json_upkeep::ReencryptDocument;
use crate::cli::kit::Kit;
use crate::cli::{clock, flags};
use crate::crypto::WORK_FACTOR;
use crate::store::{Archive, Begun, CreateOptions, VerifyDepth, reencrypt, verify};
use crate::words::Words;

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "reencrypt", "rechiffrer", "key-reencrypt-about")
        .arg(
            flags::option(words, "to", "vers", "key-reencrypt-to", "value-folder")
                .value_parser(clap::value_parser!(PathBuf))
                .required(true),
        )
        .arg(new_password_file(words))
        .arg(weak(words))
        .arg(recovery_kit(words))
        .after_help(words.text("key-reencrypt-examples"))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let to = matches.get_one::<PathBuf>("to").cloned().unwrap_or_default();
    let kit = matches.get_one::<PathBuf>("recovery-kit");
    let old = context.open()?;
    outside_archive(&old, &to)?;
    if let Some(kit) = kit {
        outside_archive(&old, kit)?;
    }
    let passphrase = new_secret(matches, context)?;
    let kit = kit.map(|path| Kit::reserve(path)).transpose()?;
    let options =
        CreateOptions { passphrase: &passphrase, recovery: kit.is_some(), work_factor: WORK_FACTOR, now: clock::now() };
    let created = match Archive::begin(&to, &options, Begun::Copy) {
        Ok(created) => created,
        Err(error) => {
            kit.into_iter().for_each(Kit::give_up);
            return Err(error.into());
        }
    };
    let mut new = created.archive;
    let progress = context.progress(&context.words.text("key-reencrypting"));
    if let Err(error) = reencrypt(&old, &mut new, clock::now(), &|done, total| progress.set(done, total)) {
        kit.into_iter().for_each(Kit::give_up);
        return Err(error.into());
    }
    // A page is of use only with an archive that is whole, and the archive is one only when its page is written.
    let written = match (kit, &created.recovery) {
        (Some(kit), Some(line)) => Some(write_kit(context, kit, &new, line)?),
        _ => None,
    };
    new.finish_creation()?;
    if let Some(written) = written {
        let text = context.words.with("init-kit-written", &[("path", shown(&written).into())]);
        context.output.note(&text);
    }
    let sound = verify(&new, VerifyDepth::Data, &|_| {})?.is_sound();
    progress.finish();
    if !sound {
        let next = context.words.with("key-reencrypt-again", &[("path", shown(&to).into())]);
        return Err(CommandError::new(ErrorKind::Integrity).with("next", next));
    }
    let records = new.commit().counts.values().sum();
    if context.output.is_json() {
        let (archive, id) = (shown(&to), new.commit().vault.clone());
        context.output.json_line(&ReencryptDocument { archive, id, records })?;
        return Ok(Exit::Done);
    }
    let facts = [("path", shown(&to).into()), ("count", records.into())];
    let text = context.words.with("key-reencrypted", &facts);
    context.output.line(&text)?;
    let text = context.words.with("key-reencrypted-next", &[("path", shown(old.layout().root()).into())]);
    context.output.note(&text);
    Ok(Exit::Done)
}
