//! From downloads to hits, copies and back, with the real program and the bundled samples of all four platforms.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::cli::with_archive;
use crate::support::fixtures;
use crate::support::program::{Malle, Run};

const PHRASE: &str = "tambour lagune mangue cadran violet sentier";

const SAMPLES: [&str; 4] = [
    "facebook/json-2025_two-folders/bundle",
    "messenger/e2ee_two-threads/bundle",
    "instagram/json-2024_two-parts/bundle",
    "whatsapp/android_fr-direct/bundle",
];

/// A home with an empty archive that opens quickly.
fn empty_archive() -> Malle {
    with_archive().set("MALLE_PASSWORD_FILE", "phrase").set("MALLE_TZ", "Africa/Dakar")
}

fn import(malle: &Malle, extra: &[&str]) -> Run {
    let paths: Vec<String> = SAMPLES.iter().map(|sample| fixtures().join(sample).display().to_string()).collect();
    let mut arguments = vec!["import", "--me", "Atelier Awa", "--timezone", "Africa/Dakar"];
    arguments.extend(paths.iter().map(String::as_str));
    arguments.extend(extra);
    malle.run(&arguments)
}

fn filled_archive() -> Malle {
    let malle = empty_archive();
    let run = import(&malle, &["-q"]);
    assert!([0, 3].contains(&run.code), "{}", run.stderr);
    malle
}

fn json(run: &Run) -> Value {
    assert!(!run.stdout.is_empty(), "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn an_import_tells_what_it_did_line_by_line() {
    let malle = empty_archive();
    let dry = import(&malle, &["--jsonl", "-n"]);
    let first = import(&malle, &["--jsonl"]);
    let again = import(&malle, &["--jsonl"]);
    let summary = |run: &Run| -> Value { serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap() };
    for line in first.stdout.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(["status", "item", "error", "summary"].contains(&line["type"].as_str().unwrap()), "{line}");
    }
    let (dry, first, again) = (summary(&dry), summary(&first), summary(&again));
    for key in ["type", "import", "added", "media", "known", "skipped", "problems", "files"] {
        assert!(keys(&first).contains(key), "{key} in {first}");
    }
    assert_eq!(keys(&first["media"]), BTreeSet::from(["stored", "known", "missing"]));
    for key in ["seen", "parsed", "kept_raw", "ignored", "damaged"] {
        assert!(keys(&first["files"]).contains(key), "{key} in {first}");
    }
    assert_eq!(dry["added"], first["added"], "a dry run counts what an import adds");
    assert!(first["added"]["message"].as_u64().unwrap() > 10, "{first}");
    assert_eq!(again["added"].as_object().unwrap().values().filter_map(Value::as_u64).sum::<u64>(), 0, "{again}");
    let imports = json(&malle.run(&["imports", "list", "--json"]));
    assert_eq!(imports["imports"].as_array().unwrap().len(), 2);
    let report = json(&malle.run(&["imports", "report", first["import"].as_str().unwrap(), "--json"]));
    assert_eq!(Value::from(report["files"].as_array().unwrap().len()), first["files"]["seen"]);
}

#[test]
fn a_report_speaks_the_language_of_the_user() {
    let malle = empty_archive();
    let samples = ["facebook/json-2021_damaged-files/bundle", "messenger/json-2024_damaged/bundle"];
    let samples = samples.map(|sample| fixtures().join(sample).display().to_string());
    let lines = malle.run(&["import", "--jsonl", &samples[0], &samples[1]]).stdout;
    let summary: Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    let import = summary["import"].as_str().unwrap().to_owned();
    let french = malle.run(&["imports", "report", &import]).stdout;
    for (text, there) in [
        ("(ligne 1, colonne 91)", true),
        ("(1 champ à côté de la liste)", true),
        ("(pas un objet JSON)", true),
        ("(le fichier est vide)", true),
        ("line", false),
        ("not-", false),
    ] {
        assert_eq!(french.contains(text), there, "{text} in {french}");
    }
    let english = malle.run(&["imports", "report", &import, "--lang", "en"]).stdout;
    assert!(english.contains("(line 1, column 91)"), "{english}");
}

#[test]
fn a_search_finds_what_people_type() {
    let malle = filled_archive();
    let found = json(&malle.run(&["search", "robes", "bleues", "--json"]));
    assert_eq!((&found["total"], found["hits"].as_array().unwrap().len()), (&2.into(), 2), "{found}");
    let hit = &found["hits"][0];
    for key in ["id", "kind", "platform", "time", "author", "conversation", "snippet", "tier", "score"] {
        assert!(keys(hit).contains(key), "{key} in {hit}");
    }
    assert_eq!((&hit["platform"], &hit["conversation"]), (&"whatsapp".into(), &"Fatou Ndiaye".into()));
    let text = malle.run(&["chercher", "robe"]);
    assert!(
        text.stdout.contains("la ‹robe› bleue") && text.stdout.contains("4\u{a0}janvier 2024 09:01"),
        "{}",
        text.stdout
    );
    let id = hit["id"].as_str().unwrap();
    let beginning: String = id.chars().take(12).collect();
    let shown = json(&malle.run(&["show", &beginning, "--json"]));
    assert_eq!((&shown["id"], &shown["text"]), (&hit["id"], &"La robe, en bleu : 15 000 F".into()));
    let around = json(&malle.run(&["show", id, "-C", "1", "--json"]));
    assert_eq!((around["before"].as_array().unwrap().len(), around["after"].as_array().unwrap().len()), (1, 1));
    assert_eq!(malle.run(&["search", "--count", "robe"]).stdout, "2\n");
    assert_eq!(malle.run(&["search", "--ids", "-m", "1", "robe"]).stdout, format!("{id}\n"));
    let nothing = malle.run(&["search", "introuvable", "--count"]);
    assert_eq!((nothing.code, nothing.stdout.as_str()), (1, "0\n"));
    assert_eq!(malle.run(&["show", "zzzzzzzzzzzz"]).code, 1);
    assert_eq!(malle.run(&["show", "pas-un-id"]).code, 2);
}

#[test]
fn results_come_in_pages_tables_and_counts() {
    let malle = filled_archive();
    let ids = |run: &Run| -> Vec<String> {
        let hits = json(run)["hits"].as_array().unwrap().clone();
        hits.iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect()
    };
    let all = ids(&malle.run(&["search", "--json", "-m", "1000", "*"]));
    assert!(all.len() > 20);
    let second = ids(&malle.run(&["search", "--json", "-m", "7", "--page", "2", "*"]));
    assert_eq!(second, all[7..14]);
    let mut walked = Vec::new();
    let mut page = json(&malle.run(&["search", "--json", "-m", "9", "*"]));
    loop {
        walked.extend(page["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        page = json(&malle.run(&["search", "--json", "-m", "9", "--after", next, "*"]));
    }
    assert_eq!(walked, all);
    assert_eq!(malle.run(&["search", "--after", &all[0], "--sort", "relevance", "robe"]).code, 2);

    let facets = json(&malle.run(&["search", "--json", "--facets", "*"]))["facets"].clone();
    let sum =
        |key: &str| -> u64 { facets[key].as_array().unwrap().iter().map(|line| line["count"].as_u64().unwrap()).sum() };
    let count = u64::try_from(all.len()).unwrap();
    assert_eq!((sum("platforms"), sum("types")), (count, count), "{facets}");
    assert!(facets["people"][0]["name"].as_str().is_some_and(|name| !name.is_empty()), "{facets}");
    let text = malle.run(&["chercher", "--facettes", "robe"]).stdout;
    assert!(text.contains("Plateformes  WhatsApp (") && text.contains("Types  message ("), "{text}");

    let hints = |query: &[&str]| json(&malle.run(&[&["search", "--json"], query].concat()))["hints"].clone();
    assert_eq!(hints(&["robe", "zzyzx"]), serde_json::json!(["nulle part dans l'archive\u{a0}: zzyzx"]));
    assert_eq!(hints(&["zzyzx"]), serde_json::json!([]));
    assert_eq!(hints(&["robe"]), serde_json::json!([]));
    let table = malle.run(&["chercher", "--csv", "robe"]).stdout;
    assert!(table.starts_with("\u{feff}id;time;platform;"), "{table}");
    let plain = malle.run(&["search", "--csv-plain", "robe"]).stdout;
    assert!(plain.starts_with("id,time,platform,kind,conversation,author,text,tier,person,labels,note\r\n"), "{plain}");
    assert_eq!(plain.matches("\r\n").count(), 3, "{plain}");
}

#[test]
fn results_are_narrowed_explained_and_shown_in_their_conversation() {
    let malle = filled_archive();
    let found = |arguments: &[&str]| json(&malle.run(&[&["search", "--json"], arguments].concat()));
    let all = found(&["robe"]);
    let from = all["hits"][0]["author"].as_str().unwrap();
    let narrowed = found(&["robe", "OU", "sac", "--from", from, "--type", "message", "--since", "2 janvier 2024"]);
    assert!(narrowed["total"].as_u64().unwrap() > 0, "{narrowed}");
    assert!(narrowed["hits"].as_array().unwrap().iter().all(|hit| hit["author"] == from), "{narrowed}");
    assert_eq!(found(&["robe", "--until", "2001"])["total"], 0);
    assert_eq!(found(&["--dans", "Fatou Ndiaye", "--de", "personne de ce nom"])["total"], 0);
    for (flag, value) in [("--type", "fusée"), ("--since", "jamais"), ("--from", " ")] {
        let run = malle.run(&["chercher", "robe", flag, value]);
        assert!(run.code == 2 && run.stderr.contains(value), "{flag} {} {}", run.code, run.stderr);
    }

    let sides = |arguments: &[&str]| {
        let hit = found(&[&["robes", "bleues", "-m", "1"], arguments].concat())["hits"][0].clone();
        let count = |side: &str| hit["context"][side].as_array().map(Vec::len);
        (count("before"), count("after"))
    };
    assert_eq!(sides(&[]), (None, None));
    assert_eq!(sides(&["-C", "1"]), (Some(1), Some(1)));
    assert_eq!(sides(&["-B", "1"]), (Some(1), Some(0)));
    assert_eq!(sides(&["-C", "1", "-A", "0"]), (Some(1), Some(0)));
    let text = malle.run(&["chercher", "robes", "bleues", "-m", "1", "-C", "1"]).stdout;
    let indented = |depth: usize| {
        let is_so = |line: &&str| line.len() - line.trim_start().len() == depth;
        text.lines().filter(is_so).count()
    };
    assert_eq!((indented(4), indented(2)), (2, 1), "{text}");

    let told = found(&["robes", "--explain"])["hits"][0].clone();
    assert!(told["score"].as_f64().unwrap() > 0.0, "{told}");
    assert_eq!(told["why"][0]["asked"], "robes");
    assert_eq!(told["why"][0]["tier"], "stem");
    assert!(told["why"][0]["words"][0].as_str().unwrap().eq_ignore_ascii_case("robe"), "{told}");
    assert!(all["hits"][0].get("why").is_none() && all["hits"][0]["score"] == 0.0, "{all}");
    let text = malle.run(&["chercher", "--expliquer", "robes"]).stdout;
    assert!(text.contains("    robes\u{a0}: autre forme (robe) · score "), "{text}");
}

#[test]
fn near_spellings_come_apart_and_only_when_needed() {
    let malle = filled_archive();
    let found = |arguments: &[&str]| json(&malle.run(&[&["search", "--json"], arguments].concat()));
    let near = found(&["roeb"]);
    assert_eq!((&near["total"], &near["approx"][0]["tier"]), (&0.into(), &"typo".into()), "{near}");
    assert_eq!(found(&["roeb", "--no-approx"])["approx"], Value::Array(Vec::new()));
    assert_eq!(malle.run(&["search", "roeb", "--no-approx"]).code, 1);
    assert_eq!(malle.run(&["search", "roeb", "--count"]).stdout, "0\n");
    assert_eq!(malle.run(&["search", "~roeb", "--count"]).stdout, "2\n");
    let text = malle.run(&["chercher", "roeb"]).stdout;
    assert!(text.contains("Orthographe proche (2)") && text.contains("‹robe›"), "{text}");
    // The samples write « bleue » and « à »: the exact spelling of a word without its accent is another word.
    assert_eq!(malle.run(&["search", "=robe", "--count"]).stdout, "2\n");
    assert_eq!(malle.run(&["search", "=robé", "--count"]).stdout, "0\n");
    assert_eq!(malle.run(&["search", "robé", "--count"]).stdout, "2\n");
    std::fs::write(malle.path("mes-mots.txt"), "rb = robe\n").unwrap();
    let malle = malle.set("MALLE_ABBREVIATIONS", "mes-mots.txt");
    let own = json(&malle.run(&["search", "--json", "rb"]));
    let absent = malle.set("MALLE_ABBREVIATIONS", "absente.txt").run(&["chercher", "rb"]);
    assert!(absent.code == 1 && absent.stderr.contains("absente.txt"), "{} {}", absent.code, absent.stderr);
    assert_eq!((&own["total"], &own["hits"][0]["tier"]), (&2.into(), &"abbreviation".into()), "{own}");
}

#[test]
fn the_country_of_an_archive_decides_how_dates_are_read() {
    let malle = Malle::new().set("MALLE_ARCHIVE", "shop").set("MALLE_PASSWORD_FILE", "phrase").set("MALLE_LANG", "en");
    std::fs::write(malle.path("phrase"), PHRASE).unwrap();
    assert_eq!(malle.run(&["init", "--no-recovery-kit", "--country", "us"]).code, 0);
    let reading = |arguments: &[&str]| {
        let arguments = [&["search", "--json", "on:03/12/2024"], arguments].concat();
        json(&malle.run(&arguments))["reading"].as_str().unwrap().to_owned()
    };
    assert_eq!(reading(&[]), "on 12\u{a0}March 2024");
    assert_eq!(reading(&["--country", "FR"]), "on 3\u{a0}December 2024");
}

#[test]
fn what_is_written_replaces_nothing_and_stays_out_of_the_archive() {
    let malle = filled_archive();
    let files = files_below(&malle.path("boutique"));
    let refused = |arguments: &[&str], code: &str, exit: i32| {
        let run = malle.run(&[arguments, &["--json"]].concat());
        let error: Value = serde_json::from_str(run.stderr.lines().last().unwrap()).unwrap();
        assert_eq!((error["code"].as_str(), run.code), (Some(code), exit), "{arguments:?}: {}", run.stderr);
    };
    let inside = "output-inside-archive";
    refused(&["export", "ndjson", "-o", "boutique/VAULT.json"], inside, 2);
    refused(&["export", "ndjson", "-o", "boutique/all.ndjson"], inside, 2);
    refused(&["media", "export", "type:photo", "-o", "boutique/objects"], inside, 2);
    refused(&["media", "export", "type:photo", "-o", "boutique/new/photos.zip"], inside, 2);
    refused(&["key", "recovery", "--recovery-kit", "boutique/kit.html"], inside, 2);
    assert_eq!(files_below(&malle.path("boutique")), files);

    std::fs::write(malle.path("letter.txt"), "mine").unwrap();
    refused(&["export", "ndjson", "-o", "letter.txt"], "file-exists", 4);
    assert_eq!(std::fs::read_to_string(malle.path("letter.txt")).unwrap(), "mine");
}

#[test]
fn everything_comes_out_again() {
    let malle = filled_archive();
    let exported = malle.run(&["export", "ndjson", "-o", "-"]);
    assert_eq!(exported.code, 0, "{}", exported.stderr);
    let records: Vec<Value> = exported.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let status = json(&malle.run(&["status", "--json"]));
    assert_eq!(status["records"], Value::from(records.len()));
    assert!(records.iter().all(|record| record["v"] == 1 && !record["origin"].as_array().unwrap().is_empty()));
    assert_eq!(malle.run(&["export", "ndjson", "-o", "tout.ndjson"]).code, 0);
    assert_eq!(std::fs::read_to_string(malle.path("tout.ndjson")).unwrap(), exported.stdout);

    let nameless =
        records.iter().find(|record| record["attachments"][0]["name"] == "").unwrap()["id"].as_str().unwrap();
    let absent = malle.run(&["media", "export", nameless, "-o", "absent"]);
    assert!(absent.stdout.contains(nameless), "{}", absent.stdout);

    let stored = |record: &&Value| record["attachments"][0]["status"] == "stored";
    let record = records.iter().find(|record| stored(record) && record["platform"] == "whatsapp").unwrap();
    let media = malle.run(&["media", "export", record["id"].as_str().unwrap(), "-o", "photos", "--json"]);
    let line: Value = serde_json::from_str(media.stdout.lines().next().unwrap()).unwrap();
    let bytes = std::fs::read(malle.path(line["path"].as_str().unwrap())).unwrap();
    let hash = malle::crypto::hex(&<sha2::Sha256 as sha2::Digest>::digest(&bytes));
    assert_eq!(record["attachments"][0]["sha256"], hash);

    let listed = json(&malle.run(&["conversations", "list", "--json"]));
    let fatou =
        listed["conversations"].as_array().unwrap().iter().find(|line| line["title"] == "Fatou Ndiaye").unwrap();
    for key in ["id", "title", "kind", "platform", "participants", "messages", "first", "last"] {
        assert!(keys(fatou).contains(key), "{key} in {fatou}");
    }
}

#[test]
fn a_copy_on_a_drive_gives_the_archive_back() {
    let malle = filled_archive();
    std::fs::create_dir(malle.path("cle")).unwrap();
    assert_eq!(malle.run(&["backup", "run"]).code, 15, "no drive yet");
    assert_eq!(malle.run(&["sauvegarde", "ajouter", "cle", "--nom", "CLE-1"]).code, 0);
    let ran = malle.run(&["backup", "run", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(json(&ran)["runs"][0]["copied"].as_u64().unwrap() > 3);
    let drives = json(&malle.run(&["backup", "status", "--json"]));
    assert_eq!((&drives["drives"][0]["name"], &drives["drives"][0]["state"]), (&"CLE-1".into(), &"current".into()));
    assert_eq!(malle.run(&["backup", "check", "CLE-1"]).code, 0);
    let restored = malle.run(&["restore", "cle", "--to", "retour"]);
    assert_eq!(restored.code, 0, "{}", restored.stderr);
    let found = malle.run(&["--archive", "retour", "search", "robe", "--count"]);
    assert_eq!((found.code, found.stdout.as_str()), (0, "2\n"), "{}", found.stderr);

    std::fs::rename(malle.path("cle"), malle.path("debranchee")).unwrap();
    let absent = malle.run(&["backup", "run"]);
    assert_eq!(absent.code, 15);
    assert!(absent.stderr.contains("CLE-1 n'est pas branché"), "{}", absent.stderr);
}

#[test]
fn alone_the_program_tells_the_state_of_the_archive_that_is_there() {
    let malle = empty_archive();
    let status = malle.run(&[]);
    assert_eq!(status.code, 0);
    assert!(status.stdout.contains("boutique"), "{}", status.stdout);
    assert!(status.stdout.contains("À faire"), "{}", status.stdout);
    assert!(!status.stdout.contains("Utilisation"), "{}", status.stdout);
    for malle in [malle.unset("MALLE_PASSWORD_FILE"), Malle::new()] {
        let help = malle.run(&[]);
        assert_eq!(help.code, 0, "{}", help.stderr);
        assert!(help.stdout.contains("Utilisation"), "{}", help.stdout);
    }
}

#[test]
fn what_is_no_download_is_code_16_and_what_is_absent_code_4() {
    let malle = empty_archive();
    std::fs::write(malle.path("note.pdf"), "rien de connu").unwrap();
    std::fs::create_dir(malle.path("vide")).unwrap();
    let note = malle.run(&["import", "note.pdf"]);
    assert_eq!(note.code, 16);
    assert!(note.stderr.contains("note.pdf"), "{}", note.stderr);
    assert_eq!(malle.run(&["import", "vide"]).code, 16);
    let absent = malle.run(&["import", "absent.zip"]);
    assert_eq!(absent.code, 4);
    assert!(absent.stderr.contains("absent.zip"), "{}", absent.stderr);
    let chat = fixtures().join(SAMPLES[3]).display().to_string();
    let quiet = malle.run(&["import", "-q", "--timezone", "Africa/Dakar", &chat, "note.pdf", "absent.zip"]);
    assert_eq!(quiet.code, 3);
    assert!(quiet.stderr.contains("note.pdf") && quiet.stderr.contains("absent.zip"), "{}", quiet.stderr);
}

#[test]
fn what_lies_beside_downloads_in_a_folder_is_named() {
    let malle = empty_archive();
    let folder = malle.path("recus");
    std::fs::create_dir_all(folder.join("autres")).unwrap();
    let zips = fixtures().join("facebook/zips");
    for zip in std::fs::read_dir(zips).unwrap().map(Result::unwrap) {
        std::fs::copy(zip.path(), folder.join(zip.file_name())).unwrap();
    }
    for beside in ["facture.rar", "bonjour.txt", "autres/note.pdf"] {
        std::fs::write(folder.join(beside), "rien de connu").unwrap();
    }
    let import = malle.run(&["import", "recus"]);
    assert_eq!(import.code, 3, "{}", import.stderr);
    for beside in ["recus/facture.rar", "recus/bonjour.txt", "recus/autres"] {
        assert!(import.stdout.contains(beside) || import.stderr.contains(beside), "{beside}: {}", import.stderr);
    }
    assert!(!import.stderr.contains(".zip"), "{}", import.stderr);
}

#[test]
fn the_index_is_made_anew_when_it_is_damaged_or_asked_for() {
    let malle = filled_archive();
    let index = malle.path("boutique/cache/index");
    for file in std::fs::read_dir(&index).unwrap() {
        std::fs::write(file.unwrap().path(), "abîmé").unwrap();
    }
    // No reason to restore anything.
    let verified = malle.run(&["verify"]);
    assert_eq!(verified.code, 0, "{}", verified.stderr);
    assert!(verified.stdout.contains("refait à la prochaine recherche"), "{}", verified.stdout);
    assert_eq!(malle.run(&["search", "robe", "--count"]).stdout, "2\n");
    assert_eq!(malle.run(&["index", "rebuild"]).code, 0);
    assert_eq!(malle.run(&["search", "robe", "--count"]).stdout, "2\n");
    std::fs::remove_dir_all(malle.path("boutique/cache")).unwrap();
    assert_eq!(malle.run(&["search", "robe", "--count"]).stdout, "2\n");
}

#[test]
fn unlocking_lasts_until_lock() {
    let memory = Path::new("/dev/shm");
    if !memory.is_dir() {
        return;
    }
    let folder = tempfile::tempdir_in(memory).unwrap();
    let malle = filled_archive().set("XDG_RUNTIME_DIR", folder.path().to_str().unwrap());
    assert_eq!(malle.run(&["unlock", "--for", "1h"]).code, 0);
    let malle = malle.unset("MALLE_PASSWORD_FILE");
    assert_eq!(malle.run(&["search", "robe", "--count"]).stdout, "2\n");
    assert_eq!(malle.run(&["lock"]).code, 0);
    assert_eq!(malle.run(&["search", "robe", "--count"]).code, 13);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the session key is wiped");
}

#[cfg(unix)]
#[test]
fn control_c_ends_at_once_with_code_130() {
    let malle = empty_archive();
    let run = malle.run_and_interrupt(&["verify", "--password-command", "echo pret >&2; sleep 5; cat phrase"], "pret");
    assert_eq!(run.code, 130);
    assert!(run.stderr.contains("interrompu"), "{}", run.stderr);
}

#[test]
fn damage_to_one_file_does_not_keep_the_rest_from_coming_out() {
    let malle = empty_archive();
    let (mut segments, mut photos) = (BTreeSet::new(), BTreeSet::new());
    for sample in SAMPLES {
        let path = fixtures().join(sample).display().to_string();
        assert!([0, 3].contains(&malle.run(&["import", "-q", "--timezone", "Africa/Dakar", &path]).code));
    }
    let whole = malle.run(&["export", "ndjson", "-o", "-"]);
    let sound: BTreeSet<&str> = whole.stdout.lines().collect();
    let hits = |run: &Run| json(run)["hits"].as_array().unwrap().len();
    let all = hits(&malle.run(&["search", "-m", "1000", "--json", ""]));
    for path in files_below(&malle.path("boutique/objects")) {
        let bytes = std::fs::read(&path).unwrap();
        let mut flipped = bytes.clone();
        let end = flipped.len() - 1;
        flipped[end] ^= 1;
        std::fs::write(&path, &flipped).unwrap();
        let run = malle.run(&["export", "ndjson", "-o", "-"]);
        let lines: BTreeSet<&str> = run.stdout.lines().collect();
        assert!(lines.is_subset(&sound));
        if lines.len() < sound.len() {
            assert_eq!(run.code, 14);
            assert!(run.stderr.contains(&path.file_name().unwrap().display().to_string()), "{}", run.stderr);
            assert!(!lines.is_empty());
            let file = malle.run(&["export", "ndjson", "-o", "partial.ndjson"]);
            assert_eq!(file.code, 14);
            assert_eq!(std::fs::read_to_string(malle.path("partial.ndjson")).unwrap(), run.stdout);
            std::fs::remove_file(malle.path("partial.ndjson")).unwrap();
            let search = malle.run(&["search", "-m", "1000", "--json", ""]);
            assert_eq!(search.code, 14);
            assert!(hits(&search) < all && hits(&search) > 0);
            // Without an index it is made of what is sound, and says what is absent each time.
            std::fs::remove_dir_all(malle.path("boutique/cache")).unwrap();
            for _ in 0..2 {
                let made = malle.run(&["search", "-m", "1000", "--json", ""]);
                assert_eq!((made.code, hits(&made)), (14, hits(&search)));
                assert!(made.stderr.contains(&path.file_name().unwrap().display().to_string()), "{}", made.stderr);
                assert!(made.stderr.contains("malle verifier"), "{}", made.stderr);
            }
            let status = malle.run(&["status", "--json"]);
            assert_eq!((status.code, json(&status)["network"].as_str()), (14, Some("never")));
            std::fs::write(&path, &bytes).unwrap();
            assert_eq!(hits(&malle.run(&["search", "-m", "1000", "--json", ""])), all, "found again");
            segments.insert(path.clone());
        } else {
            assert_eq!(run.code, 0, "{}", run.stderr);
            // Photos in other files of the archive come out all the same.
            let (folder, zip) = (malle.path("sortie"), malle.path("sortie.zip"));
            let export = malle.run(&["media", "export", "contient:photo", "-o", "sortie"]);
            let packed = malle.run(&["media", "export", "contient:photo", "-o", "sortie.zip"]);
            let files = files_below(&folder).len();
            assert_eq!(zip::ZipArchive::new(std::fs::File::open(&zip).unwrap()).unwrap().len(), files);
            assert_eq!(export.code, packed.code);
            photos.insert(files);
            if export.code == 14 {
                assert!(export.stderr.contains(&path.file_name().unwrap().display().to_string()), "{}", export.stderr);
            }
            std::fs::remove_dir_all(&folder).unwrap();
            std::fs::remove_file(&zip).unwrap();
            assert!([0, 14].contains(&malle.run(&["status"]).code));
        }
        std::fs::write(&path, &bytes).unwrap();
    }
    assert!(photos.len() > 1 && !photos.contains(&0), "{photos:?}");
    assert!(segments.len() >= SAMPLES.len(), "{segments:?}");
    assert_eq!(malle.run(&["verify", "--read-data"]).code, 0);
}

fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

/// Root writes wherever it likes: there the folders are as good as writable, and only the answers are compared.
#[cfg(unix)]
#[test]
fn an_archive_that_may_not_be_written_is_searched() {
    use std::os::unix::fs::PermissionsExt as _;
    let malle = filled_archive();
    let archive = malle.path("boutique");
    let index = malle.path("boutique/cache/index");
    let mode = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    for lock in [".tantivy-meta.lock", ".tantivy-writer.lock"] {
        drop(std::fs::remove_file(index.join(lock)));
    }
    let folders = [index.clone(), malle.path("boutique/cache"), archive.clone()];
    for folder in &folders {
        mode(folder, 0o500);
    }
    let level = malle.run(&["search", "robe", "--count"]);
    for folder in &folders {
        mode(folder, 0o700);
    }
    assert_eq!((level.code, level.stdout.as_str()), (0, "2\n"), "{}", level.stderr);
    std::fs::remove_dir_all(malle.path("boutique/cache")).unwrap();
    mode(&archive, 0o500);
    let without = malle.run(&["search", "robe", "--count"]);
    mode(&archive, 0o700);
    assert_eq!((without.code, without.stdout.as_str()), (0, "2\n"), "{}", without.stderr);
}
