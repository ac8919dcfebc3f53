//! In twenty years, without this program: an archive is read with age, zstd, jq, tar and sha256sum alone.

use std::path::Path;
use std::process::Command;

use crate::reliability::report::{exactly, put};
use crate::support::archives::{create, export, import_all};
use crate::support::downloads::{Plan, write};

/// Runs a shell pipeline in a folder and gives its output; every command of it must succeed.
fn shell(folder: &Path, script: &str) -> String {
    let output = Command::new("bash").args(["-euo", "pipefail", "-c", script]).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{script}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn an_archive_opens_with_common_tools_alone() {
    for tool in ["age", "zstd", "jq", "tar", "sha256sum"] {
        let found = Command::new("bash").args(["-c", &format!("command -v {tool}")]).output().unwrap();
        assert!(found.status.success(), "{tool} is not installed; tests/run installs it");
    }
    let place = tempfile::tempdir().unwrap();
    let downloads = write(&place.path().join("in"), &Plan { conversations: 2, messages: 60, photo_bytes: 2000 });
    let root = place.path().join("archive");
    let (mut archive, line) = create(&root);
    let outcome = import_all(&mut archive, &downloads.paths);
    std::fs::write(root.join("line.txt"), format!("{line}\n")).unwrap();
    shell(&root, "age -d -i line.txt keys/recovery-*.age > keyring.txt");
    let commit = "age -d -i keyring.txt \"$(ls commits/*.age | tail -n 1)\" | zstd -dc | tail -n +2";
    shell(&root, "sha256sum --quiet -c \"$(ls commits/*.sums | tail -n 1)\"");
    let objects = |kind: &str| {
        let script = format!("{commit} | jq -r '.objects[] | select(.kind==\"{kind}\") | .sha256'");
        shell(&root, &script).lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let decrypt = |sha256: &str| format!("age -d -i keyring.txt objects/{}/{sha256}.age", sha256.get(..2).unwrap());
    let mut ids = Vec::new();
    for sha256 in objects("seg") {
        ids.extend(shell(&root, &format!("{} | zstd -dc | jq -r .id", decrypt(&sha256))).lines().map(str::to_owned));
    }
    ids.sort();
    let mut expected: Vec<String> =
        export(&archive).iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect();
    expected.sort();
    assert_eq!(ids, expected);
    let mut photos = 0;
    for sha256 in objects("pack") {
        shell(&root, &format!("mkdir -p out && {} | tar -x -C out", decrypt(&sha256)));
    }
    for item in std::fs::read_dir(root.join("out")).unwrap() {
        let path = item.unwrap().path();
        let sum = shell(&root, &format!("sha256sum < '{}'", path.display()));
        assert!(path.file_name().unwrap().to_str().unwrap().starts_with(sum.get(..64).unwrap()));
        photos += 1;
    }
    assert_eq!(photos, outcome.summary.media.stored);
    let mut originals = 0;
    for sha256 in objects("raw") {
        let list = shell(&root, &format!("{} | zstd -dc | tar -t", decrypt(&sha256)));
        originals += list.lines().count();
    }
    assert_eq!(originals, 6);
    let count = |found: usize| found.try_into().unwrap();
    put(
        "F2",
        &[
            exactly("records read", count(ids.len())),
            exactly("media files read", photos),
            exactly("originals read", count(originals)),
        ],
    );
}
