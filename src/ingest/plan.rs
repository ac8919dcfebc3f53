//! Which containers are downloads of which family, and which of them are parts of one download.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::bundle::{Bundle, Container, Listing, Part, Places, limits};
use crate::sources::{PartsRule, Role, SOURCES, is_apple_double};

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
    /// Those of the roots that nothing shows but files which tell their place themselves. Of a folder in which such files lie
    /// not everything is theirs.
    narrow: Vec<(PartsRule, String)>,
    /// Those files. Pages may be of any family of downloads that have parts, address books are of one that has none.
    placed: HashMap<String, PartsRule>,
}

/// Files of a container that do not lie where they belong.
#[derive(Default)]
struct Told {
    places: Arc<Places>,
    /// By whom.
    rules: BTreeMap<usize, PartsRule>,
}

/// Folders in which files lie that pages name, wherever their download was moved.
const FOLDERS_OF_FILES: [&str; 7] = ["audio", "files", "gifs", "media", "photos", "stickers_used", "videos"];

/// Ends of the names of folders that browsers make beside a page, for its files.
const FOLDERS_BESIDE: [&str; 3] = ["_files", "_fichiers", "-Dateien"];

/// Whether a file can be one that pages name: by its folder, or by a name that only platforms give (`123_456_n.jpg`).
fn goes_with_pages(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.rsplit_once('.').map_or("", |(stem, _)| stem);
    let is_number = stem.trim_end_matches(['n', 'o']).bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let folder =
        |folder: &str| FOLDERS_OF_FILES.contains(&folder) || FOLDERS_BESIDE.iter().any(|end| folder.ends_with(end));
    (is_number && !stem.is_empty()) || folders.split('/').any(folder)
}

/// Groups containers into downloads. Containers in which no source finds anything come back as numbers, but for ZIPs
/// lying in the folder of a recognised download: those are files of that download (a ZIP sent in a chat).
#[must_use]
pub fn recognise(containers: &[Arc<Container>]) -> (Vec<Recognised>, Vec<usize>) {
    let told: Vec<Told> = containers.iter().map(told).collect();
    let placed = || containers.iter().zip(&told);
    let found: Vec<Vec<Root>> =
        placed().map(|(container, told)| roots(&Listing::new(container).with_places(&told.places))).collect();
    let mut territories: Vec<Territory> =
        placed().zip(&found).map(|((container, told), roots)| Territory::of(container, told, roots)).collect();
    let unknown = set_apart(containers, &mut territories);
    let mut groups: Groups = BTreeMap::new();
    let mut fragments: BTreeSet<(&'static str, String)> = BTreeSet::new();
    for (number, ((container, told), roots)) in placed().zip(found).enumerate() {
        for Root { family, rule, prefix, is_fragment } in roots {
            let key = match rule {
                PartsRule::Merge => download_key(&prefix, &container.name),
                PartsRule::Separate => format!("{number}/{prefix}"),
            };
            if is_fragment {
                fragments.insert((family, key.clone()));
            }
            let name = match rule {
                PartsRule::Merge => part_name(&prefix, &container.name),
                // Several chats of iPhones in one folder are all called `_chat.txt`.
                PartsRule::Separate => format!("{}/{prefix}", container.name).trim_end_matches('/').to_owned(),
            };
            let mut part = Part::new(Arc::clone(container), prefix).with_places(Arc::clone(&told.places));
            part.name = name;
            groups.entry((family, key)).or_default().push((number, part));
        }
    }
    adopt_unnamed(&mut groups);
    join_fragments(&mut groups, &fragments);
    let recognised = groups.into_iter().map(|((family, key), parts)| {
        let places: Vec<(usize, String)> = parts.iter().map(|(number, part)| (*number, part.prefix.clone())).collect();
        let parts = parts.into_iter().map(|(_, part)| part).collect();
        let merges =
            SOURCES.iter().any(|source| source.about().family == family && source.about().parts == PartsRule::Merge);
        let rule = if merges { PartsRule::Merge } else { PartsRule::Separate };
        let bundle = Bundle::new(parts, |part, entry| {
            places.get(part).is_some_and(|(container, prefix)| {
                territories.get(*container).is_some_and(|territory| territory.owns(rule, prefix, &entry.path))
            })
        });
        Recognised { family, download: merges.then_some(key), bundle }
    });
    (recognised.collect(), unknown)
}

impl Territory {
    fn of(container: &Container, told: &Told, found: &[Root]) -> Self {
        let all: HashSet<String> = found.iter().map(|root| root.prefix.clone()).collect();
        let mut territory = Self { roots: all, ..Self::default() };
        if told.places.is_empty() {
            return territory;
        }
        let path = |number: &usize| container.entries.get(*number).map(|entry| entry.path.clone());
        territory.placed = told.rules.iter().filter_map(|(number, rule)| Some((path(number)?, *rule))).collect();
        let named = roots(&Listing::new(container));
        let is_named = |root: &Root| named.iter().any(|other| (other.rule, &other.prefix) == (root.rule, &root.prefix));
        // Who packs pages into a ZIP packs what belongs to them.
        let takes_all = |root: &Root| container.is_one_file() && root.rule == PartsRule::Merge;
        let narrow = found.iter().filter(|root| !is_named(root) && !takes_all(root));
        territory.narrow = narrow.map(|root| (root.rule, root.prefix.clone())).collect();
        territory
    }

    /// Whether the download at `prefix` owns `path`: no other download of the container lies deeper on the way to it, and it
    /// is none of the files that tell that they are another's.
    fn owns(&self, rule: PartsRule, prefix: &str, path: &str) -> bool {
        let below = path.get(prefix.len()..).unwrap_or_default();
        let is_narrow = |rule: PartsRule| self.narrow.iter().any(|(other, folder)| *other == rule && folder == prefix);
        let is_foreign = match self.placed.get(path) {
            Some(owner) => *owner != rule,
            None if is_narrow(rule) => rule == PartsRule::Separate || !goes_with_pages(below),
            // What lies in folders beside pages is theirs.
            None => {
                rule == PartsRule::Separate
                    && is_narrow(PartsRule::Merge)
                    && below.contains('/')
                    && goes_with_pages(below)
            }
        };
        if is_foreign || self.apart.contains(path) {
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
        let name = container.on_disk().file_name().map(|name| name.to_string_lossy().into_owned());
        let home = container.on_disk().parent();
        let folder = containers.iter().zip(territories.iter_mut()).find(|(folder, territory)| {
            Some(folder.path()) == home && !territory.roots.is_empty() && !Arc::ptr_eq(folder, container)
        });
        match (folder, name) {
            (Some((_, territory)), Some(name)) if recognised => {
                territory.apart.insert(name);
            }
            // No folder holds what lies in a ZIP of ZIPs.
            (Some(_), _) if !container.is_nested() => {}
            _ if !recognised => unknown.push(number),
            _ => {}
        }
    }
    unknown
}

/// The end of a name in lower case, after its last stop.
fn ending(path: &str) -> Option<String> {
    path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase())
}

/// Whether a file tells its place only where no download can hold it: cards of an address book, which are sent in messages too.
fn is_alone_only(path: &str) -> bool {
    ending(path).as_deref() == Some("vcf")
}

/// The files of a container that do not lie where they belong, as they tell themselves. Inside a download names tell; looked
/// at are pages and JSON directly at its root, in the one folder of pages of 2010 to 2017, and outside of any.
fn told(container: &Arc<Container>) -> Told {
    let listing = Listing::new(container);
    let may_tell = |path: &str| {
        matches!(ending(path).as_deref(), Some("html" | "htm" | "xhtml" | "json" | "vcf")) && !is_apple_double(path)
    };
    if !listing.paths().any(|(_, path)| may_tell(path)) {
        return Told::default();
    }
    let found = roots(&listing);
    // What a download that has no parts reads or keeps belongs to it, and so does all that its ZIP holds: it was sent in a chat.
    let is_whole = container.is_one_file();
    let (merging, separate): (Vec<Root>, Vec<Root>) = found.into_iter().partition(|root| root.rule == PartsRule::Merge);
    let separate: Vec<(Root, Bundle)> = separate
        .into_iter()
        .map(|root| {
            let part = Part::new(Arc::clone(container), root.prefix.clone());
            (root, Bundle::new(vec![part], |_, _| true))
        })
        .collect();
    let is_apart = |path: &str| {
        let folder = path.rfind('/').map_or("", |at| path.get(..=at).unwrap_or_default());
        let above = folder.strip_suffix("html/").unwrap_or(folder);
        let is_at = |root: &Root| root.prefix == folder || root.prefix == above;
        let below = |root: &Root| folder.starts_with(root.prefix.as_str());
        let owned = separate.iter().any(|(root, bundle)| below(root) && (is_whole || is_known(root, bundle, path)));
        let mut around =
            merging.iter().chain(separate.iter().map(|(root, _)| root)).filter(|root| below(root)).peekable();
        // Downloads with parts hold cards deep inside, as files of messages.
        let is_free = |root: &Root| root.rule == PartsRule::Merge && root.prefix == folder;
        !owned && if is_alone_only(path) { around.all(is_free) } else { around.peek().is_none() || around.any(is_at) }
    };
    let apart = listing.paths().filter(|(_, path)| may_tell(path) && is_apart(path)).take(limits::HEADS_MAX);
    let (mut places, mut rules) = (Places::new(), BTreeMap::new());
    for (number, path) in apart {
        let is_json = ending(path).as_deref() == Some("json");
        let head = listing.head(number, if is_json { limits::JSON_HEAD_BYTES } else { limits::HEAD_BYTES });
        let mut sources = SOURCES.iter();
        let place =
            sources.find_map(|source| Some((source.place(&listing, number, path, &head)?, source.about().parts)));
        if let Some((place, rule)) = place {
            places.insert(number, place);
            rules.insert(number, rule);
        }
    }
    Told { places: Arc::new(places), rules }
}

/// Whether a source of a download reads a file of it, or keeps it for a reason.
fn is_known(root: &Root, bundle: &Bundle, path: &str) -> bool {
    let number = path.strip_prefix(root.prefix.as_str()).and_then(|path| bundle.find(path));
    let sources = SOURCES.iter().filter(|source| source.about().family == root.family);
    number.and_then(|number| bundle.file(number)).is_some_and(|file| {
        sources.into_iter().any(|source| matches!(source.role(bundle, file), Some(Role::Read | Role::Raw(_))))
    })
}

/// Every place in a container where a download begins, with the family that claims it.
fn roots(listing: &Listing<'_>) -> Vec<Root> {
    let mut found: Vec<Root> = Vec::new();
    for source in SOURCES {
        let about = source.about();
        for prefix in source.roots(listing) {
            if !found.iter().any(|known| known.family == about.family && known.prefix == prefix) {
                let is_fragment = source.is_fragment(listing, &prefix);
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

/// What records and reports call a part: its ZIP or folder, with the folder in it that alone names the download. A ZIP may hold
/// several: `meta-2026-Mar-02.zip/instagram-awa-2026-03-02-Kq3Z`.
fn part_name(prefix: &str, container: &str) -> String {
    let folder = prefix.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let key = named_key(folder);
    if key.is_some() && key != named_key(container) { format!("{container}/{folder}") } else { container.to_owned() }
}

/// `USER-DATE` of a download, by the name of its ZIP or folder, or of its part.
pub(super) fn named_key(name: &str) -> Option<String> {
    let name = name.rsplit('/').next().unwrap_or(name);
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
