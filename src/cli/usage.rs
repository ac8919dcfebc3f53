//! Errors of the command line, retold in the user's language from what the parser found.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind as ParserKind};

use super::error::{CommandError, ErrorKind};

/// What the parser's error about these arguments means to the user.
pub(super) fn retold(error: &clap::Error, arguments: &[OsString]) -> CommandError {
    let given = |kind| strings(error.get(kind)).into_iter().next().unwrap_or_default();
    // The parser lists what is alike from the least to the most.
    let suggested = |kind| some_or_none(strings(error.get(kind)).pop().unwrap_or_default());
    let list = |kind| some_or_none(strings(error.get(kind)).join(", "));
    let argument = given(ContextKind::InvalidArg);
    // The parser writes a flag with the name of its value (`--tz <ZONE>`); people know it without.
    let brackets = ['<', '>', '[', ']'];
    let flag = argument.split_whitespace().next().unwrap_or_default().replace(brackets, "");
    let missing = strings(error.get(ContextKind::InvalidArg)).join(", ").replace(brackets, "");
    match error.kind() {
        ParserKind::InvalidSubcommand => CommandError::new(ErrorKind::UnknownCommand)
            .with("given", given(ContextKind::InvalidSubcommand))
            .with("suggestion", suggested(ContextKind::SuggestedSubcommand)),
        ParserKind::MissingSubcommand => {
            CommandError::new(ErrorKind::MissingCommand).with("valid", list(ContextKind::ValidSubcommand))
        }
        ParserKind::UnknownArgument if flag.starts_with('-') => CommandError::new(ErrorKind::UnknownFlag)
            .with("given", flag)
            .with("suggestion", suggested(ContextKind::SuggestedArg)),
        ParserKind::UnknownArgument | ParserKind::TooManyValues => {
            CommandError::new(ErrorKind::TooManyArguments).with("given", argument)
        }
        ParserKind::InvalidValue if given(ContextKind::InvalidValue).is_empty() => {
            CommandError::new(ErrorKind::MissingValue).with("flag", flag).with("valid", list(ContextKind::ValidValue))
        }
        ParserKind::InvalidValue | ParserKind::ValueValidation => CommandError::new(ErrorKind::BadValue)
            .with("given", given(ContextKind::InvalidValue))
            .with("flag", flag)
            .with("valid", list(ContextKind::ValidValue)),
        ParserKind::TooFewValues | ParserKind::WrongNumberOfValues | ParserKind::NoEquals => {
            CommandError::new(ErrorKind::MissingValue).with("flag", flag).with("valid", NONE)
        }
        ParserKind::MissingRequiredArgument => CommandError::new(ErrorKind::MissingArgument).with("missing", missing),
        ParserKind::ArgumentConflict => {
            let named = |argument: String| argument.split_whitespace().next().unwrap_or_default().replace(brackets, "");
            let others: Vec<String> = strings(error.get(ContextKind::PriorArg)).into_iter().map(named).collect();
            CommandError::new(ErrorKind::FlagConflict).with("flag", flag).with("other", others.join(", "))
        }
        ParserKind::InvalidUtf8 => not_unicode(arguments),
        _ => CommandError::new(ErrorKind::WrongUsage).because(error.to_string()),
    }
}

/// Paths are taken as they are; what else is given must be text.
fn not_unicode(arguments: &[OsString]) -> CommandError {
    let given = arguments.iter().find(|argument| argument.to_str().is_none());
    let mut before = arguments.iter().take_while(|argument| argument.to_str().is_some());
    let is_query = before.any(|argument| argument == "search" || argument == "chercher");
    CommandError::new(ErrorKind::NotUnicode)
        .with("given", given.map(|given| given.to_string_lossy().into_owned()).unwrap_or_default())
        .with("what", if is_query { "query" } else { NONE })
}

/// What the texts branch on when the parser has nothing to propose.
const NONE: &str = "none";

fn some_or_none(text: String) -> String {
    if text.is_empty() { NONE.to_owned() } else { text }
}

fn strings(value: Option<&ContextValue>) -> Vec<String> {
    match value {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        Some(ContextValue::StyledStr(text)) => vec![text.to_string()],
        Some(ContextValue::Number(number)) => vec![number.to_string()],
        _ => Vec::new(),
    }
}
