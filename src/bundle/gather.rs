//! From the paths a user names to containers: what is a ZIP, what a folder, which loose files belong together.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::container::{Container, ContainerError};
use super::folder::open_regular;
use super::mhtml::is_saved_page;
use super::nested;

/// Documents that are ZIPs by make. Named beside a chat they are its attachments, not downloads.
const ZIP_DOCUMENTS: &[&str] = &[
    "apk", "docm", "docx", "epub", "ipa", "jar", "key", "kmz", "numbers", "odg", "odp", "ods", "odt", "pages", "pptx",
    "xlsm", "xlsx", "xps",
];

/// What one named path turned out to be.
enum Named {
    Zip(PathBuf),
    Folder(PathBuf),
    /// A page that a browser saved as one file.
    Saved(PathBuf),
    /// Folder of loose files, and their names in it.
    Loose(PathBuf, Vec<PathBuf>),
    Broken(ContainerError),
}

/// See [`Container::open_all`].
pub(super) fn open_all(paths: &[PathBuf]) -> Vec<Result<Container, ContainerError>> {
    let mut opened = HashSet::new();
    let mut containers = Vec::new();
    let mut budget = nested::Budget::default();
    for named in sort_out(paths) {
        match named {
            Named::Zip(path) => {
                if opened.insert(full(&path)) {
                    nested::open(&path, &mut budget, &mut containers);
                }
            }
            Named::Saved(path) => {
                if opened.insert(full(&path)) {
                    containers.push(Container::open_saved(&path));
                }
            }
            Named::Folder(path) => {
                if opened.insert(full(&path)) {
                    open_folder(&path, &mut opened, &mut budget, &mut containers);
                }
            }
            Named::Loose(folder, names) => containers.push(Container::open_loose(&folder, &names)),
            Named::Broken(error) => containers.push(Err(error)),
        }
    }
    containers
}

/// A folder, then the ZIPs and saved pages lying directly in it. A folder of nothing else is no container itself. They stay
/// entries of the folder too: whether one is a download or a file of the folder's download shows only when both are read.
fn open_folder(
    path: &Path,
    opened: &mut HashSet<PathBuf>,
    budget: &mut nested::Budget,
    containers: &mut Vec<Result<Container, ContainerError>>,
) {
    let folder = Container::open(path);
    let mut inner = Vec::new();
    let mut only_inner = false;
    if let Ok(folder) = &folder {
        for entry in folder.entries.iter().filter(|entry| !entry.path.contains('/')) {
            let name = path.join(&entry.path);
            if has_zip_name(&name) {
                inner.push(Named::Zip(name));
            } else if is_saved_page(&name) {
                inner.push(Named::Saved(name));
            }
        }
        only_inner = inner.len() == folder.entries.len();
    }
    if !only_inner {
        containers.push(folder);
    }
    for named in inner {
        match named {
            Named::Zip(path) if opened.insert(full(&path)) => nested::open(&path, budget, containers),
            Named::Saved(path) if opened.insert(full(&path)) => containers.push(Container::open_saved(&path)),
            _ => {}
        }
    }
}

/// Tells what each path is, and gathers the loose files of one folder where the first of them stands. Loose files in a
/// folder that is named too are left to it.
fn sort_out(paths: &[PathBuf]) -> Vec<Named> {
    let folders: HashSet<PathBuf> = paths.iter().filter(|path| path.is_dir()).map(|path| full(path)).collect();
    let mut named = Vec::new();
    let mut places: HashMap<PathBuf, usize> = HashMap::new();
    let mut known = HashSet::new();
    for path in paths {
        if path.is_dir() {
            named.push(Named::Folder(path.clone()));
            continue;
        }
        match is_zip(path) {
            Ok(true) => named.push(Named::Zip(path.clone())),
            Ok(false) if is_saved_page(path) => named.push(Named::Saved(path.clone())),
            Err(source) => named.push(Named::Broken(ContainerError::Unreadable { path: path.clone(), source })),
            Ok(false) => {
                let whole = full(path);
                let (Some(folder), Some(name)) = (whole.parent(), whole.file_name()) else { continue };
                if !known.insert(whole.clone()) || whole.ancestors().any(|above| folders.contains(above)) {
                    continue;
                }
                let place = *places.entry(folder.to_owned()).or_insert_with(|| {
                    named.push(Named::Loose(folder.to_owned(), Vec::new()));
                    named.len() - 1
                });
                if let Some(Named::Loose(_, names)) = named.get_mut(place) {
                    names.push(PathBuf::from(name));
                }
            }
        }
    }
    named
}

/// One spelling for one place on disk.
fn full(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn extension(path: &Path) -> String {
    path.extension().map_or_else(String::new, |extension| extension.to_string_lossy().to_ascii_lowercase())
}

fn has_zip_name(path: &Path) -> bool {
    extension(path) == "zip"
}

/// Whether a named file must be a ZIP: by its name, or because it starts like one (browsers rename, and add `.part` to
/// what they have not finished). Everything else is a loose file.
fn is_zip(path: &Path) -> std::io::Result<bool> {
    use std::io::Read as _;
    let mut head = Vec::new();
    open_regular(path, true)?.take(4).read_to_end(&mut head)?;
    let starts = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"].iter().any(|magic| head == *magic);
    Ok(has_zip_name(path) || (starts && !ZIP_DOCUMENTS.contains(&extension(path).as_str())))
}
