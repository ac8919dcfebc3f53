//! Every record as one JSON line, in an order that depends on the records alone: by platform, conversation or kind, time,
//! place within the minute, and id. The same records give the same bytes (but for origins), however and in whatever order they were imported.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;

use serde::Deserialize;

use crate::model::{Kind, Platform, RecordId, Time};
use crate::store::{Archive, Location, RecordReader, StoreError, line_id};

/// What the order needs of a line.
#[derive(Deserialize)]
struct Sortable {
    platform: Platform,
    kind: Kind,
    conversation: Option<ConversationId>,
    time: Time,
    #[serde(default)]
    order: u32,
}

#[derive(Deserialize)]
struct ConversationId {
    id: String,
}

/// 40 bytes a record are held while sorting; the lines themselves stay in the archive until they are written.
struct Entry {
    group: u32,
    order: u32,
    time: i64,
    id: RecordId,
    location: Location,
}

/// What was written, and what could not be.
#[derive(Debug)]
pub struct Written {
    /// Records written.
    pub records: u64,
    /// Files of the archive whose records are absent, since they are damaged or missing.
    pub damaged: Vec<PathBuf>,
}

/// Writes every live record to `output`. `tick` is told each record written. What is damaged does not keep the rest from
/// coming out: its files are named in the answer.
///
/// # Errors
/// Those of the archive and of `output`.
pub fn write_ndjson(archive: &Archive, output: &mut dyn Write, tick: &dyn Fn()) -> Result<Written, StoreError> {
    let mut reader = RecordReader::salvaging(archive);
    let stale = reader.stale()?;
    let mut groups: HashMap<(Platform, Option<String>, Kind), u32> = HashMap::new();
    let mut entries = Vec::new();
    reader.each(&|_| true, &mut |location, line| {
        if stale.contains(&location) {
            return Ok(());
        }
        let sortable: Sortable = serde_json::from_slice(line).map_err(std::io::Error::from)?;
        let Some(id) = line_id(line) else { return Err(StoreError::Io(std::io::ErrorKind::InvalidData.into())) };
        let conversation = sortable.conversation.map(|conversation| conversation.id);
        // Within a conversation kinds are mixed; elsewhere each kind stands together.
        let kind = if conversation.is_some() { Kind::Message } else { sortable.kind };
        let next = u32::try_from(groups.len()).unwrap_or(u32::MAX);
        let group = *groups.entry((sortable.platform, conversation, kind)).or_insert(next);
        let (time, order) = (sortable.time.order_ms().unwrap_or(i64::MIN), sortable.order);
        entries.push(Entry { group, order, time, id, location });
        Ok(())
    })?;
    drop(stale);
    let ranks = ranks(groups);
    entries.sort_unstable_by_key(|entry| (rank(&ranks, entry.group), entry.time, entry.order, entry.id));
    for entry in &entries {
        write_line(output, &reader.line(entry.location)?)?;
        tick();
    }
    output.flush()?;
    Ok(Written { records: u64::try_from(entries.len()).unwrap_or(u64::MAX), damaged: reader.passed() })
}

/// Writes one line of JSON, which no program takes for two.
///
/// # Errors
/// Those of `output`.
pub fn write_line(output: &mut dyn Write, line: &[u8]) -> std::io::Result<()> {
    output.write_all(&one_line(line))?;
    output.write_all(b"\n")
}

/// The line with every other sign that some programs take for the end of one (U+0085, U+2028, U+2029) escaped. They
/// stand in strings alone, so the record stays the same.
fn one_line(line: &[u8]) -> Cow<'_, [u8]> {
    const ENDS: [(&str, &str); 3] = [("\u{85}", "\\u0085"), ("\u{2028}", "\\u2028"), ("\u{2029}", "\\u2029")];
    let holds = |end: &str| memchr::memmem::find(line, end.as_bytes()).is_some();
    match std::str::from_utf8(line) {
        Ok(text) if ENDS.iter().any(|(end, _)| holds(end)) => {
            let escaped = ENDS.iter().fold(text.to_owned(), |text, (end, escape)| text.replace(end, escape));
            Cow::Owned(escaped.into_bytes())
        }
        _ => Cow::Borrowed(line),
    }
}

/// The place of each group in the output, by the number it was given when first met.
fn ranks(groups: HashMap<(Platform, Option<String>, Kind), u32>) -> Vec<u32> {
    let mut sorted: Vec<_> = groups.into_iter().collect();
    sorted.sort();
    let mut ranks = vec![0; sorted.len()];
    for (place, (_, number)) in sorted.into_iter().enumerate() {
        if let Some(rank) = usize::try_from(number).ok().and_then(|number| ranks.get_mut(number)) {
            *rank = u32::try_from(place).unwrap_or(u32::MAX);
        }
    }
    ranks
}

fn rank(ranks: &[u32], group: u32) -> u32 {
    usize::try_from(group).ok().and_then(|group| ranks.get(group)).copied().unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sign_but_the_line_feed_ends_a_line() {
        let line = "{\"text\":\"a\u{2028}b\u{85}c\u{2029}é\"}";
        let written = String::from_utf8(one_line(line.as_bytes()).into_owned()).unwrap();
        assert_eq!(written, r#"{"text":"a\u2028b\u0085c\u2029é"}"#);
        let same = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(same(&written), same(line));
        assert!(matches!(one_line("{\"text\":\"é\"}".as_bytes()), Cow::Borrowed(_)));
    }
}
