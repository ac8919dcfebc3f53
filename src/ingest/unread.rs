//! Inputs that gave nothing, each with its reason.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::plan::Recognised;
use super::report::{UnreadLine, UnreadReason};
use crate::bundle::{Container, ContainerError, Damage, Entry, Part, is_packed};
use crate::sources::{SYSTEM_FILES, is_apple_double};

impl UnreadLine {
    /// The line of a container that could not be opened.
    pub(super) fn refused(error: &ContainerError) -> Self {
        let (reason, path) = match error {
            ContainerError::Unreadable { path, .. } => (UnreadReason::Unreadable, path),
            ContainerError::NoDirectory { path, truncated: true } => (UnreadReason::ZipTruncated, path),
            ContainerError::NoDirectory { path, .. } => (UnreadReason::NotAZip, path),
            ContainerError::Packed { path } => (UnreadReason::Packed, path),
            ContainerError::Empty { path } => (UnreadReason::Empty, path),
            ContainerError::TooManyEntries { path } => (UnreadReason::TooManyEntries, path),
        };
        Self { input: path.display().to_string(), reason }
    }

    fn of(container: &Container, reason: UnreadReason) -> Self {
        Self { input: container.path().display().to_string(), reason }
    }
}

/// Takes away the downloads that a password protects whole, and names their ZIPs; also those that are parts of
/// downloads of which other parts can be read.
pub(super) fn set_locked_aside(recognised: &mut Vec<Recognised>) -> Vec<UnreadLine> {
    let locked: BTreeSet<_> = recognised
        .iter()
        .flat_map(|download| download.bundle.parts())
        .map(Part::container)
        .filter(|container| container.is_encrypted())
        .map(|container| UnreadLine::of(container, UnreadReason::Encrypted))
        .collect();
    recognised.retain(|download| !download.bundle.parts().iter().all(|part| part.container().is_encrypted()));
    locked.into_iter().collect()
}

/// What lies beside downloads, in the same folder or ZIP, and is no part of any.
pub(super) fn beside(
    recognised: &[Recognised],
    containers: &[Arc<Container>],
    named: &HashSet<String>,
) -> Vec<UnreadLine> {
    let parts = || recognised.iter().flat_map(|download| download.bundle.parts());
    let read: Vec<&Container> = parts().map(Part::container).collect();
    let mut lines = Vec::new();
    for container in containers {
        let is_here = |part: &Part| part.container().path() == container.path();
        let mut taken: Option<BTreeSet<String>> = None;
        let mut whole = false;
        for bundle in recognised.iter().map(|download| &download.bundle) {
            for (number, part) in bundle.parts().iter().enumerate().filter(|(_, part)| is_here(part)) {
                let files = || bundle.all_files().filter(|(_, file)| file.part == number);
                whole |= files().count() == container.entries.len();
                let paths = files().filter(|_| !whole).map(|(_, file)| format!("{}{}", part.prefix, file.path));
                taken.get_or_insert_default().extend(paths);
            }
        }
        if let (Some(taken), false) = (taken, whole) {
            lines.extend(left(container, &taken, &read, named));
        }
    }
    lines
}

/// The entries of a container that were not taken, nor read or named by themselves, each by the outermost folder of which
/// nothing was.
fn left(
    container: &Container,
    taken: &BTreeSet<String>,
    read: &[&Container],
    named: &HashSet<String>,
) -> Vec<UnreadLine> {
    let opened = opened_in(container, read.iter().copied());
    let is_noise = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        is_apple_double(path) || SYSTEM_FILES.contains(&name)
    };
    let begins = |folder: &str| taken.range(folder.to_owned()..).next().is_some_and(|path| path.starts_with(folder));
    let mut names: BTreeMap<&str, UnreadReason> = BTreeMap::new();
    for entry in &container.entries {
        let path = entry.path.as_str();
        let is_named = named.contains(&container.path().join(path).display().to_string());
        if taken.contains(path) || is_noise(path) || opened.contains(path) || is_named {
            continue;
        }
        let folder = path.match_indices('/').find_map(|(at, _)| path.get(..=at).filter(|folder| !begins(folder)));
        let packed = folder.is_none() && is_packed(container, entry);
        let reason = if packed { UnreadReason::Packed } else { UnreadReason::UnknownDownload };
        names.entry(folder.map_or(path, |folder| folder.trim_end_matches('/'))).or_insert(reason);
    }
    let input = |name: &str| if container.is_loose() { name.to_owned() } else { format!("{}/{name}", container.name) };
    names.into_iter().map(|(name, reason)| UnreadLine { input: input(name), reason }).collect()
}

/// Names of those ZIPs that lie in a folder.
fn opened_in<'c>(folder: &Container, zips: impl Iterator<Item = &'c Container>) -> HashSet<Cow<'c, str>> {
    zips.filter(|other| other.on_disk().parent() == Some(folder.path()))
        .filter_map(|other| Some(other.on_disk().file_name()?.to_string_lossy()))
        .collect()
}

/// What to name of a container that is nothing known. What was found in a ZIP that is cut short may not be enough to
/// tell whose download it is. Of a folder with ZIPs that were opened by themselves, what lies beside them.
pub(super) fn unknown(unknown: &Container, containers: &[Arc<Container>], named: &HashSet<String>) -> Vec<UnreadLine> {
    let is_named = |name: &str| named.contains(&unknown.path().join(name).display().to_string());
    let reason_of = |packed: bool| if packed { UnreadReason::Packed } else { UnreadReason::UnknownDownload };
    if unknown.is_cut() {
        return vec![UnreadLine::of(unknown, UnreadReason::ZipTruncated)];
    }
    if unknown.entries.iter().any(|entry| entry.damage == Some(Damage::Encrypted)) {
        return vec![UnreadLine::of(unknown, UnreadReason::Encrypted)];
    }
    if unknown.is_loose() {
        let line =
            |entry: &Entry| UnreadLine { input: entry.path.clone(), reason: reason_of(is_packed(unknown, entry)) };
        return unknown.entries.iter().map(line).collect();
    }
    // ZIPs in a ZIP, beside other things: nobody knows which of them are downloads.
    if unknown.is_one_file() && unknown.holds_zips() {
        return vec![UnreadLine { input: unknown.name.clone(), reason: UnreadReason::Packed }];
    }
    let opened = opened_in(unknown, containers.iter().map(|container| &**container));
    let packed: BTreeSet<&str> = unknown
        .entries
        .iter()
        .filter(|entry| !entry.path.contains('/') && unknown.path().is_dir() && is_packed(unknown, entry))
        .map(|entry| entry.path.as_str())
        .collect();
    let line =
        |name: &str| UnreadLine { input: format!("{}/{name}", unknown.name), reason: reason_of(packed.contains(name)) };
    if opened.is_empty() {
        let whole = UnreadLine { input: unknown.name.clone(), reason: UnreadReason::UnknownDownload };
        let others = unknown.entries.iter().map(|entry| entry.path.as_str());
        let others = others.into_iter().any(|path| !packed.contains(path) && !is_named(path));
        return packed.iter().map(|name| line(name)).chain(Some(whole).filter(|_| others)).collect();
    }
    let beside: BTreeSet<&str> =
        unknown.entries.iter().map(|entry| entry.path.split('/').next().unwrap_or(&entry.path)).collect();
    beside.into_iter().filter(|name| !opened.contains(*name) && !is_named(name)).map(line).collect()
}
