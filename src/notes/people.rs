//! People: identities that are one person, by certain evidence or because the owner said so.
//!
//! Certain is one phone number with its country's code, one user name or account on one platform, and a card of an address
//! book that holds several of them. A name alone is never evidence: people of one name are suggested, no more. What the
//! owner said comes before all evidence, the newest first.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::book::Book;
use super::line::Annotation;
use super::union::Union;
use crate::index::{PersonQuery, Together, folded, international};
use crate::model::{Author, Identity, KnownBy, Platform, RecordId, Sighting};

/// Why two identities are one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// The owner said so.
    Told,
    /// One card holds several numbers.
    Card,
    /// One number, with its country's code.
    Number,
    /// One user name on one platform.
    Handle,
}

impl Evidence {
    /// The name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Told => "told",
            Self::Card => "card",
            Self::Number => "number",
            Self::Handle => "handle",
        }
    }
}

/// What makes several identities one person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// Why.
    pub evidence: Evidence,
    /// The number, the user name or the name on the card; empty when the owner said so.
    pub value: String,
}

/// One person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The least of the ids of the identities; any of them finds the person.
    pub id: RecordId,
    /// The name to call them by.
    pub name: String,
    /// Every name seen.
    pub names: Vec<String>,
    /// Every identity.
    pub identities: Vec<Identity>,
    /// Every user name, in lower case.
    pub handles: BTreeSet<(Platform, String)>,
    /// Every number: with `+` where the country is certain, else as written.
    pub phones: BTreeSet<String>,
    /// The owner of the archive.
    pub is_owner: bool,
    /// Records they wrote.
    pub records: u64,
    /// Milliseconds since 1970 of the earliest record.
    pub first_ms: Option<i64>,
    /// Likewise of the latest.
    pub last_ms: Option<i64>,
    /// What makes the identities one.
    pub links: Vec<Link>,
    /// Cards of address books, each with the name on it.
    pub cards: Vec<(Identity, String)>,
}

/// Two people who may be one; the owner decides.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suggestion {
    /// Ids of both.
    pub ids: (RecordId, RecordId),
    /// Names of both.
    pub names: (String, String),
    /// The same number, not certain; else the same name.
    pub by_number: bool,
    /// The number or the name.
    pub value: String,
}

/// Everybody in the archive.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// The most recent first.
    pub people: Vec<Person>,
    /// Who may be one.
    pub suggestions: Vec<Suggestion>,
    /// Identities that the owner told apart.
    apart: Vec<(Identity, Identity)>,
    /// Cards of different names with one number, each with somebody who writes from it.
    shared: Vec<(Identity, Identity)>,
}

/// One name borne by more people than this is a first name: nothing is suggested of it.
const NAMESAKES_MAX: usize = 4;
/// Identities with one number that are all compared with each other; of more, each with the one before.
const COMPARED_MAX: usize = 64;
/// Last digits by which numbers of an unknown country are compared.
const ENDING_DIGITS: usize = 9;
/// Fewest letters of the beginning of an id.
const ID_LETTERS_MIN: usize = 4;

#[derive(Default)]
struct Node {
    /// Names with the number of records that bear them.
    names: BTreeMap<String, u64>,
    card_names: BTreeSet<String>,
    handles: BTreeSet<String>,
    phones: BTreeSet<String>,
    is_owner: bool,
    /// It was met in a record; the owner may have spoken of one that is gone.
    is_met: bool,
    records: u64,
    first_ms: Option<i64>,
    last_ms: Option<i64>,
}

impl Node {
    fn add(&mut self, sighting: &Sighting) {
        self.is_met = true;
        self.is_owner |= sighting.is_owner;
        if !sighting.name.is_empty() {
            let count = if sighting.is_card { 0 } else { sighting.records };
            *self.names.entry(sighting.name.clone()).or_default() += count;
            if sighting.is_card {
                self.card_names.insert(sighting.name.clone());
            }
        }
        self.handles.extend(sighting.handle.clone());
        self.phones.extend(sighting.phones.iter().cloned());
        if !sighting.is_card {
            self.records += sighting.records;
            self.first_ms = [self.first_ms, sighting.first_ms].into_iter().flatten().min();
            self.last_ms = self.last_ms.max(sighting.last_ms);
        }
    }
}

/// Identities, and what makes some of them one.
struct Graph {
    identities: Vec<Identity>,
    nodes: Vec<Node>,
    union: Union,
    links: Vec<(usize, Link)>,
    /// Pairs of one number that is not certain to be one person's.
    doubtful: BTreeSet<(usize, usize, String)>,
    /// Cards that share their number with cards of other names, each with somebody known by that number.
    shared: Vec<(usize, usize)>,
}

impl Graph {
    fn join(&mut self, one: usize, other: usize, link: Link) -> bool {
        let joined = self.union.join(one, other);
        if joined {
            self.links.push((one, link));
        }
        joined
    }

    fn node(&self, at: usize) -> Option<&Node> {
        self.nodes.get(at)
    }

    /// Joins all of a group, as far as nobody told them apart.
    fn join_all(&mut self, group: &[usize], link: impl Fn(&Self, usize, usize) -> Link) {
        for (at, one) in group.iter().enumerate() {
            let compared = if group.len() > COMPARED_MAX { 1 } else { group.len() };
            for other in group.iter().skip(at + 1).take(compared) {
                let link = link(self, *one, *other);
                self.join(*one, *other, link);
            }
        }
    }

    fn by_handles(&mut self) {
        let mut groups: BTreeMap<(Platform, String), Vec<usize>> = BTreeMap::new();
        for (at, (identity, node)) in self.identities.iter().zip(&self.nodes).enumerate() {
            for handle in &node.handles {
                groups.entry((identity.platform, handle.clone())).or_default().push(at);
            }
        }
        for ((_, handle), group) in groups.into_iter().filter(|(_, group)| group.len() > 1) {
            self.join_all(&group, |_, _, _| Link { evidence: Evidence::Handle, value: format!("@{handle}") });
        }
    }

    fn by_numbers(&mut self, country: Option<&str>) {
        let mut certain: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut endings: BTreeMap<String, Vec<(usize, bool)>> = BTreeMap::new();
        for (at, node) in self.nodes.iter().enumerate() {
            let mut numbers: BTreeSet<String> = BTreeSet::new();
            for phone in &node.phones {
                let number = international(phone, country);
                let digits = number.clone().unwrap_or_else(|| phone.chars().filter(char::is_ascii_digit).collect());
                let skip = digits.len().checked_sub(ENDING_DIGITS);
                if let Some(ending) = skip.and_then(|skip| digits.get(skip..)) {
                    endings.entry(ending.to_owned()).or_default().push((at, number.is_some()));
                }
                numbers.extend(number);
            }
            for number in numbers {
                certain.entry(number).or_default().push(at);
            }
        }
        for (number, group) in certain.into_iter().filter(|(_, group)| group.len() > 1) {
            let (group, doubtful) = self.without_shared_cards(group);
            let others = doubtful.iter().filter(|(first, _)| group.contains(first));
            self.shared.extend(others.map(|(first, card)| (*card, *first)));
            self.doubtful.extend(doubtful.into_iter().map(|(one, other)| (one, other, format!("+{number}"))));
            self.join_all(&group, |graph, one, other| graph.number_link(&number, one, other));
        }
        for (ending, group) in endings.into_iter().filter(|(_, group)| (2..=NAMESAKES_MAX).contains(&group.len())) {
            for (at, (one, sure)) in group.iter().enumerate() {
                for (other, _) in group.iter().skip(at + 1).filter(|(_, too)| !(*sure && *too)) {
                    self.doubtful.insert((*one, *other, ending.clone()));
                }
            }
        }
    }

    /// Cards of different names that hold one number share a telephone, and may be anybody in the house: they are left out,
    /// each as a doubtful pair with the first that stays. Names are one where each is a part of the longest: Awa, Awa Diop.
    fn without_shared_cards(&self, group: Vec<usize>) -> (Vec<usize>, Vec<(usize, usize)>) {
        let is_card = |at: &usize| self.identities.get(*at).is_some_and(|identity| identity.by == KnownBy::Card);
        let (cards, others): (Vec<usize>, Vec<usize>) = group.into_iter().partition(is_card);
        let words = |at: &usize| -> BTreeSet<String> {
            let names = self.node(*at).into_iter().flat_map(|node| node.card_names.iter());
            // What stands in brackets is a remark: Fatou (bureau).
            names
                .flat_map(|name| name.split(['(', '[']).filter_map(|part| part.rsplit([')', ']']).next()))
                .flat_map(|name| name.split(|c: char| !c.is_alphanumeric()))
                .map(folded)
                .filter(|w| w.len() > 1)
                .collect()
        };
        let words: Vec<BTreeSet<String>> = cards.iter().map(words).collect();
        let longest = words.iter().max_by_key(|words| words.len());
        let agree = words.len() < 2
            || words.iter().all(|words| !words.is_empty() && longest.is_some_and(|longest| words.is_subset(longest)));
        if agree {
            return (others.into_iter().chain(cards).collect(), Vec::new());
        }
        let first = others.first().or(cards.first()).copied();
        let doubtful = cards.iter().filter_map(|card| Some((first.filter(|first| first != card)?, *card))).collect();
        (others, doubtful)
    }

    fn number_link(&self, number: &str, one: usize, other: usize) -> Link {
        let card = [one, other].into_iter().find(|at| {
            let by = self.identities.get(*at).map(|identity| identity.by);
            by == Some(KnownBy::Card) && self.node(*at).is_some_and(|node| node.phones.len() > 1)
        });
        let name = card.and_then(|card| self.node(card)?.card_names.first().cloned());
        match name {
            Some(name) => Link { evidence: Evidence::Card, value: name },
            None => Link { evidence: Evidence::Number, value: format!("+{number}") },
        }
    }
}

impl People {
    /// Puts together who is one. `me` are names of the owner, `country` is that of numbers without a code.
    #[must_use]
    pub fn new(sightings: &[Sighting], book: &Book, me: &[String], country: Option<&str>) -> Self {
        let pairs = book.pairs();
        let mut nodes: BTreeMap<Identity, Node> = BTreeMap::new();
        for sighting in sightings {
            nodes.entry(sighting.identity.clone()).or_default().add(sighting);
        }
        for (one, other, _) in &pairs {
            for identity in [one, other] {
                nodes.entry((*identity).clone()).or_default();
            }
        }
        for (identity, node) in &mut nodes {
            node.is_owner |= identity.by == KnownBy::Name && me.contains(&identity.value);
        }
        let (identities, nodes): (Vec<Identity>, Vec<Node>) = nodes.into_iter().unzip();
        let place = |identity: &Identity| identities.binary_search(identity).ok();
        let mut union = Union::new(nodes.len());
        let (mut links, mut apart) = (Vec::new(), Vec::new());
        for (one, other, same) in pairs {
            let (Some(first), Some(second)) = (place(one), place(other)) else { continue };
            if !same {
                apart.push((one.clone(), other.clone()));
                union.part(first, second);
            } else if union.join(first, second) {
                links.push((first, Link { evidence: Evidence::Told, value: String::new() }));
            }
        }
        let mut graph = Graph { identities, nodes, union, links, doubtful: BTreeSet::new(), shared: Vec::new() };
        graph.by_handles();
        graph.by_numbers(country);
        Self::of(graph, apart, country)
    }

    fn of(mut graph: Graph, apart: Vec<(Identity, Identity)>, country: Option<&str>) -> Self {
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for at in 0..graph.nodes.len() {
            members.entry(graph.union.root(at)).or_default().push(at);
        }
        let mut links: HashMap<usize, BTreeSet<Link>> = HashMap::new();
        for (at, link) in std::mem::take(&mut graph.links) {
            links.entry(graph.union.root(at)).or_default().insert(link);
        }
        let mut people: Vec<Person> = Vec::new();
        let mut person_of: HashMap<usize, usize> = HashMap::new();
        for (root, members) in members {
            let links = links.remove(&root).unwrap_or_default().into_iter().collect();
            if let Some(person) = person(&graph, &members, links, country) {
                person_of.insert(root, people.len());
                people.push(person);
            }
        }
        let suggestions = suggestions(&mut graph, &people, &person_of);
        let shared = shared(&mut graph);
        people.sort_by_cached_key(|person| {
            let times = (std::cmp::Reverse(person.last_ms), std::cmp::Reverse(person.records));
            (times, person.name.clone(), person.id)
        });
        Self { people, suggestions, apart, shared }
    }

    /// Which identities are one person, for queries.
    #[must_use]
    pub fn together(&self) -> Together {
        Together::new(self.people.iter().map(|person| person.identities.clone())).sharing(self.shared.iter().cloned())
    }

    /// Whom a text means: by id, else by name, user name or number, as `from:` does; whole names come before parts of them.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<&Person> {
        let id = text.trim();
        if id.len() >= ID_LETTERS_MIN && id.bytes().any(|byte| byte.is_ascii_digit()) {
            let has_id = |person: &&Person| person.identities.iter().any(|one| one.id().to_string().starts_with(id));
            let found: Vec<&Person> = self.people.iter().filter(has_id).collect();
            if !found.is_empty() {
                return found;
            }
        }
        let query = PersonQuery::new(text);
        let found: Vec<(&Person, bool)> = self
            .people
            .iter()
            .filter_map(|person| {
                let authors: Vec<Author> = person.authors().filter(|author| query.finds(author)).collect();
                (!authors.is_empty()).then(|| (person, authors.iter().any(|author| query.is_exactly(author))))
            })
            .collect();
        let exactly = found.iter().any(|(_, exactly)| *exactly);
        found.into_iter().filter(|(_, is)| *is || !exactly).map(|(person, _)| person).collect()
    }

    /// What is to be said for these to be one person: what was said of them before is taken back.
    #[must_use]
    pub fn merged(&self, people: &[&Person]) -> Vec<Annotation> {
        let said = |pair: &[&Person]| match pair {
            [one, other] => Annotation::person(one.best()?, other.best()?, true),
            _ => None,
        };
        let mut said: Vec<Annotation> = people.windows(2).filter_map(said).collect();
        let all: BTreeSet<&Identity> = people.iter().flat_map(|person| &person.identities).collect();
        let apart = self.apart.iter().filter(|(one, other)| all.contains(one) && all.contains(other));
        said.extend(apart.filter_map(|(one, other)| Annotation::person(one, other, true)));
        said
    }

    /// What is to be said for the rest of a person to stay one without the identities that are gone, by which alone some of
    /// it may have hung together. These are the people as they would be with [`Person::without`] said, and nothing more.
    #[must_use]
    pub fn kept_together(&self, person: &Person, gone: &[Identity]) -> Vec<Annotation> {
        let stays = |identity: &Identity| person.identities.contains(identity) && !gone.contains(identity);
        let rest: Vec<&Person> = self.people.iter().filter(|one| one.identities.iter().any(stays)).collect();
        self.merged(&rest)
    }

    /// Whose identity it is.
    #[must_use]
    pub fn who_is(&self, identity: &Identity) -> Option<&Person> {
        self.people.iter().find(|person| person.identities.contains(identity))
    }
}

impl Person {
    /// The identity that is most certain to stay.
    fn best(&self) -> Option<&Identity> {
        self.identities.iter().min_by_key(|identity| (identity.by, *identity))
    }

    /// Every name, user name and number as an author of records.
    fn authors(&self) -> impl Iterator<Item = Author> {
        let named = self.names.iter().map(|name| Author { name: name.clone(), ..Author::default() });
        let handles =
            self.handles.iter().map(|(_, handle)| Author { handle: Some(handle.clone()), ..Author::default() });
        let phones = self.phones.iter().map(|phone| Author { phone: Some(phone.clone()), ..Author::default() });
        named.chain(handles).chain(phones)
    }

    /// The name on a card.
    #[must_use]
    pub fn name_on_card(&self, card: &Identity) -> Option<&str> {
        self.cards.iter().find(|(known, _)| known == card).map(|(_, name)| name.as_str())
    }

    /// The identities of this person that a text means: by id, or by what they are known by.
    #[must_use]
    pub fn identities_called(&self, text: &str) -> Vec<Identity> {
        let id = text.trim();
        let is = |identity: &&Identity| {
            (id.len() >= ID_LETTERS_MIN && identity.id().to_string().starts_with(id))
                || (identity.by != KnownBy::Card && folded(&identity.value) == folded(text))
                || self.name_on_card(identity).is_some_and(|name| folded(name) == folded(text))
        };
        self.identities.iter().filter(is).cloned().collect()
    }

    /// What is to be said for these identities to be another person than the rest of this one, which
    /// [`People::kept_together`] keeps one; with none of them, for each to be a person of its own.
    #[must_use]
    pub fn without(&self, gone: &[Identity]) -> Vec<Annotation> {
        let mut said = Vec::new();
        if gone.is_empty() {
            for (at, one) in self.identities.iter().enumerate() {
                let others = self.identities.iter().skip(at + 1);
                said.extend(others.filter_map(|other| Annotation::person(one, other, false)));
            }
            return said;
        }
        for other in self.identities.iter().filter(|other| !gone.contains(other)) {
            said.extend(gone.iter().filter_map(|one| Annotation::person(one, other, false)));
        }
        said.extend(gone.windows(2).filter_map(|pair| match pair {
            [one, other] => Annotation::person(one, other, true),
            _ => None,
        }));
        said
    }
}

/// The person that these identities are; nothing when none of them was met.
fn person(graph: &Graph, members: &[usize], links: Vec<Link>, country: Option<&str>) -> Option<Person> {
    let met: Vec<(&Identity, &Node)> = members
        .iter()
        .filter_map(|at| Some((graph.identities.get(*at)?, graph.nodes.get(*at)?)))
        .filter(|(_, node)| node.is_met)
        .collect();
    let identities: Vec<Identity> = met.iter().map(|(identity, _)| (*identity).clone()).collect();
    let id = identities.iter().map(Identity::id).min()?;
    let (mut names, mut cards): (BTreeMap<&str, u64>, BTreeSet<&str>) = Default::default();
    let mut person = Person {
        id,
        name: String::new(),
        names: Vec::new(),
        handles: BTreeSet::new(),
        phones: BTreeSet::new(),
        is_owner: false,
        records: 0,
        first_ms: None,
        last_ms: None,
        identities,
        links,
        cards: Vec::new(),
    };
    for (identity, node) in &met {
        node.names.iter().for_each(|(name, count)| *names.entry(name).or_default() += count);
        cards.extend(node.card_names.iter().map(String::as_str));
        let name_on_card = node.card_names.first().filter(|_| identity.by == KnownBy::Card);
        person.cards.extend(name_on_card.map(|name| ((*identity).clone(), name.clone())));
        person.handles.extend(node.handles.iter().map(|handle| (identity.platform, handle.clone())));
        let shown =
            |phone: &String| international(phone, country).map_or_else(|| phone.clone(), |all| format!("+{all}"));
        person.phones.extend(node.phones.iter().map(shown));
        person.is_owner |= node.is_owner;
        person.records += node.records;
        person.first_ms = [person.first_ms, node.first_ms].into_iter().flatten().min();
        person.last_ms = person.last_ms.max(node.last_ms);
    }
    // A name rather than a number, that of the owner's own address book before others.
    let tells = |(name, count): &(&str, u64)| (name.chars().any(char::is_alphabetic), cards.contains(name), *count);
    let best = names.iter().map(|(name, count)| (*name, *count)).max_by_key(tells).map(|(name, _)| name.to_owned());
    let other = || person.handles.first().map(|(_, handle)| handle.clone()).or_else(|| person.phones.first().cloned());
    let value = || person.identities.first().map(|identity| identity.value.clone());
    person.name = best.or_else(other).or_else(value).unwrap_or_default();
    person.names = names.into_keys().map(str::to_owned).collect();
    Some(person)
}

/// Cards with somebody who may be any of them, as long as the owner did not say whose the number is.
fn shared(graph: &mut Graph) -> Vec<(Identity, Identity)> {
    let pairs = std::mem::take(&mut graph.shared);
    let roots: Vec<_> = pairs.iter().map(|(card, other)| (graph.union.root(*card), graph.union.root(*other))).collect();
    let settled: BTreeSet<usize> =
        roots.iter().filter(|(card, other)| card == other).map(|(_, other)| *other).collect();
    let mut is_open = |card: usize, other: usize| !settled.contains(&other) && !graph.union.is_apart(card, other);
    let open = pairs.iter().zip(&roots).filter(|(_, (card, other))| is_open(*card, *other));
    let places: Vec<(usize, usize)> = open.map(|(pair, _)| *pair).collect();
    let known = |at: usize| graph.identities.get(at).cloned();
    places.into_iter().filter_map(|(card, other)| Some((known(card)?, known(other)?))).collect()
}

fn suggestions(graph: &mut Graph, people: &[Person], person_of: &HashMap<usize, usize>) -> Vec<Suggestion> {
    let mut found: BTreeMap<(usize, usize), (bool, String)> = BTreeMap::new();
    let mut roots: HashMap<usize, usize> = HashMap::new();
    roots.extend(person_of.iter().map(|(root, person)| (*person, *root)));
    for (one, other, number) in std::mem::take(&mut graph.doubtful) {
        let of = |graph: &mut Graph, at| person_of.get(&graph.union.root(at)).copied();
        if let (Some(one), Some(other)) = (of(graph, one), of(graph, other)) {
            found.insert((one.min(other), one.max(other)), (true, number));
        }
    }
    let mut bearers: BTreeMap<String, Vec<(usize, &str)>> = BTreeMap::new();
    for (at, person) in people.iter().enumerate().filter(|(_, person)| !person.is_owner) {
        let forms: BTreeMap<String, &str> = person.names.iter().map(|name| (folded(name), name.as_str())).collect();
        for (form, name) in forms.into_iter().filter(|(form, _)| form.chars().any(char::is_alphabetic)) {
            bearers.entry(form).or_default().push((at, name));
        }
    }
    for bearers in bearers.into_values().filter(|bearers| (2..=NAMESAKES_MAX).contains(&bearers.len())) {
        for (at, (one, name)) in bearers.iter().enumerate() {
            for (other, _) in bearers.iter().skip(at + 1) {
                found.entry((*one, *other)).or_insert_with(|| (false, (*name).to_owned()));
            }
        }
    }
    let mut suggestions = Vec::new();
    for ((one, other), (by_number, value)) in found {
        let (Some(first), Some(second)) = (people.get(one), people.get(other)) else { continue };
        let apart = match (roots.get(&one), roots.get(&other)) {
            (Some(one), Some(other)) => graph.union.is_apart(*one, *other),
            _ => true,
        };
        if one != other && !apart && !first.is_owner && !second.is_owner {
            let names = (first.name.clone(), second.name.clone());
            suggestions.push(Suggestion { ids: (first.id, second.id), names, by_number, value });
        }
    }
    suggestions.sort();
    suggestions
}
