//! Who wrote where, and what records are: the facts of the index, looked through when a query asks.

use std::sync::{Arc, Mutex, PoisonError};

use tantivy::Term;
use tantivy::query::{EmptyQuery, TermQuery, TermSetQuery};
use tantivy::schema::IndexRecordOption;

use super::error::IndexError;
use super::facts::{self, What, about};
use super::plan::{Boxed, Planner};

/// Facts and the state of the index that they are of; nothing when they are too many.
pub(super) type KeptFacts = Mutex<Option<(u64, Option<Arc<Vec<Vec<u8>>>>)>>;

/// Most facts about who wrote where that are kept in memory, of about 80 bytes each; more are read each time.
const KEPT_FACTS_MAX: usize = 100_000;

impl Planner<'_> {
    pub(super) fn who(&self, wanted: impl Fn(&facts::Who<'_>) -> bool) -> Result<Vec<Vec<u8>>, IndexError> {
        let is_wanted = |fact: &[u8]| facts::Who::of(fact).is_some_and(|who| wanted(&who));
        let Some(all) = self.kept_facts()? else { return self.facts(&[about::WHO], is_wanted) };
        Ok(all.iter().filter(|fact| is_wanted(fact)).cloned().collect())
    }

    /// All facts about who wrote where, unless they are too many to keep.
    fn kept_facts(&self) -> Result<Option<Arc<Vec<Vec<u8>>>>, IndexError> {
        let generation = self.searcher.generation().generation_id();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, facts)) = &*kept
            && *known == generation
        {
            return Ok(facts.clone());
        }
        let mut all = Vec::new();
        self.each_fact(&[about::WHO], &mut |fact| {
            if all.len() <= KEPT_FACTS_MAX {
                all.push(fact.to_vec());
            }
        })?;
        let facts = (all.len() <= KEPT_FACTS_MAX).then(|| Arc::new(unique(all)));
        *kept = Some((generation, facts.clone()));
        Ok(facts)
    }

    pub(super) fn what(&self, wanted: impl Fn(&What<'_>) -> bool) -> Result<Vec<Vec<u8>>, IndexError> {
        self.facts(&[about::WHAT], |fact| What::of(fact).is_some_and(|what| wanted(&what)))
    }

    /// All facts that begin so and that are wanted, of all segments.
    pub(super) fn facts(&self, prefix: &[u8], wanted: impl Fn(&[u8]) -> bool) -> Result<Vec<Vec<u8>>, IndexError> {
        let mut found = Vec::new();
        self.each_fact(prefix, &mut |fact| {
            if wanted(fact) {
                found.push(fact.to_vec());
            }
        })?;
        Ok(unique(found))
    }

    /// Visits all facts that begin so, of all segments.
    pub(super) fn each_fact(&self, prefix: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<(), IndexError> {
        for segment in self.searcher.segment_readers() {
            let dictionary = segment.inverted_index(self.fields.fact).map_err(IndexError::reading)?;
            let range = dictionary.terms().range().ge(prefix);
            let mut stream = range.into_stream().map_err(|error| IndexError::reading(error.into()))?;
            while stream.advance() && stream.key().starts_with(prefix) {
                visit(stream.key());
            }
        }
        Ok(())
    }

    /// Records that have one of these facts.
    pub(super) fn fact_set(&self, facts: &[Vec<u8>]) -> Boxed {
        match facts {
            [] => Box::new(EmptyQuery),
            [fact] => {
                let term = Term::from_field_bytes(self.fields.fact, fact);
                Box::new(TermQuery::new(term, IndexRecordOption::Basic))
            }
            facts => {
                let terms = facts.iter().map(|fact| Term::from_field_bytes(self.fields.fact, fact));
                Box::new(TermSetQuery::new(terms))
            }
        }
    }
}

/// Each of these facts once.
pub(super) fn unique(mut facts: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    facts.sort_unstable();
    facts.dedup();
    facts
}
