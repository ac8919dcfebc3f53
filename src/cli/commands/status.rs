//! `status`: what the archive holds, how old its backups are, what to do next.

use std::collections::BTreeMap;

use clap::{ArgMatches, Command};

use super::backup::drive_lines;
use crate::backup::Drives;
use crate::cli::archive_view::{Damage, shown};
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::cli::json::{ImportLine, SpanDocument, StatusDocument};
use crate::cli::record_view::{count_id, platform_name};
use crate::index::{Query, SearchOptions, Sort};
use crate::model::{Kind, Platform};
use crate::store::{Archive, RecordReader};
use crate::words::Words;

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "status", "etat", "status-about").after_help(words.text("status-examples"))
}

pub(super) fn run(_matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let archive = context.open()?;
    let mut damage = Damage::default();
    let document = document(context, &archive, &mut damage)?;
    if context.output.is_json() {
        context.output.json_line(&document)?;
    } else {
        show(context, &document)?;
    }
    damage.or(Exit::Done)
}

fn document(context: &mut Context, archive: &Archive, damage: &mut Damage) -> Result<StatusDocument, CommandError> {
    let commit = archive.commit();
    let mut counts: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for (key, count) in &commit.counts {
        if let Some((platform, kind)) = key.split_once('/').filter(|_| *count > 0) {
            counts.entry(platform.to_owned()).or_default().insert(kind.to_owned(), *count);
        }
    }
    let mut questions = context.index(archive, damage)?;
    let (media, lists) = archive.salvage_media()?;
    damage.note(lists);
    let mut end = |sort: Sort| -> Result<Option<String>, CommandError> {
        let options = SearchOptions { limit: 1, offset: 0, sort };
        let found = questions.ask(context, damage, |index| index.search(&Query::everything(), &options))?;
        let Some(hit) = found.hits.first().filter(|hit| hit.time_ms.is_some()) else { return Ok(None) };
        let record = damage.record_at(&mut RecordReader::new(archive), hit.loc)?;
        Ok(record.and_then(|record| record.time.utc.or(record.time.local)))
    };
    Ok(StatusDocument {
        archive: shown(archive.layout().root()),
        id: commit.vault.clone(),
        records: commit.counts.values().sum(),
        counts,
        media: u64::try_from(media.len()).unwrap_or(u64::MAX),
        media_bytes: media.iter().map(|entry| entry.size).sum(),
        stored_bytes: commit.objects.iter().map(|object| object.size).sum(),
        span: SpanDocument { first: end(Sort::Oldest)?, last: end(Sort::Newest)? },
        imports: commit.imports.iter().map(ImportLine::of).collect(),
        index: "current",
        backups: drive_lines(archive.layout(), &Drives::load(archive.layout())?),
        network: "never",
    })
}

fn show(context: &mut Context, status: &StatusDocument) -> Result<(), CommandError> {
    let words = &context.words;
    let mut lines = vec![words.with("status-archive", &[("path", status.archive.as_str().into())])];
    for platform in Platform::ALL {
        let Some(kinds) = status.counts.get(platform.name()) else { continue };
        let counted: Vec<String> = Kind::ALL
            .iter()
            .filter_map(|kind| Some((kind.name(), *kinds.get(kind.name())?)))
            .map(|(name, count)| words.with(count_id(name), &[("count", count.into())]))
            .collect();
        lines.push(format!("  {:<10} {}", platform_name(platform), words.list(counted)));
    }
    if status.records == 0 {
        lines.push(words.text("status-empty"));
    }
    if let (Some(first), Some(last)) = (&status.span.first, &status.span.last) {
        let day = |text: &str| {
            let day = text.get(..10).and_then(|day| day.parse::<chrono::NaiveDate>().ok());
            day.map_or_else(|| text.to_owned(), |day| words.date(day))
        };
        lines.push(words.with("status-span", &[("first", day(first).into()), ("last", day(last).into())]));
    }
    let facts =
        [("media", status.media.into()), ("bytes", status.media_bytes.into()), ("stored", status.stored_bytes.into())];
    lines.push(words.with("status-media", &facts));
    if let Some(import) = status.imports.last() {
        let day = chrono::DateTime::parse_from_rfc3339(&import.time)
            .map_or_else(|_| import.time.clone(), |time| context.moment(time.with_timezone(&chrono::Utc)));
        lines.push(words.with(
            "status-imports",
            &[("count", u64::try_from(status.imports.len()).unwrap_or(u64::MAX).into()), ("day", day.into())],
        ));
    }
    lines.push(words.text("status-network"));
    lines.iter().try_for_each(|line| context.output.line(line))?;
    super::backup::show_drives(context, &status.backups)
}
