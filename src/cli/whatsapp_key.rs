//! Where the key of encrypted WhatsApp backups comes from: a file, standard input, or a person. Never the command line
//! itself, which other programs and the history of the shell see.

use std::io::{IsTerminal as _, Read as _};
use std::path::Path;

use clap::ArgMatches;
use fs_err as fs;
use zeroize::Zeroizing;

use super::context::Context;
use super::convert::unreadable;
use super::error::{CommandError, ErrorKind};
use super::flags;
use crate::sources::WhatsappKey;

/// A file larger than this is no key.
const KEY_BYTES_MAX: u64 = 1 << 16;

impl Context {
    /// The key that `--whatsapp-key` names; `-` is standard input, or a question when that is a terminal.
    ///
    /// # Errors
    /// When there is none to be had, or it is no key.
    pub fn whatsapp_key(&mut self, matches: &ArgMatches) -> Result<Option<WhatsappKey>, CommandError> {
        let Some(given) = matches.get_one::<String>("whatsapp-key") else { return Ok(None) };
        if WhatsappKey::is_digits(given) {
            return Err(CommandError::new(ErrorKind::WhatsappKeyInClear));
        }
        let bytes = if given != "-" {
            let path = Path::new(given);
            let file = fs::File::open(path).map_err(|error| unreadable(path, error))?;
            bytes_of(file).map_err(|error| unreadable(path, error))?
        } else if std::io::stdin().is_terminal() {
            self.typed_key()?
        } else if matches.get_flag("password-stdin") {
            let name = |named| flags::called(&self.words, named);
            let flag = format!("--{} -", name(("whatsapp-key", "cle-whatsapp")));
            let error = CommandError::new(ErrorKind::FlagConflict).with("flag", flag);
            return Err(error.with("other", format!("--{}", name(("password-stdin", "phrase-entree")))));
        } else {
            bytes_of(std::io::stdin().lock()).map_err(|error| unreadable(Path::new("-"), error))?
        };
        match WhatsappKey::read(&bytes) {
            Ok(key) => Ok(Some(key)),
            Err(error) => {
                Err(CommandError::new(ErrorKind::NotAWhatsappKey).with("path", given.as_str()).because(error))
            }
        }
    }

    fn typed_key(&mut self) -> Result<Zeroizing<Vec<u8>>, CommandError> {
        if !self.may_ask() {
            return Err(CommandError::new(ErrorKind::WhatsappKeyNeeded));
        }
        let question = self.words.text("ask-whatsapp-key");
        self.output.ask(&question);
        let typed = rpassword::read_password()
            .map_err(|error| CommandError::new(ErrorKind::WhatsappKeyNeeded).because(error))?;
        Ok(Zeroizing::new(typed.into_bytes()))
    }
}

fn bytes_of(reader: impl std::io::Read) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    reader.take(KEY_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}
