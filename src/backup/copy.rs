//! Copying one file so that what lies on the drive is what was read, or nothing.

use std::io::{self, Read as _, Write as _};
use std::path::Path;

use fs_err as fs;
use sha2::{Digest as _, Sha256};

use crate::crypto::hex;
use crate::store::{Disk, DiskFile, hash};

const BUFFER_BYTES: usize = 1 << 20;

/// How a copy ended.
pub(super) enum Copied {
    /// The bytes are on the drive and hash to their name.
    Sound(u64),
    /// The source does not hash to its name; nothing stays on the drive.
    DamagedSource,
}

/// Why a copy did not come about.
pub(super) enum CopyError {
    /// The source cannot be read.
    Source(io::Error),
    /// The target cannot be written.
    Target(io::Error),
    /// Whoever watches ended it.
    Ended,
}

/// Copies a file straight to its final name (no rename: on exFAT an interrupted one destroys files), syncs it, and
/// compares its hash with `sha256` while reading. `advance` is told the bytes copied and ends the copy by `false`. Unless it
/// succeeds nothing stays. The folder is for the caller to sync.
pub(super) fn copy_hashed(
    disk: &Disk,
    (from, to): (&Path, &Path),
    sha256: &str,
    advance: &dyn Fn(u64) -> bool,
) -> Result<Copied, CopyError> {
    let mut source = disk.open(from).map_err(CopyError::Source)?;
    let mut target = disk.create(to).map_err(CopyError::Target)?;
    let copied = pour(&mut source, &mut target, sha256, advance);
    drop(target);
    if !matches!(copied, Ok(Copied::Sound(_))) {
        let removed = disk.remove(to);
        if matches!(copied, Ok(Copied::DamagedSource)) {
            removed.map_err(CopyError::Target)?;
        }
    }
    copied
}

fn pour(
    source: &mut DiskFile,
    target: &mut DiskFile,
    sha256: &str,
    advance: &dyn Fn(u64) -> bool,
) -> Result<Copied, CopyError> {
    let mut hasher = Sha256::new();
    let mut total = 0;
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let n = match source.read(&mut buffer) {
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(CopyError::Source(error)),
        };
        let Some(run) = buffer.get(..n).filter(|run| !run.is_empty()) else { break };
        hasher.update(run);
        target.write_all(run).map_err(CopyError::Target)?;
        total += u64::try_from(n).unwrap_or(0);
        if !advance(u64::try_from(n).unwrap_or(0)) {
            return Err(CopyError::Ended);
        }
    }
    if hex(&hasher.finalize()) != sha256 {
        return Ok(Copied::DamagedSource);
    }
    target.sync().map_err(CopyError::Target)?;
    Ok(Copied::Sound(total))
}

/// How a small file, whose name holds no full hash, comes to a drive.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Straight under its name: it is known when only half of it came.
    Straight,
    /// By a temporary file: half of it could be taken for the whole.
    Whole,
}

/// Copies a small file, unless the same bytes are there already. True when it was written. With `sync`, bytes that are there
/// are made durable: an interrupted run may have left them in the memory of the system only.
pub(super) fn copy_small(disk: &Disk, (bytes, to): (&[u8], &Path), way: Way, sync: bool) -> io::Result<bool> {
    if fs::read(to).is_ok_and(|present| present == bytes) {
        if sync {
            disk.sync_file(to)?;
        }
        return Ok(false);
    }
    match way {
        Way::Straight => disk.write(to, bytes)?,
        Way::Whole => disk.replace(to, bytes)?,
    }
    Ok(true)
}

/// SHA-256 of a file as it lies on the medium.
pub(super) fn hash_from_medium(disk: &Disk, path: &Path) -> io::Result<String> {
    hash(&mut disk.open_on_medium(path)?).map(|(sha256, _)| sha256)
}
