//! WhatsApp databases: both forms of Android, iOS, encrypted backups, logs beside them, damage.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use malle::model::{AttachmentStatus, Record};
use malle::sources::ReadOptions;
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::support::fixtures;
use crate::support::program::Malle;
use crate::support::reading::{Reading, read_items, read_paths};

/// Every `.sql` of the fixtures, with the database it makes.
fn recipes() -> Vec<(PathBuf, PathBuf)> {
    let mut found = Vec::new();
    for case in std::fs::read_dir(fixtures().join("whatsapp")).unwrap() {
        let case = case.unwrap().path();
        let Ok(items) = std::fs::read_dir(&case) else { continue };
        for item in items.map(|item| item.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "sql")) {
            let text = std::fs::read_to_string(&item).unwrap();
            let target = text.lines().next().unwrap().strip_prefix("-- makes ").unwrap().to_owned();
            found.push((item, case.join(target)));
        }
    }
    found.sort();
    found
}

/// A database as a recipe makes it.
fn make(sql: &Path, target: &Path) {
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder).unwrap();
    }
    let _ = std::fs::remove_file(target);
    let connection = Connection::open(target).unwrap();
    connection.execute_batch(&std::fs::read_to_string(sql).unwrap()).unwrap();
    connection.execute_batch("VACUUM").unwrap();
}

/// Every row of every table.
fn rows(path: &Path) -> BTreeMap<String, Vec<Vec<Value>>> {
    let connection = Connection::open(path).unwrap();
    let names = "SELECT name FROM sqlite_schema WHERE type='table' ORDER BY name";
    let mut statement = connection.prepare(names).unwrap();
    let tables: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let read = |table: String| {
        let mut statement = connection.prepare(&format!("SELECT * FROM \"{table}\"")).unwrap();
        let width = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| (0..width).map(|at| row.get(at)).collect::<Result<Vec<Value>, _>>();
        let found = statement.query_map([], row).unwrap().map(Result::unwrap).collect();
        (table, found)
    };
    tables.into_iter().map(read).collect()
}

/// `UPDATE_GOLDEN=1` makes the databases anew.
#[test]
fn databases_of_fixtures_are_what_their_recipes_make() {
    let scratch = tempfile::tempdir().unwrap();
    let recipes = recipes();
    assert!(recipes.len() >= 4);
    for (sql, target) in recipes {
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            make(&sql, &target);
        }
        let fresh = scratch.path().join("fresh.db");
        make(&sql, &fresh);
        assert_eq!(rows(&fresh), rows(&target), "{}", sql.display());
    }
}

fn fixture(name: &str) -> PathBuf {
    fixtures().join("whatsapp").join(name)
}

fn read_fixture(name: &str) -> Reading {
    let reading = read_items(&fixture(name).join("bundle"), &ReadOptions::default());
    assert_eq!(reading.unaccounted, Vec::<String>::new());
    reading
}

/// Records by the app's own key.
fn by_key(records: &[Record]) -> BTreeMap<String, &Record> {
    let key = |record: &Record| record.extra.get("key").and_then(|key| key.as_str()).map(str::to_owned);
    records.iter().filter_map(|record| Some((key(record)?, record))).collect()
}

#[test]
fn the_same_message_has_one_id_on_every_phone() {
    let (modern, legacy, ios) =
        (read_fixture("msgstore_modern"), read_fixture("msgstore_legacy"), read_fixture("chatstorage_ios"));
    let (modern, legacy, ios) = (by_key(&modern.records), by_key(&legacy.records), by_key(&ios.records));
    let shared = |a: &BTreeMap<String, &Record>, b: &BTreeMap<String, &Record>| {
        let keys: Vec<String> = a.keys().filter(|key| b.contains_key(*key)).cloned().collect();
        for key in &keys {
            assert_eq!(a[key].id, b[key].id, "{key}");
            assert_eq!(a[key].text, b[key].text, "{key}");
            assert_eq!(
                a[key].conversation.as_ref().map(|chat| &chat.id),
                b[key].conversation.as_ref().map(|chat| &chat.id)
            );
        }
        keys.len()
    };
    assert_eq!((shared(&modern, &legacy), shared(&modern, &ios)), (2, 7));
}

#[test]
fn media_are_found_beside_the_folder_of_databases() {
    let reading = read_fixture("msgstore_modern");
    let status = |name: &str| {
        let found = reading.records.iter().flat_map(|record| &record.attachments).find(|one| one.name == name);
        found.map(|attachment| attachment.status)
    };
    assert_eq!(status("IMG-20240312-WA0001.jpg"), Some(AttachmentStatus::Stored));
    assert_eq!(status("Facture 7.pdf"), Some(AttachmentStatus::Stored));
    assert_eq!(status("PTT-20240312-WA0002.opus"), Some(AttachmentStatus::Missing));
}

#[test]
fn two_people_under_one_old_key_stay_two() {
    let reading = read_fixture("msgstore_modern");
    let old: Vec<&Record> = reading
        .records
        .iter()
        .filter(|record| record.extra.get("key").is_some_and(|key| key == "1400000000-1"))
        .collect();
    assert_eq!(old.len(), 2);
    assert_ne!(old[0].id, old[1].id);
}

/// Copies of a fixture's database and of its log while a writer has it open.
fn with_log(scratch: &Path) -> PathBuf {
    let source = scratch.join("live.db");
    std::fs::copy(fixture("msgstore_modern/bundle/WhatsApp/Databases/msgstore.db"), &source).unwrap();
    let connection = Connection::open(&source).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    let insert = "INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, timestamp, message_type, \
                  text_data) VALUES (?1, 1, 0, ?2, 0, 1710400000000, 0, ?3)";
    for number in 0..200 {
        let key = format!("3EB0F{number:019X}");
        connection.execute(insert, rusqlite::params![1000 + number, key, format!("tardif {number}")]).unwrap();
    }
    let folder = scratch.join("copy");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::copy(&source, folder.join("msgstore.db")).unwrap();
    std::fs::copy(scratch.join("live.db-wal"), folder.join("msgstore.db-wal")).unwrap();
    drop(connection);
    folder
}

fn late(reading: &Reading) -> usize {
    reading.records.iter().filter(|record| record.text.starts_with("tardif")).count()
}

#[test]
fn messages_that_stand_in_the_log_alone_are_read() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = with_log(scratch.path());
    let reading = read_paths(std::slice::from_ref(&folder), &ReadOptions::default());
    assert_eq!((late(&reading), reading.unaccounted), (200, vec![]));
    // A log cut in the middle of a page gives what was committed before, and says so.
    let log = folder.join("msgstore.db-wal");
    let bytes = std::fs::read(&log).unwrap();
    let mut torn = bytes.clone();
    let middle = torn.len() / 2;
    torn[middle] ^= 1;
    std::fs::write(&log, &torn).unwrap();
    let reading = read_paths(std::slice::from_ref(&folder), &ReadOptions::default());
    assert!((1..200).contains(&late(&reading)), "{}", late(&reading));
    assert!(reading.problems.iter().any(|problem| problem.contains("database-log-end")), "{:?}", reading.problems);
    std::fs::write(&log, b"this is no log at all, it only has its name").unwrap();
    let reading = read_paths(&[folder], &ReadOptions::default());
    assert_eq!(late(&reading), 0);
    assert!(reading.problems.iter().any(|problem| problem.ends_with("database-log")), "{:?}", reading.problems);
}

/// A database of many messages, so that damage hits some of them.
fn large(path: &Path, messages: u32) {
    let sql = fixture("msgstore_modern/msgstore.sql");
    make(&sql, path);
    let connection = Connection::open(path).unwrap();
    let insert = "INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, timestamp, message_type, \
                  text_data) VALUES (?1, 1, 0, ?2, 0, 1710400000000, 0, ?3)";
    connection.execute_batch("BEGIN").unwrap();
    for number in 0..messages {
        let key = format!("3EB0F{number:019X}");
        connection.execute(insert, rusqlite::params![1000 + number, key, format!("tardif {number}")]).unwrap();
    }
    connection.execute_batch("COMMIT").unwrap();
}

fn read_database(bytes: &[u8]) -> Reading {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("phone");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("msgstore.db"), bytes).unwrap();
    let reading = read_paths(&[folder], &ReadOptions::default());
    assert_eq!(reading.unaccounted, Vec::<String>::new());
    reading
}

#[test]
fn what_lies_before_and_behind_damage_is_read() {
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("large.db");
    large(&path, 5000);
    let whole = std::fs::read(&path).unwrap();
    assert_eq!(late(&read_database(&whole)), 5000);
    // A page of messages in the middle of the file.
    let at = memchr::memmem::find(&whole, b"tardif 2500").unwrap() / 1024 * 1024;
    let mut damaged = whole.clone();
    damaged[at..at + 1024].fill(0xff);
    let reading = read_database(&damaged);
    assert!((4900..5000).contains(&late(&reading)), "{}", late(&reading));
    let named = |reading: &Reading| reading.problems.iter().any(|problem| problem.contains("damaged database-rows "));
    assert!(named(&reading), "{:?}", reading.problems);
    // A database cut short.
    let reading = read_database(&whole[..whole.len() / 2]);
    assert!(late(&reading) > 0 && late(&reading) < 5000, "{}", late(&reading));
    assert!(reading.problems.iter().any(|problem| problem.contains("damaged")), "{:?}", reading.problems);
}

#[test]
fn random_damage_is_named_and_never_panics() {
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("large.db");
    large(&path, 300);
    let whole = std::fs::read(&path).unwrap();
    let mut seed = 7_u64;
    let mut next = |limit: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % limit
    };
    for round in 0..60 {
        let mut damaged = whole.clone();
        for _ in 0..=round {
            let at = next(damaged.len());
            damaged[at] = u8::try_from(next(256)).unwrap();
        }
        if round % 5 == 0 {
            damaged.truncate(next(damaged.len()).max(1));
        }
        damaged[..16].copy_from_slice(b"SQLite format 3\0");
        read_database(&damaged);
    }
}

#[test]
fn a_file_with_the_name_of_a_database_that_is_none_is_named() {
    for bytes in [vec![0; 4096], b"no database at all".to_vec()] {
        let reading = read_database(&bytes);
        assert_eq!(reading.kept_raw, ["msgstore.db: unknown-file"]);
        assert_eq!(reading.problems, ["msgstore.db: damaged database-unknown"]);
    }
}

#[test]
fn tables_of_another_make_are_kept_as_they_are() {
    let build = |sql: &str| {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("made.db");
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        read_database(&std::fs::read(&path).unwrap())
    };
    assert_eq!(build("CREATE TABLE notes (a)").kept_raw, ["msgstore.db: unknown-file"]);
    // A view in place of the table, keys that are words, columns of no type: nothing is read that is no row of a table.
    let view = build("CREATE TABLE x (a); CREATE VIEW message AS SELECT a AS key_id, a AS chat_row_id FROM x");
    assert_eq!(view.kept_raw, ["msgstore.db: unknown-file"]);
    let words = build(
        "CREATE TABLE message (_id TEXT PRIMARY KEY, chat_row_id, key_id, from_me, timestamp, text_data);
         INSERT INTO message VALUES ('a', 'b', x'00ff', 'yes', 'never', 5), ('7', 1, 2, 3, 4, 'hi')",
    );
    assert!(words.problems.iter().any(|problem| problem.contains("damaged")), "{:?}", words.problems);
    let odd = build(
        "CREATE TABLE message (_id INTEGER PRIMARY KEY, chat_row_id, key_id, from_me, timestamp, text_data, message_type);
         INSERT INTO message VALUES (1, 'b', x'00ff', 'yes', 'never', 5, 'x'), (2, 1.5, NULL, 3, 1e300, x'ff', -9)",
    );
    assert_eq!((odd.records.len(), odd.skips.len()), (0, 1));
    let large = build(
        "CREATE TABLE message (_id INTEGER PRIMARY KEY, chat_row_id, key_id, from_me, timestamp, text_data, message_type);
         INSERT INTO message VALUES (1, 1, 'a', 1, 1710000000000, 'hi', 0);
         INSERT INTO message VALUES (2, 1, 'b', 1, 1710000000000, zeroblob(17000000), 0);
         INSERT INTO message VALUES (3, 1, 'c', 1, 1710000000000, 'there', 0)",
    );
    assert_eq!(large.records.len(), 2);
    assert_eq!(large.problems, ["msgstore.db: too-large database-rows 2 2"]);
}

/// A backup as the app writes it, made without the reader's code: counter mode and GHASH stand here as the standard
/// describes them, bit by bit.
mod backup {
    use std::io::Write as _;

    use aes_gcm::aead::generic_array::GenericArray;
    use aes_gcm::aes::Aes256;
    use aes_gcm::aes::cipher::{BlockEncrypt as _, KeyInit as _};
    use hmac::Mac as _;

    pub const SALT: [u8; 32] = [0x51; 32];
    pub const GOOGLE_ID: [u8; 16] = [0x62; 16];
    pub const IV: [u8; 16] = *b"nonce of sixteen";

    fn times(a: u128, b: u128) -> u128 {
        let (mut product, mut shifted) = (0, b);
        for bit in (0..128).rev() {
            if a >> bit & 1 == 1 {
                product ^= shifted;
            }
            let carry = shifted & 1;
            shifted >>= 1;
            if carry == 1 {
                shifted ^= 0xe1 << 120;
            }
        }
        product
    }

    fn ghash(key: u128, parts: &[&[u8]]) -> u128 {
        let mut hash = 0;
        for part in parts {
            for chunk in part.chunks(16) {
                let mut block = [0; 16];
                block[..chunk.len()].copy_from_slice(chunk);
                hash = times(hash ^ u128::from_be_bytes(block), key);
            }
        }
        hash
    }

    /// AES-256-GCM with a nonce of 16 bytes; the tag comes last.
    pub fn seal(key: &[u8; 32], iv: &[u8; 16], plain: &[u8]) -> Vec<u8> {
        let cipher = Aes256::new(GenericArray::from_slice(key));
        let encrypted = |block: u128| {
            let mut bytes = GenericArray::from(block.to_be_bytes());
            cipher.encrypt_block(&mut bytes);
            u128::from_be_bytes(bytes.into())
        };
        let bits = |len: usize| u64::try_from(len * 8).unwrap().to_be_bytes();
        let hash_key = encrypted(0);
        let lengths = [[0; 8], bits(iv.len())].concat();
        let start = ghash(hash_key, &[iv, &lengths]);
        let mut sealed = Vec::new();
        for (number, chunk) in plain.chunks(16).enumerate() {
            let low = u32::try_from(start & 0xffff_ffff).unwrap().wrapping_add(1 + u32::try_from(number).unwrap());
            let stream = encrypted(start >> 32 << 32 | u128::from(low)).to_be_bytes();
            sealed.extend(chunk.iter().zip(stream).map(|(byte, key)| byte ^ key));
        }
        let lengths = [[0; 8], bits(sealed.len())].concat();
        let tag = ghash(hash_key, &[&sealed, &lengths]) ^ encrypted(start);
        sealed.extend(tag.to_be_bytes());
        sealed
    }

    pub fn zlib(plain: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    /// HKDF of RFC 5869 with SHA-256, for one block.
    pub fn hkdf(root: &[u8], info: &[u8]) -> [u8; 32] {
        let mac = |key: &[u8], text: &[u8]| -> [u8; 32] {
            let mut mac = <hmac::Hmac<sha2::Sha256> as hmac::Mac>::new_from_slice(key).unwrap();
            mac.update(text);
            mac.finalize().into_bytes().into()
        };
        mac(&mac(&[], root), &[info, &[1]].concat())
    }

    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        [&[number << 3 | 2, u8::try_from(bytes.len()).unwrap()], bytes].concat()
    }

    fn with_length(header: Vec<u8>) -> Vec<u8> {
        let len = header.len();
        let low = u8::try_from(len & 0x7f).unwrap();
        let mut bytes = if len < 128 { vec![low] } else { vec![low | 0x80, u8::try_from(len >> 7).unwrap()] };
        bytes.extend(header);
        bytes
    }

    /// The version of the app and what it can do, which makes headers longer than one byte can tell.
    fn about() -> Vec<u8> {
        let flag = |number: u8| -> Vec<u8> {
            if number < 16 { vec![number << 3, 1] } else { vec![number << 3 & 0x7f | 0x80, number >> 4, 1] }
        };
        let flags: Vec<u8> = (5..40).flat_map(flag).collect();
        field(4, &[field(1, b"2.24.6.77"), field(3, b"01"), flags].concat())
    }

    pub fn crypt15(root: &[u8; 32], plain: &[u8]) -> Vec<u8> {
        let header = [vec![0x08, 1], field(3, &field(1, &IV)), about()].concat();
        let sealed = seal(&hkdf(root, b"backup encryption"), &IV, &zlib(plain));
        [with_length(header), sealed, vec![0xd5; 16]].concat()
    }

    pub fn crypt14(key: &[u8; 32], plain: &[u8]) -> Vec<u8> {
        let account =
            [field(1, &[0, 1]), field(2, &[2]), field(3, &SALT), field(4, &GOOGLE_ID), field(5, &IV)].concat();
        let header = [vec![0x08, 0], field(2, &account), about()].concat();
        [with_length(header), seal(key, &IV, &zlib(plain)), vec![0xd5; 16]].concat()
    }

    pub fn crypt12(key: &[u8; 32], plain: &[u8]) -> Vec<u8> {
        let header = [&[0, 1, 2][..], &SALT, &GOOGLE_ID, &IV].concat();
        [header, seal(key, &IV, &zlib(plain)), vec![0xd5; 16], b"--01".to_vec()].concat()
    }

    /// The file `key` of the app, as Java writes an array of 131 bytes.
    pub fn key_file(key: &[u8; 32]) -> Vec<u8> {
        let mut bytes = b"\xac\xed\x00\x05ur\x00\x02[B\xac\xf3\x17\xf8\x06\x08\x54\xe0\x02\x00\x00xp".to_vec();
        bytes.extend(131_u32.to_be_bytes());
        assert_eq!(bytes.len(), 27);
        bytes.extend([&[0, 1, 2][..], &SALT, &GOOGLE_ID, &[0x73; 32], &[0; 16], key].concat());
        bytes
    }
}

const ROOT: [u8; 32] = [0xa7; 32];

fn digits(root: &[u8; 32]) -> String {
    malle::crypto::hex(root)
}

fn with_key(key: &[u8]) -> ReadOptions {
    ReadOptions { whatsapp_key: Some(malle::sources::WhatsappKey::read(key).unwrap()), ..ReadOptions::default() }
}

/// Reads one backup lying alone in a folder.
fn read_backup(name: &str, bytes: &[u8], options: &ReadOptions) -> Reading {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("phone");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), bytes).unwrap();
    let reading = read_paths(&[folder], options);
    assert_eq!(reading.unaccounted, Vec::<String>::new());
    reading
}

fn plain_database() -> Vec<u8> {
    std::fs::read(fixture("msgstore_modern/bundle/WhatsApp/Databases/msgstore.db")).unwrap()
}

#[test]
fn the_test_encrypts_and_derives_as_the_standards_say() {
    // RFC 5869 A.3, its first 32 bytes: no salt, no info.
    let root = [0x0b; 22];
    assert_eq!(
        malle::crypto::hex(&backup::hkdf(&root, b"")),
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    );
    // The mode is checked against another make by the reader, which accepts its tag.
    let (one, other) = (backup::seal(&[0; 32], &[0; 16], &[0; 40]), backup::seal(&[0; 32], &[1; 16], &[0; 40]));
    assert_eq!(one.len(), 56);
    assert_ne!(one, other);
}

#[test]
fn encrypted_backups_give_what_the_plain_database_gives() {
    let plain = plain_database();
    let expected = read_backup("msgstore.db", &plain, &ReadOptions::default());
    assert!(expected.records.len() > 25);
    let text = |reading: &Reading| -> Vec<String> {
        reading.records.iter().map(|record| format!("{} {} {:?}", record.id, record.text, record.extra)).collect()
    };
    let key = [0x3c; 32];
    for (name, bytes, options) in [
        ("msgstore.db.crypt15", backup::crypt15(&ROOT, &plain), with_key(digits(&ROOT).as_bytes())),
        ("msgstore.db.crypt15", backup::crypt15(&ROOT, &plain), with_key(&ROOT)),
        ("msgstore.db.crypt14", backup::crypt14(&key, &plain), with_key(&backup::key_file(&key))),
        ("msgstore.db.crypt12", backup::crypt12(&key, &plain), with_key(&backup::key_file(&key))),
        // The name says nothing: what is inside does.
        ("msgstore-2025-01-01.1.db.crypt12", backup::crypt15(&ROOT, &plain), with_key(&ROOT)),
    ] {
        let reading = read_backup(name, &bytes, &options);
        assert_eq!(text(&reading), text(&expected), "{name}");
        assert_eq!(reading.kept_raw, Vec::<String>::new());
    }
    // A part of a split backup has no checksum behind its tag.
    let mut part = backup::crypt15(&ROOT, &plain);
    part.truncate(part.len() - 16);
    assert_eq!(text(&read_backup("msgstore.db.crypt15", &part, &with_key(&ROOT))), text(&expected));
}

#[test]
fn what_a_key_does_not_open_is_kept_and_named() {
    let plain = plain_database();
    let sealed = backup::crypt15(&ROOT, &plain);
    let check = |bytes: &[u8], options: &ReadOptions, raw: &[&str], problem: &str| {
        let reading = read_backup("msgstore.db.crypt15", bytes, options);
        assert_eq!((reading.records.len(), reading.kept_raw), (0, raw.iter().map(|&s| s.to_owned()).collect()));
        assert!(reading.problems.iter().any(|found| found.contains(problem)), "{:?}", reading.problems);
    };
    check(&sealed, &ReadOptions::default(), &["msgstore.db.crypt15: needs-key"], "needs-key");
    check(&sealed, &with_key(&[1; 32]), &["msgstore.db.crypt15: wrong-key"], "wrong-key");
    check(&sealed, &with_key(&backup::key_file(&ROOT)), &["msgstore.db.crypt15: wrong-key"], "wrong-key");
    // Of the right key and damaged, in its middle or at its end.
    let mut damaged = sealed.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    check(&damaged, &with_key(&ROOT), &[], "damaged corrupt");
    check(&sealed[..sealed.len() - 100], &with_key(&ROOT), &[], "damaged corrupt");
    // Changes since a backup are a ZIP of a form that is not described.
    let header_only = |plain: &[u8]| {
        let key = backup::hkdf(&ROOT, b"backup encryption");
        let whole = backup::crypt15(&ROOT, b"");
        let from = whole.len() - 16 - 16 - backup::zlib(b"").len();
        [&whole[..from], &backup::seal(&key, &backup::IV, plain), &[0xd5; 16]].concat()
    };
    let reading =
        read_backup("msgstore-increment-1.db.crypt15", &header_only(b"PK\x03\x04 and so on"), &with_key(&ROOT));
    assert_eq!(reading.kept_raw, ["msgstore-increment-1.db.crypt15: backup-increment"]);
    // A bomb: a thousand times its size and more.
    let bomb = header_only(&backup::zlib(&vec![0; 40 << 20]));
    let reading = read_backup("msgstore.db.crypt15", &bomb, &with_key(&ROOT));
    assert_eq!(reading.kept_raw, ["msgstore.db.crypt15: database-too-large"]);
}

/// A home with an empty archive, a backup, its key and another one.
fn home(language: &str) -> Malle {
    let malle = Malle::bare().set("LANG", language);
    let phrase = "tambour lagune mangue cadran violet sentier";
    std::fs::write(malle.path("phrase"), phrase).unwrap();
    let passphrase = malle::crypto::Passphrase::new(phrase);
    let now = chrono::DateTime::from_timestamp(1_710_000_000, 0).unwrap();
    let options = malle::store::CreateOptions { passphrase: &passphrase, recovery: false, work_factor: 4, now };
    malle::store::Archive::create(&malle.path("boutique"), &options).unwrap();
    std::fs::write(malle.path("msgstore.db.crypt15"), backup::crypt15(&ROOT, &plain_database())).unwrap();
    std::fs::write(malle.path("key.txt"), digits(&ROOT)).unwrap();
    std::fs::write(malle.path("other.txt"), digits(&[1; 32])).unwrap();
    malle.set("MALLE_ARCHIVE", "boutique").set("MALLE_PASSWORD_FILE", "phrase")
}

#[test]
fn keys_come_from_files_and_standard_input_and_never_from_the_command_line() {
    let malle = home("en_GB.UTF-8");
    let import = |key: &[&str]| malle.run(&[&["import", "msgstore.db.crypt15"], key].concat());
    for (key, code, what) in [
        (&[][..], 13, "error: this WhatsApp backup is encrypted"),
        (&["--whatsapp-key", "other.txt"], 12, "error: this key opens none of the WhatsApp backups"),
        (&["--whatsapp-key", "phrase"], 4, "error: phrase holds no WhatsApp key"),
        (&["--whatsapp-key", "nowhere"], 4, "error: cannot read nowhere"),
        (&["--whatsapp-key", &digits(&ROOT)], 2, "error: a key must not stand on the command line"),
    ] {
        let run = import(key);
        assert!(run.stderr.starts_with(what), "{}", run.stderr);
        assert_eq!((run.code, run.stderr.lines().count()), (code, 2), "{}", run.stderr);
        assert!(!run.stderr.contains(&digits(&ROOT)));
    }
    assert!(malle.run(&["status"]).stdout.contains("It is empty"), "nothing is written before the key is right");
    let run = malle.run_with_input(&["import", "msgstore.db.crypt15", "--whatsapp-key", "-"], &digits(&ROOT));
    assert!(run.stdout.starts_with("Added: 27 messages, 1 story"), "{} {}", run.stdout, run.stderr);
    assert!(import(&["--whatsapp-key", "key.txt"]).stdout.contains("Already there: 28"));
    let french = home("fr_FR.UTF-8");
    let run = french.run(&["importer", "msgstore.db.crypt15", "--cle-whatsapp", "other.txt"]);
    assert!(run.stderr.contains("cette clé n'ouvre aucune"), "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 2);
}

#[test]
fn nothing_of_an_encrypted_backup_is_readable_on_disk_afterwards() {
    let malle = home("en_GB.UTF-8").set("TMPDIR", ".");
    let run = malle.run(&["import", "msgstore.db.crypt15", "--whatsapp-key", "key.txt"]);
    assert!(run.stdout.starts_with("Added: 27 messages"), "{}", run.stderr);
    let found = malle.run(&["search", "livraison"]);
    assert!(found.stdout.starts_with("1 result"), "{}", found.stdout);
    let mut folders = vec![malle.home().to_owned()];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).unwrap().map(|item| item.unwrap().path()) {
            if item.is_dir() {
                folders.push(item);
                continue;
            }
            let bytes = std::fs::read(&item).unwrap();
            for word in ["Mamadou", "Livraison", "SQLite format", "s.whatsapp.net"] {
                assert!(memchr::memmem::find(&bytes, word.as_bytes()).is_none(), "{word} in {}", item.display());
            }
        }
    }
}

#[test]
fn a_text_export_and_a_database_of_one_chat_are_linked_and_not_merged() {
    let malle = home("en_GB.UTF-8");
    let database = malle.path("msgstore.db");
    make(&fixture("msgstore_modern/msgstore.sql"), &database);
    let connection = Connection::open(&database).unwrap();
    let insert = "INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, timestamp, message_type, \
                  text_data) VALUES (?1, 1, ?2, ?3, 0, ?4, 0, ?5)";
    let mut text = String::new();
    for number in 0..40_i64 {
        let (seconds, own) = (1_720_000_000 + number * 4000, number % 2 == 0);
        let words = format!("commande du client {number}, merci");
        let key = format!("3EB0F{number:019X}");
        connection.execute(insert, rusqlite::params![1000 + number, own, key, seconds * 1000, words]).unwrap();
        // The phone that exported stands in Paris, in summer.
        let clock = chrono::DateTime::from_timestamp(seconds + 7200, 0).unwrap().format("%d/%m/%Y, %H:%M");
        let name = if own { "Awa Diop" } else { "Marième Fall" };
        text.extend([&clock.to_string(), " - ", name, ": ", &words, "\n"]);
    }
    drop(connection);
    std::fs::write(malle.path("WhatsApp Chat with Marième Fall.txt"), text).unwrap();
    assert_eq!(malle.run(&["import", "WhatsApp Chat with Marième Fall.txt"]).code, 0);
    let before = malle.run(&["conversations", "list"]);
    assert!(!before.stdout.contains("also told by"), "{}", before.stdout);
    let run = malle.run(&["import", "msgstore.db"]);
    assert!(run.stdout.starts_with("Added: 67 messages"), "nothing is merged: {} {}", run.stdout, run.stderr);
    let listed = malle.run(&["conversations", "list", "--json"]).stdout;
    assert!(!listed.contains("\"sample\""), "what they are known by is not printed");
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let linked: Vec<&serde_json::Value> =
        listed["conversations"].as_array().unwrap().iter().filter(|line| line.get("also").is_some()).collect();
    assert_eq!(linked.len(), 2);
    assert_eq!((&linked[0]["also"][0], &linked[1]["also"][0]), (&linked[1]["id"], &linked[0]["id"]));
    let shown = malle.run(&["conversations", "list"]).stdout;
    assert!(shown.contains("also told by Marième Fall (40 messages)"), "{shown}");
    // A message says where it is told too, and which one there says the same, whatever the zone.
    let exported = malle.run(&["export", "ndjson", "-o", "-"]).stdout;
    let records = exported.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let twins: Vec<String> = records
        .filter(|record| record["text"] == "commande du client 7, merci")
        .map(|record| record["id"].as_str().unwrap().to_owned())
        .collect();
    let [a, b] = twins.as_slice() else { panic!("{twins:?}") };
    for (one, other) in [(a, b), (b, a)] {
        let shown: serde_json::Value = serde_json::from_str(&malle.run(&["show", one, "--json"]).stdout).unwrap();
        assert_eq!((&shown["id"], &shown["also"][0]["near"]), (&one.as_str().into(), &other.as_str().into()));
        let in_context: serde_json::Value =
            serde_json::from_str(&malle.run(&["show", one, "-C", "1", "--json"]).stdout).unwrap();
        assert_eq!(in_context["record"], shown);
        let text = malle.run(&["show", one]).stdout;
        assert!(text.contains("this chat is also told by "), "{text}");
        let short: String = other.chars().take(10).collect();
        assert!(text.contains(&format!("malle show {short} -C 3")), "{text}");
    }
    let malle = malle.set("LANG", "fr_FR.UTF-8");
    let text = malle.run(&["voir", a]).stdout;
    assert!(text.contains("cette discussion est aussi racontée par "), "{text}");
    let french = malle.run(&["discussions", "liste"]).stdout;
    assert!(french.contains("aussi racontée par Marième Fall (40 messages)"), "{french}");
}

#[test]
fn an_address_book_that_comes_later_names_whom_the_database_knew_by_number() {
    let facts = |malle: &Malle| -> BTreeMap<String, String> {
        let exported = malle.run(&["export", "ndjson", "-o", "-"]).stdout;
        let records = exported.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let messages = records.filter(|record| record["kind"] == "message" && record["origin"][0]["position"].is_u64());
        let people = ["author", "conversation", "tags", "reactions"];
        messages
            .map(|record| {
                let told: Vec<String> = people.iter().map(|key| record[key].to_string()).collect();
                (record["id"].to_string(), told.join(" "))
            })
            .collect()
    };
    let import = |malle: &Malle, what: &Path| {
        let run = malle.run(&["import", what.to_str().unwrap()]);
        assert!([0, 3].contains(&run.code), "{}", run.stderr);
    };
    let whole = fixture("msgstore_modern/bundle");
    let (first, both, back) = (home("en_GB.UTF-8"), home("en_GB.UTF-8"), home("en_GB.UTF-8"));
    make(&fixture("msgstore_modern/msgstore.sql"), &both.path("msgstore.db"));
    make(&fixture("msgstore_modern/msgstore.sql"), &back.path("msgstore.db"));
    import(&first, &whole);
    import(&both, &both.path("msgstore.db"));
    assert_ne!(facts(&both), facts(&first), "without the address book people are numbers");
    import(&both, &whole);
    assert_eq!(facts(&both), facts(&first));
    import(&back, &whole);
    import(&back, &back.path("msgstore.db"));
    assert_eq!(facts(&back), facts(&first), "names do not become numbers again");
}

#[test]
fn a_file_that_two_phones_call_differently_is_one() {
    let malle = home("en_GB.UTF-8");
    let (android, ios) = (malle.path("android/msgstore.db"), malle.path("iphone/ChatStorage.sqlite"));
    make(&fixture("msgstore_modern/msgstore.sql"), &android);
    make(&fixture("chatstorage_ios/ChatStorage.sql"), &ios);
    for database in [&android, &ios] {
        let run = malle.run(&["import", database.to_str().unwrap()]);
        assert!([0, 3].contains(&run.code), "{}", run.stderr);
    }
    let exported = malle.run(&["export", "ndjson", "-o", "-"]).stdout;
    let records = exported.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let (mut both, mut most) = (0, 0);
    for record in records {
        let files = record["attachments"].as_array().unwrap().len();
        most = most.max(files);
        both += usize::from(files > 0 && record["origin"].as_array().unwrap().len() == 2);
    }
    assert_eq!((most, both > 0), (1, true));
}
