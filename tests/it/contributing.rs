//! The worked example of CONTRIBUTING.md is what really happens.

use std::collections::BTreeMap;
use std::path::Path;

use malle::sources::ReadOptions;

use crate::support::reading::read_items;

/// What stands between fences, by what follows the opening one, without the indentation of the list it stands in.
fn blocks(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open: Option<(String, usize, String)> = None;
    for line in text.lines() {
        let trimmed = line.trim_start();
        match (&mut open, trimmed.strip_prefix("```")) {
            (None, Some(label)) => open = Some((label.to_owned(), line.len() - trimmed.len(), String::new())),
            (Some(_), Some(_)) => {
                let (label, _, content) = open.take().unwrap();
                found.insert(label, content);
            }
            (Some((_, indent, content)), None) => {
                content.push_str(line.get(*indent..).unwrap_or_default());
                content.push('\n');
            }
            (None, None) => {}
        }
    }
    found
}

#[test]
fn the_worked_example_is_what_happens() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("CONTRIBUTING.md")).unwrap();
    let example = text.split("### Worked example").nth(1).unwrap().split("\n## ").next().unwrap();
    let blocks = blocks(example);
    // Step 1: the fixture, at the place that is named.
    let place = example.split("The fixture: `").nth(1).unwrap().split('`').next().unwrap();
    let inside = place.split_once("/bundle/").unwrap().1;
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join(inside);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, &blocks["json fixture"]).unwrap();
    crate::matrix::check_notes(place, &blocks["text notes"]).unwrap();
    // Step 2: the line stands where it is said to stand, and nothing outside the platform's room is touched.
    let (path, line) = blocks.iter().find_map(|(label, line)| Some((label.strip_prefix("rust ")?, line))).unwrap();
    assert!(path.starts_with("src/sources/facebook/"), "{path}");
    let source = std::fs::read_to_string(root.join(path)).unwrap();
    assert!(source.contains(line.trim()), "{path} does not hold: {line}");
    // Step 3: what is read.
    let reading = read_items(scratch.path(), &ReadOptions::default());
    let mut told: Vec<String> = reading
        .records
        .iter()
        .map(|record| {
            let extra = serde_json::to_string(&record.extra).unwrap();
            let time = record.time.utc.clone().unwrap_or_default();
            format!("{} {time} {} {extra}", record.kind.name(), record.text)
        })
        .collect();
    told.sort();
    told.extend(reading.skips.iter().map(|skip| format!("skip: {skip}")));
    assert_eq!(told.join("\n") + "\n", blocks["text expected"]);
    assert_eq!((reading.problems, reading.unaccounted), (Vec::new(), Vec::new()));
    // Step 4: the places that are named exist.
    for path in ["docs/formats/facebook.md", "CHANGELOG.md"] {
        assert!(example.contains(path) && root.join(path).is_file(), "{path}");
    }
}
