//! One run of the program: parse, dispatch, report, exit code.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::commands::{COMMANDS, CommandEntry};
use super::context::{Context, zone_of};
use super::country::country_of;
use super::error::{CommandError, ErrorKind};
use super::exit::Exit;
use super::harden::no_memory_images;
use super::help::{self, Length};
use super::output::{Output, OutputOptions, tell_interrupted};
use super::partial::remove_unfinished;
use super::{flags, usage};
use crate::config::Config;
use crate::store::peek;
use crate::words::{Language, Words};

/// Runs the program with the arguments and surroundings of this process.
#[must_use]
pub fn main() -> ExitCode {
    no_memory_images();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let config = Config::read();
    let language = flags::language_asked(&arguments)
        .unwrap_or_else(|| Language::choose(config.locales.iter().map(String::as_str)));
    let exit = run(&arguments, config, language);
    ExitCode::from(exit.code())
}

fn run(arguments: &[OsString], config: Config, language: Language) -> Exit {
    let words = Words::new(language);
    // Until the flags are known, errors of the command line must already be JSON if that is what was asked for.
    let json = flags::is_given(arguments, &["--json", "--jsonl"]);
    let mut output = Output::new(OutputOptions { json, plain: config.plain, ..OutputOptions::default() });
    stop_on_interrupt(words.text("told-interrupted"));
    let matches = match tree(&words).try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return refused(&error, arguments, &words, &mut output),
    };
    output.configure(flags::output_options(&matches, &config));
    let place = zone_of(&matches, &config).and_then(|zone| Ok((zone, country_of(&matches, &config)?)));
    let place = match place {
        Ok(place) => place,
        Err(error) => return failed(&error, &words, &mut output),
    };
    let mut context = Context::new(words, output, config, &matches, place);
    let result = dispatch(&matches, &mut context).and_then(|exit| context.output.flush().map(|()| exit));
    match result {
        Ok(exit) => exit,
        Err(error) => {
            let (words, output) = (&context.words, &mut context.output);
            failed(&error, words, output)
        }
    }
}

/// The whole command line in the language of the words.
#[must_use]
pub fn tree(words: &Words) -> Command {
    let mut root = Command::new("malle")
        .bin_name("malle")
        .version(env!("CARGO_PKG_VERSION"))
        .about(words.text("malle-about"))
        .after_help(words.text("malle-examples"))
        .after_long_help(words.text("malle-topics"))
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .args(flags::global(words))
        .arg(
            Arg::new("version").long("version").short('V').help(words.text("flag-version")).action(ArgAction::Version),
        );
    for entry in COMMANDS {
        root = root.subcommand((entry.command)(words));
    }
    // Instead of a page the parser gives back which command's page is wanted; `help` renders it.
    with_paths(root, "")
}

/// Makes the help text of every command its path below the root.
fn with_paths(command: Command, path: &str) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let mut command = command.override_help(path.to_owned());
    for name in names {
        let below = format!("{path} {name}");
        command = command.mut_subcommand(name, |sub| with_paths(sub, below.trim()));
    }
    command
}

fn dispatch(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let Some((name, matches)) = matches.subcommand() else {
        // Where there is an archive that opens without a question nobody could answer, its state is what people want.
        if peek(&context.archive_path()).is_ok() {
            match command("status", &context.words).map(|status| (status.run)(matches, context)) {
                Some(Err(error)) if error.kind == ErrorKind::PasswordNeeded => {}
                Some(told) => return told,
                None => {}
            }
        }
        let width = context.output.width();
        let page = help::page(&context.words, &tree(&context.words), &[], Length::Short, width);
        context.output.line(&page.unwrap_or_default())?;
        return Ok(Exit::Done);
    };
    match command(name, &context.words) {
        Some(entry) => (entry.run)(matches, context),
        None => Err(CommandError::new(ErrorKind::UnknownCommand).with("given", name).with("suggestion", "none")),
    }
}

/// The command of this name, in any language.
fn command(name: &str, words: &Words) -> Option<&'static CommandEntry> {
    COMMANDS.iter().find(|entry| {
        let command = (entry.command)(words);
        command.get_name() == name || command.get_all_aliases().any(|alias| alias == name)
    })
}

/// What the parser ended with: a page that was asked for, or an error.
fn refused(error: &clap::Error, arguments: &[OsString], words: &Words, output: &mut Output) -> Exit {
    let shown = match error.kind() {
        clap::error::ErrorKind::DisplayHelp => {
            let path = error.to_string();
            let path: Vec<&str> = path.split_whitespace().collect();
            let long = flags::is_given(arguments, &["--help", "--aide"]);
            let length = if long { Length::Long } else { Length::Short };
            let page = help::page(words, &tree(words), &path, length, output.width());
            output.line(&page.unwrap_or_default())
        }
        clap::error::ErrorKind::DisplayVersion => output.line(&format!("malle {}", env!("CARGO_PKG_VERSION"))),
        _ => Err(usage::retold(error, arguments)),
    };
    match shown.and_then(|()| output.flush()) {
        Ok(()) => Exit::Done,
        Err(error) => failed(&error, words, output),
    }
}

fn failed(error: &CommandError, words: &Words, output: &mut Output) -> Exit {
    error.report(words, output);
    // Results shown before the failure still belong to the user.
    let _flushed = output.flush();
    error.kind.exit()
}

/// Ctrl-C ends the program at once: what is committed is safe, and the next run goes on from there.
#[expect(clippy::exit, reason = "the signal handler's thread has no other way to end the process")]
fn stop_on_interrupt(text: String) {
    let installed = ctrlc::set_handler(move || {
        remove_unfinished();
        tell_interrupted(&text);
        std::process::exit(i32::from(Exit::Interrupted.code()));
    });
    // Without a handler the signal still ends the process, only without a word.
    drop(installed);
}
