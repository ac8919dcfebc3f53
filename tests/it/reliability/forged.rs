//! F1, F5, K2, S1: age by its own test vectors, files that somebody made up, the work that a passphrase costs, and an
//! archive of a terabyte.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use malle::backup::{BackupError, add_drive, run};
use malle::crypto::{Keyring, Passphrase, SlotError, Unlock, WORK_FACTOR, hex, open_slot, seal_slot_with_passphrase};
use malle::store::{
    Archive, Commit, CommitFacts, FindingKind, Layout, ObjectEntry, ObjectKind, StoreError, VerifyDepth, Writer, verify,
};
use sha2::{Digest as _, Sha256};

use super::model::{Dice, scratch};
use super::report::{about, exactly, is_long, put};
use super::scenarios::{create, going, now, opened, records};
use crate::support::archives::{PASSPHRASE, copy_folder};

/// Where cargo keeps the sources of the age crate that this program is built with; its tests hold the vectors of C2SP.
fn age_vectors() -> PathBuf {
    let lock = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    let (_, after) = lock.split_once("name = \"age\"\nversion = \"").unwrap();
    let version = after.split('"').next().unwrap();
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.unwrap_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cargo"));
    let sources = std::fs::read_dir(home.join("registry/src")).unwrap();
    let mut found = sources.map(|source| source.unwrap().path().join(format!("age-{version}/tests/testdata/testkit")));
    found.find(|path| path.is_dir()).unwrap()
}

/// One vector: its header lines, and the age file.
fn vector(path: &Path) -> (Vec<(String, String)>, Vec<u8>) {
    let bytes = std::fs::read(path).unwrap();
    let end = bytes.windows(2).position(|window| window == b"\n\n").unwrap();
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let head = head.lines().filter_map(|line| line.split_once(": "));
    let head: Vec<_> = head.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let mut body = bytes[end + 2..].to_vec();
    if head.contains(&("compressed".to_owned(), "zlib".to_owned())) {
        let mut plain = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::ZlibDecoder::new(body.as_slice()), &mut plain).unwrap();
        body = plain;
    }
    (head, body)
}

#[test]
fn vectors_of_age_and_reads_anywhere_never_panic_and_never_lie() {
    let (mut sound, mut refused, mut lenient) = (0, 0, 0);
    for item in std::fs::read_dir(age_vectors()).unwrap() {
        let path = item.unwrap().path();
        let (head, body) = vector(&path);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let value = |key: &str| head.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
        let identities: Vec<&str> =
            head.iter().filter(|(name, _)| name == "identity").map(|(_, value)| value.as_str()).collect();
        // Objects and slots are never armored.
        if value("armored").is_some() {
            continue;
        }
        let succeeds = value("expect") == Some("success");
        if let Some(phrase) = value("passphrase") {
            let secret = Passphrase::new(phrase);
            match open_slot(&body, &Unlock::Passphrase(&secret)) {
                // It decrypts, and what is in it is no keyring.
                Err(SlotError::Damaged) if succeeds => sound += 1,
                Err(_) if !succeeds => refused += 1,
                outcome => panic!("{name}: {:?}", outcome.err()),
            }
            continue;
        }
        let text = format!("# malle keyring v1, archive 0\n{}\n", identities.join("\n"));
        let Ok(keyring) = Keyring::from_text(&text) else { continue };
        let opener = keyring.opener();
        match opener.open_bytes(&body) {
            // The crate reads the stanzas of early age files, without a last short line; its own tests allow it too.
            Ok(_) if ["stanza_missing_body", "stanza_missing_final_line"].contains(&name.as_str()) => lenient += 1,
            Ok(plain) => {
                assert!(succeeds, "{name} was opened");
                assert_eq!(Some(hex(&Sha256::digest(&plain)).as_str()), value("payload"), "{name}");
                let mut file = opener.open_at(Cursor::new(&body)).unwrap();
                assert_eq!(file.read_at(0, plain.len()).unwrap(), plain, "{name}");
                sound += 1;
            }
            Err(_) => {
                assert!(!succeeds, "{name} was refused");
                refused += 1;
            }
        }
    }
    // Offsets anywhere, beyond the end too, where the stream of the crate itself would panic.
    let keyring = Keyring::generate("0");
    let mut dice = Dice::new(4);
    let rounds: u64 = if is_long() { 400_000 } else { 20_000 };
    let lengths = [0, 1, 65_535, 65_536, 65_537, 131_072, 200_001];
    for length in lengths {
        let plain: Vec<u8> = (0..length).map(|_| u8::try_from(dice.below(256)).unwrap()).collect();
        let sealed = keyring.sealer().unwrap().seal_bytes(&plain).unwrap();
        let mut file = keyring.opener().open_at(Cursor::new(&sealed)).unwrap();
        for _ in 0..rounds / 7 {
            let offset = match dice.below(8) {
                0 => usize::MAX - dice.below(9),
                1 => length + dice.below(100_000),
                2 => 65_536_usize * dice.below(4) + dice.below(3),
                _ => dice.below(length + 2),
            };
            let wanted = if dice.below(40) == 0 { dice.below(150_000) } else { dice.below(40) };
            let expected = offset.checked_add(wanted).and_then(|end| plain.get(offset..end));
            let read = file.read_at(u64::try_from(offset).unwrap(), wanted);
            assert_eq!(read.ok().as_deref(), expected, "{wanted} bytes at {offset} of {length}");
        }
    }
    put(
        "F1",
        &[
            exactly("vectors opened", sound),
            exactly("vectors refused", refused),
            exactly("vectors of early age opened", lenient),
            exactly("reads at random", rounds / 7 * 7),
            exactly("panics", 0),
        ],
    );
}

/// Writes a commit as only the program can, or as somebody would who lacks the one or the other key.
fn write_commit(root: &Path, commit: &Commit, seal: &Keyring, sign: Option<&Keyring>) -> PathBuf {
    let mut commit = commit.clone();
    let fans = commit
        .objects
        .iter()
        .map(|object| format!("{0}  objects/{1}/{0}.age\n", object.sha256, object.sha256.get(..2).unwrap()));
    let sums: String = fans.collect();
    commit.sums_sha256 = hex(&Sha256::digest(sums.as_bytes()));
    let body = serde_json::to_vec(&commit).unwrap();
    let mut plain = match sign {
        Some(keyring) => blake3::keyed_hash(&keyring.commit_key(), &body).to_hex().to_string(),
        None => "0".repeat(64),
    }
    .into_bytes();
    plain.push(b'\n');
    plain.extend_from_slice(&body);
    let sealed = seal.sealer().unwrap().seal_bytes(&zstd::stream::encode_all(plain.as_slice(), 3).unwrap()).unwrap();
    let name = Layout::commit_name(commit.seq, &hex(&Sha256::digest(&sealed)));
    let commits = Layout::new(root).commits();
    std::fs::write(commits.join(Layout::sums_name(commit.seq)), sums).unwrap();
    std::fs::write(commits.join(&name), sealed).unwrap();
    commits.join(name)
}

fn filled(root: &Path) -> Archive {
    let archive = create(Layout::new(root)).unwrap();
    let writer = Writer::begin(&archive, &archive.media().unwrap()).unwrap();
    writer.put_record(br#"{"v":1,"id":"00000000000000000000000001","text":"vrai"}"#).unwrap();
    writer.commit(CommitFacts { report: b"{}\n".to_vec(), ..CommitFacts::nothing(now()) }).unwrap();
    opened(&Layout::new(root), PASSPHRASE).unwrap()
}

/// Objects sealed to the right recipient, in place of listed ones and under names of their own.
fn made_up_objects(root: &Path, archive: &Archive) -> u64 {
    let mut refused = 0;
    for object in &archive.commit().objects {
        let base = scratch();
        copy_folder(root, base.path());
        let layout = Layout::new(base.path());
        let forged = archive.keyring().sealer().unwrap().seal_bytes(b"{\"v\":1,\"id\":\"x\"}\n").unwrap();
        std::fs::write(layout.object(&object.sha256), &forged).unwrap();
        let name = hex(&Sha256::digest(&forged));
        std::fs::create_dir_all(layout.object(&name).parent().unwrap()).unwrap();
        std::fs::write(layout.object(&name), &forged).unwrap();
        let archive = opened(&layout, PASSPHRASE).unwrap();
        let report = verify(&archive, VerifyDepth::Hashes, &|_| {}).unwrap();
        let found: Vec<_> =
            report.findings.iter().map(|finding| (base.path().join(&finding.path), finding.kind)).collect();
        assert!(found.contains(&(layout.object(&object.sha256), FindingKind::Damaged)), "{found:?}");
        assert!(found.contains(&(layout.object(&name), FindingKind::Leftover)), "{found:?}");
        assert!(!report.is_sound());
        let stick = scratch();
        let drive = add_drive(&layout, stick.path(), Some("S")).unwrap().drive;
        let copied = run(&layout, &drive, &going);
        assert!(matches!(copied, Err(BackupError::DamagedSource { .. })), "{copied:?}");
        refused += 1;
    }
    refused
}

/// A slot that opens with somebody's phrase, and holds a keyring of theirs for this archive.
fn made_up_slot(root: &Path, other: &Keyring) -> u64 {
    let base = scratch();
    copy_folder(root, base.path());
    let theirs = Passphrase::new("leur phrase");
    let slot = seal_slot_with_passphrase(other, &theirs, 1).unwrap();
    let name = format!("passphrase-{}.age", hex(&Sha256::digest(&slot)).get(..16).unwrap());
    std::fs::write(base.path().join("keys").join(&name), slot).unwrap();
    assert!(opened(&Layout::new(base.path()), "leur phrase").is_err());
    let archive = opened(&Layout::new(base.path()), PASSPHRASE).unwrap();
    assert_eq!(records(&archive).unwrap(), 1);
    let findings = verify(&archive, VerifyDepth::Hashes, &|_| {}).unwrap().findings;
    assert!(findings.iter().any(|finding| finding.path.ends_with(&name)), "{findings:?}");
    1
}

#[test]
fn what_somebody_made_up_is_refused() {
    let place = scratch();
    let root = place.path().join("archive");
    let archive = filled(&root);
    let tip = archive.tip().clone();
    let other = Keyring::generate(&tip.commit.vault);
    let next = Commit { seq: 3, prev: Some(tip.sha256.clone()), objects: Vec::new(), ..tip.commit.clone() };
    let mut refused = 0;
    let forgeries: [(&Keyring, Option<&Keyring>); 4] = [
        // Sealed to the right recipient, but not signed; signed by another; sealed to another; both.
        (archive.keyring(), None),
        (archive.keyring(), Some(&other)),
        (&other, Some(archive.keyring())),
        (&other, Some(&other)),
    ];
    for (seal, sign) in forgeries {
        let base = scratch();
        copy_folder(&root, base.path());
        let forged = write_commit(base.path(), &next, seal, sign);
        match opened(&Layout::new(base.path()), PASSPHRASE) {
            Err(StoreError::Damaged { path }) => assert_eq!(path, forged),
            // What this key does not open may be sealed to a later one.
            Err(StoreError::KeyReplaced) => assert_eq!(seal.archive(), other.archive()),
            outcome => panic!("{:?}", outcome.map(|archive| archive.commit().seq)),
        }
        refused += 1;
    }
    // The right one by the same way, so that the others were not refused for something else.
    let base = scratch();
    copy_folder(&root, base.path());
    write_commit(base.path(), &next, archive.keyring(), Some(archive.keyring()));
    assert_eq!(opened(&Layout::new(base.path()), PASSPHRASE).unwrap().commit().seq, 3);
    // A commit of another place in the chain.
    let base = scratch();
    copy_folder(&root, base.path());
    write_commit(
        base.path(),
        &Commit { prev: Some("0".repeat(64)), ..next },
        archive.keyring(),
        Some(archive.keyring()),
    );
    assert!(matches!(opened(&Layout::new(base.path()), PASSPHRASE), Err(StoreError::Damaged { .. })));
    refused += 1;
    refused += made_up_objects(&root, &archive);
    refused += made_up_slot(&root, &other);
    put("F5", &[exactly("forgeries", refused), exactly("forgeries refused", refused)]);
}

#[test]
fn a_passphrase_costs_the_same_work_however_busy_the_machine_is() {
    let keyring = Keyring::generate("0");
    let phrase = Passphrase::new(PASSPHRASE);
    let busy = std::sync::atomic::AtomicBool::new(true);
    let factors: Vec<String> = std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while busy.load(std::sync::atomic::Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let factors = (0..2).map(|_| {
            let slot = seal_slot_with_passphrase(&keyring, &phrase, WORK_FACTOR).unwrap();
            let header = String::from_utf8_lossy(&slot).into_owned();
            header.lines().find(|line| line.starts_with("-> scrypt")).unwrap().split(' ').nth(3).unwrap().to_owned()
        });
        let factors = factors.collect();
        busy.store(false, std::sync::atomic::Ordering::Relaxed);
        factors
    });
    assert_eq!(factors, ["18", "18"]);
    // A slot that asks for more than 22 is refused before any work is done.
    let slot = seal_slot_with_passphrase(&keyring, &phrase, 1).unwrap();
    let end = slot.windows(4).position(|window| window == b"\n---").unwrap();
    let head = String::from_utf8_lossy(&slot[..end]).into_owned();
    let mut refused = 0;
    for factor in ["23", "30", "63"] {
        let lines: Vec<&str> = head.lines().collect();
        let stanza = lines[1].rsplit_once(' ').unwrap().0;
        let changed = format!("{}\n{stanza} {factor}\n{}", lines[0], lines[2..].join("\n"));
        let forged = [changed.as_bytes(), &slot[end..]].concat();
        let outcome = open_slot(&forged, &Unlock::Passphrase(&phrase));
        assert!(matches!(outcome, Err(SlotError::TooMuchWork)), "{factor}");
        refused += 1;
    }
    put(
        "K2",
        &[exactly("work factor", 18), exactly("largest accepted", 22), exactly("excessive ones refused", refused)],
    );
}

/// Objects of an archive of a tebibyte, 16 MiB each.
const OBJECTS: usize = 65_536;

#[test]
fn an_archive_of_a_terabyte_is_opened() {
    let place = scratch();
    let root = place.path().join("archive");
    let archive = filled(&root);
    let mut commit = Commit { seq: 3, prev: Some(archive.tip().sha256.clone()), ..archive.commit().clone() };
    for number in 0..OBJECTS {
        let sha256 = hex(&Sha256::digest(number.to_le_bytes()));
        commit.objects.push(ObjectEntry { kind: ObjectKind::Pack, sha256, size: 16 << 20, seq: 3, n: None });
    }
    let written = write_commit(&root, &commit, archive.keyring(), Some(archive.keyring()));
    let size = std::fs::metadata(written).unwrap().len();
    let began = std::time::Instant::now();
    let again = opened(&Layout::new(&root), PASSPHRASE).unwrap();
    let opening = u64::try_from(began.elapsed().as_millis()).unwrap();
    assert_eq!(again.commit().objects.len(), archive.commit().objects.len() + OBJECTS);
    // A next change lists them all again.
    let began = std::time::Instant::now();
    let writer = Writer::begin(&again, &again.media().unwrap()).unwrap();
    let tip = writer.commit(CommitFacts::nothing(now())).unwrap();
    let changing = u64::try_from(began.elapsed().as_millis()).unwrap();
    assert_eq!(tip.commit.objects.len(), again.commit().objects.len());
    put(
        "S1",
        &[
            exactly("objects", u64::try_from(OBJECTS).unwrap()),
            about("bytes of a commit", size),
            about("milliseconds to open, unoptimised", opening),
            about("milliseconds for the next commit, unoptimised", changing),
        ],
    );
}
