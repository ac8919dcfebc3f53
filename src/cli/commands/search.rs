//! `search`: finds records by what people type.

use clap::{Arg, ArgMatches, Command};

use super::searches::{Spelled, save};
use crate::cli::annotated::{Shown, book};
use crate::cli::archive_view::{Damage, Questions, record_by_id};
use crate::cli::context::Context;
use crate::cli::csv::Dialect;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::cli::json::{HitContext, HitLine, SearchDocument, WhyLine};
use crate::cli::names::{LateNames, ShownNames};
use crate::cli::record_view::short_id;
use crate::index::{
    Abbreviations, Cursor, Found, Hint, Hit, Near, Query, ReadingPart, SearchOptions, Snippet, Sort, Tier, UnknownName,
    excerpt, found_words, snippet,
};
use crate::model::{Record, RecordId};
use crate::notes::Book;
use crate::store::{Ahead, Archive, Location, RecordReader};
use crate::words::{Language, Words};

mod facets;

/// Flags that stand for filters: name, French name, help, value.
const NARROWING: [(&str, &str, &str, &str); 5] = [
    ("in", "dans", "search-in", "value-name"),
    ("from", "de", "search-from", "value-name"),
    ("since", "depuis", "search-since", "value-date"),
    ("until", "jusqua", "search-until", "value-date"),
    ("type", "type", "search-type", "value-type"),
];
/// Values of `--sort`.
const SORTS: [flags::Named; 3] = [("date", "date"), ("oldest", "ancien"), ("relevance", "pertinence")];
/// Characters of a snippet.
const SNIPPET_CHARS: usize = 160;
/// Columns of a label beside a result.
const LABEL_COLUMNS: usize = 24;

pub(super) fn command(words: &Words) -> Command {
    let number = |arg: Arg| arg.value_parser(clap::value_parser!(u32));
    flags::command(words, "search", "chercher", "search-about")
        .arg(flags::positional(words, "query", "search-query", "value-query").num_args(0..))
        .arg(number(flags::option(words, "max", "nombre", "search-max", "value-number").short('m').default_value("20")))
        .arg(number(flags::option(words, "context", "contexte", "search-context", "value-number").short('C')))
        .arg(number(
            flags::option(words, "before-context", "contexte-avant", "search-before", "value-number").short('B'),
        ))
        .arg(number(
            flags::option(words, "after-context", "contexte-apres", "search-after-context", "value-number").short('A'),
        ))
        .args(NARROWING.map(|(english, french, help, value)| flags::option(words, english, french, help, value)))
        .arg(flags::choice(words, "sort", "tri", ("search-sort", "value-sort"), &SORTS))
        .arg(
            number(flags::option(words, "page", "page", "search-page", "value-number"))
                .value_parser(clap::value_parser!(u32).range(1..))
                .default_value("1"),
        )
        .arg(flags::option(words, "after", "apres", "search-after", "value-id").conflicts_with("page"))
        .arg(flags::switch(words, "facets", "facettes", "search-facets"))
        .arg(flags::switch(words, "csv", "csv", "search-csv").conflicts_with_all(["ids", "jsonl", "count"]))
        .arg(
            flags::switch(words, "csv-plain", "csv-simple", "search-csv-plain")
                .conflicts_with_all(["csv", "ids", "jsonl", "count"]),
        )
        .arg(flags::switch(words, "explain", "expliquer", "search-explain"))
        .arg(flags::option(words, "save", "enregistrer", "search-save", "value-name"))
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
    Csv(Dialect),
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let form = form(matches, context)?;
    let typed: Vec<&str> = matches.get_many::<String>("query").into_iter().flatten().map(String::as_str).collect();
    let typed = typed.join(" ");
    // Beside the opening of the archive, which does not need it.
    rayon::spawn(|| drop(Abbreviations::built_in()));
    let mut archive = context.open()?;
    let mut damage = Damage::default();
    let book = book(&archive, &mut damage)?;
    let spelled = Spelled::out(&book, &typed);
    if let Some(name) = matches.get_one::<String>("save") {
        let sort = matches.get_one::<String>("sort").or(spelled.sort.as_ref());
        let filters = narrowing(matches).map(|(flag, value)| format!(" {}", filter(flag, value)));
        let whole: String = std::iter::once(spelled.query.clone()).chain(filters).collect();
        save(&mut archive, (name, whole.trim()), sort.map(String::as_str))?;
        let name = name.trim().trim_start_matches('@');
        context.output.note(&context.words.with("search-saved", &[("name", name.into())]));
    }
    let ready = context.index(&mut archive, &mut damage)?;
    let mut questions = Questions::to(&archive, ready);
    let query = query(matches, context, &archive, (&book, &spelled))?;
    let query = context.knowing(&archive, (&mut questions, &mut damage), &book, query)?;
    // Numbers and ids alone say nothing of how they were found: near spellings are among them only when asked for.
    let tells_how = !matches!(form, Form::Count | Form::Ids) || query.asks_for_near();
    let near = if matches.get_flag("no-approx") || !tells_how { Near::Never } else { Near::WhenFew };
    let limit = limit(matches, form);
    let sort = order(matches, spelled.sort.as_deref(), &query);
    let after = after(matches, context, &archive, (&mut questions, &mut damage))?;
    if sort == Sort::Relevance && after.is_some() {
        let name = |named| flags::called(&context.words, named);
        let other = format!("--{} {}", name(("sort", "tri")), name(("relevance", "pertinence")));
        return Err(conflict(context, ("after", "apres"), other));
    }
    let page = matches.get_one::<u32>("page").and_then(|page| usize::try_from(*page).ok()).unwrap_or(1);
    let offset = page.saturating_sub(1).saturating_mul(limit);
    let explain = matches.get_flag("explain");
    let options = SearchOptions { limit, offset, after, sort, near, explain };
    let found = questions.search(context, &mut damage, (&query, &options))?;
    let around = around(matches);
    let facets = matches.get_flag("facets");
    let said = Shown::of(&book);
    let unknown = if query.has_names() {
        questions.ask(context, &mut damage, |index| index.unknown_names(&query))?
    } else {
        Vec::new()
    };
    // Why nothing was found.
    let nowhere =
        if found.total == 0 { questions.ask(context, &mut damage, |index| index.nowhere(&query))? } else { None };
    let names = LateNames::new(&archive, &book);
    let (archive, query, book) = (&archive, &query, &book);
    let mut search = Search { archive, questions, query, around, facets, said, book, names, unknown, nowhere, damage };
    match form {
        // Near spellings are a group of their own; they count when they are what was asked for.
        Form::Count if query.asks_for_near() => {
            context.output.line(&(found.total + found.near_total).to_string())?;
        }
        Form::Count => context.output.line(&found.total.to_string())?,
        Form::Ids if query.asks_for_spelling() => {
            for line in search.lines(context, &found.hits, query)? {
                context.output.line(&line.id)?;
            }
        }
        Form::Ids => {
            let ids = search.questions.ask(context, &mut search.damage, |index| index.search_ids(query, &options))?;
            ids.iter().try_for_each(|id| context.output.line(&id.to_string()))?;
        }
        Form::Json => search.json(context, &found)?,
        Form::JsonLines => search.json_lines(context, &found)?,
        Form::Csv(dialect) => search.csv(context, &found, dialect)?,
        Form::Text => search.text(context, &found)?,
    }
    search.damage.or(if found.total + found.near_total == 0 { Exit::NothingFound } else { Exit::Done })
}

/// How results are to be printed.
fn form(matches: &ArgMatches, context: &Context) -> Result<Form, CommandError> {
    for (table, flag) in [("csv", ("csv", "csv")), ("csv-plain", ("csv-plain", "csv-simple"))] {
        if matches.get_flag(table) && context.output.is_json() {
            return Err(conflict(context, flag, "--json".to_owned()));
        }
    }
    Ok(match () {
        () if matches.get_flag("csv-plain") => Form::Csv(Dialect::Plain),
        () if matches.get_flag("csv") => Form::Csv(match context.words.language() {
            Language::French => Dialect::Semicolons,
            Language::English => Dialect::Commas,
        }),
        () if matches.get_flag("count") => Form::Count,
        () if matches.get_flag("ids") => Form::Ids,
        () if matches.get_flag("jsonl") => Form::JsonLines,
        () if context.output.is_json() => Form::Json,
        () => Form::Text,
    })
}

fn conflict(context: &Context, flag: flags::Named, other: String) -> CommandError {
    let flag = format!("--{}", flags::called(&context.words, flag));
    CommandError::new(ErrorKind::FlagConflict).with("flag", flag).with("other", other)
}

fn limit(matches: &ArgMatches, form: Form) -> usize {
    if form == Form::Count {
        return 0;
    }
    matches.get_one::<u32>("max").and_then(|max| usize::try_from(*max).ok()).unwrap_or(20)
}

/// The flags that stand for filters, with their values.
fn narrowing(matches: &ArgMatches) -> impl Iterator<Item = (&'static str, &String)> {
    NARROWING.iter().filter_map(|(flag, ..)| Some((*flag, matches.get_one::<String>(flag)?)))
}

/// The filter that a flag stands for. A quote inside would end its value.
fn filter(flag: &str, value: &str) -> String {
    format!("{flag}:\"{}\"", value.replace(['"', '«', '»', '“', '”'], " "))
}

/// What was typed, narrowed by the flags that stand for filters.
fn query(
    matches: &ArgMatches,
    context: &mut Context,
    archive: &Archive,
    (book, typed): (&Book, &Spelled),
) -> Result<Query, CommandError> {
    let flags: Vec<(&str, &String)> = narrowing(matches).collect();
    let typed = typed.query.as_str();
    let all: Vec<&str> = std::iter::once(typed).chain(flags.iter().map(|(_, value)| value.as_str())).collect();
    let read = context.with_what_is_said(archive, book, &all.join(" "));
    let mut query = Query::parse(typed, &read);
    for (flag, value) in flags {
        let filter = Query::parse(&filter(flag, value), &read);
        if filter.is_everything() || filter.hints().iter().any(|hint| !matches!(hint, Hint::AmbiguousDate { .. })) {
            return Err(unreadable(context, flag, value));
        }
        query = query.and(filter);
    }
    Ok(query)
}

/// A value that the filter of a flag does not know.
fn unreadable(context: &Context, flag: &str, value: &str) -> CommandError {
    let named = NARROWING.iter().find(|(english, ..)| *english == flag);
    let called = named.map_or(flag, |(english, french, ..)| flags::called(&context.words, (*english, *french)));
    // What the texts tell by example.
    let valid = match named {
        Some((.., "value-date")) if !value.trim().is_empty() => "date",
        Some((.., "value-type")) if !value.trim().is_empty() => "type",
        _ => "none",
    };
    let error = CommandError::new(ErrorKind::BadValue).with("given", value).with("valid", valid);
    error.with("flag", format!("--{called}"))
}

/// Records wanted before and after each hit: `-C`, unless `-B` or `-A` says otherwise.
fn around(matches: &ArgMatches) -> (usize, usize) {
    let number = |flag: &str| matches.get_one::<u32>(flag).and_then(|number| usize::try_from(*number).ok());
    let both = number("context").unwrap_or(0);
    (number("before-context").unwrap_or(both), number("after-context").unwrap_or(both))
}

/// Where the page before ended: `--after` with the id of its last hit.
fn after(
    matches: &ArgMatches,
    context: &mut Context,
    archive: &Archive,
    (questions, damage): (&mut Questions<'_>, &mut Damage),
) -> Result<Option<Cursor>, CommandError> {
    let Some(id) = matches.get_one::<String>("after") else { return Ok(None) };
    let last = record_by_id(context, (questions, damage), &mut RecordReader::new(archive), id)?;
    Ok(Some(Cursor { time_ms: last.record.time.order_ms(), loc: last.place }))
}

/// `--sort`, else `sort:` of the query, else what a saved search was saved with, else newest first.
fn order(matches: &ArgMatches, kept: Option<&str>, query: &Query) -> Sort {
    let named = |name: &str| match name {
        "oldest" => Sort::Oldest,
        "relevance" => Sort::Relevance,
        _ => Sort::Newest,
    };
    let flag = matches.get_one::<String>("sort").map(|name| named(name));
    flag.or_else(|| query.sort()).or_else(|| kept.map(named)).unwrap_or_default()
}

struct Search<'a> {
    archive: &'a Archive,
    questions: Questions<'a>,
    query: &'a Query,
    /// Records before and after each hit.
    around: (usize, usize),
    facets: bool,
    said: Shown,
    /// What the owner said, of people too.
    book: &'a Book,
    names: LateNames<'a>,
    /// Names in filters that nobody bears.
    unknown: Vec<UnknownName>,
    /// When nothing was found of several things: those that no record has.
    nowhere: Option<Vec<ReadingPart>>,
    /// Damage met; what is intact is shown all the same.
    damage: Damage,
}

impl Search<'_> {
    fn json(&mut self, context: &mut Context, found: &Found) -> Result<(), CommandError> {
        let hits = self.lines(context, &found.hits, self.query)?;
        let approx = self.lines(context, &found.near, &self.query.showing_near())?;
        let reading = context.reading(self.query);
        let hints = self.hints(context);
        let next = if found.left > 0 { self.last_id(context, found, &hits)? } else { None };
        let facets = if self.facets { Some(self.facets(context)?) } else { None };
        context.output.json_line(&SearchDocument { total: found.total, reading, hints, hits, approx, next, facets })
    }

    fn json_lines(&mut self, context: &mut Context, found: &Found) -> Result<(), CommandError> {
        let mut lines = self.lines(context, &found.hits, self.query)?;
        lines.extend(self.lines(context, &found.near, &self.query.showing_near())?);
        for line in lines {
            context.output.json_line(&line)?;
        }
        Ok(())
    }

    /// Author, conversation and the rest in cells, texts whole; what was found by near spellings comes last.
    fn csv(&mut self, context: &mut Context, found: &Found, dialect: Dialect) -> Result<(), CommandError> {
        let mut reader = RecordReader::new(self.archive);
        let head =
            ["id", "time", "platform", "kind", "conversation", "author", "text", "tier", "person", "labels", "note"];
        context.output.line(&format!("{}{}", dialect.mark(), dialect.row(head)))?;
        for hit in found.hits.iter().chain(&found.near) {
            let Some(record) = self.damage.record_at(&mut reader, hit.loc)? else { continue };
            let names = self.names_of(context, &record)?;
            let person = names.author.or_else(|| record.author.as_ref().map(|author| author.name.clone()));
            let line = HitLine::new(&record, String::new(), hit.tier.name(), hit.score, None);
            let labels = self.said.labels(&record.id).join(", ");
            let cells = [
                line.id.as_str(),
                line.time.as_deref().unwrap_or_default(),
                record.platform.name(),
                record.kind.name(),
                line.conversation.as_deref().unwrap_or_default(),
                line.author.as_deref().unwrap_or_default(),
                record.text.as_str(),
                line.tier,
                person.as_deref().unwrap_or_default(),
                &labels,
                self.said.note(&record.id).unwrap_or_default(),
            ];
            context.output.line(&dialect.row(cells))?;
        }
        Ok(())
    }

    /// The id of the last hit, even of one that damage keeps from being shown.
    fn last_id(
        &mut self,
        context: &mut Context,
        found: &Found,
        shown: &[HitLine],
    ) -> Result<Option<String>, CommandError> {
        if shown.len() == found.hits.len() {
            return Ok(shown.last().map(|hit| hit.id.clone()));
        }
        let Some(last) = found.hits.last() else { return Ok(None) };
        let id = self.questions.ask(context, &mut self.damage, |index| index.id_at(last.loc))?;
        Ok(id.map(|id| id.to_string()))
    }

    fn lines(&mut self, context: &mut Context, hits: &[Hit], query: &Query) -> Result<Vec<HitLine>, CommandError> {
        let mut reader = RecordReader::new(self.archive);
        reader.read_ahead(hits.iter().map(|hit| Location(hit.loc)), self.ahead());
        let mut lines = Vec::with_capacity(hits.len());
        for hit in hits {
            let Some(record) = self.damage.record_at(&mut reader, hit.loc)? else { continue };
            let snippet = self.excerpt(&record, query).0;
            let around = self.context_of(context, &mut reader, (&record, hit.loc))?;
            let line = HitLine::new(&record, snippet.text, hit.tier.name(), hit.score, around);
            let why = why_lines(hit, &record, query);
            let (labels, note) = (self.said.labels(&record.id).to_vec(), self.said.note(&record.id).map(str::to_owned));
            let ShownNames { author: person, title: conversation_person } = self.names_of(context, &record)?;
            lines.push(HitLine { person, conversation_person, why, labels, note, ..line });
        }
        Ok(lines)
    }

    /// What stands around the records that are found is looked up beside them.
    fn ahead(&self) -> Ahead {
        if self.around == (0, 0) { Ahead::Records } else { Ahead::Frames }
    }

    fn context_of(
        &mut self,
        context: &mut Context,
        reader: &mut RecordReader<'_>,
        (record, place): (&Record, u64),
    ) -> Result<Option<HitContext>, CommandError> {
        let (before, after) = self.around;
        let count = before.max(after);
        let Some(conversation) = record.conversation.as_ref().filter(|_| count > 0) else { return Ok(None) };
        let time = record.time.order_ms();
        let mut places = self
            .questions
            .ask(context, &mut self.damage, |index| index.neighbours(&conversation.id, time, place, count))?;
        places.before.drain(..places.before.len().saturating_sub(before));
        places.after.truncate(after);
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
        let hints = self.hints(context);
        for hint in &hints {
            context.output.note(&format!("  {hint}"));
        }
        let is_empty = self.archive.commit().counts.values().sum::<u64>() == 0;
        let advice = match found {
            _ if is_empty => Some(context.words.text("search-archive-empty")),
            Found { total: 0, near_total: 0, .. } if hints.is_empty() => {
                let is_text = self.query.asks_for_text();
                Some(context.words.text(if is_text { "search-nothing" } else { "search-nothing-filtered" }))
            }
            Found { total: 1.., left: 0, .. } if found.hits.is_empty() => {
                Some(context.words.text("search-past-the-end"))
            }
            _ => None,
        };
        if let Some(advice) = advice {
            context.output.note(&format!("  {advice}"));
        }
        let mut first = self.hits(context, &found.hits, self.query)?;
        if found.left > 0 && !found.hits.is_empty() {
            let more = context.words.with("search-more", &[("count", found.left.into())]);
            context.output.note(&more);
        }
        if self.facets {
            self.facets_text(context)?;
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
        reader.read_ahead(hits.iter().map(|hit| Location(hit.loc)), self.ahead());
        let mut first = None;
        for hit in hits {
            let Some(record) = self.damage.record_at(&mut reader, hit.loc)? else { continue };
            first.get_or_insert(record.id);
            let around = self.context_of(context, &mut reader, (&record, hit.loc))?;
            let (before, after) = around.map(|around| (around.before, around.after)).unwrap_or_default();
            context.output.line("")?;
            before.iter().try_for_each(|record| self.neighbour(context, record))?;
            self.one_hit(context, &record, query)?;
            explained(context, hit, &record, query)?;
            after.iter().try_for_each(|record| self.neighbour(context, record))?;
        }
        Ok(first)
    }

    /// The part that shows why a record was found: of the owner's note when nothing else of it does, which is told then.
    fn excerpt(&self, record: &Record, query: &Query) -> (Snippet, bool) {
        let own = excerpt(record, query, SNIPPET_CHARS);
        let note = self.said.note(&record.id).filter(|_| own.highlights.is_empty());
        let noted = note.map(|note| snippet(note, query, SNIPPET_CHARS));
        match noted.filter(|noted| !noted.highlights.is_empty() || own.text.trim().is_empty()) {
            Some(noted) => (noted, true),
            None => (own, false),
        }
    }

    /// A message beside a hit.
    fn neighbour(&mut self, context: &mut Context, record: &Record) -> Result<(), CommandError> {
        let names = self.names_of(context, record)?;
        let written = record.author.as_ref().map(|author| author.name.as_str()).unwrap_or_default();
        let author = names.author.as_deref().unwrap_or(written);
        let text = if record.text.is_empty() { context.summary(record) } else { record.text.clone() };
        let line = context.output.short(&format!("{author}: {text}"), 96);
        context.output.line(&format!("    {line}"))
    }

    /// Names of people whom a record knows by a number only.
    fn names_of(&mut self, context: &mut Context, record: &Record) -> Result<ShownNames, CommandError> {
        self.names.of(context, (&mut self.questions, &mut self.damage), record)
    }

    /// Remarks about the query, and about names that nobody bears.
    fn hints(&self, context: &Context) -> Vec<String> {
        let mut hints = context.query_hints(self.query);
        hints.extend(self.unknown.iter().map(|unknown| context.nobody(self.archive, unknown)));
        if let Some(nowhere) = &self.nowhere {
            let parts: Vec<String> = nowhere.iter().map(|part| context.reading_part(part)).collect();
            match parts.is_empty() {
                false => hints.push(context.words.with("hint-nowhere", &[("parts", parts.join(" · ").into())])),
                true if self.unknown.is_empty() => hints.push(context.words.text("hint-not-together")),
                true => {}
            }
        }
        hints
    }

    fn one_hit(&mut self, context: &mut Context, record: &Record, query: &Query) -> Result<(), CommandError> {
        let names = self.names_of(context, record)?;
        let mut heading = format!("{}  {}", context.output.strong(&context.heading(record, &names)), short_id(record));
        for label in self.said.labels(&record.id) {
            heading.extend(["  [", &context.output.short(label, LABEL_COLUMNS), "]"]);
        }
        context.output.line(&heading)?;
        let (excerpt, is_note) = self.excerpt(record, query);
        let flat = one_line(excerpt);
        let line = if flat.text.trim().is_empty() {
            let summary = context.summary(record);
            context.output.short(&summary, SNIPPET_CHARS)
        } else {
            context.output.highlighted(&flat.text, &flat.highlights)
        };
        let line = if is_note { context.words.with("record-note", &[("note", line.into())]) } else { line };
        context.output.line(&format!("  {line}"))
    }
}

/// How a hit matches each thing asked for; nothing unless that was asked.
fn why_lines(hit: &Hit, record: &Record, query: &Query) -> Option<Vec<WhyLine>> {
    let why = hit.why.as_ref()?;
    let asked = query.asked_for().into_iter().zip(found_words(record, query)).zip(why);
    let line = |((asked, words), tier): ((ReadingPart, Vec<String>), &Option<Tier>)| WhyLine {
        asked: asked.to_string(),
        tier: tier.map(Tier::name),
        words: if tier.is_some() { words } else { Vec::new() },
    };
    Some(asked.map(line).collect())
}

/// The same for people, in one line.
fn explained(context: &mut Context, hit: &Hit, record: &Record, query: &Query) -> Result<(), CommandError> {
    let Some(lines) = why_lines(hit, record, query) else { return Ok(()) };
    let mut parts = Vec::new();
    for ((line, asked), tier) in lines.into_iter().zip(query.asked_for()).zip(hit.why.iter().flatten()) {
        let how = context.words.text(match tier {
            Some(Tier::Exact) => "explain-exact",
            Some(Tier::Stem) => "explain-stem",
            Some(Tier::Abbreviation) => "explain-abbreviation",
            Some(Tier::Typo) => "explain-typo",
            Some(Tier::Sound) => "explain-sound",
            None => "explain-absent",
        });
        let asked = context.reading_part(&asked);
        let facts = [
            ("asked", asked.as_str().into()),
            ("how", how.as_str().into()),
            ("words", context.words.list(line.words.iter()).into()),
        ];
        parts.push(
            context.words.with(if line.words.is_empty() { "explain-part" } else { "explain-part-words" }, &facts),
        );
    }
    let score = format!("{:.2}", hit.score);
    let score = if context.words.language() == Language::French { score.replace('.', ",") } else { score };
    parts.push(context.words.with("explain-score", &[("score", score.into())]));
    let line = context.output.imported(&parts.join(" · ").replace(['\n', '\r', '\t'], " ")).into_owned();
    context.output.line(&format!("    {line}"))
}

/// Line ends become blanks, byte for byte, so that what is highlighted stays in its place.
fn one_line(mut snippet: Snippet) -> Snippet {
    snippet.text = snippet.text.replace(['\n', '\r', '\t'], " ");
    snippet
}
