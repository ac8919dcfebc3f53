//! Which containers are downloads of which family, and which of them are parts of one download.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bundle::{Bundle, Container, Listing, Part};
use crate::sources::{PartsRule, SOURCES};

/// A download ready to be read.
pub struct Recognised {
    /// Family of the sources that read it.
    pub family: &'static str,
    /// Its files.
    pub bundle: Bundle,
}

/// Groups containers into downloads. Containers in which no source finds anything come back as numbers.
#[must_use]
pub fn recognise(containers: &[Arc<Container>]) -> (Vec<Recognised>, Vec<usize>) {
    let mut groups: BTreeMap<(&'static str, String), Vec<Part>> = BTreeMap::new();
    let mut unknown = Vec::new();
    for (number, container) in containers.iter().enumerate() {
        let roots = roots(container);
        if roots.is_empty() {
            unknown.push(number);
        }
        for (family, rule, prefix) in roots {
            let key = match rule {
                PartsRule::Merge => download_key(&prefix, &container.name),
                PartsRule::Separate => format!("{number}/{prefix}"),
            };
            groups.entry((family, key)).or_default().push(Part::new(Arc::clone(container), prefix));
        }
    }
    adopt_unnamed(&mut groups);
    let recognised = groups
        .into_iter()
        .map(|((family, _), parts)| {
            let all: Vec<(String, String)> =
                parts.iter().map(|part| (part.name.clone(), part.prefix.clone())).collect();
            let bundle = Bundle::new(parts, |number, entry| is_innermost(&all, number, &entry.path));
            Recognised { family, bundle }
        })
        .collect();
    (recognised, unknown)
}

/// Every place in a container where a download begins, with the family that claims it.
fn roots(container: &Container) -> Vec<(&'static str, PartsRule, String)> {
    let listing = Listing::new(container);
    let mut found: Vec<(&'static str, PartsRule, String)> = Vec::new();
    for source in SOURCES {
        let about = source.about();
        for prefix in source.roots(&listing) {
            if !found.iter().any(|(family, _, known)| *family == about.family && *known == prefix) {
                found.push((about.family, about.parts, prefix));
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

fn named_key(name: &str) -> Option<String> {
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
fn adopt_unnamed(groups: &mut BTreeMap<(&'static str, String), Vec<Part>>) {
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

/// Whether the part `number` is the one with the longest prefix that covers `path` in its container, so that a download
/// nested in another's folder is read once.
fn is_innermost(parts: &[(String, String)], number: usize, path: &str) -> bool {
    let Some((container, mine)) = parts.get(number) else { return false };
    !parts.iter().enumerate().any(|(other, (name, prefix))| {
        other != number && name == container && prefix.len() > mine.len() && path.starts_with(prefix.as_str())
    })
}
