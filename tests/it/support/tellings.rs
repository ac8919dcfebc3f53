//! Downloads of one Messenger conversation, made as JSON and as HTML pages.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeZone as _};

/// The zone of the account whose downloads are made here.
const ZONE: chrono_tz::Tz = chrono_tz::Europe::Paris;

/// A message as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Who wrote it.
    pub sender: &'static str,
    /// Milliseconds since 1970 UTC.
    pub millis: i64,
    /// Its words.
    pub text: &'static str,
    /// Who reacted, always with the same heart.
    pub hearts: Vec<&'static str>,
}

impl Sent {
    /// A message without reactions.
    pub fn new(sender: &'static str, millis: i64, text: &'static str) -> Self {
        Self { sender, millis, text, hearts: Vec::new() }
    }

    /// With a reaction.
    pub fn heart(mut self, actor: &'static str) -> Self {
        self.hearts.push(actor);
        self
    }
}

fn thread(folder: &Path) -> PathBuf {
    let thread = folder.join("your_facebook_activity/messages/inbox/zoe_100000000000001");
    std::fs::create_dir_all(&thread).unwrap();
    thread
}

/// A download as JSON; `name` is that of its folder.
pub fn json(parent: &Path, name: &str, messages: &[Sent]) -> PathBuf {
    let folder = parent.join(name);
    let told: Vec<serde_json::Value> = messages
        .iter()
        .rev()
        .map(|sent| {
            let hearts = sent.hearts.iter().map(|actor| serde_json::json!({"reaction": "HEART", "actor": actor}));
            let hearts: Vec<serde_json::Value> = hearts.collect();
            serde_json::json!({"sender_name": sent.sender, "timestamp_ms": sent.millis, "content": sent.text,
                "reactions": hearts})
        })
        .collect();
    let told = serde_json::json!({"participants": [{"name": "Zoe"}, {"name": "Awa"}], "messages": told,
        "title": "Zoe", "thread_path": "inbox/zoe_100000000000001"});
    // A heart as Meta writes it.
    let told = told.to_string().replace("HEART", "\\u00e2\\u009d\\u00a4");
    std::fs::write(thread(&folder).join("message_1.json"), told).unwrap();
    folder
}

/// The same as pages that print seconds, or minutes only.
pub fn pages(parent: &Path, name: &str, seconds: bool, messages: &[Sent]) -> PathBuf {
    let folder = parent.join(name);
    let mut page = "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=UTF-8\" />\
        <base href=\"../../../../\" /><title>Zoe</title></head><body><h1 class=\"_a70e\">Zoe</h1>\
        <main class=\"_a706\" role=\"main\">\n"
        .to_owned();
    for sent in messages.iter().rev() {
        let at = ZONE.from_utc_datetime(&DateTime::from_timestamp_millis(sent.millis).unwrap().naive_utc());
        let printed = at.format(if seconds { "%b %d, %Y %-I:%M:%S %P" } else { "%b %d, %Y %-I:%M %P" });
        let hearts: Vec<String> = sent.hearts.iter().map(|actor| format!("<li>❤\u{fe0f}{actor}</li>")).collect();
        let hearts =
            if hearts.is_empty() { String::new() } else { format!("<ul class=\"_a6-q\">{}</ul>", hearts.concat()) };
        writeln!(
            page,
            "<section class=\"_a6-g\"><h2 class=\"_2ph_ _a6-h _a6-i\">{}</h2><div class=\"_2ph_ _a6-p\"><div><div></div>\
             <div>{}</div><div></div><div></div><div>{hearts}</div></div></div><footer class=\"_3-94 _a6-o\">\
             <div class=\"_a72d\">{printed}</div></footer></section>",
            sent.sender, sent.text
        )
        .unwrap();
    }
    page.push_str("</main></body></html>\n");
    std::fs::write(thread(&folder).join("message_1.html"), page).unwrap();
    let zone = folder.join("logged_information/location");
    std::fs::create_dir_all(&zone).unwrap();
    let told = format!("{{\"label_values\":[{{\"label\":\"Timezone\",\"value\":\"{}\"}}]}}", ZONE.name());
    std::fs::write(zone.join("timezone.json"), told).unwrap();
    folder
}
