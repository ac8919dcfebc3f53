//! Reactions of iOS. They stand among what the app keeps about the delivery of a message (`ZWAMESSAGEINFO.ZRECEIPTINFO`), a
//! protocol buffer: field 7 holds in its fields 1 one reaction each, with 2 = address of who reacted (absent: the owner),
//! 3 = emoji (empty: taken back), 4 = milliseconds. Three public readers of real databases describe it alike.

use super::proto::{Wire, bytes_of, fields};

/// Longest emoji with all its joiners, in bytes.
const EMOJI_BYTES_MAX: usize = 64;

/// Emoji and address of who gave it; the owner has none.
pub type Reaction = (String, Option<String>);

/// The reactions of a message, the last of each person; `None` when the bytes are not as described.
pub fn reactions(bytes: &[u8]) -> Option<Vec<Reaction>> {
    let mut found: Vec<(Reaction, u64)> = Vec::new();
    for list in messages(bytes, 7)? {
        for entry in messages(list, 1)? {
            let (reaction, time) = reaction(entry)?;
            match found.iter_mut().find(|(known, _)| known.1 == reaction.1) {
                Some((_, earlier)) if *earlier > time => {}
                Some(known) => *known = (reaction, time),
                None => found.push((reaction, time)),
            }
        }
    }
    Some(found.into_iter().map(|(reaction, _)| reaction).filter(|(emoji, _)| !emoji.is_empty()).collect())
}

/// The messages in the fields of this number.
fn messages(bytes: &[u8], number: u64) -> Option<Vec<&[u8]>> {
    let inner = fields(bytes)?.into_iter().filter(|(known, _)| *known == number);
    inner
        .map(|(_, value)| match value {
            Wire::Bytes(bytes) => Some(bytes),
            Wire::Number(_) | Wire::Fixed => None,
        })
        .collect()
}

fn reaction(entry: &[u8]) -> Option<(Reaction, u64)> {
    let all = fields(entry)?;
    let by = match bytes_of(&all, 2) {
        None => None,
        Some(address) => Some(std::str::from_utf8(address).ok().filter(|address| address.contains('@'))?.to_owned()),
    };
    let emoji = std::str::from_utf8(bytes_of(&all, 3)?).ok()?;
    let is_emoji =
        emoji.len() <= EMOJI_BYTES_MAX && !emoji.starts_with(|c: char| c.is_ascii_alphabetic() || c.is_control());
    let time = all.iter().find_map(|(number, value)| match value {
        Wire::Number(time) if *number == 4 => Some(*time),
        _ => None,
    });
    is_emoji.then(|| ((emoji.to_owned(), by), time.unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        let len = bytes.len();
        let (low, high) = (u8::try_from(len & 0x7f).unwrap(), u8::try_from(len >> 7).unwrap());
        let len = if high > 0 { vec![low | 0x80, high] } else { vec![low] };
        [&[number << 3 | 2], len.as_slice(), bytes].concat()
    }

    fn told(by: Option<&str>, emoji: &str, time: u8) -> Vec<u8> {
        let by = by.map(|by| field(2, by.as_bytes())).unwrap_or_default();
        field(1, &[field(1, b"3EB0A1"), by, field(3, emoji.as_bytes()), vec![4 << 3, time]].concat())
    }

    #[test]
    fn the_last_reaction_of_each_counts() {
        let list = [
            told(Some("221770000001@s.whatsapp.net"), "👍", 1),
            told(None, "❤️", 2),
            told(Some("98765@lid"), "😂", 3),
            told(Some("221770000001@s.whatsapp.net"), "🙏🏽", 4),
            told(Some("98765@lid"), "", 5),
        ]
        .concat();
        let bytes = [vec![4 << 3, 1], field(7, &list)].concat();
        let expected = vec![("🙏🏽".to_owned(), Some("221770000001@s.whatsapp.net".to_owned())), ("❤️".to_owned(), None)];
        assert_eq!(reactions(&bytes), Some(expected));
        assert_eq!(reactions(&[4 << 3, 1]), Some(vec![]));
        assert_eq!(reactions(b""), Some(vec![]));
    }

    #[test]
    fn hostile_bytes_are_read_in_passing() {
        let mut state = 7_u32;
        for len in 0..600 {
            let bytes: Vec<u8> = (0..len % 60)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    if state & 0x700 == 0 { 7 << 3 | 2 } else { u8::try_from(state >> 24).unwrap() }
                })
                .collect();
            assert!(reactions(&bytes).is_none_or(|found| found.len() <= bytes.len()));
        }
    }

    #[test]
    fn what_is_built_otherwise_is_no_reaction() {
        assert_eq!(reactions(&[7 << 3, 1]), None);
        assert_eq!(reactions(&field(7, b"\xff")), None);
        assert_eq!(reactions(&field(7, &told(Some("nobody"), "👍", 1))), None);
        assert_eq!(reactions(&field(7, &told(None, "yes", 1))), None);
        assert_eq!(reactions(&field(7, &field(1, &field(2, b"1@lid")))), None);
        assert_eq!(reactions(b"\x12"), None);
    }
}
