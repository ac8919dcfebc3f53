//! What a user names on the command line, and what is found in it.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use malle::bundle::{Bundle, Container, ContainerError, Part};
use proptest::prelude::*;

use crate::support::zips::{self, Item, Maker};

fn write(path: &Path, content: impl AsRef<[u8]>) -> PathBuf {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
    path.to_owned()
}

/// Name and paths of each container, or the kind of error.
fn opened(paths: &[PathBuf]) -> Vec<(String, Vec<String>)> {
    let told = |container: Result<Container, ContainerError>| match container {
        Ok(container) => (container.name, container.entries.into_iter().map(|entry| entry.path).collect()),
        Err(ContainerError::Empty { .. }) => ("empty".to_owned(), Vec::new()),
        Err(ContainerError::NoDirectory { .. }) => ("no directory".to_owned(), Vec::new()),
        Err(ContainerError::Unreadable { .. }) => ("unreadable".to_owned(), Vec::new()),
        Err(ContainerError::TooManyEntries { .. }) => ("too many".to_owned(), Vec::new()),
        Err(ContainerError::Packed { .. }) => ("packed".to_owned(), Vec::new()),
    };
    Container::open_all(paths).into_iter().map(told).collect()
}

fn told(name: &str, paths: &[&str]) -> (String, Vec<String>) {
    (name.to_owned(), paths.iter().map(|path| (*path).to_owned()).collect())
}

#[test]
fn zips_folders_and_loose_files_keep_their_order() {
    let scratch = tempfile::tempdir().unwrap();
    let at = |name: &str| scratch.path().join(name);
    let zip = write(&at("b.zip"), zips::zip(&[("x/1.txt", b"1"), ("x/", b"")]));
    write(&at("folder/sub/2.txt"), "2");
    let chat = write(&at("loose/chat.txt"), "3");
    let photo = write(&at("loose/photo.jpg"), "4");
    let other = write(&at("other/5.json"), "{}");
    let paths = [chat, zip, at("folder"), photo, other, at("missing.txt")];
    assert_eq!(
        opened(&paths),
        [
            told("loose", &["chat.txt", "photo.jpg"]),
            told("b.zip", &["x/1.txt"]),
            told("folder", &["sub/2.txt"]),
            told("other", &["5.json"]),
            told("unreadable", &[]),
        ]
    );
}

#[test]
fn zips_in_a_named_folder_are_opened_too_and_deeper_ones_are_not() {
    let scratch = tempfile::tempdir().unwrap();
    let downloads = scratch.path().join("downloads");
    let zip = zips::zip(&[("1.txt", b"1"), ("inner.zip", &zips::zip(&[("2.txt", b"2")]))]);
    let named = write(&downloads.join("Part2.ZIP"), &zip);
    write(&downloads.join("part1.zip"), &zip);
    write(&downloads.join("cut.zip"), &zip[..20]);
    write(&downloads.join("letter.docx"), &zip);
    write(&downloads.join("sub/deep.zip"), &zip);
    let entries = ["1.txt", "inner.zip"];
    let expected = [
        // They stay files of the folder: whether one is a download or a file sent in a chat shows later.
        told("downloads", &["Part2.ZIP", "cut.zip", "letter.docx", "part1.zip", "sub/deep.zip"]),
        told("Part2.ZIP", &entries),
        told("no directory", &[]),
        told("part1.zip", &entries),
    ];
    assert_eq!(opened(std::slice::from_ref(&downloads)), expected);
    // Named twice, in another spelling, or by its folder as well: once.
    let again = downloads.join("sub/..");
    assert_eq!(opened(&[downloads.clone(), again, named.clone(), downloads.join("letter.docx")]), expected);
    assert_eq!(opened(&[named.clone(), named]), [told("Part2.ZIP", &entries)]);
}

#[test]
fn folders_of_nothing_and_of_zips_only() {
    let scratch = tempfile::tempdir().unwrap();
    assert_eq!(opened(&[scratch.path().to_owned()]), [told("empty", &[])]);
    write(&scratch.path().join("a.zip"), zips::zip(&[("1.txt", b"1")]));
    assert_eq!(opened(&[scratch.path().to_owned()]), [told("a.zip", &["1.txt"])]);
}

#[test]
fn a_zip_is_known_by_its_name_or_by_its_start() {
    let scratch = tempfile::tempdir().unwrap();
    let at = |name: &str| scratch.path().join(name);
    let zip = zips::zip(&[("1.txt", b"1")]);
    let renamed = write(&at("download"), &zip);
    let unfinished = write(&at("d.zip.part"), &zip[..20]);
    let page = write(&at("page.zip"), "<html>");
    assert_eq!(
        opened(&[renamed, unfinished, page]),
        [told("download", &["1.txt"]), told("no directory", &[]), told("no directory", &[])]
    );
    let letter = write(&at("letter.docx"), &zip);
    let text = write(&at("chat.txt"), "PK is how it starts");
    let folder = scratch.path().file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(opened(&[letter, text]), [told(&folder, &["letter.docx", "chat.txt"])]);
}

#[test]
fn names_of_all_ages_are_read() {
    let unicode_path = |raw: &[u8], name: &str| {
        let mut extra = vec![0x75, 0x70];
        extra.extend(u16::try_from(name.len() + 5).unwrap().to_le_bytes());
        extra.push(1);
        extra.extend(crc32fast::hash(raw).to_le_bytes());
        extra.extend(name.as_bytes());
        extra
    };
    let raw = b"?.txt";
    let bytes = Maker::default()
        .item(Item { flags: 1 << 11, ..Item::new("\u{e9}t\u{e9} 1.txt", "a") })
        .item(Item::new("\u{e9}t\u{e9} 2.txt", "b"))
        .item(Item::new(b"\x82t\x82 3.txt", "c"))
        .item(Item { extra: unicode_path(raw, "\u{1f600}.txt"), ..Item::new(raw, "d") })
        .item(Item { host: 0, ..Item::new("windows\\path.txt", "e") })
        .finish(false);
    let scratch = tempfile::tempdir().unwrap();
    let container = Container::open(&write(&scratch.path().join("a.zip"), bytes)).unwrap();
    let found: Vec<(&str, Vec<u8>)> =
        container.entries.iter().map(|entry| (entry.path.as_str(), container.read(entry).unwrap())).collect();
    let expected = [
        ("\u{e9}t\u{e9} 1.txt", b"a"),
        ("\u{e9}t\u{e9} 2.txt", b"b"),
        ("\u{e9}t\u{e9} 3.txt", b"c"),
        ("\u{1f600}.txt", b"d"),
        ("windows/path.txt", b"e"),
    ];
    assert_eq!(found, expected.map(|(path, content)| (path, content.to_vec())));
}

#[test]
fn names_with_backslashes_alone_name_folders() {
    let scratch = tempfile::tempdir().unwrap();
    let files: [(&str, &[u8]); 3] = [("posts\\", b""), ("posts\\a.json", b"[]"), ("b.json", b"[]")];
    let (_, names) = told_of(&write(&scratch.path().join("a.zip"), zips::zip(&files)));
    assert_eq!(names, ["posts/a.json", "b.json"]);
    // Where both signs stand, each is what it is.
    let files: [(&str, &[u8]); 2] = [("posts/a.json", b"[]"), ("b\\c.json", b"[]")];
    let (_, names) = told_of(&write(&scratch.path().join("b.zip"), zips::zip(&files)));
    assert_eq!(names, ["posts/a.json", "b\\c.json"]);
}

fn told_of(path: &Path) -> (String, Vec<String>) {
    opened(&[path.to_owned()]).into_iter().next().unwrap()
}

#[test]
fn bytes_before_and_after_a_zip_do_not_matter() {
    let zip = zips::zip(&[("a.txt", b"aaaa"), ("b.txt", b"bbbb")]);
    let before = [b"#!/bin/sh\nexit\n".as_slice(), &zip].concat();
    let after = [&zip, b"appended by a mail filter".as_slice()].concat();
    // A comment that itself holds the mark of an end record.
    let mut comment = zip.clone();
    let (len, text) = (comment.len(), b"PK\x05\x06 is not the end here, nor is this");
    comment[len - 2..].copy_from_slice(&u16::try_from(text.len()).unwrap().to_le_bytes());
    comment.extend_from_slice(text);
    let wide = Maker::default().item(Item::new("a.txt", "aaaa")).item(Item::new("b.txt", "bbbb")).finish(true);
    let wide_before = [b"stub".as_slice(), &wide].concat();
    let scratch = tempfile::tempdir().unwrap();
    for (number, bytes) in [zip, before, after, comment, wide, wide_before].iter().enumerate() {
        let container = Container::open(&write(&scratch.path().join(format!("{number}.zip")), bytes)).unwrap();
        let read: Vec<Vec<u8>> = container.entries.iter().map(|entry| container.read(entry).unwrap()).collect();
        assert_eq!(read, [b"aaaa", b"bbbb"], "{number}");
    }
}

#[test]
fn the_fingerprint_tells_downloads_apart() {
    let scratch = tempfile::tempdir().unwrap();
    let open = |name: &str, bytes: &[u8]| Container::open(&write(&scratch.path().join(name), bytes)).unwrap();
    let first = open("1.zip", &zips::zip(&[("a.txt", b"one")]));
    let same = open("renamed.zip", &zips::zip(&[("a.txt", b"one")]));
    let other = open("2.zip", &zips::zip(&[("a.txt", b"two")]));
    assert_eq!(first.fingerprint(), same.fingerprint());
    assert_ne!(first.fingerprint(), other.fingerprint());
    assert_eq!(first.size_bytes(), std::fs::metadata(scratch.path().join("1.zip")).unwrap().len());
}

#[test]
fn a_damaged_file_is_read_from_the_part_where_it_is_sound() {
    let scratch = tempfile::tempdir().unwrap();
    let mut bytes = Maker::default().item(Item::stored("photos/1.jpg", "the photo")).finish(false);
    let sound = write(&scratch.path().join("2.zip"), &bytes);
    let at = memchr::memmem::find(&bytes, b"the photo").unwrap();
    bytes[at] = b'X';
    let damaged = write(&scratch.path().join("1.zip"), &bytes);
    let part = |path: &Path| Part::new(Container::open(path).unwrap().into(), String::new());
    let alone = Bundle::new(vec![part(&damaged)], |_, _| true);
    assert!(alone.read(0).is_err());
    let both = Bundle::new(vec![part(&damaged), part(&sound)], |_, _| true);
    assert_eq!(both.files().count(), 1);
    assert_eq!(both.read(0).unwrap(), b"the photo");
}

#[test]
fn threads_read_one_zip_at_once() {
    let files: Vec<(String, Vec<u8>)> = (0..200_u32)
        .map(|number| (format!("{number}.txt"), number.to_le_bytes().repeat(usize::try_from(number).unwrap() * 50)))
        .collect();
    let listed: Vec<(&str, &[u8])> = files.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
    let scratch = tempfile::tempdir().unwrap();
    let container = Container::open(&write(&scratch.path().join("a.zip"), zips::zip(&listed))).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut buffer = vec![1; 99];
                for (entry, (_, content)) in container.entries.iter().zip(&files) {
                    container.read_into(entry, &mut buffer).unwrap();
                    assert_eq!(buffer, *content);
                }
            });
        }
    });
}

/// What the `zip` crate writes in its four ways must be read as written, and it must list ours as we do.
#[test]
fn another_writer_and_reader_agree() {
    let content = "contenu ".repeat(3000);
    let write_all = |mut writer: zip::ZipWriter<_>, large: bool| {
        for (name, method) in
            [("a/stored.txt", zip::CompressionMethod::Stored), ("a/\u{e9}.txt", zip::CompressionMethod::Deflated)]
        {
            let options = zip::write::SimpleFileOptions::default().compression_method(method).large_file(large);
            writer.start_file(name, options).unwrap();
            writer.write_all(content.as_bytes()).unwrap();
        }
        writer.finish().unwrap()
    };
    let scratch = tempfile::tempdir().unwrap();
    for large in [false, true] {
        let bytes = write_all(zip::ZipWriter::new(Cursor::new(Vec::new())), large).into_inner();
        let container = Container::open(&write(&scratch.path().join("a.zip"), bytes)).unwrap();
        let read: BTreeMap<&str, Vec<u8>> =
            container.entries.iter().map(|entry| (entry.path.as_str(), container.read(entry).unwrap())).collect();
        assert_eq!(read.len(), 2);
        assert!(read.values().all(|bytes| bytes == content.as_bytes()));
    }
    let mut stream = zip::ZipWriter::new_stream(Vec::new());
    stream.start_file("streamed.txt", zip::write::SimpleFileOptions::default()).unwrap();
    stream.write_all(content.as_bytes()).unwrap();
    let bytes = stream.finish().unwrap().into_inner();
    let container = Container::open(&write(&scratch.path().join("s.zip"), bytes)).unwrap();
    assert_eq!(container.read(&container.entries[0]).unwrap(), content.as_bytes());

    let ours = Maker::default().item(Item::new("x.txt", "x")).item(Item::stored("y.txt", "y")).finish(true);
    let theirs = zip::ZipArchive::new(Cursor::new(ours)).unwrap();
    let names: Vec<String> = theirs.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names, ["x.txt", "y.txt"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// A folder, its ZIP, and the same spread over two ZIPs hold the same files.
    #[test]
    fn a_zip_is_its_folder(
        files in proptest::collection::btree_map(
            "([a-z\u{e9}\u{4e2d} ]{1,6}/){0,3}[a-z\u{e9}\u{4e2d}']{1,8}\\.(json|jpg)",
            proptest::collection::vec(any::<u8>(), 0..300),
            1..12,
        ),
    ) {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("folder");
        for (path, content) in &files {
            write(&folder.join(path), content);
        }
        let zip = write(&scratch.path().join("whole.zip"), zips::zip_of_folder(&folder, "wrapper/"));
        let mut halves = [Maker::default(), Maker::default()];
        for (number, (path, content)) in files.iter().enumerate() {
            halves[number % 2].push(Item::new(path, content));
        }
        let halves: Vec<PathBuf> = halves
            .into_iter()
            .enumerate()
            .map(|(number, maker)| write(&scratch.path().join(format!("{number}.zip")), maker.finish(false)))
            .collect();
        let read = |paths: &[PathBuf], prefix: &str| {
            let parts = Container::open_all(paths)
                .into_iter()
                .filter_map(Result::ok)
                .map(|container| Part::new(container.into(), prefix.to_owned()))
                .collect();
            let bundle = Bundle::new(parts, |_, _| true);
            bundle
                .files()
                .map(|(number, file)| {
                    assert_eq!(bundle.find(&file.path), Some(number));
                    (file.path.clone(), bundle.read(number).unwrap())
                })
                .collect::<BTreeMap<String, Vec<u8>>>()
        };
        prop_assert_eq!(&read(&[folder], ""), &files);
        prop_assert_eq!(&read(&[zip], "wrapper/"), &files);
        prop_assert_eq!(&read(&halves, ""), &files);
    }
}
