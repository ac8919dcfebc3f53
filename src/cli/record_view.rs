//! Records as people read them.

use super::context::Context;
use super::names::ShownNames;
use crate::model::{Attachment, AttachmentKind, AttachmentStatus, Kind, Platform, Record};

/// Letters of an id that are shown; enough to tell millions of records apart, and any unambiguous beginning is taken.
pub(super) const ID_SHOWN: usize = 10;

/// The id as results show it.
pub(super) fn short_id(record: &Record) -> String {
    record.id.to_string().chars().take(ID_SHOWN).collect()
}

/// The name of a platform, the same in every language.
pub(super) const fn platform_name(platform: Platform) -> &'static str {
    match platform {
        Platform::Facebook => "Facebook",
        Platform::Messenger => "Messenger",
        Platform::Instagram => "Instagram",
        Platform::Threads => "Threads",
        Platform::Whatsapp => "WhatsApp",
        Platform::X => "X",
        Platform::Telegram => "Telegram",
    }
}

impl Context {
    /// `14 mars 2024 18:04  WhatsApp › Fatou Ndiaye`, then the author when somebody else than the conversation's title.
    pub(super) fn heading(&self, record: &Record, names: &ShownNames) -> String {
        let place = match &record.conversation {
            Some(_) if names.title.is_some() => names.title.clone().unwrap_or_default(),
            Some(conversation) if !conversation.title.is_empty() => conversation.title.clone(),
            _ => self.words.text(kind_id(record.kind)),
        };
        let author = record.author.as_ref().map(|author| match author.name.as_str() {
            "" if author.is_owner => self.words.text("record-owner"),
            name => name.to_owned(),
        });
        let author = names.author.clone().or(author).unwrap_or_default();
        let mut heading = format!("{} › {}", platform_name(record.platform), place);
        if !author.is_empty() && author != place {
            heading.push_str(" · ");
            heading.push_str(&author);
        }
        format!("{}  {}", self.time(&record.time), self.output.short(&heading, 64))
    }

    /// One line that stands for a record without text.
    #[must_use]
    pub fn summary(&self, record: &Record) -> String {
        let named: Vec<String> = record.attachments.iter().map(|attachment| self.attachment(attachment)).collect();
        let link = || record.links.first().map(|link| link.title.clone().unwrap_or_else(|| link.url.clone()));
        let title = || {
            let value = record.extra.get("title").or_else(|| record.extra.get("name"))?;
            value.as_str().map(str::to_owned)
        };
        if named.is_empty() {
            link().or_else(title).unwrap_or_else(|| self.words.text(kind_id(record.kind)))
        } else {
            self.words.list(named)
        }
    }

    /// `photo IMG-1.jpg (missing)`.
    #[must_use]
    pub fn attachment(&self, attachment: &Attachment) -> String {
        let kind = self.words.text(match attachment.kind {
            AttachmentKind::Photo => "attachment-photo",
            AttachmentKind::Video => "attachment-video",
            AttachmentKind::Audio => "attachment-audio",
            AttachmentKind::Document => "attachment-document",
            AttachmentKind::Sticker => "attachment-sticker",
            AttachmentKind::Gif => "attachment-gif",
            AttachmentKind::Contact => "attachment-contact",
            AttachmentKind::Location => "attachment-location",
            AttachmentKind::Other => "attachment-other",
        });
        let name = if attachment.name.is_empty() { kind } else { format!("{kind} {}", attachment.name) };
        let state = match attachment.status {
            AttachmentStatus::Stored => {
                let size = attachment.size_bytes.map(|bytes| self.words.size(bytes));
                return size.map_or(name.clone(), |size| format!("{name} ({size})"));
            }
            AttachmentStatus::Missing => "attachment-is-missing",
            AttachmentStatus::Omitted => "attachment-is-omitted",
            AttachmentStatus::Failed => "attachment-is-failed",
            AttachmentStatus::Remote => "attachment-is-remote",
        };
        format!("{name} ({})", self.words.text(state))
    }
}

/// The id of a kind's name.
pub(super) const fn kind_id(kind: Kind) -> &'static str {
    match kind {
        Kind::Message => "kind-message",
        Kind::Post => "kind-post",
        Kind::Story => "kind-story",
        Kind::Comment => "kind-comment",
        Kind::Reaction => "kind-reaction",
        Kind::Album => "kind-album",
        Kind::Event => "kind-event",
        Kind::Contact => "kind-contact",
        Kind::Profile => "kind-profile",
        Kind::Page => "kind-page",
        Kind::Saved => "kind-saved",
        Kind::Search => "kind-search",
        Kind::Listing => "kind-listing",
        Kind::Poll => "kind-poll",
        Kind::Other => "kind-other",
    }
}

/// The id of `N posts`, by the kind's name in JSON.
pub(super) fn count_id(kind: &str) -> &'static str {
    match kind {
        "message" => "count-message",
        "post" => "count-post",
        "story" => "count-story",
        "comment" => "count-comment",
        "reaction" => "count-reaction",
        "album" => "count-album",
        "event" => "count-event",
        "contact" => "count-contact",
        "profile" => "count-profile",
        "page" => "count-page",
        "saved" => "count-saved",
        "search" => "count-search",
        "listing" => "count-listing",
        "poll" => "count-poll",
        _ => "count-other",
    }
}
