//! Answering queries.

use std::sync::{Arc, PoisonError};

use rayon::prelude::*;
use tantivy::schema::Field;
use tantivy::{DocAddress, Searcher};

use super::collect::{Columns, Cursor};
use super::error::{IndexError, guarded};
use super::ids::IdColumn;
use super::open::Index;
use super::order::Order;
use super::paging::{Matching, Places, hits, matching};
use super::plan::{Breadth, Planner};
use super::query::{Query, Sort};
use super::why::Why;
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
    /// Whether each hit says why it was found, and how well it matches.
    pub explain: bool,
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
/// Most near spellings shown.
const NEAR_MAX: usize = 20;

impl Default for SearchOptions {
    fn default() -> Self {
        Self { limit: 20, offset: 0, after: None, sort: Sort::Newest, near: Near::WhenFew, explain: false }
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

    pub(super) const fn breadth(self) -> Breadth {
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
    /// How well it matches within its tier (BM25); 0 unless ordered by relevance or explained.
    pub score: f32,
    /// How closely it matches.
    pub tier: Tier,
    /// Why it was found, when that was asked for.
    pub why: Option<Why>,
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
            if query.asks_for_text() {
                open_dictionaries(&searcher, self.fields.text).map_err(IndexError::reading)?;
            }
            let planner = self.planner(&searcher, query);
            let plan = planner.plan()?;
            let places = Places { index: self, searcher: &searcher };
            let Matching { total, left, found } = matching(&planner, (&*plan, &TIERS), options, &places)?;
            let hits = hits(&planner, &found, (&TIERS, options.explain))?;
            let mut all = Found { total, hits, left, near_total: 0, near: Vec::new() };
            let is_wanted = match options.near {
                Near::Never => false,
                Near::Always => query.may_be_near(),
                Near::WhenFew => query.asks_for_near() || (total < ENOUGH && query.may_be_near()),
            };
            if is_wanted && options.offset == 0 && options.after.is_none() {
                let near = planner.near_plan(plan)?;
                let tiers = [Tier::Typo, Tier::Sound];
                let options = SearchOptions { limit: options.limit.min(NEAR_MAX), ..*options };
                let Matching { total, found, .. } = matching(&planner, (&*near, &tiers), &options, &places)?;
                all.near = self::hits(&planner, &found, (&tiers, options.explain))?;
                all.near_total = total;
            }
            Ok(all)
        })
    }

    pub(super) fn planner<'a>(&'a self, searcher: &'a Searcher, query: &'a Query) -> Planner<'a> {
        Planner { searcher, fields: &self.fields, query, breadth: Breadth::Abbreviations, kept: &self.who }
    }

    /// The ids of what [`Index::search`] answers, without the rest.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] asks for a rebuild.
    pub fn search_ids(&self, query: &Query, options: &SearchOptions) -> Result<Vec<RecordId>, IndexError> {
        guarded(|| {
            let searcher = self.reader.searcher();
            let planner = self.planner(&searcher, query);
            let places = Places { index: self, searcher: &searcher };
            let Matching { found, .. } = matching(&planner, (&*planner.plan()?, &TIERS), options, &places)?;
            let ids = searcher.segment_readers().iter().map(IdColumn::of).collect::<tantivy::Result<Vec<_>>>();
            let ids = ids.map_err(IndexError::reading)?;
            let id = |doc: &DocAddress| {
                let column = usize::try_from(doc.segment_ord).ok().and_then(|ordinal| ids.get(ordinal));
                column.and_then(|column| column.id(doc.doc_id)).ok_or(IndexError::Damaged(None))
            };
            found.iter().map(|found| id(&found.doc)).collect()
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

    /// Times and places in blocks, opened for this state, kept for the next search.
    pub(super) fn order(&self, searcher: &Searcher) -> Result<Arc<Order>, IndexError> {
        let generation = searcher.generation().generation_id();
        let mut kept = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, order)) = &*kept
            && *known == generation
        {
            return Ok(Arc::clone(order));
        }
        let order = Arc::new(Order::of(searcher, self.directory.as_ref())?);
        *kept = Some((generation, Arc::clone(&order)));
        Ok(order)
    }
}

/// Opens the dictionaries of all segments on all cores: each is read as a whole before the first word of it is known.
fn open_dictionaries(searcher: &Searcher, field: Field) -> tantivy::Result<()> {
    searcher.segment_readers().par_iter().try_for_each(|segment| segment.inverted_index(field).map(drop))
}
