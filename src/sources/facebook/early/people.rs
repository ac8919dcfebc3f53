//! Who wrote what a wall tells. A wall has no names of its own: each entry begins with a sentence of the platform.

use crate::bundle::Bundle;
use crate::sources::meta::html::{Layout, Piece, walk_page};
use crate::sources::meta::thread::Owner;

use super::page_of;

/// Words of the platform that follow the name of somebody who is not the owner, each with its blanks. Sentences of other
/// languages name nobody for certain, unless the name is known.
const VERBS: [&str; 26] = [
    " wrote on ",
    " posted ",
    " shared ",
    " updated ",
    " added ",
    " tagged ",
    " a écrit ",
    " a publié ",
    " a partagé ",
    " a mis à jour ",
    " a ajouté ",
    " a identifié ",
    " escribió ",
    " publicó ",
    " compartió ",
    " escreveu ",
    " publicou ",
    " compartilhou ",
    " partilhou ",
    " ha scritto ",
    " ha pubblicato ",
    " ha condiviso ",
    " hat ",
    " schrieb ",
    " teilte ",
    " heeft ",
];

/// The longest name of a person.
const NAME_MAX: usize = 100;

/// The name of the owner, which heads most pages.
pub(in super::super) fn owner_on_pages(bundle: &Bundle) -> Option<String> {
    let fits = |key: &str| key == "index.htm" || (page_of(key).is_some() && !key.starts_with("photos/"));
    let mut pages: Vec<_> = bundle.files().filter(|(_, file)| fits(&file.key)).collect();
    // Of all pages the profile is the smallest.
    pages.sort_by_key(|(_, file)| (file.key != "index.htm", file.size));
    pages.into_iter().find_map(|(number, _)| {
        let html = bundle.read(number).ok()?;
        // The closure never stops.
        let ended = walk_page(&html, Layout::flowing_until_2017(), &mut |_, _| Ok(())).ok()?;
        let name = ended.frame.heading.trim().to_owned();
        (ended.frame.has_main && !name.is_empty()).then_some(name)
    })
}

/// Names on the page of friends, the longest first.
pub(super) fn friends(bundle: &Bundle) -> Vec<String> {
    let mut names = Vec::new();
    for (number, _) in bundle.files().filter(|(_, file)| file.key == "html/friends.htm") {
        let Ok(html) = bundle.read(number) else { continue };
        // The closure never stops.
        let _ended = walk_page(&html, Layout::flowing_until_2017(), &mut |_, piece| {
            if let Piece::Record(record) = piece
                && record.name == "li"
            {
                names.push(split_note(&record.text()).0.to_owned());
            }
            Ok(())
        });
    }
    names.retain(|name| !name.is_empty());
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names
}

/// A name and what stands in parentheses after it.
pub(super) fn split_note(line: &str) -> (&str, Option<&str>) {
    match line.trim().strip_suffix(')').and_then(|line| line.rsplit_once(" (")) {
        Some((name, note)) => (name.trim(), Some(note.trim())),
        None => (line.trim(), None),
    }
}

/// Who an entry of the wall is by.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum By<'t> {
    Owner,
    Name(&'t str),
    Unknown,
}

/// Tells who it is by from the sentence above it; what stands there without a sentence is the owner's.
pub(super) fn author_of<'t>(title: &'t str, owner: &Owner, friends: &[String]) -> By<'t> {
    let begins = |name: &str| {
        title.strip_prefix(name).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)).then_some(name.len())
    };
    if title.is_empty() || owner.names.iter().any(|name| begins(name).is_some()) {
        return By::Owner;
    }
    let known = friends.iter().find_map(|name| begins(name));
    let told = || VERBS.iter().filter_map(|verb| title.find(verb)).min();
    let end = known.or_else(|| told().filter(|end| (1..=NAME_MAX).contains(end)));
    end.and_then(|end| title.get(..end)).map_or(By::Unknown, By::Name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_tell_who() {
        let owner = Owner { account: None, names: ["Awa Exemple".to_owned()].into_iter().collect() };
        let friends = ["Zoé Échantillon-Martin".to_owned(), "Zoé Échantillon".to_owned()];
        let check = |title: &str, expected: By<'_>| assert_eq!(author_of(title, &owner, &friends), expected, "{title}");
        check("", By::Owner);
        check("Awa Exemple updated her status.", By::Owner);
        check("Awa Exemples wrote on your timeline.", By::Name("Awa Exemples"));
        check("Zoé Échantillon-Martin aime ça.", By::Name("Zoé Échantillon-Martin"));
        check("Zoé Échantillon a écrit sur votre journal.", By::Name("Zoé Échantillon"));
        check("Bob Sample wrote on your timeline.", By::Name("Bob Sample"));
        check("Боб опубликовал фото.", By::Unknown);
    }

    #[test]
    fn notes_stand_in_parentheses() {
        assert_eq!(split_note("Bob Sample (Oct 4, 2013)"), ("Bob Sample", Some("Oct 4, 2013")));
        assert_eq!(split_note("Bob (le grand) Sample"), ("Bob (le grand) Sample", None));
        assert_eq!(split_note(" Zoé "), ("Zoé", None));
    }
}
