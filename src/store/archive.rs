//! Opening and creating archives; the newest commit.

use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};
use fs_err as fs;

use super::commit::{self, Commit, ObjectEntry, ObjectKind};
use super::create;
use super::error::StoreError;
use super::layout::{FORMAT, Layout, Marker};
use super::list::{self, ListKind};
use super::media::{MediaEntry, MediaIndex};
use super::slots::{self, SlotFile, SlotKind};
use crate::crypto::{
    Keyring, Opener, Passphrase, Recipient, Sealer, SubKey, Unlock, seal_slot_for, seal_slot_with_passphrase,
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

/// Checks that an archive of a readable format lies at `root` and gives its id, without any key.
///
/// # Errors
/// [`StoreError::NoArchive`], [`StoreError::NewerFormat`], [`StoreError::Damaged`].
pub fn peek(root: &Path) -> Result<String, StoreError> {
    let layout = Layout::new(root);
    let no_archive = || StoreError::NoArchive { path: root.to_owned() };
    let bytes = match fs::read(layout.marker()) {
        Ok(bytes) => bytes,
        Err(_) if create::is_remnant(&layout) => return Err(no_archive()),
        // A folder with commits but no marker lost its marker; anything else is no archive.
        Err(_) if layout.commits().is_dir() => return Err(StoreError::Missing { path: layout.marker() }),
        Err(_) => return Err(no_archive()),
    };
    let marker: Marker = match serde_json::from_slice(&bytes) {
        Ok(marker) => marker,
        Err(_) if create::is_remnant(&layout) => return Err(no_archive()),
        Err(_) => return Err(StoreError::damaged(&layout.marker())),
    };
    if marker.min_reader > FORMAT {
        return Err(StoreError::NewerFormat { format: marker.format });
    }
    if marker.format != FORMAT || marker.min_reader != FORMAT {
        return Err(StoreError::damaged(&layout.marker()));
    }
    Ok(marker.vault)
}

impl Archive {
    /// Opens an archive with a passphrase, the recovery sheet or a person's identity.
    ///
    /// # Errors
    /// [`StoreError::WrongSecret`] only when a sound slot refuses, [`StoreError::KeyReplaced`] when the slot is older than the
    /// archive's key; damage is named.
    pub fn open(root: &Path, secret: &Unlock<'_>) -> Result<Self, StoreError> {
        Self::open_at(&Layout::new(root), secret)
    }

    /// [`Archive::open`] on a given disk.
    ///
    /// # Errors
    /// Those of [`Archive::open`].
    pub fn open_at(layout: &Layout, secret: &Unlock<'_>) -> Result<Self, StoreError> {
        peek(layout.root())?;
        slots::unlock(layout, secret, |keyring| Self::open_at_with(layout.clone(), keyring))
    }

    /// Opens an archive with a keyring that is already unlocked.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the newest commit is not sound: an older state is never taken silently.
    /// [`StoreError::KeyReplaced`] when the keyring is older than the newest commit.
    pub fn open_with(root: &Path, keyring: Keyring) -> Result<Self, StoreError> {
        Self::open_at_with(Layout::new(root), keyring)
    }

    fn open_at_with(layout: Layout, keyring: Keyring) -> Result<Self, StoreError> {
        let vault = peek(layout.root())?;
        if vault != keyring.archive() {
            return Err(StoreError::damaged(&layout.marker()));
        }
        let tip = read_tip(&layout, &keyring)?;
        // A slot of an unfinished renewal holds a secret that no listed slot has: nothing may be written under it.
        let keyring = keyring.until(tip.commit.epoch);
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

    /// Reads every commit, oldest first, and checks that each names the one before it. Commits that an erasure forgot are
    /// not part of it, though their files may still lie there.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] for the first commit that is not sound or breaks the chain.
    pub fn history(&self) -> Result<Vec<Tip>, StoreError> {
        let mut history: Vec<Tip> = Vec::new();
        let (opener, keys) = (self.opener(), self.keyring.commit_keys());
        for (_, hash, path) in commit::finished(&self.layout)? {
            let after = history.last().map(|after| &after.commit);
            if after.is_some_and(Commit::begins_anew) {
                break;
            }
            if after.is_some_and(|after| after.prev.as_ref() != Some(&hash)) {
                return Err(StoreError::damaged(&path));
            }
            let commit = Commit::read(&path, &hash, &opener, &keys)?;
            history.push(Tip { commit, sha256: hash });
        }
        history.reverse();
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

    /// The lines of every sound list of one kind, oldest first; gives the lists that are damaged or gone.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn salvage_lists(&self, kind: ListKind, mut visit: impl FnMut(&[u8])) -> Result<Vec<PathBuf>, StoreError> {
        let mut damaged = Vec::new();
        for object in self.objects(object_kind(kind)) {
            match self.read_list(kind, object, &mut visit) {
                Err(StoreError::Damaged { path } | StoreError::Missing { path }) => damaged.push(path),
                read => read?,
            }
        }
        Ok(damaged)
    }

    /// Every stored media file that the sound lists tell, and the lists that are damaged or gone.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn salvage_media(&self) -> Result<(MediaIndex, Vec<PathBuf>), StoreError> {
        let mut index = MediaIndex::default();
        let damaged = self.salvage_lists(ListKind::Media, |line| {
            if let Ok(entry) = serde_json::from_slice::<MediaEntry>(line) {
                index.insert(entry);
            }
        })?;
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

    /// Adds a recovery or person's slot, sealed to `recipient`, and gives its name.
    ///
    /// # Errors
    /// Those of writing.
    pub fn add_recipient(&self, kind: SlotKind, recipient: &Recipient) -> Result<String, StoreError> {
        let sealed = seal_slot_for(&self.keyring, recipient).map_err(StoreError::Slot)?;
        Ok(slots::add(&self.layout, kind, &sealed)?)
    }

    pub(super) const fn from_parts(layout: Layout, keyring: Keyring, tip: Tip) -> Self {
        Self { layout, keyring, tip }
    }

    pub(super) fn set_tip(&mut self, tip: Tip) {
        self.tip = tip;
    }

    /// Whether its newest commit is still the newest on disk.
    pub(super) fn is_newest(&self) -> std::io::Result<bool> {
        Ok(commit::finished(&self.layout)?.first().is_some_and(|(_, sha256, _)| *sha256 == self.tip.sha256))
    }

    /// The same archive, written from now on under another keyring of it.
    pub(super) fn under(&self, keyring: Keyring) -> Self {
        Self { layout: self.layout.clone(), keyring, tip: self.tip.clone() }
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
        ListKind::Evidence => ObjectKind::EvidenceList,
        ListKind::Erasures => ObjectKind::ErasureList,
        ListKind::Annotations => ObjectKind::AnnotationList,
    }
}

pub(super) fn rfc3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

pub(super) fn tool() -> String {
    concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned()
}

/// How often the newest commit is looked for while others write.
const LOOKS_MAX: usize = 100;

/// The newest commit. What cannot be right is looked at again when somebody wrote meanwhile: a folder is not read at one moment.
fn read_tip(layout: &Layout, keyring: &Keyring) -> Result<Tip, StoreError> {
    let names = || commit::names(layout).map_err(|error| StoreError::reading(&layout.commits(), error));
    let mut before = names()?;
    for _ in 1..LOOKS_MAX {
        let looked = look_for_tip(layout, keyring);
        if looked.is_ok() {
            return looked;
        }
        let after = names()?;
        if before == after {
            return looked;
        }
        before = after;
    }
    look_for_tip(layout, keyring)
}

fn look_for_tip(layout: &Layout, keyring: &Keyring) -> Result<Tip, StoreError> {
    let commits = commit::finished(layout).map_err(|error| StoreError::reading(&layout.commits(), error))?;
    let (seq, sha256, path) = commits.first().cloned().ok_or_else(|| StoreError::Missing { path: layout.commits() })?;
    if let Some(higher) = commit::newest_sums(layout)?.filter(|higher| *higher > seq) {
        return Err(StoreError::Missing { path: layout.commits().join(format!("{higher:010}-*.age")) });
    }
    let commit = Commit::read(&path, &sha256, &keyring.opener(), &keyring.commit_keys())?;
    let chained = match commits.get(1) {
        _ if commit.begins_anew() => true,
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
