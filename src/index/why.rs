//! Why records were found: how closely each thing asked for matches, and how well all of it does.

use super::collect::Match;
use super::error::IndexError;
use super::paging::{scores_within, tiers_of};
use super::plan::Planner;
use super::query::node::Node;
use super::query::{Query, ReadingPart, part};
use super::search::{Hit, TIERS, Tier};

/// Tiers in which a thing may match.
const ALL_TIERS: [Tier; 5] = [Tier::Exact, Tier::Stem, Tier::Abbreviation, Tier::Typo, Tier::Sound];

/// How closely a record matches each thing asked for, in the order of [`Query::asked_for`]; `None` where it does not and
/// another thing will do.
pub type Why = Vec<Option<Tier>>;

impl Query {
    /// Each word, phrase and filter of which a record must have all, or some where `OR` parts them; without those that
    /// it must not have.
    #[must_use]
    pub fn asked_for(&self) -> Vec<ReadingPart> {
        self.leaves().into_iter().map(part).collect()
    }

    /// The same as nodes.
    pub(super) fn leaves(&self) -> Vec<&Node> {
        let mut leaves = Vec::new();
        collect(&self.node, &mut leaves);
        leaves
    }
}

fn collect<'a>(node: &'a Node, leaves: &mut Vec<&'a Node>) {
    match node {
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().for_each(|node| collect(node, leaves)),
        Node::All | Node::Not(_) => {}
        leaf => leaves.push(leaf),
    }
}

/// Says of each hit why it was found, and its score.
pub(super) fn why(planner: &Planner<'_>, found: &[Match], hits: &mut [Hit]) -> Result<(), IndexError> {
    for hit in hits.iter_mut() {
        hit.why = Some(Why::new());
    }
    // A near spelling says how near it is only where nothing else was found.
    let is_near = hits.iter().any(|hit| !TIERS.contains(&hit.tier));
    let tiers = if is_near { &ALL_TIERS[..] } else { &TIERS };
    for leaf in planner.query.leaves() {
        let of = tiers_of(planner, found, tiers, leaf)?;
        for (hit, tier) in hits.iter_mut().zip(of) {
            hit.why.get_or_insert_default().push(tier);
        }
    }
    for tier in tiers {
        if hits.iter().any(|hit| hit.tier == *tier) {
            let plan = Planner { breadth: tier.breadth(), ..*planner }.plan()?;
            let scores = scores_within(planner, found, (&*plan, true))?;
            for (hit, score) in hits.iter_mut().zip(scores).filter(|(hit, _)| hit.tier == *tier) {
                hit.score = score.unwrap_or(hit.score);
            }
        }
    }
    Ok(())
}
