//! The real program killed at random moments of an import: the archive opens, verifies, and a rerun completes it.

use std::time::Duration;

use malle::store::{VerifyDepth, verify};

use crate::support::archives::{PASSPHRASE, create, export, import_all, open};
use crate::support::downloads::{Plan, write};
use crate::support::program::Malle;

const KILLS: u32 = 50;

#[test]
fn a_killed_import_loses_nothing_and_can_be_repeated() {
    let input = tempfile::tempdir().unwrap();
    let downloads = write(input.path(), &Plan { conversations: 4, messages: 250, photo_bytes: 20_000 });
    let place = tempfile::tempdir().unwrap();
    let mut clean = create(&place.path().join("clean")).0;
    let outcome = import_all(&mut clean, &downloads.paths);
    assert!(outcome.summary.is_clean(), "{:?}", outcome.summary);
    let expected = export(&clean);
    let root = place.path().join("killed");
    drop(create(&root));
    let malle = Malle::new().set("MALLE_PASSWORD", PASSPHRASE).set("MALLE_ARCHIVE", root.to_str().unwrap());
    let mut arguments = vec!["import"];
    arguments.extend(downloads.paths.iter().map(|path| path.to_str().unwrap()));
    let started = std::time::Instant::now();
    let whole = malle.run(&["import", "-n", downloads.paths[0].to_str().unwrap()]);
    assert_eq!(whole.code, 0, "{}", whole.stderr);
    // The moments are spread over about three times a dry run of a part, whatever the machine's speed.
    let span = started.elapsed() * 3;
    let (mut killed, mut finished) = (0, 0);
    for round in 0..KILLS {
        let moment = Duration::from_secs_f64(span.as_secs_f64() * f64::from(round * 37 % KILLS) / f64::from(KILLS));
        if malle.run_and_kill(&arguments, moment) {
            killed += 1;
        } else {
            finished += 1;
        }
        let archive = open(&root);
        let report = verify(&archive, VerifyDepth::Hashes, &|_| {}).unwrap();
        assert!(report.is_sound(), "after kill {round}: {:?}", report.findings);
    }
    assert!(killed >= KILLS / 4, "{killed} killed, {finished} had finished");
    let last = malle.run(&arguments);
    assert_eq!(last.code, 0, "{}{}", last.stdout, last.stderr);
    let archive = open(&root);
    assert!(verify(&archive, VerifyDepth::Data, &|_| {}).unwrap().findings.is_empty());
    let found = export(&archive);
    assert_eq!(found.len(), expected.len());
    assert_eq!(found, expected);
    let search = malle.run(&["search", &downloads.secrets[7], "--json"]);
    assert!(search.stdout.contains(&downloads.secrets[7]), "{}{}", search.stdout, search.stderr);
}
