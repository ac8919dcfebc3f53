//! Archives made without the program, with a cheap key, for tests that are not about keys.

use std::path::{Path, PathBuf};

use chrono::DateTime;
use malle::crypto::{Passphrase, Unlock};
use malle::ingest::{ImportOptions, ImportOutcome, Observer, Phase, import};
use malle::sources::ReadOptions;
use malle::store::{Archive, CreateOptions};

/// The passphrase of every archive made here.
pub const PASSPHRASE: &str = "phrase pour les essais";

/// Watches nothing.
pub struct Quiet;

impl Observer for Quiet {
    fn phase(&self, _: Phase, _: u64) {}
    fn advance(&self, _: u64) {}
    fn interrupted(&self) -> bool {
        false
    }
}

/// A new archive, with the line of its recovery sheet.
pub fn create(root: &Path) -> (Archive, String) {
    use age::secrecy::ExposeSecret as _;
    let passphrase = Passphrase::new(PASSPHRASE);
    let now = DateTime::from_timestamp(1_710_000_000, 0).unwrap();
    let options = CreateOptions { passphrase: &passphrase, recovery: true, work_factor: 4, now };
    let created = Archive::create(root, &options).unwrap();
    let line = created.recovery.unwrap().reveal().expose_secret().to_owned();
    (created.archive, line)
}

/// Opens it again.
pub fn open(root: &Path) -> Archive {
    Archive::open(root, &Unlock::Passphrase(&Passphrase::new(PASSPHRASE))).unwrap()
}

/// Imports and must succeed.
pub fn import_all(archive: &mut Archive, paths: &[PathBuf]) -> ImportOutcome {
    let now = DateTime::from_timestamp(1_710_000_000, 0).unwrap();
    import(archive, paths, &ImportOptions { read: ReadOptions::default(), dry_run: false, now }, &Quiet).unwrap()
}

/// Everything of a new archive into which these were imported one after the other.
pub fn imported_in_turn(scratch: &Path, downloads: &[&Path]) -> Vec<serde_json::Value> {
    let root = tempfile::tempdir_in(scratch).unwrap().keep();
    let mut archive = create(&root.join("archive")).0;
    for download in downloads {
        import_all(&mut archive, &[download.to_path_buf()]);
    }
    export(&archive)
}

/// What an import would do.
pub fn try_all(archive: &mut Archive, paths: &[PathBuf]) -> ImportOutcome {
    let now = DateTime::from_timestamp(1_710_000_000, 0).unwrap();
    import(archive, paths, &ImportOptions { read: ReadOptions::default(), dry_run: true, now }, &Quiet).unwrap()
}

/// Every live record as `export ndjson` gives it, without origins.
pub fn export(archive: &Archive) -> Vec<serde_json::Value> {
    let mut bytes = Vec::new();
    malle::export::write_ndjson(archive, &mut bytes, &|| {}).unwrap();
    bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| {
            let mut record: serde_json::Value = serde_json::from_slice(line).unwrap();
            record.as_object_mut().unwrap().remove("origin");
            record
        })
        .collect()
}

/// Every file below a folder.
pub fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for item in std::fs::read_dir(root).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// Copies every file below a folder, and the folders, empty ones too.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for item in std::fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let target = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            copy_folder(&item.path(), &target);
        } else {
            std::fs::copy(item.path(), &target).unwrap();
        }
    }
}

/// Saves every JSON file below a folder anew as UTF-16 with its mark, as editors of Windows do.
pub fn widen_json(folder: &Path, unit: fn(u16) -> [u8; 2]) {
    for file in files(folder).iter().filter(|file| file.extension().is_some_and(|it| it == "json")) {
        let text = std::fs::read_to_string(file).unwrap();
        let wide: Vec<u8> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect();
        std::fs::write(file, wide).unwrap();
    }
}
