//! Z1: ZIPs and folders made to do harm: nothing is written, limits hold, the rest is read, and the listing says what is wrong.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use malle::bundle::{Bundle, Container, ContainerError, Damage, Part, limits};

use crate::reliability::report::{exactly, put};
use crate::support::zips::{self, DEFLATED, Item, Maker};

/// What became of each path: `Ok(content)` or the damage. Reads every entry whole and as a stream, which must agree.
fn contents(container: &Container) -> Vec<(String, Result<Vec<u8>, Damage>)> {
    let mut all = Vec::new();
    for entry in &container.entries {
        let whole = container.read(entry).map_err(|error| error.damage);
        let streamed = container.open_entry(entry).map_err(|error| error.damage).and_then(|mut reader| {
            let mut bytes = Vec::new();
            let read = reader.read_to_end(&mut bytes).map_err(|error| Damage::of_io(&error));
            assert!(u64::try_from(bytes.len()).unwrap() <= entry.size, "{}: more than claimed", entry.path);
            read.map(|_| bytes)
        });
        assert_eq!(whole, streamed, "{}", entry.path);
        all.push((entry.path.clone(), whole));
    }
    all
}

/// Opens `bytes` as a ZIP in an empty folder, reads everything, and checks that the folder holds nothing else after.
fn open(bytes: &[u8]) -> Result<(Container, tempfile::TempDir), ContainerError> {
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("download.zip");
    std::fs::write(&path, bytes).unwrap();
    Container::open(&path).map(|container| (container, scratch))
}

/// A sound neighbour before and after `item`: both must be read whatever is wrong with it.
fn check(item: Item, expected: (&str, Damage)) {
    let what = format!("{expected:?}");
    let bytes = Maker::default()
        .item(Item::new("before.txt", "first"))
        .item(item)
        .item(Item::stored("after.txt", "last"))
        .finish(false);
    let (container, scratch) = open(&bytes).unwrap();
    let found: BTreeMap<String, Result<Vec<u8>, Damage>> = contents(&container).into_iter().collect();
    assert_eq!(found.get("before.txt"), Some(&Ok(b"first".to_vec())), "{what}");
    assert_eq!(found.get("after.txt"), Some(&Ok(b"last".to_vec())), "{what}");
    assert_eq!(found.get(expected.0), Some(&Err(expected.1)), "{what}: {found:?}");
    assert_eq!(found.len(), 3, "{what}");
    let left: Vec<_> = std::fs::read_dir(scratch.path()).unwrap().map(|item| item.unwrap().file_name()).collect();
    assert_eq!(left, ["download.zip"], "{what}");
}

#[test]
fn names_that_leave_their_folder_are_listed_and_never_read() {
    for name in ["../evil.txt", "a/../../evil.txt", "C:/evil.txt", "a/./evil.txt"] {
        check(Item::new(name, "x"), (name, Damage::EscapingName));
    }
    check(Item::new("a\\..\\..\\evil.txt", "x"), ("a\\..\\..\\evil.txt", Damage::EscapingName));
    check(Item { host: 0, ..Item::new("..\\evil.txt", "x") }, ("../evil.txt", Damage::EscapingName));
    for name in ["./../evil.txt", "/../evil.txt"] {
        check(Item::new(name, "x"), ("../evil.txt", Damage::EscapingName));
    }
    check(Item::new("evil\0.txt", "x"), ("evil\0.txt", Damage::ControlName));
    check(Item::new("\u{1b}[2Jevil", "x"), ("\u{1b}[2Jevil", Damage::ControlName));
    check(Item::new("", "x"), ("", Damage::LongName));
    let deep = "d/".repeat(limits::DEPTH_MAX) + "x";
    check(Item::new(&deep, "x"), (&deep, Damage::LongName));
    let long = "n".repeat(60_000);
    let kept = "n".repeat(limits::NAME_BYTES_MAX);
    check(Item::new(&long, "x"), (&kept, Damage::LongName));
}

#[test]
fn signs_that_lead_nowhere_before_a_name_are_dropped() {
    let bytes = Maker::default()
        .item(Item::stored("./", ""))
        .item(Item::new("./posts/one.json", "1"))
        .item(Item::stored("/", ""))
        .item(Item::new("/posts/two.json", "2"))
        .item(Item::new(".//./three.json", "3"))
        .item(Item { host: 0, ..Item::new(".\\posts\\four.json", "4") })
        .finish(false);
    let (container, _scratch) = open(&bytes).unwrap();
    let read = |name: &str, content: &str| (name.to_owned(), Ok(content.as_bytes().to_vec()));
    let expected = [("posts/one.json", "1"), ("posts/two.json", "2"), ("three.json", "3"), ("posts/four.json", "4")];
    assert_eq!(contents(&container), expected.map(|(name, content)| read(name, content)));
}

#[test]
fn links_and_special_files_are_listed_and_never_followed() {
    let mode = |mode: u32| Item { attributes: mode << 16, ..Item::stored("odd", "/etc/passwd") };
    check(mode(0o120_777), ("odd", Damage::Symlink));
    check(mode(0o010_644), ("odd", Damage::SpecialFile));
    check(mode(0o060_644), ("odd", Damage::SpecialFile));
    // The Unix bits mean nothing when the ZIP was made elsewhere.
    let (container, _scratch) =
        open(&Maker::default().item(Item { host: 0, ..mode(0o120_777) }).finish(false)).unwrap();
    assert_eq!(contents(&container), [("odd".to_owned(), Ok(b"/etc/passwd".to_vec()))]);
}

#[test]
fn what_cannot_be_inflated_is_named() {
    check(Item { flags: 1, ..Item::new("secret.txt", "x") }, ("secret.txt", Damage::Encrypted));
    check(Item { method: 99, ..Item::new("secret.txt", "x") }, ("secret.txt", Damage::Encrypted));
    check(Item { method: 12, ..Item::new("bzip2.txt", "x") }, ("bzip2.txt", Damage::Method));
    check(Item { method: 9, ..Item::new("deflate64.txt", "x") }, ("deflate64.txt", Damage::Method));
}

#[test]
fn two_tellings_of_one_entry_are_not_believed() {
    let item = || Item::new("a.txt", "some content");
    check(Item { local_name: Some(b"b.txt".to_vec()), ..item() }, ("a.txt", Damage::Mismatch));
    check(Item { local_method: Some(0), ..item() }, ("a.txt", Damage::Mismatch));
    check(Item { local_size: Some(7), ..item() }, ("a.txt", Damage::Mismatch));
    check(Item::new("folder/", "content"), ("folder/", Damage::Mismatch));
}

#[test]
fn lying_checksums_and_sizes_are_found() {
    let content = "0123456789".repeat(1000);
    for method in [zips::STORED, DEFLATED] {
        let item = || Item { method, ..Item::new("a.txt", &content) };
        check(Item { crc32: Some(1), ..item() }, ("a.txt", Damage::Corrupt));
        check(Item { size: Some(9_999), ..item() }, ("a.txt", Damage::Corrupt));
        check(Item { size: Some(10_001), ..item() }, ("a.txt", Damage::Corrupt));
        check(Item { size: Some(0), ..item() }, ("a.txt", Damage::Corrupt));
    }
    let cut = zips::deflate(content.as_bytes());
    let cut = cut[..cut.len() - 3].to_vec();
    check(Item { data: Some(cut), ..Item::new("a.txt", &content) }, ("a.txt", Damage::Corrupt));
    check(Item { data: Some(vec![0xff; 40]), ..Item::new("a.txt", &content) }, ("a.txt", Damage::Corrupt));
}

#[test]
fn an_honest_bomb_is_refused_before_it_is_opened() {
    let (data, crc) = zips::deflated_zeros(3 << 10);
    let bomb = Item { data: Some(data), crc32: Some(crc), size: Some(3 << 30), ..Item::new("bomb.json", "") };
    check(bomb, ("bomb.json", Damage::Bomb));
}

#[test]
fn a_lying_bomb_gives_no_more_than_it_claims() {
    let (data, crc) = zips::deflated_zeros(3 << 10);
    for claimed in [5_u32, 1 << 20, 100 << 20] {
        let bomb =
            Item { data: Some(data.clone()), crc32: Some(crc), size: Some(claimed), ..Item::new("bomb.json", "") };
        check(bomb, ("bomb.json", Damage::Corrupt));
    }
}

#[test]
fn a_claim_reserves_nothing() {
    // The ratio allows 500 MB for half a megabyte; the data hold ten bytes and noise.
    let mut data = zips::deflate(b"0123456789");
    data.resize(1 << 19, 0);
    let liar = Item { data: Some(data), size: Some(500 << 20), ..Item::new("liar.json", "0123456789") };
    check(liar, ("liar.json", Damage::Corrupt));
}

#[test]
fn many_small_bombs_share_one_limit() {
    let (data, crc) = zips::deflated_zeros(9);
    let mut maker = Maker::default().item(Item::new("real.json", "{}"));
    for number in 0..300 {
        maker.push(Item {
            data: Some(data.clone()),
            crc32: Some(crc),
            size: Some(9 << 20),
            ..Item::new(format!("{number}.json"), "")
        });
    }
    let (container, _scratch) = open(&maker.finish(false)).unwrap();
    let readable: u64 = container.entries.iter().filter(|e| e.damage.is_none()).map(|e| e.size).sum();
    assert!(readable <= limits::TOTAL_EXEMPT_BYTES);
    assert!(readable > limits::TOTAL_EXEMPT_BYTES - (10 << 20));
    assert_eq!(container.entries.iter().filter(|e| e.damage == Some(Damage::Bomb)).count(), 300 - 113);
    assert_eq!(container.read(&container.entries[0]).unwrap(), b"{}");
}

#[test]
fn entries_that_share_bytes_are_refused() {
    // Each entry claims all that follows it: headers of the next ones are data of the one before.
    let kernel = zips::deflate(&[7; 5000]);
    let mut maker = Maker::default();
    for number in 0..50 {
        let reach = 50 - number;
        maker.push(Item {
            data: Some(kernel.clone()),
            listed_compressed: Some(u32::try_from(kernel.len() * reach + 40 * (reach - 1)).unwrap()),
            ..Item::new(format!("{number:010}"), [7; 5000])
        });
    }
    let (container, _scratch) = open(&maker.finish(false)).unwrap();
    let found = contents(&container);
    assert_eq!(found.len(), 50);
    assert!(found[..49].iter().all(|(_, content)| *content == Err(Damage::Overlap)));
    assert_eq!(found[49].1, Ok(vec![7; 5000]));

    // Many names for one place.
    let mut maker = Maker::default().item(Item::new("a", "content"));
    for number in 0..20 {
        maker.push(Item { listed_offset: Some(0), ..Item::new(format!("{number}"), "content") });
    }
    let (container, _scratch) = open(&maker.finish(false)).unwrap();
    assert!(contents(&container).iter().all(|(_, content)| content.is_err()));
}

#[test]
fn data_that_reach_past_their_place_through_a_longer_local_header_are_refused() {
    // By the directory alone the entry ends before the next header; its own header says it starts later.
    let item = Item { local_extra: vec![0; 30], listed_compressed: None, ..Item::stored("a.txt", "0123456789") };
    let sound = Maker::default().item(item.clone()).finish(false);
    let (container, _scratch) = open(&sound).unwrap();
    assert_eq!(contents(&container), [("a.txt".to_owned(), Ok(b"0123456789".to_vec()))]);
    let mut bytes = Maker::default().item(item).item(Item::stored("b.txt", "b")).finish(false);
    // The length of the local extra fields: 30 becomes 50.
    bytes[28] = 50;
    let (container, _scratch) = open(&bytes).unwrap();
    assert_eq!(contents(&container)[0].1, Err(Damage::Overlap));
    assert_eq!(contents(&container)[1].1, Ok(b"b".to_vec()));
}

#[test]
fn two_entries_of_one_name_are_both_read() {
    let bytes = Maker::default()
        .item(Item::new("message_1.json", "first"))
        .item(Item::new("message_1.json", "second"))
        .item(Item::new("message_1.json", "first"))
        .finish(false);
    let (container, _scratch) = open(&bytes).unwrap();
    let found: Vec<_> = contents(&container).into_iter().map(|(_, content)| content.unwrap()).collect();
    assert_eq!(found, [b"first".to_vec(), b"second".to_vec(), b"first".to_vec()]);
    let bundle = Bundle::new(vec![Part::new(container.into(), String::new())], |_, _| true);
    let told: Vec<(usize, Option<usize>)> =
        bundle.all_files().map(|(_, file)| (file.copy, file.duplicate_of)).collect();
    assert_eq!(told, [(0, None), (1, None), (0, Some(0))]);
}

#[test]
fn a_cut_zip_is_told_from_an_empty_one_and_from_no_zip() {
    let whole = zips::zip(&[("a.txt", b"content"), ("b.txt", b"content")]);
    for len in 1..30 {
        match open(&whole[..len]).map(|_| ()) {
            Err(ContainerError::NoDirectory { truncated, .. }) => assert_eq!(truncated, len > 1, "{len}"),
            other => panic!("{len}: {other:?}"),
        }
    }
    assert!(matches!(open(b"").map(|_| ()), Err(ContainerError::Empty { .. })));
    assert!(matches!(open(&zips::zip(&[])).map(|_| ()), Err(ContainerError::Empty { .. })));
    let html = b"<html>Your link has expired</html>";
    assert!(matches!(open(html).map(|_| ()), Err(ContainerError::NoDirectory { truncated: false, .. })));
}

#[test]
fn without_a_whole_directory_entries_are_found_by_their_headers() {
    let whole = zips::zip(&[("a.txt", b"content"), ("b.txt", b"content")]);
    let second = memchr::memmem::rfind(&whole, b"PK\x01\x02").unwrap();
    let mut broken = whole.clone();
    broken[second] = b'X';
    // One record fewer than the end record counts.
    let mut fewer = whole[..second].to_vec();
    let size = u32::try_from(second - memchr::memmem::find(&whole, b"PK\x01\x02").unwrap()).unwrap();
    let end = fewer.len() + 12;
    fewer.extend_from_slice(&whole[whole.len() - 22..]);
    fewer[end..end + 4].copy_from_slice(&size.to_le_bytes());
    for bytes in [broken, fewer] {
        let (container, _scratch) = open(&bytes).unwrap();
        assert!(container.is_cut());
        let sound = |name: &str| (name.to_owned(), Ok(b"content".to_vec()));
        assert_eq!(contents(&container), [sound("a.txt"), sound("b.txt")]);
    }
    assert!(!open(&whole).unwrap().0.is_cut());
}

#[test]
fn a_hundred_thousand_entries_take_linear_time_whatever_their_names() {
    let shapes: [fn(usize) -> String; 3] =
        [|n| format!("{n}/photos/1.jpg"), |_| "same.txt".to_owned(), |n| format!("{}/x", n % 1000)];
    for shape in shapes {
        let mut maker = Maker::default();
        for number in 0..100_000 {
            maker.push(Item { crc32: Some(u32::try_from(number).unwrap()), ..Item::stored(shape(number), "") });
        }
        let (container, _scratch) = open(&maker.finish(false)).unwrap();
        assert_eq!(container.entries.len(), 100_000);
        let bundle = Bundle::new(vec![Part::new(container.into(), String::new())], |_, _| true);
        assert_eq!(bundle.files().count(), 100_000);
        for number in 0..50_000 {
            assert_eq!(bundle.resolve(&format!("none/photos/{number}.jpg")), None);
        }
    }
    put("Z1.entries", &[exactly("entries of one ZIP", 100_000)]);
}

#[test]
fn random_damage_never_panics_and_never_gives_wrong_bytes() {
    let text = "Bonjour, voici le message. ".repeat(40);
    let sound = Maker::default()
        .item(Item::new("messages/inbox/a_1/message_1.json", &text))
        .item(Item::stored("messages/inbox/a_1/photos/1.jpg", [9; 300]))
        .item(Item { flags: 1 << 11, ..Item::new("caf\u{e9}.txt", "x") })
        .finish(true);
    let known: BTreeMap<&str, &[u8]> =
        [("messages/inbox/a_1/message_1.json", text.as_bytes()), ("messages/inbox/a_1/photos/1.jpg", &[9; 300])].into();
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed >> 33).unwrap() % below
    };
    let mut opened = 0;
    for _ in 0..3000 {
        let mut bytes = sound.clone();
        for _ in 0..=random(4) {
            let at = random(bytes.len());
            bytes[at] = u8::try_from(random(256)).unwrap();
        }
        if random(10) == 0 {
            bytes.truncate(random(bytes.len()));
        }
        let Ok((container, _scratch)) = open(&bytes) else { continue };
        opened += 1;
        for (path, content) in contents(&container) {
            if let (Some(known), Ok(content)) = (known.get(path.as_str()), content) {
                assert_eq!(content, *known, "{path}");
            }
        }
        let bundle = Bundle::new(vec![Part::new(container.into(), String::new())], |_, _| true);
        assert_eq!(bundle.resolve("https://x/inbox/a_1/photos/1.jpg"), None);
    }
    assert!(opened > 500, "{opened}");
    put("Z1.damage", &[exactly("ZIPs damaged at random", 3000), exactly("wrong bytes", 0)]);
}

#[cfg(unix)]
#[test]
fn folders_follow_no_link_and_open_no_pipe() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("download");
    std::fs::create_dir_all(folder.join("sub")).unwrap();
    std::fs::write(scratch.path().join("secret"), "secret").unwrap();
    std::fs::write(folder.join("sub/a.txt"), "a").unwrap();
    std::os::unix::fs::symlink(scratch.path().join("secret"), folder.join("link.txt")).unwrap();
    std::os::unix::fs::symlink(scratch.path(), folder.join("loop")).unwrap();
    let socket = std::os::unix::net::UnixListener::bind(folder.join("socket")).unwrap();
    let container = Container::open(&folder).unwrap();
    drop(socket);
    assert_eq!(
        contents(&container),
        [
            ("link.txt".to_owned(), Err(Damage::Symlink)),
            ("loop".to_owned(), Err(Damage::Symlink)),
            ("socket".to_owned(), Err(Damage::SpecialFile)),
            ("sub/a.txt".to_owned(), Ok(b"a".to_vec())),
        ]
    );
    // A link put in place of a listed file is not followed either.
    std::fs::remove_file(folder.join("sub/a.txt")).unwrap();
    std::os::unix::fs::symlink(scratch.path().join("secret"), folder.join("sub/a.txt")).unwrap();
    assert_eq!(container.read(&container.entries[3]).unwrap_err().damage, Damage::Unreadable);
}

#[test]
fn a_folder_too_deep_is_listed_and_not_entered() {
    let scratch = tempfile::tempdir().unwrap();
    let deep = (0..limits::DEPTH_MAX + 5).fold(scratch.path().to_owned(), |folder, _| folder.join("d"));
    std::fs::create_dir_all(&deep).unwrap();
    std::fs::write(deep.join("lost.txt"), "x").unwrap();
    std::fs::write(scratch.path().join("found.txt"), "x").unwrap();
    let found = contents(&Container::open(scratch.path()).unwrap());
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].1, Err(Damage::LongName));
    assert_eq!(found[1], ("found.txt".to_owned(), Ok(b"x".to_vec())));
}

#[cfg(unix)]
#[test]
fn names_that_are_no_unicode_are_read() {
    use std::os::unix::ffi::OsStrExt as _;
    let scratch = tempfile::tempdir().unwrap();
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.txt");
    std::fs::create_dir(scratch.path().join(name)).unwrap();
    std::fs::write(Path::new(scratch.path()).join(name).join(name), "x").unwrap();
    let found = contents(&Container::open(scratch.path()).unwrap());
    assert_eq!(found, [("caf\u{fffd}.txt/caf\u{fffd}.txt".to_owned(), Ok(b"x".to_vec()))]);
}
