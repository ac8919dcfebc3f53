//! Objects: immutable sealed files named by the SHA-256 of their sealed bytes, so that anybody can check them.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use fs_err as fs;
use sha2::{Digest as _, Sha256};

use super::disk::DiskFile;
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
    hash(&mut fs::File::open(path)?)
}

/// SHA-256 of what a reader gives, lower-case hex, and its length in bytes.
///
/// # Errors
/// Those of reading.
pub fn hash(file: &mut dyn Read) -> io::Result<(String, u64)> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 17];
    let mut total = 0_u64;
    loop {
        let n = match file.read(&mut buffer) {
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
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
    let disk = layout.disk();
    let sha256 = hex(&Sha256::digest(sealed));
    let path = layout.object(&sha256);
    if let Some(parent) = path.parent() {
        disk.make_folders(parent)?;
    }
    let mut file = disk.create(&path)?;
    if let Err(error) = file.write_all(sealed) {
        drop(file);
        // The first failure is the one to tell; a full disk gets its room back.
        let _removed = disk.remove(&path);
        return Err(error);
    }
    syncer.sync(file)?;
    Ok(Published { sha256, size: u64::try_from(sealed.len()).unwrap_or(u64::MAX) })
}

/// Takes an object back that no commit lists.
pub(super) fn remove_object(layout: &Layout, published: &Published) -> io::Result<()> {
    layout.disk().remove(&layout.object(&published.sha256))
}

/// Hashes what passes through on its way to a file in `work/`.
pub(super) struct HashingFile {
    file: DiskFile,
    path: PathBuf,
    hasher: Sha256,
    size: u64,
}

impl HashingFile {
    pub(super) fn create(layout: &Layout) -> io::Result<Self> {
        layout.disk().make_folders(&layout.work())?;
        let path = layout.work().join(format!("{}.tmp", crate::crypto::random_id()?));
        Ok(Self { file: layout.disk().create(&path)?, path, hasher: Sha256::new(), size: 0 })
    }

    /// Syncs the file and moves it to its final name.
    pub(super) fn publish(self, layout: &Layout) -> io::Result<Published> {
        let disk = layout.disk();
        self.file.sync()?;
        drop(self.file);
        let sha256 = hex(&self.hasher.finalize());
        let path = layout.object(&sha256);
        if let Some(parent) = path.parent() {
            disk.make_folders(parent)?;
        }
        disk.rename(&self.path, &path)?;
        // The old name must be gone for good before anybody relies on the new one: where a crash leaves both, clearing
        // the old one away would take the bytes along.
        disk.sync_folder(&layout.work())?;
        Ok(Published { sha256, size: self.size })
    }

    /// Removes what was written.
    pub(super) fn discard(self, layout: &Layout) -> io::Result<()> {
        drop(self.file);
        layout.disk().remove(&self.path)
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
