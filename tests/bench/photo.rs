//! Bytes like those of photos: a JPEG's start and end, and noise that deflate can shorten by a few hundredths at most.

use crate::text::Random;

/// Mean size of a photo.
pub const MEAN_BYTES: u64 = 200_000;

const START: &[u8] = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xdb\x00\x43\x00";
const END: &[u8] = b"\xff\xd9";

/// Puts a new photo of 50 to 350 kB in `bytes`.
pub fn fill(bytes: &mut Vec<u8>, random: &mut Random) {
    let len = MEAN_BYTES / 4 + random.below(MEAN_BYTES * 3 / 2);
    bytes.clear();
    bytes.extend_from_slice(START);
    while bytes.len() < len as usize {
        // One byte in 32 is zero, as after each 0xFF in a JPEG: Huffman codes gain 1.5 %, so literals are emitted.
        let mut eight = random.next().to_le_bytes();
        if random.below(4) == 0 {
            eight[random.below(8) as usize] = 0;
        }
        bytes.extend_from_slice(&eight);
    }
    bytes.extend_from_slice(END);
}
