//! What a check of a copy looks at because of parity: small files and objects that the public list does not tell of, and the
//! parity files themselves.

use std::io;
use std::path::Path;

use fs_err as fs;
use rayon::prelude::*;

use super::super::erasures::removed_paths;
use super::super::error::BackupError;
use super::super::repair::files_aside;
use super::format::{Part, is_sound, part_path, scan};
use super::{claims, folder, hash_in_name, listed_objects};
use crate::store::{Finding, FindingKind, Layout, VerifyReport, hash_file};

/// Adds to the report of [`crate::store::check_public`] what only parity tells: every file that is in a group and is not what
/// it was, and every damaged parity file. Objects of the newest public list were looked at already. `tick` is told bytes
/// read.
///
/// # Errors
/// Those of reading the folder of parity files; damage is a finding.
pub fn check_parity(drive: &Layout, report: &mut VerifyReport, tick: &(dyn Fn(u64) + Sync)) -> Result<(), BackupError> {
    let root = drive.root();
    let (stored, unreadable) = scan(root).map_err(|error| BackupError::drive(&folder(root), error, 0))?;
    let listed = listed_objects(drive, &stored);
    let erased = removed_paths(drive);
    let claims: Vec<_> = claims(&stored).into_iter().filter(|(path, _)| !erased.contains(path)).collect();
    let files: Vec<Finding> = claims
        .par_iter()
        .filter_map(|(path, hashes)| {
            let named = hash_in_name(path).filter(|_| path.starts_with("objects/"));
            if named.is_some_and(|sha256| listed.contains(sha256)) {
                return None;
            }
            let file = root.join(path);
            match hash_file(&file) {
                Ok((actual, size)) => {
                    tick(size);
                    (!hashes.contains(&actual)).then(|| Finding::new(root, &file, FindingKind::Damaged))
                }
                // A copy whose newest list does not have an object no longer needs it.
                Err(error) if is_absent(&error) && named.is_some() && !listed.is_empty() => None,
                Err(error) => Some(Finding::new(root, &file, kind_of(&error))),
            }
        })
        .collect();
    let parts: Vec<_> = stored.iter().flat_map(|group| Part::BOTH.map(|part| (group, part))).collect();
    let parities: Vec<Finding> = parts
        .par_iter()
        .filter_map(|(group, part)| {
            let path = part_path(root, &group.id, *part);
            let sound = is_sound(drive, group, *part);
            tick(group.group.file_bytes());
            (!sound).then(|| {
                Finding::new(root, &path, if exists(&path) { FindingKind::Damaged } else { FindingKind::Missing })
            })
        })
        .collect();
    let aside = files_aside(root).map_err(|error| BackupError::drive(root, error, 0))?;
    let beside = aside.iter().map(|(_, aside)| Finding::new(root, &root.join(aside), FindingKind::Leftover));
    report.findings.extend(beside);
    report.findings.extend(files);
    report.findings.extend(parities);
    report.findings.extend(unreadable.iter().map(|path| Finding::new(root, path, FindingKind::Damaged)));
    report.findings.sort();
    report.findings.dedup();
    Ok(())
}

fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

fn is_absent(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
}

fn kind_of(error: &io::Error) -> FindingKind {
    if is_absent(error) { FindingKind::Missing } else { FindingKind::Damaged }
}
