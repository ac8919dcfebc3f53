//! Whether a drive's copy is what was written: by names and sizes, by hashes of a part or of everything, without any key;
//! or with the key to the last record.

use fs_err as fs;

use super::error::BackupError;
use super::parity::check_parity;
use super::register::Drive;
use super::run::present;
use crate::store::{
    Archive, Extent, Finding, FindingKind, Layout, Reading, VerifyDepth, VerifyReport, check_public_part,
    public_commits, public_objects, verify_with,
};

/// Checks a drive without any key, reading from the medium itself. `tick` is told the size of each object when it is done.
///
/// # Errors
/// [`BackupError::Absent`] and the like; [`BackupError::Unfinished`]; damage is a finding.
pub fn check(
    layout: &Layout,
    drive: &Drive,
    extent: Extent,
    tick: &(dyn Fn(u64) + Sync),
) -> Result<VerifyReport, BackupError> {
    present(layout, drive)?;
    let copy = layout.beside(&drive.folder);
    if drive.seq == 0 && !copy.marker().exists() {
        // The marker comes last.
        return Err(BackupError::Unfinished { path: drive.folder.clone() });
    }
    let mut report = check_public_part(&copy, extent, Reading::Medium, tick)?;
    let known: Vec<_> = report.findings.iter().map(|finding| finding.path.clone()).collect();
    let mut wrong = wrong_sizes(layout, &copy, extent);
    wrong.retain(|finding| !known.contains(&finding.path));
    report.findings.append(&mut wrong);
    if matches!(extent, Extent::All) {
        check_parity(&copy, &mut report, tick)?;
    }
    report.findings.sort();
    Ok(report)
}

/// Checks a drive's copy that was opened with the key: everything is read from the medium, decrypted and parsed.
///
/// # Errors
/// Only when the folder itself cannot be read; damage is a finding.
pub fn check_whole(copy: &Archive, tick: &(dyn Fn(u64) + Sync)) -> Result<VerifyReport, BackupError> {
    let mut report = verify_with(copy, VerifyDepth::Data, Reading::Medium, tick)?;
    check_parity(copy.layout(), &mut report, tick)?;
    Ok(report)
}

/// Objects that were not read and whose size is not that of the archive's. Which of the two is wrong, the hash tells.
fn wrong_sizes(layout: &Layout, copy: &Layout, extent: Extent) -> Vec<Finding> {
    let newest = public_commits(copy).ok().and_then(|mut commits| commits.pop());
    let wanted = newest.and_then(|newest| public_objects(copy, newest.seq).ok()).unwrap_or_default();
    let size = |layout: &Layout, sha256: &str| fs::metadata(layout.object(sha256)).ok().map(|there| there.len());
    wanted
        .iter()
        .filter(|sha256| !extent.reads(sha256))
        .filter(|sha256| {
            let (here, there) = (size(layout, sha256), size(copy, sha256));
            here.is_some() && there.is_some() && here != there
        })
        .map(|sha256| (copy.object(sha256), sha256))
        .filter(|(path, sha256)| !copy.disk().hash_on_medium(path).is_ok_and(|(actual, _)| actual == **sha256))
        .map(|(path, _)| Finding::new(copy.root(), &path, FindingKind::Damaged))
        .collect()
}

/// How probable it is that a sound check of `read` files of `all` missed damage, when `damaged` files anywhere are
/// damaged: (1 − read/all)^damaged.
#[must_use]
pub fn chance_missed(read: u64, all: u64, damaged: u32) -> f64 {
    let exact = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if all == 0 {
        return 0.0;
    }
    (1.0 - (exact(read) / exact(all)).min(1.0)).powf(f64::from(damaged))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chance_of_missing_damage_falls_with_its_extent() {
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} {b}");
        close(chance_missed(12, 240, 1), 0.95);
        close(chance_missed(12, 240, 10), 0.95_f64.powi(10));
        close(chance_missed(240, 240, 1), 0.0);
        close(chance_missed(0, 240, 5), 1.0);
        close(chance_missed(0, 0, 5), 0.0);
    }
}
