//! Key slots in `keys/`. A slot's name holds its sort and the beginning of its own SHA-256, so that damage is never
//! blamed on the passphrase.

use std::io;
use std::path::PathBuf;

use fs_err as fs;
use sha2::{Digest as _, Sha256};

use super::error::StoreError;
use super::layout::Layout;
use crate::crypto::{Keyring, SlotError, Unlock, hex, open_slot};

/// The sort of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotKind {
    /// Opens with a passphrase.
    Passphrase,
    /// Opens with the recovery sheet.
    Recovery,
    /// Opens with the identity of a person.
    Person,
}

impl SlotKind {
    const ALL: [Self; 3] = [Self::Passphrase, Self::Recovery, Self::Person];

    /// The first part of its file name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passphrase => "passphrase",
            Self::Recovery => "recovery",
            Self::Person => "person",
        }
    }
}

/// A slot on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotFile {
    /// Its sort.
    pub kind: SlotKind,
    /// File name in `keys/`; its id.
    pub name: String,
    /// Whether the bytes are those the name was made for.
    pub sound: bool,
}

/// Whether a file name in `keys/` is one of a slot with these bytes.
#[must_use]
pub fn is_slot(name: &str, bytes: &[u8]) -> bool {
    SlotKind::ALL.into_iter().any(|kind| slot_name(kind, bytes) == name)
}

/// Every slot of an archive, sound or not, by name.
pub(super) fn list(layout: &Layout) -> io::Result<Vec<SlotFile>> {
    let mut slots = Vec::new();
    for item in fs::read_dir(layout.keys())? {
        let name = item?.file_name().to_string_lossy().into_owned();
        let kinds = SlotKind::ALL;
        let kind = kinds.into_iter().find(|kind| name.starts_with(kind.name()));
        if let Some(kind) = kind.filter(|_| name.ends_with(".age")) {
            let bytes = fs::read(layout.keys().join(&name))?;
            slots.push(SlotFile { kind, sound: slot_name(kind, &bytes) == name, name });
        }
    }
    slots.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(slots)
}

/// Writes a slot durably, straight under its name, and gives the name: half a slot does not fit its name. Existing slots
/// are untouched.
pub(super) fn add(layout: &Layout, kind: SlotKind, sealed: &[u8]) -> io::Result<String> {
    let name = slot_name(kind, sealed);
    layout.disk().write(&path(layout, &name), sealed)?;
    layout.disk().sync_folder(&layout.keys())?;
    Ok(name)
}

/// Removes a slot durably.
pub(super) fn remove(layout: &Layout, name: &str) -> io::Result<()> {
    layout.disk().remove(&path(layout, name))?;
    layout.disk().sync_folder(&layout.keys())
}

/// Opens slots until `accept` takes their keyring: one that was made before the key was renewed opens only the older part.
/// Damaged slots are reported only when no sound one opens.
pub(super) fn unlock<T>(
    layout: &Layout,
    secret: &Unlock<'_>,
    mut accept: impl FnMut(Keyring) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let fits = |kind| match secret {
        Unlock::Passphrase(_) => kind == SlotKind::Passphrase,
        Unlock::Recovery(_) => kind != SlotKind::Passphrase,
    };
    let mut failure: Option<StoreError> = None;
    let mut refused: Option<StoreError> = None;
    for slot in list(layout)?.into_iter().filter(|slot| fits(slot.kind)) {
        let path = layout.keys().join(&slot.name);
        if !slot.sound {
            failure.get_or_insert(StoreError::damaged(&path));
            continue;
        }
        match open_slot(&fs::read(&path)?, secret) {
            Ok(keyring) => match accept(keyring) {
                Err(error @ StoreError::KeyReplaced) => refused = Some(error),
                outcome => return outcome,
            },
            Err(SlotError::WrongSecret) => failure = Some(StoreError::WrongSecret),
            Err(error) => {
                failure.get_or_insert(StoreError::Slot(error));
            }
        }
    }
    Err(refused.or(failure).unwrap_or(StoreError::NoSlot))
}

/// The files of slots that the newest commit does not list, as long as every listed one is there and sound: what an
/// interrupted change of keys left.
pub(super) fn strays(layout: &Layout, listed: &[String]) -> io::Result<Vec<PathBuf>> {
    let slots = list(layout)?;
    let whole = listed.iter().all(|name| slots.iter().any(|slot| slot.sound && slot.name == *name));
    let strays = slots.iter().filter(|slot| whole && !listed.is_empty() && !listed.contains(&slot.name));
    Ok(strays.map(|slot| path(layout, &slot.name)).collect())
}

pub(super) fn path(layout: &Layout, name: &str) -> PathBuf {
    layout.keys().join(name)
}

fn slot_name(kind: SlotKind, sealed: &[u8]) -> String {
    let hash = hex(&Sha256::digest(sealed));
    let short: String = hash.chars().take(16).collect();
    format!("{}-{short}.age", kind.name())
}
