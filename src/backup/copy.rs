//! Copying one file so that what lies on the drive is what was read, or nothing.

use std::io::{self, Read as _, Write as _};
use std::path::Path;

use fs_err as fs;
use sha2::{Digest as _, Sha256};

use crate::crypto::hex;

const BUFFER_BYTES: usize = 1 << 20;

/// How a copy ended.
pub(super) enum Copied {
    /// The bytes are on the drive and hash to their name.
    Sound(u64),
    /// The source does not hash to its name; nothing stays on the drive.
    DamagedSource,
}

/// Copies a file straight to its final name (no rename: on exFAT an interrupted one destroys files), syncs it, and
/// compares its hash with `sha256` while reading. `advance` is told the bytes copied and ends the copy by `false`.
///
/// # Errors
/// `Err((true, …))` when the target failed, `Err((false, …))` when the source did.
pub(super) fn copy_hashed(
    from: &Path,
    to: &Path,
    sha256: &str,
    advance: &dyn Fn(u64) -> bool,
) -> Result<Copied, (bool, io::Error)> {
    let mut source = fs::File::open(from).map_err(|error| (false, error))?;
    let mut target = fs::File::create(to).map_err(|error| (true, error))?;
    let mut hasher = Sha256::new();
    let mut total = 0;
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let n = source.read(&mut buffer).map_err(|error| (false, error))?;
        let Some(run) = buffer.get(..n).filter(|run| !run.is_empty()) else { break };
        hasher.update(run);
        target.write_all(run).map_err(|error| (true, error))?;
        total += u64::try_from(n).unwrap_or(0);
        if !advance(u64::try_from(n).unwrap_or(0)) {
            return Err((true, io::ErrorKind::Interrupted.into()));
        }
    }
    if hex(&hasher.finalize()) != sha256 {
        drop(target);
        fs::remove_file(to).map_err(|error| (true, error))?;
        return Ok(Copied::DamagedSource);
    }
    target.sync_all().map_err(|error| (true, error))?;
    Ok(Copied::Sound(total))
}

/// Copies a small file whose name holds no full hash, unless the same bytes are there already. True when it was written.
pub(super) fn copy_small(from: &Path, to: &Path) -> Result<bool, (bool, io::Error)> {
    let bytes = fs::read(from).map_err(|error| (false, error))?;
    if fs::read(to).is_ok_and(|present| present == bytes) {
        return Ok(false);
    }
    let mut target = fs::File::create(to).map_err(|error| (true, error))?;
    target.write_all(&bytes).and_then(|()| target.sync_all()).map_err(|error| (true, error))?;
    Ok(true)
}

/// SHA-256 of a file as it lies on the medium: pages in memory are dropped first, where the system allows it.
pub(super) fn hash_from_medium(path: &Path) -> io::Result<String> {
    #[cfg(target_os = "linux")]
    {
        let file = fs::File::open(path)?;
        // Without this the check would compare memory with itself. Refusal is no error: the check is then weaker.
        let _refused = rustix::fs::fadvise(file.file(), 0, None, rustix::fs::Advice::DontNeed).is_err();
    }
    crate::store::hash_file(path).map(|(sha256, _)| sha256)
}
