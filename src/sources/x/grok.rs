//! What the owner and Grok wrote to each other: one conversation for each chat.

use std::sync::Arc;

use super::archive::Setting;
use super::text::moment;
use crate::model::{
    AttachmentKind, Author, Conversation, ConversationKind, Draft, DraftAttachment, Fingerprint, Kind, Platform,
    Target, Time, Twins,
};
use crate::sources::Fields;

/// The assistant's name, which is also the title of its conversations.
const NAME: &str = "Grok";

/// A message; `None` for what has neither words nor a chat. Nothing numbers messages: they are known by chat, time, sender and
/// words.
pub fn draft(
    mut fields: Fields,
    (file, position): (usize, u64),
    setting: &Setting<'_>,
    twins: &mut Twins,
) -> Option<Draft> {
    let chat = fields.text("chatId")?;
    let message = fields.text("message").unwrap_or_default();
    let created = fields.text("createdAt").unwrap_or_default();
    let sender = sender(&mut fields);
    let by_owner = sender.eq_ignore_ascii_case("user");
    let time = if created.is_empty() { Time::none() } else { moment(&created) };
    let print = Fingerprint::new(Platform::X, Kind::Message).text("grok").text(&chat).text(&created).text(&sender);
    let mut draft = Draft::new(print.text(&message).finish(twins), Kind::Message, Platform::X, time, file, position);
    let owner = setting.people.owner();
    let own_name = owner.as_ref().map(|owner| owner.name.clone()).unwrap_or_default();
    draft.author = match owner {
        Some(owner) if by_owner => Some(owner),
        _ if by_owner || sender.is_empty() => None,
        _ => Some(Author { name: NAME.to_owned(), is_owner: false, handle: None, phone: None }),
    };
    let id = Fingerprint::new(Platform::X, Kind::Message).text("grok conversation").text(&chat);
    let participants = [own_name, NAME.to_owned()].into_iter().filter(|name| !name.is_empty()).collect();
    draft.conversation = Some(Arc::new(Conversation {
        id: id.finish(&mut Twins::new()).to_string(),
        title: NAME.to_owned(),
        kind: ConversationKind::Direct,
        participants,
    }));
    draft.text = message;
    // The archive holds none of these files, only their addresses.
    for value in fields.list("attachments") {
        let Ok(mut attached) = Fields::of(value.clone()) else {
            fields.put("attachments", value);
            continue;
        };
        let name = attached.text("fileName").or_else(|| attached.text("mediaId")).unwrap_or_default();
        let kind = match attached.text("mimeType").as_deref().and_then(|mime| mime.split('/').next()) {
            Some("image") => AttachmentKind::Photo,
            Some("video") => AttachmentKind::Video,
            Some("audio") => AttachmentKind::Audio,
            _ => AttachmentKind::Document,
        };
        let target = Target::Path(attached.text("url").unwrap_or_else(|| name.clone()));
        draft.attachments.push(DraftAttachment { kind, name, target, caption: None, taken: None, place: None });
        let left = attached.rest();
        if !left.is_empty() {
            fields.put("attachment", left);
        }
    }
    fields.put("chat", chat);
    draft.extra = fields.rest();
    Some(draft)
}

/// `{originalName: "USER"}` or `{name: "User"}`, `AGENT` for the assistant; a word alone in some archives [I].
fn sender(fields: &mut Fields) -> String {
    let word = fields.text("sender");
    let named = |mut sender: Fields| sender.text("originalName").or_else(|| sender.text("name"));
    word.or_else(|| fields.object("sender").and_then(named)).unwrap_or_default()
}
