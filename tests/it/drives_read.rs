//! Reading drives: checks of every depth, rehearsals, pruning, and the drive as the only thing that is left.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use malle::backup::{BackupError, Drives, check, drill, prunable, prune, repair_archive, repair_drive};
use malle::store::{Archive, Bucket, Disk, Extent, FindingKind, Layout, Step, Watcher, check_public, restore_lists};
use serde_json::Value;

use crate::drives::{Shop, flip, grow, tree};
use crate::reliability::report::{exactly, put};
use crate::support::archives::{self, PASSPHRASE, files, import_all, open};
use crate::support::downloads::{Downloads, Plan, write};
use crate::support::program::{Malle, Run};

#[test]
fn each_depth_of_a_check_finds_what_it_should() {
    let shop = Shop::new();
    let drive = shop.drive("stick-a");
    let kinds = |extent| -> Vec<FindingKind> {
        let report = check(shop.layout(), &drive, extent, &|_| {}).unwrap();
        report.findings.into_iter().map(|finding| finding.kind).collect()
    };
    let parts = || (1..=5).map(|number| Extent::Part(Bucket::new(number, 5).unwrap()));
    assert!(kinds(Extent::Names).is_empty() && kinds(Extent::All).is_empty());
    let objects = shop.objects(&drive, 2);
    let all: u64 = check(shop.layout(), &drive, Extent::All, &|_| {}).unwrap().hashed;
    let read: u64 = parts().map(|part| check(shop.layout(), &drive, part, &|_| {}).unwrap().hashed).sum();
    assert_eq!((read, check(shop.layout(), &drive, Extent::Names, &|_| {}).unwrap().hashed), (all, 0));
    // A flipped bit: names and sizes are right, and one part of five holds it.
    flip(&objects[0]);
    assert!(kinds(Extent::Names).is_empty());
    assert_eq!(kinds(Extent::All), [FindingKind::Damaged]);
    assert_eq!(parts().map(|part| kinds(part).len()).collect::<Vec<_>>().iter().sum::<usize>(), 1);
    // Cut short, or gone: seen at once.
    let bytes = std::fs::read(&objects[1]).unwrap();
    std::fs::write(&objects[1], &bytes[..bytes.len() - 1]).unwrap();
    assert_eq!(kinds(Extent::Names), [FindingKind::Damaged]);
    std::fs::remove_file(&objects[1]).unwrap();
    assert_eq!(kinds(Extent::Names), [FindingKind::Missing]);
    // The newest commit taken away leaves its list.
    let copy = Layout::new(&drive.folder);
    let newest = files(&copy.commits()).into_iter().rfind(|path| path.to_string_lossy().ends_with(".age")).unwrap();
    std::fs::remove_file(newest).unwrap();
    assert!(kinds(Extent::Names).contains(&FindingKind::Missing));
}

/// The first bytes that are read are wrong, and no others.
#[derive(Debug, Default)]
struct Flaky(AtomicBool);

impl Watcher for Flaky {
    fn step(&self, _: &Step<'_>, act: &mut dyn FnMut() -> std::io::Result<()>) -> std::io::Result<()> {
        act()
    }

    fn has_read(&self, _: &Path, bytes: &mut [u8]) {
        if !self.0.swap(true, Ordering::Relaxed) {
            bytes[0] ^= 1;
        }
    }
}

#[test]
fn a_file_that_reads_wrong_once_and_right_then_is_called_unstable() {
    let shop = Shop::new();
    let drive = shop.drive("stick-a");
    for root in [shop.layout().root(), &drive.folder] {
        let watched = Layout::on(Disk::watched(Arc::new(Flaky::default())), root);
        let report = check_public(&watched, &|_| {}).unwrap();
        assert_eq!(report.findings.iter().map(|finding| finding.kind).collect::<Vec<_>>(), [FindingKind::Unstable]);
        assert!(!report.is_sound());
    }
}

#[test]
fn a_drill_brings_back_from_the_drive_alone_and_says_which_side_is_damaged() {
    let shop = Shop::new();
    let drive = shop.drive("stick-a");
    let copy = Archive::open_with(&drive.folder, shop.archive.keyring().clone()).unwrap();
    let sound = drill(&shop.archive, &copy, 10, "seed").unwrap();
    assert_eq!((sound.records.len(), sound.media.len(), sound.bytes), (2, 2, 80_000));
    assert!(sound.lost.is_empty() && sound.archive_lost.is_empty());
    assert_eq!(drill(&shop.archive, &copy, 1, "seed").unwrap().media.len(), 1);
    let on_drive = shop.objects(&drive, 2);
    let own: Vec<PathBuf> =
        on_drive.iter().map(|path| shop.layout().object(path.file_stem().unwrap().to_str().unwrap())).collect();
    for path in &own {
        flip(path);
        let report = drill(&shop.archive, &copy, 10, "seed").unwrap();
        assert!(report.lost.is_empty() && report.archive_lost.len() == 1, "{report:?}");
        flip(path);
    }
    let lost: usize = on_drive
        .iter()
        .map(|path| {
            flip(path);
            let report = drill(&shop.archive, &copy, 10, "seed").unwrap();
            flip(path);
            assert!(report.archive_lost.is_empty());
            report.lost.len()
        })
        .sum();
    assert!(lost >= 2, "a pack and a segment");
}

#[test]
fn pruning_removes_what_nothing_lists_and_only_that() {
    let shop = Shop::new();
    let drive = shop.drive("stick-a");
    assert_eq!(prunable(&shop.archive, &drive).unwrap().paths, Vec::<PathBuf>::new());
    let stray = Layout::new(&drive.folder).object(&"ab".repeat(32));
    std::fs::create_dir_all(stray.parent().unwrap()).unwrap();
    std::fs::write(&stray, b"left behind").unwrap();
    let found = prunable(&shop.archive, &drive).unwrap();
    assert_eq!((found.paths, found.bytes), (vec![stray.clone()], 11));
    assert!(stray.exists(), "looking removes nothing");
    let before = tree(&drive.folder).len();
    prune(&shop.archive, &drive).unwrap();
    assert_eq!(tree(&drive.folder).len(), before - 1);
    assert!(check(shop.layout(), &drive, Extent::All, &|_| {}).unwrap().findings.is_empty());
    // What a drive that is behind holds too much may be what its next run needs.
    grow(&shop.archive, 3);
    let newer = open(shop.layout().root());
    assert!(matches!(prunable(&newer, &drive), Err(BackupError::Behind { .. })));
}

/// An archive with downloads in it, and a drive called CLE.
fn with_drive() -> (Malle, Downloads, String) {
    let malle = Malle::new().set("MALLE_ARCHIVE", "boutique").set("MALLE_PASSWORD_FILE", "phrase");
    std::fs::write(malle.path("phrase"), PASSPHRASE).unwrap();
    let downloads = write(&malle.path("in"), &Plan { conversations: 2, messages: 40, photo_bytes: 3000 });
    let (mut archive, line) = archives::create(&malle.path("boutique"));
    import_all(&mut archive, &downloads.paths);
    std::fs::create_dir(malle.path("cle")).unwrap();
    let added = malle.run(&["sauvegarde", "ajouter", "cle", "--nom", "CLE"]);
    assert_eq!(added.code, 0, "{}", added.stderr);
    let ran = malle.run(&["backup", "run"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    (malle, downloads, line)
}

/// Bytes of all files below a folder, by path.
fn tree_below(root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let read = |path: PathBuf| (path.strip_prefix(root).unwrap().to_owned(), std::fs::read(&path).unwrap());
    let mut tree: Vec<_> = files(root).into_iter().map(read).collect();
    tree.sort();
    tree
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn a_drive_is_read_in_place_and_never_written() {
    let (malle, downloads, _) = with_drive();
    let before = tree(&malle.path("cle"));
    let word = &downloads.secrets[7];
    let found = malle.run(&["--archive", "cle", "search", word, "--json"]);
    assert_eq!(found.code, 0, "{}", found.stderr);
    let id = json(&found)["hits"][0]["id"].as_str().unwrap().to_owned();
    let shown = malle.run(&["--archive", "cle", "show", &id, "--json"]);
    assert_eq!(json(&shown)["id"].as_str(), Some(id.as_str()));
    assert_eq!(malle.run(&["--archive", "cle", "export", "ndjson", "-o", "tout.ndjson"]).code, 0);
    assert_eq!(
        std::fs::read_to_string(malle.path("tout.ndjson")).unwrap().lines().count(),
        archives::export(&open(&malle.path("boutique"))).len()
    );
    assert_eq!(malle.run(&["--archive", "cle", "media", "export", "type:photo", "-o", "photos"]).code, 0);
    assert_eq!(malle.run(&["--archive", "cle", "verify", "--read-data"]).code, 0);
    for refused in [
        &["--archive", "cle", "import", "in"][..],
        &["--archive", "cle", "index", "rebuild"],
        &["--archive", "cle", "unlock"],
        &["--archive", "cle", "backup", "run"],
        &["--archive", "cle", "key", "recovery", "--recovery-kit", "fiche.html"],
    ] {
        let run = malle.run(refused);
        assert_eq!(run.code, 4, "{refused:?} {}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains("copie de sauvegarde"), "{refused:?} {}", run.stderr);
    }
    assert_eq!(tree(&malle.path("cle")), before);
}

#[test]
fn with_the_drive_and_the_paper_alone_everything_comes_back() {
    let (malle, downloads, line) = with_drive();
    let taken_out = |malle: &Malle, name: &str| {
        let (lines, media) = (format!("{name}.ndjson"), format!("photos-{name}"));
        assert_eq!(malle.run(&["export", "ndjson", "-o", &lines]).code, 0);
        assert_eq!(malle.run(&["media", "export", "*", "-o", &media]).code, 0);
        (std::fs::read(malle.path(&lines)).unwrap(), tree_below(&malle.path(&media)))
    };
    let expected = taken_out(&malle, "avant");
    let (records, photos) = (expected.0.split(|byte| *byte == b'\n').count() - 1, expected.1.len());
    assert!(records > 80 && photos >= 2, "{records} records, {photos} photos");
    std::fs::remove_dir_all(malle.path("boutique")).unwrap();
    std::fs::create_dir(malle.path("chez-la-voisine")).unwrap();
    let home = malle.path("chez-la-voisine").to_str().unwrap().to_owned();
    // With the passphrase.
    let malle = malle.set("HOME", &home).set("MALLE_ARCHIVE", "retour-phrase");
    assert_eq!(malle.run(&["restaurer", "cle", "--vers", "retour-phrase"]).code, 0);
    assert!(taken_out(&malle, "phrase") == expected);
    // With the paper.
    let malle = malle.unset("MALLE_PASSWORD_FILE").unset("MALLE_ARCHIVE");
    let restored = malle.run(&["restaurer", "cle", "--vers", "retour"]);
    assert_eq!(restored.code, 0, "{}", restored.stderr);
    std::fs::write(malle.path("ligne"), line).unwrap();
    std::fs::write(malle.path("nouvelle"), "corail boussole ruche nacelle tilleul armoire").unwrap();
    let changed = malle.run(&[
        "--archive",
        "retour",
        "cle",
        "changer",
        "--fichier-secours",
        "ligne",
        "--nouvelle-phrase-fichier",
        "nouvelle",
    ]);
    assert_eq!(changed.code, 0, "{}", changed.stderr);
    let malle = malle.set("MALLE_PASSWORD_FILE", "nouvelle").set("MALLE_ARCHIVE", "retour");
    assert_eq!(malle.run(&["verify", "--read-data"]).code, 0);
    assert_eq!(malle.run(&["search", &downloads.secrets[3], "--count"]).stdout, "1\n");
    assert!(taken_out(&malle, "papier") == expected);
    let count = |found: usize| found.try_into().unwrap();
    put(
        "R1",
        &[
            exactly("records back, byte for byte", count(records)),
            exactly("photos back, byte for byte", count(photos)),
            exactly("ways", 2),
        ],
    );
    // The drive goes on with the restored archive; the old passphrase leaves it.
    assert_eq!(malle.run(&["backup", "add", "cle", "--name", "CLE"]).code, 0);
    assert_eq!(malle.run(&["backup", "run", "CLE"]).code, 0);
    let copy = files(&malle.path("cle")).into_iter().find(|path| path.ends_with("drive.json")).unwrap();
    let keys = files(&copy.parent().unwrap().join("keys"));
    assert_eq!(keys.iter().filter(|path| path.to_string_lossy().contains("passphrase")).count(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn the_program_travels_with_the_copy() {
    let (malle, downloads, _) = with_drive();
    let added = malle.run(&["backup", "add", "cle", "--with-app"]);
    assert_eq!(added.code, 0, "{}", added.stderr);
    let app = malle.path("cle/malle-app");
    for name in ["LISEZ-MOI.txt", "README.txt", "FORMAT.md"] {
        assert!(std::fs::read_to_string(app.join(name)).unwrap().contains("malle"), "{name}");
    }
    let program = files(&app).into_iter().find(|path| path.to_string_lossy().contains("malle-linux-")).unwrap();
    // An older program is replaced by the next run.
    std::fs::write(&program, b"old").unwrap();
    assert_eq!(malle.run(&["backup", "run"]).code, 0);
    let searched = std::process::Command::new(&program)
        .args(["--archive", "..", "search", &downloads.secrets[5], "--count"])
        .current_dir(&app)
        .env_clear()
        .env("HOME", malle.home())
        .env("MALLE_PASSWORD", PASSPHRASE)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&searched.stdout), "1\n", "{}", String::from_utf8_lossy(&searched.stderr));
}

#[test]
fn checks_of_shares_come_round_and_say_what_they_are_worth() {
    let (malle, ..) = with_drive();
    // So many objects that each quarter has some.
    let archive = open(&malle.path("boutique"));
    (1..16).for_each(|number| grow(&archive, number));
    assert_eq!(malle.run(&["backup", "run"]).code, 0);
    // The first run counts as a check: here it was made long ago, before that was noted.
    let register = Layout::new(&malle.path("boutique")).work().join("drives.json");
    let mut drives: Value = serde_json::from_slice(&std::fs::read(&register).unwrap()).unwrap();
    drives["drives"][0]["last_check"] = Value::Null;
    std::fs::write(&register, drives.to_string()).unwrap();
    let malle = malle.unset("MALLE_PASSWORD_FILE");
    let state = || json(&malle.run(&["backup", "status", "--json"]))["drives"][0].clone();
    let first = malle.run(&["backup", "check", "CLE", "--read-data", "25%"]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    assert!(first.stdout.contains("fois sur 100"), "{}", first.stdout);
    assert_eq!(state()["coverage"]["done"], serde_json::json!([1]));
    assert_eq!(state()["last_check"], Value::Null);
    assert_eq!(malle.run(&["backup", "check", "CLE", "--lire", "3/4"]).code, 0);
    let chances = json(&malle.run(&["backup", "check", "CLE", "--read-data", "25%", "--json"]));
    let of_ten = chances["missed"][1]["chance"].as_f64().unwrap();
    let share = chances["hashed"].as_f64().unwrap() / chances["objects"].as_f64().unwrap();
    assert!((of_ten - (1.0 - share).powi(10)).abs() < 1e-9);
    assert_eq!(state()["coverage"]["done"], serde_json::json!([1, 2, 3]));
    assert_eq!(malle.run(&["backup", "check", "CLE", "--read-data", "25%"]).code, 0);
    assert_eq!((&state()["coverage"], state()["last_check"].is_string()), (&Value::Null, true));
    let quick = malle.run(&["backup", "check", "CLE", "--rapide"]);
    assert!(quick.code == 0 && quick.stdout.contains("Seuls les noms"), "{}", quick.stdout);
    // Without the key only hashes can be compared; with it, everything is decrypted.
    assert_eq!(malle.run(&["verify", "--no-key"]).code, 0);
    assert_eq!(malle.run(&["verify", "--no-key", "--read-data", "2/3"]).code, 0);
    assert_eq!(malle.run(&["verify", "--no-key", "--read-data"]).code, 2);
    assert_eq!(malle.run(&["verify", "--read-data", "0%"]).code, 2);
    assert_eq!(malle.run(&["backup", "check", "--read-data", "all"]).code, 13, "the key is needed");
    let malle = malle.set("MALLE_PASSWORD_FILE", "phrase");
    let whole = json(&malle.run(&["backup", "check", "CLE", "--read-data", "tout", "--json"]));
    assert!(whole["records"].as_u64().unwrap() > 0 && whole["sound"] == true);
    let drilled = json(&malle.run(&["backup", "drill", "CLE", "--count", "5", "--json"]));
    assert_eq!(drilled["drills"][0]["records"].as_array().unwrap().len(), 5);
    assert_eq!(drilled["drills"][0]["lost"], serde_json::json!([]));
    let damaged = files(&malle.path("cle")).into_iter().filter(|path| path.to_string_lossy().contains("/objects/"));
    damaged.for_each(|path| flip(&path));
    assert_eq!(malle.run(&["backup", "check", "CLE"]).code, 14);
    assert_eq!(malle.run(&["backup", "drill", "CLE"]).code, 14);
    assert_eq!(malle.run(&["backup", "run", "CLE"]).code, 0, "what the check found is mended");
    assert_eq!(malle.run(&["backup", "check", "CLE"]).code, 0);
}

#[test]
fn old_copies_are_nagged_about_and_prunes_want_a_name() {
    let (malle, ..) = with_drive();
    let fresh = malle.run(&["backup", "status"]);
    assert!(fresh.stdout.contains("seule copie") && !fresh.stdout.contains("plus récente a"), "{}", fresh.stdout);
    // A first run reads back what it wrote.
    assert!(!fresh.stdout.contains("relu en entier"), "{}", fresh.stdout);
    let register = Layout::new(&malle.path("boutique")).work().join("drives.json");
    let mut drives: Value = serde_json::from_slice(&std::fs::read(&register).unwrap()).unwrap();
    let month_ago = chrono::Utc::now() - chrono::Duration::days(31);
    drives["drives"][0]["last_run"] = month_ago.to_rfc3339().into();
    drives["drives"][0]["last_check"] = (month_ago - chrono::Duration::days(180)).to_rfc3339().into();
    std::fs::write(&register, drives.to_string()).unwrap();
    let old = malle.run(&["backup", "status"]);
    assert!(old.stdout.contains("La copie la plus récente a 31 jours"), "{}", old.stdout);
    assert!(old.stdout.contains("relu en entier"), "{}", old.stdout);
    let status = json(&malle.run(&["status", "--json"]));
    assert_eq!((&status["backups"][0]["overdue"], &status["backups"][0]["days"]), (&true.into(), &31.into()));

    let copy = files(&malle.path("cle")).into_iter().find(|path| path.ends_with("drive.json")).unwrap();
    let stray = Layout::new(copy.parent().unwrap()).object(&"cd".repeat(32));
    std::fs::create_dir_all(stray.parent().unwrap()).unwrap();
    std::fs::write(&stray, b"x").unwrap();
    assert_eq!(malle.run(&["backup", "prune", "CLE"]).code, 0);
    assert_eq!(malle.run(&["backup", "prune", "CLE", "--confirm", "cle"]).code, 4);
    assert!(stray.exists());
    let pruned = json(&malle.run(&["sauvegarde", "elaguer", "CLE", "--confirmer", "CLE", "--json"]));
    assert_eq!((&pruned["removed"], pruned["files"].as_array().unwrap().len()), (&true.into(), 1));
    assert!(!stray.exists());
}

/// A list says whose it is: swapped, each is whole and wrong.
#[test]
fn a_list_in_the_place_of_another_is_known_without_a_key_and_made_good() {
    let shop = Shop::new();
    grow(&shop.archive, 3);
    let drive = shop.drive("stick-a");
    let mut drives = Drives::load(shop.layout()).unwrap();
    drives.choose_parity(&drive.id, false);
    drives.save(shop.layout()).unwrap();
    std::fs::remove_dir_all(drive.folder.join("parity")).unwrap();
    let swap = |layout: &Layout| {
        let [one, other] = [2, 3].map(|seq| layout.commits().join(Layout::sums_name(seq)));
        let (first, second) = (std::fs::read(&one).unwrap(), std::fs::read(&other).unwrap());
        assert_ne!(first, second);
        std::fs::write(&one, second).unwrap();
        std::fs::write(&other, first).unwrap();
    };
    let lists = |layout: &Layout| -> Vec<Vec<u8>> {
        (1..=4).map(|seq| std::fs::read(layout.commits().join(Layout::sums_name(seq))).unwrap()).collect()
    };
    let (copy, sound) = (Layout::new(&drive.folder), lists(shop.layout()));
    swap(&copy);
    let report = check(shop.layout(), &drive, Extent::Names, &|_| {}).unwrap();
    let named: Vec<String> = report.findings.iter().map(|finding| finding.path.display().to_string()).collect();
    assert_eq!(named, ["commits/0000000002.sums", "commits/0000000003.sums"]);
    let repaired = repair_drive(shop.layout(), &drive, &report.findings, &|_, _| true).unwrap();
    assert_eq!((repaired.repaired.len(), repaired.lost.len()), (2, 0));
    assert_eq!(lists(&copy), sound);
    // The archive takes its own from the drive without a key, and from its commits with it.
    swap(shop.layout());
    assert_eq!(check_public(shop.layout(), &|_| {}).unwrap().findings.len(), 2);
    repair_archive(shop.layout(), &[], &|_, _| true).unwrap();
    assert_eq!(lists(shop.layout()), sound);
    swap(shop.layout());
    assert_eq!(restore_lists(&open(shop.layout().root())).unwrap().len(), 2);
    assert_eq!(lists(shop.layout()), sound);
}

/// Damage has one next step, that of the place where it is; what is not there needs no reading to be known as lost.
#[test]
fn a_check_that_found_damage_tells_one_next_step() {
    let (malle, ..) = with_drive();
    let steps = |run: &Run| -> Vec<String> {
        let lines = run.stdout.lines().chain(run.stderr.lines());
        lines.filter(|line| line.contains("faire\u{a0}:")).map(str::to_owned).collect()
    };
    let objects = |place: &str| -> Vec<PathBuf> {
        let all = files(&malle.path(place)).into_iter();
        all.filter(|path| path.to_string_lossy().contains("/objects/")).collect()
    };
    std::fs::remove_file(&objects("cle")[0]).unwrap();
    let check = malle.run(&["sauvegarde", "controler"]);
    assert_eq!((check.code, steps(&check).len()), (14, 1), "{}{}", check.stdout, check.stderr);
    assert!(check.stderr.contains("malle sauvegarde controler CLE --reparer"), "{}", check.stderr);
    assert!(!check.stdout.contains("fois sur 100"), "{}", check.stdout);
    let sizes = json(&malle.run(&["backup", "check", "--json"]));
    assert_eq!(sizes["missed"], serde_json::json!([]), "{sizes}");
    std::fs::remove_file(&objects("boutique")[0]).unwrap();
    let verify = malle.run(&["verify"]);
    assert_eq!((verify.code, steps(&verify).len()), (14, 1), "{}{}", verify.stdout, verify.stderr);
    assert!(verify.stderr.contains("malle verifier --reparer"), "{}", verify.stderr);
    // Parity makes the drive's again, and the drive the archive's.
    assert_eq!(malle.run(&["backup", "check", "--repair"]).code, 0);
    assert_eq!(malle.run(&["verify", "--repair"]).code, 0);
    std::fs::remove_dir_all(malle.path("cle")).unwrap();
    std::fs::remove_file(&objects("boutique")[0]).unwrap();
    let beyond = malle.run(&["verify", "--repair"]);
    assert_eq!((beyond.code, steps(&beyond).len()), (14, 1), "{}{}", beyond.stdout, beyond.stderr);
    assert!(beyond.stderr.contains("malle importer"), "{}", beyond.stderr);
}
