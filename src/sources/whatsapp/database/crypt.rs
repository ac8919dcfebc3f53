//! Encrypted backups (`crypt12`, `crypt14`, `crypt15`): AES-256-GCM with a nonce of 16 bytes around a zlib stream.
//!
//! `crypt12` begins with fixed fields; later formats begin with a protocol buffer behind its length. What encrypts a
//! file is told by its content, not its name.

use std::io::{self, Read};

use aes_gcm::aead::consts::U16;
use aes_gcm::aead::generic_array::GenericArray;
use aes_gcm::aead::{AeadInPlace as _, KeyInit as _};
use aes_gcm::aes::Aes256;
use hmac::Mac as _;
use zeroize::Zeroizing;

use super::super::key::WhatsappKey;
use super::proto::{bytes_of, fields, varint};
use crate::bundle::limits;

type Cipher = aes_gcm::AesGcm<Aes256, U16>;

const TAG: usize = 16;

/// MD5 of all before it; nothing is decided by it, because the tag proves more.
const MD5: usize = 16;

/// Longest header that is believed. Real ones hold about 200 bytes.
const HEADER_MAX: u64 = 4096;

/// Why a backup cannot be decrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Another key made it.
    WrongKey,
    /// Its bytes are not those that were encrypted.
    Damaged,
    /// It inflates beyond the limits.
    TooLarge,
}

/// What an encrypted file says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    wrap: Wrap,
    iv: [u8; 16],
    /// Where the encrypted bytes begin, and how many bytes follow the MD5.
    from: usize,
    trailer: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Wrap {
    Account { salt: Vec<u8>, google_id: Vec<u8> },
    Root,
}

impl Header {
    /// Reads the beginning of a file.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        Self::of_buffer(bytes).or_else(|| Self::of_crypt12(bytes))
    }

    /// `varint(len) protobuf[len]`. In it 2 holds version, salt, account and nonce under an account's key; 3 the nonce
    /// alone under a root key.
    fn of_buffer(bytes: &[u8]) -> Option<Self> {
        let (len, rest) = varint(bytes)?;
        if len == 0 || len > HEADER_MAX {
            return None;
        }
        let len = usize::try_from(len).ok()?;
        let header = fields(rest.get(..len)?)?;
        let from = bytes.len() - rest.len() + len;
        let iv = |bytes: &[u8]| <[u8; 16]>::try_from(bytes).ok();
        if let Some(root) = bytes_of(&header, 3).and_then(fields) {
            return Some(Self { wrap: Wrap::Root, iv: iv(bytes_of(&root, 1)?)?, from, trailer: 0 });
        }
        let account = bytes_of(&header, 2).and_then(fields)?;
        let wrap = Wrap::Account { salt: bytes_of(&account, 3)?.to_vec(), google_id: bytes_of(&account, 4)?.to_vec() };
        Some(Self { wrap, iv: iv(bytes_of(&account, 5)?)?, from, trailer: 0 })
    }

    /// `00 01 key_version salt(32) google_id(16) iv(16)`; at the end of the file `--NN`, two digits of the number.
    fn of_crypt12(bytes: &[u8]) -> Option<Self> {
        let head = bytes.get(..67)?;
        if !head.starts_with(&[0, 1]) {
            return None;
        }
        let (salt, google_id) = (head.get(3..35)?.to_vec(), head.get(35..51)?.to_vec());
        let iv = head.get(51..67)?.try_into().ok()?;
        Some(Self { wrap: Wrap::Account { salt, google_id }, iv, from: 67, trailer: 4 })
    }

    fn cipher(&self, key: &WhatsappKey) -> Option<Cipher> {
        let key = match &self.wrap {
            Wrap::Account { salt, google_id } => Zeroizing::new(*key.account(salt, google_id)?),
            Wrap::Root => derived(key.root()?)?,
        };
        Some(Cipher::new(GenericArray::from_slice(key.as_slice())))
    }

    /// Whether `key` opens the file whose first bytes these are: whether they become the beginning of a zlib stream or
    /// of a ZIP. In this mode encrypting is the same step as decrypting.
    pub fn fits(&self, head: &[u8], key: &WhatsappKey) -> bool {
        let Some(cipher) = self.cipher(key) else { return false };
        let Some(first) = head.get(self.from..).and_then(|rest| rest.get(..16)) else { return false };
        let mut block: Zeroizing<[u8; 16]> = Zeroizing::new(first.try_into().unwrap_or_default());
        let done = cipher.encrypt_in_place_detached(GenericArray::from_slice(&self.iv), b"", block.as_mut_slice());
        done.is_ok() && (is_zlib(block.as_slice()) || block.starts_with(b"PK\x03\x04"))
    }

    /// The bytes that were encrypted, still compressed. Single backups end with an MD5, parts of split ones do not.
    pub fn decrypt(&self, mut bytes: Vec<u8>, key: &WhatsappKey) -> Result<Vec<u8>, Refusal> {
        if !self.fits(&bytes, key) {
            return Err(Refusal::WrongKey);
        }
        let cipher = self.cipher(key).ok_or(Refusal::WrongKey)?;
        drop(bytes.drain(..self.from));
        for behind in [MD5 + self.trailer, self.trailer] {
            let Some(end) = bytes.len().checked_sub(behind + TAG) else { continue };
            let tag: [u8; TAG] =
                bytes.get(end..end + TAG).and_then(|tag| tag.try_into().ok()).ok_or(Refusal::Damaged)?;
            let Some(content) = bytes.get_mut(..end) else { continue };
            // The tag is checked before a byte is changed.
            let opened = cipher.decrypt_in_place_detached(
                GenericArray::from_slice(&self.iv),
                b"",
                content,
                GenericArray::from_slice(&tag),
            );
            if opened.is_ok() {
                bytes.truncate(end);
                return Ok(bytes);
            }
        }
        Err(Refusal::Damaged)
    }
}

/// What the plain bytes of a backup are.
pub fn is_zip(plain: &[u8]) -> bool {
    plain.starts_with(b"PK\x03\x04")
}

/// `0x78` and a check byte.
fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [0x78, flags, ..] if (0x7800 + u16::from(*flags)).is_multiple_of(31))
}

/// Size of the inflated bytes, or why they are refused.
pub fn inflated_len(compressed: &[u8]) -> Result<u64, Refusal> {
    let size = u64::try_from(compressed.len()).unwrap_or(u64::MAX);
    let most = limits::DATABASE_BYTES_MAX.min(size.saturating_mul(limits::DATABASE_RATIO_MAX));
    let mut counted = inflate(compressed).take(most + 1);
    let len = io::copy(&mut counted, &mut io::sink()).map_err(|_| Refusal::Damaged)?;
    if len > most { Err(Refusal::TooLarge) } else { Ok(len) }
}

/// Inflates the bytes of a backup.
pub fn inflate(compressed: &[u8]) -> impl Read + '_ {
    flate2::read::ZlibDecoder::new(compressed)
}

/// The key of the file from the root: HKDF with SHA-256, an empty salt, one block.
fn derived(root: &[u8; 32]) -> Option<Zeroizing<[u8; 32]>> {
    let sealed = |key: &[u8], parts: &[&[u8]]| -> Option<Zeroizing<[u8; 32]>> {
        let mut mac = <hmac::Hmac<sha2::Sha256> as hmac::Mac>::new_from_slice(key).ok()?;
        for part in parts {
            mac.update(part);
        }
        Some(Zeroizing::new(mac.finalize().into_bytes().into()))
    };
    let extracted = sealed(&[0; 32], &[root])?;
    sealed(extracted.as_slice(), &[b"backup encryption", &[1]])
}
