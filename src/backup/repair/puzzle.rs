//! Two damaged copies of a file, and nothing that tells which pieces are right but the hash of the whole: where the copies
//! agree there is nothing to choose, where they differ every choice is tried.

use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use fs_err as fs;
use sha2::{Digest as _, Sha256};

use super::super::parity::{PIECE_BYTES, piece_len};
use crate::crypto::hex;
use crate::store::Disk;

/// Most ways to put the pieces together that are tried.
const CHOICES_MAX: usize = 1 << 12;

/// Most bytes hashed in search of one file: a minute or so.
const SEARCH_BYTES_MAX: u64 = 16 << 30;

/// Pieces of several copies that together are the file.
pub(super) struct Choice {
    copies: Vec<PathBuf>,
    size: u64,
    /// The copy each piece comes from.
    from: Vec<usize>,
}

impl Choice {
    /// Writes the file; false when it does not hash to `sha256`.
    ///
    /// # Errors
    /// Those of writing.
    pub(super) fn write(&self, (disk, to): (&Disk, &Path), sha256: &str) -> io::Result<bool> {
        let mut output = disk.create(to)?;
        let mut hasher = Sha256::new();
        for (column, copy) in (0..).zip(&self.from) {
            let path = self.copies.get(*copy);
            let Some(piece) = path.and_then(|path| read_piece(path, self.size, column)) else { return Ok(false) };
            hasher.update(&piece);
            output.write_all(&piece)?;
        }
        output.sync()?;
        Ok(hex(&hasher.finalize()).starts_with(sha256))
    }
}

/// The pieces that hash to `sha256` together. The file is as long as one of its copies.
pub(super) fn put_together(copies: &[PathBuf], sha256: &str) -> Option<Choice> {
    let mut sizes: Vec<u64> = copies.iter().filter_map(|copy| Some(fs::metadata(copy).ok()?.len())).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let mut budget = SEARCH_BYTES_MAX;
    sizes.into_iter().rev().find_map(|size| {
        let columns = size.div_ceil(PIECE_BYTES);
        let options: Option<Vec<Vec<usize>>> = (0..columns).map(|column| options(copies, size, column)).collect();
        let options = options?;
        let choices = options.iter().try_fold(1_usize, |product, options| product.checked_mul(options.len()));
        choices.filter(|choices| *choices <= CHOICES_MAX)?;
        let search = Search { copies, size, options: &options, sha256 };
        // Copies that agree everywhere were found damaged as a whole.
        let mut from = Vec::new();
        search.descend(Sha256::new(), &mut from, &mut budget).then(|| Choice { copies: copies.to_vec(), size, from })
    })
}

/// The copies that differ in a piece, one for each content; nothing when none has the piece.
fn options(copies: &[PathBuf], size: u64, column: u64) -> Option<Vec<usize>> {
    let mut seen = Vec::new();
    let mut found = Vec::new();
    for (number, copy) in copies.iter().enumerate() {
        if let Some(piece) = read_piece(copy, size, column) {
            let hash = Sha256::digest(&piece);
            if !seen.contains(&hash) {
                seen.push(hash);
                found.push(number);
            }
        }
    }
    Some(found).filter(|found| !found.is_empty())
}

struct Search<'a> {
    copies: &'a [PathBuf],
    size: u64,
    options: &'a [Vec<usize>],
    sha256: &'a str,
}

impl Search<'_> {
    /// Goes on behind the pieces chosen in `from`; true when the whole is right.
    fn descend(&self, mut hasher: Sha256, from: &mut Vec<usize>, budget: &mut u64) -> bool {
        let start = from.len();
        while let Some(options) = self.options.get(from.len()) {
            let column = from.len();
            for option in options {
                let mut next = hasher.clone();
                let Some(left) = budget.checked_sub(PIECE_BYTES) else { return false };
                *budget = left;
                let path = self.copies.get(*option);
                let Some(piece) = path.and_then(|path| read_piece(path, self.size, u64::try_from(column).ok()?)) else {
                    continue;
                };
                next.update(&piece);
                from.push(*option);
                if options.len() == 1 {
                    hasher = next;
                    break;
                }
                if self.descend(next, from, budget) {
                    return true;
                }
                from.truncate(column);
            }
            if from.len() == column {
                from.truncate(start);
                return false;
            }
        }
        hex(&hasher.finalize()).starts_with(self.sha256)
    }
}

fn read_piece(path: &Path, size: u64, column: u64) -> Option<Vec<u8>> {
    let mut file = fs::File::open(path).ok()?;
    file.seek(SeekFrom::Start(column * PIECE_BYTES)).ok()?;
    let mut piece = vec![0; piece_len(size, column)];
    file.read_exact(&mut piece).ok()?;
    Some(piece)
}
