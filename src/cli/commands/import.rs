//! `import`: downloads into the archive.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clap::{ArgAction, ArgMatches, Command};

use crate::backup::Drives;
use crate::cli::archive_view::shown;
use crate::cli::context::{Context, unknown_zone};
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::json::{ItemLine, StatusLine, SummaryLine, WarningLine};
use crate::cli::record_view::count_id;
use crate::cli::{clock, flags};
use crate::ingest::{
    ImportOptions, ImportOutcome, IngestError, Observer, Phase, Summary, UnreadLine, UnreadReason, import,
};
use crate::sources::{DateOrder, ReadOptions};
use crate::words::Words;

/// How often somebody who waits is told how far the import is.
const TOLD_EVERY: Duration = Duration::from_millis(200);

/// Values of `--date-order`.
const DATE_ORDERS: [flags::Named; 3] = [("auto", "auto"), ("dmy", "jma"), ("mdy", "mja")];

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "import", "importer", "import-about")
        .arg(
            flags::positional(words, "path", "import-path", "value-path")
                .required(true)
                .num_args(1..)
                .value_parser(clap::value_parser!(PathBuf)),
        )
        .arg(flags::option(words, "me", "moi", "import-me", "value-name"))
        .arg(flags::option(words, "timezone", "fuseau", "import-timezone", "value-zone"))
        .arg(flags::choice(words, "date-order", "ordre-dates", ("import-date-order", "value-date-order"), &DATE_ORDERS))
        .arg(flags::option(words, "whatsapp-key", "cle-whatsapp", "import-whatsapp-key", "value-file-or-stdin"))
        .arg(flags::switch(words, "dry-run", "essai", "import-dry-run").short('n'))
        .arg(flags::switch(words, "jsonl", "jsonl", "import-jsonl").action(ArgAction::SetTrue))
        .after_help(words.text("import-examples"))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let paths: Vec<PathBuf> = matches.get_many::<PathBuf>("path").into_iter().flatten().cloned().collect();
    let read = ReadOptions { whatsapp_key: context.whatsapp_key(matches)?, ..reading(matches)? };
    let options = ImportOptions { read, dry_run: matches.get_flag("dry-run"), now: clock::now() };
    let lines = matches.get_flag("jsonl") || context.output.is_json();
    let mut archive = context.open()?;
    let watch = Watch::default();
    let outcome = std::thread::scope(|scope| {
        let work = scope.spawn(|| import(&mut archive, &paths, &options, &watch));
        let told = tell_progress(context, &watch, lines, || work.is_finished());
        match work.join() {
            Ok(Err(IngestError::NothingRecognised { unread, cause })) => {
                tell_unread(context, &unread, lines)?;
                told.and(Err(IngestError::NothingRecognised { unread, cause }.into()))
            }
            Ok(outcome) => told.and(outcome.map_err(CommandError::from)),
            Err(_) => Err(CommandError::new(ErrorKind::Internal)),
        }
    })?;
    if lines {
        show_lines(context, &outcome)?;
    } else {
        let copied = match Drives::load(archive.layout()) {
            Ok(register) => !register.drives.is_empty(),
            Err(error) => {
                // The import is done; the list of drives is another matter, and put aside only this once.
                CommandError::from(error).report(&context.words, &mut context.output);
                false
            }
        };
        show_text(context, &outcome, options.dry_run, copied)?;
    }
    if !outcome.damaged.is_empty() {
        let paths: Vec<String> = outcome.damaged.iter().map(|path| shown(path)).collect();
        return Err(CommandError::new(ErrorKind::ImportBesideDamage).with("paths", paths.join(", ")));
    }
    Ok(if outcome.summary.is_clean() { Exit::Done } else { Exit::Partial })
}

fn reading(matches: &ArgMatches) -> Result<ReadOptions, CommandError> {
    let zone = match matches.get_one::<String>("timezone") {
        Some(name) => Some(name.parse().map_err(|_| unknown_zone(name))?),
        None => None,
    };
    let date_order = match matches.get_one::<String>("date-order").map(String::as_str) {
        Some("dmy") => DateOrder::DayFirst,
        Some("mdy") => DateOrder::MonthFirst,
        _ => DateOrder::Auto,
    };
    Ok(ReadOptions { me: matches.get_one::<String>("me").cloned(), zone, date_order, whatsapp_key: None })
}

/// How far the import is, told by its threads.
struct Watch {
    phase: Mutex<(Phase, u64)>,
    done: AtomicU64,
}

impl Default for Watch {
    fn default() -> Self {
        Self { phase: Mutex::new((Phase::Preparing, 0)), done: AtomicU64::new(0) }
    }
}

impl Watch {
    fn now(&self) -> (Phase, u64, u64) {
        let (phase, total) = *self.phase.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        (phase, self.done.load(Ordering::Relaxed), total)
    }
}

impl Observer for Watch {
    fn phase(&self, phase: Phase, total: u64) {
        *self.phase.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = (phase, total);
        self.done.store(0, Ordering::Relaxed);
    }

    fn advance(&self, amount: u64) {
        self.done.fetch_add(amount, Ordering::Relaxed);
    }

    // Ctrl-C ends the process itself; nothing of an unfinished import is committed.
    fn interrupted(&self) -> bool {
        false
    }
}

/// Draws the bar, or writes a status line a second, until the work is done.
fn tell_progress(
    context: &mut Context,
    watch: &Watch,
    lines: bool,
    is_done: impl Fn() -> bool,
) -> Result<(), CommandError> {
    let progress = context.progress(&context.words.text("import-preparing"));
    let mut told = (Phase::Preparing, u64::MAX);
    let mut rounds = 0_u32;
    while !is_done() {
        std::thread::sleep(if rounds == 0 { Duration::from_millis(10) } else { TOLD_EVERY });
        rounds += 1;
        let (phase, done, total) = watch.now();
        if phase != told.0 {
            progress.label(&context.words.text(phase_id(phase)));
        }
        progress.set(done, total);
        if lines && (phase, done) != told && (phase != told.0 || rounds.is_multiple_of(5)) {
            context.output.json_line(&StatusLine { kind: "status", phase: phase_name(phase), done, total })?;
            context.output.flush()?;
        }
        told = (phase, done);
    }
    Ok(())
}

const fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Preparing => "preparing",
        Phase::Media => "media",
        Phase::Elements => "elements",
        Phase::Finishing => "finishing",
    }
}

const fn phase_id(phase: Phase) -> &'static str {
    match phase {
        Phase::Preparing => "import-preparing",
        Phase::Media => "import-media",
        Phase::Elements => "import-elements",
        Phase::Finishing => "import-finishing",
    }
}

/// An item for each file that is not simply read, then what could not be taken at all, then the summary.
fn show_lines(context: &mut Context, outcome: &ImportOutcome) -> Result<(), CommandError> {
    for file in outcome.files.iter().filter(|file| !file.is_plain()) {
        context.output.json_line(&ItemLine { kind: "item", file: file.clone() })?;
    }
    show_unread(context, &outcome.unread)?;
    let summary = outcome.summary.clone();
    context.output.json_line(&SummaryLine { kind: "summary", summary, renewed: outcome.renewed })
}

/// Where several inputs gave nothing for several reasons, one error cannot tell them all. In JSON each has its line.
fn tell_unread(context: &mut Context, unread: &[UnreadLine], lines: bool) -> Result<(), CommandError> {
    if lines {
        return show_unread(context, unread);
    }
    let first = unread.first().map(|line| line.reason);
    if unread.iter().any(|line| Some(line.reason) != first) {
        for line in unread {
            let text = unread_text(&context.words, line);
            context.output.say(&text);
        }
    }
    Ok(())
}

fn show_unread(context: &mut Context, unread: &[UnreadLine]) -> Result<(), CommandError> {
    unread.iter().try_for_each(|UnreadLine { input, reason }| {
        context.output.json_line(&WarningLine { kind: "error", code: reason.name(), path: input.clone() })
    })
}

/// An input that gave nothing, why, and what to do.
pub(super) fn unread_text(words: &Words, line: &UnreadLine) -> String {
    let id = match line.reason {
        UnreadReason::Unreadable => "refused-unreadable",
        UnreadReason::ZipTruncated => "refused-zip-truncated",
        UnreadReason::NotAZip => "refused-not-a-zip",
        UnreadReason::Empty => "refused-empty",
        UnreadReason::TooManyEntries => "refused-too-many-entries",
        UnreadReason::Encrypted => "refused-encrypted",
        UnreadReason::Packed => "refused-packed",
        UnreadReason::UnknownDownload => "refused-unknown-download",
    };
    words.with(id, &[("path", line.input.as_str().into())])
}

/// `copied`: there is a backup drive.
fn show_text(context: &mut Context, outcome: &ImportOutcome, dry_run: bool, copied: bool) -> Result<(), CommandError> {
    // What was not taken is named with `-q` as well.
    for line in &outcome.unread {
        let text = unread_text(&context.words, line);
        context.output.say(&text);
    }
    for path in &outcome.cut {
        let text = context.words.with("import-cut-zip", &[("path", path.display().to_string().into())]);
        context.output.say(&text);
    }
    if dry_run {
        let text = context.words.text("import-was-dry");
        context.output.line(&text)?;
    }
    show_summary(context, &outcome.summary, !dry_run)?;
    if outcome.renewed > 0 {
        let text = context.words.with("import-renewed", &[("count", outcome.renewed.into())]);
        context.output.line(&text)?;
    }
    // Where something of the archive is lost, the downloads may be all that is left of it.
    if !dry_run && outcome.damaged.is_empty() {
        let text = context.words.text(if copied { "import-next" } else { "import-next-no-drive" });
        context.output.note(&text);
    }
    Ok(())
}

/// What an import did, in a few lines; `reported`: there is a report of it.
pub(super) fn show_summary(context: &mut Context, summary: &Summary, reported: bool) -> Result<(), CommandError> {
    let words = &context.words;
    let kinds: Vec<String> = crate::model::Kind::ALL
        .iter()
        .filter_map(|kind| Some((kind.name(), *summary.added.get(kind.name())?)))
        .map(|(name, count)| words.with(count_id(name), &[("count", count.into())]))
        .collect();
    let added = if kinds.is_empty() { words.text("import-nothing-new") } else { words.list(kinds) };
    let mut lines = vec![words.with("import-added", &[("kinds", added.into())])];
    if summary.known > 0 {
        lines.push(words.with("import-known", &[("count", summary.known.into())]));
    }
    let media = summary.media;
    if media.stored + media.known + media.missing > 0 {
        let facts = [("stored", media.stored.into()), ("known", media.known.into()), ("missing", media.missing.into())];
        lines.push(words.with("import-media-counts", &facts));
    }
    let files = summary.files;
    lines.push(words.with(
        "import-files",
        &[
            ("seen", files.seen.into()),
            ("parsed", files.parsed.into()),
            ("raw", files.kept_raw.into()),
            ("ignored", files.ignored.into()),
            ("damaged", files.damaged.into()),
            ("duplicate", files.duplicate.into()),
        ],
    ));
    let doubts: Vec<String> = [
        (summary.skipped, "import-skipped"),
        (summary.problems, "import-problems"),
        (media.missing, "import-missing"),
        (summary.unread, "import-unread"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, id)| words.with(id, &[("count", count.into())]))
    .collect();
    if !doubts.is_empty() {
        let doubts = words.list(doubts);
        let facts = [("doubts", doubts.as_str().into()), ("import", summary.import.as_str().into())];
        lines.push(if reported { words.with("import-doubts", &facts) } else { doubts });
    }
    lines.iter().try_for_each(|line| context.output.line(line))
}
