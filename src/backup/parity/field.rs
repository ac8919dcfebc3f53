//! Arithmetic of parity: the field GF(2^8) of the polynomial x^8+x^4+x^3+x^2+1, on runs of bytes.
//!
//! Source: H. Peter Anvin, "The mathematics of RAID-6". The first parity is the sum of the data, the second the sum of
//! the data times the powers of 2; from both any two that are lost follow.

/// The polynomial without its highest term.
const POLYNOMIAL: u8 = 0x1d;

/// Adds (and takes away, which is the same) one run to another; where `from` is shorter it counts as zeros.
pub(super) fn add(into: &mut [u8], from: &[u8]) {
    let len = into.len().min(from.len());
    let (Some(into), Some(from)) = (into.get_mut(..len), from.get(..len)) else { return };
    let ((into, into_rest), (from, from_rest)) = (into.as_chunks_mut::<8>(), from.as_chunks::<8>());
    for (into, from) in into.iter_mut().zip(from) {
        *into = (u64::from_ne_bytes(*into) ^ u64::from_ne_bytes(*from)).to_ne_bytes();
    }
    for (into, from) in into_rest.iter_mut().zip(from_rest) {
        *into ^= from;
    }
}

/// Multiplies every byte of a run by 2.
fn double(run: &mut [u8]) {
    let (words, rest) = run.as_chunks_mut::<8>();
    for word in words {
        *word = twice_each(u64::from_ne_bytes(*word)).to_ne_bytes();
    }
    for byte in rest {
        *byte = twice(*byte);
    }
}

/// Eight bytes multiplied by 2 at once.
const fn twice_each(value: u64) -> u64 {
    let high = value & 0x8080_8080_8080_8080;
    // 0xff in every byte whose highest bit is set.
    let mask = (high << 1).wrapping_sub(high >> 7);
    ((value ^ high) << 1) ^ (mask & u64::from_ne_bytes([POLYNOMIAL; 8]))
}

const fn twice(byte: u8) -> u8 {
    (byte << 1) ^ if byte & 0x80 == 0 { 0 } else { POLYNOMIAL }
}

const fn product(mut a: u8, mut b: u8) -> u8 {
    let mut sum = 0;
    while b != 0 {
        if b & 1 == 1 {
            sum ^= a;
        }
        a = twice(a);
        b >>= 1;
    }
    sum
}

/// 2 to the power of `exponent`.
fn power(exponent: usize) -> u8 {
    (0..exponent % 255).fold(1, |value, _| twice(value))
}

/// What times `value` gives 1; `value` is not 0.
fn inverse(value: u8) -> u8 {
    // The field has 255 elements besides 0, so the 254th power is the inverse.
    (0..254).fold(1, |result, _| product(result, value))
}

/// Multiplies every byte of a run.
fn scale(run: &mut [u8], by: u8) {
    let mut table = [0_u8; 256];
    for (value, entry) in (0..=u8::MAX).zip(&mut table) {
        *entry = product(value, by);
    }
    for byte in run {
        *byte = table.get(usize::from(*byte)).copied().unwrap_or(0);
    }
}

/// Takes the data of one member into both parities. Members come from the last to the first, so that each step doubles
/// what the second parity has so far. None is longer than the parities.
pub(super) fn absorb(p: &mut [u8], q: &mut [u8], data: &[u8]) {
    let (Some((p, _)), Some((q, q_rest))) = (p.split_at_mut_checked(data.len()), q.split_at_mut_checked(data.len()))
    else {
        return;
    };
    double(q_rest);
    let ((p, p_tail), (q, q_tail), (data, tail)) =
        (p.as_chunks_mut::<8>(), q.as_chunks_mut::<8>(), data.as_chunks::<8>());
    // One pass over all three: memory is slower than the arithmetic.
    for ((p, q), data) in p.iter_mut().zip(q).zip(data) {
        let data = u64::from_ne_bytes(*data);
        *p = (u64::from_ne_bytes(*p) ^ data).to_ne_bytes();
        *q = (twice_each(u64::from_ne_bytes(*q)) ^ data).to_ne_bytes();
    }
    for ((p, q), data) in p_tail.iter_mut().zip(q_tail).zip(tail) {
        *p ^= data;
        *q = twice(*q) ^ data;
    }
}

/// Makes the lost pieces of one column again. `pieces` holds one entry for each member, shorter ones counting as filled
/// with zeros up to `len`; `None` is lost. Gives the lost ones in order, or nothing when more is lost than parity is left.
pub(in crate::backup) fn solve(
    pieces: &[Option<Vec<u8>>],
    plain: Option<&[u8]>,
    powers: Option<&[u8]>,
    len: usize,
) -> Option<Vec<(usize, Vec<u8>)>> {
    let lost: Vec<usize> = pieces.iter().enumerate().filter(|(_, piece)| piece.is_none()).map(|(n, _)| n).collect();
    let (mut sum, mut weighted) = (vec![0; len], vec![0; len]);
    for piece in pieces.iter().rev() {
        absorb(&mut sum, &mut weighted, piece.as_deref().unwrap_or_default());
    }
    // What the lost ones have in each parity.
    let rest = |parity: Option<&[u8]>, known: &mut Vec<u8>| -> Option<Vec<u8>> {
        let parity = parity.filter(|parity| parity.len() == len)?;
        add(known, parity);
        Some(std::mem::take(known))
    };
    let (sum, weighted) = (rest(plain, &mut sum), rest(powers, &mut weighted));
    match (lost.as_slice(), sum, weighted) {
        ([], ..) => Some(Vec::new()),
        ([one], Some(sum), _) => Some(vec![(*one, sum)]),
        ([one], None, Some(mut weighted)) => {
            scale(&mut weighted, inverse(power(*one)));
            Some(vec![(*one, weighted)])
        }
        ([one, other], Some(mut sum), Some(mut weighted)) => {
            // x + y = sum and 2^m·x + 2^n·y = weighted for rows m and n, so x = (weighted + 2^n·sum) / (2^m + 2^n).
            let mut scaled = sum.clone();
            scale(&mut scaled, power(*other));
            add(&mut weighted, &scaled);
            scale(&mut weighted, inverse(power(*one) ^ power(*other)));
            add(&mut sum, &weighted);
            Some(vec![(*one, weighted), (*other, sum)])
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_is_that_of_raid_6() {
        // Powers of 2 as printed in Anvin's paper and the Linux kernel's tables.
        assert_eq!([power(7), power(8), power(9), power(254)], [0x80, 0x1d, 0x3a, 0x8e]);
        for value in 1..=u8::MAX {
            assert_eq!(product(value, inverse(value)), 1);
        }
        let mut run: Vec<u8> = (0..=u8::MAX).chain(0..5).collect();
        let bytewise: Vec<u8> = run.iter().map(|byte| twice(*byte)).collect();
        double(&mut run);
        assert_eq!(run, bytewise);
    }

    #[test]
    fn any_two_lost_of_twenty_come_back_and_three_do_not() {
        let len = 101;
        let data: Vec<Vec<u8>> = (0..20_usize)
            .map(|n| (0..len - n).map(|k| u8::try_from((n * 37 + k * 11) % 256).unwrap()).collect())
            .collect();
        let (mut p, mut q) = (vec![0; len], vec![0; len]);
        data.iter().rev().for_each(|piece| absorb(&mut p, &mut q, piece));
        let padded = |n: usize| {
            let mut piece = data[n].clone();
            piece.resize(len, 0);
            piece
        };
        let without = |lost: &[usize]| -> Vec<Option<Vec<u8>>> {
            (0..20).map(|n| (!lost.contains(&n)).then(|| data[n].clone())).collect()
        };
        for x in 0..20 {
            let one = without(&[x]);
            assert_eq!(solve(&one, Some(&p), None, len).unwrap(), [(x, padded(x))]);
            assert_eq!(solve(&one, None, Some(&q), len).unwrap(), [(x, padded(x))]);
            assert!(solve(&one, None, None, len).is_none());
            for y in x + 1..20 {
                let two = without(&[x, y]);
                assert_eq!(solve(&two, Some(&p), Some(&q), len).unwrap(), [(x, padded(x)), (y, padded(y))]);
                assert!(solve(&two, Some(&p), None, len).is_none());
            }
        }
        assert!(solve(&without(&[1, 2, 3]), Some(&p), Some(&q), len).is_none());
        // A wrong parity gives a wrong piece: nothing here hides it, the hash of the whole file must tell.
        q[50] ^= 1;
        assert_ne!(solve(&without(&[4]), None, Some(&q), len).unwrap(), [(4, padded(4))]);
    }
}
