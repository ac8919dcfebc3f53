//! The yardstick: what any encrypted archive must do with a download, and nothing more. Inflate, check, hash, encrypt,
//! write, on two threads.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use malle::bundle::Container;

const THREADS: usize = 2;
/// A recipient whose identity nobody has.
const RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

/// Reads every entry of `zips` into encrypted files in `folder`; tells the seconds it took.
pub fn run(folder: &Path, zips: &[PathBuf]) {
    let started = Instant::now();
    std::fs::create_dir_all(folder).unwrap();
    let containers: Vec<Container> = Container::open_all(zips).into_iter().map(Result::unwrap).collect();
    let mut work: Vec<(usize, usize)> = Vec::new();
    for (number, container) in containers.iter().enumerate() {
        work.extend((0..container.entries.len()).map(|entry| (number, entry)));
    }
    work.sort_by_key(|(number, entry)| std::cmp::Reverse(containers[*number].entries[*entry].size));
    let next = AtomicUsize::new(0);
    let total: u64 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                scope.spawn({
                    let (containers, work, next) = (&containers, &work, &next);
                    move || one(&folder.join(format!("{thread}.age")), containers, work, next)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    println!("{{\"seconds\":{:.3},\"bytes\":{total}}}", started.elapsed().as_secs_f64());
}

fn one(path: &Path, containers: &[Container], work: &[(usize, usize)], next: &AtomicUsize) -> u64 {
    let recipient = age::x25519::Recipient::from_str(RECIPIENT).unwrap();
    let recipients: [&dyn age::Recipient; 1] = [&recipient];
    let encryptor = age::Encryptor::with_recipients(recipients.into_iter()).unwrap();
    let mut out = encryptor.wrap_output(File::create(path).unwrap()).unwrap();
    let mut buffer = Vec::new();
    let mut total = 0;
    while let Some((number, entry)) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
        let container = &containers[*number];
        container.read_into(&container.entries[*entry], &mut buffer).unwrap();
        out.write_all(blake3::hash(&buffer).as_bytes()).unwrap();
        out.write_all(&buffer).unwrap();
        total += buffer.len() as u64;
    }
    out.finish().unwrap().sync_all().unwrap();
    total
}
