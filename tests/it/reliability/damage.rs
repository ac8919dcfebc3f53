//! D1: every sort of file of an archive, damaged in every way: found, named, and never read as something else.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use malle::backup::{add_drive, run};
use malle::store::{
    Archive, CommitFacts, FindingKind, Layout, MediaSource, ObjectKind, RecordReader, StoreError, VerifyDepth, Writer,
    check_public, verify,
};
use rayon::prelude::*;

use super::model::{Dice, scratch};
use super::report::{at_least, exactly, is_long, is_short, put};
use super::scenarios::{create, going, now, opened};
use crate::support::archives::{PASSPHRASE, copy_folder, files};

/// Flips of one bit in each file.
const FLIPS: usize = 100;

/// Records by their text, media by their hash: what an archive says.
type Content = (BTreeSet<Vec<u8>>, BTreeMap<String, Vec<u8>>);

fn fill(root: &Path) {
    let mut archive = create(Layout::new(root)).unwrap();
    for round in 0..2_usize {
        let writer = Writer::begin(&archive, &archive.media().unwrap()).unwrap();
        for number in 0..40 {
            let id = round * 100 + number;
            writer.put_record(format!(r#"{{"v":1,"id":"{id:026}","text":"bonjour {number}"}}"#).as_bytes()).unwrap();
        }
        // More than three chunks of age.
        let photo: Vec<u8> =
            (0..60_000_u32).flat_map(|number| (number + u32::try_from(round).unwrap()).to_le_bytes()).collect();
        let sha256 = malle::crypto::hex(&<sha2::Sha256 as sha2::Digest>::digest(&photo));
        writer.put_media(&sha256, "image/jpeg", "jpg", &MediaSource::Bytes(&photo)).unwrap();
        writer.put_raw(&sha256, "posts/x.json", &photo).unwrap();
        let facts = CommitFacts {
            conversations: b"{\"id\":\"a\"}\n".to_vec(),
            report: b"{\"file\":\"a\"}\n".to_vec(),
            ..CommitFacts::nothing(now())
        };
        writer.commit(facts).unwrap();
        archive = opened(archive.layout(), PASSPHRASE).unwrap();
    }
}

/// The sort of each file.
fn sorts(archive: &Archive) -> Vec<(&'static str, PathBuf)> {
    let root = archive.layout().root();
    let object = |path: &Path| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let object = archive.commit().objects.iter().find(|object| object.sha256 == name).unwrap();
        match object.kind {
            ObjectKind::Pack => "photos and films",
            ObjectKind::Seg => "records",
            ObjectKind::Raw => "originals",
            _ => "lists",
        }
    };
    let sort = |path: &PathBuf| match path.strip_prefix(root).unwrap().iter().next().unwrap().to_str().unwrap() {
        "objects" => Some(object(path)),
        "commits" if path.extension().is_some_and(|it| it == "sums") => Some("public lists"),
        "commits" => Some("commits"),
        "keys" => Some("key files"),
        "README.txt" => Some("explanation"),
        "VAULT.json" => Some("marker"),
        _ => None,
    };
    files(root)
        .into_iter()
        .filter_map(|path| Some((sort(&path)?, path.strip_prefix(root).unwrap().to_owned())))
        .collect()
}

/// One way of damaging a folder; the files that are then not what they were.
struct Damage {
    sort: &'static str,
    name: String,
    touched: Vec<PathBuf>,
    act: Box<dyn Fn(&Path) + Sync + Send>,
}

fn damages(root: &Path, sorts: &[(&'static str, PathBuf)]) -> Vec<Damage> {
    let mut all = Vec::new();
    for (sort, file) in sorts {
        let sound = std::fs::read(root.join(file)).unwrap();
        let mut add = |name: String, bytes: Vec<u8>| {
            if bytes != sound {
                let path = file.clone();
                let act = move |base: &Path| std::fs::write(base.join(&path), &bytes).unwrap();
                all.push(Damage { sort, name, touched: vec![file.clone()], act: Box::new(act) });
            }
        };
        let mut dice = Dice::new(u64::try_from(sound.len()).unwrap());
        let flips = if is_long() { FLIPS * 10 } else { FLIPS };
        // The list of an archive that holds nothing yet is empty.
        for number in 0..if sound.is_empty() { 0 } else { flips } {
            // The ends first, then anywhere.
            let at = [0, sound.len() - 1].get(number).copied().unwrap_or_else(|| dice.below(sound.len()));
            let mut bytes = sound.clone();
            bytes[at] ^= 1 << dice.below(8);
            add(format!("flip at {at}"), bytes);
        }
        let chunk = 65_536 + 16;
        // The body begins after the last line of the header and the nonce.
        let header = sound.windows(5).position(|window| window == b"\n--- ").map_or(1, |at| at + 5 + 43 + 1 + 16);
        let cuts = [0, 1, sound.len() / 2, sound.len().saturating_sub(1)].into_iter();
        let edges = (0..=sound.len() / chunk).map(|number| header + number * chunk);
        let edges = edges.flat_map(|edge| [edge - 1, edge, edge + 1]);
        for at in cuts.chain(edges).filter(|at| *at < sound.len()) {
            add(format!("cut at {at}"), sound[..at].to_vec());
        }
        for (name, more) in [("a zero", vec![0]), ("a line end", b"\n".to_vec()), ("4 KiB of zeros", vec![0; 4096])] {
            add(format!("{name} appended"), [sound.as_slice(), &more].concat());
        }
        add("all zeros".to_owned(), vec![0; sound.len()]);
        let mut hole = sound.clone();
        let (from, to) = (sound.len() / 3, sound.len() / 3 + sound.len().min(512) / 2);
        hole[from..to].fill(0);
        add("a hole of zeros".to_owned(), hole);
        let path = file.clone();
        let act = move |base: &Path| std::fs::remove_file(base.join(&path)).unwrap();
        all.push(Damage { sort, name: "removed".to_owned(), touched: vec![file.clone()], act: Box::new(act) });
        let (path, twin) = (file.clone(), renamed(file));
        let touched = vec![twin.clone()];
        let act = move |base: &Path| {
            std::fs::copy(base.join(&path), base.join(&twin)).unwrap();
        };
        if *sort != "explanation" && *sort != "marker" && *sort != "public lists" {
            all.push(Damage { sort, name: "twin of another name".to_owned(), touched, act: Box::new(act) });
        }
        for (_, other) in sorts.iter().filter(|(_, other)| other > file) {
            let (one, two) = (file.clone(), other.clone());
            let touched = vec![one.clone(), two.clone()];
            if std::fs::read(root.join(other)).unwrap() == sound {
                continue;
            }
            let act = move |base: &Path| {
                std::fs::rename(base.join(&one), base.join("aside")).unwrap();
                std::fs::rename(base.join(&two), base.join(&one)).unwrap();
                std::fs::rename(base.join("aside"), base.join(&two)).unwrap();
            };
            all.push(Damage { sort, name: format!("swapped with {}", other.display()), touched, act: Box::new(act) });
        }
    }
    all
}

/// A name of the same form for a copy of a file.
fn renamed(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap().to_str().unwrap();
    let stem = name.strip_suffix(".age").unwrap_or(name);
    let mut changed: Vec<char> = stem.chars().collect();
    let last = changed.pop().unwrap();
    changed.push(if last == 'f' { 'e' } else { 'f' });
    let changed: String = changed.into_iter().collect();
    file.with_file_name(format!("{changed}.age"))
}

/// Everything that can be read, record by record and photo by photo; damage is no error here, wrong content is.
fn content(archive: &Archive) -> Content {
    let mut lines = BTreeSet::new();
    let mut reader = RecordReader::salvaging(archive);
    let _incomplete = reader.each(&|_| true, &mut |_, line| {
        lines.insert(line.to_vec());
        Ok(())
    });
    let mut media = BTreeMap::new();
    if let Ok((index, _)) = archive.salvage_media() {
        for entry in index.iter() {
            let mut bytes = Vec::new();
            if archive.copy_media(entry, &mut bytes).is_ok() {
                media.insert(entry.sha256.clone(), bytes);
            }
        }
    }
    (lines, media)
}

/// What was seen of one damage.
struct Seen {
    keyed: bool,
    keyless: bool,
}

fn look(base: &Path, damage: &Damage, sound: &Content) -> Result<Seen, String> {
    (damage.act)(base);
    let is_touched = |path: &Path| damage.touched.iter().any(|touched| path.ends_with(touched));
    // The index of public lists is told by the commit that it belongs to.
    let keyed = match opened(&Layout::new(base), PASSPHRASE) {
        Ok(archive) => {
            let (lines, media) = content(&archive);
            if !lines.is_subset(&sound.0) || media.iter().any(|(name, bytes)| sound.1.get(name) != Some(bytes)) {
                return Err("something else was read".to_owned());
            }
            let report = verify(&archive, VerifyDepth::Hashes, &|_| {}).map_err(|error| format!("{error:?}"))?;
            report.findings.iter().any(|finding| is_touched(&finding.path))
        }
        Err(StoreError::Damaged { path } | StoreError::Missing { path }) => {
            // A commit that is gone is named by its number.
            let number =
                path.to_str().unwrap().strip_suffix("-*.age").map(|it| Path::new(it).file_name().unwrap().to_owned());
            is_touched(&path)
                || damage.touched.iter().any(|touched| {
                    number.as_ref().is_some_and(|number| touched.to_str().unwrap().contains(number.to_str().unwrap()))
                        || touched.parent() == path.strip_prefix(base).ok().and_then(Path::parent)
                })
        }
        // A flip in the marker's numbers can only be told from a newer archive by its number; no marker, no archive.
        Err(StoreError::NewerFormat { .. } | StoreError::NoArchive { .. }) => damage.sort == "marker",
        Err(StoreError::NoSlot | StoreError::WrongSecret) => damage.sort == "key files",
        Err(error) => return Err(format!("opening failed with {error:?}")),
    };
    let keyless = match check_public(&Layout::new(base), &|_| {}) {
        Ok(report) => {
            report.findings.iter().any(|finding| is_touched(&finding.path) && finding.kind != FindingKind::Leftover)
        }
        Err(_) => true,
    };
    Ok(Seen { keyed, keyless })
}

#[test]
fn every_damage_to_every_file_is_found_and_named() {
    let place = scratch();
    let root = place.path().join("archive");
    fill(&root);
    let archive = opened(&Layout::new(&root), PASSPHRASE).unwrap();
    let stick = place.path().join("stick");
    std::fs::create_dir(&stick).unwrap();
    let drive = add_drive(archive.layout(), &stick, Some("S")).unwrap().drive;
    run(archive.layout(), &drive, &going).unwrap();
    let sorts = sorts(&archive);
    let kinds: BTreeSet<&str> = sorts.iter().map(|(sort, _)| *sort).collect();
    assert_eq!(kinds.len(), 9, "{kinds:?}");
    let sound = content(&archive);
    assert_eq!((sound.0.len(), sound.1.len()), (80, 2));
    let all = damages(&root, &sorts);
    // The copy on a drive is an archive too: every fourth damage of it is looked at.
    let bases = [root.clone(), drive.folder.clone()];
    let missed = Mutex::new(Vec::new());
    let table: Mutex<BTreeMap<&str, (u64, u64, u64)>> = Mutex::default();
    let cases: Vec<(&PathBuf, &Damage)> = bases
        .iter()
        .zip([1, 4])
        .flat_map(|(base, every)| {
            all.iter().step_by(if is_short() { 8 * every } else { every }).map(move |it| (base, it))
        })
        .collect();
    cases.into_par_iter().for_each(|(base, damage)| {
        let scratch = scratch();
        copy_folder(base, scratch.path());
        let outcome = catch_unwind(AssertUnwindSafe(|| look(scratch.path(), damage, &sound)));
        let outcome = outcome.unwrap_or_else(|_| Err("panic".to_owned()));
        let mut table = table.lock().unwrap();
        let counts = table.entry(damage.sort).or_default();
        counts.0 += 1;
        match outcome {
            Ok(Seen { keyed, keyless }) if keyed || keyless => {
                counts.1 += u64::from(keyed);
                counts.2 += u64::from(keyless);
            }
            Ok(_) => missed.lock().unwrap().push(format!("{:?}: {}: not found", damage.touched, damage.name)),
            Err(why) => missed.lock().unwrap().push(format!("{:?}: {}: {why}", damage.touched, damage.name)),
        }
    });
    let missed = missed.into_inner().unwrap();
    let table = table.into_inner().unwrap();
    for (sort, (tried, keyed, keyless)) in &table {
        println!("{sort}: {tried} damages, {keyed} found with the key, {keyless} without");
    }
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed[..missed.len().min(20)].join("\n"));
    let sum = |pick: fn(&(u64, u64, u64)) -> u64| table.values().map(pick).sum::<u64>();
    let tried = sum(|counts| counts.0);
    put(
        "D1",
        &[
            exactly("sorts of files", 9),
            at_least("damages", tried),
            exactly("not found", 0),
            exactly("wrong contents read", 0),
            exactly("panics", 0),
            at_least("found without any key", sum(|counts| counts.2)),
        ],
    );
}
