//! `verify`: whether every file of the archive is what was written.

use std::sync::atomic::{AtomicU64, Ordering};

use clap::{ArgMatches, Command};

use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::cli::json::VerifyDocument;
use crate::cli::output::Align;
use crate::index::{Index, IndexKey};
use crate::store::{Finding, FindingKind, VerifyDepth, VerifyReport, verify};
use crate::words::Words;

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "verify", "verifier", "verify-about")
        .arg(flags::switch(words, "read-data", "lire-tout", "verify-read-data"))
        .after_help(words.text("verify-examples"))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let depth = if matches.get_flag("read-data") { VerifyDepth::Data } else { VerifyDepth::Hashes };
    let archive = context.open()?;
    let total: u64 = archive.commit().objects.iter().map(|object| object.size).sum();
    let progress = context.progress(&context.words.text("verify-running"));
    let done = AtomicU64::new(0);
    let mut report = verify(&archive, depth, &|bytes| {
        let before = done.fetch_add(bytes, Ordering::Relaxed);
        progress.set(before + bytes, total);
    })?;
    let key = IndexKey::new(&archive.keyring().index_key());
    let root = archive.layout().root();
    let damaged = Index::damaged_files(&archive.layout().index(), &key);
    report.findings.extend(damaged.iter().map(|path| Finding::new(root, path, FindingKind::Damaged)));
    progress.finish();
    show(context, &report)
}

/// Tells what a check found; damage is an error with code 14.
pub(super) fn show(context: &mut Context, report: &VerifyReport) -> Result<Exit, CommandError> {
    if context.output.is_json() {
        context.output.json_line(&VerifyDocument::of(report))?;
    } else {
        show_text(context, report)?;
    }
    if report.is_sound() { Ok(Exit::Done) } else { Err(CommandError::new(ErrorKind::Integrity)) }
}

fn show_text(context: &mut Context, report: &VerifyReport) -> Result<(), CommandError> {
    let facts = [("objects", report.objects.into()), ("bytes", report.bytes.into())];
    let line = context.words.with("verify-hashed", &facts);
    context.output.line(&line)?;
    if report.records > 0 || report.media > 0 {
        let facts = [("records", report.records.into()), ("media", report.media.into())];
        let line = context.words.with("verify-read", &facts);
        context.output.line(&line)?;
    }
    let rows: Vec<Vec<String>> = report
        .findings
        .iter()
        .map(|finding| {
            let id = match finding.kind {
                FindingKind::Missing => "finding-missing",
                FindingKind::Unstable => "finding-unstable",
                FindingKind::Damaged => "finding-damaged",
                FindingKind::NoBytes => "finding-no-bytes",
                FindingKind::Leftover => "finding-leftover",
            };
            let place = finding.record.map_or_else(|| finding.path.display().to_string(), |record| record.to_string());
            vec![context.words.text(id), place]
        })
        .collect();
    context.output.table(&[Align::Left, Align::Left], &rows)?;
    if report.is_sound() {
        let line = context.words.text("verify-sound");
        context.output.line(&line)?;
    }
    Ok(())
}
