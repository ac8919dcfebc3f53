//! Facebook and Instagram: inboxes of files of ten thousand messages, and posts with photos.

use std::fmt::Write as _;

use crate::pack::Pack;
use crate::text::{self, Speech};

const MESSAGES_PER_FILE: u64 = 10_000;
const THREADS: u64 = 60;
/// 2 March 2026, the day of the download.
const LAST_MS: u64 = 1_772_409_600_000;
const ME: &str = "Awa Exemple";

/// Writes threads of `messages` messages in all, some with one of `photos` photos. Gives the number of messages.
pub fn inbox(pack: &mut Pack, speech: &mut Speech, root: &str, messages: u64, photos: u64) -> u64 {
    let every = messages / photos.max(1);
    let mut written = 0;
    for (number, share) in text::shares(messages, THREADS).into_iter().enumerate() {
        let thread = Thread { root, number, other: text::person(number + 1) };
        let mut at = LAST_MS;
        for (file, from) in (0..share).step_by(MESSAGES_PER_FILE as usize).enumerate() {
            let count = MESSAGES_PER_FILE.min(share - from);
            let mut json = String::with_capacity(count as usize * 320);
            let mut pending = Vec::new();
            thread.start(&mut json);
            for index in 0..count {
                at -= 1_000 + speech.random.below(600_000);
                written += 1;
                let photo = (photos > 0 && written % every == 0).then(|| thread.photo(written));
                thread.message(&mut json, speech, at, photo.as_deref());
                pending.extend(photo);
                json.push_str(if index + 1 < count { ",\n" } else { "\n" });
            }
            thread.end(&mut json);
            pack.text(&format!("{}/message_{}.json", thread.folder(), file + 1), &json);
            for photo in pending {
                pack.photo(&photo, &mut speech.random);
            }
        }
    }
    written
}

struct Thread<'a> {
    root: &'a str,
    number: usize,
    other: String,
}

impl Thread<'_> {
    fn path(&self) -> String {
        let plain: String = self.other.chars().filter(char::is_ascii_alphabetic).collect();
        format!("inbox/{}_{}", plain.to_lowercase(), 100_000_000_000_001 + self.number)
    }

    fn folder(&self) -> String {
        format!("{}/messages/{}", self.root, self.path())
    }

    fn photo(&self, number: u64) -> String {
        format!("{}/photos/{}.jpg", self.folder(), 400_000_000 + number)
    }

    fn start(&self, json: &mut String) {
        json.push_str("{\n  \"participants\": [\n    {\n      \"name\": \"");
        escape(json, &self.other);
        json.push_str("\"\n    },\n    {\n      \"name\": \"");
        escape(json, ME);
        json.push_str("\"\n    }\n  ],\n  \"messages\": [\n");
    }

    fn message(&self, json: &mut String, speech: &mut Speech, at: u64, photo: Option<&str>) {
        json.push_str("    {\n      \"sender_name\": \"");
        let mine = speech.random.below(2) == 0;
        escape(json, if mine { ME } else { &self.other });
        write!(json, "\",\n      \"timestamp_ms\": {at},\n").unwrap();
        if let Some(uri) = photo {
            json.push_str("      \"photos\": [\n        {\n          \"uri\": \"");
            let seconds = at / 1000;
            write!(json, "{uri}\",\n          \"creation_timestamp\": {seconds}\n        }}\n      ],\n").unwrap();
        } else {
            let mut content = String::new();
            speech.say(&mut content);
            json.push_str("      \"content\": \"");
            escape(json, &content);
            json.push_str("\",\n");
        }
        if speech.random.below(20) == 0 {
            json.push_str("      \"reactions\": [\n        {\n          \"reaction\": \"");
            escape(json, "❤");
            json.push_str("\",\n          \"actor\": \"");
            escape(json, if mine { &self.other } else { ME });
            json.push_str("\"\n        }\n      ],\n");
        }
        json.push_str("      \"is_geoblocked_for_viewer\": false,\n");
        json.push_str("      \"is_unsent_image_by_messenger_kid_parent\": false\n    }");
    }

    fn end(&self, json: &mut String) {
        json.push_str("  ],\n  \"title\": \"");
        escape(json, &self.other);
        json.push_str("\",\n  \"is_still_participant\": true,\n  \"thread_path\": \"");
        json.push_str(&self.path());
        json.push_str("\",\n  \"magic_words\": []\n}");
    }
}

/// Writes Facebook posts, each with one of `photos` photos. Gives their number.
pub fn posts(pack: &mut Pack, speech: &mut Speech, photos: u64) -> u64 {
    const FOLDER: &str = "your_facebook_activity/posts";
    let mut json = String::from("[\n");
    let mut at = LAST_MS / 1000;
    for number in 0..photos {
        at -= 100 + speech.random.below(80_000);
        let uri = format!("{FOLDER}/media/your_posts/{}.jpg", 500_000_000 + number);
        let mut content = String::new();
        for _ in 0..4 {
            speech.say(&mut content);
            content.push(' ');
        }
        write!(json, "  {{\n    \"timestamp\": {at},\n    \"attachments\": [\n      {{\n        \"data\": [\n")
            .unwrap();
        write!(json, "          {{\n            \"media\": {{\n              \"uri\": \"{uri}\",\n").unwrap();
        write!(json, "              \"creation_timestamp\": {at},\n              \"title\": \"\"\n").unwrap();
        json.push_str(
            "            }\n          }\n        ]\n      }\n    ],\n    \"data\": [\n      {\n        \"post\": \"",
        );
        escape(&mut json, &content);
        json.push_str("\"\n      }\n    ]\n  }");
        json.push_str(if number + 1 < photos { ",\n" } else { "\n" });
        pack.photo(&uri, &mut speech.random);
    }
    json.push(']');
    pack.text(&format!("{FOLDER}/your_posts__check_ins__photos_and_videos_1.json"), &json);
    photos
}

/// Writes text as Meta does: each byte of UTF-8 beyond ASCII as an escape of its own.
fn escape(json: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => json.extend(['\\', char::from(byte)]),
            b'\n' => json.push_str("\\n"),
            0x20..=0x7e => json.push(char::from(byte)),
            _ => write!(json, "\\u{byte:04x}").unwrap(),
        }
    }
}
