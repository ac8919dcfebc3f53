//! The keyring: an ordinary age identity file that holds the archive's secret, and the keys derived from it.

use std::str::FromStr as _;

use age::secrecy::ExposeSecret as _;
use age::secrecy::SecretString;
use zeroize::Zeroizing;

use super::sealed::{Opener, Sealer};

/// The secrets of one archive: one X25519 identity per epoch, the newest last. An archive and its copy share them.
#[derive(Clone)]
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

/// What the MAC key of commits is derived for.
const COMMIT_MAC: &str = "malle 2026 commit mac v1";

const TITLE: &str = "# malle keyring v1, archive ";

impl Keyring {
    /// A new secret for the archive of this id.
    #[must_use]
    pub fn generate(archive: &str) -> Self {
        Self { archive: archive.to_owned(), epochs: vec![age::x25519::Identity::generate()] }
    }

    /// The same secrets and a new one: objects sealed from now on do not open with what was handed out before.
    #[must_use]
    pub fn renewed(&self) -> Self {
        let mut epochs = self.epochs.clone();
        epochs.push(age::x25519::Identity::generate());
        Self { archive: self.archive.clone(), epochs }
    }

    /// Without the secrets after the first `epoch`: those of a renewal that was never finished.
    #[must_use]
    pub fn until(mut self, epoch: u32) -> Self {
        self.epochs.truncate(usize::try_from(epoch.max(1)).unwrap_or(usize::MAX));
        self
    }

    /// How many secrets there are: 1, and one more for each renewal.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        u32::try_from(self.epochs.len()).unwrap_or(u32::MAX)
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

    /// MAC key of new commits.
    #[must_use]
    pub fn commit_key(&self) -> SubKey {
        self.derive(COMMIT_MAC)
    }

    /// MAC keys of all commits, those of the newest epoch first.
    #[must_use]
    pub fn commit_keys(&self) -> Vec<SubKey> {
        self.epochs.iter().rev().map(|identity| derive(COMMIT_MAC, Some(identity))).collect()
    }

    /// Key of the index directory.
    #[must_use]
    pub fn index_key(&self) -> SubKey {
        self.derive("malle 2026 index v1")
    }

    fn derive(&self, context: &'static str) -> SubKey {
        derive(context, self.epochs.last())
    }
}

fn derive(context: &'static str, identity: Option<&age::x25519::Identity>) -> SubKey {
    let secret = identity.map(age::x25519::Identity::to_string);
    let material = secret.as_ref().map_or("", |secret| secret.expose_secret());
    Zeroizing::new(blake3::derive_key(context, material.as_bytes()))
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

    #[test]
    fn a_renewed_keyring_opens_what_was_sealed_before_and_not_the_other_way_round() {
        let old = Keyring::generate("0123");
        let new = Keyring::from_text(old.renewed().to_text().expose_secret()).unwrap();
        assert_eq!((old.epoch(), new.epoch()), (1, 2));
        let before = old.sealer().unwrap().seal_bytes(b"before").unwrap();
        let after = new.sealer().unwrap().seal_bytes(b"after").unwrap();
        assert_eq!(new.opener().open_bytes(&before).unwrap(), b"before");
        assert_eq!(new.opener().open_bytes(&after).unwrap(), b"after");
        assert!(old.opener().open_bytes(&after).is_err());
        assert_eq!(new.commit_keys().len(), 2);
        assert_eq!(*new.commit_keys()[0], *new.commit_key());
        assert_eq!(*new.commit_keys()[1], *old.commit_key());
    }
}
