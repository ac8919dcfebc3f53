//! Identities that are one person, and whom a name in a query means by them.

use std::collections::{HashMap, HashSet};

use super::error::IndexError;
use super::facts::{Who, about};
use super::naming::Naming;
use super::plan::Planner;
use super::query::node::Name;
use super::whom::Called;
use crate::model::Identity;

/// Which identities are one person. Only people of several identities need be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Together {
    /// The number of the person of several identities.
    people: HashMap<Identity, usize>,
    /// Cards of different names with one number, each with who may be any of them.
    shared: HashMap<Identity, Vec<Identity>>,
}

impl Together {
    /// From the identities of each person.
    #[must_use]
    pub fn new(people: impl IntoIterator<Item = Vec<Identity>>) -> Self {
        let people = people.into_iter().filter(|identities| identities.len() > 1);
        let people = people.enumerate().flat_map(|(at, all)| all.into_iter().map(move |identity| (identity, at)));
        Self { people: people.collect(), shared: HashMap::new() }
    }

    /// The same, with cards whose number is on cards of other names too, each with who writes from that number: it is found by
    /// any of the names.
    #[must_use]
    pub fn sharing(mut self, pairs: impl IntoIterator<Item = (Identity, Identity)>) -> Self {
        for (card, other) in pairs {
            self.shared.entry(card).or_default().push(other);
        }
        self
    }

    fn is_empty(&self) -> bool {
        self.people.is_empty() && self.shared.is_empty()
    }
}

impl Together {
    /// The number of the person of several identities whose identity this is.
    pub(super) fn person_of(&self, identity: &Identity) -> Option<usize> {
        self.people.get(identity).copied()
    }
}

/// Fewest letters of the id of a person.
const ID_LETTERS_MIN: usize = 8;

/// Whom a name means.
#[derive(Default)]
pub(super) struct Meant {
    people: HashSet<usize>,
    /// People of one identity, asked for by their id.
    alone: HashSet<Identity>,
}

impl Meant {
    pub(super) fn is_nobody(&self) -> bool {
        self.people.is_empty() && self.alone.is_empty()
    }
}

fn looks_like_an_id(text: &str) -> bool {
    let text = text.trim();
    text.len() >= ID_LETTERS_MIN
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_digit())
}

impl Planner<'_> {
    /// The people of several identities one of whom bears the name; anybody whose id it is.
    pub(super) fn meant(&self, name: &Name, called: &Called<'_>) -> Result<Meant, IndexError> {
        let mut meant = Meant::default();
        let together = self.query.together.as_deref();
        let id = Some(name.typed.trim()).filter(|typed| looks_like_an_id(typed));
        if id.is_none() && together.is_none_or(Together::is_empty) {
            return Ok(meant);
        }
        let mut look = |identity: Identity, is_named: &dyn Fn() -> bool| {
            let person = together.and_then(|together| together.person_of(&identity));
            let is_its_id = || id.is_some_and(|id| identity.id().to_string().starts_with(id));
            match person {
                Some(person) if meant.people.contains(&person) => {}
                Some(person) if is_its_id() || is_named() => {
                    meant.people.insert(person);
                }
                None if is_its_id() => {
                    meant.alone.insert(identity);
                }
                _ => {}
            }
        };
        self.each_fact(&[about::WHO], &mut |fact| {
            let (Some(who), Some(naming)) = (Who::of(fact), Naming::of(fact)) else { return };
            if let Some(identity) = naming.identity() {
                look(identity, &|| called.is_author(&who));
            }
            // Nobody but the owner wrote: the title is all there is.
            if let Some(titled) = naming.titled() {
                look(titled, &|| called.is_author(&Who { author: who.title, handle: "", phone: "", ..who }));
            }
        })?;
        let mut sharing: Vec<&Identity> = Vec::new();
        self.each_card(&mut |who, naming| {
            let Some(identity) = naming.identity() else { return };
            if let Some(others) = together.and_then(|together| together.shared.get(&identity))
                && called.is_author(who)
            {
                sharing.extend(others);
            }
            look(identity, &|| called.is_author(who));
        })?;
        for identity in sharing {
            match together.and_then(|together| together.person_of(identity)) {
                Some(person) => meant.people.extend([person]),
                None => meant.alone.extend([identity.clone()]),
            }
        }
        Ok(meant)
    }

    fn is_meant(&self, meant: &Meant, identity: &Identity) -> bool {
        let person = self.query.together.as_deref().and_then(|together| together.person_of(identity));
        person.is_some_and(|person| meant.people.contains(&person)) || meant.alone.contains(identity)
    }

    /// Facts of what these people wrote.
    pub(super) fn written_by(&self, meant: &Meant) -> Result<Vec<Vec<u8>>, IndexError> {
        if meant.is_nobody() {
            return Ok(Vec::new());
        }
        self.facts(&[about::WHO], |fact| {
            let naming = Naming::of(fact).filter(Naming::is_author);
            naming.and_then(|naming| naming.identity()).is_some_and(|identity| self.is_meant(meant, &identity))
        })
    }

    /// Facts of conversations of two with these people.
    pub(super) fn alone_with(&self, meant: &Meant) -> Result<Vec<Vec<u8>>, IndexError> {
        if meant.is_nobody() {
            return Ok(Vec::new());
        }
        let mut conversations: HashSet<Vec<u8>> = HashSet::new();
        self.each_fact(&[about::WHO], &mut |fact| {
            let (Some(who), Some(naming)) = (Who::of(fact), Naming::of(fact).filter(Naming::is_direct)) else { return };
            let other = naming.identity().filter(|_| naming.is_author());
            if [other, naming.titled()].into_iter().flatten().any(|identity| self.is_meant(meant, &identity)) {
                conversations.insert(who.conversation.to_vec());
            }
        })?;
        self.facts(&[about::WHO], |fact| Who::of(fact).is_some_and(|who| conversations.contains(who.conversation)))
    }
}

#[cfg(test)]
mod tests {
    use super::looks_like_an_id;

    #[test]
    fn names_are_no_ids() {
        for name in ["Fatou Ndiaye", "fatoundiaye", "221771234567 ", "+221771234567", "awa", "4k7q2", "Awa2024boutique"]
        {
            assert!(!looks_like_an_id(name) || name.trim().bytes().all(|byte| byte.is_ascii_digit()), "{name}");
        }
        assert!(looks_like_an_id("4k7q2mzp1x"));
    }
}
