//! Which containers are downloads of which family, and which of them are parts of one download.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use crate::bundle::{Bundle, Container, Listing, Part};
use crate::sources::{PartsRule, SOURCES};

/// A download ready to be read.
pub struct Recognised {
    /// Family of the sources that read it.
    pub family: &'static str,
    /// What its parts have in common (empty where their names tell nothing); `None` for downloads that have no parts.
    pub download: Option<String>,
    /// Its files.
    pub bundle: Bundle,
}

/// Parts of downloads, with the number of their container, by family and key.
type Groups = BTreeMap<(&'static str, String), Vec<(usize, Part)>>;

/// A place in a container where a download begins.
struct Root {
    family: &'static str,
    rule: PartsRule,
    prefix: String,
    /// See [`Source::is_fragment`](crate::sources::Source::is_fragment).
    is_fragment: bool,
}

/// Which entries of a container belong to which of the downloads in it.
#[derive(Default)]
struct Territory {
    /// Prefixes of every download in the container, of every family.
    roots: HashSet<String>,
    /// Entries that are downloads of their own: ZIPs lying in a named folder.
    apart: HashSet<String>,
}

/// Groups containers into downloads. Containers in which no source finds anything come back as numbers, but for ZIPs
/// lying in the folder of a recognised download: those are files of that download (a ZIP sent in a chat).
#[must_use]
pub fn recognise(containers: &[Arc<Container>]) -> (Vec<Recognised>, Vec<usize>) {
    let found: Vec<Vec<Root>> = containers.iter().map(|container| roots(container)).collect();
    let mut territories: Vec<Territory> = found
        .iter()
        .map(|roots| Territory { roots: roots.iter().map(|root| root.prefix.clone()).collect(), apart: HashSet::new() })
        .collect();
    let unknown = set_apart(containers, &mut territories);
    let mut groups: Groups = BTreeMap::new();
    let mut fragments: BTreeSet<(&'static str, String)> = BTreeSet::new();
    for (number, (container, roots)) in containers.iter().zip(found).enumerate() {
        for Root { family, rule, prefix, is_fragment } in roots {
            let key = match rule {
                PartsRule::Merge => download_key(&prefix, &container.name),
                PartsRule::Separate => format!("{number}/{prefix}"),
            };
            if is_fragment {
                fragments.insert((family, key.clone()));
            }
            groups.entry((family, key)).or_default().push((number, Part::new(Arc::clone(container), prefix)));
        }
    }
    adopt_unnamed(&mut groups);
    join_fragments(&mut groups, &fragments);
    let recognised = groups.into_iter().map(|((family, key), parts)| {
        let places: Vec<(usize, String)> = parts.iter().map(|(number, part)| (*number, part.prefix.clone())).collect();
        let parts = parts.into_iter().map(|(_, part)| part).collect();
        let bundle = Bundle::new(parts, |part, entry| {
            places.get(part).is_some_and(|(container, prefix)| {
                territories.get(*container).is_some_and(|territory| territory.owns(prefix, &entry.path))
            })
        });
        let merges =
            SOURCES.iter().any(|source| source.about().family == family && source.about().parts == PartsRule::Merge);
        Recognised { family, download: merges.then_some(key), bundle }
    });
    (recognised.collect(), unknown)
}

impl Territory {
    /// Whether the download at `prefix` owns `path`: no other download of the container lies deeper on the way to it.
    fn owns(&self, prefix: &str, path: &str) -> bool {
        if self.apart.contains(path) {
            return false;
        }
        let deeper = path.char_indices().filter(|(at, c)| *c == '/' && *at >= prefix.len());
        !deeper.into_iter().any(|(at, _)| path.get(..=at).is_some_and(|folder| self.roots.contains(folder)))
    }
}

/// Tells folders which of their ZIPs are downloads of their own, and gives the containers that are nothing known.
fn set_apart(containers: &[Arc<Container>], territories: &mut [Territory]) -> Vec<usize> {
    let mut unknown = Vec::new();
    for (number, container) in containers.iter().enumerate() {
        let recognised = territories.get(number).is_some_and(|territory| !territory.roots.is_empty());
        let name = container.path().file_name().map(|name| name.to_string_lossy().into_owned());
        let home = container.path().parent();
        let folder = containers.iter().zip(territories.iter_mut()).find(|(folder, territory)| {
            Some(folder.path()) == home && !territory.roots.is_empty() && !Arc::ptr_eq(folder, container)
        });
        match (folder, name) {
            (Some((_, territory)), Some(name)) if recognised => {
                territory.apart.insert(name);
            }
            (Some(_), _) => {}
            _ if !recognised => unknown.push(number),
            _ => {}
        }
    }
    unknown
}

/// Every place in a container where a download begins, with the family that claims it.
fn roots(container: &Container) -> Vec<Root> {
    let listing = Listing::new(container);
    let mut found: Vec<Root> = Vec::new();
    for source in SOURCES {
        let about = source.about();
        for prefix in source.roots(&listing) {
            if !found.iter().any(|known| known.family == about.family && known.prefix == prefix) {
                let is_fragment = source.is_fragment(&listing, &prefix);
                found.push(Root { family: about.family, rule: about.parts, prefix, is_fragment });
            }
        }
    }
    found
}

/// What the parts of one download have in common: `USER-DATE` in the name of the ZIP or of the wrapper folder, nothing
/// where the name was changed. Parts have unrelated random suffixes and no numbers.
fn download_key(prefix: &str, container: &str) -> String {
    let folder = prefix.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    named_key(folder).or_else(|| named_key(container)).unwrap_or_default()
}

/// `USER-DATE` of a download, by the name of its ZIP or folder.
pub(super) fn named_key(name: &str) -> Option<String> {
    let stem = name.strip_suffix(".zip").unwrap_or(name);
    let modern = stem.strip_prefix("facebook-").or_else(|| stem.strip_prefix("instagram-")).and_then(|rest| {
        let pieces: Vec<&str> = rest.split('-').collect();
        let date = pieces.windows(3).position(is_date)?;
        Some(pieces.get(..date + 3)?.join("-"))
    });
    modern.or_else(|| {
        // `USER_YYYYMMDD` and `USER_YYYYMMDD_part_N`.
        let user = stem.split("_part_").next()?;
        let (_, date) = user.rsplit_once('_')?;
        (date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit())).then(|| user.to_owned())
    })
}

fn is_date(window: &[&str]) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    matches!(window, [year, month, day]
        if year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len())
            && digits(year) && digits(month) && digits(day))
}

/// Parts whose names tell nothing join the family's only named download, if there is exactly one.
fn adopt_unnamed(groups: &mut Groups) {
    let unnamed: Vec<&'static str> =
        groups.keys().filter(|(_, key)| key.is_empty()).map(|(family, _)| *family).collect();
    for family in unnamed {
        let mut named = groups.keys().filter(|(other, key)| *other == family && !key.is_empty()).cloned();
        if let (Some(only), None) = (named.next(), named.next())
            && let Some(mut parts) = groups.remove(&(family, String::new()))
            && let Some(known) = groups.get_mut(&only)
        {
            known.append(&mut parts);
        }
    }
}

/// Parts that do not tell whose they are join the family's only download that does.
fn join_fragments(groups: &mut Groups, fragments: &BTreeSet<(&'static str, String)>) {
    for fragment in fragments {
        let mut whole = groups.keys().filter(|key| key.0 == fragment.0 && !fragments.contains(*key)).cloned();
        if let (Some(only), None) = (whole.next(), whole.next())
            && let Some(mut parts) = groups.remove(fragment)
            && let Some(known) = groups.get_mut(&only)
        {
            known.append(&mut parts);
        }
    }
}
