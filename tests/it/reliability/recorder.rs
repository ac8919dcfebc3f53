//! Writes down every operation of a run on the real disk, so that crashes after each of them can be acted out.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use malle::store::{Disk, Step, Watcher};

/// An operation, with paths below the recorded folder; or what was promised when it was reached.
#[derive(Clone, Debug)]
pub enum Op {
    Folder(PathBuf),
    Create(PathBuf),
    Write(PathBuf, Arc<[u8]>),
    SyncFile(PathBuf),
    SyncFolder(PathBuf),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    /// From here on, a promise holds.
    Promise(Promise),
}

impl Op {
    /// The folder that a name was taken out of.
    pub fn removed_from(&self) -> Option<&Path> {
        if let Self::Remove(path) = self { path.parent() } else { None }
    }
}

/// What was acknowledged to whoever ran the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Promise {
    /// Number of the newest commit.
    pub seq: u64,
    /// Records in it.
    pub records: u64,
    /// How often the keys were changed.
    pub keys: usize,
}

/// Which sort of operation a recorder leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    Nothing,
    SyncFile,
    SyncFolder,
}

/// A watcher that keeps a log of what happens below a folder.
#[derive(Debug)]
pub struct Recorder {
    base: PathBuf,
    left_out: LeftOut,
    log: Mutex<Vec<Op>>,
}

impl Recorder {
    /// Records what happens below `base`, leaving out one sort of operation.
    pub fn new(base: &Path, left_out: LeftOut) -> Arc<Self> {
        Arc::new(Self { base: base.to_owned(), left_out, log: Mutex::default() })
    }

    /// The disk to give to the program.
    pub fn disk(self: &Arc<Self>) -> Disk {
        Disk::watched(Arc::<Self>::clone(self))
    }

    /// Notes that a promise was made.
    pub fn promise(&self, promise: Promise) {
        self.log.lock().unwrap().push(Op::Promise(promise));
    }

    /// What happened.
    pub fn log(&self) -> Vec<Op> {
        self.log.lock().unwrap().clone()
    }

    fn op(&self, step: &Step<'_>) -> Option<Op> {
        let below = |path: &Path| path.strip_prefix(&self.base).ok().map(Path::to_owned);
        match *step {
            Step::MakeFolder(path) => below(path).map(Op::Folder),
            Step::Create(path) => below(path).map(Op::Create),
            Step::Write(path, bytes) => below(path).map(|path| Op::Write(path, bytes.into())),
            Step::SyncFile(path) => below(path).map(Op::SyncFile),
            Step::SyncFolder(path) => below(path).map(Op::SyncFolder),
            Step::Rename(from, to) => Some(Op::Rename(below(from)?, below(to)?)),
            Step::Remove(path) => below(path).map(Op::Remove),
            Step::Open(_) | Step::Read(_) => None,
        }
    }
}

impl Watcher for Recorder {
    fn step(&self, step: &Step<'_>, act: &mut dyn FnMut() -> io::Result<()>) -> io::Result<()> {
        let Some(op) = self.op(step) else { return act() };
        // The order in the log is the order on the disk: operations of several threads wait for each other.
        let mut log = self.log.lock().unwrap();
        let left_out = match op {
            Op::SyncFile(_) => self.left_out == LeftOut::SyncFile,
            Op::SyncFolder(_) => self.left_out == LeftOut::SyncFolder,
            _ => false,
        };
        if left_out {
            return Ok(());
        }
        if let Step::Remove(path) = step {
            destroy_twins(path);
        }
        act()?;
        // Writes of one stream are one operation up to a size: a crash between them is a file cut short, which is tried anyway.
        if let (Op::Write(path, bytes), Some(Op::Write(before, written))) = (&op, log.last_mut())
            && path == before
            && written.len() < 1 << 20
        {
            *written = [&**written, &**bytes].concat().into();
            return Ok(());
        }
        log.push(op);
        Ok(())
    }
}

/// On exFAT two names may share their clusters after a crash; removing one frees those of the other. Acted out by hard
/// links.
fn destroy_twins(path: &Path) {
    use std::os::unix::fs::MetadataExt as _;
    if let Ok(file) = std::fs::metadata(path)
        && file.nlink() > 1
    {
        std::fs::write(path, vec![0xA5; usize::try_from(file.len()).unwrap()]).unwrap();
    }
}
