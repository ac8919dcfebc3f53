//! What the numbers of message types mean (docs/formats/whatsapp.md). Unknown numbers stay numbers.

use crate::model::AttachmentKind;

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Words.
    Text,
    /// A file with or without words.
    Media(AttachmentKind),
    /// One or several contact cards.
    Cards,
    /// A place; live positions follow a person.
    Place {
        /// Followed for a while.
        live: bool,
    },
    /// Written by the app.
    Notice,
    /// A call.
    Call,
    /// Taken back by its sender or an admin.
    Deleted,
    /// Not delivered to this device, or encrypted for another one.
    Unavailable,
    /// A question with answers.
    Poll,
    /// Words with facts of their own (an order, a product, an invitation, a template), by name.
    Titled(&'static str),
    /// A number this version does not know.
    Unknown,
}

/// `message_type` of Android; `media_wa_type` of its older databases.
pub const fn android(number: i64) -> What {
    match number {
        0 => What::Text,
        1 | 42 => What::Media(AttachmentKind::Photo),
        2 | 82 => What::Media(AttachmentKind::Audio),
        3 | 43 => What::Media(AttachmentKind::Video),
        4 | 14 => What::Cards,
        5 => What::Place { live: false },
        7 | 36 | 56 | 112 => What::Notice,
        8 | 10 | 90 => What::Call,
        9 => What::Media(AttachmentKind::Document),
        11 => What::Unavailable,
        13 => What::Media(AttachmentKind::Gif),
        15 | 64 => What::Deleted,
        16 => What::Place { live: true },
        20 => What::Media(AttachmentKind::Sticker),
        23 => What::Titled("product"),
        24 => What::Titled("group-invite"),
        25..=28 | 32 => What::Titled("template"),
        44 => What::Titled("order"),
        45 | 55 | 57 => What::Titled("buttons"),
        46 | 49 => What::Titled("answer"),
        66 | 106 => What::Poll,
        81 | 103 => What::Media(AttachmentKind::Other),
        99 => What::Titled("album"),
        _ => What::Unknown,
    }
}

/// `ZMESSAGETYPE` of iOS.
pub const fn apple(number: i64) -> What {
    match number {
        0 | 7 | 25 | 31 | 34 => What::Text,
        1 | 38 => What::Media(AttachmentKind::Photo),
        2 | 39 => What::Media(AttachmentKind::Video),
        3 => What::Media(AttachmentKind::Audio),
        4 => What::Cards,
        5 => What::Place { live: false },
        6 | 10 | 28 => What::Notice,
        8 => What::Media(AttachmentKind::Document),
        11 => What::Media(AttachmentKind::Gif),
        12 => What::Unavailable,
        14 => What::Deleted,
        15 => What::Media(AttachmentKind::Sticker),
        19 | 20 | 23 | 24 | 30 | 32 | 41 | 42 => What::Titled("template"),
        26 => What::Titled("product"),
        27 => What::Titled("group-invite"),
        46 => What::Poll,
        _ => What::Unknown,
    }
}

/// Messages that can be looked at once.
pub const fn once_android(number: i64) -> bool {
    matches!(number, 42 | 43 | 82)
}

/// The same of iOS.
pub const fn once_apple(number: i64) -> bool {
    matches!(number, 38 | 39)
}

/// What a notice of Android says (`message_system.action_type`).
pub const fn notice_android(number: i64) -> Option<&'static str> {
    Some(match number {
        1 => "subject",
        4 | 12 => "added",
        5 | 13 => "left",
        6 => "icon",
        7 | 14 => "removed",
        10 | 28 => "number-changed",
        11 => "group-created",
        15 => "admin",
        16 => "no-longer-admin",
        18 => "security-code",
        19 | 63 | 69 => "encryption",
        20 => "joined-by-link",
        21 => "link-reset",
        27 => "description",
        29..=33 => "group-settings",
        46 => "business-chat",
        47 => "official-business",
        50 => "standard-account",
        52 => "joined-by-invitation",
        56 | 59 | 60 | 68 | 80 => "disappearing-messages",
        57 => "devices-changed",
        58 => "blocked",
        70 => "call",
        75 | 108 | 90 => "added-to-community",
        78 => "removed-from-community",
        79 => "joined-from-community",
        118 => "pinned",
        129 => "in-contacts",
        136 => "joined-whatsapp",
        158 => "from-advertisement",
        _ => return None,
    })
}

/// What a notice of iOS says: `ZGROUPEVENTTYPE`, whose meaning depends on the message type (6 or 10).
pub const fn notice_apple(kind: i64, event: i64) -> Option<&'static str> {
    Some(match (kind, event) {
        (6, 1 | 56) => "subject",
        (6, 2 | 50) => "added",
        (6, 3) => "left",
        (6, 4 | 5) => "icon",
        (6, 7) => "removed",
        (6, 9) | (10, 5 | 6) => "number-changed",
        (6, 10) => "admin",
        (6, 11) => "no-longer-admin",
        (6, 12) => "group-created",
        (6, 15) => "joined-by-link",
        (6, 17 | 22) => "description",
        (6, 18..=21) => "group-settings",
        (6, 23) => "joined-by-invitation",
        (6, 26) => "disappearing-messages",
        (6, 31 | 61) => "added-to-community",
        (6, 33 | 43) => "removed-from-community",
        (10, 2) => "encryption",
        (10, 3 | 36) => "security-code",
        (10, 26) => "business-chat",
        (10, 25 | 38) => "official-business",
        (10, 30) => "standard-account",
        (10, 34 | 35) => "blocked",
        (10, 40 | 41) => "call",
        (10, 56) => "in-contacts",
        _ => return None,
    })
}

/// A missed call of iOS is a notice: whether with film.
pub const fn missed_call_apple(kind: i64, event: i64) -> Option<bool> {
    match (kind, event) {
        (10, 1 | 21 | 45) => Some(false),
        (10, 4 | 22 | 46) => Some(true),
        _ => None,
    }
}
