//! The published matrix of what is read, `docs/formats/README.md`, is made of what the fixtures prove.
//!
//! `UPDATE_DOCS=1` writes it anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use malle::sources::SOURCES;

use crate::support::fixtures;

const HEAD: &str = "\
# What is read

Each row is proved by fixtures: invented downloads of that layout which the tests read to the last element. How each layout
looks is told by the page of its platform in this folder.

- **State** `read`: its elements become records. `kept raw`: recognised, kept byte for byte, for a later version to read.
- **Language** `any`: nothing in the layout depends on the account's language.
- What stands in no row may still be read, by a layout that it resembles; what is not understood is kept byte for byte and named.

This file is made of the first lines of each `fixtures/*/*/NOTES.md` (`UPDATE_DOCS=1 cargo test --test it matrix`).

| platform | layout | years | format | language | state | proved by |
|---|---|---|---|---|---|---|
";

const FIELDS: [&str; 5] = ["layout", "era", "format", "language", "state"];
const FORMATS: [&str; 5] = ["HTML", "JSON", "database", "script", "text"];
const STATES: [&str; 2] = ["read", "kept raw"];

/// What the first lines of a fixture's notes say.
type Header = BTreeMap<String, String>;

fn header(notes: &str) -> Result<Header, String> {
    let mut header = Header::new();
    for line in notes.lines().take_while(|line| !line.trim().is_empty()) {
        let Some((name, value)) = line.split_once(": ").filter(|(name, _)| FIELDS.contains(name)) else { break };
        header.insert(name.to_owned(), value.trim().to_owned());
    }
    let missing: Vec<&str> = FIELDS.into_iter().filter(|field| !header.contains_key(*field)).collect();
    if missing.is_empty() { Ok(header) } else { Err(format!("its NOTES.md lacks the lines {}", missing.join(", "))) }
}

/// Whether notes say what the matrix needs. `place` is a path of the fixture.
pub fn check_notes(place: &str, notes: &str) -> Result<(), String> {
    let name = place.strip_prefix("fixtures/").ok_or("not below fixtures/")?;
    let faults = faults(name, Path::new(""), &header(notes)?);
    if faults.is_empty() { Ok(()) } else { Err(faults.join(", ")) }
}

fn list(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim)
}

/// Every fixture with a download in it, and whatever else has a header.
fn cases() -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    for platform in std::fs::read_dir(fixtures()).unwrap().map(|item| item.unwrap().path()) {
        let Ok(cases) = std::fs::read_dir(&platform) else { continue };
        for case in cases.map(|case| case.unwrap().path()) {
            let notes = std::fs::read_to_string(case.join("NOTES.md")).unwrap_or_default();
            if case.join("bundle").is_dir() || notes.starts_with("layout: ") {
                let name = case.strip_prefix(fixtures()).unwrap().display().to_string();
                found.push((name, case));
            }
        }
    }
    found.sort();
    found
}

/// What is wrong with a header.
fn faults(name: &str, case: &Path, header: &Header) -> Vec<String> {
    let mut faults = Vec::new();
    let platform = name.split('/').next().unwrap_or_default();
    let known = SOURCES.iter().find(|source| source.about().id == platform).map(|source| source.about().layouts);
    for layout in list(&header["layout"]) {
        if !known.unwrap_or_default().contains(&layout) {
            faults.push(format!("the source of {platform} names no layout {layout}; it has {known:?}"));
        }
    }
    faults.extend(
        list(&header["format"]).filter(|f| !FORMATS.contains(f)).map(|f| format!("{f} is none of {FORMATS:?}")),
    );
    let state = header["state"].as_str();
    if !STATES.contains(&state) {
        faults.push(format!("state {state} is none of {STATES:?}"));
    }
    if case.join("bundle").is_dir() {
        let proof = |file: &str| std::fs::read_to_string(case.join(file)).unwrap_or_default();
        let (reads, keeps) = (!proof("expected.ndjson").is_empty(), proof("expected.problems").contains("kept_raw: "));
        if state == "read" && !reads || state == "kept raw" && (reads || !keeps) {
            faults.push(format!("state {state} is not what its expectations show"));
        }
    }
    faults
}

fn platform_title(id: &str) -> &str {
    match id {
        "facebook" => "Facebook",
        "instagram" => "Instagram",
        "messenger" => "Messenger",
        "whatsapp" => "WhatsApp",
        "telegram" => "Telegram",
        "x" => "X",
        other => other,
    }
}

#[test]
fn the_matrix_of_formats_is_what_fixtures_prove() {
    let (mut rows, mut wrong) = (BTreeMap::new(), Vec::new());
    let mut proved = BTreeSet::new();
    for (name, case) in cases() {
        let notes = std::fs::read_to_string(case.join("NOTES.md")).unwrap_or_default();
        let header = match header(&notes) {
            Ok(header) => header,
            Err(fault) => {
                wrong.push(format!("fixtures/{name}: {fault}"));
                continue;
            }
        };
        wrong.extend(faults(&name, &case, &header).into_iter().map(|fault| format!("fixtures/{name}: {fault}")));
        let (platform, short) = name.split_once('/').unwrap();
        for layout in list(&header["layout"]) {
            proved.insert((platform.to_owned(), layout.to_owned()));
        }
        let row = [platform, &header["layout"], &header["era"], &header["format"], &header["state"]].map(str::to_owned);
        let (languages, proofs): &mut (BTreeSet<String>, Vec<String>) = rows.entry(row).or_default();
        languages.extend(list(&header["language"]).map(str::to_owned));
        proofs.push(format!("`{short}`"));
    }
    assert!(wrong.is_empty(), "{}\n(see \"Add a layout\" in CONTRIBUTING.md)", wrong.join("\n"));
    let mut page = HEAD.to_owned();
    for ([platform, layout, era, format, state], (languages, proofs)) in rows {
        let languages: Vec<String> = languages.into_iter().collect();
        let (title, languages, proofs) = (platform_title(&platform), languages.join(", "), proofs.join(", "));
        writeln!(page, "| {title} | {layout} | {era} | {format} | {languages} | {state} | {proofs} |").unwrap();
    }
    let claimed =
        SOURCES.iter().map(|source| source.about()).flat_map(|about| about.layouts.iter().map(|l| (about.id, *l)));
    let unproved: Vec<String> = claimed
        .filter(|(id, layout)| !proved.contains(&((*id).to_owned(), (*layout).to_owned())))
        .map(|(id, layout)| format!("- {} `{layout}`", platform_title(id)))
        .collect();
    if !unproved.is_empty() {
        let list = unproved.join("\n");
        write!(page, "\nNamed by a source, and proved by no fixture of its own yet:\n\n{list}\n").unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats/README.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        published == page,
        "docs/formats/README.md is not what the fixtures prove: UPDATE_DOCS=1 cargo test --test it matrix"
    );
}

#[test]
fn a_fixture_without_header_is_named() {
    assert_eq!(
        header("An invented download.\n").unwrap_err(),
        "its NOTES.md lacks the lines layout, era, format, language, state"
    );
    let partly = "layout: json-2018\nera: 2018\n\nformat: JSON\n";
    assert_eq!(header(partly).unwrap_err(), "its NOTES.md lacks the lines format, language, state");
}
