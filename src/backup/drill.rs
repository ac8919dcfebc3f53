//! A rehearsal of the day when only the drive is left: some records and media, chosen at random, are brought back from the
//! copy alone and compared with the archive.

use std::collections::BTreeMap;
use std::io;

use sha2::{Digest as _, Sha256};

use super::error::BackupError;
use crate::crypto::hex;
use crate::store::{Archive, MediaEntry, ObjectKind, RecordReader, StoreError, line_id};

/// Larger media are left to a check: a drill takes minutes, not hours.
const MEDIA_BYTES_MAX: u64 = 64 << 20;

/// What a drill brought back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DrillReport {
    /// Records that came back equal, by id.
    pub records: Vec<String>,
    /// Media that came back equal, by SHA-256.
    pub media: Vec<String>,
    /// Bytes of these media.
    pub bytes: u64,
    /// What the copy did not give back, by id or SHA-256.
    pub lost: Vec<String>,
    /// What the copy gave back and the archive did not: the archive is damaged.
    pub archive_lost: Vec<String>,
}

/// Brings back up to `count` records and as many media. `seed` decides which.
///
/// # Errors
/// [`BackupError::Behind`] when the archive has moved or erased records since the copy was made; when either cannot be read at
/// all. What does not come back equal is in the report.
pub fn drill(archive: &Archive, copy: &Archive, count: usize, seed: &str) -> Result<DrillReport, BackupError> {
    let mut report = DrillReport::default();
    if archive.commit().rewritten > copy.commit().seq {
        // Records lie elsewhere since, or were erased on purpose.
        return Err(BackupError::Behind { path: copy.layout().root().to_owned() });
    }
    drill_records(archive, copy, (count, seed), &mut report)?;
    drill_media(archive, copy, (count, seed), &mut report)?;
    Ok(report)
}

fn drill_records(
    archive: &Archive,
    copy: &Archive,
    (count, seed): (usize, &str),
    report: &mut DrillReport,
) -> Result<(), BackupError> {
    // As many segments as records: a segment may hold one record only.
    let mut segments = Draw::new(count, seed);
    for object in copy.objects(ObjectKind::Seg) {
        segments.offer(object.sha256.as_bytes(), || object.sha256.clone());
    }
    let segments = segments.taken();
    let mut from_copy = RecordReader::salvaging(copy);
    let mut drawn = Draw::new(count, seed);
    from_copy.each(&|object| segments.contains(&object.sha256), &mut |location, line| {
        drawn.offer(&location.0.to_be_bytes(), || (location, line.to_vec()));
        Ok(())
    })?;
    report.lost.extend(from_copy.passed().iter().map(|path| path.display().to_string()));
    let mut from_archive = RecordReader::new(archive);
    for (location, line) in drawn.taken() {
        let id = line_id(&line).map_or_else(|| location.0.to_string(), |id| id.to_string());
        match from_archive.line(location) {
            Ok(same) if same == line => report.records.push(id),
            Ok(_) => report.lost.push(id),
            Err(StoreError::Damaged { .. } | StoreError::Missing { .. }) => report.archive_lost.push(id),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn drill_media(
    archive: &Archive,
    copy: &Archive,
    (count, seed): (usize, &str),
    report: &mut DrillReport,
) -> Result<(), BackupError> {
    let (media, _) = copy.salvage_media()?;
    let mut drawn: Draw<MediaEntry> = Draw::new(count, seed);
    for entry in media.iter().filter(|entry| entry.size <= MEDIA_BYTES_MAX) {
        drawn.offer(entry.sha256.as_bytes(), || entry.clone());
    }
    let (own, _) = archive.salvage_media()?;
    for entry in drawn.taken() {
        // Both sides compare what they read with the SHA-256 of the original file.
        match (copy.copy_media(&entry, &mut io::sink()), own.entry(&entry.sha256)) {
            (Err(_), _) => report.lost.push(entry.sha256),
            (Ok(()), Some(known)) if archive.copy_media(known, &mut io::sink()).is_ok() => {
                report.bytes += entry.size;
                report.media.push(entry.sha256);
            }
            (Ok(()), _) => report.archive_lost.push(entry.sha256),
        }
    }
    Ok(())
}

/// Draws some of many, all with the same chance, without keeping the many.
struct Draw<'a, T> {
    count: usize,
    seed: &'a str,
    taken: BTreeMap<String, T>,
}

impl<'a, T> Draw<'a, T> {
    const fn new(count: usize, seed: &'a str) -> Self {
        Self { count, seed, taken: BTreeMap::new() }
    }

    fn offer(&mut self, name: &[u8], item: impl FnOnce() -> T) {
        let mut hasher = Sha256::new_with_prefix(self.seed.as_bytes());
        hasher.update(name);
        let lot = hex(&hasher.finalize());
        if self.taken.len() == self.count && self.taken.last_key_value().is_none_or(|(last, _)| *last <= lot) {
            return;
        }
        self.taken.insert(lot, item());
        if self.taken.len() > self.count {
            self.taken.pop_last();
        }
    }

    fn taken(self) -> Vec<T> {
        self.taken.into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_takes_as_many_as_asked_and_others_with_another_seed() {
        let draw = |count, seed: &str| {
            let mut draw = Draw::new(count, seed);
            (0_u32..100).for_each(|number| draw.offer(&number.to_be_bytes(), || number));
            draw.taken()
        };
        assert_eq!((draw(0, "a").len(), draw(7, "a").len(), draw(200, "a").len()), (0, 7, 100));
        assert_eq!(draw(7, "a"), draw(7, "a"));
        assert_ne!(draw(7, "a"), draw(7, "b"));
    }
}
