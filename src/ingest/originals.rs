//! Original text files: every JSON, HTML and TXT file of a download is kept verbatim, so that a later version can read
//! it again without the download.

use sha2::{Digest as _, Sha256};

use super::engine::IngestError;
use super::erase::names_anybody;
use super::media::{FileFacts, MediaTally, Storing, store_media};
use super::sink::Run;
use crate::bundle::Bundle;
use crate::crypto::hex;

/// Originals larger than this are streamed into packs instead of being held in memory; the report tells their hash.
const WHOLE_BYTES: u64 = 64 << 20;

/// Keeps one file verbatim, unless it holds something of somebody who was erased; false when another thread is keeping equal bytes, and this is to be tried again.
pub(super) fn keep_original(
    bundle: &Bundle,
    file: usize,
    run: &Run<'_>,
    facts: &FileFacts,
) -> Result<bool, IngestError> {
    let Some(entry) = bundle.file(file) else { return Ok(true) };
    if facts.is_erased(file) {
        return Ok(true);
    }
    if entry.size > WHOLE_BYTES {
        if let Some(erased) = run.erased
            && let Ok(mut content) = bundle.open(file)
            && names_anybody(erased, &mut content).unwrap_or(false)
        {
            facts.note_erased(file);
            return Ok(true);
        }
        let Storing::Done(kept) = store_media(bundle, file, run, &MediaTally::default())? else { return Ok(false) };
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
    if let Some(erased) = run.erased
        && (erased.has_original(&sha256) || names_anybody(erased, &mut bytes.as_slice())?)
    {
        facts.note_erased(file);
        return Ok(true);
    }
    if let Some(writer) = run.writer {
        writer.put_raw(&sha256, &entry.path, &bytes)?;
    }
    facts.set_original(file, Ok(sha256));
    Ok(true)
}
