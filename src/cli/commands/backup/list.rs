//! `backup list`, `backup status`: drives, how they stand to the archive, and when it is time for the next run.

use chrono::{DateTime, Utc};

use crate::backup::{DriveState, Drives, drive_state, has_pending_erasure};
use crate::cli::clock;
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::json::{DriveLine, DrivesDocument};
use crate::cli::output::Align;
use crate::store::Layout;

/// After this many days a copy should be read whole again.
const CHECK_DAYS: i64 = 180;

pub(super) fn run(context: &mut Context, layout: &Layout) -> Result<Exit, CommandError> {
    let lines = drive_lines(layout, &Drives::load(layout)?);
    if context.output.is_json() {
        context.output.json_line(&DrivesDocument { drives: lines })?;
    } else {
        show_drives(context, &lines)?;
    }
    Ok(Exit::Done)
}

/// Every drive with its state now.
pub(in crate::cli::commands) fn drive_lines(layout: &Layout, drives: &Drives) -> Vec<DriveLine> {
    let now = clock::now();
    let line = |drive| {
        let drive = drives.located(drive);
        let erasure_pending = has_pending_erasure(layout, &drive).unwrap_or(true);
        DriveLine { erasure_pending, ..DriveLine::of(&drive, drive_state(layout, &drive, drives), now) }
    };
    drives.drives.iter().map(line).collect()
}

/// One line for each drive and what is due, or what to do when there is none.
pub(in crate::cli::commands) fn show_drives(context: &mut Context, drives: &[DriveLine]) -> Result<(), CommandError> {
    if drives.is_empty() {
        let text = context.words.text("backup-none");
        return context.output.line(&text);
    }
    let rows: Vec<Vec<String>> = drives
        .iter()
        .map(|drive| {
            let state = context.words.text(match drive.state {
                DriveState::Current => "drive-current",
                DriveState::Behind => "drive-behind",
                DriveState::Absent => "drive-absent",
                DriveState::Unmarked => "drive-unmarked",
                DriveState::Foreign => "drive-foreign",
                DriveState::Swapped => "drive-swapped",
                DriveState::Newer => "drive-newer",
                DriveState::Older => "drive-older",
                DriveState::Forked => "drive-forked",
            });
            let age = match drive.days {
                Some(days) => context.words.with("drive-age", &[("days", days.into())]),
                None => context.words.text("drive-never"),
            };
            let pending =
                if drive.erasure_pending { context.words.text("drive-erasure-pending") } else { String::new() };
            vec![drive.name.clone(), state, age, drive.folder.clone(), pending]
        })
        .collect();
    context.output.table(&[Align::Left; 5], &rows)?;
    for text in due(context, drives) {
        context.output.line(&text)?;
    }
    Ok(())
}

/// What it is time for.
fn due(context: &Context, drives: &[DriveLine]) -> Vec<String> {
    let mut due = Vec::new();
    if drives.iter().all(|drive| drive.overdue) {
        due.push(match drives.iter().filter_map(|drive| drive.days).min() {
            Some(days) => context.words.with("backup-overdue", &[("days", days.into())]),
            None => context.words.text("backup-never"),
        });
    }
    let now = clock::now();
    let unread = |drive: &&DriveLine| drive.days.is_some() && older_than(drive.last_check.as_deref(), CHECK_DAYS, now);
    if let Some(drive) = drives.iter().find(unread) {
        due.push(context.words.with("backup-check-due", &[("name", drive.name.as_str().into())]));
    }
    if let [only] = drives {
        due.push(context.words.with("backup-one-drive", &[("name", only.name.as_str().into())]));
    }
    due
}

/// Whether a moment is more than `days` days ago, or never was.
fn older_than(moment: Option<&str>, days: i64, now: DateTime<Utc>) -> bool {
    let moment = moment.and_then(|time| DateTime::parse_from_rfc3339(time).ok());
    moment.is_none_or(|time| (now - time.to_utc()).num_days() > days)
}
