//! Every fixture folder that holds a `bundle/` is read and compared with what it expects.
//!
//! `UPDATE_GOLDEN=1` writes the expectations anew; read the diff before committing it. CI never sets it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use malle::sources::ReadOptions;

use crate::support::{fixtures, reading};

#[test]
fn fixtures_read_as_expected() {
    let mut failures = String::new();
    let mut seen = 0;
    for fixture in fixture_folders() {
        seen += 1;
        let reading = reading::read_items(&fixture.join("bundle"), &ReadOptions::default());
        let name = fixture.strip_prefix(fixtures()).unwrap().display().to_string();
        let records: String =
            reading.records.iter().map(|record| serde_json::to_string(record).unwrap() + "\n").collect();
        let mut other = String::new();
        for (title, lines) in
            [("problem", &reading.problems), ("skip", &reading.skips), ("kept_raw", &reading.kept_raw)]
        {
            for line in lines {
                writeln!(other, "{title}: {line}").unwrap();
            }
        }
        for line in &reading.unaccounted {
            writeln!(failures, "{name}: {line}").unwrap();
        }
        compare(&fixture.join("expected.ndjson"), &records, &name, &mut failures);
        compare(&fixture.join("expected.problems"), &other, &name, &mut failures);
    }
    assert!(seen > 0, "no fixtures found");
    assert!(failures.is_empty(), "{failures}");
}

fn fixture_folders() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for platform in std::fs::read_dir(fixtures()).unwrap() {
        let Ok(cases) = std::fs::read_dir(platform.unwrap().path()) else { continue };
        found.extend(cases.map(|case| case.unwrap().path()).filter(|case| case.join("bundle").is_dir()));
    }
    found.sort();
    found
}

fn compare(path: &Path, actual: &str, name: &str, failures: &mut String) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, actual).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    if expected == actual {
        return;
    }
    let file = path.file_name().unwrap().to_string_lossy();
    writeln!(failures, "{name}/{file} differs:").unwrap();
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), actual.lines().collect());
    for line in old.iter().filter(|line| !new.contains(line)).take(5) {
        writeln!(failures, "  - {line}").unwrap();
    }
    for line in new.iter().filter(|line| !old.contains(line)).take(5) {
        writeln!(failures, "  + {line}").unwrap();
    }
}
