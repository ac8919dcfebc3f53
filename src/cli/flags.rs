//! Building blocks of the command line: commands, flags and arguments named in the user's language first, in English
//! always.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};
use clap::{Arg, ArgAction, Command};

use super::output::{Color, OutputOptions};
use crate::words::{Language, Words};

/// A command. Both names work; the user's language names it in help and errors.
pub(super) fn command(words: &Words, english: &'static str, french: &'static str, about: &str) -> Command {
    let (name, other) = ordered(words, english, french);
    let command = Command::new(name).about(words.text(about)).disable_help_flag(true).disable_help_subcommand(true);
    if name == other { command } else { command.alias(other) }
}

/// A group of commands, none of which is the default.
pub(super) fn group(words: &Words, english: &'static str, french: &'static str, about: &str) -> Command {
    command(words, english, french, about).subcommand_required(true)
}

/// A flag without a value. Its id is the English name.
pub(super) fn switch(words: &Words, english: &'static str, french: &'static str, help: &str) -> Arg {
    named(words, english, french, help).action(ArgAction::SetTrue)
}

/// A flag with a value. Its id is the English name.
pub(super) fn option(words: &Words, english: &'static str, french: &'static str, help: &str, value: &str) -> Arg {
    named(words, english, french, help).value_name(words.text(value)).action(ArgAction::Set)
}

/// A value of a flag: its English and its French name.
pub(super) type Named = (&'static str, &'static str);

/// A flag with one of a few values. Either name of a value is taken, and read as the English one.
pub(super) fn choice(
    words: &Words,
    english: &'static str,
    french: &'static str,
    (help, value): (&str, &str),
    values: &'static [Named],
) -> Arg {
    let known = values.iter().map(|(english, french)| {
        let (name, other) = ordered(words, english, french);
        let value = PossibleValue::new(name);
        if name == other { value } else { value.alias(other) }
    });
    let canonical = |given: String| {
        let named = values.iter().find(|(_, french)| given == *french);
        named.map_or(given, |(english, _)| (*english).to_owned())
    };
    let known: Vec<PossibleValue> = known.collect();
    option(words, english, french, help, value).value_parser(PossibleValuesParser::new(known).map(canonical))
}

/// A flag, or a value of one, as the user's language calls it.
pub(super) fn called(words: &Words, (english, french): Named) -> &'static str {
    ordered(words, english, french).0
}

/// An argument without a name.
pub(super) fn positional(words: &Words, id: &'static str, help: &str, value: &str) -> Arg {
    Arg::new(id).value_name(words.text(value)).help(words.text(help))
}

fn named(words: &Words, english: &'static str, french: &'static str, help: &str) -> Arg {
    let (name, other) = ordered(words, english, french);
    let arg = Arg::new(english).long(name).help(words.text(help));
    if name == other { arg } else { arg.alias(other) }
}

fn ordered(words: &Words, english: &'static str, french: &'static str) -> (&'static str, &'static str) {
    match words.language() {
        Language::French => (french, english),
        Language::English => (english, french),
    }
}

/// Values of `--color`.
const COLORS: [Named; 3] = [("auto", "auto"), ("always", "toujours"), ("never", "jamais")];

/// The flags that every command takes.
pub(super) fn global(words: &Words) -> Vec<Arg> {
    let flags = [
        option(words, "archive", "archive", "flag-archive", "value-folder")
            .value_parser(clap::value_parser!(std::path::PathBuf)),
        option(words, "password-file", "phrase-fichier", "flag-password-file", "value-file")
            .value_parser(clap::value_parser!(std::path::PathBuf)),
        option(words, "password-command", "phrase-commande", "flag-password-command", "value-command"),
        switch(words, "password-stdin", "phrase-entree", "flag-password-stdin"),
        option(words, "identity", "identite", "flag-identity", "value-file")
            .value_parser(clap::value_parser!(std::path::PathBuf)),
        option(words, "lang", "langue", "flag-lang", "value-lang").value_parser(["fr", "en"]),
        option(words, "country", "pays", "flag-country", "value-country"),
        option(words, "tz", "zone", "flag-tz", "value-zone"),
        switch(words, "json", "json", "flag-json"),
        switch(words, "quiet", "silencieux", "flag-quiet").short('q'),
        named(words, "verbose", "bavard", "flag-verbose").short('v').action(ArgAction::Count),
        switch(words, "no-input", "sans-question", "flag-no-input"),
        choice(words, "color", "couleur", ("flag-color", "value-color"), &COLORS),
        switch(words, "no-color", "sans-couleur", "flag-no-color"),
        switch(words, "no-progress", "sans-progression", "flag-no-progress"),
        named(words, "help", "aide", "flag-help").short('h').action(ArgAction::Help),
    ];
    flags.into_iter().map(|flag| flag.global(true)).collect()
}

/// What the global flags say about output.
pub(super) fn output_options(matches: &clap::ArgMatches, surroundings: &crate::config::Config) -> OutputOptions {
    let color = match matches.get_one::<String>("color").map(String::as_str) {
        _ if matches.get_flag("no-color") => Color::Never,
        Some("always") => Color::Always,
        Some("never") => Color::Never,
        _ => Color::Auto,
    };
    OutputOptions {
        json: matches.get_flag("json"),
        quiet: matches.get_flag("quiet"),
        verbosity: matches.get_count("verbose"),
        color,
        plain: surroundings.plain,
        color_forced: surroundings.color_forced,
    }
}

/// The value of `--lang` before the command line can be parsed, since parsing already speaks.
pub(super) fn language_asked(arguments: &[std::ffi::OsString]) -> Option<Language> {
    let mut asked = None;
    let mut arguments = arguments.iter().map(|argument| argument.to_string_lossy());
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            break;
        }
        let value = match argument.split_once('=') {
            Some(("--lang" | "--langue", value)) => Some(value.to_owned()),
            None if argument == "--lang" || argument == "--langue" => {
                arguments.next().map(std::borrow::Cow::into_owned)
            }
            _ => None,
        };
        asked = value.as_deref().and_then(Language::of_locale).or(asked);
    }
    asked
}

/// Whether a flag stands before any `--`.
pub(super) fn is_given(arguments: &[std::ffi::OsString], names: &[&str]) -> bool {
    arguments.iter().take_while(|argument| *argument != "--").any(|given| names.iter().any(|name| given == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_known_before_parsing() {
        let check = |line: &str, expected| {
            let arguments: Vec<std::ffi::OsString> = line.split(' ').map(Into::into).collect();
            assert_eq!(language_asked(&arguments), expected, "{line}");
        };
        check("malle --lang en search", Some(Language::English));
        check("malle search robe --langue=fr", Some(Language::French));
        check("malle search -- --lang en", None);
        check("malle search --lang", None);
    }
}
