//! Whom and what filters name: `from:`, `to:`, `with:`, `in:`.
//!
//! A name means those who bear it. Where nobody does, names near to it are found among near spellings, and told; what is
//! excluded is never widened so.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};

use tantivy::query::BooleanQuery;

use super::asked_facts::unique;
use super::error::{IndexError, guarded};
use super::facts::{self, about, conversation_prefix, flag, name_words};
use super::fold::fold;
use super::naming::Naming;
use super::near::NearWord;
use super::open::Index;
use super::plan::{Boxed, Breadth, Planner, any_of};
use super::query::node::{Name, Test, Who};
use super::query::{Operator, Query};
use super::stem::FrenchStemmer;

/// Most near names told of one that nobody bears.
const NEAR_NAMES_MAX: usize = 3;

/// A name in a filter that nobody here bears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// The filter.
    pub operator: Operator,
    /// As typed.
    pub value: String,
    /// It is a phone number, or the end of one.
    pub is_number: bool,
    /// The nearest names, the most frequent first; those of groups in lower case.
    pub near: Vec<String>,
}

/// Which names count as the one asked for.
pub(super) enum Called<'a> {
    /// That one.
    So(&'a Name),
    /// Those near to it.
    Nearly(NearName<'a>),
}

/// A name and how closely another must come to it.
pub(super) struct NearName<'a> {
    name: &'a Name,
    /// For each word, what its spellings are near to.
    near: Vec<Vec<NearWord>>,
    /// The handle that the name would be.
    handle: Option<NearWord>,
    /// Names that sound alike count too.
    sounds: bool,
    stemmer: RefCell<FrenchStemmer>,
}

impl<'a> NearName<'a> {
    fn new(name: &'a Name, sounds: bool) -> Self {
        let near =
            name.words.iter().map(|spellings| spellings.iter().filter_map(|word| NearWord::of_name(word)).collect());
        Self {
            name,
            near: near.collect(),
            handle: NearWord::of_name(&name.whole),
            sounds,
            stemmer: RefCell::new(FrenchStemmer::new()),
        }
    }

    fn is_near(&self, near: &NearWord, word: &str) -> bool {
        near.is_typo(word) || (self.sounds && near.is_sound_alike(word))
    }

    /// Each word of the name is among these, or nearly so.
    fn is(&self, words: &str) -> bool {
        let has = |(spellings, near): (&Vec<String>, &Vec<NearWord>)| {
            words.split(' ').any(|word| {
                spellings.iter().any(|spelling| word == spelling || self.is_form(spelling, word))
                    || near.iter().any(|near| self.is_near(near, word))
            })
        };
        !self.name.words.is_empty() && self.name.words.iter().zip(&self.near).all(has)
    }

    /// `dentistes` for `dentiste`.
    fn is_form(&self, one: &str, other: &str) -> bool {
        let stem = |word: &str| self.stemmer.borrow_mut().stem(word);
        one.get(..2).is_some_and(|start| other.starts_with(start)) && stem(one) == stem(other)
    }
}

impl Called<'_> {
    /// Whether these words are a name that counts.
    fn is(&self, words: &str) -> bool {
        match self {
            Self::So(name) => has_name(words, name),
            Self::Nearly(name) => name.is(words),
        }
    }

    /// Whether an author is meant.
    pub(super) fn is_author(&self, who: &facts::Who<'_>) -> bool {
        match self {
            Self::So(name) => is_author(who, name),
            Self::Nearly(name) => {
                name.is(who.author) || name.handle.as_ref().is_some_and(|near| name.is_near(near, who.handle))
            }
        }
    }
}

impl Planner<'_> {
    /// Names that count: where nobody bears the one asked for, and near spellings are looked for, those near to it.
    fn called<'n>(
        &self,
        name: &'n Name,
        is_borne: &dyn Fn() -> Result<bool, IndexError>,
    ) -> Result<Called<'n>, IndexError> {
        if self.breadth < Breadth::Typos || name.is_prefix || name.digits.is_some() || is_borne()? {
            return Ok(Called::So(name));
        }
        Ok(Called::Nearly(NearName::new(name, self.breadth >= Breadth::Sounds)))
    }

    /// Whether somebody bears the name: wrote under it, is written to under it, or has a card.
    fn is_borne(&self, name: &Name) -> Result<bool, IndexError> {
        let called = Called::So(name);
        let written = self.who(|who| called.is_author(who) || has_name(who.title, name))?;
        if !written.is_empty() {
            return Ok(true);
        }
        let mut is_on_card = false;
        self.each_card(&mut |who, _| is_on_card |= called.is_author(who))?;
        Ok(is_on_card || !self.meant(name, &called)?.is_nobody())
    }

    fn is_title(&self, name: &Name) -> Result<bool, IndexError> {
        let by_id = conversation_prefix(&name.typed);
        Ok(!self.who(|who| who.conversation == by_id || has_name(who.title, name))?.is_empty())
    }

    /// What somebody wrote.
    pub(super) fn from(&self, who: &Who) -> Result<Boxed, IndexError> {
        match who {
            Who::Me => {
                let own = self.classes(|class| class.flags & flag::OWN != 0)?;
                let me: Vec<Name> = self.query.me.iter().map(|name| Name::whole(name)).collect();
                let named = self.who(|who| me.iter().any(|me| who.handle == me.whole || me.is_exactly(who.author)))?;
                Ok(any_of(vec![own, self.fact_set(&named)]))
            }
            Who::Named(name) => {
                let called = self.called(name, &|| self.is_borne(name))?;
                Ok(self.fact_set(&self.written(name, &called)?))
            }
        }
    }

    fn written(&self, name: &Name, called: &Called<'_>) -> Result<Vec<Vec<u8>>, IndexError> {
        let mut facts = self.who(|who| called.is_author(who))?;
        facts.extend(self.written_by(&self.meant(name, called)?)?);
        Ok(unique(facts))
    }

    /// What the owner wrote in conversations of two with somebody; to the owner: what others wrote there.
    pub(super) fn to(&self, who: &Who) -> Result<Boxed, IndexError> {
        let direct_by = |flag: u16| self.classes(|class| class.flags & flag != 0 && class.flags & flag::DIRECT != 0);
        match who {
            Who::Me => direct_by(flag::OTHERS),
            Who::Named(name) => {
                let called = self.called(name, &|| self.is_borne(name))?;
                let mut facts = self.titled(name, &called)?;
                facts.extend(self.alone_with(&self.meant(name, &called)?)?);
                let conversation = self.fact_set(&unique(facts));
                let own = any_of(vec![direct_by(flag::OWN)?, self.from(&Who::Me)?]);
                Ok(Box::new(BooleanQuery::intersection(vec![own, conversation])))
            }
        }
    }

    /// What somebody wrote, and all of the conversations that they take part in.
    pub(super) fn with(&self, who: &Who) -> Result<Boxed, IndexError> {
        let Who::Named(name) = who else { return Ok(any_of(vec![self.from(who)?, self.to(who)?])) };
        let called = self.called(name, &|| self.is_borne(name))?;
        let mut facts = self.written(name, &called)?;
        let mut places: HashSet<Vec<u8>> = HashSet::new();
        let place = |fact: &[u8]| facts::Who::of(fact).and_then(|who| who.place()).map(<[u8]>::to_vec);
        places.extend(facts.iter().filter_map(|fact| place(fact)));
        let alone = self.alone_with(&self.meant(name, &called)?)?;
        let titled = self.of_who(|fact| {
            let is_direct = || Naming::of(fact).is_some_and(|naming| naming.is_direct());
            facts::Who::of(fact).is_some_and(|who| called.is(who.title) && is_direct())
        })?;
        places.extend(alone.iter().chain(&titled).filter_map(|fact| place(fact)));
        facts.extend(self.who(|who| who.place().is_some_and(|place| places.contains(place)))?);
        Ok(self.fact_set(&unique(facts)))
    }

    /// What lies in a conversation.
    pub(super) fn inside(&self, name: &Name) -> Result<Boxed, IndexError> {
        let called = self.called(name, &|| self.is_title(name))?;
        Ok(self.fact_set(&self.titled(name, &called)?))
    }

    fn titled(&self, name: &Name, called: &Called<'_>) -> Result<Vec<Vec<u8>>, IndexError> {
        let by_id = conversation_prefix(&name.typed);
        self.who(|who| who.conversation == by_id || called.is(who.title))
    }

    /// Visits entries of address books and lists: as an author, and as they are named.
    pub(super) fn each_card(&self, visit: &mut dyn FnMut(&facts::Who<'_>, &Naming<'_>)) -> Result<(), IndexError> {
        self.each_fact(&[about::CARD], &mut |fact| {
            let Some(naming) = Naming::of(fact) else { return };
            let author = naming.author();
            let handle = author.handle.as_deref().map(fold).unwrap_or_default();
            let phone: String = author.phone.unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
            let words = name_words(&author.name);
            visit(
                &facts::Who { conversation: &[], title: "", author: &words, handle: &handle, phone: &phone },
                &naming,
            );
        })
    }

    /// The names of people or conversations near to one that nobody bears, with how near and how frequent they are.
    fn near_names(&self, operator: Operator, name: &Name) -> Result<Vec<String>, IndexError> {
        let mut known: BTreeMap<String, (bool, u64, String)> = BTreeMap::new();
        let near = [false, true].map(|sounds| Called::Nearly(NearName::new(name, sounds)));
        let mut look = |words: &str, written: &str| {
            let Some(sounds) = near.iter().position(|near| near.is(words)) else { return };
            let written = if written.is_empty() { words } else { written };
            let entry = known.entry(fold(written)).or_insert_with(|| (sounds > 0, 0, written.trim().to_owned()));
            entry.1 += 1;
        };
        for fact in self.of_who(|_| true)? {
            let (Some(who), Some(naming)) = (facts::Who::of(&fact), Naming::of(&fact)) else { continue };
            let title = naming.titled().map(|titled| titled.value).unwrap_or_default();
            if operator == Operator::In {
                look(who.title, &title);
                continue;
            }
            look(who.author, &naming.author().name);
            if !title.is_empty() {
                look(who.title, &title);
            }
        }
        if operator != Operator::In {
            self.each_card(&mut |who, naming| look(who.author, &naming.author().name))?;
        }
        let mut names: Vec<_> = known.into_values().collect();
        names.sort_by(|one, other| (one.0, other.1, &one.2).cmp(&(other.0, one.1, &other.2)));
        Ok(names.into_iter().take(NEAR_NAMES_MAX).map(|(_, _, name)| name).collect())
    }
}

impl Index {
    /// Names in filters that nobody and no conversation here bears, each with the nearest that are borne.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] asks for a rebuild.
    pub fn unknown_names(&self, query: &Query) -> Result<Vec<UnknownName>, IndexError> {
        guarded(|| {
            let searcher = self.reader.searcher();
            let planner = self.planner(&searcher, query);
            let mut unknown = Vec::new();
            for (operator, value, test) in query.node.filters() {
                let (name, is_borne) = match test {
                    Test::From(Who::Named(name)) | Test::To(Who::Named(name)) | Test::With(Who::Named(name)) => {
                        (name, planner.is_borne(name)?)
                    }
                    Test::In(name) => (name, planner.is_title(name)?),
                    _ => continue,
                };
                if is_borne {
                    continue;
                }
                let is_number = name.digits.is_some();
                let near = if is_number || name.is_prefix { Vec::new() } else { planner.near_names(operator, name)? };
                let found = UnknownName { operator, value: value.trim().to_owned(), is_number, near };
                if !unknown.contains(&found) {
                    unknown.push(found);
                }
            }
            Ok(unknown)
        })
    }
}

/// Whether an author is the person of a name.
pub(super) fn is_author(who: &facts::Who<'_>, name: &Name) -> bool {
    let by_phone = name.digits.as_ref().is_some_and(|digits| {
        who.phone.ends_with(digits.trim_start_matches('0')) || who.author.replace(' ', "").contains(digits.as_str())
    });
    by_phone || has_name(who.author, name) || (!name.whole.is_empty() && who.handle == name.whole)
}

/// True when each word of a name is among these.
pub(super) fn has_name(words: &str, name: &Name) -> bool {
    let last = name.words.len().saturating_sub(1);
    !name.words.is_empty()
        && name.words.iter().enumerate().all(|(at, spellings)| {
            let begins = name.is_prefix && at == last;
            words.split(' ').any(|word| {
                spellings
                    .iter()
                    .any(|spelling| if begins { word.starts_with(spelling.as_str()) } else { word == spelling })
            })
        })
}
