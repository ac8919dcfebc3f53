//! `guide`: how to ask each platform for one's download, and what it lacks.

use clap::{ArgMatches, Command};

use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::{flags, help};
use crate::words::Words;

/// The platforms there is a guide for, and the ids of their texts.
const GUIDES: [(&str, &str); 6] = [
    ("facebook", "guide-facebook"),
    ("instagram", "guide-instagram"),
    ("messenger", "guide-messenger"),
    ("whatsapp", "guide-whatsapp"),
    ("telegram", "guide-telegram"),
    ("x", "guide-x"),
];

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "guide", "guide", "guide-about")
        .arg(
            flags::positional(words, "platform", "guide-platform", "value-platform")
                .value_parser(GUIDES.map(|(platform, _)| platform)),
        )
        .after_help(words.text("guide-examples"))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let width = context.output.width();
    let asked = matches.get_one::<String>("platform").map(String::as_str);
    let guides = GUIDES.iter().filter(|(platform, _)| asked.is_none_or(|asked| asked == *platform)).map(|(_, id)| *id);
    let intro = asked.is_none().then_some("guide-intro");
    let ids: Vec<&str> = intro.into_iter().chain(guides).chain(std::iter::once("guide-after")).collect();
    for (number, id) in ids.iter().enumerate() {
        if number > 0 {
            context.output.line("")?;
        }
        let text = context.words.text(id);
        context.output.line(&help::wrapped(&text, 0, width))?;
    }
    Ok(Exit::Done)
}
