//! Renewing the archive's key: what is written from now on does not open with what was handed out before.
//!
//! Objects that exist stay as they are, readable with the former secrets, which the new keyring holds as well. The new slots
//! are durable before the first commit under the new secret, and the former ones go after it: at every moment a slot opens
//! the newest commit.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::archive::Archive;
use super::commit::KeyNote;
use super::commit_facts::CommitFacts;
use super::error::StoreError;
use super::slots::{self, SlotFile, SlotKind};
use super::writer::Writer;
use crate::crypto::{Passphrase, Recipient, Unlock, open_slot, seal_slot_for, seal_slot_with_passphrase};

/// What opens the archive after its key is renewed.
pub struct Renewal<'a> {
    /// The passphrase, with its label. Other passphrases cannot be kept: nobody but their owners knows them.
    pub passphrase: Option<(&'a Passphrase, Option<String>)>,
    /// scrypt work factor of its slot, as a power of two.
    pub work_factor: u8,
    /// File names of recovery and people's slots that are sealed anew. Their recipients must be known.
    pub keep: &'a [String],
    /// The time.
    pub now: DateTime<Utc>,
}

impl Archive {
    /// Whether a slot can be sealed anew without its owner: only when the archive knows what it is sealed to.
    #[must_use]
    pub fn can_renew(&self, slot: &SlotFile) -> bool {
        self.recipient_of(&slot.name).is_some()
    }

    /// Renews the key and gives the archive under it. Slots that are not kept are removed.
    ///
    /// # Errors
    /// [`StoreError::NoSlot`] when nothing would open the archive, or the recipient of a kept slot is not known;
    /// [`StoreError::Locked`]; those of writing. The archive opens as before then, or as after.
    pub fn renew_key(&self, renewal: &Renewal<'_>) -> Result<Self, StoreError> {
        let mut renewed = self.under(self.keyring().renewed());
        let writer = Writer::begin(&renewed, &self.media()?)?;
        let layout = self.layout();
        let former = self.slots()?;
        let mut key_notes = BTreeMap::new();
        if let Some((passphrase, label)) = &renewal.passphrase {
            let sealed = seal_slot_with_passphrase(renewed.keyring(), passphrase, renewal.work_factor);
            let sealed = sealed.map_err(StoreError::Slot)?;
            open_slot(&sealed, &Unlock::Passphrase(passphrase)).map_err(StoreError::Slot)?;
            let name = slots::add(layout, SlotKind::Passphrase, &sealed)?;
            key_notes.insert(name, KeyNote { label: label.clone(), recipient: None });
        }
        for slot in former.iter().filter(|slot| renewal.keep.contains(&slot.name)) {
            let (note, recipient) = self.recipient_of(&slot.name).ok_or(StoreError::NoSlot)?;
            let sealed = seal_slot_for(renewed.keyring(), &recipient).map_err(StoreError::Slot)?;
            key_notes.insert(slots::add(layout, slot.kind, &sealed)?, note.clone());
        }
        if key_notes.is_empty() {
            return Err(StoreError::NoSlot);
        }
        former.iter().try_for_each(|slot| writer.retire_slot(&slot.name))?;
        writer.commit(CommitFacts { key_notes, ..CommitFacts::nothing(renewal.now) })?;
        renewed.refresh()?;
        Ok(renewed)
    }

    fn recipient_of(&self, slot: &str) -> Option<(&KeyNote, Recipient)> {
        let note = self.commit().key_notes.get(slot)?;
        Some((note, Recipient::parse(note.recipient.as_deref()?).ok()?))
    }
}
