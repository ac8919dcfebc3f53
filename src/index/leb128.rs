//! Numbers of few bytes: LEB128, as DWARF and WebAssembly write them.

/// Bytes a number takes at most.
const NUMBER_BYTES_MAX: usize = 10;

/// Numbers with a sign, small ones small.
pub(super) const fn folded(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

pub(super) const fn unfolded(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}

/// Appends a number.
pub(super) fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

/// Appends a text after its length.
pub(super) fn push_bytes(bytes: &mut Vec<u8>, text: &[u8]) {
    push(bytes, u64::try_from(text.len()).unwrap_or(u64::MAX));
    bytes.extend(text);
}

/// Reads what [`push`] wrote; nothing from bytes that it did not write.
pub(super) struct Numbers<'a>(&'a [u8]);

impl<'a> Numbers<'a> {
    pub(super) const fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next number.
    pub(super) fn next(&mut self) -> Option<u64> {
        let mut number = 0;
        for at in 0..NUMBER_BYTES_MAX {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            let bits = u64::from(byte & 0x7f);
            let shift = u32::try_from(at).ok()?.checked_mul(7)?;
            let shifted = bits << shift;
            if shifted >> shift != bits {
                return None;
            }
            number |= shifted;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// The number that differs so from the one before.
    pub(super) fn next_after(&mut self, before: i64) -> Option<i64> {
        before.checked_add(unfolded(self.next()?))
    }

    /// What [`push_bytes`] wrote.
    pub(super) fn next_bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.next()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_cut_ones_do_not() {
        let numbers = [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX - 1, u64::MAX];
        let mut bytes = Vec::new();
        for number in numbers {
            push(&mut bytes, number);
        }
        push_bytes(&mut bytes, b"abc");
        let mut read = Numbers::of(&bytes);
        assert_eq!(numbers.map(|_| read.next().unwrap()), numbers);
        assert_eq!(read.next_bytes(), Some(&b"abc"[..]));
        assert!(read.is_empty() && read.next().is_none());
        for number in [0, 1, -1, 2, -2, i64::MAX, i64::MIN] {
            assert_eq!(unfolded(folded(number)), number);
        }
        assert_eq!((folded(-1), folded(1)), (1, 2));
        assert!(Numbers::of(&[0x80; 3]).next().is_none(), "cut");
        assert!(Numbers::of(&[0xff; 11]).next().is_none(), "too long");
        assert!(Numbers::of(&[5, b'a']).next_bytes().is_none(), "more than there is");
    }
}
