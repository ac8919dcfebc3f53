//! Runs a target without libFuzzer, on any compiler: changes the seeds at random, by a number that can be given again.
//!
//! `malle-fuzz TARGET|all MINUTES [SEED]`, `malle-fuzz TARGET FILE` to try one input again, or `malle-fuzz TARGET|all corpus` to
//! write the seeds where `cargo fuzz` looks for them.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use malle_fuzz::{TARGETS, Target, seeds, target};

/// More memory than any input of a few megabytes should need.
const MEMORY_BYTES_MAX: u64 = 6 << 30;
/// A single input that takes longer is a find.
const INPUT_SECONDS_MAX: u64 = 20;
/// Largest input made.
const INPUT_BYTES_MAX: usize = 1 << 21;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, amount, rest @ ..] = arguments.as_slice() else {
        eprintln!("usage: malle-fuzz TARGET|all MINUTES [SEED]   or   malle-fuzz TARGET FILE   or   malle-fuzz TARGET|all corpus");
        eprintln!("targets: {}", TARGETS.iter().map(|target| target.name).collect::<Vec<_>>().join(" "));
        return ExitCode::from(2);
    };
    let chosen: Vec<&Target> =
        if name == "all" { TARGETS.iter().collect() } else { target(name).into_iter().collect() };
    if chosen.is_empty() {
        eprintln!("no such target: {name}");
        return ExitCode::from(2);
    }
    if amount == "corpus" {
        chosen.iter().for_each(|target| write_corpus(target));
        return ExitCode::SUCCESS;
    }
    let limit = rustix::process::Rlimit { current: Some(MEMORY_BYTES_MAX), maximum: Some(MEMORY_BYTES_MAX) };
    if rustix::process::setrlimit(rustix::process::Resource::As, limit).is_err() {
        eprintln!("memory is not limited here");
    }
    let Ok(minutes) = amount.parse::<f64>() else {
        let bytes = std::fs::read(amount).unwrap_or_default();
        chosen.iter().for_each(|target| (target.run)(&bytes));
        return ExitCode::SUCCESS;
    };
    let seed = rest.first().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let found: usize = chosen.iter().map(|target| fuzz(target, Duration::from_secs_f64(minutes * 60.0), seed)).sum();
    if found == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Writes the seeds of one target to `corpus/TARGET/`.
fn write_corpus(target: &Target) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target.name);
    std::fs::create_dir_all(&folder).expect("the corpus can be written");
    for (number, seed) in seeds(target.name).iter().enumerate() {
        std::fs::write(folder.join(format!("seed-{number:04}")), seed).expect("the corpus can be written");
    }
}

/// Runs one target; gives the number of finds, each kept in `artifacts/TARGET/`.
fn fuzz(target: &Target, time: Duration, seed: u64) -> usize {
    static STARTED: AtomicU64 = AtomicU64::new(0);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts").join(target.name);
    std::fs::create_dir_all(&folder).expect("artifacts can be written");
    let last = folder.join("last");
    let begun = Instant::now();
    let alive = std::sync::Arc::new(());
    let watched = std::sync::Arc::downgrade(&alive);
    let watch_folder = folder.clone();
    // An input that never ends is kept, and the run is over.
    std::thread::spawn(move || {
        while watched.strong_count() > 0 {
            std::thread::sleep(Duration::from_secs(1));
            let started = STARTED.load(Ordering::Relaxed);
            if started > 0 && begun.elapsed().as_secs() > started + 3 * INPUT_SECONDS_MAX {
                eprintln!("an input takes for ever: {}", watch_folder.join("last").display());
                std::process::abort();
            }
        }
    });
    let seeds = seeds(target.name);
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let (mut runs, mut finds) = (0_u64, Vec::<String>::new());
    let mut file = std::fs::File::create(&last).expect("artifacts can be written");
    while begun.elapsed() < time {
        let input = if runs < u64::try_from(seeds.len()).unwrap_or(0) {
            seeds[usize::try_from(runs).unwrap_or(0)].clone()
        } else {
            mutated(&seeds, &mut random)
        };
        runs += 1;
        // Kept before it is tried, because what runs out of memory ends the process.
        use std::io::{Seek as _, SeekFrom};
        let kept = file
            .seek(SeekFrom::Start(0))
            .and_then(|_| file.write_all(&input))
            .and_then(|()| file.set_len(u64::try_from(input.len()).unwrap_or(0)));
        kept.expect("artifacts can be written");
        let started = Instant::now();
        STARTED.store(begun.elapsed().as_secs().max(1), Ordering::Relaxed);
        let outcome = std::panic::catch_unwind(|| (target.run)(&input));
        STARTED.store(0, Ordering::Relaxed);
        let slow = started.elapsed() > Duration::from_secs(INPUT_SECONDS_MAX);
        if outcome.is_err() || slow {
            let name = format!("{}-{seed}-{runs}", if slow { "slow" } else { "panic" });
            std::fs::write(folder.join(&name), &input).expect("artifacts can be written");
            eprintln!("find: {}", folder.join(&name).display());
            finds.push(name);
            if finds.len() >= 20 {
                break;
            }
        }
    }
    println!("{}: {runs} inputs in {} s, {} finds", target.name, begun.elapsed().as_secs(), finds.len());
    if finds.is_empty() {
        drop(std::fs::remove_file(last));
    }
    finds.len()
}

/// xorshift: the same numbers for the same seed, everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 11).unwrap_or(0) % end.max(1)
    }
}

/// Things that parsers stumble over.
const TOKENS: &[&[u8]] = &[
    b"\0",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\"",
    b"\\",
    b"\\u",
    b"\\ud83d",
    b"\\u00c3\\u00a9",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"null",
    b"1e999",
    b"-1",
    b"0",
    b"18446744073709551615",
    b"-9223372036854775808",
    b"99999999999999999999",
    b"<div>",
    b"</div>",
    b"<",
    b">",
    b"&#x10ffff;",
    b"&#xd800;",
    b"<!--",
    b"<script>",
    b"\n",
    b"\r\n",
    b"\xe2\x80\x8e",
    b"\xe2\x80\xaf",
    b"[31/12/9999, 24:60:60] ",
    b"29/02/2023, 00:00 - ",
    b": ",
    b" - ",
    b"\xd9\xa1",
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"PK\x07\x08",
    b"PK\x06\x06",
    b"\xff\xff\xff\xff",
    b"\x00\x00\x00\x80",
    b"\xff\xff",
    b"[object Object]",
    b"NaN",
    b"%",
    b"%00",
    b"../",
];

fn mutated(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut input = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(6) {
        let at = random.below(input.len() + 1);
        let len = random.below(input.len() - at.min(input.len()) + 1).min(1 << random.below(12));
        match random.below(10) {
            0 => input.truncate(at),
            1 => drop(input.drain(at..at + len)),
            2 => {
                let copy = input[at..at + len].to_vec();
                let to = random.below(input.len() + 1);
                input.splice(to..to, copy);
            }
            3 => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len() + 1);
                let len = random.below(other.len() - from + 1).min(4096);
                input.splice(at..at + len.min(input.len() - at), other[from..from + len].iter().copied());
            }
            4 | 5 => {
                let token = TOKENS[random.below(TOKENS.len())];
                let over = if random.below(2) == 0 { 0 } else { token.len().min(input.len() - at) };
                input.splice(at..at + over, token.iter().copied());
            }
            6 => {
                let times = 1 << random.below(12);
                let piece = input[at..at + len.min(32)].repeat(times);
                if piece.len() < 1 << 18 {
                    input.splice(at..at, piece);
                }
            }
            7 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
            8 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte = byte.wrapping_add(u8::try_from(random.below(35)).unwrap_or(0)).wrapping_sub(17);
                }
            }
            _ => {
                if let Some(byte) = input.get_mut(at) {
                    *byte = u8::try_from(random.below(256)).unwrap_or(0);
                }
            }
        }
    }
    input.truncate(INPUT_BYTES_MAX);
    input
}
