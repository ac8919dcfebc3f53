//! Answering queries.

use std::sync::{Arc, PoisonError};

use tantivy::collector::TopDocs;
use tantivy::query::EnableScoring;
use tantivy::{DocAddress, DocSet as _, Searcher, TERMINATED};

use super::collect::{ByTime, Columns, Cursor, Found as Collected};
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
    /// Only hits that come after this one; ordered by relevance, it says nothing.
    pub after: Option<Cursor>,
    /// Their order.
    pub sort: Sort,
    /// Whether near spellings are looked for.
    pub near: Near,
}

/// Whether near spellings are looked for: slips of the finger, words that sound alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Near {
    /// When fewer than five records match, or the query asks for them with `~`.
    #[default]
    WhenFew,
    /// However many match.
    Always,
    /// Never.
    Never,
}

/// Tiers of what is found first; what is found by near spellings is a group of its own.
pub(super) const TIERS: [Tier; 3] = [Tier::Exact, Tier::Stem, Tier::Abbreviation];
/// So many records are enough: nobody looks for near spellings then.
const ENOUGH: u64 = 5;
/// Hits that are passed over at a time.
const STEP_HITS: usize = 20_000;
/// Most near spellings shown.
const NEAR_MAX: usize = 20;

impl Default for SearchOptions {
    fn default() -> Self {
        Self { limit: 20, offset: 0, after: None, sort: Sort::Newest, near: Near::WhenFew }
    }
}

/// How closely a record matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// As typed, case and accents apart.
    Exact,
    /// In an inflected form.
    Stem,
    /// By a short form, or by what a short form stands for.
    Abbreviation,
    /// By a word that a slip of the finger makes of another.
    Typo,
    /// By a word that sounds alike.
    Sound,
}

impl Tier {
    /// The name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Stem => "stem",
            Self::Abbreviation => "abbreviation",
            Self::Typo => "typo",
            Self::Sound => "sound",
        }
    }

    const fn breadth(self) -> Breadth {
        match self {
            Self::Exact => Breadth::Exact,
            Self::Stem => Breadth::Stems,
            Self::Abbreviation => Breadth::Abbreviations,
            Self::Typo => Breadth::Typos,
            Self::Sound => Breadth::Sounds,
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
    /// How many follow those asked for.
    pub left: u64,
    /// All that match by a near spelling only; 0 when they were not looked for.
    pub near_total: u64,
    /// The first of them.
    pub near: Vec<Hit>,
}

impl Index {
    /// Answers a query.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] asks for a rebuild.
    pub fn search(&self, query: &Query, options: &SearchOptions) -> Result<Found, IndexError> {
        guarded(|| {
            let searcher = self.reader.searcher();
            let planner = self.planner(&searcher, query);
            let plan = planner.plan()?;
            let columns = self.columns(&searcher)?;
            let Matching { total, left, found } = matching(&planner, &*plan, options, &columns)?;
            let hits = hits(&planner, &found, &columns, &TIERS)?;
            let mut all = Found { total, hits, left, near_total: 0, near: Vec::new() };
            let is_wanted = match options.near {
                Near::Never => false,
                Near::Always => query.may_be_near(),
                Near::WhenFew => query.asks_for_near() || (total < ENOUGH && query.may_be_near()),
            };
            if is_wanted && options.offset == 0 && options.after.is_none() {
                let near = planner.near_plan(plan)?;
                let options = SearchOptions { limit: options.limit.min(NEAR_MAX), ..*options };
                let Matching { total, found, .. } = matching(&planner, &*near, &options, &columns)?;
                all.near = self::hits(&planner, &found, &columns, &[Tier::Typo, Tier::Sound])?;
                all.near_total = total;
            }
            Ok(all)
        })
    }

    pub(super) fn planner<'a>(&'a self, searcher: &'a Searcher, query: &'a Query) -> Planner<'a> {
        Planner { searcher, fields: &self.fields, query, breadth: Breadth::Abbreviations }
    }

    /// The ids of what [`Index::search`] answers, without the rest.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] asks for a rebuild.
    pub fn search_ids(&self, query: &Query, options: &SearchOptions) -> Result<Vec<RecordId>, IndexError> {
        guarded(|| {
            let searcher = self.reader.searcher();
            let planner = self.planner(&searcher, query);
            let columns = self.columns(&searcher)?;
            let Matching { found, .. } = matching(&planner, &*planner.plan()?, options, &columns)?;
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

/// Scores, 0 unless ordered by relevance, and documents.
pub(super) type Scored = Vec<(f32, DocAddress)>;

/// What matches and is asked for.
pub(super) struct Matching {
    /// All that match.
    pub(super) total: u64,
    /// Those that follow.
    pub(super) left: u64,
    /// Those asked for.
    pub(super) found: Scored,
}

/// Number of all that match, of those that follow, and those asked for.
pub(super) fn matching(
    planner: &Planner<'_>,
    plan: &dyn tantivy::query::Query,
    options: &SearchOptions,
    columns: &Arc<Columns>,
) -> Result<Matching, IndexError> {
    let searcher = planner.searcher;
    if options.sort == Sort::Relevance {
        return by_relevance(searcher, plan, options);
    }
    let mut after = options.after;
    let mut offset = options.offset;
    loop {
        // Hits far down are reached in steps, so that memory does not grow with the depth.
        let step = if offset > STEP_HITS { STEP_HITS } else { offset.saturating_add(options.limit) };
        let newest_first = options.sort == Sort::Newest;
        let collector = ByTime { columns: Arc::clone(columns), wanted: step, newest_first, after };
        let Collected { total, before, docs } = searcher.search(plan, &collector).map_err(IndexError::reading)?;
        if offset <= STEP_HITS {
            let told = u64::try_from(docs.len()).unwrap_or(u64::MAX);
            let found = docs.into_iter().skip(offset).map(|doc| (0.0, doc)).collect();
            return Ok(Matching { total, left: total.saturating_sub(before).saturating_sub(told), found });
        }
        let Some(last) = docs.last().filter(|_| docs.len() == STEP_HITS) else {
            return Ok(Matching { total, left: 0, found: Vec::new() });
        };
        let (time_ms, loc) = columns.at(*last)?;
        after = Some(Cursor { time_ms, loc });
        offset -= STEP_HITS;
    }
}

fn by_relevance(
    searcher: &Searcher,
    plan: &dyn tantivy::query::Query,
    options: &SearchOptions,
) -> Result<Matching, IndexError> {
    // tantivy refuses a limit of nothing and reserves memory by it.
    let documents = usize::try_from(searcher.num_docs()).unwrap_or(usize::MAX);
    let limit = options.limit.clamp(1, documents.max(1));
    let top = TopDocs::with_limit(limit).and_offset(options.offset.min(documents)).order_by_score();
    let (mut found, total) = searcher.search(plan, &(top, tantivy::collector::Count)).map_err(IndexError::reading)?;
    found.truncate(options.limit);
    let told = options.offset.saturating_add(found.len());
    let left = u64::try_from(total.saturating_sub(told)).unwrap_or(u64::MAX);
    Ok(Matching { total: u64::try_from(total).unwrap_or(u64::MAX), left, found })
}

/// What was found, with the first of these tiers in which each matches.
pub(super) fn hits(
    planner: &Planner<'_>,
    found: &Scored,
    columns: &Columns,
    tiers: &[Tier],
) -> Result<Vec<Hit>, IndexError> {
    let last = tiers.last().copied().unwrap_or(Tier::Exact);
    let mut of: Vec<Option<Tier>> = vec![None; found.len()];
    for tier in tiers.iter().filter(|tier| **tier != last) {
        if of.iter().all(Option::is_some) {
            break;
        }
        for (known, matches) in of.iter_mut().zip(matches_within(
            planner,
            found,
            &*Planner { breadth: tier.breadth(), ..*planner }.plan()?,
        )?) {
            *known = known.or(matches.then_some(*tier));
        }
    }
    let hit = |((score, doc), tier): (&(f32, DocAddress), Option<Tier>)| {
        let (time_ms, loc) = columns.at(*doc)?;
        Ok(Hit { loc, time_ms, score: *score, tier: tier.unwrap_or(last) })
    };
    found.iter().zip(of).map(hit).collect()
}

/// For each document, whether it matches this too.
pub(super) fn matches_within(
    planner: &Planner<'_>,
    found: &[(f32, DocAddress)],
    narrow: &dyn tantivy::query::Query,
) -> Result<Vec<bool>, IndexError> {
    let searcher = planner.searcher;
    let scoring = EnableScoring::disabled_from_searcher(searcher);
    let weight = narrow.weight(scoring).map_err(IndexError::reading)?;
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
