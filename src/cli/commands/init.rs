//! `init`: a new, empty archive.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command};

use crate::cli::context::{COUNTRY, Context};
use crate::cli::convert::unreadable;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::json::InitDocument;
use crate::cli::kit::{Kit, KitContent, rehearse};
use crate::cli::{clock, flags};
use crate::crypto::{Passphrase, RecoveryLine, STRENGTH_BITS_MIN, WORK_FACTOR, WordList};
use crate::store::{Archive, Begun, CommitFacts, CreateOptions, MediaIndex, SlotKind, Writer};
use crate::words::{Language, Words};

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "init", "creer", "init-about")
        .arg(flags::positional(words, "dir", "init-dir", "value-folder").value_parser(clap::value_parser!(PathBuf)))
        .arg(recovery_kit(words).conflicts_with("no-recovery-kit"))
        .arg(flags::switch(words, "no-recovery-kit", "sans-fiche-secours", "init-no-recovery-kit"))
        .arg(weak(words))
        .after_help(words.text("init-examples"))
}

/// `--recovery-kit FILE`.
pub(super) fn recovery_kit(words: &Words) -> Arg {
    flags::option(words, "recovery-kit", "fiche-secours", "init-recovery-kit", "value-file")
        .value_parser(clap::value_parser!(PathBuf))
}

/// `--weak`.
pub(super) fn weak(words: &Words) -> Arg {
    flags::switch(words, "weak", "faible", "init-weak")
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let root = matches.get_one::<PathBuf>("dir").cloned().unwrap_or_else(|| context.place());
    let kit_path = wanted_kit(matches, context)?;
    let passphrase = new_passphrase(context, matches.get_flag("weak"))?;
    let kit = kit_path.as_deref().map(Kit::reserve).transpose()?;
    let options =
        CreateOptions { passphrase: &passphrase, recovery: kit.is_some(), work_factor: WORK_FACTOR, now: clock::now() };
    let created = match Archive::begin(&root, &options, Begun::Empty) {
        Ok(created) => created,
        Err(error) => {
            if let Some(kit) = kit {
                kit.give_up();
            }
            return Err(error.into());
        }
    };
    // An archive whose page was never written would have a key that nobody has.
    let kit = match (kit, &created.recovery) {
        (Some(kit), Some(line)) => Some(write_kit(context, kit, &created.archive, line)?),
        _ => None,
    };
    created.archive.finish_creation()?;
    if let Some(country) = context.country() {
        let settings = BTreeMap::from([(COUNTRY.to_owned(), country.to_owned())]);
        let writer = Writer::begin(&created.archive, &MediaIndex::default())?;
        writer.commit(CommitFacts { settings, ..CommitFacts::nothing(clock::now()) })?;
    }
    let told = tell(context, &root, &created.archive, kit.as_deref())?;
    if let Some(line) = &created.recovery {
        rehearse(context, line)?;
    }
    Ok(told)
}

fn tell(context: &mut Context, root: &Path, archive: &Archive, kit: Option<&Path>) -> Result<Exit, CommandError> {
    if context.output.is_json() {
        context.output.json_line(&InitDocument {
            archive: root.display().to_string(),
            id: archive.commit().vault.clone(),
            recovery_kit: kit.map(|path| path.display().to_string()),
        })?;
        return Ok(Exit::Done);
    }
    if let Some(path) = kit {
        let text = context.words.with("init-kit-written", &[("path", path.display().to_string().into())]);
        context.output.note(&text);
    }
    let path = root.display().to_string();
    let text = context.words.with("init-done", &[("path", path.as_str().into())]);
    context.output.line(&text)?;
    let is_default = root == context.place();
    let text =
        context.words.with(if is_default { "init-next" } else { "init-next-elsewhere" }, &[("path", path.into())]);
    context.output.note(&text);
    Ok(Exit::Done)
}

/// Where the recovery kit goes; nothing for `--no-recovery-kit`. A script must say which it wants.
fn wanted_kit(matches: &ArgMatches, context: &mut Context) -> Result<Option<PathBuf>, CommandError> {
    if matches.get_flag("no-recovery-kit") {
        return Ok(None);
    }
    if let Some(path) = matches.get_one::<PathBuf>("recovery-kit") {
        return Ok(Some(path.clone()));
    }
    if !context.may_ask() {
        return Err(CommandError::new(ErrorKind::RecoveryChoiceNeeded));
    }
    let proposed = context.words.text("init-kit-name");
    let question = context.words.with("init-ask-kit", &[("path", proposed.as_str().into())]);
    let answer = context.answer(&question)?;
    Ok(Some(PathBuf::from(if answer.is_empty() { proposed } else { answer })))
}

/// A passphrase for a new key: from a source, else typed twice or generated. Too easy ones are refused unless `weak`.
pub(super) fn new_passphrase(context: &mut Context, weak: bool) -> Result<Passphrase, CommandError> {
    if let Some(passphrase) = context.passwords.read()? {
        judged(&passphrase, weak)?;
        return Ok(passphrase);
    }
    if !context.may_ask() {
        return Err(CommandError::new(ErrorKind::PasswordNeeded));
    }
    typed_twice(context, weak)
}

/// A passphrase typed twice, or generated when nothing is typed.
pub(super) fn typed_twice(context: &mut Context, weak: bool) -> Result<Passphrase, CommandError> {
    let question = context.words.text("ask-new-password");
    let first = context.typed_or_nothing(&question)?;
    let Some(first) = first else { return generated(context) };
    judged(&first, weak)?;
    let question = context.words.text("ask-password-again");
    let second = context.typed(&question)?;
    if first.reveal() == second.reveal() { Ok(first) } else { Err(CommandError::new(ErrorKind::PasswordsDiffer)) }
}

fn generated(context: &mut Context) -> Result<Passphrase, CommandError> {
    let list = match context.words.language() {
        Language::French => WordList::French,
        Language::English => WordList::English,
    };
    let passphrase =
        Passphrase::generate(list).map_err(|error| CommandError::new(ErrorKind::Internal).because(error))?;
    let text = context.words.with("init-generated", &[("words", passphrase.reveal().into())]);
    context.output.say(&text);
    let question = context.words.text("ask-password-written");
    let again = context.typed(&question)?;
    if again.reveal() == passphrase.reveal() {
        Ok(passphrase)
    } else {
        Err(CommandError::new(ErrorKind::PasswordsDiffer))
    }
}

pub(super) fn judged(passphrase: &Passphrase, weak: bool) -> Result<(), CommandError> {
    if weak || passphrase.strength_bits() >= STRENGTH_BITS_MIN {
        Ok(())
    } else {
        Err(CommandError::new(ErrorKind::PasswordWeak))
    }
}

/// Writes the page of the archive's newest recovery key.
pub(super) fn write_kit(
    context: &Context,
    kit: Kit,
    archive: &Archive,
    line: &RecoveryLine,
) -> Result<PathBuf, CommandError> {
    let slots = archive.slots()?;
    let opens = |name: &str| {
        fs_err::read(archive.layout().keys().join(name))
            .ok()
            .filter(|sealed| crate::crypto::open_slot(sealed, &crate::crypto::Unlock::Recovery(line)).is_ok())
    };
    let slot = slots
        .iter()
        .filter(|slot| slot.kind == SlotKind::Recovery)
        .find_map(|slot| Some((slot.name.as_str(), opens(&slot.name)?)));
    let keys = archive.layout().keys();
    let (slot, sealed) = slot.ok_or_else(|| unreadable(&keys, std::io::ErrorKind::NotFound.into()))?;
    let day = context.words.date(clock::now().with_timezone(&context.zone).date_naive());
    kit.write(&context.words, &KitContent { archive: &archive.commit().vault, line, slot, sealed: &sealed, day })
}
