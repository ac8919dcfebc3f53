//! Media as files in a folder or in one ZIP to hand over: the original bytes, under names that every system accepts.

use std::collections::HashSet;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::model::{Attachment, AttachmentStatus};
use crate::store::{Archive, MediaEntry, MediaIndex, StoreError};

/// Longest name made, without the folder.
const NAME_LEN_MAX: usize = 80;

/// Names that Windows keeps for devices, whatever the extension.
const RESERVED: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// A file that was written, or was there already with the same bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedFile {
    /// Where.
    pub path: PathBuf,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Size in bytes.
    pub size_bytes: u64,
}

/// Media cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum MediaExportError {
    /// The archive failed.
    #[error("the archive failed")]
    Store(#[from] StoreError),
    /// The target folder cannot be written.
    #[error("{path} cannot be written")]
    Target {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
}

/// Where media go: files of a folder, or entries of one new ZIP.
pub struct MediaExport<'a> {
    archive: &'a Archive,
    media: &'a MediaIndex,
    target: Target,
    done: HashSet<String>,
    leftovers: Vec<PathBuf>,
}

/// What stands behind the name of a file until it is whole and sound. Nobody else's files bear it, so what an
/// interrupted export left can be told and removed.
const PARTIAL: &str = "malle-partial";

enum Target {
    Folder(PathBuf),
    /// Written under a private name until it is whole.
    Zip {
        path: PathBuf,
        partial: PathBuf,
        writer: Option<Box<zip::ZipWriter<fs::File>>>,
        names: HashSet<String>,
    },
}

impl Drop for Target {
    /// An export that failed leaves no plain text behind.
    fn drop(&mut self) {
        if let Self::Zip { partial, writer: Some(_), .. } = self {
            let _removed = fs::remove_file(partial);
        }
    }
}

impl<'a> MediaExport<'a> {
    /// Exports to `target`: a ZIP when its name ends in `.zip`, else a folder (made when absent).
    ///
    /// # Errors
    /// [`MediaExportError::Target`] when it cannot be made, or when the ZIP exists already.
    pub fn begin(archive: &'a Archive, media: &'a MediaIndex, target: &Path) -> Result<Self, MediaExportError> {
        let failed = |source| MediaExportError::Target { path: target.to_owned(), source };
        let is_zip = target.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"));
        let mut leftovers = Vec::new();
        let target = if is_zip {
            if target.exists() {
                return Err(failed(io::ErrorKind::AlreadyExists.into()));
            }
            let partial = partial_of(target);
            leftovers.extend(Some(partial.clone()).filter(|partial| partial.exists()));
            let file = fs::File::create(&partial).map_err(failed)?;
            let writer = Some(Box::new(zip::ZipWriter::new(file)));
            Target::Zip { path: target.to_owned(), partial, writer, names: HashSet::new() }
        } else {
            fs::create_dir_all(target).map_err(failed)?;
            for item in fs::read_dir(target).map_err(failed)? {
                let path = item.map_err(failed)?.path();
                if path.extension().is_some_and(|extension| extension == PARTIAL) && path.is_file() {
                    fs::remove_file(&path).map_err(failed)?;
                    leftovers.push(path);
                }
            }
            Target::Folder(target.to_owned())
        };
        Ok(Self { archive, media, target, done: HashSet::new(), leftovers })
    }

    /// Unfinished files of an interrupted export that were there, and are no more.
    #[must_use]
    pub fn leftovers(&self) -> &[PathBuf] {
        &self.leftovers
    }

    /// Writes the stored files among `attachments`, each content once, never over another file. By SHA-256, what was
    /// written or why the archive could not give it.
    ///
    /// # Errors
    /// When the target cannot be written; files written to a folder by then stay.
    pub fn add(&mut self, attachments: &[Attachment]) -> Result<Vec<Exported>, MediaExportError> {
        let mut written = Vec::new();
        for attachment in attachments.iter().filter(|attachment| attachment.status == AttachmentStatus::Stored) {
            let Some(entry) = attachment.sha256.as_deref().and_then(|sha256| self.media.entry(sha256)) else {
                continue;
            };
            if !self.done.insert(entry.sha256.clone()) {
                continue;
            }
            let path = match &mut self.target {
                Target::Folder(folder) => write_file(self.archive, entry, &attachment.name, folder),
                Target::Zip { path, writer: Some(writer), names, .. } => {
                    let name = free_name(&attachment.name, &entry.sha256, |name| names.contains(name));
                    let outcome = write_entry(self.archive, entry, &name, writer).map_err(|error| error.at(path));
                    let place = path.join(&name);
                    names.insert(name);
                    outcome.map(|()| place)
                }
                Target::Zip { .. } => continue,
            };
            let sha256 = entry.sha256.clone();
            let file = match path {
                Ok(path) => Ok(ExportedFile { path, sha256: sha256.clone(), size_bytes: entry.size }),
                Err(MediaExportError::Store(error)) => Err(error),
                Err(error) => return Err(error),
            };
            written.push((sha256, file));
        }
        Ok(written)
    }

    /// Completes a ZIP; nothing to do for a folder.
    ///
    /// # Errors
    /// [`MediaExportError::Target`].
    pub fn finish(mut self) -> Result<(), MediaExportError> {
        let Target::Zip { path, partial, writer, .. } = &mut self.target else { return Ok(()) };
        let Some(writer) = writer.take() else { return Ok(()) };
        let failed = |source| MediaExportError::Target { path: path.clone(), source };
        let outcome = writer
            .finish()
            .map_err(io::Error::other)
            .and_then(|file| file.sync_all())
            .and_then(|()| fs::rename(&*partial, &*path));
        outcome.map_err(|error| {
            let _removed = fs::remove_file(partial);
            failed(error)
        })
    }
}

/// SHA-256 of a file's bytes, and the file written, or why the archive could not give it.
pub type Exported = (String, Result<ExportedFile, StoreError>);

/// The private name of a file until it is whole.
fn partial_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(PARTIAL);
    path.with_file_name(name)
}

/// What writing one entry of a ZIP failed with, before the ZIP's path is known.
enum EntryFailure {
    Store(StoreError),
    Zip(zip::result::ZipError),
}

impl EntryFailure {
    fn at(self, path: &Path) -> MediaExportError {
        match self {
            Self::Store(error) => error.into(),
            Self::Zip(error) => MediaExportError::Target { path: path.to_owned(), source: io::Error::other(error) },
        }
    }
}

/// Photos and films do not compress: they are stored, and their hash is checked while they pass.
fn write_entry(
    archive: &Archive,
    entry: &MediaEntry,
    name: &str,
    writer: &mut zip::ZipWriter<fs::File>,
) -> Result<(), EntryFailure> {
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Stored)
        .large_file(entry.size >= u64::from(u32::MAX));
    writer.start_file(name, options).map_err(EntryFailure::Zip)?;
    archive.copy_media(entry, writer).map_err(|error| match writer.abort_file() {
        Ok(()) => EntryFailure::Store(error),
        Err(error) => EntryFailure::Zip(error),
    })
}

fn write_file(archive: &Archive, entry: &MediaEntry, name: &str, folder: &Path) -> Result<PathBuf, MediaExportError> {
    let target = |path: &Path, source| MediaExportError::Target { path: path.to_owned(), source };
    let path = folder.join(free_name(name, &entry.sha256, |name| {
        let path = folder.join(name);
        path.exists() && !holds(&path, &entry.sha256, entry.size)
    }));
    if path.exists() {
        return Ok(path);
    }
    // A private name until the hash is right, so that a damaged file never bears a good name.
    let partial = partial_of(&path);
    let file = fs::File::create(&partial).map_err(|error| target(&partial, error))?;
    let mut output = io::BufWriter::new(file);
    if let Err(error) = archive.copy_media(entry, &mut output) {
        drop(output);
        fs::remove_file(&partial).map_err(|error| target(&partial, error))?;
        return Err(error.into());
    }
    output.flush().map_err(|error| target(&partial, error))?;
    fs::rename(&partial, &path).map_err(|error| target(&path, error))?;
    Ok(path)
}

/// The plain name when it is free, else one with the beginning of the hash.
fn free_name(name: &str, sha256: &str, taken: impl Fn(&str) -> bool) -> String {
    let plain = safe_name(name, sha256);
    if !taken(&plain) {
        return plain;
    }
    let short: String = sha256.chars().take(12).collect();
    match plain.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{short}.{extension}"),
        None => format!("{plain}-{short}"),
    }
}

fn holds(path: &Path, sha256: &str, size: u64) -> bool {
    crate::store::hash_file(path).is_ok_and(|(actual, length)| actual == sha256 && length == size)
}

/// Letters, digits, `.`, `-` and `_` of a name, at most [`NAME_LEN_MAX`]; the hash when nothing is left.
fn safe_name(name: &str, sha256: &str) -> String {
    let kept: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
    let kept = kept.trim_matches(['.', '_', ' ']);
    let (stem, extension) = match kept.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.len() <= 8 => (stem, extension),
        _ => (kept, ""),
    };
    let reserved = RESERVED.contains(&stem.to_ascii_lowercase().as_str());
    let room = NAME_LEN_MAX.saturating_sub(extension.len() + 14);
    let mut stem: String =
        if stem.is_empty() { sha256.chars().take(16).collect() } else { stem.chars().take(room).collect() };
    if reserved {
        stem.push('_');
    }
    if extension.is_empty() { stem } else { format!("{stem}.{extension}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_become_harmless() {
        for (name, safe) in [
            ("IMG-1.jpg", "IMG-1.jpg"),
            ("../../etc/passwd", "etc_passwd"),
            ("con.txt", "con_.txt"),
            ("photo été.jpg", "photo__t_.jpg"),
            ("", "0123456789abcdef"),
            ("...", "0123456789abcdef"),
        ] {
            assert_eq!(safe_name(name, "0123456789abcdef0123"), safe, "{name}");
        }
        assert!(safe_name(&"x".repeat(300), "0").len() <= NAME_LEN_MAX);
    }
}
