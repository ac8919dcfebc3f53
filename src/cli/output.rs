//! The only writer of standard output and standard error.
//!
//! Results go to standard output, everything else to standard error. A reader that went away ends the program quietly.
//! Imported text is made safe wherever words for people go, a pipe included: a terminal may stand behind it
//! (`docs/decisions/0034`). JSON, tables and exports carry it as it is.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write as _};
use std::ops::Range;

use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use super::error::{CommandError, ErrorKind};
use super::escape;

/// What the user wants of colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// On a terminal only.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How much is said besides results, and how.
#[derive(Clone, Copy, Debug, Default)]
pub struct OutputOptions {
    /// `--json`: errors and notices are JSON too.
    pub json: bool,
    /// `-q`: nothing but results and errors.
    pub quiet: bool,
    /// Number of `-v`.
    pub verbosity: u8,
    /// Colours.
    pub color: Color,
    /// The surroundings ask for no colour (`NO_COLOR`, `TERM=dumb`).
    pub plain: bool,
    /// The surroundings ask for colour everywhere (`CLICOLOR_FORCE`).
    pub color_forced: bool,
}

/// Standard output and standard error.
pub struct Output {
    options: OutputOptions,
    stdout: io::BufWriter<io::Stdout>,
    stdout_is_terminal: bool,
    stderr_is_terminal: bool,
}

/// How a column of a table lines up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

impl Output {
    /// The streams of this process.
    #[must_use]
    pub fn new(options: OutputOptions) -> Self {
        Self {
            options,
            stdout: io::BufWriter::with_capacity(1 << 16, io::stdout()),
            stdout_is_terminal: io::stdout().is_terminal(),
            stderr_is_terminal: io::stderr().is_terminal(),
        }
    }

    /// Changes what is said and how, once the command line is known.
    pub fn configure(&mut self, options: OutputOptions) {
        self.options = options;
    }

    /// Whether errors and notices are JSON.
    #[must_use]
    pub const fn is_json(&self) -> bool {
        self.options.json
    }

    /// Whether results are read by a person.
    #[must_use]
    pub const fn stdout_is_terminal(&self) -> bool {
        self.stdout_is_terminal
    }

    /// Whether somebody watches standard error.
    #[must_use]
    pub const fn stderr_is_terminal(&self) -> bool {
        self.stderr_is_terminal
    }

    /// Whether notices and progress are wanted.
    #[must_use]
    pub const fn is_quiet(&self) -> bool {
        self.options.quiet
    }

    /// Columns of the terminal, 80 without one; at most 100, since longer lines are hard to read.
    #[must_use]
    pub fn width(&self) -> usize {
        if !self.stdout_is_terminal {
            return 80;
        }
        terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0)).clamp(40, 100)
    }

    /// One line of a result.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn line(&mut self, text: &str) -> Result<(), CommandError> {
        self.raw(text.as_bytes())?;
        self.raw(b"\n")
    }

    /// One JSON object on a line of its own.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn json_line<T: Serialize>(&mut self, value: &T) -> Result<(), CommandError> {
        serde_json::to_writer(&mut self.stdout, value).map_err(|error| write_error(error.into()))?;
        self.raw(b"\n")
    }

    /// Bytes as they are.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn raw(&mut self, bytes: &[u8]) -> Result<(), CommandError> {
        self.stdout.write_all(bytes).map_err(write_error)
    }

    /// Standard output for those who write many bytes themselves. Their errors are for `write_error`.
    pub fn writer(&mut self) -> &mut dyn io::Write {
        &mut self.stdout
    }

    /// Rows with aligned columns, two blanks apart. Cells are taken as safe already.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn table(&mut self, columns: &[Align], rows: &[Vec<String>]) -> Result<(), CommandError> {
        for line in aligned(columns, rows) {
            self.line(&line)?;
        }
        Ok(())
    }

    /// Sends what is buffered.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn flush(&mut self) -> Result<(), CommandError> {
        self.stdout.flush().map_err(write_error)
    }

    /// A remark for a person; nothing with `-q` and nothing with `--json`.
    pub fn note(&mut self, text: &str) {
        if !self.options.quiet && !self.options.json {
            self.say(text);
        }
    }

    /// A technical remark, with `-v` only.
    pub fn detail(&mut self, text: &str) {
        if self.options.verbosity > 0 && !self.options.json {
            self.say(text);
        }
    }

    /// A text on standard error, whatever the options say.
    pub fn say(&mut self, text: &str) {
        // What is shown before must come before; nothing can be told if standard error is gone.
        let _flushed = self.stdout.flush();
        let _told = writeln!(io::stderr(), "{}", escape::for_terminal(text));
    }

    /// A question on standard error, the cursor staying on its line.
    pub fn ask(&mut self, text: &str) {
        let _flushed = self.stdout.flush();
        let mut stderr = io::stderr();
        let _told = write!(stderr, "{}", escape::for_terminal(text));
        let _flushed = stderr.flush();
    }

    /// One JSON object on standard error.
    pub fn json_note<T: Serialize>(&mut self, value: &T) {
        let _flushed = self.stdout.flush();
        if let Ok(text) = serde_json::to_string(value) {
            let _told = writeln!(io::stderr(), "{text}");
        }
    }

    /// Imported text as lines for people may carry it.
    #[must_use]
    pub fn imported<'a>(&self, text: &'a str) -> Cow<'a, str> {
        escape::for_terminal(text)
    }

    /// Imported text on one line, at most `columns` wide.
    #[must_use]
    pub fn short(&self, text: &str, columns: usize) -> String {
        shorten(&self.imported(&escape::on_one_line(text)), columns)
    }

    /// Imported text with the found words marked: bold on a terminal, between ‹ › elsewhere. The ranges are bytes of
    /// `text`, in order and apart.
    #[must_use]
    pub fn highlighted(&self, text: &str, found: &[Range<usize>]) -> String {
        let (open, close) = if self.colors_stdout() { ("\x1b[1m", "\x1b[0m") } else { ("‹", "›") };
        let mut marked = String::with_capacity(text.len() + found.len() * 8);
        let mut from = 0;
        for range in found {
            let (Some(before), Some(word)) = (text.get(from..range.start), text.get(range.clone())) else { continue };
            marked.push_str(&self.imported(before));
            marked.push_str(open);
            marked.push_str(&self.imported(word));
            marked.push_str(close);
            from = range.end;
        }
        marked.push_str(&self.imported(text.get(from..).unwrap_or_default()));
        marked
    }

    /// A word that matters, bold where colours are wanted.
    #[must_use]
    pub fn strong(&self, text: &str) -> String {
        if self.colors_stdout() { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn colors_stdout(&self) -> bool {
        match self.options.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => self.options.color_forced || (self.stdout_is_terminal && !self.options.plain),
        }
    }
}

/// Tells on standard error that the user stopped the program. For the signal handler, which has no [`Output`].
pub(super) fn tell_interrupted(text: &str) {
    let _told = writeln!(io::stderr(), "\n{text}");
}

/// Where progress bars are drawn.
pub(super) fn progress_target() -> indicatif::ProgressDrawTarget {
    indicatif::ProgressDrawTarget::stderr_with_hz(8)
}

/// What a failure of standard output means.
pub(super) fn write_error(error: io::Error) -> CommandError {
    let kind = if error.kind() == io::ErrorKind::BrokenPipe { ErrorKind::BrokenPipe } else { ErrorKind::OutputFailed };
    CommandError::new(kind).because(error)
}

/// Cuts a line to `columns`, ending in `…` when something was left out.
pub(super) fn shorten(line: &str, columns: usize) -> String {
    if line.width() <= columns {
        return line.to_owned();
    }
    let mut short = String::new();
    let mut used = 1;
    for letter in line.chars() {
        let width = unicode_width::UnicodeWidthChar::width(letter).unwrap_or(0);
        if used + width > columns {
            break;
        }
        used += width;
        short.push(letter);
    }
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

fn aligned(columns: &[Align], rows: &[Vec<String>]) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count)
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0))
        .collect();
    rows.iter()
        .map(|row| {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let room = widths.get(column).copied().unwrap_or(0).saturating_sub(cell.width());
                let align = columns.get(column).copied().unwrap_or(Align::Left);
                if column > 0 {
                    line.push_str("  ");
                }
                if align == Align::Right {
                    line.extend(std::iter::repeat_n(' ', room));
                }
                line.push_str(cell);
                if align == Align::Left {
                    line.extend(std::iter::repeat_n(' ', room));
                }
            }
            line.truncate(line.trim_end_matches(' ').len());
            line
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_in_any_script() {
        let rows = vec![
            vec!["Fatou".to_owned(), "1 204".to_owned(), "WhatsApp".to_owned()],
            vec!["李小龙".to_owned(), "7".to_owned(), "Messenger".to_owned()],
        ];
        let lines = aligned(&[Align::Left, Align::Right, Align::Left], &rows);
        assert_eq!(lines, ["Fatou   1 204  WhatsApp", "李小龙      7  Messenger"]);
    }

    #[test]
    fn long_lines_end_in_an_ellipsis() {
        assert_eq!(shorten("robe bleue", 10), "robe bleue");
        assert_eq!(shorten("robe bleue de Fatou", 11), "robe bleue…");
        assert_eq!(shorten("李小龙李小龙", 6), "李小…");
    }
}
