//! The program beside the copy: who has only the drive can read it, without a network and without this computer.

use std::path::{Path, PathBuf};

use fs_err as fs;

use super::copy::{Written, write_small};
use super::error::BackupError;
use super::register::Drive;
use crate::store::Disk;

/// Folder on the drive, beside the copies.
pub const APP_FOLDER: &str = "malle-app";

/// What archives look like, for people who must read one without the program.
const FORMAT: &str = include_str!("../../docs/archive-format.md");

/// Puts the program, `texts` (file name and content) and the description of the format on a drive, where they are not
/// there already or differ. Programs of other systems, put there from other computers, stay.
///
/// # Errors
/// [`BackupError::Drive`], [`BackupError::Full`].
pub fn put_app(drive: &Drive, program: &Path, texts: &[(&str, String)]) -> Result<PathBuf, BackupError> {
    let place = drive.folder.parent().unwrap_or(&drive.folder).join(APP_FOLDER);
    let bytes = fs::read(program).map_err(|source| BackupError::Drive { path: program.to_owned(), source })?;
    let target = place.join(program_name());
    let (disk, mut written) = (Disk::default(), Written::default());
    write_small(&disk, &target, &bytes, &mut written)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // Drives for every system know no permissions: there everything may be run.
        let _refused = fs::set_permissions(&target, std::fs::Permissions::from_mode(0o755)).is_err();
    }
    for (name, text) in texts.iter().map(|(name, text)| (*name, text.as_str())).chain([("FORMAT.md", FORMAT)]) {
        write_small(&disk, &place.join(name), text.as_bytes(), &mut written)?;
    }
    for (path, sha256) in &written.small {
        match disk.hash_on_medium(path) {
            Ok((actual, _)) if actual == *sha256 => {}
            Ok(_) => return Err(BackupError::ReadBack { path: path.clone() }),
            Err(error) => return Err(BackupError::drive(path, error, 0)),
        }
    }
    Ok(place)
}

/// The program's name on a drive tells the system it runs on.
fn program_name() -> String {
    format!("malle-{}-{}{}", std::env::consts::OS, std::env::consts::ARCH, std::env::consts::EXE_SUFFIX)
}
