//! Parts of an archive for checks that cannot read everything at once.

/// How much of an archive a check reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Nothing: every file is only looked for, and its size compared where it is known.
    Names,
    /// The objects of one bucket; the others are looked for.
    Part(Bucket),
    /// Everything.
    All,
}

impl Extent {
    /// Whether this object is read.
    #[must_use]
    pub fn reads(self, sha256: &str) -> bool {
        match self {
            Self::Names => false,
            Self::Part(bucket) => bucket.holds(sha256),
            Self::All => true,
        }
    }
}

/// One of several parts of about equal size. Which part an object belongs to depends on its name alone, so that checks of
/// all parts, at whatever times, have read every object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bucket {
    number: u32,
    of: u32,
}

impl Bucket {
    /// Part `number` (from 1) of `of`.
    #[must_use]
    pub fn new(number: u32, of: u32) -> Option<Self> {
        (1 <= number && number <= of).then_some(Self { number, of })
    }

    /// Its number, from 1.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.number
    }

    /// How many parts there are.
    #[must_use]
    pub const fn of(self) -> u32 {
        self.of
    }

    /// Whether an object, by its SHA-256 name in hex, belongs to this part.
    #[must_use]
    pub fn holds(self, sha256: &str) -> bool {
        let value = sha256.get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or(0);
        value % u64::from(self.of) == u64::from(self.number - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::hex;

    #[test]
    fn every_object_belongs_to_one_part() {
        for of in [1, 2, 7, 20, 256] {
            for seed in 0_u8..100 {
                let name = hex(blake3::hash(&[seed]).as_bytes());
                let parts = (1..=of).filter(|number| Bucket::new(*number, of).is_some_and(|part| part.holds(&name)));
                assert_eq!(parts.count(), 1);
            }
        }
        assert_eq!((Bucket::new(0, 4), Bucket::new(5, 4)), (None, None));
    }
}
