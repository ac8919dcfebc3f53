//! What is done while the power is cut, and what must hold afterwards.
//!
//! Each check opens what a crash left, looks whether all that was promised is there and verifies, then does the work again,
//! which must succeed and leave nothing to find.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use malle::backup::{Drive, add_drive, check_parity, repair_drive, restore, restore_to, run};
use malle::crypto::{Passphrase, Unlock};
use malle::ingest::{ImportOptions, import};
use malle::model::RecordId;
use malle::notes::{Annotation, Book, annotate};
use malle::sources::ReadOptions;
use malle::store::{
    Archive, CommitFacts, CreateOptions, Layout, MediaSource, RecordReader, SlotKind, StoreError, VerifyDepth, Writer,
    check_public, public_objects, verify,
};

use super::model::{Dice, scratch};
use super::recorder::{LeftOut, Op, Promise, Recorder};
use crate::support::archives::{PASSPHRASE, Quiet, copy_folder};
use crate::support::downloads::{Plan, write};

/// How every check ends.
pub type Outcome = Result<(), String>;

/// Gets the folder, what was promised, the recorder for the folder, and the number of the case.
pub type Check = dyn Fn(&Path, Option<&Promise>, &std::sync::Arc<Recorder>, usize) -> Outcome + Sync;

/// One thing a user does.
pub struct Scenario {
    pub name: &'static str,
    /// What lies there for good before.
    pub start: tempfile::TempDir,
    /// Does it once, recorded.
    pub record: Box<dyn Fn(LeftOut) -> Vec<Op> + Sync>,
    pub check: Box<Check>,
    /// Every how many operations the machine crashes.
    pub every: usize,
}

pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_710_000_000, 0).unwrap()
}

/// The outcome of something that must not fail.
pub fn told<T, E: std::fmt::Debug>(what: &str, outcome: Result<T, E>) -> Result<T, String> {
    outcome.map_err(|error| format!("{what}: {error:?}"))
}

fn options(passphrase: &Passphrase) -> CreateOptions<'_> {
    CreateOptions { passphrase, recovery: true, work_factor: 1, now: now() }
}

pub fn opened(layout: &Layout, secret: &str) -> Result<Archive, StoreError> {
    Archive::open_at(layout, &Unlock::Passphrase(&Passphrase::new(secret)))
}

/// A new archive.
pub fn create(layout: Layout) -> Result<Archive, StoreError> {
    Archive::create_at(layout, &options(&Passphrase::new(PASSPHRASE))).map(|created| created.archive)
}

/// Number of record lines.
pub fn records(archive: &Archive) -> Result<u64, StoreError> {
    let mut count = 0;
    RecordReader::new(archive).each(&|_| true, &mut |_, _| {
        count += 1;
        Ok(())
    })?;
    Ok(count)
}

/// What was promised is there, and what opens verifies.
pub fn holds(archive: &Archive, promise: Option<&Promise>) -> Outcome {
    let promise = promise.copied().unwrap_or_default();
    let seq = archive.commit().seq;
    if seq < promise.seq {
        return Err(format!("commit {seq} is the newest, {} was acknowledged", promise.seq));
    }
    let report = told("verify", verify(archive, VerifyDepth::Data, &|_| {}))?;
    if !report.is_sound() {
        return Err(format!("what opens does not verify: {:?}", report.findings));
    }
    let records = told("reading", records(archive))?;
    if records < promise.records {
        return Err(format!("{records} records, {} were acknowledged", promise.records));
    }
    Ok(())
}

/// A small change, as any next run makes one; nothing is left to find after it.
pub fn goes_on(archive: &Archive, secret: &str, recorder: &Recorder) -> Outcome {
    let probe = format!(r#"{{"v":1,"id":"{:026}","text":"encore"}}"#, archive.commit().seq);
    let media = told("media", archive.media())?;
    let writer = told("begin", Writer::begin(archive, &media))?;
    told("record", writer.put_record(probe.as_bytes()))?;
    let bytes = [7; 600];
    let sha256 = malle::crypto::hex(&<sha2::Sha256 as sha2::Digest>::digest(bytes));
    told("photo", writer.put_media(&sha256, "image/jpeg", "jpg", &MediaSource::Bytes(&bytes)))?;
    let tip = told("commit", writer.commit(CommitFacts::nothing(now())))?;
    let again = told("open again", opened(archive.layout(), secret))?;
    recorder.promise(Promise { seq: tip.commit.seq, records: told("count", records(&again))?, keys: 0 });
    let report = told("verify again", verify(&again, VerifyDepth::Hashes, &|_| {}))?;
    if report.findings.is_empty() { Ok(()) } else { Err(format!("a rerun leaves {:?}", report.findings)) }
}

/// Import, twice, by the real engine.
pub fn importing() -> Scenario {
    let input = tempfile::tempdir().unwrap();
    let downloads = write(input.path(), &Plan { conversations: 1, messages: 25, photo_bytes: 900 });
    let paths = downloads.paths;
    let (first, second) = (paths[..1].to_vec(), paths[1..].to_vec());
    let all = paths.clone();
    let bring = |archive: &mut Archive, paths: &[PathBuf]| {
        let options = ImportOptions { read: ReadOptions::default(), dry_run: false, now: now() };
        import(archive, paths, &options, &Quiet)
    };
    let expected = {
        let place = scratch();
        let mut clean = create(Layout::new(&place.path().join("archive"))).unwrap();
        bring(&mut clean, &all).unwrap();
        crate::support::archives::export(&clean)
    };
    let record = move |left_out| {
        let place = scratch();
        let recorder = Recorder::new(place.path(), left_out);
        let layout = Layout::on(recorder.disk(), &place.path().join("archive"));
        let mut archive = create(layout).unwrap();
        recorder.promise(Promise { seq: 1, records: 0, keys: 0 });
        for paths in [&first, &second] {
            bring(&mut archive, paths).unwrap();
            recorder.promise(Promise { seq: archive.commit().seq, records: records(&archive).unwrap(), keys: 0 });
        }
        recorder.log()
    };
    let check = move |base: &Path, promise: Option<&Promise>, recorder: &std::sync::Arc<Recorder>, number: usize| {
        let _kept = &input;
        let layout = Layout::on(recorder.disk(), &base.join("archive"));
        let mut archive = match opened(&layout, PASSPHRASE) {
            Ok(archive) => archive,
            Err(error) if promise.is_some() => return Err(format!("does not open: {error:?}")),
            // Nobody was told that there is an archive; it can be made.
            Err(_) => told("create again", create(layout))?,
        };
        holds(&archive, promise)?;
        // The real engine takes a while, so that most cases go on by a small change.
        if !number.is_multiple_of(40) {
            return goes_on(&archive, PASSPHRASE, recorder);
        }
        told("import again", bring(&mut archive, &all))?;
        let report = told("verify again", verify(&archive, VerifyDepth::Data, &|_| {}))?;
        let found = crate::support::archives::export(&archive);
        recorder.promise(Promise { seq: archive.commit().seq, records: told("count", records(&archive))?, keys: 0 });
        if found == expected && report.findings.is_empty() {
            Ok(())
        } else {
            Err(format!("{} records instead of {}, {:?}", found.len(), expected.len(), report.findings))
        }
    };
    Scenario { name: "import", start: scratch(), record: Box::new(record), check: Box::new(check), every: 1 }
}

/// A film, which goes through `work/`.
pub fn large_media() -> Scenario {
    let film: Vec<u8> = (0..4_200_000_u32).flat_map(u32::to_le_bytes).collect();
    let sha256 = malle::crypto::hex(&<sha2::Sha256 as sha2::Digest>::digest(&film));
    let start = scratch();
    create(Layout::new(&start.path().join("archive"))).unwrap();
    let origin = start.path().to_owned();
    let record = move |left_out| {
        let place = scratch();
        copy_folder(&origin, place.path());
        let recorder = Recorder::new(place.path(), left_out);
        let archive = opened(&Layout::on(recorder.disk(), &place.path().join("archive")), PASSPHRASE).unwrap();
        recorder.promise(Promise { seq: 1, records: 0, keys: 0 });
        let writer = Writer::begin(&archive, &archive.media().unwrap()).unwrap();
        let open = || -> std::io::Result<Box<dyn std::io::Read + Send + '_>> { Ok(Box::new(film.as_slice())) };
        let source = MediaSource::Stream { size: film.len().try_into().unwrap(), open: &open };
        writer.put_media(&sha256, "video/mp4", "mp4", &source).unwrap();
        writer.commit(CommitFacts::nothing(now())).unwrap();
        recorder.promise(Promise { seq: 2, records: 0, keys: 0 });
        recorder.log()
    };
    let check = |base: &Path, promise: Option<&Promise>, recorder: &std::sync::Arc<Recorder>, _: usize| {
        let archive = told("open", opened(&Layout::on(recorder.disk(), &base.join("archive")), PASSPHRASE))?;
        holds(&archive, promise)?;
        goes_on(&archive, PASSPHRASE, recorder)
    };
    // Few of its operations are of its own sort: the last of the film, and what follows.
    Scenario { name: "film", start, record: Box::new(record), check: Box::new(check), every: 8 }
}

const PHRASES: [&str; 3] = [PASSPHRASE, "deuxième phrase", "troisième phrase"];

fn change_phrase(archive: &Archive, to: &str) -> Result<(), StoreError> {
    let writer = Writer::begin(archive, &archive.media()?)?;
    let old: Vec<String> = archive
        .slots()?
        .into_iter()
        .filter(|slot| slot.kind == SlotKind::Passphrase && slot.sound)
        .map(|slot| slot.name)
        .collect();
    archive.add_passphrase(&Passphrase::new(to), 1)?;
    old.iter().try_for_each(|name| writer.retire_slot(name))?;
    writer.commit(CommitFacts::nothing(now())).map(|_| ())
}

/// Two changes of the passphrase.
pub fn keys() -> Scenario {
    let start = scratch();
    create(Layout::new(&start.path().join("archive"))).unwrap();
    let origin = start.path().to_owned();
    let record = move |left_out| {
        let place = scratch();
        copy_folder(&origin, place.path());
        let recorder = Recorder::new(place.path(), left_out);
        let layout = Layout::on(recorder.disk(), &place.path().join("archive"));
        recorder.promise(Promise { seq: 1, records: 0, keys: 0 });
        for (number, (from, to)) in PHRASES.iter().zip(&PHRASES[1..]).enumerate() {
            let archive = opened(&layout, from).unwrap();
            change_phrase(&archive, to).unwrap();
            recorder.promise(Promise { seq: archive.commit().seq + 1, records: 0, keys: number + 1 });
        }
        recorder.log()
    };
    let check = |base: &Path, promise: Option<&Promise>, recorder: &std::sync::Arc<Recorder>, _: usize| {
        let layout = Layout::on(recorder.disk(), &base.join("archive"));
        let done = promise.map_or(0, |promise| promise.keys);
        let mut archive = None;
        for (number, phrase) in PHRASES.iter().enumerate() {
            match opened(&layout, phrase) {
                // While a change is on its way (a repeated one goes straight to the last), both or either may open.
                Ok(found) if number >= done => archive = archive.or(Some(found)),
                Ok(_) => return Err(format!("phrase {number} opens after {done} changes")),
                Err(StoreError::WrongSecret | StoreError::Damaged { .. } | StoreError::NoSlot) => {}
                Err(error) => return Err(format!("phrase {number}: {error:?}")),
            }
        }
        let archive = archive.ok_or_else(|| format!("nothing opens after {done} changes"))?;
        holds(&archive, promise)?;
        // The user does it again.
        let last = PHRASES.len() - 1;
        told("change again", change_phrase(&archive, PHRASES[last]))?;
        let again = told("open again", opened(&layout, PHRASES[last]))?;
        recorder.promise(Promise { seq: again.commit().seq, records: 0, keys: last });
        if PHRASES[..last].iter().any(|phrase| opened(&layout, phrase).is_ok()) {
            return Err("an old phrase opens after a change".to_owned());
        }
        let report = told("verify again", verify(&again, VerifyDepth::Hashes, &|_| {}))?;
        if report.findings.is_empty() { Ok(()) } else { Err(format!("a rerun leaves {:?}", report.findings)) }
    };
    Scenario { name: "keys", start, record: Box::new(record), check: Box::new(check), every: 1 }
}

/// So many things said by the owner, one after another: enough for their lists to be put together.
const SAID: usize = 19;

/// Labels, each in a commit of its own.
pub fn annotating() -> Scenario {
    let start = scratch();
    create(Layout::new(&start.path().join("archive"))).unwrap();
    let origin = start.path().to_owned();
    let say = |archive: &mut Archive, numbers: std::ops::Range<usize>| {
        let label = |number: usize| {
            let record = RecordId::from_bytes([u8::try_from(number).unwrap(); 16]);
            Annotation::Label { record, label: "urgent".to_owned(), set: true }
        };
        annotate(archive, numbers.map(label).collect(), now())
    };
    let record = move |left_out| {
        let place = scratch();
        copy_folder(&origin, place.path());
        let recorder = Recorder::new(place.path(), left_out);
        let mut archive = opened(&Layout::on(recorder.disk(), &place.path().join("archive")), PASSPHRASE).unwrap();
        recorder.promise(Promise { seq: 1, records: 0, keys: 0 });
        for number in 0..SAID {
            say(&mut archive, number..number + 1).unwrap();
            recorder.promise(Promise { seq: archive.commit().seq, records: 0, keys: number + 1 });
        }
        recorder.log()
    };
    let check = move |base: &Path, promise: Option<&Promise>, recorder: &std::sync::Arc<Recorder>, _: usize| {
        let mut archive = told("open", opened(&Layout::on(recorder.disk(), &base.join("archive")), PASSPHRASE))?;
        holds(&archive, promise)?;
        let said = |archive: &Archive| {
            let (book, damaged) = told("read", Book::read(archive))?;
            let records = book.labels().remove("urgent").map_or(0, |(_, records)| records.len());
            if damaged.is_empty() { Ok(records) } else { Err(format!("damaged: {damaged:?}")) }
        };
        let promised = promise.map_or(0, |promise| promise.keys);
        let found = said(&archive)?;
        if found < promised {
            return Err(format!("{found} things said, {promised} were acknowledged"));
        }
        told("say again", say(&mut archive, 0..SAID))?;
        if said(&archive)? != SAID {
            return Err("not all that was said is there".to_owned());
        }
        goes_on(&archive, PASSPHRASE, recorder)
    };
    Scenario { name: "annotate", start, record: Box::new(record), check: Box::new(check), every: 5 }
}

/// A commit with a record and a photo of so many bytes.
fn grow(archive: &Archive, number: usize, photo_bytes: usize) -> Archive {
    let writer = Writer::begin(archive, &archive.media().unwrap()).unwrap();
    let line = format!(r#"{{"v":1,"id":"{number:026}","text":"bonjour {number}"}}"#);
    writer.put_record(line.as_bytes()).unwrap();
    let bytes = vec![u8::try_from(number).unwrap(); photo_bytes];
    let sha256 = malle::crypto::hex(&<sha2::Sha256 as sha2::Digest>::digest(&bytes));
    writer.put_media(&sha256, "image/jpeg", "jpg", &MediaSource::Bytes(&bytes)).unwrap();
    writer.commit(CommitFacts::nothing(now())).unwrap();
    opened(archive.layout(), PASSPHRASE).unwrap()
}

fn source(commits: usize, photo_bytes: usize) -> (tempfile::TempDir, Archive) {
    let place = scratch();
    let mut archive = create(Layout::new(&place.path().join("archive"))).unwrap();
    for number in 1..commits {
        archive = grow(&archive, number, photo_bytes);
    }
    (place, archive)
}

pub const fn going(_: u64, _: u64) -> bool {
    true
}

/// Opened by itself and, now and then, restored, a copy has what was promised.
fn copy_holds(folder: &Path, promise: &Promise, number: usize) -> Outcome {
    let copy = told("open the copy", opened(&Layout::new(folder), PASSPHRASE))?;
    holds(&copy, Some(promise))?;
    if number % 3 != 1 {
        return Ok(());
    }
    let place = scratch();
    let to = place.path().join("back");
    told("restore", restore(folder, &to, &going))?;
    let restored = told("open what was restored", opened(&Layout::new(&to), PASSPHRASE))?;
    holds(&restored, Some(promise))
}

/// Without any two files of a commit that it was given, a stick makes both again by itself.
fn makes_again(folder: &Path, seq: u64, number: usize) -> Outcome {
    let place = scratch();
    let copy = Layout::new(&place.path().join(folder.file_name().unwrap()));
    copy_folder(folder, copy.root());
    let mut paths: Vec<PathBuf> =
        told("list", public_objects(&copy, seq))?.iter().map(|sha256| copy.object(sha256)).collect();
    paths.extend([copy.marker(), copy.commits().join(Layout::sums_name(seq))]);
    let mut dice = Dice::new(number.try_into().unwrap());
    let lost: Vec<PathBuf> = (0..2).map(|_| paths.swap_remove(dice.below(paths.len()))).collect();
    let read = |path: &PathBuf| std::fs::read(path).ok();
    let before: Vec<_> = lost.iter().map(read).collect();
    for path in &lost {
        std::fs::remove_file(path).unwrap();
    }
    let mut report = told("check", check_public(&copy, &|_| {}))?;
    told("check parity", check_parity(&copy, &mut report, &|_| {}))?;
    let drive: Drive = serde_json::from_value(serde_json::json!({
        "id": "x", "name": "S", "folder": copy.root(), "seq": 0, "last_run": null, "last_check": null
    }))
    .unwrap();
    // Nothing else has the files.
    let bare = Layout::new(&place.path().join("bare"));
    let repaired = told("repair", repair_drive(&bare, &drive, &report.findings, &going))?;
    if lost.iter().map(read).eq(before) { Ok(()) } else { Err(format!("without {lost:?}: {repaired:?}")) }
}

/// Two runs to a stick, the second with two commits more. With parity alone, only that is looked at.
pub fn backing_up(parity_alone: bool) -> Scenario {
    let start = scratch();
    let stick = start.path().join("stick");
    std::fs::create_dir(&stick).unwrap();
    // A full group of parity is never superseded.
    // Parity of such photos is made while they are copied, that of the rest afterwards.
    let photo_bytes = 70_000;
    let (place, early) = source(if parity_alone { 2 } else { 3 }, photo_bytes);
    let drive = add_drive(early.layout(), &stick, Some("S")).unwrap().drive;
    let early_root = place.path().join("early");
    copy_folder(early.layout().root(), &early_root);
    let late = grow(&grow(&early, 11, photo_bytes), 12, photo_bytes);
    let late_root = late.layout().root().to_owned();
    let name = drive.folder.file_name().unwrap().to_owned();
    let on = move |base: &Path| -> Drive { Drive { folder: base.join("stick").join(&name), ..drive.clone() } };
    let (drive_on, late_source) = (on.clone(), late_root.clone());
    let origin = start.path().to_owned();
    let record = move |left_out| {
        let place = scratch();
        copy_folder(&origin, place.path());
        let recorder = Recorder::new(place.path(), left_out);
        for root in [&early_root, &late_root] {
            let report = run(&Layout::on(recorder.disk(), root), &on(place.path()), &going).unwrap();
            recorder.promise(Promise { seq: report.seq, records: report.seq - 1, keys: 0 });
        }
        recorder.log()
    };
    let check = move |base: &Path, promise: Option<&Promise>, recorder: &std::sync::Arc<Recorder>, number: usize| {
        let _kept = &place;
        let drive = drive_on(base);
        if let Some(promise) = promise {
            if parity_alone {
                return makes_again(&drive.folder, promise.seq, number);
            }
            copy_holds(&drive.folder, promise, number)?;
            if number % 4 == 1 {
                makes_again(&drive.folder, promise.seq, number)?;
            }
        }
        let report = told("run again", run(&Layout::on(recorder.disk(), &late_source), &drive, &going))?;
        let promise = Promise { seq: report.seq, records: report.seq - 1, keys: 0 };
        recorder.promise(promise);
        let mut found = told("check", check_public(&Layout::new(&drive.folder), &|_| {}))?;
        told("check parity", check_parity(&Layout::new(&drive.folder), &mut found, &|_| {}))?;
        if !found.findings.is_empty() {
            return Err(format!("a rerun leaves {:?}", found.findings));
        }
        if number % 4 == 2 {
            makes_again(&drive.folder, promise.seq, number)?;
        }
        copy_holds(&drive.folder, &promise, number + 1)
    };
    Scenario {
        name: "backup",
        start,
        record: Box::new(record),
        check: Box::new(check),
        every: 1 + usize::from(parity_alone),
    }
}

/// A restoration from a stick.
pub fn restoring() -> Scenario {
    let (place, archive) = source(3, 3000);
    let root = archive.layout().root().to_owned();
    let from = root.clone();
    let record = move |left_out| {
        let place = scratch();
        let recorder = Recorder::new(place.path(), left_out);
        restore_to(&from, &Layout::on(recorder.disk(), &place.path().join("back")), &going).unwrap();
        recorder.promise(Promise { seq: 3, records: 2, keys: 0 });
        recorder.log()
    };
    let check = move |base: &Path, promise: Option<&Promise>, recorder: &std::sync::Arc<Recorder>, _: usize| {
        let _kept = &place;
        let layout = Layout::on(recorder.disk(), &base.join("back"));
        match promise {
            Some(promise) => holds(&told("open", opened(&layout, PASSPHRASE))?, Some(promise))?,
            None => match restore_to(&root, &layout, &going) {
                Ok(_) => {}
                // It had come to its end, only nobody was told.
                Err(_) if opened(&layout, PASSPHRASE).is_ok() => {}
                Err(error) => return Err(format!("restore again: {error:?}")),
            },
        }
        let archive = told("open again", opened(&layout, PASSPHRASE))?;
        holds(&archive, Some(&Promise { seq: 3, records: 2, keys: 0 }))?;
        goes_on(&archive, PASSPHRASE, recorder)
    };
    Scenario { name: "restore", start: scratch(), record: Box::new(record), check: Box::new(check), every: 1 }
}
