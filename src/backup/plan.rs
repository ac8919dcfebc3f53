//! What a copy lacks, found without any key: by names, sizes, and what earlier runs vouch for.

use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::copy::Job;
use super::error::BackupError;
use super::session::Vouched;
use crate::store::{
    Disk, Layout, PublicCommit, README, hash_file, is_object_name, object_folders, public_commits, public_objects,
    public_slots,
};

/// What is to be done to make `to` a copy of `from`.
pub(super) struct Plan {
    /// The disk of the target.
    disk: Disk,
    /// The newest commit of the source.
    pub(super) newest: PublicCommit,
    /// Objects to copy.
    pub(super) objects: Vec<Job>,
    /// Commits to copy, oldest first.
    pub(super) commits: Vec<Job>,
    /// Numbers of the public lists to copy.
    pub(super) lists: Vec<u64>,
    /// Small files, with what they must hold.
    pub(super) small: Vec<(PathBuf, Vec<u8>)>,
    /// What the marker must hold, when it does not.
    pub(super) marker: Option<Vec<u8>>,
    /// Files that are there and sound though no run vouches for them: they must be made durable.
    pub(super) doubtful: Vec<PathBuf>,
    /// Files that an earlier run vouched for and that are gone or changed.
    pub(super) changed: Vec<PathBuf>,
    /// Sources that are gone or known to be damaged, and that the target has not either.
    pub(super) damaged: Vec<PathBuf>,
    /// Sources that are gone, though the target has them.
    pub(super) lacking: Vec<PathBuf>,
    /// Objects that are there.
    pub(super) present: u64,
    /// Commits that stay behind because their writing was interrupted before their public list.
    pub(super) unfinished: u64,
}

/// How a source is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// The archive: what is damaged is refused.
    Archive,
    /// A copy, maybe the last one there is: what is sound of it is taken.
    Copy,
}

/// What was found of a file at the target.
enum There {
    Sound,
    Doubtful,
    Wrong,
    Absent,
}

impl Plan {
    /// Compares two folders.
    ///
    /// # Errors
    /// [`BackupError::NoCopy`], [`BackupError::DamagedSource`]; those of reading.
    pub(super) fn make(
        (from, to): (&Layout, &Layout),
        vouched: &Vouched,
        interrupted: bool,
        source: Source,
    ) -> Result<Self, BackupError> {
        let commits = public_commits(from).map_err(|error| source_error(from.commits(), error))?;
        let (mut kept, mut left_out, mut unfinished) = (commits, Vec::new(), 0);
        // The list is written after its commit: an interrupted import may lack the newest one, and the next completes it.
        while source == Source::Archive
            && kept.len() > 1
            && kept.pop_if(|newest| !from.commits().join(Layout::sums_name(newest.seq)).exists()).is_some()
        {
            unfinished += 1;
        }
        while source == Source::Copy
            && let Some(newest) = kept.pop_if(|newest| !is_sound(&newest.path(from), &newest.sha256))
        {
            left_out.push(newest.path(from));
        }
        let Some(newest) = kept.last().cloned() else {
            return Err(BackupError::NoCopy { path: from.root().to_owned() });
        };
        let mut plan = Self {
            disk: to.disk().clone(),
            objects: Vec::new(),
            commits: Vec::new(),
            lists: Vec::new(),
            small: Vec::new(),
            marker: None,
            doubtful: Vec::new(),
            changed: Vec::new(),
            damaged: left_out,
            lacking: Vec::new(),
            present: 0,
            unfinished,
            newest,
        };
        for sha256 in plan.wanted(from, source)? {
            let vouched = vouched.objects.contains(&sha256);
            let (source, target) = (from.object(&sha256), to.object(&sha256));
            let gone = plan.damaged.len();
            match plan.compare((source, target), sha256, vouched)? {
                Some(job) => plan.objects.push(job),
                None => plan.present += u64::from(plan.damaged.len() == gone),
            }
        }
        for commit in &kept {
            let paths = (commit.path(from), commit.path(to));
            if let Some(job) = plan.compare(paths, commit.sha256.clone(), commit.seq <= vouched.seq)? {
                // Of a broken chain the rest can still be read.
                let even_damaged = source == Source::Copy && *commit != plan.newest;
                plan.commits.push(Job { even_damaged, ..job });
            }
            plan.compare_list(from, to, (commit.seq, vouched.seq));
            plan.compare_removals(from, to, commit.seq);
        }
        plan.compare_small(from, to, interrupted)?;
        Ok(plan)
    }

    /// Whether there is nothing to do.
    pub(super) fn is_empty(&self) -> bool {
        self.objects.is_empty()
            && self.commits.is_empty()
            && self.lists.is_empty()
            && self.small.is_empty()
            && self.marker.is_none()
            && self.doubtful.is_empty()
    }

    /// Bytes of the objects and commits to copy.
    pub(super) fn bytes(&self) -> u64 {
        self.objects.iter().chain(&self.commits).map(|job| job.size).sum()
    }

    /// SHA-256 names of the objects that take the place of wrong ones.
    pub(super) fn replaces(&self) -> Vec<String> {
        self.objects.iter().filter(|job| job.replaces).map(|job| job.sha256.clone()).collect()
    }

    /// The objects of the newest commit. When the last copy has lost that list, everything that lies there.
    fn wanted(&mut self, from: &Layout, source: Source) -> Result<Vec<String>, BackupError> {
        match (public_objects(from, self.newest.seq), source) {
            (Ok(wanted), _) => Ok(wanted),
            (Err(_), Source::Copy) => {
                self.damaged.push(from.commits().join(Layout::sums_name(self.newest.seq)));
                all_objects(from).map_err(|error| source_error(from.objects(), error))
            }
            (Err(_), Source::Archive) => {
                Err(BackupError::DamagedList { path: from.commits().join(Layout::sums_name(self.newest.seq)) })
            }
        }
    }

    /// The job that makes a hashed file right, if one is needed.
    fn compare(
        &mut self,
        (from, to): (PathBuf, PathBuf),
        sha256: String,
        vouched: bool,
    ) -> Result<Option<Job>, BackupError> {
        let size = match fs::metadata(&from) {
            Ok(metadata) => metadata.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let sound = self.disk.hash_on_medium(&to).is_ok_and(|(actual, _)| actual == sha256);
                if sound {
                    self.lacking.push(from);
                } else {
                    self.damaged.push(from);
                }
                return Ok(None);
            }
            Err(error) => return Err(source_error(from, error)),
        };
        let there =
            found(&self.disk, &to, size, &sha256, vouched).map_err(|error| BackupError::drive(&to, error, 0))?;
        if matches!(there, There::Wrong) && self.disk.hash_on_medium(&to).is_ok_and(|(actual, _)| actual == sha256) {
            // Of another size than the source, and right: the source is what was cut.
            self.lacking.push(from);
            return Ok(None);
        }
        if vouched && matches!(there, There::Wrong | There::Absent) {
            self.changed.push(to.clone());
        }
        let replaces = matches!(there, There::Wrong);
        match there {
            There::Sound => {}
            There::Doubtful => self.doubtful.push(to),
            There::Wrong | There::Absent => {
                return Ok(Some(Job { from, to, sha256, size, replaces, even_damaged: false }));
            }
        }
        Ok(None)
    }

    /// Whether a commit's public list is to be copied. It has no hash of its own in public: one that is there stays
    /// unless it differs, and the source's is taken only when every line of it is whole.
    fn compare_list(&mut self, from: &Layout, to: &Layout, (seq, vouched): (u64, u64)) {
        let name = Layout::sums_name(seq);
        let (source, target) = (from.commits().join(&name), to.commits().join(&name));
        let Ok(size) = fs::metadata(&source).map(|metadata| metadata.len()) else {
            let missing = if target.exists() { &mut self.lacking } else { &mut self.damaged };
            missing.push(source);
            return;
        };
        let same_size = fs::metadata(&target).is_ok_and(|there| there.len() == size);
        // One that the medium does not give is as good as another one; a drive that is gone is told by what is written.
        let same = || fs::read(&source).is_ok_and(|wanted| fs::read(&target).is_ok_and(|there| there == wanted));
        if same_size && seq <= vouched {
            return;
        }
        if same_size && same() {
            self.doubtful.push(target);
            return;
        }
        if public_objects(from, seq).is_ok() {
            self.lists.push(seq);
        } else {
            self.damaged.push(source);
        }
    }

    /// Whether the copy lacks the list of what a commit erased. It is written before the other one: a run that was
    /// interrupted has it, damage may have taken it since.
    fn compare_removals(&mut self, from: &Layout, to: &Layout, seq: u64) {
        let name = Layout::removed_name(seq);
        let size = |layout: &Layout| fs::metadata(layout.commits().join(&name)).ok().map(|metadata| metadata.len());
        if size(from).is_some() && !super::erasures::is_list_sound(from, seq) {
            self.damaged.push(from.commits().join(&name));
            return;
        }
        if size(from).is_some_and(|wanted| size(to) != Some(wanted)) && !self.lists.contains(&seq) {
            self.lists.push(seq);
        }
    }

    /// What is small and not named by a full hash: the explanation, key slots that are whole, the marker.
    fn compare_small(&mut self, from: &Layout, to: &Layout, interrupted: bool) -> Result<(), BackupError> {
        let mut wanted = vec![(to.readme(), README.as_bytes().to_vec())];
        for slot in public_slots(from).map_err(|error| source_error(from.keys(), error))? {
            let path = from.keys().join(&slot.name);
            if slot.sound {
                let bytes = fs::read(&path).map_err(|error| source_error(path, error))?;
                wanted.push((to.keys().join(&slot.name), bytes));
            } else {
                self.damaged.push(path);
            }
        }
        let marker = fs::read(from.marker()).map_err(|error| source_error(from.marker(), error))?;
        let is_there = |path: &PathBuf, bytes: &[u8]| fs::read(path).is_ok_and(|there| there == bytes);
        wanted.push((to.marker(), marker));
        let (there, mut lacking): (Vec<_>, Vec<_>) =
            wanted.into_iter().partition(|(path, bytes)| is_there(path, bytes));
        if interrupted {
            // They may be there in memory only.
            self.doubtful.extend(there.into_iter().map(|(path, _)| path));
        }
        self.marker = lacking.pop_if(|(path, _)| *path == to.marker()).map(|(_, bytes)| bytes);
        self.small = lacking;
        Ok(())
    }
}

/// What lies at the target in a file's place.
fn found(disk: &Disk, to: &Path, size: u64, sha256: &str, vouched: bool) -> io::Result<There> {
    match fs::metadata(to) {
        Ok(there) if there.len() != size => Ok(There::Wrong),
        Ok(_) if vouched => Ok(There::Sound),
        // What an interrupted run left may be whole in memory only: it is read from the medium. File systems that were pulled
        // out have files of the right size whose bytes nobody can read (NTFS): they are written anew.
        Ok(_) => match disk.hash_on_medium(to) {
            Ok((actual, _)) if actual == sha256 => Ok(There::Doubtful),
            Ok(_) | Err(_) => Ok(There::Wrong),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(There::Absent),
        Err(error) => Err(error),
    }
}

fn is_sound(path: &Path, sha256: &str) -> bool {
    hash_file(path).is_ok_and(|(actual, _)| actual == sha256)
}

/// Names (without `.age`) of the objects that lie in a folder.
pub(super) fn all_objects(layout: &Layout) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for fan in object_folders(layout)? {
        for item in fs::read_dir(fan)? {
            let name = item?.file_name().to_string_lossy().into_owned();
            if is_object_name(&name) {
                found.extend(name.strip_suffix(".age").map(str::to_owned));
            }
        }
    }
    Ok(found)
}

/// What reading a source failed with.
pub(super) fn source_error(path: PathBuf, error: io::Error) -> BackupError {
    if error.kind() == io::ErrorKind::NotFound {
        BackupError::DamagedSource { paths: vec![path] }
    } else {
        BackupError::Drive { path, source: error }
    }
}
