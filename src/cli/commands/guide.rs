//! `guide`: how to ask each platform for one's download, and what it lacks.

use clap::{ArgMatches, Command};

use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::{flags, help};
use crate::words::Words;

/// The platforms there is a guide for; also the end of the ids of its texts.
const PLATFORMS: [&str; 4] = ["facebook", "instagram", "messenger", "whatsapp"];

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "guide", "guide", "guide-about")
        .arg(flags::positional(words, "platform", "guide-platform", "value-platform").value_parser(PLATFORMS))
        .after_help(words.text("guide-examples"))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let width = context.output.width();
    let asked = matches.get_one::<String>("platform").map(String::as_str);
    let ids: Vec<String> = match asked {
        Some(platform) => vec![format!("guide-{platform}"), "guide-after".to_owned()],
        None => std::iter::once("guide-intro".to_owned())
            .chain(PLATFORMS.iter().map(|platform| format!("guide-{platform}")))
            .chain(std::iter::once("guide-after".to_owned()))
            .collect(),
    };
    for (number, id) in ids.iter().enumerate() {
        if number > 0 {
            context.output.line("")?;
        }
        let text = context.words.text(id);
        context.output.line(&help::wrapped(&text, 0, width))?;
    }
    Ok(Exit::Done)
}
