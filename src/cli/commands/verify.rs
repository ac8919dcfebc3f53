//! `verify`: whether every file of the archive is what was written.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use clap::{ArgMatches, Command};

use super::mending::{self, Mending};
use crate::backup::{Drives, RepairSource, lost_items, repair_archive};
use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::extent::{self, ReadData};
use crate::cli::json::{MISSED_OF, report_missed};
use crate::cli::output::Align;
use crate::cli::{clock, flags};
use crate::index::{Index, IndexKey};
use crate::store::{
    Archive, Extent, Finding, FindingKind, Layout, Reading, VerifyDepth, VerifyReport, check_public_part, note_damaged,
    peek, restore_lists, verify,
};
use crate::words::Words;

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "verify", "verifier", "verify-about")
        .args(extent::arguments(words))
        .arg(flags::switch(words, "no-key", "sans-phrase", "verify-no-key"))
        .arg(flags::switch(words, "repair", "reparer", "verify-repair").conflicts_with("no-key"))
        .after_help(words.text("verify-examples"))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let layout = Layout::new(&context.archive_path());
    let mut drives = Drives::load(&layout)?;
    let asked = extent::asked(matches);
    let depth = match asked {
        None if matches.get_flag("quick") => VerifyDepth::Names,
        None => VerifyDepth::Hashes,
        Some(ReadData::All) => VerifyDepth::Data,
        Some(part) => part.part(|of| drives.next_archive_part(of)).map_or(VerifyDepth::Hashes, VerifyDepth::Part),
    };
    if matches.get_flag("repair") {
        return repair(context, &layout, depth);
    }
    let report = if matches.get_flag("no-key") {
        check_without_key(context, &layout, depth)?
    } else {
        let archive = context.open()?;
        check_with_key(context, &archive, depth)?
    };
    if let (VerifyDepth::Part(part), true, false) = (depth, report.is_sound(), layout.is_copy()) {
        drives.update(&layout, |drives| drives.note_archive_part(part, clock::now()))?;
    }
    if !layout.is_copy() {
        note_damaged(&layout, report.damaged(&layout).iter().map(PathBuf::as_path));
    }
    let next = context.words.text("verify-next");
    show(context, &report, &Mending::default(), next)
}

/// Checks what anybody can check.
fn check_without_key(context: &mut Context, layout: &Layout, depth: VerifyDepth) -> Result<VerifyReport, CommandError> {
    peek(layout.root())?;
    let extent = match depth {
        VerifyDepth::Data => {
            let name = |named| flags::called(&context.words, named);
            let flag = format!("--{} {}", name(("read-data", "lire")), name(("all", "tout")));
            let error = CommandError::new(ErrorKind::FlagConflict).with("flag", flag);
            return Err(error.with("other", format!("--{}", name(("no-key", "sans-phrase")))));
        }
        VerifyDepth::Names => Extent::Names,
        VerifyDepth::Part(part) => Extent::Part(part),
        VerifyDepth::Hashes => Extent::All,
    };
    let progress = context.progress(&context.words.text("verify-running"));
    let done = AtomicU64::new(0);
    let report = check_public_part(layout, extent, Reading::Anywhere, &|bytes| {
        progress.count(done.fetch_add(bytes, Ordering::Relaxed) + bytes);
    })?;
    progress.finish();
    Ok(report)
}

/// Checks what the key opens, and the index.
fn check_with_key(context: &mut Context, archive: &Archive, depth: VerifyDepth) -> Result<VerifyReport, CommandError> {
    let total: u64 = archive.commit().objects.iter().map(|object| object.size).sum();
    let progress = context.progress(&context.words.text("verify-running"));
    let done = AtomicU64::new(0);
    let mut report = verify(archive, depth, &|bytes| {
        let before = done.fetch_add(bytes, Ordering::Relaxed);
        progress.set(before + bytes, total);
    })?;
    let key = IndexKey::new(&archive.keyring().index_key());
    let root = archive.layout().root();
    let damaged = Index::damaged_files(&archive.layout().index(), &key);
    report.findings.extend(damaged.iter().map(|path| Finding::new(root, path, FindingKind::Remade)));
    progress.finish();
    Ok(report)
}

/// Repairs what is damaged from the drives that are plugged in. An archive that does not open is made to open first.
fn repair(context: &mut Context, layout: &Layout, depth: VerifyDepth) -> Result<Exit, CommandError> {
    let mut mending = Mending::default();
    let archive = match context.open() {
        Err(error) if error.kind.exit() == Exit::Integrity => {
            mending.repair = repair_archive(layout, &[], &|_, _| true)?;
            // What is still lost is told by this error.
            context.open()?
        }
        opened => opened?,
    };
    let mut report = check_with_key(context, &archive, depth)?;
    if !report.is_sound() {
        let mut first = std::mem::take(&mut mending.repair.repaired);
        let lists = restore_lists(&archive).unwrap_or_default();
        let below = |path: PathBuf| path.strip_prefix(layout.root()).map_or_else(|_| path.clone(), Path::to_owned);
        first.extend(lists.into_iter().map(|path| (below(path), RepairSource::Known)));
        if !first.is_empty() {
            report = check_with_key(context, &archive, depth)?;
        }
        mending.repair = repair_archive(layout, &report.findings, &|_, _| true)?;
        if !mending.repair.repaired.is_empty() {
            report = check_with_key(context, &archive, depth)?;
        }
        mending.repair.repaired.splice(0..0, first);
        mending.contents = lost_items(&archive, &mending.repair.lost)?;
    }
    note_damaged(layout, report.damaged(layout).iter().map(PathBuf::as_path));
    let next = context.words.text("verify-left");
    show(context, &report, &mending, next)
}

/// Tells what a check found and what was repaired; damage that is left is an error with code 14, and `next` the step that
/// follows.
pub(super) fn show(
    context: &mut Context,
    report: &VerifyReport,
    mending: &Mending,
    next: String,
) -> Result<Exit, CommandError> {
    if context.output.is_json() {
        context.output.json_line(&mending::document(report, mending))?;
    } else {
        show_text(context, report, mending)?;
    }
    if report.is_sound() { Ok(Exit::Done) } else { Err(CommandError::new(ErrorKind::Integrity).with("next", next)) }
}

fn show_text(context: &mut Context, report: &VerifyReport, mending: &Mending) -> Result<(), CommandError> {
    let facts = [("objects", report.objects.into()), ("bytes", report.bytes.into())];
    let line = context.words.with("verify-hashed", &facts);
    context.output.line(&line)?;
    show_sample(context, report)?;
    if report.records > 0 || report.media > 0 {
        let facts = [("records", report.records.into()), ("media", report.media.into())];
        let line = context.words.with("verify-read", &facts);
        context.output.line(&line)?;
    }
    mending::show(context, mending)?;
    let rows: Vec<Vec<String>> = report
        .findings
        .iter()
        .map(|finding| {
            let id = match finding.kind {
                FindingKind::Missing => "finding-missing",
                FindingKind::Damaged => "finding-damaged",
                FindingKind::NoBytes => "finding-no-bytes",
                FindingKind::Unstable => "finding-unstable",
                FindingKind::Leftover => "finding-leftover",
                FindingKind::Remade => "finding-remade",
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

/// What a check of a part is worth, in words: how often it would have missed damage.
fn show_sample(context: &mut Context, report: &VerifyReport) -> Result<(), CommandError> {
    if report.passed_over == 0 {
        return Ok(());
    }
    if report.hashed == 0 {
        let line = context.words.text("verify-names-only");
        return context.output.line(&line);
    }
    let times = MISSED_OF.map(|damaged| {
        let times = 100.0 * report_missed(report, damaged);
        if times < 1.0 { context.words.text("verify-missed-rarely") } else { format!("{times:.0}") }
    });
    let [one, ten, hundred] = times;
    let facts = [
        ("hashed", report.hashed.into()),
        ("objects", report.objects.into()),
        ("one", one.into()),
        ("ten", ten.into()),
        ("hundred", hundred.into()),
    ];
    let line = context.words.with("verify-sample", &facts);
    context.output.line(&line)
}
