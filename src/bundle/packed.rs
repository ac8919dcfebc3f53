//! Files that hold other files, packed in a form malle does not open, or once more in a ZIP: users unpack them and give the folder.

use std::io::Read as _;

use super::container::{Container, Entry};
use super::nested::is_zip_name;

/// Endings of such files. ZIPs are none of them, unless they lie in a ZIP beside other things: they are opened.
const ENDINGS: &[&str] = &["7z", "bz2", "gz", "rar", "tar", "tbz2", "tgz", "txz", "xz", "zipx", "zst"];

/// How they begin: RAR, 7z, gzip, xz, zstd, and bzip2 with the number of its block size cut off.
const STARTS: &[&[u8]] =
    &[b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"BZh"];

/// Bytes of a file that tell.
const HEAD_LEN: u64 = 8;

/// Whether an entry is such a file, by its name or by how it begins.
#[must_use]
pub fn is_packed(container: &Container, entry: &Entry) -> bool {
    if container.is_one_file() && is_zip_name(&entry.path) {
        return true;
    }
    let ending = entry.path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending);
    if ending.is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known))) {
        return true;
    }
    let mut head = Vec::new();
    let read = container.open_entry(entry).is_ok_and(|file| file.take(HEAD_LEN).read_to_end(&mut head).is_ok());
    read && STARTS.iter().any(|start| head.starts_with(start))
}
