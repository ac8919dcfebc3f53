//! `searches`: searches that were saved under a name.

use std::cell::RefCell;

use clap::{ArgMatches, Command};

use crate::cli::annotated::book;
use crate::cli::archive_view::Damage;
use crate::cli::clock;
use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::cli::json_notes::{SearchLine, SearchesDocument};
use crate::cli::output::Align;
use crate::index::spelled_out;
use crate::notes::{Annotation, Book, NOTE_BYTES_MAX, annotate, folded_name};
use crate::store::Archive;
use crate::words::Words;

use super::label::checked_name;

pub(super) fn command(words: &Words) -> Command {
    flags::group(words, "searches", "recherches", "searches-about")
        .subcommand(
            flags::command(words, "list", "liste", "searches-list-about").after_help(words.text("searches-examples")),
        )
        .subcommand(
            flags::command(words, "remove", "retirer", "searches-remove-about")
                .arg(flags::positional(words, "name", "searches-name", "value-name").required(true)),
        )
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    match matches.subcommand() {
        Some(("list" | "liste", _)) => list(context),
        Some(("remove" | "retirer", matches)) => {
            let name = matches.get_one::<String>("name").map(String::as_str).unwrap_or_default();
            remove(context, name.trim().trim_start_matches('@'))
        }
        _ => Err(CommandError::new(ErrorKind::WrongUsage)),
    }
}

fn list(context: &mut Context) -> Result<Exit, CommandError> {
    let archive = context.open()?;
    let mut damage = Damage::default();
    let book = book(&archive, &mut damage)?;
    let searches: Vec<SearchLine> = book.searches().into_iter().map(SearchLine::of).collect();
    let exit = if searches.is_empty() { Exit::NothingFound } else { Exit::Done };
    if context.output.is_json() {
        context.output.json_line(&SearchesDocument { searches })?;
        return damage.or(exit);
    }
    if searches.is_empty() {
        context.output.note(&context.words.text("searches-none"));
    }
    let rows: Vec<Vec<String>> = searches
        .iter()
        .map(|line| vec![format!("@{}", context.output.short(&line.name, 40)), context.output.short(&line.query, 100)])
        .collect();
    context.output.table(&[Align::Left, Align::Left], &rows)?;
    damage.or(exit)
}

fn remove(context: &mut Context, name: &str) -> Result<Exit, CommandError> {
    let mut archive = context.open()?;
    let mut damage = Damage::default();
    let known = saved(&book(&archive, &mut damage)?, name);
    let Some(Saved { name, .. }) = known else {
        return Err(CommandError::new(ErrorKind::NoSuchSearch).with("given", name));
    };
    annotate(&mut archive, vec![Annotation::Search { name, query: None, sort: None }], clock::now())?;
    context.output.note(&context.words.text("searches-removed"));
    damage.or(Exit::Done)
}

/// A saved search.
pub(super) struct Saved {
    /// Its name.
    pub(super) name: String,
    /// What is searched for.
    pub(super) query: String,
    /// Value of `--sort`.
    pub(super) sort: Option<String>,
}

/// The saved search of a name.
pub(super) fn saved(book: &Book, name: &str) -> Option<Saved> {
    let form = folded_name(name);
    let (name, query, sort) = book.searches().into_iter().find(|(known, ..)| folded_name(known) == form)?;
    Some(Saved { name: name.to_owned(), query: query.to_owned(), sort: sort.map(str::to_owned) })
}

/// Saves a search, in place of the one of that name.
pub(super) fn save(archive: &mut Archive, (name, query): (&str, &str), sort: Option<&str>) -> Result<(), CommandError> {
    let name = checked_name(name.trim().trim_start_matches('@'))?;
    if name.contains(char::is_whitespace) {
        return Err(CommandError::new(ErrorKind::BadLabel).with("given", name));
    }
    if query.len() > NOTE_BYTES_MAX {
        return Err(CommandError::new(ErrorKind::NoteTooLong));
    }
    let (query, sort) = (Some(query.to_owned()), sort.map(str::to_owned));
    annotate(archive, vec![Annotation::Search { name: name.to_owned(), query, sort }], clock::now())?;
    Ok(())
}

/// What is searched for when somebody types something.
pub(super) struct Spelled {
    /// What was typed, with what was saved in place of its names.
    pub(super) query: String,
    /// The order saved with the first of them, for when none was typed.
    pub(super) sort: Option<String>,
}

impl Spelled {
    /// `@NAME` stands for what was saved under the name, and for itself when nothing was.
    pub(super) fn out(book: &Book, typed: &str) -> Self {
        let sort = RefCell::new(None);
        let spelled = spelled_out(typed, &|name| {
            let saved = saved(book, name)?;
            sort.borrow_mut().get_or_insert(saved.sort);
            Some(saved.query)
        });
        let sort = sort.into_inner().flatten();
        Self { query: spelled.unwrap_or_else(|| typed.to_owned()), sort }
    }
}
