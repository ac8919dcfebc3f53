//! Inputs that gave nothing, each with its reason.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use super::plan::Recognised;
use super::report::{UnreadLine, UnreadReason};
use crate::bundle::{Container, ContainerError, Damage, Entry, Part, is_packed};

impl UnreadLine {
    /// The line of a container that could not be opened.
    pub(super) fn refused(error: &ContainerError) -> Self {
        let (reason, path) = match error {
            ContainerError::Unreadable { path, .. } => (UnreadReason::Unreadable, path),
            ContainerError::NoDirectory { path, truncated: true } => (UnreadReason::ZipTruncated, path),
            ContainerError::NoDirectory { path, .. } => (UnreadReason::NotAZip, path),
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

/// What to name of a container that is nothing known. What was found in a ZIP that is cut short may not be enough to
/// tell whose download it is. Of a folder with ZIPs that were opened by themselves, what lies beside them.
pub(super) fn unknown(unknown: &Container, containers: &[Arc<Container>]) -> Vec<UnreadLine> {
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
    let opened: HashSet<_> = containers
        .iter()
        .filter(|other| other.path().parent() == Some(unknown.path()))
        .filter_map(|other| Some(other.path().file_name()?.to_string_lossy()))
        .collect();
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
        let others = unknown.entries.iter().any(|entry| !packed.contains(entry.path.as_str()));
        return packed.iter().map(|name| line(name)).chain(Some(whole).filter(|_| others)).collect();
    }
    let beside: BTreeSet<&str> =
        unknown.entries.iter().map(|entry| entry.path.split('/').next().unwrap_or(&entry.path)).collect();
    beside.into_iter().filter(|name| !opened.contains(*name)).map(line).collect()
}
