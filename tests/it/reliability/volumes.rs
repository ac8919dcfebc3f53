//! C6 on real volumes: exFAT, FAT32 and NTFS, by `tests/drives/run`, whose figures are compared with the page here.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use super::report::{at_least, exactly, put};

/// How often each volume is pulled out, and how often it is filled up.
const ROUNDS: u64 = 5;

/// What `tests/drives/run` found.
#[derive(Deserialize)]
struct Found {
    volumes: u64,
    pulled: u64,
    filled: u64,
    completed: u64,
    compared: u64,
    lost: u64,
    faults: u64,
    seen: u64,
}

#[test]
#[ignore = "needs root, FUSE and the processor to itself: tests/run runs it after all others"]
fn volumes_that_are_pulled_out_or_filled_up_lose_nothing_acknowledged() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/drives/run");
    let figures = Path::new(env!("CARGO_TARGET_TMPDIR")).join("volumes.json");
    let _absent = std::fs::remove_file(&figures);
    let mut command = Command::new("bash");
    command.arg(script).arg("--rounds").arg(ROUNDS.to_string()).arg("--figures").arg(&figures);
    let status = command.env("MALLE", env!("CARGO_BIN_EXE_malle")).status().unwrap();
    assert!(status.success(), "tests/drives/run: {status}");
    let Ok(found) = std::fs::read(&figures) else {
        // It has said what and why.
        println!("SKIPPED: C6 was not tested as a whole, and its figures were NOT compared with docs/reliability.md");
        return;
    };
    let found: Found = serde_json::from_slice(&found).unwrap();
    put(
        "C6",
        &[
            exactly("volumes", found.volumes),
            exactly("pulled out in the middle of a run", found.pulled),
            exactly("filled up in the middle of a run", found.filled),
            at_least("copies completed afterwards and checked", found.completed),
            at_least("acknowledged files compared", found.compared),
            exactly("lost", found.lost),
            exactly("faults put in", found.faults),
            exactly("faults found", found.seen),
        ],
    );
}
