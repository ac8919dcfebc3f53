//! Files whose names say nothing: renamed pages, pages that a browser saved, files given one by one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use malle::model::{AttachmentStatus, Kind, Platform, Record};
use malle::sources::ReadOptions;

use crate::support::{
    archives, fixtures,
    reading::{Reading, read_items, read_paths},
    zips,
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

#[test]
fn copies_made_by_browsers_and_file_managers_are_read_like_their_originals() {
    for (platform, case, name, copy) in [
        ("instagram", "html-2023_loose", "followers_1.html", "followers_1 (2).html"),
        ("instagram", "html-2023_loose", "liked_posts.json", "liked_posts - Copie.json"),
        ("instagram", "html-2023_loose", "posts_1.html", "posts_1(1).html"),
        ("facebook", "html-2025_every-section", "your_friends.html", "your_friends (1).html"),
    ] {
        let mut found = Vec::new();
        files(&fixtures().join(platform).join(case).join("bundle"), name, &mut found);
        let bytes = std::fs::read(&found[0]).unwrap();
        let (own, other) = (read_as(&bytes, name), read_as(&bytes, copy));
        assert!(!own.records.is_empty(), "{name}");
        assert_eq!(told(&own), told(&other), "{copy}");
    }
}

fn files(folder: &Path, name: &str, found: &mut Vec<PathBuf>) {
    for item in std::fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            files(&path, name, found);
        } else if path.file_name().is_some_and(|known| known == name) {
            found.push(path);
        }
    }
}

#[test]
fn damaged_pages_under_other_names_are_accounted_for() {
    for (platform, case) in [
        ("messenger", "htm-2013_all-conversations"),
        ("messenger", "html-2025_shapes"),
        ("facebook", "htm-2014_every-page"),
        ("facebook", "html-2025_every-section"),
        ("instagram", "html-2026_en"),
    ] {
        for page in pages_of(platform, case) {
            let bytes = std::fs::read(&page).unwrap();
            for part in 1..5 {
                let cut = bytes.len() * part / 5;
                // It says itself when something is not accounted for.
                let _cut = read_as(&bytes[..cut], "Page.html");
                let mut gap = bytes.clone();
                gap.drain(cut..(cut + 60).min(bytes.len()));
                let _gap = read_as(&gap, "html/x.htm");
            }
        }
    }
}

#[test]
fn what_lies_beside_a_download_is_named_and_not_taken() {
    let scratch = tempfile::tempdir().unwrap();
    let (mut archive, _) = archives::create(&scratch.path().join("archive"));
    let mut import = |folder: &Path| {
        let outcome = archives::import_all(&mut archive, &[folder.to_owned()]);
        outcome.unread.iter().map(|line| line.input.clone()).collect::<Vec<_>>()
    };
    let folder = scratch.path().join("Téléchargements");
    let page = fixtures().join("messenger/html-2025_saved-by-browser/bundle/Téléchargements");
    std::fs::create_dir_all(folder.join("Zoé Échantillon_files")).unwrap();
    for name in ["Zoé Échantillon.html", "Zoé Échantillon_files/1.jpg"] {
        std::fs::copy(page.join(name), folder.join(name)).unwrap();
    }
    std::fs::create_dir_all(folder.join("Banque/2024")).unwrap();
    std::fs::write(folder.join("Banque/2024/releve.pdf"), b"%PDF-1.7 1").unwrap();
    std::fs::write(folder.join("vacances.jpg"), b"\xff\xd8\xff\xe0 b").unwrap();
    std::fs::write(folder.join(".DS_Store"), b"x").unwrap();
    assert_eq!(import(&folder), ["Téléchargements/Banque", "Téléchargements/vacances.jpg"]);

    // A download in a folder of its own is taken whole; what lies beside it is named by its outermost folder.
    let folder = scratch.path().join("Divers");
    let inside = folder.join("sauvegarde/facebook-awa/posts");
    std::fs::create_dir_all(&inside).unwrap();
    let posts = r#"[{"timestamp": 1740819600, "data": [{"post": "Soldes"}]}]"#;
    std::fs::write(inside.join("your_posts_1.json"), posts).unwrap();
    std::fs::write(inside.join("liste.pdf"), "%PDF-1.7 2").unwrap();
    std::fs::create_dir_all(folder.join("sauvegarde/notes")).unwrap();
    std::fs::write(folder.join("sauvegarde/notes/a.txt"), "a").unwrap();
    // Neither ZIPs in which nothing is known nor broken ones vanish beside a download, and each is named once.
    std::fs::write(folder.join("coupe.zip"), b"PK\x03\x04 no directory").unwrap();
    std::fs::write(folder.join("sauvegarde.7z"), b"7z\xbc\xaf\x27\x1c").unwrap();
    let empty = zips::zip(&[("notes/b.txt", b"b".as_slice())]);
    std::fs::write(folder.join("autre.zip"), empty).unwrap();
    let named = import(&folder);
    let of = |end: &str| named.iter().filter(|name| name.ends_with(end)).count();
    let counts = ["coupe.zip", "sauvegarde.7z", "autre.zip", "sauvegarde/notes"].map(of);
    assert_eq!((counts, named.len()), ([1; 4], 4), "{named:?}");

    let told: Vec<String> = archives::export(&archive).iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(!told.iter().any(|record| record.contains("vacances") || record.contains("releve")));
}

const BOOK: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Coumba Tissus\r\nTEL:+221 77 000 00 01\r\nEND:VCARD\r\n\
    BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Awa Exemple\r\nTEL:+221 77 000 00 02\r\nEND:VCARD\r\n";
const CHAT: &str = "12/04/2024, 09:00 - +221 77 000 00 01: bonjour\n13/04/2024, 09:01 - Awa: Zoé (2).vcf (fichier joint)\n\
    14/04/2024, 09:02 - Awa: j'ai perdu carnet.vcf\n";

/// Contacts by name, and the files that are records of their own or carried by messages.
fn contacts_and_files(records: &[Record]) -> (Vec<&str>, Vec<&str>) {
    let contacts = records.iter().filter(|record| record.kind == Kind::Contact).map(|record| record.text.as_str());
    let files = records.iter().flat_map(|record| &record.attachments).map(|attachment| attachment.name.as_str());
    let (mut contacts, mut files): (Vec<_>, Vec<_>) = (contacts.collect(), files.collect());
    contacts.sort_unstable();
    files.sort_unstable();
    (contacts, files)
}

#[test]
fn cards_that_no_message_carries_are_an_address_book() {
    let both = ["Awa Exemple", "Coumba Tissus"];
    let chat = "Discussion WhatsApp avec Coumba.txt";
    let sent =
        "BEGIN:VCARD\nVERSION:3.0\nFN:Zoé\nTEL:1\nEND:VCARD\nBEGIN:VCARD\nVERSION:3.0\nFN:Léo\nTEL:2\nEND:VCARD\n";
    let ios = "[12/04/2024 09:00:00] Awa: \u{200e}<joint : 00000003-Zoé.vcf>\r\n[12/04/2024 09:00:01] Awa: ok\r\n";
    let with_sent: [(&str, &str); 3] = [(chat, CHAT), ("Zoé (2).vcf", sent), ("carnet.vcf", BOOK)];
    let deeper: [(&str, &str); 3] = [(chat, CHAT), ("Zoé (2).vcf", sent), ("téléphone/carnet.vcf", BOOK)];
    let iphone: [(&str, &str); 4] =
        [("_chat.txt", ios), ("00000003-Zoé.vcf", sent), ("00000009-Léo.vcf", sent), ("carnet.vcf", BOOK)];
    let scratch = tempfile::tempdir().unwrap();
    for (number, files) in [&with_sent[..], &deeper, &iphone].into_iter().enumerate() {
        let folder = scratch.path().join(format!("{number}"));
        for (name, content) in files {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        let entries: Vec<(&str, &[u8])> = files.iter().map(|(name, content)| (*name, content.as_bytes())).collect();
        let zip = scratch.path().join(format!("WhatsApp {number}.zip"));
        std::fs::write(&zip, zips::zip(&entries)).unwrap();
        let loose: Vec<PathBuf> = files.iter().map(|(name, _)| folder.join(name)).collect();
        for paths in [vec![folder], vec![zip], loose] {
            let reading = read_paths(&paths, &ReadOptions::default());
            let (contacts, files) = contacts_and_files(&reading.records);
            assert_eq!(contacts, both, "{paths:?}");
            assert_eq!(files.len(), 1, "{files:?}");
            assert!(files[0].contains("Zoé"), "{files:?}");
        }
    }
}

#[test]
fn an_address_book_is_read_beside_whatever_else_lies_there() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("Téléchargements");
    std::fs::create_dir_all(folder.join("photos")).unwrap();
    let page = fixtures().join("messenger/html-2025_saved-by-browser/bundle/Téléchargements/Zoé Échantillon.html");
    std::fs::write(folder.join("carnet.vcf"), BOOK).unwrap();
    std::fs::write(folder.join("génome.vcf"), "##fileformat=VCFv4.2\n").unwrap();
    std::fs::write(folder.join("facture.pdf"), "%PDF-1.7").unwrap();
    std::fs::write(folder.join("photos/mer.jpg"), b"\xff\xd8\xff\xe0 a").unwrap();
    let import = |number: u32, paths: &[PathBuf]| {
        let (mut archive, _) = archives::create(&scratch.path().join(format!("archive{number}")));
        let outcome = archives::import_all(&mut archive, paths);
        let mut unread: Vec<String> = outcome.unread.iter().map(|line| line.input.clone()).collect();
        unread.sort();
        (archives::export(&archive), unread)
    };
    let loose = ["carnet.vcf", "génome.vcf", "facture.pdf"].map(|name| folder.join(name));
    let (told, unread) = import(1, &loose);
    assert_eq!((told.len(), unread), (2, vec!["facture.pdf".to_owned(), "génome.vcf".to_owned()]));
    let (told, unread) = import(2, std::slice::from_ref(&folder));
    assert_eq!((told.len(), unread.len()), (2, 3), "{unread:?}");

    // Beside a ZIP of a chat, and beside an unpacked download, which holds cards only deep inside.
    let other = scratch.path().join("Divers");
    std::fs::create_dir_all(other.join("posts")).unwrap();
    std::fs::write(other.join("Discussion WhatsApp avec Ana.zip"), zips::zip(&[("_chat.txt", CHAT.as_bytes())]))
        .unwrap();
    std::fs::write(other.join("contacts.vcf"), BOOK).unwrap();
    let (told, unread) = import(4, std::slice::from_ref(&other));
    assert_eq!((told.iter().filter(|record| record["kind"] == "contact").count(), unread.len()), (2, 0), "{unread:?}");
    let posts = r#"[{"timestamp": 1740819600, "data": [{"post": "Soldes"}]}]"#;
    std::fs::write(other.join("posts/your_posts_1.json"), posts).unwrap();
    let (told, _) = import(5, std::slice::from_ref(&other));
    let of = |kind: &str| told.iter().filter(|record| record["kind"] == kind).count();
    assert_eq!((of("contact"), of("post"), of("other")), (2, 1, 0), "{told:?}");

    // Beside a chat and a page, each file belongs to one of them.
    let chat = folder.join("Discussion WhatsApp avec Coumba.txt");
    std::fs::write(&chat, CHAT).unwrap();
    std::fs::copy(page, folder.join("Zoé Échantillon.html")).unwrap();
    let (told, _) = import(3, std::slice::from_ref(&folder));
    let of = |name: &str| told.iter().filter(|record| record.to_string().contains(name)).count();
    assert_eq!((of("Coumba Tissus"), of("facture.pdf"), of("mer.jpg"), of("Zoé Échantillon.html")), (1, 1, 1, 0));
}

#[test]
fn a_page_saved_as_one_file_tells_what_page_and_folder_tell() {
    let of = |case: &str, paths: &[&str]| {
        let folder = fixtures().join("messenger").join(case).join("bundle");
        read_paths(&paths.iter().map(|path| folder.join(path)).collect::<Vec<_>>(), &ReadOptions::default())
    };
    let pages = of("html-2025_saved-by-browser", &["Téléchargements"]);
    let bundle = fixtures().join("messenger/mhtml-2025_saved-by-browser/bundle");
    let scratch = tempfile::tempdir().unwrap();
    let name = "Zoé Échantillon.mhtml";
    std::fs::copy(bundle.join(name), scratch.path().join("renommée.MHT")).unwrap();
    std::fs::write(scratch.path().join("liste.txt"), "lait").unwrap();
    let single = of("mhtml-2025_saved-by-browser", &[name]);
    assert!(!single.records.is_empty() && single.unaccounted.is_empty());
    for reading in
        [single, read_paths(&[bundle], &ReadOptions::default()), read_items(scratch.path(), &ReadOptions::default())]
    {
        for record in &reading.records {
            let same = pages.records.iter().find(|other| other.id == record.id).expect("the page tells it");
            let status = |record: &Record| record.attachments.iter().map(|one| one.status).collect::<Vec<_>>();
            assert_eq!((&same.text, &same.time, status(same)), (&record.text, &record.time, status(record)));
        }
        let stored = reading.records.iter().flat_map(|record| &record.attachments);
        assert_eq!(stored.filter(|attachment| attachment.status == AttachmentStatus::Stored).count(), 1);
    }
    // A page of the web site is no page of a download, and is named.
    let site = scratch.path().join("Facebook.mhtml");
    let page =
        std::fs::read_to_string(fixtures().join("messenger/mhtml-2025_saved-by-browser/bundle").join(name)).unwrap();
    std::fs::write(&site, page.replace("_a6-", "x1n2onr6-").replace("file:///C:/Users", "https://www.facebook.com"))
        .unwrap();
    let (mut archive, _) = archives::create(&scratch.path().join("archive"));
    let folder = scratch.path().join("rien");
    std::fs::create_dir(&folder).unwrap();
    std::fs::rename(&site, folder.join("Facebook.mhtml")).unwrap();
    std::fs::copy(scratch.path().join("renommée.MHT"), folder.join("message.mht")).unwrap();
    let outcome = archives::import_all(&mut archive, &[folder]);
    let unread: Vec<&str> = outcome.unread.iter().map(|line| line.input.rsplit('/').next().unwrap()).collect();
    assert_eq!(unread, ["Facebook.mhtml"]);
}
