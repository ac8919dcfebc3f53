//! Encrypted backups: as they come, and with what an attacker who knows the key would put inside one.
//!
//! A changed byte fails the tag, so nothing behind the decryption would ever be reached by changing files alone.

use std::io::Write as _;

use aes_gcm::aead::consts::U16;
use aes_gcm::aead::generic_array::GenericArray;
use aes_gcm::aead::{AeadInPlace as _, KeyInit as _};
use aes_gcm::aes::Aes256;
use hmac::Mac as _;

use super::reading::{CRYPTS, KEY, document};

/// In the second byte of an input: the rest is sealed first.
const SEALED: u8 = 1;
/// The rest is compressed before.
const COMPRESSED: u8 = 2;
/// No MD5 comes behind, as in parts of split backups.
const WITHOUT_MD5: u8 = 4;

/// The input that holds `content`, compressed and sealed.
#[must_use]
pub fn seed(choice: u8, content: &[u8]) -> Vec<u8> {
    [&[choice, SEALED | COMPRESSED], content].concat()
}

/// The first byte says where it stands, the second what is done to the rest.
pub fn crypt(bytes: &[u8]) {
    let [choice, how, content @ ..] = bytes else { return };
    let file = if how & SEALED == 0 { content.to_vec() } else { sealed(content, *how) };
    document(&[&[*choice], file.as_slice()].concat(), CRYPTS);
}

/// A backup of the kind crypt15: a header with nothing but the nonce, the encrypted bytes, their tag.
fn sealed(content: &[u8], how: u8) -> Vec<u8> {
    const IV: [u8; 16] = [7; 16];
    const HEADER: [u8; 3] = [20, 0x1a, 18];
    let mut plain = if how & COMPRESSED == 0 { content.to_vec() } else { zlib(content) };
    let root: Vec<u8> = KEY.chunks(2).map(|pair| hex(pair[0]) << 4 | hex(pair[1])).collect();
    let key = hmac(&hmac(&[], &root), b"backup encryption\x01");
    let cipher = aes_gcm::AesGcm::<Aes256, U16>::new(GenericArray::from_slice(&key));
    let tag = cipher.encrypt_in_place_detached(GenericArray::from_slice(&IV), b"", &mut plain).expect("sealed");
    let md5: &[u8] = if how & WITHOUT_MD5 == 0 { &[0; 16] } else { &[] };
    [&HEADER[..], &[0x0a, 16], &IV, &plain, &tag, md5].concat()
}

fn hex(digit: u8) -> u8 {
    if digit.is_ascii_digit() { digit - b'0' } else { digit - b'a' + 10 }
}

fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut mac = <hmac::Hmac<sha2::Sha256> as hmac::Mac>::new_from_slice(key).expect("any length");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

fn zlib(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(plain).expect("in memory");
    encoder.finish().expect("in memory")
}
