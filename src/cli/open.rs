//! Opening the archive: a given identity, a given passphrase, then a running unlock, then a person.

use std::path::Path;

use super::clock;
use super::context::Context;
use super::error::{CommandError, ErrorKind};
use super::password::line_from_file;
use super::session;
use crate::crypto::{RecoveryLine, Unlock};
use crate::ingest::clear;
use crate::store::{Archive, StoreError, finish_removals, has_removals, lacks_lists, peek};

/// A typing error is no reason to start over; a script has no second try.
const TRIES: usize = 3;

impl Context {
    /// The unlocked archive.
    ///
    /// # Errors
    /// When there is none, when the secret is wrong, or when nobody can be asked for it.
    pub fn open(&mut self) -> Result<Archive, CommandError> {
        let mut archive = self.opened()?;
        // An erasure that was interrupted, or that came from a copy, is carried out. Where nothing may be written, or while
        // somebody else writes, it has to wait.
        if has_removals(&archive) && clear(&archive).is_ok() {
            self.output.note(&self.words.text("erasure-finished"));
        }
        // An import that was killed at its very end left a commit that no backup would take.
        if lacks_lists(&archive) && finish_removals(&archive).is_ok() {
            self.output.note(&self.words.text("lists-completed"));
        }
        self.level_erasures(&mut archive);
        Ok(archive)
    }

    fn opened(&mut self) -> Result<Archive, CommandError> {
        let root = self.archive_path();
        self.open_at(&root)
    }

    /// The unlocked archive in a folder.
    ///
    /// # Errors
    /// Those of [`Context::open`].
    pub fn open_at(&mut self, root: &Path) -> Result<Archive, CommandError> {
        let id = peek(root)?;
        if let Some(line) = self.identity()? {
            return Ok(Archive::open(root, &Unlock::Recovery(&line))?);
        }
        if let Some(passphrase) = self.passwords.read()? {
            return Ok(Archive::open(root, &Unlock::Passphrase(&passphrase))?);
        }
        if let Some(keyring) = session::resume(root, &id, self.config.runtime.as_deref(), clock::now()) {
            match Archive::open_with(root, keyring) {
                // The key was renewed on another machine: what was kept is of no use any more.
                Err(StoreError::KeyReplaced) => {
                    session::end(root, &id, self.config.runtime.as_deref());
                }
                outcome => return Ok(outcome?),
            }
        }
        for left in (0..TRIES).rev() {
            let passphrase = self.passphrase()?;
            match Archive::open(root, &Unlock::Passphrase(&passphrase)).map_err(CommandError::from) {
                Err(error) if error.kind == ErrorKind::WrongPassword && left > 0 => {
                    error.report(&self.words, &mut self.output);
                }
                outcome => return outcome,
            }
        }
        Err(CommandError::new(ErrorKind::WrongPassword))
    }

    /// The recovery line or age identity of `--identity`.
    ///
    /// # Errors
    /// When the file cannot be read or holds none.
    pub(super) fn identity(&self) -> Result<Option<RecoveryLine>, CommandError> {
        let Some(path) = &self.identity else { return Ok(None) };
        line_from_file(path).map(Some)
    }
}
