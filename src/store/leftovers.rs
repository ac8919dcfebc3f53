//! What interrupted writers leave: temporary files, and objects that no commit lists.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::archive::Archive;
use super::error::StoreError;
use super::layout::Layout;
use super::object::is_object_name;
use super::slots::{self, SlotFile};
use super::{commit, create};

/// Removes temporary files, halves of commits and slots, slots of interrupted changes of keys, and objects that no commit
/// lists, durably: nothing of them comes back beside what is written next. An object is spared when any commit cannot be
/// read, for that commit may list it.
pub(super) fn clear_leftovers(archive: &Archive) -> Result<(), StoreError> {
    let (layout, disk) = (archive.layout(), archive.layout().disk());
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
    Ok(folders.iter().try_for_each(|folder| disk.sync_folder(folder))?)
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
    for tip in &history {
        let older: HashSet<&str> = tip.commit.objects.iter().map(|object| object.sha256.as_str()).collect();
        strays.retain(|stray| !older.contains(stray.as_str()));
    }
    Ok(strays)
}

/// Names (without `.age`) of the objects on disk that are not in `listed`.
pub(super) fn unlisted(layout: &Layout, listed: &HashSet<&str>) -> Result<Vec<String>, StoreError> {
    let mut strays = Vec::new();
    for fan in fs::read_dir(layout.objects())? {
        let fan = fan?.path();
        if !fan.is_dir() {
            continue;
        }
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
