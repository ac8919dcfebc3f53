//! Looks texts up by id and fills in their arguments.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use super::{Language, format};

/// An argument of a text: a number (plurals follow it) or a piece of text.
pub type Value<'a> = FluentValue<'a>;

/// The texts of one language.
pub struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

const FRENCH: &[&str] = &[
    include_str!("fr/cli.ftl"),
    include_str!("fr/help.ftl"),
    include_str!("fr/errors.ftl"),
    include_str!("fr/reports.ftl"),
    include_str!("fr/guide.ftl"),
    include_str!("fr/sources.ftl"),
    include_str!("fr/backup.ftl"),
    include_str!("fr/notes.ftl"),
];

const ENGLISH: &[&str] = &[
    include_str!("en/cli.ftl"),
    include_str!("en/help.ftl"),
    include_str!("en/errors.ftl"),
    include_str!("en/reports.ftl"),
    include_str!("en/guide.ftl"),
    include_str!("en/sources.ftl"),
    include_str!("en/backup.ftl"),
    include_str!("en/notes.ftl"),
];

impl Words {
    /// The texts of `language`.
    #[must_use]
    pub fn new(language: Language) -> Self {
        let files = match language {
            Language::French => FRENCH,
            Language::English => ENGLISH,
        };
        let locale = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        // Isolation marks (U+2068, U+2069) would end up in terminals and files.
        bundle.set_use_isolating(false);
        for file in files {
            // A file with a fault still gives its sound texts; the tests refuse faults.
            let resource = FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(sound, _)| sound);
            bundle.add_resource_overriding(resource);
        }
        add_functions(&mut bundle, language);
        Self { language, bundle }
    }

    /// The language of these texts.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// The text of `id`, which takes no argument.
    #[must_use]
    pub fn text(&self, id: &str) -> String {
        self.with(id, &[])
    }

    /// The text of `id` with its arguments. An unknown id gives the id in brackets, which the tests look for.
    #[must_use]
    pub fn with(&self, id: &str, arguments: &[(&str, Value<'_>)]) -> String {
        self.find(id, arguments).unwrap_or_else(|| format!("⟦{id}⟧"))
    }

    /// The text of `id` with its arguments, if there is one. `id` may name an attribute: `message.attribute`.
    #[must_use]
    pub fn find(&self, id: &str, arguments: &[(&str, Value<'_>)]) -> Option<String> {
        let (name, attribute) = id.split_once('.').map_or((id, None), |(name, attribute)| (name, Some(attribute)));
        let message = self.bundle.get_message(name)?;
        let pattern = match attribute {
            Some(attribute) => message.get_attribute(attribute)?.value(),
            None => message.value()?,
        };
        let mut filled = FluentArgs::with_capacity(arguments.len());
        for (key, value) in arguments {
            filled.set(*key, value.clone());
        }
        let mut faults = Vec::new();
        Some(self.bundle.format_pattern(pattern, Some(&filled), &mut faults).into_owned())
    }

    /// A number with its digits grouped.
    #[must_use]
    pub fn number(&self, value: u64) -> String {
        format::number(self.language, i64::try_from(value).unwrap_or(i64::MAX))
    }

    /// A size in bytes with a fitting decimal unit.
    #[must_use]
    pub fn size(&self, bytes: u64) -> String {
        format::size(self.language, bytes)
    }

    /// A length of time.
    #[must_use]
    pub fn duration(&self, seconds: u64) -> String {
        Self::span(self.language, seconds)
    }

    /// A length of time, for texts made where no catalogue is at hand.
    #[must_use]
    pub fn span(language: Language, seconds: u64) -> String {
        format::duration(language, seconds)
    }

    /// A day, month written out.
    #[must_use]
    pub fn date(&self, day: chrono::NaiveDate) -> String {
        use chrono::Datelike as _;
        format::date(self.language, day.year(), day.month(), day.day()).unwrap_or_else(|| day.to_string())
    }

    /// A list as a sentence has it: commas between its items.
    #[must_use]
    pub fn list<S: AsRef<str>>(&self, items: impl IntoIterator<Item = S>) -> String {
        let items: Vec<String> = items.into_iter().map(|item| item.as_ref().to_owned()).collect();
        items.join(", ")
    }
}

/// `NUM(n)`: grouped digits. `SIZE(bytes)`: a size. `SPAN(seconds)`: a length of time.
fn add_functions(bundle: &mut FluentBundle<FluentResource>, language: Language) {
    // Adding fails only for a name added twice.
    let added = [
        bundle.add_function("NUM", move |given, _| whole(given, |n| format::number(language, n))),
        bundle.add_function("SIZE", move |given, _| {
            whole(given, |n| format::size(language, u64::try_from(n).unwrap_or(0)))
        }),
        bundle.add_function("SPAN", move |given, _| {
            whole(given, |n| format::duration(language, u64::try_from(n).unwrap_or(0)))
        }),
    ];
    debug_assert!(added.iter().all(Result::is_ok), "each function has its own name");
}

fn whole<'a>(given: &[FluentValue<'a>], write: impl Fn(i64) -> String) -> FluentValue<'a> {
    match given.first() {
        Some(FluentValue::Number(number)) => {
            // Counts and sizes are whole and far below 2^53, where f64 is exact.
            number
                .as_string()
                .split('.')
                .next()
                .and_then(|whole| whole.parse().ok())
                .map_or(FluentValue::Error, |n| FluentValue::String(write(n).into()))
        }
        Some(other) => other.clone(),
        None => FluentValue::Error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_follow_each_language() {
        let french = Words::new(Language::French);
        let english = Words::new(Language::English);
        let count = |words: &Words, n: u64| words.with("search-total", &[("count", n.into())]);
        assert_eq!(count(&french, 0), "0 résultat");
        assert_eq!(count(&french, 1), "1 résultat");
        assert_eq!(count(&french, 12_000), "12\u{a0}000 résultats");
        assert_eq!(count(&english, 0), "0 results");
        assert_eq!(count(&english, 1), "1 result");
        assert_eq!(count(&english, 12_000), "12,000 results");
    }
}
