//! Why nothing was found: which of the things asked for no record has.

use tantivy::collector::Count;

use super::error::{IndexError, guarded};
use super::open::Index;
use super::query::node::{Node, Test, Who};
use super::query::{Query, ReadingPart, part};

impl Index {
    /// Of several things that a query asks for together, those that no record has by itself, near spellings apart; names that
    /// nobody bears are told by [`Index::unknown_names`]. `None` when it asks for one thing only.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] asks for a rebuild.
    pub fn nowhere(&self, query: &Query) -> Result<Option<Vec<ReadingPart>>, IndexError> {
        guarded(|| {
            let Node::And(nodes) = &query.node else { return Ok(None) };
            let wanted: Vec<&Node> = nodes.iter().filter(|node| !matches!(node, Node::Not(_) | Node::All)).collect();
            if wanted.len() < 2 {
                return Ok(None);
            }
            let searcher = self.reader.searcher();
            let planner = self.planner(&searcher, query);
            let mut nowhere = Vec::new();
            for node in wanted {
                let found = searcher.search(&planner.node(node)?, &Count).map_err(IndexError::reading)?;
                if found == 0 {
                    nowhere.push(node);
                }
            }
            Ok(Some(nowhere.into_iter().filter(|node| !is_name(node)).map(part).collect()))
        })
    }
}

fn is_name(node: &Node) -> bool {
    let is_named = |who: &Who| matches!(who, Who::Named(_));
    match node {
        Node::Filter { test: Test::From(who) | Test::To(who) | Test::With(who), .. } => is_named(who),
        Node::Filter { test: Test::In(_), .. } => true,
        _ => false,
    }
}
