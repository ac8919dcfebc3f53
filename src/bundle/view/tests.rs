//! What a bundle finds under a path, and what it does not.

use super::*;
use std::path::Path;

/// A bundle of one part for each list of `(path, content)`, with paths below `prefix`.
fn bundle(parts: &[&[(&str, &str)]]) -> (tempfile::TempDir, Bundle) {
    let scratch = tempfile::tempdir().unwrap();
    let mut made = Vec::new();
    for (number, files) in parts.iter().enumerate() {
        let root = scratch.path().join(format!("part{number}"));
        for (path, content) in *files {
            write(&root.join(path), content);
        }
        made.push(Part::new(Arc::new(Container::open(&root).unwrap()), String::new()));
    }
    (scratch, Bundle::new(made, |_, _| true))
}

fn write(path: &Path, content: &str) {
    fs_err::create_dir_all(path.parent().unwrap()).unwrap();
    fs_err::write(path, content).unwrap();
}

fn path(bundle: &Bundle, number: Option<usize>) -> Option<(usize, &str)> {
    number.and_then(|number| bundle.file(number)).map(|file| (file.part, file.path.as_str()))
}

#[test]
fn a_sibling_lies_in_the_same_folder_whatever_its_composition() {
    let chat: &[(&str, &str)] = &[("chat/_chat.txt", "x"), ("chat/re\u{301}sume\u{301}.pdf", "y"), ("photo.jpg", "z")];
    let (_scratch, bundle) = bundle(&[chat]);
    let text = bundle.find("chat/_chat.txt").unwrap();
    assert_eq!(path(&bundle, bundle.sibling(text, "r\u{e9}sum\u{e9}.pdf")).unwrap().1, "chat/re\u{301}sume\u{301}.pdf");
    assert_eq!(bundle.sibling(text, "photo.jpg"), None);
    assert_eq!(bundle.sibling(text, "../photo.jpg"), None);
    assert_eq!(bundle.sibling(text, ""), None);
    let top = bundle.find("photo.jpg").unwrap();
    assert_eq!(bundle.sibling(top, "photo.jpg"), Some(top));
}

#[test]
fn a_sibling_of_the_same_part_comes_first() {
    let (_scratch, bundle) = bundle(&[&[("a.txt", "one"), ("p.jpg", "1")], &[("a.txt", "two!"), ("p.jpg", "22")]]);
    let second = bundle.files().find(|(_, file)| file.part == 1 && file.path == "a.txt").unwrap().0;
    assert_eq!(path(&bundle, bundle.sibling(second, "p.jpg")), Some((1, "p.jpg")));
}

/// Which path `reference` finds among `files` of one part.
fn check(files: &[&str], reference: &str, expected: Option<&str>) {
    let files: Vec<(&str, &str)> = files.iter().map(|path| (*path, *path)).collect();
    let (_scratch, bundle) = bundle(&[&files]);
    assert_eq!(path(&bundle, bundle.resolve(reference)).map(|(_, path)| path), expected, "{reference}");
}

#[test]
fn a_path_finds_its_file_though_prefixes_moved() {
    let old = "messages/inbox/a_1/photos/1.jpg";
    let new = "your_facebook_activity/messages/inbox/a_1/photos/1.jpg";
    check(&[old], old, Some(old));
    check(&[old], new, Some(old));
    check(&[new], old, Some(new));
    check(&[new], "your_activity_across_facebook/messages/inbox/a_1/photos/1.jpg", Some(new));
    check(&[old], "./messages/inbox/a_1/photos/1.jpg", Some(old));
    check(&[old], "../../../messages/inbox/a_1/photos/1.jpg", Some(old));
    check(&[old, "posts/media/b/2.jpg"], "x/posts/media/b/2.jpg", Some("posts/media/b/2.jpg"));
}

#[test]
fn a_path_never_finds_another_threads_file() {
    check(&["messages/inbox/b_2/photos/1.jpg"], "messages/inbox/a_1/photos/1.jpg", None);
    check(&["messages/inbox/b_2/photos/1.jpg"], "your_facebook_activity/messages/inbox/a_1/photos/1.jpg", None);
    check(&["photos/1.jpg"], "videos/1.jpg", None);
    check(&["1.jpg"], "videos/1.jpg", None);
    check(&["x/a/photos/1.jpg", "y/a/photos/1.jpg"], "a/photos/1.jpg", None);
    check(&["x/a/photos/1.jpg", "a/photos/1.jpg"], "a/photos/1.jpg", Some("a/photos/1.jpg"));
    check(&["x/a/photos/1.jpg", "y/a/photos/1.jpg"], "z/a/photos/1.jpg", None);
    check(&["a/photos/1.jpg"], "", None);
    check(&["a/photos/1.jpg"], "/", None);
}

#[test]
fn addresses_name_no_file() {
    let file = "example.org/photos/1.jpg";
    check(&[file], "https://example.org/photos/1.jpg", None);
    check(&[file], "file:///example.org/photos/1.jpg", None);
    check(&[file], file, Some(file));
}

#[test]
fn escaped_characters_are_a_second_try() {
    check(&["a/my photo.jpg"], "a/my%20photo.jpg", Some("a/my photo.jpg"));
    check(&["a/my photo.jpg", "a/my%20photo.jpg"], "a/my%20photo.jpg", Some("a/my%20photo.jpg"));
    check(&["a/caf\u{e9}.jpg"], "a/caf%C3%A9.jpg", Some("a/caf\u{e9}.jpg"));
    check(&["a/100%.jpg"], "a/100%.jpg", Some("a/100%.jpg"));
    check(&["a/x.jpg"], "a/%FF.jpg", None);
    check(&["a/x.jpg"], "a/%+1.jpg", None);
}

#[test]
fn what_a_part_lacks_is_found_in_another() {
    let (_scratch, bundle) = bundle(&[
        &[("messages/inbox/a/message_1.json", "{}"), ("messages/inbox/a/photos/1.jpg", "same")],
        &[("messages/inbox/a/photos/1.jpg", "same"), ("messages/inbox/a/photos/2.jpg", "two")],
        &[("messages/inbox/a/photos/1.jpg", "else")],
    ]);
    assert_eq!(path(&bundle, bundle.resolve("messages/inbox/a/photos/2.jpg")).unwrap().0, 1);
    assert_eq!(path(&bundle, bundle.resolve("x/messages/inbox/a/photos/1.jpg")).unwrap().0, 0);
    let told: Vec<(usize, usize, bool)> = bundle
        .all_files()
        .filter(|(_, file)| file.path.ends_with("1.jpg"))
        .map(|(_, file)| (file.part, file.copy, file.duplicate_of.is_some()))
        .collect();
    assert_eq!(told, [(0, 0, false), (1, 0, true), (2, 1, false)]);
    assert_eq!(bundle.files().count(), 4);
}
