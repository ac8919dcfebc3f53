//! Media as files in a folder: the original bytes, under names that every system accepts.

use std::collections::HashSet;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::model::{Attachment, AttachmentStatus};
use crate::store::{Archive, MediaIndex, StoreError};

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

/// Writes the stored files among `attachments` into `folder`, each content once, never over another file.
///
/// # Errors
/// The first failure; files written by then stay.
pub fn export_media(
    archive: &Archive,
    media: &MediaIndex,
    attachments: &[Attachment],
    folder: &Path,
) -> Result<Vec<ExportedFile>, MediaExportError> {
    let target = |path: &Path, source| MediaExportError::Target { path: path.to_owned(), source };
    fs::create_dir_all(folder).map_err(|error| target(folder, error))?;
    let (mut done, mut written) = (HashSet::new(), Vec::new());
    for attachment in attachments.iter().filter(|attachment| attachment.status == AttachmentStatus::Stored) {
        let Some(entry) = attachment.sha256.as_deref().and_then(|sha256| media.entry(sha256)) else { continue };
        if !done.insert(entry.sha256.clone()) {
            continue;
        }
        let path = free_path(folder, &attachment.name, &entry.sha256, entry.size);
        if !path.exists() {
            // A private name until the hash is right, so that a damaged file never bears a good name.
            let partial = path.with_extension("partial");
            let file = fs::File::create(&partial).map_err(|error| target(&partial, error))?;
            let mut output = io::BufWriter::new(file);
            if let Err(error) = archive.copy_media(entry, &mut output) {
                drop(output);
                fs::remove_file(&partial).map_err(|error| target(&partial, error))?;
                return Err(error.into());
            }
            output.flush().map_err(|error| target(&partial, error))?;
            fs::rename(&partial, &path).map_err(|error| target(&path, error))?;
        }
        written.push(ExportedFile { path, sha256: entry.sha256.clone(), size_bytes: entry.size });
    }
    Ok(written)
}

/// The plain name when it is free (or holds these bytes already), else one with the beginning of the hash.
fn free_path(folder: &Path, name: &str, sha256: &str, size: u64) -> PathBuf {
    let plain = folder.join(safe_name(name, sha256));
    if !plain.exists() || holds(&plain, sha256, size) {
        return plain;
    }
    let short: String = sha256.chars().take(12).collect();
    let name = safe_name(name, sha256);
    let (stem, extension) = name.rsplit_once('.').map_or((name.as_str(), ""), |(stem, extension)| (stem, extension));
    let dot = if extension.is_empty() { "" } else { "." };
    folder.join(format!("{stem}-{short}{dot}{extension}"))
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
