//! `conversations`: who was talked with, how much, from when to when.

use std::collections::HashMap;

use clap::{ArgMatches, Command};

use crate::cli::annotated::book;
use crate::cli::archive_view::{Damage, Questions};
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::cli::json::{ConversationsDocument, NamedConversation};
use crate::cli::names::{LateNames, is_number};
use crate::cli::output::Align;
use crate::cli::record_view::platform_name;
use crate::ingest::{ConversationLine, read_conversations};
use crate::store::Archive;
use crate::words::Words;

pub(super) fn command(words: &Words) -> Command {
    flags::group(words, "conversations", "discussions", "conversations-about").subcommand(
        flags::command(words, "list", "liste", "conversations-list-about")
            .after_help(words.text("conversations-examples")),
    )
}

pub(super) fn run(_matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let mut archive = context.open()?;
    let conversations = read_conversations(&archive)?;
    let people = people(context, &mut archive, &conversations)?;
    if context.output.is_json() {
        let found = !conversations.is_empty();
        let named = |line: ConversationLine| NamedConversation { person: people.get(&line.id).cloned(), line };
        let conversations = conversations.into_iter().map(named).collect();
        context.output.json_line(&ConversationsDocument { conversations })?;
        return Ok(if found { Exit::Done } else { Exit::NothingFound });
    }
    if conversations.is_empty() {
        context.output.note(&context.words.text("conversations-none"));
    }
    let by_id: HashMap<&str, &ConversationLine> = conversations.iter().map(|line| (line.id.as_str(), line)).collect();
    let rows: Vec<Vec<String>> = conversations.iter().map(|line| row(context, line, (&by_id, &people))).collect();
    context.output.table(&[Align::Right, Align::Right, Align::Left, Align::Left, Align::Left], &rows)?;
    Ok(if conversations.is_empty() { Exit::NothingFound } else { Exit::Done })
}

/// Names of people, by the ids of conversations that are called by their numbers.
fn people(
    context: &mut Context,
    archive: &mut Archive,
    conversations: &[ConversationLine],
) -> Result<HashMap<String, String>, CommandError> {
    let mut people = HashMap::new();
    let mut numbers = conversations.iter().filter(|line| is_number(&line.title)).peekable();
    if numbers.peek().is_none() {
        return Ok(people);
    }
    let mut damage = Damage::default();
    let book = book(archive, &mut damage)?;
    let ready = context.index(archive, &mut damage)?;
    let mut questions = Questions::to(archive, ready);
    let mut names = LateNames::new(archive, &book);
    for line in numbers {
        let name = names.of_title(context, (&mut questions, &mut damage), &line.title)?;
        people.extend(name.map(|name| (line.id.clone(), name)));
    }
    Ok(people)
}

fn row(
    context: &Context,
    line: &ConversationLine,
    (by_id, people): (&HashMap<&str, &ConversationLine>, &HashMap<String, String>),
) -> Vec<String> {
    let last = line.last.as_ref().map_or_else(|| "—".to_owned(), |time| context.day(time));
    let count = |line: &ConversationLine| context.words.with("count-message", &[("count", line.messages.into())]);
    let title = |line: &ConversationLine| {
        let title = match people.get(&line.id) {
            Some(name) => format!("{name} ({})", line.title),
            None if line.title.is_empty() => context.words.list(&line.participants),
            None => line.title.clone(),
        };
        context.output.short(&title, 48)
    };
    let others = line.also.iter().filter_map(|id| by_id.get(id.as_str()));
    let others: Vec<String> = others.map(|other| format!("{} ({})", title(other), count(other))).collect();
    let also = if others.is_empty() {
        String::new()
    } else {
        context.words.with("conversation-also", &[("conversations", context.words.list(&others).into())])
    };
    vec![last, count(line), platform_name(line.platform).to_owned(), title(line), also]
}
