//! Slots: small age files that each wrap the keyring for one passphrase or one person.

use std::io::{Read as _, Write as _};
use std::str::FromStr as _;

use age::secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::keyring::Keyring;
use super::passphrase::Passphrase;

/// scrypt work factor of new passphrase slots, as a power of two: about one second and 256 MiB. Always set by hand,
/// because age's own choice measures the machine's load and has been seen to give 16 to 19 on one machine.
pub const WORK_FACTOR: u8 = 18;

/// Largest work factor accepted when opening; the largest that the other age implementations open.
pub const WORK_FACTOR_MAX: u8 = 22;

/// Largest plain keyring accepted; one epoch takes 75 bytes.
const KEYRING_BYTES_MAX: u64 = 1 << 20;

/// An age identity, `AGE-SECRET-KEY-1…`, with a checksum against typing errors: the line of the recovery sheet, or the
/// identity file of a person.
pub struct RecoveryLine(age::x25519::Identity);

/// The public half of a [`RecoveryLine`], `age1…`: slots are sealed to it. It is written inside commits only, which are
/// sealed themselves, because whoever knows it can make files that open.
pub struct Recipient(age::x25519::Recipient);

impl Recipient {
    /// Reads `age1…`, as `age-keygen` prints it.
    ///
    /// # Errors
    /// [`SlotError::BadRecipient`] when the checksum does not fit, or for other kinds of recipients.
    pub fn parse(text: &str) -> Result<Self, SlotError> {
        age::x25519::Recipient::from_str(text.trim()).map(Self).map_err(|_| SlotError::BadRecipient)
    }
}

impl std::fmt::Display for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl RecoveryLine {
    /// A new random one.
    #[must_use]
    pub fn generate() -> Self {
        Self(age::x25519::Identity::generate())
    }

    /// Reads the line as typed from paper: case, blanks and dashes do not matter, nor whether the beginning that all lines have
    /// was typed. Lines that begin with `#` are comments, as in the files of `age-keygen`.
    ///
    /// # Errors
    /// [`SlotError::BadRecoveryLine`] when the checksum does not fit.
    pub fn parse(text: &str) -> Result<Self, SlotError> {
        let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        // Editors put a mark before the text and blanks of many kinds into it.
        let letters = lines.flat_map(str::chars).filter(char::is_ascii_alphanumeric);
        let compact: Zeroizing<String> = Zeroizing::new(letters.map(|c| c.to_ascii_uppercase()).collect());
        let letters = compact.strip_prefix("AGESECRETKEY1").unwrap_or(&compact);
        let compact: Zeroizing<String> = Zeroizing::new(format!("AGE-SECRET-KEY-1{letters}"));
        age::x25519::Identity::from_str(&compact).map(Self).map_err(|_| SlotError::BadRecoveryLine)
    }

    /// What slots for it are sealed to.
    #[must_use]
    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.to_public())
    }

    /// The line itself, to print it once.
    #[must_use]
    pub fn reveal(&self) -> SecretString {
        self.0.to_string()
    }
}

/// What a person opens a slot with.
pub enum Unlock<'a> {
    /// A passphrase.
    Passphrase(&'a Passphrase),
    /// The recovery sheet, or a person's identity.
    Recovery(&'a RecoveryLine),
}

/// A slot cannot be opened or made.
#[derive(Debug, thiserror::Error)]
pub enum SlotError {
    /// The slot is sound, and this is not its passphrase or recovery line.
    #[error("the slot does not open with this secret")]
    WrongSecret,
    /// The slot's bytes are damaged.
    #[error("the key file is damaged")]
    Damaged,
    /// The slot asks for more scrypt work than we accept.
    #[error("the key file asks for too much work")]
    TooMuchWork,
    /// The recovery line has a typing error.
    #[error("the recovery line has a typing error")]
    BadRecoveryLine,
    /// The text is no recipient of the kind `age1…`.
    #[error("not an age recipient")]
    BadRecipient,
    /// The slot could not be written.
    #[error("the key file cannot be made")]
    Sealing(#[source] std::io::Error),
}

/// Wraps the keyring with a passphrase. `work_factor` is a power of two from 1 to [`WORK_FACTOR_MAX`].
///
/// # Errors
/// [`SlotError::TooMuchWork`] outside that range.
pub fn seal_slot_with_passphrase(
    keyring: &Keyring,
    secret: &Passphrase,
    work_factor: u8,
) -> Result<Vec<u8>, SlotError> {
    if !(1..=WORK_FACTOR_MAX).contains(&work_factor) {
        return Err(SlotError::TooMuchWork);
    }
    let mut recipient = age::scrypt::Recipient::new(secret.secret());
    recipient.set_work_factor(work_factor);
    seal(keyring, &recipient)
}

/// Wraps the keyring for the recovery sheet or a person.
///
/// # Errors
/// [`SlotError::Sealing`] when memory cannot take it.
pub fn seal_slot_for(keyring: &Keyring, recipient: &Recipient) -> Result<Vec<u8>, SlotError> {
    seal(keyring, &recipient.0)
}

fn seal(keyring: &Keyring, recipient: &dyn age::Recipient) -> Result<Vec<u8>, SlotError> {
    let sealing = |error: std::io::Error| SlotError::Sealing(error);
    let encryptor = age::Encryptor::with_recipients(std::iter::once(recipient))
        .map_err(|error| sealing(std::io::Error::other(error)))?;
    let mut writer = encryptor.wrap_output(Vec::new()).map_err(sealing)?;
    writer.write_all(keyring.to_text().expose_secret().as_bytes()).map_err(sealing)?;
    writer.finish().map_err(sealing)
}

/// Opens a slot. Whether the file is a passphrase slot is seen from its header; a secret of the other sort gives
/// [`SlotError::WrongSecret`].
///
/// # Errors
/// [`SlotError`]; `WrongSecret` only for a slot whose header is well formed. A single damaged bit inside the wrapped key
/// cannot be told from a wrong passphrase here: the caller compares the file's hash with its name first.
pub fn open_slot(sealed: &[u8], unlock: &Unlock<'_>) -> Result<Keyring, SlotError> {
    let decryptor = age::Decryptor::new(sealed).map_err(|_| SlotError::Damaged)?;
    if decryptor.is_scrypt() != matches!(unlock, Unlock::Passphrase(_)) {
        return Err(SlotError::WrongSecret);
    }
    let reader = match unlock {
        Unlock::Passphrase(secret) => {
            let mut identity = age::scrypt::Identity::new(secret.secret());
            identity.set_max_work_factor(WORK_FACTOR_MAX);
            let identity: &dyn age::Identity = &identity;
            decryptor.decrypt(std::iter::once(identity))
        }
        Unlock::Recovery(line) => {
            let identity: &dyn age::Identity = &line.0;
            decryptor.decrypt(std::iter::once(identity))
        }
    };
    let reader = reader.map_err(|error| match error {
        age::DecryptError::ExcessiveWork { .. } => SlotError::TooMuchWork,
        age::DecryptError::DecryptionFailed
        | age::DecryptError::NoMatchingKeys
        | age::DecryptError::KeyDecryptionFailed => SlotError::WrongSecret,
        _ => SlotError::Damaged,
    })?;
    let mut text = Zeroizing::new(String::new());
    reader.take(KEYRING_BYTES_MAX).read_to_string(&mut text).map_err(|_| SlotError::Damaged)?;
    Keyring::from_text(&text).map_err(|_| SlotError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_open_with_their_secret_only() {
        let keyring = Keyring::generate("0");
        let (right, wrong) = (Passphrase::new("tambour lagune"), Passphrase::new("Tambour lagune"));
        let slot = seal_slot_with_passphrase(&keyring, &right, 4).unwrap();
        assert!(open_slot(&slot, &Unlock::Passphrase(&right)).is_ok());
        assert!(matches!(open_slot(&slot, &Unlock::Passphrase(&wrong)), Err(SlotError::WrongSecret)));
        let line = RecoveryLine::generate();
        let recipient = Recipient::parse(&line.recipient().to_string()).unwrap();
        let paper = seal_slot_for(&keyring, &recipient).unwrap();
        let file = format!("# created: 2026-11-22\n# public key: {recipient}\n{}\n", line.reveal().expose_secret());
        assert!(open_slot(&paper, &Unlock::Recovery(&RecoveryLine::parse(&file).unwrap())).is_ok());
        assert!(matches!(Recipient::parse("ssh-ed25519 AAAA"), Err(SlotError::BadRecipient)));
        let typed = RecoveryLine::parse(&line.reveal().expose_secret().to_lowercase()).unwrap();
        assert!(open_slot(&paper, &Unlock::Recovery(&typed)).is_ok());
        assert!(matches!(open_slot(&slot, &Unlock::Recovery(&typed)), Err(SlotError::WrongSecret)));
        assert!(RecoveryLine::parse("AGE-SECRET-KEY-1QQ").is_err());
        let text = line.reveal().expose_secret().to_owned();
        let groups = text.trim_start_matches("AGE-SECRET-KEY-1");
        let (first, rest) = groups.split_at(5);
        for typed in [format!("\u{feff}{text}\r\n"), groups.to_owned(), format!("{first} - {rest}")] {
            assert!(RecoveryLine::parse(&typed).is_ok(), "{}", typed.len());
        }
        for missing in [text.split_at(text.len() - 1).0, rest, ""] {
            assert!(RecoveryLine::parse(missing).is_err(), "{}", missing.len());
        }
        assert!(matches!(open_slot(&slot[..40], &Unlock::Passphrase(&right)), Err(SlotError::Damaged)));
        assert!(matches!(seal_slot_with_passphrase(&keyring, &right, 23), Err(SlotError::TooMuchWork)));
    }
}
