//! Records for tests of what is made of them.

use malle::model::{Kind, Platform, Record, RecordId, Time};

/// A message of WhatsApp that has words and nothing else; tests change what they are about.
pub fn message(id: [u8; 16], text: &str) -> Record {
    Record {
        v: 1,
        id: RecordId::from_bytes(id),
        kind: Kind::Message,
        platform: Platform::Whatsapp,
        account: None,
        conversation: None,
        author: None,
        time: Time::from_seconds(1_700_000_000),
        order: None,
        text: text.to_owned(),
        system: false,
        deleted: false,
        edited: false,
        attachments: Vec::new(),
        links: Vec::new(),
        place: None,
        tags: Vec::new(),
        reactions: Vec::new(),
        extra: serde_json::Map::new(),
        origin: Vec::new(),
    }
}
