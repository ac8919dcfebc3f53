//! Objects that the archive lists and has lost: their file is gone or cut, or a check found its bytes damaged. A look at every
//! file is cheap, reading every file is not: what checks and backups find is noted, and only that is read again.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;
use rayon::prelude::*;

use super::archive::Archive;
use super::error::StoreError;
use super::layout::Layout;
use super::object::{hash_file, is_object_name};

impl Archive {
    /// Names of listed objects that are gone, have another size, or were found damaged and still are.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn lost_objects(&self) -> Result<BTreeSet<String>, StoreError> {
        let noted = noted(self.layout());
        let lost = self.commit().objects.par_iter().filter(|object| {
            let path = self.layout().object(&object.sha256);
            match fs::metadata(&path) {
                Ok(there) if there.len() != object.size => true,
                Ok(_) if noted.contains(&object.sha256) => !is_sound(&path, &object.sha256),
                Ok(_) => false,
                // What cannot be looked at for another reason is no loss yet; whoever reads it tells.
                Err(error) => error.kind() == io::ErrorKind::NotFound,
            }
        });
        Ok(lost.map(|object| object.sha256.clone()).collect())
    }
}

/// Notes objects that were found damaged, so that the next import stores again what its downloads have of them. A note is no
/// verdict: whoever goes by it reads the file once more. What cannot be noted (a medium that is read only) is not.
pub fn note_damaged<'p>(layout: &Layout, paths: impl IntoIterator<Item = &'p Path>) {
    let name = |path: &Path| {
        let name = path.file_name()?.to_str()?;
        name.strip_suffix(".age").filter(|_| is_object_name(name)).map(str::to_owned)
    };
    let mut damaged = noted(layout);
    let before = damaged.len();
    damaged.extend(paths.into_iter().filter_map(name));
    damaged.retain(|sha256| !is_sound(&layout.object(sha256), sha256));
    if (damaged.is_empty() && before == 0) || layout.is_copy() {
        return;
    }
    let lines: String = damaged.into_iter().map(|sha256| sha256 + "\n").collect();
    let made = layout.disk().make_folders(&layout.work());
    let _noted = made.and_then(|_| layout.disk().replace(&path_of(layout), lines.as_bytes()));
}

fn noted(layout: &Layout) -> BTreeSet<String> {
    let text = fs::read_to_string(path_of(layout)).unwrap_or_default();
    text.lines().filter(|line| is_object_name(&format!("{line}.age"))).map(str::to_owned).collect()
}

fn path_of(layout: &Layout) -> PathBuf {
    layout.work().join("damaged.txt")
}

fn is_sound(path: &Path, sha256: &str) -> bool {
    hash_file(path).is_ok_and(|(actual, _)| actual == sha256)
}
