//! Folders and loose files as containers. Follows no link found on the way and opens nothing but regular files.

use std::collections::HashMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::container::{Damage, Entry};
use super::limits;
use super::name::SafeName;

/// An open folder.
pub(super) struct Folder {
    root: PathBuf,
    /// True paths below the root of the entries whose listed path is not it: names that are no Unicode.
    odd: HashMap<usize, PathBuf>,
}

/// Why a folder could not be listed.
pub(super) enum FolderError {
    Io(io::Error),
    TooMany,
}

impl From<io::Error> for FolderError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A folder still to be listed, below the root.
struct Pending {
    real: PathBuf,
    /// With a trailing `/`; empty for the root.
    shown: String,
    depth: usize,
}

/// Gathers what a walk finds.
struct Walk {
    folder: Folder,
    entries: Vec<Entry>,
    pending: Vec<Pending>,
    seen: usize,
}

impl Folder {
    /// Lists everything below `root`, sorted by path, except the files lying directly in it that `apart` picks.
    pub(super) fn walk(root: &Path, apart: impl Fn(&Path) -> bool) -> Result<(Self, Vec<Entry>), FolderError> {
        let folder = Self { root: root.to_owned(), odd: HashMap::new() };
        let start = Pending { real: PathBuf::new(), shown: String::new(), depth: 0 };
        let mut walk = Walk { folder, entries: Vec::new(), pending: vec![start], seen: 0 };
        while let Some(next) = walk.pending.pop() {
            match fs::read_dir(root.join(&next.real)) {
                Ok(items) => walk.list(&next, items, &apart)?,
                Err(error) if next.depth == 0 => return Err(error.into()),
                Err(_) => walk.add(&next.real, next.shown.trim_end_matches('/'), 0, Some(Damage::Unreadable)),
            }
        }
        walk.entries.sort_by(|a, b| a.path.cmp(&b.path));
        Ok((walk.folder, walk.entries))
    }

    /// The named files of one folder, in the order given.
    pub(super) fn loose(root: &Path, names: &[PathBuf]) -> (Self, Vec<Entry>) {
        let folder = Self { root: root.to_owned(), odd: HashMap::new() };
        let mut walk = Walk { folder, entries: Vec::new(), pending: Vec::new(), seen: 0 };
        for name in names {
            let (size, damage) = match fs::metadata(root.join(name)) {
                Ok(metadata) if metadata.is_file() => (metadata.len(), None),
                Ok(_) => (0, Some(Damage::SpecialFile)),
                Err(_) => (0, Some(Damage::Unreadable)),
            };
            walk.add(name, &name.to_string_lossy(), size, damage);
        }
        (walk.folder, walk.entries)
    }

    /// Opens an entry.
    pub(super) fn open(&self, entry: &Entry) -> Result<std::fs::File, Damage> {
        let path = match self.odd.get(&entry.locator) {
            Some(real) => self.root.join(real),
            None => self.root.join(&entry.path),
        };
        open_regular(&path, false).map_err(|error| Damage::of_io(&error))
    }

    /// Reads an entry into `out`, replacing what it held. Memory follows the real bytes.
    pub(super) fn read_into(&self, entry: &Entry, out: &mut Vec<u8>) -> Result<(), Damage> {
        out.clear();
        let file = self.open(entry)?;
        let likely = entry.size.min(limits::RESERVE_BYTES_MAX);
        out.reserve(usize::try_from(likely).unwrap_or(0).saturating_add(1));
        file.take(limits::TEXT_BYTES_MAX + 1).read_to_end(out).map_err(|error| Damage::of_io(&error))?;
        let len = u64::try_from(out.len()).unwrap_or(u64::MAX);
        if len > limits::TEXT_BYTES_MAX { Err(Damage::TooLarge) } else { Ok(()) }
    }
}

impl Walk {
    fn list(
        &mut self,
        folder: &Pending,
        items: fs::ReadDir,
        apart: &impl Fn(&Path) -> bool,
    ) -> Result<(), FolderError> {
        for item in items {
            self.seen += 1;
            if self.seen > limits::ENTRIES_MAX {
                return Err(FolderError::TooMany);
            }
            let Ok(item) = item else {
                self.add(&folder.real, folder.shown.trim_end_matches('/'), 0, Some(Damage::Unreadable));
                continue;
            };
            let real = folder.real.join(item.file_name());
            let shown = format!("{}{}", folder.shown, item.file_name().to_string_lossy());
            let Ok(kind) = item.file_type() else {
                self.add(&real, &shown, 0, Some(Damage::Unreadable));
                continue;
            };
            if kind.is_dir() {
                if folder.depth + 1 < limits::DEPTH_MAX {
                    self.pending.push(Pending { real, shown: shown + "/", depth: folder.depth + 1 });
                } else {
                    self.add(&real, &shown, 0, Some(Damage::LongName));
                }
            } else if kind.is_symlink() {
                self.add(&real, &shown, 0, Some(Damage::Symlink));
            } else if !kind.is_file() {
                self.add(&real, &shown, 0, Some(Damage::SpecialFile));
            } else if folder.depth > 0 || !apart(&real) {
                match item.metadata() {
                    Ok(metadata) => self.add(&real, &shown, metadata.len(), None),
                    Err(_) => self.add(&real, &shown, 0, Some(Damage::Unreadable)),
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, real: &Path, shown: &str, size: u64, damage: Option<Damage>) {
        let locator = self.entries.len();
        if real.to_str().is_none() {
            self.folder.odd.insert(locator, real.to_owned());
        }
        let damage = Damage::of_name(SafeName::judge(shown))
            .or(damage)
            .or((size > limits::ENTRY_BYTES_MAX).then_some(Damage::TooLarge));
        self.entries.push(Entry { path: shown.to_owned(), size, crc32: None, damage, locator });
    }
}

/// Opens a regular file and nothing else; a pipe or a device put in its place is never waited for.
///
/// # Errors
/// The operating system's; [`io::ErrorKind::InvalidInput`] when it is no regular file.
pub(super) fn open_regular(path: &Path, follow_links: bool) -> io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true);
    never_wait(&mut options, follow_links);
    let metadata = if follow_links { fs::metadata(path)? } else { fs::symlink_metadata(path)? };
    if !metadata.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::ErrorKind::InvalidInput.into()) }
}

#[cfg(unix)]
fn never_wait(options: &mut std::fs::OpenOptions, follow_links: bool) {
    use rustix::fs::OFlags;
    let flags = if follow_links { OFlags::NONBLOCK } else { OFlags::NONBLOCK | OFlags::NOFOLLOW };
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, i32::try_from(flags.bits()).unwrap_or(0));
}

#[cfg(not(unix))]
const fn never_wait(_options: &mut std::fs::OpenOptions, _follow_links: bool) {}
