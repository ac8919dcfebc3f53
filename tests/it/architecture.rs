//! Rules of the house that a compiler does not check: which room may use which, who prints, who reads the surroundings.

use std::path::{Path, PathBuf};

use regex::Regex;

/// Which rooms each room may use. `cli` may use every room and is not listed.
const MAY_USE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("crypto", &[]),
    ("bundle", &[]),
    ("words", &[]),
    ("config", &[]),
    ("sources", &["model", "bundle"]),
    ("store", &["model", "crypto"]),
    ("index", &["model", "crypto"]),
    ("notes", &["model", "store", "index"]),
    ("ingest", &["model", "bundle", "sources", "store", "index", "crypto", "notes"]),
    ("export", &["model", "store"]),
    ("backup", &["store", "crypto"]),
    ("evidence", &["model", "store", "crypto"]),
];

/// Longest file, its tests not counted.
const LINES_MAX: usize = 600;

struct SourceFile {
    path: String,
    room: String,
    text: String,
}

impl SourceFile {
    /// Lines of code before the tests, comments left out, with their numbers.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .take_while(|(_, line)| !line.starts_with("#[cfg(test)]"))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
            .map(|(number, line)| (number + 1, line))
    }
}

fn source_files() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = item.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let relative = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                let room = relative.split(['/', '.']).next().unwrap().to_owned();
                found.push(SourceFile { room, path: relative, text: std::fs::read_to_string(&path).unwrap() });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 20, "the sources were not found");
    found
}

/// Fails with every line of code that `pattern` hits in a file that is not `allowed`.
fn forbid(pattern: &str, allowed: impl Fn(&SourceFile) -> bool, why: &str) {
    let pattern = Regex::new(pattern).unwrap();
    let hits: Vec<String> = source_files()
        .iter()
        .filter(|file| !allowed(file))
        .flat_map(|file| file.code().map(move |(number, line)| (file, number, line)))
        .filter(|(_, _, line)| pattern.is_match(line))
        .map(|(file, number, line)| format!("src/{}:{number}: {}", file.path, line.trim()))
        .collect();
    assert!(hits.is_empty(), "{why}:\n{}", hits.join("\n"));
}

#[test]
fn rooms_use_only_the_rooms_they_may() {
    let path = Regex::new(r"\bcrate::(\{|\w+)").unwrap();
    let mut wrong = Vec::new();
    for file in source_files() {
        let entry = MAY_USE.iter().find(|(room, _)| *room == file.room);
        if matches!(file.room.as_str(), "cli" | "lib" | "main") {
            continue;
        }
        let Some((_, allowed)) = entry else {
            wrong.push(format!("src/{}: room `{}` is not in the table", file.path, file.room));
            continue;
        };
        for (number, line) in file.code() {
            for used in path.captures_iter(line).map(|capture| capture[1].to_owned()) {
                if used != file.room && !allowed.contains(&used.as_str()) {
                    wrong.push(format!("src/{}:{number}: `{}` may not use `{used}`", file.path, file.room));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_use_of_the_crate_names_one_room() {
    forbid(r"use crate::\{", |_| false, "write one `use` per room");
}

#[test]
fn platforms_do_not_import_each_other() {
    for platform in ["facebook", "instagram", "messenger", "whatsapp"] {
        let others = ["facebook", "instagram", "messenger", "whatsapp"].into_iter().filter(|other| *other != platform);
        let others = others.collect::<Vec<_>>().join("|");
        let folder = format!("sources/{platform}");
        forbid(
            &format!(r"(super::|sources::)({others})\b"),
            |file| !file.path.starts_with(&folder),
            "what platforms share lives in meta",
        );
    }
}

#[test]
fn only_output_writes_to_the_standard_streams() {
    forbid(
        r"\bio::(stdout|stderr)\b|\b(print|println|eprint|eprintln|dbg)!|DrawTarget::std",
        |file| file.path == "cli/output.rs",
        "only cli/output.rs writes to standard output and standard error",
    );
}

#[test]
fn only_config_reads_the_surroundings() {
    forbid(
        r"\benv::(var|vars|temp_dir|home_dir|current_dir)|\bdirs::|sys_locale::",
        |file| file.path == "config.rs",
        "only config reads the environment and the user's folders",
    );
    forbid(r"\benv::args", |file| file.path == "cli/run.rs", "only cli/run.rs reads the arguments");
}

#[test]
fn an_archive_and_its_copies_are_written_through_one_door() {
    forbid(
        r"\bfs::(write|copy|rename|hard_link|remove_\w+|create_dir\w*)\b|\bFile::(create\w*|options)\b|\bOpenOptions\b|\bset_len\b",
        |file| file.path == "store/disk.rs" || !["store", "backup"].contains(&file.room.as_str()),
        "only store/disk.rs writes, so that the tests of crashes see every operation",
    );
}

#[test]
fn only_cli_asks_the_clock_exits_and_speaks() {
    let in_cli = |file: &SourceFile| file.room == "cli";
    forbid(r"\b(Utc|Local|SystemTime)::now\b", |file| file.path == "cli/clock.rs", "only cli/clock.rs asks the clock");
    forbid(r"\bprocess::(exit|abort)\b", in_cli, "only cli ends the program");
    forbid(r"\bcrate::(words|config)\b", in_cli, "only cli uses the words and the surroundings");
}

#[test]
fn every_file_says_what_it_owns_and_stays_short() {
    for file in source_files() {
        assert!(file.text.starts_with("//!"), "src/{} does not open with `//!`", file.path);
        let lines = file.text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).count();
        assert!(lines <= LINES_MAX, "src/{} has {lines} lines before its tests", file.path);
    }
}
