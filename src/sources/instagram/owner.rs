//! Whose download it is: `personal_information.json` says so, else the user, else names of ZIPs and conversations.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use super::early::early_profile;
use super::facts::Facts;
use super::labels::{Label, is_username};
use super::pages::facts_of;
use super::sections::{Reader, section};
use crate::bundle::Bundle;
use crate::model::{AccountOwner, Author, Platform};
use crate::sources::meta::html::{Calendar, Layout, Piece, Zones, walk_page};
use crate::sources::meta::layout::has_extension;
use crate::sources::meta::thread::{Owner, ThreadUnit, common_participant, members_of};
use crate::sources::meta::{Document, Holds};
use crate::sources::{DateOrder, ReadOptions};

/// The account and the names its owner writes under.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// User name.
    pub username: Option<String>,
    /// Display name.
    pub name: Option<String>,
    /// As conversations need it.
    pub owner: Owner,
    /// The profile told it.
    pub told: bool,
    /// The profile has keys, none of which the tables know: shape alone tells what a value is.
    pub unknown_words: bool,
}

impl Account {
    /// The author of what the owner wrote; without a name until some part of the download tells it.
    pub fn author(&self) -> Author {
        let name = self.name.as_ref().or(self.username.as_ref()).cloned().unwrap_or_default();
        Author { name, is_owner: true, handle: self.username.clone(), phone: None }
    }

    /// What other parts of the download need to know, when this one told it.
    pub fn told(&self) -> Option<AccountOwner> {
        let author = self.author();
        let owner = self.owner.told().filter(|_| self.told)?;
        Some(AccountOwner { name: author.name, handle: author.handle, ..owner })
    }
}

/// Finds the account.
pub fn find_account(bundle: &Bundle, units: &[ThreadUnit], options: &ReadOptions) -> Account {
    let Profile { mut username, mut name, values } = profile(bundle);
    let mut told = username.is_some() || name.is_some();
    let in_unknown_words = !told;
    if username.is_none() {
        username = bundle.parts().iter().find_map(|part| {
            let folder = part.prefix.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            username_of_download(folder).or_else(|| username_of_download(&part.name)).map(str::to_owned)
        });
    }
    let mut names: Vec<String> = username.iter().chain(&name).cloned().collect();
    match &options.me {
        Some(me) => names = vec![me.clone()],
        None if !told => {
            let members: Vec<Vec<String>> = units.iter().map(|unit| members_of(bundle, unit)).collect();
            let common = common_participant(&members);
            name = common.clone().filter(|common| values.contains(common));
            names.extend(common);
        }
        None => {}
    }
    let unknown_words = in_unknown_words && !values.is_empty();
    if unknown_words {
        told = name.is_some() || username.as_ref().is_some_and(|username| values.contains(username));
    }
    let account = username.as_deref().or(name.as_deref()).or(names.first().map(String::as_str)).map(Arc::from);
    Account { username, name, owner: Owner { account, names: names.into_iter().collect() }, told, unknown_words }
}

/// What the pages of the profile say.
#[derive(Default)]
struct Profile {
    username: Option<String>,
    name: Option<String>,
    /// All values; in a language whose keys are not known, one of them is the user name and one the name.
    values: HashSet<String>,
}

impl Profile {
    fn see(&mut self, facts: &mut Facts) {
        self.values.extend(facts.pairs.iter().map(|pair| pair.value.clone()));
        self.username = self.username.take().or_else(|| facts.take_value(Label::Username));
        self.name = self.name.take().or_else(|| facts.take_value(Label::Name));
    }
}

fn profile(bundle: &Bundle) -> Profile {
    let (username, name) = early_profile(bundle);
    let mut found = Profile { username, name, ..Profile::default() };
    let profiles = bundle.files().filter(|(_, file)| {
        section(file).is_some_and(|section| {
            section.reader == Reader::Profile && section.id == "profile" && section.platform == Platform::Instagram
        })
    });
    for (number, file) in profiles {
        if has_extension(&file.path, "html") {
            let Ok(html) = bundle.read(number) else { continue };
            // A profile has no times; the closure never stops.
            let calendar = Calendar::new(&html, Zones::Head, DateOrder::Auto);
            let _ended = walk_page(&html, Layout::since_2018(), &mut |_, piece| {
                if let Piece::Record(record) = piece
                    && let Some((mut facts, _)) = facts_of(&record, &calendar)
                {
                    found.see(&mut facts);
                }
                Ok(())
            });
            continue;
        }
        let Ok(document) = Document::read(bundle, number) else { continue };
        // A refusal cannot come from this closure; whatever else ends the walk early is reported when the file is read.
        let _ended = document.walk(Holds::List, &["profile_user"], &mut |_, json| {
            let facts =
                document.element(json).map_or_else(Vec::new, |value: Value| Facts::of(value).unwrap_or_default());
            for mut facts in facts {
                found.see(&mut facts);
            }
            Ok(())
        });
    }
    found
}

/// `instagram-USER-YYYY-MM-DD-XXXXXXXX.zip`, `USER_YYYYMMDD.zip`, `USER_YYYYMMDD_part_1.zip`.
fn username_of_download(name: &str) -> Option<&str> {
    let stem = name.strip_suffix(".zip").unwrap_or(name);
    let digits = |text: &str, len| text.len() == len && text.bytes().all(|b| b.is_ascii_digit());
    let modern = stem.strip_prefix("instagram-").and_then(|rest| {
        let year =
            rest.match_indices('-').find(|(at, _)| rest.get(at + 1..at + 5).is_some_and(|year| digits(year, 4)))?;
        rest.get(..year.0)
    });
    let early = || {
        let (user, date) = stem.split("_part_").next()?.rsplit_once('_')?;
        digits(date, 8).then_some(user)
    };
    modern.or_else(early).filter(|user| is_username(user))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_downloads_give_the_account() {
        let check = |name: &str, user: Option<&str>| assert_eq!(username_of_download(name), user, "{name}");
        check("instagram-mirabel.bakery-2024-11-03-aB3dE6gH.zip", Some("mirabel.bakery"));
        check("mirabel_bakery_20220701.zip", Some("mirabel_bakery"));
        check("mirabel.bakery_20200701_part_2", Some("mirabel.bakery"));
        check("meta-2026-Mar-02-17-05-58", None);
        check("holiday photos", None);
    }
}
