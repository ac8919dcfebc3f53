//! Which files go into which group, and when a group gives way to a new one.

use std::collections::{BTreeMap, BTreeSet};

use super::format::{Member, PIECE_BYTES, Stored};

/// Most files of a group: two parities of twenty files are a tenth.
pub(super) const GROUP_FILES: usize = 20;

/// Files up to this many bytes cost nothing to read again: their unfilled groups are always joined.
const CHEAP_BYTES: u64 = 1 << 20;

/// Files to be protected by a new group, and the groups it makes superfluous.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// New groups.
    pub(super) groups: Vec<Vec<Member>>,
    /// Ids of groups whose files are all in new ones.
    pub(super) superseded: BTreeSet<String>,
}

/// Plans groups for `loose` files. A parity is as long as the longest file of its group, so files of like size go together.
/// Unfilled groups of `stored` are joined when they are cheap, or have no more files than have come together: so each file
/// is read again a few times at most, and few groups stay small.
pub(super) fn plan(loose: Vec<Member>, stored: &[Stored]) -> Plan {
    let mut plan = Plan::default();
    let mut classes: BTreeMap<u32, Vec<Member>> = BTreeMap::new();
    for member in loose {
        classes.entry(class(member.size)).or_default().push(member);
    }
    let mut unfilled: Vec<&Stored> = stored.iter().filter(|stored| stored.group.members.len() < GROUP_FILES).collect();
    unfilled.sort_by_key(|stored| (stored.group.members.len(), &stored.id));
    for (number, mut members) in classes {
        for group in unfilled.iter().filter(|stored| class(stored.group.data_bytes()) == number) {
            if group.group.data_bytes() <= CHEAP_BYTES || group.group.members.len() <= members.len() {
                members.extend(group.group.members.iter().cloned());
                plan.superseded.insert(group.id.clone());
            }
        }
        members.sort_by(|a, b| (b.size, &a.path).cmp(&(a.size, &b.path)));
        members.dedup();
        plan.groups.extend(members.chunks(GROUP_FILES).map(<[Member]>::to_vec));
    }
    plan
}

/// Ids of groups every file of which other whole groups protect: what an interrupted run did not come to remove.
pub(super) fn redundant(stored: &[Stored]) -> BTreeSet<String> {
    let mut whole: Vec<&Stored> = stored.iter().filter(|stored| stored.written == [true; 2]).collect();
    let mut redundant = BTreeSet::new();
    let mut candidates: Vec<&Stored> = stored.iter().collect();
    candidates.sort_by_key(|stored| (stored.written, stored.group.members.len()));
    for candidate in candidates {
        let others = || whole.iter().filter(|other| other.id != candidate.id).flat_map(|other| &other.group.members);
        if candidate.group.members.iter().all(|member| others().any(|other| other == member)) {
            whole.retain(|stored| stored.id != candidate.id);
            redundant.insert(candidate.id.clone());
        }
    }
    redundant
}

/// Files of one class differ in size by a factor of four at most, those of one piece apart.
fn class(size: u64) -> u32 {
    size.div_ceil(PIECE_BYTES).max(1).ilog2().div_ceil(2)
}

#[cfg(test)]
mod tests {
    use super::super::format::Group;
    use super::*;

    fn member(number: usize, size: u64) -> Member {
        Member { path: format!("commits/{number:010}.sums"), size, sha256: format!("{number:064}") }
    }

    fn stored(members: Vec<Member>) -> Stored {
        let group = Group::new(members);
        Stored { id: group.id(), group, written: [true; 2] }
    }

    #[test]
    fn like_sizes_go_together_and_small_groups_grow() {
        let mixed: Vec<Member> = (0..45).map(|n| member(n, 16 << 20)).chain((45..50).map(|n| member(n, 9))).collect();
        let sizes: Vec<usize> = plan(mixed, &[]).groups.iter().map(Vec::len).collect();
        assert_eq!(sizes, [5, 20, 20, 5]);
        // Small files join whatever group is not full; large ones only groups no larger than what came.
        let small = stored((0..7).map(|n| member(n, 100)).collect());
        let joined = plan(vec![member(7, 90)], std::slice::from_ref(&small));
        assert_eq!((joined.groups[0].len(), joined.superseded.len()), (8, 1));
        let large = stored((0..7).map(|n| member(n, 16 << 20)).collect());
        let apart = plan(vec![member(7, 16 << 20)], std::slice::from_ref(&large));
        assert_eq!((apart.groups[0].len(), apart.superseded.len()), (1, 0));
        let full = stored((0..20).map(|n| member(n, 100)).collect());
        assert_eq!(plan(vec![member(30, 90)], &[full]).superseded.len(), 0);
    }

    #[test]
    fn a_group_that_others_make_superfluous_goes_and_one_of_two_equal_ones_stays() {
        let old = stored((0..3).map(|n| member(n, 100)).collect());
        let new = stored((0..5).map(|n| member(n, 100)).collect());
        let half = Stored { written: [true, false], ..stored((1..4).map(|n| member(n, 100)).collect()) };
        let groups = [old.clone(), new.clone(), half.clone()];
        assert_eq!(redundant(&groups), BTreeSet::from([old.id.clone(), half.id]));
        let half = Stored { written: [true, false], ..new };
        assert_eq!(redundant(&[old, half]), BTreeSet::new());
        let (one, two) =
            (stored((0..4).map(|n| member(n, 9)).collect()), stored((1..5).map(|n| member(n, 9)).collect()));
        assert_eq!(redundant(&[one, two]).len(), 0);
    }

    #[test]
    fn one_file_at_a_time_leaves_few_groups_and_reads_little_again() {
        let mut groups: Vec<Stored> = Vec::new();
        let mut read = 0;
        for number in 0..200 {
            let plan = plan(vec![member(number, 16 << 20)], &groups);
            groups.retain(|group| !plan.superseded.contains(&group.id));
            read += plan.groups.iter().map(Vec::len).sum::<usize>();
            groups.extend(plan.groups.into_iter().map(stored));
        }
        let held: usize = groups.iter().map(|group| group.group.members.len()).sum();
        assert_eq!(held, 200);
        assert!(groups.len() <= 16 && read <= 1200, "{} groups, {read} files read", groups.len());
    }
}
