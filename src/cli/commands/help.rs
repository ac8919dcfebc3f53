//! `help`: the page of a command, or a topic.

use clap::{ArgMatches, Command};

use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::help::{self, Length};
use crate::cli::{flags, run};
use crate::index::folded;
use crate::words::Words;

/// Topics: English name, French name, id of the text.
const TOPICS: [(&str, &str, &str); 4] = [
    ("query", "requete", "topic-query"),
    ("dates", "dates", "topic-dates"),
    ("exit-codes", "codes", "topic-exit-codes"),
    ("environment", "environnement", "topic-environment"),
];

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "help", "aide", "help-about")
        .arg(flags::positional(words, "topic", "help-topic", "value-topic").num_args(0..))
        .after_help(words.text("help-help-examples"))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let asked: Vec<&str> = matches.get_many::<String>("topic").into_iter().flatten().map(String::as_str).collect();
    let width = context.output.width();
    let page = match asked.as_slice() {
        [topic] if topic_of(topic).is_some() => {
            let id = topic_of(topic).unwrap_or_default();
            help::wrapped(&context.words.text(id), 0, width)
        }
        path => help::page(&context.words, &run::tree(&context.words), path, Length::Long, width)
            .ok_or_else(|| CommandError::new(ErrorKind::UnknownTopic).with("given", path.join(" ")))?,
    };
    context.output.line(&page)?;
    Ok(Exit::Done)
}

fn topic_of(name: &str) -> Option<&'static str> {
    // Accents do not matter here either: requête.
    let name = folded(name);
    let is = |known: &str| folded(known) == name;
    TOPICS.iter().find(|(english, french, _)| is(english) || is(french)).map(|(_, _, id)| *id)
}
