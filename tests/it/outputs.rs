//! What `--json` prints is what `schemas/` says: every command is asked in a shop that has something of everything.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value};

use crate::support::archives::{self, PASSPHRASE, import_all};
use crate::support::fixtures;
use crate::support::program::Malle;

/// What a value has that its schema (of those that are generated here) does not allow.
fn faults(value: &Value, schema: &Value, root: &Value, at: &str) -> Vec<String> {
    faults_within(value, schema, root, (at, &declared(schema, root)))
}

/// Keys that a schema, or any that is joined to it, declares for one object.
fn declared(schema: &Value, root: &Value) -> BTreeSet<String> {
    let keys = schema["properties"].as_object().into_iter().flatten().map(|(key, _)| key.clone());
    let mut found: BTreeSet<String> = keys.collect();
    if let Some(name) = schema["$ref"].as_str() {
        found.extend(declared(&root["$defs"][name.strip_prefix("#/$defs/").unwrap()], root));
    }
    for choice in ["anyOf", "oneOf"] {
        schema[choice].as_array().into_iter().flatten().for_each(|way| found.extend(declared(way, root)));
    }
    found
}

/// The same for a schema that may be joined to others, which declare `known` together.
fn faults_within(value: &Value, schema: &Value, root: &Value, (at, known): (&str, &BTreeSet<String>)) -> Vec<String> {
    let Some(rules) = schema.as_object() else { return Vec::new() };
    let mut found = Vec::new();
    if let Some(name) = rules.get("$ref").and_then(Value::as_str) {
        let name = name.strip_prefix("#/$defs/").unwrap();
        found.extend(faults_within(value, &root["$defs"][name], root, (at, known)));
    }
    for choice in ["anyOf", "oneOf"] {
        let ways = rules.get(choice).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let told: Vec<_> = ways.iter().map(|way| faults_within(value, way, root, (at, known))).collect();
        if !told.is_empty() && told.iter().all(|faults| !faults.is_empty()) {
            found.push(format!("{at}: none of {choice}: {told:?}"));
        }
    }
    if rules.get("const").is_some_and(|only| only != value) {
        found.push(format!("{at}: {value} is not {}", rules["const"]));
    }
    if rules.get("enum").and_then(Value::as_array).is_some_and(|values| !values.contains(value)) {
        found.push(format!("{at}: {value} is none of {}", rules["enum"]));
    }
    let kinds = match rules.get("type") {
        Some(Value::String(kind)) => vec![kind.as_str()],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !kinds.is_empty() && !kinds.iter().any(|kind| is_a(value, kind)) {
        found.push(format!("{at}: {value} is no {kinds:?}"));
    }
    if let Some(items) = rules.get("items") {
        for (number, item) in value.as_array().into_iter().flatten().enumerate() {
            found.extend(faults(item, items, root, &format!("{at}[{number}]")));
        }
    }
    if let Some(object) = value.as_object() {
        found.extend(faults_of_keys(object, rules, root, (at, known)));
    }
    found
}

fn is_a(value: &Value, kind: &str) -> bool {
    match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        other => unreachable!("a schema of type {other}"),
    }
}

fn faults_of_keys(
    object: &Map<String, Value>,
    rules: &Map<String, Value>,
    root: &Value,
    (at, known): (&str, &BTreeSet<String>),
) -> Vec<String> {
    let empty = Map::new();
    let properties = rules.get("properties").and_then(Value::as_object).unwrap_or(&empty);
    let required = rules.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let mut found: Vec<String> =
        required.filter(|key| !object.contains_key(*key)).map(|key| format!("{at}: {key} is not there")).collect();
    for (key, value) in object {
        let place = format!("{at}.{key}");
        match (properties.get(key), rules.get("additionalProperties")) {
            (Some(schema), _) | (None, Some(schema @ Value::Object(_))) => {
                found.extend(faults(value, schema, root, &place));
            }
            (None, Some(Value::Bool(true))) => {}
            (None, _) if properties.is_empty() || known.contains(key) => {}
            (None, _) => found.push(format!("{place} is not declared")),
        }
    }
    found
}

fn schema(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The shop, and which schemas were met.
struct Asked {
    malle: Malle,
    met: BTreeSet<String>,
    /// What is not as it should be, with the command.
    faults: Vec<String>,
}

impl Asked {
    /// Runs a command, ended as it should, and compares each line it prints; gives them.
    fn lines(&mut self, codes: &[i32], arguments: &[&str], name: impl Fn(&Value) -> String) -> Vec<Value> {
        let run = self.malle.run(&[arguments, &["--json"]].concat());
        if !codes.contains(&run.code) || run.stdout.is_empty() {
            self.faults.push(format!("{arguments:?}: {} {} {}", run.code, run.stdout, run.stderr));
        }
        let lines: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for line in &lines {
            let name = name(line);
            let root = schema(&name);
            let found = faults(line, &root, &root, "");
            self.faults.extend(found.iter().map(|fault| format!("{arguments:?} against {name}: {fault}")));
            self.met.insert(name);
        }
        lines
    }

    fn one(&mut self, name: &str, arguments: &[&str]) -> Value {
        let lines = self.lines(&[0], arguments, |_| name.to_owned());
        if lines.len() > 1 {
            self.faults.push(format!("{arguments:?} prints {} lines", lines.len()));
        }
        lines.into_iter().next().unwrap_or_default()
    }

    /// An error, as it stands on standard error.
    fn refused(&mut self, code: i32, arguments: &[&str]) {
        let run = self.malle.run(&[arguments, &["--json"]].concat());
        if run.code != code {
            self.faults.push(format!("{arguments:?}: {} {}", run.code, run.stderr));
        }
        let line: Value = serde_json::from_str(run.stderr.lines().last().unwrap()).unwrap();
        let root = schema("errors.json");
        self.faults.extend(faults(&line, &root, &root, "").iter().map(|fault| format!("{arguments:?}: {fault}")));
        self.met.insert("errors.json".to_owned());
    }
}

fn of_import(line: &Value) -> String {
    match line["type"].as_str().unwrap() {
        "summary" => "summary.json".to_owned(),
        other => format!("import_{other}.json"),
    }
}

#[test]
fn a_schema_that_says_no_is_heard() {
    let root: Value = serde_json::from_str(
        r##"{"type": "object", "properties": {"a": {"$ref": "#/$defs/N"}, "b": {"anyOf": [{"const": "x"}, {"type": "null"}]}},
            "required": ["a"], "$defs": {"N": {"type": ["integer", "null"]}}}"##,
    )
    .unwrap();
    let sound = |text: &str| faults(&serde_json::from_str(text).unwrap(), &root, &root, "").is_empty();
    assert!(sound(r#"{"a": 1}"#) && sound(r#"{"a": null, "b": "x"}"#) && sound(r#"{"a": 2, "b": null}"#));
    for wrong in ["{}", r#"{"a": "1"}"#, r#"{"a": 1, "b": "y"}"#, r#"{"a": 1, "c": 1}"#, "[]", r#"{"a": 1.5}"#] {
        assert!(!sound(wrong), "{wrong}");
    }
}

#[test]
fn what_json_prints_is_what_the_schemas_say() {
    let malle = Malle::new().set("MALLE_ARCHIVE", "boutique").set("MALLE_PASSWORD", PASSPHRASE);
    let mut archive = archives::create(&malle.path("boutique")).0;
    let sample = |name: &str| fixtures().join(name).display().to_string();
    import_all(&mut archive, &[sample("messenger/json-2025_two-parts/bundle").into()]);
    drop(archive);
    let mut asked = Asked { malle, met: BTreeSet::new(), faults: Vec::new() };
    let weak = ["--weak", "--no-recovery-kit"];
    asked.one("init.json", &[&["init", "autre"][..], &weak].concat());
    let chat = sample("whatsapp/android_fr-direct/bundle");
    let owner = ["--me", "Atelier Awa", "--timezone", "Africa/Dakar"];
    asked.lines(&[0, 3], &[&["import", chat.as_str()][..], &owner].concat(), of_import);
    let nothing = sample("../Cargo.toml");
    asked.lines(&[16], &["import", &nothing], of_import);
    let imports = asked.one("imports.json", &["imports", "list"]);
    let import = imports["imports"][0]["id"].as_str().unwrap().to_owned();
    asked.one("report.json", &["imports", "report", &import]);
    let found = asked.one("search.json", &["search", "--facets", "*"]);
    let id = found["hits"][0]["record"]["id"].as_str().or(found["hits"][0]["id"].as_str()).unwrap().to_owned();
    asked.one("record.json", &["show", &id]);
    asked.one("show.json", &["show", "--context", "2", &id]);
    asked.one("status.json", &["status"]);
    asked.one("conversations.json", &["conversations", "list"]);
    asked.one("contacts.json", &["contacts", "list"]);
    asked.lines(&[0, 1], &["contacts", "list", "--suggestions"], |_| "contacts.json".to_owned());
    asked.one("label.json", &["label", "add", "payé", &id]);
    asked.one("labels.json", &["label", "list"]);
    asked.one("note.json", &["label", "note", &id, "à rappeler"]);
    asked.lines(&[0], &["search", "--save", "tout", "*"], |_| "search.json".to_owned());
    asked.one("searches.json", &["searches", "list"]);
    asked.lines(&[0, 3], &["media", "export", "--output", "photos", "*"], |_| "media.json".to_owned());
    asked.one("verify.json", &["verify", "--read-data"]);
    std::fs::create_dir(asked.malle.path("cle")).unwrap();
    asked.malle.run(&["backup", "add", "cle", "--name", "CLE"]);
    asked.one("backup_run.json", &["backup", "run"]);
    asked.one("drives.json", &["backup", "list"]);
    assert_eq!(asked.one("verify.json", &["backup", "check"])["drive"], "CLE");
    asked.one("backup_drill.json", &["backup", "drill"]);
    asked.one("backup_prune.json", &["backup", "prune", "CLE"]);
    asked.one("restore.json", &["restore", "cle", "--to", "retour"]);
    asked.one("keys.json", &["key", "list"]);
    asked.one("key-rotate.json", &["key", "rotate", "-n"]);
    asked.one("evidence.json", &["evidence", "print", "--output", "preuve.txt"]);
    asked.one("evidence-check.json", &["evidence", "check", "preuve.txt"]);
    asked.one("evidence-proof.json", &["evidence", "prove", &id]);
    asked.one("compact.json", &["compact", "-n"]);
    assert_eq!(asked.malle.run(&["export", "ndjson", "--output", "tout.ndjson"]).code, 0);
    let exported = std::fs::read_to_string(asked.malle.path("tout.ndjson")).unwrap();
    let (records, annotations) = (schema("record.json"), schema("annotation.json"));
    for line in exported.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        // Records, and what the owner added.
        let root = if record.get("kind").is_some() { &records } else { &annotations };
        asked.faults.extend(faults(&record, root, root, ""));
    }
    assert!(exported.lines().count() > 10, "{exported}");
    asked.met.extend(["record.json", "annotation.json"].map(str::to_owned));
    asked.one("erasure_preview.json", &["privacy", "erase", "Fatou Ndiaye", "-n"]);
    asked.one("erasure.json", &["privacy", "erase", "Fatou Ndiaye", "--confirm", "Fatou Ndiaye"]);
    asked.one("erasures.json", &["privacy", "log"]);
    std::fs::write(asked.malle.path("nouvelle"), "corail boussole ruche nacelle tilleul armoire").unwrap();
    asked.one("reencrypt.json", &["key", "reencrypt", "--to", "neuve", "--new-password-file", "nouvelle"]);
    asked.refused(10, &["status", "--archive", "nulle-part"]);
    asked.refused(2, &["recherche-inconnue"]);
    asked.refused(15, &["backup", "run", "--archive", "autre"]);
    assert!(asked.faults.is_empty(), "{}", asked.faults.join("\n"));
    let known: BTreeSet<String> = malle::cli::schemas().iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(known.difference(&asked.met).collect::<Vec<_>>(), Vec::<&String>::new(), "never printed here");
}

/// A terminal may stand behind a pipe: words for people are safe there too, and what is for programs is as it was written.
#[test]
fn what_strangers_wrote_is_not_obeyed_behind_a_pipe() {
    let malle = Malle::new().set("MALLE_PASSWORD", PASSPHRASE);
    let root = malle.path("boutique");
    drop(archives::create(&root));
    let malle = malle.set("MALLE_ARCHIVE", root.to_str().unwrap());
    let written = "bip \u{1b}]0;titre\u{7} facture\u{202e}fdp.exe \u{9b}2J";
    let chat = format!("12/03/2025, 09:00 - Awa: {written}\n12/03/2025, 09:01 - Zo\u{1b}[31mé: bip aussi\n");
    std::fs::write(malle.path("Discussion WhatsApp avec Zoé.txt"), chat).unwrap();
    let imported = malle.run(&["import", "Discussion WhatsApp avec Zoé.txt"]);
    assert_eq!(imported.code, 0, "{}{}", imported.stdout, imported.stderr);
    let found: Value = serde_json::from_str(&malle.run(&["search", "titre", "--json"]).stdout).unwrap();
    let id = found["hits"][0]["id"].as_str().unwrap();
    let is_safe =
        |text: &str| !text.contains(|letter: char| letter.is_control() && letter != '\n' || letter == '\u{202e}');
    for arguments in [
        &["search", "bip", "--explain", "-C", "1"][..],
        &["search", "bip", "--facets"],
        &["show", id],
        &["contacts", "list"],
        &["conversations", "list"],
        &["search", "de:\"Zo\u{1b}[31mé\" bip"],
        &["search", "de:\u{1b}[31mpersonne"],
    ] {
        let run = malle.run(arguments);
        assert!(is_safe(&run.stdout) && is_safe(&run.stderr), "{arguments:?} {:?} {:?}", run.stdout, run.stderr);
    }
    let shown = malle.run(&["search", "titre"]).stdout;
    assert!(shown.contains("\\u{1b}]0;‹titre›\\u{7}") && shown.contains("\\u{202e}fdp.exe"), "{shown}");
    let line: Value = serde_json::from_str(malle.run(&["show", id, "--json"]).stdout.trim()).unwrap();
    assert_eq!(line["text"], written);
    // What finds nothing says what to try.
    assert!(malle.run(&["chercher", "zzyzx"]).stderr.contains("essayez un autre mot"));
    assert!(malle.run(&["chercher", "type:photo"]).stderr.contains("ou sans l'un des filtres"));
    assert!(malle.run(&["chercher", "bip", "--page", "9"]).stderr.contains("cette page est vide"));
    assert!(!malle.run(&["chercher", "bip"]).stderr.contains("vide"));
}
