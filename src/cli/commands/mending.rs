//! What a repair did, as `verify --repair` and `backup check --repair` tell it.

use crate::backup::{LostItem, LostKind, RepairReport, RepairSource};
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::json::{LostFileLine, LostItemLine, RepairedLine, VerifyDocument};
use crate::cli::output::Align;
use crate::store::VerifyReport;

/// A repair and what was in the files it could not repair.
#[derive(Default)]
pub(super) struct Mending {
    /// The drive that was checked, when it was not the archive.
    pub(super) drive: Option<String>,
    pub(super) repair: RepairReport,
    pub(super) contents: Vec<LostItem>,
}

/// What `--json` prints of a check and the repair after it.
pub(super) fn document(report: &VerifyReport, mending: &Mending) -> VerifyDocument {
    VerifyDocument {
        drive: mending.drive.clone(),
        repaired: mending.repair.repaired.iter().map(RepairedLine::of).collect(),
        lost: mending.repair.lost.iter().map(LostFileLine::of).collect(),
        lost_contents: mending.contents.iter().map(LostItemLine::of).collect(),
        ..VerifyDocument::of(report)
    }
}

/// Tells a person what was repaired, and what is lost and where it may still be.
pub(super) fn show(context: &mut Context, mending: &Mending) -> Result<(), CommandError> {
    let repaired: Vec<Vec<String>> = mending
        .repair
        .repaired
        .iter()
        .map(|(path, source)| {
            let from = context.words.text(match source {
                RepairSource::Copy => "repair-from-copy",
                RepairSource::Pieces => "repair-from-pieces",
                RepairSource::Parity => "repair-from-parity",
                RepairSource::Known => "repair-from-known",
            });
            vec![from, path.display().to_string()]
        })
        .collect();
    context.output.table(&[Align::Left, Align::Left], &repaired)?;
    for lost in &mending.repair.lost {
        let path = lost.path.display().to_string();
        let text = if lost.elsewhere.is_empty() {
            context.words.with("repair-lost", &[("path", path.into())])
        } else {
            let drives = lost.elsewhere.join(", ");
            context.words.with("repair-lost-elsewhere", &[("path", path.into()), ("drives", drives.into())])
        };
        context.output.line(&text)?;
    }
    let contents: Vec<Vec<String>> = mending
        .contents
        .iter()
        .map(|item| {
            let facts = [("count", item.count.into())];
            let kind = match item.kind {
                LostKind::Media => context.words.text("lost-media"),
                LostKind::Records => context.words.with("lost-records", &facts),
                LostKind::Original => context.words.text("lost-original"),
                LostKind::List => context.words.text("lost-list"),
            };
            vec![
                kind,
                item.name.clone(),
                item.time.clone().unwrap_or_default(),
                item.record.clone().unwrap_or_default(),
            ]
        })
        .collect();
    context.output.table(&[Align::Left; 4], &contents)?;
    Ok(())
}
