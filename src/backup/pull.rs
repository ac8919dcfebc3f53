//! An archive that was put back to an older state takes from a drive what it has forgotten.

use std::path::Path;

use fs_err as fs;

use super::copy::{Written, copy_files, write_whole};
use super::error::BackupError;
use super::plan::{Plan, Source};
use super::register::Drive;
use super::run::{Advance, RunReport, check_space, is_of, lock};
use super::session::Vouched;
use crate::store::Archive;

/// Copies from a drive what it has and the archive lacks. `copy` is the drive's copy, opened with the archive's own key:
/// its commits are authenticated and lead back to the archive's newest one.
///
/// # Errors
/// [`BackupError::Forked`] when they do not; [`BackupError::DamagedSource`] when the drive is damaged; those of writing.
/// Until the last step the archive stays as it was.
pub fn pull(archive: &Archive, drive: &Drive, copy: &Archive, advance: &Advance<'_>) -> Result<RunReport, BackupError> {
    let (from, to) = (copy.layout(), archive.layout());
    let _lock = lock(to)?;
    let (own, newest) = (archive.commit().seq, copy.commit().seq);
    if newest <= own && archive.history()?.iter().any(|tip| tip.sha256 == copy.tip().sha256) {
        let commit = copy.tip().sha256.clone();
        return Ok(RunReport { seq: newest, commit, durable: true, ..RunReport::default() });
    }
    let leads_back = copy.history()?.iter().any(|tip| tip.sha256 == archive.tip().sha256);
    if !leads_back {
        return Err(BackupError::Forked { path: drive.folder.clone(), seq: own.min(newest) });
    }
    let objects = archive.commit().objects.iter().map(|object| object.sha256.clone()).collect();
    let plan = Plan::make((from, to), &Vouched { seq: own, objects }, false, Source::Archive)?;
    if !plan.damaged.is_empty() {
        return Err(BackupError::DamagedSource { paths: plan.damaged });
    }
    check_space(to, plan.bytes())?;
    let mut written = Written::default();
    let total = plan.bytes();
    copy_files(to.disk(), &plan.objects, &|bytes| advance(bytes, total), &mut written, None)?;
    if !written.damaged.is_empty() {
        return Err(BackupError::DamagedSource { paths: written.damaged });
    }
    // What is there already may be the work of an interrupted run, and in memory only.
    for path in &plan.doubtful {
        to.disk().sync_file(path).map_err(|error| BackupError::drive(path, error, 0))?;
        written.folders.extend(path.ancestors().skip(1).take(2).map(Path::to_owned));
    }
    for (path, bytes) in &plan.small {
        write_whole(to.disk(), path, bytes, &mut written)?;
    }
    for folder in &written.folders {
        to.disk().sync_folder(folder).map_err(|error| BackupError::drive(folder, error, 0))?;
    }
    // As the archive itself does it: a commit, then its list, which acknowledges it.
    for seq in own..=plan.newest.seq {
        if let Some(job) = plan.commits.iter().find(|job| is_of(seq, job)) {
            copy_files(to.disk(), std::slice::from_ref(job), &|bytes| advance(bytes, total), &mut written, None)?;
            to.disk().sync_folder(&to.commits()).map_err(|error| BackupError::drive(&to.commits(), error, 0))?;
        }
        if plan.lists.contains(&seq) {
            for name in super::erasures::lists_of(from, seq) {
                let path = from.commits().join(&name);
                let bytes = fs::read(&path).map_err(|error| BackupError::drive(&path, error, 0))?;
                write_whole(to.disk(), &to.commits().join(&name), &bytes, &mut written)?;
            }
        }
    }
    Ok(RunReport {
        copied: u64::try_from(written.files.len()).unwrap_or(u64::MAX),
        bytes: plan.bytes(),
        present: plan.present,
        seq: plan.newest.seq,
        commit: plan.newest.sha256,
        durable: true,
        ..RunReport::default()
    })
}
