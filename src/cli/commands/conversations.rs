//! `conversations`: who was talked with, how much, from when to when.

use clap::{ArgMatches, Command};

use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::cli::json::ConversationsDocument;
use crate::cli::output::Align;
use crate::cli::record_view::platform_name;
use crate::ingest::{ConversationLine, read_conversations};
use crate::words::Words;

pub(super) fn command(words: &Words) -> Command {
    flags::group(words, "conversations", "discussions", "conversations-about").subcommand(
        flags::command(words, "list", "liste", "conversations-list-about")
            .after_help(words.text("conversations-examples")),
    )
}

pub(super) fn run(_matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let archive = context.open()?;
    let conversations = read_conversations(&archive)?;
    if context.output.is_json() {
        let found = !conversations.is_empty();
        context.output.json_line(&ConversationsDocument { conversations })?;
        return Ok(if found { Exit::Done } else { Exit::NothingFound });
    }
    let rows: Vec<Vec<String>> = conversations.iter().map(|line| row(context, line)).collect();
    context.output.table(&[Align::Right, Align::Right, Align::Left, Align::Left], &rows)?;
    Ok(if conversations.is_empty() { Exit::NothingFound } else { Exit::Done })
}

fn row(context: &Context, line: &ConversationLine) -> Vec<String> {
    let last = line.last.as_ref().map_or_else(|| "—".to_owned(), |time| context.day(time));
    let title = if line.title.is_empty() { context.words.list(&line.participants) } else { line.title.clone() };
    vec![
        last,
        context.words.with("count-message", &[("count", line.messages.into())]),
        platform_name(line.platform).to_owned(),
        context.output.short(&title, 48),
    ]
}
