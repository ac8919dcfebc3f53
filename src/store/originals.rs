//! Original text files as they lie in the archive: which there are, and their bytes.

use std::io::{self, Read};

use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::archive::Archive;
use super::error::StoreError;
use super::list::ListKind;

/// An original file that is kept verbatim: a line of the list of originals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OriginalLine {
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
    /// Path in the download that brought it first.
    pub path: String,
    /// Name of the object it lies in.
    pub object: String,
}

/// Gets the SHA-256 that names an original, and its bytes.
pub type OriginalVisitor<'a> = dyn FnMut(&str, &mut dyn Read) -> Result<(), StoreError> + 'a;

impl Archive {
    /// Every original that is kept.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Missing`].
    pub fn originals(&self) -> Result<Vec<OriginalLine>, StoreError> {
        let (mut lines, mut bad) = (Vec::new(), false);
        self.read_lists(ListKind::Raw, |line| match serde_json::from_slice(line) {
            Ok(line) => lines.push(line),
            Err(_) => bad = true,
        })?;
        if bad { Err(StoreError::damaged(&self.layout().objects())) } else { Ok(lines) }
    }

    /// Reads the originals of one object, one after another.
    ///
    /// # Errors
    /// The first of the visitor's; [`StoreError::Damaged`], [`StoreError::Missing`].
    pub fn each_original(&self, object: &str, visit: &mut OriginalVisitor<'_>) -> Result<(), StoreError> {
        let path = self.layout().object(object);
        let reading = |error: io::Error| StoreError::reading(&path, error);
        let file = fs::File::open(&path).map_err(reading)?;
        let sealed = self.opener().open(io::BufReader::new(file)).map_err(|error| StoreError::sealed(&path, error))?;
        let mut tar = tar::Archive::new(zstd::stream::Decoder::new(sealed).map_err(reading)?);
        for entry in tar.entries().map_err(reading)? {
            let mut entry = entry.map_err(reading)?;
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let sha256 = name.split('.').next().unwrap_or_default();
            visit(sha256, &mut entry)?;
        }
        Ok(())
    }
}
