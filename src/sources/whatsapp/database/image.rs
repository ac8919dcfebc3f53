//! From a file of a bundle to an open database: plain, with its log, or decrypted. Nothing is written to a disk.

use std::cell::Cell;
use std::io::{self, Read};

use super::super::key::WhatsappKey;
use super::crypt::{self, Header, Refusal};
use super::sql::{Broken, Database};
use super::wal::Log;
use crate::bundle::{Bundle, Damage, limits};

/// How every file of SQLite begins.
pub const MAGIC: &[u8] = b"SQLite format 3\0";

/// How a journal begins that waits to be rolled back.
const JOURNAL_MAGIC: &[u8] = &[0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// Bytes of a file that tell what encrypts it.
const HEAD_BYTES: usize = 8192;

/// Why a file gives no database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The file itself cannot be read.
    Damage(Damage),
    /// It is encrypted and no key was given.
    NeedsKey,
    /// It is encrypted with another key.
    WrongKey,
    /// It holds nothing.
    Empty,
    /// It is larger than may be held.
    TooLarge,
    /// It holds messages since the last backup in a form nobody has described.
    Increment,
    /// It is no database.
    Unknown,
}

/// An open database and what is to be said of it.
pub struct Opened {
    /// The database.
    pub database: Database,
    /// Words for reports: parts of the file that could not be used.
    pub remarks: Vec<&'static str>,
}

/// Opens a file of a bundle.
pub fn open(bundle: &Bundle, file: usize, key: Option<&WhatsappKey>) -> Result<Opened, Failure> {
    let head = head(bundle, file);
    if head.starts_with(MAGIC) || head.is_empty() {
        return open_plain(bundle, file);
    }
    let header = Header::read(&head).ok_or(Failure::Unknown)?;
    let key = key.ok_or(Failure::NeedsKey)?;
    let bytes = whole(bundle, file)?;
    let plain = header.decrypt(bytes, key).map_err(failure)?;
    if crypt::is_zip(&plain) {
        return Err(Failure::Increment);
    }
    let len = crypt::inflated_len(&plain).map_err(failure)?;
    let log = Log::default();
    let len = usize::try_from(len).map_err(|_| Failure::TooLarge)?;
    let image = log.over(crypt::inflate(&plain), u64::try_from(len).unwrap_or(u64::MAX));
    let database = Database::open(image, len).map_err(of_broken)?;
    Ok(Opened { database, remarks: Vec::new() })
}

/// Whether a key is needed for a file, and whether this one is it.
pub fn key_fits(bundle: &Bundle, file: usize, key: Option<&WhatsappKey>) -> Option<bool> {
    let head = head(bundle, file);
    let header = Some(&head).filter(|head| !head.starts_with(MAGIC)).and_then(|head| Header::read(head))?;
    Some(key.is_some_and(|key| header.fits(&head, key)))
}

fn failure(refusal: Refusal) -> Failure {
    match refusal {
        Refusal::WrongKey => Failure::WrongKey,
        Refusal::Damaged => Failure::Damage(Damage::Corrupt),
        Refusal::TooLarge => Failure::TooLarge,
    }
}

fn of_broken(broken: Broken) -> Failure {
    match broken {
        Broken::Corrupt => Failure::Damage(Damage::Corrupt),
        Broken::TooLarge => Failure::TooLarge,
    }
}

fn open_plain(bundle: &Bundle, file: usize) -> Result<Opened, Failure> {
    let Some(entry) = bundle.file(file) else { return Err(Failure::Unknown) };
    let name = entry.path.rsplit('/').next().unwrap_or(&entry.path);
    let mut remarks = Vec::new();
    let log = match bundle.sibling(file, &format!("{name}-wal")) {
        Some(number) => whole(bundle, number).ok().and_then(|bytes| Log::read(bytes).ok()).unwrap_or_else(|| {
            remarks.push("database-log");
            Log::default()
        }),
        None => Log::default(),
    };
    if log.torn {
        remarks.push("database-log-end");
    }
    let journal = bundle.sibling(file, &format!("{name}-journal")).map(|number| head_of(bundle, number, 8));
    if journal.is_some_and(|journal| journal.starts_with(JOURNAL_MAGIC)) {
        remarks.push("database-journal");
    }
    let len = log.len(entry.size);
    if len > limits::DATABASE_BYTES_MAX {
        return Err(Failure::TooLarge);
    }
    if len == 0 {
        return Err(Failure::Empty);
    }
    let damage = Cell::new(None);
    let base = Watched { reader: bundle.open(file).map_err(|error| Failure::Damage(error.damage))?, damage: &damage };
    let image = log.over(base, entry.size);
    let opened = Database::open(image, usize::try_from(len).map_err(|_| Failure::TooLarge)?);
    match (opened, damage.get()) {
        (_, Some(damage)) => Err(Failure::Damage(damage)),
        (Ok(database), None) => Ok(Opened { database, remarks }),
        (Err(broken), None) => Err(of_broken(broken)),
    }
}

/// Remembers what was wrong with what it reads.
struct Watched<'a, R> {
    reader: R,
    damage: &'a Cell<Option<Damage>>,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer).inspect_err(|error| self.damage.set(Some(Damage::of_io(error))))
    }
}

fn head(bundle: &Bundle, file: usize) -> Vec<u8> {
    head_of(bundle, file, HEAD_BYTES)
}

/// The first bytes of a file; none when it cannot be read.
pub fn head_of(bundle: &Bundle, file: usize, len: usize) -> Vec<u8> {
    let mut head = Vec::new();
    let Ok(reader) = bundle.open(file) else { return head };
    match reader.take(u64::try_from(len).unwrap_or(0)).read_to_end(&mut head) {
        Ok(_) => head,
        Err(_) => Vec::new(),
    }
}

/// A file of at most [`limits::DATABASE_BYTES_MAX`] bytes.
fn whole(bundle: &Bundle, file: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let reader = bundle.open(file).map_err(|error| Failure::Damage(error.damage))?;
    let most = limits::DATABASE_BYTES_MAX;
    reader.take(most + 1).read_to_end(&mut bytes).map_err(|error| Failure::Damage(Damage::of_io(&error)))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > most { Err(Failure::TooLarge) } else { Ok(bytes) }
}
