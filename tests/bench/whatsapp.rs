//! WhatsApp: each chat a ZIP of its own, half of them as iPhones write them, half as Android does.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chrono::{Datelike as _, Timelike as _};

use crate::pack::Pack;
use crate::text::{self, Speech};

const ME: &str = "Awa Exemple";
/// 2 March 2026, the day of the download.
const LAST_SECONDS: u64 = 1_772_409_600;

fn is_iphone(number: usize) -> bool {
    number.is_multiple_of(2)
}

/// Where chat `number` is written.
pub fn path(folder: &Path, number: usize) -> PathBuf {
    let other = text::person(number + 100);
    let name = if is_iphone(number) { "WhatsApp Chat - " } else { "Discussion WhatsApp avec " };
    folder.join(format!("{name}{other}.zip"))
}

/// Writes a chat of `messages` messages, `photos` of them with a photo.
pub fn chat(pack: &mut Pack, speech: &mut Speech, number: usize, messages: u64, photos: u64) {
    let other = text::person(number + 100);
    let every = messages / photos.max(1);
    let mut chat = String::with_capacity(messages as usize * 100);
    let mut seconds = LAST_SECONDS - messages * 700;
    let mut pending = Vec::new();
    for index in 1..=messages {
        seconds += 1 + speech.random.below(1_200);
        let time = chrono::DateTime::from_timestamp(i64::try_from(seconds).unwrap(), 0).unwrap();
        let (day, month, year) = (time.day(), time.month(), time.year());
        let (hour, minute, second) = (time.hour(), time.minute(), time.second());
        let author = if speech.random.below(2) == 0 { ME } else { &other };
        let photo = photos > 0 && index % every == 0;
        if is_iphone(number) {
            let mark = if photo { "\u{200e}" } else { "" };
            let date = format!("{day:02}/{month:02}/{year}");
            write!(chat, "{mark}[{date} {hour:02}:{minute:02}:{second:02}] {author}: ").unwrap();
        } else {
            write!(chat, "{day:02}/{month:02}/{year}, {hour:02}:{minute:02} - {author}: ").unwrap();
        }
        match (photo, is_iphone(number)) {
            (true, true) => {
                let name = format!("{index:08}-PHOTO-{year}-{month:02}-{day:02}-{hour:02}-{minute:02}-{second:02}.jpg");
                write!(chat, "\u{200e}<pièce jointe : {name}>").unwrap();
                pending.push(name);
            }
            (true, false) => {
                let name = format!("IMG-{year}{month:02}{day:02}-WA{index:04}.jpg");
                write!(chat, "\u{200e}{name} (fichier joint)").unwrap();
                pending.push(name);
            }
            (false, _) => {
                speech.say(&mut chat);
                if speech.random.below(15) == 0 {
                    chat.push('\n');
                    speech.say(&mut chat);
                }
            }
        }
        chat.push_str(if is_iphone(number) { "\r\n" } else { "\n" });
    }
    let name = if is_iphone(number) { "_chat.txt".to_owned() } else { format!("Discussion WhatsApp avec {other}.txt") };
    pack.text(&name, &chat);
    for photo in pending {
        pack.photo(&photo, &mut speech.random);
    }
}
