//! The program as people and scripts meet it: streams, languages, exit codes, help, errors.

use crate::support::program::{Malle, Run};

fn run(arguments: &[&str]) -> Run {
    Malle::new().run(arguments)
}

#[test]
fn help_is_in_the_users_language() {
    let french = run(&["--langue", "fr", "guide", "-h"]);
    assert!(french.stdout.contains("Utilisation\u{a0}:\n  malle guide [PLATEFORME]"), "{}", french.stdout);
    let english = run(&["--lang", "en", "guide", "--help"]);
    assert!(english.stdout.contains("Usage:\n  malle guide [PLATFORM]"), "{}", english.stdout);
    assert!(english.stdout.contains("--password-file, --phrase-fichier FILE"), "{}", english.stdout);
    assert_eq!((french.code, english.code, french.stderr.as_str()), (0, 0, ""));
}

#[test]
fn the_language_follows_the_surroundings() {
    let said = |variables: &[(&str, &str)]| {
        let mut malle = Malle::bare();
        for (name, value) in variables {
            malle = malle.set(name, value);
        }
        malle.run(&["nope"]).stderr
    };
    assert!(said(&[("LANG", "fr_SN.UTF-8")]).starts_with("erreur"));
    assert!(said(&[("LANG", "en_CA.UTF-8")]).starts_with("error"));
    assert!(said(&[("LC_ALL", "C"), ("LANG", "fr_FR.UTF-8")]).starts_with("error"));
    assert!(said(&[("MALLE_LANG", "fr"), ("LC_ALL", "C")]).starts_with("erreur"));
}

#[test]
fn usage_errors_say_what_and_what_next() {
    let check = |arguments: &[&str], first: &str, second: &str| {
        let run = run(arguments);
        let lines: Vec<&str> = run.stderr.lines().collect();
        assert_eq!(lines, [first, second], "{arguments:?}");
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
    };
    check(
        &["guid"],
        "erreur\u{a0}: commande inconnue\u{a0}: «\u{a0}guid\u{a0}»",
        "à faire\u{a0}: vouliez-vous dire\u{a0}: malle guide",
    );
    check(
        &["guide", "facebok"],
        "erreur\u{a0}: «\u{a0}facebok\u{a0}» ne convient pas pour PLATEFORME",
        "à faire\u{a0}: au choix\u{a0}: facebook, instagram, messenger, whatsapp",
    );
    check(
        &["guide", "--tz"],
        "erreur\u{a0}: il manque une valeur après --zone",
        "à faire\u{a0}: ajoutez --aide pour voir ce qui convient",
    );
    check(
        &["guide", "--jsn"],
        "erreur\u{a0}: option inconnue\u{a0}: «\u{a0}--jsn\u{a0}»",
        "à faire\u{a0}: vouliez-vous dire\u{a0}: --json\u{a0}; un texte qui commence par - s'écrit après --",
    );
    check(
        &["--tz", "Mars/Olympus", "guide"],
        "erreur\u{a0}: fuseau horaire inconnu\u{a0}: «\u{a0}Mars/Olympus\u{a0}»",
        "à faire\u{a0}: écrivez-le comme Africa/Dakar, Europe/Paris, America/Toronto",
    );
}

#[test]
fn errors_are_json_for_scripts() {
    let run = run(&["--json", "--lang", "en", "guide", "--nope"]);
    let line: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!((&line["type"], &line["code"], &line["exit"]), (&"error".into(), &"unknown-flag".into(), &2.into()));
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
}

#[test]
fn a_reader_that_goes_away_ends_the_program_quietly() {
    let run = Malle::new().run_without_reader(&["guide"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn topics_and_pages_are_found_by_either_name() {
    for name in ["query", "requete", "dates", "exit-codes", "codes", "environment", "environnement", "guide"] {
        let run = run(&["aide", name]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{name}");
        assert!(run.stdout.lines().count() > 5, "{name}: {}", run.stdout);
    }
    assert_eq!(run(&["help", "nope"]).code, 2);
}

#[test]
fn the_reference_is_what_the_program_takes() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/cli.md");
    let now = malle::cli::reference();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == now, "docs/cli.md is stale; write it anew with UPDATE_DOCS=1 cargo test");
}
