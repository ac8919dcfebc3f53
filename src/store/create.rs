//! Making an archive. It is one when its marker is there; whatever stops the making before can be begun again.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};
use fs_err as fs;

use super::archive::{Archive, Tip, peek, rfc3339, tool};
use super::commit::{self, Commit, KeyNote};
use super::error::StoreError;
use super::layout::{FORMAT, Layout, Marker, README};
use super::leftovers::object_folders;
use super::slots::{self, SlotKind};
use crate::crypto::{Keyring, Passphrase, RecoveryLine, random_id, seal_slot_for, seal_slot_with_passphrase};

/// How to create an archive.
pub struct CreateOptions<'a> {
    /// Opens the first slot.
    pub passphrase: &'a Passphrase,
    /// Make a recovery slot as well.
    pub recovery: bool,
    /// scrypt work factor of the passphrase slot, as a power of two; normally [`crate::crypto::WORK_FACTOR`].
    pub work_factor: u8,
    /// The time of creation.
    pub now: DateTime<Utc>,
}

/// A new archive, and the line for its recovery sheet, which exists nowhere else.
pub struct Created {
    /// The archive.
    pub archive: Archive,
    /// The line to print.
    pub recovery: Option<RecoveryLine>,
}

impl Archive {
    /// Creates an archive in a folder that is absent, empty, or in which this was interrupted.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`] when something is there; those of writing.
    pub fn create(root: &Path, options: &CreateOptions<'_>) -> Result<Created, StoreError> {
        Self::create_at(Layout::new(root), options)
    }

    /// [`Archive::create`] on a given disk.
    ///
    /// # Errors
    /// Those of [`Archive::create`].
    pub fn create_at(layout: Layout, options: &CreateOptions<'_>) -> Result<Created, StoreError> {
        let created = Self::begin_at(layout, options, Begun::Empty)?;
        created.archive.finish_creation()?;
        Ok(created)
    }

    /// Creates all of an archive but its marker: until [`Archive::finish_creation`] the folder is none, and whoever creates one
    /// there begins anew.
    ///
    /// # Errors
    /// Those of [`Archive::create`].
    pub fn begin(root: &Path, options: &CreateOptions<'_>, begun: Begun) -> Result<Created, StoreError> {
        Self::begin_at(Layout::new(root), options, begun)
    }

    /// Writes the marker. Only now the folder is an archive.
    ///
    /// # Errors
    /// Those of writing.
    pub fn finish_creation(&self) -> Result<(), StoreError> {
        let layout = self.layout();
        // The marker comes last, when all else is there for good: without it the folder is no archive yet.
        layout.disk().sync_folder(layout.root())?;
        let marker = Marker { format: FORMAT, vault: self.commit().vault.clone(), min_reader: FORMAT };
        layout.disk().write(&layout.marker(), &serde_json::to_vec(&marker).map_err(io::Error::from)?)?;
        layout.disk().sync_folder(layout.root())?;
        Ok(layout.disk().remove(&layout.creating())?)
    }

    fn begin_at(layout: Layout, options: &CreateOptions<'_>, begun: Begun) -> Result<Created, StoreError> {
        prepare(&layout, begun)?;
        let disk = layout.disk();
        let vault = random_id()?;
        let keyring = Keyring::generate(&vault);
        disk.write(&layout.readme(), README.as_bytes())?;
        let sealed = seal_slot_with_passphrase(&keyring, options.passphrase, options.work_factor);
        let mut names = vec![slots::add(&layout, SlotKind::Passphrase, &sealed.map_err(StoreError::Slot)?)?];
        let mut key_notes = BTreeMap::new();
        let recovery = options.recovery.then(RecoveryLine::generate);
        if let Some(line) = &recovery {
            let recipient = line.recipient();
            let sealed = seal_slot_for(&keyring, &recipient).map_err(StoreError::Slot)?;
            let name = slots::add(&layout, SlotKind::Recovery, &sealed)?;
            key_notes.insert(name.clone(), KeyNote { label: None, recipient: Some(recipient.to_string()) });
            names.push(name);
        }
        let commit = Commit {
            vault,
            format: FORMAT,
            seq: 1,
            prev: None,
            time: rfc3339(options.now),
            tool: tool(),
            epoch: 1,
            objects: Vec::new(),
            slots: names,
            key_notes,
            imports: Vec::new(),
            counts: BTreeMap::new(),
            next_segment: 1,
            sums_sha256: String::new(),
            settings: BTreeMap::new(),
            removed: Vec::new(),
            first: 0,
            forgotten: Vec::new(),
            rewritten: 0,
        };
        let mut archive = Self::from_parts(layout, keyring, Tip { commit, sha256: String::new() });
        let (layout, mut tip) = (archive.layout(), archive.tip().clone());
        tip.sha256 = tip.commit.write(layout, &archive.sealer()?, &archive.commit_key())?;
        archive.set_tip(tip);
        Ok(Created { archive, recovery })
    }
}

/// What an archive that is being created is to hold when it is finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// Nothing.
    Empty,
    /// What another archive holds.
    Copy,
}

impl Begun {
    /// What the sign of an unfinished creation holds.
    const fn sign(self) -> &'static [u8] {
        match self {
            Self::Empty => b"",
            Self::Copy => b"copy\n",
        }
    }
}

/// Makes the folders, durably marked as unfinished. What an interrupted creation left is cleared away.
fn prepare(layout: &Layout, begun: Begun) -> Result<(), StoreError> {
    let (disk, root) = (layout.disk(), layout.root());
    if is_remnant(layout) {
        clear(layout)?;
    } else if fs::read_dir(root).is_ok_and(|mut items| items.next().is_some()) || root.is_file() {
        return Err(StoreError::NotEmpty { path: root.to_owned() });
    }
    let mut changed = disk.make_folders(root)?;
    restrict(root)?;
    disk.write(&layout.creating(), begun.sign())?;
    changed.push(root.to_owned());
    changed.iter().try_for_each(|folder| disk.sync_folder(folder))?;
    for folder in [layout.keys(), layout.commits(), layout.objects()] {
        disk.make_folders(&folder)?;
    }
    Ok(())
}

/// Whether a folder holds what an interrupted creation left, and nothing else: no readable marker, nothing that creation does not
/// write; no object and no second commit either, unless it was to become a copy.
pub(super) fn is_remnant(layout: &Layout) -> bool {
    let names = |folder: &Path| -> Vec<String> {
        let items = fs::read_dir(folder).into_iter().flatten().flatten();
        items.map(|item| item.file_name().to_string_lossy().into_owned()).collect()
    };
    let mut own = vec!["creating", "README.txt", "VAULT.json", "keys", "commits", "objects"];
    let is_copy = fs::read(layout.creating()).is_ok_and(|sign| sign == Begun::Copy.sign());
    if is_copy {
        own.extend(["lock", "work"]);
    }
    let marker = fs::read(layout.marker()).ok().and_then(|bytes| serde_json::from_slice::<Marker>(&bytes).ok());
    let is_empty = || {
        names(&layout.objects()).is_empty()
            && names(&layout.commits()).iter().all(|name| name.starts_with(&format!("{:010}", 1)))
            && commit::list(layout).map_or(0, |commits| commits.len()) <= 1
    };
    layout.creating().is_file()
        && marker.is_none()
        && names(layout.root()).iter().all(|name| own.contains(&name.as_str()))
        && (is_copy || is_empty())
}

/// Removes what [`is_remnant`] found; the sign that it is one goes last, with the folder that is made anew.
fn clear(layout: &Layout) -> Result<(), StoreError> {
    let disk = layout.disk();
    let mut folders = vec![layout.keys(), layout.commits(), layout.work()];
    folders.extend(object_folders(layout)?);
    for folder in folders {
        for item in fs::read_dir(&folder).into_iter().flatten() {
            disk.remove(&item?.path())?;
        }
        if folder.is_dir() {
            disk.sync_folder(&folder)?;
        }
    }
    for file in [layout.marker(), layout.readme(), layout.lock()] {
        if file.exists() {
            disk.remove(&file)?;
        }
    }
    Ok(disk.sync_folder(layout.root())?)
}

/// Only the owner may look into the folder, where the system knows such a thing.
fn restrict(root: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(root, std::fs::Permissions::from_mode(0o700))?;
    }
    fs::metadata(root).map(|_| ())
}

/// Removes the sign of an unfinished creation that a crash kept beside a whole archive.
pub(super) fn clear_sign(layout: &Layout) -> io::Result<()> {
    if layout.creating().exists() && peek(layout.root()).is_ok() {
        layout.disk().remove(&layout.creating())
    } else {
        Ok(())
    }
}
