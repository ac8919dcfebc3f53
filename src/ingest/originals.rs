//! Original text files: every JSON, HTML and TXT file of a download is kept verbatim, so that a later version can read
//! it again without the download.

use sha2::{Digest as _, Sha256};

use super::engine::IngestError;
use super::media::{FileFacts, MediaTally, Storing, store_media};
use crate::bundle::Bundle;
use crate::crypto::hex;
use crate::store::Writer;

/// Originals larger than this are streamed into packs instead of being held in memory; the report tells their hash.
const WHOLE_BYTES: u64 = 64 << 20;

/// Keeps one file verbatim; false when another thread is keeping equal bytes, and this is to be tried again.
pub(super) fn keep_original(
    bundle: &Bundle,
    file: usize,
    writer: Option<&Writer<'_>>,
    facts: &FileFacts,
) -> Result<bool, IngestError> {
    let Some(entry) = bundle.file(file) else { return Ok(true) };
    if entry.size > WHOLE_BYTES {
        let Storing::Done(kept) = store_media(bundle, file, writer, &MediaTally::default())? else { return Ok(false) };
        facts.set_original(file, kept.map(|fact| fact.sha256));
        return Ok(true);
    }
    let bytes = match bundle.read(file) {
        Ok(bytes) => bytes,
        Err(error) => {
            facts.set_original(file, Err(error.damage));
            return Ok(true);
        }
    };
    let sha256 = hex(&Sha256::digest(&bytes));
    if let Some(writer) = writer {
        writer.put_raw(&sha256, &entry.path, &bytes)?;
    }
    facts.set_original(file, Ok(sha256));
    Ok(true)
}
