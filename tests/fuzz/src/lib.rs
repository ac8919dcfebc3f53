//! The doors through which untrusted bytes come, as functions that take bytes and fail when a promise is broken.
//!
//! A promise is: no panic, no lie about how much was read, every element accounted for. See README.md.

mod archive;
mod crypt;
mod reading;
mod seeds;

use std::io::Read as _;
use std::path::Path;

use malle::bundle::{Bundle, Container, Part};

pub use seeds::seeds;

/// A door.
pub struct Target {
    /// What it is called on the command line and in `fuzz_targets/`.
    pub name: &'static str,
    /// Takes one input; panics when a promise is broken.
    pub run: fn(&[u8]),
}

/// Every door.
pub static TARGETS: &[Target] = &[
    Target { name: "zip", run: zip },
    Target { name: "json", run: |bytes| reading::document(bytes, reading::JSON) },
    Target { name: "html", run: |bytes| reading::document(bytes, reading::HTML) },
    Target { name: "script", run: |bytes| reading::document(bytes, reading::SCRIPTS) },
    Target { name: "chat", run: |bytes| reading::document(bytes, reading::CHATS) },
    Target { name: "database", run: |bytes| reading::document(bytes, reading::DATABASES) },
    Target { name: "crypt", run: crypt::crypt },
    Target { name: "query", run: query },
    Target { name: "sealed", run: archive::sealed },
    Target { name: "archive", run: archive::archive },
];

/// The target of this name.
#[must_use]
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// The list of a ZIP: whole, streamed and claimed are the same, and nothing inflates beyond its claim.
fn zip(bytes: &[u8]) {
    let scratch = tempfile::tempdir().expect("scratch folder");
    let path = scratch.path().join("input.zip");
    std::fs::write(&path, bytes).expect("scratch file");
    let Ok(container) = Container::open(&path) else { return };
    let mut given = 0;
    for entry in &container.entries {
        let whole = container.read(entry);
        let mut streamed = Vec::new();
        let stream = container.open_entry(entry).map(|mut reader| reader.read_to_end(&mut streamed).is_ok());
        if let Ok(whole) = &whole {
            assert_eq!(Some(entry.size), u64::try_from(whole.len()).ok(), "another size than claimed");
            assert_eq!(stream, Ok(true), "readable whole and not as a stream");
            assert!(*whole == streamed, "two readings differ");
            given += whole.len();
        } else if entry.size <= malle::bundle::limits::TEXT_BYTES_MAX {
            assert_ne!(stream, Ok(true), "readable as a stream and not whole");
        }
    }
    assert!(given <= (bytes.len() * 50).max(1 << 30), "inflates to {given}");
    let entries = container.entries.len();
    let bundle = Bundle::new(vec![Part::new(container.into(), String::new())], |_, _| true);
    assert_eq!(bundle.all_files().count(), entries, "files are lost");
    drop(malle::ingest::recognise(&[std::sync::Arc::new(Container::open(&path).expect("opened before"))]));
}

/// The language of searches: any text is a query, and where a text is found lies in it.
fn query(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (query, record) = text.split_once('\n').unwrap_or((&text, &text));
    let today = chrono::NaiveDate::from_ymd_opt(2025, 3, 1).expect("a date");
    let mut context = malle::index::QueryContext::new(today);
    for month_first in [false, true] {
        context.month_first = month_first;
        context.week_from_sunday = month_first;
        let query = malle::index::Query::parse(query, &context);
        drop((query.reading(), query.hints(), query.ignored()));
        let snippet = malle::index::snippet(record, &query, 80);
        for span in &snippet.highlights {
            assert!(snippet.text.get(span.clone()).is_some(), "a highlight outside its text");
        }
    }
}

/// A folder below the fixtures.
fn fixtures() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures"))
}
