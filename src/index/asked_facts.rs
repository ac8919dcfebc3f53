//! Who wrote where, and what records are: the facts of the index, looked through when a query asks.

use tantivy::Term;
use tantivy::query::{EmptyQuery, TermQuery, TermSetQuery};
use tantivy::schema::IndexRecordOption;

use super::error::IndexError;
use super::facts::{self, What, about};
use super::kept_facts::each_fact;
use super::plan::{Boxed, Planner};

impl Planner<'_> {
    pub(super) fn who(&self, wanted: impl Fn(&facts::Who<'_>) -> bool) -> Result<Vec<Vec<u8>>, IndexError> {
        self.of_who(|fact| facts::Who::of(fact).is_some_and(|who| wanted(&who)))
    }

    /// Facts about who wrote where, by the whole fact.
    pub(super) fn of_who(&self, wanted: impl Fn(&[u8]) -> bool) -> Result<Vec<Vec<u8>>, IndexError> {
        let Some(all) = self.kept.all(self.searcher, self.fields.fact)? else {
            return self.facts(&[about::WHO], wanted);
        };
        Ok(all.iter().filter(|fact| wanted(fact)).map(<[u8]>::to_vec).collect())
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
        each_fact(self.searcher, self.fields.fact, prefix, visit)
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
