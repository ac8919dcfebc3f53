//! The texts: the same ids with the same arguments in both languages, all of them used, none missing, good typography.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use malle::cli::ErrorKind;
use malle::words::{Language, Words};
use regex::Regex;

/// Ids made at run time from a code that stands as a literal in the rooms below `cli`.
const FAMILIES: &[&str] = &["raw-", "ignored-", "problem-", "damage-", "detail-"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for item in std::fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path, extension));
        } else if path.extension().is_some_and(|other| other == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every id (attributes as `id.attribute`) with the text that defines it.
fn definitions(language: Language) -> BTreeMap<String, String> {
    let start = Regex::new(r"^([a-zA-Z][a-zA-Z0-9-]*) *=").unwrap();
    let attribute = Regex::new(r"^ +\.([a-z]+) *=").unwrap();
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for path in files_below(&root().join("src/words").join(language.tag()), "ftl") {
        let (mut message, mut current) = (String::new(), String::new());
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            if line.starts_with('#') {
                continue;
            }
            if let Some(capture) = start.captures(line) {
                capture[1].clone_into(&mut message);
                current.clone_from(&message);
                assert!(!found.contains_key(&current), "{current} is defined twice in {}", language.tag());
            } else if let Some(capture) = attribute.captures(line) {
                current = format!("{message}.{}", &capture[1]);
            }
            found.entry(current.clone()).or_default().extend([line, "\n"]);
        }
    }
    found.remove("");
    found
}

fn arguments(text: &str) -> BTreeSet<String> {
    Regex::new(r"\$([a-z_]+)").unwrap().captures_iter(text).map(|capture| capture[1].to_owned()).collect()
}

/// Every string literal that could be an id, in the sources below `folder`.
fn literals(folder: &str) -> BTreeSet<String> {
    let literal = Regex::new(r#""([a-z][a-z0-9.-]*)""#).unwrap();
    files_below(&root().join(folder), "rs")
        .iter()
        .flat_map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            literal.captures_iter(&text).map(|capture| capture[1].to_owned()).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn both_languages_say_the_same_things() {
    let (french, english) = (definitions(Language::French), definitions(Language::English));
    let only = |a: &BTreeMap<String, String>, b: &BTreeMap<String, String>| {
        a.keys().filter(|id| !b.contains_key(*id)).cloned().collect::<Vec<_>>()
    };
    assert_eq!(only(&french, &english), Vec::<String>::new(), "only in French");
    assert_eq!(only(&english, &french), Vec::<String>::new(), "only in English");
    for (id, text) in &french {
        assert_eq!(arguments(text), arguments(&english[id]), "arguments of {id}");
    }
}

#[test]
fn every_text_can_be_written() {
    for language in Language::ALL {
        let words = Words::new(language);
        for (id, text) in definitions(language) {
            let names = arguments(&text);
            let values: Vec<(&str, malle::words::Value<'_>)> =
                names.iter().map(|name| (name.as_str(), 2_u64.into())).collect();
            let written = words.find(&id, &values);
            let has_own_text =
                !text.trim_end().ends_with('=') || text.lines().nth(1).is_some_and(|l| l.contains("    "));
            assert!(written.is_some() || !has_own_text, "{id} is faulty in {}", language.tag());
            let written = written.unwrap_or_default();
            assert!(!written.contains('{') || text.contains("{\"{"), "{id} in {}: {written}", language.tag());
        }
    }
}

#[test]
fn no_text_is_missing_and_none_is_unused() {
    let defined = definitions(Language::French);
    let mut used = literals("src/cli");
    used.extend(literals("src/words"));
    for kind in ErrorKind::ALL {
        used.insert(format!("error-{}", kind.code()));
    }
    let codes: BTreeSet<String> =
        ["src/sources", "src/ingest", "src/bundle", "src/store", "src/backup", "src/model", "src/index"]
            .into_iter()
            .filter(|folder| root().join(folder).is_dir())
            .flat_map(literals)
            .collect();
    let made =
        |id: &str| FAMILIES.iter().any(|family| id.strip_prefix(family).is_some_and(|code| codes.contains(code)));
    let unused: Vec<&String> = defined
        .keys()
        .filter(|id| !used.contains(*id) && !made(id))
        .filter(|id| !id.strip_suffix(".next").is_some_and(|message| used.contains(message)))
        .collect();
    assert!(unused.is_empty(), "never used: {unused:?}");
    for kind in ErrorKind::ALL {
        assert!(defined.contains_key(&format!("error-{}", kind.code())), "no text for {kind:?}");
    }
    let asked = Regex::new(r#"\b(?:text|with)\(\s*"([a-z0-9.-]+)""#).unwrap();
    for path in files_below(&root().join("src/cli"), "rs") {
        let text = std::fs::read_to_string(&path).unwrap();
        for capture in asked.captures_iter(&text).filter(|capture| capture[1].contains('-')) {
            assert!(defined.contains_key(&capture[1]), "{}: no text {}", path.display(), &capture[1]);
        }
    }
}

#[test]
fn every_reason_of_a_source_has_words() {
    let defined = definitions(Language::French);
    let reason = Regex::new(r#"(Role::Raw|Role::Noise|kept_raw)\((?:[^"()]*,\s*)?"([a-z0-9-]+)"\)"#).unwrap();
    let detail = Regex::new(r#"\bdetail\(\s*"([a-z0-9-]+)""#).unwrap();
    let mut missing = BTreeSet::new();
    for folder in ["src/sources", "src/ingest"] {
        for path in files_below(&root().join(folder), "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            let details = detail.captures_iter(code).map(|capture| format!("detail-{}", &capture[1]));
            missing.extend(details.filter(|id| !defined.contains_key(id)));
            for capture in reason.captures_iter(code) {
                let family = if &capture[1] == "Role::Noise" { "ignored" } else { "raw" };
                let id = format!("{family}-{}", &capture[2]);
                if !defined.contains_key(&id) {
                    missing.insert(id);
                }
            }
        }
    }
    assert!(missing.is_empty(), "no words for {missing:?}");
}

#[test]
fn help_is_complete_in_both_languages() {
    fn walk(command: &clap::Command, path: &str) {
        let path = format!("{path} {}", command.get_name());
        let about = command.get_about().unwrap().to_string();
        assert!(!about.is_empty() && !about.ends_with('.'), "{path}: {about}");
        for text in [Some(about), command.get_after_help().map(ToString::to_string)].into_iter().flatten() {
            assert!(!text.contains('⟦'), "{path}: {text}");
        }
        for argument in command.get_arguments() {
            let help = argument.get_help().unwrap().to_string();
            assert!(!help.is_empty() && !help.contains('⟦'), "{path} {}: {help}", argument.get_id());
            let values = argument.get_value_names().unwrap_or_default().iter().map(ToString::to_string);
            for value in values {
                assert!(!value.contains('⟦'), "{path} {}: {value}", argument.get_id());
            }
        }
        command.get_subcommands().for_each(|below| walk(below, &path));
    }
    for language in Language::ALL {
        let mut tree = malle::cli::tree(&Words::new(language));
        tree.build();
        walk(&tree, "");
    }
}

#[test]
fn french_is_french() {
    let english = Regex::new(
        r"(?i)(?:^|[^-\w:.])(the|and|with|your|this|that|file|folder|password|found|nothing|cannot|already|drive|backup|vault|hash|snapshot|ingestion|unknown|missing|error|usage)(?:$|[^-\w:])",
    )
    .unwrap();
    let typography = Regex::new(r"[^\s] [;!?»]|\w :(\s|$)|« ").unwrap();
    let arguments = Regex::new(r"\{[^{}\n]*\}").unwrap();
    for (id, text) in definitions(Language::French) {
        // Arguments and the forms of a plural are Fluent's, not French.
        let body = text.split_once('=').unwrap().1;
        let body = arguments.replace_all(body, "#");
        let plain: String = body.lines().filter(|line| !line.contains("->")).collect::<Vec<_>>().join("\n");
        assert!(!english.is_match(&plain), "{id}: {}", english.find(&plain).unwrap().as_str());
        assert!(!typography.is_match(&plain), "{id}: a no-break space is missing in {plain}");
    }
}

#[test]
fn errors_are_short_sentences_without_a_full_stop() {
    for language in Language::ALL {
        for (id, text) in definitions(language).into_iter().filter(|(id, _)| id.starts_with("error-")) {
            let text = text.split_once('=').unwrap().1.trim();
            let first = text.chars().next().unwrap();
            assert!(!first.is_uppercase() || text.starts_with("HTML"), "{id}: {text}");
            assert!(!text.ends_with('.'), "{id}: {text}");
        }
    }
}
