//! Files of one path in several parts: which of them repeat another, and which tell something different.

use std::collections::HashMap;

use super::super::container::Entry;
use super::{File, Part};

/// Numbers the copies among files of one path, marks duplicates, and orders `same`: first copies, then duplicates.
///
/// Two files are duplicates when size and CRC-32 are equal; ZIPs carry the checksum, in folders it is computed, and only
/// where sizes are equal. A damaged file is neither the duplicate of another nor does it have any.
pub(super) fn number(parts: &[Part], files: &mut [File], same: &mut [usize]) {
    let mut sizes: HashMap<u64, usize> = HashMap::new();
    for number in same.iter() {
        if let Some((_, entry)) = sound_entry(parts, files, *number) {
            *sizes.entry(entry.size).or_default() += 1;
        }
    }
    let mut first: HashMap<(u64, u32), (usize, usize)> = HashMap::new();
    let mut copies = 0;
    let (sound, damaged): (Vec<usize>, Vec<usize>) =
        same.iter().partition(|number| sound_entry(parts, files, **number).is_some());
    for number in sound.into_iter().chain(damaged) {
        let content = sound_entry(parts, files, number).and_then(|(part, entry)| {
            let compare = sizes.get(&entry.size).is_some_and(|count| *count > 1);
            let crc = if compare { entry.crc32.or_else(|| checksum(part, entry)) } else { None };
            crc.map(|crc| (entry.size, crc))
        });
        let Some(file) = files.get_mut(number) else { continue };
        if let Some((original, copy)) = content.and_then(|content| first.get(&content)) {
            file.duplicate_of = Some(*original);
            file.copy = *copy;
            continue;
        }
        file.copy = copies;
        if let Some(content) = content {
            first.insert(content, (number, copies));
        }
        copies += 1;
    }
    same.sort_by_key(|number| files.get(*number).map(|file| (file.duplicate_of.is_some(), file.copy)));
}

/// The entry of a file, unless its listing already shows damage.
fn sound_entry<'a>(parts: &'a [Part], files: &[File], number: usize) -> Option<(&'a Part, &'a Entry)> {
    let file = files.get(number)?;
    let part = parts.get(file.part)?;
    let entry = part.container.entries.get(file.entry)?;
    entry.damage.is_none().then_some((part, entry))
}

/// CRC-32 of an entry's bytes; `None` when it cannot be read.
fn checksum(part: &Part, entry: &Entry) -> Option<u32> {
    let mut reader = part.container.open_entry(entry).ok()?;
    let mut hash = crc32fast::Hasher::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Some(hash.finalize()),
            Ok(read) => hash.update(buffer.get(..read)?),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}
