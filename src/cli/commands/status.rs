//! `status`: what the archive holds, how old its backups are, what to do next.

use std::collections::BTreeMap;

use clap::{ArgMatches, Command};

use super::backup::drive_lines;
use crate::backup::Drives;
use crate::cli::archive_view::{Damage, Questions, shown};
use crate::cli::clock;
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::cli::json::{ImportLine, SpanDocument, StatusDocument};
use crate::cli::record_view::{count_id, platform_name};
use crate::index::{Near, Query, QueryContext, SearchOptions, Sort};
use crate::model::{Kind, Platform};
use crate::store::{Archive, RecordReader};
use crate::words::Words;

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "status", "etat", "status-about").after_help(words.text("status-examples"))
}

pub(super) fn run(_matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let mut archive = context.open()?;
    let mut damage = Damage::default();
    let document = document(context, &mut archive, &mut damage)?;
    if context.output.is_json() {
        context.output.json_line(&document)?;
    } else {
        show(context, &document)?;
    }
    damage.or(Exit::Done)
}

fn document(context: &mut Context, archive: &mut Archive, damage: &mut Damage) -> Result<StatusDocument, CommandError> {
    let ready = context.index(archive, damage)?;
    let mut questions = Questions::to(archive, ready);
    let commit = archive.commit();
    let mut counts: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for (key, count) in &commit.counts {
        if let Some((platform, kind)) = key.split_once('/').filter(|_| *count > 0) {
            counts.entry(platform.to_owned()).or_default().insert(kind.to_owned(), *count);
        }
    }
    let (media, lists) = archive.salvage_media()?;
    damage.note(lists);
    let mut span = Span::default();
    for platform in Platform::ALL.into_iter().filter(|platform| counts.contains_key(platform.name())) {
        span.widen(context, (&mut questions, damage), platform)?;
    }
    let mut told = |end: Option<(i64, u64)>| -> Result<Option<String>, CommandError> {
        let Some((_, place)) = end else { return Ok(None) };
        let record = damage.record_at(&mut RecordReader::new(archive), place)?;
        Ok(record.and_then(|record| record.time.utc.or(record.time.local)))
    };
    let (first, last) = (told(span.first)?, told(span.last)?);
    Ok(StatusDocument {
        archive: shown(archive.layout().root()),
        id: commit.vault.clone(),
        records: commit.counts.values().sum(),
        counts,
        media: u64::try_from(media.len()).unwrap_or(u64::MAX),
        media_bytes: media.iter().map(|entry| entry.size).sum(),
        stored_bytes: commit.objects.iter().map(|object| object.size).sum(),
        span: SpanDocument { first, last, implausible: span.implausible },
        imports: commit.imports.iter().map(ImportLine::of).collect(),
        index: "current",
        backups: drive_lines(archive.layout(), &Drives::load(archive.layout())?),
        network: "never",
    })
}

/// Times of the oldest and newest record, with their places in the archive. Times before a platform existed say nothing
/// (1970 stands for none in some downloads): they are counted apart.
#[derive(Default)]
struct Span {
    first: Option<(i64, u64)>,
    last: Option<(i64, u64)>,
    implausible: u64,
}

impl Span {
    fn widen(
        &mut self,
        context: &mut Context,
        (questions, damage): (&mut Questions<'_>, &mut Damage),
        platform: Platform,
    ) -> Result<(), CommandError> {
        let (name, began) = (platform.name(), began(platform));
        let today = QueryContext::new(clock::now().date_naive());
        let mut end = |text: &str, limit: usize, sort: Sort| {
            let query = Query::parse(text, &today);
            let options = SearchOptions { limit, sort, near: Near::Never, ..SearchOptions::default() };
            let found = questions.ask(context, damage, |index| index.search(&query, &options))?;
            let place = found.hits.first().and_then(|hit| Some((hit.time_ms?, hit.loc)));
            Ok::<_, CommandError>((place, found.total))
        };
        let plausible = format!("platform:{name} since:{began}");
        let (first, last) = (end(&plausible, 1, Sort::Oldest)?.0, end(&plausible, 1, Sort::Newest)?.0);
        self.first = self.first.into_iter().chain(first).min();
        self.last = self.last.into_iter().chain(last).max();
        self.implausible += end(&format!("platform:{name} before:{began}"), 0, Sort::Newest)?.1;
        Ok(())
    }
}

/// The day a platform opened to the public.
const fn began(platform: Platform) -> &'static str {
    match platform {
        Platform::Facebook | Platform::Messenger => "2004-02-04",
        Platform::Instagram => "2010-10-06",
        Platform::Threads => "2023-07-05",
        Platform::Whatsapp => "2009-05-03",
        Platform::X => "2006-03-21",
        Platform::Telegram => "2013-08-14",
    }
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
    if status.span.implausible > 0 {
        lines.push(words.with("status-implausible", &[("count", status.span.implausible.into())]));
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
