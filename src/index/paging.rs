//! Pages of what a plan finds, in order, and how closely each record matches. Memory grows with the page, never with
//! what matches or how deep the page lies.

use std::sync::Arc;

use tantivy::collector::Count;
use tantivy::query::{EnableScoring, Query as Plan};
use tantivy::{DocSet as _, Searcher, TERMINATED};

use super::collect::{ByRelevance, Columns, Cursor, Found, Match, Rank};
use super::error::IndexError;
use super::open::Index;
use super::order::Order;
use super::plan::Planner;
use super::query::Sort;
use super::query::node::Node;
use super::search::{Hit, SearchOptions, Tier};
use super::why::why;

/// Hits that are passed over at a time.
const STEP_HITS: usize = 20_000;

/// Times and places of the records of a state of an index.
pub(super) struct Places<'a> {
    pub(super) index: &'a Index,
    pub(super) searcher: &'a Searcher,
}

impl Places<'_> {
    fn order(&self) -> Result<Arc<Order>, IndexError> {
        self.index.order(self.searcher)
    }

    fn columns(&self) -> Result<Arc<Columns>, IndexError> {
        self.index.columns(self.searcher)
    }
}

/// What matches and is asked for.
pub(super) struct Matching {
    /// All that match.
    pub(super) total: u64,
    /// Those that follow.
    pub(super) left: u64,
    /// Those asked for.
    pub(super) found: Vec<Match>,
}

/// Number of all that match, of those that follow, and those asked for. `tiers` are those that the plan has.
pub(super) fn matching(
    planner: &Planner<'_>,
    (plan, tiers): (&dyn Plan, &[Tier]),
    options: &SearchOptions,
    places: &Places<'_>,
) -> Result<Matching, IndexError> {
    let mut pages = Pages { planner, places, sort: options.sort, offset: options.offset, limit: options.limit };
    if options.sort == Sort::Relevance {
        return pages.by_relevance(plan, tiers);
    }
    let after = options.after.map(|after| after.rank(options.sort));
    let Page { total, before, found } = pages.next(plan, after)?;
    let told = before.saturating_add(count(options.offset)).saturating_add(count(found.len()));
    Ok(Matching { total, left: total.saturating_sub(told), found })
}

/// What is still wanted.
struct Pages<'a> {
    planner: &'a Planner<'a>,
    places: &'a Places<'a>,
    sort: Sort,
    /// Still to be passed over.
    offset: usize,
    /// Still to be told.
    limit: usize,
}

struct Page {
    total: u64,
    before: u64,
    found: Vec<Match>,
}

impl Pages<'_> {
    /// Takes from what a plan finds. Hits far down are reached in steps, so that memory does not grow with the depth.
    fn next(&mut self, plan: &dyn Plan, mut after: Option<Rank>) -> Result<Page, IndexError> {
        let mut all: Option<(u64, u64)> = None;
        loop {
            let wanted = if self.offset > STEP_HITS { STEP_HITS } else { self.offset.saturating_add(self.limit) };
            let Found { total, before, mut docs } = self.first(plan, wanted, after)?;
            let (total, before) = *all.get_or_insert((total, before));
            let passed = self.offset.min(STEP_HITS).min(docs.len());
            let last = docs.last().copied();
            self.offset -= passed;
            docs.drain(..passed);
            if let (true, Some((last, _))) = (self.offset > 0 && passed == STEP_HITS, last) {
                after = Some(last);
                continue;
            }
            self.limit = self.limit.saturating_sub(docs.len());
            let found = docs.into_iter().map(|found| Match::of(found, self.sort)).collect();
            return Ok(Page { total, before, found });
        }
    }

    fn first(&self, plan: &dyn Plan, wanted: usize, after: Option<Rank>) -> Result<Found, IndexError> {
        let searcher = self.planner.searcher;
        if self.sort != Sort::Relevance {
            return self.places.order()?.first((searcher, plan), wanted, self.sort, after);
        }
        let collector = ByRelevance { columns: self.places.columns()?, wanted, after };
        searcher.search(plan, &collector).map_err(IndexError::reading)
    }

    /// What matches exactly comes first, however well something else matches: one tier after the other.
    fn by_relevance(mut self, plan: &dyn Plan, tiers: &[Tier]) -> Result<Matching, IndexError> {
        let total = self.planner.searcher.search(plan, &Count).map_err(IndexError::reading)?;
        let told = self.offset;
        let mut found = Vec::new();
        for tier in tiers {
            if self.limit == 0 {
                break;
            }
            let tier = self.planner.tier_plan(*tier)?;
            found.extend(self.next(&*tier, None)?.found);
        }
        let left = total.saturating_sub(told).saturating_sub(found.len());
        Ok(Matching { total: count(total), left: count(left), found })
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// What was found, with the first of these tiers in which each matches, and why if that is asked for.
pub(super) fn hits(
    planner: &Planner<'_>,
    found: &[Match],
    (tiers, explain): (&[Tier], bool),
) -> Result<Vec<Hit>, IndexError> {
    let of = tiers_of(planner, found, tiers, &planner.query.node)?;
    let last = tiers.last().copied().unwrap_or(Tier::Exact);
    let hit = |(found, tier): (&Match, Option<Tier>)| {
        let Match { score, at: Cursor { time_ms, loc }, .. } = *found;
        Hit { loc, time_ms, score, tier: tier.unwrap_or(last), why: None }
    };
    let mut hits: Vec<Hit> = found.iter().zip(of).map(hit).collect();
    if explain {
        why(planner, found, &mut hits)?;
    }
    Ok(hits)
}

/// For each document, the first of these tiers in which it matches a part of the query.
pub(super) fn tiers_of(
    planner: &Planner<'_>,
    found: &[Match],
    tiers: &[Tier],
    node: &Node,
) -> Result<Vec<Option<Tier>>, IndexError> {
    let mut of: Vec<Option<Tier>> = vec![None; found.len()];
    for tier in tiers {
        if of.iter().all(Option::is_some) {
            break;
        }
        let narrow = Planner { breadth: tier.breadth(), ..*planner }.node(node)?;
        for (known, matches) in of.iter_mut().zip(matches_within(planner, found, &*narrow)?) {
            *known = known.or(matches.then_some(*tier));
        }
    }
    Ok(of)
}

/// For each document, whether it matches this too.
pub(super) fn matches_within(
    planner: &Planner<'_>,
    found: &[Match],
    narrow: &dyn Plan,
) -> Result<Vec<bool>, IndexError> {
    let scores = scores_within(planner, found, (narrow, false))?;
    Ok(scores.into_iter().map(|score| score.is_some()).collect())
}

/// For each document that matches this too, its score; 0 unless scores are wanted.
pub(super) fn scores_within(
    planner: &Planner<'_>,
    found: &[Match],
    (narrow, scored): (&dyn Plan, bool),
) -> Result<Vec<Option<f32>>, IndexError> {
    let searcher = planner.searcher;
    let scoring = if scored {
        EnableScoring::enabled_from_searcher(searcher)
    } else {
        EnableScoring::disabled_from_searcher(searcher)
    };
    let weight = narrow.weight(scoring).map_err(IndexError::reading)?;
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by_key(|at| found.get(*at).map(|found| found.doc));
    let mut scores = vec![None; found.len()];
    for group in order.chunk_by(|one, other| segment_of(found, *one) == segment_of(found, *other)) {
        let Some(ordinal) = group.first().and_then(|at| segment_of(found, *at)) else { continue };
        let reader = searcher.segment_reader(ordinal);
        let mut docs = weight.scorer(reader, 1.0).map_err(IndexError::reading)?;
        for at in group {
            let (Some(Match { doc, .. }), Some(score)) = (found.get(*at), scores.get_mut(*at)) else { continue };
            let reached = if docs.doc() < doc.doc_id { docs.seek(doc.doc_id) } else { docs.doc() };
            if reached == doc.doc_id && reached != TERMINATED {
                *score = Some(if scored { docs.score() } else { 0.0 });
            }
        }
    }
    Ok(scores)
}

fn segment_of(found: &[Match], at: usize) -> Option<u32> {
    found.get(at).map(|found| found.doc.segment_ord)
}
