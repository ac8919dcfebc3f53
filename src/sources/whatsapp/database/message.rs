//! One message as any of the databases tells it, and the record it becomes. Ids are made here (docs/decisions/0011).

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::business::Note;
use super::kinds::What;
use super::people::{People, server};
use super::vcard::{self, Card};
use crate::bundle::Bundle;
use crate::model::{
    AttachmentKind, Author, Conversation, ConversationKind, Draft, DraftAttachment, Fingerprint, Kind, Link, Place,
    Platform, Reaction, RecordId, Target, Time, Twins,
};
use crate::sources::ReadOptions;
use crate::sources::whatsapp::media;

/// Most cards of one message; the app allows 257.
const CARDS_OF_MESSAGE_MAX: usize = 1_000;

/// Keys this long are random and belong to one message of the world; shorter, older ones count up within an hour and
/// may stand for messages of two people.
const RANDOM_KEY_LEN: usize = 16;

/// A chat as a database describes it.
#[derive(Clone, Debug, Default)]
pub struct Chat {
    /// Name of a group, or the name the list of chats shows.
    pub title: Option<String>,
    /// Addresses of members, where the database lists them.
    pub members: Vec<String>,
}

/// A file of a message.
#[derive(Clone, Debug, Default)]
pub struct MediaFile {
    /// Path inside the app's folder.
    pub path: Option<String>,
    /// Name its sender gave it.
    pub name: Option<String>,
    /// Media type.
    pub mime: Option<String>,
    /// Bytes.
    pub size: Option<i64>,
    /// Base64 of the SHA-256 of the content.
    pub hash: Option<String>,
    /// Length of films and sounds.
    pub seconds: Option<i64>,
}

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Place in its file.
    pub position: u64,
    /// Address of the chat.
    pub chat: String,
    /// The app's own name for the message; empty when it has none.
    pub key: String,
    /// Sent by the owner.
    pub from_me: bool,
    /// Address of the sender in a group.
    pub sender: Option<String>,
    /// When.
    pub time: Time,
    /// The number of its type.
    pub number: i64,
    /// What that means.
    pub what: What,
    /// Words.
    pub text: String,
    /// Its file.
    pub media: Option<MediaFile>,
    /// Its place.
    pub place: Option<Place>,
    /// Its contact cards.
    pub cards: Vec<String>,
    /// Addresses of web pages with their titles.
    pub links: Vec<Link>,
    /// Addresses of people it names.
    pub people: Vec<String>,
    /// Emoji and address of who gave it; the owner has none.
    pub reactions: Vec<(String, Option<String>)>,
    /// It was edited.
    pub edited: bool,
    /// The key it had before it was edited.
    pub first_key: Option<String>,
    /// Further facts.
    pub extra: Map<String, Value>,
}

impl Message {
    /// A message that says nothing yet.
    pub fn new(position: u64, chat: String, key: String, from_me: bool) -> Self {
        Self {
            position,
            chat,
            key,
            from_me,
            sender: None,
            time: Time::none(),
            number: 0,
            what: What::Text,
            text: String::new(),
            media: None,
            place: None,
            cards: Vec::new(),
            links: Vec::new(),
            people: Vec::new(),
            reactions: Vec::new(),
            edited: false,
            first_key: None,
            extra: Map::new(),
        }
    }

    /// Adds a fact.
    pub fn add(&mut self, name: &str, value: impl Into<Value>) {
        self.extra.insert(name.to_owned(), value.into());
    }

    /// Adds a fact when there is one.
    pub fn add_some(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.add(name, value);
        }
    }
}

/// Turns messages of one database into drafts.
pub struct Maker<'a> {
    bundle: &'a Bundle,
    file: usize,
    people: &'a People,
    options: &'a ReadOptions,
    account: Option<Arc<str>>,
    chats: HashMap<String, Chat>,
    conversations: HashMap<String, Arc<Conversation>>,
    /// Files of the bundle by name, where only one has it.
    by_name: HashMap<&'a str, Option<usize>>,
    twins: Twins,
}

impl<'a> Maker<'a> {
    /// For the messages of `file`.
    pub fn new(
        (bundle, file): (&'a Bundle, usize),
        people: &'a People,
        chats: HashMap<String, Chat>,
        options: &'a ReadOptions,
    ) -> Self {
        let mut by_name: HashMap<&str, Option<usize>> = HashMap::new();
        for (number, found) in bundle.files() {
            let name = found.path.rsplit('/').next().unwrap_or(&found.path);
            if media::is_given_name(name) {
                by_name.entry(name).and_modify(|known| *known = None).or_insert(Some(number));
            }
        }
        let account = options.me.as_deref().map(Arc::from);
        let mut maker = Self {
            bundle,
            file,
            people,
            options,
            account,
            chats: HashMap::new(),
            conversations: HashMap::new(),
            by_name,
            twins: Twins::new(),
        };
        for (address, chat) in chats {
            maker.chats.entry(people.address(&address)).or_insert(chat);
        }
        maker
    }

    /// Ids of another table of the same messages count for themselves.
    pub fn second_telling(&mut self) {
        self.twins = Twins::new();
    }

    /// The draft of a message.
    pub fn draft(&mut self, message: Message) -> Draft {
        let address = self.people.address(&message.chat);
        let kind =
            if server(&address) == "broadcast" && address.starts_with("status@") { Kind::Story } else { Kind::Message };
        let id = self.id(kind, &address, &message);
        let mut draft = Draft::new(id, kind, Platform::Whatsapp, message.time.clone(), self.file, message.position);
        draft.account.clone_from(&self.account);
        draft.author = self.author(&address, &message);
        if kind == Kind::Message && !address.is_empty() {
            draft.conversation = Some(self.conversation(&address));
        }
        draft.system = message.what == What::Notice;
        draft.deleted = message.what == What::Deleted;
        draft.edited = message.edited;
        draft.tags = message.people.iter().map(|address| self.people.shown(address)).collect();
        draft.reactions = self.reactions(&message);
        draft.attachments = self.attachment(&message).into_iter().collect();
        draft.extra = extra(&message, &address);
        let cards: Vec<Card> = message.cards.iter().flat_map(|text| vcard::cards(text, CARDS_OF_MESSAGE_MAX)).collect();
        if !cards.is_empty() {
            draft.tags.extend(cards.iter().map(|card| card.name.clone()).filter(|name| !name.is_empty()));
            draft.extra.insert("contacts".to_owned(), cards.iter().map(Card::facts).collect());
        }
        if let Some(place) = &message.place
            && let (Some(latitude), Some(longitude)) = (place.latitude, place.longitude)
        {
            draft.links.push(Link { url: format!("https://maps.google.com/?q={latitude},{longitude}"), title: None });
        }
        draft.links.extend(message.links);
        draft.place = message.place;
        draft.text = message.text;
        if draft.edited && !draft.text.is_empty() {
            // The record of an earlier backup keeps the words before the change; these are the words after it.
            draft.extra.insert("edited_text".to_owned(), Value::from(draft.text.as_str()));
        }
        draft
    }

    /// The draft of something that is no message.
    pub fn note(&mut self, note: Note, position: u64) -> Draft {
        let address = note.chat.as_deref().map(|chat| self.people.address(chat));
        let print = Fingerprint::new(Platform::Whatsapp, Kind::Other)
            .text(note.section)
            .text(address.as_deref().unwrap_or_default())
            .text(&note.text);
        let id = print.finish(&mut self.twins);
        let mut draft = Draft::new(id, Kind::Other, Platform::Whatsapp, Time::none(), self.file, position);
        draft.account.clone_from(&self.account);
        draft.conversation = address.as_deref().map(|address| self.conversation(address));
        draft.text = note.text;
        draft.extra = note.extra;
        draft.extra.insert("section".to_owned(), Value::from(note.section));
        draft.extra.extend(address.map(|address| ("chat".to_owned(), Value::from(address))));
        draft
    }

    /// Chat, direction and the app's own key: the same in every database of this account, on every phone.
    fn id(&mut self, kind: Kind, chat: &str, message: &Message) -> RecordId {
        let print =
            Fingerprint::new(Platform::Whatsapp, kind).text("key").text(chat).number(i64::from(message.from_me));
        let key = message.first_key.as_deref().unwrap_or(&message.key);
        let sender = || message.sender.as_deref().map(|sender| self.people.address(sender)).unwrap_or_default();
        let random = key.len() >= RANDOM_KEY_LEN && key.bytes().all(|byte| byte.is_ascii_hexdigit());
        let print = match (key.is_empty(), random) {
            (false, true) => print.text(key),
            (false, false) => print.text(key).text(&sender()),
            (true, _) => print
                .text("")
                .text(&sender())
                .number(message.time.order_ms().unwrap_or(0))
                .number(message.number)
                .text(&message.text),
        };
        print.finish(&mut self.twins)
    }

    fn author(&self, chat: &str, message: &Message) -> Option<Author> {
        if message.from_me {
            let name = self.options.me.clone().unwrap_or_default();
            // A notice about what the owner did is told as theirs; one about the chat names nobody.
            return (message.what != What::Notice || !name.is_empty()).then_some(Author {
                name,
                is_owner: true,
                handle: None,
                phone: None,
            });
        }
        let is_person = matches!(server(chat), "s.whatsapp.net" | "lid");
        let sender =
            message.sender.clone().or_else(|| (is_person && message.what != What::Notice).then(|| chat.to_owned()));
        sender.map(|sender| self.people.author(&sender))
    }

    fn reactions(&self, message: &Message) -> Vec<Reaction> {
        let actor = |address: &Option<String>| match address {
            Some(address) => self.people.shown(address),
            None => self.options.me.clone().unwrap_or_default(),
        };
        message.reactions.iter().map(|(emoji, by)| Reaction { emoji: emoji.clone(), actor: actor(by) }).collect()
    }

    /// The conversation of an address. Its id is made from the address: names change, addresses do not.
    pub fn conversation(&mut self, address: &str) -> Arc<Conversation> {
        if let Some(known) = self.conversations.get(address) {
            return Arc::clone(known);
        }
        let chat = self.chats.get(address).cloned().unwrap_or_default();
        let kind = match server(address) {
            "s.whatsapp.net" | "lid" => ConversationKind::Direct,
            "g.us" => ConversationKind::Group,
            _ => ConversationKind::Unknown,
        };
        let title = match kind {
            ConversationKind::Direct => self.people.known(address).map(str::to_owned).or(chat.title),
            _ => chat.title,
        };
        let title = title.unwrap_or_else(|| self.people.shown(address));
        let mut participants: Vec<String> = chat.members.iter().map(|member| self.people.shown(member)).collect();
        if kind == ConversationKind::Direct {
            participants.push(title.clone());
        }
        if let Some(me) = &self.options.me {
            participants.push(me.clone());
        }
        let id = Fingerprint::new(Platform::Whatsapp, Kind::Message)
            .text("conversation")
            .text("address")
            .text(address)
            .finish(&mut Twins::new())
            .to_string();
        let conversation = Arc::new(Conversation { id, title, kind, participants });
        self.conversations.insert(address.to_owned(), Arc::clone(&conversation));
        conversation
    }

    fn attachment(&self, message: &Message) -> Option<DraftAttachment> {
        let caption = (!message.text.is_empty()).then(|| message.text.clone());
        let kind = match message.what {
            What::Media(kind) => kind,
            What::Place { live: true } => AttachmentKind::Location,
            _ if message.media.as_ref().is_some_and(|media| media.path.is_some()) => AttachmentKind::Other,
            _ => return None,
        };
        let empty = MediaFile::default();
        let media = message.media.as_ref().unwrap_or(&empty);
        let base = media.path.as_deref().map(|path| path.rsplit('/').next().unwrap_or(path));
        let name = media.name.as_deref().or(base).unwrap_or_default();
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned();
        let target = match &media.path {
            Some(path) => match base.filter(|_| self.bundle.resolve(path).is_none()) {
                Some(base) => self.by_name(base, media.size).map_or_else(|| Target::Path(path.clone()), Target::File),
                None => Target::Path(path.clone()),
            },
            None => Target::Omitted,
        };
        Some(DraftAttachment { kind, name, target, caption, taken: None, place: None })
    }

    /// The only file with a name that WhatsApp gave, when its size is the one told.
    fn by_name(&self, name: &str, size: Option<i64>) -> Option<usize> {
        let number = self.by_name.get(name).copied().flatten()?;
        let found = i64::try_from(self.bundle.file(number)?.size).ok()?;
        (Some(found) == size).then_some(number)
    }
}

/// What has no field of its own.
fn extra(message: &Message, address: &str) -> Map<String, Value> {
    let mut extra = Map::new();
    let mut add = |name: &str, value: Value| drop(extra.insert(name.to_owned(), value));
    add("chat", Value::from(address));
    if !message.key.is_empty() {
        add("key", Value::from(message.key.as_str()));
    }
    match message.what {
        What::Titled(title) => add("type", Value::from(title)),
        What::Unknown => add("type", Value::from(message.number)),
        What::Unavailable => add("unavailable", Value::from(true)),
        _ => {}
    }
    if let Some(media) = &message.media {
        let mut facts = Map::new();
        let mut fact = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                facts.insert(name.to_owned(), value);
            }
        };
        fact("mime", media.mime.as_deref().map(Value::from));
        fact("size_bytes", media.size.filter(|size| *size > 0).map(Value::from));
        fact("duration_s", media.seconds.filter(|seconds| *seconds > 0).map(Value::from));
        fact("sha256", media.hash.as_deref().and_then(hex_of_base64).map(Value::from));
        if !facts.is_empty() {
            add("media", Value::Object(facts));
        }
    }
    for (name, value) in &message.extra {
        add(name, value.clone());
    }
    extra
}

/// The question and its answers as text exports give them.
pub fn poll(message: &mut Message, question: &str, options: &[(String, i64)]) {
    let options_told: Vec<Value> =
        options.iter().map(|(text, votes)| json!({ "text": text, "votes": votes })).collect();
    message.add("poll", json!({ "question": question, "options": options_told }));
    let mut text = question.to_owned();
    for (option, _) in options {
        text.push('\n');
        text.push_str(option);
    }
    message.text = text;
}

/// 32 bytes in base64 as hexadecimal digits.
fn hex_of_base64(text: &str) -> Option<String> {
    let (mut bits, mut width, mut bytes) = (0_u32, 0_u32, Vec::with_capacity(33));
    for letter in text.trim_end_matches('=').bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        width += 6;
        if width >= 8 {
            width -= 8;
            bytes.push(u8::try_from((bits >> width) & 0xff).ok()?);
        }
        if bytes.len() > 32 {
            return None;
        }
    }
    let hex = |text: String, byte: &u8| text + &format!("{byte:02x}");
    (bytes.len() == 32).then(|| bytes.iter().fold(String::with_capacity(64), hex))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_told_as_everywhere_else() {
        let empty = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hex_of_base64(empty).as_deref(), Some(hex));
        assert_eq!((hex_of_base64("abc"), hex_of_base64("?"), hex_of_base64("")), (None, None, None));
    }
}
