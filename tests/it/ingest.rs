//! Imports into a real archive: once, twice, in parts, from folders and ZIPs; found again by search.

use std::path::{Path, PathBuf};

use malle::export::MediaExport;
use malle::ingest::{ImportOptions, IngestError, UnreadReason, import, read_conversations};
use malle::model::{AttachmentStatus, Kind, Record};
use malle::sources::ReadOptions;
use malle::store::{Archive, RecordReader};

use crate::support::archives::{self, import_all};
use crate::support::fixtures;
use crate::support::zips::{self, Item, Maker};

fn create(root: &Path) -> Archive {
    archives::create(root).0
}

/// Every live record without its origin, in order of id.
fn records(archive: &Archive) -> Vec<Record> {
    let mut reader = RecordReader::new(archive);
    let stale = reader.stale().unwrap();
    let mut found = Vec::new();
    reader
        .each(&|_| true, &mut |location, line| {
            if !stale.contains(&location) {
                let mut record: Record = serde_json::from_slice(line).unwrap();
                record.origin.clear();
                found.push(record);
            }
            Ok(())
        })
        .unwrap();
    found.sort_by_key(|record| record.id);
    found
}

/// The two parts of one download; the second brings media of the first, and a photo that nothing names.
fn parts(folder: &Path) -> Vec<PathBuf> {
    let bundle = fixtures().join("messenger/json-2025_two-parts/bundle");
    let mut parts = Vec::new();
    for item in std::fs::read_dir(bundle).unwrap() {
        let source = item.unwrap().path();
        let target = folder.join(source.file_name().unwrap());
        copy_tree(&source, &target);
        parts.push(target);
    }
    parts.sort();
    assert_eq!(parts.len(), 2);
    let media = parts[1].join("your_facebook_activity/posts/media/your_posts");
    std::fs::create_dir_all(&media).unwrap();
    std::fs::write(media.join("alone.jpg"), b"\xff\xd8\xff alone").unwrap();
    parts
}

fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for item in std::fs::read_dir(from).unwrap() {
        let path = item.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_tree(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn importing_twice_adds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = create(&folder.path().join("a"));
    let first = import_all(&mut archive, &parts(folder.path()));
    let before = records(&archive);
    assert_eq!(u64::try_from(before.len()).unwrap(), first.summary.added.values().sum::<u64>());
    assert!(first.summary.media.stored > 0);
    let second = import_all(&mut archive, &parts(folder.path()));
    assert!(second.summary.added.is_empty(), "{:?}", second.summary);
    assert_eq!(second.summary.known, first.summary.added.values().sum::<u64>());
    assert_eq!((second.summary.updated, second.summary.media.stored), (0, 0));
    assert_eq!(records(&archive), before);
    assert_eq!(archive.commit().counts.values().sum::<u64>(), first.summary.added.values().sum::<u64>());
    let messages: u64 = read_conversations(&archive).unwrap().iter().map(|line| line.messages).sum();
    assert_eq!(messages, first.summary.added["message"]);
}

#[test]
fn parts_in_any_order_together_or_one_by_one_give_the_same_records() {
    let folder = tempfile::tempdir().unwrap();
    let mut together = create(&folder.path().join("together"));
    import_all(&mut together, &parts(folder.path()));
    let expected = records(&together);
    assert!(expected.iter().any(|record| record.attachments.iter().any(|a| a.status == AttachmentStatus::Stored)));
    assert!(expected.iter().any(|record| record.kind == Kind::Other && record.extra.contains_key("unreferenced")));
    let mut reversed = parts(folder.path());
    reversed.reverse();
    for (name, orders) in [
        ("reversed", vec![reversed.clone()]),
        ("one-by-one", parts(folder.path()).into_iter().map(|part| vec![part]).collect()),
        ("backwards", reversed.into_iter().map(|part| vec![part]).collect()),
    ] {
        let mut archive = create(&folder.path().join(name));
        for paths in orders {
            import_all(&mut archive, &paths);
        }
        let found = records(&archive);
        for (a, b) in found.iter().zip(&expected) {
            assert_eq!(a, b, "{name}");
        }
        assert_eq!(found.len(), expected.len(), "{name}");
    }
}

/// Only one part of a download says whose it is.
#[test]
fn the_owner_is_known_whichever_part_comes_last() {
    for sample in ["facebook/json-2025_two-folders", "messenger/json-2025_two-parts", "instagram/json-2024_two-parts"] {
        let folder = tempfile::tempdir().unwrap();
        let mut parts: Vec<PathBuf> = std::fs::read_dir(fixtures().join(sample).join("bundle"))
            .unwrap()
            .map(|item| item.unwrap().path())
            .collect();
        parts.sort();
        let mut together = create(&folder.path().join("together"));
        import_all(&mut together, &parts);
        let expected = archives::export(&together);
        assert!(expected.iter().any(|record| record["author"]["is_owner"] == true), "{sample}");
        let unnamed = |record: &serde_json::Value| record["extra"]["unreferenced"] == true;
        assert!(expected.iter().all(|record| unnamed(record) || !record["account"].is_null()), "{sample}");
        for order in ["in order", "reversed"] {
            let mut archive = create(&folder.path().join(order));
            for part in &parts {
                import_all(&mut archive, std::slice::from_ref(part));
            }
            let found = archives::export(&archive);
            for (a, b) in found.iter().zip(&expected) {
                assert_eq!(a, b, "{sample} {order}");
            }
            assert_eq!(found.len(), expected.len(), "{sample} {order}");
            let accounts = |archive: &Archive| -> Vec<_> {
                let lines = read_conversations(archive).unwrap();
                let mut lines: Vec<_> = lines.into_iter().map(|line| (line.id, line.account, line.messages)).collect();
                lines.sort();
                lines
            };
            assert_eq!(accounts(&archive), accounts(&together), "{sample} {order}");
            parts.reverse();
        }
    }
}

/// One ZIP of an Accounts Center download holds a folder for each profile.
#[test]
fn parts_that_hold_several_profiles_meet_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let (mut texts, mut photos) = (Vec::new(), Vec::new());
    for (user, shade) in [("awa.boutique", 1_u8), ("chez_lea", 2)] {
        let root = format!("meta-2026-Mar-02-17-05-58/instagram-{user}-2026-03-02-Kq3Z{shade}/");
        let post = format!(
            r#"[{{"media": [{{"uri": "media/posts/202403/1.jpg", "creation_timestamp": 171000000{shade}, "title": "{user}"}}]}}]"#
        );
        texts.push((format!("{root}your_instagram_activity/media/posts_1.json"), post.into_bytes()));
        photos.push((format!("{root}media/posts/202403/1.jpg"), vec![0xff, 0xd8, 0xff, 0xe0, shade]));
    }
    let write = |name: &str, files: &[(String, Vec<u8>)]| {
        let entries: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let path = folder.path().join(name);
        std::fs::write(&path, zips::zip(&entries)).unwrap();
        path
    };
    let mut parts = [write("meta-2026-Mar-02-17-05-58.zip", &texts), write("meta-2026-Mar-02-17-05-58-1.zip", &photos)];
    let mut together = create(&folder.path().join("together"));
    import_all(&mut together, &parts);
    let expected = archives::export(&together);
    assert_eq!(expected.len(), 2);
    assert!(expected.iter().all(|record| record["attachments"][0]["status"] == "stored"), "{expected:?}");
    for order in ["in order", "reversed"] {
        let mut archive = create(&folder.path().join(order));
        for part in &parts {
            import_all(&mut archive, std::slice::from_ref(part));
        }
        assert_eq!(archives::export(&archive), expected, "{order}");
        parts.reverse();
    }
}

/// Every file below a folder that is no text, by its path in the download.
fn media_of(part: &Path) -> Vec<PathBuf> {
    let is_text =
        |path: &Path| path.extension().is_some_and(|ending| ["json", "html", "txt"].iter().any(|t| ending == *t));
    let files = archives::files(part).into_iter().filter(|path| !is_text(path));
    files.map(|path| path.strip_prefix(part).unwrap().to_owned()).collect()
}

/// The platforms put a photo into the part of the text that names it, into another, or into both.
#[test]
fn photos_in_any_part_give_the_same_records_in_any_order() {
    for sample in ["facebook/json-2025_two-folders", "messenger/json-2025_two-parts", "instagram/json-2024_two-parts"] {
        for placing in ["as they are", "in both", "all in the first", "all in the second", "exchanged"] {
            let folder = tempfile::tempdir().unwrap();
            copy_tree(&fixtures().join(sample).join("bundle"), folder.path());
            let mut parts: Vec<PathBuf> =
                std::fs::read_dir(folder.path()).unwrap().map(|item| item.unwrap().path()).collect();
            parts.sort();
            assert_eq!(parts.len(), 2);
            let media: Vec<Vec<PathBuf>> = parts.iter().map(|part| media_of(part)).collect();
            assert!(!media.concat().is_empty(), "{sample}");
            for (number, path) in
                media.iter().enumerate().flat_map(|(n, paths)| paths.iter().map(move |path| (n, path)))
            {
                let (here, there) = (parts[number].join(path), parts[1 - number].join(path));
                let bytes = std::fs::read(&here).unwrap();
                let (stays, goes) = match placing {
                    "as they are" => (true, false),
                    "in both" => (true, true),
                    "all in the first" => (number == 0, number == 1),
                    "all in the second" => (number == 1, number == 0),
                    _ => (false, true),
                };
                if goes {
                    std::fs::create_dir_all(there.parent().unwrap()).unwrap();
                    std::fs::write(&there, &bytes).unwrap();
                }
                if !stays {
                    std::fs::remove_file(&here).unwrap();
                }
            }
            if parts.iter().any(|part| archives::files(part).is_empty()) {
                continue;
            }
            let (a, b) = (parts[0].clone(), parts[1].clone());
            let mut together = create(&folder.path().join("together"));
            import_all(&mut together, &[a.clone(), b.clone()]);
            let expected = records(&together);
            for (name, order) in [
                ("ba", vec![vec![b.clone(), a.clone()]]),
                ("a-b", vec![vec![a.clone()], vec![b.clone()]]),
                ("b-a", vec![vec![b.clone()], vec![a.clone()]]),
                ("a-b-a", vec![vec![a.clone()], vec![b.clone()], vec![a.clone()]]),
                ("b-a-b", vec![vec![b.clone()], vec![a.clone()], vec![b.clone()]]),
                ("a-b-ab", vec![vec![a.clone()], vec![b.clone()], vec![a.clone(), b.clone()]]),
            ] {
                let mut archive = create(&folder.path().join(name));
                for paths in order {
                    import_all(&mut archive, &paths);
                }
                let found = records(&archive);
                for (one, other) in found.iter().zip(&expected) {
                    assert_eq!(one, other, "{sample}, {placing}, {name}");
                }
                assert_eq!(found.len(), expected.len(), "{sample}, {placing}, {name}");
                let counted: u64 = archive.commit().counts.values().sum();
                assert_eq!(counted, u64::try_from(found.len()).unwrap(), "{sample}, {placing}, {name}");
            }
        }
    }
}

/// A photo at the same path in the download of somebody else stays with that download.
/// A year later the account downloads everything again, in parts.
#[test]
fn a_photo_of_a_later_download_meets_the_record_of_the_earlier_one() {
    let folder = tempfile::tempdir().unwrap();
    let thread = "your_facebook_activity/messages/inbox/fatou_17/";
    let photo = (format!("{thread}photos/31_n_17.jpg"), vec![0xff, 0xd8, 0xff, 0xe0, 7]);
    let messages = |texts: &[&str]| {
        let one = |(number, text): (usize, &&str)| {
            format!(
                r#"{{"sender_name": "Fatou Exemple", "timestamp_ms": {}, "content": "{text}", "photos": [{{"uri": "{}"}}]}}"#,
                1_710_000_000_000_u64 + 1000 * u64::try_from(number).unwrap(),
                photo.0
            )
        };
        let all: Vec<String> = texts.iter().enumerate().map(one).collect();
        let file = format!(
            r#"{{"participants": [{{"name": "Awa Exemple"}}, {{"name": "Fatou Exemple"}}], "messages": [{}], "title": "Fatou Exemple", "thread_path": "inbox/fatou_17"}}"#,
            all.join(", ")
        );
        (format!("{thread}message_1.json"), file.into_bytes())
    };
    let write = |name: &str, files: &[&(String, Vec<u8>)]| {
        let entries: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let path = folder.path().join(name);
        std::fs::write(&path, zips::zip(&entries)).unwrap();
        path
    };
    let first = write("facebook-awa.boutique-2024-05-01-aB3dEf9h.zip", &[&messages(&["un"]), &photo]);
    let mut parts = [
        write("facebook-awa.boutique-2025-05-01-Zx81kQpL.zip", &[&messages(&["un", "deux"])]),
        write("facebook-awa.boutique-2025-05-01-Lm4Nop2q.zip", &[&photo]),
    ];
    for order in ["text first", "photo first"] {
        let mut archive = create(&folder.path().join(order));
        import_all(&mut archive, std::slice::from_ref(&first));
        for part in &parts {
            import_all(&mut archive, std::slice::from_ref(part));
        }
        let found = archives::export(&archive);
        assert_eq!(found.len(), 2, "{order}: {found:?}");
        assert!(found.iter().all(|record| record["attachments"][0]["status"] == "stored"), "{order}");
        parts.reverse();
    }
}

#[test]
fn a_photo_of_another_download_is_not_taken_for_a_missing_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = "your_facebook_activity/messages/inbox/b_1/photos/1.jpg";
    let thread = format!(
        r#"{{"participants":[{{"name":"A"}},{{"name":"B"}}],"messages":[{{"sender_name":"A","timestamp_ms":1700000000000,"photos":[{{"uri":"{path}"}}]}}],"title":"B","thread_path":"inbox/b_1"}}"#
    );
    let text = ("your_facebook_activity/messages/inbox/b_1/message_1.json", thread.as_bytes());
    let photo: (&str, &[u8]) = (path, b"\xff\xd8\xff photo");
    let write = |name: &str, entry: (&str, &[u8])| {
        let zip = folder.path().join(name);
        std::fs::write(&zip, zips::zip(&[entry])).unwrap();
        zip
    };
    let (mine, other) = ("facebook-awa-2025-03-01-AAAAAAAA.zip", "facebook-zoe-2025-03-01-BBBBBBBB.zip");
    for (name, first, second) in [
        ("photo-first", write(other, photo), write(mine, text)),
        ("text-first", write(other, text), write(mine, photo)),
    ] {
        let mut archive = create(&folder.path().join(name));
        import_all(&mut archive, &[first]);
        import_all(&mut archive, &[second]);
        let found = records(&archive);
        assert_eq!(found.len(), 2, "{name}: {found:?}");
        let status = found.iter().find(|record| record.kind == Kind::Message).unwrap().attachments[0].status;
        assert_eq!(status, AttachmentStatus::Missing, "{name}");
    }
}

/// An owner is not given to the records of somebody else's download.
#[test]
fn the_owner_of_one_download_is_not_the_owner_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let sample = fixtures().join("facebook/json-2025_two-folders/bundle");
    let mut archive = create(&folder.path().join("a"));
    let other = folder.path().join("facebook-zoe-2025-03-01-Kq3ZtB8a");
    let photos = sample.join("facebook-awaexemple-2025-03-01-a9LmX2pQ");
    copy_tree(&photos, &other);
    import_all(&mut archive, &[other]);
    let before = records(&archive);
    assert!(before.iter().all(|record| record.account.is_none()), "the sample's second part tells no owner");
    import_all(&mut archive, &[sample.join("facebook-awaexemple-2025-03-01-Kq3ZtB8a")]);
    let after = records(&archive);
    for record in before {
        assert!(after.iter().filter(|now| now.id == record.id).all(|now| now.account.is_none()));
    }
}

#[test]
fn every_file_is_accounted_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = create(&folder.path().join("a"));
    let outcome = import_all(&mut archive, &parts(folder.path()));
    let files = outcome.summary.files;
    assert_eq!(files.seen, files.parsed + files.kept_raw + files.ignored + files.damaged + files.duplicate);
    assert_eq!(usize::try_from(files.seen).unwrap(), outcome.files.len());
    for file in &outcome.files {
        let skipped: u64 = file.skips.iter().map(|skip| skip.count).sum();
        assert!(file.problems.iter().all(|p| p.kind != malle::sources::ProblemKind::Accounting), "{file:?}");
        assert!(skipped <= file.elements, "{file:?}");
    }
}

#[test]
fn every_damaged_file_is_a_problem() {
    let folder = tempfile::tempdir().unwrap();
    let thread = br#"{"participants":[{"name":"A"},{"name":"B"}],"messages":[{"sender_name":"A","timestamp_ms":1700000000000,"content":"salut","photos":[{"uri":"your_facebook_activity/../p.jpg"}]}],"title":"B","thread_path":"inbox/b_1"}"#;
    let zip = zips::zip(&[
        ("your_facebook_activity/messages/inbox/b_1/message_1.json", thread),
        ("../evil.txt", b"x"),
        ("your_facebook_activity/../p.jpg", b"x"),
        ("a/../your_facebook_activity/posts/your_posts_1.json", b"[]"),
        ("C:/strange.bin", b"x"),
    ]);
    let path = folder.path().join("facebook-a-2025-01-01-AAAAAAAA.zip");
    std::fs::write(&path, zip).unwrap();
    let mut archive = create(&folder.path().join("a"));
    let outcome = import_all(&mut archive, &[path]);
    assert_eq!((outcome.summary.files.damaged, outcome.summary.problems), (4, 4), "{:#?}", outcome.files);
}

#[test]
fn exported_media_are_the_original_bytes_in_a_folder_and_in_a_zip() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = create(&folder.path().join("a"));
    let parts = parts(folder.path());
    import_all(&mut archive, &parts);
    let media = archive.media().unwrap();
    let attachments: Vec<_> = records(&archive).into_iter().flat_map(|record| record.attachments).collect();
    let (target, zip) = (folder.path().join("out"), folder.path().join("out.zip"));
    let mut export = MediaExport::begin(&archive, &media, &target).unwrap();
    let sound =
        |added: Vec<malle::export::Exported>| -> Vec<_> { added.into_iter().map(|(_, file)| file.unwrap()).collect() };
    let files = sound(export.add(&attachments).unwrap());
    export.finish().unwrap();
    assert_eq!(files.len(), media.len());
    for file in &files {
        assert_eq!(malle::store::hash_file(&file.path).unwrap(), (file.sha256.clone(), file.size_bytes));
    }
    let alone = files.iter().find(|file| file.path.ends_with("alone.jpg")).unwrap();
    assert_eq!(std::fs::read(&alone.path).unwrap(), b"\xff\xd8\xff alone");
    let mut export = MediaExport::begin(&archive, &media, &zip).unwrap();
    let packed = sound(export.add(&attachments).unwrap());
    export.finish().unwrap();
    let mut read = zip::ZipArchive::new(std::fs::File::open(&zip).unwrap()).unwrap();
    assert_eq!(read.len(), packed.len());
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut read.by_name("alone.jpg").unwrap(), &mut bytes).unwrap();
    assert_eq!(bytes, b"\xff\xd8\xff alone");
    assert!(MediaExport::begin(&archive, &media, &zip).is_err(), "an existing ZIP is not overwritten");
}

#[test]
fn equal_large_files_of_one_download_are_stored_once_for_every_record() {
    let folder = tempfile::tempdir().unwrap();
    let parts = parts(folder.path());
    let media = parts[1].join("your_facebook_activity/posts/media/your_posts");
    for number in 0..6 {
        std::fs::write(media.join(format!("equal-{number}.mp4")), [7, 1, 9, 4].repeat(4_300_000)).unwrap();
    }
    let mut archive = create(&folder.path().join("a"));
    let outcome = import_all(&mut archive, &parts);
    let films: Vec<_> = records(&archive)
        .into_iter()
        .flat_map(|record| record.attachments)
        .filter(|attachment| attachment.name.starts_with("equal-"))
        .collect();
    assert_eq!(films.len(), 6);
    assert!(films.iter().all(|film| film.status == AttachmentStatus::Stored && film.sha256 == films[0].sha256));
    assert!(outcome.summary.media.known >= 5);
    assert!(archive.media().unwrap().entry(films[0].sha256.as_deref().unwrap()).is_some());
}

#[test]
fn an_export_cleans_up_after_an_interrupted_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = create(&folder.path().join("a"));
    import_all(&mut archive, &parts(folder.path()));
    let media = archive.media().unwrap();
    let attachments: Vec<_> = records(&archive).into_iter().flat_map(|record| record.attachments).collect();
    let (target, zip) = (folder.path().join("out"), folder.path().join("out.zip"));
    let left = [target.join("1.jpg.malle-partial"), folder.path().join("out.zip.malle-partial")];
    std::fs::create_dir(&target).unwrap();
    std::fs::write(target.join("mine.partial"), "not ours").unwrap();
    for path in &left {
        std::fs::write(path, "plain").unwrap();
    }
    let into_folder = MediaExport::begin(&archive, &media, &target).unwrap();
    assert_eq!(into_folder.leftovers(), &left[..1]);
    assert!(!left[0].exists() && target.join("mine.partial").exists());
    let mut into_zip = MediaExport::begin(&archive, &media, &zip).unwrap();
    assert_eq!(into_zip.leftovers(), &left[1..]);
    into_zip.add(&attachments).unwrap();
    assert!(left[1].exists());
    // What fails leaves nothing.
    drop(into_zip);
    assert!(!left[1].exists() && !zip.exists());
}

#[test]
fn a_zip_sent_in_a_chat_is_its_attachment_and_a_download_beside_it_is_a_download() {
    let folder = tempfile::tempdir().unwrap();
    let chat = folder.path().join("chat");
    std::fs::create_dir(&chat).unwrap();
    let zip = |name: &str, entries: &[(&str, &[u8])]| {
        std::fs::write(chat.join(name), zips::zip(entries)).unwrap();
    };
    zip("plans.zip", &[("plan.txt", b"un plan")]);
    let thread = br#"{"participants":[{"name":"A"},{"name":"B"}],"messages":[{"sender_name":"A","timestamp_ms":1700000000000,"content":"salut"}],"title":"B","thread_path":"inbox/b_1"}"#;
    zip("facebook-a-2025-01-01-AAAAAAAA.zip", &[("your_facebook_activity/messages/inbox/b_1/message_1.json", thread)]);
    let lines = "13/03/2024, 10:00 - Awa: bonjour\n13/03/2024, 10:01 - Fatou: plans.zip (fichier joint)\n";
    std::fs::write(chat.join("Discussion WhatsApp avec Fatou.txt"), lines).unwrap();
    let mut archive = create(&folder.path().join("a"));
    let outcome = import_all(&mut archive, &[chat]);
    assert!(outcome.unread.is_empty(), "{:?}", outcome.unread);
    let found = records(&archive);
    let sent: Vec<_> = found.iter().flat_map(|record| &record.attachments).collect();
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!((sent[0].name.as_str(), sent[0].status), ("plans.zip", AttachmentStatus::Stored));
    assert_eq!(found.len(), 3, "two messages of the chat, one of the download beside it");
}

/// Several ZIPs chosen in a cloud drive come as one.
#[test]
fn a_zip_of_zips_is_those_zips() {
    let folder = tempfile::tempdir().unwrap();
    let line = |who: &str| format!("13/03/2024, 10:00 - {who}: bonjour de {who}\n");
    let chat = |who: &str| zips::zip(&[(&format!("Discussion WhatsApp avec {who}.txt"), line(who).as_bytes())]);
    let thread = br#"{"participants":[{"name":"A"},{"name":"B"}],"messages":[{"sender_name":"A","timestamp_ms":1700000000000,"content":"salut"}],"title":"B","thread_path":"inbox/b_1"}"#;
    let meta = zips::zip(&[("your_facebook_activity/messages/inbox/b_1/message_1.json", thread)]);
    let (fatou, bob) = (chat("Fatou"), chat("Bob"));
    let items = || {
        [
            Item::stored("Mes fichiers/Discussion WhatsApp avec Fatou.zip", &fatou),
            Item::new("Mes fichiers/Discussion WhatsApp avec Bob.ZIP", &bob),
            Item::stored("facebook-a-2025-01-01-AAAAAAAA.zip", &meta),
        ]
    };
    let pack = |name: &str, more: Vec<Item>| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let all = items().into_iter().chain(more);
        std::fs::write(&path, all.fold(Maker::default(), Maker::item).finish(false)).unwrap();
        path
    };
    let mut tried = 0;
    let mut check = |path: PathBuf, texts: &[&str], unread: &[(&str, UnreadReason)]| {
        tried += 1;
        let mut archive = create(&folder.path().join(format!("a{tried}")));
        let outcome = import_all(&mut archive, &[path]);
        let told: Vec<(&str, UnreadReason)> =
            outcome.unread.iter().map(|line| (line.input.rsplit('/').next().unwrap(), line.reason)).collect();
        assert_eq!(told, unread);
        let mut found: Vec<String> = records(&archive).iter().map(|record| record.text.clone()).collect();
        found.sort_unstable();
        assert_eq!(found, texts);
        outcome.bundles
    };
    let all = ["bonjour de Bob", "bonjour de Fatou", "salut"];
    let noise = vec![Item::stored("__MACOSX/._a.zip", "x"), Item::stored(".DS_Store", "x")];
    let mut bundles = check(pack("drive/Téléchargements-001.zip", noise), &all, &[]);
    bundles.sort_unstable();
    assert_eq!(
        bundles,
        [
            "Discussion WhatsApp avec Bob.ZIP",
            "Discussion WhatsApp avec Fatou.zip",
            "facebook-a-2025-01-01-AAAAAAAA.zip"
        ]
    );
    // In a folder that is a download itself, such a ZIP is none of its files.
    let chat = folder.path().join("drive/Discussion WhatsApp avec Zoé.txt");
    std::fs::write(chat, line("Zoé")).unwrap();
    let four = ["bonjour de Bob", "bonjour de Fatou", "bonjour de Zoé", "salut"];
    check(folder.path().join("drive"), &four, &[]);
    // What is in it and is no download is named, and so is what would fill the memory, and what is damaged.
    let (zeros, crc32) = zips::deflated_zeros(8);
    let bomb = Item { data: Some(zeros), size: Some(8 << 20), crc32: Some(crc32), ..Item::new("bombe.zip", "") };
    let more = vec![
        Item::new("plans.zip", zips::zip(&[("plan.pdf", b"un plan")])),
        bomb,
        Item { crc32: Some(7), ..Item::new("abîmé.zip", &fatou) },
    ];
    let unread = [
        ("bombe.zip", UnreadReason::Packed),
        ("abîmé.zip", UnreadReason::Unreadable),
        ("plans.zip", UnreadReason::UnknownDownload),
    ];
    check(pack("b.zip", more), &all, &unread);
}

#[test]
fn a_zip_beside_other_things_in_a_zip_is_to_be_unpacked() {
    let folder = tempfile::tempdir().unwrap();
    let chat = zips::zip(&[("Discussion WhatsApp avec Zoé.txt", "13/03/2024, 10:00 - Zoé: bonjour\n".as_bytes())]);
    let mixed = folder.path().join("c.zip");
    std::fs::write(&mixed, zips::zip(&[("zoe.zip", &chat), ("photo.jpg", b"x")])).unwrap();
    let mut archive = create(&folder.path().join("c"));
    let now = chrono::DateTime::from_timestamp(1_710_000_000, 0).unwrap();
    let options = ImportOptions { read: ReadOptions::default(), dry_run: false, now };
    match import(&mut archive, &[mixed], &options, &archives::Quiet) {
        Err(IngestError::NothingRecognised { unread, .. }) => {
            assert_eq!(unread.iter().map(|line| line.reason).collect::<Vec<_>>(), [UnreadReason::Packed]);
        }
        other => panic!("{:?}", other.map(|outcome| outcome.bundles)),
    }
}
