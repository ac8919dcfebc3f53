//! Copies of the archive on other drives: made, checked, restored. Needs no key, because every file is named by its hash.
//!
//! A copy has the archive's layout (without `work/` and `cache/`), so that it is an archive itself. Objects are copied
//! first and commits last; nothing on a drive is ever overwritten but what is damaged.

mod copy;
mod drives;
mod error;
mod restore;
mod run;

pub use drives::{Drive, DriveState, Drives, add_drive, drive_state};
pub use error::BackupError;
pub use restore::{RestoreReport, find_archive, restore, restore_to};
pub use run::{Advance, RunReport, run};
