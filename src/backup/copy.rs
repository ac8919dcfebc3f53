//! Everything that is written to a drive or to a restored archive passes here.
//!
//! Files go straight to their final names (no rename: on exFAT an interrupted one destroys files) and never over a file
//! that is there. One thread reads and hashes, one writes, one waits for the medium.

use std::collections::BTreeSet;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use fs_err as fs;
use sha2::{Digest as _, Sha256};

use super::error::BackupError;
use super::parity::Alongside;
use crate::crypto::hex;
use crate::store::{Disk, DiskFile, hash};

const BUFFER_BYTES: usize = 1 << 20;
/// Buffers between the reader and the writer: enough that neither waits for a hiccup of the other.
const BUFFERS: usize = 8;
/// Written files that wait to be made durable; then the writer waits too.
const SYNCS_WAITING_MAX: usize = 2;

/// How long to wait before a file is put again in the place of one that cannot be removed, each time twice as long: in all more
/// than the second for which Linux keeps the names of such drives in memory.
const REPLACING_PAUSES_MS: [u64; 7] = [10, 20, 40, 80, 160, 320, 640];

/// A file to copy.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) from: PathBuf,
    pub(super) to: PathBuf,
    /// Of the bytes it must have.
    pub(super) sha256: String,
    /// Size at its source.
    pub(super) size: u64,
    /// A file of that name is there and is not what it should be.
    pub(super) replaces: bool,
    /// Copied even when its bytes are wrong: some of a commit that is not the newest is worth more than none.
    pub(super) even_damaged: bool,
}

/// What was written and what could not be.
#[derive(Default)]
pub(super) struct Written {
    /// Copied files with the SHA-256 of what they must hold.
    pub(super) files: Vec<(PathBuf, String)>,
    /// The same of small files.
    pub(super) small: Vec<(PathBuf, String)>,
    /// Of the copied files.
    pub(super) bytes: u64,
    /// Sources that are gone or do not hash to their names.
    pub(super) damaged: Vec<PathBuf>,
    /// Folders with new names in them, which are not durable yet.
    pub(super) folders: BTreeSet<PathBuf>,
}

/// A file whose bytes are written and not durable yet.
pub(super) struct Unsynced {
    pub(super) file: DiskFile,
    pub(super) path: PathBuf,
    /// What it ends with, written when everything before is durable; nothing for most files.
    pub(super) line: String,
}

impl Unsynced {
    fn finish(mut self) -> io::Result<()> {
        self.file.sync()?;
        if self.line.is_empty() {
            return Ok(());
        }
        self.file.write_all(self.line.as_bytes())?;
        self.file.sync()
    }
}

/// What the reader hands over of a file.
enum Part {
    Bytes(Vec<u8>, usize),
    /// The file has ended: whether it is what its name says, and the buffer that stayed empty.
    End(bool, Option<Vec<u8>>),
}

/// Copies files; the bytes of each are durable when this returns, the names once the folders are synced. `advance` is told
/// the bytes copied and ends the copy by `false`. A source that is damaged, unreadable or gone costs only itself, is noted, and leaves nothing at its target.
/// `parity` is made of what is copied.
///
/// # Errors
/// [`BackupError::Drive`], [`BackupError::Full`], [`BackupError::Interrupted`]. The file that was being written is taken
/// back as far as possible; those before it stay.
pub(super) fn copy_files(
    disk: &Disk,
    jobs: &[Job],
    advance: &dyn Fn(u64) -> bool,
    written: &mut Written,
    mut parity: Option<&mut Alongside>,
) -> Result<(), BackupError> {
    std::thread::scope(|scope| {
        let (parts_in, parts) = sync_channel(BUFFERS);
        let (used, spare) = sync_channel(BUFFERS);
        for _ in 0..BUFFERS {
            // Room for all of them is there.
            let _sent = used.send(vec![0; BUFFER_BYTES]);
        }
        let (files_in, files) = sync_channel::<Unsynced>(SYNCS_WAITING_MAX);
        scope.spawn(move || read_all(disk, jobs, &parts_in, &spare));
        let syncs = scope.spawn(move || {
            for file in files {
                let path = file.path.clone();
                // The first failure ends the copy: what a failed sync leaves on the medium nobody knows.
                file.finish().map_err(|error| BackupError::drive(&path, error, 0))?;
            }
            Ok(())
        });
        let mut left: u64 = jobs.iter().map(|job| job.size).sum();
        let copied = jobs.iter().try_for_each(|job| {
            let takes = &mut |bytes: &[u8]| {
                if let Some(parity) = &mut parity {
                    parity.takes(job, bytes);
                }
            };
            let copied = write_one(disk, (job, left), (&parts, &used), advance, takes, written)?;
            left = left.saturating_sub(job.size);
            let sound = copied.is_some();
            let copy = copied.map(|file| Unsynced { file, path: job.to.clone(), line: String::new() });
            let made = parity.as_mut().map_or_else(|| Ok(Vec::new()), |parity| parity.ends(job, sound))?;
            // A closed channel means that a sync failed, which is told below.
            copy.into_iter().chain(made).try_for_each(|file| files_in.send(file).map_err(|_| BackupError::Interrupted))
        });
        drop((files_in, parts, used));
        let synced = syncs.join().unwrap_or(Err(BackupError::Interrupted));
        synced.and(copied)
    })
}

/// Reads and hashes the sources one after another, until nobody takes what was read.
fn read_all(disk: &Disk, jobs: &[Job], parts: &SyncSender<Part>, spare: &Receiver<Vec<u8>>) {
    for job in jobs {
        // What lies there is destroyed only when what takes its place is known to be sound.
        if job.replaces && !job.even_damaged && !is_sound(disk, job) {
            if parts.send(Part::End(false, None)).is_err() {
                return;
            }
            continue;
        }
        let ended = match read_one(disk, job, parts, spare) {
            Ok(Some((sound, buffer))) => Part::End(sound, Some(buffer)),
            Ok(None) => return,
            // Gone, or not to be opened.
            Err(_) => Part::End(false, None),
        };
        if parts.send(ended).is_err() {
            return;
        }
    }
}

/// Whether the file is what its name says, and a buffer; nothing when nobody takes what was read.
fn read_one(
    disk: &Disk,
    job: &Job,
    parts: &SyncSender<Part>,
    spare: &Receiver<Vec<u8>>,
) -> io::Result<Option<(bool, Vec<u8>)>> {
    let mut source = disk.open(&job.from)?;
    let mut hasher = Sha256::new();
    loop {
        let Ok(mut buffer) = spare.recv() else { return Ok(None) };
        // Bytes that the medium does not give are damage like any other.
        let Ok(n) = read_some(&mut source, &mut buffer) else { return Ok(Some((false, buffer))) };
        let run = buffer.get(..n).unwrap_or_default();
        if run.is_empty() {
            return Ok(Some((hex(&hasher.finalize()) == job.sha256, buffer)));
        }
        hasher.update(run);
        if parts.send(Part::Bytes(buffer, n)).is_err() {
            return Ok(None);
        }
    }
}

fn read_some(source: &mut DiskFile, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match source.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

type Pipe<'a> = (&'a Receiver<Part>, &'a SyncSender<Vec<u8>>);

/// Writes what the reader hands over of one file, of which and after which so many bytes are left to copy. `takes` sees all that
/// is written. Gives the file when it is to be made durable.
fn write_one(
    disk: &Disk,
    (job, left): (&Job, u64),
    (parts, used): Pipe<'_>,
    advance: &dyn Fn(u64) -> bool,
    takes: &mut dyn FnMut(&[u8]),
    written: &mut Written,
) -> Result<Option<DiskFile>, BackupError> {
    let failed = |error| BackupError::drive(&job.to, error, left);
    let mut target: Option<DiskFile> = None;
    let mut total = 0;
    let outcome = loop {
        match parts.recv() {
            Ok(Part::Bytes(buffer, n)) => {
                let file = match &mut target {
                    Some(file) => file,
                    None => target.insert(create(disk, &job.to, job.replaces, &mut written.folders).map_err(failed)?),
                };
                let bytes = buffer.get(..n).unwrap_or_default();
                if let Err(error) = file.write_all(bytes) {
                    break Err(failed(error));
                }
                takes(bytes);
                // Nobody wants it any more when the reader has ended.
                let _returned = used.send(buffer);
                let n = u64::try_from(n).unwrap_or(0);
                total += n;
                if !advance(n) {
                    break Err(BackupError::Interrupted);
                }
            }
            Ok(Part::End(sound, buffer)) => {
                if let Some(buffer) = buffer {
                    let _returned = used.send(buffer);
                }
                if !sound {
                    written.damaged.push(job.from.clone());
                }
                break Ok(sound || (job.even_damaged && target.is_some()));
            }
            Err(_) => break Err(BackupError::Interrupted),
        }
    };
    match outcome {
        Ok(true) => {
            let file = match target {
                Some(file) => file,
                None => create(disk, &job.to, job.replaces, &mut written.folders).map_err(failed)?,
            };
            written.files.push((job.to.clone(), job.sha256.clone()));
            written.bytes += total;
            Ok(Some(file))
        }
        unwritten => {
            if target.take().is_some() {
                // What stays all the same is evident: its bytes do not hash to its name.
                let _removed = disk.remove(&job.to);
            }
            unwritten.map(|_| None)
        }
    }
}

/// A new file. One that is there is removed first when it is known to be wrong, and never written over.
fn create(disk: &Disk, path: &Path, replaces: bool, folders: &mut BTreeSet<PathBuf>) -> io::Result<DiskFile> {
    if let Some(folder) = path.parent() {
        folders.extend(disk.make_folders(folder)?);
        folders.insert(folder.to_owned());
    }
    if replaces {
        return create_anew(disk, path);
    }
    if path.exists() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    disk.create(path)
}

/// A new file in the place of a wrong one. NTFS-3G says of a file whose clusters it cannot follow that it could not remove it,
/// has removed it, and for a second opens what is no longer there: so it is tried again.
fn create_anew(disk: &Disk, path: &Path) -> io::Result<DiskFile> {
    let mut pauses = REPLACING_PAUSES_MS.into_iter();
    loop {
        let made = match disk.remove(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => disk.create(path),
        };
        match made {
            Err(error) if error.kind() == io::ErrorKind::NotFound || is_failing_medium(&error) => {
                let Some(pause) = pauses.next() else { return Err(error) };
                std::thread::sleep(Duration::from_millis(pause));
            }
            made => return made,
        }
    }
}

/// `EIO` (5); Windows says of such files that they are corrupt and unreadable (`ERROR_FILE_CORRUPT`, 1392). Their kind has no
/// name, and the number is hidden in an error that names the path; kinds that have a name are something else.
fn is_failing_medium(error: &io::Error) -> bool {
    error.kind() == io::Error::from_raw_os_error(if cfg!(windows) { 1392 } else { 5 }).kind()
}

fn is_sound(disk: &Disk, job: &Job) -> bool {
    disk.open(&job.from).and_then(|mut source| hash(&mut source)).is_ok_and(|(actual, _)| actual == job.sha256)
}

/// Writes a small file with durable bytes, unless the same are there already. Straight under its name: what is half is known
/// for it by its name, or by the marker of the run.
///
/// # Errors
/// [`BackupError::Drive`], [`BackupError::Full`].
pub(super) fn write_small(disk: &Disk, path: &Path, bytes: &[u8], written: &mut Written) -> Result<(), BackupError> {
    if fs::read(path).is_ok_and(|present| present == bytes) {
        return Ok(());
    }
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let outcome = create(disk, path, path.exists(), &mut written.folders)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync()));
    if let Err(error) = outcome {
        // Half a file is of no use, and a full disk gets its room back.
        let _removed = disk.remove(path);
        return Err(BackupError::drive(path, error, size));
    }
    written.small.push((path.to_owned(), hex(&Sha256::digest(bytes))));
    Ok(())
}

/// Writes a list so that a reader never takes half of it for the whole: under a temporary name of the same folder first.
///
/// # Errors
/// [`BackupError::Drive`], [`BackupError::Full`].
pub(super) fn write_whole(disk: &Disk, path: &Path, bytes: &[u8], written: &mut Written) -> Result<(), BackupError> {
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    disk.replace(path, bytes).map_err(|error| BackupError::drive(path, error, size))?;
    written.small.push((path.to_owned(), hex(&Sha256::digest(bytes))));
    Ok(())
}
