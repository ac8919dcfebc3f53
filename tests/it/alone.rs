//! Files whose names say nothing: renamed pages, pages that a browser saved, files given one by one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use malle::model::{AttachmentStatus, Kind, Platform, Record};
use malle::sources::ReadOptions;

use crate::support::{
    fixtures,
    reading::{Reading, read_items, read_paths},
};

fn pages_of(platform: &str, case: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    look(&fixtures().join(platform).join(case).join("bundle"), &mut found);
    found.sort();
    assert!(!found.is_empty(), "{case}");
    found
}

fn look(folder: &Path, found: &mut Vec<PathBuf>) {
    for item in std::fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            look(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "html" || extension == "htm") {
            found.push(path);
        }
    }
}

/// Reads one page given alone as `name`.
fn read_as(page: &[u8], name: &str) -> Reading {
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, page).unwrap();
    let reading = read_items(scratch.path(), &ReadOptions::default());
    assert!(reading.unaccounted.is_empty(), "{name}: {:?}", reading.unaccounted);
    reading
}

fn told(reading: &Reading) -> BTreeSet<(String, Kind, String)> {
    let fact = |record: &Record| (record.id.to_string(), record.kind, record.text.clone());
    reading.records.iter().map(fact).collect()
}

fn is_conversation(page: &Path) -> bool {
    page.file_stem().unwrap().to_str().unwrap().starts_with("message")
}

#[test]
fn conversations_are_read_under_any_name() {
    let mut read = 0;
    for (platform, case, product) in [
        ("messenger", "htm-2013_all-conversations", Platform::Messenger),
        ("messenger", "html-2019_fr-direct", Platform::Messenger),
        ("messenger", "html-2022_group", Platform::Messenger),
        ("messenger", "html-2025_group", Platform::Messenger),
        ("messenger", "html-2025_shapes", Platform::Messenger),
        ("instagram", "html-2022_fr-flat", Platform::Instagram),
        ("instagram", "html-2023_en", Platform::Instagram),
        ("instagram", "html-2026_de", Platform::Instagram),
        ("instagram", "html-2026_en", Platform::Instagram),
    ] {
        for page in pages_of(platform, case).iter().filter(|page| is_conversation(page)) {
            let bytes = std::fs::read(page).unwrap();
            let own = read_as(&bytes, page.file_name().unwrap().to_str().unwrap());
            for name in ["Zoé (2).html", "a/b/fb.HTM", "1.htm"] {
                let other = read_as(&bytes, name);
                assert_eq!(other.records.is_empty(), own.records.is_empty(), "{} as {name}", page.display());
                read += other.records.len();
                assert_eq!(told(&other), told(&own), "{} as {name}", page.display());
                assert!(other.records.iter().all(|record| record.platform == product), "{}", page.display());
            }
        }
    }
    assert!(read > 100, "{read}");
}

#[test]
fn other_pages_are_read_under_any_name_and_never_as_conversations() {
    let mut read = 0;
    for (platform, case) in [
        ("facebook", "htm-2014_every-page"),
        ("facebook", "htm-2017_fr-timeline"),
        ("facebook", "html-2019_fr-root-folders"),
        ("facebook", "html-2022_posts"),
        ("facebook", "html-2025_every-section"),
        ("facebook", "html-2025_posts"),
        ("instagram", "html-2022_fr-flat"),
        ("instagram", "html-2023_en"),
        ("instagram", "html-2026_de"),
        ("instagram", "html-2026_en"),
    ] {
        for page in pages_of(platform, case).iter().filter(|page| !is_conversation(page)) {
            let bytes = std::fs::read(page).unwrap();
            let other = read_as(&bytes, "Sans nom.html");
            read += usize::from(!other.records.is_empty());
            let messages = other.records.iter().filter(|record| record.kind == Kind::Message).count();
            assert_eq!(messages, 0, "{}", page.display());
        }
    }
    assert!(read >= 25, "{read}");
}

/// What Chrome makes of a page: a comment tells where it came from, files lie beside it, addresses are whole.
fn saved(page: &str, from: &str) -> String {
    let mark = format!("<!DOCTYPE html>\n<!-- saved from url=({:04}){from} -->\n", from.len());
    let page = page.replacen("<base href=", "<!--base--><base href=\".\" data-was=", 1);
    mark + &page
}

#[test]
fn pages_that_a_browser_saved_meet_those_of_the_download() {
    for (platform, case) in [
        ("messenger", "htm-2013_all-conversations"),
        ("messenger", "html-2019_fr-direct"),
        ("messenger", "html-2025_group"),
        ("facebook", "html-2022_posts"),
        ("facebook", "html-2025_every-section"),
        ("facebook", "htm-2014_every-page"),
        ("instagram", "html-2023_en"),
        ("instagram", "html-2026_en"),
    ] {
        let whole = read_items(&fixtures().join(platform).join(case).join("bundle"), &ReadOptions::default());
        let ids: BTreeSet<String> = whole.records.iter().map(|record| record.id.to_string()).collect();
        let mut met = 0;
        for page in pages_of(platform, case) {
            let text = std::fs::read_to_string(&page).unwrap();
            let from = format!("file://{}", page.to_str().unwrap().replace(' ', "%20").replace('é', "%C3%A9"));
            let other = read_as(saved(&text, &from).as_bytes(), "Page enregistrée.html");
            let known = other.records.iter().filter(|record| ids.contains(&record.id.to_string())).count();
            // Without the zone that another page names, only pages that print one have the same ids.
            met += known;
            let renamed = |kind: Kind| other.records.iter().filter(|record| record.kind == kind).count();
            let here = |kind: Kind| {
                let name = page.file_name().unwrap().to_str().unwrap();
                let inside = |record: &&Record| record.origin.iter().any(|origin| origin.file.ends_with(name));
                whole.records.iter().filter(inside).filter(|record| record.kind == kind).count()
            };
            for kind in [Kind::Message, Kind::Comment, Kind::Contact] {
                assert!(renamed(kind) <= here(kind), "{} {kind:?}", page.display());
            }
        }
        assert!(met > 0, "{case}");
    }
}

#[test]
fn files_beside_a_saved_page_are_its_files() {
    let page = fixtures().join("messenger/html-2022_loose/bundle/message_1.html");
    let text = std::fs::read_to_string(page).unwrap();
    let text = text
        .replace("href=\"messages/", "href=\"file:///C:/d/messages/")
        .replace("src=\"messages/inbox/zoeechantillon_1/photos/1.jpg\"", "src=\"./Zo%C3%A9_files/1.jpg\"");
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("Téléchargements");
    std::fs::create_dir_all(folder.join("Zoé_files")).unwrap();
    std::fs::write(folder.join("Zoé_files/1.jpg"), b"\xff\xd8\xff\xe0 a photo").unwrap();
    let from = "file:///C:/d/your_facebook_activity/messages/inbox/zoeechantillon_1/message_1.html";
    std::fs::write(folder.join("Zoé.html"), saved(&text, from)).unwrap();
    let reading = read_items(scratch.path(), &ReadOptions::default());
    let files: Vec<_> = reading.records.iter().flat_map(|record| &record.attachments).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(files[0].status, AttachmentStatus::Stored);
    assert_eq!(reading.records[0].origin[0].file, "Zoé.html");
}

#[test]
fn conversations_in_json_are_read_under_any_name() {
    let json = r#"{"participants": [{"name": "Awa"}, {"name": "Zo\u00c3\u00a9"}], "messages": [{"sender_name": "Awa",
        "timestamp_ms": 1740819600000, "content": "Bonjour"}], "title": "Zo\u00c3\u00a9", "thread_path": "inbox/zoe_1"}"#;
    let own = read_as(json.as_bytes(), "message_1.json");
    let other = read_as(json.as_bytes(), "Zoé/sauvegarde (3).json");
    assert_eq!(told(&own).len(), 1);
    assert_eq!(told(&own), told(&other));
}

#[test]
fn files_of_one_name_and_several_accounts_are_all_read() {
    let scratch = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for (platform, case, name) in [
        ("messenger", "htm-2013_all-conversations", "messages awa.htm"),
        ("messenger", "html-2025_group", "groupe.html"),
        ("messenger", "html-2019_fr-direct", "zoe.html"),
        ("instagram", "html-2026_en", "lukas.html"),
    ] {
        let page = pages_of(platform, case).into_iter().find(|page| is_conversation(page)).unwrap();
        let path = scratch.path().join(name);
        std::fs::copy(page, &path).unwrap();
        paths.push(path);
    }
    let together = read_paths(&paths, &ReadOptions::default());
    let files: BTreeSet<&str> = together.records.iter().map(|record| record.origin[0].file.as_str()).collect();
    assert_eq!(files.len(), 4, "{files:?}");
    assert!(together.kept_raw.is_empty() && together.unaccounted.is_empty());
}
