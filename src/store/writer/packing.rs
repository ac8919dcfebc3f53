//! Packs and objects of originals: filled by many threads, closed when they are full.

use std::io;
use std::sync::atomic::Ordering;

use super::super::commit::ObjectKind;
use super::super::error::StoreError;
use super::super::incoming::Incoming;
use super::super::media::{MediaEntry, Piece};
use super::super::object::{HashingFile, publish, remove_object};
use super::super::originals::OriginalLine;
use super::super::tarball::TarWriter;
use super::{PACK_BYTES, PIECE_BYTES, Pack, RawPack, Writer, guard};

impl Writer<'_> {
    pub(super) fn pack_bytes(&self, sha256: &str, mime: &str, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let mut shard = self.shard();
        if shard.pack.is_none() {
            let capacity = usize::try_from(PACK_BYTES + (1 << 20)).unwrap_or(0);
            let writer = self.sealer.seal(Vec::with_capacity(capacity))?;
            shard.pack = Some(Pack { tar: TarWriter::new(writer), entries: Vec::new() });
        }
        let Some(pack) = &mut shard.pack else { return Ok(()) };
        let offset = pack.tar.add(name, size, &mut &*bytes)?;
        let piece = Piece { object: String::new(), offset, length: size };
        pack.entries.push(MediaEntry { sha256: sha256.to_owned(), size, mime: mime.to_owned(), pieces: vec![piece] });
        if pack.tar.offset() >= PACK_BYTES
            && let Some(full) = shard.pack.take()
        {
            drop(shard);
            self.close_pack(full)?;
        }
        Ok(())
    }

    pub(super) fn close_pack(&self, pack: Pack) -> Result<(), StoreError> {
        let plain = pack.tar.offset();
        let sealed = pack.tar.finish()?.finish()?;
        let published = publish(self.archive.layout(), &sealed, &self.syncer)?;
        let mut pending = guard(&self.pending);
        for mut entry in pack.entries {
            entry.pieces.iter_mut().for_each(|piece| piece.object.clone_from(&published.sha256));
            pending.media.push(entry);
        }
        pending.objects.push((ObjectKind::Pack, published, None));
        self.unsaved_bytes.fetch_add(plain, Ordering::Relaxed);
        Ok(())
    }

    /// A large file: objects of its own, written through `work/` because they do not fit in memory.
    pub(super) fn write_large(
        &self,
        (sha256, mime, name): (&str, &str, &str),
        size: u64,
        stream: &mut Incoming<'_>,
    ) -> Result<(), StoreError> {
        let layout = self.archive.layout();
        let mut pieces = Vec::new();
        let mut objects = Vec::new();
        let mut left = size;
        while left > 0 {
            let length = left.min(PIECE_BYTES);
            let member = if size > PIECE_BYTES { format!("{name}.{:03}", pieces.len() + 1) } else { name.to_owned() };
            let file = HashingFile::create(layout)?;
            let mut tar = TarWriter::new(self.sealer.seal(file)?);
            let offset = tar.add(&member, length, stream);
            let file = tar.finish()?.finish()?;
            let offset = match offset {
                Ok(offset) if length < left || stream.is_whole(sha256) => offset,
                outcome => {
                    file.discard(layout)?;
                    for (_, published, _) in &objects {
                        remove_object(layout, published)?;
                    }
                    return Err(StoreError::Io(outcome.err().unwrap_or_else(|| io::ErrorKind::InvalidData.into())));
                }
            };
            let published = file.publish(layout)?;
            pieces.push(Piece { object: published.sha256.clone(), offset, length });
            objects.push((ObjectKind::Pack, published, None));
            left -= length;
        }
        let mut pending = guard(&self.pending);
        pending.media.push(MediaEntry { sha256: sha256.to_owned(), size, mime: mime.to_owned(), pieces });
        pending.objects.append(&mut objects);
        self.unsaved_bytes.fetch_add(size, Ordering::Relaxed);
        Ok(())
    }

    pub(super) fn close_raw(&self, raw: RawPack) -> Result<(), StoreError> {
        let sealed = raw.tar.finish()?.finish()?.finish()?;
        let published = publish(self.archive.layout(), &sealed, &self.syncer)?;
        let mut pending = guard(&self.pending);
        for (sha256, path) in &raw.lines {
            let (sha256, path, object) = (sha256.clone(), path.clone(), published.sha256.clone());
            let line = OriginalLine { sha256, path, object };
            serde_json::to_writer(&mut pending.raw, &line).map_err(io::Error::from)?;
            pending.raw.push(b'\n');
        }
        pending.objects.push((ObjectKind::Raw, published, None));
        Ok(())
    }
}
