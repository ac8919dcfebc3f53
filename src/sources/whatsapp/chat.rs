//! What a chat is as a whole: its title, whether it is a group, who is in it, and who owns the phone.
//!
//! Found from what the chat says first, then from names of files, which people change.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization as _;

use super::body::What;
use super::strings::{App, Label, STRINGS, Shape, without_marks};
use crate::model::{Conversation, ConversationKind, Fingerprint, Kind, Platform, Twins};

/// What is learnt of a chat, message by message.
#[derive(Default)]
pub struct Survey {
    /// People, in order of appearance, with the number of their own messages.
    senders: Vec<(String, u32)>,
    places: HashMap<String, usize>,
    /// Who stands before notices of iOS without ever writing: the group itself.
    pseudo: HashMap<String, u32>,
    /// Who stands before the notice about encryption: the group or the other person.
    opener: Option<String>,
    /// The last title a notice gave.
    subject: Option<String>,
    group: bool,
    /// People whose message "You" deleted.
    deleters: Vec<String>,
    /// People before notices that speak of the owner alone.
    own_notices: Vec<String>,
}

/// Titles by names of files and folders.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// From the text file.
    pub file: Option<String>,
    /// From the ZIP or folder around it.
    pub bundle: Option<String>,
}

/// A chat as a whole.
pub struct Whole {
    /// The conversation of its messages.
    pub conversation: Conversation,
    /// The owner of the exporting phone, when the export proves who that is or the user said so.
    pub owner: Option<String>,
}

impl Survey {
    /// Learns from one message. `sender` is clean ([`clean_name`]).
    pub fn see(&mut self, app: App, sender: Option<&str>, what: What, text: &str) {
        match (sender, what) {
            (None, _) => self.hear(app, None, text),
            (Some(sender), What::Notice { encryption }) => {
                *self.pseudo.entry(sender.to_owned()).or_insert(0) += 1;
                if encryption && self.opener.is_none() {
                    self.opener = Some(sender.to_owned());
                }
                self.hear(app, Some(sender), text);
            }
            (Some(sender), what) => {
                self.count(sender);
                if what == (What::Deleted { own: true }) && !self.deleters.iter().any(|known| known == sender) {
                    self.deleters.push(sender.to_owned());
                }
            }
        }
    }

    fn count(&mut self, sender: &str) {
        if let Some((_, count)) = self.places.get(sender).and_then(|place| self.senders.get_mut(*place)) {
            *count += 1;
        } else {
            self.places.insert(sender.to_owned(), self.senders.len());
            self.senders.push((sender.to_owned(), 1));
        }
    }

    /// Learns from a notice.
    fn hear(&mut self, app: App, sender: Option<&str>, text: &str) {
        let title = [Shape::CreatedOwn, Shape::Created, Shape::Subject]
            .iter()
            .find_map(|shape| Some((*shape, STRINGS.capture(*shape, Some(app), text)?.hole)));
        if let Some((shape, title)) = title {
            self.group = true;
            self.subject = Some(normal_title(title));
            if let (Shape::CreatedOwn, Some(sender)) = (shape, sender) {
                self.own_notices.push(sender.to_owned());
            }
        } else if STRINGS.label(app, text) == Some(Label::LeftOwn) {
            self.group = true;
            self.own_notices.extend(sender.map(str::to_owned));
        } else if !self.group && STRINGS.capture(Shape::GroupNotice, Some(app), text).is_some() {
            self.group = true;
        }
    }

    /// Concludes.
    pub fn conclude(self, names: &Names, me: Option<&str>) -> Whole {
        let writes = |name: &str| self.senders.iter().any(|(sender, _)| same_name(sender, name));
        let group_name = self.group_name(names, &writes);
        let group = self.group || self.senders.len() > 2 || (group_name.is_some() && self.senders.len() > 1);
        let given = names.file.clone().or_else(|| names.bundle.clone());
        let opener = self.opener.clone().filter(|name| writes(name) && self.senders.len() <= 2);
        // A chat named after somebody who writes in it is the chat with that person, whatever notices say.
        let person = given.clone().filter(|name| writes(name));
        let title = person.or(group_name).or(opener).or_else(|| self.subject.clone()).or(given);
        let by_proof = me.and_then(|me| self.named(me)).or_else(|| self.proven_owner(title.as_deref(), group));
        let title = title.or_else(|| self.other_than(by_proof.as_deref(), group));
        let kind = if group {
            ConversationKind::Group
        } else if self.senders.len() == 2 || title.is_some() {
            ConversationKind::Direct
        } else {
            ConversationKind::Unknown
        };
        let mut participants: Vec<String> = self.senders.into_iter().map(|(name, _)| name).collect();
        let title = title.unwrap_or_else(|| {
            let mut names = participants.clone();
            names.sort();
            names.join(", ")
        });
        if kind == ConversationKind::Direct && !participants.iter().any(|name| same_name(name, &title)) {
            participants.push(title.clone());
        }
        Whole { conversation: conversation(title, kind, participants), owner: by_proof }
    }

    /// The group's own name: who stands before notices of iOS and never writes.
    fn group_name(&self, names: &Names, writes: &dyn Fn(&str) -> bool) -> Option<String> {
        let mut silent: Vec<(&String, u32)> =
            self.pseudo.iter().filter(|(name, _)| !writes(name)).map(|(name, count)| (name, *count)).collect();
        silent.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let opener = silent.iter().find(|(name, _)| self.opener.as_ref() == Some(*name));
        let (name, count) = opener.or(silent.first())?;
        // One notice about a member who never wrote names that member; better sources come first.
        let weak = opener.is_none() && *count < 2;
        let better = self.subject.is_some() || names.file.is_some() || names.bundle.is_some();
        (!(weak && better)).then(|| (*name).clone())
    }

    fn named(&self, me: &str) -> Option<String> {
        self.senders.iter().map(|(name, _)| name).find(|name| same_name(name, me)).cloned()
    }

    fn proven_owner(&self, title: Option<&str>, group: bool) -> Option<String> {
        match self.deleters.as_slice() {
            [only] => return Some(only.clone()),
            [] => {}
            _ => return None,
        }
        if let (false, Some(title), [(first, _), (second, _)]) = (group, title, self.senders.as_slice()) {
            match (same_name(first, title), same_name(second, title)) {
                (true, false) => return Some(second.clone()),
                (false, true) => return Some(first.clone()),
                _ => {}
            }
        }
        let own = self.own_notices.first()?;
        let certain =
            self.own_notices.iter().all(|other| other == own) && title.is_none_or(|title| !same_name(title, own));
        self.senders.iter().map(|(name, _)| name).find(|name| certain && *name == own).cloned()
    }

    /// The other person of a chat of two whose owner is known.
    fn other_than(&self, owner: Option<&str>, group: bool) -> Option<String> {
        match (owner, self.senders.as_slice()) {
            (Some(owner), [(first, _), (second, _)]) if !group => {
                Some(if first == owner { second.clone() } else { first.clone() })
            }
            _ => None,
        }
    }
}

fn conversation(title: String, kind: ConversationKind, participants: Vec<String>) -> Conversation {
    let id = Fingerprint::new(Platform::Whatsapp, Kind::Message)
        .text("conversation")
        .text(&normal_title(&title))
        .finish(&mut Twins::new())
        .to_string();
    Conversation { id, title, kind, participants }
}

/// A name as people read it: without marks, trimmed. `~ Name` of unsaved people stays as it is printed.
pub fn clean_name(name: &str) -> String {
    let bare = without_marks(name);
    let trimmed = bare.trim();
    if trimmed.len() == bare.len() { bare } else { trimmed.to_owned() }
}

/// A title as it is compared: NFC, one kind of blank, no marks, case kept.
pub fn normal_title(title: &str) -> String {
    let blank = |c: char| if matches!(c, '\u{a0}' | '\u{202f}') { ' ' } else { c };
    without_marks(title).nfc().map(blank).collect::<String>().trim().to_owned()
}

fn same_name(a: &str, b: &str) -> bool {
    a == b || normal_title(a).to_lowercase() == normal_title(b).to_lowercase()
}

/// The phone number that a name is, when it is one: digits, blanks and signs, at least six digits.
pub fn phone_of(name: &str) -> Option<String> {
    let sign =
        |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '-' | '\u{2010}' | '\u{2011}' | '(' | ')' | '.' | '/');
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let rest = name.strip_prefix('+').unwrap_or(name);
    (digits >= 6 && rest.chars().all(|c| c.is_ascii_digit() || sign(c))).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survey(messages: &[(&str, &str)]) -> Survey {
        let mut survey = Survey::default();
        for (sender, text) in messages {
            let what = match *text {
                "deleted" => What::Deleted { own: true },
                "encrypted" => What::Notice { encryption: true },
                text if text.starts_with('!') => What::Notice { encryption: false },
                _ => What::Text,
            };
            let sender = (!sender.is_empty()).then_some(*sender);
            survey.see(App::Ios, sender, what, text.trim_start_matches('!'));
        }
        survey
    }

    fn check(messages: &[(&str, &str)], file: Option<&str>, title: &str, kind: ConversationKind, owner: Option<&str>) {
        let names = Names { file: file.map(str::to_owned), bundle: None };
        let whole = survey(messages).conclude(&names, None);
        let found = (whole.conversation.title.as_str(), whole.conversation.kind, whole.owner.as_deref());
        assert_eq!(found, (title, kind, owner), "{messages:?}");
    }

    #[test]
    fn titles_come_from_the_chat_then_from_names() {
        let two = [("Bob", "encrypted"), ("Ana", "hi"), ("Bob", "yes")];
        check(&two, None, "Bob", ConversationKind::Direct, Some("Ana"));
        check(&[("Ana", "hi"), ("Bob", "yes")], Some("Bob"), "Bob", ConversationKind::Direct, Some("Ana"));
        check(&[("Ana", "hi"), ("Bob", "yes")], None, "Ana, Bob", ConversationKind::Direct, None);
        check(&[("Bob", "hi"), ("Ana", "deleted")], None, "Bob", ConversationKind::Direct, Some("Ana"));
        let group = [("Trip", "encrypted"), ("Ana", "hi"), ("Bob", "yes")];
        check(&group, None, "Trip", ConversationKind::Group, None);
        let renamed = [("", "Bob changed the subject to \"Trip\""), ("Ana", "hi")];
        check(&renamed, None, "Trip", ConversationKind::Group, None);
    }

    #[test]
    fn phones_are_told_from_names() {
        assert_eq!(
            phone_of("+33\u{a0}6\u{a0}12\u{a0}34\u{a0}56\u{a0}78").as_deref(),
            Some("+33\u{a0}6\u{a0}12\u{a0}34\u{a0}56\u{a0}78")
        );
        assert_eq!(phone_of("+1 (555) 010\u{2011}0199").as_deref(), Some("+1 (555) 010\u{2011}0199"));
        assert_eq!((phone_of("Bob 2"), phone_of("12:30"), phone_of("12345")), (None, None, None));
    }
}
