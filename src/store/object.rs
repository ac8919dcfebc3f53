//! Objects: immutable sealed files named by the SHA-256 of their sealed bytes, so that anybody can check them.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use fs_err as fs;
use sha2::{Digest as _, Sha256};

use super::durable::Syncer;
use super::layout::{Layout, is_hash};
use crate::crypto::hex;

/// Whether a file name is one of an object: 64 hex digits and `.age`.
#[must_use]
pub fn is_object_name(name: &str) -> bool {
    name.strip_suffix(".age").is_some_and(is_hash)
}

/// SHA-256 of a file, lower-case hex, and its length in bytes.
///
/// # Errors
/// Those of reading.
pub fn hash_file(path: &Path) -> io::Result<(String, u64)> {
    let mut file = fs::File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 17];
    let mut total = 0_u64;
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            return Ok((hex(&hasher.finalize()), total));
        }
        hasher.update(buffer.get(..n).unwrap_or_default());
        total += u64::try_from(n).unwrap_or(0);
    }
}

/// A published object.
#[derive(Clone, Debug)]
pub(super) struct Published {
    pub(super) sha256: String,
    pub(super) size: u64,
}

/// Writes sealed bytes straight under their final name and leaves it to `syncer` to make them durable. The folder is
/// synced before the commit.
pub(super) fn publish(layout: &Layout, sealed: &[u8], syncer: &Syncer) -> io::Result<Published> {
    let sha256 = hex(&Sha256::digest(sealed));
    let path = layout.object(&sha256);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut file = fs::File::create(&path)?;
    file.write_all(sealed)?;
    syncer.sync(file)?;
    Ok(Published { sha256, size: u64::try_from(sealed.len()).unwrap_or(u64::MAX) })
}

/// Takes an object back that no commit lists.
pub(super) fn remove_object(layout: &Layout, published: &Published) -> io::Result<()> {
    fs::remove_file(layout.object(&published.sha256))
}

/// Hashes what passes through on its way to a file in `work/`.
pub(super) struct HashingFile {
    file: fs::File,
    path: PathBuf,
    hasher: Sha256,
    size: u64,
}

impl HashingFile {
    pub(super) fn create(layout: &Layout) -> io::Result<Self> {
        fs::create_dir_all(layout.work())?;
        let path = layout.work().join(format!("{}.tmp", crate::crypto::random_id()?));
        Ok(Self { file: fs::File::create(&path)?, path, hasher: Sha256::new(), size: 0 })
    }

    /// Syncs the file and moves it to its final name.
    pub(super) fn publish(self, layout: &Layout) -> io::Result<Published> {
        self.file.sync_all()?;
        let sha256 = hex(&self.hasher.finalize());
        let path = layout.object(&sha256);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::rename(&self.path, &path)?;
        Ok(Published { sha256, size: self.size })
    }

    /// Removes what was written.
    pub(super) fn discard(self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }
}

impl Write for HashingFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let n = self.file.write(buffer)?;
        self.hasher.update(buffer.get(..n).unwrap_or_default());
        self.size += u64::try_from(n).unwrap_or(0);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Makes the names in a folder durable. Systems that cannot sync folders (Windows) or say they cannot (exFAT on some)
/// are not an error here: the files themselves are synced.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        match fs::File::open(path).and_then(|folder| folder.sync_all()) {
            Err(error) if matches!(error.raw_os_error(), Some(22 | 25 | 95)) => Ok(()),
            other => other,
        }
    }
    #[cfg(not(unix))]
    {
        fs::metadata(path).map(|_| ())
    }
}
