//! HTML pages cut and damaged at many places: whatever is left of them is accounted for, and nothing panics.

use std::path::{Path, PathBuf};

use malle::sources::ReadOptions;

use crate::support::{fixtures, reading};

/// Every HTML page of the fixtures, with the folder of the download it lies in.
fn pages() -> Vec<(PathBuf, PathBuf)> {
    let mut found = Vec::new();
    for platform in ["facebook", "messenger", "instagram", "telegram"] {
        for case in std::fs::read_dir(fixtures().join(platform)).unwrap() {
            let bundle = case.unwrap().path().join("bundle");
            if bundle.is_dir() {
                look(&bundle, &bundle, &mut found);
            }
        }
    }
    found
}

fn look(folder: &Path, bundle: &Path, found: &mut Vec<(PathBuf, PathBuf)>) {
    for item in std::fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            look(&path, bundle, found);
        } else if path.extension().is_some_and(|extension| extension == "html" || extension == "htm") {
            found.push((bundle.to_owned(), path));
        }
    }
}

fn check(bundle: &Path, page: &Path, bytes: &[u8], what: &str) {
    let scratch = tempfile::tempdir().unwrap();
    let inside = page.strip_prefix(bundle).unwrap();
    let copy = scratch.path().join(inside);
    std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
    std::fs::write(&copy, bytes).unwrap();
    let reading = reading::read_items(scratch.path(), &ReadOptions::default());
    assert!(reading.unaccounted.is_empty(), "{} {what}: {:?}", inside.display(), reading.unaccounted);
}

#[test]
fn cut_and_damaged_pages_are_accounted_for() {
    const ODD: [&[u8]; 8] =
        [b"<", b"</div>", b"</main>", b"<div class=\"_a6-g\">", b"\xff\xfe", b"\0", b"<td>", b"<!--"];
    let pages = pages();
    assert!(pages.len() > 20);
    for (bundle, page) in pages {
        let bytes = std::fs::read(&page).unwrap();
        for step in 0..8 {
            let cut = bytes.len() * step / 8;
            check(&bundle, &page, &bytes[..cut], &format!("cut at {cut}"));
            let mut odd = bytes.clone();
            odd.splice(cut..cut, ODD[step % ODD.len()].iter().copied());
            check(&bundle, &page, &odd, &format!("damaged at {cut}"));
            let mut gap = bytes.clone();
            gap.drain(cut..(cut + 40).min(bytes.len()));
            check(&bundle, &page, &gap, &format!("gap at {cut}"));
        }
    }
}

/// A page may hold one huge record; reading it must not take the square of its size.
#[test]
fn records_with_very_many_parts_are_read_in_passing() {
    let many = |part: &dyn Fn(usize) -> String| (0..15_000).map(part).collect::<String>();
    let photos =
        many(&|n| format!("<a href='posts/media/{n}.jpg'><img src='posts/media/{n}.jpg'></a><div>words {n}</div>"));
    let links = many(&|n| format!("<div><a href='https://example.org/{n}'>{n}</a></div>"));
    let reactions = many(&|n| format!("<li><span>\u{2764}Zo\u{e9} {n}</span></li>"));
    let page = |body: &str| {
        format!(
            "<main role=main><section class=_a6-g><h2 class=_a6-h>A</h2><div class=_a6-p>{body}</div>\
             <footer class=_a6-o>Oct 09, 2025 2:37:05 pm</footer></section></main>"
        )
    };
    let scratch = tempfile::tempdir().unwrap();
    for (path, body) in [
        ("d/your_facebook_activity/posts/your_posts_1.html", format!("<div class=_2pin>{photos}</div>")),
        ("d/your_facebook_activity/posts/your_posts_2.html", format!("<div class=_2pin>{links}</div>")),
        ("d/your_facebook_activity/messages/inbox/zoe_1/message_1.html", format!("<ul class=_a6-q>{reactions}</ul>")),
    ] {
        let path = scratch.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, page(&body)).unwrap();
    }
    let reading = reading::read_items(scratch.path(), &ReadOptions::default());
    assert!(reading.unaccounted.is_empty() && reading.problems.is_empty(), "{:?}", reading.problems);
    let counts: Vec<usize> = reading
        .records
        .iter()
        .map(|record| record.attachments.len() + record.links.len() + record.reactions.len())
        .collect();
    assert_eq!(counts, [15_000; 3]);
}
