//! Every place where bytes of a damaged file may still be: the copy itself, other copies, and parity. A file is taken from
//! a sound copy, else put together piece by piece.

use std::collections::HashMap;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use fs_err as fs;
use sha2::{Digest as _, Sha256};

use super::super::parity::{Group, PIECE_BYTES, Part, is_private, part_path, piece_len, scan, solve};
use super::puzzle;
use crate::crypto::hex;
use crate::store::{Disk, hash_file};

/// Bytes read at a time from each place.
const RUN_BYTES: u64 = 8 * PIECE_BYTES;

/// Added to the name of a file that was made again, until it stands under its own. There are two, so that what an
/// interrupted repair left is still there while the next one writes.
pub(in crate::backup) const MADE_AGAIN: [&str; 2] = ["repaired", "repaired2"];

/// Where the bytes of a repaired file came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RepairSource {
    /// Another copy of the file was sound.
    Copy,
    /// No copy was sound, but each piece was in one.
    Pieces,
    /// Parity made what no copy had.
    Parity,
    /// The program knows what the file holds.
    Known,
}

impl RepairSource {
    /// The name in JSON and in the Fluent files (`repair-from-NAME`).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Copy => "copy",
            Self::Pieces => "pieces",
            Self::Parity => "parity",
            Self::Known => "known",
        }
    }
}

/// A group and the roots (by number) that have its parity files.
struct Known {
    group: Group,
    id: String,
    homes: Vec<usize>,
}

/// Copies of one archive, each perhaps damaged.
pub(super) struct Shelf {
    roots: Vec<PathBuf>,
    groups: Vec<Known>,
    /// The group and row of each file.
    places: HashMap<String, Vec<(usize, usize)>>,
    open: HashMap<PathBuf, Option<Run>>,
}

/// A file being read, and the last run read of it.
struct Run {
    file: fs::File,
    start: u64,
    bytes: Vec<u8>,
}

impl Shelf {
    /// The copies below these folders; the first is the one that matters.
    pub(super) fn new(roots: Vec<PathBuf>) -> Self {
        let mut groups: Vec<Known> = Vec::new();
        for (home, root) in roots.iter().enumerate() {
            // A folder that cannot be read has no parity to offer.
            for stored in scan(root).map(|(stored, _)| stored).unwrap_or_default() {
                match groups.iter_mut().find(|known| known.id == stored.id) {
                    Some(known) => known.homes.push(home),
                    None => groups.push(Known { group: stored.group, id: stored.id, homes: vec![home] }),
                }
            }
        }
        let mut places: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
        for (number, known) in groups.iter().enumerate() {
            for (row, member) in known.group.members.iter().enumerate() {
                places.entry(member.path.clone()).or_default().push((number, row));
            }
        }
        Self { roots, groups, places, open: HashMap::new() }
    }

    /// Folders of the copies.
    pub(super) fn roots(&self) -> &[PathBuf] {
        &self.roots
    }

    /// Files that may be the one at `path`, whole or in part. What belongs to one drive alone is looked for on the drives
    /// `homes` alone.
    fn copies(&self, path: &str, homes: &[usize]) -> Vec<PathBuf> {
        let private = is_private(path);
        let roots = self.roots.iter().enumerate().filter(|(root, _)| !private || homes.contains(root));
        let names = |root: &PathBuf| {
            let again = MADE_AGAIN.map(|again| root.join(format!("{path}.{again}")));
            [root.join(path)].into_iter().chain(again).collect::<Vec<_>>()
        };
        roots.flat_map(|(_, root)| names(root)).filter(|path| path.exists()).collect()
    }

    /// Writes the file at `path` whose SHA-256 begins with `sha256` to `to`, from whatever has it. Nothing when no copy,
    /// no mixture of copies and no parity gives it; what stands in `to` is then worthless.
    ///
    /// # Errors
    /// Those of writing.
    pub(super) fn rebuild(&mut self, path: &str, sha256: &str, to: (&Disk, &Path)) -> io::Result<Option<RepairSource>> {
        let copies = self.copies(path, &[0]);
        for copy in copies.iter().filter(|copy| copy.as_path() != to.1) {
            if hash_file(copy).is_ok_and(|(actual, _)| actual.starts_with(sha256)) && copy_file(copy, to, sha256)? {
                return Ok(Some(RepairSource::Copy));
            }
        }
        let found = self.pieced(path, sha256, to);
        self.open.clear();
        if let Some(source) = found? {
            return Ok(Some(source));
        }
        let solved = puzzle::put_together(&copies, sha256);
        match solved {
            Some(choice) => Ok(choice.write(to, sha256)?.then_some(RepairSource::Pieces)),
            None => Ok(None),
        }
    }

    fn pieced(&mut self, path: &str, sha256: &str, (disk, to): (&Disk, &Path)) -> io::Result<Option<RepairSource>> {
        for (number, row) in self.places.get(path).cloned().unwrap_or_default() {
            let Some(known) = self.groups.get(number) else { continue };
            let Some(member) = known.group.members.get(row).cloned() else { continue };
            let reachable = !is_private(path) || known.homes.contains(&0);
            if !member.sha256.starts_with(sha256) || !reachable {
                continue;
            }
            let mut output = disk.create(to)?;
            let mut hasher = Sha256::new();
            let mut source = RepairSource::Pieces;
            let mut column = 0;
            while column * PIECE_BYTES < member.size {
                let piece = match self.piece(number, row, column) {
                    Some(piece) => piece,
                    None => match self.solved(number, row, column) {
                        Some(mut piece) => {
                            source = RepairSource::Parity;
                            piece.truncate(piece_len(member.size, column));
                            piece
                        }
                        None => break,
                    },
                };
                hasher.update(&piece);
                output.write_all(&piece)?;
                column += 1;
            }
            if hex(&hasher.finalize()) == member.sha256 {
                output.sync()?;
                return Ok(Some(source));
            }
        }
        Ok(None)
    }

    /// A piece of a group's row as it was written, from any place that still has it.
    fn piece(&mut self, number: usize, row: usize, column: u64) -> Option<Vec<u8>> {
        let known = self.groups.get(number)?;
        let len = piece_len(known.group.row_bytes(row), column);
        if len == 0 {
            return Some(Vec::new());
        }
        let sum = known.group.sum(row, column)?;
        let offset = column * PIECE_BYTES;
        let places: Vec<(PathBuf, u64)> = if let Some(member) = known.group.members.get(row) {
            self.copies(&member.path, &known.homes).into_iter().map(|copy| (copy, offset)).collect()
        } else {
            let part = if row == known.group.row_of(Part::P) { Part::P } else { Part::Q };
            let homes = known.homes.iter().filter_map(|home| self.roots.get(*home));
            homes.map(|root| (part_path(root, &known.id, part), offset)).collect()
        };
        places
            .into_iter()
            .find_map(|(path, offset)| self.read(&path, offset, len).filter(|bytes| crc32fast::hash(bytes) == sum))
    }

    /// A piece that no place has, by parity.
    fn solved(&mut self, number: usize, row: usize, column: u64) -> Option<Vec<u8>> {
        let group = &self.groups.get(number)?.group;
        let (members, len) = (group.members.len(), piece_len(group.data_bytes(), column));
        let (row_p, row_q) = (group.row_of(Part::P), group.row_of(Part::Q));
        let pieces: Vec<Option<Vec<u8>>> =
            (0..members).map(|other| if other == row { None } else { self.piece(number, other, column) }).collect();
        let (p, q) = (self.piece(number, row_p, column), self.piece(number, row_q, column));
        let solved = solve(&pieces, p.as_deref(), q.as_deref(), len)?;
        solved.into_iter().find(|(lost, _)| *lost == row).map(|(_, piece)| piece)
    }

    /// Bytes of a file; nothing when it cannot give them. A place that cannot be read costs itself only: it is tried
    /// again alone when the run it lies in fails.
    fn read(&mut self, path: &Path, offset: u64, len: usize) -> Option<Vec<u8>> {
        let run = self
            .open
            .entry(path.to_owned())
            .or_insert_with(|| fs::File::open(path).ok().map(|file| Run { file, start: 0, bytes: Vec::new() }));
        let run = run.as_mut()?;
        if run.get(offset, len).is_none() {
            run.fill(offset, RUN_BYTES);
        }
        if run.get(offset, len).is_none() {
            run.fill(offset, u64::try_from(len).ok()?);
        }
        run.get(offset, len).map(<[u8]>::to_vec)
    }
}

impl Run {
    fn get(&self, offset: u64, len: usize) -> Option<&[u8]> {
        let from = usize::try_from(offset.checked_sub(self.start)?).ok()?;
        self.bytes.get(from..from.checked_add(len)?)
    }

    fn fill(&mut self, start: u64, len: u64) {
        self.bytes.clear();
        self.start = start;
        let read = self.file.seek(SeekFrom::Start(start)).and_then(|_| {
            let mut limited = io::Read::take(&mut self.file, len);
            limited.read_to_end(&mut self.bytes)
        });
        if read.is_err() {
            self.bytes.clear();
        }
    }
}

/// Copies a file that was just found sound; false when it is not any more.
fn copy_file(from: &Path, (disk, to): (&Disk, &Path), sha256: &str) -> io::Result<bool> {
    let mut output = disk.create(to)?;
    // A source that fails now is no error: other places are asked.
    let Ok(mut input) = fs::File::open(from) else { return Ok(false) };
    let (mut hasher, mut buffer) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        let Ok(n) = input.read(&mut buffer) else { return Ok(false) };
        let Some(run) = buffer.get(..n).filter(|run| !run.is_empty()) else { break };
        hasher.update(run);
        output.write_all(run)?;
    }
    output.sync()?;
    Ok(hex(&hasher.finalize()).starts_with(sha256))
}
