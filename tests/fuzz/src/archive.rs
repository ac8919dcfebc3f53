//! Sealed files and whole archives in which something was changed.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use malle::crypto::{Keyring, Passphrase, RecoveryLine, SymmetricKey, Unlock, open_slot};
use malle::store::{Archive, VerifyDepth, verify};

/// Longest input tried as a sealed file: the age crate reads a header of many recipients in time that grows with the square
/// of their number (65 KB take half a minute).
const SEALED_BYTES_MAX: usize = 8 << 10;

/// What an input is tried as.
pub fn sealed(bytes: &[u8]) {
    let bytes = &bytes[..bytes.len().min(SEALED_BYTES_MAX)];
    static KEYS: LazyLock<(Keyring, RecoveryLine)> =
        LazyLock::new(|| (Keyring::generate("fuzz"), RecoveryLine::generate()));
    let text = String::from_utf8_lossy(bytes);
    let _ = (Keyring::from_text(&text).is_ok(), RecoveryLine::parse(&text).is_ok());
    let _ = malle::sources::WhatsappKey::read(bytes).is_ok();
    let _ = open_slot(bytes, &Unlock::Recovery(&KEYS.1)).is_ok();
    let opener = KEYS.0.opener();
    assert!(opener.open_bytes(bytes).is_err(), "opened without being sealed");
    assert!(SymmetricKey::new(&[7; 32]).open_at("name", Cursor::new(bytes)).is_err(), "opened without being sealed");
    // The same bytes, sealed: they come back, at any place.
    let Some(sealer) = KEYS.0.sealer() else { return };
    let mut sealed = sealer.seal_bytes(bytes).expect("memory");
    assert!(opener.open_bytes(&sealed).is_ok_and(|plain| plain == bytes), "does not come back");
    let mut file = opener.open_at(Cursor::new(&sealed)).ok().expect("sealed just now");
    for at in [0, 1.min(bytes.len()), bytes.len() / 2, bytes.len()] {
        let offset = u64::try_from(at).unwrap_or(0);
        let read = file.read_at(offset, bytes.len() - at).ok().expect("inside");
        assert!(read == bytes[at..], "other bytes at {at}");
    }
    // One bit changed anywhere, or the end cut off: refused.
    let at = bytes.iter().fold(0_usize, |at, byte| at.wrapping_mul(31).wrapping_add(usize::from(*byte))) % sealed.len();
    sealed[at] ^= 1;
    assert!(opener.open_bytes(&sealed).map_or(true, |plain| plain == bytes), "changed at {at} and opened");
    sealed[at] ^= 1;
    assert!(opener.open_bytes(&sealed[..at]).is_err(), "cut at {at} and opened");
}

/// An archive of a handful of records, made once.
struct Model {
    files: Vec<(PathBuf, Vec<u8>)>,
    keyring: String,
    exported: Vec<String>,
}

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    use std::fs;
    let scratch = tempfile::tempdir().expect("scratch folder");
    let source = super::fixtures().join("store/v1/archive");
    let passphrase = fs::read_to_string(super::fixtures().join("store/v1/passphrase.txt")).expect("fixture");
    let mut files = Vec::new();
    let mut pending = vec![source.clone()];
    while let Some(folder) = pending.pop() {
        for item in fs::read_dir(folder).expect("fixture").flatten() {
            let path = item.path();
            if path.is_dir() {
                pending.push(path);
            } else {
                let name = path.strip_prefix(&source).expect("below").to_owned();
                files.push((name, fs::read(&path).expect("fixture")));
            }
        }
    }
    files.sort();
    write(scratch.path(), &files);
    let passphrase = Passphrase::new(&passphrase);
    let archive = Archive::open(scratch.path(), &Unlock::Passphrase(&passphrase)).ok().expect("fixture");
    let keyring = archive.keyring().to_text();
    let exported = export(&archive).expect("fixture");
    let keyring = age_secret(&keyring);
    Model { files, keyring, exported }
});

fn age_secret(text: &(impl age::secrecy::ExposeSecret<str> + ?Sized)) -> String {
    text.expose_secret().to_owned()
}

fn write(folder: &Path, files: &[(PathBuf, Vec<u8>)]) {
    for (name, content) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("scratch folder");
        std::fs::write(path, content).expect("scratch file");
    }
}

fn export(archive: &Archive) -> Option<Vec<String>> {
    let mut out = Vec::new();
    malle::export::write_ndjson(archive, &mut out, &|| {}).ok()?;
    Some(String::from_utf8(out).ok()?.lines().map(str::to_owned).collect())
}

/// Changes files of an archive as the input says (file, place, byte, again and again), and reads it: what comes out was
/// in it, and what was changed is found.
pub fn archive(bytes: &[u8]) {
    let model = &*MODEL;
    let mut files = model.files.clone();
    for change in bytes.chunks_exact(5).take(8) {
        let [file, high, low, how, byte] = change else { continue };
        let at = usize::from(*file) % files.len();
        let content = &mut files[at].1;
        let place = (usize::from(*high) << 8 | usize::from(*low)) % content.len().max(1);
        match how % 4 {
            0 => content.truncate(place),
            1 => content.insert(place.min(content.len()), *byte),
            _ => {
                if let Some(old) = content.get_mut(place) {
                    *old = *byte;
                }
            }
        }
    }
    let changed = files.iter().zip(&model.files).any(|(new, old)| {
        new.1 != old.1
            && (old.0.starts_with("objects") || old.0.starts_with("commits"))
            && old.0.extension().is_some_and(|e| e == "age")
    });
    let scratch = tempfile::tempdir().expect("scratch folder");
    write(scratch.path(), &files);
    let keyring = Keyring::from_text(&model.keyring).ok().expect("made just now");
    let Ok(archive) = Archive::open_with(scratch.path(), keyring) else { return };
    if let Ok(report) = verify(&archive, VerifyDepth::Data, &|_| {}) {
        assert!(!changed || !report.findings.is_empty(), "a change was not found");
    }
    for line in export(&archive).unwrap_or_default() {
        assert!(model.exported.contains(&line), "a record that was never stored");
    }
}
