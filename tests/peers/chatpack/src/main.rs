//! Prints what chatpack reads of a chat file: one JSON line for each message.

use chatpack::prelude::*;

fn main() -> Result<()> {
    let path = std::env::args().nth(1).expect("a chat file");
    for message in create_parser(Platform::WhatsApp).parse(std::path::Path::new(&path))? {
        let time = message.timestamp.map(|time| time.format("%Y-%m-%dT%H:%M").to_string());
        println!("{}", serde_json::json!({ "time": time, "author": message.sender, "text": message.content }));
    }
    Ok(())
}
