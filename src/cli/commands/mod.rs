//! Every command: its words on the command line, and what it does.

use clap::{ArgMatches, Command};

use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::words::Words;

mod guide;
mod help;
mod init;
mod key;
mod lock;
mod unlock;
mod verify;

/// A command as the program knows it.
pub struct CommandEntry {
    /// Its flags and arguments, named in the language of the words.
    pub command: fn(&Words) -> Command,
    /// What it does.
    pub run: fn(&ArgMatches, &mut Context) -> Result<Exit, CommandError>,
}

/// Every command, in the order of the help page. A new command is one line here and one file beside.
pub static COMMANDS: &[CommandEntry] = &[
    CommandEntry { command: init::command, run: init::run },
    CommandEntry { command: guide::command, run: guide::run },
    CommandEntry { command: verify::command, run: verify::run },
    CommandEntry { command: key::command, run: key::run },
    CommandEntry { command: unlock::command, run: unlock::run },
    CommandEntry { command: lock::command, run: lock::run },
    CommandEntry { command: help::command, run: help::run },
];
