//! Records that were counted once and cannot be read any more: when a download tells them again they are stored again,
//! but not counted again.

use std::collections::{BTreeMap, HashMap};
use std::io;

use serde::Deserialize;

use super::known::Known;
use crate::store::{Archive, ListKind, RecordReader, StoreError, line_id, line_retracts};

/// Numbers of records that the archive lists and cannot read.
#[derive(Default)]
pub(super) struct Recount {
    /// By `platform/kind`. Below 0 where what was taken back can be read and the word that took it back cannot.
    kinds: BTreeMap<String, i64>,
    /// Messages by conversation.
    conversations: HashMap<String, u64>,
}

/// What counting needs of a line.
#[derive(Deserialize)]
struct Counted {
    platform: String,
    kind: String,
    conversation: Option<ConversationId>,
}

#[derive(Deserialize)]
struct ConversationId {
    id: String,
}

/// What counting needs of a line of the conversation lists.
#[derive(Deserialize)]
struct Listed {
    id: String,
    messages: u64,
    /// Of them, those that another record tells.
    #[serde(default)]
    taken_back: i64,
}

impl Recount {
    /// Nothing where no file is damaged.
    ///
    /// # Errors
    /// Those of reading what is not damaged.
    pub(super) fn of(archive: &Archive, known: &Known) -> Result<Self, StoreError> {
        let mut lost = Self::default();
        if known.damaged.is_empty() {
            return Ok(lost);
        }
        let listed = archive.commit().counts.iter();
        lost.kinds = listed.map(|(kind, count)| (kind.clone(), i64::try_from(*count).unwrap_or(i64::MAX))).collect();
        archive.salvage_lists(ListKind::Conversations, |line| {
            if let Ok(listed) = serde_json::from_slice::<Listed>(line) {
                let count = lost.conversations.entry(listed.id).or_default();
                *count = (*count + listed.messages).saturating_add_signed(-listed.taken_back);
            }
        })?;
        RecordReader::salvaging(archive).each(&|_| true, &mut |location, line| {
            let is_newest = line_id(line).is_some_and(|id| known.location(&id) == Some(location));
            if !is_newest || line_retracts(line) {
                return Ok(());
            }
            let counted: Counted = serde_json::from_slice(line).map_err(io::Error::from)?;
            *lost.kinds.entry(format!("{}/{}", counted.platform, counted.kind)).or_default() -= 1;
            let conversation = counted.conversation.filter(|_| counted.kind == "message");
            if let Some(count) = conversation.and_then(|conversation| lost.conversations.get_mut(&conversation.id)) {
                *count = count.saturating_sub(1);
            }
            Ok(())
        })?;
        Ok(lost)
    }

    /// Of records stored now, by `platform/kind`, those that were never counted.
    pub(super) fn news_of(&self, mut stored: BTreeMap<String, i64>) -> BTreeMap<String, i64> {
        for (kind, lost) in &self.kinds {
            let count = stored.entry(kind.clone()).or_default();
            *count = (*count - lost).max(0);
        }
        stored
    }

    /// Of so many messages stored now, those that were never counted.
    pub(super) fn news_in(&self, conversation: &str, stored: u64) -> u64 {
        stored.saturating_sub(self.conversations.get(conversation).copied().unwrap_or(0))
    }
}
