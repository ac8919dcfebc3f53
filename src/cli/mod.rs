//! The command line: the only room that prints, asks, exits, sees the clock and the surroundings.
//!
//! Each command is one file of `commands/`, one line of [`COMMANDS`], and Fluent texts. Rooms below give facts; what
//! they mean to a person is chosen here.

mod annotated;
mod archive_view;
mod clock;
mod commands;
mod context;
mod convert;
mod country;
mod csv;
mod error;
mod escape;
mod exit;
mod extent;
mod flags;
mod harden;
mod help;
mod json;
mod json_backup;
mod json_notes;
mod json_upkeep;
mod kit;
mod moment;
mod names;
mod open;
mod output;
mod partial;
mod password;
mod progress;
mod reading;
mod record_view;
mod reference;
mod remembered;
mod run;
mod schemas;
mod session;
mod usage;
mod whatsapp_key;

pub use commands::{COMMANDS, CommandEntry};
pub use context::Context;
pub use error::{CommandError, ErrorKind, ErrorLine};
pub use exit::Exit;
pub use output::{Align, Color, Output, OutputOptions};
pub use password::PasswordSources;
pub use progress::Progress;
pub use reference::reference;
pub use run::{main, tree};
pub use schemas::schemas;
