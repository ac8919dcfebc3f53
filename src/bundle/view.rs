//! A bundle: everything of one download, its parts merged, looked up by path.

use std::collections::HashMap;
use std::sync::Arc;

use super::container::{Container, Damage, Entry, EntryError, Shared};
use super::name::comparison_key;

/// What sources look at to recognise a download: names, and the first bytes of a few files.
pub struct Listing<'a> {
    container: &'a Container,
}

impl<'a> Listing<'a> {
    /// The listing of one container.
    #[must_use]
    pub const fn new(container: &'a Container) -> Self {
        Self { container }
    }

    /// File name of the ZIP or folder. A hint only: users rename files.
    #[must_use]
    pub fn name(&self) -> &'a str {
        &self.container.name
    }

    /// Every path, with its number.
    pub fn paths(&self) -> impl Iterator<Item = (usize, &'a str)> {
        self.container.entries.iter().enumerate().map(|(number, entry)| (number, entry.path.as_str()))
    }

    /// The first bytes of an entry, at most `len`; empty when it cannot be read.
    #[must_use]
    pub fn head(&self, number: usize, len: usize) -> Vec<u8> {
        use std::io::Read as _;
        let mut head = Vec::new();
        if let Some(entry) = self.container.entries.get(number)
            && let Ok(reader) = self.container.open_entry(entry)
            && reader.take(u64::try_from(len).unwrap_or(0)).read_to_end(&mut head).is_err()
        {
            head.clear();
        }
        head
    }
}

/// The share of one container in a bundle: its entries below a prefix.
pub struct Part {
    /// File name of the ZIP or folder.
    pub name: String,
    /// Wrapper folders cut from the paths, with a trailing `/`; empty for none.
    pub prefix: String,
    container: Shared,
}

impl Part {
    /// The entries of `container` below `prefix`.
    #[must_use]
    pub fn new(container: Arc<Container>, prefix: String) -> Self {
        Self { name: container.name.clone(), prefix, container }
    }
}

/// A file of a bundle.
pub struct File {
    /// Path below the download's root, as the container spells it.
    pub path: String,
    /// The same, ready for comparing ([`comparison_key`]).
    pub key: String,
    /// Size of the plain bytes, as claimed.
    pub size: u64,
    /// Which part it lies in.
    pub part: usize,
    /// 0 for the first file of this path, 1 for a different one of the same path in another part, and so on. Sources
    /// treat a copy as an overlapping second telling, with its own [`crate::model::Twins`] scope.
    pub copy: usize,
    /// The number of an equal file of the same path, when this one only repeats it.
    pub duplicate_of: Option<usize>,
    entry: usize,
}

/// Everything of one download. Files are numbered; numbers hold for the life of the bundle.
pub struct Bundle {
    /// What reports call it: the name of its first part.
    pub name: String,
    parts: Vec<Part>,
    files: Vec<File>,
    by_key: HashMap<String, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
}

impl Bundle {
    /// Merges parts. `taken(part, entry)` tells which entries of a container belong to this bundle.
    #[must_use]
    pub fn new(parts: Vec<Part>, taken: impl Fn(usize, &Entry) -> bool) -> Self {
        let mut files: Vec<File> = Vec::new();
        let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, part) in parts.iter().enumerate() {
            for (index, entry) in part.container.entries.iter().enumerate() {
                let Some(path) = entry.path.strip_prefix(&part.prefix) else { continue };
                if !taken(number, entry) {
                    continue;
                }
                let key = comparison_key(path);
                let same = by_key.entry(key.clone()).or_default();
                let duplicate_of = same
                    .iter()
                    .copied()
                    .find(|other| files.get(*other).is_some_and(|other| is_same(&parts, other, part, entry)));
                let copy =
                    same.iter().filter(|other| files.get(**other).is_some_and(|f| f.duplicate_of.is_none())).count();
                same.push(files.len());
                files.push(File {
                    path: path.to_owned(),
                    key,
                    size: entry.size,
                    part: number,
                    copy,
                    duplicate_of,
                    entry: index,
                });
            }
        }
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, file) in files.iter().enumerate() {
            if file.duplicate_of.is_none() {
                let name = file.key.rsplit('/').next().unwrap_or(&file.key);
                by_name.entry(name.to_owned()).or_default().push(number);
            }
        }
        let name = parts.first().map_or_else(String::new, |part| part.name.clone());
        Self { name, parts, files, by_key, by_name }
    }

    /// The parts.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Every file that is not the duplicate of another, with its number.
    pub fn files(&self) -> impl Iterator<Item = (usize, &File)> {
        self.files.iter().enumerate().filter(|(_, file)| file.duplicate_of.is_none())
    }

    /// Every file, duplicates included, with its number.
    pub fn all_files(&self) -> impl Iterator<Item = (usize, &File)> {
        self.files.iter().enumerate()
    }

    /// The file of this number.
    #[must_use]
    pub fn file(&self, number: usize) -> Option<&File> {
        self.files.get(number)
    }

    /// What the listing already shows to be wrong with a file.
    #[must_use]
    pub fn damage(&self, number: usize) -> Option<Damage> {
        self.entry(number).and_then(|(_, entry)| entry.damage)
    }

    /// The file of exactly this path (compared by [`comparison_key`]); the first copy.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<usize> {
        self.by_key.get(&comparison_key(path))?.first().copied()
    }

    /// The file that a path inside the download names: the exact path, else the only file with the longest common
    /// tail of at least two components (prefixes moved between years), else nothing.
    #[must_use]
    pub fn resolve(&self, path: &str) -> Option<usize> {
        let key = comparison_key(path.trim_start_matches("./"));
        if let Some(exact) = self.by_key.get(&key) {
            return exact.first().copied();
        }
        let name = key.rsplit('/').next()?;
        let mut best: Option<(usize, usize)> = None;
        let mut tied = false;
        for number in self.by_name.get(name)? {
            let common = self.files.get(*number).map_or(0, |file| common_tail(&file.key, &key));
            match best {
                Some((_, longest)) if common < longest => {}
                Some((_, longest)) if common == longest => tied = true,
                _ => {
                    best = Some((*number, common));
                    tied = false;
                }
            }
        }
        best.filter(|(_, common)| *common >= 2 && !tied).map(|(number, _)| number)
    }

    /// The file called `name` in the same folder as `file` (compared by [`comparison_key`]), from the same part where
    /// several parts have one. A `name` that holds a separator names nothing.
    #[must_use]
    pub fn sibling(&self, file: usize, name: &str) -> Option<usize> {
        let beside = self.files.get(file)?;
        let name = comparison_key(name);
        if name.is_empty() || name.contains('/') {
            return None;
        }
        let key = match beside.key.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{name}"),
            None => name,
        };
        let same = self.by_key.get(&key)?;
        let in_part = |number: &&usize| self.files.get(**number).is_some_and(|found| found.part == beside.part);
        same.iter().find(in_part).or_else(|| same.first()).copied()
    }

    /// Reads a file whole.
    ///
    /// # Errors
    /// [`EntryError`] with what is wrong with it.
    pub fn read(&self, number: usize) -> Result<Vec<u8>, EntryError> {
        let (container, entry) = self.entry(number).ok_or(EntryError { damage: Damage::Unreadable })?;
        container.read(entry)
    }

    /// Streams a file of any size.
    ///
    /// # Errors
    /// [`EntryError`] when it cannot be opened.
    pub fn open(&self, number: usize) -> Result<Box<dyn std::io::Read + Send + '_>, EntryError> {
        let (container, entry) = self.entry(number).ok_or(EntryError { damage: Damage::Unreadable })?;
        container.open_entry(entry)
    }

    fn entry(&self, number: usize) -> Option<(&Container, &Entry)> {
        let file = self.files.get(number)?;
        let container = &self.parts.get(file.part)?.container;
        Some((container, container.entries.get(file.entry)?))
    }
}

fn common_tail(a: &str, b: &str) -> usize {
    a.rsplit('/').zip(b.rsplit('/')).take_while(|(a, b)| a == b).count()
}

/// Whether `entry` of `part` repeats `other` byte for byte: same size, and the same checksum where both have one, else
/// the same bytes.
fn is_same(parts: &[Part], other: &File, part: &Part, entry: &Entry) -> bool {
    let Some(first) = parts.get(other.part) else { return false };
    let Some(first_entry) = first.container.entries.get(other.entry) else { return false };
    if first_entry.size != entry.size {
        return false;
    }
    match (first_entry.crc32, entry.crc32) {
        (Some(a), Some(b)) => a == b,
        _ => match (first.container.open_entry(first_entry), part.container.open_entry(entry)) {
            (Ok(a), Ok(b)) => same_bytes(a, b).unwrap_or(false),
            _ => false,
        },
    }
}

fn same_bytes(mut a: impl std::io::Read, mut b: impl std::io::Read) -> std::io::Result<bool> {
    let (mut left, mut right) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        let (n, m) = (fill(&mut a, &mut left)?, fill(&mut b, &mut right)?);
        if n != m || left.get(..n) != right.get(..m) {
            return Ok(false);
        }
        if n == 0 {
            return Ok(true);
        }
    }
}

fn fill(reader: &mut impl std::io::Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest)? {
            0 => break,
            n => filled += n,
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests;
