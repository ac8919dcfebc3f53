//! Parity made while files are copied: their bytes are at hand then, so neither the archive nor the drive is read again for it.

use std::collections::HashMap;
use std::io::{self, Write as _};
use std::ops::Range;
use std::path::PathBuf;

use sha2::{Digest as _, Sha256};

use super::super::copy::{Job, Unsynced};
use super::super::erasures::removed_paths;
use super::super::error::BackupError;
use super::super::run::room_for;
use super::encode::{create_part, note_sums, piece_sums};
use super::field::absorb;
use super::format::{Group, Member, PIECE_BYTES, Part, folder, part_path, scan};
use super::plan::{self, GROUP_FILES};
use super::{ParityReport, loose_members, prepare, protected_files};
use crate::crypto::hex;
use crate::store::Layout;

/// Longest file whose group is made so: both parities of the group are held in memory. Packs are half as long; a longer file
/// is a single large video.
const DATA_BYTES_MAX: u64 = 32 << 20;

/// Groups whose files are copied now.
pub(in crate::backup) struct Alongside {
    drive: Layout,
    groups: Vec<Vec<Member>>,
    /// Group and place in it, by SHA-256 of the file.
    places: HashMap<String, (usize, usize)>,
    making: Option<Making>,
    made: ParityReport,
    /// Parity files with the SHA-256 of what they hold.
    files: Vec<(PathBuf, String)>,
}

impl Alongside {
    /// Plans the groups that only `jobs` will be in, and puts their jobs first, in the order that parity takes them in.
    /// Nothing when there is no such group, or no room for more than the files themselves. What is not made here is left to
    /// [`super::protect`].
    ///
    /// # Errors
    /// Those of reading the drive and of making the folder.
    pub(in crate::backup) fn plan(drive: &Layout, jobs: &mut [Job]) -> Result<Option<Self>, BackupError> {
        let on_drive = |error| BackupError::drive(&folder(drive.root()), error, 0);
        if jobs.len() < GROUP_FILES && !jobs.iter().any(|job| job.size > PIECE_BYTES) {
            return Ok(None);
        }
        prepare(drive).map_err(on_drive)?;
        let (stored, _) = scan(drive.root()).map_err(on_drive)?;
        let covered = stored.iter().flat_map(|group| &group.group.members).map(|member| member.path.clone()).collect();
        let members: Vec<Member> = jobs.iter().filter_map(|job| member_of(drive, job)).collect();
        let erased = removed_paths(drive);
        let mut there = protected_files(drive.root()).map_err(on_drive)?;
        there.retain(|(path, _)| !erased.contains(path) && !members.iter().any(|member| member.path == *path));
        let (mut loose, _) = loose_members(drive.root(), &there, &covered);
        let new: HashMap<String, usize> =
            members.iter().enumerate().map(|(number, member)| (member.path.clone(), number)).collect();
        loose.extend(members.iter().filter(|member| !covered.contains(&member.path)).cloned());
        let mut groups = plan::plan(loose, &stored).groups;
        groups.retain(|members| {
            let longest = members.iter().map(|member| member.size).max().unwrap_or(0);
            // Small files that come later, commits and lists, soon supersede a small group that has room.
            (longest > PIECE_BYTES || members.len() == GROUP_FILES)
                && longest <= DATA_BYTES_MAX
                && members.iter().all(|member| new.contains_key(&member.path))
        });
        let parities: u64 = groups.iter().map(|members| 2 * Group::new(members.clone()).file_bytes()).sum();
        if groups.is_empty() || !room_for(drive, jobs.iter().map(|job| job.size).sum::<u64>() + parities) {
            return Ok(None);
        }
        let mut places = HashMap::new();
        for (group, members) in groups.iter().enumerate() {
            places.extend(members.iter().enumerate().map(|(row, member)| (member.sha256.clone(), (group, row))));
        }
        // Horner's rule: the last member comes first.
        jobs.sort_by_key(|job| match places.get(&job.sha256) {
            Some((group, row)) => (*group, usize::MAX - row),
            None => (usize::MAX, 0),
        });
        Ok(Some(Self {
            drive: drive.clone(),
            groups,
            places,
            making: None,
            made: ParityReport::default(),
            files: Vec::new(),
        }))
    }

    /// What was made so far.
    pub(in crate::backup) const fn made(&self) -> ParityReport {
        self.made
    }

    /// The parity files that were made, with the SHA-256 of what they hold.
    pub(in crate::backup) fn files(&self) -> &[(PathBuf, String)] {
        &self.files
    }

    /// Removes them: the drive gives other bytes.
    pub(in crate::backup) fn take_back(&self) {
        for (path, _) in &self.files {
            // What stays is found by the next check.
            let _removed = self.drive.disk().remove(path);
        }
    }

    /// Takes in the next bytes of a file that is being copied.
    pub(in crate::backup) fn takes(&mut self, job: &Job, bytes: &[u8]) {
        let Some((group, row)) = self.places.get(&job.sha256).copied() else { return };
        let members = self.groups.get(group).map(Vec::as_slice).unwrap_or_default();
        let making = match &mut self.making {
            Some(making) if making.number == group => making,
            other => other.insert(Making::new(group, members)),
        };
        making.takes(row, bytes);
    }

    /// A file has ended; `sound` when it is what it is to be. Gives the parity files that are complete with it but for the
    /// line each ends with: they become durable after the files that were copied before.
    ///
    /// # Errors
    /// Those of writing to the drive. A full drive is none: the copy goes on without parity.
    pub(in crate::backup) fn ends(&mut self, job: &Job, sound: bool) -> Result<Vec<Unsynced>, BackupError> {
        let Some((group, row)) = self.places.get(&job.sha256).copied() else { return Ok(Vec::new()) };
        let Some(making) = self.making.as_mut().filter(|making| making.number == group) else { return Ok(Vec::new()) };
        if !making.ends(row, sound) || row > 0 {
            return Ok(Vec::new());
        }
        let Some(done) = self.making.take() else { return Ok(Vec::new()) };
        let (bytes, id) = (done.group.file_bytes(), done.group.id());
        match done.write(&self.drive, &id) {
            Ok(files) => {
                self.made.groups += 1;
                self.made.bytes += 2 * bytes;
                let (unsynced, hashes): (Vec<_>, Vec<_>) = files.into_iter().unzip();
                self.files.extend(unsynced.iter().map(|file: &Unsynced| file.path.clone()).zip(hashes));
                Ok(unsynced)
            }
            Err(error) => {
                let paths = Part::BOTH.map(|part| part_path(self.drive.root(), &id, part));
                for path in &paths {
                    // It may never have been made.
                    let _removed = self.drive.disk().remove(path);
                }
                let [path, _] = paths;
                match BackupError::drive(&path, error, 0) {
                    BackupError::Full { .. } => {
                        self.places.clear();
                        Ok(Vec::new())
                    }
                    error => Err(error),
                }
            }
        }
    }
}

/// What a job's file is called in a group.
fn member_of(drive: &Layout, job: &Job) -> Option<Member> {
    let parts: Option<Vec<&str>> = job.to.strip_prefix(drive.root()).ok()?.iter().map(|part| part.to_str()).collect();
    Some(Member { path: parts?.join("/"), size: job.size, sha256: job.sha256.clone() })
}

/// A group whose files come one after another, from the last to the first.
struct Making {
    /// Its place among the groups.
    number: usize,
    group: Group,
    p: Vec<u8>,
    q: Vec<u8>,
    /// The member to come, and how many of its bytes have come.
    row: usize,
    at: usize,
    /// Checksum of the piece that has begun.
    piece: crc32fast::Hasher,
    /// A member was not what it is to be: the rest is of no use.
    broken: bool,
}

impl Making {
    fn new(number: usize, members: &[Member]) -> Self {
        let group = Group::new(members.to_vec());
        let len = usize::try_from(group.data_bytes()).unwrap_or(0);
        let row = members.len().saturating_sub(1);
        let (p, q) = (vec![0; len], vec![0; len]);
        Self { number, group, p, q, row, at: 0, piece: crc32fast::Hasher::new(), broken: false }
    }

    fn size(&self) -> usize {
        usize::try_from(self.group.row_bytes(self.row)).unwrap_or(0)
    }

    fn takes(&mut self, row: usize, mut bytes: &[u8]) {
        self.broken |= row != self.row || bytes.len() > self.size().saturating_sub(self.at);
        if self.broken {
            return;
        }
        let piece_bytes = usize::try_from(PIECE_BYTES).unwrap_or(1);
        let Range { start, end } = self.at..self.at + bytes.len();
        if let (Some(p), Some(q)) = (self.p.get_mut(start..end), self.q.get_mut(start..end)) {
            absorb(p, q, bytes);
        }
        while !bytes.is_empty() {
            let room = piece_bytes - self.at % piece_bytes;
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.piece.update(now);
            self.at += now.len();
            if self.at.is_multiple_of(piece_bytes) || self.at == self.size() {
                self.note_piece();
            }
            bytes = later;
        }
    }

    fn note_piece(&mut self) {
        let sum = std::mem::take(&mut self.piece).finalize();
        let column = u64::try_from(self.at).unwrap_or(u64::MAX).saturating_sub(1) / PIECE_BYTES;
        self.group.set_sum(self.row, column, sum);
    }

    /// Whether the group can still be made.
    fn ends(&mut self, row: usize, sound: bool) -> bool {
        self.broken |= !sound || row != self.row || self.at != self.size();
        if !self.broken {
            let rest = self.at..;
            if let (Some(p), Some(q)) = (self.p.get_mut(rest.clone()), self.q.get_mut(rest)) {
                absorb(p, q, &[]);
            }
            self.at = 0;
            self.row = self.row.saturating_sub(1);
        }
        !self.broken
    }

    /// Writes both parity files, but for their last lines. Gives them with the SHA-256 of what they will hold.
    fn write(mut self, drive: &Layout, id: &str) -> io::Result<Vec<(Unsynced, String)>> {
        for (part, data) in [(Part::P, &self.p), (Part::Q, &self.q)] {
            let row = self.group.row_of(part);
            note_sums(&mut self.group, row, 0, &piece_sums(data));
        }
        let mut files = Vec::new();
        for (part, data) in [(Part::P, &self.p), (Part::Q, &self.q)] {
            let path = part_path(drive.root(), id, part);
            let mut file = create_part(drive.disk(), &path)?;
            file.write_all(data)?;
            let (tail, line) = self.group.tail(part);
            file.write_all(&tail)?;
            let sha256 = Sha256::new().chain_update(data).chain_update(&tail).chain_update(&line).finalize();
            files.push((Unsynced { file, path, line }, hex(&sha256)));
        }
        Ok(files)
    }
}
