//! Sealed index files: ranges, locks, ends, names.

use tantivy::directory::META_LOCK;

use super::*;

fn directory(folder: &Path) -> AgeDirectory {
    AgeDirectory::new(folder, SymmetricKey::new(&[3; 32]))
}

fn write(directory: &AgeDirectory, name: &str, bytes: &[u8]) {
    let mut writer = directory.open_write(Path::new(name)).unwrap();
    writer.write_all(bytes).unwrap();
    writer.terminate().unwrap();
}

#[test]
fn ranges_read_back_and_none_leaves_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let directory = directory(folder.path());
    let bytes: Vec<u8> = (0..150_000_u32).flat_map(u32::to_le_bytes).collect();
    for (name, len) in [("empty", 0), ("chunk", CHUNK_BYTES), ("two", 2 * CHUNK_BYTES), ("all", bytes.len())] {
        write(&directory, name, &bytes[..len]);
        let file = directory.get_file_handle(Path::new(name)).unwrap();
        assert_eq!(file.len(), len);
        assert_eq!(file.read_bytes(0..len).unwrap().as_slice(), &bytes[..len]);
        for start in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, len.saturating_sub(1), len] {
            let end = len.min(start + 70_000);
            if start <= end {
                assert_eq!(file.read_bytes(start..end).unwrap().as_slice(), &bytes[start..end], "{name} {start}");
            }
            assert!(file.read_bytes(start..len + 1).is_err());
            assert!(file.read_bytes(start..usize::MAX).is_err());
        }
        let (back, front) = (len, len / 2);
        assert!(len < 2 || file.read_bytes(back..front).is_err());
    }
}

#[test]
fn a_file_whose_end_is_kept_is_opened_when_more_of_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let bytes: Vec<u8> = (0..50_000_u32).flat_map(u32::to_le_bytes).collect();
    let names = ["a.idx", "b.idx", "c.idx"];
    let writer = directory(folder.path());
    for name in names {
        write(&writer, name, &bytes);
    }
    fs::remove_file(folder.path().join("b.idx")).unwrap();
    writer.keep_ends();
    // As long as it was, and damaged: only the end can be told.
    let mut sealed = fs::read(folder.path().join("c.idx")).unwrap();
    let middle = sealed.len() / 2;
    sealed[middle] ^= 1;
    fs::write(folder.path().join("c.idx"), &sealed).unwrap();
    let reader = directory(folder.path());
    let open = |name: &str| reader.get_file_handle(Path::new(name));
    assert!(matches!(open("b.idx"), Err(OpenReadError::FileDoesNotExist(_))));
    for name in ["a.idx", "c.idx"] {
        let file = open(name).unwrap();
        assert_eq!(file.len(), bytes.len());
        for start in [bytes.len() - 1, bytes.len() - 700, bytes.len() - 2_048] {
            assert_eq!(file.read_bytes(start..bytes.len()).unwrap().as_slice(), &bytes[start..]);
        }
        let whole = file.read_bytes(0..bytes.len());
        assert_eq!(whole.ok().map(|read| read.as_slice().to_vec()), (name == "a.idx").then(|| bytes.clone()));
    }
    // Cut: its end is not believed.
    fs::write(folder.path().join("a.idx"), &sealed[..middle]).unwrap();
    assert!(open("a.idx").is_err());
    // Kept ends that are damaged cost time only.
    write(&writer, "d.idx", &bytes);
    fs::write(folder.path().join(ENDS_FILE), b"nonsense").unwrap();
    let file = directory(folder.path()).get_file_handle(Path::new("d.idx")).unwrap();
    assert_eq!(file.read_bytes(9..99).unwrap().as_slice(), &bytes[9..99]);
}

#[test]
fn a_lock_is_held_by_a_process_and_not_by_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let directory = directory(folder.path());
    fs::write(folder.path().join(".tmp-1-1"), b"left").unwrap();
    let held = directory.acquire_lock(&INDEX_WRITER_LOCK).unwrap();
    assert!(!folder.path().join(".tmp-1-1").exists());
    assert!(matches!(directory.acquire_lock(&INDEX_WRITER_LOCK), Err(LockError::LockBusy)));
    drop(held);
    assert!(folder.path().join(&INDEX_WRITER_LOCK.filepath).exists());
    assert!(directory.acquire_lock(&INDEX_WRITER_LOCK).is_ok());
}

#[test]
fn where_nothing_may_be_written_readers_need_no_lock() {
    let folder = tempfile::tempdir().unwrap();
    for kind in [io::ErrorKind::ReadOnlyFilesystem, io::ErrorKind::PermissionDenied] {
        assert!(is_read_only(&kind.into()));
    }
    assert!(!is_read_only(&io::ErrorKind::StorageFull.into()));
    let absent = directory(&folder.path().join("absent"));
    assert!(absent.acquire_lock(&META_LOCK).is_err());
}

#[test]
fn atomic_files_are_replaced_whole_and_names_stay_inside() {
    let folder = tempfile::tempdir().unwrap();
    let directory = directory(folder.path());
    for text in ["one", "two"] {
        directory.atomic_write(Path::new("meta.json"), text.as_bytes()).unwrap();
        assert_eq!(directory.atomic_read(Path::new("meta.json")).unwrap(), text.as_bytes());
    }
    for name in ["../x", "/x", "..", "", "a/b"] {
        assert!(directory.atomic_write(Path::new(name), b"x").is_err(), "{name:?}");
    }
    let other = AgeDirectory::new(folder.path(), SymmetricKey::new(&[4; 32]));
    let Err(OpenReadError::IoError { io_error, .. }) = other.atomic_read(Path::new("meta.json")) else {
        panic!("another key must not read")
    };
    assert!(is_other_key(&io_error));
}
