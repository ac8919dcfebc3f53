//! Nothing readable on disk without the key: words put into texts, names, file names and photos are looked for in every
//! byte that the program ever wrote.

use crate::support::archives::{PASSPHRASE, create, files};
use crate::support::downloads::{Plan, write};
use crate::support::program::Malle;

/// A public key of nobody's.
const RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

#[test]
fn no_secret_reaches_the_disk() {
    let input = tempfile::tempdir().unwrap();
    let downloads = write(input.path(), &Plan { conversations: 3, messages: 140, photo_bytes: 3000 });
    assert!(downloads.secrets.len() > 1000, "{}", downloads.secrets.len());
    let place = tempfile::tempdir().unwrap();
    let malle = Malle::new()
        .set("MALLE_PASSWORD", PASSPHRASE)
        .set("MALLE_ARCHIVE", place.path().join("archive").to_str().unwrap())
        .set("TMPDIR", malle_folder(place.path(), "tmp").to_str().unwrap())
        .set("XDG_RUNTIME_DIR", malle_folder(place.path(), "run").to_str().unwrap());
    drop(create(&place.path().join("archive")));
    let mut arguments = vec!["import"];
    arguments.extend(downloads.paths.iter().map(|path| path.to_str().unwrap()));
    let run = malle.run(&arguments);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let search = malle.run(&["search", &downloads.secrets[200], "--json"]);
    assert!(search.stdout.contains(&downloads.secrets[200]), "{}{}", search.stdout, search.stderr);
    // What the owner adds is as private as what was imported.
    let id = malle.run(&["search", &downloads.secrets[200], "--ids"]).stdout.trim().to_owned();
    let own = ["etiquettezqx", "notezqx", "recherchezqx", "motzqx"];
    for arguments in [
        &["label", "add", own[0], &id][..],
        &["label", "note", &id, own[1]],
        &["contacts", "list"],
        &["key", "add", "--recipient", RECIPIENT, "--name", "Zqxpersonne"],
        &["evidence", "print"],
    ] {
        let run = malle.run(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}{}", run.stdout, run.stderr);
    }
    assert!([0, 1].contains(&malle.run(&["search", "--save", own[2], own[3]]).code));
    assert!(malle.run(&["searches", "list"]).stdout.contains(own[3]));
    assert!(malle.run(&["label", "list"]).stdout.contains(own[0]));
    std::fs::create_dir(place.path().join("stick")).unwrap();
    let stick = place.path().join("stick");
    assert_eq!(malle.run(&["backup", "add", stick.to_str().unwrap(), "--name", "S"]).code, 0);
    assert_eq!(malle.run(&["backup", "run", "S"]).code, 0);
    assert_eq!(malle.run(&["verify", "--read-data"]).code, 0);
    let mut written = files(place.path());
    written.extend(files(malle.home()));
    assert!(written.len() > 30, "{written:?}");
    for path in written {
        let name = path.to_str().unwrap().to_lowercase();
        let bytes = std::fs::read(&path).unwrap().to_ascii_lowercase();
        for secret in &downloads.secrets {
            let secret = secret.to_lowercase();
            assert!(!name.contains(&secret), "a file is called {name}");
            assert!(memchr::memmem::find(&bytes, secret.as_bytes()).is_none(), "{name} holds {secret}");
            let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert!(memchr::memmem::find(&bytes, &wide).is_none(), "{name} holds {secret} in UTF-16");
        }
        for word in own.into_iter().chain(["zqxpersonne", RECIPIENT]) {
            assert!(memchr::memmem::find(&bytes, word.as_bytes()).is_none(), "{name} holds {word}");
        }
        for word in ["robe bleue", "livraison", "awa exemple", "2024-03-1", "your_facebook_activity", "message_1"] {
            assert!(memchr::memmem::find(&bytes, word.as_bytes()).is_none(), "{name} holds {word}");
        }
    }
}

fn malle_folder(root: &std::path::Path, name: &str) -> std::path::PathBuf {
    let path = root.join(name);
    std::fs::create_dir_all(&path).unwrap();
    path
}
