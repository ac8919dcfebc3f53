//! `lock`: ends `unlock` at once.

use clap::{ArgMatches, Command};

use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::{flags, session};
use crate::store::peek;
use crate::words::Words;

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "lock", "verrouiller", "lock-about")
}

pub(super) fn run(_matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let root = context.archive_path();
    let id = peek(&root)?;
    let was_open = session::end(&root, &id, context.config.runtime.as_deref());
    if context.output.is_json() {
        context.output.json_line(&serde_json::json!({ "was_unlocked": was_open }))?;
    } else {
        let text = context.words.text(if was_open { "lock-done" } else { "lock-already" });
        context.output.note(&text);
    }
    Ok(Exit::Done)
}
