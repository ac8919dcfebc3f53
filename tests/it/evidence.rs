//! Statements, their check, and proof of one record (test E1).

use std::path::{Path, PathBuf};

use malle::evidence::{Proof, Statement};

use crate::reliability::report::{at_least, exactly, put};
use crate::support::archives::{PASSPHRASE, create, export, import_all, open};
use crate::support::downloads::{Plan, write};
use crate::support::program::Malle;

fn every_file(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending: Vec<PathBuf> = ["objects", "commits", "keys"].iter().map(|folder| root.join(folder)).collect();
    while let Some(folder) = pending.pop() {
        for item in std::fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() { pending.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

struct Stated {
    place: tempfile::TempDir,
    malle: Malle,
    root: PathBuf,
}

/// An archive of two conversations and their photos, stated in `statement.txt`.
fn stated() -> Stated {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("boutique");
    let mut archive = create(&root).0;
    let downloads = write(place.path(), &Plan { conversations: 2, messages: 20, photo_bytes: 2000 });
    import_all(&mut archive, &downloads.paths);
    let malle = Malle::new().set("MALLE_PASSWORD", PASSPHRASE).set("MALLE_ARCHIVE", root.to_str().unwrap());
    let printed = malle.run(&["evidence", "print", "-o", "statement.txt"]);
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    assert_eq!(printed.stdout.lines().count(), 2, "{}", printed.stdout);
    Stated { place, malle, root }
}

/// E1: whatever byte of the archive is changed, the check says so and names the file.
#[test]
fn one_changed_byte_anywhere_is_named() {
    let Stated { place: _place, malle, root } = stated();
    let holds = malle.run(&["attestation", "controler", "statement.txt"]);
    assert_eq!(holds.code, 0, "{}{}", holds.stdout, holds.stderr);
    let files = every_file(&root);
    assert!(files.len() > 8, "{files:?}");
    for (number, path) in files.iter().enumerate() {
        let before = std::fs::read(path).unwrap();
        let mut after = before.clone();
        let at = before.len() * (number % 7 + 1) / 8;
        match after.get_mut(at.min(before.len().saturating_sub(1))) {
            Some(byte) => *byte ^= 1 << (number % 8),
            // The first commit lists no object.
            None => after.push(b'\n'),
        }
        std::fs::write(path, &after).unwrap();
        let checked = malle.run(&["evidence", "check", "statement.txt"]);
        let name = path.file_name().unwrap().to_str().unwrap();
        // A key file that is damaged or the newest commit keep the archive shut; they are named as well.
        assert!(
            checked.code == 14 || checked.code == 4,
            "{name}: {} {}{}",
            checked.code,
            checked.stdout,
            checked.stderr
        );
        let told = format!("{}{}", checked.stdout, checked.stderr);
        assert!(told.contains(name), "{name} is not named in {told}");
        std::fs::write(path, &before).unwrap();
    }
    assert_eq!(malle.run(&["evidence", "check", "statement.txt"]).code, 0, "everything was put back");
    let changed = files.len().try_into().unwrap();
    put("E1.bytes", &[at_least("files with one changed byte", changed), exactly("not named", 0)]);
}

#[test]
fn statements_of_other_archives_and_other_states_do_not_hold() {
    let Stated { place, malle, root } = stated();
    let text = std::fs::read_to_string(malle.path("statement.txt")).unwrap();
    let statement = Statement::parse(&text).unwrap();
    let told = |text: &str| {
        std::fs::write(malle.path("told.txt"), text).unwrap();
        let run = malle.run(&["evidence", "check", "told.txt", "--json"]);
        let kinds: Vec<String> = serde_json::from_str::<serde_json::Value>(&run.stdout)
            .map(|document| {
                let lines = document["differences"].as_array().unwrap().clone();
                lines.iter().map(|line| line["kind"].as_str().unwrap().to_owned()).collect()
            })
            .unwrap_or_default();
        (run.code, kinds)
    };
    let none: Vec<String> = Vec::new();
    assert_eq!(told(&text), (0, none.clone()));
    let altered = |change: &dyn Fn(&mut Statement)| {
        let mut statement = statement.clone();
        change(&mut statement);
        statement.lines().join("\n")
    };
    assert_eq!(told(&altered(&|statement| statement.root = "ab".repeat(32))), (14, vec!["root".to_owned()]));
    assert_eq!(told(&altered(&|statement| statement.commit = "ab".repeat(32))), (14, vec!["commit".to_owned()]));
    assert_eq!(told(&altered(&|statement| statement.leaves += 1)), (14, vec!["older".to_owned()]));
    assert_eq!(told(&altered(&|statement| statement.leaves -= 1)), (14, vec!["root".to_owned()]));
    assert_eq!(told(&altered(&|statement| statement.archive = "ab".repeat(16))), (4, none.clone()));
    assert_eq!(told("Maître, voici les lignes."), (16, none));

    // What comes later does not change what was stated; a second statement covers both.
    let mut archive = open(&root);
    let later = place.path().join("later");
    std::fs::create_dir(&later).unwrap();
    let before = export(&archive).len();
    import_all(&mut archive, &write(&later, &Plan { conversations: 3, messages: 25, photo_bytes: 0 }).paths);
    assert!(export(&open(&root)).len() > before);
    assert_eq!(told(&text).0, 0);
    let second = malle.run(&["evidence", "print", "--json"]);
    let second: serde_json::Value = serde_json::from_str(&second.stdout).unwrap();
    assert!(second["leaves"].as_u64().unwrap() > statement.leaves);
    assert_eq!(told(&text).0, 0);
    assert_eq!(
        told(&format!("{}\n{}", second["lines"][0].as_str().unwrap(), second["lines"][1].as_str().unwrap())).0,
        0
    );
}

#[test]
fn one_record_is_proved_alone_and_by_a_script_of_thirty_lines() {
    let Stated { place: _place, malle, root } = stated();
    let ids: Vec<String> =
        export(&open(&root)).iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect();
    let statement = std::fs::read_to_string(malle.path("statement.txt")).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/verify_proof.py");
    let verdict = |proof: &str| {
        std::fs::write(malle.path("one.json"), proof).unwrap();
        let (proof, statement) = (malle.path("one.json"), malle.path("statement.txt"));
        std::process::Command::new("python3")
            .arg(script)
            .arg(proof)
            .arg(statement)
            .output()
            .expect("python3 is installed by tests/run")
    };
    for id in ids.iter().step_by(ids.len() / 5) {
        let proof = malle.run(&["evidence", "prove", id]);
        assert_eq!(proof.code, 0, "{}", proof.stderr);
        let parsed: Proof = serde_json::from_str(&proof.stdout).unwrap();
        assert!(parsed.holds() && parsed.content.contains(id.as_str()) && statement.contains(&parsed.root));
        assert!(
            ids.iter().all(|other| other == id || !proof.stdout.contains(other.as_str())),
            "another record is shown"
        );
        let output = verdict(&proof.stdout);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(String::from_utf8_lossy(&output.stdout).starts_with("PROVEN"));
        let side = |side: &str| format!("\"side\":\"{side}\"");
        let (first, swapped) = match parsed.path[0].side.as_str() {
            "left" => (side("left"), side("right")),
            _ => (side("right"), side("left")),
        };
        let hash = &parsed.path[1].hash;
        let turned: String = hash.chars().rev().collect();
        let forgeries = [
            ("\\\"kind\\\"", "\\\"kinb\\\""),
            (first.as_str(), swapped.as_str()),
            (hash.as_str(), turned.as_str()),
            (parsed.salt.as_str(), hash.as_str()),
        ];
        for (from, to) in forgeries {
            let forged = proof.stdout.replacen(from, to, 1);
            assert_ne!(forged, proof.stdout, "{from} is in the proof");
            assert!(!verdict(&forged).status.success(), "{to} is believed");
        }
    }
    // What came after the statement is in none.
    let mut archive = open(&root);
    let later = tempfile::tempdir().unwrap();
    import_all(&mut archive, &write(later.path(), &Plan { conversations: 3, messages: 25, photo_bytes: 0 }).paths);
    let new = export(&open(&root))
        .iter()
        .map(|record| record["id"].as_str().unwrap().to_owned())
        .find(|id| !ids.contains(id));
    assert_eq!(malle.run(&["evidence", "prove", &new.unwrap()]).code, 4);
}
