//! Makes written files durable while others are being made: a drive takes long over it, and the processor has nothing to
//! do with it.

use std::io;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::disk::DiskFile;

/// Most written files that wait; then writers wait for the drive.
const WAITING_MAX: usize = 4;

/// Syncs files one after another on a thread of its own.
pub(super) struct Syncer {
    files: SyncSender<DiskFile>,
    progress: Arc<Progress>,
}

#[derive(Default)]
struct Progress {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Files handed over and not yet durable.
    waiting: usize,
    failure: Option<io::Error>,
}

impl Progress {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Syncer {
    /// Starts the thread, which ends with this value.
    pub(super) fn start() -> io::Result<Self> {
        let (files, received) = sync_channel::<DiskFile>(WAITING_MAX);
        let progress = Arc::new(Progress::default());
        let shared = Arc::clone(&progress);
        std::thread::Builder::new().name("sync".to_owned()).spawn(move || {
            for file in received {
                let synced = file.sync();
                let mut state = shared.state();
                state.waiting -= 1;
                if let Err(error) = synced {
                    state.failure.get_or_insert(error);
                }
                drop(state);
                shared.changed.notify_all();
            }
        })?;
        Ok(Self { files, progress })
    }

    /// Hands a written file over. Waits while too many do.
    ///
    /// # Errors
    /// When the thread has ended.
    pub(super) fn sync(&self, file: DiskFile) -> io::Result<()> {
        self.progress.state().waiting += 1;
        self.files.send(file).map_err(|_| {
            self.progress.state().waiting -= 1;
            io::Error::other("the thread that syncs files has ended")
        })
    }

    /// Returns when every file handed over is durable.
    ///
    /// # Errors
    /// The first failure since the last call: what was handed over must be taken for lost.
    pub(super) fn wait(&self) -> io::Result<()> {
        let mut state = self.progress.state();
        while state.waiting > 0 {
            state = self.progress.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.failure.take().map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::super::disk::Disk;
    use super::*;

    #[test]
    fn all_are_durable_after_waiting_and_a_failure_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::default();
        let syncer = Syncer::start().unwrap();
        for number in 0..3 * WAITING_MAX {
            let mut file = disk.create(&folder.path().join(number.to_string())).unwrap();
            file.write_all(b"x").unwrap();
            syncer.sync(file).unwrap();
        }
        syncer.wait().unwrap();
        assert_eq!(syncer.progress.state().waiting, 0);
        // Pipes and the like cannot be synced.
        #[cfg(target_os = "linux")]
        {
            syncer.sync(disk.open(std::path::Path::new("/dev/null")).unwrap()).unwrap();
            assert!(syncer.wait().is_err());
            syncer.wait().unwrap();
        }
    }
}
