//! `compact`: fewer and fuller files, without losing anything.

use clap::{ArgMatches, Command};

use crate::cli::clock;
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::cli::json_upkeep::CompactDocument;
use crate::ingest::rebuild_index;
use crate::store::{compact, plan_compaction};
use crate::words::Words;

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "compact", "compacter", "compact-about")
        .arg(flags::switch(words, "dry-run", "essai", "compact-dry-run").short('n'))
        .after_help(words.text("compact-examples"))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let mut archive = context.open()?;
    let plan = plan_compaction(&archive)?;
    let mut document = CompactDocument {
        segments: u64::try_from(plan.segments.len()).unwrap_or(u64::MAX),
        packs: u64::try_from(plan.packs.len()).unwrap_or(u64::MAX),
        freed_bytes: i64::try_from(plan.freed_bytes).unwrap_or(i64::MAX),
        done: false,
    };
    if !matches.get_flag("dry-run") && !plan.is_empty() {
        let progress = context.progress(&context.words.text("compact-running"));
        document.freed_bytes = compact(&mut archive, &plan, clock::now())?;
        if !plan.segments.is_empty() {
            rebuild_index(&archive, &|_| {})?;
        }
        progress.finish();
        document.done = true;
    }
    if context.output.is_json() {
        context.output.json_line(&document)?;
        return Ok(Exit::Done);
    }
    let id = match (plan.is_empty(), document.done) {
        (true, _) => "compact-nothing",
        (false, true) => "compact-done",
        (false, false) => "compact-would",
    };
    let freed = u64::try_from(document.freed_bytes).unwrap_or(0);
    let facts = [("segments", document.segments.into()), ("packs", document.packs.into()), ("bytes", freed.into())];
    let text = context.words.with(id, &facts);
    context.output.line(&text)?;
    Ok(Exit::Done)
}
