//! Protocol buffers as far as two small ones need them: the header of an encrypted backup, and what a quoted message of
//! iOS points at.

/// A value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire<'a> {
    /// A number.
    Number(u64),
    /// Bytes, a text or a message.
    Bytes(&'a [u8]),
    /// A number of fixed width; nothing here needs it.
    Fixed,
}

/// The number at the beginning, seven bits a byte, and what comes after it.
pub fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0_u64;
    for (place, byte) in bytes.iter().enumerate().take(10) {
        let shift = u32::try_from(place * 7).ok()?;
        number |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some((number, bytes.get(place + 1..)?));
        }
    }
    None
}

/// The fields of a message in their order; `None` when the bytes are no message.
pub fn fields(bytes: &[u8]) -> Option<Vec<(u64, Wire<'_>)>> {
    let (mut rest, mut found) = (bytes, Vec::new());
    while !rest.is_empty() {
        let (tag, after) = varint(rest)?;
        let (value, after) = match tag & 7 {
            0 => varint(after).map(|(number, after)| (Wire::Number(number), after))?,
            1 => (Wire::Fixed, after.get(8..)?),
            2 => {
                let (len, after) = varint(after)?;
                let (value, after) = after.split_at_checked(usize::try_from(len).ok()?)?;
                (Wire::Bytes(value), after)
            }
            5 => (Wire::Fixed, after.get(4..)?),
            _ => return None,
        };
        found.push((tag >> 3, value));
        rest = after;
    }
    Some(found)
}

/// The first field of this number that holds bytes.
pub fn bytes_of<'a>(fields: &[(u64, Wire<'a>)], number: u64) -> Option<&'a [u8]> {
    fields.iter().find_map(|(known, value)| match value {
        Wire::Bytes(bytes) if *known == number => Some(*bytes),
        _ => None,
    })
}
