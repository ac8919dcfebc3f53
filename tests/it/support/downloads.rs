//! Makes downloads of all four platforms, of any size, with words that can be looked for afterwards.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What to make.
pub struct Plan {
    /// Conversations of each of Messenger and Instagram; chats of WhatsApp.
    pub conversations: usize,
    /// Messages of each.
    pub messages: usize,
    /// Bytes of each photo; one photo for every tenth message.
    pub photo_bytes: usize,
}

/// A download set, and every secret word in it.
pub struct Downloads {
    /// What to give to `import`.
    pub paths: Vec<PathBuf>,
    /// Words that stand in texts, names, file names and photos, and nowhere else.
    pub secrets: Vec<String>,
}

/// Writes the downloads below `folder`.
pub fn write(folder: &Path, plan: &Plan) -> Downloads {
    let mut maker = Maker { number: 0, secrets: Vec::new() };
    let mut paths = Vec::new();
    for (name, activity) in [
        ("facebook-awa-2025-03-01-AAAAAAAA", "your_facebook_activity"),
        ("instagram-awa-2025-03-01-BBBBBBBB", "your_instagram_activity"),
    ] {
        let root = folder.join(name);
        for conversation in 0..plan.conversations {
            maker.thread(&root, activity, conversation, plan);
        }
        paths.push(root);
    }
    for chat in 0..plan.conversations {
        paths.push(maker.chat(folder, chat, plan));
    }
    Downloads { paths, secrets: maker.secrets }
}

struct Maker {
    number: usize,
    secrets: Vec<String>,
}

impl Maker {
    /// A word of letters that no other text holds.
    fn secret(&mut self) -> String {
        self.number += 1;
        let mut rest = self.number.wrapping_mul(2_654_435_761) % 1_000_000_007;
        let mut word = String::from("Zq");
        for _ in 0..9 {
            let letter = u8::try_from(rest % 26).unwrap();
            word.push(char::from(b'a' + letter));
            rest = rest / 26 + self.number % 97;
        }
        write!(word, "x{}", self.number).unwrap();
        self.secrets.push(word.clone());
        word
    }

    fn photo(&mut self, path: &Path, bytes: usize) {
        let secret = self.secret();
        let mut content = b"\xff\xd8\xff\xe0".to_vec();
        content.extend_from_slice(secret.as_bytes());
        let mut state = u64::try_from(self.number).unwrap().wrapping_mul(0x9e37_79b9_7f4a_7c15);
        while content.len() < bytes {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            content.extend_from_slice(&state.to_le_bytes());
        }
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    fn thread(&mut self, root: &Path, activity: &str, number: usize, plan: &Plan) {
        let (name, title) = (self.secret(), self.secret());
        let folder = format!("{activity}/messages/inbox/{}_{}", name.to_lowercase(), 100_000 + number);
        let mut messages = Vec::new();
        for message in 0..plan.messages {
            let mut entry = serde_json::json!({
                "sender_name": if message % 2 == 0 { "Awa Exemple" } else { name.as_str() },
                "timestamp_ms": 1_700_000_000_000_u64 + u64::try_from(number * 1_000_000 + message * 1000).unwrap(),
                "content": format!("robe bleue {} numero {message}", self.secret()),
            });
            if message % 10 == 0 {
                let uri = format!("{folder}/photos/{}.jpg", self.secret());
                self.photo(&root.join(&uri), plan.photo_bytes);
                entry["photos"] = serde_json::json!([{ "uri": uri, "creation_timestamp": 1_700_000_000 }]);
            }
            messages.push(entry);
        }
        let thread = serde_json::json!({
            "participants": [{ "name": "Awa Exemple" }, { "name": name }],
            "messages": messages,
            "title": title,
            "thread_path": folder.strip_prefix(&format!("{activity}/messages/")).unwrap(),
        });
        let path = root.join(&folder).join("message_1.json");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, serde_json::to_vec(&thread).unwrap()).unwrap();
    }

    fn chat(&mut self, folder: &Path, number: usize, plan: &Plan) -> PathBuf {
        let contact = self.secret();
        let root = folder.join(format!("chat-{number}"));
        let mut text = String::new();
        for message in 0..plan.messages {
            let (minute, hour) = (message % 60, message / 60 % 24);
            let sender = if message % 2 == 0 { "Awa" } else { contact.as_str() };
            let day = 13 + number % 10;
            if message % 10 == 5 {
                let name = format!("IMG-20240313-WA{:04}-{}.jpg", message, self.secret());
                self.photo(&root.join(&name), plan.photo_bytes);
                writeln!(text, "{day}/03/2024, {hour:02}:{minute:02} - {sender}: {name} (fichier joint)").unwrap();
            } else {
                let secret = self.secret();
                writeln!(text, "{day}/03/2024, {hour:02}:{minute:02} - {sender}: livraison {secret} demain").unwrap();
            }
        }
        std::fs::create_dir_all(&root).unwrap();
        std::fs::write(root.join(format!("Discussion WhatsApp avec {contact}.txt")), text).unwrap();
        root
    }
}
