//! One chat told in several places of a download: in the inbox, in what was set aside when encryption began, and in
//! the encrypted download, which has neither folders nor ids.

use std::collections::{HashMap, HashSet};

use super::members::members_of;
use super::unit::ThreadUnit;
use crate::bundle::Bundle;

/// Chats of two people by their names, where exactly one conversation has them.
#[derive(Clone, Debug, Default)]
pub struct Joins(HashMap<[String; 2], Option<String>>);

impl Joins {
    /// Looks at the members of every conversation. Those of the inbox count more than those set aside. Of several encrypted
    /// ones with the same names nothing tells which goes on.
    #[must_use]
    pub fn of(bundle: &Bundle, units: &[ThreadUnit], encrypted: &[ThreadUnit]) -> Self {
        let mut joins: HashMap<[String; 2], Option<String>> = HashMap::new();
        for aside in [false, true] {
            let mut found: HashMap<[String; 2], Option<String>> = HashMap::new();
            for unit in units.iter().filter(|unit| unit.cutover == aside && !unit.id.is_empty()) {
                let Some(pair) = pair_of(&members_of(bundle, unit)) else { continue };
                let known = found.entry(pair).or_insert_with(|| Some(unit.id.clone()));
                // Two people of one name, perhaps.
                if known.as_ref() != Some(&unit.id) {
                    *known = None;
                }
            }
            for (pair, id) in found {
                joins.entry(pair).or_insert(id);
            }
        }
        let mut met = HashSet::new();
        for pair in encrypted.iter().filter_map(|unit| pair_of(&members_of(bundle, unit))) {
            if !met.insert(pair.clone()) {
                joins.insert(pair, None);
            }
        }
        Self(joins)
    }

    /// The conversation of these two people, when there is exactly one.
    #[must_use]
    pub fn conversation_of(&self, members: &[String]) -> Option<&str> {
        self.0.get(&pair_of(members)?)?.as_deref()
    }
}

/// What stands in place of the names of people who left or blocked the owner, in several languages.
const NOBODY: [&str; 18] = [
    "instagram user",
    "instagrammer",
    "instagram-gebruiker",
    "instagram-nutzer",
    "usuario de instagram",
    "usuário do instagram",
    "utente di instagram",
    "utilisateur d’instagram",
    "utilisateur d'instagram",
    "utilisateur instagram",
    "facebook user",
    "facebook-gebruiker",
    "facebook-nutzer",
    "usuario de facebook",
    "usuário do facebook",
    "utente di facebook",
    "utilisateur de facebook",
    "utilisateur facebook",
];

/// Whether a name stands for anybody who left.
#[must_use]
pub fn is_nobody(name: &str) -> bool {
    name.trim().is_empty() || NOBODY.contains(&name.trim().to_lowercase().as_str())
}

fn pair_of(members: &[String]) -> Option<[String; 2]> {
    let [first, second] = members else { return None };
    let mut pair = [first.clone(), second.clone()];
    pair.sort();
    (first != second && !is_nobody(first) && !is_nobody(second)).then_some(pair)
}
