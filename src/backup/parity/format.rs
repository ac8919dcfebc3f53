//! Parity files, format 1: what is written in them and how it is read again. `readme.txt` beside this file tells the same
//! to people.
//!
//! A group of files has two, `parity/ID.p` and `parity/ID.q`. Each is its data and then, twice, the index of the whole
//! group, which so survives whatever one of its four copies survives. Files are only ever appended to.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::files::is_protected;
use crate::crypto::hex;
use crate::store::Layout;

/// Files are taken apart in pieces of this many bytes; damage costs whole pieces.
pub(in crate::backup) const PIECE_BYTES: u64 = 1 << 16;

/// Length of the line behind each index.
const LINE_BYTES: u64 = 91;

const LINE_START: &str = "malle parity 1 ";

/// Longest index believed: a full group of the largest objects needs a hundredth of this.
const INDEX_BYTES_MAX: u64 = 64 << 20;

/// How far from its end an index is looked for when the end of the file is damaged: twice the longest that is written.
const SEARCH_BYTES: u64 = 4 << 20;

/// Largest file believed, so that sums of sizes cannot overflow.
const FILE_BYTES_MAX: u64 = 1 << 44;

/// Most members believed; the arithmetic allows no more.
const MEMBERS_MAX: usize = 255;

/// Which of the two parities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::backup) enum Part {
    /// The sum.
    P,
    /// The weighted sum.
    Q,
}

impl Part {
    pub(in crate::backup) const BOTH: [Self; 2] = [Self::P, Self::Q];

    const fn letter(self) -> char {
        match self {
            Self::P => 'p',
            Self::Q => 'q',
        }
    }
}

/// A protected file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::backup) struct Member {
    /// Below the drive's folder, with `/`.
    pub(in crate::backup) path: String,
    /// Size in bytes.
    pub(in crate::backup) size: u64,
    /// SHA-256 of its bytes, lower-case hex.
    pub(in crate::backup) sha256: String,
}

#[derive(Serialize, Deserialize)]
struct Head {
    part: Part,
    files: Vec<Member>,
}

/// Files that protect each other, with the checksum of each of their pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::backup) struct Group {
    /// The files; their places are their powers of 2.
    pub(in crate::backup) members: Vec<Member>,
    /// CRC-32 of each piece: of the first member, of the second, …, of P, of Q.
    sums: Vec<u32>,
}

/// Number of pieces of a file.
fn pieces(size: u64) -> u64 {
    size.div_ceil(PIECE_BYTES)
}

/// Length of a piece of a file; 0 behind its end.
pub(in crate::backup) fn piece_len(size: u64, column: u64) -> usize {
    let left = size.saturating_sub(column.saturating_mul(PIECE_BYTES));
    usize::try_from(left.min(PIECE_BYTES)).unwrap_or(0)
}

impl Group {
    /// A group whose checksums are not known yet.
    pub(super) fn new(members: Vec<Member>) -> Self {
        let mut group = Self { members, sums: Vec::new() };
        group.sums = vec![0; usize::try_from(group.sums_count()).unwrap_or(0)];
        group
    }

    /// Name of the group: SHA-256 of its list of files.
    pub(in crate::backup) fn id(&self) -> String {
        // A list of plain texts and numbers: writing it cannot fail.
        hex(&Sha256::digest(serde_json::to_vec(&self.members).unwrap_or_default()))
    }

    /// Bytes of each parity: as many as the longest member has.
    pub(in crate::backup) fn data_bytes(&self) -> u64 {
        self.members.iter().map(|member| member.size).max().unwrap_or(0)
    }

    /// Number of columns: pieces of the longest member.
    pub(in crate::backup) fn columns(&self) -> u64 {
        pieces(self.data_bytes())
    }

    fn sums_count(&self) -> u64 {
        self.members.iter().map(|member| pieces(member.size)).sum::<u64>() + 2 * self.columns()
    }

    /// Size of a row: of a member by its place, of P and Q by the two places behind the last member.
    pub(in crate::backup) fn row_bytes(&self, row: usize) -> u64 {
        self.members.get(row).map_or_else(|| self.data_bytes(), |member| member.size)
    }

    /// The row of a parity.
    pub(in crate::backup) fn row_of(&self, part: Part) -> usize {
        self.members.len() + usize::from(part == Part::Q)
    }

    fn place(&self, row: usize, column: u64) -> Option<usize> {
        let before: u64 = (0..row).map(|row| pieces(self.row_bytes(row))).sum();
        usize::try_from(before + column).ok().filter(|_| column < pieces(self.row_bytes(row)))
    }

    /// CRC-32 of a piece.
    pub(in crate::backup) fn sum(&self, row: usize, column: u64) -> Option<u32> {
        self.sums.get(self.place(row, column)?).copied()
    }

    pub(super) fn set_sum(&mut self, row: usize, column: u64, sum: u32) {
        if let Some(entry) = self.place(row, column).and_then(|place| self.sums.get_mut(place)) {
            *entry = sum;
        }
    }

    /// The index as it stands in a parity file.
    fn index(&self, part: Part) -> Vec<u8> {
        let head = Head { part, files: self.members.clone() };
        let mut index = serde_json::to_vec(&head).unwrap_or_default();
        index.push(b'\n');
        index.extend(self.sums.iter().flat_map(|sum| sum.to_le_bytes()));
        index
    }

    /// The line around the index.
    fn line(index: &[u8]) -> String {
        format!("{LINE_START}{:010} {}\n", index.len(), hex(&Sha256::digest(index)))
    }

    /// What stands behind the data of a parity file, but for the line it ends with, which is written when everything else is
    /// durable; and that line.
    pub(super) fn tail(&self, part: Part) -> (Vec<u8>, String) {
        let index = self.index(part);
        let line = Self::line(&index);
        ([&index, line.as_bytes(), &index].concat(), line)
    }

    /// Length of a parity file.
    pub(in crate::backup) fn file_bytes(&self) -> u64 {
        let index = u64::try_from(self.index(Part::P).len()).unwrap_or(u64::MAX);
        self.data_bytes() + 2 * (index + LINE_BYTES)
    }

    fn parse(index: &[u8]) -> Option<(Self, Part)> {
        let end = memchr::memchr(b'\n', index)?;
        let head: Head = serde_json::from_slice(index.get(..end)?).ok()?;
        let sound = |member: &Member| is_protected(&member.path) && member.size <= FILE_BYTES_MAX;
        if head.files.len() > MEMBERS_MAX || !head.files.iter().all(sound) {
            return None;
        }
        let (sums, rest) = index.get(end + 1..)?.as_chunks::<4>();
        let sums = sums.iter().map(|sum| u32::from_le_bytes(*sum)).collect();
        let group = Self { members: head.files, sums };
        let complete = rest.is_empty() && u64::try_from(group.sums.len()) == Ok(group.sums_count());
        complete.then_some((group, head.part))
    }
}

/// File of a parity.
pub(in crate::backup) fn part_path(root: &Path, id: &str, part: Part) -> PathBuf {
    folder(root).join(format!("{id}.{}", part.letter()))
}

/// Folder of parity files.
pub(in crate::backup) fn folder(root: &Path) -> PathBuf {
    root.join("parity")
}

/// A group found on a drive.
#[derive(Clone, Debug)]
pub(in crate::backup) struct Stored {
    /// Its id.
    pub(in crate::backup) id: String,
    /// What its index says.
    pub(in crate::backup) group: Group,
    /// Which of its two files are there, were written to their end, and have their full length.
    pub(super) written: [bool; 2],
}

/// Every group of which any copy of the index is readable, by id; and the parity files that no readable index tells of.
///
/// # Errors
/// Those of reading the folder, which may be absent.
pub(in crate::backup) fn scan(root: &Path) -> io::Result<(Vec<Stored>, Vec<PathBuf>)> {
    let mut groups: BTreeMap<String, Stored> = BTreeMap::new();
    let mut unreadable = Vec::new();
    let items = match fs::read_dir(folder(root)) {
        Ok(items) => items,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), Vec::new())),
        Err(error) => return Err(error),
    };
    for item in items {
        let path = item?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let Some((id, part)) = parse_name(&name) else { continue };
        match read_index(&path).filter(|(group, told, _)| *told == part && group.id() == id) {
            Some((group, _, ended)) => {
                let whole = fs::metadata(&path).is_ok_and(|metadata| metadata.len() == group.file_bytes());
                let id = id.to_owned();
                let stored = groups.entry(id.clone()).or_insert(Stored { id, group, written: [false; 2] });
                if let Some(written) = stored.written.get_mut(usize::from(part == Part::Q)) {
                    *written = ended && whole;
                }
            }
            None => unreadable.push(path),
        }
    }
    unreadable.retain(|path| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        parse_name(&name).is_none_or(|(id, _)| !groups.contains_key(id))
    });
    Ok((groups.into_values().collect(), unreadable))
}

fn parse_name(name: &str) -> Option<(&str, Part)> {
    let (id, letter) = name.split_once('.')?;
    let part = Part::BOTH.into_iter().find(|part| letter.chars().eq([part.letter()]))?;
    let sound = id.len() == 64 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    sound.then_some((id, part))
}

/// The index of a parity file, and whether the line it ends with is right. That line is written last: without it the file
/// may never have been written whole.
fn read_index(path: &Path) -> Option<(Group, Part, bool)> {
    let mut file = fs::File::open(path).ok()?;
    let len = file.metadata().ok()?.len();
    let last = len.checked_sub(LINE_BYTES).and_then(|at| index_before(&mut file, at));
    if let Some((group, part)) = last.and_then(|index| Group::parse(&index)) {
        return Some((group, part, true));
    }
    // The other copy of the index stands somewhere before.
    let start = len.saturating_sub(SEARCH_BYTES);
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(start)).ok()?;
    io::Read::take(&mut file, SEARCH_BYTES).read_to_end(&mut tail).ok()?;
    memchr::memmem::rfind_iter(&tail, LINE_START).find_map(|at| {
        let index = index_before(&mut file, start + u64::try_from(at).ok()?)?;
        Group::parse(&index).map(|(group, part)| (group, part, false))
    })
}

/// The bytes of the index told by the line at `at`, which stands behind it.
fn index_before(file: &mut fs::File, at: u64) -> Option<Vec<u8>> {
    let mut line = [0; 91];
    file.seek(SeekFrom::Start(at)).ok()?;
    file.read_exact(&mut line).ok()?;
    let line = std::str::from_utf8(&line).ok()?;
    let (len, hash) = line.strip_prefix(LINE_START)?.strip_suffix('\n')?.split_once(' ')?;
    let len: u64 = len.parse().ok().filter(|len| *len <= INDEX_BYTES_MAX)?;
    file.seek(SeekFrom::Start(at.checked_sub(len)?)).ok()?;
    let mut index = Vec::new();
    file.take(len).read_to_end(&mut index).ok()?;
    (hex(&Sha256::digest(&index)) == hash).then_some(index)
}

/// Whether a parity file has every byte it was written with.
pub(super) fn is_sound(layout: &Layout, stored: &Stored, part: Part) -> bool {
    check_part(layout.root(), stored, part).unwrap_or(false)
}

fn check_part(root: &Path, stored: &Stored, part: Part) -> io::Result<bool> {
    let (group, row) = (&stored.group, stored.group.row_of(part));
    let mut file = fs::File::open(part_path(root, &stored.id, part))?;
    let (tail, line) = group.tail(part);
    let mut sound = true;
    let mut piece = Vec::new();
    for column in 0..group.columns() {
        piece.resize(piece_len(group.data_bytes(), column), 0);
        file.read_exact(&mut piece)?;
        sound &= group.sum(row, column) == Some(crc32fast::hash(&piece));
    }
    let mut rest = Vec::new();
    file.take(group.file_bytes()).read_to_end(&mut rest)?;
    Ok(sound && rest.strip_suffix(line.as_bytes()) == Some(&tail))
}
