//! The keyring: an ordinary age identity file that holds the archive's secret, and the keys derived from it.

use std::str::FromStr as _;

use age::secrecy::ExposeSecret as _;
use age::secrecy::SecretString;
use zeroize::Zeroizing;

use super::sealed::{Opener, Sealer};

/// The secrets of one archive: one X25519 identity per epoch, the newest last.
pub struct Keyring {
    archive: String,
    epochs: Vec<age::x25519::Identity>,
}

/// A key derived from the newest identity, for one purpose.
pub type SubKey = Zeroizing<[u8; 32]>;

/// The text is no keyring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the keyring inside the key file is not readable")]
pub struct KeyringError;

const TITLE: &str = "# malle keyring v1, archive ";

impl Keyring {
    /// A new secret for the archive of this id.
    #[must_use]
    pub fn generate(archive: &str) -> Self {
        Self { archive: archive.to_owned(), epochs: vec![age::x25519::Identity::generate()] }
    }

    /// The archive's id.
    #[must_use]
    pub fn archive(&self) -> &str {
        &self.archive
    }

    /// An age identity file: a comment that names the archive, then one identity a line.
    #[must_use]
    pub fn to_text(&self) -> SecretString {
        let mut text = format!("{TITLE}{}\n", self.archive);
        for identity in &self.epochs {
            text.push_str(identity.to_string().expose_secret());
            text.push('\n');
        }
        SecretString::from(text)
    }

    /// Reads what [`Keyring::to_text`] wrote.
    ///
    /// # Errors
    /// [`KeyringError`] when the title, the archive id or an identity is missing or malformed.
    pub fn from_text(text: &str) -> Result<Self, KeyringError> {
        let archive = text.lines().find_map(|line| line.strip_prefix(TITLE)).ok_or(KeyringError)?.trim().to_owned();
        let epochs = text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
            .map(|line| age::x25519::Identity::from_str(line.trim()).map_err(|_| KeyringError))
            .collect::<Result<Vec<_>, _>>()?;
        if epochs.is_empty() || archive.is_empty() {
            return Err(KeyringError);
        }
        Ok(Self { archive, epochs })
    }

    /// Seals objects to the newest identity. Its recipient is never written anywhere in the clear.
    #[must_use]
    pub fn sealer(&self) -> Option<Sealer> {
        self.epochs.last().map(|identity| Sealer::new(identity.to_public()))
    }

    /// Opens objects of every epoch.
    #[must_use]
    pub fn opener(&self) -> Opener {
        Opener::new(self.epochs.clone())
    }

    /// MAC key of commits.
    #[must_use]
    pub fn commit_key(&self) -> SubKey {
        self.derive("malle 2026 commit mac v1")
    }

    /// Key of the index directory.
    #[must_use]
    pub fn index_key(&self) -> SubKey {
        self.derive("malle 2026 index v1")
    }

    fn derive(&self, context: &'static str) -> SubKey {
        let secret = self.epochs.last().map(age::x25519::Identity::to_string);
        let material = secret.as_ref().map_or("", |secret| secret.expose_secret());
        Zeroizing::new(blake3::derive_key(context, material.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyring_reads_back_and_derives_the_same_keys() {
        let keyring = Keyring::generate("0123");
        let again = Keyring::from_text(keyring.to_text().expose_secret()).unwrap();
        assert_eq!(again.archive(), "0123");
        assert_eq!(*keyring.commit_key(), *again.commit_key());
        assert_ne!(*keyring.commit_key(), *keyring.index_key());
        assert!(Keyring::from_text("AGE-SECRET-KEY-1").is_err());
    }
}
