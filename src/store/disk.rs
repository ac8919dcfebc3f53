//! The one door through which an archive, and its copy on a drive, is written.
//!
//! What a crash can tear apart passes here one operation at a time. A [`Watcher`] sees each of them and may refuse it, leave it
//! out or make less of it; the tests of crashes and faults are such watchers. Without one nothing stands between the caller
//! and the system.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use fs_err as fs;

/// One operation on a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Make one folder, whose parent exists.
    MakeFolder(&'a Path),
    /// Make an empty file, in place of what has its name.
    Create(&'a Path),
    /// Append bytes to a file made before.
    Write(&'a Path, &'a [u8]),
    /// Make the bytes of a file durable.
    SyncFile(&'a Path),
    /// Make the names in a folder durable.
    SyncFolder(&'a Path),
    /// Give a file another name.
    Rename(&'a Path, &'a Path),
    /// Take a file's name away.
    Remove(&'a Path),
    /// Open a file for reading.
    Open(&'a Path),
    /// Read on in a file.
    Read(&'a Path),
}

/// Stands between the program and the disk.
pub trait Watcher: fmt::Debug + Send + Sync {
    /// Called in place of each operation; `act` carries it out.
    ///
    /// # Errors
    /// What the caller of the operation is to get.
    fn step(&self, step: &Step<'_>, act: &mut dyn FnMut() -> io::Result<()>) -> io::Result<()>;

    /// How many of `wanted` bytes the next write takes, as systems may take fewer.
    fn takes(&self, _path: &Path, wanted: usize) -> usize {
        wanted
    }

    /// Sees the bytes read from a file and may change them.
    fn has_read(&self, _path: &Path, _bytes: &mut [u8]) {}

    /// Bytes that the disk of `path` is said to have left, given what the system says.
    fn free(&self, _path: &Path, real: Option<u64>) -> Option<u64> {
        real
    }
}

/// A disk: the system's, or one that is watched.
#[derive(Clone, Debug, Default)]
pub struct Disk(Option<Arc<dyn Watcher>>);

/// Between two tries of a lock that somebody has.
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// An open file of a [`Disk`].
#[derive(Debug)]
pub struct DiskFile {
    file: fs::File,
    watcher: Option<Arc<dyn Watcher>>,
}

impl Disk {
    /// A disk whose every operation passes a watcher.
    #[must_use]
    pub fn watched(watcher: Arc<dyn Watcher>) -> Self {
        Self(Some(watcher))
    }

    fn step(&self, step: &Step<'_>, mut act: impl FnMut() -> io::Result<()>) -> io::Result<()> {
        match &self.0 {
            None => act(),
            Some(watcher) => watcher.step(step, &mut act),
        }
    }

    /// Makes a folder and those it lies in. Gives the folders that got a new name in them, to be synced.
    ///
    /// # Errors
    /// Those of the system.
    pub fn make_folders(&self, path: &Path) -> io::Result<Vec<PathBuf>> {
        let mut absent: Vec<&Path> = path.ancestors().take_while(|folder| !folder.is_dir()).collect();
        absent.retain(|folder| !folder.as_os_str().is_empty());
        let mut changed = Vec::new();
        for folder in absent.into_iter().rev() {
            self.step(&Step::MakeFolder(folder), || match fs::create_dir(folder) {
                // Another thread was there first.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
                made => made,
            })?;
            // The empty parent of a relative path is the current folder.
            let parent =
                folder.parent().map(|parent| if parent.as_os_str().is_empty() { Path::new(".") } else { parent });
            changed.extend(parent.map(Path::to_owned));
        }
        Ok(changed)
    }

    /// Makes an empty file, in place of what has its name.
    ///
    /// # Errors
    /// Those of the system.
    pub fn create(&self, path: &Path) -> io::Result<DiskFile> {
        let mut made = None;
        self.step(&Step::Create(path), || {
            made = Some(fs::File::create(path)?);
            Ok(())
        })?;
        self.file(made)
    }

    /// Opens a file for reading.
    ///
    /// # Errors
    /// Those of the system.
    pub fn open(&self, path: &Path) -> io::Result<DiskFile> {
        let mut opened = None;
        self.step(&Step::Open(path), || {
            opened = Some(fs::File::open(path)?);
            Ok(())
        })?;
        self.file(opened)
    }

    /// Opens a file for reading as it lies on the medium: pages in memory are dropped first, where the system allows it.
    ///
    /// # Errors
    /// Those of the system.
    pub fn open_on_medium(&self, path: &Path) -> io::Result<DiskFile> {
        let opened = self.open(path)?;
        #[cfg(target_os = "linux")]
        {
            // Without this a check would compare memory with itself. Refusal is no error: the check is then weaker.
            let _refused = rustix::fs::fadvise(opened.file.file(), 0, None, rustix::fs::Advice::DontNeed).is_err();
        }
        Ok(opened)
    }

    fn file(&self, file: Option<fs::File>) -> io::Result<DiskFile> {
        let file = file.ok_or_else(|| io::Error::other("the operation was left out"))?;
        Ok(DiskFile { file, watcher: self.0.clone() })
    }

    /// Writes a file straight under its name and makes its bytes durable; its name is so once the folder is synced. What
    /// could not be written whole is removed.
    ///
    /// # Errors
    /// Those of the system.
    pub fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.create(path)?;
        let written = file.write_all(bytes).and_then(|()| file.sync());
        drop(file);
        if written.is_err() {
            // The first failure is the one to tell; half a file is known for what it is.
            let _removed = self.remove(path);
        }
        written
    }

    /// Puts a file durably in place of what may have its name, by a temporary file of the same folder, whose name ends in
    /// `.tmp`. Never remove a temporary file beside the one that it was to become: where a crash tore the renaming apart,
    /// exFAT has both names on the same clusters.
    ///
    /// # Errors
    /// Those of the system.
    pub fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let random: String = crate::crypto::random_id()?.chars().take(8).collect();
        let mut temporary = path.as_os_str().to_owned();
        temporary.push(format!(".{random}.tmp"));
        let temporary = PathBuf::from(temporary);
        self.write(&temporary, bytes)?;
        self.rename(&temporary, path)?;
        path.parent().map_or(Ok(()), |folder| self.sync_folder(folder))
    }

    /// Makes the bytes of a file durable that somebody else may have written.
    ///
    /// # Errors
    /// Those of the system.
    pub fn sync_file(&self, path: &Path) -> io::Result<()> {
        self.step(&Step::SyncFile(path), || fs::OpenOptions::new().append(true).open(path)?.sync_all())
    }

    /// Makes the names in a folder durable. Systems that cannot sync folders (Windows) or say they cannot (exFAT on some)
    /// are not an error here: the files themselves are synced.
    ///
    /// # Errors
    /// Those of the system.
    pub fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.confirm_folder(path).map(|_| ())
    }

    /// The same. False when the file system does not say that the names are durable now.
    ///
    /// # Errors
    /// Those of the system.
    pub fn confirm_folder(&self, path: &Path) -> io::Result<bool> {
        let mut confirmed = true;
        self.step(&Step::SyncFolder(path), || {
            confirmed = sync_folder(path)?;
            Ok(())
        })?;
        Ok(confirmed)
    }

    /// Whether a watcher sees every operation.
    pub(super) const fn is_watched(&self) -> bool {
        self.0.is_some()
    }

    /// Gives a file another name, in place of what has that name.
    ///
    /// # Errors
    /// Those of the system.
    pub fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(&Step::Rename(from, to), || fs::rename(from, to))
    }

    /// Removes a file.
    ///
    /// # Errors
    /// Those of the system.
    pub fn remove(&self, path: &Path) -> io::Result<()> {
        self.step(&Step::Remove(path), || fs::remove_file(path))
    }

    /// Takes the operating-system lock of a file, which is made if need be. It is held as long as the value lives.
    ///
    /// # Errors
    /// [`std::fs::TryLockError::WouldBlock`] when another process has it; `Error` of kind `Unsupported` on disks that know
    /// no locks.
    pub fn lock(&self, path: &Path) -> Result<fs::File, std::fs::TryLockError> {
        let mut opened = None;
        let open = || {
            opened = Some(fs::OpenOptions::new().create(true).truncate(false).write(true).open(path)?);
            Ok(())
        };
        let outcome =
            if path.exists() { self.step(&Step::Open(path), open) } else { self.step(&Step::Create(path), open) };
        outcome.map_err(std::fs::TryLockError::Error)?;
        let file = opened.ok_or_else(|| std::fs::TryLockError::Error(io::ErrorKind::NotFound.into()))?;
        file.file().try_lock()?;
        Ok(file)
    }

    /// The same, tried so many times again while somebody has it: a program that this one, or another, is just starting has the
    /// lock too, until it has begun.
    ///
    /// # Errors
    /// Those of [`Disk::lock`].
    pub fn lock_patiently(&self, path: &Path, tries: usize) -> Result<fs::File, std::fs::TryLockError> {
        let mut locked = self.lock(path);
        for _ in 0..tries {
            if !matches!(locked, Err(std::fs::TryLockError::WouldBlock)) {
                break;
            }
            std::thread::sleep(LOCK_PAUSE);
            locked = self.lock(path);
        }
        locked
    }

    /// Bytes free for this user where `path` lies; `None` where the system does not tell.
    #[must_use]
    pub fn free(&self, path: &Path) -> Option<u64> {
        // Some drivers call every drive empty and full at once.
        let tells = fs4::total_space(path).is_ok_and(|total| total > 0);
        let real = if tells { fs4::available_space(path).ok() } else { None };
        match &self.0 {
            None => real,
            Some(watcher) => watcher.free(path, real),
        }
    }
}

impl DiskFile {
    /// Makes what was written durable. After a failure the bytes are lost: the file must be written anew, never synced again.
    ///
    /// # Errors
    /// Those of the system.
    pub fn sync(&self) -> io::Result<()> {
        match &self.watcher {
            None => self.file.sync_all(),
            Some(watcher) => watcher.step(&Step::SyncFile(self.file.path()), &mut || self.file.sync_all()),
        }
    }
}

impl Write for DiskFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let Some(watcher) = &self.watcher else { return self.file.write(buffer) };
        let path = self.file.path().to_owned();
        let taken = watcher.takes(&path, buffer.len()).min(buffer.len());
        let part = buffer.get(..taken).unwrap_or_default();
        let file = &mut self.file;
        watcher.step(&Step::Write(&path, part), &mut || file.write_all(part))?;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Read for DiskFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(watcher) = &self.watcher else { return self.file.read(buffer) };
        let path = self.file.path().to_owned();
        let (file, mut n) = (&mut self.file, 0);
        watcher.step(&Step::Read(&path), &mut || {
            n = file.read(buffer)?;
            Ok(())
        })?;
        watcher.has_read(&path, buffer.get_mut(..n).unwrap_or_default());
        Ok(n)
    }
}

impl Seek for DiskFile {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.file.seek(position)
    }
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<bool> {
    let folder = fs::File::open(path)?;
    // Of the plain file: an error that bears the path has lost its number.
    match folder.file().sync_all() {
        Ok(()) => Ok(true),
        Err(error) if is_refusal(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Windows writes a file's name with the file when the file is synced.
#[cfg(not(unix))]
fn sync_folder(path: &Path) -> io::Result<bool> {
    fs::metadata(path).map(|_| true)
}

/// Opens a file for reading past the memory of the system; nothing where it knows no such reads.
#[cfg(any(target_os = "linux", windows))]
pub(super) fn open_direct(path: &Path) -> io::Result<Option<fs::File>> {
    #[cfg(target_os = "linux")]
    use fs::os::unix::fs::OpenOptionsExt as _;
    #[cfg(windows)]
    use fs::os::windows::fs::OpenOptionsExt as _;
    #[cfg(target_os = "linux")]
    let flags = i32::try_from(rustix::fs::OFlags::DIRECT.bits()).unwrap_or(0);
    // FILE_FLAG_NO_BUFFERING of the Windows API.
    #[cfg(windows)]
    let flags = 0x2000_0000;
    match fs::OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if is_refusal(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Other systems have no such way that asks nothing of the file's owner.
#[cfg(not(any(target_os = "linux", windows)))]
pub(super) fn open_direct(_path: &Path) -> io::Result<Option<fs::File>> {
    Ok(None)
}

/// Whether the system says that it does not do such a thing at all, rather than that it failed: `EINVAL`, `ENOTTY`,
/// `ENOSYS`, `EOPNOTSUPP` of Linux and macOS.
pub(super) fn is_refusal(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported)
        || (cfg!(unix) && matches!(error.raw_os_error(), Some(22 | 25 | 38 | 45 | 78 | 95 | 102)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_system_cannot_do_is_told_from_failures() {
        assert!(is_refusal(&io::Error::from(io::ErrorKind::Unsupported)));
        assert!(!is_refusal(&io::Error::from(io::ErrorKind::PermissionDenied)));
        #[cfg(unix)]
        for (errno, expected) in [(22, true), (25, true), (95, true), (5, false), (28, false), (13, false)] {
            assert_eq!(is_refusal(&io::Error::from_raw_os_error(errno)), expected, "{errno}");
        }
        let folder = tempfile::tempdir().unwrap();
        assert!(sync_folder(folder.path()).unwrap());
        assert!(sync_folder(&folder.path().join("no")).is_err());
        assert!(Disk::default().free(folder.path()).is_some_and(|free| free > 0));
    }

    #[test]
    fn folders_are_made_in_order_and_what_is_replaced_is_whole() {
        let scratch = tempfile::tempdir().unwrap();
        let disk = Disk::default();
        let deep = scratch.path().join("a").join("b");
        assert_eq!(disk.make_folders(&deep).unwrap(), [scratch.path().to_owned(), scratch.path().join("a")]);
        assert!(disk.make_folders(&deep).unwrap().is_empty());
        let file = deep.join("list");
        disk.replace(&file, b"one").unwrap();
        disk.replace(&file, b"two").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"two");
        assert_eq!(fs::read_dir(&deep).unwrap().count(), 1);
        let lock = disk.lock(&deep.join("lock")).unwrap();
        assert!(matches!(disk.lock(&deep.join("lock")), Err(std::fs::TryLockError::WouldBlock)));
        drop(lock);
        assert!(disk.lock(&deep.join("lock")).is_ok());
    }
}
