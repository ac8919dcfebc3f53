//! What interrupted writers leave: temporary files, and objects that no commit lists.

use std::collections::{BTreeSet, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::archive::Archive;
use super::error::StoreError;
use super::layout::Layout;
use super::object::is_object_name;
use super::slots::{self, SlotFile};
use super::{commit, create};

/// Removes temporary files, halves of commits and slots, slots of interrupted changes of keys, objects that no commit lists,
/// and what commits took away on purpose, durably: nothing of them comes back beside what is written next. Writes the public
/// lists that interrupted writers did not come to. An object is
/// spared when any commit cannot be read, for that commit may list it.
pub(super) fn clear_leftovers(archive: &Archive) -> Result<(), StoreError> {
    let (layout, disk) = (archive.layout(), archive.layout().disk());
    // What it replaces goes for good.
    commit::settle(layout)?;
    create::clear_sign(layout)?;
    // A set: half a slot of an interrupted change is both.
    let mut leftovers = BTreeSet::from_iter(temporaries(layout)?);
    leftovers.extend(commit::unfinished(layout)?);
    let slots = slots::list(layout)?.into_iter().filter(|slot| is_half_slot(archive, slot));
    leftovers.extend(slots.map(|slot| slots::path(layout, &slot.name)));
    leftovers.extend(slots::strays(layout, &archive.commit().slots)?);
    leftovers.extend(unlisted_anywhere(archive)?.iter().map(|stray| layout.object(stray)));
    let mut folders = BTreeSet::new();
    for path in leftovers {
        disk.remove(&path)?;
        folders.extend(path.parent().map(Path::to_owned));
    }
    folders.iter().try_for_each(|folder| disk.sync_folder(folder))?;
    complete_lists(archive)?;
    // Last of all, when the rest is gone for good: their presence tells that something is left to do.
    let forgotten = forgotten_files(archive)?;
    if forgotten.is_empty() || archive.history().is_err() {
        return Ok(());
    }
    // An interrupted run may have removed objects in the memory of the system only.
    object_folders(layout)?.iter().try_for_each(|folder| disk.sync_folder(folder))?;
    forgotten.iter().try_for_each(|name| disk.remove(&layout.commits().join(name)))?;
    Ok(disk.sync_folder(&layout.commits())?)
}

/// The folders that objects lie in. None where there is no object yet: a copy of an archive without any has no folder for
/// them.
///
/// # Errors
/// Those of reading the folder above.
pub fn object_folders(layout: &Layout) -> io::Result<Vec<PathBuf>> {
    let items = match fs::read_dir(layout.objects()) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        items => items?.map(|item| item.map(|item| item.path())),
    };
    Ok(items.collect::<io::Result<Vec<_>>>()?.into_iter().filter(|path| path.is_dir()).collect())
}

/// A slot whose writing was interrupted: its bytes are not those of its name, and no commit lists it.
pub(super) fn is_half_slot(archive: &Archive, slot: &SlotFile) -> bool {
    !slot.sound && !archive.commit().slots.contains(&slot.name)
}

/// Files of interrupted writing. One beside the file that it was to become is spared: see [`super::Disk::replace`].
fn temporaries(layout: &Layout) -> Result<Vec<PathBuf>, StoreError> {
    let mut found = Vec::new();
    for folder in [layout.work(), layout.commits()] {
        for item in fs::read_dir(folder).into_iter().flatten() {
            let path = item?.path();
            found.extend(Some(path).filter(|path| path.extension().is_some_and(|extension| extension == "tmp")));
        }
    }
    // `NAME.RANDOM.tmp` in `commits/`, `RANDOM.tmp` in `work/`; others there belong to the register of drives.
    found.retain(|path| {
        let becomes = path.with_extension("").with_extension("");
        if path.starts_with(layout.work()) { becomes == path.with_extension("") } else { !becomes.exists() }
    });
    Ok(found)
}

/// Names (without `.age`) of the objects on disk that no commit lists; none when a commit cannot be read.
fn unlisted_anywhere(archive: &Archive) -> Result<Vec<String>, StoreError> {
    let listed: HashSet<&str> = archive.commit().objects.iter().map(|object| object.sha256.as_str()).collect();
    let mut strays = unlisted(archive.layout(), &listed)?;
    if strays.is_empty() {
        return Ok(strays);
    }
    let Ok(history) = archive.history() else { return Ok(Vec::new()) };
    let removed: HashSet<&str> =
        history.iter().flat_map(|tip| &tip.commit.removed).map(|removal| removal.sha256.as_str()).collect();
    for tip in &history {
        let older: HashSet<&str> = tip.commit.objects.iter().map(|object| object.sha256.as_str()).collect();
        strays.retain(|stray| removed.contains(stray.as_str()) || !older.contains(stray.as_str()));
    }
    Ok(strays)
}

/// File names in `commits/` whose number is below that of the oldest commit that is kept; lists before commits.
pub(super) fn forgotten_files(archive: &Archive) -> Result<Vec<String>, StoreError> {
    let first = archive.commit().first;
    let mut names = Vec::new();
    if first == 0 {
        return Ok(names);
    }
    for item in fs::read_dir(archive.layout().commits())? {
        let name = item?.file_name().to_string_lossy().into_owned();
        let is_old = name.get(..10).and_then(|seq| seq.parse::<u64>().ok()).is_some_and(|seq| seq < first);
        if is_old && (name.ends_with(".age") || name.ends_with(".sums") || name.ends_with(".removed")) {
            names.push(name);
        }
    }
    names.sort_by_key(|name| (name.ends_with(".age"), name.clone()));
    Ok(names)
}

/// Whether an erasure that is committed has not been carried out to its end: it was interrupted, or it came from a copy.
#[must_use]
pub fn has_removals(archive: &Archive) -> bool {
    forgotten_files(archive).is_ok_and(|names| !names.is_empty())
}

/// Whether a public list by which backups go is not there, because a writer was interrupted: that of the newest commit's
/// objects, or that of what the newest erasure took away. A damaged one is another matter: see [`restore_lists`].
#[must_use]
pub fn lacks_lists(archive: &Archive) -> bool {
    let (layout, commit) = (archive.layout(), archive.commit());
    let is_there = |name: String| layout.commits().join(name).exists();
    !is_there(Layout::sums_name(commit.seq))
        || (commit.first > 0 && !is_there(Layout::removed_name(commit.first)))
        || commit::lacks_sums(layout).unwrap_or(false)
}

/// Carries out what the commits took away on purpose, and completes what interrupted writers left.
///
/// # Errors
/// [`StoreError::Locked`] when another process writes; those of removing.
pub fn finish_removals(archive: &Archive) -> Result<(), StoreError> {
    let _lock = lock(archive)?;
    clear_leftovers(archive)
}

/// How often the archive's lock is tried again while somebody has it.
const LOCK_TRIES: usize = 5;

/// Takes the archive's lock.
pub(super) fn lock(archive: &Archive) -> Result<fs::File, StoreError> {
    if archive.layout().is_copy() {
        return Err(StoreError::IsCopy { path: archive.layout().root().to_owned() });
    }
    let lock =
        archive.layout().disk().lock_patiently(&archive.layout().lock(), LOCK_TRIES).map_err(|error| match error {
            std::fs::TryLockError::WouldBlock => StoreError::Locked,
            std::fs::TryLockError::Error(error) => StoreError::Io(error),
        })?;
    // Another process may have come to write between opening and locking: writing after an older commit would fork, and its
    // objects would look like leftovers.
    if archive.is_newest()? { Ok(lock) } else { Err(StoreError::Locked) }
}

/// Writes the public lists that interrupted writers did not come to.
fn complete_lists(archive: &Archive) -> Result<(), StoreError> {
    let layout = archive.layout();
    let first = archive.commit().first;
    let lacks_removals = first > 0 && !layout.commits().join(Layout::removed_name(first)).exists();
    if lacks_removals || commit::lacks_sums(layout)? {
        // A damaged commit says itself what is wrong; its list is not the worry.
        for tip in archive.history().into_iter().flatten() {
            commit::complete_lists(layout, &tip.commit)?;
        }
    }
    commit::complete_lists(layout, archive.commit())?;
    Ok(())
}

/// Writes every public list again that is missing or damaged: the commits tell what stands in them. Gives those it wrote.
///
/// # Errors
/// [`StoreError::Locked`] when another process writes; [`StoreError::Damaged`] for a commit that is; those of writing.
pub fn restore_lists(archive: &Archive) -> Result<Vec<PathBuf>, StoreError> {
    let _lock = lock(archive)?;
    let mut written = Vec::new();
    for tip in archive.history()? {
        written.append(&mut commit::complete_lists(archive.layout(), &tip.commit)?);
    }
    Ok(written)
}

/// Names (without `.age`) of the objects on disk that are not in `listed`.
pub(super) fn unlisted(layout: &Layout, listed: &HashSet<&str>) -> Result<Vec<String>, StoreError> {
    let mut strays = Vec::new();
    for fan in object_folders(layout)? {
        for item in fs::read_dir(fan)? {
            let name = item?.file_name().to_string_lossy().into_owned();
            if let Some(hash) = name.strip_suffix(".age").filter(|_| is_object_name(&name))
                && !listed.contains(hash)
            {
                strays.push(hash.to_owned());
            }
        }
    }
    Ok(strays)
}
