//! Answering queries.

use std::sync::{Arc, PoisonError};

use tantivy::collector::TopDocs;
use tantivy::query::EnableScoring;
use tantivy::{DocAddress, DocSet as _, Searcher, TERMINATED};

use super::collect::{ByTime, Columns, Found as Collected};
use super::error::{IndexError, guarded};
use super::ids::IdColumn;
use super::open::Index;
use super::plan::{Breadth, Planner};
use super::query::{Query, Sort};
use crate::model::RecordId;

/// Which results of a search are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchOptions {
    /// Most hits; 0 only counts.
    pub limit: usize,
    /// Hits left out at the beginning.
    pub offset: usize,
    /// Their order.
    pub sort: Sort,
}

impl Default for SearchOptions {
    fn default() -> Self {
        Self { limit: 20, offset: 0, sort: Sort::Newest }
    }
}

/// How closely a record matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// As typed, case and accents apart.
    Exact,
    /// In an inflected form.
    Stem,
}

impl Tier {
    /// The name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Stem => "stem",
        }
    }
}

/// A record that a query asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Where it lies in the store.
    pub loc: u64,
    /// Milliseconds since 1970 by which it is ordered; `None` without a time.
    pub time_ms: Option<i64>,
    /// How well it matches; 0 unless ordered by relevance.
    pub score: f32,
    /// How closely it matches.
    pub tier: Tier,
}

/// Results of a search.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// All records that match.
    pub total: u64,
    /// Those asked for.
    pub hits: Vec<Hit>,
}

impl Index {
    /// Answers a query.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] asks for a rebuild.
    pub fn search(&self, query: &Query, options: &SearchOptions) -> Result<Found, IndexError> {
        guarded(|| {
            let searcher = self.reader.searcher();
            let planner = Planner { searcher: &searcher, fields: &self.fields, query, breadth: Breadth::Stems };
            let plan = planner.plan()?;
            let columns = self.columns(&searcher)?;
            let (total, found) = matching(&searcher, &*plan, options, &columns)?;
            let exact = exact_matches(&planner, &found)?;
            let hits = found.iter().zip(exact).map(|((score, doc), exact)| {
                let (time_ms, loc) = columns.at(*doc)?;
                let tier = if exact { Tier::Exact } else { Tier::Stem };
                Ok(Hit { loc, time_ms, score: *score, tier })
            });
            Ok(Found { total, hits: hits.collect::<Result<_, IndexError>>()? })
        })
    }

    /// The ids of what [`Index::search`] answers, without the rest.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] asks for a rebuild.
    pub fn search_ids(&self, query: &Query, options: &SearchOptions) -> Result<Vec<RecordId>, IndexError> {
        guarded(|| {
            let searcher = self.reader.searcher();
            let planner = Planner { searcher: &searcher, fields: &self.fields, query, breadth: Breadth::Stems };
            let columns = self.columns(&searcher)?;
            let (_, found) = matching(&searcher, &*planner.plan()?, options, &columns)?;
            let ids = searcher.segment_readers().iter().map(IdColumn::of).collect::<tantivy::Result<Vec<_>>>();
            let ids = ids.map_err(IndexError::reading)?;
            let id = |doc: &DocAddress| {
                let column = usize::try_from(doc.segment_ord).ok().and_then(|ordinal| ids.get(ordinal));
                column.and_then(|column| column.id(doc.doc_id)).ok_or(IndexError::Damaged(None))
            };
            found.iter().map(|(_, doc)| id(doc)).collect()
        })
    }

    /// Time and place of all records of this state, kept for the next search.
    pub(super) fn columns(&self, searcher: &Searcher) -> Result<Arc<Columns>, IndexError> {
        let generation = searcher.generation().generation_id();
        let mut kept = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, columns)) = &*kept
            && *known == generation
        {
            return Ok(Arc::clone(columns));
        }
        let columns = Arc::new(Columns::of(searcher)?);
        *kept = Some((generation, Arc::clone(&columns)));
        Ok(columns)
    }
}

type Scored = Vec<(f32, DocAddress)>;

/// Number of all that match, and those asked for.
fn matching(
    searcher: &Searcher,
    plan: &dyn tantivy::query::Query,
    options: &SearchOptions,
    columns: &Arc<Columns>,
) -> Result<(u64, Scored), IndexError> {
    if options.sort == Sort::Relevance {
        return by_relevance(searcher, plan, options);
    }
    let collector = ByTime {
        columns: Arc::clone(columns),
        wanted: options.offset.saturating_add(options.limit),
        newest_first: options.sort == Sort::Newest,
    };
    let Collected { total, docs } = searcher.search(plan, &collector).map_err(IndexError::reading)?;
    Ok((total, docs.into_iter().skip(options.offset).map(|doc| (0.0, doc)).collect()))
}

fn by_relevance(
    searcher: &Searcher,
    plan: &dyn tantivy::query::Query,
    options: &SearchOptions,
) -> Result<(u64, Scored), IndexError> {
    // tantivy refuses a limit of nothing and reserves memory by it.
    let documents = usize::try_from(searcher.num_docs()).unwrap_or(usize::MAX);
    let limit = options.limit.clamp(1, documents.max(1));
    let top = TopDocs::with_limit(limit).and_offset(options.offset.min(documents)).order_by_score();
    let (mut found, total) = searcher.search(plan, &(top, tantivy::collector::Count)).map_err(IndexError::reading)?;
    found.truncate(options.limit);
    Ok((u64::try_from(total).unwrap_or(u64::MAX), found))
}

/// For each document, whether it matches without stems.
fn exact_matches(planner: &Planner<'_>, found: &[(f32, DocAddress)]) -> Result<Vec<bool>, IndexError> {
    let exact = Planner { breadth: Breadth::Exact, ..*planner }.plan()?;
    let searcher = planner.searcher;
    let scoring = EnableScoring::disabled_from_searcher(searcher);
    let weight = exact.weight(scoring).map_err(IndexError::reading)?;
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by_key(|at| found.get(*at).map(|(_, doc)| *doc));
    let mut matches = vec![false; found.len()];
    for group in order.chunk_by(|one, other| segment_of(found, *one) == segment_of(found, *other)) {
        let Some(ordinal) = group.first().and_then(|at| segment_of(found, *at)) else { continue };
        let reader = searcher.segment_reader(ordinal);
        let mut docs = weight.scorer(reader, 1.0).map_err(IndexError::reading)?;
        for at in group {
            let (Some((_, doc)), Some(matches)) = (found.get(*at), matches.get_mut(*at)) else { continue };
            let reached = if docs.doc() < doc.doc_id { docs.seek(doc.doc_id) } else { docs.doc() };
            *matches = reached == doc.doc_id && reached != TERMINATED;
        }
    }
    Ok(matches)
}

fn segment_of(found: &[(f32, DocAddress)], at: usize) -> Option<u32> {
    found.get(at).map(|(_, doc)| doc.segment_ord)
}
