//! The key of encrypted backups: the 64 digits that the app shows, or one of its key files.

use zeroize::Zeroizing;

/// Longest text or file that can be a key.
const KEY_BYTES_MAX: usize = 4096;

/// Where the bytes stand in a file that Java wrote, and how it begins.
const JAVA: (&[u8], usize) = (&[0xac, 0xed, 0x00, 0x05], 27);

/// A key of encrypted backups. Wiped when it is dropped; never printed.
#[derive(Clone)]
pub struct WhatsappKey(Held);

#[derive(Clone)]
enum Held {
    /// Of backups under the account's key (`crypt12`, `crypt14`).
    Account { salt: [u8; 32], google_id: [u8; 16], key: Zeroizing<[u8; 32]> },
    /// Of end-to-end encrypted backups (`crypt15`).
    Root(Zeroizing<[u8; 32]>),
}

/// The bytes are no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither 64 hexadecimal digits nor a key file of WhatsApp")]
pub struct NotAKey;

impl std::fmt::Debug for WhatsappKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WhatsappKey")
    }
}

impl WhatsappKey {
    /// Reads what a file or a person gives: 64 hexadecimal digits with any blanks, the app's `key` (158 bytes) or
    /// `encrypted_backup.key` (59 bytes), or 32 bytes.
    ///
    /// # Errors
    /// [`NotAKey`] for anything else.
    pub fn read(bytes: &[u8]) -> Result<Self, NotAKey> {
        if bytes.len() > KEY_BYTES_MAX {
            return Err(NotAKey);
        }
        if bytes.starts_with(JAVA.0) {
            return Self::of_java(bytes.get(JAVA.1..).ok_or(NotAKey)?);
        }
        if let Some(root) = hex_digits(bytes) {
            return Ok(Self(Held::Root(root)));
        }
        let root: [u8; 32] = bytes.try_into().map_err(|_| NotAKey)?;
        Ok(Self(Held::Root(Zeroizing::new(root))))
    }

    /// `cipher_version(2) key_version(1) salt(32) google_id(16) sha256(google_id)(32) zero(16) key(32)`, or a root alone.
    fn of_java(payload: &[u8]) -> Result<Self, NotAKey> {
        let part = |from: usize, to: usize| payload.get(from..to).ok_or(NotAKey);
        match payload.len() {
            32 => Ok(Self(Held::Root(Zeroizing::new(payload.try_into().map_err(|_| NotAKey)?)))),
            131 => Ok(Self(Held::Account {
                salt: part(3, 35)?.try_into().map_err(|_| NotAKey)?,
                google_id: part(35, 51)?.try_into().map_err(|_| NotAKey)?,
                key: Zeroizing::new(part(99, 131)?.try_into().map_err(|_| NotAKey)?),
            })),
            _ => Err(NotAKey),
        }
    }

    /// The key of the account, when this is one and it belongs to these marks of a backup.
    pub(super) fn account(&self, salt: &[u8], google_id: &[u8]) -> Option<&[u8; 32]> {
        match &self.0 {
            Held::Account { salt: own, google_id: id, key } if own == salt && id == google_id => Some(key),
            _ => None,
        }
    }

    /// The root of end-to-end encrypted backups, when this is one.
    pub(super) fn root(&self) -> Option<&[u8; 32]> {
        match &self.0 {
            Held::Root(root) => Some(root),
            Held::Account { .. } => None,
        }
    }

    /// Whether a text is such a key in clear, which must not stand on a command line.
    #[must_use]
    pub fn is_digits(text: &str) -> bool {
        hex_digits(text.as_bytes()).is_some()
    }
}

/// 64 hexadecimal digits; blanks between them count for nothing.
fn hex_digits(bytes: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let mut root = Zeroizing::new([0_u8; 32]);
    let mut count = 0_usize;
    for byte in bytes.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        let digit = char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())?;
        let place = root.get_mut(count / 2)?;
        *place = (*place << 4) | digit;
        count += 1;
    }
    (count == 64).then_some(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_people_have_them() {
        let grouped = "0123 4567 89ab cdef 0123 4567 89ab cdef\n0123 4567 89AB CDEF 0123 4567 89ab cdef\n";
        let plain = WhatsappKey::read(grouped.as_bytes()).unwrap();
        assert_eq!(plain.root().map(|root| (root[0], root[31])), Some((0x01, 0xef)));
        let mut java = JAVA.0.to_vec();
        java.resize(27, 7);
        java.extend_from_slice(&[9; 32]);
        assert_eq!(WhatsappKey::read(&java).unwrap().root(), Some(&[9; 32]));
        assert!(WhatsappKey::read(&[3; 32]).unwrap().root().is_some());
        for wrong in [&b""[..], b"0123", &[3; 33], &grouped.as_bytes()[..70]] {
            assert!(WhatsappKey::read(wrong).is_err());
        }
        assert!(WhatsappKey::is_digits(grouped) && !WhatsappKey::is_digits("key"));
    }

    #[test]
    fn a_key_of_an_account_fits_its_own_backups_alone() {
        let mut java = JAVA.0.to_vec();
        java.resize(27, 7);
        java.extend([0, 1, 2]);
        java.extend([4; 32]);
        java.extend([5; 16]);
        java.extend([6; 32]);
        java.extend([0; 16]);
        java.extend([8; 32]);
        let key = WhatsappKey::read(&java).unwrap();
        assert_eq!(key.account(&[4; 32], &[5; 16]), Some(&[8; 32]));
        assert!(key.account(&[4; 32], &[6; 16]).is_none() && key.root().is_none());
        assert_eq!(format!("{key:?}"), "WhatsappKey");
    }
}
