//! Making the parity files of a group: every member is read once, side by side, in runs.

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use fs_err as fs;
use sha2::{Digest as _, Sha256};

use super::super::error::BackupError;
use super::field::absorb;
use super::format::{Group, Member, PIECE_BYTES, Part, folder, part_path};
use crate::crypto::hex;
use crate::store::{Disk, DiskFile, Layout};

/// Bytes of each member that are taken at a time: a whole number of pieces, enough that a turning disk reads more than it
/// seeks, little enough that three such runs are no memory to speak of.
const RUN_BYTES: u64 = 16 * PIECE_BYTES;

/// Writes parity files of a group.
pub(in crate::backup) struct Encoder<'a> {
    /// What is protected.
    pub(in crate::backup) members: &'a [Member],
    /// Folders to read members from, the first that has a sound one. The last is the copy itself.
    pub(in crate::backup) roots: &'a [&'a Path],
    /// Folder of the copy.
    pub(in crate::backup) drive: &'a Layout,
    /// Which parities to write; none only reads the members and compares their hashes.
    pub(in crate::backup) parts: &'a [Part],
}

/// How making parity ended.
#[derive(Debug)]
pub(in crate::backup) enum Encoded {
    /// The parity files are durable; their size in bytes together.
    Done(u64),
    /// No folder has this member as it should be.
    Unsound(usize),
}

impl Encoder<'_> {
    /// Makes the parity files; both are durable, and were read back from the medium, when this returns. `advance` is told the bytes read and stops it by
    /// `false`. What is not finished is removed.
    ///
    /// # Errors
    /// [`BackupError::Interrupted`], [`BackupError::ReadBack`], and those of writing to the drive.
    pub(in crate::backup) fn encode(&self, advance: &dyn Fn(u64) -> bool) -> Result<Encoded, BackupError> {
        let mut choice = vec![0; self.members.len()];
        let id = Group::new(self.members.to_vec()).id();
        loop {
            match self.attempt(&id, &choice, advance) {
                Ok(bytes) => return Ok(Encoded::Done(bytes)),
                Err(Failure::Member(number)) => {
                    let Some(root) = choice.get_mut(number) else { return Ok(Encoded::Unsound(number)) };
                    *root += 1;
                    if *root < self.roots.len() {
                        continue;
                    }
                    self.remove(&id);
                    return Ok(Encoded::Unsound(number));
                }
                Err(Failure::Drive(error)) => {
                    self.remove(&id);
                    let bytes = self.members.iter().map(|member| member.size).max().unwrap_or(0);
                    return Err(BackupError::drive(&part_path(self.drive.root(), &id, Part::P), error, 2 * bytes));
                }
                Err(Failure::ReadBack(path)) => {
                    self.remove(&id);
                    return Err(BackupError::ReadBack { path });
                }
                Err(Failure::Interrupted) => {
                    self.remove(&id);
                    return Err(BackupError::Interrupted);
                }
            }
        }
    }

    fn remove(&self, id: &str) {
        for part in self.parts {
            // It may never have been made.
            let _removed = self.drive.disk().remove(&part_path(self.drive.root(), id, *part));
        }
    }

    fn attempt(&self, id: &str, choice: &[usize], advance: &dyn Fn(u64) -> bool) -> Result<u64, Failure> {
        let mut group = Group::new(self.members.to_vec());
        let mut inputs = Vec::new();
        for (number, (member, root)) in self.members.iter().zip(choice).enumerate() {
            let root = self.roots.get(*root).ok_or(Failure::Member(number))?;
            inputs.push(Input::open(&root.join(&member.path), member).ok_or(Failure::Member(number))?);
        }
        let mut outputs = Vec::new();
        for part in self.parts {
            let path = part_path(self.drive.root(), id, *part);
            outputs.push((*part, create_part(self.drive.disk(), &path)?, Sha256::new(), path));
        }
        let mut at = 0;
        let (mut p, mut q) = (Vec::new(), Vec::new());
        while at < group.data_bytes() {
            let len = usize::try_from(RUN_BYTES.min(group.data_bytes() - at)).unwrap_or(0);
            for parity in [&mut p, &mut q] {
                parity.clear();
                parity.resize(len, 0);
            }
            for (number, input) in inputs.iter_mut().enumerate().rev() {
                let bytes = input.run(at).map_err(|_| Failure::Member(number))?;
                let ((), sums) = rayon::join(
                    || input.hasher.update(&bytes),
                    || {
                        absorb(&mut p, &mut q, &bytes);
                        piece_sums(&bytes)
                    },
                );
                note_sums(&mut group, number, at, &sums);
                if !advance(u64::try_from(bytes.len()).unwrap_or(0)) {
                    return Err(Failure::Interrupted);
                }
            }
            for (part, parity) in [(Part::P, &p), (Part::Q, &q)] {
                let row = group.row_of(part);
                note_sums(&mut group, row, at, &piece_sums(parity));
            }
            for (part, file, hasher, _) in &mut outputs {
                let parity = if *part == Part::P { &p } else { &q };
                file.write_all(parity)?;
                hasher.update(parity);
            }
            at += RUN_BYTES;
        }
        for (number, (input, member)) in inputs.into_iter().zip(self.members).enumerate() {
            if !input.ends_as(member) {
                return Err(Failure::Member(number));
            }
        }
        let (mut bytes, mut written) = (0, Vec::new());
        for (part, file, hasher, path) in outputs {
            let (tail, line) = group.tail(part);
            finish(file, &tail, &line)?;
            bytes += group.file_bytes();
            written.push((path, hex(&hasher.chain_update(tail).chain_update(line).finalize())));
        }
        self.drive.disk().sync_folder(&folder(self.drive.root()))?;
        for (path, sha256) in written {
            if self.drive.disk().hash_on_medium(&path)?.0 != sha256 {
                return Err(Failure::ReadBack(path));
            }
        }
        Ok(bytes)
    }
}

/// A new parity file. What has its name is removed first: of a stick that was pulled out, some systems open no such file for
/// writing.
pub(super) fn create_part(disk: &Disk, path: &Path) -> io::Result<DiskFile> {
    match disk.remove(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => disk.create(path),
    }
}

/// Writes what stands behind the data. The last line comes when everything else is durable: a file that ends with it was
/// written whole.
fn finish(mut file: DiskFile, tail: &[u8], line: &str) -> io::Result<()> {
    file.write_all(tail)?;
    file.sync()?;
    file.write_all(line.as_bytes())?;
    file.sync()
}

/// CRC-32 of each piece of a run that begins with a piece.
pub(super) fn piece_sums(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks(usize::try_from(PIECE_BYTES).unwrap_or(1)).map(crc32fast::hash).collect()
}

/// Notes the checksums of the pieces of a row from an offset on.
pub(super) fn note_sums(group: &mut Group, row: usize, at: u64, sums: &[u32]) {
    for (column, sum) in (at / PIECE_BYTES..).zip(sums) {
        group.set_sum(row, column, *sum);
    }
}

enum Failure {
    /// This member cannot be read there, or has other bytes.
    Member(usize),
    Drive(io::Error),
    /// The drive gives other bytes than were written.
    ReadBack(PathBuf),
    Interrupted,
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Drive(error)
    }
}

/// A member being read.
struct Input {
    file: fs::File,
    size: u64,
    hasher: Sha256,
}

impl Input {
    fn open(path: &Path, member: &Member) -> Option<Self> {
        let file = fs::File::open(path).ok()?;
        let same = file.metadata().ok()?.len() == member.size;
        same.then(|| Self { file, size: member.size, hasher: Sha256::new() })
    }

    /// The run at an offset; empty behind the end.
    fn run(&mut self, at: u64) -> io::Result<Vec<u8>> {
        let len = RUN_BYTES.min(self.size.saturating_sub(at));
        let mut bytes = vec![0; usize::try_from(len).unwrap_or(0)];
        self.file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn ends_as(self, member: &Member) -> bool {
        hex(&self.hasher.finalize()) == member.sha256
    }
}
