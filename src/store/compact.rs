//! Compaction: many small segments become few, and packs that hold mostly what nobody can name any more are written anew. Nothing
//! that can be read is lost: every record, media file and original stays, and so do all commits.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::archive::Archive;
use super::commit::{ObjectKind, RemovalReason};
use super::error::StoreError;
use super::leftovers::finish_removals;
use super::rewrite::{Changes, rewrite};
use super::tarball::member_bytes;

/// Segments smaller than this are joined: each costs a file, and a search that has to open it.
const SMALL_SEGMENT_BYTES: u64 = 1 << 20;

/// Packs with more than this share of dead bytes are written anew, in per cent.
const DEAD_PERCENT: u64 = 30;

/// What a compaction would do, or did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compaction {
    /// Small segments to join.
    pub segments: BTreeSet<u32>,
    /// Packs to write anew.
    pub packs: BTreeSet<String>,
    /// Bytes that this frees, about.
    pub freed_bytes: u64,
}

impl Compaction {
    /// True when there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty() && self.packs.is_empty()
    }
}

/// Looks for what is worth writing anew.
///
/// # Errors
/// Those of reading the lists.
pub fn plan_compaction(archive: &Archive) -> Result<Compaction, StoreError> {
    let mut plan = Compaction::default();
    let small = archive.objects(ObjectKind::Seg).filter(|object| object.size < SMALL_SEGMENT_BYTES);
    let small: BTreeSet<u32> = small.filter_map(|object| object.n).collect();
    // Statements of evidence cover every line there was; joining segments drops lines that a later one replaced.
    if small.len() > 1 && archive.objects(ObjectKind::EvidenceList).next().is_none() {
        plan.segments = small;
    }
    let mut live: HashMap<String, u64> = HashMap::new();
    for entry in archive.media()?.iter() {
        for piece in &entry.pieces {
            *live.entry(piece.object.clone()).or_default() += member_bytes(piece.length);
        }
    }
    for pack in archive.objects(ObjectKind::Pack) {
        let held = live.get(&pack.sha256).copied().unwrap_or(0);
        let dead = pack.size.saturating_sub(held);
        if dead.saturating_mul(100) > pack.size.saturating_mul(DEAD_PERCENT) {
            plan.packs.insert(pack.sha256.clone());
            plan.freed_bytes += dead;
        }
    }
    Ok(plan)
}

/// Carries a plan out, and tells by how many bytes the archive's objects became smaller (or, negative, larger).
///
/// # Errors
/// [`StoreError::Locked`]; [`StoreError::Damaged`] when something cannot be read. The archive then stays as it was.
pub fn compact(archive: &mut Archive, plan: &Compaction, now: DateTime<Utc>) -> Result<i64, StoreError> {
    let size = |archive: &Archive| archive.commit().objects.iter().map(|object| object.size).sum::<u64>();
    let before = size(archive);
    let changes = Changes {
        reason: RemovalReason::Compact,
        now,
        segments: plan.segments.clone(),
        line: &mut |line| Ok(Some(line.to_vec())),
        media: HashSet::new(),
        packs: plan.packs.clone(),
        originals: HashSet::new(),
        path: &|path| path.to_owned(),
        conversations: None,
        annotations: None,
        reports: BTreeMap::new(),
        imports: archive.commit().imports.clone(),
        counts: BTreeMap::new(),
        erasures: Vec::new(),
        forgets: false,
    };
    rewrite(archive, changes)?;
    archive.refresh()?;
    finish_removals(archive)?;
    let signed = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    Ok(signed(before) - signed(size(archive)))
}
