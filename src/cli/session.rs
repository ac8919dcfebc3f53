//! `unlock` and `lock`: for a while the archive opens without its passphrase.
//!
//! A random session key is kept by the operating system (kernel keyring, Keychain, Credential Manager) or, where there
//! is none, in a file of the per-user folder that lives in memory. The archive's keyring, wrapped with it, lies in
//! `work/`. Neither is of use without the other; both are wiped by `lock` and after expiry, and a reboot forgets the key.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use fs_err as fs;
use zeroize::Zeroizing;

use crate::crypto::{Keyring, Passphrase, Unlock, open_slot, random_id, seal_slot_with_passphrase};
use crate::store::Layout;

/// Name under which the operating system keeps session keys.
const SERVICE: &str = "malle";

/// The session key has 256 random bits, so it needs no slow hashing.
const WORK_FACTOR: u8 = 2;

/// The archive cannot be kept unlocked.
#[derive(Debug, thiserror::Error)]
pub(super) enum SessionError {
    /// Neither the operating system nor a folder in memory can keep the key.
    #[error("no place for the session key that is not on a disk")]
    NoPlace,
    /// The wrapped keyring cannot be written.
    #[error("the unlocked state cannot be kept")]
    Io(#[from] io::Error),
    /// The keyring cannot be wrapped.
    #[error("the keyring cannot be wrapped")]
    Slot(#[from] crate::crypto::SlotError),
}

/// Keeps the archive unlocked until `expiry`.
pub(super) fn start(
    layout: &Layout,
    keyring: &Keyring,
    runtime: Option<&Path>,
    expiry: DateTime<Utc>,
) -> Result<(), SessionError> {
    let secret = Zeroizing::new(format!("{}{}", random_id()?, random_id()?));
    let kept = Zeroizing::new(format!("{} {}", expiry.timestamp(), *secret));
    let sealed = seal_slot_with_passphrase(keyring, &Passphrase::new(&secret), WORK_FACTOR)?;
    fs::create_dir_all(layout.work())?;
    let path = wrapped(layout);
    if path.exists() {
        fs::remove_file(&path)?;
    }
    private_file(&path)?.write_all(&sealed)?;
    if keep_in_system(keyring.archive(), &kept) {
        return Ok(());
    }
    let outcome = keep_in_memory(keyring.archive(), runtime, &kept);
    if outcome.is_err() {
        fs::remove_file(&path)?;
    }
    outcome
}

/// The keyring of an archive that is unlocked now. What has expired is wiped.
pub(super) fn resume(root: &Path, archive: &str, runtime: Option<&Path>, now: DateTime<Utc>) -> Option<Keyring> {
    let layout = Layout::new(root);
    let sealed = fs::read(wrapped(&layout)).ok()?;
    let Some(kept) = recall(archive, runtime) else {
        // The key is gone (a reboot): what it wrapped is of no use any more.
        end(root, archive, runtime);
        return None;
    };
    let (expiry, secret) = kept.split_once(' ')?;
    let expiry: i64 = expiry.parse().ok()?;
    let keyring = (now.timestamp() < expiry)
        .then(|| open_slot(&sealed, &Unlock::Passphrase(&Passphrase::new(secret))).ok())
        .flatten()
        .filter(|keyring| keyring.archive() == archive);
    if keyring.is_none() {
        end(root, archive, runtime);
    }
    keyring
}

/// Wipes the session key and what it wraps; true when there was something to wipe.
pub(super) fn end(root: &Path, archive: &str, runtime: Option<&Path>) -> bool {
    let system = keyring::Entry::new(SERVICE, archive).and_then(|entry| entry.delete_credential()).is_ok();
    let memory = memory_folders(runtime).iter().any(|folder| fs::remove_file(memory_file(folder, archive)).is_ok());
    let wrapped = fs::remove_file(wrapped(&Layout::new(root))).is_ok();
    system || memory || wrapped
}

fn recall(archive: &str, runtime: Option<&Path>) -> Option<Zeroizing<String>> {
    let system = keyring::Entry::new(SERVICE, archive).and_then(|entry| entry.get_password()).ok();
    let memory = || {
        let folders = memory_folders(runtime);
        folders.iter().find_map(|folder| fs::read_to_string(memory_file(folder, archive)).ok())
    };
    system.or_else(memory).map(Zeroizing::new)
}

fn keep_in_system(archive: &str, kept: &str) -> bool {
    let Ok(entry) = keyring::Entry::new(SERVICE, archive) else { return false };
    // Some systems accept a secret and forget it with the process: only what reads back counts.
    entry.set_password(kept).is_ok() && entry.get_password().is_ok_and(|read| Zeroizing::new(read).as_str() == kept)
}

fn keep_in_memory(archive: &str, runtime: Option<&Path>, kept: &str) -> Result<(), SessionError> {
    let folders = memory_folders(runtime);
    let folder = folders.iter().find(|folder| is_private(folder) && lives_in_memory(folder));
    let path = memory_file(folder.ok_or(SessionError::NoPlace)?, archive);
    if path.exists() {
        fs::remove_file(&path)?;
    }
    private_file(&path)?.write_all(kept.as_bytes())?;
    Ok(())
}

/// Folders that may live in memory: the user's own, where the system gives one, else one below `/dev/shm`.
fn memory_folders(runtime: Option<&Path>) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = runtime.map(Path::to_owned).into_iter().collect();
    #[cfg(target_os = "linux")]
    folders.push(PathBuf::from(format!("/dev/shm/malle-{}", rustix::process::getuid().as_raw())));
    folders
}

/// Whether a folder (made when absent) belongs to this user and nobody else may enter it; a link is refused, because
/// `/dev/shm` is open to all.
#[cfg(unix)]
fn is_private(folder: &Path) -> bool {
    use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
    // An existing folder is no error: what it is gets checked next.
    let _existed = std::fs::DirBuilder::new().mode(0o700).create(folder).is_err();
    fs::symlink_metadata(folder).is_ok_and(|found| {
        found.is_dir() && found.uid() == rustix::process::getuid().as_raw() && found.mode() & 0o777 == 0o700
    })
}

/// Only Unix has such folders.
#[cfg(not(unix))]
fn is_private(_folder: &Path) -> bool {
    false
}

/// A new file that only its owner may read.
fn private_file(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use fs::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

fn wrapped(layout: &Layout) -> PathBuf {
    layout.work().join("session.age")
}

fn memory_file(runtime: &Path, archive: &str) -> PathBuf {
    runtime.join(format!("malle-{archive}.session"))
}

/// Whether a folder is on a file system without a disk below it.
#[cfg(target_os = "linux")]
fn lives_in_memory(folder: &Path) -> bool {
    const TMPFS: u32 = 0x0102_1994;
    rustix::fs::statfs(folder).is_ok_and(|stat| u32::try_from(stat.f_type) == Ok(TMPFS))
}

/// Only Linux gives each user a folder in memory.
#[cfg(not(target_os = "linux"))]
fn lives_in_memory(_folder: &Path) -> bool {
    false
}
