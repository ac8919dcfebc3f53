//! Who the account belongs to, which conversations do not say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::AccountOwner;

/// The owner's names, as far as the download tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owner {
    /// What records call the account: user name or name.
    pub account: Option<Arc<str>>,
    /// Every name under which the owner writes; former names too.
    pub names: BTreeSet<String>,
}

impl Owner {
    /// Whether this is a name of the owner.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// What other parts of the download need to know, when this one told it.
    #[must_use]
    pub fn told(&self) -> Option<AccountOwner> {
        let account = self.account.as_deref()?.to_owned();
        Some(AccountOwner { name: account.clone(), account, handle: None, names: self.names.clone() })
    }
}

/// The one name that stands in more conversations than any other, and in at least two. `conversations` gives the
/// members of each.
#[must_use]
pub fn common_participant(conversations: &[Vec<String>]) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for members in conversations {
        let members: BTreeSet<&str> = members.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
        for name in members {
            *counts.entry(name).or_default() += 1;
        }
    }
    let most = counts.values().copied().max().filter(|count| *count >= 2)?;
    let mut leaders = counts.iter().filter(|(_, count)| **count == most);
    match (leaders.next(), leaders.next()) {
        (Some((name, _)), None) => Some((*name).to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(conversations: &[&[&str]], expected: Option<&str>) {
        let members: Vec<Vec<String>> =
            conversations.iter().map(|names| names.iter().map(|name| (*name).to_owned()).collect()).collect();
        assert_eq!(common_participant(&members).as_deref(), expected);
    }

    #[test]
    fn only_an_unambiguous_name_is_the_owner() {
        check(&[&["Awa", "Zoé"], &["Awa", "Bob"]], Some("Awa"));
        check(&[&["Awa", "Zoé"]], None);
        check(&[&["Awa", "Zoé"], &["Awa", "Zoé", "Bob"]], None);
        check(&[&["", "Awa"], &["", "Awa"]], Some("Awa"));
        check(&[&["Awa", "Awa"], &["Zoé", "Bob"]], None);
    }
}
