//! `export`: the archive's records as files other programs read.

use std::cell::Cell;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Command};
use fs_err as fs;

use crate::cli::context::Context;
use crate::cli::convert::{outside_archive, unwritable};
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::cli::output::write_error;
use crate::cli::partial::Partial;
use crate::export::{Written, write_line, write_ndjson};
use crate::notes::Book;
use crate::store::{Archive, StoreError};
use crate::words::Words;

pub(super) fn command(words: &Words) -> Command {
    flags::group(words, "export", "exporter", "export-about").subcommand(
        flags::command(words, "ndjson", "ndjson", "export-ndjson-about")
            .arg(
                flags::option(words, "output", "sortie", "export-output", "value-file")
                    .short('o')
                    .required(true)
                    .value_parser(clap::value_parser!(PathBuf)),
            )
            .after_help(words.text("export-examples")),
    )
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let output = matches.subcommand().and_then(|(_, matches)| matches.get_one::<PathBuf>("output"));
    let path = output.cloned().unwrap_or_else(|| PathBuf::from("-"));
    let archive = context.open()?;
    let total: u64 = archive.commit().counts.values().sum();
    let progress = context.progress(&context.words.text("export-running"));
    let done = Cell::new(0_u64);
    let tick = || {
        done.set(done.get() + 1);
        progress.set(done.get(), total);
    };
    if path == Path::new("-") {
        let written = write_all(&archive, context.output.writer(), &tick).map_err(|error| match error {
            StoreError::Io(error) => write_error(error),
            other => other.into(),
        })?;
        return whole(&written);
    }
    outside_archive(&archive, &path)?;
    // Nothing of the user's is replaced; a pipe or a device is written to.
    let failed = |error| unwritable(&path, error);
    let in_place = fs::metadata(&path).is_ok_and(|found| !found.is_file());
    let written = if in_place {
        let file = fs::OpenOptions::new().write(true).open(&path).map_err(failed)?;
        write(&archive, &mut std::io::BufWriter::with_capacity(1 << 16, file), &tick, &path)?
    } else {
        let mut file = Partial::create(&path).map_err(failed)?;
        let written = write(&archive, &mut file, &tick, &path)?;
        file.finish().map_err(failed)?;
        written
    };
    progress.finish();
    let facts = [("count", written.records.records.into()), ("path", path.display().to_string().into())];
    let text = context.words.with("export-done", &facts);
    context.output.note(&text);
    if written.said > 0 {
        context.output.note(&context.words.with("export-said", &[("count", written.said.into())]));
    }
    whole(&written)
}

/// Every record, then all that the owner said: labels, notes, saved searches, who is one person.
fn write_all(archive: &Archive, output: &mut dyn Write, tick: &dyn Fn()) -> Result<Everything, StoreError> {
    let (book, damaged) = Book::read(archive)?;
    let mut records = write_ndjson(archive, output, tick)?;
    let said = book.lines_that_hold();
    said.iter().try_for_each(|line| write_line(output, line))?;
    output.flush()?;
    records.damaged.extend(damaged);
    Ok(Everything { records, said: u64::try_from(said.len()).unwrap_or(u64::MAX) })
}

/// What was written.
struct Everything {
    records: Written,
    /// Lines of what the owner said.
    said: u64,
}

fn write(archive: &Archive, output: &mut dyn Write, tick: &dyn Fn(), path: &Path) -> Result<Everything, CommandError> {
    write_all(archive, output, tick).map_err(|error| match error {
        StoreError::Io(error) => unwritable(path, error),
        other => other.into(),
    })
}

/// An export that lacks records is a failure, though the others were written.
fn whole(written: &Everything) -> Result<Exit, CommandError> {
    let damaged = &written.records.damaged;
    if damaged.is_empty() {
        return Ok(Exit::Done);
    }
    let paths: Vec<String> = damaged.iter().map(|path| path.display().to_string()).collect();
    Err(CommandError::new(ErrorKind::ExportIncomplete).with("paths", paths.join(", ")))
}
