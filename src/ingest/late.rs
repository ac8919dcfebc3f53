//! What comes late: records of earlier imports that lacked a file, or whose part did not say whose account it is or in which zone it
//! prints times, are completed by the part that comes now.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::engine::IngestError;
use super::finish::supply;
use super::job::Job;
use super::known::{LATE_FAMILIES, late_family};
use super::owners::{Belonging, complete, place, remembered, remembered_zone};
use super::sink::{Run, Told};
use crate::model::{AttachmentStatus, Conversation, Origin, Record, RecordId};
use crate::store::{RecordReader, line_id, line_retracts};

/// Completes records of earlier imports and gives their number. `told` is what this import learned, by job.
pub(super) fn complete_earlier(run: &Run<'_>, jobs: &[Job], told: &[Told]) -> Result<u64, IngestError> {
    let mut changed = BTreeMap::new();
    complete_media(run, jobs, &mut changed)?;
    for (job, told) in jobs.iter().zip(told) {
        complete_parts(run, job, told, &mut changed)?;
    }
    changed.values().try_for_each(|record| run.write_changed(record))?;
    Ok(u64::try_from(changed.len()).unwrap_or(u64::MAX))
}

/// Records that lacked a file which this download brings.
fn complete_media(run: &Run<'_>, jobs: &[Job], changed: &mut BTreeMap<RecordId, Record>) -> Result<(), IngestError> {
    let mut reader = RecordReader::new(run.archive);
    for (id, location) in run.known.waiting.iter().filter(|(id, _)| !run.known.is_seen(id)) {
        let mut record: Record = serde_json::from_slice(&reader.line(*location)?)?;
        debug_assert_eq!(record.id, *id, "a line holds the record it was found as");
        let Some(family) = late_family(&record) else { continue };
        let mut found_any = false;
        for attachment in record.attachments.iter_mut().filter(|a| a.status == AttachmentStatus::Missing) {
            let Some(path) = attachment.path.as_deref() else { continue };
            let found = of_download(run, jobs, family, &record.origin).find_map(|job| {
                let file = job.bundle.resolve(path)?;
                Some((job, file, job.facts.media(file)?))
            });
            if let Some((job, file, fact)) = found {
                job.facts.claim(file);
                supply(attachment, fact.clone());
                found_any = true;
            }
        }
        if found_any {
            changed.insert(*id, record);
        }
    }
    Ok(())
}

/// The downloads of this import that brought, or go on with, what these origins tell.
fn of_download<'a>(
    run: &'a Run<'_>,
    jobs: &'a [Job],
    family: &'a str,
    origins: &'a [Origin],
) -> impl Iterator<Item = &'a Job> {
    jobs.iter().filter(move |job| {
        let downloads = run.downloads.get(job.family).filter(|_| job.family == family);
        let key = job.download.as_deref();
        key.zip(downloads).is_some_and(|(key, downloads)| downloads.holds(key, origins))
    })
}

/// Media that a record of an earlier part names are not without a record, though nothing in this part names them.
pub(super) fn claim_named_earlier(run: &Run<'_>, jobs: &[Job]) -> Result<(), IngestError> {
    let mut wanted: HashSet<&str> = HashSet::new();
    for job in jobs.iter().filter(|job| LATE_FAMILIES.contains(&job.family)) {
        let unclaimed = job.media().filter(|file| !job.facts.is_claimed(*file) && job.facts.may_be_known(*file));
        wanted.extend(unclaimed.filter_map(|file| {
            let (sha256, key) = (job.facts.media(file)?.sha256.as_str(), job.bundle.file(file)?.key.clone());
            // What is known as a record of its own is named by no other.
            let orphans = run.known.orphans.get(&(job.family, key));
            let is_orphan = orphans.into_iter().flatten().any(|orphan| !orphan.retracted && orphan.sha256 == sha256);
            Some(sha256).filter(|_| !is_orphan)
        }));
    }
    if wanted.is_empty() || run.archive.commit().imports.is_empty() {
        return Ok(());
    }
    let sha256 = memchr::memmem::Finder::new(SHA256);
    let names_one = |line: &[u8]| {
        let mut hashes = sha256.find_iter(line).filter_map(|at| line.get(at + SHA256.len()..)?.get(..HASH_LEN));
        hashes.any(|hash| str::from_utf8(hash).is_ok_and(|hash| wanted.contains(hash)))
    };
    let mut failure = None;
    RecordReader::salvaging(run.archive).each(&|_| true, &mut |location, line| {
        let newest = |id: &RecordId| run.known.location(id) == Some(location);
        if failure.is_some() || !names_one(line) || !line_id(line).is_some_and(|id| newest(&id)) {
            return Ok(());
        }
        match serde_json::from_slice::<Record>(line) {
            Ok(record) => claim_attachments(run, jobs, &record),
            Err(error) => failure = Some(error),
        }
        Ok(())
    })?;
    failure.map_or(Ok(()), |error| Err(error.into()))
}

/// How a record line gives the hash of an attachment.
const SHA256: &[u8] = b"\"sha256\":\"";
const HASH_LEN: usize = 64;

fn claim_attachments(run: &Run<'_>, jobs: &[Job], record: &Record) {
    let Some(family) = late_family(record).filter(|_| !record.extra.contains_key("unreferenced")) else { return };
    for attachment in record.attachments.iter().filter(|attachment| attachment.status == AttachmentStatus::Stored) {
        let Some(path) = attachment.path.as_deref() else { continue };
        for job in of_download(run, jobs, family, &record.origin) {
            let file = job.bundle.resolve(path);
            let same = |file: &usize| {
                let known = job.facts.media(*file).map(|fact| fact.sha256.as_str());
                known.is_some() && known == attachment.sha256.as_deref()
            };
            if let Some(file) = file.filter(same) {
                job.facts.claim(file);
            }
        }
    }
}

/// Records of other parts of the same download, once its owner or its zone is told for the first time.
fn complete_parts(
    run: &Run<'_>,
    job: &Job,
    told: &Told,
    changed: &mut BTreeMap<RecordId, Record>,
) -> Result<(), IngestError> {
    let commit = run.archive.commit();
    let Some(key) = job.download.as_deref() else { return Ok(()) };
    let owner = told.owner.as_ref().filter(|owner| remembered(commit, job.family, key) != Some(*owner));
    let zone = told.zone.filter(|zone| remembered_zone(commit, job.family, key) != Some(*zone));
    let news = owner.is_some() || zone.is_some();
    let Some(belonging) = Belonging::of(commit, job.family, key).filter(|_| news) else { return Ok(()) };
    let mut failure = None;
    RecordReader::salvaging(run.archive).each(&|_| true, &mut |location, line| {
        let newest = |id: &RecordId| run.known.location(id) == Some(location) && !run.known.is_seen(id);
        let Some(id) = line_id(line).filter(|id| newest(id) && !line_retracts(line)) else { return Ok(()) };
        if failure.is_some() || !is_of_family(line, job.family) {
            return Ok(());
        }
        match serde_json::from_slice::<Record>(line) {
            Ok(read) if belonging.holds(&read.origin) => {
                let mut record = changed.get(&id).cloned().unwrap_or(read);
                let is_signed = owner.is_some_and(|owner| complete(&mut record, owner));
                let is_placed = zone.is_some_and(|zone| place(&mut record, zone));
                if is_signed || is_placed {
                    note_conversation(run, &record);
                    changed.insert(id, record);
                }
            }
            Ok(_) => {}
            Err(error) => failure = Some(error),
        }
        Ok(())
    })?;
    failure.map_or(Ok(()), |error| Err(error.into()))
}

/// Conversations are listed with their account.
fn note_conversation(run: &Run<'_>, record: &Record) {
    if let Some(known) = &record.conversation {
        let (id, title, participants) = (known.id.clone(), known.title.clone(), Vec::new());
        let conversation = Arc::new(Conversation { id, title, kind: known.kind, participants });
        run.conversations.note(
            &conversation,
            (record.platform, record.account.as_deref()),
            (&record.time, None),
            false,
        );
    }
}

/// The platform stands within the first bytes of every line.
fn is_of_family(line: &[u8], family: &str) -> bool {
    const HEAD: usize = 120;
    let head = line.get(..HEAD).unwrap_or(line);
    let platforms: [&[u8]; 2] = match family {
        "instagram" => [b"\"platform\":\"instagram\"", b"\"platform\":\"threads\""],
        _ => [b"\"platform\":\"facebook\"", b"\"platform\":\"messenger\""],
    };
    platforms.iter().any(|platform| memchr::memmem::find(head, platform).is_some())
}
