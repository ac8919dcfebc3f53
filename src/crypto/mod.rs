//! Keys, passphrases and sealed bytes. The only room that touches age and key material.
//!
//! Secret types wipe themselves and have neither `Debug` nor `Serialize`. Knows no file layout.

mod keyring;
mod passphrase;
mod sealed;
mod slot;
mod symmetric;

pub use keyring::{Keyring, KeyringError, SubKey};
pub use passphrase::{Passphrase, STRENGTH_BITS_MIN, WordList};
pub use sealed::{Opener, SealError, SealedFile, Sealer, SealingWriter};
pub use slot::{
    Recipient, RecoveryLine, SlotError, Unlock, WORK_FACTOR, WORK_FACTOR_MAX, open_slot, seal_slot_for,
    seal_slot_with_passphrase,
};
pub use symmetric::SymmetricKey;

/// 16 random bytes as lower-case hex, from the operating system.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn random_id() -> std::io::Result<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(hex(&bytes))
}

/// Lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}
