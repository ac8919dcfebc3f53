//! Containers: one ZIP, one folder, or loose files. Lists entries and reads them with real sizes counted.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use sha2::Digest as _;

use super::folder::{Folder, FolderError};
use super::gather;
use super::limits;
use super::mhtml::{self, Saved};
use super::name::SafeName;
use super::nested;
use super::zipped::{Directory, DirectoryError, Positioned, Zipped};

/// An entry of a container, as listed; nothing is trusted yet.
#[derive(Clone, Debug)]
pub struct Entry {
    /// `/`-separated path inside the container, as the container spells it.
    pub path: String,
    /// Size of the plain bytes, as the container claims it.
    pub size: u64,
    /// CRC-32 of the plain bytes, as a ZIP claims it; `None` in folders.
    pub crc32: Option<u32>,
    /// Why it cannot be read, when the listing alone shows it.
    pub damage: Option<Damage>,
    /// Number within the container.
    pub(super) locator: usize,
}

/// What is wrong with one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Damage {
    /// The name tries to leave its folder.
    EscapingName,
    /// The name holds control characters.
    ControlName,
    /// The name is too long or too deep.
    LongName,
    /// A symbolic link.
    Symlink,
    /// A pipe, socket or device.
    SpecialFile,
    /// Encrypted inside the ZIP.
    Encrypted,
    /// A compression method we do not read.
    Method,
    /// Claims or turns out to inflate beyond the limits.
    Bomb,
    /// Its bytes overlap another entry's.
    Overlap,
    /// The ZIP tells two different things about it: in its directory and beside its data.
    Mismatch,
    /// The checksum or the size is wrong, or the data end early.
    Corrupt,
    /// Larger than a text file may be.
    TooLarge,
    /// The operating system could not read it.
    Unreadable,
}

impl Damage {
    /// The name in reports and in Fluent files (`damage-NAME`).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EscapingName => "escaping-name",
            Self::ControlName => "control-name",
            Self::LongName => "long-name",
            Self::Symlink => "symlink",
            Self::SpecialFile => "special-file",
            Self::Encrypted => "encrypted",
            Self::Method => "method",
            Self::Bomb => "bomb",
            Self::Overlap => "overlap",
            Self::Mismatch => "mismatch",
            Self::Corrupt => "corrupt",
            Self::TooLarge => "too-large",
            Self::Unreadable => "unreadable",
        }
    }

    /// What an error of a reader from [`Container::open_entry`] says is wrong.
    #[must_use]
    pub fn of_io(error: &io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<EntryError>()) {
            Some(entry) => entry.damage,
            None if error.kind() == io::ErrorKind::UnexpectedEof => Self::Corrupt,
            None => Self::Unreadable,
        }
    }

    pub(super) const fn of_name(verdict: SafeName) -> Option<Self> {
        match verdict {
            SafeName::Fine => None,
            SafeName::Escapes => Some(Self::EscapingName),
            SafeName::Control => Some(Self::ControlName),
            SafeName::TooLong | SafeName::Empty => Some(Self::LongName),
        }
    }
}

impl From<Damage> for io::Error {
    fn from(damage: Damage) -> Self {
        Self::new(io::ErrorKind::InvalidData, EntryError { damage })
    }
}

/// An entry could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("entry cannot be read: {}", .damage.name())]
pub struct EntryError {
    /// What is wrong with it.
    pub damage: Damage,
}

/// A container could not be opened at all.
#[derive(Debug, thiserror::Error)]
pub enum ContainerError {
    /// The path does not exist or cannot be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// The path given.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The file has no ZIP directory and no entry can be found: it is cut short or is no ZIP.
    #[error("{path} has no readable ZIP directory")]
    NoDirectory {
        /// The path given.
        path: PathBuf,
        /// True when the file starts like a ZIP, so it was probably cut short.
        truncated: bool,
    },
    /// The ZIP or folder holds nothing.
    #[error("{path} is empty")]
    Empty {
        /// The path given.
        path: PathBuf,
    },
    /// A ZIP in a ZIP that would have to be held in memory, and is too large.
    #[error("{path} has to be unpacked first")]
    Packed {
        /// The path given, and that in the ZIP.
        path: PathBuf,
    },
    /// More entries than [`limits::ENTRIES_MAX`].
    #[error("{path} holds too many entries")]
    TooManyEntries {
        /// The path given.
        path: PathBuf,
    },
}

/// One ZIP, folder, page saved as one file, or set of loose files of one folder. Shared by threads; reading one entry never waits for another.
pub struct Container {
    /// File name of the ZIP or folder, for reports.
    pub name: String,
    /// What it holds, in the order of its directory (folders: sorted by path). Two entries may have the same path.
    pub entries: Vec<Entry>,
    path: PathBuf,
    kind: ContainerKind,
    /// Its files were named one by one.
    loose: bool,
    /// The ZIP that it lies in.
    outer: Option<PathBuf>,
    size_bytes: u64,
    fingerprint: [u8; 32],
    /// A ZIP without directory.
    cut: bool,
    by_path: OnceLock<Vec<usize>>,
}

enum ContainerKind {
    Zip(Zipped),
    Folder(Folder),
    Saved(Saved),
}

impl Container {
    /// Opens everything a user named: ZIPs, folders, and loose files (those of one folder together become one
    /// container). ZIPs lying directly in a named folder are opened as containers too, after it. The order is
    /// kept; what is named twice is opened once. Of a ZIP that holds nothing but ZIPs those are opened in its place; any other ZIP in a
    /// ZIP, and ZIPs in sub-folders, stay ordinary entries.
    pub fn open_all(paths: &[PathBuf]) -> Vec<Result<Self, ContainerError>> {
        gather::open_all(paths)
    }

    /// Opens a ZIP or a folder, by what lies at `path`; nothing in a folder is set apart.
    ///
    /// # Errors
    /// [`ContainerError`] when nothing inside can be listed.
    pub fn open(path: &Path) -> Result<Self, ContainerError> {
        let metadata = fs_err::metadata(path).map_err(|source| unreadable(path, source))?;
        if metadata.is_dir() { Self::open_folder(path, |_| false) } else { Self::open_zip(path) }
    }

    pub(super) fn open_zip(path: &Path) -> Result<Self, ContainerError> {
        let file = Positioned::open(path).map_err(|source| unreadable(path, source))?;
        Self::of_zip(path, file, None)
    }

    /// Opens a ZIP; `outer` is the one in which it lies, whose path is the beginning of its own.
    pub(super) fn of_zip(path: &Path, file: Positioned, outer: Option<&Path>) -> Result<Self, ContainerError> {
        if file.len() == 0 {
            return Err(ContainerError::Empty { path: path.to_owned() });
        }
        let directory = Directory::read(&file).map_err(|error| match error {
            DirectoryError::Io(source) => unreadable(path, source),
            DirectoryError::TooMany => ContainerError::TooManyEntries { path: path.to_owned() },
            DirectoryError::Missing => {
                let mut head = [0; 2];
                let truncated = file.read(&mut head, 0).is_ok() && head == *b"PK";
                ContainerError::NoDirectory { path: path.to_owned(), truncated }
            }
        })?;
        let size_bytes = file.len();
        let (fingerprint, cut) = (directory.fingerprint, directory.cut);
        let (zip, entries) = Zipped::new(file, directory);
        let entries = with_slashes(entries);
        let outer = outer.map(Path::to_owned);
        Ok(Self { outer, cut, ..Self::of(path, ContainerKind::Zip(zip), entries, size_bytes, fingerprint)? })
    }

    /// Opens a page that a browser saved as one file.
    pub(super) fn open_saved(path: &Path) -> Result<Self, ContainerError> {
        let opened = mhtml::open(path).map_err(|source| unreadable(path, source))?;
        let mhtml::Opened { saved, entries, fingerprint, cut } = opened;
        let size_bytes = entries.iter().fold(0_u64, |sum, entry| sum.saturating_add(entry.size));
        Ok(Self { cut, ..Self::of(path, ContainerKind::Saved(saved), entries, size_bytes, fingerprint)? })
    }

    pub(super) fn open_folder(path: &Path, apart: impl Fn(&Path) -> bool) -> Result<Self, ContainerError> {
        let (folder, entries) = Folder::walk(path, apart).map_err(|error| match error {
            FolderError::Io(source) => unreadable(path, source),
            FolderError::TooMany => ContainerError::TooManyEntries { path: path.to_owned() },
        })?;
        Self::of_folder(path, folder, entries)
    }

    pub(super) fn open_loose(folder: &Path, names: &[PathBuf]) -> Result<Self, ContainerError> {
        let (files, entries) = Folder::loose(folder, names);
        Ok(Self { loose: true, ..Self::of_folder(folder, files, entries)? })
    }

    fn of_folder(path: &Path, folder: Folder, entries: Vec<Entry>) -> Result<Self, ContainerError> {
        let mut hash = sha2::Sha256::new();
        let mut size_bytes = 0_u64;
        for entry in &entries {
            size_bytes = size_bytes.saturating_add(entry.size);
            hash.update(entry.path.as_bytes());
            hash.update([0]);
            hash.update(entry.size.to_le_bytes());
        }
        Self::of(path, ContainerKind::Folder(folder), entries, size_bytes, hash.finalize().into())
    }

    fn of(
        path: &Path,
        kind: ContainerKind,
        entries: Vec<Entry>,
        size_bytes: u64,
        fingerprint: [u8; 32],
    ) -> Result<Self, ContainerError> {
        if entries.is_empty() {
            return Err(ContainerError::Empty { path: path.to_owned() });
        }
        let full = fs_err::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let name = path.file_name().or_else(|| full.file_name());
        let name = name.map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let (path, by_path) = (path.to_owned(), OnceLock::new());
        Ok(Self { name, entries, path, kind, loose: false, outer: None, size_bytes, fingerprint, cut: false, by_path })
    }

    /// Where it lies: the ZIP, the folder, or the folder of the loose files.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file or folder on disk: of a ZIP in a ZIP, the outer one.
    #[must_use]
    pub fn on_disk(&self) -> &Path {
        self.outer.as_deref().unwrap_or(&self.path)
    }

    /// Whether it lies in a ZIP.
    #[must_use]
    pub const fn is_nested(&self) -> bool {
        self.outer.is_some()
    }

    /// Whether it is one file: a ZIP, or a saved page.
    #[must_use]
    pub const fn is_one_file(&self) -> bool {
        !matches!(self.kind, ContainerKind::Folder(_))
    }

    /// Whether a ZIP lies in it.
    #[must_use]
    pub fn holds_zips(&self) -> bool {
        self.entries.iter().any(|entry| nested::is_zip_name(&entry.path))
    }

    /// A stored entry of a ZIP as a file of its own.
    pub(super) fn window(&self, entry: &Entry) -> Result<Option<Positioned>, Damage> {
        match &self.kind {
            ContainerKind::Zip(zip) => zip.window(entry),
            _ => Ok(None),
        }
    }

    /// Bytes that an entry of a ZIP takes in it.
    pub(super) fn packed_size(&self, entry: &Entry) -> Option<u64> {
        match &self.kind {
            ContainerKind::Zip(zip) => zip.packed_size(entry),
            _ => None,
        }
    }

    /// Size of the ZIP file; of folders and loose files, of everything in them.
    #[must_use]
    pub const fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Whether it is a ZIP without a readable directory, most likely cut short: the entries are those that were found
    /// by their own headers, and nobody knows how many there should be.
    #[must_use]
    pub const fn is_cut(&self) -> bool {
        self.cut
    }

    /// Whether a password protects everything in it. Empty files are often left as they are.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        let is_encrypted = |entry: &Entry| entry.damage == Some(Damage::Encrypted);
        self.entries.iter().any(is_encrypted) && self.entries.iter().all(|entry| is_encrypted(entry) || entry.size == 0)
    }

    /// Whether its files were named one by one.
    #[must_use]
    pub const fn is_loose(&self) -> bool {
        self.loose
    }

    /// Tells containers apart without reading their content: SHA-256 over the length of a ZIP and its central directory,
    /// which holds the checksum of every entry, so equal fingerprints of ZIPs mean equal downloads. Of a folder it covers
    /// paths and sizes only, so there it is a hint, never a proof.
    #[must_use]
    pub const fn fingerprint(&self) -> &[u8; 32] {
        &self.fingerprint
    }

    /// Numbers of the entries whose path starts with `prefix`, in the order of their paths; all in the container's own
    /// order for an empty prefix.
    pub fn below(&self, prefix: &str) -> impl Iterator<Item = usize> + '_ {
        let path = |number: usize| self.entries.get(number).map_or("", |entry| entry.path.as_str());
        let (all, some): (usize, &[usize]) = if prefix.is_empty() {
            (self.entries.len(), &[])
        } else {
            let sorted = self.by_path.get_or_init(|| {
                let mut numbers: Vec<usize> = (0..self.entries.len()).collect();
                numbers.sort_by(|a, b| path(*a).cmp(path(*b)));
                numbers
            });
            let from = sorted.get(sorted.partition_point(|number| path(*number) < prefix)..).unwrap_or_default();
            let len = from.partition_point(|number| path(*number).starts_with(prefix));
            (0, from.get(..len).unwrap_or_default())
        };
        (0..all).chain(some.iter().copied())
    }

    /// Reads one entry whole, at most [`limits::TEXT_BYTES_MAX`] bytes.
    ///
    /// # Errors
    /// [`EntryError`] with what is wrong; other entries stay readable.
    pub fn read(&self, entry: &Entry) -> Result<Vec<u8>, EntryError> {
        let mut bytes = Vec::new();
        self.read_into(entry, &mut bytes).map(|()| bytes)
    }

    /// Like [`Container::read`], into a buffer that is reused from entry to entry. What it held is replaced; after an
    /// error its content means nothing.
    ///
    /// # Errors
    /// [`EntryError`] with what is wrong; other entries stay readable.
    pub fn read_into(&self, entry: &Entry, bytes: &mut Vec<u8>) -> Result<(), EntryError> {
        bytes.clear();
        if let Some(damage) = entry.damage {
            return Err(EntryError { damage });
        }
        if entry.size > limits::TEXT_BYTES_MAX {
            return Err(EntryError { damage: Damage::TooLarge });
        }
        let read = match &self.kind {
            ContainerKind::Zip(zip) => zip.read_into(entry, bytes),
            ContainerKind::Folder(folder) => folder.read_into(entry, bytes),
            ContainerKind::Saved(saved) => saved.read(entry).map(|read| *bytes = read),
        };
        read.map_err(|damage| EntryError { damage })
    }

    /// Streams one entry of any size; checksum and size are verified by the time the reader ends.
    ///
    /// # Errors
    /// [`EntryError`] when it cannot be opened; damage found later is an [`std::io::Error`] of the reader, which
    /// [`Damage::of_io`] turns back.
    pub fn open_entry<'a>(&'a self, entry: &Entry) -> Result<Box<dyn Read + Send + 'a>, EntryError> {
        if let Some(damage) = entry.damage {
            return Err(EntryError { damage });
        }
        let refused = |damage| EntryError { damage };
        match &self.kind {
            ContainerKind::Zip(zip) => Ok(Box::new(zip.open(entry).map_err(refused)?)),
            ContainerKind::Folder(folder) => {
                let file = folder.open(entry).map_err(refused)?;
                Ok(Box::new(Bounded { file, left: limits::ENTRY_BYTES_MAX }))
            }
            ContainerKind::Saved(saved) => Ok(Box::new(io::Cursor::new(saved.read(entry).map_err(refused)?))),
        }
    }
}

/// A file of a folder, refused when it grows beyond the limit while it is read.
struct Bounded {
    file: std::fs::File,
    left: u64,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        let len = u64::try_from(read).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(len).ok_or(Damage::TooLarge)?;
        Ok(read)
    }
}

/// Some programs of Windows write names with `\` alone: they stand for folders as `/` does. Names that cannot be trusted stay
/// as they are.
fn with_slashes(mut entries: Vec<Entry>) -> Vec<Entry> {
    let holds = |sign: char| entries.iter().any(|entry| entry.path.contains(sign));
    if holds('\\') && !holds('/') {
        entries.retain(|entry| !(entry.path.ends_with('\\') && entry.size == 0));
        for entry in entries.iter_mut().filter(|entry| entry.damage != Some(Damage::EscapingName)) {
            entry.path = entry.path.replace('\\', "/");
        }
    }
    entries
}

fn unreadable(path: &Path, source: io::Error) -> ContainerError {
    ContainerError::Unreadable { path: path.to_owned(), source }
}

/// Containers are shared between the parts cut from them.
pub(super) type Shared = Arc<Container>;
