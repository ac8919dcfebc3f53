//! Sealed bytes: age files encrypted to the archive's identity, written as streams, read whole or at random.

use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

use age::stream::{StreamReader, StreamWriter};

/// Bytes read at once to find the header, byte by byte; chunks are longer and are read straight into place.
const HEADER_BYTES: usize = 1_024;

/// Encrypts objects to the archive.
#[derive(Clone)]
pub struct Sealer(age::x25519::Recipient);

/// Decrypts objects of the archive.
#[derive(Clone)]
pub struct Opener(Vec<age::x25519::Identity>);

/// A sealed file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// It is damaged, or no age file at all.
    #[error("the encrypted file is damaged")]
    Damaged(#[source] io::Error),
    /// It is sound but belongs to another key.
    #[error("the encrypted file belongs to another archive")]
    OtherKey,
    /// The operating system failed.
    #[error("the encrypted file cannot be read")]
    Io(#[source] io::Error),
}

/// Encrypts what is written to it. [`SealingWriter::finish`] must be called, or the file is not valid.
pub struct SealingWriter<W: Write>(pub(super) StreamWriter<W>);

impl<W: Write> SealingWriter<W> {
    /// Writes the last chunk and gives the inner writer back.
    ///
    /// # Errors
    /// Those of the inner writer.
    pub fn finish(self) -> io::Result<W> {
        self.0.finish()
    }
}

impl<W: Write> Write for SealingWriter<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.0.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Sealer {
    pub(super) const fn new(recipient: age::x25519::Recipient) -> Self {
        Self(recipient)
    }

    /// Starts a sealed file in `output`.
    ///
    /// # Errors
    /// Those of `output`.
    pub fn seal<W: Write>(&self, output: W) -> io::Result<SealingWriter<W>> {
        let recipient: &dyn age::Recipient = &self.0;
        let encryptor = age::Encryptor::with_recipients(std::iter::once(recipient)).map_err(io::Error::other)?;
        Ok(SealingWriter(encryptor.wrap_output(output)?))
    }

    /// Seals a whole buffer.
    ///
    /// # Errors
    /// Only when memory cannot take it.
    pub fn seal_bytes(&self, plain: &[u8]) -> io::Result<Vec<u8>> {
        let mut writer = self.seal(Vec::with_capacity(plain.len() + 512))?;
        writer.write_all(plain)?;
        writer.finish()
    }
}

impl Opener {
    pub(super) const fn new(identities: Vec<age::x25519::Identity>) -> Self {
        Self(identities)
    }

    /// Decrypts a stream. Act on nothing before it has ended well: a cut file yields its beginning first.
    ///
    /// # Errors
    /// [`SealError`] by the header; damage of the body is an [`io::Error`] of the reader.
    pub fn open<R: Read>(&self, input: R) -> Result<StreamReader<R>, SealError> {
        let decryptor = age::Decryptor::new(input).map_err(seal_error)?;
        let identities = self.0.iter().map(|identity| -> &dyn age::Identity { identity });
        decryptor.decrypt(identities).map_err(seal_error)
    }

    /// Decrypts a whole sealed buffer.
    ///
    /// # Errors
    /// [`SealError::Damaged`] when any chunk fails.
    pub fn open_bytes(&self, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut plain = Vec::with_capacity(sealed.len());
        self.open(sealed)?.read_to_end(&mut plain).map_err(SealError::Damaged)?;
        Ok(plain)
    }

    /// Opens a sealed file for reading at random; its length is authenticated first, so a file cut at a chunk boundary
    /// is found at once.
    ///
    /// # Errors
    /// [`SealError`] when the header, the last chunk or the length is wrong.
    pub fn open_at<R: Read + Seek>(&self, input: R) -> Result<SealedFile<BufReader<R>>, SealError> {
        let decryptor =
            age::Decryptor::new_buffered(BufReader::with_capacity(HEADER_BYTES, input)).map_err(seal_error)?;
        let identities = self.0.iter().map(|identity| -> &dyn age::Identity { identity });
        let mut reader = decryptor.decrypt(identities).map_err(seal_error)?;
        let len = reader.seek(SeekFrom::End(0)).map_err(SealError::Damaged)?;
        Ok(SealedFile::new(reader, len))
    }
}

/// A sealed file read at random.
pub struct SealedFile<R> {
    /// `None` after a failure: a reader that once failed also refuses sound chunks.
    reader: Option<StreamReader<R>>,
    len: u64,
    /// Whether the reader has seen the end of the file, or the length is known from elsewhere.
    has_seen_end: bool,
}

impl<R: Read + Seek> SealedFile<R> {
    /// A reader whose authenticated length is known.
    pub(super) const fn new(reader: StreamReader<R>, len: u64) -> Self {
        Self { reader: Some(reader), len, has_seen_end: true }
    }

    /// A reader of a file whose length is known from elsewhere. Each chunk that is read is authenticated at its place.
    pub(super) const fn of_length(reader: StreamReader<R>, len: u64) -> Self {
        Self { reader: Some(reader), len, has_seen_end: false }
    }

    /// Length of the plain bytes.
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// True when there are no plain bytes.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Reads exactly `length` bytes at `offset`.
    ///
    /// # Errors
    /// [`SealError::Damaged`] when the range leaves the file or a chunk in it fails; the file then refuses all further
    /// reads.
    pub fn read_at(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, SealError> {
        let end = u64::try_from(length).ok().and_then(|length| offset.checked_add(length));
        // Seeking beyond the end makes the stream panic on the next read, so the bounds are checked here.
        if end.is_none_or(|end| end > self.len) {
            return Err(SealError::Damaged(io::ErrorKind::UnexpectedEof.into()));
        }
        if length == 0 {
            return Ok(Vec::new());
        }
        let mut reader =
            self.reader.take().ok_or_else(|| SealError::Damaged(io::Error::other("an earlier read failed")))?;
        let mut buffer = vec![0; length];
        if !self.has_seen_end {
            // A seek to where a chunk begins decrypts the last chunk, to tell whether it is the end; one into it does not.
            reader.seek(SeekFrom::Start(offset + 1)).map_err(SealError::Damaged)?;
        }
        reader.seek(SeekFrom::Start(offset)).map_err(SealError::Damaged)?;
        reader.read_exact(&mut buffer).map_err(SealError::Damaged)?;
        self.reader = Some(reader);
        Ok(buffer)
    }
}

pub(super) fn seal_error(error: age::DecryptError) -> SealError {
    match error {
        age::DecryptError::NoMatchingKeys | age::DecryptError::DecryptionFailed => SealError::OtherKey,
        age::DecryptError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => SealError::Io(error),
        error => SealError::Damaged(io::Error::other(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Keyring;
    use super::*;

    #[test]
    fn every_flip_and_cut_is_found_and_reads_stay_in_bounds() {
        let keyring = Keyring::generate("0");
        let plain: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
        let sealed = keyring.sealer().unwrap().seal_bytes(&plain).unwrap();
        let opener = keyring.opener();
        assert_eq!(opener.open_bytes(&sealed).unwrap(), plain);
        for at in (0..sealed.len()).step_by(sealed.len() / 97) {
            let mut flipped = sealed.clone();
            flipped[at] ^= 4;
            assert!(opener.open_bytes(&flipped).is_err(), "flip at {at}");
            assert!(opener.open_bytes(&sealed[..at]).is_err(), "cut at {at}");
        }
        let chunk_cut = &sealed[..sealed.len() - (plain.len() % 65_536) - 16];
        assert!(opener.open_at(io::Cursor::new(chunk_cut)).is_err(), "cut at a chunk boundary");
        let mut file = opener.open_at(io::Cursor::new(&sealed)).unwrap();
        assert_eq!(file.read_at(70_000, 9).unwrap(), plain[70_000..70_009]);
        assert!(file.read_at(file.len(), 1).is_err());
        assert!(file.read_at(u64::MAX, 1).is_err());
        assert!(file.read_at(0, 0).unwrap().is_empty());
        assert!(matches!(Keyring::generate("1").opener().open_bytes(&sealed), Err(SealError::OtherKey)));
    }
}
