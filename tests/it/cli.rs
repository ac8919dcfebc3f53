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
        "à faire\u{a0}: au choix\u{a0}: facebook, instagram, messenger, whatsapp, telegram, x",
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
fn values_of_flags_have_names_in_both_languages() {
    // Refused for want of an archive, not for the value.
    let taken = |arguments: &[&str]| {
        for language in ["fr", "en"] {
            let run = run(&[&["--lang", language][..], arguments].concat());
            assert_eq!(run.code, 10, "{arguments:?}: {}", run.stderr);
        }
    };
    for sort in ["date", "ancien", "oldest", "pertinence", "relevance"] {
        taken(&["chercher", "robe", "--tri", sort]);
    }
    for color in ["auto", "toujours", "always", "jamais", "never"] {
        taken(&["chercher", "robe", "--couleur", color]);
    }
    for order in ["auto", "jma", "dmy", "mja", "mdy"] {
        taken(&["importer", "x.zip", "--ordre-dates", order]);
    }
    let refused = run(&["chercher", "robe", "--tri", "prix"]).stderr;
    assert!(refused.ends_with("au choix\u{a0}: date, ancien, pertinence\n"), "{refused}");
    let refused = run(&["--lang", "en", "search", "robe", "--sort", "price"]).stderr;
    assert!(refused.ends_with("one of: date, oldest, relevance\n"), "{refused}");
}

#[test]
fn values_that_a_search_cannot_read_are_told_with_examples() {
    let malle = with_archive().set("MALLE_PASSWORD_FILE", "phrase");
    let check = |arguments: &[&str], named: &str, example: &str| {
        let run = malle.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        let lines: Vec<&str> = run.stderr.lines().collect();
        assert!(lines.len() == 2 && lines[0].ends_with(named) && lines[1].contains(example), "{}", run.stderr);
        assert!(!run.stderr.contains('{'), "{}", run.stderr);
    };
    check(&["chercher", "robe", "--depuis", "bientôt"], " --depuis", "mars 2024");
    check(&["chercher", "robe", "--jusqua", ""], " --jusqua", "--aide");
    check(&["chercher", "robe", "--type", "fusée"], " --type", "publication");
    check(&["--lang", "en", "search", "robe", "--since", "soon"], " --since", "last week");
    check(&["--lang", "en", "search", "robe", "--type", "rocket"], " --type", "comment");
    check(&["chercher", "robe", "--de", " "], " --de", "--aide");
    let clash = malle.run(&["chercher", "robe", "--page", "2", "--apres", "0123456789"]).stderr;
    assert!(clash.starts_with("erreur\u{a0}: --page ne va pas avec --apres\n"), "{clash}");
    let both = malle.run(&["chercher", "robe", "--csv", "--json"]);
    assert!(both.code == 2 && both.stderr.contains("--csv"), "{}", both.stderr);
}

#[cfg(unix)]
#[test]
fn a_query_in_another_encoding_gets_advice_on_queries() {
    use std::os::unix::ffi::OsStrExt as _;
    let said = |arguments: &[&[u8]]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_malle"));
        command
            .env_clear()
            .env("LANG", "fr_FR.UTF-8")
            .args(arguments.iter().map(|one| std::ffi::OsStr::from_bytes(one)));
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    let query = said(&[b"chercher", b"robe \xe9t\xe9"]);
    assert!(query.contains("robe \u{fffd}t\u{fffd}") && query.contains("sans accents"), "{query}");
    let other = said(&[b"contacts", b"liste", b"\xe9t\xe9"]);
    assert!(other.contains("UTF-8") && !other.contains("fichier") && !other.contains("accents"), "{other}");
}

#[test]
fn an_empty_archive_says_so_and_what_to_do() {
    let malle = with_archive().set("MALLE_PASSWORD_FILE", "phrase");
    for (arguments, next) in [
        (&["contacts", "liste"][..], "malle importer"),
        (&["contacts", "liste", "--suggestions"], "deux"),
        (&["contacts", "liste", "Zoé"], "malle contacts liste"),
        (&["discussions", "liste"], "malle importer"),
        (&["etiquette", "liste"], "malle etiquette ajouter"),
        (&["recherches", "liste"], "--enregistrer"),
        (&["chercher", "robe"], "malle importer"),
    ] {
        let run = malle.run(arguments);
        assert_eq!(run.code, 1, "{arguments:?}");
        assert!(run.stderr.contains(next), "{arguments:?}: {}", run.stderr);
    }
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
    for name in [
        "query",
        "requete",
        "requête",
        "REQUÊTE",
        "dates",
        "exit-codes",
        "codes",
        "environment",
        "environnement",
        "guide",
    ] {
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

/// What opens the archives of these tests.
const PHRASE: &str = "tambour lagune mangue cadran violet sentier";

/// A home with an archive in it that opens quickly: cheap scrypt, which the program itself never writes.
pub fn with_archive() -> Malle {
    let malle = Malle::new();
    std::fs::write(malle.path("phrase"), PHRASE).unwrap();
    let passphrase = malle::crypto::Passphrase::new(PHRASE);
    let now = chrono::DateTime::from_timestamp(1_710_000_000, 0).unwrap();
    let options = malle::store::CreateOptions { passphrase: &passphrase, recovery: false, work_factor: 4, now };
    malle::store::Archive::create(&malle.path("boutique"), &options).unwrap();
    malle.set("MALLE_ARCHIVE", "boutique")
}

#[test]
fn a_new_archive_has_a_recovery_page_and_opens() {
    let malle = Malle::new();
    std::fs::write(malle.path("phrase"), "tambour lagune mangue cadran violet sentier\n").unwrap();
    let made = malle.run(&["creer", "boutique", "--password-file", "phrase", "--recovery-kit", "secours.html"]);
    assert_eq!((made.code, made.stdout.as_str()), (0, "Archive créée, vide\u{a0}: boutique\n"), "{}", made.stderr);
    assert!(std::fs::read_to_string(malle.path("secours.html")).unwrap().contains("AGE-SECRET-KEY-1"));
    let checked = malle.run(&["--archive", "boutique", "verify", "--password-file", "phrase"]);
    assert_eq!(checked.code, 0, "{}", checked.stderr);
}

#[test]
fn a_changed_passphrase_opens_and_the_old_one_does_not() {
    let malle = with_archive().set("MALLE_PASSWORD_FILE", "phrase");
    let checked = malle.run(&["verify", "--read-data", "--json"]);
    assert_eq!(checked.code, 0, "{}", checked.stderr);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&checked.stdout).unwrap()["sound"], true);

    std::fs::write(malle.path("nouvelle"), "corail boussole ruche nacelle tilleul armoire").unwrap();
    let changed = malle.run(&["cle", "changer", "--new-password-file", "nouvelle"]);
    assert_eq!(changed.code, 0, "{}", changed.stderr);
    let refused = malle.run(&["key", "list"]);
    assert_eq!(refused.code, 12);
    assert!(refused.stderr.starts_with("erreur\u{a0}: phrase secrète incorrecte\n"), "{}", refused.stderr);
    let listed = malle.run(&["key", "list", "--password-file", "nouvelle"]);
    let kinds: Vec<&str> = listed.stdout.lines().filter_map(|line| Some(line.split_once("  ")?.1)).collect();
    assert_eq!(kinds, ["phrase secrète"], "{}", listed.stdout);
    assert_eq!(malle.run(&["verify", "--password-file", "nouvelle"]).code, 0);
}

#[test]
fn the_recovery_page_opens_the_archive_when_the_passphrase_is_forgotten() {
    let malle = with_archive();
    let kit = ["key", "recovery", "--recovery-kit", "secours.html", "--password-file", "phrase"];
    assert_eq!(malle.run(&kit).code, 0);
    let page = std::fs::read_to_string(malle.path("secours.html")).unwrap();
    let line = regex::Regex::new("AGE-SECRET-KEY-1[A-Z0-9]+").unwrap().find(&page).unwrap().as_str().to_owned();
    assert!(page.contains("<svg") && page.contains("-----BEGIN AGE ENCRYPTED FILE-----"));
    std::fs::write(malle.path("ligne"), line.to_lowercase()).unwrap();
    std::fs::write(malle.path("nouvelle"), "corail boussole ruche nacelle tilleul armoire").unwrap();
    let changed = malle.run(&["key", "passwd", "--recovery-file", "ligne", "--new-password-file", "nouvelle"]);
    assert_eq!(changed.code, 0, "{}", changed.stderr);
    assert_eq!(malle.run(&["verify", "--password-file", "nouvelle"]).code, 0);
    let mistyped: String = line.chars().rev().collect();
    std::fs::write(malle.path("ligne"), mistyped).unwrap();
    let refused = malle.run(&["key", "passwd", "--recovery-file", "ligne", "--new-password-file", "nouvelle"]);
    assert_eq!(refused.code, 12);
}

#[test]
fn a_script_is_never_asked() {
    let malle = with_archive();
    let code = |arguments: &[&str]| {
        let run = malle.run(arguments);
        assert!(run.stdout.is_empty() && run.stderr.contains("--"), "{arguments:?}: {}", run.stderr);
        run.code
    };
    assert_eq!(code(&["verify"]), 13);
    assert_eq!(code(&["init", "autre", "--password-file", "phrase"]), 13);
    assert_eq!(code(&["init", "autre", "--no-recovery-kit"]), 13);
    assert_eq!(code(&["key", "passwd", "--password-file", "phrase"]), 13);
}

#[test]
fn a_passphrase_that_is_easy_to_guess_is_refused_and_nothing_is_made() {
    let malle = Malle::new();
    std::fs::write(malle.path("phrase"), "soleil2024").unwrap();
    let arguments = ["init", "boutique", "--password-file", "phrase", "--recovery-kit", "secours.html"];
    let refused = malle.run(&arguments);
    assert_eq!(refused.code, 4);
    assert!(refused.stderr.contains("--faible"), "{}", refused.stderr);
    assert!(!malle.path("boutique").exists() && !malle.path("secours.html").exists());
    let taken = [&arguments[..], &["--weak"]].concat();
    assert_eq!(malle.run(&taken).code, 0);
    assert_eq!(malle.run(&taken).code, 4, "the page exists already");
}

#[test]
fn passphrases_come_from_files_commands_and_standard_input() {
    let malle = with_archive();
    assert_eq!(malle.run(&["verify", "-q", "--password-command", "cat phrase"]).code, 0);
    assert_eq!(
        malle.run_with_input(&["verify", "--password-stdin"], "tambour lagune mangue cadran violet sentier\n").code,
        0
    );
    assert_eq!(malle.run(&["verify", "--password-command", "false"]).code, 4);
    assert_eq!(malle.run(&["verify", "--password-file", "absent"]).code, 4);
    assert_eq!(malle.run(&["verify", "--archive", "ailleurs", "--password-file", "phrase"]).code, 10);
}

#[test]
fn damage_is_named_and_ends_with_code_14() {
    let malle = with_archive().set("MALLE_PASSWORD_FILE", "phrase");
    let readme = malle.path("boutique/README.txt");
    let text = std::fs::read_to_string(&readme).unwrap();
    std::fs::write(&readme, text.replacen('a', "b", 1)).unwrap();
    let run = malle.run(&["verifier"]);
    assert_eq!(run.code, 14);
    assert!(run.stdout.contains("abîmé  README.txt"), "{}", run.stdout);
}
