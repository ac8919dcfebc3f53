//! The hash tree of RFC 6962, section 2.1.

use sha2::{Digest as _, Sha256};

/// SHA-256 of a leaf or a node.
pub(super) type Hash = [u8; 32];

/// Hash of the node above two others.
fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root over leaves in their order; of no leaves, the hash of nothing.
pub(super) fn root(leaves: impl IntoIterator<Item = Hash>) -> Hash {
    // Roots of whole subtrees, largest first, with how many leaves each holds.
    let mut subtrees: Vec<(u64, Hash)> = Vec::new();
    for leaf in leaves {
        let mut top = (1, leaf);
        while let Some((size, hash)) = subtrees.pop_if(|(size, _)| *size == top.0) {
            top = (size * 2, node(&hash, &top.1));
        }
        subtrees.push(top);
    }
    let last = subtrees.pop().map(|(_, hash)| hash);
    last.map_or_else(
        || Sha256::digest([]).into(),
        |last| subtrees.iter().rev().fold(last, |below, (_, above)| node(above, &below)),
    )
}

/// The hashes that lead from a leaf to the root, nearest first; each with whether it stands on the left.
pub(super) fn path(leaves: &[Hash], index: usize) -> Vec<(bool, Hash)> {
    let mut path = Vec::new();
    walk(leaves, index, &mut path);
    path
}

fn walk(leaves: &[Hash], index: usize, path: &mut Vec<(bool, Hash)>) {
    if leaves.len() <= 1 {
        return;
    }
    // The largest power of two below the number of leaves.
    let half = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(half.min(leaves.len()));
    if index < half {
        walk(left, index, path);
        path.push((false, root(right.iter().copied())));
    } else {
        walk(right, index - half, path);
        path.push((true, root(left.iter().copied())));
    }
}

/// The root that a leaf and its path give.
pub(super) fn climbed(leaf: Hash, path: &[(bool, Hash)]) -> Hash {
    path.iter()
        .fold(leaf, |below, (is_left, beside)| if *is_left { node(beside, &below) } else { node(&below, beside) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::hex;

    /// Leaves of the vectors of Certificate Transparency's own tests.
    fn vectors() -> Vec<Hash> {
        let inputs =
            ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
        let bytes = |text: &str| -> Vec<u8> {
            let digits: Vec<u8> =
                text.chars().map(|digit| u8::try_from(digit.to_digit(16).unwrap()).unwrap()).collect();
            digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
        };
        inputs
            .iter()
            .map(|input| Sha256::new().chain_update([0]).chain_update(bytes(input)).finalize().into())
            .collect()
    }

    #[test]
    fn roots_are_those_of_the_standard() {
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        for (count, expected) in roots.iter().enumerate() {
            assert_eq!(hex(&root(vectors().into_iter().take(count))), *expected, "{count} leaves");
        }
    }

    #[test]
    fn every_path_leads_to_the_root_and_from_no_other_leaf() {
        for count in 1..40_u8 {
            let leaves: Vec<Hash> = (0..count).map(|number| Sha256::digest([0, number]).into()).collect();
            let top = root(leaves.iter().copied());
            for (index, leaf) in leaves.iter().enumerate() {
                let path = path(&leaves, index);
                assert_eq!(climbed(*leaf, &path), top, "{index} of {count}");
                assert_ne!(climbed([7; 32], &path), top);
            }
        }
    }
}
