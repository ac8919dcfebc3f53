//! The power is cut and the program killed while a person is erased, here and on a drive, and while small files are joined.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use malle::backup::{Drive, RunOptions, add_drive, carry_out, check_parity, run};
use malle::ingest::{Found, clear, erase_person, find_person};
use malle::model::Record;
use malle::store::{Archive, Layout, VerifyDepth, check_public, compact, has_removals, plan_compaction, verify};

use super::model::{Dice, scratch};
use super::recorder::{Promise, Recorder};
use super::report::{exactly, is_long, put};
use super::scenarios::{Outcome, Scenario, create, going, holds, now, opened, told};
use crate::erase::{HERS, NAME, downloads, hits, import_all, records};
use crate::support::archives::{PASSPHRASE, copy_folder, open};
use crate::support::program::Malle;

/// An archive with her messages and those of others, in several small files.
fn with_her(root: &Path) -> Archive {
    let place = scratch();
    let mut archive = create(Layout::new(root)).unwrap();
    for path in downloads(place.path()) {
        import_all(&mut archive, &[path]);
    }
    archive
}

/// Small files are joined, then she is erased.
fn work(archive: &mut Archive) -> Result<(), String> {
    let plan = told("plan", plan_compaction(archive))?;
    if !plan.is_empty() {
        told("compact", compact(archive, &plan, now()))?;
    }
    match told("find", find_person(archive, NAME))? {
        Found::One(person) => told("erase", erase_person(archive, &person, now())).map(drop),
        _ => told("clear", clear(archive)),
    }
}

fn texts(records: &[Record]) -> Vec<(String, usize)> {
    records.iter().map(|record| (record.text.clone(), record.attachments.len())).collect()
}

/// The archive as it must be in the end.
fn cleared(place: &tempfile::TempDir) -> (Archive, Vec<(String, usize)>) {
    let mut archive = with_her(&place.path().join("archive"));
    work(&mut archive).unwrap();
    let wanted = texts(&records(&archive));
    (archive, wanted)
}

/// Every record of others is there, and nothing but hers besides.
fn others_are_there(archive: &Archive, wanted: &[(String, usize)]) -> Outcome {
    let found = records(archive);
    // Before the erasure the same records hold her name and her photos.
    let missing = wanted.iter().filter(|(text, _)| {
        let plain = text.replace("•••", NAME);
        !found.iter().any(|record| record.text == *text || record.text == plain)
    });
    let missing: Vec<_> = missing.collect();
    if missing.is_empty() && found.len() >= wanted.len() { Ok(()) } else { Err(format!("others lost {missing:?}")) }
}

/// Once she was said to be gone, no crash brings her back, not even as a file that nobody lists.
fn stays_away(archive: &Archive, root: &Path, promise: Option<&Promise>) -> Outcome {
    let found = if promise.is_some_and(|promise| promise.keys > 0) { hits(archive, root) } else { Vec::new() };
    if found.is_empty() { Ok(()) } else { Err(format!("erased, and there again: {found:?}")) }
}

/// Joining small files, and erasing a person.
pub fn erasing() -> Scenario {
    let start = scratch();
    let archive = with_her(&start.path().join("archive"));
    let before = archive.commit().seq;
    let place = scratch();
    let (end, wanted) = cleared(&place);
    let count = super::scenarios::records(&end).unwrap();
    let origin = start.path().to_owned();
    let record = move |left_out| {
        let place = scratch();
        copy_folder(&origin, place.path());
        let recorder = Recorder::new(place.path(), left_out);
        let mut archive = opened(&Layout::on(recorder.disk(), &place.path().join("archive")), PASSPHRASE).unwrap();
        recorder.promise(Promise { seq: before, records: count, keys: 0 });
        work(&mut archive).unwrap();
        recorder.promise(Promise { seq: archive.commit().seq, records: count, keys: 1 });
        recorder.log()
    };
    let check = move |base: &Path, promise: Option<&Promise>, recorder: &Arc<Recorder>, _: usize| {
        let root = base.join("archive");
        let layout = Layout::on(recorder.disk(), &root);
        let mut archive = told("open", opened(&layout, PASSPHRASE))?;
        holds(&archive, promise)?;
        others_are_there(&archive, &wanted)?;
        stays_away(&archive, &root, promise)?;
        if has_removals(&archive) {
            told("finish", clear(&archive))?;
        }
        work(&mut archive)?;
        recorder.promise(Promise { seq: archive.commit().seq, records: count, keys: 1 });
        let found = hits(&archive, &root);
        let report = told("verify again", verify(&archive, VerifyDepth::Data, &|_| {}))?;
        if !found.is_empty() || !report.findings.is_empty() {
            return Err(format!("a rerun leaves {found:?}, {:?}", report.findings));
        }
        let found = texts(&records(&archive));
        if found == wanted { Ok(()) } else { Err(format!("a rerun gives {found:?}")) }
    };
    Scenario { name: "erase", start, record: Box::new(record), check: Box::new(check), every: 2 }
}

/// Parity tells of no file that is not there: nothing could be made again that went.
fn not_in_parity(drive: &Drive) -> Outcome {
    let gone = |path: &String| !drive.folder.join(path).exists();
    match crate::parity::groups(&drive.folder).into_values().flatten().find(gone) {
        Some(path) => Err(format!("there is parity of {path}")),
        None => Ok(()),
    }
}

/// A run to a drive that still holds her, and her erasure there.
pub fn erasing_on_a_drive() -> Scenario {
    let start = scratch();
    let stick = start.path().join("stick");
    std::fs::create_dir(&stick).unwrap();
    let place = scratch();
    let root = place.path().join("archive");
    let mut archive = with_her(&root);
    let drive = add_drive(archive.layout(), &stick, Some("S")).unwrap().drive;
    run(archive.layout(), &drive, &going).unwrap();
    let before = archive.commit().seq;
    work(&mut archive).unwrap();
    let (seq, wanted) = (archive.commit().seq, texts(&records(&archive)));
    let count = super::scenarios::records(&archive).unwrap();
    let name = drive.folder.file_name().unwrap().to_owned();
    let on = move |base: &Path| -> Drive { Drive { folder: base.join("stick").join(&name), ..drive.clone() } };
    let (drive_on, source) = (on.clone(), root.clone());
    let origin = start.path().to_owned();
    let record = move |left_out| {
        let place = scratch();
        copy_folder(&origin, place.path());
        let recorder = Recorder::new(place.path(), left_out);
        let layout = Layout::on(recorder.disk(), &root);
        recorder.promise(Promise { seq: before, records: count, keys: 0 });
        let drive = on(place.path());
        run(&layout, &drive, &going).unwrap();
        recorder.promise(Promise { seq, records: count, keys: 0 });
        assert!(carry_out(&layout, &drive, RunOptions::default(), now()).unwrap() > 0);
        recorder.promise(Promise { seq, records: count, keys: 1 });
        // What the archive remembers of drives is not what is tried here.
        std::fs::remove_file(layout.work().join("erasures.json")).unwrap();
        recorder.log()
    };
    let check = move |base: &Path, promise: Option<&Promise>, recorder: &Arc<Recorder>, _: usize| {
        let _kept = &place;
        let drive = drive_on(base);
        let copy = told("open the copy", opened(&Layout::new(&drive.folder), PASSPHRASE))?;
        holds(&copy, promise)?;
        others_are_there(&copy, &wanted)?;
        stays_away(&copy, &drive.folder, promise)?;
        if promise.is_some_and(|promise| promise.keys > 0) {
            not_in_parity(&drive)?;
        }
        // Cases run side by side: each has an archive of its own to remember in.
        let own = scratch();
        copy_folder(&source, own.path());
        let layout = Layout::on(recorder.disk(), own.path());
        told("run again", run(&layout, &drive, &going))?;
        told("carry out again", carry_out(&layout, &drive, RunOptions::default(), now()))?;
        recorder.promise(Promise { seq, records: count, keys: 1 });
        let copy = told("open the copy again", opened(&Layout::new(&drive.folder), PASSPHRASE))?;
        holds(&copy, Some(&Promise { seq, records: count, keys: 1 }))?;
        let found = hits(&copy, &drive.folder);
        let mut report = told("check", check_public(&Layout::new(&drive.folder), &|_| {}))?;
        told("check parity", check_parity(&Layout::new(&drive.folder), &mut report, &|_| {}))?;
        if !found.is_empty() || !report.findings.is_empty() {
            return Err(format!("a rerun leaves {found:?}, {:?}", report.findings));
        }
        not_in_parity(&drive)?;
        if texts(&records(&copy)) == wanted { Ok(()) } else { Err("a rerun gives other records".to_owned()) }
    };
    Scenario { name: "erase on a drive", start, record: Box::new(record), check: Box::new(check), every: 2 }
}

/// Her words are what the checks look for; they must be there to be found.
pub fn looks_for_something() {
    let place = scratch();
    let archive = with_her(&place.path().join("archive"));
    let found = hits(&archive, archive.layout().root());
    assert!(found.len() > 20 && HERS.iter().all(|text| found.iter().any(|hit| hit.contains(text))), "{found:?}");
}

/// The real program, killed at random moments of joining small files and of erasing her.
#[test]
fn killed_while_erasing_the_program_costs_nobody_else_and_goes_on() {
    let start = scratch();
    drop(with_her(&start.path().join("archive")));
    let place = scratch();
    let (_, wanted) = cleared(&place);
    let kills = if is_long() { 300 } else { 30 };
    let mut dice = Dice::new(11);
    let works: [&[&str]; 2] = [&["privacy", "erase", NAME, "--confirm", NAME], &["compact"]];
    let mut spans = [Duration::from_millis(400); 2];
    let mut killed = [0_u64; 2];
    let mut home = scratch();
    copy_folder(start.path(), home.path());
    for round in 0.. {
        if killed.iter().sum::<u64>() >= kills {
            break;
        }
        assert!(round < 600 || is_long(), "killed {killed:?}");
        let root = home.path().join("archive");
        let malle = Malle::new().set("MALLE_PASSWORD", PASSPHRASE).set("MALLE_ARCHIVE", root.to_str().unwrap());
        let work = usize::from(round % 4 == 0);
        let moment = spans[work].mul_f64(f64::from(u32::try_from(dice.below(1000)).unwrap()) / 900.0);
        let began = std::time::Instant::now();
        let is_killed = malle.run_and_kill(works[work], moment);
        if is_killed {
            killed[work] += 1;
        } else {
            spans[work] = began.elapsed().min(spans[work]);
        }
        let archive = open(&root);
        let report = verify(&archive, VerifyDepth::Data, &|_| {}).unwrap();
        assert!(report.is_sound(), "round {round}: {:?}", report.findings);
        others_are_there(&archive, &wanted).unwrap();
        if has_removals(&archive) || find_person(&archive, NAME).unwrap() == Found::Nobody {
            // Whoever opens the archive next finishes it.
            let next = malle.run(&["status"]);
            assert_eq!(next.code, 0, "{}", next.stderr);
            let archive = open(&root);
            assert_eq!(hits(&archive, &root), Vec::<String>::new(), "round {round}");
            assert_eq!(texts(&records(&archive)), wanted, "round {round}");
            home = scratch();
            copy_folder(start.path(), home.path());
        }
    }
    put("C3.erase", &[exactly("killed while erasing", kills), exactly("others' records lost", 0)]);
}
