//! What the archive has lost comes back with the downloads that told it: packs and originals that are gone or known to be damaged
//! are stored again, and no download is called superfluous while something is lost.

use std::path::{Path, PathBuf};

use malle::backup::{Drives, add_drive};
use malle::store::{Archive, ObjectKind, VerifyDepth, note_damaged, verify};
use serde_json::Value;

use crate::support::archives::{self, copy_folder, import_all};
use crate::support::fixtures;
use crate::support::program::{Malle, Run};
use crate::support::zips::zip;

const SAMPLES: [&str; 3] = [
    "messenger/json-2025_two-parts/bundle",
    "instagram/json-2024_two-parts/bundle",
    "whatsapp/android_fr-direct/bundle",
];

fn bundles() -> Vec<PathBuf> {
    let parts = |sample: &str| std::fs::read_dir(fixtures().join(sample)).unwrap().map(|part| part.unwrap().path());
    SAMPLES.into_iter().flat_map(parts).collect()
}

/// Records and the bytes of all media, wherever they lie.
fn told(archive: &Archive) -> (Vec<Value>, Vec<String>) {
    let media = archive.media().unwrap();
    let mut sound: Vec<String> = media
        .iter()
        .filter(|entry| archive.copy_media(entry, &mut std::io::sink()).is_ok())
        .map(|entry| entry.sha256.clone())
        .collect();
    sound.sort();
    (archives::export(archive), sound)
}

#[test]
fn lost_packs_and_originals_are_stored_again() {
    let folder = tempfile::tempdir().unwrap();
    let (sound, damaged) = (folder.path().join("sound"), folder.path().join("damaged"));
    let mut archive = archives::create(&sound).0;
    for bundle in bundles() {
        import_all(&mut archive, &[bundle]);
    }
    let expected = told(&archive);
    assert!(expected.1.len() > 3);
    let of = |kind| archive.objects(kind).map(|object| object.sha256.clone()).collect::<Vec<_>>();
    let objects = [of(ObjectKind::Pack), of(ObjectKind::Raw)].concat();
    assert!(objects.len() > 4, "{objects:?}");
    for (number, object) in objects.iter().enumerate() {
        copy_folder(&sound, &damaged);
        let mut archive = archives::open(&damaged);
        let path = archive.layout().object(object);
        let whole = std::fs::read(&path).unwrap();
        match number % 3 {
            0 => std::fs::remove_file(&path).unwrap(),
            1 => std::fs::write(&path, &whole[..whole.len() / 2]).unwrap(),
            _ => {
                let mut flipped = whole.clone();
                flipped[whole.len() / 2] ^= 1;
                std::fs::write(&path, flipped).unwrap();
                note_damaged(archive.layout(), [path.as_path()]);
            }
        }
        // Another download does not bring what is lost: it says so.
        let other = import_all(&mut archive, &[fixtures().join("telegram/chat-2021_old-form/bundle")]);
        assert_eq!((other.renewed, &other.damaged), (0, &vec![path.clone()]), "{number}");
        let outcome = import_all(&mut archive, &bundles());
        assert_eq!((outcome.renewed, &outcome.damaged), (1, &Vec::new()), "{number}");
        assert_eq!(outcome.summary.added.values().sum::<u64>(), 0, "{number}: {:?}", outcome.summary.added);
        assert!(!path.exists(), "what is damaged gives way");
        let report = verify(&archive, VerifyDepth::Data, &|_| {}).unwrap();
        assert!(report.findings.is_empty(), "{number}: {:?}", report.findings);
        let (records, media) = told(&archive);
        assert!(expected.0.iter().all(|record| records.contains(record)), "{number}");
        assert!(expected.1.iter().all(|sha256| media.contains(sha256)), "{number}");
        let originals = |archive: &Archive| {
            let mut lines: Vec<_> = archive.originals().unwrap().into_iter().map(|line| line.sha256).collect();
            lines.sort();
            lines
        };
        let kept = originals(&archive);
        assert!(kept.windows(2).all(|pair| pair[0] != pair[1]), "{number}: an original is listed twice");
        assert!(originals(&archives::open(&sound)).iter().all(|sha256| kept.contains(sha256)), "{number}");
        // Once more adds nothing.
        assert_eq!(import_all(&mut archive, &bundles()).summary.media.stored, 0);
        std::fs::remove_dir_all(&damaged).unwrap();
    }
}

#[test]
fn a_note_of_damage_is_no_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = archives::create(folder.path()).0;
    import_all(&mut archive, &bundles());
    let path = archive.layout().object(&archive.objects(ObjectKind::Pack).next().unwrap().sha256);
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, vec![0; whole.len()]).unwrap();
    note_damaged(archive.layout(), [path.as_path()]);
    assert_eq!(archive.lost_objects().unwrap().len(), 1);
    std::fs::write(&path, whole).unwrap();
    assert!(archive.lost_objects().unwrap().is_empty());
    let stored = import_all(&mut archive, &bundles());
    assert_eq!((stored.summary.media.stored, stored.renewed), (0, 0));
}

/// A chat with one photo, as a ZIP.
fn chat(place: &Path, with: &str, photo: u8) -> String {
    let name = format!("Discussion WhatsApp avec {with}.txt");
    let text = format!(
        "14/03/2024, 10:02 - {with}: Bonjour\n14/03/2024, 10:03 - {with}: IMG-20240314-WA000{photo}.jpg (fichier joint)\n"
    );
    let bytes: Vec<u8> = [0xff, 0xd8, 0xff].into_iter().chain((0..3_000).map(|_| photo)).collect();
    let path = place.join(format!("Discussion WhatsApp avec {with}.zip"));
    let image = format!("IMG-20240314-WA000{photo}.jpg");
    std::fs::write(&path, zip(&[(name.as_str(), text.as_bytes()), (image.as_str(), &bytes)])).unwrap();
    path.display().to_string()
}

fn import(malle: &Malle, path: &str) -> Run {
    malle.run(&["import", path, "--me", "Awa", "--timezone", "Africa/Dakar"])
}

/// What is lost is lost until its download comes again, by which everything is well; a flipped byte once a check has seen it.
#[test]
fn no_download_is_called_superfluous_while_something_is_lost() {
    for flipped in [false, true] {
        let malle = Malle::new().set("MALLE_ARCHIVE", "boutique").set("MALLE_PASSWORD", archives::PASSPHRASE);
        let archive = archives::create(&malle.path("boutique")).0;
        let (fatou, moussa) = (chat(malle.home(), "Fatou", 1), chat(malle.home(), "Moussa", 2));
        let first = import(&malle, &fatou);
        assert!(first.code == 0 && first.stderr.contains("puis supprimez-les"), "{}{}", first.stdout, first.stderr);
        std::fs::create_dir(malle.path("cle")).unwrap();
        add_drive(archive.layout(), &malle.path("cle"), Some("CLE")).unwrap();
        let pack = archives::open(&malle.path("boutique"));
        let pack = pack.layout().object(&pack.objects(ObjectKind::Pack).next().unwrap().sha256);
        if flipped {
            crate::drives::flip(&pack);
        } else {
            std::fs::remove_file(&pack).unwrap();
        }
        assert_eq!(malle.run(&["verify"]).code, 14);
        let other = import(&malle, &moussa);
        assert_eq!(other.code, 14, "{}{}", other.stdout, other.stderr);
        assert!(!other.stderr.contains("supprimez") && other.stderr.contains("gardez ces"), "{}", other.stderr);
        let again = import(&malle, &fatou);
        assert_eq!(again.code, 0, "{}{}", again.stdout, again.stderr);
        assert!(again.stdout.contains("Refait"), "{}", again.stdout);
        assert!(again.stdout.contains("1 rangé"), "{}", again.stdout);
        assert_eq!(malle.run(&["verify", "--read-data"]).code, 0);
        let run = malle.run(&["backup", "run"]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        assert_eq!(Drives::load(archive.layout()).unwrap().drives.len(), 1);
    }
}
