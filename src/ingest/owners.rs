//! Whose download it is, across imports. Only one part of a download holds the profile: records of the other parts, read
//! before or after it in imports of their own, get their owner from here, so that the order of imports does not matter.
//!
//! So is the zone in which its pages print times, which one page of one part names (docs/decisions/0027).
//!
//! What ties parts together is the name of the download (user and date, in the name of the ZIP or of its folder). Parts
//! with names that tell nothing are tied only while no other download of the family is known.

use std::collections::BTreeSet;

use chrono_tz::Tz;

use super::plan::named_key;
use super::twice::{ZONE_LATER, is_of_page};
use crate::model::{AccountOwner, Author, Kind, Origin, Precision, Record};
use crate::store::Commit;

/// The name under which the owner of a download is remembered; `key` is empty where the names of its parts tell nothing.
pub(super) fn download_name(family: &str, key: &str) -> String {
    format!("{family}/{key}")
}

/// The owner that an earlier import learned of this download.
pub(super) fn remembered<'a>(commit: &'a Commit, family: &str, key: &str) -> Option<&'a AccountOwner> {
    let owners = commit.imports.iter().rev().flat_map(|import| &import.owners);
    of_download(owners.map(|known| (known.download.as_str(), &known.owner)), family, key)
}

/// The zone that an earlier import learned of this download.
pub(super) fn remembered_zone(commit: &Commit, family: &str, key: &str) -> Option<Tz> {
    let zones = commit.imports.iter().rev().flat_map(|import| &import.zones);
    of_download(zones.map(|known| (known.download.as_str(), known.zone.as_str())), family, key)?.parse().ok()
}

/// What is known of a download by its name; of one without, if no other of the family is known.
fn of_download<'a, T: Copy>(known: impl Iterator<Item = (&'a str, T)> + Clone, family: &str, key: &str) -> Option<T> {
    let (wanted, prefix) = (download_name(family, key), download_name(family, ""));
    let exact = known.clone().find(|(download, _)| *download == wanted);
    let mut of_family = known.filter(|(download, _)| download.starts_with(&prefix));
    let names: BTreeSet<&str> = of_family.clone().map(|(download, _)| download).collect();
    let only = of_family.next().filter(|_| key.is_empty() && names.len() == 1);
    exact.or(only).map(|(_, told)| told)
}

/// Which parts belong to one download, though they come in imports of their own: those that an import of all of them
/// would take for one.
pub(super) struct Downloads(BTreeSet<String>);

impl Downloads {
    /// The downloads of a family that earlier imports or this one know by name.
    pub(super) fn of<'a>(commit: &Commit, family: &str, now: impl Iterator<Item = &'a str>) -> Self {
        let mut names: BTreeSet<String> = named_keys(commit, family).flatten().collect();
        names.extend(now.filter(|key| !key.is_empty()).map(str::to_owned));
        Self(names)
    }

    /// Whether a record of these origins is of the download `key`, which is empty where names tell nothing.
    pub(super) fn holds(&self, key: &str, origins: &[Origin]) -> bool {
        origins.iter().any(|origin| match origin_key(origin) {
            Some(known) if !key.is_empty() => known == key,
            None if key.is_empty() => true,
            _ => self.0.len() <= 1,
        })
    }
}

/// What the bundles of earlier imports that may be of this family are called.
fn named_keys(commit: &Commit, family: &str) -> impl Iterator<Item = Option<String>> {
    let other_family = if family == "facebook" { "instagram-" } else { "facebook-" };
    let names = commit.imports.iter().flat_map(|import| &import.bundles);
    let folder = move |name: &str| name.rsplit('/').next().is_some_and(|folder| folder.starts_with(other_family));
    names.filter(move |name| !folder(name)).map(|name| named_key(name))
}

/// The name of the download that a record came from, if names tell it.
fn origin_key(origin: &Origin) -> Option<String> {
    let folder = origin.file.split('/').next().and_then(named_key);
    folder.or_else(|| named_key(&origin.bundle))
}

/// Which records of earlier imports belong to a download whose owner is known now.
pub(super) struct Belonging {
    key: String,
    /// Records from parts without a telling name belong to it too: no other download is known.
    alone: bool,
}

impl Belonging {
    /// Nothing when no earlier import can have brought such records.
    pub(super) fn of(commit: &Commit, family: &str, key: &str) -> Option<Self> {
        let keys: BTreeSet<Option<String>> = named_keys(commit, family).collect();
        let alone = keys.iter().flatten().all(|known| known == key);
        let belonging = Self { key: key.to_owned(), alone };
        keys.iter().any(|found| belonging.holds_key(found.as_deref())).then_some(belonging)
    }

    /// Whether a record came from the download.
    pub(super) fn holds(&self, origins: &[Origin]) -> bool {
        origins.iter().any(|origin| self.holds_key(origin_key(origin).as_deref()))
    }

    fn holds_key(&self, key: Option<&str>) -> bool {
        key.map_or(self.alone, |key| key == self.key)
    }
}

/// The account that a download is named after, if it is.
pub(super) fn user_of(origin: &Origin) -> Option<String> {
    let key = origin.file.split('/').next().and_then(named_key).or_else(|| named_key(&origin.bundle))?;
    // The date: three numbers, or one of eight digits.
    let user = key.rsplit_once('_').filter(|(_, date)| date.len() == 8).map(|(user, _)| user);
    let user = user.or_else(|| key.rsplitn(4, '-').nth(3))?;
    Some(user.to_owned())
}

/// Fills in what a record lacks because its part did not say whose it is; true when that changed anything. A record that
/// names another account, by the user's word, stays.
pub(super) fn complete(record: &mut Record, owner: &AccountOwner) -> bool {
    // Media that nothing names say nothing of whose they are, in no import.
    if record.extra.contains_key("unreferenced") {
        return false;
    }
    let mut changed = false;
    match &record.account {
        Some(account) if *account == owner.account => {}
        Some(account) if !owner.names.contains(account) => return false,
        _ => {
            record.account = Some(owner.account.clone());
            changed = true;
        }
    }
    let is_message = record.kind == Kind::Message;
    if let Some(author) = &mut record.author {
        changed |= if author.is_owner { !is_message && sign(author, owner) } else { claim(author, owner) };
    }
    changed
}

/// Turns the clock of a page into an instant once the zone is known; true when it had none. Its id holds the clock: told again with
/// the zone the same element has another, if it holds a certain second.
pub(super) fn place(record: &mut Record, zone: Tz) -> bool {
    let Some(time) = record.time.placed_in(zone).filter(|_| is_of_page(record)) else { return false };
    if time.precision == Precision::S && !time.ambiguous {
        record.extra.insert(ZONE_LATER.to_owned(), true.into());
    }
    record.time = time;
    true
}

/// The owner's own posts have no name, or the user name for one, where the part does not tell the name.
fn sign(author: &mut Author, owner: &AccountOwner) -> bool {
    let unsigned = author.name.is_empty() || (author.handle.as_deref() == Some(&author.name));
    let same = author.handle.is_none() || author.handle == owner.handle;
    if !unsigned || !same || (author.name == owner.name && author.handle == owner.handle) {
        return false;
    }
    author.name.clone_from(&owner.name);
    author.handle.clone_from(&owner.handle);
    true
}

fn claim(author: &mut Author, owner: &AccountOwner) -> bool {
    author.is_owner = owner.names.contains(&author.name);
    author.is_owner
}
