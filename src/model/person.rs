//! By what a platform tells one person from another.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::identity::RecordId;
use super::record::{Author, Platform};

/// What an identity is known by, the most certain first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum KnownBy {
    /// The platform's own number of an account.
    Account,
    /// A user name.
    Handle,
    /// A phone number.
    Phone,
    /// A card of an address book, by the id of its record.
    Card,
    /// A name and nothing else: two people of one name cannot be told apart.
    Name,
}

impl KnownBy {
    /// The name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Handle => "handle",
            Self::Phone => "phone",
            Self::Card => "card",
            Self::Name => "name",
        }
    }
}

/// Somebody as one platform knows them: the smallest thing that can be told to be one person or another.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Identity {
    /// Where.
    pub platform: Platform,
    /// What `value` is.
    pub by: KnownBy,
    /// Account number, user name in lower case without `@`, digits of the number with `+` before a country's code, id of the
    /// card's record, or name.
    pub value: String,
}

impl Identity {
    /// The identity of an author, whose account number is known or not. Nothing without a name.
    #[must_use]
    pub fn of(platform: Platform, author: &Author, account: Option<&str>) -> Option<Self> {
        let handle = author.handle.as_deref().map(handle_form);
        let phone = author.phone.as_deref().map(phone_form);
        let known = [
            (KnownBy::Account, account.map(str::to_owned)),
            (KnownBy::Handle, handle),
            (KnownBy::Phone, phone),
            (KnownBy::Name, Some(author.name.trim().to_owned())),
        ];
        let (by, value) =
            known.into_iter().find_map(|(by, value)| Some((by, value.filter(|value| !value.is_empty())?)))?;
        Some(Self { platform, by, value })
    }

    /// A short name of it, the same in every archive: 26 characters, of which the first are enough.
    #[must_use]
    pub fn id(&self) -> RecordId {
        let mut hasher = blake3::Hasher::new_derive_key("malle 2026 identity of people v1");
        for part in [self.platform.name(), self.by.name(), &self.value] {
            hasher.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let mut id = [0; 16];
        hasher.finalize_xof().fill(&mut id);
        RecordId::from_bytes(id)
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.platform.name(), self.by.name(), self.value)
    }
}

/// A user name as it is compared.
#[must_use]
pub fn handle_form(handle: &str) -> String {
    handle.trim().trim_start_matches('@').to_lowercase()
}

/// A number as it is compared: digits, with `+` in front when the country's code is written.
#[must_use]
pub fn phone_form(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let trimmed = phone.trim_start();
    match digits.strip_prefix("00") {
        _ if trimmed.starts_with('+') || trimmed.starts_with("(+") => format!("+{digits}"),
        Some(abroad) if digits.len() > 9 => format!("+{abroad}"),
        _ => digits,
    }
}

/// Somebody as a record names them, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// By what they are told from others.
    pub identity: Identity,
    /// The name shown; may be empty.
    pub name: String,
    /// User name as written.
    pub handle: Option<String>,
    /// Numbers as written.
    pub phones: Vec<String>,
    /// The download proves that it is the owner.
    pub is_owner: bool,
    /// An entry of an address book or list of friends, nothing the person wrote.
    pub is_card: bool,
    /// Records.
    pub records: u64,
    /// Milliseconds since 1970 of the earliest.
    pub first_ms: Option<i64>,
    /// Likewise of the latest.
    pub last_ms: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_certain_thing_known_is_taken() {
        let author = |name: &str, handle: Option<&str>, phone: Option<&str>| Author {
            name: name.to_owned(),
            handle: handle.map(str::to_owned),
            phone: phone.map(str::to_owned),
            is_owner: false,
        };
        let check = |author: Author, account: Option<&str>, expected: &str| {
            let identity = Identity::of(Platform::Whatsapp, &author, account);
            assert_eq!(identity.map(|found| found.to_string()).unwrap_or_default(), expected);
        };
        check(author("Awa", Some("@Awa.Sow"), Some("+221 77")), Some("user7"), "whatsapp/account/user7");
        check(author("Awa", Some("@Awa.Sow"), Some("+221 77")), None, "whatsapp/handle/awa.sow");
        check(author("Awa", None, Some("+221 77 123 45 67")), None, "whatsapp/phone/+221771234567");
        check(author("Awa", None, Some("00221 77 123 45 67")), Some(""), "whatsapp/phone/+221771234567");
        check(author("Awa", Some(""), Some("77 123 45 67")), None, "whatsapp/phone/771234567");
        check(author(" Awa ", None, None), None, "whatsapp/name/Awa");
        check(author(" ", None, None), None, "");
    }
}
