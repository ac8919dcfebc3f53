//! What a chat is: its identity, title and kind.

use serde_json::Value;

use crate::model::{Conversation, ConversationKind, Fingerprint, Kind, Platform, Twins};

/// A chat of an export.
#[derive(Clone, Debug)]
pub struct Chat {
    /// `user`, `group` or `channel`, because numbers count within these; and the number.
    pub class: &'static str,
    /// The number; the name where an export has none.
    pub number: String,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Two people, or more.
    pub kind: ConversationKind,
}

impl Chat {
    /// From the fields of a chat.
    pub fn of(name: Option<&Value>, kind: Option<&Value>, id: Option<&Value>) -> Self {
        let name = name.and_then(Value::as_str).filter(|name| !name.is_empty()).map(str::to_owned);
        let (class, kind) = match kind.and_then(Value::as_str).unwrap_or_default() {
            "personal_chat" | "bot_chat" => ("user", ConversationKind::Direct),
            "saved_messages" => ("saved", ConversationKind::Direct),
            "replies" | "verification_codes" => ("service", ConversationKind::Direct),
            "private_group" => ("group", ConversationKind::Group),
            "private_supergroup" | "public_supergroup" => ("channel", ConversationKind::Group),
            "private_channel" | "public_channel" => ("channel", ConversationKind::Unknown),
            _ => ("other", ConversationKind::Unknown),
        };
        let number = match id {
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::String(text)) => text.clone(),
            _ => name.clone().unwrap_or_default(),
        };
        Self { class, number, name, kind }
    }

    /// The conversation of its messages. `senders`: names in the order of appearance.
    pub fn conversation(&self, senders: Vec<String>) -> Conversation {
        let id = Fingerprint::new(Platform::Telegram, Kind::Message).text("conversation");
        Conversation {
            id: id.text(self.class).text(&self.number).finish(&mut Twins::new()).to_string(),
            title: self.name.clone().unwrap_or_else(|| senders.first().cloned().unwrap_or_default()),
            kind: self.kind,
            participants: senders,
        }
    }
}
