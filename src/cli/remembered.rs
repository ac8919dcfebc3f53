//! Erasures, as this computer remembers them: an old copy that is restored here does not bring anybody back.
//!
//! The list of each erasure (keyed hashes, sealed to the archive's key) is kept in the user's folder for data of programs, under
//! the archive's random id.

use std::io;
use std::path::PathBuf;

use fs_err as fs;

use super::clock;
use super::context::Context;
use crate::ingest::{erasure_lists, repeat_erasure};
use crate::store::{Archive, ObjectKind};

impl Context {
    /// Carries out in an archive what this computer remembers and the archive does not, and the other way round. What fails is
    /// tried again when the archive is next opened.
    pub(super) fn level_erasures(&mut self, archive: &mut Archive) {
        let known = archive.objects(ObjectKind::ErasureList).count();
        let remembered = self.remembered(archive);
        if archive.layout().is_copy() {
            // Nothing is written into a copy but by a backup: whoever reads it is told.
            if remembered.len() > known {
                self.output.note(&self.words.text("erasure-on-copy"));
            }
            return;
        }
        if known > remembered.len() {
            // Without a folder to write to, the archive alone remembers.
            let _kept = self.remember_erasures(archive).is_ok();
        }
        if remembered.len() <= known {
            return;
        }
        for (id, path) in remembered {
            let opened = fs::read(path).ok().and_then(|sealed| archive.keyring().opener().open_bytes(&sealed).ok());
            let repeated = opened.map(|list| repeat_erasure(archive, (&id, &list), clock::now()));
            if matches!(repeated, Some(Ok(true))) {
                self.output.note(&self.words.text("erasure-repeated"));
            }
        }
    }

    /// Keeps the lists of an archive's erasures on this computer.
    ///
    /// # Errors
    /// Those of writing.
    pub(super) fn remember_erasures(&self, archive: &Archive) -> io::Result<()> {
        let (Some(folder), Some(sealer)) = (self.folder(), archive.keyring().sealer()) else { return Ok(()) };
        fs::create_dir_all(&folder)?;
        for (id, list) in erasure_lists(archive).map_err(io::Error::other)? {
            let path = folder.join(format!("{}-{id}.age", archive.keyring().archive()));
            if !path.exists() {
                fs::write(&path, sealer.seal_bytes(&list)?)?;
            }
        }
        Ok(())
    }

    fn folder(&self) -> Option<PathBuf> {
        Some(self.config.data.as_ref()?.join("malle").join("erasures"))
    }

    /// Ids and files of the erasures of an archive.
    fn remembered(&self, archive: &Archive) -> Vec<(String, PathBuf)> {
        let prefix = format!("{}-", archive.keyring().archive());
        let items = self.folder().and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
        let found = items.filter_map(|item| {
            let name = item.file_name();
            let id = name.to_str()?.strip_prefix(&prefix)?.strip_suffix(".age")?.to_owned();
            Some((id, item.path()))
        });
        found.collect()
    }
}
