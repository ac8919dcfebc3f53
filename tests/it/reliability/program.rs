//! C3, C4, C5, K4, P2, P3 on the real program: killed at random, its system calls failing, its files limited, watched while it
//! writes, several at once, interrupted again and again.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use malle::backup::Drives;
use malle::ingest::{ImportOptions, IngestError, Observer, Phase, import};
use malle::sources::ReadOptions;
use malle::store::{Layout, VerifyDepth, verify};

use super::model::{Dice, scratch};
use super::report::{at_least, exactly, is_long, put};
use crate::support::archives::{PASSPHRASE, create, export, files, import_all, open};
use crate::support::downloads::{Downloads, Plan, write};
use crate::support::program::Malle;

/// An archive, its downloads, and the program that works on it.
struct Shop {
    place: tempfile::TempDir,
    downloads: Downloads,
    malle: Malle,
}

impl Shop {
    fn new(plan: &Plan) -> Self {
        let place = scratch();
        let downloads = write(&place.path().join("in"), plan);
        let root = place.path().join("archive");
        drop(create(&root));
        let malle = Malle::new().set("MALLE_PASSWORD", PASSPHRASE).set("MALLE_ARCHIVE", root.to_str().unwrap());
        Self { place, downloads, malle }
    }

    fn root(&self) -> std::path::PathBuf {
        self.place.path().join("archive")
    }

    fn import(&self) -> Vec<String> {
        let paths = self.downloads.paths.iter().map(|path| path.to_str().unwrap().to_owned());
        std::iter::once("import".to_owned()).chain(paths).collect()
    }

    /// What an import without any trouble gives.
    fn expected(&self) -> Vec<serde_json::Value> {
        let mut clean = create(&self.place.path().join("clean")).0;
        let outcome = import_all(&mut clean, &self.downloads.paths);
        assert!(outcome.summary.is_clean(), "{:?}", outcome.summary);
        export(&clean)
    }

    /// What is there is whole.
    fn is_sound(&self, name: &str) {
        let report = verify(&open(&self.root()), VerifyDepth::Hashes, &|_| {}).unwrap();
        assert!(report.is_sound(), "{name}: {:?}", report.findings);
    }

    /// All that was to be imported is there, whole, and found.
    fn is_complete(&self, expected: &[serde_json::Value], name: &str) {
        let archive = open(&self.root());
        let findings = verify(&archive, VerifyDepth::Data, &|_| {}).unwrap().findings;
        assert!(findings.is_empty(), "{name}: {findings:?}");
        let found = export(&archive);
        assert_eq!(found.len(), expected.len(), "{name}");
        assert!(found == expected, "{name}: other records");
        let secret = &self.downloads.secrets[7];
        let search = self.malle.run(&["search", secret, "--json"]);
        assert!(search.stdout.contains(secret.as_str()), "{name}: {}{}", search.stdout, search.stderr);
    }
}

fn strs(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

#[test]
fn killed_at_any_moment_the_program_loses_nothing_acknowledged() {
    let shop = Shop::new(&Plan { conversations: 3, messages: 120, photo_bytes: 20_000 });
    let expected = shop.expected();
    let stick = shop.place.path().join("stick");
    std::fs::create_dir(&stick).unwrap();
    assert_eq!(shop.malle.run(&["backup", "add", stick.to_str().unwrap(), "--name", "S"]).code, 0);
    let drive = Drives::load(&Layout::new(&shop.root())).unwrap().drives.remove(0);
    let import = shop.import();
    let import = strs(&import);
    let secret = shop.downloads.secrets[7].clone();
    let works: [&[&str]; 4] = [&import, &["backup", "run", "S"], &["index", "rebuild"], &["search", &secret, "--json"]];
    let kills = if is_long() { 1000 } else { 60 };
    let mut dice = Dice::new(7);
    // Moments are spread over what a run takes on this machine, whatever its speed; learnt from those that came to an end.
    let mut spans = [Duration::from_millis(400); 4];
    let (mut killed, mut ended) = ([0_u64; 4], [0_u64; 4]);
    let mut acknowledged = 0;
    for round in 0.. {
        if killed.iter().sum::<u64>() >= kills {
            break;
        }
        assert!(round < 1000 || is_long(), "killed {killed:?}, ended {ended:?}");
        let work = [0, 1, 0, 2, 3][round % 5];
        let moment = spans[work].mul_f64(f64::from(u32::try_from(dice.below(1000)).unwrap()) / 900.0);
        let began = std::time::Instant::now();
        if shop.malle.run_and_kill(works[work], moment) {
            killed[work] += 1;
            // Nothing ended so far: killed too early.
            if ended[work] == 0 {
                spans[work] = spans[work].mul_f64(1.3);
            }
        } else {
            ended[work] += 1;
            spans[work] = began.elapsed().min(spans[work]);
            if work == 1 {
                acknowledged = open(&shop.root()).commit().seq;
            }
        }
        shop.is_sound(&format!("after round {round}, work {work}"));
        if acknowledged > 0 {
            let copy = open(&drive.folder);
            assert!(copy.commit().seq >= acknowledged, "the drive lost what it had, round {round}");
            let report = verify(&copy, VerifyDepth::Hashes, &|_| {}).unwrap();
            assert!(report.is_sound(), "drive, round {round}: {:?}", report.findings);
        }
    }
    let sum: u64 = killed.iter().sum();
    for work in works {
        let last = shop.malle.run(work);
        assert_eq!(last.code, 0, "{work:?}: {}{}", last.stdout, last.stderr);
    }
    shop.is_complete(&expected, "at the end");
    let check = shop.malle.run(&["backup", "check"]);
    assert_eq!(check.code, 0, "{}{}", check.stdout, check.stderr);
    put("C3", &[exactly("runs killed", sum), exactly("losses", 0)]);
}

fn has(tool: &str) -> bool {
    let found = Command::new(tool).arg("-V").output().is_ok();
    if !found {
        println!("SKIPPED: {tool} is not installed");
    }
    found
}

/// The program through another command.
fn through(shop: &Shop, program: &str, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(shop.malle.home()).env_clear();
    command.env("HOME", shop.malle.home()).env("LANG", "en_GB.UTF-8").env("PATH", std::env::var_os("PATH").unwrap());
    command.env("MALLE_PASSWORD", PASSPHRASE).env("MALLE_ARCHIVE", shop.root());
    let output = command.output().unwrap();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_malle");

#[test]
fn system_calls_may_fail_and_cost_no_more_than_a_rerun() {
    if !has("strace") {
        return;
    }
    let shop = Shop::new(&Plan { conversations: 1, messages: 30, photo_bytes: 4000 });
    let expected = shop.expected();
    let import = shop.import();
    let mut points = 0;
    let faults = [("fsync", "EIO"), ("write", "ENOSPC"), ("rename", "EIO"), ("mkdir", "EACCES")];
    for (call, error) in faults {
        let whens: &[u32] =
            if is_long() { &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 17, 20, 25, 30, 40] } else { &[1, 3, 6, 11] };
        for when in whens {
            std::fs::remove_dir_all(shop.root()).unwrap();
            drop(create(&shop.root()));
            let inject = format!("inject={call}:error={error}:when={when}");
            let log = shop.place.path().join("log");
            let mut arguments = vec!["-f", "-qq", "-e", &inject, "-o", log.to_str().unwrap(), "--", PROGRAM];
            arguments.extend(strs(&import));
            let (code, told) = through(&shop, "strace", &arguments);
            let name = format!("{call} number {when} fails with {error}");
            assert!(!told.contains("panicked"), "{name}: {told}");
            shop.is_sound(&name);
            if code == 0 {
                // What failed was not needed: an index can be made anew.
                shop.is_complete(&expected, &name);
            } else {
                assert!((1..70).contains(&code) && !told.is_empty(), "{name}: {code} {told}");
            }
            let again = shop.malle.run(&strs(&import));
            assert_eq!(again.code, 0, "{name}: {}{}", again.stdout, again.stderr);
            shop.is_complete(&expected, &name);
            points += 1;
        }
    }
    put("C4.program", &[at_least("system calls of the program that failed", points)]);
}

#[test]
fn files_that_may_not_grow_cost_no_more_than_a_rerun() {
    let shop = Shop::new(&Plan { conversations: 1, messages: 30, photo_bytes: 4000 });
    let expected = shop.expected();
    let import = shop.import();
    let (mut limits, mut told_full) = (0_u64, 0_u64);
    // In KiB: from a slot's size to more than the largest pack.
    for limit in [0, 1, 2, 4, 8, 16, 24, 32, 48, 64] {
        std::fs::remove_dir_all(shop.root()).unwrap();
        drop(create(&shop.root()));
        let script = format!("trap '' XFSZ; ulimit -f {limit}; exec \"$@\"");
        let mut arguments = vec!["-c", script.as_str(), "bash", PROGRAM];
        arguments.extend(strs(&import));
        let (code, told) = through(&shop, "bash", &arguments);
        let name = format!("files of at most {limit} KiB");
        assert!(!told.contains("panicked"), "{name}: {told}");
        shop.is_sound(&name);
        if code == 0 {
            shop.is_complete(&expected, &name);
        } else {
            told_full += u64::from(told.contains("full"));
        }
        let again = shop.malle.run(&strs(&import));
        assert_eq!(again.code, 0, "{name}: {}{}", again.stdout, again.stderr);
        shop.is_complete(&expected, &name);
        limits += 1;
    }
    assert!(told_full >= 4, "{told_full}");
    put("C5.program", &[exactly("limits on files of the program", limits)]);
}

#[test]
fn what_the_program_writes_holds_no_key_and_no_word() {
    if !has("strace") {
        return;
    }
    let shop = Shop::new(&Plan { conversations: 1, messages: 30, photo_bytes: 2000 });
    let phrase = shop.place.path().join("phrase");
    std::fs::write(&phrase, PASSPHRASE).unwrap();
    let log = shop.place.path().join("log");
    let stick = shop.place.path().join("stick");
    std::fs::create_dir(&stick).unwrap();
    let import = shop.import();
    let works: [&[&str]; 4] = [
        &strs(&import),
        &["backup", "add", stick.to_str().unwrap(), "--name", "S"],
        &["backup", "run", "S"],
        &["verify", "--read-data"],
    ];
    let keyring = open(&shop.root());
    let identity = age::secrecy::ExposeSecret::expose_secret(&keyring.keyring().to_text()).to_owned();
    let identity = identity.lines().find(|line| line.starts_with("AGE-SECRET-KEY-1")).unwrap().to_owned();
    let (mut written, mut looked_for) = (0_u64, 0_u64);
    for work in works {
        let calls = "trace=write,writev,pwrite64,pwritev,sendto,sendmsg,socket,connect,prctl,prlimit64,execve";
        let mut arguments = vec!["-f", "-qq", "-s", "1000000", "-e", calls, "-o", log.to_str().unwrap(), "--", PROGRAM];
        arguments.extend(work);
        arguments.extend(["--password-file", phrase.to_str().unwrap()]);
        let mut command = Command::new("strace");
        command
            .args(arguments)
            .env_clear()
            .env("HOME", shop.malle.home())
            .env("PATH", std::env::var_os("PATH").unwrap());
        let output = command.env("MALLE_ARCHIVE", shop.root()).current_dir(shop.malle.home()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{work:?}: {}", String::from_utf8_lossy(&output.stderr));
        let trace = std::fs::read(&log).unwrap();
        let holds = |word: &str| memchr::memmem::find(&trace, word.as_bytes()).is_some();
        assert!(holds("PR_SET_DUMPABLE, SUID_DUMP_DISABLE") && holds("RLIMIT_CORE, {rlim_cur=0, rlim_max=0}"));
        assert!(!holds("AF_INET"), "{work:?} opened a network socket");
        // The command line names the downloads; everything after it is the program's own.
        let own: Vec<&[u8]> = trace
            .split(|byte| *byte == b'\n')
            .filter(|line| memchr::memmem::find(line, b"execve(").is_none())
            .collect();
        written += u64::try_from(own.len()).unwrap();
        let own = own.join(&b'\n');
        let absent = |word: &str| {
            assert!(memchr::memmem::find(&own, word.as_bytes()).is_none(), "{work:?} wrote {word}");
        };
        absent(PASSPHRASE);
        absent(&identity);
        absent("AGE-SECRET-KEY");
        shop.downloads.secrets.iter().for_each(|secret| absent(secret));
        looked_for = u64::try_from(shop.downloads.secrets.len()).unwrap() + 3;
    }
    put(
        "K4",
        &[
            at_least("writes looked through", written),
            exactly("keys and words looked for", looked_for),
            exactly("found", 0),
            exactly("network sockets", 0),
        ],
    );
}

#[test]
fn several_at_once_wait_for_each_other_and_readers_never_fail() {
    let shop = Shop::new(&Plan { conversations: 2, messages: 40, photo_bytes: 3000 });
    let expected = shop.expected();
    let stick = shop.place.path().join("stick");
    std::fs::create_dir(&stick).unwrap();
    assert_eq!(shop.malle.run(&["backup", "add", stick.to_str().unwrap(), "--name", "S"]).code, 0);
    let downloads = &shop.downloads.paths;
    let rounds = if is_long() { 20 } else { 3 };
    let (done, refused) = (AtomicU64::new(0), AtomicU64::new(0));
    // Until it is let, as somebody would who is told that the archive is in use.
    let until_done = |arguments: &[&str]| {
        for _ in 0..200 {
            let run = shop.malle.run(arguments);
            match run.code {
                0 => {
                    done.fetch_add(1, Ordering::Relaxed);
                    return;
                }
                11 => {
                    refused.fetch_add(1, Ordering::Relaxed);
                    std::thread::sleep(Duration::from_millis(20));
                }
                code => panic!("{arguments:?} ended with {code}: {}{}", run.stdout, run.stderr),
            }
        }
        panic!("{arguments:?} was never let");
    };
    for _ in 0..rounds {
        let (malle, done) = (&shop.malle, &done);
        std::thread::scope(|scope| {
            for half in [&downloads[..1], &downloads[1..]] {
                scope.spawn(move || {
                    let mut arguments = vec!["import"];
                    arguments.extend(half.iter().map(|path| path.to_str().unwrap()));
                    until_done(&arguments);
                });
            }
            scope.spawn(|| until_done(&["backup", "run", "S"]));
            scope.spawn(|| until_done(&["compact"]));
            for arguments in [&["search", "livraison", "--json"][..], &["status"], &["verify"]] {
                scope.spawn(move || {
                    for _ in 0..4 {
                        let read = malle.run(arguments);
                        // What was compacted while it was read is asked for again.
                        let is_well = [0, 11].contains(&read.code) || (read.code == 1 && arguments[0] == "search");
                        assert!(is_well, "{arguments:?} {}: {}{}", read.code, read.stdout, read.stderr);
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });
        shop.is_sound("after a round");
    }
    // A lock is gone with the one who held it.
    let import = shop.import();
    let _killed = shop.malle.run_and_kill(&strs(&import), Duration::from_millis(30));
    until_done(&strs(&import));
    shop.is_complete(&expected, "at the end");
    assert_eq!(shop.malle.run(&["backup", "run", "S"]).code, 0);
    assert_eq!(shop.malle.run(&["backup", "check"]).code, 0);
    put("P2", &[at_least("runs", done.into_inner()), exactly("failures", 0)]);
}

/// Ends an import after some steps.
struct Impatient {
    steps: AtomicUsize,
}

impl Observer for Impatient {
    fn phase(&self, _: Phase, _: u64) {}
    fn advance(&self, _: u64) {}
    fn interrupted(&self) -> bool {
        self.steps.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |steps| steps.checked_sub(1)).is_err()
    }
}

fn bytes_of(root: &Path) -> u64 {
    files(root).iter().map(|path| std::fs::metadata(path).unwrap().len()).sum()
}

#[test]
fn an_import_interrupted_ten_times_is_the_import_of_one_run() {
    let place = scratch();
    let downloads = write(&place.path().join("in"), &Plan { conversations: 3, messages: 60, photo_bytes: 30_000 });
    let mut clean = create(&place.path().join("clean")).0;
    import_all(&mut clean, &downloads.paths);
    let expected = export(&clean);
    let root = place.path().join("archive");
    let mut archive = create(&root).0;
    let now = chrono::DateTime::from_timestamp(1_710_000_000, 0).unwrap();
    let mut interrupted = 0;
    for round in 0..10 {
        let options = ImportOptions { read: ReadOptions::default(), dry_run: false, now };
        let impatient = Impatient { steps: AtomicUsize::new(1 + round * 7) };
        match import(&mut archive, &downloads.paths, &options, &impatient) {
            Err(IngestError::Interrupted) => interrupted += 1,
            outcome => assert!(outcome.is_ok(), "{:?}", outcome.err()),
        }
        let report = verify(&open(&root), VerifyDepth::Hashes, &|_| {}).unwrap();
        assert!(report.is_sound(), "{:?}", report.findings);
    }
    assert!(interrupted >= 3, "{interrupted}");
    import_all(&mut archive, &downloads.paths);
    let report = verify(&archive, VerifyDepth::Data, &|_| {}).unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    assert!(export(&archive) == expected);
    // What interrupted runs wrote is gone.
    let (objects, once) = (bytes_of(&Layout::new(&root).objects()), bytes_of(&clean.layout().objects()));
    assert!(objects < once + once / 4, "{objects} bytes, {once} in one run");
    put("P3", &[at_least("interruptions", interrupted), exactly("records lost or doubled", 0)]);
}
