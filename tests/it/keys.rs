//! What opens an archive: wrong, damaged and missing keys, people, recovery lines, renewal (tests K1 to K3).

use std::collections::BTreeMap;
use std::path::Path;

use age::secrecy::ExposeSecret as _;
use chrono::DateTime;
use malle::crypto::{Passphrase, RecoveryLine, Unlock, seal_slot_with_passphrase};
use malle::store::{
    Archive, Begun, CommitFacts, CreateOptions, KeyNote, MediaIndex, MediaSource, Renewal, SlotKind, StoreError,
    VerifyDepth, Writer, reencrypt, verify,
};
use sha2::{Digest as _, Sha256};

use crate::reliability::report::{exactly, put};
use crate::support::archives::{self, PASSPHRASE, create, open};
use crate::support::program::Malle;

fn with_line(root: &Path, line: &str) -> Result<Archive, StoreError> {
    Archive::open(root, &Unlock::Recovery(&RecoveryLine::parse(line).unwrap()))
}

fn with_passphrase(root: &Path, passphrase: &str) -> Result<Archive, StoreError> {
    Archive::open(root, &Unlock::Passphrase(&Passphrase::new(passphrase)))
}

/// Opens a terminal for the program and tells, when the first of the question is there, whether what is typed would be shown; then
/// types the passphrase and tells what came.
const AT_A_TERMINAL: &str = r#"
import os, pty, sys, termios
child, terminal = pty.fork()
if child == 0:
    os.execve(sys.argv[2], sys.argv[2:], dict(os.environ))
asked = b""
while b":" not in asked:
    asked += os.read(terminal, 1024)
    print("echo" if termios.tcgetattr(terminal)[3] & termios.ECHO else "silent")
os.write(terminal, sys.argv[1].encode() + b"\n")
after = b""
try:
    while chunk := os.read(terminal, 1024):
        after += chunk
except OSError:
    pass
print("shown" if sys.argv[1].encode() in asked + after else "hidden")
print("left" if termios.tcgetattr(terminal)[3] & termios.ECHO else "taken")
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"#;

/// What is typed ahead of the question's end is not shown, and the terminal is as it was afterwards.
#[test]
#[cfg(unix)]
fn echo_is_off_before_the_question_stands() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("archive");
    create(&root);
    for _ in 0..5 {
        let output = std::process::Command::new("python3")
            .args(["-c", AT_A_TERMINAL, PASSPHRASE, env!("CARGO_BIN_EXE_malle"), "--archive"])
            .arg(&root)
            .arg("status")
            .env("HOME", place.path())
            .env("LANG", "fr_FR.UTF-8")
            .env_remove("MALLE_PASSWORD")
            .env_remove("MALLE_PASSWORD_FILE")
            .output()
            .expect("python3 is installed by tests/run");
        let told = String::from_utf8(output.stdout).unwrap();
        let (asked, after) = told.split_once("hidden\n").unwrap_or((&told, ""));
        assert!(!asked.is_empty() && asked.lines().all(|line| line == "silent"), "{told}");
        assert_eq!(after, "left\n0\n", "{told}{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Stores one record under the archive's present key.
fn store(archive: &Archive, id: &str) {
    let writer = Writer::begin(archive, &archive.media().unwrap()).unwrap();
    writer.put_record(format!("{{\"id\":\"{id}\"}}").as_bytes()).unwrap();
    let counts = BTreeMap::from([("facebook/post".to_owned(), 1)]);
    let now = DateTime::from_timestamp(1_720_000_000, 0).unwrap();
    writer.commit(CommitFacts { counts, ..CommitFacts::nothing(now) }).unwrap();
}

fn slots(root: &Path) -> Vec<(String, Vec<u8>)> {
    let items = std::fs::read_dir(root.join("keys")).unwrap().map(|item| item.unwrap().path());
    let mut slots: Vec<_> = items
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap()))
        .collect();
    slots.sort();
    slots
}

fn set_slots(root: &Path, wanted: &[&(String, Vec<u8>)]) {
    for (name, _) in slots(root) {
        std::fs::remove_file(root.join("keys").join(name)).unwrap();
    }
    for (name, bytes) in wanted {
        std::fs::write(root.join("keys").join(name), bytes).unwrap();
    }
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for item in std::fs::read_dir(from).unwrap() {
        let path = item.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

fn renew(archive: &Archive, keep: &[String]) -> Archive {
    let passphrase = Passphrase::new(PASSPHRASE);
    let now = DateTime::from_timestamp(1_730_000_000, 0).unwrap();
    archive.renew_key(&Renewal { passphrase: Some((&passphrase, None)), work_factor: 4, keep, now }).unwrap()
}

fn recovery_slots(archive: &Archive) -> Vec<String> {
    let slots = archive.slots().unwrap().into_iter().filter(|slot| slot.kind == SlotKind::Recovery);
    slots.map(|slot| slot.name).collect()
}

/// K1: each wrong or damaged key gets its own answer, and no content.
#[test]
fn wrong_damaged_and_missing_keys_are_told_apart() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("archive");
    let (archive, line) = create(&root);
    store(&archive, "a");
    let other = create(&place.path().join("other")).1;

    assert!(matches!(with_passphrase(&root, "autre phrase"), Err(StoreError::WrongSecret)));
    assert!(matches!(with_line(&root, &other), Err(StoreError::WrongSecret)), "a line of another archive");
    let mut mistyped = line.clone().into_bytes();
    let at = mistyped.len() - 9;
    mistyped[at] = if mistyped[at] == b'Q' { b'P' } else { b'Q' };
    assert!(RecoveryLine::parse(std::str::from_utf8(&mistyped).unwrap()).is_err(), "one letter wrong");

    let whole = slots(&root);
    let passphrase_slot = whole.iter().find(|(name, _)| name.starts_with("passphrase")).unwrap();
    for damage in [passphrase_slot.1[..40].to_vec(), Vec::new(), [&passphrase_slot.1[..], b"x"].concat()] {
        set_slots(&root, &[&(passphrase_slot.0.clone(), damage)]);
        let refused = with_passphrase(&root, PASSPHRASE).err();
        assert!(
            matches!(refused, Some(StoreError::Damaged { .. })),
            "damage is never called a wrong passphrase: {refused:?}"
        );
    }
    set_slots(&root, &[]);
    assert!(matches!(with_passphrase(&root, PASSPHRASE), Err(StoreError::NoSlot)));
    std::fs::remove_dir(root.join("keys")).unwrap();
    assert!(with_passphrase(&root, PASSPHRASE).is_err());
    std::fs::create_dir(root.join("keys")).unwrap();

    // A slot that asks for hours of work is refused at once.
    let sealed = seal_slot_with_passphrase(archive.keyring(), &Passphrase::new(PASSPHRASE), 9).unwrap();
    let header_end = sealed.windows(3).position(|bytes| bytes == b" 9\n").unwrap();
    let greedy = [&sealed[..header_end], b" 23\n", &sealed[header_end + 3..]].concat();
    let name: String = malle::crypto::hex(&Sha256::digest(&greedy)).chars().take(16).collect();
    set_slots(&root, &[&(format!("passphrase-{name}.age"), greedy)]);
    assert!(matches!(with_passphrase(&root, PASSPHRASE), Err(StoreError::Slot(malle::crypto::SlotError::TooMuchWork))));

    set_slots(&root, &whole.iter().collect::<Vec<_>>());
    assert!(with_passphrase(&root, PASSPHRASE).is_ok() && with_line(&root, &line).is_ok());
    put("K1", &[exactly("wrong, damaged and missing keys", 9), exactly("opened or called something else", 0)]);
}

/// K2: the work that guesses cost does not depend on how busy the machine was.
#[test]
fn passphrase_slots_have_the_same_work_factor_everywhere() {
    let malle = Malle::new();
    std::fs::write(malle.path("phrase"), "tambour lagune mangue cadran violet sentier").unwrap();
    let busy = std::sync::atomic::AtomicBool::new(true);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while busy.load(std::sync::atomic::Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let made = malle.run(&["init", "boutique", "--password-file", "phrase", "--no-recovery-kit"]);
        busy.store(false, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(made.code, 0, "{}", made.stderr);
    });
    let slot = slots(&malle.path("boutique")).remove(0).1;
    let header = String::from_utf8_lossy(&slot[..120.min(slot.len())]).into_owned();
    let stanza = header.lines().nth(1).unwrap();
    assert!(stanza.starts_with("-> scrypt ") && stanza.ends_with(" 18"), "{stanza}");
}

/// K3: whatever step a renewal is interrupted at, the passphrase and the recovery line open the archive, what is written
/// next opens again, and a renewal goes through.
#[test]
fn an_interrupted_renewal_leaves_an_archive_that_opens() {
    let place = tempfile::tempdir().unwrap();
    let before = place.path().join("before");
    let (archive, line) = create(&before);
    store(&archive, "a");
    let archive = open(&before);
    let after = place.path().join("after");
    copy_folder(&before, &after);
    let renewed = renew(&open(&after), &recovery_slots(&archive));
    assert_eq!((renewed.commit().epoch, renewed.keyring().epoch()), (2, 2));
    let (old, new) = (slots(&before), slots(&after));
    assert_eq!((old.len(), new.len()), (2, 2));
    assert!(old.iter().all(|slot| !new.contains(slot)), "every slot is made anew");

    let mut states = 0;
    for (commits, slots_of_state) in [(&before, &old), (&after, &new)] {
        // Slots come one by one before the commit and go one by one after it.
        let others = if std::ptr::eq(slots_of_state, &raw const old) { &new } else { &old };
        for extra in [&others[..0], &others[..1], &others[1..], &others[..]] {
            let root = place.path().join(format!("state-{states}"));
            copy_folder(commits, &root);
            set_slots(&root, &slots_of_state.iter().chain(extra).collect::<Vec<_>>());
            let by_line = with_line(&root, &line).unwrap();
            assert!(verify(&by_line, VerifyDepth::Data, &|_| {}).unwrap().is_sound());
            let by_passphrase = with_passphrase(&root, PASSPHRASE).unwrap();
            store(&by_passphrase, "b");
            // What interrupted steps left is gone, and what was written opens with every slot that is left.
            assert_eq!(slots(&root), **slots_of_state);
            assert!(with_line(&root, &line).is_ok());
            let again = with_passphrase(&root, PASSPHRASE).unwrap();
            let keep = recovery_slots(&again);
            renew(&again, &keep);
            store(&with_passphrase(&root, PASSPHRASE).unwrap(), "c");
            let last = with_line(&root, &line).unwrap();
            assert!(verify(&last, VerifyDepth::Data, &|_| {}).unwrap().is_sound());
            assert_eq!(last.commit().counts["facebook/post"], 3);
            states += 1;
        }
    }
    put("K3", &[exactly("interrupted renewals", states), exactly("without a key that opens", 0)]);
}

#[test]
fn a_key_that_was_not_renewed_opens_nothing_new() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("archive");
    let (archive, line) = create(&root);
    let person = RecoveryLine::generate();
    let writer = Writer::begin(&archive, &archive.media().unwrap()).unwrap();
    let name = archive.add_recipient(SlotKind::Person, &person.recipient()).unwrap();
    let note = KeyNote { label: Some("Awa".to_owned()), recipient: Some(person.recipient().to_string()) };
    let now = DateTime::from_timestamp(1_720_000_000, 0).unwrap();
    let key_notes = BTreeMap::from([(name.clone(), note)]);
    writer.commit(CommitFacts { key_notes, ..CommitFacts::nothing(now) }).unwrap();
    let as_person = || Archive::open(&root, &Unlock::Recovery(&person));
    store(&as_person().unwrap(), "a");
    let kept_by_the_person = slots(&root).into_iter().find(|(found, _)| *found == name).unwrap();

    renew(&open(&root), &recovery_slots(&open(&root)));
    assert!(matches!(as_person(), Err(StoreError::WrongSecret)), "the slot is gone");
    std::fs::write(root.join("keys").join(&kept_by_the_person.0), &kept_by_the_person.1).unwrap();
    assert!(matches!(as_person(), Err(StoreError::KeyReplaced)), "a slot put back opens the past only");
    assert!(with_line(&root, &line).is_ok() && with_passphrase(&root, PASSPHRASE).is_ok());
    store(&open(&root), "b");
    assert!(!slots(&root).contains(&kept_by_the_person), "and is cleared away by whoever writes next");
}

#[test]
fn nobody_writes_after_an_older_commit() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("archive");
    let (archive, _) = create(&root);
    store(&open(&root), "a");
    assert!(matches!(Writer::begin(&archive, &archive.media().unwrap()), Err(StoreError::Locked)));
    store(&open(&root), "b");
    assert_eq!(open(&root).commit().seq, 3);
}

#[test]
fn people_and_renewals_on_the_command_line() {
    let malle = Malle::new().set("MALLE_ARCHIVE", "boutique");
    std::fs::write(malle.path("phrase"), "tambour lagune mangue cadran violet sentier").unwrap();
    let made = malle.run(&["init", "--password-file", "phrase", "--recovery-kit", "fiche.html"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let page = std::fs::read_to_string(malle.path("fiche.html")).unwrap();
    let line = regex::Regex::new("AGE-SECRET-KEY-1[A-Z0-9]+").unwrap().find(&page).unwrap().as_str().to_owned();
    assert_eq!(page.matches("<svg").count(), 2, "a code for the line and one for the key file");
    std::fs::write(malle.path("ligne"), &line).unwrap();
    let checked = malle.run(&["cle", "secours", "--controler", "--recovery-file", "ligne"]);
    assert_eq!((checked.code, checked.stdout.as_str()), (0, "Cette ligne de secours ouvre l'archive.\n"));

    let awa = RecoveryLine::generate();
    let (recipient, identity) = (awa.recipient().to_string(), awa.reveal());
    std::fs::write(malle.path("awa"), format!("# public key: {recipient}\n{}\n", identity.expose_secret())).unwrap();
    let refused = malle.run(&["key", "add", "--recipient", "age1awa", "--password-file", "phrase"]);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    let added =
        malle.run(&["cle", "ajouter", "--nom", "Awa", "--destinataire", &recipient, "--password-file", "phrase"]);
    assert_eq!(added.code, 0, "{}", added.stderr);
    std::fs::write(malle.path("autre"), "corail boussole ruche nacelle tilleul armoire").unwrap();
    let added = malle.run(&["key", "add", "--new-password-file", "autre", "--password-file", "phrase"]);
    assert_eq!(added.code, 0, "{}", added.stderr);
    let listed = malle.run(&["key", "list", "--json", "--identity", "awa"]);
    let keys = serde_json::from_str::<serde_json::Value>(&listed.stdout).unwrap()["keys"].clone();
    let labels: Vec<&str> = keys.as_array().unwrap().iter().filter_map(|key| key["label"].as_str()).collect();
    assert_eq!((keys.as_array().unwrap().len(), labels), (4, vec!["Awa"]));
    for (name, bytes) in slots(&malle.path("boutique")) {
        assert!(!String::from_utf8_lossy(&bytes).contains(&recipient), "{name} tells its recipient");
    }

    // The other passphrase cannot be made anew: that is said, and nothing happens unasked.
    let refused = malle.run(&["key", "rotate", "--password-file", "phrase"]);
    assert_eq!(refused.code, 13, "{}", refused.stderr);
    let id =
        keys.as_array().unwrap().iter().find(|key| key["label"] == "Awa").unwrap()["id"].as_str().unwrap().to_owned();
    let shown = malle.run(&["key", "rotate", "--dry-run", "--json", "--remove", &id, "--password-file", "phrase"]);
    let shown: serde_json::Value = serde_json::from_str(&shown.stdout).unwrap();
    assert_eq!((&shown["epoch"], &shown["dry_run"]), (&1.into(), &true.into()));
    assert_eq!((shown["kept"].as_array().unwrap().len(), shown["removed"].as_array().unwrap().len()), (2, 2));
    let rotated = malle.run(&["cle", "renouveler", "--retirer", &id, "--oui", "--password-file", "phrase"]);
    assert_eq!(rotated.code, 0, "{}", rotated.stderr);
    assert_eq!(malle.run(&["verify", "--read-data", "--password-file", "phrase"]).code, 0);
    assert_eq!(malle.run(&["status", "--identity", "ligne"]).code, 0);
    for gone in [["--identity", "awa"], ["--password-file", "autre"]] {
        assert_eq!(malle.run(&["status", gone[0], gone[1]]).code, 12, "{gone:?}");
    }
}

/// Half of a new archive is none: whatever stops the copying, the same command makes it whole.
#[test]
fn an_interrupted_reencryption_is_begun_again() {
    let place = tempfile::tempdir().unwrap();
    let (old, to) = (place.path().join("old"), place.path().join("new"));
    let mut archive = create(&old).0;
    archives::import_all(&mut archive, &[crate::support::fixtures().join("whatsapp/android_fr-direct/bundle")]);
    let passphrase = Passphrase::new(PASSPHRASE);
    let now = DateTime::from_timestamp(1_710_000_000, 0).unwrap();
    let options = CreateOptions { passphrase: &passphrase, recovery: true, work_factor: 4, now };
    let is_none = || matches!(malle::store::peek(&to), Err(StoreError::NoArchive { .. }));
    // Stopped before anything, in the middle, and when only the marker was lacking.
    for stopped in 0..3 {
        let mut new = Archive::begin(&to, &options, Begun::Copy).unwrap().archive;
        match stopped {
            0 => {}
            1 => {
                let writer = Writer::begin(&new, &MediaIndex::default()).unwrap();
                let bytes = vec![7; 20 << 20];
                let sha256 = malle::crypto::hex(&Sha256::digest(&bytes));
                writer.put_media(&sha256, "video/mp4", "mp4", &MediaSource::Bytes(&bytes)).unwrap();
                assert!(archives::files(&to.join("objects")).len() == 1);
            }
            _ => reencrypt(&archive, &mut new, now, &|_, _| {}).unwrap(),
        }
        assert!(is_none(), "{stopped}");
    }
    let mut new = Archive::begin(&to, &options, Begun::Copy).unwrap().archive;
    reencrypt(&archive, &mut new, now, &|_, _| {}).unwrap();
    new.finish_creation().unwrap();
    let opened = open(&to);
    assert_eq!(archives::export(&opened), archives::export(&archive));
    assert!(verify(&opened, VerifyDepth::Data, &|_| {}).unwrap().findings.is_empty());
    assert!(matches!(Archive::begin(&to, &options, Begun::Copy), Err(StoreError::NotEmpty { .. })));
    // An archive that lost its marker is no leftover.
    std::fs::remove_file(to.join("VAULT.json")).unwrap();
    assert!(matches!(Archive::begin(&to, &options, Begun::Copy), Err(StoreError::NotEmpty { .. })));
    std::fs::write(to.join("creating"), "").unwrap();
    assert!(matches!(Archive::begin(&to, &options, Begun::Copy), Err(StoreError::NotEmpty { .. })));
}

/// The same with the program, killed: what is there is whole or none, and the page belongs to it.
#[test]
fn init_and_reencryption_that_are_killed_can_be_repeated() {
    let malle = Malle::new().set("MALLE_PASSWORD_FILE", "phrase").set("MALLE_ARCHIVE", "boutique");
    std::fs::write(malle.path("phrase"), "tambour lagune mangue cadran violet sentier\n").unwrap();
    let init = ["init", "--recovery-kit", "fiche.html"];
    let copy = ["key", "reencrypt", "--to", "neuve", "--new-password-file", "phrase", "--recovery-kit", "fiche-2.html"];
    for (arguments, root, page) in [(&init[..], "boutique", "fiche.html"), (&copy[..], "neuve", "fiche-2.html")] {
        for millis in [20, 150, 400, 800] {
            if !malle.run_and_kill(arguments, std::time::Duration::from_millis(millis)) {
                break;
            }
            if malle::store::peek(&malle.path(root)).is_ok() {
                break;
            }
            // A page that is written has an archive, but for the moment between the two.
            if std::fs::metadata(malle.path(page)).is_ok_and(|page| page.len() > 0) {
                std::fs::remove_file(malle.path(page)).unwrap();
            }
        }
        if malle::store::peek(&malle.path(root)).is_err() {
            let again = malle.run(arguments);
            assert_eq!(again.code, 0, "{}{}", again.stdout, again.stderr);
        }
        let html = std::fs::read_to_string(malle.path(page)).unwrap();
        let line = html.split("AGE-SECRET-KEY-1").nth(1).unwrap();
        let line: String = line.chars().take_while(char::is_ascii_alphanumeric).collect();
        std::fs::write(malle.path("ligne"), format!("\u{feff}{line}\r\n")).unwrap();
        let opened = malle.run(&["status", "--archive", root, "--identity", "ligne"]);
        assert_eq!(opened.code, 0, "{}", opened.stderr);
    }
    let missing = malle.run(&["status", "--identity", "ligne-absente"]);
    assert!(missing.code == 4 && missing.stderr.contains("ligne-absente"), "{} {}", missing.code, missing.stderr);
    assert!(!missing.stderr.contains("phrase secrète"), "{}", missing.stderr);
    // Notepad puts a mark before what was typed.
    std::fs::write(malle.path("bloc-notes"), "\u{feff}tambour lagune mangue cadran violet sentier\r\n").unwrap();
    assert_eq!(malle.run(&["status", "--password-file", "bloc-notes"]).code, 0);
    let rotated = malle.run(&[
        "key",
        "rotate",
        "--identity",
        "ligne",
        "--archive",
        "neuve",
        "-n",
        "--new-password-file",
        "phrase",
    ]);
    assert!(
        rotated.code == 0 && rotated.stdout.contains("la nouvelle phrase secrète"),
        "{}{}",
        rotated.stdout,
        rotated.stderr
    );
}

/// What is taken back leaves every drive, also the one in a drawer when it comes out, and no repair brings it back.
#[test]
fn keys_that_are_taken_back_leave_every_drive() {
    let malle = Malle::new().set("MALLE_ARCHIVE", "boutique").set("MALLE_PASSWORD", PASSPHRASE);
    create(&malle.path("boutique"));
    let awa = RecoveryLine::generate();
    std::fs::write(malle.path("awa"), awa.reveal().expose_secret()).unwrap();
    let done = |arguments: &[&str]| {
        let run = malle.run(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}{}", run.stdout, run.stderr);
        run.stdout
    };
    for (stick, name) in [("un", "UN"), ("deux", "DEUX")] {
        std::fs::create_dir(malle.path(stick)).unwrap();
        done(&["backup", "add", stick, "--name", name, "--parity", "10"]);
    }
    done(&["key", "add", "--recipient", &awa.recipient().to_string(), "--name", "Awa"]);
    done(&["backup", "run", "--all"]);
    let opens = |place: &str| malle.run(&["status", "--archive", place, "--identity", "awa"]).code;
    assert_eq!((opens("boutique"), opens("un"), opens("deux")), (0, 0, 0));
    std::fs::rename(malle.path("deux"), malle.path("tiroir")).unwrap();
    let keys: serde_json::Value = serde_json::from_str(&done(&["key", "list", "--json"])).unwrap();
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["label"] == "Awa").unwrap().clone();
    done(&["key", "remove", key["id"].as_str().unwrap()]);
    done(&["backup", "run"]);
    assert_eq!((opens("boutique"), opens("un")), (12, 12));
    std::fs::rename(malle.path("tiroir"), malle.path("deux")).unwrap();
    assert_eq!(opens("deux"), 0, "nobody has told it yet");
    done(&["verify", "--repair"]);
    done(&["backup", "check", "--repair"]);
    assert_eq!((opens("boutique"), opens("un")), (12, 12));
    done(&["backup", "run", "--all"]);
    assert_eq!((opens("boutique"), opens("un"), opens("deux")), (12, 12, 12));
    done(&["backup", "check"]);
}
