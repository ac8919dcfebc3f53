//! Where the files of an archive lie, and the two that anybody can read.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::disk::Disk;

/// Number of the on-disk format this version writes.
pub const FORMAT: u32 = 1;

/// Paths of an archive, and the disk they are on.
#[derive(Clone, Debug)]
pub struct Layout {
    root: PathBuf,
    disk: Disk,
}

/// The public marker file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Marker {
    pub(super) format: u32,
    pub(super) vault: String,
    pub(super) min_reader: u32,
}

/// What a person finds who has only the folder. Nothing personal in it; the same bytes in every archive of format 1 for
/// ever, because verification compares them.
pub const README: &str = include_str!("readme.txt");

impl Layout {
    /// The layout below a folder.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self::on(Disk::default(), root)
    }

    /// The layout below a folder of a given disk.
    #[must_use]
    pub fn on(disk: Disk, root: &Path) -> Self {
        Self { root: root.to_owned(), disk }
    }

    /// The layout below another folder, by the same disk.
    #[must_use]
    pub fn beside(&self, root: &Path) -> Self {
        Self::on(self.disk.clone(), root)
    }

    /// The disk that everything is written through.
    #[must_use]
    pub const fn disk(&self) -> &Disk {
        &self.disk
    }

    /// The archive's folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The public marker, `VAULT.json`.
    #[must_use]
    pub fn marker(&self) -> PathBuf {
        self.root.join("VAULT.json")
    }

    /// The public explanation, `README.txt`.
    #[must_use]
    pub fn readme(&self) -> PathBuf {
        self.root.join("README.txt")
    }

    /// Exists while the archive is being made: what lies beside it is no archive yet, unless the marker is whole.
    pub(super) fn creating(&self) -> PathBuf {
        self.root.join("creating")
    }

    /// Folder of key slots.
    #[must_use]
    pub fn keys(&self) -> PathBuf {
        self.root.join("keys")
    }

    /// Folder of commits.
    #[must_use]
    pub fn commits(&self) -> PathBuf {
        self.root.join("commits")
    }

    /// Folder of objects.
    #[must_use]
    pub fn objects(&self) -> PathBuf {
        self.root.join("objects")
    }

    /// The file of an object, by the SHA-256 of its bytes in hex.
    #[must_use]
    pub fn object(&self, sha256: &str) -> PathBuf {
        let fan: String = sha256.chars().take(2).collect();
        self.objects().join(fan).join(format!("{sha256}.age"))
    }

    /// The file whose operating-system lock excludes a second writer.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }

    /// What makes the folder a copy on a backup drive: the drive's id.
    #[must_use]
    pub fn drive_marker(&self) -> PathBuf {
        self.root.join("drive.json")
    }

    /// Whether the folder is a copy on a backup drive. Nothing but backups may write into it.
    #[must_use]
    pub fn is_copy(&self) -> bool {
        self.drive_marker().exists()
    }

    /// Unfinished local work; never copied to drives.
    #[must_use]
    pub fn work(&self) -> PathBuf {
        self.root.join("work")
    }

    /// The index; rebuildable, never copied to drives.
    #[must_use]
    pub fn index(&self) -> PathBuf {
        self.root.join("cache").join("index")
    }

    /// Name of a commit's file.
    #[must_use]
    pub fn commit_name(seq: u64, sha256: &str) -> String {
        format!("{seq:010}-{sha256}.age")
    }

    /// Sequence number and SHA-256 from a commit's file name.
    #[must_use]
    pub fn parse_commit_name(name: &str) -> Option<(u64, &str)> {
        let (seq, hash) = name.strip_suffix(".age")?.split_once('-')?;
        let sound = seq.len() == 10 && seq.bytes().all(|b| b.is_ascii_digit()) && is_hash(hash);
        Some((seq.parse().ok()?, hash)).filter(|_| sound)
    }

    /// Name of the public list of what a commit erased, in the format of `sha256sum`.
    #[must_use]
    pub fn removed_name(seq: u64) -> String {
        format!("{seq:010}.removed")
    }

    /// Name of the public list of a commit's objects, in the format of `sha256sum`.
    #[must_use]
    pub fn sums_name(seq: u64) -> String {
        format!("{seq:010}.sums")
    }
}

/// Whether a text is a SHA-256 in lower-case hex.
pub(super) fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}
