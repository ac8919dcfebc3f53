//! C1 and C2: power cuts after every operation of real runs, acted out on a model of the disk; and the same with faults put
//! into the program's ways, which must then be found.

use std::collections::{BTreeSet, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::erasing;
use super::model::{Machine, Model, Survivor, scratch};
use super::recorder::{LeftOut, Op, Promise, Recorder};
use super::report::{at_least, exactly, is_long, is_short, put};
use super::scenarios::{self, Scenario};

/// Survivors drawn after each operation.
const SURVIVORS: usize = 12;

/// Which crashes of a scenario are tried.
struct Plan {
    model: Model,
    /// Every how many distinct states the recovery is itself cut.
    double_every: usize,
    /// How many kills, evenly spread, are followed by a rerun and a cut in it.
    kills: usize,
    mutation: Mutation,
}

/// A fault put into the program's ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mutation {
    None,
    /// Files are not synced.
    NoFileSync,
    /// Folders are not synced.
    NoFolderSync,
    /// Commits are written before the objects that they list.
    CommitFirst,
    /// What is removed is removed before what takes its place is there.
    EarlyRemoval,
    /// What is there already is not synced again: an interrupted run may have left it in the memory of the system only.
    TrustedNames,
    /// Parity files are not synced.
    ParityNotSynced,
    /// Parity is removed before that which takes its place is made.
    ParityRemovedEarly,
}

#[derive(Default)]
struct Tally {
    drawn: AtomicU64,
    distinct: AtomicU64,
    /// Disks that were tried, by number of what was promised.
    seen: Mutex<HashSet<(u64, Option<Promise>)>>,
    broken: Mutex<Vec<String>>,
}

/// A state of the disk to try, and where it came from.
struct Case {
    name: String,
    survivor: Survivor,
    promise: Option<Promise>,
}

/// The distinct states that crashes after operations `from..` of a log leave.
fn cases(tally: &Tally, machine: &Machine, log: &[Op], (from, name): (usize, &str), every: usize) -> Vec<Case> {
    let mut machine = machine.clone();
    let mut cases = Vec::new();
    let mut promise = None;
    for (number, op) in log.iter().enumerate() {
        machine.apply(op);
        if let Op::Promise(made) = op {
            promise = Some(*made);
        }
        if number < from || number % every != 0 {
            continue;
        }
        for drawn in 0..SURVIVORS {
            tally.drawn.fetch_add(1, Ordering::Relaxed);
            let survivor = machine.survivor(drawn, u64::try_from(number).unwrap());
            if tally.seen.lock().unwrap().insert((survivor.fingerprint(), promise)) {
                cases.push(Case { name: format!("{name}, operation {number}, survivor {drawn}"), survivor, promise });
            }
        }
    }
    tally.distinct.fetch_add(u64::try_from(cases.len()).unwrap(), Ordering::Relaxed);
    cases
}

/// Recovers in a scratch folder; what was recorded meanwhile, and the folder as it was before.
fn recover(scenario: &Scenario, plan: &Plan, tally: &Tally, case: &Case, number: usize) -> Option<(Machine, Vec<Op>)> {
    let place = scratch();
    case.survivor.write(place.path());
    let before = Machine::of(plan.model, place.path());
    let recorder = Recorder::new(place.path(), plan.mutation.left_out());
    let outcome =
        catch_unwind(AssertUnwindSafe(|| (scenario.check)(place.path(), case.promise.as_ref(), &recorder, number)));
    let broken = match outcome {
        Ok(Ok(())) => return Some((before, recorder.log())),
        Ok(Err(why)) => why,
        Err(panic) => format!("panic: {:?}", panic.downcast_ref::<String>()),
    };
    tally.broken.lock().unwrap().push(format!("{} {:?}: {}: {broken}", scenario.name, plan.model, case.name));
    None
}

/// Tries the crashes of one recorded run.
fn sweep(scenario: &Scenario, plan: &Plan, log: &[Op], tally: &Tally) {
    // A fault that was put in need be found once.
    let enough = || plan.mutation != Mutation::None && !tally.broken.lock().unwrap().is_empty();
    let start = Machine::of(plan.model, scenario.start.path());
    cases(tally, &start, log, (0, "crash"), scenario.every).par_iter().enumerate().for_each(|(number, case)| {
        if enough() || is_short() && number % 8 != 0 {
            return;
        }
        let recovered = recover(scenario, plan, tally, case, number);
        let Some((before, again)) = recovered.filter(|_| number % plan.double_every == 0) else { return };
        // The recovery itself is cut.
        let name = format!("{}; then crash", case.name);
        let mut cases = cases(tally, &before, &again, (0, &name), 1 + again.len() / 6);
        for second in &mut cases {
            second.promise = second.promise.or(case.promise);
            recover(scenario, plan, tally, second, 1);
        }
    });
    // Killed, but the machine goes on: nothing is lost, and nothing is durable that was not. The rerun is cut.
    let step = 1 + log.len() / plan.kills.max(1);
    let kills: Vec<usize> = (step / 2..log.len()).step_by(step).collect();
    kills.par_iter().filter(|_| plan.kills > 0 && !enough()).for_each(|kill| {
        let mut machine = start.clone();
        log[..*kill].iter().for_each(|op| machine.apply(op));
        let promise = log[..*kill].iter().rev().find_map(|op| match op {
            Op::Promise(promise) => Some(*promise),
            _ => None,
        });
        // The second survivor keeps everything.
        let case = Case { name: format!("kill at {kill}"), survivor: machine.survivor(1, 0), promise };
        let Some((_, again)) = recover(scenario, plan, tally, &case, 1) else { return };
        let whole: Vec<Op> = log[..*kill].iter().cloned().chain(plan.mutation.applied_to(&again)).collect();
        let name = format!("kill at {kill}; rerun; crash");
        for case in cases(tally, &start, &whole, (*kill, &name), 1 + again.len() / 8) {
            recover(scenario, plan, tally, &case, 1);
        }
    });
}

fn record(scenario: &Scenario, mutation: Mutation) -> Vec<Op> {
    mutation.applied_to(&(scenario.record)(mutation.left_out()))
}

impl Mutation {
    const ALL: [Self; 5] =
        [Self::NoFileSync, Self::NoFolderSync, Self::CommitFirst, Self::EarlyRemoval, Self::TrustedNames];

    const fn left_out(self) -> LeftOut {
        match self {
            Self::NoFileSync => LeftOut::SyncFile,
            Self::NoFolderSync => LeftOut::SyncFolder,
            _ => LeftOut::Nothing,
        }
    }

    /// The log as it would be with the fault.
    fn applied_to(self, log: &[Op]) -> Vec<Op> {
        let runs = log.split_inclusive(|op| matches!(op, Op::Promise(_)));
        match self {
            Self::CommitFirst => runs.flat_map(commit_first).collect(),
            Self::EarlyRemoval => runs.flat_map(early_removal).collect(),
            Self::TrustedNames => runs.flat_map(trusted_names).collect(),
            Self::ParityNotSynced => {
                log.iter().filter(|op| !matches!(op, Op::SyncFile(path) if is_parity(path))).cloned().collect()
            }
            Self::ParityRemovedEarly => runs.flat_map(early_parity_removal).collect(),
            _ => log.to_vec(),
        }
    }
}

fn commit_first(run: &[Op]) -> Vec<Op> {
    let of_commit = |op: &Op| match op {
        Op::Create(path) | Op::Write(path, _) | Op::SyncFile(path) | Op::SyncFolder(path) => {
            path.iter().any(|part| part == "commits") && !path.to_string_lossy().contains(".sums")
        }
        _ => false,
    };
    if run.iter().any(|op| matches!(op, Op::Folder(path) if path.ends_with("commits"))) {
        return run.to_vec();
    }
    let (mut first, rest): (Vec<Op>, Vec<Op>) = run.iter().cloned().partition(of_commit);
    first.extend(rest);
    first
}

fn is_parity(path: &Path) -> bool {
    path.iter().any(|part| part == "parity") && path.extension().is_some_and(|extension| extension != "txt")
}

fn early_parity_removal(run: &[Op]) -> Vec<Op> {
    let removes = |op: &Op| matches!(op, Op::Remove(path) if is_parity(path));
    let (mut removals, rest): (Vec<Op>, Vec<Op>) = run.iter().cloned().partition(removes);
    let folders: BTreeSet<&Path> = removals.iter().filter_map(Op::removed_from).collect();
    let synced: Vec<Op> = folders.into_iter().map(|folder| Op::SyncFolder(folder.to_owned())).collect();
    removals.extend(synced);
    removals.extend(rest);
    removals
}

/// Only what the run itself wrote is synced.
fn trusted_names(run: &[Op]) -> Vec<Op> {
    let made = |path: &Path| run.iter().any(|op| matches!(op, Op::Create(it) if it == path));
    run.iter().filter(|op| !matches!(op, Op::SyncFile(path) if !made(path))).cloned().collect()
}

/// What was there before the run is removed at its beginning; what it made itself, as soon as it is whole.
fn early_removal(run: &[Op]) -> Vec<Op> {
    let made = |path: &Path| run.iter().any(|op| matches!(op, Op::Create(it) if it == path));
    let mut changed: Vec<Op> = run.iter().filter(|op| matches!(op, Op::Remove(path) if !made(path))).cloned().collect();
    for op in run {
        match op {
            Op::Remove(_) => {}
            Op::SyncFile(path) => {
                changed.push(op.clone());
                changed.extend(run.iter().filter(|it| matches!(it, Op::Remove(gone) if gone == path)).cloned());
            }
            _ => changed.push(op.clone()),
        }
    }
    changed
}

fn show(broken: &[String]) -> String {
    broken.iter().take(12).map(String::as_str).collect::<Vec<_>>().join("\n")
}

fn cut_the_power(scenario: &Scenario) {
    let tally = Tally::default();
    let more = if is_long() { 4 } else { 1 };
    let log = record(scenario, Mutation::None);
    for model in [Model::Posix, Model::ExFat] {
        let plan = Plan { model, double_every: 60 / more, kills: 4 * more, mutation: Mutation::None };
        sweep(scenario, &plan, &log, &tally);
    }
    let mut broken = tally.broken.into_inner().unwrap();
    broken.sort();
    assert!(broken.is_empty(), "{} histories are broken:\n{}", broken.len(), show(&broken));
    let name = scenario.name;
    put(
        &format!("C1.{name}"),
        &[
            at_least(&format!("{name}, crashes drawn"), tally.drawn.into_inner()),
            at_least(&format!("{name}, distinct disks"), tally.distinct.into_inner()),
            exactly(&format!("{name}, losses"), 0),
        ],
    );
}

#[test]
fn power_cuts_of_imports_lose_nothing_acknowledged() {
    cut_the_power(&scenarios::importing());
}

#[test]
fn power_cuts_while_a_film_is_stored_lose_nothing_acknowledged() {
    cut_the_power(&scenarios::large_media());
}

#[test]
fn power_cuts_of_key_changes_leave_one_that_opens() {
    cut_the_power(&scenarios::keys());
}

#[test]
fn power_cuts_while_the_owner_speaks_lose_no_word_acknowledged() {
    cut_the_power(&scenarios::annotating());
}

#[test]
fn power_cuts_of_backups_leave_what_the_drive_had() {
    cut_the_power(&scenarios::backing_up(false));
}

#[test]
fn power_cuts_of_restorations_can_be_repeated() {
    cut_the_power(&scenarios::restoring());
}

#[test]
fn power_cuts_of_an_erasure_cost_nobody_else_and_bring_nobody_back() {
    erasing::looks_for_something();
    cut_the_power(&erasing::erasing());
}

#[test]
fn power_cuts_of_an_erasure_on_a_drive_cost_nobody_else_and_bring_nobody_back() {
    cut_the_power(&erasing::erasing_on_a_drive());
}

#[test]
fn each_fault_put_into_the_ways_of_writing_is_found() {
    let scenarios = [scenarios::keys(), scenarios::backing_up(false), scenarios::importing()];
    let mut found = 0;
    for mutation in Mutation::ALL {
        let tally = Tally::default();
        // The one that is likeliest to find it first.
        let first = usize::from(mutation == Mutation::TrustedNames);
        for scenario in scenarios.iter().skip(first).chain(&scenarios[..first]) {
            let plan = Plan { model: Model::Posix, double_every: usize::MAX, kills: 24, mutation };
            sweep(scenario, &plan, &record(scenario, mutation), &tally);
            if let Some(broken) = tally.broken.lock().unwrap().first() {
                println!("{mutation:?}: {broken}");
                found += 1;
                break;
            }
        }
    }
    let scenario = scenarios::backing_up(true);
    let mut of_parity = 0;
    for mutation in [Mutation::None, Mutation::ParityNotSynced, Mutation::ParityRemovedEarly] {
        let tally = Tally::default();
        let plan = Plan { model: Model::Posix, double_every: usize::MAX, kills: 0, mutation };
        sweep(&scenario, &plan, &record(&scenario, mutation), &tally);
        let broken = tally.broken.into_inner().unwrap();
        println!("{mutation:?}: {:?}", broken.first());
        assert!(mutation != Mutation::None || broken.is_empty(), "{}", show(&broken));
        of_parity += u64::from(!broken.is_empty());
    }
    assert_eq!((found, of_parity), (5, 2), "a fault was not found");
    put("C2", &[exactly("faults put in", 7), exactly("faults found", found + of_parity)]);
}
