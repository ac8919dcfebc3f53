//! What interrupted writers leave: temporary files, and objects that no commit lists.

use std::collections::HashSet;

use fs_err as fs;

use super::archive::Archive;
use super::error::StoreError;
use super::layout::Layout;
use super::object::is_object_name;

/// Removes temporary files, and objects that no commit lists. An object is spared when any commit cannot be read, for
/// that commit may list it.
pub(super) fn clear_leftovers(archive: &Archive) -> Result<(), StoreError> {
    let layout = archive.layout();
    for folder in [layout.work(), layout.commits(), layout.keys()] {
        for item in fs::read_dir(folder).into_iter().flatten() {
            let path = item?.path();
            if path.extension().is_some_and(|extension| extension == "tmp") {
                fs::remove_file(&path)?;
            }
        }
    }
    let listed: HashSet<&str> = archive.commit().objects.iter().map(|object| object.sha256.as_str()).collect();
    let mut strays = unlisted(layout, &listed)?;
    if strays.is_empty() {
        return Ok(());
    }
    let Ok(history) = archive.history() else { return Ok(()) };
    for tip in &history {
        let older: HashSet<&str> = tip.commit.objects.iter().map(|object| object.sha256.as_str()).collect();
        strays.retain(|stray| !older.contains(stray.as_str()));
    }
    for stray in strays {
        fs::remove_file(layout.object(&stray))?;
    }
    Ok(())
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
