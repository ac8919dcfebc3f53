//! What the tests found, in figures, and the page made of them, `docs/reliability.md`.
//!
//! Each test writes its figures to `target/reliability/ID.json`, and fails when the page says something else of it.
//! `UPDATE_DOCS=1` lets it, and `UPDATE_DOCS=1 cargo test --test it reliability::report` then writes the page.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::rows::{ROWS, Row};

const HEAD: &str = "\
# How malle is made to fail, and what is lost

Each row is something that goes wrong in real life, made to happen by a test, as often as its figures say. Figures are those of
one ordinary run of the tests (a few minutes; `MALLE_RELIABILITY=long` tries more, `short` less). A test is only worth what it can find: the column
*finds* says by which fault, put in on purpose, it has been seen to fail, or what it would fail at.

Losses are counted in what was acknowledged: an import, a backup, a change of keys that had said that it was done.

This file is made of `tests/it/reliability/rows.rs` and of the figures of the tests, which compare themselves with it:
`UPDATE_DOCS=1 cargo test --test it && UPDATE_DOCS=1 cargo test --test it reliability::report` writes it anew; between the two,
`UPDATE_DOCS=1 cargo test --test it reliability::volumes -- --ignored` finds the figures of C6, which stay as they are without it.

";

/// A number that a test found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Figure {
    name: String,
    value: u64,
    sort: Sort,
}

/// What the page says of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Sort {
    /// It is the same in every run.
    Exact,
    /// A number that every run reaches.
    AtLeast,
    /// What it was when the page was written: times and the like, which no test judges.
    About,
}

/// A figure that every run finds.
pub fn exactly(name: &str, value: u64) -> Figure {
    Figure { name: name.to_owned(), value, sort: Sort::Exact }
}

/// A figure that differs a little from run to run.
pub fn at_least(name: &str, value: u64) -> Figure {
    Figure { name: name.to_owned(), value, sort: Sort::AtLeast }
}

/// A figure that depends on the machine.
pub fn about(name: &str, value: u64) -> Figure {
    Figure { name: name.to_owned(), value, sort: Sort::About }
}

/// Whether more than usual is to be tried.
pub fn is_long() -> bool {
    std::env::var("MALLE_RELIABILITY").is_ok_and(|value| value == "long")
}

/// Whether a first look is enough: an eighth of the crashes. Its figures are not those of the page.
pub fn is_short() -> bool {
    std::env::var("MALLE_RELIABILITY").is_ok_and(|value| value == "short")
}

fn is_updating() -> bool {
    std::env::var_os("UPDATE_DOCS").is_some()
}

fn page_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reliability.md")
}

fn figures_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("reliability").join(format!("{name}.json"))
}

impl Figure {
    /// As the page tells it.
    fn told(&self) -> String {
        let value = match self.sort {
            Sort::Exact => grouped(self.value),
            Sort::AtLeast => format!("at least {}", grouped(floor(self.value))),
            Sort::About => format!("about {}", grouped(rounded(self.value))),
        };
        format!("{}: {value}", self.name)
    }

    /// Whether what the page says holds.
    fn holds(&self, told: &str) -> bool {
        match self.sort {
            Sort::Exact => told == grouped(self.value),
            Sort::AtLeast => told
                .strip_prefix("at least ")
                .is_some_and(|n| n.replace(',', "").parse().is_ok_and(|n: u64| self.value >= n)),
            Sort::About => told.starts_with("about "),
        }
    }
}

/// Three quarters, with one digit that is not zero: what every run reaches.
fn floor(value: u64) -> u64 {
    let value = value * 3 / 4;
    let unit = 10_u64.pow(value.checked_ilog10().unwrap_or(0));
    value / unit * unit
}

/// With two digits that are not zero.
fn rounded(value: u64) -> u64 {
    let unit = 10_u64.pow(value.checked_ilog10().unwrap_or(0).saturating_sub(1));
    (value + unit / 2) / unit * unit
}

fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Writes the figures of a test, and compares them with the page. `name` is the id of the row, or `ID.PART` where several
/// tests fill it.
pub fn put(name: &str, figures: &[Figure]) {
    let id = name.split('.').next().unwrap();
    assert!(ROWS.iter().any(|row| row.id == id), "{id} is not in tests/it/reliability/rows.rs");
    let path = figures_path(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, serde_json::to_vec_pretty(figures).unwrap()).unwrap();
    println!(
        "{id}: {}",
        figures.iter().map(|figure| format!("{} {}", figure.name, figure.value)).collect::<Vec<_>>().join(", ")
    );
    if is_updating() || is_long() || is_short() {
        return;
    }
    let page = std::fs::read_to_string(page_path()).unwrap_or_default();
    let row = page.lines().find(|line| line.starts_with(&format!("| {id} |"))).unwrap_or_default();
    for figure in figures {
        let told = row.split([';', '|']).find_map(|part| part.trim().strip_prefix(&format!("{}: ", figure.name)));
        let sound = told.is_some_and(|told| figure.holds(told));
        assert!(sound, "docs/reliability.md says {told:?} of {id}, {} is {}", figure.name, figure.value);
    }
}

/// The figures of a row, of all its tests.
fn figures(id: &str) -> Vec<Figure> {
    let folder = figures_path(id).parent().unwrap().to_owned();
    let items = std::fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = items.map(|item| item.unwrap().path()).collect();
    files.retain(|path| path.file_name().unwrap().to_str().unwrap().split('.').next() == Some(id));
    files.sort();
    let read = |path: &PathBuf| -> Vec<Figure> { serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap() };
    files.iter().flat_map(read).collect()
}

fn line(row: &Row, figures: &str) -> String {
    let tests: Vec<String> = row.tests.iter().map(|test| format!("`{test}`")).collect();
    format!("| {} | {} | {} | {figures} | {} | {} |", row.id, row.what, row.how, row.finds, tests.join(" "))
}

fn composed(figures: impl Fn(&Row) -> String) -> String {
    let mut page = HEAD.to_owned();
    page.push_str("| id | what goes wrong | how it is tried | figures | finds | test |\n|---|---|---|---|---|---|\n");
    for row in ROWS {
        writeln!(page, "{}", line(row, &figures(row))).unwrap();
    }
    page
}

#[test]
fn the_page_tells_what_the_tests_prove() {
    for row in ROWS {
        assert!(!row.tests.is_empty(), "{} has no test", row.id);
        for test in row.tests {
            assert!(is_living(test), "{}: there is no test {test}", row.id);
        }
    }
    let path = page_path();
    if is_updating() {
        let before = std::fs::read_to_string(&path).unwrap();
        let page = composed(|row| {
            let figures = figures(row.id);
            if figures.is_empty() && row.tests.iter().all(|test| is_apart(test)) {
                return told(&before, row);
            }
            assert!(!figures.is_empty(), "run the tests of {} first: {:?}", row.id, row.tests);
            figures.iter().map(Figure::told).collect::<Vec<_>>().join("; ")
        });
        std::fs::write(&path, page).unwrap();
    }
    let page = std::fs::read_to_string(&path).unwrap();
    // The figures are compared by the tests that find them.
    let told = |row: &Row| told(&page, row);
    assert!(page == composed(told), "docs/reliability.md is not as tests/it/reliability/rows.rs says; UPDATE_DOCS=1");
    for row in ROWS {
        assert!(told(row).contains(": "), "{} has no figures", row.id);
    }
}

/// The figures of a row that a page tells.
fn told(page: &str, row: &Row) -> String {
    let line = page.lines().find(|line| line.starts_with(&format!("| {} |", row.id))).unwrap_or_default();
    line.split(" | ").nth(3).unwrap_or_default().to_owned()
}

/// Whether `module::function` is a test: of this binary, or of the library (`src/…`).
fn is_living(test: &str) -> bool {
    attributes(test).iter().any(|line| line == "#[test]")
}

/// Whether a test runs only when it is asked for.
fn is_apart(test: &str) -> bool {
    attributes(test).iter().any(|line| line.starts_with("#[ignore"))
}

/// What stands above the function of a test, one attribute a line; nothing when there is no such function.
fn attributes(test: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (module, function) = test.rsplit_once("::").unwrap();
    let file = module.strip_prefix("src::").map_or_else(
        || root.join("tests/it").join(module.replace("::", "/")).with_extension("rs"),
        |module| root.join("src").join(module.trim_end_matches("::tests").replace("::", "/")).with_extension("rs"),
    );
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let Some((before, _)) = text.split_once(&format!("fn {function}(")) else { return Vec::new() };
    let above = before.trim_end().lines().rev().map(str::trim).take_while(|line| line.starts_with("#["));
    above.map(str::to_owned).collect()
}
