//! A file read at places: threads that share it do not share where they read.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use fs_err as fs;
#[cfg(unix)]
use fs_err::os::unix::fs::FileExt;
#[cfg(windows)]
use fs_err::os::windows::fs::FileExt;

/// A reader of a shared file with a place of its own.
pub(super) struct Placed {
    file: Arc<fs::File>,
    at: u64,
}

impl Placed {
    /// A reader that stands at the beginning.
    pub(super) const fn of(file: Arc<fs::File>) -> Self {
        Self { file, at: 0 }
    }
}

impl Read for Placed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        #[cfg(unix)]
        let read = self.file.read_at(buffer, self.at)?;
        // Moves the place that the operating system keeps, which nobody asks for.
        #[cfg(windows)]
        let read = self.file.seek_read(buffer, self.at)?;
        self.at += u64::try_from(read).map_err(io::Error::other)?;
        Ok(read)
    }
}

impl Seek for Placed {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.file.metadata()?.len().checked_add_signed(by),
        };
        self.at = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_of_one_file_keep_their_places() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, b"0123456789").unwrap();
        let file = Arc::new(fs::File::open(&path).unwrap());
        let (mut one, mut other) = (Placed::of(Arc::clone(&file)), Placed::of(file));
        assert_eq!(one.seek(SeekFrom::End(-4)).unwrap(), 6);
        let mut two = [0; 2];
        other.read_exact(&mut two).unwrap();
        assert_eq!(&two, b"01");
        one.read_exact(&mut two).unwrap();
        assert_eq!(&two, b"67");
        assert_eq!(one.seek(SeekFrom::Current(-7)).unwrap(), 1);
        one.read_exact(&mut two).unwrap();
        assert_eq!(&two, b"12");
        assert!(one.seek(SeekFrom::Current(-9)).is_err());
        let mut rest = String::new();
        other.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "23456789");
    }
}
