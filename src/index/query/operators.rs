//! The filters of the query language and the names of their values, in English and French.

use crate::index::facts::{flag, has, kind_number, platform_number};
use crate::model::Kind;
use crate::model::Platform;

/// A filter of the query language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// Who wrote it.
    From,
    /// Whom the owner wrote it to.
    To,
    /// Written by or to somebody.
    With,
    /// Conversation, group, album or page.
    In,
    /// Platform.
    Platform,
    /// The owner's account.
    Account,
    /// Kind of record or of file.
    Type,
    /// What it holds.
    Has,
    /// State.
    Is,
    /// Earlier than the start of a date.
    Before,
    /// Up to the end of a date.
    Until,
    /// From the start of a date on.
    After,
    /// Within a date or a range of dates.
    On,
    /// Name or ending of a file.
    File,
    /// Import or download.
    Source,
    /// A sum of money.
    Amount,
    /// A phone number.
    Phone,
    /// The owner's label.
    Label,
    /// Order of results.
    Sort,
}

impl Operator {
    /// The name in queries and JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::To => "to",
            Self::With => "with",
            Self::In => "in",
            Self::Platform => "platform",
            Self::Account => "account",
            Self::Type => "type",
            Self::Has => "has",
            Self::Is => "is",
            Self::Before => "before",
            Self::Until => "until",
            Self::After => "after",
            Self::On => "on",
            Self::File => "file",
            Self::Source => "source",
            Self::Amount => "amount",
            Self::Phone => "phone",
            Self::Label => "label",
            Self::Sort => "sort",
        }
    }

    /// The operator of a folded name.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "from" | "de" => Self::From,
            "to" | "a" => Self::To,
            "with" | "avec" => Self::With,
            "in" | "dans" => Self::In,
            "platform" | "plateforme" | "appli" => Self::Platform,
            "account" | "compte" => Self::Account,
            "type" => Self::Type,
            "has" | "contient" => Self::Has,
            "is" | "est" => Self::Is,
            "before" | "avant" => Self::Before,
            "until" | "jusqua" => Self::Until,
            "after" | "since" | "apres" | "depuis" => Self::After,
            "on" | "le" | "date" => Self::On,
            "file" | "fichier" => Self::File,
            "source" => Self::Source,
            "amount" | "montant" | "prix" => Self::Amount,
            "phone" | "tel" => Self::Phone,
            "label" | "etiquette" => Self::Label,
            "sort" | "tri" => Self::Sort,
            _ => return None,
        })
    }

    /// The same filter given twice widens the search instead of narrowing it.
    pub(super) const fn widens(self) -> bool {
        matches!(self, Self::From | Self::To | Self::In | Self::Type | Self::Platform | Self::Account | Self::Label)
    }

    /// Its value is a number that may hold blanks.
    pub(super) const fn is_number(self) -> bool {
        matches!(self, Self::Amount | Self::Phone)
    }

    /// Its value may be a phone number, which may hold blanks.
    pub(super) const fn may_be_phone(self) -> bool {
        matches!(self, Self::From | Self::To | Self::With | Self::In | Self::Account)
    }

    pub(super) const fn is_date(self) -> bool {
        matches!(self, Self::Before | Self::Until | Self::After | Self::On)
    }
}

/// What the class of a record must be. Empty sets ask nothing; within `kinds`, `flags` and `has` one is enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::index) struct ClassTest {
    /// One bit for each kind.
    pub(in crate::index) kinds: u16,
    /// One bit for each platform.
    pub(in crate::index) platforms: u8,
    /// Flags of a class.
    pub(in crate::index) flags: u16,
    /// Contents of a class.
    pub(in crate::index) has: u16,
}

fn kinds(kinds: &[Kind]) -> ClassTest {
    ClassTest { kinds: kinds.iter().fold(0, |all, kind| all | 1 << kind_number(*kind)), ..ClassTest::default() }
}

const fn holds(has: u16) -> ClassTest {
    ClassTest { kinds: 0, platforms: 0, flags: 0, has }
}

const fn flagged(flags: u16) -> ClassTest {
    ClassTest { kinds: 0, platforms: 0, flags, has: 0 }
}

/// The test of a folded value of `platform:`, `type:`, `has:` or `is:`.
pub(super) fn class_test(operator: Operator, value: &str) -> Option<ClassTest> {
    match operator {
        Operator::Platform => platform(value),
        Operator::Type => kind(value).or_else(|| content(value)),
        Operator::Has => content(value),
        Operator::Is => state(value),
        _ => None,
    }
}

fn platform(value: &str) -> Option<ClassTest> {
    let platform = match value {
        "facebook" | "fb" => Platform::Facebook,
        "messenger" | "msg" => Platform::Messenger,
        "instagram" | "insta" | "ig" => Platform::Instagram,
        "threads" => Platform::Threads,
        "whatsapp" | "wa" | "wsp" | "whatsappbusiness" => Platform::Whatsapp,
        "x" | "twitter" => Platform::X,
        "telegram" | "tg" => Platform::Telegram,
        _ => return None,
    };
    Some(ClassTest { platforms: 1 << platform_number(platform), ..ClassTest::default() })
}

fn kind(value: &str) -> Option<ClassTest> {
    Some(kinds(&[match value {
        "message" | "messages" => Kind::Message,
        "post" | "posts" | "publication" | "publications" => Kind::Post,
        "story" | "stories" => Kind::Story,
        "comment" | "comments" | "commentaire" | "commentaires" => Kind::Comment,
        "reaction" | "reactions" | "like" | "likes" => Kind::Reaction,
        "album" | "albums" => Kind::Album,
        "event" | "events" | "evenement" | "evenements" => Kind::Event,
        "contact" | "contacts" | "friend" | "ami" | "amis" => Kind::Contact,
        "profile" | "profil" => Kind::Profile,
        "page" | "pages" | "group" | "groupe" => Kind::Page,
        "saved" | "enregistre" => Kind::Saved,
        "search" | "recherche" => Kind::Search,
        "listing" | "annonce" | "annonces" => Kind::Listing,
        "poll" | "sondage" => Kind::Poll,
        "other" | "autre" => Kind::Other,
        _ => return None,
    }]))
}

fn content(value: &str) -> Option<ClassTest> {
    Some(holds(match value {
        "photo" | "photos" | "image" | "images" | "picture" => has::PHOTO,
        "video" | "videos" => has::VIDEO,
        "audio" | "vocal" | "vocaux" | "voice" | "son" => has::AUDIO,
        "document" | "documents" | "doc" => has::DOCUMENT,
        "sticker" | "stickers" | "autocollant" => has::STICKER,
        "gif" | "gifs" => has::GIF,
        "contact" | "contacts" | "vcard" => has::CONTACT,
        "location" | "lieu" | "place" | "position" => has::LOCATION,
        "link" | "links" | "lien" | "liens" | "url" => has::LINK,
        "reaction" | "reactions" => has::REACTION,
        "caption" | "legende" => has::CAPTION,
        "tag" | "tags" => has::TAG,
        "email" | "mail" | "courriel" => has::EMAIL,
        "file" | "fichier" | "media" | "medias" | "attachment" => has::ANY_FILE,
        _ => return None,
    }))
}

fn state(value: &str) -> Option<ClassTest> {
    Some(flagged(match value {
        "sent" | "envoye" | "own" | "de-moi" | "demoi" => flag::OWN,
        "received" | "recu" => flag::OTHERS,
        "group" | "groupe" => flag::GROUP,
        "direct" | "prive" => flag::DIRECT,
        "deleted" | "supprime" => flag::DELETED,
        "edited" | "modifie" => flag::EDITED,
        "system" | "systeme" => flag::SYSTEM,
        _ => return None,
    }))
}
