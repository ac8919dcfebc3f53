//! What mutation starts from: the fixtures.

use std::path::{Path, PathBuf};

use super::reading::{CHATS, DATABASES, HTML, JSON, SCRIPTS};

/// Inputs to start from, the same in every run.
#[must_use]
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    let files = files();
    let of = |extensions: &[&str], paths: &[&str]| -> Vec<Vec<u8>> {
        let fitting = files.iter().filter(|path| has(path, extensions));
        fitting
            .filter_map(|path| Some([&[choice(path, paths)], std::fs::read(path).ok()?.as_slice()].concat()))
            .collect()
    };
    let plain = |extensions: &[&str]| -> Vec<Vec<u8>> {
        files.iter().filter(|path| has(path, extensions)).filter_map(|path| std::fs::read(path).ok()).collect()
    };
    let found = match target {
        "zip" => plain(&["zip"]),
        "json" => of(&["json"], JSON),
        "html" => of(&["html", "htm"], HTML),
        "script" => of(&["js", "csv"], SCRIPTS),
        "chat" => of(&["txt"], CHATS),
        "database" => of(&["db", "sqlite"], DATABASES),
        "crypt" => plain(&["db"]).iter().map(|database| super::crypt::seed(0, database)).collect(),
        "query" => QUERIES.iter().map(|query| query.as_bytes().to_vec()).collect(),
        "sealed" => plain(&["age"]),
        "archive" => (0..=255).map(|n: u8| vec![n, n.wrapping_mul(7), n.wrapping_mul(31), n, !n]).collect(),
        _ => Vec::new(),
    };
    let short = found.into_iter().filter(|seed| seed.len() < 1 << 20);
    short.chain([vec![0]]).collect()
}

/// The place most like that of a fixture.
fn choice(path: &Path, places: &[&str]) -> u8 {
    let path = path.to_string_lossy();
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let common = |place: &&str| {
        let same = path.chars().rev().zip(place.chars().rev()).take_while(|(a, b)| a == b).count();
        same + place.split('/').filter(|part| path.contains(part)).count() * 3
            + usize::from(name(&path) == name(place)) * 50
    };
    let best = (0..places.len()).max_by_key(|at| places.get(*at).map_or(0, common)).unwrap_or(0);
    u8::try_from(best).unwrap_or(0)
}

fn has(path: &Path, extensions: &[&str]) -> bool {
    path.extension().is_some_and(|found| extensions.iter().any(|wanted| found == *wanted))
}

fn files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![super::fixtures().to_owned(), Path::new(env!("CARGO_MANIFEST_DIR")).join("finds")];
    while let Some(folder) = pending.pop() {
        for item in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = item.path();
            if path.is_dir() {
                pending.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

const QUERIES: &[&str] = &[
    "robe bleue\nla robe bleue de mars",
    "\"robe bleue\" -rouge OU verte",
    "de:Awa après:2024-03-01 avant:hier",
    "from:\"Awa Exemple\" since:03/12/2024 has:photo",
    "mars 2024 l'été d’hier 12/03",
    "(a OR b) AND NOT c*",
    "date:2024..2025 dans:groupe type:message",
    "\u{202e}\u{200d}👍🏽 ½ ǅ İstanbul ß ﬁ",
];
