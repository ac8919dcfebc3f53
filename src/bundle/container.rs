//! Containers: one ZIP, one folder, or loose files. Lists entries and reads them with real sizes counted.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fs_err as fs;

use super::limits;
use super::name::SafeName;

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
    /// Encrypted inside the ZIP.
    Encrypted,
    /// A compression method we do not read.
    Method,
    /// Claims or turns out to inflate beyond the limits.
    Bomb,
    /// Its bytes overlap another entry's.
    Overlap,
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
            Self::Encrypted => "encrypted",
            Self::Method => "method",
            Self::Bomb => "bomb",
            Self::Overlap => "overlap",
            Self::Corrupt => "corrupt",
            Self::TooLarge => "too-large",
            Self::Unreadable => "unreadable",
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

/// An entry could not be read.
#[derive(Debug, thiserror::Error)]
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
        source: std::io::Error,
    },
    /// The file has no ZIP directory: it is cut short or is no ZIP.
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
    /// More entries than [`limits::ENTRIES_MAX`].
    #[error("{path} holds too many entries")]
    TooManyEntries {
        /// The path given.
        path: PathBuf,
    },
}

/// One ZIP, folder, or set of loose files of one folder.
pub struct Container {
    /// File name of the ZIP or folder, for reports.
    pub name: String,
    /// What it holds, in the order of its directory (folders: sorted by path).
    pub entries: Vec<Entry>,
    kind: ContainerKind,
}

enum ContainerKind {
    Folder { root: PathBuf },
}

impl Container {
    /// Opens everything a user named: ZIPs, folders, and loose files (those of one folder together become one
    /// container). ZIPs lying directly in a named folder are opened as containers of their own.
    pub fn open_all(paths: &[PathBuf]) -> Vec<Result<Self, ContainerError>> {
        paths.iter().map(|path| Self::open(path)).collect()
    }

    /// Opens a ZIP or a folder.
    ///
    /// # Errors
    /// [`ContainerError`] when nothing inside can be listed.
    pub fn open(path: &Path) -> Result<Self, ContainerError> {
        let mut entries = Vec::new();
        walk(path, path, &mut entries)
            .map_err(|source| ContainerError::Unreadable { path: path.to_owned(), source })?;
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Ok(Self { name, entries, kind: ContainerKind::Folder { root: path.to_owned() } })
    }

    /// Reads one entry whole, at most [`limits::TEXT_BYTES_MAX`] bytes.
    ///
    /// # Errors
    /// [`EntryError`] with what is wrong; other entries stay readable.
    pub fn read(&self, entry: &Entry) -> Result<Vec<u8>, EntryError> {
        if let Some(damage) = entry.damage {
            return Err(EntryError { damage });
        }
        if entry.size > limits::TEXT_BYTES_MAX {
            return Err(EntryError { damage: Damage::TooLarge });
        }
        match &self.kind {
            ContainerKind::Folder { root } => {
                fs::read(root.join(&entry.path)).map_err(|_| EntryError { damage: Damage::Unreadable })
            }
        }
    }

    /// Streams one entry of any size; checksum and size are verified by the time the reader ends.
    ///
    /// # Errors
    /// [`EntryError`] when it cannot be opened; damage found later is an [`std::io::Error`] of the reader.
    pub fn open_entry<'a>(&'a self, entry: &Entry) -> Result<Box<dyn std::io::Read + Send + 'a>, EntryError> {
        if let Some(damage) = entry.damage {
            return Err(EntryError { damage });
        }
        match &self.kind {
            ContainerKind::Folder { root } => Ok(Box::new(
                fs::File::open(root.join(&entry.path)).map_err(|_| EntryError { damage: Damage::Unreadable })?,
            )),
        }
    }
}

fn walk(root: &Path, folder: &Path, entries: &mut Vec<Entry>) -> std::io::Result<()> {
    for item in fs::read_dir(folder)? {
        let item = item?;
        let path = item.path();
        if item.file_type()?.is_dir() {
            walk(root, &path, entries)?;
        } else {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            let locator = entries.len();
            entries.push(Entry { path: name, size: item.metadata()?.len(), crc32: None, damage: None, locator });
        }
    }
    Ok(())
}

/// Containers are shared between the parts cut from them.
pub(super) type Shared = Arc<Container>;
