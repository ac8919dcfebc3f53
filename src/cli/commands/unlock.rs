//! `unlock`: keeps the archive open for a while.

use chrono::Duration;
use clap::{ArgMatches, Command};

use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::session::{self, SessionError};
use crate::cli::{clock, flags};
use crate::store::StoreError;
use crate::words::Words;

/// Longest time an archive may stay unlocked.
const HOURS_MAX: i64 = 7 * 24;

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "unlock", "deverrouiller", "unlock-about")
        .arg(flags::option(words, "for", "pendant", "unlock-for", "value-span").default_value("8h"))
        .after_help(words.text("unlock-examples"))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let given = matches.get_one::<String>("for").map_or("8h", String::as_str);
    let span = span(given).ok_or_else(|| CommandError::new(ErrorKind::BadSpan).with("given", given))?;
    let archive = context.open()?;
    if archive.layout().is_copy() {
        return Err(StoreError::IsCopy { path: archive.layout().root().to_owned() }.into());
    }
    let expiry = clock::now() + span;
    session::start(archive.layout(), archive.keyring(), context.config.runtime.as_deref(), expiry).map_err(
        |error| match error {
            SessionError::NoPlace => CommandError::new(ErrorKind::NoSessionPlace),
            other => CommandError::new(ErrorKind::ArchiveUnusable).because(other),
        },
    )?;
    let until = context.moment(expiry);
    if context.output.is_json() {
        context.output.json_line(&serde_json::json!({ "unlocked_until": expiry.to_rfc3339() }))?;
    } else {
        let text = context.words.with("unlock-done", &[("until", until.into())]);
        context.output.note(&text);
    }
    Ok(Exit::Done)
}

/// `30m`, `8h`, `2d` (or `2j`), at most a week.
fn span(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: i64 = number.parse().ok().filter(|number| *number > 0 && *number < 100_000)?;
    let span = match unit {
        "m" => Duration::minutes(number),
        "h" => Duration::hours(number),
        "d" | "j" => Duration::days(number),
        _ => return None,
    };
    (span <= Duration::hours(HOURS_MAX)).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_a_unit_and_an_end() {
        assert_eq!(span("30m"), Some(Duration::minutes(30)));
        assert_eq!(span("2j"), Some(Duration::hours(48)));
        for wrong in ["", "h", "8", "-1h", "0h", "8x", "200h", "é"] {
            assert_eq!(span(wrong), None, "{wrong}");
        }
    }
}
