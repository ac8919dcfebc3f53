//! The two languages, and which one a locale name asks for.

/// A language the program speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// French, the language most users read.
    French,
    /// English.
    English,
}

impl Language {
    /// Both, French first.
    pub const ALL: [Self; 2] = [Self::French, Self::English];

    /// The name `--lang` takes.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
        }
    }

    /// What a locale name such as `fr_SN.UTF-8`, `en`, `C` asks for; `None` for languages the program does not speak.
    #[must_use]
    pub fn of_locale(locale: &str) -> Option<Self> {
        let language = locale.split(['.', '@', '_', '-']).next().unwrap_or_default();
        match language.to_ascii_lowercase().as_str() {
            "fr" => Some(Self::French),
            "en" | "c" | "posix" => Some(Self::English),
            _ => None,
        }
    }

    /// The first language that a list of locale names asks for, else French.
    pub fn choose<'a>(locales: impl IntoIterator<Item = &'a str>) -> Self {
        locales.into_iter().find_map(Self::of_locale).unwrap_or(Self::French)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locale_names_choose_the_language() {
        let check = |locales: &[&str], expected| assert_eq!(Language::choose(locales.iter().copied()), expected);
        check(&["fr_SN.UTF-8"], Language::French);
        check(&["en-CA"], Language::English);
        check(&["C.UTF-8"], Language::English);
        check(&["POSIX"], Language::English);
        check(&["wo_SN", "en_US"], Language::English);
        check(&["", "de_DE"], Language::French);
        check(&[], Language::French);
    }
}
