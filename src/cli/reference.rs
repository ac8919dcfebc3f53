//! `docs/cli.md`, generated from the tree of commands so that it cannot go stale.

use std::fmt::Write as _;

use clap::{Arg, Command};

use super::help;
use super::run::tree;
use crate::words::{Language, Words};

/// The reference of the command line: every command and flag, English names first, French names beside them.
#[must_use]
pub fn reference() -> String {
    let words = Words::new(Language::English);
    let root = tree(&words);
    let mut page = String::from("# malle: command line\n\nGenerated from the program; a test compares it.\n\n");
    let _unfailing = writeln!(page, "{}\n", words.text("malle-about"));
    table(&mut page, "Flags of every command", root.get_arguments().filter(|arg| arg.is_global_set()));
    for command in root.get_subcommands() {
        section(&mut page, &words, command, &[root.get_name().to_owned()]);
    }
    page
}

fn section(page: &mut String, words: &Words, command: &Command, above: &[String]) {
    let mut names = above.to_vec();
    names.push(command.get_name().to_owned());
    let aliases: Vec<String> = command.get_all_aliases().map(|alias| format!("`{alias}`")).collect();
    let _unfailing = writeln!(page, "## `{}`\n", names.join(" "));
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let _unfailing = writeln!(
        page,
        "{about}.{}\n",
        if aliases.is_empty() { String::new() } else { format!(" French: {}.", aliases.join(", ")) }
    );
    if !command.has_subcommands() {
        let _unfailing = writeln!(page, "    {}\n", help::usage(words, command, &names));
    }
    if let Some(examples) = command.get_after_help() {
        let examples: String = examples.to_string().lines().flat_map(|line| ["    ", line, "\n"]).collect();
        let _unfailing = writeln!(page, "Examples:\n\n{examples}");
    }
    table(page, "", command.get_arguments().filter(|arg| !arg.is_global_set()));
    for below in command.get_subcommands() {
        section(page, words, below, &names);
    }
}

fn table<'a>(page: &mut String, title: &str, arguments: impl Iterator<Item = &'a Arg>) {
    let rows: Vec<String> = arguments
        .map(|arg| {
            let name = if arg.is_positional() { help::value_of(arg) } else { help::flag_names(arg) };
            format!("| `{}` | {} |", name.trim(), help::help_of(arg).replace('|', "\\|").replace('\n', " "))
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    if !title.is_empty() {
        let _unfailing = writeln!(page, "## {title}\n");
    }
    let _unfailing = writeln!(page, "| argument | meaning |\n|---|---|\n{}\n", rows.join("\n"));
}
