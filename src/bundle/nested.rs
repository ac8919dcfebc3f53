//! ZIPs in a ZIP: what a cloud drive makes when several are chosen, and what people make who pack what they have. A ZIP of nothing else is
//! no container itself, like a folder of ZIPs; those in it are, one level deep. In any other ZIP a ZIP is a file: it was sent in a chat.

use std::path::Path;
use std::sync::Arc;

use super::container::{Container, ContainerError, Damage, Entry};
use super::limits;

/// What systems add to ZIPs of their own accord.
const NOISE: [&str; 4] = [".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX"];

/// What deflated ZIPs may still take of memory; those that are stored as they are take none.
pub(super) struct Budget(u64);

impl Default for Budget {
    fn default() -> Self {
        Self(limits::NESTED_BYTES_MAX)
    }
}

/// Opens a ZIP, or the ZIPs of which it holds nothing but.
pub(super) fn open(path: &Path, budget: &mut Budget, opened: &mut Vec<Result<Container, ContainerError>>) {
    match Container::open_zip(path) {
        Ok(outer) if holds_nothing_else(&outer) => {
            let outer = Arc::new(outer);
            let inner = outer.entries.iter().filter(|entry| !is_noise(entry));
            opened.extend(inner.map(|entry| open_inner(&outer, entry, budget)));
        }
        other => opened.push(other),
    }
}

fn holds_nothing_else(outer: &Container) -> bool {
    let mut files = outer.entries.iter().filter(|entry| !is_noise(entry)).peekable();
    // What is known of an encrypted or damaged ZIP is told of itself.
    files.peek().is_some() && files.all(|entry| is_zip_name(&entry.path) && entry.damage != Some(Damage::Encrypted))
}

fn open_inner(outer: &Arc<Container>, entry: &Entry, budget: &mut Budget) -> Result<Container, ContainerError> {
    let path = outer.path().join(&entry.path);
    if let Some(damage) = entry.damage {
        return Err(ContainerError::Unreadable { path, source: damage.into() });
    }
    let packed = || ContainerError::Packed { path: path.clone() };
    if let Some(file) = outer.window(entry).map_err(|damage| unreadable(&path, damage))? {
        return Container::of_zip(&path, file, Some(outer.path()));
    }
    // A ZIP hardly shrinks when it is packed again.
    let is_bomb = outer.packed_size(entry).is_none_or(|packed| entry.size / limits::NESTED_RATIO_MAX > packed);
    budget.0 = budget.0.checked_sub(entry.size).filter(|_| !is_bomb).ok_or_else(packed)?;
    let bytes = outer.read(entry).map_err(|error| unreadable(&path, error.damage))?;
    Container::of_zip(&path, super::zipped::Positioned::of_bytes(bytes), Some(outer.path()))
}

fn unreadable(path: &Path, damage: Damage) -> ContainerError {
    ContainerError::Unreadable { path: path.to_owned(), source: damage.into() }
}

/// Whether a file is called like a ZIP.
pub(super) fn is_zip_name(path: &str) -> bool {
    path.rsplit('/')
        .next()
        .and_then(|name| name.rsplit_once('.'))
        .is_some_and(|(_, end)| end.eq_ignore_ascii_case("zip"))
}

fn is_noise(entry: &Entry) -> bool {
    let name = entry.path.rsplit('/').next().unwrap_or(&entry.path);
    name.is_empty() || name.starts_with("._") || entry.path.split('/').any(|part| NOISE.contains(&part))
}
