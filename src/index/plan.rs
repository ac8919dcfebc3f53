//! From a query to tantivy's queries over this index's dictionaries.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Bound;
use std::sync::Arc;

use chrono::{NaiveDateTime, TimeZone as _};
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery, Query as TantivyQuery,
    RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::IndexRecordOption;
use tantivy::{Searcher, Term};

use super::error::IndexError;
use super::excluded::Excluded;
use super::facts::{Class, about, flag};
use super::families::{is_unstemmed, may_be_one};
use super::ids::IdQuery;
use super::kept_facts::KeptFacts;
use super::near::NearWord;
use super::phone::{ENDING_DIGITS_MIN, PHONE_MARK, Phone};
use super::query::node::{Alias, Node, PhoneTest, Phrase, Sums, Test, Word};
use super::query::{ClassTest, Query, value_in_hundredths};
use super::schema::Fields;
use super::search::Tier;
use super::shape::SUM_MARK;
use super::spelling::asks;
use super::stem::{FrenchStemmer, UNSTEMMED_LETTERS_MAX, beginnings};
use super::whom::has_name;

pub(super) type Boxed = Box<dyn TantivyQuery>;

/// Most different words that a prefix may stand for; a shorter prefix is searched by its most frequent ones.
const PREFIX_WORDS_MAX: usize = 4_096;
/// Most inflected forms of one word that are searched; the most frequent ones.
const FORMS_MAX: usize = 256;
/// Weight of the exact spelling against a stem.
const EXACT_BOOST: f32 = 4.0;
/// Weight of a short form or near spelling against a stem.
const ALIAS_BOOST: f32 = 0.25;
/// Last digits of a phone number by which it is looked up.
const PHONE_ENDING_DIGITS: usize = 7;
/// Weight of a name against a stem.
const NAME_SCORE: f32 = 0.5;

/// Which spellings of a word count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Breadth {
    /// As typed, accents and case apart.
    Exact,
    /// Inflected forms too.
    Stems,
    /// Short forms and words of one meaning too.
    Abbreviations,
    /// Words with a slip of the finger too.
    Typos,
    /// Words that sound alike too.
    Sounds,
}

/// Builds tantivy's queries.
pub(super) struct Planner<'a> {
    pub(super) searcher: &'a Searcher,
    pub(super) fields: &'a Fields,
    pub(super) query: &'a Query,
    pub(super) breadth: Breadth,
    /// Who wrote where: each word, in each tier, asks it.
    pub(super) kept: &'a KeptFacts,
}

impl Planner<'_> {
    /// The whole query.
    pub(super) fn plan(&self) -> Result<Boxed, IndexError> {
        self.node(&self.query.node)
    }

    /// What matches by near spellings only, beside what this plan finds.
    pub(super) fn near_plan(&self, found: Boxed) -> Result<Boxed, IndexError> {
        let wide = Planner { breadth: Breadth::Sounds, ..*self };
        Ok(not(vec![wide.plan()?], vec![found]))
    }

    /// What matches in this tier and in none before it.
    pub(super) fn tier_plan(&self, tier: Tier) -> Result<Boxed, IndexError> {
        let plan = Planner { breadth: tier.breadth(), ..*self }.plan()?;
        let before = match tier {
            Tier::Exact => return Ok(plan),
            Tier::Stem => Breadth::Exact,
            Tier::Abbreviation => Breadth::Stems,
            Tier::Typo => Breadth::Abbreviations,
            Tier::Sound => Breadth::Typos,
        };
        Ok(not(vec![plan], vec![Planner { breadth: before, ..*self }.plan()?]))
    }

    /// A part of the query.
    pub(super) fn node(&self, node: &Node) -> Result<Boxed, IndexError> {
        Ok(match node {
            Node::All => Box::new(AllQuery),
            Node::And(nodes) => self.all_of(nodes)?,
            Node::Or(nodes) => any_of(nodes.iter().map(|node| self.node(node)).collect::<Result<_, _>>()?),
            Node::Not(node) => not(vec![Box::new(AllQuery)], self.unwanted(node)?.into_iter().collect()),
            Node::Word(word) => self.word(word)?,
            Node::Named { words, aliases, .. } => {
                let mut any = vec![self.node(words)?];
                if self.breadth >= Breadth::Abbreviations {
                    any.extend(self.aliases(aliases)?);
                }
                any_of(any)
            }
            Node::Phrase(phrase) => self.phrase(phrase),
            Node::Prefix { folded, .. } => self.prefix(folded)?,
            Node::Filter { test, .. } => Box::new(ConstScoreQuery::new(self.test(test)?, 0.0)),
        })
    }

    /// What must not be there is never narrowed: -annulée also refuses annuler.
    fn unwanted(&self, node: &Node) -> Result<Option<Boxed>, IndexError> {
        if self.query.is_read && asks(node) {
            return Ok(None);
        }
        Planner { breadth: Breadth::Stems, ..*self }.node(node).map(Some)
    }

    fn all_of(&self, nodes: &[Node]) -> Result<Boxed, IndexError> {
        let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
        for node in nodes {
            match node {
                Node::Not(node) => unwanted.extend(self.unwanted(node)?),
                node => wanted.push(self.node(node)?),
            }
        }
        if wanted.is_empty() {
            wanted.push(Box::new(AllQuery));
        }
        let mut any = vec![not(wanted, Vec::new())];
        any.extend(self.written_in_one(nodes)?);
        Ok(not(vec![any_of(any)], unwanted))
    }

    /// The same with two words of it written in one, where the index has that word.
    fn written_in_one(&self, nodes: &[Node]) -> Result<Vec<Boxed>, IndexError> {
        let mut any = Vec::new();
        if self.breadth < Breadth::Abbreviations {
            return Ok(any);
        }
        for (at, pair) in nodes.windows(2).enumerate() {
            let [Node::Word(Word { in_one: Some(whole), .. }), Node::Word(next)] = pair else { continue };
            let is_next =
                next.spellings.first().and_then(|terms| terms.first()).is_some_and(|t| whole.ends_with(t.as_str()));
            if !is_next || !self.is_known(whole)? {
                continue;
            }
            let mut all: Vec<Boxed> =
                vec![Box::new(BoostQuery::new(self.spelling(std::slice::from_ref(whole)), ALIAS_BOOST))];
            for (other, node) in nodes.iter().enumerate() {
                if other != at && other != at + 1 && !matches!(node, Node::Not(_)) {
                    all.push(self.node(node)?);
                }
            }
            any.push(not(all, Vec::new()));
        }
        Ok(any)
    }

    /// Whether the index has a word.
    fn is_known(&self, word: &str) -> Result<bool, IndexError> {
        self.searcher.doc_freq(&self.text_term(word)).map(|count| count > 0).map_err(IndexError::reading)
    }

    /// Both parts of a word that a blank is missing in, in a row.
    fn written_apart(&self, word: &Word) -> Result<Vec<Boxed>, IndexError> {
        let mut any: Vec<Boxed> = Vec::new();
        for parts in &word.apart {
            let [one, other] = parts;
            if self.is_known(one)? && self.is_known(other)? {
                any.push(Box::new(BoostQuery::new(self.spelling(parts), ALIAS_BOOST)));
            }
        }
        Ok(any)
    }

    fn text_term(&self, term: &str) -> Term {
        Term::from_field_text(self.fields.text, term)
    }

    fn spelling(&self, terms: &[String]) -> Boxed {
        match terms {
            [term] => Box::new(TermQuery::new(self.text_term(term), IndexRecordOption::WithFreqs)),
            terms => Box::new(PhraseQuery::new(terms.iter().map(|term| self.text_term(term)).collect())),
        }
    }

    fn word(&self, word: &Word) -> Result<Boxed, IndexError> {
        let mut any: Vec<Boxed> = Vec::new();
        for spelling in &word.spellings {
            any.push(Box::new(BoostQuery::new(self.spelling(spelling), EXACT_BOOST)));
        }
        if let Some(phone) = &word.phone {
            any.push(self.phone(phone)?);
        }
        if self.breadth >= Breadth::Stems {
            for form in self.inflected(
                &word.stems,
                word.spellings.first().and_then(|spelling| spelling.first()).map(String::as_str),
            )? {
                any.push(self.spelling(&[form]));
            }
            any.extend(word.forms.iter().map(|form| self.spelling(form)));
        }
        if self.breadth >= Breadth::Abbreviations {
            any.extend(self.aliases(&word.aliases)?);
        }
        if let Some(near) = word.near.as_ref().filter(|_| word.is_near_asked || !self.query.asks_for_near()) {
            any.extend(self.near(near)?);
            if self.breadth >= Breadth::Typos {
                any.extend(self.written_apart(word)?);
            }
        }
        if word.finds_names {
            any.extend(self.names(word)?);
        }
        Ok(any_of(any))
    }

    fn aliases(&self, aliases: &[Alias]) -> Result<Vec<Boxed>, IndexError> {
        let mut any: Vec<Boxed> = Vec::new();
        for alias in aliases {
            any.extend(alias.spellings.iter().map(|spelling| self.spelling(spelling)));
            any.extend(self.inflected(&alias.stems, None)?.into_iter().map(|form| self.spelling(&[form])));
        }
        Ok(any.into_iter().map(|query| -> Boxed { Box::new(BoostQuery::new(query, ALIAS_BOOST)) }).collect())
    }

    /// Words of the index that differ by a slip or sound alike. They are looked for among the different words when
    /// somebody asks, as inflected forms are.
    fn near(&self, near: &NearWord) -> Result<Option<Boxed>, IndexError> {
        let mut words = Vec::new();
        // Of a word that people write here nothing is elided.
        let whole = self.is_known(near.word())?.then(|| near.as_whole());
        let near = whole.as_ref().unwrap_or(near);
        if self.breadth >= Breadth::Typos {
            words.extend(self.dictionary_words(&near.elided_beginnings(), |word| near.is_elided_in(word))?);
            words.extend(self.dictionary_words(&near.typo_beginnings(), |word| near.is_typo(word))?);
        }
        if self.breadth >= Breadth::Sounds {
            words.extend(self.dictionary_words(&near.sound_beginnings(), |word| near.is_sound_alike(word))?);
        }
        Ok((!words.is_empty()).then(|| self.any_term(most_frequent(words, FORMS_MAX), ALIAS_BOOST)))
    }

    fn any_term(&self, words: impl IntoIterator<Item = String>, score: f32) -> Boxed {
        let terms: Vec<Term> = words.into_iter().map(|word| self.text_term(&word)).collect();
        Box::new(ConstScoreQuery::new(Box::new(TermSetQuery::new(terms)), score))
    }

    /// Records with such a phone number in their text, or from it.
    fn phone(&self, phone: &PhoneTest) -> Result<Boxed, IndexError> {
        let digits = match phone {
            PhoneTest::Number(phone) => phone.digits.as_str(),
            PhoneTest::Ending(digits) => digits.as_str(),
        };
        // Numbers that are the same end alike.
        let ending: String = digits.chars().rev().take(PHONE_ENDING_DIGITS).collect();
        let written = self.dictionary_words(&[format!("{PHONE_MARK}{ending}")], |term| {
            Phone::from_term(term).is_some_and(|found| self.is_phone(phone, &found))
        })?;
        let is_of = |digits: &str| {
            !digits.is_empty()
                && [true, false].into_iter().any(|is_international| {
                    let found = Phone { digits: digits.to_owned(), is_international, is_certain: true, end: 0 };
                    self.is_phone(phone, &found)
                })
        };
        let names_of = |names: &str| {
            names.split(' ').any(|name| name.bytes().all(|b| b.is_ascii_digit()) && name.len() > 6 && is_of(name))
        };
        let people = self.who(|who| is_of(who.phone) || names_of(who.author) || names_of(who.title))?;
        let mut any = vec![self.any_term(written.into_iter().map(|(_, term)| term), EXACT_BOOST)];
        if !people.is_empty() {
            any.push(Box::new(ConstScoreQuery::new(self.fact_set(&people), NAME_SCORE)));
        }
        Ok(any_of(any))
    }

    fn is_phone(&self, wanted: &PhoneTest, found: &Phone) -> bool {
        match wanted {
            PhoneTest::Number(phone) => phone.is_same(found, self.query.country.as_deref()),
            PhoneTest::Ending(digits) => found.digits.ends_with(digits.as_str()),
        }
    }

    /// Records with a sum of money between two. Digits without a currency are one when they look like a price: as large as
    /// one, round, and no year.
    fn sums(&self, sums: Sums) -> Result<Boxed, IndexError> {
        let is_between =
            |term: &str| value_in_hundredths(term).is_some_and(|value| (sums.least..=sums.most).contains(&value));
        let mark = SUM_MARK.to_string();
        let marked = self.dictionary_words(std::slice::from_ref(&mark), |term| {
            term.strip_prefix(SUM_MARK).is_some_and(is_between)
        })?;
        let digits: Vec<String> = ('1'..='9').map(String::from).collect();
        let exact = sums.least == sums.most;
        let plain = self.dictionary_words(&digits, |term| looks_like_a_price(term, exact) && is_between(term))?;
        Ok(self.any_term(marked.into_iter().chain(plain).map(|(_, term)| term), EXACT_BOOST))
    }

    /// Records with a term that begins with a mark.
    fn marked(&self, mark: char) -> Result<Boxed, IndexError> {
        let terms = self.dictionary_words(&[mark.to_string()], |_| true)?;
        Ok(self.any_term(terms.into_iter().map(|(_, term)| term), EXACT_BOOST))
    }

    /// Words of the index that have one of these stems. Stems are those of words, whatever record holds them: so they are
    /// looked for among the different words when somebody asks, instead of being indexed with every word of every record.
    ///
    /// A word of three letters has no endings: it is a form of `typed` only where that has an s, x or e more.
    fn inflected(&self, stems: &[String], typed: Option<&str>) -> Result<Vec<String>, IndexError> {
        let mut stemmer = FrenchStemmer::new();
        let mut forms: Vec<(u32, String)> = Vec::new();
        for stem in stems {
            let may_be_form = |word: &str| {
                word.len() > UNSTEMMED_LETTERS_MAX
                    || typed.is_none_or(|typed| {
                        ["", "s", "x", "e", "es"].iter().any(|ending| typed.strip_suffix(ending) == Some(word))
                    })
            };
            let has_stem = |word: &str| {
                may_be_form(word)
                    && !is_unstemmed(word)
                    && stemmer.stem(word) == *stem
                    && typed.is_none_or(|typed| may_be_one(stem, typed, word))
            };
            forms.extend(self.dictionary_words(&beginnings(stem), has_stem)?);
        }
        Ok(most_frequent(forms, FORMS_MAX))
    }

    /// Different words of all segments that begin in one of these ways and are wanted, with how often they occur.
    fn dictionary_words(
        &self,
        beginnings: &[String],
        mut wanted: impl FnMut(&str) -> bool,
    ) -> Result<Vec<(u32, String)>, IndexError> {
        let mut words: HashMap<String, Option<u32>> = HashMap::new();
        for segment in self.searcher.segment_readers() {
            let dictionary = segment.inverted_index(self.fields.text).map_err(IndexError::reading)?;
            for beginning in beginnings {
                let range = dictionary.terms().range().ge(beginning.as_bytes());
                let mut stream = range.into_stream().map_err(|error| IndexError::reading(error.into()))?;
                while stream.advance() && stream.key().starts_with(beginning.as_bytes()) {
                    let Ok(word) = std::str::from_utf8(stream.key()) else { continue };
                    let count = stream.value().doc_freq;
                    match words.get_mut(word) {
                        Some(known) => *known = known.map(|known| known.saturating_add(count)),
                        None => {
                            words.insert(word.to_owned(), wanted(word).then_some(count));
                        }
                    }
                }
            }
        }
        Ok(words.into_iter().filter_map(|(word, count)| Some((count?, word))).collect())
    }

    /// Records whose author or conversation has the word in its name, in the forms and near spellings that texts are
    /// searched for.
    ///
    /// A number beside other words counts in a name only where one of them is: `client 2`, but not `3 mars` in what `Awa 3` wrote.
    fn names(&self, word: &Word) -> Result<Option<Boxed>, IndexError> {
        let stemmer = RefCell::new(FrenchStemmer::new());
        let is_worded = !is_digits(word) || !self.query.node.any_word(&|other| !is_digits(other));
        let has_word = |words: &str| {
            self.is_in_name(word, words, &stemmer)
                && (is_worded
                    || self.query.node.any_word(&|other| !is_digits(other) && self.is_in_name(other, words, &stemmer)))
        };
        let terms = self.who(|who| has_word(who.author) || has_word(who.handle) || has_word(who.title))?;
        Ok((!terms.is_empty()).then(|| -> Boxed { Box::new(ConstScoreQuery::new(self.fact_set(&terms), NAME_SCORE)) }))
    }

    /// Whether the words of a name have a word that was typed.
    fn is_in_name(&self, word: &Word, words: &str, stemmer: &RefCell<FrenchStemmer>) -> bool {
        let near = word.near.as_ref().filter(|_| word.is_near_asked || !self.query.asks_for_near());
        let is_form = |name: &str| {
            self.breadth >= Breadth::Stems
                && (word.forms.iter().any(|form| form.len() == 1 && form.iter().all(|form| form == name))
                    || word
                        .stems
                        .iter()
                        .any(|stem| stem.get(..1) == name.get(..1) && *stem == stemmer.borrow_mut().stem(name)))
        };
        let is_near = |name: &str| {
            near.is_some_and(|near| {
                (self.breadth >= Breadth::Typos && near.is_typo(name))
                    || (self.breadth >= Breadth::Sounds && near.is_sound_alike(name))
            })
        };
        // The groups of a phone number that stands for a name are no words.
        if is_digits(word) && !words.chars().any(char::is_alphabetic) {
            return false;
        }
        let has_spelling = word.spellings.iter().any(|spelling| {
            let mut rest = words.split(' ');
            spelling.iter().all(|term| rest.any(|word| word == term))
        });
        has_spelling || words.split(' ').any(|name| is_form(name) || is_near(name))
    }

    fn phrase(&self, phrase: &Phrase) -> Boxed {
        let terms: Vec<(usize, Term)> =
            phrase.terms.iter().map(|(place, term)| (*place, self.text_term(term))).collect();
        let sequence: Boxed = match terms.as_slice() {
            [(_, term)] => Box::new(TermQuery::new(term.clone(), IndexRecordOption::WithFreqs)),
            _ => Box::new(PhraseQuery::new_with_offset(terms)),
        };
        let mut any = vec![sequence];
        any.extend(phrase.joined.iter().map(|term| self.spelling(std::slice::from_ref(term))));
        any_of(any)
    }

    /// Words that begin with `folded`; hashtags and mentions have a first character of their own.
    fn prefix(&self, folded: &str) -> Result<Boxed, IndexError> {
        let mut words = self.dictionary_words(&[folded.to_owned()], |_| true)?;
        if folded.len() >= ENDING_DIGITS_MIN && folded.bytes().all(|byte| byte.is_ascii_digit()) {
            let begins = |term: &str| {
                Phone::from_term(term).is_some_and(|phone| phone.begins(folded, self.query.country.as_deref()))
            };
            words.extend(self.dictionary_words(&[PHONE_MARK.to_string()], begins)?);
        }
        Ok(self.any_term(most_frequent(words, PREFIX_WORDS_MAX), EXACT_BOOST))
    }

    fn test(&self, test: &Test) -> Result<Boxed, IndexError> {
        Ok(match test {
            Test::Class(test) => self.classes(|class| passes(class, *test))?,
            Test::From(who) => self.from(who)?,
            Test::To(who) => self.to(who)?,
            Test::With(who) => self.with(who)?,
            Test::In(name) => self.inside(name)?,
            Test::Account(name) => self.fact_set(&self.what(|what| has_name(what.account, name))?),
            Test::File(name) => {
                self.fact_set(&self.facts(&[about::FILE], |fact| text_of(fact).contains(name.as_str()))?)
            }
            Test::Source(name) => {
                self.fact_set(&self.what(|what| what.import == name || what.bundle.contains(name.as_str()))?)
            }
            Test::Amount(sums) => self.sums(*sums)?,
            Test::AnyAmount => self.marked(SUM_MARK)?,
            Test::Phone(phone) => self.phone(phone)?,
            Test::AnyPhone => self.marked(PHONE_MARK)?,
            Test::Records(ids) if ids.is_empty() => Box::new(EmptyQuery),
            Test::Records(ids) => Box::new(IdQuery(Arc::clone(ids))),
            Test::Time { start, end } => self.time(*start, *end)?,
        })
    }

    pub(super) fn classes(&self, wanted: impl Fn(Class) -> bool) -> Result<Boxed, IndexError> {
        Ok(self.fact_set(&self.what(|what| wanted(what.class))?))
    }

    /// Records between two wall-clock times. Instants are compared in the reader's zone.
    fn time(&self, start: Option<NaiveDateTime>, end: Option<NaiveDateTime>) -> Result<Boxed, IndexError> {
        let zoned = |at: NaiveDateTime| {
            let zone = self.query.zone.unwrap_or(chrono_tz::UTC);
            zone.from_local_datetime(&at)
                .earliest()
                .map_or_else(|| at.and_utc().timestamp_millis(), |at| at.timestamp_millis())
        };
        let instants = self.between(start.map(zoned), end.map(zoned));
        let clock = |at: NaiveDateTime| at.and_utc().timestamp_millis();
        if start.map(zoned) == start.map(clock) && end.map(zoned) == end.map(clock) {
            return Ok(instants);
        }
        let clocks = self.between(start.map(clock), end.map(clock));
        let floating = self.classes(|class| class.flags & flag::FLOATING != 0)?;
        let fixed = self.classes(|class| class.flags & flag::FLOATING == 0)?;
        Ok(any_of(vec![
            Box::new(BooleanQuery::intersection(vec![floating, clocks])),
            Box::new(BooleanQuery::intersection(vec![fixed, instants])),
        ]))
    }

    fn between(&self, start: Option<i64>, end: Option<i64>) -> Boxed {
        let term = |at: i64| Term::from_field_i64(self.fields.time, at);
        let lower = start.map_or_else(|| Bound::Included(term(i64::MIN)), |at| Bound::Included(term(at)));
        let upper = end.map_or_else(|| Bound::Included(term(i64::MAX)), |at| Bound::Excluded(term(at)));
        Box::new(RangeQuery::new(lower, upper))
    }
}

/// Whether a word is a number.
fn is_digits(word: &Word) -> bool {
    word.spellings.iter().flatten().all(|term| term.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The most frequent of these words, at most so many.
fn most_frequent(mut words: Vec<(u32, String)>, most: usize) -> Vec<String> {
    words.sort_unstable_by(|one, other| other.cmp(one));
    words.dedup_by(|one, other| one.1 == other.1);
    words.truncate(most);
    words.into_iter().map(|(_, word)| word).collect()
}

/// Digits without a currency that are likely a price; any from a thousand on when one sum is asked for.
fn looks_like_a_price(term: &str, exact: bool) -> bool {
    let Some(value) = value_in_hundredths(term).filter(|value| *value >= 100_000) else { return false };
    exact || (value % 2_500 == 0 && !(190_000..=210_000).contains(&value))
}

pub(super) fn any_of(mut any: Vec<Boxed>) -> Boxed {
    match (any.len(), any.pop()) {
        (_, None) => Box::new(EmptyQuery),
        (1, Some(only)) => only,
        (_, Some(last)) => {
            any.push(last);
            Box::new(BooleanQuery::union(any))
        }
    }
}

fn not(mut wanted: Vec<Boxed>, unwanted: Vec<Boxed>) -> Boxed {
    if unwanted.is_empty() && wanted.len() == 1 {
        return wanted.pop().unwrap_or_else(|| Box::new(EmptyQuery));
    }
    let wanted = wanted.into_iter().map(|query| (Occur::Must, query));
    let unwanted = unwanted.into_iter().map(|query| -> (Occur, Boxed) { (Occur::MustNot, Box::new(Excluded(query))) });
    Box::new(BooleanQuery::new(wanted.chain(unwanted).collect()))
}

fn passes(class: Class, test: ClassTest) -> bool {
    let bit = |number: u8| 1_u32.checked_shl(u32::from(number)).unwrap_or(0);
    (test.kinds == 0 || u32::from(test.kinds) & bit(class.kind) != 0)
        && (test.platforms == 0 || u32::from(test.platforms) & bit(class.platform) != 0)
        && (test.flags == 0 || test.flags & class.flags != 0)
        && (test.has == 0 || test.has & class.has != 0)
}

/// What a fact says, after its first byte.
fn text_of(fact: &[u8]) -> &str {
    fact.get(1..).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
}
