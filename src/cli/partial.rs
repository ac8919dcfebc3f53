//! A file that is being written and not whole yet. It bears another name until it is; when the user stops the program it
//! is removed, and what a killed run left is written over by the next.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use fs_err as fs;

/// What stands behind the name of the file. Nobody else's files bear it.
const SUFFIX: &str = ".malle-partial";

/// The unfinished file of this process; only one is written at a time.
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

fn unfinished() -> MutexGuard<'static, Option<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes the unfinished file. For the signal handler, after which the process ends.
pub(super) fn remove_unfinished() {
    if let Some(path) = unfinished().take() {
        // One that stays is written over by the next run.
        let _removed = fs::remove_file(path);
    }
}

/// A new file on its way.
pub(super) struct Partial {
    /// What it will be called.
    path: PathBuf,
    /// What it is called until then.
    unfinished: PathBuf,
    file: io::BufWriter<fs::File>,
}

impl Partial {
    /// Begins a file that must not be there yet.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`]; those of writing.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        if path.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(SUFFIX);
        let partial = path.with_file_name(name);
        let mut kept = unfinished();
        let file = fs::File::create(&partial)?;
        *kept = Some(partial.clone());
        Ok(Self { path: path.to_owned(), unfinished: partial, file: io::BufWriter::with_capacity(1 << 16, file) })
    }

    /// Gives the whole file its name.
    ///
    /// # Errors
    /// Those of writing, and when something bears the name by now.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        let mut kept = unfinished();
        if self.path.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        fs::rename(&self.unfinished, &self.path)?;
        *kept = None;
        Ok(())
    }
}

impl Write for Partial {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Partial {
    /// What failed leaves no plain text behind.
    fn drop(&mut self) {
        let mut kept = unfinished();
        if kept.as_ref() == Some(&self.unfinished) {
            *kept = None;
            let _removed = fs::remove_file(&self.unfinished);
        }
    }
}
