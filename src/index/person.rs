//! A person as `from:` finds one: by name, handle or number.

use super::facts::{Who, name_words};
use super::fold::fold;
use super::phone::Phone;
use super::query::node::Name;
use super::whom::is_author;
use crate::model::Author;

/// A person asked for.
pub struct PersonQuery(Name);

impl PersonQuery {
    /// The person in a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(Name::whole(text))
    }

    /// Whether `from:` with this text finds what the author wrote.
    #[must_use]
    pub fn finds(&self, author: &Author) -> bool {
        let words = name_words(&author.name);
        let handle = author.handle.as_deref().map(fold).unwrap_or_default();
        let phone: String = author.phone.iter().flat_map(|phone| phone.chars()).filter(char::is_ascii_digit).collect();
        let who = Who { conversation: &[], title: "", author: &words, handle: &handle, phone: &phone };
        is_author(&who, &self.0)
    }

    /// Whether the text is the whole name or handle of the author, or digits of the number.
    #[must_use]
    pub fn is_exactly(&self, author: &Author) -> bool {
        let folded = fold(&self.0.typed);
        let handle = author.handle.as_deref().map(fold);
        self.0.digits.is_some() || fold(&author.name) == folded || handle == Some(folded)
    }
}

/// Letters and digits of a text as searches compare them: without case, accents, blanks and signs.
#[must_use]
pub fn folded(text: &str) -> String {
    fold(text)
}

/// The digits of a phone number with its country's code. A number written without one is that of the country, when it can be.
/// Nothing when that is not certain.
#[must_use]
pub fn international(phone: &str, country: Option<&str>) -> Option<String> {
    let phone = Phone::of(phone)?;
    if phone.is_international {
        return Some(phone.digits);
    }
    // Without a country, a number may be one of many.
    country?;
    let mut numbers = phone.at_home_in(country).into_iter();
    numbers.next().filter(|_| numbers.next().is_none())
}
