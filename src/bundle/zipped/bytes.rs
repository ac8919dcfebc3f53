//! Little-endian fields of ZIP headers, taken one after the other.

/// What is left of a header.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    /// The next `len` bytes; `None` when fewer are left.
    pub(super) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }
}

/// The extra field of this id, if a well-formed list of extra fields holds one.
pub(super) fn extra(fields: &[u8], id: u16) -> Option<&[u8]> {
    let mut fields = Bytes(fields);
    loop {
        let found = fields.u16()?;
        let len = fields.u16()?;
        let content = fields.take(usize::from(len))?;
        if found == id {
            return Some(content);
        }
    }
}
