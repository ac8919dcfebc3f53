//! A bundle: everything of one download, its parts merged, looked up by path.

use std::any::{Any, TypeId};
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::container::{Container, Damage, Entry, EntryError, Shared};
use super::limits;
use super::name::comparison_key;

mod copies;

/// Paths at which files stand in their download that lie elsewhere in a container, by the number of the entry: pages
/// that were renamed, or saved by a browser. Such a path begins with the folder in which the file lies.
pub type Places = BTreeMap<usize, String>;

/// What sources look at to recognise a download: names, and the first bytes of a few files.
pub struct Listing<'a> {
    container: &'a Container,
    places: Option<&'a Places>,
}

impl<'a> Listing<'a> {
    /// The listing of one container.
    #[must_use]
    pub const fn new(container: &'a Container) -> Self {
        Self { container, places: None }
    }

    /// The same with these files at their places.
    #[must_use]
    pub const fn with_places(self, places: &'a Places) -> Self {
        Self { places: Some(places), ..self }
    }

    /// File name of the ZIP or folder. A hint only: users rename files.
    #[must_use]
    pub fn name(&self) -> &'a str {
        &self.container.name
    }

    /// Every path, with its number.
    pub fn paths(&self) -> impl Iterator<Item = (usize, &'a str)> {
        let place = |number| self.places.and_then(|places| places.get(&number)).map(String::as_str);
        let entries = self.container.entries.iter().enumerate();
        entries.map(move |(number, entry)| (number, place(number).unwrap_or(&entry.path)))
    }

    /// The first bytes of an entry, at most `len`; empty when it cannot be read.
    #[must_use]
    pub fn head(&self, number: usize, len: usize) -> Vec<u8> {
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
    places: Arc<Places>,
}

impl Part {
    /// The entries of `container` below `prefix`.
    #[must_use]
    pub fn new(container: Arc<Container>, prefix: String) -> Self {
        Self { name: container.name.clone(), prefix, container, places: Arc::default() }
    }

    /// The same with these files at their places.
    #[must_use]
    pub fn with_places(self, places: Arc<Places>) -> Self {
        Self { places, ..self }
    }

    /// The container it lies in.
    #[must_use]
    pub fn container(&self) -> &Container {
        &self.container
    }
}

/// A file of a bundle.
pub struct File {
    /// Path below the download's root, as the container spells it.
    pub path: String,
    /// Where it stands in the download: its path, or what it tells itself ([`Places`]). Sources look at this; reports
    /// name the path.
    pub place: String,
    /// The same, ready for comparing ([`comparison_key`]).
    pub key: String,
    /// Size of the plain bytes, as claimed.
    pub size: u64,
    /// Which part it lies in.
    pub part: usize,
    /// 0 for the first file of this path, 1 for a different one of the same path (in another part, or once more in the
    /// same ZIP), and so on; damaged ones come last. Sources treat a copy as an overlapping second telling, with its own
    /// [`crate::model::Twins`] scope. A duplicate has the number of the file it repeats.
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
    /// Numbers of all files by key; of one key, what [`Bundle::find`] prefers comes first.
    by_key: Vec<usize>,
    /// Numbers of the first copies by their path read backwards, made when the first exact look-up fails.
    by_tail: OnceLock<Vec<usize>>,
    /// What sources found out about it as a whole, by type.
    findings: Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl Bundle {
    /// Merges parts. `taken(part, entry)` tells which entries of a container belong to this bundle.
    #[must_use]
    pub fn new(parts: Vec<Part>, taken: impl Fn(usize, &Entry) -> bool) -> Self {
        let mut files: Vec<File> = Vec::new();
        for (number, part) in parts.iter().enumerate() {
            for index in part.container.below(&part.prefix) {
                let Some(entry) = part.container.entries.get(index) else { continue };
                let Some(path) = entry.path.strip_prefix(&part.prefix) else { continue };
                if taken(number, entry) {
                    let told = part.places.get(&index).and_then(|place| place.strip_prefix(&part.prefix));
                    let place = told.unwrap_or(path);
                    files.push(File {
                        path: path.to_owned(),
                        place: place.to_owned(),
                        key: comparison_key(place),
                        size: entry.size,
                        part: number,
                        copy: 0,
                        duplicate_of: None,
                        entry: index,
                    });
                }
            }
        }
        let mut by_key: Vec<usize> = (0..files.len()).collect();
        by_key.sort_by(|a, b| key(&files, *a).cmp(key(&files, *b)));
        let mut rest = by_key.as_mut_slice();
        while let Some(first) = rest.first().copied() {
            let len = rest.iter().take_while(|number| key(&files, **number) == key(&files, first)).count();
            let (same, after) = std::mem::take(&mut rest).split_at_mut(len);
            if len > 1 {
                copies::number(&parts, &mut files, same);
            }
            rest = after;
        }
        let name = parts.first().map_or_else(String::new, |part| part.name.clone());
        Self { name, parts, files, by_key, by_tail: OnceLock::new(), findings: Mutex::default() }
    }

    /// What a source finds out about the bundle as a whole and asks again for every file. A type stands for the question: it
    /// is found once (twice at most, by threads that ask together) and kept as long as the bundle.
    pub fn once<T: Any + Send + Sync>(&self, find: impl FnOnce() -> T) -> Arc<T> {
        let known = {
            let findings = self.findings.lock().unwrap_or_else(PoisonError::into_inner);
            findings.get(&TypeId::of::<T>()).cloned()
        };
        if let Some(known) = known.and_then(|known| known.downcast::<T>().ok()) {
            return known;
        }
        let found = Arc::new(find());
        let mut findings = self.findings.lock().unwrap_or_else(PoisonError::into_inner);
        findings.insert(TypeId::of::<T>(), Arc::<T>::clone(&found));
        found
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
        self.all_of(&comparison_key(path)).first().copied()
    }

    /// The file that a path inside the download names: the exact path, in any part; else the only file that differs
    /// from it in nothing but the folders at its start, which moved between years. A path with `%20` and the like is
    /// tried as it stands, then decoded. An address of the network names no file, and neither does a path that fits two.
    #[must_use]
    pub fn resolve(&self, path: &str) -> Option<usize> {
        if path.contains("://") {
            return None;
        }
        self.resolve_as_spelt(path).or_else(|| self.resolve_as_spelt(&percent_decoded(path)?))
    }

    fn resolve_as_spelt(&self, path: &str) -> Option<usize> {
        let mut path = path;
        while let Some(rest) = ["./", "../", "/"].iter().find_map(|start| path.strip_prefix(start)) {
            path = rest;
        }
        let key = comparison_key(path);
        self.all_of(&key).first().copied().or_else(|| self.only_same_tail(&key))
    }

    /// All files of this key.
    fn all_of(&self, wanted: &str) -> &[usize] {
        let from = self.by_key.partition_point(|number| key(&self.files, *number) < wanted);
        let from = self.by_key.get(from..).unwrap_or_default();
        let len = from.partition_point(|number| key(&self.files, *number) == wanted);
        from.get(..len).unwrap_or_default()
    }

    /// The only file with the longest common tail, when nothing but the start differs: one path is the end of the other,
    /// or their first folders are called differently. Two components in common are the least: `photos/1.jpg` of one
    /// thread must never stand for that of another.
    fn only_same_tail(&self, wanted: &str) -> Option<usize> {
        let sorted = self.by_tail.get_or_init(|| {
            let first_copies = self.files().filter(|(_, file)| file.copy == 0).map(|(number, _)| number);
            let mut numbers: Vec<usize> = first_copies.collect();
            numbers.sort_by(|a, b| key(&self.files, *a).rsplit('/').cmp(key(&self.files, *b).rsplit('/')));
            numbers
        });
        let at = sorted.partition_point(|number| key(&self.files, *number).rsplit('/').lt(wanted.rsplit('/')));
        let tail = |place: Option<usize>| {
            place.and_then(|place| sorted.get(place)).map_or(0, |number| common_tail(key(&self.files, *number), wanted))
        };
        let (before, after) = (at.checked_sub(1), Some(at));
        let (place, next) = match tail(before).cmp(&tail(after)) {
            Ordering::Greater => (before, at.checked_sub(2)),
            Ordering::Less => (after, Some(at + 1)),
            Ordering::Equal => return None,
        };
        let found = *sorted.get(place?)?;
        let common = tail(place);
        let rest = |path: &str| path.split('/').count() - common;
        let starts = (rest(key(&self.files, found)), rest(wanted));
        let only_starts_differ = matches!(starts, (0, _) | (_, 0) | (1, 1));
        (common >= 2 && only_starts_differ && tail(next) < common).then_some(found)
    }

    /// The file called `name` in the same folder as `file` (compared by [`comparison_key`]), from the same part where
    /// several parts have one. A `name` that holds a separator names nothing.
    #[must_use]
    pub fn sibling(&self, file: usize, name: &str) -> Option<usize> {
        let beside = self.files.get(file)?;
        if name.len() > limits::COMPONENT_BYTES_MAX {
            return None;
        }
        let name = comparison_key(name);
        if name.is_empty() || name.contains('/') {
            return None;
        }
        let key = match beside.key.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{name}"),
            None => name,
        };
        let same = self.all_of(&key);
        let in_part = |number: &&usize| self.files.get(**number).is_some_and(|found| found.part == beside.part);
        same.iter().find(in_part).or_else(|| same.first()).copied()
    }

    /// Reads a file whole. When it is damaged, an undamaged duplicate in another part is read instead.
    ///
    /// # Errors
    /// [`EntryError`] with what is wrong with it.
    pub fn read(&self, number: usize) -> Result<Vec<u8>, EntryError> {
        let mut bytes = Vec::new();
        self.read_into(number, &mut bytes).map(|()| bytes)
    }

    /// Like [`Bundle::read`], into a buffer that is reused from file to file. What it held is replaced; after an error
    /// its content means nothing.
    ///
    /// # Errors
    /// [`EntryError`] with what is wrong with it.
    pub fn read_into(&self, number: usize, bytes: &mut Vec<u8>) -> Result<(), EntryError> {
        let missing = EntryError { damage: Damage::Unreadable };
        let (container, entry) = self.entry(number).ok_or(missing)?;
        container.read_into(entry, bytes).or_else(|error| {
            let duplicate = |other: &&usize| self.file(**other).is_some_and(|file| file.duplicate_of == Some(number));
            let same = self.file(number).map_or(&[][..], |file| self.all_of(&file.key));
            for other in same.iter().filter(duplicate).take(DUPLICATES_TRIED) {
                if let Some((container, entry)) = self.entry(*other)
                    && container.read_into(entry, bytes).is_ok()
                {
                    return Ok(());
                }
            }
            Err(error)
        })
    }

    /// Streams a file of any size.
    ///
    /// # Errors
    /// [`EntryError`] when it cannot be opened; damage found later is an error of the reader ([`Damage::of_io`]).
    pub fn open(&self, number: usize) -> Result<Box<dyn Read + Send + '_>, EntryError> {
        let (container, entry) = self.entry(number).ok_or(EntryError { damage: Damage::Unreadable })?;
        container.open_entry(entry)
    }

    fn entry(&self, number: usize) -> Option<(&Container, &Entry)> {
        let file = self.files.get(number)?;
        let container = &self.parts.get(file.part)?.container;
        Some((container, container.entries.get(file.entry)?))
    }
}

/// Duplicates tried in place of a damaged file.
const DUPLICATES_TRIED: usize = 4;

fn key(files: &[File], number: usize) -> &str {
    files.get(number).map_or("", |file| &file.key)
}

fn common_tail(a: &str, b: &str) -> usize {
    a.rsplit('/').zip(b.rsplit('/')).take_while(|(a, b)| a == b).count()
}

/// The path with `%XX` turned into bytes; `None` when there are none, or they are no UTF-8.
#[must_use]
pub fn percent_decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|code| *first == b'%' && code.iter().all(u8::is_ascii_hexdigit));
        let decoded = code.and_then(|code| u8::from_str_radix(str::from_utf8(code).ok()?, 16).ok());
        bytes.push(decoded.unwrap_or(*first));
        rest = if decoded.is_some() { after.get(2..)? } else { after };
    }
    String::from_utf8(bytes).ok().filter(|decoded| decoded != path)
}

#[cfg(test)]
mod tests;
