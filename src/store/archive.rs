//! Opening and creating archives; the newest commit.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};
use fs_err as fs;

use super::commit::{self, Commit, ObjectEntry, ObjectKind};
use super::error::StoreError;
use super::layout::{FORMAT, Layout, Marker, README};
use super::list::{self, ListKind};
use super::media::{MediaEntry, MediaIndex};
use super::object::sync_folder;
use super::slots::{self, SlotFile, SlotKind};
use crate::crypto::{
    Keyring, Opener, Passphrase, RecoveryLine, Sealer, SubKey, Unlock, random_id, seal_slot_for_recovery,
    seal_slot_with_passphrase,
};

/// An unlocked archive as of its newest commit.
pub struct Archive {
    layout: Layout,
    keyring: Keyring,
    tip: Tip,
}

/// The newest commit and the hash of its file.
#[derive(Clone, Debug)]
pub struct Tip {
    /// What the archive holds.
    pub commit: Commit,
    /// SHA-256 of the commit's file.
    pub sha256: String,
}

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

/// Checks that an archive of a readable format lies at `root` and gives its id, without any key.
///
/// # Errors
/// [`StoreError::NoArchive`], [`StoreError::NewerFormat`], [`StoreError::Damaged`].
pub fn peek(root: &Path) -> Result<String, StoreError> {
    let layout = Layout::new(root);
    let bytes = match fs::read(layout.marker()) {
        Ok(bytes) => bytes,
        // A folder with commits but no marker lost its marker; anything else is no archive.
        Err(_) if layout.commits().is_dir() => return Err(StoreError::Missing { path: layout.marker() }),
        Err(_) => return Err(StoreError::NoArchive { path: root.to_owned() }),
    };
    let marker: Marker = serde_json::from_slice(&bytes).map_err(|_| StoreError::damaged(&layout.marker()))?;
    if marker.min_reader > FORMAT {
        return Err(StoreError::NewerFormat { format: marker.format });
    }
    if marker.format != FORMAT || marker.min_reader != FORMAT {
        return Err(StoreError::damaged(&layout.marker()));
    }
    Ok(marker.vault)
}

impl Archive {
    /// Creates an archive in a folder that is absent or empty.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`] when something is there; those of writing.
    pub fn create(root: &Path, options: &CreateOptions<'_>) -> Result<Created, StoreError> {
        let layout = Layout::new(root);
        if fs::read_dir(root).is_ok_and(|mut items| items.next().is_some()) || root.is_file() {
            return Err(StoreError::NotEmpty { path: root.to_owned() });
        }
        for folder in [root, &layout.keys(), &layout.commits(), &layout.objects()] {
            fs::create_dir_all(folder)?;
        }
        restrict(root)?;
        let vault = random_id()?;
        let keyring = Keyring::generate(&vault);
        fs::write(layout.readme(), README)?;
        let sealed = seal_slot_with_passphrase(&keyring, options.passphrase, options.work_factor);
        let mut names = vec![slots::add(&layout, SlotKind::Passphrase, &sealed.map_err(StoreError::Slot)?)?];
        let recovery = options.recovery.then(RecoveryLine::generate);
        if let Some(line) = &recovery {
            let sealed = seal_slot_for_recovery(&keyring, line).map_err(StoreError::Slot)?;
            names.push(slots::add(&layout, SlotKind::Recovery, &sealed)?);
        }
        let commit = Commit {
            vault: vault.clone(),
            format: FORMAT,
            seq: 1,
            prev: None,
            time: rfc3339(options.now),
            tool: tool(),
            epoch: 1,
            objects: Vec::new(),
            slots: names,
            imports: Vec::new(),
            counts: BTreeMap::new(),
            next_segment: 1,
            sums_sha256: String::new(),
            settings: BTreeMap::new(),
            removed: Vec::new(),
        };
        let mut archive = Self { layout, keyring, tip: Tip { commit, sha256: String::new() } };
        let key = archive.keyring.commit_key();
        archive.tip.sha256 = archive.tip.commit.write(&archive.layout, &archive.sealer()?, &key)?;
        // The marker comes last: without it the folder is no archive yet.
        let marker = Marker { format: FORMAT, vault, min_reader: FORMAT };
        fs::write(archive.layout.marker(), serde_json::to_vec(&marker).map_err(io::Error::from)?)?;
        fs::File::open(archive.layout.marker())?.sync_all()?;
        sync_folder(root)?;
        Ok(Created { archive, recovery })
    }

    /// Opens an archive with a passphrase or the recovery sheet.
    ///
    /// # Errors
    /// [`StoreError::WrongSecret`] only when a sound slot refuses; damage is named.
    pub fn open(root: &Path, secret: &Unlock<'_>) -> Result<Self, StoreError> {
        let layout = Layout::new(root);
        peek(root)?;
        let keyring = slots::unlock(&layout, secret)?;
        Self::open_with(root, keyring)
    }

    /// Opens an archive with a keyring that is already unlocked.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the newest commit is not sound: an older state is never taken silently.
    pub fn open_with(root: &Path, keyring: Keyring) -> Result<Self, StoreError> {
        let layout = Layout::new(root);
        let vault = peek(root)?;
        if vault != keyring.archive() {
            return Err(StoreError::damaged(&layout.marker()));
        }
        let tip = read_tip(&layout, &keyring)?;
        Ok(Self { layout, keyring, tip })
    }

    /// Reads the newest commit again, when another process may have written one.
    ///
    /// # Errors
    /// Those of [`Archive::open_with`].
    pub fn refresh(&mut self) -> Result<(), StoreError> {
        self.tip = read_tip(&self.layout, &self.keyring)?;
        Ok(())
    }

    /// Its paths.
    #[must_use]
    pub const fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Its keys.
    #[must_use]
    pub const fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// Its newest commit.
    #[must_use]
    pub const fn tip(&self) -> &Tip {
        &self.tip
    }

    /// The newest commit's content.
    #[must_use]
    pub const fn commit(&self) -> &Commit {
        &self.tip.commit
    }

    /// Reads every commit, oldest first, and checks that each names the one before it.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] for the first commit that is not sound or breaks the chain.
    pub fn history(&self) -> Result<Vec<Tip>, StoreError> {
        let mut history: Vec<Tip> = Vec::new();
        let (opener, key) = (self.opener(), self.keyring.commit_key());
        for (_, hash, path) in commit::list(&self.layout)?.into_iter().rev() {
            let commit = Commit::read(&path, &hash, &opener, &key)?;
            if history.last().is_some_and(|before| commit.prev.as_deref() != Some(before.sha256.as_str())) {
                return Err(StoreError::damaged(&path));
            }
            history.push(Tip { commit, sha256: hash });
        }
        Ok(history)
    }

    /// Objects of one kind, in the order they were added.
    pub fn objects(&self, kind: ObjectKind) -> impl Iterator<Item = &ObjectEntry> {
        self.tip.commit.objects.iter().filter(move |object| object.kind == kind)
    }

    /// The lines of every list of one kind, oldest first; `visit` gets each line.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Missing`].
    pub fn read_lists(&self, kind: ListKind, mut visit: impl FnMut(&[u8])) -> Result<(), StoreError> {
        let object_kind = object_kind(kind);
        for object in self.objects(object_kind) {
            self.read_list(kind, object, &mut visit)?;
        }
        Ok(())
    }

    /// The lines of one list.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Missing`].
    pub fn read_list(
        &self,
        kind: ListKind,
        object: &ObjectEntry,
        mut visit: impl FnMut(&[u8]),
    ) -> Result<(), StoreError> {
        let lines = list::read(&self.layout, &self.opener(), kind, (&object.sha256, object.seq))?;
        lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).for_each(&mut visit);
        Ok(())
    }

    /// Every stored media file.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Missing`].
    pub fn media(&self) -> Result<MediaIndex, StoreError> {
        let mut index = MediaIndex::default();
        let mut bad = false;
        self.read_lists(ListKind::Media, |line| match serde_json::from_slice::<MediaEntry>(line) {
            Ok(entry) => {
                index.insert(entry);
            }
            Err(_) => bad = true,
        })?;
        if bad { Err(StoreError::damaged(&self.layout.objects())) } else { Ok(index) }
    }

    /// Every stored media file that the sound lists tell, and the lists that are damaged or gone.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn salvage_media(&self) -> Result<(MediaIndex, Vec<PathBuf>), StoreError> {
        let mut index = MediaIndex::default();
        let mut damaged = Vec::new();
        for object in self.objects(object_kind(ListKind::Media)) {
            let read = self.read_list(ListKind::Media, object, |line| {
                if let Ok(entry) = serde_json::from_slice::<MediaEntry>(line) {
                    index.insert(entry);
                }
            });
            match read {
                Err(StoreError::Damaged { path } | StoreError::Missing { path }) => damaged.push(path),
                read => read?,
            }
        }
        Ok((index, damaged))
    }

    /// The key slots on disk.
    ///
    /// # Errors
    /// Those of reading the folder.
    pub fn slots(&self) -> Result<Vec<SlotFile>, StoreError> {
        Ok(slots::list(&self.layout)?)
    }

    /// Adds a passphrase slot and gives its name. Takes effect when [`super::Writer::commit`] records it; until then the
    /// slot already opens the archive.
    ///
    /// # Errors
    /// Those of writing.
    pub fn add_passphrase(&self, passphrase: &Passphrase, work_factor: u8) -> Result<String, StoreError> {
        let sealed = seal_slot_with_passphrase(&self.keyring, passphrase, work_factor).map_err(StoreError::Slot)?;
        Ok(slots::add(&self.layout, SlotKind::Passphrase, &sealed)?)
    }

    /// Adds a recovery slot and gives its name and the line to print.
    ///
    /// # Errors
    /// Those of writing.
    pub fn add_recovery(&self) -> Result<(String, RecoveryLine), StoreError> {
        let line = RecoveryLine::generate();
        let sealed = seal_slot_for_recovery(&self.keyring, &line).map_err(StoreError::Slot)?;
        Ok((slots::add(&self.layout, SlotKind::Recovery, &sealed)?, line))
    }

    /// Removes a slot's file. The caller sees to it that another slot remains.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such slot.
    pub fn remove_slot(&self, name: &str) -> Result<(), StoreError> {
        let path = slots::path(&self.layout, name);
        if !slots::list(&self.layout)?.iter().any(|slot| slot.name == name) {
            return Err(StoreError::Missing { path });
        }
        fs::remove_file(&path)?;
        Ok(sync_folder(&self.layout.keys())?)
    }

    pub(super) fn opener(&self) -> Opener {
        self.keyring.opener()
    }

    pub(super) fn sealer(&self) -> Result<Sealer, StoreError> {
        self.keyring.sealer().ok_or(StoreError::NoSlot)
    }

    pub(super) fn commit_key(&self) -> SubKey {
        self.keyring.commit_key()
    }
}

pub(super) const fn object_kind(kind: ListKind) -> ObjectKind {
    match kind {
        ListKind::Media => ObjectKind::MediaList,
        ListKind::Raw => ObjectKind::RawList,
        ListKind::Conversations => ObjectKind::ConversationList,
        ListKind::Report => ObjectKind::Report,
    }
}

pub(super) fn rfc3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

pub(super) fn tool() -> String {
    concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned()
}

fn read_tip(layout: &Layout, keyring: &Keyring) -> Result<Tip, StoreError> {
    let commits = commit::list(layout).map_err(|error| StoreError::reading(&layout.commits(), error))?;
    let (seq, sha256, path) = commits.first().cloned().ok_or_else(|| StoreError::Missing { path: layout.commits() })?;
    if let Some(higher) = commit::newest_sums(layout)?.filter(|higher| *higher > seq) {
        return Err(StoreError::Missing { path: layout.commits().join(format!("{higher:010}-*.age")) });
    }
    let commit = Commit::read(&path, &sha256, &keyring.opener(), &keyring.commit_key())?;
    let chained = match commits.get(1) {
        // Two commits of one number, or a broken chain: a copy was used on two machines, or files were put back.
        Some((before, hash, _)) => *before + 1 == seq && commit.prev.as_deref() == Some(hash.as_str()),
        None => commit.prev.is_none() && seq == 1,
    };
    if commit.seq != seq || commit.vault != keyring.archive() || !chained {
        return Err(StoreError::damaged(&path));
    }
    if commit.format > FORMAT {
        return Err(StoreError::NewerFormat { format: commit.format });
    }
    Ok(Tip { commit, sha256 })
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
