//! Putting together what belongs together, except what was told apart.

use std::collections::HashSet;

/// Sets of things by their numbers.
pub struct Union {
    parent: Vec<usize>,
    /// Sets that must stay apart, told by their roots.
    apart: Vec<HashSet<usize>>,
}

impl Union {
    /// So many things, each by itself.
    pub fn new(count: usize) -> Self {
        Self { parent: (0..count).collect(), apart: vec![HashSet::new(); count] }
    }

    /// The number by which the set of a thing is known now.
    pub fn root(&mut self, thing: usize) -> usize {
        let mut root = thing;
        while let Some(parent) = self.parent.get(root).copied().filter(|parent| *parent != root) {
            root = parent;
        }
        let mut at = thing;
        while at != root {
            let Some(parent) = self.parent.get_mut(at) else { break };
            at = std::mem::replace(parent, root);
        }
        root
    }

    /// Keeps two things apart for good; false when they are together already.
    pub fn part(&mut self, one: usize, other: usize) -> bool {
        let (one, other) = (self.root(one), self.root(other));
        if one == other {
            return false;
        }
        for (set, enemy) in [(one, other), (other, one)] {
            self.apart.get_mut(set).into_iter().for_each(|apart| {
                apart.insert(enemy);
            });
        }
        true
    }

    /// Whether two things must stay apart.
    pub fn is_apart(&mut self, one: usize, other: usize) -> bool {
        let (one, other) = (self.root(one), self.root(other));
        self.apart.get(one).is_some_and(|apart| apart.contains(&other))
    }

    /// Puts two things together; false when they must stay apart.
    pub fn join(&mut self, one: usize, other: usize) -> bool {
        let (one, other) = (self.root(one), self.root(other));
        if one == other {
            return true;
        }
        let weight = |set: usize| self.apart.get(set).map_or(0, HashSet::len);
        if self.apart.get(one).is_some_and(|apart| apart.contains(&other)) {
            return false;
        }
        // The set with fewer enemies joins the other, so that telling them takes little.
        let (small, large) = if weight(one) <= weight(other) { (one, other) } else { (other, one) };
        let enemies = self.apart.get_mut(small).map(std::mem::take).unwrap_or_default();
        for enemy in enemies {
            if let Some(apart) = self.apart.get_mut(enemy) {
                apart.remove(&small);
                apart.insert(large);
            }
            self.apart.get_mut(large).into_iter().for_each(|apart| {
                apart.insert(enemy);
            });
        }
        self.parent.get_mut(small).into_iter().for_each(|parent| *parent = large);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_apart_never_meets() {
        let mut union = Union::new(6);
        assert!(union.join(0, 1) && union.part(1, 2) && union.join(2, 3));
        assert!(!union.join(0, 3) && !union.join(3, 1));
        assert!(union.join(4, 3) && union.join(5, 0));
        assert!(!union.join(4, 5));
        assert_eq!(union.root(4), union.root(2));
        assert_ne!(union.root(0), union.root(2));
        assert!(!union.part(0, 1));
    }

    #[test]
    fn a_hundred_thousand_in_a_row_are_one() {
        let mut union = Union::new(100_000);
        assert!((1..100_000).all(|at| union.join(at - 1, at)));
        assert_eq!(union.root(0), union.root(99_999));
    }
}
