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
    /// The app's own name of a chat that it leads.
    pub service: Option<&'static str>,
}

impl Chat {
    /// From the fields of a chat.
    pub fn of(name: Option<&Value>, kind: Option<&Value>, id: Option<&Value>) -> Self {
        let name = name.and_then(Value::as_str).filter(|name| !name.is_empty()).map(str::to_owned);
        let service = match kind.and_then(Value::as_str) {
            Some("replies") => Some("Replies"),
            Some("verification_codes") => Some("Verification Codes"),
            _ => None,
        };
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
        Self { class, number, name, kind, service }
    }

    /// What to call it. Chats of the app with its user, and those with an account that was deleted, have no name: they are
    /// called as the app calls them, or by the number of the account.
    fn title(&self, senders: &[String]) -> String {
        let is_number = !self.number.is_empty() && self.number.bytes().all(|byte| byte.is_ascii_digit());
        let known = || match self.class {
            "saved" => Some("Saved Messages".to_owned()),
            "user" if is_number => Some(format!("user{}", self.number)),
            _ => self.service.map(str::to_owned),
        };
        self.name.clone().or_else(known).or_else(|| senders.first().cloned()).unwrap_or_default()
    }

    /// The conversation of its messages. `senders`: names in the order of appearance.
    pub fn conversation(&self, senders: Vec<String>) -> Conversation {
        let id = Fingerprint::new(Platform::Telegram, Kind::Message).text("conversation");
        Conversation {
            id: id.text(self.class).text(&self.number).finish(&mut Twins::new()).to_string(),
            title: self.title(&senders),
            kind: self.kind,
            participants: senders,
        }
    }
}
