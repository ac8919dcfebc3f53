//! `media`: the original photos, films, sounds and documents, out of the archive again.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Command};

use crate::cli::annotated::book;
use crate::cli::archive_view::{Damage, Questions, record_by_id, shown};
use crate::cli::context::Context;
use crate::cli::convert::outside_archive;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::cli::json::MediaLine;
use crate::export::MediaExport;
use crate::index::{Near, Query, SearchOptions, Sort};
use crate::model::Record;
use crate::store::{Archive, RecordReader};
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
    let mut archive = context.open()?;
    outside_archive(&archive, &folder)?;
    let mut damage = Damage::default();
    let records = chosen(context, &mut archive, &typed, &mut damage)?;
    let (media, lists) = archive.salvage_media()?;
    damage.note(lists);
    let progress = context.progress(&context.words.text("media-running"));
    let total = u64::try_from(records.len()).unwrap_or(u64::MAX);
    let (mut lines, mut written) = (Vec::new(), HashMap::new());
    let mut export = MediaExport::begin(&archive, &media, &folder)?;
    for path in export.leftovers() {
        let text = context.words.with("media-leftover", &[("path", shown(path).into())]);
        context.output.note(&text);
    }
    for (done, record) in (0..total).zip(&records) {
        progress.set(done, total);
        for (sha256, file) in export.add(&record.attachments)? {
            if let Some(file) = damage.intact(file)? {
                written.insert(sha256, shown(&file.path));
            }
        }
        lines.extend(record.attachments.iter().map(|file| {
            let path = file.sha256.as_ref().and_then(|sha256| written.get(sha256)).cloned();
            MediaLine::of(record, file, path)
        }));
    }
    export.finish()?;
    progress.finish();
    let exit = tell(context, &lines, written.len(), &folder)?;
    match (damage.or(exit), damage.told()) {
        (Err(error), Some(paths)) if error.kind == ErrorKind::ArchiveDamaged => {
            Err(CommandError::new(ErrorKind::ExportIncomplete).with("paths", paths))
        }
        (outcome, _) => outcome,
    }
}

/// The records meant: one id, else what a query finds.
fn chosen(
    context: &mut Context,
    archive: &mut Archive,
    typed: &[&str],
    damage: &mut Damage,
) -> Result<Vec<Record>, CommandError> {
    let ready = context.index(archive, damage)?;
    let mut questions = Questions::to(archive, ready);
    let mut reader = RecordReader::new(archive);
    if let [given] = typed {
        match record_by_id(context, (&mut questions, &mut *damage), &mut reader, given) {
            Ok(found) => return Ok(vec![found.record]),
            Err(error) if error.kind == ErrorKind::ArchiveDamaged => return Err(error),
            // No id, then: a query.
            Err(_) => {}
        }
    }
    let typed = typed.join(" ");
    let book = book(archive, damage)?;
    let query = Query::parse(&typed, &context.with_what_is_said(archive, &book, &typed));
    let query = context.knowing(archive, (&mut questions, &mut *damage), &book, query)?;
    let options =
        SearchOptions { limit: usize::MAX, sort: Sort::Oldest, near: Near::Never, ..SearchOptions::default() };
    let found = questions.search(context, damage, (&query, &options))?;
    found.hits.iter().filter_map(|hit| damage.record_at(&mut reader, hit.loc).transpose()).collect()
}

fn tell(context: &mut Context, lines: &[MediaLine], written: usize, folder: &Path) -> Result<Exit, CommandError> {
    let missing = lines.iter().filter(|line| line.path.is_none()).count();
    if context.output.is_json() {
        for line in lines {
            context.output.json_line(line)?;
        }
    } else {
        for line in lines {
            // An empty name says nothing; the record it belongs to can be looked at.
            let name = if line.name.is_empty() { &line.record } else { &line.name };
            let text = match &line.path {
                Some(path) => path.clone(),
                None => context.words.with("media-not-there", &[("name", name.as_str().into())]),
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
