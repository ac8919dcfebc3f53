//! What an import could not take: named on the screen, and afterwards in the report.

use std::path::PathBuf;

use serde_json::Value;

use crate::support::fixtures;
use crate::support::program::{Malle, Run};
use crate::support::zips::{self, Item, Maker};

fn empty_archive() -> Malle {
    let malle = Malle::new();
    crate::support::archives::create(&malle.path("boutique"));
    std::fs::write(malle.path("phrase"), crate::support::archives::PASSPHRASE).unwrap();
    malle.set("MALLE_ARCHIVE", "boutique").set("MALLE_PASSWORD_FILE", "phrase").set("MALLE_TZ", "Africa/Dakar")
}

fn json(run: &Run) -> Value {
    serde_json::from_str(run.stdout.lines().last().unwrap_or_default()).unwrap()
}

fn texts<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    list.as_array().unwrap().iter().map(|item| item[key].as_str().unwrap()).collect()
}

/// Every missing file of a report.
fn missing(report: &Value) -> Vec<Value> {
    report["files"].as_array().unwrap().iter().flat_map(|file| file["missing"].as_array().unwrap()).cloned().collect()
}

fn part(sample: &str, number: usize) -> PathBuf {
    let bundle = fixtures().join(sample).join("bundle");
    let mut parts: Vec<PathBuf> = std::fs::read_dir(bundle).unwrap().map(|item| item.unwrap().path()).collect();
    parts.sort();
    parts.remove(number)
}

#[test]
fn files_that_no_part_holds_are_named_with_the_record_that_names_them() {
    for (sample, naming) in [("instagram/json-2024_two-parts", 1), ("messenger/json-2025_two-parts", 0)] {
        let malle = empty_archive();
        let first = part(sample, naming).display().to_string();
        let second = part(sample, 1 - naming).display().to_string();
        let alone = malle.run(&["import", "--json", &first]);
        let summary = json(&alone);
        let count = summary["media"]["missing"].as_u64().unwrap();
        assert!(count > 0, "{sample}: {summary}");
        assert_eq!(alone.code, 3);
        let id = summary["import"].as_str().unwrap();
        let report = json(&malle.run(&["imports", "report", id, "--json"]));
        let named = missing(&report);
        assert_eq!(Some(u64::try_from(named.len()).unwrap()), Some(count), "{sample}: {report}");
        let counts = report["files"].as_array().unwrap().iter().map(|file| file["missing_count"].as_u64().unwrap());
        assert_eq!(counts.sum::<u64>(), count);
        let text = malle.run(&["imports", "report", id]).stdout;
        for line in &named {
            let (path, record) = (line["path"].as_str().unwrap(), line["record"].as_str().unwrap());
            let shown = json(&malle.run(&["show", record, "--json"]));
            let is_it = |file: &Value| file["path"] == path && file["status"] == "missing";
            assert!(shown["attachments"].as_array().unwrap().iter().any(is_it), "{shown}");
            let beginning = record.get(..10).unwrap();
            let told = text.lines().find(|line| line.contains(path) && line.contains(beginning)).unwrap_or_default();
            assert!(told.contains("manquant"), "{path} in {text}");
            assert!(line["time"].is_null() || told.contains(" 20"), "the day of {told}");
        }
        assert!(malle.run(&["imports", "show", id]).stdout.contains("malle imports rapport"), "the report is named");
        // With the other part they are there, and the first part read again lacks nothing.
        malle.run(&["import", "--json", &second]);
        let again = json(&malle.run(&["import", "--json", &first]));
        let still: u64 = again["media"]["missing"].as_u64().unwrap();
        assert!(still < count, "{again}");
        let id = again["import"].as_str().unwrap();
        assert_eq!(
            missing(&json(&malle.run(&["imports", "report", id, "--json"]))).len(),
            usize::try_from(still).unwrap()
        );
    }
}

/// An input, the reason JSON gives, and words of the French line.
type Input = (&'static str, &'static str, &'static str);

const UNREAD: [Input; 9] = [
    ("protege.zip", "encrypted", "mot de passe"),
    ("export.rar", "packed", "décompressez"),
    ("export.tar.gz", "packed", "décompressez"),
    ("sans-nom", "packed", "décompressez"),
    ("coupe.zip", "zip-truncated", "téléchargez-le à nouveau"),
    ("faux.zip", "not-a-zip", "ni un ZIP"),
    ("vide.zip", "empty", "vide"),
    ("absent.zip", "unreadable", "absent"),
    ("note.pdf", "unknown-download", "pas un téléchargement"),
];

fn write_unread(malle: &Malle) {
    let locked = |name: &str| Item { flags: 1, ..Item::new(name, "x") };
    let locked = Maker::default().item(locked("message.txt")).item(locked("photo.jpg")).finish(false);
    let whole = zips::zip(&[("a.txt", b"bonjour")]);
    for (name, content) in [
        ("protege.zip", locked),
        ("export.rar", b"rien".to_vec()),
        ("export.tar.gz", b"rien".to_vec()),
        ("sans-nom", b"7z\xbc\xaf\x27\x1c rien".to_vec()),
        ("coupe.zip", whole.get(..20).unwrap().to_vec()),
        ("faux.zip", b"rien de connu".to_vec()),
        ("vide.zip", Vec::new()),
        ("note.pdf", b"rien de connu".to_vec()),
    ] {
        std::fs::write(malle.path(name), content).unwrap();
    }
}

/// What is only looked at has no report to point to.
#[test]
fn a_dry_run_names_no_report() {
    let malle = empty_archive();
    let first = part("instagram/json-2024_two-parts", 1).display().to_string();
    let run = malle.run(&["import", "-n", &first]);
    assert_eq!(run.code, 3);
    assert!(run.stdout.contains("manquant") && !run.stdout.contains("malle imports"), "{}", run.stdout);
}

#[test]
fn inputs_that_gave_nothing_stand_in_the_report_with_their_reason() {
    let malle = empty_archive();
    write_unread(&malle);
    let chat = fixtures().join("whatsapp/android_fr-direct/bundle").display().to_string();
    let names: Vec<&str> = UNREAD.iter().map(|(name, ..)| *name).collect();
    let arguments = [&["import", "--timezone", "Africa/Dakar", &chat], names.as_slice()].concat();
    let run = malle.run(&arguments);
    assert_eq!(run.code, 3, "{}", run.stderr);
    let imports = json(&malle.run(&["imports", "list", "--json"]));
    assert_eq!(imports["imports"][0]["summary"]["unread"], UNREAD.len());
    let id = imports["imports"][0]["id"].as_str().unwrap();
    let text = malle.run(&["imports", "report", id]).stdout;
    let report = json(&malle.run(&["imports", "report", id, "--json"]));
    assert_eq!(report["unread"].as_array().unwrap().len(), UNREAD.len(), "{report}");
    for (name, reason, words) in UNREAD {
        let told = |place: &str| place.lines().any(|line| line.contains(name) && line.contains(words));
        assert!(told(&run.stderr), "{name} on the screen: {}", run.stderr);
        assert!(told(&text), "{name} in the report: {text}");
        let line = report["unread"].as_array().unwrap().iter().find(|line| line["input"] == name).unwrap();
        assert_eq!(line["reason"], reason, "{name}");
    }
}

#[test]
fn alone_each_is_an_error_that_says_what_to_do() {
    let malle = empty_archive();
    write_unread(&malle);
    for (name, code, words) in [
        ("protege.zip", "encrypted-download", "mot de passe"),
        ("export.rar", "packed-download", "décompressez"),
        ("sans-nom", "packed-download", "décompressez"),
        ("note.pdf", "unknown-download", "malle guide"),
    ] {
        let run = malle.run(&["import", "--json", name]);
        let error: Value = serde_json::from_str(run.stderr.lines().last().unwrap()).unwrap();
        assert_eq!((run.code, error["code"].as_str()), (16, Some(code)), "{name}");
        assert!(error["next"].as_str().unwrap().contains(words), "{error}");
    }
    // Several reasons do not fit one error: each input is told with its own.
    let run = malle.run(&["import", "protege.zip", "export.rar", "note.pdf"]);
    assert_eq!(run.code, 16);
    for (name, words) in [("protege.zip", "mot de passe"), ("export.rar", "décompressez"), ("note.pdf", "connaît")] {
        assert!(run.stderr.lines().any(|line| line.contains(name) && line.contains(words)), "{name}: {}", run.stderr);
    }
    let run = malle.run(&["import", "--json", "protege.zip", "export.rar", "note.pdf"]);
    let lines: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<(&str, &str)> = lines
        .iter()
        .filter(|line| line["type"] == "error")
        .map(|line| (line["path"].as_str().unwrap(), line["code"].as_str().unwrap()))
        .collect();
    for expected in [("protege.zip", "encrypted"), ("export.rar", "packed"), ("note.pdf", "unknown-download")] {
        assert!(told.contains(&expected), "{expected:?} in {told:?}");
    }
}

/// The folder of a shop: one part of a download is protected, another is not, and a packed file lies beside them.
#[test]
fn a_locked_part_beside_an_open_one_is_named_and_so_is_what_lies_beside_them() {
    let malle = empty_archive();
    let folder = malle.path("recus");
    std::fs::create_dir(&folder).unwrap();
    let thread = br#"{"participants":[{"name":"A"},{"name":"B"}],"messages":[{"sender_name":"A","timestamp_ms":1700000000000,"content":"salut"}],"title":"B","thread_path":"inbox/b_1"}"#;
    let path = "your_facebook_activity/messages/inbox/b_1/message_1.json";
    let open = zips::zip(&[(path, thread)]);
    let other = "your_facebook_activity/messages/inbox/c_2/message_1.json";
    let locked = Maker::default().item(Item { flags: 1, ..Item::new(other, "x") }).finish(false);
    std::fs::write(folder.join("facebook-a-2025-01-01-AAAAAAAA.zip"), open).unwrap();
    std::fs::write(folder.join("facebook-a-2025-01-01-BBBBBBBB.zip"), locked).unwrap();
    std::fs::write(folder.join("photos.7z"), "rien").unwrap();
    let run = malle.run(&["import", "--json", "recus"]);
    assert_eq!(run.code, 3);
    let summary = json(&run);
    assert_eq!((&summary["added"]["message"], &summary["unread"]), (&1.into(), &2.into()), "{summary}");
    let report = json(&malle.run(&["imports", "report", summary["import"].as_str().unwrap(), "--json"]));
    assert_eq!(texts(&report["unread"], "reason"), ["encrypted", "packed"], "{report}");
    assert!(texts(&report["unread"], "input").iter().any(|input| input.ends_with("BBBBBBBB.zip")), "{report}");
    let damaged = |file: &&Value| file["outcome"] == "damaged" && file["reason"] == "encrypted";
    assert_eq!(report["files"].as_array().unwrap().iter().filter(damaged).count(), 1, "{report}");
}
