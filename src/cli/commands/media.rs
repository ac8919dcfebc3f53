//! `media`: the original photos, films, sounds and documents, out of the archive again.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Command};
use fs_err as fs;

use crate::cli::archive_view::{record_at, record_by_id, shown};
use crate::cli::context::Context;
use crate::cli::convert::unwritable;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::json::MediaLine;
use crate::cli::{file_name, flags};
use crate::index::{Query, SearchOptions, Sort};
use crate::model::{Attachment, Record};
use crate::store::{Archive, MediaEntry, RecordReader, StoreError};
use crate::words::Words;

pub(super) fn command(words: &Words) -> Command {
    flags::group(words, "media", "medias", "media-about").subcommand(
        flags::command(words, "export", "exporter", "media-export-about")
            .arg(flags::positional(words, "query", "media-query", "value-query").num_args(1..).required(true))
            .arg(
                flags::option(words, "output", "sortie", "media-output", "value-folder")
                    .short('o')
                    .required(true)
                    .value_parser(clap::value_parser!(PathBuf)),
            )
            .after_help(words.text("media-examples")),
    )
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let Some((_, matches)) = matches.subcommand() else { return Err(CommandError::new(ErrorKind::WrongUsage)) };
    let typed: Vec<&str> = matches.get_many::<String>("query").into_iter().flatten().map(String::as_str).collect();
    let folder = matches.get_one::<PathBuf>("output").cloned().unwrap_or_default();
    let archive = context.open()?;
    let records = chosen(context, &archive, &typed)?;
    fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, error))?;
    let media = archive.media()?;
    let progress = context.progress(&context.words.text("media-running"));
    let total = u64::try_from(records.len()).unwrap_or(u64::MAX);
    let (mut lines, mut written) = (Vec::new(), HashSet::new());
    for (done, record) in (0..total).zip(&records) {
        progress.set(done, total);
        for attachment in &record.attachments {
            let stored = attachment.sha256.as_deref().and_then(|sha256| media.entry(sha256));
            let Some(entry) = stored else {
                lines.push(MediaLine::of(record, attachment, None));
                continue;
            };
            if written.insert(entry.sha256.clone()) {
                let path = write(&archive, entry, &folder, &name_of(context, record, attachment))?;
                lines.push(MediaLine::of(record, attachment, Some(shown(&path))));
            }
        }
    }
    progress.finish();
    tell(context, &lines, &folder)
}

/// The records meant: one id, else what a query finds.
fn chosen(context: &mut Context, archive: &Archive, typed: &[&str]) -> Result<Vec<Record>, CommandError> {
    let index = context.index(archive)?;
    let mut reader = RecordReader::new(archive);
    if let [given] = typed
        && let Ok(found) = record_by_id(&index, &mut reader, given)
    {
        return Ok(vec![found.record]);
    }
    let typed = typed.join(" ");
    let query = Query::parse(&typed, &context.query_context(archive, &typed));
    let found = index.search(&query, &SearchOptions { limit: usize::MAX, offset: 0, sort: Sort::Oldest })?;
    found.hits.iter().map(|hit| record_at(&mut reader, hit.loc)).collect()
}

/// `2024-03-12 IMG-1.jpg`, safe on every file system.
fn name_of(context: &Context, record: &Record, attachment: &Attachment) -> String {
    let day = context.wall_clock(&record.time).map(|clock| clock.format("%Y-%m-%d ").to_string());
    let name = if attachment.name.is_empty() { attachment.kind.name() } else { &attachment.name };
    file_name::safe(&format!("{}{name}", day.unwrap_or_default()))
}

/// Writes the bytes under the name, or under the name with a number where it is taken.
fn write(archive: &Archive, entry: &MediaEntry, folder: &Path, name: &str) -> Result<PathBuf, CommandError> {
    let (path, file) = (0_u32..)
        .map(|number| folder.join(file_name::numbered(name, number)))
        .map(|path| (fs::OpenOptions::new().write(true).create_new(true).open(&path), path))
        .find_map(|(opened, path)| match opened {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => None,
            opened => Some(opened.map(|file| (path.clone(), file)).map_err(|error| unwritable(&path, error))),
        })
        .unwrap_or_else(|| Err(CommandError::new(ErrorKind::FileExists).with("path", folder)))?;
    let mut file = std::io::BufWriter::with_capacity(1 << 16, file);
    let copied = archive.copy_media(entry, &mut file).and_then(|()| Ok(std::io::Write::flush(&mut file)?));
    copied.map_err(|error| {
        // Half a photo must not look like one.
        let _removed = fs::remove_file(&path);
        match error {
            StoreError::Io(error) => unwritable(&path, error),
            other => other.into(),
        }
    })?;
    Ok(path)
}

fn tell(context: &mut Context, lines: &[MediaLine], folder: &Path) -> Result<Exit, CommandError> {
    let written = lines.iter().filter(|line| line.path.is_some()).count();
    let missing = lines.len() - written;
    if context.output.is_json() {
        for line in lines {
            context.output.json_line(line)?;
        }
    } else {
        for line in lines {
            let text = match &line.path {
                Some(path) => path.clone(),
                None => context.words.with("media-not-there", &[("name", line.name.as_str().into())]),
            };
            let text = context.output.imported(&text).into_owned();
            context.output.line(&text)?;
        }
        let written = u64::try_from(written).unwrap_or(u64::MAX);
        let text = context.words.with("media-done", &[("count", written.into()), ("path", shown(folder).into())]);
        context.output.note(&text);
    }
    Ok(match (written, missing) {
        (0, 0) => Exit::NothingFound,
        (_, 0) => Exit::Done,
        _ => Exit::Partial,
    })
}
