//! `index`: the search index, which can always be made anew from the archive.

use clap::{ArgMatches, Command};

use crate::cli::archive_view::Damage;
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::ingest::rebuild_index;
use crate::words::Words;

pub(super) fn command(words: &Words) -> Command {
    flags::group(words, "index", "index", "index-about").subcommand(flags::command(
        words,
        "rebuild",
        "reconstruire",
        "index-rebuild-about",
    ))
}

pub(super) fn run(_matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let archive = context.open()?;
    let total: u64 = archive.commit().counts.values().sum();
    let progress = context.progress(&context.words.text("index-running"));
    let ready = rebuild_index(&archive, &|done| progress.set(done.min(total), total))?;
    progress.finish();
    let (index, mut damage) = (ready.index, Damage::default());
    damage.note(ready.damaged);
    if context.output.is_json() {
        context.output.json_line(&serde_json::json!({ "records": index.len() }))?;
    } else {
        let text = context.words.with("index-done", &[("count", index.len().into())]);
        context.output.note(&text);
    }
    damage.or(Exit::Done)
}
