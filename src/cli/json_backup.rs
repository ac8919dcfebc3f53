//! What `--json` prints about copies on drives: published types, like those of `json.rs`.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use super::json::ParityLine;
use crate::backup::{Coverage, DrillReport, Drive, DriveState, RunReport};

/// What `backup list` and `backup status` print.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DrivesDocument {
    /// In the order they were added.
    pub drives: Vec<DriveLine>,
}

/// A backup drive.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DriveLine {
    /// What the user calls it.
    pub name: String,
    /// Folder of the copy.
    pub folder: String,
    /// Whether it is there, and as new as the archive.
    pub state: DriveState,
    /// Newest commit it was given; 0 before the first run.
    pub seq: u64,
    /// When the last run ended, RFC 3339 in UTC.
    pub last_run: Option<String>,
    /// Days since then.
    pub days: Option<u64>,
    /// Whether that is more than 30 days, or never was.
    pub overdue: bool,
    /// Since when everything on it has been read and found sound.
    pub last_check: Option<String>,
    /// What checks of parts have read since.
    pub coverage: Option<Coverage>,
    /// Whether the program is kept on it.
    pub with_app: bool,
    /// Whether it still holds somebody who was erased from the archive; the next run takes that out.
    pub erasure_pending: bool,
    /// Whether runs give it parity; null for the default, which is to do so while it is the only drive.
    pub parity: Option<bool>,
}

impl DriveLine {
    /// The line of a drive in its present state.
    #[must_use]
    pub fn of(drive: &Drive, state: DriveState, now: DateTime<Utc>) -> Self {
        let last = drive.last_run.as_deref().and_then(|time| DateTime::parse_from_rfc3339(time).ok());
        let days = last.and_then(|time| u64::try_from((now - time.to_utc()).num_days()).ok());
        Self {
            seq: drive.seq,
            days,
            overdue: days.is_none_or(|days| days > OVERDUE_DAYS),
            coverage: drive.coverage.clone(),
            with_app: drive.with_app,
            erasure_pending: false,
            parity: drive.parity,
            name: drive.name.clone(),
            folder: drive.folder.display().to_string(),
            state,
            last_run: drive.last_run.clone(),
            last_check: drive.last_check.clone(),
        }
    }
}

/// After this many days a copy is old.
pub const OVERDUE_DAYS: u64 = 30;

/// What `backup run --json` and `backup pull --json` print.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RunsDocument {
    /// One for each drive that was brought up to date.
    pub runs: Vec<RunLine>,
    /// Every drive that was asked for with its state afterwards, those that are absent included.
    pub drives: Vec<DriveLine>,
}

/// What a run did.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RunLine {
    /// The drive.
    pub name: String,
    /// Files copied.
    pub copied: u64,
    /// Bytes copied.
    pub bytes: u64,
    /// Objects the drive had already.
    pub present: u64,
    /// Files read back and found equal.
    pub read_back: u64,
    /// Files removed because they held somebody who was erased from the archive.
    pub erased: u64,
    /// Newest commit the drive now has.
    pub seq: u64,
    /// Files that the drive had lost or changed since an earlier run, and has again.
    pub changed: Vec<String>,
    /// Files the archive has lost and the drive has.
    pub lacking: Vec<String>,
    /// Damaged files of the archive, left out with `--skip-damaged`.
    pub damaged: Vec<String>,
    /// Commits that were not copied because an import was interrupted at its very end; the archive completes them when it is
    /// opened next.
    pub unfinished: u64,
    /// False when the drive did not confirm that everything is durable; the next run reads it again.
    pub durable: bool,
    /// What was done for parity; null when the drive is given none.
    pub parity: Option<ParityLine>,
}

impl RunLine {
    /// The line of a run.
    #[must_use]
    pub fn of(drive: &Drive, report: &RunReport) -> Self {
        let shown = |paths: &[std::path::PathBuf]| paths.iter().map(|path| path.display().to_string()).collect();
        Self {
            name: drive.name.clone(),
            copied: report.copied,
            bytes: report.bytes,
            present: report.present,
            read_back: report.read_back,
            erased: 0,
            seq: report.seq,
            changed: shown(&report.changed),
            lacking: shown(&report.lacking),
            damaged: shown(&report.damaged),
            unfinished: report.unfinished,
            durable: report.durable,
            parity: report.parity.map(ParityLine::of),
        }
    }
}

/// What `backup drill --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DrillsDocument {
    /// One for each drive.
    pub drills: Vec<DrillLine>,
}

/// What came back from a drive alone.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DrillLine {
    /// The drive.
    pub name: String,
    /// Ids of records that came back as they are in the archive.
    pub records: Vec<String>,
    /// SHA-256 of media that did.
    pub media: Vec<String>,
    /// Bytes of these media.
    pub bytes: u64,
    /// What the drive did not give back: ids, SHA-256, or damaged files.
    pub lost: Vec<String>,
    /// What the drive gave back and the archive did not.
    pub archive_lost: Vec<String>,
}

impl DrillLine {
    /// The line of a drill.
    #[must_use]
    pub fn of(drive: &Drive, report: DrillReport) -> Self {
        let DrillReport { records, media, bytes, lost, archive_lost } = report;
        Self { name: drive.name.clone(), records, media, bytes, lost, archive_lost }
    }
}

/// What `backup prune --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PruneDocument {
    /// The drive.
    pub name: String,
    /// Whether the files were removed; without confirmation they are only told.
    pub removed: bool,
    /// Files on the drive that the archive does not need.
    pub files: Vec<String>,
    /// Their size in bytes.
    pub bytes: u64,
}

/// What `restore --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RestoreDocument {
    /// The copy it came from.
    pub from: String,
    /// Folder of the archive.
    pub to: String,
    /// Files copied and compared with their hashes.
    pub copied: u64,
    /// Bytes copied.
    pub bytes: u64,
    /// Files that are damaged or missing in the copy and whole in the archive, thanks to parity.
    pub repaired: Vec<String>,
    /// Files that nothing in the copy could make again; everything else is restored.
    pub damaged: Vec<String>,
}
