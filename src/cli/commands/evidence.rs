//! `evidence`: statements of what the archive holds, for signing and mailing; their check; proof of one record.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use chrono::DateTime;
use clap::{Arg, ArgMatches, Command};
use fs_err as fs;
use qrcode::QrCode;
use qrcode::render::unicode;

use crate::cli::archive_view::{Damage, Questions, record_by_id, shown};
use crate::cli::context::Context;
use crate::cli::convert::{outside_archive, unreadable, unwritable};
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::json::{EvidenceCheckDocument, EvidenceDocument};
use crate::cli::output::Align;
use crate::cli::{clock, flags};
use crate::evidence::{Difference, ErasedSince, EvidenceCheck, EvidenceError, Proof, Statement, check, print, prove};
use crate::ingest::{ErasureCounts, erased_records, read_erasures};
use crate::store::{Location, RecordReader, VerifyDepth, verify};
use crate::words::Words;

/// Longest text searched for a statement, in bytes: a mail with pictures.
const TEXT_BYTES_MAX: u64 = 32 << 20;

pub(super) fn command(words: &Words) -> Command {
    flags::group(words, "evidence", "attestation", "evidence-about")
        .subcommand(
            flags::command(words, "print", "imprimer", "evidence-print-about")
                .arg(output(words))
                .after_help(words.text("evidence-print-examples")),
        )
        .subcommand(
            flags::command(words, "check", "controler", "evidence-check-about")
                .arg(
                    flags::positional(words, "file", "evidence-check-file", "value-file-or-stdin")
                        .required(true)
                        .value_parser(clap::value_parser!(PathBuf)),
                )
                .after_help(words.text("evidence-check-examples")),
        )
        .subcommand(
            flags::command(words, "prove", "prouver", "evidence-prove-about")
                .arg(flags::positional(words, "id", "show-id", "value-id").required(true))
                .arg(output(words))
                .after_help(words.text("evidence-prove-examples")),
        )
}

fn output(words: &Words) -> Arg {
    flags::option(words, "output", "sortie", "evidence-output", "value-file")
        .short('o')
        .value_parser(clap::value_parser!(PathBuf))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    match matches.subcommand() {
        Some(("print" | "imprimer", matches)) => state(matches, context),
        Some(("check" | "controler", matches)) => compare(matches, context),
        Some(("prove" | "prouver", matches)) => proof(matches, context),
        _ => Err(CommandError::new(ErrorKind::WrongUsage)),
    }
}

fn state(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let archive = context.open()?;
    let path = matches.get_one::<PathBuf>("output");
    let file = path.map(|path| outside_archive(&archive, path).and_then(|()| created(path))).transpose()?;
    let statement = print(&archive, clock::now())?;
    let [first, second] = statement.lines();
    if let (Some(path), Some(mut file)) = (path, file) {
        let explained = context.words.text("evidence-explained");
        let text = format!("{first}\n{second}\n\n{explained}\n");
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| unwritable(path, error))?;
        let text = context.words.with("evidence-written", &[("path", shown(path).into())]);
        context.output.note(&text);
    }
    if context.output.is_json() {
        context.output.json_line(&EvidenceDocument::of(&statement))?;
        return Ok(Exit::Done);
    }
    context.output.line(&first)?;
    context.output.line(&second)?;
    if path.is_none() {
        if context.output.stdout_is_terminal()
            && let Ok(code) = QrCode::new(format!("{first}\n{second}"))
        {
            context.output.line(&code.render::<unicode::Dense1x2>().build())?;
        }
        let text = context.words.text("evidence-explained");
        context.output.note(&text);
    }
    Ok(Exit::Done)
}

fn compare(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let path = matches.get_one::<PathBuf>("file").cloned().unwrap_or_default();
    let text = text_of(&path)?;
    let statement =
        Statement::parse(&text).map_err(|_| CommandError::new(ErrorKind::NoStatement).with("path", shown(&path)))?;
    let archive = context.open()?;
    let progress = context.progress(&context.words.text("verify-running"));
    let total: u64 = archive.commit().objects.iter().map(|object| object.size).sum();
    let done = std::sync::atomic::AtomicU64::new(0);
    let report = verify(&archive, VerifyDepth::Data, &|bytes| {
        let before = done.fetch_add(bytes, std::sync::atomic::Ordering::Relaxed);
        progress.set(before + bytes, total);
    })?;
    progress.finish();
    let mut erasures = read_erasures(&archive)?;
    erasures.retain(|entry| entry.seq > statement.seq);
    let record = erased_records(&archive)?;
    let sum = |count: &dyn Fn(&ErasureCounts) -> u64| erasures.iter().map(|entry| count(&entry.counts)).sum();
    let since = ErasedSince {
        record: &|id| !erasures.is_empty() && record(id),
        masked: sum(&|counts| counts.masked),
        files: sum(&|counts| counts.media + counts.originals),
    };
    let mut found = check(&archive, &statement, &since)?;
    let damaged = report.findings.iter().filter(|finding| finding.kind != crate::store::FindingKind::Leftover);
    found.differences.extend(damaged.map(|finding| Difference::Damaged(finding.path.clone())));
    found.differences.sort();
    found.differences.dedup();
    let erasures: Vec<String> = erasures.into_iter().map(|entry| entry.time).collect();
    tell(context, &statement, &found, &erasures)?;
    if found.differences.is_empty() { Ok(Exit::Done) } else { Err(CommandError::new(ErrorKind::EvidenceDiffers)) }
}

fn tell(
    context: &mut Context,
    statement: &Statement,
    found: &EvidenceCheck,
    erasures: &[String],
) -> Result<(), CommandError> {
    if context.output.is_json() {
        return context.output.json_line(&EvidenceCheckDocument::of(statement, found, erasures));
    }
    let facts = [
        ("unchanged", found.unchanged.into()),
        ("leaves", found.leaves.into()),
        ("time", statement.time.as_str().into()),
    ];
    let text = context.words.with("evidence-counted", &facts);
    context.output.line(&text)?;
    if found.gone > 0 {
        let text = context.words.with("evidence-gone", &[("gone", found.gone.into())]);
        context.output.line(&text)?;
    }
    if let Some(last) = erasures.last() {
        let time =
            DateTime::parse_from_rfc3339(last).map_or_else(|_| last.clone(), |time| context.moment(time.to_utc()));
        let facts = [
            ("count", erasures.len().into()),
            ("time", time.into()),
            ("erased", found.erased.into()),
            ("masked", found.masked.into()),
        ];
        let text = context.words.with("evidence-erasures", &facts);
        context.output.line(&text)?;
    }
    let rows: Vec<Vec<String>> = found
        .differences
        .iter()
        .map(|difference| {
            let (what, place) = match difference {
                Difference::Older => ("evidence-older", String::new()),
                Difference::Root => ("evidence-root", String::new()),
                Difference::Commit => ("evidence-commit", String::new()),
                Difference::Record(id) => ("evidence-record", id.to_string()),
                Difference::File => ("evidence-file", String::new()),
                Difference::Damaged(path) => ("finding-damaged", shown(path)),
            };
            vec![context.words.text(what), place]
        })
        .collect();
    context.output.table(&[Align::Left, Align::Left], &rows)?;
    if found.differences.is_empty() {
        let is_all = found.erased + found.masked == 0;
        let text = context.words.text(if is_all { "evidence-holds" } else { "evidence-holds-else" });
        context.output.line(&text)?;
    }
    Ok(())
}

fn proof(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let given = matches.get_one::<String>("id").map(String::as_str).unwrap_or_default();
    let mut archive = context.open()?;
    let path = matches.get_one::<PathBuf>("output");
    let mut damage = Damage::default();
    let ready = context.index(&mut archive, &mut damage)?;
    let mut questions = Questions::to(&archive, ready);
    let mut reader = RecordReader::new(&archive);
    let found = record_by_id(context, (&mut questions, &mut damage), &mut reader, given)?;
    let line = reader.line(Location(found.place))?;
    let proof: Proof = prove(&archive, &line)?;
    let Some(path) = path else {
        context.output.json_line(&proof)?;
        return Ok(Exit::Done);
    };
    outside_archive(&archive, path)?;
    let mut file = created(path)?;
    let text =
        serde_json::to_string_pretty(&proof).map_err(|error| CommandError::new(ErrorKind::Internal).because(error))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| unwritable(path, error))?;
    let text = context.words.with("evidence-proof-written", &[("path", shown(path).into())]);
    context.output.note(&text);
    Ok(Exit::Done)
}

/// A new file; nothing of the user's is replaced.
fn created(path: &Path) -> Result<fs::File, CommandError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true).open(path).map_err(|error| unwritable(path, error))
}

/// The text of a file, or of standard input for `-`.
fn text_of(path: &Path) -> Result<String, CommandError> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(TEXT_BYTES_MAX).read_to_end(&mut bytes)
    } else {
        fs::File::open(path).and_then(|file| file.take(TEXT_BYTES_MAX).read_to_end(&mut bytes))
    };
    read.map_err(|error| unreadable(path, error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl From<EvidenceError> for CommandError {
    fn from(error: EvidenceError) -> Self {
        match error {
            EvidenceError::NoStatement => Self::new(ErrorKind::NoStatement).with("path", ""),
            EvidenceError::OtherArchive { archive } => Self::new(ErrorKind::StatementOfOther).with("id", archive),
            EvidenceError::NotStated => Self::new(ErrorKind::NotStated),
            EvidenceError::Store(error) => error.into(),
        }
    }
}
