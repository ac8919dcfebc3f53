//! Help pages: rendered from the same tree of commands that parses, in the user's language.

use clap::{Arg, ArgAction, Command};
use unicode_width::UnicodeWidthStr as _;

use crate::words::Words;

/// How much a help page says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    /// `-h`: what this command takes.
    Short,
    /// `--help`: the flags that every command takes as well.
    Long,
}

/// The command at `path` below `root`, names in any language, with its names from the root on.
pub(super) fn find<'a>(root: &'a Command, path: &[&str]) -> Option<(&'a Command, Vec<String>)> {
    let mut names = vec![root.get_name().to_owned()];
    let mut command = root;
    for name in path {
        command = command.find_subcommand(name)?;
        names.push(command.get_name().to_owned());
    }
    Some((command, names))
}

/// The help page of the command at `path`.
pub(super) fn page(words: &Words, root: &Command, path: &[&str], length: Length, width: usize) -> Option<String> {
    let (command, names) = find(root, path)?;
    let mut page = String::new();
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    page.push_str(&wrapped(&about, 0, width));
    page.push('\n');
    section(&mut page, &words.text("help-usage"), &format!("  {}\n", usage(words, command, &names)));
    if let Some(examples) = command.get_after_help() {
        section(&mut page, &words.text("help-examples"), &indented(&examples.to_string()));
    }
    let commands: Vec<(String, String)> = command
        .get_subcommands()
        .filter(|sub| !sub.is_hide_set())
        .map(|sub| (with_aliases(sub), sub.get_about().map(ToString::to_string).unwrap_or_default()))
        .collect();
    section(&mut page, &words.text("help-commands"), &columns(&commands, width));
    let is_root = path.is_empty();
    let (shared, own): (Vec<&Arg>, Vec<&Arg>) =
        command.get_arguments().filter(|arg| !arg.is_hide_set()).partition(|arg| arg.is_global_set());
    let (unnamed, flags): (Vec<&Arg>, Vec<&Arg>) = own.into_iter().partition(|arg| arg.is_positional());
    let arguments: Vec<(String, String)> = unnamed.iter().map(|arg| (value_of(arg), help_of(arg))).collect();
    section(&mut page, &words.text("help-arguments"), &columns(&arguments, width));
    let flags: Vec<(String, String)> = flags.iter().map(|arg| (flag_names(arg), help_of(arg))).collect();
    section(&mut page, &words.text("help-options"), &columns(&flags, width));
    if length == Length::Long || is_root {
        let shared: Vec<&Arg> =
            if is_root { shared } else { root.get_arguments().filter(|arg| arg.is_global_set()).collect() };
        let shared: Vec<(String, String)> = shared.into_iter().map(|arg| (flag_names(arg), help_of(arg))).collect();
        section(&mut page, &words.text("help-global-options"), &columns(&shared, width));
    } else {
        page.push('\n');
        page.push_str(&wrapped(&words.text("help-more"), 0, width));
    }
    if let Some(details) = command.get_after_long_help().filter(|_| length == Length::Long || is_root) {
        page.push('\n');
        page.push_str(&wrapped(&details.to_string(), 0, width));
        page.push('\n');
    }
    Some(page.trim_end().to_owned())
}

/// `malle import [options] PATH…`.
pub(super) fn usage(words: &Words, command: &Command, names: &[String]) -> String {
    let mut usage = names.join(" ");
    let is_flag = |arg: &&Arg| !arg.is_positional() && !arg.is_global_set();
    for arg in command.get_arguments().filter(is_flag).filter(|arg| arg.is_required_set()) {
        usage.push(' ');
        usage.extend(["--", arg.get_long().unwrap_or_default(), " ", &value_of(arg)]);
    }
    if command.get_arguments().filter(is_flag).any(|arg| !arg.is_required_set()) {
        usage.push(' ');
        usage.push_str(&words.text("help-usage-options"));
    }
    for arg in command.get_positionals() {
        let value = value_of(arg);
        usage.push(' ');
        let (open, close) = if arg.is_required_set() { ("", "") } else { ("[", "]") };
        usage.extend([open, &value, close]);
    }
    if command.has_subcommands() {
        usage.push(' ');
        usage.push_str(&words.text("help-usage-command"));
    }
    usage
}

fn with_aliases(command: &Command) -> String {
    let mut names = vec![command.get_name().to_owned()];
    names.extend(command.get_all_aliases().map(ToOwned::to_owned));
    names.join(", ")
}

pub(super) fn flag_names(arg: &Arg) -> String {
    let mut names = String::new();
    match arg.get_short() {
        Some(short) => names.extend(['-', short, ',', ' ']),
        None => names.push_str("    "),
    }
    let mut long: Vec<String> = arg.get_long().map(|name| format!("--{name}")).into_iter().collect();
    long.extend(arg.get_all_aliases().unwrap_or_default().iter().map(|alias| format!("--{alias}")));
    names.push_str(&long.join(", "));
    if matches!(arg.get_action(), ArgAction::Set | ArgAction::Append) {
        names.push(' ');
        names.push_str(&value_of(arg));
    }
    names
}

pub(super) fn value_of(arg: &Arg) -> String {
    let name = arg.get_value_names().and_then(|names| names.first()).map(ToString::to_string).unwrap_or_default();
    let many = arg.get_num_args().is_some_and(|range| range.max_values() > 1);
    if many { format!("{name}…") } else { name }
}

pub(super) fn help_of(arg: &Arg) -> String {
    arg.get_help().map(ToString::to_string).unwrap_or_default()
}

fn section(page: &mut String, title: &str, body: &str) {
    if !body.is_empty() {
        page.extend(["\n", title, "\n", body]);
    }
}

fn indented(text: &str) -> String {
    text.lines().flat_map(|line| ["  ", line, "\n"]).collect()
}

/// Two columns; a first column wider than its share puts the second on the next line.
fn columns(rows: &[(String, String)], width: usize) -> String {
    const FIRST_MAX: usize = 34;
    let first = rows.iter().map(|(name, _)| name.width()).filter(|width| *width <= FIRST_MAX).max().unwrap_or(8);
    let indent = first + 4;
    let mut page = String::new();
    for (name, help) in rows {
        let help = wrapped(help, indent, width);
        let help = help.trim_start();
        let (line_end, blanks) = if name.width() > first { ("\n", indent) } else { ("", indent - 2 - name.width()) };
        page.extend(["  ", name.as_str(), line_end, &" ".repeat(blanks), help, "\n"]);
    }
    page
}

/// Fills lines up to `width`, all indented. Lines that begin with blanks (tables, examples) stay as they are; a line
/// that begins a list item (`1. `) is filled with a hanging indent. A no-break space does not break.
pub(super) fn wrapped(text: &str, indent: usize, width: usize) -> String {
    let room = width.saturating_sub(indent).max(20);
    let margin = " ".repeat(indent);
    let mut page = Vec::new();
    for paragraph in paragraphs(text) {
        let hanging = if is_list_item(&paragraph) { 3 } else { 0 };
        if paragraph.starts_with(' ') || paragraph.width() <= room {
            page.push(format!("{margin}{paragraph}").trim_end().to_owned());
            continue;
        }
        let mut line = String::new();
        for word in paragraph.split(' ') {
            if !line.is_empty() && line.width() + 1 + word.width() > room {
                page.push(format!("{margin}{line}"));
                line = " ".repeat(hanging);
                line.push_str(word);
                continue;
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        page.push(format!("{margin}{line}"));
    }
    page.join("\n")
}

/// Lines of one paragraph joined: the Fluent files break them where their own margin is.
fn paragraphs(text: &str) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    for line in text.lines() {
        let continues_item = line.starts_with("   ") && !line.starts_with("    ");
        let continues = match joined.last() {
            None => false,
            Some(last) if last.is_empty() || line.is_empty() => false,
            Some(last) if continues_item => is_list_item(last),
            Some(last) => !line.starts_with(' ') && !last.starts_with(' ') && !is_list_item(line),
        };
        match joined.last_mut() {
            Some(last) if continues => {
                last.push(' ');
                last.push_str(line.trim_start());
            }
            _ => joined.push(line.to_owned()),
        }
    }
    joined
}

fn is_list_item(line: &str) -> bool {
    line.split_once(". ").is_some_and(|(number, _)| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_at_blanks() {
        assert_eq!(wrapped("un deux trois quatre cinq", 2, 16), "  un deux trois quatre\n  cinq");
        assert_eq!(wrapped("court", 0, 80), "court");
        assert_eq!(wrapped("a\n  b c\nd\ne\n\nf", 0, 80), "a\n  b c\nd e\n\nf");
        assert_eq!(
            wrapped("1. ouvrez la discussion\n   puis le menu", 0, 22),
            "1. ouvrez la\n   discussion puis le\n   menu"
        );
    }
}
