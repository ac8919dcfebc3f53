//! Copies of the archive on other drives: made, checked, restored. Needs no key, because every file is named by its hash.
//!
//! A copy has the archive's layout (without `work/` and `cache/`), so that it is an archive itself. Objects are copied
//! first and commits last; nothing on a drive is ever overwritten but what is damaged.

mod add;
mod app;
mod check;
mod copy;
mod drill;
mod erasures;
mod error;
mod parity;
mod plan;
mod prune;
mod pull;
mod register;
mod repair;
mod restore;
mod run;
mod session;
mod standing;
mod state;

pub use add::{Added, add_drive};
pub use app::{APP_FOLDER, put_app};
pub use check::{chance_missed, check, check_whole};
pub use drill::{DrillReport, drill};
pub use erasures::{CopyErasure, carry_out, erasures_of, forget_drive, has_pending_erasure};
pub use error::BackupError;
pub use parity::{ParityReport, check_parity};
pub use prune::{Prunable, prunable, prune};
pub use pull::pull;
pub use register::{Coverage, Drive, Drives};
pub use repair::{
    LostFile, LostItem, LostKind, RepairReport, RepairSource, lost_items, lost_its_marker, repair_archive, repair_drive,
};
pub use restore::{RestoreReport, find_archive, restore, restore_to};
pub use run::{Advance, RunOptions, RunReport, run, run_with};
pub use standing::compare;
pub use state::{DriveState, another_lies_there, drive_state};
