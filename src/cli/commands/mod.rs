//! Every command: its words on the command line, and what it does.

use clap::{ArgMatches, Command};

use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::words::Words;

mod backup;
mod compact;
mod contacts;
mod conversations;
mod evidence;
mod export;
mod guide;
mod help;
mod import;
mod imports;
mod index;
mod init;
mod key;
mod label;
mod lock;
mod media;
mod mending;
mod privacy;
mod restore;
mod search;
mod searches;
mod show;
mod status;
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
    CommandEntry { command: import::command, run: import::run },
    CommandEntry { command: imports::command, run: imports::run },
    CommandEntry { command: search::command, run: search::run },
    CommandEntry { command: show::command, run: show::run },
    CommandEntry { command: conversations::command, run: conversations::run },
    CommandEntry { command: contacts::command, run: contacts::run },
    CommandEntry { command: label::command, run: label::run },
    CommandEntry { command: searches::command, run: searches::run },
    CommandEntry { command: media::command, run: media::run },
    CommandEntry { command: export::command, run: export::run },
    CommandEntry { command: status::command, run: status::run },
    CommandEntry { command: backup::command, run: backup::run },
    CommandEntry { command: restore::command, run: restore::run },
    CommandEntry { command: verify::command, run: verify::run },
    CommandEntry { command: privacy::command, run: privacy::run },
    CommandEntry { command: key::command, run: key::run },
    CommandEntry { command: evidence::command, run: evidence::run },
    CommandEntry { command: unlock::command, run: unlock::run },
    CommandEntry { command: lock::command, run: lock::run },
    CommandEntry { command: index::command, run: index::run },
    CommandEntry { command: compact::command, run: compact::run },
    CommandEntry { command: help::command, run: help::run },
];
