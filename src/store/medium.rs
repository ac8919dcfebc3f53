//! What lies on the medium itself, past the copies of it that the operating system keeps in memory.

use std::io::{self, Read as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::disk::{Disk, is_refusal, open_direct};
use super::object::hash;
use crate::crypto::hex;

/// Read at once. Whole sectors of every medium, and large enough that asking for them costs nothing.
const RUN_BYTES: usize = 1 << 20;
/// Reads past the cache go to addresses that are multiples of a sector; no medium has larger ones.
const ALIGNMENT: usize = 4096;

impl Disk {
    /// SHA-256 of a file as it lies on the medium, and its length in bytes. Where the system refuses to read past its
    /// memory, what it keeps of the file is dropped first, as far as it lets itself be told.
    ///
    /// # Errors
    /// Those of reading.
    pub fn hash_on_medium(&self, path: &Path) -> io::Result<(String, u64)> {
        let direct = if self.is_watched() { None } else { hash_direct(path)? };
        match direct {
            Some(hashed) => Ok(hashed),
            None => hash(&mut self.open_on_medium(path)?),
        }
    }
}

/// The same past the system's memory; nothing where the file system knows no such reads.
fn hash_direct(path: &Path) -> io::Result<Option<(String, u64)>> {
    let Some(mut file) = open_direct(path)? else { return Ok(None) };
    let length = file.metadata()?.len();
    let mut space = vec![0; RUN_BYTES + ALIGNMENT];
    let from = space.as_ptr().align_offset(ALIGNMENT);
    let Some(buffer) = space.get_mut(from..from.saturating_add(RUN_BYTES)) else { return Ok(None) };
    let mut hasher = Sha256::new();
    let mut total = 0_u64;
    // Behind the end a read would begin at an odd address, which some systems refuse.
    while total < length {
        let n = match file.read(buffer) {
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) if is_refusal(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        if n == 0 {
            break;
        }
        hasher.update(buffer.get(..n).unwrap_or_default());
        total += u64::try_from(n).unwrap_or(0);
    }
    Ok(Some((hex(&hasher.finalize()), total)))
}

#[cfg(test)]
mod tests {
    use fs_err as fs;

    use super::*;

    #[test]
    fn a_file_of_any_length_is_hashed_past_the_memory() {
        let folder = tempfile::tempdir().unwrap();
        for length in [0, 1, 4095, 4096, 4097, RUN_BYTES, 2 * RUN_BYTES + 513] {
            let path = folder.path().join(length.to_string());
            let bytes: Vec<u8> = (0..length).map(|n| u8::try_from(n * 7 % 251).unwrap()).collect();
            fs::write(&path, &bytes).unwrap();
            let expected = (hex(&Sha256::digest(&bytes)), u64::try_from(length).unwrap());
            assert_eq!(Disk::default().hash_on_medium(&path).unwrap(), expected);
            if let Some(direct) = hash_direct(&path).unwrap() {
                assert_eq!(direct, expected);
            }
        }
        let absent = Disk::default().hash_on_medium(&folder.path().join("no"));
        assert_eq!(absent.unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
