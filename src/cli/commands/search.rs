//! `search`: finds records by what people type.

use clap::{Arg, ArgMatches, Command};

use crate::cli::archive_view::{Damage, Questions};
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::cli::json::{HitContext, HitLine, SearchDocument};
use crate::cli::record_view::short_id;
use crate::index::{Found, Hit, Near, Query, SearchOptions, Snippet, Sort, excerpt};
use crate::model::{Record, RecordId};
use crate::store::{Archive, RecordReader};
use crate::words::Words;

/// Characters of a snippet.
const SNIPPET_CHARS: usize = 160;

pub(super) fn command(words: &Words) -> Command {
    let number = |arg: Arg| arg.value_parser(clap::value_parser!(u32));
    flags::command(words, "search", "chercher", "search-about")
        .arg(flags::positional(words, "query", "search-query", "value-query").num_args(0..))
        .arg(number(flags::option(words, "max", "nombre", "search-max", "value-number").short('m').default_value("20")))
        .arg(number(flags::option(words, "context", "contexte", "search-context", "value-number").short('C')))
        .arg(flags::option(words, "sort", "tri", "search-sort", "value-sort").value_parser([
            "date",
            "oldest",
            "relevance",
        ]))
        .arg(flags::switch(words, "no-approx", "sans-approx", "search-no-approx"))
        .arg(flags::switch(words, "jsonl", "jsonl", "search-jsonl"))
        .arg(flags::switch(words, "count", "compter", "search-count").conflicts_with_all(["ids", "jsonl"]))
        .arg(flags::switch(words, "ids", "ids", "search-ids").conflicts_with("jsonl"))
        .after_help(words.text("search-examples"))
}

/// How results are printed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Json,
    JsonLines,
    Ids,
    Count,
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let form = match () {
        () if matches.get_flag("count") => Form::Count,
        () if matches.get_flag("ids") => Form::Ids,
        () if matches.get_flag("jsonl") => Form::JsonLines,
        () if context.output.is_json() => Form::Json,
        () => Form::Text,
    };
    let typed: Vec<&str> = matches.get_many::<String>("query").into_iter().flatten().map(String::as_str).collect();
    let typed = typed.join(" ");
    let archive = context.open()?;
    let mut damage = Damage::default();
    let mut questions = context.index(&archive, &mut damage)?;
    let query = Query::parse(&typed, &context.query_context(&archive, &typed));
    let near = if matches.get_flag("no-approx") { Near::Never } else { Near::WhenFew };
    let options = SearchOptions { limit: limit(matches, form), offset: 0, sort: order(matches, &query), near };
    let found = questions.ask(context, &mut damage, |index| index.search(&query, &options))?;
    let around = matches.get_one::<u32>("context").copied().unwrap_or(0);
    let mut search = Search { archive: &archive, questions, query: &query, around, damage };
    match form {
        // Near spellings are a group of their own; they count when they are what was asked for.
        Form::Count if query.asks_for_near() => {
            context.output.line(&(found.total + found.near_total).to_string())?;
        }
        Form::Count => context.output.line(&found.total.to_string())?,
        Form::Ids => {
            let ids = search.questions.ask(context, &mut search.damage, |index| index.search_ids(&query, &options))?;
            ids.iter().try_for_each(|id| context.output.line(&id.to_string()))?;
        }
        Form::Json => search.json(context, &found)?,
        Form::JsonLines => search.json_lines(context, &found)?,
        Form::Text => search.text(context, &found)?,
    }
    search.damage.or(if found.total + found.near_total == 0 { Exit::NothingFound } else { Exit::Done })
}

fn limit(matches: &ArgMatches, form: Form) -> usize {
    if form == Form::Count {
        return 0;
    }
    matches.get_one::<u32>("max").and_then(|max| usize::try_from(*max).ok()).unwrap_or(20)
}

/// `--sort`, else `sort:` of the query, else newest first.
fn order(matches: &ArgMatches, query: &Query) -> Sort {
    match matches.get_one::<String>("sort").map(String::as_str) {
        Some("oldest") => Sort::Oldest,
        Some("relevance") => Sort::Relevance,
        Some(_) => Sort::Newest,
        None => query.sort().unwrap_or_default(),
    }
}

struct Search<'a> {
    archive: &'a Archive,
    questions: Questions<'a>,
    query: &'a Query,
    around: u32,
    /// Damage met; what is intact is shown all the same.
    damage: Damage,
}

impl Search<'_> {
    fn json(&mut self, context: &mut Context, found: &Found) -> Result<(), CommandError> {
        let hits = self.lines(context, &found.hits, self.query)?;
        let approx = self.lines(context, &found.near, &self.query.showing_near())?;
        let reading = context.reading(self.query);
        let hints = context.query_hints(self.query);
        context.output.json_line(&SearchDocument { total: found.total, reading, hints, hits, approx })
    }

    fn json_lines(&mut self, context: &mut Context, found: &Found) -> Result<(), CommandError> {
        let mut lines = self.lines(context, &found.hits, self.query)?;
        lines.extend(self.lines(context, &found.near, &self.query.showing_near())?);
        for line in lines {
            context.output.json_line(&line)?;
        }
        Ok(())
    }

    fn lines(&mut self, context: &mut Context, hits: &[Hit], query: &Query) -> Result<Vec<HitLine>, CommandError> {
        let mut reader = RecordReader::new(self.archive);
        let mut lines = Vec::with_capacity(hits.len());
        for hit in hits {
            let Some(record) = self.damage.record_at(&mut reader, hit.loc)? else { continue };
            let snippet = excerpt(&record, query, SNIPPET_CHARS);
            let around = self.context_of(context, &mut reader, (&record, hit.loc))?;
            lines.push(HitLine::new(&record, snippet.text, hit.tier.name(), hit.score, around));
        }
        Ok(lines)
    }

    fn context_of(
        &mut self,
        context: &mut Context,
        reader: &mut RecordReader<'_>,
        (record, place): (&Record, u64),
    ) -> Result<Option<HitContext>, CommandError> {
        let Some(conversation) = record.conversation.as_ref().filter(|_| self.around > 0) else { return Ok(None) };
        let count = usize::try_from(self.around).unwrap_or(0);
        let time = record.time.order_ms();
        let places = self
            .questions
            .ask(context, &mut self.damage, |index| index.neighbours(&conversation.id, time, place, count))?;
        let mut read = |places: &[u64]| -> Result<Vec<Record>, CommandError> {
            places.iter().filter_map(|place| self.damage.record_at(reader, *place).transpose()).collect()
        };
        Ok(Some(HitContext { before: read(&places.before)?, after: read(&places.after)? }))
    }

    fn text(&mut self, context: &mut Context, found: &Found) -> Result<(), CommandError> {
        let total = context.words.with("search-total", &[("count", found.total.into())]);
        let reading = context.reading(self.query);
        let reading = context.output.imported(&reading).into_owned();
        context.output.line(&format!("{total} · {reading}"))?;
        for hint in context.query_hints(self.query) {
            context.output.note(&format!("  {hint}"));
        }
        let mut first = self.hits(context, &found.hits, self.query)?;
        let shown = u64::try_from(found.hits.len()).unwrap_or(u64::MAX);
        if shown < found.total {
            let more = context.words.with("search-more", &[("count", (found.total - shown).into())]);
            context.output.note(&more);
        }
        if found.near_total > 0 {
            context.output.line("")?;
            let heading = context.words.with("search-near", &[("count", found.near_total.into())]);
            context.output.line(&context.output.strong(&heading))?;
            let near = self.hits(context, &found.near, &self.query.showing_near())?;
            first = first.or(near);
        }
        if let Some(first) = first {
            let id: String = first.to_string().chars().take(10).collect();
            let next = context.words.with("search-next", &[("id", id.into())]);
            context.output.note(&next);
        }
        Ok(())
    }

    /// Prints hits; gives the id of the first.
    fn hits(&mut self, context: &mut Context, hits: &[Hit], query: &Query) -> Result<Option<RecordId>, CommandError> {
        let mut reader = RecordReader::new(self.archive);
        let mut first = None;
        for hit in hits {
            let Some(record) = self.damage.record_at(&mut reader, hit.loc)? else { continue };
            first.get_or_insert(record.id);
            let around = self.context_of(context, &mut reader, (&record, hit.loc))?;
            let (before, after) = around.map(|around| (around.before, around.after)).unwrap_or_default();
            context.output.line("")?;
            before.iter().try_for_each(|record| neighbour(context, record))?;
            one_hit(context, &record, query)?;
            after.iter().try_for_each(|record| neighbour(context, record))?;
        }
        Ok(first)
    }
}

fn one_hit(context: &mut Context, record: &Record, query: &Query) -> Result<(), CommandError> {
    let heading = format!("{}  {}", context.output.strong(&context.heading(record)), short_id(record));
    context.output.line(&heading)?;
    let flat = one_line(excerpt(record, query, SNIPPET_CHARS));
    let line = if flat.text.trim().is_empty() {
        let summary = context.summary(record);
        context.output.short(&summary, SNIPPET_CHARS)
    } else {
        context.output.highlighted(&flat.text, &flat.highlights)
    };
    context.output.line(&format!("  {line}"))
}

/// A message beside a hit.
fn neighbour(context: &mut Context, record: &Record) -> Result<(), CommandError> {
    let author = record.author.as_ref().map(|author| author.name.as_str()).unwrap_or_default();
    let text = if record.text.is_empty() { context.summary(record) } else { record.text.clone() };
    let line = context.output.short(&format!("{author}: {text}"), 96);
    context.output.line(&format!("    {line}"))
}

/// Line ends become blanks, byte for byte, so that what is highlighted stays in its place.
fn one_line(mut snippet: Snippet) -> Snippet {
    snippet.text = snippet.text.replace(['\n', '\r', '\t'], " ");
    snippet
}
