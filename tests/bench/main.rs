//! Makes a large mixed export of invented people, and the yardstick it is measured by. `tests/bench/run` drives both.
//!
//!     import generate DIR [--messages N] [--media-mb N] [--seed N]   writes ZIPs and DIR/made.json
//!     import yard OUT ZIP...                                          inflate, check, hash, encrypt, write; nothing else
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::as_conversions,
    clippy::print_stdout,
    reason = "a tool for developers that stops at the first surprise"
)]

mod meta;
mod pack;
mod photo;
mod text;
mod whatsapp;
mod yard;

use std::path::{Path, PathBuf};

use pack::Pack;
use text::Speech;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Shares of all messages, in hundredths: what people who use all three have.
const FACEBOOK_SHARE: u64 = 64;
const INSTAGRAM_SHARE: u64 = 18;

/// What was made, to be compared with what an import says it found.
#[derive(Default)]
struct Made {
    facebook: u64,
    instagram: u64,
    whatsapp: u64,
    photos: u64,
    posts: u64,
    zips: Vec<PathBuf>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["generate", folder, options @ ..] => {
            let option = |name: &str, otherwise: u64| {
                options.iter().position(|o| *o == name).map_or(otherwise, |at| options[at + 1].parse().unwrap())
            };
            let (messages, megabytes) = (option("--messages", 1_000_000), option("--media-mb", 800));
            generate(Path::new(folder), messages, megabytes, option("--seed", 1));
        }
        ["yard", out, zips @ ..] => yard::run(Path::new(out), &zips.iter().map(PathBuf::from).collect::<Vec<_>>()),
        _ => println!("usage: import generate DIR [--messages N] [--media-mb N] [--seed N] | import yard OUT ZIP..."),
    }
}

fn generate(folder: &Path, messages: u64, megabytes: u64, seed: u64) {
    std::fs::create_dir_all(folder).unwrap();
    let mut speech = Speech::new(seed);
    let mut made = Made::default();
    let photos = megabytes * 1_000_000 / photo::MEAN_BYTES;
    let (facebook, instagram) = (messages * FACEBOOK_SHARE / 100, messages * INSTAGRAM_SHARE / 100);

    let path = folder.join("facebook-awaexemple-2026-03-02-Kq3ZtB8a.zip");
    let mut pack = Pack::create(&path);
    made.facebook = meta::inbox(&mut pack, &mut speech, "your_facebook_activity", facebook, photos * 60 / 100);
    made.posts = meta::posts(&mut pack, &mut speech, photos * 25 / 100);
    made.photos += pack.finish();
    made.zips.push(path);

    let path = folder.join("instagram-awaexemple-2026-03-02-b7YnQw2e.zip");
    let mut pack = Pack::create(&path);
    made.instagram = meta::inbox(&mut pack, &mut speech, "your_instagram_activity", instagram, photos * 10 / 100);
    made.photos += pack.finish();
    made.zips.push(path);

    let chats = text::shares(messages - facebook - instagram, 12);
    for (number, share) in chats.iter().enumerate() {
        let (path, photos) = (whatsapp::path(folder, number), photos * 5 / 100 / 12);
        let mut pack = Pack::create(&path);
        whatsapp::chat(&mut pack, &mut speech, number, *share, photos);
        made.whatsapp += share;
        made.photos += pack.finish();
        made.zips.push(path);
    }
    write_made(folder, &made);
}

fn write_made(folder: &Path, made: &Made) {
    let told = serde_json::json!({
        "messages": made.facebook + made.instagram + made.whatsapp,
        "facebook": made.facebook,
        "instagram": made.instagram,
        "whatsapp": made.whatsapp,
        "posts": made.posts,
        "photos": made.photos,
        "zips": made.zips.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect::<Vec<_>>(),
    });
    std::fs::write(folder.join("made.json"), serde_json::to_string_pretty(&told).unwrap()).unwrap();
    println!("{told}");
}
