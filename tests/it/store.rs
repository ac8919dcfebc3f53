//! The archive on disk: what was put in comes out, damage is found and named, the writer's leftovers vanish.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use chrono::DateTime;
use malle::crypto::{Passphrase, Unlock};
use malle::store::{
    Archive, CommitFacts, CreateOptions, FindingKind, ListKind, MediaSource, PutMedia, RecordReader, StoreError,
    VerifyDepth, Writer, check_public, verify,
};
use sha2::Digest as _;

use crate::support::archives::{PASSPHRASE, create, files};

fn hash(bytes: &[u8]) -> String {
    malle::crypto::hex(&sha2::Sha256::digest(bytes))
}

/// Puts two records, two media files (one large) and an original in, and reopens.
fn fill(root: &Path) -> Archive {
    let (archive, _) = create(root);
    let writer = Writer::begin(&archive, &archive.media().unwrap()).unwrap();
    writer.put_record(br#"{"v":1,"id":"a","text":"bonjour"}"#).unwrap();
    writer.put_record(br#"{"v":1,"id":"b","text":"bonsoir"}"#).unwrap();
    let photo = || writer.put_media(&hash(b"photo"), "image/jpeg", "jpg", &MediaSource::Bytes(b"photo")).unwrap();
    assert!(matches!(photo(), PutMedia::Stored));
    assert!(matches!(photo(), PutMedia::Known));
    assert!(matches!(put_film(&writer, &|| Ok(film())), PutMedia::Stored));
    writer.put_raw(&hash(b"{}"), "posts/x.json", b"{}").unwrap();
    let now = DateTime::from_timestamp(1_710_000_100, 0).unwrap();
    let facts = CommitFacts { counts: BTreeMap::from([("facebook/post".to_owned(), 2)]), ..CommitFacts::nothing(now) };
    writer.commit(facts).unwrap();
    open_again(root).unwrap()
}

fn film() -> Vec<u8> {
    [7, 1, 9, 4].repeat(4_300_000)
}

/// Hands the film in; its bytes come from `bytes`.
fn put_film(writer: &Writer<'_>, bytes: &(dyn Fn() -> io::Result<Vec<u8>> + Sync)) -> PutMedia {
    let open = || -> io::Result<Box<dyn io::Read + Send>> { Ok(Box::new(io::Cursor::new(bytes()?))) };
    let source = MediaSource::Stream { size: film().len().try_into().unwrap(), open: &open };
    writer.put_media(&hash(&film()), "video/mp4", "mp4", &source).unwrap()
}

fn open_again(root: &Path) -> Result<Archive, StoreError> {
    Archive::open(root, &Unlock::Passphrase(&Passphrase::new(PASSPHRASE)))
}

#[test]
fn what_was_put_in_comes_out() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("archive");
    let archive = fill(&root);
    let mut lines = Vec::new();
    RecordReader::new(&archive)
        .each(&|_| true, &mut |location, line| {
            lines.push((location, String::from_utf8(line.to_vec()).unwrap()));
            Ok(())
        })
        .unwrap();
    assert_eq!(lines.len(), 2);
    let mut reader = RecordReader::new(&archive);
    for (location, line) in &lines {
        assert_eq!(reader.line(*location).unwrap(), line.as_bytes());
    }
    let media = archive.media().unwrap();
    let mut bytes = Vec::new();
    archive.copy_media(media.entry(&hash(&film())).unwrap(), &mut bytes).unwrap();
    assert_eq!(bytes, film());
    let mut raw = 0;
    archive.read_lists(ListKind::Raw, |_| raw += 1).unwrap();
    assert_eq!(raw, 1);
    assert_eq!(archive.commit().counts["facebook/post"], 2);
    let report = verify(&archive, VerifyDepth::Data, &|_| {}).unwrap();
    assert_eq!((report.findings.as_slice(), report.records, report.media), (&[][..], 2, 2));
    assert!(check_public(archive.layout(), &|_| {}).unwrap().findings.is_empty());
}

#[test]
fn a_file_that_fails_when_read_again_is_not_taken_for_stored() {
    let folder = tempfile::tempdir().unwrap();
    let (archive, _) = create(&folder.path().join("archive"));
    let before = files(&archive.layout().objects());
    let writer = Writer::begin(&archive, &archive.media().unwrap()).unwrap();
    let mut cut = film();
    cut.truncate(1 << 20);
    let mut other = film();
    other[5] ^= 1;
    let failures: [&(dyn Fn() -> io::Result<Vec<u8>> + Sync); 3] =
        [&|| Err(io::ErrorKind::PermissionDenied.into()), &|| Ok(cut.clone()), &|| Ok(other.clone())];
    for failure in failures {
        let meanwhile = std::sync::Mutex::new(None);
        let first = put_film(&writer, &|| {
            // An equal copy that another thread meets meanwhile.
            *meanwhile.lock().unwrap() = Some(put_film(&writer, &|| Ok(film())));
            failure()
        });
        assert!(matches!(first, PutMedia::Unread(_)), "{first:?}");
        let meanwhile = meanwhile.into_inner().unwrap();
        assert!(matches!(meanwhile, Some(PutMedia::Underway)), "{meanwhile:?}");
        assert_eq!(files(&archive.layout().objects()), before, "nothing of it stays");
    }
    assert!(matches!(put_film(&writer, &|| Ok(film())), PutMedia::Stored));
    assert!(matches!(put_film(&writer, &|| Ok(film())), PutMedia::Known));
}

#[test]
fn records_whose_attachments_have_no_bytes_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("archive");
    let (archive, _) = create(&root);
    let writer = Writer::begin(&archive, &archive.media().unwrap()).unwrap();
    writer.put_media(&hash(b"photo"), "image/jpeg", "jpg", &MediaSource::Bytes(b"photo")).unwrap();
    let record = |id: usize, sha256: &str, status: &str| {
        let attachment = format!(r#"{{"sha256":"{sha256}","status":"{status}"}}"#);
        let line = format!(r#"{{"v":1,"id":"{id:026}","attachments":[{attachment}]}}"#);
        writer.put_record(line.as_bytes()).unwrap();
    };
    record(1, &hash(b"photo"), "stored");
    record(2, &hash(b"lost"), "stored");
    record(3, &hash(b"lost"), "missing");
    // Its newest line lacks nothing.
    record(4, &hash(b"lost"), "stored");
    record(4, &hash(b"photo"), "stored");
    writer.commit(CommitFacts::nothing(DateTime::from_timestamp(1_710_000_100, 0).unwrap())).unwrap();
    let archive = open_again(&root).unwrap();
    assert!(verify(&archive, VerifyDepth::Hashes, &|_| {}).unwrap().is_sound());
    let report = verify(&archive, VerifyDepth::Data, &|_| {}).unwrap();
    let found: Vec<_> = report.findings.iter().map(|finding| (finding.kind, finding.record.unwrap())).collect();
    assert_eq!(found, [(FindingKind::NoBytes, format!("{:026}", 2).parse().unwrap())]);
    assert!(!report.is_sound());
}

#[test]
fn every_damaged_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("archive");
    drop(fill(&root));
    let all = files(&root);
    assert!(all.len() >= 12, "{all:?}");
    for path in all {
        let sound = std::fs::read(&path).unwrap();
        if sound.is_empty() {
            continue;
        }
        let name = path.strip_prefix(&root).unwrap().to_owned();
        for at in [0, sound.len() / 2, sound.len() - 1] {
            let mut flipped = sound.clone();
            flipped[at] ^= 1;
            std::fs::write(&path, &flipped).unwrap();
            let named = match open_again(&root) {
                Ok(archive) => verify(&archive, VerifyDepth::Hashes, &|_| {})
                    .unwrap()
                    .findings
                    .iter()
                    .any(|finding| finding.path == name && finding.kind == FindingKind::Damaged),
                Err(StoreError::Damaged { path: named }) => named == path,
                // A flip in the marker's numbers can only be told from a newer archive by its number.
                Err(StoreError::NewerFormat { .. }) => name == Path::new("VAULT.json"),
                Err(error) => panic!("{}: {error}", name.display()),
            };
            assert!(named, "flip at {at} of {} was not named", name.display());
        }
        std::fs::remove_file(&path).unwrap();
        if name == Path::new("commits/0000000002.sums") {
            std::fs::write(&path, &sound).unwrap();
            continue;
        }
        let missing = open_again(&root).and_then(|archive| verify(&archive, VerifyDepth::Hashes, &|_| {}));
        assert!(!missing.is_ok_and(|report| report.is_sound()), "{} removed unnoticed", name.display());
        std::fs::write(&path, &sound).unwrap();
    }
}

#[test]
fn swapped_objects_are_found_when_read() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("archive");
    let archive = fill(&root);
    let object = |kind| archive.objects(kind).next().map(|object| archive.layout().object(&object.sha256)).unwrap();
    let (segment, raw) = (object(malle::store::ObjectKind::Seg), object(malle::store::ObjectKind::Raw));
    std::fs::copy(&raw, &segment).unwrap();
    let outcome = RecordReader::new(&archive).each(&|_| true, &mut |_, _| Ok(()));
    assert!(matches!(outcome, Err(StoreError::Damaged { .. })));
}

#[test]
fn an_abandoned_writer_leaves_nothing_and_a_second_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("archive");
    let archive = fill(&root);
    let before = files(&root);
    let media = archive.media().unwrap();
    let writer = Writer::begin(&archive, &media).unwrap();
    writer.put_record(br#"{"id":"c"}"#).unwrap();
    writer.close_segments().unwrap();
    assert!(matches!(Writer::begin(&archive, &media), Err(StoreError::Locked)));
    drop(writer);
    assert!(files(&root).len() > before.len());
    let again = open_again(&root).unwrap();
    assert!(verify(&again, VerifyDepth::Data, &|_| {}).unwrap().is_sound());
    drop(Writer::begin(&again, &media).unwrap());
    assert_eq!(files(&root), before);
}

#[test]
fn wrong_secrets_and_strange_folders_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("archive");
    drop(create(&root));
    let open = |secret: &str| Archive::open(&root, &Unlock::Passphrase(&Passphrase::new(secret)));
    assert!(matches!(open("autre"), Err(StoreError::WrongSecret)));
    let strange = Archive::open(folder.path(), &Unlock::Passphrase(&Passphrase::new("x")));
    assert!(matches!(strange, Err(StoreError::NoArchive { .. })));
    let passphrase = Passphrase::new("x");
    let now = DateTime::from_timestamp(0, 0).unwrap();
    let options = CreateOptions { passphrase: &passphrase, recovery: false, work_factor: 4, now };
    assert!(matches!(Archive::create(&root, &options), Err(StoreError::NotEmpty { .. })));
}
