//! Prints what chatpack reads of chat files: one JSON line for each message. A file that it refuses has none.

use chatpack::prelude::*;

fn main() {
    for path in std::env::args().skip(1) {
        match create_parser(Platform::WhatsApp).parse(std::path::Path::new(&path)) {
            Ok(messages) => messages.into_iter().for_each(|message| {
                let time = message.timestamp.map(|time| time.format("%Y-%m-%dT%H:%M").to_string());
                println!("{}", serde_json::json!({ "file": path, "time": time, "author": message.sender, "text": message.content }));
            }),
            Err(refusal) => eprintln!("{path}: {refusal}"),
        }
    }
}
