//! What lies in lost objects is stored again when it is handed in; an object of which everything is elsewhere then is no longer
//! listed.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io;

use super::super::archive::Tip;
use super::super::commit::{ObjectKind, RemovalReason};
use super::super::commit_facts::Replacement;
use super::super::error::StoreError;
use super::super::list::ListKind;
use super::super::media::{MediaEntry, parse_hash};
use super::super::originals::OriginalLine;
use super::{Writer, guard};

/// What the archive lists and has lost.
#[derive(Default)]
pub(super) struct LostFiles {
    /// Names of packs and of objects of originals.
    objects: BTreeSet<String>,
    /// Media of which a piece lies in them.
    pub(super) media: HashSet<[u8; 32]>,
    /// Originals that lie in them.
    originals: HashSet<[u8; 32]>,
}

impl Writer<'_> {
    /// Has what lies in these objects ([`crate::store::Archive::lost_objects`]) stored again when it is handed in.
    ///
    /// # Errors
    /// Those of reading the lists.
    pub fn renew(&mut self, lost: &BTreeSet<String>) -> Result<(), StoreError> {
        let kinds = [ObjectKind::Pack, ObjectKind::Raw];
        let listed = self.archive.commit().objects.iter().filter(|object| kinds.contains(&object.kind));
        let objects = listed.map(|object| object.sha256.clone()).filter(|sha256| lost.contains(sha256));
        self.lost.objects = objects.collect();
        if self.lost.objects.is_empty() {
            return Ok(());
        }
        let (media, _) = self.archive.salvage_media()?;
        let mut known = guard(&self.known_media);
        for entry in media.iter().filter(|entry| lies_in(entry, lost)) {
            if let Some(hash) = parse_hash(&entry.sha256) {
                known.stored.remove(&hash);
                self.lost.media.insert(hash);
            }
        }
        drop(known);
        let mut known = guard(&self.known_raw);
        let (lines, _) = self.salvage_originals()?;
        let elsewhere: HashSet<&str> =
            lines.iter().filter(|line| !lost.contains(&line.object)).map(|line| line.sha256.as_str()).collect();
        for line in lines.iter().filter(|line| !elsewhere.contains(line.sha256.as_str())) {
            if let Some(hash) = parse_hash(&line.sha256) {
                known.remove(&hash);
                self.lost.originals.insert(hash);
            }
        }
        Ok(())
    }

    /// What takes those lost objects out of the archive of which everything was stored again, if there is any. Where a list is
    /// damaged nobody knows what lay in them: they stay listed.
    pub(super) fn made_good(&self, tip: &Tip) -> Result<Option<Replacement>, StoreError> {
        if self.lost.objects.is_empty() {
            return Ok(None);
        }
        let (mut removed, mut media, mut raw) = (BTreeSet::new(), Vec::new(), Vec::new());
        let of = |kind: ObjectKind| {
            let objects = self.archive.objects(kind).map(|object| object.sha256.clone());
            objects.collect::<BTreeSet<String>>()
        };
        let (index, damaged) = self.archive.salvage_media()?;
        if damaged.is_empty() {
            let known = guard(&self.known_media);
            let stored = |sha256: &str| parse_hash(sha256).is_some_and(|hash| known.stored.contains(&hash));
            let mut packs = of(ObjectKind::Pack);
            packs.retain(|pack| self.lost.objects.contains(pack));
            for entry in index.iter().filter(|entry| !stored(&entry.sha256)) {
                packs.retain(|pack| !entry.pieces.iter().any(|piece| piece.object == *pack));
            }
            if !packs.is_empty() {
                let again = |entry: &&MediaEntry| {
                    let is_lost = parse_hash(&entry.sha256).is_some_and(|hash| self.lost.media.contains(&hash));
                    is_lost && stored(&entry.sha256)
                };
                media = index.iter().filter(|entry| !again(entry)).cloned().collect();
                media.sort_by(|a: &MediaEntry, b| a.sha256.cmp(&b.sha256));
                removed.extend(packs);
                removed.extend(of(ObjectKind::MediaList));
            }
        }
        let (lines, is_whole) = self.salvage_originals()?;
        if is_whole {
            let known = guard(&self.known_raw);
            let stored = |sha256: &str| parse_hash(sha256).is_some_and(|hash| known.contains(&hash));
            let mut objects = of(ObjectKind::Raw);
            objects.retain(|object| self.lost.objects.contains(object));
            for line in lines.iter().filter(|line| !stored(&line.sha256)) {
                objects.remove(&line.object);
            }
            if !objects.is_empty() {
                for line in lines.iter().filter(|line| !objects.contains(&line.object)) {
                    serde_json::to_writer(&mut raw, line).map_err(io::Error::from)?;
                    raw.push(b'\n');
                }
                removed.extend(objects);
                removed.extend(of(ObjectKind::RawList));
            }
        }
        if removed.is_empty() {
            return Ok(None);
        }
        Ok(Some(Replacement {
            removed: removed.into_iter().map(|sha256| (sha256, RemovalReason::Compact)).collect(),
            media,
            raw,
            erasures: Vec::new(),
            reports: BTreeMap::new(),
            imports: tip.commit.imports.clone(),
            moves_records: false,
            forgets: false,
        }))
    }

    /// The lines of the sound lists of originals, and whether all are sound.
    fn salvage_originals(&self) -> Result<(Vec<OriginalLine>, bool), StoreError> {
        let mut lines = Vec::new();
        let damaged =
            self.archive.salvage_lists(ListKind::Raw, |line| lines.extend(serde_json::from_slice(line).ok()))?;
        Ok((lines, damaged.is_empty()))
    }
}

fn lies_in(entry: &MediaEntry, lost: &BTreeSet<String>) -> bool {
    entry.pieces.iter().any(|piece| lost.contains(&piece.object))
}
