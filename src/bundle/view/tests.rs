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
